//! Assertions, 核对: compares the published values of a run with what people expect them to be (SPEC §12). Pure.
//!
//! A number agrees when it is the exact value or the value at the published decimals. Compared on every run whose inputs
//! are free of errors; a difference is an error at the row.

use crate::engine::assessment::{AssertionRow, Assessment, Expected, Mode, Published};
use crate::engine::grade::Grading;
use crate::engine::score::UnitScore;
use crate::model::{Model, RankScope};
use crate::shared::finding::{Code, Describe as _, Findings};
use crate::shared::number::Exact;

/// A published value.
enum Value<'r> {
    Number(&'r Exact),
    Count(usize),
    Grade(usize),
    None,
}

/// How a row turned out: what was found, what was expected, and whether they agree.
pub struct Compared {
    /// The published value as printed.
    pub found: String,
    /// The expected one as printed.
    pub expected: String,
    /// Whether they agree.
    pub agrees: bool,
}

/// The result of a run, to be compared with the rows.
#[derive(Clone, Copy)]
pub struct Run<'r> {
    /// The model.
    pub model: &'r Model,
    /// The checked inputs, which hold the rows.
    pub assessment: &'r Assessment,
    /// The totals.
    pub scores: &'r [UnitScore],
    /// Ranks and grades, in the same order.
    pub grading: &'r Grading,
}

/// A finding for every row that does not agree.
pub fn check(run: Run<'_>, findings: &mut Findings<'_>) {
    for row in &run.assessment.registers.assertions {
        let compared = run.compare(row);
        if !compared.agrees {
            let finding = findings.add(Code::E641).at(row.expected.at).unit(&run.assessment.unit(row.unit).code);
            finding.found(compared.found).expected(compared.expected).with("place", &row.written);
        }
    }
}

impl<'r> Run<'r> {
    /// Compares a row with the result.
    pub fn compare(self, row: &AssertionRow) -> Compared {
        let value = self.published(row);
        let expected = match &row.expected.value {
            Expected::Number(number) => number.to_string(),
            Expected::Grade(grade) => self.model.grades[*grade].name.clone(),
            Expected::None => "—".to_owned(),
        };
        let agrees = matches(self.model, &value, &row.expected.value);
        Compared { found: shown(self.model, &value), expected, agrees }
    }

    fn published(self, row: &AssertionRow) -> Value<'r> {
        if self.assessment.unit(row.unit).mode == Mode::Excluded {
            return Value::None;
        }
        let Some(at) = self.scores.iter().position(|score| score.unit == row.unit) else { return Value::None };
        let (score, grade) = (&self.scores[at], &self.grading.units[at]);
        let number = |number: Option<&'r Exact>| number.map_or(Value::None, Value::Number);
        let count = |rank: Option<usize>| rank.map_or(Value::None, Value::Count);
        match row.place {
            Published::Leaf(leaf) => {
                number(score.leaves.get(leaf).and_then(|leaf| leaf.verified.as_ref()).map(|points| &points.0))
            }
            Published::Component(component) => number(score.rates.get(component).map(|rate| &rate.0)),
            Published::Aspect(aspect) => number(score.aspects[aspect].as_ref().map(|rate| &rate.0)),
            Published::Line(line) => number(score.lines[line].as_ref().map(|rate| &rate.0)),
            Published::Base => Value::Number(&score.base.0),
            Published::Plus => Value::Number(&score.adjusted.plus.0),
            Published::Minus => Value::Number(&score.adjusted.minus.0),
            Published::Total => Value::Number(&score.total.0),
            Published::Rank if self.model.rank.scope == RankScope::All => count(grade.rank_overall),
            Published::Rank if self.model.rank.scope == RankScope::Scheme => count(grade.rank_scheme),
            Published::Rank | Published::RankInGroup => count(grade.rank_group),
            Published::RankOverall => count(grade.rank_overall),
            Published::Grade => grade.grade.map_or(Value::None, Value::Grade),
        }
    }
}

fn matches(model: &Model, value: &Value<'_>, expected: &Expected) -> bool {
    match (value, expected) {
        (Value::Number(own), Expected::Number(wanted)) => {
            *own == wanted || model.score.published().round(own) == *wanted
        }
        (Value::Count(own), Expected::Number(wanted)) => Exact::from(*own) == *wanted,
        (Value::Grade(own), Expected::Grade(wanted)) => own == wanted,
        (Value::None, Expected::None) => true,
        _ => false,
    }
}

fn shown(model: &Model, value: &Value<'_>) -> String {
    match value {
        Value::Number(number) => model.score.published().print(number),
        Value::Count(count) => count.to_string(),
        Value::Grade(grade) => model.grades[*grade].name.clone(),
        Value::None => "—".to_owned(),
    }
}

//! Assertions, 核对: the published values of a run against what people said they should be (SPEC §12). Pure.
//!
//! A number agrees when it is the exact value or the value at the published decimals. Compared on every run whose inputs
//! are free of errors; a difference is an error at the row.

use crate::engine::assessment::{AssertionRow, Assessment, Expected, Mode, Published};
use crate::engine::grade::{Grading, UnitGrade};
use crate::engine::score::{LeafState, UnitScore};
use crate::model::{Model, RankScope};
use crate::shared::finding::{Code, Describe as _, Finding};
use crate::shared::number::Exact;

/// A published value.
enum Value {
    Number(Exact),
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

/// Compares a row with the result.
pub fn compare(model: &Model, assessment: &Assessment, run: (&[UnitScore], &Grading), row: &AssertionRow) -> Compared {
    let value = published(model, assessment, run, row);
    let expected = match &row.expected.value {
        Expected::Number(number) => number.to_string(),
        Expected::Grade(grade) => model.grades[*grade].name.clone(),
        Expected::None => "—".to_owned(),
    };
    Compared { found: shown(model, &value), expected, agrees: matches(model, &value, &row.expected.value) }
}

/// A finding for every row that does not agree.
pub fn check(model: &Model, assessment: &Assessment, run: (&[UnitScore], &Grading)) -> Vec<Finding> {
    let rows = assessment.registers.assertions.iter();
    let compared = rows.map(|row| (row, compare(model, assessment, run, row)));
    let differing = compared.filter(|(_, compared)| !compared.agrees).map(|(row, compared)| {
        let finding = Finding::new(Code::E641).at(row.expected.at).unit(&assessment.unit(row.unit).code);
        finding.found(compared.found).expected(compared.expected).with("place", &row.written)
    });
    differing.collect()
}

fn published(
    model: &Model,
    assessment: &Assessment,
    (scores, grading): (&[UnitScore], &Grading),
    row: &AssertionRow,
) -> Value {
    if assessment.unit(row.unit).mode == Mode::Excluded {
        return Value::None;
    }
    let mut scored = scores.iter().zip(&grading.units);
    scored.find(|(score, _)| score.unit == row.unit).map_or(Value::None, |own| value(model, own, row.place))
}

fn value(model: &Model, (score, grade): (&UnitScore, &UnitGrade), place: Published) -> Value {
    let rate =
        |rate: Option<&crate::shared::number::Percent>| rate.map_or(Value::None, |rate| Value::Number(rate.0.clone()));
    let count = |rank: Option<usize>| rank.map_or(Value::None, Value::Count);
    match place {
        Published::Leaf(leaf) => {
            let leaf = score.leaves.get(leaf).filter(|leaf| leaf.state != LeafState::NotApplicable);
            leaf.map_or(Value::None, |leaf| Value::Number(leaf.points.0.clone()))
        }
        Published::Component(component) => rate(score.rates.get(component)),
        Published::Aspect(aspect) => rate(score.aspects[aspect].as_ref()),
        Published::Line(line) => rate(score.lines[line].as_ref()),
        Published::Base => Value::Number(score.base.0.clone()),
        Published::Plus => Value::Number(score.adjusted.plus.0.clone()),
        Published::Minus => Value::Number(score.adjusted.minus.0.clone()),
        Published::Total => Value::Number(score.total.0.clone()),
        Published::Rank if model.rank.scope == RankScope::All => count(grade.rank_overall),
        Published::Rank | Published::RankInGroup => count(grade.rank_group),
        Published::RankOverall => count(grade.rank_overall),
        Published::Grade => grade.grade.map_or(Value::None, Value::Grade),
    }
}

fn matches(model: &Model, value: &Value, expected: &Expected) -> bool {
    match (value, expected) {
        (Value::Number(own), Expected::Number(wanted)) => own == wanted || own.round(model.score.decimals) == *wanted,
        (Value::Count(own), Expected::Number(wanted)) => Exact::from(*own) == *wanted,
        (Value::Grade(own), Expected::Grade(wanted)) => own == wanted,
        (Value::None, Expected::None) => true,
        _ => false,
    }
}

fn shown(model: &Model, value: &Value) -> String {
    match value {
        Value::Number(number) => number.fixed(model.score.decimals),
        Value::Count(count) => count.to_string(),
        Value::Grade(grade) => model.grades[*grade].name.clone(),
        Value::None => "—".to_owned(),
    }
}

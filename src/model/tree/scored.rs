//! How a leaf is scored: its rule with parameters, and the formula (公式) that gives its points or the value.

use super::load::{IndicatorRow, NO_FORMULA, SchemeCells};
use crate::model::formula::{Fault, Formula, Inputs, Wanted};
use crate::model::rule::{Rule, RuleInput, may_sum, parse_periods, parse_rule};
use crate::model::{PeriodRules, Periods};
use crate::shared::finding::{Arg, Code, Describe as _, Findings};
use crate::shared::number::Points;
use crate::shared::place::Located;
use crate::shared::text;

/// How a value becomes points, and where it comes from.
pub(super) struct Scored {
    pub(super) rule: Rule,
    pub(super) input: RuleInput,
    pub(super) formula: Option<Formula>,
    pub(super) periods: Option<PeriodRules>,
}

impl Scored {
    /// Reports periods that the values of the leaf cannot have.
    fn check_periods(&self, params: &Located<String>, findings: &mut Findings<'_>) {
        let Some(periods) = &self.periods else { return };
        let expected = match self.input {
            _ if periods.periods == Periods::Sum && !may_sum(&self.rule) => "model.expected.no_sum",
            RuleInput::Ledger => "model.expected.no_periods",
            _ => return,
        };
        findings.add(Code::E531).at(params.at).found(&params.value).expected(Arg::Word(expected));
    }
}

/// The cells that say so: those of a row, with what a scheme has in their place.
pub(super) struct ScoredCells<'r> {
    name: String,
    rule: &'r Located<String>,
    params: &'r Located<String>,
    expr: &'r Located<String>,
    inputs: &'r Located<String>,
}

/// Whether a cell holds no formula or no inputs.
fn is_none(cell: &Located<String>) -> bool {
    text::is_blank(&cell.value) || NO_FORMULA.contains(&text::key(&cell.value).to_lowercase().as_str())
}

impl<'r> ScoredCells<'r> {
    /// The cells of a row; those of a scheme that are not blank stand in their place.
    pub(super) fn of(row: &'r IndicatorRow, own: Option<&'r SchemeCells>) -> Self {
        let own =
            |cell: fn(&SchemeCells) -> &Located<String>| own.map(cell).filter(|cell| !text::is_blank(&cell.value));
        let expr = own(|own| &own.expr);
        // Inputs are of no use to a scheme that does without the formula.
        let without = expr.filter(|cell| is_none(cell));
        Self {
            name: format!("{} {}", row.code.value, row.name.value),
            rule: own(|own| &own.rule).unwrap_or(&row.rule),
            params: own(|own| &own.params).unwrap_or(&row.params),
            expr: expr.unwrap_or(&row.expr),
            inputs: own(|own| &own.inputs).or(without).unwrap_or(&row.inputs),
        }
    }

    /// Reads them, for a leaf with `full` points; all faults go to `findings`.
    pub(super) fn read(&self, full: &Points, findings: &mut Findings<'_>) -> Option<Scored> {
        let rule = parse_rule(self.rule, self.params, full, findings);
        let periods = parse_periods(self.params, findings);
        let Some((rule, input)) = rule else {
            self.formula(findings);
            return None;
        };
        let formula = match (is_none(self.expr), &rule) {
            (true, Rule::Calculated(_)) => {
                findings.add(Code::E595).at(self.expr.at).with("indicator", &self.name);
                return None;
            }
            (false, _) if !rule.scores_number() => {
                let finding = findings.add(Code::E593).at(self.expr.at).with("indicator", &self.name);
                finding.found(&self.rule.value).expected(Arg::Word("model.expected.formula_rule"));
                return None;
            }
            (false, _) if input.is_part() => {
                let finding = findings.add(Code::E593).at(self.expr.at).with("indicator", &self.name);
                finding.found(&self.params.value).expected(Arg::Word("model.expected.formula_input"));
                return None;
            }
            _ => self.formula(findings)?,
        };
        let scored = Scored { rule, input, formula, periods };
        scored.check_periods(self.params, findings);
        Some(scored)
    }

    /// The formula, if there is one; none after a finding.
    #[expect(clippy::option_option, reason = "no formula is not a fault")]
    fn formula(&self, findings: &mut Findings<'_>) -> Option<Option<Formula>> {
        match (is_none(self.expr), is_none(self.inputs)) {
            (true, true) => Some(None),
            (true, false) => {
                let finding = findings.add(Code::E594).at(self.inputs.at).with("indicator", &self.name);
                finding.found(&self.inputs.value);
                None
            }
            (false, true) => {
                let faults = Formula::parse(&self.expr.value, Inputs::default()).err().unwrap_or_default();
                if !self.tell_syntax(&faults, findings) {
                    findings.add(Code::E596).at(self.expr.at).with("indicator", &self.name).found(&self.expr.value);
                }
                None
            }
            (false, false) => self.whole(findings).map(Some),
        }
    }

    /// The formula with its inputs, each of which it must use.
    fn whole(&self, findings: &mut Findings<'_>) -> Option<Formula> {
        let inputs = match Inputs::parse(&self.inputs.value) {
            Ok(inputs) => inputs,
            Err(faults) => {
                faults.iter().for_each(|fault| self.tell(Code::E591, self.inputs, fault, findings));
                let faults = Formula::parse(&self.expr.value, Inputs::default()).err().unwrap_or_default();
                self.tell_syntax(&faults, findings);
                return None;
            }
        };
        match Formula::parse(&self.expr.value, inputs) {
            Ok(formula) => {
                let unused: Vec<&str> = formula.unused().into_iter().map(|input| input.name.as_str()).collect();
                for name in &unused {
                    findings.add(Code::E592).at(self.inputs.at).with("indicator", &self.name).found(*name);
                }
                unused.is_empty().then_some(formula)
            }
            Err(faults) => {
                faults.iter().for_each(|fault| self.tell(Code::E590, self.expr, fault, findings));
                None
            }
        }
    }

    /// Reports the faults that do not come from unknown inputs; whether there are any.
    fn tell_syntax(&self, faults: &[Fault], findings: &mut Findings<'_>) -> bool {
        let syntax = faults.iter().filter(|fault| !matches!(fault.wanted, Wanted::Input(_)));
        syntax.map(|fault| self.tell(Code::E590, self.expr, fault, findings)).count() > 0
    }

    fn tell(&self, code: Code, cell: &Located<String>, fault: &Fault, findings: &mut Findings<'_>) {
        let finding = findings.add(code).at(cell.at).with("indicator", &self.name).with("column", fault.column);
        finding.found(fault.found.arg()).expected(fault.wanted.arg());
    }
}

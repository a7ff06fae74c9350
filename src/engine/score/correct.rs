//! Corrections (更正登记): each replaces one input value, and must name the old one (SPEC §8, §18).

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::formula::InputChange;
use super::leaf_score::LeafScore;
use super::leaves::Leaves;
use crate::engine::assessment::{Amount, Assessment, CorrectionRow, Registers, Standing, Target, UnitIx};
use crate::model::Model;
use crate::shared::finding::{Code, Describe as _, Findings};
use crate::shared::number::{Exact, Precision};

/// The corrections that count, by unit and place.
pub(super) struct Corrections<'c> {
    model: &'c Model,
    rows: BTreeMap<(UnitIx, Target), &'c CorrectionRow>,
}

/// Unit, leaf and period of a formula whose inputs are corrected.
type OfFormula = (UnitIx, usize, Option<usize>);

impl<'c> Corrections<'c> {
    pub(super) fn new(model: &'c Model, registers: &'c Registers) -> Self {
        let rows = registers.corrections.iter().filter(|row| row.standing == Standing::Approved);
        Self { model, rows: rows.map(|row| ((row.unit, row.target), row)).collect() }
    }

    /// The correction of a place of a unit, if one counts.
    pub(super) fn find(&self, unit: UnitIx, target: Target) -> Option<&'c CorrectionRow> {
        self.rows.get(&(unit, target)).copied()
    }

    /// Puts corrected values in place of those of leaves, before the rules that compare units look at them.
    pub(super) fn enter(&self, assessment: &Assessment, leaves: &mut Cow<'_, [Leaves]>, findings: &mut Findings<'_>) {
        for ((unit, target), row) in &self.rows {
            let Target::Value { leaf: index, period } = *target else { continue };
            let own = assessment.unit(*unit);
            let whole = leaves.to_mut()[unit.0].get_mut(index);
            let Some(score) = whole.and_then(|whole| whole.of_period_mut(period)) else { continue };
            let present = score.counting();
            if row.old.value.as_ref().and_then(Amount::value) != present {
                let expected = present.unwrap_or("—");
                let mut findings = findings.of_unit(&own.code);
                let finding = findings.add(Code::E620).at(row.old.at).with("id", &row.id);
                finding.found(row.old.value.as_ref().map(Amount::to_string).unwrap_or_default()).expected(expected);
            }
            let rules = &self.model.of(own.scheme).tree().leaves[index];
            // A value that is multiplied is judged here; any other was judged where it was read.
            let entered = score.coefficient.as_ref().and_then(|_| score.entered(rules, row));
            if let Some((expected, value)) = entered.and_then(|own| Some((rules.rule.refusal(&own)?, own))) {
                let mut findings = findings.of_unit(&own.code);
                let finding = findings.add(Code::E621).at(row.new.at).with("id", &row.id);
                finding.found(rules.shape().describe(&value)).expected(expected);
            }
            score.replace(rules, row);
        }
        for ((unit, leaf, period), rows) in self.inputs() {
            let own = assessment.unit(unit);
            let whole = leaves.to_mut()[unit.0].get_mut(leaf);
            let Some(score) = whole.and_then(|whole| whole.of_period_mut(period)) else { continue };
            let mut findings = findings.of_unit(&own.code);
            let changes: Vec<InputChange<'_>> =
                rows.into_iter().filter_map(|(name, row)| change(score, name, row, &mut findings)).collect();
            if let Err(finding) =
                score.rework(&self.model.of(own.scheme).tree().leaves[leaf], &changes, self.model.language)
            {
                findings.push(finding);
            }
        }
    }

    /// The corrections of inputs, by unit, leaf and period, with the name of each input.
    fn inputs(&self) -> BTreeMap<OfFormula, Vec<(&'c str, &'c CorrectionRow)>> {
        let mut inputs: BTreeMap<OfFormula, Vec<_>> = BTreeMap::new();
        for ((unit, target), row) in &self.rows {
            let Target::Input { leaf, input, period } = *target else { continue };
            let Some(name) = self.model.input_names(leaf).get(input).copied() else { continue };
            inputs.entry((*unit, leaf, period)).or_default().push((name, *row));
        }
        inputs
    }

    /// Checks that the rule can score the sums of values of which a correction replaced one.
    pub(super) fn check_sums(&self, assessment: &Assessment, leaves: &[Leaves], findings: &mut Findings<'_>) {
        for ((unit, target), row) in &self.rows {
            let (Target::Value { leaf: index, .. } | Target::Input { leaf: index, .. }) = *target else { continue };
            let own = assessment.unit(*unit);
            let rules = &self.model.of(own.scheme).tree().leaves[index];
            let score = leaves[unit.0].get(index).filter(|_| rules.adds_values());
            if let Some((found, expected)) = score.and_then(|score| score.refused_sum(rules)) {
                let mut findings = findings.of_unit(&own.code);
                findings.add(Code::E621).at(row.new.at).with("id", &row.id).found(found).expected(expected);
            }
        }
    }

    /// The corrected value of a place: the old value must be `present`, exactly or at the printed decimals, and the new one
    /// must lie from `low` to `high`. Without a correction `None`.
    pub(super) fn apply(
        &self,
        row: &CorrectionRow,
        present: Option<&Exact>,
        [low, high]: [&Exact; 2],
        findings: &mut Findings<'_>,
    ) -> Exact {
        let published = self.model.score.published();
        let same = |old: &Exact| present.is_some_and(|now| now == old || published.round(now) == *old);
        if !row.old.value.as_ref().and_then(Amount::number).is_some_and(same) {
            let found = row.old.value.as_ref().map(Amount::to_string).unwrap_or_default();
            let expected = present.map(|now| shown(now, published));
            let finding = findings.add(Code::E620).at(row.old.at).with("id", &row.id).found(found);
            finding.expected(expected.as_deref().unwrap_or("—"));
        }
        let zero = Exact::zero();
        let new = row.new.value.number().unwrap_or(&zero);
        if new < low || new > high {
            let finding = findings.add(Code::E621).at(row.new.at).with("id", &row.id);
            finding.found(new).expected(format!("{low} – {high}"));
        }
        new.clone()
    }

    /// A corrected total may not have more decimals than are published.
    pub(super) fn check_decimals(&self, row: &CorrectionRow, findings: &mut Findings<'_>) {
        let decimals = self.model.score.decimals;
        if row.new.value.number().and_then(Exact::decimals).is_none_or(|used| used > decimals) {
            let finding = findings.add(Code::E621).at(row.new.at).with("id", &row.id);
            finding.found(&row.new.value).expected(Exact::zero().fixed(decimals));
        }
    }
}

/// The change of an input, which must have the old value; none where no formula counts for the leaf.
fn change<'c>(
    score: &LeafScore,
    name: &str,
    row: &'c CorrectionRow,
    findings: &mut Findings<'_>,
) -> Option<InputChange<'c>> {
    let inputs = score.formula.as_ref().map_or(&[] as &[_], |own| &own.inputs);
    let found = inputs.iter().position(|input| input.name == name);
    let present = found.and_then(|index| inputs[index].value.as_ref());
    if row.old.value.as_ref().and_then(Amount::number) != present || found.is_none() {
        let expected = present.map_or_else(|| "—".to_owned(), Exact::in_full);
        let finding = findings.add(Code::E620).at(row.old.at).with("id", &row.id);
        finding.found(row.old.value.as_ref().map(Amount::to_string).unwrap_or_default()).expected(expected);
    }
    found.map(|input| InputChange { input, row })
}

/// A value as the user sees it: exactly, or rounded to the printed decimals.
fn shown(value: &Exact, published: Precision) -> String {
    if value.decimals().is_some_and(|used| used <= 6) { value.to_string() } else { published.print(value) }
}

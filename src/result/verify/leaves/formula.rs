//! Formulas, calculated again from the recorded inputs.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Judge;
use crate::model::policy::Unverified;
use crate::result::outcome::{Amount, CorrectionRow, LeafState, ReplacedValue, Target, Worked};
use crate::result::verify::{Checked, formula};
use crate::shared::number::Exact;

/// What the document says of the formula of a leaf at one time: now, or before a correction of its inputs.
struct At<'a> {
    /// What its paths begin with.
    within: &'a str,
    state: LeafState,
    /// The verified value, as text.
    value: Option<&'a str>,
    worked: Option<&'a Worked>,
}

impl Judge<'_> {
    /// Checks that a formula gives the recorded value with the recorded inputs, and that it is the value that counts.
    pub(super) fn formula(&self, checked: &mut Checked) {
        let leaf = self.leaf;
        if self.is_whole() {
            // Its periods have each their own.
            checked.same(|| self.place("formula"), &leaf.formula.is_some(), &false);
            return;
        }
        let state = leaf.original.as_ref().map_or(leaf.state, |own| own.state);
        let worked = leaf.formula.as_deref();
        self.formula_at(&At { within: "", state, value: leaf.value.as_deref(), worked }, checked);
        if let Some(replaced) = &leaf.replaced {
            let (state, worked) = (replaced.leaf.state, replaced.formula.as_deref());
            self.formula_at(&At { within: "replaced.", state, value: replaced.value.as_deref(), worked }, checked);
        }
    }

    fn formula_at(&self, at: &At<'_>, checked: &mut Checked) {
        let place = |what: &str| self.place(&format!("{}formula.{what}", at.within));
        let claimed = self.leaf.claimed.as_deref();
        let shown = match at.state {
            LeafState::Verified => at.value,
            LeafState::SelfScored => claimed,
            LeafState::NoEvidence => {
                let is_counted = self.policy.unverified == Unverified::SelfScore;
                at.value.or_else(|| claimed.filter(|_| is_counted))
            }
            _ => None,
        };
        let rules = self.rules.formula.as_ref();
        let (Some(rules), Some(own)) = (rules, at.worked) else {
            let is_due = rules.is_some() && shown.is_some();
            checked.same(|| place("value"), &at.worked.is_some(), &is_due);
            return;
        };
        let names = |list: &mut dyn Iterator<Item = &String>| list.cloned().collect::<Vec<_>>().join(";");
        let expected = names(&mut rules.inputs().iter().map(|input| &input.name));
        checked.same(|| place("inputs"), &names(&mut own.inputs.iter().map(|input| &input.name)), &expected);
        checked.both(|| place("value"), Some(&own.value), again(rules.text(), own).as_ref());
        let values: Vec<Option<Exact>> = own.inputs.iter().map(|input| input.value.clone()).collect();
        checked.same(|| place("text"), &own.text, &rules.with_result(&values, &own.value));
        checked.both(|| place("value"), Some(own.value.in_full().as_str()), shown);
    }

    /// The value that a formula gave: of several periods the sum, where their values are added up.
    pub(super) fn worked(&self) -> Option<Cow<'_, Exact>> {
        let added = self.rules.periods.as_ref().filter(|_| self.is_whole() && self.rules.adds_values());
        let Some(rules) = added else { return self.leaf.formula.as_ref().map(|own| Cow::Borrowed(&own.value)) };
        let values = self.counted(rules).into_iter().filter_map(|own| Some(own.score.formula.as_ref()?.value.clone()));
        values.reduce(|sum, value| sum + value).map(Cow::Owned)
    }

    /// The approved corrections of inputs, in the order of the inputs.
    pub(super) fn input_rows(&self) -> Vec<(&str, &CorrectionRow)> {
        let (unit, leaf, period) = (&self.unit.roster.code, self.index, self.period);
        let names = self.subject.outcome.model.input_names(leaf).into_iter().enumerate();
        let row = |input: usize| self.subject.correction(unit, Target::Input { leaf, input, period });
        names.filter_map(|(input, name)| Some((name, row(input)?))).collect()
    }

    /// Checks that corrected inputs are those that the rows name, before and after, and that the others are as they were.
    pub(super) fn reworked(&self, replaced: &ReplacedValue, rows: &[(&str, &CorrectionRow)], checked: &mut Checked) {
        let (Some(old), Some(new)) = (&replaced.formula, &self.leaf.formula) else { return };
        for (was, now) in old.inputs.iter().zip(&new.inputs) {
            let place = |what: &str| self.place(&format!("{what}[{}]", now.name));
            let row = rows.iter().find(|(name, _)| *name == now.name).map(|(_, row)| row);
            checked.both(|| place("formula.corrected"), now.corrected.as_ref(), row.map(|row| &row.id));
            checked.same(|| place("replaced.formula.corrected"), &was.corrected.is_some(), &false);
            let expected = row.map_or(was.value.as_ref(), |row| row.new.value.number());
            checked.both(|| place("formula.inputs"), now.value.as_ref(), expected);
            if let Some(row) = row {
                let said = row.old.value.as_ref().and_then(Amount::number);
                checked.both(|| place("replaced.formula.inputs"), was.value.as_ref(), said);
            }
        }
    }
}

/// The value of a canonical text with the recorded inputs.
fn again(text: &str, own: &Worked) -> Option<Exact> {
    let known = own.inputs.iter().filter_map(|input| Some((input.name.as_str(), input.value.clone()?)));
    formula::value(text, &known.collect::<BTreeMap<&str, Exact>>())
}

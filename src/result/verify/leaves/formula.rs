//! Formulas, calculated again from the recorded inputs.

use std::collections::BTreeMap;

use super::Judge;
use crate::model::policy::Unverified;
use crate::result::outcome::{LeafState, Worked};
use crate::result::verify::{Checked, formula};
use crate::shared::number::Exact;

impl Judge<'_> {
    /// Checks that a formula gives the recorded value with the recorded inputs, and that it is the value that counts.
    pub(super) fn formula(&self, checked: &mut Checked) {
        let place = |what: &str| self.place(&format!("formula.{what}"));
        let state = self.leaf.original.as_ref().map_or(self.leaf.state, |own| own.state);
        let shown = match state {
            LeafState::Verified => self.leaf.value.as_ref(),
            LeafState::SelfScored => self.leaf.claimed.as_ref(),
            LeafState::NoEvidence => self.leaf.value.as_ref().or_else(|| {
                let is_counted = self.policy.unverified == Unverified::SelfScore;
                self.leaf.claimed.as_ref().filter(|_| is_counted)
            }),
            _ => None,
        };
        let rules = self.rules.formula.as_ref();
        let (Some(rules), Some(own)) = (rules, &self.leaf.formula) else {
            let is_due = rules.is_some() && shown.is_some();
            checked.same(|| place("value"), &self.leaf.formula.is_some(), &is_due);
            return;
        };
        let names = |list: &mut dyn Iterator<Item = &String>| list.cloned().collect::<Vec<_>>().join(";");
        let expected = names(&mut rules.inputs().iter().map(|input| &input.name));
        checked.same(|| place("inputs"), &names(&mut own.inputs.iter().map(|input| &input.name)), &expected);
        checked.both(|| place("value"), Some(&own.value), again(rules.text(), own).as_ref());
        let values: Vec<Option<Exact>> = own.inputs.iter().map(|input| input.value.clone()).collect();
        checked.same(|| place("text"), &own.text, &rules.with_result(&values, &own.value));
        checked.both(|| place("value"), Some(&own.value.in_full()), shown);
    }

    /// The value that a formula gave.
    pub(super) fn worked(&self) -> Option<&Exact> {
        self.leaf.formula.as_ref().map(|own| &own.value)
    }
}

/// The value of a canonical text with the recorded inputs.
fn again(text: &str, own: &Worked) -> Option<Exact> {
    let known = own.inputs.iter().filter_map(|input| Some((input.name.as_str(), input.value.clone()?)));
    formula::value(text, &known.collect::<BTreeMap<&str, Exact>>())
}

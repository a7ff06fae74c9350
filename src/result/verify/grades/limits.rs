//! Limits on the rates of components (SPEC §19.8): of those whose condition holds, the lowest bounds the rate.

use super::conditions::{Facts, Truth};
use super::{Court, NodeRates};
use crate::result::outcome::{Limited, UnitOutcome};
use crate::result::verify::Checked;

impl<'s> Court<'_, 's> {
    /// Checks which limit holds for each component of a unit, and what it says of the rate.
    pub(super) fn limits(&self, unit: &'s UnitOutcome, nodes: &NodeRates<'s>, checked: &mut Checked) {
        let outcome = self.subject.outcome;
        for (index, component) in outcome.model.components.iter().enumerate() {
            let Some(own) = unit.components.get(&component.id) else { continue };
            let place = |what: &str| format!("units[{}].components.{}.limited{what}", unit.roster.code, component.id);
            if component.limits.is_empty() {
                checked.same(|| place(""), &own.limited.is_some(), &false);
                continue;
            }
            let facts = Facts { court: self, unit, nodes };
            let measured = nodes.get(index).and_then(Option::as_ref).and_then(|rates| rates.unit.as_ref());
            let held = component.limits.iter().enumerate().filter_map(|(limit, rule)| match facts.judge(&rule.when) {
                Truth::Holds(because) => Some((&rule.at_most.0, limit, because)),
                Truth::Fails | Truth::Unknown => None,
            });
            let lowest = held.min_by(|a, b| a.0.cmp(b.0).then(a.1.cmp(&b.1))).filter(|_| measured.is_some());
            let recorded = own.limited.as_ref();
            let at_most = recorded.map(|own| &own.at_most.0);
            checked.both(|| place(".at_most"), at_most, lowest.as_ref().map(|(at_most, ..)| *at_most));
            let limit = lowest.as_ref().map(|(_, limit, _)| limit);
            checked.both(|| place(".limit"), recorded.map(|own| &own.limit), limit);
            let Some((Limited { measured: rate, because, .. }, (_, _, reasons))) = recorded.zip(lowest) else {
                continue;
            };
            checked.both(|| place(".measured"), Some(&rate.0), measured);
            checked.same(|| place(".because"), because.as_str(), reasons.join("; ").as_str());
        }
    }
}

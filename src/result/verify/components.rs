//! Rates of the components of a unit: from leaf points, class means and given scores (SPEC §6-§8).

use super::tree::{MeasuredRates, Rates, Tree, weighted};
use super::{Checked, Subject};
use crate::result::outcome::{
    BallotsOutcome, ComponentModel, ComponentOutcome, GivenOutcome, LeafOutcome, Rate, UnitOutcome,
};
use crate::shared::number::{Exact, Percent};
use crate::shared::text;

/// Checks every component of a unit; gives the rates of its nodes by component.
pub(super) fn check<'s>(
    subject: &Subject<'s>,
    tree: &Tree<'s>,
    unit: &'s UnitOutcome,
    checked: &mut Checked,
) -> Vec<Option<Rates<'s>>> {
    let model = &subject.outcome.model;
    leaves(subject, unit, checked);
    model
        .components
        .iter()
        .map(|rules| {
            let own = unit.components.get(&rules.id)?;
            let component = Component { subject, unit, rules, own };
            let measured = component.measured(checked);
            let rates = tree.rates(&measured);
            component.check(&rates, checked);
            Some(rates)
        })
        .collect()
}

/// Leaf points lie from 0 to the full points; a corrected one is what its correction says.
fn leaves(subject: &Subject<'_>, unit: &UnitOutcome, checked: &mut Checked) {
    for (leaf, rules) in unit.leaves.iter().zip(&subject.outcome.model.leaves) {
        let place = |what: &str| format!("units[{}].leaves[{}].{what}", unit.code, leaf.code);
        checked.same(|| place("full"), &leaf.full, &rules.full);
        let is_off = leaf.state == "not-applicable";
        checked.same(|| place("state"), &leaf.verified.is_none(), &is_off);
        if let Some(points) = &leaf.verified {
            let low = Exact::zero();
            let inside = points.0.clone().max(low).min(rules.full.0.clone());
            checked.same(|| place("verified"), &points.0, &inside);
        }
        let correction = subject.correction(&unit.code, &leaf.code);
        checked.same(|| place("corrected"), &leaf.corrected.is_some(), &correction.is_some());
        if let Some(new) = correction {
            checked.both(|| place("verified"), leaf.verified.as_ref().map(|p| &p.0), Some(new));
        }
    }
}

struct Component<'c, 's> {
    subject: &'c Subject<'s>,
    unit: &'s UnitOutcome,
    rules: &'s ComponentModel,
    own: &'s ComponentOutcome,
}

impl<'s> Component<'_, 's> {
    fn place(&self, what: &str) -> String {
        format!("units[{}].components.{}.{what}", self.unit.code, self.rules.id)
    }

    fn measured(&self, checked: &mut Checked) -> MeasuredRates<'s> {
        match (self.rules.kind.as_str(), &self.own.ballots) {
            ("indicators", _) => {
                self.unit.leaves.iter().map(|leaf| (leaf.code.as_str(), self.leaf_rate(leaf))).collect()
            }
            ("ballots", Some(ballots)) => {
                let nodes = self.rules.nodes.iter().enumerate();
                nodes.map(|(i, node)| (node.as_str(), self.node_rate(i, node, ballots, checked))).collect()
            }
            _ => self.own.given.iter().map(|given| (given.node.as_str(), self.given_rate(given, checked))).collect(),
        }
    }

    /// 100 · points / full points; a leaf that is not applicable as the model says.
    fn leaf_rate(&self, leaf: &LeafOutcome) -> Option<Exact> {
        match (&leaf.verified, self.subject.outcome.model.not_applicable.as_str()) {
            (Some(points), _) => Some(Exact::from(100) * &points.0 / &leaf.full.0),
            (None, "full") => Some(Exact::from(100)),
            (None, "zero") => Some(Exact::zero()),
            (None, _) => None,
        }
    }

    /// Σ weight · mean / Σ weight in percent of the full points, or the median of the group.
    fn node_rate(&self, index: usize, node: &str, ballots: &'s BallotsOutcome, checked: &mut Checked) -> Option<Exact> {
        let rate = if ballots.enough == "group-median" {
            self.median(index)
        } else if ballots.enough == "inapplicable" {
            (self.rules.not_applicable == "zero").then(Exact::zero)
        } else {
            let full = self.rules.full.as_ref().map_or_else(|| Exact::from(100), |points| points.0.clone());
            let classes = self.rules.classes.iter().zip(&ballots.classes);
            let parts = classes.map(|(class, own)| {
                let mean = own.means.get(index).and_then(Option::as_ref).map(|mean| mean.mean.clone());
                (class.weight.0.clone(), mean)
            });
            weighted(parts).map(|mean| Exact::from(100) * &mean / &full)
        };
        let recorded = ballots.rates.get(index).and_then(Option::as_ref);
        self.rate(&format!("ballots.rates[{node}]"), recorded, rate.as_ref(), checked);
        if index == 0 {
            self.weights(ballots, checked);
            self.satisfaction(ballots, checked);
        }
        rate
    }

    /// The median over the ranked units of the group with enough answers; of an even count the mean of the middle two.
    fn median(&self, index: usize) -> Option<Exact> {
        let key = (self.rules.id.as_str(), self.unit.group.as_str(), index);
        let rates = self.subject.donors.get(&key)?;
        let low = rates.get(rates.len().checked_sub(1)? / 2)?;
        let high = rates.get(rates.len() / 2)?;
        Some((*low + *high) / Exact::from(2))
    }

    /// Weights of the classes with a result, made 100 % together.
    fn weights(&self, ballots: &BallotsOutcome, checked: &mut Checked) {
        if ballots.enough == "group-median" {
            return;
        }
        let classes = || self.rules.classes.iter().zip(&ballots.classes);
        let present: Exact = classes().filter(|(_, own)| own.missing.is_none()).map(|(class, _)| &class.weight.0).sum();
        for (class, own) in classes() {
            let weight = match own.missing {
                None if present.is_positive() => Exact::from(100) * &class.weight.0 / &present,
                _ => Exact::zero(),
            };
            let place = || self.place(&format!("ballots.classes[{}].effective_weight", class.id));
            checked.same(place, &own.effective_weight.0, &weight);
        }
    }

    /// Positive in percent of valid ratings, where it is declared and known.
    fn satisfaction(&self, ballots: &BallotsOutcome, checked: &mut Checked) {
        let known = self.rules.satisfaction && ballots.valid > 0 && ballots.enough == "enough";
        if !known && ballots.satisfaction.is_none() {
            return;
        }
        let share =
            (ballots.valid > 0).then(|| Exact::from(100) * &Exact::from(ballots.positive) / Exact::from(ballots.valid));
        self.rate("ballots.satisfaction", ballots.satisfaction.as_ref(), share.as_ref(), checked);
    }

    /// Scores of the periods combined, in percent of the scale.
    fn given_rate(&self, given: &GivenOutcome, checked: &mut Checked) -> Option<Exact> {
        let rules = self.rules;
        if rules.combined.is_empty() {
            // An earlier program did not record how periods were combined.
            return given.rate.as_ref().map(|rate| rate.exact.clone());
        }
        let is_off = |period: &String| given.off.iter().any(|(own, _)| text::key(own) == text::key(period));
        let left = rules.periods.iter().filter(|period| !is_off(period)).count();
        let applies = match rules.combined.as_str() {
            "last" => rules.periods.last().map_or(given.off.is_empty(), |last| !is_off(last)),
            _ => left > 0 || given.off.is_empty(),
        };
        if !applies {
            // A component that does not apply as a whole counts 0 where the model says so.
            let zero = self.own.given.iter().all(|node| node.rate.as_ref().is_some_and(|rate| rate.exact.is_zero()));
            let rate = (rules.not_applicable == "zero" && zero).then(Exact::zero);
            self.rate(&format!("given[{}].rate", given.node), given.rate.as_ref(), rate.as_ref(), checked);
            return rate;
        }
        let full = rules.full.as_ref().map_or_else(|| Exact::from(100), |points| points.0.clone());
        let sum: Exact = given.parts.iter().map(|(_, score, _)| &score.0).sum();
        let points = match rules.combined.as_str() {
            "mean" => sum / Exact::from(left.max(1)),
            "last" => {
                let last = rules.periods.last().map(|period| text::key(period));
                let own = given.parts.iter().find(|(period, _, _)| Some(text::key(period)) == last);
                own.map_or_else(Exact::zero, |(_, score, _)| score.0.clone())
            }
            _ => sum,
        };
        let rate = Exact::from(100) * &points / &full;
        self.rate(&format!("given[{}].rate", given.node), given.rate.as_ref(), Some(&rate), checked);
        Some(rate)
    }

    fn rate(&self, what: &str, recorded: Option<&Rate>, calculated: Option<&Exact>, checked: &mut Checked) {
        checked.both(|| self.place(&format!("{what}.exact")), recorded.map(|rate| &rate.exact), calculated);
        if let Some(rate) = recorded {
            let decimals = self.subject.outcome.model.decimals;
            checked.printed(|| self.place(what), &rate.rate, &rate.exact, decimals);
        }
    }

    /// The rate of the unit after rounding or correction, and those of its aspects and lines.
    fn check(&self, rates: &Rates<'_>, checked: &mut Checked) {
        let model = &self.subject.outcome.model;
        let whole = rates.unit.clone().unwrap_or_else(Exact::zero);
        // An earlier program did not record the decimals: those of the rate itself are taken.
        let decimals = if model.has_rules() { model.component_decimals } else { self.own.exact.decimals() };
        let rounded = decimals.map_or_else(|| whole.clone(), |decimals| whole.round(decimals));
        let correction = self.subject.correction(&self.unit.code, &self.rules.id);
        checked.same(|| self.place("corrected"), &self.own.corrected.is_some(), &correction.is_some());
        checked.same(|| self.place("exact"), &self.own.exact, correction.unwrap_or(&rounded));
        let rate = Rate::new(&Percent(self.own.exact.clone()), model.decimals);
        checked.same(|| self.place("rate"), &self.own.rate, &rate.rate);
        for (code, recorded) in &self.own.aspects {
            let own = rates.aspects.get(code.as_str()).and_then(Option::as_ref);
            self.rate(&format!("aspects.{code}"), recorded.as_ref(), own, checked);
        }
        for (code, recorded) in &self.own.lines {
            let own = rates.lines.get(code.as_str()).and_then(Option::as_ref);
            self.rate(&format!("lines.{code}"), recorded.as_ref(), own, checked);
        }
    }
}

//! The tail of a component, calculated anew: which components a unit has, with what weights, and from the measured rate to the
//! one that counts (SPEC §19.2–§19.4).

use std::collections::BTreeMap;

use super::leaves::of_place;
use super::{Checked, Subject};
use crate::model::field::Within;
use crate::model::{ComponentKind, Convert, ConvertBy, SchemeIx};
use crate::result::outcome::{
    Answers, Component, ComponentOutcome, Inapplicable, Lack, Mode, Outcome, RankMethod, TailStep, Target, UnitOutcome,
};
use crate::shared::number::{Exact, Percent};

/// A component, and the units that are compared in it.
type Key<'s> = (usize, Option<&'s str>, Option<SchemeIx>);

/// The rates before they are converted, of the members of each field, the lowest first.
#[derive(Default)]
pub(super) struct Fields<'s>(BTreeMap<Key<'s>, Vec<&'s Exact>>);

fn key<'s>(component: usize, rule: &Convert, unit: &'s UnitOutcome) -> Key<'s> {
    match rule.field.within {
        Within::Group => (component, Some(&unit.roster.group), None),
        Within::Scheme => (component, None, unit.roster.scheme),
        Within::All => (component, None, None),
    }
}

fn is_member(rule: &Convert, unit: &UnitOutcome) -> bool {
    match unit.roster.mode {
        Mode::Ranked => true,
        Mode::Separate => rule.field.separate,
        Mode::Excluded => false,
    }
}

/// The recorded rate of the last step before converting.
fn before(own: &ComponentOutcome) -> Option<&Exact> {
    let steps =
        own.tail.iter().take_while(|step| matches!(step, TailStep::Measured { .. } | TailStep::Multiplied { .. }));
    steps.last().map(|step| &step.rate().0)
}

impl<'s> Fields<'s> {
    pub(super) fn of(outcome: &'s Outcome) -> Self {
        let mut fields = Self::default();
        for (index, component) in outcome.model.components.iter().enumerate() {
            let Some(rule) = &component.tail.convert else { continue };
            for unit in outcome.units.iter().filter(|unit| is_member(rule, unit)) {
                let rate = unit.components.get(&component.id).and_then(before);
                fields.0.entry(key(index, rule, unit)).or_default().extend(rate);
            }
        }
        fields.0.values_mut().for_each(|rates| rates.sort_unstable());
        fields
    }
}

/// Why a unit lacks a component whose weight goes to the others, by what is recorded of its inputs.
pub(super) fn lack(component: &Component, own: &ComponentOutcome) -> Option<Lack> {
    match (&component.kind, &own.ballots) {
        (ComponentKind::Ballots(rules), Some(ballots)) => {
            let leaves = rules.not_applicable == Inapplicable::Renormalise && ballots.enough == Answers::Inapplicable;
            leaves.then_some(Lack::Inapplicable)
        }
        (ComponentKind::Given(rules), _) if own.given.iter().all(|node| node.rate.is_none()) => {
            let says_so = own.given.iter().any(|node| !node.off.is_empty());
            match (says_so, rules.not_applicable, rules.missing) {
                (true, Inapplicable::Renormalise, _) => Some(Lack::Inapplicable),
                (false, _, Inapplicable::Renormalise) if !own.given.is_empty() => Some(Lack::Missing),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The weight of a component for a unit: that of its scheme, scaled up to what it does not lack.
pub(super) fn weight(outcome: &Outcome, unit: &UnitOutcome, component: usize) -> Option<Exact> {
    let held = outcome.held(unit);
    let own = &held.weight(component)?.0;
    let is_there =
        |id: &str, component: &Component| unit.components.get(id).is_some_and(|own| lack(component, own).is_none());
    let mut there = held.components().filter(|part| is_there(&part.component.id, part.component));
    if there.by_ref().count() == held.components().count() {
        return Some(own.clone());
    }
    let rules = &outcome.model.components[component];
    if !is_there(&rules.id, rules) {
        return Some(Exact::zero());
    }
    let present = held.components().filter(|part| is_there(&part.component.id, part.component));
    let present: Exact = present.map(|part| &part.weight.0).sum();
    Some(own * &Exact::from(100) / &present)
}

/// A component of a unit.
pub(super) struct Tail<'t, 's> {
    pub(super) subject: &'t Subject<'s>,
    pub(super) unit: &'s UnitOutcome,
    /// Index of the component.
    pub(super) index: usize,
    pub(super) rules: &'s Component,
    pub(super) own: &'s ComponentOutcome,
}

impl Tail<'_, '_> {
    fn place(&self, step: usize, what: &str) -> String {
        format!("units[{}].components.{}.tail[{step}].{what}", self.unit.roster.code, self.rules.id)
    }

    /// Checks every step up to the rate before a correction, which is returned.
    pub(super) fn check(&self, measured: Exact, is_lacking: bool, checked: &mut Checked) -> Exact {
        let rules = &self.rules.tail;
        let precision = self.subject.outcome.model.score.component(self.rules);
        let mut steps = Steps { tail: self, at: 0, rate: measured };
        if !rules.is_empty() && !is_lacking {
            steps.measured(checked);
            if let Some(rule) = &rules.coefficient {
                steps.multiplied(&rule.columns, rule.most.as_ref(), checked);
            }
            if let Some(rule) = &rules.convert {
                steps.converted(rule, checked);
            }
        }
        if let Some(precision) = precision {
            let rate = precision.round(&steps.rate);
            steps.last(rate, |step| matches!(step, TailStep::Rounded { .. }), checked);
        }
        let before = steps.rate.clone();
        let correction = self.subject.correction(&self.unit.roster.code, Target::Component(self.index));
        if let Some(new) = correction.and_then(|row| row.new.value.number()) {
            steps.last(new.clone(), |step| matches!(step, TailStep::Corrected { .. }), checked);
        }
        let count = steps.at;
        let place = || format!("units[{}].components.{}.tail", self.unit.roster.code, self.rules.id);
        checked.same(place, &self.own.tail.len(), &count);
        before
    }
}

/// The steps that were checked, and the rate after them.
struct Steps<'c, 't, 's> {
    tail: &'c Tail<'t, 's>,
    at: usize,
    rate: Exact,
}

impl<'c> Steps<'c, '_, '_> {
    /// The recorded step, which must be of this kind, and its rate.
    fn take(
        &mut self,
        is_kind: impl Fn(&TailStep) -> bool,
        rate: Exact,
        checked: &mut Checked,
    ) -> Option<&'c TailStep> {
        let (tail, at) = (self.tail, self.at);
        let own = tail.own.tail.get(at).filter(|step| is_kind(step));
        checked.both(|| tail.place(at, "rate"), own.map(|step| &step.rate().0), Some(&rate));
        self.at += 1;
        self.rate = rate;
        own
    }

    fn measured(&mut self, checked: &mut Checked) {
        let rate = self.rate.clone();
        self.take(|step| matches!(step, TailStep::Measured { .. }), rate, checked);
    }

    /// A step that is recorded only beside others.
    fn last(&mut self, rate: Exact, is_kind: impl Fn(&TailStep) -> bool, checked: &mut Checked) {
        if self.at > 0 {
            self.take(is_kind, rate, checked);
        } else {
            self.rate = rate;
        }
    }

    fn multiplied(&mut self, columns: &[String], most: Option<&Percent>, checked: &mut Checked) {
        let product = product(self.tail.unit, columns);
        let whole = &self.rate * &product;
        let rate = match most {
            Some(most) => whole.at_most(&most.0),
            None => whole,
        };
        let (tail, at) = (self.tail, self.at);
        let step = self.take(|step| matches!(step, TailStep::Multiplied { .. }), rate, checked);
        let Some(TailStep::Multiplied { coefficient, .. }) = step else { return };
        checked.same(|| tail.place(at, "coefficient"), coefficient, &product);
    }

    fn converted(&mut self, rule: &Convert, checked: &mut Checked) {
        let (tail, at) = (self.tail, self.at);
        let none = Vec::new();
        let rates = tail.subject.fields.0.get(&key(tail.index, rule, tail.unit)).unwrap_or(&none);
        let basis = match rule.by {
            ConvertBy::Best => rates.last().copied().cloned(),
            ConvertBy::Mean(_) if rates.is_empty() => None,
            ConvertBy::Mean(_) => {
                let size = Exact::from(rates.len());
                Some(rates.iter().fold(Exact::zero(), |sum, rate| sum + *rate) / size)
            }
            ConvertBy::Place(_) => None,
        };
        let place = self.place(rule, rates);
        let hundred = Exact::from(100);
        let share = |part: &Exact| basis.as_ref().map_or_else(Exact::zero, |basis| part * &self.rate / basis);
        let rate = match &rule.by {
            ConvertBy::Best => share(&hundred),
            ConvertBy::Mean(mean) => share(&mean.0),
            ConvertBy::Place(ladder) => of_place(ladder, place, rates.len(), &hundred).unwrap_or_else(Exact::zero),
        };
        let rate = if rate > hundred { hundred } else { rate };
        let members = rates.len();
        let step = self.take(|step| matches!(step, TailStep::Converted { .. }), rate, checked);
        let Some(TailStep::Converted { standing, .. }) = step else { return };
        checked.same(|| tail.place(at, "members"), &standing.members, &members);
        checked.same(|| tail.place(at, "place"), &standing.place, &place);
        checked.both(|| tail.place(at, "basis"), standing.basis.as_ref(), basis.as_ref());
    }

    /// The place of the rate among those of the field.
    fn place(&self, rule: &Convert, rates: &[&Exact]) -> usize {
        let better = &rates[rates.partition_point(|own| **own <= self.rate)..];
        if !is_member(rule, self.tail.unit) {
            return better.len() + 1;
        }
        match self.tail.subject.outcome.model.rank.method {
            RankMethod::Competition => better.len() + 1,
            RankMethod::Modified => rates.len() - rates.partition_point(|own| **own < self.rate),
            RankMethod::Dense => {
                let mut different = better.to_vec();
                different.dedup();
                different.len() + 1
            }
        }
    }
}

/// The product of the numbers of a unit in some columns.
pub(super) fn product(unit: &UnitOutcome, columns: &[String]) -> Exact {
    let mut product = Exact::from(1);
    for number in columns.iter().filter_map(|column| unit.roster.coefficients.get(column)) {
        product = number * &product;
    }
    product
}

/// Checks that the numbers of a unit are those that its columns show.
pub(super) fn roster(unit: &UnitOutcome, checked: &mut Checked) {
    for (column, number) in &unit.roster.coefficients {
        let place = || format!("units[{}].coefficients.{column}", unit.roster.code);
        checked.same(place, &number.is_positive(), &true);
        // A cell may show fewer digits than it holds.
        let shown = unit.roster.attribute(column).and_then(|text| Exact::parse(text.trim()));
        if let Some((shown, decimals)) = shown.as_ref().and_then(|shown| Some((shown, shown.decimals()?))) {
            checked.same(place, &number.round(decimals), shown);
        }
    }
}

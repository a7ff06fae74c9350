//! Rates of the components of a unit: from leaf points, class means and given scores (SPEC §6-§8).

use std::collections::BTreeSet;

use super::tree::{MeasuredRates, Rates, Tree, weighted};
use super::{Checked, Subject};
use crate::model::{BallotRules, ComponentKind, GivenRules};
use crate::result::outcome::{
    Amount, Answers, Component, ComponentOutcome, GivenMeasure, Inapplicable, Lack, LeafScore, LeafState,
    NotApplicable, Periods, Rate, Share, Target, UnitBallots, UnitOutcome,
};
use crate::shared::number::{Exact, Percent};
use crate::shared::text;

/// Checks every component of a unit; returns the rates of its nodes by component.
pub(super) fn check<'s>(
    subject: &Subject<'s>,
    tree: &Tree<'s>,
    unit: &'s UnitOutcome,
    checked: &mut Checked,
) -> Vec<Option<Rates<'s>>> {
    let model = &subject.outcome.model;
    model
        .components
        .iter()
        .enumerate()
        .map(|(index, rules)| {
            let own = unit.components.get(&rules.id);
            let is_part = subject.outcome.held(unit).weight(index).is_some();
            checked.same(|| format!("units[{}].components.{}", unit.roster.code, rules.id), &own.is_some(), &is_part);
            let own = own?;
            let component = Judge { subject, unit, index, rules, own };
            let measured = component.measured(checked);
            let rates = tree.rates(&measured, rules.apart);
            component.check(&rates, checked);
            Some(rates)
        })
        .collect()
}

struct Judge<'c, 's> {
    subject: &'c Subject<'s>,
    unit: &'s UnitOutcome,
    /// Index of the component.
    index: usize,
    rules: &'s Component,
    own: &'s ComponentOutcome,
}

impl<'s> Judge<'_, 's> {
    fn place(&self, what: &str) -> String {
        format!("units[{}].components.{}.{what}", self.unit.roster.code, self.rules.id)
    }

    fn measured(&self, checked: &mut Checked) -> MeasuredRates<'s> {
        match (&self.rules.kind, &self.own.ballots) {
            (ComponentKind::Indicators, _) => {
                self.unit.leaves.iter().map(|leaf| (leaf.code.as_str(), self.leaf_rate(leaf))).collect()
            }
            (ComponentKind::Ballots(rules), Some(ballots)) => {
                let nodes = super::ballots::measured(self.subject.outcome, rules).into_iter().enumerate();
                let tree = self.subject.outcome.held(self.unit).tree();
                let is_outside = |code: &str| tree.node(code).is_some_and(|node| tree.points(node).0.is_zero());
                let nodes = nodes.filter(|(_, node)| node.is_empty() || !is_outside(node));
                nodes.map(|(i, node)| (node, self.node_rate(i, rules, ballots, checked))).collect()
            }
            (ComponentKind::Given(rules), _) => {
                let given = self.given(rules, checked).iter();
                given.map(|given| (self.code(given), self.given_rate(rules, given, checked))).collect()
            }
            (ComponentKind::Ballots(_), None) => MeasuredRates::new(),
        }
    }

    fn code(&self, given: &GivenMeasure) -> &'s str {
        self.subject.outcome.model.tree.code(given.node)
    }

    /// 100 · points / full points; for a leaf that is not applicable, what the model says.
    fn leaf_rate(&self, leaf: &LeafScore) -> Option<Exact> {
        match (&leaf.verified, self.subject.outcome.model.self_report.not_applicable) {
            _ if leaf.state == LeafState::NotInScheme => None,
            (Some(points), _) => Some(Exact::from(100) * &points.0 / &leaf.full.0),
            (None, NotApplicable::Full) => Some(Exact::from(100)),
            (None, NotApplicable::Zero) => Some(Exact::zero()),
            (None, _) => None,
        }
    }

    /// Σ weight · mean / Σ weight in percent of the full points, or the median of the group.
    fn node_rate(
        &self,
        index: usize,
        rules: &BallotRules,
        ballots: &'s UnitBallots,
        checked: &mut Checked,
    ) -> Option<Exact> {
        let rate = if ballots.enough == Answers::GroupMedian {
            self.median(index)
        } else if ballots.enough == Answers::Inapplicable {
            (rules.not_applicable == Inapplicable::Zero).then(Exact::zero)
        } else {
            let classes = ballots.classes.iter().take(rules.classes.len()).enumerate();
            let parts = classes.filter_map(|(class, own)| {
                let mean = own.means.get(index).and_then(Option::as_ref).map(|mean| &mean.mean.0);
                Some((self.class_weight(class)?, mean))
            });
            let mean = weighted(parts);
            let share = ballots.share.as_ref();
            self.exact("ballots.share", share, mean.as_ref().filter(|_| rules.share.is_some()), checked);
            mean.and_then(|mean| worth(rules, mean))
        };
        let recorded = ballots.rates.get(index).and_then(Option::as_ref);
        let node = super::ballots::measured(self.subject.outcome, rules)[index];
        self.exact(&format!("ballots.rates[{node}]"), recorded, rate.as_ref(), checked);
        if index == 0 {
            self.weights(ballots, checked);
            self.satisfaction(ballots, checked);
        }
        rate
    }

    /// The weight of a class in the scheme of the unit; none if it is not part of it.
    fn class_weight(&self, class: usize) -> Option<&'s Exact> {
        self.subject.outcome.held(self.unit).class_weight(self.index, class).map(|weight| &weight.0)
    }

    /// The median over the ranked units of the group with enough answers; of an even count the mean of the middle two.
    fn median(&self, index: usize) -> Option<Exact> {
        let key = (self.rules.id.as_str(), self.unit.roster.group.as_str(), index);
        let rates = self.subject.donors.get(&key)?;
        let low = rates.get(rates.len().checked_sub(1)? / 2)?;
        let high = rates.get(rates.len() / 2)?;
        Some((*low + *high) / Exact::from(2))
    }

    /// Weights of the classes with a result, scaled to 100 % in total.
    fn weights(&self, ballots: &UnitBallots, checked: &mut Checked) {
        let stands_for_itself = ballots.enough != Answers::GroupMedian;
        let classes = || self.rules.classes().iter().enumerate().zip(&ballots.classes);
        let present = classes().filter(|(_, own)| own.missing.is_none());
        let present: Exact = present.filter_map(|((class, _), _)| self.class_weight(class)).sum();
        for ((index, class), own) in classes() {
            let weight = match (own.missing, self.class_weight(index)) {
                (None, Some(weight)) if present.is_positive() && stands_for_itself => {
                    Exact::from(100) * weight / &present
                }
                _ => Exact::zero(),
            };
            let place = || self.place(&format!("ballots.classes[{}].effective_weight", class.id));
            checked.same(place, &own.effective_weight.0, &weight);
        }
    }

    /// Positive in percent of valid ratings, where it is declared and known.
    fn satisfaction(&self, ballots: &UnitBallots, checked: &mut Checked) {
        let known = self.rules.has_satisfaction() && ballots.valid > 0 && ballots.enough == Answers::Enough;
        if !known && ballots.satisfaction.is_none() {
            return;
        }
        let share =
            (ballots.valid > 0).then(|| Exact::from(100) * &Exact::from(ballots.positive) / Exact::from(ballots.valid));
        self.exact("ballots.satisfaction", ballots.satisfaction.as_ref(), share.as_ref(), checked);
    }

    /// Given scores: every node once and in order, every period once and known.
    fn given(&self, rules: &GivenRules, checked: &mut Checked) -> &'s [GivenMeasure] {
        let mut seen = BTreeSet::new();
        let repeated = self.own.given.iter().filter(|given| !seen.insert(given.node)).count();
        checked.same(|| self.place("given"), &repeated, &0);
        let periods = self.subject.outcome.periods(self.index);
        let distinct = periods.iter().map(|period| text::key(period)).collect::<BTreeSet<String>>().len();
        checked.same(|| format!("components[{}].periods", self.rules.id), &periods.len(), &distinct);
        for given in &self.own.given {
            let place = || self.place(&format!("given[{}].parts", self.code(given)));
            let named = given.parts.iter().map(|(period, ..)| period).chain(given.off.iter().map(|(period, _)| period));
            let periods = self.subject.outcome.periods(self.index);
            let mut seen: BTreeSet<String> = periods.iter().map(|period| text::key(period)).collect();
            let strange = named.filter(|period| !seen.remove(&text::key(period))).count();
            checked.same(place, &strange, &0);
            self.complete(rules, given, checked);
        }
        &self.own.given
    }

    /// Where a missing score is an error, every period has a score or does not apply; a draft may lack some.
    fn complete(&self, rules: &GivenRules, given: &GivenMeasure, checked: &mut Checked) {
        if rules.missing != Inapplicable::Error || self.subject.outcome.draft {
            return;
        }
        let periods = self.subject.outcome.periods(self.index);
        let first = if rules.periods == Periods::Last { periods.len().saturating_sub(1) } else { 0 };
        let named = given.parts.iter().map(|(period, ..)| period).chain(given.off.iter().map(|(period, _)| period));
        let named: BTreeSet<String> = named.map(|period| text::key(period)).collect();
        let missing = periods.iter().skip(first).filter(|period| !named.contains(&text::key(period))).count();
        checked.same(|| self.place(&format!("given[{}].parts", self.code(given))), &missing, &0);
    }

    /// Scores of the periods combined, in percent of the scale.
    fn given_rate(&self, rules: &GivenRules, given: &GivenMeasure, checked: &mut Checked) -> Option<Exact> {
        let periods = self.subject.outcome.periods(self.index);
        let place = format!("given[{}].rate", self.code(given));
        let is_off = |period: &String| given.off.iter().any(|(own, _)| text::key(own) == text::key(period));
        let left = periods.iter().filter(|period| !is_off(period)).count();
        let applies = match rules.periods {
            Periods::Last => periods.last().map_or(given.off.is_empty(), |last| !is_off(last)),
            Periods::Mean | Periods::Sum | Periods::Weighted => left > 0 || given.off.is_empty(),
        };
        let kept = self.kept(rules, given, checked);
        let leaves = rules.missing == Inapplicable::Renormalise;
        let is_there = |period: &String| given.parts.iter().any(|(own, ..)| text::key(own) == text::key(period));
        let applies = applies
            && (!leaves
                || match rules.periods {
                    Periods::Last => periods.last().is_none_or(is_there),
                    Periods::Mean | Periods::Sum | Periods::Weighted => !given.parts.is_empty(),
                });
        if !applies {
            // A component that does not apply as a whole counts 0 where the model says so.
            let zero = self.own.given.iter().all(|node| node.rate.as_ref().is_some_and(|rate| rate.0.is_zero()));
            let rate = (rules.not_applicable == Inapplicable::Zero && zero).then(Exact::zero);
            self.exact(&place, given.rate.as_ref(), rate.as_ref(), checked);
            return rate;
        }
        let sum: Exact = given.parts.iter().map(|(_, score, _)| &score.0).sum();
        let points = match rules.periods {
            Periods::Mean => kept.iter().map(|(_, score)| score).sum::<Exact>() / Exact::from(kept.len().max(1)),
            Periods::Weighted => {
                let weight = |period: &str| rules.period_weight(period).map(|own| &own.0);
                weighted(kept.iter().filter_map(|(period, score)| Some((weight(period)?, Some(score)))))?
            }
            Periods::Last => {
                let last = periods.last().map(|period| text::key(period));
                let own = given.parts.iter().find(|(period, _, _)| Some(text::key(period)) == last);
                own.map_or_else(Exact::zero, |(_, score, _)| score.0.clone())
            }
            Periods::Sum => sum,
        };
        let rate = Exact::from(100) * &points / &rules.scale.0;
        self.exact(&place, given.rate.as_ref(), Some(&rate), checked);
        Some(rate)
    }

    /// The periods that enter a mean with their scores: those that apply, without the lowest and the highest, one by
    /// one, the later of equals.
    fn kept(&self, rules: &GivenRules, given: &GivenMeasure, checked: &mut Checked) -> Vec<(&'s str, Exact)> {
        let periods = self.subject.outcome.periods(self.index);
        let same = |own: &str, period: &str| text::key(own) == text::key(period);
        let score = |period: &str| {
            let own = given.parts.iter().find(|(own, _, _)| same(own, period));
            own.map_or_else(Exact::zero, |(_, score, _)| score.0.clone())
        };
        let leaves = rules.missing == Inapplicable::Renormalise;
        let is_missing = |period: &str| leaves && !given.parts.iter().any(|(own, ..)| same(own, period));
        let applying =
            periods.iter().filter(|period| !is_missing(period) && !given.off.iter().any(|(own, _)| same(own, period)));
        let mut kept: Vec<(&str, Exact)> = applying.map(|period| (period.as_str(), score(period))).collect();
        let mut gone = BTreeSet::new();
        if let Some(drop) = rules.drop.filter(|drop| kept.len() > drop.low + drop.high) {
            for is_low in std::iter::repeat_n(true, drop.low).chain(std::iter::repeat_n(false, drop.high)) {
                let scores = kept.iter().map(|(_, score)| score);
                let Some(end) = (if is_low { scores.min() } else { scores.max() }).cloned() else { break };
                let Some(last) = kept.iter().rposition(|(_, score)| *score == end) else { break };
                gone.insert(kept.remove(last).0);
            }
        }
        let gone: Vec<&str> = periods.iter().map(String::as_str).filter(|period| gone.contains(period)).collect();
        let place = || self.place(&format!("given[{}].dropped", self.code(given)));
        checked.same(place, given.dropped.join(", ").as_str(), gone.join(", ").as_str());
        kept
    }

    fn exact(&self, what: &str, recorded: Option<&Percent>, calculated: Option<&Exact>, checked: &mut Checked) {
        checked.both(|| self.place(what), recorded.map(|rate| &rate.0), calculated);
    }

    fn rate(&self, what: &str, recorded: Option<&Rate>, calculated: Option<&Exact>, checked: &mut Checked) {
        checked.both(|| self.place(&format!("{what}.exact")), recorded.map(|rate| &rate.exact), calculated);
        if let Some(rate) = recorded {
            let published = self.subject.outcome.model.score.published();
            checked.printed(|| self.place(what), &rate.rate, &rate.exact, published);
        }
    }

    /// The rate of the unit after rounding or correction, and those of its aspects and lines.
    fn check(&self, rates: &Rates<'_>, checked: &mut Checked) {
        let model = &self.subject.outcome.model;
        let lack = super::tail::lack(self.rules, self.own);
        let word = |lack: Lack| lack.json().to_owned();
        checked.both(|| self.place("lacks"), self.own.lacks.map(word).as_ref(), lack.map(word).as_ref());
        let Self { subject, unit, index, rules, own } = *self;
        let tail = super::tail::Tail { subject, unit, index, rules, own };
        let mut whole = rates.unit.clone().unwrap_or_else(Exact::zero);
        if let Some(limited) = own.limited.as_ref().filter(|own| whole > own.at_most.0) {
            whole.clone_from(&limited.at_most.0);
        }
        let rounded = tail.check(whole, lack.is_some(), checked);
        let correction = self.subject.correction(&self.unit.roster.code, Target::Component(self.index));
        checked.both(|| self.place("corrected"), self.own.corrected.as_ref(), correction.map(|row| &row.id));
        let corrected = correction.and_then(|row| row.new.value.number());
        checked.same(|| self.place("exact"), &self.own.exact, corrected.unwrap_or(&rounded));
        if let Some(row) = correction {
            // The old value is the one that was there, exactly or as printed.
            let printed = model.score.published().round(&rounded);
            let written = row.old.value.as_ref().and_then(Amount::number);
            let old = if written == Some(&printed) { &printed } else { &rounded };
            checked.both(|| self.place("corrected.old"), written, Some(old));
        }
        let weight = super::tail::weight(self.subject.outcome, self.unit, self.index);
        checked.both(|| self.place("weight"), Some(&self.own.weight.0), weight.as_ref());
        let contribution = &model.score.full.0 * &self.own.weight.0 * &self.own.exact / Exact::from(10_000);
        checked.same(|| self.place("contribution"), &self.own.contribution.0, &contribution);
        checked.printed(|| self.place("rate"), &self.own.rate, &self.own.exact, model.score.published());
        checked.same(|| self.place("aspects"), &self.own.aspects.len(), &rates.aspects.len());
        checked.same(|| self.place("lines"), &self.own.lines.len(), &rates.lines.len());
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

/// The rate of a mean of points, or of a share of votes: its own, or that of the points of its band.
fn worth(rules: &BallotRules, mean: Exact) -> Option<Exact> {
    let points = match rules.share.as_deref() {
        None => mean,
        Some(Share { bands: None, .. }) => return Some(mean),
        Some(Share { bands: Some(bands), .. }) => super::leaves::rule::banded(bands, &mean)?,
    };
    Some(Exact::from(100) * &points / &rules.full.0)
}

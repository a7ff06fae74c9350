//! What the periods of a leaf make together, from the periods of the document (SPEC §19.10).

use super::Judge;
use super::rule;
use crate::model::{PeriodRules, Periods};
use crate::result::outcome::{LeafScore, LeafState, PeriodScore};
use crate::result::verify::Checked;
use crate::result::verify::tree::weighted;
use crate::shared::number::{Exact, Points};

impl Judge<'_> {
    /// Whether the leaf stands for several periods.
    pub(super) fn is_whole(&self) -> bool {
        self.period.is_none() && !self.leaf.periods.is_empty()
    }

    /// Whether this is a period whose value is added to others.
    pub(super) fn is_added(&self) -> bool {
        self.period.is_some() && self.rules.adds_values()
    }

    /// Checks that all units with the rules of this leaf have the same periods in the same order.
    pub(super) fn same_periods(&self, checked: &mut Checked) {
        let outcome = self.subject.outcome;
        let mut others = outcome.units.iter().filter_map(|unit| {
            let rules = outcome.held(unit).has_leaf(self.index).then(|| &outcome.held(unit).tree().leaves[self.index]);
            unit.leaves.get(self.index).filter(|_| rules.is_some_and(|own| own.periods == self.rules.periods))
        });
        let names =
            |leaf: &LeafScore| leaf.periods.iter().map(|own| own.period.as_str()).collect::<Vec<_>>().join(", ");
        if let Some(first) = others.next().filter(|_| self.rules.periods.is_some()) {
            checked.same(|| self.place("periods"), names(self.leaf).as_str(), names(first).as_str());
        }
    }

    /// Checks points and state of the leaf against those of its periods.
    pub(super) fn combined(&self, within: &str, state: LeafState, points: Option<&Points>, checked: &mut Checked) {
        let place = |what: &str| self.place(&format!("{within}{what}"));
        let Some(rules) = &self.rules.periods else {
            checked.same(|| place("periods"), &self.leaf.periods.len(), &0);
            return;
        };
        let counted = self.counted(rules);
        let odd = counted.iter().find(|own| own.score.state != LeafState::Verified);
        let follows = match (counted.is_empty(), odd) {
            (true, _) => LeafState::NotApplicable,
            (false, odd) => odd.map_or(LeafState::Verified, |own| own.score.state),
        };
        checked.same(|| place("state"), state.json(), follows.json());
        if rules.periods == Periods::Sum {
            self.added(&counted, follows, points, checked);
        } else {
            let kept = self.kept(rules, checked);
            let expected = if counted.is_empty() { None } else { mean(rules, &kept, points_of) };
            checked.both(|| place("verified"), points.map(|points| &points.0), expected.as_ref());
            let is_claimed = kept.iter().all(|own| own.score.self_points.is_some()) && !kept.is_empty();
            let claimed = if is_claimed { mean(rules, &kept, claim_of) } else { None };
            let own = self.leaf.self_points.as_ref().map(|points| &points.0);
            checked.both(|| self.place("self"), own, claimed.as_ref());
        }
    }

    /// The periods that apply; with `last` only the last of all.
    pub(super) fn counted(&self, rules: &PeriodRules) -> Vec<&PeriodScore> {
        let all = self.leaf.periods.iter().rev().take(if rules.periods == Periods::Last { 1 } else { usize::MAX });
        let mut applying: Vec<&PeriodScore> = all.filter(|own| own.score.verified.is_some()).collect();
        applying.reverse();
        applying
    }

    /// The periods that enter the points: without the lowest and the highest, one by one, the later of equals.
    fn kept(&self, rules: &PeriodRules, checked: &mut Checked) -> Vec<&PeriodScore> {
        let mut kept = self.counted(rules);
        let mut gone: Vec<&str> = Vec::new();
        if let Some(drop) = rules.drop.filter(|drop| kept.len() > drop.low + drop.high) {
            for is_low in std::iter::repeat_n(true, drop.low).chain(std::iter::repeat_n(false, drop.high)) {
                let points = kept.iter().filter_map(|own| points_of(own));
                let Some(end) = (if is_low { points.min() } else { points.max() }).cloned() else { break };
                let Some(last) = kept.iter().rposition(|own| points_of(own) == Some(&end)) else { break };
                gone.push(&kept.remove(last).period);
            }
        }
        for own in &self.leaf.periods {
            let place = || self.place(&format!("periods[{}].dropped", own.period));
            checked.same(place, &own.dropped, &gone.contains(&own.period.as_str()));
        }
        kept
    }

    /// Checks that the value is the sum of those of the periods, and its points.
    fn added(&self, counted: &[&PeriodScore], state: LeafState, points: Option<&Points>, checked: &mut Checked) {
        let is_own = state == LeafState::SelfScored;
        let (value, other) =
            if is_own { (&self.leaf.claimed, &self.leaf.value) } else { (&self.leaf.value, &self.leaf.claimed) };
        checked.same(|| self.place("value"), &other.is_none(), &true);
        let mut sum: Option<Vec<Exact>> = None;
        for own in counted {
            let written = match own.score.state {
                LeafState::SelfScored => own.score.value.as_ref().or(own.score.claimed.as_ref()),
                _ => own.score.value.as_ref(),
            };
            let of_text = || written.and_then(|text| rule::amounts(&self.rules.rule, text));
            let worked = own.score.formula.as_ref().map(|own| vec![own.value.clone()]);
            let Some(amounts) = worked.or_else(of_text) else { continue };
            sum = Some(match sum {
                None => amounts,
                Some(sum) => sum.into_iter().zip(amounts).map(|(own, other)| own + other).collect(),
            });
        }
        let worked = self.worked().filter(|_| self.rules.formula.is_some());
        if let Some(worked) = &worked {
            checked.both(|| self.place("value"), value.as_deref(), Some(worked.in_full().as_str()));
        }
        let of_text = || value.as_deref().and_then(|text| rule::amounts(&self.rules.rule, text));
        let recorded = worked.as_ref().map(|worked| vec![Exact::clone(worked)]).or_else(of_text);
        let said =
            |amounts: &Option<Vec<Exact>>| amounts.iter().flatten().map(Exact::fraction).collect::<Vec<_>>().join(" ");
        checked.same(|| self.place("value"), said(&recorded).as_str(), said(&sum).as_str());
        let claims = counted.iter().map(|own| own.score.self_points.as_ref().map(|own| &own.0));
        let claimed = claims.collect::<Option<Vec<_>>>().filter(|own| !own.is_empty());
        let claimed = claimed.map(|own| own.into_iter().fold(Exact::zero(), |sum, own| sum + own));
        checked.both(|| self.place("self"), self.leaf.self_points.as_ref().map(|own| &own.0), claimed.as_ref());
        if self.leaf.compared.is_some() {
            // Checked with the units it is compared with.
            return;
        }
        let counts = matches!(state, LeafState::Verified | LeafState::SelfScored);
        let full = &self.rules.points.0;
        let (rule, factor) = (&self.rules.rule, self.factor());
        let of_text = || value.as_deref().and_then(|text| rule::points(rule, text, &factor, full));
        let of_value = || match &worked {
            Some(worked) => rule::of_number(rule, &(&**worked * &factor), full),
            None => of_text(),
        };
        let expected = match counted {
            [] => None,
            _ if counts => Some(of_value().unwrap_or_else(Exact::zero)),
            _ => Some(Exact::zero()),
        };
        checked.both(|| self.place("verified"), points.map(|own| &own.0), expected.as_ref());
    }
}

const fn points_of(own: &PeriodScore) -> Option<&Exact> {
    match &own.score.verified {
        Some(Points(points)) => Some(points),
        None => None,
    }
}

const fn claim_of(own: &PeriodScore) -> Option<&Exact> {
    match &own.score.self_points {
        Some(Points(points)) => Some(points),
        None => None,
    }
}

/// The mean of the periods that count, by their weights where they have any.
fn mean(rules: &PeriodRules, kept: &[&PeriodScore], of: fn(&PeriodScore) -> Option<&Exact>) -> Option<Exact> {
    let even = Exact::from(1);
    let weight = |own: &PeriodScore| match rules.periods {
        Periods::Weighted => rules.period_weight(&own.period).map(|weight| &weight.0),
        _ => Some(&even),
    };
    weighted(kept.iter().filter_map(|own| Some((weight(own)?, Some(of(own)?)))))
}

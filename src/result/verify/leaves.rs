//! Points of leaves: from the verified or claimed value by the rule of the leaf, and the states that can be derived
//! from the document (SPEC §6).
//!
//! The document holds values, self scores and whether a report came in. It does not hold which cells of the verifier were
//! blank, which said 不涉及, and whether evidence was named: `not-applicable` and `no-evidence` are believed where the rules
//! allow them at all.

use std::borrow::Cow;

use super::{Checked, Subject};
use crate::model::policy::{MissingEvidence, Unverified};
use crate::model::rule::{Ladder, Step};
use crate::model::{EvidenceNeed, Missing, RuleInput};
use crate::result::outcome::{
    Amount, Closing, ComponentType, CorrectionRow, Leaf, LeafScore, LeafState, SelfReportPolicy, Target, UnitOutcome,
};
use crate::shared::number::{Exact, Points};

mod field;
mod formula;
mod periods;
pub(super) mod rule;

/// Checks the leaves of an assessed unit.
pub(super) fn check(subject: &Subject<'_>, unit: &UnitOutcome, checked: &mut Checked) {
    let model = &subject.outcome.model;
    let place = |what: &str| format!("units[{}].{what}", unit.roster.code);
    let is_scored = model.components.iter().any(|component| component.scored() == ComponentType::Indicators);
    let expected = if is_scored { model.tree.leaves.len() } else { 0 };
    checked.same(|| place("leaves"), &unit.leaves.len(), &expected);
    let policy = &model.self_report;
    let held = subject.outcome.held(unit);
    for (index, (leaf, rules)) in unit.leaves.iter().zip(&held.tree().leaves).enumerate() {
        let is_outside = leaf.state == LeafState::NotInScheme;
        checked.same(|| place(&format!("leaves[{}].state", rules.code)), &is_outside, &!held.has_leaf(index));
        let judge = Judge { subject, unit, leaf, index, period: None, rules, policy };
        judge.check(checked);
        if !is_outside {
            judge.same_periods(checked);
        }
        for (number, own) in leaf.periods.iter().enumerate() {
            Judge { leaf: &own.score, period: Some(number), ..judge }.check(checked);
        }
    }
}

#[derive(Clone, Copy)]
struct Judge<'j> {
    subject: &'j Subject<'j>,
    unit: &'j UnitOutcome,
    leaf: &'j LeafScore,
    /// Index of the leaf.
    index: usize,
    /// Its period, where one of several is judged.
    period: Option<usize>,
    rules: &'j Leaf,
    policy: &'j SelfReportPolicy,
}

/// What the document says of a leaf at one time: as measured, or before a correction of its value.
struct Stated<'s> {
    /// What its paths begin with.
    within: &'s str,
    /// The verified value.
    value: Option<&'s str>,
    state: LeafState,
    points: Option<&'s Points>,
    /// What the formula gave, where the leaf has one.
    worked: Option<&'s Exact>,
}

impl Judge<'_> {
    fn place(&self, what: &str) -> String {
        let period = self.period.and_then(|period| self.unit.leaves.get(self.index)?.periods.get(period));
        let period = period.map(|own| format!("periods[{}].", own.period)).unwrap_or_default();
        format!("units[{}].leaves[{}].{period}{what}", self.unit.roster.code, self.rules.code)
    }

    fn check(&self, checked: &mut Checked) {
        let (leaf, rules) = (self.leaf, self.rules);
        checked.same(|| self.place("code"), &*leaf.code, rules.code.as_str());
        checked.same(|| self.place("full"), &leaf.full, &rules.points);
        // Where values are added up, their sum is multiplied.
        let factor = (!rules.coefficient.is_empty() && !self.is_added()).then(|| self.factor());
        checked.both(|| self.place("coefficient"), leaf.coefficient.as_ref(), factor.as_ref());
        self.values(checked);
        self.formula(checked);
        self.compared(checked);
        let row = |target: Target| self.subject.correction(&self.unit.roster.code, target);
        let correction = row(Target::Leaf(self.index)).filter(|_| self.period.is_none());
        let replacement = row(Target::Value { leaf: self.index, period: self.period });
        checked.both(|| self.place("corrected"), leaf.corrected.as_deref(), correction.map(|row| row.id.as_str()));
        checked.same(|| self.place("original"), &leaf.original.is_some(), &correction.is_some());
        checked.same(|| self.place("state"), &(leaf.state == LeafState::Corrected), &correction.is_some());
        match (&leaf.original, correction) {
            (Some(original), Some(row)) => {
                self.corrected(row, original.verified.as_ref(), checked);
                self.before("original.", original.state, original.verified.as_ref(), checked);
            }
            _ => self.before("", leaf.state, leaf.verified.as_ref(), checked),
        }
        self.replaced(replacement, checked);
    }

    /// Checks the points before a correction of them: as measured, or those of a value that a correction put in place.
    fn before(&self, within: &str, state: LeafState, points: Option<&Points>, checked: &mut Checked) {
        if self.is_whole() {
            self.combined(within, state, points, checked);
            return;
        }
        let Some(replaced) = &self.leaf.replaced else {
            let (value, worked) = (self.leaf.value.as_deref(), self.worked());
            self.judge(&Stated { within, value, state, points, worked: worked.as_deref() }, checked);
            return;
        };
        let place = |what: &str| self.place(&format!("{within}{what}"));
        let is_lost = replaced.leaf.state == LeafState::NoEvidence;
        let follows = if is_lost { LeafState::NoEvidence } else { LeafState::Verified };
        checked.same(|| place("state"), state.json(), follows.json());
        let (rule, factor, full) = (&self.rules.rule, self.factor(), &self.rules.points.0);
        let of_text = || rule::points(rule, self.leaf.value.as_deref()?, &factor, full);
        let new = self.worked().map_or_else(of_text, |value| rule::of_number(rule, &(&*value * &factor), full));
        let expected = if is_lost || self.is_added() { Some(Exact::zero()) } else { new };
        // The points of a value that is compared are checked with it.
        if self.leaf.compared.is_none() || is_lost {
            checked.both(|| place("verified"), points.map(|points| &points.0), expected.as_ref());
        }
    }

    /// Checks that a replaced value is the one that the row of the correction names, and what it was worth.
    fn replaced(&self, row: Option<&CorrectionRow>, checked: &mut Checked) {
        let replaced = self.leaf.replaced.as_deref();
        let inputs = self.input_rows();
        let ids: Vec<&str> =
            row.into_iter().chain(inputs.iter().map(|(_, row)| *row)).map(|row| row.id.as_str()).collect();
        let ids = Some(self.subject.outcome.model.language.list(ids)).filter(|ids| !ids.is_empty());
        checked.both(|| self.place("replaced.id"), replaced.map(|own| &own.id), ids.as_ref());
        let Some(replaced) = replaced else { return };
        let claimed = self.leaf.claimed.as_deref().filter(|_| replaced.leaf.state == LeafState::SelfScored);
        let counted = replaced.value.as_deref().or(claimed);
        if let Some(row) = row {
            checked.both(|| self.place("value"), self.leaf.value.as_deref(), row.new.value.value());
            checked.both(|| self.place("replaced.old"), row.old.value.as_ref().and_then(Amount::value), counted);
        }
        self.reworked(replaced, &inputs, checked);
        let (value, state) = (replaced.value.as_deref(), replaced.leaf.state);
        self.measured_before(counted, replaced, checked);
        let (points, worked) = (replaced.leaf.verified.as_ref(), replaced.formula.as_ref().map(|own| &own.value));
        self.judge(&Stated { within: "replaced.", value, state, points, worked }, checked);
    }

    /// Checks that a corrected leaf has its new points, and that the old value of the correction, exact or as printed,
    /// is the one that was there.
    fn corrected(&self, row: &CorrectionRow, original: Option<&Points>, checked: &mut Checked) {
        let verified = self.leaf.verified.as_ref().map(|points| &points.0);
        checked.both(|| self.place("verified"), verified, row.new.value.number());
        let printed = original.map(|points| self.subject.outcome.model.score.published().round(&points.0));
        let old = row.old.value.as_ref().and_then(Amount::number);
        let expected = if old == printed.as_ref() { printed.as_ref() } else { original.map(|points| &points.0) };
        checked.both(|| self.place("corrected.old"), old, expected);
        let inside = |new: &Exact| new.clone().max(Exact::zero()).at_most(&self.rules.points.0);
        let new = row.new.value.number();
        checked.both(|| self.place("verified"), new, new.map(inside).as_ref());
    }

    /// Checks that there is a ledger where a file of the unit is one, and that a value counted in it follows from the listed
    /// problems.
    fn values(&self, checked: &mut Checked) {
        let is_counted = self.rules.input == RuleInput::Ledger && self.period.is_none();
        let is_due = is_counted && self.leaf.state != LeafState::NotInScheme && self.has_ledger();
        checked.same(|| self.place("ledger"), &self.leaf.ledger.is_some(), &is_due);
        let Some(problems) = self.leaf.ledger.as_ref().filter(|problems| is_counted && !problems.is_empty()) else {
            return;
        };
        let count = |closings: &[Closing]| {
            let closed = problems.iter().filter(|own| closings.contains(&own.closing)).count();
            format!("{closed}/{}", problems.len())
        };
        let claimed = count(&[Closing::Claimed, Closing::Verified]);
        checked.both(|| self.place("claimed"), self.leaf.claimed.as_deref(), Some(claimed.as_str()));
        let value = self.leaf.replaced.as_ref().map_or(&self.leaf.value, |replaced| &replaced.value);
        checked.both(|| self.place("value"), value.as_deref(), Some(count(&[Closing::Verified]).as_str()));
    }

    /// Whether a file that was read as a ledger is the unit's.
    fn has_ledger(&self) -> bool {
        self.subject.ledgers.contains(self.unit.roster.code.as_str())
    }

    /// Checks that a state is allowed, and the points that follow from it.
    fn judge(&self, stated: &Stated<'_>, checked: &mut Checked) {
        let Stated { within, state, points, .. } = *stated;
        let place = |what: &str| self.place(&format!("{within}{what}"));
        if state == LeafState::NotInScheme {
            checked.same(|| place("verified"), &points.is_none(), &true);
            return;
        }
        let possible = self.possible(stated.value.is_some());
        if !possible.contains(&state) {
            let words: Vec<&str> = possible.iter().map(|state| state.json()).collect();
            checked.same(|| place("state"), state.json(), &words.join(" / "));
            return;
        }
        let has_none = matches!(state, LeafState::NotApplicable | LeafState::NotInScheme);
        checked.same(|| place("state"), &points.is_none(), &has_none);
        let Some(Points(points)) = points else { return };
        let inside = points.clone().max(Exact::zero()).at_most(&self.rules.points.0);
        checked.same(|| place("verified"), points, &inside);
        let expected = match state {
            // The points of a value that is compared were checked with it.
            LeafState::Verified | LeafState::SelfScored if self.is_compared() => None,
            LeafState::Verified | LeafState::SelfScored if self.is_added() => Some(Exact::zero()),
            LeafState::Verified => self.verified(stated, &place, checked),
            LeafState::SelfScored => self.claimed(stated.worked),
            _ => Some(Exact::zero()),
        };
        checked.same(|| place("verified"), points, expected.as_ref().unwrap_or(points));
    }

    /// The states that a leaf with these values may have.
    fn possible(&self, has_value: bool) -> Vec<LeafState> {
        let has_report = self.unit.report.is_some();
        let asked = has_report && self.rules.asked_of_unit;
        let mut states = vec![LeafState::Verified, LeafState::NotApplicable];
        let evidence = self.policy.missing_evidence == MissingEvidence::Zero;
        if asked && evidence && self.rules.evidence == EvidenceNeed::Required {
            states.push(LeafState::NoEvidence);
        }
        if has_value {
            return states;
        }
        // What a report claims cannot stand in for a ledger that is missing.
        let lacks_ledger = self.rules.input == RuleInput::Ledger && self.leaf.ledger.is_none();
        if self.policy.unverified == Unverified::SelfScore && asked && !lacks_ledger {
            states.push(LeafState::SelfScored);
        }
        let may_be_zero = lacks_ledger || self.policy.unverified == Unverified::Zero;
        if !self.rules.asked_of_unit || (asked && may_be_zero) {
            states.push(LeafState::Unverified);
        }
        if !has_report && self.rules.asked_of_unit && self.policy.missing == Missing::Zero {
            states.push(LeafState::NoReport);
        }
        states
    }

    /// What values are multiplied by before the rule.
    fn factor(&self) -> Exact {
        super::tail::product(self.unit, &self.rules.coefficient)
    }

    /// Whether points depend on other units.
    fn is_compared(&self) -> bool {
        self.leaf.compared.is_some() || self.leaf.replaced.as_ref().is_some_and(|own| own.compared.is_some())
    }

    /// The points of the verified value; typed ones may be written with fewer decimals, and without a value any that the
    /// ranges allow.
    fn verified(&self, stated: &Stated<'_>, place: &dyn Fn(&str) -> String, checked: &mut Checked) -> Option<Exact> {
        let points = &stated.points?.0;
        let Some(value) = stated.value.filter(|value| !rule::is_empty_part(value)) else {
            checked.same(|| place("verified.range"), &rule::is_in_range(&self.rules.rule, points), &true);
            return None;
        };
        let (rule, factor, full) = (&self.rules.rule, self.factor(), &self.rules.points.0);
        let worked = stated.worked.map(|value| rule::of_number(rule, &(value * &factor), full));
        let exact = worked.unwrap_or_else(|| rule::points(rule, value, &factor, full));
        checked.same(|| place("value"), &exact.is_some(), &true);
        let exact = exact?;
        let score = &self.subject.outcome.model.score;
        let typed = score.at(points.decimals().unwrap_or(0).max(score.decimals));
        let is_accepted = || self.subject.is_accepted("E209", &self.unit.roster.code);
        if *points == typed.round(&exact) || is_accepted() { None } else { Some(exact) }
    }

    /// What the unit claims: its self score as typed, else the points of its value.
    fn claimed(&self, worked: Option<&Exact>) -> Option<Exact> {
        let typed = self.leaf.self_points.as_ref().map(|points| points.0.clone());
        let (rule, factor, full) = (&self.rules.rule, self.factor(), &self.rules.points.0);
        let of_value = || match worked {
            Some(value) => rule::of_number(rule, &(value * &factor), full),
            None => rule::points(rule, self.leaf.claimed.as_deref()?, &factor, full),
        };
        typed.or_else(of_value).or_else(|| Some(Exact::zero()))
    }
}

/// What a place is worth among so many.
pub(super) fn of_place(ladder: &Ladder, place: usize, members: usize, full: &Exact) -> Option<Exact> {
    match ladder {
        Ladder::Table { places, other } => {
            let own = places.iter().find(|(named, _)| named.0 == place).map(|(_, points)| points);
            own.or(other.as_ref()).map(|points| points.0.clone())
        }
        Ladder::Steps { first, step, least } => {
            let step = match step {
                Step::Points(points) => Cow::Borrowed(&points.0),
                Step::Percent(percent) => Cow::Owned(percent * full / Exact::from(100)),
            };
            let mut points = first.0.clone();
            for _ in 1..place {
                if points <= least.0 {
                    break;
                }
                points = points - &*step;
            }
            Some(points.at_least(&least.0))
        }
        Ladder::Even { first, .. } if members <= 1 => Some(first.0.clone()),
        // Weighted between both ends: the last place has the whole weight of `last`.
        Ladder::Even { first, last } => {
            let (from_last, from_first) =
                (Exact::from(members.saturating_sub(place)), Exact::from(place.min(members) - 1));
            Some((from_last * &first.0 + from_first * &last.0) / Exact::from(members - 1))
        }
    }
}

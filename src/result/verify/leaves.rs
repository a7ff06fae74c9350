//! Points of leaves: from the verified or claimed value by the rule of the leaf, and the states that can be derived
//! from the document (SPEC §6).
//!
//! The document holds values, self scores and whether a report came in. It does not hold which cells of the verifier were
//! blank, which said 不涉及, and whether evidence was named: `not-applicable` and `no-evidence` are believed where the rules
//! allow them at all.

use super::{Checked, Subject};
use crate::model::policy::{MissingEvidence, Unverified};
use crate::model::{EvidenceNeed, Missing, RuleInput};
use crate::result::outcome::{
    Closing, ComponentType, CorrectionRow, Leaf, LeafScore, LeafState, SelfReportPolicy, UnitOutcome,
};
use crate::shared::number::{Exact, Points};

mod field;
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
        let judge = Judge { subject, unit, leaf, rules, policy };
        judge.check(checked);
    }
}

struct Judge<'j> {
    subject: &'j Subject<'j>,
    unit: &'j UnitOutcome,
    leaf: &'j LeafScore,
    rules: &'j Leaf,
    policy: &'j SelfReportPolicy,
}

impl Judge<'_> {
    fn place(&self, what: &str) -> String {
        format!("units[{}].leaves[{}].{what}", self.unit.roster.code, self.rules.code)
    }

    fn check(&self, checked: &mut Checked) {
        let (leaf, rules) = (self.leaf, self.rules);
        checked.same(|| self.place("code"), &leaf.code, &rules.code);
        checked.same(|| self.place("full"), &leaf.full, &rules.points);
        self.values(checked);
        self.compared(checked);
        let correction = self.subject.correction(&self.unit.roster.code, &leaf.code);
        checked.both(|| self.place("corrected"), leaf.corrected.as_ref(), correction.map(|row| &row.id));
        checked.same(|| self.place("original"), &leaf.original.is_some(), &correction.is_some());
        checked.same(|| self.place("state"), &(leaf.state == LeafState::Corrected), &correction.is_some());
        match (&leaf.original, correction) {
            (Some(original), Some(row)) => {
                self.corrected(row, original.verified.as_ref(), checked);
                self.judge("original", original.state, original.verified.as_ref(), checked);
            }
            _ => self.judge("", leaf.state, leaf.verified.as_ref(), checked),
        }
    }

    /// Checks that a corrected leaf has its new points, and that the old value of the correction, exact or as printed,
    /// is the one that was there.
    fn corrected(&self, row: &CorrectionRow, original: Option<&Points>, checked: &mut Checked) {
        checked.both(
            || self.place("verified"),
            self.leaf.verified.as_ref().map(|points| &points.0),
            Some(&row.new.value),
        );
        let printed = original.map(|points| self.subject.outcome.model.score.published().round(&points.0));
        let expected = if row.old.value == printed { printed.as_ref() } else { original.map(|points| &points.0) };
        checked.both(|| self.place("corrected.old"), row.old.value.as_ref(), expected);
        let inside = row.new.value.clone().max(Exact::zero()).min(self.rules.points.0.clone());
        checked.same(|| self.place("verified"), &row.new.value, &inside);
    }

    /// Checks that a value counted in ledgers follows from the listed problems.
    fn values(&self, checked: &mut Checked) {
        let problems = &self.leaf.ledger;
        if self.rules.input != RuleInput::Ledger || problems.is_empty() {
            checked.same(|| self.place("ledger"), &problems.len(), &0);
            return;
        }
        let count = |closings: &[Closing]| {
            let closed = problems.iter().filter(|own| closings.contains(&own.closing)).count();
            format!("{closed}/{}", problems.len())
        };
        checked.both(
            || self.place("claimed"),
            self.leaf.claimed.as_ref(),
            Some(&count(&[Closing::Claimed, Closing::Verified])),
        );
        checked.both(|| self.place("value"), self.leaf.value.as_ref(), Some(&count(&[Closing::Verified])));
    }

    /// Checks that a state is allowed, and the points that follow from it.
    fn judge(&self, within: &str, state: LeafState, points: Option<&Points>, checked: &mut Checked) {
        let place = |what: &str| match within {
            "" => self.place(what),
            _ => self.place(&format!("{within}.{what}")),
        };
        if state == LeafState::NotInScheme {
            checked.same(|| place("verified"), &points.is_none(), &true);
            return;
        }
        let possible = self.possible();
        if !possible.contains(&state) {
            let words: Vec<&str> = possible.iter().map(|state| state.json()).collect();
            checked.same(|| place("state"), state.json(), &words.join(" / "));
            return;
        }
        checked.same(
            || place("state"),
            &points.is_none(),
            &matches!(state, LeafState::NotApplicable | LeafState::NotInScheme),
        );
        let Some(Points(points)) = points else { return };
        let inside = points.clone().max(Exact::zero()).min(self.rules.points.0.clone());
        checked.same(|| place("verified"), points, &inside);
        let expected = match state {
            // The points of a value that is compared were checked with it.
            LeafState::Verified | LeafState::SelfScored if self.leaf.compared.is_some() => None,
            LeafState::Verified => self.verified(points, &place, checked),
            LeafState::SelfScored => self.claimed(),
            _ => Some(Exact::zero()),
        };
        checked.same(|| place("verified"), points, expected.as_ref().unwrap_or(points));
    }

    /// The states that a leaf with these values may have.
    fn possible(&self) -> Vec<LeafState> {
        let has_report = self.unit.report.is_some();
        let asked = has_report && self.rules.asked_of_unit;
        let mut states = vec![LeafState::Verified, LeafState::NotApplicable];
        let evidence = self.policy.missing_evidence == MissingEvidence::Zero;
        if asked && evidence && self.rules.evidence == EvidenceNeed::Required {
            states.push(LeafState::NoEvidence);
        }
        if self.leaf.value.is_some() {
            return states;
        }
        // What a report claims cannot stand in for a ledger that is missing.
        let lacks_ledger = self.rules.input == RuleInput::Ledger && self.leaf.ledger.is_empty();
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

    /// The verified value, if points can follow from it.
    fn value(&self) -> Option<&str> {
        self.leaf.value.as_deref().filter(|value| !rule::is_empty_part(value))
    }

    /// The points of the verified value; typed ones may be written with fewer decimals, and without a value any that the
    /// ranges allow.
    fn verified(&self, points: &Exact, place: &dyn Fn(&str) -> String, checked: &mut Checked) -> Option<Exact> {
        let Some(value) = self.value() else {
            checked.same(|| place("verified.range"), &rule::is_in_range(&self.rules.rule, points), &true);
            return None;
        };
        let exact = rule::points(&self.rules.rule, value, &self.rules.points.0);
        checked.same(|| place("value"), &exact.is_some(), &true);
        let exact = exact?;
        let score = &self.subject.outcome.model.score;
        let typed = score.at(points.decimals().unwrap_or(0).max(score.decimals));
        let is_accepted = || self.subject.is_accepted("E209", &self.unit.roster.code);
        if *points == typed.round(&exact) || is_accepted() { None } else { Some(exact) }
    }

    /// What the unit claims: its self score as typed, else the points of its value.
    fn claimed(&self) -> Option<Exact> {
        let typed = self.leaf.self_points.as_ref().map(|points| points.0.clone());
        let value = self.leaf.claimed.as_deref();
        typed.or_else(|| rule::points(&self.rules.rule, value?, &self.rules.points.0)).or_else(|| Some(Exact::zero()))
    }
}

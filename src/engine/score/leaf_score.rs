//! What is recorded of one leaf of one unit: how its points came about, and what a correction replaced (SPEC §6).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::formula::Worked;
use super::periods::PeriodScore;
use crate::engine::assessment::{CorrectionRow, Problem};
use crate::model::Leaf;
use crate::model::field::FieldStanding;
use crate::model::rule::RuleValue;
use crate::shared::few::Few;
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::place::Place;
use crate::shared::text::Label;
use crate::shared::words::words;

words! {
    /// How the points of a leaf came about.
    pub enum LeafState {
        /// Typed by the verifier, or the rule's points for the verified value.
        Verified = "verified",
        /// The self score, because nobody verified it and the model allows that.
        SelfScored = "self",
        /// Zero, because nobody verified it and the model says so.
        Unverified = "unverified",
        /// Zero, because required evidence is missing.
        NoEvidence = "no-evidence",
        /// Zero, because the unit handed in no report.
        NoReport = "no-report",
        /// Not applicable.
        NotApplicable = "not-applicable",
        /// Not part of the unit's scheme.
        NotInScheme = "not-in-scheme",
        /// Replaced by a correction.
        Corrected = "corrected",
    }
}

/// The result of one leaf of one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeafScore {
    /// Code of the leaf.
    pub code: Label,
    /// Full points.
    pub full: Points,
    /// The self score, as typed.
    #[serde(rename = "self")]
    pub self_points: Option<Points>,
    /// The points that count; none for a leaf that is not applicable, for which the model's policy says what it counts.
    pub verified: Option<Points>,
    /// How the points came about.
    pub state: LeafState,
    /// The claimed value, as text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub claimed: Option<Label>,
    /// The verified value, as text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<Label>,
    /// The number of the unit by which a value is multiplied before the rule, where the leaf has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub coefficient: Option<Exact>,
    /// The verifier's explanation.
    #[serde(skip_serializing_if = "str::is_empty", default)]
    pub note: Box<str>,
    /// Rate over all components; none before totals, and where no component has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rate: Option<Percent>,
    /// 编号 of the correction that replaced it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub corrected: Option<Box<str>>,
    /// What the correction replaced.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub original: Option<Box<OriginalLeaf>>,
    /// What a correction of its value replaced.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replaced: Option<Box<ReplacedValue>>,
    /// Its value among those of other units, where the rule compares them and a value counts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub compared: Option<Box<Compared>>,
    /// How its formula came to the value that counts, where it has one and a value counts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub formula: Option<Box<Worked>>,
    /// Its periods, in their order, where it has any; its points are then made of theirs.
    #[serde(skip_serializing_if = "<[_]>::is_empty", default)]
    pub periods: Few<PeriodScore>,
    /// The cell that decides.
    pub at: Place,
    /// The problems of the returned ledgers, for the leaf that is counted in them; none where no ledger came in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ledger: Option<Few<Problem>>,
}

/// A value that is compared with those of other units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The value.
    pub value: Exact,
    /// Points that were typed beside it, which count.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub typed: Option<Points>,
    /// Where it stands; none before the units are compared.
    pub standing: Option<FieldStanding>,
}

/// A leaf before its value was replaced, so that a withdrawn correction puts it back exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplacedValue {
    /// 编号 of the correction; of several inputs of a formula all of theirs.
    pub id: String,
    /// The verified value, as text; none if there was none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<Label>,
    /// Its value among those of other units, where the rule compares them; its points then follow from it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub compared: Option<Box<Compared>>,
    /// How its formula had come to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub formula: Option<Box<Worked>>,
    /// Points that counted and how they came about.
    #[serde(flatten)]
    pub leaf: OriginalLeaf,
}

/// What a correction puts in place of the value of a leaf.
pub(super) struct Replacement {
    /// 编号 of the correction.
    pub(super) id: String,
    /// The value, as text.
    pub(super) text: String,
    /// The cell that says so.
    pub(super) at: Place,
    /// How the formula of the leaf comes to it.
    pub(super) formula: Option<Box<Worked>>,
}

/// A leaf before its correction, so that a withdrawn correction puts it back exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginalLeaf {
    /// Points that counted; none for a leaf that was not applicable.
    pub verified: Option<Points>,
    /// How they came about.
    pub state: LeafState,
    /// The cell that decided.
    pub at: Place,
}

impl LeafScore {
    /// Replaces its points by those of a correction, at the cell that says so.
    pub(super) fn correct(&mut self, points: Points, id: &str, at: Place) {
        self.original = Some(Box::new(OriginalLeaf { verified: self.verified.take(), state: self.state, at: self.at }));
        self.corrected = Some(id.into());
        (self.verified, self.state, self.at) = (Some(points), LeafState::Corrected, at);
    }

    /// What was scored in one of its periods, or in all where none is meant.
    pub fn of_period(&self, period: Option<usize>) -> Option<&Self> {
        period.map_or(Some(self), |period| self.periods.get(period).map(|own| &own.score))
    }

    /// What was scored there, to be changed.
    pub(super) fn of_period_mut(&mut self, period: Option<usize>) -> Option<&mut Self> {
        match period {
            None => Some(self),
            Some(period) => self.periods.get_mut(period).map(|own| &mut own.score),
        }
    }

    /// The value that counts, as text: the verified one, or where the unit's own word counts that.
    pub(super) fn counting(&self) -> Option<&str> {
        let claimed = self.claimed.as_deref().filter(|_| self.state == LeafState::SelfScored);
        self.value.as_deref().or(claimed)
    }

    /// A value as it enters the rule: times the coefficient of the unit, where the leaf has one.
    pub(super) fn entering(&self, value: &RuleValue) -> RuleValue {
        self.coefficient.as_ref().map_or_else(|| value.clone(), |factor| value.times(factor))
    }

    /// The value of a correction as it enters the rule.
    pub(super) fn entered(&self, rules: &Leaf, row: &CorrectionRow) -> Option<RuleValue> {
        Some(self.entering(&rules.shape().read(row.new.value.value()?)?))
    }

    /// Replaces its value by that of a correction: the points follow by the rule, or once units are compared. Points that
    /// were typed beside the old value go with it; missing evidence still costs them.
    pub(super) fn replace(&mut self, rules: &Leaf, row: &CorrectionRow) {
        let (Some(text), Some(value)) = (row.new.value.value(), self.entered(rules, row)) else { return };
        let (id, text) = (row.id.clone(), text.to_owned());
        self.put(rules, &value, Replacement { id, text, at: row.new.at, formula: None });
    }

    /// Puts a value in place of its own: the one that enters the rule.
    pub(super) fn put(&mut self, rules: &Leaf, value: &RuleValue, own: Replacement) {
        let Replacement { id, text, at, formula } = own;
        let is_lost = self.state == LeafState::NoEvidence;
        // A value that is added to others is worth nothing alone.
        let is_alone = !is_lost && !rules.adds_values();
        let points = rules.rule.points(value, &rules.points).filter(|_| is_alone).unwrap_or_else(Points::zero);
        let number = value.number().filter(|_| is_alone && rules.rule.relation().is_some()).map(Cow::into_owned);
        let compared = number.map(|value| Box::new(Compared { value, typed: None, standing: None }));
        let state = if is_lost { self.state } else { LeafState::Verified };
        let mut leaf = OriginalLeaf { verified: self.verified.replace(points), state: self.state, at: self.at };
        let (value, mut compared) =
            (self.value.replace(Label::from(&text)), std::mem::replace(&mut self.compared, compared));
        let formula = std::mem::replace(&mut self.formula, formula);
        if let Some(Compared { typed, standing, .. }) = compared.as_deref_mut() {
            // What it was worth among others is settled anew whenever the correction is taken back.
            *standing = None;
            leaf.verified = Some(typed.clone().unwrap_or_else(Points::zero));
        }
        self.replaced = Some(Box::new(ReplacedValue { id, value, compared, formula, leaf }));
        (self.state, self.at) = (state, at);
    }

    /// Whether a correction changed it, or one of its periods.
    pub fn is_corrected(&self) -> bool {
        let own = self.corrected.is_some() || self.original.is_some() || self.replaced.is_some();
        own || self.periods.iter().any(|own| own.score.is_corrected())
    }

    /// Takes its corrections back.
    pub fn restore(&mut self) {
        self.corrected = None;
        if let Some(original) = self.original.take() {
            let OriginalLeaf { verified, state, at } = *original;
            (self.verified, self.state, self.at) = (verified, state, at);
        }
        self.periods.iter_mut().for_each(|own| own.score.restore());
        if let Some(replaced) = self.replaced.take() {
            let ReplacedValue { value, compared, formula, leaf: OriginalLeaf { verified, state, at }, .. } = *replaced;
            (self.value, self.compared, self.formula) = (value, compared, formula);
            (self.verified, self.state, self.at) = (verified, state, at);
        }
    }
}

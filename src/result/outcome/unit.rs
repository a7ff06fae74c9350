//! One unit of the result: totals, ranks, grade, components, leaves, adjustments, grade path.

use crate::engine::grade::Step;
use crate::engine::score::{AdjustmentOutcome, GivenMeasure, Lack, Leaves, Limited, TailStep, UnitBallots};

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use super::Rate;
use crate::engine::assessment::{PreviousOutcome, Unit};
use crate::shared::coded::ByCode;
use crate::shared::held::Shared;
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::place::Place;

/// Whether a flag is not set, which documents leave out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_not(flag: &bool) -> bool {
    !*flag
}

/// Exact values of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExactTotals {
    /// Base.
    pub base: Exact,
    /// Counted bonus.
    pub plus: Exact,
    /// Counted deduction.
    pub minus: Exact,
    /// Total within min and max, before rounding.
    pub total: Exact,
}

/// A part of a record that is passed over.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unread;

impl<'de> Deserialize<'de> for Unread {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// One unit of the result; its leaves and components, nearly all of its record, may be left unread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitOutcome<L = Leaves, C = ByCode<ComponentOutcome>> {
    /// Its row of the roster.
    #[serde(flatten)]
    pub roster: Unit,
    /// Published total.
    pub total: Option<String>,
    /// Base, at the published decimals.
    pub base: Option<String>,
    /// Counted bonus.
    pub plus: Option<String>,
    /// Counted deduction.
    pub minus: Option<String>,
    /// Total, base, bonus and deduction before rounding.
    pub exact: Option<ExactTotals>,
    /// Rank within the group.
    pub rank_group: Option<usize>,
    /// Rank over all.
    pub rank_overall: Option<usize>,
    /// Rank within the scheme, where places are counted there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rank_scheme: Option<usize>,
    /// Grade; none for excluded and deferred units.
    pub grade: Option<String>,
    /// Grade by threshold alone.
    pub threshold: Option<String>,
    /// Word on the parallel scale.
    pub parallel: Option<String>,
    /// Whether the grade is deferred.
    #[serde(skip_serializing_if = "is_not", default)]
    pub deferred: bool,
    /// Whether it takes a place of the quotas.
    pub takes_place: bool,
    /// Rate of aspects over all components, by code.
    pub aspects: ByCode<Option<Rate>>,
    /// Rate of lines over all components, by code.
    pub lines: ByCode<Option<Rate>>,
    /// By component id.
    pub components: C,
    /// Leaves, in the order of the model; empty without an indicators component.
    pub leaves: L,
    /// Adjustments: register rows of the unit and the over-claim.
    pub adjustments: Vec<AdjustmentOutcome>,
    /// The grade path.
    pub path: Vec<Step>,
    /// Its outcome in the period before, if the model names that result: one, or one for each unit merged into it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub previous: Vec<PreviousOutcome>,
    /// Place of the self-report.
    pub report: Option<Place>,
}

impl UnitOutcome<Unread, Unread> {
    /// The unit without leaves and components.
    pub(super) fn outlined(self) -> UnitOutcome {
        UnitOutcome {
            roster: self.roster,
            total: self.total,
            base: self.base,
            plus: self.plus,
            minus: self.minus,
            exact: self.exact,
            rank_group: self.rank_group,
            rank_overall: self.rank_overall,
            rank_scheme: self.rank_scheme,
            grade: self.grade,
            threshold: self.threshold,
            parallel: self.parallel,
            deferred: self.deferred,
            takes_place: self.takes_place,
            aspects: self.aspects,
            lines: self.lines,
            components: ByCode::default(),
            leaves: Leaves::default(),
            adjustments: self.adjustments,
            path: self.path,
            previous: self.previous,
            report: self.report,
        }
    }
}

impl UnitOutcome {
    /// Holds what the unit of another result holds, as far as that is the same.
    pub(super) fn join(&mut self, other: &Self) {
        self.roster.attributes.join(&other.roster.attributes);
        self.aspects.join(&other.aspects);
        self.lines.join(&other.lines);
        self.components.join(&other.components);
        self.leaves.join(&other.leaves);
    }

    /// A unit of which nothing but its row of the roster is known.
    pub(super) fn unread(roster: Unit) -> Self {
        Self {
            roster,
            total: None,
            base: None,
            plus: None,
            minus: None,
            exact: None,
            rank_group: None,
            rank_overall: None,
            rank_scheme: None,
            grade: None,
            threshold: None,
            parallel: None,
            deferred: false,
            takes_place: false,
            aspects: ByCode::default(),
            lines: ByCode::default(),
            components: ByCode::default(),
            leaves: Leaves::default(),
            adjustments: Vec::new(),
            path: Vec::new(),
            previous: Vec::new(),
            report: None,
        }
    }
}

/// One component of one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentOutcome {
    /// Rate of the unit, at the published decimals.
    pub rate: String,
    /// Exactly.
    pub exact: Exact,
    /// Its weight in percent for the unit: more than that of the model where the unit lacks other components, 0 where it
    /// lacks this one.
    pub weight: Percent,
    /// Why the unit lacks it, if it does; it then has no rate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lacks: Option<Lack>,
    /// Points of the base that come from it: weight · rate · full / 10,000.
    pub contribution: Points,
    /// Rate of aspects within the component.
    #[serde(skip_serializing_if = "ByCode::is_empty", default)]
    pub aspects: ByCode<Option<Rate>>,
    /// Rate of lines within the component.
    #[serde(skip_serializing_if = "ByCode::is_empty", default)]
    pub lines: ByCode<Option<Rate>>,
    /// The ballots behind it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ballots: Option<Shared<UnitBallots>>,
    /// The given scores behind it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub given: Vec<GivenMeasure>,
    /// The limit that holds for the rate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limited: Option<Limited>,
    /// How the measured rate became the one that counts, where the model has steps for it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub tail: Vec<TailStep>,
    /// 编号 of the correction that replaced the rate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub corrected: Option<String>,
}

impl ComponentOutcome {
    /// The exact rate of an aspect.
    pub fn aspect(&self, code: &str) -> Option<&Exact> {
        self.aspects.get(code)?.as_ref().map(|rate| &rate.exact)
    }

    /// The exact rate of a line.
    pub fn line(&self, code: &str) -> Option<&Exact> {
        self.lines.get(code)?.as_ref().map(|rate| &rate.exact)
    }

    /// The rate of an aspect as it is printed.
    pub fn aspect_printed(&self, code: &str) -> Option<&str> {
        self.aspects.get(code)?.as_ref().map(|rate| rate.rate.as_str())
    }
}

//! The result as one document, `assess.result/2`: everything that workbooks, explain, feedback, verify and re-grading need.
//!
//! Built from scores and grades, written to result.json, read back from it. Published numbers are decimal strings, exact
//! ones are "p/q" beside them; keys are English; places are `[file, sheet, "F12"]` by indices.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::shared::finding::Message;
use crate::shared::number::{Exact, Percent};
use crate::shared::place::{Files, Place};

mod assertions;
mod build;
mod carry_over;
mod common;
mod model;
mod progress;
pub mod ratings;
pub mod reconcile;
mod steps;
mod unit;

pub use crate::engine::assessment::{
    AdjustmentRow, AppealRow, Closing, CorrectionRow, DecisionRow, DispositionRow, Ending, Mode, Opinion,
    PreviousOutcome, Problem, Register, Registers, Ruling, Stance, Standing, Target, UnitIx, Verdict,
};
pub use crate::engine::grade::{Step, StepKind};
pub use crate::engine::score::{AdjustmentOutcome, Answers, End, LeafState, NoResult, RatingState, RowEnd};
pub use crate::model::policy::NotApplicable;
pub use crate::model::{
    AdjustmentKind, Cap, Feedback, Inapplicable, Periods, Promotion, RankMethod, RankScope, Sign, TieAtQuota,
};
pub use assertions::AssertionOutcome;
pub use build::{Run, build};
pub use carry_over::carried_over;
pub use common::{CommonProblem, common_problems};
pub use model::{
    ClassModel, CommonProblemModel, ComponentModel, ComponentType, CountingModel, GradeModel, LeafModel, MarksModel,
    ModelOutcome, NodeOutcome, OverClaimModel, SelfReportModel,
};
pub use progress::{Rise, rises};
pub use ratings::RatingRecord;
pub use reconcile::Reconciliation;
pub use unit::{
    BallotsOutcome, ComponentOutcome, ExactTotals, GivenOutcome, LeafOutcome, MeanOutcome, OriginalLeaf, TallyOutcome,
    UnitClassOutcome, UnitOutcome,
};

/// The schema of result.json.
pub const SCHEMA: &str = "assess.result/2";

/// A rate as printed and exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// In percent, at the published decimals.
    pub rate: String,
    /// Exactly.
    pub exact: Exact,
}

impl Rate {
    /// A rate at a number of decimals.
    pub fn new(rate: &Percent, decimals: u32) -> Self {
        Self { rate: rate.0.fixed(decimals), exact: rate.0.clone() }
    }
}

/// A result document.
///
/// Read only if its indices of units, kinds, grades, rules, rows and corrected values name something; places are only shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Outcome {
    /// [`SCHEMA`].
    pub schema: String,
    /// `v001`, or `draft`.
    pub version: String,
    /// The version it follows.
    pub parent: Option<String>,
    /// The versions up to this one, the first one first; this one is the last.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub chain: Vec<VersionOutcome>,
    /// Whether it is a draft: outside the chain, with open questions.
    pub draft: bool,
    /// The model, as far as readers need it.
    pub model: ModelOutcome,
    /// Input files.
    pub files: Files,
    /// Groups, in order.
    pub groups: Vec<String>,
    /// Units, in the order of the roster.
    pub units: Vec<UnitOutcome>,
    /// Classes of raters by component id.
    pub classes: BTreeMap<String, Vec<ClassOutcome>>,
    /// Ids of raters, of ballots and of the list of raters, each once and in order: texts that are handed out tell none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub raters: Vec<String>,
    /// How quotas were used.
    pub quotas: Vec<QuotaOutcome>,
    /// Register rows.
    pub registers: Registers,
    /// What the rows of 核对 came to.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub assertions: Vec<AssertionOutcome>,
    /// Opinions of departments on suggested grades.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub opinions: Vec<Opinion>,
    /// Findings, in the language of the model.
    pub findings: Vec<Message>,
    /// What adds up to what.
    pub reconciliation: Reconciliation,
}

/// A version as its successors name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionOutcome {
    /// Its name.
    pub version: String,
    /// The version it follows.
    pub parent: Option<String>,
    /// Why it was made.
    pub reason: Option<String>,
    /// The date its result speaks of.
    pub as_of: Option<String>,
    /// Program and version that wrote it.
    pub program: String,
    /// SHA-256 of model file and indicator table.
    pub model: String,
    /// SHA-256 of its manifest; none for the version that is being written.
    pub manifest: Option<String>,
}

/// One class of raters as a whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClassOutcome {
    /// Class id.
    pub id: String,
    /// Ballots issued, if known.
    pub issued: Option<usize>,
    /// Ballots returned.
    pub returned: usize,
    /// Valid ballots.
    pub valid: usize,
    /// Void ballots.
    pub void: usize,
    /// Ballots emptied by recusal.
    pub emptied: usize,
    /// Whether the quorum was reached; none where there is no quorum or nobody knows how many were issued.
    pub quorum: Option<bool>,
    /// Ballots counted by tallies, over units.
    pub tallied: TalliedOutcome,
}

/// Ballots counted by the tallies of one class, over units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalliedOutcome {
    /// Rows of tallies.
    pub rows: usize,
    /// Issued, if every row says so.
    pub issued: Option<usize>,
    /// Valid.
    pub valid: usize,
    /// Invalid.
    pub invalid: usize,
    /// Valid, but of a unit for which the class has no quorum.
    pub without_quorum: usize,
}

/// How a quota was used in one scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaOutcome {
    /// Group; none when the scope is all units.
    pub group: Option<String>,
    /// Grade: this one or better.
    pub grade: String,
    /// Ranked units.
    pub ranked: usize,
    /// Places.
    pub places: usize,
    /// Places taken.
    pub taken: usize,
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Outcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let outcome = Self::deserialize(deserializer)?;
        match outcome.dangling() {
            None => Ok(outcome),
            Some(place) => Err(D::Error::custom(format!("{place} names nothing"))),
        }
    }
}

impl Outcome {
    /// The first place in which an index names nothing.
    fn dangling(&self) -> Option<&'static str> {
        let (rows, model) = (&self.registers, &self.model);
        let is_unit = |unit: UnitIx| unit.0 < self.units.len();
        let is_target = |target: Target| match target {
            Target::Leaf(leaf) => leaf < model.leaves.len(),
            Target::Component(component) => component < model.components.len(),
            Target::Total => true,
        };
        let is_grade = |grade: usize| grade < model.grades.len();
        let is_ruling = |ruling: Ruling| match ruling {
            Ruling::Pin(grade) => is_grade(grade),
            Ruling::Defer => true,
        };
        let mut settled = self.units.iter().flat_map(|unit| &unit.adjustments).filter_map(|own| own.row);
        let places = [
            ("model.caps", model.caps.iter().all(|cap| is_grade(cap.at_most))),
            ("model.promotions", model.promotions.iter().all(|promotion| is_grade(promotion.to))),
            ("units.adjustments", settled.all(|row| row < rows.adjustments.len())),
            (
                "registers.adjustments",
                rows.adjustments.iter().all(|row| is_unit(row.unit) && row.kind < model.adjustments.len()),
            ),
            ("registers.decisions", rows.decisions.iter().all(|row| is_unit(row.unit) && is_ruling(row.ruling))),
            ("registers.corrections", rows.corrections.iter().all(|row| is_unit(row.unit) && is_target(row.target))),
            ("registers.appeals", rows.appeals.iter().all(|row| is_unit(row.unit))),
            ("registers.dispositions", rows.dispositions.iter().all(|row| row.unit.is_none_or(is_unit))),
            ("assertions", self.assertions.iter().all(|row| is_unit(row.unit))),
            ("units.path", self.units.iter().flat_map(|unit| &unit.path).all(|step| self.is_sound(step))),
            ("opinions", self.opinions.iter().all(|row| is_unit(row.unit))),
        ];
        places.into_iter().find(|(_, sound)| !sound).map(|(place, _)| place)
    }

    /// Whether the indices of a step name something.
    fn is_sound(&self, step: &Step) -> bool {
        let is_grade = |grade: Option<usize>| grade.is_none_or(|grade| grade < self.model.grades.len());
        let row = match step {
            Step::Decision { .. } | Step::Deferred { .. } => self.decision(step).is_some(),
            Step::Opinion { row } => *row < self.opinions.len(),
            Step::Cap { .. }
            | Step::CapPending { .. }
            | Step::CapUnknown { .. }
            | Step::Promotion { .. }
            | Step::PromotionStopped { .. } => self.model.rule(step).is_some(),
            _ => true,
        };
        row && is_grade(step.from()) && is_grade(step.to())
    }

    /// A unit by any of its names: code, full, short or former name.
    pub fn unit_named(&self, name: &str) -> Option<&UnitOutcome> {
        let wanted = crate::shared::text::key(name);
        self.units.iter().find(|unit| unit.names().any(|own| crate::shared::text::key(own) == wanted))
    }

    /// A unit by code.
    pub fn unit(&self, code: &str) -> Option<&UnitOutcome> {
        self.units.iter().find(|unit| unit.code == code)
    }

    /// The code of a unit; empty for one that is not there.
    pub fn code(&self, unit: UnitIx) -> &str {
        self.units.get(unit.0).map_or("", |unit| unit.code.as_str())
    }

    /// The register row that an adjustment of a unit is; none for the over-claim.
    pub fn row(&self, own: &AdjustmentOutcome) -> Option<&AdjustmentRow> {
        self.registers.adjustments.get(own.row?)
    }

    /// What each row of bonus, deduction or event counts for, in the order of the register.
    pub fn settled(&self) -> Vec<Option<&AdjustmentOutcome>> {
        let mut settled = vec![None; self.registers.adjustments.len()];
        for own in self.units.iter().flat_map(|unit| &unit.adjustments) {
            if let Some(slot) = own.row.and_then(|row| settled.get_mut(row)) {
                *slot = Some(own);
            }
        }
        settled
    }

    /// A place as one line: file, sheet and cell.
    pub fn describe(&self, at: Place) -> String {
        self.files.describe(at)
    }

    /// Units that take part, best total first within their group, groups in order; separate units after ranked ones.
    pub fn ranking(&self) -> Vec<&UnitOutcome> {
        let mut units: Vec<(usize, &UnitOutcome)> = self.units.iter().enumerate().collect();
        let group = |unit: &UnitOutcome| self.groups.iter().position(|g| *g == unit.group);
        let order = |unit: &UnitOutcome| (unit.rank_group.is_none(), unit.total.is_none(), unit.rank_group);
        units.sort_by(|(i, a), (j, b)| (group(a), order(a), i).cmp(&(group(b), order(b), j)));
        units.into_iter().map(|(_, unit)| unit).collect()
    }
}

//! The model as far as readers of the result need it.

use super::{AdjustmentRow, CorrectionRow, DecisionRow, Ruling, Target};
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::policy::{MissingEvidence, NotApplicable, Unverified};
use crate::model::{
    AdjustmentKind, Cap, EvidenceNeed, Feedback, FontProfile, Missing, Promotion, RankMethod, RankScope, Rule,
    RuleInput, TieAtQuota, TieBreak,
};
use crate::shared::i18n::Lang;
use crate::shared::number::{Exact, Percent, Points};

mod components;
mod grades;

pub use components::{ClassModel, ComponentModel, ComponentType, CountingModel, MarksModel};
pub use grades::GradeModel;

/// The model as far as readers of the result need it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ModelOutcome {
    /// Title.
    pub title: String,
    /// Period.
    pub period: String,
    /// Issuer.
    pub issuer: String,
    /// Language of workbooks.
    pub language: Lang,
    /// The date the result speaks of.
    pub as_of: Option<String>,
    /// SHA-256 of model file and indicator table.
    pub hash: String,
    /// Whether workbooks hide who gave which mark.
    pub secrecy: bool,
    /// Points of a rate of 100 %.
    pub full: Points,
    /// Least total.
    pub min: Points,
    /// Greatest total.
    pub max: Points,
    /// Published decimals.
    pub decimals: u32,
    /// Rank scope: `group` or `all`.
    pub rank_scope: RankScope,
    /// What happens to a leaf that is not applicable: `full`, `zero` or `rescale`.
    pub not_applicable: NotApplicable,
    /// Names of the tie-break chain.
    pub tie_break: Vec<String>,
    /// What each link of the chain looks at, in the same order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub tie_links: Vec<TieBreak>,
    /// Tie policy: `exclude`, `include`, `committee`.
    pub tie_at_quota: TieAtQuota,
    /// The clause that rules ties.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rank_clause: Option<String>,
    /// What happens when parts of self-reports are missing; none where leaves are not scored.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub self_report: Option<SelfReportModel>,
    /// Lines.
    pub lines: Vec<NodeOutcome>,
    /// Aspects.
    pub aspects: Vec<NodeOutcome>,
    /// Leaves.
    pub leaves: Vec<LeafModel>,
    /// Components.
    pub components: Vec<ComponentModel>,
    /// Grades, best first.
    pub grades: Vec<GradeModel>,
    /// Caps and vetoes, in the order of the model.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub caps: Vec<Cap>,
    /// Promotions, in the order of the model.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub promotions: Vec<Promotion>,
    /// Kinds of adjustment, in the order of the model.
    pub adjustments: Vec<AdjustmentKind>,
    /// Most bonus of a unit.
    pub max_bonus: Option<Points>,
    /// Most deduction of a unit.
    pub max_deduction: Option<Points>,
    /// Clause of the over-claim deduction.
    pub over_claim_clause: Option<String>,
    /// When a problem is common to a group.
    #[serde(default)]
    pub common_problem: Option<CommonProblemModel>,
    /// Places a unit must rise for the progress list.
    #[serde(default)]
    pub progress_places: Option<u32>,
    /// Days in which a unit may appeal.
    #[serde(default)]
    pub appeal_days: Option<u32>,
    /// Named dates of the procedure.
    #[serde(default)]
    pub calendar: Vec<(String, String)>,
    /// Percent of this result in the yearly comprehensive assessment.
    #[serde(default)]
    pub carry_over: Option<Percent>,
    /// Settings of feedback workbooks.
    #[serde(default)]
    pub feedback: Feedback,
    /// Fonts of workbooks.
    #[serde(default)]
    pub fonts: FontProfile,
    /// Most points of one bonus row.
    #[serde(default)]
    pub per_item_max: Option<Points>,
    /// Decimals to which the rate of each component is rounded.
    #[serde(default)]
    pub component_decimals: Option<u32>,
    /// How equal totals share ranks: `competition`, `dense` or `modified`.
    pub rank_method: RankMethod,
    /// The over-claim deduction, if there is one.
    #[serde(default)]
    pub over_claim: Option<OverClaimModel>,
    /// All values of the model by path, so that two results say how their methods differ.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

impl ModelOutcome {
    /// Points of the total that one percent of a component is worth: full · weight / 100 / 100. Example: of 100 points, a
    /// component of weight 35 gives 0.35 points for each percent, so a rate of 71.0 contributes 24.85 points.
    pub fn points_of_percent(&self, component: &ComponentModel) -> Exact {
        &self.full.0 * &component.weight.0 / Exact::from(10_000)
    }

    /// The kind of a row of bonus, deduction or event.
    pub fn kind(&self, row: &AdjustmentRow) -> Option<&AdjustmentKind> {
        self.adjustments.get(row.kind)
    }

    /// The grade that a decision sets; none where it is deferred.
    pub fn pinned(&self, row: &DecisionRow) -> Option<&str> {
        match row.ruling {
            Ruling::Pin(grade) => self.grades.get(grade).map(|grade| grade.name.as_str()),
            Ruling::Defer => None,
        }
    }

    /// What a correction replaces: leaf code, component id or `total`.
    pub fn target(&self, row: &CorrectionRow) -> &str {
        match row.target {
            Target::Leaf(leaf) => self.leaves.get(leaf).map_or("", |leaf| leaf.code.as_str()),
            Target::Component(index) => self.components.get(index).map_or("", |own| own.id.as_str()),
            Target::Total => "total",
        }
    }

    /// Decimals at which feedback prints points of single items: totals may be published in whole points, of which halves
    /// are lost.
    pub fn point_decimals(&self) -> u32 {
        self.decimals.max(2)
    }

    /// Decimals at which rates of lines and aspects are printed for units: no more than those of components, which otherwise
    /// could be worked out more finely than they count.
    pub fn rate_decimals(&self) -> u32 {
        self.component_decimals.map_or(self.decimals, |own| own.min(self.decimals))
    }

    /// Decimals at which feedback prints the points of an item: of leaves those of points, of aspects, which stand for leaves
    /// where a unit has none, no more than those of components.
    pub fn item_decimals(&self, unit: &super::UnitOutcome) -> u32 {
        match self.component_decimals.filter(|_| unit.leaves.is_empty()) {
            Some(own) => own.min(self.point_decimals()),
            None => self.point_decimals(),
        }
    }
}

/// What happens when parts of self-reports are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfReportModel {
    /// A unit without self-report.
    pub missing: Missing,
    /// A leaf that was not verified.
    pub unverified: Unverified,
    /// A leaf without required evidence.
    pub missing_evidence: MissingEvidence,
}

/// The over-claim deduction: floor((claimed − verified − free) / per) · points, up to max.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverClaimModel {
    /// Points that are free.
    pub free: Points,
    /// Points of a step.
    pub per: Points,
    /// What a step deducts.
    pub points: Points,
    /// The most.
    pub max: Points,
}

/// A problem is common when more than `share` percent of a group are below `rate` percent of a leaf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommonProblemModel {
    /// Rate below which a leaf is a problem.
    pub rate: Percent,
    /// Share of the group above which it is common.
    pub share: Percent,
}

/// A line or aspect.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NodeOutcome {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Full points.
    pub points: Points,
}

/// A leaf of the model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LeafModel {
    /// Code.
    pub code: String,
    /// Line code.
    pub line: String,
    /// Aspect code.
    pub aspect: String,
    /// Second-level indicator.
    pub item: String,
    /// Name.
    pub name: String,
    /// Full points.
    pub full: Points,
    /// The rule with its parameters; absent for points that are typed without ranges.
    #[serde(skip_serializing_if = "Rule::is_free", default = "Rule::free")]
    pub rule: Rule,
    /// How its value is written, where that is not a plain number.
    #[serde(skip_serializing_if = "is_default", default)]
    pub input: RuleInput,
    /// Whether evidence is needed.
    #[serde(skip_serializing_if = "is_default", default)]
    pub evidence: EvidenceNeed,
    /// Whether a department is asked for it and not the unit.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub by_department: bool,
    /// Responsible department.
    pub department: String,
    /// Standard.
    pub standard: String,
}

/// Whether a value is the one that stands for nothing said.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

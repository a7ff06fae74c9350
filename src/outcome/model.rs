//! The model as far as readers of the result need it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::i18n::Lang;
use crate::number::{Percent, Points};

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
    pub rank_scope: String,
    /// What happens to a leaf that is not applicable: `full`, `zero` or `rescale`.
    pub not_applicable: String,
    /// Names of the tie-break chain.
    pub tie_break: Vec<String>,
    /// Tie policy: `exclude`, `include`, `committee`.
    pub tie_at_quota: String,
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
    /// Kinds of adjustment by code: name and clause.
    pub adjustments: Vec<AdjustmentModel>,
    /// Most bonus of a unit.
    pub max_bonus: Option<Points>,
    /// Most deduction of a unit.
    pub max_deduction: Option<Points>,
    /// Clause of the over-claim deduction.
    pub over_claim_clause: Option<String>,
    /// All values of the model by path, so that two results say how their methods differ; results of older programs do
    /// not have them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub values: BTreeMap<String, String>,
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
    /// Rule, by its English name.
    pub rule: String,
    /// Responsible department.
    pub department: String,
    /// Standard.
    pub standard: String,
}

/// A component of the model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ComponentModel {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Weight in percent.
    pub weight: Percent,
    /// `indicators`, `ballots` or `given`.
    pub kind: String,
    /// Points that make 100 %, for ballots and given scores.
    pub full: Option<Points>,
    /// Classes with their weights, for ballots.
    pub classes: Vec<ClassModel>,
    /// Codes of the measured nodes; an empty code is the unit.
    pub nodes: Vec<String>,
    /// Whether a satisfaction rate is declared.
    pub satisfaction: bool,
    /// Clause it rests on.
    pub clause: Option<String>,
}

/// A class of raters.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClassModel {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Weight in percent of the component.
    pub weight: Percent,
}

/// A grade of the model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GradeModel {
    /// Name.
    pub name: String,
    /// Word on the parallel scale.
    pub parallel: Option<String>,
    /// Least total.
    pub at_least: Points,
    /// Share of the cumulative quota in percent.
    pub quota: Option<Percent>,
    /// What follows from it.
    pub actions: Vec<String>,
    /// Clause it rests on.
    pub clause: Option<String>,
}

/// A kind of adjustment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AdjustmentModel {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// `bonus`, `deduction` or `event`.
    pub kind: String,
    /// Clause.
    pub clause: Option<String>,
}

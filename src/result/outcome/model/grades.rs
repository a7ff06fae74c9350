//! Grades, caps and promotions of the model.

use serde::{Deserialize, Serialize};

use super::is_default;
use crate::model::{Condition, Confirm};
use crate::shared::number::{Exact, Percent, Points, Rounding};

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
    /// Change of recommendation places, in percent.
    #[serde(default)]
    pub award_quota: Option<Exact>,
    /// Amount of money.
    #[serde(default)]
    pub amount: Option<Exact>,
    /// Whether its units are on the talk list, 约谈.
    #[serde(default)]
    pub talk: bool,
    /// Whether honours are barred.
    #[serde(default)]
    pub bars_honours: bool,
    /// Clause it rests on.
    pub clause: Option<String>,
    /// How the places of the quota are made whole; none without a quota.
    pub rounding: Option<Rounding>,
    /// Least places of the quota …
    #[serde(default)]
    pub minimum: usize,
    /// … where at least this many units are ranked.
    #[serde(default)]
    pub minimum_from: usize,
    /// Clause the quota rests on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quota_clause: Option<String>,
}

/// A cap or veto.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CapModel {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Index of the best grade it allows.
    pub at_most: usize,
    /// When it acts.
    pub when: Condition,
    /// Who makes it act.
    #[serde(skip_serializing_if = "is_default", default)]
    pub confirm: Confirm,
    /// Clause it rests on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clause: Option<String>,
}

/// A promotion.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PromotionModel {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Index of the grade it lifts to.
    pub to: usize,
    /// When it acts.
    pub when: Condition,
    /// Whether a worse cap that holds stops it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub unless_capped: bool,
    /// Clause it rests on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clause: Option<String>,
}

//! Grades, caps and promotions of the model.

use serde::{Deserialize, Serialize};

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

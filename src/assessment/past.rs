//! What earlier periods say: documents that counted then, and how units came out.

use serde::{Deserialize, Serialize};

use crate::place::Place;

/// A document that already counted in an earlier period: unit code, 文号, 发文单位, and where it counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastDocument {
    /// Unit code then.
    pub unit: String,
    /// 文号.
    pub number: String,
    /// 发文单位.
    pub issued_by: String,
    /// The period.
    pub period: String,
}

/// How a unit came out in the period before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousOutcome {
    /// The period.
    pub period: String,
    /// Group.
    pub group: String,
    /// Published total.
    pub total: Option<String>,
    /// Rank within the group.
    pub rank_group: Option<usize>,
    /// Rank over all.
    pub rank_overall: Option<usize>,
    /// Grade.
    pub grade: Option<String>,
    /// Whether that was the lowest grade of the model then.
    pub lowest: bool,
}

/// How a unit came out in the period before: its code and name then, and the file that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastResult {
    /// Code then.
    pub code: String,
    /// Full name then.
    pub name: String,
    /// How it came out.
    pub previous: PreviousOutcome,
    /// The file.
    pub at: Place,
}

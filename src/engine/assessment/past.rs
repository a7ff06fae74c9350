//! What is known from earlier periods: documents that counted then, and the outcomes of units.

use serde::{Deserialize, Serialize};

use super::UnitIx;
use crate::shared::text::DocumentKey;

/// A document that already counted in an earlier period, for a present unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastDocument {
    /// The unit; if it is uncertain, there is an entry for each unit that it may be.
    pub unit: UnitIx,
    /// 文号 and 发文单位.
    pub document: DocumentKey,
    /// The period.
    pub period: String,
}

/// The outcome of a unit in the period before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousOutcome {
    /// Code then.
    pub code: String,
    /// Full name then.
    pub name: String,
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

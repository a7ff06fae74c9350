//! What departments answer when they are asked about suggested grades (征求意见): listed in grade paths, never deciding.

use serde::{Deserialize, Serialize};

use super::UnitIx;
use crate::shared::place::Place;
use crate::shared::words::words;

words! {
    /// What a department answers when it is asked about a suggested grade.
    pub enum Stance {
        /// 同意.
        Agree = "agree",
        /// 不同意.
        Disagree = "disagree",
        /// 保留意见.
        Reserved = "reserved",
        /// 不了解: no view.
        NoView = "no-view",
    }
}

/// A department's opinion on the grade suggested for a unit: listed in its grade path, never deciding it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// The unit.
    pub unit: UnitIx,
    /// The department; the name of the file if it names none.
    pub department: String,
    /// 建议等次 as the form showed it; empty if it did not.
    pub suggested: String,
    /// What it answers; none if its word is not known.
    pub stance: Option<Stance>,
    /// 意见 as written.
    pub written: String,
    /// 具体意见和依据.
    pub text: String,
    /// The cell of 意见.
    pub at: Place,
}

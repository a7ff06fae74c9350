//! What departments answer when they are asked about suggested grades (征求意见): listed in grade paths, never deciding.

use super::UnitIx;
use crate::shared::place::Place;

/// What a department answers when it is asked about a suggested grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stance {
    /// 同意.
    Agree,
    /// 不同意.
    Disagree,
    /// 保留意见.
    Reserved,
    /// 不了解: no view.
    NoView,
}

impl Stance {
    /// A stance by its word of result.json.
    pub fn from_json(word: &str) -> Option<Self> {
        [Self::Agree, Self::Disagree, Self::Reserved, Self::NoView].into_iter().find(|own| own.json() == word)
    }

    /// The word of result.json.
    pub const fn json(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Disagree => "disagree",
            Self::Reserved => "reserved",
            Self::NoView => "no-view",
        }
    }
}

/// What a department says of the grade suggested for a unit: listed in its grade path, never deciding it.
#[derive(Clone, Debug, PartialEq, Eq)]
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

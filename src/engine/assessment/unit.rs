//! Units, and what they and their verifiers state for each leaf.

use crate::shared::words::words;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::LedgerInput;
use crate::model::SchemeIx;
use crate::model::condition::{Condition, Known, Verdict};
use crate::model::rule::RuleValue;
use crate::shared::coded::ByCode;
use crate::shared::few::Few;
use crate::shared::number::{Exact, Points};
use crate::shared::place::{Located, Place};

/// Index of a unit in [`Assessment::units`](super::Assessment::units), in the order of the roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitIx(pub usize);

words! {
    /// How a unit takes part, 参评方式.
    pub enum Mode {
        /// 排名: scored, graded, ranked.
        Ranked = "ranked",
        /// 单列: scored and graded, not ranked.
        Separate = "separate",
        /// 不参评: listed only.
        Excluded = "excluded",
    }
}

/// A unit of the roster, 单位.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Code.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Short names, then former codes and names; no rule distinguishes them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub other_names: Vec<String>,
    /// Its group, one of [`Assessment::groups`](super::Assessment::groups).
    pub group: String,
    /// Its scheme; none if the model has no schemes, and for units that are not assessed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scheme: Option<SchemeIx>,
    /// How it takes part.
    pub mode: Mode,
    /// Contact, 联系人 and 电话.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub contact: String,
    /// Name of the secretary.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub secretary: String,
    /// Further columns of the roster, which caps may look at.
    #[serde(skip_serializing_if = "ByCode::is_empty", default)]
    pub attributes: ByCode<Located<String>>,
    /// The numbers, above 0, of those columns by which rates or values are multiplied.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub coefficients: BTreeMap<String, Exact>,
    /// Its row in the roster.
    pub at: Place,
}

impl Unit {
    /// What a further column of the roster holds.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        Some(&self.attributes.get(name)?.value)
    }

    /// The product of its numbers in some columns; a missing number, which is an error of its own, is left out.
    ///
    /// Example: 1.2 and 0.95 make 1.14.
    pub fn coefficient(&self, columns: &[String]) -> Exact {
        columns.iter().filter_map(|column| self.coefficients.get(column)).fold(Exact::from(1), |all, own| all * own)
    }

    /// All names by which it may be called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [&self.code, &self.name].into_iter().chain(&self.other_names).map(String::as_str)
    }
}

impl Known for Unit {
    fn group(&self) -> &str {
        &self.group
    }

    fn attribute(&self, column: &str) -> Option<&str> {
        Self::attribute(self, column)
    }

    /// Nothing is measured where the roster alone is known.
    fn measured(&self, _: &Condition) -> Verdict {
        Verdict::unknown()
    }
}

/// A value that may be missing or not applicable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State<T> {
    /// Nothing was written.
    Missing,
    /// 不涉及.
    NotApplicable,
    /// A value.
    Known(T),
}

impl<T> State<T> {
    /// The value, if there is one.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Missing | Self::NotApplicable => None,
        }
    }
}

/// What the unit claims for a leaf. Small, as there are many leaves of many units.
#[derive(Clone, Debug)]
pub struct Claim {
    /// 完成值.
    pub value: Located<State<RuleValue>>,
    /// 自评得分.
    pub points: Located<State<Points>>,
    /// 佐证: the text that names it, empty if none.
    pub evidence: Located<Box<str>>,
    /// Names of what lies over a blank evidence cell, which does not count as evidence.
    pub covers: Few<String>,
}

/// What the verifier states for a leaf.
#[derive(Clone, Debug)]
pub struct Verification {
    /// 核定值.
    pub value: Located<State<RuleValue>>,
    /// 核定得分.
    pub points: Located<State<Points>>,
    /// 核定说明.
    pub note: Box<str>,
}

impl Verification {
    /// Whether a verifier typed something: a value, points, or that the leaf does not apply.
    pub fn is_filled(&self) -> bool {
        self.value.value != State::Missing || self.points.value != State::Missing
    }
}

/// The cell of an input of a formula; none where there is no row or column for it.
pub type InputCell = Option<Located<State<Exact>>>;

/// The inputs of one leaf of one unit.
#[derive(Clone, Debug, Default)]
pub struct LeafInput {
    /// From the self-report; `None` if the unit handed in none or it has no row for the leaf.
    pub claim: Option<Claim>,
    /// From the verified columns or the 核定表.
    pub verification: Option<Verification>,
    /// 完成值 of the inputs of its formula, in their order; empty where no row names one.
    pub claimed: Few<InputCell>,
    /// 核定值 of the inputs of its formula, likewise.
    pub verified: Few<InputCell>,
    /// 核定说明 in the rows of the inputs, one each.
    pub remarks: Few<String>,
    /// What belongs to its periods, in their order, where it has any; nothing else of it then counts.
    pub periods: Few<PeriodInput>,
    /// A cell of its rows could not be read; that has a finding, and nothing else is reported about the leaf.
    pub broken: bool,
    /// What the returned ledgers contribute, for the leaf that is counted in them.
    pub ledger: LedgerInput,
}

/// The inputs of one leaf of one unit for one period.
#[derive(Clone, Debug)]
pub struct PeriodInput {
    /// The period, where it is first named; for one that is missing the unit.
    pub period: Located<String>,
    /// Its inputs.
    pub input: LeafInput,
}

/// The inputs of all leaves of one unit.
#[derive(Clone, Debug, Default)]
pub struct UnitReport {
    /// The self-report as a whole, if there is one.
    pub at: Option<Place>,
    /// By leaf index; empty once they are measured.
    pub leaves: Vec<LeafInput>,
}

//! One unit of the result: totals, ranks, grade, components, leaves, adjustments, grade path.

use crate::engine::grade::Step;
use crate::engine::score::{AdjustmentOutcome, Answers, LeafState, NoResult};
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Rate;
use crate::engine::assessment::{Mode, PreviousOutcome, Problem};
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::place::Place;

/// Exact values of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExactTotals {
    /// Base.
    pub base: Exact,
    /// Counted bonus.
    pub plus: Exact,
    /// Counted deduction.
    pub minus: Exact,
    /// Total within min and max, before rounding.
    pub total: Exact,
}

/// One unit of the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitOutcome {
    /// Code.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Short and former names.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub other_names: Vec<String>,
    /// Group.
    pub group: String,
    /// `ranked`, `separate` or `excluded`.
    pub mode: Mode,
    /// Further columns of the roster, which caps may look at.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub attributes: BTreeMap<String, String>,
    /// Name of the secretary.
    pub secretary: String,
    /// Contact.
    pub contact: String,
    /// Published total.
    pub total: Option<String>,
    /// Base, at the published decimals.
    pub base: Option<String>,
    /// Counted bonus.
    pub plus: Option<String>,
    /// Counted deduction.
    pub minus: Option<String>,
    /// The same exactly.
    pub exact: Option<ExactTotals>,
    /// Rank within the group.
    pub rank_group: Option<usize>,
    /// Rank over all.
    pub rank_overall: Option<usize>,
    /// Grade; none for excluded and deferred units.
    pub grade: Option<String>,
    /// Grade by threshold alone.
    pub threshold: Option<String>,
    /// Word on the parallel scale.
    pub parallel: Option<String>,
    /// Whether the grade is deferred.
    pub deferred: bool,
    /// Whether it takes a place of the quotas.
    pub takes_place: bool,
    /// Rate of aspects over all components, by code.
    pub aspects: BTreeMap<String, Option<Rate>>,
    /// Rate of lines over all components, by code.
    pub lines: BTreeMap<String, Option<Rate>>,
    /// By component id.
    pub components: BTreeMap<String, ComponentOutcome>,
    /// Leaves, in the order of the model; empty without an indicators component.
    pub leaves: Vec<LeafOutcome>,
    /// Adjustments: register rows of the unit and the over-claim.
    pub adjustments: Vec<AdjustmentOutcome>,
    /// The grade path.
    pub path: Vec<Step>,
    /// How it came out in the period before, if the model names that result: one, or one of each unit merged into it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub previous: Vec<PreviousOutcome>,
    /// Place of the self-report.
    pub report: Option<Place>,
    /// Place of the roster row.
    pub at: Place,
}

impl UnitOutcome {
    /// Code, full name, short and former names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [&self.code, &self.name].into_iter().chain(&self.other_names).map(String::as_str)
    }
}

/// One component of one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentOutcome {
    /// Rate of the unit, at the published decimals.
    pub rate: String,
    /// Exactly.
    pub exact: Exact,
    /// Rate of aspects within the component.
    pub aspects: BTreeMap<String, Option<Rate>>,
    /// Rate of lines within the component.
    pub lines: BTreeMap<String, Option<Rate>>,
    /// The ballots behind it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ballots: Option<BallotsOutcome>,
    /// The given scores behind it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub given: Vec<GivenOutcome>,
    /// 编号 of the correction that replaced the rate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub corrected: Option<String>,
}

/// Ballot results of one unit in one component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BallotsOutcome {
    /// Raters with a valid rating.
    pub answers: usize,
    /// `enough`, `flagged`, `group-median` or `inapplicable`.
    pub enough: Answers,
    /// Satisfaction rate.
    pub satisfaction: Option<Rate>,
    /// Positive ratings.
    pub positive: usize,
    /// Valid ratings.
    pub valid: usize,
    /// Rates of the measured nodes, in their order.
    pub rates: Vec<Option<Rate>>,
    /// By class, in the order of the model.
    pub classes: Vec<UnitClassOutcome>,
    /// Nodes that do not apply to the unit, with the rows of tallies that say so.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub off: Vec<(String, Place)>,
}

/// One class for one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitClassOutcome {
    /// Class id.
    pub id: String,
    /// Mean by measured node, in points.
    pub means: Vec<Option<MeanOutcome>>,
    /// Why there is no result: `no-rating`, `no-quorum`, `recused`.
    pub missing: Option<NoResult>,
    /// Weight in percent among the classes that have a result.
    pub effective_weight: Percent,
    /// Raters with a valid rating.
    pub raters: usize,
    /// Valid ratings.
    pub valid: usize,
    /// Abstentions and blanks.
    pub abstained: usize,
    /// Void ratings.
    pub void: usize,
    /// Marks dropped by recusal.
    pub recused: usize,
    /// Tally rows behind it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub tallies: Vec<TallyOutcome>,
}

/// A tally row: votes by points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TallyOutcome {
    /// Code of the node; empty for the unit.
    pub node: String,
    /// Points and votes.
    pub votes: Vec<(Points, usize)>,
    /// Abstentions and blanks.
    pub abstained: usize,
    /// Ballots issued, if the row says so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub issued: Option<usize>,
    /// Valid ballots.
    pub valid: usize,
    /// Invalid ballots.
    pub invalid: usize,
    /// Its row.
    pub at: Place,
}

/// A class mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeanOutcome {
    /// The mean in points, exactly.
    pub mean: Exact,
    /// Ratings that entered it.
    pub counted: usize,
    /// Abstentions and blanks that entered it as 0.
    pub zeros: usize,
    /// Trimmed marks.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub trimmed: Vec<Points>,
}

/// A given score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenOutcome {
    /// Code of the node; empty for the unit.
    pub node: String,
    /// Combined rate; none where it does not apply.
    pub rate: Option<Rate>,
    /// Period, score, cell.
    pub parts: Vec<(String, Points, Place)>,
    /// Periods that do not apply, with the cells that say so.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub off: Vec<(String, Place)>,
}

/// One leaf of one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeafOutcome {
    /// Code.
    pub code: String,
    /// Full points.
    pub full: Points,
    /// Self score as typed.
    #[serde(rename = "self")]
    pub self_points: Option<Points>,
    /// Points that count; none when not applicable.
    pub verified: Option<Points>,
    /// `verified`, `self`, `unverified`, `no-evidence`, `no-report`, `not-applicable`, `corrected`.
    pub state: LeafState,
    /// The claimed value.
    pub claimed: Option<String>,
    /// The verified value.
    pub value: Option<String>,
    /// The verifier's explanation.
    pub note: String,
    /// Rate over all components, exactly.
    pub rate: Option<Exact>,
    /// 编号 of the correction that replaced it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub corrected: Option<String>,
    /// What the correction replaced.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub original: Option<OriginalLeaf>,
    /// The cell that decides.
    pub at: Place,
    /// The problems of the returned ledgers, for the leaf that is counted in them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub ledger: Vec<Problem>,
}

/// A leaf before its correction, so that a withdrawn correction puts it back exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginalLeaf {
    /// Points that counted.
    pub points: Points,
    /// How they came about.
    pub state: LeafState,
    /// The cell that decided.
    pub at: Place,
}

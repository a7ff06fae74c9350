//! What was assessed: units and their checked inputs. Only `check` makes these values; everything after it is pure.
//!
//! Every name is resolved to an index, every number is exact, every value keeps its place. Missing, zero, abstained and not
//! applicable are four different states everywhere.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::model::rule::RuleValue;
use crate::model::{Node, Sign};
use crate::number::{Exact, Points};
use crate::place::{Located, Place};

mod assertion;
mod ledger;
mod opinion;

pub use assertion::{AssertionRow, Expected, Published};
pub use ledger::{Closing, LedgerInput, Problem};
pub use opinion::{Opinion, Stance};

/// Index of a unit in [`Assessment::units`], in the order of the roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitIx(pub usize);

/// How a unit takes part, 参评方式.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// 排名: scored, graded, ranked.
    Ranked,
    /// 单列: scored and graded, not ranked.
    Separate,
    /// 不参评: listed only.
    Excluded,
}

impl Mode {
    /// The word of result.json.
    pub const fn json(self) -> &'static str {
        match self {
            Self::Ranked => "ranked",
            Self::Separate => "separate",
            Self::Excluded => "excluded",
        }
    }

    /// The mode of a word of result.json.
    pub fn from_json(word: &str) -> Option<Self> {
        [Self::Ranked, Self::Separate, Self::Excluded].into_iter().find(|mode| mode.json() == word)
    }
}

/// A unit of the roster, 单位.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Code.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Index of its group in [`Assessment::groups`].
    pub group: usize,
    /// How it takes part.
    pub mode: Mode,
    /// Contact, 联系人 and 电话.
    pub contact: String,
    /// Name of the secretary.
    pub secretary: String,
    /// Short names.
    pub short_names: Vec<String>,
    /// Former codes and names.
    pub former: Vec<String>,
    /// Further columns of the roster.
    pub attributes: BTreeMap<String, Located<String>>,
    /// Its row in the roster.
    pub at: Place,
}

/// A value that may be missing or not applicable, with its place in any case.
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

/// What the unit claims for a leaf.
#[derive(Clone, Debug)]
pub struct Claim {
    /// 完成值.
    pub value: Located<State<RuleValue>>,
    /// 自评得分.
    pub points: Located<State<Points>>,
    /// 佐证: the text that names it, empty if none.
    pub evidence: Located<String>,
}

/// What the verifier says of a leaf.
#[derive(Clone, Debug)]
pub struct Verification {
    /// 核定值.
    pub value: Located<State<RuleValue>>,
    /// 核定得分.
    pub points: Located<State<Points>>,
    /// 核定说明.
    pub note: String,
}

/// The inputs of one leaf of one unit.
#[derive(Clone, Debug, Default)]
pub struct LeafInput {
    /// From the self-report; `None` if the unit handed in none or it has no row for the leaf.
    pub claim: Option<Claim>,
    /// From the verified columns or the 核定表.
    pub verification: Option<Verification>,
    /// A cell of its rows could not be read; its finding says so, and nothing else is said about the leaf.
    pub broken: bool,
    /// What the returned ledgers say, for the leaf that is counted in them.
    pub ledger: LedgerInput,
}

/// The inputs of all leaves of one unit.
#[derive(Clone, Debug, Default)]
pub struct UnitReport {
    /// The self-report as a whole, if there is one.
    pub at: Option<Place>,
    /// By leaf index.
    pub leaves: Vec<LeafInput>,
}

/// Why a rating is void.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VoidRating {
    /// A number outside the range.
    OutOfRange,
    /// A word the model does not know.
    Unknown,
    /// Two marks in one place.
    Double,
}

/// One mark on a ballot, as checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Points.
    Points(Points),
    /// An abstention.
    Abstained,
    /// Nothing was written.
    Blank,
    /// No mark at all, and why.
    Void(VoidRating),
}

/// One mark of one rater for one unit and node, 评价.
#[derive(Clone, Debug)]
pub struct Rating {
    /// The unit.
    pub unit: UnitIx,
    /// Index of the node among the measured nodes of the component.
    pub node: usize,
    /// The mark.
    pub mark: Mark,
    /// The mark as written.
    pub written: String,
    /// Its cell.
    pub at: Place,
}

/// All marks of one rater in one class, 评议票.
#[derive(Clone, Debug)]
pub struct Ballot {
    /// Index of the class.
    pub class: usize,
    /// Number within the class, from 1; the name under which it is printed.
    pub serial: usize,
    /// Rater id, if there is one.
    pub rater: Option<String>,
    /// The rater's own unit, if it is known.
    pub home: Option<UnitIx>,
    /// Its first sheet.
    pub at: Place,
    /// Its marks, by unit and node.
    pub ratings: Vec<Rating>,
    /// Marks for units that are not assessed; listed, never counted.
    pub ignored: Vec<Rating>,
}

/// Pre-counted votes of one class for one unit and node, 票数汇总.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Index of the class.
    pub class: usize,
    /// The unit.
    pub unit: UnitIx,
    /// Index of the node among the measured nodes.
    pub node: usize,
    /// Votes per mark, in points.
    pub votes: Vec<(Points, usize)>,
    /// Abstentions and blanks on valid ballots.
    pub abstained: usize,
    /// Ballots issued, if known.
    pub issued: Option<usize>,
    /// Valid ballots.
    pub valid: usize,
    /// Invalid ballots.
    pub invalid: usize,
    /// Its row.
    pub at: Place,
}

/// The checked ballots and tallies of one component.
#[derive(Clone, Debug, Default)]
pub struct BallotBox {
    /// The nodes that are measured.
    pub nodes: Vec<Node>,
    /// Ballots, by class and serial.
    pub ballots: Vec<Ballot>,
    /// Tallies, by class, unit and node.
    pub tallies: Vec<Tally>,
}

/// A score made elsewhere.
#[derive(Clone, Debug)]
pub struct GivenScore {
    /// The unit.
    pub unit: UnitIx,
    /// Period; empty if the table has none.
    pub period: String,
    /// The cell of the period.
    pub period_at: Place,
    /// The node.
    pub node: Node,
    /// The score.
    pub score: Points,
    /// Its cell.
    pub at: Place,
}

/// The scores made elsewhere for one component.
#[derive(Clone, Debug, Default)]
pub struct GivenBox {
    /// Scores, by unit, node and period.
    pub scores: Vec<GivenScore>,
    /// Periods, in order.
    pub periods: Vec<String>,
}

/// Checked inputs of a component that is not scored from indicators.
#[derive(Clone, Debug)]
pub enum ComponentInput {
    /// Scored from the unit reports.
    Indicators,
    /// Ballots and tallies.
    Ballots(BallotBox),
    /// Scores made elsewhere.
    Given(GivenBox),
}

/// How far a register row has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// 工委审定 with complete documents: it counts.
    Approved,
    /// 工委审定, but a document is missing.
    Incomplete,
    /// 拟提.
    Proposed,
    /// 部门已核.
    Reviewed,
    /// 不予采纳.
    Rejected,
    /// 撤销.
    Withdrawn,
    /// Of a unit that is not assessed.
    NotAssessed,
}

impl Standing {
    /// The catalogue key of its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approved => "standing.approved",
            Self::Incomplete => "standing.incomplete",
            Self::Proposed => "standing.proposed",
            Self::Reviewed => "standing.reviewed",
            Self::Rejected => "standing.rejected",
            Self::Withdrawn => "standing.withdrawn",
            Self::NotAssessed => "standing.not-assessed",
        }
    }

    /// The word of result.json, also the end of its catalogue key.
    pub const fn json(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Incomplete => "incomplete",
            Self::Proposed => "proposed",
            Self::Reviewed => "reviewed",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::NotAssessed => "not-assessed",
        }
    }

    /// The standing of a word of result.json.
    pub fn from_json(word: &str) -> Option<Self> {
        let all = [
            Self::Approved,
            Self::Incomplete,
            Self::Proposed,
            Self::Reviewed,
            Self::Rejected,
            Self::Withdrawn,
            Self::NotAssessed,
        ];
        all.into_iter().find(|standing| standing.json() == word)
    }
}

/// Which table an adjustment row stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Register {
    /// 加减分登记.
    Adjustments,
    /// 事项登记.
    Events,
    /// 加减分申报表 of a unit: proposals.
    Declarations,
}

/// A row of 加减分登记 or 事项登记.
#[derive(Clone, Debug)]
pub struct AdjustmentRow {
    /// The register it stands in.
    pub register: Register,
    /// 编号.
    pub id: String,
    /// The unit.
    pub unit: UnitIx,
    /// Index of its kind.
    pub kind: usize,
    /// What its kind does; a row of 事项登记 has no points.
    pub sign: Sign,
    /// 事由.
    pub matter: String,
    /// 级别.
    pub level: String,
    /// 申报分值.
    pub claimed: Option<Points>,
    /// 审定分值, without sign; blank on rows that nobody approved.
    pub approved: Option<Points>,
    /// 文件名称.
    pub document: String,
    /// 文号.
    pub document_number: String,
    /// 发文单位.
    pub issued_by: String,
    /// 发文日期.
    pub date: Option<Date>,
    /// 审定文号.
    pub approval_number: String,
    /// 备注.
    pub remark: String,
    /// How far it has come.
    pub standing: Standing,
    /// Its row.
    pub at: Place,
}

impl AdjustmentRow {
    /// The points it would count for: none while nothing is approved.
    pub fn points(&self) -> Points {
        self.approved.clone().unwrap_or_else(Points::zero)
    }
}

/// What a decision says, 等次审定.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// The unit has this grade.
    Pin(usize),
    /// 暂缓: no grade yet.
    Defer,
}

/// A row of 等次审定.
#[derive(Clone, Debug)]
pub struct DecisionRow {
    /// 编号.
    pub id: String,
    /// The unit.
    pub unit: UnitIx,
    /// What it says.
    pub ruling: Ruling,
    /// 不占名额.
    pub outside_quota: bool,
    /// 突破上限.
    pub above_cap: bool,
    /// 条款.
    pub clause: String,
    /// 文号.
    pub document_number: String,
    /// 日期.
    pub date: Option<Date>,
    /// How far it has come.
    pub standing: Standing,
    /// Its row.
    pub at: Place,
}

/// What a correction replaces, 位置.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The verified points of a leaf.
    Leaf(usize),
    /// The rate of a component.
    Component(usize),
    /// The published total.
    Total,
}

/// A row of 更正登记.
#[derive(Clone, Debug)]
pub struct CorrectionRow {
    /// 编号.
    pub id: String,
    /// The unit.
    pub unit: UnitIx,
    /// What it replaces.
    pub target: Target,
    /// The value it must find.
    pub old: Located<Option<Exact>>,
    /// The value it puts there.
    pub new: Located<Exact>,
    /// 理由.
    pub reason: String,
    /// 文号.
    pub document_number: String,
    /// How far it has come.
    pub standing: Standing,
    /// Its row.
    pub at: Place,
}

/// What an appeal is about, 位置.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AppealTarget {
    /// A value that a correction may replace.
    Value(Target),
    /// The grade.
    Grade,
}

/// How an appeal ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// Without a conclusion.
    Open,
    /// Wholly or partly followed.
    Upheld,
    /// Not followed.
    Rejected,
}

impl Ending {
    /// The word of result.json, also the end of its catalogue key.
    pub const fn json(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Upheld => "upheld",
            Self::Rejected => "dismissed",
        }
    }
}

/// A row of 复核申请.
#[derive(Clone, Debug)]
pub struct AppealRow {
    /// 编号.
    pub id: String,
    /// The unit.
    pub unit: UnitIx,
    /// What it is about, as written.
    pub target: String,
    /// The same, where it is known.
    pub place: Option<AppealTarget>,
    /// 诉求.
    pub request: String,
    /// 收到日期.
    pub received: Option<Date>,
    /// 结论; empty while it is open.
    pub conclusion: String,
    /// How it ended.
    pub ending: Ending,
    /// The approved rows that name it: register and 编号.
    pub settled_by: Vec<(&'static str, String)>,
    /// 文号.
    pub document_number: String,
    /// Its row.
    pub at: Place,
}

/// All register rows, each kind in natural order of 编号.
#[derive(Clone, Debug, Default)]
pub struct Registers {
    /// 加减分登记 and 事项登记.
    pub adjustments: Vec<AdjustmentRow>,
    /// 等次审定.
    pub decisions: Vec<DecisionRow>,
    /// 更正登记.
    pub corrections: Vec<CorrectionRow>,
    /// 复核申请.
    pub appeals: Vec<AppealRow>,
    /// 核对, in the order of files and rows.
    pub assertions: Vec<AssertionRow>,
}

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

/// Everything that is scored.
#[derive(Clone, Debug, Default)]
pub struct Assessment {
    /// Units, in the order of the roster.
    pub units: Vec<Unit>,
    /// Group names, in the order of their first unit.
    pub groups: Vec<String>,
    /// Reports, by unit.
    pub reports: Vec<UnitReport>,
    /// Inputs of components, by component.
    pub components: Vec<ComponentInput>,
    /// Registers.
    pub registers: Registers,
    /// Opinions of departments, by unit and place.
    pub opinions: Vec<Opinion>,
    /// Documents of earlier periods.
    pub past: Vec<PastDocument>,
    /// How units came out in the period before.
    pub previous: BTreeMap<UnitIx, PreviousOutcome>,
}

impl Assessment {
    /// A unit.
    pub fn unit(&self, unit: UnitIx) -> &Unit {
        &self.units[unit.0]
    }

    /// The units that take part, in the order of the roster.
    pub fn assessed(&self) -> impl Iterator<Item = (UnitIx, &Unit)> {
        self.units.iter().enumerate().filter(|(_, u)| u.mode != Mode::Excluded).map(|(i, u)| (UnitIx(i), u))
    }
}

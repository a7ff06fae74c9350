//! Plain structs of a small project: the model and the data, as they are written to a folder.
//!
//! Every number of an input is kept as the decimal text that is written, so that the writer copies it and the scorer
//! reads it exactly. Units, leaves, classes and grades are named by their index in the project.

use std::collections::BTreeMap;

/// Keys of `[score]` (SPEC §4).
#[derive(Clone, Debug)]
pub(crate) struct ScoreKeys {
    pub(crate) full: String,
    pub(crate) min: String,
    pub(crate) max: String,
    pub(crate) decimals: u32,
    pub(crate) component_decimals: Option<u32>,
}

/// A line or an aspect; points are empty for a line.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) points: String,
}

/// How the value of a ratio leaf is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RatioIn {
    Number,
    Percent,
    Part,
}

/// The eight leaf rules of SPEC §6 with their parameters.
#[derive(Clone, Debug)]
pub(crate) enum Rule {
    /// Kinds with the points lost each time.
    Deduct(Vec<(String, String)>),
    /// Kinds with the points won each time.
    Count(Vec<(String, String)>),
    Ratio {
        target: String,
        floor: Option<String>,
        written: RatioIn,
    },
    /// Levels with their share of the points.
    Levels(Vec<(String, String)>),
    /// Lower bounds with points, ascending.
    Bands(Vec<(String, String)>),
    /// Parts with points.
    Checklist(Vec<(String, String)>),
    /// Points of place 1, 2, … and of every other place.
    Place(Vec<String>, String),
    /// Optional ranges (low, high) in which typed points must lie.
    Direct(Vec<(String, String)>),
}

/// Whether a leaf asks for evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    Required,
    Optional,
    None,
}

/// An indicator.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) aspect: usize,
    pub(crate) points: String,
    pub(crate) rule: Rule,
    pub(crate) evidence: Evidence,
    /// 来源 = 部门: not asked of the unit.
    pub(crate) department: bool,
}

/// A 完成值 or 核定值.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Number of times per kind of a deduct or count rule.
    Counts(Vec<u32>),
    Number(String),
    Part(u32, u32),
    Level(usize),
    Ticks(Vec<usize>),
    Place(u32),
    NotApplicable,
}

/// What is written for one unit and leaf.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) done: Option<Value>,
    pub(crate) self_points: Option<String>,
    pub(crate) evidence: bool,
    pub(crate) value: Option<Value>,
    pub(crate) points: Option<String>,
    /// The verified cells stand in the 核定表, not in the self-report.
    pub(crate) in_table: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unverified {
    Error,
    Own,
    Zero,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotApplicable {
    Full,
    Zero,
    Rescale,
}

/// `[self_report]`.
#[derive(Clone, Debug)]
pub(crate) struct SelfPolicy {
    pub(crate) missing_zero: bool,
    pub(crate) unverified: Unverified,
    pub(crate) missing_evidence_zero: bool,
    pub(crate) not_applicable: NotApplicable,
}

/// `[over_claim]`.
#[derive(Clone, Debug)]
pub(crate) struct OverClaim {
    pub(crate) free: String,
    pub(crate) per: String,
    pub(crate) points: String,
    pub(crate) max: String,
}

/// What the marks of a ballot component stand for.
#[derive(Clone, Debug)]
pub(crate) enum Scale {
    /// Words with points, best first.
    Levels(Vec<(String, String)>),
    Range {
        min: String,
        max: String,
        top_from: Option<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rates {
    Unit,
    Aspects,
    Indicators,
}

#[derive(Clone, Debug)]
pub(crate) struct Trim {
    pub(crate) low: usize,
    pub(crate) high: usize,
    pub(crate) from: usize,
    pub(crate) on_ballot: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TooFew {
    Error,
    Flag,
    GroupMedian,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StraightLine {
    Void,
    Warn,
    Allow,
}

/// A rater class.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) weight: String,
    pub(crate) issued: Option<u32>,
    pub(crate) recuse: bool,
}

/// All sheets of one rater in one class. `marks`: per listed unit, one text per measured node.
#[derive(Clone, Debug)]
pub(crate) struct Ballot {
    pub(crate) class: usize,
    pub(crate) rater: String,
    pub(crate) own: Option<usize>,
    pub(crate) marks: Vec<(usize, Vec<String>)>,
    /// Written as a sheet of its own (matrix) rather than as rows of the long csv.
    pub(crate) matrix: bool,
}

/// Pre-counted votes of one class for one unit; per node the votes of every level and those left blank.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    pub(crate) class: usize,
    pub(crate) unit: usize,
    pub(crate) nodes: Vec<(Vec<u32>, u32)>,
    pub(crate) issued: Option<u32>,
    pub(crate) valid: u32,
    pub(crate) void: u32,
}

/// A component of kind "ballots" with its ballots.
#[derive(Clone, Debug)]
pub(crate) struct Ballots {
    pub(crate) rates: Rates,
    pub(crate) scale: Scale,
    pub(crate) full: Option<String>,
    pub(crate) positive: Vec<usize>,
    pub(crate) positive_from: Option<String>,
    pub(crate) denominator_all: bool,
    pub(crate) max_top_share: Option<String>,
    pub(crate) straight_line: StraightLine,
    pub(crate) pattern_from: usize,
    pub(crate) trim: Option<Trim>,
    pub(crate) mean_decimals: Option<u32>,
    pub(crate) quorum: Option<String>,
    pub(crate) min_valid: usize,
    pub(crate) too_few: TooFew,
    pub(crate) missing_class_error: bool,
    pub(crate) classes: Vec<Class>,
    pub(crate) ballots: Vec<Ballot>,
    pub(crate) tallies: Vec<Tally>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Periods {
    Mean,
    Last,
    Sum,
}

/// A component of kind "given" with its table. `nodes` names what is measured.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) scale: String,
    pub(crate) periods: Periods,
    pub(crate) names: Vec<String>,
    pub(crate) write_order: bool,
    pub(crate) missing_zero: bool,
    pub(crate) rates: Rates,
    /// Indices of the measured aspects or leaves; `[0]` for the unit.
    pub(crate) nodes: Vec<usize>,
    /// (unit, period, place in `nodes`) to points; `None` is a row with a blank cell.
    pub(crate) rows: BTreeMap<(usize, usize, usize), Option<String>>,
}

#[allow(clippy::large_enum_variant)] // a handful of components per project
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Indicators,
    Ballots(Ballots),
    Given(Given),
}

#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) weight: String,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AdjustKind {
    Bonus,
    Deduction,
    Event,
}

/// `[[adjustment]]`: points, or levels.
#[derive(Clone, Debug)]
pub(crate) struct AdjustRule {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) kind: AdjustKind,
    pub(crate) points: Option<String>,
    pub(crate) levels: Vec<(String, String)>,
    pub(crate) max_per_unit: Option<String>,
}

/// `[adjustments]`.
#[derive(Clone, Debug, Default)]
pub(crate) struct AdjustLimits {
    pub(crate) per_item_max: Option<String>,
    pub(crate) max_bonus: Option<String>,
    pub(crate) max_deduction: Option<String>,
}

/// A row of 加减分登记 or 事项登记.
#[derive(Clone, Debug)]
pub(crate) struct AdjustRow {
    pub(crate) id: String,
    pub(crate) unit: usize,
    pub(crate) code: usize,
    pub(crate) matter: String,
    pub(crate) level: String,
    pub(crate) points: String,
    pub(crate) document: String,
    pub(crate) number: String,
    pub(crate) date: String,
    pub(crate) status: &'static str,
    pub(crate) approval: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rounding {
    Floor,
    HalfUp,
    Ceil,
}

#[derive(Clone, Debug)]
pub(crate) struct Quota {
    pub(crate) share: String,
    pub(crate) rounding: Rounding,
    pub(crate) minimum: u32,
    pub(crate) minimum_from: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct Grade {
    pub(crate) name: String,
    pub(crate) parallel: String,
    pub(crate) at_least: String,
    pub(crate) quota: Option<Quota>,
}

/// What a rate condition looks at.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    EveryAspect,
    EveryLine,
    Aspect(usize),
    Line(usize),
    Leaf(usize),
}

/// Conditions of caps and promotions (SPEC §9.3, §9.4).
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Below { target: Target, component: Option<usize>, below: String },
    AtLeast { target: Target, component: Option<usize>, at_least: String },
    Satisfaction { component: usize, below: String },
    Event(usize),
    LastInGroup,
    Attribute(String),
    MissingReport,
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

#[derive(Clone, Debug)]
pub(crate) struct Cap {
    pub(crate) code: String,
    pub(crate) at_most: usize,
    pub(crate) when: Condition,
    pub(crate) committee: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Promotion {
    pub(crate) code: String,
    pub(crate) to: usize,
    pub(crate) when: Condition,
    pub(crate) unless_capped: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Competition,
    Dense,
    Modified,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TieAtQuota {
    Exclude,
    Include,
    Committee,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TieBreak {
    Aspect(usize),
    Line(usize),
    Leaf(usize),
    Component(usize),
    Satisfaction(usize),
    FewerDeductions,
}

#[derive(Clone, Debug)]
pub(crate) struct RankKeys {
    pub(crate) scope_all: bool,
    pub(crate) method: Method,
    pub(crate) tie_break: Vec<TieBreak>,
    pub(crate) tie_at_quota: TieAtQuota,
}

/// A row of 等次审定; `grade` None is 暂缓.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    pub(crate) id: String,
    pub(crate) unit: usize,
    pub(crate) grade: Option<usize>,
    pub(crate) no_place: bool,
    pub(crate) above_cap: bool,
    pub(crate) clause: String,
    pub(crate) number: String,
    pub(crate) date: String,
    pub(crate) status: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Leaf(usize),
    Component(usize),
    Total,
}

/// A row of 更正登记.
#[derive(Clone, Debug)]
pub(crate) struct Correction {
    pub(crate) id: String,
    pub(crate) unit: usize,
    pub(crate) place: Place,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) number: String,
    pub(crate) status: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Ranked,
    Separate,
    Excluded,
}

#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) short: String,
    pub(crate) group: usize,
    pub(crate) mode: Mode,
    pub(crate) attribute: String,
    pub(crate) has_report: bool,
}

/// The whole project.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    pub(crate) score: ScoreKeys,
    pub(crate) lines: Vec<Node>,
    pub(crate) aspects: Vec<Node>,
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) components: Vec<Component>,
    pub(crate) self_policy: SelfPolicy,
    pub(crate) over_claim: Option<OverClaim>,
    pub(crate) adjust_rules: Vec<AdjustRule>,
    pub(crate) adjust_limits: AdjustLimits,
    pub(crate) grades: Vec<Grade>,
    pub(crate) caps: Vec<Cap>,
    pub(crate) promotions: Vec<Promotion>,
    pub(crate) rank: RankKeys,
    pub(crate) units: Vec<Unit>,
    /// Per unit, per leaf.
    pub(crate) entries: Vec<Vec<Entry>>,
    pub(crate) adjust_rows: Vec<AdjustRow>,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) corrections: Vec<Correction>,
    /// Per unit, the unit whose data it copies (not written: only the generator looks at it).
    pub(crate) twins: Vec<Option<usize>>,
    /// Whether the indicators stand in a table of their own rather than in the model file.
    pub(crate) indicator_table: bool,
}

impl Project {
    /// Number of nodes a component with `rates` measures.
    pub(crate) fn node_count(&self, rates: Rates) -> usize {
        match rates {
            Rates::Unit => 1,
            Rates::Aspects => self.aspects.len(),
            Rates::Indicators => self.leaves.len(),
        }
    }
}

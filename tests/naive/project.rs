//! Plain structs of a small project: the model and the data, as they are written to a folder.
//!
//! Every number of an input is kept as the decimal text that is written, so that the writer copies it and the scorer
//! reads it exactly. Units, leaves, classes and grades are named by their index in the project.

use std::collections::BTreeMap;

use crate::number::Way;

/// Keys of `[score]` (SPEC §4).
#[derive(Clone, Debug)]
pub(crate) struct ScoreKeys {
    pub(crate) full: String,
    pub(crate) min: String,
    pub(crate) max: String,
    pub(crate) decimals: u32,
    pub(crate) component_decimals: Option<u32>,
    /// §19.15, for everything but class means and component rates.
    pub(crate) rounding: Way,
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

/// Who a unit is measured against (SPEC §19.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Within {
    #[default]
    Group,
    Scheme,
    All,
}

/// What places are worth (SPEC §19.2). A step may be written as `5%`.
#[derive(Clone, Debug)]
pub(crate) enum Ladder {
    Table(Vec<String>, String),
    Steps { first: String, step: String, least: Option<String> },
    Evenly { first: String, last: String },
}

/// What an input of value 0 is worth where less is better (SPEC §19.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ZeroValue {
    Full,
    None,
}

/// Units that ranks, quotas and awards look at together (SPEC §9.1, §19.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Scope {
    #[default]
    Group,
    Scheme,
    All,
}

/// A field of comparison.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Field {
    pub(crate) within: Within,
    /// 单列 units are in the field.
    pub(crate) separate: bool,
}

/// The leaf rules of SPEC §6 and §19 with their parameters.
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
    /// §19.2: bands with `interpolate=yes`.
    Curve(Vec<(String, String)>),
    /// §19.2: a place typed by hand, worth steps.
    PlaceSteps(Ladder),
    /// §19.2 相对.
    Relative {
        low: bool,
        mean: bool,
        zero: Option<ZeroValue>,
        field: Field,
    },
    /// §19.2 名次.
    Placed {
        low: bool,
        ladder: Ladder,
        field: Field,
    },
    /// §19.13: the expression of the leaf gives points.
    Formula,
}

/// §19.13: an expression over inputs; those written in percent are marked.
#[derive(Clone, Debug)]
pub(crate) struct Formula {
    pub(crate) expr: String,
    pub(crate) inputs: Vec<(String, bool)>,
}

/// §19.10: several periods of one value.
#[derive(Clone, Debug, Default)]
pub(crate) struct PeriodPlan {
    /// Percent per period, in the order of the periods; none: equal.
    pub(crate) weights: Option<Vec<String>>,
    pub(crate) low: usize,
    pub(crate) high: usize,
}

/// §19.10: the periods of a leaf.
#[derive(Clone, Debug)]
pub(crate) struct LeafPeriods {
    pub(crate) names: Vec<String>,
    pub(crate) sum: bool,
    pub(crate) plan: PeriodPlan,
}

/// What §19 adds to an indicator.
#[derive(Clone, Debug, Default)]
pub(crate) struct LeafMore {
    /// Columns of numbers that multiply the value.
    pub(crate) coefficient: Vec<usize>,
    pub(crate) formula: Option<Formula>,
    pub(crate) periods: Option<LeafPeriods>,
    /// 适用方案 (§19.1); none: all.
    pub(crate) schemes: Vec<usize>,
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
    pub(crate) more: LeafMore,
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
    /// 核定值 per period of a leaf with periods (§19.10).
    pub(crate) by_period: Vec<Option<Value>>,
    /// 核定值 per input of a formula (§19.13).
    pub(crate) inputs: Vec<Option<String>>,
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

/// What a mean of marks is divided by (SPEC §7, §19.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Denominator {
    #[default]
    Valid,
    All,
    Issued,
}

#[derive(Clone, Debug)]
pub(crate) struct Trim {
    pub(crate) low: usize,
    pub(crate) high: usize,
    pub(crate) from: usize,
    pub(crate) on_ballot: bool,
    /// §19.8: this share at each end instead.
    pub(crate) share: Option<String>,
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
    /// Levels or a range of its own (§19.8).
    pub(crate) scale: Option<Scale>,
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
    pub(crate) denominator: Denominator,
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
    /// §19.8 `measure = "share"`.
    pub(crate) share: Option<Share>,
    /// §19.8: tallies have two columns of abstentions.
    pub(crate) two_abstentions: bool,
    /// §19.4: units whose tallies say 不涉及.
    pub(crate) not_applicable: Vec<usize>,
}

/// §19.8: the rate is the share of some levels, banded if there are bands.
#[derive(Clone, Debug)]
pub(crate) struct Share {
    pub(crate) of: Vec<usize>,
    /// Lower bound in percent with points of `full`.
    pub(crate) bands: Vec<(String, String)>,
    pub(crate) interpolate: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Periods {
    Mean,
    Last,
    Sum,
    /// §19.10.
    Weighted,
}

/// What a given table says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Score {
    Blank,
    /// 不涉及 (§19.4).
    NotApplicable,
    Points(String),
}

/// What a missing score of a given component means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    Error,
    Zero,
    /// §19.4: the unit lacks the component.
    Renormalise,
}

/// A component of kind "given" with its table. `nodes` names what is measured.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) scale: String,
    pub(crate) periods: Periods,
    pub(crate) names: Vec<String>,
    pub(crate) write_order: bool,
    pub(crate) missing: Missing,
    pub(crate) rates: Rates,
    /// Indices of the measured aspects or leaves; `[0]` for the unit.
    pub(crate) nodes: Vec<usize>,
    /// (unit, period, place in `nodes`) to points.
    pub(crate) rows: BTreeMap<(usize, usize, usize), Score>,
    /// §19.10 weights and dropped periods.
    pub(crate) plan: PeriodPlan,
}

#[allow(clippy::large_enum_variant)] // a handful of components per project
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Indicators,
    Ballots(Ballots),
    Given(Given),
}

/// What a component does not apply to costs (SPEC §19.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lacking {
    #[default]
    Error,
    Renormalise,
    Zero,
}

/// §19.2 `convert`.
#[derive(Clone, Debug)]
pub(crate) enum ConvertBy {
    Best,
    /// The rate that the mean of the field gets.
    Mean(String),
    Place(Ladder),
}

/// What §19 adds to a component.
#[derive(Clone, Debug, Default)]
pub(crate) struct ComponentMore {
    /// Of class means and of the component's rate.
    pub(crate) rounding: Way,
    /// Columns of numbers that multiply the rate.
    pub(crate) coefficient: Vec<usize>,
    /// Percent, or "none".
    pub(crate) coefficient_max: Option<String>,
    pub(crate) not_applicable: Lacking,
    pub(crate) convert: Option<(ConvertBy, Within)>,
    /// §19.8 `limit`: conditions with the most that the rate may then be.
    pub(crate) limit: Vec<(Condition, String)>,
    /// §19.14 `into_aspects = false`.
    pub(crate) outside_aspects: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) weight: String,
    pub(crate) kind: Kind,
    pub(crate) more: ComponentMore,
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

/// A share in percent of N, or a fixed number (§19.6).
#[derive(Clone, Debug)]
pub(crate) enum Size {
    Share(String),
    Places(u32),
}

#[derive(Clone, Debug)]
pub(crate) struct Quota {
    pub(crate) size: Size,
    pub(crate) rounding: Rounding,
    pub(crate) minimum: u32,
    pub(crate) minimum_from: Option<u32>,
    /// Groups, or schemes, with a size of their own (§19.6).
    pub(crate) by: Vec<(usize, Size)>,
}

/// §19.6 `bottom`.
#[derive(Clone, Debug)]
pub(crate) struct Bottom {
    pub(crate) share: String,
    pub(crate) safe_from: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Grade {
    pub(crate) name: String,
    pub(crate) parallel: String,
    /// Empty: the bar of the next lower grade that has one (§19.6).
    pub(crate) at_least: String,
    pub(crate) quota: Option<Quota>,
    pub(crate) bottom: Option<Bottom>,
}

/// A row of 名额分配 (§19.6).
#[derive(Clone, Debug)]
pub(crate) struct Allocation {
    pub(crate) id: String,
    /// A group, or a scheme.
    pub(crate) scope: usize,
    pub(crate) grade: usize,
    pub(crate) places: u32,
    pub(crate) number: String,
    pub(crate) date: String,
    pub(crate) status: &'static str,
}

/// What an award is given by (§19.7).
#[derive(Clone, Debug)]
pub(crate) enum AwardBy {
    Component(usize),
    Aspect(usize),
    Line(usize),
    Leaf(usize),
    Total,
    Adjustment(usize),
}

/// `[[award]]` (§19.7).
#[derive(Clone, Debug)]
pub(crate) struct Award {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) by: AwardBy,
    pub(crate) size: Size,
    pub(crate) rounding: Rounding,
    pub(crate) scope: Scope,
    pub(crate) at_least: Option<String>,
    pub(crate) unless: Option<Condition>,
    pub(crate) tie: TieAtQuota,
}

/// `[[scheme]]` for some groups (§19.1).
#[derive(Clone, Debug)]
pub(crate) struct Scheme {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) groups: Vec<usize>,
    /// Percent per component, complete.
    pub(crate) weights: Option<Vec<String>>,
}

/// How a condition compares (§19.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sense {
    Above,
    AtLeast,
    Below,
    AtMost,
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
    Below {
        target: Target,
        component: Option<usize>,
        below: String,
    },
    AtLeast {
        target: Target,
        component: Option<usize>,
        at_least: String,
    },
    Satisfaction {
        component: usize,
        below: String,
    },
    Event(usize),
    LastInGroup,
    /// One of some texts (§19.12).
    Attribute(Vec<String>),
    MissingReport,
    /// §19.8: the share of some levels.
    Votes {
        component: usize,
        of: Vec<usize>,
        sense: Sense,
        bar: String,
    },
    /// §19.8: the deductions that count are at least so many points.
    Deductions(String),
    Bonus(String),
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
    pub(crate) scope: Scope,
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
    /// 代码/核定值 (§19.2).
    Value(usize),
    /// 代码/期次/核定值 (§19.2, §19.10).
    Period(usize, usize),
    /// 代码/输入项 (§19.2, §19.13).
    Input(usize, usize),
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
    /// Numbers of the columns `Project::numbers`.
    pub(crate) numbers: Vec<String>,
    pub(crate) has_report: bool,
}

/// What a model does without (SPEC §19.14).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Absent {
    pub(crate) lines: bool,
    pub(crate) aspects: bool,
}

/// The whole project.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    pub(crate) score: ScoreKeys,
    pub(crate) lines: Vec<Node>,
    pub(crate) aspects: Vec<Node>,
    /// §19.14: what the model does not have. One line, or aspect, then stands for it here and is never written.
    pub(crate) absent: Absent,
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
    /// Roster columns that hold numbers (§19.3).
    pub(crate) numbers: Vec<String>,
    pub(crate) schemes: Vec<Scheme>,
    pub(crate) awards: Vec<Award>,
    pub(crate) allocations: Vec<Allocation>,
}

impl Ballots {
    /// What the marks of a class stand for.
    pub(crate) fn scale_of(&self, class: usize) -> &Scale {
        self.classes[class].scale.as_ref().unwrap_or(&self.scale)
    }
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

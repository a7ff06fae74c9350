//! The result as one document, `assess.result/1`: everything that workbooks, explain, feedback, verify and re-grading need.
//!
//! Built from scores and grades, written to result.json, read back from it. Published numbers are decimal strings, exact
//! ones are "p/q" beside them; keys are English; places are `[file index, sheet, cell]`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::finding::Message;
use crate::i18n::Lang;
use crate::number::{Exact, Percent, Points};
use crate::place::{At, FileRecord};

mod build;
pub mod ratings;
pub mod reconcile;

pub use build::{Run, build};
pub use ratings::RatingRecord;
pub use reconcile::Reconciliation;

/// The schema of result.json.
pub const SCHEMA: &str = "assess.result/1";

/// A rate as printed and exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// In percent, at the published decimals.
    pub rate: String,
    /// Exactly.
    pub exact: Exact,
}

impl Rate {
    /// A rate at a number of decimals.
    pub fn new(rate: &Percent, decimals: u32) -> Self {
        Self { rate: rate.0.fixed(decimals), exact: rate.0.clone() }
    }
}

/// A result document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// [`SCHEMA`].
    pub schema: String,
    /// `v001`, or `draft`.
    pub version: String,
    /// The version it follows.
    pub parent: Option<String>,
    /// Whether it is a draft: outside the chain, with open questions.
    pub draft: bool,
    /// The model, as far as readers need it.
    pub model: ModelOutcome,
    /// Input files.
    pub files: Vec<FileRecord>,
    /// Groups, in order.
    pub groups: Vec<String>,
    /// Units, in the order of the roster.
    pub units: Vec<UnitOutcome>,
    /// Classes of raters by component id.
    pub classes: BTreeMap<String, Vec<ClassOutcome>>,
    /// How quotas were used.
    pub quotas: Vec<QuotaOutcome>,
    /// Register rows.
    pub registers: RegistersOutcome,
    /// Findings, in the language of the model.
    pub findings: Vec<Message>,
    /// What adds up to what.
    pub reconciliation: Reconciliation,
}

/// The model as far as readers of the result need it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ModelOutcome {
    /// Title.
    pub title: String,
    /// Period.
    pub period: String,
    /// Issuer.
    pub issuer: String,
    /// Language of workbooks.
    pub language: Lang,
    /// The date the result speaks of.
    pub as_of: Option<String>,
    /// SHA-256 of model file and indicator table.
    pub hash: String,
    /// Whether workbooks hide who gave which mark.
    pub secrecy: bool,
    /// Points of a rate of 100 %.
    pub full: Points,
    /// Least total.
    pub min: Points,
    /// Greatest total.
    pub max: Points,
    /// Published decimals.
    pub decimals: u32,
    /// Rank scope: `group` or `all`.
    pub rank_scope: String,
    /// What happens to a leaf that is not applicable: `full`, `zero` or `rescale`.
    pub not_applicable: String,
    /// Names of the tie-break chain.
    pub tie_break: Vec<String>,
    /// Tie policy: `exclude`, `include`, `committee`.
    pub tie_at_quota: String,
    /// Lines.
    pub lines: Vec<NodeOutcome>,
    /// Aspects.
    pub aspects: Vec<NodeOutcome>,
    /// Leaves.
    pub leaves: Vec<LeafModel>,
    /// Components.
    pub components: Vec<ComponentModel>,
    /// Grades, best first.
    pub grades: Vec<GradeModel>,
    /// Kinds of adjustment by code: name and clause.
    pub adjustments: Vec<AdjustmentModel>,
    /// Most bonus of a unit.
    pub max_bonus: Option<Points>,
    /// Most deduction of a unit.
    pub max_deduction: Option<Points>,
    /// Clause of the over-claim deduction.
    pub over_claim_clause: Option<String>,
}

/// A line or aspect.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NodeOutcome {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Full points.
    pub points: Points,
}

/// A leaf of the model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LeafModel {
    /// Code.
    pub code: String,
    /// Line code.
    pub line: String,
    /// Aspect code.
    pub aspect: String,
    /// Second-level indicator.
    pub item: String,
    /// Name.
    pub name: String,
    /// Full points.
    pub full: Points,
    /// Rule, by its English name.
    pub rule: String,
    /// Responsible department.
    pub department: String,
    /// Standard.
    pub standard: String,
}

/// A component of the model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ComponentModel {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Weight in percent.
    pub weight: Percent,
    /// `indicators`, `ballots` or `given`.
    pub kind: String,
    /// Points that make 100 %, for ballots and given scores.
    pub full: Option<Points>,
    /// Classes with their weights, for ballots.
    pub classes: Vec<ClassModel>,
    /// Codes of the measured nodes; an empty code is the unit.
    pub nodes: Vec<String>,
    /// Whether a satisfaction rate is declared.
    pub satisfaction: bool,
    /// Clause it rests on.
    pub clause: Option<String>,
}

/// A class of raters.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClassModel {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Weight in percent of the component.
    pub weight: Percent,
}

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
    /// Clause it rests on.
    pub clause: Option<String>,
}

/// A kind of adjustment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AdjustmentModel {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// `bonus`, `deduction` or `event`.
    pub kind: String,
    /// Clause.
    pub clause: Option<String>,
}

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
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    pub mode: String,
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
    pub path: Vec<StepOutcome>,
    /// Place of the self-report.
    pub report: Option<At>,
    /// Place of the roster row.
    pub at: At,
}

impl UnitOutcome {
    /// Code, full name, short and former names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [&self.code, &self.name].into_iter().chain(&self.other_names).map(String::as_str)
    }
}

/// One component of one unit.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BallotsOutcome {
    /// Raters with a valid rating.
    pub answers: usize,
    /// `enough`, `flagged` or `group-median`.
    pub enough: String,
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
}

/// One class for one unit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnitClassOutcome {
    /// Class id.
    pub id: String,
    /// Mean by measured node, in points.
    pub means: Vec<Option<MeanOutcome>>,
    /// Why there is no result: `no-rating`, `no-quorum`, `recused`.
    pub missing: Option<String>,
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TallyOutcome {
    /// Code of the node; empty for the unit.
    pub node: String,
    /// Points and votes.
    pub votes: Vec<(Points, usize)>,
    /// Abstentions and blanks.
    pub abstained: usize,
    /// Its row.
    pub at: At,
}

/// A class mean.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GivenOutcome {
    /// Code of the node; empty for the unit.
    pub node: String,
    /// Combined rate.
    pub rate: Rate,
    /// Period, score, cell.
    pub parts: Vec<(String, Points, At)>,
}

/// One leaf of one unit.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    pub state: String,
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
    pub at: At,
}

/// A leaf before its correction, so that a withdrawn correction puts it back exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginalLeaf {
    /// Points that counted.
    pub points: Points,
    /// How they came about.
    pub state: String,
    /// The cell that decided.
    pub at: At,
}

/// What a register row counts for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AdjustmentOutcome {
    /// 编号; empty for the automatic over-claim deduction.
    pub id: String,
    /// Code of its kind; empty for the over-claim.
    pub code: String,
    /// `bonus`, `deduction` or `event`.
    pub kind: String,
    /// How it ended: `full`, `part`, `cut`, `superseded`, `event`, or its standing.
    pub outcome: String,
    /// What cut it, or the row that counts instead.
    pub reason: Option<String>,
    /// Its points.
    pub points: Points,
    /// The points that count.
    pub counted: Points,
    /// Its row.
    pub at: Option<At>,
}

/// One step of a grade path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepOutcome {
    /// What kind of step it is.
    pub kind: String,
    /// Code of the cap or promotion.
    pub code: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// Grade before.
    pub from: Option<String>,
    /// Grade after.
    pub to: Option<String>,
    /// Values that decided.
    pub values: BTreeMap<String, String>,
    /// The register row it rests on.
    pub at: Option<At>,
}

/// One class of raters as a whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClassOutcome {
    /// Class id.
    pub id: String,
    /// Ballots issued, if known.
    pub issued: Option<usize>,
    /// Ballots returned.
    pub returned: usize,
    /// Valid ballots.
    pub valid: usize,
    /// Void ballots.
    pub void: usize,
    /// Ballots emptied by recusal.
    pub emptied: usize,
    /// Whether the quorum was reached; none where there is no quorum or nobody knows how many were issued.
    pub quorum: Option<bool>,
    /// Ballots counted by tallies, over units.
    pub tallied: TalliedOutcome,
}

/// Ballots counted by the tallies of one class, over units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalliedOutcome {
    /// Rows of tallies.
    pub rows: usize,
    /// Issued, if every row says so.
    pub issued: Option<usize>,
    /// Valid.
    pub valid: usize,
    /// Invalid.
    pub invalid: usize,
    /// Valid, but of a unit for which the class has no quorum.
    pub without_quorum: usize,
}

/// How a quota was used in one scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaOutcome {
    /// Group; none when the scope is all units.
    pub group: Option<String>,
    /// Grade: this one or better.
    pub grade: String,
    /// Ranked units.
    pub ranked: usize,
    /// Places.
    pub places: usize,
    /// Places taken.
    pub taken: usize,
}

/// Register rows as they were read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RegistersOutcome {
    /// 加减分登记 and 事项登记.
    pub adjustments: Vec<AdjustmentRowOutcome>,
    /// 等次审定.
    pub decisions: Vec<DecisionOutcome>,
    /// 更正登记.
    pub corrections: Vec<CorrectionOutcome>,
    /// 复核申请.
    pub appeals: Vec<AppealOutcome>,
}

/// A row of 加减分登记 or 事项登记.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AdjustmentRowOutcome {
    /// 编号.
    pub id: String,
    /// Unit code.
    pub unit: String,
    /// Code of its kind.
    pub code: String,
    /// Whether it stands in 事项登记.
    pub event: bool,
    /// 事由.
    pub matter: String,
    /// 级别.
    pub level: String,
    /// 申报分值.
    pub claimed: Option<Points>,
    /// 审定分值; blank on rows that nobody approved.
    pub approved: Option<Points>,
    /// 文件名称.
    pub document: String,
    /// 文号.
    pub document_number: String,
    /// 发文单位.
    pub issued_by: String,
    /// 发文日期.
    pub date: Option<String>,
    /// 审定文号.
    pub approval_number: String,
    /// 备注.
    pub remark: String,
    /// How far it has come.
    pub standing: String,
    /// How it ended.
    pub outcome: String,
    /// Its row.
    pub at: At,
}

/// A row of 等次审定.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DecisionOutcome {
    /// 编号.
    pub id: String,
    /// Unit code.
    pub unit: String,
    /// Grade; none when deferred.
    pub grade: Option<String>,
    /// 不占名额.
    pub outside_quota: bool,
    /// 突破上限.
    pub above_cap: bool,
    /// 条款.
    pub clause: String,
    /// 文号.
    pub document_number: String,
    /// 日期.
    pub date: Option<String>,
    /// How far it has come.
    pub standing: String,
    /// Its row.
    pub at: At,
}

/// A row of 更正登记.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CorrectionOutcome {
    /// 编号.
    pub id: String,
    /// Unit code.
    pub unit: String,
    /// Leaf code, component id or `total`.
    pub target: String,
    /// 旧值.
    pub old: Option<Exact>,
    /// 新值.
    pub new: Exact,
    /// 理由.
    pub reason: String,
    /// 文号.
    pub document_number: String,
    /// How far it has come.
    pub standing: String,
    /// Its row.
    pub at: At,
}

/// A row of 复核申请.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AppealOutcome {
    /// 编号.
    pub id: String,
    /// Unit code.
    pub unit: String,
    /// What it is about.
    pub target: String,
    /// 诉求.
    pub request: String,
    /// 收到日期.
    pub received: Option<String>,
    /// 结论.
    pub conclusion: String,
    /// 文号.
    pub document_number: String,
    /// Its row.
    pub at: At,
}

impl Outcome {
    /// A unit by any of its names: code, full, short or former name.
    pub fn unit_named(&self, name: &str) -> Option<&UnitOutcome> {
        let wanted = crate::text::key(name);
        self.units.iter().find(|unit| unit.names().any(|own| crate::text::key(own) == wanted))
    }

    /// A unit by code.
    pub fn unit(&self, code: &str) -> Option<&UnitOutcome> {
        self.units.iter().find(|unit| unit.code == code)
    }

    /// A place as one line: file, sheet and cell.
    pub fn describe(&self, at: &At) -> String {
        let path = self.files.get(at.0 as usize).map_or("", |file| file.path.as_str());
        let spot = match (at.1.as_str(), at.2.as_str()) {
            ("", cell) => cell.to_owned(),
            (sheet, "") => sheet.to_owned(),
            (sheet, cell) => format!("{sheet}!{cell}"),
        };
        format!("{path} {spot}").trim().to_owned()
    }

    /// Units that take part, best total first within their group, groups in order; separate units after ranked ones.
    pub fn ranking(&self) -> Vec<&UnitOutcome> {
        let mut units: Vec<(usize, &UnitOutcome)> = self.units.iter().enumerate().collect();
        let group = |unit: &UnitOutcome| self.groups.iter().position(|g| *g == unit.group);
        let order = |unit: &UnitOutcome| (unit.rank_group.is_none(), unit.total.is_none(), unit.rank_group);
        units.sort_by(|(i, a), (j, b)| (group(a), order(a), i).cmp(&(group(b), order(b), j)));
        units.into_iter().map(|(_, unit)| unit).collect()
    }
}

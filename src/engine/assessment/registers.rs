//! Rows of registers: 加减分登记, 事项登记, 等次审定, 更正登记, 复核申请, 评议票处置, 名额分配.

use std::borrow::Cow;
use std::fmt;

use crate::shared::words::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::cells::fields;
use super::{AssertionRow, UnitIx};
use crate::model::Model;
use crate::shared::number::{Exact, Points};
use crate::shared::place::{Located, Place};
use crate::shared::text::DocumentKey;

words! {
    /// The status of a register row.
    pub enum Standing in "standing." {
        /// 工委审定 with complete documents: it counts.
        Approved = "approved",
        /// 工委审定, but a document is missing.
        Incomplete = "incomplete",
        /// 拟提.
        Proposed = "proposed",
        /// 部门已核.
        Reviewed = "reviewed",
        /// 不予采纳.
        Rejected = "rejected",
        /// 撤销.
        Withdrawn = "withdrawn",
        /// Of a unit that is not assessed.
        NotAssessed = "not-assessed",
    }
}

words! {
    /// The register that a row belongs to.
    pub enum Register {
        /// 加减分登记.
        Adjustments = "adjustments",
        /// 事项登记.
        Events = "events",
        /// 等次审定.
        Decisions = "decisions",
        /// 更正登记.
        Corrections = "corrections",
        /// 复核申请.
        Appeals = "appeals",
        /// 评议票处置.
        Dispositions = "dispositions",
        /// 名额分配.
        Places = "places",
        /// 加减分申报表 of a unit: proposals, which never count.
        Declarations = "declarations",
    }
}

/// A row of 加减分登记 or 事项登记.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustmentRow {
    /// The register it belongs to.
    pub register: Register,
    /// 编号.
    pub id: String,
    /// The unit.
    pub unit: UnitIx,
    /// Index of its kind.
    pub kind: usize,
    /// What its cells say.
    #[serde(flatten)]
    pub cells: AdjustmentCells,
    /// How far it has come.
    pub standing: Standing,
    /// Its row.
    pub at: Place,
}

fields! {
    /// What the cells of 加减分登记 and 事项登记 say.
    pub struct AdjustmentCells of AdjustmentRow {
        /// 事由.
        matter: String,
        /// 级别.
        level: String,
        /// 申报分值.
        claimed: Option<Points>,
        /// 审定分值, without sign; blank on rows that nobody approved.
        approved: Option<Points>,
        /// 文件名称.
        document: String,
        /// 文号.
        document_number: String,
        /// 发文单位.
        issued_by: String,
        /// 发文日期.
        date: Option<Date>,
        /// 审定文号.
        approval_number: String,
        /// 备注.
        remark: String,
        /// 关联编号, as written.
        links: Located<String>,
    }
}

impl AdjustmentRow {
    /// The points it would count for: none while nothing is approved.
    pub fn points(&self) -> Points {
        self.approved.clone().unwrap_or_else(Points::zero)
    }

    /// The document that it is based on, as a key for comparison; none without 文号.
    pub fn document_key(&self) -> Option<DocumentKey> {
        DocumentKey::new(&self.document_number, &self.issued_by)
    }
}

/// The content of a decision, 等次审定.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ruling {
    /// The unit has this grade.
    Pin(usize),
    /// 暂缓: no grade yet.
    Defer,
}

/// A row of 等次审定.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRow {
    /// 编号.
    pub id: String,
    /// The unit.
    pub unit: UnitIx,
    /// What it says.
    pub ruling: Ruling,
    /// What its cells say.
    #[serde(flatten)]
    pub cells: DecisionCells,
    /// How far it has come.
    pub standing: Standing,
    /// Its row.
    pub at: Place,
}

fields! {
    /// What the cells of 等次审定 say.
    pub struct DecisionCells of DecisionRow {
        /// 不占名额.
        outside_quota: bool,
        /// 突破上限.
        above_cap: bool,
        /// 条款.
        clause: String,
        /// 文号.
        document_number: String,
        /// 日期.
        date: Option<Date>,
        /// 关联编号, as written.
        links: Located<String>,
    }
}

impl DecisionRow {
    /// The name of the grade that it sets; none where it is deferred.
    pub fn grade_in<'m>(&self, model: &'m Model) -> Option<&'m str> {
        match self.ruling {
            Ruling::Pin(grade) => Some(&model.grades[grade].name),
            Ruling::Defer => None,
        }
    }
}

/// What a correction replaces, 位置.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// The verified points of a leaf; they are replaced last, and nothing else moves.
    Leaf(usize),
    /// The verified value of a leaf, which is replaced before the rule acts: what others are measured by may move.
    Value {
        /// The leaf.
        leaf: usize,
        /// Its period, among those of the unit; none where it has none.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        period: Option<usize>,
    },
    /// An input of the formula of a leaf, which is replaced before the formula is calculated.
    Input {
        /// The leaf.
        leaf: usize,
        /// Its index among the inputs that the leaf has in any scheme ([`Model::input_names`]).
        input: usize,
        /// Its period, among those of the unit; none where the leaf has none.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        period: Option<usize>,
    },
    /// The rate of a component.
    Component(usize),
    /// The published total.
    Total,
}

impl Target {
    /// Leaf code, leaf code with `核定值` or the name of an input (before either the number of the period), component id or
    /// `total`; empty where the model has no such thing.
    pub fn name_in(self, model: &Model) -> Cow<'_, str> {
        let leaf = |leaf: usize| model.tree.leaves.get(leaf).map_or("", |leaf| leaf.code.as_str());
        match self {
            Self::Leaf(index) => Cow::Borrowed(leaf(index)),
            Self::Value { leaf: index, period: None } => Cow::Owned(format!("{}/{}", leaf(index), Self::VALUE)),
            Self::Value { leaf: index, period: Some(period) } => {
                Cow::Owned(format!("{}/{}/{}", leaf(index), period + 1, Self::VALUE))
            }
            Self::Input { leaf: index, input, period } => {
                let period = period.map(|period| format!("{}/", period + 1)).unwrap_or_default();
                let names = model.input_names(index);
                Cow::Owned(format!("{}/{period}{}", leaf(index), names.get(input).copied().unwrap_or_default()))
            }
            Self::Component(index) => Cow::Borrowed(model.components.get(index).map_or("", |own| own.id.as_str())),
            Self::Total => Cow::Borrowed("total"),
        }
    }

    /// What stands behind the code of a leaf where its value is meant.
    pub const VALUE: &str = "核定值";

    /// The leaf whose points, value or input it is.
    pub const fn leaf(self) -> Option<usize> {
        match self {
            Self::Leaf(leaf) | Self::Value { leaf, .. } | Self::Input { leaf, .. } => Some(leaf),
            Self::Component(_) | Self::Total => None,
        }
    }
}

/// What a correction replaces, or puts in place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Amount {
    /// Points, a rate, a total.
    Number(Exact),
    /// The value of a leaf.
    Value {
        /// As it would be typed.
        text: String,
    },
}

impl Amount {
    /// The number that it is; none for a value.
    pub const fn number(&self) -> Option<&Exact> {
        match self {
            Self::Number(number) => Some(number),
            Self::Value { .. } => None,
        }
    }

    /// The value that it is; none for a number.
    pub const fn value(&self) -> Option<&str> {
        match self {
            Self::Number(_) => None,
            Self::Value { text } => Some(text.as_str()),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Value { text } => f.write_str(text),
        }
    }
}

/// A row of 更正登记.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionRow {
    /// 编号.
    pub id: String,
    /// The unit.
    pub unit: UnitIx,
    /// What it replaces.
    pub target: Target,
    /// What its cells say.
    #[serde(flatten)]
    pub cells: CorrectionCells,
    /// How far it has come.
    pub standing: Standing,
    /// Its row.
    pub at: Place,
}

fields! {
    /// What the cells of 更正登记 say.
    pub struct CorrectionCells of CorrectionRow {
        /// The value that must be there before.
        old: Located<Option<Amount>>,
        /// The value that replaces it.
        new: Located<Amount>,
        /// 理由.
        reason: String,
        /// 文号.
        document_number: String,
        /// 关联编号, as written.
        links: Located<String>,
    }
}

/// What a mark that cannot be read is to mean, 评价 of 评议票处置.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// 作废: it stays void.
    Void,
    /// A level, points or an abstention, as written.
    Mark(String),
}

/// A row of 评议票处置: the committee's decision on a mark that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispositionRow {
    /// 编号.
    pub id: String,
    /// The file of the ballot: its path below the project, or the end of it.
    pub file: String,
    /// Its sheet; empty for a file of one sheet.
    pub sheet: String,
    /// The unit whose mark is meant; none when all marks of the sheet are void.
    pub unit: Option<UnitIx>,
    /// 评委编号, where a sheet holds several ballots.
    pub rater: String,
    /// 节点, where a ballot has several marks for a unit.
    pub node: String,
    /// What the mark is to mean.
    pub verdict: Verdict,
    /// What its cells say.
    #[serde(flatten)]
    pub cells: DispositionCells,
    /// How far it has come.
    pub standing: Standing,
    /// Its row.
    pub at: Place,
    /// How many marks it settles.
    pub settles: usize,
}

fields! {
    /// What the cells of 评议票处置 say.
    pub struct DispositionCells of DispositionRow {
        /// 依据.
        grounds: String,
        /// 文号.
        document_number: String,
    }
}

/// A row of 名额分配: the places of one scope for a grade or better, in place of the model's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacesRow {
    /// 编号.
    pub id: String,
    /// 分组, as the roster spells it; empty where all units are one scope.
    pub scope: String,
    /// Index of the grade.
    pub grade: usize,
    /// 名额, cumulative.
    pub places: Located<usize>,
    /// What its cells say.
    #[serde(flatten)]
    pub cells: PlacesCells,
    /// How far it has come.
    pub standing: Standing,
    /// Its row.
    pub at: Place,
}

fields! {
    /// What the cells of 名额分配 say, which names no unit.
    pub struct PlacesCells without unit of PlacesRow {
        /// 依据.
        grounds: String,
        /// 文号.
        document_number: String,
        /// 日期.
        date: Option<Date>,
    }
}

/// What an appeal is about, 位置.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AppealTarget {
    /// A value that a correction may replace.
    Value(Target),
    /// The grade.
    Grade,
}

words! {
    /// How an appeal ended.
    pub enum Ending {
        /// Without a conclusion.
        Open = "open",
        /// Wholly or partly followed.
        Upheld = "upheld",
        /// Not followed.
        Rejected = "dismissed",
    }
}

/// A row of 复核申请.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealRow {
    /// 编号.
    pub id: String,
    /// The unit.
    pub unit: UnitIx,
    /// What it is about, as written.
    pub target: String,
    /// The target as parsed, if it is known; only checks ask for it.
    #[serde(skip)]
    pub place: Option<AppealTarget>,
    /// What its cells say.
    #[serde(flatten)]
    pub cells: AppealCells,
    /// How it ended.
    pub ending: Ending,
    /// The rows that settle it: register and 编号.
    pub settled_by: Vec<(Register, String)>,
    /// Its row.
    pub at: Place,
}

fields! {
    /// What the cells of 复核申请 say.
    pub struct AppealCells of AppealRow {
        /// 诉求.
        request: String,
        /// 收到日期.
        received: Option<Date>,
        /// 结论; empty while it is open.
        conclusion: String,
        /// 处理编号, as written.
        handled_by: Located<String>,
        /// 文号.
        document_number: String,
    }
}

/// All register rows, each kind in natural order of 编号.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Registers {
    /// 加减分登记 and 事项登记.
    pub adjustments: Vec<AdjustmentRow>,
    /// 等次审定.
    pub decisions: Vec<DecisionRow>,
    /// 更正登记.
    pub corrections: Vec<CorrectionRow>,
    /// 复核申请.
    pub appeals: Vec<AppealRow>,
    /// 评议票处置.
    pub dispositions: Vec<DispositionRow>,
    /// 名额分配.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub places: Vec<PlacesRow>,
    /// 核对, in the order of files and rows; whether they agree is recorded with the result.
    #[serde(skip)]
    pub assertions: Vec<AssertionRow>,
}

impl Registers {
    /// The approved row about the places of a grade in a scope; the scope of all units has no name.
    pub fn approved_places(&self, scope: Option<&str>, grade: usize) -> Option<&PlacesRow> {
        let is_of = |row: &&PlacesRow| row.grade == grade && row.scope == scope.unwrap_or_default();
        self.places.iter().filter(|row| row.standing == Standing::Approved).find(is_of)
    }
}

//! Register rows as they were read, with how each ended.

use crate::engine::assessment::{Ending, Stance, Standing};
use crate::engine::score::RowEnd;
use serde::{Deserialize, Serialize};

use crate::shared::number::{Exact, Points};
use crate::shared::place::Place;

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
    /// 评议票处置.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub dispositions: Vec<DispositionOutcome>,
    /// 核对.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub assertions: Vec<AssertionOutcome>,
}

/// A row of 加减分登记 or 事项登记.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustmentRowOutcome {
    /// 编号.
    pub id: String,
    /// Unit code.
    pub unit: String,
    /// Code of its kind.
    pub code: String,
    /// Whether it stands in 事项登记.
    pub event: bool,
    /// Whether the unit declared it itself: it stands in no register.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub declared: bool,
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
    /// 关联编号, as written.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub links: String,
    /// How far it has come.
    pub standing: Standing,
    /// How it ended.
    pub outcome: RowEnd,
    /// Its row.
    pub at: Place,
}

/// A row of 等次审定.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// 关联编号, as written.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub links: String,
    /// How far it has come.
    pub standing: Standing,
    /// Its row.
    pub at: Place,
}

/// A row of 更正登记.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// 关联编号, as written.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub links: String,
    /// How far it has come.
    pub standing: Standing,
    /// Its row.
    pub at: Place,
}

/// A row of 复核申请.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// How it ended.
    pub outcome: Ending,
    /// 处理编号, as written.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub handled_by: String,
    /// The rows that settle it: register and 编号.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub settled_by: Vec<(String, String)>,
    /// 文号.
    pub document_number: String,
    /// Its row.
    pub at: Place,
}

/// A row of 评议票处置: what the committee says of a mark that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispositionOutcome {
    /// 编号.
    pub id: String,
    /// File of the ballot.
    pub file: String,
    /// Its sheet.
    pub sheet: String,
    /// Unit code; none when the whole sheet is meant.
    pub unit: Option<String>,
    /// 评委编号.
    pub rater: String,
    /// 节点.
    pub node: String,
    /// What the mark is taken for; none when it stays void.
    pub mark: Option<String>,
    /// 依据.
    pub grounds: String,
    /// 文号.
    pub document_number: String,
    /// How far it has come.
    pub standing: Standing,
    /// How many marks it settles.
    pub settles: usize,
    /// Its row.
    pub at: Place,
}

/// A row of 核对.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssertionOutcome {
    /// Unit code.
    pub unit: String,
    /// What it looks at, as written.
    pub place: String,
    /// What it expects.
    pub expected: String,
    /// The published value.
    pub found: String,
    /// `agreed` or `differs`.
    pub standing: String,
    /// Its row.
    pub at: Place,
}

/// What a department says of the grade suggested for a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpinionOutcome {
    /// Unit code.
    pub unit: String,
    /// The department.
    pub department: String,
    /// The grade that its form suggested; empty if it showed none.
    pub suggested: String,
    /// `agree`, `disagree`, `reserved` or `no-view`; none if the word is not known.
    pub stance: Option<Stance>,
    /// 意见 as written.
    pub written: String,
    /// 具体意见和依据.
    pub text: String,
    /// Its cell.
    pub at: Place,
}

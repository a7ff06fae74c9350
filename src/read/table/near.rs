//! Columns that are near: a header that nothing knows, but that may well stand for a column that counts and is not there.
//!
//! Near is an error, so only what people would take for the missing column is: a spelling that differs by a sign, a known
//! word with something before it, or a verifier's word before a word for points. 备注, 联系电话, 上年得分 are not.

use super::{Column, RawTable, TableKind};
use crate::read::words::Word;
use crate::text;

/// How like a word a header must be: one sign of four at its end, one inserted, but not one of three.
const SIMILAR: f64 = 0.85;

/// Of the columns that count in this kind of table and are not there, the one that a column may be.
pub(super) fn missing_one(table: &RawTable, column: &Column) -> Option<Word> {
    let absent = |word: &&Word| !table.columns.iter().any(|own| own.means(**word));
    counting(table.kind).iter().filter(absent).copied().find(|word| is_near(&column.text, *word))
}

/// The columns of a kind of table that change a result when they are there. Evidence is not among those of self-reports:
/// whether it counts is for the model to say.
const fn counting(kind: TableKind) -> &'static [Word] {
    use Word as W;
    match kind {
        TableKind::SelfReport => &[W::VerifiedPoints, W::VerifiedValue, W::SelfScore, W::Value],
        TableKind::Verified => &[W::VerifiedPoints, W::VerifiedValue],
        TableKind::Adjustments => &[W::Level, W::Document, W::DocumentNumber, W::DocumentDate, W::ApprovalNumber],
        // A register of points without 审定分值 looks like one of events.
        TableKind::Events => &[W::Approved, W::Document, W::DocumentNumber, W::DocumentDate, W::ApprovalNumber],
        TableKind::Decisions => &[W::OutsideQuota, W::AboveCap, W::Clause, W::DocumentNumber, W::Date],
        TableKind::Corrections => &[W::OldValue, W::DocumentNumber],
        TableKind::Appeals => &[W::Where, W::ReceivedOn, W::Conclusion, W::DocumentNumber],
        TableKind::Ledger => &[W::ClosedOn, W::Reviewer],
        TableKind::Indicators => &[W::Params, W::EvidenceNeed],
        TableKind::Raters => &[W::Home],
        TableKind::Given
        | TableKind::Opinions
        | TableKind::Assertions
        | TableKind::Declarations
        | TableKind::Roster
        | TableKind::Ballots
        | TableKind::Tallies
        | TableKind::VerifiedMatrix
        | TableKind::Receipts => &[],
    }
}

/// Whether a header that is not known may stand for a meaning.
pub fn is_near(header: &str, word: Word) -> bool {
    let key = text::header_key(header);
    let key = text::without_points(&key);
    if key.is_empty() || describes(key) && !word.all().any(|known| tail(known) == tail(key)) {
        return false;
    }
    let of_points = matches!(word, Word::VerifiedPoints | Word::VerifiedValue | Word::SelfScore | Word::Approved);
    if of_points && is_other_points(key) {
        return false;
    }
    let alike = |known: &str| {
        let known = text::header_key(known);
        strsim::jaro_winkler(key, &known) >= SIMILAR || known.chars().count() > 2 && key.contains(&known)
    };
    word.all().any(alike) || has_core(key, word)
}

/// The last two signs of a word.
fn tail(word: &str) -> &str {
    word.char_indices().rev().nth(1).map_or(word, |(at, _)| &word[at..])
}

/// Whether a header tells of something beside a value: who, when, where, how.
fn describes(key: &str) -> bool {
    const TAILS: [&str; 42] = [
        "人",
        "说明",
        "备注",
        "日期",
        "时间",
        "时限",
        "期限",
        "意见",
        "建议",
        "原因",
        "理由",
        "措施",
        "计划",
        "依据",
        "标准",
        "办法",
        "要求",
        "方式",
        "部门",
        "领导",
        "电话",
        "邮箱",
        "地址",
        "联系方式",
        "页码",
        "页数",
        "份数",
        "数量",
        "个数",
        "编号",
        "序号",
        "目标",
        "目标值",
        "情况",
        "概述",
        "纪实",
        "排名",
        "位次",
        "名次",
        "权重",
        "比例",
        "等次",
    ];
    TAILS.iter().any(|tail| key.ends_with(tail))
}

/// Whether a header holds what makes out a meaning, however it is said.
fn has_core(key: &str, word: Word) -> bool {
    let holds = |cores: &[&str]| cores.iter().any(|core| key.contains(core));
    let ends = |cores: &[&str]| cores.iter().any(|core| key.ends_with(core));
    match word {
        Word::VerifiedPoints => is_verified(key) && is_points(key),
        Word::Approved => holds(&APPROVED) && is_points(key),
        Word::VerifiedValue => is_verified(key) && ends(&["值", "数", "率", "等级", "档次"]),
        Word::SelfScore => holds(&["自评", "自我评", "自测", "自查"]) && is_points(key),
        Word::Evidence => holds(&["佐证", "印证", "证明材料", "支撑材料", "备查", "证实材料", "附件材料", "相关材料"]),
        Word::EvidenceNeed => holds(&["佐证"]),
        Word::Params => holds(&["参数"]),
        Word::Level => ends(&["级别"]),
        Word::Conclusion => ends(&["结论"]),
        Word::Home => ends(&["单位"]),
        Word::ApprovalNumber => ends(&["文号"]) && holds(&["审", "批", "核", "会议", "纪要"]),
        Word::DocumentNumber => ends(&["文号", "发文字号"]),
        _ => false,
    }
}

/// What a verifier does, before a word for points or a value.
const APPROVED: [&str; 11] = ["核定", "审定", "审核", "核准", "核实", "复核", "认定", "批准", "审批", "终审", "评定"];

fn is_verified(key: &str) -> bool {
    const OTHERS: [&str; 15] = [
        "考核",
        "考评",
        "考核组",
        "上级",
        "最终",
        "最后",
        "实得",
        "实际得",
        "领导小组",
        "工委",
        "评审",
        "核查",
        "组评",
        "专家评",
        "验收",
    ];
    let own = ["自评", "自我", "自测", "自查", "自报", "申报"].iter().any(|own| key.contains(own));
    !own && APPROVED.iter().chain(&OTHERS).any(|stem| key.contains(stem))
}

/// Whether a header is a word for points that were given.
fn is_points(key: &str) -> bool {
    const GIVEN: [&str; 9] = ["得分", "评分", "打分", "记分", "计分", "分数", "成绩", "定分", "核分"];
    let approved = APPROVED.iter().any(|stem| key.contains(stem)) && (key.ends_with('分') || key.ends_with("分值"));
    GIVEN.iter().any(|tail| key.ends_with(tail)) || approved
}

/// Whether a header is about other points than those given this year: full points, other years, sums, plus and minus.
fn is_other_points(key: &str) -> bool {
    const OTHER: [&str; 12] =
        ["满分", "标准分", "基准", "平均", "目标", "权重", "加分", "减分", "奖分", "排名", "去年", "上期"];
    let present = key.replace("本年度", "").replace("本年", "").replace("年度", "");
    let full = key.ends_with("分值") && !APPROVED.iter().any(|stem| key.contains(stem));
    full || present.contains('年') || OTHER.iter().any(|other| present.contains(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_may_be_the_missing_column_is_near() {
        let near: [(Word, &str); 12] = [
            (
                Word::VerifiedPoints,
                "核定的得分 核定分数 审定分 审定分值 审定总得分 复核得分 考核评分 考评组打分 上级打分 最终评分 最后得分 认定得分 领导小组评分 工委评分 实得分数 核实得分 终审得分 本年度考核成绩 核定得分（分）2",
            ),
            (Word::VerifiedValue, "审定值 核实值 核定数 审核完成值 核定等级 认定完成率 核定的值"),
            (Word::SelfScore, "自评分数 自我评分 自评打分 自测得分 单位自评成绩"),
            (Word::Value, "实际完成数值 完成的值"),
            (Word::Evidence, "印证资料 佐证资料 证明材料 佐证链接 主要支撑材料 佐证材料清单 备查材料"),
            (Word::Approved, "核定分值 审核分值 批准分值 认定分 审定得分"),
            (Word::Level, "表彰级别 奖励级别"),
            (Word::ApprovalNumber, "审批文号 批准文号 会议纪要文号"),
            (Word::OutsideQuota, "是否不占名额 不计名额"),
            (Word::Conclusion, "复核结论 处理结论"),
            (Word::Home, "单位 工作单位 评委单位"),
            (Word::Params, "计分参数"),
        ];
        for (word, headers) in near {
            for header in headers.split(' ') {
                assert!(is_near(header, word), "{header} for {}", word.label());
            }
        }
    }

    #[test]
    fn ordinary_columns_are_not_near() {
        let harmless = "备注 联系电话 联系人 整改措施 填报时间 完成时间 完成时限 核定人 核定日期 审核部门 审核人签字 考核分值 \
            考评标准 标准分 满分 上年得分 2024年考核得分 去年考核得分 平均得分 加分 扣分 扣分 责任领导 牵头部门 完成率 工作措施 存在问题 \
            下一步打算 主要做法 自评等次 自评说明 组内排名 考核等次 权重 指标解释 数据来源 单位性质 分管领导 提交时间 佐证页码 佐证份数";
        let counting = [
            Word::VerifiedPoints,
            Word::VerifiedValue,
            Word::SelfScore,
            Word::Value,
            Word::Evidence,
            Word::Approved,
            Word::OutsideQuota,
            Word::AboveCap,
            Word::OldValue,
            Word::Home,
            Word::Params,
        ];
        for header in harmless.split_whitespace() {
            for word in counting {
                assert!(!is_near(header, word), "{header} for {}", word.label());
            }
        }
    }
}

//! Near columns: an unknown header that may well mean a column that counts and is missing.
//!
//! A near column is an error, so only likely readings count: a spelling that differs by one character, a known word
//! with a prefix, or a verifier's word before a word for points. 备注, 联系电话, 上年得分 are not near.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::{Column, RawTable, TableKind};
use crate::read::book::Sheet;
use crate::read::value::RawValue;
use crate::read::words::Word;
use crate::shared::finding::Finding;
use crate::shared::place::Role;
use crate::shared::text;

/// The words that identify such headers, by name: `name = sign | sign | …`.
fn signs(name: &str) -> &'static [&'static str] {
    static SIGNS: OnceLock<BTreeMap<&'static str, Vec<&'static str>>> = OnceLock::new();
    let signs = SIGNS.get_or_init(|| {
        let lines = include_str!("near.txt").lines().filter_map(|line| line.split_once(" = "));
        lines.map(|(name, list)| (name, list.split(" | ").collect())).collect()
    });
    signs.get(name).map_or(&[], Vec::as_slice)
}

fn holds(key: &str, name: &str) -> bool {
    signs(name).iter().any(|sign| key.contains(sign))
}

fn ends(key: &str, name: &str) -> bool {
    signs(name).iter().any(|sign| key.ends_with(sign))
}

/// A sheet that has some of the columns of a table, or one of them twice.
#[derive(Clone)]
pub(super) struct Near {
    /// The reason why it is not read.
    pub(super) finding: Finding,
    pub(super) columns: Vec<Column>,
    /// Last row of its presumed header.
    pub(super) end: u32,
}

impl Near {
    /// Whether it is an annex to the complete tables of its workbook: evidence, standards, a list of tasks or members.
    ///
    /// It is not one if it may contain values that count: a verifier's column, a mark, a claimed score; or a column of
    /// values beside names that also occur in a complete table.
    pub(super) fn is_annex(&self, sheet: &Sheet, role: Role, tables: &[RawTable]) -> bool {
        use Word as W;
        let (kind, counting): (_, &[Word]) = match role {
            Role::SelfReport => (
                TableKind::SelfReport,
                &[W::VerifiedValue, W::VerifiedPoints, W::Claimed, W::Approved, W::Plus, W::Minus],
            ),
            Role::Ballots => (TableKind::Ballots, &[W::Mark]),
            _ => return false,
        };
        let complete: Vec<&RawTable> = tables.iter().filter(|table| table.kind == kind).collect();
        if complete.is_empty() || self.has(counting) || self.has_free_column_of(&complete) {
            return false;
        }
        let identified = self.columns.iter().any(|column| column.means(W::Indicator));
        !self.has(&[W::Value, W::SelfScore, W::Score]) || !identified && !self.shares_names(sheet, &complete)
    }

    /// Whether one of its columns has, or may have, one of some meanings.
    fn has(&self, words: &[Word]) -> bool {
        let may_be = |column: &Column, word: Word| column.word.is_none() && is_near(&column.text, word);
        self.columns.iter().any(|column| words.iter().any(|word| column.means(*word) || may_be(column, *word)))
    }

    /// Whether it has a column for a level or node that a complete ballot of the workbook has as well.
    fn has_free_column_of(&self, complete: &[&RawTable]) -> bool {
        let ballots = complete.iter().filter(|table| table.kind.has_free_columns());
        let known: BTreeSet<String> =
            ballots.flat_map(|table| table.other_columns()).map(|column| text::header_key(&column.text)).collect();
        self.columns.iter().any(|column| known.contains(&text::header_key(&column.text)))
    }

    /// Whether a row below its header names the subject of a row of a complete table.
    fn shares_names(&self, sheet: &Sheet, complete: &[&RawTable]) -> bool {
        let mut names: BTreeSet<String> = BTreeSet::new();
        for table in complete {
            for word in [Word::Indicator, Word::Name] {
                names.extend(table.rows.iter().map(|row| text::key(&table.text(&row, word).value)));
            }
        }
        names.remove("");
        let ordinal = |col: u32| self.columns.iter().any(|c| c.col == col && c.word == Some(Word::Ordinal));
        let is_text = |value: &RawValue| matches!(value, RawValue::Text { .. } | RawValue::Marked(_));
        let mut cells = sheet.cells.iter().filter(|cell| cell.row > self.end && !ordinal(cell.col));
        cells.any(|cell| is_text(&cell.value) && names.contains(&text::key(&cell.value.text())))
    }
}

/// The missing column that counts in this kind of table and that the given column may be.
pub(super) fn missing_one(table: &RawTable, column: &Column) -> Option<Word> {
    let absent = |word: &&Word| !table.columns.iter().any(|own| own.means(**word));
    counting(table.kind).iter().filter(absent).copied().find(|word| is_near(&column.text, *word))
}

/// The columns of a kind of table that affect a result if present. Evidence is not among those of self-reports: whether
/// it counts depends on the model.
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
        TableKind::Dispositions => &[W::DocumentNumber],
        TableKind::Places => &[W::Group, W::Basis, W::DocumentNumber, W::Date],
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

/// Whether an unknown header may have a meaning.
pub fn is_near(header: &str, word: Word) -> bool {
    let key = text::header_key(header);
    let key = text::without_points(&key);
    if key.is_empty() || ends(key, "describes") && !word.all().any(|known| tail(known) == tail(key)) {
        return false;
    }
    let of_points = matches!(word, Word::VerifiedPoints | Word::VerifiedValue | Word::SelfScore | Word::Approved);
    if of_points && is_other_points(key) {
        return false;
    }
    let alike = |known: &str| {
        let known = text::header_key(known);
        text::is_alike(key, &known) || known.chars().count() > 2 && key.contains(&known)
    };
    word.all().any(alike) || has_core(key, word)
}

/// The last two characters of a word.
fn tail(word: &str) -> &str {
    word.char_indices().rev().nth(1).map_or(word, |(at, _)| &word[at..])
}

/// Whether a header contains the core of a meaning, however it is phrased.
fn has_core(key: &str, word: Word) -> bool {
    match word {
        Word::VerifiedPoints => is_verified(key) && is_points(key),
        Word::Approved => holds(key, "approves") && is_points(key),
        Word::VerifiedValue => is_verified(key) && ends(key, "values"),
        Word::SelfScore => holds(key, "own score") && is_points(key),
        Word::Evidence => holds(key, "evidence"),
        Word::EvidenceNeed => holds(key, "evidence need"),
        Word::Params => holds(key, "params"),
        Word::Level => ends(key, "level"),
        Word::Conclusion => ends(key, "conclusion"),
        Word::Home => ends(key, "home"),
        Word::ApprovalNumber => ends(key, "document number") && holds(key, "approval"),
        Word::DocumentNumber => ends(key, "document number"),
        _ => false,
    }
}

/// Whether a header refers to a verifier's entry, not to the unit's own.
fn is_verified(key: &str) -> bool {
    !holds(key, "own") && (holds(key, "approves") || holds(key, "verifies"))
}

/// Whether a header is a word for awarded points.
fn is_points(key: &str) -> bool {
    ends(key, "given points") || ends(key, "points") && holds(key, "approves")
}

/// Whether a header is about points other than those awarded this year: full points, other years, sums, plus and minus.
fn is_other_points(key: &str) -> bool {
    let present = signs("this year").iter().fold(key.to_owned(), |key, sign| key.replace(sign, ""));
    let full = ends(key, "full points") && !holds(key, "approves");
    full || holds(&present, "other points")
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

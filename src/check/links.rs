//! 关联编号 and 处理编号: which row settles which appeal, by register and number; free text links nothing (SPEC §20).
//!
//! 关联编号 is a column of 加减分登记, 事项登记, 等次审定 and 更正登记, 处理编号 of 复核申请. Both name rows like 加减分 12, with
//! separators between several; a number without a register belongs to the register named before it.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::earlier::RowName;
use super::registers::Numbers;
use crate::engine::assessment::UnitIx;
use crate::read::TableKind;
use crate::shared::finding::{Arg, Code, Describe as _, Findings};
use crate::shared::place::{Located, Place};
use crate::shared::text;

/// The names of registers, as written, the longer ones first.
const REGISTERS: &[(&str, TableKind)] = &[
    ("加减分登记", TableKind::Adjustments),
    ("加减分", TableKind::Adjustments),
    ("adjustments", TableKind::Adjustments),
    ("adjustment", TableKind::Adjustments),
    ("事项登记", TableKind::Events),
    ("事项", TableKind::Events),
    ("events", TableKind::Events),
    ("event", TableKind::Events),
    ("等次审定", TableKind::Decisions),
    ("审定", TableKind::Decisions),
    ("decisions", TableKind::Decisions),
    ("decision", TableKind::Decisions),
    ("更正登记", TableKind::Corrections),
    ("更正", TableKind::Corrections),
    ("corrections", TableKind::Corrections),
    ("correction", TableKind::Corrections),
    ("复核申请", TableKind::Appeals),
    ("复核", TableKind::Appeals),
    ("appeals", TableKind::Appeals),
    ("appeal", TableKind::Appeals),
];

/// Separators between several numbers in one cell.
const SEPARATORS: [char; 7] = ['、', '，', ',', '；', ';', '\n', '\r'];
/// What may come before and after a number without being part of it.
const BEFORE: [&str; 6] = [":", "#", "第", "编号", "no.", "no"];
const BEHIND: &str = "号";

/// A row that links or is linked: its register and number, its unit, and the cell that names others.
pub(super) struct Linking<'l> {
    pub(super) row: &'l RowName,
    pub(super) unit: UnitIx,
    pub(super) at: Place,
    pub(super) written: &'l Located<String>,
}

/// The links between rows and appeals.
#[derive(Default)]
pub(super) struct Links<'l> {
    /// Rows that name an appeal, by appeal.
    pub(super) by_row: BTreeMap<&'l RowName, BTreeSet<&'l RowName>>,
    /// Rows that an appeal names, by appeal, with the cell that does.
    pub(super) by_appeal: BTreeMap<&'l RowName, BTreeSet<&'l RowName>>,
}

impl<'l> Links<'l> {
    /// The rows that an appeal is linked with, whichever side names the other.
    pub(super) fn of(&self, appeal: &RowName) -> BTreeSet<&'l RowName> {
        [&self.by_row, &self.by_appeal].into_iter().filter_map(|side| side.get(appeal)).flatten().copied().collect()
    }
}

/// Resolves all links; one that names no row, or a row of another unit, is a finding at its cell.
pub(super) fn resolve<'l>(
    context: &Context<'_>,
    rows: &[Linking<'l>],
    numbers: &Numbers,
    findings: &mut Findings<'_>,
) -> Links<'l> {
    let known: BTreeMap<&RowName, &Linking<'l>> = rows.iter().map(|row| (row.row, row)).collect();
    let mut links = Links::default();
    for own in rows {
        let from_appeal = own.row.0 == TableKind::Appeals;
        let mut findings = findings.of_unit(context.code(own.unit));
        for part in parts(&own.written.value) {
            let named =
                part.register.and_then(|kind| part.rows(kind).into_iter().find(|row| numbers.contains_key(row)));
            let Some(named) = named.filter(|row| !(from_appeal && row.0 == TableKind::Appeals)) else {
                let words = if from_appeal { "link.handling" } else { "link.related" };
                findings.add(Code::E678).at(own.written.at).found(part.written).expected(Arg::Word(words));
                continue;
            };
            // A row of which only the number is known has a finding of its own.
            let Some(other) = known.get(&named) else { continue };
            if other.unit != own.unit {
                let unit = context.unit(other.unit);
                let finding = findings.add(Code::E679).at(own.written.at).also(other.at);
                finding.with("unit", format!("{} {}", unit.code, unit.name)).found(part.written);
                continue;
            }
            if from_appeal {
                links.by_appeal.entry(own.row).or_default().insert(other.row);
            } else if named.0 == TableKind::Appeals {
                links.by_row.entry(other.row).or_default().insert(own.row);
            }
        }
    }
    links
}

/// One number of a cell.
struct Part<'w> {
    written: &'w str,
    register: Option<TableKind>,
    /// What follows the name of the register.
    rest: String,
}

impl Part<'_> {
    /// The rows that it may mean, the plainest reading first.
    fn rows(&self, kind: TableKind) -> Vec<RowName> {
        let mut bare = self.rest.as_str();
        while let Some(rest) = BEFORE.iter().find_map(|sign| strip(bare, sign)) {
            bare = rest;
        }
        let short = bare.strip_suffix(BEHIND).unwrap_or(bare);
        let whole = text::key(self.written);
        [&self.rest, bare, short, whole.as_str()].into_iter().map(|id| (kind, id.to_owned())).collect()
    }
}

/// A text without a given beginning, whatever its letter case.
fn strip<'t>(text: &'t str, sign: &str) -> Option<&'t str> {
    let head = text.get(..sign.len())?;
    (head.to_lowercase() == sign).then(|| &text[sign.len()..])
}

/// The numbers that a cell names.
fn parts(written: &str) -> Vec<Part<'_>> {
    let mut last = None;
    let texts = written.split(SEPARATORS).map(str::trim).filter(|text| !text.is_empty());
    let part = |text| {
        let key = text::key(text);
        let found = REGISTERS.iter().find_map(|(name, kind)| Some((*kind, strip(&key, name)?.to_owned())));
        let (register, rest) = found.map_or((last, key), |(kind, rest)| (Some(kind), rest));
        last = register;
        Part { written: text, register, rest }
    };
    texts.map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_their_registers() {
        let read = |written: &str| -> Vec<(Option<TableKind>, String)> {
            let last = |part: Part| part.register.map(|kind| part.rows(kind)[2].1.clone());
            parts(written).into_iter().map(|part| (part.register, last(part).unwrap_or_default())).collect()
        };
        let (adjustment, appeal) = (Some(TableKind::Adjustments), Some(TableKind::Appeals));
        for written in ["加减分 12", "加减分登记12", "加减分第12号", "加减分：12", "Adjustment no. 12", "加减分１２"]
        {
            assert_eq!(read(written), [(adjustment, "12".to_owned())], "{written}");
        }
        assert_eq!(read("复核申请 FH-1号；复核 2"), [(appeal, "FH-1".to_owned()), (appeal, "2".to_owned())]);
        assert_eq!(read("复核 1、2"), [(appeal, "1".to_owned()), (appeal, "2".to_owned())]);
        assert_eq!(read("加减分 1\n复核 2"), [(adjustment, "1".to_owned()), (appeal, "2".to_owned())]);
        assert_eq!(read("12"), [(None, String::new())], "nobody can say which register is meant");
        assert_eq!(read("第2季度漏计"), [(None, String::new())]);
        assert_eq!(read(" 、"), []);
    }
}

//! 复核申请: what an appeal is about, how it ended, and whether an upheld one was acted upon (SPEC §12).
//!
//! A blank 结论 leaves an appeal open. An upheld one needs an approved row of the same unit that names its 编号: in 理由 of a
//! correction, in 备注 of an adjustment or event, in 条款 of a decision. Until then a version would not show what was decided.

use super::Context;
use super::registers::target_named;
use crate::assessment::{AppealRow, AppealTarget, Ending, Mode, Register, Registers, Standing};
use crate::finding::{Arg, Code, Finding};
use crate::model::Model;
use crate::place::Located;
use crate::text;

/// The conclusions, as written.
const CONCLUSIONS: &[(&str, Ending)] = &[
    ("支持", Ending::Upheld),
    ("部分支持", Ending::Upheld),
    ("upheld", Ending::Upheld),
    ("partlyupheld", Ending::Upheld),
    ("不支持", Ending::Rejected),
    ("维持", Ending::Rejected),
    ("驳回", Ending::Rejected),
    ("rejected", Ending::Rejected),
    ("maintained", Ending::Rejected),
    ("dismissed", Ending::Rejected),
];

/// What an appeal is about; a place that is not known is kept as written.
pub(super) fn place(model: &Model, cell: &Located<String>, findings: &mut Vec<Finding>) -> Option<AppealTarget> {
    let grade = matches!(text::key(&cell.value).to_lowercase().as_str(), "等次" | "grade");
    let value = || target_named(model, &cell.value).map(AppealTarget::Value);
    let found = grade.then_some(AppealTarget::Grade).or_else(value);
    if found.is_none() {
        let leaves = model.tree.leaves.iter().map(|l| l.code.as_str());
        let known = leaves.chain(model.components.iter().map(|c| c.id.as_str()));
        let finding = Finding::new(Code::W653).at(cell.at).found(&cell.value).nearest_in(findings, &cell.value, known);
        findings.push(finding.with("expected", Arg::Word("appeal.targets")));
    }
    found
}

/// How an appeal ended; `None` follows a finding.
pub(super) fn ending(
    conclusion: &Located<String>,
    document: &Located<String>,
    findings: &mut Vec<Finding>,
) -> Option<Ending> {
    let wanted = text::key(&conclusion.value).to_lowercase();
    if wanted.is_empty() {
        return Some(Ending::Open);
    }
    let Some((_, ending)) = CONCLUSIONS.iter().find(|(word, _)| *word == wanted) else {
        let finding = Finding::new(Code::E650).at(conclusion.at).found(&conclusion.value);
        findings.push(finding.with("expected", Arg::Word("appeal.conclusions")));
        return None;
    };
    if *ending == Ending::Rejected && document.value.is_empty() {
        findings.push(Finding::new(Code::W652).at(document.at).found(&conclusion.value));
    }
    Some(*ending)
}

/// Every upheld appeal needs an approved row that names it.
pub(super) fn check_followed(context: &Context<'_>, registers: &mut Registers, findings: &mut Vec<Finding>) {
    let settled: Vec<Vec<(&'static str, String)>> =
        registers.appeals.iter().map(|appeal| followers(registers, appeal)).collect();
    for (appeal, rows) in registers.appeals.iter_mut().zip(settled) {
        let unit = &context.roster.units[appeal.unit.0];
        // Nothing of a unit that is not assessed can be acted upon.
        if appeal.ending == Ending::Upheld && rows.is_empty() && unit.mode != Mode::Excluded {
            let finding = Finding::new(Code::E651).at(appeal.at).unit(&unit.code).with("id", &appeal.id);
            findings.push(finding.found(&appeal.conclusion));
        }
        appeal.settled_by = rows;
    }
}

/// The approved rows of the same unit that name an appeal.
fn followers(registers: &Registers, appeal: &AppealRow) -> Vec<(&'static str, String)> {
    let counts =
        |unit, standing, words: &str| unit == appeal.unit && standing == Standing::Approved && names(words, &appeal.id);
    let corrections = registers.corrections.iter().filter(|row| counts(row.unit, row.standing, &row.reason));
    let adjustments = registers.adjustments.iter().filter(|row| counts(row.unit, row.standing, &row.remark));
    let decisions = registers.decisions.iter().filter(|row| counts(row.unit, row.standing, &row.clause));
    let register = |register| match register {
        Register::Events => "events",
        Register::Adjustments | Register::Declarations => "adjustments",
    };
    corrections
        .map(|row| ("corrections", row.id.clone()))
        .chain(adjustments.map(|row| (register(row.register), row.id.clone())))
        .chain(decisions.map(|row| ("decisions", row.id.clone())))
        .collect()
}

/// Whether a text names a number as a whole word: no letter, digit or joining mark of a number stands beside it.
fn names(words: &str, id: &str) -> bool {
    let (words, id) = (text::key(words).to_lowercase(), text::key(id).to_lowercase());
    let joined = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
    !id.is_empty()
        && words
            .match_indices(&id)
            .any(|(at, _)| !joined(words[..at].chars().next_back()) && !joined(words[at + id.len()..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_named_as_a_whole_word() {
        for words in ["复核申请FH-1", "依 FH-1 更正", "fh-1", "（FH-1）", "ＦＨ-1号"] {
            assert!(names(words, "FH-1"), "{words}");
        }
        for words in ["FH-10", "FH-1-2", "XFH-1", "复核", ""] {
            assert!(!names(words, "FH-1"), "{words}");
        }
        assert!(names("复核申请1号", "1") && !names("复核申请11号", "1") && !names("2026.1", "1"));
        assert!(!names("anything", ""));
    }
}

//! 复核申请: what an appeal is about, how it ended, and whether an upheld one was acted upon (SPEC §12).
//!
//! A blank 结论 leaves an appeal open. An upheld one needs an approved row of the same unit that names its 编号: in 理由 of a
//! correction, in 备注 of an adjustment or event, in 条款 of a decision. Until then a version would not show what was decided.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;

use super::Context;
use super::registers::target_named;
use crate::assessment::{AppealTarget, Ending, Mode, Register, Registers, Standing};
use crate::finding::{Arg, Bound, Code, Finding};
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
    let settled = followers(registers);
    let mut bound = Bound::new(findings);
    for (appeal, rows) in registers.appeals.iter_mut().zip(settled) {
        bound.keep(findings);
        let unit = &context.roster.units[appeal.unit.0];
        // Nothing of a unit that is not assessed can be acted upon.
        if appeal.ending == Ending::Upheld && rows.is_empty() && unit.mode != Mode::Excluded {
            let finding = Finding::new(Code::E651).at(appeal.at).unit(&unit.code).with("id", &appeal.id);
            findings.push(finding.found(&appeal.conclusion));
        }
        appeal.settled_by = rows;
    }
}

/// Rows by the register they stand in and their numbers.
type Named = Vec<(&'static str, String)>;

/// For each appeal, the approved rows of the same unit that name it.
fn followers(registers: &Registers) -> Vec<Named> {
    let mut followers = vec![Vec::new(); registers.appeals.len()];
    let Some(numbers) = Numbers::new(registers.appeals.iter().map(|appeal| appeal.id.as_str())) else {
        return followers;
    };
    let register = |register| match register {
        Register::Events => "events",
        Register::Adjustments | Register::Declarations => "adjustments",
    };
    let corrections = registers.corrections.iter().map(|r| (r.standing, r.unit, &r.reason, "corrections", &r.id));
    let adjustments =
        registers.adjustments.iter().map(|r| (r.standing, r.unit, &r.remark, register(r.register), &r.id));
    let decisions = registers.decisions.iter().map(|r| (r.standing, r.unit, &r.clause, "decisions", &r.id));
    let rows = corrections.chain(adjustments).chain(decisions);
    for (_, unit, words, name, id) in rows.filter(|(standing, ..)| *standing == Standing::Approved) {
        for appeal in numbers.named_in(words) {
            if registers.appeals[appeal].unit == unit {
                followers[appeal].push((name, id.clone()));
            }
        }
    }
    followers
}

/// Numbers that texts may name, all looked for in one pass over a text.
struct Numbers {
    search: AhoCorasick,
    /// Which number each pattern stands for.
    owners: Vec<usize>,
}

impl Numbers {
    /// `None` if there are no numbers, or more than anybody could search for.
    fn new<'n>(numbers: impl Iterator<Item = &'n str>) -> Option<Self> {
        let keys = numbers.map(|number| text::key(number).to_lowercase());
        let (owners, keys): (Vec<usize>, Vec<String>) = keys.enumerate().filter(|(_, key)| !key.is_empty()).unzip();
        let search = AhoCorasick::new(&keys).ok()?;
        Some(Self { search, owners })
    }

    /// The numbers that a text names as whole words: no letter, digit or joining mark of a number stands beside them.
    fn named_in(&self, words: &str) -> BTreeSet<usize> {
        let words = text::key(words).to_lowercase();
        let joined = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
        let whole = |from: usize, to: usize| !words[..from].ends_with(joined) && !words[to..].starts_with(joined);
        let found = self.search.find_overlapping_iter(&words);
        found.filter(|m| whole(m.start(), m.end())).map(|m| self.owners[m.pattern().as_usize()]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(words: &str, id: &str) -> bool {
        Numbers::new([id].into_iter()).is_some_and(|numbers| !numbers.named_in(words).is_empty())
    }

    #[test]
    fn of_many_numbers_a_text_names_those_that_stand_in_it() {
        let ids = ["FH-1", "FH-12", "12", "", "复核1"];
        let numbers = Numbers::new(ids.into_iter()).expect("numbers");
        let named = |words: &str| numbers.named_in(words).into_iter().collect::<Vec<_>>();
        assert_eq!(named("依FH-12、FH-1更正"), [0, 1]);
        assert_eq!(named("复核1号，12号"), [2, 4]);
        assert_eq!(named("FH-123"), [] as [usize; 0]);
    }

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

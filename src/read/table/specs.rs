//! The columns of each kind of table, and the kinds that a file of a role may contain.

use std::collections::{BTreeMap, BTreeSet};

use super::{Column, RawTable, TableKind};
use crate::read::words::Word;
use crate::shared::place::Role;
use crate::shared::text;

mod inputs;
mod registers;

use inputs::{BALLOTS, PLAIN_TALLIES, SELF_REPORTS, TALLIES, VERIFIED, WIDE_BALLOTS};
use registers::{LEDGERS, OPINIONS, REGISTERS};

/// The columns of a kind of table: from each required list one must be present, or a column under such a head.
pub(super) struct Spec {
    pub(super) kind: TableKind,
    pub(super) required: &'static [&'static [Word]],
    pub(super) optional: &'static [Word],
}

impl Spec {
    /// Every meaning that a column of the kind may have, required ones first.
    pub(super) fn words(&self) -> impl Iterator<Item = Word> {
        self.required.iter().flat_map(|group| group.iter()).chain(self.optional).copied()
    }

    /// The required meanings that columns lack.
    pub(super) fn missing(&self, columns: &[Column]) -> Vec<Word> {
        let has = |word: &Word| columns.iter().any(|column| column.means(*word));
        self.required.iter().filter(|group| !group.iter().any(has)).map(|group| group[0]).collect()
    }

    /// The columns; those without a meaning that are questions of a survey may differ only in their bracketed part: `评价
    /// [云岚市图书馆]` beside `评价 [云岚市博物馆]`.
    pub(super) fn as_questions(&self, mut columns: Vec<Column>) -> Vec<Column> {
        if self.kind != TableKind::Ballots {
            return columns;
        }
        let mut asked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for column in columns.iter().filter(|column| column.word.is_some()) {
            asked.entry(text::header_key(&column.text)).or_default().insert(text::key(&column.text));
        }
        for column in columns.iter_mut().filter(|column| column.above.is_empty()) {
            if asked.get(&text::header_key(&column.text)).is_some_and(|questions| questions.len() > 1) {
                column.word = None;
            }
        }
        columns
    }

    /// The columns with their final meanings: a bare 得分 of a self-report is 自评得分, unless that has its own column.
    pub(super) fn settle(&self, mut columns: Vec<Column>) -> Vec<Column> {
        if self.kind == TableKind::SelfReport {
            let own = columns.iter().any(|column| column.word == Some(Word::SelfScore));
            for column in columns.iter_mut().filter(|column| column.word == Some(Word::Score)) {
                column.word = (!own).then_some(Word::SelfScore);
            }
        }
        // A party organisation names the unit only if no other column does.
        let named = columns.iter().any(|column| column.word.is_some_and(|word| UNIT.contains(&word)));
        for column in columns.iter_mut().filter(|column| column.word == Some(Word::Organisation)) {
            column.word = (!named).then_some(Word::Unit);
        }
        columns
    }
}

/// The columns that name a unit; several of them must agree.
const UNIT: &[Word] = &[Word::UnitCode, Word::Unit, Word::ShortName];
/// The columns that name a unit if its party organisation may be given instead.
const RATED: &[Word] = &[Word::UnitCode, Word::Unit, Word::ShortName, Word::Organisation];

/// The kinds that a file of a role may contain, most specific first.
pub(super) fn specs(role: Role) -> &'static [Spec] {
    use Word as W;
    match role {
        Role::Roster => &[Spec {
            kind: TableKind::Roster,
            required: &[&[W::UnitCode], &[W::Unit], &[W::Group]],
            optional: &[
                W::ShortName,
                W::FormerName,
                W::Mode,
                W::Contact,
                W::Phone,
                W::Secretary,
                W::Ordinal,
                W::Remark,
            ],
        }],
        Role::Indicators => &[Spec {
            kind: TableKind::Indicators,
            required: &[&[W::Indicator], &[W::Name], &[W::Points], &[W::Rule]],
            optional: &[
                // Needed where the model has lines and aspects.
                W::Line,
                W::Aspect,
                W::Item,
                W::Params,
                W::Formula,
                W::InputItem,
                W::EvidenceNeed,
                W::Department,
                W::Standard,
                W::Method,
                W::Source,
                W::Coefficient,
                W::Schemes,
                W::Ordinal,
            ],
        }],
        Role::Raters => &[Spec {
            kind: TableKind::Raters,
            required: &[&[W::Rater], &[W::Class]],
            optional: &[W::Home, W::HomeKind, W::Ordinal, W::Remark],
        }],
        Role::SelfReport => SELF_REPORTS,
        Role::Verified => VERIFIED,
        Role::Ballots => BALLOTS,
        Role::Tallies => TALLIES,
        Role::Given => &[Spec {
            kind: TableKind::Given,
            required: &[UNIT, &[W::Score]],
            optional: &[W::UnitCode, W::Unit, W::Period, W::Node, W::Ordinal, W::Remark],
        }],
        Role::Register => &REGISTERS,
        Role::Ledger => LEDGERS,
        Role::Opinions => OPINIONS,
        Role::Receipts => &[Spec {
            kind: TableKind::Receipts,
            required: &[&[W::FilePath], &[W::Digest], &[W::Adopted]],
            optional: &[W::Ordinal, W::FileRole, W::UnitCode, W::Unit, W::Status, W::Remark],
        }],
        Role::Model | Role::History | Role::Other | Role::Stray | Role::Unused => &[],
    }
}

/// Layouts that are tried if no other one fits: few words of their headers are known without the model.
pub(super) fn plain(role: Role) -> &'static [Spec] {
    match role {
        Role::Ballots => WIDE_BALLOTS,
        Role::Tallies => PLAIN_TALLIES,
        _ => &[],
    }
}

/// Whether a table found by a layout of few words is genuine: votes are counted, or there are columns besides the known
/// ones.
pub(super) fn is_plain(table: &RawTable) -> bool {
    let counts = [Word::Issued, Word::Returned, Word::Valid].iter().any(|word| table.label(*word).is_some());
    let counted = counts || table.column(Word::Abstained).is_some();
    table.other_columns().next().is_some() && (counted || table.kind != TableKind::Tallies)
}

/// The meanings that columns of a kind of table may have.
pub(super) fn known_words(kind: TableKind) -> impl Iterator<Item = Word> {
    const ROLES: [Role; 11] = [
        Role::Roster,
        Role::Indicators,
        Role::Raters,
        Role::SelfReport,
        Role::Verified,
        Role::Ballots,
        Role::Tallies,
        Role::Given,
        Role::Ledger,
        Role::Receipts,
        Role::Opinions,
    ];
    let all = ROLES.iter().flat_map(|role| specs(*role)).chain(REGISTERS.iter());
    let own = all.filter(move |spec| spec.kind == kind);
    own.flat_map(Spec::words)
}

//! Which columns each kind of table has, and which kinds a file of a role may hold.

use super::{Column, TableKind};
use crate::place::Role;
use crate::read::words::Word;

mod inputs;
mod registers;

use inputs::{BALLOTS, SELF_REPORTS, TALLIES, VERIFIED};
use registers::{LEDGERS, OPINIONS, REGISTERS};

/// The columns of a kind of table: of each required list one must be there, or a column that stands under it.
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

    /// The columns with their final meanings: a bare 得分 of a self-report is 自评得分, unless that has its own column.
    pub(super) fn settle(&self, mut columns: Vec<Column>) -> Vec<Column> {
        if self.kind == TableKind::SelfReport {
            let own = columns.iter().any(|column| column.word == Some(Word::SelfScore));
            for column in columns.iter_mut().filter(|column| column.word == Some(Word::Score)) {
                column.word = (!own).then_some(Word::SelfScore);
            }
        }
        columns
    }
}

const UNIT: &[Word] = &[Word::UnitCode, Word::Unit];

/// Which kinds a file of a role may hold, the most particular first.
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
            required: &[&[W::Indicator], &[W::Line], &[W::Aspect], &[W::Name], &[W::Points], &[W::Rule]],
            optional: &[
                W::Item,
                W::Params,
                W::EvidenceNeed,
                W::Department,
                W::Standard,
                W::Method,
                W::Source,
                W::Ordinal,
            ],
        }],
        Role::Raters => &[Spec {
            kind: TableKind::Raters,
            required: &[&[W::Rater], &[W::Class]],
            optional: &[W::Home, W::Ordinal, W::Remark],
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
        Role::Register => REGISTERS,
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
    let all = ROLES.iter().flat_map(|role| specs(*role)).chain(REGISTERS);
    let own = all.filter(move |spec| spec.kind == kind);
    own.flat_map(Spec::words)
}

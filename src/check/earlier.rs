//! The registers in earlier versions of the project: which rows they had, what those did, and when they were made
//! public. A row that was once in force may be withdrawn, but must not simply disappear (SPEC §20).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Context;
use crate::engine::assessment::Amount;
use crate::read::TableKind;
use crate::shared::finding::{Arg, Bound, Code, Describe as _, Findings};
use crate::shared::number::Points;
use crate::shared::place::{FileId, FileStatus, Place};
use crate::shared::text;

/// The versions of the project, the first one first; the last is the one that is followed.
#[derive(Clone, Debug, Default)]
pub struct Earlier {
    /// The versions.
    pub versions: Vec<EarlierVersion>,
}

/// One version.
#[derive(Clone, Debug)]
pub struct EarlierVersion {
    name: String,
    /// When it was made public, where that was recorded.
    published: Option<Date>,
    rows: BTreeMap<RowName, EarlierRow>,
}

/// The register of a row and its 编号 as a key.
pub(super) type RowName = (TableKind, String);

/// A row of a version.
#[derive(Clone, Debug)]
pub struct EarlierRow {
    /// 编号.
    pub id: String,
    /// Code of the unit, if it names one.
    pub unit: Option<String>,
    /// What it did, in the words of [`adjusts`], [`decides`] or [`corrects`]; none where it did not count.
    pub effect: Option<String>,
    /// The file that contained it.
    pub file: String,
}

impl EarlierVersion {
    /// A version without rows yet, and when it was made public.
    pub fn new(name: &str, published: Option<Date>) -> Self {
        Self { name: name.to_owned(), published, rows: BTreeMap::new() }
    }

    /// Adds a row of a register.
    pub fn add(&mut self, kind: TableKind, row: EarlierRow) {
        self.rows.insert((kind, text::key(&row.id)), row);
    }

    /// What a row did in it.
    fn effect(&self, row: &RowName) -> Option<&str> {
        self.rows.get(row)?.effect.as_deref()
    }
}

/// What an adjustment or event does.
pub fn adjusts(code: &str, approved: Option<&Points>) -> String {
    format!("{code} {}", approved.map(|points| points.0.fraction()).unwrap_or_default())
}

/// What a decision does.
pub fn decides(grade: Option<&str>, outside_quota: bool, above_cap: bool) -> String {
    format!("{} {outside_quota} {above_cap}", grade.unwrap_or_default())
}

/// What a correction does.
pub fn corrects(target: &str, new: &Amount) -> String {
    let new = match new {
        Amount::Number(number) => Cow::Owned(number.fraction()),
        Amount::Value { text } => Cow::Borrowed(text.as_str()),
    };
    format!("{target} {new}")
}

impl Earlier {
    /// The version that an appeal is about: the last that was public before it was received, where that is known.
    fn appealed_against(&self, received: Option<Date>) -> Option<usize> {
        let received = received?;
        self.versions.iter().rposition(|version| version.published.is_some_and(|date| date < received))
    }

    /// Whether a row that counts was not already in the version that an appeal is about, with this effect. A version
    /// that contains the appeal is later than that one.
    pub(super) fn is_new(&self, row: &RowName, effect: &str, appeal: &RowName, received: Option<Date>) -> bool {
        let same = |version: &EarlierVersion| version.effect(row) == Some(effect);
        match self.appealed_against(received) {
            Some(at) => !same(&self.versions[at]),
            None => {
                let mut before = self.versions.iter().filter(|version| !version.rows.contains_key(appeal)).peekable();
                before.peek().is_none() || before.any(|version| !same(version))
            }
        }
    }

    /// Whether a row counted in the version that an appeal is about, or in a later one.
    pub(super) fn counted(&self, row: &RowName, received: Option<Date>) -> bool {
        let from = self.appealed_against(received).unwrap_or(0);
        self.versions.iter().skip(from).any(|version| version.effect(row).is_some())
    }

    /// Rows of the preceding version that no register contains any more: one finding for a file without any of its
    /// rows, else one for each row.
    pub(super) fn check_vanished(&self, context: &Context<'_>, now: &BTreeSet<RowName>, findings: &mut Findings<'_>) {
        let Some(parent) = self.versions.last() else { return };
        let mut files: BTreeMap<&str, Vec<(&RowName, &EarlierRow)>> = BTreeMap::new();
        for row in &parent.rows {
            files.entry(&row.1.file).or_default().push(row);
        }
        let mut bound = Bound::new(findings);
        for (path, rows) in files {
            let gone: Vec<&(&RowName, &EarlierRow)> = rows.iter().filter(|(name, _)| !now.contains(*name)).collect();
            let file = context.files.0.iter().position(|file| file.path == path);
            let place = file.and_then(|at| u32::try_from(at).ok()).map(|at| Place::file(FileId(at)));
            // The content of a file that cannot be read is unknown; it has a finding of its own.
            let unread = file.is_some_and(|at| context.files.0[at].status == FileStatus::Rejected);
            if gone.is_empty() || unread {
                continue;
            }
            let whole = gone.len() == rows.len();
            if whole {
                let mut ids: Vec<&str> = gone.iter().map(|(_, row)| row.id.as_str()).collect();
                ids.sort_by(|a, b| text::natural(a, b));
                let finding = findings.add(Code::E681).with("version", &parent.name).with("file", path);
                finding.with("n", gone.len()).found(ids.join(" / ")).at = place;
                continue;
            }
            for (name, row) in gone {
                bound.keep(findings);
                let mut findings = findings.of(row.unit.as_deref());
                let finding = findings.add(Code::E682).with("version", &parent.name).with("id", &row.id);
                finding.with("register", Arg::Word(name.0.word())).at = place;
            }
        }
    }
}

//! 收件清单 as it should be now: every file received with its unit, state and decision, merged with what people typed.
//!
//! Pure. What a person wrote under 采用 and 备注 is kept as long as the bytes of the file are the same; a file that changed
//! has to be decided again; a file that is gone stays in the list as history.

use crate::shared::words::words;
use std::collections::{BTreeMap, BTreeSet};

use crate::check::UnitIndex;
use crate::check::receipts::{Adoption, Entry, List, units_of};
use crate::check::reports::is_same_content;
use crate::engine::assessment::{Unit, UnitIx};
use crate::read::{RawTable, TableKind};
use crate::shared::i18n::Lang;
use crate::shared::place::{FileId, FileRecord, FileStatus, Files, Role};

words! {
    /// What is known of a file that was received.
    pub enum ReceiptState in "receipt." {
        /// It can be used.
        Usable = "usable",
        /// Its content is that of a file before it.
        Duplicate = "duplicate",
        /// Another file of the same unit has different content.
        Differs = "differs",
        /// It cannot be read.
        Unreadable = "unreadable",
        /// It does not say clearly whose report it is.
        NoUnit = "no-unit",
        /// Its bytes have changed since the decision.
        Changed = "changed",
        /// It no longer exists.
        Gone = "gone",
    }
}

impl ReceiptState {
    /// The state that a word of either language means.
    fn parse(word: &str) -> Option<Self> {
        let is = |state: &Self| [Lang::Zh, Lang::En].iter().any(|lang| lang.text(state.word()) == word);
        Self::ALL.iter().copied().find(is)
    }

    /// What is proposed for an undecided file; between two different reports of a unit people must decide.
    const fn proposal(self) -> Adoption {
        match self {
            Self::Usable | Self::Unreadable | Self::NoUnit => Adoption::Adopted,
            Self::Duplicate => Adoption::Declined,
            Self::Differs | Self::Changed | Self::Gone => Adoption::Open,
        }
    }
}

/// A row of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt<'r> {
    /// Path below the project folder.
    pub path: &'r str,
    /// What the file is read as; none when it is gone.
    pub role: Option<Role>,
    /// SHA-256 of its bytes.
    pub sha256: &'r str,
    /// The units it names.
    pub units: Named<'r>,
    /// What is known of it.
    pub state: ReceiptState,
    /// Whether it is input.
    pub adoption: Adoption,
    /// 备注.
    pub remark: &'r str,
    /// Cells of columns that people added.
    pub others: &'r [String],
}

/// The units that a file names. Ballots name hundreds each: their codes are looked up when they are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named<'r> {
    all: &'r [Unit],
    own: &'r [UnitIx],
}

impl<'r> Named<'r> {
    /// Their codes, in the order of the roster.
    pub fn codes(self) -> impl ExactSizeIterator<Item = &'r str> {
        self.own.iter().map(move |unit| self.all[unit.0].code.as_str())
    }
}

/// The whole list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipts<'r> {
    /// Files that are there, by path; then those that are gone.
    pub rows: Vec<Receipt<'r>>,
    /// Headers of columns that people added.
    pub others: &'r [String],
}

impl Receipts<'_> {
    /// How many rows of files that are there have a decision.
    pub fn count(&self, adoption: Adoption) -> usize {
        self.rows.iter().filter(|row| row.state != ReceiptState::Gone && row.adoption == adoption).count()
    }

    /// Whether a list already has this content, in whatever order.
    pub fn is_as_in(&self, list: &List) -> bool {
        let said = |row: &Receipt<'_>, entry: &Entry| {
            entry.sha256.value.eq_ignore_ascii_case(row.sha256)
                && entry.adoption.value == row.adoption
                && ReceiptState::parse(&entry.status) == Some(row.state)
        };
        let entries = list.entries();
        self.rows.len() == list.rows.len()
            && self.rows.iter().all(|row| entries.get(row.path).is_some_and(|entry| said(row, entry)))
    }

    /// How many rows are in a state.
    pub fn in_state(&self, state: ReceiptState) -> usize {
        self.rows.iter().filter(|row| row.state == state).count()
    }
}

/// The list of the files as they are now, by what they turned out to be, with the decisions of an earlier list.
pub fn receipts<'r>(units: &'r [Unit], seen: &'r Seen, files: &'r Files, earlier: Option<&'r List>) -> Receipts<'r> {
    let listed = earlier.map(List::entries).unwrap_or_default();
    let row = |(id, record): (FileId, &'r FileRecord)| {
        let state = seen.states.get(&id).copied().unwrap_or(ReceiptState::Usable);
        let row = Receipt {
            path: &record.path,
            role: Some(record.role),
            sha256: &record.sha256,
            units: Named { all: units, own: seen.units.get(&id).map_or(&[], |own| own) },
            state,
            adoption: state.proposal(),
            remark: "",
            others: &[],
        };
        match listed.get(row.path) {
            Some(entry) => decided(row, entry),
            None => row,
        }
    };
    let mut rows: Vec<Receipt<'r>> = received(files).map(row).collect();
    let present: BTreeSet<&str> = files.0.iter().map(|file| file.path.as_str()).collect();
    let all = earlier.map_or(&[] as &[_], |list| &list.rows);
    rows.extend(all.iter().filter(|entry| !present.contains(entry.path.value.as_str())).map(gone_row));
    Receipts { rows, others: earlier.map_or(&[], |list| &list.others) }
}

/// A row with what people typed before; if the bytes changed, it has to be decided again.
fn decided<'r>(row: Receipt<'r>, entry: &'r Entry) -> Receipt<'r> {
    let is_same = entry.sha256.value.eq_ignore_ascii_case(row.sha256);
    let adoption = if is_same { entry.adoption.value } else { Adoption::Open };
    let was_changed = adoption == Adoption::Open && ReceiptState::parse(&entry.status) == Some(ReceiptState::Changed);
    let state = if !is_same || was_changed { ReceiptState::Changed } else { row.state };
    Receipt { state, adoption, remark: &entry.remark, others: &entry.others, ..row }
}

fn gone_row(entry: &Entry) -> Receipt<'_> {
    Receipt {
        path: &entry.path.value,
        role: None,
        sha256: &entry.sha256.value,
        units: Named::default(),
        state: ReceiptState::Gone,
        adoption: entry.adoption.value,
        remark: &entry.remark,
        others: &entry.others,
    }
}

/// What the files that were received turned out to be.
#[derive(Debug, Default)]
pub struct Seen {
    /// The units that each file names, in order.
    units: BTreeMap<FileId, Box<[UnitIx]>>,
    states: BTreeMap<FileId, ReceiptState>,
}

/// The files that were received.
fn received(files: &Files) -> impl Iterator<Item = (FileId, &FileRecord)> {
    let files = files.0.iter().enumerate().filter(|(_, file)| file.role.is_received());
    files.filter_map(|(index, file)| Some((FileId(u32::try_from(index).ok()?), file)))
}

impl Seen {
    /// What files turned out to be, by their tables.
    pub fn new(units: &[Unit], tables: &[&RawTable], files: &Files) -> Self {
        let index = UnitIndex::new(units);
        let mut seen = Self::default();
        for table in tables {
            let mut units = units_of(&index, table);
            let known = seen.units.entry(table.file).or_default();
            units.extend(known.iter());
            *known = units.into_iter().collect();
        }
        seen.judge_files(files);
        seen.judge_reports(tables, files);
        seen.judge_bytes(files);
        seen
    }

    /// Files without a table, and reports that do not say whose they are.
    fn judge_files(&mut self, files: &Files) {
        for (id, record) in received(files) {
            let state = match self.units.get(&id) {
                None => ReceiptState::Unreadable,
                Some(_) if record.status == FileStatus::Rejected => ReceiptState::Unreadable,
                Some(units) if record.role == Role::SelfReport && units.len() != 1 => ReceiptState::NoUnit,
                Some(_) => continue,
            };
            self.states.insert(id, state);
        }
    }

    /// Judges several reports of one unit: repetitions, or different content.
    fn judge_reports(&mut self, tables: &[&RawTable], files: &Files) {
        let mut by_unit: BTreeMap<UnitIx, Vec<&RawTable>> = BTreeMap::new();
        let reports = tables.iter().filter(|t| t.kind == TableKind::SelfReport && !self.states.contains_key(&t.file));
        for table in reports {
            if let Some(unit) = self.units.get(&table.file).and_then(|units| units.first()) {
                by_unit.entry(*unit).or_default().push(table);
            }
        }
        for mut own in by_unit.into_values() {
            own.sort_by(|a, b| files.get(a.file).path.cmp(&files.get(b.file).path));
            let mut different: Vec<&RawTable> = Vec::new();
            for table in own {
                if different.iter().any(|first| first.file != table.file && is_same_content(first, table)) {
                    self.states.insert(table.file, ReceiptState::Duplicate);
                } else {
                    different.push(table);
                }
            }
            if different.len() > 1 {
                self.states.extend(different.iter().map(|table| (table.file, ReceiptState::Differs)));
            }
        }
    }

    /// Identical files of other kinds are the same table twice; identical ballots may come from two people.
    fn judge_bytes(&mut self, files: &Files) {
        let mut first: BTreeSet<(Role, &str)> = BTreeSet::new();
        for (id, record) in received(files).filter(|(_, file)| !matches!(file.role, Role::SelfReport | Role::Ballots)) {
            if !first.insert((record.role, &record.sha256)) && !self.states.contains_key(&id) {
                self.states.insert(id, ReceiptState::Duplicate);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::place::{Located, Place};

    fn row(sha256: &str) -> Receipt<'_> {
        Receipt {
            path: "self-reports/U01.xlsx",
            role: Some(Role::SelfReport),
            sha256,
            units: Named::default(),
            state: ReceiptState::Usable,
            adoption: Adoption::Adopted,
            remark: "",
            others: &[],
        }
    }

    fn entry(sha256: &str, adoption: Adoption, status: &str) -> Entry {
        let at = Place::file(FileId(0));
        Entry {
            path: Located::new("self-reports/U01.xlsx".to_owned(), at),
            sha256: Located::new(sha256.to_owned(), at),
            adoption: Located::new(adoption, at),
            status: status.to_owned(),
            remark: "phoned".to_owned(),
            others: Vec::new(),
        }
    }

    #[test]
    fn a_decision_lasts_as_long_as_the_bytes() {
        let declined = entry("AA", Adoption::Declined, "");
        let same = decided(row("aa"), &declined);
        assert_eq!((same.adoption, same.state, same.remark), (Adoption::Declined, ReceiptState::Usable, "phoned"));
        let adopted = entry("aa", Adoption::Adopted, "");
        let other = decided(row("bb"), &adopted);
        assert_eq!((other.adoption, other.state, other.remark), (Adoption::Open, ReceiptState::Changed, "phoned"));
    }

    #[test]
    fn a_change_is_remembered_until_somebody_decides() {
        let word = Lang::En.text(ReceiptState::Changed.word());
        assert_eq!(decided(row("bb"), &entry("bb", Adoption::Open, word)).state, ReceiptState::Changed);
        assert_eq!(decided(row("bb"), &entry("bb", Adoption::Adopted, word)).state, ReceiptState::Usable);
    }
}

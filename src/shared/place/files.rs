//! The files of a run: the role of each, how it was used, and how its rows were treated.

use crate::shared::words::words;
use serde::{Deserialize, Serialize};

use super::{FileId, Place, Spot};

words! {
    /// The role in which a file was read.
    pub enum Role in "role." {
        /// `assess.toml`.
        Model = "model",
        /// The unit roster, 单位名册.
        Roster = "roster",
        /// The indicator table, 指标体系.
        Indicators = "indicators",
        /// The rater list, 评委名册.
        Raters = "raters",
        /// A unit's self-report, 自评表.
        SelfReport = "self-report",
        /// A verification table, 核定表.
        Verified = "verified",
        /// Ballots, 评议票.
        Ballots = "ballots",
        /// Pre-counted votes, 票数汇总.
        Tallies = "tallies",
        /// Given scores.
        Given = "given",
        /// A register: adjustments, events, decisions, corrections.
        Register = "register",
        /// A rectification ledger, 整改台账: read if a leaf is counted from ledgers, and when a new period is started.
        Ledger = "ledger",
        /// The result of an earlier period.
        History = "history",
        /// Not an input: a lock file, an image, …
        Other = "other",
        /// A table outside the input folders.
        Stray = "stray",
        /// A table of the project that scoring does not use: a returned ledger if no leaf is counted from ledgers.
        Unused = "unused",
        /// The list of files received, 收件清单, which decides which of them are inputs.
        Receipts = "receipts",
        /// Opinions of departments on suggested grades, 征求意见表; listed in grade paths, without effect.
        Opinions = "opinions",
    }
}

impl Role {
    /// Whether 收件清单 lists such files: everything submitted by units, raters and departments, and the registers.
    pub const fn is_received(self) -> bool {
        match self {
            Self::SelfReport | Self::Verified | Self::Ballots | Self::Tallies | Self::Given => true,
            Self::Register | Self::Ledger => true,
            Self::Model | Self::Roster | Self::Indicators | Self::Raters | Self::History => false,
            // Opinions arrive after the list is closed and change no score: a list without them must not stop a run.
            Self::Other | Self::Stray | Self::Unused | Self::Receipts | Self::Opinions => false,
        }
    }
}

words! {
    /// How a file was used.
    pub enum FileStatus in "filestatus." {
        /// Its values entered the calculation.
        Used = "used",
        /// Identical to another file, which is used.
        Duplicate = "duplicate",
        /// Not an input (lock files, images).
        Ignored = "ignored",
        /// It could not be read.
        Rejected = "rejected",
        /// Excluded by 收件清单.
        NotAdopted = "not-adopted",
    }
}

impl FileStatus {
    /// Whether the file was an input, even one that could not be read.
    pub const fn is_input(self) -> bool {
        !matches!(self, Self::Ignored | Self::NotAdopted)
    }
}

/// The rows below the headers of a file by treatment: found = read + skipped + rejected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowSums {
    /// Non-empty rows.
    pub found: u32,
    /// Data rows that were read.
    pub read: u32,
    /// Rows that are not data: sums, notes, signatures, examples, empty lines.
    pub skipped: u32,
    /// Rows that are not used, each with a finding.
    pub rejected: u32,
}

/// A file that was found, and the facts about it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileRecord {
    /// Path below the project folder, with `/`.
    pub path: String,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
    /// The role in which it was read.
    pub role: Role,
    /// How it was used.
    pub status: FileStatus,
    /// Names of its sheets in order; a csv file has one, without a name.
    pub sheets: Vec<String>,
    /// Data rows that were read.
    pub rows: u32,
    /// How the rows below its headers were treated; none if it has no table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_sums: Option<RowSums>,
    /// Units with values in it, by code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<String>,
}

/// All files of a run, in the order of paths; a [`FileId`] is an index into it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Files(pub Vec<FileRecord>);

impl std::ops::Deref for Files {
    type Target = [FileRecord];

    fn deref(&self) -> &[FileRecord] {
        &self.0
    }
}

impl<'f> IntoIterator for &'f Files {
    type Item = &'f FileRecord;
    type IntoIter = std::slice::Iter<'f, FileRecord>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Files {
    /// The record of a file.
    pub fn get(&self, id: FileId) -> &FileRecord {
        &self.0[id.0 as usize]
    }

    /// The record of a file, for completion.
    pub fn get_mut(&mut self, id: FileId) -> &mut FileRecord {
        &mut self.0[id.0 as usize]
    }

    /// Adds a file and returns its index.
    pub fn push(&mut self, record: FileRecord) -> FileId {
        let id = FileId(u32::try_from(self.0.len()).expect("fewer than 4 billion files"));
        self.0.push(record);
        id
    }

    /// Path of the file of a place; empty if a document refers to a file that it does not list.
    pub fn path(&self, place: Place) -> &str {
        self.0.get(place.file.0 as usize).map_or("", |file| file.path.as_str())
    }

    /// The sheet name of a place; empty for csv and whole files.
    pub fn sheet(&self, place: Place) -> &str {
        let (Spot::Sheet(sheet) | Spot::Cell { sheet, .. }) = place.spot() else { return "" };
        let file = self.0.get(place.file.0 as usize);
        file.and_then(|file| file.sheets.get(sheet as usize)).map_or("", String::as_str)
    }

    /// Sheet and cell as one word: `自评表!F12`, `F12`, `12:5`.
    pub fn spot(&self, place: Place) -> String {
        match (self.sheet(place), place.cell_name()) {
            ("", cell) => cell,
            (sheet, cell) if cell.is_empty() => sheet.to_owned(),
            (sheet, cell) => format!("{sheet}!{cell}"),
        }
    }

    /// The complete place as one line: `self-reports/U01.xlsx 自评表!F12`.
    pub fn describe(&self, place: Place) -> String {
        match (self.path(place), self.spot(place)) {
            (path, spot) if spot.is_empty() => path.to_owned(),
            (path, spot) => format!("{path} {spot}"),
        }
    }
}

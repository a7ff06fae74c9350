//! Provenance: which file, sheet and cell a value came from.
//!
//! A [`Place`] is small and copied everywhere; the words it stands for (paths, sheet names) live once in [`Files`].
//! A missing value has a place too: the empty cell where its row and column cross.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::ser::SerializeTuple as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub mod folders;

/// Index of an input file in [`Files`], in the order of paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileId(pub u32);

/// Where in a file something stands. Rows and columns count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spot {
    /// The file as a whole.
    Whole,
    /// A sheet of a workbook, by its number.
    Sheet(u16),
    /// A cell; in a csv file the sheet is 0 and the row is the record.
    Cell {
        /// Number of the sheet in the workbook.
        sheet: u16,
        /// Row, from 0.
        row: u32,
        /// Column, from 0.
        col: u32,
    },
    /// A line and column of a text file, from 1.
    Line {
        /// Line, from 1.
        line: u32,
        /// Column in characters, from 1.
        column: u32,
    },
}

impl Spot {
    /// The cell of a sheet by its name, `F12`, or a line of a text file, `12:5`.
    pub fn parse(sheet: u16, name: &str) -> Option<Self> {
        if let Some((line, column)) = name.split_once(':') {
            return Some(Self::Line { line: line.parse().ok()?, column: column.parse().ok()? });
        }
        let CellName { row, col } = CellName::parse(name)?;
        Some(Self::Cell { sheet, row, col })
    }
}

/// A file together with a spot in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Where in the file.
    pub spot: Spot,
}

/// A sheet of a file, by the order of the file's sheets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SheetId {
    /// The file.
    pub file: FileId,
    /// The sheet.
    pub sheet: u16,
}

impl SheetId {
    /// The sheet as a whole.
    pub const fn place(self) -> Place {
        Place { file: self.file, spot: Spot::Sheet(self.sheet) }
    }

    /// A cell of it.
    pub const fn cell(self, row: u32, col: u32) -> Place {
        Place::cell(self.file, self.sheet, row, col)
    }
}

impl Place {
    /// The place of a whole file.
    pub const fn file(file: FileId) -> Self {
        Self { file, spot: Spot::Whole }
    }

    /// The place of a cell.
    pub const fn cell(file: FileId, sheet: u16, row: u32, col: u32) -> Self {
        Self { file, spot: Spot::Cell { sheet, row, col } }
    }

    /// The cell, line or nothing: `F12`, `12:5`, ``.
    pub fn cell_name(self) -> String {
        match self.spot {
            Spot::Cell { row, col, .. } => CellName { row, col }.to_string(),
            Spot::Line { line, column } => format!("{line}:{column}"),
            Spot::Whole | Spot::Sheet(_) => String::new(),
        }
    }
}

/// `[file]`, `[file, sheet]` or `[file, sheet, "F12"]`, both as indices; a line of a text file is `[file, 0, "12:5"]`.
impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (sheet, cell) = match self.spot {
            Spot::Whole => (None, None),
            Spot::Sheet(sheet) => (Some(sheet), None),
            Spot::Cell { sheet, .. } => (Some(sheet), Some(self.cell_name())),
            Spot::Line { .. } => (Some(0), Some(self.cell_name())),
        };
        let length = 1 + usize::from(sheet.is_some()) + usize::from(cell.is_some());
        let mut tuple = serializer.serialize_tuple(length)?;
        tuple.serialize_element(&self.file)?;
        sheet.iter().try_for_each(|sheet| tuple.serialize_element(sheet))?;
        cell.iter().try_for_each(|cell| tuple.serialize_element(cell))?;
        tuple.end()
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts;

        impl<'de> Visitor<'de> for Parts {
            type Value = Place;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a place: [file], [file, sheet] or [file, sheet, \"F12\"]")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Place, A::Error> {
                let file = parts.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
                let Some(sheet) = parts.next_element()? else { return Ok(Place::file(file)) };
                let Some(cell) = parts.next_element::<Cow<'de, str>>()? else {
                    return Ok(Place { file, spot: Spot::Sheet(sheet) });
                };
                let spot = Spot::parse(sheet, &cell);
                spot.map(|spot| Place { file, spot }).ok_or_else(|| A::Error::custom(format!("no cell: {cell:?}")))
            }
        }

        deserializer.deserialize_seq(Parts)
    }
}

/// A value together with the place it was read from; in documents `[value, place]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// What was read.
    pub value: T,
    /// Where it was read.
    pub at: Place,
}

impl<T: Serialize> Serialize for Located<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.value, self.at).serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Located<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (value, at) = Deserialize::deserialize(deserializer)?;
        Ok(Self { value, at })
    }
}

impl<T> Located<T> {
    /// Puts a value and its place together.
    pub const fn new(value: T, at: Place) -> Self {
        Self { value, at }
    }

    /// The same place with another value made from this one.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Located<U> {
        Located { value: f(self.value), at: self.at }
    }
}

/// What a file was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// `assess.toml`.
    Model,
    /// The unit roster, 单位名册.
    Roster,
    /// The indicator table, 指标体系.
    Indicators,
    /// The rater list, 评委名册.
    Raters,
    /// A unit's self-report, 自评表.
    SelfReport,
    /// A verification table, 核定表.
    Verified,
    /// Ballots, 评议票.
    Ballots,
    /// Pre-counted votes, 票数汇总.
    Tallies,
    /// Scores made elsewhere.
    Given,
    /// A register: adjustments, events, decisions, corrections.
    Register,
    /// A rectification ledger, 整改台账: read where a leaf is counted in ledgers, and when a new period is begun.
    Ledger,
    /// The result of an earlier period.
    History,
    /// Not an input: a lock file, an image, …
    Other,
    /// A table that stands in no input folder.
    Stray,
    /// A table of the project that scoring does not use: a returned ledger where no leaf is counted in ledgers.
    Unused,
    /// The list of files received, 收件清单: which of them are input.
    Receipts,
    /// What departments say of suggested grades, 征求意见表; listed in grade paths, decides nothing.
    Opinions,
}

impl Role {
    /// The catalogue key of its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Model => "role.model",
            Self::Roster => "role.roster",
            Self::Indicators => "role.indicators",
            Self::Raters => "role.raters",
            Self::SelfReport => "role.self-report",
            Self::Verified => "role.verified",
            Self::Ballots => "role.ballots",
            Self::Tallies => "role.tallies",
            Self::Given => "role.given",
            Self::Register => "role.register",
            Self::Ledger => "role.ledger",
            Self::History => "role.history",
            Self::Other => "role.other",
            Self::Stray => "role.stray",
            Self::Unused => "role.unused",
            Self::Receipts => "role.receipts",
            Self::Opinions => "role.opinions",
        }
    }

    /// Whether 收件清单 lists such files: everything that units, raters and departments hand in, and the registers.
    pub const fn is_received(self) -> bool {
        match self {
            Self::SelfReport | Self::Verified | Self::Ballots | Self::Tallies | Self::Given => true,
            Self::Register | Self::Ledger => true,
            Self::Model | Self::Roster | Self::Indicators | Self::Raters | Self::History => false,
            // Opinions come after the list is closed and change no score: a list that lacks them must not stop a run.
            Self::Other | Self::Stray | Self::Unused | Self::Receipts | Self::Opinions => false,
        }
    }
}

/// What became of a file that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileStatus {
    /// Its values entered the calculation.
    Used,
    /// The same content as another file that is used.
    Duplicate,
    /// Not an input (lock files, images).
    Ignored,
    /// It could not be read.
    Rejected,
    /// 收件清单 says that it is not used.
    NotAdopted,
}

impl FileStatus {
    /// The catalogue key of its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Used => "filestatus.used",
            Self::Duplicate => "filestatus.duplicate",
            Self::Ignored => "filestatus.ignored",
            Self::Rejected => "filestatus.rejected",
            Self::NotAdopted => "filestatus.not-adopted",
        }
    }
}

/// The rows below the headers of a file by what became of them: found = read + skipped + rejected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowSums {
    /// Rows that hold something.
    pub found: u32,
    /// Data rows that were read.
    pub read: u32,
    /// Rows that are no data: sums, notes, signatures, examples, empty lines.
    pub skipped: u32,
    /// Rows that are not used, each with a finding.
    pub rejected: u32,
}

/// One file that was found, and what is known about it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileRecord {
    /// Path below the project folder, with `/`.
    pub path: String,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
    /// What it was read as.
    pub role: Role,
    /// What became of it.
    pub status: FileStatus,
    /// Names of its sheets in order; a csv file has one, without a name.
    pub sheets: Vec<String>,
    /// Data rows that were read.
    pub rows: u32,
    /// What became of the rows below its headers; nothing where it has no table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_sums: Option<RowSums>,
    /// Units whose values it holds, by code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<String>,
}

/// All files of a run, in order of path; a [`FileId`] is an index into it.
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

    /// The record of a file, to be completed.
    pub fn get_mut(&mut self, id: FileId) -> &mut FileRecord {
        &mut self.0[id.0 as usize]
    }

    /// Adds a file and returns its index.
    pub fn push(&mut self, record: FileRecord) -> FileId {
        let id = FileId(u32::try_from(self.0.len()).expect("fewer than 4 billion files"));
        self.0.push(record);
        id
    }

    /// Path of the file of a place; empty where a document names a file that it does not list.
    pub fn path(&self, place: Place) -> &str {
        self.0.get(place.file.0 as usize).map_or("", |file| file.path.as_str())
    }

    /// The sheet name of a place; empty for csv and whole files.
    pub fn sheet(&self, place: Place) -> &str {
        let (Spot::Sheet(sheet) | Spot::Cell { sheet, .. }) = place.spot else { return "" };
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

    /// The whole place as one line: `self-reports/U01.xlsx 自评表!F12`.
    pub fn describe(&self, place: Place) -> String {
        format!("{} {}", self.path(place), self.spot(place)).trim().to_owned()
    }
}

/// Prints a cell position the way spreadsheets name it: row 11, column 5 is `F12`.
pub struct CellName {
    /// Row, from 0.
    pub row: u32,
    /// Column, from 0.
    pub col: u32,
}

impl CellName {
    /// Row and column of a cell name: `F12` is row 11, column 5.
    pub fn parse(name: &str) -> Option<Self> {
        let split = name.find(|c: char| c.is_ascii_digit())?;
        let (letters, digits) = name.split_at(split);
        if letters.is_empty() || letters.len() > 4 || !letters.bytes().all(|letter| letter.is_ascii_uppercase()) {
            return None;
        }
        let col = letters.bytes().fold(0, |col, letter| col * 26 + u32::from(letter - b'A' + 1));
        let row: u32 = digits.parse().ok()?;
        Some(Self { row: row.checked_sub(1)?, col: col - 1 })
    }
}

impl fmt::Display for CellName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = Vec::new();
        let mut rest = self.col + 1;
        while rest > 0 {
            letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
            rest = (rest - 1) / 26;
        }
        letters.iter().rev().try_for_each(|c| write!(f, "{c}"))?;
        write!(f, "{}", self.row + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_in_a_spreadsheet() {
        let name = |row, col| CellName { row, col }.to_string();
        assert_eq!(name(11, 5), "F12");
        assert_eq!(name(0, 25), "Z1");
        assert_eq!(name(0, 26), "AA1");
        assert_eq!(name(1_048_575, 16_383), "XFD1048576");
    }

    #[test]
    fn every_kind_of_place_is_read_back_as_it_was_written() {
        let file = FileId(3);
        for (place, json) in [
            (Place::cell(file, 1, 11, 5), r#"[3,1,"F12"]"#),
            (Place::cell(file, 0, 0, 26), r#"[3,0,"AA1"]"#),
            (Place::cell(file, 1, 1_048_575, 16_383), r#"[3,1,"XFD1048576"]"#),
            (Place::file(file), "[3]"),
            (Place { file, spot: Spot::Sheet(1) }, "[3,1]"),
            (Place { file, spot: Spot::Line { line: 12, column: 5 } }, r#"[3,0,"12:5"]"#),
        ] {
            assert_eq!(serde_json::to_string(&place).unwrap(), json);
            assert_eq!(serde_json::from_str::<Place>(json).unwrap(), place);
        }
        for json in ["[]", r#"[3,0,"f12"]"#, r#"[3,0,""]"#, r#"[3,0,"A0"]"#, r#"[3,0,"ABCDE1"]"#, r#"[3,0,"F12",1]"#] {
            assert!(serde_json::from_str::<Place>(json).is_err(), "{json}");
        }
    }
}

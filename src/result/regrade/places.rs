//! Places of a recorded result as places among the files of now.

use std::collections::BTreeMap;

use crate::shared::place::{At, FileId, FileRecord, Place, Spot};

/// Where the files of a result stand among the files of the next one.
pub struct Places<'p> {
    old: &'p [FileRecord],
    to: BTreeMap<u32, FileId>,
    other: FileId,
}

impl<'p> Places<'p> {
    /// The files of a result, and for those that are kept their new index. Places in other files, which are read again,
    /// become the file `other`.
    pub const fn new(old: &'p [FileRecord], to: BTreeMap<u32, FileId>, other: FileId) -> Self {
        Self { old, to, other }
    }

    /// All files at their own index.
    pub fn same(files: &'p [FileRecord]) -> Self {
        let own = (0..).zip(files).map(|(index, _)| (index, FileId(index)));
        Self::new(files, own.collect(), FileId(0))
    }

    /// Whether the file of a place is kept as it was.
    pub fn is_kept(&self, at: &At) -> bool {
        self.to.contains_key(&at.0)
    }

    /// The place.
    pub fn place(&self, at: &At) -> Place {
        let Some(file) = self.to.get(&at.0).copied() else { return Place::file(self.other) };
        Place { file, spot: self.spot(at) }
    }

    fn spot(&self, at: &At) -> Spot {
        let sheets = self.old.get(at.0 as usize).map_or(&[] as &[String], |file| &file.sheets);
        let sheet = sheets.iter().position(|name| *name == at.1).and_then(|index| u16::try_from(index).ok());
        let sheet = sheet.unwrap_or(0);
        if at.2.is_empty() {
            return if at.1.is_empty() { Spot::Whole } else { Spot::Sheet(sheet) };
        }
        let line = || {
            let (line, column) = at.2.split_once(':')?;
            Some(Spot::Line { line: line.parse().ok()?, column: column.parse().ok()? })
        };
        let cell = || cell(&at.2).map(|(row, col)| Spot::Cell { sheet, row, col });
        cell().or_else(line).unwrap_or(Spot::Whole)
    }
}

/// Row and column of a cell name, from 0: `F12` is row 11, column 5.
fn cell(name: &str) -> Option<(u32, u32)> {
    let split = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = name.split_at(split);
    if letters.is_empty() || letters.len() > 4 {
        return None;
    }
    let mut col: u32 = 0;
    for letter in letters.bytes() {
        if !letter.is_ascii_uppercase() {
            return None;
        }
        col = col * 26 + u32::from(letter - b'A' + 1);
    }
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, col - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::place::{FileStatus, Files, Role};

    #[test]
    fn every_kind_of_place_comes_back_as_it_was_written() {
        let record = FileRecord {
            path: "a.xlsx".into(),
            sha256: String::new(),
            size: 0,
            role: Role::Ballots,
            status: FileStatus::Used,
            sheets: vec!["one".into(), "two".into()],
            rows: 0,
            row_sums: None,
            units: Vec::new(),
        };
        let files =
            Files(vec![record.clone(), FileRecord { path: "b.csv".into(), sheets: vec![String::new()], ..record }]);
        let places = Places::same(&files.0);
        let (book, text) = (FileId(0), FileId(1));
        for place in [
            Place::cell(book, 1, 11, 5),
            Place::cell(book, 0, 0, 26),
            Place::cell(book, 1, 1_048_575, 16_383),
            Place::cell(text, 0, 3, 0),
            Place::file(book),
            Place { file: book, spot: Spot::Sheet(1) },
            Place { file: text, spot: Spot::Line { line: 12, column: 5 } },
        ] {
            assert_eq!(places.place(&files.triple(place)), place);
        }
    }
}

//! Provenance: the file, sheet and cell that a value came from.
//!
//! A [`Place`] is small and copied freely; the texts it refers to (paths, sheet names) are stored once in [`Files`]. A
//! missing value has a place too: the empty cell where its row and column cross.

use std::fmt::{self, Write as _};

use serde::de::{DeserializeSeed, Error as _, SeqAccess, Visitor};
use serde::ser::SerializeTuple as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub mod files;
pub mod folders;

pub use files::{FileRecord, FileStatus, Files, Role, RowSums};

/// Index of an input file in [`Files`], in the order of paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileId(pub u32);

/// A position in a file. Rows and columns count from 0.
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
    /// Parses the name of a cell of a sheet, `F12`, or of a line of a text file, `12:5`.
    pub fn parse(sheet: u16, name: &str) -> Option<Self> {
        if let Some((line, column)) = name.split_once(':') {
            return Some(Self::Line { line: line.parse().ok()?, column: column.parse().ok()? });
        }
        let Position { row, col } = Position::parse(name)?;
        Some(Self::Cell { sheet, row, col })
    }
}

/// A file together with a position in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The id of the file.
    pub file: FileId,
    spot: PackedSpot,
}

/// A spot in two words, in the order of spots: a result holds millions of places. From the highest bit on, 2 for the kind,
/// then 16 for the sheet, 31 for the row and 15 for the column, or 31 each for line and column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct PackedSpot([u32; 2]);

/// The highest row, line, and column of a line that a place can name; no format has more.
const HIGHEST: u32 = (1 << 31) - 1;
/// The highest column of a sheet that a place can name: twice as many as a workbook has.
const HIGHEST_COLUMN: u32 = (1 << 15) - 1;

impl PackedSpot {
    const fn new(spot: Spot) -> Self {
        const fn at_most(number: u32, highest: u32) -> u64 {
            (if number < highest { number } else { highest }) as u64
        }
        let bits = match spot {
            Spot::Whole => 0,
            Spot::Sheet(sheet) => 1 << 62 | (sheet as u64) << 46,
            Spot::Cell { sheet, row, col } => {
                2 << 62 | (sheet as u64) << 46 | at_most(row, HIGHEST) << 15 | at_most(col, HIGHEST_COLUMN)
            }
            Spot::Line { line, column } => 3 << 62 | at_most(line, HIGHEST) << 31 | at_most(column, HIGHEST),
        };
        Self([(bits >> 32) as u32, bits as u32])
    }

    const fn get(self) -> Spot {
        let [high, low] = self.0;
        let bits = (high as u64) << 32 | low as u64;
        let sheet = (bits >> 46) as u16;
        match bits >> 62 {
            0 => Spot::Whole,
            1 => Spot::Sheet(sheet),
            2 => Spot::Cell { sheet, row: (bits >> 15) as u32 & HIGHEST, col: bits as u32 & HIGHEST_COLUMN },
            _ => Spot::Line { line: (bits >> 31) as u32 & HIGHEST, column: bits as u32 & HIGHEST },
        }
    }
}

impl fmt::Debug for PackedSpot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// A sheet of a file, by its index among the file's sheets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SheetId {
    /// The id of the file.
    pub file: FileId,
    /// The index of the sheet.
    pub sheet: u16,
}

impl SheetId {
    /// The sheet as a whole.
    pub const fn place(self) -> Place {
        Place::new(self.file, Spot::Sheet(self.sheet))
    }

    /// A cell of the sheet.
    pub const fn cell(self, row: u32, col: u32) -> Place {
        Place::cell(self.file, self.sheet, row, col)
    }

    /// The cell at a position of it.
    pub const fn at(self, position: Position) -> Place {
        self.cell(position.row, position.col)
    }
}

impl Place {
    /// A position in a file. Rows and lines above 2³¹ − 1 and columns of sheets above 2¹⁵ − 1, which no format has, become
    /// these.
    pub const fn new(file: FileId, spot: Spot) -> Self {
        Self { file, spot: PackedSpot::new(spot) }
    }

    /// The place of a whole file.
    pub const fn file(file: FileId) -> Self {
        Self::new(file, Spot::Whole)
    }

    /// The place of a cell.
    pub const fn cell(file: FileId, sheet: u16, row: u32, col: u32) -> Self {
        Self::new(file, Spot::Cell { sheet, row, col })
    }

    /// This position in another file.
    pub const fn in_file(self, file: FileId) -> Self {
        Self { file, ..self }
    }

    /// The position in the file.
    pub const fn spot(self) -> Spot {
        self.spot.get()
    }

    /// The name of the cell or line, or an empty text: `F12`, `12:5`, ``.
    pub fn cell_name(self) -> String {
        let mut name = String::new();
        self.add_cell_name(&mut name);
        name
    }

    /// Appends the name of the cell or line to a text.
    pub fn add_cell_name(self, to: &mut String) {
        // Writing to a text does not fail.
        let _ = match self.spot() {
            Spot::Cell { row, col, .. } => write!(to, "{}", Position { row, col }),
            Spot::Line { line, column } => write!(to, "{line}:{column}"),
            Spot::Whole | Spot::Sheet(_) => Ok(()),
        };
    }
}

/// `[file]`, `[file, sheet]` or `[file, sheet, "F12"]`, both as indices; a line of a text file is `[file, 0, "12:5"]`.
impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (sheet, cell) = match self.spot() {
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
                let spot = parts.next_element_seed(CellOf(sheet))?.unwrap_or(Spot::Sheet(sheet));
                Ok(Place::new(file, spot))
            }
        }

        deserializer.deserialize_seq(Parts)
    }
}

/// A position in a sheet, by the name of its cell or line.
struct CellOf(u16);

impl<'de> DeserializeSeed<'de> for CellOf {
    type Value = Spot;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Spot, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for CellOf {
    type Value = Spot;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a cell")
    }

    fn visit_str<E: serde::de::Error>(self, cell: &str) -> Result<Spot, E> {
        Spot::parse(self.0, cell).ok_or_else(|| E::custom(format!("no cell: {cell:?}")))
    }
}

/// A value together with the place it was read from; in documents `[value, place]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// The place it was read from.
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
    /// Combines a value and its place.
    pub const fn new(value: T, at: Place) -> Self {
        Self { value, at }
    }

    /// Converts the value and keeps its place.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Located<U> {
        Located { value: f(self.value), at: self.at }
    }
}

/// The position of a cell in its sheet, ordered by row, then column; printed as spreadsheets name it: row 11, column 5 is
/// `F12`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Row, from 0.
    pub row: u32,
    /// Column, from 0.
    pub col: u32,
}

impl Position {
    /// A row and a column.
    pub const fn new(row: u32, col: u32) -> Self {
        Self { row, col }
    }

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

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The letters of any column, then the digits of any row, from the end.
        let mut name = [0_u8; 17];
        let mut start = name.len();
        let mut add = |character: u8| {
            start -= 1;
            name[start] = character;
        };
        let mut rest = u64::from(self.row) + 1;
        while rest > 0 {
            add(b'0' + (rest % 10) as u8);
            rest /= 10;
        }
        let mut rest = u64::from(self.col) + 1;
        while rest > 0 {
            rest -= 1;
            add(b'A' + (rest % 26) as u8);
            rest /= 26;
        }
        // Letters and digits are text.
        f.write_str(std::str::from_utf8(&name[start..]).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_in_a_spreadsheet() {
        let name = |row, col| Position { row, col }.to_string();
        assert_eq!(name(11, 5), "F12");
        assert_eq!(name(0, 25), "Z1");
        assert_eq!(name(0, 26), "AA1");
        assert_eq!(name(1_048_575, 16_383), "XFD1048576");
        // The last of all that can be held: 2^32 − 1 counted from 0 is 2^32.
        assert_eq!(name(u32::MAX, u32::MAX), "MWLQKWV4294967296");
    }

    #[test]
    fn packed_places_are_what_was_packed_and_in_the_same_order() {
        assert_eq!(size_of::<Place>(), 12);
        let cell = |sheet, row, col| Spot::Cell { sheet, row, col };
        let spots = [
            Spot::Whole,
            Spot::Sheet(0),
            Spot::Sheet(u16::MAX),
            cell(0, 0, 0),
            cell(0, 0, 16_383),
            cell(0, 1_048_575, 0),
            cell(0, HIGHEST, HIGHEST_COLUMN),
            cell(1, 0, 1),
            cell(u16::MAX, HIGHEST, HIGHEST_COLUMN),
            Spot::Line { line: 1, column: HIGHEST },
            Spot::Line { line: HIGHEST, column: 1 },
        ];
        let places = spots.map(|spot| Place::new(FileId(7), spot));
        assert_eq!(places.map(Place::spot), spots);
        assert!(spots.is_sorted() && places.is_sorted_by(|a, b| a < b));
        assert!(places[10] < Place::file(FileId(8)));
        // What no format has stays at the end, and in its sheet.
        let beyond = Place::cell(FileId(7), 3, u32::MAX, u32::MAX);
        assert_eq!(beyond.spot(), cell(3, HIGHEST, HIGHEST_COLUMN));
        let beyond = Place::new(FileId(7), Spot::Line { line: u32::MAX, column: u32::MAX });
        assert_eq!(beyond.spot(), Spot::Line { line: HIGHEST, column: HIGHEST });
    }

    #[test]
    fn every_kind_of_place_is_read_back_as_it_was_written() {
        let file = FileId(3);
        for (place, json) in [
            (Place::cell(file, 1, 11, 5), r#"[3,1,"F12"]"#),
            (Place::cell(file, 0, 0, 26), r#"[3,0,"AA1"]"#),
            (Place::cell(file, 1, 1_048_575, 16_383), r#"[3,1,"XFD1048576"]"#),
            (Place::file(file), "[3]"),
            (Place::new(file, Spot::Sheet(1)), "[3,1]"),
            (Place::new(file, Spot::Line { line: 12, column: 5 }), r#"[3,0,"12:5"]"#),
        ] {
            assert_eq!(serde_json::to_string(&place).unwrap(), json);
            assert_eq!(serde_json::from_str::<Place>(json).unwrap(), place);
        }
        for json in ["[]", r#"[3,0,"f12"]"#, r#"[3,0,""]"#, r#"[3,0,"A0"]"#, r#"[3,0,"ABCDE1"]"#, r#"[3,0,"F12",1]"#] {
            assert!(serde_json::from_str::<Place>(json).is_err(), "{json}");
        }
    }
}

//! What is said of a register's columns: what their cells hold, whether a row needs them, the field of the row that keeps them,
//! how the form asks for them and how the sheet of registers prints them.
//!
//! The columns themselves are `schema::registers`. From them are made the header that is looked for, the empty form, what is a
//! change of a row, and the printed tables.

mod registers;

pub use registers::{ADJUSTMENTS, APPEALS, CORRECTIONS, DECISIONS, DISPOSITIONS, EVENTS, PLACES};

use super::table::{Holds, TableKind};
use super::words::Word;

/// A register.
pub struct Schema {
    /// The kind of its tables.
    pub kind: TableKind,
    /// The catalogue key of the line above its form.
    pub note: &'static str,
    parts: &'static [&'static [Column]],
}

impl Schema {
    /// All registers, in the order in which forms are made.
    pub const ALL: [&'static Self; 7] =
        [&ADJUSTMENTS, &EVENTS, &DECISIONS, &CORRECTIONS, &APPEALS, &DISPOSITIONS, &PLACES];

    /// The register that tables of a kind belong to.
    pub fn of(kind: TableKind) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|schema| schema.kind == kind)
    }

    /// Its columns, in the order of its form.
    pub fn columns(&self) -> impl Iterator<Item = &'static Column> + Clone + use<> {
        self.parts.iter().copied().flatten()
    }

    /// The column of a meaning.
    pub fn column(&self, word: Word) -> Option<&'static Column> {
        self.columns().find(|column| column.word == word)
    }

    /// The meaning of the column that a field of a row keeps.
    pub fn word(&self, field: &str) -> Option<Word> {
        self.columns().find(|column| column.field == Some(field)).map(|column| column.word)
    }

    /// The columns of its form.
    pub fn form(&self) -> impl Iterator<Item = &'static Column> + Clone + use<> {
        self.columns().filter(|column| column.entry != Entry::None)
    }

    /// The columns that are printed as columns, each with its header.
    pub fn printed(&self) -> impl Iterator<Item = Heading> + use<> {
        self.columns().filter_map(|column| match column.print {
            Print::Own(heading) => Some(heading),
            Print::No | Print::Document | Print::Line(_) => None,
        })
    }
}

/// A column of a register.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its meaning.
    pub word: Word,
    /// What its cells hold.
    pub(super) holds: Holds,
    /// Who asks for it.
    pub need: Need,
    /// The field of the row that keeps what the cell says. A change of it is a change of the row.
    pub field: Option<&'static str>,
    /// The look of its cells in the form.
    pub entry: Entry,
    /// Its width there, if not the usual one.
    pub width: Option<u16>,
    /// What may be typed there, if not anything.
    pub choice: Option<Choice>,
    /// How it is printed.
    pub print: Print,
}

const fn column(word: Word, holds: Holds) -> Column {
    let (need, entry, print) = (Need::None, Entry::None, Print::No);
    Column { word, holds, need, field: None, entry, width: None, choice: None, print }
}

impl Column {
    const fn need(self, need: Need) -> Self {
        Self { need, ..self }
    }

    const fn field(self, name: &'static str) -> Self {
        Self { field: Some(name), ..self }
    }

    const fn form(self, entry: Entry) -> Self {
        Self { entry, ..self }
    }

    const fn wide(self, width: u16) -> Self {
        Self { width: Some(width), ..self }
    }

    const fn choice(self, choice: Choice) -> Self {
        Self { choice: Some(choice), ..self }
    }

    const fn print(self, print: Print) -> Self {
        Self { print, ..self }
    }

    /// Printed in a column of its own: its place, its header, and how many columns of the sheet it covers.
    const fn own(self, at: u8, key: &'static str, wide: u16) -> Self {
        self.print(Print::Own(Heading { at, key, wide, word: Some(self.word) }))
    }
}

/// Whether a table or a row needs a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Neither.
    None,
    /// A table needs it.
    Table,
    /// A table needs it or another column that names the unit.
    Unit,
    /// A row that the committee approved counts only with it.
    Approval,
}

/// The look of the cells of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The column is not handed out.
    None,
    /// A code, a number or a word.
    Short,
    /// A text.
    Text,
    /// A date.
    Date,
}

/// What may be typed into a column of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Codes of units.
    UnitCode,
    /// Names of units.
    Unit,
    /// Codes of the kinds of adjustments.
    Kind,
    /// Their levels.
    Level,
    /// Points that a unit claims.
    Claimed,
    /// Points that the committee approves.
    Approved,
    /// How an appeal ended.
    Conclusion,
    /// How far a row has come.
    Status,
    /// Grades.
    Grade,
    /// Grades whose places the model limits.
    LimitedGrade,
    /// Groups of units.
    Group,
    /// Schemes.
    Scheme,
    /// A number of places.
    Places,
    /// Yes or no.
    YesNo,
    /// What can be corrected.
    Place,
}

/// How the sheet of registers prints a column.
#[derive(Clone, Copy, Debug)]
pub enum Print {
    /// Not, or in the cell of another column.
    No,
    /// In a column of its own.
    Own(Heading),
    /// As a part of the cell that names the document.
    Document,
    /// On a line of its own in that cell, behind the word of this catalogue key.
    Line(&'static str),
}

/// A printed column.
#[derive(Clone, Copy, Debug)]
pub struct Heading {
    /// Its place behind number and unit.
    pub at: u8,
    /// The catalogue key of its header.
    pub key: &'static str,
    /// How many columns of the sheet it covers.
    pub wide: u16,
    /// The column of the register; none for what became of the row.
    pub word: Option<Word>,
}

//! Workbooks as values: sheets of cells, whatever format they came from.
//!
//! Positions are absolute, from A1. A formula without a calculated value, an error value and an unreadable cell remain
//! visible as such. This module knows no file format; `super::xlsx` and `super::legacy` fill these types.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::value::RawValue;
use crate::shared::finding::{Finding, Severity};
use crate::shared::number::Exact;
use crate::shared::place::Position;

/// A workbook as sheets of cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// The sheets, in order.
    pub sheets: Vec<Sheet>,
}

/// A sheet as cells in the order of rows, then columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Name as shown to the user.
    pub name: String,
    /// Whether it is hidden.
    pub hidden: bool,
    /// Cells that are not empty.
    pub cells: Vec<Cell>,
    /// Peculiarities of readable cells, in the order of cells.
    pub notes: Vec<Noted>,
    /// Pictures and shapes on the sheet.
    pub pictures: Vec<Picture>,
    /// Blocks of merged cells, in the order of their top-left cells.
    pub merges: Vec<Merge>,
    /// Hidden rows, from 0.
    pub hidden_rows: BTreeSet<u32>,
    /// Hidden columns, from 0.
    pub hidden_cols: BTreeSet<u32>,
    /// Rows that a table of the workbook itself declares as its row of totals, from 0.
    pub totals_rows: BTreeSet<u32>,
    /// The number of fields of each record of a text table, by row; blank lines have none. Empty for workbooks.
    pub widths: Vec<u32>,
    /// Check boxes and option buttons over the cells that are not linked to one.
    pub controls: Option<Controls>,
}

/// Check boxes of a sheet, whose state is not stored in cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Controls {
    /// The number of check boxes.
    pub count: usize,
    /// The position of the first one.
    pub first: Position,
    /// All of them, if the file gives the cell and state of each.
    pub boxes: Option<Vec<CheckBox>>,
}

/// A check box or option button inside a single cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CheckBox {
    /// Its position.
    pub at: Position,
    /// Whether it is checked.
    pub checked: bool,
}

/// A block of merged cells; its value is stored in the top-left cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Merge {
    /// First row, from 0.
    pub top: u32,
    /// First column, from 0.
    pub left: u32,
    /// Last row.
    pub bottom: u32,
    /// Last column.
    pub right: u32,
}

impl Merge {
    /// The block of one cell.
    pub const fn of_one(at: Position) -> Self {
        Self { top: at.row, left: at.col, bottom: at.row, right: at.col }
    }

    /// Its top-left cell.
    pub const fn head(&self) -> Position {
        Position::new(self.top, self.left)
    }

    /// Whether a cell lies in the block.
    pub const fn holds(&self, at: Position) -> bool {
        self.top <= at.row && at.row <= self.bottom && self.left <= at.col && at.col <= self.right
    }
}

/// A picture, or a shape drawn on a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Name of the picture; empty if it has none.
    pub name: String,
    /// The cells that it covers.
    pub over: Merge,
    /// The cell, or merged block, in which it is placed or lies entirely; shapes never do.
    pub inside: Option<Merge>,
}

/// A cell that is not empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Row, from 0.
    pub row: u32,
    /// Column, from 0.
    pub col: u32,
    /// The raw value of the cell.
    pub value: RawValue,
}

impl Cell {
    /// A cell at a position.
    pub const fn new(at: Position, value: RawValue) -> Self {
        Self { row: at.row, col: at.col, value }
    }

    /// Its position.
    pub const fn at(&self) -> Position {
        Position::new(self.row, self.col)
    }
}

/// A cell with a peculiarity that matters if its value counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// Its position.
    pub at: Position,
    /// The peculiarity.
    pub note: Note,
}

/// A peculiarity of a cell whose value can be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// The entire text is struck out.
    Struck,
    /// The text is invisible: the font has the colour of the paper.
    White,
    /// The number format shows a number other than the stored one, or none.
    ShownAs {
        /// The stored number.
        held: Exact,
        /// The text shown.
        shown: Arc<str>,
    },
    /// The formula gives a different result at each calculation: the function responsible.
    Volatile(Arc<str>),
    /// The formula gives a number other than the stored one: that number.
    Stale(Exact),
}

/// Name of the hidden sheet by which assess recognises its own outputs.
pub const OWN_SHEET: &str = "_assess";
/// Name of the hidden sheet of a feedback workbook; it contains [`FEEDBACK_MARK`] and below it the name of the sheet
/// that may be returned as a rectification ledger.
pub const FEEDBACK_SHEET: &str = "_assess_feedback";
/// The content of A1 of [`FEEDBACK_SHEET`].
pub const FEEDBACK_MARK: &str = "assess.feedback/1";
/// Name of the hidden sheet of an empty form that assess handed out; see [`super::form`].
pub const FORM_SHEET: &str = "_assess_form";
/// Name of the hidden sheet of a form that contains the words of its drop-downs.
pub const LISTS_SHEET: &str = "_assess_lists";

/// A file as opened: its sheets, its faults, and whether its values may be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// The sheets; of a refused file at most their names, so that findings can name them.
    pub book: Book,
    /// Findings, in the order of sheets and cells.
    pub findings: Vec<Finding>,
    /// Whether the file as a whole is refused and provides no values.
    pub refused: bool,
}

impl Opened {
    /// A file that was read.
    pub const fn read(book: Book, findings: Vec<Finding>) -> Self {
        Self { book, findings, refused: false }
    }

    /// A file that is refused; its other findings are kept.
    pub fn refused(book: Book, findings: Vec<Finding>) -> Self {
        debug_assert!(findings.iter().any(|f| f.severity == Severity::Error), "a refusal says why");
        let sheets = book.sheets.into_iter().map(|sheet| Sheet { name: sheet.name, ..Sheet::default() }).collect();
        Self { book: Book { sheets }, findings, refused: true }
    }
}

impl From<Finding> for Opened {
    fn from(finding: Finding) -> Self {
        Self::refused(Book::default(), vec![finding])
    }
}

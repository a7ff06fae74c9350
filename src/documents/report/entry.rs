//! What makes a sheet a form: cells to be filled in, what may be typed there, what turns red, what is carried along hidden.
//!
//! Rows and columns are those of the sheet, from 0: head and header stand above the first data row.

use std::borrow::Cow;

use crate::shared::number::Exact;

/// How a cell to be filled in shows what is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// As the spreadsheet sees fit, centred.
    General,
    /// As it is typed: document numbers, `18/20`, sentences.
    Text,
    /// As a date.
    Date,
}

/// A block of cells of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    /// First row.
    pub top: usize,
    /// Last row.
    pub bottom: usize,
    /// First column.
    pub left: u16,
    /// Last column.
    pub right: u16,
}

impl Block {
    /// The rows from `top` to `bottom` of one column.
    pub const fn column(top: usize, bottom: usize, column: u16) -> Self {
        Self { top, bottom, left: column, right: column }
    }
}

/// What may be typed into cells, with what is said while one is selected and when something else is typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Check<'d> {
    /// The cells.
    pub cells: Block,
    /// What may be typed.
    pub allow: Allow<'d>,
    /// What is said while a cell is selected; nothing if empty.
    pub prompt: Cow<'d, str>,
    /// What is said when something else is typed.
    pub error: Cow<'d, str>,
}

impl<'d> Check<'d> {
    /// A check that shows no text while a cell is selected.
    pub fn new(cells: Block, allow: Allow<'d>, error: impl Into<Cow<'d, str>>) -> Self {
        Self { cells, allow, prompt: Cow::Borrowed(""), error: error.into() }
    }

    /// Sets the text that is shown while a cell is selected.
    #[must_use]
    pub fn prompting(mut self, prompt: impl Into<Cow<'d, str>>) -> Self {
        self.prompt = prompt.into();
        self
    }
}

impl<'d> Allow<'d> {
    /// One of some words.
    pub fn words<W: Into<Cow<'d, str>>>(words: impl IntoIterator<Item = W>) -> Self {
        Self::Words(words.into_iter().map(Into::into).collect())
    }
}

/// What may be typed into a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Allow<'d> {
    /// Anything; only the prompt is shown.
    Anything,
    /// A word of a list, offered as a drop-down; the words go to the hidden sheet of lists.
    Words(Vec<Cow<'d, str>>),
    /// A number from the first to the second.
    Between(Exact, Exact),
    /// A number of at least this size.
    AtLeast(Exact),
    /// A whole number, 0 or more.
    Count,
    /// A date.
    Date,
}

/// Cells that turn red while a formula holds; the formula is written for the top-left cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// The cells.
    pub cells: Block,
    /// The formula, without `=`.
    pub formula: String,
}

/// The form parts of a sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filling<'d> {
    /// What may be typed where.
    pub checks: Vec<Check<'d>>,
    /// What turns red.
    pub alarms: Vec<Alarm>,
    /// Whether cells that are not to be filled in are locked. A guard against slips, without password.
    pub is_locked: bool,
    /// Widths that columns have at least, in characters.
    pub widths: Vec<(usize, u16)>,
}

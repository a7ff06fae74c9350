//! Form features of a sheet: cells to be filled in, the values allowed there, alarms, and hidden data.
//!
//! Rows and columns are those of the sheet, from 0: head and header are above the first data row.

use std::borrow::Cow;

use crate::shared::number::Exact;

/// How a cell to be filled in shows its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entry {
    /// As the spreadsheet chooses, centred.
    General,
    /// As typed: document numbers, `18/20`, sentences.
    Text,
    /// As a date.
    Date,
}

/// A block of cells of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// The values allowed in cells, with the texts shown when a cell is selected and when something else is typed.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Check<'d> {
    /// The checked cells.
    pub cells: Block,
    /// The allowed values.
    pub allow: Allow<'d>,
    /// The text shown while a cell is selected; none if empty.
    pub prompt: Cow<'d, str>,
    /// The text shown when something else is typed.
    pub error: Cow<'d, str>,
}

impl<'d> Check<'d> {
    /// A check without a text for selected cells.
    pub fn new(cells: Block, allow: Allow<'d>, error: impl Into<Cow<'d, str>>) -> Self {
        Self { cells, allow, prompt: Cow::Borrowed(""), error: error.into() }
    }

    /// Sets the text shown while a cell is selected.
    #[must_use]
    pub fn prompting(mut self, prompt: impl Into<Cow<'d, str>>) -> Self {
        self.prompt = prompt.into();
        self
    }
}

impl<'d> Allow<'d> {
    /// One of several words.
    pub fn words<W: Into<Cow<'d, str>>>(words: impl IntoIterator<Item = W>) -> Self {
        Self::Words(words.into_iter().map(Into::into).collect())
    }
}

/// The values allowed in a cell.
#[derive(Clone, Debug, PartialEq, Hash)]
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Alarm {
    /// The affected cells.
    pub cells: Block,
    /// The formula, without `=`.
    pub formula: String,
}

/// Cells coloured by their numbers, from one colour to another.
#[derive(Clone, Copy, Debug, PartialEq, Hash)]
pub struct Shade {
    /// The cells.
    pub cells: Block,
    /// The colours.
    pub colours: Shading,
}

/// The colours of a scale.
#[derive(Clone, Copy, Debug, PartialEq, Hash)]
pub enum Shading {
    /// Correlations: −1, 0 and 1.
    Correlation,
    /// Counts, from 0 to this one.
    Count(usize),
}

/// The form features of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Hash)]
pub struct Filling<'d> {
    /// The checks on typed values.
    pub checks: Vec<Check<'d>>,
    /// The cells that may turn red.
    pub alarms: Vec<Alarm>,
    /// The cells coloured by their numbers.
    pub shades: Vec<Shade>,
    /// Whether cells that are not to be filled in are locked. A protection against accidents, without password.
    pub is_locked: bool,
    /// Minimum widths of columns, in characters.
    pub widths: Vec<(usize, u16)>,
}

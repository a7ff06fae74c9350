//! A workbook as values: the printed content with its roles. No library types; the writer chooses colours and fonts.
//!
//! A sheet is built row by row and closed by [`SheetDoc::finish`], which sets column widths and row heights from the
//! content, because automatic fitting is wrong for Chinese.

use std::borrow::Cow;

use jiff::civil::Date;

use super::chart::{Chart, PlacedChart, ROW_HEIGHT};
use super::entry::Filling;
use super::layout;
use crate::model::FontProfile;
use crate::shared::i18n::Lang;
use crate::shared::place::Position;

mod cell;

pub use cell::{CellDoc, Content, Formula, Link, Style, TextFormula};

/// Shown in place of a missing value; a blank cell, in contrast, has no meaning.
pub const MISSING: &str = "—";

/// A workbook.
#[derive(Clone, Debug, PartialEq)]
pub struct Document<'d> {
    /// Title in the document properties.
    pub title: Cow<'d, str>,
    /// Creation date in the document properties. Never the clock.
    pub created: Option<Date>,
    /// The word that marks every page of a draft.
    pub draft: Option<Cow<'d, str>>,
    /// The intended use of the workbook.
    pub purpose: Purpose<'d>,
    /// The fonts of the workbook.
    pub fonts: Fonts,
    /// Sheets, in order.
    pub sheets: Vec<SheetDoc<'d>>,
}

/// The intended use of a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose<'d> {
    /// To be read: it carries the mark by which it is refused as an input.
    Output,
    /// To be filled in and read back.
    Table,
    /// To be handed out: it carries a hidden mark of these keys and values; see [`crate::read::form`].
    Form(Vec<Mark<'d>>),
    /// To be handed out to a unit: refused as an input like any output, except that one sheet, once filled in, is read
    /// when the workbook is returned among the forms of that kind.
    Feedback {
        /// The hidden mark of the sheet as a form.
        marks: Vec<Mark<'d>>,
        /// Name of the sheet.
        returned: &'static str,
    },
}

/// A key and a value of a hidden mark.
pub type Mark<'d> = (Cow<'d, str>, Cow<'d, str>);

/// Names of fonts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fonts {
    /// Titles.
    pub title: &'static str,
    /// Headers and headings.
    pub heading: &'static str,
    /// All other text in tables.
    pub body: &'static str,
    /// The text of letters.
    pub letter: &'static str,
}

/// How the pages of a sheet are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Page {
    /// A table: narrow margins, fitted to the width of its pages.
    #[default]
    Table,
    /// An official letter (GB/T 9704): its margins, one page.
    Letter,
}

/// What of a sheet is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Printed {
    /// All of it.
    #[default]
    Whole,
    /// The rows of the table up to one, from 0; what follows only feeds its charts.
    Before(usize),
    /// Nothing, until a person removes the print area: a sheet of details, to be looked up on the screen.
    OnRequest,
}

impl Printed {
    /// How many of the rows of a table are printed, or would be on request.
    pub(crate) fn rows(self, all: usize) -> usize {
        match self {
            Self::Before(row) => row.min(all),
            Self::Whole | Self::OnRequest => all,
        }
    }
}

/// A sheet: title rows, header rows that are repeated on every page, rows, closing rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SheetDoc<'d> {
    /// Name on the tab.
    pub name: String,
    /// Title and lines below it.
    pub head: Vec<RowDoc<'d>>,
    /// Header rows: repeated in print, frozen on screen.
    pub header: Vec<RowDoc<'d>>,
    /// Rows.
    pub rows: Vec<RowDoc<'d>>,
    /// Lines below the table: notes, signatures.
    pub tail: Vec<RowDoc<'d>>,
    /// Width of each column in characters.
    pub columns: Vec<f64>,
    /// Whether pages are in landscape format.
    pub landscape: bool,
    /// How many columns remain visible: frozen, and repeated if the table is several pages wide.
    pub frozen_columns: u16,
    /// Whether the table has a filter.
    pub autofilter: bool,
    /// Small print at the bottom left of each page.
    pub footer: Option<String>,
    /// The width of the table in pages: one, unless it would then be illegible.
    pub pages_wide: u16,
    /// The height of the table in pages: one if it is made to fit, 0 for any number.
    pub pages_tall: u16,
    /// What of it is printed.
    pub printed: Printed,
    /// Its form features.
    pub filling: Filling<'d>,
    /// Rows of the table, from 0, that begin a new page.
    pub page_starts: Vec<usize>,
    /// Charts, in rows of their own.
    pub charts: Vec<PlacedChart<'d>>,
    /// How its pages are laid out.
    pub page: Page,
}

/// A row of cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowDoc<'d> {
    /// Its cells from the left.
    pub cells: Vec<CellDoc<'d>>,
    /// Height in points; kept if set before [`SheetDoc::finish`].
    pub height: f64,
}

impl<'d> Document<'d> {
    /// A workbook for reading, without a date.
    pub fn new(title: impl Into<Cow<'d, str>>, fonts: Fonts, sheets: Vec<SheetDoc<'d>>) -> Self {
        Self { title: title.into(), created: None, draft: None, purpose: Purpose::Output, fonts, sheets }
    }

    /// A workbook of one sheet, with the name of that sheet.
    pub fn of_sheet(sheet: SheetDoc<'d>, fonts: Fonts) -> Self {
        Self::new(sheet.name.clone(), fonts, vec![sheet.finish()])
    }

    /// Sets the creation date.
    #[must_use]
    pub const fn dated(mut self, date: Option<Date>) -> Self {
        self.created = date;
        self
    }

    /// Sets the word that marks every page.
    #[must_use]
    pub fn marked(mut self, word: Option<Cow<'d, str>>) -> Self {
        self.draft = word;
        self
    }

    /// Sets the purpose.
    #[must_use]
    pub fn to_be(mut self, purpose: Purpose<'d>) -> Self {
        self.purpose = purpose;
        self
    }
}

impl Fonts {
    /// The fonts of a language that every office computer has.
    pub fn of(lang: Lang) -> Self {
        Self::with(lang, FontProfile::Common)
    }

    /// The fonts of a language in a given profile.
    pub fn with(lang: Lang, profile: FontProfile) -> Self {
        let name = |role: &str| lang.text(&format!("report.font.{profile}.{role}"));
        Self { title: name("title"), heading: name("heading"), body: name("body"), letter: name("letter") }
    }
}

impl<'d> SheetDoc<'d> {
    /// A sheet with a title.
    pub fn new(name: &str, title: impl Into<Cow<'d, str>>) -> Self {
        Self {
            name: crate::shared::text::sheet_name(name),
            head: vec![RowDoc::of(vec![CellDoc::line(title, Style::Title)])],
            pages_wide: 1,
            ..Self::default()
        }
    }

    /// Sets the landscape format for its pages.
    #[must_use]
    pub const fn landscape(mut self) -> Self {
        self.landscape = true;
        self
    }

    /// Keeps the first columns visible.
    #[must_use]
    pub const fn freeze(mut self, columns: u16) -> Self {
        self.frozen_columns = columns;
        self
    }

    /// Makes the table fit one page however tall it is.
    #[must_use]
    pub const fn on_one_page(mut self) -> Self {
        self.pages_tall = 1;
        self
    }

    /// Adds a filter to the table.
    #[must_use]
    pub const fn filtered(mut self) -> Self {
        self.autofilter = true;
        self
    }

    /// Adds a line below the title.
    pub fn subtitle(&mut self, line: impl Into<Cow<'d, str>>) {
        self.head.push(RowDoc::of(vec![CellDoc::line(line, Style::Subtitle)]));
    }

    /// Adds a line of cells above the table.
    pub fn line(&mut self, cells: Vec<CellDoc<'d>>) {
        self.head.push(RowDoc::of(cells));
    }

    /// Adds a remark above the table, over the whole width.
    pub fn hint(&mut self, text: impl Into<Cow<'d, str>>) {
        self.head.push(RowDoc::of(vec![CellDoc::line(text, Style::Note)]));
    }

    /// Adds a header row.
    pub fn header(&mut self, cells: Vec<CellDoc<'d>>) {
        self.header.push(RowDoc::of(cells));
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<CellDoc<'d>>) {
        self.rows.push(RowDoc::of(cells));
    }

    /// Adds the heading of a block, after an empty row if there is anything above.
    pub fn section(&mut self, heading: impl Into<Cow<'d, str>>) {
        if !(self.rows.is_empty() && self.header.is_empty()) {
            self.row(Vec::new());
        }
        self.row(vec![CellDoc::line(heading, Style::Section)]);
    }

    /// Adds a remark over the whole width.
    pub fn note(&mut self, text: impl Into<Cow<'d, str>>) {
        self.row(vec![CellDoc::line(text, Style::Note)]);
    }

    /// Adds a line below the table.
    pub fn closing(&mut self, text: impl Into<Cow<'d, str>>) {
        self.tail.push(RowDoc::of(vec![CellDoc::line(text, Style::Note)]));
    }

    /// Adds a line for signatures and seals below the table, with room for them.
    pub fn signatures(&mut self, text: impl Into<Cow<'d, str>>) {
        const ROOM: f64 = 48.0;
        self.tail.push(RowDoc { cells: vec![CellDoc::line(text, Style::Note)], height: ROOM });
    }

    /// Adds a chart below the present content, in rows of its own.
    pub fn chart(&mut self, chart: Chart<'d>) {
        let row = self.rows.len();
        self.rows.extend((0..chart.rows()).map(|_| RowDoc { cells: Vec::new(), height: ROW_HEIGHT }));
        self.charts.push(PlacedChart { chart, row });
    }

    /// Sets widths and heights from the content; the last step of building.
    #[must_use]
    pub fn finish(mut self) -> Self {
        layout::lay_out(&mut self);
        self
    }

    /// The sheet without its cells, which take up most of the room.
    pub(crate) fn outline(mut self) -> Self {
        for rows in [&mut self.head, &mut self.header, &mut self.rows, &mut self.tail] {
            rows.iter_mut().for_each(|row| row.cells = Vec::new());
        }
        self
    }

    /// The index of the next data row; head and header must be complete.
    pub fn next_row(&self) -> usize {
        self.head.len() + self.header.len() + self.rows.len()
    }

    /// The name of a cell, `F5`.
    pub fn cell_name(row: usize, column: u16) -> String {
        Position { row: row as u32, col: u32::from(column) }.to_string()
    }

    /// The names of the first and last cell of some rows of a column, `F5:F26`.
    pub fn column_range(top: usize, bottom: usize, column: u16) -> String {
        format!("{}:{}", Self::cell_name(top, column), Self::cell_name(bottom, column))
    }

    /// All rows from the top.
    pub fn all_rows(&self) -> impl Iterator<Item = &RowDoc<'d>> {
        self.head.iter().chain(&self.header).chain(&self.rows).chain(&self.tail)
    }
}

impl<'d> RowDoc<'d> {
    pub(super) const fn of(cells: Vec<CellDoc<'d>>) -> Self {
        Self { cells, height: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_heading_is_set_off_from_what_is_above() {
        let mut sheet = SheetDoc::new("s", "t");
        sheet.section("one");
        assert_eq!(sheet.rows.len(), 1);
        sheet.section("two");
        assert_eq!(sheet.rows.len(), 3);
    }
}

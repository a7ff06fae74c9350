//! A workbook as values: what is printed where, in which role. No library types; colours and fonts are for the writer.
//!
//! A sheet is built row by row and closed by [`SheetDoc::finish`], which sets column widths and row heights from the
//! content, because automatic fitting is wrong for Chinese.

use jiff::civil::Date;

use super::chart::{Chart, PlacedChart, ROW_HEIGHT};
use super::entry::{Entry, Filling};
use super::layout;
use crate::i18n::Lang;
use crate::model::FontProfile;
use crate::number::Exact;
use crate::place::CellName;

/// What stands for a value that is missing; a blank cell means nothing at all.
pub const MISSING: &str = "—";

/// A workbook.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Title in the document properties.
    pub title: String,
    /// Creation date in the document properties: year, month, day. Never the clock.
    pub created: Option<(u16, u8, u8)>,
    /// The word that marks every page of a draft.
    pub draft: Option<String>,
    /// What the workbook is for.
    pub purpose: Purpose,
    /// Fonts.
    pub fonts: Fonts,
    /// Sheets, in order.
    pub sheets: Vec<SheetDoc>,
}

/// What a workbook is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be read by people: it carries the mark by which it is refused as an input.
    Output,
    /// To be filled in by people and read back.
    Table,
    /// To be handed out: it carries a hidden mark of these keys and values; see [`crate::read::form`].
    Form(Vec<(String, String)>),
    /// To be handed out to a unit: refused as an input like any output, except that one sheet, filled in, is read when the
    /// workbook is returned among the forms of that kind.
    Feedback {
        /// The hidden mark of the sheet as a form.
        marks: Vec<(String, String)>,
        /// Name of the sheet.
        returned: String,
    },
}

/// Names of fonts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fonts {
    /// Titles.
    pub title: String,
    /// Headers and headings.
    pub heading: String,
    /// Everything else in tables.
    pub body: String,
    /// The text of letters.
    pub letter: String,
}

/// How the pages of a sheet are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// A table: narrow margins, fitted to the width of its pages.
    #[default]
    Table,
    /// An official letter (GB/T 9704): its margins, one page.
    Letter,
}

/// A sheet: title rows, header rows that are repeated on every page, rows, closing rows.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetDoc {
    /// Name on the tab.
    pub name: String,
    /// Title and lines below it.
    pub head: Vec<RowDoc>,
    /// Header rows: repeated in print, frozen on screen.
    pub header: Vec<RowDoc>,
    /// Rows.
    pub rows: Vec<RowDoc>,
    /// Lines below the table: notes, signatures.
    pub tail: Vec<RowDoc>,
    /// Width of each column in characters.
    pub columns: Vec<f64>,
    /// Whether pages lie on their long side.
    pub landscape: bool,
    /// How many columns stay in sight: frozen, and repeated when the table is several pages wide.
    pub frozen_columns: u16,
    /// Whether the table has a filter.
    pub autofilter: bool,
    /// Small print at the bottom left of each page.
    pub footer: Option<String>,
    /// How many pages the table is wide: one, unless nobody could read it then.
    pub pages_wide: u16,
    /// What makes it a form.
    pub filling: Filling,
    /// Rows of the table, from 0, that begin a new page.
    pub page_starts: Vec<usize>,
    /// Charts, in rows of their own.
    pub charts: Vec<PlacedChart>,
    /// How its pages are laid out.
    pub page: Page,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowDoc {
    /// Its cells from the left.
    pub cells: Vec<CellDoc>,
    /// Height in points; set before [`SheetDoc::finish`] it stays as it is.
    pub height: f64,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub struct CellDoc {
    /// What it holds.
    pub content: Content,
    /// Its role.
    pub style: Style,
    /// How many columns it covers; [`CellDoc::WHOLE`] for all up to the last.
    pub cols: u16,
    /// How many rows it covers; the rows below hold [`Content::Covered`] there.
    pub rows: u16,
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Nothing.
    Empty,
    /// It belongs to a cell above.
    Covered,
    /// Text; never a formula.
    Text(String),
    /// Text that opens a file, at a cell if it is a workbook.
    Link {
        /// What is shown.
        text: String,
        /// The file, relative to the workbook, with `/`.
        file: String,
        /// Sheet and cell, as in `'自评表'!F12`; empty for the whole file.
        spot: String,
    },
    /// A number: already rounded to its decimals, or with all its digits where formulas go on with it.
    Number {
        /// The value.
        value: f64,
        /// Decimals shown.
        decimals: u32,
    },
    /// A count.
    Count(usize),
    /// A date.
    Date(Date),
    /// A live formula of plain functions, with the result it has when the workbook is written.
    Formula {
        /// The formula, without `=`.
        formula: String,
        /// Its result.
        value: f64,
        /// Decimals shown; as many as there are if none.
        decimals: Option<u32>,
    },
    /// A live formula whose result is a text, as that of a value that is missing.
    TextFormula {
        /// The formula, without `=`.
        formula: String,
        /// Its result.
        text: String,
    },
}

/// What a cell is, from which the writer takes font, colour, borders and alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// Title of the sheet.
    Title,
    /// A line below the title.
    Subtitle,
    /// Heading of a block within the sheet.
    Section,
    /// Column or row header.
    Header,
    /// Text, left.
    Body,
    /// Text or number, centred.
    Center,
    /// Number, right.
    Number,
    /// The number or word that matters most, bold.
    Strong,
    /// Text that opens something, centred.
    Link,
    /// Heading of a block over the whole width, with a fill.
    Band,
    /// A remark without borders.
    Note,
    /// Good, with a light fill.
    Good,
    /// Worth a look, with a light fill.
    Warning,
    /// Bad, with a light fill.
    Bad,
    /// A code that people need not read: small and grey.
    Code,
    /// To be filled in by whom the form is for.
    Entry(Entry),
    /// To be filled in by whoever verifies it.
    Verify(Entry),
    /// Title of a letter.
    LetterTitle,
    /// Heading within a letter.
    LetterHeading,
    /// Text of a letter, left; paragraphs begin with their own indent.
    Letter,
    /// A full line of a letter within a paragraph: spread over the width.
    LetterFull,
    /// Text of a letter, right: signature and date.
    LetterRight,
    /// A small remark of a letter.
    LetterNote,
}

impl Content {
    /// Whether it is shown as a number of known length, which turns into ### where its column is too narrow.
    pub const fn is_number(&self) -> bool {
        matches!(self, Self::Number { .. } | Self::Count(_) | Self::Date(_) | Self::Formula { decimals: Some(_), .. })
    }
}

impl Fonts {
    /// The fonts of a language that every office computer has.
    pub fn of(lang: Lang) -> Self {
        Self::with(lang, FontProfile::Common)
    }

    /// The fonts of a language in a profile.
    pub fn with(lang: Lang, profile: FontProfile) -> Self {
        let name = |role: &str| lang.text(&format!("report.font.{}.{role}", profile.name())).to_owned();
        Self { title: name("title"), heading: name("heading"), body: name("body"), letter: name("letter") }
    }
}

impl SheetDoc {
    /// A sheet with a title.
    pub fn new(name: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            name: crate::text::sheet_name(&name.into()),
            head: vec![RowDoc::of(vec![CellDoc::line(title, Style::Title)])],
            header: Vec::new(),
            rows: Vec::new(),
            tail: Vec::new(),
            columns: Vec::new(),
            landscape: false,
            frozen_columns: 0,
            autofilter: false,
            footer: None,
            pages_wide: 1,
            filling: Filling::default(),
            page_starts: Vec::new(),
            charts: Vec::new(),
            page: Page::Table,
        }
    }

    /// Lays its pages on their long side.
    #[must_use]
    pub const fn landscape(mut self) -> Self {
        self.landscape = true;
        self
    }

    /// Keeps the first columns in sight.
    #[must_use]
    pub const fn freeze(mut self, columns: u16) -> Self {
        self.frozen_columns = columns;
        self
    }

    /// Gives the table a filter.
    #[must_use]
    pub const fn filtered(mut self) -> Self {
        self.autofilter = true;
        self
    }

    /// Adds a line below the title.
    pub fn subtitle(&mut self, line: impl Into<String>) {
        self.head.push(RowDoc::of(vec![CellDoc::line(line, Style::Subtitle)]));
    }

    /// Adds a line of cells above the table.
    pub fn line(&mut self, cells: Vec<CellDoc>) {
        self.head.push(RowDoc::of(cells));
    }

    /// Adds a remark above the table, over the whole width.
    pub fn hint(&mut self, text: impl Into<String>) {
        self.head.push(RowDoc::of(vec![CellDoc::line(text, Style::Note)]));
    }

    /// Adds a header row.
    pub fn header(&mut self, cells: Vec<CellDoc>) {
        self.header.push(RowDoc::of(cells));
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<CellDoc>) {
        self.rows.push(RowDoc::of(cells));
    }

    /// Adds the heading of a block, after an empty row where something stands above.
    pub fn section(&mut self, heading: impl Into<String>) {
        if !(self.rows.is_empty() && self.header.is_empty()) {
            self.row(Vec::new());
        }
        self.row(vec![CellDoc::line(heading, Style::Section)]);
    }

    /// Adds a remark over the whole width.
    pub fn note(&mut self, text: impl Into<String>) {
        self.row(vec![CellDoc::line(text, Style::Note)]);
    }

    /// Adds a line below the table.
    pub fn closing(&mut self, text: impl Into<String>) {
        self.tail.push(RowDoc::of(vec![CellDoc::line(text, Style::Note)]));
    }

    /// Adds a line for signatures and seals below the table, with room for them.
    pub fn signatures(&mut self, text: impl Into<String>) {
        const ROOM: f64 = 48.0;
        self.tail.push(RowDoc { cells: vec![CellDoc::line(text, Style::Note)], height: ROOM });
    }

    /// Adds a chart below what is there, in rows of its own.
    pub fn chart(&mut self, chart: Chart) {
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

    /// The row that the next data row gets; head and header must be complete.
    pub fn next_row(&self) -> usize {
        self.head.len() + self.header.len() + self.rows.len()
    }

    /// The name of a cell, `F5`.
    pub fn cell_name(row: usize, column: u16) -> String {
        CellName { row: row as u32, col: u32::from(column) }.to_string()
    }

    /// The names of the first and last cell of some rows of a column, `F5:F26`.
    pub fn column_range(top: usize, bottom: usize, column: u16) -> String {
        format!("{}:{}", Self::cell_name(top, column), Self::cell_name(bottom, column))
    }

    /// All rows from the top.
    pub fn all_rows(&self) -> impl Iterator<Item = &RowDoc> {
        self.head.iter().chain(&self.header).chain(&self.rows).chain(&self.tail)
    }
}

impl RowDoc {
    const fn of(cells: Vec<CellDoc>) -> Self {
        Self { cells, height: 0.0 }
    }
}

impl CellDoc {
    /// Number of columns of a cell that goes to the last one.
    pub const WHOLE: u16 = u16::MAX;

    const fn new(content: Content, style: Style) -> Self {
        Self { content, style, cols: 1, rows: 1 }
    }

    /// Nothing, with borders.
    pub const fn empty() -> Self {
        Self::new(Content::Empty, Style::Body)
    }

    /// A place that a cell above covers.
    pub const fn covered() -> Self {
        Self::new(Content::Covered, Style::Body)
    }

    /// A missing value.
    pub fn missing() -> Self {
        Self::center(MISSING)
    }

    /// Text in a role.
    pub fn styled(text: impl Into<String>, style: Style) -> Self {
        Self::new(Content::Text(text.into()), style)
    }

    /// Text over the whole width.
    pub fn line(text: impl Into<String>, style: Style) -> Self {
        Self::styled(text, style).across(Self::WHOLE)
    }

    /// Text, left; blank stays blank.
    pub fn text(text: impl Into<String>) -> Self {
        Self::styled(text, Style::Body)
    }

    /// Text, centred.
    pub fn center(text: impl Into<String>) -> Self {
        Self::styled(text, Style::Center)
    }

    /// Text that opens a file at a spot.
    pub fn link(text: impl Into<String>, file: impl Into<String>, spot: impl Into<String>) -> Self {
        Self::new(Content::Link { text: text.into(), file: file.into(), spot: spot.into() }, Style::Link)
    }

    /// A header.
    pub fn header(text: impl Into<String>) -> Self {
        Self::styled(text, Style::Header)
    }

    /// Text that may be missing.
    pub fn optional(text: Option<&str>) -> Self {
        text.map_or_else(Self::missing, Self::center)
    }

    /// A count.
    pub const fn count(count: usize) -> Self {
        Self::new(Content::Count(count), Style::Center)
    }

    /// A count that may be missing.
    pub fn optional_count(count: Option<usize>) -> Self {
        count.map_or_else(Self::missing, Self::count)
    }

    /// A cell to be filled in that already holds something: a number as a number, anything else as it is.
    pub fn filled(text: &str, style: Style) -> Self {
        let is_plain = !matches!(style, Style::Entry(Entry::Text) | Style::Verify(Entry::Text));
        match Exact::parse(text).filter(|_| is_plain) {
            Some(_) => Self::printed(text).role(style),
            None if text.is_empty() => Self::new(Content::Empty, style),
            None => Self::styled(text, style),
        }
    }

    /// An empty cell in a role.
    pub const fn blank(style: Style) -> Self {
        Self::new(Content::Empty, style)
    }

    /// A date in a role.
    pub const fn date(date: Date, style: Style) -> Self {
        Self::new(Content::Date(date), style)
    }

    /// A live formula with its present result.
    pub fn formula(formula: impl Into<String>, result: &Exact, decimals: Option<u32>) -> Self {
        Self::new(Content::Formula { formula: formula.into(), value: result.to_cell(), decimals }, Style::Strong)
    }

    /// A number as printed: its decimals are those of the text.
    pub fn printed(decimal: &str) -> Self {
        let decimals = decimal.split_once('.').map_or(0, |(_, part)| part.len() as u32);
        match decimal.parse() {
            Ok(value) => Self::new(Content::Number { value, decimals }, Style::Number),
            Err(_) => Self::text(decimal),
        }
    }

    /// A number as printed, that may be missing.
    pub fn optional_printed(decimal: Option<&str>) -> Self {
        decimal.map_or_else(Self::missing, Self::printed)
    }

    /// An exact number at a number of decimals.
    pub fn number(value: &Exact, decimals: u32) -> Self {
        Self::printed(&value.fixed(decimals))
    }

    /// A number shown at a number of decimals, whose cell keeps all the digits that a worksheet holds.
    pub fn precise(value: &Exact, decimals: u32) -> Self {
        Self::new(Content::Number { value: value.to_cell(), decimals }, Style::Number)
    }

    /// A live formula whose result is a text.
    pub fn text_formula(formula: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(Content::TextFormula { formula: formula.into(), text: text.into() }, Style::Center)
    }

    /// An exact number with as many decimals as it needs, up to a number of them.
    pub fn shortest(value: &Exact, most: u32) -> Self {
        Self::number(value, value.decimals().map_or(most, |needed| needed.min(most)))
    }

    /// The same in another role.
    #[must_use]
    pub const fn role(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// The same over several columns.
    #[must_use]
    pub const fn across(mut self, cols: u16) -> Self {
        self.cols = cols;
        self
    }

    /// The same over several rows.
    #[must_use]
    pub const fn down(mut self, rows: u16) -> Self {
        self.rows = rows;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_number_keeps_its_decimals() {
        assert_eq!(CellDoc::printed("78.10").content, Content::Number { value: 78.1, decimals: 2 });
        assert_eq!(CellDoc::printed("5").content, Content::Number { value: 5.0, decimals: 0 });
        assert_eq!(CellDoc::number(&Exact::ratio(1, 3), 2).content, Content::Number { value: 0.33, decimals: 2 });
        assert_eq!(CellDoc::shortest(&Exact::ratio(1, 2), 2).content, Content::Number { value: 0.5, decimals: 1 });
    }

    #[test]
    fn missing_is_a_dash_and_blank_stays_blank() {
        assert_eq!(CellDoc::optional(None).content, Content::Text("—".to_owned()));
        assert_eq!(CellDoc::optional_printed(None).content, Content::Text("—".to_owned()));
        assert_eq!(CellDoc::text("").content, Content::Text(String::new()));
    }

    #[test]
    fn a_block_heading_is_set_off_from_what_is_above() {
        let mut sheet = SheetDoc::new("s", "t");
        sheet.section("one");
        assert_eq!(sheet.rows.len(), 1);
        sheet.section("two");
        assert_eq!(sheet.rows.len(), 3);
    }
}

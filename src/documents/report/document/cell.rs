//! A cell as a value: its content, and its role on the sheet. Words and names are borrowed from the catalogue and from
//! the subject of the document.

use std::borrow::Cow;

use jiff::civil::Date;

use super::MISSING;
use crate::documents::report::entry::Entry;
use crate::shared::number::{Exact, Precision, Shortening};

/// A cell of a sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct CellDoc<'d> {
    /// The content of the cell.
    pub content: Content<'d>,
    /// The role of the cell.
    pub style: Style,
    /// How many columns it covers; [`CellDoc::WHOLE`] for all up to the last.
    pub cols: u16,
    /// How many rows it covers; the rows below have [`Content::Covered`] there.
    pub rows: u16,
}

/// The content of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<'d> {
    /// No content.
    Empty,
    /// Covered by a cell above.
    Covered,
    /// Text; never a formula.
    Text(Cow<'d, str>),
    /// Text that opens a file.
    Link(Box<Link<'d>>),
    /// A number: already rounded to its decimals, or with all its digits if formulas refer to it.
    Number {
        /// The value.
        value: f64,
        /// Number of decimals shown.
        decimals: u32,
    },
    /// A count.
    Count(usize),
    /// A date.
    Date(Date),
    /// A live formula with a number as its result.
    Formula(Box<Formula>),
    /// A live formula with a text as its result, such as a missing value.
    TextFormula(Box<TextFormula<'d>>),
}

// A result of a thousand units has a million cells, few of them links or formulas: those stand apart.
const _: () = assert!(size_of::<CellDoc<'_>>() == 32);

/// Text that opens a file, at a cell if it is a workbook.
#[derive(Clone, Debug, PartialEq)]
pub struct Link<'d> {
    /// The text shown.
    pub text: Cow<'d, str>,
    /// The file, relative to the workbook, with `/`.
    pub file: String,
    /// Sheet and cell, as in `'自评表'!F12`; empty for the whole file.
    pub spot: String,
}

/// A live formula of plain functions, with its result when the workbook is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// The formula, without `=`.
    pub formula: Box<str>,
    /// The result of the formula.
    pub value: f64,
    /// Decimals shown; as many as the result has if none.
    pub decimals: Option<u32>,
}

/// A live formula of plain functions, with a text as its result when the workbook is written.
#[derive(Clone, Debug, PartialEq)]
pub struct TextFormula<'d> {
    /// The formula, without `=`.
    pub formula: Box<str>,
    /// The result of the formula.
    pub text: Cow<'d, str>,
}

/// The role of a cell, from which the writer derives font, colour, borders and alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Style {
    /// Title of the sheet.
    Title,
    /// A line below the title.
    Subtitle,
    /// Heading of a block within the sheet.
    Section,
    /// Column or row header.
    Header,
    /// Left-aligned text.
    Body,
    /// Centred text or number.
    Center,
    /// Right-aligned number.
    Number,
    /// The most important number or word, bold.
    Strong,
    /// Centred text that opens a file.
    Link,
    /// Heading of a block over the whole width, with a fill.
    Band,
    /// A remark without borders.
    Note,
    /// Good, with a light fill.
    Good,
    /// Worth reviewing, with a light fill.
    Warning,
    /// Bad, with a light fill.
    Bad,
    /// A code that need not be read: small and grey.
    Code,
    /// To be filled in by the recipient of the form.
    Entry(Entry),
    /// To be filled in by the verifier.
    Verify(Entry),
    /// Title of a letter.
    LetterTitle,
    /// Heading within a letter.
    LetterHeading,
    /// Left-aligned text of a letter; paragraphs begin with their own indent.
    Letter,
    /// A full line within a paragraph of a letter, justified.
    LetterFull,
    /// Right-aligned text of a letter: signature and date.
    LetterRight,
    /// A small remark of a letter.
    LetterNote,
}

impl Content<'_> {
    /// Whether it is shown as a number of fixed length, which is replaced by ### if its column is too narrow.
    pub fn is_number(&self) -> bool {
        match self {
            Self::Number { .. } | Self::Count(_) | Self::Date(_) => true,
            Self::Formula(own) => own.decimals.is_some(),
            Self::Empty | Self::Covered | Self::Text(_) | Self::Link(_) | Self::TextFormula(_) => false,
        }
    }

    /// Its text, if it is shown as one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Link(link) => Some(&link.text),
            Self::TextFormula(own) => Some(&own.text),
            Self::Empty | Self::Covered => Some(""),
            Self::Number { .. } | Self::Count(_) | Self::Date(_) | Self::Formula(_) => None,
        }
    }
}

impl<'d> CellDoc<'d> {
    /// The number of columns of a cell that extends to the last one.
    pub const WHOLE: u16 = u16::MAX;

    const fn new(content: Content<'d>, style: Style) -> Self {
        Self { content, style, cols: 1, rows: 1 }
    }

    /// An empty cell with borders.
    pub const fn empty() -> Self {
        Self::new(Content::Empty, Style::Body)
    }

    /// A position covered by a cell above.
    pub const fn covered() -> Self {
        Self::new(Content::Covered, Style::Body)
    }

    /// A missing value.
    pub fn missing() -> Self {
        Self::center(MISSING)
    }

    /// Text in a role.
    pub fn styled(text: impl Into<Cow<'d, str>>, style: Style) -> Self {
        Self::new(Content::Text(text.into()), style)
    }

    /// Text over the whole width.
    pub fn line(text: impl Into<Cow<'d, str>>, style: Style) -> Self {
        Self::styled(text, style).across(Self::WHOLE)
    }

    /// Left-aligned text; a blank text remains blank.
    pub fn text(text: impl Into<Cow<'d, str>>) -> Self {
        Self::styled(text, Style::Body)
    }

    /// Centred text.
    pub fn center(text: impl Into<Cow<'d, str>>) -> Self {
        Self::styled(text, Style::Center)
    }

    /// Text that opens a file at a position.
    pub fn link(text: impl Into<Cow<'d, str>>, file: impl Into<String>, spot: impl Into<String>) -> Self {
        let link = Link { text: text.into(), file: file.into(), spot: spot.into() };
        Self::new(Content::Link(Box::new(link)), Style::Link)
    }

    /// A header.
    pub fn header(text: impl Into<Cow<'d, str>>) -> Self {
        Self::styled(text, Style::Header)
    }

    /// Text that may be missing.
    pub fn optional(text: Option<impl Into<Cow<'d, str>>>) -> Self {
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

    /// A cell to be filled in that already has a value: a number as a number, anything else as text.
    pub fn filled(text: impl Into<Cow<'d, str>>, style: Style) -> Self {
        let text = text.into();
        let is_plain = !matches!(style, Style::Entry(Entry::Text) | Style::Verify(Entry::Text));
        match Exact::parse(&text).filter(|_| is_plain) {
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
    pub fn formula(formula: impl Into<Box<str>>, result: &Exact, decimals: Option<u32>) -> Self {
        let own = Formula { formula: formula.into(), value: result.to_cell(), decimals };
        Self::new(Content::Formula(Box::new(own)), Style::Strong)
    }

    /// A number as printed: its decimals are those of the text.
    pub fn printed(decimal: impl Into<Cow<'d, str>>) -> Self {
        let decimal = decimal.into();
        let decimals = decimal.split_once('.').map_or(0, |(_, part)| part.len() as u32);
        match decimal.parse::<f64>() {
            // A text such as "inf" is a name, not a number that a cell can hold.
            Ok(value) if value.is_finite() => Self::new(Content::Number { value, decimals }, Style::Number),
            _ => Self::text(decimal),
        }
    }

    /// A number as printed, that may be missing.
    pub fn optional_printed(decimal: Option<impl Into<Cow<'d, str>>>) -> Self {
        decimal.map_or_else(Self::missing, Self::printed)
    }

    /// An exact number with a number of decimals.
    pub fn number(value: &Exact, decimals: u32) -> Self {
        match value.fixed_double(decimals) {
            Some(value) => Self::new(Content::Number { value, decimals }, Style::Number),
            None => Self::printed(value.fixed(decimals)),
        }
    }

    /// An exact number as it is printed at a precision.
    pub fn rounded(value: &Exact, precision: Precision) -> Self {
        match precision.shortening {
            Shortening::HalfUp => Self::number(value, precision.decimals),
            Shortening::Down => Self::printed(precision.print(value)),
        }
    }

    /// A number shown with a number of decimals, whose cell keeps all digits that a worksheet can store.
    pub fn precise(value: &Exact, decimals: u32) -> Self {
        Self::new(Content::Number { value: value.to_cell(), decimals }, Style::Number)
    }

    /// A live formula with a text result.
    pub fn text_formula(formula: impl Into<Box<str>>, text: impl Into<Cow<'d, str>>) -> Self {
        let own = TextFormula { formula: formula.into(), text: text.into() };
        Self::new(Content::TextFormula(Box::new(own)), Style::Center)
    }

    /// An exact number with as many decimals as it needs, up to a maximum.
    pub fn shortest(value: &Exact, most: u32) -> Self {
        Self::number(value, value.decimals().map_or(most, |needed| needed.min(most)))
    }

    /// Sets the style.
    #[must_use]
    pub const fn role(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// Merges the cell over several columns.
    #[must_use]
    pub const fn across(mut self, cols: u16) -> Self {
        self.cols = cols;
        self
    }

    /// Merges the cell over several rows.
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
        assert_eq!(CellDoc::optional(None::<&str>).content, Content::Text("—".into()));
        assert_eq!(CellDoc::printed("inf").content, Content::Text("inf".into()));
        assert_eq!(CellDoc::optional_printed(None::<&str>).content, Content::Text("—".into()));
        assert_eq!(CellDoc::text("").content, Content::Text("".into()));
    }
}

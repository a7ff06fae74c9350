//! The styles of a workbook: formats by role and number format, numbered in the order of their first use.

use std::sync::Arc;

use rust_xlsxwriter::{
    Color, ConditionalFormatFormula, Format, FormatAlign, FormatBorder, FormatUnderline, Workbook, XlsxError,
};

use super::package::Part;
use super::{RED, number_format, parts};
use crate::documents::report::document::{CellDoc, Content, Document, Fonts, Style};
use crate::documents::report::entry::Entry;

/// Font sizes in points.
const TITLE_SIZE: f64 = 22.0;
const HEADER_SIZE: f64 = 11.0;
const BODY_SIZE: f64 = 10.5;
const SMALL_SIZE: f64 = 10.0;
const CODE_SIZE: f64 = 8.0;
const LETTER_SIZE: f64 = 16.0;
const LETTER_NOTE_SIZE: f64 = 12.0;
/// Fills: light enough for a black-and-white print.
const GREY: Color = Color::RGB(0x00E7_E6E6);
const GREEN: Color = Color::RGB(0x00E2_EFDA);
const AMBER: Color = Color::RGB(0x00FF_F2CC);
const PALE_YELLOW: Color = Color::RGB(0x00FF_FBE6);
const PALE_BLUE: Color = Color::RGB(0x00E8_F1FA);
const DARK_GREY: Color = Color::RGB(0x0080_8080);
const BLUE: Color = Color::RGB(0x0005_63C1);
const DATE: &str = "yyyy-mm-dd";

/// The part that holds the styles.
const STYLES: &str = "xl/styles.xml";

/// How the value of a cell is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Shown {
    General,
    Text,
    Date,
    Decimals(u32),
}

/// A role and how its values are shown.
pub(super) type Look = (Style, Shown);

/// What the format of a cell follows from.
pub(super) fn look(cell: &CellDoc<'_>) -> Look {
    (cell.style, Shown::of(cell))
}

impl Shown {
    /// How a cell shows its value.
    fn of(cell: &CellDoc<'_>) -> Self {
        match (cell.style, &cell.content) {
            (Style::Entry(Entry::Text) | Style::Verify(Entry::Text), _) => Self::Text,
            (Style::Entry(Entry::Date) | Style::Verify(Entry::Date), _) | (_, Content::Date(_)) => Self::Date,
            (Style::Entry(Entry::General) | Style::Verify(Entry::General), _) => Self::General,
            (_, Content::Number { decimals, .. }) => Self::Decimals(*decimals),
            (_, Content::Formula(own)) => match own.decimals {
                Some(decimals) => Self::Decimals(decimals),
                None => Self::General,
            },
            (_, Content::Count(_)) => Self::Decimals(0),
            (_, Content::Empty | Content::Covered | Content::Text(_) | Content::Link(_) | Content::TextFormula(_)) => {
                Self::General
            }
        }
    }
}

/// The looks of a document, in the order of their first use.
pub(super) fn looks(document: &Document<'_>) -> Vec<Look> {
    let mut looks: Vec<Look> = Vec::new();
    for cell in document.sheets.iter().flat_map(|sheet| sheet.all_rows()).flat_map(|row| &row.cells) {
        let look = look(cell);
        if cell.content != Content::Covered && !looks.contains(&look) {
            looks.push(look);
        }
    }
    looks
}

/// The styles of a workbook.
#[derive(Debug)]
pub(super) struct Styles {
    /// By the looks of its cells, of which there are few.
    numbers: Vec<(Look, usize)>,
    /// The part that holds them.
    pub(super) part: Arc<Part>,
}

impl Styles {
    /// Makes the styles of some looks.
    ///
    /// # Errors
    /// If they do not fit into a workbook.
    pub(super) fn new(looks: &[Look], fonts: &Fonts, has_alarms: bool) -> anyhow::Result<Self> {
        let mut formats: Vec<Format> = Vec::new();
        let mut numbers = Vec::new();
        for look in looks {
            let made = format(*look, fonts);
            // Roles that look the same share a format.
            let known = formats.iter().position(|known| *known == made);
            // The first format is that of cells without one.
            numbers.push((*look, known.unwrap_or(formats.len()) + 1));
            if known.is_none() {
                formats.push(made);
            }
        }
        let mut made = parts(&mut workbook(&formats, has_alarms)?)?;
        let part = Part::new(STYLES.to_owned(), made.take(STYLES)?.as_bytes())?;
        Ok(Self { numbers, part })
    }

    /// The number of the style of a cell; 0 is that of cells without one.
    pub(super) fn number(&self, cell: &CellDoc<'_>) -> usize {
        let own = look(cell);
        self.numbers.iter().find(|(known, _)| *known == own).map_or(0, |(_, number)| *number)
    }
}

/// A workbook in which every format is used once, in order.
fn workbook(formats: &[Format], has_alarms: bool) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let worksheet = workbook.add_worksheet();
    for (row, format) in (0..).zip(formats) {
        worksheet.write_blank(row, 0, format)?;
    }
    if has_alarms {
        let rule = ConditionalFormatFormula::new().set_rule("=1").set_format(alarm());
        worksheet.add_conditional_format(0, 0, 0, 0, &rule)?;
    }
    Ok(workbook)
}

/// The format of cells that turn red.
pub(super) fn alarm() -> Format {
    Format::new().set_background_color(RED)
}

/// The format of a look.
pub(super) fn format((style, shown): Look, fonts: &Fonts) -> Format {
    let format = styled(style, fonts);
    match shown {
        Shown::General => format,
        Shown::Text => format.set_num_format("@"),
        Shown::Date => format.set_num_format(DATE),
        Shown::Decimals(decimals) => format.set_num_format(number_format(decimals)),
    }
}
fn styled(style: Style, fonts: &Fonts) -> Format {
    let plain = |font: &str, size: f64| Format::new().set_font_name(font).set_font_size(size).set_text_wrap();
    let body = || plain(fonts.body, BODY_SIZE).set_align(FormatAlign::VerticalCenter);
    let boxed = |align| body().set_border(FormatBorder::Thin).set_align(align);
    let heading = |size| plain(fonts.heading, size).set_align(FormatAlign::VerticalCenter);
    let title = || plain(fonts.title, TITLE_SIZE).set_align(FormatAlign::VerticalCenter).set_align(FormatAlign::Center);
    // Lines of a letter are already broken: one that is too long in another font is shrunk, never cut.
    let letter = |font: &str| {
        let format = Format::new().set_font_name(font).set_font_size(LETTER_SIZE).set_shrink();
        format.set_align(FormatAlign::VerticalCenter)
    };
    match style {
        Style::Title | Style::LetterTitle => title(),
        Style::LetterHeading => letter(fonts.heading),
        Style::Letter => letter(fonts.letter),
        Style::LetterFull => letter(fonts.letter).set_align(FormatAlign::Distributed),
        Style::LetterRight => letter(fonts.letter).set_align(FormatAlign::Right),
        Style::LetterNote => plain(fonts.letter, LETTER_NOTE_SIZE).set_align(FormatAlign::VerticalCenter),
        Style::Subtitle => body().set_align(FormatAlign::Center),
        Style::Section => heading(HEADER_SIZE).set_bold().set_align(FormatAlign::Left),
        Style::Header => heading(HEADER_SIZE)
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_background_color(GREY)
            .set_border(FormatBorder::Thin),
        Style::Body => boxed(FormatAlign::Left).set_indent(1),
        Style::Center => boxed(FormatAlign::Center),
        Style::Number => boxed(FormatAlign::Right),
        Style::Strong => boxed(FormatAlign::Center).set_bold(),
        Style::Link => boxed(FormatAlign::Center).set_font_color(BLUE).set_underline(FormatUnderline::Single),
        Style::Band => heading(HEADER_SIZE)
            .set_bold()
            .set_align(FormatAlign::Left)
            .set_background_color(GREY)
            .set_border(FormatBorder::Thin)
            .set_indent(1),
        Style::Note => plain(fonts.body, SMALL_SIZE).set_align(FormatAlign::VerticalCenter),
        Style::Good => boxed(FormatAlign::Center).set_background_color(GREEN),
        Style::Warning => boxed(FormatAlign::Center).set_background_color(AMBER),
        Style::Bad => boxed(FormatAlign::Center).set_background_color(RED),
        Style::Code => boxed(FormatAlign::Center).set_font_size(CODE_SIZE).set_font_color(DARK_GREY),
        Style::Entry(entry) => open(boxed(aligned(entry)), entry).set_background_color(PALE_YELLOW),
        Style::Verify(entry) => open(boxed(aligned(entry)), entry).set_background_color(PALE_BLUE),
    }
}

/// A cell to be filled in: unlocked, sentences indented from the border.
fn open(format: Format, entry: Entry) -> Format {
    let format = format.set_unlocked();
    if entry == Entry::Text { format.set_indent(1) } else { format }
}

/// Sentences are aligned left, everything else is centred.
const fn aligned(entry: Entry) -> FormatAlign {
    match entry {
        Entry::Text => FormatAlign::Left,
        Entry::General | Entry::Date => FormatAlign::Center,
    }
}

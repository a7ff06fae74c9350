//! The styles of a workbook: formats by role and number format, numbered in the order of their first use.

use std::sync::Arc;

use rust_xlsxwriter::{
    Color, ConditionalFormatFormula, Format, FormatAlign, FormatBorder, FormatUnderline, Workbook, XlsxError,
};

use super::kept::{Kept, Key};
use super::package::Part;
use super::{RED, number_format, parts};
use crate::documents::report::document::{CellDoc, Content, Fonts, Style};
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

/// The styles of a workbook, numbered as its cells come.
pub(super) struct Styles<'s> {
    fonts: &'s Fonts,
    /// Formats made before, for any workbook.
    made: &'s Kept<Format>,
    /// The looks of the cells, of which there are few, with the numbers of their styles.
    numbers: Vec<(Look, usize)>,
    formats: Vec<Arc<Format>>,
    /// Whether cells turn red.
    pub(super) has_alarms: bool,
}

impl<'s> Styles<'s> {
    /// The styles of a workbook without cells.
    pub(super) const fn new(fonts: &'s Fonts, made: &'s Kept<Format>) -> Self {
        Self { fonts, made, numbers: Vec::new(), formats: Vec::new(), has_alarms: false }
    }

    /// The number of the style of a cell; 0 is that of cells without one.
    ///
    /// # Errors
    /// If the format cannot be made, which does not happen.
    pub(super) fn number(&mut self, cell: &CellDoc<'_>) -> anyhow::Result<usize> {
        let own = look(cell);
        match self.numbers.iter().find(|(known, _)| *known == own) {
            Some((_, number)) => Ok(*number),
            None => self.add(own),
        }
    }

    fn add(&mut self, look: Look) -> anyhow::Result<usize> {
        let mut key = Key::default();
        key.add((look, self.fonts));
        let made = self.made.get(key, || Ok(Arc::new(format(look, self.fonts))))?;
        // Roles that look the same share a format.
        let known = self.formats.iter().position(|known| *known == made);
        // The first format is that of cells without one.
        let number = known.unwrap_or(self.formats.len()) + 1;
        if known.is_none() {
            self.formats.push(made);
        }
        self.numbers.push((look, number));
        Ok(number)
    }

    /// What the part follows from.
    pub(super) fn key(&self) -> Key {
        let mut key = Key::default();
        key.add((self.numbers.iter().map(|(look, _)| look).collect::<Vec<_>>(), self.fonts, self.has_alarms));
        key
    }

    /// The part that holds them.
    ///
    /// # Errors
    /// If they do not fit into a workbook.
    pub(super) fn part(&self) -> anyhow::Result<Arc<Part>> {
        parts(&mut workbook(&self.formats, self.has_alarms)?)?.part(STYLES)
    }
}

/// A workbook in which every format is used once, in order.
fn workbook(formats: &[Arc<Format>], has_alarms: bool) -> Result<Workbook, XlsxError> {
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

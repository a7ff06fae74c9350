//! Workbooks: from a document as values to the bytes of an .xlsx file. The only place that uses rust_xlsxwriter.
//!
//! Equal documents give equal bytes: no clock, no user name. Text is written as text, whatever its first character.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, FormatUnderline, Formula, Url, Workbook,
    Worksheet, XlsxError,
};

use crate::documents::report::document::{CellDoc, Content, Document, Fonts, Page, Purpose, RowDoc, SheetDoc, Style};
use crate::documents::report::entry::Entry;
use crate::read::book::OWN_SHEET;

mod chart;
mod form;

use form::Lists;

/// The text of the hidden sheet that marks a workbook as an output, not an input.
const OWN_MARK: &str = "assess.output";
/// Excel's number for A4 paper.
const A4: u8 = 9;
/// Creation date of documents that name none.
const NO_DATE: Date = date(2000, 1, 1);
/// The compression level, 1 to 9: several times as fast as the usual 6, with files a sixth larger.
const PACKED: u8 = 2;
/// Longest text of a cell, in UTF-16 units, that Excel opens.
const LONGEST: usize = 32_767;
/// Longest text of a page header or footer, so that it fits with every `&` doubled.
const LONGEST_FOOTER: usize = 80;
/// Font sizes in points.
const TITLE_SIZE: f64 = 22.0;
const HEADER_SIZE: f64 = 11.0;
const BODY_SIZE: f64 = 10.5;
const SMALL_SIZE: f64 = 10.0;
const CODE_SIZE: f64 = 8.0;
const LETTER_SIZE: f64 = 16.0;
const LETTER_NOTE_SIZE: f64 = 12.0;
/// Margins in inches, left, right, top, bottom, header, footer: of tables, and of letters (GB/T 9704: 28 mm, 26 mm, 37
/// mm, 35 mm).
const TABLE_MARGINS: [f64; 6] = [0.5, 0.5, 0.7, 0.75, 0.35, 0.35];
const LETTER_MARGINS: [f64; 6] = [1.102, 1.024, 1.457, 1.378, 0.5, 0.9];
/// Fills: light enough for a black-and-white print.
const GREY: Color = Color::RGB(0x00E7_E6E6);
const GREEN: Color = Color::RGB(0x00E2_EFDA);
const AMBER: Color = Color::RGB(0x00FF_F2CC);
const RED: Color = Color::RGB(0x00F8_CBAD);
const PALE_YELLOW: Color = Color::RGB(0x00FF_FBE6);
const PALE_BLUE: Color = Color::RGB(0x00E8_F1FA);
const DARK_GREY: Color = Color::RGB(0x0080_8080);
const DATE: &str = "yyyy-mm-dd";
const BLUE: Color = Color::RGB(0x0005_63C1);

/// The bytes of a document as .xlsx.
///
/// # Errors
/// If the document does not fit into a workbook: too many rows, two sheets of one name.
pub fn bytes(document: &Document<'_>) -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    workbook.set_zip_compression_level(PACKED);
    let created = excel_date(document.created.unwrap_or(NO_DATE))?;
    workbook.set_properties(&DocProperties::new().set_title(&*document.title).set_creation_datetime(&created));
    let mut formats = Formats { fonts: &document.fonts, made: BTreeMap::new() };
    let lists = Lists::of(document);
    for sheet in &document.sheets {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&sheet.name)?;
        write_sheet(worksheet, sheet, &mut formats)?;
        form::fit_out(worksheet, sheet, &lists)?;
        chart::draw(worksheet, sheet, &document.fonts)?;
        set_up_print(worksheet, sheet, document)?;
    }
    if document.purpose == Purpose::Output {
        let own = workbook.add_worksheet();
        own.set_name(OWN_SHEET)?.set_very_hidden(true).write_string(0, 0, OWN_MARK)?;
    }
    form::add_hidden(&mut workbook, document, &lists)?;
    Ok(workbook.save_to_buffer()?)
}

/// Formats by role and number format, each made once.
struct Formats<'f> {
    fonts: &'f Fonts,
    made: BTreeMap<(Style, Option<String>), Format>,
}

impl Formats<'_> {
    fn get(&mut self, cell: &CellDoc<'_>) -> &Format {
        let number = match (cell.style, &cell.content) {
            (Style::Entry(Entry::Text) | Style::Verify(Entry::Text), _) => Some("@".to_owned()),
            (Style::Entry(Entry::Date) | Style::Verify(Entry::Date), _) | (_, Content::Date(_)) => {
                Some(DATE.to_owned())
            }
            (Style::Entry(Entry::General) | Style::Verify(Entry::General), _) => None,
            (_, Content::Number { decimals, .. } | Content::Formula { decimals: Some(decimals), .. }) => {
                Some(number_format(*decimals))
            }
            (_, Content::Count(_)) => Some(number_format(0)),
            (
                _,
                Content::Empty
                | Content::Covered
                | Content::Text(_)
                | Content::Link { .. }
                | Content::Formula { .. }
                | Content::TextFormula { .. },
            ) => None,
        };
        let fonts = self.fonts;
        self.made.entry((cell.style, number)).or_insert_with_key(|(style, number)| {
            let format = styled(*style, fonts);
            number.iter().fold(format, |format, number| format.set_num_format(number))
        })
    }
}

fn number_format(decimals: u32) -> String {
    if decimals == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(decimals as usize)) }
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

fn write_sheet(worksheet: &mut Worksheet, sheet: &SheetDoc<'_>, formats: &mut Formats<'_>) -> Result<(), XlsxError> {
    for (column, width) in sheet.columns.iter().enumerate() {
        worksheet.set_column_width(column as u16, *width)?;
    }
    for (index, row) in sheet.all_rows().enumerate() {
        write_row(worksheet, index as u32, row, formats)?;
    }
    let bounds = Bounds::of(sheet);
    if bounds.header > 0 || sheet.frozen_columns > 0 {
        worksheet.set_freeze_panes(bounds.first_row, sheet.frozen_columns)?;
    }
    if sheet.autofilter && bounds.header > 0 && !sheet.rows.is_empty() {
        let last_row = bounds.first_row + sheet.rows.len() as u32 - 1;
        worksheet.autofilter(bounds.first_row - 1, 0, last_row, bounds.last_column)?;
    }
    Ok(())
}

/// The positions of the parts of a sheet.
struct Bounds {
    /// Number of header rows.
    header: u32,
    /// First row below the header.
    first_row: u32,
    /// Last row of the sheet.
    last_row: u32,
    /// Last column.
    last_column: u16,
}

impl Bounds {
    fn of(sheet: &SheetDoc<'_>) -> Self {
        let header = sheet.header.len() as u32;
        Self {
            header,
            first_row: if header > 0 { sheet.head.len() as u32 + header } else { 0 },
            last_row: (sheet.all_rows().count() as u32).saturating_sub(1),
            last_column: (sheet.columns.len() as u16).saturating_sub(1),
        }
    }
}

fn write_row(worksheet: &mut Worksheet, at: u32, row: &RowDoc<'_>, formats: &mut Formats<'_>) -> Result<(), XlsxError> {
    worksheet.set_row_height(at, row.height)?;
    let mut column = 0_u16;
    for cell in &row.cells {
        if cell.content != Content::Covered {
            let format = formats.get(cell);
            if cell.cols > 1 || cell.rows > 1 {
                let (last_row, last_column) = (at + u32::from(cell.rows) - 1, column + cell.cols - 1);
                worksheet.merge_range(at, column, last_row, last_column, "", format)?;
            }
            write_content(worksheet, at, column, &cell.content, format)?;
        }
        column += cell.cols;
    }
    Ok(())
}

fn write_content(
    worksheet: &mut Worksheet,
    row: u32,
    column: u16,
    content: &Content<'_>,
    format: &Format,
) -> Result<(), XlsxError> {
    match content {
        Content::Empty | Content::Covered => worksheet.write_blank(row, column, format)?,
        Content::Text(text) => worksheet.write_string_with_format(row, column, fitting(text), format)?,
        Content::Link { text, file, spot } => {
            worksheet.write_url_with_format(row, column, link(text, file, spot), format)?
        }
        Content::Number { value, .. } => worksheet.write_number_with_format(row, column, *value, format)?,
        Content::Count(count) => worksheet.write_number_with_format(row, column, *count as f64, format)?,
        Content::Date(date) => worksheet.write_datetime_with_format(row, column, excel_date(*date)?, format)?,
        Content::Formula { formula, value, .. } => {
            let formula = Formula::new(format!("={formula}")).set_result(value.to_string());
            worksheet.write_formula_with_format(row, column, formula, format)?
        }
        Content::TextFormula { formula, text } => {
            let formula = Formula::new(format!("={formula}")).set_result(&**text);
            worksheet.write_formula_with_format(row, column, formula, format)?
        }
    };
    Ok(())
}

/// A date in the form required by the library.
fn excel_date(date: Date) -> Result<ExcelDateTime, XlsxError> {
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    ExcelDateTime::from_ymd(date.year().unsigned_abs(), month, day)
}

/// A link to a position in a file next to the workbook.
fn link(text: &str, file: &str, spot: &str) -> Url {
    let target = if spot.is_empty() { format!("file:///{file}") } else { format!("file:///{file}#{spot}") };
    Url::new(target).set_text(fitting(text))
}

/// A text cut to the length allowed in a cell.
fn fitting(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let mut units = 0;
    let kept = text.chars().take_while(|c| {
        units += c.len_utf16();
        units < LONGEST
    });
    kept.chain(['…']).collect()
}

/// A4, one page wide, margins, repeated rows, page number, print area.
fn set_up_print(worksheet: &mut Worksheet, sheet: &SheetDoc<'_>, document: &Document<'_>) -> Result<(), XlsxError> {
    let bounds = Bounds::of(sheet);
    let (margins, tall) = match sheet.page {
        Page::Table => (TABLE_MARGINS, 0),
        Page::Letter => (LETTER_MARGINS, 1),
    };
    worksheet.set_paper_size(A4).set_print_fit_to_pages(sheet.pages_wide, tall).set_print_center_horizontally(true);
    let [left, right, top, bottom, header, footer] = margins;
    worksheet.set_margins(left, right, top, bottom, header, footer);
    if sheet.landscape {
        worksheet.set_landscape();
    }
    if bounds.header > 0 {
        worksheet.set_repeat_rows(bounds.first_row - bounds.header, bounds.first_row - 1)?;
    }
    if sheet.pages_wide > 1 && sheet.frozen_columns > 0 {
        worksheet.set_repeat_columns(0, sheet.frozen_columns - 1)?;
    }
    let starts: Vec<u32> =
        sheet.page_starts.iter().map(|row| (sheet.head.len() + sheet.header.len() + row) as u32).collect();
    if !starts.is_empty() {
        worksheet.set_page_breaks(&starts)?;
    }
    worksheet.set_print_area(0, 0, bounds.last_row, bounds.last_column)?;
    let (title, body) = (&document.fonts.heading, &document.fonts.body);
    if let Some(word) = &document.draft {
        worksheet.set_header(format!("&R&\"{title}\"&14 {}", literal(word)));
    }
    let small = sheet.footer.as_deref().map_or_else(String::new, |text| format!("&L&\"{body}\"&9 {}", literal(text)));
    worksheet.set_footer(format!("{small}&C&\"{body}\"&14— &P —"));
    Ok(())
}

/// Text for a page header or footer, where `&` begins a command; cut, because a long one would be omitted.
fn literal(text: &str) -> String {
    text.chars().take(LONGEST_FOOTER).collect::<String>().replace('&', "&&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Limits;
    use crate::read::xlsx::read_workbook;
    use crate::shared::finding::Code;
    use crate::shared::place::FileId;
    use calamine::{Data, Reader as _, SheetVisible, Xlsx, open_workbook_from_rs};
    use std::io::Cursor;

    fn document() -> Document<'static> {
        let mut sheet = SheetDoc::new("排名", "结果").landscape().freeze(1).filtered();
        sheet.subtitle("v001");
        sheet.header(vec![CellDoc::header("单位").down(2), CellDoc::header("得分").across(2)]);
        sheet.header(vec![CellDoc::covered(), CellDoc::header("总分"), CellDoc::header("位次")]);
        sheet.row(vec![CellDoc::text("=1+1"), CellDoc::printed("78.16"), CellDoc::count(3)]);
        sheet.row(vec![CellDoc::text("http://example.org"), CellDoc::missing(), CellDoc::empty()]);
        sheet.closing("制表");
        Document::new("结果", Fonts::of(crate::shared::i18n::Lang::Zh), vec![sheet.finish()])
            .dated(Some(date(2026, 1, 20)))
            .marked(Some("草稿".into()))
    }

    fn cells(bytes: &[u8]) -> (Xlsx<Cursor<&[u8]>>, calamine::Range<Data>) {
        let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range("排名").unwrap();
        (book, range)
    }

    #[test]
    fn text_comes_back_as_text_and_numbers_as_numbers() {
        let bytes = bytes(&document()).unwrap();
        let (mut book, range) = cells(&bytes);
        let at = |row, column| range.get_value((row, column)).cloned();
        assert_eq!(at(4, 0), Some(Data::String("=1+1".to_owned())));
        assert_eq!(at(5, 0), Some(Data::String("http://example.org".to_owned())));
        assert_eq!(at(4, 1), Some(Data::Float(78.16)));
        assert_eq!(at(4, 2), Some(Data::Float(3.0)));
        assert_eq!(at(5, 1), Some(Data::String("—".to_owned())));
        assert!(book.worksheet_formula("排名").unwrap().is_empty());
    }

    #[test]
    fn two_writes_give_the_same_bytes() {
        assert_eq!(bytes(&document()).unwrap(), bytes(&document()).unwrap());
    }

    #[test]
    fn an_output_given_back_as_an_input_is_recognised() {
        let bytes = bytes(&document()).unwrap();
        let (book, _) = cells(&bytes);
        let own = book.sheets_metadata().iter().find(|s| s.name == OWN_SHEET).unwrap();
        assert_eq!(own.visible, SheetVisible::VeryHidden);
        let opened = read_workbook(&bytes, FileId(0), &Limits::default());
        assert_eq!((opened.refused, opened.findings[0].code), (true, Code::E113));
    }

    #[test]
    fn a_text_longer_than_a_cell_is_cut() {
        assert_eq!(fitting("短"), "短");
        assert_eq!(fitting(&"字".repeat(40_000)).chars().count(), LONGEST);
        assert!(fitting(&"字".repeat(40_000)).ends_with('…'));
    }
}

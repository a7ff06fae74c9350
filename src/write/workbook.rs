//! Workbooks: from a document as values to the bytes of an .xlsx file. The only place that uses rust_xlsxwriter.
//!
//! The library makes everything but the cells: styles, frames of sheets, drawings, charts. Workbooks that are alike share
//! those ([`Prepared`]); the cells are written here.
//!
//! Equal documents give equal bytes: no clock, no user name. Text is written as text, whatever its first character.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use anyhow::Context as _;
use jiff::civil::{Date, date};
use rust_xlsxwriter::{Color, ExcelDateTime, Format, Url, Workbook, Worksheet, XlsxError};

use crate::documents::report::document::{Document, Link, Page, Printed, SheetDoc};
use crate::shared::pieces::{Put, in_memory};

mod cells;
mod chart;
mod form;
mod frame;
mod kept;
pub(super) mod package;
mod strings;
mod styles;
mod xml;

use cells::Written;
use form::Lists;
use frame::{Frame, Shell, Spot};
use kept::{Kept, Key};
use package::{Package, Part};
use strings::Strings;
use styles::Styles;

/// Excel's number for A4 paper.
const A4: u8 = 9;
/// Creation date of documents that name none.
const NO_DATE: Date = date(2000, 1, 1);
/// Longest text of a cell, in UTF-16 units, that Excel opens.
const LONGEST: usize = 32_767;
/// Longest text of a page header or footer, so that it fits with every `&` doubled.
const LONGEST_FOOTER: usize = 80;
/// Margins in inches, left, right, top, bottom, header, footer: of tables, and of letters (GB/T 9704: 28 mm, 26 mm, 37
/// mm, 35 mm).
const TABLE_MARGINS: [f64; 6] = [0.5, 0.5, 0.7, 0.75, 0.35, 0.35];
const LETTER_MARGINS: [f64; 6] = [1.102, 1.024, 1.457, 1.378, 0.5, 0.9];
/// The fill of what is wrong; light enough for a black-and-white print.
const RED: Color = Color::RGB(0x00F8_CBAD);
/// The longest sheet that is kept for the next workbook, in bytes.
const SMALL: usize = 16 * 1024;

/// The bytes of a document as .xlsx. For many documents alike, [`Prepared::bytes`] is faster and gives the same bytes.
///
/// # Errors
/// If the document does not fit into a workbook: too many rows, two sheets of one name.
pub fn bytes(document: &Document<'_>) -> anyhow::Result<Vec<u8>> {
    Prepared::default().bytes(document)
}

/// Gives the bytes of a document as .xlsx piece by piece. Its sheets are made one after the other, each while the one before
/// is written, and dropped once they are: those of `cover` are not looked at. The bytes are those of the whole document.
///
/// # Errors
/// Of the receiver, or if the document does not fit into a workbook: too many rows, two sheets of one name.
pub fn pieces<'d>(
    cover: &Document<'_>,
    make: impl FnOnce(&mut dyn FnMut(SheetDoc<'d>)),
    put: &mut Put<'_>,
) -> anyhow::Result<()> {
    let prepared = Prepared::default();
    let empty = (Book::new(&prepared, cover, put), Vec::new());
    let (book, outlines) = if rayon::current_num_threads() > 1 {
        // Whoever is done first waits for the other, so that two sheets are held at most.
        let (send, receive) = sync_channel(0);
        std::thread::scope(|scope| {
            let write = move || receive.into_iter().try_fold(empty, with);
            let writer = std::thread::Builder::new().spawn_scoped(scope, write)?;
            // After an error nobody receives any more; joining the writer returns it.
            make(&mut |sheet| drop(send.send(sheet)));
            drop(send);
            writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })?
    } else {
        let mut written = Some(Ok(empty));
        make(&mut |sheet| written = written.take().map(|written| with(written?, sheet)));
        written.expect("what was taken is put back")?
    };
    book.finish(&outlines)
}

/// A workbook with a further sheet, and the outlines of its sheets.
fn with<'b, 'd>(
    (mut book, mut outlines): (Book<'b>, Vec<SheetDoc<'d>>),
    sheet: SheetDoc<'d>,
) -> anyhow::Result<(Book<'b>, Vec<SheetDoc<'d>>)> {
    book.add(&sheet)?;
    outlines.push(sheet.outline());
    Ok((book, outlines))
}

/// What workbooks that are alike have in common, made when it is first needed. May be used by several threads at once.
#[derive(Default)]
pub struct Prepared {
    shells: Kept<Shell>,
    formats: Kept<Format>,
    styles: Kept<Part>,
    frames: Kept<Frame>,
    /// Sheets without numbers: those say little more than where their texts stand in the list of texts, and are often alike.
    sheets: Kept<Part>,
}

impl Prepared {
    /// The bytes of a document as .xlsx, the same whatever was prepared before.
    ///
    /// # Errors
    /// If the document does not fit into a workbook: too many rows, two sheets of one name.
    pub fn bytes(&self, document: &Document<'_>) -> anyhow::Result<Vec<u8>> {
        in_memory(|put| {
            let mut book = Book::new(self, document, put);
            document.sheets.iter().try_for_each(|sheet| book.add(sheet))?;
            book.finish(&document.sheets)
        })
    }
}

/// A workbook being written, sheet by sheet. What belongs to a sheet goes into the container with it; what speaks of all
/// sheets follows them.
struct Book<'b> {
    prepared: &'b Prepared,
    package: Package<'b>,
    /// What the workbook says as a whole; its sheets are not looked at.
    document: &'b Document<'b>,
    lists: Lists,
    styles: Styles<'b>,
    strings: Strings,
    /// Where the next sheet stands.
    spot: Spot,
}

impl<'b> Book<'b> {
    fn new(prepared: &'b Prepared, document: &'b Document<'b>, put: &'b mut Put<'b>) -> Self {
        Self {
            prepared,
            package: Package::new(put),
            document,
            lists: Lists::default(),
            styles: Styles::new(&document.fonts, &prepared.formats),
            strings: Strings::default(),
            spot: Spot::default(),
        }
    }

    /// Adds a sheet, which is not needed any more, except for [`Self::finish`] without its cells.
    fn add(&mut self, sheet: &SheetDoc<'_>) -> anyhow::Result<()> {
        let (document, spot) = (self.document, self.spot);
        self.lists.add(sheet);
        self.styles.has_alarms |= !sheet.filling.alarms.is_empty();
        let lists = &self.lists;
        let key = Frame::key(document, sheet, lists, spot)?;
        let frame = self.prepared.frames.get(key, || Ok(Arc::new(Frame::new(document, sheet, lists, spot)?)))?;
        let written = cells::write(sheet, &frame, &mut self.styles, &mut self.strings)?;
        self.add_parts(&frame, written)?;
        frame.drawing.iter().flatten().try_for_each(|part| self.package.copy(part))?;
        for (placed, drawn) in sheet.charts.iter().zip(&frame.charts) {
            let xml = drawn.part(&placed.chart, sheet)?;
            self.package.add(&drawn.name, xml.as_bytes())?;
        }
        self.spot = spot.after(sheet);
        Ok(())
    }

    /// Adds the parts of a sheet.
    fn add_parts(&mut self, frame: &Frame, written: Written) -> anyhow::Result<()> {
        let name = format!("xl/worksheets/sheet{}.xml", self.spot.sheets + 1);
        let short = written.draft.whole().filter(|text| !written.has_numbers && text.len() <= SMALL);
        let part = match short.map(|text| Key::of_part(&name, text)) {
            Some(key) => self.prepared.sheets.get(key, || written.draft.part(name))?,
            None => written.draft.part(name)?,
        };
        self.package.copy(&part)?;
        frame.relations.iter().try_for_each(|part| self.package.copy(part))
    }

    /// Completes the container. The sheets are still needed for everything except their cells.
    fn finish(mut self, sheets: &[SheetDoc<'_>]) -> anyhow::Result<()> {
        let (prepared, document) = (self.prepared, self.document);
        let lists = std::mem::take(&mut self.lists);
        let hidden = form::hidden(document, &lists);
        for sheet in &hidden {
            let frame = prepared.frames.get(Frame::hidden_key(sheet), || Ok(Arc::new(Frame::hidden(sheet)?)))?;
            let written = cells::write_hidden(sheet, &frame, &mut self.strings)?;
            self.add_parts(&frame, written)?;
            self.spot.sheets += 1;
        }
        let shell = Shell::key(document, sheets, &hidden);
        let shell = prepared.shells.get(shell, || Ok(Arc::new(Shell::new(document, sheets, &hidden)?)))?;
        let mut package = self.package;
        shell.first.iter().try_for_each(|part| package.copy(part))?;
        package.copy(&*prepared.styles.get(self.styles.key(), || self.styles.part())?)?;
        let (start, elements, end) = self.strings.pieces();
        let pieces = [&start, elements, end].map(str::as_bytes);
        package.copy(&*Part::of_pieces("xl/sharedStrings.xml".to_owned(), &pieces)?)?;
        package.add(frame::CORE, shell.core(&document.title).as_bytes())?;
        package.copy(&shell.app)?;
        package.finish()
    }
}

/// The parts that the library makes of a workbook, by name.
struct Made(BTreeMap<String, String>);

impl Made {
    /// Takes the text of a part.
    fn take(&mut self, name: &str) -> anyhow::Result<String> {
        self.0.remove(name).with_context(|| format!("no {name} in a workbook"))
    }

    /// Takes a part, deflated.
    fn part(&mut self, name: &str) -> anyhow::Result<Arc<Part>> {
        Part::new(name.to_owned(), self.take(name)?.as_bytes())
    }
}

/// Has the library write a workbook, and takes it apart.
fn parts(workbook: &mut Workbook) -> anyhow::Result<Made> {
    Ok(Made(crate::read::parts(&workbook.save_to_buffer()?)?))
}

fn number_format(decimals: u32) -> String {
    if decimals == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(decimals as usize)) }
}

/// The panes that stay visible, and the filter.
fn set_up_view(worksheet: &mut Worksheet, sheet: &SheetDoc<'_>) -> Result<(), XlsxError> {
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
#[derive(Debug, Hash)]
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

/// A date in the form required by the library.
fn excel_date(date: Date) -> Result<ExcelDateTime, XlsxError> {
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    ExcelDateTime::from_ymd(date.year().unsigned_abs(), month, day)
}

/// A link to a position in a file next to the workbook.
fn link(Link { text, file, spot }: &Link<'_>) -> Url {
    let target = if spot.is_empty() { format!("file:///{file}") } else { format!("file:///{file}#{spot}") };
    Url::new(target).set_text(fitting(text))
}

/// A text cut to the length allowed in a cell.
fn fitting(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST {
        return Cow::Borrowed(text);
    }
    let mut units = 0;
    let kept = text.chars().take_while(|c| {
        units += c.len_utf16();
        units < LONGEST
    });
    Cow::Owned(kept.chain(['…']).collect())
}

/// A4, one page wide, margins, repeated rows, page number, print area.
fn set_up_print(worksheet: &mut Worksheet, sheet: &SheetDoc<'_>, document: &Document<'_>) -> Result<(), XlsxError> {
    let bounds = Bounds::of(sheet);
    let (margins, tall) = match sheet.page {
        Page::Table => (TABLE_MARGINS, sheet.pages_tall),
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
    match sheet.printed {
        Printed::Whole => worksheet.set_print_area(0, 0, bounds.last_row, bounds.last_column)?,
        Printed::Before(row) => {
            let above = sheet.head.len() + sheet.header.len() + row.min(sheet.rows.len());
            worksheet.set_print_area(0, 0, (above as u32).saturating_sub(1), bounds.last_column)?
        }
        // A cell without content beside the table: office programs print no page of it, or an empty one.
        Printed::OnRequest => worksheet.set_print_area(0, bounds.last_column + 1, 0, bounds.last_column + 1)?,
    };
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
    use crate::documents::report::document::{CellDoc, Fonts, RowDoc};
    use crate::model::Limits;
    use crate::read::book::OWN_SHEET;
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

    /// The bytes of a document whose sheets come one by one, on some number of threads.
    fn streamed(document: &Document<'static>, threads: usize) -> anyhow::Result<Vec<u8>> {
        let cover = Document { sheets: Vec::new(), ..document.clone() };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| in_memory(|put| pieces(&cover, |add| document.sheets.iter().cloned().for_each(add), put)))
    }

    #[test]
    fn sheets_that_come_one_by_one_give_the_bytes_of_the_document() {
        let mut document = document();
        let [first] = document.sheets.as_slice() else { panic!("one sheet") };
        let mut second = SheetDoc { name: "组成".to_owned(), ..first.clone() };
        second
            .rows
            .extend((0..5_000).map(|n| RowDoc { cells: vec![CellDoc::count(n), CellDoc::text("甲")], height: 20.0 }));
        document.sheets.push(second);
        let whole = bytes(&document).unwrap();
        for threads in [1, 2] {
            assert!(streamed(&document, threads).unwrap() == whole, "{threads} threads");
        }
    }

    #[test]
    fn a_sheet_that_cannot_be_written_is_told_however_many_follow() {
        let mut document = document();
        let [first] = document.sheets.as_slice() else { panic!("one sheet") };
        let tall = SheetDoc { frozen_columns: u16::MAX, name: "高".to_owned(), ..first.clone() };
        let more: Vec<_> = (0..3).map(|n| SheetDoc { name: format!("表{n}"), ..first.clone() }).collect();
        document.sheets.push(tall);
        document.sheets.extend(more);
        let told = bytes(&document).unwrap_err().to_string();
        for threads in [1, 2] {
            assert_eq!(streamed(&document, threads).unwrap_err().to_string(), told);
        }
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

#[cfg(test)]
mod library_tests;

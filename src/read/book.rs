//! Workbooks: from bytes to sheets of cells. The only place that knows calamine.
//!
//! Cells are streamed; nothing is ever sized by what a sheet declares. Positions are absolute, from A1. A formula without a
//! calculated value, an error value and a cell that cannot be read stay visible as such.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError, open_workbook_from_rs};
use jiff::civil::Date;

use super::value::RawValue;
use crate::finding::{Code, Finding};
use crate::model::Limits;
use crate::number::Exact;
use crate::place::{FileId, Place, Spot};

/// What bytes are, by their beginning.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// A zip-based workbook.
    Workbook,
    /// Text.
    Text,
    /// Nothing, or only zeros.
    Empty,
    /// An encrypted workbook.
    Encrypted,
    /// Something else, by name.
    Other(&'static str),
}

/// A workbook as sheets of cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// The sheets, in order.
    pub sheets: Vec<Sheet>,
}

/// A sheet as cells in the order of rows, then columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Name.
    pub name: String,
    /// Whether it is hidden.
    pub hidden: bool,
    /// Cells that hold something.
    pub cells: Vec<Cell>,
    /// Blocks of merged cells, in the order of their top-left cells.
    pub merges: Vec<Merge>,
    /// Hidden rows, from 0.
    pub hidden_rows: BTreeSet<u32>,
    /// Hidden columns, from 0.
    pub hidden_cols: BTreeSet<u32>,
}

/// A block of merged cells; its value stands in the top-left cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    /// Whether a cell lies in the block.
    pub const fn holds(&self, row: u32, col: u32) -> bool {
        self.top <= row && row <= self.bottom && self.left <= col && col <= self.right
    }
}

/// A cell that holds something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Row, from 0.
    pub row: u32,
    /// Column, from 0.
    pub col: u32,
    /// What it holds.
    pub value: RawValue,
}

/// Name of the hidden sheet by which assess recognises its own outputs.
pub const OWN_SHEET: &str = "_assess";
/// Name of the hidden sheet of an empty form that assess handed out; see [`super::form`].
pub const FORM_SHEET: &str = "_assess_form";
/// Name of the hidden sheet of a form that holds the words of its drop-downs.
pub const LISTS_SHEET: &str = "_assess_lists";

/// Tells what bytes are by their beginning.
pub fn sniff(bytes: &[u8]) -> Kind {
    const UTF16: [&[u8]; 2] = [b"\xFF\xFE", b"\xFE\xFF"];
    if bytes.iter().all(|b| *b == 0) {
        return Kind::Empty;
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return zip_kind(bytes);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        let encrypted = contains(bytes, &utf16le("EncryptedPackage"));
        return if encrypted { Kind::Encrypted } else { Kind::Other("xls (97-2003)") };
    }
    let named: [(&[u8], &str); 6] = [
        (b"%PDF", "pdf"),
        (b"\x89PNG", "png"),
        (b"\xFF\xD8\xFF", "jpeg"),
        (b"Rar!", "rar"),
        (b"{\\rtf", "rtf"),
        (b"7z\xBC\xAF", "7z"),
    ];
    if let Some((_, name)) = named.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Kind::Other(name);
    }
    let start: Vec<u8> = bytes.iter().copied().skip_while(u8::is_ascii_whitespace).take(6).collect();
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&start);
    if text.starts_with(b"<") {
        return Kind::Other("html / xml");
    }
    if UTF16.iter().any(|bom| bytes.starts_with(bom)) || !bytes.contains(&0) { Kind::Text } else { Kind::Other("?") }
}

fn zip_kind(bytes: &[u8]) -> Kind {
    let names: [(&[u8], Kind); 4] = [
        (b"xl/workbook.bin", Kind::Other("xlsb")),
        (b"word/document.xml", Kind::Other("docx")),
        (b"opendocument.spreadsheet", Kind::Other("ods")),
        (b"ppt/presentation.xml", Kind::Other("pptx")),
    ];
    for (name, kind) in names {
        if contains(bytes, name) {
            return kind;
        }
    }
    Kind::Workbook
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|w| w == part)
}

fn utf16le(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Reads an .xlsx or .xlsm workbook.
///
/// # Errors
/// One finding for the whole file: damaged, encrypted, too large, or an output of assess itself.
pub fn read_workbook(bytes: &[u8], file: FileId, limits: &Limits) -> Result<(Book, Vec<Finding>), Box<Finding>> {
    let whole = Place::file(file);
    let damaged = |what: String| Box::new(Finding::new(Code::E104).at(whole).found(what));
    super::gate::check(bytes, file, limits)?;
    let outcome = catch_unwind(AssertUnwindSafe(|| read_sheets(bytes, file, limits)));
    match outcome {
        Ok(result) => result,
        Err(_) => Err(damaged("panic".to_owned())),
    }
}

fn read_sheets(bytes: &[u8], file: FileId, limits: &Limits) -> Result<(Book, Vec<Finding>), Box<Finding>> {
    let whole = Place::file(file);
    let damaged = |e: &XlsxError| match e {
        XlsxError::Password => Box::new(Finding::new(Code::E105).at(whole)),
        other => Box::new(Finding::new(Code::E104).at(whole).found(other.to_string())),
    };
    let mut xlsx: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let metadata: Vec<_> = xlsx.sheets_metadata().to_vec();
    if metadata.len() > limits.sheets as usize {
        let finding = Finding::new(Code::E108).at(whole).found(metadata.len());
        return Err(Box::new(finding.expected(format!("<= {}", limits.sheets))));
    }
    let mut book = Book { sheets: Vec::new() };
    let mut findings = Vec::new();
    let mut budget = limits.cells;
    for (index, sheet) in metadata.into_iter().enumerate() {
        let hidden = sheet.visible != SheetVisible::Visible;
        let own = sheet.name == OWN_SHEET;
        if own {
            return Err(Box::new(Finding::new(Code::E113).at(whole)));
        }
        let place = Place { file, spot: Spot::Sheet(index as u16) };
        let cells = if sheet.typ == SheetType::WorkSheet {
            read_cells(&mut xlsx, &sheet.name, &mut budget).map_err(|e| match e {
                Stop::TooLarge => Box::new(
                    Finding::new(Code::E108)
                        .at(whole)
                        .found(&sheet.name)
                        .expected(format!("<= {} cells", limits.cells)),
                ),
                Stop::Damaged(e) => damaged(&e),
            })?
        } else {
            Vec::new()
        };
        if hidden && !cells.is_empty() && ![FORM_SHEET, LISTS_SHEET].contains(&sheet.name.as_str()) {
            findings.push(Finding::new(Code::W112).at(place).found(&sheet.name));
        }
        let found = xlsx.merge_cells_by_sheet_name(&sheet.name).map_err(|e| damaged(&e))?;
        let block =
            |d: &calamine::Dimensions| Merge { top: d.start.0, left: d.start.1, bottom: d.end.0, right: d.end.1 };
        let mut merges: Vec<Merge> = found.iter().map(block).collect();
        merges.sort();
        book.sheets.push(Sheet { name: sheet.name, hidden, cells, merges, ..Sheet::default() });
    }
    Ok((book, findings))
}

enum Stop {
    TooLarge,
    Damaged(XlsxError),
}

type Workbook<'b> = Xlsx<Cursor<&'b [u8]>>;

fn read_cells(xlsx: &mut Workbook<'_>, name: &str, budget: &mut u32) -> Result<Vec<Cell>, Stop> {
    let percents = percent_cells(xlsx, name).map_err(Stop::Damaged)?;
    let mut reader = xlsx.worksheet_cells_reader(name).map_err(Stop::Damaged)?;
    let mut cells: Vec<Cell> = Vec::new();
    loop {
        let record = match reader.next_cell_with_formula_metadata() {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err(error) => return Err(Stop::Damaged(error)),
        };
        let (row, col) = record.pos;
        let percent = percents.contains(&(row, col));
        let value = match raw_value(&record.value, percent) {
            // A formula that gives an empty text was calculated: the cell looks empty.
            None if record.formula.is_some() && matches!(record.value, DataRef::Empty) => Some(RawValue::Uncalculated),
            other => other,
        };
        let Some(value) = value else { continue };
        *budget = budget.checked_sub(1).ok_or(Stop::TooLarge)?;
        cells.push(Cell { row, col, value });
    }
    cells.sort_by_key(|c| (c.row, c.col));
    let duplicate = cells.windows(2).any(|w| (w[0].row, w[0].col) == (w[1].row, w[1].col));
    if duplicate {
        return Err(Stop::Damaged(XlsxError::Unexpected("the same cell stands twice")));
    }
    Ok(cells)
}

/// Positions of percent-formatted cells; a second pass that only workbooks with such a format need.
fn percent_cells(xlsx: &mut Workbook<'_>, name: &str) -> Result<BTreeSet<(u32, u32)>, XlsxError> {
    let mut reader = xlsx.worksheet_cells_reader(name)?;
    let percent: Vec<bool> = reader
        .styles()
        .iter()
        .map(|style| style.number_format.as_ref().is_some_and(|format| shows_percent(&format.format_code)))
        .collect();
    let mut found = BTreeSet::new();
    if percent.iter().any(|p| *p) {
        while let Some((row, col, style)) = reader.next_style_id()? {
            if percent.get(style).copied().unwrap_or(false) {
                found.insert((row, col));
            }
        }
    }
    Ok(found)
}

/// Whether a number format multiplies by 100: a percent sign outside quotes, brackets and escapes.
fn shows_percent(format: &str) -> bool {
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    for c in format.chars() {
        match c {
            _ if escaped => escaped = false,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '\\' | '_' | '*' => escaped = true,
            '[' => bracketed = true,
            ']' => bracketed = false,
            '%' if !bracketed => return true,
            _ => {}
        }
    }
    false
}

fn raw_value(data: &DataRef<'_>, percent: bool) -> Option<RawValue> {
    let number = |double: f64| match Exact::from_cell(double) {
        Some(value) => RawValue::Number { value, percent },
        None => RawValue::Fault(double.to_string()),
    };
    Some(match data {
        DataRef::Empty => return None,
        DataRef::Int(int) => RawValue::Number { value: (*int).into(), percent },
        DataRef::Float(double) => number(*double),
        DataRef::String(text) => text_value(text)?,
        DataRef::SharedString(text) => text_value(text)?,
        DataRef::Bool(flag) => RawValue::Flag(*flag),
        DataRef::DateTime(serial) => {
            let (year, month, day, ..) = serial.to_ymd_hms_milli();
            let date = Date::new(year as i16, month as i8, day as i8);
            match date {
                Ok(date) if serial.is_datetime() && year >= 1900 => RawValue::Date(date),
                _ => RawValue::Serial(serial.as_f64().to_string()),
            }
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => RawValue::Serial(text.clone()),
        DataRef::Error(error) => RawValue::Fault(error.to_string()),
    })
}

fn text_value(text: &str) -> Option<RawValue> {
    let blank = text.trim().is_empty();
    (!blank).then(|| RawValue::Text { text: text.to_owned(), csv: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_real_percent_format_is_one() {
        for real in ["0%", "0.0%", "#,##0.00%;[Red]-0%"] {
            assert!(shows_percent(real), "{real}");
        }
        for other in ["0\"%\"", "0\\%", "0.00", "General"] {
            assert!(!shows_percent(other), "{other}");
        }
    }

    /// A workbook of one sheet with these cells, written part by part.
    fn workbook(cells: &str) -> Vec<u8> {
        const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
        let relation = |kind: &str, target: &str| {
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" Type=\"{DOCUMENT}/{kind}\" Target=\"{target}\"/></Relationships>"
            )
        };
        let parts = [
            ("[Content_Types].xml", format!("<Types xmlns=\"{PACKAGE}/content-types\"/>")),
            ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{DOCUMENT}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
                ),
            ),
            ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
            (
                "xl/worksheets/sheet1.xml",
                format!("<worksheet xmlns=\"{MAIN}\"><sheetData><row r=\"1\">{cells}</row></sheetData></worksheet>"),
            ),
        ];
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("part");
            std::io::Write::write_all(&mut writer, text.as_bytes()).expect("bytes");
        }
        writer.finish().expect("archive").into_inner()
    }

    #[test]
    fn a_formula_without_a_value_stays_visible_and_an_empty_text_is_blank() {
        let cells = "<c r=\"A1\"><f>1+1</f></c><c r=\"B1\" t=\"str\"><f>IF(1,\"\")</f><v></v></c>\
                     <c r=\"C1\"><f>1+1</f><v></v></c><c r=\"D1\"><f>1+1</f><v>2</v></c>";
        let bytes = workbook(cells);
        let (book, _) = read_workbook(&bytes, FileId(0), &Limits::default()).unwrap_or_else(|f| panic!("{f:?}"));
        let read: Vec<(u32, &RawValue)> = book.sheets[0].cells.iter().map(|c| (c.col, &c.value)).collect();
        let two = RawValue::Number { value: Exact::from(2), percent: false };
        assert_eq!(read, [(0, &RawValue::Uncalculated), (2, &RawValue::Uncalculated), (3, &two)]);
    }

    #[test]
    fn first_bytes_decide() {
        assert_eq!(sniff(b""), Kind::Empty);
        assert_eq!(sniff(&[0; 64]), Kind::Empty);
        assert_eq!(sniff(b"%PDF-1.7"), Kind::Other("pdf"));
        assert_eq!(sniff(b"\n <html><table>"), Kind::Other("html / xml"));
        assert_eq!(sniff("单位,得分".as_bytes()), Kind::Text);
    }
}

//! .xlsx and .xlsm: the gate scans, calamine reads, and both must have seen the same cells.
//!
//! Cells are streamed; nothing is sized by what a sheet declares. The parser works on the plain copy of the container that
//! the gate made. A panic of the parser is a finding.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError, open_workbook_from_rs};

use super::book::{Book, Cell, FEEDBACK_SHEET, FORM_SHEET, LISTS_SHEET, OWN_SHEET, Opened, Sheet};
use super::convert::{self, Shape};
use super::format::Shown;
use super::gate::{self, container::Archive, fault, sheet::SheetFacts, workbook};
use super::value::RawValue;
use crate::finding::{Arg, Code, Finding};
use crate::model::Limits;
use crate::place::{FileId, Place, Spot};

thread_local! {
    static PARSING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Whether this thread is inside the parser, where a panic is a finding about a file and no message to the user.
pub fn is_parsing() -> bool {
    PARSING.get()
}

/// Reads an .xlsx or .xlsm workbook.
pub fn read_workbook(bytes: &[u8], file: FileId, limits: &Limits) -> Opened {
    let archive = match gate::unpack(bytes, file, limits) {
        Ok(archive) => archive,
        Err(refused) => return refused,
    };
    read_archive(&archive, file, limits, Outputs::Refused)
}

/// Reads a workbook that assess wrote, to compare it with what it should say; as an input it would be refused.
pub fn read_output(bytes: &[u8], file: FileId, limits: &Limits) -> Opened {
    match gate::unpack(bytes, file, limits) {
        Ok(archive) => read_archive(&archive, file, limits, Outputs::Read),
        Err(refused) => refused,
    }
}

/// What happens to a workbook that assess wrote.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outputs {
    /// It is no input.
    Refused,
    /// It is read like any other.
    Read,
}

fn read_archive(archive: &Archive, file: FileId, limits: &Limits, outputs: Outputs) -> Opened {
    let outline = match workbook::outline(archive, limits) {
        Ok(outline) => outline,
        Err(fault) => return fault.finding(file).into(),
    };
    let names = || outline.sheets.iter().map(|s| Sheet { name: s.name.clone(), ..Sheet::default() });
    let mut findings: Vec<Finding> =
        workbook::attachments(archive).into_iter().map(|what| attached(Place::file(file), what)).collect();
    if outputs == Outputs::Refused && outline.sheets.iter().any(|sheet| sheet.name == OWN_SHEET) {
        return Finding::new(Code::E113).at(Place::file(file)).into();
    }
    let Some(facts) = scan_sheets(archive, &outline, file, limits, &mut findings) else {
        return Opened::refused(Book { sheets: names().collect() }, findings);
    };
    PARSING.set(true);
    let read = catch_unwind(AssertUnwindSafe(|| read_sheets(archive, facts, file, limits)));
    PARSING.set(false);
    match read {
        Ok(Ok((book, more))) => {
            findings.extend(more);
            findings.truncate(fault::CAP);
            Opened::read(book, findings)
        }
        Ok(Err(finding)) => {
            findings.push(*finding);
            Opened::refused(Book { sheets: names().collect() }, findings)
        }
        Err(_) => fault::damaged(file, "gate.parser", "").into(),
    }
}

/// A workbook carries something that is never run or followed.
pub(super) fn attached(at: Place, what: &'static str) -> Finding {
    Finding::new(Code::W129).at(at).with("what", Arg::Word(what))
}

/// Scans every worksheet; `None` if one of them cannot be trusted. Findings are in the order of sheets and cells.
fn scan_sheets(
    archive: &Archive,
    outline: &workbook::Outline,
    file: FileId,
    limits: &Limits,
    findings: &mut Vec<Finding>,
) -> Option<Vec<SheetFacts>> {
    let mut all = Vec::with_capacity(outline.sheets.len());
    let (mut sound, mut cells) = (true, 0);
    for (index, sheet) in outline.sheets.iter().enumerate() {
        if !sheet.is_worksheet {
            all.push(SheetFacts::default());
            continue;
        }
        let sheet_number = index as u16;
        let context = gate::sheet::Context { file, sheet: sheet_number, strings: outline.strings, limits };
        let bytes = archive.part(&sheet.part).unwrap_or_default();
        match gate::sheet::scan(bytes, context) {
            Ok(mut facts) => {
                sound &= !facts.broken;
                cells += facts.cells.len();
                findings.append(&mut facts.findings);
                if let Some((row, col)) = facts.outside {
                    findings.push(attached(Place::cell(file, sheet_number, row, col), "attached.links"));
                }
                all.push(facts);
            }
            Err(fault) => {
                sound = false;
                let place = Place { file, spot: Spot::Sheet(sheet_number) };
                findings.push(fault.finding(file).at(place));
            }
        }
        if cells > limits.cells as usize {
            findings
                .push(Finding::new(Code::E108).at(Place::file(file)).expected(format!("<= {} cells", limits.cells)));
            return None;
        }
    }
    sound.then_some(all)
}

type Workbook<'b> = Xlsx<Cursor<&'b [u8]>>;

/// Reads every sheet with the parser.
fn read_sheets(
    archive: &Archive,
    facts: Vec<SheetFacts>,
    file: FileId,
    limits: &Limits,
) -> Result<(Book, Vec<Finding>), Box<Finding>> {
    let damaged = |e: &XlsxError| Box::new(fault::damaged(file, "gate.parser", &e.to_string()));
    let mut xlsx: Workbook<'_> = open_workbook_from_rs(Cursor::new(archive.plain())).map_err(|e| damaged(&e))?;
    let metadata: Vec<_> = xlsx.sheets_metadata().to_vec();
    if metadata.len() != facts.len() {
        return Err(Box::new(fault::damaged(file, "gate.disagree", "")));
    }
    let shapes = shapes(&mut xlsx, &metadata).map_err(|e| damaged(&e))?;
    let mut book = Book::default();
    let mut findings = Vec::new();
    for (index, (sheet, facts)) in metadata.into_iter().zip(facts).enumerate() {
        let place = Place { file, spot: Spot::Sheet(index as u16) };
        let cells = if sheet.typ == SheetType::WorkSheet {
            let mut reading = Reading { file, sheet: index as u16, limits, findings: &mut findings };
            let read = reading.cells(&mut xlsx, &sheet.name, &facts, &shapes).map_err(|e| damaged(&e))?;
            read.ok_or_else(|| Box::new(fault::damaged(file, "gate.disagree", &sheet.name).at(place)))?
        } else {
            Vec::new()
        };
        let hidden = sheet.visible != SheetVisible::Visible;
        findings.extend(hidden_sheet(hidden, &sheet.name, &cells, place));
        let SheetFacts { merges, hidden_rows, hidden_cols, .. } = facts;
        book.sheets.push(Sheet {
            name: sheet.name,
            hidden,
            cells,
            merges,
            hidden_rows,
            hidden_cols,
            widths: Vec::new(),
        });
    }
    Ok((book, findings))
}

/// A hidden sheet that holds something, unless it is one of the forms' own.
pub(super) fn hidden_sheet(hidden: bool, name: &str, cells: &[Cell], place: Place) -> Option<Finding> {
    let told = hidden && !cells.is_empty() && ![FORM_SHEET, LISTS_SHEET, FEEDBACK_SHEET].contains(&name);
    told.then(|| Finding::new(Code::W112).at(place).found(name))
}

/// What each style of the workbook shows.
fn shapes(xlsx: &mut Workbook<'_>, sheets: &[calamine::Sheet]) -> Result<Vec<Shown>, XlsxError> {
    let Some(first) = sheets.iter().find(|sheet| sheet.typ == SheetType::WorkSheet) else { return Ok(Vec::new()) };
    let reader = xlsx.worksheet_cells_reader(&first.name)?;
    let format = |style: &calamine::Style| {
        style.number_format.as_ref().map_or(Shown::Plain, |format| super::format::shown(&format.format_code))
    };
    Ok(reader.styles().iter().map(format).collect())
}

/// The reading of one sheet.
struct Reading<'r> {
    file: FileId,
    sheet: u16,
    limits: &'r Limits,
    findings: &'r mut Vec<Finding>,
}

impl Reading<'_> {
    /// The cells of a sheet as the parser gives them; `None` if it saw other cells than the scan.
    fn cells(
        &mut self,
        xlsx: &mut Workbook<'_>,
        name: &str,
        facts: &SheetFacts,
        shapes: &[Shown],
    ) -> Result<Option<Vec<Cell>>, XlsxError> {
        let mut reader = xlsx.worksheet_cells_reader(name)?;
        let mut cells: Vec<Cell> = Vec::with_capacity(facts.cells.len());
        let mut expected = facts.cells.iter().filter(|fact| !facts.faults.contains_key(&(fact.row, fact.col)));
        let mut stumbles = facts.faults.len();
        let mut odd = None;
        loop {
            let record = match reader.next_cell_with_formula_metadata() {
                Ok(Some(record)) => record,
                Ok(None) => break,
                // The parser goes on behind a cell it cannot read; the scan knows where such cells are.
                Err(_) if stumbles > 0 => {
                    stumbles -= 1;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let empty = record.formula.is_none() && matches!(record.value, DataRef::Empty);
            if empty || facts.faults.contains_key(&record.pos) {
                continue;
            }
            let Some(fact) = expected.next().filter(|fact| (fact.row, fact.col) == record.pos) else {
                return Ok(None);
            };
            let shown = shapes.get(fact.style as usize).copied().unwrap_or(Shown::Plain);
            let shape = Shape { percent: shown == Shown::Percent, csv: false };
            let value = match convert::value(&record.value, shape) {
                // A formula that gives an empty text was calculated: the cell looks empty.
                None if matches!(record.value, DataRef::Empty) => Some(RawValue::Uncalculated),
                other => other,
            };
            let Some(value) = value else { continue };
            if shown == Shown::Other && odd.is_none() && matches!(value, RawValue::Number { .. }) {
                odd = Some((fact.row, fact.col));
            }
            cells.push(self.checked(fact.row, fact.col, value));
        }
        if expected.next().is_some() {
            return Ok(None);
        }
        if let Some((row, col)) = odd {
            self.findings.push(Finding::new(Code::W131).at(Place::cell(self.file, self.sheet, row, col)));
        }
        let faults = facts.faults.iter();
        cells.extend(faults.map(|((row, col), text)| Cell {
            row: *row,
            col: *col,
            value: RawValue::Fault(text.clone()),
        }));
        cells.sort_by_key(|cell| (cell.row, cell.col));
        Ok(Some(cells))
    }

    /// A cell whose text is within the limit and free of control characters, else a fault at the cell.
    fn checked(&mut self, row: u32, col: u32, value: RawValue) -> Cell {
        let place = Place::cell(self.file, self.sheet, row, col);
        let (value, finding) = convert::checked(value, place, self.limits);
        self.findings.extend(finding);
        Cell { row, col, value }
    }
}

//! The reader of .xlsx against another one: calamine must read the same cells of every workbook of this tree, and of
//! thousands of mutants that our reader accepts.
//!
//! The readers differ only where a rule asks for it: a cell that is refused has a finding instead of a value; a text with a
//! raised, lowered or struck-out part is marked; of elements outside the spreadsheet namespaces nothing is read.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use assess::model::Limits;
use assess::read::value::RawValue;
use assess::read::xlsx::read_output;
use assess::shared::finding::Severity;
use assess::shared::number::Exact;
use assess::shared::place::FileId;
use calamine::{Data, Reader as _, SheetType, Xlsx, open_workbook_from_rs};

use crate::archive::{Parts, book};
use crate::mutants::{is_honest, rounds, structural};
use crate::rng::Rng;

/// What a cell holds, in words that both readers can say.
type Said = BTreeMap<(String, u32, u32), String>;

fn number(double: f64) -> String {
    Exact::from_cell(double).map_or_else(|| double.to_string(), |value| value.to_string())
}

/// What calamine reads; `None` if it does not get through the file.
fn oracle(bytes: &[u8]) -> Option<Said> {
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).ok()?;
    let mut said = Said::new();
    for sheet in workbook.sheets_metadata().to_vec() {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let mut reader = workbook.worksheet_cells_reader(&sheet.name).ok()?;
        while let Some(cell) = reader.next_cell().ok()? {
            let (row, col) = cell.get_position();
            let words = match Data::from(cell.get_value().clone()) {
                Data::Empty => continue,
                Data::Int(int) => int.to_string(),
                Data::Float(double) => number(double),
                Data::String(text) if text.trim().is_empty() => continue,
                Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text,
                Data::Bool(flag) => flag.to_string(),
                Data::Error(error) => error.to_string(),
                Data::DateTime(serial) if serial.is_datetime() => {
                    let (year, month, day, ..) = serial.to_ymd_hms_milli();
                    // A time of day has no date.
                    let date = format!("{year:04}-{month:02}-{day:02}");
                    if year < 1900 { serial.as_f64().to_string() } else { date }
                }
                Data::DateTime(serial) => serial.as_f64().to_string(),
            };
            said.insert((sheet.name.clone(), row, col), words);
        }
    }
    Some(said)
}

/// What our reader reads; `None` if it refuses the file or a cell of it.
fn ours(bytes: &[u8]) -> Option<Said> {
    let opened = read_output(bytes, FileId(0), &Limits::default());
    if opened.refused || opened.findings.iter().any(|finding| finding.severity == Severity::Error) {
        return None;
    }
    let mut said = Said::new();
    for sheet in &opened.book.sheets {
        for cell in &sheet.cells {
            let words = match &cell.value {
                RawValue::Number { value, .. } => value.to_string(),
                RawValue::Text { text, .. } => text.to_string(),
                RawValue::Marked(marked) => marked.whole.clone(),
                RawValue::Flag(flag) => flag.to_string(),
                RawValue::Date(date) => date.to_string(),
                RawValue::Serial(text) | RawValue::Fault(text) | RawValue::Refused(text) => text.clone(),
                RawValue::Uncalculated => continue,
            };
            said.insert((sheet.name.clone(), cell.row, cell.col), words);
        }
    }
    Some(said)
}

/// Every .xlsx and .xlsm below a folder, in order; folders that programs write to are left out.
fn workbooks(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let extension = path.extension().unwrap_or_default();
        if path.is_dir() {
            workbooks(&path, found);
        } else if extension == "xlsx" || extension == "xlsm" {
            found.push(path);
        }
    }
}

#[test]
fn every_cell_of_every_workbook_of_the_tree_is_read_alike() {
    let mut found = Vec::new();
    for folder in ["examples", "fixtures"] {
        workbooks(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    }
    let (mut compared, mut cells) = (0, 0);
    for path in &found {
        let bytes = std::fs::read(path).unwrap();
        // What is refused is the matter of other tests.
        let (Some(own), Some(other)) = (ours(&bytes), oracle(&bytes)) else { continue };
        assert_eq!(own, other, "{}", path.display());
        compared += 1;
        cells += own.len();
    }
    assert!(compared > 100 && cells > 10_000, "{compared} of {} workbooks, {cells} cells", found.len());
}

/// A workbook with what a reader can get wrong: styles, dates, runs, inline texts, formulas, merged blocks.
fn rich() -> Parts {
    let cells = "<row r=\"4\" ht=\"20\"><c r=\"A4\" t=\"inlineStr\"><is><r><t>甲</t></r><r><rPr><vertAlign \
        val=\"superscript\"/></rPr><t>1</t></r></is></c><c r=\"B4\" s=\"2\"><v>45839</v></c>\
        <c r=\"C4\" t=\"b\"><v>1</v></c><c r=\"D4\" t=\"e\"><v>#REF!</v></c></row>\
        <row r=\"6\"><c r=\"A6\" t=\"str\"><f>\"a\"&amp;\"b\"</f><v>ab</v></c><c r=\"B6\" s=\"1\"><v>0.5</v></c>\
        <c r=\"C6\" s=\"0\"><f>B2+B3</f><v>175</v></c></row></sheetData>\
        <mergeCells><mergeCell ref=\"A8:B9\"/></mergeCells>";
    book().replace("</sheetData>", cells)
}

#[test]
fn mutants_that_are_accepted_are_read_alike() {
    let hook = std::panic::take_hook();
    // The other reader may panic over a mutant; that is nothing to tell.
    std::panic::set_hook(Box::new(|_| {}));
    let mut rng = Rng(20_261_128);
    let (mut made, mut compared, mut faults) = (0, 0, Vec::new());
    // A cell without a style has the first one, as in Excel; the other reader takes it as without a format.
    let styled = |parts: Parts| parts.replace("\"><v>95", "\" s=\"0\"><v>95").replace("\"><v>80", "\" s=\"0\"><v>80");
    let goods = [styled(book()), styled(rich())];
    let cells = goods.each_ref().map(|good| ours(&good.bytes()).unwrap().len());
    while made < rounds(6000) {
        let good = &goods[made % 2];
        let Some((parts, what)) = structural(good, &mut rng) else { continue };
        let bytes = parts.bytes();
        let index = made % 2;
        made += 1;
        let Some(own) = ours(&bytes) else { continue };
        let more = own.len() > cells[index] && !is_honest(good, &parts);
        assert!(!more, "{what} gives more cells than there were");
        let Ok(Some(other)) = catch_unwind(|| oracle(&bytes)) else { continue };
        compared += 1;
        // An element of another namespace is no cell here; the other reader goes by the bare name.
        let foreign = what.contains("<x:c ");
        if own != other && !foreign {
            faults.push(format!("{what}\n  ours  {own:?}\n  other {other:?}"));
        }
    }
    std::panic::set_hook(hook);
    assert!(faults.is_empty(), "{} of {compared}:\n{}", faults.len(), faults.join("\n"));
    assert!(compared > rounds(500), "{compared} of {made} were accepted by both");
}

//! .xlsb: a zip of binary parts. The container goes through the gate like an .xlsx. Facts: percent formats, hidden rows and
//! columns, merged blocks. Formulas of this format always carry a value.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use calamine::{Data, Reader as _, SheetType, Xlsb, XlsbError, open_workbook_from_rs};

use super::records::{Binary, u16_at, u32_at, utf16};
use super::{Facts, Mark, Parsed, join, opened};
use crate::finding::{Code, Finding};
use crate::model::Limits;
use crate::place::{FileId, Place};
use crate::read::book::{Merge, Opened};
use crate::read::format::Format;
use crate::read::gate::container::Plain;
use crate::read::gate::xml::{Token, Tokens};
use crate::read::gate::{self, Fault, attached, fault};

/// Reads an .xlsb workbook.
pub(super) fn read(bytes: &[u8], file: FileId, limits: &Limits) -> Result<Opened, Box<Finding>> {
    let archive = match gate::open(bytes, file, limits) {
        Ok(archive) => archive,
        Err(refused) => return Ok(refused),
    };
    let whole = Place::file(file);
    let mut findings: Vec<Finding> =
        attached::attachments(&archive).into_iter().map(|what| attached::finding(whole, what)).collect();
    let plain = match archive.plain(limits) {
        Ok(plain) => plain,
        Err(faults) => return Ok(gate::refused(faults, file)),
    };
    let damaged = |e: XlsbError| match e {
        XlsbError::Password => Box::new(Finding::new(Code::E105).at(Place::file(file))),
        other => Box::new(fault::damaged(file, "gate.parser", &other.to_string())),
    };
    let paths = sheet_parts(&plain).map_err(|fault| Box::new(fault.finding(file)))?;
    let shapes = shapes(plain.part("xl/styles.bin").unwrap_or_default());
    let mut xlsb: Xlsb<_> = open_workbook_from_rs(Cursor::new(plain.zip())).map_err(damaged)?;
    let metadata = xlsb.sheets_metadata().to_vec();
    let (mut parsed, mut facts) = (Vec::new(), Vec::new());
    let mut budget = limits.cells as usize;
    for (index, sheet) in metadata.into_iter().enumerate() {
        let is_data = sheet.typ == SheetType::WorkSheet;
        let part = paths.get(index).and_then(|path| plain.part(path)).filter(|_| is_data);
        let mut cells = Vec::new();
        if part.is_some() {
            let mut reader = xlsb.worksheet_cells_reader(&sheet.name).map_err(damaged)?;
            while let Some(cell) = reader.next_cell().map_err(damaged)? {
                budget = budget.checked_sub(1).ok_or_else(|| super::too_many_cells(file, limits))?;
                cells.push((cell.get_position(), Data::from(cell.get_value().clone())));
            }
        }
        parsed.push(Parsed { name: sheet.name, visible: sheet.visible, cells });
        facts.push(part.map_or_else(Facts::default, |part| sheet_facts(part, &shapes)));
    }
    let (book, more) = join(parsed, facts, file, limits)?;
    findings.extend(more);
    Ok(opened(book, findings))
}

/// The part of each sheet, in order.
fn sheet_parts(archive: &Plain) -> Result<Vec<String>, Fault> {
    let name = "xl/_rels/workbook.bin.rels";
    let mut links: BTreeMap<String, String> = BTreeMap::new();
    let mut tokens = Tokens::new(archive.part(name).unwrap_or(b"<none/>")).map_err(|f| f.within(name))?;
    loop {
        match tokens.next().map_err(|f| f.within(name))? {
            Token::Open(tag) => {
                let get = |key: &str| tag.text(key).unwrap_or_default();
                links.insert(get("Id"), get("Target"));
            }
            Token::End => break,
            _ => {}
        }
    }
    let sheets = Binary::of(archive.part("xl/workbook.bin").unwrap_or_default()).filter(|(kind, _)| *kind == BUNDLE);
    let part = |record: &[u8]| {
        let length = u32_at(record, 8).filter(|n| *n != u32::MAX)? as usize;
        let target = links.get(&utf16(record.get(12..)?, length))?;
        Some(format!("xl/{target}"))
    };
    Ok(sheets.filter_map(|(_, record)| part(record)).collect())
}

/// The number format of each cell format.
fn shapes(styles: &[u8]) -> Vec<Arc<Format>> {
    let mut formats: BTreeMap<u16, Arc<Format>> = BTreeMap::new();
    let mut shapes = Vec::new();
    let mut of_cells = false;
    for (kind, record) in Binary::of(styles) {
        match kind {
            FMT => {
                if let (Some(id), Some(length)) = (u16_at(record, 0), u32_at(record, 2)) {
                    let text = utf16(record.get(6..).unwrap_or_default(), length as usize);
                    formats.insert(id, Arc::new(Format::parse(&text)));
                }
            }
            BEGIN_CELL_XFS => of_cells = true,
            END_CELL_XFS => of_cells = false,
            XF if of_cells => {
                let id = u16_at(record, 2).unwrap_or(0);
                let format = formats.entry(id).or_insert_with(|| Arc::new(Format::builtin(id.into())));
                shapes.push(Arc::clone(format));
            }
            _ => {}
        }
    }
    shapes
}

/// Reads the facts of a sheet.
fn sheet_facts(part: &[u8], shapes: &[Arc<Format>]) -> Facts {
    let mut facts = Facts::default();
    let mut hidden = Vec::new();
    let mut row = 0;
    for (kind, record) in Binary::of(part) {
        let field = |at| u32_at(record, at).unwrap_or(0);
        match kind {
            ROW => {
                row = field(0);
                if record.get(11).is_some_and(|flags| flags & 0x10 != 0) {
                    facts.hidden_rows.insert(row);
                }
            }
            FIRST_VALUE..=LAST_VALUE => {
                let shape = shapes.get((field(4) & 0x00FF_FFFF) as usize);
                let shape = shape.map_or_else(|| Arc::new(Format::GENERAL), Arc::clone);
                facts.mark(row, field(0), Mark::Plain(shape));
            }
            // The parser passes over rich text that stands in its cell.
            RICH_VALUE => facts.mark(row, field(0), Mark::Bad("gate.cell.type")),
            COLUMNS if u16_at(record, 16).is_some_and(|flags| flags & 1 != 0) => hidden.push((field(0), field(4))),
            MERGE => {
                let merge = Merge { top: field(0), bottom: field(4), left: field(8), right: field(12) };
                facts.merges.extend((merge.top <= merge.bottom && merge.left <= merge.right).then_some(merge));
            }
            _ => {}
        }
    }
    facts.hide_columns(&hidden);
    facts.merges.sort_unstable();
    facts
}

const ROW: u16 = 0;
/// Cells with a value, typed or of a formula; 1 is a blank cell.
const FIRST_VALUE: u16 = 2;
const LAST_VALUE: u16 = 11;
const RICH_VALUE: u16 = 62;
const FMT: u16 = 44;
const XF: u16 = 47;
const COLUMNS: u16 = 60;
const BUNDLE: u16 = 156;
const MERGE: u16 = 176;
const BEGIN_CELL_XFS: u16 = 617;
const END_CELL_XFS: u16 = 618;

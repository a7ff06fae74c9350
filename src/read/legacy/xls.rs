//! .xls and .et: an OLE container with a stream of BIFF records. Facts: percent formats, hidden rows and columns, merged
//! blocks, formulas without a value.
//!
//! A formula whose result is stored as "empty text" may be one that was never calculated: some programs write every formula
//! so. The two cannot be told apart, and taking the cell as blank could lose a value, so it counts as not calculated.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::sync::Arc;

use calamine::{Reader as _, SheetType, Xls, XlsError, open_workbook_from_rs};

use super::records::{Biff, u16_at, u32_at, utf16};
use super::{Facts, Mark, Parsed, join, opened};
use crate::finding::{Arg, Code, Finding};
use crate::model::Limits;
use crate::place::{FileId, Place};
use crate::read::book::{Merge, Opened};
use crate::read::format::Format;
use crate::read::gate::{attached, fault};

/// Reads an OLE container.
pub(super) fn read(bytes: &[u8], file: FileId, limits: &Limits) -> Result<Opened, Box<Finding>> {
    let (stream, has_macros) = workbook_stream(bytes, file)?;
    let globals = Globals::of(&stream);
    if globals.encrypted {
        return Err(Box::new(Finding::new(Code::E105).at(Place::file(file))));
    }
    let mut findings = Vec::new();
    for (present, what) in [(has_macros, "attached.macros"), (globals.outside, "attached.links")] {
        findings.extend(present.then(|| attached::finding(Place::file(file), what)));
    }
    let damaged = |e: XlsError| match e {
        XlsError::Password => Box::new(Finding::new(Code::E105).at(Place::file(file))),
        other => Box::new(fault::damaged(file, "gate.parser", &other.to_string())),
    };
    let mut xls: Xls<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    let metadata = xls.sheets_metadata().to_vec();
    let mut parsed = Vec::new();
    let mut facts = Vec::new();
    for (index, sheet) in metadata.into_iter().enumerate() {
        let is_data = sheet.typ == SheetType::WorkSheet;
        let range = xls.worksheet_range(&sheet.name).map_err(damaged)?;
        let (top, left) = range.start().unwrap_or((0, 0));
        let cells = range.used_cells().filter(|_| is_data);
        let cells = cells.map(|(row, col, data)| ((top + row as u32, left + col as u32), data.clone())).collect();
        parsed.push(Parsed { name: sheet.name, visible: sheet.visible, cells });
        let offset = globals.sheets.get(index).copied();
        facts.push(offset.filter(|_| is_data).map_or_else(Facts::default, |offset| globals.sheet(&stream, offset)));
    }
    let (book, more) = join(parsed, facts, file, limits)?;
    findings.extend(more);
    Ok(opened(book, findings))
}

/// The stream of records, and whether the container holds macros; else what the container is.
fn workbook_stream(bytes: &[u8], file: FileId) -> Result<(Vec<u8>, bool), Box<Finding>> {
    let damaged = |e: std::io::Error| Box::new(fault::damaged(file, "gate.ole", &e.to_string()));
    let mut container = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let whole = Place::file(file);
    if container.exists("/EncryptedPackage") {
        return Err(Box::new(Finding::new(Code::E105).at(whole)));
    }
    let Some(name) = ["/Workbook", "/Book"].into_iter().find(|name| container.is_stream(name)) else {
        let document = ["/WordDocument", "/PowerPoint Document"].iter().any(|name| container.is_stream(name));
        let word = if document { "sniff.document" } else { "sniff.ole" };
        return Err(Box::new(Finding::new(Code::E106).at(whole).with("found", Arg::Word(word))));
    };
    let has_macros = container.exists("/_VBA_PROJECT_CUR");
    let mut stream = Vec::new();
    let limit = bytes.len() as u64 + 1;
    container.open_stream(name).map_err(damaged)?.take(limit).read_to_end(&mut stream).map_err(damaged)?;
    Ok((stream, has_macros))
}

/// What the records before the sheets say.
struct Globals {
    encrypted: bool,
    /// Links to other workbooks.
    outside: bool,
    /// Where the records of each sheet start.
    sheets: Vec<usize>,
    /// The number format of each cell format.
    shapes: Vec<Arc<Format>>,
    /// How many strings there are.
    strings: u32,
}

impl Globals {
    fn of(stream: &[u8]) -> Self {
        let mut globals = Self { encrypted: false, outside: false, sheets: Vec::new(), shapes: Vec::new(), strings: 0 };
        let mut formats: BTreeMap<u16, Arc<Format>> = BTreeMap::new();
        let mut ids = Vec::new();
        let mut is_wide = true;
        for (kind, record) in Biff::from(stream, 0) {
            match kind {
                BOF => is_wide = u16_at(record, 0) == Some(0x0600),
                FILEPASS => globals.encrypted = u16_at(record, 0) != Some(0),
                BOUNDSHEET => globals.sheets.extend(u32_at(record, 0).map(|offset| offset as usize)),
                SST => globals.strings = u32_at(record, 4).unwrap_or(0),
                SUPBOOK => globals.outside |= is_other_book(record),
                FORMAT => {
                    if let Some(id) = u16_at(record, 0) {
                        formats.insert(id, Arc::new(Format::parse(&format_text(record, is_wide))));
                    }
                }
                XF => ids.push(u16_at(record, 2).unwrap_or(0)),
                EOF => break,
                _ => {}
            }
        }
        let format = |id: u16| Arc::new(Format::builtin(id.into()));
        globals.shapes =
            ids.into_iter().map(|id| Arc::clone(formats.entry(id).or_insert_with(|| format(id)))).collect();
        globals
    }

    /// Reads the facts of a sheet; embedded charts are skipped, as the parser does.
    fn sheet(&self, stream: &[u8], offset: usize) -> Facts {
        let mut facts = Facts::default();
        let mut hidden = Vec::new();
        let mut depth = 0;
        let mut formula = None;
        for (kind, record) in Biff::from(stream, offset) {
            match (kind, depth) {
                (BOF, _) => depth += 1,
                (EOF, 0 | 1) => break,
                (EOF, _) => depth -= 1,
                (_, 1) if self.record(&mut facts, &mut hidden, &mut formula, kind, record).is_none() => break,
                _ => {}
            }
        }
        facts.hide_columns(&hidden);
        facts.merges.sort_unstable();
        facts
    }

    /// Notes one record of a sheet; `None` at a record that is too short.
    fn record(
        &self,
        facts: &mut Facts,
        hidden: &mut Vec<(u32, u32)>,
        formula: &mut Option<(u32, u32)>,
        kind: u16,
        record: &[u8],
    ) -> Option<()> {
        let field = |at| u16_at(record, at).map(u32::from);
        match kind {
            ROW if field(12)? & 0x20 != 0 => drop(facts.hidden_rows.insert(field(0)?)),
            COLINFO if field(8)? & 1 != 0 => hidden.push((field(0)?, field(2)?)),
            MERGED => facts.merges.extend(merges(record)),
            NUMBER | LABEL | RSTRING | BOOLERR | RK => facts.mark(field(0)?, field(2)?, self.plain(field(4)?)),
            LABELSST => {
                let missing = u32_at(record, 6)? >= self.strings;
                let mark = if missing { Mark::Bad("gate.cell.index") } else { self.plain(field(4)?) };
                facts.mark(field(0)?, field(2)?, mark);
            }
            MULRK => {
                let (row, first) = (field(0)?, field(2)?);
                let last = field(record.len().checked_sub(2)?)?;
                for col in first..=last {
                    let at = 4 + 6 * (col - first) as usize;
                    facts.mark(row, col, self.plain(field(at)?));
                }
            }
            FORMULA => {
                let cell = (field(0)?, field(2)?);
                let mark = match (record.get(6)?, field(12)?) {
                    // Empty text, or a text that should follow: not calculated unless it does.
                    (0 | 3, 0xFFFF) => Mark::Uncalculated,
                    _ => self.plain(field(4)?),
                };
                *formula = (mark == Mark::Uncalculated).then_some(cell);
                facts.mark(cell.0, cell.1, mark);
            }
            STRING => {
                if let Some(cell) = formula.take().filter(|_| field(0).is_some_and(|length| length > 0)) {
                    facts.marks.insert(cell, Mark::Plain(Arc::new(Format::GENERAL)));
                }
            }
            _ => {}
        }
        Some(())
    }

    fn plain(&self, format: u32) -> Mark {
        Mark::Plain(self.shapes.get(format as usize).map_or_else(|| Arc::new(Format::GENERAL), Arc::clone))
    }
}

const FORMULA: u16 = 0x0006;
const EOF: u16 = 0x000A;
const FILEPASS: u16 = 0x002F;
const COLINFO: u16 = 0x007D;
const BOUNDSHEET: u16 = 0x0085;
const MULRK: u16 = 0x00BD;
const RSTRING: u16 = 0x00D6;
const XF: u16 = 0x00E0;
const MERGED: u16 = 0x00E5;
const SST: u16 = 0x00FC;
const LABELSST: u16 = 0x00FD;
const SUPBOOK: u16 = 0x01AE;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOLERR: u16 = 0x0205;
const STRING: u16 = 0x0207;
const ROW: u16 = 0x0208;
const RK: u16 = 0x027E;
const FORMAT: u16 = 0x041E;
const BOF: u16 = 0x0809;

/// Whether a SUPBOOK record names another file, and not this workbook or an add-in.
fn is_other_book(record: &[u8]) -> bool {
    !matches!(u16_at(record, 2), Some(0x0401 | 0x3A01) | None)
}

/// The text of a FORMAT record.
fn format_text(record: &[u8], is_wide: bool) -> String {
    let rest = record.get(2..).unwrap_or_default();
    if !is_wide {
        return String::from_utf8_lossy(rest.get(1..).unwrap_or_default()).into_owned();
    }
    let length = u16_at(rest, 0).map_or(0, usize::from);
    let text = rest.get(3..).unwrap_or_default();
    match rest.get(2) {
        Some(flags) if flags & 1 != 0 => utf16(text, length),
        _ => text.iter().take(length).map(|b| char::from(*b)).collect(),
    }
}

/// The blocks of a MERGEDCELLS record.
fn merges(record: &[u8]) -> Vec<Merge> {
    let count = u16_at(record, 0).map_or(0, usize::from);
    let blocks = record.get(2..).unwrap_or_default().as_chunks::<8>().0.iter().take(count);
    let field = |block: &[u8], at| u16_at(block, at).map_or(0, u32::from);
    blocks
        .map(|b| Merge { top: field(b, 0), bottom: field(b, 2), left: field(b, 4), right: field(b, 6) })
        .filter(|merge| merge.top <= merge.bottom && merge.left <= merge.right)
        .collect()
}

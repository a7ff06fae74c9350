//! .xls and .et: an OLE container with a stream of BIFF records. [`globals`] reads what sheets share, [`sheet`] the
//! facts about each: styles, texts with runs, hidden rows and columns, merged blocks, formulas without a value. The
//! parser is given a [`plain`] copy.
//!
//! A formula whose result is stored as "empty text" may never have been calculated: some programs write every formula
//! so. The two cases cannot be distinguished, and treating the cell as blank could lose a value, so it counts as not
//! calculated.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};

use calamine::{Reader as _, SheetType, Xls, XlsError, XlsOptions};

use super::{Parsed, join, opened, protected};
use crate::model::Limits;
use crate::read::book::Opened;
use crate::read::gate::{attached, fault};
use crate::read::sniff::{FileKind, Legacy, sniff};
use crate::read::xlsx::read_workbook;
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::place::{FileId, Place, Position};

mod globals;
mod plain;
mod sheet;
mod text;

use globals::Globals;
use plain::Grid;

/// Reads an OLE container.
pub(super) fn read(bytes: &[u8], file: FileId, limits: &Limits) -> Result<Opened, Box<Finding>> {
    if let Some(package) = protected::unlocked(bytes) {
        let finding = |code: Code| Finding::new(code).at(Place::file(file));
        let mut opened = match sniff(&package, limits) {
            FileKind::Xlsx => read_workbook(&package, file, limits),
            FileKind::Legacy(Legacy::Xlsb) => super::xlsb::read(&package, file, limits)?,
            other => return Err(Box::new(finding(Code::E106).with("found", other.name()))),
        };
        opened.findings.push(finding(Code::N136));
        return Ok(opened);
    }
    let (mut stream, has_macros) = workbook_stream(bytes, file)?;
    let globals = Globals::of(&stream, limits);
    refused(&globals, file)?;
    let mut findings = Vec::new();
    for (present, what) in [(has_macros, "attached.macros"), (globals.outside, "attached.links")] {
        findings.extend(present.then(|| attached::finding(Place::file(file), what)));
    }
    let mut facts = Vec::new();
    for bound in &globals.sheets {
        let later = globals.sheets.iter().map(|other| other.offset).filter(|offset| *offset > bound.offset);
        let end = later.min().unwrap_or(stream.len());
        let read = bound.is_data.then(|| sheet::read(&globals, &stream, bound.offset, end, limits));
        let broken = |what| Box::new(fault::damaged(file, what, &bound.name));
        facts.push(read.transpose().map_err(broken)?.unwrap_or_default());
    }
    let grids: Vec<Grid> = facts.iter().map(Grid::of).collect();
    // Two sheets may be announced at one offset; its cells are renumbered only once.
    let mut done = BTreeSet::new();
    for (bound, grid) in globals.sheets.iter().zip(&grids) {
        if !bound.is_data || done.insert(bound.offset) {
            plain::sheet(&mut stream, bound.offset, grid);
        }
    }
    let parsed = parsed(&stream, &globals, &grids).map_err(|e| match e {
        XlsError::Password => Box::new(Finding::new(Code::E105).at(Place::file(file))),
        _ => Box::new(fault::damaged(file, "gate.parser", "")),
    })?;
    let (book, more) = join(parsed, facts, file, limits)?;
    findings.extend(more);
    Ok(opened(book, findings))
}

/// The parser's reading of a stream whose cells were renumbered.
fn parsed(stream: &[u8], globals: &Globals<'_>, grids: &[Grid]) -> Result<Vec<Parsed>, XlsError> {
    let mut options = XlsOptions::default();
    options.force_codepage = if globals.is_wide() { Some(UTF16) } else { globals.code_page.map(globals::known) };
    let mut xls = Xls::new_with_options(Cursor::new(plain::container(stream)?), options)?;
    let metadata = xls.sheets_metadata().to_vec();
    let mut parsed = Vec::new();
    for (index, sheet) in metadata.into_iter().enumerate() {
        let is_data = sheet.typ == SheetType::WorkSheet;
        let range = xls.worksheet_range(&sheet.name)?;
        let (top, left) = range.start().unwrap_or((0, 0));
        let place = |row: usize, col: usize| {
            let (row, col) = (top as usize + row, left as usize + col);
            let own = grids.get(index).and_then(|grid| grid.cell(row, col));
            own.unwrap_or(Position::new(u32::MAX, u32::MAX))
        };
        let cells = range.used_cells().filter(|_| is_data);
        let cells = cells.map(|(row, col, data)| (place(row, col), data.clone())).collect();
        parsed.push(Parsed { name: sheet.name, visible: sheet.visible, cells });
    }
    Ok(parsed)
}

/// Why a workbook is not read, according to the records before its sheets.
fn refused(globals: &Globals<'_>, file: FileId) -> Result<(), Box<Finding>> {
    let finding = |code: Code| Finding::new(code).at(Place::file(file));
    if globals.encrypted.is_some() {
        return Err(Box::new(finding(Code::E105)));
    }
    if (0x0200..0x0500).contains(&globals.version) {
        return Err(Box::new(finding(Code::E106).with("found", Arg::Word("sniff.excel4"))));
    }
    match globals.code_page.filter(|page| !globals.is_wide() && globals::encoding(*page).is_none()) {
        Some(page) => Err(Box::new(finding(Code::E135).found(usize::from(page)))),
        None => Ok(()),
    }
}

/// The stream of records, and whether the container has macros; otherwise the kind of container.
fn workbook_stream(bytes: &[u8], file: FileId) -> Result<(Vec<u8>, bool), Box<Finding>> {
    let damaged = |_: std::io::Error| Box::new(fault::damaged(file, "gate.ole", ""));
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

/// The code page that means UTF-16 to the parser.
const UTF16: u16 = 1200;

const FORMULA: u16 = 0x0006;
const EOF: u16 = 0x000A;
const CONTINUE: u16 = 0x003C;
const MULRK: u16 = 0x00BD;
const RSTRING: u16 = 0x00D6;
const LABELSST: u16 = 0x00FD;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOLERR: u16 = 0x0205;
const ROW: u16 = 0x0208;
const RK: u16 = 0x027E;
const BOF: u16 = 0x0809;

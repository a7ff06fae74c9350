//! .xlsx and .xlsm: read once, from the unpacked bytes to cells, by a strict reader of our own.
//!
//! `package` lists the parts, `strings` and `styles` read what sheets share, `sheet` reads each sheet in one pass: what
//! its cells contain and show, how they are merged and hidden. Values that spreadsheet programs would interpret
//! differently are findings at their cells; if positions cannot be trusted the file is refused. No allocation is sized
//! by what a file declares, and texts are shared by the cells that contain them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::book::{Book, Cell, FEEDBACK_SHEET, FORM_SHEET, LISTS_SHEET, OWN_SHEET, Opened, Sheet};
use super::budget::Budget;
use super::gate::attached;
use super::gate::container::Archive;
use super::gate::{self, Fault, fault};
use crate::model::Limits;
use crate::shared::finding::{Code, Describe as _, Finding};
use crate::shared::place::{FileId, Place, SheetId};

pub(super) mod controls;
mod formula;
pub(super) mod literal;
mod package;
mod pictures;
mod sheet;
pub(super) mod strings;
pub(super) mod styles;
mod symbols;
mod tables;

use package::Package;
use pictures::InCells;
use sheet::SheetRead;
use styles::Style;

thread_local! {
    static READING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Whether this thread is inside the reader, where a panic becomes a finding about a file, not a message to the user.
pub fn is_reading() -> bool {
    READING.get()
}

/// Reads an .xlsx or .xlsm workbook.
pub fn read_workbook(bytes: &[u8], file: FileId, limits: &Limits) -> Opened {
    guarded(bytes, file, limits, Outputs::Refused)
}

/// Reads a workbook written by assess, to compare it with the expected one; as an input it would be refused.
pub fn read_output(bytes: &[u8], file: FileId, limits: &Limits) -> Opened {
    guarded(bytes, file, limits, Outputs::Read)
}

/// Opens a workbook; a panic over one file of many is a finding about that file.
fn guarded(bytes: &[u8], file: FileId, limits: &Limits, outputs: Outputs) -> Opened {
    READING.set(true);
    let opened = catch_unwind(AssertUnwindSafe(|| open(bytes, file, limits, outputs)));
    READING.set(false);
    opened.unwrap_or_else(|_| fault::damaged(file, "gate.parser", "").into())
}

/// How a workbook written by assess is treated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outputs {
    /// Refused as an input.
    Refused,
    /// Read like any other.
    Read,
}

fn open(bytes: &[u8], file: FileId, limits: &Limits, outputs: Outputs) -> Opened {
    let archive = match gate::open(bytes, file, limits) {
        Ok(archive) => archive,
        Err(refused) => return refused,
    };
    let package = match package::read(&archive, limits) {
        Ok(package) => package,
        Err(fault) => return fault.finding(file).into(),
    };
    if outputs == Outputs::Refused && package.sheets.iter().any(|sheet| sheet.name == OWN_SHEET) {
        return Finding::new(Code::E113).at(Place::file(file)).into();
    }
    let mut budget = Budget::new(file, limits);
    let shared = match Shared::read(&archive, &package, limits, &mut budget) {
        Ok(shared) => shared,
        Err(fault) => return fault.finding(file).into(),
    };
    let whole = Place::file(file);
    let findings = attached::attachments(&archive).into_iter().map(|what| attached::finding(whole, what)).collect();
    let mut reading = Reading { file, limits, shared, budget, findings, sound: true, book: Book::default() };
    for (index, part) in package.sheets.iter().enumerate() {
        reading.sheet(&archive, index as u16, part);
    }
    if let Err(faults) = archive.check_rest(limits) {
        return gate::refused(faults, file);
    }
    let Reading { book, findings, sound, .. } = reading;
    if sound { Opened::read(book, findings) } else { Opened::refused(book, findings) }
}

/// Data shared by the sheets of a workbook.
struct Shared {
    strings: Vec<strings::Entry>,
    styles: Vec<Style>,
    pictures: InCells,
    from_1904: bool,
}

impl Shared {
    fn read(archive: &Archive<'_>, package: &Package, limits: &Limits, budget: &mut Budget) -> Result<Self, Fault> {
        let strings = match &package.strings {
            Some(part) => strings::read(&archive.needed(part)?, limits, budget).map_err(|fault| fault.within(part))?,
            None => Vec::new(),
        };
        let styles = match &package.styles {
            Some(part) => styles::read(&archive.needed(part)?).map_err(|fault| fault.within(part))?,
            None => vec![Style::plain()],
        };
        let pictures = InCells::read(archive, package);
        Ok(Self { strings, styles, pictures, from_1904: package.from_1904 })
    }
}

/// The reading of a workbook, sheet by sheet.
struct Reading<'l> {
    file: FileId,
    limits: &'l Limits,
    shared: Shared,
    budget: Budget,
    findings: Vec<Finding>,
    /// Whether every sheet can be trusted.
    sound: bool,
    book: Book,
}

impl Reading<'_> {
    fn sheet(&mut self, archive: &Archive<'_>, index: u16, part: &package::SheetPart) {
        let id = SheetId { file: self.file, sheet: index };
        let read = match part.part.as_deref().map(|name| self.read(archive, index, name)) {
            None => SheetRead::default(),
            Some(Ok(read)) => read,
            Some(Err(fault)) => {
                self.sound = false;
                self.findings.push(fault.finding(self.file).at(id.place()));
                SheetRead::default()
            }
        };
        self.sound &= !read.broken;
        self.findings.extend(read.findings);
        if let Some(at) = read.outside {
            self.findings.push(attached::finding(id.at(at), "attached.links"));
        }
        self.findings.extend(hidden_sheet(part.hidden, &part.name, &read.cells, id.place()));
        let SheetRead { cells, notes, pictures, merges, hidden_rows, hidden_cols, .. } = read;
        let (name, hidden) = (part.name.clone(), part.hidden);
        let controls = part.part.as_deref().and_then(|part| controls::read(archive, part));
        let totals_rows = part.part.as_deref().map(|part| tables::totals_rows(archive, part)).unwrap_or_default();
        self.book.sheets.push(Sheet {
            name,
            hidden,
            cells,
            notes,
            pictures,
            merges,
            hidden_rows,
            hidden_cols,
            controls,
            totals_rows,
            ..Sheet::default()
        });
    }

    fn read(&mut self, archive: &Archive<'_>, index: u16, name: &str) -> Result<SheetRead, Fault> {
        let bytes = archive.needed(name)?;
        let context = sheet::Context {
            id: SheetId { file: self.file, sheet: index },
            strings: &self.shared.strings,
            styles: &self.shared.styles,
            pictures: &self.shared.pictures,
            from_1904: self.shared.from_1904,
            limits: self.limits,
            budget: &mut self.budget,
        };
        let mut read = sheet::read(&bytes, context)?;
        let lying = pictures::lying(archive, name, &read.grid, &read.merges, &mut self.budget)?;
        read.pictures.extend(lying);
        Ok(read)
    }
}

/// A finding about a hidden sheet that is not empty, unless it belongs to a form.
pub(super) fn hidden_sheet(hidden: bool, name: &str, cells: &[Cell], place: Place) -> Option<Finding> {
    let told = hidden && !cells.is_empty() && ![FORM_SHEET, LISTS_SHEET, FEEDBACK_SHEET].contains(&name);
    told.then(|| Finding::new(Code::W112).at(place).found(name))
}

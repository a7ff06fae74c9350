//! .ods: a zip of XML. The container goes through the gate like an .xlsx; the content is scanned for the true type and
//! shown text of each cell.
//!
//! The parser is not used here: it refuses blanks between elements, joins those inside paragraphs, gives truth values
//! and percentages as numbers, and allocates every cell between the first and the last one. Tests compare both
//! readings.

use super::super::convert;
use super::super::gate::{self, attached, container::Archive, container::Plain, fault, xml::Token, xml::Tokens};
use super::super::value::RawValue;
use super::super::xlsx::{hidden_sheet, literal, strings};
use super::{check_names, too_many_cells};
use crate::model::Limits;
use crate::read::book::{Book, Cell, Note, Noted, Opened, Sheet};
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::number::Exact;
use crate::shared::place::{FileId, Place, Position, SheetId};

mod scan;
mod shown;
mod styles;
mod text;

use scan::{Scanned, Shape, Table};
use styles::Styles;

/// Reads an .ods workbook.
pub(super) fn read(bytes: &[u8], file: FileId, limits: &Limits) -> Result<Opened, Box<Finding>> {
    let archive = match gate::open(bytes, file, limits) {
        Ok(archive) => archive,
        Err(refused) => return Ok(refused),
    };
    let plain = match archive.plain(limits) {
        Ok(plain) => plain,
        Err(faults) => return Ok(gate::refused(faults, file)),
    };
    if is_encrypted(&plain) {
        return Err(Box::new(Finding::new(Code::E105).at(Place::file(file))));
    }
    let part = "content.xml";
    let missing = || Box::new(fault::damaged(file, "gate.book.missing", part));
    let content = plain.part(part).ok_or_else(missing)?;
    let within = |fault: gate::Fault| Box::new(fault.within(part).finding(file));
    let styles = Styles::read(plain.part("styles.xml").unwrap_or_default(), content)
        .map_err(|fault| Box::new(fault.finding(file)))?;
    let tables = scan::tables(content, &styles, limits).map_err(within)?;
    check_names(tables.iter().map(|table| table.name.as_str()), file, limits)?;
    let whole = Place::file(file);
    let mut findings: Vec<Finding> =
        attachments(&archive, &plain).into_iter().map(|what| attached::finding(whole, what)).collect();
    let (mut book, mut budget) = (Book::default(), limits.cells as usize);
    for (index, table) in tables.into_iter().enumerate() {
        budget = budget.checked_sub(table.cells.len()).ok_or_else(|| too_many_cells(file, limits))?;
        let id = SheetId { file, sheet: index as u16 };
        let reading = Reading { id, limits, findings: Vec::new(), notes: Vec::new() };
        let (sheet, more) = reading.sheet(table);
        findings.extend(more);
        book.sheets.push(sheet);
    }
    findings.truncate(fault::CAP);
    Ok(Opened::read(book, findings))
}

/// Whether the manifest declares encrypted parts.
fn is_encrypted(archive: &Plain) -> bool {
    let Some(bytes) = archive.part("META-INF/manifest.xml") else { return false };
    let Ok(mut tokens) = Tokens::new(bytes) else { return false };
    loop {
        match tokens.next() {
            Ok(Token::Open(tag)) if tag.name() == "encryption-data" => return true,
            Ok(Token::End) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// Macros, and links to other files or programs.
fn attachments(archive: &Archive<'_>, plain: &Plain) -> Vec<&'static str> {
    let mut found = attached::attachments(archive);
    let macros = |name: &str| {
        let module = name.starts_with("Basic/") && !name.ends_with("-lc.xml") && !name.ends_with("-lb.xml");
        (module || name.starts_with("Scripts/")) && !name.ends_with('/')
    };
    if archive.names().any(macros) {
        found.push("attached.macros");
    }
    let content = plain.part("content.xml").map(String::from_utf8_lossy).unwrap_or_default();
    if content.contains("<table:dde-link") {
        found.push("attached.dde");
    } else if content.contains("<table:table-source") || content.contains("<table:cell-range-source") {
        found.push("attached.links");
    }
    found
}

/// A sheet while its cells are read.
struct Reading<'l> {
    id: SheetId,
    limits: &'l Limits,
    findings: Vec<Finding>,
    notes: Vec<Noted>,
}

impl Reading<'_> {
    fn sheet(mut self, table: Table) -> (Sheet, Vec<Finding>) {
        let mut cells = Vec::new();
        for (at, scanned) in &table.cells {
            let Some(value) = self.value(scanned, *at) else { continue };
            self.note(scanned.look.struck.then_some(Note::Struck), *at);
            self.note(scanned.look.white.then_some(Note::White), *at);
            cells.push(Cell::new(*at, value));
        }
        self.findings.extend(hidden_sheet(table.hidden, &table.name, &cells, self.id.place()));
        let Table { name, hidden, merges, hidden_rows, hidden_cols, controls, .. } = table;
        let notes = self.notes;
        let sheet = Sheet { name, hidden, cells, notes, merges, hidden_rows, hidden_cols, ..Sheet::default() };
        let sheet = Sheet { controls, ..sheet };
        (sheet, self.findings)
    }

    /// The value of a cell; `None` if it looks empty.
    fn value(&mut self, scanned: &Scanned, at: Position) -> Option<RawValue> {
        Some(match &scanned.shape {
            Shape::Number { literal, .. } if !literal::is_number(literal) => self.bad("gate.cell.number", literal, at),
            Shape::Number { literal, percent } => match convert::decimal(literal) {
                Some(held) => self.number(held, *percent, scanned, at),
                None => RawValue::Fault(literal.clone()),
            },
            Shape::Flag(text) => match text.as_str() {
                "true" => RawValue::Flag(true),
                "false" => RawValue::Flag(false),
                other => self.bad("gate.cell.type", other, at),
            },
            Shape::Date(text) => convert::iso_date(text),
            Shape::Time(text) => RawValue::Serial(text.clone()),
            Shape::Error(text) => RawValue::Fault(text.clone()),
            Shape::Uncalculated => RawValue::Uncalculated,
            Shape::Text(own) => return self.text(own.as_deref(), scanned, at),
            Shape::Unknown(kind) => self.bad("gate.cell.type", kind, at),
        })
    }

    fn number(&mut self, held: Exact, percent: bool, scanned: &Scanned, at: Position) -> RawValue {
        let shown = scanned.shown.text.trim();
        let fixed = scanned.look.fixed || percent;
        if scanned.shown.any {
            self.note(shown::remark(&held, shown, fixed), at);
        }
        RawValue::Number { value: held, percent, shown: (fixed && !shown.is_empty()).then(|| shown.into()) }
    }

    /// A text: as an attribute gives it, unless its paragraphs repeat it with runs.
    fn text(&mut self, own: Option<&str>, scanned: &Scanned, at: Position) -> Option<RawValue> {
        let shown = &scanned.shown;
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        if let Some(own) = own.filter(|own| words(own) != words(&shown.text)) {
            let (value, finding) = convert::checked(convert::text_value(own, false)?, self.id.at(at), self.limits);
            self.findings.extend(finding);
            return Some(value);
        }
        let value = shown.entry.value.clone()?;
        if let Some(what) = shown.entry.bad {
            let finding = Finding::new(strings::BAD_TEXT).at(self.id.at(at)).with("what", Arg::Word(what));
            self.findings.push(finding.found(value.text()));
        }
        self.note((shown.entry.struck && !scanned.look.struck).then_some(Note::Struck), at);
        Some(value)
    }

    fn bad(&mut self, what: &'static str, text: &str, at: Position) -> RawValue {
        self.findings.push(Finding::new(Code::E121).at(self.id.at(at)).with("what", Arg::Word(what)).found(text));
        RawValue::Refused(text.to_owned())
    }

    fn note(&mut self, note: Option<Note>, at: Position) {
        self.notes.extend(note.map(|note| Noted { at, note }));
    }
}

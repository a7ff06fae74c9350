//! .ods: a zip of XML. The container goes through the gate like an .xlsx; the content is scanned for what each cell truly is.
//!
//! The parser gives truth values, errors and percentages as numbers or text, so the scan decides what a cell is and the
//! parser's value must agree with it.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Ods, OdsError, Reader as _, SheetVisible, open_workbook_from_rs};

use super::super::convert;
use super::super::gate::{self, attached, container::Archive, container::Plain, fault, xml::Token, xml::Tokens};
use super::super::value::RawValue;
use super::super::xlsx::{hidden_sheet, literal};
use super::{check_names, too_many_cells};
use crate::finding::{Arg, Code, Finding};
use crate::model::Limits;
use crate::place::{FileId, Place, Spot};
use crate::read::book::{Book, Cell, Opened, Sheet};

mod scan;

use scan::{Shape, Table};

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
    let tables = scan::tables(content, limits).map_err(|fault| Box::new(fault.within(part).finding(file)))?;
    check_names(tables.iter().map(|table| table.name.as_str()), file, limits)?;
    let damaged = |e: OdsError| Box::new(fault::damaged(file, "gate.parser", &e.to_string()));
    let mut ods: Ods<_> = open_workbook_from_rs(Cursor::new(plain.zip())).map_err(damaged)?;
    let metadata = ods.sheets_metadata().to_vec();
    if !metadata.iter().map(|sheet| &sheet.name).eq(tables.iter().map(|table| &table.name)) {
        return Err(Box::new(fault::damaged(file, "gate.disagree", part)));
    }
    let whole = Place::file(file);
    let mut findings: Vec<Finding> =
        attachments(&archive, &plain).into_iter().map(|what| attached::finding(whole, what)).collect();
    let (mut book, mut budget) = (Book::default(), limits.cells as usize);
    for (index, (meta, table)) in metadata.into_iter().zip(tables).enumerate() {
        budget = budget.checked_sub(table.cells.len()).ok_or_else(|| too_many_cells(file, limits))?;
        let range = ods.worksheet_range(&meta.name).map_err(damaged)?;
        let (top, left) = range.start().unwrap_or((0, 0));
        let seen: BTreeMap<(u32, u32), &Data> = range
            .used_cells()
            .map(|(row, col, data)| ((top + row as u32, left + col as u32), data))
            .filter(|(_, data)| !matches!(data, Data::String(text) if text.is_empty()))
            .collect();
        let joining = Joining { file, sheet: index as u16, limits };
        let (sheet, more) = joining.sheet(table, &seen, meta.visible)?;
        findings.extend(more);
        book.sheets.push(sheet);
    }
    findings.truncate(fault::CAP);
    Ok(Opened::read(book, findings))
}

/// Whether the manifest says that parts are encrypted.
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

/// The joining of what the scan and the parser say of one sheet.
struct Joining<'l> {
    file: FileId,
    sheet: u16,
    limits: &'l Limits,
}

impl Joining<'_> {
    fn sheet(
        &self,
        table: Table,
        seen: &BTreeMap<(u32, u32), &Data>,
        visible: SheetVisible,
    ) -> Result<(Sheet, Vec<Finding>), Box<Finding>> {
        let disagree = |at: Place| Box::new(fault::damaged(self.file, "gate.disagree", &table.name).at(at));
        let mut findings = Vec::new();
        let mut cells = Vec::new();
        let (mut met, mut odd) = (0, None);
        for ((row, col), shape) in &table.cells {
            let at = Place::cell(self.file, self.sheet, *row, *col);
            let data = seen.get(&(*row, *col)).copied();
            met += usize::from(data.is_some());
            let value = match value(shape, data) {
                Ok(value) => value,
                Err(Disagreement::Parser) => return Err(disagree(at)),
                Err(Disagreement::Bad(what, text)) => {
                    findings.push(Finding::new(Code::E121).at(at).with("what", Arg::Word(what)).found(&text));
                    Some(RawValue::Refused(text))
                }
            };
            let Some(value) = value else { continue };
            if odd.is_none() && matches!(shape, Shape::Number { odd: true, .. }) {
                odd = Some(at);
            }
            let (value, finding) = convert::checked(value, at, self.limits);
            findings.extend(finding);
            cells.push(Cell { row: *row, col: *col, value });
        }
        let place = Place { file: self.file, spot: Spot::Sheet(self.sheet) };
        if met != seen.len() {
            return Err(disagree(place));
        }
        findings.extend(odd.map(|at| Finding::new(Code::W131).at(at)));
        let hidden = visible != SheetVisible::Visible;
        findings.extend(hidden_sheet(hidden, &table.name, &cells, place));
        let Table { name, merges, hidden_rows, hidden_cols, .. } = table;
        Ok((
            Sheet { name, hidden, cells, notes: Vec::new(), merges, hidden_rows, hidden_cols, controls: None },
            findings,
        ))
    }
}

/// Why a cell has no value.
enum Disagreement {
    /// Scan and parser say different things.
    Parser,
    /// The cell is damaged: why, and its text.
    Bad(&'static str, String),
}

/// The value of a cell: what the scan says it is, as the parser read it.
fn value(shape: &Shape, data: Option<&Data>) -> Result<Option<RawValue>, Disagreement> {
    Ok(Some(match (shape, data) {
        (Shape::Number { literal, .. }, _) if !literal::is_number(literal) => {
            return Err(Disagreement::Bad("gate.cell.number", literal.clone()));
        }
        (Shape::Number { literal, percent, .. }, Some(Data::Float(double))) => {
            if !crate::number::is_literal(literal, *double) {
                return Err(Disagreement::Parser);
            }
            convert::number(*double, *percent, None)
        }
        (Shape::Flag(text), _) => match text.as_str() {
            "true" => RawValue::Flag(true),
            "false" => RawValue::Flag(false),
            other => return Err(Disagreement::Bad("gate.cell.type", other.to_owned())),
        },
        (Shape::Date(text), _) => convert::iso_date(text),
        (Shape::Time(text), _) => RawValue::Serial(text.clone()),
        (Shape::Error, Some(Data::String(text))) => RawValue::Fault(text.clone()),
        (Shape::Error, _) => RawValue::Fault(String::new()),
        (Shape::Uncalculated, None) => RawValue::Uncalculated,
        (Shape::Text, None) => return Ok(None),
        (Shape::Text, Some(Data::String(text))) => match convert::text_value(text, false) {
            Some(value) => value,
            None => return Ok(None),
        },
        (Shape::Unknown(kind), _) => return Err(Disagreement::Bad("gate.cell.type", kind.clone())),
        (Shape::Number { .. } | Shape::Uncalculated | Shape::Text, _) => return Err(Disagreement::Parser),
    }))
}

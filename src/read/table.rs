//! Finding tables in sheets: the header by its words, the lines above it, the data rows below it.
//!
//! Each kind of table lists the columns it must have (`specs`); among the first 30 rows, the first that begins a header
//! with them is used (`header`: one to three rows, merged or not). Columns are known by meaning, never by letter;
//! columns without a known meaning are kept by their text (levels, nodes, roster attributes). Lines above a header
//! carry labels and captions (`block`); foot rows (小计, 注, signatures) and example rows are left out (`rows`).

use std::collections::{BTreeMap, BTreeSet};

use super::book::{Book, Cell, FEEDBACK_SHEET, FORM_SHEET, LISTS_SHEET, Sheet};
use super::form::{self, FormMark};
use super::gate::fault::CAP;
use super::value::RawValue;
use super::words::Word;
use crate::shared::finding::{Arg, Code, Describe as _, Finding, Findings};
use crate::shared::place::{FileId, Located, Place, Position, Role, SheetId};

mod block;
mod boxes;
mod header;
mod merged;
mod near;
mod packed;
mod pictures;
mod raw;
mod remarks;
mod rows;
mod specs;

pub use near::is_near;
pub use packed::Rows;
pub use raw::{Column, Heading, RawTable, Row, RowCell, Skip, Skipped, TableKind};
pub(super) use remarks::Holds;

use merged::Seen;
use specs::specs;

/// Finds the tables of a workbook of a role; missing or ambiguous columns become findings.
pub(super) fn find_tables(book: &Book, file: FileId, role: Role) -> (Vec<RawTable>, Vec<Finding>) {
    let (mut tables, mut list) = (Vec::new(), Vec::new());
    let mut findings = Findings::new(&mut list);
    let (mut near_misses, mut unread, mut covered) = (Vec::new(), Vec::new(), Vec::new());
    let mark = FormMark::of(book, file);
    for (index, sheet) in book.sheets.iter().enumerate().filter(|(_, s)| may_hold_table(s)) {
        let id = SheetId { file, sheet: u16::try_from(index).unwrap_or(u16::MAX) };
        let seen = Seen::of(sheet);
        let found = find_table(sheet, &seen, id, role, &mut findings);
        if found.is_err() {
            covered.extend(seen.tell_covered(id));
        }
        match found {
            Ok(mut table) => {
                tell_unread(&table, &mut findings);
                if let Some(mark) = &mark {
                    carry_mark(mark, &mut table);
                }
                tables.push(table);
            }
            Err(Some(near)) => near_misses.push((id, near)),
            Err(None) => unread.push(unread_sheet(sheet, id)),
        }
    }
    if role == Role::SelfReport {
        share_names(book, file, &mut tables);
    }
    let sheet_of = |id: &SheetId| &book.sheets[usize::from(id.sheet)];
    let is_annex = |(id, near): &(SheetId, Box<near::Near>)| near.is_annex(sheet_of(id), role, &tables);
    let (annexes, near_misses): (Vec<_>, Vec<_>) = near_misses.into_iter().partition(is_annex);
    unread.extend(annexes.iter().map(|(id, _)| unread_sheet(sheet_of(id), *id)));
    if tables.is_empty() && near_misses.is_empty() && findings.is_empty() {
        findings.add(Code::E102).at(Place::file(file)).expected(expected_columns(role));
    } else {
        findings.extend(unread);
    }
    findings.extend(near_misses.into_iter().map(|(_, near)| near.finding));
    if tables.is_empty() {
        // A covered value may be the reason why nothing was recognised.
        findings.extend(covered);
    }
    (tables, list)
}

/// The sheets of a unit's workbook belong to one unit: a cover, or another table, may name it.
fn share_names(book: &Book, file: FileId, tables: &mut [RawTable]) {
    if book.sheets.len() < 2 {
        return;
    }
    let mut by_sheet: BTreeMap<u16, Vec<Located<String>>> = BTreeMap::new();
    for (index, sheet) in book.sheets.iter().enumerate().filter(|(_, s)| may_hold_table(s)) {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        let names = match tables.iter().find(|table| table.sheet == index) {
            Some(table) => [block::names(&table.block, &table.titles), names_in_columns(table)].concat(),
            None => block::names_on(sheet, SheetId { file, sheet: index }),
        };
        by_sheet.insert(index, names);
    }
    for table in tables {
        let others = by_sheet.iter().filter(|(index, _)| **index != table.sheet);
        table.elsewhere = others.flat_map(|(_, names)| names.iter().cloned()).collect();
    }
}

/// The distinct texts in the unit columns of a table.
fn names_in_columns(table: &RawTable) -> Vec<Located<String>> {
    let mut names: Vec<Located<String>> = Vec::new();
    for word in [Word::UnitCode, Word::Unit].into_iter().filter(|word| table.column(*word).is_some()) {
        let mut seen = BTreeSet::new();
        let cells = table.rows.iter().map(|row| table.text(&row, word)).filter(|cell| !cell.value.is_empty());
        names.extend(cells.filter(|cell| seen.insert(cell.value.clone())));
    }
    names
}

fn unread_sheet(sheet: &Sheet, id: SheetId) -> Finding {
    Finding::new(Code::W115).at(id.place()).found(&sheet.name)
}

fn may_hold_table(sheet: &Sheet) -> bool {
    !sheet.cells.is_empty() && ![FORM_SHEET, LISTS_SHEET, FEEDBACK_SHEET].contains(&sheet.name.as_str())
}

/// Adds the facts on the hidden sheet of a form as further labels of its table.
fn carry_mark(mark: &FormMark, table: &mut RawTable) {
    let labels = [(form::UNIT, Word::UnitCode), (form::CLASS, Word::Class), (form::DEPARTMENT, Word::Department)];
    for (key, word) in labels {
        if let Some(cell) = mark.get(key).filter(|cell| !cell.value.is_empty()) {
            let value = RawValue::text_of(&cell.value);
            table.block.push((word, Located::new(value, cell.at)));
        }
    }
    table.form = Some(mark.clone());
}

/// Reports values of data rows that are not read: outside the header's columns, or under a header without a known
/// meaning.
fn tell_unread(table: &RawTable, findings: &mut Findings<'_>) {
    let outside = table.rows.iter().find_map(|row| {
        let own = |cell: &&RowCell| cell.at == Position::new(row.row, cell.col);
        row.cells.iter().find(|cell| own(cell) && table.column_at(cell.col).is_none()).cloned()
    });
    if let Some(RowCell { value, at, .. }) = outside {
        findings.add(Code::W118).at(table.place(at.row, at.col)).found(value.text());
    }
    if table.kind.has_free_columns() {
        return;
    }
    let is_read = |column: &&Column| table.kind == TableKind::Indicators && super::indicators::is_of_scheme(column);
    findings.extend(table.unread_columns().filter(|column| !is_read(column)).take(CAP).map(|column| {
        match near::missing_one(table, column) {
            Some(word) => mistaken_column(table, column, word),
            None => unread_column(table, column),
        }
    }));
}

/// The finding that a column that was not read may be the missing one.
pub fn mistaken_column(table: &RawTable, column: &Column, missing: Word) -> Finding {
    Finding::new(Code::E132).at(table.column_place(column)).found(column.path()).expected(Arg::from(missing))
}

/// The finding that a column of a table was not read.
pub fn unread_column(table: &RawTable, column: &Column) -> Finding {
    let known = specs::known_words(table.kind).map(Word::label);
    Finding::new(Code::W119).at(table.column_place(column)).found(column.path()).nearest(&column.text, known)
}

fn expected_columns(role: Role) -> Arg {
    let kinds: Vec<Vec<Word>> = specs(role).iter().map(|spec| spec.required.iter().map(|g| g[0]).collect()).collect();
    headers_of(&kinds)
}

/// The headers of several layouts, of which one is wanted.
fn headers_of(layouts: &[Vec<Word>]) -> Arg {
    Arg::spoken(|lang| layouts.iter().map(|words| Word::list(words, lang)).collect::<Vec<_>>().join(" / "))
}

/// Why a sheet has no table: the finding of a near miss, or none if nothing looks like a table.
type Miss = Option<Box<near::Near>>;

/// Finds the table of a sheet; a near miss gives the finding that names what is missing.
fn find_table(
    sheet: &Sheet,
    seen: &Seen<'_>,
    id: SheetId,
    role: Role,
    findings: &mut Findings<'_>,
) -> Result<RawTable, Miss> {
    let (found, miss) = match header::find(seen, specs(role), id) {
        Err(miss) if miss.as_ref().is_none_or(|near| near.finding.code != Code::E103) => {
            let named = |own: Miss| own.filter(|near| near.finding.code == Code::E103).or_else(|| miss.clone());
            (header::find(seen, specs::plain(role), id).map_err(named)?, Some(miss))
        }
        found => (found?, None),
    };
    let header::Found { spec, header } = found;
    let mut by_word = BTreeMap::new();
    for (at, column) in header.columns.iter().enumerate() {
        if let Some(word) = column.word {
            by_word.entry(word).or_insert(at);
        }
    }
    let below = |cells: &&[Cell]| cells[0].row > header.end;
    let mut table = RawTable {
        file: id.file,
        sheet: id.sheet,
        kind: spec.kind,
        header_row: header.top,
        header_end: header.end,
        block: Vec::new(),
        titles: Vec::new(),
        elsewhere: Vec::new(),
        lines: Vec::new(),
        found: sheet.cells.chunk_by(|a, b| a.row == b.row).filter(below).count() as u32,
        columns: header.columns,
        by_word,
        number_heads: number_heads(sheet, id, header.top, header.end),
        rows: Rows::default(),
        pictures: sheet.pictures.clone(),
        lonely: Vec::new(),
        cut: BTreeMap::new(),
        skipped: Vec::new(),
        rejected: Vec::new(),
        form: None,
        check_boxes: None,
    };
    block::read(seen, &mut table);
    if let Some(miss) = miss.filter(|_| !specs::is_plain(&table)) {
        return Err(miss);
    }
    findings.extend(seen.tell_covered(id));
    rows::read(sheet, seen, spec, &mut table, findings);
    table.check_boxes = boxes::read(sheet, &mut table);
    remarks::read(sheet, &mut table, findings);
    pictures::read(&table, findings);
    Ok(table)
}

/// The cells of some rows that contain anything other than workbook text.
fn number_heads(sheet: &Sheet, id: SheetId, top: u32, end: u32) -> Vec<Located<RawValue>> {
    let rows = sheet.cells.partition_point(|cell| cell.row < top)..sheet.cells.partition_point(|cell| cell.row <= end);
    let others = sheet.cells[rows].iter().filter(|cell| !matches!(cell.value, RawValue::Text { csv: false, .. }));
    others.map(|cell| Located::new(cell.value.clone(), id.cell(cell.row, cell.col))).collect()
}

#[cfg(test)]
mod tests;

//! The rows below a header: data, or sums, notes, signatures, examples, repeated headers and empty numbered lines.
//!
//! The cells of a merged block all have the value of its top-left cell (SPEC §5.1). A value shared by several rows
//! causes a warning, and so do hidden rows and columns with data. Every row is read, skipped with its reason, or
//! rejected with a finding.

use std::collections::{BTreeMap, BTreeSet};

use super::merged::{self, Seen};
use super::specs::Spec;
use super::{RawTable, Row, RowCell, Skip, Skipped, TableKind};
use crate::read::book::{Cell, Merge, Sheet};
use crate::read::gate::fault::CAP;
use crate::read::value::RawValue;
use crate::read::words::{self, Word};
use crate::shared::finding::{Arg, Code, Describe as _, Finding, Findings};
use crate::shared::place::{Place, Position};
use crate::shared::text;

/// How many cells of a table may take their value from a merged block.
const SHARED_CELLS: usize = 2_000_000;

/// Reads the rows below the header of a table.
pub(super) fn read(sheet: &Sheet, seen: &Seen<'_>, spec: &Spec, table: &mut RawTable, findings: &mut Findings<'_>) {
    let width = Width::of(spec, table);
    let mut repeated = Repeated::of(seen, table);
    let mut blocks = Blocks::new(seen);
    let mut notes = Notes::default();
    let mut cut = 0;
    for cells in seen.cells.chunk_by(|a, b| a.row == b.row) {
        let row = cells[0].row;
        blocks.enter(row, cells);
        if row <= table.header_end {
            continue;
        }
        let totals = || sheet.totals_rows.contains(&row).then_some(Skip::Foot);
        if let Some(why) = repeated.next(cells).or_else(totals).or_else(|| no_data(cells, table)) {
            table.skipped.push(Skipped { row, why });
            continue;
        }
        if let Some(fields) = sheet.widths.get(row as usize).copied().filter(|fields| *fields < width.least) {
            if fields == 1 && is_lonely(cells, table) {
                table.cut.insert(row, width.too_few(table, cells, row, fields));
                table.lonely.push(row);
                table.rows.open().push(Row { row, cells: blocks.fill(row, cells, &mut Notes::default()) });
                continue;
            }
            table.rejected.push(row);
            cut += 1;
            findings.extend((cut <= CAP).then(|| width.too_few(table, cells, row, fields)));
            continue;
        }
        if blocks.shared > SHARED_CELLS {
            table.rejected.push(row);
            continue;
        }
        let mut unused = Notes::default();
        let lonely = is_lonely(cells, table) && !blocks.reach_from_above(row);
        let data = blocks.fill(row, cells, if lonely { &mut unused } else { &mut notes });
        if lonely {
            table.lonely.push(row);
        }
        if sheet.hidden_rows.contains(&row) {
            notes.hidden.get_or_insert(Position::new(row, cells[0].col));
        }
        table.rows.open().push(Row { row, cells: data });
    }
    if blocks.shared > SHARED_CELLS {
        let whole = Finding::new(Code::E108).at(Place::file(table.file));
        findings.push(whole.expected(format!("<= {SHARED_CELLS} cells under merged blocks")));
    }
    let covered = seen.covered.iter().map(|(_, cell)| cell.row).filter(|row| *row > table.header_end);
    let known: BTreeSet<u32> = table.rows_below().collect();
    let unseen: BTreeSet<u32> = covered.filter(|row| !known.contains(row)).collect();
    table.skipped.extend(unseen.into_iter().map(|row| Skipped { row, why: Skip::Covered }));
    table.skipped.sort_unstable_by_key(|skipped| skipped.row);
    notes.note_hidden_columns(sheet, table);
    notes.tell(table, findings);
}

/// The rows of the header as written, for recognising a repetition on a further page.
struct Repeated<'s> {
    lines: Vec<&'s [Cell]>,
    /// How many of them were just repeated.
    seen: usize,
}

impl<'s> Repeated<'s> {
    fn of(seen: &'s Seen<'_>, table: &RawTable) -> Self {
        let lines = seen.cells.chunk_by(|a, b| a.row == b.row);
        let own = lines.filter(|cells| (table.header_row..=table.header_end).contains(&cells[0].row));
        Self { lines: own.collect(), seen: 0 }
    }

    /// Whether a row repeats the header: its first row, or the one after those just repeated.
    fn next(&mut self, cells: &[Cell]) -> Option<Skip> {
        let same = |line: &[Cell]| {
            let texts = || line.iter().zip(cells).all(|(a, b)| a.col == b.col && a.value.looks_like(&b.value));
            line.len() == cells.len() && texts()
        };
        let repeats = |at: &usize| self.lines.get(*at).is_some_and(|line| (*at > 0 || line.len() > 1) && same(line));
        let found = [self.seen, 0].into_iter().find(repeats);
        self.seen = found.map_or(0, |at| at + 1);
        found.map(|_| Skip::Header)
    }
}

/// Why a row is not data: its first word marks a sum, a note, a signature line or an example, or only a number is
/// printed.
///
/// A row that identifies whose data it contains is data, whatever remark comes first.
fn no_data(cells: &[Cell], table: &RawTable) -> Option<Skip> {
    let word = |cell: &Cell| table.column_at(cell.col).and_then(|column| column.word);
    let filled: Vec<&Cell> = cells.iter().filter(|cell| !cell.value.is_blank()).collect();
    let Some(first) = filled.first() else { return Some(Skip::Empty) };
    let idle = |cell: &&Cell| word(cell) == Some(Word::Ordinal) || is_ellipsis(&cell.value);
    if filled.iter().all(idle) {
        return Some(Skip::Empty);
    }
    let opening = Opening::of(&first.value);
    if opening.is(Word::Example) {
        return Some(Skip::Example);
    }
    let is_owner = |cell: &Cell| word(cell).is_some_and(Word::is_owner);
    let owners: Vec<&&Cell> = filled.iter().filter(|cell| is_owner(cell)).collect();
    let is_sum = |cell: &Cell, opening: &Opening| word(cell) != Some(Word::Node) && opening.is(Word::Sum);
    let is_foot = |cell: &Cell, opening: &Opening| opening.is(Word::Foot) || is_sum(cell, opening);
    let foot_owner = owners.len() == 1 && is_foot(owners[0], &Opening::of(&owners[0].value));
    let beside = owners.iter().any(|cell| cell.col != first.col);
    // `支部自评意见 | 情况属实……`: an opinion extends over the columns of names but has no values.
    let of_leaves = matches!(table.kind, TableKind::SelfReport | TableKind::Verified);
    let opinion = || of_leaves && filled.iter().skip(1).all(|cell| is_owner(cell));
    if filled.len() == 1 {
        let only = first.value.text();
        if is_signature(&only) {
            return Some(Skip::Signature);
        }
        if is_count(&only) {
            return Some(Skip::Foot);
        }
    }
    let foot = foot_owner || (is_foot(first, &opening) && (is_owner(first) || !beside || opinion()));
    foot.then_some(Skip::Foot)
}

/// How a cell begins, read once for all words that it is held against.
struct Opening(Option<words::Opening>);

impl Opening {
    /// A number as it is stored begins with no word.
    fn of(value: &RawValue) -> Self {
        let is_bare = matches!(value, RawValue::Number { shown: None, .. });
        Self((!is_bare).then(|| words::Opening::of(&value.text())).flatten())
    }

    fn is(&self, word: Word) -> bool {
        self.0.as_ref().is_some_and(|opening| opening.is(word))
    }
}

/// A line that consists of a signature field: `核定组组长签字：　　2026年1月14日`.
fn is_signature(text: &str) -> bool {
    let flat = text.replace('：', ":");
    let labels = flat.split(':').filter_map(|part| part.split_whitespace().next_back());
    flat.contains(':') && labels.into_iter().any(|label| Word::Seal.ends(label))
}

/// A count of records, alone in its row, as platforms write below an export: `共12条记录`.
fn is_count(text: &str) -> bool {
    let key = text::key(text).to_lowercase();
    let key = key.trim_matches(|c: char| matches!(c, '(' | ')' | '【' | '】' | '.' | '。' | '-' | '—'));
    let counts = |rest: &str| rest.trim_start_matches(':').starts_with(|c: char| c.is_ascii_digit());
    Word::Count.all().filter_map(|word| key.strip_prefix(word)).any(counts)
}

/// Whether a row of a table of units contains only one text, in the column of the unit or before it.
fn is_lonely(cells: &[Cell], table: &RawTable) -> bool {
    if matches!(table.kind, TableKind::Roster | TableKind::Raters | TableKind::Receipts) {
        return false;
    }
    let mut filled = cells.iter().filter(|cell| !cell.value.is_blank());
    let (Some(only), None) = (filled.next(), filled.next()) else { return false };
    let units = [Word::UnitCode, Word::Unit].into_iter().filter_map(|word| table.column(word));
    let Some(last) = units.map(|column| column.col).max() else { return false };
    let names = |word| matches!(word, Word::UnitCode | Word::Unit | Word::Ordinal | Word::Number | Word::Category);
    let word = table.column_at(only.col).and_then(|column| column.word);
    let written = matches!(only.value, RawValue::Text { .. } | RawValue::Marked(_) | RawValue::Date(_));
    written && only.col <= last && word.is_none_or(names)
}

/// `……` in an empty line of a printed form.
fn is_ellipsis(value: &RawValue) -> bool {
    matches!(value, RawValue::Text { text, .. } if text.trim().chars().all(|c| matches!(c, '…' | '.')))
}

/// The number of fields that a record of a text table must have: up to the last column that affects the row's meaning.
struct Width {
    least: u32,
    /// The columns that a record may lack, with their purpose.
    needed: Vec<(u32, String)>,
}

impl Width {
    fn of(spec: &Spec, table: &RawTable) -> Self {
        let mut needed: Vec<(u32, String)> = Vec::new();
        for group in spec.required {
            let answers = table.columns.iter().filter(|column| group.iter().any(|word| column.means(*word)));
            needed.extend(answers.map(|column| (column.col, column.text.clone())).next());
        }
        // Marks, votes and points have headers that only the model knows, or 评价.
        let holds_marks = matches!(table.kind, TableKind::Ballots | TableKind::Tallies | TableKind::VerifiedMatrix);
        let is_mark = |word| matches!(word, None | Some(Word::Mark | Word::VerifiedValue | Word::VerifiedPoints));
        let marks = table.columns.iter().filter(|column| holds_marks && is_mark(column.word));
        needed.extend(marks.map(|column| (column.col, column.text.clone())));
        needed.sort();
        needed.dedup();
        Self { least: needed.last().map_or(0, |(col, _)| col + 1), needed }
    }

    fn too_few(&self, table: &RawTable, cells: &[Cell], row: u32, fields: u32) -> Finding {
        let found: Vec<String> = cells.iter().map(|cell| cell.value.text()).collect();
        let missing = self.needed.iter().filter(|(col, _)| *col >= fields).map(|(_, text)| text.as_str());
        let finding = Finding::new(Code::E133)
            .at(table.place(row, fields))
            .found(found.join(","))
            .with("line", &(row + 1))
            .with("fields", &fields);
        finding.expected(Arg::list(&missing.take(5).collect::<Vec<_>>()))
    }
}

/// Merged blocks that reach the present row, with the values of their top-left cells.
struct Blocks<'s> {
    columns: &'s [u32],
    waiting: std::iter::Peekable<std::slice::Iter<'s, Merge>>,
    open: Vec<(Merge, RawValue)>,
    /// How many cells have taken their value from a block so far.
    shared: usize,
}

impl<'s> Blocks<'s> {
    fn new(seen: &'s Seen<'_>) -> Self {
        Self { columns: &seen.columns, waiting: seen.merges.iter().peekable(), open: Vec::new(), shared: 0 }
    }

    /// Moves on to a row: blocks above it are closed, blocks that begin in it are opened; a blank one has no value to
    /// give.
    fn enter(&mut self, row: u32, cells: &[Cell]) {
        self.open.retain(|(merge, _)| merge.bottom >= row);
        while let Some(merge) = self.waiting.next_if(|m| m.top <= row) {
            let head = cells.binary_search_by_key(&merge.left, |cell| cell.col).ok().filter(|_| merge.top == row);
            self.open.extend(head.map(|at| (*merge, cells[at].value.clone())));
        }
        self.shared += self.open.len();
    }

    /// Whether a block that began above the present row gives it a value.
    fn reach_from_above(&self, row: u32) -> bool {
        self.open.iter().any(|(merge, value)| merge.top < row && !value.is_blank())
    }

    /// The cells of a row, with those of merged blocks filled.
    fn fill(&mut self, row: u32, cells: &[Cell], notes: &mut Notes) -> Vec<RowCell> {
        let own = |cell: &Cell| RowCell { col: cell.col, value: cell.value.clone(), at: Position::new(row, cell.col) };
        let own = cells.iter().map(own);
        if self.open.is_empty() {
            return own.collect();
        }
        let mut filled: BTreeMap<u32, RowCell> = own.map(|cell| (cell.col, cell)).collect();
        for (merge, value) in &self.open {
            let at = merge.head();
            for col in self.columns[merged::span(self.columns, merge)]
                .iter()
                .copied()
                .filter(|col| Position::new(row, *col) != at)
            {
                self.shared += 1;
                filled.insert(col, RowCell { col, value: value.clone(), at });
                notes.shared.entry(at).or_insert_with(|| (value.text(), BTreeSet::new())).1.insert(col);
            }
        }
        filled.into_values().collect()
    }
}

/// Causes of warnings about the rows of a table.
#[derive(Default)]
struct Notes {
    /// The first hidden cell with data.
    hidden: Option<Position>,
    /// Merged blocks, by their top-left cell, with their text and the columns of the other cells that take it.
    shared: BTreeMap<Position, (String, BTreeSet<u32>)>,
}

impl Notes {
    fn note_hidden_columns(&mut self, sheet: &Sheet, table: &RawTable) {
        if sheet.hidden_cols.is_empty() {
            return;
        }
        let hidden = |cell: &&RowCell| sheet.hidden_cols.contains(&cell.col);
        let first = table.rows.iter().find_map(|row| row.cells.iter().find(hidden).map(|cell| cell.at));
        self.hidden = self.hidden.or(first);
    }

    fn tell(self, table: &RawTable, findings: &mut Findings<'_>) {
        if let Some(at) = self.hidden {
            findings.add(Code::W171).at(table.place(at.row, at.col));
        }
        let holds_values = |col: &u32| table.column_at(*col).is_some_and(|column| !may_be_merged(column.word));
        let telling = self.shared.into_iter().filter(|(_, (_, cols))| cols.iter().any(holds_values));
        for (at, (text, _)) in telling.take(CAP) {
            findings.add(Code::W173).at(table.place(at.row, at.col)).found(text);
        }
    }
}

/// Columns in which one cell may legitimately apply to several rows: names, classes, remarks.
const fn may_be_merged(word: Option<Word>) -> bool {
    matches!(
        word,
        Some(
            Word::UnitCode
                | Word::Unit
                | Word::ShortName
                | Word::Group
                | Word::Class
                | Word::Rater
                | Word::Home
                | Word::Line
                | Word::Aspect
                | Word::Item
                | Word::Category
                | Word::Name
                | Word::Indicator
                | Word::Points
                | Word::Standard
                | Word::Method
                | Word::Department
                | Word::Evidence
                | Word::Remark
                | Word::Ordinal
                | Word::Node
                | Word::Period
                | Word::VerifiedNote
                | Word::Topic
                | Word::Matter
                | Word::Document
                | Word::DocumentNumber
                | Word::DocumentDate
                | Word::IssuedBy
                | Word::ApprovalNumber
                | Word::Hint
        )
    )
}

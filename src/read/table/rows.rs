//! The rows below a header: data, or sums, notes, signatures, examples, repeated headers and empty numbered lines.
//!
//! The cells of a merged block all count as its top-left cell (SPEC §5.1). A block over several cells that hold values is
//! worth a warning, and so are hidden rows and columns that hold data.

use std::collections::BTreeMap;

use super::{RawTable, Row, RowCell, TableKind};
use crate::finding::{Code, Finding};
use crate::read::book::{Cell, Merge, Sheet};
use crate::read::value::RawValue;
use crate::read::words::Word;

/// Reads the rows below the header of a table.
pub(super) fn read(sheet: &Sheet, table: &mut RawTable, findings: &mut Vec<Finding>) {
    let header: Vec<Vec<String>> = header_texts(sheet, table);
    let mut blocks = Blocks::new(&sheet.merges);
    let mut notes = Notes::default();
    for cells in sheet.cells.chunk_by(|a, b| a.row == b.row) {
        let row = cells[0].row;
        blocks.enter(row, cells);
        if row <= table.header_end {
            continue;
        }
        if is_no_data(cells, table) || header.contains(&texts(cells)) {
            table.skipped += 1;
            continue;
        }
        let data = blocks.fill(row, cells, &mut notes);
        if sheet.hidden_rows.contains(&row) {
            notes.hidden.get_or_insert((row, cells[0].col));
        }
        table.rows.push(Row { row, cells: data });
    }
    notes.note_hidden_columns(sheet, table);
    notes.tell(table, findings);
}

fn texts(cells: &[Cell]) -> Vec<String> {
    cells.iter().map(|cell| cell.value.text()).collect()
}

/// The rows of the header as written, by which a repeated one on a further page is known.
fn header_texts(sheet: &Sheet, table: &RawTable) -> Vec<Vec<String>> {
    let lines = sheet.cells.chunk_by(|a, b| a.row == b.row);
    let own = lines.filter(|cells| (table.header_row..=table.header_end).contains(&cells[0].row));
    own.map(texts).filter(|line| line.len() > 1).collect()
}

/// Whether a row is no data: its first word is a sum, a note, a signature line or an example, or only a number is printed.
///
/// A row that says whose data it holds is data, whatever stands in a remark before it.
fn is_no_data(cells: &[Cell], table: &RawTable) -> bool {
    let word = |cell: &Cell| table.columns.iter().find(|c| c.col == cell.col).and_then(|c| c.word);
    let filled: Vec<&Cell> = cells.iter().filter(|cell| !cell.value.is_blank()).collect();
    let Some(first) = filled.first() else { return true };
    let idle = |cell: &&Cell| word(cell) == Some(Word::Ordinal) || is_ellipsis(&cell.value);
    if filled.iter().all(idle) || Word::Example.begins(&first.value.text()) {
        return true;
    }
    let owners: Vec<&&Cell> = filled.iter().filter(|cell| is_owner(word(cell))).collect();
    let is_foot = |cell: &Cell| Word::Foot.begins(&cell.value.text());
    let foot_owner = owners.len() == 1 && is_foot(owners[0]);
    let beside = owners.iter().any(|cell| cell.col != first.col);
    // `支部自评意见 | 情况属实……`: an opinion reaches over the columns of names but has no values.
    let of_leaves = matches!(table.kind, TableKind::SelfReport | TableKind::Verified);
    let opinion = of_leaves && filled.iter().skip(1).all(|cell| is_owner(word(cell)));
    if filled.len() == 1 && is_signature(&first.value.text()) {
        return true;
    }
    foot_owner || (is_foot(first) && (is_owner(word(first)) || !beside || opinion))
}

/// A line for signatures alone in its row: `核定组组长签字：　　2026年1月14日`.
fn is_signature(text: &str) -> bool {
    let flat = text.replace('：', ":");
    let labels = flat.split(':').filter_map(|part| part.split_whitespace().next_back());
    flat.contains(':') && labels.into_iter().any(|label| Word::Seal.ends(label))
}

/// Meanings of columns that say whose data a row holds.
const fn is_owner(word: Option<Word>) -> bool {
    matches!(
        word,
        Some(Word::UnitCode | Word::Unit | Word::ShortName | Word::Indicator | Word::Name | Word::Node | Word::Number)
    )
}

/// `……` in an empty line of a printed form.
fn is_ellipsis(value: &RawValue) -> bool {
    matches!(value, RawValue::Text { text, .. } if text.trim().chars().all(|c| matches!(c, '…' | '.')))
}

/// Merged blocks that reach the present row, with the values of their top-left cells.
struct Blocks<'s> {
    waiting: std::iter::Peekable<std::slice::Iter<'s, Merge>>,
    open: Vec<(Merge, Option<RawValue>)>,
}

impl<'s> Blocks<'s> {
    fn new(merges: &'s [Merge]) -> Self {
        Self { waiting: merges.iter().peekable(), open: Vec::new() }
    }

    /// Moves on to a row: blocks above it are closed, blocks that begin in it or passed unseen are opened.
    fn enter(&mut self, row: u32, cells: &[Cell]) {
        while let Some(merge) = self.waiting.next_if(|m| m.top <= row) {
            let value = cells.iter().find(|c| (c.row, c.col) == (merge.top, merge.left)).map(|c| c.value.clone());
            self.open.push((*merge, value));
        }
        self.open.retain(|(merge, value)| merge.bottom >= row && value.is_some());
    }

    /// The cells of a row, with those of merged blocks filled.
    fn fill(&self, row: u32, cells: &[Cell], notes: &mut Notes) -> Vec<RowCell> {
        let own = |cell: &Cell| (cell.col, RowCell { col: cell.col, value: cell.value.clone(), at: (row, cell.col) });
        let mut filled: BTreeMap<u32, RowCell> = cells.iter().map(own).collect();
        for (merge, value) in &self.open {
            let Some(value) = value else { continue };
            for col in merge.left..=merge.right {
                let at = (merge.top, merge.left);
                if let Some(hidden) = filled.insert(col, RowCell { col, value: value.clone(), at })
                    && hidden.at != at
                {
                    notes.covered.get_or_insert((row, col, hidden.value.text()));
                }
                if (row, col) != at {
                    notes.shared.entry(at).or_default().push(col);
                }
            }
        }
        filled.into_values().collect()
    }
}

/// What is worth a warning about the rows of a table.
#[derive(Default)]
struct Notes {
    /// The first value that stands unseen under a merged block.
    covered: Option<(u32, u32, String)>,
    /// The first hidden cell that holds data.
    hidden: Option<(u32, u32)>,
    /// Merged blocks, by their top-left cell, with the columns of the further cells that take its value.
    shared: BTreeMap<(u32, u32), Vec<u32>>,
}

impl Notes {
    fn note_hidden_columns(&mut self, sheet: &Sheet, table: &RawTable) {
        let hidden = |cell: &&RowCell| sheet.hidden_cols.contains(&cell.col);
        let first = table.rows.iter().find_map(|row| row.cells.iter().find(hidden));
        self.hidden = self.hidden.or_else(|| first.map(|cell| cell.at));
    }

    fn tell(self, table: &RawTable, findings: &mut Vec<Finding>) {
        if let Some((row, col)) = self.hidden {
            findings.push(Finding::new(Code::W171).at(table.place(row, col)));
        }
        if let Some((row, col, text)) = self.covered {
            findings.push(Finding::new(Code::W172).at(table.place(row, col)).found(text));
        }
        let holds_values = |col: &u32| table.columns.iter().any(|c| c.col == *col && !may_be_merged(c.word));
        for ((row, col), _) in self.shared.iter().filter(|(_, cols)| cols.iter().any(holds_values)) {
            let value = table.rows.iter().flat_map(|r| &r.cells).find(|c| c.at == (*row, *col));
            let found = value.map(|cell| cell.value.text()).unwrap_or_default();
            findings.push(Finding::new(Code::W173).at(table.place(*row, *col)).found(found));
        }
    }
}

/// Columns in which one cell may well stand for several rows: names, classes, remarks.
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

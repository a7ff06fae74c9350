//! The marks of one sheet, each kept once. A value that was read without a finding means the same in every later cell.

use std::collections::BTreeMap;

use super::marks::Source;
use super::sheet::Reader;
use super::ticks::Chosen;
use crate::engine::assessment::{MarkIx, Marks};
use crate::read::table::Row;
use crate::read::{RawTable, RawValue};
use crate::shared::finding::Findings;
use crate::shared::place::Place;

/// The marks of a sheet.
pub(super) struct SeenMarks<'t> {
    table: &'t RawTable,
    pub(super) marks: Marks,
    /// What values mean to a class.
    known: BTreeMap<(usize, &'t RawValue), MarkIx>,
}

/// The cells of one mark.
#[derive(Clone, Copy)]
pub(super) struct Cells<'m, 't> {
    pub(super) class: usize,
    pub(super) row: &'t Row,
    pub(super) source: &'m Source<'m>,
}

/// A mark and its cell.
pub(super) struct MarkAt {
    pub(super) mark: MarkIx,
    pub(super) at: Place,
}

impl<'t> SeenMarks<'t> {
    /// No mark of a table yet.
    pub(super) fn of(table: &'t RawTable) -> Self {
        Self { table, marks: Marks::default(), known: BTreeMap::new() }
    }

    /// The mark in the cells of a row.
    pub(super) fn mark(&mut self, reader: &Reader<'_>, cells: Cells<'_, 't>, findings: &mut Findings<'_>) -> MarkAt {
        let Cells { class, row, source } = cells;
        let value = match source {
            Source::Value(column) => {
                let cell = self.table.cell(row, column);
                cell.value.map(|value| (value, cell.at))
            }
            Source::Choices(_) => None,
        };
        if let Some((value, at)) = value
            && let Some(mark) = self.known.get(&(class, value))
        {
            return MarkAt { mark: *mark, at };
        }
        let before = findings.len();
        let Chosen { mark, written, at } = reader.chosen(class, self.table, row, source, findings);
        let mark = self.marks.add(mark, &written);
        if let Some((value, _)) = value
            && findings.len() == before
        {
            self.known.insert((class, value), mark);
        }
        MarkAt { mark, at }
    }
}

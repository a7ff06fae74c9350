//! What cells of one sheet were read as. Sheets may have millions of rows with a few thousand different cells: a value that was
//! read without a finding means the same in every later row, and each mark is kept once.

use std::collections::BTreeMap;

use super::marks::Source;
use super::sheet::{Marked, Reader};
use super::ticks::Chosen;
use crate::check::Context;
use crate::check::identity::{self, UNIT};
use crate::engine::assessment::{MarkIx, Marks, UnitIx};
use crate::read::table::Row;
use crate::read::{RawTable, RawValue, Word};
use crate::shared::finding::Findings;
use crate::shared::place::Place;

/// What a cell holds.
type Held = Option<RawValue>;
/// The cells that say whose a row is.
const OWNER: [Word; 3] = [Word::Class, Word::Rater, Word::Home];

/// What was read on a sheet so far.
pub(super) struct Seen<'m, 't> {
    table: &'t RawTable,
    /// The marks of the sheet.
    pub(super) marks: Marks,
    /// What values mean, by class.
    meanings: BTreeMap<usize, BTreeMap<RawValue, MarkIx>>,
    /// The index of the owner of a row, by the cells that name it.
    owners: BTreeMap<[Held; 3], usize>,
    units: BTreeMap<[Held; 3], UnitIx>,
    /// The unit of the last row.
    last: UnitIx,
    /// What a row marks, by the cell that names a node.
    marked: BTreeMap<Held, Vec<Marked<'m, 't>>>,
}

/// The cells of one mark.
#[derive(Clone, Copy)]
pub(super) struct Cells<'m> {
    pub(super) class: usize,
    pub(super) row: &'m Row,
    pub(super) source: &'m Source<'m>,
}

/// A mark and its cell.
pub(super) struct MarkAt {
    pub(super) mark: MarkIx,
    pub(super) at: Place,
}

impl<'m, 't> Seen<'m, 't> {
    /// Nothing of a table yet.
    pub(super) fn of(table: &'t RawTable) -> Self {
        let marks = Marks::default();
        let (meanings, owners) = (BTreeMap::new(), BTreeMap::new());
        let (units, marked) = (BTreeMap::new(), BTreeMap::new());
        Self { table, marks, meanings, owners, units, last: UnitIx(0), marked }
    }

    fn cells(&self, row: &Row, words: [Word; 3]) -> [Held; 3] {
        words.map(|word| self.table.get(row, word).value.cloned())
    }

    /// The owner of a row; none after a finding.
    pub(super) fn owner(
        &mut self,
        row: &Row,
        findings: &mut Findings<'_>,
        read: impl FnOnce(&mut Findings<'_>) -> Option<usize>,
    ) -> Option<usize> {
        let cells = self.cells(row, OWNER);
        kept(&mut self.owners, cells, findings, read)
    }

    /// The unit of a row; none after a finding. Most sheets name the units in the order of the roster.
    pub(super) fn unit(
        &mut self,
        context: &Context<'_>,
        row: &Row,
        findings: &mut Findings<'_>,
        read: impl FnOnce(&mut Findings<'_>) -> Option<UnitIx>,
    ) -> Option<UnitIx> {
        let near = [self.last, UnitIx(self.last.0 + 1)];
        let near = near.into_iter().find(|unit| identity::names_exactly(context, self.table, row, *unit));
        let unit = match near {
            Some(unit) => unit,
            None => {
                let cells = self.cells(row, UNIT);
                kept(&mut self.units, cells, findings, read)?
            }
        };
        self.last = unit;
        Some(unit)
    }

    /// What a row marks; none where that is nothing.
    pub(super) fn marked(
        &mut self,
        row: &Row,
        findings: &mut Findings<'_>,
        read: impl FnOnce(&mut Findings<'_>) -> Option<Vec<Marked<'m, 't>>>,
    ) -> Option<Vec<Marked<'m, 't>>> {
        kept(&mut self.marked, self.table.get(row, Word::Node).value.cloned(), findings, read)
    }

    /// The mark in the cells of a row.
    pub(super) fn mark(&mut self, reader: &Reader<'_>, cells: Cells<'_>, findings: &mut Findings<'_>) -> MarkAt {
        let Cells { class, row, source } = cells;
        let value = match source {
            Source::Value(column) => {
                let cell = self.table.cell(row, column);
                cell.value.map(|value| (value, cell.at))
            }
            Source::Choices(_) => None,
        };
        if let Some((value, at)) = value
            && let Some(mark) = self.meanings.get(&class).and_then(|of_class| of_class.get(value))
        {
            return MarkAt { mark: *mark, at };
        }
        let before = findings.len();
        let Chosen { mark, written, at } = reader.chosen(class, self.table, row, source, findings);
        let mark = self.marks.add(mark, &written);
        if let Some((value, _)) = value
            && findings.len() == before
        {
            self.meanings.entry(class).or_default().insert(value.clone(), mark);
        }
        MarkAt { mark, at }
    }
}

/// What cells were read as, kept if they are read without a finding.
fn kept<K: Ord, V: Clone>(
    known: &mut BTreeMap<K, V>,
    cells: K,
    findings: &mut Findings<'_>,
    read: impl FnOnce(&mut Findings<'_>) -> Option<V>,
) -> Option<V> {
    if let Some(value) = known.get(&cells) {
        return Some(value.clone());
    }
    let before = findings.len();
    let value = read(findings)?;
    if findings.len() == before {
        known.insert(cells, value.clone());
    }
    Some(value)
}

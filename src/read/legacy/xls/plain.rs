//! The plain copy of an .xls that the parser is given: one stream, in a new container.
//!
//! The parser allocates all cells between the first and the last one, and as many as a sheet declares. In the copy no
//! sheet declares anything, and its rows and columns are numbered by those that are not empty, so only these are
//! allocated; [`Grid`] records where they were.

use std::io::{Cursor, Write as _};

use cfb::CompoundFile as Container;

use super::super::Facts;
use super::super::records::{Biff, u16_at};
use super::{BOF, BOOLERR, EOF, FORMULA, LABEL, LABELSST, MULRK, NUMBER, RK, RSTRING};
use crate::shared::place::Position;

/// The rows and columns of a sheet that are not empty.
pub(super) struct Grid {
    rows: Vec<u32>,
    cols: Vec<u32>,
}

impl Grid {
    /// The grid of a sheet.
    pub(super) fn of(facts: &Facts) -> Self {
        let sorted = |mut list: Vec<u32>| {
            list.sort_unstable();
            list.dedup();
            list
        };
        let rows = sorted(facts.marks.keys().map(|at| at.row).collect());
        Self { rows, cols: sorted(facts.marks.keys().map(|at| at.col).collect()) }
    }

    /// The position in the workbook of a cell of the copy.
    pub(super) fn cell(&self, row: usize, col: usize) -> Option<Position> {
        Some(Position::new(*self.rows.get(row)?, *self.cols.get(col)?))
    }

    /// Replaces a field by its index among the non-empty rows or columns.
    fn renumber(list: &[u32], field: &mut [u8]) {
        let number = u16_at(field, 0).and_then(|own| list.binary_search(&own.into()).ok());
        if let Some(number) = number.and_then(|number| u16::try_from(number).ok()) {
            field.copy_from_slice(&number.to_le_bytes());
        }
    }
}

/// Renumbers the cells of the sheet that starts at an offset.
pub(super) fn sheet(stream: &mut [u8], offset: usize, grid: &Grid) {
    let mut depth = 0;
    let mut at = offset;
    while let Some((kind, length)) = {
        let mut records = Biff::from(stream, at);
        records.next().map(|(kind, record)| (kind, record.len()))
    } {
        let end = at + 4 + length;
        let record = &mut stream[at + 4..end];
        match (kind, depth) {
            (BOF, _) => depth += 1,
            (EOF, 0 | 1) => return,
            (EOF, _) => depth -= 1,
            (NUMBER | LABEL | RSTRING | BOOLERR | RK | LABELSST | FORMULA | MULRK, 1) if length >= 6 => {
                Grid::renumber(&grid.rows, &mut record[..2]);
                Grid::renumber(&grid.cols, &mut record[2..4]);
                if kind == MULRK {
                    Grid::renumber(&grid.cols, &mut record[length - 2..]);
                }
            }
            // The parser skips it as a blank cell.
            (DIMENSIONS, 0 | 1) => stream[at..at + 2].copy_from_slice(&BLANK.to_le_bytes()),
            _ => {}
        }
        at = end;
    }
}

/// Puts a stream into a container.
pub(super) fn container(stream: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut container = Container::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))?;
    container.create_stream("/Workbook")?.write_all(stream)?;
    container.flush()?;
    Ok(container.into_inner().into_inner())
}

const DIMENSIONS: u16 = 0x0200;
const BLANK: u16 = 0x0201;

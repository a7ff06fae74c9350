//! Check boxes over data cells: if a file gives the cell of each one, its state is that cell's value.

use super::{RawTable, RowCell};
use crate::read::book::{CheckBox, Controls, Sheet};
use crate::read::value::RawValue;
use crate::shared::place::Located;

/// Puts the states of check boxes into the cells of the data rows, as if each were linked to its cell.
///
/// Returns how many check boxes there are and where the first one is, if a state is unknown, or lies in a data row
/// where no value can be: outside the columns, or over a non-empty cell. No state is used then.
pub(super) fn read(sheet: &Sheet, table: &mut RawTable) -> Option<Located<usize>> {
    let Controls { count, first, boxes } = sheet.controls.as_ref()?;
    let unread = Located::new(*count, table.place(first.row, first.col));
    let Some(boxes) = boxes else { return Some(unread) };
    let over_rows: Vec<&CheckBox> = boxes.iter().filter(|own| table.rows.find(own.at.row).is_some()).collect();
    let is_free = |own: &&CheckBox| {
        let row = table.rows.find(own.at.row);
        let mut cells = row.iter().flat_map(|row| &row.cells).filter(|cell| cell.col == own.at.col);
        table.column_at(own.at.col).is_some() && cells.all(|cell| cell.value.is_blank())
    };
    if !over_rows.iter().all(is_free) {
        return Some(unread);
    }
    let rows = table.rows.open();
    for own in over_rows {
        let Ok(at) = rows.binary_search_by_key(&own.at.row, |row| row.row) else { continue };
        let cells = &mut rows[at].cells;
        cells.retain(|cell| cell.col != own.at.col);
        let place = cells.partition_point(|cell| cell.col < own.at.col);
        cells.insert(place, RowCell { col: own.at.col, value: RawValue::Flag(own.checked), at: own.at });
    }
    None
}

//! Pictures in cells for values: their content cannot be read, so the cell is not blank but faulty.

use super::RawTable;
use super::remarks::{Holds, holds};
use crate::shared::finding::{Code, Describe as _, Findings};

/// Reports the value cells that contain only a picture.
pub(super) fn read(table: &RawTable, findings: &mut Findings<'_>) {
    for picture in &table.pictures {
        let Some(inside) = picture.inside else { continue };
        let row = table.rows.find(inside.top);
        let column = table.column_at(inside.left).filter(|column| holds(table.kind, column.word) == Holds::Value);
        let Some((row, column)) = row.zip(column) else { continue };
        let cell = table.cell(&row, column);
        if cell.value.is_none_or(super::RawValue::is_blank) {
            findings.add(Code::E236).at(cell.at).found(&picture.name);
        }
    }
}

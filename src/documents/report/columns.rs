//! Tables by columns: the key of a header and what a row shows below it are said at one place.

use super::document::{CellDoc, SheetDoc};
use super::view::View;

/// A column: the catalogue key of its header, and its cell for a row.
pub(super) type Column<'c, 'o, R> = (&'static str, &'c dyn Fn(R) -> CellDoc<'o>);

/// The cells of a row.
pub(super) fn cells<'o, R: Copy>(columns: &[Column<'_, 'o, R>], row: R) -> Vec<CellDoc<'o>> {
    columns.iter().map(|(_, cell)| cell(row)).collect()
}

impl<'o> View<'o> {
    /// The header cells of columns.
    pub(super) fn heads<R>(&self, columns: &[Column<'_, 'o, R>]) -> Vec<CellDoc<'o>> {
        columns.iter().map(|(key, _)| CellDoc::header(self.text(key))).collect()
    }

    /// Adds a table whose header is repeated on every page; returns the row of the sheet below the header.
    pub(super) fn table<R: Copy>(
        &self,
        sheet: &mut SheetDoc<'o>,
        rows: impl IntoIterator<Item = R>,
        columns: &[Column<'_, 'o, R>],
    ) -> usize {
        sheet.header(self.heads(columns));
        below(sheet, rows, columns)
    }

    /// Adds a table among others of a sheet; returns the row of the sheet below the header.
    pub(super) fn part<R: Copy>(
        &self,
        sheet: &mut SheetDoc<'o>,
        rows: impl IntoIterator<Item = R>,
        columns: &[Column<'_, 'o, R>],
    ) -> usize {
        sheet.row(self.heads(columns));
        below(sheet, rows, columns)
    }
}

/// Adds rows; returns the first.
fn below<'o, R: Copy>(
    sheet: &mut SheetDoc<'o>,
    rows: impl IntoIterator<Item = R>,
    columns: &[Column<'_, 'o, R>],
) -> usize {
    let top = sheet.next_row();
    rows.into_iter().for_each(|row| sheet.row(cells(columns, row)));
    top
}

//! 进步名单: units that rose far enough in their group, and a chart of the largest moves.

use super::{Book, Picture, picture};
use crate::documents::report::columns::Column;
use crate::documents::report::document::{CellDoc, SheetDoc};
use crate::result::compare::UnitRow;
use crate::result::diff::UnitState;
use crate::shared::i18n::say;

/// Units in the chart of the largest moves.
const PICTURED: usize = 24;

impl<'b> Book<'b> {
    pub(super) fn progress(&self) -> SheetDoc<'b> {
        let view = &self.view;
        let mut sheet = self.sheet("sheet.compare.progress");
        // Space for names even if none is listed.
        sheet.filling.widths = vec![(2, 22), (3, 16)];
        sheet.section(view.text("compare.section.progress"));
        match self.comparison.progress_places.filter(|places| *places > 0) {
            Some(places) => {
                sheet.note(say!(view, "compare.progress.rule", places));
                let units = self.comparison.progress();
                if units.is_empty() {
                    sheet.note(view.text("report.none"));
                } else {
                    self.moves(&mut sheet, &units);
                }
            }
            None => sheet.note(view.text("compare.progress.none")),
        }
        self.largest_moves(&mut sheet);
        sheet.closing(view.text("report.signature"));
        sheet.finish()
    }

    /// A table of moves; returns its first row.
    fn moves(&self, sheet: &mut SheetDoc<'b>, units: &[&'b UnitRow]) -> usize {
        let (view, words) = (&self.view, self.words());
        let rank = |state: Option<&UnitState>| CellDoc::optional_count(state.and_then(UnitState::rank));
        let group = |unit: &'b UnitRow| unit.new.as_ref().map_or("", |state| state.group.as_str());
        let columns: [Column<'_, 'b, (usize, &'b UnitRow)>; 9] = [
            ("header.number", &|(index, _)| CellDoc::count(index + 1)),
            ("header.unit-code", &|(_, unit)| CellDoc::center(&unit.code)),
            ("header.unit", &|(_, unit)| CellDoc::text(&unit.name)),
            ("header.group", &|(_, unit)| CellDoc::center(group(unit))),
            ("compare.rank-was", &|(_, unit)| rank(unit.old.as_ref())),
            ("compare.rank-is", &|(_, unit)| rank(unit.new.as_ref())),
            ("compare.places", &|(_, unit)| self.places(unit.places())),
            ("compare.difference.total", &|(_, unit)| self.difference(unit.total.as_deref())),
            ("header.grade", &|(_, unit)| CellDoc::center(words.grade(unit.new.as_ref()))),
        ];
        let shown = if self.comparison.is_graded() { &columns[..] } else { &columns[..8] };
        view.part(sheet, units.iter().copied().enumerate(), shown)
    }

    /// The largest moves, up and down, as a table with its chart.
    fn largest_moves(&self, sheet: &mut SheetDoc<'b>) {
        let view = &self.view;
        sheet.section(view.text("compare.section.moves"));
        let mut units: Vec<&UnitRow> =
            self.comparison.units.iter().filter(|unit| unit.places().is_some_and(|places| places != 0)).collect();
        units.sort_by_key(|unit| std::cmp::Reverse(unit.places().unwrap_or(0).unsigned_abs()));
        units.truncate(PICTURED);
        // Risers above, fallers below, so that the chart can be read from the top.
        units.sort_by_key(|unit| std::cmp::Reverse(unit.places()));
        if units.is_empty() {
            // The header determines the width of the sheet, even if there is nothing below it.
            self.moves(sheet, &units);
            return sheet.note(view.text("report.none"));
        }
        let top = self.moves(sheet, &units);
        let bottom = sheet.next_row() - 1;
        let chart = Picture {
            title: view.text("compare.moves.chart"),
            axis: view.text("compare.places"),
            rows: (top, bottom),
            names: 2,
            column: 6,
            values: units.iter().map(|unit| unit.places().unwrap_or(0) as f64).collect(),
            decimals: 0,
        };
        picture(sheet, &chart);
    }
}

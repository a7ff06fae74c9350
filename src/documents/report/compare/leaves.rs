//! 指标变化: indicators over all units compared, and each unit's differences by indicator.

use crate::shared::i18n::say;
use std::borrow::Cow;

use super::{Book, Picture, picture};
use crate::documents::report::columns::Column;
use crate::documents::report::document::{CellDoc, SheetDoc, Style};
use crate::result::compare::LeafSummary;
use crate::shared::number::Exact;

impl<'b> Book<'b> {
    pub(super) fn leaves(&self) -> SheetDoc<'b> {
        let view = &self.view;
        let mut sheet = self.sheet("sheet.compare.leaves");
        let top = self.leaf_table(&mut sheet);
        if self.comparison.leaves.is_empty() {
            sheet.filling.widths.push((1, 44));
            sheet.note(view.text("compare.leaves.none"));
            return sheet.finish();
        }
        let bottom = sheet.next_row() - 1;
        let value = |leaf: &LeafSummary| leaf.difference.as_ref().and_then(|text| text.parse().ok()).unwrap_or(0.0);
        let chart = Picture {
            title: view.text("compare.leaves.chart"),
            axis: view.text("compare.difference.points"),
            rows: (top, bottom),
            names: 1,
            column: 7,
            values: self.comparison.leaves.iter().map(value).collect(),
            decimals: 1,
        };
        picture(&mut sheet, &chart);
        sheet.closing(view.text("compare.leaves.note"));
        sheet.finish()
    }

    fn leaf_table(&self, sheet: &mut SheetDoc<'b>) -> usize {
        let name = |leaf: &'b LeafSummary| match &leaf.was {
            Some(was) => Cow::Owned(say!(self.view, "compare.leaf.was", name = leaf.name, was)),
            None => Cow::Borrowed(leaf.name.as_str()),
        };
        let full = |leaf: &LeafSummary| if leaf.old_full == leaf.new_full { Style::Center } else { Style::Warning };
        let columns: [Column<'_, 'b, &'b LeafSummary>; 10] = [
            ("header.id", &|leaf| CellDoc::center(&leaf.code)),
            ("header.item", &|leaf| CellDoc::text(name(leaf))),
            ("compare.full-was", &|leaf| CellDoc::center(&leaf.old_full)),
            ("compare.full-is", &|leaf| CellDoc::styled(&leaf.new_full, full(leaf))),
            ("header.units", &|leaf| CellDoc::count(leaf.units)),
            ("compare.mean-was", &|leaf| CellDoc::optional_printed(leaf.old.as_deref())),
            ("compare.mean-is", &|leaf| CellDoc::optional_printed(leaf.new.as_deref())),
            ("compare.difference", &|leaf| self.difference(leaf.difference.as_deref())),
            ("compare.leaf-rose", &|leaf| CellDoc::count(leaf.rose)),
            ("compare.leaf-fell", &|leaf| CellDoc::count(leaf.fell)),
        ];
        self.view.table(sheet, &self.comparison.leaves, &columns)
    }

    /// Each unit's differences by indicator; none without common indicators.
    pub(super) fn unit_leaves(&self) -> Option<SheetDoc<'b>> {
        let (view, leaves) = (&self.view, &self.comparison.leaves);
        if leaves.is_empty() {
            return None;
        }
        let mut sheet = self.sheet("sheet.compare.unit-leaves").landscape().freeze(2);
        let mut header = view.headers(&["header.unit-code", "header.unit"]);
        header.extend(leaves.iter().map(|leaf| CellDoc::header(format!("{}\n{}", leaf.code, leaf.name))));
        sheet.header(header);
        for unit in self.comparison.units.iter().filter(|unit| unit.is_compared() && !unit.leaves.is_empty()) {
            let mut cells = vec![CellDoc::center(&unit.code), CellDoc::text(&unit.name)];
            cells.extend(leaves.iter().map(|leaf| {
                let Some(difference) = unit.leaves.get(&leaf.code).and_then(|part| part.difference) else {
                    return CellDoc::missing();
                };
                let style = match difference.as_bytes().first() {
                    Some(b'+') => Style::Good,
                    Some(b'-') => Style::Bad,
                    _ => Style::Center,
                };
                // Exact differences of points may have many digits: the table shows the published decimals.
                let published = view.outcome.model.score.published();
                let shown = Exact::parse(&difference).map(|value| published.print(&value));
                shown.map_or_else(CellDoc::missing, CellDoc::printed).role(style)
            }));
            sheet.row(cells);
        }
        sheet.closing(view.text("compare.unit-leaves.note"));
        Some(sheet.finish())
    }
}

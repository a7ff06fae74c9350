//! 变更对照: every unit before and after, with its differences and why it moved.

use super::Book;
use crate::documents::report::document::{CellDoc, SheetDoc, Style};
use crate::result::compare::{GradeMove, UnitRow};
use crate::result::diff::UnitState;

/// Columns before those of the components, and how many of them are about grades.
const BEFORE_COMPONENTS: usize = 16;
/// See [`BEFORE_COMPONENTS`].
const OF_GRADES: usize = 3;
/// Width of the columns of units and of remarks, in characters.
const UNIT_WIDTH: u16 = 22;
/// See [`UNIT_WIDTH`].
const REMARK_WIDTH: u16 = 28;

impl<'b> Book<'b> {
    pub(super) fn units(&self) -> SheetDoc<'b> {
        let (view, words) = (&self.view, self.words());
        let mut sheet = self.sheet("sheet.compare").landscape().freeze(3).filtered();
        self.unit_header(&mut sheet);
        // The last column is a sentence, which narrow columns would wrap word by word.
        sheet.filling.widths.push((2, UNIT_WIDTH));
        let left_out = if self.comparison.is_graded() { 0 } else { OF_GRADES };
        sheet.filling.widths.push((BEFORE_COMPONENTS - left_out + self.components().count(), REMARK_WIDTH));
        for (index, unit) in self.comparison.units.iter().enumerate() {
            sheet.row(self.unit_row(index, unit));
        }
        if self.comparison.units.is_empty() {
            sheet.note(view.text("report.none"));
        }
        if !self.comparison.different {
            sheet.closing(words.lang.text("compare.same"));
        }
        sheet.closing(view.text("compare.units.note"));
        sheet.closing(view.text("report.signature"));
        sheet.finish()
    }

    /// Components that both models have, in the order of the later one.
    fn components(&self) -> impl Iterator<Item = &'b str> {
        let old = &self.old.model.components;
        let both = self.view.outcome.model.components.iter().filter(|c| old.iter().any(|was| was.id == c.id));
        both.map(|component| component.id.as_str())
    }

    fn unit_header(&self, sheet: &mut SheetDoc<'b>) {
        let view = &self.view;
        let components = self.components().count();
        let mut top = view.tall_headers(&["header.number", "header.unit-code", "header.unit", "header.group"], 2);
        let mut low: Vec<CellDoc> = (0..4).map(|_| CellDoc::covered()).collect();
        let by_scheme = self.comparison.is_ranked_by_scheme().then_some("header.rank-scheme");
        let graded = self.comparison.is_graded().then_some("header.grade");
        let keys = ["header.total", "header.rank-group"].into_iter().chain(by_scheme).chain(["header.rank-overall"]);
        for key in keys.chain(graded) {
            top.push(CellDoc::header(view.text(key)).across(3));
            low.extend(view.headers(&["compare.was", "compare.is"]));
            let last = match key {
                "header.total" => "compare.difference",
                "header.grade" => "compare.moved",
                _ => "compare.places",
            };
            low.push(CellDoc::header(view.text(last)));
        }
        if components > 0 {
            top.push(CellDoc::header(view.text("compare.components")).across(components as u16));
            low.extend(self.components().map(|id| CellDoc::header(view.component_name(id))));
        }
        top.push(CellDoc::header(view.text("compare.remark")).down(2));
        low.push(CellDoc::covered());
        sheet.header(top);
        sheet.header(low);
    }

    fn unit_row(&self, index: usize, unit: &'b UnitRow) -> Vec<CellDoc<'b>> {
        let words = self.words();
        let (old, new) = (unit.old.as_ref(), unit.new.as_ref());
        let group = new.or(old).map_or("", |state| state.group.as_str());
        let total = |state: Option<&'b UnitState>| CellDoc::optional_printed(state.and_then(|s| s.total.as_deref()));
        let rank = |state: Option<&UnitState>| CellDoc::optional_count(state.and_then(|s| s.rank_group));
        let overall = |state: Option<&UnitState>| CellDoc::optional_count(state.and_then(|s| s.rank_overall));
        let grade = |state: Option<&'b UnitState>| CellDoc::center(words.grade(state));
        let moved = match unit.grade {
            Some(GradeMove::Better) => Style::Good,
            Some(GradeMove::Worse) => Style::Bad,
            Some(GradeMove::Other) | None => Style::Center,
        };
        let mut cells = vec![
            CellDoc::count(index + 1),
            CellDoc::center(&unit.code),
            CellDoc::text(&unit.name),
            CellDoc::center(group),
            total(old),
            total(new),
            self.difference(unit.total.as_deref()),
            rank(old),
            rank(new),
            self.places(unit.rank_group),
        ];
        if self.comparison.is_ranked_by_scheme() {
            let rank = |state: Option<&UnitState>| CellDoc::optional_count(state.and_then(|s| s.rank_scheme));
            cells.extend([rank(old), rank(new), self.places(unit.rank_scheme)]);
        }
        cells.extend([overall(old), overall(new), self.places(unit.rank_overall)]);
        if self.comparison.is_graded() {
            cells.extend([grade(old), grade(new), CellDoc::styled(words.grade_move(unit), moved)]);
        }
        cells.extend(self.components().map(|id| {
            let part = unit.components.iter().find(|part| part.code == id);
            self.difference(part.and_then(|part| part.difference.as_deref()))
        }));
        let said = [words.link(unit), words.causes(unit)].into_iter().filter(|text| !text.is_empty());
        cells.push(CellDoc::text(words.lang.join("suggest.reasons", said)));
        cells
    }
}

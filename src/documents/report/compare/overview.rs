//! 概况 of a comparison: the two results, how many units moved, grades, similarity of the rankings, names, method.

use super::Book;
use crate::documents::report::causes::award_line;
use crate::documents::report::document::{CellDoc, MISSING, SheetDoc, Style};
use crate::result::compare::Link;
use crate::result::outcome::Outcome;
use crate::shared::groups::counted;

impl<'b> Book<'b> {
    pub(super) fn overview(&self) -> SheetDoc<'b> {
        let mut sheet = self.sheet("sheet.overview");
        self.sides(&mut sheet);
        self.counts(&mut sheet);
        if self.comparison.is_graded() {
            self.grades(&mut sheet);
        }
        self.correlations(&mut sheet);
        self.awards(&mut sheet);
        self.links(&mut sheet);
        self.method(&mut sheet);
        sheet.closing(self.view.text("report.signature"));
        sheet.finish()
    }

    fn sides(&self, sheet: &mut SheetDoc<'b>) {
        let view = &self.view;
        // The fingerprint of a model cannot be wrapped.
        sheet.filling.widths.push((5, 16));
        sheet.section(view.text("compare.section.sides"));
        let keys = ["compare.which", "compare.version", "compare.period", "compare.as-of", "header.units"];
        let mut header = view.headers(&keys);
        header.push(CellDoc::header(view.text("compare.model")).across(CellDoc::WHOLE));
        sheet.row(header);
        let row = |key: &str, outcome: &'b Outcome| {
            let version = if outcome.draft { view.text("report.draft") } else { &outcome.version };
            let hash: String = outcome.model.hash.chars().take(12).collect();
            vec![
                CellDoc::center(view.text(key)),
                CellDoc::center(version),
                CellDoc::center(&outcome.model.period),
                outcome.model.as_of.map_or_else(CellDoc::missing, |date| CellDoc::text(date.to_string())),
                CellDoc::count(outcome.units.len()),
                CellDoc::text(hash).across(CellDoc::WHOLE),
            ]
        };
        sheet.row(row("compare.old", self.old));
        sheet.row(row("compare.new", view.outcome));
    }

    fn counts(&self, sheet: &mut SheetDoc<'b>) {
        let (view, counts) = (&self.view, &self.comparison.counts);
        sheet.section(view.text("compare.section.counts"));
        let mut first = view.headers(&["compare.compared", "compare.renamed", "compare.merged"]);
        first.extend(view.headers(&["compare.added", "compare.removed", "compare.totals"]));
        sheet.row(first);
        let numbers = [counts.compared, counts.renamed, counts.merged, counts.added, counts.removed, counts.totals];
        sheet.row(numbers.map(CellDoc::count).to_vec());
        let graded = self.comparison.is_graded();
        let by_scheme = self.comparison.is_ranked_by_scheme();
        let [rose, fell] = match by_scheme {
            true => ["compare.rose.scheme", "compare.fell.scheme"],
            false => ["compare.rose", "compare.fell"],
        };
        let mut second = vec![(rose, counts.rose), (fell, counts.fell)];
        if graded {
            second.extend([("compare.better", counts.better), ("compare.worse", counts.worse)]);
        }
        second.push(("compare.progressed", counts.progress));
        sheet.row(second.iter().map(|(key, _)| CellDoc::header(view.text(key))).collect());
        sheet.row(second.iter().map(|(_, count)| CellDoc::count(*count)).collect());
    }

    /// Changes from grade to grade, over the compared units.
    fn grades(&self, sheet: &mut SheetDoc<'b>) {
        let (view, words) = (&self.view, self.words());
        sheet.section(view.text("compare.section.grades"));
        let compared = self.comparison.units.iter().filter(|unit| unit.is_compared());
        let moves = counted(compared.map(|unit| [&unit.old, &unit.new].map(|state| words.grade(state.as_ref()))));
        let order = |outcome: &'b Outcome, all: Vec<&'b str>| -> Vec<&'b str> {
            let own: Vec<&str> = outcome.model.grades.iter().map(|grade| grade.name.as_str()).collect();
            let mut others: Vec<&str> = all.into_iter().filter(|name| !own.contains(name)).collect();
            others.sort_unstable();
            others.dedup();
            own.into_iter().chain(others).collect()
        };
        let from = order(self.old, moves.keys().map(|[from, _]| *from).collect());
        let to = order(view.outcome, moves.keys().map(|[_, to]| *to).collect());
        let mut header = vec![CellDoc::header(view.text("compare.from-to"))];
        header.extend(to.iter().map(|name| CellDoc::header(*name)));
        header.push(CellDoc::header(view.text("header.sum")));
        sheet.row(header);
        for was in &from {
            let count = |now: &&str| moves.get(&[*was, *now]).copied().unwrap_or(0);
            let mut cells = vec![CellDoc::center(*was)];
            cells.extend(to.iter().map(|now| {
                let style = if was == now { Style::Strong } else { Style::Center };
                CellDoc::count(count(now)).role(style)
            }));
            cells.push(CellDoc::count(to.iter().map(count).sum()));
            sheet.row(cells);
        }
    }

    fn correlations(&self, sheet: &mut SheetDoc<'b>) {
        let view = &self.view;
        sheet.section(view.text("compare.section.correlation"));
        sheet.row(view.headers(&["header.group", "compare.ranked-both", "compare.spearman", "compare.kendall"]));
        for one in &self.comparison.correlation {
            let style = if one.group.is_none() { Style::Strong } else { Style::Center };
            let cells = [
                CellDoc::center(one.group.as_deref().unwrap_or(view.text("report.all"))),
                CellDoc::count(one.units),
                CellDoc::optional_printed(one.spearman.as_deref()),
                CellDoc::optional_printed(one.kendall.as_deref()),
            ];
            sheet.row(cells.map(|cell| cell.role(style)).to_vec());
        }
        sheet.note(view.text("compare.correlation.note"));
    }

    /// Awards that were won or lost; nothing where there is none.
    fn awards(&self, sheet: &mut SheetDoc<'b>) {
        if self.comparison.awards.is_empty() {
            return;
        }
        sheet.section(self.view.text("report.awards"));
        for change in &self.comparison.awards {
            sheet.row(vec![CellDoc::text(award_line(self.view.lang, change)).across(CellDoc::WHOLE)]);
        }
    }

    /// Units without a one-to-one counterpart: renamed, merged, added, removed.
    fn links(&self, sheet: &mut SheetDoc<'b>) {
        let (view, words) = (&self.view, self.words());
        let mut linked = self.comparison.units.iter().filter(|unit| unit.link != Link::Same).peekable();
        if linked.peek().is_none() {
            return;
        }
        sheet.section(view.text("compare.section.links"));
        let mut header = view.headers(&["header.unit-code"]);
        header.push(CellDoc::header(view.text("header.unit")).across(2));
        header.push(CellDoc::header(view.text("compare.link")).across(CellDoc::WHOLE));
        sheet.row(header);
        for unit in linked {
            sheet.row(vec![
                CellDoc::center(&unit.code),
                CellDoc::text(&unit.name).across(2),
                CellDoc::text(words.link(unit)).across(CellDoc::WHOLE),
            ]);
        }
    }

    fn method(&self, sheet: &mut SheetDoc<'b>) {
        let (view, words) = (&self.view, self.words());
        if self.comparison.old.model == self.comparison.new.model {
            return;
        }
        sheet.section(view.text("compare.section.method"));
        if self.comparison.method.is_empty() {
            return sheet.note(view.text("compare.method.unlisted"));
        }
        let mut header = vec![CellDoc::header(view.text("compare.value")).across(2)];
        header.extend(view.headers(&["compare.which-value", "compare.was", "compare.is"]));
        sheet.row(header);
        for change in &self.comparison.method {
            let (what, field) = words.method(change);
            let value = |value: &'b Option<String>| CellDoc::center(value.as_deref().unwrap_or(MISSING));
            let mut cells = vec![CellDoc::text(what).across(2), CellDoc::center(field)];
            cells.extend([value(&change.old), value(&change.new)]);
            sheet.row(cells);
        }
    }
}

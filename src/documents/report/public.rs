//! The public profile, 公示版: the results of the units, the places available, and how to appeal. It shows nothing of the
//! calculation.

use crate::shared::groups::counted;
use crate::shared::i18n::say;
use std::borrow::Cow;

use super::distribution;
use super::document::{CellDoc, Document, RowDoc, SheetDoc, Style};
use super::view::View;
use crate::result::outcome::{Mode, Outcome, RankScope, UnitOutcome};

/// The public workbook of an outcome: one sheet, determined by the outcome alone.
pub fn public(outcome: &Outcome) -> Document<'_> {
    let view = View::new(outcome);
    view.document(&outcome.model.title, vec![sheet(&view)]).marked(view.draft().map(Cow::Borrowed))
}

fn sheet<'o>(view: &View<'o>) -> SheetDoc<'o> {
    let (outcome, model) = (view.outcome, &view.outcome.model);
    let title = say!(view, "report.public.title", title = model.title);
    let title = if outcome.draft { say!(view, "report.draft.title", title) } else { title };
    let mut sheet = SheetDoc::new(view.text("sheet.public"), view.seamed(&title));
    sheet.subtitle(say!(view, "report.public.line", issuer = model.issuer, period = model.period));
    let mut header = view.headers(&["header.number", "header.unit", "header.group"]);
    if model.feedback.show_rank {
        header.extend(view.headers(&["header.rank-group", "header.rank-overall"]));
        header.extend(by_scheme(view).then(|| CellDoc::header(view.text("header.rank-scheme"))));
        header.extend(view.headers(&["header.total"]));
    }
    if !model.grades.is_empty() {
        header.push(CellDoc::header(view.text("header.grade")));
    }
    sheet.header(header);
    for (index, unit) in units(view).into_iter().enumerate() {
        sheet.row(row(view, index, unit));
    }
    counts(view, &mut sheet);
    notice(view, &mut sheet);
    sheet.finish()
}

/// Whether units are ranked within their schemes.
fn by_scheme(view: &View<'_>) -> bool {
    view.outcome.model.rank.scope == RankScope::Scheme
}

/// Assessed units by group; by grade within it, and by rank if ranks are published. Without ranks units of one grade
/// are in the order of the roster, so that their order reveals nothing.
pub(super) fn units<'o>(view: &View<'o>) -> Vec<&'o UnitOutcome> {
    let outcome = view.outcome;
    let assessed = |unit: &&UnitOutcome| unit.roster.mode != Mode::Excluded;
    if outcome.model.feedback.show_rank {
        return view.units.iter().copied().filter(assessed).collect();
    }
    let grades = &outcome.model.grades;
    let place = |unit: &UnitOutcome| {
        let group = outcome.groups.iter().position(|group| *group == unit.roster.group);
        let grade = grades.iter().position(|grade| Some(&grade.name) == unit.grade.as_ref());
        (group, grade.unwrap_or(grades.len()))
    };
    let mut units: Vec<&UnitOutcome> = outcome.units.iter().filter(assessed).collect();
    units.sort_by_key(|unit| place(unit));
    units
}

fn row<'o>(view: &View<'o>, index: usize, unit: &'o UnitOutcome) -> Vec<CellDoc<'o>> {
    let mut cells =
        vec![CellDoc::count(index + 1), CellDoc::text(&unit.roster.name), CellDoc::center(&unit.roster.group)];
    if view.outcome.model.feedback.show_rank {
        let rank = |rank: Option<usize>| match unit.roster.mode {
            Mode::Separate => CellDoc::center(view.text("mode.separate")),
            _ => CellDoc::optional_count(rank),
        };
        cells.extend([rank(unit.rank_group), rank(unit.rank_overall)]);
        cells.extend(by_scheme(view).then(|| rank(unit.rank_scheme)));
        cells.push(CellDoc::optional_printed(unit.total.as_deref()).role(Style::Center));
    }
    if view.outcome.model.grades.is_empty() {
        return cells;
    }
    let open = view.text(if unit.deferred { "report.deferred" } else { "report.ungraded" });
    cells.push(CellDoc::center(unit.grade.as_deref().unwrap_or(open)).role(Style::Strong));
    cells
}

/// Units by group and grade, and the places of each quota.
fn counts<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) {
    let outcome = view.outcome;
    let has_grades = !outcome.model.grades.is_empty();
    sheet.section(view.text(if has_grades { "report.public.counts" } else { "report.public.groups" }));
    let grades: Vec<&str> = outcome.model.grades.iter().map(|grade| grade.name.as_str()).collect();
    let mut header =
        vec![CellDoc::header(view.text(view.scope_rows().0)).across(2), CellDoc::header(view.text("header.ranked"))];
    header.extend(grades.iter().map(|grade| CellDoc::header(*grade)));
    sheet.row(header);
    let ranked = outcome.units.iter().filter(|unit| unit.roster.mode == Mode::Ranked);
    let held = counted(ranked.flat_map(|unit| {
        let grades = [None].into_iter().chain(unit.grade.as_deref().map(Some));
        grades.flat_map(|grade| [(Some(view.row_of_scope(unit)), grade), (None, grade)])
    }));
    for group in view.scope_rows().1.into_iter().map(Some).chain([None]) {
        let count = |grade: Option<&str>| CellDoc::count(held.get(&(group, grade)).copied().unwrap_or(0));
        let mut cells = vec![CellDoc::center(group.unwrap_or(view.text("report.all"))).across(2), count(None)];
        cells.extend(grades.iter().map(|grade| count(Some(grade))));
        sheet.row(cells);
    }
    for own in distribution::by_grade(view).chunk_by(|a, b| a.grade == b.grade) {
        let said = own.iter().map(|quota| {
            let group = outcome.group_of(quota).unwrap_or(view.text("report.all"));
            say!(view, "report.public.places", group, places = quota.seats.places, taken = quota.seats.taken)
        });
        let said = view.lang.join("report.clauses", said);
        sheet.note(say!(view, "report.public.quota", grade = outcome.model.grade_name(own[0].grade), places = said));
    }
}

/// How to appeal, then issuer and date.
fn notice<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) {
    let model = &view.outcome.model;
    if let Some(days) = model.appeal_days {
        sheet.closing(say!(view, "report.public.appeal", days, issuer = model.issuer));
    }
    let date = view.as_of().map(|date| view.lang.date(date));
    for text in [Some(Cow::Borrowed(model.issuer.as_str())), date.map(Cow::Owned)].into_iter().flatten() {
        sheet.tail.push(RowDoc::of(vec![CellDoc::line(text, Style::LetterRight)]));
    }
}

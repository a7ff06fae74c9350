//! 结果运用: the consequences of the grades, unit by unit and as lists; only those declared by the model.

use crate::shared::groups::counted;
use crate::shared::i18n::say;
use std::borrow::Cow;

use super::document::{CellDoc, SheetDoc, Style};
use super::view::View;
use crate::result::outcome::{Contender, Fate, Grade, Mode, Model, Rise, UnitOutcome, carried_over, rises};
use crate::shared::number::{Exact, Shortening};

/// Columns of the table of units; without grades those that follow from them are left out. All lists below have the same
/// columns, so that the header repeated on each page applies to everything under it.
const COLUMNS: [&str; 12] = [
    "header.number",
    "header.unit-code",
    "header.unit",
    "header.group",
    "header.rank-group",
    "header.total",
    "header.grade",
    "header.parallel",
    "header.award-quota",
    "header.amount",
    "header.carry-over",
    "header.actions",
];

/// The columns that follow from grades.
const GRADED: [&str; 4] = ["header.grade", "header.parallel", "header.award-quota", "header.amount"];

/// Whether the sheet has anything to say: something follows from grades, ranks or awards.
pub(super) fn is_needed(model: &Model) -> bool {
    let other = !model.awards.is_empty() || model.progress_places.is_some() || model.carry_over.is_some();
    !model.grades.is_empty() || other
}

/// The columns of points that are carried over: one where the model carries any.
fn carried_columns(view: &View<'_>) -> usize {
    usize::from(view.outcome.model.carry_over.is_some())
}

/// Whether the model has grades.
fn has_grades(view: &View<'_>) -> bool {
    !view.outcome.model.grades.is_empty()
}

/// The sheet of consequences.
pub(super) fn sheet<'o>(view: &View<'o>) -> SheetDoc<'o> {
    let mut sheet = view.sheet("sheet.uses").landscape().freeze(3);
    let model = &view.outcome.model;
    if has_grades(view) && !model.grades.iter().any(has_consequences) {
        sheet.subtitle(view.text("report.uses.none"));
    }
    if let Some(share) = &model.carry_over {
        let rounding = view.text(match model.score.rounding {
            Shortening::HalfUp => "report.rounding.half_up",
            Shortening::Down => "report.rounding.down",
        });
        let [share, full] = [&share.0, &model.score.full.0].map(|number| view.decimal(number));
        sheet.subtitle(say!(view, "report.uses.carry-over", share, full, rounding));
    }
    let is_kept = |column: &&str| {
        let is_absent = *column == "header.carry-over" && carried_columns(view) == 0;
        (has_grades(view) || !GRADED.contains(column)) && !is_absent
    };
    sheet.header(view.headers(&COLUMNS.into_iter().filter(is_kept).collect::<Vec<_>>()));
    let units: Vec<&UnitOutcome> =
        view.units.iter().copied().filter(|unit| unit.roster.mode != Mode::Excluded).collect();
    for (index, unit) in units.iter().enumerate() {
        sheet.row(unit_row(view, index, unit));
    }
    if has_grades(view) {
        total_row(view, &units, &mut sheet);
        by_grade(view, &units, &mut sheet);
        lists(view, &units, &mut sheet);
    } else if model.progress_places.is_some() {
        progress(view, &mut sheet);
    }
    awards(view, &mut sheet);
    sheet.closing(view.text("report.signature"));
    sheet.finish()
}

/// Whether the model declares any consequence of a grade.
fn has_consequences(grade: &Grade) -> bool {
    let is_silent = grade.consequence.actions.is_empty()
        && grade.consequence.award_quota.is_none()
        && grade.consequence.amount.is_none();
    !is_silent || grade.consequence.talk || grade.consequence.bars_honours
}

fn grade_of<'v>(view: &'v View<'_>, unit: &UnitOutcome) -> Option<&'v Grade> {
    let name = unit.grade.as_deref()?;
    view.outcome.model.grades.iter().find(|grade| grade.name == name)
}

/// The columns that identify a unit and give its result.
fn own_cells<'o>(view: &View<'o>, index: usize, unit: &'o UnitOutcome) -> Vec<CellDoc<'o>> {
    let mut cells = view.row_of(index, unit);
    cells.push(match unit.roster.mode {
        Mode::Separate => CellDoc::center(view.text("mode.separate")),
        _ => CellDoc::optional_count(unit.rank_group),
    });
    cells.push(CellDoc::optional_printed(unit.total.as_deref()));
    if !has_grades(view) {
        return cells;
    }
    let ungraded = if unit.deferred { view.text("report.deferred") } else { super::document::MISSING };
    cells.push(CellDoc::center(unit.grade.as_deref().unwrap_or(ungraded)).role(Style::Strong));
    cells.push(CellDoc::optional(unit.parallel.as_deref()));
    cells
}

fn unit_row<'o>(view: &View<'o>, index: usize, unit: &'o UnitOutcome) -> Vec<CellDoc<'o>> {
    let grade = grade_of(view, unit);
    let number = |value: Option<&Exact>| value.map_or_else(CellDoc::missing, |value| view.short(value));
    let mut cells = own_cells(view, index, unit);
    if has_grades(view) {
        cells.push(number(grade.and_then(|grade| grade.consequence.award_quota.as_ref())).role(Style::Center));
        cells.push(number(grade.and_then(|grade| grade.consequence.amount.as_ref())));
    }
    let carried = || carried_over(view.outcome, unit).map_or_else(CellDoc::missing, |points| view.points(&points));
    cells.extend((0..carried_columns(view)).map(|_| carried()));
    cells.push(CellDoc::text(grade.map(|grade| view.join(&grade.consequence.actions)).unwrap_or_default()));
    cells
}

/// The sum of all amounts.
fn total_row<'o>(view: &View<'o>, units: &[&'o UnitOutcome], sheet: &mut SheetDoc<'o>) {
    let amounts: Vec<&Exact> =
        units.iter().filter_map(|unit| grade_of(view, unit)?.consequence.amount.as_ref()).collect();
    if amounts.is_empty() {
        return;
    }
    let sum: Exact = amounts.into_iter().sum();
    let label = CellDoc::styled(view.text("header.sum"), Style::Strong).across(COLUMNS.len() as u16 - 3);
    let mut cells = vec![label, view.short(&sum).role(Style::Strong), CellDoc::empty()];
    cells.extend((0..carried_columns(view)).map(|_| CellDoc::empty()));
    sheet.row(cells);
}

/// The consequences of each grade, the number of units and their cost.
fn by_grade<'o>(view: &View<'o>, units: &[&'o UnitOutcome], sheet: &mut SheetDoc<'o>) {
    sheet.section(view.text("report.uses.by-grade"));
    let counts = counted(units.iter().map(|unit| unit.grade.as_deref().unwrap_or_default()));
    for (index, grade) in view.outcome.model.grades.iter().enumerate() {
        let count = counts.get(grade.name.as_str()).copied().unwrap_or(0);
        let number = |value: Option<&Exact>| value.map_or_else(CellDoc::missing, |value| view.short(value));
        let sum = grade.consequence.amount.as_ref().map(|amount| amount * &Exact::from(count));
        let units = say!(view, "report.uses.units", count);
        let mut cells = vec![CellDoc::count(index + 1), CellDoc::empty(), CellDoc::text(units)];
        cells.extend([CellDoc::empty(), CellDoc::empty(), CellDoc::empty()]);
        cells.push(CellDoc::styled(&grade.name, Style::Strong));
        cells.push(CellDoc::optional(grade.parallel.as_deref()));
        cells.push(number(grade.consequence.award_quota.as_ref()).role(Style::Center));
        cells.push(number(sum.as_ref()));
        cells.extend((0..carried_columns(view)).map(|_| CellDoc::empty()));
        cells.push(CellDoc::text(view.join(&grade.consequence.actions)));
        sheet.row(cells);
    }
}

fn lists<'o>(view: &View<'o>, units: &[&'o UnitOutcome], sheet: &mut SheetDoc<'o>) {
    let model = &view.outcome.model;
    let best = model.grades.first().map(|grade| grade.name.as_str());
    let lowest = model.grades.last().map(|grade| grade.name.as_str());
    let of = |test: &dyn Fn(&UnitOutcome) -> bool| -> Vec<(&'o UnitOutcome, String)> {
        units.iter().filter(|unit| test(unit)).map(|unit| (*unit, String::new())).collect()
    };
    let graded = |test: fn(&Grade) -> bool| of(&|unit| grade_of(view, unit).is_some_and(test));
    list(view, sheet, "report.uses.talk", graded(|grade| grade.consequence.talk));
    list(view, sheet, "report.uses.barred", graded(|grade| grade.consequence.bars_honours));
    let is_candidate = |unit: &UnitOutcome| {
        unit.grade.as_deref() == best && grade_of(view, unit).is_some_and(|grade| !grade.consequence.bars_honours)
    };
    list(view, sheet, "report.uses.honours", of(&is_candidate));
    progress(view, sheet);
    let before = |unit: &UnitOutcome| unit.previous.iter().any(|previous| previous.lowest);
    let twice = units.iter().filter(|unit| unit.grade.is_some() && unit.grade.as_deref() == lowest && before(unit));
    let said = twice.map(|unit| (*unit, before_text(view, unit)));
    list_with_history(view, sheet, "report.uses.twice-lowest", said.collect());
    let heads = units.iter().filter(|unit| unit.parallel.is_some());
    let heads: Vec<(&UnitOutcome, String)> = heads.map(|unit| (*unit, secretary(view, unit))).collect();
    if model.grades.iter().any(|grade| grade.parallel.is_some()) {
        list(view, sheet, "report.uses.secretaries", heads);
    }
}

/// Each award in each scope: who won, who was passed over, and ties that did not fit.
fn awards<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) {
    let outcome = view.outcome;
    for contest in &outcome.awards {
        let Some(award) = outcome.model.awards.get(contest.award) else { continue };
        let scope = outcome.group_of_award(contest).unwrap_or(view.text("report.all"));
        let clause = award.clause.as_deref().unwrap_or_default();
        let heading =
            say!(view, "report.uses.award", code = award.code, name = award.name, scope, places = contest.places);
        let heading =
            view.lang.join("report.clauses", [heading.as_str(), clause].into_iter().filter(|t| !t.is_empty()));
        let won = || contest.contenders.iter().enumerate().filter(|(_, own)| own.fate == Fate::Won);
        let last = won().map(|(at, _)| at).max().unwrap_or(contest.contenders.len());
        let is_listed = |at: usize, own: &Contender| match own.fate {
            Fate::Won | Fate::Tied | Fate::Pending => true,
            Fate::Barred => at <= last,
            Fate::Below | Fate::Behind => false,
        };
        let listed = contest.contenders.iter().enumerate().filter(|(at, own)| is_listed(*at, own));
        let rows = listed.filter_map(|(_, own)| {
            let amount = if award.is_in_points() { "award.value.points" } else { "award.value.rate" };
            let (fate, value) = (view.word("award.fate", own.fate), say!(view, amount, value = own.value));
            let said = [fate.as_ref(), &value, &own.because].into_iter().filter(|text| !text.is_empty());
            Some((outcome.units.get(own.unit.0)?, view.lang.join("report.clauses", said)))
        });
        list_under(view, sheet, heading, rows.collect(), true);
    }
}

/// The result of a unit in the previous period; if several were merged into it, each with its name.
fn before_text(view: &View<'_>, unit: &UnitOutcome) -> String {
    let each = unit.previous.iter().map(|previous| {
        let [total, grade] =
            [&previous.total, &previous.grade].map(|value| value.as_deref().unwrap_or(super::document::MISSING));
        let said = say!(view, "report.uses.before", period = previous.period, total, grade);
        match unit.previous.len() {
            1 => said,
            _ => say!(view, "report.labelled", label = previous.name, value = said),
        }
    });
    let joined = each.reduce(|first, next| say!(view, "report.uses.before-more", first, next));
    joined.unwrap_or_default()
}

fn progress<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) {
    let Some(places) = view.outcome.model.progress_places else {
        sheet.section(view.text("report.uses.progress"));
        sheet.note(view.text("report.uses.no-progress"));
        return;
    };
    let said = |rise: &Rise| {
        let (before, after, places) = (rise.before, rise.after, rise.places());
        let key = if rise.within_group { "report.uses.rise-group" } else { "report.uses.rise-all" };
        say!(view, key, period = rise.period, before, after, places)
    };
    let rises = rises(view.outcome);
    let rows: Vec<(&UnitOutcome, String)> =
        rises.iter().filter_map(|rise| Some((view.find(&rise.unit)?, said(rise)))).collect();
    let key = if has_grades(view) { "report.uses.progress-rule" } else { "report.uses.progress-alone" };
    let heading = say!(view, key, places);
    list_under(view, sheet, heading, rows, has_history(view));
}

fn has_history(view: &View<'_>) -> bool {
    view.units.iter().any(|unit| !unit.previous.is_empty())
}

fn list<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>, key: &str, rows: Vec<(&'o UnitOutcome, String)>) {
    list_under(view, sheet, view.text(key), rows, true);
}

/// A list that requires the previous period.
fn list_with_history<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>, key: &str, rows: Vec<(&'o UnitOutcome, String)>) {
    list_under(view, sheet, view.text(key), rows, has_history(view));
}

/// A list with its heading: units, with a text for each.
fn list_under<'o>(
    view: &View<'o>,
    sheet: &mut SheetDoc<'o>,
    heading: impl Into<Cow<'o, str>>,
    rows: Vec<(&'o UnitOutcome, String)>,
    is_known: bool,
) {
    sheet.section(heading);
    if !is_known {
        sheet.note(view.text("report.uses.no-history"));
        return;
    }
    if rows.is_empty() {
        sheet.note(view.text("report.none"));
        return;
    }
    for (index, (unit, said)) in rows.into_iter().enumerate() {
        let mut cells = own_cells(view, index, unit);
        let between = if has_grades(view) { 2 } else { 0 } + carried_columns(view);
        cells.extend((0..between).map(|_| CellDoc::empty()).chain([CellDoc::text(said)]));
        sheet.row(cells);
    }
}

/// The name of a unit's secretary, if it is in the roster.
fn secretary(view: &View<'_>, unit: &UnitOutcome) -> String {
    if unit.roster.secretary.is_empty() {
        return String::new();
    }
    say!(view, "report.labelled", label = view.text("header.secretary"), value = unit.roster.secretary)
}

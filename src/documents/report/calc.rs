//! 核算: the entire calculation again as live formulas, from the points of leaves and the class means to rates, base,
//! total, ranks and places, each step beside the program's own number, and one cell that adds up all differences.
//!
//! One table with a row per unit. The numbers of the model are above the columns that use them and may be changed for
//! experiments. Formulas use only a few functions available in every office suite, and round to ten decimals before
//! each rounding declared by the model, so that binary fractions decide nothing.

use crate::shared::i18n::say;
use std::borrow::Cow;
use std::fmt::Display;

use rayon::prelude::*;

use super::cells::{LeafCells, MeanCells, PointCells};
use super::document::{CellDoc, SheetDoc, Style};
use super::entry::Entry;
use super::view::View;
use crate::model::{Convert, ConvertBy};
use crate::result::outcome::{Answers, ComponentType, RankMethod, UnitOutcome};
use crate::shared::number::{Exact, Shortening};

mod components;
mod formula;
mod grid;
mod ranks;
mod tail;
mod totals;

use components::ComponentPlan;
use grid::{Plan, Row, Rows};
use ranks::{RankPlan, Scopes};
use totals::TotalPlan;

/// Header rows above the parameters: blocks, columns, names of the parameters.
const HEADER_ROWS: usize = 3;

/// Columns repeated on every page: code and name of the unit.
const REPEATED: u16 = 2;

/// The number of units from which the places begin a new page, so that their heading is not alone at the end of one.
const FULL_PAGE: usize = 12;

/// The starting points of the formulas.
pub(super) struct Sources<'s, 'o> {
    pub(super) view: &'s View<'o>,
    /// Cells of 指标得分.
    pub(super) leaves: &'s LeafCells<'o>,
    /// Cells of 评议汇总.
    pub(super) means: &'s MeanCells<'o>,
    /// Cells of 加减分.
    pub(super) points: &'s PointCells<'o>,
}

/// The sheet.
pub(super) fn sheet<'o>(sources: &Sources<'_, 'o>) -> SheetDoc<'o> {
    let view = sources.view;
    let mut sheet = view.sheet("sheet.calc").landscape().freeze(REPEATED);
    let mut units: Vec<&'o UnitOutcome> = view.units.iter().filter(|unit| unit.exact.is_some()).copied().collect();
    // The formulas of ranks within groups need the units of a group in adjacent rows.
    units.sort_by_key(|unit| view.outcome.groups.iter().position(|group| *group == unit.roster.group));
    if units.is_empty() {
        sheet.note(view.text("report.none"));
        return sheet.finish();
    }
    let measured = measured_sheets(view);
    let all = measured.iter().copied().chain(["sheet.adjustments"]);
    sheet.hint(say!(view, "calc.line", sheets = named(view, all)));
    // The line with the sum of differences follows, then the header.
    let param_row = sheet.head.len() + 1 + HEADER_ROWS;
    let own = ["header.unit-code", "header.unit", "header.group", "calc.mode", "header.scheme"];
    let own = if ranks::needs_schemes(&view.outcome.model) { &own[..] } else { &own[..own.len() - 1] };
    let mut plan = Plan::new(&view.outcome.model, own.len() as u16, param_row);
    let components: Vec<ComponentPlan<'_>> =
        view.outcome.model.components.iter().map(|model| ComponentPlan::new(sources, &mut plan, model)).collect();
    let totals = TotalPlan::new(view, &mut plan, components.iter().map(|own| own.tail.last).collect());
    let ranks = RankPlan::new(view, &mut plan, &totals);
    let mut rows = scored(sources, &plan, &components, &totals, &units);
    let scopes = Scopes::new(&units, &rows, totals.total);
    let placed: Vec<_> = units.iter().zip(&rows).map(|(unit, row)| scopes.places(unit, row)).collect();
    let mut sum = Exact::zero();
    for ((unit, row), places) in units.iter().zip(&mut rows).zip(placed) {
        ranks.ranks(view, totals.total, places.as_ref(), row);
        sum = sum + ranks.compare(view, unit, row);
        row.text(remarks(view, unit));
    }
    let lines = Rows { first: plan.first_row(), last: plan.first_row() + units.len() - 1 };
    for row in rows {
        sheet.row(row.cells);
    }
    if units.len() > FULL_PAGE && !view.outcome.quotas.is_empty() {
        sheet.page_starts.push(sheet.rows.len() + 1);
    }
    let differences = lines.of(ranks.difference);
    let (places, more) = ranks::places(view, lines, &mut sheet);
    ranks::copied(view, &mut sheet);
    let all = [Some(differences), places].into_iter().flatten().collect::<Vec<_>>();
    sum_line(view, &mut sheet, &grid::arguments(&all), &(sum + more));
    header(view, &mut sheet, plan, own);
    let model = &view.outcome.model;
    let cuts = std::iter::once(model.score.rounding).chain(model.components.iter().map(|own| own.rounding));
    let cut = cuts.into_iter().any(|own| own == Shortening::Down).then_some("calc.note.cut");
    sheet.closing(view.text("calc.note.try"));
    if !measured.is_empty() {
        sheet.closing(say!(view, "calc.note.digits", sheets = named(view, measured.into_iter())));
    }
    for key in cut.into_iter().chain(["calc.note.limits", "calc.note.marked"]) {
        sheet.closing(view.text(key));
    }
    sheet.finish()
}

/// The sheets that hold what was measured, as far as the model has them.
fn measured_sheets(view: &View<'_>) -> Vec<&'static str> {
    let model = &view.outcome.model;
    let is_rated = model.components.iter().any(|own| own.scored() == ComponentType::Ballots);
    let leaves = (!model.tree.leaves.is_empty()).then_some("sheet.leaves");
    leaves.into_iter().chain(is_rated.then_some("sheet.classes")).collect()
}

/// The names of sheets, one after the other.
fn named(view: &View<'_>, sheets: impl Iterator<Item = &'static str>) -> String {
    view.lang.join("calc.sheets", sheets.map(|key| say!(view, "calc.sheet", name = view.text(key))))
}

/// The rows up to the total.
fn scored<'o>(
    sources: &Sources<'_, 'o>,
    plan: &Plan<'o>,
    components: &[ComponentPlan<'o>],
    totals: &TotalPlan,
    units: &[&'o UnitOutcome],
) -> Vec<Row<'o>> {
    let view = sources.view;
    let lines = Rows { first: plan.first_row(), last: plan.first_row() + units.len().saturating_sub(1) };
    let has_schemes = ranks::needs_schemes(&view.outcome.model);
    let row = |(index, unit): (usize, &&'o UnitOutcome)| {
        let own = [
            CellDoc::center(&unit.roster.code),
            CellDoc::text(&unit.roster.name),
            CellDoc::center(&unit.roster.group),
            CellDoc::center(view.word("mode", unit.roster.mode)),
        ];
        let scheme = || CellDoc::center(view.outcome.scheme_of(unit).map_or("", |scheme| scheme.name.as_str()));
        let own = own.into_iter().chain(has_schemes.then(scheme));
        let mut row = Row::new(plan.first_row() + index, plan.next(), own, view.outcome.model.score.decimals);
        let params = plan.of(unit.roster.scheme.map_or(0, |scheme| scheme.0));
        for component in components {
            component.row(sources, &params, unit, &mut row);
            component.tail.row(&params, unit, lines, &mut row);
        }
        totals.row(sources, &params, unit, &mut row);
        row
    };
    units.par_iter().enumerate().map(row).collect()
}

/// The decisive cell, near the top.
fn sum_line(view: &View<'_>, sheet: &mut SheetDoc<'_>, cells: &str, sum: &Exact) {
    let style = if sum.is_zero() { Style::Good } else { Style::Bad };
    sheet.line(vec![
        CellDoc::styled(view.text("calc.sum"), Style::Strong),
        CellDoc::formula(format!("SUM({cells})"), sum, Some(view.outcome.model.score.decimals)).role(style),
    ]);
}

fn header<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>, plan: Plan<'o>, own: &[&str]) {
    let width = own.len() as u16;
    let mut blocks = view.tall_headers(own, 2);
    // Every column has the heading of its block: a heading over several columns would be cut at a page break within it.
    let headings = plan.blocks.iter().flat_map(|(heading, count)| (0..*count).map(move |_| *heading));
    blocks.extend(headings.map(CellDoc::header));
    // Only the columns repeated on every page may share a cell.
    let across = |key: &str| {
        vec![CellDoc::header(view.text(key)).across(REPEATED), CellDoc::header("").across(width - REPEATED)]
    };
    let digits = |value: &Exact| value.decimals().map_or(6, |needed| needed.min(6));
    let names = view.outcome.model.schemes.iter().map(|scheme| Some(scheme.name.as_str()));
    let names: Vec<Option<&str>> =
        if plan.schemes.len() > 1 { names.collect() } else { vec![None; plan.schemes.len()] };
    let mut params = Vec::new();
    for (scheme, name) in names.into_iter().enumerate() {
        let mut cells = across("calc.params.values");
        if let Some(name) = name {
            cells[1] = CellDoc::header(name).across(width - REPEATED);
        }
        cells.extend(plan.param_cells(scheme, digits));
        params.push(cells);
    }
    let (mut titles, mut labels) = (vec![CellDoc::covered(); own.len()], across("calc.params"));
    for column in plan.columns {
        titles.push(CellDoc::header(column.title));
        labels.push(CellDoc::header(column.label));
    }
    for cells in [blocks, titles, labels].into_iter().chain(params) {
        sheet.header(cells);
    }
}

/// A number of the model that may be changed for experiments.
const fn changeable(cell: CellDoc<'_>) -> CellDoc<'_> {
    cell.role(Style::Verify(Entry::General))
}

/// Where a value replaces a formula, and why.
fn remarks(view: &View<'_>, unit: &UnitOutcome) -> String {
    let mut remarks = Vec::new();
    for component in &view.outcome.model.components {
        let Some(own) = unit.components.get(&component.id) else { continue };
        let mut say = |value: &dyn Display| {
            remarks.push(say!(view, "report.labelled", label = component.name, value));
        };
        if let Some(limited) = &own.limited {
            say(&view.limited(limited));
        }
        if let Some(lack) = own.lacks {
            say(&super::tails::lack(view.lang, lack));
            continue;
        }
        let is_place = |rule: &Convert| matches!(rule.by, ConvertBy::Place(_));
        if component.tail.convert.as_ref().is_some_and(is_place) && view.outcome.model.rank.method == RankMethod::Dense
        {
            say(&view.text("calc.remark.dense"));
        }
        if let Some(id) = &own.corrected {
            say(&say!(view, "report.corrected", id));
        }
        if own.ballots.as_ref().is_some_and(|ballots| ballots.enough == Answers::GroupMedian) {
            say(&view.text("report.answers.group-median"));
        }
        let drops = component.given().filter(|rules| rules.drop.is_some());
        if drops.is_some_and(|rules| !components::drops_by_formula(rules)) {
            say(&view.text("report.dropped"));
        }
        let is_off = |own: &crate::result::outcome::GivenMeasure| !own.off.is_empty() && own.parts.is_empty();
        let off = own.ballots.as_ref().is_some_and(|ballots| ballots.enough == Answers::Inapplicable);
        if off || own.given.iter().any(is_off) {
            say(&view.text("report.inapplicable"));
        }
    }
    let compared: Vec<&str> =
        unit.leaves.iter().filter(|own| formula::is_compared(own)).map(|own| own.code.as_str()).collect();
    if !compared.is_empty() {
        remarks.push(say!(view, "calc.formula.compared", codes = view.join(&compared)));
    }
    let copied = unit.rank_scheme.is_some() && ranks::copies_schemes(&view.outcome.model);
    let copied = copied.then(|| Cow::Borrowed(view.text("calc.dense-scheme")));
    let total = view.total_corrected(unit).then(|| Cow::Borrowed(view.text("report.total-corrected")));
    view.lang.join("report.list", remarks.into_iter().map(Cow::Owned).chain(copied).chain(total))
}

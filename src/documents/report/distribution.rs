//! The charts of 概况: grades by group, available places against those taken, and the distribution of totals.

use crate::shared::groups;
use crate::shared::i18n::say;
use std::borrow::Cow;

use super::chart::{Chart, ChartKind, Paint, Series};
use super::document::{CellDoc, SheetDoc};
use super::entry::Block;
use super::ranking_charts::paint;
use super::view::View;
use crate::result::outcome::{Circle, Mode, QuotaUse};
use crate::shared::number::{Exact, Rounding};

/// Height of a chart in points: four of them fill a page.
const HEIGHT: f64 = 160.0;
/// The number of bins for a full score: steps of 5 points if it is 100.
const BINS: i64 = 20;
/// The most bins drawn in a row, empty ones included.
const MOST_BINS: usize = 40;

/// Rows of a table drawn by a chart: first and last, as rows of the sheet.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    pub(super) top: usize,
    pub(super) bottom: usize,
}

/// Totals by steps: the table, as the section of this number, and its rows.
pub(super) fn totals<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>, number: usize) -> Option<Rows> {
    let counted = bins(view);
    if counted.is_empty() {
        return None;
    }
    sheet.section(view.numbered(number, "report.section.totals"));
    sheet.row(view.headers(&["header.total", "header.units"]));
    let top = sheet.next_row();
    let step = step(view);
    for (bin, count) in counted {
        let from = &bin * &step;
        let to = &from + &step;
        sheet.row(vec![
            CellDoc::center(say!(view, "report.totals.bin", from = &&*view.decimal(&from), to = view.decimal(&to))),
            CellDoc::count(count),
        ]);
    }
    let bottom = sheet.next_row() - 1;
    sheet.note(view.text("report.totals.note"));
    Some(Rows { top, bottom })
}

fn step(view: &View<'_>) -> Exact {
    &view.outcome.model.score.full.0 / &Exact::from(BINS)
}

/// Units by steps of the total, from the lowest to the highest, steps without units included.
fn bins(view: &View<'_>) -> Vec<(Exact, usize)> {
    let step = step(view);
    let totals = view.units.iter().filter_map(|unit| Exact::parse(unit.total.as_deref()?));
    let counted = groups::counted(totals.map(|total| (&total / &step).whole(Rounding::Floor)));
    let (Some(first), Some(last)) = (counted.keys().next().cloned(), counted.keys().next_back().cloned()) else {
        return Vec::new();
    };
    if (&last - &first).to_count().is_none_or(|span| span as usize >= MOST_BINS) {
        return counted.into_iter().collect();
    }
    let mut bins = Vec::new();
    let mut bin = first;
    while bin <= last {
        let count = counted.get(&bin).copied().unwrap_or(0);
        let next = &bin + &Exact::from(1);
        bins.push((std::mem::replace(&mut bin, next), count));
    }
    bins
}

/// The tables drawn by the charts of 概况.
pub(super) struct Drawn {
    /// The number of the section with the charts.
    pub(super) number: usize,
    /// The rows of groups in the table of grades.
    pub(super) grades: Rows,
    /// The rows of quotas.
    pub(super) quotas: Option<Rows>,
    /// The rows of totals.
    pub(super) totals: Option<Rows>,
}

/// The charts, below one heading.
pub(super) fn charts<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>, drawn: &Drawn) {
    sheet.section(view.numbered(drawn.number, "report.section.charts"));
    let has_grades = !view.outcome.model.grades.is_empty();
    let mut charts: Vec<Chart<'o>> = has_grades.then(|| grades(view, drawn.grades)).into_iter().collect();
    charts.extend(drawn.totals.map(|rows| spread(view, rows)));
    charts.extend(drawn.quotas.map(|rows| quotas(view, rows)).into_iter().flatten());
    charts.into_iter().for_each(|chart| sheet.chart(chart));
}

/// Quotas in the order of grades, then of groups, so that a chart can draw those of one grade.
pub(super) fn by_grade<'o>(view: &View<'o>) -> Vec<&'o QuotaUse> {
    let mut quotas: Vec<&QuotaUse> = view.outcome.quotas.iter().collect();
    quotas.sort_by_key(|quota| quota.grade);
    quotas
}

/// Common settings for charts of numbers of units; `most` is the greatest of the numbers.
fn counted<'o>(view: &View<'o>, most: usize) -> Chart<'o> {
    let most = Exact::from(most + 1);
    Chart {
        kind: ChartKind::Columns,
        title: Cow::Borrowed(""),
        categories: Block::column(0, 0, 0),
        series: Vec::new(),
        axis: (Some(Exact::zero().to_cell()), Some(most.to_cell())),
        decimals: 0,
        axis_title: view.text("header.units"),
        height: HEIGHT,
    }
}

fn grades<'o>(view: &View<'o>, rows: Rows) -> Chart<'o> {
    let model = &view.outcome.model;
    let series = model.grades.iter().enumerate().map(|(at, grade)| {
        let values = Block::column(rows.top, rows.bottom, at as u16 + 2);
        Series::new(&grade.name, values, paint(at, model.grades.len())).labelled(0)
    });
    let ranked = view.units.iter().filter(|unit| unit.roster.mode == Mode::Ranked);
    let most = groups::counted(ranked.map(|unit| view.row_of_scope(unit))).into_values().max().unwrap_or(0);
    Chart {
        kind: ChartKind::StackedColumns,
        title: Cow::Borrowed(view.text("report.chart.grades")),
        categories: Block::column(rows.top, rows.bottom, 0),
        series: series.collect(),
        ..counted(view, most)
    }
}

/// Available places against those taken: one chart for each grade with its groups, or one of all grades if all units
/// share them.
fn quotas<'o>(view: &View<'o>, rows: Rows) -> Vec<Chart<'o>> {
    let quotas = by_grade(view);
    let is_shared = quotas.iter().all(|quota| quota.circle == Circle::All);
    let mut charts = Vec::new();
    let mut top = rows.top;
    for own in quotas.chunk_by(|a, b| is_shared || a.grade == b.grade) {
        let bottom = top + own.len() - 1;
        let column = |key: &str, at: u16, paint: Paint| {
            Series::new(view.text(key), Block::column(top, bottom, at), paint).labelled(0)
        };
        let series = vec![column("header.places", 4, Paint::Second), column("header.taken", 5, Paint::Main)];
        let most = own.iter().map(|quota| quota.seats.places.max(quota.seats.taken)).max().unwrap_or(0);
        let title = if is_shared {
            Cow::Borrowed(view.text("report.chart.quotas"))
        } else {
            let grade = view.outcome.model.grade_name(own[0].grade);
            Cow::Owned(say!(view, "report.chart.quota", grade))
        };
        let categories = Block::column(top, bottom, u16::from(is_shared));
        charts.push(Chart { title, categories, series, ..counted(view, most) });
        top = bottom + 1;
    }
    charts
}

fn spread<'o>(view: &View<'o>, rows: Rows) -> Chart<'o> {
    let values = Block::column(rows.top, rows.bottom, 1);
    let series = vec![Series::new("", values, Paint::Main).labelled(0)];
    let most = bins(view).into_iter().map(|(_, count)| count).max().unwrap_or(0);
    let categories = Block::column(rows.top, rows.bottom, 0);
    let title = Cow::Borrowed(view.text("report.chart.totals"));
    Chart { title, categories, series, ..counted(view, most) }
}

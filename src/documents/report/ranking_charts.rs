//! 排名图: ranked bars coloured by grade, with a marked row at the limit of each grade's places.
//!
//! Charts come first, as many per page as fit; the numbers they draw are below them and are not printed.

use std::borrow::Cow;

use super::chart::{Chart, ChartKind, Paint, Series};
use super::document::{CellDoc, Printed, SheetDoc};
use super::entry::Block;
use super::view::View;
use crate::result::outcome::{QuotaUse, RankScope, UnitOutcome};
use crate::shared::i18n::say;
use crate::shared::number::Exact;

/// Most bars of a chart, marked rows included: the number that is legible on one page.
const BARS: usize = 24;
/// Most bars of a group: beyond ten pages bars are no longer comparable, and 排名 lists all units.
const MOST: usize = 10 * BARS;
/// Height of a bar, and of title, axis and legend, in points.
const BAR: f64 = 19.0;
const AROUND: f64 = 115.0;
/// Width of the column of names, and of all columns, in characters: charts are as wide as the page.
const NAMES: u16 = 44;
const PAGE: u16 = 110;

/// The sheet of ranked bars.
pub(super) fn sheet<'o>(view: &View<'o>) -> SheetDoc<'o> {
    let mut sheet = view.sheet("sheet.ranking-charts");
    let has_grades = !view.outcome.model.grades.is_empty();
    let line = if has_grades { "report.ranking-charts.line" } else { "report.ranking-charts.line.ungraded" };
    sheet.subtitle(view.text(line));
    let columns = series_names(view).len();
    sheet.filling.widths.push((0, NAMES));
    sheet.filling.widths.extend((1..=columns).map(|column| (column, (PAGE - NAMES) / columns.max(1) as u16)));
    let scopes = scopes(view);
    if scopes.iter().any(|scope| scope.units.len() > MOST) {
        sheet.subtitle(say!(view, "report.ranking-charts.cut", count = MOST));
    }
    let drawings: Vec<Drawing> = scopes.iter().flat_map(|scope| drawings(view, scope)).collect();
    if drawings.is_empty() {
        return view.only(sheet, view.text("report.none"));
    }
    let heights = drawings.iter().map(|drawing| drawing.chart(view, 0).rows());
    // An empty row, a heading and a header are between the charts and their numbers.
    let mut top = sheet.next_row() + heights.sum::<usize>() + 3;
    for drawing in &drawings {
        sheet.chart(drawing.chart(view, top));
        top += drawing.bars.len();
    }
    sheet.printed = Printed::Before(sheet.rows.len());
    sheet.section(view.text("report.ranking-charts.numbers"));
    let mut header = vec![CellDoc::header(view.text("header.unit"))];
    header.extend(series_names(view).into_iter().map(CellDoc::header));
    sheet.row(header);
    for bar in drawings.into_iter().flat_map(|drawing| drawing.bars) {
        sheet.row(bar.cells(columns));
    }
    sheet.finish()
}

/// Units that are ranked together.
struct Scope<'v> {
    name: &'v str,
    units: Vec<&'v UnitOutcome>,
    quotas: Vec<&'v QuotaUse>,
}

/// The groups or schemes, or all units if the model ranks them together.
fn scopes<'o>(view: &View<'o>) -> Vec<Scope<'o>> {
    let outcome = view.outcome;
    let ranked = |name: Option<&str>| -> Vec<&'o UnitOutcome> {
        let own = view.units.iter().copied().filter(|unit| unit.rank_group.is_some() && unit.total.is_some());
        let mut own: Vec<&'o UnitOutcome> = own.filter(|unit| outcome.scope_of(unit) == name).collect();
        own.sort_by_key(|unit| outcome.rank_of(unit));
        own
    };
    let quotas = |name: Option<&str>| outcome.quotas.iter().filter(|own| outcome.group_of(own) == name).collect();
    let scope = |name: Option<&'o str>| Scope {
        name: name.unwrap_or(view.text("report.all")),
        units: ranked(name),
        quotas: quotas(name),
    };
    match outcome.model.rank.scope {
        RankScope::All => vec![scope(None)],
        RankScope::Group | RankScope::Scheme => outcome.scopes().into_iter().map(|name| scope(Some(name))).collect(),
    }
}

/// One bar: a unit, or the mark of a quota, which has no value.
struct Bar<'o> {
    label: String,
    value: Option<(usize, &'o str)>,
}

impl<'o> Bar<'o> {
    /// Its row of numbers: the total is in the column of its grade.
    fn cells(self, columns: usize) -> Vec<CellDoc<'o>> {
        let own = |column: usize| self.value.filter(|(at, _)| *at == column);
        let total = |column: usize| own(column).map_or_else(CellDoc::empty, |(_, v)| CellDoc::printed(v));
        let totals: Vec<CellDoc<'_>> = (0..columns).map(total).collect();
        [CellDoc::text(self.label)].into_iter().chain(totals).collect()
    }
}

/// One chart.
struct Drawing<'o> {
    title: Cow<'o, str>,
    bars: Vec<Bar<'o>>,
}

/// The grades, and an additional name for units without a grade; without any grades all units are one series.
fn series_names<'o>(view: &View<'o>) -> Vec<&'o str> {
    if view.outcome.model.grades.is_empty() {
        return vec![view.text("header.total")];
    }
    let grades = view.outcome.model.grades.iter().map(|grade| grade.name.as_str());
    let open = view.units.iter().any(|unit| unit.rank_group.is_some() && unit.grade.is_none());
    grades.chain(open.then(|| view.text("report.ungraded"))).collect()
}

/// The colour of a grade by its index.
pub(super) const fn paint(grade: usize, grades: usize) -> Paint {
    match grade {
        _ if grade >= grades => Paint::Second,
        0 => Paint::Best,
        _ if grade + 1 == grades => Paint::Bad,
        1 => Paint::Good,
        _ => Paint::Fair,
    }
}

/// The charts of a scope, with bars distributed evenly.
fn drawings<'o>(view: &View<'o>, scope: &Scope<'o>) -> Vec<Drawing<'o>> {
    let mut bars = bars(view, scope);
    let charts = bars.len().div_ceil(BARS);
    let size = bars.len().div_ceil(charts.max(1));
    let mut drawings = Vec::with_capacity(charts);
    for number in 1..=charts {
        let rest = bars.split_off(size.min(bars.len()));
        let title = if charts == 1 {
            Cow::Borrowed(scope.name)
        } else {
            Cow::Owned(say!(view, "report.ranking-charts.part", name = scope.name, number, count = charts))
        };
        drawings.push(Drawing { title, bars: std::mem::replace(&mut bars, rest) });
    }
    drawings
}

/// Units by rank, with a marking row at the limit of each grade's places.
fn bars<'o>(view: &View<'o>, scope: &Scope<'o>) -> Vec<Bar<'o>> {
    let model = &view.outcome.model;
    let mut bars = Vec::with_capacity(scope.units.len() + scope.quotas.len());
    for (index, unit) in scope.units.iter().enumerate().take(MOST) {
        marks(view, scope, index, &mut bars);
        let rank = view.outcome.rank_of(unit);
        let grade = model.grades.iter().position(|grade| Some(&grade.name) == unit.grade.as_ref());
        let label = format!("{} {}", rank.map(|rank| rank.to_string()).unwrap_or_default(), unit.roster.name);
        let total = unit.total.as_deref().unwrap_or_default();
        bars.push(Bar { label, value: Some((grade.unwrap_or(model.grades.len()), total)) });
    }
    if (1..=MOST).contains(&scope.units.len()) {
        marks(view, scope, scope.units.len(), &mut bars);
    }
    bars
}

fn marks(view: &View<'_>, scope: &Scope<'_>, before: usize, bars: &mut Vec<Bar<'_>>) {
    for quota in scope.quotas.iter().filter(|quota| quota.seats.places == before) {
        let grade = view.outcome.model.grade_name(quota.grade);
        bars.push(Bar {
            label: say!(view, "report.ranking-charts.mark", grade, places = quota.seats.places),
            value: None,
        });
    }
}

impl<'o> Drawing<'o> {
    fn chart(&self, view: &View<'o>, top: usize) -> Chart<'o> {
        let model = &view.outcome.model;
        let bottom = top + self.bars.len() - 1;
        let is_drawn = |at: usize| self.bars.iter().any(|bar| bar.value.is_some_and(|(own, _)| own == at));
        let names = series_names(view).into_iter().enumerate().filter(|(at, _)| is_drawn(*at));
        let series = names.map(|(at, name)| {
            let values = Block::column(top, bottom, at as u16 + 1);
            Series::new(name, values, paint(at, model.grades.len())).labelled(model.score.decimals)
        });
        let totals = self.bars.iter().filter_map(|bar| Exact::parse(bar.value?.1));
        let least = totals.fold(Exact::zero(), Ord::min);
        Chart {
            kind: ChartKind::StackedBars,
            title: say!(view, "report.ranking-charts.title", name = self.title).into(),
            categories: Block::column(top, bottom, 0),
            series: series.collect(),
            axis: (Some(least.to_cell()), Some(model.score.max.0.to_cell())),
            decimals: 0,
            axis_title: view.text("header.total"),
            height: BAR * self.bars.len() as f64 + AROUND,
        }
    }
}

//! Charts as pictures within the page: bars, columns and lines of the values of a sheet, and the total of a unit as a bar.

use maud::{Markup, html};

use crate::documents::report::chart::{Chart, ChartKind, Paint};
use crate::documents::report::document::{Content, SheetDoc};
use crate::documents::report::page::List;

/// Sizes in units of the picture: a bar with its gap, the room for names, for the bars, and for their numbers.
const BAR: f64 = 22.0;
const NAMES: f64 = 260.0;
const ROOM: f64 = 520.0;
const NUMBERS: f64 = 70.0;
/// Height of a picture of columns, and of the names below it.
const TALL: f64 = 220.0;
const BELOW: f64 = 30.0;
/// Width of the bar of a total.
const TOTAL: f64 = 120.0;

/// The total of one row of a list, with lines at the least totals of the grades.
pub(super) fn of_total(list: &List, index: usize) -> Markup {
    let scale = |value: f64| (value / list.full).clamp(0.0, 1.0) * TOTAL;
    let marks = list.marks.iter().filter(|mark| **mark > 0.0);
    let marks: String = marks.map(|mark| format!("M{} 0v12", at(scale(*mark)))).collect();
    html! {
        @if let Some(Some(value)) = list.bars.get(index) {
            svg.total width=(TOTAL) height="12" viewBox=(format!("0 0 {TOTAL} 12")) aria-hidden="true" {
                rect.main x="0" y="2" width=(at(scale(*value))) height="8" {}
                @if !marks.is_empty() { path.mark d=(marks) {} }
            }
        }
    }
}

/// A chart with a title that a screen reader says; its numbers stand in the table below.
pub(super) fn of_chart(chart: &Chart<'_>, sheet: &SheetDoc<'_>) -> Markup {
    let rows = Rows::of(chart, sheet);
    if rows.is_empty() {
        return html! {};
    }
    match chart.kind {
        ChartKind::Bars => across(chart, &rows, false),
        ChartKind::StackedBars => across(chart, &rows, true),
        ChartKind::Columns | ChartKind::StackedColumns | ChartKind::Lines => upright(chart, &rows),
    }
}

/// What a chart compares: a name, and a value for each series.
struct Rows<'c>(Vec<(String, Vec<Option<f64>>, &'c Chart<'c>)>);

impl<'c> Rows<'c> {
    fn of(chart: &'c Chart<'c>, sheet: &SheetDoc<'_>) -> Self {
        let all: Vec<_> = sheet.all_rows().collect();
        let content = |row: usize, column: u16| all.get(row)?.cells.get(usize::from(column)).map(|cell| &cell.content);
        let names = chart.categories;
        let rows = (names.top..=names.bottom).enumerate().map(|(index, row)| {
            let name = match content(row, names.left) {
                Some(Content::Text(text)) => text.clone().into_owned(),
                Some(Content::Count(count)) => count.to_string(),
                _ => String::new(),
            };
            let values =
                chart.series.iter().map(|series| match content(series.values.top + index, series.values.left) {
                    Some(Content::Number { value, .. }) => Some(*value),
                    Some(Content::Formula(own)) => Some(own.value),
                    Some(Content::Count(count)) => Some(*count as f64),
                    _ => None,
                });
            (name, values.collect(), chart)
        });
        Self(rows.collect())
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, values, _)| values.iter().all(Option::is_none))
    }

    /// The least and greatest value that is drawn, zero among them.
    fn span(&self, chart: &Chart<'_>) -> (f64, f64) {
        let values = self.0.iter().flat_map(|(_, values, _)| values.iter().flatten());
        let (least, most) =
            values.fold((0.0_f64, 0.0_f64), |(least, most), value| (least.min(*value), most.max(*value)));
        let (least, most) = (chart.axis.0.unwrap_or(least), chart.axis.1.unwrap_or(most));
        (least, if most > least { most } else { least + 1.0 })
    }
}

/// Horizontal bars; a row without values is a line across, such as where the places of a grade end.
fn across(chart: &Chart<'_>, rows: &Rows<'_>, is_stacked: bool) -> Markup {
    let (least, most) = rows.span(chart);
    let x = |value: f64| NAMES + (value - least) / (most - least) * ROOM;
    let lanes = if is_stacked { 1 } else { chart.series.len().max(1) };
    let height = BAR * rows.0.len() as f64;
    let width = NAMES + ROOM + NUMBERS;
    html! {
        figure {
            figcaption { (chart.title) (legend(chart)) }
            svg role="img" aria-label=(chart.title) viewBox=(format!("0 0 {width} {height}")) {
                @for (index, (name, values, _)) in rows.0.iter().enumerate() {
                    @let top = BAR * index as f64;
                    @if values.iter().all(Option::is_none) {
                        text.mark x=(at(NAMES - 6.0)) y=(at(top + BAR * 0.7)) text-anchor="end" { (plain(name)) }
                        line.mark x1=(at(NAMES)) x2=(at(width)) y1=(at(top + BAR / 2.0)) y2=(at(top + BAR / 2.0)) {}
                    } @else {
                        text x=(at(NAMES - 6.0)) y=(at(top + BAR * 0.7)) text-anchor="end" { (name) }
                        @for (lane, (series, value)) in chart.series.iter().zip(values).enumerate() {
                            @if let Some(value) = value {
                                @let lane = if is_stacked { 0 } else { lane };
                                @let tall = (BAR - 6.0) / lanes as f64;
                                @let paint = series.points.get(index).copied().unwrap_or(series.paint);
                                @let (from, to) = (x(value.min(0.0).max(least)), x(value.max(0.0).min(most)));
                                @let y = top + 3.0 + tall * lane as f64;
                                rect class=(class(paint)) x=(at(from)) y=(at(y)) width=(at(to - from)) height=(at(tall)) {}
                                @if let Some(decimals) = series.labels {
                                    text.value x=(at(to + 4.0)) y=(at(y + tall * 0.8)) {
                                        (format!("{value:.0$}", decimals as usize))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Vertical columns or a line.
fn upright(chart: &Chart<'_>, rows: &Rows<'_>) -> Markup {
    let (least, most) = rows.span(chart);
    let width = NAMES + ROOM + NUMBERS;
    let step = width / rows.0.len() as f64;
    let y = |value: f64| 14.0 + (most - value) / (most - least) * (TALL - 14.0);
    let lanes = match chart.kind {
        ChartKind::Columns => chart.series.len().max(1),
        _ => 1,
    };
    html! {
        figure {
            figcaption { (chart.title) (legend(chart)) }
            svg role="img" aria-label=(chart.title) viewBox=(format!("0 0 {width} {}", TALL + BELOW)) {
                @for (index, (name, values, _)) in rows.0.iter().enumerate() {
                    @let left = step * index as f64;
                    text x=(at(left + step / 2.0)) y=(at(TALL + BELOW * 0.6)) text-anchor="middle" { (name) }
                    @for (lane, (series, value)) in chart.series.iter().zip(values).enumerate() {
                        @if let Some(value) = value {
                            @let wide = (step * 0.7) / lanes as f64;
                            @let from = left + step * 0.15 + wide * (lane % lanes) as f64;
                            @let paint = series.points.get(index).copied().unwrap_or(series.paint);
                            @if chart.kind == ChartKind::Lines {
                                circle class=(class(paint)) cx=(at(left + step / 2.0)) cy=(at(y(*value))) r="3" {}
                            } @else {
                                rect class=(class(paint)) x=(at(from)) y=(at(y(*value))) width=(at(wide))
                                    height=(at(y(least.max(0.0)) - y(*value))) {}
                            }
                            @if let Some(decimals) = series.labels {
                                text.value x=(at(from + wide / 2.0)) y=(at(y(*value) - 3.0)) text-anchor="middle" {
                                    (format!("{value:.0$}", decimals as usize))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A name without the strokes around it, which the line of the picture replaces.
fn plain(name: &str) -> &str {
    name.trim_matches(|c: char| c == '─' || c.is_whitespace())
}

/// The names of several series with their colours.
fn legend(chart: &Chart<'_>) -> Markup {
    html! {
        @if chart.series.len() > 1 {
            span.legend {
                @for series in &chart.series {
                    " " svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" {
                        rect class=(class(series.paint)) width="10" height="10" {}
                    }
                    " " (series.name)
                }
            }
        }
    }
}

/// A place in a picture, to a tenth: equal pages give equal bytes.
fn at(value: f64) -> String {
    format!("{value:.1}")
}

const fn class(paint: Paint) -> &'static str {
    match paint {
        Paint::Main => "main",
        Paint::Second => "second",
        Paint::Third => "third",
        Paint::Best => "best",
        Paint::Good => "good",
        Paint::Fair => "fair",
        Paint::Bad => "bad",
        Paint::Clear => "clear",
    }
}

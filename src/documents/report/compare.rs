//! 变更对照: the workbook of a comparison. What changed at a glance, every unit before and after, indicators, who rose.
//!
//! In the language of the later result, and for people only: it carries the mark by which it is refused as an input.

use super::chart::{Cells, Chart, ChartKind, Paint, Series};
use super::created;
use super::document::{CellDoc, Document, Fonts, Purpose, SheetDoc, Style};
use super::view::View;
use crate::result::compare::Comparison;
use crate::result::outcome::Outcome;

mod leaves;
mod overview;
mod progress;
mod units;
pub mod words;

use words::Words;

/// What the sheets are made from.
struct Book<'b> {
    comparison: &'b Comparison,
    old: &'b Outcome,
    view: View<'b>,
}

/// The workbook of a comparison of two results.
pub fn compare_book(comparison: &Comparison, old: &Outcome, new: &Outcome) -> Document {
    let book = Book { comparison, old, view: View::new(new) };
    let mut sheets = vec![book.overview(), book.units()];
    // Results without indicators have nothing to say of them.
    let measured = |outcome: &Outcome| outcome.units.iter().any(|unit| !unit.leaves.is_empty());
    if measured(old) || measured(new) {
        sheets.push(book.leaves());
    }
    sheets.extend(book.unit_leaves());
    sheets.push(book.progress());
    let model = &new.model;
    Document {
        title: book.view.fill("report.title", &[("title", &model.title), ("sheet", &book.view.text("sheet.compare"))]),
        created: model.as_of.as_deref().and_then(|date| date.parse().ok()).and_then(created),
        draft: None,
        purpose: Purpose::Output,
        fonts: Fonts::with(book.view.lang, model.fonts),
        sheets,
    }
}

/// Height of a bar with its gap, and what a chart needs besides, in points.
const BAR: f64 = 18.0;
const FRAME: f64 = 90.0;
/// Height of a row, and how much of an upright page a table and its chart may take together, in points.
const ROW: f64 = 22.0;
const PAGE: f64 = 690.0;

/// Adds a picture of differences below a table, one bar for each of its rows, on a page of its own where it must; none where
/// nothing differs.
fn picture(sheet: &mut SheetDoc, chart: &Picture<'_>) {
    if chart.values.iter().all(|value| *value == 0.0) {
        return;
    }
    let bars = chart.values.len() as f64;
    let height = FRAME + BAR * bars;
    sheet.row(Vec::new());
    if sheet.next_row() as f64 * ROW + height > PAGE {
        sheet.page_starts.push(sheet.rows.len());
    }
    let (least, most) =
        chart.values.iter().fold((0.0, 0.0), |(least, most): (f64, f64), value| (least.min(*value), most.max(*value)));
    // Room for the numbers beside the longest bars, and an axis that counts in round steps from zero.
    let room = (most - least) / 8.0;
    let step = if most - least > 10.0 { 5.0 } else { 1.0 };
    let bound = |value: f64| {
        if value == 0.0 { 0.0 } else { value.signum() * ((value.abs() + room) / step).ceil() * step }
    };
    let name = sheet.name.clone();
    let mut series = Series::new("", Cells::column(&name, chart.rows.0, chart.rows.1, chart.column), Paint::Main);
    series.points = chart.values.iter().map(|value| if *value < 0.0 { Paint::Bad } else { Paint::Main }).collect();
    sheet.chart(Chart {
        kind: ChartKind::Bars,
        title: chart.title.to_owned(),
        categories: Cells::column(&name, chart.rows.0, chart.rows.1, chart.names),
        series: vec![series.labelled(chart.decimals)],
        axis: (Some(bound(least)), Some(bound(most))),
        decimals: 0,
        axis_title: chart.axis.to_owned(),
        height,
    });
}

/// What [`picture`] draws.
struct Picture<'p> {
    title: &'p str,
    axis: &'p str,
    /// First and last row of the sheet.
    rows: (usize, usize),
    /// Column of the names, and of the differences.
    names: u16,
    column: u16,
    values: Vec<f64>,
    decimals: u32,
}

impl Book<'_> {
    const fn words(&self) -> Words<'_> {
        Words { lang: self.view.lang, new: self.view.outcome }
    }

    /// An empty sheet that says which results are compared; `key` is the catalogue key of its name.
    fn sheet(&self, key: &str) -> SheetDoc {
        let (model, name) = (&self.view.outcome.model, self.view.text(key));
        let title = self.view.fill("report.title", &[("title", &model.title), ("sheet", &name)]);
        let mut sheet = SheetDoc::new(name, title);
        let sides = self.words().sides(self.comparison);
        sheet.subtitle(sides.clone());
        sheet.footer = Some(self.view.fill("compare.footer", &[("sides", &sides)]));
        sheet
    }

    /// Places risen or fallen, coloured; nothing where they cannot be compared.
    fn places(&self, places: Option<i64>) -> CellDoc {
        let style = match places {
            Some(risen) if risen > 0 => Style::Good,
            Some(risen) if risen < 0 => Style::Bad,
            _ => Style::Center,
        };
        places.map_or_else(CellDoc::missing, |risen| CellDoc::printed(&risen.to_string()).role(style))
    }

    /// A difference with its sign, as a number.
    fn difference(&self, difference: Option<&str>) -> CellDoc {
        CellDoc::optional_printed(difference.map(|text| text.trim_start_matches('+')))
    }
}

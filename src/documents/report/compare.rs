//! 变更对照: the workbook of a comparison. An overview, every unit before and after, indicators, who rose.
//!
//! In the language of the later result, and for reading only: it carries the mark by which it is refused as an input.

use super::chart::{Chart, ChartKind, Paint, Series};
use super::document::{CellDoc, Document, SheetDoc, Style};
use super::entry::Block;
use super::view::View;
use crate::result::compare::Comparison;
use crate::result::outcome::Outcome;
use crate::shared::i18n::say;

mod leaves;
mod overview;
mod progress;
mod units;
pub mod words;

use words::Words;

/// The data from which the sheets are made.
struct Book<'b> {
    comparison: &'b Comparison,
    old: &'b Outcome,
    view: View<'b>,
}

/// The workbook of a comparison of two results.
pub fn compare_book<'b>(comparison: &'b Comparison, old: &'b Outcome, new: &'b Outcome) -> Document<'b> {
    let book = Book { comparison, old, view: View::new(new) };
    let mut sheets = vec![book.overview(), book.units()];
    // Results without indicators have no indicator sheet.
    let measured = |outcome: &Outcome| outcome.units.iter().any(|unit| !unit.leaves.is_empty());
    if measured(old) || measured(new) {
        sheets.push(book.leaves());
    }
    sheets.extend(book.unit_leaves());
    sheets.push(book.progress());
    let name = book.view.text("sheet.compare");
    book.view.document(say!(book.view, "report.title", title = new.model.title, sheet = name), sheets)
}

/// Height of a bar with its gap, and of the other parts of a chart, in points.
const BAR: f64 = 18.0;
const FRAME: f64 = 90.0;
/// Height of a row, and the part of an upright page available to a table and its chart together, in points.
const ROW: f64 = 22.0;
const PAGE: f64 = 690.0;

/// Adds a chart of differences below a table, one bar for each of its rows, on a separate page if necessary; none if
/// nothing differs.
fn picture(sheet: &mut SheetDoc<'_>, chart: &Picture) {
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
    // Space for the numbers next to the longest bars, and an axis with round steps from zero.
    let room = (most - least) / 8.0;
    let step = if most - least > 10.0 { 5.0 } else { 1.0 };
    let bound = |value: f64| {
        if value == 0.0 { 0.0 } else { value.signum() * ((value.abs() + room) / step).ceil() * step }
    };
    let column = |column| Block::column(chart.rows.0, chart.rows.1, column);
    let mut series = Series::new("", column(chart.column), Paint::Main);
    series.points = chart.values.iter().map(|value| if *value < 0.0 { Paint::Bad } else { Paint::Main }).collect();
    sheet.chart(Chart {
        kind: ChartKind::Bars,
        title: chart.title.into(),
        categories: column(chart.names),
        series: vec![series.labelled(chart.decimals)],
        axis: (Some(bound(least)), Some(bound(most))),
        decimals: 0,
        axis_title: chart.axis,
        height,
    });
}

/// The content drawn by [`picture`].
struct Picture {
    title: &'static str,
    axis: &'static str,
    /// First and last row of the sheet.
    rows: (usize, usize),
    /// Column of the names, and of the differences.
    names: u16,
    column: u16,
    values: Vec<f64>,
    decimals: u32,
}

impl<'b> Book<'b> {
    const fn words(&self) -> Words<'_> {
        Words { lang: self.view.lang, new: self.view.outcome }
    }

    /// An empty sheet that names the compared results; `key` is the catalogue key of its name.
    fn sheet(&self, key: &str) -> SheetDoc<'b> {
        let (model, name) = (&self.view.outcome.model, self.view.text(key));
        let title = say!(self.view, "report.title", title = model.title, sheet = name);
        let mut sheet = SheetDoc::new(name, self.view.seamed(&title));
        let sides = self.words().sides(self.comparison);
        sheet.footer = Some(say!(self.view, "compare.footer", sides));
        sheet.subtitle(sides);
        sheet
    }

    /// Places risen or fallen, coloured; blank if they cannot be compared.
    fn places(&self, places: Option<i64>) -> CellDoc<'b> {
        let style = match places {
            Some(risen) if risen > 0 => Style::Good,
            Some(risen) if risen < 0 => Style::Bad,
            _ => Style::Center,
        };
        places.map_or_else(CellDoc::missing, |risen| CellDoc::printed(risen.to_string()).role(style))
    }

    /// A difference with its sign, as a number.
    fn difference(&self, difference: Option<&'b str>) -> CellDoc<'b> {
        CellDoc::optional_printed(difference.map(|text| text.trim_start_matches('+')))
    }
}

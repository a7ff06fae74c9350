//! 图表: the aspects beside mean and best of the group, and the distance of each leaf from the mean, worst at the top.

use super::super::chart::{Chart, ChartKind, Paint, Series};
use super::super::document::{CellDoc, SheetDoc, Style};
use super::super::entry::Block;
use super::Case;
use crate::documents::feedback::stats::Stat;
use crate::shared::number::{Exact, Precision};

/// Height of a chart of rates in points: a bar, the gap between names, the surroundings.
const BAR: (f64, f64) = (15.0, 12.0);
const AROUND: f64 = 84.0;
/// Widths of the columns: together the page width, so that every sheet of charts is printed at one size.
const WIDTHS: [(usize, u16); 4] = [(0, 46), (1, 22), (2, 22), (3, 22)];
/// Height of a row of the table of gaps.
const ROW: f64 = 17.0;
/// Height of the chart of leaves in points: per leaf, and around them; and the maximum.
const LEAF: (f64, f64) = (13.5, 75.0);
const TALLEST: f64 = 560.0;
/// Steps of the axis of gaps, in percent.
const STEP: f64 = 10.0;
/// Most characters of a name on an axis.
const NAME: usize = 18;

/// The sheet of charts.
pub(super) fn sheet<'o>(case: &Case<'_, 'o>) -> SheetDoc<'o> {
    let mut sheet = case.sheet("sheet.feedback.charts");
    sheet.subtitle(case.subtitle());
    if let Some(note) = case.small_group_note() {
        sheet.subtitle(note);
    }
    sheet.filling.widths = WIDTHS.to_vec();
    let mut sections = Sections { case, count: 0 };
    if !case.outcome().model.tree.aspects.is_empty() {
        let section = sections.next("feedback.section.aspects");
        let keys = Keys { section, names: "feedback.header.aspect", chart: "feedback.chart.aspects" };
        rates(case, &aspects(case), case.outcome().model.rate_precision(), keys, &mut sheet);
    }
    let section = sections.next("feedback.section.components");
    let keys = Keys { section, names: "header.component", chart: "feedback.chart.components" };
    rates(case, &components(case), case.outcome().model.score.published(), keys, &mut sheet);
    gaps(case, &mut sections, &mut sheet);
    sheet.finish()
}

/// Numbers the sections of the sheet that there are.
struct Sections<'c, 'd, 'o> {
    case: &'c Case<'d, 'o>,
    count: usize,
}

impl Sections<'_, '_, '_> {
    fn next(&mut self, key: &'static str) -> String {
        self.count += 1;
        self.case.view.numbered(self.count, key)
    }
}

/// A name short enough for an axis.
fn label(code: &str, name: &str) -> String {
    let whole = format!("{code} {name}");
    if whole.chars().count() <= NAME { whole } else { whole.chars().take(NAME - 1).chain(['…']).collect() }
}

/// The content of a block of rates: the name of each part, the unit's rate, the group's.
type Rates<'d, 'o> = Vec<(&'o str, &'o Exact, Option<&'d Stat>)>;

fn aspects<'d, 'o>(case: &Case<'d, 'o>) -> Rates<'d, 'o> {
    let (model, group) = (&case.outcome().model, case.group());
    let rows = model.tree.aspects.iter().enumerate().filter_map(|(index, node)| {
        let rate = case.unit.aspects.get(&node.code)?.as_ref()?;
        Some((node.name.as_str(), &rate.exact, group.and_then(|g| g.aspects[index].as_ref())))
    });
    rows.collect()
}

fn components<'d, 'o>(case: &Case<'d, 'o>) -> Rates<'d, 'o> {
    let (model, group) = (&case.outcome().model, case.group());
    let rows = model.components.iter().enumerate().filter_map(|(index, component)| {
        let own = case.unit.components.get(&component.id).filter(|own| own.lacks.is_none())?;
        Some((component.name.as_str(), &own.exact, group.and_then(|g| g.components[index].as_ref())))
    });
    rows.collect()
}

/// The heading of a block of rates, and the catalogue keys of the header of its names and of the title of its chart.
struct Keys {
    section: String,
    names: &'static str,
    chart: &'static str,
}

/// A table of rates and their chart: the unit's rate, mean and best of the group side by side.
fn rates<'o>(case: &Case<'_, 'o>, rows: &Rates<'_, 'o>, precision: Precision, keys: Keys, sheet: &mut SheetDoc<'o>) {
    sheet.section(keys.section);
    if rows.is_empty() {
        sheet.note(case.text("report.none"));
        return;
    }
    sheet.row(case.view.headers(&[keys.names, "feedback.header.own", "feedback.header.mean", "feedback.header.best"]));
    let top = sheet.next_row();
    for (name, rate, stat) in rows {
        let cell = |value: &Exact| CellDoc::rounded(value, precision).role(Style::Center);
        let cells = [stat.map(|s| &s.mean), stat.map(|s| &s.best)]
            .map(|value| value.map_or_else(|| CellDoc::missing().role(Style::Center), cell));
        let own = CellDoc::rounded(rate, precision).role(Style::Strong);
        sheet.row([CellDoc::text(*name), own].into_iter().chain(cells).collect());
    }
    let bottom = sheet.next_row() - 1;
    let column = |column| Block::column(top, bottom, column);
    let mut series = vec![Series::new(case.text("feedback.header.own"), column(1), Paint::Main).labelled(1)];
    if rows.iter().all(|(_, _, stat)| stat.is_some()) {
        series.push(Series::new(case.text("feedback.header.mean"), column(2), Paint::Second).labelled(1));
        series.push(Series::new(case.text("feedback.header.best"), column(3), Paint::Third).labelled(1));
    }
    let block = series.len() as f64 * BAR.0 + BAR.1;
    sheet.chart(Chart {
        kind: ChartKind::Bars,
        title: case.text(keys.chart).into(),
        categories: column(0),
        series,
        axis: (Some(0.0), Some(100.0)),
        decimals: 0,
        axis_title: case.text("header.rate"),
        height: block * rows.len() as f64 + AROUND,
    });
}

/// A leaf in the chart of gaps.
struct Gap<'i> {
    label: String,
    rate: &'i Exact,
    mean: Option<Exact>,
    /// Rate − mean, or the lost rate if no mean may be shown.
    gap: Exact,
}

fn gaps<'o>(case: &Case<'_, 'o>, sections: &mut Sections<'_, '_, 'o>, sheet: &mut SheetDoc<'o>) {
    let has_means = case.told().items.iter().any(|item| item.stat.is_some());
    let hundred = Exact::from(100);
    let is_leaf = !case.unit.leaves.is_empty();
    let model = &case.outcome().model;
    let precision = if is_leaf { model.score.published() } else { model.rate_precision() };
    let mut rows: Vec<Gap<'_>> = case
        .told()
        .items
        .iter()
        .filter_map(|item| {
            let rate = item.rate.as_ref()?;
            // The gap of an aspect is that of the printed rates: it must not reveal how they were rounded.
            let mean = item.mean_rate().map(|mean| if is_leaf { mean } else { precision.round(&mean) });
            let gap = match (&mean, has_means) {
                (Some(mean), _) => rate - mean,
                (None, true) => return None,
                (None, false) => &hundred - rate,
            };
            Some(Gap { label: label(item.code, item.name), rate, mean, gap })
        })
        .collect();
    // The sort is stable: equal gaps remain in the order of the model.
    rows.sort_by(|a, b| if has_means { a.gap.cmp(&b.gap) } else { b.gap.cmp(&a.gap) });
    if rows.is_empty() {
        return;
    }
    let keys = if has_means {
        ("feedback.section.gaps", "feedback.chart.gaps", "feedback.header.gap")
    } else {
        ("feedback.section.lost", "feedback.chart.lost", "feedback.header.lost-rate")
    };
    sheet.section(sections.next(keys.0));
    let height = (LEAF.0 * rows.len() as f64 + LEAF.1).min(TALLEST);
    let chart = Chart {
        kind: ChartKind::Bars,
        title: case.text(keys.1).into(),
        categories: Block::column(0, 0, 0),
        series: Vec::new(),
        axis: bounds(&rows),
        decimals: 0,
        axis_title: case.text("feedback.axis.points"),
        height,
    };
    // The table follows the chart, with its heading and its header in between.
    let top = sheet.next_row() + chart.rows() + 2;
    let bottom = top + rows.len() - 1;
    let column = |column| Block::column(top, bottom, column);
    let mut series = Series::new(case.text(keys.2), column(3), Paint::Main).labelled(1);
    let is_bad = |row: &Gap<'_>| if has_means { row.gap.is_negative() } else { row.gap.is_positive() };
    series.points = rows.iter().map(|row| if is_bad(row) { Paint::Bad } else { Paint::Good }).collect();
    sheet.chart(Chart { categories: column(0), series: vec![series], ..chart });
    sheet.row(vec![CellDoc::line(sections.next("feedback.section.gap-table"), Style::Section)]);
    sheet.row(case.view.headers(&["feedback.header.leaf", "feedback.header.own", "feedback.header.mean", keys.2]));
    for row in rows {
        let gap = CellDoc::rounded(&row.gap, precision);
        let style = if is_bad(&row) { Style::Warning } else { Style::Center };
        sheet.row(vec![
            CellDoc::text(row.label),
            CellDoc::rounded(row.rate, precision).role(Style::Strong),
            row.mean
                .as_ref()
                .map_or_else(CellDoc::missing, |mean| CellDoc::rounded(mean, precision))
                .role(Style::Center),
            gap.role(style),
        ]);
        if let Some(last) = sheet.rows.last_mut() {
            last.height = ROW;
        }
    }
}

/// The bounds of an axis at whole steps that includes every gap and 0.
fn bounds(rows: &[Gap<'_>]) -> (Option<f64>, Option<f64>) {
    let gaps = rows.iter().map(|row| row.gap.to_cell());
    let (least, most) = gaps.fold((0.0_f64, 0.0_f64), |(low, high), gap| (low.min(gap), high.max(gap)));
    let least = (least / STEP).floor() * STEP;
    let most = (most / STEP).ceil() * STEP;
    (Some(least), Some(if most > least { most } else { least + STEP }))
}

//! Charts of a workbook: native ones, which can be edited and printed.

use std::borrow::Cow;

use anyhow::Context as _;
use rust_xlsxwriter::{
    Chart as Drawn, ChartAxisCrossing, ChartAxisLabelPosition, ChartDataLabel, ChartErrorBars, ChartErrorBarsType,
    ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartPoint, ChartRange, ChartSeries, ChartSolidFill,
    ChartType, Color, Worksheet, XlsxError,
};

use super::kept::Key;
use super::{Bounds, excel_date, fitting, xml};
use crate::documents::report::SheetDoc;
use crate::documents::report::chart::{Chart, ChartKind, Paint, PlacedChart, Series};
use crate::documents::report::document::{Content, Fonts};
use crate::documents::report::entry::Block;

/// Font sizes in points.
const TITLE_SIZE: f64 = 12.0;
const TEXT_SIZE: f64 = 9.0;
/// Pixels per point; then, for a column, pixels per character of its width and its padding.
const PIXELS_PER_POINT: f64 = 96.0 / 72.0;
const PIXELS_PER_CHARACTER: f64 = 7.0;
const COLUMN_PADDING: f64 = 5.0;
/// Free space left and right of a chart, and below it, in pixels.
const MARGIN: f64 = 6.0;
/// The gap between groups of bars, in percent of a bar.
const GAP: u16 = 60;
/// The largest value up to which an axis of whole numbers has a mark for each.
const COUNTED: f64 = 12.0;
const GRID: Color = Color::RGB(0x00D9_D9D9);

/// Which values of a series are drawn in colours of their own.
type Coloured = fn(&Series<'_>) -> Vec<Paint>;

/// Draws the charts of a sheet into the rows reserved for them.
pub(super) fn draw(
    worksheet: &mut Worksheet,
    sheet: &SheetDoc<'_>,
    fonts: &Fonts,
    coloured: Coloured,
) -> Result<(), XlsxError> {
    for PlacedChart { chart, row } in &sheet.charts {
        let mut drawn = made(chart, &sheet.name, fonts, coloured)?;
        let width: f64 = sheet.columns.iter().map(|w| (w * PIXELS_PER_CHARACTER + COLUMN_PADDING).trunc()).sum();
        drawn.set_width((width - 2.0 * MARGIN).max(100.0) as u32);
        drawn.set_height((chart.height * PIXELS_PER_POINT - MARGIN) as u32);
        let top = sheet.head.len() + sheet.header.len() + row;
        debug_assert!(top <= Bounds::of(sheet).last_row as usize, "a chart stands in rows of its sheet");
        worksheet.insert_chart_with_offset(top as u32, 0, &drawn, MARGIN as u32, 2)?;
    }
    Ok(())
}

fn made(chart: &Chart<'_>, sheet: &str, fonts: &Fonts, coloured: Coloured) -> Result<Drawn, XlsxError> {
    let mut drawn = Drawn::new(match chart.kind {
        ChartKind::Bars => ChartType::Bar,
        ChartKind::StackedBars => ChartType::BarStacked,
        ChartKind::Columns => ChartType::Column,
        ChartKind::StackedColumns => ChartType::ColumnStacked,
        ChartKind::Lines => ChartType::Line,
    });
    let text = |size: f64| {
        let mut font = ChartFont::new();
        font.set_name(fonts.body).set_size(size);
        font
    };
    let mut title = text(TITLE_SIZE);
    title.set_name(fonts.title).set_bold();
    drawn.title().set_name(&*chart.title).set_font(&title);
    drawn.set_alt_text(&*chart.title);
    for series in &chart.series {
        let added = drawn.add_series();
        added.set_categories(range(sheet, chart.categories)).set_values(range(sheet, series.values)).set_gap(GAP);
        dress(added, chart.kind, series, &text(TEXT_SIZE));
        let point = |paint| ChartPoint::new().set_format(&mut painted(chart.kind, paint));
        added.set_points(&coloured(series).into_iter().map(point).collect::<Vec<_>>());
        if let Some(errors) = series.errors {
            let (name, top, left, bottom, right) = range(sheet, errors);
            let cells = || ChartRange::new_from_range(name, top, left, bottom, right);
            let kind = ChartErrorBarsType::Custom(cells(), cells());
            added.set_y_error_bars(ChartErrorBars::new().set_type(kind));
        }
    }
    set_axes(&mut drawn, chart, &text(TEXT_SIZE));
    if chart.series.iter().filter(|series| !series.name.is_empty()).count() > 1 {
        let hidden: Vec<usize> = (0..).zip(&chart.series).filter(|(_, s)| s.name.is_empty()).map(|(i, _)| i).collect();
        drawn.legend().set_position(ChartLegendPosition::Bottom).set_font(&text(TEXT_SIZE)).delete_entries(&hidden);
    } else {
        drawn.legend().set_hidden();
    }
    drawn.validate()?;
    Ok(drawn)
}

fn set_axes(drawn: &mut Drawn, chart: &Chart<'_>, font: &ChartFont) {
    let is_lying = matches!(chart.kind, ChartKind::Bars | ChartKind::StackedBars);
    // The library names axes by orientation: horizontal bars have the values along x.
    let categories = if is_lying { drawn.y_axis() } else { drawn.x_axis() };
    categories.set_font(font).set_major_gridlines(false);
    if is_lying {
        // The first name is at the top, and the values remain at the bottom.
        categories.set_reverse().set_crossing(ChartAxisCrossing::Max);
    }
    if chart.axis.0.is_some_and(|least| least < 0.0) {
        // Names beside the axis at zero would overlap the bars below it.
        categories.set_label_position(ChartAxisLabelPosition::Low);
    }
    let mut line = ChartLine::new();
    line.set_color(GRID);
    let values = if is_lying { drawn.x_axis() } else { drawn.y_axis() };
    values.set_font(font).set_major_gridlines(true).set_major_gridlines_line(&line);
    values.set_num_format(super::number_format(chart.decimals));
    if let Some(least) = chart.axis.0 {
        values.set_min(least);
    }
    if let Some(most) = chart.axis.1 {
        values.set_max(most);
        if chart.decimals == 0 && most - chart.axis.0.unwrap_or(0.0) <= COUNTED {
            // Office programs would put half units on a short axis.
            values.set_major_unit(1.0);
        }
    }
    if !chart.axis_title.is_empty() {
        values.set_name(chart.axis_title).set_name_font(font);
    }
}

fn dress(added: &mut ChartSeries, kind: ChartKind, series: &Series<'_>, font: &ChartFont) {
    if !series.name.is_empty() {
        added.set_name(series.name);
    }
    if is_stacked(kind) {
        added.set_overlap(100);
    }
    added.set_format(&mut painted(kind, series.paint));
    if let Some(decimals) = series.labels {
        let mut label = ChartDataLabel::new();
        let mut font = font.clone();
        if is_stacked(kind) && is_dark(series.paint) {
            // The value is printed on its bar.
            font.set_color(Color::White);
        }
        let mut format = super::number_format(decimals);
        if is_stacked(kind) {
            // A part of no height would have its 0 on the edge of its neighbour.
            format.push_str(";-0;");
        }
        label.show_value().set_font(&font).set_num_format(format);
        added.set_data_label(&label);
    }
}

/// The colours of the values of a series that have their own.
fn points<'s>(series: &'s Series<'_>) -> impl Iterator<Item = Paint> + use<'s> {
    series.points.iter().copied().take(series.values.bottom + 1 - series.values.top)
}

/// These colours, each once: the library draws one value of each, and [`Outline`] repeats it.
pub(super) fn paints(series: &Series<'_>) -> Vec<Paint> {
    let mut paints = Vec::new();
    for paint in points(series) {
        if !paints.contains(&paint) {
            paints.push(paint);
        }
    }
    paints
}

const fn is_stacked(kind: ChartKind) -> bool {
    matches!(kind, ChartKind::StackedBars | ChartKind::StackedColumns)
}

/// Whether black letters are illegible on a colour.
const fn is_dark(paint: Paint) -> bool {
    matches!(paint, Paint::Main | Paint::Best | Paint::Bad)
}

fn painted(kind: ChartKind, paint: Paint) -> ChartFormat {
    let mut format = ChartFormat::new();
    let Some(color) = color(paint) else {
        format.set_no_fill().set_no_border();
        return format;
    };
    if kind == ChartKind::Lines {
        format.set_line(ChartLine::new().set_color(color).set_width(2));
    } else {
        format.set_solid_fill(ChartSolidFill::new().set_color(color)).set_no_border();
    }
    format
}

const fn color(paint: Paint) -> Option<Color> {
    Some(Color::RGB(match paint {
        Paint::Main => 0x002F_5597,
        Paint::Second => 0x00A6_A6A6,
        Paint::Third => 0x00D8_9F3C,
        Paint::Best => 0x001F_4E79,
        Paint::Good => 0x005B_9BD5,
        Paint::Fair => 0x00BD_D7EE,
        Paint::Bad => 0x00C5_5A11,
        Paint::Clear => return None,
    }))
}

const fn range(sheet: &str, block: Block) -> (&str, u32, u16, u32, u16) {
    (sheet, block.top as u32, block.left, block.bottom as u32, block.right)
}

/// A range of a series, of which a chart repeats what its cells hold, for previews that do not calculate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repeated {
    Errors,
    Names,
    Values,
}

/// The elements of the ranges. The values come last in a series.
const REPEATED: [(&str, Repeated); 4] = [
    ("c:plus", Repeated::Errors),
    ("c:minus", Repeated::Errors),
    ("c:cat", Repeated::Names),
    ("c:val", Repeated::Values),
];

/// A range within the part of a chart.
#[derive(Debug)]
struct Piece {
    /// What stands before the range, up to the values with colours of their own.
    before: String,
    /// One value of each of those colours: what stands before and after its number.
    points: Vec<[String; 2]>,
    /// What stands between those values and the range.
    between: String,
    /// The range as a formula.
    formula: String,
    repeated: Repeated,
}

/// A chart as the library makes it, without what its cells hold.
#[derive(Debug)]
pub(super) struct Outline {
    /// Its part.
    pub(super) name: String,
    pieces: Vec<Piece>,
    /// What follows the last range.
    end: String,
}

impl Outline {
    /// Takes the part of a chart apart.
    ///
    /// # Errors
    /// If it is not what the library makes.
    pub(super) fn new(name: String, xml: &str) -> anyhow::Result<Self> {
        let mut pieces = Vec::new();
        let mut rest = xml;
        let next = |rest: &str| {
            let found = REPEATED.map(|(element, repeated)| {
                let open = format!("<{element}>");
                rest.find(&open).map(|at| (at + open.len(), element, repeated))
            });
            found.into_iter().flatten().min_by_key(|(at, ..)| *at)
        };
        while let Some((start, element, repeated)) = next(rest) {
            let (before, at) = rest.split_at(start);
            let length = at.find(&format!("</{element}>")).context("no end of the range of a chart")?;
            let (copy, after) = at.split_at(length);
            let formula = copy.split_once("<c:f>").and_then(|(_, formula)| formula.split_once("</c:f>"));
            let (formula, _) = formula.context("no formula of the range of a chart")?;
            let (before, points, between) = cut(before)?;
            pieces.push(Piece {
                before: before.into(),
                points,
                between: between.into(),
                formula: formula.into(),
                repeated,
            });
            rest = after;
        }
        Ok(Self { name, pieces, end: rest.to_owned() })
    }

    /// The part, with what the cells of a chart on a sheet hold.
    ///
    /// # Errors
    /// If a date is one that workbooks do not have.
    pub(super) fn part(&self, chart: &Chart<'_>, sheet: &SheetDoc<'_>) -> Result<String, XlsxError> {
        let mut to = String::new();
        let mut series = chart.series.iter();
        let mut own = series.next();
        for Piece { before, points, between, formula, repeated } in &self.pieces {
            to.push_str(before);
            if let Some(own) = own.filter(|_| !points.is_empty()) {
                write_points(own, points, &mut to);
            }
            to.push_str(between);
            let block = own.and_then(|own| match repeated {
                Repeated::Errors => own.errors,
                Repeated::Names => Some(chart.categories),
                Repeated::Values => Some(own.values),
            });
            let cells = block.map(|block| held(sheet, block)).transpose()?.unwrap_or_default();
            write_copy(&cells, formula, *repeated == Repeated::Names, &mut to);
            if *repeated == Repeated::Values {
                own = series.next();
            }
        }
        to.push_str(&self.end);
        Ok(to)
    }
}

/// The element of a value with a colour of its own.
const POINT: [&str; 2] = ["<c:dPt>", "</c:dPt>"];

/// Cuts the values with colours of their own out of a piece of a part: what stands before them, what stands before and
/// after the number of each, what stands after them.
fn cut(piece: &str) -> anyhow::Result<(&str, Vec<[String; 2]>, &str)> {
    let [open, close] = POINT;
    let Some((before, mut rest)) = piece.find(open).map(|at| piece.split_at(at)) else {
        return Ok((piece, Vec::new(), ""));
    };
    let mut points = Vec::new();
    while rest.starts_with(open) {
        let length = rest.find(close).context("no end of a value of a chart")? + close.len();
        let (point, after) = rest.split_at(length);
        let (head, tail) = point.split_once(&format!("val=\"{}\"", points.len())).context("no number of a value")?;
        points.push([format!("{head}val=\""), format!("\"{tail}")]);
        rest = after;
    }
    Ok((before, points, rest))
}

/// Writes the values of a series with their colours.
fn write_points(series: &Series<'_>, known: &[[String; 2]], to: &mut String) {
    let paints = paints(series);
    for (index, paint) in points(series).enumerate() {
        if let Some([before, after]) = paints.iter().position(|own| *own == paint).and_then(|at| known.get(at)) {
            to.push_str(before);
            xml::whole(index, to);
            to.push_str(after);
        }
    }
}

/// What a cell holds, as far as charts repeat it.
enum Held<'s> {
    Text(Cow<'s, str>),
    Number(f64),
    Date(f64),
    Nothing,
}

/// What a cell holds, without the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ValueKind {
    Text,
    Number,
    Date,
    Nothing,
}

impl Held<'_> {
    const fn kind(&self) -> ValueKind {
        match self {
            Self::Text(_) => ValueKind::Text,
            Self::Number(_) => ValueKind::Number,
            Self::Date(_) => ValueKind::Date,
            Self::Nothing => ValueKind::Nothing,
        }
    }
}

/// What the cells of a block hold.
fn held<'s>(sheet: &'s SheetDoc<'_>, block: Block) -> Result<Vec<Held<'s>>, XlsxError> {
    debug_assert_eq!(block.left, block.right, "what is drawn stands in one column");
    let rows = sheet.all_rows().skip(block.top).take(block.bottom + 1 - block.top);
    let cells = rows.map(|row| {
        let mut next = 0;
        let cell = row.cells.iter().find(|cell| {
            let column = next;
            next += cell.cols;
            column == block.left
        });
        Ok(match cell.map(|cell| &cell.content) {
            Some(Content::Text(text)) if !text.is_empty() => Held::Text(fitting(text)),
            Some(Content::Link(link)) if !link.text.is_empty() => Held::Text(fitting(&link.text)),
            Some(Content::Number { value, .. }) => Held::Number(*value),
            Some(Content::Count(count)) => Held::Number(*count as f64),
            Some(Content::Date(date)) => Held::Date(excel_date(*date)?.to_excel()),
            _ => Held::Nothing,
        })
    });
    cells.collect()
}

/// Adds to a key what the outline of a chart follows from.
pub(super) fn add_to(key: &mut Key, placed: &PlacedChart<'_>) {
    let PlacedChart { chart, row } = placed;
    let Chart { kind, title, categories, series, axis, decimals, axis_title, height } = chart;
    key.add((row, kind, title, categories, decimals, axis_title, series.len()));
    for own in series {
        let Series { name, values, paint, points: _, labels, errors } = own;
        key.add((name, values, paint, paints(own), labels, errors));
    }
    key.add([axis.0, axis.1].map(|bound| bound.map(f64::to_bits)));
    key.add(height.to_bits());
}

/// What the cells with the names of a sheet's charts hold, by row and column: the library gives an axis of numbers a format.
pub(super) fn names(sheet: &SheetDoc<'_>) -> Result<Vec<(u32, u16, ValueKind)>, XlsxError> {
    let mut names = Vec::new();
    for PlacedChart { chart, .. } in &sheet.charts {
        let block = chart.categories;
        for (row, cell) in (block.top as u32..).zip(held(sheet, block)?) {
            names.push((row, block.left, cell.kind()));
        }
    }
    Ok(names)
}

/// Writes a range with a copy of what its cells hold. Texts among values count as 0.
fn write_copy(cells: &[Held<'_>], formula: &str, may_be_text: bool, to: &mut String) {
    let has_text = cells.iter().any(|cell| matches!(cell, Held::Text(_)));
    let is_text = may_be_text && has_text;
    let last = cells.iter().rev().find(|cell| matches!(cell, Held::Number(_) | Held::Date(_)));
    let is_date = !has_text && matches!(last, Some(Held::Date(_)));
    to.push_str(if is_text { "<c:strRef><c:f>" } else { "<c:numRef><c:f>" });
    to.push_str(formula);
    to.push_str(match (is_text, is_date) {
        (true, _) => "</c:f><c:strCache>",
        (false, true) => "</c:f><c:numCache><c:formatCode>dd/mm/yyyy</c:formatCode>",
        (false, false) => "</c:f><c:numCache><c:formatCode>General</c:formatCode>",
    });
    to.push_str("<c:ptCount val=\"");
    xml::whole(cells.len(), to);
    to.push_str("\"/>");
    for (index, cell) in cells.iter().enumerate() {
        if matches!(cell, Held::Nothing) && !is_text {
            continue;
        }
        to.push_str("<c:pt idx=\"");
        xml::whole(index, to);
        to.push_str("\"><c:v>");
        match cell {
            Held::Text(text) if is_text || text.parse::<f64>().is_ok() => xml::escaped(text, to),
            Held::Text(_) => to.push('0'),
            Held::Number(value) | Held::Date(value) => xml::number(*value, to),
            Held::Nothing => {}
        }
        to.push_str("</c:v></c:pt>");
    }
    to.push_str(if is_text { "</c:strCache></c:strRef>" } else { "</c:numCache></c:numRef>" });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::report::document::{CellDoc, Document};

    fn document() -> Document<'static> {
        let mut sheet = SheetDoc::new("图 1", "图");
        sheet.header(vec![CellDoc::header("单位"), CellDoc::header("得分")]);
        sheet.row(vec![CellDoc::text("甲"), CellDoc::printed("90.50")]);
        sheet.row(vec![CellDoc::text("乙"), CellDoc::printed("80.00")]);
        let values = Block::column(2, 3, 1);
        let mut series = Series::new("得分", values, Paint::Main).labelled(2);
        series.points = vec![Paint::Best, Paint::Bad];
        sheet.chart(Chart {
            kind: ChartKind::Bars,
            title: "得分".into(),
            categories: Block::column(2, 3, 0),
            series: vec![series],
            axis: (Some(0.0), Some(100.0)),
            decimals: 0,
            axis_title: "",
            height: 100.0,
        });
        Document::new("图", Fonts::of(crate::shared::i18n::Lang::Zh), vec![sheet.finish()])
    }

    fn part(bytes: &[u8], name: &str) -> String {
        use std::io::Read as _;
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_chart_names_its_cells_and_begins_at_zero() {
        let bytes = crate::write::workbook::bytes(&document()).unwrap();
        let chart = part(&bytes, "xl/charts/chart1.xml");
        assert!(chart.contains("'图 1'!$B$3:$B$4"), "{chart}");
        assert!(chart.contains("'图 1'!$A$3:$A$4"), "{chart}");
        assert!(chart.contains("<c:min val=\"0\"/>") && chart.contains("<c:max val=\"100\"/>"), "{chart}");
        assert!(chart.contains("<c:v>90.5</c:v>"), "the values are kept for previews that do not calculate: {chart}");
        assert!(chart.contains("1F4E79") && chart.contains("C55A11"), "{chart}");
    }

    #[test]
    fn a_chart_stands_within_the_rows_kept_for_it() {
        let document = document();
        let sheet = &document.sheets[0];
        assert_eq!(sheet.rows.len(), 2 + 5, "100 points are five rows of 20");
        assert_eq!(sheet.charts[0].row, 2);
        let drawing = part(&crate::write::workbook::bytes(&document).unwrap(), "xl/drawings/drawing1.xml");
        let of = |tag: &str| {
            let rows: Vec<&str> = drawing.split(&format!("<xdr:{tag}>")).skip(1).collect();
            let row = rows[0].split("<xdr:row>").nth(1).unwrap().split('<').next().unwrap();
            row.parse::<usize>().unwrap()
        };
        assert_eq!(of("from"), 4);
        assert!(of("to") <= 8, "{drawing}");
    }
}

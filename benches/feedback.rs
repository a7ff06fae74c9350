//! Speed of feedback workbooks: one thread, against the library alone; all units of a result in parallel.
//!
//! `library_alone` writes the same cells in as many formats, the same widths, charts and hidden sheets by direct calls of
//! rust_xlsxwriter with formats made beforehand, and nothing else: no words are chosen, no widths worked out, no drop-downs,
//! checks or print set-up. What `document_and_bytes` takes beyond it is the work of this program.

use std::collections::BTreeMap;

use assess::documents::feedback::privacy::exposed;
use assess::documents::report::chart::{ChartKind, Paint};
use assess::documents::report::document::{CellDoc, Content, Document, RowDoc, SheetDoc, Style};
use assess::documents::report::entry::Block;
use assess::documents::report::feedback::{Desk, document};
use assess::result::outcome::Outcome;
use assess::write::workbook::Prepared;
use rayon::prelude::*;
use rust_xlsxwriter::{
    Chart, ChartFormat, ChartSolidFill, ChartType, Color, Format, FormatAlign, FormatBorder, Workbook,
};

mod project;

use project::{compute, project};

/// Units whose workbooks are made in one go by one thread.
const ONE_THREAD: usize = 50;
const SIZES: [usize; 3] = [100, 1000, 10_000];

#[global_allocator]
static ALLOCATOR: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}

fn outcome(units: usize) -> Outcome {
    compute(project(units).path()).outcome("v001", None, false).0
}

/// Documents and their bytes, 50 units by one thread.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn document_and_bytes(bencher: divan::Bencher<'_, '_>) {
    let outcome = outcome(100);
    let desk = Desk::new(&outcome, None);
    bencher.bench_local(|| {
        let prepared = Prepared::default();
        let units = desk.units().take(ONE_THREAD);
        units.map(|unit| prepared.bytes(&document(&desk, unit)).expect("workbook").len()).sum::<usize>()
    });
}

/// The documents alone, 50 units by one thread.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn document_alone(bencher: divan::Bencher<'_, '_>) {
    let outcome = outcome(100);
    let desk = Desk::new(&outcome, None);
    bencher.bench_local(|| desk.units().take(ONE_THREAD).map(|unit| document(&desk, unit).sheets.len()).sum::<usize>());
}

/// The same cells and charts by direct calls of the library, 50 units by one thread.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn library_alone(bencher: divan::Bencher<'_, '_>) {
    let outcome = outcome(100);
    let desk = Desk::new(&outcome, None);
    let documents: Vec<Document> = desk.units().take(ONE_THREAD).map(|unit| document(&desk, unit)).collect();
    let formats = formats(&documents);
    bencher.bench_local(|| documents.iter().map(|document| direct(document, &formats).len()).sum::<usize>());
}

/// All units of a result in parallel, each workbook dropped as soon as it is made.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn all_units(bencher: divan::Bencher<'_, '_>, units: usize) {
    let outcome = outcome(units);
    bencher.bench_local(|| {
        let desk = Desk::new(&outcome, None);
        let units: Vec<_> = desk.units().collect();
        let prepared = Prepared::default();
        units.par_iter().map(|unit| prepared.bytes(&document(&desk, unit)).expect("workbook").len()).sum::<usize>()
    });
}

/// Whose marks can be worked out: 1,000 units, five classes of 6 to 12 ballots, all shown (k = 5) or none (k = 7, which leaves
/// the rate alone to reckon with). The letters of the same units are `all_units`.
#[divan::bench(args = [5, 7], sample_count = 3, sample_size = 1)]
fn exposed_pairs(bencher: divan::Bencher<'_, '_>, k: usize) {
    let mut outcome = outcome(1000);
    outcome.model.feedback.k_anonymity = k;
    bencher.bench_local(|| exposed(&outcome, &[]).len());
}

/// A format for each role and number of decimals that occurs, each another one.
type Formats = BTreeMap<(Style, Option<u32>), Format>;

fn key(cell: &CellDoc) -> (Style, Option<u32>) {
    let decimals = match &cell.content {
        Content::Number { decimals, .. } => Some(*decimals),
        Content::Count(_) => Some(0),
        _ => None,
    };
    (cell.style, decimals)
}

fn formats(documents: &[Document]) -> Formats {
    let sheets = documents.iter().flat_map(|document| &document.sheets);
    let cells = sheets.flat_map(SheetDoc::all_rows).flat_map(|row| &row.cells);
    let mut formats = Formats::new();
    for cell in cells {
        let size = 8.0 + formats.len() as f64 / 4.0;
        formats.entry(key(cell)).or_insert_with_key(|(_, decimals)| {
            let format = Format::new().set_font_name("宋体").set_font_size(size).set_text_wrap();
            let format = format.set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
            decimals
                .iter()
                .fold(format, |format, decimals| format.set_num_format(format!("0.{}", "0".repeat(*decimals as usize))))
        });
    }
    formats
}

/// A workbook of the same cells by direct calls.
fn direct(document: &Document, formats: &Formats) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for sheet in &document.sheets {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&sheet.name).expect("name");
        for (column, width) in (0..).zip(&sheet.columns) {
            worksheet.set_column_width(column, *width).expect("width");
        }
        for (row, cells) in (0..).zip(sheet.all_rows()) {
            write_row(worksheet, row, cells, formats);
        }
        add_charts(worksheet, sheet);
    }
    // What the workbook is, what form it holds, the words of its drop-downs.
    for name in ["_output", "_form", "_lists"] {
        let hidden = workbook.add_worksheet();
        hidden.set_name(name).expect("name").set_very_hidden(true);
        for row in 0..10 {
            hidden.write_string(row, 0, "U0001").expect("cell");
        }
    }
    workbook.save_to_buffer().expect("workbook")
}

fn write_row(worksheet: &mut rust_xlsxwriter::Worksheet, row: u32, cells: &RowDoc, formats: &Formats) {
    worksheet.set_row_height(row, cells.height).expect("height");
    let mut column = 0;
    for cell in &cells.cells {
        let format = &formats[&key(cell)];
        if cell.cols > 1 && cell.content != Content::Covered {
            worksheet.merge_range(row, column, row, column + cell.cols - 1, "", format).expect("cells");
        }
        match &cell.content {
            Content::Covered => {}
            Content::Text(_) | Content::Link(_) | Content::TextFormula(_) => {
                let words = cell.content.as_text().unwrap_or_default();
                worksheet.write_string_with_format(row, column, words, format).expect("cell");
            }
            Content::Number { value, .. } => {
                worksheet.write_number_with_format(row, column, *value, format).expect("cell");
            }
            Content::Formula(own) => {
                worksheet.write_number_with_format(row, column, own.value, format).expect("cell");
            }
            Content::Count(count) => {
                worksheet.write_number_with_format(row, column, *count as f64, format).expect("cell");
            }
            Content::Empty | Content::Date(_) => {
                worksheet.write_blank(row, column, format).expect("cell");
            }
        }
        column += cell.cols;
    }
}

fn add_charts(worksheet: &mut rust_xlsxwriter::Worksheet, sheet: &SheetDoc) {
    let name = sheet.name.as_str();
    let range = |block: Block| (name, block.top as u32, block.left, block.bottom as u32, block.right);
    for placed in &sheet.charts {
        let kind = if placed.chart.kind == ChartKind::Bars { ChartType::Bar } else { ChartType::Column };
        let mut chart = Chart::new(kind);
        chart.title().set_name(&*placed.chart.title);
        for series in &placed.chart.series {
            let added = chart.add_series();
            added.set_categories(range(placed.chart.categories));
            added.set_values(range(series.values)).set_name(series.name);
            let color = if series.paint == Paint::Main { Color::Blue } else { Color::Gray };
            let mut filled = ChartFormat::new();
            filled.set_solid_fill(ChartSolidFill::new().set_color(color));
            added.set_format(&mut filled);
            let points =
                series.points.iter().map(|_| rust_xlsxwriter::ChartPoint::new().set_format(&mut filled.clone()));
            added.set_points(&points.collect::<Vec<_>>());
        }
        let row = sheet.head.len() + sheet.header.len() + placed.row;
        worksheet.insert_chart(row as u32, 0, &chart).expect("chart");
    }
}

//! Everything of a workbook but its cells: made by the library from documents without cells, once for all that are alike.

use std::sync::Arc;

use anyhow::Context as _;
use rust_xlsxwriter::{Chart, ChartType, DocProperties, Workbook, Worksheet, XlsxError};

use super::chart::{self, Outline, ValueKind};
use super::form::{self, Hidden, Lists};
use super::kept::Key;
use super::package::Part;
use super::{Bounds, Made, NO_DATE, excel_date, link, parts, set_up_print, set_up_view, xml};
use crate::documents::report::document::{Content, Document, Link, SheetDoc};

/// Stands for the title of the workbook, which differs between workbooks that are otherwise alike.
const TITLE: &str = "assess.title";
/// The part with the title.
pub(super) const CORE: &str = "docProps/core.xml";
/// The parts about the workbook as a whole, which follow those of the sheets: the first of them, and the last.
const FIRST: [&str; 5] =
    ["[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/theme/theme1.xml", "xl/workbook.xml"];
const APP: &str = "docProps/app.xml";

/// The parts about a workbook as a whole.
#[derive(Debug)]
pub(super) struct Shell {
    /// The parts that come right after those of the sheets.
    pub(super) first: Vec<Arc<Part>>,
    /// The part about sheets and program, the last one.
    pub(super) app: Arc<Part>,
    /// The part with the title, before and after it.
    core: (String, String),
}

impl Shell {
    /// What a shell follows from.
    pub(super) fn key(document: &Document<'_>, sheets: &[SheetDoc<'_>], hidden: &[Hidden<'_>]) -> Key {
        let mut key = Key::default();
        key.add((document.created, sheets.len()));
        for sheet in sheets {
            let SheetDoc { name, autofilter, pages_wide, frozen_columns, charts, printed, .. } = sheet;
            key.add((name, Bounds::of(sheet), autofilter, pages_wide, frozen_columns, charts.len(), printed));
        }
        hidden.iter().for_each(|sheet| key.add(sheet.name));
        key
    }

    /// Makes the shell of a document with some sheets.
    ///
    /// # Errors
    /// If the document does not fit into a workbook: too many rows, two sheets of one name.
    pub(super) fn new(document: &Document<'_>, sheets: &[SheetDoc<'_>], hidden: &[Hidden<'_>]) -> anyhow::Result<Self> {
        let mut workbook = Workbook::new();
        let created = excel_date(document.created.unwrap_or(NO_DATE))?;
        workbook.set_properties(&DocProperties::new().set_title(TITLE).set_creation_datetime(&created));
        for sheet in sheets {
            let worksheet = workbook.add_worksheet();
            worksheet.set_name(&sheet.name)?;
            // There is a part for texts as soon as there is a text.
            worksheet.write_string(0, 0, TITLE)?;
            set_up_view(worksheet, sheet)?;
            add_charts(worksheet, sheet.charts.len())?;
            set_up_print(worksheet, sheet, document)?;
        }
        for sheet in hidden {
            add_hidden(&mut workbook, sheet)?;
        }
        let mut made = parts(&mut workbook)?;
        let mut part = |name: &str| Part::new(name.to_owned(), made.take(name)?.as_bytes());
        let first = FIRST.iter().map(|name| part(name)).collect::<anyhow::Result<_>>()?;
        let app = part(APP)?;
        let core = made.take(CORE)?;
        let (before, after) = core.split_once(TITLE).context("no title in the properties")?;
        Ok(Self { first, app, core: (before.to_owned(), after.to_owned()) })
    }

    /// The part with the title.
    pub(super) fn core(&self, title: &str) -> String {
        let mut core = self.core.0.clone();
        xml::escaped(title, &mut core);
        core.push_str(&self.core.1);
        core
    }
}

/// Where a sheet stands in its workbook.
#[derive(Clone, Copy, Debug, Default, Hash)]
pub(super) struct Spot {
    /// Sheets before it.
    pub(super) sheets: usize,
    /// Sheets with charts before it.
    pub(super) drawings: usize,
    /// Charts before it.
    pub(super) charts: usize,
}

impl Spot {
    /// Where the sheet after another one stands.
    pub(super) fn after(self, sheet: &SheetDoc<'_>) -> Self {
        let charts = sheet.charts.len();
        let drawings = self.drawings + usize::from(charts > 0);
        Self { sheets: self.sheets + 1, drawings, charts: self.charts + charts }
    }
}

/// A sheet without its cells.
#[derive(Debug)]
pub(super) struct Frame {
    /// Up to the range of its cells.
    pub(super) start: String,
    /// From there to its rows.
    pub(super) view: String,
    /// What stands between its rows and its merged cells.
    pub(super) locks: String,
    /// What follows its merged cells.
    pub(super) end: String,
    /// The part with its relations.
    pub(super) relations: Option<Arc<Part>>,
    /// Its drawing, with the relations of that.
    pub(super) drawing: Option<[Arc<Part>; 2]>,
    /// Its charts.
    pub(super) charts: Vec<Outline>,
}

impl Frame {
    /// What the frame of a sheet follows from.
    ///
    /// # Errors
    /// If a date is one that workbooks do not have.
    pub(super) fn key(
        document: &Document<'_>,
        sheet: &SheetDoc<'_>,
        lists: &Lists,
        spot: Spot,
    ) -> Result<Key, XlsxError> {
        let SheetDoc {
            name,
            head,
            header,
            rows,
            tail,
            columns,
            landscape,
            frozen_columns,
            autofilter,
            footer,
            pages_wide,
            pages_tall,
            printed,
            filling,
            page_starts,
            charts,
            page,
        } = sheet;
        let pages = (pages_wide, pages_tall, printed);
        let page = (page, landscape, pages, footer, page_starts, &document.draft, &document.fonts);
        // Page breaks, print areas and filters lie where the rows above them end.
        let page = (page, [head.len(), header.len(), rows.len(), tail.len()]);
        let mut key = Key::default();
        key.add((spot, name, frozen_columns, autofilter, page, Bounds::of(sheet)));
        key.add_measures(columns.iter().copied());
        key.add((filling, charts.len()));
        lists.columns(sheet).for_each(|column| key.add(column));
        charts.iter().for_each(|placed| chart::add_to(&mut key, placed));
        if !charts.is_empty() {
            key.add(chart::names(sheet)?);
            key.add_measures(sheet.all_rows().map(|row| row.height).collect::<Vec<_>>().into_iter());
        }
        for (row, column, Link { text, file, spot }) in links(sheet) {
            key.add((row, column, text, file, spot));
        }
        Ok(key)
    }

    /// What the frame of a hidden sheet follows from.
    pub(super) fn hidden_key(sheet: &Hidden<'_>) -> Key {
        let mut key = Key::default();
        key.add(sheet.name);
        key
    }

    /// Makes the frame of a sheet.
    ///
    /// # Errors
    /// If the sheet does not fit into a workbook.
    pub(super) fn new(
        document: &Document<'_>,
        sheet: &SheetDoc<'_>,
        lists: &Lists,
        spot: Spot,
    ) -> anyhow::Result<Self> {
        let mut workbook = Workbook::new();
        add_before(&mut workbook, spot)?;
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&sheet.name)?;
        for (column, width) in (0..).zip(&sheet.columns) {
            worksheet.set_column_width(column, *width)?;
        }
        if !sheet.charts.is_empty() {
            for (row, content) in (0..).zip(sheet.all_rows()) {
                worksheet.set_row_height(row, content.height)?;
            }
        }
        for (row, column, kind) in chart::names(sheet)? {
            match kind {
                ValueKind::Text => worksheet.write_string(row, column, TITLE)?,
                ValueKind::Number => worksheet.write_number(row, column, 0)?,
                ValueKind::Date => worksheet.write_datetime(row, column, excel_date(NO_DATE)?)?,
                ValueKind::Nothing => worksheet,
            };
        }
        for (row, column, own) in links(sheet) {
            worksheet.write_url(row, column, link(own))?;
        }
        set_up_view(worksheet, sheet)?;
        form::fit_out(worksheet, sheet, lists)?;
        chart::draw(worksheet, sheet, &document.fonts, chart::paints)?;
        set_up_print(worksheet, sheet, document)?;
        Self::of(parts(&mut workbook)?, spot, sheet.charts.len())
    }

    /// Makes the frame of a hidden sheet.
    ///
    /// # Errors
    /// If the library fails.
    pub(super) fn hidden(sheet: &Hidden<'_>) -> anyhow::Result<Self> {
        let mut workbook = Workbook::new();
        let spot = Spot { sheets: 1, ..Spot::default() };
        add_before(&mut workbook, spot)?;
        add_hidden(&mut workbook, sheet)?;
        Self::of(parts(&mut workbook)?, spot, 0)
    }

    /// Takes the last sheet of a workbook apart.
    fn of(mut made: Made, spot: Spot, charts: usize) -> anyhow::Result<Self> {
        // The library counts the sheets that stand in for those before.
        let number = before(spot) + 1;
        let xml = made.take(&format!("xl/worksheets/sheet{number}.xml"))?;
        let (start, rest) = xml.split_once("<dimension ref=\"").context("no range in a sheet")?;
        let (_, rest) = rest.split_once("\"/>").context("no end of the range of a sheet")?;
        let (view, rest) = rest.split_once("<sheetData").context("no rows in a sheet")?;
        let rest = match rest.strip_prefix("/>") {
            Some(rest) => rest,
            None => rest.split_once("</sheetData>").context("no end of the rows of a sheet")?.1,
        };
        let (locks, end) = rest.split_at(locks(rest));
        let own = |folder: &str| format!("xl/worksheets/{folder}sheet{}.xml", spot.sheets + 1);
        let relations = made.take(&format!("xl/worksheets/_rels/sheet{number}.xml.rels")).ok();
        let relations =
            relations.map(|xml| Part::new(format!("{}.rels", own("_rels/")), xml.as_bytes())).transpose()?;
        let drawing = spot.drawings + 1;
        let drawing = match charts {
            0 => None,
            _ => Some([
                made.part(&format!("xl/drawings/drawing{drawing}.xml"))?,
                made.part(&format!("xl/drawings/_rels/drawing{drawing}.xml.rels"))?,
            ]),
        };
        let charts = (spot.charts + 1..=spot.charts + charts).map(|number| {
            let name = format!("xl/charts/chart{number}.xml");
            let xml = made.take(&name)?;
            Outline::new(name, &xml)
        });
        let charts = charts.collect::<anyhow::Result<_>>()?;
        let [start, view, locks, end] = [start, view, locks, end].map(str::to_owned);
        Ok(Self { start, view, locks, end, relations, drawing, charts })
    }
}

/// How much of what follows the rows of a sheet stands before the list of merged cells (ECMA-376, part 1, 18.3.1.99).
fn locks(rest: &str) -> usize {
    let mut length = 0;
    for element in ["<sheetProtection", "<autoFilter"] {
        if rest[length..].starts_with(element) {
            length += rest[length..].find("/>").map_or(0, |end| end + 2);
        }
    }
    length
}

/// The cells of a sheet that open files.
fn links<'s>(sheet: &'s SheetDoc<'_>) -> impl Iterator<Item = (u32, u16, &'s Link<'s>)> {
    (0..).zip(sheet.all_rows()).flat_map(|(row, content)| {
        let starts = content.cells.iter().scan(0, |next, cell| {
            let column = *next;
            *next += cell.cols;
            Some((column, &cell.content))
        });
        starts.filter_map(move |(column, content)| match content {
            Content::Link(link) => Some((row, column, &**link)),
            _ => None,
        })
    })
}

/// How many sheets stand in for those before a sheet: one for each drawing, at least one if there are any.
const fn before(spot: Spot) -> usize {
    if spot.drawings > 0 {
        spot.drawings
    } else if spot.sheets > 0 {
        1
    } else {
        0
    }
}

/// Adds sheets with as many drawings and charts as stand before a sheet, because the library counts them.
fn add_before(workbook: &mut Workbook, spot: Spot) -> Result<(), XlsxError> {
    let mut charts = spot.charts;
    for number in 0..before(spot) {
        let worksheet = workbook.add_worksheet();
        // The last one has what the others leave.
        let own = if number + 1 == spot.drawings { charts } else { usize::from(spot.drawings > 0) };
        add_charts(worksheet, own)?;
        charts -= own;
    }
    Ok(())
}

/// Adds charts that are only counted.
fn add_charts(worksheet: &mut Worksheet, count: usize) -> Result<(), XlsxError> {
    let name = worksheet.name();
    let mut chart = Chart::new(ChartType::Line);
    chart.add_series().set_values((&*name, 0, 0, 0, 0));
    for column in 0..count {
        worksheet.insert_chart(0, column as u16, &chart)?;
    }
    Ok(())
}

/// Adds a hidden sheet without cells.
fn add_hidden(workbook: &mut Workbook, sheet: &Hidden<'_>) -> Result<(), XlsxError> {
    workbook.add_worksheet().set_name(sheet.name)?.set_very_hidden(true);
    Ok(())
}

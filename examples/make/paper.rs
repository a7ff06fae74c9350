//! One office form as a workbook: merged title, head lines, bordered table, foot lines, A4 print setup.

use std::path::Path;

use anyhow::{Context as _, Result};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet};

/// Characters (half-width) a column may grow to; longer texts wrap.
const WIDEST: usize = 38;
const LINE_HEIGHT: usize = 20;

/// What stands in one cell.
pub(crate) enum Cell {
    /// Nothing: the form left blank.
    Blank,
    /// Words.
    Text(String),
    /// A number given in hundredths: 350 is 3.5.
    Hundredths(i64),
    /// A percentage given in tenths of a percent, typed the way Excel keeps it: 965 is 96.5%.
    Percent(i64),
    /// A date: year, month, day.
    Date(u16, u8, u8),
    /// An error value such as `#REF!`.
    Fault(String),
    /// A formula that was never calculated.
    Uncalculated,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Blank } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<i64> for Cell {
    fn from(whole: i64) -> Self {
        Self::Hundredths(whole * 100)
    }
}

impl Cell {
    /// The number a decimal text of at most two decimals stands for.
    pub(crate) fn decimal(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{fraction:0<2}");
        let fits = fraction.len() <= 2 && !whole.is_empty();
        digits.parse().ok().filter(|_| fits).map(Self::Hundredths)
    }

    /// The cell as the text a csv file holds.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Blank | Self::Uncalculated => String::new(),
            Self::Text(text) | Self::Fault(text) => text.clone(),
            Self::Hundredths(value) => decimal_text(*value, 100),
            Self::Percent(tenths) => format!("{}%", decimal_text(*tenths, 10)),
            Self::Date(year, month, day) => format!("{year}/{month}/{day}"),
        }
    }
}

/// `value / whole` as a decimal without useless zeros.
pub(crate) fn decimal_text(value: i64, whole: i64) -> String {
    part(value, whole).to_string()
}

/// Writes a cell in a given style; percentages and dates keep their own number format.
pub(crate) fn write_cell(sheet: &mut Worksheet, row: u32, at: u16, cell: &Cell, style: &Format) -> Result<()> {
    match cell {
        Cell::Blank => sheet.write_blank(row, at, style)?,
        Cell::Text(text) => sheet.write_with_format(row, at, text.as_str(), style)?,
        Cell::Hundredths(value) => sheet.write_with_format(row, at, part(*value, 100), style)?,
        Cell::Percent(tenths) => {
            sheet.write_with_format(row, at, part(*tenths, 1000), &style.clone().set_num_format("0.0%"))?
        }
        Cell::Date(year, month, day) => {
            let date = ExcelDateTime::from_ymd(*year, *month, *day)?;
            sheet.write_with_format(row, at, &date, &style.clone().set_num_format("yyyy/m/d"))?
        }
        Cell::Fault(fault) => {
            sheet.write_formula_with_format(row, at, Formula::new("=1*A1").set_result(fault.as_str()), style)?
        }
        Cell::Uncalculated => sheet.write_formula_with_format(row, at, Formula::new("=1*A1"), style)?,
    };
    Ok(())
}

/// A form being filled from top to bottom.
pub(crate) struct Paper {
    sheet: Worksheet,
    row: u32,
    widths: Vec<usize>,
}

impl Paper {
    /// An empty form of `columns` columns with its title across all of them.
    pub(crate) fn new(name: &str, title: &str, columns: u16) -> Result<Self> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        sheet.merge_range(0, 0, 0, columns - 1, title, &title_style())?;
        sheet.set_row_height(0, 34)?;
        Ok(Self { sheet, row: 1, widths: vec![6; usize::from(columns)] })
    }

    /// Prints across the long side of the page.
    pub(crate) fn landscape(mut self) -> Self {
        self.sheet.set_landscape();
        self
    }

    /// One line above or below the table: texts side by side, each in its own cell, without borders.
    pub(crate) fn line(&mut self, texts: &[&str]) -> Result<()> {
        for (column, text) in (0u16..).zip(texts) {
            if !text.is_empty() {
                self.sheet.write_with_format(self.row, column, *text, &line_style())?;
            }
        }
        self.end_row(1)
    }

    /// The head block: labels and what belongs to them, side by side.
    pub(crate) fn head(&mut self, texts: &[&str]) -> Result<()> {
        for (column, text) in texts.iter().enumerate() {
            self.widen(column, text);
        }
        self.line(texts)
    }

    /// The column headings; they stay in view and are repeated on every printed page.
    pub(crate) fn header(&mut self, names: &[&str]) -> Result<()> {
        for (column, name) in names.iter().enumerate() {
            self.widen(column, name);
            self.sheet.write_with_format(self.row, index(column), *name, &header_style())?;
        }
        self.sheet.set_repeat_rows(0, self.row)?;
        self.sheet.set_freeze_panes(self.row + 1, 0)?;
        self.end_row(1)
    }

    /// One row of the table.
    pub(crate) fn row(&mut self, cells: &[Cell]) -> Result<()> {
        let mut lines = 1;
        for (column, cell) in cells.iter().enumerate() {
            lines = lines.max(self.cell(column, cell)?);
        }
        self.end_row(lines)
    }

    /// Writes one cell and says how many printed lines it takes.
    fn cell(&mut self, column: usize, cell: &Cell) -> Result<usize> {
        let (row, at) = (self.row, index(column));
        let Cell::Text(text) = cell else {
            let style = if matches!(cell, Cell::Blank) { text_style() } else { short_style() };
            write_cell(&mut self.sheet, row, at, cell, &style)?;
            return Ok(1);
        };
        self.widen(column, text);
        let style = if printed_width(text) <= 5 { short_style() } else { text_style() };
        self.sheet.write_with_format(row, at, text.as_str(), &style)?;
        Ok(printed_width(text).div_ceil(WIDEST - 2).max(1))
    }

    fn widen(&mut self, column: usize, text: &str) {
        let width = (printed_width(text) + 2).min(WIDEST);
        self.widths[column] = self.widths[column].max(width);
    }

    fn end_row(&mut self, lines: usize) -> Result<()> {
        let height = u32::try_from(lines * LINE_HEIGHT + 2)?;
        self.sheet.set_row_height(self.row, height)?;
        self.row += 1;
        Ok(())
    }

    /// Sets up the page and writes the workbook, creating its folder.
    pub(crate) fn save(mut self, path: &Path) -> Result<()> {
        for (column, width) in self.widths.iter().enumerate() {
            self.sheet.set_column_width(index(column), u32::try_from(*width)?)?;
        }
        self.sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
        self.sheet.set_print_center_horizontally(true);
        self.sheet.set_margins(0.6, 0.6, 0.7, 0.7, 0.3, 0.3);
        self.sheet.set_footer("&C— &P —");
        let mut book = Workbook::new();
        book.set_properties(&properties()?);
        book.push_worksheet(self.sheet);
        let folder = path.parent().context("a workbook lies in a folder")?;
        std::fs::create_dir_all(folder)?;
        book.save(path).with_context(|| format!("writing {}", path.display()))
    }
}

/// The same author and date in every workbook, so that the bytes depend on the content alone.
pub(crate) fn properties() -> Result<DocProperties> {
    let date = ExcelDateTime::from_ymd(2026, 1, 5)?.and_hms(9, 0, 0)?;
    Ok(DocProperties::new().set_author("assess make-examples").set_creation_datetime(&date))
}

fn index(column: usize) -> u16 {
    u16::try_from(column).expect("forms here have a dozen columns")
}

/// `value / whole` as the nearest double, which prints as the decimal that was meant.
#[expect(clippy::cast_precision_loss, reason = "cell values here are below 10^6")]
fn part(value: i64, whole: i64) -> f64 {
    value as f64 / whole as f64
}

/// Width in half-width characters: everything outside ASCII counts twice.
fn printed_width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

fn base_style() -> Format {
    Format::new().set_font_name("宋体").set_font_size(11).set_align(FormatAlign::VerticalCenter)
}

fn title_style() -> Format {
    base_style().set_font_size(18).set_bold().set_align(FormatAlign::Center)
}

fn line_style() -> Format {
    base_style()
}

fn header_style() -> Format {
    base_style()
        .set_font_name("黑体")
        .set_bold()
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Center)
        .set_background_color("E7E6E6")
        .set_text_wrap()
}

fn text_style() -> Format {
    base_style().set_border(FormatBorder::Thin).set_text_wrap()
}

fn short_style() -> Format {
    base_style().set_border(FormatBorder::Thin).set_align(FormatAlign::Center)
}

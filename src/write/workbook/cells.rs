//! The cells of a sheet as XML: its rows, and the list of its merged cells.

use std::borrow::Cow;

use rust_xlsxwriter::XlsxError;

use super::form::Hidden;
use super::strings::Strings;
use super::styles::Styles;
use super::{excel_date, fitting, xml};
use crate::documents::report::document::{CellDoc, Content, RowDoc, SheetDoc};

/// Height of a row that names none, in pixels.
const DEFAULT_HEIGHT: f64 = 20.0;
/// Pixels per point.
const PIXELS_PER_POINT: f64 = 4.0 / 3.0;

/// The rows of a sheet and its merged cells.
pub(super) struct Cells {
    /// The content of `sheetData`.
    pub(super) rows: String,
    /// The content of `mergeCells`.
    merged: String,
    merges: usize,
    /// Rows and columns down to the last and right to the last cell.
    size: (usize, usize),
    /// Whether any cell holds something else than a text.
    pub(super) has_numbers: bool,
}

impl Cells {
    /// The cells of a sheet.
    ///
    /// # Errors
    /// If a date is one that workbooks do not have.
    pub(super) fn of<'d>(
        sheet: &'d SheetDoc<'d>,
        styles: &Styles,
        strings: &mut Strings<'d>,
    ) -> Result<Self, XlsxError> {
        let mut writer = Writer { cells: Self::empty(), styles, strings, covers: Vec::new(), row: String::new() };
        for (row, content) in sheet.all_rows().enumerate() {
            writer.row(row, content)?;
        }
        Ok(writer.cells)
    }

    /// The cells of a hidden sheet, which have no styles.
    pub(super) fn of_hidden<'d>(sheet: &Hidden<'d>, strings: &mut Strings<'d>) -> Self {
        let mut cells = Self::empty();
        for (row, texts) in sheet.rows.iter().enumerate() {
            cells.open_row(row, None, true);
            for (column, text) in texts.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                let number = strings.number(Cow::Borrowed(text));
                let to = &mut cells.rows;
                to.push_str("<c r=\"");
                xml::letters(column, to);
                xml::whole(row + 1, to);
                to.push_str("\" t=\"s\"><v>");
                xml::whole(number, to);
                to.push_str("</v></c>");
                cells.size.1 = cells.size.1.max(column + 1);
            }
            cells.rows.push_str("</row>");
        }
        cells
    }

    const fn empty() -> Self {
        Self { rows: String::new(), merged: String::new(), merges: 0, size: (0, 0), has_numbers: false }
    }

    /// The range from the first to the last cell.
    pub(super) fn range(&self) -> String {
        match self.size {
            (0 | 1, 0 | 1) => "A1".to_owned(),
            (rows, columns) => {
                let mut range = String::from("A1:");
                xml::letters(columns.max(1) - 1, &mut range);
                xml::whole(rows.max(1), &mut range);
                range
            }
        }
    }

    /// Appends the list of merged cells, if there are any.
    pub(super) fn write_merged(&self, to: &mut String) {
        if self.merges > 0 {
            to.push_str("<mergeCells count=\"");
            xml::whole(self.merges, to);
            to.push_str("\">");
            to.push_str(&self.merged);
            to.push_str("</mergeCells>");
        }
    }

    fn open_row(&mut self, row: usize, height: Option<f64>, has_cells: bool) {
        let to = &mut self.rows;
        to.push_str("<row r=\"");
        xml::whole(row + 1, to);
        if let Some(height) = height {
            // Rows are as high as a number of pixels.
            let pixels = (height * PIXELS_PER_POINT).round();
            if pixels == 0.0 {
                to.push_str("\" hidden=\"1");
            } else if (pixels - DEFAULT_HEIGHT).abs() > 0.5 {
                to.push_str("\" ht=\"");
                xml::number(pixels * 0.75, to);
                to.push_str("\" customHeight=\"1");
            }
        }
        to.push_str(if has_cells { "\">" } else { "\"/>" });
        self.size.0 = row + 1;
    }
}

/// A column that a merged cell above still covers.
#[derive(Clone, Copy)]
struct Cover {
    /// The style of the merged cell.
    style: usize,
    /// The first row below it.
    until: usize,
}

struct Writer<'w, 'd> {
    cells: Cells,
    styles: &'w Styles,
    strings: &'w mut Strings<'d>,
    covers: Vec<Cover>,
    /// The number of the present row, as names of cells have it.
    row: String,
}

impl<'d> Writer<'_, 'd> {
    fn row(&mut self, row: usize, content: &'d RowDoc<'d>) -> Result<(), XlsxError> {
        let covered = self.covers.iter().rposition(|cover| cover.until > row).map_or(0, |last| last + 1);
        let has_cells = covered > 0 || content.cells.iter().any(|cell| cell.content != Content::Covered);
        self.cells.open_row(row, Some(content.height), has_cells);
        if !has_cells {
            return Ok(());
        }
        self.row.clear();
        xml::whole(row + 1, &mut self.row);
        let mut column = 0;
        for cell in &content.cells {
            let end = column + usize::from(cell.cols);
            if cell.content == Content::Covered {
                self.covered(row, column..end);
            } else {
                self.cell(row, column, cell)?;
            }
            column = end;
        }
        self.covered(row, column..covered);
        self.cells.rows.push_str("</row>");
        self.cells.size.1 = self.cells.size.1.max(column.max(covered));
        Ok(())
    }

    /// Writes the empty cells that a merged cell above covers.
    fn covered(&mut self, row: usize, columns: std::ops::Range<usize>) {
        for column in columns {
            if let Some(cover) = self.covers.get(column).copied().filter(|cover| cover.until > row) {
                self.blank(column, cover.style);
            }
        }
    }

    fn cell(&mut self, row: usize, column: usize, cell: &'d CellDoc<'d>) -> Result<(), XlsxError> {
        let style = self.styles.number(cell);
        self.open(column, style);
        self.content(&cell.content)?;
        let (rows, columns) = (usize::from(cell.rows), usize::from(cell.cols));
        for covered in column + 1..column + columns {
            self.blank(covered, style);
        }
        if rows > 1 {
            let open = Cover { style: 0, until: 0 };
            self.covers.resize(self.covers.len().max(column + columns), open);
            self.covers[column..column + columns].fill(Cover { style, until: row + rows });
        }
        if rows > 1 || columns > 1 {
            let merged = &mut self.cells.merged;
            merged.push_str("<mergeCell ref=\"");
            xml::letters(column, merged);
            merged.push_str(&self.row);
            merged.push(':');
            xml::letters(column + columns - 1, merged);
            xml::whole(row + rows, merged);
            merged.push_str("\"/>");
            self.cells.merges += 1;
        }
        Ok(())
    }

    /// Completes a cell whose position and style are written.
    fn content(&mut self, content: &'d Content<'d>) -> Result<(), XlsxError> {
        let is_text = matches!(content, Content::Empty | Content::Covered | Content::Text(_) | Content::Link(_));
        self.cells.has_numbers |= !is_text;
        let text = content.as_text().filter(|text| is_text && !text.is_empty());
        let to = &mut self.cells.rows;
        match content {
            Content::Empty | Content::Covered | Content::Text(_) | Content::Link(_) => match text {
                Some(text) => {
                    to.push_str(" t=\"s\"><v>");
                    xml::whole(self.strings.number(fitting(text)), to);
                }
                None => {
                    to.push_str("/>");
                    return Ok(());
                }
            },
            Content::Number { value, .. } => {
                to.push_str("><v>");
                xml::number(*value, to);
            }
            Content::Count(count) => {
                to.push_str("><v>");
                xml::whole(*count, to);
            }
            Content::Date(date) => {
                to.push_str("><v>");
                xml::number(excel_date(*date)?.to_excel(), to);
            }
            Content::Formula(own) => {
                to.push_str("><f>");
                xml::escaped(&own.formula, to);
                to.push_str("</f><v>");
                xml::number(own.value, to);
            }
            Content::TextFormula(own) => {
                to.push_str(" t=\"str\"><f>");
                xml::escaped(&own.formula, to);
                to.push_str("</f><v>");
                xml::escaped(&own.text, to);
            }
        }
        to.push_str("</v></c>");
        Ok(())
    }

    fn blank(&mut self, column: usize, style: usize) {
        self.open(column, style);
        self.cells.rows.push_str("/>");
    }

    /// Writes position and style of a cell, whose element stays open.
    fn open(&mut self, column: usize, style: usize) {
        let to = &mut self.cells.rows;
        to.push_str("<c r=\"");
        xml::letters(column, to);
        to.push_str(&self.row);
        to.push_str("\" s=\"");
        xml::whole(style, to);
        to.push('"');
    }
}

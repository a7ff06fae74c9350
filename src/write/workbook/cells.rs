//! The part of a sheet: its frame, its rows as XML, and the list of its merged cells.

use super::form::Hidden;
use super::frame::Frame;
use super::package::Draft;
use super::strings::Strings;
use super::styles::Styles;
use super::{excel_date, fitting, xml};
use crate::documents::report::document::{CellDoc, Content, RowDoc, SheetDoc};

/// Height of a row that names none, in pixels.
const DEFAULT_HEIGHT: f64 = 20.0;
/// Pixels per point.
const PIXELS_PER_POINT: f64 = 4.0 / 3.0;

/// The part of a sheet, written around its frame.
pub(super) struct Written {
    pub(super) draft: Draft,
    /// Whether any cell holds something else than a text.
    pub(super) has_numbers: bool,
}

/// Writes the part of a sheet.
///
/// # Errors
/// If a date is one that workbooks do not have.
pub(super) fn write(
    sheet: &SheetDoc<'_>,
    frame: &Frame,
    styles: &mut Styles<'_>,
    strings: &mut Strings,
) -> anyhow::Result<Written> {
    let mut writer = Writer {
        draft: begun(frame, size(sheet)),
        merged: String::new(),
        merges: 0,
        has_numbers: false,
        styles,
        strings,
        covers: Vec::new(),
        row: String::new(),
    };
    for (row, content) in sheet.all_rows().enumerate() {
        writer.row(row, content)?;
        writer.draft.settle()?;
    }
    Ok(writer.finish(frame, sheet.all_rows().next().is_some()))
}

/// Writes the part of a hidden sheet, whose cells have no styles.
///
/// # Errors
/// If the compressor fails, which it does not.
pub(super) fn write_hidden(sheet: &Hidden<'_>, frame: &Frame, strings: &mut Strings) -> anyhow::Result<Written> {
    let last = |texts: &Vec<&str>| texts.iter().rposition(|text| !text.is_empty()).map_or(0, |last| last + 1);
    let mut draft = begun(frame, (sheet.rows.len(), sheet.rows.iter().map(last).max().unwrap_or(0)));
    for (row, texts) in sheet.rows.iter().enumerate() {
        open_row(row, None, true, &mut draft.text);
        for (column, text) in texts.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            let number = strings.number(text);
            let to = &mut draft.text;
            to.push_str("<c r=\"");
            xml::letters(column, to);
            xml::whole(row + 1, to);
            to.push_str("\" t=\"s\"><v>");
            xml::whole(number, to);
            to.push_str("</v></c>");
        }
        draft.text.push_str("</row>");
        draft.settle()?;
    }
    end_rows(!sheet.rows.is_empty(), &mut draft.text);
    draft.text.push_str(&frame.locks);
    draft.text.push_str(&frame.end);
    Ok(Written { draft, has_numbers: false })
}

/// Rows and columns down to the last and right to the last cell.
fn size(sheet: &SheetDoc<'_>) -> (usize, usize) {
    let has_cells = |row: &&RowDoc<'_>| row.cells.iter().any(|cell| cell.content != Content::Covered);
    let columns = |row: &RowDoc<'_>| row.cells.iter().map(|cell| usize::from(cell.cols)).sum();
    (sheet.all_rows().count(), sheet.all_rows().filter(has_cells).map(columns).max().unwrap_or(0))
}

/// A part up to its rows.
fn begun(frame: &Frame, (rows, columns): (usize, usize)) -> Draft {
    let mut draft = Draft::default();
    let to = &mut draft.text;
    to.push_str(&frame.start);
    to.push_str("<dimension ref=\"A1");
    if rows > 1 || columns > 1 {
        to.push(':');
        xml::letters(columns.max(1) - 1, to);
        xml::whole(rows.max(1), to);
    }
    to.push_str("\"/>");
    to.push_str(&frame.view);
    to.push_str(if rows > 0 { "<sheetData>" } else { "<sheetData/>" });
    draft
}

fn end_rows(has_rows: bool, to: &mut String) {
    if has_rows {
        to.push_str("</sheetData>");
    }
}

fn open_row(row: usize, height: Option<f64>, has_cells: bool, to: &mut String) {
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
}

/// A column that a merged cell above still covers.
#[derive(Clone, Copy)]
struct Cover {
    /// The style of the merged cell.
    style: usize,
    /// The first row below it.
    until: usize,
}

struct Writer<'w, 's> {
    draft: Draft,
    /// The elements of merged cells.
    merged: String,
    merges: usize,
    has_numbers: bool,
    styles: &'w mut Styles<'s>,
    strings: &'w mut Strings,
    covers: Vec<Cover>,
    /// The number of the present row, as names of cells have it.
    row: String,
}

impl Writer<'_, '_> {
    fn row(&mut self, row: usize, content: &RowDoc<'_>) -> anyhow::Result<()> {
        let covered = self.covers.iter().rposition(|cover| cover.until > row).map_or(0, |last| last + 1);
        let has_cells = covered > 0 || content.cells.iter().any(|cell| cell.content != Content::Covered);
        open_row(row, Some(content.height), has_cells, &mut self.draft.text);
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
        self.draft.text.push_str("</row>");
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

    fn cell(&mut self, row: usize, column: usize, cell: &CellDoc<'_>) -> anyhow::Result<()> {
        let style = self.styles.number(cell)?;
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
            let merged = &mut self.merged;
            merged.push_str("<mergeCell ref=\"");
            xml::letters(column, merged);
            merged.push_str(&self.row);
            merged.push(':');
            xml::letters(column + columns - 1, merged);
            xml::whole(row + rows, merged);
            merged.push_str("\"/>");
            self.merges += 1;
        }
        Ok(())
    }

    /// Completes a cell whose position and style are written.
    fn content(&mut self, content: &Content<'_>) -> anyhow::Result<()> {
        let is_text = matches!(content, Content::Empty | Content::Covered | Content::Text(_) | Content::Link(_));
        self.has_numbers |= !is_text;
        let text = content.as_text().filter(|text| is_text && !text.is_empty());
        let to = &mut self.draft.text;
        match content {
            Content::Empty | Content::Covered | Content::Text(_) | Content::Link(_) => match text {
                Some(text) => {
                    to.push_str(" t=\"s\"><v>");
                    xml::whole(self.strings.number(&fitting(text)), to);
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
        self.draft.text.push_str("/>");
    }

    /// Writes position and style of a cell, whose element stays open.
    fn open(&mut self, column: usize, style: usize) {
        let to = &mut self.draft.text;
        to.push_str("<c r=\"");
        xml::letters(column, to);
        to.push_str(&self.row);
        to.push_str("\" s=\"");
        xml::whole(style, to);
        to.push('"');
    }
    /// Completes the part.
    fn finish(mut self, frame: &Frame, has_rows: bool) -> Written {
        let to = &mut self.draft.text;
        end_rows(has_rows, to);
        to.push_str(&frame.locks);
        if self.merges > 0 {
            to.push_str("<mergeCells count=\"");
            xml::whole(self.merges, to);
            to.push_str("\">");
            to.push_str(&self.merged);
            to.push_str("</mergeCells>");
        }
        to.push_str(&frame.end);
        Written { draft: self.draft, has_numbers: self.has_numbers }
    }
}

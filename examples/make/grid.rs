//! A sheet as it really arrives: any cells, merged blocks, hidden rows; several sheets in a workbook, or one as csv.
//!
//! `paper` lays out the tidy forms; here a table is put together cell by cell and written as it is.

use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet};
use zip::write::SimpleFileOptions;

use crate::paper::{Cell, properties, write_cell};

/// How a csv file writes its text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8 without a mark.
    Utf8,
    /// UTF-8 with a byte order mark, as Excel saves it.
    Utf8Mark,
    /// GBK, as older Chinese programs save it.
    Gbk,
    /// UTF-16 little endian with a byte order mark.
    Utf16,
}

/// A sheet being put together.
pub(crate) struct Grid {
    name: String,
    rows: Vec<Vec<Cell>>,
    merges: Vec<[u16; 4]>,
    hidden_rows: Vec<u32>,
    hidden: bool,
}

impl Grid {
    /// An empty sheet.
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), rows: Vec::new(), merges: Vec::new(), hidden_rows: Vec::new(), hidden: false }
    }

    /// A sheet written down row by row as `A | B | C`.
    ///
    /// `_` is blank, a number a number cell, `'5` a text, `%95` a percent cell, `@2025-8-10` a date,
    /// `#REF!` an error value, `=` a formula that was never calculated.
    pub(crate) fn written(name: &str, text: &str) -> Self {
        let mut grid = Self::new(name);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            grid.row(line.split('|').map(|cell| parse(cell.trim())).collect());
        }
        grid
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// Adds a row of texts; empty ones are blank cells.
    pub(crate) fn texts(&mut self, texts: &[&str]) {
        self.row(texts.iter().map(|text| Cell::from(*text)).collect());
    }

    /// Adds a line merged over a number of columns.
    pub(crate) fn line(&mut self, text: &str, columns: u16) {
        self.row(vec![Cell::from(text)]);
        let row = self.last();
        self.merges.push([row, 0, row, columns - 1]);
    }

    /// The number of the row added last, from 0.
    pub(crate) fn last(&self) -> u16 {
        u16::try_from(self.rows.len() - 1).expect("sheets here are short")
    }

    /// Merges a block: first row, first column, last row, last column, from 0.
    pub(crate) fn merge(&mut self, block: [u16; 4]) {
        if (block[0], block[1]) != (block[2], block[3]) {
            self.merges.push(block);
        }
    }

    /// Merges the last row's cell of a column with those above it that say the same.
    pub(crate) fn join_above(&mut self, column: usize) {
        let at = self.rows.len() - 1;
        let (above, last) = self.rows.split_at_mut(at);
        let text = last[0][column].shown();
        let same = |cells: &Vec<Cell>| cells.get(column).is_some_and(|cell| cell.shown() == text);
        let row = u16::try_from(above.len()).expect("sheets here are short");
        let col = u16::try_from(column).expect("sheets here are narrow");
        let open = self.merges.iter_mut().find(|m| m[1] == col && m[3] == col && m[2] + 1 == row);
        match open {
            Some(block) if above.get(usize::from(block[0])).is_some_and(same) => block[2] = row,
            _ if above.last().is_some_and(same) => self.merges.push([row - 1, col, row, col]),
            _ => return,
        }
        last[0][column] = Cell::Blank;
    }

    /// The same with merged blocks written as `A1:F1 B2:B4`.
    pub(crate) fn merged(mut self, blocks: &str) -> Self {
        for block in blocks.split_whitespace() {
            let (from, to) = block.split_once(':').expect("a block has two corners");
            let ((top, left), (bottom, right)) = (position(from), position(to));
            self.merges.push([top, left, bottom, right]);
        }
        self
    }

    /// The same with a hidden row, counted from 1.
    pub(crate) fn hide_row(mut self, row: u32) -> Self {
        self.hidden_rows.push(row - 1);
        self
    }

    /// The same as a hidden sheet.
    pub(crate) const fn hide(mut self) -> Self {
        self.hidden = true;
        self
    }

    fn worksheet(&self) -> Result<Worksheet> {
        let mut sheet = Worksheet::new();
        sheet.set_name(&self.name)?.set_hidden(self.hidden);
        for [top, left, bottom, right] in &self.merges {
            sheet.merge_range(u32::from(*top), *left, u32::from(*bottom), *right, "", &style())?;
        }
        for (row, cells) in (0..).zip(&self.rows) {
            for (col, cell) in (0..).zip(cells) {
                write_cell(&mut sheet, row, col, cell, &style())?;
            }
        }
        for row in &self.hidden_rows {
            sheet.set_row_hidden(*row)?;
        }
        Ok(sheet)
    }

    /// The sheet as csv, every row as wide as the widest.
    fn csv(&self) -> String {
        let width = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut out = String::new();
        for cells in &self.rows {
            let texts: Vec<String> = (0..width).map(|col| cells.get(col).map_or(String::new(), Cell::shown)).collect();
            out.push_str(&texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(","));
            out.push_str("\r\n");
        }
        out
    }

    /// Writes the sheet as a csv file.
    pub(crate) fn save_csv(&self, path: &Path, encoding: Encoding) -> Result<()> {
        let text = self.csv();
        let bytes = match encoding {
            Encoding::Utf8 => text.into_bytes(),
            Encoding::Utf8Mark => [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat(),
            Encoding::Gbk => encoding_rs::GBK.encode(&text).0.into_owned(),
            Encoding::Utf16 => [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        };
        write_bytes(path, &bytes)
    }
}

/// The sheets as the bytes of a workbook.
pub(crate) fn book(sheets: &[Grid]) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    book.set_properties(&properties()?);
    for sheet in sheets {
        book.push_worksheet(sheet.worksheet()?);
    }
    let bytes = book.save_to_buffer()?;
    let uncalculated = |grid: &Grid| grid.rows.iter().flatten().any(|cell| matches!(cell, Cell::Uncalculated));
    if sheets.iter().any(uncalculated) { without_results(&bytes) } else { Ok(bytes) }
}

/// The workbook with the results of such formulas taken out, as a program leaves a formula it never calculated.
fn without_results(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index)?;
        let name = part.name()?.into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content)?;
        if name.starts_with("xl/worksheets/") {
            let text = String::from_utf8(content)?;
            content = text.replace("<f>1*A1</f><v>0</v>", "<f>1*A1</f>").into_bytes();
        }
        to.start_file(name, SimpleFileOptions::default())?;
        to.write_all(&content)?;
    }
    Ok(to.finish()?.into_inner())
}

/// Writes sheets as a workbook, creating its folder.
pub(crate) fn save(path: &Path, sheets: &[Grid]) -> Result<()> {
    write_bytes(path, &book(sheets)?)
}

/// Writes a file, creating its folder.
pub(crate) fn write_bytes(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
    std::fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))
}

fn parse(text: &str) -> Cell {
    let date = |text: &str| {
        let parts: Vec<u16> = text.split('-').filter_map(|part| part.parse().ok()).collect();
        let [year, month, day] = parts[..] else { return None };
        Some(Cell::Date(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?))
    };
    match text {
        "_" => Cell::Blank,
        "=" => Cell::Uncalculated,
        fault if fault.starts_with('#') => Cell::Fault(fault.to_owned()),
        _ => None
            .or_else(|| text.strip_prefix('@').and_then(date))
            .or_else(|| text.strip_prefix('\'').map(Cell::from))
            .or_else(|| text.strip_prefix('%')?.parse::<i64>().ok().map(|percent| Cell::Percent(percent * 10)))
            .or_else(|| Cell::decimal(text))
            .unwrap_or_else(|| Cell::from(text)),
    }
}

/// `B3` as row and column from 0.
fn position(cell: &str) -> (u16, u16) {
    let digits = cell.find(|c: char| c.is_ascii_digit()).expect("a cell has a row");
    let col = cell[..digits].bytes().fold(0, |n, b| n * 26 + u16::from(b - b'A') + 1) - 1;
    (cell[digits..].parse::<u16>().expect("a row is a number") - 1, col)
}

fn quoted(text: &str) -> String {
    let plain = !text.contains([',', '"', '\n', '\r']);
    if plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

fn style() -> Format {
    Format::new()
        .set_font_name("宋体")
        .set_font_size(11)
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap()
}

//! Workbooks as offices print them, for tests: rows of texts and numbers, merged blocks, hidden rows, several sheets.

use rust_xlsxwriter::{Format, Workbook, Worksheet};

/// A sheet being laid out. Each row is written as `A | B | C`; `_` is an empty cell, a number is a number cell, `'5` a text.
pub(crate) struct Sheet {
    name: String,
    rows: Vec<String>,
    merges: Vec<String>,
    hidden: Vec<u32>,
    texts: Vec<(String, String)>,
}

/// A sheet of rows.
pub(crate) fn sheet(name: &str, rows: &str) -> Sheet {
    let rows = rows.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    Sheet { name: name.to_owned(), rows, merges: Vec::new(), hidden: Vec::new(), texts: Vec::new() }
}

impl Sheet {
    /// Merges blocks, each with the text of its top-left cell: `A1:F1 A3:A4`.
    pub(crate) fn merge(mut self, blocks: &str) -> Self {
        self.merges.extend(blocks.split_whitespace().map(str::to_owned));
        self
    }

    /// Hides a row, counted from 1.
    pub(crate) fn hide(mut self, row: u32) -> Self {
        self.hidden.push(row - 1);
        self
    }

    /// Puts a text into a cell, exactly as it is.
    pub(crate) fn with(mut self, cell: &str, text: &str) -> Self {
        self.texts.push((cell.to_owned(), text.to_owned()));
        self
    }

    fn cells(&self) -> impl Iterator<Item = (u32, u16, &str)> {
        (0..)
            .zip(&self.rows)
            .flat_map(|(row, line)| (0..).zip(line.split('|')).map(move |(col, text)| (row, col, text.trim())))
    }

    fn write(&self, page: &mut Worksheet) {
        page.set_name(&self.name).unwrap();
        for block in &self.merges {
            let (from, to) = block.split_once(':').unwrap();
            let ((top, left), (bottom, right)) = (position(from), position(to));
            page.merge_range(top, left, bottom, right, "", &Format::new()).unwrap();
        }
        for (row, col, text) in self.cells().filter(|(_, _, text)| *text != "_") {
            match text.parse::<f64>() {
                Ok(number) => page.write_number(row, col, number).unwrap(),
                Err(_) => page.write_string(row, col, text.trim_start_matches('\'')).unwrap(),
            };
        }
        for (cell, text) in &self.texts {
            let (row, col) = position(cell);
            page.write_string(row, col, text).unwrap();
        }
        for row in &self.hidden {
            page.set_row_hidden(*row).unwrap();
        }
    }
}

/// `B3` as row and column from 0.
fn position(cell: &str) -> (u32, u16) {
    let digits = cell.find(|c: char| c.is_ascii_digit()).unwrap();
    let col = cell[..digits].bytes().fold(0, |n, b| n * 26 + u16::from(b - b'A') + 1) - 1;
    (cell[digits..].parse::<u32>().unwrap() - 1, col)
}

/// A workbook of sheets as bytes.
pub(crate) fn book(sheets: &[Sheet]) -> Vec<u8> {
    let mut book = Workbook::new();
    for sheet in sheets {
        sheet.write(book.add_worksheet());
    }
    book.save_to_buffer().unwrap()
}

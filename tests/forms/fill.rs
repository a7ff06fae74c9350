//! Filling in a form the way a person does: open it, find the row and the column by what is written there, type, save.

use std::path::{Path, PathBuf};

use umya_spreadsheet::{Spreadsheet, Worksheet, reader, writer};

/// A form that is being filled in.
pub(crate) struct Paper {
    path: PathBuf,
    book: Spreadsheet,
    header: u32,
}

/// A text without spaces, for comparing headers.
fn flat(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

impl Paper {
    /// Opens a form whose header row holds this word.
    pub(crate) fn open(path: &Path, header: &str) -> Self {
        let book = reader::xlsx::read(path).unwrap();
        let sheet = book.get_sheet(&0).unwrap();
        let rows = 1..=sheet.get_highest_row();
        let columns = 1..=sheet.get_highest_column();
        let is_header = |row: &u32| columns.clone().any(|col| flat(&sheet.get_value((col, *row))) == header);
        let header = rows.into_iter().find(is_header).unwrap_or_else(|| panic!("{header} in {}", path.display()));
        Self { path: path.to_path_buf(), book, header }
    }

    fn sheet(&self) -> &Worksheet {
        self.book.get_sheet(&0).unwrap()
    }

    /// The column under a header.
    #[track_caller]
    fn column(&self, header: &str) -> u32 {
        let columns = 1..=self.sheet().get_highest_column();
        let found = columns.into_iter().find(|col| flat(&self.sheet().get_value((*col, self.header))) == header);
        found.unwrap_or_else(|| panic!("no column {header} in {}", self.path.display()))
    }

    /// The row below the header whose cells under these headers hold these texts.
    #[track_caller]
    fn row(&self, keys: &[(&str, &str)]) -> u32 {
        let rows = self.header + 1..=self.sheet().get_highest_row();
        let holds =
            |row: &u32| keys.iter().all(|(header, text)| self.sheet().get_value((self.column(header), *row)) == *text);
        rows.into_iter().find(holds).unwrap_or_else(|| panic!("no row {keys:?} in {}", self.path.display()))
    }

    /// What a cell holds.
    #[track_caller]
    pub(crate) fn read(&self, keys: &[(&str, &str)], header: &str) -> String {
        self.sheet().get_value((self.column(header), self.row(keys)))
    }

    /// Types into the row with these texts, under these headers.
    #[track_caller]
    pub(crate) fn type_in(&mut self, keys: &[(&str, &str)], cells: &[(&str, &str)]) -> &mut Self {
        let row = self.row(keys);
        self.type_at(row, cells)
    }

    /// Types into a row counted from the header, 1 being the first.
    #[track_caller]
    pub(crate) fn type_row(&mut self, number: u32, cells: &[(&str, &str)]) -> &mut Self {
        let row = self.header + number;
        self.type_at(row, cells)
    }

    fn type_at(&mut self, row: u32, cells: &[(&str, &str)]) -> &mut Self {
        let columns: Vec<u32> = cells.iter().map(|(header, _)| self.column(header)).collect();
        let sheet = self.book.get_sheet_mut(&0).unwrap();
        for (column, (_, text)) in columns.into_iter().zip(cells) {
            put(sheet, (column, row), text);
        }
        self
    }

    /// Types beside a label above the table.
    #[track_caller]
    pub(crate) fn beside(&mut self, label: &str, text: &str) -> &mut Self {
        let rows = 1..self.header;
        let found = rows.into_iter().find(|row| self.sheet().get_value((1_u32, *row)) == label);
        let row = found.unwrap_or_else(|| panic!("no label {label} in {}", self.path.display()));
        let sheet = self.book.get_sheet_mut(&0).unwrap();
        put(sheet, (3, row), text);
        self
    }

    /// Saves it under another name.
    pub(crate) fn save(&self, path: &Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        writer::xlsx::write(&self.book, path).unwrap();
    }

    /// The first line.
    pub(crate) fn title(&self) -> String {
        self.sheet().get_value((1_u32, 1_u32))
    }

    /// The names of all sheets with their visibility.
    pub(crate) fn sheets(&self) -> Vec<(String, String)> {
        let sheets = self.book.get_sheet_collection().iter();
        sheets.map(|sheet| (sheet.get_name().to_owned(), format!("{:?}", sheet.get_state()))).collect()
    }

    /// Whether cells of the first sheet are protected.
    pub(crate) fn is_protected(&self) -> bool {
        self.sheet().get_sheet_protection().is_some()
    }

    /// The drop-downs and other checks of the first sheet, as written in the file.
    pub(crate) fn checks(&self) -> Vec<String> {
        let checks = self.sheet().get_data_validations();
        checks.map_or_else(Vec::new, |list| {
            list.get_data_validation_list()
                .iter()
                .map(|check| format!("{:?} {}", check.get_type(), check.get_formula1()))
                .collect()
        })
    }
}

/// A number as a number, anything else as text.
fn put(sheet: &mut Worksheet, at: (u32, u32), text: &str) {
    let cell = sheet.get_cell_mut(at);
    match text.parse::<f64>() {
        Ok(number) => drop(cell.set_value_number(number)),
        Err(_) => drop(cell.set_value_string(text)),
    }
}

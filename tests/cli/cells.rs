//! Looks into workbooks and csv files by sheet and cell name, independently of how the program reads them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use calamine::{Data, Reader as _, open_workbook_auto};

/// Cells by zero-based row and column.
type Cells = BTreeMap<(u32, u32), String>;

/// One file: its sheets in order, each with its cells.
pub(crate) struct Book {
    sheets: Vec<(String, Cells)>,
}

impl Book {
    fn read(path: &Path) -> Self {
        if path.extension().is_some_and(|e| e == "csv") {
            return Self { sheets: vec![(String::new(), csv_cells(path))] };
        }
        let mut workbook = open_workbook_auto(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let sheets = workbook.worksheets().into_iter().map(|(name, range)| {
            let (row, col) = range.start().unwrap_or((0, 0));
            let used = range.used_cells().map(|(r, c, data)| ((row + r as u32, col + c as u32), text(data)));
            (name, used.collect())
        });
        Self { sheets: sheets.collect() }
    }

    /// Sheets that people see, in order, with their cells in order of rows; the program's own hidden mark is left out.
    pub(crate) fn sheets(&self) -> Vec<(&str, Vec<(String, &str)>)> {
        self.sheets
            .iter()
            .filter(|(title, _)| title != "_assess")
            .map(|(title, cells)| {
                let cells = cells.iter().map(|((row, col), text)| (name(*row, *col), text.as_str()));
                (title.as_str(), cells.collect())
            })
            .collect()
    }

    /// The text of a cell; none when it is empty.
    #[track_caller]
    pub(crate) fn cell(&self, sheet: &str, cell: &str) -> Option<&str> {
        let (row, col) = position(cell).unwrap_or_else(|| panic!("no cell name: {cell:?}"));
        self.sheet(sheet).get(&(row, col)).map(String::as_str)
    }

    /// Whether a cell lies within the rows and columns that a sheet uses.
    #[track_caller]
    pub(crate) fn spans(&self, sheet: &str, cell: &str) -> bool {
        let cells = self.sheet(sheet);
        let rows = cells.keys().map(|k| k.0).max().unwrap_or(0);
        let cols = cells.keys().map(|k| k.1).max().unwrap_or(0);
        position(cell).is_some_and(|(row, col)| row <= rows && col <= cols)
    }

    #[track_caller]
    fn sheet(&self, sheet: &str) -> &Cells {
        let found = self.sheets.iter().find(|(name, _)| name == sheet);
        &found.unwrap_or_else(|| panic!("no sheet {sheet:?}")).1
    }
}

/// Each line is a row, blank ones too, as in a spreadsheet; these files have no line breaks inside a field.
fn csv_cells(path: &Path) -> Cells {
    let bytes = std::fs::read(path).unwrap();
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes)).unwrap();
    let mut cells = Cells::new();
    for (row, line) in (0..).zip(text.lines()) {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
        for record in reader.records().map(Result::unwrap) {
            for (col, field) in (0..).zip(&record).filter(|(_, field)| !field.is_empty()) {
                cells.insert((row, col), field.to_owned());
            }
        }
    }
    cells
}

fn text(data: &Data) -> String {
    match data {
        Data::Float(number) => shortest(*number),
        other => other.to_string(),
    }
}

/// A cell's number as people read it: 15 significant digits, no trailing zeros.
fn shortest(number: f64) -> String {
    let text = format!("{number:.14e}");
    let rounded: f64 = text.parse().unwrap();
    rounded.to_string()
}

/// Zero-based row and column of a cell name such as `F12`.
pub(crate) fn position(cell: &str) -> Option<(u32, u32)> {
    let split = cell.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = cell.split_at(split);
    if letters.is_empty() || !letters.bytes().all(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let col = letters.bytes().fold(0, |col, b| col * 26 + u32::from(b - b'A') + 1) - 1;
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, col))
}

/// The name of a cell by zero-based row and column.
pub(crate) fn name(row: u32, col: u32) -> String {
    let mut letters = String::new();
    let mut rest = col + 1;
    while rest > 0 {
        letters.insert(0, char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    format!("{letters}{}", row + 1)
}

/// The files of a folder, each opened once.
pub(crate) struct Books {
    root: PathBuf,
    open: RefCell<BTreeMap<String, Rc<Book>>>,
}

impl Books {
    /// Books below a folder.
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), open: RefCell::default() }
    }

    /// A file by its path below the folder.
    pub(crate) fn open(&self, below: &str) -> Rc<Book> {
        let mut open = self.open.borrow_mut();
        Rc::clone(open.entry(below.to_owned()).or_insert_with(|| Rc::new(Book::read(&self.root.join(below)))))
    }
}

/// The links of a sheet by cell: target file and spot, as they stand in the workbook.
pub(crate) fn links(path: &Path, sheet: usize) -> BTreeMap<String, (String, String)> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut part = |name: String| std::io::read_to_string(archive.by_name(&name).unwrap()).unwrap();
    let relations = part(format!("xl/worksheets/_rels/sheet{sheet}.xml.rels"));
    let attribute = |element: &str, name: &str| {
        let start = element.find(&format!(" {name}=\"")).map(|at| at + name.len() + 3);
        start.map(|at| element[at..].split('"').next().unwrap().to_owned())
    };
    let targets: BTreeMap<String, String> = relations
        .split("<Relationship ")
        .skip(1)
        .map(|element| (attribute(&format!(" {element}"), "Id").unwrap(), attribute(element, "Target").unwrap()))
        .collect();
    let text = part(format!("xl/worksheets/sheet{sheet}.xml"));
    let elements = text.split("<hyperlink ").skip(1).map(|rest| format!(" {}", rest.split("/>").next().unwrap()));
    elements
        .map(|element| {
            let target = targets[&attribute(&element, "r:id").unwrap()].clone();
            (attribute(&element, "ref").unwrap(), (target, attribute(&element, "location").unwrap_or_default()))
        })
        .collect()
}

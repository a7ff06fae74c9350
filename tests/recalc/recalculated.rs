//! Workbooks as written and as an office suite recalculates them: LibreOffice opens them with forced recalculation, saves
//! them, and every formula cell is compared. Shared by several tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader as _, open_workbook_auto};

/// The setting that makes LibreOffice recalculate what it opens; by default it trusts stored results.
const ALWAYS_RECALCULATE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"#;

/// How many workbooks LibreOffice is given in one run.
const MOST_AT_ONCE: usize = 50;

/// Recalculates workbooks, many in one run; gives the saved files, in the same order.
pub(crate) fn recalculate(workbooks: &[PathBuf]) -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let (user, input, output) =
        (folder.path().join("profile/user"), folder.path().join("in"), folder.path().join("out"));
    for path in [&user, &input, &output] {
        fs::create_dir_all(path).unwrap();
    }
    fs::write(user.join("registrymodifications.xcu"), ALWAYS_RECALCULATE).unwrap();
    let names: Vec<String> = (0..workbooks.len()).map(|number| format!("book-{number:03}.xlsx")).collect();
    for (workbook, name) in workbooks.iter().zip(&names) {
        fs::copy(workbook, input.join(name)).unwrap();
    }
    for some in names.chunks(MOST_AT_ONCE) {
        let ran = Command::new("soffice")
            .arg(format!("-env:UserInstallation=file://{}", folder.path().join("profile").display()))
            .args(["--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"])
            .arg(&output)
            .args(some.iter().map(|name| input.join(name)))
            .output()
            .unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
    let saved = names.iter().map(|name| output.join(name)).collect();
    (folder, saved)
}

/// The formulas of a workbook with their stored results, by sheet and zero-based row and column.
pub(crate) type Formulas = BTreeMap<(String, u32, u32), (String, Data)>;

pub(crate) fn formulas(workbook: &Path) -> Formulas {
    let mut book = open_workbook_auto(workbook).unwrap_or_else(|error| panic!("{}: {error}", workbook.display()));
    let mut found = Formulas::new();
    for sheet in book.sheet_names() {
        let values = book.worksheet_range(&sheet).unwrap();
        let formulas = book.worksheet_formula(&sheet).unwrap();
        let (top, left) = formulas.start().unwrap_or((0, 0));
        for (row, column, formula) in formulas.used_cells() {
            let (row, column) = (top + row as u32, left + column as u32);
            let value = values.get_value((row, column)).cloned().unwrap_or(Data::Empty);
            found.insert((sheet.clone(), row, column), (formula.clone(), value));
        }
    }
    found
}

/// Formula cells whose stored result is not what the office suite finds, or is an error; one line each.
pub(crate) fn differences(written: &Formulas, recalculated: &Path) -> Vec<String> {
    let mut book = open_workbook_auto(recalculated).unwrap();
    let mut sheets = BTreeMap::new();
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).unwrap();
        sheets.insert(sheet, range);
    }
    let mut found = Vec::new();
    for ((sheet, row, column), (formula, stored)) in written {
        let new = sheets[sheet].get_value((*row, *column)).cloned().unwrap_or(Data::Empty);
        let same = match (stored, &new) {
            (Data::Float(a), Data::Float(b)) => (a - b).abs() < 1e-9,
            (Data::String(a), Data::String(b)) => a == b,
            _ => false,
        };
        if !same {
            found.push(format!(
                "{sheet} row {} column {}: ={formula} is {stored:?}, recalculated {new:?}",
                row + 1,
                column + 1
            ));
        }
    }
    found
}

/// The number in the cell near the top of 核算 that adds up all differences.
pub(crate) fn total_of_differences(workbook: &Path) -> Option<f64> {
    let mut book = open_workbook_auto(workbook).unwrap();
    let name = book.sheet_names().into_iter().find(|name| name == "核算" || name == "Recalculation")?;
    match book.worksheet_range(&name).unwrap().get_value((2, 1)) {
        Some(Data::Float(sum)) => Some(*sum),
        _ => None,
    }
}

/// The functions that formulas may use.
const FUNCTIONS: [&str; 15] = [
    "SUM",
    "SUMIF",
    "SUMPRODUCT",
    "ROUND",
    "INT",
    "MIN",
    "MAX",
    "COUNT",
    "COUNTIF",
    "COUNTIFS",
    "IF",
    "INDEX",
    "MATCH",
    "ABS",
    "NA",
];

/// The first function of a formula that is not one of those; names of sheets and texts are passed over.
pub(crate) fn foreign_function(formula: &str) -> Option<String> {
    let outside = |text: &str, quote: char| text.split(quote).step_by(2).collect::<Vec<_>>().join("_");
    let plain = outside(&outside(formula, '\''), '"');
    let before = plain.match_indices('(').map(|(at, _)| &plain[..at]);
    let names = before.map(|text| text.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '.').next().unwrap_or(""));
    names.filter(|name| !name.is_empty()).find(|name| !FUNCTIONS.contains(name)).map(str::to_owned)
}

//! Our own outputs given back as inputs are refused by name (SPEC §11), and results are never read as inputs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Reader as _, open_workbook_auto};
use rust_xlsxwriter::Workbook;

use crate::office::has;
use crate::runner::{Folder, assess};
use crate::said::{LANGUAGES, of_code};
use crate::small::small;

/// The small project without a version, with one artefact of a version put among its inputs.
fn given_back(artefact: &str, to: &str) -> Folder {
    let scored = small();
    scored.score(&[]).ended(0);
    let folder = small();
    fs::create_dir_all(folder.path(to).parent().unwrap()).unwrap();
    fs::copy(scored.path(&format!("results/v001/{artefact}")), folder.path(to)).unwrap();
    folder
}

#[track_caller]
fn refused(folder: &Folder, path: &str) {
    for labels in &LANGUAGES {
        let ran = folder.score(&["--lang", labels.lang]).ended(1);
        let said = of_code(&ran.err, "E113");
        assert_eq!(said.len(), 1, "{}", ran.err);
        assert_eq!(said[0].line(labels.file), Some(path));
        assert!(said[0].line(labels.fix).is_some());
        assert!(!folder.has("results"));
    }
}

#[test]
fn a_result_workbook_is_refused_in_every_input_folder() {
    for path in
        ["self-reports/result.xlsx", "ballots/meeting/结果.xlsx", "registers/result.xlsx", "verified/result.xlsx"]
    {
        refused(&given_back("result.xlsx", path), path);
    }
}

#[test]
fn a_result_workbook_is_recognised_under_another_name() {
    let path = "self-reports/U02-自评表.xlsx";
    refused(&given_back("result.xlsx", path), path);
}

#[test]
fn ratings_csv_is_refused_by_name_as_well() {
    let path = "ballots/meeting/ratings.csv";
    refused(&given_back("ratings.csv", path), path);
}

#[test]
fn the_results_folder_is_not_an_input() {
    let folder = small();
    folder.score(&[]).ended(0);
    let ran = folder.run("check", &["-v"]).ended(0);
    assert!(!ran.out.contains("results/") && !ran.err.contains("results/"), "{}{}", ran.out, ran.err);
}

/// Every workbook that people get to see of the small project, scored: the result, a draft, the check report, a comparison.
fn workbooks(folder: &Folder) -> Vec<PathBuf> {
    folder.score(&[]).ended(0);
    folder.score(&["--draft"]).ended(0);
    let report = folder.path("检查.xlsx");
    assess(&["check", "-C", folder.shown(), "--report", report.to_str().unwrap()]).ended(0);
    let comparison = folder.path("对照.xlsx");
    let compare = ["compare", "v001", "draft", "-C", folder.shown(), "--report", comparison.to_str().unwrap()];
    assess(&compare).ended(0);
    let written = folder.tree().into_keys().filter(|path| path.ends_with(".xlsx"));
    let found: Vec<PathBuf> = written.map(|path| folder.path(&path)).collect();
    assert!(found.len() >= 4, "{found:?}");
    found
}

/// The cells of every visible sheet as rows of text.
fn sheets(path: &Path) -> Vec<(String, Vec<Vec<String>>)> {
    let mut book = open_workbook_auto(path).unwrap();
    let sheets = book.worksheets().into_iter().filter(|(name, _)| name != "_assess");
    let text = |(name, range): (String, calamine::Range<calamine::Data>)| {
        (name, range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect())
    };
    sheets.map(text).collect()
}

const FOLDERS: [&str; 3] = ["self-reports", "ballots/meeting", "registers"];

/// Checks the small project with one more file, which must be refused as an output and nothing else.
#[track_caller]
fn refused_bytes(name: &str, bytes: &[u8]) {
    for place in FOLDERS {
        let folder = small();
        let path = format!("{place}/{name}");
        fs::write(folder.path(&path), bytes).unwrap();
        let checked = folder.run("check", &["--format", "json"]).ended(1).json();
        let errors: Vec<(&str, &str)> = checked["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["severity"] == "error")
            .map(|f| (f["code"].as_str().unwrap(), f["file"].as_str().unwrap()))
            .collect();
        assert_eq!(errors, [("E113", path.as_str())], "{path}");
    }
}

#[test]
fn a_sheet_saved_as_csv_is_refused() {
    let scored = small();
    for workbook in workbooks(&scored) {
        for (sheet, rows) in sheets(&workbook) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            rows.iter().for_each(|row| writer.write_record(row).unwrap());
            refused_bytes(&format!("{sheet}.csv"), &writer.into_inner().unwrap());
        }
    }
}

#[test]
fn a_sheet_copied_into_another_workbook_is_refused() {
    let scored = small();
    for workbook in workbooks(&scored) {
        for (sheet, rows) in sheets(&workbook) {
            let mut copy = Workbook::new();
            copy.add_worksheet().set_name("别的").unwrap().write_string(0, 0, "x").unwrap();
            let own = copy.add_worksheet().set_name("Sheet1").unwrap();
            for (at, row) in (0..).zip(&rows) {
                for (column, text) in (0..).zip(row) {
                    own.write_string(at, column, text).unwrap();
                }
            }
            refused_bytes(&format!("{sheet}.xlsx"), &copy.save_to_buffer().unwrap());
        }
    }
}

/// What an office suite makes of an output is still one, whatever the format: the hidden sheet or the title says so.
#[test]
fn an_output_saved_by_an_office_suite_is_refused() {
    if !has(&["soffice"]) {
        return;
    }
    let (scored, place) = (small(), Folder::empty());
    let books = workbooks(&scored);
    let profile = format!("-env:UserInstallation=file://{}", place.path("profile").display());
    let utf8 = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true";
    for (format, filter) in [("xlsx", "xlsx"), ("xls", "xls"), ("ods", "ods"), ("csv", utf8)] {
        let out = place.path(format);
        let mut office = Command::new("soffice");
        let office = office.arg(&profile).args(["--headless", "--convert-to", filter, "--outdir"]).arg(&out);
        let ran = office.args(&books).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        for converted in fs::read_dir(&out).unwrap() {
            refused_bytes(&format!("再存.{format}"), &fs::read(converted.unwrap().path()).unwrap());
        }
    }
}

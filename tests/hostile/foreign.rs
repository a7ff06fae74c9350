//! Genuine files of other programs: read the same on every machine; see `fixtures/foreign/README.md`.

use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use assess::model::Limits;
use assess::read::book::Merge;
use assess::read::worker::Request;
use assess::read::xlsx::read_workbook;
use assess::shared::place::FileId;
use calamine::{Data, Reader as _, open_workbook_from_rs};
use serde_json::{Value, json};

use crate::archive::book;
use crate::binary::{longs, part_record, xlsb, xlsb_number};
use crate::office::has;
use crate::project::{Project, Ran, compute, run};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/foreign").join(name)).unwrap()
}

#[test]
fn libreoffice_files_are_read_alike_in_every_format() {
    // U2 has a percent cell, a date and a truth value beside its score; U1's score is a formula; a row is hidden.
    for name in ["libreoffice.xlsx", "libreoffice.xls", "libreoffice.ods"] {
        let ran = run(name, &fixture(name));
        assert_eq!((ran.total("U1"), ran.total("U2")), ("95.00", "80.00"), "{name}: {:#?}", ran.messages);
        assert!(ran.errors().is_empty(), "{name}: {:?}", ran.errors());
        assert!(ran.warnings().contains(&"W112 旧表".to_owned()), "{name}: {:?}", ran.warnings());
    }
}

#[test]
fn a_formula_that_xlwt_wrote_was_never_calculated() {
    let ran = run("xlwt.xls", &fixture("xlwt.xls"));
    assert!(ran.errors().contains(&"E202 给分!B3".to_owned()), "{:?}", ran.errors());
}

#[test]
fn percent_and_truth_cells_of_every_format_are_known() {
    for name in ["kinds.xlsx", "kinds.xls", "kinds.ods"] {
        let ran = run(name, &fixture(name));
        assert_eq!(ran.errors(), ["E204 给分!B2", "E206 给分!B3"], "{name}: {:#?}", ran.messages);
    }
}

#[test]
fn merged_blocks_and_hidden_rows_and_columns_of_every_format_are_known() {
    let limits = serde_json::to_string(&Limits::default()).unwrap();
    let isolated = |kind: &str, bytes: &[u8]| -> Value {
        let request = Request::parse(&[kind.to_owned(), limits.clone()]).unwrap();
        let said: Value = serde_json::from_slice(&request.answer(bytes)).unwrap();
        said["book"]["sheets"][0].clone()
    };
    let opened = read_workbook(&fixture("libreoffice.xlsx"), FileId(0), &Limits::default());
    let sheet = &opened.book.sheets[0];
    assert_eq!(sheet.merges, [Merge { top: 0, left: 0, bottom: 0, right: 1 }]);
    assert_eq!((&sheet.hidden_rows, &sheet.hidden_cols), (&[3].into(), &[2].into()));
    for kind in ["xls", "ods"] {
        let sheet = &isolated(kind, &fixture(&format!("libreoffice.{kind}")));
        assert_eq!(sheet["merges"], json!([{"top": 0, "left": 0, "bottom": 0, "right": 1}]), "{kind}");
        assert_eq!((&sheet["hidden_rows"], &sheet["hidden_cols"]), (&json!([3]), &json!([2])), "{kind}");
        let percent = sheet["cells"].as_array().unwrap().iter().find(|c| c["row"] == 3 && c["col"] == 3).unwrap();
        let number = &percent["value"]["Number"];
        assert_eq!((&number["value"], &number["percent"]), (&json!("19/20"), &json!(true)), "{kind}");
    }
    let columns =
        [part_record(390, &[]), part_record(60, &[&longs(&[1, 9, 0, 0])[..], &[1, 0]].concat()), part_record(391, &[])];
    let merges = [part_record(177, &longs(&[1])), part_record(176, &longs(&[5, 6, 0, 1])), part_record(178, &[])];
    let sheet = &isolated("xlsb", &xlsb(&xlsb_number(1, 1, 0.95), &columns.concat(), &merges.concat()));
    assert_eq!(sheet["merges"], json!([{"top": 5, "left": 0, "bottom": 6, "right": 1}]));
    assert_eq!((&sheet["hidden_rows"], &sheet["hidden_cols"]), (&json!([2]), &json!([1])));
}

/// What a copy of `examples/minimal` scores with a file in the place of another.
fn minimal_with(name: &str, place: &str, gone: &str) -> Ran {
    let project = Project::empty();
    std::fs::remove_file(project.root().join("roster.csv")).unwrap();
    let minimal = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/minimal");
    for entry in walkdir::WalkDir::new(&minimal).into_iter().map(Result::unwrap).filter(|e| e.file_type().is_file()) {
        let below = entry.path().strip_prefix(&minimal).unwrap().to_str().unwrap();
        if below != gone {
            project.write(below, &std::fs::read(entry.path()).unwrap());
        }
    }
    project.write(place, &fixture(name));
    compute(project.root())
}

#[test]
fn ordinary_files_of_other_programs_score_as_the_form_they_stand_for() {
    let form = "self-reports/U01-市图书馆-自评表.xlsx";
    for (name, place) in [
        ("deflated-mimetype.ods", "self-reports/U01.ods"),
        ("pretty-printed.ods", "self-reports/U01.ods"),
        ("code-page-1252.xls", "self-reports/U01.xls"),
        ("protected.xlsx", "self-reports/U01.xlsx"),
    ] {
        let ran = minimal_with(name, place, form);
        assert!(ran.errors().is_empty() && ran.warnings().is_empty(), "{name}: {:#?}", ran.messages);
        assert_eq!((ran.total("U01"), ran.total("U02"), ran.total("U03")), ("93.33", "93.00", "71.20"), "{name}");
        assert_eq!(ran.notes().contains(&"N136".to_owned()), name == "protected.xlsx", "{name}");
    }
}

#[test]
fn a_register_whose_sheet_ends_too_early_is_an_error() {
    let ran = minimal_with("early-eof.xls", "registers/加减分登记.xls", "registers/加减分登记.xlsx");
    assert_eq!(ran.errors(), ["E104"], "{:#?}", ran.messages);
    assert_eq!(ran.first("E104").file.as_deref(), Some("registers/加减分登记.xls"));
}

#[test]
fn declared_sizes_and_errors_of_formulas_are_no_obstacle() {
    let limits = serde_json::to_string(&Limits::default()).unwrap();
    let cells = |kind: &str, name: &str| -> Value {
        let request = Request::parse(&[kind.to_owned(), limits.clone()]).unwrap();
        let said: Value = serde_json::from_slice(&request.answer(&fixture(name))).unwrap();
        assert_eq!((&said["refused"], &said["findings"]), (&json!(false), &json!([])), "{name}");
        said["book"]["sheets"][0]["cells"].clone()
    };
    let one = &cells("xls", "dimensions.xls")[0];
    assert_eq!((&one["row"], &one["col"], &one["value"]["Number"]["value"]), (&json!(0), &json!(0), &json!("1/1")));
    let list = cells("xlsb", "formula-error.xlsb");
    let error = list.as_array().unwrap().iter().find(|cell| cell["row"] == 6 && cell["col"] == 5).unwrap();
    assert_eq!(error["value"], json!({"Fault": "#N/A"}));
}

/// Every text and number of an .ods as calamine reads it stands in the same cell here.
#[test]
fn what_is_read_of_an_ods_is_what_another_reader_reads() {
    let limits = serde_json::to_string(&Limits::default()).unwrap();
    for name in ["libreoffice.ods", "kinds.ods", "deflated-mimetype.ods"] {
        let request = Request::parse(&["ods".to_owned(), limits.clone()]).unwrap();
        let said: Value = serde_json::from_slice(&request.answer(&fixture(name))).unwrap();
        let mut other: calamine::Ods<_> = open_workbook_from_rs(Cursor::new(fixture(name))).unwrap();
        for (sheet, sheet_name) in said["book"]["sheets"].as_array().unwrap().iter().zip(other.sheet_names()) {
            assert_eq!(sheet["name"], json!(sheet_name), "{name}");
            let range = other.worksheet_range(&sheet_name).unwrap();
            let value = |cell: &Value| {
                let at = (cell["row"].as_u64().unwrap() as u32, cell["col"].as_u64().unwrap() as u32);
                range.get_value(at).cloned().unwrap_or_default()
            };
            for cell in sheet["cells"].as_array().unwrap() {
                match value(cell) {
                    Data::String(text) => assert_eq!(cell["value"]["Text"]["text"], json!(text), "{name} {cell}"),
                    Data::Float(number) if !cell["value"]["Number"].is_null() => {
                        let own = cell["value"]["Number"]["value"].as_str().unwrap();
                        let (over, under) = own.split_once('/').unwrap();
                        let own = over.parse::<f64>().unwrap() / under.parse::<f64>().unwrap();
                        assert!((own - number).abs() < 1e-9, "{name} {cell}");
                    }
                    other => assert!(!matches!(other, Data::Empty), "{name} {cell}"),
                }
            }
            let held = range.used_cells().filter(|(.., data)| !data.to_string().trim().is_empty()).count();
            assert_eq!(sheet["cells"].as_array().unwrap().len(), held, "{name} {sheet_name}");
        }
    }
}

#[test]
fn libreoffice_saves_what_we_then_read() {
    if !has(&["soffice"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let profile = format!("-env:UserInstallation=file://{}", folder.path().join("profile").display());
    std::fs::write(folder.path().join("a.xlsx"), book().bytes()).unwrap();
    for kind in ["xls", "ods"] {
        let office = Command::new("soffice")
            .arg(&profile)
            .args(["--headless", "--convert-to", kind, "--outdir"])
            .arg(folder.path())
            .arg(folder.path().join("a.xlsx"))
            .output()
            .unwrap();
        assert!(office.status.success(), "{}", String::from_utf8_lossy(&office.stderr));
        let name = format!("a.{kind}");
        let bytes = std::fs::read(folder.path().join(&name)).unwrap();
        Project::with(&name, &bytes).run().scored();
    }
}

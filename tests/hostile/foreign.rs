//! Genuine files of other programs: read the same on every machine; see `fixtures/foreign/README.md`.

use std::path::Path;
use std::process::Command;

use assess::model::Limits;
use assess::place::FileId;
use assess::read::book::Merge;
use assess::read::worker::Request;
use assess::read::xlsx::read_workbook;
use serde_json::{Value, json};

use crate::archive::book;
use crate::binary::{longs, part_record, xlsb, xlsb_number};
use crate::project::{Project, run};

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

#[test]
fn libreoffice_saves_what_we_then_read() {
    if Command::new("soffice").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "CI must have LibreOffice");
        eprintln!("skipped: needs soffice (LibreOffice)");
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

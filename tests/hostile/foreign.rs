//! Genuine files of other programs: read the same on every machine; see `fixtures/foreign/README.md`.

use std::path::Path;
use std::process::Command;

use crate::archive::book;
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

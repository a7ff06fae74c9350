//! Forms that an office suite opened and saved again: whatever the format, the score is the same.
//!
//! LibreOffice is an outside program: without it these tests say so and are skipped on a user's machine, and fail in CI.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::programs::has;
use crate::runner::Folder;
use crate::story::{compare, fill_in, handed_out};

/// Filter names by extension.
const FORMATS: [(&str, &str); 4] = [
    ("xlsx", "xlsx"),
    ("xls", "xls:MS Excel 97"),
    ("ods", "ods"),
    // Comma, quotes, UTF-8, from line 1; cells as shown.
    ("csv", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"),
];

/// Converts workbooks; gives the folder of the converted files, which keep their names.
pub(crate) fn convert(files: &[PathBuf], filter: &str, folder: &Path) -> PathBuf {
    let out = folder.join("converted");
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let ran = Command::new("soffice")
        .arg(profile)
        .args(["--headless", "--convert-to", filter, "--outdir"])
        .arg(&out)
        .args(files)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    out
}

/// The filled inputs of a project, below their folder.
fn inputs(folder: &Folder) -> Vec<String> {
    let kinds = ["self-reports/", "verified/", "ballots/", "tallies/", "registers/"];
    let tree = folder.tree().into_keys();
    tree.filter(|path| kinds.iter().any(|kind| path.starts_with(kind)) && path.ends_with(".xlsx")).collect()
}

#[test]
fn forms_saved_by_an_office_suite_in_any_format_give_the_same_score() {
    if !has(&["soffice"]) {
        return;
    }
    let filled = handed_out();
    fill_in(&filled);
    let paths = inputs(&filled);
    for (extension, filter) in FORMATS {
        let (folder, work) = (Folder::copy_of(&filled), Folder::empty());
        let files: Vec<PathBuf> = paths.iter().map(|path| filled.path(path)).collect();
        let converted = convert(&files, filter, work.root());
        for path in &paths {
            folder.remove(path);
            let stem = path.rsplit('/').next().unwrap().trim_end_matches(".xlsx");
            let from = converted.join(format!("{stem}.{extension}"));
            let to = folder.path(&path.replace(".xlsx", &format!(".{extension}")));
            std::fs::copy(&from, to).unwrap_or_else(|e| panic!("{}: {e}", from.display()));
        }
        let scored = folder.score(&[]);
        assert_eq!(scored.code, 0, "{extension}: {}", scored.err);
        compare(&folder.json("results/v001/result.json"));
    }
}

//! The live formulas of the result workbook: an office suite recalculates them and finds the same.
#![allow(clippy::unwrap_used, missing_docs, reason = "test code: a panic is the report")]

mod recalculated;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader as _, open_workbook_auto};

use recalculated::{Formulas, differences, formulas, has_office, recalculate};

/// Copies the files that a score run reads; results are left behind.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_name() == "results" {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Scores a copy of an example, in a language for its workbooks; gives the result workbook.
fn scored(example: &str, language: &str, folder: &Path) -> PathBuf {
    let project = folder.join(format!("{example}-{language}"));
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example), &project);
    let model = project.join("assess.toml");
    let text = std::fs::read_to_string(&model).unwrap();
    assert!(text.contains("language = \"zh\""), "{example} says its language");
    std::fs::write(&model, text.replace("language = \"zh\"", &format!("language = \"{language}\""))).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_assess")).args(["score", "-q"]).arg(&project).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    project.join("results/v001/result.xlsx")
}

#[test]
fn an_office_suite_finds_every_result_of_every_formula() {
    if !has_office() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let examples = [("minimal", "zh"), ("city-2025", "zh"), ("panel", "zh"), ("minimal", "en")];
    let books: Vec<PathBuf> = examples.iter().map(|(name, lang)| scored(name, lang, folder.path())).collect();
    let (_saved, recalculated) = recalculate(&books);
    for (book, new) in books.iter().zip(&recalculated) {
        let written = formulas(book);
        let found = differences(&written, new);
        assert!(found.is_empty(), "{}: {} of {}\n{}", book.display(), found.len(), written.len(), found[..found.len().min(20)].join("\n"));
    }
}

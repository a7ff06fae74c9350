//! The live formulas of the result workbook: an office suite recalculates them and gets equal results.
#![allow(clippy::unwrap_used, missing_docs, reason = "test code: a panic is the report")]

mod case;
mod office;
mod recalculated;
mod sheet;

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use office::has;
use recalculated::{differences, foreign_function, formulas, recalculate, total_of_differences};

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
    if !has(&["soffice"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // How many formulas there are at the least: 3, 23 and 12 units with a score, places, parameters, the sum.
    let examples = [
        ("minimal", "zh", 60),
        ("city-2025", "zh", 700),
        ("panel", "zh", 100),
        ("minimal", "en", 60),
        ("city-2025", "en", 700),
    ];
    let books: Vec<PathBuf> = examples.iter().map(|(name, lang, _)| scored(name, lang, folder.path())).collect();
    let (_saved, recalculated) = recalculate(&books);
    for ((book, new), (name, lang, least)) in books.iter().zip(&recalculated).zip(examples) {
        let written = formulas(book);
        let found = differences(&written, new);
        assert!(found.is_empty(), "{name} {lang}: {} differ\n{}", found.len(), found[..found.len().min(20)].join("\n"));
        assert!(written.len() > least, "{name} {lang}: only {} formulas", written.len());
        assert_eq!(total_of_differences(book), Some(0.0), "{name} {lang}, as written");
        assert_eq!(total_of_differences(new), Some(0.0), "{name} {lang}, recalculated");
    }
}

#[test]
fn names_that_would_break_a_formula_do_not() {
    if !has(&["soffice"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    scored("minimal", "zh", folder.path());
    let project = folder.path().join("minimal-zh");
    std::fs::remove_dir_all(project.join("results")).unwrap();
    let model = project.join("assess.toml");
    let mut text = std::fs::read_to_string(&model).unwrap();
    let others = [
        ("name = \"指标核定\"", "name = \"=指标'!A1\\\"&\""),
        ("name = \"述职评议\"", "name = \"'述职'!$B$2*\\\"\""),
        ("name = \"评议代表\"", "name = \"代表\\\")+1\"\naliases = [\"评议代表\"]"),
        ("name = \"优秀\"", "name = \"优*~?\\\"秀\""),
        ("name = \"先进\"", "name = \">=先'进\""),
        ("name = \"第一议题学习\"", "name = \"=1+1'!\""),
        ("name = \"政治领导线\"", "name = \"线'\\\"!\""),
    ];
    for (old, new) in others {
        assert_eq!(text.matches(old).count(), 1, "{old}");
        text = text.replace(old, new);
    }
    std::fs::write(&model, text.replace("at_most = \"先进\"", "at_most = \">=先'进\"")).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_assess")).args(["score", "-q"]).arg(&project).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let book = project.join("results/v001/result.xlsx");
    let (_saved, recalculated) = recalculate(std::slice::from_ref(&book));
    let found = differences(&formulas(&book), &recalculated[0]);
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(total_of_differences(&recalculated[0]), Some(0.0));
}

#[test]
fn formulas_use_the_functions_that_every_office_suite_has() {
    let folder = tempfile::tempdir().unwrap();
    for example in ["minimal", "city-2025", "panel"] {
        let written = formulas(&scored(example, "zh", folder.path()));
        assert!(!written.is_empty());
        let foreign: Vec<_> = written.values().filter_map(|(formula, _)| foreign_function(formula)).collect();
        assert_eq!(foreign, Vec::<String>::new(), "{example}");
    }
    assert_eq!(foreign_function("ROUND(SUM('SUMIFS(1)'!A1),2)"), None);
    assert_eq!(foreign_function("ROUND(ABS(A1),2)"), Some("ABS".to_owned()));
}

/// Rewrites the sheet 核算 of a workbook; gives the changed copy.
fn changed(book: &Path, name: &str, change: impl Fn(&str) -> String) -> PathBuf {
    let mut archive = zip::ZipArchive::new(File::open(book).unwrap()).unwrap();
    let copy = book.with_file_name(name);
    let mut writer = zip::ZipWriter::new(File::create(&copy).unwrap());
    let mut hits = 0;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        let name = entry.name().unwrap().into_owned();
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if text.contains("<f>") {
            bytes = change(&text).into_bytes();
            hits += 1;
            assert_ne!(bytes, text.as_bytes(), "the change changes something");
        }
        writer.write_all(&bytes).unwrap();
    }
    writer.finish().unwrap();
    assert_eq!(hits, 1, "one sheet has formulas");
    copy
}

/// The sheet with another number in a cell.
fn with_number(sheet: &str, cell: &str, number: &str) -> String {
    let start = sheet.find(&format!("<c r=\"{cell}\"")).unwrap();
    let from = start + sheet[start..].find("<v>").unwrap() + 3;
    let to = from + sheet[from..].find("</v>").unwrap();
    format!("{}{number}{}", &sheet[..from], &sheet[to..])
}

/// The cell of the first weight of the base: it is the first parameter that the base multiplies with.
fn first_weight(book: &Path) -> String {
    let all = formulas(book);
    let base = all.values().map(|(formula, _)| formula).find(|formula| formula.ends_with("/10000")).unwrap();
    let weights = base.rsplit_once(',').unwrap().1;
    weights.split(':').next().unwrap().replace('$', "")
}

#[test]
fn a_changed_weight_and_a_wrong_result_are_noticed() {
    if !has(&["soffice"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let book = scored("minimal", "zh", folder.path());
    let weight = first_weight(&book);
    // 60 of 100 become 50: every base falls by a tenth of the rate, 90.00, 95.00 and 72.00.
    let other_weight = changed(&book, "weight.xlsx", |sheet| with_number(sheet, &weight, "50"));
    let wrong_result = changed(&book, "result-wrong.xlsx", |sheet| with_number(sheet, "B3", "1"));
    let (_saved, recalculated) = recalculate(&[other_weight.clone(), wrong_result.clone()]);
    let sum = total_of_differences(&recalculated[0]).unwrap();
    // Bases and totals are compared both, and ranks stay: 2 · (9.00 + 9.50 + 7.20), but for the rounding of totals.
    assert!((sum - 51.4).abs() < 0.02, "{sum}");
    let found = differences(&formulas(&other_weight), &recalculated[0]);
    assert!(found.len() > 9, "{found:?}");
    let found = differences(&formulas(&wrong_result), &recalculated[1]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("核算 row 3 column 2:"), "{found:?}");
}

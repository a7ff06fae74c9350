//! Our own outputs given back as inputs are refused by name (SPEC §11), and results are never read as inputs.

use std::fs;

use crate::runner::Folder;
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

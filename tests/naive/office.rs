//! The live formulas of the result workbooks of random projects: an office suite recalculates them and finds the same, and
//! the total of differences is 0, whatever the model has: rescaled leaves, missing classes, corrections, limits, ties.

#[path = "../recalc/recalculated.rs"]
mod recalculated;
#[path = "../recalc/office.rs"]
mod suite;

use std::path::PathBuf;
use std::process::Command;

use crate::cases::case;
use crate::write;

/// How many projects; `RECALCULATE=300` for all of them.
fn projects() -> u64 {
    std::env::var("RECALCULATE").ok().and_then(|count| count.parse().ok()).unwrap_or(30)
}

#[test]
fn an_office_suite_agrees_with_the_formulas_of_random_projects() {
    if !suite::has(&["soffice"]) {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let mut books: Vec<(u64, PathBuf)> = Vec::new();
    for seed in 0..projects() {
        let case = case(seed);
        if case.outcome.log.rejected() {
            continue;
        }
        let folder = root.path().join(format!("seed-{seed:03}"));
        write::write(&case.project, &folder);
        let ran = Command::new(env!("CARGO_BIN_EXE_assess")).args(["score", "-q"]).arg(&folder).output().unwrap();
        assert!(ran.status.success(), "seed {seed}: {}", String::from_utf8_lossy(&ran.stderr));
        books.push((seed, folder.join("results/v001/result.xlsx")));
    }
    let paths: Vec<PathBuf> = books.iter().map(|(_, path)| path.clone()).collect();
    let (_saved, recalculated) = recalculated::recalculate(&paths);
    let mut found = Vec::new();
    for ((seed, path), new) in books.iter().zip(&recalculated) {
        let written = recalculated::formulas(path);
        assert!(written.len() > 30, "seed {seed} has {} formulas", written.len());
        let foreign = written.values().filter_map(|(formula, _)| recalculated::foreign_function(formula));
        found.extend(foreign.map(|name| format!("seed {seed}: function {name}")));
        found.extend(recalculated::differences(&written, new).into_iter().map(|line| format!("seed {seed}: {line}")));
        let sum = recalculated::total_of_differences(new);
        if sum != Some(0.0) {
            found.push(format!("seed {seed}: the total of differences is {sum:?}"));
        }
    }
    assert!(found.is_empty(), "{} differences\n{}", found.len(), found[..found.len().min(40)].join("\n"));
}

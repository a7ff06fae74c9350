//! `examples/broken`: what `assess check` tells is exactly what its `expected.csv` lists, code by code and cell by cell.

use std::collections::BTreeMap;

use crate::runner::{Folder, list};

/// Code, file, sheet and cell of a finding.
type Told = [String; 4];

/// How often each finding stands in the list that was written by hand; every line says why it is right.
fn expected(text: &str) -> BTreeMap<Told, usize> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["code", "file", "sheet", "cell", "why"]);
    let mut told = BTreeMap::new();
    for row in reader.records().map(Result::unwrap) {
        assert!(!row[4].is_empty(), "{row:?} does not say why");
        *told.entry([0, 1, 2, 3].map(|column| row[column].to_owned())).or_default() += 1;
    }
    told
}

#[test]
fn every_planted_fault_is_told_at_its_cell_and_nothing_else() {
    let folder = Folder::example("broken");
    let document = folder.run("check", &["--format", "json"]).ended(1).json();
    let mut told: BTreeMap<Told, usize> = BTreeMap::new();
    for finding in list(&document["findings"]) {
        let key = ["code", "file", "sheet", "cell"].map(|key| finding[key].as_str().unwrap_or_default().to_owned());
        *told.entry(key).or_default() += 1;
    }
    let expected = expected(&folder.text("expected.csv"));
    let missing: Vec<_> = expected.iter().filter(|(key, count)| told.get(*key) != Some(count)).collect();
    let extra: Vec<_> = told.iter().filter(|(key, count)| expected.get(*key) != Some(count)).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "expected but not told: {missing:#?}\ntold but not expected: {extra:#?}"
    );
    let codes: std::collections::BTreeSet<&String> = expected.keys().map(|[code, ..]| code).collect();
    assert!(codes.len() >= 30, "{} kinds of fault", codes.len());
}

#[test]
fn nothing_is_scored_or_written() {
    let folder = Folder::example("broken");
    folder.score(&[]).ended(1);
    assert!(!folder.has("results"));
}

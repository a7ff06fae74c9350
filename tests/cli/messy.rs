//! `examples/city-2025-messy` is `examples/city-2025` as it really arrives, and scores to exactly the same result.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::runner::{Folder, list, str_of};

/// Both cities, scored.
fn both() -> (Value, Value) {
    (Folder::scored_example("city-2025").result(), Folder::scored_example("city-2025-messy").result())
}

/// What must be equal of a unit, as exact numbers where there are such.
fn figures(unit: &Value) -> BTreeMap<String, Value> {
    let keys = [
        "code",
        "name",
        "group",
        "mode",
        "total",
        "base",
        "plus",
        "minus",
        "exact",
        "rank_group",
        "rank_overall",
        "threshold",
        "grade",
        "parallel",
        "takes_place",
        "aspects",
        "lines",
    ];
    let mut figures: BTreeMap<String, Value> = keys.map(|key| (key.to_owned(), unit[key].clone())).into();
    for leaf in list(&unit["leaves"]) {
        for key in ["full", "self", "verified", "state", "rate"] {
            figures.insert(format!("{} {key}", str_of(&leaf["code"])), leaf[key].clone());
        }
    }
    for (id, component) in unit["components"].as_object().into_iter().flatten() {
        for key in ["rate", "exact", "aspects", "lines"] {
            figures.insert(format!("{id} {key}"), component[key].clone());
        }
        for class in component["ballots"]["classes"].as_array().into_iter().flatten() {
            for key in ["means", "effective_weight", "raters", "valid", "abstained", "void", "recused"] {
                figures.insert(format!("{id} {} {key}", str_of(&class["id"])), class[key].clone());
            }
        }
    }
    figures
}

#[test]
fn every_figure_of_every_unit_is_that_of_the_tidy_city() {
    let (tidy, messy) = both();
    let (tidy, messy) = (list(&tidy["units"]), list(&messy["units"]));
    assert_eq!((tidy.len(), messy.len()), (24, 24));
    for (a, b) in tidy.iter().zip(messy) {
        let (a, b) = (figures(a), figures(b));
        assert!(a.len() > 90 || a["mode"] == "excluded", "{a:?}");
        for (key, value) in &a {
            assert_eq!(Some(value), b.get(key), "{} {key}", a["code"]);
        }
        assert_eq!(a.len(), b.len(), "{}", a["code"]);
    }
}

#[test]
fn adjustments_grade_paths_classes_and_quotas_are_those_of_the_tidy_city() {
    let (tidy, messy) = both();
    let ended = |result: &Value| -> Vec<Value> {
        let rows = list(&result["registers"]["adjustments"]);
        let keys = ["id", "unit", "code", "level", "claimed", "approved", "counted", "date", "standing", "outcome"];
        rows.iter().map(|row| keys.iter().map(|key| row[*key].clone()).collect()).collect()
    };
    assert_eq!(ended(&tidy).len(), 23, "twenty bonuses and deductions, three events");
    assert_eq!(ended(&tidy), ended(&messy));
    let steps = |result: &Value| -> Vec<Vec<(String, String)>> {
        let step = |s: &Value| (s["kind"].to_string(), s["code"].to_string());
        list(&result["units"]).iter().map(|u| list(&u["path"]).iter().map(step).collect()).collect()
    };
    assert_eq!(steps(&tidy), steps(&messy));
    for key in ["classes", "quotas", "groups"] {
        assert_eq!(tidy[key], messy[key], "{key}");
    }
    for key in ["units", "ballots", "registers"] {
        assert_eq!(tidy["reconciliation"][key], messy["reconciliation"][key], "{key}");
    }
}

#[test]
fn there_are_as_many_warnings_of_each_kind_as_its_readme_lists() {
    let folder = Folder::example("city-2025-messy");
    let readme = folder.text("README.md");
    let listed: BTreeMap<String, usize> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| W"))
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            (format!("W{}", cells[0]), cells[1].parse().unwrap())
        })
        .collect();
    let document = folder.run("check", &["--format", "json"]).ended(0).json();
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for finding in list(&document["findings"]).iter().filter(|f| f["severity"] == "warning") {
        *counted.entry(str_of(&finding["code"]).to_owned()).or_default() += 1;
    }
    assert_eq!(counted, listed);
}

#[test]
fn the_model_and_the_two_tables_are_those_of_the_tidy_city() {
    let (tidy, messy) = (Folder::example("city-2025"), Folder::example("city-2025-messy"));
    for file in ["assess.toml", "roster.xlsx", "indicators.xlsx"] {
        assert_eq!(tidy.bytes(file), messy.bytes(file), "{file}");
    }
}

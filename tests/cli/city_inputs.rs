//! The cases planted in the inputs of `examples/city-2025` come out as its README says, cell by cell.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::result_json::{exact, published};
use crate::runner::{Folder, list, str_of, unit};

/// The scored city with its findings said in English.
fn scored() -> (Folder, Value) {
    let folder = Folder::scored_example("city-2025");
    let result = folder.result();
    (folder, result)
}

/// One row of ratings.csv: file without folder and ending, cell, value, state.
struct Mark {
    file: String,
    cell: String,
    value: String,
    state: String,
}

fn ratings(folder: &Folder) -> Vec<Mark> {
    let bytes = folder.bytes("results/v001/ratings.csv");
    let mut reader = csv::Reader::from_reader(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap());
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    let columns = [column("file"), column("cell"), column("value"), column("state")];
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| {
        let [path, cell, value, state] = columns.map(|i| row[i].to_owned());
        let name = path.rsplit('/').next().unwrap().trim_end_matches(".xlsx");
        Mark { file: name.trim_start_matches("评议票-").to_owned(), cell, value, state }
    })
    .collect()
}

fn leaf<'v>(unit: &'v Value, code: &str) -> &'v Value {
    list(&unit["leaves"]).iter().find(|l| l["code"] == code).unwrap()
}

fn finding<'v>(result: &'v Value, code: &str, unit: &str) -> &'v Value {
    let mut all = list(&result["findings"]).iter().filter(|f| f["code"] == code && f["unit"] == unit);
    all.next().unwrap_or_else(|| panic!("no {code} for {unit}"))
}

#[test]
fn over_claiming_costs_two_points_and_the_units_below_a_full_point_nothing() {
    let (_, result) = scored();
    let science = unit(&result, "U11");
    let excess: num_rational::BigRational = list(&science["leaves"])
        .iter()
        .filter(|l| l["self"].is_string() && l["verified"].is_string())
        .map(|l| exact(&l["self"]) - exact(&l["verified"]))
        .sum();
    assert_eq!(published(&excess, 2), "6.10");
    let row = list(&science["adjustments"]).iter().find(|a| a["id"] == "").expect("the automatic deduction is listed");
    assert_eq!((str_of(&row["kind"]), str_of(&row["counted"])), ("deduction", "2/1"));
    assert_eq!(str_of(&science["minus"]), "2.00");
    for (code, more) in [("U08", "2.28"), ("U12", "2.24"), ("U20", "2.35"), ("U23", "2.40")] {
        let unit = unit(&result, code);
        let own: num_rational::BigRational = list(&unit["leaves"])
            .iter()
            .filter(|l| l["self"].is_string() && l["verified"].is_string())
            .map(|l| exact(&l["self"]) - exact(&l["verified"]))
            .sum();
        assert_eq!(published(&own, 2), more, "{code}");
        assert!(!list(&unit["adjustments"]).iter().any(|a| a["id"] == ""), "{code}");
    }
}

#[test]
fn missing_evidence_and_a_leaf_that_does_not_apply_come_out_as_planted() {
    let (_, result) = scored();
    let streets = unit(&result, "U14");
    let without = leaf(streets, "3.1.2");
    assert_eq!((str_of(&without["state"]), str_of(&without["verified"])), ("no-evidence", "0/1"));
    assert_eq!(str_of(&finding(&result, "W215", "U14")["cell"]), "G22");
    let rate = &streets["components"]["indicators"]["aspects"]["A3"]["rate"];
    assert_eq!(str_of(rate), "68.82");
    let post = unit(&result, "U20");
    let not_applicable = leaf(post, "1.2.4");
    assert_eq!((str_of(&not_applicable["state"]), &not_applicable["verified"]), ("not-applicable", &Value::Null));
}

#[test]
fn a_percent_formatted_cell_reads_as_the_percentage_it_shows() {
    let (_, result) = scored();
    let mut seen = 0;
    for unit in list(&result["units"]).iter().filter(|u| u["mode"] != "excluded") {
        let platform = leaf(unit, "3.2.3");
        let at = list(&platform["at"]);
        let file = &list(&result["files"])[usize::try_from(at[0].as_u64().unwrap()).unwrap()];
        assert_eq!(str_of(&file["path"]), "verified/智慧党建平台应用率.xlsx");
        let value: f64 = str_of(&platform["value"]).parse().unwrap();
        assert!((1.0..=100.0).contains(&value), "{value}");
        seen += 1;
    }
    assert_eq!(seen, 23);
}

#[test]
fn recusals_abstentions_blanks_and_void_ballots_come_out_as_planted() {
    let (folder, result) = scored();
    let ratings = ratings(&folder);
    let one = |file: &str, cell: &str| {
        let mark = ratings.iter().find(|m| m.file == file && m.cell == cell).unwrap_or_else(|| panic!("{file} {cell}"));
        (mark.value.as_str(), mark.state.as_str())
    };
    for (file, cell) in [("P3-06", "D10"), ("P3-12", "D16"), ("P3-19", "D23")] {
        assert_eq!(one(file, cell), ("好", "recused"), "{file}");
    }
    for (file, cell) in [("P1-04", "D23"), ("P2-03", "D22"), ("P3-15", "D5")] {
        assert_eq!(one(file, cell), ("弃权", "abstained"), "{file}");
    }
    assert_eq!(one("P1-04", "D4").1, "counted", "an abstention leaves the ballot valid");
    for (file, cell) in [("P4-02", "D22"), ("P4-02", "D24"), ("P5-02", "D4"), ("P5-02", "D6")] {
        assert_eq!(one(file, cell), ("不了解", "abstained"), "{file}");
    }
    for cell in ["D8", "D15"] {
        assert_eq!(one("P5-06", cell).1, "blank");
    }
    let listed = |file: &str| ratings.iter().filter(|m| m.file == file).count();
    assert_eq!((listed("P5-03"), listed("P5-08"), listed("P5-01")), (5, 8, 23));
    assert_eq!(one("P4-07", "D18"), ("较好", "recused"));
    for file in ["P4-07", "P5-05"] {
        let states = |state: &str| ratings.iter().filter(|m| m.file == file && m.state == state).count();
        let recused = states("recused");
        assert_eq!((recused, states("ballot-void")), (usize::from(file == "P4-07"), 23 - recused), "{file}");
    }
    let best = ratings.iter().filter(|m| m.file == "P5-05" && m.value == "好").count();
    assert_eq!(best, 13, "more than 9 of 23");
    let void: Vec<&Value> = list(&result["findings"]).iter().filter(|f| f["code"] == "W407").collect();
    let files: Vec<&str> = void.iter().map(|f| str_of(&f["file"]).rsplit('/').next().unwrap()).collect();
    assert_eq!(files, ["评议票-P4-07.xlsx", "评议票-P5-05.xlsx"]);
}

#[test]
fn issued_returned_and_valid_ballots_are_those_of_the_readme() {
    let (_, result) = scored();
    let counts: Vec<[u64; 3]> = list(&result["classes"]["meeting"])
        .iter()
        .map(|class| ["issued", "returned", "valid"].map(|key| class[key].as_u64().unwrap()))
        .collect();
    assert_eq!(counts, [[6, 6, 6], [9, 8, 8], [24, 24, 24], [12, 10, 9], [10, 8, 7]]);
}

#[test]
fn too_few_online_answers_take_the_median_of_the_group() {
    let (_, result) = scored();
    let online = |code: &str| &unit(&result, code)["components"]["online"];
    let post = online("U20");
    assert_eq!((post["ballots"]["answers"].as_u64(), str_of(&post["ballots"]["enough"])), (Some(23), "group-median"));
    assert_eq!(post["ballots"]["satisfaction"], Value::Null);
    let two = num_rational::BigRational::from_integer(2.into());
    let mean = (exact(&online("U18")["exact"]) + exact(&online("U19")["exact"])) / two;
    assert_eq!(exact(&post["exact"]), mean);
    assert_eq!(str_of(&post["rate"]), "88.17");
    for cap in ["V5", "C6", "C11"] {
        let listed = list(&result["findings"]).iter().any(|f| f["code"] == "W630" && str_of(&f["title"]).contains(cap));
        assert!(listed, "{cap} is listed as not applied");
    }
    assert_eq!(published(&exact(&online("U15")["ballots"]["satisfaction"]), 2), "82.19");
}

#[test]
fn every_register_row_ends_as_the_readme_says() {
    let (_, result) = scored();
    let rows: BTreeMap<&str, (&str, String)> = list(&result["units"])
        .iter()
        .flat_map(|u| list(&u["adjustments"]))
        .map(|a| (str_of(&a["id"]), (str_of(&a["outcome"]), published(&exact(&a["counted"]), 1))))
        .collect();
    let expected = [
        ("JF-1", "full", "2.0"),
        ("JF-2", "superseded", "0.0"),
        ("JF-3", "full", "1.0"),
        ("JF-4", "full", "2.0"),
        ("JF-5", "full", "2.0"),
        ("JF-6", "part", "1.0"),
        ("JF-7", "cut", "0.0"),
        ("JF-8", "full", "3.0"),
        ("JF-9", "proposed", "0.0"),
        ("JF-10", "reviewed", "0.0"),
        ("JF-11", "rejected", "0.0"),
        ("JF-12", "withdrawn", "0.0"),
        ("JF-13", "incomplete", "0.0"),
        ("JF-14", "full", "2.0"),
        ("JF-15", "full", "1.0"),
        ("JF-16", "full", "0.5"),
        ("JF-17", "full", "0.2"),
        ("JF-18", "full", "0.2"),
        ("JF-19", "not-assessed", "0.0"),
        ("JF-20", "full", "0.5"),
    ];
    for (id, outcome, counted) in expected {
        let (ended, points) = &rows[id];
        assert_eq!((*ended, points.trim_start_matches('-')), (outcome, counted), "{id}");
    }
    let superseded = list(&unit(&result, "U06")["adjustments"]).iter().find(|a| a["id"] == "JF-2").unwrap();
    assert!(
        superseded["reason"].as_str().is_some_and(|r| r.contains("JF-1")),
        "says which row counts instead: {superseded}"
    );
    assert_eq!(str_of(&finding(&result, "W608", "U09")["cell"]), "I16");
    let proposed: Vec<&Value> = list(&result["registers"]["decisions"]).iter().filter(|d| d["id"] == "SD-2").collect();
    assert_eq!(str_of(&proposed[0]["standing"]), "proposed");
    assert_eq!(str_of(&unit(&result, "U10")["grade"]), "达标", "SD-2 is only proposed");
}

#[test]
fn the_issues_list_of_what_the_example_must_hold_is_kept() {
    let (folder, result) = scored();
    assert_eq!(list(&result["units"]).len(), 24);
    assert_eq!(list(&result["model"]["leaves"]).len(), 22);
    let ids: Vec<&str> = list(&result["model"]["components"]).iter().map(|c| str_of(&c["id"])).collect();
    assert_eq!(ids.len(), 3);
    assert!(list(&result["registers"]["adjustments"]).len() >= 15);
    let mut standings: Vec<&str> =
        list(&result["registers"]["adjustments"]).iter().map(|r| str_of(&r["standing"])).collect();
    standings.sort_unstable();
    standings.dedup();
    for status in ["approved", "proposed", "reviewed", "rejected", "withdrawn"] {
        assert!(standings.contains(&status), "{status}: {standings:?}");
    }
    let tree = folder.tree();
    let count = |start: &str| tree.keys().filter(|p| p.starts_with(start)).count();
    assert_eq!((count("self-reports/"), count("ballots/meeting/"), count("tallies/online/")), (23, 56, 3));
}

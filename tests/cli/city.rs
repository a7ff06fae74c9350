//! `examples/city-2025` comes out as its README says: the table of expected results, quotas, and what decides each grade.

use serde_json::Value;

use crate::runner::{Folder, list, str_of, unit};

/// The rows of the README's table of expected results, cell by cell.
fn table(readme: &str) -> Vec<Vec<String>> {
    let rows = readme.lines().skip_while(|l| !l.starts_with("| 单位 | 基础分")).skip(2);
    rows.take_while(|l| l.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// A number of the table as published: blank is nothing, `1` is `1.00`.
fn two_decimals(cell: &str) -> String {
    match cell.split_once('.') {
        _ if cell.is_empty() => "0.00".to_owned(),
        None => format!("{cell}.00"),
        Some((head, tail)) => format!("{head}.{tail:0<2}"),
    }
}

/// The kinds of step in a unit's grade path, with the code of the rule.
fn steps(unit: &Value) -> Vec<String> {
    list(&unit["path"])
        .iter()
        .map(|step| match step["code"].as_str() {
            Some(code) => format!("{} {code}", str_of(&step["kind"])),
            None => str_of(&step["kind"]).to_owned(),
        })
        .collect()
}

#[test]
fn every_row_of_the_readmes_table_is_what_the_program_gives() {
    let folder = Folder::example("city-2025");
    let rows = table(&folder.text("README.md"));
    let result = folder.scored();
    let mut groups = 0;
    let mut units = 0;
    let mut group = String::new();
    for row in rows {
        if row[0].starts_with("**") {
            group = row[0].split("**").nth(1).unwrap().to_owned();
            quotas(&result, &group, &row[0]);
            groups += 1;
            continue;
        }
        let (code, short) = row[0].split_once(' ').unwrap();
        let unit = unit(&result, code);
        units += 1;
        assert_eq!(str_of(&unit["group"]), group, "{code}");
        assert!(list(&unit["other_names"]).iter().any(|n| n == short), "{code} {short}");
        if row[5] == "不参评" {
            assert_eq!(
                (str_of(&unit["mode"]), &unit["total"], &unit["grade"]),
                ("excluded", &Value::Null, &Value::Null)
            );
            continue;
        }
        let shown: Vec<&str> = ["base", "plus", "minus", "total"].iter().map(|k| str_of(&unit[*k])).collect();
        let said: Vec<String> = row[1..5].iter().map(|cell| two_decimals(cell)).collect();
        assert_eq!(shown, said, "{code}");
        match row[5].parse::<u64>() {
            Ok(rank) => assert_eq!(unit["rank_group"].as_u64(), Some(rank), "{code}"),
            Err(_) => assert_eq!((row[5].as_str(), str_of(&unit["mode"])), ("单列", "separate"), "{code}"),
        }
        assert_eq!(str_of(&unit["grade"]), row[6], "{code}");
    }
    assert_eq!((groups, units), (5, 24));
}

/// The heading of a group names ranked units and the places of the first two grades.
fn quotas(result: &Value, group: &str, heading: &str) {
    let counts: Vec<u64> = heading
        .split("**")
        .nth(2)
        .unwrap()
        .split(|c: char| !c.is_ascii_digit())
        .filter(|d| !d.is_empty())
        .map(|d| d.parse().unwrap())
        .collect();
    let own: Vec<&Value> = list(&result["quotas"]).iter().filter(|q| q["group"] == group).collect();
    let places: Vec<u64> = own.iter().map(|q| q["places"].as_u64().unwrap()).collect();
    assert_eq!(own[0]["ranked"].as_u64(), Some(counts[0]), "{group}");
    assert_eq!(places, counts[1..], "{group}");
    for quota in own {
        assert!(quota["taken"].as_u64() <= quota["places"].as_u64(), "{group}: exclude never overfills");
    }
}

#[test]
fn the_step_that_decides_each_grade_is_recorded_with_rule_and_clause() {
    let result = Folder::scored_example("city-2025").result();
    let path = |code: &str| steps(unit(&result, code));
    let has = |code: &str, step: &str| assert!(path(code).iter().any(|s| s == step), "{code} {step}: {:?}", path(code));
    has("U01", "separate");
    for code in ["U03", "U04", "U08", "U10"] {
        has(code, "no-room");
    }
    has("U09", "cap C4");
    has("U15", "cap C6");
    has("U13", "cap V1");
    has("U13", "decision");
    has("U19", "promotion U1");
    has("U19", "outside-quota");
    for cap in ["V5", "C6", "C11"] {
        has("U20", &format!("cap-unknown {cap}"));
    }
    for (code, cap) in [("U12", "C2"), ("U22", "C7"), ("U22", "C9"), ("U23", "C10"), ("U23", "C3")] {
        has(code, &format!("cap {cap}"));
    }
    for without in ["V6a", "V1"] {
        assert!(!path("U21").contains(&format!("cap {without}")), "SX-3 was not approved");
    }
    assert!(!path("U20").contains(&"cap C8".to_owned()), "a condition on a leaf that does not apply is false");
    for unit in list(&result["units"]).iter().filter(|u| u["mode"] != "excluded") {
        let steps = list(&unit["path"]);
        assert_eq!(steps.last().unwrap()["kind"], "final");
        assert_eq!(steps.last().unwrap()["to"], unit["grade"], "the path ends at the grade");
        for cap in steps.iter().filter(|s| s["kind"] == "cap") {
            assert!(cap["name"].is_string() && cap["clause"].is_string(), "{cap}");
        }
    }
}

#[test]
fn the_vetoed_unit_stays_in_its_group_and_without_the_decision_only_a_draft_is_possible() {
    let result = Folder::scored_example("city-2025").result();
    let vetoed = unit(&result, "U13");
    assert_eq!((str_of(&vetoed["threshold"]), str_of(&vetoed["grade"])), ("优秀", "不达标"));
    let group = str_of(&vetoed["group"]);
    let quota = list(&result["quotas"]).iter().find(|q| q["group"] == group).unwrap();
    assert_eq!(quota["ranked"].as_u64(), Some(5));
    let decision = list(&vetoed["path"]).iter().find(|s| s["kind"] == "decision").unwrap();
    assert_eq!(decision["values"]["id"], "SD-1");

    let folder = Folder::example("city-2025");
    let decisions = folder.tree().into_keys().find(|p| p.contains("等次审定")).unwrap();
    folder.remove(&decisions);
    let ran = folder.score(&["--lang", "en"]).ended(1);
    assert!(!folder.has("results"));
    let open = crate::said::of_code(&ran.err, "E618");
    assert_eq!(open.len(), 1, "{}", ran.err);
    assert_eq!(open[0].line("unit"), Some("U13"));
    folder.score(&["--draft"]).ended(0);
    assert!(folder.has("results/draft/result.json"));
}

#[test]
fn the_tie_at_the_quota_line_goes_to_the_higher_indicator_rate_against_the_exact_totals() {
    let result = Folder::scored_example("city-2025").result();
    let (finance, personnel) = (unit(&result, "U07"), unit(&result, "U08"));
    for unit in [finance, personnel] {
        assert_eq!((str_of(&unit["total"]), unit["rank_group"].as_u64()), ("92.08", Some(3)));
    }
    let exact = |unit: &Value| crate::result_json::exact(&unit["exact"]["total"]);
    assert!(exact(finance) < exact(personnel), "the exact totals run the other way");
    let show = |unit: &Value| crate::result_json::published(&exact(unit), 4);
    assert_eq!((show(finance), show(personnel)), ("92.0777".to_owned(), "92.0788".to_owned()));
    let rate = |unit: &Value| str_of(&unit["components"]["indicators"]["rate"]).to_owned();
    assert_eq!((rate(finance), rate(personnel)), ("92.84".to_owned(), "89.18".to_owned()));
    assert_eq!((str_of(&finance["grade"]), str_of(&personnel["grade"])), ("优秀", "先进"));
    let audit = unit(&result, "U09");
    assert_eq!((audit["rank_group"].as_u64(), str_of(&audit["grade"])), (Some(2), "先进"), "C4 takes no place at 优秀");
    let note = list(&result["findings"]).iter().any(|f| f["code"] == "N631");
    assert!(note, "pairs equal only by rounding are reported (§17)");
}

#[test]
fn promotion_takes_no_place_and_stays_in_the_group() {
    let result = Folder::scored_example("city-2025").result();
    let weather = unit(&result, "U19");
    assert_eq!((str_of(&weather["grade"]), &weather["takes_place"]), ("优秀", &false.into()));
    let group = str_of(&weather["group"]);
    let best = list(&result["quotas"]).iter().find(|q| q["group"] == group).unwrap();
    let counts = ["ranked", "places", "taken"].map(|key| best[key].as_u64().unwrap());
    assert_eq!(counts, [3, 1, 1]);
}

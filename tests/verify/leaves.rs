//! Leaves of every rule and state, worked out on paper.
//!
//! v: d 20 − 2·2 − 3·1 = 13; c 2·3 = 6, corrected to 7; r 90 of 100 of 10 points: 9; g 2 of 3 problems closed: 20/3; l B 0.8·10
//! = 8; b 70 lies in the band from 60: 3; k q: 3; p place 7, any other: 1; t typed 2; s 4 as claimed; n not applicable; e no
//! evidence; o not verified by its department. 170/3 of the 95 points that apply: 3400/57 %, 59.65.
//! w handed in nothing: d was verified all the same, 20 of 100.

use serde_json::{Value, json};

use super::case::{ABOUT, Case, TREE, document, model, path, rate, unit};

/// Code, full points, rule, parameters as written.
const RULES: [(&str, u32, &str, &str); 13] = [
    ("d", 20, "deduct", "a=2;b=1"),
    ("c", 10, "count", "a=3"),
    ("r", 10, "ratio", "target=100;floor=60;in=percent"),
    ("g", 10, "ratio", "in=part;from=ledger"),
    ("l", 10, "levels", "A=1,B=0.8"),
    ("b", 5, "bands", "0:0,60:3,80:5"),
    ("k", 5, "checklist", "p=2,q=3"),
    ("p", 5, "rank", "1=5,2=4,*=1"),
    ("t", 5, "direct", "ranges=5|1-3"),
    ("s", 5, "direct", ""),
    ("n", 5, "direct", ""),
    ("e", 5, "direct", ""),
    ("o", 5, "direct", ""),
];

const POLICY: &str = "[self_report]
missing = 'zero'
unverified = 'self'
[[component]]
id = 'i'
name = 'i'
kind = 'indicators'
weight = 100
[[grade]]
name = 'G'
";

/// Points, state, self score, claimed and verified value of v.
const VERIFIED: [(&str, &str, &str, &str, &str); 13] = [
    ("13/1", "verified", "18/1", "a1", "a2；b3"),
    ("7/1", "corrected", "", "", "2"),
    ("9/1", "verified", "", "", "90"),
    ("20/3", "verified", "", "3/3", "2/3"),
    ("8/1", "verified", "", "A", "B"),
    ("3/1", "verified", "", "", "70"),
    ("3/1", "verified", "", "p、q", "q"),
    ("1/1", "verified", "", "", "7"),
    ("2/1", "verified", "", "", ""),
    ("4/1", "self", "4/1", "", ""),
    ("", "not-applicable", "", "", ""),
    ("0/1", "no-evidence", "", "", ""),
    ("0/1", "unverified", "", "", ""),
];

/// Rates of v: percent of the full points.
const RATES: [&str; 13] =
    ["65/1", "70/1", "90/1", "200/3", "80/1", "60/1", "60/1", "20/1", "40/1", "80/1", "", "0/1", "0/1"];

fn text(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

fn leaf(index: usize, of_v: bool) -> Value {
    let (code, full, ..) = RULES[index];
    let (points, state, own, claimed, value) = match (of_v, code) {
        (true, _) => VERIFIED[index],
        (false, "d") => ("20/1", "verified", "", "", "0"),
        (false, "o") => VERIFIED[12],
        (false, _) => ("0/1", "no-report", "", "", ""),
    };
    let rate = if of_v {
        RATES[index]
    } else if code == "d" {
        "100/1"
    } else {
        "0/1"
    };
    let mut leaf = json!({ "code": code, "full": format!("{full}/1"), "self": text(own), "verified": text(points),
        "state": state, "claimed": text(claimed), "value": text(value), "note": "", "rate": text(rate),
        "at": [0, 0, "A1"] });
    if state == "corrected" {
        leaf["corrected"] = "7".into();
        leaf["original"] = json!({ "verified": "6/1", "state": "verified", "at": [0, 0, "A2"] });
    }
    if of_v && code == "g" {
        let problem = |number: &str, closing: &str| json!({ "number": number, "problem": "p", "closing": closing, "written": "w", "at": [0, 0, format!("P{number}")] });
        leaf["ledger"] = json!([problem("1", "verified"), problem("2", "claimed"), problem("3", "verified")]);
    }
    leaf
}

fn graded(code: &str, (printed, exact): (&str, &str), rank: u32) -> Value {
    let mut unit = unit(code, 0, "ranked", "i");
    let whole = rate(printed, exact);
    for key in ["total", "base"] {
        unit[key] = printed.into();
        unit["exact"][key] = exact.into();
    }
    let (aspects, lines) = (json!({ "A1": whole }), json!({ "L1": whole }));
    unit["components"]["i"] = json!({ "rate": printed, "exact": exact, "weight": "100/1", "contribution": exact, "aspects": aspects, "lines": lines });
    (unit["aspects"], unit["lines"]) = (aspects, lines);
    (unit["rank_group"], unit["rank_overall"]) = (rank.into(), rank.into());
    (unit["grade"], unit["threshold"], unit["takes_place"]) = ("G".into(), "G".into(), true.into());
    unit["path"] = path(&format!("rank group={rank} overall={rank}\nthreshold >G\nplaced >G\nfinal >G"));
    unit["leaves"] = (0..RULES.len()).map(|index| leaf(index, code == "v")).collect();
    unit
}

/// The two units as they should be.
pub(super) fn assessed() -> Case {
    let mut text = [ABOUT, TREE.split_once("[[indicator]]").expect("a leaf").0].concat();
    for (code, full, rule, parameters) in RULES {
        text += &format!(
            "[[indicator]]\ncode = '{code}'\nline = 'L1'\naspect = 'A1'\nname = '{code}'\npoints = {full}\nrule = '{rule}'\n"
        );
        text += &match code {
            "e" => "evidence = 'required'\n".to_owned(),
            "o" => "source = 'department'\n".to_owned(),
            _ if parameters.is_empty() => String::new(),
            _ => format!("params = '{parameters}'\n"),
        };
    }
    let model = model(&(text + POLICY));
    let mut units = [graded("v", ("59.65", "3400/57"), 1), graded("w", ("20.00", "20/1"), 2)];
    units[0]["report"] = json!([0, 0, "B1"]);
    let mut document = document(&model, &units);
    document["registers"]["corrections"] = json!([{ "id": "7", "unit": 0, "target": { "leaf": 1 },
        "old": ["6/1", [0, 0, "B9"]], "new": ["7/1", [0, 0, "C9"]], "reason": "", "document_number": "d",
        "links": ["", [0, 0, "D9"]], "standing": "approved", "at": [0, 0, "A9"] }]);
    let ledger = json!({ "path": "ledgers/v.csv", "sha256": "", "size": 0, "role": "ledger", "status": "used", "sheets": [""],
        "rows": 3, "units": ["v"] });
    document["files"].as_array_mut().expect("files").push(ledger);
    let without_w = json!({ "asked": 2, "missing": [1] });
    document["handed_in"] = json!({ "reports": without_w, "ledgers": without_w });
    document["reconciliation"]["files"] = json!({ "found": 2, "used": 2, "duplicate": 0, "ignored": 0, "rejected": 0 });
    document["reconciliation"]["units"] = json!({ "roster": 2, "received": 1, "missing": 1, "excluded": 0 });
    document["reconciliation"]["registers"] = json!({ "corrections:approved": 1 });
    Case { document, ratings: Vec::new() }
}

#[test]
fn the_leaves_follow_from_their_values() {
    assert_eq!(assessed().differing(), []);
    let counted = json!({ "count": [["a", "2/1"], ["b", "1/1"]] });
    assessed().finds("/model/tree/leaves/0/rule", counted, "model.values.indicator[d].rule", "deduct", "count");
    assessed().finds("/units/0/leaves/0/full", "10/1", "units[v].leaves[d].full", "10", "20");
    assessed().finds("/units/0/leaves/0/code", "x", "units[v].leaves[d].code", "x", "d");
    assessed().finds("/units/1/leaves", json!([]), "units[w].leaves", "0", "13");
}

#[test]
fn points_follow_from_values_by_every_rule() {
    let assessed = assessed();
    let at = |code: &str| RULES.iter().position(|own| own.0 == code).expect("a leaf");
    for (code, value, points, due) in [
        // 20 − 2·2 = 16, 20 − 12·2 < 0, no fault at all.
        ("d", "a2", "13", "16"),
        ("d", "a12", "13", "0"),
        ("d", "0", "13", "20"),
        // 60 is not below the floor, 59 is; 120 gives no more than all.
        ("r", "60", "9", "6"),
        ("r", "59", "9", "0"),
        ("r", "120", "9", "10"),
        ("l", "A", "8", "10"),
        ("b", "80", "3", "5"),
        ("b", "59.9", "3", "0"),
        ("k", "p、q", "3", "5"),
        ("k", "", "3", "0"),
        ("p", "2", "1", "4"),
        ("p", "1", "1", "5"),
    ] {
        let leaf = format!("/units/0/leaves/{}/value", at(code));
        assessed.finds(&leaf, value, &format!("units[v].leaves[{code}].verified"), points, due);
    }
    for (code, value) in [("d", "z2"), ("l", "C"), ("k", "q、q"), ("b", "-1"), ("p", "x")] {
        let leaf = format!("/units/0/leaves/{}/value", at(code));
        assessed.finds(&leaf, value, &format!("units[v].leaves[{code}].value"), "false", "true");
    }
    assessed.finds("/units/0/leaves/1/value", "4", "units[v].leaves[c].original.verified", "6", "10");
    // Typed points may be a rounded value, and lie in a range where there is no value.
    let rounded = assessed.with(&[("/units/0/leaves/3/verified", json!("667/100"))]).differing();
    assert!(rounded.iter().all(|(place, ..)| place != "units[v].leaves[g].verified"), "{rounded:?}");
    assessed.finds("/units/0/leaves/3/verified", json!("67/10"), "units[v].leaves[g].verified", "6.7", "20/3");
    assessed.finds("/units/0/leaves/8/verified", json!("4/1"), "units[v].leaves[t].verified.range", "false", "true");
    assessed.finds("/units/0/leaves/9/verified", json!("6/1"), "units[v].leaves[s].verified", "6", "5");
    assessed.finds("/units/0/leaves/9/verified", json!("3/1"), "units[v].leaves[s].verified", "3", "4");
}

#[test]
fn another_number_than_the_rule_gives_stands_where_the_model_accepts_it_and_says_so() {
    let mut accepted = assessed().with(&[("/units/0/leaves/4/verified", json!("7/1"))]);
    let place = |case: &Case| case.differing().iter().any(|(place, ..)| place == "units[v].leaves[l].verified");
    assert!(place(&accepted));
    accepted.document["model"]["values"]["checks.E209"] = "warn".into();
    assert!(place(&accepted), "it is not told");
    accepted.document["findings"] = json!([{ "code": "E209", "severity": "warning", "title": "t", "unit": "v",
        "file": null, "sheet": null, "cell": null, "at": null, "found": null, "expected": null, "fix": "f", "who": "unit",
        "related": [] }]);
    assert!(!place(&accepted));
    accepted.document["model"]["values"]["checks.E209"] = "error".into();
    assert!(place(&accepted));
}

#[test]
fn states_are_those_that_the_rules_allow() {
    let assessed = assessed();
    let state = |leaf: usize, state: &str, unit: usize| {
        let code = RULES[leaf].0;
        let own = if unit == 0 { "v" } else { "w" };
        let forged = assessed.with(&[(&format!("/units/{unit}/leaves/{leaf}/state"), state.into())]);
        let place = format!("units[{own}].leaves[{code}].state");
        forged.differing().into_iter().find(|(found, ..)| *found == place).map(|(_, _, possible)| possible)
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(state(9, "unverified", 0), some("verified / not-applicable / self"));
    assert_eq!(state(9, "no-report", 0), some("verified / not-applicable / self"));
    assert_eq!(state(9, "no-evidence", 0), some("verified / not-applicable / self"), "no evidence is asked for");
    assert_eq!(state(12, "self", 0), some("verified / not-applicable / unverified"), "a department is asked");
    assert_eq!(state(0, "unverified", 1), some("verified / not-applicable"), "there is a value");
    assert_eq!(state(9, "self", 1), some("verified / not-applicable / no-report"));
    assert_eq!(state(9, "corrected", 0), some("false"));
    assert_eq!(state(10, "verified", 0), some("false"), "points are missing");
    // Policies of the model.
    let policy = |key: &str, word: &str, leaf: usize| {
        let forged = assessed.with(&[(&format!("/model/self_report/{key}"), word.into())]).differing();
        let end = format!(".leaves[{}].state", RULES[leaf].0);
        forged.into_iter().any(|(place, ..)| place.ends_with(&end))
    };
    assert!(policy("missing", "error", 9) && policy("unverified", "zero", 9) && policy("missing_evidence", "warn", 11));
    assert!(!policy("unverified", "zero", 8));
    // A ledger that is missing cannot be replaced by what the report claims.
    let mut lacking = assessed.clone();
    let leaf = &mut lacking.document["units"][0]["leaves"][3];
    leaf.as_object_mut().expect("a leaf").remove("ledger");
    (leaf["value"], leaf["state"]) = (Value::Null, "self".into());
    lacking.document["files"][1]["units"] = json!([]);
    let found = lacking.differing();
    let wanted =
        ("units[v].leaves[g].state".to_owned(), "self".to_owned(), "verified / not-applicable / unverified".to_owned());
    assert!(found.contains(&wanted), "{found:?}");
}

#[test]
fn corrections_stay_within_the_full_points_and_keep_what_they_replaced() {
    let assessed = assessed();
    let above = assessed
        .with(&[("/registers/corrections/0/new/0", json!("11/1")), ("/units/0/leaves/1/verified", json!("11/1"))]);
    let wanted = ("units[v].leaves[c].verified".to_owned(), "11".to_owned(), "10".to_owned());
    assert!(above.differing().contains(&wanted), "{:?}", above.differing());
    assessed.finds("/units/0/leaves/1/original", Value::Null, "units[v].leaves[c].original", "false", "true");
    assessed.finds("/registers/corrections/0/old/0", json!("5/1"), "units[v].leaves[c].corrected.old", "5", "6");
    assessed.finds("/units/0/leaves/1/corrected", "8", "units[v].leaves[c].corrected", "8", "7");
    // The old value as it is printed is the old value too: 20/3 is 6.67.
    let printed = assessed.with(&[
        ("/registers/corrections/0/target/leaf", 3.into()),
        ("/registers/corrections/0/old/0", json!("667/100")),
    ]);
    let mut printed = printed;
    let leaf = &mut printed.document["units"][0]["leaves"][3];
    (leaf["state"], leaf["corrected"], leaf["verified"]) = ("corrected".into(), "7".into(), "7/1".into());
    leaf["original"] = json!({ "verified": "20/3", "state": "verified", "at": [0, 0, "A2"] });
    let differing = printed.differing();
    assert!(differing.iter().all(|(place, ..)| !place.starts_with("units[v].leaves[g].corrected")), "{differing:?}");
}

#[test]
fn ledgers_are_counted() {
    let assessed = assessed();
    let problem = "/units/0/leaves/3/ledger/1/closing";
    assessed.finds(problem, "verified", "units[v].leaves[g].value", "2/3", "3/3");
    assessed.finds(problem, "open", "units[v].leaves[g].claimed", "3/3", "2/3");
    let elsewhere = assessed.document["units"][0]["leaves"][3]["ledger"].clone();
    let mut forged = assessed;
    forged.document["units"][0]["leaves"][8]["ledger"] = elsewhere;
    let wanted = ("units[v].leaves[t].ledger".to_owned(), "true".to_owned(), "false".to_owned());
    assert!(forged.differing().contains(&wanted));
}

#[test]
fn a_ledger_came_in_where_a_file_of_ledgers_is_the_units() {
    let assessed = assessed();
    let place = "units[v].leaves[g].ledger";
    assessed.finds("/units/0/leaves/3/ledger", Value::Null, place, "false", "true");
    assessed.finds("/files/1/units", json!(["w"]), place, "true", "false");
    assessed.finds("/files/1/units", json!(["w"]), "units[w].leaves[g].ledger", "false", "true");
    assessed.finds("/files/1/role", "verified", place, "true", "false");
    // One without problems came in all the same.
    let empty = assessed.with(&[("/units/0/leaves/3/ledger", json!([]))]).differing();
    assert!(empty.iter().all(|(own, ..)| own != place), "{empty:?}");
}

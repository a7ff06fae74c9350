//! The second calculation compared with numbers calculated on paper, and each of its numbers forged once.
//!
//! Unit U1: leaf 1.1 36 of 40 is 90 %, 2.1 30 of 40 is 75 %, 2.2 (20 points) is not applicable and leaves its cell, which
//! keeps 60 points at 75 %: (40·90 + 60·75)/100 = 81. Meeting: P1 (100+80)/2 = 90 at 70 %, P2 80 at 30 %: 87.
//! Base 0.6·81 + 0.4·87 = 83.4; A1 0.6·90 + 0.4·87 = 88.8; A2 0.6·75 + 0.4·87 = 79.8; satisfaction 1 of 3 = 33.33 %.
//! Bonus 3 in January and 2 in February, at most 4: 3 and 1. Deductions 0.25 and 0.5 of one matter: 0.5 counts. Claimed
//! 39 + 31 against 36 + 30: 4 over, 2 of them free, floor(2/2)·0.5 = 0.5. Total 83.4 + 4 − 1 = 86.4.
//!
//! Unit U2: all leaves full, so 100; P1 alone gives 60, nobody of P2 marked it: 0.6·100 + 0.4·60 = 84. One place of
//! floor(0.5·2) = 1 goes to U1.

#![allow(clippy::unwrap_used, missing_docs, reason = "test code: a panic is the report")]

mod case;
mod contest;
mod edges;
mod every_value;
mod leaves;
mod measures;
mod panel;
mod values;

use assess::result::outcome::{Outcome, RatingRecord, RatingState};
use assess::result::verify::{Checked, recalculate};
use assess::shared::place::{FileId, Place};
use serde_json::Value;

fn document() -> Value {
    let mut document: Value = serde_json::from_str(include_str!("sample.json")).expect("sample");
    document["model"] = case::model(include_str!("sample.toml"));
    document
}

fn ratings() -> Vec<RatingRecord> {
    let rating = |class: &str, serial: usize, unit: &str, points: &str, state: &str| RatingRecord {
        component: "meet".into(),
        class: class.into(),
        serial,
        rater: "".into(),
        unit: unit.into(),
        node: "".into(),
        value: points.into(),
        points: Some(points.into()),
        state: RatingState::from_json(state).expect("a state"),
        at: Place::cell(FileId(3), 0, serial as u32 - 1, 0),
    };
    vec![
        rating("P1", 1, "U1", "100", "counted"),
        rating("P1", 2, "U1", "80", "counted"),
        rating("P1", 3, "U2", "60", "counted"),
        // The same mark for both units: void.
        rating("P1", 4, "U1", "20", "ballot-void"),
        rating("P1", 4, "U2", "20", "ballot-void"),
        rating("P2", 1, "U1", "80", "counted"),
    ]
}

fn check(document: Value) -> Checked {
    let outcome: Outcome = serde_json::from_value(document).expect("a result document");
    recalculate(&outcome, &ratings())
}

/// The sample with another value at one place.
fn forged(pointer: &str, value: Value) -> Checked {
    let mut document = document();
    *document.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
    check(document)
}

#[test]
fn the_sample_follows_from_its_parts() {
    let checked = check(document());
    assert_eq!(checked.differing, []);
    assert!(checked.numbers > 150, "{}", checked.numbers);
}

/// Where a number is forged, the place, the forged value and the one from the sheet of paper are named.
#[track_caller]
fn is_found(pointer: &str, value: impl Into<Value>, place: &str, recorded: &str, calculated: &str) {
    let checked = forged(pointer, value.into());
    let wanted = (place.to_owned(), recorded.to_owned(), calculated.to_owned());
    assert!(checked.differing.contains(&wanted), "{pointer}: {:?}", checked.differing);
}

#[test]
fn leaves_and_components_are_calculated_again() {
    is_found("/units/0/leaves/0/verified", "41/1", "units[U1].leaves[1.1].verified", "41", "40");
    is_found("/units/0/leaves/0/verified", "38/1", "units[U1].components.ind.aspects.A1.exact", "90", "95");
    is_found("/units/0/components/ind/exact", "82/1", "units[U1].components.ind.exact", "82", "81");
    is_found("/units/0/components/ind/rate", "81.10", "units[U1].components.ind.rate", "81.10", "81.00");
    is_found(
        "/units/0/components/ind/aspects/A2/exact",
        "50/1",
        "units[U1].components.ind.aspects.A2.exact",
        "50",
        "75",
    );
    is_found("/units/0/components/ind/lines/L1/rate", "80.00", "units[U1].components.ind.lines.L1", "80.00", "81.00");
    let rates = "units[U1].components.meet.ballots.rates[]";
    is_found("/units/0/components/meet/ballots/rates/0", "88/1", rates, "88", "87");
    let means = "units[U1].components.meet.ballots.classes[P1].means[].mean";
    is_found("/units/0/components/meet/ballots/classes/0/means/0/mean", "100/1", means, "100", "90");
    let counted = "units[U1].components.meet.ballots.classes[P1].means[].counted";
    is_found("/units/0/components/meet/ballots/classes/0/means/0/counted", 3, counted, "3", "2");
    let weight = "units[U2].components.meet.ballots.classes[P1].effective_weight";
    is_found("/units/1/components/meet/ballots/classes/0/effective_weight", "70/1", weight, "70", "100");
    let satisfaction = "units[U1].components.meet.ballots.satisfaction";
    is_found("/units/0/components/meet/ballots/satisfaction", "70/1", satisfaction, "70", "100/3");
    is_found("/units/0/components/meet/weight", "41/1", "units[U1].components.meet.weight", "41", "40");
    is_found("/units/0/components/meet/contribution", "35/1", "units[U1].components.meet.contribution", "35", "34.8");
    is_found("/units/0/components/meet/ballots/positive", 3, satisfaction, "100/3", "100");
    is_found("/units/0/components/meet/ballots/positive", 3, "units[U1].components.meet.ballots.positive", "3", "1");
}

#[test]
fn the_way_to_the_total_is_calculated_again() {
    is_found("/units/0/exact/base", "84/1", "units[U1].exact.base", "84", "83.4");
    is_found("/units/0/base", "83.50", "units[U1].base", "83.50", "83.40");
    is_found("/units/0/exact/plus", "5/1", "units[U1].exact.plus", "5", "4");
    is_found("/units/0/exact/minus", "0/1", "units[U1].exact.minus", "0", "1");
    is_found("/units/0/exact/total", "90/1", "units[U1].exact.total", "90", "86.4");
    is_found("/units/0/total", "90.00", "units[U1].total", "90.00", "86.40");
    is_found("/units/0/aspects/A1/exact", "90/1", "units[U1].aspects.A1.exact", "90", "88.8");
    is_found("/units/0/lines/L1/rate", "83.00", "units[U1].lines.L1", "83.00", "83.40");
    is_found("/units/0/leaves/1/rate", "80/1", "units[U1].leaves[2.1].rate", "80", "79.8");
    // Above the most, the total is the most.
    is_found("/model/score/max", "85/1", "units[U1].exact.total", "86.4", "85");
}

#[test]
fn adjustments_are_settled_again() {
    is_found("/units/0/adjustments/1/counted", "2/1", "units[U1].adjustments[2].counted", "2", "1");
    is_found("/units/0/adjustments/1/points", "3/1", "units[U1].adjustments[2].points", "3", "2");
    is_found("/units/0/adjustments/2/counted", "1/4", "units[U1].adjustments[3].counted", "0.25", "0");
    is_found(
        "/units/0/adjustments/3/end",
        serde_json::json!({ "cut": "per-item" }),
        "units[U1].adjustments[4].end",
        "cut",
        "full",
    );
    is_found("/units/0/adjustments/4/counted", "1/1", "units[U1].adjustments[over-claim].counted", "1", "0.5");
    // Limits act by date: with the February row dated first it counts whole, and the other one only 2 of its 3.
    is_found("/registers/adjustments/1/date", "2024-12-31", "units[U1].adjustments[1].counted", "3", "2");
    // A row that nobody approved counts for nothing.
    is_found("/registers/adjustments/0/standing", "proposed", "units[U1].adjustments[1].counted", "3", "0");
    // Other matters supersede nothing: 0.25 counts beside 0.5.
    is_found("/registers/adjustments/2/matter", "m4", "units[U1].adjustments[3].counted", "0", "0.25");
}

#[test]
fn register_rows_end_as_they_must() {
    is_found("/units/0/adjustments/0/end", "event", "units[U1].adjustments[1].end", "event", "full");
    // J1 has 3 points at level a; K1 has half a point, of which a part may be approved with a remark.
    is_found("/registers/adjustments/0/level", "b", "units[U1].adjustments[1].approved", "3", "2");
    is_found("/registers/adjustments/0/level", "c", "units[U1].adjustments[1].approved", "3", "—");
    is_found("/registers/adjustments/2/remark", "", "units[U1].adjustments[3].approved", "0.25", "0.5");
    is_found("/registers/adjustments/3/approved", "3/4", "units[U1].adjustments[4].approved", "0.75", "0.5");
    is_found("/model/adjustments/kinds/1/partial", false, "units[U1].adjustments[3].approved", "0.25", "0.5");
    is_found("/registers/adjustments/0/standing", "not-assessed", "registers.adjustments[1].standing", "true", "false");
    is_found("/units/0/adjustments/1/end/part", "per-item", "units[U1].adjustments[2].reason", "per-item", "max-bonus");
    is_found("/units/0/adjustments/2/end/superseded", "1", "units[U1].adjustments[3].reason", "1", "4");
    is_found("/units/0/adjustments/0/row", 1, "units[U1].adjustments[1].row", "1", "0");
    is_found("/units/0/adjustments/0/sign", "deduction", "units[U1].adjustments[1].sign", "deduction", "bonus");
    // The automatic deduction stands there once.
    let mut document = document();
    let rows = document["units"][0]["adjustments"].as_array_mut().unwrap();
    rows.push(rows[4].clone());
    assert_eq!(names(&differs(document), "units[U1].adjustments[over-claim].rows"), [("2".to_owned(), "1".to_owned())]);
    is_found("/units/0/adjustments/4/points", "1/1", "units[U1].adjustments[over-claim].points", "1", "0.5");
    is_found(
        "/units/0/adjustments/4/end",
        serde_json::json!({ "cut": "max-deduction" }),
        "units[U1].adjustments[over-claim].end",
        "cut",
        "full",
    );
    is_found("/model/adjustments/max_deduction", "3/4", "units[U1].adjustments[over-claim].counted", "0.5", "0.25");
    is_found(
        "/model/adjustments/max_deduction",
        "3/4",
        "units[U1].adjustments[over-claim].reason",
        "—",
        "max-deduction",
    );
    is_found("/model/adjustments/max_deduction", "1/2", "units[U1].adjustments[over-claim].end", "full", "cut");
    // 39 + 31 are 4 over: 2 free and a step of 2, which a step of 3 does not reach.
    is_found("/model/over_claim/per", "3/1", "units[U1].adjustments[over-claim].rows", "1", "0");
    is_found("/model/over_claim/free", "4/1", "units[U1].adjustments[over-claim].rows", "1", "0");
}

#[test]
fn an_index_that_names_nothing_makes_no_result() {
    let contest = contest::contest().document;
    for (pointer, document) in [
        ("/units/0/adjustments/0/row", document()),
        ("/registers/adjustments/0/unit", document()),
        ("/registers/adjustments/0/kind", document()),
        ("/registers/decisions/0/ruling/pin", contest.clone()),
        ("/opinions/0/unit", contest.clone()),
        ("/model/caps/0/at_most", contest.clone()),
        ("/model/promotions/0/to", contest.clone()),
        ("/units/0/path/2/cap/rule", contest.clone()),
        ("/units/4/path/2/decision/row", contest.clone()),
        ("/units/10/path/2/opinion/row", contest.clone()),
        ("/units/0/path/1/threshold/to", contest),
    ] {
        let mut dangling = document.clone();
        *dangling.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = 99.into();
        assert!(serde_json::from_value::<Outcome>(document).is_ok(), "{pointer}");
        let refused = serde_json::from_value::<Outcome>(dangling).unwrap_err().to_string();
        assert!(refused.ends_with("names nothing"), "{pointer}: {refused}");
    }
}

#[test]
fn nothing_is_left_open_in_a_version() {
    let finding = |severity: &str| {
        serde_json::json!([{ "code": "E618", "severity": severity, "title": "t", "unit": "U1", "file": null,
            "sheet": null, "cell": null, "at": null, "found": null, "expected": null, "fix": "f", "who": "unit", "related": [] }])
    };
    is_found("/findings", finding("error"), "findings", "1", "0");
    is_found("/findings", finding("pending"), "findings", "1", "0");
    is_found("/draft", true, "draft", "true", "false");
    let mut document = document();
    (document["draft"], document["version"]) = (true.into(), "draft".into());
    document["findings"] = finding("pending");
    assert_eq!(differs(document.clone()), []);
    document["findings"] = finding("error");
    assert_eq!(names(&differs(document), "findings"), [("1".to_owned(), "0".to_owned())]);
}

#[test]
fn the_chain_leads_from_version_to_version() {
    let link = |version: &str, parent: Option<&str>| {
        serde_json::json!({ "version": version, "parent": parent, "reason": null, "as_of": null, "program": "p",
            "model": "h", "manifest": null })
    };
    let mut honest = document();
    (honest["version"], honest["parent"]) = ("v002".into(), "v001".into());
    honest["chain"] = Value::Array(vec![link("v001", None), link("v002", Some("v001"))]);
    assert_eq!(differs(honest.clone()), []);
    let is_seen = |pointer: &str, value: Value, place: &str, recorded: &str, due: &str| {
        let mut forged = honest.clone();
        *forged.pointer_mut(pointer).unwrap() = value;
        assert!(names(&differs(forged), place).contains(&(recorded.to_owned(), due.to_owned())), "{pointer}");
    };
    is_seen("/chain/1/version", "v003".into(), "chain.version", "v003", "v002");
    is_seen("/chain/1/parent", "v000".into(), "chain.parent", "v000", "v001");
    is_seen("/chain/1/as_of", "2026-01-01".into(), "chain.as_of", "2026-01-01", "—");
    is_seen("/chain/1/model", "g".into(), "chain.model", "g", "h");
    is_seen("/chain/1/manifest", "m".into(), "chain.manifest", "m", "—");
    is_seen("/chain/0/parent", "v000".into(), "chain[v001].parent", "v000", "—");
    is_seen("/chain/0/version", "v000".into(), "chain[v002].parent", "v001", "v000");
}

#[test]
fn raters_and_units_are_listed_once() {
    let mut document = document();
    document["raters"] = serde_json::json!(["a", "b"]);
    assert_eq!(differs(document.clone()), []);
    document["raters"] = serde_json::json!(["b", "a"]);
    assert_eq!(names(&differs(document.clone()), "raters"), [("false".to_owned(), "true".to_owned())]);
    let outcome: Outcome = serde_json::from_value(document).unwrap();
    let mut ratings = ratings();
    ratings[0].rater = "c".into();
    let differing = recalculate(&outcome, &ratings).differing;
    assert_eq!(names(&differing, "raters.unknown"), [("1".to_owned(), "0".to_owned())]);
    is_found("/units/1/code", "U1", "units", "2", "1");
    is_found("/groups/0", "H", "groups[0]", "H", "G");
    is_found("/groups", serde_json::json!([]), "groups", "—", "G");
}

#[test]
fn limits_act_on_items_kinds_and_sums() {
    is_found(
        "/model/adjustments/kinds/0/max_per_unit",
        "4/1",
        "units[U1].adjustments[2].reason",
        "max-bonus",
        "per-unit",
    );
    is_found("/model/adjustments/kinds/0/max_per_unit", "5/2", "units[U1].adjustments[2].end", "part", "cut");
    is_found("/model/adjustments/per_item_max", "5/2", "units[U1].adjustments[1].reason", "—", "per-item");
    is_found("/model/adjustments/max_bonus", Value::Null, "units[U1].adjustments[2].counted", "1", "2");
    is_found("/registers/adjustments/2/matter", "M 3", "units[U1].adjustments[3].end", "superseded", "full");
}

#[test]
fn ranks_grades_and_quotas_are_counted_again() {
    is_found("/units/1/rank_group", 1, "units[U2].rank_group", "1", "2");
    is_found("/units/1/rank_overall", 3, "units[U2].rank_overall", "3", "2");
    is_found("/units/0/threshold", "G2", "units[U1].threshold", "G2", "G1");
    is_found("/units/1/grade", "G1", "units[U2].grade", "G1", "G2");
    is_found("/units/0/parallel", Value::Null, "units[U1].parallel", "—", "good");
    is_found("/units/0/takes_place", false, "units[U1].takes_place", "false", "true");
    is_found("/units/1/path/2/no-room/to", 0, "units[U2].path[2].to", "G1", "G2");
    is_found("/units/1/path/4/final/to", 0, "units[U2].path[4].to", "G1", "G2");
    is_found("/quotas/0/seats/places", 2, "quotas[G/G1].places", "2", "1");
    is_found("/quotas/0/seats/ranked", 3, "quotas[G/G1].ranked", "3", "2");
    is_found("/quotas/0/seats/taken", 0, "quotas[G/G1].taken", "0", "1");
    is_found("/quotas/0/grade", 1, "quotas[G/G1].grade", "G2", "G1");
    is_found("/quotas/0/group", Value::Null, "quotas[G/G1].group", "—", "G");
}

#[test]
fn sums_must_add_up() {
    is_found("/reconciliation/units/received", 1, "reconciliation.units.received", "1", "2");
    is_found("/reconciliation/files/used", 3, "reconciliation.files.used", "3", "4");
    is_found("/reconciliation/ballots/0/counted", 4, "reconciliation.ballots[meet/P1].counted", "4", "3");
}

#[test]
fn a_corrected_place_is_what_its_correction_says() {
    let correction = |target: &str, new: &str| {
        let target = match target {
            "total" => target.into(),
            "meet" => serde_json::json!({ "component": 1 }),
            _ => serde_json::json!({ "leaf": 0 }),
        };
        serde_json::json!([{
            "id": "7", "unit": 0, "target": target, "old": [null, [1, 0, "B9"]], "new": [new, [1, 0, "C9"]], "reason": "",
            "document_number": "d", "links": ["", [1, 0, "D9"]], "standing": "approved", "at": [1, 0, "A9"]
        }])
    };
    let corrected = |target: &str, new: &str| forged("/registers/corrections", correction(target, new)).differing;
    let holds = |differing: &[(String, String, String)], wanted: [&str; 3]| {
        let wanted = (wanted[0].to_owned(), wanted[1].to_owned(), wanted[2].to_owned());
        assert!(differing.contains(&wanted), "{differing:?}");
    };
    holds(&corrected("total", "88/1"), ["units[U1].exact.total", "86.4", "88"]);
    holds(&corrected("total", "88/1"), ["units[U1].total.old", "—", "86.4"]);
    holds(&corrected("meet", "90/1"), ["units[U1].components.meet.exact", "87", "90"]);
    holds(&corrected("meet", "90/1"), ["units[U1].components.meet.corrected", "—", "7"]);
    holds(&corrected("meet", "90/1"), ["units[U1].components.meet.corrected.old", "—", "87"]);
    holds(&corrected("1.1", "40/1"), ["units[U1].leaves[1.1].state", "false", "true"]);
    holds(&corrected("1.1", "40/1"), ["units[U1].leaves[1.1].corrected", "—", "7"]);
    // With all that a correction leaves in the leaf but its new points: 36 were there, 40 are due.
    let mut document = document();
    document["registers"]["corrections"] = correction("1.1", "40/1");
    let leaf = &mut document["units"][0]["leaves"][0];
    leaf["state"] = "corrected".into();
    leaf["corrected"] = "7".into();
    leaf["original"] = serde_json::json!({ "verified": "36/1", "state": "verified", "at": [0, 0, "B2"] });
    let differing = differs(document.clone());
    holds(&differing, ["units[U1].leaves[1.1].verified", "36", "40"]);
    holds(&differing, ["units[U1].leaves[1.1].corrected.old", "—", "36"]);
    document["units"][0]["leaves"][0]["original"]["verified"] = "34/1".into();
    holds(&differs(document), ["units[U1].leaves[1.1].original.verified", "34", "36"]);
}

fn differs(document: Value) -> Vec<(String, String, String)> {
    check(document).differing
}

fn names(differing: &[(String, String, String)], place: &str) -> Vec<(String, String)> {
    let own = differing.iter().filter(|(own, ..)| own == place);
    own.map(|(_, recorded, calculated)| (recorded.clone(), calculated.clone())).collect()
}

#[test]
fn the_limit_of_one_item_holds_for_bonuses_alone() {
    // 3 and 2 are cut to 0.25 each; the deduction of 0.5 is no bonus.
    let mut document = document();
    document["model"]["adjustments"]["per_item_max"] = "1/4".into();
    let differing = differs(document);
    assert_eq!(names(&differing, "units[U1].adjustments[1].counted"), [("3".to_owned(), "0.25".to_owned())]);
    assert_eq!(names(&differing, "units[U1].adjustments[4].counted"), []);
}

#[test]
fn more_units_than_places_are_found_even_if_both_numbers_are_forged() {
    let mut document = document();
    document["model"]["grades"][0]["quota"]["share"] = "0/1".into();
    document["quotas"][0]["seats"]["places"] = 0.into();
    assert_eq!(names(&differs(document), "quotas[G/G1].taken"), [("1".to_owned(), "0".to_owned())]);
}

#[test]
fn a_deferred_unit_has_no_grade_and_any_other_one_has() {
    is_found("/units/0/deferred", true, "units[U1].deferred", "true", "false");
    is_found("/units/0/grade", Value::Null, "units[U1].grade", "—", "G1");
}

#[test]
fn the_files_that_were_found_are_those_that_are_listed() {
    let mut document = document();
    document["files"].as_array_mut().unwrap().push(serde_json::json!({
        "path": "x.xlsx", "sha256": "", "size": 0, "role": "other", "status": "ignored", "sheets": [], "rows": 0,
        "row_sums": null, "units": []
    }));
    assert_eq!(names(&differs(document), "reconciliation.files.found"), [("4".to_owned(), "5".to_owned())]);
}

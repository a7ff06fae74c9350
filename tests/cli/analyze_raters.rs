//! `assess analyze` with other raters: drawn with replacement, left out, or all of mean severity. Expected numbers are counted by
//! hand.

use serde_json::Value;

use crate::analyze::{analyze, three_by_two, unit};
use crate::runner::{Folder, list, str_of};

/// A model of one component of ballots with marks from 0 to 100 and one class of three raters.
fn model(rules: &str) -> String {
    format!(
        r#"[assessment]
title = "评委"
period = "2025"
issuer = "测试工委"
language = "zh"
as_of = "2026-01-20"

[score]
full = 100
min = 0
max = 100
decimals = 2

[[component]]
id = "meeting"
name = "评议"
weight = 100
kind = "ballots"
rates = "unit"
range = [0, 100]
{rules}

[[component.class]]
id = "P1"
name = "领导"
weight = 100
issued = 3

[rank]
scope = "all"
"#
    )
}

fn project(rules: &str, units: &str, ballots: &str) -> Folder {
    let folder = Folder::empty();
    let rows = units.chars().map(|own| format!("{own},{own}局,一组,排名\n"));
    folder
        .write("assess.toml", &model(rules))
        .write("roster.csv", &format!("单位代码,单位全称,分组,参评方式\n{}", rows.collect::<String>()))
        .write("ballots/meeting/领导.csv", &format!("评议主体,评委编号,所在单位,单位,评价\n{ballots}"));
    folder.score(&["-q"]).ended(0);
    folder
}

/// How likely a unit is first.
fn leads(document: &Value, code: &str) -> f64 {
    let ranks = list(&unit(document, code)["ranks"]);
    ranks.iter().find(|pair| pair[0] == 1).map_or(0.0, |pair| pair[1].as_f64().unwrap())
}

#[track_caller]
fn close(own: f64, expected: f64) {
    // Four standard errors of 40,000 drawings are at most 0.01.
    assert!((own - expected).abs() < 0.01, "{own} is not {expected}");
}

fn drawn(folder: &Folder) -> Value {
    analyze(folder, &["--vary", "raters", "--draws", "40000", "--format", "json"]).ended(0).json()
}

#[test]
fn raters_are_drawn_with_void_ballots_and_quorum() {
    // R1 gives A 90 and B 80, R2 70 and 84, R3 both 75, which makes its ballot void. Officially A has 80, B 82. Of 27 drawings
    // of three ballots A leads in 3 of the 12 with one void ballot (twice R1) and in 4 of the 8 without one (at least twice
    // R1). With two void ballots (6) one rater stays: R1 in 3.
    let ballots = "领导,R1,,A,90\n领导,R1,,B,80\n领导,R2,,A,70\n领导,R2,,B,84\n领导,R3,,A,75\n领导,R3,,B,75\n";
    let rules = "straight_line = \"void\"\npattern_from = 2\n";
    let document = drawn(&project(rules, "AB", ballots));
    close(leads(&document, "A"), 10.0 / 27.0);
    close(leads(&document, "B"), 17.0 / 27.0);
    // With a quorum of 60 % of 3, one valid ballot is too few: the official rates stand, in which B leads.
    let document = drawn(&project(&format!("{rules}quorum = 60"), "AB", ballots));
    close(leads(&document, "A"), 7.0 / 27.0);
}

#[test]
fn drawn_marks_are_trimmed_again() {
    // Marks of A 60, 80, 100, of B always 81; the lowest and the highest are cut: what is left of A is the median of three
    // drawn marks. A leads where that is 100: three times (1) or twice (3 · 2 = 6) of 27.
    let ballots = "领导,R1,,A,60\n领导,R1,,B,81\n领导,R2,,A,80\n领导,R2,,B,81\n领导,R3,,A,100\n领导,R3,,B,81\n";
    let document = drawn(&project("trim = { low = 1, high = 1, from = 3, on = \"rating\" }", "AB", ballots));
    close(leads(&document, "A"), 7.0 / 27.0);
    // Whole ballots are trimmed alike where there is one mark for each unit.
    let document = drawn(&project("trim = { low = 1, high = 1, from = 3, on = \"ballot\" }", "AB", ballots));
    close(leads(&document, "A"), 7.0 / 27.0);
}

#[test]
fn abstentions_are_drawn_with_their_ballots() {
    // R1 gives A 90 and B 80, R2 abstains for A and gives B 50, R3 gives A 60 and B 59. Over all ballots A officially has 50.
    let ballots = "领导,R1,,A,90\n领导,R1,,B,80\n领导,R2,,A,弃权\n领导,R2,,B,50\n领导,R3,,A,60\n领导,R3,,B,59\n";
    // For each copy A is ahead by 10 with R1 and 1 with R3 and behind by 50 with R2: A leads without R2 (8 of 27). With R2
    // alone (1 of 27) nobody answers for A, so that its official 50 stands beside 50 of B: both are first.
    let document = drawn(&project("abstain = [\"弃权\"]\ndenominator = \"all\"", "AB", ballots));
    close(leads(&document, "A"), 9.0 / 27.0);
    close(leads(&document, "B"), 19.0 / 27.0);
}

#[test]
fn every_rater_is_left_out_in_turn() {
    let ballots = "领导,R1,,A,90\n领导,R1,,B,80\n领导,R2,,A,70\n领导,R2,,B,84\n领导,R3,,A,75\n领导,R3,,B,76\n";
    // Officially A has 78.33, B 80. Without R2: 82.5 and 78; without R1 or R3 B leads as it does.
    let folder = project("", "AB", ballots);
    let document = analyze(&folder, &["--draws", "10", "--format", "json"]).ended(0).json();
    let raters: Vec<(&str, u64)> = list(&document["leave_out"])
        .iter()
        .filter(|own| own["kind"] == "rater")
        .map(|own| (str_of(&own["key"]), own["greatest_shift"].as_u64().unwrap()))
        .collect();
    assert_eq!(raters, [("rater.meeting.P1.1", 0), ("rater.meeting.P1.2", 1), ("rater.meeting.P1.3", 0)]);
    assert!(!document.to_string().contains("R2"), "raters appear by number");
}

#[test]
fn severity_taken_out_compares_the_same_units() {
    // Both raters mark A, 10 points apart; only the severe one marks B with 72. Of mean severity A has 75 and B 77.
    let folder = project("", "AB", "领导,R1,,A,80\n领导,R2,,A,70\n领导,R2,,B,72\n");
    let document = analyze(&folder, &["--draws", "10", "--format", "json"]).ended(0).json();
    let units = list(&document["adjusted"]["ranking"]["units"]);
    assert_eq!(units[0]["totals"], serde_json::json!(["75.00", "75.00"]));
    assert_eq!(units[1]["totals"], serde_json::json!(["72.00", "77.00"]));
    assert_eq!((&units[1]["ranks"][0], &units[1]["ranks"][1]), (&2.into(), &1.into()));
    // Raters without a unit in common cannot be compared.
    let folder = project("", "AB", "领导,R1,,A,80\n领导,R2,,B,72\n");
    let ran = analyze(&folder, &["--draws", "10", "--lang", "en"]).ended(0);
    assert!(ran.out.contains("No ranking with severity taken out"), "{}", ran.out);
}

#[test]
fn without_single_ratings_no_rater_can_be_drawn() {
    let ran = analyze(&three_by_two(), &["--vary", "raters", "--lang", "en"]).ended(2);
    assert!(ran.err.contains("no single ratings"), "{}", ran.err);
    let document = analyze(&three_by_two(), &["--draws", "10", "--format", "json"]).ended(0).json();
    assert_eq!(document["adjusted"], "no-ratings");
}

#[test]
fn one_rater_one_unit_and_equal_marks_are_undefined_and_not_zero() {
    let reason = |ballots: &str, units: &str| {
        let folder = project("straight_line = \"allow\"", units, ballots);
        let document = analyze(&folder, &["--vary", "both", "--draws", "10", "--format", "json"]).ended(0).json();
        document["panels"][0]["agreement"][0]["interval"]["undefined"].clone()
    };
    assert_eq!(reason("领导,R1,,A,80\n领导,R1,,B,70\n", "AB"), "one-rater");
    assert_eq!(reason("领导,R1,,A,80\n领导,R2,,A,80\n领导,R1,,B,80\n领导,R2,,B,80\n", "AB"), "all-equal");
    let folder = project("", "A", "领导,R1,,A,80\n领导,R2,,A,70\n");
    let document = analyze(&folder, &["--vary", "both", "--draws", "10", "--format", "json"]).ended(0).json();
    assert_eq!(document["panels"][0]["agreement"][0]["kendall"]["undefined"], "one-unit");
    assert_eq!(unit(&document, "A")["ranks"], serde_json::json!([[1, 1.0]]));
}

#[test]
fn other_orders_of_units_and_raters_change_nothing_but_the_order() {
    let lines = ["领导,R1,,A,90\n领导,R1,,B,80\n", "领导,R2,,A,70\n领导,R2,,B,84\n", "领导,R3,,A,75\n领导,R3,,B,76\n"];
    let run = |units: &str, order: [usize; 3]| {
        let ballots: String = order.iter().map(|at| lines[*at]).collect();
        drawn(&project("", units, &ballots))
    };
    let (one, other) = (run("AB", [0, 1, 2]), run("BA", [2, 0, 1]));
    for code in ["A", "B"] {
        assert_eq!(unit(&one, code)["ranks"], unit(&other, code)["ranks"]);
        assert_eq!(unit(&one, code)["interval"], unit(&other, code)["interval"]);
    }
    assert_eq!(
        one["panels"][0]["agreement"][0]["interval"]["known"]["value"],
        other["panels"][0]["agreement"][0]["interval"]["known"]["value"]
    );
    assert_eq!(list(&one["panels"][0]["raters"]).len(), 3);
}

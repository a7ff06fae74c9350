//! 更正登记 of a verified value (位置 `代码/核定值`): replaced before the rule, so that what others are measured by moves
//! (SPEC §19.2).

use assess::documents::report::feedback::{Desk, Replaced, document};
use assess::result::diff::{Cause, Diff};
use assess::result::outcome::Outcome;

use crate::leaf_rules::one_leaf;
use crate::support::{Project, Run};

/// A run of the leaf X with values from the department's table: `U1=540 U2=500`.
fn project(full: &str, rule: &str, params: &str, values: &str) -> Project {
    let pairs: Vec<(&str, &str)> = values.split_whitespace().map(|own| own.split_once('=').unwrap()).collect();
    let codes: Vec<&str> = pairs.iter().map(|(code, _)| *code).collect();
    let rows: String = pairs.iter().map(|(code, value)| format!("{code},X,{value},,\n")).collect();
    let model = one_leaf(full, rule, params) + "source = \"部门\"\n";
    Project::new(&model).units(&codes.join(" ")).verified(&rows)
}

/// Exact points of X.
fn exact(outcome: &Outcome, units: &str) -> Vec<String> {
    let points = |code: &str| outcome.unit(code).unwrap().leaves[0].verified.as_ref().unwrap().0.fraction();
    units.split_whitespace().map(points).collect()
}

fn points(run: &Run, units: &str) -> Vec<String> {
    exact(run.outcome(), units)
}

/// The values of MEASURES.md, measure A, after the coefficient.
const COUNTIES: &str = "LC=65.5155 LW=61.44 RA=69.625 WC=91.15";

#[test]
fn the_basis_moves_with_a_corrected_value() {
    // 400·v/91.15, then the best is 83.15: 400·65.5155/83.15 = 524124/1663
    let run = project("400", "相对", "", COUNTIES).score();
    assert_eq!(points(&run, "LC LW RA WC"), ["524124/1823", "491520/1823", "557000/1823", "400/1"]);
    let run = project("400", "相对", "", COUNTIES).corrections("1,WC,X/核定值,91.15,83.15").score();
    assert_eq!(points(&run, "LC LW RA WC"), ["524124/1663", "491520/1663", "557000/1663", "400/1"]);
    let leaf = run.leaf("WC", "X");
    assert_eq!((leaf.value.as_deref(), leaf.state.json()), (Some("83.15"), "verified"));
    let replaced = leaf.replaced.as_ref().unwrap();
    assert_eq!((replaced.id.as_str(), replaced.value.as_deref()), ("1", Some("91.15")));
}

#[test]
fn the_best_may_become_another_and_places_move() {
    // U1 falls from 9 to 1: places 3, 1, 2 of 20 − 0.5·(place − 1)
    let run = project("20", "名次", "first=20;step=0.5", "U1=9 U2=7 U3=5").corrections("1,U1,X/核定值,9,1").score();
    assert_eq!(points(&run, "U1 U2 U3"), ["19/1", "20/1", "39/2"]);
    // Mean of 6, 4, 2 is 4; with 12 for 6 it is 6: 10·12/6 → 10, 10·4/6 = 20/3, 10·2/6 = 10/3
    let run = project("10", "相对", "to=mean", "U1=6 U2=4 U3=2").corrections("1,U1,X/核定值,6,12").score();
    assert_eq!(points(&run, "U1 U2 U3"), ["10/1", "20/3", "10/3"]);
}

#[test]
fn a_correction_of_points_acts_after_that_of_the_value_and_its_value_stays() {
    // The best is 8 after row 1: 10·4/8 = 5 for U2, 10 for U1, which row 2 makes 3.
    let rows = "1,U1,X/核定值,5,8\n2,U1,X,10,3";
    let run = project("10", "相对", "", "U1=5 U2=4").corrections(rows).score();
    assert_eq!(points(&run, "U1 U2"), ["3/1", "5/1"]);
    assert_eq!(run.leaf("U1", "X").corrected.as_deref(), Some("2"));
}

#[test]
fn values_are_typed_as_the_rule_asks() {
    for (rule, params, old, new, expected) in [
        ("扣分", "缺项=0.5,程序=1", "缺项2", "缺项1；程序2", "15/2"),
        ("计数", "市级=1", "2", "4", "4/1"),
        ("比率", "target=100;in=percent", "80%", "95%", "19/2"),
        ("比率", "target=100;in=part", "1/2", "9/10", "9/1"),
        ("等级", "A=1,B=0.8", "B", "A", "10/1"),
        ("分档", "0:0,60:3,80:5", "60", "80", "5/1"),
        ("清单", "清单=4,报告=6", "清单", "清单、报告", "10/1"),
        ("按位次", "1=5,2=4,*=0", "2", "1", "5/1"),
    ] {
        let values = format!("U1={old}");
        let run = project("10", rule, params, &values).corrections(&format!("1,U1,X/核定值,{old},{new}")).score();
        assert_eq!(points(&run, "U1"), [expected], "{rule}");
    }
}

#[test]
fn the_old_value_must_be_the_one_that_counts() {
    for old in ["6", "", "5.5"] {
        let run = project("10", "相对", "", "U1=5 U2=4").corrections(&format!("1,U1,X/核定值,{old},8")).run();
        assert_eq!((run.errors(), run.at("E620").as_str()), (vec!["E620"], "registers/更正登记.csv D2"), "{old}");
    }
    // Nothing was verified: the old value is blank, or the unit's own word where that counts.
    let model = one_leaf("10", "比率", "target=100") + "[self_report]\nunverified = \"self\"\n";
    let own = |old: &str| {
        let project = Project::new(&model).units("U1").report("U1", "X,50,5,,,,");
        project.corrections(&format!("1,U1,X/核定值,{old},80"))
    };
    assert_eq!(points(&own("50").score(), "U1"), ["8/1"]);
    assert_eq!(own("").run().errors(), ["E620"]);
    let model = one_leaf("10", "比率", "target=100") + "[self_report]\nunverified = \"zero\"\n";
    let run = Project::new(&model).units("U1").report("U1", "X,50,5,,,,").corrections("1,U1,X/核定值,,80").score();
    assert_eq!(points(&run, "U1"), ["8/1"]);
}

#[test]
fn typed_points_go_with_the_value_beside_which_they_stood() {
    let model = one_leaf("10", "相对", "") + "source = \"部门\"\n";
    // 7.5 was typed for 10·3/4; with 2 it is 5.
    let run = Project::new(&model).units("U1 U2").verified("U1,X,4,,\nU2,X,3,7.5,").corrections("1,U2,X/核定值,3,2");
    assert_eq!(points(&run.score(), "U1 U2"), ["10/1", "5/1"]);
}

#[test]
fn missing_evidence_still_costs_the_points() {
    let model = one_leaf("10", "比率", "target=100") + "evidence = \"必需\"\n";
    let run = Project::new(&model).units("U1").report("U1", "X,50,5,,60,,").corrections("1,U1,X/核定值,60,80").score();
    assert_eq!((points(&run, "U1"), run.leaf("U1", "X").state.json()), (vec!["0/1".to_owned()], "no-evidence"));
}

#[test]
fn a_value_that_cannot_be_meant_is_one_finding_at_its_cell() {
    let found = |rule: &str, params: &str, row: &str| {
        let run = project("10", rule, params, "U1=5 U2=4").corrections(row).run();
        let codes: Vec<String> = run.errors().into_iter().map(str::to_owned).collect();
        (codes.join(" "), run.at(&codes[0]))
    };
    let place = |column: &str| format!("registers/更正登记.csv {column}2");
    assert_eq!(found("相对", "", "1,U1,X/核定值,5,很好"), ("E201".into(), place("E")));
    assert_eq!(found("相对", "", "1,U1,X/核定值,5,"), ("E314".into(), place("E")));
    assert_eq!(found("相对", "", "1,U1,X/核定值,5,不涉及"), ("E213".into(), place("E")));
    assert_eq!(found("相对", "better=low", "1,U1,X/核定值,5,0"), ("E213".into(), place("E")));
    assert_eq!(found("相对", "", "1,U1,Y/核定值,很好,A"), ("E623".into(), place("C")));
    assert_eq!(found("相对", "", "1,U1,X/完成值,5,6"), ("E623".into(), place("C")));
    let rows = "1,U1,X/核定值,5,6\n2,U1,X/核定值,6,7";
    assert_eq!(project("10", "相对", "", "U1=5 U2=4").corrections(rows).run().errors(), ["E622"]);
    // Points of such a leaf are typed: there is no value.
    let run = Project::new(&one_leaf("10", "核定", "")).units("U1").report("U1", "X,,,,,5,核减");
    let run = run.corrections("1,U1,X/核定值,5,6").run();
    assert_eq!((run.errors(), run.at("E623")), (vec!["E623"], place("C")));
}

#[test]
fn a_re_grade_measures_anew_and_names_the_row_behind_the_basis() {
    let [before, after] = project("400", "相对", "", COUNTIES).corrected_later("7,WC,X/核定值,91.15,83.15");
    assert_eq!(exact(&before, "LC WC"), ["524124/1823", "400/1"]);
    assert_eq!(exact(&after, "LC LW RA WC"), ["524124/1663", "491520/1663", "557000/1663", "400/1"]);
    let fresh = project("400", "相对", "", COUNTIES).corrections("7,WC,X/核定值,91.15,83.15").score();
    let leaves = |outcome: &Outcome| outcome.units.iter().map(|unit| unit.leaves.to_vec()).collect::<Vec<_>>();
    let values = |outcome: &Outcome| {
        let leaves = leaves(outcome).into_iter().flat_map(|unit| unit.to_vec());
        leaves.map(|leaf| (leaf.value, leaf.verified, leaf.compared, leaf.state)).collect::<Vec<_>>()
    };
    assert_eq!(values(&after), values(fresh.outcome()));
    let diff = Diff::between(&before, &after);
    for code in ["LC", "LW", "RA"] {
        let causes = &diff.unit(code).unwrap().causes;
        let Some(Cause::Basis { code, by, .. }) = causes.first() else { panic!("{causes:?}") };
        let rows: Vec<&str> = by[0].rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!((code.as_str(), by.len(), by[0].code.as_str(), rows), ("X", 1, "WC", vec!["7"]));
    }
    // WC stays the best with 400 points: nothing of it is printed otherwise but the value.
    assert!(diff.unit("WC").is_none_or(|unit| !unit.total_changed()));
}

#[test]
fn a_correction_of_points_is_no_cause_of_a_moved_basis() {
    let rows = "1,U1,X/核定值,5,8\n2,U1,X,10,3";
    let [before, after] = project("10", "相对", "", "U1=5 U2=4").corrected_later(rows);
    let diff = Diff::between(&before, &after);
    let Some(Cause::Basis { by, .. }) = diff.unit("U2").unwrap().causes.first() else { panic!() };
    assert_eq!(by[0].rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["1"]);
}

#[test]
fn a_withdrawn_correction_puts_the_value_back() {
    let with = project("400", "相对", "", COUNTIES).corrections("7,WC,X/核定值,91.15,83.15");
    let header = "编号,单位,位置,旧值,新值,理由,文号,状态\n";
    let [corrected, after] =
        with.changed_later("registers/更正登记.csv", &format!("{header}7,WC,X/核定值,91.15,83.15,误,更1,撤销"));
    assert_eq!(exact(&corrected, "LC"), ["524124/1663"]);
    assert_eq!(exact(&after, "LC LW RA WC"), ["524124/1823", "491520/1823", "557000/1823", "400/1"]);
    assert!(after.unit("WC").unwrap().leaves[0].replaced.is_none());
}

#[test]
fn every_recorded_value_of_a_replacement_is_proved() {
    let run = project("10", "相对", "", "U1=5 U2=4").corrections("1,U1,X/核定值,5,8").score();
    let document = serde_json::to_value(run.outcome()).unwrap();
    for (path, value) in [
        ("/value", serde_json::json!("9")),
        ("/replaced/id", serde_json::json!("2")),
        ("/replaced/value", serde_json::json!("6")),
        ("/replaced/state", serde_json::json!("self")),
        ("/replaced/compared/value", serde_json::json!("6/1")),
        ("/replaced/verified", serde_json::json!("1/1")),
    ] {
        let mut changed = document.clone();
        let own = changed.pointer_mut(&format!("/units/0/leaves/0{path}"));
        *own.unwrap_or_else(|| panic!("{path}: {}", document["units"][0]["leaves"][0])) = value;
        let outcome = serde_json::from_value(changed).unwrap();
        let checked = assess::result::verify::recalculate(&outcome, run.ratings());
        assert!(!checked.differing.is_empty(), "{path}");
    }
}

/// Every text of a letter.
fn letter(outcome: &Outcome, code: &str, diff: Option<&Diff>) -> String {
    let desk = Desk::new(outcome, None);
    let desk = match diff {
        Some(diff) => desk.replacing(Replaced::new(outcome, diff, None)),
        None => desk,
    };
    let document = document(&desk, outcome.unit(code).unwrap());
    let sheets = document.sheets.iter().flat_map(|sheet| sheet.head.iter().chain(&sheet.header).chain(&sheet.rows));
    sheets.flat_map(|row| &row.cells).map(|cell| format!("{:?}\n", cell.content)).collect()
}

#[test]
fn a_letter_names_neither_the_unit_nor_the_row_behind_a_moved_basis() {
    let [before, after] = project("400", "相对", "", COUNTIES).corrected_later("XQ7,WC,X/核定值,91.15,83.15");
    let diff = Diff::between(&before, &after);
    for code in ["LC", "LW", "RA"] {
        let text = letter(&after, code, Some(&diff));
        // The row has the number XQ7 and the document 更1.
        for secret in ["WC", "XQ7", "更1"] {
            assert!(!text.contains(secret), "{secret} in the letter of {code}");
        }
        // Four members are fewer than min_group: neither basis nor place is told.
        assert!(!text.contains("83.15"), "{text}");
    }
    // The unit itself reads what was corrected.
    assert!(letter(&after, "WC", Some(&diff)).contains("XQ7"));
    let many = "U1=4 U2=3 U3=2 U4=2 U5=1";
    let run = project("10", "相对", "", many).corrections("XQ7,U1,X/核定值,4,5").score();
    assert!(letter(run.outcome(), "U2", None).contains("基准 5"), "with five members the basis is told");
}

//! 不涉及 in given tables and tallies: not missing, and never a silent 0 (SPEC §19.4, §20).

use crate::support::{GIVEN, Project, Run, WORDS, panel};

const ASPECTS: &str = "[[line]]\ncode = \"L1\"\nname = \"线一\"\n\
    [[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 30\n[[aspect]]\ncode = \"A2\"\nname = \"实效\"\npoints = 70\n\
    [[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"甲\"\npoints = 30\nrule = \"核定\"\n\
    [[indicator]]\ncode = \"Y\"\nline = \"L1\"\naspect = \"A2\"\nname = \"乙\"\npoints = 70\nrule = \"核定\"\n";

/// Scores of U1 and U2: 单位, 期次, 节点, 得分.
fn given(keys: &str, rows: &str) -> Run {
    Project::new(&format!("{ASPECTS}{GIVEN}{keys}\n")).units("U1 U2").given_parts(rows).run()
}

#[test]
fn a_component_that_does_not_apply_is_an_error_of_its_own_whatever_missing_says() {
    for missing in ["error", "zero"] {
        let run = given(&format!("missing = \"{missing}\""), "U1,,,不涉及\nU2,,,95");
        assert_eq!((run.errors(), run.at("E243").as_str()), (vec!["E243"], "given/g/scores.csv D2"), "{missing}");
        assert_eq!((run.units_with("E243"), run.has("E316")), (vec!["U1"], false));
        let none = given(&format!("missing = \"{missing}\""), "U1,,,不涉及\nU2,,,不涉及");
        assert!(none.errors().contains(&"E243"), "{:?}", none.errors());
    }
}

#[test]
fn the_model_may_say_that_it_counts_zero() {
    for missing in ["error", "zero"] {
        let keys = format!("missing = \"{missing}\"\nnot_applicable = \"zero\"");
        let run = given(&keys, "U1,,,不涉及\nU2,,,95").accepted();
        assert_eq!(
            (run.total("U1"), run.total("U2"), run.at("N245").as_str()),
            ("0.00", "95.00", "given/g/scores.csv D2")
        );
        assert!(!run.has("E316"));
    }
    assert!(Project::new(&format!("{GIVEN}not_applicable = \"half\"\n")).units("U1").given("U1,9").run().is_stopped());
}

#[test]
fn a_node_that_does_not_apply_leaves_its_parent() {
    let run = given("", "U1,,A1,80\nU1,,A2,不涉及\nU2,,A1,60\nU2,,A2,70").accepted();
    // U1 has A1 alone; U2 0.3·60 + 0.7·70 = 67.
    assert_eq!((run.total("U1"), run.total("U2")), ("80.00", "67.00"));
    assert_eq!((run.aspect("U1", "A2"), run.units_with("N245")), ("—", vec!["U1"]));
    // Of the whole unit it speaks for all nodes.
    let run = given("missing = \"zero\"", "U1,,,不涉及\nU2,,A1,60\nU2,,A2,70");
    assert_eq!((run.errors(), run.has("E316")), (vec!["E243"], false));
    let run = given("not_applicable = \"zero\"", "U1,,,不涉及\nU2,,A1,60\nU2,,A2,70").accepted();
    assert_eq!((run.total("U1"), run.total("U2")), ("0.00", "67.00"));
}

#[test]
fn a_period_that_does_not_apply_leaves_and_a_missing_one_is_missing() {
    let rows = "U1,1月,,80\nU1,2月,,不涉及\nU1,3月,,60\nU2,1月,,90\nU2,2月,,30\nU2,3月,,60";
    let run = given("", rows).accepted();
    assert_eq!((run.total("U1"), run.total("U2")), ("70.00", "60.00")); // 140/2, 180/3
    let run = given("periods = \"sum\"", &rows.replace("90", "9").replace("80", "8")).accepted();
    assert_eq!((run.total("U1"), run.total("U2")), ("68.00", "99.00"));
    let run = given("periods = \"last\"", rows).accepted();
    assert_eq!((run.total("U1"), run.total("U2")), ("60.00", "60.00"));
    // 1月 does not apply and 2月 is blank: one of two counts, as 0.
    let rows = "U1,1月,,不涉及\nU1,2月,,\nU1,3月,,60\nU2,1月,,90\nU2,2月,,30\nU2,3月,,60";
    assert_eq!(given("", rows).errors(), ["E316"]);
    let run = given("missing = \"zero\"", rows).accepted();
    assert_eq!((run.total("U1"), run.units_with("E316")), ("30.00", vec!["U1"]));
    // The last one is the only one that counts.
    let rows = "U1,1月,,80\nU1,2月,,不涉及\nU2,1月,,90\nU2,2月,,30";
    assert_eq!(given("periods = \"last\"\nmissing = \"zero\"", rows).errors(), ["E243"]);
}

#[test]
fn it_stands_where_scores_stand() {
    // Beside a score of a node of the same unit, and at a node where nobody has one.
    assert!(given("", "U1,,,不涉及\nU1,,A1,80\nU1,,A2,80\nU2,,A1,60\nU2,,A2,70").has("E246"));
    assert!(given("", "U1,,,80\nU1,,A1,不涉及\nU2,,,70").has("E246"));
}

fn tally(keys: &str, classes: &str, header: &str, rows: &str) -> Run {
    let model = format!("{ASPECTS}{}", panel(&format!("{WORDS}{keys}"), classes));
    let header = format!("单位,评议主体,{header}好,较好,一般,差,弃权,发出,收回,有效,无效");
    Project::new(&model).units("U1 U2").file("tallies/b/票数.csv", &format!("{header}\n{rows}")).run()
}

#[test]
fn a_tally_that_does_not_apply_is_neither_blank_nor_zero() {
    let own = "U2,R,2,0,0,2,0,5,4,4,0"; // (2·100 + 2·40)/4 = 70
    for off in ["U1,R,不涉及,不涉及,不涉及,不涉及,不涉及,,,,", "U1,R,不涉及,不涉及,不涉及,不涉及,,5,0,0,0"]
    {
        let run = tally("", "R=100", "", &format!("{off}\n{own}"));
        assert_eq!((run.errors(), run.at("E243").as_str()), (vec!["E243"], "tallies/b/票数.csv C2"), "{off}");
        let run = tally("not_applicable = \"zero\"\n", "R=100", "", &format!("{off}\n{own}")).accepted();
        assert_eq!((run.total("U1"), run.total("U2"), run.has("N245")), ("0.00", "70.00", true), "{off}");
    }
}

#[test]
fn a_node_of_a_tally_that_does_not_apply_leaves_its_parent() {
    let rows = "U1,R,A1,1,1,0,0,0,,,2,\nU1,R,A2,不涉及,不涉及,不涉及,不涉及,,,,,\nU2,R,A1,0,0,2,0,0,,,2,\nU2,R,A2,2,0,0,0,0,,,2,";
    let run = tally("rates = \"aspects\"\n", "R=100", "节点,", rows).accepted();
    assert_eq!((run.total("U1"), run.total("U2")), ("90.00", "88.00")); // 0.3·60 + 0.7·100
    assert_eq!((run.has("W417"), run.units_with("N245")), (false, vec!["U1"]));
}

#[test]
fn counts_and_not_applicable_do_not_stand_side_by_side() {
    let own = "U2,R,2,0,0,2,0,5,4,4,0";
    for mixed in [
        "U1,R,3,不涉及,不涉及,不涉及,,5,3,3,0",
        "U1,R,不涉及,不涉及,不涉及,不涉及,,5,3,3,0",
        "U1,R,3,0,0,0,不涉及,5,3,3,0",
    ] {
        assert_eq!(tally("", "R=100", "", &format!("{mixed}\n{own}")).errors(), ["E244"], "{mixed}");
    }
    // Votes of one class beside it: a class that is structurally absent is not covered by missing_class.
    let rows =
        "U1,R,不涉及,不涉及,不涉及,不涉及,,,,,\nU1,S,3,0,0,0,0,5,3,3,0\nU2,R,2,0,0,2,0,5,4,4,0\nU2,S,2,0,0,2,0,5,4,4,0";
    let run = tally("missing_class = \"renormalise\"\n", "R=60 S=40", "", rows);
    assert_eq!((run.errors(), run.at("E244").as_str()), (vec!["E244"], "tallies/b/票数.csv C2"));
}

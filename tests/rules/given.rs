//! Scores made elsewhere: scale, periods, what is missing (SPEC §6, §18).

use crate::support::{GIVEN, Project, Run};

fn component(keys: &str) -> String {
    format!("[[component]]\nid = \"g\"\nname = \"日常\"\nweight = 100\nkind = \"given\"\n{keys}\n")
}

fn project(keys: &str, rows: &str) -> Project {
    Project::new(&component(keys)).units("U1 U2").given_parts(rows)
}

fn totals(run: &Run) -> (&str, &str) {
    (run.total("U1"), run.total("U2"))
}

#[test]
fn a_score_is_a_share_of_its_scale() {
    assert_eq!(totals(&project("scale = 10", "U1,,,8.5\nU2,,,10").score()), ("85.00", "100.00"));
    assert_eq!(totals(&project("", "U1,,,8.5\nU2,,,0").score()), ("8.50", "0.00"));
}

#[test]
fn a_score_outside_the_scale_is_an_error() {
    let run = project("scale = 10", "U1,,,10.01\nU2,,,-1").run();
    assert_eq!(
        (run.at("E425").as_str(), run.messages.iter().filter(|m| m.code == "E425").count()),
        ("given/g/scores.csv D2", 2)
    );
}

const QUARTERS: &str = "U1,1季度,,80
                        U1,2季度,,90
                        U1,10季度,,70
                        U2,1季度,,60
                        U2,2季度,,61
                        U2,10季度,,62";

#[test]
fn periods_are_averaged_by_default() {
    assert_eq!(totals(&project("", QUARTERS).score()), ("80.00", "61.00")); // 240/3, 183/3
}

#[test]
fn the_last_period_is_the_last_in_natural_order() {
    assert_eq!(totals(&project("periods = \"last\"", QUARTERS).score()), ("70.00", "62.00")); // 10 after 2
}

#[test]
fn periods_may_be_added_up() {
    let rows = "U1,1月,,40\nU1,2月,,45\nU2,1月,,10\nU2,2月,,0";
    assert_eq!(totals(&project("periods = \"sum\"", rows).score()), ("85.00", "10.00"));
}

#[test]
fn a_sum_above_the_scale_is_an_error() {
    let rows = "U1,1月,,60\nU1,2月,,45\nU2,1月,,10\nU2,2月,,0";
    assert_eq!(project("periods = \"sum\"", rows).run().errors(), ["E425"]);
}

#[test]
fn the_model_may_order_the_periods() {
    let rows = "U1,上半年,,80\nU1,下半年,,90\nU2,下半年,,70\nU2,上半年,,60";
    let ordered = project("periods = \"last\"\nperiod_order = [\"上半年\", \"下半年\"]", rows).score();
    assert_eq!(totals(&ordered), ("90.00", "70.00"));
    let turned = project("periods = \"last\"\nperiod_order = [\"下半年\", \"上半年\"]", rows).score();
    assert_eq!(totals(&turned), ("80.00", "60.00"));
}

#[test]
fn period_names_that_do_not_sort_need_an_order() {
    let rows = "U1,上半年,,80\nU1,下半年,,90\nU2,下半年,,70\nU2,上半年,,60";
    assert_eq!(project("periods = \"last\"", rows).run().errors(), ["E426"]);
    let order = "periods = \"last\"\nperiod_order = [\"上半年\"]";
    assert_eq!(project(order, rows).run().errors(), ["E426"]); // 下半年 is not in it
}

#[test]
fn every_period_seen_is_expected_of_every_unit() {
    let rows = "U1,1月,,80\nU1,2月,,90\nU2,1月,,60";
    let run = project("", rows).run();
    assert_eq!((run.errors(), run.units_with("E316")), (vec!["E316"], vec!["U2"]));
    assert_eq!(totals(&project("missing = \"zero\"", rows).score()), ("85.00", "30.00")); // (60 + 0)/2
}

#[test]
fn under_last_only_the_last_period_is_expected() {
    let last = "periods = \"last\"";
    assert_eq!(totals(&project(last, "U1,1月,,80\nU1,2月,,90\nU2,2月,,60").score()), ("90.00", "60.00"));
    assert_eq!(project(last, "U1,1月,,80\nU1,2月,,90\nU2,1月,,60").run().errors(), ["E316"]);
}

#[test]
fn a_unit_without_any_score_is_missing() {
    assert_eq!(project("", "U1,,,80").run().units_with("E316"), ["U2"]);
    assert_eq!(totals(&project("missing = \"zero\"", "U1,,,80").score()), ("80.00", "0.00"));
}

#[test]
fn a_blank_score_is_missing_and_not_zero() {
    assert_eq!(project("", "U1,,,80\nU2,,,—").run().units_with("E316"), ["U2"]);
    assert_eq!(totals(&project("", "U1,,,80\nU2,,,0").score()), ("80.00", "0.00"));
}

#[test]
fn a_score_twice_is_an_error() {
    assert_eq!(project("", "U1,,,80\nU1,,,81\nU2,,,1").run().errors(), ["E424"]);
}

/// A1 30 points, A2 70 points.
const TREE: &str = "[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 30\n[[aspect]]\ncode = \"A2\"\nname = \"实效\"\n\
    points = 70\n[[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"甲\"\npoints = 30\nrule = \"核定\"\n\
    [[indicator]]\ncode = \"Y\"\nline = \"L1\"\naspect = \"A2\"\nname = \"乙\"\npoints = 70\nrule = \"核定\"\n";

#[test]
fn scores_may_be_given_by_node() {
    let project = Project::new(&format!("{TREE}{}", component("scale = 10"))).units("U1");
    let run = project.given_parts("U1,,A1,8\nU1,,实效,9").score();
    // 0.3·80 + 0.7·90 = 87
    assert_eq!((run.aspect("U1", "A1"), run.aspect("U1", "A2"), run.total("U1")), ("80.00", "90.00", "87.00"));
}

#[test]
fn the_combined_value_lies_within_the_scale_at_any_node() {
    let project = Project::new(&format!("{TREE}{}", component("scale = 10\nperiods = \"sum\""))).units("U1");
    let run = project.given_parts("U1,1月,A1,6\nU1,2月,A1,5\nU1,1月,A2,1\nU1,2月,A2,2").run();
    assert_eq!(run.errors(), ["E425"]);
}

#[test]
fn aspects_need_not_average_to_the_base_when_a_component_leaves_one_out() {
    let half = component("").replace("100", "50");
    let own = "[[component]]\nid = \"i\"\nname = \"指标\"\nweight = 50\nkind = \"indicators\"\n";
    let project = Project::new(&format!("{TREE}{half}{own}")).units("U1");
    let run = project.report("U1", "X,,,,,24,核减\nY,,,,,63,核减").given_parts("U1,,A1,100").score();
    // indicators 80 and 90, together 87; given 100 for A1 alone: base 0.5·87 + 0.5·100; A1 (80 + 100)/2, A2 90
    assert_eq!((run.aspect("U1", "A1"), run.aspect("U1", "A2"), run.total("U1")), ("90.00", "90.00", "93.50"));
    assert!(run.has("N632"));
}

#[test]
fn scores_at_two_levels_are_told_as_that() {
    let run = Project::new(GIVEN).units("U1").given_parts("U1,,,80\nU1,,A1,90").run();
    assert_eq!((run.errors(), run.at("E684")), (vec!["E684"], "given/g/scores.csv D3".to_owned()));
    let message = run.of("E684")[0];
    assert!(message.related[0].contains("D2") && message.fix.contains("删去另一层"), "{message:#?}");
}

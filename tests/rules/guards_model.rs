//! Guards against slips in the model that would silently change a result (SPEC §4, §5.7, §9).

use crate::guards::places;
use crate::support::{Project, Run, panel};

/// Lines 6 to 17 of a model, after the given component: the quota stands in line 9, the cap's condition in line 17.
fn shares(share: &str, below: &str) -> Run {
    let grades = format!("[[grade]]\nname = \"优秀\"\nat_least = 90\nquota = {{ share = {share} }}\n");
    let last = "[[grade]]\nname = \"达标\"\nat_least = 0\n";
    let cap = format!(
        "[[cap]]\ncode = \"C1\"\nname = \"上限\"\nat_most = \"达标\"\nwhen = {{ rate = \"A1\", below = {below} }}\n"
    );
    Project::totals("U1=95 U2=94 U3=50", &format!("{grades}{last}{cap}")).score()
}

#[test]
fn a_percentage_below_1_is_a_warning() {
    let run = shares("0.4", "0.6");
    assert_eq!(places(&run, "W515"), ["assess.toml 9:19", "assess.toml 17:31"]);
    assert_eq!(run.grades("U1 U2 U3"), "达标 达标 达标"); // floor(0.4 % · 3) = 0 places
    let model = panel("range = [0, 10]\nquorum = 0.5\nmax_top_share = 0.3\nrates = \"unit\"", "R=100");
    let run = Project::new(&model).units("U1").ballots("R/1 U1=9").score();
    assert_eq!(places(&run, "W515"), ["assess.toml 7:10", "assess.toml 8:17"]);
}

#[test]
fn percentages_from_1_on_and_0_are_no_warning() {
    let run = shares("40", "60");
    assert_eq!((places(&run, "W515"), run.grades("U1 U2 U3")), (vec![], "优秀 达标 达标".to_owned())); // floor(1.2)
    assert_eq!((places(&shares("0", "1"), "W515"), places(&shares("1", "0"), "W515")), (vec![], vec![]));
}

fn leaf(code: &str, params: &str) -> String {
    let line = "line = \"L1\"\naspect = \"A1\"\nname = \"指标\"\npoints = 100\nrule = \"核定\"\n";
    format!("[[indicator]]\ncode = \"{code}\"\n{line}{params}")
}

#[test]
fn a_leaf_with_the_code_of_an_aspect_or_line_is_an_error() {
    for code in ["A1", "L1", "Ａ1"] {
        let run = Project::new(&leaf(code, "")).units("U1").run();
        assert_eq!((run.is_stopped(), run.errors(), run.at("E507").as_str()), (true, vec!["E507"], "assess.toml 2:8"));
    }
}

#[test]
fn a_leaf_with_a_code_of_its_own_is_no_error() {
    let run = Project::new(&leaf("A1.1", "")).units("U1").report("U1", "A1.1,,90,,,90,核减").score();
    assert_eq!(run.total("U1"), "90.00");
}

fn abstaining(word: &str) -> Project {
    let keys = format!("levels = {{ \"好\" = 100, \"差\" = 40 }}\nabstain = [\"弃权\", \"{word}\"]");
    Project::new(&panel(&keys, "R=100")).units("U1").ballots("R/1 U1=好\nR/2 U1=差\nR/3 U1=不了解")
}

#[test]
fn a_level_that_is_an_abstention_is_an_error() {
    let run = abstaining("差").run();
    assert_eq!((run.is_stopped(), run.errors(), run.at("E507").as_str()), (true, vec!["E507"], "assess.toml 7:11"));
}

#[test]
fn an_abstention_that_is_no_level_is_none() {
    assert_eq!(abstaining("不了解").score().total("U1"), "70.00"); // (100 + 40)/2
}

/// A whole model of 60 % given scores and 40 % ballots.
const MODEL: &str = r#"[assessment]
title = "规则测试"
period = "2025"
[[line]]
code = "L1"
name = "政治领导线"
[[aspect]]
code = "A1"
name = "责任"
points = 50
[[aspect]]
code = "A2"
name = "实效"
points = 50
[[indicator]]
code = "X"
line = "L1"
aspect = "A1"
name = "学习"
points = 50
rule = "扣分"
params = "每次=0.5"
[[indicator]]
code = "Y"
line = "L1"
aspect = "A2"
name = "任务"
points = 50
rule = "核定"
[[component]]
id = "g"
name = "日常"
weight = 60
kind = "given"
[[component]]
id = "b"
name = "评议"
weight = 40
kind = "ballots"
levels = { "好" = 100, "差" = 40 }
positive = ["好"]
[[component.class]]
id = "R"
name = "干部"
weight = 70
[[component.class]]
id = "S"
name = "群众"
weight = 30
[[adjustment]]
code = "V1"
name = "立案"
kind = "event"
[[grade]]
name = "优秀"
at_least = 90
quota = { share = 30 }
[[grade]]
name = "达标"
at_least = 0
[[cap]]
code = "C1"
name = "上限"
at_most = "达标"
when = { event = "V1" }
[rank]
tie_break = ["g", "satisfaction:b"]
"#;

fn faults(old: &str, new: &str) -> Vec<String> {
    assert_eq!(MODEL.matches(old).count(), 1, "{old}");
    let run = Project::new(&MODEL.replace(old, new)).units("U1").run();
    assert!(run.is_stopped(), "{new}");
    run.messages.iter().map(|m| format!("{} {}", m.code, m.cell.as_deref().unwrap_or("—"))).collect()
}

/// The line of a text and the column behind its first ` = `.
fn value_of(text: &str) -> String {
    let line = MODEL[..MODEL.find(text).unwrap()].matches('\n').count() + 1;
    format!("{line}:{}", text.lines().next().unwrap().split(" = ").next().unwrap().chars().count() + 4)
}

#[test]
fn the_model_of_these_tests_is_sound() {
    let project = Project::new(MODEL).units("U1").given("U1,90").ballots("R/1 U1=好\nS/1 U1=差");
    assert_eq!(project.score().total("U1"), "86.80"); // 0.6·90 + 0.4·(0.7·100 + 0.3·40)
}

/// That a slip is one finding, at the value.
fn is_one_finding(old: &str, new: &str) {
    assert_eq!(faults(old, new), [format!("E504 {}", value_of(old))], "{new}");
}

#[test]
fn a_weight_of_the_wrong_type_is_one_finding() {
    is_one_finding("weight = 60", "weight = \"60\"");
    is_one_finding("weight = 70", "weight = \"70\"");
}

#[test]
fn points_of_an_aspect_of_the_wrong_type_are_one_finding() {
    is_one_finding("points = 50\n[[indicator]]", "points = \"50\"\n[[indicator]]");
}

#[test]
fn levels_of_the_wrong_type_are_one_finding() {
    is_one_finding("levels = { \"好\" = 100, \"差\" = 40 }", "levels = [100, 40]");
}

#[test]
fn points_of_an_indicator_of_the_wrong_type_are_one_finding() {
    is_one_finding("points = 50\nrule = \"核定\"", "points = \"50\"\nrule = \"核定\"");
}

#[test]
fn a_threshold_of_the_wrong_type_is_one_finding() {
    // The 0 that stands in for it must not make the next threshold (at_least = 0) wrong.
    is_one_finding("at_least = 90", "at_least = \"90\"");
}

#[test]
fn a_wrong_name_is_one_finding() {
    let codes = |old: &str, new: &str| -> Vec<String> {
        faults(old, new).iter().map(|f| f.split(' ').next().unwrap().to_owned()).collect()
    };
    assert_eq!(codes("code = \"V1\"", "code = \"V2\""), ["E508"]);
    assert_eq!(codes("aspect = \"A2\"", "aspect = \"A3\""), ["E508"]);
    assert_eq!(codes("at_most = \"达标\"", "at_most = \"合格\""), ["E508"]);
    assert_eq!(codes("rule = \"扣分\"", "rule = \"扣份\""), ["E508"]);
}

#[test]
fn a_sum_that_is_wrong_is_one_finding() {
    let code = |old: &str, new: &str| faults(old, new).join(" ").split(' ').next().unwrap().to_owned();
    assert_eq!(
        (faults("weight = 60", "weight = 50").len(), code("weight = 60", "weight = 50")),
        (1, "E505".to_owned())
    );
    assert_eq!(
        (faults("weight = 70", "weight = 60").len(), code("weight = 70", "weight = 60")),
        (1, "E505".to_owned())
    );
}

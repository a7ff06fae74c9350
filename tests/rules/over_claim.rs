//! Over-claim (自评虚高): the automatic deduction for self scores far above the verified points (SPEC §6, §18).

use crate::support::{Project, Run};

/// Free 2, then 0.5 for each full point, at most 2; X 60 and Y 40 points.
const MODEL: &str = r#"
[[indicator]]
code = "X"
line = "L1"
aspect = "A1"
name = "学习"
points = 60
rule = "核定"
[[indicator]]
code = "Y"
line = "L1"
aspect = "A1"
name = "品牌"
points = 40
rule = "核定"
[over_claim]
free = 2
per = 1
points = 0.5
max = 2
[[adjustment]]
code = "N1"
name = "通报批评"
kind = "deduction"
points = 1
"#;

fn claimed(cells: &str, more: &str) -> Run {
    Project::new(&format!("{MODEL}{more}")).units("U1").report("U1", cells).score()
}

/// X and Y with self scores and verified points.
fn minus(own: [&str; 2], verified: [&str; 2]) -> String {
    let run = claimed(&format!("X,,{},,,{},核\nY,,{},,,{},核", own[0], verified[0], own[1], verified[1]), "");
    run.plus_minus("U1").1.to_owned()
}

#[test]
fn each_full_point_above_the_free_ones_costs() {
    // 95 − 90.5 − 2 = 2.5: floor 2 steps · 0.5 = 1
    assert_eq!(minus(["57", "38"], ["54", "36.5"]), "1.00");
    // 95 − 90 − 2 = 3: 3 steps = 1.5
    assert_eq!(minus(["57", "38"], ["54", "36"]), "1.50");
}

#[test]
fn the_free_points_cost_nothing() {
    assert_eq!(minus(["57", "38"], ["55", "38"]), "0.00"); // 2 − 2 = 0
    assert_eq!(minus(["57", "38"], ["54.5", "37.6"]), "0.00"); // 2.9 − 2 = 0.9: no full point
    assert_eq!(minus(["57", "38"], ["54", "38"]), "0.50"); // 3 − 2 = 1
}

#[test]
fn the_deduction_ends_at_its_maximum() {
    assert_eq!(minus(["60", "40"], ["40", "30"]), "2.00"); // 30 − 2 = 28: 14, at most 2
}

#[test]
fn too_low_a_self_score_makes_up_for_too_high_a_one() {
    assert_eq!(minus(["60", "30"], ["54", "36"]), "0.00"); // Σself 90 − Σverified 90 = 0
}

#[test]
fn it_is_listed_and_enters_the_total_without_approval() {
    let run = claimed("X,,57,,,54,核\nY,,38,,,36.5,核", "");
    assert_eq!((run.ended("U1", ""), run.total("U1")), ("full 1".to_owned(), "89.50")); // 90.5 − 1
}

#[test]
fn leaves_without_typed_self_score_or_not_applicable_do_not_enter() {
    let blank = claimed("X,,60,,,57,核\nY,,,,,10,核", ""); // only X: 60 − 57 − 2 = 1
    assert_eq!(blank.plus_minus("U1").1, "0.50");
    let away = claimed("X,,60,,,57,核\nY,,40,,不涉及,,", "");
    assert_eq!(away.plus_minus("U1").1, "0.50");
}

#[test]
fn it_acts_last_within_the_total_deduction() {
    let model = format!("{MODEL}[adjustments]\nmax_deduction = 1.5");
    let project = Project::new(&model).units("U1").report("U1", "X,,60,,,40,核\nY,,40,,,30,核");
    let run = project.adjustments("1,U1,N1,迟报,,1,通报,文1,2025-12-30,工委审定,审1").score();
    // N1 takes 1 of 1.5; of the over-claim's 2 points 0.5 is left
    assert_eq!((run.ended("U1", "1"), run.ended("U1", "")), ("full 1".to_owned(), "part 0.5".to_owned()));
    assert_eq!(run.total("U1"), "68.50"); // 70 − 1.5
}

#[test]
fn it_uses_verified_points_after_evidence_and_corrections() {
    let required =
        MODEL.replacen("rule = \"核定\"", "rule = \"扣分\"\nparams = \"每次=1\"\nevidence = \"required\"", 1);
    let project = || Project::new(&required).units("U1");
    // X verified 60 − 1 = 59, but without evidence 0: 60 − 0 − 2 = 58 → at most 2
    assert_eq!(project().report("U1", "X,0,60,,1,,\nY,,40,,,40,").score().plus_minus("U1").1, "2.00");
    // X corrected from 59 to 56: 60 − 56 − 2 = 2 → 1
    let corrected = project().report("U1", "X,0,60,记录,1,,\nY,,40,,,40,").corrections("1,U1,X,59,56").score();
    assert_eq!((corrected.plus_minus("U1").1, corrected.total("U1")), ("1.00", "95.00")); // 56 + 40 − 1
}

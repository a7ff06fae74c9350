//! 等次审定: pins, places, caps, deferral (SPEC §9.5, §18).

use crate::support::{GIVEN, Project, Run};

/// 优秀 ≤ 20 %, 优秀 + 先进 ≤ 40 %: of ten units 2 and 4.
const QUOTAS: &str = "[[grade]]\nname = \"优秀\"\nat_least = 90\nquota = { share = 20 }\n\
    [[grade]]\nname = \"先进\"\nat_least = 80\nquota = { share = 40 }\n\
    [[grade]]\nname = \"达标\"\naliases = [\"合格\"]\nat_least = 60\n[[grade]]\nname = \"不达标\"\n";
const TEN: &str = "U1=96 U2=95 U3=94 U4=93 U5=92 U6=70 U7=69 U8=68 U9=67 U10=50";
const FIRST: &str = "U1 U2 U3 U4 U5 U6";

fn project(rules: &str, decisions: &str) -> Project {
    Project::totals(TEN, &format!("{QUOTAS}{rules}")).decisions(decisions)
}

fn decided(decisions: &str) -> Run {
    project("", decisions).score()
}

#[test]
fn without_decisions() {
    assert_eq!(Project::totals(TEN, QUOTAS).score().grades(FIRST), "优秀 优秀 先进 先进 达标 达标");
}

#[test]
fn a_pin_overrides_the_threshold_and_takes_its_place_first() {
    let run = decided("1,U6,优秀,,,");
    assert_eq!(run.grades(FIRST), "优秀 先进 先进 达标 达标 优秀");
    // U2 with 95 has not got the grade that U6 with 70 has
    assert_eq!((run.units_with("W617"), run.steps("U6").contains(&"decision")), (vec!["U6"], true));
    assert_eq!(run.ranks("U1 U2 U6"), "1 2 6");
}

#[test]
fn a_pin_may_go_downwards() {
    let run = decided("1,U1,合格,,,");
    assert_eq!(run.grades(FIRST), "达标 优秀 优秀 先进 先进 达标");
}

#[test]
fn a_pin_outside_the_quota_takes_no_place() {
    let run = decided("1,U6,优秀,是,,");
    assert_eq!(run.grades(FIRST), "优秀 优秀 先进 先进 达标 优秀");
    assert_eq!((run.unit("U6").takes_place, run.has("W617")), (false, false));
}

#[test]
fn more_pins_than_places_are_an_error() {
    assert_eq!(project("", "1,U6,优秀,,,\n2,U7,优秀,,,\n3,U8,优秀,,,").run().errors(), ["E612"]);
    assert_eq!(project("", "1,U6,优秀,,,\n2,U7,优秀,,,\n3,U8,优秀,是,,").run().errors(), Vec::<&str>::new());
    // cumulative: 2 + 3 pins for 4 places of 先进 or better
    let five = "1,U6,优秀,,,\n2,U7,优秀,,,\n3,U8,先进,,,\n4,U9,先进,,,\n5,U10,先进,,,";
    assert_eq!(project("", five).run().errors(), ["E612"]);
}

const CAP: &str = "[[cap]]\ncode = \"C1\"\nname = \"立案\"\nat_most = \"达标\"\nwhen = { event = \"V1\" }\n\
    [[adjustment]]\ncode = \"V1\"\nname = \"立案\"\nkind = \"event\"\n";

#[test]
fn a_pin_above_a_cap_needs_leave_and_a_clause() {
    let capped = |decision: &str| project(CAP, decision).events("1,U1,V1").run();
    let run = capped("1,U1,优秀,,,");
    assert_eq!((run.errors(), run.at("E613").as_str()), (vec!["E613"], "registers/等次审定.csv A2"));
    assert_eq!(capped("1,U1,优秀,,是,").errors(), ["E613"]);
    let allowed = capped("1,U1,优秀,,是,第八条");
    assert_eq!((allowed.errors(), allowed.grade("U1")), (vec![], "优秀"));
    // at or below the cap nothing is needed
    assert_eq!(capped("1,U1,达标,,,").errors(), Vec::<&str>::new());
    assert_eq!(capped("1,U1,不达标,,,").grade("U1"), "不达标");
}

#[test]
fn a_deferred_unit_is_ranked_without_grade_and_keeps_its_place_free() {
    let run = decided("1,U2,暂缓,,,");
    // U2 keeps the second place of 优秀: U3 drops
    assert_eq!(run.grades(FIRST), "优秀 — 先进 先进 达标 达标");
    assert_eq!((run.ranks("U2"), run.unit("U2").deferred, run.total("U2")), ("2".to_owned(), true, "95.00"));
    assert!(run.steps("U2").contains(&"place-kept"));
}

#[test]
fn a_deferred_unit_outside_the_quota_keeps_no_place() {
    let run = decided("1,U2,暂缓,是,,");
    assert_eq!(run.grades(FIRST), "优秀 — 优秀 先进 先进 达标");
}

#[test]
fn a_deferred_unit_without_free_place_keeps_the_next_lower_one() {
    let run = decided("1,U6,优秀,,,\n2,U7,优秀,,,\n3,U1,暂缓,,,");
    // both places of 优秀 are pinned; U1 keeps the third of 4 places of 先进 or better; one is left for U2
    assert_eq!(run.grades("U1 U2 U3 U4 U5 U6 U7"), "— 先进 达标 达标 达标 优秀 优秀");
}

#[test]
fn the_place_of_a_deferred_unit_is_kept_at_its_grade_after_caps() {
    let run = project(CAP, "1,U1,暂缓,,,").events("1,U1,V1").score();
    // capped at 达标, which has no quota: no place of the better grades is kept
    assert_eq!(run.grades(FIRST), "— 优秀 优秀 先进 先进 达标");
}

#[test]
fn a_decision_for_a_separate_unit_sets_its_grade_without_a_place() {
    let project = Project::new(&format!("{GIVEN}{QUOTAS}"));
    let rows = "U1,甲,一组,单列\nU2,乙,一组,\nU3,丙,一组,\nU4,丁,一组,\nU5,戊,一组,\nU6,己,一组,";
    let project = project.roster("单位代码,单位全称,分组,参评方式", rows).given("U1,70 U2,95 U3,70 U4,70 U5,70 U6,70");
    let run = project.decisions("1,U1,优秀,,,").score();
    // 5 ranked units: 1 place of 优秀, for U2
    assert_eq!((run.grades("U1 U2"), run.outcome().quotas[0].seats.ranked), ("优秀 优秀".to_owned(), 5));
}

#[test]
fn a_decision_for_a_unit_that_is_not_assessed_is_an_error() {
    let project = Project::new(GIVEN).roster("单位代码,单位全称,分组,参评方式", "U1,甲,一组,不参评\nU2,乙,一组,");
    assert_eq!(project.given("U2,90").decisions("1,U1,优秀,,,").run().errors(), ["E614"]);
}

#[test]
fn two_decisions_for_one_unit_are_an_error() {
    assert_eq!(project("", "1,U1,优秀,,,\n2,U1,先进,,,").run().errors(), ["E615"]);
}

#[test]
fn an_unknown_grade_is_an_error() {
    let run = project("", "1,U1,卓越,,,").run();
    assert_eq!((run.errors(), run.at("E616").as_str()), (vec!["E616"], "registers/等次审定.csv C2"));
}

#[test]
fn only_approved_decisions_with_complete_documents_count() {
    let grade = |row: &str| {
        let text = format!("编号,单位,等次,不占名额,突破上限,条款,文号,日期,状态\n{row}");
        Project::totals(TEN, QUOTAS).file("registers/等次审定.csv", &text).score().grade("U6").to_owned()
    };
    assert_eq!(grade("1,U6,优秀,,,,审9,2026-01-10,工委审定"), "优秀");
    assert_eq!(grade("1,U6,优秀,,,,审9,2026-01-10,拟提"), "达标");
    assert_eq!(grade("1,U6,优秀,,,,,2026-01-10,工委审定"), "达标");
    assert_eq!(grade("1,U6,优秀,,,,审9,,工委审定"), "达标");
}

#[test]
fn a_pin_overrides_a_promotion_downwards() {
    let rules = "[[promotion]]\ncode = \"U\"\nto = \"优秀\"\nwhen = { event = \"V1\" }\n\
                 [[adjustment]]\ncode = \"V1\"\nname = \"表彰\"\nkind = \"event\"\n";
    assert_eq!(project(rules, "1,U6,先进,,,").events("1,U6,V1").score().grade("U6"), "先进");
}

#[test]
fn a_place_must_be_free_in_every_lower_cumulative_quota_too() {
    // four pins fill the 4 places of 先进 or better: nobody can take one of the 2 places of 优秀
    let run = decided("1,U6,先进,,,\n2,U7,先进,,,\n3,U8,先进,,,\n4,U9,先进,,,");
    assert_eq!(run.grades("U1 U2 U3 U4 U5 U6 U9"), "达标 达标 达标 达标 达标 先进 先进");
    assert_eq!(run.units_with("W617"), ["U6", "U7", "U8", "U9"]);
    // three pins leave one place in all
    let run = decided("1,U6,先进,,,\n2,U7,先进,,,\n3,U8,先进,,,");
    assert_eq!(run.grades("U1 U2 U3"), "优秀 达标 达标");
}

//! Promotions: a floor under the grade, outside the quota (SPEC §9.4, §18).

use crate::support::{GIVEN, Project, Run};

const KINDS: &str = "[[adjustment]]\ncode = \"U\"\nname = \"国家级表彰\"\nkind = \"event\"\n\
    [[adjustment]]\ncode = \"V\"\nname = \"立案\"\nkind = \"event\"\n";
const QUOTAS: &str = "[[grade]]\nname = \"优秀\"\nat_least = 90\nquota = { share = 20 }\n\
    [[grade]]\nname = \"先进\"\nat_least = 80\nquota = { share = 40 }\n\
    [[grade]]\nname = \"达标\"\nat_least = 60\n[[grade]]\nname = \"不达标\"\n";

fn promotion(to: &str, when: &str) -> String {
    format!("[[promotion]]\ncode = \"U1\"\nname = \"晋等\"\nto = \"{to}\"\nwhen = {when}\n")
}

fn cap(at_most: &str) -> String {
    format!("[[cap]]\ncode = \"C1\"\nname = \"上限\"\nat_most = \"{at_most}\"\nwhen = {{ event = \"V\" }}\n")
}

/// Five units: 1 place of 优秀, 2 of 先进 or better.
fn five(totals: &str, rules: &str, events: &str) -> Run {
    Project::totals(totals, &format!("{KINDS}{QUOTAS}{rules}")).events(events).score()
}

const ALL: &str = "U1 U2 U3 U4 U5";

#[test]
fn a_promoted_unit_has_its_grade_outside_the_quota_and_stays_in_the_number() {
    let run = five("U1=95 U2=94 U3=65 U4=64 U5=63", &promotion("优秀", "{ event = \"U\" }"), "1,U4,U");
    assert_eq!(run.grades(ALL), "优秀 先进 达标 优秀 达标");
    assert_eq!((run.unit("U4").takes_place, run.unit("U1").takes_place), (false, true));
    assert_eq!((run.outcome().quotas[0].seats.ranked, run.outcome().quotas[0].seats.taken), (5, 1));
    assert!(run.steps("U4").contains(&"promotion") && run.steps("U4").contains(&"outside-quota"));
}

#[test]
fn a_promotion_is_a_floor_and_the_unit_competes_for_better_grades() {
    let rule = promotion("先进", "{ event = \"U\" }");
    // without promotion U3 finds no place at 优秀 (1) nor at 先进 (2 together)
    assert_eq!(five("U1=95 U2=94 U3=93 U4=70 U5=65", &rule, "").grades(ALL), "优秀 先进 达标 达标 达标");
    // with it U3 ends at its floor and takes no place
    let run = five("U1=95 U2=94 U3=93 U4=70 U5=65", &rule, "1,U3,U");
    assert_eq!((run.grades(ALL), run.unit("U3").takes_place), ("优秀 先进 先进 达标 达标".to_owned(), false));
    // the best unit competes for 优秀 and takes a place there
    let run = five("U1=95 U2=94 U3=93 U4=70 U5=65", &rule, "1,U1,U");
    assert_eq!((run.grades(ALL), run.unit("U1").takes_place), ("优秀 先进 达标 达标 达标".to_owned(), true));
}

#[test]
fn a_promotion_acts_above_a_cap_unless_it_says_otherwise() {
    let rule = promotion("优秀", "{ event = \"U\" }");
    let events = "1,U4,U\n2,U4,V";
    let totals = "U1=95 U2=94 U3=65 U4=64 U5=63";
    assert_eq!(five(totals, &format!("{rule}{}", cap("达标")), events).grade("U4"), "优秀");
    let stopped = five(totals, &format!("{rule}unless_capped = true\n{}", cap("达标")), events);
    assert_eq!((stopped.grade("U4"), stopped.steps("U4").contains(&"promotion-stopped")), ("达标", true));
    // a cap at the promoted grade is not worse
    let rule = promotion("先进", "{ event = \"U\" }");
    assert_eq!(five(totals, &format!("{rule}unless_capped = true\n{}", cap("先进")), events).grade("U4"), "先进");
}

#[test]
fn an_attribute_may_promote() {
    let model = format!("{GIVEN}{}", promotion("优秀", "{ attribute = \"表彰\", equals = \"国家级\" }"));
    let project = Project::new(&model).roster("单位代码,单位全称,分组,表彰", "U1,甲,一组,国家级\nU2,乙,一组,无");
    assert_eq!(project.given("U1,70 U2,70").score().grades("U1 U2"), "优秀 达标");
}

#[test]
fn at_least_holds_when_all_measured_nodes_reach_it() {
    let tree = "[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 50\n[[aspect]]\ncode = \"A2\"\nname = \"实效\"\npoints = 50\n\
        [[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"甲\"\npoints = 50\nrule = \"核定\"\n\
        [[indicator]]\ncode = \"Y\"\nline = \"L1\"\naspect = \"A2\"\nname = \"乙\"\npoints = 50\nrule = \"核定\"\n";
    let model = format!("{tree}{GIVEN}{}", promotion("优秀", "{ rate = \"aspect.*\", at_least = 70 }"));
    let rows = "U1,,A1,70\nU1,,A2,70\nU2,,A1,69.99\nU2,,A2,100\nU3,,A1,69.995\nU3,,A2,70";
    let run = Project::new(&model).units("U1 U2 U3").given_parts(rows).score();
    // rates as printed: 69.995 is 70.00; total of U2 84.995
    assert_eq!(run.grades("U1 U2 U3"), "优秀 先进 优秀");
}

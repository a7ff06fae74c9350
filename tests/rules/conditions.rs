//! Conditions on points, on sums of adjustments, on groups and on one of several attributes (SPEC §19.8, §19.12).

use crate::support::{GIVEN, Project, Run};

/// A cap at 一般 under a condition; every total reaches 优秀.
fn capped(when: &str) -> String {
    format!(
        "[[grade]]\nname = \"优秀\"\nat_least = 20\n[[grade]]\nname = \"一般\"\n\
         [[cap]]\ncode = \"C1\"\nname = \"限\"\nat_most = \"一般\"\nwhen = {{ {when} }}\n{ADJUSTMENTS}"
    )
}

const ADJUSTMENTS: &str = "[[adjustment]]\ncode = \"N1\"\nname = \"通报\"\nkind = \"deduction\"\npoints = 3\n\
                           [[adjustment]]\ncode = \"J1\"\nname = \"表彰\"\nkind = \"bonus\"\npoints = 3\n\
                           [adjustments]\nmax_deduction = 5\n";

fn because(run: &Run, unit: &str) -> String {
    let said = run.unit(unit).path.iter().find_map(|step| step.because());
    said.unwrap_or_default().to_owned()
}

#[test]
fn points_of_a_node_are_compared_as_printed() {
    // Aspect A1 has 100 points, so its points are the total: 191/8 is printed 23.88, 23.996 is printed 24.00.
    let run = Project::totals("U1=23.875 U2=23.996 U3=24", &capped("points = \"A1\", below = 24")).score();
    assert_eq!(run.grades("U1 U2 U3"), "一般 优秀 优秀");
    assert_eq!(because(&run, "U1"), "A1 23.88");
    // In one component alone.
    let own = Project::totals("U1=23.875", &capped("points = \"A1\", component = \"g\", below = 24")).score();
    assert_eq!(own.grade("U1"), "一般");
}

#[test]
fn a_condition_on_deductions_looks_at_what_counts() {
    // Twice 3 is cut to 5 by the limit; U2 has 3.
    let rows = "1,U1,N1,甲,,3,通报,文1,2025-05-01,工委审定,审1\n2,U1,N1,乙,,3,通报,文2,2025-05-02,工委审定,审2\n\
                3,U2,N1,丙,,3,通报,文3,2025-05-03,工委审定,审3";
    let of = |bar: &str| {
        let when = format!("deductions = true, at_least = {bar}");
        Project::totals("U1=90 U2=90 U3=90", &capped(&when)).adjustments(rows).score()
    };
    assert_eq!(of("3").grades("U1 U2 U3"), "一般 一般 优秀");
    let five = of("5");
    assert_eq!((five.grades("U1 U2 U3"), because(&five, "U1")), ("一般 优秀 优秀".to_owned(), "5".to_owned()));
    assert_eq!(of("5.5").grades("U1 U2 U3"), "优秀 优秀 优秀");
}

#[test]
fn a_condition_on_bonus_may_promote() {
    let model = format!(
        "[[grade]]\nname = \"优秀\"\nat_least = 95\n[[grade]]\nname = \"一般\"\n\
         [[promotion]]\ncode = \"P1\"\nto = \"优秀\"\nwhen = {{ bonus = true, at_least = 3 }}\n{ADJUSTMENTS}"
    );
    let rows = "1,U1,J1,甲,,3,通报,文1,2025-05-01,工委审定,审1";
    assert_eq!(Project::totals("U1=80 U2=80", &model).adjustments(rows).score().grades("U1 U2"), "优秀 一般");
}

/// U1 of 县区 with 层级 甲, U2 of 开发区 with 乙, U3 of 开发区 with 丙.
fn grouped(when: &str) -> Project {
    let project = Project::new(&format!("{GIVEN}{}", capped(when)));
    let roster = "U1,某县,县区,甲\nU2,某区,开发区,乙\nU3,某园,开发区,丙";
    project.roster("单位代码,单位全称,分组,层级", roster).given("U1,90 U2,90 U3,90")
}

#[test]
fn a_condition_may_name_groups() {
    let one = grouped("group = \"县区\"").score();
    assert_eq!((one.grades("U1 U2 U3"), because(&one, "U1")), ("一般 优秀 优秀".to_owned(), "县区".to_owned()));
    assert_eq!(grouped("group = [\"县区\", \"开发区\"]").score().grades("U1 U2 U3"), "一般 一般 一般");
    let unknown = grouped("group = [\"县区\", \"开发\"]").run();
    let message = unknown.of("E508")[0];
    assert_eq!((unknown.errors(), message.found.as_deref()), (vec!["E508"], Some("开发")));
    assert!(message.expected.as_deref().is_some_and(|said| said.contains("开发区")), "{message:?}");
}

#[test]
fn an_attribute_may_equal_one_of_several() {
    assert_eq!(grouped("attribute = \"层级\", equals = [\"甲\", \"丙\"]").score().grades("U1 U2 U3"), "一般 优秀 一般");
    assert_eq!(grouped("attribute = \"层级\", equals = \"乙\"").score().grades("U1 U2 U3"), "优秀 一般 优秀");
    assert_eq!(grouped("attribute = \"层级\", equals = []").run().errors(), ["E504"]);
    let all = "all = [{ group = \"开发区\" }, { attribute = \"层级\", equals = [\"甲\", \"丙\"] }]";
    assert_eq!(grouped(all).score().grades("U1 U2 U3"), "优秀 优秀 一般");
}

#[test]
fn a_condition_that_cannot_be_meant_is_refused() {
    for (when, code) in [
        ("points = \"A9\", below = 24", "E508"),
        ("points = \"A1\", at_least = 24", "E512"),
        ("points = \"A1\"", "E512"),
        ("deductions = false, at_least = 3", "E512"),
        ("deductions = true", "E502"),
        ("deductions = true, at_least = 0", "E504"),
        ("group = \"县区\", deductions = true, at_least = 3", "E512"),
        ("group = []", "E504"),
    ] {
        let run = grouped(when).run();
        assert!(run.is_stopped() && run.has(code), "{when}: {:?}", run.messages);
    }
}

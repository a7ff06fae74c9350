//! 更正登记: one input value replaced, the old one proven (SPEC §8, §18).

use crate::support::{Project, Run};

/// X 60 and Y 40 points are half of the total, given scores the other half.
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
[[component]]
id = "i"
name = "指标"
weight = 50
kind = "indicators"
[[component]]
id = "g"
name = "日常"
weight = 50
kind = "given"
scale = 3
"#;

/// X 50 + Y 30 = 80 %; given 2/3 = 66.666… %: total 40 + 33.333… = 73.33.
fn project() -> Project {
    Project::new(MODEL).units("U1").report("U1", "X,,,,,50,核减\nY,,,,,30,核减").given("U1,2")
}

fn corrected(rows: &str) -> Run {
    project().corrections(rows).run()
}

#[test]
fn without_correction() {
    assert_eq!(project().score().total("U1"), "73.33");
}

#[test]
fn a_leaf_is_replaced() {
    let run = corrected("1,U1,X,50,56");
    // 0.5·86 + 33.333…
    assert_eq!((run.errors(), run.total("U1"), run.points("U1", "X")), (vec![], "76.33", "56".to_owned()));
    assert_eq!((run.leaf("U1", "X").state.json(), run.leaf("U1", "X").corrected.as_deref()), ("corrected", Some("1")));
}

#[test]
fn a_component_is_replaced_and_said_to_no_longer_follow_from_its_parts() {
    let run = corrected("1,U1,g,66.67,90"); // the old value as printed; 40 + 45
    assert_eq!((run.errors(), run.total("U1"), run.rate("U1", "g")), (vec![], "85.00", "90.00"));
    assert_eq!((run.has("W626"), run.unit("U1").components["g"].corrected.as_deref()), (true, Some("1")));
}

#[test]
fn the_total_is_replaced_and_decides_the_grade() {
    let run = corrected("1,U1,总分,73.33,80");
    assert_eq!((run.errors(), run.total("U1"), run.grade("U1"), run.has("W626")), (vec![], "80.00", "先进", true));
}

#[test]
fn a_leaf_and_the_total_may_both_be_corrected() {
    // the total after the corrected leaf is 76.33
    assert_eq!(corrected("1,U1,X,50,56\n2,U1,总分,76.33,77").total("U1"), "77.00");
    assert_eq!(corrected("1,U1,X,50,56\n2,U1,总分,73.33,77").errors(), ["E620"]);
}

#[test]
fn the_old_value_must_be_the_present_one() {
    for row in ["1,U1,X,49,56", "1,U1,g,66.7,90", "1,U1,g,66.6667,90", "1,U1,总分,73.3,80", "1,U1,X,,56"] {
        let run = corrected(row);
        assert_eq!((run.errors(), run.at("E620").as_str()), (vec!["E620"], "registers/更正登记.csv D2"), "{row}");
    }
}

#[test]
fn the_new_value_must_be_allowed() {
    for row in
        ["1,U1,X,50,60.01", "1,U1,X,50,-1", "1,U1,g,66.67,100.5", "1,U1,总分,73.33,73.335", "1,U1,总分,73.33,101"]
    {
        let run = corrected(row);
        assert_eq!((run.errors(), run.at("E621").as_str()), (vec!["E621"], "registers/更正登记.csv E2"), "{row}");
    }
}

/// What may be put in place does not depend on what stands there: both faults are told in one run.
#[test]
fn a_new_value_is_checked_even_where_another_cell_of_the_unit_is_wrong() {
    let project = Project::new(MODEL).units("U1").report("U1", "X,,,,,不是数,\nY,,,,,30,说明").given("U1,2");
    let project = project.corrections("1,U1,X,50,60.01");
    let run = project.run();
    assert_eq!((run.errors(), run.at("E621").as_str()), (vec!["E201", "E621"], "registers/更正登记.csv E2"));
}

#[test]
fn one_place_has_one_correction() {
    assert_eq!(corrected("1,U1,X,50,56\n2,U1,X,56,57").errors(), ["E622"]);
}

#[test]
fn an_unknown_place_is_an_error() {
    let run = corrected("1,U1,Q,50,56");
    assert_eq!((run.errors(), run.at("E623").as_str()), (vec!["E623"], "registers/更正登记.csv C2"));
}

#[test]
fn only_approved_corrections_with_document_number_count() {
    let run = |row: &str| {
        let text = format!("编号,单位,位置,旧值,新值,理由,文号,状态\n{row}");
        project().file("registers/更正登记.csv", &text).score().total("U1").to_owned()
    };
    assert_eq!(run("1,U1,X,50,56,录入有误,更1,工委审定"), "76.33");
    assert_eq!(run("1,U1,X,50,56,录入有误,更1,拟提"), "73.33");
    assert_eq!(run("1,U1,X,50,56,录入有误,,工委审定"), "73.33");
}

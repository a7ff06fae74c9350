//! 不涉及 and 0/0: who may say so, and what the leaf then counts (SPEC §6).

use crate::leaf_rules::one_leaf;
use crate::support::{Project, Run};

/// A1 has the cell L1 with X 4 and Y 6 points and the cell L2 with Z 20 points; A2 has W 70 points on L2.
const MODEL: &str = r#"
[[line]]
code = "L1"
name = "政治领导线"
[[line]]
code = "L2"
name = "履职落实线"
[[aspect]]
code = "A1"
name = "责任"
points = 30
[[aspect]]
code = "A2"
name = "实效"
points = 70
[[indicator]]
code = "X"
line = "L1"
aspect = "A1"
name = "学习"
points = 4
rule = "核定"
[[indicator]]
code = "Y"
line = "L1"
aspect = "A1"
name = "述职"
points = 6
rule = "核定"
[[indicator]]
code = "Z"
line = "L2"
aspect = "A1"
name = "组织"
points = 20
rule = "核定"
[[indicator]]
code = "W"
line = "L2"
aspect = "A2"
name = "任务"
points = 70
rule = "核定"
"#;

fn scored(policy: &str, cells: &str) -> Run {
    let model = format!("{MODEL}[self_report]\nnot_applicable = \"{policy}\"");
    Project::new(&model).units("U1").report("U1", cells).score()
}

/// Y at 3 of 6 points, everything else full.
const X_AWAY: &str = "X,,,,不涉及,,\nY,,,,,3,核减\nZ,,,,,20,\nW,,,,,70,";

#[test]
fn a_leaf_that_leaves_its_cell_hands_its_points_to_the_rest_of_the_cell() {
    let run = scored("rescale", X_AWAY);
    // the cell keeps 10 points at 3/6: 5; total 5 + 20 + 70 = 95; A1 (5 + 20)/30; L1 5/10; L2 90/90
    assert_eq!((run.total("U1"), run.aspect("U1", "A1")), ("95.00", "83.33"));
    assert_eq!((run.line("U1", "L1"), run.line("U1", "L2")), ("50.00", "100.00"));
    assert_eq!(run.leaf("U1", "X").state.json(), "not-applicable");
    assert_eq!(run.points("U1", "X"), "—");
}

#[test]
fn the_findings_name_the_leaves_that_left() {
    let run = scored("rescale", "X,,,,不涉及,,\nY,,,,,不涉及,\nZ,,,,,20,\nW,,,,,70,");
    let notes = run.of("N228");
    let [note] = notes.as_slice() else { panic!("one note a unit: {notes:#?}") };
    assert_eq!((note.unit.as_deref(), note.found.as_deref()), (Some("U1"), Some("X 学习、Y 述职")));
    assert_eq!(
        (run.at("N228").as_str(), note.related.as_slice()),
        ("self-reports/U1.csv E3", ["self-reports/U1.csv F4".to_owned()].as_slice())
    );
    assert!(note.title.contains('2'), "{}", note.title);
    let all = scored("rescale", "X,,,,,4,\nY,,,,,6,\nZ,,,,,20,\nW,,,,,70,");
    assert!(!all.has("N228"));
}

#[test]
fn rescale_is_the_default() {
    assert_eq!(Project::new(MODEL).units("U1").report("U1", X_AWAY).score().total("U1"), "95.00");
}

#[test]
fn a_leaf_that_is_not_applicable_may_count_full() {
    assert_eq!(scored("full", X_AWAY).total("U1"), "97.00"); // 4 + 3 + 20 + 70
}

#[test]
fn a_leaf_that_is_not_applicable_may_count_zero() {
    assert_eq!(scored("zero", X_AWAY).total("U1"), "93.00"); // 0 + 3 + 20 + 70
}

#[test]
fn an_emptied_cell_leaves_its_aspect() {
    let run = scored("rescale", "X,,,,不涉及,,\nY,,,,不涉及,,\nZ,,,,,10,核减\nW,,,,,70,");
    // A1 = Z alone = 10/20 = 50 % of 30 points: 15 + 70 = 85; L1 has nothing left; L2 (10 + 70)/90
    assert_eq!((run.aspect("U1", "A1"), run.total("U1")), ("50.00", "85.00"));
    assert_eq!((run.line("U1", "L1"), run.line("U1", "L2")), ("—", "88.89"));
}

#[test]
fn all_leaves_not_applicable_is_an_error() {
    let project = Project::new(MODEL).units("U1");
    let run = project.report("U1", "X,,,,不涉及,,\nY,,,,不涉及,,\nZ,,,,不涉及,,\nW,,,,不涉及,,").run();
    assert_eq!(run.errors(), ["E319"]);
}

fn leaf(rule: (&str, &str), policy: &str, cells: &str) -> Run {
    let model = format!("{}[self_report]\n{policy}\nnot_applicable = \"full\"", one_leaf("4", rule.0, rule.1));
    Project::new(&model).units("U1").report("U1", cells).run()
}

const DEDUCT: (&str, &str) = ("扣分", "每次=0.5");
const PART: (&str, &str) = ("比率", "target=100;in=part");

#[test]
fn the_unit_alone_cannot_make_a_leaf_not_applicable() {
    let judged = leaf(DEDUCT, "", "X,不涉及,,,2,,"); // 4 − 2·0.5 = 3
    assert_eq!((judged.errors(), judged.points("U1", "X"), judged.has("W219")), (vec![], "3".to_owned(), true));
    assert_eq!(leaf(DEDUCT, "", "X,不涉及,,,,,").errors(), ["E211"]);
    let zero = leaf(DEDUCT, "unverified = \"zero\"", "X,不涉及,,,,,");
    assert_eq!((zero.errors(), zero.points("U1", "X")), (vec![], "0".to_owned()));
}

#[test]
fn under_unverified_self_the_units_word_is_enough() {
    let run = leaf(DEDUCT, "unverified = \"self\"", "X,不涉及,,,,,");
    assert_eq!((run.errors(), run.leaf("U1", "X").state.json(), run.total("U1")), (vec![], "not-applicable", "100.00"));
    assert_eq!(
        (run.at("N228"), run.of("N228")[0].found.as_deref()),
        ("self-reports/U1.csv B3".to_owned(), Some("X 指标"))
    );
}

#[test]
fn a_verifier_who_types_points_beside_not_applicable_contradicts_himself() {
    assert_eq!(leaf(DEDUCT, "", "X,,,,不涉及,3,").errors(), ["E209"]);
}

#[test]
fn nothing_of_nothing_is_not_applicable_when_the_verifier_says_so() {
    let run = leaf(PART, "", "X,0/0,,,0/0,,");
    assert_eq!((run.errors(), run.leaf("U1", "X").state.json()), (vec![], "not-applicable"));
    assert_eq!(
        (run.at("W217"), run.at("N228")),
        ("self-reports/U1.csv E3".to_owned(), "self-reports/U1.csv E3".to_owned())
    );
    // the unit's 0/0 alone is not enough
    assert_eq!(leaf(PART, "", "X,0/0,,,,,").errors(), ["E211"]);
    let own = leaf(PART, "unverified = \"self\"", "X,0/0,,,,,");
    assert_eq!((own.errors(), own.leaf("U1", "X").state.json(), own.has("W217")), (vec![], "not-applicable", true));
}

//! Which cell of a leaf counts: typed and calculated points, unverified leaves, evidence, reports that are missing (§6).

use crate::leaf_rules::one_leaf;
use crate::support::{Project, Run};

/// A leaf of 7 points for a part in percent: 2/3 gives 14/3 = 4.666…
const SEVEN: (&str, &str, &str) = ("7", "比率", "target=100;in=part");
/// A leaf of 4 points that loses 0.5 per case.
const FOUR: (&str, &str, &str) = ("4", "扣分", "每次=0.5");

fn leaf((full, rule, params): (&str, &str, &str), policy: &str, cells: &str) -> Run {
    let model = format!("{}[self_report]\n{policy}\n", one_leaf(full, rule, params));
    Project::new(&model).units("U1").report("U1", cells).run()
}

#[test]
fn typed_points_that_differ_from_the_rule_are_an_error() {
    let run = leaf(FOUR, "", "X,,,,3,2.6,"); // 4 − 3·0.5 = 2.5
    assert_eq!((run.errors(), run.at("E209")), (vec!["E209"], "self-reports/U1.csv F3".to_owned()));
    assert_eq!(leaf(FOUR, "", "X,,,,3,2.5,").errors(), Vec::<&str>::new());
}

#[test]
fn the_rule_is_rounded_to_the_decimals_typed_but_to_no_fewer_than_published() {
    // 14/3 = 4.6666…: to 2 decimals 4.67, to 3 decimals 4.667; "4.7" and "5" are compared at 2 decimals
    for (typed, errors) in
        [("4.67", vec![]), ("4.667", vec![]), ("4.7", vec!["E209"]), ("5", vec!["E209"]), ("4.66", vec!["E209"])]
    {
        assert_eq!(leaf(SEVEN, "", &format!("X,,,,2/3,{typed},")).errors(), errors, "{typed}");
    }
}

#[test]
fn the_typed_points_count_when_they_agree_and_the_exact_ones_when_none_are_typed() {
    assert_eq!(leaf(SEVEN, "", "X,,,,2/3,4.667,").points("U1", "X"), "4.667");
    let exact = leaf(SEVEN, "", "X,,,,2/3,,");
    assert_eq!(exact.leaf("U1", "X").verified.as_ref().unwrap().0.fraction(), "14/3");
    assert_eq!(exact.exact_rate("U1", "i"), "200/3"); // 100·(14/3)/7
}

#[test]
fn a_self_score_that_differs_from_the_rule_is_a_warning() {
    let run = leaf(SEVEN, "", "X,2/3,4.7,,18/20,,");
    assert_eq!((run.errors(), run.at("W210")), (vec![], "self-reports/U1.csv C3".to_owned()));
    assert!(!leaf(SEVEN, "", "X,2/3,4.67,,18/20,,").has("W210"));
    assert_eq!(run.points("U1", "X"), "6.3"); // 7·18/20: the self score does not count
}

#[test]
fn an_unverified_leaf_is_an_error_by_default() {
    let run = leaf(FOUR, "", "X,1,3.5,有,,,");
    assert_eq!((run.errors(), run.at("E211")), (vec!["E211"], "self-reports/U1.csv F3".to_owned()));
}

#[test]
fn an_unverified_leaf_may_count_zero() {
    let run = leaf(FOUR, "unverified = \"zero\"", "X,1,3.5,有,,,");
    assert_eq!(
        (run.errors(), run.points("U1", "X"), run.leaf("U1", "X").state.json()),
        (vec![], "0".into(), "unverified")
    );
}

#[test]
fn an_unverified_leaf_may_count_what_the_unit_says() {
    let own = |cells: &str| leaf(FOUR, "unverified = \"self\"", cells);
    assert_eq!((own("X,1,3,有,,,").points("U1", "X"), own("X,1,3,有,,,").errors()), ("3".to_owned(), vec![]));
    assert_eq!(own("X,1,,有,,,").points("U1", "X"), "3.5"); // blank self score: rule(完成值) = 4 − 0.5
    assert_eq!(own("X,,2,有,,,").points("U1", "X"), "2");
    assert_eq!(own("X,,,有,,,").errors(), ["E216"]); // both blank
    assert_eq!(own("X,1,3.5,有,3,,").points("U1", "X"), "2.5"); // verified all the same: 4 − 1.5
}

#[test]
fn missing_required_evidence_costs_the_points() {
    let model = format!("{}evidence = \"required\"\n", one_leaf("4", "扣分", "每次=0.5"));
    let run = |policy: &str, cells: &str| {
        Project::new(&format!("{model}[self_report]\n{policy}")).units("U1").report("U1", cells).score()
    };
    let zero = run("", "X,1,3.5,,1,,");
    assert_eq!(
        (zero.points("U1", "X"), zero.leaf("U1", "X").state.json(), zero.at("W215")),
        ("0".into(), "no-evidence", "self-reports/U1.csv D3".into())
    );
    let warned = run("missing_evidence = \"warn\"", "X,1,3.5,,1,,");
    assert_eq!((warned.points("U1", "X"), warned.has("W215")), ("3.5".to_owned(), true));
    // an explicit 核定得分 is the verifier's word
    let typed = run("", "X,1,3.5,,,3,");
    assert_eq!((typed.points("U1", "X"), typed.has("W215")), ("3".to_owned(), false));
    let filed = run("", "X,1,3.5,会议记录,1,,");
    assert_eq!((filed.points("U1", "X"), filed.has("W215")), ("3.5".to_owned(), false));
}

#[test]
fn points_outside_zero_and_full_are_an_error_in_both_columns() {
    for (cells, place) in [
        ("X,,,,,4.01,", "self-reports/U1.csv F3"),
        ("X,,,,,-0.5,", "self-reports/U1.csv F3"),
        ("X,,5,,,4,", "self-reports/U1.csv C3"),
    ] {
        let run = leaf(FOUR, "", cells);
        assert_eq!((run.errors(), run.at("E203")), (vec!["E203"], place.to_owned()), "{cells}");
    }
}

const TWO_LEAVES: &str = r#"
[[indicator]]
code = "X"
line = "L1"
aspect = "A1"
name = "学习"
points = 60
rule = "扣分"
params = "每次=5"
evidence = "required"
[[indicator]]
code = "Y"
line = "L1"
aspect = "A1"
name = "品牌"
points = 40
rule = "核定"
"#;

#[test]
fn a_verification_table_counts_for_a_unit_without_report_and_the_rest_is_missing() {
    let project = |missing: &str| {
        Project::new(&format!("{TWO_LEAVES}[self_report]\nmissing = \"{missing}\"")).units("U1").verified("U1,X,2,,")
    };
    let zero = project("zero").score();
    // X = 60 − 2·5 = 50; the evidence rule does not apply without a report; Y = 0
    assert_eq!((zero.points("U1", "X"), zero.points("U1", "Y"), zero.total("U1")), ("50".into(), "0".into(), "50.00"));
    assert_eq!(zero.leaf("U1", "Y").state.json(), "no-report");
    assert!(!zero.has("W215"));
    let error = project("error").run();
    assert_eq!((error.errors(), error.units_with("E310")), (vec!["E310"], vec!["U1"]));
}

#[test]
fn a_verification_table_fills_the_blank_cells_of_a_report_and_may_not_contradict_it() {
    let run = |rows: &str| {
        let project = Project::new(TWO_LEAVES).units("U1").report("U1", "X,2,50,记录,2,,\nY,,30,,,,");
        project.verified(rows).run()
    };
    let both = run("U1,Y,,35,核减");
    assert_eq!((both.errors(), both.total("U1")), (vec![], "85.00")); // 50 + 35
    assert_eq!(run("U1,Y,,35,核减\nU1,X,3,,").errors(), ["E218"]);
}

#[test]
fn a_leaf_twice_for_one_unit_is_an_error() {
    let run = Project::new(TWO_LEAVES).units("U1").report("U1", "X,,,有,2,,\nX,,,有,3,,\nY,,,,,40,").run();
    assert_eq!((run.errors(), run.at("E218")), (vec!["E218"], "self-reports/U1.csv A4".to_owned()));
}

/// English forms print English words; they mean what the Chinese ones mean.
#[test]
fn values_may_be_said_in_english() {
    let leaf_of_50 = |code: &str, rule: &str| {
        format!(
            "[[indicator]]\ncode = \"{code}\"\nline = \"L1\"\naspect = \"A1\"\nname = \"指标{code}\"\npoints = 50\n{rule}\n"
        )
    };
    let model = leaf_of_50("X", "rule = \"扣分\"\nparams = \"每次=0.5\"") + &leaf_of_50("Y", "rule = \"核定\"");
    for word in ["不涉及", "not applicable", "Not Applicable", "不 涉 及"] {
        let run = Project::new(&model).units("U1").report("U1", &format!("X,,,,{word},,\nY,,,,,40,说明")).run();
        assert_eq!((run.errors(), run.points("U1", "X")), (vec![], "—".to_owned()), "{word}");
    }
    for word in ["无", "none", "None"] {
        assert_eq!(leaf(FOUR, "", &format!("X,,,,{word},,")).points("U1", "X"), "4", "nothing to deduct: {word}");
        assert!(leaf(SEVEN, "unverified = \"zero\"", &format!("X,1/2,{word},,1/2,,")).has("W220"), "{word}");
        let list = leaf(("4", "清单", "方案=2,报告=2"), "", &format!("X,,,,{word},,"));
        assert_eq!((list.errors(), list.points("U1", "X")), (vec![], "0".to_owned()), "{word}");
    }
}

#[test]
fn a_part_of_a_checklist_may_be_called_none() {
    assert_eq!(leaf(("4", "清单", "none=1,报告=2"), "", "X,,,,none,,").points("U1", "X"), "1");
}

/// 4 − 2·0.5 − 1·1 = 2; the digits are read, with a warning, as in plain numbers.
#[test]
fn full_width_digits_in_counts_and_parts_are_told() {
    let kinds = ("4", "扣分", "缺项=0.5,程序=1");
    let run = leaf(kinds, "", "X,,,,缺项２；程序1,,");
    assert_eq!(
        (run.errors(), run.points("U1", "X"), run.at("W207")),
        (vec![], "2".into(), "self-reports/U1.csv E3".into())
    );
    assert!(!leaf(kinds, "", "X,,,,缺项2；程序1,,").has("W207"));
    let part = leaf(SEVEN, "", "X,,,,１８/20,,");
    assert_eq!((part.points("U1", "X"), part.has("W207")), ("6.3".to_owned(), true)); // 7·18/20
}

//! Leaf rules that compare units: 相对, 名次, and places typed by hand (SPEC §19.2).

use assess::result::diff::{Cause, Diff};
use assess::result::outcome::Outcome;

use crate::leaf_rules::one_leaf;
use crate::support::{Project, Run};

/// A run of the leaf X with values from the department's table: `U1=540 U2=500`.
fn project(full: &str, rule: &str, params: &str, values: &str) -> Project {
    let pairs: Vec<(&str, &str)> = values.split_whitespace().map(|own| own.split_once('=').unwrap()).collect();
    let codes: Vec<&str> = pairs.iter().map(|(code, _)| *code).collect();
    let rows: String = pairs.iter().map(|(code, value)| format!("{code},X,{value},,\n")).collect();
    let model = one_leaf(full, rule, params) + "source = \"部门\"\n";
    Project::new(&model).units(&codes.join(" ")).verified(&rows)
}

/// Exact points of X.
fn exact(run: &Run, units: &str) -> Vec<String> {
    let points = |code: &str| run.leaf(code, "X").verified.as_ref().unwrap().0.fraction();
    units.split_whitespace().map(points).collect()
}

#[test]
fn relative_divides_by_the_best_of_the_group() {
    // Best 540 of 600: 600·500/540 = 5000/9, 600·432.5/540 = 4325/9, 600·410/540 = 4100/9
    let run = project("600", "相对", "", "U1=540 U2=500 U3=432.5 U4=410").score();
    assert_eq!(exact(&run, "U1 U2 U3 U4"), ["600/1", "5000/9", "4325/9", "4100/9"]);
    let compared = run.leaf("U3", "X").compared.as_ref().unwrap();
    let standing = compared.standing.as_ref().unwrap();
    assert_eq!((standing.basis.as_ref().unwrap().to_string(), standing.place, standing.members), ("540".into(), 3, 4));
    // high: a value of 0 or below gives 0.
    assert_eq!(exact(&project("10", "相对", "", "U1=5 U2=0 U3=-2").score(), "U1 U2 U3"), ["10/1", "0/1", "0/1"]);
}

#[test]
fn relative_to_the_mean_is_cut_at_full_points() {
    // Mean (6 + 4 + 2)/3 = 4: 10·6/4 → 10, 10·4/4 = 10, 10·2/4 = 5
    assert_eq!(
        exact(&project("10", "relative", "to=mean", "U1=6 U2=4 U3=2").score(), "U1 U2 U3"),
        ["10/1", "10/1", "5/1"]
    );
}

#[test]
fn relative_with_low_values_better_divides_the_best_by_the_value() {
    // Best 2: 10·2/2 = 10, 10·2/8 = 5/2
    assert_eq!(exact(&project("10", "相对", "better=low", "U1=2 U2=8").score(), "U1 U2"), ["10/1", "5/2"]);
    // zero=full: 0 gives 10, the basis of the others is the best above 0, 4: 10·4/8 = 5
    let run = project("10", "相对", "better=low;zero=full", "U1=0 U2=4 U3=8").score();
    assert_eq!(exact(&run, "U1 U2 U3"), ["10/1", "10/1", "5/1"]);
    assert_eq!(exact(&project("10", "相对", "better=low;zero=none", "U1=0 U2=4").score(), "U1 U2"), ["0/1", "10/1"]);
    // All 0: nothing is measured by a basis.
    assert_eq!(exact(&project("10", "相对", "better=low;zero=full", "U1=0 U2=0").score(), "U1 U2"), ["10/1", "10/1"]);
    for (params, value) in [("better=low", "0"), ("better=low", "-1"), ("better=low;zero=full", "-1")] {
        let run = project("10", "相对", params, &format!("U1=3 U2={value}")).run();
        assert_eq!(
            (run.errors(), run.at("E213")),
            (vec!["E213"], "verified/核定.csv C3".to_owned()),
            "{params} {value}"
        );
    }
}

#[test]
fn a_basis_not_above_zero_names_all_cells() {
    let run = project("10", "相对", "", "U1=0 U2=-3").run();
    assert_eq!((run.errors(), run.at("E249")), (vec!["E249"], "verified/核定.csv C2".to_owned()));
    assert_eq!(run.of("E249")[0].related, ["verified/核定.csv C3"]);
}

/// Two groups, a unit of its own in the first, one outside.
fn mixed(params: &str, values: &str) -> Project {
    let roster = "U1,甲,一组,排名\nU2,乙,一组,排名\nU3,丙,二组,排名\nS,丁,一组,单列\nN,戊,一组,不参评\n";
    project("10", "相对", params, values).roster("单位代码,单位全称,分组,参评方式", roster)
}

#[test]
fn a_field_is_a_group_or_all_with_or_without_units_of_their_own() {
    // Group 一组: best 4; 10·2/4 = 5; U3 alone; S with 8 lies outside and is cut at 10, place 1 of 2 members.
    let run = mixed("", "U1=4 U2=2 U3=1 S=8").score();
    assert_eq!(exact(&run, "U1 U2 U3 S"), ["10/1", "5/1", "10/1", "10/1"]);
    let standing = run.leaf("S", "X").compared.clone().unwrap().standing.unwrap();
    assert_eq!((standing.place, standing.members), (1, 2));
    // all: best 4; 10·1/4 = 5/2
    assert_eq!(exact(&mixed("within=all", "U1=4 U2=2 U3=1 S=8").score(), "U1 U2 U3 S"), ["10/1", "5/1", "5/2", "10/1"]);
    // separate: best 8; 10·4/8 = 5, 10·2/8 = 5/2
    assert_eq!(
        exact(&mixed("separate=true", "U1=4 U2=2 U3=1 S=8").score(), "U1 U2 U3 S"),
        ["5/1", "5/2", "10/1", "10/1"]
    );
}

#[test]
fn an_empty_field_is_an_error() {
    let roster = "U1,甲,一组,排名\nS,丁,二组,单列\n";
    let run = project("10", "相对", "", "U1=4 S=8").roster("单位代码,单位全称,分组,参评方式", roster).run();
    assert_eq!((run.errors(), run.at("E247")), (vec!["E247"], "verified/核定.csv C3".to_owned()));
    let run = project("10", "名次", "*=5", "U1=4 S=8").roster("单位代码,单位全称,分组,参评方式", roster).run();
    assert_eq!(run.errors(), ["E247"]);
}

#[test]
fn place_gives_points_by_table_steps_or_evenly() {
    let values = "U1=9 U2=7 U3=7 U4=1";
    // Places 1, 2, 2, 4.
    assert_eq!(
        exact(&project("10", "名次", "1=10;2=9.5;*=0", values).score(), "U1 U2 U3 U4"),
        ["10/1", "19/2", "19/2", "0/1"]
    );
    // 20 − 0.5·(place − 1): 20, 19.5, 19.5, 18.5
    let run = project("20", "名次", "first=20;step=0.5", values).score();
    assert_eq!(exact(&run, "U1 U2 U3 U4"), ["20/1", "39/2", "39/2", "37/2"]);
    // 5 % of 30 is 1.5: 30, 28.5, 28.5, 25.5, but not below 26
    let run = project("30", "名次", "first=30;step=5%;least=26", values).score();
    assert_eq!(exact(&run, "U1 U2 U3 U4"), ["30/1", "57/2", "57/2", "26/1"]);
    // 600 − 100·(place − 1)/3: 600, 1700/3, 1700/3, 500
    let run = project("600", "名次", "first=600;last=500", values).score();
    assert_eq!(exact(&run, "U1 U2 U3 U4"), ["600/1", "1700/3", "1700/3", "500/1"]);
    assert_eq!(exact(&project("600", "名次", "first=600;last=500", "U1=3").score(), "U1"), ["600/1"]);
    // Low values first: places 4, 2, 2, 1.
    let run = project("10", "place", "better=low;1=10;2=8;*=1", values).score();
    assert_eq!(exact(&run, "U1 U2 U3 U4"), ["1/1", "8/1", "8/1", "10/1"]);
}

#[test]
fn a_typed_place_takes_steps_and_places_of_a_field_must_fit() {
    // 30 − 1.5·(place − 1): 30, 27, 21
    let run = project("30", "按位次", "first=30;step=5%", "U1=1 U2=3 U3=7").score();
    assert_eq!(exact(&run, "U1 U2 U3"), ["30/1", "27/1", "21/1"]);
    assert!(!run.has("W250"));
    for (places, fits) in
        [("U1=1 U2=2 U3=3", true), ("U1=1 U2=1 U3=3", true), ("U1=1 U2=1 U3=2", false), ("U1=1 U2=2 U3=4", false)]
    {
        let run = project("5", "按位次", "1=5;*=1;within=group", places).score();
        assert_eq!(run.has("W250"), !fits, "{places}");
    }
}

#[test]
fn bands_may_be_interpolated() {
    // 60 → 3, 80 → 5: 70 gives 4, 65 gives 3.5; 95 the last, 30 half of 3
    let run = project("5", "分档", "0:0,60:3,80:5;interpolate=yes", "U1=70 U2=65 U3=95 U4=30").score();
    assert_eq!(exact(&run, "U1 U2 U3 U4"), ["4/1", "7/2", "5/1", "3/2"]);
}

#[test]
fn typed_points_count_and_must_agree_while_the_value_stays_in_the_field() {
    let model = one_leaf("10", "相对", "") + "source = \"部门\"\n";
    let with = |typed: &str| Project::new(&model).units("U1 U2").verified(&format!("U1,X,4,,\nU2,X,3,{typed},\n"));
    // 10·3/4 = 7.5
    assert_eq!(exact(&with("7.5").score(), "U1 U2"), ["10/1", "15/2"]);
    assert_eq!(with("7.6").run().errors(), ["E209"]);
}

#[test]
fn a_correction_of_points_acts_last_and_leaves_the_value_in_the_field() {
    // U1 loses points by 更正登记, but 4 remains the best: U2 keeps 10·3/4 = 7.5.
    let run = project("10", "相对", "", "U1=4 U2=3").corrections("1,U1,X,10,2").score();
    assert_eq!(exact(&run, "U1 U2"), ["2/1", "15/2"]);
}

#[test]
fn parameters_that_cannot_be_meant_are_model_errors() {
    for (rule, params) in [
        ("相对", "within=year"),
        ("相对", "better=most"),
        ("相对", "zero=full"),
        ("相对", "target=3"),
        ("名次", "1=5;2=4"),
        ("名次", "first=11;step=1"),
        ("名次", "step=1"),
        ("名次", "first=10;step=1;last=3"),
        ("名次", "first=5;last=6"),
        ("名次", "first=10;step=0"),
        ("按位次", "first=10;last=3"),
        ("分档", "0:0,60:3;interpolate=maybe"),
    ] {
        let run = Project::new(&one_leaf("10", rule, params)).units("U1").run();
        assert!(
            run.is_stopped() && run.errors().iter().all(|code| *code == "E509"),
            "{rule} {params} {:?}",
            run.errors()
        );
    }
}

#[test]
fn every_recorded_value_of_a_comparison_is_proved() {
    let run = project("10", "相对", "", "U1=4 U2=3").score();
    let document = serde_json::to_value(run.outcome()).unwrap();
    for (path, value) in [
        ("/value", serde_json::json!("7/2")),
        ("/standing/basis", serde_json::json!("5/1")),
        ("/standing/place", serde_json::json!(1)),
        ("/standing/members", serde_json::json!(3)),
        ("/typed", serde_json::json!("1/1")),
        ("/standing", serde_json::Value::Null),
    ] {
        let mut changed = document.clone();
        let own = changed.pointer_mut("/units/1/leaves/0/compared").unwrap();
        if path == "/typed" {
            own["typed"] = value;
        } else {
            *own.pointer_mut(path).unwrap() = value;
        }
        let outcome = serde_json::from_value(changed).unwrap();
        let checked = assess::result::verify::recalculate(&outcome, run.ratings());
        assert!(!checked.differing.is_empty(), "{path}");
    }
}

#[test]
fn points_that_moved_with_the_basis_name_it_and_who_moved_it() {
    // The best falls from 5 to 4: of 10 points 2/5 is 4 and 2/4 is 5; the value of U2 is the same.
    let run = |best: &str| project("10", "相对", "", &format!("U1={best} U2=2")).score();
    let diff = Diff::between(run("5").outcome(), run("4").outcome());
    let Some([Cause::Basis { code, by, .. }]) = diff.unit("U2").map(|unit| unit.causes.as_slice()) else {
        panic!("{:?}", diff.unit("U2"))
    };
    assert_eq!((code.as_str(), by.len(), by[0].code.as_str()), ("X", 1, "U1"));
}

#[test]
fn a_re_grade_compares_the_recorded_values_again() {
    // 4 stays the best when the points of U1 are corrected to 2: U2 keeps 10·3/4 = 7.5 and has no cause.
    let [before, after] = project("10", "相对", "", "U1=4 U2=3").corrected_later("1,U1,X,10,2");
    let points = |outcome: &Outcome| outcome.units.iter().map(|unit| unit.total.clone().unwrap()).collect::<Vec<_>>();
    assert_eq!(
        (points(&before), points(&after)),
        (vec!["100.00".into(), "75.00".into()], vec!["20.00".into(), "75.00".into()])
    );
    let leaf = |outcome: &Outcome, unit: usize| outcome.units[unit].leaves[0].compared.clone();
    assert_eq!([0, 1].map(|unit| leaf(&after, unit)), [0, 1].map(|unit| leaf(&before, unit)));
    let diff = Diff::between(&before, &after);
    let is_basis = |cause: &Cause| matches!(cause, Cause::Basis { .. });
    assert!(diff.unit("U2").is_none_or(|unit| !unit.causes.iter().any(is_basis)));
}

#[test]
fn a_field_without_any_value_of_the_department_is_told_once() {
    let model = one_leaf("100", "相对", "") + "source = \"部门\"\n";
    let header = "单位代码,单位全称,分组";
    let rows = "U1,甲,县\nU2,乙,区\n";
    let table = "单位,指标代码,核定值\nU1,X,5\n";
    let run = Project::new(&model).roster(header, rows).file("verified/核定.csv", table).run();
    // U2 is alone in its group: that its value is missing is the fault, not that there is nothing to compare with.
    assert_eq!(run.errors(), ["E241"]);
}

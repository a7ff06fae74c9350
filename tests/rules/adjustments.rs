//! What a register row of 加减分登记 or 事项登记 counts for, and the errors of such rows (SPEC §3, §8, §18).

use crate::support::{GIVEN, Project, Run};

const KINDS: &str = r#"
[[adjustment]]
code = "J1"
name = "国家级表彰"
kind = "bonus"
points = 3
[[adjustment]]
code = "J2"
name = "省级表彰"
kind = "bonus"
points = 2
[[adjustment]]
code = "J5"
name = "现场会"
kind = "bonus"
levels = { "省级" = 1, "市级" = 0.5 }
[[adjustment]]
code = "J6"
name = "示范点"
kind = "bonus"
points = 2
[[adjustment]]
code = "N1"
name = "通报批评"
kind = "deduction"
levels = { "国家级" = 5, "省级" = 3, "市级" = 2 }
[[adjustment]]
code = "N4"
name = "迟报"
kind = "deduction"
points = 0.2
max_per_unit = 0.5
[[adjustment]]
code = "V1"
name = "立案审查"
kind = "event"
"#;

fn project(limits: &str, rows: &str) -> Project {
    Project::totals("U1=80", &format!("{KINDS}[adjustments]\n{limits}\n")).adjustments(rows)
}

fn ended<const N: usize>(run: &Run, ids: [&str; N]) -> [String; N] {
    ids.map(|id| run.ended("U1", id))
}

#[test]
fn only_approved_rows_count_and_every_row_is_listed() {
    let run = project(
        "",
        "1,U1,J2,甲,,2,通报,文1,2025-03-01,工委审定,审1
         2,U1,J2,乙,,2,通报,文2,2025-03-01,拟提,
         3,U1,J2,丙,,2,通报,文3,2025-03-01,部门已核,
         4,U1,J2,丁,,2,通报,文4,2025-03-01,不予采纳,
         5,U1,J2,戊,,2,通报,文5,2025-03-01,撤销,审5",
    )
    .score();
    let expected = ["full 2", "proposed 0", "reviewed 0", "rejected 0", "withdrawn 0"];
    assert_eq!(ended(&run, ["1", "2", "3", "4", "5"]), expected);
    assert_eq!((run.plus_minus("U1"), run.total("U1")), (("2.00", "0.00"), "82.00"));
}

#[test]
fn an_approved_row_with_incomplete_documents_does_not_count() {
    let run = project(
        "",
        "1,U1,J2,甲,,2,,文1,2025-03-01,工委审定,审1
         2,U1,J2,乙,,2,通报,,2025-03-01,工委审定,审1
         3,U1,J2,丙,,2,通报,文3,,工委审定,审1
         4,U1,J2,丁,,2,通报,文4,2025-03-01,工委审定,
         5,U1,J5,戊,市级,0.5,通报,文5,2025-03-01,工委审定,审1",
    )
    .score();
    assert_eq!(ended(&run, ["1", "2", "3", "4"]), ["incomplete 0"; 4]);
    assert_eq!((run.units_with("W608").len(), run.total("U1")), (4, "80.50"));
}

#[test]
fn the_item_limit_bounds_bonus_rows_only() {
    let rows = "1,U1,J1,甲,,3,通报,文1,2025-03-01,工委审定,审1
                2,U1,J5,乙,省级,1,通报,文2,2025-03-01,工委审定,审1
                3,U1,N1,丙,国家级,5,通报,文3,2025-03-01,工委审定,审1";
    let run = project("per_item_max = 2", rows).score();
    assert_eq!(ended(&run, ["1", "2", "3"]), ["part 2", "full 1", "full 5"]);
    assert_eq!((run.adjustment("U1", "1").end.reason(), run.total("U1")), (Some("per-item"), "78.00")); // 80 + 3 − 5
}

#[test]
fn the_unit_limit_of_a_kind_bounds_its_rows_together() {
    let rows = "1,U1,N4,甲,,0.2,催办,文1,2025-01-01,工委审定,审1
                2,U1,N4,乙,,0.2,催办,文2,2025-02-01,工委审定,审1
                3,U1,N4,丙,,0.2,催办,文3,2025-03-01,工委审定,审1
                4,U1,N4,丁,,0.2,催办,文4,2025-04-01,工委审定,审1";
    let run = project("", rows).score();
    // 0.2 + 0.2 + 0.1 = 0.5
    assert_eq!(ended(&run, ["1", "2", "3", "4"]), ["full 0.2", "full 0.2", "part 0.1", "cut 0"]);
    assert_eq!((run.plus_minus("U1").1, run.adjustment("U1", "3").end.reason()), ("0.50", Some("per-unit")));
}

#[test]
fn total_limits_bound_bonus_and_deduction_apart() {
    let rows = "1,U1,J1,甲,,3,通报,文1,2025-01-01,工委审定,审1
                2,U1,J2,乙,,2,通报,文2,2025-02-01,工委审定,审1
                3,U1,N1,丙,省级,3,通报,文3,2025-01-01,工委审定,审1
                4,U1,N1,丁,市级,2,通报,文4,2025-02-01,工委审定,审1";
    let run = project("max_bonus = 4\nmax_deduction = 3", rows).score();
    assert_eq!(ended(&run, ["1", "2", "3", "4"]), ["full 3", "part 1", "full 3", "cut 0"]);
    assert_eq!((run.adjustment("U1", "4").end.reason(), run.total("U1")), (Some("max-deduction"), "81.00"));
}

#[test]
fn limits_act_by_date_then_by_number_in_natural_order() {
    let rows = "10,U1,J2,甲,,2,通报,文1,2025-03-01,工委审定,审1
                2,U1,J2,乙,,2,通报,文2,2025-03-01,工委审定,审1
                11,U1,J5,丙,省级,1,通报,文3,2025-02-28,工委审定,审1";
    let run = project("max_bonus = 4", rows).score();
    // February 1, then number 2 with 2; for number 10 is 1 left
    assert_eq!(ended(&run, ["11", "2", "10"]), ["full 1", "full 2", "part 1"]);
    let listed: Vec<&str> =
        run.unit("U1").adjustments.iter().map(|own| run.outcome().row(own).unwrap().id.as_str()).collect();
    assert_eq!(listed, ["2", "10", "11"]);
}

#[test]
fn of_one_matter_only_the_largest_row_counts() {
    let rows = "1,U1,J5,模范机关,市级,0.5,通报,文1,2025-01-01,工委审定,审1
                2,U1,J1,模范机关,,3,通报,文2,2025-06-01,工委审定,审1
                3,U1,J2,模 范 机 关,,2,通报,文3,2025-02-01,工委审定,审1";
    let run = project("max_bonus = 5", rows).score();
    assert_eq!(ended(&run, ["1", "2", "3"]), ["superseded 0", "full 3", "superseded 0"]);
    assert_eq!(run.adjustment("U1", "1").end.reason(), Some("2"));
}

#[test]
fn a_blank_matter_is_its_own_and_bonus_and_deduction_do_not_meet() {
    let rows = "1,U1,J2,,,2,通报,文1,2025-01-01,工委审定,审1
                2,U1,J2,,,2,通报,文2,2025-02-01,工委审定,审1
                3,U1,J5,信访,省级,1,通报,文3,2025-03-01,工委审定,审1
                4,U1,N1,信访,省级,3,通报,文4,2025-03-01,工委审定,审1";
    let run = project("", rows).score();
    assert_eq!(
        (ended(&run, ["1", "2", "3", "4"]), run.total("U1")),
        (["full 2", "full 2", "full 1", "full 3"].map(str::to_owned), "82.00")
    );
}

#[test]
fn a_row_that_is_not_approved_supersedes_nothing() {
    let rows = "1,U1,J5,甲,省级,1,通报,文1,2025-01-01,工委审定,审1\n2,U1,J1,甲,,3,通报,文2,2025-01-01,拟提,";
    assert_eq!(project("", rows).score().total("U1"), "81.00");
}

#[test]
fn equal_rows_of_a_matter_are_told_apart_by_model_order_then_document_number() {
    let kinds = "1,U1,J6,甲,,2,通报,文1,2025-01-01,工委审定,审1\n2,U1,J2,甲,,2,通报,文2,2025-01-01,工委审定,审1";
    assert_eq!(ended(&project("", kinds).score(), ["1", "2"]), ["superseded 0", "full 2"]);
    let numbers = "1,U1,J2,甲,,2,通报,文2,2025-01-01,工委审定,审1\n2,U1,J2,甲,,2,通报,文1,2025-01-01,工委审定,审1";
    assert_eq!(ended(&project("", numbers).score(), ["1", "2"]), ["superseded 0", "full 2"]);
}

#[test]
fn a_minus_sign_on_a_deduction_is_accepted() {
    let run = project("", "1,U1,N1,甲,省级,-3,通报,文1,2025-01-01,工委审定,审1").score();
    assert_eq!((run.plus_minus("U1"), run.total("U1")), (("0.00", "3.00"), "77.00"));
    assert_eq!(project("", "1,U1,J2,甲,,-2,通报,文1,2025-01-01,工委审定,审1").run().errors().len(), 1);
}

#[test]
fn the_total_ends_at_its_bounds() {
    let model = format!("{KINDS}[score]\nmin = 0\nmax = 105\n");
    let rows = "1,U1,J1,甲,,3,通报,文1,2025-01-01,工委审定,审1\n2,U1,J1,乙,,3,通报,文2,2025-01-01,工委审定,审1";
    assert_eq!(Project::totals("U1=100", &model).adjustments(rows).score().total("U1"), "105.00");
    let rows = "1,U1,N1,甲,国家级,5,通报,文1,2025-01-01,工委审定,审1";
    assert_eq!(Project::totals("U1=4", &model).adjustments(rows).score().total("U1"), "0.00");
}

/// The errors of one approved row, and the place of the first.
fn error(row: &str) -> (Vec<String>, String) {
    let run = project("", row).run();
    let codes: Vec<String> = run.errors().into_iter().map(str::to_owned).collect();
    let place = run.at(&codes[0]).replace("registers/加减分登记.csv ", "");
    (codes, place)
}

fn is(code: &str, cell: &str) -> (Vec<String>, String) {
    (vec![code.to_owned()], cell.to_owned())
}

#[test]
fn errors_of_a_row_name_their_cell() {
    assert_eq!(error("1,U1,J9,甲,,2,通报,文1,2025-01-01,工委审定,审1"), is("E602", "C2"));
    assert_eq!(error("1,U1,J2,甲,,1.5,通报,文1,2025-01-01,工委审定,审1"), is("E603", "F2"));
    assert_eq!(error("1,U1,J5,甲,省级,0.5,通报,文1,2025-01-01,工委审定,审1"), is("E603", "F2"));
    assert_eq!(error("1,U1,J2,甲,,2,通报,文1,2025-01-01,通过,审1"), is("E605", "J2"));
    assert_eq!(error("1,U1,J5,甲,县级,0.5,通报,文1,2025-01-01,工委审定,审1"), is("E606", "E2"));
    assert_eq!(error("1,U1,J2,甲,,,通报,文1,2025-01-01,工委审定,审1"), is("E607", "F2"));
    assert_eq!(error("1,U1,J2,甲,,2,通报,文1,3月1日,工委审定,审1"), is("E610", "I2"));
    assert_eq!(error(",U1,J2,甲,,2,通报,文1,2025-01-01,工委审定,审1"), is("E628", "A2"));
    assert_eq!(error("1,U8,J2,甲,,2,通报,文1,2025-01-01,工委审定,审1"), is("E307", "B2"));
}

#[test]
fn a_number_twice_is_an_error_within_one_kind_of_register() {
    let rows = "1,U1,J2,甲,,2,通报,文1,2025-01-01,工委审定,审1\n1,U1,J2,乙,,2,通报,文2,2025-01-01,工委审定,审1";
    assert_eq!(error(rows), is("E601", "A3"));
    let run = project("", "1,U1,J2,甲,,2,通报,文1,2025-01-01,工委审定,审1").events("1,U1,V1").score();
    assert_eq!(run.total("U1"), "82.00");
}

#[test]
fn a_blank_size_or_unknown_level_is_no_error_before_approval() {
    let run = project("", "1,U1,J5,甲,县级,,通报,文1,2025-01-01,拟提,").score();
    assert_eq!(run.ended("U1", "1"), "proposed 0");
}

#[test]
fn a_date_outside_the_window_is_a_warning_and_the_row_counts() {
    let window = "window = [\"2025-01-01\", \"2025-12-31\"]";
    let late = project(window, "1,U1,J2,甲,,2,通报,文1,2026-01-01,工委审定,审1").score();
    assert_eq!((late.at("W609").as_str(), late.total("U1")), ("registers/加减分登记.csv I2", "82.00"));
    assert!(!project(window, "1,U1,J2,甲,,2,通报,文1,2025-12-31,工委审定,审1").score().has("W609"));
}

#[test]
fn rows_of_units_that_are_not_assessed_end_as_such() {
    let project = Project::new(&format!("{GIVEN}{KINDS}")).given("U1,80");
    let project = project.roster("单位代码,单位全称,分组,参评方式", "U1,甲,一组,\nU2,乙,一组,不参评");
    let run = project.adjustments("1,U2,J2,甲,,2,通报,文1,2025-01-01,工委审定,审1").score();
    assert_eq!((run.ended("U2", "1"), run.has("N627")), ("not-assessed 0".to_owned(), true));
}

#[test]
fn a_document_that_counted_in_an_earlier_period_is_an_error() {
    let header = "编号,单位,代码,事由,审定分值,文件名称,文号,发文单位,发文日期,状态,审定文号";
    let row =
        |number: &str, issuer: &str| format!("{header}\n1,U1,J2,甲,2,通报,{number},{issuer},2024-12-01,工委审定,审1");
    let register = "registers/加减分登记.csv";
    let last = Project::totals("U1=80", KINDS).file(register, &row("文1", "省委")).score();
    let history = serde_json::to_string(last.outcome()).unwrap();
    let this = |number: &str, issuer: &str| {
        let model = format!("{KINDS}[history]\nprevious = [\"last/result.json\"]\n");
        let project = Project::totals("U1=80", &model).bytes("last/result.json", history.as_bytes());
        project.file(register, &row(number, issuer)).run()
    };
    let again = this("文1", "省委");
    assert_eq!((again.errors(), again.units_with("E611")), (vec!["E611"], vec!["U1"]));
    assert_eq!(this("文2", "省委").errors(), Vec::<&str>::new());
    assert_eq!(this("文1", "市委").errors(), Vec::<&str>::new());
}

/// Two rows of J2 (2 points) on documents, with the matters of both; the model may say more.
fn twice(more: &str, first: [&str; 3], second: [&str; 3]) -> Run {
    let header = "编号,单位,代码,事由,审定分值,文件名称,文号,发文单位,发文日期,状态,审定文号";
    let row = |id: &str, [matter, number, issuer]: [&str; 3]| {
        format!("{id},U1,J2,{matter},2,通报,{number},{issuer},2025-06-02,工委审定,审{id}")
    };
    let text = format!("{header}\n{}\n{}", row("1", first), row("2", second));
    Project::totals("U1=80", &format!("{KINDS}{more}")).file("registers/加减分登记.csv", &text).run()
}

#[test]
fn one_document_counts_once_for_a_unit_and_code() {
    let (first, allow) = (["甲奖", "文〔2025〕1号", "省委"], "[adjustments]\nsame_document = \"allow\"\n");
    for second in [
        ["甲奖。", "文〔2025〕1号", "省委"],
        ["乙奖", "文[2025]01号", "省委"],
        ["乙奖", "文（2025）第1号", ""],
        ["", "文〔2025〕1号", "省委"],
    ] {
        let run = twice("", first, second);
        assert_eq!((run.errors(), run.units_with("E670")), (vec!["E670"], vec!["U1"]), "{second:?}");
        assert_eq!(run.at("E670"), "registers/加减分登记.csv A3");
        assert!(run.of("E670")[0].related[0].contains("A2"), "{second:?}");
        let allowed = twice(allow, first, second);
        let expected = if second[0].is_empty() { vec!["E670"] } else { vec![] };
        assert_eq!(allowed.errors(), expected, "{second:?}: allowed where the matters differ");
    }
    assert_eq!(twice(allow, first, ["乙奖", "文〔2025〕1号", "省委"]).plus_minus("U1").0, "4.00");
    let same = twice("", first, ["甲 奖", "文(2025)1", "省委"]);
    assert_eq!((same.errors(), same.plus_minus("U1").0), (vec![], "2.00"), "one matter: the largest counts");
    for second in [["乙奖", "文〔2025〕2号", "省委"], ["乙奖", "文〔2025〕1号", "市委"]] {
        assert_eq!(twice("", first, second).plus_minus("U1").0, "4.00", "{second:?} is another document");
    }
}

#[test]
fn rows_that_do_not_count_are_no_second_use_of_a_document() {
    let register = |second: &str| {
        let rows = format!("1,U1,J2,甲奖,,2,通报,文1,2025-01-01,工委审定,审1\n{second}");
        Project::new(&format!("{GIVEN}{KINDS}")).units("U1 U2").given("U1,80\nU2,80").adjustments(&rows).run()
    };
    for second in [
        "2,U1,J2,乙奖,,2,通报,文1,2025-01-01,不予采纳,审2",
        "2,U1,J2,乙奖,,2,通报,文1,2025-01-01,撤销,审2",
        "2,U1,J2,乙奖,,2,通报,文1,2025-01-01,工委审定,",
        "2,U2,J2,乙奖,,2,通报,文1,2025-01-01,工委审定,审2",
    ] {
        assert_eq!(register(second).errors(), Vec::<&str>::new(), "{second}");
    }
}

#[test]
fn a_part_of_the_points_may_be_approved_where_the_model_allows_it_and_the_remark_says_why() {
    let run = |partial: &str, points: &str, remark: &str| {
        let model =
            format!("[[adjustment]]\ncode = \"N\"\nname = \"通报\"\nkind = \"deduction\"\npoints = 3\n{partial}");
        let header = "编号,单位,代码,事由,审定分值,文件名称,文号,发文日期,状态,审定文号,备注";
        let row = format!("1,U1,N,甲,{points},通报,文1,2025-01-01,工委审定,审1,{remark}");
        Project::totals("U1=92", &model).file("registers/加减分登记.csv", &format!("{header}\n{row}")).run()
    };
    let allowed = "partial = true\n";
    let half = run(allowed, "1.5", "复核申请 1 部分支持");
    assert_eq!((half.errors(), half.total("U1")), (vec![], "90.50")); // 92 − 1.5
    assert_eq!(run(allowed, "3", "").total("U1"), "89.00");
    for (partial, points, remark) in
        [(allowed, "1.5", ""), (allowed, "3.5", "加重"), (allowed, "0", "全免"), ("", "1.5", "复核申请 1 部分支持")]
    {
        assert_eq!(run(partial, points, remark).errors(), ["E603"], "{partial}{points}{remark}");
    }
}

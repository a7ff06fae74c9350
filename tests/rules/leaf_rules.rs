//! The eight leaf rules of SPEC §6: full, normal, floor, edges, and values that a rule does not score.

use rust_xlsxwriter::{Format, Workbook};

use crate::support::Project;

/// A model with the one leaf X of full points under a rule.
pub(crate) fn one_leaf(full: &str, rule: &str, params: &str) -> String {
    format!(
        "[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = {full}\n[[indicator]]\ncode = \"X\"\nline = \"L1\"\n\
         aspect = \"A1\"\nname = \"指标\"\npoints = {full}\nrule = \"{rule}\"\nparams = \"{params}\"\n"
    )
}

/// The points that 核定值 gives; one unit per value.
fn points(full: &str, rule: &str, params: &str, values: &[&str]) -> Vec<String> {
    let codes: Vec<String> = (1..=values.len()).map(|n| format!("U{n}")).collect();
    let mut project = Project::new(&one_leaf(full, rule, params)).units(&codes.join(" "));
    for (code, value) in codes.iter().zip(values) {
        project = project.report(code, &format!("X,,,,{value},,"));
    }
    let run = project.score();
    codes.iter().map(|code| run.points(code, "X")).collect()
}

/// The error that 核定值 gives, and its cell.
fn refused(full: &str, rule: &str, params: &str, value: &str) -> (Vec<String>, String) {
    let run = Project::new(&one_leaf(full, rule, params)).units("U1").report("U1", &format!("X,,,,{value},,")).run();
    let errors: Vec<String> = run.errors().into_iter().map(str::to_owned).collect();
    let place = run.at(&errors[0]);
    (errors, place)
}

/// The cell of 核定值 of X: column E of line 3.
const VALUE_CELL: &str = "self-reports/U1.csv E3";

fn error(code: &str) -> (Vec<String>, String) {
    (vec![code.to_owned()], VALUE_CELL.to_owned())
}

#[test]
fn deduct_takes_off_each_case_down_to_zero() {
    // 4 − n·0.5: 0 → 4, 3 → 2.5, 7 → 0.5, 8 → 0, 9 → −0.5 → 0; 无 is the count 0
    assert_eq!(points("4", "扣分", "每次=0.5", &["0", "3", "7", "8", "9", "无"]), ["4", "2.5", "0.5", "0", "0", "4"]);
}

#[test]
fn deduct_adds_up_several_kinds() {
    // 4 − 2·0.5 − 1·1 = 2; 4 − 1·1 = 3; 4 − 4·0.5 − 3·1 = −1 → 0
    let read = points("4", "扣分", "缺项=0.5;程序=1", &["缺项2；程序1", "程序1", "缺项4;程序3", "0"]);
    assert_eq!(read, ["2", "3", "0", "4"]);
}

#[test]
fn deduct_refuses_a_bare_count_of_several_kinds_and_a_negative_count() {
    assert_eq!(refused("4", "扣分", "缺项=0.5;程序=1", "2"), error("E208"));
    assert_eq!(refused("4", "扣分", "每次=0.5", "-1"), error("E213"));
    assert_eq!(refused("4", "扣分", "缺项=0.5;程序=1", "缺项-1"), error("E213"));
    assert_eq!(refused("4", "扣分", "每次=0.5", "两次"), error("E201"));
}

#[test]
fn an_unknown_kind_among_several_is_an_unknown_word() {
    assert_eq!(refused("4", "扣分", "缺项=0.5;程序=1", "迟到2"), error("E208"));
    assert_eq!(refused("4", "扣分", "缺项=0.5;程序=1", "缺项1；迟到2"), error("E208"));
    assert_eq!(refused("4", "计数", "市级=1;省级=2", "国家级1"), error("E208"));
}

#[test]
fn count_adds_up_to_full_points() {
    // 2·1 + 1·2 = 4; 1·1 = 1; 5·1 = 5 → 4; 市级1 + 省级1 = 3
    let read = points("4", "计数", "市级=1;省级=2", &["市级2；省级1", "市级1", "市级5", "省级1、市级1", "无"]);
    assert_eq!(read, ["4", "1", "4", "3", "0"]);
    // one kind: a bare count; 3·0.5 = 1.5
    assert_eq!(points("4", "计数", "每项=0.5", &["3", "8", "20"]), ["1.5", "4", "4"]);
}

#[test]
fn ratio_in_percent_scales_to_the_target_and_is_zero_below_the_floor() {
    // 4·95/100 = 3.8; 100 and 120 → 4; 60 is not below the floor: 2.4; 59.99 → 0
    let read = points("4", "比率", "target=100;floor=60;in=percent", &["95%", "95", "100", "120%", "60", "59.99", "0"]);
    assert_eq!(read, ["3.8", "3.8", "4", "4", "2.4", "0", "0"]);
    // target 80: 4·60/80 = 3
    assert_eq!(points("4", "比率", "target=80;in=percent", &["60%", "80%"]), ["3", "4"]);
}

#[test]
fn ratio_in_percent_refuses_a_bare_fraction() {
    assert_eq!(refused("4", "比率", "target=100;in=percent", "0.95"), error("E204"));
    assert_eq!(refused("4", "比率", "target=100;in=percent", "1"), error("E204"));
}

#[test]
fn a_percent_formatted_cell_reads_like_its_percentage() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "单位代码").unwrap().write(0, 1, "U1").unwrap();
    sheet.write(1, 0, "指标代码").unwrap().write(1, 1, "自评得分").unwrap().write(1, 2, "核定值").unwrap();
    sheet.write(2, 0, "X").unwrap();
    sheet.write_number_with_format(2, 2, 0.95, &Format::new().set_num_format("0%")).unwrap();
    let project = Project::new(&one_leaf("4", "比率", "target=100;in=percent")).units("U1");
    let run = project.bytes("self-reports/U1.xlsx", &book.save_to_buffer().unwrap()).score();
    assert_eq!(run.points("U1", "X"), "3.8"); // 4·95/100
}

#[test]
fn ratio_of_a_number_scales_to_the_target() {
    // 4·1/2 = 2; 2 → 4; 3 → 4; 1.5 → 3
    assert_eq!(points("4", "比率", "target=2", &["1", "2", "3", "1.5", "0"]), ["2", "4", "4", "3", "0"]);
    assert_eq!(refused("4", "比率", "target=2", "50%"), error("E204"));
    assert_eq!(refused("4", "比率", "target=2", "-1"), error("E213"));
    assert_eq!(refused("4", "比率", "target=2", "8-10"), error("E201"));
}

#[test]
fn ratio_of_a_part_is_compared_in_percent() {
    // 18/20 = 90 %: 3.6; 12/20 = 60 %: 2.4; 11/20 = 55 % < 60: 0; 21/20 → 4; 0/5 → 0
    let read = points("4", "比率", "target=100;floor=60;in=part", &["18/20", "12/20", "11/20", "21/20", "0/5"]);
    assert_eq!(read, ["3.6", "2.4", "0", "4", "0"]);
    assert_eq!(refused("4", "比率", "target=100;in=part", "5/0"), error("E213"));
    assert_eq!(refused("4", "比率", "target=100;in=part", "18"), error("E201"));
}

#[test]
fn levels_give_their_share() {
    // 5·1, 5·0.8, 5·0.6, 5·0
    assert_eq!(points("5", "等级", "A=1;B=0.8;C=0.6;D=0", &["A", "B", "C", "D"]), ["5", "4", "3", "0"]);
    assert_eq!(refused("5", "等级", "A=1;B=0.8;C=0.6;D=0", "E"), error("E208"));
}

#[test]
fn bands_begin_at_their_bound() {
    let values = ["0", "59.99", "60", "79.99", "80", "100"];
    assert_eq!(points("5", "分档", "0:0,60:3,80:5", &values), ["0", "0", "3", "3", "5", "5"]);
}

#[test]
fn bands_refuse_a_value_below_the_first_bound() {
    assert_eq!(refused("5", "分档", "60:3,80:5", "59.99"), error("E213"));
    assert_eq!(points("5", "分档", "60:3,80:5", &["60"]), ["3"]);
}

#[test]
fn checklist_adds_up_what_is_there() {
    // 1.5 + 1.5; 1.5
    assert_eq!(points("3", "清单", "清单=1.5;报告=1.5", &["清单、报告", "报告"]), ["3", "1.5"]);
    assert_eq!(refused("3", "清单", "清单=1.5;报告=1.5", "方案"), error("E208"));
    assert_eq!(refused("3", "清单", "清单=1.5;报告=1.5", "清单、清单"), error("E208"));
}

#[test]
fn rank_gives_the_points_of_the_place_and_the_star_the_rest() {
    assert_eq!(points("5", "按位次", "1=5;2=4;*=0.5", &["1", "2", "3", "40"]), ["5", "4", "0.5", "0.5"]);
}

#[test]
fn rank_refuses_a_place_that_it_does_not_name() {
    assert_eq!(refused("5", "按位次", "1=5;2=4", "3"), error("E213"));
    assert_eq!(refused("5", "按位次", "1=5;2=4;*=0", "0"), error("E213"));
    assert_eq!(refused("5", "按位次", "1=5;2=4;*=0", "1.5"), error("E213"));
}

#[test]
fn direct_points_lie_in_one_of_the_ranges() {
    let typed = |points: &str| {
        let project = Project::new(&one_leaf("5", "核定", "ranges=5|3-4|1-2|0")).units("U1");
        project.report("U1", &format!("X,,,,,{points},核减")).run()
    };
    for points in ["5", "4", "3.5", "3", "1", "0"] {
        assert_eq!((typed(points).errors(), typed(points).points("U1", "X")), (vec![], points.to_owned()));
    }
    for points in ["4.5", "2.5", "0.5"] {
        let run = typed(points);
        assert_eq!((run.errors(), run.at("E212")), (vec!["E212"], "self-reports/U1.csv F3".to_owned()), "{points}");
    }
}

#[test]
fn direct_points_below_full_need_an_explanation() {
    let typed = |cells: &str| Project::new(&one_leaf("5", "核定", "")).units("U1").report("U1", cells).score();
    assert_eq!(typed("X,,,,,4,").at("W214"), "self-reports/U1.csv F3");
    assert!(!typed("X,,,,,4,材料不全").has("W214"));
    assert!(!typed("X,,,,,5,").has("W214"));
}

#[test]
fn relative_and_place_measure_a_lone_unit_by_itself() {
    // More units: tests/rules/relative.rs. A unit alone is the best of its field.
    let lone = |rule: &str, params: &str| points("4", rule, params, &["3"]);
    assert_eq!((lone("相对", ""), lone("名次", "1=3;*=0")), (vec!["4".to_owned()], vec!["3".to_owned()]));
}

#[test]
fn place_is_refused_without_points_for_all_others() {
    let run = Project::new(&one_leaf("4", "名次", "1=3")).units("U1").run();
    assert_eq!(run.errors(), ["E509"]);
}

/// The points that the value `a` gives as the formula of a leaf; more in `formulas`.
#[test]
fn formula_gives_its_value_between_zero_and_full() {
    let run = |value: &str| {
        let model = one_leaf("10", "公式", "") + "expr = \"a*2\"\ninputs = \"a\"\n";
        let table = format!("单位,指标代码,输入项,核定值\nU1,X,a,{value}\n");
        Project::new(&model).units("U1").file("verified/核定.csv", &table).run().points("U1", "X")
    };
    // 2a: 3 → 6, 5 → 10, 7 → 14 → 10, −1 → −2 → 0
    assert_eq!(["3", "5", "7", "-1"].map(run), ["6", "10", "10", "0"]);
}

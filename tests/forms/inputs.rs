//! Forms with rows for the inputs of formulas and for periods: handed out, filled in, checked and scored; and the same
//! numbers in a matrix.

use serde_json::Value;

use crate::fill::Paper;
use crate::runner::{Folder, assess, list, str_of, unit};

/// 10 points of the unit by a formula in two quarters, 20 of a department by a formula, 30 of another by places in months
/// that the model does not name.
const MODEL: &str = r#"[assessment]
title = "测算"
period = "2025"
issuer = "测试工委"
language = "zh"
as_of = "2026-01-20"

[score]
full = 60

[self_report]
unverified = "self"

[[indicator]]
code = "F"
name = "投资增长"
points = 10
rule = "公式"
params = "periods=mean;period_order=一季度|二季度"
expr = "a - b"
inputs = "a;b"

[[indicator]]
code = "D"
name = "完成率"
points = 20
rule = "比率"
params = "target=100"
expr = "done*100/plan"
inputs = "done;plan"
source = "部门"

[[indicator]]
code = "P"
name = "月度位次"
points = 30
rule = "按位次"
params = "first=30;step=10;periods=mean"
source = "部门"

[[component]]
id = "work"
name = "工作"
weight = 100
kind = "indicators"
"#;

fn project() -> Folder {
    let folder = Folder::empty();
    folder.write("assess.toml", MODEL);
    folder.write("roster.csv", "单位代码,单位全称,分组\nU1,甲县,县\nU2,乙县,县\n");
    folder
}

/// Codes and files of all errors.
fn errors(folder: &Folder) -> Vec<String> {
    let checked = folder.run("check", &["--format", "json"]).json();
    let errors = list(&checked["findings"]).iter().filter(|own| own["severity"] == "error");
    errors.map(|own| format!("{} {}", str_of(&own["code"]), own["file"])).collect()
}

/// What both ways of handing in are worth, by hand. F: U1 (8 − 2 + 9 − 1)/2 = 7, U2 (5 − 1 + 15 − 3)/2, the second quarter cut
/// to 10, = 7. D: 40 of 50 are 80 % of 20, 45 of 50 are 90 %: 16 and 18. P: places 1 and 2 are (30 + 20)/2 = 25, 2 and 1 as well.
fn assert_scored(folder: &Folder) {
    assert_eq!(errors(folder), Vec::<String>::new());
    let result = folder.scored();
    let points = |code: &str| -> Vec<String> {
        let leaves = list(&unit(&result, code)["leaves"]);
        leaves.iter().map(|leaf| str_of(&leaf["verified"]).to_owned()).collect()
    };
    assert_eq!(points("U1"), ["7/1", "16/1", "25/1"]);
    assert_eq!(points("U2"), ["7/1", "18/1", "25/1"]);
    let total = |code: &str| str_of(&unit(&result, code)["total"]).to_owned();
    assert_eq!((total("U1"), total("U2")), ("48.00".to_owned(), "50.00".to_owned()));
    assess(&["-C", folder.shown(), "verify"]).ended(0);
}

fn only(folder: &Folder, below: &str, named: &str) -> std::path::PathBuf {
    let files = std::fs::read_dir(folder.path(below)).unwrap().map(|own| own.unwrap().path());
    let mut found = files.filter(|path| path.file_name().unwrap().to_string_lossy().contains(named));
    found.next().unwrap_or_else(|| panic!("no form {named} in {below}"))
}

#[test]
fn rows_for_inputs_and_periods_are_filled_in_and_scored() {
    let folder = project();
    folder.run("template", &[]).ended(0);
    for (code, values) in [("U1", ["8", "2", "9", "1"]), ("U2", ["5", "1", "15", "3"])] {
        let form = only(&folder, "templates/self-reports", code);
        let mut paper = Paper::open(&form, "完成值");
        let rows = [("一季度", "a"), ("一季度", "b"), ("二季度", "a"), ("二季度", "b")];
        for ((period, input), value) in rows.into_iter().zip(values) {
            paper.type_in(&[("指标代码", "F"), ("输入项", input), ("期次", period)], &[("完成值", value)]);
        }
        paper.save(&folder.path(&format!("self-reports/{code}.xlsx")));
    }
    let mut paper = Paper::open(&only(&folder, "templates/verified", "核定表"), "核定值");
    for (code, done, places) in [("U1", "40", ["1", "2"]), ("U2", "45", ["2", "1"])] {
        for (input, value) in [("done", done), ("plan", "50")] {
            let row = [("单位代码", code), ("指标代码", "D"), ("输入项", input)];
            paper.type_in(&row, &[("核定值", value)]);
        }
        // The model names no periods: the form has one row, and the second month is a file of its own.
        let row = [("单位代码", code), ("指标代码", "P")];
        paper.type_in(&row, &[("期次", "1月"), ("核定值", places[0])]);
        let more = format!("单位代码,指标代码,期次,核定值\n{code},P,2月,{}\n", places[1]);
        folder.write(&format!("verified/{code}二月.csv"), &more);
    }
    paper.save(&folder.path("verified/核定表.xlsx"));
    assert_scored(&folder);
}

#[test]
fn the_same_numbers_stand_in_a_matrix() {
    let folder = project();
    let matrix = "核定值表\n单位代码,F 一季度 a,F 一季度 b,F 二季度 a,F 二季度 b,D done,D plan,P 1月,P 2月\n\
                  U1,8,2,9,1,40,50,1,2\nU2,5,1,15,3,45,50,2,1\n";
    folder.write("verified/矩阵.csv", matrix);
    let report = "单位代码,UNIT\n指标代码,输入项,期次,完成值,自评得分\nF,a,一季度,8,\nF,b,一季度,2,\n";
    for code in ["U1", "U2"] {
        folder.write(&format!("self-reports/{code}.csv"), &report.replace("UNIT", code));
    }
    assert_scored(&folder);
}

#[test]
fn a_form_asks_for_inputs_in_each_named_period_and_not_for_the_value_of_a_formula() {
    let folder = project();
    folder.run("template", &[]).ended(0);
    let paper = Paper::open(&only(&folder, "templates/self-reports", "U1"), "完成值");
    for period in ["一季度", "二季度"] {
        let leaf = [("指标代码", "F"), ("期次", period), ("输入项", "")];
        assert_eq!(paper.read(&leaf, "完成值"), "—");
        for input in ["a", "b"] {
            let row = [("指标代码", "F"), ("期次", period), ("输入项", input)];
            assert_eq!((paper.read(&row, "完成值"), paper.read(&row, "自评得分")), (String::new(), "—".to_owned()));
        }
    }
    // Empty, it is an empty form and no wrong one.
    std::fs::create_dir_all(folder.path("self-reports")).unwrap();
    std::fs::copy(only(&folder, "templates/self-reports", "U1"), folder.path("self-reports/U1.xlsx")).unwrap();
    let checked: Value = folder.run("check", &["--format", "json"]).json();
    let of_form = list(&checked["findings"]).iter().filter(|own| own["file"] == "self-reports/U1.xlsx");
    assert_eq!(of_form.map(|own| str_of(&own["code"])).collect::<Vec<_>>(), ["W229"]);
}

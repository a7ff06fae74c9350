//! Ledgers go out as forms, come back filled in, and feed the indicator that is counted in them.

use serde_json::Value;

use crate::fill::Paper;
use crate::runner::{Folder, assess, list, str_of, unit};
use crate::story::{fill_in, handed_out};

/// 1.4 of the model that `init` writes, 5 points, counted in the ledgers.
fn counted_in_ledgers() -> Folder {
    let folder = Folder::empty();
    assess(&["init", folder.shown(), "--lang", "zh"]).ended(0);
    let mut table = Paper::open(&folder.path("indicators.xlsx"), "指标代码");
    table.type_in(&[("指标代码", "1.4")], &[("参数", "target=100;in=part;from=ledger")]);
    table.save(&folder.path("indicators.xlsx"));
    folder.run("template", &[]).ended(0);
    folder
}

/// A ledger as it went out, with problems typed in: number, status, date and reviewer.
fn returned(folder: &Folder, unit: &str, rows: &[(&str, &str, &str, &str)]) {
    let name = ["甲", "乙", "丙"][unit[2..].parse::<usize>().unwrap() - 1];
    let form = folder.path(&format!("templates/ledgers/{unit}_示例单位{name}_整改台账_2025.xlsx"));
    let mut paper = Paper::open(&form, "问题描述");
    for (row, (number, state, date, reviewer)) in (1..).zip(rows) {
        let cells = [("问题编号", *number), ("问题描述", "学习记录不全"), ("销号状态", *state)];
        paper.type_row(row, &cells).type_row(row, &[("销号日期", *date), ("审核人", *reviewer)]);
    }
    paper.save(&folder.path(&format!("ledgers/{unit}.xlsx")));
}

fn leaf<'v>(result: &'v Value, code: &str) -> &'v Value {
    list(&unit(result, code)["leaves"]).iter().find(|leaf| leaf["code"] == "1.4").unwrap()
}

#[test]
fn the_self_report_does_not_ask_for_what_the_ledger_says() {
    let folder = counted_in_ledgers();
    let form = folder.path("templates/self-reports/U01_示例单位甲_自评表_2025.xlsx");
    let paper = Paper::open(&form, "指标代码");
    assert_eq!(paper.read(&[("指标代码", "1.4")], "完成值"), "—");
    assert!(paper.read(&[("指标代码", "1.4")], "填报说明").contains("整改台账"));
    assert_eq!(paper.read(&[("指标代码", "1.1")], "完成值"), "");
}

/// U01: 3 of 4 closed and reviewed, 5 · 3/4 = 3.75. U02: the ledger as it went out, without problems, and the verifier
/// says 不涉及. U03: one closed without reviewer, of two: claimed 1/2, verified 0/2, 0 points.
#[test]
fn ledgers_come_back_and_are_counted() {
    let folder = counted_in_ledgers();
    fill_in(&folder);
    let done = "2025-06-30";
    returned(
        &folder,
        "U01",
        &[
            ("1", "已销号", done, "王审"),
            ("2", "已销号", done, "王审"),
            ("3", "已销号", done, "王审"),
            ("4", "整改中", "", ""),
        ],
    );
    returned(&folder, "U02", &[]);
    returned(&folder, "U03", &[("1", "已销号", "", ""), ("2", "未整改", "", "")]);
    let key = [("指标代码", "1.4")];
    for (code, verified) in [("U01", "—"), ("U02", "不涉及"), ("U03", "—")] {
        let path = folder.path(&format!("self-reports/{code}.xlsx"));
        let mut paper = Paper::open(&path, "指标代码");
        paper.type_in(&key, &[("完成值", "—"), ("核定值", verified)]).save(&path);
    }
    let result = folder.scored();
    let said = |code: &str| {
        let leaf = leaf(&result, code);
        (
            leaf["claimed"].as_str().map(str::to_owned),
            leaf["value"].as_str().map(str::to_owned),
            leaf["verified"].clone(),
        )
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!((said("U01").0, said("U01").1), (text("3/4"), text("3/4")));
    assert_eq!((said("U03").0, said("U03").1), (text("1/2"), text("0/2")));
    assert_eq!((str_of(&said("U01").2), str_of(&said("U03").2)), ("15/4", "0/1"));
    assert_eq!(leaf(&result, "U02")["state"], "not-applicable");
    let file = leaf(&result, "U01")["at"][0].as_u64().unwrap();
    assert_eq!(result["files"][file as usize]["path"], "ledgers/U01.xlsx");
    assert_eq!(result["files"][file as usize]["units"], serde_json::json!(["U01"]));
    let ran = assess(&["explain", "U03", "1.4", "-C", folder.shown()]).ended(0);
    let row = ran.out.lines().find(|line| line.contains("写了已销号，未经审核")).unwrap();
    assert!(row.contains("ledgers/U03.xlsx") && row.contains("学习记录不全"), "{row}");
}

#[test]
fn who_has_not_returned_a_ledger_is_told() {
    let folder = counted_in_ledgers();
    fill_in(&folder);
    returned(&folder, "U01", &[("1", "整改中", "", "")]);
    let ran = assess(&["-C", folder.shown(), "--format", "json"]);
    let status = ran.json();
    assert_eq!((&status["ledgers"]["asked"], &status["ledgers"]["received"]), (&3.into(), &1.into()));
    let missing: Vec<&str> = list(&status["ledgers"]["missing"]).iter().map(|unit| str_of(&unit["code"])).collect();
    assert_eq!(missing, ["U02", "U03"]);
    let said = assess(&["-C", folder.shown()]);
    assert!(said.out.contains("整改台账：应交 3，已交 1，未交 2"), "{}", said.out);
    let checked = folder.run("check", &[]);
    assert!(checked.out.contains("整改台账") && checked.err.contains("E660"), "{}{}", checked.out, checked.err);
    folder.run("check", &["--receipts"]);
    let listed = folder.tree().into_keys().any(|path| path.contains("收件清单"));
    assert!(listed);
    let list_path = folder.tree().into_keys().find(|path| path.contains("收件清单")).unwrap();
    let paper = Paper::open(&folder.path(&list_path), "文件");
    assert_eq!(paper.read(&[("文件", "ledgers/U01.xlsx")], "采用"), "是");
}

/// Without such an indicator the forms are what they were.
#[test]
fn a_model_without_such_an_indicator_asks_for_no_ledger() {
    let folder = handed_out();
    fill_in(&folder);
    let status = assess(&["-C", folder.shown(), "--format", "json"]).ended(0).json();
    assert!(status["ledgers"].is_null(), "{status}");
}

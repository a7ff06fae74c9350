//! 收件清单: `check --receipts` lists what came in, people decide under 采用, and only what is adopted is input (SPEC §5.5).

use std::fs;

use crate::cells::Books;
use crate::runner::{Folder, Ran, list, str_of, unit};
use crate::said::{LANGUAGES, of_code};
use crate::small::{DELEGATES, report, small, workbook};

const LIST: &str = "收件清单.xlsx";
const SECOND: &str = "self-reports/U01-最终版2.csv";

/// The small project with a second, different report of U01: five missed sessions instead of two.
fn two_reports() -> Folder {
    let folder = small();
    folder.write(SECOND, &report("U01", 5, 30));
    folder
}

fn receipts(folder: &Folder) -> Ran {
    folder.run("check", &["--receipts", "--lang", "zh"])
}

/// The rows of the list below and with its header, cell by cell.
fn rows(folder: &Folder) -> Vec<Vec<String>> {
    let book = Books::new(folder.root()).open(LIST);
    let (name, cells) = book.sheets().into_iter().next().unwrap();
    assert_eq!(name, "收件清单");
    let header = cells.iter().find(|(_, text)| *text == "文件").unwrap().0[1..].parse::<u32>().unwrap();
    let last = cells.iter().map(|(cell, _)| cell[1..].parse::<u32>().unwrap()).max().unwrap();
    let letters = ["A", "B", "C", "D", "E", "F", "G", "H", "I"];
    let row = |row: u32| {
        letters.iter().map(|letter| book.cell(name, &format!("{letter}{row}")).unwrap_or("").to_owned()).collect()
    };
    (header..=last).map(row).collect()
}

/// The row of a file: 序号, 文件, 类别, 单位, 状态, 采用, 备注, SHA-256.
#[track_caller]
fn row(folder: &Folder, path: &str) -> Vec<String> {
    let rows = rows(folder);
    rows.into_iter().find(|row| row[1] == path).unwrap_or_else(|| panic!("{path} is not listed"))
}

/// Types into the list as a person would, and saves it as another program would.
fn typed(folder: &Folder, edit: impl Fn(&mut Vec<Vec<String>>)) {
    let mut rows = rows(folder);
    edit(&mut rows);
    let texts: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let slices: Vec<&[&str]> = texts.iter().map(Vec::as_slice).collect();
    workbook(folder, LIST, "收件清单", &slices);
}

/// Writes 采用 and 备注 of a file.
fn decide(folder: &Folder, path: &str, adopted: &str, remark: &str) {
    typed(folder, |rows| {
        let row = rows.iter_mut().find(|row| row[1] == path).unwrap();
        (row[5], row[6]) = (adopted.to_owned(), remark.to_owned());
    });
}

#[test]
fn the_list_names_every_file_with_unit_state_and_proposal() {
    let folder = two_reports();
    folder.write("self-reports/U02-副本.csv", &report("U02", 4, 32));
    let before = folder.tree();
    let ran = receipts(&folder).ended(1);
    assert!(ran.err.contains("已写出 收件清单.xlsx") && ran.err.contains("未定 2"), "{}", ran.err);
    let header = ["序号", "文件", "类别", "单位", "状态", "采用", "备注", "SHA-256"];
    assert_eq!(rows(&folder)[0][..8], header);
    let short = |path: &str| row(&folder, path)[2..6].to_vec();
    assert_eq!(short("self-reports/U01.csv"), ["自评表", "U01 测试市图书馆", "内容不同", ""]);
    assert_eq!(short(SECOND), ["自评表", "U01 测试市图书馆", "内容不同", ""]);
    assert_eq!(short("self-reports/U02-副本.csv"), ["自评表", "U02 测试市博物馆", "可用", "是"]);
    assert_eq!(short("self-reports/U02.csv"), ["自评表", "U02 测试市博物馆", "重复", "否"]);
    assert_eq!(short("ballots/meeting/代表.csv"), ["评议票", "U01 测试市图书馆 等 3 个", "可用", "是"]);
    assert_eq!(row(&folder, "registers/加减分登记.csv")[7].len(), 64);
    let mut after = folder.tree();
    after.remove(LIST).unwrap();
    assert_eq!(after, before, "nothing else is touched");
}

#[test]
fn two_reports_stay_an_error_until_one_of_them_is_adopted_and_the_other_is_not() {
    let folder = two_reports();
    receipts(&folder).ended(1);
    for labels in &LANGUAGES {
        let ran = folder.score(&["--lang", labels.lang]).ended(1);
        let said = of_code(&ran.err, "E302");
        assert!(said[0].line(labels.fix).unwrap().contains("check --receipts"), "{}", ran.err);
        assert!(of_code(&ran.err, "E333").is_empty(), "said once: {}", ran.err);
    }
    decide(&folder, SECOND, "是", "电话确认");
    let ran = folder.run("check", &["--lang", "en"]).ended(1);
    assert!(of_code(&ran.err, "E302").is_empty(), "{}", ran.err);
    let said = of_code(&ran.err, "E333");
    assert_eq!((said.len(), said[0].line("file")), (1, Some(LIST)), "{}", ran.err);
    decide(&folder, "self-reports/U01.csv", "否", "");
    let result = folder.scored();
    // 1.1 of the second report: 40 - 5 x 2.
    assert_eq!(str_of(&list(&unit(&result, "U01")["leaves"])[0]["verified"]), "30/1");
    let files = list(&result["files"]);
    let status = |path: &str| files.iter().find(|file| file["path"] == path).unwrap()["status"].clone();
    assert_eq!((status("self-reports/U01.csv"), status(SECOND)), ("not-adopted".into(), "used".into()));
    let sums = &result["reconciliation"]["files"];
    assert_eq!((&sums["ignored"], &sums["found"]), (&1.into(), &files.len().into()));
    let manifest = folder.json("results/v001/manifest.json");
    let inputs: Vec<&str> = list(&manifest["inputs"]).iter().map(|file| str_of(&file["path"])).collect();
    assert!(inputs.contains(&LIST) && inputs.contains(&SECOND) && !inputs.contains(&"self-reports/U01.csv"));
}

#[test]
fn the_other_report_can_be_chosen_just_as_well() {
    let folder = two_reports();
    receipts(&folder).ended(1);
    decide(&folder, SECOND, "否", "");
    decide(&folder, "self-reports/U01.csv", "yes", "");
    assert_eq!(str_of(&unit(&folder.scored(), "U01")["total"]), "90.40");
}

#[test]
fn what_people_typed_survives_and_a_list_that_says_the_same_is_left_alone() {
    let folder = two_reports();
    receipts(&folder).ended(1);
    decide(&folder, SECOND, "否", "电话确认");
    decide(&folder, "self-reports/U01.csv", "是", "");
    let before = folder.bytes(LIST);
    let ran = receipts(&folder).ended(0);
    assert!(ran.err.contains("没有变化"), "{}", ran.err);
    assert_eq!(folder.bytes(LIST), before);
    folder.write("ballots/meeting/新票.csv", &DELEGATES.replace("D1", "D7").replace("D2", "D8").replace("D3", "D9"));
    receipts(&folder).ended(0);
    assert_eq!(row(&folder, SECOND)[4..7], ["内容不同", "否", "电话确认"]);
    assert_eq!(row(&folder, "ballots/meeting/新票.csv")[4..6], ["可用", "是"]);
}

#[test]
fn columns_that_people_add_are_kept() {
    let folder = two_reports();
    receipts(&folder).ended(1);
    typed(&folder, |rows| {
        rows[0][8] = "收到时间".to_owned();
        rows[1][8] = "1月5日".to_owned();
    });
    folder.remove(SECOND);
    receipts(&folder);
    assert_eq!((rows(&folder)[0][8].as_str(), rows(&folder)[1][8].as_str()), ("收到时间", "1月5日"));
}

#[test]
fn a_file_that_is_not_listed_is_neither_used_nor_left_out() {
    let folder = small();
    receipts(&folder).ended(0);
    folder.score(&[]).ended(0);
    folder.write(SECOND, &report("U01", 2, 36));
    for labels in &LANGUAGES {
        let ran = folder.score(&["--reason", "x", "--lang", labels.lang]).ended(1);
        let said = of_code(&ran.err, "E331");
        assert_eq!(said[0].line(labels.file), Some(SECOND), "{}", ran.err);
        assert!(said[0].line(labels.expected).is_some() && said[0].line(labels.fix).unwrap().contains("--receipts"));
    }
}

#[test]
fn a_file_that_changed_must_be_decided_again() {
    let folder = small();
    receipts(&folder).ended(0);
    folder.write("self-reports/U01.csv", &report("U01", 3, 34));
    let said = of_code(&folder.run("check", &["--lang", "en"]).ended(1).err, "E332");
    assert_eq!((said[0].line("file"), said[0].line("found")), (Some(LIST), Some("\"self-reports/U01.csv\"")));
    receipts(&folder).ended(1);
    assert_eq!(row(&folder, "self-reports/U01.csv")[4..6], ["内容已变", ""]);
    receipts(&folder).ended(1);
    assert_eq!(row(&folder, "self-reports/U01.csv")[4..6], ["内容已变", ""], "until somebody decides");
    let said = of_code(&folder.score(&["--lang", "en"]).ended(1).err, "E333");
    assert!(said[0].line("expected").unwrap().contains("是 / 否"));
    decide(&folder, "self-reports/U01.csv", "是", "");
    folder.score(&[]).ended(0);
}

#[test]
fn a_file_that_is_gone_stays_as_history_and_is_missed_when_it_was_adopted() {
    let folder = small();
    receipts(&folder).ended(0);
    folder.remove("ballots/meeting/代表.csv");
    folder.write("ballots/meeting/代表2.csv", DELEGATES);
    let ran = folder.run("check", &["--lang", "en"]).ended(1);
    assert_eq!(of_code(&ran.err, "E334")[0].line("found"), Some("\"ballots/meeting/代表.csv\""), "{}", ran.err);
    receipts(&folder).ended(0);
    assert_eq!(row(&folder, "ballots/meeting/代表.csv")[4..6], ["已不在", "是"]);
    let ran = folder.run("check", &["--lang", "en"]).ended(0);
    assert_eq!((of_code(&ran.err, "W335").len(), of_code(&ran.err, "E334").len()), (1, 0), "{}", ran.err);
    decide(&folder, "ballots/meeting/代表.csv", "否", "改名");
    let ran = folder.run("check", &["--lang", "en"]).ended(0);
    assert!(of_code(&ran.err, "W335").is_empty(), "{}", ran.err);
    receipts(&folder).ended(0);
    assert_eq!(row(&folder, "ballots/meeting/代表.csv")[4..7], ["已不在", "否", "改名"]);
}

#[test]
fn faults_of_the_list_are_findings_with_their_cell_and_it_is_not_overwritten() {
    let folder = small();
    receipts(&folder).ended(0);
    typed(&folder, |rows| {
        rows[1][5] = "也许".to_owned();
        let again = rows[2].clone();
        rows.push(again);
    });
    let before = folder.bytes(LIST);
    let ran = receipts(&folder).ended(1);
    let last = rows(&folder).len();
    let zh = &LANGUAGES[0];
    assert_eq!(of_code(&ran.err, "E208")[0].line(zh.place), Some("收件清单!F2"), "{}", ran.err);
    assert_eq!(of_code(&ran.err, "E336")[0].line(zh.place), Some(format!("收件清单!B{last}").as_str()));
    assert!(ran.err.contains("没有更新"), "{}", ran.err);
    assert_eq!(folder.bytes(LIST), before);
}

#[test]
fn another_workbook_of_that_name_is_not_overwritten() {
    let folder = small();
    workbook(&folder, LIST, "Sheet1", &[&["我的收件记录"], &["U01", "收到"]]);
    let before = folder.bytes(LIST);
    receipts(&folder).ended(1);
    assert_eq!(folder.bytes(LIST), before);
}

#[test]
fn a_list_that_is_open_or_not_a_workbook_is_not_written() {
    let folder = two_reports();
    folder.write("~$收件清单.xlsx", "");
    let ran = receipts(&folder).ended(2);
    assert!(ran.err.contains("请先关闭") && !folder.has(LIST), "{}", ran.err);
    let folder = two_reports();
    folder.write("收件清单.csv", "文件,SHA-256,采用\n");
    let ran = folder.run("check", &["--receipts", "--lang", "en"]).ended(2);
    assert!(ran.err.contains(".xlsx") && !folder.has(LIST), "{}", ran.err);
}

#[test]
fn a_file_set_aside_takes_its_faults_with_it() {
    let folder = small();
    folder.write("self-reports/坏.csv", "单位代码,U01\n指标代码,完成值\n9.9,1\n");
    receipts(&folder).ended(1);
    decide(&folder, "self-reports/坏.csv", "否", "填错");
    decide(&folder, "self-reports/U01.csv", "是", "");
    folder.score(&[]).ended(0);
}

#[test]
fn an_english_project_has_an_english_list_and_either_name_is_read() {
    let folder = two_reports();
    folder.edit("assess.toml", "language = \"zh\"", "language = \"en\"");
    folder.run("check", &["--receipts"]).ended(1);
    assert!(folder.has("receipts.xlsx") && !folder.has(LIST));
    fs::rename(folder.path("receipts.xlsx"), folder.path(LIST)).unwrap();
    let ran = folder.run("check", &[]).ended(1);
    assert!(ran.out.contains("2 undecided"), "{}", ran.out);
    fs::copy(folder.path(LIST), folder.path("receipts.xlsx")).unwrap();
    assert_eq!(of_code(&folder.run("check", &[]).ended(1).err, "E315").len(), 1);
}

#[test]
fn json_says_what_the_list_decides() {
    let folder = two_reports();
    folder.run("check", &["--receipts", "-q"]).ended(1);
    let document = folder.run("check", &["--format", "json"]).ended(1).json();
    let receipts = &document["receipts"];
    assert_eq!((&receipts["file"], &receipts["open"], &receipts["declined"]), (&LIST.into(), &2.into(), &0.into()));
    assert_eq!(document["reconciliation"]["units"]["received"], 3);
    let listed = folder.run("check", &["--format", "csv"]).ended(1).out;
    assert!(listed.lines().next().unwrap().ends_with(",who"));
}

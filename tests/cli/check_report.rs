//! `check --report`: a workbook of findings by unit with contact, cells as links, and what has come in (SPEC §10, §11).

use std::fs;
use std::rc::Rc;

use crate::cells::{Book, Books, links, position};
use crate::runner::{Folder, Ran, assess};
use crate::small::{DELEGATES_FILE, REGISTER, small, workbook};

const REPORT: &str = "检查结果.xlsx";

/// The small project with contacts, a workbook among its reports with a score out of range, and a report missing.
fn faulty() -> Folder {
    let folder = small();
    folder.write(
        "roster.csv",
        "单位代码,单位全称,简称,分组,参评方式,联系人,电话\nU01,测试市图书馆,图书馆,场馆,排名,张三,111\n\
         U02,测试市博物馆,博物馆,场馆,排名,李四,222\nU03,测试市文化馆,文化馆,场馆,排名,,\n",
    );
    folder.remove("self-reports/U01.csv").remove("self-reports/U02.csv");
    let rows: [&[&str]; 4] = [
        &["单位代码", "U01"],
        &["指标代码", "完成值", "自评得分", "佐证", "核定值", "核定得分"],
        &["1.1", "2", "36", "会议记录", "2", ""],
        &["2.1", "90%", "60.5", "统计表", "90%", ""],
    ];
    workbook(&folder, "self-reports/图书馆 1.xlsx", "自评'表", &rows);
    folder
}

fn reported(folder: &Folder, path: &str) -> Ran {
    assess(&["check", folder.shown(), "--report", folder.path(path).to_str().unwrap(), "--lang", "zh"])
}

fn open(folder: &Folder, path: &str) -> Rc<Book> {
    Books::new(folder.root()).open(path)
}

/// The rows of a sheet as their texts, empty cells left out.
fn rows(book: &Book, sheet: &str) -> Vec<Vec<String>> {
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    let cells = book.sheets().into_iter().find(|(name, _)| *name == sheet).unwrap().1;
    for (cell, text) in cells {
        let (row, _) = position(&cell).unwrap();
        match rows.last_mut() {
            Some((last, texts)) if *last == row => texts.push(text.to_owned()),
            _ => rows.push((row, vec![text.to_owned()])),
        }
    }
    rows.into_iter().map(|(_, texts)| texts).collect()
}

#[track_caller]
fn row_with<'r>(rows: &'r [Vec<String>], words: &[&str]) -> &'r Vec<String> {
    let found = rows.iter().find(|row| words.iter().all(|word| row.iter().any(|text| text == word)));
    found.unwrap_or_else(|| panic!("{words:?} in {rows:#?}"))
}

#[test]
fn findings_stand_below_their_unit_with_contact_and_who_must_act() {
    let folder = faulty();
    let before = folder.tree();
    let ran = reported(&folder, REPORT).ended(1);
    assert!(ran.err.contains("已写出检查结果"), "{}", ran.err);
    let book = open(&folder, REPORT);
    let names: Vec<&str> = book.sheets().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["概况", "按单位", "接收情况", "评议情况", "评议保密", "收件清单"]);
    let rows = rows(&book, "按单位");
    let at = |text: &str| rows.iter().position(|row| row[0] == text).unwrap_or_else(|| panic!("{text}: {rows:#?}"));
    let (first, second) = (at("U01 测试市图书馆　联系人：张三 111"), at("U02 测试市博物馆　联系人：李四 222"));
    assert!(first < second);
    let range = row_with(&rows[first..second], &["E203"]);
    for text in ["错误", "填报单位", "60.5", "0 – 60", "self-reports/图书馆 1.xlsx", "自评'表", "C4"] {
        assert!(range.iter().any(|own| own == text), "{text}: {range:?}");
    }
    row_with(&rows[second..], &["待定", "E310", "工委工作人员", "A3"]);
    // Notes need nobody and stand behind everything that is forwarded.
    assert!(
        at("提示：registers/加减分登记.csv".replace("registers/加减分登记.csv", "U03 测试市文化馆").as_str()) > second
    );
    let mut after = folder.tree();
    after.remove(REPORT).unwrap();
    assert_eq!(after, before, "nothing else is touched");
}

#[test]
fn a_cell_is_a_link_that_leads_to_the_cell_from_wherever_the_report_lies() {
    let folder = faulty();
    fs::create_dir(folder.path("out")).unwrap();
    for (path, way) in [(REPORT, ""), ("out/report.xlsx", "../")] {
        reported(&folder, path).ended(1);
        let found: Vec<(String, String)> = links(&folder.path(path), 2).into_values().collect();
        let cell = (format!("{way}self-reports/图书馆%201.xlsx"), "&apos;自评&apos;&apos;表&apos;!C4".to_owned());
        let plain = (cell.0.clone(), "'自评''表'!C4".to_owned());
        assert!(found.contains(&cell) || found.contains(&plain), "{found:?}");
        // A csv file has no sheets: the link opens the file.
        assert!(found.contains(&(format!("{way}roster.csv"), String::new())), "{found:?}");
    }
}

#[test]
fn coverage_says_who_handed_in_and_how_often_each_was_rated() {
    let folder = faulty();
    reported(&folder, REPORT).ended(1);
    let book = open(&folder, REPORT);
    let received = rows(&book, "接收情况");
    assert_eq!(row_with(&received, &["U01"])[4..7], ["张三 111", "已收", "self-reports/图书馆 1.xlsx"]);
    assert_eq!(row_with(&received, &["U02"])[5], "缺");
    let rated = rows(&book, "评议情况");
    assert!(rated.iter().any(|row| row == &["领导", "代表"]), "{rated:#?}");
    assert_eq!(row_with(&rated, &["U03"])[4..], ["2", "3"]);
    let files = rows(&book, "收件清单");
    let row = row_with(&files, &[DELEGATES_FILE]);
    assert_eq!(row[2..6], ["评议票", "U01 测试市图书馆 等 3 个", "采用", "可用"]);
    assert_eq!(row.last().unwrap().len(), 64);
}

#[test]
fn reconciliation_and_counts_stand_first() {
    let folder = faulty();
    let ran = reported(&folder, REPORT).ended(1);
    let leaders = "| 述职评议 领导 | 3    | 2    | 2      | 0            | 0    | 0          | 1      |";
    for text in ["名册 3 = 已报 2 + 未报 1 + 不参评 0", leaders] {
        assert!(ran.out.contains(text), "{text}: {}", ran.out);
    }
    let rows = rows(&open(&folder, REPORT), "概况");
    row_with(&rows, &["单位", "3", "2", "1", "0", "是"]);
    row_with(&rows, &["填报单位", "1"]);
}

#[test]
fn the_report_follows_the_language_of_the_model() {
    let folder = faulty();
    folder.edit("assess.toml", "language = \"zh\"", "language = \"en\"");
    reported(&folder, "check.xlsx").ended(1);
    let book = open(&folder, "check.xlsx");
    let names: Vec<&str> = book.sheets().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Overview", "By unit", "Received", "Rated", "Exposed", "Files received"]);
    let rows = rows(&book, "By unit");
    row_with(&rows, &["U02 测试市博物馆 - contact: 李四 222"]);
    row_with(&rows, &["Error", "E203", "the unit", "60.5"]);
}

#[test]
fn the_same_project_gives_the_same_bytes_and_the_report_in_it_changes_nothing() {
    let folder = faulty();
    reported(&folder, REPORT).ended(1);
    let first = folder.bytes(REPORT);
    // The report is now a file of the project: known as our own, neither an input nor a stray table.
    let ran = reported(&folder, REPORT).ended(1);
    assert!(!ran.err.contains("W116") && !ran.err.contains("E113"), "{}", ran.err);
    let second = folder.bytes(REPORT);
    reported(&folder, REPORT).ended(1);
    assert_eq!(folder.bytes(REPORT), second, "an earlier report is not spoken of");
    folder.remove(REPORT);
    reported(&folder, REPORT).ended(1);
    assert_eq!(folder.bytes(REPORT), first);
}

#[test]
fn a_report_among_the_inputs_is_refused() {
    let folder = small();
    reported(&folder, REPORT).ended(0);
    fs::copy(folder.path(REPORT), folder.path("self-reports/U09.xlsx")).unwrap();
    let ran = folder.run("check", &["--lang", "en"]).ended(1);
    assert!(ran.err.contains("E113"), "{}", ran.err);
}

#[test]
fn nobodys_file_is_overwritten_and_no_input_or_version_is_written() {
    let folder = small();
    folder.score(&[]).ended(0);
    workbook(&folder, "我的表.xlsx", "Sheet1", &[&["a"]]);
    fs::create_dir(folder.path("文件夹.xlsx")).unwrap();
    folder.write("~$开着.xlsx", "");
    let before = folder.tree();
    let refused = [
        ("我的表.xlsx", "不是 assess 写的"),
        ("results/v001/check.xlsx", "results"),
        ("results/v001/result.xlsx", "results"),
        ("self-reports/check.xlsx", "输入"),
        ("roster.xlsx", "输入"),
        ("收件清单.xlsx", "输入"),
        ("check.csv", ".xlsx"),
        ("没有/check.xlsx", "不存在"),
        ("文件夹.xlsx", "是文件夹"),
        ("开着.xlsx", "请先关闭"),
    ];
    for (path, word) in refused {
        let ran = reported(&folder, path).ended(2);
        assert!(ran.err.contains(word), "{path}: {}", ran.err);
        assert_eq!(folder.tree(), before, "{path}");
    }
    for lang in ["zh", "en"] {
        assess(&["check", folder.shown(), "--report", "--lang", lang]).ended(2);
    }
}

#[test]
fn a_model_error_writes_no_report_and_says_so() {
    let folder = small();
    folder.edit("assess.toml", "weight = 40", "weight = 41");
    let ran = reported(&folder, REPORT).ended(2);
    assert!(ran.err.contains("没有写出") && !folder.has(REPORT), "{}", ran.err);
}

#[test]
fn with_secrecy_no_sheet_ties_a_mark_to_a_rater() {
    let folder = small();
    folder.edit("assess.toml", "language = \"zh\"\n", "language = \"zh\"\nsecrecy = true\n");
    folder.edit(DELEGATES_FILE, "代表,D2,,U02,较好", "代表,D2,,U02,很好");
    folder.append(DELEGATES_FILE, "代表,D3,,图书馆,差");
    folder.write("registers/加减分登记.csv", REGISTER);
    reported(&folder, REPORT).ended(1);
    let book = open(&folder, REPORT);
    for (name, _) in book.sheets() {
        for row in rows(&book, name) {
            let secret = row.iter().any(|text| ["W405", "E403"].contains(&text.as_str()));
            let told = row.iter().any(|text| text.contains("代表.csv") || text.contains("很好") || text.contains("D3"));
            assert!(!(secret && told), "{name}: {row:?}");
        }
    }
    assert!(rows(&book, "按单位").iter().any(|row| row.contains(&"W405".to_owned())));
}

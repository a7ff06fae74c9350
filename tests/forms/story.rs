//! A new user: an empty folder, `init`, `check`, `template`, forms filled in by hand, `score`; and the numbers by hand.

use std::path::PathBuf;

use serde_json::Value;

use crate::fill::Paper;
use crate::runner::{Folder, assess, list, str_of, unit};

/// 指标代码, then per unit 完成值 and 自评得分.
///
/// Points by the rules of the model that `init` writes:
///
/// ```text
///      full  rule                      U01           U02                        U03
/// 1.1   10   每次扣0.5                  0  -> 10      3  -> 10-1.5 = 8.5         8 -> 10-4 = 6
/// 1.2    8   达到4得满分                4  -> 8       3  -> 8*3/4 = 6            2 -> 4
/// 1.3    7   %，低于60得0             100 -> 7      90  -> 6.3                  50 -> 0
/// 1.4    5   完成/应完成             20/20 -> 5   16/20 -> 4                 10/20 -> 2.5
///                                     A1 = 30       A1 = 24.8                  A1 = 12.5
/// 2.1   12   缺项扣1，程序扣2           0  -> 12   缺项1；程序1 -> 9          缺项2 -> 10
/// 2.2   10   核定                       10            8                          5  (0-4, 5-7, 8-10)
/// 2.3   16   %，低于60得0             100 -> 16     95  -> 15.2                 80 -> 12.8
/// 2.4   12   A=1 B=.8 C=.6              A -> 12       B -> 9.6                   C -> 7.2
///                                     A2 = 50       A2 = 41.8                  A2 = 35
/// 3.1    4   方案2，成效2        方案、成效 -> 4    方案 -> 2                  方案 -> 2
/// 3.2    6   市级1，省级2    市级2；省级2 -> 6  市级1；省级1 -> 3             市级1 -> 1
/// 3.3    5   60起3，80起5              90 -> 5       70 -> 3                    60 -> 3
/// 3.4    5   第1名5、2名4、3名3          1 -> 5        2 -> 4                     3 -> 3   (核定表)
///                                     A3 = 20       A3 = 12                    A3 = 9
///                                  I = 100         I = 78.6                   I = 56.5
/// ```
const LEAVES: [(&str, [(&str, &str); 3]); 11] = [
    ("1.1", [("0", "10"), ("3", "8.5"), ("8", "6")]),
    ("1.2", [("4", "8"), ("3", "6"), ("2", "4")]),
    ("1.3", [("100", "7"), ("90", "6.3"), ("50", "0")]),
    ("1.4", [("20/20", "5"), ("16/20", "4"), ("10/20", "2.5")]),
    ("2.1", [("0", "12"), ("缺项1；程序1", "9"), ("缺项2", "10")]),
    ("2.2", [("按要求召开", "10"), ("按要求召开", "8"), ("按要求召开", "5")]),
    ("2.3", [("100", "16"), ("95", "15.2"), ("80", "12.8")]),
    ("2.4", [("A", "12"), ("B", "9.6"), ("C", "7.2")]),
    ("3.1", [("方案、成效", "4"), ("方案", "2"), ("方案", "2")]),
    ("3.2", [("市级2；省级2", "6"), ("市级1；省级1", "3"), ("市级1", "1")]),
    ("3.3", [("90", "5"), ("70", "3"), ("60", "3")]),
];

/// The marks of the ballots of each class for U01, U02, U03, and the unit that the rater comes from.
///
/// ```text
///                 U01                        U02                             U03
/// P1 40  3 x      100                        80                              60
/// P2 35           (100+100+80)/3 = 280/3     (80+80+100)/3 = 260/3           (60+60+40)/3 = 160/3
/// P3 25           100 (one own mark dropped) 80 (one abstained)              (5*60+40)/6 = 340/6
/// M               40+35*2.8/3+25 = 293/3     32+35*2.6/3+20 = 247/3          24+35*1.6/3+25*3.4/6 = 341/6
/// ```
type Mark = ([&'static str; 3], &'static str);
const USUAL: Mark = (["好", "较好", "一般"], "");
const BALLOTS: [(&str, &[Mark]); 3] = [
    ("P1", &[USUAL, USUAL, USUAL]),
    ("P2", &[USUAL, USUAL, (["较好", "好", "差"], "")]),
    ("P3", &[(["好", "较好", "一般"], "示例单位甲"), USUAL, USUAL, USUAL, USUAL, (["好", "弃权", "差"], "")]),
];

/// Votes for 满意, 比较满意, 基本满意, 不满意 by class and unit.
///
/// ```text
///          U01                     U02                            U03
/// O1 40    20/20/0/0 -> 90         10/10/10/10 -> 60              0/20/20/0 -> 70
/// O2 60    40/0/0/0 -> 100         20/20/0/0 -> 90                10/10/10/10 -> 60
/// O        36+60 = 96              24+54 = 78                     28+36 = 64
/// ```
const VOTES: [(&str, [[&str; 4]; 3]); 2] = [
    ("O1", [["20", "20", "0", "0"], ["10", "10", "10", "10"], ["0", "20", "20", "0"]]),
    ("O2", [["40", "0", "0", "0"], ["20", "20", "0", "0"], ["10", "10", "10", "10"]]),
];

const UNITS: [&str; 3] = ["U01", "U02", "U03"];

/// A project folder with its forms handed out, as a new user makes it.
pub(crate) fn handed_out() -> Folder {
    let folder = Folder::empty();
    assess(&["init", folder.shown(), "--lang", "zh"]).ended(0);
    // Five raters of three units: what they mark can be worked out, which is not what these tests are about.
    folder.edit("assess.toml", "# accept_exposed", "accept_exposed");
    folder.run("template", &[]).ended(0);
    folder
}

fn form(folder: &Folder, kind: &str, word: &str) -> PathBuf {
    let walk = walkdir::WalkDir::new(folder.path(&format!("templates/{kind}"))).into_iter().map(Result::unwrap);
    let found: Vec<PathBuf> = walk
        .filter(|entry| entry.file_type().is_file() && entry.file_name().to_string_lossy().contains(word))
        .map(walkdir::DirEntry::into_path)
        .collect();
    assert_eq!(found.len(), 1, "{kind} {word}: {found:?}");
    found.into_iter().next().unwrap()
}

/// Fills in every form and puts it where it belongs.
pub(crate) fn fill_in(folder: &Folder) {
    fill_reports(folder);
    fill_verified(folder);
    fill_ballots(folder);
    fill_tallies(folder);
    fill_registers(folder);
}

fn fill_reports(folder: &Folder) {
    for (at, code) in UNITS.iter().enumerate() {
        let mut paper = Paper::open(&form(folder, "self-reports", code), "指标代码");
        for (leaf, answers) in &LEAVES {
            let (value, points) = answers[at];
            let key = [("指标代码", *leaf)];
            paper.type_in(&key, &[("完成值", value), ("自评得分", points), ("佐证", "会议记录")]);
            if *leaf == "2.2" {
                paper.type_in(&key, &[("核定得分", points), ("核定说明", "按质量分档")]);
            } else {
                paper.type_in(&key, &[("核定值", value)]);
            }
        }
        paper.save(&folder.path(&format!("self-reports/{code}.xlsx")));
    }
}

fn fill_verified(folder: &Folder) {
    let mut paper = Paper::open(&form(folder, "verified", "核定表"), "核定值");
    for (code, place) in UNITS.iter().zip(["1", "2", "3"]) {
        paper.type_in(&[("指标代码", "3.4"), ("单位代码", code)], &[("核定值", place)]);
    }
    paper.save(&folder.path("verified/核定.xlsx"));
}

fn fill_ballots(folder: &Folder) {
    for (class, ballots) in BALLOTS {
        for (number, (marks, home)) in ballots.iter().enumerate() {
            let mut paper = Paper::open(&form(folder, &format!("ballots/meeting/{class}"), "评议票"), "评价");
            paper.beside("评委编号", &format!("{class}-{number}"));
            if !home.is_empty() {
                paper.beside("所在单位", home);
            }
            for (code, mark) in UNITS.iter().zip(marks) {
                paper.type_in(&[("单位代码", code)], &[("评价", mark)]);
            }
            paper.save(&folder.path(&format!("ballots/meeting/{class}/{class}-{number}.xlsx")));
        }
    }
}

fn fill_tallies(folder: &Folder) {
    for (class, votes) in VOTES {
        let mut paper = Paper::open(&form(folder, &format!("tallies/online/{class}"), "票数汇总"), "有效");
        for (code, votes) in UNITS.iter().zip(votes) {
            let [a, b, c, d] = votes;
            let levels = [("满意", a), ("比较满意", b), ("基本满意", c), ("不满意", d)];
            paper.type_in(&[("单位代码", code)], &levels);
            let sums = [("弃权/未填", "2"), ("发出", "50"), ("收回", "43"), ("有效", "42"), ("无效", "1")];
            paper.type_in(&[("单位代码", code)], &sums);
        }
        paper.save(&folder.path(&format!("tallies/online/{class}/{class}.xlsx")));
    }
}

fn fill_registers(folder: &Folder) {
    let mut paper = Paper::open(&form(folder, "registers", "加减分登记"), "审定分值");
    let documents = [("文件名称", "通报"), ("发文单位", "市委"), ("状态", "工委审定"), ("审定文号", "纪要1号")];
    let rows = [
        [("编号", "1"), ("单位代码", "U02"), ("代码", "J2"), ("级别", "市级"), ("审定分值", "1"), ("文号", "1号")],
        [("编号", "2"), ("单位代码", "U03"), ("代码", "N2"), ("级别", ""), ("审定分值", "0.5"), ("文号", "2号")],
    ];
    for (number, row) in (1..).zip(rows) {
        let filled: Vec<(&str, &str)> = row.into_iter().filter(|(_, text)| !text.is_empty()).collect();
        paper.type_row(number, &filled).type_row(number, &documents);
        paper.type_row(number, &[("发文日期", "2025-06-30")]);
    }
    paper.save(&folder.path("registers/加减分.xlsx"));
}

/// What every unit must come to.
///
/// ```text
///        base = 60% I + 25% M + 15% O                        plus minus  total  grade
/// U01    60 + 293/12 + 14.4          = 98.8166.. -> 98.82                 98.82  优秀 (1 place of 3 units)
/// U02    47.16 + 247/12 + 11.7       = 79.4433.. -> 79.44     1           80.44  先进 (A3 = 60% < 70% caps it there too)
/// U03    33.9 + 341/24 + 9.6         = 57.7083.. -> 57.71          0.5    57.21  不达标
/// ```
const TOTALS: [(&str, &str, &str, &str); 3] =
    [("U01", "98.82", "98.82", "优秀"), ("U02", "79.44", "80.44", "先进"), ("U03", "57.71", "57.21", "不达标")];

/// Compares a result with the numbers worked out by hand.
#[track_caller]
pub(crate) fn compare(result: &Value) {
    for (code, base, total, grade) in TOTALS {
        let unit = unit(result, code);
        let found = [str_of(&unit["base"]), str_of(&unit["total"]), str_of(&unit["grade"])];
        assert_eq!(found, [base, total, grade], "{code}");
    }
    let rate = |code: &str| str_of(&unit(result, code)["components"]["indicators"]["rate"]).to_owned();
    assert_eq!(UNITS.map(rate), ["100.00", "78.60", "56.50"]);
}

#[test]
fn a_new_user_gets_from_an_empty_folder_to_the_numbers_worked_out_by_hand() {
    let folder = handed_out();
    let before = folder.run("check", &[]);
    assert_eq!(before.code, 1, "{}", before.err);
    for code in UNITS {
        assert!(before.out.lines().any(|line| line.contains(code) && line.contains("缺")), "{}", before.out);
    }
    fill_in(&folder);
    let checked = folder.run("check", &[]).ended(0);
    assert!(checked.err.is_empty(), "a form filled in as asked gives no warning: {}", checked.err);
    folder.score(&[]).ended(0);
    compare(&folder.json("results/v001/result.json"));
}

#[test]
fn a_mark_for_the_own_unit_is_dropped_and_nothing_else() {
    let folder = handed_out();
    fill_in(&folder);
    let checked = folder.run("check", &["-v", "--format", "json"]).ended(0).json();
    let codes: Vec<&str> = list(&checked["findings"]).iter().map(|f| str_of(&f["code"])).collect();
    assert_eq!(codes.iter().filter(|code| **code == "N408").count(), 1, "{codes:?}");
}

#[test]
fn forms_that_come_back_empty_are_told_by_unit_and_nothing_is_scored() {
    let folder = handed_out();
    for kind in ["self-reports", "verified", "ballots", "tallies", "registers"] {
        copy_all(&folder, kind);
    }
    let checked = folder.run("check", &["--format", "json"]).ended(1).json();
    let about = |code: &str| -> Vec<&str> {
        let findings = list(&checked["findings"]).iter().filter(|f| f["code"] == code);
        findings.map(|f| f["unit"].as_str().unwrap_or("")).collect()
    };
    assert_eq!(about("W229"), UNITS, "each unit's form is empty");
    assert_eq!(about("E310"), UNITS, "and counts as not handed in");
    folder.score(&[]).ended(1);
    assert!(!folder.has("results/v001"));
}

#[test]
fn an_empty_form_is_not_a_claim_of_zero_even_where_what_is_missing_counts_zero() {
    let folder = handed_out();
    fill_in(&folder);
    folder.edit("assess.toml", "missing = \"error\"  ", "missing = \"zero\"  ");
    folder.remove("self-reports/U03.xlsx");
    std::fs::copy(form(&folder, "self-reports", "U03"), folder.path("self-reports/U03-空.xlsx")).unwrap();
    let checked = folder.run("check", &["--format", "json"]).ended(0).json();
    let told: Vec<&str> =
        list(&checked["findings"]).iter().filter(|f| f["unit"] == "U03").map(|f| str_of(&f["code"])).collect();
    assert!(told.contains(&"W229") && told.contains(&"E310"), "{told:?}");
}

fn copy_all(folder: &Folder, kind: &str) {
    let from = folder.path(&format!("templates/{kind}"));
    for entry in walkdir::WalkDir::new(&from).into_iter().map(Result::unwrap).filter(|e| e.file_type().is_file()) {
        let to = folder.path(kind).join(entry.path().strip_prefix(&from).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(entry.path(), to).unwrap();
    }
}

//! `assess compare`: two versions, two years; names that changed, units that merged; who rose; how alike the rankings are.

use serde_json::Value;

use crate::cells::Books;
use crate::runner::{Folder, Ran, assess, list, str_of};
use crate::small::{REGISTER_FILE, small};

/// A model that takes its scores from elsewhere, so that a test sets the totals themselves.
const GIVEN: &str = r#"[assessment]
title = "年度考核"
period = "2024"
issuer = "测试工委"
language = "zh"
as_of = "2025-01-20"

[score]
full = 100
min = 0
max = 100
decimals = 2

[[line]]
code = "L1"
name = "政治线"

[[aspect]]
code = "A1"
name = "责任"
points = 100

[[indicator]]
code = "1.1"
line = "L1"
aspect = "A1"
item = "学习"
name = "学习次数"
points = 100
rule = "核定"

[[component]]
id = "platform"
name = "平台得分"
weight = 100
kind = "given"
scale = 100

[[grade]]
name = "优秀"
at_least = 90

[[grade]]
name = "达标"
at_least = 0

[rank]
scope = "group"

[progress]
places = 2
"#;

/// A scored project: lines of the roster (code, name, former names), and a total for each.
fn year(period: &str, units: &[(&str, &str, &str, &str)]) -> Folder {
    let folder = Folder::empty();
    let mut roster = "单位代码,单位全称,曾用名,分组,参评方式\n".to_owned();
    let mut scores = "单位,得分\n".to_owned();
    for (code, name, former, total) in units {
        roster.push_str(&format!("{code},{name},{former},一组,排名\n"));
        scores.push_str(&format!("{code},{total}\n"));
    }
    folder
        .write("assess.toml", &GIVEN.replace("\"2024\"", &format!("\"{period}\"")))
        .write("roster.csv", &roster)
        .write("given/platform/得分.csv", &scores);
    folder.score(&[]).ended(0);
    folder
}

const FIVE: [(&str, &str, &str, &str); 5] = [
    ("U1", "甲局", "", "95"),
    ("U2", "乙局", "", "92"),
    ("U3", "丙局", "", "85"),
    ("U4", "丁局", "", "80"),
    ("U5", "戊局", "", "75"),
];

fn compare(old: &str, new: &str, more: &[&str]) -> Ran {
    assess(&[&["compare", old, new, "--lang", "zh"], more].concat())
}

fn row<'v>(document: &'v Value, code: &str) -> &'v Value {
    list(&document["units"]).iter().find(|unit| unit["code"] == code).unwrap_or_else(|| panic!("no {code}"))
}

#[test]
fn one_swap_of_five_is_said_unit_by_unit_and_as_a_correlation() {
    let old = year("2024", &FIVE);
    let mut after = FIVE;
    (after[1].3, after[2].3) = ("88.5", "91");
    let new = year("2025", &after);
    let document = compare(old.shown(), new.shown(), &["--format", "json"]).ended(0).json();
    assert_eq!(document["schema"], "assess.compare/1");
    assert_eq!((&document["old"]["period"], &document["new"]["period"]), (&"2024".into(), &"2025".into()));
    let fell = row(&document, "U2");
    assert_eq!((fell["total"].as_str(), fell["rank_group"].as_i64()), (Some("-3.50"), Some(-1)));
    assert_eq!(
        (&fell["grade"], &fell["old"]["grade"], &fell["new"]["grade"]),
        (&"worse".into(), &"优秀".into(), &"达标".into())
    );
    let rose = row(&document, "U3");
    assert_eq!(
        (rose["total"].as_str(), rose["rank_group"].as_i64(), &rose["grade"]),
        (Some("+6.00"), Some(1), &"better".into())
    );
    let same = row(&document, "U1");
    assert_eq!((same["total"].as_str(), same["rank_group"].as_i64()), (Some("0.00"), Some(0)));
    assert!(same["grade"].is_null());
    // Ranks 1 2 3 4 5 and 1 3 2 4 5: Σd² = 2, rho = 1 − 6·2/(5·24) = 0.9; one of ten pairs discordant, tau = 8/10.
    for one in list(&document["correlation"]) {
        let found = (one["units"].as_u64(), one["spearman"].as_str(), one["kendall"].as_str());
        assert_eq!(found, (Some(5), Some("0.9000"), Some("0.8000")));
    }
    let counts = &document["counts"];
    let found = ["compared", "totals", "rose", "fell", "better", "worse", "progress"].map(|name| counts[name].as_u64());
    assert_eq!(found, [5, 2, 1, 1, 1, 1, 0].map(Some), "one place is less than the two that the model asks for");
}

#[test]
fn who_rises_far_enough_is_on_the_progress_list() {
    let old = year("2024", &FIVE);
    let mut after = FIVE;
    after[4].3 = "93";
    let new = year("2025", &after);
    let ran = compare(old.shown(), new.shown(), &[]).ended(0);
    // From fifth to second place.
    assert!(ran.out.contains("进步名单（组内上升 2 位及以上）：戊局（升 3 位）"), "{}", ran.out);
    let document = compare(old.shown(), new.shown(), &["--format", "json"]).json();
    let listed: Vec<&str> =
        list(&document["units"]).iter().filter(|u| u["progress"] == true).map(|u| str_of(&u["code"])).collect();
    assert_eq!(listed, ["U5"]);
}

#[test]
fn renamed_absorbing_merged_new_and_closed_units_are_told_apart() {
    let mut before = FIVE.to_vec();
    before.push(("U6", "己局", "", "70"));
    before.push(("U7", "庚局", "", "65"));
    before.push(("U8", "辛局", "", "60"));
    let old = year("2024", &before);
    let new = year(
        "2025",
        &[
            ("U1", "甲局", "U8、辛局", "96"),
            ("N2", "乙委员会", "U2、乙局", "94"),
            ("M3", "丙丁局", "U3、丙局、U4、丁局", "90"),
            ("U5", "戊局", "", "75"),
            ("U6", "己管理局", "", "71"),
            ("U9", "壬局", "", "50"),
        ],
    );
    let document = compare(old.shown(), new.shown(), &["--format", "json"]).ended(0).json();
    let link = |code: &str| str_of(&row(&document, code)["link"]).to_owned();
    let links = ["U1", "N2", "M3", "U5", "U6", "U9", "U7"].map(link);
    assert_eq!(links, ["absorbed", "renamed", "merged", "same", "renamed", "added", "removed"]);
    let behind = |code: &str| -> Vec<String> {
        let units = row(&document, code)["behind"].as_array().cloned().unwrap_or_default();
        units.iter().map(|unit| str_of(&unit["code"]).to_owned()).collect()
    };
    assert_eq!(behind("M3"), ["U3", "U4"]);
    assert_eq!((behind("N2"), behind("U1")), (vec!["U2".to_owned()], vec!["U8".to_owned()]));
    assert_eq!(row(&document, "N2")["total"], "+2.00", "a renamed unit is compared with what it was");
    assert_eq!(row(&document, "U1")["total"], "+1.00", "a unit that took one in is compared with itself");
    let merged = row(&document, "M3");
    assert!(merged["total"].is_null() && merged["old"].is_null() && merged["rank_group"].is_null(), "{merged}");
    assert_eq!(merged["behind"][1]["state"]["total"], "80.00");
    // U1, N2, U5, U6 stand in both; the others have no partner.
    assert_eq!(list(&document["correlation"])[1]["units"], 4);
    let said = compare(old.shown(), new.shown(), &[]).out;
    assert!(said.contains("由U3 丙局（原总分 85.00）、U4 丁局（原总分 80.00）合并而成"), "{said}");
    assert!(said.contains("原为U2 乙局（原总分 92.00）"), "{said}");
    let said = compare(old.shown(), new.shown(), &["--lang", "en"]);
    assert_eq!(said.code, 2, "a language is given once");
    let said = assess(&["compare", old.shown(), new.shown(), "--lang", "en"]).ended(0).out;
    assert!(said.contains("merged from U3 丙局 (old total 85.00)") && said.contains("Spearman rho"), "{said}");
}

#[test]
fn another_method_is_said_value_by_value() {
    let old = year("2024", &FIVE);
    let new = year("2025", &FIVE);
    new.edit("assess.toml", "at_least = 90", "at_least = 93").edit("assess.toml", "学习次数", "学习质量");
    new.score(&["--reason", "办法修订"]).ended(0);
    let document = compare(old.shown(), new.shown(), &["--format", "json"]).ended(0).json();
    let changes: Vec<(&str, &str, &str, &str, &str)> = list(&document["method"])
        .iter()
        .map(|c| (&c["topic"], &c["code"], &c["field"], &c["old"], &c["new"]))
        .map(|(a, b, c, d, e)| (str_of(a), str_of(b), str_of(c), str_of(d), str_of(e)))
        .collect();
    assert_eq!(changes, [("leaf", "1.1", "name", "学习次数", "学习质量"), ("grade", "优秀", "at_least", "90", "93")]);
    let said = compare(old.shown(), new.shown(), &[]).out;
    assert!(said.contains("考核办法有 2 处不同") && said.contains("等次 优秀 门槛：90 → 93"), "{said}");
    assert_eq!(row(&document, "U2")["grade"], "worse", "92 is no longer enough");
}

#[test]
fn two_versions_say_which_register_row_moved_whom() {
    let folder = small();
    folder.scored();
    folder.append(REGISTER_FILE, "3,U03,J1,创新,,2,2,通报,市〔2025〕30号,市委,2025-10-01,工委审定,工委〔2026〕5号,");
    folder.score(&["--reason", "补登"]).ended(0);
    let ran = assess(&["compare", "v001", "current", "-C", folder.shown()]).ended(0);
    let line = ran.out.lines().find(|line| line.contains("| U03")).unwrap_or_else(|| panic!("{}", ran.out));
    assert!(
        line.contains("+2.00") && line.contains("加减分登记 3（工委〔2026〕5号，registers/加减分登记.csv A4）"),
        "{line}"
    );
    assert!(ran.out.contains("没有变化的单位"), "units that stayed are only counted: {}", ran.out);
    let csv = assess(&["compare", "v001", "v002", "-C", folder.shown(), "--format", "csv"]).ended(0).out;
    assert_eq!(csv.lines().count(), 4, "a header and a line for each unit: {csv}");
    let document = assess(&["compare", "v001", "v002", "-C", folder.shown(), "--format", "json"]).json();
    assert_eq!(list(&document["rows"]).len(), 1);
    let part = &list(&row(&document, "U03")["leaves"])[0];
    assert_eq!((str_of(&part["old"]), str_of(&part["difference"])), ("28", "0.00"));
}

#[test]
fn a_version_that_somebody_edited_is_not_compared_whatever_was_edited() {
    let folder = small();
    folder.scored();
    folder.append(REGISTER_FILE, "3,U03,J1,创新,,2,2,通报,市〔2025〕30号,市委,2025-10-01,工委审定,工委〔2026〕5号,");
    folder.score(&["--reason", "补登"]).ended(0);
    let paths = ["results/v001/result.json", "results/v002/result.json"];
    let texts = paths.map(|path| String::from_utf8(folder.bytes(path)).unwrap());
    let edited = texts.clone().map(|text| text.replacen("\"verified\":\"28/1\"", "\"verified\":\"29/1\"", 1));
    let ended = |code: i32| {
        for format in ["table", "json"] {
            let ran = assess(&["compare", "v001", "v002", "-C", folder.shown(), "--format", format]).ended(code);
            assert_eq!(ran.err.contains("result.json"), code == 2, "{}", ran.err);
        }
    };
    ended(0);
    // In one of them, then in both alike, so that the leaf is the same text.
    for (path, edited) in paths.iter().zip(&edited) {
        folder.write(path, edited);
        ended(2);
    }
    for (path, text) in paths.iter().zip(&texts) {
        folder.write(path, text);
    }
    ended(0);
}

#[test]
fn the_same_result_does_not_differ_and_the_exit_code_says_so() {
    let folder = small();
    folder.scored();
    let at = |old: &str, new: &str| assess(&["compare", old, new, "--exit-code", "-C", folder.shown()]);
    let ran = at("v001", "current").ended(0);
    assert!(ran.out.contains("没有差别"), "{}", ran.out);
    let file = folder.path("results/v001/result.json");
    at("v001", file.to_str().unwrap()).ended(0);
    at(folder.path("results/v001").to_str().unwrap(), folder.shown()).ended(0);
    folder.append(REGISTER_FILE, "3,U03,J1,创新,,2,2,通报,市〔2025〕30号,市委,2025-10-01,工委审定,工委〔2026〕5号,");
    folder.score(&["--draft"]).ended(0);
    at("v001", "draft").ended(1);
    let ran = at("v001", "v009").ended(2);
    assert!(ran.err.contains("v001"), "{}", ran.err);
    let ran = at("v001", "nowhere").ended(2);
    assert!(ran.err.contains("nowhere"), "{}", ran.err);
    folder.write("broken.json", "{}");
    at(folder.path("broken.json").to_str().unwrap(), "v001").ended(2);
}

#[test]
fn the_workbook_is_written_where_it_is_no_input_and_refused_as_one() {
    let old = year("2024", &FIVE);
    let mut after = FIVE;
    after[4].3 = "93";
    let new = year("2025", &after);
    let path = new.path("变更对照.xlsx");
    let args = ["compare", old.shown(), "current", "-C", new.shown(), "--report", path.to_str().unwrap()];
    let ran = assess(&args).ended(0);
    assert!(ran.err.contains("变更对照.xlsx"), "{}", ran.err);
    let first = new.bytes("变更对照.xlsx");
    assess(&args).ended(0);
    assert_eq!(new.bytes("变更对照.xlsx"), first, "the same results give the same bytes");
    let inside = new.path("given/platform/变更对照.xlsx");
    let refused =
        assess(&["compare", old.shown(), new.shown(), "-C", new.shown(), "--report", inside.to_str().unwrap()]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    std::fs::copy(&path, &inside).unwrap();
    let checked = new.run("check", &["--format", "json"]).ended(1).json();
    let codes: Vec<&str> = list(&checked["findings"]).iter().map(|f| str_of(&f["code"])).collect();
    assert!(codes.contains(&"E113"), "{codes:?}");
}

#[test]
fn the_workbook_says_the_same_as_the_document() {
    let old = year("2024", &FIVE);
    let mut after = FIVE;
    after[4].3 = "93";
    let new = year("2025", &after);
    let path = new.path("变更对照.xlsx");
    compare(old.shown(), new.shown(), &["--report", path.to_str().unwrap()]).ended(0);
    let book = Books::new(new.root()).open("变更对照.xlsx");
    let names: Vec<&str> = book.sheets().iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["概况", "变更对照", "进步名单"], "scores made elsewhere have no indicators to compare");
    // 戊局 rose from fifth with 75 to second with 93: +18, three places, from 达标 to 优秀.
    let row = (5..10).find(|row| book.cell("变更对照", &format!("B{row}")) == Some("U5")).unwrap();
    let cells = ["E", "F", "G", "H", "I", "J", "N", "O", "P"]
        .map(|column| book.cell("变更对照", &format!("{column}{row}")).unwrap_or("").to_owned());
    assert_eq!(cells, ["75", "93", "18", "5", "2", "3", "达标", "优秀", "上升"]);
    let all: Vec<&str> = book.sheets()[2].1.iter().map(|(_, text)| *text).collect();
    assert!(all.contains(&"规则：组内位次上升 2 位及以上") && all.contains(&"戊局"), "{all:?}");
}

//! `examples/minimal` gives the numbers of the hand calculation in its README.

use crate::result_json::{exact, published};
use crate::runner::{Folder, list, str_of, unit};
use crate::small::workbook;

#[test]
fn leaves_components_totals_ranks_and_grades_are_those_calculated_by_hand() {
    let result = Folder::scored_example("minimal").result();
    // Leaves 1.1, 2.1, 3.1; indicators; ballots; base; total; rank; grade; secretary scale.
    let by_hand = [
        ("U01", ["26/1", "48/1", "16/1"], "90/1", "280/3", "274/3", "280/3", "93.33", 1, "优秀", "好"),
        ("U02", ["30/1", "45/1", "20/1"], "95/1", "90/1", "93/1", "93/1", "93.00", 2, "先进", "较好"),
        ("U03", ["20/1", "40/1", "12/1"], "72/1", "70/1", "356/5", "356/5", "71.20", 3, "达标", "一般"),
    ];
    for (code, leaves, indicators, meeting, base, total, shown, rank, grade, parallel) in by_hand {
        let unit = unit(&result, code);
        let verified: Vec<&str> = list(&unit["leaves"]).iter().map(|l| str_of(&l["verified"])).collect();
        assert_eq!(verified, leaves, "{code}");
        assert_eq!(str_of(&unit["components"]["indicators"]["exact"]), indicators, "{code}");
        assert_eq!(str_of(&unit["components"]["meeting"]["exact"]), meeting, "{code}");
        assert_eq!((str_of(&unit["exact"]["base"]), str_of(&unit["exact"]["total"])), (base, total), "{code}");
        assert_eq!(str_of(&unit["total"]), shown);
        assert_eq!((unit["rank_group"].as_u64(), unit["rank_overall"].as_u64()), (Some(rank), Some(rank)));
        assert_eq!((str_of(&unit["grade"]), str_of(&unit["parallel"])), (grade, parallel), "{code}");
    }
}

#[test]
fn aspects_of_the_library_average_to_its_base() {
    let result = Folder::scored_example("minimal").result();
    let library = unit(&result, "U01");
    let aspects = ["A1", "A2", "A3"].map(|code| str_of(&library["aspects"][code]["exact"]));
    assert_eq!(aspects, ["268/3", "1424/15", "256/3"]);
    assert_eq!(published(&exact(&library["exact"]["base"]), 4), "91.3333");
}

#[test]
fn one_bonus_counts_and_the_proposed_one_does_not() {
    let result = Folder::scored_example("minimal").result();
    let ended = |code: &str| {
        let row = &list(&unit(&result, code)["adjustments"])[0];
        (str_of(&row["outcome"]).to_owned(), str_of(&row["counted"]).to_owned())
    };
    assert_eq!(ended("U01"), ("full".to_owned(), "2/1".to_owned()));
    assert_eq!(ended("U02"), ("proposed".to_owned(), "0/1".to_owned()));
}

#[test]
fn the_abstention_leaves_the_denominator_and_the_ballot_stays_valid() {
    let result = Folder::scored_example("minimal").result();
    let class = &list(&unit(&result, "U01")["components"]["meeting"]["ballots"]["classes"])[0];
    assert_eq!((class["valid"].as_u64(), class["abstained"].as_u64()), (Some(3), Some(1)));
    let whole = &list(&result["classes"]["meeting"])[0];
    let counts = ["issued", "returned", "valid", "void"].map(|key| whole[key].as_u64().unwrap());
    assert_eq!(counts, [4, 4, 4, 0]);
}

#[test]
fn one_place_at_the_best_grade_drops_the_second_unit() {
    let result = Folder::scored_example("minimal").result();
    let quota = &list(&result["quotas"])[0];
    let counts = ["ranked", "places", "taken"].map(|key| quota[key].as_u64().unwrap());
    assert_eq!(counts, [3, 1, 1]);
    let museum = unit(&result, "U02");
    assert_eq!(str_of(&museum["threshold"]), "优秀");
    let steps: Vec<&str> = list(&museum["path"]).iter().map(|s| str_of(&s["kind"])).collect();
    assert_eq!(steps, ["rank", "threshold", "no-room", "placed", "final"]);
}

#[test]
fn approving_the_second_bonus_moves_the_place_as_the_readme_says() {
    let folder = Folder::scored_example("minimal");
    std::fs::remove_file(folder.path("registers/加减分登记.xlsx")).unwrap();
    let header: &[&str] = &[
        "编号",
        "单位",
        "代码",
        "事由",
        "级别",
        "申报分值",
        "审定分值",
        "文件名称",
        "文号",
        "发文单位",
        "发文日期",
        "状态",
        "审定文号",
        "备注",
    ];
    let first: &[&str] = &[
        "1",
        "U01",
        "J2",
        "全民阅读",
        "",
        "2",
        "2",
        "决定",
        "岚省文〔2025〕31号",
        "省文化厅",
        "2025-06-18",
        "工委审定",
        "云工委纪〔2026〕1号",
        "",
    ];
    let second: &[&str] = &[
        "2",
        "U02",
        "J3",
        "文明窗口",
        "",
        "1",
        "1",
        "通报",
        "云文明〔2025〕9号",
        "市文明办",
        "2025-09-02",
        "工委审定",
        "云工委纪〔2026〕2号",
        "",
    ];
    workbook(&folder, "registers/加减分登记.xlsx", "加减分登记", &[&["加减分登记"], header, first, second]);
    folder.score(&["--reason", "第2条审定"]).ended(0);
    let (before, after) = (folder.json("results/v001/result.json"), folder.json("results/v002/result.json"));
    assert_eq!((str_of(&unit(&after, "U02")["total"]), str_of(&unit(&after, "U02")["grade"])), ("94.00", "优秀"));
    assert_eq!(unit(&after, "U01")["total"], unit(&before, "U01")["total"]);
    assert_eq!(str_of(&unit(&after, "U01")["grade"]), "先进");
}

#[test]
fn every_row_of_a_file_is_read_skipped_or_rejected() {
    // The form of U01 has three leaves and a sum below them, in row 7.
    let folder = Folder::scored_example("minimal");
    let result = folder.result();
    let is_form = |file: &&serde_json::Value| str_of(&file["path"]).starts_with("self-reports/U01");
    let sums = serde_json::json!({ "found": 4, "read": 3, "skipped": 1, "rejected": 0 });
    assert_eq!(list(&result["files"]).iter().find(is_form).unwrap()["row_sums"], sums);
    let manifest = folder.json("results/v001/manifest.json");
    assert_eq!(list(&manifest["inputs"]).iter().find(is_form).unwrap()["rows"], sums);
    for (lang, skipped) in [("zh", "1（合计、注 7）"), ("en", "1 (sums and notes 7)")] {
        let verbose = folder.run("check", &["-v", "--lang", lang]).ended(0);
        let row = verbose.out.lines().find(|line| line.contains("self-reports/U01")).unwrap();
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells[cells.len() - 5..], ["4", "3", skipped, "0", ""], "{row}");
    }
}

//! What `template` and `init` write, and what they will not write over.

use std::collections::BTreeSet;

use crate::fill::Paper;
use crate::runner::{Folder, assess, list, str_of};
use crate::story::handed_out;

const OWN: &str = "templates/self-reports/U01_示例单位甲_自评表_2025.xlsx";

#[test]
fn two_runs_give_the_same_bytes() {
    let (a, b) = (handed_out(), handed_out());
    assert_eq!(a.tree(), b.tree());
    a.run("template", &[]).ended(0);
    assert_eq!(a.tree(), b.tree(), "a second run replaces the folder by the same");
}

#[test]
fn every_form_is_locked_has_its_mark_and_its_drop_downs() {
    let folder = handed_out();
    for path in folder.tree().keys().filter(|path| path.starts_with("templates/") && path.ends_with(".xlsx")) {
        let header = ["指标代码", "单位代码", "编号", "问题描述"].into_iter().find(|word| {
            let first = path.split('/').nth(1).unwrap();
            matches!(
                (first, *word),
                ("self-reports" | "verified", "指标代码")
                    | ("ballots" | "tallies", "单位代码")
                    | ("registers", "编号")
                    | ("ledgers", "问题描述")
            )
        });
        let paper = Paper::open(&folder.path(path), header.unwrap());
        assert!(paper.is_protected(), "{path}");
        let sheets = paper.sheets();
        assert!(sheets.iter().any(|(name, state)| name == "_assess_form" && state == "VeryHidden"), "{sheets:?}");
        assert!(!paper.checks().is_empty(), "{path}");
        let has_list = paper.checks().iter().any(|check| check.contains("_assess_lists"));
        assert!(has_list || path.contains("tallies"), "{path}: {:?}", paper.checks());
    }
}

#[test]
fn forms_that_somebody_filled_in_are_never_replaced() {
    let folder = handed_out();
    let mut paper = Paper::open(&folder.path(OWN), "指标代码");
    paper.type_in(&[("指标代码", "1.1")], &[("完成值", "2")]);
    paper.save(&folder.path(OWN));
    let before = folder.tree();
    let ran = folder.run("template", &[]).ended(2);
    assert!(ran.err.contains("U01_示例单位甲_自评表_2025.xlsx") && ran.err.contains("--out"), "{}", ran.err);
    assert_eq!(folder.tree(), before);
    let out = folder.path("templates-2");
    folder.run("template", &["--out", out.to_str().unwrap()]).ended(0);
    assert!(folder.has("templates-2/self-reports/U01_示例单位甲_自评表_2025.xlsx"));
    assert_eq!(folder.bytes(OWN), before[OWN]);
}

#[test]
fn a_file_that_was_added_or_taken_away_keeps_the_folder_too() {
    let folder = handed_out();
    folder.write("templates/备注.txt", "打电话问");
    assert!(folder.run("template", &[]).ended(2).err.contains("备注.txt"));
    folder.remove("templates/备注.txt").remove(OWN);
    assert!(folder.run("template", &[]).ended(2).err.contains("自评表"));
}

#[test]
fn forms_of_one_unit_or_kind_join_those_that_were_handed_out() {
    let folder = handed_out();
    let all: BTreeSet<String> = folder.tree().into_keys().collect();
    folder.run("template", &["--unit", "乙单位", "--kind", "self-report"]).ended(0);
    assert_eq!(folder.tree().into_keys().collect::<BTreeSet<_>>(), all);
    let fresh = Folder::empty();
    let out = fresh.path("forms");
    let ran = folder.run("template", &["--unit", "U02", "--out", out.to_str().unwrap(), "--format", "json"]).ended(0);
    let document = ran.json();
    assert_eq!(document["schema"], "assess.template/1");
    let paths: Vec<&str> = list(&document["forms"]).iter().map(|form| str_of(&form["path"])).collect();
    assert_eq!(paths, ["self-reports/U02_示例单位乙_自评表_2025.xlsx", "ledgers/U02_示例单位乙_整改台账_2025.xlsx"]);
}

#[test]
fn forms_are_not_written_where_they_would_be_taken_for_inputs() {
    let folder = handed_out();
    let before = folder.tree();
    for place in ["self-reports", "self-reports/new", "forms", "registers"] {
        let out = folder.path(place);
        folder.run("template", &["--out", out.to_str().unwrap()]).ended(2);
    }
    let other = Folder::empty();
    other.write("letter.txt", "x");
    folder.run("template", &["--out", other.shown()]).ended(2);
    assert_eq!(folder.tree(), before);
    assert_eq!(other.tree().len(), 1);
}

#[test]
fn templates_are_no_inputs() {
    let folder = handed_out();
    let checked = folder.run("check", &["--format", "json"]).json();
    let about = |finding: &&serde_json::Value| finding["file"].as_str().is_some_and(|file| file.contains("templates"));
    assert_eq!(list(&checked["findings"]).iter().filter(about).count(), 0);
}

#[test]
fn an_unknown_unit_is_answered_with_the_nearest() {
    let folder = handed_out();
    let ran = folder.run("template", &["--unit", "示例单位"]).ended(2);
    assert!(ran.err.contains("示例单位甲"), "{}", ran.err);
    let ran = folder.run("template", &["--kind", "balot"]).ended(2);
    assert!(ran.err.contains("ballot"), "{}", ran.err);
}

#[test]
fn init_writes_into_a_new_or_empty_folder_only() {
    let folder = Folder::empty();
    folder.write("letter.txt", "x");
    let ran = assess(&["init", folder.shown(), "--lang", "zh"]).ended(2);
    assert!(ran.err.contains("不是空文件夹"), "{}", ran.err);
    assert_eq!(folder.tree().len(), 1);
    let below = folder.path("a/b");
    assess(&["init", below.to_str().unwrap()]).ended(0);
    assert!(folder.has("a/b/assess.toml"));
    assess(&["init"]).ended(2);
    assess(&["init", "x", "--units", "10"]).ended(2);
    assess(&["init", "x", "--demo", "--units", "2"]).ended(2);
}

#[test]
fn starters_are_there_for_people_without_a_terminal() {
    let folder = Folder::empty();
    let document = assess(&["init", folder.shown(), "--lang", "zh", "--format", "json"]).ended(0).json();
    assert_eq!(document["schema"], "assess.init/1");
    let files: Vec<&str> = list(&document["files"]).iter().map(str_of).collect();
    for name in ["1-检查.bat", "1-检查.sh", "2-计分.bat", "2-计分.sh", "使用说明.md", "assess.toml", "roster.xlsx"]
    {
        assert!(files.contains(&name) && folder.has(name), "{name}");
    }
    let batch = folder.text("2-计分.bat");
    assert!(batch.is_ascii() && batch.contains("chcp 65001") && batch.contains("assess score"));
    for below in ["self-reports", "ballots/meeting/P1", "tallies/online/O1", "registers", "verified", "ledgers"] {
        assert!(folder.path(below).is_dir(), "{below}");
    }
}

#[test]
fn manual_pages_are_written_and_replace_nothing() {
    let folder = Folder::empty();
    assess(&["man", folder.shown()]).ended(0);
    for page in ["assess.1", "assess-score.1", "assess-init.1", "assess-template.1"] {
        assert!(folder.text(page).contains(".TH"), "{page}");
    }
    let before = folder.tree();
    assess(&["man", folder.shown()]).ended(2);
    assert_eq!(folder.tree(), before);
}

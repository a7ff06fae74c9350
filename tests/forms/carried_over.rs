//! `assess init --from`: the next year begins where the last one ended.

use std::path::PathBuf;

use crate::fill::Paper;
use crate::runner::{Folder, Ran, assess, list};
use crate::story::{fill_in, handed_out};

/// Last year, scored, with a ledger of three problems of which one is closed.
fn last_year() -> Folder {
    let folder = handed_out();
    fill_in(&folder);
    folder.score(&[]).ended(0);
    let mut paper = Paper::open(&folder.path("templates/ledgers/U02_示例单位乙_整改台账_2025.xlsx"), "问题描述");
    let rows = [("P1", "上年台账不全", "未整改"), ("P2", "学习记录缺失", "已销号"), ("P3", "换届超期", "整改中")];
    for (number, (id, problem, state)) in (1..).zip(rows) {
        let cells = [("问题编号", id), ("问题描述", problem), ("来源指标", "1.1"), ("销号状态", state)];
        paper.type_row(number, &cells).type_row(number, &[("整改时限", "2026-06-30")]);
    }
    paper.save(&folder.path("ledgers/乙单位台账.xlsx"));
    folder
}

fn next_year(last: &Folder, place: &Folder) -> (PathBuf, Ran) {
    let target = place.path("2026");
    let ran = assess(&["init", target.to_str().unwrap(), "--from", last.shown()]).ended(0);
    (target, ran)
}

#[test]
fn model_roster_history_and_open_problems_go_on() {
    let (last, place) = (last_year(), Folder::empty());
    let (target, ran) = next_year(&last, &place);
    let model = place.text("2026/assess.toml");
    for line in [
        "title = \"云岚市2026年度机关党建工作考核\"",
        "period = \"2026\"",
        "as_of = \"2027-01-20\"",
        "window = [\"2026-01-01\", \"2026-12-31\"]",
        "# 截止日：印在结果上，与今天是哪天无关",
        "\"述职评议会\" = \"2027-01-15\"",
        "results/v001/result.json",
    ] {
        assert!(model.contains(line), "{line}\n{model}");
    }
    for name in ["roster.xlsx", "indicators.xlsx"] {
        assert_eq!(place.bytes(&format!("2026/{name}")), last.bytes(name), "{name}");
    }
    assert!(ran.out.contains("上年没有销号的问题 2 个"), "{}", ran.out);
    let ledger = Paper::open(&target.join("ledgers/U02_示例单位乙_整改台账_2026.xlsx"), "问题描述");
    let first = [("序号", "1")];
    assert_eq!(ledger.read(&first, "问题描述"), "上年台账不全");
    assert_eq!(ledger.read(&[("序号", "2")], "问题描述"), "换届超期");
    assert_eq!(ledger.read(&[("序号", "3")], "问题描述"), "");
    assert_eq!(ledger.read(&first, "来源指标"), "1.1");
    assert!(!place.has("2026/ledgers/U01_示例单位甲_整改台账_2025.xlsx"));
}

#[test]
fn a_document_that_counted_last_year_is_refused_this_year() {
    let (last, place) = (last_year(), Folder::empty());
    let (target, _) = next_year(&last, &place);
    std::fs::copy(last.path("registers/加减分.xlsx"), target.join("registers/加减分.xlsx")).unwrap();
    let checked = assess(&["check", target.to_str().unwrap(), "--format", "json"]).ended(1).json();
    let again = list(&checked["findings"]).iter().filter(|f| f["code"] == "E611").count();
    assert_eq!(again, 2, "{checked}");
}

#[test]
fn last_year_is_not_touched_and_must_be_a_project() {
    let (last, place) = (last_year(), Folder::empty());
    let before = last.tree();
    next_year(&last, &place);
    assert_eq!(last.tree(), before);
    let empty = Folder::empty();
    let ran = assess(&["init", "new", "-C", place.shown(), "--from", empty.shown(), "--lang", "zh"]).ended(2);
    assert!(ran.err.contains("assess.toml"), "{}", ran.err);
    let inside = last.path("2026");
    assess(&["init", inside.to_str().unwrap(), "--from", last.shown()]).ended(2);
    assert_eq!(last.tree(), before);
}

#[test]
fn a_last_year_without_results_gives_no_history_and_says_so() {
    let (last, place) = (handed_out(), Folder::empty());
    let (_, ran) = next_year(&last, &place);
    assert!(ran.out.contains("没有接上历史"), "{}", ran.out);
    assert!(!place.text("2026/assess.toml").contains("[history]"));
}

//! No value, column or row is lost on the way in: covered cells, missing columns, cut records, forms of another year.

use crate::guards::places;
use crate::sheets::{book, sheet};
use crate::support::{Project, WORDS, panel};

/// One leaf of 100 points that needs evidence.
const PROVEN: &str = "[[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"指标\"\npoints = 100\n\
                      rule = \"核定\"\nevidence = \"required\"\n";

fn report(rows: &str, merges: &str) -> Vec<u8> {
    book(&[sheet("自评表", rows).merge(merges)])
}

#[test]
fn a_value_under_a_merged_block_counts_never_and_is_named() {
    // The head of D3:E3 is blank: the row has no 核定得分, though 90 stands unseen in E3.
    let hidden = report(
        "单位代码 | U1 | _ | _ | _\n指标代码 | 自评得分 | 佐证 | 核定说明 | 核定得分\nX | 95 | 有 | _ | 90",
        "D3:E3",
    );
    let run = Project::new("").units("U1").bytes("self-reports/一.xlsx", &hidden).run();
    assert_eq!(run.errors(), ["E211"]);
    assert_eq!(places(&run, "W172"), ["self-reports/一.xlsx E3"]);
    assert_eq!(run.of("W172")[0].found.as_deref(), Some("90"));
    // A header text and the value of a label under a block are none either; every covered value is named.
    let above = report(
        "单位代码 | U1 | U2 | _ | _\n指标代码 | 自评得分 | 佐证 | 核定说明 | 核定得分\nX | 95 | 有 | _ | 90\n合计 | 95 | _ | 1 | 90",
        "B1:C1 A4:E4",
    );
    let run = Project::new("").units("U1").bytes("self-reports/一.xlsx", &above).score();
    assert_eq!(run.total("U1"), "90.00");
    assert_eq!(places(&run, "W172"), ["self-reports/一.xlsx C1", "self-reports/一.xlsx B4"]);
    assert_eq!(run.of("W172")[1].related.len(), 2);
    let header = report(
        "单位代码 | U1 | _ | _ | _\n指标代码 | 自评得分 | 佐证 | 核定说明 | 核定得分\nX | 95 | 有 | _ | 90",
        "D2:E2",
    );
    let run = Project::new("").units("U1").bytes("self-reports/一.xlsx", &header).run();
    assert_eq!(places(&run, "W172"), ["self-reports/一.xlsx E2"]);
    assert!(!run.errors().is_empty(), "{:#?}", run.messages);
}

#[test]
fn a_report_without_a_column_for_evidence_is_no_report_of_blank_evidence() {
    let form = |evidence: &str| format!("单位代码,U1,,\n指标代码,自评得分,{evidence},核定得分\nX,95,会议记录,90\n");
    let run = |model: &str, evidence: &str| {
        Project::new(model).units("U1").file("self-reports/一.csv", &form(evidence)).run()
    };
    for known in ["佐证", "印证材料", "佐证材料名称", "佐证材料目录", "支撑材料目录", "备查资料"]
    {
        let run = run(PROVEN, known);
        assert_eq!((run.errors(), run.total("U1")), (vec![], "90.00"), "{known}");
    }
    let missing = run(PROVEN, "填报人");
    assert_eq!((missing.errors(), missing.at("E107")), (vec!["E107"], "self-reports/一.csv A2".to_owned()));
    assert_eq!(missing.of("E107")[0].expected.as_deref(), Some("佐证"));
    let near = run(PROVEN, "证明材料");
    assert_eq!((near.errors(), near.at("E132")), (vec!["E132"], "self-reports/一.csv C2".to_owned()));
    // Where nothing has to be proven, neither is a fault.
    for header in ["填报人", "证明材料"] {
        assert_eq!(run("", header).total("U1"), "90.00", "{header}");
    }
}

#[test]
fn an_unread_column_that_may_be_the_missing_one_is_an_error() {
    let form = |header: &str| format!("单位代码,U1,,,\n指标代码,自评得分,佐证,核定值,{header}\nX,95,有,,90\n");
    let run = |header: &str| Project::new("").units("U1").file("self-reports/一.csv", &form(header)).run();
    for known in ["审定得分", "考核得分", "考核组评分", "最终得分", "上级评分", "审核分"] {
        assert_eq!(run(known).total("U1"), "90.00", "{known}");
    }
    for near in ["核定的得分", "复核得分", "考评组打分", "审定总分数"] {
        let run = run(near);
        assert!(run.errors().contains(&"E132"), "{near}: {:#?}", run.messages);
        assert_eq!(run.at("E132"), "self-reports/一.csv E2");
        assert_eq!(run.of("E132")[0].expected.as_deref(), Some("核定得分"));
    }
    // Beside a column that is there, nothing can be mistaken for it.
    let text = "单位代码,U1,,,\n指标代码,自评得分,佐证,核定得分,复核得分\nX,95,有,90,80\n";
    let run = Project::new("").units("U1").file("self-reports/一.csv", text).score();
    assert_eq!((run.total("U1"), places(&run, "W119")), ("90.00", vec!["self-reports/一.csv E2".to_owned()]));
}

#[test]
fn a_cut_record_is_an_error_where_a_required_field_is_missing() {
    let ballots = |rows: &str| {
        let text = format!("评议主体,评委编号,单位,评价,备注\n{rows}");
        Project::new(&panel(WORDS, "R=100")).units("U1 U2").file("ballots/b/票.csv", &text).run()
    };
    let cut = ballots("R,1,U1,好,\nR,1,U2\n");
    assert_eq!((cut.errors(), cut.at("E133")), (vec!["E133"], "ballots/b/票.csv D3".to_owned()));
    assert_eq!(cut.of("E133")[0].title, "第 3 行只有 3 个字段，缺少必需的列");
    let file = cut.outcome().files.iter().find(|f| f.path == "ballots/b/票.csv").unwrap();
    let rows = file.row_sums.unwrap();
    assert_eq!((rows.found, rows.read, rows.skipped, rows.rejected), (2, 1, 0, 1));
    // Only 备注 is missing; a note is no record.
    let short = ballots("R,1,U1,好\nR,1,U2,差\n注：每格一票\n");
    assert_eq!((short.errors(), short.total("U1"), short.total("U2")), (vec![], "100.00", "40.00"));
    let matrix = "评议主体,评委编号,单位,A1\nR,1,U1,好\nR,1,U2\n";
    let model = panel(&format!("rates = \"aspects\"\n{WORDS}"), "R=100");
    let run = Project::new(&model).units("U1 U2").file("ballots/b/票.csv", matrix).run();
    assert!(run.has("E133"), "{:#?}", run.messages);
}

#[test]
fn a_form_of_another_year_is_told_once_a_sheet() {
    let form = |lines: &str| {
        let text = format!("{lines}单位代码,U1,,\n指标代码,自评得分,佐证,核定得分\nX,95,有,90\n");
        let run = Project::new("").units("U1").file("self-reports/一.csv", &text).score();
        (
            places(&run, "W175"),
            run.of("W175").first().and_then(|m| m.found.clone()),
            run.of("W175").first().map_or(0, |m| m.related.len()),
        )
    };
    let told = |cell: &str, found: &str, more: usize| {
        (vec![format!("self-reports/一.csv {cell}")], Some(found.to_owned()), more)
    };
    assert_eq!(form("2024年度考核自评表,,,\n"), told("A1", "2024", 0));
    assert_eq!(form("考核自评表,,,\n考核年度：2024,,,\n"), told("A2", "2024", 0));
    assert_eq!(form("二〇二三年度自评表,,,\n考核年度,2024,,\n"), told("A1", "2023、2024", 1));
    let silent = (vec![], None, 0);
    for lines in [
        "2025年度考核自评表,,,\n",
        "2024-2025年度自评表,,,\n",
        "填报时间：2024年12月3日,,,\n",
        "请于2024年底前报送,,,\n",
    ] {
        assert_eq!(form(lines), silent, "{lines}");
    }
}

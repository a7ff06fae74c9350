//! Who handed in and who rated (SPEC §5.2, §5.5, §5.9): one case for each way in which files name units and raters.

use crate::guards::{also, places};
use crate::support::{Project, WORDS, panel};

/// One leaf of 100 points that the verifier types.
fn one_leaf(units: &str) -> Project {
    Project::new("").units(units)
}

fn report(label: &str, points: &str) -> String {
    format!("{label}\n指标代码,自评得分,核定得分\nX,{points},{points}\n")
}

#[test]
fn the_same_report_twice_counts_once_with_a_warning() {
    let text = report("单位代码,U1", "100");
    let run = one_leaf("U1").file("self-reports/a.csv", &text).file("self-reports/b.csv", &text).score();
    assert_eq!(places(&run, "W303"), ["self-reports/b.csv A2"]);
    assert_eq!(run.outcome().reconciliation.files.duplicate, 1);
}

#[test]
fn two_different_reports_of_a_unit_name_every_differing_cell() {
    let (first, second) = (report("单位代码,U1", "100"), report("单位代码,U1", "90"));
    let run = one_leaf("U1").file("self-reports/a.csv", &first).file("self-reports/b.csv", &second).run();
    assert_eq!(run.errors(), ["E302"]);
    assert_eq!(also(&run, "E302"), ["self-reports/a.csv A2", "self-reports/b.csv B3", "self-reports/b.csv C3"]);
}

#[test]
fn code_full_short_and_former_names_mean_the_unit_and_similar_names_do_not() {
    let roster = "U1,云岚市财政局,市财政局、财政局,云岚市财政厅,一组\nU2,云岚市审计局,市审计局,,一组\n";
    let with = |label: &str| {
        let project = Project::new("").roster("单位代码,单位全称,简称,曾用名,分组", roster);
        let second = report("单位代码,U2", "100");
        project.file("self-reports/一.csv", &report(label, "100")).file("self-reports/二.csv", &second)
    };
    for label in [
        "单位：云岚市财政局",
        "单位：财政局",
        "单位:云岚市财政厅",
        "单位：云岚市　财政局（盖章）　2026年1月3日",
        "单位代码,U1",
    ] {
        assert_eq!(with(label).score().total("U1"), "100.00", "{label}");
    }
    for label in ["单位：云岚财政局", "单位：云岚市财政居", "单位代码,U01", "单位代码,u1"] {
        let run = with(label).run();
        assert_eq!(
            run.at("E307"),
            format!("self-reports/一.csv {}", if label.contains(',') { "B1" } else { "A1" }),
            "{label}"
        );
        assert!(run.messages.iter().any(|m| m.code == "E307" && m.expected.is_some()), "{label}: no near name");
    }
}

#[test]
fn a_file_that_names_two_units_names_both_cells() {
    let text = report("单位代码,U1\n单位,单位U2", "100");
    let run = one_leaf("U1 U2").file("self-reports/a.csv", &text).run();
    assert_eq!(run.at("E308"), "self-reports/a.csv B2");
    assert_eq!(also(&run, "E308"), ["self-reports/a.csv B1"]);
}

#[test]
fn a_file_name_is_only_a_hint_but_a_wrong_one_is_told() {
    let project = one_leaf("U1 U12").file("self-reports/自评表-U12.csv", &report("单位代码,U1", "90"));
    let run = project.file("self-reports/单位U12(最终版2).csv", &report("单位代码,U12", "80")).score();
    assert_eq!((run.total("U1"), run.total("U12")), ("90.00", "80.00"));
    assert_eq!(places(&run, "W320"), ["self-reports/自评表-U12.csv A2"]);
}

#[test]
fn a_missing_report_is_asked_for_by_unit() {
    let run = one_leaf("U1 U2").file("self-reports/a.csv", &report("单位代码,U1", "100")).run();
    assert_eq!(run.errors(), ["E310"]);
    assert_eq!(run.units_with("E310"), ["U2"]);
    let sums = &run.outcome().reconciliation.units;
    assert_eq!((sums.roster, sums.received, sums.missing, sums.excluded), (2, 1, 1, 0));
}

#[test]
fn a_unit_code_that_became_a_number_is_not_guessed() {
    // 007 typed into a number cell is 7.
    let roster = "007,甲局,一组\n008,乙局,一组\n";
    let project = Project::new("").roster("单位代码,单位全称,分组", roster);
    let run = project.file("self-reports/a.csv", &report("单位代码,7", "100")).run();
    assert!(run.has("E307"), "{:#?}", run.messages);
}

#[test]
fn a_rater_is_the_same_whatever_case_and_spaces() {
    let text = "评议主体,评委编号,单位,评价\nR,a1,U1,好\nR,A 1,U1,差\n";
    let run = Project::new(&panel(WORDS, "R=100")).units("U1").file("ballots/b/票.csv", text).run();
    assert_eq!(run.errors(), ["E403"]);
    assert_eq!(run.at("E403"), "ballots/b/票.csv D3");
}

#[test]
fn a_rater_who_is_not_on_the_list_waits_for_people() {
    let text = "评议主体,评委编号,单位,评价\nR,1,U1,好\nR,9,U1,好\nS,7,U1,好\n";
    let project = Project::new(&panel(WORDS, "R=50 S=50")).units("U1").file("ballots/b/票.csv", text);
    let run = project.file("raters.csv", "评委编号,评议主体,所在单位\n1,R,\n2,R,\n").run();
    // S has no list of its own.
    assert_eq!(places(&run, "E433"), ["ballots/b/票.csv B3"]);
}

#[test]
fn a_form_from_another_model_and_a_hidden_unit_are_seen() {
    use rust_xlsxwriter::Workbook;
    let form = |visible: &str, hidden: &str| {
        let mut book = Workbook::new();
        let page = book.add_worksheet();
        for (row, cells) in
            (0..).zip([["单位代码", visible, ""], ["指标代码", "自评得分", "核定得分"], ["X", "100", "100"]])
        {
            for (col, text) in (0..).zip(cells) {
                match text.parse::<f64>() {
                    Ok(number) => page.write_number(row, col, number).unwrap(),
                    Err(_) => page.write_string(row, col, text).unwrap(),
                };
            }
        }
        let mark = book.add_worksheet().set_name("_assess_form").unwrap().set_very_hidden(true);
        let rows =
            [["assess.form/1", ""], ["kind", "self-report"], ["unit", hidden], ["model:indicator[X].points", "90"]];
        for (row, [key, value]) in (0..).zip(rows) {
            mark.write_string(row, 0, key).unwrap().write_string(row, 1, value).unwrap();
        }
        book.save_to_buffer().unwrap()
    };
    let run = one_leaf("U1 U2").bytes("self-reports/a.xlsx", &form("U1", "U1")).report("U2", "X,,100,,,100,").score();
    assert_eq!(places(&run, "W174"), ["self-reports/a.xlsx B4"]);
    assert!(!run.has("W112") && !run.has("W115"), "{:#?}", run.messages);
    let run = one_leaf("U1 U2").bytes("self-reports/a.xlsx", &form("U1", "U2")).report("U2", "X,,100,,,100,").run();
    assert!(run.has("E308"), "{:#?}", run.messages);
}

//! What few ballots or few units would give away is not shown.

use assess::documents::report::document::{Content, Document, SheetDoc};
use assess::documents::report::feedback::{Desk, document};
use assess::result::outcome::{Mode, Outcome};
use assess::shared::number::Percent;

use crate::runner::Folder;

fn outcome() -> Outcome {
    let folder = Folder::scored_example("city-2025");
    serde_json::from_slice(&folder.bytes("results/v001/result.json")).unwrap()
}

fn made<'o>(outcome: &'o Outcome, code: &str) -> Document<'o> {
    document(&Desk::new(outcome, None), outcome.unit(code).unwrap())
}

fn shown(content: &Content) -> String {
    match content {
        Content::Text(text) => text.to_string(),
        Content::Number { value, decimals } => format!("{value:.0$}", *decimals as usize),
        Content::Count(count) => count.to_string(),
        _ => String::new(),
    }
}

fn rows(sheet: &SheetDoc) -> Vec<Vec<String>> {
    sheet.all_rows().map(|row| row.cells.iter().map(|cell| shown(&cell.content)).collect()).collect()
}

/// Valid ballots, mean and remark of each class of a component on the sheet of ballots.
fn classes(outcome: &Outcome, component: &str) -> Vec<(String, String, String)> {
    let document = made(outcome, "U08");
    let rows = rows(document.sheets.iter().find(|sheet| sheet.name == "评议情况").unwrap());
    let own = rows.into_iter().filter(|row| row.first().is_some_and(|c| c == component) && row.len() == 8);
    own.map(|row| (row[3].clone(), row[4].clone(), row[7].clone())).collect()
}

/// Gives the classes of the first ballots component of U08 these numbers of ballots.
fn with_ballots(counts: &[usize]) -> Outcome {
    let mut outcome = outcome();
    let unit = outcome.units.iter_mut().find(|unit| unit.roster.code == "U08").unwrap();
    let ballots = unit.components.get_mut("meeting").unwrap().ballots.as_mut().unwrap();
    assert_eq!(ballots.classes.len(), counts.len());
    for (class, count) in ballots.classes.iter_mut().zip(counts) {
        let mean = class.means[0].as_mut().unwrap();
        (mean.counted, mean.zeros) = (*count, 0);
        mean.trimmed.clear();
    }
    outcome
}

fn hidden(counts: &[usize]) -> Vec<bool> {
    let classes = classes(&with_ballots(counts), "述职评议");
    for (valid, mean, remark) in &classes {
        assert_eq!(valid == "—", mean == "—", "count and mean go together");
        assert_eq!(remark == "不单列", mean == "—");
    }
    classes.into_iter().map(|(_, mean, _)| mean == "—").collect()
}

#[test]
fn one_class_below_k_answers_hides_every_class_of_its_component() {
    assert_eq!(hidden(&[5, 8, 9, 7, 6]), [false; 5], "k answers are enough");
    assert_eq!(hidden(&[4, 8, 9, 7, 6]), [true; 5], "4 are fewer than 5");
    assert_eq!(hidden(&[30, 80, 90, 70, 1]), [true; 5]);
    // The other component is none of it, and satisfaction goes with the classes.
    let outcome = with_ballots(&[4, 8, 9, 7, 6]);
    assert!(classes(&outcome, "网上满意度").iter().all(|(_, mean, _)| mean != "—"));
    let document = made(&outcome, "U08");
    let sheet = rows(document.sheets.iter().find(|sheet| sheet.name == "评议情况").unwrap());
    let answers = |name: &str| {
        sheet.iter().find(|row| row.first().is_some_and(|cell| cell == name) && row.len() == 5).unwrap()[3].clone()
    };
    assert_eq!(answers("述职评议"), "不单列");
    assert_ne!(answers("网上满意度"), "不单列");
}

#[test]
fn satisfaction_of_too_few_answers_is_not_shown() {
    for (answers, expected) in [(4, "—"), (5, "90.00")] {
        let mut outcome = outcome();
        let unit = outcome.units.iter_mut().find(|unit| unit.roster.code == "U08").unwrap();
        let ballots = unit.components.get_mut("online").unwrap().ballots.as_mut().unwrap();
        ballots.answers = answers;
        ballots.satisfaction = Some(Percent::whole(90));
        let document = made(&outcome, "U08");
        let rows = rows(document.sheets.iter().find(|sheet| sheet.name == "评议情况").unwrap());
        let row = rows.iter().find(|row| row.get(1).is_some_and(|text| text.starts_with("满意率"))).unwrap();
        assert_eq!(row[2], expected, "{answers} answers");
    }
}

#[test]
fn a_group_of_four_has_no_statistics_and_one_of_five_has() {
    // U13's group has five ranked units; without U16 it has four.
    let five = outcome();
    let peers = five
        .units
        .iter()
        .filter(|u| u.roster.group == five.unit("U13").unwrap().roster.group && u.roster.mode == Mode::Ranked);
    assert_eq!(peers.count(), 5);
    let mut four = five.clone();
    four.units.iter_mut().find(|unit| unit.roster.code == "U16").unwrap().roster.mode = Mode::Separate;
    for (outcome, suppressed) in [(&five, false), (&four, true)] {
        let document = made(outcome, "U13");
        let details = rows(document.sheets.iter().find(|sheet| sheet.name == "得分明细").unwrap());
        let row = details.iter().find(|row| row[0] == "1.1.1").unwrap();
        assert_eq!(row[6..9].iter().all(|text| text == "—"), suppressed, "{row:?}");
        let noted = details.iter().flatten().any(|text| text.contains("可比的单位不足 5 个"));
        assert_eq!(noted, suppressed);
        let charts = &document.sheets[2].charts;
        let series: Vec<usize> = charts.iter().map(|placed| placed.chart.series.len()).collect();
        assert_eq!(series, if suppressed { [1, 1, 1] } else { [3, 3, 1] }, "own bars only without statistics");
        let letter = rows(&document.sheets[0]).concat().concat();
        assert_eq!(letter.contains("组内平均"), !suppressed, "{letter}");
    }
}

#[test]
fn a_deferred_unit_is_told_so_and_gets_no_distance() {
    let mut outcome = outcome();
    let unit = outcome.units.iter_mut().find(|unit| unit.roster.code == "U08").unwrap();
    (unit.grade, unit.deferred, unit.takes_place) = (None, true, false);
    let letter = rows(&made(&outcome, "U08").sheets[0]).concat().concat();
    assert!(letter.contains("等次暂缓确定") && !letter.contains("门槛"), "{letter}");
}

#[test]
fn without_show_rank_the_letter_names_no_rank() {
    let mut outcome = outcome();
    outcome.model.feedback.show_rank = false;
    let letter = rows(&made(&outcome, "U08").sheets[0]).concat().concat();
    assert!(!letter.contains("列第") && letter.contains("共有"), "{letter}");
}

#[test]
fn a_leaf_that_only_four_of_five_units_have_shows_no_statistic_and_is_no_common_problem() {
    let mut outcome = outcome();
    let group = outcome.unit("U13").unwrap().roster.group.clone();
    // All of the group lost everything at 1.1.1: a common problem, were it not that one of the five has no such leaf.
    for unit in outcome.units.iter_mut().filter(|unit| unit.roster.group == group && unit.roster.mode == Mode::Ranked) {
        unit.leaves[0].verified = Some(serde_json::from_value("0/1".into()).unwrap());
    }
    let row = |outcome: &Outcome| {
        let document = made(outcome, "U13");
        let details = rows(document.sheets.iter().find(|sheet| sheet.name == "得分明细").unwrap());
        let ledger = rows(document.sheets.iter().find(|sheet| sheet.name.contains("台账")).unwrap()).concat();
        let of = |code: &str| details.iter().find(|row| row[0] == code).unwrap()[6..9].to_vec();
        (of("1.1.1"), of("1.1.2"), ledger.iter().any(|cell| cell == "共性"))
    };
    let (first, _, is_common) = row(&outcome);
    assert_eq!((first, is_common), (vec!["0.00".to_owned(); 3], true));
    let other = outcome.units.iter_mut().find(|unit| unit.roster.code == "U16").unwrap();
    (other.leaves[0].verified, other.leaves[0].state) = (None, assess::result::outcome::LeafState::NotApplicable);
    let (first, second, is_common) = row(&outcome);
    assert_eq!((first, is_common), (vec!["—".to_owned(); 3], false));
    assert!(second.iter().all(|text| text != "—"), "the other leaves still have five units: {second:?}");
}

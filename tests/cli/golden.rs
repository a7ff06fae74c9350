//! The city example's result against dumps that were reviewed by hand.
//!
//! `UPDATE_GOLDEN=1 cargo test --test cli golden` rewrites the dumps and then fails on purpose: look at the diff, then
//! run again without it.

use std::fs;

use crate::cells::Books;
use crate::dump;
use crate::runner::{Folder, package};

/// Compares a text with the dump of that name.
#[track_caller]
fn compare(name: &str, actual: &str) {
    let path = package().join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, actual).unwrap();
        panic!("{name} was rewritten: review the diff and run again without UPDATE_GOLDEN");
    }
    let expected = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    for (number, (old, new)) in (1..).zip(expected.lines().zip(actual.lines())) {
        assert_eq!(old, new, "{name}, line {number}");
    }
    assert_eq!(expected.lines().count(), actual.lines().count(), "{name}: number of lines");
}

#[test]
fn the_units_of_the_city_are_the_reviewed_ones() {
    compare("city-2025.units.tsv", &dump::units(&Folder::scored_example("city-2025").result()));
}

#[test]
fn the_result_workbook_of_the_city_is_the_reviewed_one() {
    let folder = Folder::scored_example("city-2025");
    let books = Books::new(folder.root());
    compare("city-2025.workbook.tsv", &dump::workbook(&books.open("results/v001/result.xlsx")));
}

#[test]
fn the_result_workbook_has_the_sheets_the_issue_asks_for() {
    let folder = Folder::scored_example("city-2025");
    let books = Books::new(folder.root());
    let book = books.open("results/v001/result.xlsx");
    let sheets: Vec<&str> = book.sheets().into_iter().map(|(name, _)| name).collect();
    for name in
        ["概况", "排名", "两线三面", "指标得分", "组成得分", "评议汇总", "加减分", "定等过程", "核算", "校验", "来源"]
    {
        assert!(sheets.contains(&name), "{name}: {sheets:?}");
    }
}

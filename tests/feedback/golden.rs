//! The feedback workbooks of three units of the city against dumps that were reviewed by hand.
//!
//! `UPDATE_GOLDEN=1 cargo test --test feedback golden` rewrites the dumps and then fails on purpose: look at the diff, then
//! run again without it.

use std::fs;

use crate::cells::Books;
use crate::dump;
use crate::runner::package;
use crate::sheets::{example, file};

#[test]
fn the_workbooks_of_three_units_are_the_reviewed_ones() {
    let folder = example("city-2025");
    let books = Books::new(folder.root());
    let mut rewritten = false;
    for code in ["U08", "U12", "U21"] {
        let actual = dump::workbook(&books.open(&file(&folder, code)));
        let path = package().join(format!("tests/golden/city-2025.feedback-{code}.tsv"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &actual).unwrap();
            rewritten = true;
            continue;
        }
        let expected = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        for (number, (old, new)) in (1..).zip(expected.lines().zip(actual.lines())) {
            assert_eq!(old, new, "{code}, line {number}");
        }
        assert_eq!(expected.lines().count(), actual.lines().count(), "{code}: number of lines");
    }
    assert!(!rewritten, "dumps were rewritten: review the diff and run again without UPDATE_GOLDEN");
}

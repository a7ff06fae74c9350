//! Rows of a table of units that contain only one text: a unit that got no mark, a misspelt name of one, or a note.
//!
//! A unit, what may be a misspelt one, and what looks like a code remain data, so that the checks report them. Anything
//! else is a note, a heading, a date or a footer: skipped, with a warning if there is data above and below it. A record
//! of a text table that consists of a name alone is cut off.

use std::collections::{BTreeMap, BTreeSet};

use super::{Roster, UnitIndex};
use crate::read::table::{RowCell, Skip};
use crate::read::{Intake, RawTable, RawValue};
use crate::shared::finding::{Code, Describe as _, Finding};
use crate::shared::place::Files;

/// Decides about such rows of all tables.
pub fn settle(roster: &Roster, intake: &mut Intake, files: &mut Files) {
    let index = UnitIndex::new(&roster.units);
    for table in intake.tables.iter_mut().filter(|table| !table.lonely.is_empty()) {
        let lonely: BTreeSet<u32> = std::mem::take(&mut table.lonely).into_iter().collect();
        let is_note = |row: &u32| written(table, *row).is_some_and(|cell| is_note(&cell.value, &index));
        let notes: BTreeSet<u32> = lonely.into_iter().filter(is_note).collect();
        let data: Vec<u32> = table.rows.numbers().filter(|row| !notes.contains(row)).collect();
        let between = |row: &&u32| data.first().is_some_and(|first| first < row) && data.last() > Some(row);
        let told: Vec<Finding> = notes.iter().filter(between).filter_map(|row| between_data(table, *row)).collect();
        intake.findings.extend(told);
        table.skip(&notes, Skip::Foot);
        let cut: BTreeMap<u32, Finding> =
            std::mem::take(&mut table.cut).into_iter().filter(|(row, _)| !notes.contains(row)).collect();
        table.reject(&cut.keys().copied().collect());
        let (skipped, rejected) = (notes.len() as u32, cut.len() as u32);
        intake.findings.extend(cut.into_values());
        let record = files.get_mut(table.file);
        record.rows -= skipped + rejected;
        if let Some(sums) = &mut record.row_sums {
            sums.read -= skipped + rejected;
            sums.skipped += skipped;
            sums.rejected += rejected;
        }
    }
}

/// The cell of such a row.
fn written(table: &RawTable, row: u32) -> Option<RowCell> {
    table.rows.find(row)?.into_owned().cells.into_iter().find(|cell| !cell.value.is_blank())
}

fn between_data(table: &RawTable, row: u32) -> Option<Finding> {
    let cell = written(table, row)?;
    Some(Finding::new(Code::W138).at(table.place(row, cell.col)).found(cell.value.text()))
}

/// Whether a text is neither a unit nor may have been meant as one.
fn is_note(value: &RawValue, index: &UnitIndex<'_>) -> bool {
    if matches!(value, RawValue::Date(_)) {
        return true;
    }
    let text = value.text();
    !is_code(&text) && !index.is_near(&text)
}

/// Whether a text may be a code or a mark: one word of letters and digits, or a sign. A date is neither.
fn is_code(text: &str) -> bool {
    let short = text.chars().count() < 2;
    let word = text.chars().all(|c| c.is_ascii() && !c.is_whitespace() && c != ':');
    short || word && text.parse::<jiff::civil::Date>().is_err()
}

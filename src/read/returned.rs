//! Returned feedback workbooks: refused like every output of assess, except that the ledger sheet of one, filled in by
//! its unit, is read where ledgers are read.

use super::book::{Book, FEEDBACK_MARK, FEEDBACK_SHEET, FORM_SHEET, Opened, Sheet};
use crate::shared::finding::{Code, Describe as _, Finding};
use crate::shared::place::{FileId, Place, Position, Role};

/// Whether a workbook is a feedback workbook written by assess.
pub(super) fn is_feedback(book: &Book) -> bool {
    book.sheets.iter().any(|sheet| sheet.name == FEEDBACK_SHEET)
}

/// Refuses a feedback workbook; among ledgers it keeps the sheet to be returned, and nothing of the others.
pub(super) fn only_returned(opened: Opened, id: FileId, role: Role) -> Opened {
    if !is_feedback(&opened.book) {
        return opened;
    }
    let returned = returned_sheet(&opened.book).filter(|_| role == Role::Ledger && !opened.refused);
    let Some(returned) = returned else {
        return Finding::new(Code::E113).at(Place::file(id)).into();
    };
    let mut opened = opened;
    for sheet in opened.book.sheets.iter_mut().filter(|sheet| sheet.name != returned && sheet.name != FORM_SHEET) {
        // The position of the sheet among the others must not change: findings refer to it.
        *sheet = Sheet { name: std::mem::take(&mut sheet.name), hidden: sheet.hidden, ..Sheet::default() };
    }
    opened
}

/// The sheet named by the hidden mark, if the mark is ours and the sheet exists.
fn returned_sheet(book: &Book) -> Option<String> {
    let mark = book.sheets.iter().find(|sheet| sheet.name == FEEDBACK_SHEET)?;
    let text =
        |row: u32| mark.cells.iter().find(|cell| cell.at() == Position::new(row, 0)).map(|cell| cell.value.text());
    let name = text(1).filter(|_| text(0).is_some_and(|mark| mark == FEEDBACK_MARK))?;
    book.sheets.iter().any(|sheet| sheet.name == name).then(|| name.to_string())
}

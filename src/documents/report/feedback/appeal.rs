//! 复核申请: the form by which a unit requests a review, with the columns of the register 复核申请 and the unit filled in.

use super::super::document::{CellDoc, SheetDoc, Style};
use super::super::entry::{Allow, Block, Check, Entry};
use super::{Case, labelled};
use crate::read::Word;
use crate::shared::i18n::say;

/// Rows of the form.
const ROWS: usize = 6;
/// Columns of the register, each filled in by the unit, by the office, or in advance.
const COLUMNS: [(Word, Column); 9] = [
    (Word::Number, Column::Office(Entry::Text)),
    (Word::UnitCode, Column::Code),
    (Word::Unit, Column::Name),
    (Word::Where, Column::Unit),
    (Word::Request, Column::Unit),
    (Word::ReceivedOn, Column::Office(Entry::Date)),
    (Word::Conclusion, Column::Office(Entry::Text)),
    (Word::HandledBy, Column::Office(Entry::Text)),
    (Word::DocumentNumber, Column::Office(Entry::Text)),
];

/// Who fills in a column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Unit,
    Office(Entry),
    Code,
    Name,
}

/// The form.
pub(super) fn sheet<'o>(case: &Case<'_, 'o>) -> SheetDoc<'o> {
    let mut sheet = case.sheet("sheet.feedback.appeal").landscape();
    let lang = case.view.lang;
    sheet.line(labelled(case.text("feedback.appeal.result"), 2, result(case)));
    sheet.line(labelled(case.text("feedback.appeal.deadline"), 2, case.appeal_window()));
    sheet.hint(case.text("feedback.appeal.note"));
    sheet.header(COLUMNS.iter().map(|(word, _)| CellDoc::header(word.header(lang))).collect());
    let top = sheet.next_row();
    for _ in 0..ROWS {
        sheet.row(COLUMNS.iter().map(|(_, column)| cell(case, *column)).collect());
        if let Some(row) = sheet.rows.last_mut() {
            row.height = 42.0;
        }
    }
    let cells = Block::column(top, sheet.next_row() - 1, 3);
    let check = Check::new(cells, Allow::words(places(case)), case.text("form.error.list"));
    sheet.filling.checks.push(check.prompting(case.text("feedback.appeal.prompt")));
    sheet.filling.is_locked = true;
    sheet.filling.widths = vec![(0, 8), (1, 9), (2, 18), (3, 14), (4, 40), (5, 11), (6, 18), (7, 12), (8, 12)];
    sheet.closing("");
    sheet.closing(case.text("feedback.appeal.signature"));
    sheet.closing("");
    sheet.closing(case.text("feedback.appeal.seal"));
    sheet.finish()
}

fn cell<'o>(case: &Case<'_, 'o>, column: Column) -> CellDoc<'o> {
    match column {
        Column::Unit => CellDoc::blank(Style::Entry(Entry::Text)),
        Column::Office(entry) => CellDoc::blank(Style::Verify(entry)),
        Column::Code => CellDoc::center(&case.unit.roster.code),
        Column::Name => CellDoc::text(&case.unit.roster.name),
    }
}

/// The possible subjects of a review: the total, components by name, leaves by code.
fn places<'o>(case: &Case<'_, 'o>) -> impl Iterator<Item = &'o str> {
    let held = case.outcome().held(case.unit);
    let total = [case.text("form.total")].into_iter();
    let components = held.components().map(|part| part.component.name.as_str());
    let leaves = held.tree().leaves.iter().enumerate().filter(move |(index, _)| held.has_leaf(*index));
    total.chain(components).chain(leaves.map(|(_, leaf)| leaf.code.as_str()))
}

/// The result to which the request refers.
fn result(case: &Case<'_, '_>) -> String {
    let unit = case.unit;
    let total = unit.total.as_deref().unwrap_or_default();
    if case.outcome().model.grades.is_empty() {
        return say!(case, "feedback.appeal.about.ungraded", version = case.view.version(), total = total);
    }
    let grade = unit.grade.as_deref().unwrap_or(case.text("report.deferred"));
    say!(case, "feedback.appeal.about", version = case.view.version(), total = total, grade = grade)
}

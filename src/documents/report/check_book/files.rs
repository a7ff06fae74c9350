//! 收件清单 of the check workbook: every file found, its role and its status.

use std::collections::BTreeMap;

use super::{CheckBook, new_sheet};
use crate::check::received::{Receipt, ReceiptState};
use crate::documents::report::columns::Column;
use crate::documents::report::document::{CellDoc, SheetDoc, Style};
use crate::documents::report::view::View;
use crate::documents::report::{receipts, sources};
use crate::shared::place::FileRecord;

/// The sheet of files.
pub(super) fn sheet<'o>(book: &'o CheckBook<'_>, view: &View<'o>) -> SheetDoc<'o> {
    let mut sheet = new_sheet(view, "sheet.receipts").landscape().freeze(2).filtered();

    let received: BTreeMap<&str, &Receipt<'_>> = book.receipts.rows.iter().map(|row| (row.path, row)).collect();
    let name_of = |code: &str| view.find(code).map(|unit| unit.roster.name.as_str());
    let files = book.outcome.files.iter().filter(|file| Some(&file.path) != book.own.as_ref());
    let receipt = |file: &FileRecord| received.get(file.path.as_str()).copied();
    let units = |own: &Receipt<'_>| receipts::units(view.lang, own.units, &name_of);
    let state = |own: &Receipt<'_>| {
        let style = if own.state == ReceiptState::Usable { Style::Center } else { Style::Warning };
        CellDoc::styled(view.text(own.state.word()), style)
    };
    let adoption = |own: &Receipt<'_>| receipts::adoption(view.lang, own.adoption);
    let columns: [Column<'_, 'o, (usize, &'o FileRecord)>; 10] = [
        ("header.number", &|(index, _)| CellDoc::count(index + 1)),
        ("header.file", &|(_, file)| CellDoc::text(&file.path)),
        ("header.file-role", &|(_, file)| CellDoc::center(view.text(file.role.word()))),
        ("header.unit", &|(_, file)| CellDoc::text(receipt(file).map_or(String::new(), units))),
        ("header.status", &|(_, file)| sources::status(view, file.status)),
        ("header.receipt", &|(_, file)| receipt(file).map_or_else(|| CellDoc::center(""), state)),
        ("header.adopted", &|(_, file)| receipt(file).map_or_else(|| CellDoc::center(""), adoption)),
        ("header.size", &|(_, file)| CellDoc::printed(file.size.to_string())),
        ("header.rows", &|(_, file)| CellDoc::count(file.rows as usize)),
        ("header.sha", &|(_, file)| CellDoc::text(&file.sha256)),
    ];
    let kept = columns.into_iter().filter(|(key, _)| book.is_listed || *key != "header.adopted");
    view.table(&mut sheet, files.enumerate(), &kept.collect::<Vec<_>>());
    sheet.finish()
}

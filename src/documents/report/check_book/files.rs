//! 收件清单 of the check workbook: every file found, its role and its status.

use std::collections::BTreeMap;

use super::{CheckBook, new_sheet};
use crate::check::received::{Receipt, ReceiptState};
use crate::documents::report::document::{CellDoc, SheetDoc, Style};
use crate::documents::report::view::View;
use crate::documents::report::{receipts, sources};

/// The sheet of files.
pub(super) fn sheet<'o>(book: &'o CheckBook<'_>, view: &View<'o>) -> SheetDoc<'o> {
    let mut sheet = new_sheet(view, "sheet.receipts").landscape().freeze(2).filtered();
    let mut keys = vec!["header.number", "header.file", "header.file-role", "header.unit", "header.status"];
    keys.extend(["header.receipt", "header.adopted", "header.size", "header.rows", "header.sha"]);
    keys.retain(|key| book.is_listed || *key != "header.adopted");
    sheet.header(view.headers(&keys));
    let received: BTreeMap<&str, &Receipt<'_>> = book.receipts.rows.iter().map(|row| (row.path, row)).collect();
    let name_of = |code: &str| view.find(code).map(|unit| unit.roster.name.as_str());
    let files = book.outcome.files.iter().filter(|file| Some(&file.path) != book.own.as_ref());
    for (index, file) in files.enumerate() {
        let receipt = received.get(file.path.as_str());
        let units = receipt.map_or(String::new(), |receipt| receipts::units(view.lang, &receipt.units, &name_of));
        let mut cells = vec![
            CellDoc::count(index + 1),
            CellDoc::text(&file.path),
            CellDoc::center(view.text(file.role.word())),
            CellDoc::text(units),
            sources::status(view, file.status),
            receipt.map_or_else(|| CellDoc::center(""), |receipt| state(view, receipt.state)),
        ];
        if book.is_listed {
            cells.push(
                receipt.map_or_else(|| CellDoc::center(""), |receipt| receipts::adoption(view.lang, receipt.adoption)),
            );
        }
        cells.extend([
            CellDoc::printed(file.size.to_string()),
            CellDoc::count(file.rows as usize),
            CellDoc::text(&file.sha256),
        ]);
        sheet.row(cells);
    }
    sheet.finish()
}

fn state(view: &View<'_>, state: ReceiptState) -> CellDoc<'static> {
    let style = if state == ReceiptState::Usable { Style::Center } else { Style::Warning };
    CellDoc::styled(view.text(state.word()), style)
}

//! 评议保密: whose marks can be deduced from what is handed out, and why. For the office only.

use super::{CheckBook, new_sheet};
use crate::documents::report::document::{CellDoc, SheetDoc};
use crate::documents::report::view::View;

/// Exposed pairs of unit and class.
pub(super) fn sheet<'o>(book: &'o CheckBook<'_>, view: &View<'o>) -> SheetDoc<'o> {
    let mut sheet = new_sheet(view, "sheet.privacy").landscape().freeze(3).filtered();
    if book.exposed.is_empty() {
        sheet.note(view.text("privacy.none"));
        return sheet.finish();
    }
    sheet.subtitle(view.text("privacy.line"));
    sheet.header(view.headers(&[
        "header.number",
        "header.unit-code",
        "header.unit",
        "header.component",
        "header.class",
        "feedback.header.answers",
        "privacy.header.shown",
        "privacy.header.reason",
    ]));
    for (index, own) in book.exposed.iter().enumerate() {
        let component = &view.outcome.model.components[own.component];
        let mut cells = vec![CellDoc::count(index + 1)];
        cells.extend(view.unit(&own.unit));
        cells.push(CellDoc::text(&component.name));
        cells.push(CellDoc::text(&component.classes()[own.class].name));
        cells.push(CellDoc::count(own.answers));
        cells.push(CellDoc::center(view.text(if own.shown { "privacy.yes" } else { "privacy.no" })));
        cells.push(CellDoc::text(own.reason.said(view.lang)));
        sheet.row(cells);
    }
    sheet.finish()
}

//! 评议保密: whose marks can be deduced from what is handed out, and why. For the office only.

use super::{CheckBook, new_sheet};
use crate::documents::feedback::privacy::Exposed;
use crate::documents::report::columns::Column;
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
    let component = |own: &Exposed| &view.outcome.model.components[own.component];
    let name = |own: &Exposed| view.find(&own.unit).map_or("", |unit| unit.roster.name.as_str());
    let shown = |own: &Exposed| view.text(if own.shown { "privacy.yes" } else { "privacy.no" });
    let columns: [Column<'_, 'o, (usize, &'o Exposed)>; 8] = [
        ("header.number", &|(index, _)| CellDoc::count(index + 1)),
        ("header.unit-code", &|(_, own)| CellDoc::center(&own.unit)),
        ("header.unit", &|(_, own)| CellDoc::text(name(own))),
        ("header.component", &|(_, own)| CellDoc::text(&component(own).name)),
        ("header.class", &|(_, own)| CellDoc::text(&component(own).classes()[own.class].name)),
        ("feedback.header.answers", &|(_, own)| CellDoc::count(own.answers)),
        ("privacy.header.shown", &|(_, own)| CellDoc::center(shown(own))),
        ("privacy.header.reason", &|(_, own)| CellDoc::text(own.reason.said(view.lang))),
    ];
    view.table(&mut sheet, book.exposed.iter().enumerate(), &columns);
    sheet.finish()
}

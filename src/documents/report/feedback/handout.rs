//! 发放登记: the file for each unit, with its hash and a field for a signature. For the office only: it names all units.

use super::super::document::{CellDoc, Document, SheetDoc, Style};
use super::super::entry::Entry;
use super::Desk;
use crate::result::outcome::UnitOutcome;
use crate::shared::i18n::say;

/// A workbook that was written, as listed.
#[derive(Clone, Debug)]
pub struct Handed<'o> {
    /// The unit that receives it.
    pub unit: &'o UnitOutcome,
    /// Its file name.
    pub file: &'o str,
    /// SHA-256 of its bytes.
    pub sha256: &'o str,
}

/// The list of files by unit.
pub fn handout<'o>(desk: &Desk<'o>, handed: &[Handed<'o>]) -> Document<'o> {
    let (view, model) = (&desk.view, &desk.view.outcome.model);
    let name = view.text("sheet.feedback.handout");
    let title = say!(view, "report.title", title = model.title, sheet = name);
    let title = match desk.mark() {
        Some(mark) => say!(view, "feedback.marked", mark = mark, title = title),
        None => title,
    };
    let mut sheet = SheetDoc::new(name, title).landscape().freeze(3).filtered();
    sheet.subtitle(view.text("feedback.handout.line"));
    sheet.header(view.headers(&[
        "header.number",
        "header.unit-code",
        "header.unit",
        "header.contact",
        "header.file",
        "feedback.header.received-by",
        "feedback.header.received-on",
        "header.remark",
        "header.sha",
    ]));
    for (index, own) in handed.iter().enumerate() {
        let blank = |entry| CellDoc::blank(Style::Entry(entry));
        sheet.row(vec![
            CellDoc::count(index + 1),
            CellDoc::center(&own.unit.roster.code),
            CellDoc::text(&own.unit.roster.name),
            CellDoc::center(&own.unit.roster.contact),
            CellDoc::text(own.file),
            blank(Entry::Text),
            blank(Entry::Date),
            blank(Entry::Text),
            CellDoc::styled(own.sha256, Style::Code),
        ]);
    }
    sheet.filling.widths = vec![(5, 10), (6, 12), (7, 10), (8, 52)];
    sheet.closing(view.text("report.signature"));
    view.document(name, vec![sheet.finish()]).marked(desk.mark())
}

//! 收件清单 as a workbook to be filled in and read back: without the mark of an output, 采用 with a drop-down.

use super::document::{CellDoc, Document, Fonts, Purpose, SheetDoc, Style};
use super::entry::{Allow, Block, Check};
use crate::check::receipts::Adoption;
use crate::check::received::{Named, Receipt, ReceiptState, Receipts};
use crate::model::Model;
use crate::shared::i18n::{Lang, say};

/// The most units listed for a file.
const NAMED: usize = 2;
/// The column of 采用.
const ADOPTED: u16 = 5;
/// The column of 备注, and its minimum width.
const REMARK: usize = 6;
const REMARK_WIDTH: f64 = 18.0;

/// The workbook of a list, in the language of the model; `name_of` gives the name of a unit by code.
pub fn receipts<'n>(model: &Model, list: &Receipts<'n>, name_of: impl Fn(&str) -> Option<&'n str>) -> Document<'n> {
    let lang = model.language;
    let text = |key: &str| lang.text(key);
    let name = text("sheet.receipts");
    let title = say!(lang, "report.title", title = model.title, sheet = name);
    let mut sheet = SheetDoc::new(name, title).landscape().freeze(2).filtered();
    sheet.subtitle(text("report.receipts.line"));
    let keys = [
        "header.number",
        "header.file",
        "header.file-role",
        "header.unit",
        "header.status",
        "header.adopted",
        "header.remark",
        "header.sha",
    ];
    let own = keys.iter().map(|key| text(key));
    sheet.header(own.chain(list.others.iter().map(String::as_str)).map(CellDoc::header).collect());
    for (index, row) in list.rows.iter().enumerate() {
        sheet.row(cells(lang, index, row, &name_of));
    }
    if !list.rows.is_empty() {
        let bottom = sheet.next_row() - 1;
        let cells = Block::column(bottom + 1 - list.rows.len(), bottom, ADOPTED);
        let allow = Allow::words(["report.yes", "report.no"].map(text));
        sheet.filling.checks.push(Check::new(cells, allow, ""));
    }
    let mut sheet = sheet.finish();
    if let Some(width) = sheet.columns.get_mut(REMARK) {
        // Text is typed here; the width of the empty cells would leave no room for it.
        *width = width.max(REMARK_WIDTH);
    }
    Document::new(name, Fonts::of(lang), vec![sheet]).dated(model.as_of).to_be(Purpose::Table)
}

fn cells<'n>(
    lang: Lang,
    index: usize,
    row: &Receipt<'n>,
    name_of: &impl Fn(&str) -> Option<&'n str>,
) -> Vec<CellDoc<'n>> {
    let role = row.role.map_or("", |role| lang.text(role.word()));
    let style = match row.state {
        ReceiptState::Usable => Style::Center,
        ReceiptState::Duplicate | ReceiptState::Gone => Style::Warning,
        ReceiptState::Differs | ReceiptState::Unreadable | ReceiptState::NoUnit | ReceiptState::Changed => Style::Bad,
    };
    let mut cells = vec![
        CellDoc::count(index + 1),
        CellDoc::text(row.path),
        CellDoc::center(role),
        CellDoc::text(units(lang, row.units, name_of)),
        CellDoc::styled(lang.text(row.state.word()), style),
        adoption(lang, row.adoption),
        CellDoc::text(row.remark),
        CellDoc::text(row.sha256),
    ];
    cells.extend(row.others.iter().map(CellDoc::text));
    cells
}

/// 是, 否, or a marked blank cell that must be filled in.
pub(super) fn adoption(lang: Lang, adoption: Adoption) -> CellDoc<'static> {
    match adoption {
        Adoption::Adopted => CellDoc::center(lang.text("report.yes")),
        Adoption::Declined => CellDoc::center(lang.text("report.no")),
        Adoption::Open => CellDoc::empty().role(Style::Warning),
    }
}

/// The units of a file: one or two by code and name; if there are more, the first and their number.
pub(super) fn units<'n>(lang: Lang, units: Named<'_>, name_of: &impl Fn(&str) -> Option<&'n str>) -> String {
    let named = |code: &str| format!("{code} {}", name_of(code).unwrap_or_default()).trim_end().to_owned();
    let (mut all, count) = (units.codes().map(named), units.codes().len());
    if count <= NAMED {
        return lang.join("report.list", all);
    }
    say!(lang, "report.sources.units", first = all.next().unwrap_or_default(), count)
}

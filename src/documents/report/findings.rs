//! 校验: every finding with its place, what was found, what was expected and how to correct it.

use super::columns::Column;
use super::document::{CellDoc, SheetDoc, Style};
use super::view::View;
use crate::shared::finding::{Message, Severity};

/// The sheet of findings.
pub(super) fn sheet<'o>(view: &View<'o>) -> SheetDoc<'o> {
    let mut sheet = view.sheet("sheet.findings").landscape().filtered();
    let may_lack = |text: Option<&'o str>| CellDoc::text(text.unwrap_or_default());
    let columns: [Column<'_, 'o, Printable<'o>>; 10] = [
        ("header.severity", &|shown| severity(view, shown.finding.severity)),
        ("header.finding", &|shown| CellDoc::center(shown.finding.code.as_str())),
        ("header.unit-code", &|shown| CellDoc::center(shown.finding.unit.as_deref().unwrap_or_default())),
        ("header.file", &|shown| may_lack(shown.file())),
        ("header.sheet", &|shown| may_lack(shown.open(|finding| &finding.sheet))),
        ("header.cell", &|shown| CellDoc::center(shown.cell().unwrap_or_default())),
        ("header.title", &|shown| CellDoc::text(&shown.finding.title)),
        ("header.found", &|shown| may_lack(shown.open(|finding| &finding.found))),
        ("header.expected", &|shown| may_lack(shown.finding.expected.as_deref())),
        ("header.fix", &|shown| CellDoc::text(&shown.finding.fix)),
    ];
    let findings = view.outcome.findings.iter().map(|finding| Printable::of(view, finding));
    view.table(&mut sheet, findings, &columns);
    if view.outcome.findings.is_empty() {
        sheet.note(view.text("report.none"));
    }
    sheet.finish()
}

/// Findings about single marks or ballots: with secrecy a workbook shows neither their cell nor what was marked.
const SECRET: [&str; 8] = ["E403", "W404", "W405", "W406", "W407", "N408", "W421", "E435"];

/// A finding with access to its printable parts.
#[derive(Clone, Copy)]
pub(super) struct Printable<'o> {
    /// The finding.
    pub(super) finding: &'o Message,
    is_secret: bool,
}

impl<'o> Printable<'o> {
    pub(super) fn of(view: &View<'_>, finding: &'o Message) -> Self {
        Self { finding, is_secret: view.outcome.model.secrecy && SECRET.contains(&finding.code.as_str()) }
    }

    /// A part that could reveal whose mark or ballot it concerns: a place, what was found.
    pub(super) fn open(self, text: fn(&'o Message) -> &'o Option<String>) -> Option<&'o str> {
        text(self.finding).as_deref().filter(|_| !self.is_secret)
    }

    /// The file.
    pub(super) fn file(self) -> Option<&'o str> {
        self.open(|finding| &finding.file)
    }

    /// The cell.
    pub(super) fn cell(self) -> Option<&'o str> {
        self.open(|finding| &finding.cell)
    }

    /// Other places that it concerns.
    pub(super) fn related(self) -> &'o [String] {
        if self.is_secret { &[] } else { &self.finding.related }
    }
}

/// The severity of a finding as a word, with a fill.
pub(super) fn severity<'o>(view: &View<'o>, severity: Severity) -> CellDoc<'o> {
    let style = match severity {
        Severity::Error | Severity::Pending => Style::Bad,
        Severity::Warning => Style::Warning,
        Severity::Note => Style::Center,
    };
    CellDoc::styled(view.text(severity.word()), style)
}

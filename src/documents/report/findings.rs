//! 校验: every finding with its place, what was found, what was expected and how to mend it.

use super::document::{CellDoc, SheetDoc, Style};
use super::view::View;
use crate::shared::finding::{Message, Severity};

/// The sheet of findings.
pub(super) fn sheet(view: &View<'_>) -> SheetDoc {
    let mut sheet = view.sheet("sheet.findings").landscape().filtered();
    sheet.header(view.headers(&[
        "header.severity",
        "header.finding",
        "header.unit-code",
        "header.file",
        "header.sheet",
        "header.cell",
        "header.title",
        "header.found",
        "header.expected",
        "header.fix",
    ]));
    for finding in &view.outcome.findings {
        sheet.row(row(view, finding));
    }
    if view.outcome.findings.is_empty() {
        sheet.note(view.text("report.none"));
    }
    sheet.finish()
}

/// Findings about single marks or ballots: with secrecy a workbook gives neither their cell nor what was marked.
const SECRET: [&str; 8] = ["E403", "W404", "W405", "W406", "W407", "N408", "W421", "E435"];

/// A finding as it may be printed.
pub(super) fn printable(view: &View<'_>, finding: &Message) -> Message {
    let mut finding = finding.clone();
    if view.outcome.model.secrecy && SECRET.contains(&finding.code.as_str()) {
        (finding.file, finding.sheet, finding.cell, finding.found) = (None, None, None, None);
        finding.related.clear();
    }
    finding
}

fn row(view: &View<'_>, finding: &Message) -> Vec<CellDoc> {
    let finding = &printable(view, finding);
    let may_lack = |text: &Option<String>| CellDoc::text(text.as_deref().unwrap_or_default());
    vec![
        severity(view, finding.severity),
        CellDoc::center(finding.code.as_str()),
        CellDoc::center(finding.unit.as_deref().unwrap_or_default()),
        may_lack(&finding.file),
        may_lack(&finding.sheet),
        CellDoc::center(finding.cell.as_deref().unwrap_or_default()),
        CellDoc::text(&finding.title),
        may_lack(&finding.found),
        may_lack(&finding.expected),
        CellDoc::text(&finding.fix),
    ]
}

/// The weight of a finding in a word, with a fill.
pub(super) fn severity(view: &View<'_>, severity: Severity) -> CellDoc {
    let style = match severity {
        Severity::Error | Severity::Pending => Style::Bad,
        Severity::Warning => Style::Warning,
        Severity::Note => Style::Center,
    };
    CellDoc::styled(view.text(severity.word()), style)
}

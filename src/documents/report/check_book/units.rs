//! 接收情况 and 评议情况: a row for every assessed unit, with what was received for it and how often it was rated.

use crate::shared::i18n::say;
use std::collections::{BTreeMap, BTreeSet};

use super::{CheckBook, new_sheet};
use crate::check::coverage::{Column, Row};
use crate::documents::report::document::{CellDoc, SheetDoc, Style};
use crate::documents::report::view::View;
use crate::shared::finding::{Severity, Weights};
use crate::shared::place::{FileStatus, Role};

/// Units by what was received.
pub(super) fn received<'o>(book: &'o CheckBook<'_>, view: &View<'o>) -> SheetDoc<'o> {
    let mut sheet = new_sheet(view, "sheet.received").landscape().freeze(3).filtered();
    sheet.subtitle(view.text("report.check.received.line"));
    let mut header = view.headers(&["header.number", "header.unit-code", "header.unit", "header.group"]);
    header.extend(view.headers(&["header.contact", "header.self-report", "header.report-files"]));
    let asks_ledgers = book.coverage.units.iter().any(|row| row.ledger.is_some());
    header.extend(asks_ledgers.then(|| CellDoc::header(view.text("role.ledger"))));
    let given: Vec<usize> = columns(book, |class| class.is_none());
    header.extend(given.iter().map(|column| CellDoc::header(&book.coverage.columns[*column].name)));
    header.extend(view.headers(&["severity.error", "severity.pending", "severity.warning"]));
    sheet.header(header);
    let files = report_files(book, view);
    let mut findings: BTreeMap<&str, Weights> = BTreeMap::new();
    for finding in &book.outcome.findings {
        if let Some(unit) = &finding.unit {
            let own = findings.entry(unit).or_default();
            *own = [*own, finding.weights()].into_iter().sum();
        }
    }
    for (index, row) in book.coverage.units.iter().enumerate() {
        let mut cells = names(view, index, row);
        cells.push(CellDoc::text(view.find(row.code).map_or("", |unit| unit.roster.contact.as_str())));
        cells.push(came(view, row.report));
        cells.push(CellDoc::text(files.get(row.code).map_or_else(String::new, |lines| lines.join("\n"))));
        cells.extend(asks_ledgers.then(|| came(view, row.ledger)));
        cells.extend(given.iter().map(|column| counted(view, row.counts[*column])));
        let own = findings.get(row.code).copied().unwrap_or_default();
        for weight in [Severity::Error, Severity::Pending, Severity::Warning] {
            cells.push(CellDoc::count(own.of(weight)));
        }
        sheet.row(cells);
    }
    sheet.finish()
}

/// Units by the number of ballots of each class that mark them.
pub(super) fn rated<'o>(book: &'o CheckBook<'_>, view: &View<'o>) -> SheetDoc<'o> {
    let mut sheet = new_sheet(view, "sheet.rated").landscape().freeze(3).filtered();
    let classes: Vec<usize> = columns(book, |class| class.is_some());
    sheet.subtitle(view.text("report.check.rated.line"));
    let mut header = view.tall_headers(&["header.number", "header.unit-code", "header.unit", "header.group"], 2);
    let mut below = vec![CellDoc::covered(); header.len()];
    let columns: Vec<&Column<'_>> = classes.iter().map(|column| &book.coverage.columns[*column]).collect();
    for own in columns.chunk_by(|a, b| a.component == b.component) {
        let component = CellDoc::header(view.component_name(own[0].component));
        header.push(component.across(u16::try_from(own.len()).unwrap_or(1)));
        let names = own.iter().map(|c| view.class_name(c.component, c.class.unwrap_or_default()));
        below.extend(names.map(CellDoc::header));
    }
    sheet.header(header);
    sheet.header(below);
    for (index, row) in book.coverage.units.iter().enumerate() {
        let mut cells = names(view, index, row);
        cells.extend(classes.iter().map(|column| counted(view, row.counts[*column])));
        sheet.row(cells);
    }
    sheet.finish()
}

fn columns(book: &CheckBook<'_>, keep: impl Fn(Option<&str>) -> bool) -> Vec<usize> {
    let columns = book.coverage.columns.iter().enumerate();
    columns.filter(|(_, column)| keep(column.class)).map(|(index, _)| index).collect()
}

fn names<'o>(view: &View<'o>, index: usize, row: &Row<'o>) -> Vec<CellDoc<'o>> {
    let group = view.find(row.code).map_or("", |unit| unit.roster.group.as_str());
    vec![CellDoc::count(index + 1), CellDoc::center(row.code), CellDoc::text(row.name), CellDoc::center(group)]
}

/// Whether something was received, if it is required.
fn came(view: &View<'_>, came: Option<bool>) -> CellDoc<'static> {
    match came {
        Some(true) => CellDoc::center(view.text("report.received")),
        Some(false) => CellDoc::styled(view.text("report.missing"), Style::Bad),
        None => CellDoc::missing(),
    }
}

/// By unit: the self-reports that name it, each with its status unless it is used.
fn report_files<'b>(book: &'b CheckBook<'_>, view: &View<'_>) -> BTreeMap<&'b str, Vec<String>> {
    let statuses: BTreeMap<&str, FileStatus> =
        book.outcome.files.iter().map(|file| (file.path.as_str(), file.status)).collect();
    let mut files: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in book.receipts.rows.iter().filter(|row| row.role == Some(Role::SelfReport)) {
        let line = match statuses.get(row.path).filter(|status| **status != FileStatus::Used) {
            Some(status) => {
                say!(view, "report.check.file", file = row.path, status = view.text(status.word()))
            }
            None => row.path.to_owned(),
        };
        let units: BTreeSet<&str> = row.units.codes().collect();
        for unit in units {
            files.entry(unit).or_default().push(line.clone());
        }
    }
    files
}

/// A count, marked when it is zero.
fn counted(view: &View<'_>, count: Option<usize>) -> CellDoc<'static> {
    match count {
        Some(count) => CellDoc::count(count).role(if count == 0 { Style::Bad } else { Style::Center }),
        None => CellDoc::center(view.text("leaf.outside")),
    }
}

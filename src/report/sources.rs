//! 来源: every file with its fingerprint, the model and the chain of versions.

use super::document::{CellDoc, MISSING, SheetDoc, Style};
use super::view::View;
use crate::place::{FileRecord, FileStatus};

/// Up to how many units of a file are named.
const NAMED: usize = 3;

/// The sheet of sources.
pub(super) fn sheet(view: &View<'_>) -> SheetDoc {
    let mut sheet = view.sheet("sheet.sources").landscape().filtered();
    let outcome = view.outcome;
    let parent = outcome.parent.as_deref().unwrap_or(MISSING);
    sheet.subtitle(view.fill("report.sources.version", &[("version", &view.version()), ("parent", parent)]));
    sheet.subtitle(view.fill("report.sources.model", &[("hash", &outcome.model.hash)]));
    sheet.header(view.headers(&[
        "header.number",
        "header.file",
        "header.role",
        "header.status",
        "header.sha",
        "header.size",
        "header.rows",
        "header.units",
    ]));
    for (index, file) in outcome.files.iter().enumerate() {
        sheet.row(row(view, index, file));
    }
    sheet.finish()
}

fn row(view: &View<'_>, index: usize, file: &FileRecord) -> Vec<CellDoc> {
    vec![
        CellDoc::count(index + 1),
        CellDoc::text(&file.path),
        CellDoc::center(view.text(file.role.word())),
        status(view, file.status),
        CellDoc::text(&file.sha256),
        CellDoc::printed(&file.size.to_string()),
        CellDoc::count(file.rows as usize),
        CellDoc::text(units(view, &file.units)),
    ]
}

/// The units of a file: all of a few, the first of many and their number.
pub(super) fn units(view: &View<'_>, units: &[String]) -> String {
    if units.len() <= NAMED {
        return view.join(units);
    }
    let (first, count) = (view.join(&units[..1]), units.len().to_string());
    view.fill("report.sources.units", &[("first", &first), ("count", &count)])
}

/// The status of a file in a word, with a fill where somebody should look.
pub(super) fn status(view: &View<'_>, status: FileStatus) -> CellDoc {
    let style = match status {
        FileStatus::Used | FileStatus::Ignored | FileStatus::NotAdopted => Style::Center,
        FileStatus::Duplicate => Style::Warning,
        FileStatus::Rejected => Style::Bad,
    };
    CellDoc::styled(view.text(status.word()), style)
}

//! 来源: every file with its fingerprint, the model and the chain of versions.

use super::document::{CellDoc, MISSING, SheetDoc, Style};
use super::view::View;
use crate::place::{FileRecord, FileStatus, Role};

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
    let (status, style) = status(file.status);
    vec![
        CellDoc::count(index + 1),
        CellDoc::text(&file.path),
        CellDoc::center(view.text(role(file.role))),
        CellDoc::styled(view.text(status), style),
        CellDoc::text(&file.sha256),
        CellDoc::printed(&file.size.to_string()),
        CellDoc::count(file.rows as usize),
        CellDoc::text(units(view, &file.units)),
    ]
}

/// The units of a file: all of a few, the first of many and their number.
fn units(view: &View<'_>, units: &[String]) -> String {
    if units.len() <= NAMED {
        return view.join(units);
    }
    let (first, count) = (view.join(&units[..1]), units.len().to_string());
    view.fill("report.sources.units", &[("first", &first), ("count", &count)])
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Model => "role.model",
        Role::Roster => "role.roster",
        Role::Indicators => "role.indicators",
        Role::Raters => "role.raters",
        Role::SelfReport => "role.self-report",
        Role::Verified => "role.verified",
        Role::Ballots => "role.ballots",
        Role::Tallies => "role.tallies",
        Role::Given => "role.given",
        Role::Register => "role.register",
        Role::Ledger => "role.ledger",
        Role::History => "role.history",
        Role::Other => "role.other",
        Role::Stray => "role.stray",
        Role::Unused => "role.unused",
    }
}

const fn status(status: FileStatus) -> (&'static str, Style) {
    match status {
        FileStatus::Used => ("filestatus.used", Style::Center),
        FileStatus::Duplicate => ("filestatus.duplicate", Style::Warning),
        FileStatus::Ignored => ("filestatus.ignored", Style::Center),
        FileStatus::Rejected => ("filestatus.rejected", Style::Bad),
    }
}

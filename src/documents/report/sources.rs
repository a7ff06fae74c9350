//! 来源: every file with its fingerprint, the model and the chain of versions.

use super::columns::Column;
use super::document::{CellDoc, MISSING, RowDoc, SheetDoc, Style};
use super::view::View;
use crate::shared::i18n::say;
use crate::shared::place::{FileRecord, FileStatus};

/// The most units listed for a file.
const NAMED: usize = 3;

/// The sheet of sources.
pub(super) fn sheet<'o>(view: &View<'o>) -> SheetDoc<'o> {
    let mut sheet = view.sheet("sheet.sources").landscape().filtered();
    let outcome = view.outcome;
    let parent = outcome.parent.as_deref().unwrap_or(MISSING);
    sheet.subtitle(say!(view, "report.sources.version", version = view.version(), parent));
    sheet.subtitle(say!(view, "report.sources.model", hash = outcome.model.hash));
    let columns: [Column<'_, 'o, (usize, &'o FileRecord)>; 8] = [
        ("header.number", &|(index, _)| CellDoc::count(index + 1)),
        ("header.file", &|(_, file)| CellDoc::text(&file.path)),
        ("header.role", &|(_, file)| CellDoc::center(view.text(file.role.word()))),
        ("header.status", &|(_, file)| status(view, file.status)),
        ("header.sha", &|(_, file)| CellDoc::text(&file.sha256)),
        ("header.size", &|(_, file)| CellDoc::printed(file.size.to_string())),
        ("header.rows", &|(_, file)| CellDoc::count(file.rows as usize)),
        ("header.units", &|(_, file)| CellDoc::text(units(view, &file.units))),
    ];
    view.table(&mut sheet, outcome.files.iter().enumerate(), &columns);
    chain(view, &mut sheet);
    sheet.finish()
}

/// The versions up to this one, below the filtered table.
fn chain<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) {
    if view.outcome.chain.is_empty() {
        return;
    }
    let mut line = |cells: Vec<CellDoc<'o>>| sheet.tail.push(RowDoc::of(cells));
    line(Vec::new());
    line(vec![CellDoc::line(view.text("report.section.chain"), Style::Section)]);
    let keys = ["header.version", "header.reason-made", "header.parent", "header.as-of", "header.model-hash"];
    let mut header = view.headers(&keys);
    header.push(CellDoc::header(view.text("header.program")).across(2));
    header.push(CellDoc::header(view.text("header.manifest-hash")));
    line(header);
    for own in &view.outcome.chain {
        let version = if own.version == "draft" { view.text("report.draft") } else { own.version.as_str() };
        line(vec![
            CellDoc::center(version),
            CellDoc::text(own.reason.as_deref().unwrap_or_default()),
            CellDoc::optional(own.parent.as_deref()),
            CellDoc::optional(own.as_of.as_deref()),
            CellDoc::text(&own.model),
            CellDoc::center(&own.program).across(2),
            CellDoc::text(own.manifest.as_deref().unwrap_or(MISSING)),
        ]);
    }
}

/// The units of a file: all of a few; if there are many, the first and their number.
pub(super) fn units(view: &View<'_>, units: &[String]) -> String {
    if units.len() <= NAMED {
        return view.join(units);
    }
    let (first, count) = (view.join(&units[..1]), units.len());
    say!(view, "report.sources.units", first, count)
}

/// The status of a file as a word, with a fill if it should be reviewed.
pub(super) fn status(view: &View<'_>, status: FileStatus) -> CellDoc<'static> {
    let style = match status {
        FileStatus::Used | FileStatus::Ignored | FileStatus::NotAdopted => Style::Center,
        FileStatus::Duplicate => Style::Warning,
        FileStatus::Rejected => Style::Bad,
    };
    CellDoc::styled(view.text(status.word()), style)
}

//! The tables and lines that `check` prints besides its findings.

use std::path::Path;

use super::super::terminal::{OrDash, Terminal, quoted, table};
use super::{Checked, ListCounts};
use crate::check::coverage::{Coverage, Row};
use crate::read::table::Skipped;
use crate::result::outcome::reconcile::{FileSums, UnitSums};
use crate::shared::finding::{Code, Finding, Severity, Weights};
use crate::shared::groups::grouped;
use crate::shared::i18n::{Lang, say};

/// The coverage matrix has so many rows unless all are requested.
const MATRIX: usize = 10;
/// So many units are named on a line of what has not come in.
const NAMED_UNITS: usize = 5;

/// How each file was understood: sheet, header row, columns, rows read and skipped.
pub(super) fn understood(checked: &Checked<'_>, terminal: &Terminal) -> String {
    let header = [
        "check.file",
        "check.sheet",
        "check.kind",
        "check.units",
        "check.header_row",
        "check.columns",
        "check.rows_found",
        "check.rows",
        "check.skipped",
        "check.rejected",
    ];
    let rows = checked.inspected.tables.iter().map(|table| {
        let file = checked.computed.files.get(table.file);
        let columns = table.columns.iter().map(|c| c.text.as_str());
        (
            (&file.path, file.sheets.get(table.sheet as usize), terminal.lang.text(table.kind.word())),
            (file.units.join(" "), table.header_row + 1, terminal.lang.list(columns)),
            (table.found, table.rows.len(), skipped(&table.skipped, terminal), table.rejected.len()),
        )
    });
    terminal.table(&header, rows)
}

/// How many rows were skipped, and for which reasons: `3（合计、注 12、13；示例 4）`.
fn skipped(rows: &[Skipped], terminal: &Terminal) -> String {
    const NAMED: usize = 5;
    if rows.is_empty() {
        return "0".to_owned();
    }
    let by_reason = grouped(rows.iter().map(|skipped| (skipped.why, (skipped.row + 1).to_string())));
    let lang = terminal.lang;
    let reasons = by_reason.iter().map(|(why, rows)| {
        let more = if rows.len() > NAMED { "…" } else { "" };
        format!("{} {}{more}", lang.text(why.word()), rows[..rows.len().min(NAMED)].join(lang.text("check.and")))
    });
    let reasons = reasons.collect::<Vec<_>>().join(lang.text("check.or"));
    say!(lang, "check.skipped_rows", count = rows.len(), reasons)
}

/// What became of the ballots of each class, on sheets and in tallies: issued is returned and not returned, returned is
/// valid, void and emptied.
pub(super) fn class_lines(checked: &Checked<'_>, terminal: &Terminal) -> String {
    let rows: Vec<_> = checked
        .outcome
        .reconciliation
        .ballots
        .iter()
        .filter_map(|class| {
            let valid = class.counted + class.without_quorum;
            let returned = valid + class.void + class.emptied;
            let name = class_name(checked, &class.component, &class.class);
            let out = OrDash(class.issued.map(|_| class.not_returned));
            let parts = (valid, class.without_quorum, class.void, class.emptied);
            (returned > 0).then_some((name, OrDash(class.issued), returned, parts, out))
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let header = [
        "check.class",
        "check.issued",
        "check.returned",
        "check.rated",
        "check.quorum",
        "check.void",
        "check.emptied",
        "check.out",
    ];
    terminal.table(&header, rows)
}

/// The coverage matrix: units with gaps, or all if requested.
pub(super) fn matrix(covered: &Coverage<'_>, terminal: &Terminal) -> String {
    let rows: Vec<&Row<'_>> = covered.units.iter().filter(|row| terminal.is_verbose() || row.has_gap()).collect();
    if rows.is_empty() {
        return String::new();
    }
    if rows.len() > MATRIX && !terminal.is_verbose() {
        return gaps(covered, terminal.lang);
    }
    let mut header = ["check.code", "check.unit", "check.report"].map(|key| terminal.lang.text(key)).to_vec();
    let asks_ledgers = covered.units.iter().any(|row| row.ledger.is_some());
    header.extend(asks_ledgers.then(|| terminal.lang.text("kind.ledger")));
    header.extend(covered.columns.iter().map(|c| c.name.as_str()));
    let came = |came: Option<bool>| match came {
        Some(true) => terminal.lang.text("check.received"),
        Some(false) => terminal.lang.text("check.missing"),
        None => "—",
    };
    let cells = rows.into_iter().map(|row| {
        let ledger: Vec<&str> = asks_ledgers.then(|| came(row.ledger)).into_iter().collect();
        let outside = || terminal.lang.text("leaf.outside").to_owned();
        let counts = row.counts.iter().map(|count| count.map_or_else(outside, |count| count.to_string()));
        (row.code, row.name, came(row.report), ledger, counts.collect::<Vec<_>>())
    });
    table(header, cells)
}

/// Who lacks what, one line for each thing that has not come in: for more units than a screen holds.
fn gaps(covered: &Coverage<'_>, lang: Lang) -> String {
    let lacking = |lacks: &dyn Fn(&Row<'_>) -> bool| -> Vec<&str> {
        covered.units.iter().filter(|row| lacks(row)).map(|row| row.code).collect()
    };
    let mut lines = vec![
        (lang.text("check.report"), lacking(&|row| row.report == Some(false))),
        (lang.text("kind.ledger"), lacking(&|row| row.ledger == Some(false))),
    ];
    let columns = covered.columns.iter().enumerate();
    lines.extend(columns.map(|(index, column)| (&*column.name, lacking(&|row| row.counts[index] == Some(0)))));
    let lines = lines.into_iter().filter(|(_, units)| !units.is_empty());
    let said = lines.map(|(name, units)| {
        let named = lang.join("report.list", units.iter().take(NAMED_UNITS).copied());
        let more = if units.len() > NAMED_UNITS { lang.text("app.and_more") } else { "" };
        let units = say!(lang, "check.gap", name, n = units.len(), units = format_args!("{named}{more}"));
        format!("{units}\n")
    });
    said.collect()
}

/// The reconciliation: roster, files and 收件清单; that of ballots is a table.
pub(super) fn reconciliation(checked: &Checked<'_>, terminal: &Terminal) -> String {
    let sums = &checked.outcome.reconciliation;
    let mut lines = Vec::new();
    let lang = terminal.lang;
    let UnitSums { roster: whole, received, missing, excluded } = sums.units;
    lines.push(say!(lang, "check.sum.units", whole, received, missing, excluded));
    let FileSums { found: whole, used, duplicate, ignored, rejected } = sums.files;
    lines.push(say!(lang, "check.sum.files", whole, used, duplicate, ignored, rejected));
    if let Some(ListCounts { file, adopted, declined, open, gone }) = checked.list_counts() {
        lines.push(say!(lang, "check.sum.list", file, adopted, declined, open, gone));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn class_name<'c>(checked: &'c Checked<'_>, component: &str, class: &'c str) -> &'c str {
    let found = checked.coverage.columns.iter().find(|c| c.component == component && c.class == Some(class));
    found.map_or(class, |column| &column.name)
}

/// The newest version of the project, and whether it rests on what was checked.
pub(super) struct Newest {
    /// Its name.
    pub(super) version: String,
    /// Whether nothing has changed since.
    pub(super) is_current: bool,
}

/// One line of totals, and the next step.
pub(super) fn summary(checked: &Checked<'_>, typed: &Typed<'_>, terminal: &Terminal) -> String {
    let weights: Weights = checked.findings.iter().map(Finding::weights).sum();
    let [errors, pending, warnings, notes] = Severity::ALL.map(|severity| weights.of(severity));
    let reports = checked.coverage.units.iter().filter(|row| row.report == Some(true)).count();
    let by_list = checked.findings.iter().any(|f| matches!(f.code, Code::E302 | Code::E331 | Code::E332));
    let standing = typed.standing.as_ref();
    let next = match (weights.errors, weights.pending, standing) {
        (1.., _, _) | (_, 1.., _) if by_list => "check.next.receipts",
        (1.., _, _) => "check.next.mend",
        (0, 1.., _) => "check.next.pending",
        (0, 0, None) => "check.next.score",
        (0, 0, Some(own)) if own.is_current => "check.next.none",
        (0, 0, Some(_)) => "check.next.rescore",
    };
    let version = standing.map_or("", |own| &own.version);
    let next = say!(terminal.lang, next, project = typed_path(typed.project), version);
    let (units, files) = (checked.coverage.units.len(), checked.computed.found);
    let sums = say!(terminal.lang, "check.summary", units, reports, files, errors, pending, warnings, notes);
    format!("{sums}\n{next}\n")
}

/// What was typed as the project, and the version that it has.
pub(super) struct Typed<'p> {
    /// The folder.
    pub(super) project: &'p Path,
    /// Its newest version.
    pub(super) standing: Option<Newest>,
}

/// A project folder as the last word of a command; nothing for the one that is found without.
fn typed_path(project: &Path) -> String {
    let shown = project.to_string_lossy();
    if shown == "." { String::new() } else { format!(" {}", quoted(&shown)) }
}

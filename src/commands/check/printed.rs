//! The tables and lines that `check` prints besides its findings.

use std::collections::BTreeMap;

use super::super::terminal::{OrDash, Terminal, table};
use super::Checked;
use crate::check::coverage::{Coverage, Row};
use crate::engine::score::ComponentMeasure;
use crate::model::ComponentKind;
use crate::pipeline::Computed;
use crate::read::table::{Skip, Skipped};
use crate::shared::finding::{Code, Finding, Severity, Weights};
use crate::shared::i18n::{Lang, say};

/// The coverage matrix has so many rows unless all are requested.
const MATRIX: usize = 10;
/// So many units are named on a line of what has not come in.
const NAMED_UNITS: usize = 5;

/// How each file was understood: sheet, header row, columns, rows read and skipped.
pub(super) fn understood(computed: &Computed, terminal: &Terminal) -> String {
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
    let rows = computed.tables.iter().map(|table| {
        let file = computed.files.get(table.file);
        let columns: Vec<&str> = table.columns.iter().map(|c| c.text.as_str()).collect();
        (
            (&file.path, file.sheets.get(table.sheet as usize), terminal.lang.text(table.kind.word())),
            (file.units.join(" "), table.header_row + 1, columns.join("、")),
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
    let mut by_reason: BTreeMap<Skip, Vec<String>> = BTreeMap::new();
    for skipped in rows {
        by_reason.entry(skipped.why).or_default().push((skipped.row + 1).to_string());
    }
    let lang = terminal.lang;
    let reasons = by_reason.iter().map(|(why, rows)| {
        let more = if rows.len() > NAMED { "…" } else { "" };
        format!("{} {}{more}", lang.text(why.word()), rows[..rows.len().min(NAMED)].join(lang.text("check.and")))
    });
    let reasons = reasons.collect::<Vec<_>>().join(lang.text("check.or"));
    say!(lang, "check.skipped_rows", count = rows.len(), reasons = reasons)
}

/// How many ballots of each class were issued, returned and valid.
pub(super) fn class_lines(computed: &Computed, terminal: &Terminal) -> String {
    let mut rows = Vec::new();
    for (component, measure) in computed.model.components.iter().zip(&computed.measured.components) {
        let (ComponentKind::Ballots(rules), ComponentMeasure::Ballots(measure)) = (&component.kind, measure) else {
            continue;
        };
        for (class, total) in rules.classes.iter().zip(&measure.totals.classes).filter(|(_, total)| total.returned > 0)
        {
            rows.push((&component.name, &class.name, OrDash(total.issued), total.returned, total.valid));
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    let header = ["check.component", "check.class", "check.issued", "check.returned", "check.rated"];
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
        let units = say!(lang, "check.gap", name = name, n = units.len(), units = format_args!("{named}{more}"));
        format!("{units}\n")
    });
    said.collect()
}

/// The reconciliation: roster, files, ballots of the classes whose issued number is known, and 收件清单.
pub(super) fn reconciliation(checked: &Checked<'_>, terminal: &Terminal) -> String {
    let sums = &checked.outcome.reconciliation;
    let mut lines = Vec::new();
    let lang = terminal.lang;
    let units = &sums.units;
    lines.push(say!(
        lang,
        "check.sum.units",
        whole = units.roster,
        received = units.received,
        missing = units.missing,
        excluded = units.excluded
    ));
    let files = &sums.files;
    lines.push(say!(
        lang,
        "check.sum.files",
        whole = files.found,
        used = files.used,
        duplicate = files.duplicate,
        ignored = files.ignored,
        rejected = files.rejected
    ));
    for class in &sums.ballots {
        let Some(issued) = class.issued else { continue };
        lines.push(say!(
            lang,
            "check.sum.ballots",
            class = class_name(checked, &class.component, &class.class),
            whole = issued,
            counted = class.counted,
            void = class.void,
            emptied = class.emptied,
            quorum = class.without_quorum,
            out = class.not_returned
        ));
    }
    if let Some(list) = checked.list_counts() {
        lines.push(say!(
            lang,
            "check.sum.list",
            file = list.file,
            adopted = list.adopted,
            declined = list.declined,
            open = list.open,
            gone = list.gone
        ));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn class_name<'c>(checked: &'c Checked<'_>, component: &str, class: &'c str) -> &'c str {
    let found = checked.coverage.columns.iter().find(|c| c.component == component && c.class == Some(class));
    found.map_or(class, |column| &column.name)
}

/// One line of totals, and the next step.
pub(super) fn summary(checked: &Checked<'_>, terminal: &Terminal) -> String {
    let weights: Weights = checked.findings.iter().map(Finding::weights).sum();
    let [errors, pending, warnings, notes] = Severity::ALL.map(|severity| weights.of(severity));
    let reports = checked.coverage.units.iter().filter(|row| row.report == Some(true)).count();
    let by_list = checked.findings.iter().any(|f| matches!(f.code, Code::E302 | Code::E331 | Code::E332));
    let next = match (weights.errors + weights.pending, by_list) {
        (0, _) => "check.next.score",
        (_, true) => "check.next.receipts",
        (_, false) => "check.next.mend",
    };
    format!(
        "{}\n{}\n",
        say!(
            terminal.lang,
            "check.summary",
            units = checked.coverage.units.len(),
            reports = reports,
            files = checked.computed.found,
            errors = errors,
            pending = pending,
            warnings = warnings,
            notes = notes
        ),
        terminal.lang.text(next)
    )
}

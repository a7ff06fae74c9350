//! `assess check`: all findings, and who has not handed in or not been rated.

use serde::Serialize;

use super::terminal::Terminal;
use super::{Opened, open, report_findings, tally};
use crate::cli::{Format, Invocation, Talk};
use crate::coverage::{Coverage, Row, coverage};
use crate::exit::Exit;
use crate::finding::Message;
use crate::i18n::Lang;
use crate::model::ComponentKind;
use crate::pipeline::Computed;
use crate::score::ComponentMeasure;
use crate::write::csv::harmless;

/// The document of `--format json`.
#[derive(Serialize)]
pub(super) struct FindingsDocument<'f> {
    schema: &'static str,
    ok: bool,
    errors: usize,
    pending: usize,
    warnings: usize,
    notes: usize,
    findings: &'f [Message],
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<Coverage>,
}

/// Findings as a document.
pub(super) fn findings_document(messages: &[Message], coverage: Option<Coverage>) -> FindingsDocument<'_> {
    let [errors, pending, warnings, notes] = tally(messages);
    let ok = errors + pending == 0;
    FindingsDocument { schema: "assess.check/1", ok, errors, pending, warnings, notes, findings: messages, coverage }
}

/// Findings as csv.
pub(super) fn findings_csv(messages: &[Message]) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["severity", "code", "unit", "file", "sheet", "cell", "title", "found", "expected", "fix"])?;
    for message in messages {
        let severity = serde_json::to_value(message.severity)?;
        let text = |value: &Option<String>| harmless(value.as_deref().unwrap_or(""));
        writer.write_record([
            severity.as_str().unwrap_or_default().to_owned(),
            message.code.clone(),
            text(&message.unit),
            text(&message.file),
            text(&message.sheet),
            text(&message.cell),
            harmless(&message.title),
            text(&message.found),
            text(&message.expected),
            harmless(&message.fix),
        ])?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// Runs the command.
pub(super) fn run(invocation: &Invocation, lang: Option<Lang>, terminal: &mut Terminal) -> anyhow::Result<Exit> {
    let (_, opened) = open(invocation, lang, terminal)?;
    let computed = match opened {
        Opened::Computed(computed) => computed,
        Opened::Ended(exit) => return Ok(exit),
    };
    let covered = coverage(&computed.model, &computed.assessment);
    match invocation.format {
        Format::Json => {
            let messages: Vec<Message> =
                computed.findings.iter().map(|f| f.say(terminal.lang, &computed.files)).collect();
            let document = findings_document(&messages, Some(covered));
            terminal.print(&String::from_utf8(crate::write::json::bytes(&document)?)?);
        }
        Format::Csv => report_findings(&computed.findings, &computed.files, invocation, terminal)?,
        Format::Table => {
            if invocation.talk == Talk::Verbose {
                terminal.print(&understood(&computed, terminal));
            }
            report_findings(&computed.findings, &computed.files, invocation, terminal)?;
            if invocation.talk != Talk::Quiet {
                terminal.print(&class_lines(&computed, terminal));
                terminal.print(&matrix(&covered, invocation.talk, terminal));
                terminal.print(&summary(&computed, &covered, terminal));
            }
        }
    }
    let rejected = computed.is_rejected(invocation.strict) || computed.is_pending();
    Ok(if rejected { Exit::Rejected } else { Exit::Done })
}

/// Per file what was understood: sheet, header row, columns, rows read and skipped.
fn understood(computed: &Computed, terminal: &Terminal) -> String {
    let header = [
        "check.file",
        "check.sheet",
        "check.kind",
        "check.units",
        "check.header_row",
        "check.columns",
        "check.rows",
        "check.skipped",
    ];
    let rows = computed.tables.iter().map(|table| {
        let file = computed.files.get(table.file);
        let columns: Vec<&str> = table.columns.iter().map(|c| c.text.as_str()).collect();
        vec![
            file.path.clone(),
            file.sheets.get(table.sheet as usize).cloned().unwrap_or_default(),
            terminal.lang.text(table.kind.word()).to_owned(),
            file.units.join(" "),
            (table.header_row + 1).to_string(),
            columns.join("、"),
            table.rows.len().to_string(),
            table.skipped.to_string(),
        ]
    });
    terminal.table(&header.map(|key| terminal.lang.text(key)), rows.collect())
}

/// How many ballots of each class were issued, came back and are valid.
fn class_lines(computed: &Computed, terminal: &Terminal) -> String {
    let mut rows = Vec::new();
    for (component, measure) in computed.model.components.iter().zip(&computed.measured.components) {
        let (ComponentKind::Ballots(rules), ComponentMeasure::Ballots(measure)) = (&component.kind, measure) else {
            continue;
        };
        for (class, total) in rules.classes.iter().zip(&measure.classes).filter(|(_, total)| total.returned > 0) {
            let issued = total.issued.map_or_else(|| "—".to_owned(), |n| n.to_string());
            let counts = [issued, total.returned.to_string(), total.valid.to_string()];
            rows.push([component.name.clone(), class.name.clone()].into_iter().chain(counts).collect());
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    let header = ["check.component", "check.class", "check.issued", "check.returned", "check.rated"];
    terminal.table(&header.map(|key| terminal.lang.text(key)), rows)
}

/// The coverage matrix: units with gaps, or all when asked.
fn matrix(covered: &Coverage, talk: Talk, terminal: &Terminal) -> String {
    let rows: Vec<&Row> = covered.units.iter().filter(|row| talk == Talk::Verbose || row.has_gap()).collect();
    if rows.is_empty() || talk == Talk::Quiet {
        return String::new();
    }
    let mut header =
        vec![terminal.lang.text("check.code"), terminal.lang.text("check.unit"), terminal.lang.text("check.report")];
    header.extend(covered.columns.iter().map(|c| c.name.as_str()));
    let report = |row: &Row| match row.report {
        Some(true) => terminal.lang.text("check.received").to_owned(),
        Some(false) => terminal.lang.text("check.missing").to_owned(),
        None => "—".to_owned(),
    };
    let cells = rows.into_iter().map(|row| {
        let mut cells = vec![row.code.clone(), row.name.clone(), report(row)];
        cells.extend(row.counts.iter().map(usize::to_string));
        cells
    });
    terminal.table(&header, cells.collect())
}

/// One line of totals, and the next step.
fn summary(computed: &Computed, covered: &Coverage, terminal: &Terminal) -> String {
    let messages: Vec<Message> = computed.findings.iter().map(|f| f.say(terminal.lang, &computed.files)).collect();
    let [errors, pending, warnings, notes] = tally(&messages).map(|n| n.to_string());
    let reports = covered.units.iter().filter(|row| row.report == Some(true)).count().to_string();
    let units = covered.units.len().to_string();
    let files = computed.found.to_string();
    let counts = [
        ("units", units.as_str()),
        ("reports", &reports),
        ("files", &files),
        ("errors", &errors),
        ("pending", &pending),
        ("warnings", &warnings),
        ("notes", &notes),
    ];
    let next = if errors == "0" && pending == "0" { "check.next.score" } else { "check.next.mend" };
    format!("{}\n{}\n", terminal.lang.fill("check.summary", &counts), terminal.lang.text(next))
}

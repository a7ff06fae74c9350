//! `assess check`: all findings, the reconciliation, who has not submitted or not been rated; the workbook and the list
//! of files.

use serde::Serialize;

use super::current::{current, rests_on, tell_late_appeals};
use super::terminal::Terminal;
use super::{Context, Said, inspect, report_findings};
use crate::check::coverage::{Coverage, coverage};
use crate::check::receipts::Adoption;
use crate::check::received::{ReceiptState, Receipts};
use crate::cli::{self, Format};
use crate::pipeline::{Computed, Inspected};
use crate::read::Project;
use crate::result::outcome::{Outcome, Reconciliation};
use crate::shared::exit::Exit;
use crate::shared::finding::{self, Finding, Message, Severity, Weights};
use crate::write::listing::Listing;

pub(super) mod book;
mod printed;
mod privacy;
mod receipts;

use printed::Typed;
use privacy::Tried;

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
    coverage: Option<&'f Coverage<'f>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reconciliation: Option<&'f Reconciliation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipts: Option<ListCounts<'f>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    privacy: Option<privacy::Document<'f>>,
}

/// The decisions of 收件清单, by number of files.
#[derive(Serialize)]
struct ListCounts<'c> {
    file: &'c str,
    adopted: usize,
    declined: usize,
    open: usize,
    gone: usize,
}

/// Findings as a document.
pub(super) fn findings_document(messages: &[Message]) -> FindingsDocument<'_> {
    let Weights { errors, pending, warnings, notes } = messages.iter().map(Message::weights).sum();
    let ok = errors + pending == 0;
    FindingsDocument {
        schema: "assess.check/1",
        ok,
        errors,
        pending,
        warnings,
        notes,
        findings: messages,
        coverage: None,
        reconciliation: None,
        receipts: None,
        privacy: None,
    }
}

/// Findings as a list.
pub(super) fn findings_list(messages: &[Message]) -> anyhow::Result<Listing> {
    let rows = messages.iter().map(|m| {
        let place = (&m.unit, &m.file, &m.sheet, &m.cell);
        (m.severity, m.code, place, &m.title, &m.found, &m.expected, &m.fix, m.who)
    });
    Listing::of("severity,code,unit,file,sheet,cell,title,found,expected,fix,who", rows)
}

/// A computed project with everything that `check` reports about it.
pub(super) struct Checked<'c> {
    computed: &'c Computed,
    inspected: &'c Inspected,
    /// Its findings, those of the reconciliation included.
    findings: Vec<Finding>,
    outcome: Outcome,
    coverage: Coverage<'c>,
    receipts: Receipts<'c>,
}

impl<'c> Checked<'c> {
    fn new(computed: &'c Computed, inspected: &'c Inspected) -> Self {
        let (mut outcome, told) = computed.outcome("", None, false);
        let unbalanced = told.iter().filter(|finding| finding.severity == Severity::Error);
        outcome.findings.extend(unbalanced.map(|f| f.say(computed.model.language, &computed.files)));
        let mut findings = computed.findings.clone();
        findings.extend(told);
        finding::sort(&mut findings);
        let coverage = coverage(&computed.model, &computed.assessment, |unit| &outcome.units[unit.0].leaves);
        Self { computed, inspected, findings, outcome, coverage, receipts: computed.receipts(inspected) }
    }

    /// How a run ends that is rejected by findings of at least this severity.
    fn exit(&self, least: Severity) -> Exit {
        if finding::any(&self.findings, least) { Exit::Rejected } else { Exit::Done }
    }

    fn list_counts(&self) -> Option<ListCounts<'_>> {
        let list = self.computed.list.as_ref()?;
        Some(ListCounts {
            file: &self.computed.files.get(list.file).path,
            adopted: self.receipts.count(Adoption::Adopted),
            declined: self.receipts.count(Adoption::Declined),
            open: self.receipts.count(Adoption::Open),
            gone: self.receipts.in_state(ReceiptState::Gone),
        })
    }
}

/// Says that no file was written, where the run was asked for one and has ended before.
fn tell_nothing_written(error: Option<&anyhow::Error>, asked: &cli::Check, terminal: &Terminal) {
    if error.is_some_and(|error| error.is::<Said>()) && (asked.report.is_some() || asked.receipts) {
        terminal.say(terminal.lang.text("check.nothing_written"));
    }
}

/// Writes the list of receipts; if findings prevent it, they are reported.
fn are_receipts_written(
    project: &Project,
    (computed, inspected): (&Computed, &Inspected),
    terminal: &Terminal,
) -> anyhow::Result<bool> {
    let now = computed.receipts(inspected);
    let written = receipts::write(&project.root, computed, &now, terminal)?;
    if !written {
        report_findings(&computed.findings, &computed.files, terminal)?;
        terminal.say(terminal.lang.text("receipts.refused"));
    }
    Ok(written)
}

/// Runs the command.
pub(super) fn run(context: Context<'_>, asked: &cli::Check) -> anyhow::Result<Exit> {
    let Context { start, strict, terminal } = context;
    let opened = inspect(start, terminal);
    tell_nothing_written(opened.as_ref().err(), asked, terminal);
    let (project, (mut computed, mut inspected)) = opened?;
    let here = book::Here { root: &project.root, model: &computed.model };
    let target = asked.report.as_ref().map(|path| book::target(path, Some(here), terminal)).transpose()?;
    if asked.receipts {
        if !are_receipts_written(&project, (&computed, &inspected), terminal)? {
            return Ok(Exit::Rejected);
        }
        // The rest of the run reports on the list as just written.
        (computed, inspected) = inspect(start, terminal)?.1;
    }
    tell_late_appeals(&project.root, &mut computed)?;
    let checked = Checked::new(&computed, &inspected);
    let tried = asked.privacy.then(|| privacy::tried(&project.root, &computed, terminal)).transpose()?;
    let newest = current(&project.root).ok().flatten();
    let standing = newest.map(|(parent, manifest)| printed::Newest {
        version: parent.version,
        is_current: rests_on(&manifest, &computed),
    });
    print(&checked, &Typed { project: start, standing }, tried.as_ref(), terminal)?;
    if let Some(target) = target {
        book::write(&target, &project.root, &checked, terminal)?;
    }
    Ok(checked.exit(if strict { Severity::Warning } else { Severity::Pending }))
}

fn print(checked: &Checked<'_>, typed: &Typed<'_>, tried: Option<&Tried>, terminal: &Terminal) -> anyhow::Result<()> {
    let computed = checked.computed;
    if terminal.format == Format::Table {
        print_text(checked, typed, tried, terminal)?;
        return Ok(());
    }
    let messages: Vec<Message> = checked.findings.iter().map(|f| f.say(terminal.lang, &computed.files)).collect();
    let mut document = findings_document(&messages);
    document.coverage = Some(&checked.coverage);
    document.reconciliation = Some(&checked.outcome.reconciliation);
    document.receipts = checked.list_counts();
    document.privacy = tried.map(Tried::document);
    // A list is a single table: the exposed pairs if they were requested, otherwise the findings.
    let list = || tried.map_or_else(|| findings_list(&messages), Tried::list);
    terminal.answer(&document, list, String::new)
}

/// The text output: findings on stderr, then who submitted what, and the reconciliation.
fn print_text(
    checked: &Checked<'_>,
    typed: &Typed<'_>,
    tried: Option<&Tried>,
    terminal: &Terminal,
) -> anyhow::Result<()> {
    let computed = checked.computed;
    if terminal.is_verbose() {
        terminal.print(&printed::understood(checked, terminal));
    }
    report_findings(&checked.findings, &computed.files, terminal)?;
    if !terminal.is_quiet() {
        terminal.print(&printed::class_lines(checked, terminal));
        terminal.print(&printed::matrix(&checked.coverage, terminal));
        terminal.print(&printed::reconciliation(checked, terminal));
        terminal.print(&printed::summary(checked, typed, terminal));
    }
    if let Some(tried) = tried {
        terminal.print(&tried.text(terminal));
    }
    Ok(())
}

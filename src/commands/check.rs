//! `assess check`: all findings, what adds up, who has not handed in or not been rated; the workbook and the list of files.

use std::path::PathBuf;

use serde::Serialize;

use super::current::tell_late_appeals;
use super::terminal::Terminal;
use super::{Opened, open, report_findings};
use crate::check::coverage::{Coverage, coverage};
use crate::check::receipts::Adoption;
use crate::check::received::{Receipts, State};
use crate::cli::{Format, Invocation, Talk};
use crate::pipeline::Computed;
use crate::result::outcome::{Outcome, Reconciliation};
use crate::shared::exit::Exit;
use crate::shared::finding::{self, Finding, Message, Severity, Weights};
use crate::shared::i18n::Lang;
use crate::write::csv::harmless;

pub(super) mod book;
mod printed;
mod privacy;
mod receipts;

/// What `check` was asked to write.
pub(super) struct Asked<'a> {
    /// The workbook of findings.
    pub(super) report: Option<&'a PathBuf>,
    /// Whether 收件清单 is written.
    pub(super) receipts: bool,
    /// Whether other methods are tried for what they leave to be worked out.
    pub(super) privacy: bool,
}

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
    receipts: Option<ListCounts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    privacy: Option<privacy::Document>,
}

/// What 收件清单 decides, by number of files.
#[derive(Serialize)]
struct ListCounts {
    file: String,
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

/// Findings as csv.
pub(super) fn findings_csv(messages: &[Message]) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = ["severity", "code", "unit", "file", "sheet", "cell", "title", "found", "expected", "fix", "who"];
    writer.write_record(header)?;
    for message in messages {
        let severity = serde_json::to_value(message.severity)?;
        let who = serde_json::to_value(message.who)?;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let fields = [
            severity.as_str().unwrap_or_default().to_owned(),
            message.code.to_string(),
            text(&message.unit),
            text(&message.file),
            text(&message.sheet),
            text(&message.cell),
            message.title.clone(),
            text(&message.found),
            text(&message.expected),
            message.fix.clone(),
            who.as_str().unwrap_or_default().to_owned(),
        ];
        writer.write_record(fields.map(|field| harmless(&field)))?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// A computed project with everything that `check` says about it.
pub(super) struct Checked<'c> {
    computed: &'c Computed,
    /// Its findings, those of the reconciliation included.
    findings: Vec<Finding>,
    outcome: Outcome,
    coverage: Coverage<'c>,
    receipts: Receipts<'c>,
}

impl<'c> Checked<'c> {
    fn new(computed: &'c Computed) -> Self {
        let (mut outcome, _, told) = computed.outcome("", None, false);
        let unbalanced = told.iter().filter(|finding| finding.severity == Severity::Error);
        outcome.findings.extend(unbalanced.map(|f| f.say(computed.model.language, &computed.files)));
        let mut findings = computed.findings.clone();
        findings.extend(told);
        finding::sort(&mut findings);
        let coverage = coverage(&computed.model, &computed.assessment);
        Self { computed, findings, outcome, coverage, receipts: computed.receipts() }
    }

    fn list_counts(&self) -> Option<ListCounts> {
        let list = self.computed.list.as_ref()?;
        Some(ListCounts {
            file: self.computed.files.get(list.file).path.clone(),
            adopted: self.receipts.count(Adoption::Adopted),
            declined: self.receipts.count(Adoption::Declined),
            open: self.receipts.count(Adoption::Open),
            gone: self.receipts.in_state(State::Gone),
        })
    }
}

/// Runs the command.
pub(super) fn run(
    invocation: &Invocation,
    lang: Option<Lang>,
    asked: &Asked<'_>,
    terminal: &mut Terminal,
) -> anyhow::Result<Exit> {
    let (project, opened) = open(invocation, lang, terminal)?;
    let mut computed = match opened {
        Opened::Computed(computed) => computed,
        Opened::Ended(exit) => {
            if asked.report.is_some() || asked.receipts {
                terminal.say(terminal.lang.text("check.nothing_written"));
            }
            return Ok(exit);
        }
    };
    let target =
        asked.report.map(|path| book::target(path, Some((&project.root, &computed.model)), terminal)).transpose()?;
    if asked.receipts {
        if !receipts::write(&project.root, &computed, terminal)? {
            report_findings(&computed.findings, &computed.files, invocation, terminal)?;
            terminal.say(terminal.lang.text("receipts.refused"));
            return Ok(Exit::Rejected);
        }
        // What the list says now is what the rest of the run speaks of.
        match open(invocation, lang, terminal)?.1 {
            Opened::Computed(again) => computed = again,
            Opened::Ended(exit) => return Ok(exit),
        }
    }
    tell_late_appeals(&project.root, &mut computed)?;
    let checked = Checked::new(&computed);
    let tried = asked.privacy.then(|| privacy::tried(&project.root, &computed, terminal)).transpose()?;
    print(&checked, tried.as_ref(), invocation, terminal)?;
    if let Some(target) = target {
        book::write(&target, &project.root, &checked, terminal)?;
    }
    let least = if invocation.strict { Severity::Warning } else { Severity::Pending };
    Ok(if finding::any(&checked.findings, least) { Exit::Rejected } else { Exit::Done })
}

fn print(
    checked: &Checked<'_>,
    tried: Option<&privacy::Tried>,
    invocation: &Invocation,
    terminal: &mut Terminal,
) -> anyhow::Result<()> {
    let computed = checked.computed;
    match invocation.format {
        Format::Json => {
            let messages: Vec<Message> =
                checked.findings.iter().map(|f| f.say(terminal.lang, &computed.files)).collect();
            let mut document = findings_document(&messages);
            document.coverage = Some(&checked.coverage);
            document.reconciliation = Some(&checked.outcome.reconciliation);
            document.receipts = checked.list_counts();
            document.privacy = tried.map(privacy::Tried::document);
            terminal.print(&String::from_utf8(crate::write::json::bytes(&document)?)?);
        }
        // One table a file: the pairs, where they are asked for.
        Format::Csv if tried.is_some() => {
            terminal.print(&tried.map(privacy::Tried::csv).transpose()?.unwrap_or_default());
        }
        Format::Csv => report_findings(&checked.findings, &computed.files, invocation, terminal)?,
        Format::Table => {
            if invocation.talk == Talk::Verbose {
                terminal.print(&printed::understood(computed, terminal));
            }
            report_findings(&checked.findings, &computed.files, invocation, terminal)?;
            if invocation.talk != Talk::Quiet {
                terminal.print(&printed::class_lines(computed, terminal));
                terminal.print(&printed::matrix(&checked.coverage, invocation.talk, terminal));
                terminal.print(&printed::reconciliation(checked, terminal));
                terminal.print(&printed::summary(checked, terminal));
            }
            if let Some(tried) = tried {
                terminal.print(&tried.text(terminal));
            }
        }
    }
    Ok(())
}

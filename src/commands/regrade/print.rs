//! What `regrade` prints: sections per project, one table over all of them, JSON, csv.

use serde::Serialize;

use super::{Options, Report, State};
use crate::cli::{Format, Invocation, Talk};
use crate::commands::changes::csv::Rows;
use crate::commands::terminal::{Terminal, quoted};
use crate::result::diff::{Diff, ModelDiff};
use crate::shared::finding::Message;
use crate::shared::i18n::Lang;

/// Prints what came of all projects.
pub(super) fn reports(
    reports: &[Report],
    invocation: &Invocation,
    options: &Options,
    terminal: &Terminal,
) -> anyhow::Result<()> {
    match invocation.format {
        Format::Json => terminal.print(&json(reports)?),
        Format::Csv => terminal.print(&csv(reports, terminal.lang)?),
        Format::Table => {
            let sections = reports.len() == 1 || invocation.talk == Talk::Verbose;
            for report in reports {
                section(report, sections, invocation, options, terminal);
            }
            if reports.len() > 1 && invocation.talk != Talk::Quiet {
                terminal.print(&table(reports, terminal));
            }
        }
    }
    Ok(())
}

/// One project: its changes where they are wanted, what is wrong in any case, and what to type next.
fn section(report: &Report, whole: bool, invocation: &Invocation, options: &Options, terminal: &Terminal) {
    let lang = terminal.lang;
    let several = options.projects.len() > 1;
    let quiet = invocation.talk == Talk::Quiet;
    if whole && several && !quiet {
        terminal.print(&format!("{}\n", lang.fill("regrade.project", &[("project", &report.project)])));
    }
    terminal.findings(&report.messages, invocation.talk);
    if let Some(changes) = report.changes.as_ref().filter(|_| whole && !quiet && report.differs()) {
        terminal.print(&changes.text(invocation.talk == Talk::Verbose, terminal));
    }
    if let Some(model) = &report.model {
        terminal.say(&crate::commands::changes::model_text(model, terminal));
    }
    let text = verdict(report, options, lang);
    let text = if several { format!("{}  {text}", report.project) } else { text };
    match report.state {
        State::Unchanged | State::Changed | State::WhatIf | State::Applied => terminal.tell(&text),
        _ => terminal.say(&text),
    }
}

/// The last word on a project.
fn verdict(report: &Report, options: &Options, lang: Lang) -> String {
    let said = report.said.clone().unwrap_or_default();
    let version = report.parent.as_deref().unwrap_or_default();
    match report.state {
        State::Unchanged => lang.fill("regrade.unchanged", &[("version", &version)]),
        State::WhatIf => lang.text("regrade.what_if").to_owned(),
        State::Applied => said,
        State::Changed => {
            let token = report.token.as_ref().map(ToString::to_string).unwrap_or_default();
            let shown = if report.project == "." { String::new() } else { format!(" {}", quoted(&report.project)) };
            let method = match options.method {
                crate::pipeline::regrade::Method::MayChange => " --method-change",
                crate::pipeline::regrade::Method::Fixed => "",
            };
            let document = format!(" {}", lang.text("regrade.next.document"));
            let document = if report.is_final { document.as_str() } else { "" };
            lang.fill(
                "regrade.next",
                &[("project", &shown), ("token", &token), ("method", &method), ("document", &document)],
            )
        }
        State::Pending => lang.text("regrade.pending").to_owned(),
        State::Rejected => lang.text("regrade.rejected").to_owned(),
        State::Refused => match &report.model {
            Some(model) if model.needs_inputs() => lang.text("regrade.refused.inputs").to_owned(),
            _ => lang.text("regrade.refused.method").to_owned(),
        },
        State::Stale => said,
        State::NoVersion => lang.text("regrade.no_version").to_owned(),
        State::Final => lang.fill("score.final", &[("version", &version)]),
        State::Locked => lang.text("score.locked").to_owned(),
        State::Failed if said.is_empty() => lang.text("regrade.failed").to_owned(),
        State::Failed => said,
    }
}

/// One line per project.
fn table(reports: &[Report], terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let keys = [
        "regrade.column.project",
        "regrade.column.version",
        "regrade.column.rows",
        "table.total",
        "table.rank_group",
        "table.grade",
        "regrade.column.feedback",
        "regrade.column.state",
        "regrade.column.token",
    ];
    let rows = reports.iter().map(|report| {
        let numbers = report.changes.as_ref().map(|changes| {
            let [totals, ranks, grades] = changes.counts();
            [changes.data.counts().rows, totals, ranks, grades, changes.feedback()].map(|n| n.to_string())
        });
        let numbers = numbers.unwrap_or_else(|| std::array::from_fn(|_| "—".to_owned()));
        let version = match (&report.parent, &report.version) {
            (Some(parent), Some(version)) => format!("{parent} -> {version}"),
            (parent, _) => parent.clone().unwrap_or_else(|| "—".to_owned()),
        };
        let state = lang.text(&format!("regrade.state.{}", report.state.json())).to_owned();
        let token = shown_token(report).unwrap_or_default();
        [report.project.clone(), version].into_iter().chain(numbers).chain([state, token]).collect()
    });
    terminal.table(&keys.map(|key| lang.text(key)), rows.collect())
}

/// The token, where one can be applied.
fn shown_token(report: &Report) -> Option<String> {
    report.token.as_ref().filter(|_| report.state == State::Changed).map(ToString::to_string)
}

#[derive(Serialize)]
struct Document<'d> {
    schema: &'static str,
    projects: Vec<ProjectDocument<'d>>,
}

#[derive(Serialize)]
struct ProjectDocument<'d> {
    project: &'d str,
    state: &'static str,
    parent: Option<&'d str>,
    version: Option<&'d str>,
    token: Option<String>,
    rows: usize,
    totals: usize,
    ranks: usize,
    grades: usize,
    feedback: usize,
    model: Option<&'d ModelDiff>,
    method: Option<&'d Diff>,
    diff: Option<&'d Diff>,
    findings: &'d [Message],
    said: Option<&'d str>,
}

fn json(reports: &[Report]) -> anyhow::Result<String> {
    let projects = reports.iter().map(|report| {
        let changes = report.changes.as_ref();
        let [totals, ranks, grades] = changes.map_or([0; 3], |changes| changes.counts());
        ProjectDocument {
            project: &report.project,
            state: report.state.json(),
            parent: report.parent.as_deref(),
            version: report.version.as_deref(),
            token: shown_token(report),
            rows: changes.map_or(0, |changes| changes.data.counts().rows),
            totals,
            ranks,
            grades,
            feedback: changes.map_or(0, |changes| changes.feedback()),
            model: report.model.as_ref().or_else(|| changes.map(|changes| &changes.model)),
            method: changes.and_then(|changes| changes.method.as_ref()),
            diff: changes.map(|changes| &changes.data),
            findings: &report.messages,
            said: report.said.as_deref(),
        }
    });
    let document = Document { schema: "assess.regrade/1", projects: projects.collect() };
    Ok(String::from_utf8(crate::write::json::bytes(&document)?)?)
}

fn csv(reports: &[Report], lang: Lang) -> anyhow::Result<String> {
    let mut rows = Rows::new()?;
    for report in reports {
        rows.project(&report.project, report.state.json(), &shown_token(report).unwrap_or_default())?;
        if let Some(changes) = &report.changes {
            rows.changes(&report.project, changes, lang)?;
        }
    }
    rows.finish()
}

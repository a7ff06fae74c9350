//! What `regrade` prints: sections per project, one table over all of them, JSON, csv.

use std::borrow::Cow;

use serde::Serialize;

use super::{ProjectState, Report};
use crate::cli::{Format, Regrade};
use crate::commands::changes::list::Rows;
use crate::commands::terminal::{Moved, OrDash, Terminal, quoted};
use crate::commands::told::{self, Telling};
use crate::result::diff::{Diff, ModelDiff};
use crate::result::regrade::Token;
use crate::shared::finding::Message;
use crate::shared::i18n::{Lang, say};
use crate::write::listing::Listing;

/// Prints the reports of all projects.
pub(super) fn reports(reports: &[Report], asked: &Regrade, terminal: &Terminal) -> anyhow::Result<()> {
    if terminal.format == Format::Table {
        let sections = reports.len() == 1 || terminal.is_verbose();
        for report in reports {
            section(report, sections, asked, terminal);
        }
        if reports.len() == 1 {
            return Ok(());
        }
    }
    let document = Document { schema: "assess.regrade/1", projects: reports.iter().map(project).collect() };
    terminal.show(&document, || list(reports, terminal.lang), || table(reports, terminal))
}

/// One project: its changes if wanted, its faults in any case, and what to type next.
fn section(report: &Report, whole: bool, asked: &Regrade, terminal: &Terminal) {
    let lang = terminal.lang;
    let several = asked.projects.len() > 1;
    let quiet = terminal.is_quiet();
    if whole && several && !quiet {
        terminal.print(&format!("{}\n", say!(lang, "regrade.project", project = report.project)));
    }
    told::findings(&report.messages, Telling::Full, terminal);
    if let Some(changes) = report.changes.as_ref().filter(|_| whole && !quiet && report.differs()) {
        terminal.print(&changes.text(terminal.is_verbose(), terminal));
    }
    if let Some(model) = &report.model {
        terminal.say(&crate::commands::changes::model_text(model, terminal));
    }
    let text = verdict(report, asked, lang);
    let text = if several { Cow::Owned(format!("{}  {text}", report.project)) } else { text };
    match report.state {
        ProjectState::Unchanged | ProjectState::Changed | ProjectState::WhatIf | ProjectState::Applied => {
            terminal.tell(&text);
        }
        _ => terminal.say(&text),
    }
}

/// The closing line about a project.
fn verdict<'r>(report: &'r Report, asked: &Regrade, lang: Lang) -> Cow<'r, str> {
    let said = report.said.as_deref().unwrap_or_default();
    let version = report.parent.as_deref().unwrap_or_default();
    let is_said = report.state == ProjectState::Failed && !said.is_empty();
    let Some(key) = verdict_key(report).filter(|_| !is_said) else { return Cow::Borrowed(said) };
    let project = if report.project == "." { String::new() } else { format!(" {}", quoted(&report.project)) };
    let method = if asked.method_change { " --method-change" } else { "" };
    let document = format!(" {}", lang.text("regrade.next.document"));
    let document = if report.is_final { document.as_str() } else { "" };
    let token = OrDash(report.token.as_ref());
    Cow::Owned(say!(lang, key, version, project, token, method, document))
}

/// The text of the closing line; none where the report has one already.
fn verdict_key(report: &Report) -> Option<&'static str> {
    Some(match report.state {
        ProjectState::Applied | ProjectState::Stale => return None,
        ProjectState::Unchanged => "regrade.unchanged",
        ProjectState::WhatIf => "regrade.what_if",
        ProjectState::Changed => "regrade.next",
        ProjectState::Pending => "regrade.pending",
        ProjectState::Rejected => "regrade.rejected",
        ProjectState::Refused => match report.model.as_ref().is_some_and(ModelDiff::needs_inputs) {
            true => "regrade.refused.inputs",
            false => "regrade.refused.method",
        },
        ProjectState::NoVersion => "regrade.no_version",
        ProjectState::Final => "score.final",
        ProjectState::Locked => "score.locked",
        ProjectState::Failed => "regrade.failed",
    })
}

/// One line per project.
fn table(reports: &[Report], terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let keys = [
        "regrade.column.project",
        "regrade.column.version",
        "regrade.column.rows",
        "table.total",
        "table.rank",
        "table.grade",
        "regrade.column.feedback",
        "regrade.column.state",
        "regrade.column.token",
    ];
    let rows = reports.iter().map(|report| {
        let numbers = report.changes.as_ref().map(|changes| {
            let [totals, ranks, grades] = changes.counts();
            [changes.data.counts().rows, totals, ranks, grades, changes.feedback()]
        });
        let numbers = numbers.map_or([None; 5], |numbers| numbers.map(Some)).map(OrDash);
        let parent = report.parent.as_ref();
        let version = Moved(parent, report.version.as_ref().or(parent));
        let state = lang.text(&format!("regrade.state.{}", report.state.json()));
        (&report.project, version, numbers, state, shown_token(report))
    });
    terminal.table(&keys, rows)
}

/// The token, if one can be applied.
fn shown_token(report: &Report) -> Option<&Token> {
    report.token.as_ref().filter(|_| report.state == ProjectState::Changed)
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
    token: Option<&'d Token>,
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

fn project(report: &Report) -> ProjectDocument<'_> {
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
}

fn list(reports: &[Report], lang: Lang) -> anyhow::Result<Listing> {
    let mut rows = Rows::new();
    for report in reports {
        rows.project(&report.project, report.state.json(), shown_token(report))?;
        if let Some(changes) = &report.changes {
            rows.changes(&report.project, changes, lang)?;
        }
    }
    Ok(rows.finish())
}

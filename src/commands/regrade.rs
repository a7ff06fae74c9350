//! `assess regrade`: what approved items, decisions and corrections change, and, given a token, the next version.
//!
//! A preview writes nothing. `--apply` recalculates everything under the lock of the results folder and writes only if
//! the token still matches parent, registers and model. Several projects are independent of each other.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::changes::Changes;
use super::current::{chain, current};
use super::find_project;
use super::terminal::{Terminal, shown};
use super::versions;
use crate::check::Proposals;
use crate::cli::{Invocation, Regrade};
use crate::pipeline::regrade::{Ended, Method, Regraded, regrade};
use crate::publish::{Manifest, Publisher, RATINGS};
use crate::result::diff::ModelDiff;
use crate::result::outcome::Outcome;
use crate::result::regrade::Token;
use crate::shared::exit::Exit;
use crate::shared::finding::{Code, Finding, Message, Severity};
use crate::shared::i18n::{Lang, say};

mod print;

/// The outcome for a project, in the words used in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ProjectState {
    /// Nothing has changed.
    Unchanged,
    /// Something has changed; a token is given.
    Changed,
    /// What would change if proposals were approved; no token.
    WhatIf,
    /// The next version was written.
    Applied,
    /// Something has changed, but open questions need a decision first.
    Pending,
    /// The registers contain errors.
    Rejected,
    /// The model has changed in a way that a re-grade does not accept.
    Refused,
    /// The token does not match the present state.
    Stale,
    /// There is no version to start from.
    NoVersion,
    /// The version is final and may be followed only with a document.
    Final,
    /// Another run is writing.
    Locked,
    /// The project could not be read.
    Failed,
}

impl ProjectState {
    const fn json(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Changed => "changed",
            Self::WhatIf => "what-if",
            Self::Applied => "applied",
            Self::Pending => "pending",
            Self::Rejected => "rejected",
            Self::Refused => "refused",
            Self::Stale => "stale",
            Self::NoVersion => "no-version",
            Self::Final => "final",
            Self::Locked => "locked",
            Self::Failed => "failed",
        }
    }

    const fn exit(self, asked: &Regrade, differs: bool) -> Exit {
        match self {
            Self::Changed | Self::WhatIf if asked.exit_code && differs => Exit::Rejected,
            Self::Unchanged | Self::Changed | Self::WhatIf | Self::Applied => Exit::Done,
            // Open questions prevent a version, previewed or not, as with `score`.
            Self::Pending | Self::Rejected => Exit::Rejected,
            Self::Refused | Self::Stale | Self::NoVersion | Self::Final | Self::Locked | Self::Failed => Exit::Unable,
        }
    }
}

/// The outcome for one project.
struct Report {
    /// The project as it was typed.
    project: String,
    /// The version that was started from.
    parent: Option<String>,
    /// The version that was written.
    version: Option<String>,
    state: ProjectState,
    token: Option<Token>,
    /// Whether the version is final, so that the next one needs a document.
    is_final: bool,
    /// What changes.
    changes: Option<Changes>,
    /// The differences of a rejected model.
    model: Option<ModelDiff>,
    /// Findings of the registers and the model, and inputs that are ignored.
    messages: Vec<Message>,
    /// What else is reported: why it failed, what changed, where it was written.
    said: Option<String>,
}

impl Report {
    fn new(project: &Path, state: ProjectState) -> Self {
        Self {
            project: project.display().to_string(),
            parent: None,
            version: None,
            state,
            token: None,
            is_final: false,
            changes: None,
            model: None,
            messages: Vec::new(),
            said: None,
        }
    }

    fn differs(&self) -> bool {
        self.changes.as_ref().is_some_and(|changes| !changes.is_empty())
    }
}

/// Runs the command.
pub(super) fn run(invocation: &Invocation, asked: &Regrade, terminal: &mut Terminal) -> anyhow::Result<Exit> {
    let here = std::slice::from_ref(&invocation.project);
    let projects = if asked.projects.is_empty() { here } else { &asked.projects };
    if let Some(odd) = asked.apply.iter().find(|token| !Token::is_wellformed(token)) {
        return Err(terminal.fault("regrade.token.odd", &[("token", odd)]));
    }
    if !asked.apply.is_empty() && asked.grounds.reason.is_none() {
        anyhow::bail!("{}", terminal.lang.text("regrade.reason_needed"));
    }
    let mut reports = Vec::with_capacity(projects.len());
    let mut used: Vec<&str> = Vec::new();
    for folder in projects {
        let report = one(folder, asked, terminal);
        let report = report.unwrap_or_else(|error| Report {
            said: Some(terminal.because(&error)),
            ..Report::new(folder, ProjectState::Failed)
        });
        let token = report.token.as_ref();
        used.extend(asked.apply.iter().filter(|typed| token.is_some_and(|own| own.is(typed))).map(String::as_str));
        reports.push(report);
    }
    print::reports(&reports, asked, terminal)?;
    let single = reports.len() == 1;
    let exits = reports.iter().map(|report| report.state.exit(asked, report.differs()));
    let mut exit = exits.max_by_key(|exit| exit.code()).unwrap_or(Exit::Done);
    // With several projects a token may belong to none of them, which is reported here; with one, the project itself
    // reports it.
    for typed in asked.apply.iter().filter(|typed| !single && !used.contains(&typed.as_str())) {
        terminal.say(&say!(terminal.lang, "regrade.token.nobody", token = typed));
        exit = Exit::Unable;
    }
    Ok(exit)
}

/// Previews one project and, given its token, writes its next version.
fn one(folder: &Path, asked: &Regrade, terminal: &mut Terminal) -> anyhow::Result<Report> {
    let project = find_project(folder, terminal)?;
    if current(&project.root)?.is_none() {
        return Ok(Report::new(folder, ProjectState::NoVersion));
    }
    // Everything is read under the lock, so that nothing can change between checking and writing.
    let publisher = match asked.apply.is_empty() {
        true => None,
        false => match Publisher::lock(&project.root)? {
            Some(publisher) => Some(publisher),
            None => return Ok(Report::new(folder, ProjectState::Locked)),
        },
    };
    let Some(now) = current(&project.root)? else { return Ok(Report::new(folder, ProjectState::NoVersion)) };
    let old = versions::untouched_result(&project.root, &now.1, terminal)?;
    let bare = |state| Report { parent: Some(now.0.version.clone()), ..Report::new(folder, state) };
    let proposals = if asked.what_if { Proposals::AsApproved } else { Proposals::AsTheyStand };
    let method = if asked.method_change { Method::MayChange } else { Method::Fixed };
    let regraded = match regrade(&project, &old, proposals, method)? {
        Ended::Stopped(stopped) => {
            terminal.prefer(stopped.language);
            let messages = stopped.findings.iter().map(|f| f.say(terminal.lang, &stopped.files)).collect();
            return Ok(Report { messages, ..bare(ProjectState::Failed) });
        }
        Ended::Refused(model) => return Ok(Report { model: Some(model), ..bare(ProjectState::Refused) }),
        Ended::Done(regraded) => regraded,
    };
    terminal.prefer(regraded.model.declared_language);
    let mut messages = told(&regraded, &old, terminal.lang);
    if regraded.is_rejected() {
        return Ok(Report { messages, ..bare(ProjectState::Rejected) });
    }
    let version = versions::next(&project.root, terminal)?;
    let (outcome, broken) = regraded.outcome(&version, &now.0.version);
    if crate::shared::finding::any(&broken, Severity::Error) {
        let messages = broken.iter().map(|f| f.say(terminal.lang, &regraded.files)).collect();
        return Ok(Report { messages, ..bare(ProjectState::Rejected) });
    }
    messages.extend(news(&broken, &old, &regraded, terminal.lang));
    let changes = Changes::between(&old, &outcome, &regraded.model);
    let same = changes.is_empty() || is_same(&now.1, &regraded);
    let token = Token::of(&now.0.sha256, &regraded.files.0, &regraded.model.hash);
    let mut report = Report { messages, changes: Some(changes), ..bare(ProjectState::Unchanged) };
    if asked.what_if {
        report.state = ProjectState::WhatIf;
        return Ok(report);
    }
    let own = asked.apply.iter().any(|typed| token.is(typed));
    // With several projects the token may belong to another one; a token that belongs to none is reported at the end.
    if !own && !asked.apply.is_empty() && asked.projects.len() <= 1 {
        report.state = ProjectState::Stale;
        report.said = Some(what_moved(&token, &asked.apply, terminal.lang));
        return Ok(report);
    }
    report.token = Some(token);
    if same && !regraded.is_pending() {
        return Ok(report);
    }
    report.state = if regraded.is_pending() { ProjectState::Pending } else { ProjectState::Changed };
    let marked = super::current::log(&project.root)?;
    report.is_final =
        marked.of(&now.0.version).is_some_and(|mark| mark.state == crate::result::states::VersionState::Final);
    let Some(publisher) = publisher.filter(|_| own && report.state == ProjectState::Changed) else { return Ok(report) };
    if !versions::may_follow(&project.root, &now.0.version, &asked.grounds)? {
        report.state = ProjectState::Final;
        return Ok(report);
    }
    let manifest = versions::manifest(&version, Some(now.0), &asked.grounds, &regraded.model, &regraded.files);
    let folder =
        Next { publisher: &publisher, root: &project.root, parent: &now.1 }.write(outcome, manifest, terminal)?;
    report.said = Some(say!(terminal.lang, "score.written", folder = shown(&folder)));
    report.state = ProjectState::Applied;
    report.version = Some(version);
    Ok(report)
}

/// What is reported about a run: errors, open questions, and warnings that the version did not have.
fn told(regraded: &Regraded, old: &Outcome, lang: Lang) -> Vec<Message> {
    let said = regraded.findings.iter().chain(&regraded.outdated).map(|f| f.say(lang, &regraded.files));
    new_to(old, regraded.raised().cloned().chain(said))
}

/// Findings that arise only from the result document, unless the version had them already.
fn news(told: &[Finding], old: &Outcome, regraded: &Regraded, lang: Lang) -> Vec<Message> {
    new_to(old, told.iter().map(|finding| finding.say(lang, &regraded.files)))
}

fn new_to(old: &Outcome, said: impl Iterator<Item = Message>) -> Vec<Message> {
    fn key(m: &Message) -> (Code, [Option<&str>; 4]) {
        (m.code, [&m.unit, &m.file, &m.sheet, &m.cell].map(Option::as_deref))
    }
    let known: BTreeSet<_> = old.findings.iter().map(key).collect();
    let new = |message: &Message| message.severity < Severity::Warning || !known.contains(&key(message));
    said.filter(|message| message.severity < Severity::Note && new(message)).collect()
}

/// Whether registers and model are byte-identical to those of the version.
fn is_same(manifest: &Manifest, regraded: &Regraded) -> bool {
    manifest.inputs == Manifest::inputs_of(&regraded.files.0) && manifest.model == regraded.model.hash
}

/// The version that follows another one.
struct Next<'n> {
    publisher: &'n Publisher,
    root: &'n Path,
    /// The manifest of the previous version, whose ratings are kept.
    parent: &'n Manifest,
}

impl Next<'_> {
    /// Writes it; returns its folder.
    fn write(&self, mut outcome: Outcome, manifest: Manifest, terminal: &Terminal) -> anyhow::Result<PathBuf> {
        outcome.chain = chain(self.root, &manifest, terminal)?;
        let ratings = versions::untouched(self.root, self.parent, RATINGS, terminal)?;
        let artefacts = versions::artefacts_with(&outcome, || Ok(ratings), &manifest)?;
        self.publisher.publish(manifest, &artefacts)
    }
}

/// What changed since a token was given, as far as it can be determined.
fn what_moved(token: &Token, typed: &[String], lang: Lang) -> String {
    let parts = typed.first().map(|typed| token.moved(typed)).unwrap_or_default();
    if parts.is_empty() {
        return lang.text("regrade.stale").to_owned();
    }
    let words = lang.join("status.list", parts.into_iter().map(|part| lang.text(part.word())));
    say!(lang, "regrade.stale.parts", parts = words)
}

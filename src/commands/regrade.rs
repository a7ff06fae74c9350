//! `assess regrade`: what approved items, decisions and corrections change, and, given a token, the next version.
//!
//! A preview writes nothing. `--apply` recalculates everything under the lock of the results folder and writes only if
//! the token still matches parent, registers and model. Several projects are independent of each other.

use std::collections::BTreeSet;
use std::path::Path;

use super::Context;
use super::changes::Changes;
use super::current::{Current, current, log};
use super::find_project;
use super::terminal::{Terminal, shown};
use super::versions::{self, Next, Ratings};
use crate::check::Proposals;
use crate::cli::{Grounds, Regrade};
use crate::pipeline::regrade::{Ended, Method, Regraded, regrade};
use crate::publish::{Manifest, Parent, Publisher, RATINGS};
use crate::read::Project;
use crate::result::diff::ModelDiff;
use crate::result::outcome::Outcome;
use crate::result::outcome::index::Extent;
use crate::result::regrade::Token;
use crate::result::states::VersionState;
use crate::shared::exit::Exit;
use crate::shared::finding::{Code, Finding, Message, Severity};
use crate::shared::i18n::{Lang, say};
use crate::shared::words::words;

mod print;

words! {
    /// The outcome for a project, in the words used in JSON.
    enum ProjectState {
        /// Nothing has changed.
        Unchanged = "unchanged",
        /// Something has changed; a token is given.
        Changed = "changed",
        /// What would change if proposals were approved; no token.
        WhatIf = "what-if",
        /// The next version was written.
        Applied = "applied",
        /// Something has changed, but open questions need a decision first.
        Pending = "pending",
        /// The registers contain errors.
        Rejected = "rejected",
        /// The model has changed in a way that a re-grade does not accept.
        Refused = "refused",
        /// The token does not match the present state.
        Stale = "stale",
        /// There is no version to start from.
        NoVersion = "no-version",
        /// The version is final and may be followed only with a document.
        Final = "final",
        /// Another run is writing.
        Locked = "locked",
        /// The project could not be read.
        Failed = "failed",
    }
}

impl ProjectState {
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

    /// Whether one of the tokens that were typed is its own.
    fn is_applied(&self, asked: &Regrade) -> bool {
        self.token.as_ref().is_some_and(|token| asked.apply.iter().any(|typed| token.is(typed)))
    }

    fn differs(&self) -> bool {
        self.changes.as_ref().is_some_and(|changes| !changes.is_empty())
    }
}

/// Runs the command.
pub(super) fn run(context: Context<'_>, asked: &Regrade) -> anyhow::Result<Exit> {
    let Context { start, terminal, .. } = context;
    let here = [start.to_path_buf()];
    let projects = if asked.projects.is_empty() { here.as_slice() } else { &asked.projects };
    if let Some(odd) = asked.apply.iter().find(|token| !Token::is_wellformed(token)) {
        return Err(anyhow::Error::msg(say!(terminal.lang, "regrade.token.odd", token = odd)));
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
    let mut project = find_project(folder, terminal)?;
    // Everything is read under the lock, so that nothing can change between checking and writing.
    let (publisher, (version, manifest)) = match begin(&project, asked)? {
        Ok(begun) => begun,
        Err(state) => return Ok(Report::new(folder, state)),
    };
    let old = versions::untouched_result(&project.root, &manifest, Extent::Whole, terminal)?;
    terminal.prefer(Some(old.model.language));
    project.progress = terminal.progress();
    let report = Report { parent: Some(version.version.clone()), ..Report::new(folder, ProjectState::Unchanged) };
    let parent = Parental { root: &project.root, version, manifest, old };
    let mut regraded = match parent.regraded(&project, asked)? {
        Ended::Stopped(stopped) => {
            terminal.prefer(stopped.language);
            let messages = stopped.findings.iter().map(|f| f.say(terminal.lang, &stopped.files)).collect();
            return Ok(Report { messages, state: ProjectState::Failed, ..report });
        }
        Ended::Refused(model) => return Ok(Report { model: Some(model), state: ProjectState::Refused, ..report }),
        Ended::Done(regraded) => regraded,
    };
    terminal.prefer(regraded.model.declared_language);
    let (report, outcome) = parent.compared(report, &mut regraded, terminal)?;
    let Some(mut outcome) = outcome else { return Ok(report) };
    let mut report = parent.answered(report, &regraded, asked, terminal)?;
    let applies = report.state == ProjectState::Changed && report.is_applied(asked);
    if let Some(publisher) = publisher.filter(|_| applies) {
        parent.apply(&publisher, &mut report, &mut outcome, &asked.grounds, terminal)?;
    }
    Ok(report)
}

/// The lock under which the next version is written, none for a preview, and the newest version; an inner error is why
/// there can be no next one.
fn begin(project: &Project, asked: &Regrade) -> anyhow::Result<Result<(Option<Publisher>, Current), ProjectState>> {
    // Only a project with a version is locked: the lock is a file in the folder of results.
    let Some(newest) = current(&project.root)? else { return Ok(Err(ProjectState::NoVersion)) };
    if asked.apply.is_empty() {
        return Ok(Ok((None, newest)));
    }
    let Some(publisher) = Publisher::lock(&project.root)? else { return Ok(Err(ProjectState::Locked)) };
    Ok(current(&project.root)?.map(|newest| (Some(publisher), newest)).ok_or(ProjectState::NoVersion))
}

/// The version that a re-grade starts from.
struct Parental<'p> {
    root: &'p Path,
    version: Parent,
    manifest: Manifest,
    old: Outcome,
}

impl Parental<'_> {
    fn regraded(&self, project: &Project, asked: &Regrade) -> anyhow::Result<Ended> {
        let proposals = if asked.what_if { Proposals::AsApproved } else { Proposals::AsTheyStand };
        let method = if asked.method_change { Method::MayChange } else { Method::Fixed };
        regrade(project, &self.old, proposals, method)
    }

    /// The result document and how it differs; none if errors reject it.
    fn compared(
        &self,
        report: Report,
        regraded: &mut Regraded,
        terminal: &Terminal,
    ) -> anyhow::Result<(Report, Option<Outcome>)> {
        let mut messages = told(regraded, &self.old, terminal.lang);
        if regraded.is_rejected() {
            return Ok((Report { messages, state: ProjectState::Rejected, ..report }, None));
        }
        let name = versions::next(self.root, terminal)?;
        let (outcome, later) = regraded.outcome(&name, (&self.version.version, &self.old));
        if crate::shared::finding::any(&later, Severity::Error) {
            let messages = later.iter().map(|f| f.say(terminal.lang, &regraded.files)).collect();
            return Ok((Report { messages, state: ProjectState::Rejected, ..report }, None));
        }
        messages.extend(news(&later, &self.old, regraded, terminal.lang));
        let changes = Changes::between(&self.old, &outcome, &regraded.model);
        Ok((Report { messages, changes: Some(changes), ..report }, Some(outcome)))
    }

    /// Writes the next version, unless the present one is final and the grounds give no document.
    fn apply(
        self,
        publisher: &Publisher,
        report: &mut Report,
        outcome: &mut Outcome,
        grounds: &Grounds,
        terminal: &Terminal,
    ) -> anyhow::Result<()> {
        if !versions::may_follow(self.root, &self.version.version, grounds)? {
            report.state = ProjectState::Final;
            return Ok(());
        }
        let ratings = versions::untouched(self.root, &self.manifest, RATINGS, terminal)?;
        let next = Next { publisher, root: self.root, grounds, parent: Some(self.version) };
        let folder = next.write(outcome, Ratings::Kept(ratings), terminal)?;
        report.said = Some(say!(terminal.lang, "score.written", folder = shown(&folder)));
        report.state = ProjectState::Applied;
        report.version = Some(std::mem::take(&mut outcome.version));
        Ok(())
    }

    /// Whether the project has changed, and the token for it.
    fn answered(
        &self,
        mut report: Report,
        regraded: &Regraded,
        asked: &Regrade,
        terminal: &Terminal,
    ) -> anyhow::Result<Report> {
        if asked.what_if {
            report.state = ProjectState::WhatIf;
            return Ok(report);
        }
        let token = Token::of(&self.version.sha256, &regraded.files.0, &regraded.model.hash);
        // With several projects the token may belong to another one; a token that belongs to none is reported at the end.
        if !asked.apply.is_empty() && asked.projects.len() <= 1 && !asked.apply.iter().any(|typed| token.is(typed)) {
            report.state = ProjectState::Stale;
            report.said = Some(what_moved(&token, &asked.apply, terminal.lang));
            return Ok(report);
        }
        report.token = Some(token);
        if regraded.is_pending() {
            report.state = ProjectState::Pending;
        } else if report.differs() && !is_same(&self.manifest, regraded) {
            report.state = ProjectState::Changed;
        } else {
            return Ok(report);
        }
        let marked = log(self.root)?;
        report.is_final = marked.of(&self.version.version).is_some_and(|mark| mark.state == VersionState::Final);
        Ok(report)
    }
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

/// What changed since a token was given, as far as it can be determined.
fn what_moved(token: &Token, typed: &[String], lang: Lang) -> String {
    let parts = typed.first().map(|typed| token.moved(typed)).unwrap_or_default();
    if parts.is_empty() {
        return lang.text("regrade.stale").to_owned();
    }
    let words = lang.join("status.list", parts.into_iter().map(|part| lang.text(part.word())));
    say!(lang, "regrade.stale.parts", parts = words)
}

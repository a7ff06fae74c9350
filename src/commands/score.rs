//! `assess score`: check, score, grade, and publish the next version, completely or not at all.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::changes::{self, Changes};
use super::check::book::{self, Here};
use super::current::{Current, current, has_same_data, rests_on};
use super::exposure::tell_over_time;
use super::terminal::{OrDash, Terminal, shown};
use super::told::{self, Telling, tell};
use super::versions::{Next, Ratings};
use super::{Context, find_project, locked, open, report_findings, stored, versions};
use crate::check::Proposals;
use crate::cli::{self, Format};
use crate::model::RankScope;
use crate::pipeline::{self, Computed};
use crate::publish::{self, DRAFT, Manifest, Parent, Publisher};
use crate::read::Project;
use crate::result::outcome::index::Extent;
use crate::result::outcome::{Mode, Outcome, Seats, UnitOutcome};
use crate::shared::exit::Exit;
use crate::shared::finding::{Finding, Severity, Trait, any};
use crate::shared::i18n::say;
use crate::shared::place::Files;
use crate::write::listing::Listing;

/// How a run ended.
enum Ended {
    Written(PathBuf),
    Unchanged,
}

/// A run that may make a version.
struct Run<'r> {
    project: &'r Project,
    asked: &'r cli::Score,
    /// Where the public workbook goes.
    public: Option<PathBuf>,
    terminal: &'r Terminal,
}

/// Runs the command.
pub(super) fn run(context: Context<'_>, asked: &cli::Score) -> anyhow::Result<Exit> {
    let Context { start, strict, terminal } = context;
    if !strict
        && asked.is_plain()
        && let Some(exit) = unchanged(start, terminal)?
    {
        return Ok(exit);
    }
    let proposals = if asked.what_if { Proposals::AsApproved } else { Proposals::AsTheyStand };
    let (project, computed) = open(start, proposals, terminal)?;
    let here = Here { root: &project.root, model: &computed.model };
    let public = asked.public.as_ref().map(|path| book::target(path, Some(here), terminal)).transpose()?;
    if let Some(key) = refusal(&computed, strict, asked) {
        report_findings(&computed.findings, &computed.files, terminal)?;
        terminal.say(terminal.lang.text(key));
        return Ok(Exit::Rejected);
    }
    if terminal.format == Format::Table {
        tell(&computed.findings, &computed.files, Telling::Brief, terminal);
    }
    let run = Run { project: &project, asked, public, terminal };
    if asked.what_if {
        return run.what_if(&computed, start);
    }
    run.publish(Box::new(computed), if strict { Severity::Warning } else { Severity::Error })
}

/// What is printed if no file has changed since the newest version; nothing otherwise.
fn unchanged(start: &Path, terminal: &mut Terminal) -> anyhow::Result<Option<Exit>> {
    let project = find_project(start, terminal)?;
    let read = |root: &Path, manifest: &Manifest, terminal: &Terminal| {
        versions::untouched_result(root, manifest, Extent::Outline, terminal)
    };
    let Some(mut outcome) = super::unchanged::newest(&project, read, terminal)? else { return Ok(None) };
    if terminal.format == Format::Table {
        outcome.findings.retain(|message| !message.code.has(Trait::told_when_written));
        told::findings(&outcome.findings, Telling::Brief, terminal);
    }
    Publisher::settle(&project.root)?;
    finish(&outcome, &Ended::Unchanged, terminal)?;
    Ok(Some(Exit::Done))
}

/// Why the inputs give no version, as a text of the catalogue; none if nothing prevents one.
fn refusal(computed: &Computed, strict: bool, asked: &cli::Score) -> Option<&'static str> {
    if computed.is_rejected(false) {
        Some("score.rejected")
    } else if computed.is_rejected(strict) {
        Some("score.strict")
    } else {
        (computed.is_pending() && !asked.draft && !asked.what_if).then_some("score.pending")
    }
}

impl Run<'_> {
    /// The version that the next one follows: the newest one, none for a draft.
    fn parent(&self) -> anyhow::Result<Option<Current>> {
        if self.asked.draft { Ok(None) } else { current(&self.project.root) }
    }

    /// Writes the next version or the draft; it is rejected by findings of at least the given severity that only the
    /// result reveals.
    fn publish(&self, mut computed: Box<Computed>, least: Severity) -> anyhow::Result<Exit> {
        let (root, terminal) = (self.project.root.as_path(), self.terminal);
        let (publisher, parent) = match self.begin(&computed)? {
            Ok(begun) => begun,
            Err(exit) => return Ok(exit),
        };
        let version = if self.asked.draft { DRAFT.to_owned() } else { versions::next(root, terminal)? };
        let of_parent = parent.as_ref().map(|parent| parent.version.as_str());
        let (mut outcome, told) = computed.take_outcome(&version, of_parent, self.asked.draft);
        if self.is_rejected_by(&told, &computed.files, least)? {
            return Ok(Exit::Rejected);
        }
        let next = Next { publisher: &publisher, root, grounds: &self.asked.grounds, parent };
        let folder = next.write(&mut outcome, Ratings::Read(computed), terminal)?;
        finish(&outcome, &Ended::Written(folder), terminal)?;
        // The version has been written; that the letters could not be examined is no reason to fail.
        if let Err(error) = tell_over_time(root, &outcome, terminal) {
            terminal.tell(&format!("{error:#}"));
        }
        self.write_public(&outcome)
    }

    /// Locks the project for the next version, which follows the one that is returned; an inner error is how the run ends
    /// without one.
    fn begin(&self, computed: &Computed) -> anyhow::Result<Result<(Publisher, Option<Parent>), Exit>> {
        let (root, terminal) = (self.project.root.as_path(), self.terminal);
        let parent = self.parent()?;
        if let Some(exit) = self.settled(computed, parent.as_ref())? {
            return Ok(Err(exit));
        }
        let publisher = locked(root, terminal)?;
        // Another run may have published between the check above and the lock; the current version decides.
        let now = self.parent()?;
        if now != parent
            && let Some(exit) = self.settled(computed, now.as_ref())?
        {
            return Ok(Err(exit));
        }
        let now = now.map(|(parent, _)| parent);
        if let Some(parent) = &now
            && !versions::may_follow(root, &parent.version, &self.asked.grounds)?
        {
            terminal.say(&say!(terminal.lang, "score.final", version = parent.version));
            return Ok(Err(Exit::Unable));
        }
        Ok(Ok((publisher, now)))
    }

    /// Reports what only the result reveals; whether that rejects it.
    fn is_rejected_by(&self, told: &[Finding], files: &Files, least: Severity) -> anyhow::Result<bool> {
        let (rejected, terminal) = (any(told, least), self.terminal);
        if rejected || (terminal.format == Format::Table && !told.is_empty()) {
            report_findings(told, files, terminal)?;
        }
        if rejected {
            let by_strict = !any(told, Severity::Error);
            terminal.say(terminal.lang.text(if by_strict { "score.strict" } else { "score.rejected" }));
        }
        Ok(rejected)
    }

    /// Writes the public workbook of a version if one is requested.
    fn write_public(&self, outcome: &Outcome) -> anyhow::Result<Exit> {
        if let Some(target) = &self.public {
            let (manifest, _) = publish::manifest(&self.project.root, &outcome.version)?;
            let document = crate::documents::report::public(outcome);
            let document = crate::documents::report::sealed(document, &manifest.seal(), outcome.model.language);
            let bytes = crate::write::workbook::bytes(&document)?;
            publish::file::replace(target, &bytes)?;
            self.terminal.tell(&say!(self.terminal.lang, "score.public", path = shown(target)));
        }
        Ok(Exit::Done)
    }

    /// Whether the current version settles the run: nothing has changed, or something has and no reason was given.
    fn settled(&self, computed: &Computed, current: Option<&Current>) -> anyhow::Result<Option<Exit>> {
        let (root, terminal) = (self.project.root.as_path(), self.terminal);
        let Some((parent, before)) = current else { return Ok(None) };
        let same = rests_on(before, computed);
        if !same && self.asked.grounds.reason.is_some() {
            return Ok(None);
        }
        let (outcome, _) = computed.outcome(&parent.version, None, false);
        if same {
            return self.kept(&outcome).map(Some);
        }
        let changes = Changes::between(&stored::load(root, &parent.version, terminal)?, &outcome, &computed.model);
        terminal.tell(&match changes.is_empty() {
            true if outcome.model.grades.is_empty() => terminal.lang.text("score.same_results.ungraded").into(),
            true => terminal.lang.text("score.same_results").into(),
            false => changes.text(terminal.is_verbose(), terminal),
        });
        let is_setting = has_same_data(before, computed) && !changes.model.is_method();
        let key = if is_setting { "score.settings_only" } else { "score.reason_needed" };
        terminal.say(&say!(terminal.lang, key, version = parent.version));
        Ok(Some(Exit::Unable))
    }

    /// Ends a run that would write the current version again.
    fn kept(&self, outcome: &Outcome) -> anyhow::Result<Exit> {
        let root = self.project.root.as_path();
        Publisher::settle(root)?;
        finish(outcome, &Ended::Unchanged, self.terminal)?;
        if self.public.is_none() {
            return Ok(Exit::Done);
        }
        // The version is what was written, by whichever program, not what this run would write.
        self.write_public(&stored::load(root, &outcome.version, self.terminal)?)
    }

    /// What would change if every proposal were approved: against the current version, otherwise against the present
    /// inputs.
    fn what_if(&self, computed: &Computed, start: &Path) -> anyhow::Result<Exit> {
        let (project, terminal) = (self.project, self.terminal);
        let (old, name) = match current(&project.root)? {
            Some((parent, _)) => (stored::load(&project.root, &parent.version, terminal)?, parent.version),
            None => match pipeline::prepare(project.clone())? {
                Ok(prepared) => (pipeline::compute(prepared)?.take_outcome("", None, false).0, String::new()),
                Err(_) => return Ok(Exit::Unable),
            },
        };
        let (new, _) = computed.outcome(&name, None, false);
        let changes = Changes::between(&old, &new, &computed.model);
        let document = WhatIfDocument { schema: "assess.what-if/1", diff: &changes.data };
        let list = || {
            let mut rows = changes::list::Rows::new();
            rows.changes(&start.to_string_lossy(), &changes, terminal.lang)?;
            Ok(rows.finish())
        };
        terminal.show(&document, list, || changes.text(terminal.is_verbose(), terminal))?;
        terminal.tell(terminal.lang.text("regrade.what_if"));
        Ok(Exit::Done)
    }
}

#[derive(Serialize)]
struct WhatIfDocument<'d> {
    schema: &'static str,
    diff: &'d crate::result::diff::Diff,
}

/// A row of the ranked table for programs.
#[derive(Serialize)]
struct ScoreRow<'u> {
    code: &'u str,
    name: &'u str,
    group: &'u str,
    mode: Mode,
    total: Option<&'u str>,
    base: Option<&'u str>,
    plus: Option<&'u str>,
    minus: Option<&'u str>,
    rank_group: Option<usize>,
    rank_overall: Option<usize>,
    /// The outer one is none where units are not ranked within their schemes: the field is then left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    rank_scheme: Option<Option<usize>>,
    /// The outer one is none where the model has no grades: the field is then left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<Option<&'u str>>,
}

#[derive(Serialize)]
struct ScoreDocument<'u> {
    schema: &'static str,
    version: &'u str,
    written: bool,
    units: Vec<ScoreRow<'u>>,
}

fn row<'u>(outcome: &Outcome, unit: &'u UnitOutcome) -> ScoreRow<'u> {
    let by_scheme = outcome.model.rank.scope == RankScope::Scheme;
    ScoreRow {
        code: &unit.roster.code,
        name: &unit.roster.name,
        group: &unit.roster.group,
        mode: unit.roster.mode,
        total: unit.total.as_deref(),
        base: unit.base.as_deref(),
        plus: unit.plus.as_deref(),
        minus: unit.minus.as_deref(),
        rank_group: unit.rank_group,
        rank_overall: unit.rank_overall,
        rank_scheme: by_scheme.then_some(unit.rank_scheme),
        grade: (!outcome.model.grades.is_empty()).then_some(unit.grade.as_deref()),
    }
}

/// Prints the ranked table and reports what was written.
fn finish(outcome: &Outcome, ended: &Ended, terminal: &Terminal) -> anyhow::Result<()> {
    let units = outcome.ranking().into_iter().map(|unit| row(outcome, unit)).collect();
    let written = matches!(ended, Ended::Written(_));
    let document = ScoreDocument { schema: "assess.score/1", version: &outcome.version, written, units };
    let by_scheme = outcome.model.rank.scope == RankScope::Scheme;
    let columns = match (by_scheme, outcome.model.grades.is_empty()) {
        (false, false) => "code,name,group,mode,total,base,plus,minus,rank_group,rank_overall,grade",
        (false, true) => "code,name,group,mode,total,base,plus,minus,rank_group,rank_overall",
        (true, false) => "code,name,group,mode,total,base,plus,minus,rank_group,rank_overall,rank_scheme,grade",
        (true, true) => "code,name,group,mode,total,base,plus,minus,rank_group,rank_overall,rank_scheme",
    };
    let text = || ranking_table(outcome, &document.units, terminal) + &quota_lines(outcome, terminal);
    terminal.show(&document, || Listing::of(columns, &document.units), text)?;
    terminal.tell(&match ended {
        Ended::Written(folder) => say!(terminal.lang, "score.written", folder = shown(folder)),
        Ended::Unchanged => say!(terminal.lang, "score.unchanged", version = outcome.version),
    });
    Ok(())
}

fn ranking_table(outcome: &Outcome, units: &[ScoreRow<'_>], terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let by_scheme = outcome.model.rank.scope == RankScope::Scheme;
    let ranks = ["table.group", "table.rank_group", "table.rank_overall"];
    let rest = ["table.code", "table.unit", "table.base", "table.plus", "table.minus", "table.total", "table.grade"];
    let keys: Vec<&str> = ranks.into_iter().chain(by_scheme.then_some("table.rank_scheme")).chain(rest).collect();
    let rows = units.iter().map(|unit| {
        let grade = match (unit.mode, unit.grade.flatten()) {
            (Mode::Excluded, _) => Cow::Borrowed(lang.text("table.excluded")),
            (Mode::Separate, Some(grade)) => Cow::Owned(format!("{grade} ({})", lang.text("table.separate"))),
            (_, grade) => Cow::Borrowed(grade.unwrap_or(lang.text("table.deferred"))),
        };
        (
            (unit.group, OrDash(unit.rank_group), OrDash(unit.rank_overall)),
            unit.rank_scheme.map(OrDash).into_iter().collect::<Vec<_>>(),
            (unit.code, unit.name),
            [unit.base, unit.plus, unit.minus, unit.total].map(OrDash),
            grade,
        )
    });
    let model = &outcome.model;
    let named = model.title.contains(&model.period);
    let period = if named { String::new() } else { format!(" {}", model.period) };
    let draft = if outcome.draft { format!("{} ", lang.text("score.draft")) } else { String::new() };
    format!("{draft}{}{period}\n{}", model.title, terminal.graded(&keys, rows, !model.grades.is_empty()))
}

/// How each quota was used.
fn quota_lines(outcome: &Outcome, terminal: &Terminal) -> String {
    let lines = outcome.quotas.iter().map(|quota| {
        let group = outcome.group_of(quota).unwrap_or("");
        let grade = outcome.model.grade_name(quota.grade);
        let Seats { ranked, places, taken } = quota.seats;
        say!(terminal.lang, "score.quota", group, grade, n = ranked, places, taken) + "\n"
    });
    lines.collect()
}

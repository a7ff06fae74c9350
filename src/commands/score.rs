//! `assess score`: check, score, grade, and publish the next version, complete or not at all.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::changes::{self, Changes};
use super::check::book;
use super::current::{Current, chain, current, has_same_data, rests_on};
use super::exposure::tell_over_time;
use super::terminal::{Terminal, shown};
use super::versions::{self, Grounds};
use super::{Opened, open_with, report_findings, stored};
use crate::check::Proposals;
use crate::cli::{Format, Invocation, Talk};
use crate::pipeline::{self, Computed};
use crate::publish::{self, DRAFT, Publisher};
use crate::read::Project;
use crate::result::outcome::{Mode, Outcome, UnitOutcome};
use crate::shared::exit::Exit;
use crate::shared::finding::{Severity, any};
use crate::shared::i18n::Lang;
use crate::write::csv::harmless;

/// What `score` was asked for.
pub(super) struct Options {
    pub(super) draft: bool,
    /// Why a further version is made.
    pub(super) grounds: Grounds,
    /// Whether proposals are taken as approved; nothing is written then.
    pub(super) what_if: bool,
    /// Where the public workbook goes.
    pub(super) public: Option<PathBuf>,
}

/// What came of a run.
enum Ended {
    Written(String),
    Unchanged(String),
}

/// Runs the command.
pub(super) fn run(
    invocation: &Invocation,
    lang: Option<Lang>,
    options: &Options,
    terminal: &mut Terminal,
) -> anyhow::Result<Exit> {
    let proposals = if options.what_if { Proposals::AsApproved } else { Proposals::AsTheyStand };
    let (project, opened) = open_with(invocation, lang, proposals, terminal)?;
    let computed = match opened {
        Opened::Computed(computed) => computed,
        Opened::Ended(exit) => return Ok(exit),
    };
    let public = options.public.as_ref();
    let public = public.map(|path| book::target(path, Some((&project.root, &computed.model)), terminal)).transpose()?;
    let rejected = computed.is_rejected(invocation.strict);
    if rejected || (computed.is_pending() && !options.draft && !options.what_if) {
        report_findings(&computed.findings, &computed.files, invocation, terminal)?;
        let by_strict = rejected && !computed.is_rejected(false);
        let key = match (rejected, by_strict) {
            (true, true) => "score.strict",
            (true, false) => "score.rejected",
            (false, _) => "score.pending",
        };
        terminal.say(terminal.lang.text(key));
        return Ok(Exit::Rejected);
    }
    if invocation.format == Format::Table {
        report_findings(&computed.findings, &computed.files, invocation, terminal)?;
    }
    if options.what_if {
        return what_if(&project, &computed, invocation, terminal);
    }
    let parent = if options.draft { None } else { current(&project.root)? };
    if let Some(exit) =
        settled(&project.root, &computed, parent.as_ref(), (options, public.as_deref()), invocation, terminal)?
    {
        return Ok(exit);
    }
    let Some(publisher) = Publisher::lock(&project.root)? else {
        anyhow::bail!("{}", terminal.lang.text("score.locked"));
    };
    // Another run may have published between the look above and the lock; what is current now decides.
    let now = if options.draft { None } else { current(&project.root)? };
    if now != parent
        && let Some(exit) =
            settled(&project.root, &computed, now.as_ref(), (options, public.as_deref()), invocation, terminal)?
    {
        return Ok(exit);
    }
    if let Some((parent, _)) = &now
        && !versions::may_follow(&project.root, &parent.version, &options.grounds)?
    {
        terminal.say(&terminal.lang.fill("score.final", &[("version", &parent.version)]));
        return Ok(Exit::Unable);
    }
    let version = if options.draft { DRAFT.to_owned() } else { versions::next(&project.root, terminal)? };
    let parent = now.map(|(parent, _)| parent);
    let (mut outcome, ratings, told) =
        computed.outcome(&version, parent.as_ref().map(|p| p.version.clone()), options.draft);
    if any(&told, if invocation.strict { Severity::Warning } else { Severity::Error }) {
        report_findings(&told, &computed.files, invocation, terminal)?;
        let by_strict = !any(&told, Severity::Error);
        terminal.say(terminal.lang.text(if by_strict { "score.strict" } else { "score.rejected" }));
        return Ok(Exit::Rejected);
    }
    if invocation.format == Format::Table && !told.is_empty() {
        report_findings(&told, &computed.files, invocation, terminal)?;
    }
    let manifest = versions::manifest(&version, parent, &options.grounds, &computed.model, &computed.files);
    outcome.chain = chain(&project.root, &manifest, terminal)?;
    let artefacts = versions::artefacts(&outcome, &ratings, &manifest)?;
    let folder = publisher.publish(manifest, &artefacts)?;
    finish(invocation, &outcome, &Ended::Written(shown(&folder)), terminal)?;
    // The version stands; what cannot be told of letters is no reason to end as if it did not.
    if let Err(error) = tell_over_time(&project.root, &outcome, terminal) {
        terminal.tell(&format!("{error:#}"));
    }
    write_public(&project.root, public.as_deref(), &outcome, terminal)
}

/// Writes the public workbook of a version where one is asked for.
fn write_public(root: &Path, target: Option<&Path>, outcome: &Outcome, terminal: &Terminal) -> anyhow::Result<Exit> {
    if let Some(target) = target {
        let (manifest, _) = publish::manifest(root, &outcome.version)?;
        let document = crate::documents::report::public(outcome);
        let document = crate::documents::report::sealed(document, &manifest.seal(), outcome.model.language);
        let bytes = crate::write::workbook::bytes(&document)?;
        publish::file::replace(target, &bytes)?;
        terminal.tell(&terminal.lang.fill("score.public", &[("path", &shown(target))]));
    }
    Ok(Exit::Done)
}

/// Whether the current version settles the run: nothing has changed, or something has and no reason was given.
fn settled(
    root: &Path,
    computed: &Computed,
    current: Option<&Current>,
    (options, public): (&Options, Option<&Path>),
    invocation: &Invocation,
    terminal: &Terminal,
) -> anyhow::Result<Option<Exit>> {
    let Some((parent, before)) = current else { return Ok(None) };
    let same = rests_on(before, computed);
    if !same && options.grounds.reason.is_some() {
        return Ok(None);
    }
    let (outcome, _, _) = computed.outcome(&parent.version, None, false);
    if same {
        Publisher::settle(root)?;
        finish(invocation, &outcome, &Ended::Unchanged(parent.version.clone()), terminal)?;
        // The version is what was written, by whichever program, not what this run would write.
        let outcome = if public.is_some() { stored::load(root, &parent.version, terminal)? } else { outcome };
        return write_public(root, public, &outcome, terminal).map(Some);
    }
    let changes = Changes::between(&stored::load(root, &parent.version, terminal)?, &outcome, &computed.model);
    match changes.is_empty() {
        true => terminal.tell(terminal.lang.text("score.same_results")),
        false => terminal.tell(&changes.text(invocation.talk == Talk::Verbose, terminal)),
    }
    let is_setting = has_same_data(before, computed) && !changes.model.is_method();
    let key = if is_setting { "score.settings_only" } else { "score.reason_needed" };
    terminal.say(&terminal.lang.fill(key, &[("version", &parent.version)]));
    Ok(Some(Exit::Unable))
}

/// What would change if every proposal were approved: against the current version, else against the inputs as they are.
fn what_if(
    project: &Project,
    computed: &Computed,
    invocation: &Invocation,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let (old, name) = match current(&project.root)? {
        Some((parent, _)) => (stored::load(&project.root, &parent.version, terminal)?, parent.version),
        None => match pipeline::prepare(project.clone())? {
            Ok(prepared) => (pipeline::compute(prepared)?.outcome("", None, false).0, String::new()),
            Err(_) => return Ok(Exit::Unable),
        },
    };
    let (new, _, _) = computed.outcome(&name, None, false);
    let changes = Changes::between(&old, &new, &computed.model);
    match invocation.format {
        Format::Json => {
            let document = WhatIfDocument { schema: "assess.what-if/1", diff: &changes.data };
            terminal.print(&String::from_utf8(crate::write::json::bytes(&document)?)?);
        }
        Format::Csv => {
            let mut rows = changes::csv::Rows::new()?;
            rows.changes(&invocation.project.display().to_string(), &changes, terminal.lang)?;
            terminal.print(&rows.finish()?);
        }
        Format::Table if invocation.talk != Talk::Quiet => {
            terminal.print(&changes.text(invocation.talk == Talk::Verbose, terminal));
        }
        Format::Table => {}
    }
    terminal.tell(terminal.lang.text("regrade.what_if"));
    Ok(Exit::Done)
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
    grade: Option<&'u str>,
}

#[derive(Serialize)]
struct ScoreDocument<'u> {
    schema: &'static str,
    version: &'u str,
    written: bool,
    units: Vec<ScoreRow<'u>>,
}

fn row(unit: &UnitOutcome) -> ScoreRow<'_> {
    ScoreRow {
        code: &unit.code,
        name: &unit.name,
        group: &unit.group,
        mode: unit.mode,
        total: unit.total.as_deref(),
        base: unit.base.as_deref(),
        plus: unit.plus.as_deref(),
        minus: unit.minus.as_deref(),
        rank_group: unit.rank_group,
        rank_overall: unit.rank_overall,
        grade: unit.grade.as_deref(),
    }
}

/// Prints the ranked table and says what was written.
fn finish(invocation: &Invocation, outcome: &Outcome, ended: &Ended, terminal: &Terminal) -> anyhow::Result<Exit> {
    let (version, written) = match ended {
        Ended::Written(_) => (outcome.version.as_str(), true),
        Ended::Unchanged(version) => (version.as_str(), false),
    };
    let units: Vec<ScoreRow<'_>> = outcome.ranking().into_iter().map(row).collect();
    match invocation.format {
        Format::Json => {
            let document = ScoreDocument { schema: "assess.score/1", version, written, units };
            terminal.print(&String::from_utf8(crate::write::json::bytes(&document)?)?);
        }
        Format::Csv => terminal.print(&ranking_csv(&units)?),
        Format::Table if invocation.talk != Talk::Quiet => {
            terminal.print(&ranking_table(outcome, &units, terminal));
            terminal.print(&quota_lines(outcome, terminal));
        }
        Format::Table => {}
    }
    let text = match ended {
        Ended::Written(folder) => terminal.lang.fill("score.written", &[("folder", folder)]),
        Ended::Unchanged(version) => terminal.lang.fill("score.unchanged", &[("version", version)]),
    };
    terminal.tell(&text);
    Ok(Exit::Done)
}

fn ranking_table(outcome: &Outcome, units: &[ScoreRow<'_>], terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let keys = [
        "table.group",
        "table.rank_group",
        "table.rank_overall",
        "table.code",
        "table.unit",
        "table.base",
        "table.plus",
        "table.minus",
        "table.total",
        "table.grade",
    ];
    let text = |value: Option<&str>| value.unwrap_or("—").to_owned();
    let number = |value: Option<usize>| value.map_or_else(|| "—".to_owned(), |n| n.to_string());
    let rows = units.iter().map(|unit| {
        let grade = match (unit.mode, unit.grade) {
            (Mode::Excluded, _) => lang.text("table.excluded").to_owned(),
            (Mode::Separate, Some(grade)) => format!("{grade} ({})", lang.text("table.separate")),
            (_, Some(grade)) => grade.to_owned(),
            (_, None) => lang.text("table.deferred").to_owned(),
        };
        vec![
            unit.group.to_owned(),
            number(unit.rank_group),
            number(unit.rank_overall),
            unit.code.to_owned(),
            unit.name.to_owned(),
            text(unit.base),
            text(unit.plus),
            text(unit.minus),
            text(unit.total),
            grade,
        ]
    });
    let model = &outcome.model;
    let named = model.title.contains(&model.period);
    let title = if named { model.title.clone() } else { format!("{} {}", model.title, model.period) };
    let title = if outcome.draft { format!("{} {title}", lang.text("score.draft")) } else { title };
    format!("{title}\n{}", terminal.table(&keys.map(|key| lang.text(key)), rows.collect()))
}

/// How each quota was used.
fn quota_lines(outcome: &Outcome, terminal: &Terminal) -> String {
    let lines = outcome.quotas.iter().map(|quota| {
        let group = quota.group.as_deref().unwrap_or("");
        format!(
            "{}\n",
            terminal.lang.fill(
                "score.quota",
                &[
                    ("group", &group),
                    ("grade", &quota.grade),
                    ("n", &quota.ranked),
                    ("places", &quota.places),
                    ("taken", &quota.taken)
                ]
            )
        )
    });
    lines.collect()
}

fn ranking_csv(units: &[ScoreRow<'_>]) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "code",
        "name",
        "group",
        "mode",
        "total",
        "base",
        "plus",
        "minus",
        "rank_group",
        "rank_overall",
        "grade",
    ])?;
    let number = |value: Option<usize>| value.map(|n| n.to_string()).unwrap_or_default();
    for unit in units {
        let text = |value: Option<&str>| value.unwrap_or("").to_owned();
        let fields = [
            unit.code.to_owned(),
            unit.name.to_owned(),
            unit.group.to_owned(),
            unit.mode.to_string(),
            text(unit.total),
            text(unit.base),
            text(unit.plus),
            text(unit.minus),
            number(unit.rank_group),
            number(unit.rank_overall),
            text(unit.grade),
        ];
        writer.write_record(fields.map(|field| harmless(&field)))?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

//! `assess feedback`: one workbook per unit for a version, published as one folder.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rayon::prelude::*;
use serde::Serialize;

use super::find_project;
use super::places;
use super::terminal::{Terminal, shown};
use crate::cli::{Format, Invocation, Talk};
use crate::diff::Diff;
use crate::exit::Exit;
use crate::i18n::Lang;
use crate::outcome::{Outcome, UnitOutcome};
use crate::publish::feedback::{FEEDBACK, FeedbackManifest, Staged, Standing, standing};
use crate::publish::{self, DRAFT, HashedFile};
use crate::read::{Project, present, sha256};
use crate::report::feedback::{Desk, Handed, Replaced, changed, document, handout};
use crate::text;

/// Most files that a refusal names.
const NAMED: usize = 8;

/// What `feedback` was asked for.
pub(super) struct Asked<'a> {
    pub(super) version: Option<&'a str>,
    pub(super) changed: bool,
    pub(super) units: &'a [String],
    pub(super) out: Option<&'a Path>,
    pub(super) period: Option<&'a str>,
}

/// Runs the command.
pub(super) fn run(
    invocation: &Invocation,
    lang: Option<Lang>,
    asked: &Asked<'_>,
    terminal: &mut Terminal,
) -> anyhow::Result<Exit> {
    let project = find_project(&invocation.project, terminal)?;
    let period = asked.period.map(str::trim);
    anyhow::ensure!(!period.is_some_and(text::is_blank), "{}", terminal.lang.text("feedback.period_blank"));
    let version = version(&project, asked.version, period, terminal)?;
    let (outcome, result) = load(&project, &version, terminal)?;
    terminal.prefer(lang, Some(outcome.model.language));
    let desk = Desk::new(&outcome, period);
    let again = if asked.changed { Some(again(&project, &version, &outcome, terminal)?) } else { None };
    let (desk, units) = match again {
        Some((replaced, units)) if units.is_empty() => {
            let text = terminal.lang.fill("feedback.none-changed", &[("parent", replaced.version())]);
            terminal.tell(&text);
            return Ok(Exit::Done);
        }
        Some((replaced, units)) => (desk.replacing(replaced), units),
        None => {
            let units = chosen(&outcome, &desk, asked.units, terminal)?;
            (desk, units)
        }
    };
    let (target, is_own) = target(&project, &version, period, asked, terminal)?;
    let manifest = FeedbackManifest::new(&version, &result, period);
    let found = standing(&target, &manifest)?;
    if let Some(files) = settled(&found, &target, is_own, terminal)? {
        return finish(invocation, &outcome, &target, &files, Ended::Unchanged, terminal);
    }
    let Some(staged) = Staged::begin(&target, is_own)? else {
        anyhow::bail!("{}", terminal.lang.text("score.locked"));
    };
    let files = write(&desk, &units, &staged)?;
    staged.publish(manifest, files.clone())?;
    finish(invocation, &outcome, &target, &files, Ended::Written, terminal)
}

/// The version that is meant: the newest unless one is named. Drafts are for interim results only.
fn version(
    project: &Project,
    asked: Option<&str>,
    period: Option<&str>,
    terminal: &Terminal,
) -> anyhow::Result<String> {
    let versions = publish::versions(&project.root)?;
    let has_draft = publish::has_draft(&project.root)?;
    let lang = terminal.lang;
    let version = match (asked, versions.last()) {
        (Some(name), _) if name == DRAFT && has_draft => DRAFT.to_owned(),
        (Some(name), _) if versions.iter().any(|own| own == name) => name.to_owned(),
        (Some(name), _) => {
            let known = lang.join("report.list", versions.iter().map(String::as_str));
            anyhow::bail!("{}", lang.fill("feedback.no-version", &[("version", name), ("versions", &known)]));
        }
        (None, Some(newest)) => newest.clone(),
        (None, None) if has_draft => DRAFT.to_owned(),
        (None, None) => anyhow::bail!("{}", lang.text("feedback.no-result")),
    };
    anyhow::ensure!(version != DRAFT || period.is_some(), "{}", lang.text("feedback.draft"));
    Ok(version)
}

/// The units whose feedback differs from the version before, and what their letters say of it.
fn again<'o>(
    project: &Project,
    version: &str,
    outcome: &'o Outcome,
    terminal: &Terminal,
) -> anyhow::Result<(Replaced, Vec<&'o UnitOutcome>)> {
    let lang = terminal.lang;
    let (manifest, _) = publish::manifest(&project.root, version)?;
    let Some(parent) = manifest.parent else {
        anyhow::bail!("{}", lang.fill("feedback.no-parent", &[("version", version)]));
    };
    let (old, _) = load(project, &parent.version, terminal)?;
    let diff = Diff::between(&old, outcome);
    let units = changed(&old, outcome, &diff);
    Ok((Replaced::new(outcome, &diff, manifest.document.as_deref()), units))
}

/// The result document of a version, which must be the one its manifest names, and the hash of the manifest.
fn load(project: &Project, version: &str, terminal: &Terminal) -> anyhow::Result<(Outcome, String)> {
    let (manifest, hash) = publish::manifest(&project.root, version)?;
    let path = project.root.join(publish::RESULTS).join(version).join("result.json");
    let bytes = present(&path)?;
    let known = manifest.outputs.iter().any(|file| file.path == "result.json" && file.sha256 == sha256(&bytes));
    let shown = path.display().to_string();
    anyhow::ensure!(known, "{}", terminal.lang.fill("feedback.changed-result", &[("path", &shown)]));
    Ok((serde_json::from_slice(&bytes).with_context(|| path.display().to_string())?, hash))
}

/// The units that were named, all that are assessed if none were.
fn chosen<'o>(
    outcome: &'o Outcome,
    desk: &Desk<'o>,
    names: &[String],
    terminal: &Terminal,
) -> anyhow::Result<Vec<&'o UnitOutcome>> {
    if names.is_empty() {
        return Ok(desk.units().collect());
    }
    let lang = terminal.lang;
    let mut wanted: Vec<&str> = Vec::new();
    for name in names {
        let Some(unit) = outcome.unit_named(name) else {
            let near = text::nearest(name, outcome.units.iter().flat_map(UnitOutcome::names)).join(" / ");
            let key = if near.is_empty() { "template.no_such_unit" } else { "template.no_unit" };
            anyhow::bail!("{}", lang.fill(key, &[("name", name), ("names", &near)]));
        };
        anyhow::ensure!(unit.mode != "excluded", "{}", lang.fill("feedback.excluded", &[("unit", &unit.name)]));
        wanted.push(&unit.code);
    }
    Ok(desk.units().filter(|unit| wanted.contains(&unit.code.as_str())).collect())
}

/// Where the workbooks go, and whether that is the project's own folder for them.
fn target(
    project: &Project,
    version: &str,
    period: Option<&str>,
    asked: &Asked<'_>,
    terminal: &Terminal,
) -> anyhow::Result<(PathBuf, bool)> {
    let lang = terminal.lang;
    let is_below = |parts: &[&str]| parts.len() > 1 && parts.first() == Some(&FEEDBACK);
    let real = |folder: &Path| places::allowed(folder, project, is_below, "feedback.inside", terminal);
    if let Some(out) = asked.out {
        return Ok((real(out)?, false));
    }
    anyhow::ensure!(asked.units.is_empty(), "{}", lang.text("feedback.unit-out"));
    // An interim folder is named by its period, so that it never stands where the final feedback of a version goes.
    let name = match (asked.changed, period) {
        (true, _) => text::file_name(&lang.fill("feedback.changed.folder", &[("version", version)])),
        (false, None) => version.to_owned(),
        (false, Some(period)) => {
            text::file_name(&lang.fill("feedback.interim.folder", &[("version", version), ("period", period)]))
        }
    };
    Ok((real(&project.root.join(FEEDBACK).join(name))?, true))
}

/// The files of the same feedback that stands there already; anything else that stands there is refused.
fn settled(
    found: &Standing,
    target: &Path,
    is_own: bool,
    terminal: &Terminal,
) -> anyhow::Result<Option<Vec<HashedFile>>> {
    let lang = terminal.lang;
    let shown = target.display().to_string();
    let refused = match found {
        Standing::Free => return Ok(None),
        Standing::Same(manifest) if is_own => return Ok(Some(manifest.files.clone())),
        Standing::Same(_) | Standing::Foreign => lang.fill("feedback.foreign", &[("folder", &shown)]),
        Standing::Touched(files) => {
            let named = files.iter().take(NAMED).map(String::as_str);
            let more = (files.len() > NAMED).then_some("…");
            let list = lang.join("report.list", named.chain(more));
            lang.fill("feedback.touched", &[("folder", &shown), ("files", &list)])
        }
        Standing::Other(manifest) => lang.fill("feedback.other", &[("folder", &shown), ("program", &manifest.program)]),
    };
    anyhow::bail!("{refused}")
}

/// Makes and writes the workbooks side by side, each as it is finished, then the list of them.
fn write(desk: &Desk<'_>, units: &[&UnitOutcome], staged: &Staged) -> anyhow::Result<Vec<HashedFile>> {
    let names = file_names(units);
    let written: anyhow::Result<Vec<HashedFile>> = units
        .par_iter()
        .zip(&names)
        .map(|(unit, name)| {
            let bytes = crate::write::workbook::bytes(&document(desk, unit)).with_context(|| name.clone())?;
            staged.write(name, &bytes)
        })
        .collect();
    let mut files = written?;
    let handed: Vec<Handed<'_>> = units
        .iter()
        .zip(&files)
        .map(|(unit, file)| Handed { unit, file: file.path.clone(), sha256: file.sha256.clone() })
        .collect();
    let list = handout(desk, &handed);
    let name = format!("000_{}.xlsx", text::file_name(&list.title));
    files.push(staged.write(&name, &crate::write::workbook::bytes(&list).with_context(|| name.clone())?)?);
    Ok(files)
}

/// A name for each workbook: the unit's code, which is unique, and its name as far as a file name can hold it. Codes that
/// differ in letter case only are told apart by a number, for systems that do not tell them apart.
fn file_names(units: &[&UnitOutcome]) -> Vec<String> {
    let mut taken = std::collections::BTreeSet::new();
    let names = units.iter().map(|unit| {
        let stem = format!("{}_{}", unit.code, text::file_name(&unit.name));
        let mut name = format!("{stem}.xlsx");
        let mut number = 2;
        while !taken.insert(text::key(&name).to_lowercase()) {
            name = format!("{stem}-{number}.xlsx");
            number += 1;
        }
        name
    });
    names.collect()
}

/// What came of a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Written,
    Unchanged,
}

/// The document of `--format json`.
#[derive(Serialize)]
struct FeedbackDocument<'d> {
    schema: &'static str,
    version: &'d str,
    folder: &'d str,
    written: bool,
    files: Vec<FileRow<'d>>,
}

#[derive(Serialize)]
struct FileRow<'d> {
    path: &'d str,
    sha256: &'d str,
}

/// Lists the files and says what became of them.
fn finish(
    invocation: &Invocation,
    outcome: &Outcome,
    target: &Path,
    files: &[HashedFile],
    ended: Ended,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let lang = terminal.lang;
    let shown = shown(target);
    let mut files: Vec<&HashedFile> = files.iter().collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let rows = || files.iter().map(|file| FileRow { path: &file.path, sha256: &file.sha256 });
    match invocation.format {
        Format::Json => {
            let document = FeedbackDocument {
                schema: "assess.feedback/1",
                version: &outcome.version,
                folder: &shown,
                written: ended == Ended::Written,
                files: rows().collect(),
            };
            terminal.print(&String::from_utf8(crate::write::json::bytes(&document)?)?);
        }
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["path", "sha256"])?;
            for row in rows() {
                writer.write_record([&crate::write::csv::harmless(row.path), row.sha256])?;
            }
            terminal.print(&String::from_utf8(writer.into_inner()?)?);
        }
        Format::Table if invocation.talk != Talk::Quiet => {
            let rows = rows().map(|row| vec![row.path.to_owned(), row.sha256.chars().take(12).collect()]).collect();
            terminal.print(&terminal.table(&["feedback.file", "feedback.sha"].map(|key| lang.text(key)), rows));
        }
        Format::Table => {}
    }
    let count = files.len().saturating_sub(1).to_string();
    let key = match ended {
        Ended::Written => "feedback.written",
        Ended::Unchanged => "feedback.unchanged",
    };
    terminal.tell(&lang.fill(key, &[("n", &count), ("folder", &shown)]));
    Ok(Exit::Done)
}

//! Folders of feedback: compared with the log, their fingerprints, the version they were written for, and the letters
//! remade from its result.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::super::stored::{self, Whole};
use super::super::terminal::Terminal;
use super::{difference, folder, is_of_this_program, manifests, remade};
use crate::publish::feedback::{FEEDBACK, FeedbackManifest, Found, copies, folder_at, folders};
use crate::publish::{self, DRAFT, HashedFile, MANIFEST, RESULT, RESULTS, STATES};
use crate::read::sha256;
use crate::result::outcome::Outcome;
use crate::result::outcome::index::Extent;
use crate::result::states::{HandedOut, Log};
use crate::result::verify::{Difference, DifferenceKind};

/// The folders of feedback as found.
#[derive(Default, Serialize)]
pub(super) struct Feedback {
    /// Their paths.
    pub(super) folders: Vec<String>,
    /// Files that their manifests name.
    pub(super) files: usize,
    /// Files that were remade from their result.
    pub(super) made_again: usize,
    /// Folders written by another program, with its name: only their numbers and grades are judged.
    pub(super) other_programs: BTreeMap<String, String>,
    /// Folders outside the project that are no longer where they were written.
    pub(super) elsewhere: Vec<String>,
    /// Deviations from what was written.
    pub(super) differences: Vec<Difference>,
}

/// The folders to examine, and what is already known.
pub(super) struct Scope<'s> {
    pub(super) root: &'s Path,
    /// The versions whose feedback is examined.
    pub(super) versions: &'s [&'s str],
    /// Whether the feedback of every other version is examined as well.
    pub(super) all: bool,
    /// Results that were read and are what was written.
    pub(super) outcomes: BTreeMap<String, Outcome>,
}

/// A folder as it was entered, as it exists, or both.
struct Folder<'l> {
    /// Its name in differences.
    shown: String,
    path: PathBuf,
    entered: Option<(usize, &'l HandedOut)>,
    found: Option<Found>,
}

/// Examines the feedback of some versions; a folder that does not state its version belongs to all of them.
pub(super) fn look(scope: &mut Scope<'_>, log: &Log, terminal: &Terminal) -> anyhow::Result<Feedback> {
    let mut feedback = Feedback::default();
    for folder in gathered(scope.root, log)? {
        if scope.takes(&folder) {
            feedback.one(scope, folder, terminal)?;
        }
    }
    Ok(feedback)
}

/// Every folder that was entered or exists, by path.
fn gathered<'l>(root: &Path, log: &'l Log) -> anyhow::Result<Vec<Folder<'l>>> {
    let mut standing: BTreeMap<String, Found> = folders(root)?
        .into_iter()
        .chain(copies(root)?)
        .map(|found| (format!("{FEEDBACK}/{}", found.name), found))
        .collect();
    let mut all = Vec::new();
    for (name, entered) in log.feedback() {
        let path = root.join(name);
        let found = match standing.remove(name) {
            Some(found) => Some(found),
            None => folder_at(&path)?,
        };
        all.push(Folder { shown: name.to_owned(), path, entered: Some(entered), found });
    }
    let added = standing.into_iter().map(|(shown, found)| {
        let path = root.join(&shown);
        Folder { shown, path, entered: None, found: Some(found) }
    });
    all.extend(added);
    all.sort_by(|a, b| a.shown.cmp(&b.shown));
    Ok(all)
}

impl Scope<'_> {
    /// The result of a version, if it is the one that was written.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn outcome(&mut self, version: &str) -> anyhow::Result<Option<&Outcome>> {
        if !self.outcomes.contains_key(version) {
            let Ok((manifest, _)) = publish::manifest(self.root, version) else { return Ok(None) };
            let path = self.root.join(RESULTS).join(version).join(RESULT);
            if !crate::read::is_there(&path)? {
                return Ok(None);
            }
            let Whole { sha256, outcome } = stored::whole(&path, Extent::Whole)?;
            let is_written = |file: &HashedFile| file.path == RESULT && file.sha256 == sha256;
            let Some(outcome) = outcome.ok().filter(|_| manifest.outputs.iter().any(is_written)) else {
                return Ok(None);
            };
            self.outcomes.insert(version.to_owned(), outcome);
        }
        Ok(self.outcomes.get(version))
    }

    fn takes(&self, folder: &Folder<'_>) -> bool {
        let manifest = folder.found.as_ref().and_then(|found| found.manifest.as_ref());
        let entered = folder.entered.and_then(|(_, own)| own.version.as_deref());
        let version = manifest.map(|own| own.version.as_str()).or(entered);
        self.all || version.is_none_or(|version| self.versions.contains(&version))
    }
}

impl Folder<'_> {
    fn differs(&self, kind: DifferenceKind, place: &str, found: &str, expected: &str) -> Difference {
        difference(kind, format!("{}/{MANIFEST}", self.shown), place, found, expected)
    }

    /// Compares what the log records about the folder with its present manifest.
    fn against_log(&self, own: &FeedbackManifest) -> Option<Difference> {
        let Some((line, entered)) = self.entered else {
            return Some(self.differs(DifferenceKind::Unentered, "", &self.shown, "—"));
        };
        let bytes = crate::read::document(&self.path.join(MANIFEST)).ok().flatten().unwrap_or_default();
        let place = format!("{RESULTS}/{STATES} {line}");
        let now = sha256(&bytes);
        let of =
            |hash: &str, files: usize, version: Option<&str>| format!("{hash} ({}, {files})", version.unwrap_or("—"));
        let now = of(&now, own.files.len(), Some(&own.version));
        let then = of(&entered.manifest, entered.files, entered.version.as_deref());
        (now != then).then(|| self.differs(DifferenceKind::Chain, &place, &now, &then))
    }
}

impl Feedback {
    fn one(&mut self, scope: &mut Scope<'_>, mut folder: Folder<'_>, terminal: &Terminal) -> anyhow::Result<()> {
        let Some(found) = folder.found.take() else {
            if Path::new(&folder.shown).is_absolute() {
                self.elsewhere.push(folder.shown);
            } else {
                let line = folder.entered.map_or(0, |(line, _)| line);
                let place = format!("{RESULTS}/{STATES} {line}");
                self.differences.push(folder.differs(DifferenceKind::Missing, &place, "—", &folder.shown));
            }
            return Ok(());
        };
        let Some(manifest) = found.manifest else {
            let is_there = found.files.iter().any(|file| file == MANIFEST);
            let kind = if is_there { DifferenceKind::Manifest } else { DifferenceKind::Missing };
            self.differences.push(folder.differs(kind, "", if is_there { "?" } else { "—" }, "assess.feedback/1"));
            return Ok(());
        };
        self.files += manifest.files.len() + manifest.beside.len() + 1;
        self.differences.extend(folder.against_log(&manifest));
        let bytes = crate::read::document(&folder.path.join(MANIFEST)).ok().flatten().unwrap_or_default();
        let written = manifests::written(&manifest.program, &manifest.bytes()?, &sha256(&bytes));
        let written =
            written.map(|(place, found, expected)| folder.differs(DifferenceKind::Manifest, place, &found, &expected));
        self.differences.extend(written);
        let above = publish::file::folder_of(&folder.path);
        let above_shown = folder.shown.rsplit_once('/').map_or("", |(above, _)| above);
        let mut differences = folder::files(&folder.path, &folder.shown, &manifest.files, found.files);
        differences.extend(folder::files(above, above_shown, &manifest.beside, Vec::new()));
        // A draft comes and goes, but interim results are made from it.
        if manifest.version != DRAFT {
            differences.extend(of_version(scope.root, &folder, &manifest));
        }
        let letters = remade::Folder {
            shown: &folder.shown,
            path: &folder.path,
            manifest: &manifest,
            line: folder.entered.map(|(line, _)| line),
        };
        self.made_again += letters.compare(scope, &mut differences, terminal)?;
        self.differences.append(&mut differences);
        if !is_of_this_program(&manifest.program) {
            self.other_programs.insert(folder.shown.clone(), manifest.program);
        }
        self.folders.push(folder.shown);
        Ok(())
    }
}

/// Compares the version that a folder was written for with its present state.
fn of_version(root: &Path, folder: &Folder<'_>, manifest: &FeedbackManifest) -> Option<Difference> {
    let differs =
        |place: &str, found: &str, expected: &str| Some(folder.differs(DifferenceKind::Chain, place, found, expected));
    match publish::manifest(root, &manifest.version) {
        Err(_) => differs("version", &manifest.version, "—"),
        Ok((_, hash)) if hash != manifest.result => differs("result", &manifest.result, &hash),
        Ok((own, _)) => {
            let seal = own.seal();
            (seal != manifest.seal).then(|| differs("seal", &manifest.seal.to_string(), &seal.to_string())).flatten()
        }
    }
}

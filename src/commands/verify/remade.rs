//! The letters of a folder, remade from the result that they were written for and each compared with the existing one.

use crate::shared::i18n::say;
use crate::shared::progress::{Progress, Step};
use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::super::exposure::{Told, earlier};
use super::super::letters::{Letters, file_names};
use super::super::terminal::Terminal;
use super::cells::{Compared, compare, compare_numbers, compare_paragraphs};
use super::feedback::Scope;
use super::{difference, is_of_this_program};
use crate::documents::report::feedback::{Desk, Replaced};
use crate::publish::feedback::{FEEDBACK, FeedbackManifest, copy_name, document_of};
use crate::publish::{self, DRAFT, HashedFile, MANIFEST, RESULT, RESULTS};
use crate::read::{document, sha256};
use crate::result::diff::Diff;
use crate::result::outcome::{Outcome, UnitOutcome};
use crate::result::verify::{Difference, DifferenceKind};
use crate::shared::letters::LetterKind;

/// A folder of letters.
pub(super) struct Folder<'f> {
    /// Its name in differences.
    pub(super) shown: &'f str,
    pub(super) path: &'f Path,
    pub(super) manifest: &'f FeedbackManifest,
    /// The line of the log at which it was entered.
    pub(super) line: Option<usize>,
}

/// A remade file, with its entry in the manifest.
struct Made<'m> {
    file: &'m HashedFile,
    /// The path of the existing file, followed by its name in differences.
    path: std::path::PathBuf,
    shown: String,
    bytes: Vec<u8>,
    kind: LetterKind,
}

impl Folder<'_> {
    /// Remakes every file and compares it; returns how many were remade.
    ///
    /// # Errors
    /// If something cannot be read.
    pub(super) fn compare(
        &self,
        scope: &mut Scope<'_>,
        differences: &mut Vec<Difference>,
        terminal: &Terminal,
    ) -> anyhow::Result<usize> {
        let (manifest, root) = (self.manifest, scope.root);
        let kept = if manifest.version == DRAFT { self.draft(root) } else { None };
        let outcome = match &kept {
            Some(outcome) => outcome,
            None => match scope.outcome(&manifest.version)? {
                Some(outcome) => outcome,
                None => {
                    differences.push(self.unmade(RESULT));
                    return Ok(0);
                }
            },
        };
        let by_code: BTreeMap<&str, &UnitOutcome> =
            outcome.units.iter().map(|unit| (unit.roster.code.as_str(), unit)).collect();
        let units: Vec<&UnitOutcome> =
            manifest.units.iter().filter_map(|code| by_code.get(code.as_str()).copied()).collect();
        let kinds = manifest.letters.kinds();
        let names = kinds.iter().flat_map(|kind| file_names(&units, *kind));
        let files: Vec<&HashedFile> =
            names.filter_map(|name| manifest.files.iter().find(|file| file.path == name)).collect();
        let all = units.len() * kinds.len();
        let counts = [files.len(), manifest.files.len(), all, manifest.units.len() * kinds.len()];
        if counts.iter().any(|count| *count != counts[0]) {
            let [listed, found] = [manifest.units.len(), files.len()].map(|count| count.to_string());
            differences.push(self.differs(DifferenceKind::Manifest, "units", listed, found));
            return Ok(0);
        }
        self.hold_manifest_against(outcome, differences);
        let Ok(desk) = self.desk(root, outcome, terminal) else {
            differences.push(self.differs(DifferenceKind::Unmade, format!("{FEEDBACK}/"), "", ""));
            return Ok(0);
        };
        let letters = Letters::new(desk, &manifest.seal);
        let is_own = is_of_this_program(&manifest.program);
        // Letters are as large as the result itself: only those that differ are kept until they are compared.
        let is_kept = |one: &Made<'_>| {
            let is_written = is_own && sha256(&one.bytes) == one.file.sha256;
            !is_written || one.is_changed(differences)
        };
        let (count, kept) = self.made(&letters, &units, &files, is_kept, &terminal.progress())?;
        for one in &kept {
            one.hold_against(is_own, outcome, differences);
        }
        Ok(if is_own { count } else { 0 })
    }

    /// Compares what the manifest says besides its files with what the outcome asks for.
    fn hold_manifest_against(&self, outcome: &Outcome, differences: &mut Vec<Difference>) {
        let accepted = outcome.model.feedback.accept_exposed.as_deref();
        // If nothing is exposed, nothing had to be accepted.
        if let Some(found) = self.manifest.accept_exposed.as_deref().filter(|own| Some(*own) != accepted) {
            differences.push(self.differs(DifferenceKind::Manifest, "accept_exposed", found, accepted.unwrap_or("—")));
        }
        let beside = self.beside(outcome);
        let found: Vec<&str> = self.manifest.beside.iter().map(|file| file.path.as_str()).collect();
        if found != beside {
            differences.push(self.differs(DifferenceKind::Manifest, "beside", found.join(", "), beside.join(", ")));
        }
    }

    /// The names of the files next to the folder.
    fn beside(&self, outcome: &Outcome) -> Vec<String> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let list = say!(outcome.model.language, "feedback.handout.file", folder = name);
        let is_kept = self.manifest.version == DRAFT && self.shown == format!("{FEEDBACK}/{name}");
        [list].into_iter().chain(is_kept.then(|| copy_name(&name))).collect()
    }

    /// The kept copy of a draft's result, if it is the one that was written.
    fn draft(&self, root: &Path) -> Option<Outcome> {
        let name = self.path.file_name()?.to_string_lossy();
        let bytes = document(&document_of(root, &name, self.manifest)).ok().flatten()?;
        let is_kept = self.manifest.beside.iter().any(|file| file.sha256 == sha256(&bytes));
        serde_json::from_slice(&bytes).ok().filter(|_| is_kept)
    }

    /// The desk at which the letters were written: after everything disclosed by then.
    fn desk<'o>(&'o self, root: &Path, outcome: &'o Outcome, terminal: &Terminal) -> anyhow::Result<Desk<'o>> {
        let FeedbackManifest { version, result, period, replaces, .. } = self.manifest;
        let told = self.line.map_or(Told::before(version, result), |line| Told::at(version, result, line));
        let desk = Desk::after(outcome, period.as_deref(), &earlier(root, &told, terminal)?);
        let Some(replaces) = replaces else { return Ok(desk) };
        let old = super::super::stored::load(root, replaces, terminal)?;
        let (own, _) = publish::manifest(root, version)?;
        Ok(desk.replacing(Replaced::new(outcome, &Diff::between(&old, outcome), own.document.as_deref())))
    }

    /// Remakes every file; returns how many there are, and those that are to be kept.
    fn made<'m>(
        &'m self,
        letters: &Letters<'_>,
        units: &[&UnitOutcome],
        files: &[&'m HashedFile],
        is_kept: impl Fn(&Made<'m>) -> bool + Sync,
        progress: &Progress,
    ) -> anyhow::Result<(usize, Vec<Made<'m>>)> {
        let (mut count, mut made) = (files.len(), Vec::new());
        let counter = progress.step(Step::Compared, files.len());
        for (kind, files) in self.manifest.letters.kinds().iter().zip(files.chunks(units.len().max(1))) {
            let one = |(unit, file): (&&UnitOutcome, &&'m HashedFile)| {
                let (path, shown) = (self.path.join(&file.path), format!("{}/{}", self.shown, file.path));
                let bytes = letters.letter(unit, *kind)?;
                let own = Made { file, path, shown, bytes, kind: *kind };
                counter.done(Ok(is_kept(&own).then_some(own)))
            };
            let own: anyhow::Result<Vec<Option<Made<'m>>>> = units.par_iter().zip(files).map(one).collect();
            made.extend(own?.into_iter().flatten());
        }
        if let Some(file) = self.manifest.beside.first() {
            let above = self.shown.rsplit_once('/').map_or("", |(above, _)| above);
            let path = publish::file::folder_of(self.path).join(&file.path);
            let bytes = letters.list(units, files.iter().copied())?;
            let list = Made { file, path, shown: format!("{above}/{}", file.path), bytes, kind: LetterKind::Workbook };
            count += 1;
            made.extend(is_kept(&list).then_some(list));
        }
        Ok((count, made))
    }

    fn unmade(&self, what: &str) -> Difference {
        let version = &self.manifest.version;
        self.differs(DifferenceKind::Unmade, format!("{RESULTS}/{version}/{what}"), "", "")
    }

    fn differs(
        &self,
        kind: DifferenceKind,
        place: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Difference {
        difference(kind, format!("{}/{MANIFEST}", self.shown), place, found, expected)
    }
}

impl Made<'_> {
    /// Whether the file is already known to differ from what was written.
    fn is_changed(&self, differences: &[Difference]) -> bool {
        differences.iter().any(|own| own.kind == DifferenceKind::Changed && own.file == self.shown)
    }

    /// Compares the cells of the file with the expected ones.
    fn hold_against(&self, is_own: bool, outcome: &Outcome, differences: &mut Vec<Difference>) {
        // A missing file has been reported already.
        let Some(found) = document(&self.path).ok().flatten() else { return };
        let compared = match self.kind {
            LetterKind::Word => compare_paragraphs(&found, &self.bytes, is_own),
            LetterKind::Workbook if is_own => compare(&found, &self.bytes),
            LetterKind::Workbook => compare_numbers(&found, &self.bytes, outcome),
        };
        let differs = |(place, found, expected)| difference(DifferenceKind::Cell, &self.shown, place, found, expected);
        let own = |own: &&mut Difference| own.kind == DifferenceKind::Changed && own.file == self.shown;
        match compared {
            Compared::Alike => {
                let mut changed = differences.iter_mut().filter(own).peekable();
                let is_known = changed.peek().is_some();
                changed.for_each(|difference| difference.kind = DifferenceKind::Resaved);
                if is_own && !is_known && found != self.bytes {
                    let (now, then) = (sha256(&found), sha256(&self.bytes));
                    differences.push(difference(DifferenceKind::Resaved, &self.shown, "", now, then));
                }
            }
            Compared::Unreadable => differences.push(difference(
                DifferenceKind::Cell,
                &self.shown,
                "",
                "?",
                format!(".{}", self.kind.ending()),
            )),
            Compared::Differing(cells) => differences.extend(cells.into_iter().map(differs)),
        }
    }
}

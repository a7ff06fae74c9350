//! The log on disk: read as a whole, and replaced as a whole by one rename, so that a killed run leaves the old log.
//!
//! What a line records and the line itself appear by two renames. The log with its new line is staged before the first
//! of them, so that a run killed between the two leaves the entry behind: every reader treats the log as if it
//! contained it, and the next run that writes adds it.

use std::path::{Path, PathBuf};

use super::staging::{self, Unconfirmed};
use super::versions::kind_of;
use super::{DRAFT, MANIFEST, Manifest, Publisher, RESULTS, Staging, disk};
use crate::read::project::shown;
use crate::read::{document, sha256};
use crate::result::states::{Entry, Log, Register, Written};

/// The path of the log below the results folder.
pub const STATES: &str = "states.jsonl";

/// The bytes of the log; empty if nothing has been recorded yet.
///
/// # Errors
/// If it exists but cannot be read.
pub fn states(root: &Path) -> anyhow::Result<Vec<u8>> {
    match left_open(root)? {
        Some((_, bytes)) => Ok(bytes),
        None => recorded(root),
    }
}

/// The log as stored under its name.
fn recorded(root: &Path) -> anyhow::Result<Vec<u8>> {
    Ok(document(&root.join(RESULTS).join(STATES))?.unwrap_or_default())
}

/// A log that a killed run was about to put in place, if what its last line records has appeared: its path and bytes.
fn left_open(root: &Path) -> anyhow::Result<Option<(PathBuf, Vec<u8>)>> {
    let folder = root.join(RESULTS);
    if kind_of(&folder)?.is_none_or(|kind| !kind.is_dir()) {
        return Ok(None);
    }
    for (path, _) in staging::leftovers(&folder, Some(STATES))? {
        let Some(bytes) = document(&path).ok().flatten() else { continue };
        let log = Log::parse(&bytes);
        let Some((before, last)) = log.without_last() else { continue };
        if before == recorded(root)? && has_appeared(root, last)? {
            return Ok(Some((path, bytes)));
        }
    }
    Ok(None)
}

/// Whether what an entry records exists. A state consists of its line only.
fn has_appeared(root: &Path, entry: &Entry) -> anyhow::Result<bool> {
    let (path, hash) = match entry {
        Entry::State(_) => return Ok(false),
        Entry::Version(own) => (root.join(RESULTS).join(&own.version), &own.manifest),
        Entry::Feedback(own) | Entry::Forms(own) => (root.join(&own.folder), &own.manifest),
    };
    let bytes = document(&path.join(MANIFEST)).ok().flatten();
    Ok(bytes.is_some_and(|bytes| sha256(&bytes) == *hash))
}

/// Whether the last line about a folder already records it: forms were written again unchanged.
fn is_entered(log: &Log, entry: &Entry) -> bool {
    match entry {
        Entry::Feedback(own) => log.feedback().get(own.folder.as_str()).is_some_and(|(_, known)| *known == own),
        Entry::Forms(own) => log.forms().get(own.folder.as_str()).is_some_and(|(_, known)| *known == own),
        Entry::Version(_) | Entry::State(_) => false,
    }
}

/// The entry of a version; a draft has none.
pub(super) fn written(manifest: &Manifest, sha256: String) -> Option<Entry> {
    let (version, registers) = (manifest.version.clone(), Register::all_of(manifest));
    (version != DRAFT).then_some(Entry::Version(Written { version, manifest: sha256, registers }))
}

impl Publisher {
    /// SHA-256 of the last line of the log.
    pub(super) fn last_state(&self) -> anyhow::Result<Option<String>> {
        Ok(Log::parse(&states(self.root())?).last().map(str::to_owned))
    }

    /// Replaces the log by one with an additional line.
    ///
    /// # Errors
    /// If it cannot be written; the old log is kept then, unless it is [`Unconfirmed`].
    pub fn write_states(&self, bytes: &[u8]) -> anyhow::Result<()> {
        Staging::file(&self.folder.join(STATES), bytes)?.replace_file()
    }

    /// Makes something appear at a path, and enters it in the log.
    ///
    /// # Errors
    /// If that fails; nothing has changed then, unless it is [`Unconfirmed`] or [`super::Unentered`].
    pub fn enter(
        &self,
        entry: Option<Entry>,
        path: &Path,
        appear: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let Some(entry) = entry else { return appear() };
        let log = Log::parse(&states(self.root())?);
        if is_entered(&log, &entry) {
            return appear();
        }
        let staged = Staging::file(&self.folder.join(STATES), &log.with(entry)?)?;
        let appeared = match staged.kept_while(appear) {
            Err(error) if !error.is::<Unconfirmed>() => return Err(error),
            appeared => appeared,
        };
        staged.follow(path)?;
        appeared
    }

    /// Puts in place a log that a killed run was about to, if there is one.
    ///
    /// # Errors
    /// If that cannot be determined, or the lock cannot be created.
    pub fn settle(root: &Path) -> anyhow::Result<()> {
        if left_open(root)?.is_some() {
            // Another run that holds the lock does it.
            drop(Self::lock(root)?);
        }
        Ok(())
    }

    /// Puts in place a log that a killed run was about to. The folder must be locked.
    pub(super) fn complete_log(root: &Path) -> anyhow::Result<()> {
        let Some((path, _)) = left_open(root)? else { return Ok(()) };
        let target = root.join(RESULTS).join(STATES);
        disk::rename(&path, &target)?;
        staging::confirm(&target)
    }

    /// A folder as named in entries: relative to the project, or absolute if elsewhere.
    pub(super) fn name_of(&self, folder: &Path) -> String {
        match folder.strip_prefix(self.root()) {
            Ok(below) => shown(below),
            Err(_) => folder.display().to_string(),
        }
    }

    fn root(&self) -> &Path {
        self.folder.parent().unwrap_or(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::result::states::HandedOut;

    fn letters(folder: &str, manifest: &str) -> Entry {
        let manifest = sha256(manifest.as_bytes());
        Entry::Feedback(HandedOut { folder: folder.to_owned(), manifest, files: 1, version: None })
    }

    #[test]
    fn the_log_is_replaced_whole_and_a_killed_runs_staging_file_is_swept() {
        let root = tempfile::tempdir().expect("temporary folder");
        assert!(states(root.path()).expect("no log yet").is_empty());
        let leftover = root.path().join(RESULTS).join(".staging-states.jsonl-1");
        fs::create_dir_all(root.path().join(RESULTS)).expect("folder");
        fs::write(&leftover, "half a li").expect("leftover");
        let publisher = Publisher::lock(root.path()).expect("lock").expect("free");
        assert!(!leftover.exists());
        publisher.write_states(b"1\n").expect("first");
        publisher.write_states(b"1\n2\n").expect("second");
        assert_eq!(states(root.path()).expect("read"), b"1\n2\n");
    }

    #[test]
    fn what_does_not_appear_is_not_entered() {
        let root = tempfile::tempdir().expect("temporary folder");
        let publisher = Publisher::lock(root.path()).expect("lock").expect("free");
        publisher.enter(Some(letters("a", "")), root.path(), || anyhow::bail!("full")).expect_err("fails");
        assert!(states(root.path()).expect("read").is_empty());
        publisher.enter(Some(letters("a", "")), root.path(), || Ok(())).expect("entered");
        assert_eq!(Log::parse(&states(root.path()).expect("read")).feedback().len(), 1);
        let left: Vec<_> = fs::read_dir(root.path().join(RESULTS)).expect("list").collect();
        assert_eq!(left.len(), 2, "the lock and the log: {left:?}");
    }

    #[test]
    fn a_line_that_a_killed_run_left_open_counts_once_its_folder_stands() {
        let root = tempfile::tempdir().expect("temporary folder");
        let folder = root.path().join(RESULTS);
        fs::create_dir_all(&folder).expect("folder");
        let first = Log::default().with(letters("feedback/a", "1")).expect("a line");
        fs::write(folder.join(STATES), &first).expect("log");
        let second = Log::parse(&first).with(letters("feedback/b", "2")).expect("a line");
        let leftover = folder.join(".staging-states.jsonl-77");
        fs::write(&leftover, &second).expect("leftover");
        let now = || states(root.path()).expect("read");
        assert_eq!(now(), first, "its folder has not appeared");
        let letters_of = root.path().join("feedback/b");
        fs::create_dir_all(&letters_of).expect("folder");
        for (manifest, log) in [("3", &first), ("2", &second)] {
            fs::write(letters_of.join(MANIFEST), manifest).expect("manifest");
            assert_eq!(now(), *log, "{manifest}");
        }
        drop(Publisher::lock(root.path()).expect("lock").expect("free"));
        assert!(!leftover.exists());
        assert_eq!(fs::read(folder.join(STATES)).expect("log"), second);
        // A line that does not follow the present log is an old leftover.
        fs::write(&leftover, &second).expect("leftover");
        assert_eq!(now(), second);
        drop(Publisher::lock(root.path()).expect("lock").expect("free"));
        assert!(!leftover.exists());
    }
}

//! Publishing: the only place that creates files. A version is written completely or not at all.
//!
//! Everything is staged in a hidden folder next to its target (`staging`), each file synced as soon as it is finished;
//! one rename makes the version appear. A lock excludes a second run. Leftovers of a killed run are removed by the next
//! one. Every step goes through `disk`, where it can be watched and interrupted.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;

use crate::read::{Unfit, sha256};
use crate::shared::pieces::Put;

mod disk;
pub mod feedback;
pub mod file;
pub mod folder;
pub mod project;
mod staging;
mod states;
mod versions;
mod writers;

pub use disk::{Step, Watch, interrupt, take_swept, watch};
pub use staging::{Busy, Taken, Unconfirmed, Unentered};
pub use states::{STATES, states};
pub use versions::{DRAFT, Gap, has_draft, kind_of, manifest, names_in, next_version, number, unfounded, versions};

pub use crate::result::manifest::{HashedFile, MANIFEST, Manifest, Parent, RATINGS, RESULT, WORKBOOK};
pub use crate::shared::place::folders::RESULTS;

use staging::{Hold, Staging};

/// Adds the path to an error that occurred there.
pub trait At<T> {
    /// The value, or the error prefixed with the path.
    ///
    /// # Errors
    /// The given one.
    fn at(self, path: &Path) -> anyhow::Result<T>;
}

impl<T, E> At<T> for Result<T, E>
where
    Self: Context<T, E>,
{
    fn at(self, path: &Path) -> anyhow::Result<T> {
        self.with_context(|| path.display().to_string())
    }
}

impl<T> At<T> for Option<T> {
    fn at(self, path: &Path) -> anyhow::Result<T> {
        self.with_context(|| path.display().to_string())
    }
}

/// A version that is being written: its files are there before its manifest, and nobody sees them.
pub struct Staged {
    staging: Staging,
    target: PathBuf,
}

impl Staged {
    /// Writes one of its files, piece by piece as its bytes are made; several may be written at once.
    ///
    /// # Errors
    /// If it cannot be made or written.
    pub fn stream(
        &self,
        name: &str,
        make: impl FnOnce(&mut Put<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<HashedFile> {
        self.staging.stream(name, make)
    }
}

/// The results folder of a project, locked for writing.
pub struct Publisher {
    folder: PathBuf,
    _hold: Hold,
}

/// Whether a file is one that an open office program or the operating system leaves next to others.
pub fn is_passing(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    let lower = name.to_ascii_lowercase();
    name.starts_with("~$") || name.starts_with('.') || lower == "thumbs.db" || lower == "desktop.ini"
}

impl Publisher {
    /// Locks the results folder of a project, creating it if necessary; `None` if another run holds it. Leftovers of
    /// killed runs are removed.
    ///
    /// # Errors
    /// If the folder cannot be created or written to.
    pub fn lock(root: &Path) -> anyhow::Result<Option<Self>> {
        let folder = root.join(RESULTS);
        if kind_of(&folder)?.is_some_and(|kind| kind.is_symlink()) {
            return Err(Unfit::Link).at(&folder);
        }
        disk::make_folders(&folder)?;
        let Some(hold) = Hold::of_folder(&folder)? else { return Ok(None) };
        Self::complete_log(root)?;
        staging::sweep(&folder, None)?;
        // Leftovers of a run that created this project and was killed at its very end.
        staging::sweep(root, Some(project::MOVING))?;
        Ok(Some(Self { folder, _hold: hold }))
    }

    /// Begins a version or the draft. If it is not published, nothing of it remains.
    ///
    /// # Errors
    /// If its folder cannot be created.
    pub fn stage(&self, version: &str) -> anyhow::Result<Staged> {
        let target = self.folder.join(version);
        Ok(Staged { staging: Staging::folder(&target)?, target })
    }

    /// Publishes a version whose outputs were written: adds the manifest, renames the folder and enters it in the log.
    ///
    /// # Errors
    /// If anything cannot be written; nothing has changed then, unless it is [`Unconfirmed`]. An existing version is
    /// never replaced, but the draft is.
    pub fn publish(&self, mut manifest: Manifest, staged: Staged) -> anyhow::Result<PathBuf> {
        let Staged { staging, target } = staged;
        manifest.states = self.last_state()?;
        let bytes = manifest.bytes()?;
        staging.write(MANIFEST, &bytes)?;
        staging.seal()?;
        let is_draft = manifest.version == DRAFT;
        self.enter(states::written(&manifest, sha256(&bytes)), &target, || {
            if is_draft { staging.replace_folder() } else { staging.reveal() }
        })?;
        Ok(target)
    }
}

/// A document as the bytes of a file.
fn json_lines(document: &impl Serialize) -> anyhow::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(document)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn manifest_named(version: &str) -> Manifest {
        Manifest {
            schema: "assess.manifest/1".into(),
            version: version.into(),
            parent: None,
            program: String::new(),
            reason: None,
            document: None,
            states: None,
            as_of: None,
            model: String::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
        }
    }

    fn write(publisher: &Publisher, version: &str, bytes: &[u8]) -> anyhow::Result<PathBuf> {
        let staged = publisher.stage(version)?;
        let outputs = vec![staged.stream(RESULT, |put| put(bytes))?];
        publisher.publish(Manifest { outputs, ..manifest_named(version) }, staged)
    }

    #[test]
    fn a_version_appears_whole_and_is_never_replaced() {
        let root = tempfile::tempdir().expect("temporary folder");
        let publisher = Publisher::lock(root.path()).expect("lock").expect("free");
        write(&publisher, "v001", b"{}").expect("first version");
        assert_eq!(versions(root.path()).expect("list"), ["v001"]);
        assert!(write(&publisher, "v001", b"{}").is_err());
        let left: Vec<_> =
            fs::read_dir(root.path().join(RESULTS)).expect("list").flatten().map(|e| e.file_name()).collect();
        assert_eq!(left.len(), 3, "only the lock, the log and v001: {left:?}");
    }

    #[test]
    fn a_second_run_is_refused_and_leftovers_are_swept() {
        let root = tempfile::tempdir().expect("temporary folder");
        let results = root.path().join(RESULTS);
        fs::create_dir_all(results.join(".staging-v001-1/half")).expect("leftover");
        fs::create_dir_all(results.join("draft")).expect("draft");
        fs::create_dir_all(results.join(".staging-draft-1.old")).expect("the draft before");
        let first = Publisher::lock(root.path()).expect("lock").expect("free");
        assert!(Publisher::lock(root.path()).expect("lock").is_none());
        assert!(results.join("draft").is_dir() && !results.join(".staging-draft-1.old").exists());
        assert!(!root.path().join(RESULTS).join(".staging-v001-1").exists());
        drop(first);
        assert!(Publisher::lock(root.path()).expect("lock").is_some());
    }

    #[test]
    fn a_draft_replaces_a_draft() {
        let root = tempfile::tempdir().expect("temporary folder");
        let publisher = Publisher::lock(root.path()).expect("lock").expect("free");
        for bytes in [b"1", b"2"] {
            write(&publisher, "draft", bytes).expect("draft");
        }
        let read = fs::read(root.path().join(RESULTS).join("draft/result.json")).expect("draft");
        assert_eq!(read, b"2");
        assert!(versions(root.path()).expect("list").is_empty());
    }
}

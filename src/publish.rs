//! Publishing: the only place that creates files. A version is written completely or not at all.
//!
//! Everything is staged in a hidden folder beside its target (`staging`), each file synced as it is finished; one rename makes
//! the version appear. A lock keeps a second run out. What a killed run left behind is removed by the next one. Every step
//! goes through `disk`, where it can be watched and interrupted.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::place::{FileRecord, FileStatus, Role, RowSums};
use crate::read::{Unfit, sha256};
use crate::seal::Seal;

mod disk;
pub mod feedback;
pub mod file;
pub mod folder;
pub mod project;
mod staging;
mod states;
mod versions;

pub use disk::{Step, Watch, interrupt, take_swept, watch};
pub use staging::{Busy, Taken, Unconfirmed, Unentered};
pub use states::{STATES, states};
pub use versions::{DRAFT, Gap, has_draft, kind_of, manifest, next_version, number, unfounded, versions};

use staging::{Hold, Staging};

/// The folder of versions below a project.
pub const RESULTS: &str = "results";
/// The name of a version's manifest; a folder without it is no version.
pub const MANIFEST: &str = "manifest.json";
/// The result document of a version.
pub const RESULT: &str = "result.json";
/// The single ratings of a version.
pub const RATINGS: &str = "ratings.csv";
/// The workbook of a version.
pub const WORKBOOK: &str = "result.xlsx";

/// An input or output file by hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashedFile {
    /// Path, below the project for inputs, below the version for outputs.
    pub path: String,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
    /// What an input was read as.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub role: Option<Role>,
    /// What became of the rows of an input.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rows: Option<RowSums>,
}

/// The parent of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// Its name.
    pub version: String,
    /// SHA-256 of its manifest.
    pub sha256: String,
    /// Its content seal.
    pub seal: Seal,
}

/// manifest.json: what a version rests on and what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `assess.manifest/1`.
    pub schema: String,
    /// The version's name.
    pub version: String,
    /// The version it follows.
    pub parent: Option<Parent>,
    /// Program and version that wrote it.
    pub program: String,
    /// Why it was made.
    pub reason: Option<String>,
    /// The document it rests on, where it follows a final version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub document: Option<String>,
    /// SHA-256 of the last line of the log of states when it was written: the log cannot lose that line unnoticed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub states: Option<String>,
    /// The date the result speaks of.
    pub as_of: Option<String>,
    /// SHA-256 of model file and indicator table.
    pub model: String,
    /// Files it rests on, in the order of paths.
    pub inputs: Vec<HashedFile>,
    /// Files it holds besides this one.
    pub outputs: Vec<HashedFile>,
}

impl Manifest {
    /// The files a result rests on; files that are ignored or not adopted are no inputs.
    pub fn inputs_of(files: &[FileRecord]) -> Vec<HashedFile> {
        let used = files.iter().filter(|f| !matches!(f.status, FileStatus::Ignored | FileStatus::NotAdopted));
        let mut inputs: Vec<HashedFile> = used
            .map(|f| HashedFile {
                path: f.path.clone(),
                sha256: f.sha256.clone(),
                size: f.size,
                role: Some(f.role),
                rows: f.row_sums,
            })
            .collect();
        inputs.sort_by(|a, b| a.path.cmp(&b.path));
        inputs
    }
}

/// An artefact: a file name and its bytes.
pub struct Artefact {
    /// Its name within the version folder.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The results folder of a project, locked for writing.
pub struct Publisher {
    folder: PathBuf,
    _hold: Hold,
}

/// Whether a file is one that an open office program or the operating system leaves beside others.
pub fn is_passing(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    let lower = name.to_ascii_lowercase();
    name.starts_with("~$") || name.starts_with('.') || lower == "thumbs.db" || lower == "desktop.ini"
}

impl Publisher {
    /// Locks the results folder of a project, making it if need be; `None` when another run holds it. What killed runs left
    /// behind is removed.
    ///
    /// # Errors
    /// If the folder cannot be made or written to.
    pub fn lock(root: &Path) -> anyhow::Result<Option<Self>> {
        let folder = root.join(RESULTS);
        if kind_of(&folder)?.is_some_and(|kind| kind.is_symlink()) {
            return Err(Unfit::Link).with_context(|| folder.display().to_string());
        }
        disk::make_folders(&folder)?;
        let Some(hold) = Hold::of_folder(&folder)? else { return Ok(None) };
        Self::complete_log(root)?;
        staging::sweep(&folder, None)?;
        // A run that made this project and was killed at its very end.
        staging::sweep(root, Some(project::MOVING))?;
        Ok(Some(Self { folder, _hold: hold }))
    }

    /// Writes a version: stages and syncs every artefact and the manifest, then renames the folder and enters it in the log.
    ///
    /// # Errors
    /// If anything cannot be written; nothing has changed then, unless it is [`Unconfirmed`]. A version that exists is never
    /// replaced, the draft is.
    pub fn publish(&self, mut manifest: Manifest, artefacts: &[Artefact]) -> anyhow::Result<PathBuf> {
        let target = self.folder.join(&manifest.version);
        let staging = Staging::folder(&target)?;
        manifest.states = self.last_state()?;
        manifest.outputs = Vec::with_capacity(artefacts.len());
        for artefact in artefacts {
            manifest.outputs.push(staging.write(artefact.name, &artefact.bytes)?);
        }
        let bytes = json_lines(&manifest)?;
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

    #[test]
    fn a_version_appears_whole_and_is_never_replaced() {
        let root = tempfile::tempdir().expect("temporary folder");
        let publisher = Publisher::lock(root.path()).expect("lock").expect("free");
        let artefacts = [Artefact { name: "result.json", bytes: b"{}".to_vec() }];
        publisher.publish(manifest_named("v001"), &artefacts).expect("first version");
        assert_eq!(versions(root.path()).expect("list"), ["v001"]);
        assert!(publisher.publish(manifest_named("v001"), &artefacts).is_err());
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
        for bytes in [b"1".to_vec(), b"2".to_vec()] {
            publisher.publish(manifest_named("draft"), &[Artefact { name: "result.json", bytes }]).expect("draft");
        }
        let read = fs::read(root.path().join(RESULTS).join("draft/result.json")).expect("draft");
        assert_eq!(read, b"2");
        assert!(versions(root.path()).expect("list").is_empty());
    }
}

//! Publishing: the only place that creates files. A version is written completely or not at all.
//!
//! Everything is staged in a hidden folder beside its target, each file synced as it is finished; one rename makes the
//! version appear. A lock keeps a second run out. What a killed run left behind is removed by the next one.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::place::{FileRecord, FileStatus, Role, RowSums};
use crate::read::sha256;

pub mod feedback;
pub mod file;
pub mod folder;
mod states;
mod versions;

pub use states::{STATES, states};
pub use versions::{DRAFT, Gap, has_draft, kind_of, manifest, next_version, unfounded, versions};

use versions::number;

/// The folder of versions below a project.
pub const RESULTS: &str = "results";
/// The name of a version's manifest; a folder without it is no version.
pub const MANIFEST: &str = "manifest.json";
const STAGING: &str = ".staging-";

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
    _lock: File,
}

/// Whether a file is one that an open office program or the operating system leaves beside others.
pub fn is_passing(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    let lower = name.to_ascii_lowercase();
    name.starts_with("~$") || name.starts_with('.') || lower == "thumbs.db" || lower == "desktop.ini"
}

impl Publisher {
    /// Locks the results folder of a project, making it if need be; `None` when another run holds it.
    ///
    /// # Errors
    /// If the folder cannot be made or written to.
    pub fn lock(root: &Path) -> anyhow::Result<Option<Self>> {
        let folder = root.join(RESULTS);
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let path = folder.join(".lock");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let lock = lock.with_context(|| path.display().to_string())?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error).with_context(|| path.display().to_string()),
        }
        let publisher = Self { folder, _lock: lock };
        publisher.sweep()?;
        Ok(Some(publisher))
    }

    /// Removes what a killed run left behind; nobody else is writing while the lock is held.
    fn sweep(&self) -> anyhow::Result<()> {
        for entry in fs::read_dir(&self.folder).with_context(|| self.folder.display().to_string())? {
            let entry = entry.with_context(|| self.folder.display().to_string())?;
            if entry.file_name().to_string_lossy().starts_with(STAGING) {
                let path = entry.path();
                let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
                removed.with_context(|| path.display().to_string())?;
            }
        }
        Ok(())
    }

    /// Writes a version: stages and syncs every artefact and the manifest, then renames the folder.
    ///
    /// # Errors
    /// If anything cannot be written; nothing has changed then. A version that exists is never replaced.
    pub fn publish(&self, mut manifest: Manifest, artefacts: &[Artefact]) -> anyhow::Result<PathBuf> {
        let target = self.folder.join(&manifest.version);
        let staging = self.folder.join(format!("{STAGING}{}-{}", manifest.version, std::process::id()));
        let result = self.stage(&staging, &mut manifest, artefacts).and_then(|()| self.reveal(&staging, &target));
        if result.is_err() {
            // The staging folder is removed as far as possible; the next run sweeps what is left.
            let _ = fs::remove_dir_all(&staging);
        }
        result.map(|()| target)
    }

    fn stage(&self, staging: &Path, manifest: &mut Manifest, artefacts: &[Artefact]) -> anyhow::Result<()> {
        fs::create_dir(staging).with_context(|| staging.display().to_string())?;
        manifest.states = self.last_state()?;
        manifest.outputs = artefacts
            .iter()
            .map(|artefact| HashedFile {
                path: artefact.name.to_owned(),
                sha256: sha256(&artefact.bytes),
                size: artefact.bytes.len() as u64,
                role: None,
                rows: None,
            })
            .collect();
        for artefact in artefacts {
            write_synced(&staging.join(artefact.name), &artefact.bytes)?;
        }
        let mut bytes = serde_json::to_vec_pretty(manifest)?;
        bytes.push(b'\n');
        write_synced(&staging.join(MANIFEST), &bytes)?;
        sync_folder(staging)
    }

    /// One rename makes the version appear; a draft first steps aside for its successor.
    fn reveal(&self, staging: &Path, target: &Path) -> anyhow::Result<()> {
        let aside = self.folder.join(format!("{STAGING}old-{}", std::process::id()));
        let is_version = target.file_name().and_then(|n| n.to_str()).and_then(number).is_some();
        if target.exists() {
            anyhow::ensure!(!is_version, "{}: exists", target.display());
            fs::rename(target, &aside).with_context(|| target.display().to_string())?;
        }
        fs::rename(staging, target).with_context(|| target.display().to_string())?;
        sync_folder(&self.folder)?;
        if aside.exists() {
            fs::remove_dir_all(&aside).with_context(|| aside.display().to_string())?;
        }
        Ok(())
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut file =
        OpenOptions::new().write(true).create_new(true).open(path).with_context(|| path.display().to_string())?;
    file.write_all(bytes).with_context(|| path.display().to_string())?;
    file.sync_all().with_context(|| path.display().to_string())
}

/// Makes a rename durable; on systems where a folder cannot be opened this is left to the system.
fn sync_folder(folder: &Path) -> anyhow::Result<()> {
    match File::open(folder) {
        Ok(handle) => handle.sync_all().with_context(|| folder.display().to_string()),
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(left.len(), 2, "only the lock and v001: {left:?}");
    }

    #[test]
    fn a_second_run_is_refused_and_leftovers_are_swept() {
        let root = tempfile::tempdir().expect("temporary folder");
        fs::create_dir_all(root.path().join(RESULTS).join(".staging-v001-1")).expect("leftover");
        let first = Publisher::lock(root.path()).expect("lock").expect("free");
        assert!(Publisher::lock(root.path()).expect("lock").is_none());
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

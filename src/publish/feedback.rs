//! Publishing feedback workbooks: one folder for a version, whole or not at all, never overwritten.
//!
//! Each workbook is written to a hidden folder beside its target as it is made, so that no more than a few are held in
//! memory; one rename makes the folder appear. What a killed run left behind is removed by the next one.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::folder::files_below;
use super::staging::{self, Hold, Staging};
use super::versions::{kind_of, names_in};
use super::{HashedFile, MANIFEST, disk, is_passing, json_lines};
use crate::read::{document, sha256};

/// The folder of feedback below a project.
pub const FEEDBACK: &str = "feedback";
/// The schema of [`FeedbackManifest`].
const SCHEMA: &str = "assess.feedback/1";

/// manifest.json of a folder of feedback workbooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackManifest {
    /// `assess.feedback/1`.
    pub schema: String,
    /// The version of the result.
    pub version: String,
    /// SHA-256 of the manifest of that version.
    pub result: String,
    /// The name of an interim period.
    pub period: Option<String>,
    /// Program and version that wrote it.
    pub program: String,
    /// Every other file of the folder, by path.
    pub files: Vec<HashedFile>,
}

impl FeedbackManifest {
    /// A manifest without files yet.
    pub fn new(version: &str, result: &str, period: Option<&str>) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            version: version.to_owned(),
            result: result.to_owned(),
            period: period.map(str::to_owned),
            program: format!("assess {}", env!("CARGO_PKG_VERSION")),
            files: Vec::new(),
        }
    }
}

/// What stands where feedback is to be published.
#[derive(Debug)]
pub enum Standing {
    /// Nothing, or an empty folder.
    Free,
    /// The same feedback, untouched.
    Same(FeedbackManifest),
    /// The same feedback, but files were changed, added or removed.
    Touched(Vec<String>),
    /// Feedback of another result or of another program version.
    Other(FeedbackManifest),
    /// Something that assess did not write.
    Foreign,
}

/// A folder below `feedback/`.
#[derive(Debug)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// What its manifest says; nothing if it has none of ours.
    pub manifest: Option<FeedbackManifest>,
    /// Every file in it, by path.
    pub files: Vec<String>,
}

/// The folders of feedback of a project, by name. A folder without any manifest is somebody's own unless it is named like a
/// version.
///
/// # Errors
/// If they cannot be read.
pub fn folders(root: &Path) -> anyhow::Result<Vec<Found>> {
    let above = root.join(FEEDBACK);
    let mut found = Vec::new();
    for name in names_in(&above)? {
        let path = above.join(&name);
        if name.starts_with('.') || kind_of(&path)?.is_none_or(|kind| !kind.is_dir()) {
            continue;
        }
        let files = files_below(&path)?;
        let has_manifest = files.iter().any(|file| file == MANIFEST);
        if !has_manifest && (super::number(&name).is_none() || files.is_empty()) {
            continue;
        }
        let bytes = document(&path.join(MANIFEST))?.unwrap_or_default();
        let manifest: Option<FeedbackManifest> = serde_json::from_slice(&bytes).ok();
        found.push(Found { name, manifest: manifest.filter(|manifest| manifest.schema == SCHEMA), files });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Looks at what stands at a place, where feedback of `wanted` is to go.
///
/// # Errors
/// If something there cannot be read.
pub fn standing(target: &Path, wanted: &FeedbackManifest) -> anyhow::Result<Standing> {
    match kind_of(target)? {
        None => return Ok(Standing::Free),
        Some(kind) if !kind.is_dir() => return Ok(Standing::Foreign),
        Some(_) if names_in(target)?.is_empty() => return Ok(Standing::Free),
        Some(_) => {}
    }
    let bytes = document(&target.join(MANIFEST))?.unwrap_or_default();
    let found: Option<FeedbackManifest> = serde_json::from_slice(&bytes).ok();
    let Some(found) = found.filter(|manifest| manifest.schema == SCHEMA) else { return Ok(Standing::Foreign) };
    if (FeedbackManifest { files: Vec::new(), ..found.clone() }) != *wanted {
        return Ok(Standing::Other(found));
    }
    let mut touched: Vec<String> = Vec::new();
    for file in &found.files {
        let whole = document(&target.join(&file.path)).ok().flatten();
        if whole.is_none_or(|bytes| sha256(&bytes) != file.sha256) {
            touched.push(file.path.clone());
        }
    }
    let known: std::collections::BTreeSet<&str> = found.files.iter().map(|file| file.path.as_str()).collect();
    let added = files_below(target)?;
    let is_added = |path: &String| path != MANIFEST && !is_passing(path) && !known.contains(path.as_str());
    touched.extend(added.into_iter().filter(is_added));
    touched.sort();
    Ok(if touched.is_empty() { Standing::Same(found) } else { Standing::Touched(touched) })
}

/// A folder of feedback that is being written. Dropped before it is published, it leaves nothing.
pub struct Staged {
    staging: Staging,
    target: PathBuf,
    // After what is being written, which is taken away while the place is still locked.
    _hold: Hold,
}

impl Staged {
    /// Begins a folder. The lock of the project's own folder of feedback stays there, that of another place does not; `None`
    /// when another run holds it.
    ///
    /// # Errors
    /// If the folder above cannot be written to.
    pub fn begin(target: &Path, is_own: bool) -> anyhow::Result<Option<Self>> {
        let (parent, name) = staging::split(target)?;
        disk::make_folders(parent)?;
        let hold = if is_own { Hold::of_folder(parent)? } else { Some(Hold::of_place(target)?) };
        let Some(hold) = hold else { return Ok(None) };
        staging::sweep(parent, (!is_own).then_some(name.as_str()))?;
        Ok(Some(Self { staging: Staging::folder(target)?, target: target.to_owned(), _hold: hold }))
    }

    /// Writes and syncs one file; several may be written at once.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<HashedFile> {
        self.staging.write(name, bytes)
    }

    /// Adds the manifest and makes the folder appear.
    ///
    /// # Errors
    /// If something stands there by now, or it cannot be written.
    pub fn publish(self, mut manifest: FeedbackManifest, files: Vec<HashedFile>) -> anyhow::Result<()> {
        manifest.files = files;
        manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
        self.staging.write(MANIFEST, &json_lines(&manifest)?)?;
        self.staging.seal()?;
        if kind_of(&self.target)?.is_some_and(|kind| kind.is_dir()) && names_in(&self.target)?.is_empty() {
            disk::remove_empty(&self.target)?;
        }
        self.staging.reveal()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_folder_appears_whole_and_is_known_again() {
        let root = tempfile::tempdir().expect("temporary folder");
        let target = root.path().join("feedback/v001");
        let wanted = FeedbackManifest::new("v001", "hash", None);
        let staged = Staged::begin(&target, true).expect("begin").expect("free");
        assert!(Staged::begin(&target, true).expect("begin").is_none(), "a second run is kept out");
        let file = staged.write("a.xlsx", b"1").expect("write");
        assert!(!target.exists());
        staged.publish(wanted.clone(), vec![file]).expect("publish");
        assert!(matches!(standing(&target, &wanted).expect("look"), Standing::Same(_)));
        let other = FeedbackManifest::new("v001", "other", None);
        assert!(matches!(standing(&target, &other).expect("look"), Standing::Other(_)));
        fs::write(target.join("a.xlsx"), "2").expect("touch");
        fs::write(target.join("b.xlsx"), "3").expect("add");
        let Standing::Touched(files) = standing(&target, &wanted).expect("look") else { panic!("not touched") };
        assert_eq!(files, ["a.xlsx", "b.xlsx"]);
    }

    #[test]
    fn a_run_that_ends_early_leaves_nothing_and_leftovers_are_swept() {
        let root = tempfile::tempdir().expect("temporary folder");
        let target = root.path().join("v001");
        fs::create_dir(root.path().join(".staging-v001-1")).expect("leftover");
        let staged = Staged::begin(&target, false).expect("begin").expect("free");
        assert!(!root.path().join(".staging-v001-1").exists());
        staged.write("a.xlsx", b"1").expect("write");
        drop(staged);
        assert_eq!(fs::read_dir(root.path()).expect("list").count(), 0);
    }
}

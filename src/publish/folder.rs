//! Publishing a folder of files as a whole: the empty forms of `assess template`, the project of `assess init`.
//!
//! Files are staged beside the target and synced; one rename makes the folder appear. A folder that stands there already is
//! replaced only when it is ours and nobody has touched it: its manifest names every file with its hash.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use super::{HashedFile, MANIFEST, STAGING, sync_folder, write_synced};
use crate::read::sha256;

/// A file of a folder: its path with `/` and its bytes.
pub struct FolderFile {
    /// Path below the folder.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether it can be run as a program.
    pub is_program: bool,
}

impl FolderFile {
    /// A file that is no program.
    pub fn new(path: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { path: path.into(), bytes, is_program: false }
    }
}

/// manifest.json of a folder of forms: what made them, and every file by hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderManifest {
    /// `assess.forms/1`.
    pub schema: String,
    /// Program and version that wrote it.
    pub program: String,
    /// SHA-256 of model file and indicator table.
    pub model: String,
    /// Every other file of the folder.
    pub files: Vec<HashedFile>,
}

/// The schema of [`FolderManifest`].
const SCHEMA: &str = "assess.forms/1";

/// What stands where a folder is to be published.
pub enum Standing {
    /// Nothing, or an empty folder.
    Free,
    /// A folder that assess wrote and nobody has touched, with its files.
    Own(BTreeMap<String, Vec<u8>>),
    /// A folder that must not be replaced: files that were changed, added or removed.
    Touched(Vec<String>),
    /// Something that assess did not write.
    Foreign,
}

/// Looks at what stands at a place.
///
/// # Errors
/// If something there cannot be read.
pub fn standing(target: &Path) -> anyhow::Result<Standing> {
    let shown = || target.display().to_string();
    if !target.exists() {
        return Ok(Standing::Free);
    }
    if !target.is_dir() {
        return Ok(Standing::Foreign);
    }
    let found = files_below(target)?;
    if found.is_empty() && fs::read_dir(target).with_context(shown)?.next().is_none() {
        return Ok(Standing::Free);
    }
    let Some(manifest) = read_manifest(target)? else { return Ok(Standing::Foreign) };
    let mut touched = Vec::new();
    let mut own = BTreeMap::new();
    let known: BTreeMap<&str, &str> = manifest.files.iter().map(|f| (f.path.as_str(), f.sha256.as_str())).collect();
    for path in found.iter().filter(|path| *path != MANIFEST) {
        let bytes = fs::read(target.join(path)).with_context(shown)?;
        if known.get(path.as_str()).is_some_and(|hash| *hash == sha256(&bytes)) {
            own.insert(path.clone(), bytes);
        } else {
            touched.push(path.clone());
        }
    }
    touched.extend(known.keys().filter(|path| !found.iter().any(|f| f == *path)).map(|path| (*path).to_owned()));
    touched.sort();
    touched.dedup();
    Ok(if touched.is_empty() { Standing::Own(own) } else { Standing::Touched(touched) })
}

/// The paths of all files below a folder, sorted.
pub(super) fn files_below(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in WalkDir::new(folder).follow_links(false).sort_by_file_name() {
        let entry = entry.with_context(|| folder.display().to_string())?;
        if !entry.file_type().is_dir() {
            let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            found.push(below.to_string_lossy().replace('\\', "/"));
        }
    }
    found.sort();
    Ok(found)
}

/// The manifest of a folder, if it has one of ours.
fn read_manifest(folder: &Path) -> anyhow::Result<Option<FolderManifest>> {
    let path = folder.join(MANIFEST);
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
    let manifest: Option<FolderManifest> = serde_json::from_slice(&bytes).ok();
    Ok(manifest.filter(|manifest| manifest.schema == SCHEMA))
}

/// Publishes a folder of forms with its manifest; what [`standing`] calls free or own is replaced as a whole.
///
/// # Errors
/// If anything cannot be written; what stood there before stands there still.
pub fn publish_forms(target: &Path, model: &str, mut files: Vec<FolderFile>) -> anyhow::Result<()> {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let manifest = FolderManifest {
        schema: SCHEMA.to_owned(),
        program: format!("assess {}", env!("CARGO_PKG_VERSION")),
        model: model.to_owned(),
        files: files.iter().map(hashed).collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&manifest)?;
    bytes.push(b'\n');
    files.push(FolderFile::new(MANIFEST, bytes));
    let (parent, name) = split(target)?;
    fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    sweep(parent, &name)?;
    let staging = parent.join(format!("{STAGING}{name}-{}", std::process::id()));
    let aside = parent.join(format!("{STAGING}{name}-old-{}", std::process::id()));
    let written = stage(&staging, &files, &[]).and_then(|()| replace(&staging, target, &aside));
    if written.is_err() {
        // What cannot be removed now is swept by the next run.
        let _ = fs::remove_dir_all(&staging);
    }
    written
}

fn hashed(file: &FolderFile) -> HashedFile {
    HashedFile {
        path: file.path.clone(),
        sha256: sha256(&file.bytes),
        size: file.bytes.len() as u64,
        role: None,
        rows: None,
    }
}

/// The folder above a target, and its name.
pub(super) fn split(target: &Path) -> anyhow::Result<(&Path, String)> {
    let name = target.file_name().with_context(|| target.display().to_string())?;
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok((parent, name.to_string_lossy().into_owned()))
}

/// Removes what a killed run left behind beside a target.
pub(super) fn sweep(parent: &Path, name: &str) -> anyhow::Result<()> {
    let prefix = format!("{STAGING}{name}-");
    for entry in fs::read_dir(parent).with_context(|| parent.display().to_string())? {
        let entry = entry.with_context(|| parent.display().to_string())?;
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            fs::remove_dir_all(entry.path()).with_context(|| entry.path().display().to_string())?;
        }
    }
    Ok(())
}

/// Writes and syncs files and empty folders below a new folder.
fn stage(staging: &Path, files: &[FolderFile], folders: &[String]) -> anyhow::Result<()> {
    fs::create_dir(staging).with_context(|| staging.display().to_string())?;
    for folder in folders {
        let path = staging.join(folder);
        fs::create_dir_all(&path).with_context(|| path.display().to_string())?;
    }
    for file in files {
        let path = staging.join(&file.path);
        let folder = path.parent().unwrap_or(staging);
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        write_synced(&path, &file.bytes)?;
        if file.is_program {
            make_program(&path)?;
        }
    }
    sync_folder(staging)
}

/// Lets a file be run on systems that ask for it.
#[cfg(unix)]
fn make_program(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).with_context(|| path.display().to_string())
}

/// Lets a file be run on systems that ask for it.
#[cfg(not(unix))]
fn make_program(_: &Path) -> anyhow::Result<()> {
    Ok(())
}

/// Puts a staged folder in the place of a target, which first steps aside.
fn replace(staging: &Path, target: &Path, aside: &Path) -> anyhow::Result<()> {
    let shown = || target.display().to_string();
    if target.exists() {
        fs::rename(target, aside).with_context(shown)?;
    }
    if let Err(error) = fs::rename(staging, target) {
        if aside.exists() {
            fs::rename(aside, target).with_context(shown)?;
        }
        return Err(error).with_context(shown);
    }
    sync_folder(target.parent().unwrap_or(Path::new(".")))?;
    if aside.exists() {
        fs::remove_dir_all(aside).with_context(|| aside.display().to_string())?;
    }
    Ok(())
}

/// Whether a place is free for a new project: nothing there, or a folder that holds nothing but hidden files.
///
/// # Errors
/// If it cannot be listed.
pub fn is_free(target: &Path) -> anyhow::Result<bool> {
    if !target.exists() {
        return Ok(true);
    }
    if !target.is_dir() {
        return Ok(false);
    }
    for entry in fs::read_dir(target).with_context(|| target.display().to_string())? {
        let entry = entry.with_context(|| target.display().to_string())?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Makes a new project at a place that [`is_free`]; `last` names the file that appears last, so that nobody takes half a
/// project for a whole one.
///
/// # Errors
/// If anything cannot be written.
pub fn publish_project(target: &Path, files: &[FolderFile], folders: &[String], last: &str) -> anyhow::Result<()> {
    if !target.exists() {
        let (parent, name) = split(target)?;
        fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
        let staging = parent.join(format!("{STAGING}{name}-{}", std::process::id()));
        let written = stage(&staging, files, folders).and_then(|()| {
            fs::rename(&staging, target).with_context(|| target.display().to_string())?;
            sync_folder(parent)
        });
        if written.is_err() {
            let _ = fs::remove_dir_all(&staging);
        }
        return written;
    }
    let staging = target.join(format!("{STAGING}project-{}", std::process::id()));
    sweep(target, "project")?;
    let written = stage(&staging, files, folders).and_then(|()| move_up(&staging, target, last));
    if written.is_err() {
        let _ = fs::remove_dir_all(&staging);
    }
    written
}

/// Moves what was staged within a folder into that folder, the last file last.
fn move_up(staging: &Path, target: &Path, last: &str) -> anyhow::Result<()> {
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(staging).with_context(|| staging.display().to_string())? {
        entries.push(entry.with_context(|| staging.display().to_string())?.path());
    }
    entries.sort_by_key(|path| (path.ends_with(last), path.clone()));
    for entry in entries {
        let place = target.join(entry.file_name().unwrap_or_default());
        anyhow::ensure!(!place.exists(), "{}: exists", place.display());
        fs::rename(&entry, &place).with_context(|| place.display().to_string())?;
    }
    fs::remove_dir(staging).with_context(|| staging.display().to_string())?;
    sync_folder(target)
}

/// Writes files into a folder, replacing nothing.
///
/// # Errors
/// If a file of that name exists or cannot be written.
pub fn publish_new(folder: &Path, files: &[FolderFile]) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for file in files {
        write_synced(&folder.join(&file.path), &file.bytes)?;
    }
    sync_folder(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> FolderFile {
        FolderFile::new(path, text.as_bytes().to_vec())
    }

    #[test]
    fn an_untouched_folder_is_ours_and_a_touched_one_is_not_replaced() {
        let root = tempfile::tempdir().expect("temporary folder");
        let target = root.path().join("templates");
        assert!(matches!(standing(&target).expect("look"), Standing::Free));
        publish_forms(&target, "m", vec![file("a/1.xlsx", "1"), file("b.xlsx", "2")]).expect("first");
        let Standing::Own(own) = standing(&target).expect("look") else { panic!("not ours") };
        assert_eq!(own.keys().collect::<Vec<_>>(), ["a/1.xlsx", "b.xlsx"]);
        fs::write(target.join("b.xlsx"), "3").expect("fill in");
        fs::write(target.join("c.xlsx"), "4").expect("add");
        fs::remove_file(target.join("a/1.xlsx")).expect("remove");
        let Standing::Touched(files) = standing(&target).expect("look") else { panic!("not touched") };
        assert_eq!(files, ["a/1.xlsx", "b.xlsx", "c.xlsx"]);
    }

    #[test]
    fn a_folder_of_somebody_else_is_foreign() {
        let root = tempfile::tempdir().expect("temporary folder");
        fs::write(root.path().join("x"), "").expect("file");
        assert!(matches!(standing(root.path()).expect("look"), Standing::Foreign));
        assert!(matches!(standing(&root.path().join("x")).expect("look"), Standing::Foreign));
    }

    #[test]
    fn a_folder_is_replaced_as_a_whole_and_leaves_nothing_beside_it() {
        let root = tempfile::tempdir().expect("temporary folder");
        let target = root.path().join("templates");
        publish_forms(&target, "m", vec![file("old.xlsx", "1")]).expect("first");
        publish_forms(&target, "m", vec![file("new.xlsx", "1")]).expect("second");
        assert!(target.join("new.xlsx").exists() && !target.join("old.xlsx").exists());
        assert_eq!(fs::read_dir(root.path()).expect("list").count(), 1);
    }

    #[test]
    fn a_project_appears_in_a_new_or_an_empty_folder_and_nowhere_else() {
        let root = tempfile::tempdir().expect("temporary folder");
        let files = [file("assess.toml", "m"), file("a/b.txt", "1")];
        for name in ["new", "empty"] {
            let target = root.path().join(name);
            if name == "empty" {
                fs::create_dir(&target).expect("folder");
                fs::write(target.join(".hidden"), "").expect("file");
            }
            assert!(is_free(&target).expect("look"));
            publish_project(&target, &files, &["c/d".to_owned()], "assess.toml").expect("project");
            assert!(target.join("a/b.txt").exists() && target.join("c/d").is_dir());
            assert!(!is_free(&target).expect("look"));
        }
    }
}

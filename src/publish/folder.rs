//! Publishing a folder of files as a whole: the forms of `assess template` and `assess suggest`.
//!
//! Files are staged next to the target and synced; one rename makes the folder appear. An existing folder is replaced
//! only if assess wrote it and it is unchanged: its manifest lists every file with its hash.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use super::At;
use super::staging::{self, Hold, Staging};
use super::versions::{kind_of, names_in};
use super::{HashedFile, MANIFEST, Publisher, disk, json_lines};
use crate::read::project::{on_disk, shown};
use crate::read::{Unfit, document, sha256};
use crate::result::manifest::PROGRAM;
use crate::result::states::{Entry, HandedOut};

/// A file of a folder: its path with `/` and its bytes.
pub struct FolderFile {
    /// Path relative to the folder.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Whether it is executable.
    pub is_program: bool,
}

impl FolderFile {
    /// A file that is not executable.
    pub fn new(path: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { path: path.into(), bytes, is_program: false }
    }
}

/// manifest.json of a folder of forms: the program and model it was made from, and every file by hash.
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

/// The present content of the place where a folder is to be published.
pub enum FolderFound {
    /// Nothing, or an empty folder.
    Free,
    /// A folder that assess wrote and that is unchanged, with its files.
    Own(BTreeMap<String, Vec<u8>>),
    /// A folder that must not be replaced: files that were changed, added or removed.
    Touched(Vec<String>),
    /// Something not written by assess.
    Foreign,
}

fn standing(target: &Path) -> anyhow::Result<FolderFound> {
    match kind_of(target)? {
        None => return Ok(FolderFound::Free),
        Some(kind) if !kind.is_dir() => return Ok(FolderFound::Foreign),
        Some(_) if names_in(target)?.is_empty() => return Ok(FolderFound::Free),
        Some(_) => {}
    }
    let found = files_below(target)?;
    let Some(manifest) = read_manifest(target)? else { return Ok(FolderFound::Foreign) };
    let mut touched = Vec::new();
    let mut own = BTreeMap::new();
    let known: BTreeMap<&str, &str> = manifest.files.iter().map(|f| (f.path.as_str(), f.sha256.as_str())).collect();
    let gone = known.keys().filter(|path| !found.iter().any(|f| f == *path));
    touched.extend(gone.map(|path| (*path).to_owned()));
    for path in found.into_iter().filter(|path| path != MANIFEST) {
        match document(&on_disk(target, &path)) {
            Ok(Some(bytes)) if known.get(path.as_str()).is_some_and(|hash| *hash == sha256(&bytes)) => {
                own.insert(path, bytes);
            }
            Ok(_) => touched.push(path),
            Err(error) if error.is::<Unfit>() => touched.push(path),
            Err(error) => return Err(error),
        }
    }
    touched.sort();
    touched.dedup();
    Ok(if touched.is_empty() { FolderFound::Own(own) } else { FolderFound::Touched(touched) })
}

/// The paths of all files below a folder, sorted.
pub(super) fn files_below(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in WalkDir::new(folder).follow_links(false).sort_by_file_name() {
        let entry = entry.at(folder)?;
        if !entry.file_type().is_dir() {
            let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            found.push(shown(below));
        }
    }
    found.sort();
    Ok(found)
}

/// The manifest of a folder, if assess wrote it.
fn read_manifest(folder: &Path) -> anyhow::Result<Option<FolderManifest>> {
    let Some(bytes) = document(&folder.join(MANIFEST))? else { return Ok(None) };
    let manifest: Option<FolderManifest> = serde_json::from_slice(&bytes).ok();
    Ok(manifest.filter(|manifest| manifest.schema == SCHEMA))
}

/// The place of a folder of forms, locked; leftovers of killed runs are removed.
pub struct FormsPlace<'t> {
    target: &'t Path,
    _hold: Hold,
}

impl<'t> FormsPlace<'t> {
    /// Locks a place.
    ///
    /// # Errors
    /// [`super::Busy`] if another run writes there; any other error if the folder above cannot be written to.
    pub fn lock(target: &'t Path) -> anyhow::Result<Self> {
        let (parent, name) = staging::split(target)?;
        disk::make_folders(parent)?;
        let hold = Hold::of_place(target)?;
        staging::sweep(parent, Some(&name))?;
        Ok(Self { target, _hold: hold })
    }

    /// Examines the present content.
    ///
    /// # Errors
    /// If something there cannot be read.
    pub fn standing(&self) -> anyhow::Result<FolderFound> {
        standing(self.target)
    }

    /// Publishes a folder of forms with its manifest; a free place or a folder of our own is replaced as a whole.
    ///
    /// # Errors
    /// If anything cannot be written; the previous content is kept then, unless it is [`super::Unconfirmed`] or
    /// [`super::Unentered`].
    pub fn publish(&self, publisher: &Publisher, model: &str, mut files: Vec<FolderFile>) -> anyhow::Result<()> {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let manifest = FolderManifest {
            schema: SCHEMA.to_owned(),
            program: PROGRAM.to_owned(),
            model: model.to_owned(),
            files: files.iter().map(hashed).collect(),
        };
        let bytes = json_lines(&manifest)?;
        let entry = Entry::Forms(HandedOut {
            folder: publisher.name_of(self.target),
            manifest: sha256(&bytes),
            files: manifest.files.len(),
            version: None,
        });
        files.push(FolderFile::new(MANIFEST, bytes));
        let mut staging = Staging::folder(self.target)?;
        fill(&mut staging, &files, &[])?;
        staging.seal()?;
        publisher.enter(Some(entry), self.target, || staging.replace_folder())
    }
}

pub(super) fn hashed(file: &FolderFile) -> HashedFile {
    let (sha256, size) = (sha256(&file.bytes), file.bytes.len() as u64);
    HashedFile { path: file.path.clone(), sha256, size, role: None, rows: None }
}

/// Writes files and empty folders into a staged folder.
pub(super) fn fill(staging: &mut Staging, files: &[FolderFile], folders: &[String]) -> anyhow::Result<()> {
    for folder in folders {
        staging.make_folder(folder)?;
    }
    for file in files {
        if let Some((folder, _)) = file.path.rsplit_once('/') {
            staging.make_folder(folder)?;
        }
        staging.write(&file.path, &file.bytes)?;
        if file.is_program {
            disk::make_program(&staging.path().join(&file.path))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::states;
    use super::*;
    use crate::result::states::Log;

    fn publish(target: &Path, files: Vec<FolderFile>) -> anyhow::Result<()> {
        let publisher = Publisher::lock(target.parent().expect("a folder"))?.expect("free");
        FormsPlace::lock(target)?.publish(&publisher, "m", files)
    }

    fn file(path: &str, text: &str) -> FolderFile {
        FolderFile::new(path, text.as_bytes().to_vec())
    }

    #[test]
    fn an_untouched_folder_is_ours_and_a_touched_one_is_not_replaced() {
        let root = tempfile::tempdir().expect("temporary folder");
        let target = root.path().join("templates");
        assert!(matches!(standing(&target).expect("look"), FolderFound::Free));
        publish(&target, vec![file("a/1.xlsx", "1"), file("b.xlsx", "2")]).expect("first");
        let FolderFound::Own(own) = standing(&target).expect("look") else { panic!("not ours") };
        assert_eq!(own.keys().collect::<Vec<_>>(), ["a/1.xlsx", "b.xlsx"]);
        fs::write(target.join("b.xlsx"), "3").expect("fill in");
        fs::write(target.join("c.xlsx"), "4").expect("add");
        fs::remove_file(target.join("a/1.xlsx")).expect("remove");
        let FolderFound::Touched(files) = standing(&target).expect("look") else { panic!("not touched") };
        assert_eq!(files, ["a/1.xlsx", "b.xlsx", "c.xlsx"]);
    }

    #[test]
    fn a_folder_of_somebody_else_is_foreign() {
        let root = tempfile::tempdir().expect("temporary folder");
        fs::write(root.path().join("x"), "").expect("file");
        assert!(matches!(standing(root.path()).expect("look"), FolderFound::Foreign));
        assert!(matches!(standing(&root.path().join("x")).expect("look"), FolderFound::Foreign));
    }

    #[test]
    fn a_folder_is_replaced_as_a_whole_and_leaves_nothing_beside_it() {
        let root = tempfile::tempdir().expect("temporary folder");
        let target = root.path().join("templates");
        publish(&target, vec![file("old.xlsx", "1")]).expect("first");
        publish(&target, vec![file("new.xlsx", "1")]).expect("second");
        assert!(target.join("new.xlsx").exists() && !target.join("old.xlsx").exists());
        let mut left: Vec<_> = fs::read_dir(root.path()).expect("list").flatten().map(|e| e.file_name()).collect();
        left.sort();
        assert_eq!(left, ["results", "templates"]);
        let log = Log::parse(&states(root.path()).expect("log"));
        let hash = sha256(&fs::read(target.join(MANIFEST)).expect("manifest"));
        let known: Vec<_> = log.forms().into_values().map(|(line, own)| (line, &*own.folder, &own.manifest)).collect();
        assert_eq!(known, [(2, "templates", &hash)]);
    }
}

//! Publishing feedback workbooks: one folder for a version, completely or not at all, never overwritten.
//!
//! Each workbook is written to a hidden folder next to its target as soon as it is made, so that only a few are in
//! memory; one rename makes the folder appear. Files that the office keeps to itself, the list for handing out and the
//! result of a draft, are placed next to the folder, which can then be sent as it is. Those files appear before the
//! folder does; if a run is killed in between, the hidden folder still identifies them, and the next run removes both.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::folder::files_below;
use super::staging::{self, Hold, Staging, Unconfirmed};
use super::versions::{kind_of, names_in};
use super::{HashedFile, MANIFEST, Publisher, disk, file, is_passing, json_lines};
use crate::read::{document, sha256};
use crate::result::manifest::PROGRAM;
use crate::result::seal::Seal;
use crate::result::states::{Entry, HandedOut};
use crate::shared::letters::LetterFiles;

mod found;

pub use found::{Found, Letters, copies, copy_name, document_of, folder_at, folders, letters};

pub use crate::shared::place::folders::FEEDBACK;

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
    /// Its content seal, printed on every page.
    pub seal: Seal,
    /// The name of an interim period.
    pub period: Option<String>,
    /// The version whose letters these replace.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replaces: Option<String>,
    /// The files that each unit got.
    pub letters: LetterFiles,
    /// Program and version that wrote it.
    pub program: String,
    /// The reason why letters were handed out although marks can be deduced from them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub accept_exposed: Option<String>,
    /// Codes of the units that have a letter in the folder, in the order of the roster.
    pub units: Vec<String>,
    /// Every other file of the folder, by path.
    pub files: Vec<HashedFile>,
    /// The files beside the folder, by name.
    pub beside: Vec<HashedFile>,
}

impl FeedbackManifest {
    /// A manifest without letters yet.
    pub fn new(version: &str, result: &str, seal: Seal, period: Option<&str>) -> Self {
        Self {
            seal,
            replaces: None,
            letters: LetterFiles::default(),
            schema: SCHEMA.to_owned(),
            version: version.to_owned(),
            result: result.to_owned(),
            period: period.map(str::to_owned),
            program: PROGRAM.to_owned(),
            accept_exposed: None,
            units: Vec::new(),
            files: Vec::new(),
            beside: Vec::new(),
        }
    }

    /// The content of its file.
    ///
    /// # Errors
    /// None that a manifest can cause.
    pub fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        json_lines(self)
    }

    /// The manifest of a folder, if assess wrote it.
    fn of(folder: &Path) -> anyhow::Result<Option<Self>> {
        let bytes = document(&folder.join(MANIFEST))?.unwrap_or_default();
        let manifest: Option<Self> = serde_json::from_slice(&bytes).ok();
        Ok(manifest.filter(|manifest| manifest.schema == SCHEMA))
    }

    /// Whether it is feedback of the same result, whatever its files are.
    fn is_like(&self, other: &Self) -> bool {
        let Self {
            schema,
            version,
            result,
            seal,
            period,
            replaces,
            letters,
            program,
            accept_exposed: _,
            units: _,
            files: _,
            beside: _,
        } = self;
        let texts =
            [schema, version, result, program] == [&other.schema, &other.version, &other.result, &other.program];
        texts && letters == &other.letters && (seal, period, replaces) == (&other.seal, &other.period, &other.replaces)
    }
}

/// The place where feedback goes.
#[derive(Clone, Debug)]
pub struct Place {
    /// The path of the folder.
    pub folder: PathBuf,
    /// Whether it is named by the project, in the project's feedback folder.
    pub is_own: bool,
    /// Names of the files next to it.
    pub beside: Vec<String>,
}

/// The present content of the place where feedback is to be published.
#[derive(Debug)]
pub enum FeedbackFound {
    /// Nothing, or an empty folder.
    Free,
    /// Exactly this feedback, with its files unchanged.
    Same(FeedbackManifest),
    /// This feedback, but with files changed, added or removed.
    Touched(Vec<String>),
    /// Feedback of another result or of another program version.
    Other(FeedbackManifest),
    /// Something not written by assess, in the place of the folder or of a file next to it.
    Foreign(PathBuf),
}

/// Examines the place where feedback of `wanted` is to go.
///
/// # Errors
/// If something there cannot be read.
pub fn standing(place: &Place, wanted: &FeedbackManifest) -> anyhow::Result<FeedbackFound> {
    let target = place.folder.as_path();
    match kind_of(target)? {
        None => return around(place),
        Some(kind) if !kind.is_dir() => return Ok(FeedbackFound::Foreign(target.to_owned())),
        Some(_) if names_in(target)?.is_empty() => return around(place),
        Some(_) => {}
    }
    let Some(found) = FeedbackManifest::of(target)? else { return Ok(FeedbackFound::Foreign(target.to_owned())) };
    if !found.is_like(wanted) {
        return Ok(FeedbackFound::Other(found));
    }
    let parent = file::folder_of(target);
    let mut touched: Vec<String> = Vec::new();
    touched.extend(found.files.iter().filter(|file| !is_whole(target, file)).map(|file| file.path.clone()));
    touched.extend(found.beside.iter().filter(|file| !is_whole(parent, file)).map(|file| format!("../{}", file.path)));
    let known: std::collections::BTreeSet<&str> = found.files.iter().map(|file| file.path.as_str()).collect();
    let added = files_below(target)?;
    let is_added = |path: &String| path != MANIFEST && !is_passing(path) && !known.contains(path.as_str());
    touched.extend(added.into_iter().filter(is_added));
    touched.sort();
    Ok(if touched.is_empty() { FeedbackFound::Same(found) } else { FeedbackFound::Touched(touched) })
}

/// Examines the files next to a folder that does not exist. Leftovers of a killed run do not count.
fn around(place: &Place) -> anyhow::Result<FeedbackFound> {
    let (parent, name) = staging::split(&place.folder)?;
    let stranded = stranded(parent, Some(&name))?;
    for path in place.beside.iter().map(|name| parent.join(name)) {
        if kind_of(&path)?.is_some() && !stranded.contains(&path) {
            return Ok(FeedbackFound::Foreign(path));
        }
    }
    Ok(FeedbackFound::Free)
}

/// Whether a file is unchanged since it was written.
fn is_whole(folder: &Path, file: &HashedFile) -> bool {
    let bytes = document(&folder.join(&file.path)).ok().flatten();
    bytes.is_some_and(|bytes| sha256(&bytes) == file.sha256)
}

/// The files that killed runs put next to folders, of one name or of any, which then never appeared.
fn stranded(parent: &Path, only: Option<&str>) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for (hidden, of) in staging::leftovers(parent, only)? {
        let target = parent.join(of);
        let has_appeared = kind_of(&target)?.is_some() && !names_in(&target)?.is_empty();
        if has_appeared || kind_of(&hidden)?.is_none_or(|kind| !kind.is_dir()) {
            continue;
        }
        let beside = FeedbackManifest::of(&hidden)?.map(|manifest| manifest.beside).unwrap_or_default();
        let own = |file: &&HashedFile| !file.path.contains(['/', '\\']) && is_whole(parent, file);
        found.extend(beside.iter().filter(own).map(|file| parent.join(&file.path)));
    }
    Ok(found)
}

/// A folder of feedback being written, with the files next to it. If dropped before it is published, it leaves nothing.
pub struct Staged {
    staging: Staging,
    target: PathBuf,
    // Dropped after the staged files, which must be removed while the place is still locked.
    _hold: Hold,
}

impl Staged {
    /// Begins a folder. The lock of the project's own feedback folder is kept, that of another place is removed; `None`
    /// if another run holds it.
    ///
    /// # Errors
    /// If the folder above cannot be written to.
    pub fn begin(place: &Place) -> anyhow::Result<Option<Self>> {
        let target = place.folder.as_path();
        let (parent, name) = staging::split(target)?;
        disk::make_folders(parent)?;
        let hold = if place.is_own { Hold::of_folder(parent)? } else { Some(Hold::of_place(target)?) };
        let Some(hold) = hold else { return Ok(None) };
        let only = (!place.is_own).then_some(name.as_str());
        // Before the hidden folders that identify them.
        for path in stranded(parent, only)? {
            disk::remove(&path)?;
            disk::swept(path);
        }
        staging::sweep(parent, only)?;
        Ok(Some(Self { staging: Staging::folder(target)?, target: target.to_owned(), _hold: hold }))
    }

    /// Makes files on all cores, by name and content, and writes and syncs each as soon as it is made.
    ///
    /// # Errors
    /// Of making one, or if one cannot be written.
    pub fn write_each<'n, T: Sync>(
        &self,
        items: &[T],
        make: impl Fn(&T) -> anyhow::Result<(&'n str, Vec<u8>)> + Sync,
    ) -> anyhow::Result<Vec<HashedFile>> {
        self.staging.write_each(items, make)
    }

    /// Writes and syncs a file to be placed next to the folder.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_beside(&self, name: &str, bytes: &[u8]) -> anyhow::Result<HashedFile> {
        Ok(HashedFile { path: name.to_owned(), ..self.staging.write(&waiting(name), bytes)? })
    }

    /// Adds the manifest, makes the folder appear after the files next to it, and enters it in the log.
    ///
    /// # Errors
    /// If there is something at its place by then, or it cannot be written.
    pub fn publish(self, publisher: &Publisher, manifest: &FeedbackManifest) -> anyhow::Result<()> {
        let bytes = manifest.bytes()?;
        let entry = Entry::Feedback(HandedOut {
            folder: publisher.name_of(&self.target),
            manifest: sha256(&bytes),
            files: manifest.files.len(),
            version: Some(manifest.version.clone()),
        });
        self.staging.write(MANIFEST, &bytes)?;
        let target = self.target.clone();
        publisher.enter(Some(entry), &target, || self.appear(manifest))
    }

    fn appear(self, manifest: &FeedbackManifest) -> anyhow::Result<()> {
        self.staging.seal()?;
        if kind_of(&self.target)?.is_some_and(|kind| kind.is_dir()) && names_in(&self.target)?.is_empty() {
            disk::remove_empty(&self.target)?;
        }
        let mut beside = Beside(Vec::new());
        let revealed = self.reveal_beside(&manifest.beside, &mut beside);
        let revealed = revealed.and_then(|()| self.staging.reveal_with(&beside.0));
        match revealed {
            Err(error) if !error.is::<Unconfirmed>() => Err(error),
            revealed => {
                beside.0.clear();
                revealed
            }
        }
    }

    /// Moves the files that belong next to the folder to their places.
    fn reveal_beside(&self, files: &[HashedFile], beside: &mut Beside) -> anyhow::Result<()> {
        let parent = file::folder_of(&self.target);
        for file in files {
            let to = parent.join(&file.path);
            staging::free(&to)?;
            disk::begin(&to);
            beside.0.push(to.clone());
            disk::rename(&self.staging.path().join(waiting(&file.path)), &to)?;
        }
        self.staging.seal()?;
        disk::sync_folder(parent)
    }
}

/// The name of a file to be placed next to the folder, as long as it waits within it.
fn waiting(name: &str) -> String {
    format!(".{name}")
}

/// Files next to a folder that has not yet appeared. If dropped before it appears, they are removed.
struct Beside(Vec<PathBuf>);

impl Drop for Beside {
    fn drop(&mut self) {
        for path in &self.0 {
            let _ = disk::remove(path);
            disk::end(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn place(folder: PathBuf, is_own: bool) -> Place {
        Place { folder, is_own, beside: vec!["v001_list.xlsx".to_owned()] }
    }

    fn manifest(result: &str) -> FeedbackManifest {
        FeedbackManifest::new("v001", result, Seal::parse(&"0".repeat(20)).expect("a seal"), None)
    }

    fn look(place: &Place, wanted: &FeedbackManifest) -> FeedbackFound {
        standing(place, wanted).expect("look")
    }

    fn publish(place: &Place, wanted: &FeedbackManifest) -> anyhow::Result<()> {
        let staged = Staged::begin(place)?.expect("free");
        let files = vec![staged.staging.write("a.xlsx", b"1")?];
        let beside = vec![staged.write_beside("v001_list.xlsx", b"list")?];
        let root = place.folder.parent().expect("a folder");
        let publisher = Publisher::lock(root)?.expect("free");
        staged.publish(&publisher, &FeedbackManifest { files, beside, ..wanted.clone() })
    }

    #[test]
    fn a_folder_appears_whole_and_is_known_again() {
        let root = tempfile::tempdir().expect("temporary folder");
        let place = place(root.path().join("feedback/v001"), true);
        let (target, list) = (&place.folder, root.path().join("feedback/v001_list.xlsx"));
        let wanted = manifest("hash");
        let staged = Staged::begin(&place).expect("begin").expect("free");
        assert!(Staged::begin(&place).expect("begin").is_none(), "a second run is kept out");
        drop(staged);
        publish(&place, &wanted).expect("publish");
        assert!(matches!(look(&place, &wanted), FeedbackFound::Same(_)));
        assert_eq!(files_below(target).expect("list"), ["a.xlsx", MANIFEST]);
        let other = manifest("other");
        assert!(matches!(look(&place, &other), FeedbackFound::Other(_)));
        fs::write(target.join("a.xlsx"), "2").expect("touch");
        fs::write(target.join("b.xlsx"), "3").expect("add");
        fs::remove_file(list).expect("remove");
        let FeedbackFound::Touched(files) = look(&place, &wanted) else { panic!("not touched") };
        assert_eq!(files, ["../v001_list.xlsx", "a.xlsx", "b.xlsx"]);
    }

    #[test]
    fn a_run_that_ends_early_leaves_nothing_and_leftovers_are_swept() {
        let root = tempfile::tempdir().expect("temporary folder");
        fs::create_dir(root.path().join(".staging-v001-1")).expect("leftover");
        let staged = Staged::begin(&place(root.path().join("v001"), false)).expect("begin").expect("free");
        assert!(!root.path().join(".staging-v001-1").exists());
        staged.staging.write("a.xlsx", b"1").expect("write");
        drop(staged);
        assert_eq!(fs::read_dir(root.path()).expect("list").count(), 0);
    }

    #[test]
    fn a_file_of_somebody_beside_the_folder_is_kept_and_that_of_a_killed_run_is_replaced() {
        let root = tempfile::tempdir().expect("temporary folder");
        let place = place(root.path().join("v001"), true);
        let list = root.path().join("v001_list.xlsx");
        let wanted = manifest("hash");
        fs::write(&list, "somebody's own").expect("write");
        assert!(matches!(look(&place, &wanted), FeedbackFound::Foreign(path) if path == list));
        assert!(publish(&place, &wanted).is_err());
        assert_eq!(fs::read(&list).expect("read"), b"somebody's own");
        assert!(!place.folder.exists());
        // The hidden folder with its hash identifies a list, even if the feedback of another version is written next.
        let hidden = root.path().join(".staging-v001-1");
        let told = |text: &[u8]| {
            let file =
                HashedFile { path: "v001_list.xlsx".into(), sha256: sha256(text), size: 0, role: None, rows: None };
            fs::create_dir_all(&hidden).expect("folder");
            let manifest = FeedbackManifest { beside: vec![file], ..wanted.clone() };
            fs::write(hidden.join(MANIFEST), json_lines(&manifest).expect("json")).expect("write");
        };
        told(b"another");
        assert!(matches!(look(&place, &wanted), FeedbackFound::Foreign(_)), "another content");
        told(b"somebody's own");
        assert!(matches!(look(&place, &wanted), FeedbackFound::Free));
        let later = Place { folder: root.path().join("v002"), is_own: true, beside: Vec::new() };
        drop(Staged::begin(&later).expect("begin").expect("free"));
        assert!(!list.exists() && !hidden.exists());
    }
}

//! Publishing files into a folder that may belong to a user: a new project, manual pages. All of them appear, or none.
//!
//! A new place is filled by one rename. Into an existing folder the files are moved one by one, the one that completes
//! the set last; a list of them is written before the first, so that the next run can undo the moves of a killed one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::folder::{FolderFile, fill, hashed};
use super::staging::{self, Hold, Staging, Taken};
use super::versions::{kind_of, names_in};
use super::{HashedFile, disk, json_lines};
use crate::read::{document, sha256};

/// The name of the folder from which files are moved, as made by [`staging`], and of the list in it.
pub(super) const MOVING: &str = "moving";
const LIST: &str = ".moving.json";

/// The list of files being moved into a folder.
#[derive(Default, Serialize, Deserialize)]
struct Moving {
    files: Vec<HashedFile>,
    folders: Vec<String>,
}

/// Whether a place is free for a new project: nothing there, or a folder with hidden files only. Leftovers of a killed
/// run do not count.
///
/// # Errors
/// If it cannot be examined.
pub fn is_free(target: &Path) -> anyhow::Result<bool> {
    match kind_of(target)? {
        None => Ok(true),
        Some(kind) if !kind.is_dir() => Ok(false),
        Some(_) => {
            if names_in(target)?.iter().all(|name| name.starts_with('.')) {
                return Ok(true);
            }
            let Some(moved) = moved(target)? else { return Ok(false) };
            let is_own = |path: &String| path.starts_with('.') || moved.files.iter().any(|file| file.path == *path);
            Ok(super::folder::files_below(target)?.iter().all(is_own))
        }
    }
}

/// Removes leftovers of a killed run at a place with a complete project, or with files of a user.
///
/// # Errors
/// If it cannot be removed.
pub fn tidy(target: &Path) -> anyhow::Result<()> {
    let (parent, name) = staging::split(target)?;
    let _hold = Hold::of_place(target)?;
    staging::sweep(parent, Some(&name))?;
    if kind_of(target)?.is_some_and(|kind| kind.is_dir()) && moved(target)?.is_none() {
        undo(target)?;
    }
    Ok(())
}

/// Creates a new project at a place that [`is_free`]; `last` is the file that appears last, so that half a project is
/// never taken for a complete one.
///
/// # Errors
/// If anything cannot be written; the place is empty then, unless it is [`super::Unconfirmed`].
pub fn publish_project(target: &Path, files: &[FolderFile], folders: &[String], last: &str) -> anyhow::Result<()> {
    let (parent, name) = staging::split(target)?;
    disk::make_folders(parent)?;
    let _hold = Hold::of_place(target)?;
    staging::sweep(parent, Some(&name))?;
    if kind_of(target)?.is_some() {
        if !is_free(target)? {
            return Err(Taken { path: target.to_owned() }.into());
        }
        return move_into(target, files, folders, last);
    }
    let mut staging = Staging::folder(target)?;
    fill(&mut staging, files, folders)?;
    staging.seal()?;
    staging.reveal()
}

/// Writes files into a folder without replacing any.
///
/// # Errors
/// If a file of that name exists or cannot be written; none of them has been written then, unless it is
/// [`super::Unconfirmed`].
pub fn publish_new(folder: &Path, files: &[FolderFile]) -> anyhow::Result<()> {
    disk::make_folders(folder)?;
    let _hold = Hold::of_place(&folder.join(MOVING))?;
    move_into(folder, files, &[], files.last().map_or("", |file| file.path.as_str()))
}

/// Stages files within a folder and moves them up.
fn move_into(folder: &Path, files: &[FolderFile], folders: &[String], last: &str) -> anyhow::Result<()> {
    undo(folder)?;
    let mut staging = Staging::folder(&folder.join(MOVING))?;
    fill(&mut staging, files, folders)?;
    let list = Moving { files: files.iter().map(hashed).collect(), folders: folders.to_vec() };
    staging.write(LIST, &json_lines(&list)?)?;
    staging.seal()?;
    disk::sync_folder(folder)?;
    let mut names: Vec<String> = names_in(staging.path())?.into_iter().filter(|name| name != LIST).collect();
    names.sort_by_key(|name| name == last);
    let mut moved: Vec<&String> = Vec::new();
    for name in &names {
        let result = move_one(&staging.path().join(name), &folder.join(name));
        if let Err(error) = result {
            for name in moved.into_iter().rev() {
                // Whatever cannot be moved back here is undone by the next run.
                let _ = disk::rename(&folder.join(name), &staging.path().join(name));
            }
            return Err(error);
        }
        moved.push(name);
    }
    staging::confirm(&folder.join(last))
}

fn move_one(from: &Path, to: &Path) -> anyhow::Result<()> {
    staging::free(to)?;
    disk::rename(from, to)
}

/// The folders from which killed runs moved files.
fn leftovers(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let names = names_in(folder)?.into_iter();
    Ok(names.filter(|name| staging::is_of(name, MOVING)).map(|name| folder.join(name)).collect())
}

/// The files that killed runs moved into a folder, except those changed since; none if no run was killed while moving.
fn moved(folder: &Path) -> anyhow::Result<Option<Moving>> {
    let mut moved: Option<Moving> = None;
    for leftover in leftovers(folder)? {
        let list = leftover.join(LIST);
        let Some(bytes) = document(&list)? else { continue };
        // A run killed while writing the list had moved nothing.
        let Ok(listed) = serde_json::from_slice::<Moving>(&bytes) else { continue };
        if names_in(&leftover)?.iter().all(|name| name == LIST) {
            continue;
        }
        let own = moved.get_or_insert_default();
        own.folders.extend(listed.folders);
        for file in listed.files {
            let is_same = document(&folder.join(&file.path))?.is_some_and(|bytes| sha256(&bytes) == file.sha256);
            if is_same {
                own.files.push(file);
            }
        }
    }
    Ok(moved)
}

/// Reverts the moves of killed runs into a folder, and removes files still waiting to be moved.
fn undo(folder: &Path) -> anyhow::Result<()> {
    let Moving { files, folders } = moved(folder)?.unwrap_or_default();
    for file in &files {
        disk::remove(&folder.join(&file.path))?;
    }
    let mut emptied: BTreeSet<PathBuf> = folders.iter().map(PathBuf::from).collect();
    let above = files.iter().map(|file| Path::new(&file.path)).chain(folders.iter().map(Path::new));
    emptied.extend(above.flat_map(|path| path.ancestors().skip(1)).map(Path::to_path_buf));
    // Innermost first.
    for below in emptied.iter().rev().filter(|below| !below.as_os_str().is_empty()) {
        let place = folder.join(below);
        if kind_of(&place)?.is_some_and(|kind| kind.is_dir()) && names_in(&place)?.is_empty() {
            disk::remove_empty(&place)?;
        }
    }
    for leftover in leftovers(folder)? {
        disk::remove(&leftover)?;
        disk::swept(leftover);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn file(path: &str, text: &str) -> FolderFile {
        FolderFile::new(path, text.as_bytes().to_vec())
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

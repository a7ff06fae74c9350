//! Staging: a hidden file or folder next to its target, which appears there by one rename or not at all.
//!
//! A run that ends early removes it; leftovers of a killed run are swept by the next one that writes there, under a
//! lock, so that work in progress is never taken for a leftover.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::At;
use super::versions::{kind_of, names_in};
use super::{HashedFile, disk, file, writers};
use crate::read::{Hasher, is_there, sha256};
use crate::shared::i18n::{Lang, say};
use crate::shared::pieces::Put;

/// The prefix of the names of everything being written.
pub(super) const STAGING: &str = ".staging-";
/// The suffix of the name of a folder that was set aside for its successor.
const ASIDE: &str = ".old";

/// Another run is writing to the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Lang::En.text("score.locked"))
    }
}

impl std::error::Error for Busy {}

/// There is something where a file or folder was to appear, and it is not replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The occupied path.
    pub path: PathBuf,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&say!(Lang::En, "stands.taken", path = self.path.display()))
    }
}

impl std::error::Error for Taken {}

/// Fails if there is something at a path.
pub(super) fn free(target: &Path) -> anyhow::Result<()> {
    match kind_of(target)? {
        None => Ok(()),
        Some(_) => Err(Taken { path: target.to_owned() }.into()),
    }
}

/// Something has appeared in its place, but its line in the log could not be put in place.
#[derive(Debug)]
pub struct Unentered {
    /// The path that has appeared.
    pub path: PathBuf,
    pub(super) cause: anyhow::Error,
}

impl Unentered {
    /// The cause of the failure.
    pub fn cause(&self) -> String {
        format!("{:#}", self.cause)
    }
}

impl fmt::Display for Unentered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&say!(Lang::En, "stands.unentered", path = self.path.display(), cause = self.cause()))
    }
}

impl std::error::Error for Unentered {}

/// Something has appeared in its place, but the disk did not confirm it.
#[derive(Debug)]
pub struct Unconfirmed {
    /// The path that has appeared.
    pub path: PathBuf,
    cause: io::Error,
}

impl fmt::Display for Unconfirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&say!(Lang::En, "stands.unconfirmed", path = self.path.display()))
    }
}

impl std::error::Error for Unconfirmed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

/// A lock: while it is held, no other run of the program writes to the same place.
pub(super) struct Hold {
    file: File,
    /// The file to remove afterwards, if the folder is not one of ours.
    passing: Option<PathBuf>,
}

impl Hold {
    /// The lock of one of our folders, whose file is kept; `None` if another run holds it.
    ///
    /// # Errors
    /// If it cannot be created, or something else is in its place.
    pub(super) fn of_folder(folder: &Path) -> anyhow::Result<Option<Self>> {
        let file = Self::locked(&folder.join(".lock"))?;
        Ok(file.map(|file| Self { file, passing: None }))
    }

    /// The lock of a place in a user's folder, which is removed afterwards.
    ///
    /// # Errors
    /// [`Busy`] if another run holds it; any other error if it cannot be created.
    pub(super) fn of_place(target: &Path) -> anyhow::Result<Self> {
        let (folder, name) = split(target)?;
        let path = folder.join(format!("{STAGING}{name}.lock"));
        loop {
            let file = Self::locked(&path)?.ok_or(Busy)?;
            // The previous run may have removed the file between opening and locking; the lock would then be void.
            if is_same(&file, &path)? {
                return Ok(Self { file, passing: Some(path) });
            }
        }
    }

    fn locked(path: &Path) -> anyhow::Result<Option<File>> {
        // Opening a pipe would wait forever, and a link would create a file elsewhere.
        is_there(path)?;
        let file = disk::open_lock(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error).at(path),
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(path) = &self.passing {
            // A remaining file is reused.
            let _ = disk::remove(path);
        }
        let _ = self.file.unlock();
    }
}

#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> anyhow::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let own = file.metadata().at(path)?;
    match std::fs::symlink_metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (own.dev(), own.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).at(path),
    }
}

/// On other systems an open file keeps its name until it is closed.
#[cfg(not(unix))]
fn is_same(_: &File, _: &Path) -> anyhow::Result<bool> {
    Ok(true)
}

/// The folder above a target, and its name.
pub(super) fn split(target: &Path) -> anyhow::Result<(&Path, String)> {
    let name = target.file_name().at(target)?;
    Ok((file::folder_of(target), name.to_string_lossy().into_owned()))
}

/// A file or folder being written. If dropped before it is revealed, it leaves nothing.
pub(super) struct Staging {
    path: PathBuf,
    target: PathBuf,
    /// Folders created within it; names in them are durable once they are synced.
    folders: BTreeSet<PathBuf>,
    is_done: bool,
}

impl Staging {
    fn new(target: &Path) -> anyhow::Result<Self> {
        let (folder, name) = split(target)?;
        let path = folder.join(format!("{STAGING}{name}-{}", std::process::id()));
        disk::begin(&path);
        Ok(Self { path, target: target.to_owned(), folders: BTreeSet::new(), is_done: false })
    }

    /// A folder that will appear at a path.
    pub(super) fn folder(target: &Path) -> anyhow::Result<Self> {
        let staging = Self::new(target)?;
        disk::make_folder(&staging.path)?;
        Ok(staging)
    }

    /// A file that will appear at a path.
    pub(super) fn file(target: &Path, bytes: &[u8]) -> anyhow::Result<Self> {
        let staging = Self::new(target)?;
        disk::write_new(&staging.path, bytes)?;
        Ok(staging)
    }

    /// Its path until it is revealed.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Creates an empty folder within it, with missing parents.
    pub(super) fn make_folder(&mut self, below: &str) -> anyhow::Result<()> {
        let mut folder = self.path.clone();
        for part in below.split('/').filter(|part| !part.is_empty()) {
            folder.push(part);
            if self.folders.insert(folder.clone()) {
                disk::make_folder(&folder)?;
            }
        }
        Ok(())
    }

    /// Writes a file directly within it.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<HashedFile> {
        disk::write_new(&self.path.join(name), bytes)?;
        Ok(hashed(name, bytes))
    }

    /// Makes files on all cores, and writes each directly within it as soon as it is made.
    pub(super) fn write_each<'n, T: Sync>(
        &self,
        items: &[T],
        make: impl Fn(&T) -> anyhow::Result<(&'n str, Vec<u8>)> + Sync,
    ) -> anyhow::Result<Vec<HashedFile>> {
        writers::write_each(items, |item| {
            let (name, bytes) = make(item)?;
            let file = hashed(name, &bytes);
            Ok((self.path.join(name), bytes, file))
        })
    }

    /// Writes a file directly within it, piece by piece as its bytes are made.
    pub(super) fn stream(
        &self,
        name: &str,
        make: impl FnOnce(&mut Put<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<HashedFile> {
        let mut hasher = Hasher::default();
        disk::stream_new(&self.path.join(name), |put| {
            make(&mut |piece| {
                hasher.add(piece);
                put(piece)
            })
        })?;
        let size = hasher.size();
        Ok(HashedFile { path: name.to_owned(), sha256: hasher.sha256(), size, role: None, rows: None })
    }

    /// Makes all names within it durable, innermost first.
    pub(super) fn seal(&self) -> anyhow::Result<()> {
        for folder in self.folders.iter().rev() {
            disk::sync_folder(folder)?;
        }
        disk::sync_folder(&self.path)
    }

    /// Makes it appear at a free path.
    pub(super) fn reveal(self) -> anyhow::Result<()> {
        self.reveal_with(&[])
    }

    /// Makes it appear at a free path; the files next to that are finished by the same step.
    pub(super) fn reveal_with(mut self, beside: &[PathBuf]) -> anyhow::Result<()> {
        free(&self.target)?;
        disk::rename_last(&self.path, &self.target, beside)?;
        self.finish()
    }

    /// Puts a file in the place of an existing one, if any.
    pub(super) fn replace_file(mut self) -> anyhow::Result<()> {
        disk::rename(&self.path, &self.target)?;
        self.finish()
    }

    /// Performs the action that this file records: an interrupt after the action leaves the file for the next run to
    /// complete.
    ///
    /// # Errors
    /// If that fails; an interrupt then removes the file.
    pub(super) fn kept_while(&self, action: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        disk::end(&self.path);
        let done = action();
        if done.as_ref().is_err_and(|error| !error.is::<Unconfirmed>()) {
            disk::begin(&self.path);
        }
        done
    }

    /// Puts a file in the place of an existing one, after what it records has `appeared`; if that fails, the file is
    /// left for the next run.
    pub(super) fn follow(mut self, appeared: &Path) -> anyhow::Result<()> {
        self.is_done = true;
        let renamed = disk::rename(&self.path, &self.target);
        renamed.map_err(|cause| Unentered { path: appeared.to_owned(), cause })?;
        confirm(&self.target)
    }

    /// Puts a folder in the place of an existing one, if any, which is removed.
    pub(super) fn replace_folder(self) -> anyhow::Result<()> {
        if kind_of(&self.target)?.is_none() {
            return self.reveal();
        }
        let mut aside = self.path.clone().into_os_string();
        aside.push(ASIDE);
        let aside = PathBuf::from(aside);
        disk::exchange(&self.path, &self.target, &aside)?;
        disk::begin(&aside);
        let confirmed = confirm(&self.target);
        // After an exchange of names the replaced folder is removed with the staging folder. Whatever cannot be removed
        // here is swept by the next run.
        if kind_of(&aside)?.is_some() {
            let _ = disk::remove(&aside);
        }
        disk::end(&aside);
        confirmed
    }

    fn finish(&mut self) -> anyhow::Result<()> {
        self.is_done = true;
        disk::end(&self.path);
        confirm(&self.target)
    }
}

fn hashed(name: &str, bytes: &[u8]) -> HashedFile {
    let (sha256, size) = (sha256(bytes), bytes.len() as u64);
    HashedFile { path: name.to_owned(), sha256, size, role: None, rows: None }
}

/// Makes the name of something that has just appeared durable.
pub(super) fn confirm(target: &Path) -> anyhow::Result<()> {
    let synced = disk::sync_folder(file::folder_of(target));
    synced.map_err(|error| match error.downcast::<io::Error>() {
        Ok(cause) => Unconfirmed { path: target.to_owned(), cause }.into(),
        Err(error) => error,
    })
}

impl Drop for Staging {
    fn drop(&mut self) {
        // During the unwinding of a panic another panic would abort the program; the next run sweeps.
        if !self.is_done && !std::thread::panicking() {
            let _ = disk::remove(&self.path);
            disk::end(&self.path);
        }
    }
}

/// Removes leftovers of killed runs in a folder, of one target or of any; a folder set aside for a successor that never
/// came is moved back to its place. The place must be locked.
pub(super) fn sweep(folder: &Path, only: Option<&str>) -> anyhow::Result<()> {
    for name in names_in(folder)? {
        let Some((of, is_aside)) = leftover(&name).filter(|(of, _)| only.is_none_or(|only| only == *of)) else {
            continue;
        };
        let (path, target) = (folder.join(&name), folder.join(of));
        if is_aside && kind_of(&target)?.is_none() {
            disk::rename(&path, &target)?;
            disk::sync_folder(folder)?;
        } else {
            disk::remove(&path)?;
        }
        disk::swept(path);
    }
    Ok(())
}

/// Leftovers of killed runs in a folder, of one target or of any: the path, and the name of the target.
pub(super) fn leftovers(folder: &Path, only: Option<&str>) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let names = names_in(folder)?.into_iter();
    let own = names.filter_map(|name| leftover(&name).map(|(of, _)| (folder.join(&name), of.to_owned())));
    Ok(own.filter(|(_, of)| only.is_none_or(|only| only == of)).collect())
}

/// Whether a name is a staging name for a target of this name.
pub(super) fn is_of(name: &str, target: &str) -> bool {
    leftover(name).is_some_and(|(of, _)| of == target)
}

/// The target of a leftover, and whether it was set aside instead.
fn leftover(name: &str) -> Option<(&str, bool)> {
    let rest = name.strip_prefix(STAGING)?;
    let (rest, is_aside) = rest.strip_suffix(ASIDE).map_or((rest, false), |rest| (rest, true));
    let (of, process) = rest.rsplit_once('-')?;
    (!process.is_empty() && process.bytes().all(|b| b.is_ascii_digit())).then_some((of, is_aside))
}

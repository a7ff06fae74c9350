//! What is being written: a hidden file or folder beside its target, which appears there by one rename or not at all.
//!
//! A run that ends early takes it away again; what a killed run left behind is swept by the next one that writes there, under
//! a lock, so that nobody's work in progress is taken for a leftover.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::At;
use super::versions::{kind_of, names_in};
use super::{HashedFile, disk, file};
use crate::read::{is_there, sha256};
use crate::shared::i18n::{Lang, say};

/// What begins the name of everything that is being written.
pub(super) const STAGING: &str = ".staging-";
/// What ends the name of a folder that stepped aside for its successor.
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

/// Something stands where a file or folder was to appear, and is not replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// What stands there.
    pub path: PathBuf,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&say!(Lang::En, "stands.taken", path = self.path.display()))
    }
}

impl std::error::Error for Taken {}

/// Fails if something stands at a place.
pub(super) fn free(target: &Path) -> anyhow::Result<()> {
    match kind_of(target)? {
        None => Ok(()),
        Some(_) => Err(Taken { path: target.to_owned() }.into()),
    }
}

/// Something stands where it should, but its line in the log could not be put in place.
#[derive(Debug)]
pub struct Unentered {
    /// What stands.
    pub path: PathBuf,
    pub(super) cause: anyhow::Error,
}

impl Unentered {
    /// What went wrong.
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

/// Something stands where it should, but the disk did not confirm it.
#[derive(Debug)]
pub struct Unconfirmed {
    /// What stands.
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
    /// The file to remove afterwards, where the folder is not one of ours.
    passing: Option<PathBuf>,
}

impl Hold {
    /// The lock of a folder of ours, whose file stays; `None` when another run holds it.
    ///
    /// # Errors
    /// If it cannot be made, or something else stands in its place.
    pub(super) fn of_folder(folder: &Path) -> anyhow::Result<Option<Self>> {
        let file = Self::locked(&folder.join(".lock"))?;
        Ok(file.map(|file| Self { file, passing: None }))
    }

    /// The lock of a place in somebody's folder, which leaves nothing there.
    ///
    /// # Errors
    /// [`Busy`] when another run holds it; any other if it cannot be made.
    pub(super) fn of_place(target: &Path) -> anyhow::Result<Self> {
        let (folder, name) = split(target)?;
        let path = folder.join(format!("{STAGING}{name}.lock"));
        loop {
            let file = Self::locked(&path)?.ok_or(Busy)?;
            // The run before may have removed the file between opening and locking; what is locked then is nothing.
            if is_same(&file, &path)? {
                return Ok(Self { file, passing: Some(path) });
            }
        }
    }

    fn locked(path: &Path) -> anyhow::Result<Option<File>> {
        // Opening a pipe would wait for ever, and a link would make a file elsewhere.
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
            // One that is left over is used again.
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

/// Elsewhere a file that is open keeps its name until it is closed.
#[cfg(not(unix))]
fn is_same(_: &File, _: &Path) -> anyhow::Result<bool> {
    Ok(true)
}

/// The folder above a target, and its name.
pub(super) fn split(target: &Path) -> anyhow::Result<(&Path, String)> {
    let name = target.file_name().at(target)?;
    Ok((file::folder_of(target), name.to_string_lossy().into_owned()))
}

/// A file or folder that is being written. Dropped before it is revealed, it leaves nothing.
pub(super) struct Staging {
    path: PathBuf,
    target: PathBuf,
    /// Folders made within it; names in them are durable once they are synced.
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

    /// A folder that is to appear at a place.
    pub(super) fn folder(target: &Path) -> anyhow::Result<Self> {
        let staging = Self::new(target)?;
        disk::make_folder(&staging.path)?;
        Ok(staging)
    }

    /// A file that is to appear at a place.
    pub(super) fn file(target: &Path, bytes: &[u8]) -> anyhow::Result<Self> {
        let staging = Self::new(target)?;
        disk::write_new(&staging.path, bytes)?;
        Ok(staging)
    }

    /// Where it stands until it is revealed.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes an empty folder within it, with all above.
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

    /// Writes a file directly within it; several may be written at once.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<HashedFile> {
        disk::write_new(&self.path.join(name), bytes)?;
        let (sha256, size) = (sha256(bytes), bytes.len() as u64);
        Ok(HashedFile { path: name.to_owned(), sha256, size, role: None, rows: None })
    }

    /// Makes all names within it durable, the innermost first.
    pub(super) fn seal(&self) -> anyhow::Result<()> {
        for folder in self.folders.iter().rev() {
            disk::sync_folder(folder)?;
        }
        disk::sync_folder(&self.path)
    }

    /// Lets it appear where nothing stands.
    pub(super) fn reveal(self) -> anyhow::Result<()> {
        self.reveal_with(&[])
    }

    /// Lets it appear where nothing stands; what stands beside it already is finished by the same step.
    pub(super) fn reveal_with(mut self, beside: &[PathBuf]) -> anyhow::Result<()> {
        free(&self.target)?;
        disk::rename_last(&self.path, &self.target, beside)?;
        self.finish()
    }

    /// Lets a file take the place of another one, if there is one.
    pub(super) fn replace_file(mut self) -> anyhow::Result<()> {
        disk::rename(&self.path, &self.target)?;
        self.finish()
    }

    /// Does something that this file is to follow: an interrupt between the two leaves it there, for the next run to complete.
    ///
    /// # Errors
    /// If that fails; an interrupt takes the file away again then.
    pub(super) fn kept_while(&self, action: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        disk::end(&self.path);
        let done = action();
        if done.as_ref().is_err_and(|error| !error.is::<Unconfirmed>()) {
            disk::begin(&self.path);
        }
        done
    }

    /// Lets a file take the place of another one, after what it records has `appeared`; where that fails it stays for the next
    /// run.
    pub(super) fn follow(mut self, appeared: &Path) -> anyhow::Result<()> {
        self.is_done = true;
        let renamed = disk::rename(&self.path, &self.target);
        renamed.map_err(|cause| Unentered { path: appeared.to_owned(), cause })?;
        confirm(&self.target)
    }

    /// Lets a folder take the place of another one, if there is one; that one is removed.
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
        // Where names were exchanged, what was replaced goes with the staging folder. What cannot be removed now is swept by
        // the next run.
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
        // While a panic unwinds, another one would end the program at once; the next run sweeps.
        if !self.is_done && !std::thread::panicking() {
            let _ = disk::remove(&self.path);
            disk::end(&self.path);
        }
    }
}

/// Removes what killed runs left behind in a folder, of one target or of any; a folder that stepped aside for a successor
/// which never came goes back to its place. The place must be locked.
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

/// What killed runs left behind in a folder, of one target or of any: where it stands, and the name of the target.
pub(super) fn leftovers(folder: &Path, only: Option<&str>) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let names = names_in(folder)?.into_iter();
    let own = names.filter_map(|name| leftover(&name).map(|(of, _)| (folder.join(&name), of.to_owned())));
    Ok(own.filter(|(_, of)| only.is_none_or(|only| only == of)).collect())
}

/// Whether a name is that of what is being written for a target of this name.
pub(super) fn is_of(name: &str, target: &str) -> bool {
    leftover(name).is_some_and(|(of, _)| of == target)
}

/// What a leftover was to become, and whether it stepped aside instead.
fn leftover(name: &str) -> Option<(&str, bool)> {
    let rest = name.strip_prefix(STAGING)?;
    let (rest, is_aside) = rest.strip_suffix(ASIDE).map_or((rest, false), |rest| (rest, true));
    let (of, process) = rest.rsplit_once('-')?;
    (!process.is_empty() && process.bytes().all(|b| b.is_ascii_digit())).then_some((of, is_aside))
}

//! All changes of the file system, one step at a time.
//!
//! A [`Watch`] is called before each step, so that tests can let any step fail, or end the program there. An interrupt
//! waits for the current step, removes what is unfinished, and prevents any further step.

use super::At;
use crate::shared::pieces::Put;
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// The kinds of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Creates a folder.
    MakeFolder,
    /// Creates a new, empty file.
    MakeFile,
    /// Writes the content of a new file.
    Write,
    /// Makes the content of a file durable.
    Sync,
    /// Makes a file executable.
    Permit,
    /// Renames a file or folder.
    Rename,
    /// Exchanges two folders.
    Exchange,
    /// Makes the names in a folder durable.
    SyncFolder,
    /// Removes a file, or a folder with its contents.
    Remove,
}

/// Called before each step; an error is returned in place of the step.
pub type Watch = dyn Fn(Step, &Path) -> io::Result<()> + Send + Sync;

/// How many bytes of a stream are written at once.
const BLOCK: usize = 1 << 20;

/// The state of the run.
struct Known {
    watch: Option<Arc<Watch>>,
    /// Hidden files and folders being written.
    unfinished: BTreeSet<PathBuf>,
    /// Leftovers of killed runs that were removed.
    swept: Vec<PathBuf>,
}

static KNOWN: Mutex<Known> = Mutex::new(Known { watch: None, unfinished: BTreeSet::new(), swept: Vec::new() });
/// Read-locked during a step; an interrupt takes it permanently.
static GATE: RwLock<()> = RwLock::new(());

fn known() -> MutexGuard<'static, Known> {
    // A panic elsewhere cannot leave it half-changed.
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sets or removes the watch over every step of this process.
pub fn watch(watch: Option<Arc<Watch>>) {
    known().watch = watch;
}

/// Leftovers of killed runs removed since the last call.
pub fn take_swept() -> Vec<PathBuf> {
    std::mem::take(&mut known().swept)
}

/// Removes what is unfinished and prevents any further step of this process. The program must end afterwards.
pub fn interrupt() {
    let gate = GATE.write().unwrap_or_else(PoisonError::into_inner);
    for path in std::mem::take(&mut known().unfinished) {
        // Whatever cannot be removed here is swept by the next run.
        let _ = remove_now(&path);
    }
    std::mem::forget(gate);
}

/// Registers a path that is being written from here on.
pub(super) fn begin(path: &Path) {
    known().unfinished.insert(path.to_owned());
}

/// Unregisters a path that is finished or was removed.
pub(super) fn end(path: &Path) {
    known().unfinished.remove(path);
}

/// Registers a leftover that was removed.
pub(super) fn swept(path: PathBuf) {
    known().swept.push(path);
}

/// One step, if the watch permits it; the gate must be held.
fn act<T>(step: Step, path: &Path, action: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let watch = known().watch.clone();
    watch.map_or(Ok(()), |watch| watch(step, path)).and_then(|()| action())
}

/// One step.
fn step<T>(step: Step, path: &Path, action: impl FnOnce() -> io::Result<T>) -> anyhow::Result<T> {
    let _gate = GATE.read().unwrap_or_else(PoisonError::into_inner);
    act(step, path, action).at(path)
}

/// Creates a new folder.
pub(super) fn make_folder(path: &Path) -> anyhow::Result<()> {
    step(Step::MakeFolder, path, || fs::create_dir(path))
}

/// Creates a folder and its missing parents; each is made durable in its parent.
pub(super) fn make_folders(path: &Path) -> anyhow::Result<()> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    if path.is_dir() {
        return Ok(());
    }
    let above = super::file::folder_of(path);
    make_folders(above)?;
    make_folder(path)?;
    sync_folder(above)
}

/// Writes and syncs a new file.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut file = step(Step::MakeFile, path, || OpenOptions::new().write(true).create_new(true).open(path))?;
    step(Step::Write, path, || file.write_all(bytes))?;
    step(Step::Sync, path, || file.sync_all())
}

/// Writes and syncs a new file whose bytes come piece by piece.
pub(super) fn stream_new(path: &Path, make: impl FnOnce(&mut Put<'_>) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut file = step(Step::MakeFile, path, || OpenOptions::new().write(true).create_new(true).open(path))?;
    let mut block = Vec::with_capacity(BLOCK);
    make(&mut |piece| {
        if !block.is_empty() && block.len() + piece.len() > BLOCK {
            step(Step::Write, path, || file.write_all(&block))?;
            block.clear();
        }
        // What is as long as a block is not copied into one.
        if piece.len() >= BLOCK {
            return step(Step::Write, path, || file.write_all(piece));
        }
        block.extend_from_slice(piece);
        Ok(())
    })?;
    step(Step::Write, path, || file.write_all(&block))?;
    step(Step::Sync, path, || file.sync_all())
}

/// The file of a lock, created if necessary; its content is irrelevant.
pub(super) fn open_lock(path: &Path) -> anyhow::Result<File> {
    step(Step::MakeFile, path, || OpenOptions::new().create(true).truncate(false).write(true).open(path))
}

/// Makes a file executable on systems that require it.
#[cfg(unix)]
pub(super) fn make_program(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    step(Step::Permit, path, || fs::set_permissions(path, fs::Permissions::from_mode(0o755)))
}

/// Makes a file executable on systems that require it.
#[cfg(not(unix))]
pub(super) fn make_program(_: &Path) -> anyhow::Result<()> {
    Ok(())
}

/// Renames something. The error gives the new name, since that is the one a user looks for.
pub(super) fn rename(from: &Path, to: &Path) -> anyhow::Result<()> {
    step(Step::Rename, to, || fs::rename(from, to))
}

/// Renames something and finishes, in the same step, the files next to it: an interrupt finds either all or nothing.
pub(super) fn rename_last(from: &Path, to: &Path, beside: &[PathBuf]) -> anyhow::Result<()> {
    step(Step::Rename, to, || {
        fs::rename(from, to)?;
        known().unfinished.retain(|path| !beside.contains(path));
        Ok(())
    })
}

/// Puts a folder in the place of another one, which is afterwards named `aside` or takes the place of the first. If the
/// file system can exchange names, the place is never empty; otherwise only between two renames, and never after an
/// error.
pub(super) fn exchange(new: &Path, place: &Path, aside: &Path) -> anyhow::Result<()> {
    let _gate = GATE.read().unwrap_or_else(PoisonError::into_inner);
    match act(Step::Exchange, place, || exchange_now(new, place)) {
        Ok(()) => return Ok(()),
        Err(error) if !cannot_exchange(&error) => return Err(error).at(place),
        Err(_) => {}
    }
    act(Step::Rename, aside, || fs::rename(place, aside)).at(place)?;
    if let Err(error) = act(Step::Rename, place, || fs::rename(new, place)) {
        act(Step::Rename, place, || fs::rename(aside, place)).at(place)?;
        return Err(error).at(place);
    }
    Ok(())
}

/// Whether an error means that this system or file system lacks the operation.
fn cannot_exchange(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange_now(new: &Path, place: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, new, CWD, place, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange_now(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Makes the names in a folder durable; on Windows, where a folder cannot be opened, this is left to the system.
pub(super) fn sync_folder(folder: &Path) -> anyhow::Result<()> {
    step(Step::SyncFolder, folder, || if cfg!(windows) { Ok(()) } else { File::open(folder)?.sync_all() })
}

/// Removes a file, or a folder with its contents.
pub(super) fn remove(path: &Path) -> anyhow::Result<()> {
    step(Step::Remove, path, || remove_now(path))
}

/// Removes an empty folder.
pub(super) fn remove_empty(path: &Path) -> anyhow::Result<()> {
    step(Step::Remove, path, || fs::remove_dir(path))
}

fn remove_now(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_any_length_become_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let lengths = [1, 0, BLOCK - 1, 1, BLOCK, 3, 2 * BLOCK + 5, 0, 7];
        let pieces = lengths.iter().zip(1_u8..).map(|(length, byte)| vec![byte; *length]);
        let pieces: Vec<Vec<u8>> = pieces.collect();
        stream_new(&path, |put| pieces.iter().try_for_each(|piece| put(piece))).unwrap();
        assert!(fs::read(&path).unwrap() == pieces.concat());
    }
}

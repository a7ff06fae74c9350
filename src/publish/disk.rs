//! Every change of the file system, one step at a time.
//!
//! A [`Watch`] is asked before each step, so that tests can let any step fail, or the program end there. An interrupt waits
//! for the step that is under way, takes away what is unfinished, and lets no further step begin.

use super::At;
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Makes a folder.
    MakeFolder,
    /// Makes an empty file that was not there.
    MakeFile,
    /// Writes the content of a new file.
    Write,
    /// Makes the content of a file durable.
    Sync,
    /// Lets a file be run.
    Permit,
    /// Gives a file or folder another name.
    Rename,
    /// Lets two folders change places.
    Exchange,
    /// Makes the names in a folder durable.
    SyncFolder,
    /// Removes a file, or a folder with all it holds.
    Remove,
}

/// Asked before each step; an error is given back in the place of the step.
pub type Watch = dyn Fn(Step, &Path) -> io::Result<()> + Send + Sync;

/// What is known of the run.
struct Known {
    watch: Option<Arc<Watch>>,
    /// Hidden files and folders that are being written.
    unfinished: BTreeSet<PathBuf>,
    /// Leftovers of killed runs that were removed.
    swept: Vec<PathBuf>,
}

static KNOWN: Mutex<Known> = Mutex::new(Known { watch: None, unfinished: BTreeSet::new(), swept: Vec::new() });
/// Held for reading during a step; an interrupt takes it for good.
static GATE: RwLock<()> = RwLock::new(());

fn known() -> MutexGuard<'static, Known> {
    // A panic elsewhere leaves nothing half-changed in it.
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts a watch over every step of this process, or takes it away.
pub fn watch(watch: Option<Arc<Watch>>) {
    known().watch = watch;
}

/// Leftovers of killed runs that were removed since this was last asked.
pub fn take_swept() -> Vec<PathBuf> {
    std::mem::take(&mut known().swept)
}

/// Takes away what is unfinished and lets no further step of this process begin. The program must end after it.
pub fn interrupt() {
    let gate = GATE.write().unwrap_or_else(PoisonError::into_inner);
    for path in std::mem::take(&mut known().unfinished) {
        // What cannot be removed now is swept by the next run.
        let _ = remove_now(&path);
    }
    std::mem::forget(gate);
}

/// What is being written from here on.
pub(super) fn begin(path: &Path) {
    known().unfinished.insert(path.to_owned());
}

/// What is finished, or was taken away.
pub(super) fn end(path: &Path) {
    known().unfinished.remove(path);
}

/// A leftover that was removed.
pub(super) fn swept(path: PathBuf) {
    known().swept.push(path);
}

/// One step, if the watch lets it be; the gate must be held.
fn act<T>(step: Step, path: &Path, action: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let watch = known().watch.clone();
    watch.map_or(Ok(()), |watch| watch(step, path)).and_then(|()| action())
}

/// One step.
fn step<T>(step: Step, path: &Path, action: impl FnOnce() -> io::Result<T>) -> anyhow::Result<T> {
    let _gate = GATE.read().unwrap_or_else(PoisonError::into_inner);
    act(step, path, action).at(path)
}

/// Makes a folder that was not there.
pub(super) fn make_folder(path: &Path) -> anyhow::Result<()> {
    step(Step::MakeFolder, path, || fs::create_dir(path))
}

/// Makes a folder with all above it, as far as they are not there; each is durable in the one above it.
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

/// Writes and syncs a file that was not there.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut file = step(Step::MakeFile, path, || OpenOptions::new().write(true).create_new(true).open(path))?;
    step(Step::Write, path, || file.write_all(bytes))?;
    step(Step::Sync, path, || file.sync_all())
}

/// The file of a lock, made if need be; its content means nothing.
pub(super) fn open_lock(path: &Path) -> anyhow::Result<File> {
    step(Step::MakeFile, path, || OpenOptions::new().create(true).truncate(false).write(true).open(path))
}

/// Lets a file be run on systems that ask for it.
#[cfg(unix)]
pub(super) fn make_program(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    step(Step::Permit, path, || fs::set_permissions(path, fs::Permissions::from_mode(0o755)))
}

/// Lets a file be run on systems that ask for it.
#[cfg(not(unix))]
pub(super) fn make_program(_: &Path) -> anyhow::Result<()> {
    Ok(())
}

/// Gives something another name. What it is called from then on is in the error, since that is what people look for.
pub(super) fn rename(from: &Path, to: &Path) -> anyhow::Result<()> {
    step(Step::Rename, to, || fs::rename(from, to))
}

/// Gives something its name and finishes by the same step what stands beside it: an interrupt finds either all or nothing.
pub(super) fn rename_last(from: &Path, to: &Path, beside: &[PathBuf]) -> anyhow::Result<()> {
    step(Step::Rename, to, || {
        fs::rename(from, to)?;
        known().unfinished.retain(|path| !beside.contains(path));
        Ok(())
    })
}

/// Puts a folder in the place of another one, which has the name `aside` afterwards or is where the first one was: at no
/// moment is there none where the file system can exchange names, else only between two renames, and never after an error.
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

/// Whether an error says that this system or file system has no such operation.
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

/// Removes a file, or a folder with all it holds.
pub(super) fn remove(path: &Path) -> anyhow::Result<()> {
    step(Step::Remove, path, || remove_now(path))
}

/// Removes a folder that holds nothing.
pub(super) fn remove_empty(path: &Path) -> anyhow::Result<()> {
    step(Step::Remove, path, || fs::remove_dir(path))
}

fn remove_now(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

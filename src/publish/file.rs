//! Publishing one file next to others of a project or of a user: staged next to its target, synced, renamed.
//!
//! The target is examined before anything is written: a folder, a read-only file, or one opened by an office program is
//! refused, so that no work is lost.

use std::fs;
use std::path::{Path, PathBuf};

use super::staging::{self, Hold, Staging};
use super::versions::kind_of;

/// Why a target cannot be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It is a folder.
    IsFolder,
    /// The folder that should hold it does not exist.
    NoFolder,
    /// It may not be changed.
    ReadOnly,
    /// According to a lock file an office program has it open.
    IsOpen,
    /// It is a link, a pipe, a device or similar.
    NotRegular,
}

/// The reason why a path cannot be written to, if any.
///
/// # Errors
/// If that cannot be determined.
pub fn obstacle(target: &Path) -> anyhow::Result<Option<Obstacle>> {
    if target.is_dir() {
        return Ok(Some(Obstacle::IsFolder));
    }
    if !folder_of(target).is_dir() {
        return Ok(Some(Obstacle::NoFolder));
    }
    let is_regular = kind_of(target)?.is_none_or(|kind| kind.is_file());
    if !is_regular {
        return Ok(Some(Obstacle::NotRegular));
    }
    for lock in locks_of(target) {
        if kind_of(&lock)?.is_some() {
            return Ok(Some(Obstacle::IsOpen));
        }
    }
    let read_only = fs::metadata(target).is_ok_and(|metadata| metadata.permissions().readonly());
    Ok(read_only.then_some(Obstacle::ReadOnly))
}

/// The folder that contains a path.
pub fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The lock files that Excel or WPS and LibreOffice put next to an open file.
fn locks_of(target: &Path) -> [PathBuf; 2] {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    [target.with_file_name(format!("~${name}")), target.with_file_name(format!(".~lock.{name}#"))]
}

/// Removes leftovers of killed runs next to a file that needs no writing.
///
/// # Errors
/// If it cannot be removed.
pub fn tidy(target: &Path) -> anyhow::Result<()> {
    let (folder, name) = staging::split(target)?;
    let _hold = Hold::of_place(target)?;
    staging::sweep(folder, Some(&name))
}

/// Writes a file completely or not at all, replacing an existing one.
///
/// # Errors
/// If it cannot be written; an existing file is unchanged then, unless it is [`super::Unconfirmed`].
pub fn replace(target: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let (folder, name) = staging::split(target)?;
    let _hold = Hold::of_place(target)?;
    staging::sweep(folder, Some(&name))?;
    Staging::file(target, bytes)?.replace_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let target = folder.path().join("report.xlsx");
        for bytes in [b"1".as_slice(), b"2"] {
            replace(&target, bytes).expect("written");
            assert_eq!(fs::read(&target).expect("read"), bytes);
        }
        assert_eq!(fs::read_dir(folder.path()).expect("list").count(), 1);
    }

    #[test]
    fn an_open_file_a_folder_and_a_missing_folder_are_obstacles() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let target = folder.path().join("report.xlsx");
        let obstacle = |target: &Path| obstacle(target).expect("look");
        assert_eq!(obstacle(&target), None);
        fs::write(folder.path().join("~$report.xlsx"), b"").expect("lock");
        assert_eq!(obstacle(&target), Some(Obstacle::IsOpen));
        assert_eq!(obstacle(folder.path()), Some(Obstacle::IsFolder));
        assert_eq!(obstacle(&folder.path().join("no/report.xlsx")), Some(Obstacle::NoFolder));
    }
}

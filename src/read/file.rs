//! The bytes of one input file: only of a regular file inside the project, within the size limit, and unchanged while
//! read.

use std::fs::{File, Metadata};
use std::io::Read as _;
use std::path::Path;

use super::Hasher;
use super::project::on_disk;
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::place::{FileId, Place};

/// The bytes of a file and its metadata.
pub(super) struct Snapshot {
    /// The bytes, read once.
    pub(super) bytes: Vec<u8>,
    before: Metadata,
}

/// The size limit of a file.
#[derive(Clone, Copy)]
pub(super) struct Most {
    pub(super) mib: u64,
    /// The key of `[limits]` that sets it.
    pub(super) key: &'static str,
}

/// Reads a file that lies below a folder.
///
/// # Errors
/// One finding: not a regular file, outside the folder, too large, unreadable.
pub(super) fn read(root: &Path, below: &str, id: FileId, most: Most) -> Result<Snapshot, Box<Finding>> {
    let path = on_disk(root, below);
    let unreadable = |error: std::io::Error| Box::new(Finding::new(Code::E101).at(Place::file(id)).found(&error));
    // Opening a pipe would wait forever and a link may lead anywhere, so the file type is checked first.
    let kind = std::fs::symlink_metadata(&path).map_err(unreadable)?.file_type();
    let refused = |what| Box::new(Finding::new(Code::E125).at(Place::file(id)).with("what", Arg::Word(what)));
    if kind.is_symlink() {
        let inside = path.canonicalize().ok().zip(root.canonicalize().ok());
        if !inside.is_some_and(|(target, root)| target.starts_with(root) && target.is_file()) {
            return Err(refused("file.link"));
        }
    } else if !kind.is_file() {
        return Err(refused(if kind.is_dir() { "file.folder" } else { "file.special" }));
    }
    let mut file = File::open(&path).map_err(unreadable)?;
    let before = file.metadata().map_err(unreadable)?;
    within(before.len(), most, id)?;
    let limit = most.mib.saturating_mul(1024 * 1024);
    let mut bytes = Vec::new();
    // One byte more than allowed, in case the file grows: its size is counted, not taken from the metadata.
    file.by_ref().take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    within(bytes.len() as u64, most, id)?;
    Ok(Snapshot { bytes, before })
}

/// Checks that a file is no larger than some MiB, the limit of a key of `[limits]`.
///
/// # Errors
/// The finding that it is larger.
pub(super) fn within(size: u64, most: Most, id: FileId) -> Result<(), Box<Finding>> {
    let Most { mib, key } = most;
    if size <= mib.saturating_mul(1024 * 1024) {
        return Ok(());
    }
    let finding = Finding::new(Code::E108).at(Place::file(id)).found(format!("{} MiB", size / 1024 / 1024));
    Err(Box::new(finding.expected(format!("<= {mib} MiB ([limits] {key})"))))
}

/// Size and SHA-256 of a file that is not examined, however large it is.
pub(super) fn fingerprint(root: &Path, below: &str) -> std::io::Result<(u64, String)> {
    // A project has thousands of files, and most are small.
    let (mut file, mut hasher, mut chunk) = (File::open(on_disk(root, below))?, Hasher::default(), [0; 1 << 14]);
    loop {
        match file.read(&mut chunk)? {
            0 => break Ok((hasher.size(), hasher.sha256())),
            count => hasher.add(&chunk[..count]),
        }
    }
}

impl Snapshot {
    /// A finding if the file has changed since reading began.
    pub(super) fn changed(&self, root: &Path, below: &str, id: FileId) -> Option<Finding> {
        let after = std::fs::metadata(on_disk(root, below)).ok();
        let same = after.is_some_and(|after| {
            let size = after.len() == self.before.len() && after.len() == self.bytes.len() as u64;
            size && after.modified().ok() == self.before.modified().ok()
        });
        (!same).then(|| Finding::new(Code::E126).at(Place::file(id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changes_while_it_is_read_is_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "one").expect("file");
        let most = Most { mib: 1, key: "file_mib" };
        let snapshot = read(folder.path(), "a.csv", FileId(0), most).unwrap_or_else(|f| panic!("{f:?}"));
        assert_eq!(snapshot.changed(folder.path(), "a.csv", FileId(0)), None);
        std::fs::write(&path, "one and two").expect("file");
        let code = snapshot.changed(folder.path(), "a.csv", FileId(0)).map(|f| f.code);
        assert_eq!(code, Some(Code::E126));
        std::fs::remove_file(&path).expect("file");
        let code = snapshot.changed(folder.path(), "a.csv", FileId(0)).map(|f| f.code);
        assert_eq!(code, Some(Code::E126));
    }
}

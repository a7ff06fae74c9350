//! The log of states on disk: read whole, and replaced whole by one rename, so that a killed run leaves the old log.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;

use crate::states::Log;

use super::{Publisher, RESULTS, STAGING, sync_folder, write_synced};

/// The log of states below the results folder.
pub const STATES: &str = "states.jsonl";

/// The bytes of the log; none where nothing has been recorded yet.
///
/// # Errors
/// If it exists but cannot be read.
pub fn states(root: &Path) -> anyhow::Result<Vec<u8>> {
    let path = root.join(RESULTS).join(STATES);
    match fs::read(&path) {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}

impl Publisher {
    /// SHA-256 of the last line of the log.
    pub(super) fn last_state(&self) -> anyhow::Result<Option<String>> {
        let root = self.folder.parent().unwrap_or(&self.folder);
        Ok(Log::parse(&states(root)?).last().map(str::to_owned))
    }

    /// Puts a log with one more line in the place of the old one.
    ///
    /// # Errors
    /// If it cannot be written; the old log stands then.
    pub fn write_states(&self, bytes: &[u8]) -> anyhow::Result<()> {
        let target = self.folder.join(STATES);
        let staged = self.folder.join(format!("{STAGING}{STATES}-{}", std::process::id()));
        let written = write_synced(&staged, bytes)
            .and_then(|()| fs::rename(&staged, &target).with_context(|| target.display().to_string()))
            .and_then(|()| sync_folder(&self.folder));
        if written.is_err() {
            // What cannot be removed now is swept by the next run.
            let _ = fs::remove_file(&staged);
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_replaced_whole_and_a_killed_runs_staging_file_is_swept() {
        let root = tempfile::tempdir().expect("temporary folder");
        assert!(states(root.path()).expect("no log yet").is_empty());
        let leftover = root.path().join(RESULTS).join(format!("{STAGING}{STATES}-1"));
        fs::create_dir_all(root.path().join(RESULTS)).expect("folder");
        fs::write(&leftover, "half a li").expect("leftover");
        let publisher = Publisher::lock(root.path()).expect("lock").expect("free");
        assert!(!leftover.exists());
        publisher.write_states(b"1\n").expect("first");
        publisher.write_states(b"1\n2\n").expect("second");
        assert_eq!(states(root.path()).expect("read"), b"1\n2\n");
    }
}

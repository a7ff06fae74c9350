//! The log of states on disk: read whole, and replaced whole by one rename, so that a killed run leaves the old log.

use std::path::Path;

use crate::read::document;
use crate::states::Log;

use super::{Publisher, RESULTS, Staging};

/// The log of states below the results folder.
pub const STATES: &str = "states.jsonl";

/// The bytes of the log; none where nothing has been recorded yet.
///
/// # Errors
/// If it exists but cannot be read.
pub fn states(root: &Path) -> anyhow::Result<Vec<u8>> {
    Ok(document(&root.join(RESULTS).join(STATES))?.unwrap_or_default())
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
    /// If it cannot be written; the old log stands then, unless it is [`super::Unconfirmed`].
    pub fn write_states(&self, bytes: &[u8]) -> anyhow::Result<()> {
        Staging::file(&self.folder.join(STATES), bytes)?.replace_file()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_log_is_replaced_whole_and_a_killed_runs_staging_file_is_swept() {
        let root = tempfile::tempdir().expect("temporary folder");
        assert!(states(root.path()).expect("no log yet").is_empty());
        let leftover = root.path().join(RESULTS).join(".staging-states.jsonl-1");
        fs::create_dir_all(root.path().join(RESULTS)).expect("folder");
        fs::write(&leftover, "half a li").expect("leftover");
        let publisher = Publisher::lock(root.path()).expect("lock").expect("free");
        assert!(!leftover.exists());
        publisher.write_states(b"1\n").expect("first");
        publisher.write_states(b"1\n2\n").expect("second");
        assert_eq!(states(root.path()).expect("read"), b"1\n2\n");
    }
}

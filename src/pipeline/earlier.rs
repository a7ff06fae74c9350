//! The earlier versions of a project, as far as its registers are held against them.

use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use crate::check::{Earlier, EarlierVersion};
use crate::outcome::RegistersOutcome;
use crate::place::FileRecord;
use crate::publish::{self, RESULTS};
use crate::states::{Log, State};
use crate::text;

/// What is asked of a result document.
#[derive(Deserialize)]
struct Stored {
    files: Vec<FileRecord>,
    registers: RegistersOutcome,
}

/// Reads the versions of a project, those before a given one where it is named.
///
/// # Errors
/// If one of them, or the log of states, cannot be read.
pub(super) fn read(root: &Path, before: Option<&str>) -> anyhow::Result<Earlier> {
    let mut earlier = Earlier::default();
    let names = publish::versions(root)?;
    if names.is_empty() {
        return Ok(earlier);
    }
    let log = Log::parse(&publish::states(root)?);
    let is_before = |name: &&String| before.is_none_or(|other| text::natural(name, other).is_lt());
    for name in names.iter().filter(is_before) {
        let path = root.join(RESULTS).join(name).join(publish::RESULT);
        let shown = || path.display().to_string();
        let bytes = std::fs::read(&path).with_context(shown)?;
        let stored: Stored = serde_json::from_slice(&bytes).with_context(shown)?;
        let public = log.marks().map(|(_, mark)| mark);
        let public = public.filter(|mark| mark.version == *name && matches!(mark.state, State::Public | State::Final));
        let published = public.map(|mark| mark.date).min();
        earlier.versions.push(EarlierVersion::new(name, published, &stored.files, &stored.registers));
    }
    Ok(earlier)
}

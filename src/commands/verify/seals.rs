//! What a seal copied from paper belongs to: the content of a version or draft, a state of a version, or letters that
//! show it.

use crate::shared::i18n::say;
use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;

use crate::commands::refuse;
use crate::commands::terminal::Terminal;
use crate::publish::{self, DRAFT, feedback};
use crate::result::seal::Seal;
use crate::result::states::{Log, VersionState};

/// A seal that was requested, and what it belongs to.
#[derive(Debug, Serialize)]
pub(super) struct Asked {
    /// The requested seal.
    pub(super) seal: Seal,
    /// What it belongs to; nothing if it matches nowhere.
    pub(super) belongs: Option<Belongs>,
}

/// What a seal belongs to.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "to", rename_all = "kebab-case")]
pub(super) enum Belongs {
    /// The content of a version, or of the draft.
    Content { version: String },
    /// A state of a version.
    State {
        version: String,
        state: VersionState,
        date: Date,
        document: Option<String>,
        /// Number of its line in the log.
        line: usize,
        /// How many states were recorded after it.
        later: usize,
    },
    /// Nothing that exists here; letters state that they were made from it, which proves nothing.
    Letters { folder: String },
}

impl Belongs {
    /// The version concerned, if the seal can be verified.
    pub(super) fn version(&self) -> Option<&str> {
        match self {
            Self::Content { version } | Self::State { version, .. } => Some(version),
            Self::Letters { .. } => None,
        }
    }
}

/// A seal as it was typed; invalid text is reported and ends the run.
pub(super) fn typed(text: &str, terminal: &Terminal) -> anyhow::Result<Seal> {
    let refused = || refuse(&say!(terminal.lang, "verify.seal.typed", found = text), terminal);
    Seal::parse(text).ok_or_else(refused)
}

/// Finds what a seal belongs to. A manifest that cannot be read has no seal; it is reported where its version is
/// verified.
///
/// # Errors
/// If the project cannot be examined.
pub(super) fn find(root: &Path, seal: Seal) -> anyhow::Result<Asked> {
    let mut versions = publish::versions(root)?;
    if publish::has_draft(root)? {
        versions.push(DRAFT.to_owned());
    }
    let content = |version: &str| publish::manifest(root, version).ok().map(|(own, _)| own.seal());
    if let Some(version) = versions.into_iter().find(|version| content(version).as_ref() == Some(&seal)) {
        return Ok(Asked { seal, belongs: Some(Belongs::Content { version }) });
    }
    if let Some(state) = state(&Log::parse(&publish::states(root)?), &seal, content) {
        return Ok(Asked { seal, belongs: Some(state) });
    }
    let of_letters = |found: feedback::Found| found.manifest.filter(|own| own.seal == seal).map(|_| found.name);
    let folder = feedback::folders(root)?.into_iter().find_map(of_letters);
    Ok(Asked { belongs: folder.map(|folder| Belongs::Letters { folder }), seal })
}

fn state(log: &Log, seal: &Seal, content: impl Fn(&str) -> Option<Seal>) -> Option<Belongs> {
    let is_of = |version: &str, line: usize| {
        let (content, bytes) = (content(version)?, log.bytes_of(line)?);
        (Seal::of_state(&content, bytes) == *seal).then_some(())
    };
    let (line, mark) = log.marks().find(|(line, mark)| is_of(&mark.version, *line).is_some())?;
    Some(Belongs::State {
        version: mark.version.clone(),
        state: mark.state,
        date: mark.date,
        document: mark.document.clone(),
        line,
        later: log.marks().filter(|(other, _)| *other > line).count(),
    })
}

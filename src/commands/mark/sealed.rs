//! The seals of a state: the sentence for the minutes, and the file that a second person signs.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::super::places;
use super::super::terminal::{Terminal, shown};
use crate::publish::At;
use crate::publish::file;
use crate::publish::folder::FolderFile;
use crate::publish::project::publish_new;
use crate::read::{Project, sha256};
use crate::result::seal::Seal;
use crate::result::states::{Log, Mark};
use crate::shared::i18n::{Lang, say};

/// The required extension of the seal file.
const EXTENSION: &str = "txt";

/// A state with its seals.
pub(super) struct Sealed<'m> {
    mark: &'m Mark,
    content: Seal,
    /// The seal of the state.
    pub(super) state: Seal,
    /// Number of its line, and SHA-256 of it.
    line: usize,
    sha256: String,
}

impl<'m> Sealed<'m> {
    /// The seals of the last state of a log; `content` is the content seal of its version.
    pub(super) fn last(log: &'m Log, content: Seal) -> Option<Self> {
        let (line, mark) = log.marks().next_back()?;
        let bytes = log.bytes_of(line)?;
        Some(Self { mark, state: Seal::of_state(&content, bytes), content, line, sha256: sha256(bytes) })
    }

    /// The sentence for the minutes.
    pub(super) fn sentence(&self, lang: Lang) -> String {
        let key = if self.mark.document.is_some() { "mark.minutes.document" } else { "mark.minutes" };
        self.fill(key, "", lang)
    }

    /// The text of the seal file.
    fn text(&self, title: &str, lang: Lang) -> String {
        self.fill("mark.seal_file.text", title, lang) + "\n"
    }

    fn fill(&self, key: &str, title: &str, lang: Lang) -> String {
        say!(
            lang,
            key,
            title,
            version = self.mark.version,
            state = lang.text(self.mark.state.word()),
            date = self.mark.date,
            document = self.mark.document.as_deref().unwrap_or("—"),
            content = self.content,
            seal = self.state,
            manifest = self.mark.manifest,
            line = self.line,
            sha256 = self.sha256
        )
    }

    /// Writes the seal file.
    ///
    /// # Errors
    /// If it cannot be written. The state remains recorded.
    pub(super) fn write(&self, target: &Path, title: &str, terminal: &Terminal) -> anyhow::Result<()> {
        let name = target.file_name().at(target)?.to_string_lossy();
        let text = self.text(title, terminal.lang);
        publish_new(file::folder_of(target), &[FolderFile::new(name, text.into_bytes())])
            .with_context(|| say!(terminal.lang, "mark.seal_file.failed", seal = self.state))?;
        terminal.tell(&say!(terminal.lang, "mark.seal_file.written", path = shown(target)));
        Ok(())
    }
}

/// Where a seal file goes: a new text file; within a project only directly in its folder.
///
/// # Errors
/// If it may not be placed there; nothing has been recorded then.
pub(super) fn target(path: &Path, project: &Project, terminal: &Terminal) -> anyhow::Result<PathBuf> {
    let refuse = |key: &str| anyhow::Error::msg(say!(terminal.lang, key, path = shown(path)));
    let is_text = path.extension().is_some_and(|own| own.eq_ignore_ascii_case(EXTENSION));
    anyhow::ensure!(is_text, refuse("mark.seal_file.extension"));
    let target = places::allowed(path, project, |parts| parts.len() == 1, "mark.seal_file.inside", terminal)?;
    anyhow::ensure!(file::folder_of(&target).is_dir(), refuse("write.no_folder"));
    anyhow::ensure!(crate::publish::kind_of(&target)?.is_none(), refuse("mark.seal_file.taken"));
    Ok(target)
}

//! Folders of forms that are handed out: where they may be, and how they are written completely without losing entries.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::places;
use super::terminal::Terminal;
use crate::documents::report::Document;
use crate::publish::folder::{FolderFile, FolderFound, FormsPlace};
use crate::read::Project;
use crate::shared::i18n::say;
use crate::shared::progress::Step;

/// Most files that a refusal lists.
const NAMED: usize = 8;

/// What happens to forms in the folder that are not written again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Others {
    /// They are kept.
    Stay,
    /// They are removed.
    Go,
}

/// Where forms go if a folder was named: within the project only where they cannot be taken for inputs, as decided by
/// the first part of the path.
pub(super) fn target(
    project: &Project,
    out: &Path,
    is_handed_out: impl Fn(&str) -> bool,
    refusal: &str,
    terminal: &Terminal,
) -> anyhow::Result<PathBuf> {
    let is_allowed = |parts: &[&str]| parts.first().is_some_and(|name| is_handed_out(name));
    places::allowed(out, project, is_allowed, refusal, terminal)
}

/// A folder of forms that is about to be written.
pub(super) struct Folder<'f> {
    pub(super) project: &'f Project,
    pub(super) target: &'f Path,
    /// The hash of the model.
    pub(super) model: &'f str,
}

impl Folder<'_> {
    /// Writes the forms, given as path and document, all or none.
    ///
    /// # Errors
    /// If the folder contains files that assess did not write, or forms that were changed; nothing has been written
    /// then.
    pub(super) fn write(&self, forms: &[(&str, &Document)], others: Others, terminal: &Terminal) -> anyhow::Result<()> {
        let shown = self.target.display();
        let lang = terminal.lang;
        let publisher = super::locked(&self.project.root, terminal)?;
        let place = FormsPlace::lock(self.target)?;
        let kept = match place.standing()? {
            FolderFound::Own(kept) if others == Others::Stay => kept,
            FolderFound::Free | FolderFound::Own(_) => BTreeMap::new(),
            FolderFound::Touched(files) => {
                let named = files.iter().take(NAMED).map(String::as_str);
                let more = (files.len() > NAMED).then_some("…");
                let list = lang.join("report.list", named.chain(more));
                return Err(anyhow::Error::msg(say!(terminal.lang, "template.touched", folder = shown, files = list)));
            }
            FolderFound::Foreign => {
                return Err(anyhow::Error::msg(say!(terminal.lang, "template.foreign", folder = shown)));
            }
        };
        let prepared = crate::write::workbook::Prepared::default();
        let progress = terminal.progress();
        let counter = progress.step(Step::Forms, forms.len());
        let one = |(path, document): &(&str, &Document<'_>)| {
            counter.done(Ok(FolderFile::new(*path, prepared.bytes(document)?)))
        };
        let written: anyhow::Result<Vec<FolderFile>> = forms.par_iter().map(one).collect();
        drop(counter);
        let mut files = written?;
        let known: BTreeSet<&str> = forms.iter().map(|(path, _)| *path).collect();
        let old = kept.into_iter().filter(|(path, _)| !known.contains(path.as_str()));
        files.extend(old.map(|(path, bytes)| FolderFile::new(path, bytes)));
        place.publish(&publisher, self.model, files)
    }
}

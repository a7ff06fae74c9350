//! Whether the newest version still says everything about a project, so that no input has to be read again.
//!
//! It does if the same version of the program wrote it, the project has the same files, and each of them, by its SHA-256, is
//! the one that was read. Times and sizes of files prove nothing and are not asked. Where appeals were upheld, nothing may
//! have been published since either.

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;

use super::current::{current, log};
use super::terminal::Terminal;
use crate::read::project::MODEL_FILE;
use crate::read::{self, Project};
use crate::result::manifest::{Manifest, PROGRAM};
use crate::result::outcome::{Ending, Outcome};
use crate::result::states::Line;
use crate::shared::place::{FileRecord, Role};

/// The result of the newest version, as far as `read` takes it from its bytes, if a run would come to the same and say it in
/// the language of the model. Where that cannot be settled, a run will tell why. Messages are in the language of the model
/// from then on, unless another was asked for.
pub(super) fn newest(
    project: &Project,
    read: fn(&Path, &Manifest, &Terminal) -> anyhow::Result<Outcome>,
    terminal: &mut Terminal,
) -> anyhow::Result<Option<Outcome>> {
    let Ok(Some((parent, manifest))) = current(&project.root) else { return Ok(None) };
    let root = project.root.as_path();
    let has_same_inputs = || manifest.inputs.par_iter().all(|input| is_same(root, &input.path, &input.sha256));
    if manifest.program != PROGRAM || !has_same_inputs() {
        return Ok(None);
    }
    let Ok(outcome) = read(root, &manifest, terminal) else { return Ok(None) };
    if !has_same_files(project, &outcome)? || !(has_nothing_dated(&outcome) || is_unpublished(root, &parent.version)?) {
        return Ok(None);
    }
    terminal.prefer(outcome.model.declared_language);
    Ok((terminal.lang == outcome.model.language).then_some(outcome))
}

/// Whether nothing depends on when versions were published: only of an upheld appeal that says which version it was against.
fn has_nothing_dated(outcome: &Outcome) -> bool {
    outcome.registers.appeals.iter().all(|row| row.ending != Ending::Upheld)
}

/// Whether nothing was marked since the version was written: dates of publication decide what appeals refer to.
fn is_unpublished(root: &Path, version: &str) -> anyhow::Result<bool> {
    let log = log(root)?;
    let is_own = |line: &Line| line.entry.version().is_some_and(|(own, _)| own == version);
    let written = log.lines.iter().rfind(|(_, line)| is_own(line)).map(|(number, _)| *number);
    Ok(written.is_some_and(|written| log.marks().all(|(number, _)| number < written)))
}

/// Whether a file of the project has these bytes.
fn is_same(root: &Path, path: &str, sha256: &str) -> bool {
    read::hash_of(root, path).is_ok_and(|hash| hash.as_deref() == Some(sha256))
}

/// Whether the project has the files that the result lists, those aside included. What a file is read as follows from its
/// path, its bytes and the model.
fn has_same_files(project: &Project, outcome: &Outcome) -> anyhow::Result<bool> {
    let mut now = BTreeSet::from([MODEL_FILE.to_owned()]);
    now.extend(project.candidates(&outcome.model)?.into_iter().map(|file| file.path));
    for stem in ["roster", "indicators"] {
        now.extend(project.table_files(stem)?);
    }
    let listed = outcome.files.iter().filter(|file| file.role != Role::History);
    let then: BTreeSet<String> = listed.map(|file| file.path.clone()).collect();
    // A file that was never read has no hash.
    let is_same = |file: &FileRecord| file.sha256.is_empty() || is_same(&project.root, &file.path, &file.sha256);
    Ok(now == then && outcome.files.0.par_iter().filter(|file| !file.status.is_input()).all(is_same))
}

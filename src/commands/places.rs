//! Where a command may write: never among the inputs or outputs of a project, whichever way the path leads there.

use std::path::{Path, PathBuf};

use super::terminal::Terminal;
use crate::read::project::NoProject;
use crate::read::{Project, resolved};
use crate::shared::i18n::say;

/// The project that a resolved path lies in, if any; the path need not exist yet.
///
/// # Errors
/// If that cannot be determined.
pub(super) fn project_around(real: &Path) -> anyhow::Result<Option<Project>> {
    let Some(near) = real.ancestors().find(|folder| folder.is_dir()) else { return Ok(None) };
    match Project::find(near) {
        Ok(project) => Ok(Some(project)),
        Err(error) if error.is::<NoProject>() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The resolved path of a folder outside all projects.
///
/// # Errors
/// If it lies in one.
pub(super) fn outside(folder: &Path, terminal: &Terminal) -> anyhow::Result<PathBuf> {
    let real = resolved(folder)?;
    if let Some(project) = project_around(&real)? {
        return Err(within(folder, &project, terminal));
    }
    Ok(real)
}

/// The resolved path of a folder that, within a project, is accepted only where the project allows it, as decided by
/// the parts of the path below the project folder.
///
/// # Errors
/// If it lies elsewhere in the project, or in another one.
pub(super) fn allowed(
    folder: &Path,
    project: &Project,
    is_allowed: impl Fn(&[&str]) -> bool,
    refusal: &str,
    terminal: &Terminal,
) -> anyhow::Result<PathBuf> {
    let real = resolved(folder)?;
    match project_around(&real)? {
        Some(around) if around.root != project.root => return Err(within(folder, &around, terminal)),
        Some(_) => {
            let below = real.strip_prefix(&project.root).unwrap_or(Path::new(""));
            let below = crate::read::project::shown(below);
            let parts: Vec<&str> = below.split('/').filter(|part| !part.is_empty()).collect();
            let shown = folder.display();
            anyhow::ensure!(is_allowed(&parts), anyhow::Error::msg(say!(terminal.lang, refusal, folder = shown)));
        }
        None => {}
    }
    Ok(real)
}

fn within(folder: &Path, project: &Project, terminal: &Terminal) -> anyhow::Error {
    let (folder, root) = (folder.display(), project.root.display());
    anyhow::Error::msg(say!(terminal.lang, "place.within", folder, project = root))
}

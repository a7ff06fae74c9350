//! Where a command may write: never into the inputs or outputs of a project, by whatever way the path leads there.

use std::fs::symlink_metadata;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use anyhow::Context as _;

use super::terminal::Terminal;
use crate::read::Project;
use crate::read::project::NoProject;

/// A path with every link and every `..` followed, also where nothing stands yet.
///
/// # Errors
/// If a link on the way leads nowhere, or something cannot be looked at.
pub(super) fn resolved(path: &Path) -> anyhow::Result<PathBuf> {
    let shown = || path.display().to_string();
    let mut real = PathBuf::new();
    for part in std::path::absolute(path).with_context(shown)?.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                real.pop();
            }
            Component::Prefix(_) | Component::RootDir => real.push(part),
            Component::Normal(name) => {
                real.push(name);
                match symlink_metadata(&real) {
                    // What stands there has one true name, links followed and letter case as on disk.
                    Ok(_) => real = real.canonicalize().with_context(shown)?,
                    Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                    Err(error) => return Err(error).with_context(shown),
                }
            }
        }
    }
    Ok(real)
}

/// The project that a resolved path lies in, if any; nothing needs to stand there yet.
///
/// # Errors
/// If that cannot be told.
pub(super) fn project_around(real: &Path) -> anyhow::Result<Option<Project>> {
    let Some(near) = real.ancestors().find(|folder| folder.is_dir()) else { return Ok(None) };
    match Project::find(near) {
        Ok(project) => Ok(Some(project)),
        Err(error) if error.is::<NoProject>() => Ok(None),
        Err(error) => Err(error),
    }
}

/// A folder that lies in no project, resolved.
///
/// # Errors
/// If it does lie in one.
pub(super) fn outside(folder: &Path, terminal: &Terminal) -> anyhow::Result<PathBuf> {
    let real = resolved(folder)?;
    if let Some(project) = project_around(&real)? {
        return Err(within(folder, &project, terminal));
    }
    Ok(real)
}

/// A folder within a project only where the project allows it: by the parts of its way below the project folder.
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
            let shown = folder.display().to_string();
            anyhow::ensure!(is_allowed(&parts), "{}", terminal.lang.fill(refusal, &[("folder", &shown)]));
        }
        None => {}
    }
    Ok(real)
}

fn within(folder: &Path, project: &Project, terminal: &Terminal) -> anyhow::Error {
    let (folder, root) = (folder.display().to_string(), project.root.display().to_string());
    anyhow::anyhow!("{}", terminal.lang.fill("place.within", &[("folder", &folder), ("project", &root)]))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_path_is_where_it_leads() {
        let folder = tempfile::tempdir().expect("folder");
        let root = folder.path().canonicalize().expect("real");
        std::fs::create_dir_all(root.join("p/results")).expect("folder");
        symlink("p/results", root.join("link")).expect("link");
        symlink("nowhere", root.join("dangling")).expect("link");
        for (typed, expected) in [
            ("new/../p/results/x", "p/results/x"),
            ("p/./results/../other", "p/other"),
            ("link/v001", "p/results/v001"),
            ("link/../x", "p/x"),
            ("a/b/../../p", "p"),
        ] {
            assert_eq!(resolved(&root.join(typed)).expect(typed), root.join(expected), "{typed}");
        }
        assert!(resolved(&root.join("dangling/x")).is_err());
    }
}

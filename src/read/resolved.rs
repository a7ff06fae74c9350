//! Resolves the true location of a path.

use std::fs::symlink_metadata;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use anyhow::Context as _;

/// A path with every link and every `..` resolved, even if part of it does not exist yet.
///
/// # Errors
/// If a link on the way leads nowhere, or something cannot be examined.
pub fn resolved(path: &Path) -> anyhow::Result<PathBuf> {
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
                    // An existing file has one true name, with links followed and letter case as on disk.
                    Ok(_) => real = real.canonicalize().with_context(shown)?,
                    Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                    Err(error) => return Err(error).with_context(shown),
                }
            }
        }
    }
    Ok(real)
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

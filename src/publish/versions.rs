//! The versions of a project on disk.
//!
//! What cannot be examined is an error, never absent: if a version were taken for absent, the next run would number,
//! follow or supersede without regard to it.

use std::fs::{self, FileType};
use std::io::ErrorKind;
use std::path::Path;

use super::At;
use super::{MANIFEST, Manifest, RESULTS, states};
use crate::read::{present, sha256};
use crate::result::states::Log;

/// The name of the draft and of its folder.
pub const DRAFT: &str = "draft";

/// Why no further version can be numbered: the existing ones do not form a complete chain from v001 on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// A version is missing, although a later one exists or the log of states mentions it.
    Gone {
        /// The name of the version.
        version: String,
    },
    /// The folder of a version no longer has a manifest.
    NoManifest {
        /// The name of the version.
        version: String,
    },
    /// A name that resembles that of a version but is never given by assess.
    Odd {
        /// The name in question.
        name: String,
    },
}

/// The entries of the results folder with names of versions.
#[derive(Default)]
struct Shelf {
    /// Versions, oldest first.
    whole: Vec<String>,
    /// Folders of versions without manifest, oldest first.
    unfounded: Vec<String>,
    /// Names such as `v1` and `v0001`.
    odd: Vec<String>,
}

/// The type of a path, without following a link; none if it does not exist.
///
/// # Errors
/// If it cannot be determined.
pub fn kind_of(path: &Path) -> anyhow::Result<Option<FileType>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata.file_type())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).at(path),
    }
}

/// The names in a folder, in order; empty if the folder does not exist.
///
/// # Errors
/// If it exists but cannot be listed.
pub fn names_in(folder: &Path) -> anyhow::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).at(folder),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.at(folder)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn shelf(root: &Path) -> anyhow::Result<Shelf> {
    let folder = root.join(RESULTS);
    let mut shelf = Shelf::default();
    for name in names_in(&folder)?.into_iter().filter(|name| claims(name)) {
        if number(&name).is_none() {
            shelf.odd.push(name);
        } else if kind_of(&folder.join(&name).join(MANIFEST))?.is_some() {
            shelf.whole.push(name);
        } else {
            shelf.unfounded.push(name);
        }
    }
    shelf.whole.sort_by_key(|name| number(name));
    shelf.unfounded.sort_by_key(|name| number(name));
    Ok(shelf)
}

/// Whether a name resembles that of a version.
fn claims(name: &str) -> bool {
    name.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// The number of a version by its name.
pub fn number(name: &str) -> Option<u32> {
    let number = name.strip_prefix('v')?.parse().ok()?;
    (name_of(number) == name).then_some(number)
}

fn name_of(number: u32) -> String {
    format!("v{number:03}")
}

/// The complete versions of a project, oldest first.
///
/// # Errors
/// If the folder or one of its versions cannot be examined.
pub fn versions(root: &Path) -> anyhow::Result<Vec<String>> {
    Ok(shelf(root)?.whole)
}

/// Folders with the name of a version but no manifest, oldest first: a version that was taken apart.
///
/// # Errors
/// If the folder or one of its versions cannot be examined.
pub fn unfounded(root: &Path) -> anyhow::Result<Vec<String>> {
    Ok(shelf(root)?.unfounded)
}

/// Whether a project has a draft.
///
/// # Errors
/// If that cannot be determined.
pub fn has_draft(root: &Path) -> anyhow::Result<bool> {
    Ok(kind_of(&root.join(RESULTS).join(DRAFT).join(MANIFEST))?.is_some())
}

/// The name after those of the existing versions, which must form a complete chain from v001 on.
///
/// # Errors
/// If they cannot be examined.
pub fn next_version(root: &Path) -> anyhow::Result<Result<String, Gap>> {
    let Shelf { whole, unfounded, odd } = shelf(root)?;
    if let Some(name) = odd.into_iter().next() {
        return Ok(Err(Gap::Odd { name }));
    }
    if let Some(version) = unfounded.into_iter().next() {
        return Ok(Err(Gap::NoManifest { version }));
    }
    let mut next = 1;
    for name in &whole {
        if number(name) != Some(next) {
            return Ok(Err(Gap::Gone { version: name_of(next) }));
        }
        next += 1;
    }
    let log = Log::parse(&states(root)?);
    let known = log.lines.iter().filter_map(|(_, line)| line.entry.version());
    let lost = known.map(|(version, _)| version).find(|known| !whole.iter().any(|own| own == known));
    Ok(lost.map_or_else(|| Ok(name_of(next)), |version| Err(Gap::Gone { version: version.to_owned() })))
}

/// The manifest of a version, with the SHA-256 of its bytes.
///
/// # Errors
/// If it cannot be read or is not a manifest.
pub fn manifest(root: &Path, version: &str) -> anyhow::Result<(Manifest, String)> {
    let path = root.join(RESULTS).join(version).join(MANIFEST);
    let bytes = present(&path)?;
    let manifest = serde_json::from_slice(&bytes).at(&path)?;
    Ok((manifest, sha256(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(versions: &[(&str, bool)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("temporary folder");
        for (version, whole) in versions {
            let folder = root.path().join(RESULTS).join(version);
            fs::create_dir_all(&folder).expect("folder");
            if *whole {
                fs::write(folder.join(MANIFEST), "{}").expect("manifest");
            }
        }
        root
    }

    #[test]
    fn a_number_follows_only_a_whole_chain() {
        let gone = |version: &str| Err(Gap::Gone { version: version.into() });
        let odd = |name: &str| Err(Gap::Odd { name: name.into() });
        type Case<'c> = (&'c [(&'c str, bool)], Result<&'c str, Gap>);
        let cases: [Case<'_>; 10] = [
            (&[], Ok("v001")),
            (&[("v001", true)], Ok("v002")),
            (&[("v001", true), ("v002", true), ("draft", true), ("notes", false)], Ok("v003")),
            (&[("v002", true)], gone("v001")),
            (&[("v001", true), ("v003", true)], gone("v002")),
            (&[("v001", true), ("v4294967295", true)], gone("v002")),
            (&[("v001", true), ("v99999999999", true)], odd("v99999999999")),
            (&[("v001", true), ("v0001", true)], odd("v0001")),
            (&[("v1", true)], odd("v1")),
            (&[("v001", true), ("v002", false)], Err(Gap::NoManifest { version: "v002".into() })),
        ];
        for (versions, expected) in cases {
            let root = project(versions);
            assert_eq!(next_version(root.path()).expect("look"), expected.map(str::to_owned), "{versions:?}");
        }
    }

    #[test]
    fn a_thousandth_version_has_four_digits() {
        assert_eq!(
            (number("v999"), number("v1000"), number("v0999"), number("w001")),
            (Some(999), Some(1000), None, None)
        );
        assert_eq!(name_of(1000), "v1000");
    }

    #[test]
    fn what_cannot_be_looked_at_is_an_error() {
        // A file where a folder should be gives an error other than "not found", whichever user runs this.
        let root = tempfile::tempdir().expect("temporary folder");
        fs::create_dir(root.path().join(RESULTS)).expect("folder");
        fs::write(root.path().join(RESULTS).join("v001"), "").expect("file");
        assert!(
            versions(root.path()).is_err() && unfounded(root.path()).is_err() && next_version(root.path()).is_err()
        );
        let root = tempfile::tempdir().expect("temporary folder");
        fs::write(root.path().join(RESULTS), "").expect("file");
        assert!(versions(root.path()).is_err() && has_draft(root.path()).is_err());
    }
}

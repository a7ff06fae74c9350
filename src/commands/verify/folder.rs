//! The folder of a version: every file compared with its fingerprint.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use super::difference;
use crate::publish::{self, HashedFile, MANIFEST, Manifest, RESULTS, is_passing};
use crate::read::Stream;
use crate::result::verify::{Difference, DifferenceKind};

/// The path of a file of a version, below the project folder.
pub(crate) fn path(version: &str, name: &str) -> String {
    format!("{RESULTS}/{version}/{name}")
}

/// Files that were removed, changed or added since the version was written.
///
/// # Errors
/// If the folder cannot be listed.
pub(crate) fn look(root: &Path, version: &str, manifest: &Manifest) -> anyhow::Result<Vec<Difference>> {
    let folder = root.join(RESULTS).join(version);
    let found = publish::names_in(&folder)?;
    Ok(files(&folder, &format!("{RESULTS}/{version}"), &manifest.outputs, found))
}

/// Compares the files of a folder with their fingerprints; `found` are the names of all existing files, `shown` is the
/// name of the folder in differences.
pub(super) fn files(folder: &Path, shown: &str, own: &[HashedFile], mut found: Vec<String>) -> Vec<Difference> {
    let mut differences = Vec::new();
    let differs = |kind: DifferenceKind, name: &str, found: &str, expected: &str| {
        difference(kind, format!("{shown}/{name}"), "", found, expected)
    };
    for output in own {
        let now = fingerprint(&folder.join(&output.path));
        let (kind, now) = match now {
            None => (DifferenceKind::Missing, Cow::Borrowed("—")),
            Some((hash, size)) if hash != output.sha256 || size != output.size => {
                (DifferenceKind::Changed, Cow::Owned(format!("{hash} ({size})")))
            }
            Some(_) => continue,
        };
        differences.push(differs(kind, &output.path, &now, &format!("{} ({})", output.sha256, output.size)));
    }
    let known: BTreeSet<&str> = own.iter().map(|file| file.path.as_str()).chain([MANIFEST]).collect();
    found.retain(|name| !known.contains(name.as_str()) && !is_passing(name));
    found.sort();
    differences.extend(found.iter().map(|name| differs(DifferenceKind::Added, name, name, "—")));
    differences
}

/// The SHA-256 and the size of a file; none if it cannot be read.
fn fingerprint(path: &Path) -> Option<(String, u64)> {
    Stream::open(path).ok()?.fingerprint().ok()
}

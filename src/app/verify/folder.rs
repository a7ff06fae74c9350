//! The folder of a version: every file against its fingerprint.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Context as _;

use crate::publish::{MANIFEST, Manifest, RESULTS};
use crate::read::sha256;
use crate::verify::{Difference, Kind};

/// The path of a file of a version, below the project folder.
pub(crate) fn path(version: &str, name: &str) -> String {
    format!("{RESULTS}/{version}/{name}")
}

/// Files that are gone, were changed or were added since the version was written.
///
/// # Errors
/// If the folder cannot be listed.
pub(crate) fn look(root: &Path, version: &str, manifest: &Manifest) -> anyhow::Result<Vec<Difference>> {
    let folder = root.join(RESULTS).join(version);
    let mut differences = Vec::new();
    for output in &manifest.outputs {
        let found = fs::read(folder.join(&output.path)).ok().map(|bytes| (sha256(&bytes), bytes.len() as u64));
        let (kind, found) = match found {
            None => (Kind::Missing, "—".to_owned()),
            Some((hash, size)) if hash != output.sha256 => (Kind::Changed, format!("{hash} ({size})")),
            Some((hash, size)) if size != output.size => (Kind::Changed, format!("{hash} ({size})")),
            Some(_) => continue,
        };
        let expected = format!("{} ({})", output.sha256, output.size);
        differences.push(Difference { kind, file: path(version, &output.path), place: String::new(), found, expected });
    }
    let known: BTreeSet<&str> = manifest.outputs.iter().map(|f| f.path.as_str()).chain([MANIFEST]).collect();
    let mut added = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let name = entry.with_context(|| folder.display().to_string())?.file_name().to_string_lossy().into_owned();
        if !known.contains(name.as_str()) && !is_passing(&name) {
            added.push(name);
        }
    }
    added.sort();
    differences.extend(added.into_iter().map(|name| Difference {
        kind: Kind::Added,
        file: path(version, &name),
        place: String::new(),
        found: name,
        expected: "—".to_owned(),
    }));
    Ok(differences)
}

/// A file that an open office program or the operating system leaves beside others.
fn is_passing(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    name.starts_with("~$") || name.starts_with('.') || lower == "thumbs.db" || lower == "desktop.ini"
}

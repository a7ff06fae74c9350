//! The folders of feedback in a project, and the letters they contained when they were written.

use std::path::{Path, PathBuf};

use super::super::folder::files_below;
use super::super::versions::{kind_of, names_in};
use super::super::{DRAFT, MANIFEST, RESULT, RESULTS, number};
use super::{FEEDBACK, FeedbackManifest};

/// A folder below `feedback/`.
#[derive(Debug)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// Its manifest; none if assess wrote none.
    pub manifest: Option<FeedbackManifest>,
    /// Every file in it, by path.
    pub files: Vec<String>,
}

/// The folders of feedback of a project, by name. A folder without any manifest belongs to a user unless it is named
/// like a version.
///
/// # Errors
/// If they cannot be read.
pub fn folders(root: &Path) -> anyhow::Result<Vec<Found>> {
    let above = root.join(FEEDBACK);
    let mut found = Vec::new();
    for name in names_in(&above)? {
        if name.starts_with('.') {
            continue;
        }
        let Some(own) = folder_at(&above.join(&name))? else { continue };
        let has_manifest = own.files.iter().any(|file| file == MANIFEST);
        if has_manifest || (number(&name).is_some() && !own.files.is_empty()) {
            found.push(own);
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Folders of letters where no command writes them: below other folders of feedback, or hidden.
///
/// # Errors
/// If they cannot be read.
pub fn copies(root: &Path) -> anyhow::Result<Vec<Found>> {
    let above = root.join(FEEDBACK);
    let mut found = Vec::new();
    if kind_of(&above)?.is_none_or(|kind| !kind.is_dir()) {
        return Ok(found);
    }
    for path in files_below(&above)? {
        let Some(folder) = path.strip_suffix(MANIFEST).and_then(|path| path.strip_suffix('/')) else { continue };
        let is_usual = !folder.contains('/') && !folder.starts_with('.');
        if is_usual || folder.starts_with(super::staging::STAGING) {
            continue;
        }
        let own = folder_at(&above.join(folder))?.filter(|own| own.manifest.is_some());
        found.extend(own.map(|own| Found { name: folder.to_owned(), ..own }));
    }
    Ok(found)
}

/// A folder of feedback at any path; none if it does not exist.
///
/// # Errors
/// If it cannot be read.
pub fn folder_at(path: &Path) -> anyhow::Result<Option<Found>> {
    if kind_of(path)?.is_none_or(|kind| !kind.is_dir()) {
        return Ok(None);
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Some(Found { name, manifest: FeedbackManifest::of(path)?, files: files_below(path)? }))
}

/// The letters of a folder below `feedback/`, as they were handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letters {
    /// Name of the folder.
    pub folder: String,
    /// The version of the result.
    pub version: String,
    /// The name of an interim period.
    pub period: Option<String>,
    /// Codes of the units with a letter in it, in the order of the roster.
    pub units: Vec<String>,
    /// The result document that they were made from: that of the version, or for a draft the copy next to the folder.
    pub document: PathBuf,
    /// SHA-256 of the manifest of that result.
    pub result: String,
}

/// The letters that were handed out, by version, drafts last, then by folder. A folder without a manifest of ours is
/// skipped.
///
/// # Errors
/// If the folders cannot be read.
pub fn letters(root: &Path) -> anyhow::Result<Vec<Letters>> {
    let mut letters: Vec<Letters> = folders(root)?
        .into_iter()
        .filter_map(|found| {
            let manifest = found.manifest?;
            let document = document_of(root, &found.name, &manifest);
            let FeedbackManifest { version, period, units, result, .. } = manifest;
            Some(Letters { folder: found.name, version, period, units, document, result })
        })
        .collect();
    fn key(own: &Letters) -> (u32, &str, &str) {
        (number(&own.version).unwrap_or(u32::MAX), &own.version, &own.folder)
    }
    letters.sort_by(|a, b| key(a).cmp(&key(b)));
    Ok(letters)
}

/// The result document that a folder of feedback was made from.
pub fn document_of(root: &Path, folder: &str, manifest: &FeedbackManifest) -> PathBuf {
    if manifest.version == DRAFT {
        root.join(FEEDBACK).join(copy_name(folder))
    } else {
        root.join(RESULTS).join(&manifest.version).join(RESULT)
    }
}

/// The name of the copy of a draft's result document next to a folder.
pub fn copy_name(folder: &str) -> String {
    format!("{folder}.result.json")
}

#[cfg(test)]
mod tests {
    use super::super::super::Publisher;
    use super::super::{Place, Staged};
    use super::*;
    use crate::result::seal::Seal;

    #[test]
    fn letters_are_told_by_version_with_the_document_they_were_made_from() {
        let root = tempfile::tempdir().expect("temporary folder");
        for (name, version, period) in [
            ("v1000", "v1000", None),
            ("v002", "v002", None),
            ("a draft", "draft", Some("half")),
            ("v002-changed", "v002", None),
        ] {
            let folder = root.path().join(FEEDBACK).join(name);
            let place = Place { folder, is_own: true, beside: Vec::new() };
            let staged = Staged::begin(&place).expect("begin").expect("free");
            let seal = Seal::parse(&"0".repeat(20)).expect("a seal");
            let manifest = FeedbackManifest::new(version, "hash", seal, period);
            let publisher = Publisher::lock(root.path()).expect("lock").expect("free");
            staged.publish(&publisher, &FeedbackManifest { units: vec!["U_1".into()], ..manifest }).expect("publish");
        }
        let found = letters(root.path()).expect("look");
        let told: Vec<(&str, String)> = found
            .iter()
            .map(|own| {
                (own.folder.as_str(), own.document.strip_prefix(root.path()).expect("below").display().to_string())
            })
            .collect();
        let expected = [
            ("v002", "results/v002/result.json"),
            ("v002-changed", "results/v002/result.json"),
            ("v1000", "results/v1000/result.json"),
            ("a draft", "feedback/a draft.result.json"),
        ];
        assert_eq!(told, expected.map(|(folder, document)| (folder, document.to_owned())));
        assert_eq!((found[3].period.as_deref(), &found[3].units), (Some("half"), &vec!["U_1".to_owned()]));
    }
}

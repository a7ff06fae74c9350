//! The folders of feedback: every workbook against its fingerprint, and the version that it was written for.

use std::path::Path;

use serde::Serialize;

use super::{folder, opened};
use crate::outcome::{Outcome, UnitOutcome};
use crate::publish::feedback::{FEEDBACK, FeedbackManifest, document_of, folders};
use crate::publish::{self, DRAFT, HashedFile, MANIFEST};
use crate::read::{self, sha256};
use crate::report::feedback::{Desk, document};
use crate::verify::{Difference, Kind, compare};

/// The folders of feedback as found.
#[derive(Serialize)]
pub(super) struct Feedback {
    /// Their names.
    pub(super) folders: Vec<String>,
    /// Files that their manifests name.
    pub(super) files: usize,
    /// What is not as it was written.
    pub(super) differences: Vec<Difference>,
}

/// Looks at the feedback of these versions; a folder that does not say of which version it is belongs to all of them.
pub(super) fn look(root: &Path, versions: &[String], all: bool) -> anyhow::Result<Feedback> {
    let mut feedback = Feedback { folders: Vec::new(), files: 0, differences: Vec::new() };
    for found in folders(root)? {
        let shown = format!("{FEEDBACK}/{}", found.name);
        let differs = |kind: Kind, place: &str, found: &str, expected: &str| Difference {
            kind,
            file: format!("{shown}/{MANIFEST}"),
            place: place.to_owned(),
            found: found.to_owned(),
            expected: expected.to_owned(),
        };
        let Some(manifest) = found.manifest else {
            let is_there = found.files.iter().any(|file| file == MANIFEST);
            let kind = if is_there { Kind::Manifest } else { Kind::Missing };
            feedback.differences.push(differs(kind, "", if is_there { "?" } else { "—" }, "assess.feedback/1"));
            continue;
        };
        if !all && !versions.contains(&manifest.version) {
            continue;
        }
        feedback.files += manifest.files.len() + manifest.beside.len() + 1;
        let above = root.join(FEEDBACK);
        let own = above.join(&found.name);
        let mut differences = folder::files(&own, &shown, &manifest.files, found.files);
        edited(&document_of(root, &found.name, &manifest), &own, &manifest, &mut differences)?;
        differences.extend(folder::files(&above, FEEDBACK, &manifest.beside, Vec::new()));
        feedback.differences.append(&mut differences);
        // A draft comes and goes; interim results rest on it.
        if manifest.version != DRAFT {
            let hash = publish::manifest(root, &manifest.version).map(|(_, hash)| hash);
            match hash {
                Err(_) => feedback.differences.push(differs(Kind::Chain, "version", &manifest.version, "—")),
                Ok(hash) if hash != manifest.result => {
                    feedback.differences.push(differs(Kind::Chain, "result", &manifest.result, &hash));
                }
                Ok(_) => {}
            }
        }
        feedback.folders.push(found.name);
    }
    Ok(feedback)
}

/// Says which cells of workbooks were edited, as far as the workbooks can be made again from the result as it was written.
fn edited(
    result: &Path,
    folder: &Path,
    manifest: &FeedbackManifest,
    differences: &mut Vec<Difference>,
) -> anyhow::Result<()> {
    if differences.iter().all(|difference| difference.kind != Kind::Changed) {
        return Ok(());
    }
    let result = read::document(result).ok().flatten();
    let Some(outcome) = result.and_then(|bytes| serde_json::from_slice::<Outcome>(&bytes).ok()) else { return Ok(()) };
    let desk = Desk::new(&outcome, manifest.period.as_deref());
    let mut cells = Vec::new();
    for changed in differences.iter_mut().filter(|difference| difference.kind == Kind::Changed) {
        let Some(file) = manifest.files.iter().find(|file| changed.file.ends_with(&format!("/{}", file.path))) else {
            continue;
        };
        let Some(found) = read::document(&folder.join(&file.path)).ok().flatten().and_then(|bytes| opened(&bytes))
        else {
            continue;
        };
        let Some(expected) = again(&desk, file)?.and_then(|bytes| opened(&bytes)) else { continue };
        let differing = compare::workbooks(&found, &expected);
        if differing.is_empty() {
            changed.kind = Kind::Resaved;
        }
        cells.extend(differing.into_iter().map(|(place, found, expected)| Difference {
            kind: Kind::Cell,
            file: changed.file.clone(),
            place,
            found,
            expected,
        }));
    }
    differences.extend(cells);
    Ok(())
}

/// A workbook made again, if that gives the bytes that were written: another program, another result or a letter that
/// replaces an earlier one does not.
fn again(desk: &Desk<'_>, file: &HashedFile) -> anyhow::Result<Option<Vec<u8>>> {
    // Codes may hold the underscore that parts code and name, so more than one unit can be meant.
    let named = |unit: &&UnitOutcome| file.path.strip_prefix(&unit.code).is_some_and(|rest| rest.starts_with('_'));
    for unit in desk.units().filter(named) {
        let bytes = crate::write::workbook::bytes(&document(desk, unit))?;
        if sha256(&bytes) == file.sha256 {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

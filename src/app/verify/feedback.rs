//! The folders of feedback: every workbook against its fingerprint, and the version that it was written for.

use std::path::Path;

use serde::Serialize;

use super::folder;
use crate::publish::feedback::{FEEDBACK, folders};
use crate::publish::{self, MANIFEST};
use crate::verify::{Difference, Kind};

/// The name of a draft, which comes and goes; interim results rest on it.
const DRAFT: &str = "draft";

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
        feedback.files += manifest.files.len() + 1;
        let own = root.join(FEEDBACK).join(&found.name);
        feedback.differences.extend(folder::files(&own, &shown, &manifest.files, found.files));
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

//! How versions are written and read back.

use std::path::Path;

use anyhow::Context as _;

use super::current::log;
use super::terminal::Terminal;
use crate::cli::Grounds;
use crate::documents::report;
use crate::model::Model;
use crate::publish::{self, Artefact, Gap, HashedFile, Manifest, Parent, RATINGS, RESULT, WORKBOOK};
use crate::read::{present, sha256};
use crate::result::manifest;
use crate::result::outcome::{Outcome, RatingRecord};
use crate::result::seal::Seal;
use crate::result::states;
use crate::shared::place::Files;

/// Whether a version may be followed by another one on the given grounds: a final one only with a reason and a
/// document.
pub(super) fn may_follow(root: &Path, version: &str, grounds: &Grounds) -> anyhow::Result<bool> {
    let (reason, document) = (grounds.reason.as_deref(), grounds.document.as_deref());
    Ok(states::may_supersede(&log(root)?, version, reason, document).is_ok())
}

/// The name of the next version.
///
/// # Errors
/// If the existing versions do not form a complete chain, or cannot be examined.
pub(super) fn next(root: &Path, terminal: &Terminal) -> anyhow::Result<String> {
    let gap = match publish::next_version(root)? {
        Ok(version) => return Ok(version),
        Err(gap) => gap,
    };
    let (key, name) = match &gap {
        Gap::Gone { version } => ("gap.gone", version),
        Gap::NoManifest { version } => ("gap.no_manifest", version),
        Gap::Odd { name } => ("gap.odd", name),
    };
    Err(terminal.fault(key, &[("name", name)]))
}

/// The manifest of a version that is about to be written.
pub(super) fn manifest(
    version: &str,
    parent: Option<Parent>,
    grounds: &Grounds,
    model: &Model,
    files: &Files,
) -> Manifest {
    Manifest {
        schema: manifest::SCHEMA.to_owned(),
        version: version.to_owned(),
        parent,
        program: format!("assess {}", env!("CARGO_PKG_VERSION")),
        reason: grounds.reason.clone(),
        document: grounds.document.clone(),
        states: None,
        as_of: model.as_of.map(|d| d.to_string()),
        model: model.hash.clone(),
        inputs: Manifest::inputs_of(&files.0),
        outputs: Vec::new(),
    }
}

/// The files of a version that is about to be written.
pub(super) fn artefacts(
    outcome: &Outcome,
    ratings: &[RatingRecord],
    manifest: &Manifest,
) -> anyhow::Result<[Artefact; 3]> {
    artefacts_with(outcome, || crate::write::csv::ratings(outcome, ratings), manifest)
}

/// Like [`artefacts`], with ratings.csv made by a given function. The workbook's content is prepared in parallel with
/// JSON and csv; only the seal in its footers depends on their bytes.
pub(super) fn artefacts_with(
    outcome: &Outcome,
    ratings: impl FnOnce() -> anyhow::Result<Vec<u8>> + Send,
    manifest: &Manifest,
) -> anyhow::Result<[Artefact; 3]> {
    let texts = || (crate::write::json::bytes(outcome), ratings());
    let (document, (json, csv)) = rayon::join(|| report::result(outcome), texts);
    let (json, csv) = (json.context(RESULT)?, csv.context(RATINGS)?);
    let seal = seal_of(manifest, &json, &csv);
    let document = report::sealed(document, &seal, outcome.model.language);
    Ok([
        Artefact { name: WORKBOOK, bytes: crate::write::workbook::bytes(&document).context(WORKBOOK)? },
        Artefact { name: RESULT, bytes: json },
        Artefact { name: RATINGS, bytes: csv },
    ])
}

/// The content seal of a version whose result.json and ratings.csv have these bytes.
pub(super) fn seal_of(manifest: &Manifest, json: &[u8], csv: &[u8]) -> Seal {
    let file = |path: &str, bytes: &[u8]| {
        let (path, sha256, size) = (path.to_owned(), sha256(bytes), bytes.len() as u64);
        HashedFile { path, sha256, size, role: None, rows: None }
    };
    Manifest { outputs: vec![file(RESULT, json), file(RATINGS, csv)], ..manifest.clone() }.seal()
}

/// The bytes of a file of a version, which must match its manifest: a version is never edited.
pub(super) fn untouched(root: &Path, manifest: &Manifest, name: &str, terminal: &Terminal) -> anyhow::Result<Vec<u8>> {
    let path = root.join(publish::RESULTS).join(&manifest.version).join(name);
    let bytes = present(&path)?;
    let named = manifest.outputs.iter().find(|file| file.path == name);
    let same = named.is_some_and(|file| file.sha256 == sha256(&bytes));
    anyhow::ensure!(same, terminal.fault("regrade.touched", &[("path", &path.display())]));
    Ok(bytes)
}

/// The result of a version, provided it was not edited.
pub(super) fn untouched_result(root: &Path, manifest: &Manifest, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let bytes = untouched(root, manifest, RESULT, terminal)?;
    serde_json::from_slice(&bytes).with_context(|| format!("{}/{}/{RESULT}", publish::RESULTS, manifest.version))
}

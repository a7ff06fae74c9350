//! Versions as they are written and as they are read back.

use std::path::Path;

use anyhow::Context as _;

use super::current::log;
use super::terminal::Terminal;
use crate::model::Model;
use crate::outcome::{Outcome, RatingRecord};
use crate::place::Files;
use crate::publish::{self, Artefact, Gap, Manifest, Parent};
use crate::read::{present, sha256};
use crate::states;

/// The result document of a version.
pub(super) const RESULT: &str = "result.json";
/// The single ratings of a version.
pub(super) const RATINGS: &str = "ratings.csv";
/// The workbook of a version.
pub(super) const WORKBOOK: &str = "result.xlsx";

/// Why a version is made.
#[derive(Clone, Debug, Default)]
pub(super) struct Grounds {
    /// The reason, in words.
    pub(super) reason: Option<String>,
    /// The document that it rests on.
    pub(super) document: Option<String>,
}

/// Whether a version may be followed by another one on these grounds: a final one only with a reason and a document.
pub(super) fn may_follow(root: &Path, version: &str, grounds: &Grounds) -> anyhow::Result<bool> {
    let (reason, document) = (grounds.reason.as_deref(), grounds.document.as_deref());
    Ok(states::may_supersede(&log(root)?, version, reason, document).is_ok())
}

/// The name of the next version.
///
/// # Errors
/// If the versions that stand there are no whole chain, or cannot be looked at.
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
    anyhow::bail!("{}", terminal.lang.fill(key, &[("name", name)]))
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
        schema: "assess.manifest/1".to_owned(),
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

/// The files of a version; workbook, JSON and csv are made side by side.
pub(super) fn artefacts(outcome: &Outcome, ratings: &[RatingRecord]) -> anyhow::Result<[Artefact; 3]> {
    artefacts_with(outcome, || crate::write::csv::ratings(outcome, ratings))
}

/// The same with ratings.csv made in another way.
pub(super) fn artefacts_with(
    outcome: &Outcome,
    ratings: impl FnOnce() -> anyhow::Result<Vec<u8>> + Send,
) -> anyhow::Result<[Artefact; 3]> {
    let workbook = || crate::write::workbook::bytes(&crate::report::result(outcome));
    let texts = || (crate::write::json::bytes(outcome), ratings());
    let (workbook, (json, csv)) = rayon::join(workbook, texts);
    Ok([
        Artefact { name: WORKBOOK, bytes: workbook.context(WORKBOOK)? },
        Artefact { name: RESULT, bytes: json.context(RESULT)? },
        Artefact { name: RATINGS, bytes: csv.context(RATINGS)? },
    ])
}

/// The bytes of a file of a version, which must be those that its manifest names: a version is never edited.
pub(super) fn untouched(root: &Path, manifest: &Manifest, name: &str, terminal: &Terminal) -> anyhow::Result<Vec<u8>> {
    let path = root.join(publish::RESULTS).join(&manifest.version).join(name);
    let bytes = present(&path)?;
    let named = manifest.outputs.iter().find(|file| file.path == name);
    let same = named.is_some_and(|file| file.sha256 == sha256(&bytes));
    anyhow::ensure!(same, "{}", terminal.lang.fill("regrade.touched", &[("path", &path.display().to_string())]));
    Ok(bytes)
}

/// The result of a version that nobody edited.
pub(super) fn untouched_result(root: &Path, manifest: &Manifest, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let bytes = untouched(root, manifest, RESULT, terminal)?;
    serde_json::from_slice(&bytes).with_context(|| format!("{}/{}/{RESULT}", publish::RESULTS, manifest.version))
}

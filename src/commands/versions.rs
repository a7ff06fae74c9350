//! How versions are written and read back.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::current::{chain, log};
use super::terminal::Terminal;
use crate::cli::Grounds;
use crate::documents::report;
use crate::pipeline::Computed;
use crate::publish::{self, Artefact, Gap, HashedFile, Manifest, Parent, Publisher, RATINGS, RESULT, WORKBOOK};
use crate::read::{present, sha256};
use crate::result::manifest;
use crate::result::outcome::Outcome;
use crate::result::seal::Seal;
use crate::result::states;
use crate::shared::i18n::say;

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
    Err(anyhow::Error::msg(say!(terminal.lang, key, name = name)))
}

/// Where the single ratings of a version come from.
pub(super) enum Ratings<'r> {
    /// They were read in this run.
    Read(&'r Computed),
    /// They are those of the version that this one follows, ratings.csv as it stands.
    Kept(Vec<u8>),
}

/// A version about to be written, while nobody else can write.
pub(super) struct Next<'n> {
    /// Holds the lock.
    pub(super) publisher: &'n Publisher,
    /// The project.
    pub(super) root: &'n Path,
    /// Why it is made.
    pub(super) grounds: &'n Grounds,
    /// The version it follows.
    pub(super) parent: Option<Parent>,
}

impl Next<'_> {
    /// Writes a result under its name and gives it the chain of versions up to it; returns its folder. The workbook's
    /// content is prepared in parallel with JSON and csv; only the seal in its footers depends on their bytes.
    pub(super) fn write(
        self,
        outcome: &mut Outcome,
        ratings: Ratings<'_>,
        terminal: &Terminal,
    ) -> anyhow::Result<PathBuf> {
        let (publisher, root) = (self.publisher, self.root);
        let manifest = self.manifest(outcome);
        outcome.chain = chain(root, &manifest, terminal)?;
        let outcome = &*outcome;
        let csv = || match ratings {
            Ratings::Read(computed) => crate::write::csv::ratings(outcome, computed.ratings()),
            Ratings::Kept(bytes) => Ok(bytes),
        };
        let texts = || (crate::write::json::bytes(outcome), csv());
        let (document, (json, csv)) = rayon::join(|| report::result(outcome), texts);
        let (json, csv) = (json.context(RESULT)?, csv.context(RATINGS)?);
        let document = report::sealed(document, &seal_of(&manifest, &json, &csv), outcome.model.language);
        let workbook = crate::write::workbook::bytes(&document).context(WORKBOOK)?;
        let parts = [(WORKBOOK, workbook), (RESULT, json), (RATINGS, csv)];
        publisher.publish(manifest, &parts.map(|(name, bytes)| Artefact { name, bytes }))
    }

    fn manifest(self, outcome: &Outcome) -> Manifest {
        Manifest {
            schema: manifest::SCHEMA.to_owned(),
            version: outcome.version.clone(),
            parent: self.parent,
            program: format!("assess {}", env!("CARGO_PKG_VERSION")),
            reason: self.grounds.reason.clone(),
            document: self.grounds.document.clone(),
            states: None,
            as_of: outcome.model.as_of.map(|d| d.to_string()),
            model: outcome.model.hash.clone(),
            inputs: Manifest::inputs_of(&outcome.files.0),
            outputs: Vec::new(),
        }
    }
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
    anyhow::ensure!(same, anyhow::Error::msg(say!(terminal.lang, "regrade.touched", path = path.display())));
    Ok(bytes)
}

/// The result of a version, provided it was not edited.
pub(super) fn untouched_result(root: &Path, manifest: &Manifest, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let bytes = untouched(root, manifest, RESULT, terminal)?;
    serde_json::from_slice(&bytes).with_context(|| format!("{}/{}/{RESULT}", publish::RESULTS, manifest.version))
}

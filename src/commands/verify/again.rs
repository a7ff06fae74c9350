//! A version recomputed from its input files, as far as they are unchanged.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use super::super::current::links;
use super::against::Against;
use super::difference;
use crate::pipeline::{self, Computed};
use crate::publish::{At, HashedFile, Manifest};
use crate::read::{Project, document};
use crate::result::outcome::Outcome;
use crate::result::verify::{Difference, DifferenceKind};
use crate::shared::finding::Severity;
use crate::write::csv;

/// The present state of the input files of a version.
#[derive(Debug, Default, Serialize)]
pub(super) struct Inputs {
    /// How many are unchanged.
    pub(super) same: usize,
    /// Paths of changed files.
    pub(super) changed: Vec<String>,
    /// Paths of missing files.
    pub(super) gone: Vec<String>,
    /// Paths of files that the version does not know.
    pub(super) new: Vec<String>,
}

impl Inputs {
    /// Examines every input of a manifest.
    ///
    /// # Errors
    /// If one exists but cannot be read.
    pub(super) fn look(root: &Path, manifest: &Manifest) -> anyhow::Result<Self> {
        let mut inputs = Self::default();
        for input in &manifest.inputs {
            match crate::read::hash_of(root, &input.path).at(Path::new(&input.path))? {
                None => inputs.gone.push(input.path.clone()),
                Some(hash) if hash == input.sha256 => inputs.same += 1,
                Some(_) => inputs.changed.push(input.path.clone()),
            }
        }
        Ok(inputs)
    }

    /// Whether the version can be recomputed.
    pub(super) const fn are_there(&self) -> bool {
        self.changed.is_empty() && self.gone.is_empty()
    }

    /// The changed, missing and new inputs, as differences.
    pub(super) fn differences(&self, manifest: &Manifest) -> Vec<Difference> {
        let recorded = |path: &str| manifest.inputs.iter().find(|input: &&HashedFile| input.path == path);
        let one = |kind: DifferenceKind, path: &String| {
            difference(kind, path, "", "", recorded(path).map_or("", |input| &input.sha256))
        };
        let changed = self.changed.iter().map(|path| one(DifferenceKind::InputChanged, path));
        let gone = self.gone.iter().map(|path| one(DifferenceKind::InputGone, path));
        changed.chain(gone).chain(self.new.iter().map(|path| one(DifferenceKind::InputNew, path))).collect()
    }
}

/// The outcome of recomputing a version.
pub(super) enum Again {
    /// It was computed: the document, and ratings.csv.
    Computed(Box<Outcome>, Written),
    /// The files are rejected today: the codes of the findings.
    Rejected(String),
}

/// A file made again, beside the one that was found.
pub(super) enum Written {
    /// No other bytes than were found, or nothing was found.
    Alike,
    /// Other bytes.
    Otherwise {
        /// What was found.
        found: Vec<u8>,
        /// What was expected.
        expected: Vec<u8>,
    },
}

impl Written {
    /// Makes ratings.csv piece by piece and holds it against the file that stands there; both are kept only where they
    /// differ.
    fn ratings(outcome: &Outcome, computed: &Computed, path: &Path) -> anyhow::Result<Self> {
        let Some(mut against) = Against::open(path) else { return Ok(Self::Alike) };
        csv::rating_pieces(outcome, computed.ballots(), &mut |piece: &[u8]| {
            against.hold(piece);
            Ok(())
        })?;
        if against.ends_alike() {
            return Ok(Self::Alike);
        }
        let expected = csv::ratings(outcome, computed.ballots())?;
        Ok(Self::Otherwise { found: document(path).ok().flatten().unwrap_or_default(), expected })
    }
}

/// Recomputes a version from its input files alone, whatever else was added since.
///
/// # Errors
/// If a file that was found cannot be opened.
pub(super) fn compute(
    project: &Project,
    manifest: &Manifest,
    recorded: Option<Outcome>,
    ratings: &Path,
) -> anyhow::Result<Again> {
    let mut paths: BTreeSet<String> = manifest.inputs.iter().map(|input| input.path.clone()).collect();
    // Files that were listed but are not inputs take part in the reconciliation.
    paths.extend(recorded.iter().flat_map(|outcome| &outcome.files).map(|file| file.path.clone()));
    drop(recorded);
    let codes = |findings: &[crate::shared::finding::Finding]| {
        let heavy = findings.iter().filter(|f| f.severity <= Severity::Pending).map(|f| f.code.as_str());
        heavy.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
    };
    let prepared = match pipeline::prepare(project.only(paths))? {
        Ok(prepared) => prepared,
        Err(stopped) => return Ok(Again::Rejected(codes(&stopped.findings))),
    };
    let mut computed = pipeline::compute_again(prepared, &manifest.version)?;
    if computed.is_rejected(false) || computed.is_pending() {
        return Ok(Again::Rejected(codes(&computed.findings)));
    }
    let parent = manifest.parent.as_ref().map(|parent| parent.version.as_str());
    let (mut outcome, _) = computed.take_outcome(&manifest.version, parent, false);
    // Faults of the chain itself are reported where it is followed.
    if let Ok(Ok(chain)) = links(&project.root, manifest) {
        outcome.chain = chain;
    }
    let csv = Written::ratings(&outcome, &computed, ratings)?;
    Ok(Again::Computed(Box::new(outcome), csv))
}

/// Tables in the input folders of the project that a version does not know.
pub(super) fn new_files(
    project: &Project,
    manifest: &Manifest,
    recorded: Option<&Outcome>,
) -> anyhow::Result<Vec<String>> {
    let Ok(prepared) = pipeline::prepare(project.clone())? else { return Ok(Vec::new()) };
    let inputs = manifest.inputs.iter().map(|input| input.path.as_str());
    let told = recorded.iter().flat_map(|outcome| &outcome.files).map(|file| file.path.as_str());
    let known: BTreeSet<&str> = inputs.chain(told).collect();
    let candidates = project.candidates(&prepared.model)?.into_iter();
    let new = candidates.filter(|file| file.is_table() && file.unread().is_none());
    Ok(new.map(|file| file.path).filter(|path| !known.contains(path.as_str())).collect())
}

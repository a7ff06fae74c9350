//! How versions are written and read back.

use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::current::{chain, log};
use super::stored::{self, Whole};
use super::terminal::Terminal;
use crate::cli::Grounds;
use crate::documents::report;
use crate::pipeline::Computed;
use crate::publish::{self, Gap, Manifest, Parent, Publisher, RATINGS, RESULT, WORKBOOK};
use crate::read::{Stream, present, sha256};
use crate::result::manifest::{self, PROGRAM};
use crate::result::outcome::index::{self, Extent, Wanted};
use crate::result::outcome::{Outcome, RatingRecord, UnitIx};
use crate::result::seal::Seal;
use crate::result::states;
use crate::shared::i18n::say;
use crate::shared::pieces::Put;

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
    Err(anyhow::Error::msg(say!(terminal.lang, key, name)))
}

/// Where the single ratings of a version come from.
pub(super) enum Ratings {
    /// They were read in this run, of which nothing else is needed any more.
    Read(Box<Computed>),
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
    /// Writes a result under its name and gives it the chain of versions up to it; returns its folder. The ratings are written
    /// first, since nothing else needs what they are made from; the workbook last: the seal in its footers depends on the
    /// bytes of the others.
    pub(super) fn write(self, outcome: &mut Outcome, ratings: Ratings, terminal: &Terminal) -> anyhow::Result<PathBuf> {
        let (publisher, root) = (self.publisher, self.root);
        let mut manifest = self.manifest(outcome);
        outcome.chain = chain(root, &manifest, terminal)?;
        let outcome = &*outcome;
        let staged = publisher.stage(&manifest.version)?;
        let csv = |put: &mut Put<'_>| match ratings {
            Ratings::Read(computed) => crate::write::csv::rating_pieces(outcome, computed.ballots(), put),
            Ratings::Kept(bytes) => put(&bytes),
        };
        let csv = staged.stream(RATINGS, csv).context(RATINGS)?;
        let json = staged.stream(RESULT, |put| crate::write::json::pieces(outcome, put)).context(RESULT)?;
        manifest.outputs = vec![json, csv];
        let seal = manifest.seal();
        let workbook = staged.stream(WORKBOOK, |put| workbook(outcome, &seal, put)).context(WORKBOOK)?;
        manifest.outputs.insert(0, workbook);
        publisher.publish(manifest, staged)
    }

    fn manifest(self, outcome: &Outcome) -> Manifest {
        Manifest {
            schema: manifest::SCHEMA.to_owned(),
            version: outcome.version.clone(),
            parent: self.parent,
            program: PROGRAM.to_owned(),
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

/// Gives the bytes of the result workbook with the content seal of its version.
///
/// # Errors
/// Of the receiver, or if the result does not fit into a workbook.
pub(super) fn workbook(outcome: &Outcome, seal: &Seal, put: &mut Put<'_>) -> anyhow::Result<()> {
    let sheets = |add: &mut dyn FnMut(_)| {
        report::result_sheets(outcome, &mut |sheet| add(report::sealed_sheet(sheet, seal, outcome.model.language)));
    };
    crate::write::workbook::pieces(&report::result_cover(outcome), sheets, put)
}

/// A file of a version, which must match its manifest: a version is never edited.
pub(super) struct Stored<'s> {
    path: PathBuf,
    name: &'static str,
    manifest: &'s Manifest,
    terminal: &'s Terminal,
}

impl<'s> Stored<'s> {
    /// The file of a name.
    pub(super) fn new(root: &Path, manifest: &'s Manifest, name: &'static str, terminal: &'s Terminal) -> Self {
        let path = root.join(publish::RESULTS).join(&manifest.version).join(name);
        Self { path, name, manifest, terminal }
    }

    /// Fails if the bytes with this hash are not those that were written.
    fn ensure(&self, hash: &str) -> anyhow::Result<()> {
        let named = self.manifest.outputs.iter().find(|file| file.path == self.name);
        let touched = || say!(self.terminal.lang, "regrade.touched", path = self.path.display());
        anyhow::ensure!(named.is_some_and(|file| file.sha256 == hash), touched());
        Ok(())
    }

    /// All its bytes.
    pub(super) fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        let bytes = present(&self.path)?;
        self.ensure(&sha256(&bytes))?;
        Ok(bytes)
    }

    /// Its result document as far as it concerns the unit of a name: of other units there are only the names, and of all
    /// units if none has that name.
    pub(super) fn unit(&self, name: &str) -> anyhow::Result<Outcome> {
        let odd = || say!(self.terminal.lang, "stored.index", path = self.path.display());
        let mut stream = Stream::open(&self.path)?;
        let size = stream.size();
        let last = stream.peek(&(size.saturating_sub(index::LAST)..size))?;
        let place = index::place(&last, size).unwrap_or_default();
        let known = stream.peek(&place)?;
        let wanted = Wanted::new(&known, name);
        let (head, record) = wanted.as_ref().map_or((&place, &place), |wanted| (&wanted.head, &wanted.record));
        let [head, record, index] = stream.keep([head, record, &place])?;
        self.ensure(&stream.sha256())?;
        // The hash holds for what was read in this pass; the index had been read before.
        anyhow::ensure!(index == known, odd());
        wanted.and_then(|wanted| wanted.read(&head, &record)).with_context(odd)
    }

    /// Its ratings of a unit.
    pub(super) fn ratings(&self, outcome: &Outcome, unit: &str) -> anyhow::Result<Vec<RatingRecord>> {
        let mut stream = Stream::open(&self.path)?;
        let ratings = crate::write::csv::read_ratings_of(outcome, unit, &mut stream);
        // After a fault the rest of the file was not read; of a changed file it matters only that it was changed.
        stream.keep([])?;
        self.ensure(&stream.sha256())?;
        ratings.with_context(|| self.path.display().to_string())
    }
}

/// The bytes of a file of a version, provided it was not edited.
pub(super) fn untouched(
    root: &Path,
    manifest: &Manifest,
    name: &'static str,
    terminal: &Terminal,
) -> anyhow::Result<Vec<u8>> {
    Stored::new(root, manifest, name, terminal).bytes()
}

/// The result of a version without its units but those that are `needed`, provided it was not edited.
pub(super) fn untouched_outline(
    root: &Path,
    manifest: &Manifest,
    needed: fn(&Outcome) -> Vec<UnitIx>,
    terminal: &Terminal,
) -> anyhow::Result<Outcome> {
    let bytes = untouched(root, manifest, RESULT, terminal)?;
    let part = |range: &Range<u64>| {
        let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
        Ok(bytes.get(range).context("range")?.to_vec())
    };
    index::outline(bytes.len() as u64, part, needed)
}

/// The result of a version, provided it was not edited.
pub(super) fn untouched_result(
    root: &Path,
    manifest: &Manifest,
    extent: Extent,
    terminal: &Terminal,
) -> anyhow::Result<Outcome> {
    let stored = Stored::new(root, manifest, RESULT, terminal);
    let Whole { sha256, outcome } = stored::whole(&stored.path, extent)?;
    stored.ensure(&sha256)?;
    outcome.with_context(|| format!("{}/{}/{RESULT}", publish::RESULTS, manifest.version))
}

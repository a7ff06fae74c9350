//! `assess verify`: whether written versions are what they were, follow from what they rest on, and form one chain.
//!
//! The fingerprints of the manifest decide whether a file was changed. Workbook and documents made again from what is still
//! sound only tell where; what they say is compared cell by cell and value by value.

use std::fs;

use serde::Serialize;

use super::find_project;
use super::terminal::Terminal;
use super::versions::{RATINGS, RESULT, WORKBOOK};
use crate::cli::Invocation;
use crate::exit::Exit;
use crate::i18n::Lang;
use crate::model::{Limits, load::declared_language};
use crate::outcome::{Outcome, RatingRecord};
use crate::place::FileId;
use crate::publish::{self, MANIFEST, Manifest};
use crate::read::project::MODEL_FILE;
use crate::read::{Project, book::Book, document, sha256, xlsx};
use crate::verify::{Difference, Kind, compare, recalculate};

mod again;
mod chain;
mod feedback;
pub(super) mod folder;
mod printed;

use again::{Again, Inputs};

/// What is said about one version.
#[derive(Serialize)]
struct Verified {
    version: String,
    /// Whether it is the newest one.
    current: bool,
    ok: bool,
    /// Files that the manifest names.
    files: usize,
    inputs: Inputs,
    /// Recorded numbers that were calculated again.
    numbers: usize,
    /// Whether it was computed again from its input files: `same`, `differs`, `rejected`, `impossible`.
    from_files: &'static str,
    differences: Vec<Difference>,
}

/// The document of `--format json`.
#[derive(Serialize)]
struct Report {
    schema: &'static str,
    ok: bool,
    versions: Vec<Verified>,
    chain: ChainReport,
    /// What was written for the units.
    feedback: feedback::Feedback,
}

#[derive(Serialize)]
struct ChainReport {
    versions: Vec<String>,
    /// Records in the log of states.
    states: usize,
    differences: Vec<Difference>,
}

/// Runs the command.
pub(super) fn run(
    invocation: &Invocation,
    lang: Option<Lang>,
    version: Option<&str>,
    all: bool,
    terminal: &mut Terminal,
) -> anyhow::Result<Exit> {
    let project = find_project(&invocation.project, terminal)?;
    let model = fs::read_to_string(project.root.join(MODEL_FILE)).unwrap_or_default();
    terminal.prefer(lang, declared_language(&model));
    let chain = chain::follow(&project.root)?;
    let Some(newest) = chain.versions.last().cloned() else {
        if chain.differences.is_empty() {
            terminal.say(terminal.lang.text("mark.no_version"));
            return Ok(Exit::Unable);
        }
        let feedback = feedback::look(&project.root, &[], true)?;
        return finish(Vec::new(), chain, feedback, invocation, terminal);
    };
    let chosen: Vec<String> = match version {
        None if all => chain.versions.clone(),
        None => vec![newest.clone()],
        Some(named) if chain.versions.iter().any(|own| own == named) => vec![named.to_owned()],
        Some(named) => {
            let names = terminal.lang.join("status.list", chain.versions);
            terminal.say(&terminal.lang.fill("mark.version", &[("found", named), ("names", &names)]));
            return Ok(Exit::Unable);
        }
    };
    // Feedback of a version that is gone is told whatever is looked at, unless one version is meant.
    let feedback = feedback::look(&project.root, &chosen, version.is_none())?;
    let mut versions = Vec::with_capacity(chosen.len());
    for name in chosen {
        versions.push(verify(&project, &name, name == newest)?);
    }
    finish(versions, chain, feedback, invocation, terminal)
}

fn finish(
    versions: Vec<Verified>,
    chain: chain::Chain,
    feedback: feedback::Feedback,
    invocation: &Invocation,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let ok =
        versions.iter().all(|version| version.ok) && chain.differences.is_empty() && feedback.differences.is_empty();
    let chain = ChainReport { versions: chain.versions, states: chain.records, differences: chain.differences };
    let report = Report { schema: "assess.verify/1", ok, versions, chain, feedback };
    printed::print(&report, invocation, terminal)?;
    Ok(if ok { Exit::Done } else { Exit::Rejected })
}

/// Verifies one version.
fn verify(project: &Project, version: &str, current: bool) -> anyhow::Result<Verified> {
    let root = project.root.as_path();
    let mut verified = Verified {
        version: version.to_owned(),
        current,
        ok: false,
        files: 0,
        inputs: Inputs::default(),
        numbers: 0,
        from_files: "impossible",
        differences: Vec::new(),
    };
    let manifest = match publish::manifest(root, version) {
        Ok((manifest, _)) if manifest.version == version => manifest,
        Ok((manifest, _)) => {
            verified.differences.push(in_manifest(version, "version", manifest.version, version.to_owned()));
            return Ok(verified);
        }
        Err(error) => {
            let found = error.root_cause().to_string();
            verified.differences.push(in_manifest(version, "", found, "assess.manifest/1".to_owned()));
            return Ok(verified);
        }
    };
    verified.files = manifest.outputs.len() + 1;
    verified.differences = folder::look(root, version, &manifest)?;
    verified.inputs = Inputs::look(root, &manifest)?;
    let version = Version { project, name: version, manifest: &manifest };
    version.documents(&mut verified)?;
    let told = verified.inputs.differences(&manifest);
    verified.ok = verified.differences.is_empty() && (told.is_empty() || !current);
    verified.differences.extend(told);
    Ok(verified)
}

fn in_manifest(version: &str, place: &str, found: String, expected: String) -> Difference {
    let file = folder::path(version, MANIFEST);
    Difference { kind: Kind::Manifest, file, place: place.to_owned(), found, expected }
}

/// A version whose manifest can be read.
struct Version<'v> {
    project: &'v Project,
    name: &'v str,
    manifest: &'v Manifest,
}

/// What the files of a version hold.
struct Held {
    json: Option<Vec<u8>>,
    csv: Option<Vec<u8>>,
    outcome: Option<Outcome>,
    records: Vec<RatingRecord>,
}

/// What a version holds when it is computed again.
struct Remade {
    outcome: Box<Outcome>,
    json: Vec<u8>,
    csv: Vec<u8>,
}

impl Version<'_> {
    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        document(&self.project.root.join(folder::path(self.name, name))).ok().flatten()
    }

    /// Whether bytes are what the manifest says of a file.
    fn is_whole(&self, name: &str, bytes: Option<&[u8]>) -> bool {
        let output = self.manifest.outputs.iter().find(|output| output.path == name);
        output.zip(bytes).is_some_and(|(output, bytes)| output.sha256 == sha256(bytes))
    }

    fn is_of_this_program(&self) -> bool {
        self.manifest.program == format!("assess {}", env!("CARGO_PKG_VERSION"))
    }

    fn differ(&self, kind: Kind, name: &str, (place, found, expected): (String, String, String)) -> Difference {
        Difference { kind, file: folder::path(self.name, name), place, found, expected }
    }

    fn documents(&self, verified: &mut Verified) -> anyhow::Result<()> {
        let held = self.held();
        verified.inputs.new = again::new_files(self.project, self.manifest, held.outcome.as_ref())?;
        let remade = self.remade(&held, verified)?;
        if held.outcome.is_none() && held.json.is_some() {
            let unreadable = (String::new(), "?".to_owned(), crate::outcome::SCHEMA.to_owned());
            verified.differences.push(self.differ(Kind::Value, RESULT, unreadable));
        }
        if let Some(outcome) = &held.outcome {
            let checked = recalculate(outcome, &held.records);
            verified.numbers = checked.numbers;
            let differing = checked.differing.into_iter();
            verified.differences.extend(differing.map(|found| self.differ(Kind::Number, RESULT, found)));
            let parent = self.manifest.parent.as_ref().map(|parent| parent.version.as_str());
            for (place, found, expected) in [
                ("version", Some(outcome.version.as_str()), Some(self.name)),
                ("parent", outcome.parent.as_deref(), parent),
            ] {
                if found != expected {
                    let shown = |text: Option<&str>| text.unwrap_or("—").to_owned();
                    let found = (place.to_owned(), shown(found), shown(expected));
                    verified.differences.push(self.differ(Kind::Value, RESULT, found));
                }
            }
        }
        if let Some(remade) = &remade {
            self.compare_json(&held, remade, verified)?;
            self.compare_csv(&held, remade, verified);
        }
        self.compare_workbook(&held, remade.as_ref(), verified)
    }

    fn held(&self) -> Held {
        let (json, csv) = (self.bytes(RESULT), self.bytes(RATINGS));
        let outcome = json.as_deref().and_then(|bytes| serde_json::from_slice::<Outcome>(bytes).ok());
        let read = |outcome: &Outcome| crate::write::csv::read_ratings(outcome, csv.as_deref()?).ok();
        let records = outcome.as_ref().and_then(read).unwrap_or_default();
        Held { json, csv, outcome, records }
    }

    /// The version computed again from its files.
    fn remade(&self, held: &Held, verified: &mut Verified) -> anyhow::Result<Option<Remade>> {
        if !verified.inputs.are_there() {
            return Ok(None);
        }
        match again::compute(self.project, self.manifest, held.outcome.as_ref())? {
            Again::Rejected(codes) => {
                verified.from_files = "rejected";
                let found = (String::new(), self.name.to_owned(), codes);
                verified.differences.push(self.differ(Kind::Recomputed, RESULT, found));
                Ok(None)
            }
            Again::Computed(outcome, records) => {
                verified.from_files = "same";
                let json = crate::write::json::bytes(&outcome)?;
                let csv = crate::write::csv::ratings(&outcome, &records)?;
                Ok(Some(Remade { outcome, json, csv }))
            }
        }
    }

    /// Every value of the result against the one computed again.
    fn compare_json(&self, held: &Held, remade: &Remade, verified: &mut Verified) -> anyhow::Result<()> {
        let Some(own) = held.json.as_deref().filter(|bytes| *bytes != remade.json) else { return Ok(()) };
        let Ok(found) = serde_json::from_slice::<serde_json::Value>(own) else { return Ok(()) };
        let expected = serde_json::from_slice(&remade.json)?;
        // Files that are told but are no input, a lock file for instance, come and go; places count files.
        let same_files = held.outcome.as_ref().is_some_and(|outcome| {
            let names = |outcome: &Outcome| outcome.files.iter().map(|f| f.path.clone()).collect::<Vec<_>>();
            names(outcome) == names(&remade.outcome)
        });
        let strict = self.is_of_this_program();
        let skipped: &[&str] = match (same_files, strict) {
            (true, true) => &[],
            (true, false) => &["findings"],
            (false, _) => &["at", "files", "findings", "reconciliation", "report", "parts"],
        };
        let kind = if self.is_whole(RESULT, Some(own)) { Kind::Recomputed } else { Kind::Value };
        let differing = compare::documents(&found, &expected, strict, skipped);
        if !differing.is_empty() {
            verified.from_files = "differs";
        }
        verified.differences.extend(differing.into_iter().map(|found| self.differ(kind, RESULT, found)));
        Ok(())
    }

    fn compare_csv(&self, held: &Held, remade: &Remade, verified: &mut Verified) {
        let Some(own) = held.csv.as_deref().filter(|bytes| *bytes != remade.csv) else { return };
        let whole = self.is_whole(RATINGS, Some(own));
        if whole && !self.is_of_this_program() {
            return;
        }
        let kind = if whole { Kind::Recomputed } else { Kind::Value };
        let differing = compare::lines(&String::from_utf8_lossy(own), &String::from_utf8_lossy(&remade.csv));
        verified.differences.extend(differing.into_iter().map(|found| self.differ(kind, RATINGS, found)));
    }

    /// The workbook against the one that the result gives: the result as it stands, or where that was changed, the one
    /// computed again, if that is what the manifest speaks of.
    fn compare_workbook(&self, held: &Held, remade: Option<&Remade>, verified: &mut Verified) -> anyhow::Result<()> {
        let Some(own) = self.bytes(WORKBOOK) else { return Ok(()) };
        if self.is_whole(WORKBOOK, Some(&own)) && !self.is_of_this_program() {
            return Ok(());
        }
        let sound = if self.is_whole(RESULT, held.json.as_deref()) {
            held.outcome.as_ref()
        } else {
            remade.filter(|remade| self.is_whole(RESULT, Some(&remade.json))).map(|remade| &*remade.outcome)
        };
        let Some(sound) = sound else { return Ok(()) };
        let expected = crate::write::workbook::bytes(&crate::report::result(sound))?;
        if own == expected {
            return Ok(());
        }
        let Some(found) = opened(&own) else {
            let unreadable = (String::new(), "?".to_owned(), ".xlsx".to_owned());
            verified.differences.push(self.differ(Kind::Cell, WORKBOOK, unreadable));
            return Ok(());
        };
        let expected = opened(&expected).unwrap_or_default();
        let differing = compare::workbooks(&found, &expected);
        if differing.is_empty() {
            // The fingerprint says that it was changed; all that people read in it was not.
            let own = folder::path(self.name, WORKBOOK);
            let changed = verified.differences.iter_mut().filter(|d| d.kind == Kind::Changed && d.file == own);
            changed.for_each(|difference| difference.kind = Kind::Resaved);
        }
        verified.differences.extend(differing.into_iter().map(|found| self.differ(Kind::Cell, WORKBOOK, found)));
        Ok(())
    }
}

/// The cells of one of our own workbooks, however large; none if it cannot be read.
fn opened(bytes: &[u8]) -> Option<Book> {
    let usual = Limits::default();
    let limits = Limits { file_mib: 4096, unpacked_mib: 8192, part_mib: 4096, ratio: 10_000, steps: u64::MAX, ..usual };
    let opened = xlsx::read_output(bytes, FileId(0), &limits);
    (!opened.refused).then_some(opened.book)
}

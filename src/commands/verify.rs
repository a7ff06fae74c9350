//! `assess verify`: whether written versions are unchanged, follow from what they record, and form one chain.
//!
//! The fingerprints of the manifest decide whether a file was changed. Workbook and documents remade from parts that
//! are still intact only show where; they are compared cell by cell and value by value.

use crate::shared::i18n::say;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::stored::{self, Whole};
use super::terminal::Terminal;
use super::{Context, find_project, refuse, versions};
use crate::cli::Verify;
use crate::model::load::declared_language;
use crate::publish::{self, DRAFT, MANIFEST, Manifest, RATINGS, RESULT, WORKBOOK};
use crate::read::project::MODEL_FILE;
use crate::read::{Project, Stream, document, sha256, text_of};
use crate::result::manifest::PROGRAM;
use crate::result::outcome::index::Extent;
use crate::result::outcome::{Outcome, SCHEMA};
use crate::result::seal::Seal;
use crate::result::verify::compare::Differing;
use crate::result::verify::{Checked, Difference, DifferenceKind, Recalculation, compare};
use crate::shared::exit::Exit;
use crate::shared::pieces::{Put, in_memory};
use crate::shared::words::words;
use crate::write::csv::each_rating;
use crate::write::json;

mod again;
mod against;
mod cells;
pub(super) mod chain;
mod feedback;
pub(super) mod folder;
mod forms;
mod manifests;
mod printed;
mod remade;
mod seals;

use again::{Again, Inputs, Written};
use against::Against;
use cells::Compared;

words! {
    /// The outcome of recomputing a version from its input files.
    #[derive(Default)]
    enum FromFiles in "verify.files." {
        /// It agrees with the version.
        Same = "same",
        /// It differs from the version.
        Differs = "differs",
        /// The files are rejected today.
        Rejected = "rejected",
        /// Files have changed or are missing.
        #[default]
        Impossible = "impossible",
        /// It is a draft, whose questions are open.
        Draft = "draft",
    }
}

/// The findings about one version.
#[derive(Default, Serialize)]
struct Verified<'v> {
    version: &'v str,
    /// Whether it is the newest one.
    current: bool,
    /// Whether the version itself is unchanged and follows from what it records, whatever happened to its inputs.
    ok: bool,
    /// Its content seal, if its manifest can be read.
    seal: Option<Seal>,
    /// The program that wrote it, if not this one, which then judges only its numbers and grades.
    #[serde(skip_serializing_if = "Option::is_none")]
    other_program: Option<String>,
    /// Files that the manifest names.
    files: usize,
    inputs: Inputs,
    /// Recorded numbers that were calculated again.
    numbers: usize,
    from_files: FromFiles,
    /// Faults of the version.
    differences: Vec<Difference>,
    /// How its inputs differ today.
    input_differences: Vec<Difference>,
}

impl Verified<'_> {
    /// Whether inputs of the newest version have changed; for earlier versions changed inputs are the normal case.
    const fn has_other_inputs(&self) -> bool {
        self.current && !self.input_differences.is_empty()
    }
}

/// The document of `--format json`.
#[derive(Serialize)]
struct Report<'r> {
    schema: &'static str,
    /// Neither of the two following flags is set.
    ok: bool,
    /// Whether a version, the chain, the log or feedback differs from what was written or does not follow from what it
    /// records; or the requested seal belongs to nothing.
    version_differs: bool,
    /// Whether inputs of the newest version have changed, are missing or were added since.
    inputs_differ: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    seal: Option<&'r seals::Asked>,
    versions: Vec<Verified<'r>>,
    chain: ChainReport<'r>,
    /// The feedback written for the units.
    feedback: feedback::Feedback,
    /// Forms that were handed out.
    forms: Vec<forms::Forms<'r>>,
}

impl Report<'_> {
    const fn exit(&self) -> Exit {
        if self.ok { Exit::Done } else { Exit::Rejected }
    }
}

#[derive(Serialize)]
struct ChainReport<'r> {
    versions: &'r [String],
    /// Lines of the log.
    lines: usize,
    /// How many of them record states.
    states: usize,
    differences: &'r [Difference],
}

/// The versions to verify.
struct Chosen<'c> {
    versions: Vec<&'c str>,
    /// Whether feedback of other versions is verified as well.
    all_feedback: bool,
}

/// Runs the command.
pub(super) fn run(context: Context<'_>, asked: &Verify) -> anyhow::Result<Exit> {
    let Context { start, terminal, .. } = context;
    let mut project = find_project(start, terminal)?;
    let model = text_of(&project.root.join(MODEL_FILE)).unwrap_or_default();
    terminal.prefer(declared_language(&model));
    project.progress = terminal.progress();
    let root = project.root.as_path();
    let chain = chain::follow(root)?;
    let seal = sought(root, asked, terminal)?;
    let belongs = seal.as_ref().and_then(|asked| asked.belongs.as_ref());
    let Chosen { versions: names, all_feedback } = match belongs.and_then(seals::Belongs::version) {
        Some(version) => Chosen { versions: vec![version], all_feedback: false },
        None => chosen(asked, &chain, terminal)?,
    };
    let newest = chain.versions.last().map(String::as_str);
    let (versions, outcomes) = verify_all(&project, &names, newest)?;
    let mut scope = feedback::Scope { root, versions: &names, all: all_feedback, outcomes };
    let feedback = feedback::look(&mut scope, &chain.log, terminal)?;
    // A seal printed in letters proves nothing: it fits only if a version has it.
    let fits = seal.is_none() || belongs.is_some_and(|own| own.version().is_some());
    let is_sound = versions.iter().all(|version| version.ok);
    let version_differs = !(fits && is_sound && chain.differences.is_empty() && feedback.differences.is_empty());
    let inputs_differ = versions.iter().any(Verified::has_other_inputs);
    let ok = !version_differs && !inputs_differ;
    let report = Report {
        schema: "assess.verify/1",
        ok,
        version_differs,
        inputs_differ,
        seal: seal.as_ref(),
        versions,
        chain: ChainReport {
            versions: &chain.versions,
            lines: chain.log.lines.len(),
            states: chain.log.marks().count(),
            differences: &chain.differences,
        },
        feedback,
        forms: forms::look(root, &chain.log),
    };
    printed::print(&report, terminal)?;
    Ok(report.exit())
}

/// Verifies versions; with the outcomes of those that can be read.
fn verify_all<'n>(
    project: &Project,
    names: &[&'n str],
    newest: Option<&str>,
) -> anyhow::Result<(Vec<Verified<'n>>, BTreeMap<String, Outcome>)> {
    let (mut versions, mut outcomes) = (Vec::with_capacity(names.len()), BTreeMap::new());
    for name in names {
        let (verified, outcome) = verify(project, name, Some(*name) == newest)?;
        versions.push(verified);
        outcomes.extend(outcome.map(|outcome| ((*name).to_owned(), outcome)));
    }
    Ok((versions, outcomes))
}

/// What the seal that was typed belongs to; none if no seal was typed.
fn sought(root: &Path, asked: &Verify, terminal: &Terminal) -> anyhow::Result<Option<seals::Asked>> {
    let Verify::Seal(typed) = asked else { return Ok(None) };
    seals::find(root, seals::typed(typed, terminal)?).map(Some)
}

/// The requested versions; if there is none, this is reported and ends the run.
fn chosen<'c>(asked: &Verify, chain: &'c chain::Chain, terminal: &Terminal) -> anyhow::Result<Chosen<'c>> {
    let all: Vec<&str> = chain.versions.iter().map(String::as_str).collect();
    let of = |versions, all_feedback| Ok(Chosen { versions, all_feedback });
    let Some(newest) = all.last().copied() else {
        return match asked {
            Verify::Seal(_) => of(all, false),
            _ if chain.differences.is_empty() => Err(refuse(terminal.lang.text("mark.no_version"), terminal)),
            _ => of(all, true),
        };
    };
    match asked {
        Verify::All => of(all, true),
        // Feedback of a version that no longer exists is always reported, unless a single version was requested.
        Verify::Newest => of(vec![newest], true),
        Verify::Seal(_) => of(Vec::new(), false),
        Verify::Version(named) => match all.iter().find(|own| *own == named) {
            Some(version) => of(vec![version], false),
            None => {
                let names = terminal.lang.join("status.list", all);
                let text = say!(terminal.lang, "mark.version", found = named, names);
                Err(refuse(&text, terminal))
            }
        },
    }
}

/// Verifies one version; returns its result if that is what was written.
fn verify<'v>(project: &Project, version: &'v str, current: bool) -> anyhow::Result<(Verified<'v>, Option<Outcome>)> {
    let root = project.root.as_path();
    let mut verified = Verified { version, current, ..Verified::default() };
    let file = folder::path(version, MANIFEST);
    let differs = |place: &str, found: &str, expected: &str| {
        difference(DifferenceKind::Manifest, file.as_str(), place, found, expected)
    };
    let (manifest, hash) = match publish::manifest(root, version) {
        Ok((manifest, hash)) if manifest.version == version => (manifest, hash),
        Ok((manifest, _)) => {
            verified.differences.push(differs("version", &manifest.version, version));
            return Ok((verified, None));
        }
        Err(error) => {
            verified.differences.push(differs("", &error.root_cause().to_string(), "assess.manifest/1"));
            return Ok((verified, None));
        }
    };
    verified.seal = Some(manifest.seal());
    verified.files = manifest.outputs.len() + 1;
    verified.differences = folder::look(root, version, &manifest)?;
    verified.inputs = Inputs::look(root, &manifest)?;
    let written = manifests::written(&manifest.program, &manifest.bytes()?, &hash);
    verified.differences.extend(written.map(|(place, found, expected)| differs(place, &found, &expected)));
    let version = Version { project, name: version, manifest: &manifest };
    let outcome = version.documents(&mut verified)?;
    verified.ok = verified.differences.is_empty();
    verified.input_differences = verified.inputs.differences(&manifest);
    verified.other_program = Some(manifest.program).filter(|program| !is_of_this_program(program));
    Ok((verified, outcome))
}

/// Whether a file was written by this version of the program, which reproduces its bytes exactly.
fn is_of_this_program(program: &str) -> bool {
    program == PROGRAM
}

/// A difference, made from whatever string types are at hand.
fn difference(
    kind: DifferenceKind,
    file: impl Into<String>,
    place: impl Into<String>,
    found: impl Into<String>,
    expected: impl Into<String>,
) -> Difference {
    Difference { kind, file: file.into(), place: place.into(), found: found.into(), expected: expected.into() }
}

/// A version whose manifest can be read.
struct Version<'v> {
    project: &'v Project,
    name: &'v str,
    manifest: &'v Manifest,
}

/// The result of a version as it stands.
struct Held {
    /// The SHA-256 of its bytes; none if there are none.
    sha256: Option<String>,
    /// What they say, if that is a result document.
    outcome: Option<Outcome>,
}

/// The result recomputed from the input files.
enum Remade {
    /// It could not be recomputed.
    Nothing,
    /// It is, byte by byte, what stands there.
    Alike,
    /// Another one.
    Other(Other),
}

/// A recomputed result that is not what stands there.
struct Other {
    outcome: Box<Outcome>,
    json: Vec<u8>,
}

impl Version<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.project.root.join(folder::path(self.name, name))
    }

    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        document(&self.path(name)).ok().flatten()
    }

    /// Whether the manifest records this fingerprint for a file.
    fn is_whole(&self, name: &str, sha256: &str) -> bool {
        self.manifest.outputs.iter().any(|output| output.path == name && output.sha256 == sha256)
    }

    fn is_of_this_program(&self) -> bool {
        is_of_this_program(&self.manifest.program)
    }

    /// Adds what differs in a file.
    fn add(&self, kind: DifferenceKind, name: &str, differing: Vec<Differing>, verified: &mut Verified<'_>) {
        let file = folder::path(self.name, name);
        let all = differing.into_iter();
        let all = all.map(|(place, found, expected)| difference(kind, file.as_str(), place, found, expected));
        verified.differences.extend(all);
    }

    /// Adds a file that differs as a whole.
    fn add_whole(&self, kind: DifferenceKind, name: &str, sides: [&str; 2], verified: &mut Verified<'_>) {
        let [found, expected] = sides;
        verified.differences.push(difference(kind, folder::path(self.name, name), "", found, expected));
    }

    /// Verifies every document of the version; returns its result if that is what was written. One result is held at a
    /// time: the recomputed one goes if it is, byte by byte, the one that stands there.
    fn documents(&self, verified: &mut Verified) -> anyhow::Result<Option<Outcome>> {
        let head = stored::head(&self.path(RESULT));
        verified.inputs.new = again::new_files(self.project, self.manifest, head.as_ref())?;
        let (remade, csv) = self.remade(head, verified)?;
        let held = self.held();
        if held.outcome.is_none() && held.sha256.is_some() {
            self.add_whole(DifferenceKind::Value, RESULT, ["?", SCHEMA], verified);
        }
        if let Some(outcome) = &held.outcome {
            let checked = self.recalculated(outcome);
            verified.numbers = checked.numbers;
            self.add(DifferenceKind::Number, RESULT, checked.differing, verified);
            self.add(DifferenceKind::Value, RESULT, manifests::against(outcome, self.manifest), verified);
            // What this program has just written is in its own form.
            if !matches!(remade, Remade::Alike) {
                self.compare_writing(outcome, verified)?;
            }
        }
        if let Remade::Other(other) = &remade {
            self.compare_json(&held, other, verified)?;
        }
        self.compare_csv(&csv, verified);
        let is_whole = held.sha256.is_some_and(|own| self.is_whole(RESULT, &own));
        // The workbook is made from one of the two; the other is not held beside it.
        let sound = match remade {
            Remade::Other(other) if !is_whole => {
                Some(other.outcome).filter(|_| self.is_whole(RESULT, &sha256(&other.json)))
            }
            Remade::Other(_) | Remade::Alike | Remade::Nothing => None,
        };
        let outcome = held.outcome.filter(|_| is_whole);
        self.compare_workbook(outcome.as_ref().or(sound.as_deref()), verified)?;
        Ok(outcome)
    }

    fn held(&self) -> Held {
        match stored::whole(&self.path(RESULT), Extent::Whole) {
            Ok(Whole { sha256, outcome }) => Held { sha256: Some(sha256), outcome: outcome.ok() },
            Err(_) => Held { sha256: None, outcome: None },
        }
    }

    /// The numbers of the result calculated again, with its single ratings; with none where these cannot be read.
    fn recalculated(&self, outcome: &Outcome) -> Checked {
        let mut again = Recalculation::new(outcome);
        let read = Stream::open(&self.path(RATINGS))
            .and_then(|mut stream| each_rating(outcome, &mut stream, |record| again.take(record)));
        match read {
            Ok(()) => again.finish(),
            Err(_) => Recalculation::new(outcome).finish(),
        }
    }

    /// The version recomputed from its files: its result and its ratings.
    fn remade(&self, head: Option<Outcome>, verified: &mut Verified) -> anyhow::Result<(Remade, Written)> {
        let nothing = (Remade::Nothing, Written::Alike);
        if self.name == DRAFT {
            verified.from_files = FromFiles::Draft;
            return Ok(nothing);
        }
        if !verified.inputs.are_there() {
            return Ok(nothing);
        }
        match again::compute(self.project, self.manifest, head, &self.path(RATINGS))? {
            Again::Rejected(codes) => {
                verified.from_files = FromFiles::Rejected;
                self.add_whole(DifferenceKind::Recomputed, RESULT, [self.name, &codes], verified);
                Ok(nothing)
            }
            Again::Computed(outcome, csv) => {
                verified.from_files = FromFiles::Same;
                if self.is_written(RESULT, |put| json::pieces(&outcome, put))? {
                    return Ok((Remade::Alike, csv));
                }
                let json = json::bytes(&outcome)?;
                Ok((Remade::Other(Other { outcome, json }), csv))
            }
        }
    }

    /// Whether there is a file of the version with these bytes.
    fn is_written(&self, name: &str, make: impl FnOnce(&mut Put<'_>) -> anyhow::Result<()>) -> anyhow::Result<bool> {
        let Some(mut against) = Against::open(&self.path(name)) else { return Ok(false) };
        make(&mut |piece| {
            against.hold(piece);
            Ok(())
        })?;
        Ok(against.ends_alike())
    }

    /// Compares the result with the form in which this program writes its values: keys unknown to it would otherwise be
    /// ignored.
    fn compare_writing(&self, outcome: &Outcome, verified: &mut Verified) -> anyhow::Result<()> {
        if !self.is_of_this_program() || self.is_written(RESULT, |put| json::pieces(outcome, put))? {
            return Ok(());
        }
        let (own, expected) = (self.bytes(RESULT).unwrap_or_default(), json::bytes(outcome)?);
        let known = verified.differences.len();
        if let Ok(found) = serde_json::from_slice::<serde_json::Value>(&own) {
            let differing = compare::documents(&found, &serde_json::from_slice(&expected)?, true, &[]);
            self.add(DifferenceKind::Value, RESULT, differing, verified);
        }
        if verified.differences.len() == known {
            self.add_whole(DifferenceKind::Value, RESULT, [&sha256(&own), &sha256(&expected)], verified);
        }
        Ok(())
    }

    /// Compares every value of the result with the recomputed one.
    fn compare_json(&self, held: &Held, remade: &Other, verified: &mut Verified) -> anyhow::Result<()> {
        let Some(own) = self.bytes(RESULT) else { return Ok(()) };
        let Ok(found) = serde_json::from_slice::<serde_json::Value>(&own) else { return Ok(()) };
        let expected = serde_json::from_slice(&remade.json)?;
        // Files that are listed but are not inputs, such as lock files, come and go; places count files.
        let same_files = held.outcome.as_ref().is_some_and(|outcome| {
            let remade = remade.outcome.files.iter().map(|file| &file.path);
            outcome.files.iter().map(|file| &file.path).eq(remade)
        });
        let strict = self.is_of_this_program();
        let skipped: &[&str] = match (same_files, strict) {
            (true, true) => &[],
            (true, false) => &["findings", "index", "index_at"],
            (false, _) => &["at", "files", "findings", "reconciliation", "report", "parts", "index", "index_at"],
        };
        let is_whole = self.is_whole(RESULT, &sha256(&own));
        let kind = if is_whole { DifferenceKind::Recomputed } else { DifferenceKind::Value };
        let differing = compare::documents(&found, &expected, strict, skipped);
        if !differing.is_empty() {
            verified.from_files = FromFiles::Differs;
        }
        self.add(kind, RESULT, differing, verified);
        Ok(())
    }

    /// Compares the lines of ratings.csv with those made again.
    fn compare_csv(&self, csv: &Written, verified: &mut Verified) {
        let Written::Otherwise { found, expected } = csv else { return };
        let whole = self.is_whole(RATINGS, &sha256(found));
        if whole && !self.is_of_this_program() {
            return;
        }
        let kind = if whole { DifferenceKind::Recomputed } else { DifferenceKind::Value };
        let differing = compare::lines(&String::from_utf8_lossy(found), &String::from_utf8_lossy(expected));
        self.add(kind, RATINGS, differing, verified);
    }

    /// Compares the workbook with the one made from the result: the stored result, or if that was changed, the
    /// recomputed one, provided the manifest records its hash. For another program only the numbers and grades count.
    fn compare_workbook(&self, sound: Option<&Outcome>, verified: &mut Verified) -> anyhow::Result<()> {
        let Some(sound) = sound else { return Ok(()) };
        let seal = self.manifest.seal();
        if self.is_written(WORKBOOK, |put| versions::workbook(sound, &seal, put))? {
            self.resaved(None, verified);
            return Ok(());
        }
        let Some(own) = self.bytes(WORKBOOK) else { return Ok(()) };
        let expected = in_memory(|put| versions::workbook(sound, &seal, put))?;
        let compared = if self.is_of_this_program() {
            cells::compare(&own, &expected)
        } else {
            cells::compare_numbers(&own, &expected, sound)
        };
        match compared {
            Compared::Alike => {
                let others = self.is_of_this_program().then_some([own.as_slice(), expected.as_slice()]);
                self.resaved(others, verified);
            }
            Compared::Unreadable => self.add_whole(DifferenceKind::Cell, WORKBOOK, ["?", ".xlsx"], verified),
            Compared::Differing(cells) => self.add(DifferenceKind::Cell, WORKBOOK, cells, verified),
        }
        Ok(())
    }

    /// A workbook in which every cell is correct: if the fingerprint shows a change, it was only saved again; if it
    /// matches although this program makes other bytes, something other than a cell differs.
    fn resaved(&self, others: Option<[&[u8]; 2]>, verified: &mut Verified) {
        let file = folder::path(self.name, WORKBOOK);
        let mut changed =
            verified.differences.iter_mut().filter(|d| d.kind == DifferenceKind::Changed && d.file == file).peekable();
        if changed.peek().is_some() {
            changed.for_each(|difference| difference.kind = DifferenceKind::Resaved);
        } else if let Some([own, expected]) = others {
            self.add_whole(DifferenceKind::Resaved, WORKBOOK, [&sha256(own), &sha256(expected)], verified);
        }
    }
}

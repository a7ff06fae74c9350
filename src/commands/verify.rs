//! `assess verify`: whether written versions are what they were, follow from what they rest on, and form one chain.
//!
//! The fingerprints of the manifest decide whether a file was changed. Workbook and documents made again from what is still
//! sound only tell where; what they say is compared cell by cell and value by value.

use std::collections::BTreeMap;

use serde::Serialize;

use super::find_project;
use super::terminal::Terminal;
use crate::cli::{Invocation, Verify};
use crate::model::load::declared_language;
use crate::publish::{self, DRAFT, MANIFEST, Manifest, RATINGS, RESULT, WORKBOOK};
use crate::read::project::MODEL_FILE;
use crate::read::{Project, document, sha256, text_of};
use crate::result::outcome::{Outcome, RatingRecord};
use crate::result::seal::Seal;
use crate::result::verify::{Difference, Kind, compare, recalculate};
use crate::shared::exit::Exit;

mod again;
mod cells;
pub(super) mod chain;
mod feedback;
pub(super) mod folder;
mod forms;
mod manifests;
mod printed;
mod remade;
mod seals;

use again::{Again, Inputs};
use cells::Compared;

/// What came of computing a version again from its input files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum FromFiles {
    /// The same.
    Same,
    /// Something else.
    Differs,
    /// The files are rejected now.
    Rejected,
    /// Files have changed or are gone.
    Impossible,
    /// It is a draft, whose questions are open.
    Draft,
}

/// What is said about one version.
#[derive(Serialize)]
struct Verified {
    version: String,
    /// Whether it is the newest one.
    current: bool,
    /// Whether the version itself is what it was and follows from what it records, whatever became of its inputs.
    ok: bool,
    /// Its content seal, if its manifest can be read.
    seal: Option<Seal>,
    /// The program that wrote it, if that was not this one, which then judges only its numbers and grades.
    #[serde(skip_serializing_if = "Option::is_none")]
    other_program: Option<String>,
    /// Files that the manifest names.
    files: usize,
    inputs: Inputs,
    /// Recorded numbers that were calculated again.
    numbers: usize,
    from_files: FromFiles,
    /// What is wrong with the version.
    differences: Vec<Difference>,
    /// What became of its inputs since.
    input_differences: Vec<Difference>,
}

impl Verified {
    /// Whether inputs behind the newest version are not what they were; behind earlier ones that is how versions come about.
    const fn has_other_inputs(&self) -> bool {
        self.current && !self.input_differences.is_empty()
    }
}

/// The document of `--format json`.
#[derive(Serialize)]
struct Report {
    schema: &'static str,
    /// Neither of the two that follow.
    ok: bool,
    /// Whether a version, the chain, the log or feedback is not what was written, or does not follow from what it rests on; or
    /// the seal that was asked for belongs to nothing.
    version_differs: bool,
    /// Whether inputs of the newest version have changed, are gone or came in since.
    inputs_differ: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    seal: Option<seals::Asked>,
    versions: Vec<Verified>,
    chain: ChainReport,
    /// What was written for the units.
    feedback: feedback::Feedback,
    /// Forms that were handed out.
    forms: Vec<forms::Forms>,
}

#[derive(Serialize)]
struct ChainReport {
    versions: Vec<String>,
    /// Lines of the log.
    lines: usize,
    /// Those of them that record states.
    states: usize,
    differences: Vec<Difference>,
}

/// Which versions are looked at.
struct Chosen {
    versions: Vec<String>,
    /// Whether feedback of other versions is looked at as well.
    all_feedback: bool,
    seal: Option<seals::Asked>,
}

/// Runs the command.
pub(super) fn run(invocation: &Invocation, asked: &Verify, terminal: &mut Terminal) -> anyhow::Result<Exit> {
    let project = find_project(&invocation.project, terminal)?;
    let model = text_of(&project.root.join(MODEL_FILE)).unwrap_or_default();
    terminal.prefer(declared_language(&model));
    let chain = chain::follow(&project.root)?;
    let chosen = match chosen(&project, asked, &chain, terminal)? {
        Ok(chosen) => chosen,
        Err(exit) => return Ok(exit),
    };
    let newest = chain.versions.last();
    let mut versions = Vec::with_capacity(chosen.versions.len());
    let mut outcomes = BTreeMap::new();
    for name in &chosen.versions {
        let (verified, outcome) = verify(&project, name, Some(name) == newest)?;
        versions.push(verified);
        outcomes.extend(outcome.map(|outcome| (name.clone(), outcome)));
    }
    let (root, all) = (project.root.as_path(), chosen.all_feedback);
    let mut scope = feedback::Scope { root, versions: &chosen.versions, all, outcomes };
    let feedback = feedback::look(&mut scope, &chain.log, terminal)?;
    let forms = forms::look(root, &chain.log);
    // What letters say of themselves proves nothing: the seal fits only where a version has it.
    let fits =
        chosen.seal.as_ref().is_none_or(|asked| asked.belongs.as_ref().is_some_and(|own| own.version().is_some()));
    let is_sound = versions.iter().all(|version| version.ok);
    let version_differs = !(fits && is_sound && chain.differences.is_empty() && feedback.differences.is_empty());
    let inputs_differ = versions.iter().any(Verified::has_other_inputs);
    let ok = !version_differs && !inputs_differ;
    let (lines, states) = (chain.log.lines.len(), chain.log.marks().count());
    let chain = ChainReport { versions: chain.versions, lines, states, differences: chain.differences };
    let schema = "assess.verify/1";
    let report =
        Report { schema, ok, version_differs, inputs_differ, seal: chosen.seal, versions, chain, feedback, forms };
    printed::print(&report, terminal)?;
    Ok(if ok { Exit::Done } else { Exit::Rejected })
}

/// The versions that are meant; or how the run ends where there is none.
fn chosen(
    project: &Project,
    asked: &Verify,
    chain: &chain::Chain,
    terminal: &Terminal,
) -> anyhow::Result<Result<Chosen, Exit>> {
    let unable = |text: String| {
        terminal.say(&text);
        Ok(Err(Exit::Unable))
    };
    let of = |versions: Vec<String>, all_feedback| Ok(Ok(Chosen { versions, all_feedback, seal: None }));
    if let Verify::Seal(typed) = asked {
        let Some(seal) = Seal::parse(typed) else {
            return unable(terminal.lang.fill("verify.seal.typed", &[("found", typed)]));
        };
        let found = seals::find(&project.root, seal)?;
        let version = found.belongs.as_ref().and_then(seals::Belongs::version).map(str::to_owned);
        return Ok(Ok(Chosen { versions: version.into_iter().collect(), all_feedback: false, seal: Some(found) }));
    }
    let Some(newest) = chain.versions.last() else {
        if chain.differences.is_empty() {
            return unable(terminal.lang.text("mark.no_version").to_owned());
        }
        return of(Vec::new(), true);
    };
    match asked {
        Verify::All => of(chain.versions.clone(), true),
        // Feedback of a version that is gone is named whatever is looked at, unless one version is meant.
        Verify::Newest | Verify::Seal(_) => of(vec![newest.clone()], true),
        Verify::Version(named) if chain.versions.contains(named) => of(vec![named.clone()], false),
        Verify::Version(named) => {
            let names = terminal.lang.join("status.list", chain.versions.clone());
            unable(terminal.lang.fill("mark.version", &[("found", named), ("names", &names)]))
        }
    }
}

/// Verifies one version; gives its result if that is what was written.
fn verify(project: &Project, version: &str, current: bool) -> anyhow::Result<(Verified, Option<Outcome>)> {
    let root = project.root.as_path();
    let mut verified = Verified {
        version: version.to_owned(),
        current,
        ok: false,
        seal: None,
        other_program: None,
        files: 0,
        inputs: Inputs::default(),
        numbers: 0,
        from_files: FromFiles::Impossible,
        differences: Vec::new(),
        input_differences: Vec::new(),
    };
    let (manifest, hash) = match publish::manifest(root, version) {
        Ok((manifest, hash)) if manifest.version == version => (manifest, hash),
        Ok((manifest, _)) => {
            verified.differences.push(in_manifest(version, "version", manifest.version, version.to_owned()));
            return Ok((verified, None));
        }
        Err(error) => {
            let found = error.root_cause().to_string();
            verified.differences.push(in_manifest(version, "", found, "assess.manifest/1".to_owned()));
            return Ok((verified, None));
        }
    };
    verified.seal = Some(manifest.seal());
    verified.files = manifest.outputs.len() + 1;
    verified.differences = folder::look(root, version, &manifest)?;
    verified.inputs = Inputs::look(root, &manifest)?;
    verified.other_program = Some(manifest.program.clone()).filter(|program| !is_of_this_program(program));
    let written = manifests::written(&manifest.program, &manifest.bytes()?, &hash);
    verified.differences.extend(written.map(|(place, found, expected)| in_manifest(version, place, found, expected)));
    let version = Version { project, name: version, manifest: &manifest };
    let outcome = version.documents(&mut verified)?;
    verified.ok = verified.differences.is_empty();
    verified.input_differences = verified.inputs.differences(&manifest);
    Ok((verified, outcome))
}

/// Whether a file was written by this version of the program, which makes the same bytes again.
fn is_of_this_program(program: &str) -> bool {
    program == format!("assess {}", env!("CARGO_PKG_VERSION"))
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
        is_of_this_program(&self.manifest.program)
    }

    fn differ(&self, kind: Kind, name: &str, (place, found, expected): (String, String, String)) -> Difference {
        Difference { kind, file: folder::path(self.name, name), place, found, expected }
    }

    /// Everything that the version holds; gives its result if that is what was written.
    fn documents(&self, verified: &mut Verified) -> anyhow::Result<Option<Outcome>> {
        let held = self.held();
        verified.inputs.new = again::new_files(self.project, self.manifest, held.outcome.as_ref())?;
        let remade = self.remade(&held, verified)?;
        if held.outcome.is_none() && held.json.is_some() {
            let unreadable = (String::new(), "?".to_owned(), crate::result::outcome::SCHEMA.to_owned());
            verified.differences.push(self.differ(Kind::Value, RESULT, unreadable));
        }
        if let Some(outcome) = &held.outcome {
            let checked = recalculate(outcome, &held.records);
            verified.numbers = checked.numbers;
            let differing = checked.differing.into_iter();
            verified.differences.extend(differing.map(|found| self.differ(Kind::Number, RESULT, found)));
            let differing = manifests::against(outcome, self.manifest).into_iter();
            verified.differences.extend(differing.map(|found| self.differ(Kind::Value, RESULT, found)));
            self.compare_writing(&held, outcome, verified)?;
        }
        if let Some(remade) = &remade {
            self.compare_json(&held, remade, verified)?;
            self.compare_csv(&held, remade, verified);
        }
        self.compare_workbook(&held, remade.as_ref(), verified)?;
        let is_whole = self.is_whole(RESULT, held.json.as_deref());
        Ok(held.outcome.filter(|_| is_whole))
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
        if self.name == DRAFT {
            verified.from_files = FromFiles::Draft;
            return Ok(None);
        }
        if !verified.inputs.are_there() {
            return Ok(None);
        }
        match again::compute(self.project, self.manifest, held.outcome.as_ref())? {
            Again::Rejected(codes) => {
                verified.from_files = FromFiles::Rejected;
                let found = (String::new(), self.name.to_owned(), codes);
                verified.differences.push(self.differ(Kind::Recomputed, RESULT, found));
                Ok(None)
            }
            Again::Computed(outcome, records) => {
                verified.from_files = FromFiles::Same;
                let json = crate::write::json::bytes(&outcome)?;
                let csv = crate::write::csv::ratings(&outcome, &records)?;
                Ok(Some(Remade { outcome, json, csv }))
            }
        }
    }

    /// The result against the way in which this program writes its values: what it does not know would be read over.
    fn compare_writing(&self, held: &Held, outcome: &Outcome, verified: &mut Verified) -> anyhow::Result<()> {
        if !self.is_of_this_program() {
            return Ok(());
        }
        let expected = crate::write::json::bytes(outcome)?;
        let own = held.json.as_deref().unwrap_or_default();
        if own == expected {
            return Ok(());
        }
        let known = verified.differences.len();
        if let Ok(found) = serde_json::from_slice::<serde_json::Value>(own) {
            let differing = compare::documents(&found, &serde_json::from_slice(&expected)?, true, &[]);
            verified.differences.extend(differing.into_iter().map(|found| self.differ(Kind::Value, RESULT, found)));
        }
        if verified.differences.len() == known {
            let found = (String::new(), sha256(own), sha256(&expected));
            verified.differences.push(self.differ(Kind::Value, RESULT, found));
        }
        Ok(())
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
            verified.from_files = FromFiles::Differs;
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
    /// computed again, if that is what the manifest speaks of. Of another program only the numbers and grades count.
    fn compare_workbook(&self, held: &Held, remade: Option<&Remade>, verified: &mut Verified) -> anyhow::Result<()> {
        let Some(own) = self.bytes(WORKBOOK) else { return Ok(()) };
        let sound = if self.is_whole(RESULT, held.json.as_deref()) {
            held.outcome.as_ref()
        } else {
            remade.filter(|remade| self.is_whole(RESULT, Some(&remade.json))).map(|remade| &*remade.outcome)
        };
        let Some(sound) = sound else { return Ok(()) };
        let seal = self.manifest.seal();
        let document =
            crate::documents::report::sealed(crate::documents::report::result(sound), &seal, sound.model.language);
        let expected = crate::write::workbook::bytes(&document)?;
        let compared = if self.is_of_this_program() {
            cells::compare(&own, &expected)
        } else {
            cells::compare_numbers(&own, &expected, sound)
        };
        let is_own = self.is_of_this_program() && own != expected;
        match compared {
            Compared::Alike => self.resaved(is_own, &own, &expected, verified),
            Compared::Unreadable => {
                let unreadable = (String::new(), "?".to_owned(), ".xlsx".to_owned());
                verified.differences.push(self.differ(Kind::Cell, WORKBOOK, unreadable));
            }
            Compared::Differing(cells) => {
                let differing = cells.into_iter().map(|found| self.differ(Kind::Cell, WORKBOOK, found));
                verified.differences.extend(differing);
            }
        }
        Ok(())
    }

    /// A workbook in which every cell says what it should: if the fingerprint says that it was changed, it was only saved
    /// again; if it fits, although this program makes other bytes, what is no cell is another.
    fn resaved(&self, is_other: bool, own: &[u8], expected: &[u8], verified: &mut Verified) {
        let file = folder::path(self.name, WORKBOOK);
        let mut changed =
            verified.differences.iter_mut().filter(|d| d.kind == Kind::Changed && d.file == file).peekable();
        if changed.peek().is_some() {
            changed.for_each(|difference| difference.kind = Kind::Resaved);
        } else if is_other {
            let found = (String::new(), sha256(own), sha256(expected));
            verified.differences.push(self.differ(Kind::Resaved, WORKBOOK, found));
        }
    }
}

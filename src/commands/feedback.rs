//! `assess feedback`: one workbook per unit for a version, published as one folder.

use super::Context;
use crate::shared::i18n::say;
use crate::shared::progress::{Progress, Step};
use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::exposure::{Accepted, Told, accepted, earlier};
use super::letters::{Letters, file_names};
use super::places;
use super::stored::{self, Whole};
use super::terminal::{Terminal, shown};
use super::{find_project, locked};
use crate::cli::Feedback;
use crate::documents::feedback::privacy::{Earlier, Extent};
use crate::documents::report::feedback::{Desk, Replaced, changed};
use crate::publish::feedback::{FEEDBACK, FeedbackFound, FeedbackManifest, Place, Staged, copy_name, standing};
use crate::publish::{self, At, DRAFT, HashedFile, Publisher, RESULT};
use crate::read::{Project, present, sha256};
use crate::result::diff::Diff;
use crate::result::outcome::{Mode, Outcome, UnitOutcome, index};
use crate::result::seal::Seal;
use crate::shared::exit::Exit;
use crate::shared::letters::LetterFiles;
use crate::shared::text;
use crate::write::listing::Listing;

/// Most files that a refusal lists.
const NAMED: usize = 8;

/// Runs the command.
pub(super) fn run(context: Context<'_>, asked: &Feedback) -> anyhow::Result<Exit> {
    let Context { start, terminal, .. } = context;
    let project = find_project(start, terminal)?;
    let period = asked.period.as_deref().map(str::trim);
    anyhow::ensure!(!period.is_some_and(text::is_blank), "{}", terminal.lang.text("feedback.period_blank"));
    let version = version(&project, asked.version.as_deref(), period, terminal)?;
    let Loaded { outcome, result, document, seal } = load(&project, &version, terminal)?;
    // Only a draft is copied; of a version the text need not take up room while letters are made.
    let copy = (version == DRAFT).then(|| document.bytes(terminal)).transpose()?;
    terminal.prefer(Some(outcome.model.language));
    let mut earlier = earlier(&project.root, &Told::before(&version, &result), terminal)?;
    let desk = Desk::after(&outcome, period, &earlier);
    let mut manifest = FeedbackManifest::new(&version, &result, seal.clone(), period);
    manifest.letters = asked.letters;
    let case = Case { project: &project, outcome: &outcome, asked };
    let Some((desk, units)) = case.recipients(desk, &mut earlier, &mut manifest, terminal)? else {
        return Ok(Exit::Done);
    };
    let place = place(&project, &outcome, period, asked, terminal)?;
    let found = standing(&place, &manifest)?;
    if let Some(manifest) = settled(found, &place, terminal)? {
        Publisher::settle(&project.root)?;
        return finish(&place.folder, &manifest, Ended::Unchanged, terminal);
    }
    let making = Making { letters: Letters::new(desk, &seal), units, place: &place, copy: copy.as_deref() };
    if !case.writes(&making, &earlier, &mut manifest, terminal)? {
        return Ok(Exit::Rejected);
    }
    finish(&place.folder, &manifest, Ended::Written, terminal)
}

/// What letters are asked for, and of which result.
struct Case<'c> {
    project: &'c Project,
    outcome: &'c Outcome,
    asked: &'c Feedback,
}

/// Letters that are about to be written.
struct Making<'m> {
    letters: Letters<'m>,
    units: Vec<&'m UnitOutcome>,
    place: &'m Place,
    /// The copy of the result that is put beside those of a draft.
    copy: Option<&'m [u8]>,
}

impl<'c> Case<'c> {
    /// The units that get letters: those that were named, all, or those whose feedback changed; none if it changed for
    /// nobody.
    fn recipients(
        &self,
        desk: Desk<'c>,
        earlier: &mut Vec<Earlier>,
        manifest: &mut FeedbackManifest,
        terminal: &Terminal,
    ) -> anyhow::Result<Option<(Desk<'c>, Vec<&'c UnitOutcome>)>> {
        if !self.asked.changed {
            let units = chosen(self.outcome, &desk, &self.asked.units, terminal)?;
            return Ok(Some((desk, units)));
        }
        let Again { replaced, units, told } = again(self.project, self.outcome, earlier, terminal)?;
        if units.is_empty() {
            terminal.tell(&say!(terminal.lang, "feedback.none-changed", parent = replaced.version()));
            return Ok(None);
        }
        manifest.replaces = Some(told.outcome.version.clone());
        earlier.push(told);
        Ok(Some((desk.replacing(replaced), units)))
    }

    /// Writes the letters; `false` if people have to accept first what can be worked out from them.
    fn writes(
        &self,
        making: &Making<'_>,
        earlier: &[Earlier],
        manifest: &mut FeedbackManifest,
        terminal: &mut Terminal,
    ) -> anyhow::Result<bool> {
        manifest.accept_exposed = match accepted(self.project, self.outcome, earlier, &making.units, terminal)? {
            Accepted::Refused => return Ok(false),
            Accepted::Nothing => None,
            Accepted::Because(reason) => Some(reason),
        };
        let publisher = locked(&self.project.root, terminal)?;
        let (place, copy, progress) = (making.place, making.copy, terminal.progress());
        let target = Target { publisher: &publisher, place, copy, progress };
        let is_free = publish_letters(&making.letters, &making.units, manifest, &target)?;
        anyhow::ensure!(is_free, "{}", terminal.lang.text("score.locked"));
        Ok(true)
    }
}

/// Where letters go, and the copy of the result that is put beside those of a draft.
struct Target<'t> {
    publisher: &'t Publisher,
    place: &'t Place,
    copy: Option<&'t [u8]>,
    progress: Progress,
}

/// Writes the letters of units and their list, and completes the manifest with them; `false` if another run does the same.
fn publish_letters(
    letters: &Letters<'_>,
    units: &[&UnitOutcome],
    manifest: &mut FeedbackManifest,
    target: &Target<'_>,
) -> anyhow::Result<bool> {
    let Some(staged) = Staged::begin(target.place)? else { return Ok(false) };
    manifest.files = write(letters, units, manifest.letters, target, &staged)?;
    manifest.units = units.iter().map(|unit| unit.roster.code.clone()).collect();
    let list = letters.list(units, &manifest.files)?;
    for (name, bytes) in target.place.beside.iter().zip([Some(list.as_slice()), target.copy].into_iter().flatten()) {
        manifest.beside.push(staged.write_beside(name, bytes)?);
    }
    manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
    staged.publish(target.publisher, manifest)?;
    Ok(true)
}

/// The requested version: the newest unless one is named. Drafts are for interim results only.
fn version(
    project: &Project,
    asked: Option<&str>,
    period: Option<&str>,
    terminal: &Terminal,
) -> anyhow::Result<String> {
    let mut versions = publish::versions(&project.root)?;
    let has_draft = publish::has_draft(&project.root)?;
    let lang = terminal.lang;
    let version = match asked {
        Some(name) if (name == DRAFT && has_draft) || versions.iter().any(|own| own == name) => name.to_owned(),
        Some(name) => {
            let known = lang.join("report.list", versions);
            anyhow::bail!(say!(lang, "feedback.no-version", version = name, versions = known));
        }
        None => match versions.pop() {
            Some(newest) => newest,
            None if has_draft => DRAFT.to_owned(),
            None => anyhow::bail!("{}", lang.text("feedback.no-result")),
        },
    };
    anyhow::ensure!(version != DRAFT || period.is_some(), "{}", lang.text("feedback.draft"));
    Ok(version)
}

/// Feedback that is sent again.
struct Again<'o> {
    replaced: Replaced,
    /// The units whose feedback differs from the version before.
    units: Vec<&'o UnitOutcome>,
    /// The totals of the version before, which their letters show.
    told: Earlier,
}

/// The letters to be sent again, and what they state about the version before.
fn again<'o>(
    project: &Project,
    outcome: &'o Outcome,
    earlier: &[Earlier],
    terminal: &Terminal,
) -> anyhow::Result<Again<'o>> {
    let version = outcome.version.as_str();
    let (manifest, _) = publish::manifest(&project.root, version)?;
    let Some(parent) = manifest.parent else {
        return Err(anyhow::Error::msg(say!(terminal.lang, "feedback.no-parent", version)));
    };
    let Loaded { outcome: old, result, .. } = load(project, &parent.version, terminal)?;
    let before = super::exposure::earlier(&project.root, &Told::before(&parent.version, &result), terminal)?;
    let diff = Diff::between(&old, outcome);
    let units = changed(&old, &before, outcome, earlier, &diff);
    let has_letter = |code: &str| {
        let of_parent =
            earlier.iter().filter(|own| own.extent == Extent::Letters && own.outcome.version == old.version);
        of_parent.into_iter().any(|own| own.has_told(code))
    };
    let told = units.iter().map(|unit| unit.roster.code.clone()).filter(|code| !has_letter(code)).collect();
    let replaced = Replaced::new(outcome, &diff, manifest.document.as_deref());
    Ok(Again { replaced, units, told: Earlier::new(old, &told, Extent::Totals) })
}

/// The result of a version.
struct Loaded {
    outcome: Outcome,
    /// SHA-256 of its manifest.
    result: String,
    /// The result document.
    document: Written,
    /// Its content seal.
    seal: Seal,
}

/// A result document as it was written.
struct Written {
    path: PathBuf,
    sha256: String,
}

impl Written {
    /// Fails if what was read is not what was written.
    fn ensure(&self, hash: &str, terminal: &Terminal) -> anyhow::Result<()> {
        let touched = || say!(terminal.lang, "feedback.changed-result", path = self.path.display());
        anyhow::ensure!(self.sha256 == hash, touched());
        Ok(())
    }

    /// Its bytes.
    fn bytes(&self, terminal: &Terminal) -> anyhow::Result<Vec<u8>> {
        let bytes = present(&self.path)?;
        self.ensure(&sha256(&bytes), terminal)?;
        Ok(bytes)
    }
}

/// The result document of a version, which must be the one its manifest names.
fn load(project: &Project, version: &str, terminal: &Terminal) -> anyhow::Result<Loaded> {
    let (manifest, result) = publish::manifest(&project.root, version)?;
    let path = project.root.join(publish::RESULTS).join(version).join(RESULT);
    let named = manifest.outputs.iter().find(|file| file.path == RESULT);
    let document = Written { path, sha256: named.map(|file| file.sha256.clone()).unwrap_or_default() };
    let Whole { sha256, outcome } = stored::whole(&document.path, index::Extent::Whole)?;
    document.ensure(&sha256, terminal)?;
    let outcome = outcome.at(&document.path)?;
    Ok(Loaded { outcome, result, document, seal: manifest.seal() })
}

/// The units that were named; all assessed units if none were.
fn chosen<'o>(
    outcome: &'o Outcome,
    desk: &Desk<'o>,
    names: &[String],
    terminal: &Terminal,
) -> anyhow::Result<Vec<&'o UnitOutcome>> {
    if names.is_empty() {
        return Ok(desk.units().collect());
    }
    let mut wanted: Vec<&str> = Vec::new();
    for name in names {
        let Some(unit) = outcome.unit_named(name) else {
            let near = text::nearest(name, outcome.units.iter().flat_map(|unit| unit.roster.names())).join(" / ");
            let key = if near.is_empty() { "template.no_such_unit" } else { "template.no_unit" };
            return Err(anyhow::Error::msg(say!(terminal.lang, key, name, names = near)));
        };
        anyhow::ensure!(
            unit.roster.mode != Mode::Excluded,
            anyhow::Error::msg(say!(terminal.lang, "feedback.excluded", unit = unit.roster.name))
        );
        wanted.push(&unit.roster.code);
    }
    Ok(desk.units().filter(|unit| wanted.contains(&unit.roster.code.as_str())).collect())
}

/// Where the workbooks go, and the files next to their folder: the list for handing out, and the result of a draft,
/// which the next run replaces although what was handed out must remain known. Such a copy is kept only in the feedback
/// folder of the project; elsewhere it would never be found.
fn place(
    project: &Project,
    outcome: &Outcome,
    period: Option<&str>,
    asked: &Feedback,
    terminal: &Terminal,
) -> anyhow::Result<Place> {
    let folder = folder(project, &outcome.version, period, asked, terminal)?;
    let name = folder.file_name().at(&folder)?.to_string_lossy().into_owned();
    let is_kept = folder.parent() == Some(&project.root.join(FEEDBACK));
    let list = say!(outcome.model.language, "feedback.handout.file", folder = name);
    let copy = (outcome.version == DRAFT && is_kept).then(|| copy_name(&name));
    Ok(Place { folder, is_own: asked.out.is_none(), beside: [list].into_iter().chain(copy).collect() })
}

/// The folder of the workbooks.
fn folder(
    project: &Project,
    version: &str,
    period: Option<&str>,
    asked: &Feedback,
    terminal: &Terminal,
) -> anyhow::Result<PathBuf> {
    let lang = terminal.lang;
    let is_below = |parts: &[&str]| parts.len() > 1 && parts.first() == Some(&FEEDBACK);
    let real = |folder: &Path| places::allowed(folder, project, is_below, "feedback.inside", terminal);
    if let Some(out) = &asked.out {
        return real(out);
    }
    anyhow::ensure!(asked.units.is_empty(), "{}", lang.text("feedback.unit-out"));
    // An interim folder is named after its period, so that it never takes the place of a version's final feedback.
    let name = match (asked.changed, period) {
        (true, _) => text::file_name(&say!(lang, "feedback.changed.folder", version)),
        (false, None) => version.to_owned(),
        (false, Some(period)) => text::file_name(&say!(lang, "feedback.interim.folder", version, period)),
    };
    real(&project.root.join(FEEDBACK).join(name))
}

/// Returns the manifest if exactly this feedback exists already; refuses anything else at that place.
fn settled(found: FeedbackFound, place: &Place, terminal: &Terminal) -> anyhow::Result<Option<FeedbackManifest>> {
    let lang = terminal.lang;
    let folder = shown(&place.folder);
    let refused = match found {
        FeedbackFound::Free => return Ok(None),
        FeedbackFound::Same(manifest) if place.is_own => return Ok(Some(manifest)),
        FeedbackFound::Same(_) => say!(lang, "feedback.foreign", folder),
        FeedbackFound::Foreign(path) => say!(lang, "feedback.foreign", folder = shown(&path)),
        FeedbackFound::Touched(files) => {
            let named = files.iter().take(NAMED).map(String::as_str);
            let more = (files.len() > NAMED).then_some("…");
            let list = lang.join("report.list", named.chain(more));
            say!(lang, "feedback.touched", folder, files = list)
        }
        FeedbackFound::Other(manifest) => {
            say!(lang, "feedback.other", folder, program = manifest.program)
        }
    };
    anyhow::bail!("{refused}")
}

/// Makes and writes the files of units in parallel, each as soon as it is finished; all of one kind, then all of the next.
fn write(
    letters: &Letters<'_>,
    units: &[&UnitOutcome],
    files: LetterFiles,
    target: &Target<'_>,
    staged: &Staged,
) -> anyhow::Result<Vec<HashedFile>> {
    let mut written = Vec::with_capacity(units.len() * files.kinds().len());
    let counter = target.progress.step(Step::Letters, written.capacity());
    for kind in files.kinds() {
        let names = file_names(units, *kind);
        let named: Vec<(&UnitOutcome, &str)> = units.iter().copied().zip(names.iter().map(String::as_str)).collect();
        let make = |own: &(&UnitOutcome, _)| {
            let (unit, name): (_, &str) = *own;
            counter.done(letters.letter(unit, *kind).at(Path::new(name)).map(|bytes| (name, bytes)))
        };
        written.extend(staged.write_each(&named, make)?);
    }
    Ok(written)
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Written,
    Unchanged,
}

/// The document of `--format json`.
#[derive(Serialize)]
struct FeedbackDocument<'d> {
    schema: &'static str,
    version: &'d str,
    folder: &'d str,
    written: bool,
    files: Vec<FileRow<'d>>,
    /// Files next to the folder, which are not sent with it.
    beside: Vec<FileRow<'d>>,
}

#[derive(Serialize)]
struct FileRow<'d> {
    /// Relative to the folder.
    path: Cow<'d, str>,
    sha256: &'d str,
}

/// Lists the files and reports whether they were written.
fn finish(target: &Path, manifest: &FeedbackManifest, ended: Ended, terminal: &Terminal) -> anyhow::Result<Exit> {
    let lang = terminal.lang;
    let folder = &shown(target);
    let files = manifest.files.iter().map(|file| FileRow { path: Cow::Borrowed(&file.path), sha256: &file.sha256 });
    let beside = manifest.beside.iter();
    let beside = beside.map(|own| FileRow { path: Cow::Owned(format!("../{}", own.path)), sha256: &own.sha256 });
    let document = FeedbackDocument {
        schema: "assess.feedback/1",
        version: &manifest.version,
        folder,
        written: ended == Ended::Written,
        files: files.collect(),
        beside: beside.collect(),
    };
    let rows = || document.files.iter().chain(&document.beside);
    let text = || terminal.table(&["feedback.file", "feedback.sha"], rows().map(|row| (&row.path, &row.sha256[..12])));
    terminal.show(&document, || Listing::of("path,sha256", rows()), text)?;
    let key = match ended {
        Ended::Written => "feedback.written",
        Ended::Unchanged => "feedback.unchanged",
    };
    terminal.tell(&say!(lang, key, n = manifest.units.len(), folder));
    let beside = manifest.beside.iter().map(|file| file.path.as_str());
    terminal.tell(&say!(lang, "feedback.beside", files = lang.join("report.list", beside)));
    Ok(Exit::Done)
}

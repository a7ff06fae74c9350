//! `assess mark`: records the state of a version with its document. The only place that reads today's date.

use std::path::Path;

use jiff::Zoned;
use jiff::civil::Date;
use serde::Serialize;

use super::current::rests_on;
use super::stored;
use super::terminal::Terminal;
use super::verify::{chain, folder};
use super::{Context, Said, locked, prepared, refuse};
use crate::cli::MarkTask;
use crate::engine::assessment::{AppealRow, Ending, Mode};
use crate::pipeline::{self, Computed, Prepared};
use crate::publish::{self, Publisher};
use crate::result::outcome::{AdjustmentRow, Outcome, Register, Registers, Standing};
use crate::result::seal::Seal;
use crate::result::states::{self, Entry, Line, Log, Mark, Refusal, Step, VersionState};
use crate::shared::exit::Exit;
use crate::shared::finding::{Code, Finding, Severity};
use crate::shared::i18n::{Lang, say};
use crate::shared::place::Role;
use crate::write::listing::Listing;

mod sealed;

use sealed::Sealed;

/// How many years away a date may lie.
const FARTHEST: u16 = 50;

/// A step after parsing.
struct Wanted<'w> {
    version: &'w str,
    state: VersionState,
    date: Date,
}

/// Runs the command.
pub(super) fn run(context: Context<'_>, task: &MarkTask) -> anyhow::Result<Exit> {
    let Context { start, terminal, .. } = context;
    let prepared = prepared(start, terminal)?;
    let project = prepared.project.clone();
    let root = project.root.as_path();
    let wanted = understood(root, task, terminal)?;
    let seal_file = task.seal_file.as_deref().map(|path| sealed::target(path, &project, terminal)).transpose()?;
    let title = prepared.model.title.clone();
    let publisher = locked(root, terminal)?;
    let log = Log::parse(&publish::states(root)?);
    may_follow(root, task, &wanted, &log, terminal)?;
    settled(root, &wanted, prepared, terminal)?;
    let (manifest, sha256) = publish::manifest(root, wanted.version)?;
    let log = written(&publisher, &log, record(task, &wanted, sha256), terminal)?;
    let Some(sealed) = Sealed::last(&log, manifest.seal()) else { return Ok(Exit::Done) };
    print(&log, &sealed, terminal)?;
    if let Some(target) = seal_file {
        sealed.write(&target, &title, terminal)?;
    }
    Ok(Exit::Done)
}

/// The log with a further state, as it was written; a torn line at its end is reported.
fn written(publisher: &Publisher, log: &Log, mark: Mark, terminal: &Terminal) -> anyhow::Result<Log> {
    if let Some(states::Fault::Torn { line }) = log.faults.last() {
        terminal.say(&say!(terminal.lang, "mark.torn", line));
    }
    let bytes = log.with(Entry::State(mark))?;
    publisher.write_states(&bytes)?;
    Ok(Log::parse(&bytes))
}

/// Version, state and date; faults in them are reported and end the run.
fn understood<'t>(root: &Path, task: &'t MarkTask, terminal: &Terminal) -> anyhow::Result<Wanted<'t>> {
    let lang = terminal.lang;
    let unfit = |text: String| Err(refuse(&text, terminal));
    let versions = publish::versions(root)?;
    if versions.is_empty() {
        return unfit(say!(lang, "mark.no_version"));
    }
    if !versions.contains(&task.version) {
        let names = lang.join("status.list", versions);
        return unfit(say!(lang, "mark.version", found = task.version, names));
    }
    let Some(state) = VersionState::parse(&task.state) else {
        let names = lang.join("status.list", VersionState::ALL.iter().map(|state| lang.text(state.word())));
        return unfit(say!(lang, "mark.state", found = task.state, names));
    };
    let date = match &task.date {
        None => Zoned::now().date(),
        Some(typed) => match typed.parse() {
            Ok(date) => date,
            Err(_) => return unfit(say!(lang, "mark.date", found = typed)),
        },
    };
    // A mistyped year would decide when the period for appeals ends.
    if date.year().abs_diff(Zoned::now().year()) > FARTHEST {
        return unfit(say!(lang, "mark.date_far", found = date));
    }
    Ok(Wanted { version: &task.version, state, date })
}

/// Whatever prevents the step is reported and ends the run: a broken log, changed files, a missing document or reason.
fn may_follow(root: &Path, task: &MarkTask, wanted: &Wanted<'_>, log: &Log, terminal: &Terminal) -> anyhow::Result<()> {
    let lang = terminal.lang;
    let broken = || Err(refuse(lang.text("mark.broken"), terminal));
    if log.is_broken() {
        return broken();
    }
    let (manifest, _) = publish::manifest(root, wanted.version)?;
    if let Some(touched) = folder::look(root, wanted.version, &manifest)?.first() {
        return Err(refuse(&say!(lang, "mark.touched", version = wanted.version, file = touched.file), terminal));
    }
    let versions = publish::versions(root)?;
    if !chain::is_whole(root, log, &versions)? {
        return broken();
    }
    let step = Step {
        version: wanted.version,
        current: versions.last().map_or(wanted.version, String::as_str),
        state: wanted.state,
        date: wanted.date,
        document: task.document.as_deref(),
        reason: task.reason.as_deref(),
    };
    states::may_follow(log, &step).map_err(|refusal| refuse(&in_words(&refusal, &step, lang), terminal))
}

fn in_words(refusal: &Refusal, step: &Step<'_>, lang: Lang) -> String {
    let name = |state: VersionState| lang.text(state.word());
    match refusal {
        Refusal::NoDocument => say!(lang, "mark.no_document", state = name(step.state)),
        Refusal::NoReason { from } => {
            say!(lang, "mark.no_reason", version = step.version, state = name(*from))
        }
        Refusal::Earlier { than } => say!(lang, "mark.earlier", version = step.version, date = than),
        Refusal::Superseded { current } => {
            say!(lang, "mark.superseded", version = step.version, current)
        }
    }
}

/// Appeals in the present registers that keep a version from becoming final are reported and end the run; no other state
/// asks for the registers.
fn settled(root: &Path, wanted: &Wanted<'_>, prepared: Prepared, terminal: &Terminal) -> anyhow::Result<()> {
    if wanted.state != VersionState::Final {
        return Ok(());
    }
    let version = wanted.version;
    let computed = pipeline::compute(prepared)?;
    let lang = terminal.lang;
    let in_register = |f: &Finding| match f.at {
        Some(at) => computed.files.get(at.file).role == Role::Register,
        None => matches!(f.code, Code::E681 | Code::E682),
    };
    if computed.findings.iter().any(|f| f.severity == Severity::Error && in_register(f)) {
        terminal.say(lang.text("mark.inputs"));
        return Err(Said(Exit::Rejected).into());
    }
    let outcome = stored::load(root, version, terminal)?;
    if !rests_on(&publish::manifest(root, version)?.0, &computed) {
        terminal.say(&say!(lang, "mark.changed", version));
    }
    let now = computed.outcome(version, None, false).0.registers;
    let appeals = computed.assessment.registers.appeals.iter();
    let against = Against { computed: &computed, now: &now, outcome: &outcome };
    let lines: Vec<String> = appeals.filter_map(|row| against.blocking(row, lang)).collect();
    if lines.is_empty() {
        return Ok(());
    }
    terminal.say(lang.text("mark.appeals"));
    for line in lines {
        terminal.say(&line);
    }
    Err(Said(Exit::Rejected).into())
}

/// The present registers compared with a version.
struct Against<'a> {
    computed: &'a Computed,
    now: &'a Registers,
    outcome: &'a Outcome,
}

impl Against<'_> {
    /// A line about an appeal that is open, or upheld although no row of the version settles it.
    fn blocking(&self, row: &AppealRow, lang: Lang) -> Option<String> {
        let Self { computed, now, outcome } = self;
        let unit = computed.assessment.unit(row.unit);
        // A row withdrawn to settle the appeal must be withdrawn in the version too.
        let recorded = |(register, id): &(Register, String)| {
            let standing = |rows| standing(rows, *register, id);
            standing(now).is_some() && standing(now) == standing(&outcome.registers)
        };
        let key = match row.ending {
            Ending::Rejected => return None,
            Ending::Open => "mark.appeal.open",
            Ending::Upheld if unit.mode == Mode::Excluded => return None,
            Ending::Upheld if row.settled_by.iter().any(recorded) => return None,
            Ending::Upheld => "mark.appeal.pending",
        };
        let place = computed.files.describe(row.at);
        Some(say!(lang, key, place, id = row.id, unit = unit.code, name = unit.name, version = outcome.version))
    }
}

/// The standing of a register row.
fn standing(rows: &Registers, register: Register, id: &str) -> Option<Standing> {
    match register {
        Register::Corrections => rows.corrections.iter().find(|row| row.id == id).map(|row| row.standing),
        Register::Decisions => rows.decisions.iter().find(|row| row.id == id).map(|row| row.standing),
        Register::Places => rows.places.iter().find(|row| row.id == id).map(|row| row.standing),
        _ => {
            let of = |row: &&AdjustmentRow| row.register == register && row.id == id;
            rows.adjustments.iter().find(of).map(|row| row.standing)
        }
    }
}

fn record(task: &MarkTask, wanted: &Wanted<'_>, manifest: String) -> Mark {
    Mark {
        version: wanted.version.to_owned(),
        manifest,
        state: wanted.state,
        document: task.document.clone(),
        date: wanted.date,
        note: task.note.clone(),
        reason: task.reason.clone(),
    }
}

/// The document of `--format json`: the line of the log, and its seal.
#[derive(Serialize)]
struct MarkDocument<'m> {
    #[serde(flatten)]
    line: &'m Line,
    seal: &'m Seal,
}

fn print(log: &Log, sealed: &Sealed<'_>, terminal: &Terminal) -> anyhow::Result<()> {
    let lang = terminal.lang;
    let Some((_, line @ Line { entry: Entry::State(mark), .. })) = log.lines.last() else { return Ok(()) };
    let row = (&mark.version, mark.state, mark.date, &mark.document, &mark.reason, &mark.note, &sealed.state);
    let list = || Listing::of("version,state,date,document,reason,note,seal", [row]);
    let text = || {
        let key = if mark.document.is_some() { "mark.done.document" } else { "mark.done" };
        let Mark { version, date, document, .. } = mark;
        let (state, document) = (lang.text(mark.state.word()), document.as_deref().unwrap_or_default());
        format!("{}\n{}\n", say!(lang, key, version, state, date, document), sealed.sentence(lang))
    };
    terminal.answer(&MarkDocument { line, seal: &sealed.state }, list, text)
}

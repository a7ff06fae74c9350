//! `assess` alone: the status of the project, and what to type next.

use std::path::Path;

use super::Context;
use super::current::{Current, appeal_window, current, log, rests_on, tell_late_appeals};
use super::terminal::{OrDash, Terminal, quoted};
use super::{find_project, open, versions};
use crate::check::Proposals;
use crate::pipeline::status::{
    Ballots, Facts, Findings, Given, Marked, Next, Opinions, Reports, Status, Version, status,
};
use crate::publish::Manifest;
use crate::read::Project;
use crate::read::project::NoProject;
use crate::result::appeals::any_late;
use crate::result::states::{Mark, VersionState};
use crate::shared::exit::Exit;
use crate::shared::i18n::{Lang, say};
use crate::shared::place::folders::{FEEDBACK, SUGGEST};
use crate::shared::text::visible;
use crate::write::listing::Listing;

/// How many codes of findings, and how many units without report, are listed unless all are requested.
const NAMED: usize = 10;
/// Of more units without report than that, so many are named on one line.
const BRIEF: usize = 5;

/// Runs the command.
pub(super) fn run(context: Context<'_>) -> anyhow::Result<Exit> {
    let Context { start, terminal, .. } = context;
    if Project::find(start).is_err_and(|error| error.is::<NoProject>()) {
        terminal.say(terminal.lang.text("status.no_project"));
        return Ok(Exit::Unable);
    }
    if let Some(exit) = unchanged(start, terminal)? {
        return Ok(exit);
    }
    let (project, mut computed) = open(start, Proposals::AsTheyStand, terminal)?;
    let root = project.root.as_path();
    let window = tell_late_appeals(root, &mut computed)?;
    let newest = current(root)?;
    let of_newest = |(parent, manifest): Current| version(root, parent.version, !rests_on(&manifest, &computed));
    let version = newest.map(of_newest).transpose()?;
    tell(&status(&Facts::computed(&computed, terminal.lang), version, window), start, terminal)
}

/// Tells what the newest version says, if no file has changed since; nothing otherwise, and where appeals came too late,
/// which no version says.
fn unchanged(start: &Path, terminal: &mut Terminal) -> anyhow::Result<Option<Exit>> {
    let project = find_project(start, terminal)?;
    let read = |root: &Path, manifest: &Manifest, terminal: &Terminal| {
        versions::untouched_outline(root, manifest, Facts::units_of, terminal)
    };
    let Some(outcome) = super::unchanged::newest(&project, read, terminal)? else { return Ok(None) };
    let window = appeal_window(&project.root, &outcome.model)?;
    if window.is_some_and(|window| any_late(&outcome.registers, &window)) {
        return Ok(None);
    }
    let version = version(&project.root, outcome.version.clone(), false)?;
    tell(&status(&Facts::recorded(&outcome), Some(version), window), start, terminal).map(Some)
}

/// What is known of the newest version besides its result.
fn version(root: &Path, name: String, changed: bool) -> anyhow::Result<Version> {
    let marked = |mark: &Mark| Marked { state: mark.state, document: mark.document.clone(), date: mark.date };
    let state = log(root)?.of(&name).map(marked);
    let is_written = |below: &str| root.join(below).join(&name).is_dir();
    let (suggested, letters) = (is_written(SUGGEST), is_written(FEEDBACK));
    Ok(Version { name, changed, suggested, letters, state })
}

fn tell(status: &Status<'_>, start: &Path, terminal: &Terminal) -> anyhow::Result<Exit> {
    terminal.answer(status, || list(status), || text(status, start, terminal))?;
    Ok(Exit::Done)
}

/// The status as lines: what was received, what is open, what is wrong, the version, the next step.
fn text(status: &Status<'_>, start: &Path, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let all = terminal.is_verbose();
    let mut out = title(status, lang);
    handed_in("status.reports", status.reports.as_ref(), all, lang, &mut out);
    handed_in("status.ledgers", status.ledgers.as_ref(), all, lang, &mut out);
    out.push_str(&classes(status, terminal));
    for given in &status.given {
        let Given { name, scored, units, periods, .. } = given;
        out.push_str(&line(say!(lang, "status.given", name = visible(name), scored, units, periods)));
    }
    opinions(status, lang, &mut out);
    registers(status, lang, &mut out);
    appeals(status, lang, &mut out);
    upheld(status, lang, &mut out);
    findings(status, all, lang, &mut out);
    let key = match &status.version {
        None => "status.version.none",
        Some(version) if version.changed => "status.version.changed",
        Some(_) => "status.version.same",
    };
    let version = status.version.as_ref().map_or("", |version| &version.name);
    out.push_str(&line(say!(lang, key, version)));
    state(status, start, lang, &mut out);
    out.push_str(&format!("{}\n", next(status, start, lang)));
    out
}

/// The forms returned by departments.
fn opinions(status: &Status<'_>, lang: Lang, out: &mut String) {
    let Some(Opinions { forms, answered, units, disagreed, .. }) = &status.opinions else { return };
    out.push_str(&line(say!(lang, "status.opinions", forms, answered, units, disagreed)));
}

/// The state of the version, and the next step for it.
fn state(status: &Status<'_>, start: &Path, lang: Lang, out: &mut String) {
    let Some(version) = &status.version else { return };
    match &version.state {
        None => out.push_str(&line(say!(lang, "status.state.none"))),
        Some(marked) => {
            let key = if marked.document.is_some() { "status.state.document" } else { "status.state" };
            let (state, document) = (lang.text(marked.state.word()), marked.document.as_deref().unwrap_or_default());
            out.push_str(&line(say!(lang, key, state, date = marked.date, document)));
        }
    }
    let Some(next) = status.next_state else { return };
    let key = match (next, status.appeals.is_empty(), &status.appeal_window) {
        (VersionState::Final, false, _) => "status.state.appeals",
        (VersionState::Final, true, Some(_)) => "status.state.until",
        _ if next.needs_document() => "status.state.next.document",
        _ => "status.state.next",
    };
    out.push_str(&line(say!(
        lang,
        key,
        folder = folder(start),
        version = version.name,
        state = lang.text(next.word()),
        until = OrDash(status.appeal_window.map(|window| window.until)),
        n = status.appeals.len()
    )));
}

/// The option that names the project, if it is needed.
fn folder(start: &Path) -> String {
    let shown = start.to_string_lossy();
    if shown == "." { String::new() } else { format!(" -C {}", quoted(&shown)) }
}

fn line(text: String) -> String {
    text + "\n"
}

fn title(status: &Status<'_>, lang: Lang) -> String {
    let named = status.title.contains(status.period);
    let period = if named { String::new() } else { format!(" {}", status.period) };
    let title = visible(&format!("{}{period}", status.title));
    match &status.as_of {
        Some(date) => line(say!(lang, "status.title", title, date)),
        None => format!("{title}\n"),
    }
}

fn handed_in(key: &str, reports: Option<&Reports<'_>>, all: bool, lang: Lang, out: &mut String) {
    let Some(reports) = reports else { return };
    let missing = reports.missing.len();
    let is_long = !all && missing > NAMED;
    out.push_str(&line(say!(lang, key, asked = reports.asked, received = reports.received, missing)));
    if is_long {
        let named = reports.missing.iter().take(BRIEF).map(|unit| format!("{} {}", unit.code, visible(unit.name)));
        let (units, n) = (lang.join("report.list", named), missing - BRIEF);
        out.push_str(&line(say!(lang, "status.missing.many", units, n)));
        return;
    }
    for unit in &reports.missing {
        let (name, contact) = (visible(unit.name), visible(unit.contact));
        let key = if unit.contact.is_empty() { "status.missing" } else { "status.missing.contact" };
        out.push_str(&line(say!(lang, key, code = unit.code, unit = name, contact)));
    }
}

fn more(rest: usize, lang: Lang, out: &mut String) {
    if rest > 0 {
        out.push_str(&line(say!(lang, "status.more", n = rest)));
    }
}

fn classes(status: &Status<'_>, terminal: &Terminal) -> String {
    if status.ballots.is_empty() {
        return String::new();
    }
    let keys = ["check.class", "check.issued", "check.returned", "check.rated", "status.tallies", "status.unrated"];
    let rows = status
        .ballots
        .iter()
        .map(|class| (&class.name, OrDash(class.issued), class.returned, class.valid, class.tallies, class.unrated));
    terminal.table(&keys, rows)
}

fn registers(status: &Status<'_>, lang: Lang, out: &mut String) {
    for (register, standings) in &status.registers {
        let name = lang.text(&format!("report.register.{register}"));
        let counts =
            standings.iter().map(|(standing, count)| format!("{} {count}", lang.text(&format!("standing.{standing}"))));
        let counts = lang.join("status.list", counts);
        out.push_str(&line(say!(lang, "status.register", register = name, counts)));
    }
}

fn appeals(status: &Status<'_>, lang: Lang, out: &mut String) {
    if status.appeals.is_empty() {
        return;
    }
    out.push_str(&line(say!(lang, "status.appeals", n = status.appeals.len())));
    if let Some(window) = status.appeal_window {
        out.push_str(&line(say!(lang, "status.window", from = window.from, until = window.until)));
    }
    for appeal in &status.appeals {
        let received = OrDash(appeal.received);
        let [id, name, target] = [&appeal.id, &appeal.name, &appeal.target].map(|text| visible(text));
        let key = if appeal.days_open.is_some() { "status.appeal.days" } else { "status.appeal" };
        let (unit, days) = (appeal.unit, appeal.days_open.unwrap_or_default());
        out.push_str(&line(say!(lang, key, id, unit, name, target, received, days)));
    }
}

/// Appeals that were upheld, each with the rows that settle it.
fn upheld(status: &Status<'_>, lang: Lang, out: &mut String) {
    if status.upheld.is_empty() {
        return;
    }
    out.push_str(&line(say!(lang, "status.upheld", n = status.upheld.len())));
    for appeal in &status.upheld {
        let [id, name, target] = [&appeal.id, &appeal.name, &appeal.target].map(|text| visible(text));
        let rows = visible(&crate::documents::report::settled_by(lang, appeal.settled_by));
        let rows = if rows.is_empty() { lang.text("report.appeal.unsettled") } else { &rows };
        out.push_str(&line(say!(lang, "status.upheld.row", id, unit = appeal.unit, name, target, rows)));
    }
}

fn findings(status: &Status<'_>, all: bool, lang: Lang, out: &mut String) {
    let Findings { errors, pending, warnings, notes, codes, .. } = &status.findings;
    out.push_str(&line(say!(lang, "status.findings", errors, pending, warnings, notes)));
    let told: Vec<_> = codes.iter().filter(|c| all || c.severity < crate::shared::finding::Severity::Note).collect();
    let shown = if all { told.len() } else { NAMED };
    for code in told.iter().take(shown) {
        let (weight, title) = (lang.text(code.severity.word()), &code.title);
        out.push_str(&line(say!(lang, "status.code", weight, code = code.code, title, n = code.count)));
    }
    more(told.len().saturating_sub(shown), lang, out);
}

/// The next step, as a command to type.
fn next(status: &Status<'_>, start: &Path, lang: Lang) -> String {
    let version = status.version.as_ref();
    let is_final = version.is_some_and(Version::is_final);
    let key = match (status.next, is_final) {
        (Next::Check, _) => "status.next.check",
        (Next::Draft, _) => "status.next.draft",
        (Next::Score, _) => "status.next.score",
        (Next::Rescore, true) => "status.next.rescore.final",
        (Next::Rescore, false) => "status.next.rescore",
        (Next::Done, true) if version.is_some_and(|own| own.letters) => "status.next.filed",
        (Next::Done, true) => "status.next.final",
        (Next::Done, false) => "status.next.done",
    };
    say!(lang, key, folder = folder(start), version = version.map_or("", |own| &own.name))
}

/// The status as rows of section, name and value.
fn list(status: &Status<'_>) -> anyhow::Result<Listing> {
    let mut rows = Listing::new("section,name,value");
    list_inputs(status, &mut rows)?;
    list_registers(status, &mut rows)?;
    for code in &status.findings.codes {
        rows.row(("finding", code.code, code.count))?;
    }
    if let Some(version) = &status.version {
        rows.row(("version", &version.name, if version.changed { "changed" } else { "same" }))?;
        if let Some(marked) = &version.state {
            rows.row(("state", marked.state, marked.date))?;
        }
    }
    rows.row(("next", status.next, ""))?;
    Ok(rows)
}

/// What units, raters and departments returned.
fn list_inputs(status: &Status<'_>, rows: &mut Listing) -> anyhow::Result<()> {
    for (section, missing, reports) in
        [("reports", "missing", &status.reports), ("ledgers", "missing-ledger", &status.ledgers)]
    {
        let Some(reports) = reports else { continue };
        rows.row((section, "asked", reports.asked))?;
        rows.row((section, "received", reports.received))?;
        for unit in &reports.missing {
            rows.row((missing, &unit.code, &unit.name))?;
        }
    }
    for class in &status.ballots {
        list_class(class, rows)?;
    }
    for given in &status.given {
        rows.row(("given", &given.component, given.scored))?;
    }
    if let Some(opinions) = &status.opinions {
        let counts = [opinions.forms, opinions.answered, opinions.units, opinions.disagreed];
        for (name, count) in ["forms", "answered", "units", "disagreed"].into_iter().zip(counts) {
            rows.row(("opinions", name, count))?;
        }
    }
    Ok(())
}

/// The ballots and tallies of a class.
fn list_class(class: &Ballots<'_>, rows: &mut Listing) -> anyhow::Result<()> {
    let name = format!("{}/{}", class.component, class.class);
    rows.row(("issued", &name, class.issued))?;
    let counts = [class.returned, class.valid, class.tallies, class.unrated];
    for (section, count) in ["returned", "valid", "tallies", "unrated"].into_iter().zip(counts) {
        rows.row((section, &name, count))?;
    }
    Ok(())
}

/// Rows of registers by standing, and appeals that are open or upheld.
fn list_registers(status: &Status<'_>, rows: &mut Listing) -> anyhow::Result<()> {
    for (register, standings) in &status.registers {
        for (standing, count) in standings {
            rows.row((register, standing, count))?;
        }
    }
    for appeal in &status.appeals {
        rows.row(("appeal", &appeal.id, &appeal.unit))?;
    }
    for appeal in &status.upheld {
        rows.row(("upheld", &appeal.id, &appeal.unit))?;
        for (register, id) in appeal.settled_by {
            rows.row(("settled", &appeal.id, format!("{register} {id}")))?;
        }
    }
    Ok(())
}

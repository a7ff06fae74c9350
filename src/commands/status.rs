//! `assess` alone: how the project stands, and what to type next.

use super::current::{current, log, rests_on, tell_late_appeals};
use super::terminal::{Terminal, quoted};
use super::{Opened, open};
use crate::cli::{Format, Invocation, Talk};
use crate::pipeline::status::{Marked, Next, Reports, Status, Version, status};
use crate::read::Project;
use crate::read::project::NoProject;
use crate::result::states::{Mark, State};
use crate::shared::exit::Exit;
use crate::shared::i18n::Lang;
use crate::shared::place::folders::SUGGEST;
use crate::shared::text::visible;
use crate::write::csv::harmless;

/// How many codes of findings, and how many units without report, are named unless all are asked for.
const NAMED: usize = 10;

/// Runs the command.
pub(super) fn run(invocation: &Invocation, lang: Option<Lang>, terminal: &mut Terminal) -> anyhow::Result<Exit> {
    if Project::find(&invocation.project).is_err_and(|error| error.is::<NoProject>()) {
        terminal.say(terminal.lang.text("status.no_project"));
        return Ok(Exit::Unable);
    }
    let (project, opened) = open(invocation, lang, terminal)?;
    let mut computed = match opened {
        Opened::Computed(computed) => computed,
        Opened::Ended(exit) => return Ok(exit),
    };
    let window = tell_late_appeals(&project.root, &mut computed)?;
    let log = log(&project.root)?;
    let version = current(&project.root)?.map(|(parent, manifest)| {
        let marked = |mark: &Mark| Marked { state: mark.state, document: mark.document.clone(), date: mark.date };
        let state = log.of(&parent.version).map(marked);
        let suggested = project.root.join(SUGGEST).join(&parent.version).is_dir();
        Version { name: parent.version, changed: !rests_on(&manifest, &computed), suggested, state }
    });
    let status = status(&computed, version, window, terminal.lang);
    match invocation.format {
        Format::Json => terminal.print(&String::from_utf8(crate::write::json::bytes(&status)?)?),
        Format::Csv => terminal.print(&csv(&status)?),
        Format::Table => terminal.print(&text(&status, invocation, terminal)),
    }
    Ok(Exit::Done)
}

/// The status as lines: what came in, what is open, what is wrong, the version, the next step.
fn text(status: &Status, invocation: &Invocation, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let all = invocation.talk == Talk::Verbose;
    let mut out = title(status, lang);
    handed_in("status.reports", status.reports.as_ref(), all, lang, &mut out);
    handed_in("status.ledgers", status.ledgers.as_ref(), all, lang, &mut out);
    out.push_str(&classes(status, terminal));
    for given in &status.given {
        let (scored, units, periods) = (given.scored.to_string(), given.units.to_string(), given.periods.to_string());
        let name = visible(&given.name);
        let values = [("name", name.as_str()), ("scored", &scored), ("units", &units), ("periods", &periods)];
        out.push_str(&line(lang, "status.given", &values));
    }
    opinions(status, lang, &mut out);
    registers(status, lang, &mut out);
    appeals(status, lang, &mut out);
    upheld(status, lang, &mut out);
    findings(status, all, lang, &mut out);
    let version = match &status.version {
        None => lang.text("status.version.none").to_owned(),
        Some(version) => {
            let key = if version.changed { "status.version.changed" } else { "status.version.same" };
            lang.fill(key, &[("version", &version.name)])
        }
    };
    out.push_str(&format!("{version}\n"));
    state(status, invocation, lang, &mut out);
    out.push_str(&format!("{}\n", next(status, invocation, lang)));
    out
}

/// What came back from departments.
fn opinions(status: &Status, lang: Lang, out: &mut String) {
    let Some(own) = &status.opinions else { return };
    let numbers = [own.forms, own.answered, own.units, own.disagreed].map(|number| number.to_string());
    let names = ["forms", "answered", "units", "disagreed"];
    let values: Vec<(&str, &str)> = names.into_iter().zip(numbers.iter().map(String::as_str)).collect();
    out.push_str(&line(lang, "status.opinions", &values));
}

/// The state of the version, and how it goes on.
fn state(status: &Status, invocation: &Invocation, lang: Lang, out: &mut String) {
    let Some(version) = &status.version else { return };
    match &version.state {
        None => out.push_str(&line(lang, "status.state.none", &[])),
        Some(marked) => {
            let date = marked.date.to_string();
            let values = [("state", lang.text(marked.state.word())), ("date", &date)];
            let key = if marked.document.is_some() { "status.state.document" } else { "status.state" };
            let document = ("document", marked.document.as_deref().unwrap_or_default());
            out.push_str(&line(lang, key, &[values.as_slice(), &[document]].concat()));
        }
    }
    let Some(next) = status.next_state else { return };
    let (folder, until) = (folder(invocation), status.appeal_window.map(|window| window.until.to_string()));
    let key = match (next, status.appeals.is_empty(), &until) {
        (State::Final, false, _) => "status.state.appeals",
        (State::Final, true, Some(_)) => "status.state.until",
        _ if next.needs_document() => "status.state.next.document",
        _ => "status.state.next",
    };
    let values = [
        ("folder", folder.as_str()),
        ("version", &version.name),
        ("state", lang.text(next.word())),
        ("until", until.as_deref().unwrap_or_default()),
        ("n", &status.appeals.len().to_string()),
    ];
    out.push_str(&line(lang, key, &values));
}

/// The option that names the project, where it is needed.
fn folder(invocation: &Invocation) -> String {
    let shown = invocation.project.display().to_string();
    if shown == "." { String::new() } else { format!(" -C {}", quoted(&shown)) }
}

fn line(lang: Lang, key: &str, values: &[(&str, &str)]) -> String {
    format!("{}\n", lang.fill(key, values))
}

fn title(status: &Status, lang: Lang) -> String {
    let named = status.title.contains(&status.period);
    let title = if named { status.title.clone() } else { format!("{} {}", status.title, status.period) };
    match &status.as_of {
        Some(date) => line(lang, "status.title", &[("title", &visible(&title)), ("date", date)]),
        None => format!("{}\n", visible(&title)),
    }
}

fn handed_in(key: &str, reports: Option<&Reports>, all: bool, lang: Lang, out: &mut String) {
    let Some(reports) = reports else { return };
    let counts = [reports.asked, reports.received, reports.missing.len()].map(|n| n.to_string());
    let values = [("asked", counts[0].as_str()), ("received", &counts[1]), ("missing", &counts[2])];
    out.push_str(&line(lang, key, &values));
    let shown = if all { reports.missing.len() } else { NAMED };
    for unit in reports.missing.iter().take(shown) {
        let (name, contact) = (visible(&unit.name), visible(&unit.contact));
        let values = [("code", unit.code.as_str()), ("unit", &name), ("contact", &contact)];
        let key = if unit.contact.is_empty() { "status.missing" } else { "status.missing.contact" };
        out.push_str(&line(lang, key, &values));
    }
    more(reports.missing.len().saturating_sub(shown), lang, out);
}

fn more(rest: usize, lang: Lang, out: &mut String) {
    if rest > 0 {
        out.push_str(&line(lang, "status.more", &[("n", &rest.to_string())]));
    }
}

fn classes(status: &Status, terminal: &Terminal) -> String {
    if status.ballots.is_empty() {
        return String::new();
    }
    let keys = ["check.class", "check.issued", "check.returned", "check.rated", "status.tallies", "status.unrated"];
    let rows = status.ballots.iter().map(|class| {
        let issued = class.issued.map_or_else(|| "—".to_owned(), |n| n.to_string());
        let counts = [class.returned, class.valid, class.tallies, class.unrated].map(|n| n.to_string());
        [class.name.clone(), issued].into_iter().chain(counts).collect()
    });
    terminal.table(&keys.map(|key| terminal.lang.text(key)), rows.collect())
}

fn registers(status: &Status, lang: Lang, out: &mut String) {
    for (register, standings) in &status.registers {
        let name = lang.text(&format!("report.register.{register}"));
        let counts =
            standings.iter().map(|(standing, count)| format!("{} {count}", lang.text(&format!("standing.{standing}"))));
        let counts = counts.reduce(|first, next| lang.fill("status.list", &[("first", &first), ("next", &next)]));
        let values = [("register", name), ("counts", &counts.unwrap_or_default())];
        out.push_str(&line(lang, "status.register", &values));
    }
}

fn appeals(status: &Status, lang: Lang, out: &mut String) {
    if status.appeals.is_empty() {
        return;
    }
    out.push_str(&line(lang, "status.appeals", &[("n", &status.appeals.len().to_string())]));
    if let Some(window) = status.appeal_window {
        let (from, until) = (window.from.to_string(), window.until.to_string());
        out.push_str(&line(lang, "status.window", &[("from", &from), ("until", &until)]));
    }
    for appeal in &status.appeals {
        let received = appeal.received.as_deref().unwrap_or("—");
        let days = appeal.days_open.map(|days| days.to_string());
        let said = [&appeal.id, &appeal.name, &appeal.target].map(|text| visible(text));
        let key = if days.is_some() { "status.appeal.days" } else { "status.appeal" };
        let values = [
            ("id", said[0].as_str()),
            ("unit", &appeal.unit),
            ("name", &said[1]),
            ("target", &said[2]),
            ("received", received),
            ("days", days.as_deref().unwrap_or_default()),
        ];
        out.push_str(&line(lang, key, &values));
    }
}

/// Appeals that were upheld, each with the rows that settle it.
fn upheld(status: &Status, lang: Lang, out: &mut String) {
    if status.upheld.is_empty() {
        return;
    }
    out.push_str(&line(lang, "status.upheld", &[("n", &status.upheld.len().to_string())]));
    for appeal in &status.upheld {
        let said = [&appeal.id, &appeal.name, &appeal.target].map(|text| visible(text));
        let rows = visible(&crate::documents::report::settled_by(lang, &appeal.settled_by));
        let rows = if rows.is_empty() { lang.text("report.appeal.unsettled") } else { &rows };
        let values = [("id", said[0].as_str()), ("unit", &appeal.unit), ("name", &said[1]), ("target", &said[2])];
        out.push_str(&line(lang, "status.upheld.row", &[values.as_slice(), &[("rows", rows)]].concat()));
    }
}

fn findings(status: &Status, all: bool, lang: Lang, out: &mut String) {
    let found = &status.findings;
    let counts = [found.errors, found.pending, found.warnings, found.notes].map(|n| n.to_string());
    let values =
        [("errors", counts[0].as_str()), ("pending", &counts[1]), ("warnings", &counts[2]), ("notes", &counts[3])];
    out.push_str(&line(lang, "status.findings", &values));
    let told: Vec<_> =
        found.codes.iter().filter(|c| all || c.severity < crate::shared::finding::Severity::Note).collect();
    let shown = if all { told.len() } else { NAMED };
    for code in told.iter().take(shown) {
        let count = code.count.to_string();
        let weight = lang.text(code.severity.word());
        let values = [("weight", weight), ("code", code.code.as_str()), ("title", &code.title), ("n", &count)];
        out.push_str(&line(lang, "status.code", &values));
    }
    more(told.len().saturating_sub(shown), lang, out);
}

/// The next step, as it is typed.
fn next(status: &Status, invocation: &Invocation, lang: Lang) -> String {
    let folder = folder(invocation);
    let key = match status.next {
        Next::Check => "status.next.check",
        Next::Draft => "status.next.draft",
        Next::Score => "status.next.score",
        Next::Rescore => "status.next.rescore",
        Next::Done => "status.next.done",
    };
    lang.fill(key, &[("folder", &folder)])
}

/// The status as rows of section, name and value.
fn csv(status: &Status) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["section", "name", "value"])?;
    let mut row =
        |section: &str, name: &str, value: String| writer.write_record([section, &harmless(name), &harmless(&value)]);
    for (section, missing, reports) in
        [("reports", "missing", &status.reports), ("ledgers", "missing-ledger", &status.ledgers)]
    {
        let Some(reports) = reports else { continue };
        row(section, "asked", reports.asked.to_string())?;
        row(section, "received", reports.received.to_string())?;
        for unit in &reports.missing {
            row(missing, &unit.code, unit.name.clone())?;
        }
    }
    for class in &status.ballots {
        let name = format!("{}/{}", class.component, class.class);
        row("issued", &name, class.issued.map(|n| n.to_string()).unwrap_or_default())?;
        row("returned", &name, class.returned.to_string())?;
        row("valid", &name, class.valid.to_string())?;
        row("tallies", &name, class.tallies.to_string())?;
        row("unrated", &name, class.unrated.to_string())?;
    }
    for given in &status.given {
        row("given", &given.component, given.scored.to_string())?;
    }
    if let Some(opinions) = &status.opinions {
        row("opinions", "forms", opinions.forms.to_string())?;
        row("opinions", "answered", opinions.answered.to_string())?;
        row("opinions", "units", opinions.units.to_string())?;
        row("opinions", "disagreed", opinions.disagreed.to_string())?;
    }
    for (register, standings) in &status.registers {
        for (standing, count) in standings {
            row(register, standing, count.to_string())?;
        }
    }
    for appeal in &status.appeals {
        row("appeal", &appeal.id, appeal.unit.clone())?;
    }
    for appeal in &status.upheld {
        row("upheld", &appeal.id, appeal.unit.clone())?;
        for (register, id) in &appeal.settled_by {
            row("settled", &appeal.id, format!("{register} {id}"))?;
        }
    }
    for code in &status.findings.codes {
        row("finding", code.code.as_str(), code.count.to_string())?;
    }
    if let Some(version) = &status.version {
        row("version", &version.name, if version.changed { "changed" } else { "same" }.to_owned())?;
        if let Some(marked) = &version.state {
            let state = serde_json::to_value(marked.state)?;
            row("state", state.as_str().unwrap_or_default(), marked.date.to_string())?;
        }
    }
    let next = serde_json::to_value(status.next)?;
    row("next", next.as_str().unwrap_or_default(), String::new())?;
    Ok(String::from_utf8(writer.into_inner()?)?)
}

//! `assess explain`: what a finding code means, or how the points of a unit were calculated.

use std::path::Path;

use serde::Serialize;

use super::terminal::Terminal;
use super::versions::Stored;
use super::{Context, Said, find_project, open, refuse, report_findings};
use crate::check::Proposals;
use crate::documents::trace::{TraceNode, Tracer};
use crate::publish::{self, RATINGS, RESULT};
use crate::read::Project;
use crate::result::outcome::{Outcome, RatingRecord};
use crate::shared::exit::Exit;
use crate::shared::finding::Code;
use crate::shared::i18n::{Lang, say, without_names};
use crate::shared::number::Exact;
use crate::shared::text::nearest;
use crate::write::listing::Listing;

/// Runs the command.
pub(super) fn run(context: Context<'_>, what: &[String]) -> anyhow::Result<Exit> {
    let Context { start, terminal, .. } = context;
    if let [name] = what
        && looks_like_code(name)
    {
        return explain_code(name, terminal);
    }
    let (outcome, ratings) = recorded(start, &what[0], terminal)?;
    terminal.prefer(Some(outcome.model.language));
    let Some(unit) = outcome.unit_named(&what[0]) else {
        let near = nearest(&what[0], outcome.units.iter().flat_map(|unit| unit.roster.names()));
        return Err(unknown(&what[0], &near, terminal));
    };
    let tracer = Tracer { outcome: &outcome, ratings: &ratings, lang: terminal.lang };
    let trace = match what.get(1) {
        None => tracer.unit(unit),
        Some(name) => tracer.part(unit, name).ok_or_else(|| unknown(name, &near_parts(&outcome, name), terminal))?,
    };
    let document = ExplainDocument { schema: "assess.explain/1", unit: &unit.roster.code, trace: &trace };
    terminal.answer(&document, || list(&trace), || trace.lines().join("\n") + "\n")?;
    if !outcome.version.is_empty() {
        terminal.tell(&say!(terminal.lang, "explain.version", version = outcome.version));
    }
    Ok(Exit::Done)
}

/// The newest result with the ratings of a unit; computed where there is no version yet.
fn recorded(start: &Path, name: &str, terminal: &mut Terminal) -> anyhow::Result<(Outcome, Vec<RatingRecord>)> {
    let project = find_project(start, terminal)?;
    match publish::versions(&project.root)?.last() {
        Some(version) => load(&project, version, name, terminal),
        None => compute(start, terminal),
    }
}

/// Prints the long text of a code; a name that only looks like one is not known.
fn explain_code(name: &str, terminal: &Terminal) -> anyhow::Result<Exit> {
    let Some(code) = Code::parse(name) else {
        let near = nearest(name, Code::ALL.iter().map(|code| code.as_str()));
        return Err(unknown(name, &near, terminal));
    };
    terminal.print(&code_text(code, terminal.lang));
    Ok(Exit::Done)
}

/// The indicators and components whose names are nearest to one.
fn near_parts<'o>(outcome: &'o Outcome, name: &str) -> Vec<&'o str> {
    let components = outcome.model.components.iter().flat_map(|own| [own.id.as_str(), own.name.as_str()]);
    let leaves = outcome.model.tree.leaves.iter().flat_map(|own| [own.code.as_str(), own.name.as_str()]);
    nearest(name, leaves.chain(components))
}

/// The document of `--format json`.
#[derive(Serialize)]
struct ExplainDocument<'e> {
    schema: &'static str,
    unit: &'e str,
    trace: &'e TraceNode<'e>,
}

/// The calculation as a list: every part after the one it belongs to, one level deeper.
fn list(trace: &TraceNode<'_>) -> anyhow::Result<Listing> {
    let mut rows = Listing::new("level,name,value,exact,how,place");
    trace.walk(0, &mut |level, node| {
        rows.row((level, &node.label, &node.value, node.exact.map(Exact::fraction), &node.how, &node.at))
    })?;
    Ok(rows)
}

/// Whether a name has the form of a finding code.
fn looks_like_code(name: &str) -> bool {
    let mut letters = name.chars();
    let first = letters.next().is_some_and(|c| matches!(c.to_ascii_uppercase(), 'E' | 'W' | 'N'));
    first && name.len() == 4 && letters.all(|c| c.is_ascii_digit())
}

/// Reports that nothing has this name, with the nearest names if there are any.
fn unknown(name: &str, near: &[&str], terminal: &Terminal) -> anyhow::Error {
    let names = near.join(" / ");
    let key = if near.is_empty() { "explain.nothing" } else { "explain.unknown" };
    refuse(&say!(terminal.lang, key, name, names), terminal)
}

/// A version is explained from its own files: what the result document and the single ratings hold of one unit.
fn load(
    project: &Project,
    version: &str,
    unit: &str,
    terminal: &Terminal,
) -> anyhow::Result<(Outcome, Vec<RatingRecord>)> {
    let (manifest, _) = publish::manifest(&project.root, version)?;
    let stored = |name| Stored::new(&project.root, &manifest, name, terminal);
    let outcome = stored(RESULT).unit(unit)?;
    let ratings = match outcome.unit_named(unit) {
        Some(unit) => stored(RATINGS).ratings(&outcome, &unit.roster.code)?,
        None => Vec::new(),
    };
    Ok((outcome, ratings))
}

/// Without a version the present files are computed; errors are reported and end the run.
fn compute(start: &Path, terminal: &mut Terminal) -> anyhow::Result<(Outcome, Vec<RatingRecord>)> {
    let (_, computed) = open(start, Proposals::AsTheyStand, terminal)?;
    if computed.is_rejected(false) {
        report_findings(&computed.findings, &computed.files, terminal)?;
        terminal.say(terminal.lang.text("score.rejected"));
        return Err(Said(Exit::Rejected).into());
    }
    terminal.tell(terminal.lang.text("explain.live"));
    let (outcome, _) = computed.outcome("", None, computed.is_pending());
    Ok((outcome, computed.ratings().collect()))
}

/// The long text of a code: title, why it is checked, how to correct it.
fn code_text(code: Code, lang: Lang) -> String {
    let texts = code.texts(lang);
    let weight = lang.text(code.severity().word());
    let (title, why, fix) = (without_names(texts.title), texts.why, without_names(texts.fix));
    format!("{weight} {code} {title}\n\n{why}\n\n{}  {fix}\n", lang.text("app.fix"))
}

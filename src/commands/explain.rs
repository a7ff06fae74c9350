//! `assess explain`: what a finding code means, or how the points of a unit came about.

use anyhow::Context as _;

use super::terminal::Terminal;
use super::{Opened, find_project, open, versions};
use crate::cli::{Format, Invocation};
use crate::documents::trace::Tracer;
use crate::publish::{self, RATINGS};
use crate::read::Project;
use crate::result::outcome::{Outcome, RatingRecord, UnitOutcome};
use crate::shared::exit::Exit;
use crate::shared::finding::Code;
use crate::shared::i18n::Lang;

/// Runs the command.
pub(super) fn run(
    invocation: &Invocation,
    lang: Option<Lang>,
    what: &[String],
    terminal: &mut Terminal,
) -> anyhow::Result<Exit> {
    if let [name] = what
        && looks_like_code(name)
        && Code::parse(name).is_none()
    {
        let near = crate::shared::text::nearest(name, Code::ALL.iter().map(|code| code.as_str()));
        return Ok(unknown(name, &near, terminal));
    }
    if let [name] = what
        && let Some(code) = Code::parse(name)
    {
        terminal.print(&code_text(code, terminal.lang));
        return Ok(Exit::Done);
    }
    let project = find_project(&invocation.project, terminal)?;
    let (outcome, ratings) = match publish::versions(&project.root)?.last() {
        Some(version) => load(&project, version, terminal)?,
        None => match compute(invocation, lang, terminal)? {
            Ok(computed) => computed,
            Err(exit) => return Ok(exit),
        },
    };
    terminal.prefer(lang, Some(outcome.model.language));
    let Some(unit) = outcome.unit_named(&what[0]) else {
        let near = crate::shared::text::nearest(&what[0], outcome.units.iter().flat_map(UnitOutcome::names));
        return Ok(unknown(&what[0], &near, terminal));
    };
    let exit = print_trace(invocation, (&outcome, &ratings), unit, what.get(1), terminal)?;
    if exit == Exit::Done && !outcome.version.is_empty() {
        terminal.tell(&terminal.lang.fill("explain.version", &[("version", &outcome.version)]));
    }
    Ok(exit)
}

/// Whether a name has the form of a finding code.
fn looks_like_code(name: &str) -> bool {
    let mut letters = name.chars();
    let first = letters.next().is_some_and(|c| matches!(c.to_ascii_uppercase(), 'E' | 'W' | 'N'));
    first && name.len() == 4 && letters.all(|c| c.is_ascii_digit())
}

/// Says that nothing has a name, with the nearest ones if there are any.
fn unknown(name: &str, near: &[&str], terminal: &Terminal) -> Exit {
    let names = near.join(" / ");
    let key = if near.is_empty() { "explain.nothing" } else { "explain.unknown" };
    terminal.say(&terminal.lang.fill(key, &[("name", &name), ("names", &names)]));
    Exit::Unable
}

/// The newest version explains itself: its result document and its single ratings.
fn load(project: &Project, version: &str, terminal: &Terminal) -> anyhow::Result<(Outcome, Vec<RatingRecord>)> {
    let (manifest, _) = publish::manifest(&project.root, version)?;
    let outcome = versions::untouched_result(&project.root, &manifest, terminal)?;
    let ratings = versions::untouched(&project.root, &manifest, RATINGS, terminal)?;
    let ratings = crate::write::csv::read_ratings(&outcome, &ratings).context(RATINGS)?;
    Ok((outcome, ratings))
}

/// Without a version the files as they are now are computed; errors are reported and end the run.
fn compute(
    invocation: &Invocation,
    lang: Option<Lang>,
    terminal: &mut Terminal,
) -> anyhow::Result<Result<(Outcome, Vec<RatingRecord>), Exit>> {
    let (_, opened) = open(invocation, lang, terminal)?;
    let computed = match opened {
        Opened::Computed(computed) => computed,
        Opened::Ended(exit) => return Ok(Err(exit)),
    };
    if computed.is_rejected(false) {
        super::report_findings(&computed.findings, &computed.files, invocation, terminal)?;
        terminal.say(terminal.lang.text("score.rejected"));
        return Ok(Err(Exit::Rejected));
    }
    terminal.tell(terminal.lang.text("explain.live"));
    let (outcome, ratings, _) = computed.outcome("", None, computed.is_pending());
    Ok(Ok((outcome, ratings)))
}

fn print_trace(
    invocation: &Invocation,
    (outcome, ratings): (&Outcome, &[RatingRecord]),
    unit: &UnitOutcome,
    part: Option<&String>,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let tracer = Tracer { outcome, ratings, lang: terminal.lang };
    let trace = match part {
        None => tracer.unit(unit),
        Some(name) => match tracer.part(unit, name) {
            Some(trace) => trace,
            None => {
                let model = &outcome.model;
                let components = model.components.iter().flat_map(|c| [c.id.as_str(), c.name.as_str()]);
                let known = model.leaves.iter().flat_map(|l| [l.code.as_str(), l.name.as_str()]).chain(components);
                return Ok(unknown(name, &crate::shared::text::nearest(name, known), terminal));
            }
        },
    };
    match invocation.format {
        Format::Json => {
            let value = serde_json::json!({ "schema": "assess.explain/1", "unit": unit.code, "trace": trace });
            terminal.print(&String::from_utf8(crate::write::json::bytes(&value)?)?);
        }
        Format::Csv | Format::Table => {
            let mut text = trace.lines().join("\n");
            text.push('\n');
            terminal.print(&text);
        }
    }
    Ok(Exit::Done)
}

/// A text whose `{names}` stand for values that only a finding has.
fn without_names(text: &str) -> String {
    let mut parts = text.split('{');
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |out, part| out + "…" + part.split_once('}').map_or(part, |(_, rest)| rest))
}

/// The long text of a code: title, why it is checked, how to mend it.
fn code_text(code: Code, lang: Lang) -> String {
    let part = |name: &str| without_names(lang.find(&format!("{code}.{name}")).unwrap_or(""));
    let weight = lang.text(code.severity().word());
    format!("{weight} {code} {}\n\n{}\n\n{}  {}\n", part("title"), part("why"), lang.text("app.fix"), part("fix"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_long_text_in_both_languages() -> anyhow::Result<()> {
        for code in Code::ALL {
            for lang in [Lang::Zh, Lang::En] {
                for part in ["title", "fix", "why"] {
                    lang.find(&format!("{code}.{part}")).with_context(|| format!("{code}.{part} {lang:?}"))?;
                }
            }
        }
        Ok(())
    }
}

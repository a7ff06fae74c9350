//! `assess explain`: what a finding code means, or how the points of a unit came about.

use super::terminal::Terminal;
use super::{Opened, find_project, open};
use crate::cli::{Format, Invocation};
use crate::exit::Exit;
use crate::finding::Code;
use crate::i18n::Lang;
use crate::outcome::{Outcome, RatingRecord, UnitOutcome};
use crate::pipeline::Computed;
use crate::trace::Tracer;

/// Runs the command.
pub(super) fn run(
    invocation: &Invocation,
    lang: Option<Lang>,
    what: &[String],
    terminal: &mut Terminal,
) -> anyhow::Result<Exit> {
    if let [name] = what {
        if let Some(code) = Code::parse(name) {
            terminal.print(&code_text(code, terminal.lang));
            return Ok(Exit::Done);
        }
    }
    find_project(&invocation.project, terminal)?;
    let (_, opened) = open(invocation, lang, terminal)?;
    let computed = match opened {
        Opened::Computed(computed) => computed,
        Opened::Ended(exit) => return Ok(exit),
    };
    if computed.is_rejected(false) {
        super::report_findings(&computed.findings, &computed.files, invocation, terminal)?;
        terminal.say(terminal.lang.text("score.rejected"));
        return Ok(Exit::Rejected);
    }
    let (outcome, ratings, _) = computed.outcome("", None, computed.is_pending());
    let Some(unit) = find_unit(&computed, &outcome, &what[0]) else {
        let near = crate::check::UnitIndex::new(&computed.assessment.units);
        let names = near.nearest(&what[0]).join(" / ");
        terminal.say(&terminal.lang.fill("explain.unknown", &[("name", &what[0]), ("names", &names)]));
        return Ok(Exit::Unable);
    };
    print_trace(invocation, (&outcome, &ratings), unit, what.get(1), terminal)
}

/// A unit by any of its names.
fn find_unit<'o>(computed: &Computed, outcome: &'o Outcome, name: &str) -> Option<&'o UnitOutcome> {
    let index = crate::check::UnitIndex::new(&computed.assessment.units);
    let unit = index.find(name)?;
    outcome.unit(&computed.assessment.unit(unit).code)
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
                let known = model.leaves.iter().map(|l| l.code.as_str()).chain(model.components.iter().map(|c| c.id.as_str()));
                let names = crate::text::nearest(name, known).join(" / ");
                terminal.say(&terminal.lang.fill("explain.unknown", &[("name", name), ("names", &names)]));
                return Ok(Exit::Unable);
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

/// The long text of a code: title, why it is checked, how to mend it.
fn code_text(code: Code, lang: Lang) -> String {
    let part = |name: &str| lang.find(&format!("{code}.{name}")).unwrap_or("").to_owned();
    let weight = lang.text(super::terminal::severity_key(code.severity()));
    format!("{weight} {code} {}\n\n{}\n\n{}  {}\n", part("title"), part("why"), lang.text("app.fix"), part("fix"))
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

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

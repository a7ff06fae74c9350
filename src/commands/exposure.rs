//! Marks that can be deduced: the letters handed out before, and what the commands report about exposed pairs.

use crate::shared::i18n::say;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::current::log;
use super::terminal::{Terminal, shown};
use super::told::{self, Telling};
use crate::documents::feedback::privacy::{Earlier, Exposed, Extent, exposed};
use crate::pipeline;
use crate::publish::{self, DRAFT, RESULT, RESULTS, feedback};
use crate::read::{Project, present};
use crate::result::outcome::{Outcome, SCHEMA, UnitOutcome};
use crate::result::states::{Log, VersionState};

/// Most pairs that are listed on a terminal.
const NAMED: usize = 20;

/// What counts as disclosed before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told<'t> {
    /// Disclosed before the letters of this result, given by its version and the hash of its manifest; letters of the
    /// same result do not count as earlier. Without a result, everything that was ever disclosed counts.
    result: Option<(&'t str, &'t str)>,
    /// Disclosed before this line of the log.
    line: Option<usize>,
}

impl<'t> Told<'t> {
    /// What was disclosed before the letters of a result that are about to be written.
    pub(super) const fn before(version: &'t str, result: &'t str) -> Self {
        Self { result: Some((version, result)), line: None }
    }

    /// What was disclosed before the letters of a result that were entered at a line of the log.
    pub(super) const fn at(version: &'t str, result: &'t str, line: usize) -> Self {
        Self { result: Some((version, result)), line: Some(line) }
    }

    fn is_before(&self, version: &str) -> bool {
        self.result.is_none_or(|(own, _)| is_older(version, own))
    }

    fn is_by_then(&self, line: usize) -> bool {
        self.line.is_none_or(|own| line < own)
    }
}

/// What was disclosed before, oldest first: the letters of other results and the totals that were published.
///
/// # Errors
/// If a disclosed result cannot be read, since what it disclosed is then unknown.
pub(super) fn earlier(root: &Path, told: &Told<'_>, terminal: &Terminal) -> anyhow::Result<Vec<Earlier>> {
    let log = log(root)?;
    let entered = log.feedback();
    let is_known = |folder: &str| {
        let line = entered.get(format!("{}/{folder}", feedback::FEEDBACK).as_str()).map(|(line, _)| *line);
        line.map_or(told.line.is_none(), |line| told.is_by_then(line))
    };
    let is_other = |own: &feedback::Letters| told.result.is_none_or(|(_, result)| own.result != result);
    let letters = feedback::letters(root)?.into_iter();
    let before = letters.filter(|own| is_other(own) && told.is_before(&own.version) && is_known(&own.folder));
    // Interim letters are made from drafts, which precede versions.
    let (drafts, finals): (Vec<_>, Vec<_>) = before.partition(|own| own.version == DRAFT);
    let mut folders: Vec<(PathBuf, BTreeSet<String>)> = Vec::new();
    for own in drafts.into_iter().chain(finals) {
        match folders.iter_mut().find(|(document, _)| *document == own.document) {
            Some((_, units)) => units.extend(own.units),
            None => folders.push((own.document, own.units.into_iter().collect())),
        }
    }
    let mut all: Vec<Earlier> = Vec::new();
    for version in published(root, &log, told)? {
        let path = root.join(RESULTS).join(version).join(RESULT);
        let lettered = folders.iter().find(|(document, _)| *document == path).map(|(_, units)| units);
        let outcome = read(&path, terminal)?;
        let is_told = |code: &String| lettered.is_none_or(|units| !units.contains(code));
        let units = outcome.units.iter().map(|unit| unit.roster.code.clone()).filter(is_told).collect();
        if outcome.model.feedback.show_rank {
            all.push(Earlier::new(outcome, &units, Extent::Totals));
        }
    }
    for (path, units) in folders {
        all.push(Earlier::new(read(&path, terminal)?, &units, Extent::Letters));
    }
    Ok(all)
}

/// Versions published by then, whose totals are public.
fn published(root: &Path, log: &Log, told: &Told<'_>) -> anyhow::Result<Vec<String>> {
    let last = |version: &str| {
        let mut by_then = log.marks().filter(|(line, mark)| mark.version == version && told.is_by_then(*line));
        by_then.next_back().map(|(_, mark)| mark.state)
    };
    let is_public = |version: &String| last(version).is_some_and(|state| state >= VersionState::Public);
    let versions = publish::versions(root)?.into_iter();
    Ok(versions.filter(|own| told.is_before(own) && is_public(own)).collect())
}

fn read(path: &Path, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let parsed = || -> anyhow::Result<Outcome> {
        let outcome: Outcome = serde_json::from_slice(&present(path)?)?;
        anyhow::ensure!(outcome.schema == SCHEMA, "{}", outcome.schema);
        Ok(outcome)
    };
    parsed().with_context(|| say!(terminal.lang, "privacy.letters-gone", path = shown(path)))
}

/// Whether letters of version `own` may have been disclosed before those of version `other`; versions are numbered in
/// order, and drafts may occur at any time.
fn is_older(own: &str, other: &str) -> bool {
    own == DRAFT || other == DRAFT || publish::number(own) < publish::number(other)
}

/// The exposed pairs as a table, limited to the first of them by name.
pub(super) fn table(outcome: &Outcome, found: &[Exposed], terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let header = [
        "table.code",
        "table.unit",
        "header.component",
        "header.class",
        "feedback.header.answers",
        "privacy.header.reason",
    ];
    let rows = found.iter().take(NAMED).map(|own| {
        let component = &outcome.model.components[own.component];
        let unit = (&own.unit, outcome.unit(&own.unit).map(|unit| &unit.roster.name));
        (unit, &component.name, &component.classes()[own.class].name, own.answers, own.reason.said(lang))
    });
    let mut text = terminal.table(&header, rows);
    if found.len() > NAMED {
        text.push_str(&say!(lang, "privacy.more", n = (found.len() - NAMED)));
        text.push('\n');
    }
    text
}

/// Whether letters may be handed out although marks can be deduced from them.
pub(super) enum Accepted {
    /// No mark can be deduced.
    Nothing,
    /// Some can, and the model gives the reason why that is accepted.
    Because(String),
    /// Some can, and the model does not accept it.
    Refused,
}

/// Looks for marks that can be deduced from the letters of some units, and reports those that prevent handing them out.
/// Either the version or the present model file may accept them: the letters do not depend on that.
pub(super) fn accepted(
    project: &Project,
    outcome: &Outcome,
    earlier: &[Earlier],
    units: &[&UnitOutcome],
    terminal: &mut Terminal,
) -> anyhow::Result<Accepted> {
    let told: BTreeSet<&str> = units.iter().map(|unit| unit.roster.code.as_str()).collect();
    let mut found = exposed(outcome, earlier);
    found.retain(|own| told.contains(own.unit.as_str()));
    if found.is_empty() {
        return Ok(Accepted::Nothing);
    }
    let reason = match &outcome.model.feedback.accept_exposed {
        Some(reason) => Some(reason.clone()),
        None => match pipeline::prepare(project.clone())? {
            Ok(own) => own.model.feedback.accept_exposed,
            Err(stopped) => {
                let messages: Vec<_> = stopped.findings.iter().map(|f| f.say(terminal.lang, &stopped.files)).collect();
                told::findings(&messages, Telling::Full, terminal);
                None
            }
        },
    };
    Ok(match reason {
        Some(reason) => {
            terminal.tell(&say!(terminal.lang, "privacy.accepted", n = found.len(), reason));
            Accepted::Because(reason)
        }
        None => {
            terminal.say(table(outcome, &found, terminal).trim_end());
            terminal.say(terminal.lang.text("privacy.refused"));
            Accepted::Refused
        }
    })
}

/// Reports how many pairs can be deduced only in combination with letters handed out before.
///
/// # Errors
/// If the results of those letters cannot be read.
pub(super) fn tell_over_time(root: &Path, outcome: &Outcome, terminal: &Terminal) -> anyhow::Result<()> {
    let earlier = earlier(root, &Told::default(), terminal)?;
    if earlier.is_empty() {
        return Ok(());
    }
    fn pair(own: &Exposed) -> (&str, usize, usize) {
        (&own.unit, own.component, own.class)
    }
    let (alone, beside) = (exposed(outcome, &[]), exposed(outcome, &earlier));
    let alone: BTreeSet<_> = alone.iter().map(pair).collect();
    let more = beside.iter().filter(|own| !alone.contains(&pair(own))).count();
    if more > 0 {
        terminal.tell(&say!(terminal.lang, "privacy.over-time", n = more));
    }
    Ok(())
}

//! Marks that can be worked out: the letters that were handed out before, and what the commands say of exposed pairs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::terminal::Terminal;
use crate::feedback::privacy::{Earlier, Exposed, exposed};
use crate::outcome::{Outcome, SCHEMA};
use crate::publish::{DRAFT, feedback};
use crate::read::present;

/// Most pairs that a terminal lists.
const NAMED: usize = 20;

/// The letters that were handed out before those of a version, oldest first: of all versions and drafts where none is named.
/// Letters of the same result are the same letters; `result` is the hash of its manifest.
///
/// # Errors
/// If the result that letters rest on cannot be read: then nobody knows what was told.
pub(super) fn earlier(root: &Path, version: Option<(&str, &str)>, terminal: &Terminal) -> anyhow::Result<Vec<Earlier>> {
    let is_before = |own: &feedback::Letters| match version {
        Some((version, result)) => {
            let is_older = own.version == DRAFT || version == DRAFT || is_version_before(&own.version, version);
            own.result != result && is_older
        }
        None => true,
    };
    // Interim letters are made of drafts, which come before versions.
    let (drafts, finals): (Vec<_>, Vec<_>) =
        feedback::letters(root)?.into_iter().filter(is_before).partition(|own| own.version == DRAFT);
    let mut folders: Vec<(PathBuf, BTreeSet<String>)> = Vec::new();
    for own in drafts.into_iter().chain(finals) {
        match folders.iter_mut().find(|(document, _)| *document == own.document) {
            Some((_, units)) => units.extend(own.units),
            None => folders.push((own.document, own.units.into_iter().collect())),
        }
    }
    let read = |(path, units): (PathBuf, BTreeSet<String>)| {
        let outcome = read(&path).with_context(|| {
            let shown = super::terminal::shown(&path);
            terminal.lang.fill("privacy.letters-gone", &[("path", &shown)])
        })?;
        Ok(Earlier { outcome, units })
    };
    folders.into_iter().map(read).collect()
}

fn read(path: &Path) -> anyhow::Result<Outcome> {
    let outcome: Outcome = serde_json::from_slice(&present(path)?)?;
    anyhow::ensure!(outcome.schema == SCHEMA, "{}", outcome.schema);
    Ok(outcome)
}

/// Whether a version is older than another; versions count up.
fn is_version_before(own: &str, other: &str) -> bool {
    crate::publish::number(own) < crate::publish::number(other)
}

/// The exposed pairs as a table, the first of them by name.
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
    let name = |code: &str| outcome.unit(code).map_or_else(String::new, |unit| unit.name.clone());
    let rows = found.iter().take(NAMED).map(|own| {
        let component = &outcome.model.components[own.component];
        vec![
            own.unit.clone(),
            name(&own.unit),
            component.name.clone(),
            component.classes[own.class].name.clone(),
            own.answers.to_string(),
            own.reason.said(lang),
        ]
    });
    let mut text = terminal.table(&header.map(|key| lang.text(key)), rows.collect());
    if found.len() > NAMED {
        text.push_str(&lang.fill("privacy.more", &[("n", &(found.len() - NAMED).to_string())]));
        text.push('\n');
    }
    text
}

/// Says how many pairs can be worked out only beside letters that were handed out before.
///
/// # Errors
/// If what those letters rest on cannot be read.
pub(super) fn tell_over_time(root: &Path, outcome: &Outcome, terminal: &Terminal) -> anyhow::Result<()> {
    let earlier = earlier(root, None, terminal)?;
    if earlier.is_empty() {
        return Ok(());
    }
    let key = |own: &Exposed| (own.unit.clone(), own.component, own.class);
    let alone: BTreeSet<_> = exposed(outcome, &[]).iter().map(key).collect();
    let more = exposed(outcome, &earlier).iter().filter(|own| !alone.contains(&key(own))).count();
    if more > 0 {
        terminal.tell(&terminal.lang.fill("privacy.over-time", &[("n", &more.to_string())]));
    }
    Ok(())
}

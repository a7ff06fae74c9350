//! Feedback that is sent again: of which units it differs from an earlier version, and what the letter says of it.
//!
//! Whether feedback differs is asked of the documents themselves: the same cells and charts mean that nothing need be sent.
//! The letter then opens with what it replaces, what moved and the documents behind it. No other unit is named.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{Desk, document};
use crate::documents::feedback::privacy::Earlier;
use crate::result::diff::{Cause, Diff, UnitChange};
use crate::result::outcome::{Outcome, UnitOutcome};
use crate::shared::i18n::Lang;

/// What letters say of the version that they replace.
pub struct Replaced {
    version: String,
    said: BTreeMap<String, String>,
}

/// The units whose feedback is another than it was, in the order of the roster.
///
/// Each result comes with the letters that were handed out before its own. The differences between the two tell where to look; the documents decide. The name of the version and the
/// fingerprint of the model stand on every page and are no difference.
pub fn changed<'o>(
    (old, before): (&Outcome, &[Earlier]),
    (new, earlier): (&'o Outcome, &[Earlier]),
    diff: &Diff,
) -> Vec<&'o UnitOutcome> {
    let mut alike = old.clone();
    alike.version.clone_from(&new.version);
    alike.model.hash.clone_from(&new.model.hash);
    let (old_desk, new_desk) = (Desk::after(&alike, None, before), Desk::after(new, None, earlier));
    let candidates = diff.feedback.codes();
    let has_other_model = diff.old.model != diff.new.model;
    let units: Vec<&UnitOutcome> =
        new_desk.units().filter(|unit| has_other_model || candidates.contains(unit.code.as_str())).collect();
    let earlier: BTreeMap<&str, &UnitOutcome> = old_desk.units().map(|unit| (unit.code.as_str(), unit)).collect();
    let differs = |unit: &&UnitOutcome| {
        let earlier = earlier.get(unit.code.as_str());
        earlier.is_none_or(|own| document(&old_desk, own) != document(&new_desk, unit))
    };
    units.into_par_iter().filter(differs).collect()
}

impl Replaced {
    /// What the letters of the changed units say. `document` is the one that the version as a whole rests on.
    pub fn new(new: &Outcome, diff: &Diff, document: Option<&str>) -> Self {
        let lang = new.model.language;
        let changes: BTreeMap<&str, &UnitChange> = diff.units.iter().map(|own| (own.code.as_str(), own)).collect();
        let own: BTreeSet<&str> = diff.feedback.own.iter().map(String::as_str).collect();
        let sentence = |unit: &UnitOutcome| {
            let change = changes.get(unit.code.as_str()).copied();
            let mut said = lang.fill("feedback.replaces", &[("version", &diff.old.version)]);
            said.push_str(&what(lang, change, new.model.feedback.show_rank, own.contains(unit.code.as_str())));
            let documents = documents(change, document);
            if !documents.is_empty() {
                let list = lang.join("report.list", documents);
                said.push_str(&lang.fill("feedback.replaces.document", &[("documents", &list)]));
            }
            said
        };
        let said = new.units.iter().map(|unit| (unit.code.clone(), sentence(unit)));
        Self { version: diff.old.version.clone(), said: said.collect() }
    }

    /// The version that is replaced.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What the letter of a unit says.
    pub(super) fn of(&self, unit: &UnitOutcome) -> Option<&str> {
        self.said.get(&unit.code).map(String::as_str)
    }
}

/// What moved, as a sentence.
fn what(lang: Lang, change: Option<&UnitChange>, show_rank: bool, is_own: bool) -> String {
    let moves: Vec<String> = change.map_or_else(Vec::new, |change| moves(lang, change, show_rank));
    if moves.is_empty() {
        let key = if is_own { "feedback.replaces.details" } else { "feedback.replaces.comparison" };
        return lang.text(key).to_owned();
    }
    let by_others = change.is_some_and(UnitChange::is_knock_on);
    let key = if by_others { "feedback.replaces.by-others" } else { "feedback.replaces.moves" };
    lang.fill(key, &[("moves", &lang.join("feedback.parts", moves))])
}

fn moves(lang: Lang, change: &UnitChange, show_rank: bool) -> Vec<String> {
    let state = |value: &dyn Fn(&crate::result::diff::UnitState) -> Option<String>| {
        let of = |state: &Option<crate::result::diff::UnitState>| {
            state.as_ref().and_then(value).unwrap_or_else(|| super::super::document::MISSING.to_owned())
        };
        (of(&change.old), of(&change.new))
    };
    let total = state(&|unit| unit.total.clone());
    let rank = state(&|unit| unit.rank_group.map(|rank| rank.to_string()));
    let grade = state(&|unit| unit.grade.clone());
    let told = [
        ("feedback.moved.total", total, true),
        ("feedback.moved.rank", rank, show_rank),
        ("feedback.moved.grade", grade, true),
    ];
    let moved = told.into_iter().filter(|(_, (old, new), is_shown)| *is_shown && old != new);
    moved.map(|(key, (old, new), _)| lang.fill(key, &[("old", &old), ("new", &new)])).collect()
}

/// The documents of the register rows behind a change, in order, each once; else the one of the version.
fn documents(change: Option<&UnitChange>, document: Option<&str>) -> Vec<String> {
    let rows = change.into_iter().flat_map(|change| &change.causes).flat_map(|cause| match cause {
        Cause::Row { row } => vec![row],
        Cause::Knock { by, .. } => by.iter().flat_map(|by| &by.rows).collect(),
        _ => Vec::new(),
    });
    let mut documents: Vec<String> = Vec::new();
    for row in rows.filter(|row| !row.document.is_empty()) {
        if !documents.contains(&row.document) {
            documents.push(row.document.clone());
        }
    }
    if documents.is_empty() {
        documents.extend(document.map(str::to_owned));
    }
    documents
}

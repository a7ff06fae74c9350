//! Feedback that is sent again: the units for which it differs from an earlier version, and the note in their letters.
//!
//! Whether feedback differs is decided by the documents themselves: with equal cells and charts nothing needs to be
//! sent. The letter then begins with what it replaces, what changed and the documents responsible. No other unit is
//! named.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::Arc;

use rayon::prelude::*;

use super::super::document::MISSING;
use super::{Desk, is_same};
use crate::documents::feedback::names::Names;
use crate::documents::feedback::privacy::Earlier;
use crate::result::diff::{Cause, Diff, UnitChange, UnitState};
use crate::result::outcome::{Model, Outcome, UnitOutcome};
use crate::shared::i18n::{Lang, say};

/// The notes in letters about the version that they replace.
pub struct Replaced {
    version: String,
    said: BTreeMap<String, String>,
}

/// The units whose feedback has changed, in the order of the roster.
///
/// Each result is accompanied by the letters handed out before its own. The differences between the two results show
/// where to look; the documents decide. The name of the version and the fingerprint of the model are on every page and
/// do not count as differences.
pub fn changed<'o>(
    old: &Outcome,
    before: &[Earlier],
    new: &'o Outcome,
    earlier: &[Earlier],
    diff: &Diff,
) -> Vec<&'o UnitOutcome> {
    let candidates = diff.feedback.codes();
    let has_other_model = diff.old.model != diff.new.model;
    if candidates.is_empty() && !has_other_model {
        return Vec::new();
    }
    let names = Arc::new(Names::of(new));
    let names_before = if Names::are_same(old, new) { names.clone() } else { Arc::new(Names::of(old)) };
    let (old_desk, new_desk) = rayon::join(
        || Desk::with(old, None, before, names_before).named_as(new),
        || Desk::with(new, None, earlier, names),
    );
    let units: Vec<&UnitOutcome> =
        new_desk.units().filter(|unit| has_other_model || candidates.contains(unit.roster.code.as_str())).collect();
    let earlier: BTreeMap<&str, &UnitOutcome> =
        old_desk.units().map(|unit| (unit.roster.code.as_str(), unit)).collect();
    let differs = |unit: &&UnitOutcome| {
        let earlier = earlier.get(unit.roster.code.as_str());
        earlier.is_none_or(|own| !is_same((&old_desk, own), (&new_desk, unit)))
    };
    units.into_par_iter().filter(differs).collect()
}

impl Replaced {
    /// The notes for the letters of the changed units. `document` is the one on which the version as a whole is based.
    pub fn new(new: &Outcome, diff: &Diff, document: Option<&str>) -> Self {
        let lang = new.model.language;
        let changes: BTreeMap<&str, &UnitChange> = diff.units.iter().map(|own| (own.code.as_str(), own)).collect();
        let own: BTreeSet<&str> = diff.feedback.own.iter().map(String::as_str).collect();
        let sentence = |unit: &UnitOutcome| {
            let change = changes.get(unit.roster.code.as_str()).copied();
            let mut said = say!(lang, "feedback.replaces", version = diff.old.version);
            said.push_str(&what(lang, &new.model, change, own.contains(unit.roster.code.as_str())));
            let documents = documents(change, document);
            if !documents.is_empty() {
                let list = lang.join("report.list", documents);
                said.push_str(&say!(lang, "feedback.replaces.document", documents = list));
            }
            said
        };
        let said = new.units.iter().map(|unit| (unit.roster.code.clone(), sentence(unit)));
        Self { version: diff.old.version.clone(), said: said.collect() }
    }

    /// The version that is replaced.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The note for the letter of a unit.
    pub(super) fn of(&self, unit: &UnitOutcome) -> Option<&str> {
        self.said.get(&unit.roster.code).map(String::as_str)
    }
}

/// The change, as a sentence.
fn what(lang: Lang, model: &Model, change: Option<&UnitChange>, is_own: bool) -> Cow<'static, str> {
    let moves: Vec<String> = change.map_or_else(Vec::new, |change| moves(lang, change, model.feedback.show_rank));
    if moves.is_empty() {
        let key = match (is_own, !model.grades.is_empty()) {
            (true, true) => "feedback.replaces.details",
            (true, false) => "feedback.replaces.details.ungraded",
            (false, true) => "feedback.replaces.comparison",
            (false, false) => "feedback.replaces.comparison.ungraded",
        };
        return Cow::Borrowed(lang.text(key));
    }
    let by_others = change.is_some_and(UnitChange::is_knock_on);
    let key = if by_others { "feedback.replaces.by-others" } else { "feedback.replaces.moves" };
    Cow::Owned(say!(lang, key, moves = lang.join("feedback.parts", moves)))
}

fn moves(lang: Lang, change: &UnitChange, show_rank: bool) -> Vec<String> {
    fn of<T>(state: &Option<UnitState>, value: impl Fn(&UnitState) -> &Option<T>) -> Option<&T> {
        state.as_ref().and_then(|state| value(state).as_ref())
    }
    fn shown<'v, T: Display>(value: &'v Option<&T>) -> &'v dyn Display {
        value.as_ref().map_or(&MISSING, |value| value)
    }
    fn say<T: Display + PartialEq>(lang: Lang, key: &str, old: Option<&T>, new: Option<&T>) -> Option<String> {
        (old != new).then(|| say!(lang, key, old = shown(&old), new = shown(&new)))
    }
    let (old, new) = (&change.old, &change.new);
    let by_scheme = change.is_ranked_by_scheme();
    let key = if by_scheme { "feedback.moved.rank-scheme" } else { "feedback.moved.rank" };
    let [was, is] = [old, new].map(|state| state.as_ref().and_then(UnitState::rank));
    let ranks = || say(lang, key, was.as_ref(), is.as_ref());
    let moved = [
        say(lang, "feedback.moved.total", of(old, |own| &own.total), of(new, |own| &own.total)),
        show_rank.then(ranks).flatten(),
        say(lang, "feedback.moved.grade", of(old, |own| &own.grade), of(new, |own| &own.grade)),
    ];
    moved.into_iter().flatten().collect()
}

/// The documents of the register rows that caused a change, in order, without duplicates; otherwise that of the
/// version.
fn documents<'c>(change: Option<&'c UnitChange>, document: Option<&'c str>) -> Vec<&'c str> {
    let causes = change.map_or(&[] as &[_], |change| &change.causes);
    // A row that moved what the unit is measured by is that of another unit, and is never named to this one.
    let by_basis = causes.iter().any(|cause| matches!(cause, Cause::Basis { .. }));
    let rows = causes.iter().flat_map(|cause| match cause {
        Cause::Row { row } => vec![row],
        Cause::Knock { by, .. } if !by_basis => by.iter().flat_map(|by| &by.rows).collect(),
        _ => Vec::new(),
    });
    let mut documents: Vec<&str> = Vec::new();
    for row in rows.filter(|row| !row.document.is_empty()) {
        if !documents.contains(&row.document.as_str()) {
            documents.push(&row.document);
        }
    }
    if documents.is_empty() {
        documents.extend(document);
    }
    documents
}

//! Findings about inputs that a result carries over from its parent, put among those that are made anew.

use std::collections::BTreeMap;

use super::Places;
use crate::finding::{Code, Message, Severity};
use crate::model::Model;
use crate::outcome::Outcome;
use crate::place::{Files, Place};

/// Findings about what counts in the end, registers, totals, grades and the result as a whole: always made anew, wherever their place is.
const ANEW: [Code; 29] = [
    Code::N228,
    Code::E311,
    Code::E319,
    Code::E601,
    Code::E602,
    Code::E603,
    Code::E611,
    Code::E612,
    Code::E613,
    Code::E614,
    Code::E615,
    Code::W617,
    Code::E618,
    Code::E619,
    Code::E620,
    Code::E621,
    Code::E622,
    Code::E623,
    Code::N624,
    Code::W626,
    Code::N627,
    Code::E629,
    Code::W630,
    Code::N631,
    Code::N632,
    Code::W633,
    Code::E641,
    Code::W673,
    Code::E703,
];

/// The findings of a result about inputs that are not read again, with their places among the files of now and the weight
/// that the model of now gives them.
pub fn carried(parent: &Outcome, model: &Model, places: &Places<'_>, files: &Files) -> Vec<Message> {
    let anew = |message: &Message| ANEW.iter().any(|code| code.as_str() == message.code);
    let kept = |message: &Message| message.at.as_ref().is_none_or(|at| places.is_kept(at));
    let own = parent.findings.iter().filter(|message| !anew(message) && kept(message));
    own.map(|message| {
        let at = message.at.as_ref().map(|at| files.triple(places.place(at)));
        Message { at, severity: severity(message, parent, model), ..message.clone() }
    })
    .collect()
}

/// The weight of a finding under the `[checks]` of now. One that neither model speaks of keeps its own.
fn severity(message: &Message, parent: &Outcome, model: &Model) -> Severity {
    let Some(code) = Code::parse(&message.code) else { return message.severity };
    let was_set = parent.model.values.contains_key(&format!("checks.{code}"));
    match model.checks.get(&code) {
        Some(severity) => *severity,
        None if was_set => code.severity(),
        None => message.severity,
    }
}

/// Both lists, each in the order of findings, as one list in that order.
pub fn merged(made: Vec<Message>, carried: Vec<Message>, files: &Files) -> Vec<Message> {
    let codes: BTreeMap<&str, Code> = Code::ALL.iter().map(|code| (code.as_str(), *code)).collect();
    let places = Places::same(&files.0);
    let key = |message: &Message| {
        let place: Option<Place> = message.at.as_ref().map(|at| places.place(at));
        (message.severity, codes.get(message.code.as_str()).copied(), place, message.unit.clone())
    };
    let mut all: Vec<Message> = carried;
    all.extend(made);
    // The sort is stable, and no code and place comes from both lists.
    all.sort_by_cached_key(key);
    all
}

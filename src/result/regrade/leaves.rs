//! Leaves of a recorded result, as they were before their corrections.

use std::collections::BTreeMap;

use super::Places;
use crate::engine::assessment::{LeafInput, LedgerInput, Mode, Problem, UnitReport};
use crate::engine::score::{LeafScore, LeafState};
use crate::model::Model;
use crate::result::outcome::{LeafOutcome, UnitOutcome};
use crate::shared::number::Points;

/// Whether a unit handed in a self-report, and the problems of its ledgers; what else stood in them has been measured.
pub(super) fn report(unit: &UnitOutcome, model: &Model, places: &Places) -> UnitReport {
    let leaves: BTreeMap<&str, &LeafOutcome> = unit.leaves.iter().map(|leaf| (leaf.code.as_str(), leaf)).collect();
    let input = |code: &str| LeafInput {
        ledger: match leaves.get(code).filter(|leaf| !leaf.ledger.is_empty()) {
            Some(leaf) => LedgerInput::Returned(problems(leaf, places)),
            None => LedgerInput::NotAsked,
        },
        ..LeafInput::default()
    };
    UnitReport {
        at: unit.report.map(|at| places.place(at)),
        leaves: model.tree.leaves.iter().map(|leaf| input(&leaf.code)).collect(),
    }
}

/// The problems behind a leaf, as they stand.
fn problems(leaf: &LeafOutcome, places: &Places) -> Vec<Problem> {
    let mut problems = leaf.ledger.clone();
    problems.iter_mut().for_each(|problem| places.shift([&mut problem.at]));
    problems
}

/// The leaf scores of a unit, in the order of the model; empty for units that are not assessed.
pub(super) fn scores(unit: &UnitOutcome, model: &Model, places: &Places) -> Vec<LeafScore> {
    if unit.mode == Mode::Excluded || model.indicators_component().is_none() {
        return Vec::new();
    }
    let leaves: BTreeMap<&str, &LeafOutcome> = unit.leaves.iter().map(|leaf| (leaf.code.as_str(), leaf)).collect();
    let own = model.tree.leaves.iter().map(|leaf| leaves.get(leaf.code.as_str()).map(|own| score(own, places)));
    own.map(|score| score.unwrap_or_else(|| missing(unit, places))).collect()
}

fn score(leaf: &LeafOutcome, places: &Places) -> LeafScore {
    let (state, points, at) = match &leaf.original {
        Some(original) => (original.state, Some(original.points.clone()), original.at),
        None => (leaf.state, leaf.verified.clone(), leaf.at),
    };
    LeafScore {
        state,
        self_points: leaf.self_points.clone(),
        claimed: leaf.claimed.clone(),
        verified_value: leaf.value.clone(),
        points: points.unwrap_or_else(Points::zero),
        note: leaf.note.clone(),
        at: places.place(at),
        original: None,
    }
}

/// A leaf that the result does not hold; the models would then differ in their leaves, which is refused before.
fn missing(unit: &UnitOutcome, places: &Places) -> LeafScore {
    LeafScore {
        state: LeafState::Unverified,
        self_points: None,
        claimed: None,
        verified_value: None,
        points: Points::zero(),
        note: String::new(),
        at: places.place(unit.at),
        original: None,
    }
}

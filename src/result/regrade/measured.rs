//! What a recorded result measured, unchanged except that places are mapped and leaves are as before their corrections.
//!
//! A model that measures the same has the same components, classes and nodes in the same order, so that every index keeps its
//! meaning; any other is refused earlier ([`crate::result::diff::ModelDiff::needs_inputs`]).

use super::Places;
use crate::engine::score::{BallotMeasure, ComponentMeasure, GivenMeasure, LeafScore, Leaves, Measured, UnitBallots};
use crate::result::outcome::{ComponentOutcome, ComponentTotals, Outcome, UnitOutcome};
use crate::shared::held::Shared;

/// The values from which totals are made.
pub(super) fn measured(parent: &Outcome, places: &Places) -> Measured {
    let components = parent.model.components.iter().zip(&parent.components);
    Measured {
        leaves: parent.units.iter().map(|unit| uncorrected(&unit.leaves, places)).collect(),
        components: components
            .map(|(component, totals)| {
                let units = parent.units.iter().map(|unit| own(unit, &component.id));
                match totals {
                    ComponentTotals::Indicators => ComponentMeasure::Indicators,
                    ComponentTotals::Ballots(totals) => ComponentMeasure::Ballots(BallotMeasure {
                        totals: totals.clone(),
                        units: units.map(|own| Some(ballots(own?.ballots.as_ref()?, places))).collect(),
                        judged: Vec::new(),
                    }),
                    ComponentTotals::Given(totals) => ComponentMeasure::Given {
                        totals: totals.clone(),
                        units: units.map(|own| given(own.map_or(&[], |own| &own.given), places)).collect(),
                    },
                }
            })
            .collect(),
    }
}

fn own<'u>(unit: &'u UnitOutcome, component: &str) -> Option<&'u ComponentOutcome> {
    unit.components.get(component)
}

/// Leaves before their corrections; most have none, and stay where they are.
fn uncorrected(leaves: &Leaves, places: &Places) -> Leaves {
    match leaves.iter().all(|leaf| is_as_measured(leaf, places)) {
        true => leaves.clone(),
        false => leaves.iter().map(|leaf| restored(leaf, places)).collect(),
    }
}

/// Whether a leaf has no correction, and its places are the same among the present files.
fn is_as_measured(leaf: &LeafScore, places: &Places) -> bool {
    let inputs =
        |leaf: &LeafScore| leaf.formula.iter().flat_map(|own| &own.inputs).all(|input| places.is_same(input.at));
    let is_own = |leaf: &LeafScore| places.is_same(leaf.at) && inputs(leaf);
    !leaf.is_corrected()
        && is_own(leaf)
        && leaf.periods.iter().all(|own| is_own(&own.score))
        && leaf.ledger.iter().flatten().all(|problem| places.is_same(problem.at))
}

fn restored(leaf: &LeafScore, places: &Places) -> LeafScore {
    let mut leaf = leaf.clone();
    leaf.restore();
    places.shift([&mut leaf.at]);
    let periods = leaf.periods.iter_mut().map(|own| &mut own.score);
    let whole = leaf.formula.iter_mut();
    let worked = periods.flat_map(|own| {
        places.shift([&mut own.at]);
        own.formula.iter_mut()
    });
    let inputs = worked.chain(whole).flat_map(|own| &mut own.inputs);
    inputs.for_each(|input| places.shift([&mut input.at]));
    leaf.ledger.iter_mut().flatten().for_each(|problem| places.shift([&mut problem.at]));
    leaf
}

fn ballots(recorded: &Shared<UnitBallots>, places: &Places) -> Shared<UnitBallots> {
    let tallies = recorded.classes.iter().flat_map(|class| &class.tallies).map(|row| row.at);
    if tallies.chain(recorded.off.iter().map(|off| off.at)).all(|at| places.is_same(at)) {
        return recorded.clone();
    }
    let mut own = UnitBallots::clone(recorded);
    let tallies = own.classes.iter_mut().flat_map(|class| &mut class.tallies);
    tallies.for_each(|row| places.shift([&mut row.at]));
    own.off.iter_mut().for_each(|off| places.shift([&mut off.at]));
    Shared::new(own)
}

fn given(recorded: &[GivenMeasure], places: &Places) -> Vec<GivenMeasure> {
    let mut own = recorded.to_vec();
    for node in &mut own {
        node.parts.iter_mut().for_each(|(_, _, at)| places.shift([at]));
        node.off.iter_mut().for_each(|(_, at)| places.shift([at]));
    }
    own
}

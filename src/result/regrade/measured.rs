//! What a recorded result measured, unchanged except that places are mapped and leaves are as before their corrections.
//!
//! A model that measures the same has the same components, classes and nodes in the same order, so that every index keeps its
//! meaning; any other is refused earlier ([`crate::result::diff::ModelDiff::needs_inputs`]).

use super::Places;
use crate::engine::score::{BallotMeasure, ComponentMeasure, GivenMeasure, LeafScore, Measured, UnitBallots};
use crate::result::outcome::{ComponentOutcome, ComponentTotals, Outcome, UnitOutcome};

/// The values from which totals are made.
pub(super) fn measured(parent: &Outcome, places: &Places) -> Measured {
    let components = parent.model.components.iter().zip(&parent.components);
    Measured {
        leaves: parent
            .units
            .iter()
            .map(|unit| unit.leaves.iter().map(|leaf| uncorrected(leaf, places)).collect())
            .collect(),
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

fn uncorrected(leaf: &LeafScore, places: &Places) -> LeafScore {
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

fn ballots(recorded: &UnitBallots, places: &Places) -> UnitBallots {
    let mut own = recorded.clone();
    let tallies = own.classes.iter_mut().flat_map(|class| &mut class.tallies);
    tallies.for_each(|row| places.shift([&mut row.at]));
    own.off.iter_mut().for_each(|off| places.shift([&mut off.at]));
    own
}

fn given(recorded: &[GivenMeasure], places: &Places) -> Vec<GivenMeasure> {
    let mut own = recorded.to_vec();
    for node in &mut own {
        node.parts.iter_mut().for_each(|(_, _, at)| places.shift([at]));
        node.off.iter_mut().for_each(|(_, at)| places.shift([at]));
    }
    own
}

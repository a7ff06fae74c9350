//! Re-grading: a result is calculated again from the values it recorded, with the present registers and rules.
//!
//! result.json holds the exact values of everything that was measured: points of leaves before their corrections, class
//! means, given rates. From it [`rebuild`] makes the values that `score::total` and `grade::grade` start from, so that
//! the same code repeats the rest; self-reports, ballots and tallies are no longer needed. Pure;
//! [`crate::pipeline::regrade`] reads the registers and puts both together.

use std::collections::BTreeMap;

use crate::check::{PeriodNames, Roster};
use crate::engine::assessment::{AdjustmentRow, Assessment, Opinion, Register, Registers, Unit, UnitIx, UnitReport};
use crate::engine::score::Measured;
use crate::model::Model;
use crate::result::outcome::{Outcome, UnitOutcome};

mod measured;
pub mod messages;
pub mod places;
mod rows;
pub mod token;

pub use places::Places;
pub use token::Token;

/// What a result recorded, as the values that totals are made from.
pub struct Rebuilt {
    /// Units and whether they reported; the registers are empty, as are inputs that have been measured.
    pub assessment: Assessment,
    /// What was measured.
    pub measured: Measured,
}

/// The roster that a result was made with.
pub fn roster(parent: &Outcome, places: &Places) -> Roster {
    let units = parent.units.iter().map(|unit| unplaced(&unit.roster, places));
    Roster { units: units.collect(), groups: parent.groups.clone() }
}

fn unplaced(unit: &Unit, places: &Places) -> Unit {
    let mut unit = unit.clone();
    places.shift([&mut unit.at]);
    if !unit.attributes.values().all(|cell| places.is_same(cell.at)) {
        places.shift(unit.attributes.values_mut().map(|cell| &mut cell.at));
    }
    unit
}

/// The periods of the leaves of every unit, as they were recorded.
pub fn periods(parent: &Outcome) -> PeriodNames {
    let named = (0..).map(UnitIx).zip(&parent.units).flat_map(|(index, unit)| {
        let own = unit.leaves.iter().enumerate().filter(|(_, leaf)| !leaf.periods.is_empty());
        own.map(move |(leaf, own)| ((index, leaf), own.periods.iter().map(|own| own.period.to_string()).collect()))
    });
    PeriodNames(named.collect())
}

/// The values that totals are made from, with the roster that the result was made with.
pub fn rebuild(parent: &Outcome, places: &Places, roster: Roster) -> Rebuilt {
    let Roster { units, groups } = roster;
    let assessment = Assessment {
        units,
        groups,
        reports: parent.units.iter().map(|unit| report(unit, places)).collect(),
        components: Vec::new(),
        raters: parent.raters.iter().cloned().collect(),
        registers: Registers::default(),
        opinions: opinions(parent, places),
        previous: BTreeMap::new(),
    };
    Rebuilt { assessment, measured: measured::measured(parent, places) }
}

/// Whether a unit handed in a self-report; its content has been measured already.
fn report(unit: &UnitOutcome, places: &Places) -> UnitReport {
    UnitReport { at: unit.report.map(|at| places.place(at)), leaves: Vec::new() }
}

/// Items that units declared themselves: they come from inputs and are carried over.
pub fn declared(parent: &Outcome, model: &Model, places: &Places) -> Vec<AdjustmentRow> {
    let rows = parent.registers.adjustments.iter();
    let mut carried: Vec<AdjustmentRow> =
        rows.filter(|row| row.register == Register::Declarations && places.is_kept(row.at)).cloned().collect();
    carried.retain_mut(|row| rows::adjustment(row, parent, model, places));
    carried
}

/// What departments answered: it comes from inputs and is carried over.
pub fn opinions(parent: &Outcome, places: &Places) -> Vec<Opinion> {
    let mut opinions = parent.opinions.clone();
    opinions.iter_mut().for_each(|opinion| places.shift([&mut opinion.at]));
    opinions
}

/// The register rows that a result was made with, as far as the model knows what they refer to.
pub fn recorded(parent: &Outcome, model: &Model, places: &Places) -> Registers {
    rows::registers(parent, model, places)
}

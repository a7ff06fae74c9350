//! What was assessed: units and their checked inputs. Only `check` makes these values; everything after it is pure.
//!
//! Every name is resolved to an index, every number is exact, every value keeps its place. Missing, zero, abstained and not
//! applicable are four different states everywhere.

use std::collections::{BTreeMap, BTreeSet};

mod assertion;
mod cells;
mod components;
mod ledger;
mod opinion;
mod past;
mod registers;
mod unit;

pub use assertion::{AssertionRow, Expected, Published};
pub use cells::{Field, RegisterRow, Said, Source};
pub use components::{
    Ballot, BallotBox, ComponentInput, GivenBox, GivenScore, InapplicableRow, Mark, MarkIx, Marks, NodeOff, Rating,
    Tally, TallyRow, VoidRating,
};
pub use ledger::{Closing, LedgerInput, Problem};
pub use opinion::{Opinion, Stance};
pub use past::{PastDocument, PreviousOutcome};
pub use registers::{
    AdjustmentCells, AdjustmentRow, Amount, AppealCells, AppealRow, AppealTarget, CorrectionCells, CorrectionRow,
    DecisionCells, DecisionRow, DispositionCells, DispositionRow, Ending, PlacesCells, PlacesRow, Register, Registers,
    Ruling, Standing, Target, Verdict,
};
pub use unit::{Claim, InputCell, LeafInput, Mode, PeriodInput, State, Unit, UnitIx, UnitReport, Verification};

/// Everything that is scored.
#[derive(Clone, Debug, Default)]
pub struct Assessment {
    /// Units, in the order of the roster.
    pub units: Vec<Unit>,
    /// Group names, in the order of their first unit.
    pub groups: Vec<String>,
    /// Reports, by unit.
    pub reports: Vec<UnitReport>,
    /// Inputs of components, by component.
    pub components: Vec<ComponentInput>,
    /// Ids of raters as written, from ballots and the list of raters.
    pub raters: BTreeSet<String>,
    /// Registers.
    pub registers: Registers,
    /// Opinions of departments, by unit and place.
    pub opinions: Vec<Opinion>,
    /// The outcomes of units in the period before: each unit's own, or those of all units that were merged into it.
    pub previous: BTreeMap<UnitIx, Vec<PreviousOutcome>>,
}

impl Assessment {
    /// A unit.
    pub fn unit(&self, unit: UnitIx) -> &Unit {
        &self.units[unit.0]
    }

    /// The units that take part, in the order of the roster.
    pub fn assessed(&self) -> impl Iterator<Item = (UnitIx, &Unit)> {
        self.units.iter().enumerate().filter(|(_, u)| u.mode != Mode::Excluded).map(|(i, u)| (UnitIx(i), u))
    }
}

//! What differs between two results, and why: register rows, units with causes, knock-on moves, quotas, feedback.
//!
//! Pure: takes two result documents ([`Outcome`]) of one project or of two periods and gives a [`Diff`], the one value that
//! `regrade`, `score`, `compare` and the feedback of changed units print from. It looks at nothing else: no files, no model
//! file, no registers.
//!
//! Every unit whose total, rank or grade changed has at least one [`Cause`]. A unit that moved although none of its own
//! values changed has a [`Cause::Knock`]: the rule that moved it and the units that displaced it (or made room), each
//! with the register rows that moved that unit. Places are resolved to file, sheet and cell, so a diff can be read
//! without the results.

use serde::Serialize;

use crate::result::outcome::Outcome;

mod awards;
mod causes;
mod crossing;
mod feedback;
mod knock;
mod met;
mod model;
pub(crate) mod pairs;
mod quotas;
mod rows;
mod units;

pub use crate::result::outcome::Register;
pub use awards::AwardChange;
pub use causes::{By, Cause, Rule};
pub use feedback::FeedbackChange;
pub use model::{ModelChange, ModelDiff, Reach, reach};
pub use quotas::QuotaChange;
pub use rows::{RowChange, RowMove, RowRef, RowState, Spot};
pub use units::{PartChange, PartKind, UnitChange, UnitState};

/// Everything that differs between two results.
#[derive(Clone, Debug, Serialize)]
pub struct Diff {
    /// The earlier result.
    pub old: Side,
    /// The later result.
    pub new: Side,
    /// Register rows that are new, changed or gone, by register and 编号; none between two periods, whose registers are
    /// different books.
    pub rows: Vec<RowChange>,
    /// Units with a change that a diff covers: in values, rank, grade or name. In the order of the new ranking, units
    /// that are gone last.
    pub units: Vec<UnitChange>,
    /// All quotas of both results, changed or not, in the order of the new result.
    pub quotas: Vec<QuotaChange>,
    /// Awards that were won or lost.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub awards: Vec<AwardChange>,
    /// Whose feedback changed.
    pub feedback: FeedbackChange,
    /// How the two models differ.
    pub model: ModelDiff,
}

/// One of the two results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Version name, `v003`.
    pub version: String,
    /// Period, `2025`.
    pub period: String,
    /// SHA-256 of its model.
    pub model: String,
}

/// How many units each kind of move concerns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Register rows that count only now, no longer count, or count differently.
    pub rows: usize,
    /// Units whose total changed.
    pub totals: usize,
    /// Units whose rank in their group changed.
    pub ranks: usize,
    /// Units whose grade changed.
    pub grades: usize,
}

impl Side {
    fn of(outcome: &Outcome) -> Self {
        Self {
            version: outcome.version.clone(),
            period: outcome.model.period.clone(),
            model: outcome.model.hash.clone(),
        }
    }
}

impl Diff {
    /// Compares two results.
    pub fn between(old: &Outcome, new: &Outcome) -> Self {
        let pairs = pairs::pairs(old, new);
        Self { feedback: feedback::changes(old, new, &pairs), ..Self::of_pairs(old, new, &pairs) }
    }

    /// Compares two results, without regard to whose feedback changed.
    pub(crate) fn of_results(old: &Outcome, new: &Outcome) -> Self {
        Self::of_pairs(old, new, &pairs::pairs(old, new))
    }

    fn of_pairs(old: &Outcome, new: &Outcome, pairs: &[pairs::Pair<'_>]) -> Self {
        let one_period = old.model.period == new.model.period;
        let rows = if one_period { rows::changes(old, new) } else { Vec::new() };
        let model = ModelDiff::between(&old.model, &new.model);
        let method = model.is_method();
        let about = units::About { old, new, rows: &rows, one_period, method };
        let units = units::changes(&about, pairs);
        Self {
            old: Side::of(old),
            new: Side::of(new),
            awards: awards::changes(old, new, pairs, &units),
            units,
            quotas: quotas::changes(old, new),
            feedback: FeedbackChange::default(),
            rows,
            model,
        }
    }

    /// Whether the results are the same in everything that a diff covers.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.units.is_empty()
            && self.awards.is_empty()
            && !self.model.is_method()
            && self.quotas.iter().all(|q| !q.changed())
    }

    /// Units that moved for a reason of their own: their total changed, or a row or value of theirs moved rank or
    /// grade.
    pub fn moved(&self) -> impl Iterator<Item = &UnitChange> {
        self.units.iter().filter(|unit| unit.moved() && !unit.is_knock_on())
    }

    /// Units whose total did not change but whose rank or grade did, because of others.
    pub fn knocked_on(&self) -> impl Iterator<Item = &UnitChange> {
        self.units.iter().filter(|unit| unit.is_knock_on())
    }

    /// How many rows and units each kind of move concerns.
    pub fn counts(&self) -> Counts {
        let count = |test: fn(&UnitChange) -> bool| self.units.iter().filter(|unit| test(unit)).count();
        Counts {
            rows: self.rows.iter().filter(|row| row.counts()).count(),
            totals: count(UnitChange::total_changed),
            ranks: count(UnitChange::rank_changed),
            grades: count(UnitChange::grade_changed),
        }
    }

    /// The change of a unit by its present code.
    pub fn unit(&self, code: &str) -> Option<&UnitChange> {
        self.units.iter().find(|unit| unit.code == code)
    }
}

//! The results of the rows of 核对.

use serde::{Deserialize, Serialize};

use crate::engine::assessment::UnitIx;
use crate::shared::place::Place;

/// A row of 核对 and the value that was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssertionOutcome {
    /// The unit.
    pub unit: UnitIx,
    /// What it looks at, as written.
    pub place: String,
    /// What it expects.
    pub expected: String,
    /// The published value.
    pub found: String,
    /// Whether they agree.
    pub agrees: bool,
    /// Its row.
    pub at: Place,
}

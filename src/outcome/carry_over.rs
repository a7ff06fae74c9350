//! What a result counts for in the yearly comprehensive assessment (综合考核).

use super::{Outcome, UnitOutcome};
use crate::number::{Exact, Points};

/// The points that a unit's total carries over: share × total / full, of the total as published, so that everybody can
/// check the figure with the numbers printed beside it. None without a total, or where the model carries nothing over.
pub fn carried_over(outcome: &Outcome, unit: &UnitOutcome) -> Option<Points> {
    let share = outcome.model.carry_over.as_ref()?;
    let total = Exact::parse(unit.total.as_deref()?)?;
    Some(Points(&(&share.0 * &total) / &outcome.model.full.0))
}

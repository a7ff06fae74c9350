//! What a result counts for in the yearly comprehensive assessment (综合考核).

use super::{Outcome, UnitOutcome};
use crate::shared::number::{Exact, Points};

/// The points of 100 that a unit's total carries over: share in percent × total / full, of the total as published, so that everybody can
/// check the figure with the numbers printed beside it. None without a total, or where the model carries nothing over.
pub fn carried_over(outcome: &Outcome, unit: &UnitOutcome) -> Option<Points> {
    let share = outcome.model.carry_over.as_ref()?;
    let total = Exact::parse(unit.total.as_deref()?)?;
    Some(Points(&(&share.0 * &total) / &outcome.model.score.full.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::number::Percent;

    #[test]
    fn the_published_total_is_carried_over_exactly() {
        let mut outcome = Outcome::sample();
        assert_eq!(carried_over(&outcome, &outcome.units[0]), None, "nothing is carried over without a share");
        outcome.model.carry_over = Some(Percent::whole(30));
        // 30 % of 93.33, not of the exact 280/3, which would be 28.
        assert_eq!(carried_over(&outcome, &outcome.units[0]), Some(Points(Exact::ratio(27_999, 1_000))));
        outcome.model.score.full = Points::whole(120);
        // 30 × 93.00 / 120 = 23.25
        assert_eq!(carried_over(&outcome, &outcome.units[1]), Some(Points(Exact::ratio(2_325, 100))));
        assert_eq!(carried_over(&outcome, &outcome.units[3]), None, "not assessed");
    }
}

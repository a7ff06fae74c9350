//! How the published total adds up from printed parts: components, adjustments, the effect of a limit or a correction,
//! and the rounding difference that closes the sum.

use super::Case;
use crate::documents::feedback::gains::{as_printed, is_corrected, within_limits};
use crate::result::outcome::{AdjustmentOutcome, Component, ComponentOutcome, Sign};
use crate::shared::number::Exact;

/// A part of the total.
pub(super) enum Part<'d> {
    /// A component with its contribution.
    Component(&'d Component, &'d ComponentOutcome),
    /// A counted adjustment.
    Adjustment(&'d AdjustmentOutcome),
    /// The excess over the highest or below the lowest total.
    Limit,
    /// The effect of a correction of the total.
    Correction,
    /// The remainder from rounding the parts.
    Rounding,
}

/// The parts of a unit's total with the points printed for them; their sum is the published total exactly.
pub(super) fn parts<'o>(case: &Case<'_, 'o>) -> Vec<(Part<'o>, Exact)> {
    let (model, unit) = (&case.outcome().model, case.unit);
    let (Some(exact), Some(total)) = (&unit.exact, unit.total.as_deref().and_then(Exact::parse)) else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    let published = model.score.published();
    let mut add = |part, points: Exact| parts.push((part, points));
    for component in &model.components {
        let Some(own) = unit.components.get(&component.id) else { continue };
        let points = model.points_of_percent(&own.weight) * &own.exact;
        add(Part::Component(component, own), published.round(&points));
    }
    for own in unit.adjustments.iter().filter(|own| own.counted.0.is_positive() && own.sign != Sign::Event) {
        let points = published.round(&own.counted.0);
        add(Part::Adjustment(own), if own.sign == Sign::Deduction { -points } else { points });
    }
    let unlimited = as_printed(model, exact);
    let limited = within_limits(model, &unlimited);
    if unlimited != *limited {
        add(Part::Limit, published.round(&(limited - &unlimited)));
    }
    if is_corrected(model, unit) {
        add(Part::Correction, published.round(&(&total - &published.round(limited))));
    }
    let sum: Exact = parts.iter().map(|(_, points)| points).sum();
    let rest = total - sum;
    parts.push((Part::Rounding, rest));
    parts
}

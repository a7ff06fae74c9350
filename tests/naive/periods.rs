//! Periods of a given score or of a leaf put together: SPEC §6 `periods`, §19.10 weights and dropped periods.

use crate::number::{Q, int, percent, weighted};
use crate::project::PeriodPlan;
use crate::score::Log;

/// The mean of the periods: dropped ones first, then weights, the rest scaled up. A period without value is 不涉及 and
/// leaves.
pub(crate) fn combine(plan: &PeriodPlan, values: &[Option<Q>], name: &str, log: &mut Log) -> Option<Q> {
    let weight = |at: usize| plan.weights.as_ref().map_or_else(|| int(1), |weights| percent(&weights[at]));
    let mut left: Vec<(usize, Q)> = Vec::new();
    for (at, value) in values.iter().enumerate() {
        match value {
            Some(value) => left.push((at, value.clone())),
            None => log.hit("period: 不涉及 leaves"),
        }
    }
    if left.is_empty() {
        return None;
    }
    let cut = plan.low + plan.high;
    if cut > 0 && left.len() <= cut {
        // "needs more than low + high"
        if values.len() > cut {
            log.unclear("fewer periods than are dropped after 不涉及 left");
        }
        log.error(format!("{name}: fewer periods than are dropped"));
        return None;
    }
    // Of equals the later is dropped.
    for _ in 0..plan.low {
        let lowest = left.iter().map(|(_, value)| value).min().cloned()?;
        drop_last(&mut left, &lowest, log);
    }
    for _ in 0..plan.high {
        let highest = left.iter().map(|(_, value)| value).max().cloned()?;
        drop_last(&mut left, &highest, log);
    }
    if plan.weights.is_some() {
        log.hit("period: weighted");
    }
    let parts: Vec<(Q, Q)> = left.into_iter().map(|(at, value)| (weight(at), value)).collect();
    weighted(&parts)
}

fn drop_last(left: &mut Vec<(usize, Q)>, value: &Q, log: &mut Log) {
    let equal: Vec<usize> = (0..left.len()).filter(|at| left[*at].1 == *value).collect();
    if equal.len() > 1 {
        log.hit("period: of equals the later is dropped");
    }
    log.hit("period: dropped");
    if let Some(last) = equal.last() {
        left.remove(*last);
    }
}

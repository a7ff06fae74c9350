//! What the ranking would be if every rater were of mean severity: a side table that is never official.
//!
//! At each node the mean of a class is replaced by the unit effect of mark = mean + unit + rater + error (see
//! [`raters`](super::raters)): what raters of mean severity would have given. Trimming does not act on it. Where raters and units
//! of a class fall into parts that share no unit, severities cannot be compared and there is no such ranking.

use super::panels::Quality;
use super::plan::{Draw, Tally};
use super::scenarios::{Scenario, Start};

/// Into how many parts a step of marks is divided.
const PARTS: i64 = 1_000_000;

/// Why there is no adjusted ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No class has single ratings.
    NoRatings,
    /// The raters of this class cannot all be compared.
    Unconnected([usize; 2]),
}

/// The ranking with the severity of raters taken out.
///
/// # Errors
/// If no class has single ratings, or a class is not connected.
pub fn adjusted(start: Start<'_>, qualities: &[Quality]) -> Result<Scenario, Refused> {
    let sampler = start.sampler;
    if sampler.is_empty() {
        return Err(Refused::NoRatings);
    }
    if let Some(own) = qualities.iter().find(|own| own.units.is_none()) {
        return Err(Refused::Unconnected(own.class));
    }
    let mut draw = Draw::nominal(&start.record.model);
    sampler.tally(&sampler.each_once(), &mut draw.sample);
    for own in qualities {
        for (unit, quality) in own.units.iter().flatten() {
            let Some((slot, step)) = sampler.slot([own.class[0], own.class[1], *unit, own.node]) else { continue };
            let sum = (quality / step.to_cell() * PARTS as f64).round();
            if draw.sample[slot].count > 0 && sum.abs() < 1e15 {
                draw.sample[slot] = Tally { sum: sum as i64, count: PARTS };
            }
        }
    }
    Ok(start.drawn(&draw))
}

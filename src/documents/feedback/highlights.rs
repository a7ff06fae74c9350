//! Strengths and weaknesses of a unit, from the same list as its numbered problems.
//!
//! Each item is held against a reference: the mean of the group, as both are printed, or, where that is suppressed, the
//! unit's own rate over all items. An item is troubled when it is a numbered problem, is below the model's rate, or is
//! what a cap speaks of that lowered the grade.
//!
//! - A strength is above its reference and not troubled. Order: gap, then rate, then full points, then the model. A unit
//!   without one is told what it did best by its own measure: rates above its own over all items.
//! - A weakness has lost points and is troubled or below its reference. Numbered problems come first; then by gap from
//!   below, points lost, the model. A unit without one is told where it lost most of what it lost besides its strengths.
//!
//! Nothing is both. Numbered problems beyond the number of weaknesses that the model wants are counted.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::Item;
use crate::result::outcome::ModelOutcome;
use crate::shared::number::Exact;

/// What the letter names, the greatest first.
pub(super) struct Highlights {
    pub(super) strengths: Vec<usize>,
    pub(super) weaknesses: Vec<usize>,
    /// Numbered problems of items that are not among the weaknesses.
    pub(super) further: usize,
}

/// Items that need attention.
pub(super) struct Troubled {
    /// Those that are numbered problems.
    pub(super) numbered: BTreeSet<usize>,
    /// Those that a cap speaks of, by code.
    pub(super) capped: BTreeSet<String>,
}

/// Chooses strengths and weaknesses.
pub(super) fn highlights(model: &ModelOutcome, items: &[Item], troubled: &Troubled) -> Highlights {
    let own = overall(items);
    let is_low = |rate: &Exact| model.common_problem.as_ref().is_some_and(|rule| *rate < rule.rate.0);
    let mut above = Vec::new();
    let mut better = Vec::new();
    let mut below = Vec::new();
    let mut rest = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let (Some(rate), Some(lost)) = (item.rate.clone(), item.lost()) else { continue };
        let gap = gap(model, item, &own).unwrap_or_else(Exact::zero);
        let numbered = troubled.numbered.contains(&index);
        let is_troubled = numbered || is_low(&rate) || troubled.capped.contains(&item.code);
        if gap.is_positive() && !is_troubled {
            above.push((Reverse(gap.clone()), Reverse(rate.clone()), Reverse(item.full.clone()), index));
        }
        if rate > own && !is_troubled {
            better.push((Reverse(rate.clone()), Reverse(gap.clone()), index));
        }
        if lost.is_positive() && (gap.is_negative() || is_troubled) {
            below.push((!numbered, gap, Reverse(lost), index));
        } else if lost.is_positive() {
            rest.push((Reverse(lost), gap, index));
        }
    }
    above.sort();
    better.sort();
    below.sort();
    rest.sort();
    let mut strengths: Vec<usize> = above.into_iter().map(|(.., index)| index).collect();
    let mut weaknesses: Vec<usize> = below.into_iter().map(|(.., index)| index).collect();
    weaknesses.truncate(model.feedback.weaknesses);
    if strengths.is_empty() {
        strengths.extend(better.into_iter().map(|(.., index)| index).filter(|index| !weaknesses.contains(index)));
    }
    strengths.truncate(model.feedback.strengths);
    if weaknesses.is_empty() {
        weaknesses.extend(rest.into_iter().map(|(.., index)| index).filter(|index| !strengths.contains(index)));
    }
    weaknesses.truncate(model.feedback.weaknesses);
    let further = troubled.numbered.iter().filter(|index| !weaknesses.contains(index)).count();
    Highlights { strengths, weaknesses, further }
}

/// How far an item is from its reference, in percent: exactly where the two are printed unlike, else nothing.
fn gap(model: &ModelOutcome, item: &Item, own: &Exact) -> Option<Exact> {
    let Some(stat) = &item.stat else { return Some(&item.rate.clone()? - own) };
    let printed = |points: &Exact| points.round(model.point_decimals());
    (printed(item.points.as_ref()?) != printed(&stat.mean)).then_some(&item.rate.clone()? - &item.mean_rate()?)
}

/// The rate over all items that apply.
fn overall(items: &[Item]) -> Exact {
    let (mut points, mut full) = (Exact::zero(), Exact::zero());
    for item in items {
        if let Some(own) = &item.points {
            points = points + own;
            full = full + &item.full;
        }
    }
    super::percent(&points, &full)
}

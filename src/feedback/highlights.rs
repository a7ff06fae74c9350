//! Strengths and weaknesses of a unit.
//!
//! Each item is held against a reference: the mean of the group, or, where that is suppressed, the unit's own rate over
//! all items. Its gap is rate − reference in percent.
//!
//! - A strength has a gap above 0 and is no problem by the model's rate. Order: gap, then rate, then full points, then
//!   the model. A unit without one is told what it did best by its own measure: rates above its own over all items.
//! - A weakness has lost points and either a gap below 0 or a rate below the model's. Order: gap from below, then points
//!   lost, then the model. A unit without one is told where it lost most of what it lost, if it lost anything.

use std::cmp::Reverse;

use super::Item;
use crate::number::Exact;
use crate::outcome::ModelOutcome;

/// Indices of strengths and weaknesses, the greatest first.
pub(super) fn highlights(model: &ModelOutcome, items: &[Item]) -> (Vec<usize>, Vec<usize>) {
    let own = overall(items);
    let is_problem = |rate: &Exact| model.common_problem.as_ref().is_some_and(|rule| *rate < rule.rate.0);
    let mut above = Vec::new();
    let mut better = Vec::new();
    let mut below = Vec::new();
    let mut rest = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let (Some(rate), Some(lost)) = (item.rate(), item.lost()) else { continue };
        let gap = &rate - &item.mean_rate().unwrap_or_else(|| own.clone());
        if gap.is_positive() && !is_problem(&rate) {
            above.push((Reverse(gap.clone()), Reverse(rate.clone()), Reverse(item.full.clone()), index));
        }
        if rate > own && !is_problem(&rate) {
            better.push((Reverse(rate.clone()), Reverse(gap.clone()), index));
        }
        if lost.is_positive() && (gap.is_negative() || is_problem(&rate)) {
            below.push((gap, Reverse(lost), index));
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
    (strengths, weaknesses)
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

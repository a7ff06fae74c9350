//! Strengths and weaknesses of a unit, from the same list as its numbered problems.
//!
//! Each item is compared with a reference: the mean of the group, both as printed, or, where that is suppressed, the
//! unit's own rate over all items. An item is troubled when it is a numbered problem, is below the model's rate, or is
//! named by a cap that lowered the grade.
//!
//! - A strength is above its reference and not troubled. Order: gap, then rate, then full points, then the model. For a
//!   unit without one, the letter names what it did best by its own measure: items above its rate over all items.
//! - A weakness has lost points and is troubled or below its reference. Numbered problems come first; then by gap, the
//!   lowest first, points lost, the model. For a unit without one, the letter names where, besides its strengths, it
//!   lost most.
//!
//! No item is both. Numbered problems beyond the number of weaknesses that the model asks for are only counted.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::Item;
use crate::result::outcome::Model;
use crate::shared::number::Exact;

/// What the letter names, the greatest first.
pub(super) struct Highlights {
    pub(super) strengths: Vec<usize>,
    pub(super) weaknesses: Vec<usize>,
    /// Numbered problems of items that are not among the weaknesses.
    pub(super) further: usize,
}

/// Items that need attention.
pub(super) struct Troubled<'f> {
    /// Those that are numbered problems.
    pub(super) numbered: BTreeSet<usize>,
    /// Those that a cap names, by code.
    pub(super) capped: BTreeSet<&'f str>,
}

/// An item compared with its reference.
struct Judged<'i> {
    index: usize,
    gap: Exact,
    rate: &'i Exact,
    lost: Exact,
    full: &'i Exact,
    is_numbered: bool,
    is_troubled: bool,
}

impl Judged<'_> {
    fn is_weak(&self) -> bool {
        self.lost.is_positive() && (self.gap.is_negative() || self.is_troubled)
    }
}

/// Indices of items, by a key; equal ones stay in the order of the model.
fn chosen<'j, K: Ord>(
    all: &'j [Judged<'_>],
    keep: impl Fn(&Judged<'_>) -> bool,
    key: impl Fn(&'j Judged<'_>) -> K,
) -> Vec<usize> {
    let mut own: Vec<&Judged<'_>> = all.iter().filter(|item| keep(item)).collect();
    own.sort_by_key(|item| key(item));
    own.into_iter().map(|item| item.index).collect()
}

/// Chooses strengths and weaknesses.
pub(super) fn highlights<'i>(model: &Model, items: &'i [Item<'_>], troubled: &Troubled<'_>) -> Highlights {
    let own = overall(items);
    let is_low = |rate: &Exact| model.common_problem.as_ref().is_some_and(|rule| *rate < rule.rate.0);
    let judge = |index: usize, item: &'i Item<'_>| {
        let (rate, lost) = (item.rate.as_ref()?, item.lost()?);
        let gap = gap(model, item, &own).unwrap_or_else(Exact::zero);
        let is_numbered = troubled.numbered.contains(&index);
        let is_troubled = is_numbered || is_low(rate) || troubled.capped.contains(item.code);
        Some(Judged { index, gap, rate, lost, full: item.full, is_numbered, is_troubled })
    };
    let all: Vec<Judged<'_>> = items.iter().enumerate().filter_map(|(index, item)| judge(index, item)).collect();
    let is_above = |item: &Judged<'_>| item.gap.is_positive() && !item.is_troubled;
    let mut strengths = chosen(&all, is_above, |item| (Reverse(&item.gap), Reverse(item.rate), Reverse(item.full)));
    let mut weaknesses =
        chosen(&all, |item| item.is_weak(), |item| (!item.is_numbered, &item.gap, Reverse(&item.lost)));
    weaknesses.truncate(model.feedback.weaknesses);
    if strengths.is_empty() {
        let is_better = |item: &Judged<'_>| *item.rate > own && !item.is_troubled;
        strengths = chosen(&all, is_better, |item| (Reverse(item.rate), Reverse(&item.gap)));
        strengths.retain(|index| !weaknesses.contains(index));
    }
    strengths.truncate(model.feedback.strengths);
    if weaknesses.is_empty() {
        let is_rest = |item: &Judged<'_>| item.lost.is_positive() && !item.is_weak();
        weaknesses = chosen(&all, is_rest, |item| (Reverse(&item.lost), &item.gap));
        weaknesses.retain(|index| !strengths.contains(index));
    }
    weaknesses.truncate(model.feedback.weaknesses);
    let further = troubled.numbered.iter().filter(|index| !weaknesses.contains(index)).count();
    Highlights { strengths, weaknesses, further }
}

/// How far an item is from its reference, in percent: exact where the two differ in print, else nothing.
fn gap(model: &Model, item: &Item<'_>, own: &Exact) -> Option<Exact> {
    let Some(stat) = &item.stat else { return Some(item.rate.as_ref()? - own) };
    let printed = |points: &Exact| model.point_precision().round(points);
    (printed(item.points.as_ref()?) != printed(&stat.mean)).then_some(item.rate.as_ref()? - &item.mean_rate()?)
}

/// The rate over all items that apply.
fn overall(items: &[Item<'_>]) -> Exact {
    let (mut points, mut full) = (Exact::zero(), Exact::zero());
    for item in items {
        if let Some(own) = &item.points {
            points = points + own.as_ref();
            full = full + item.full;
        }
    }
    super::percent(&points, &full)
}

//! Marks counted by value, prepared so that alpha over units drawn with replacement is a weighted sum over units.
//!
//! Where the distance of two marks is fixed (nominal, interval, ratio) a unit's share of the observed disagreement is
//! calculated once. That of ordinal marks depends on how often each value occurs in the drawing and is calculated for each.

use std::ops::Range;

use rayon::prelude::*;

use crate::analyze::marks::Marks;

/// Units whose distances from all others are calculated together.
const BLOCK: usize = 64;

/// The marks of units with at least two, counted by value.
pub(super) struct Counts {
    /// Distinct marks, ascending.
    pub(super) values: Vec<f64>,
    /// The units.
    pub(super) units: Vec<Counted>,
    /// Values, by their index, and how often a unit has them; unit by unit.
    pairs: Vec<(usize, f64)>,
    /// What the distances of ratios add up to.
    ratios: Ratios,
}

/// One unit.
pub(super) struct Counted {
    /// Where its values stand.
    pairs: Range<usize>,
    /// Number of its marks.
    marks: f64,
    /// Its part of the observed disagreement of nominal, interval and ratio marks.
    observed: [f64; 3],
}

/// Distances of ratios: between values, or between units where there are more values than units.
enum Ratios {
    Values(Vec<f64>),
    Units(Vec<f64>),
}

impl Counts {
    pub(super) fn of(marks: &Marks) -> Self {
        let pairable = |unit: &usize| marks.of_unit(*unit).iter().flatten().count() > 1;
        let rows: Vec<usize> = (0..marks.units()).filter(pairable).collect();
        let mut values: Vec<f64> =
            rows.iter().flat_map(|unit| marks.of_unit(*unit).iter().flatten().copied()).collect();
        values.sort_by(f64::total_cmp);
        values.dedup_by(|a, b| a.total_cmp(b).is_eq());
        let (mut units, mut pairs) = (Vec::with_capacity(rows.len()), Vec::new());
        for unit in rows {
            let mut own: Vec<usize> =
                marks.of_unit(unit).iter().flatten().map(|mark| values.partition_point(|own| own < mark)).collect();
            own.sort_unstable();
            let start = pairs.len();
            pairs.extend(own.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as f64)));
            units.push(Counted { pairs: start..pairs.len(), marks: own.len() as f64, observed: [0.0; 3] });
        }
        let mut counts = Self { values, units, pairs, ratios: Ratios::Values(Vec::new()) };
        for index in 0..counts.units.len() {
            let own = counts.observed(&counts.units[index]);
            counts.units[index].observed = own;
        }
        counts.ratios = counts.ratios();
        counts
    }

    fn observed(&self, unit: &Counted) -> [f64; 3] {
        let pairs = || self.pairs[unit.pairs.clone()].iter();
        let squares: f64 = pairs().map(|(_, own)| own * own).sum();
        let scale = |value: usize| self.values[value];
        let ratio: f64 =
            pairs().map(|a| pairs().map(|b| a.1 * b.1 * ratio_distance(scale(a.0), scale(b.0))).sum::<f64>()).sum();
        let others = unit.marks - 1.0;
        [(unit.marks * unit.marks - squares) / others, self.spread(unit, scale) / others, ratio / others]
    }

    /// The squared differences over all ordered pairs of marks of a unit, on a scale of numbers.
    fn spread(&self, unit: &Counted, scale: impl Fn(usize) -> f64) -> f64 {
        let pairs = || self.pairs[unit.pairs.clone()].iter();
        let centre = pairs().map(|(value, own)| scale(*value) * own).sum::<f64>() / unit.marks;
        2.0 * unit.marks * pairs().map(|(value, own)| own * (scale(*value) - centre).powi(2)).sum::<f64>()
    }

    /// Distances between values, or sums of them between units, whichever is the smaller table.
    fn ratios(&self) -> Ratios {
        let distances = |value: usize| self.values.iter().map(move |other| ratio_distance(self.values[value], *other));
        if self.values.len() <= self.units.len() {
            return Ratios::Values((0..self.values.len()).flat_map(distances).collect());
        }
        Ratios::Units(self.units.par_chunks(BLOCK).flat_map_iter(|block| self.between(block)).collect())
    }

    /// The distances between the marks of some units and those of all units.
    fn between(&self, block: &[Counted]) -> Vec<f64> {
        let width = self.values.len();
        let mut rows = vec![0.0; block.len() * width];
        // The values of a unit ascend, so that each unit needs its next one only.
        let mut next: Vec<usize> = block.iter().map(|unit| unit.pairs.start).collect();
        let mut distances = Vec::with_capacity(width);
        for value in 0..width {
            distances.clear();
            for (at, unit) in block.iter().enumerate() {
                let Some((_, own)) = self.pairs[next[at]..unit.pairs.end].first().filter(|own| own.0 == value) else {
                    continue;
                };
                next[at] += 1;
                if distances.is_empty() {
                    distances.extend(self.values.iter().map(|other| ratio_distance(self.values[value], *other)));
                }
                let row = &mut rows[at * width..(at + 1) * width];
                row.iter_mut().zip(&distances).for_each(|(sum, distance)| *sum += own * distance);
            }
        }
        let sum = |row: &[f64], other: &Counted| {
            self.pairs[other.pairs.clone()].iter().map(|(value, own)| row[*value] * own).sum::<f64>()
        };
        let rows = rows.chunks_exact(width);
        rows.flat_map(|row| self.units.iter().map(|other| sum(row, other)).collect::<Vec<f64>>()).collect()
    }

    /// Alpha by all metrics, each unit as often as its weight says; none where all marks are equal.
    pub(super) fn alphas(&self, weights: &[f64]) -> [Option<f64>; 4] {
        let mut margins = vec![0.0; self.values.len()];
        let drawn = || self.units.iter().zip(weights).filter(|(_, weight)| **weight > 0.0);
        for (unit, weight) in drawn() {
            for (value, own) in &self.pairs[unit.pairs.clone()] {
                margins[*value] += weight * own;
            }
        }
        if margins.iter().filter(|margin| **margin > 0.0).count() < 2 {
            return [None; 4];
        }
        let count: f64 = margins.iter().sum();
        let observed = |at: usize| drawn().map(|(unit, weight)| weight * unit.observed[at]).sum::<f64>();
        let mut below = 0.0;
        // Ordinal marks stand at the middles of their ranks.
        let middles: Vec<f64> = margins
            .iter()
            .map(|margin| {
                below += margin;
                below - margin / 2.0
            })
            .collect();
        let spread = |scale: &[f64]| {
            let centre = scale.iter().zip(&margins).map(|(value, own)| value * own).sum::<f64>() / count;
            let squares: f64 = scale.iter().zip(&margins).map(|(value, own)| own * (value - centre).powi(2)).sum();
            2.0 * count * squares
        };
        let ordinal: f64 =
            drawn().map(|(unit, weight)| weight * self.spread(unit, |value| middles[value]) / (unit.marks - 1.0)).sum();
        let squares: f64 = margins.iter().map(|own| own * own).sum();
        let form = |table: &[f64], own: &[f64]| -> f64 {
            let rows = table.chunks_exact(own.len()).zip(own).filter(|(_, weight)| **weight > 0.0);
            rows.map(|(row, weight)| weight * row.iter().zip(own).map(|(a, b)| a * b).sum::<f64>()).sum()
        };
        let ratio = match &self.ratios {
            Ratios::Values(table) => form(table, &margins),
            Ratios::Units(table) => form(table, weights),
        };
        let alpha = |observed: f64, expected: f64| {
            let own = 1.0 - observed * (count - 1.0) / expected;
            own.is_finite().then_some(own)
        };
        [
            alpha(observed(0), count * count - squares),
            alpha(ordinal, spread(&middles)),
            alpha(observed(1), spread(&self.values)),
            alpha(observed(2), ratio),
        ]
    }
}

/// ((a − b)/(a + b))²; equal marks are not apart, even at 0.
fn ratio_distance(a: f64, b: f64) -> f64 {
    if a.total_cmp(&b).is_eq() { 0.0 } else { ((a - b) / (a + b)).powi(2) }
}

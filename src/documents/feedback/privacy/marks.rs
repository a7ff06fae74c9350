//! Which sums a number of marks can have, and in how many ways: whole-number histograms over the marks of a component.
//!
//! Marks are counted in steps above the least one: of the levels 60, 70, 85 and 100 the steps are 0, 2, 5 and 8 of 5 points. A
//! sum of marks is then a whole number of steps, and what a class can have given follows from the number of its marks alone.

use std::ops::RangeInclusive;

use num_integer::{div_ceil, gcd};

use super::levels::Levels;
use crate::model::{Positive, Scale};
use crate::shared::number::{Exact, Precision};

/// The marks of a component, in steps above the least one.
pub(super) struct Grid {
    /// Points of the least mark.
    pub(super) low: Exact,
    /// Points of a step.
    pub(super) step: Exact,
    /// The greatest mark, in steps; 0 where all marks are the same.
    pub(super) top: i64,
    /// How means are rounded, if they are.
    pub(super) rounded: Option<Precision>,
    kind: GridKind,
}

enum GridKind {
    /// Every step is a mark, from the first positive one on; none is positive if that lies above the greatest.
    Even { positive_from: i64 },
    /// Some steps are marks.
    Levels { positive: Levels, negative: Levels, all: Levels },
}

/// How many histograms there are: none, the one that is given, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ways {
    /// None.
    None,
    /// One, its marks in ascending order.
    One(Vec<i64>),
    /// Several.
    Several,
}

impl Ways {
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, own) | (own, Self::None) => own,
            (Self::One(first), Self::One(second)) if first == second => Self::One(first),
            _ => Self::Several,
        }
    }

    pub(super) fn beside(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, _) | (_, Self::None) => Self::None,
            (Self::One(first), Self::One(second)) => {
                let mut both = [first, second].concat();
                both.sort_unstable();
                Self::One(both)
            }
            _ => Self::Several,
        }
    }
}

/// Numbers from the first to the second, both included; none where the first is greater.
pub(super) type Bounds = RangeInclusive<i64>;

impl Grid {
    /// The grid of a component; `most` is the greatest number of marks that a class gave a unit. None where there would be
    /// too many sums, or steps that do not fit machine integers.
    pub(super) fn of(scale: &Scale, positive: &Positive, rounded: Option<Precision>, most: i64) -> Option<Self> {
        match scale {
            Scale::Range(range) => {
                let step = range.step.as_ref()?.0.clone();
                let steps = |points: &Exact| ((points - &range.low.0) / &step).parts();
                let (top, _) = steps(&range.high.0)?;
                let top = i64::try_from(top).ok()?;
                let positive_from = match positive {
                    Positive::From(points) => {
                        let (above, divisor) = steps(&points.0)?;
                        i64::try_from(div_ceil(above, divisor)).ok()?.clamp(0, top + 1)
                    }
                    Positive::Undeclared | Positive::Levels(_) => top + 1,
                };
                let kind = GridKind::Even { positive_from };
                Some(Self { low: range.low.0.clone(), step, top, rounded, kind })
            }
            Scale::Levels(levels) => {
                let points: std::collections::BTreeSet<&Exact> = levels.iter().map(|(_, points)| &points.0).collect();
                let low = (*points.first()?).clone();
                let step = common_divisor(points.iter().map(|own| *own - &low))?;
                let steps = |points: &Exact| i64::try_from(((points - &low) / &step).parts()?.0).ok();
                let all: Vec<i64> = points.iter().map(|own| steps(own)).collect::<Option<_>>()?;
                let top = *all.last()?;
                let is_positive = |own: &&Exact| positive.holds(&crate::shared::number::Points((**own).clone()));
                let (positive, negative): (Vec<&Exact>, Vec<_>) = points.iter().copied().partition(is_positive);
                let some = |own: Vec<&Exact>| own.into_iter().map(steps).collect::<Option<Vec<i64>>>();
                let (positive, negative) = (some(positive)?, some(negative)?);
                let kind = GridKind::Levels {
                    positive: Levels::of(positive, most)?,
                    negative: Levels::of(negative, most)?,
                    all: Levels::of(all, most)?,
                };
                Some(Self { step, top, low, rounded, kind })
            }
        }
    }

    /// Whether some marks can have a sum.
    pub(super) fn holds(&self, marks: i64, sum: i64) -> bool {
        match &self.kind {
            GridKind::Even { .. } => sum >= 0 && sum <= marks * self.top,
            GridKind::Levels { all, .. } => all.holds(marks, sum),
        }
    }

    /// Whether some marks can have a sum if a given number of them is positive.
    pub(super) fn holds_positive(&self, marks: i64, positive: i64, sum: i64) -> bool {
        if positive < 0 || positive > marks {
            return false;
        }
        let others = marks - positive;
        match &self.kind {
            GridKind::Even { positive_from } => {
                let (least, most) = (positive * positive_from, positive * self.top + others * (positive_from - 1));
                self.is_possible(*positive_from, positive, others) && sum >= least && sum <= most
            }
            GridKind::Levels { positive: above, negative: below, .. } => {
                let (from, to) = (above.least(positive), above.most(positive));
                let range = (from.max(sum - below.most(others)), to.min(sum - below.least(others)));
                (range.0..=range.1).any(|part| above.holds(positive, part) && below.holds(others, sum - part))
            }
        }
    }

    /// Whether there are marks of the kinds that are asked for: positive ones, and others.
    const fn is_possible(&self, positive_from: i64, positive: i64, others: i64) -> bool {
        (positive == 0 || positive_from <= self.top) && (others == 0 || positive_from > 0)
    }

    /// In how many ways some marks have a sum.
    pub(super) fn ways(&self, marks: i64, sum: i64) -> Ways {
        match &self.kind {
            GridKind::Even { .. } => even_ways(marks, &(0..=self.top), sum),
            GridKind::Levels { all, .. } => all.ways(marks, sum),
        }
    }

    /// In how many ways some marks have a sum if a given number of them is positive.
    pub(super) fn ways_positive(&self, marks: i64, positive: i64, sum: i64) -> Ways {
        if positive < 0 || positive > marks {
            return Ways::None;
        }
        let others = marks - positive;
        match &self.kind {
            GridKind::Even { positive_from } => {
                if !self.is_possible(*positive_from, positive, others) {
                    return Ways::None;
                }
                let (above, below) = (*positive_from..=self.top, 0..=*positive_from - 1);
                let (one, other) =
                    (positive * above.start()..=positive * above.end(), 0..=others * below.end().max(&0));
                split(&one, sum, &other, |part| {
                    even_ways(positive, &above, part).beside(even_ways(others, &below, sum - part))
                })
            }
            GridKind::Levels { positive: above, negative: below, .. } => {
                let bounds = |levels: &Levels, count: i64| levels.least(count)..=levels.most(count);
                split(&bounds(above, positive), sum, &bounds(below, others), |part| {
                    above.ways(positive, part).beside(below.ways(others, sum - part))
                })
            }
        }
    }
}

/// The ways of all splits of a sum into one part within some bounds and another within others.
fn split(one: &Bounds, sum: i64, other: &Bounds, ways: impl Fn(i64) -> Ways) -> Ways {
    let mut found = Ways::None;
    for part in *one.start().max(&(sum - other.end()))..=*one.end().min(&(sum - other.start())) {
        found = found.and(ways(part));
        if found == Ways::Several {
            break;
        }
    }
    found
}

/// The ways of some marks between two bounds, every step of which is a mark. Except at the ends of the possible sums,
/// there are several as soon as there are two marks and three values for them.
///
/// Example: two marks from 0 to 3 have the sum 1 as 0 + 1 only, the sum 2 as 0 + 2 and 1 + 1.
fn even_ways(marks: i64, bounds: &Bounds, sum: i64) -> Ways {
    let (low, high) = (*bounds.start(), *bounds.end());
    if marks == 0 {
        return if sum == 0 { Ways::One(Vec::new()) } else { Ways::None };
    }
    let (width, above) = (high - low, sum - marks * low);
    if width < 0 || above < 0 || above > marks * width {
        return Ways::None;
    }
    let is_one = marks == 1 || width <= 1 || above <= 1 || above >= marks * width - 1;
    if !is_one {
        return Ways::Several;
    }
    // From the least value upwards: as many as possible at the top, at most one between, unless all that is above is one step.
    let (full, rest) = if width == 0 { (0, 0) } else { (above / width, above % width) };
    let mut own: Vec<i64> = vec![high; full as usize];
    if rest > 0 {
        own.push(low + rest);
    }
    own.resize(marks as usize, low);
    own.sort_unstable();
    Ways::One(own)
}

/// The greatest step of which all distances are multiples; 1 where there is none.
fn common_divisor(distances: impl Iterator<Item = Exact>) -> Option<Exact> {
    let mut divisor: Option<(i128, i128)> = None;
    for distance in distances.filter(|own| !own.is_zero()) {
        let (numerator, denominator) = distance.parts()?;
        divisor = Some(match divisor {
            None => (numerator, denominator),
            Some((own, under)) => {
                let common = under.checked_mul(denominator / gcd(under, denominator))?;
                let (first, second) = (own.checked_mul(common / under)?, numerator.checked_mul(common / denominator)?);
                (gcd(first, second), common)
            }
        });
    }
    match divisor {
        Some((numerator, denominator)) => {
            let whole = |own: i128| i64::try_from(own).ok();
            let common = gcd(numerator, denominator);
            Some(Exact::ratio(whole(numerator / common)?, whole(denominator / common)?))
        }
        None => Some(Exact::from(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::number::Points;

    fn levels(points: &[i64], positive: &[i64]) -> Grid {
        let level = |points: &i64| (points.to_string(), Points(Exact::from(*points)));
        let positive = positive.iter().map(|points| Points(Exact::from(*points))).collect();
        let scale = Scale::Levels(points.iter().map(level).collect());
        Grid::of(&scale, &Positive::Levels(positive), None, 50).expect("a grid")
    }

    fn range(low: i64, high: i64, positive: i64) -> Grid {
        let points = |own: i64| Points(Exact::from(own));
        let range = crate::model::Range { low: points(low), high: points(high), step: Some(points(1)) };
        Grid::of(&Scale::Range(range), &Positive::From(points(positive)), None, 50).expect("a grid")
    }

    /// Every histogram of some marks over the levels.
    fn all(levels: &[i64], marks: i64) -> Vec<Vec<i64>> {
        if marks == 0 {
            return vec![Vec::new()];
        }
        let mut found = Vec::new();
        for (at, level) in levels.iter().enumerate() {
            for rest in all(&levels[at..], marks - 1) {
                found.push([vec![*level], rest].concat());
            }
        }
        found
    }

    /// Every answer of a grid is what counting all histograms one by one gives.
    fn agrees(grid: &Grid, steps: &[i64], positive: impl Fn(i64) -> bool) {
        for marks in 0..=5 {
            let histograms = all(steps, marks);
            for sum in -1..=marks * grid.top + 1 {
                let with = |count: Option<i64>| {
                    let own = histograms.iter().filter(|own| own.iter().sum::<i64>() == sum);
                    let of = |own: &&Vec<i64>| own.iter().filter(|mark| positive(**mark)).count() as i64;
                    own.filter(|own| count.is_none_or(|count| of(own) == count)).cloned().collect::<Vec<_>>()
                };
                let expected = |mut found: Vec<Vec<i64>>| match found.len() {
                    0 => Ways::None,
                    1 => Ways::One(found.remove(0)),
                    _ => Ways::Several,
                };
                assert_eq!(grid.holds(marks, sum), !with(None).is_empty(), "{marks} marks, {sum}");
                assert_eq!(grid.ways(marks, sum), expected(with(None)), "{marks} marks, {sum}");
                for count in -1..=marks + 1 {
                    let found = with(Some(count));
                    assert_eq!(grid.holds_positive(marks, count, sum), !found.is_empty(), "{marks}, {count}, {sum}");
                    assert_eq!(grid.ways_positive(marks, count, sum), expected(found), "{marks}, {count}, {sum}");
                }
            }
        }
    }

    #[test]
    fn levels_and_ranges_have_the_sums_that_their_histograms_have() {
        // 60, 70, 85, 100 are 0, 2, 5 and 8 steps of 5.
        agrees(&levels(&[100, 85, 70, 60], &[100, 85]), &[0, 2, 5, 8], |mark| mark >= 5);
        agrees(&levels(&[100, 80, 60, 40], &[]), &[0, 1, 2, 3], |_| false);
        agrees(&levels(&[100, 80, 60, 40], &[100, 60]), &[0, 1, 2, 3], |mark| mark == 3 || mark == 1);
        agrees(&levels(&[100, 0], &[100]), &[0, 1], |mark| mark == 1);
        agrees(&levels(&[7], &[7]), &[0], |_| true);
        for positive in [0, 1, 3, 4, 6] {
            agrees(&range(0, 4, positive), &[0, 1, 2, 3, 4], |mark| mark >= positive);
        }
        agrees(&range(60, 61, 61), &[0, 1], |mark| mark == 1);
    }

    #[test]
    fn many_marks_need_no_table_of_all_their_sums() {
        // 5 and 8 cannot make 27 more than the least, however many marks there are; 28 is 5 + 5 + 5 + 5 + 8.
        let grid = {
            let level = |points: &i64| (points.to_string(), Points(Exact::from(*points)));
            let scale = Scale::Levels([0, 5, 8].iter().map(level).collect());
            Grid::of(&scale, &Positive::Undeclared, None, 100_000).expect("a grid")
        };
        assert!(!grid.holds(100_000, 27) && grid.holds(100_000, 28));
        assert!(grid.holds(100_000, 800_000) && !grid.holds(100_000, 799_999) && grid.holds(100_000, 799_997));
        assert!(grid.holds(100_000, 400_001));
    }
}

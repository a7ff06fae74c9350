//! Marks of a scale of levels, with gaps between them: the sums that some of them can have, and in how many ways.

use super::marks::Ways;

/// Most steps of a table of sums of levels; levels that need more of them are not searched.
const MOST_SUMS: i64 = 4_000_000;

/// Marks with gaps between them, and the sums that they can have.
pub(super) struct Levels {
    /// In steps, ascending.
    marks: Vec<i64>,
    /// By sum, less that of as many least marks: how many marks other than the least it takes; `u32::MAX` if
    /// impossible.
    fewest: Vec<u32>,
}

impl Levels {
    /// Some levels; `most` is the greatest number of marks. None where the table of their sums would be too long.
    pub(super) fn of(marks: Vec<i64>, most: i64) -> Option<Self> {
        let (Some(low), Some(high)) = (marks.first(), marks.last()) else {
            return Some(Self { marks, fewest: Vec::new() });
        };
        // Beyond the square of the widest distance a smallest set of marks contains the greatest one.
        let width = high - low;
        let sums = width.checked_mul(width.checked_add(1)?.min(most))?;
        if sums > MOST_SUMS {
            return None;
        }
        let mut fewest = vec![u32::MAX; sums as usize + 1];
        fewest[0] = 0;
        for sum in 1..fewest.len() {
            let taken = marks.iter().skip(1).filter_map(|mark| {
                let rest = sum.checked_sub((mark - low) as usize)?;
                fewest[rest].checked_add(1)
            });
            fewest[sum] = taken.min().unwrap_or(u32::MAX);
        }
        Some(Self { marks, fewest })
    }

    /// The least sum of some marks.
    pub(super) fn least(&self, marks: i64) -> i64 {
        self.marks.first().map_or(0, |low| low * marks)
    }

    /// The greatest sum of some marks.
    pub(super) fn most(&self, marks: i64) -> i64 {
        self.marks.last().map_or(0, |high| high * marks)
    }

    /// Whether some marks can have a sum.
    pub(super) fn holds(&self, marks: i64, sum: i64) -> bool {
        let (Some(low), Some(high)) = (self.marks.first(), self.marks.last()) else { return marks == 0 && sum == 0 };
        let above = sum - low * marks;
        if above < 0 || sum > high * marks {
            return false;
        }
        let last = self.fewest.len() as i64 - 1;
        let width = (high - low).max(1);
        let tops = if above > last { (above - last + width - 1) / width } else { 0 };
        let fewest = self.fewest[(above - tops * width) as usize];
        fewest != u32::MAX && i64::from(fewest) + tops <= marks
    }

    /// In how many ways some marks have a sum.
    pub(super) fn ways(&self, marks: i64, sum: i64) -> Ways {
        let mut search = LevelWays { levels: &self.marks, found: Ways::None, taken: Vec::new() };
        search.run(self.marks.len(), marks, sum);
        search.found
    }
}

/// Counts histograms over levels, from the greatest level down, until there are several.
struct LevelWays<'l> {
    levels: &'l [i64],
    found: Ways,
    taken: Vec<(i64, i64)>,
}

impl LevelWays<'_> {
    fn run(&mut self, below: usize, marks: i64, sum: i64) {
        if self.found == Ways::Several {
            return;
        }
        let Some((level, rest)) = self.levels[..below].split_last() else {
            if marks == 0 && sum == 0 {
                let own = self.taken.iter().rev().flat_map(|(mark, count)| std::iter::repeat_n(*mark, *count as usize));
                let own = Ways::One(own.collect());
                self.found = std::mem::replace(&mut self.found, Ways::None).and(own);
            }
            return;
        };
        let (Some(low), next) = (self.levels.first(), rest.last()) else { return };
        for count in 0..=marks {
            let (left, remaining) = (marks - count, sum - count * level);
            if remaining < left * low {
                break;
            }
            if next.map_or(0, |next| next * left) < remaining {
                continue;
            }
            self.taken.push((*level, count));
            self.run(below - 1, left, remaining);
            self.taken.pop();
        }
    }
}

//! Which sums so many marks can have, and in how many ways: one, or more than one.

use crate::method::Scale;

/// All multisets of up to so many marks, by how many they are and by their sum in units above the least mark.
pub(crate) struct Marks {
    /// Of all marks, and of the positive ones and the others alone.
    all: Table,
    positive: Table,
    negative: Table,
}

/// Ways by number of marks and sum, more than one counted as two.
type Table = Vec<Vec<u8>>;

/// Marks of one sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sum {
    /// The sum in units above that of as many least marks.
    pub(crate) sum: usize,
    /// How many are positive; 0 where nobody asks.
    pub(crate) positive: usize,
    /// Whether there is more than one such multiset.
    pub(crate) many: bool,
}

fn table(places: &[usize], most: usize, top: usize) -> Table {
    let mut ways: Table = (0..=most).map(|count| vec![0; count * top + 1]).collect();
    ways[0][0] = 1;
    for place in places {
        for count in 1..=most {
            for sum in *place..=count * top {
                let before = ways[count - 1].get(sum - place).copied().unwrap_or(0);
                ways[count][sum] = (ways[count][sum] + before).min(2);
            }
        }
    }
    ways
}

impl Marks {
    fn of(scale: &Scale, most: usize) -> Self {
        let top = *scale.places.last().unwrap();
        let of = |wanted: bool| -> Table {
            let Some(positive) = &scale.positive else { return Vec::new() };
            let own = scale.places.iter().zip(positive).filter(|(_, is)| **is == wanted);
            table(&own.map(|(place, _)| *place).collect::<Vec<_>>(), most, top)
        };
        Self { all: table(&scale.places, most, top), positive: of(true), negative: of(false) }
    }
}

impl Scale {
    /// All sums of `count` marks from `least` to `most`; with `positive` apart by how many of them are positive.
    pub(crate) fn sums(&self, count: usize, (least, most): (usize, usize), positive: bool) -> Vec<Sum> {
        // Tables reach further than is asked for, so that they are made but a few times.
        let reach = count.next_power_of_two().max(4);
        let mut tables = self.marks.borrow_mut();
        let tables = tables.entry(reach).or_insert_with(|| Marks::of(self, reach));
        let top = count * self.places.last().unwrap();
        let (range, mut sums) = (least..=most.min(top), Vec::new());
        if !positive {
            let ways = range.map(|sum| (sum, tables.all[count][sum])).filter(|(_, ways)| *ways > 0);
            return ways.map(|(sum, ways)| Sum { sum, positive: 0, many: ways > 1 }).collect();
        }
        for sum in range {
            for good in 0..=count {
                let (good_sums, bad_sums) = (&tables.positive[good], &tables.negative[count - good]);
                let mut ways = 0;
                for (part, own) in good_sums.iter().enumerate().take(sum + 1).filter(|(_, own)| **own > 0) {
                    ways += own * bad_sums.get(sum - part).copied().unwrap_or(0);
                    ways = ways.min(2);
                }
                if ways > 0 {
                    sums.push(Sum { sum, positive: good, many: ways > 1 });
                }
            }
        }
        sums
    }

    /// Whether `count` marks can have a sum.
    pub(crate) fn reaches(&self, count: usize, sum: usize) -> bool {
        !self.sums(count, (sum, sum), false).is_empty()
    }

    /// The least and the greatest place of marks whose sum, and number of positive ones, leave one way.
    pub(crate) fn ends(&self, count: usize, own: Sum, positive: bool) -> (usize, usize) {
        let holds = |index: usize| {
            let place = self.places[index];
            let good = usize::from(positive && self.positive.as_ref().is_some_and(|is| is[index]));
            let Some(rest) = own.sum.checked_sub(place) else { return false };
            self.sums(count - 1, (rest, rest), positive).iter().any(|left| left.positive + good == own.positive)
        };
        let held: Vec<usize> = (0..self.places.len()).filter(|index| holds(*index)).collect();
        (self.places[held[0]], self.places[held[held.len() - 1]])
    }

    /// Every multiset of `count` marks of a sum, as numbers of marks by place, until the visitor says stop.
    pub(crate) fn each(&self, count: usize, sum: usize, visit: &mut dyn FnMut(&[usize]) -> bool) -> bool {
        let mut counts = vec![0; self.places.len()];
        self.below(self.places.len(), (count, sum), &mut counts, visit)
    }

    fn below(
        &self,
        levels: usize,
        (count, sum): (usize, usize),
        counts: &mut Vec<usize>,
        visit: &mut dyn FnMut(&[usize]) -> bool,
    ) -> bool {
        if levels == 0 {
            return count == 0 && sum == 0 && visit(counts);
        }
        let place = self.places[levels - 1];
        // What is left has to fit below this place.
        for own in 0..=count {
            if own * place > sum || sum > count * place {
                break;
            }
            counts[levels - 1] = own;
            if self.below(levels - 1, (count - own, sum - own * place), counts, visit) {
                return true;
            }
            counts[levels - 1] = 0;
        }
        false
    }
}

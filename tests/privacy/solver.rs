//! Whether anything agrees with all numbers: one option of each slot is chosen, and in each row the parts of the chosen
//! options add up to a number between two bounds. A plain search with two cuts: what the rest can reach at best, and
//! what was tried before.

use std::collections::BTreeSet;

/// The bounds of a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Least sum.
    pub(crate) least: i128,
    /// Greatest sum.
    pub(crate) most: i128,
}

/// What an option adds to each row.
pub(crate) type Parts = Vec<i128>;

/// Rows, and the options of each slot.
#[derive(Clone, Debug)]
pub(crate) struct Puzzle {
    /// The rows.
    pub(crate) rows: Vec<Bounds>,
    /// Options by slot.
    pub(crate) slots: Vec<Vec<Parts>>,
}

/// Steps of a first search; most find something at once.
const FIRST: usize = 4_000;
/// Most steps of a search: the projects of the tests are made so that it ends far below.
const STEPS: usize = 4_000_000;
/// Most options of two slots that are made one.
const JOINED: usize = 100_000;

impl Puzzle {
    /// Whether one option of each slot can be chosen so that every row is within its bounds.
    pub(crate) fn is_solvable(&self) -> bool {
        let Some(cut) = self.clone().cut() else { return false };
        if let Some(found) = cut.search(FIRST) {
            return found;
        }
        let Some(joined) = cut.joined() else { return false };
        joined.search(STEPS).expect("a search without end: make the projects smaller")
    }

    fn search(&self, steps: usize) -> Option<bool> {
        let mut slots = self.slots.clone();
        slots.sort_by_key(Vec::len);
        let mut search = Search::new(&self.rows, self.chained(slots), steps);
        let found = search.from(0, &mut vec![0; self.rows.len()]);
        (found || search.steps > 0).then_some(found)
    }

    /// Without options that add the same, and without those that the others cannot complete; none if a slot has none left.
    fn cut(mut self) -> Option<Self> {
        for own in &mut self.slots {
            own.sort_unstable();
            own.dedup();
        }
        let kept = self.bounded();
        for (own, kept) in self.slots.iter_mut().zip(&kept) {
            let mut keep = kept.iter();
            own.retain(|_| *keep.next().unwrap());
        }
        self.slots.iter().all(|own| !own.is_empty()).then(|| self.without_idle_rows())
    }

    /// Without rows that are kept whatever is chosen.
    fn without_idle_rows(mut self) -> Self {
        let is_open = |row: &usize| {
            let all = self.slots.iter().map(|own| ends(own.iter().map(|parts| parts[*row])));
            let (least, most) = all.fold((0, 0), |(low, high), (least, most)| (low + least, high + most));
            least < self.rows[*row].least || most > self.rows[*row].most
        };
        let open: Vec<usize> = (0..self.rows.len()).filter(is_open).collect();
        self.rows = open.iter().map(|row| self.rows[*row]).collect();
        for parts in self.slots.iter_mut().flatten() {
            *parts = open.iter().map(|row| parts[*row]).collect();
        }
        for own in &mut self.slots {
            own.sort_unstable();
            own.dedup();
        }
        self
    }

    /// The same with slots made one that move the same rows: all sums of their options, each once.
    fn joined(mut self) -> Option<Self> {
        loop {
            let moved = |own: &Vec<Parts>| -> Vec<usize> {
                (0..self.rows.len()).filter(|row| own.iter().any(|parts| parts[*row] != own[0][*row])).collect()
            };
            let moved: Vec<Vec<usize>> = self.slots.iter().map(moved).collect();
            let pairs = (0..moved.len()).flat_map(|a| (a + 1..moved.len()).map(move |b| (a, b)));
            let size = |(a, b): &(usize, usize)| self.slots[*a].len() * self.slots[*b].len();
            let same = pairs.filter(|(a, b)| moved[*a] == moved[*b]).min_by_key(size);
            let Some((a, b)) = same.filter(|pair| size(pair) <= JOINED) else { return Some(self) };
            let second = self.slots.remove(b);
            let first = self.slots.remove(a);
            let sum = |one: &Parts, other: &Parts| one.iter().zip(other).map(|(a, b)| a + b).collect::<Parts>();
            self.slots.push(first.iter().flat_map(|one| second.iter().map(|other| sum(one, other))).collect());
            self = self.cut()?;
        }
    }

    /// Which options the others can complete, row by row.
    pub(crate) fn bounded(&self) -> Vec<Vec<bool>> {
        let mut kept: Vec<Vec<bool>> = self.slots.iter().map(|own| vec![true; own.len()]).collect();
        loop {
            let mut dropped = false;
            for (row, bounds) in self.rows.iter().enumerate() {
                let left = |slot: usize| {
                    let options = self.slots[slot].iter().zip(&kept[slot]).filter(|(_, kept)| **kept);
                    ends(options.map(|(parts, _)| parts[row]))
                };
                let ends: Vec<(i128, i128)> = (0..self.slots.len()).map(left).collect();
                let (least, most): (i128, i128) =
                    ends.iter().fold((0, 0), |(low, high), (least, most)| (low + least, high + most));
                for ((own, kept), (low, high)) in self.slots.iter().zip(&mut kept).zip(&ends) {
                    for (parts, kept) in own.iter().zip(kept).filter(|(_, kept)| **kept) {
                        *kept = parts[row] + least - low <= bounds.most && parts[row] + most - high >= bounds.least;
                        dropped |= !*kept;
                    }
                }
            }
            if !dropped {
                return kept;
            }
        }
    }

    /// Slots in an order in which rows are soon complete: next comes one of the row that lacks the fewest.
    fn chained(&self, mut left: Vec<Vec<Parts>>) -> Vec<Vec<Parts>> {
        let mut order = Vec::new();
        let moves = |own: &Vec<Parts>, row: usize| own.iter().any(|parts| parts[row] != own[0][row]);
        while !left.is_empty() {
            let open = |row: &usize| left.iter().filter(|own| moves(own, *row)).count();
            let row = (0..self.rows.len()).filter(|row| open(row) > 0).min_by_key(|row| open(row));
            let next = row.and_then(|row| left.iter().position(|own| moves(own, row))).unwrap_or(0);
            order.push(left.remove(next));
        }
        order
    }
}

/// The least and the greatest of some parts.
fn ends(parts: impl Iterator<Item = i128>) -> (i128, i128) {
    parts
        .fold(None, |ends, own| match ends {
            None => Some((own, own)),
            Some((least, most)) => Some((own.min(least), own.max(most))),
        })
        .unwrap_or((0, 0))
}

/// Two rows of which some slots move the first by `first` whenever they move the second by `second`.
#[derive(Clone, Copy)]
struct Twins {
    rows: (usize, usize),
    first: i128,
    second: i128,
}

struct Search<'p> {
    rows: &'p [Bounds],
    slots: Vec<Vec<Parts>>,
    /// The row by which the options of a slot are sorted.
    keys: Vec<usize>,
    /// Least and greatest of what the slots from one on add to each row.
    rest: Vec<Vec<(i128, i128)>>,
    /// Rows that the slots from one on move in a fixed proportion: two rows and their factors.
    twins: Vec<Vec<Twins>>,
    failed: BTreeSet<(usize, Vec<i128>)>,
    /// Steps that are left.
    steps: usize,
}

impl<'p> Search<'p> {
    fn new(rows: &'p [Bounds], mut slots: Vec<Vec<Parts>>, steps: usize) -> Self {
        let mut keys = Vec::new();
        for own in &mut slots {
            let spread = |row: &usize| own.iter().any(|parts| parts[*row] != own[0][*row]);
            let key = (0..rows.len()).find(spread).unwrap_or(0);
            own.sort_by_key(|parts| parts.get(key).copied());
            keys.push(key);
        }
        let mut rest = vec![vec![(0, 0); rows.len()]];
        for own in slots.iter().rev() {
            let after = &rest[rest.len() - 1];
            let reach = after.iter().enumerate().map(|(row, (low, high))| {
                let (least, most) = ends(own.iter().map(|parts| parts[row]));
                (low + least, high + most)
            });
            rest.push(reach.collect());
        }
        rest.reverse();
        let twins = twins(rows.len(), &slots);
        Self { rows, slots, keys, rest, twins, failed: BTreeSet::new(), steps }
    }

    fn from(&mut self, slot: usize, sums: &mut Vec<i128>) -> bool {
        if slot == self.slots.len() {
            return self.rows.iter().zip(sums.iter()).all(|(row, sum)| (row.least..=row.most).contains(sum));
        }
        if slot > 0 && slot + 1 < self.slots.len() && self.failed.contains(&(slot, sums.clone())) {
            return false;
        }
        let (start, end) = self.window(slot, sums);
        // From the middle outwards: most choices of the others meet there.
        let middle = start + (end - start) / 2;
        let mut tried = 0;
        while tried < end - start {
            let step = tried.div_ceil(2);
            let at = if tried % 2 == 0 { middle + step } else { middle - step };
            tried += 1;
            if at < start || at >= end || !self.fits(slot, at, sums) {
                continue;
            }
            if self.steps == 0 {
                return false;
            }
            self.steps -= 1;
            sums.iter_mut().zip(&self.slots[slot][at]).for_each(|(sum, part)| *sum += part);
            let found = self.twins_meet(slot + 1, sums) && self.from(slot + 1, sums);
            sums.iter_mut().zip(&self.slots[slot][at]).for_each(|(sum, part)| *sum -= part);
            if found {
                return true;
            }
        }
        if self.steps > 0 && slot > 0 && slot + 1 < self.slots.len() {
            self.failed.insert((slot, sums.clone()));
        }
        false
    }

    /// The options that the key row leaves, by what the rest can reach.
    fn window(&self, slot: usize, sums: &[i128]) -> (usize, usize) {
        let (own, key) = (&self.slots[slot], self.keys[slot]);
        let Some(row) = self.rows.get(key) else { return (0, own.len()) };
        let (low, high) = self.rest[slot + 1][key];
        let start = own.partition_point(|parts| parts[key] + sums[key] + high < row.least);
        let end = own.partition_point(|parts| parts[key] + sums[key] + low <= row.most);
        (start, end.max(start))
    }

    fn fits(&self, slot: usize, at: usize, sums: &[i128]) -> bool {
        let parts = &self.slots[slot][at];
        self.rows.iter().enumerate().all(|(row, bounds)| {
            let (low, high) = self.rest[slot + 1][row];
            let sum = sums[row] + parts[row];
            sum + high >= bounds.least && sum + low <= bounds.most
        })
    }

    /// Whether rows that move together leave a common value for what is to come.
    fn twins_meet(&self, slot: usize, sums: &[i128]) -> bool {
        self.twins[slot].iter().all(|twins| {
            let left = |row: usize, factor: i128| {
                let base = sums[row] + self.rest[slot][row].0;
                let end = |bound: i128| (bound - base).saturating_mul(factor);
                (end(self.rows[row].least), end(self.rows[row].most))
            };
            let (a, b) = (left(twins.rows.0, twins.second), left(twins.rows.1, twins.first));
            a.0 <= b.1 && b.0 <= a.1
        })
    }
}

/// Two rows and, where they were moved, by what.
type Pair = (usize, usize, Option<(i128, i128)>);

/// The twins of each rest of the slots. Parts are taken from the least of their slot, where all twins have their least.
fn twins(rows: usize, slots: &[Vec<Parts>]) -> Vec<Vec<Twins>> {
    let mut open: Vec<Pair> = (0..rows).flat_map(|a| (a + 1..rows).map(move |b| (a, b, None))).collect();
    let mut all = vec![Vec::new()];
    for own in slots.iter().rev() {
        let least: Vec<i128> = (0..rows).map(|row| ends(own.iter().map(|parts| parts[row])).0).collect();
        open.retain_mut(|(a, b, factors)| {
            own.iter().all(|parts| match (parts[*a] - least[*a], parts[*b] - least[*b], *factors) {
                (0, 0, _) => true,
                (0, _, _) | (_, 0, _) => false,
                (first, second, None) => {
                    *factors = Some((first, second));
                    true
                }
                (first, second, Some(known)) => first * known.1 == second * known.0,
            })
        });
        let found = open
            .iter()
            .filter_map(|(a, b, factors)| factors.map(|(first, second)| Twins { rows: (*a, *b), first, second }));
        all.push(found.collect());
    }
    all.reverse();
    all
}

//! What one letter, or two letters of different times, leave open: for each class at a node the marks it may have given,
//! and whether the rest can agree with them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use num_traits::Zero as _;

use crate::letter::{Letter, Row, Term};
use crate::letters::Cell;
use crate::marks::Sum;
use crate::method::Scale;
use crate::number::{Q, whole};
use crate::slots::{cell_slots, mean, trimmed_slot};
use crate::solver::{Bounds, Parts, Puzzle};

/// Now and then: indices of the two times.
pub(crate) const NOW: usize = 0;
pub(crate) const THEN: usize = 1;

/// Marks that a class may have given: sums in units above as many least marks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice {
    /// Sum of the counted marks now and then.
    pub(crate) sums: [usize; 2],
    /// Positive ones now and then, where somebody was told.
    pub(crate) positive: [usize; 2],
    /// The marks that are the same at both times.
    pub(crate) kept: Sum,
    /// Sum of the marks that came late, and of those withdrawn.
    pub(crate) late: usize,
    pub(crate) withdrawn: usize,
}

/// What is not known: the marks of a class at a node, or how many trimmed marks of a component were positive.
pub(crate) struct Slot {
    /// Where the marks are; none for trimmed ones.
    pub(crate) cell: Option<Cell>,
    pub(crate) component: usize,
    /// Counted marks now and then, and zeros beside them.
    pub(crate) counted: [usize; 2],
    pub(crate) zeros: [usize; 2],
    /// At which times the slot says anything.
    pub(crate) times: [bool; 2],
    /// Marks at both times, late and withdrawn ones.
    pub(crate) kept: usize,
    pub(crate) late: usize,
    pub(crate) withdrawn: usize,
    pub(crate) choices: Vec<Choice>,
}

/// What a row consists of: terms of a time with their factors.
type Factors = Vec<((usize, Term), Q)>;

/// A row of all letters: its terms, its least and its greatest sum.
type Merged = (BTreeMap<(usize, Term), Q>, Option<Q>, Option<Q>);

/// One letter, or two of which one was handed out before.
pub(crate) struct Story<'l> {
    letters: Vec<&'l Letter<'l>>,
    pub(crate) slots: Vec<Slot>,
    rows: Vec<Bounds>,
    parts: Vec<Vec<Parts>>,
    /// Slots that share a row with each other, directly or through others.
    islands: Vec<usize>,
    known: RefCell<BTreeMap<usize, BTreeSet<Parts>>>,
}

impl<'l> Story<'l> {
    /// What the letters, the present one first, leave open.
    pub(crate) fn of(letters: Vec<&'l Letter<'l>>) -> Self {
        let mut slots = Vec::new();
        for cell in letters[NOW].cells() {
            slots.extend(cell_slots(&letters, cell));
        }
        for (time, letter) in letters.iter().enumerate() {
            slots.extend(letter.told.satisfaction.keys().map(|component| trimmed_slot(letter, *component, time)));
        }
        let mut story = Self {
            letters,
            slots,
            rows: Vec::new(),
            parts: Vec::new(),
            islands: Vec::new(),
            known: RefCell::default(),
        };
        let rows = story.merged_rows();
        story.weigh(&rows);
        story.cut();
        story.subtract();
        story.cut();
        story.find_islands();
        story
    }

    /// The value of a term of a choice.
    fn value(&self, slot: &Slot, choice: &Choice, time: usize, term: Term) -> Q {
        match term {
            Term::Mean(_) => self.mean(slot, choice.sums[time], time),
            Term::Positive(_) => whole(choice.positive[time]),
        }
    }

    /// The mean that a class has with a sum.
    pub(crate) fn mean(&self, slot: &Slot, sum: usize, time: usize) -> Q {
        let scale = self.scale(slot.component);
        mean(self.letters[time], scale, slot.component, (slot.counted[time], slot.zeros[time]), sum)
    }

    /// The scale of a component.
    pub(crate) fn scale(&self, component: usize) -> &Scale {
        self.letters[NOW].finer(self.letters[self.letters.len() - 1], component)
    }

    /// Rows of both times over the slots, those of one direction made one.
    fn merged_rows(&self) -> Vec<Merged> {
        let mut merged: BTreeMap<Factors, (Option<Q>, Option<Q>)> = BTreeMap::new();
        for (time, letter) in self.letters.iter().enumerate() {
            for Row { form, least, most } in letter.rows() {
                let terms: Factors =
                    form.terms.into_iter().filter(|(_, own)| !own.is_zero()).map(|(t, own)| ((time, t), own)).collect();
                let Some((_, first)) = terms.first().copied() else { continue };
                let bound = |end: Option<Q>| end.map(|end| (end - form.constant) / first);
                let (least, most) = (bound(least), bound(most));
                let key = terms.into_iter().map(|(term, own)| (term, own / first)).collect();
                let held = merged.entry(key).or_insert((least, most));
                held.0 = held.0.max(least);
                held.1 = match (held.1, most) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
            }
        }
        merged.into_iter().map(|(key, (least, most))| (key.into_iter().collect(), least, most)).collect()
    }

    /// Rows in whole numbers, and what every choice adds to them.
    fn weigh(&mut self, rows: &[Merged]) {
        let mut parts: Vec<Vec<Vec<Q>>> = Vec::new();
        for slot in &self.slots {
            let times: Vec<usize> = (0..self.letters.len()).filter(|time| slot.times[*time]).collect();
            let own = slot.choices.iter().map(|choice| {
                let part = |(terms, ..): &Merged| -> Q {
                    let own = times.iter().flat_map(|time| {
                        let mean = slot.cell.map(Term::Mean).into_iter();
                        mean.chain([Term::Positive(slot.component)]).map(move |term| (*time, term))
                    });
                    let parts = own.filter_map(|(time, term)| {
                        Some(terms.get(&(time, term))? * self.value(slot, choice, time, term))
                    });
                    parts.sum()
                };
                rows.iter().map(part).collect()
            });
            parts.push(own.collect());
        }
        for (row, (_, least, most)) in rows.iter().enumerate() {
            let scale = parts.iter().flatten().fold(1, |scale, own| multiple(scale, *own[row].denom()));
            let scaled = |value: Q| value * Q::from_integer(scale);
            // Without a bound everything is allowed: a row of such a size is never reached.
            let least = least.map_or(i128::MIN / 4, |end| scaled(end).ceil().to_integer());
            let most = most.map_or(i128::MAX / 4, |end| scaled(end).floor().to_integer());
            self.rows.push(Bounds { least, most });
            for own in parts.iter_mut().flatten() {
                own[row] = scaled(own[row]);
            }
        }
        self.parts = parts
            .into_iter()
            .map(|own| own.into_iter().map(|q| q.iter().map(Q::to_integer).collect()).collect())
            .collect();
    }

    /// Drops the choices that cannot agree with some row whatever the others are.
    fn cut(&mut self) {
        let kept = Puzzle { rows: self.rows.clone(), slots: self.parts.clone() }.bounded();
        for ((slot, parts), kept) in self.slots.iter_mut().zip(&mut self.parts).zip(kept) {
            let mut keep = kept.iter();
            slot.choices.retain(|_| *keep.next().unwrap());
            let mut keep = kept.iter();
            parts.retain(|_| *keep.next().unwrap());
        }
    }

    /// Adds differences of rows in which slots fall out, as those of two letters in which most marks are the same: they
    /// follow from the rows, and say at once what a search would find late.
    fn subtract(&mut self) {
        let count = self.rows.len();
        let moved = |story: &Self, row: usize| (0..story.slots.len()).filter(|slot| story.moves(*slot, row)).count();
        let ranges: Vec<usize> = (0..count).map(|row| moved(self, row)).collect();
        for (a, b) in (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b))) {
            let factors = (0..self.slots.len()).filter_map(|slot| self.factors(slot, a, b));
            let factors: BTreeSet<(i128, i128)> = factors.collect();
            let left = |factors: &(i128, i128)| -> usize {
                (0..self.slots.len()).filter(|slot| self.is_apart(*slot, (a, b), *factors)).count()
            };
            let Some(best) = factors.into_iter().min_by_key(|factors| left(factors)) else { continue };
            if left(&best) < ranges[a].min(ranges[b]) {
                self.add_difference((a, b), best);
            }
        }
    }

    /// Whether a slot moves the difference of two rows.
    fn is_apart(&self, slot: usize, (a, b): (usize, usize), (of_a, of_b): (i128, i128)) -> bool {
        let own = &self.parts[slot];
        own.iter().any(|parts| (parts[a] - own[0][a]) * of_a != (parts[b] - own[0][b]) * of_b)
    }

    fn add_difference(&mut self, (a, b): (usize, usize), (of_a, of_b): (i128, i128)) {
        let ends = |row: usize, factor: i128| {
            let Bounds { least, most } = self.rows[row];
            (least.saturating_mul(factor), most.saturating_mul(factor))
        };
        let (first, second) = (ends(a, of_a), ends(b, of_b));
        let bound = |end: i128| end.clamp(i128::MIN / 4, i128::MAX / 4);
        let (least, most) = (first.0.saturating_sub(second.1), first.1.saturating_sub(second.0));
        self.rows.push(Bounds { least: bound(least), most: bound(most) });
        for parts in self.parts.iter_mut().flatten() {
            parts.push(parts[a] * of_a - parts[b] * of_b);
        }
    }

    /// Positive factors with which two rows of a slot become equal, up to a constant.
    fn factors(&self, slot: usize, a: usize, b: usize) -> Option<(i128, i128)> {
        let own = &self.parts[slot];
        let apart = own.iter().find(|parts| parts[a] != own[0][a] && parts[b] != own[0][b])?;
        let (first, second) = (apart[a] - own[0][a], apart[b] - own[0][b]);
        let shared = divisor(first.abs(), second.abs());
        (first.signum() == second.signum()).then_some((second.abs() / shared, first.abs() / shared))
    }

    /// Whether the choices of a slot add different parts to a row.
    fn moves(&self, slot: usize, row: usize) -> bool {
        self.parts[slot].iter().any(|own| own[row] != self.parts[slot][0][row])
    }

    fn find_islands(&mut self) {
        self.islands = (0..self.slots.len()).collect();
        for row in 0..self.rows.len() {
            let moved: Vec<usize> = (0..self.slots.len()).filter(|slot| self.moves(*slot, row)).collect();
            let Some(first) = moved.first().map(|slot| self.islands[*slot]) else { continue };
            let joined: BTreeSet<usize> = moved.iter().map(|slot| self.islands[*slot]).collect();
            for island in self.islands.iter_mut().filter(|island| joined.contains(island)) {
                *island = first;
            }
        }
    }

    /// Whether anything agrees with all numbers in which the slot has one of these choices.
    pub(crate) fn allows(&self, slot: usize, choices: &[usize]) -> bool {
        let wanted: BTreeSet<&Parts> = choices.iter().map(|choice| &self.parts[slot][*choice]).collect();
        if self.known.borrow().get(&slot).is_some_and(|known| wanted.iter().any(|parts| known.contains(*parts))) {
            return true;
        }
        let island: Vec<usize> =
            (0..self.slots.len()).filter(|s| *s != slot && self.islands[*s] == self.islands[slot]).collect();
        let apart: Vec<usize> = (0..self.slots.len()).filter(|s| *s != slot && !island.contains(s)).collect();
        let rows: Vec<usize> = (0..self.rows.len())
            .filter(|row| self.moves(slot, *row) || island.iter().any(|own| self.moves(*own, *row)))
            .collect();
        let of = |parts: &Parts| rows.iter().map(|row| parts[*row]).collect::<Parts>();
        let bounds = rows.iter().map(|row| {
            let rest: i128 = apart.iter().filter_map(|slot| Some(self.parts[*slot].first()?[*row])).sum();
            Bounds { least: self.rows[*row].least - rest, most: self.rows[*row].most - rest }
        });
        let mut slots = vec![wanted.iter().map(|parts| of(parts)).collect::<Vec<_>>()];
        slots.extend(island.iter().map(|own| self.parts[*own].iter().map(of).collect()));
        let possible = Puzzle { rows: bounds.collect(), slots }.is_solvable();
        if possible && wanted.len() == 1 {
            let parts = wanted.into_iter().next().cloned();
            self.known.borrow_mut().entry(slot).or_default().extend(parts);
        }
        possible
    }

    /// Whether nothing agrees: as when marks changed in more ways than two letters show.
    pub(crate) fn is_empty(&self) -> bool {
        let is_first = |slot: &usize| !self.islands[..*slot].contains(&self.islands[*slot]);
        let all = |slot: usize| (0..self.slots[slot].choices.len()).collect::<Vec<_>>();
        !(0..self.slots.len()).filter(is_first).all(|slot| self.allows(slot, &all(slot)))
    }

    /// The letter of now.
    pub(crate) fn letter(&self) -> &Letter<'l> {
        self.letters[NOW]
    }
}

fn divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { divisor(b, a % b) }
}

fn multiple(a: i128, b: i128) -> i128 {
    a / divisor(a, b) * b
}

//! What one letter, or two letters of different times, leave open: for each class at a node the marks it may have given,
//! and whether the rest can agree with them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use num_traits::Zero as _;

use crate::letter::{Letter, Row, Sizes, Term};
use crate::letters::Cell;
use crate::marks::Sum;
use crate::method::Scale;
use crate::number::{Q, round, whole};
use crate::solver::{Bounds, Parts, Puzzle};

/// Now and then: indices of the two times.
pub(crate) const NOW: usize = 0;
const THEN: usize = 1;

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
    component: usize,
    /// Counted marks now and then, and zeros beside them.
    pub(crate) counted: [usize; 2],
    zeros: [usize; 2],
    /// At which times the slot says anything.
    times: [bool; 2],
    /// Marks at both times, late and withdrawn ones.
    pub(crate) kept: usize,
    pub(crate) late: usize,
    pub(crate) withdrawn: usize,
    pub(crate) choices: Vec<Choice>,
}

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
    fn merged_rows(&self) -> Vec<(BTreeMap<(usize, Term), Q>, Option<Q>, Option<Q>)> {
        let mut merged: BTreeMap<Vec<((usize, Term), Q)>, (Option<Q>, Option<Q>)> = BTreeMap::new();
        for (time, letter) in self.letters.iter().enumerate() {
            for Row { form, least, most } in letter.rows() {
                let terms: Vec<((usize, Term), Q)> =
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
    fn weigh(&mut self, rows: &[(BTreeMap<(usize, Term), Q>, Option<Q>, Option<Q>)]) {
        let mut parts: Vec<Vec<Vec<Q>>> = Vec::new();
        for slot in &self.slots {
            let times: Vec<usize> = (0..self.letters.len()).filter(|time| slot.times[*time]).collect();
            let own = slot.choices.iter().map(|choice| {
                let part = |(terms, ..): &(BTreeMap<(usize, Term), Q>, Option<Q>, Option<Q>)| -> Q {
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

/// Sum of counted marks over counted marks and zeros, rounded if the model says so.
fn mean(letter: &Letter<'_>, scale: &Scale, component: usize, (counted, zeros): (usize, usize), sum: usize) -> Q {
    if counted + zeros == 0 {
        return Q::zero();
    }
    let exact = (scale.low * whole(counted) + scale.unit * whole(sum)) / whole(counted + zeros);
    letter.mean_decimals(component).map_or(exact, |digits| round(exact, digits))
}

/// How many trimmed marks were positive: any number of them.
fn trimmed_slot(letter: &Letter<'_>, component: usize, time: usize) -> Slot {
    let cells = letter.cells().into_iter().filter(|cell| cell.0 == component);
    let trimmed: usize = cells.map(|cell| letter.sizes(cell).trimmed).sum();
    let choice = |count: usize| Choice {
        sums: [0; 2],
        positive: [count; 2],
        kept: Sum { sum: 0, positive: 0, many: false },
        late: 0,
        withdrawn: 0,
    };
    let mut times = [false; 2];
    times[time] = true;
    Slot {
        cell: None,
        component,
        counted: [0; 2],
        zeros: [0; 2],
        times,
        kept: 0,
        late: 0,
        withdrawn: 0,
        choices: (0..=trimmed).map(choice).collect(),
    }
}

/// The slots of a class at a node: one, or one for each time where the times do not depend on each other.
fn cell_slots(letters: &[&Letter<'_>], cell: Cell) -> Vec<Slot> {
    let sizes: Vec<Sizes> = letters.iter().map(|letter| letter.sizes(cell)).collect();
    let alone = |time: usize| {
        let mut times = [false; 2];
        times[time] = true;
        let counted = sizes[time].counted;
        let mut slot = Slot {
            cell: Some(cell),
            component: cell.0,
            counted: [0; 2],
            zeros: [0; 2],
            times,
            kept: counted,
            late: 0,
            withdrawn: 0,
            choices: Vec::new(),
        };
        (slot.counted[time], slot.zeros[time]) = (counted, sizes[time].zeros);
        slot.choices = choices(letters, &slot);
        slot
    };
    let [now, then] = sizes[..] else { return vec![alone(NOW)] };
    if now.trimmed + then.trimmed > 0 {
        return vec![alone(NOW), alone(THEN)];
    }
    let (b, a) = (now.counted, then.counted);
    let exchanged = if a == b { exchanged(letters, cell).min(a) } else { 0 };
    let mut slot = Slot {
        cell: Some(cell),
        component: cell.0,
        counted: [b, a],
        zeros: [now.zeros, then.zeros],
        times: [true, true],
        kept: a.min(b) - exchanged,
        late: b.saturating_sub(a) + exchanged,
        withdrawn: a.saturating_sub(b) + exchanged,
        choices: Vec::new(),
    };
    slot.choices = choices(letters, &slot);
    vec![slot]
}

/// How many marks were exchanged at least where as many have another sum.
fn exchanged(letters: &[&Letter<'_>], cell: Cell) -> usize {
    let scale = letters[NOW].finer(letters[THEN], cell.0);
    // Steps above as many least marks; a rounded mean stands for the nearest sum.
    let sum = |letter: &Letter<'_>| {
        let own =
            letter.mean(cell).map(|(mean, own)| mean * whole(own.counted + own.zeros) - scale.low * whole(own.counted));
        round(own.unwrap_or_default() / scale.unit, 0)
    };
    let (now, then) = (sum(letters[NOW]), sum(letters[THEN]));
    let difference = if now < then { then - now } else { now - then };
    usize::try_from((difference * scale.unit / scale.length()).ceil().to_integer()).unwrap()
}

/// All choices of a slot that agree with the means it is told.
fn choices(letters: &[&Letter<'_>], slot: &Slot) -> Vec<Choice> {
    let (cell, component) = (slot.cell.unwrap(), slot.component);
    let scale = letters[NOW].finer(letters[letters.len() - 1], component);
    let top = *scale.places.last().unwrap();
    let told: Vec<Vec<bool>> = (0..letters.len())
        .map(|time| {
            let (letter, own) = (letters[time], (slot.counted[time], slot.zeros[time]));
            let near = crate::number::half(letter.decimals());
            let fits = |sum| match letter.told.means.get(&cell) {
                Some(told) if slot.times[time] => {
                    let mean = mean(letter, scale, component, own, sum);
                    (*told - near..=*told + near).contains(&mean)
                }
                _ => true,
            };
            (0..=own.0 * top).map(fits).collect()
        })
        .collect();
    let asked = |time: usize| {
        slot.times[time] && letters.get(time).is_some_and(|letter| letter.told.satisfaction.contains_key(&component))
    };
    let (now, then) = (asked(NOW), asked(THEN));
    // Of the kept marks only those that can become a sum that was told.
    let span = |time: usize, others: usize| {
        let fits = told.get(time).filter(|_| slot.times[time]);
        let first = fits.and_then(|fits| fits.iter().position(|fits| *fits));
        let last = fits.and_then(|fits| fits.iter().rposition(|fits| *fits));
        (first.unwrap_or(0).saturating_sub(others * top), last.unwrap_or(usize::MAX))
    };
    let (first, second) = (span(NOW, slot.late), span(THEN, slot.withdrawn));
    let range = (first.0.max(second.0), first.1.min(second.1));
    let late = scale.sums(slot.late, (0, usize::MAX), now);
    let withdrawn = scale.sums(slot.withdrawn, (0, usize::MAX), then);
    let mut choices = Vec::new();
    for kept in scale.sums(slot.kept, range, now || then) {
        for late in &late {
            for gone in &withdrawn {
                let sums = [kept.sum + late.sum, kept.sum + gone.sum];
                let fits = (0..letters.len()).all(|time| !slot.times[time] || told[time][sums[time]]);
                if fits {
                    let positive = |is_asked: bool, other: &Sum| {
                        if is_asked { kept.positive + other.positive } else { 0 }
                    };
                    let positive = [positive(now, late), positive(then, gone)];
                    choices.push(Choice { sums, positive, kept, late: late.sum, withdrawn: gone.sum });
                }
            }
        }
    }
    choices
}

//! Which marks a class may have given at a node at two times, before any equation is asked: all sums, and which of them
//! came late or were withdrawn.

use num_traits::Zero as _;

use crate::letter::{Letter, Sizes};
use crate::letters::Cell;
use crate::marks::Sum;
use crate::method::Scale;
use crate::number::{Q, round, whole};
use crate::story::{Choice, NOW, Slot, THEN};

/// Sum of counted marks over counted marks and zeros, rounded if the model says so.
pub(crate) fn mean(
    letter: &Letter<'_>,
    scale: &Scale,
    component: usize,
    (counted, zeros): (usize, usize),
    sum: usize,
) -> Q {
    if counted + zeros == 0 {
        return Q::zero();
    }
    let exact = (scale.low * whole(counted) + scale.unit * whole(sum)) / whole(counted + zeros);
    letter.mean_decimals(component).map_or(exact, |digits| round(exact, digits))
}

/// How many trimmed marks were positive: any number of them.
pub(crate) fn trimmed_slot(letter: &Letter<'_>, component: usize, time: usize) -> Slot {
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
pub(crate) fn cell_slots(letters: &[&Letter<'_>], cell: Cell) -> Vec<Slot> {
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

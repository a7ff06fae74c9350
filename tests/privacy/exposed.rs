//! The definition of docs/privacy.md: which classes are exposed by a letter, and by letters of different times.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::letter::Letter;
use crate::number::{Q, whole};
use crate::story::{Choice, NOW, Slot, Story};

/// Component and class, as indices of the model.
pub(crate) type Pair = (usize, usize);

/// The exposed classes of a unit: its letter of now, and all that were handed out before, the oldest first.
pub(crate) fn exposed(now: &Letter<'_>, earlier: &[Letter<'_>]) -> BTreeSet<Pair> {
    let mut found = BTreeSet::new();
    look(&Story::of(vec![now]), &mut found);
    for then in earlier.iter().filter(|then| now.measures_like(then)) {
        look(&Story::of(vec![now, then]), &mut found);
    }
    found
}

fn look(story: &Story<'_>, found: &mut BTreeSet<Pair>) {
    let is_empty = story.is_empty();
    for (index, slot) in story.slots.iter().enumerate() {
        let Some((component, _, class)) = slot.cell else { continue };
        if !found.contains(&(component, class)) && is_exposed(story, index, slot, is_empty) {
            found.insert((component, class));
        }
    }
}

/// Whether a class is exposed at a node; where nothing agrees, there are fewer than three means, and all marks are the same.
fn is_exposed(story: &Story<'_>, index: usize, slot: &Slot, is_empty: bool) -> bool {
    let letter = story.letter();
    let cell = slot.cell.unwrap();
    let (own, k) = (letter.sizes(cell), letter.k());
    let of_now = slot.counted[NOW] > 0 && slot.counted[NOW] == own.counted;
    let few = |count: usize| (1..k).contains(&count);
    let narrow = |story: &Story<'_>, index, sum: &dyn Fn(&Choice) -> usize, mean: &dyn Fn(usize) -> Q| {
        is_empty || is_narrow(story, index, sum, mean)
    };
    let by_class = of_now
        && if letter.shows(cell.0) {
            own.answers() < 2 * k && (is_empty || is_fixed(story, index, slot))
        } else {
            few(own.answers()) && narrow(story, index, &|choice| choice.sums[NOW], &|sum| story.mean(slot, sum, NOW))
        };
    let scale = story.scale(cell.0);
    let of_marks = |count: usize, sum: usize| scale.low + scale.unit * whole(sum) / whole(count);
    by_class
        || few(slot.late) && narrow(story, index, &|choice| choice.late, &|sum| of_marks(slot.late, sum))
        || few(slot.withdrawn) && narrow(story, index, &|choice| choice.withdrawn, &|sum| of_marks(slot.withdrawn, sum))
}

/// The choices of a slot by something of theirs.
fn by<K: Ord>(slot: &Slot, kind: &dyn Fn(&Choice) -> K) -> BTreeMap<K, Vec<usize>> {
    let mut groups: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for (index, choice) in slot.choices.iter().enumerate() {
        groups.entry(kind(choice)).or_default().push(index);
    }
    groups
}

/// Whether there are fewer than three means, or all lie within less than a tenth of the scale.
fn is_narrow(story: &Story<'_>, index: usize, sum: &dyn Fn(&Choice) -> usize, mean: &dyn Fn(usize) -> Q) -> bool {
    let slot = &story.slots[index];
    let least = story.scale(slot.cell.unwrap().0).length() / whole(10);
    let mut means: BTreeMap<Q, Vec<usize>> = BTreeMap::new();
    for (sum, choices) in by(slot, sum) {
        means.entry(mean(sum)).or_default().extend(choices);
    }
    let mut left: VecDeque<(Q, Vec<usize>)> = means.into_iter().collect();
    let mut found: Vec<Q> = Vec::new();
    // From both ends in turns: two that are far from each other, and any third one, are enough.
    while let Some((next, choices)) = if found.len().is_multiple_of(2) { left.pop_front() } else { left.pop_back() } {
        if story.allows(index, &choices) {
            found.push(next);
            let (low, high) = (found.iter().min().unwrap(), found.iter().max().unwrap());
            if found.len() >= 3 && high - low >= least {
                return false;
            }
        }
    }
    true
}

/// Whether the counted marks are the same in everything that agrees, and the trimmed ones with them.
fn is_fixed(story: &Story<'_>, index: usize, slot: &Slot) -> bool {
    let mut seen = Vec::new();
    for (own, choices) in by(slot, &|choice| (choice.sums[NOW], choice.positive[NOW])) {
        if story.allows(index, &choices) {
            seen.push(own);
        }
        if seen.len() > 1 {
            return false;
        }
    }
    let own = *seen.first().expect("what was marked agrees with what was told");
    is_one(story, index, own) && are_trimmed_fixed(story, slot, own)
}

/// Whether marks of a sum are known one by one.
fn is_one(story: &Story<'_>, index: usize, (sum, positive): (usize, usize)) -> bool {
    let slot = &story.slots[index];
    let scale = story.scale(slot.cell.unwrap().0);
    let counts_positive = story.letter().told.satisfaction.contains_key(&slot.cell.unwrap().0);
    let ways = scale.sums(slot.counted[NOW], (sum, sum), counts_positive);
    if ways.iter().any(|own| own.positive == positive && !own.many) {
        return true;
    }
    if slot.late + slot.withdrawn == 0 {
        return false;
    }
    let mut agreeing = 0;
    scale.each(slot.counted[NOW], sum, &mut |counts| {
        let is_positive = |place: usize| scale.positive.as_ref().is_some_and(|own| own[place]);
        let own = counts.iter().enumerate().filter(|(place, _)| is_positive(*place)).map(|(_, count)| count);
        let fits = !counts_positive || own.sum::<usize>() == positive;
        let parts = parts_of(&scale.places, counts, slot.kept);
        let wanted = |choice: &Choice| {
            choice.sums[NOW] == sum && choice.positive[NOW] == positive && parts.contains(&choice.kept.sum)
        };
        let choices: Vec<usize> = (0..slot.choices.len()).filter(|at| wanted(&slot.choices[*at])).collect();
        agreeing += usize::from(fits && story.allows(index, &choices));
        agreeing > 1
    });
    agreeing == 1
}

/// The sums of so many of these marks.
fn parts_of(places: &[usize], counts: &[usize], kept: usize) -> BTreeSet<usize> {
    let mut sums: BTreeSet<(usize, usize)> = BTreeSet::from([(0, 0)]);
    for (place, count) in places.iter().zip(counts) {
        let more = |(taken, sum): &(usize, usize)| (0..=*count).map(|own| (taken + own, sum + own * place)).collect();
        sums = sums.iter().flat_map(|own| -> Vec<(usize, usize)> { more(own) }).collect();
    }
    sums.into_iter().filter(|(taken, _)| *taken == kept).map(|(_, sum)| sum).collect()
}

/// Whether trimmed marks are known: low ones where the least counted mark is the least of all, high ones likewise.
fn are_trimmed_fixed(story: &Story<'_>, slot: &Slot, (sum, positive): (usize, usize)) -> bool {
    let cell = slot.cell.unwrap();
    let letter = story.letter();
    if letter.sizes(cell).trimmed == 0 {
        return true;
    }
    let scale = story.scale(cell.0);
    let counts_positive = letter.told.satisfaction.contains_key(&cell.0);
    let own = crate::marks::Sum { sum, positive, many: false };
    let (least, greatest) = scale.ends(slot.counted[NOW], own, counts_positive);
    let (low, high) = scale.trims;
    (!low || least == 0) && (!high || greatest == *scale.places.last().unwrap())
}

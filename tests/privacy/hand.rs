//! Examples worked out by hand, and small ones counted out: every combination of marks, one by one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::exposed::{Pair, exposed};
use crate::letter::Letter;
use crate::letters::{Cell, Told};
use crate::method::Scale;
use crate::number::{Q, round, whole};
use crate::rng::Rng;

/// A unit with one component of ballots: weights and marks of its classes.
struct Hand {
    k: usize,
    decimals: u32,
    component_decimals: Option<u32>,
    levels: &'static [i128],
    positive: Option<&'static [i128]>,
    classes: Vec<(i128, Vec<i128>)>,
}

/// A result, a unit and a scale that a letter is read against.
struct Read {
    result: Value,
    scales: Vec<Option<Scale>>,
    told: Told,
}

impl Hand {
    fn page() -> Self {
        Self {
            k: 5,
            decimals: 2,
            component_decimals: None,
            levels: &[100, 85, 70, 60],
            positive: None,
            // The leader gave 85: 0.4 · 85 + 0.12 · 385 = 80.20.
            classes: vec![(40, vec![85]), (60, vec![100, 85, 70, 70, 60])],
        }
    }

    fn mean(marks: &[i128]) -> Q {
        Q::from_integer(marks.iter().sum()) / whole(marks.len())
    }

    fn rate(&self) -> Q {
        let parts = self.classes.iter().filter(|(_, marks)| !marks.is_empty());
        let weight: Q = parts.clone().map(|(weight, _)| Q::from_integer(*weight)).sum();
        parts.map(|(weight, marks)| Q::from_integer(*weight) * Self::mean(marks)).sum::<Q>() / weight
    }

    fn is_shown(&self) -> bool {
        self.classes.iter().all(|(_, marks)| !(1..self.k).contains(&marks.len()))
    }

    /// The letter as the page says it is written.
    fn read(&self) -> Read {
        let text = |value: Q| format!("{}/{}", value.numer(), value.denom());
        let counted = self.component_decimals.map_or(self.rate(), |digits| round(self.rate(), digits));
        let printed = round(counted, self.decimals);
        let weights = self.classes.iter().map(|(weight, _)| json!({ "weight": weight.to_string() }));
        let means = self.classes.iter().map(|(_, marks)| match marks.len() {
            0 => json!({ "means": [null] }),
            count => json!({ "means": [{ "mean": text(Self::mean(marks)), "counted": count, "zeros": 0 }] }),
        });
        let all: usize = self.classes.iter().map(|(_, marks)| marks.len()).sum();
        let ballots = json!({ "enough": "enough", "valid": all, "classes": means.collect::<Vec<_>>() });
        let component = json!({
            "id": "b", "kind": "ballots", "weight": "100", "full": "100", "nodes": [""],
            "classes": weights.collect::<Vec<_>>(),
        });
        let result = json!({
            "model": {
                "full": "100", "min": "0", "max": "100", "decimals": self.decimals,
                "component_decimals": self.component_decimals, "feedback": { "k_anonymity": self.k },
                "components": [component], "aspects": [], "lines": [], "leaves": [],
            },
            "registers": { "corrections": [] },
            "units": [{
                "code": "U1", "exact": { "plus": "0", "minus": "0" }, "leaves": [],
                "components": { "b": { "exact": text(counted), "ballots": ballots } },
            }],
        });
        let mut told = Told {
            components: BTreeMap::from([(0, (printed, printed))]),
            base: Some(printed),
            total: Some(printed),
            ..Told::default()
        };
        if self.is_shown() {
            let marked = self.classes.iter().enumerate().filter(|(_, (_, marks))| !marks.is_empty());
            let cell = |class: usize| -> Cell { (0, 0, class) };
            told.means =
                marked.map(|(class, (_, marks))| (cell(class), round(Self::mean(marks), self.decimals))).collect();
            if let Some(positive) = self.positive {
                let good = self.classes.iter().flat_map(|(_, marks)| marks).filter(|mark| positive.contains(mark));
                let rate = whole(100 * good.count()) / whole(all);
                told.satisfaction = BTreeMap::from([(0, round(rate, self.decimals))]);
            }
        }
        Read { result, scales: vec![Some(Scale::of_levels(self.levels, self.positive))], told }
    }
}

impl Read {
    fn letter(&self) -> Letter<'_> {
        let unit = &self.result["units"][0];
        Letter { result: &self.result, unit, scales: &self.scales, told: self.told.clone() }
    }
}

/// The exposed classes of one letter, or of one after another.
fn found(now: &Hand, then: Option<&Hand>) -> Vec<usize> {
    let (now, then) = (now.read(), then.map(Hand::read));
    let earlier: Vec<Letter<'_>> = then.iter().map(Read::letter).collect();
    exposed(&now.letter(), &earlier).into_iter().map(|(_, class)| class).collect()
}

#[test]
fn the_leader_of_the_page_gave_100_or_85() {
    assert_eq!(found(&Hand::page(), None), [0], "two means");
    // 79.5 to 80.5 leaves 100, 85, 70 and 60.
    assert_eq!(found(&Hand { component_decimals: Some(0), ..Hand::page() }, None), [] as [usize; 0]);
    // Of 3 answers and k = 4 the members are not shown either: 0.4 · l + 0.2 · m = 85 for l = 100 is m = 225, none of
    // three marks (60 + 70 + 85 = 215, 70 + 70 + 85 = 225): both means agree.
    let few = Hand { k: 4, classes: vec![(40, vec![100]), (60, vec![70, 70, 85])], ..Hand::page() };
    // l = 85 is m = 255: 85 · 3 and 100 + 85 + 70; l = 70 is m = 285: 100 + 100 + 85; l = 60 is m = 305: none. Three
    // means from 70 to 100 for the leader, three sums 225, 255 and 285 for the members.
    assert_eq!(found(&few, None), [] as [usize; 0]);
}

#[test]
fn means_close_to_each_other_expose() {
    // Two classes of two, weights 50 and 50, 100 or 90 or 80 …, k = 3, rate 97.5: the means add up to 195: 95 and 100.
    let hand = |first: Vec<i128>, second: Vec<i128>| Hand {
        k: 3,
        levels: &[100, 90, 80, 0],
        classes: vec![(50, first), (50, second)],
        ..Hand::page()
    };
    assert_eq!(found(&hand(vec![100, 90], vec![100, 100]), None), [0, 1], "two means each");
    // 185 of 200: 85 + 100, 90 + 95, 95 + 90, 100 + 85: four means, 15 of 100.
    assert_eq!(found(&hand(vec![90, 90], vec![100, 90]), None), [] as [usize; 0]);
    // 190: 90, 95 and 100: three means, which span exactly a tenth.
    assert_eq!(found(&hand(vec![90, 90], vec![100, 100]), None), [] as [usize; 0]);
    // On a scale from 0 to 110 that is less than a tenth.
    let longer = Hand { levels: &[100, 90, 80, -10], ..hand(vec![90, 90], vec![100, 100]) };
    assert_eq!(found(&longer, None), [0, 1]);
}

#[test]
fn a_shown_class_is_exposed_while_few_could_have_given_its_only_marks() {
    let hand = |count: usize, last: i128| {
        let mut marks = vec![100; count - 1];
        marks.push(last);
        Hand { k: 3, classes: vec![(50, marks), (50, vec![60, 70, 85, 85, 100, 100])], ..Hand::page() }
    };
    assert_eq!(found(&hand(3, 100), None), [0], "all gave 100");
    assert_eq!(found(&hand(5, 100), None), [0]);
    assert_eq!(found(&hand(6, 100), None), [] as [usize; 0], "six are 2k");
    // 285 of three: 100, 100 and 85; nothing else.
    assert_eq!(found(&hand(3, 85), None), [0]);
    // 270 of three: 100, 100 and 70 or 100, 85 and 85.
    assert_eq!(found(&hand(3, 70), None), [] as [usize; 0]);
    // The satisfaction rate tells these apart: 8 or 9 of the nine marks are at least 85.
    let told = |marks: Vec<i128>| Hand {
        k: 3,
        positive: Some(&[100, 85]),
        classes: vec![(50, marks), (50, vec![100; 6])],
        ..Hand::page()
    };
    assert_eq!(found(&told(vec![100, 100, 70]), None), [0]);
    assert_eq!(found(&told(vec![100, 85, 85]), None), [0]);
}

#[test]
fn late_withdrawn_and_exchanged_marks_are_differences() {
    // Members alone, k = 3.
    let members = |marks: &[i128]| Hand { k: 3, classes: vec![(100, marks.to_vec()), (0, vec![])], ..Hand::page() };
    let eight = [100, 100, 85, 85, 70, 70, 60, 60];
    let nine = [100, 100, 85, 85, 70, 70, 60, 60, 85];
    // Before 630 / 8 = 78.75, now 715 / 9 = 79.44: the sums are known, the late mark is 85. That the class is shown both
    // times says the same.
    assert_eq!(found(&members(&nine), Some(&members(&eight))), [0]);
    assert_eq!(found(&members(&eight), Some(&members(&nine))), [0], "withdrawn");
    // Nothing has changed.
    assert_eq!(found(&members(&nine), Some(&members(&nine))), [] as [usize; 0]);
    // Three late marks with k = 3 are many.
    let eleven = [100, 100, 85, 85, 70, 70, 60, 60, 85, 70, 60];
    assert_eq!(found(&members(&eleven), Some(&members(&eight))), [] as [usize; 0]);
    // The sum is greater by 25, for which one exchanged mark is enough: 60 became 85, no other two levels are 25 apart.
    let exchanged = [100, 100, 85, 85, 70, 70, 85, 60];
    assert_eq!(found(&members(&exchanged), Some(&members(&eight))), [0]);
}

#[test]
fn two_letters_counted_out_give_the_same() {
    const LEVELS: [&[i128]; 3] = [&[100, 85, 70, 60], &[100, 50], &[10, 9, 8, 7, 6]];
    let (mut late, mut exposed_ones) = (0, 0);
    for seed in 0..250 {
        let mut rng = Rng::new(seed);
        let levels = *rng.pick(&LEVELS);
        let mark = |rng: &mut Rng| *rng.pick(levels);
        let weight = i128::try_from(rng.between(1, 9)).unwrap() * 10;
        let (first, second) = (rng.between(1, 3), rng.between(1, 3));
        let then: Vec<(i128, Vec<i128>)> = [(weight, first), (100 - weight, second)]
            .into_iter()
            .map(|(weight, count)| (weight, (0..count).map(|_| mark(&mut rng)).collect()))
            .collect();
        let mut now = then.clone();
        match rng.below(3) {
            0 => (0..rng.between(1, 2)).for_each(|_| now[0].1.push(mark(&mut rng))),
            1 if first > 1 => drop(now[0].1.pop()),
            _ => now[0].1[0] = mark(&mut rng),
        }
        let hand = |classes| Hand {
            k: 4 + usize::try_from(seed % 2).unwrap(),
            decimals: u32::try_from(seed % 3).unwrap(),
            component_decimals: None,
            levels,
            positive: None,
            classes,
        };
        let (now, then) = (hand(now), hand(then));
        // With k of 4 or 5 nothing is shown then, and now at most where both classes have 4 answers.
        if now.is_shown() {
            continue;
        }
        let wanted = counted_twice(&now, &then);
        assert_eq!(found(&now, Some(&then)), wanted, "seed {seed}: {:?} after {:?}", now.classes, then.classes);
        late += usize::from(now.classes[0].1.len() != then.classes[0].1.len());
        exposed_ones += wanted.len();
    }
    assert!(late > 80 && exposed_ones > 80, "{late} {exposed_ones}");
}

/// What two letters expose, by counting: kept, late and withdrawn marks of each class, one combination after another.
fn counted_twice(now: &Hand, then: &Hand) -> Vec<usize> {
    /// Marks of a class: kept, late, withdrawn.
    type Own = [Vec<i128>; 3];
    let length = now.levels.iter().max().unwrap() - now.levels.iter().min().unwrap();
    let sizes = |class: usize| {
        let (own, before) = (&now.classes[class].1, &then.classes[class].1);
        let apart = own.iter().sum::<i128>().abs_diff(before.iter().sum());
        let exchanged = if own.len() == before.len() { apart.div_ceil(length.unsigned_abs()) } else { 0 };
        let exchanged = usize::try_from(exchanged).unwrap();
        let (late, gone) = (own.len().saturating_sub(before.len()), before.len().saturating_sub(own.len()));
        [own.len().min(before.len()) - exchanged, late + exchanged, gone + exchanged]
    };
    let of = |class: usize| -> Vec<Own> {
        let [kept, late, gone] = sizes(class).map(|count| multisets(now.levels, count));
        let pairs = kept.iter().flat_map(|kept| late.iter().map(move |late| (kept, late)));
        pairs.flat_map(|(kept, late)| gone.iter().map(|gone| [kept.clone(), late.clone(), gone.clone()])).collect()
    };
    let agrees = |hand: &Hand, marks: [Vec<i128>; 2]| {
        let weights = hand.classes.iter().map(|(weight, _)| *weight);
        let rate = Hand { classes: weights.zip(marks).collect(), ..Hand { classes: Vec::new(), ..*hand } }.rate();
        let distance = rate - round(hand.rate(), hand.decimals);
        distance <= crate::number::half(hand.decimals) && -distance <= crate::number::half(hand.decimals)
    };
    let mut all: Vec<[Own; 2]> = Vec::new();
    for first in of(0) {
        for second in of(1) {
            let at = |time: usize| [&first, &second].map(|own| [own[0].clone(), own[time].clone()].concat());
            if agrees(now, at(1)) && agrees(then, at(2)) {
                all.push([first.clone(), second]);
            }
        }
    }
    let alone = counted(now);
    let exposed = |class: &usize| {
        let is_narrow = |marks: &dyn Fn(&Own) -> Vec<i128>| {
            let means: BTreeSet<Q> = all.iter().map(|own| Hand::mean(&marks(&own[*class]))).collect();
            let ends = means.first().zip(means.last());
            means.len() < 3 || ends.is_some_and(|(least, most)| most - least < Q::new(length, 10))
        };
        let few = |count: usize| (1..now.k).contains(&count);
        let [kept, late, gone] = sizes(*class);
        alone.contains(&(0, *class))
            || few(kept + late) && is_narrow(&|own| [own[0].clone(), own[1].clone()].concat())
            || few(late) && is_narrow(&|own| own[1].clone())
            || few(gone) && is_narrow(&|own| own[2].clone())
    };
    (0..2).filter(exposed).collect()
}

/// All ways to give so many marks.
fn multisets(levels: &[i128], count: usize) -> Vec<Vec<i128>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (index, level) in levels.iter().enumerate() {
        for mut rest in multisets(&levels[index..], count - 1) {
            rest.push(*level);
            all.push(rest);
        }
    }
    all
}

/// The same by counting: every combination of marks whose letter is word for word within half a digit of this one.
fn counted(hand: &Hand) -> BTreeSet<Pair> {
    let mut all: Vec<Vec<Vec<i128>>> = vec![Vec::new()];
    for (_, marks) in &hand.classes {
        let own = multisets(hand.levels, marks.len());
        all =
            all.iter().flat_map(|before| own.iter().map(|own| [before.clone(), vec![own.clone()]].concat())).collect();
    }
    let near = |a: Q, b: Q, digits: u32| {
        let distance = if a < b { b - a } else { a - b };
        distance <= crate::number::half(digits)
    };
    let told = hand.read().told;
    let (rate, _) = told.components[&0];
    let digits = hand.component_decimals.unwrap_or(hand.decimals);
    let agrees = |marks: &Vec<Vec<i128>>| {
        let other = Hand {
            classes: hand.classes.iter().zip(marks).map(|((weight, _), own)| (*weight, own.clone())).collect(),
            ..Hand { classes: Vec::new(), ..*hand }
        };
        let good = |mark: &&i128| hand.positive.is_some_and(|own| own.contains(mark));
        let positive = whole(100 * marks.iter().flatten().filter(good).count()) / whole(marks.iter().flatten().count());
        near(other.rate(), rate, digits)
            && told.means.iter().all(|((.., class), mean)| near(Hand::mean(&marks[*class]), *mean, hand.decimals))
            && told.satisfaction.values().all(|rate| near(positive, *rate, hand.decimals))
    };
    all.retain(agrees);
    let length = Q::from_integer(hand.levels.iter().max().unwrap() - hand.levels.iter().min().unwrap());
    let mut found = BTreeSet::new();
    for (class, (_, own)) in hand.classes.iter().enumerate().filter(|(_, (_, own))| !own.is_empty()) {
        let means: BTreeSet<Q> = all.iter().map(|marks| Hand::mean(&marks[class])).collect();
        let marks: BTreeSet<&Vec<i128>> = all.iter().map(|marks| &marks[class]).collect();
        let span = means.last().unwrap() - means.first().unwrap();
        let is_exposed = if hand.is_shown() {
            marks.len() == 1 && own.len() < 2 * hand.k
        } else {
            own.len() < hand.k && (means.len() < 3 || span < length / whole(10))
        };
        if is_exposed {
            found.insert((0, class));
        }
    }
    found
}

#[test]
fn small_letters_counted_out_give_the_same() {
    const LEVELS: [&[i128]; 4] = [&[100, 85, 70, 60], &[100, 50], &[10, 9, 8, 7, 6], &[100, 80, 60, 0]];
    let mut exposed_ones = 0;
    for seed in 0..400 {
        let mut rng = Rng::new(seed);
        let levels = *rng.pick(&LEVELS);
        let first = i128::try_from(rng.between(1, 9)).unwrap() * 10;
        let weights = if rng.chance(50) { vec![first, 100 - first] } else { vec![50, 30, 20] };
        let most = if weights.len() == 2 { 5 } else { 3 };
        let classes = weights.into_iter().map(|weight| {
            let best = *rng.pick(&[0, 50, 100]);
            let count = rng.between(1, most);
            (weight, (0..count).map(|_| if rng.chance(best) { levels[0] } else { *rng.pick(levels) }).collect())
        });
        let classes = classes.collect();
        let hand = Hand {
            k: rng.between(1, 5),
            decimals: u32::try_from(rng.below(3)).unwrap(),
            component_decimals: None,
            levels,
            positive: rng.chance(50).then_some(&levels[..1]),
            classes,
        };
        let hand = Hand { component_decimals: rng.chance(30).then_some(hand.decimals.min(1)), ..hand };
        let wanted = counted(&hand);
        let read = hand.read();
        assert_eq!(exposed(&read.letter(), &[]), wanted, "seed {seed}: {:?}", hand.classes);
        exposed_ones += wanted.len();
    }
    assert!(exposed_ones > 100, "{exposed_ones} exposed classes are too few to tell anything");
}

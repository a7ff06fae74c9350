//! The single marks of ratings.csv: their points by the scale, and the state of each, regardless of its ballot.

use std::collections::BTreeMap;
use std::ops::Deref;

use super::{Mark, MarkState, NumberIx, Panel};
use crate::model::Scale;
use crate::result::outcome::{Mode, RatingRecord, RatingState, Standing, UnitOutcome, Verdict};
use crate::result::verify::Checked;
use crate::shared::number::{Exact, Points};
use crate::shared::text;

/// What the words and numbers of ratings.csv mean, by class; few differ, so each is looked up once.
pub(super) struct Lexicon {
    words: Vec<BTreeMap<Box<str>, Meaning>>,
    /// What is written as points.
    points: Vec<BTreeMap<Box<str>, Option<WrittenPoints>>>,
    /// The numbers of all classes.
    numbers: Vec<Exact>,
}

/// A number that is written as points, and whether the scale of the class has such a mark.
type WrittenPoints = (NumberIx, bool);

/// What a written mark means.
#[derive(Clone, Default)]
struct Meaning {
    points: Option<Exact>,
    abstains: bool,
    is_blank: bool,
}

impl Lexicon {
    /// A lexicon without words, for a number of classes.
    pub(super) fn new(classes: usize) -> Self {
        Self { words: vec![BTreeMap::new(); classes], points: vec![BTreeMap::new(); classes], numbers: Vec::new() }
    }

    /// A number by its index.
    pub(super) fn number(&self, number: NumberIx) -> &Exact {
        &self.numbers[number.0 as usize]
    }
}

impl Panel<'_> {
    /// Takes a rating of the component; one whose class, unit or node is not known differs.
    pub(super) fn take<T: Deref<Target = str>>(
        &mut self,
        record: &RatingRecord<T>,
        unit: Option<usize>,
        checked: &mut Checked,
    ) {
        let class = self.rules.classes().iter().position(|class| *class.id == *record.class);
        let node = self.nodes.iter().position(|node| **node == *record.node);
        let word = |index: usize| u32::try_from(index).ok();
        let known = || Some((class?, unit?, node?, word(class?)?, word(unit?)?, word(node?)?, word(record.serial)?));
        let known = known();
        checked.same(|| row(record), &known.is_some(), &true);
        let Some((class, unit, node, own_class, own_unit, own_node, serial)) = known else { return };
        self.learn(class, record);
        let Lexicon { words, points, .. } = &self.lexicon;
        let meaning = &words[class][&*record.value];
        let points = record.points.as_deref().and_then(|written| points[class][written]);
        let is_assessed = self.is_assessed(unit, class, node);
        if is_assessed {
            self.value(record, points, meaning, checked);
        }
        let state = match (is_assessed, record.state) {
            (false, _) => MarkState::NotAssessed,
            (true, RatingState::Recused) => MarkState::Recused,
            (true, _) if points.is_some() => MarkState::Counted,
            (true, _) if meaning.abstains => MarkState::Abstained,
            (true, recorded) => self.without_points(recorded),
        };
        let points = points.map(|(number, _)| number);
        self.marks.push(Mark {
            points,
            serial,
            class: own_class,
            unit: own_unit,
            node: own_node,
            is_written: points.is_some() || !meaning.is_blank,
            recorded: record.state,
            state,
        });
    }

    /// Looks up what a rating has written, unless that is known.
    fn learn<T: Deref<Target = str>>(&mut self, class: usize, record: &RatingRecord<T>) {
        if !self.lexicon.words[class].contains_key(&*record.value) {
            let meaning = self.meaning(class, &record.value);
            self.lexicon.words[class].insert(Box::from(&*record.value), meaning);
        }
        if let Some(written) = record.points.as_deref()
            && !self.lexicon.points[class].contains_key(written)
        {
            // A level may be a fraction.
            let number = Exact::parse(written).or_else(|| Exact::parse_fraction(written));
            let known = number.map(|number| {
                let is_mark = self.holds(class, &number);
                self.lexicon.numbers.push(number);
                let index = u32::try_from(self.lexicon.numbers.len() - 1).expect("a file has fewer different numbers");
                (NumberIx(index), is_mark)
            });
            self.lexicon.points[class].insert(Box::from(written), known);
        }
    }

    /// Whether a unit takes part, and component, class and node are part of its scheme.
    fn is_assessed(&self, unit: usize, class: usize, node: usize) -> bool {
        let own = &self.outcome.units[unit];
        let has_points = self.weights(unit).is_some_and(|weights| !weights[node].is_zero());
        own.roster.mode != Mode::Excluded && has_points && self.has_class(own, class)
    }

    /// Whether component and class are part of a unit's scheme.
    pub(super) fn has_class(&self, unit: &UnitOutcome, class: usize) -> bool {
        let own = self.outcome.model.components.iter().position(|own| own.id == self.rules.id);
        let weight = own.and_then(|own| self.outcome.held(unit).class_weight(own, class));
        self.is_part(unit) && weight.is_some()
    }

    /// Whether the component is part of a unit's scheme.
    pub(super) fn is_part(&self, unit: &UnitOutcome) -> bool {
        self.outcome.held(unit).components().any(|part| part.component.id == self.rules.id)
    }

    /// What a written mark means by the scale and the words that abstain.
    fn meaning(&self, class: usize, written: &str) -> Meaning {
        let points = match self.scale(class) {
            Scale::Levels(levels) => {
                let (wanted, joined) = (text::key(written), text::joins_digits(written));
                let is = |name: &str| text::key(name) == wanted && (!joined || text::joins_digits(name));
                levels.iter().find(|(name, _)| is(name)).map(|(_, points)| points.0.clone())
            }
            Scale::Range(_) => {
                let own = Exact::parse(written).map(|number| self.worth(class, &number));
                own.filter(|points| self.holds(class, points))
            }
        };
        Meaning { points, abstains: self.abstains(written), is_blank: text::is_blank(written) }
    }

    fn abstains(&self, word: &str) -> bool {
        self.counting.abstain.iter().any(|own| text::key(own) == text::key(word))
    }

    /// Checks that a mark has the points that the scale gives to what is written. Where people decided what an
    /// unreadable mark means, the written text does not matter.
    fn value<T: Deref<Target = str>>(
        &self,
        record: &RatingRecord<T>,
        points: Option<WrittenPoints>,
        meaning: &Meaning,
        checked: &mut Checked,
    ) {
        if let Some((_, is_mark)) = points {
            checked.same(|| row(record), &is_mark, &true);
        }
        if meaning.points.is_some() {
            let points = points.map(|(number, _)| self.lexicon.number(number));
            checked.both(|| row(record), points, meaning.points.as_ref());
        }
    }

    /// Whether the scale has a mark of these points.
    pub(super) fn holds(&self, class: usize, points: &Exact) -> bool {
        match self.scale(class) {
            Scale::Levels(levels) => levels.iter().any(|(_, Points(level))| level == points),
            Scale::Range(range) => {
                // In the numbers of the class.
                let own = points / &self.worth(class, &Exact::from(1));
                let is_within = range.low.0 <= own && own <= range.high.0;
                is_within && range.step.as_ref().is_none_or(|step| ((&own - &range.low.0) / &step.0).is_whole())
            }
        }
    }

    /// The state of a mark without points and without a word that abstains: whether it is blank or void is known only
    /// from the cell, how people settled it only from the register.
    fn without_points(&self, recorded: RatingState) -> MarkState {
        let mut settled = self.outcome.registers.dispositions.iter().filter(|row| row.standing == Standing::Approved);
        let is_settled = |verdict: &Verdict| matches!(verdict, Verdict::Mark(word) if self.abstains(word));
        match recorded {
            RatingState::Abstained if settled.any(|row| is_settled(&row.verdict)) => MarkState::Abstained,
            RatingState::Blank | RatingState::Trimmed => MarkState::Blank,
            _ => MarkState::Void,
        }
    }
}

/// How a rating is named in differences.
fn row<T: Deref<Target = str>>(record: &RatingRecord<T>) -> String {
    format!("ratings.csv {}/{} {} {}", &*record.component, &*record.class, record.serial, &*record.unit)
}

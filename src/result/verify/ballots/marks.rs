//! The single marks of ratings.csv: their points by the scale, and the state of each, regardless of its ballot.

use std::collections::BTreeMap;

use super::{Mark, MarkState, Panel};
use crate::model::Scale;
use crate::result::outcome::{Mode, RatingRecord, Standing, UnitOutcome, Verdict};
use crate::result::verify::Checked;
use crate::shared::number::{Exact, Points};
use crate::shared::text;

/// What the words and numbers of ratings.csv mean; few differ, so each is looked up once.
#[derive(Default)]
struct Lexicon<'r> {
    /// By class.
    words: BTreeMap<(usize, &'r str), Meaning>,
    /// Points, and whether they are a mark, by class.
    numbers: BTreeMap<(usize, &'r str), Option<(Exact, bool)>>,
}

/// What a written mark means.
#[derive(Clone, Default)]
struct Meaning {
    points: Option<Exact>,
    abstains: bool,
}

impl Panel<'_> {
    /// The marks of known classes, units and nodes, in their order.
    pub(super) fn marks<'r>(&self, records: &[&'r RatingRecord], checked: &mut Checked) -> Vec<Mark<'r>> {
        let mut marks = Vec::with_capacity(records.len());
        let mut lexicon = Lexicon::default();
        for record in records {
            let class = self.rules.classes().iter().position(|class| *class.id == *record.class);
            let node = self.nodes.iter().position(|node| **node == *record.node);
            let unit = self.units.get(&*record.unit).copied();
            let place = || self.row(record);
            checked.same(place, &(class.is_some() && node.is_some() && unit.is_some()), &true);
            let (Some(class), Some(node), Some(unit)) = (class, node, unit) else { continue };
            let meaning = lexicon.words.entry((class, &record.value));
            let meaning = meaning.or_insert_with(|| self.meaning(class, &record.value));
            let points = record.points.as_deref().and_then(|written| {
                let number = || {
                    // A level may be a fraction.
                    let number = Exact::parse(written).or_else(|| Exact::parse_fraction(written))?;
                    Some((number.clone(), self.holds(class, &number)))
                };
                lexicon.numbers.entry((class, written)).or_insert_with(number).clone()
            });
            let is_assessed = self.is_assessed(unit, class, node);
            if is_assessed {
                self.value(record, points.as_ref(), meaning, checked);
            }
            let state = match (is_assessed, record.state.json()) {
                (false, _) => MarkState::NotAssessed,
                (true, "recused") => MarkState::Recused,
                (true, _) if points.is_some() => MarkState::Counted,
                (true, _) if meaning.abstains => MarkState::Abstained,
                (true, word) => self.without_points(word),
            };
            marks.push(Mark { record, class, unit, node, points: points.map(|(points, _)| points), state });
        }
        marks
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

    fn row(&self, record: &RatingRecord) -> String {
        format!("ratings.csv {}/{} {} {}", record.component, record.class, record.serial, record.unit)
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
        Meaning { points, abstains: self.abstains(written) }
    }

    fn abstains(&self, word: &str) -> bool {
        self.counting.abstain.iter().any(|own| text::key(own) == text::key(word))
    }

    /// Checks that a mark has the points that the scale gives to what is written. Where people decided what an
    /// unreadable mark means, the written text does not matter.
    fn value(&self, record: &RatingRecord, points: Option<&(Exact, bool)>, meaning: &Meaning, checked: &mut Checked) {
        if let Some((_, is_mark)) = points {
            checked.same(|| self.row(record), is_mark, &true);
        }
        if meaning.points.is_some() {
            checked.both(|| self.row(record), points.map(|(points, _)| points), meaning.points.as_ref());
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
    fn without_points(&self, recorded: &str) -> MarkState {
        let mut settled = self.outcome.registers.dispositions.iter().filter(|row| row.standing == Standing::Approved);
        let is_settled = |verdict: &Verdict| matches!(verdict, Verdict::Mark(word) if self.abstains(word));
        match recorded {
            "abstained" if settled.any(|row| is_settled(&row.verdict)) => MarkState::Abstained,
            "blank" | "trimmed" => MarkState::Blank,
            _ => MarkState::Void,
        }
    }
}

//! Every single rating with what became of it, the rows of ratings.csv.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::engine::assessment::{Assessment, Ballot, BallotBox, ComponentInput, Rating};
use crate::engine::score::{ComponentMeasure, JudgedBallot, Measured, RatingState};
use crate::model::{BallotRules, Component, ComponentKind, Model};
use crate::shared::place::Place;

/// One rating; its texts are borrowed while it is made. Of millions that were read back, those with one text share it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingRecord<T = Arc<str>> {
    /// Component id.
    pub component: T,
    /// Class id.
    pub class: T,
    /// Number of the ballot within its class.
    pub serial: usize,
    /// Rater id; empty when there is none.
    pub rater: T,
    /// Unit code.
    pub unit: T,
    /// Node code; empty for the unit.
    pub node: T,
    /// The mark as written.
    pub value: T,
    /// Its points, if it is a mark.
    pub points: Option<T>,
    /// What became of it.
    pub state: RatingState,
    /// Its cell.
    pub at: Place,
}

/// The texts of ratings, each once.
#[derive(Default)]
pub struct Texts(BTreeSet<Arc<str>>);

impl Texts {
    /// A text as all ratings share it.
    pub fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(own) = self.0.get(text) {
            return Arc::clone(own);
        }
        let own: Arc<str> = Arc::from(text);
        self.0.insert(Arc::clone(&own));
        own
    }
}

impl<T: Deref<Target = str>> RatingRecord<T> {
    /// The rating as it is kept.
    pub fn kept(self, texts: &mut Texts) -> RatingRecord {
        let Self { component, class, serial, rater, unit, node, value, points, state, at } = self;
        let own = [&component, &class, &rater, &unit, &node, &value].map(|text| texts.shared(text));
        let [component, class, rater, unit, node, value] = own;
        let points = points.map(|points| texts.shared(&points));
        RatingRecord { component, class, serial, rater, unit, node, value, points, state, at }
    }
}

/// A ballot whose ratings are made when they are asked for: there may be millions.
#[derive(Clone, Copy)]
pub struct BallotRecords<'m> {
    model: &'m Model,
    assessment: &'m Assessment,
    component: &'m Component,
    rules: &'m BallotRules,
    counted: &'m BallotBox,
    ballot: &'m Ballot,
    judged: &'m JudgedBallot,
}

impl<'m> BallotRecords<'m> {
    /// Its number within its class.
    pub const fn serial(&self) -> usize {
        self.ballot.serial
    }

    /// How many ratings it has.
    pub const fn len(&self) -> usize {
        self.ballot.ratings.len() + self.ballot.ignored.len()
    }

    /// Whether it has none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its ratings, by unit and node, then those for units that are not assessed.
    pub fn records(self) -> impl Iterator<Item = RatingRecord<Cow<'m, str>>> + 'm {
        let Self { ballot, judged, .. } = self;
        let states = judged.ratings.iter().copied().chain(std::iter::repeat(RatingState::NotAssessed));
        ballot.ratings.iter().chain(&ballot.ignored).zip(states).map(move |(rating, state)| self.record(rating, state))
    }

    fn record(&self, rating: &Rating, state: RatingState) -> RatingRecord<Cow<'m, str>> {
        let Self { model, assessment, component, rules, counted, ballot, .. } = *self;
        RatingRecord {
            component: component.id.as_str().into(),
            class: rules.classes[ballot.class].id.as_str().into(),
            serial: ballot.serial,
            rater: ballot.rater.as_deref().unwrap_or_default().into(),
            unit: assessment.unit(rating.unit()).code.as_str().into(),
            node: model.tree.code(counted.nodes[rating.node()]).into(),
            value: counted.marks.written(rating.mark).into(),
            points: counted.marks.points(rating.mark).map(Cow::Borrowed),
            state,
            at: rating.at,
        }
    }
}

/// All ballots, by component, class and serial.
pub fn ballots<'m>(
    model: &'m Model,
    assessment: &'m Assessment,
    measured: &'m Measured,
) -> impl Iterator<Item = BallotRecords<'m>> {
    let inputs = assessment.components.iter().zip(&measured.components);
    let boxes = model.components.iter().zip(inputs).filter_map(|(component, both)| match (&component.kind, both) {
        (ComponentKind::Ballots(rules), (ComponentInput::Ballots(counted), ComponentMeasure::Ballots(measure))) => {
            Some((component, rules, counted, measure))
        }
        _ => None,
    });
    boxes.flat_map(move |(component, rules, counted, measure)| {
        let pairs = counted.ballots.iter().zip(&measure.judged);
        pairs.map(move |(ballot, judged)| BallotRecords {
            model,
            assessment,
            component,
            rules,
            counted,
            ballot,
            judged,
        })
    })
}

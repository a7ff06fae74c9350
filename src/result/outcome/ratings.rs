//! Every single rating with what became of it, the rows of ratings.csv.

use serde::{Deserialize, Serialize};

use crate::engine::assessment::{Assessment, Ballot, ComponentInput, Mark, Rating};
use crate::engine::score::{ComponentMeasure, Measured, RatingState};
use crate::model::{ComponentKind, Model};
use crate::shared::place::Place;

/// One rating.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingRecord {
    /// Component id.
    pub component: String,
    /// Class id.
    pub class: String,
    /// Number of the ballot within its class.
    pub serial: usize,
    /// Rater id; empty when there is none.
    pub rater: String,
    /// Unit code.
    pub unit: String,
    /// Node code; empty for the unit.
    pub node: String,
    /// The mark as written.
    pub value: String,
    /// Its points, if it is a mark.
    pub points: Option<String>,
    /// What became of it.
    pub state: RatingState,
    /// Its cell.
    pub at: Place,
}

/// All ratings, by component, class, serial, unit and node, each made when it is asked for: there may be millions.
pub fn records<'m>(
    model: &'m Model,
    assessment: &'m Assessment,
    measured: &'m Measured,
) -> impl Iterator<Item = RatingRecord> + 'm {
    let inputs = assessment.components.iter().zip(&measured.components);
    let boxes = model.components.iter().zip(inputs).filter_map(|(component, both)| match (&component.kind, both) {
        (ComponentKind::Ballots(rules), (ComponentInput::Ballots(counted), ComponentMeasure::Ballots(measure))) => {
            Some((component, rules, counted, measure))
        }
        _ => None,
    });
    boxes.flat_map(move |(component, rules, counted, measure)| {
        let record = move |ballot: &Ballot, rating: &Rating, state: RatingState| RatingRecord {
            component: component.id.clone(),
            class: rules.classes[ballot.class].id.clone(),
            serial: ballot.serial,
            rater: ballot.rater.clone().unwrap_or_default(),
            unit: assessment.unit(rating.unit).code.clone(),
            node: model.tree.code(counted.nodes[rating.node]).to_owned(),
            value: rating.written.clone(),
            points: match &rating.mark {
                Mark::Points(points) => Some(points.0.in_full()),
                Mark::Abstained | Mark::Blank | Mark::Void(_) => None,
            },
            state,
            at: rating.at,
        };
        counted.ballots.iter().zip(&measure.judged).flat_map(move |(ballot, judged)| {
            let judged = ballot.ratings.iter().zip(&judged.ratings);
            let ignored = ballot.ignored.iter().map(move |rating| record(ballot, rating, RatingState::NotAssessed));
            judged.map(move |(rating, state)| record(ballot, rating, *state)).chain(ignored)
        })
    })
}

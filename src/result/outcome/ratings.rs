//! Every single rating with what became of it, the rows of ratings.csv.

use serde::{Deserialize, Serialize};

use crate::engine::assessment::{Assessment, Ballot, ComponentInput, Mark, Rating};
use crate::engine::score::{ComponentMeasure, Measured, RatingState};
use crate::model::Model;
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

/// All ratings, by component, class, serial, unit and node.
pub fn records(model: &Model, assessment: &Assessment, measured: &Measured) -> Vec<RatingRecord> {
    let mut records = Vec::new();
    for (index, component) in model.components.iter().enumerate() {
        let (ComponentInput::Ballots(counted), ComponentMeasure::Ballots(measure)) =
            (&assessment.components[index], &measured.components[index])
        else {
            continue;
        };
        let crate::model::ComponentKind::Ballots(rules) = &component.kind else { continue };
        let record = |ballot: &Ballot, rating: &Rating, state: RatingState| RatingRecord {
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
        for (ballot, judged) in counted.ballots.iter().zip(&measure.judged) {
            let counted_ratings = ballot.ratings.iter().zip(&judged.ratings);
            records.extend(counted_ratings.map(|(rating, state)| record(ballot, rating, *state)));
            records.extend(ballot.ignored.iter().map(|rating| record(ballot, rating, RatingState::NotAssessed)));
        }
    }
    records
}

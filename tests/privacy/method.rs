//! What every reader knows of the method: the levels or the step of each ballots component, what is positive, what is
//! trimmed, read from the model file.

use std::cell::RefCell;
use std::collections::BTreeMap;

use num_traits::Zero as _;

use crate::marks::Marks;
use crate::number::{Q, of_toml, parse};

/// How the marks of a ballots component look.
pub(crate) struct Scale {
    /// The least mark.
    pub(crate) low: Q,
    /// What the places of all marks are multiples of.
    pub(crate) unit: Q,
    /// Places of the marks above the least one, in units, ascending.
    pub(crate) places: Vec<usize>,
    /// Whether the mark of a place is positive, where a satisfaction rate is declared.
    pub(crate) positive: Option<Vec<bool>>,
    /// Whether low marks, and whether high ones, are trimmed.
    pub(crate) trims: (bool, bool),
    /// What is compared between two letters: classes, nodes, levels or range, trimming.
    pub(crate) measured: String,
    pub(super) marks: RefCell<BTreeMap<usize, Marks>>,
}

impl Scale {
    /// Greatest mark less least one.
    pub(crate) fn length(&self) -> Q {
        self.unit * crate::number::whole(*self.places.last().unwrap())
    }

    /// A scale of whole marks, for examples by hand.
    pub(crate) fn of_levels(levels: &[i128], positive: Option<&[i128]>) -> Self {
        let marks: Vec<Q> = levels.iter().map(|mark| Q::from_integer(*mark)).collect();
        let is_positive = |mark: &Q| positive.is_some_and(|own| own.contains(mark.numer()));
        Self::new(marks, positive.is_some().then_some(&is_positive as &dyn Fn(&Q) -> bool))
    }

    fn new(mut marks: Vec<Q>, positive: Option<&dyn Fn(&Q) -> bool>) -> Self {
        marks.sort();
        marks.dedup();
        let low = marks[0];
        let unit = marks.iter().map(|mark| mark - low).fold(Q::zero(), divisor);
        let unit = if unit.is_zero() { Q::from_integer(1) } else { unit };
        let places = marks.iter().map(|mark| usize::try_from(((mark - low) / unit).to_integer()).unwrap()).collect();
        let positive = positive.map(|holds| marks.iter().map(holds).collect());
        Self { low, unit, places, positive, trims: (false, false), measured: String::new(), marks: RefCell::default() }
    }
}

/// The greatest fraction that both are multiples of.
fn divisor(a: Q, b: Q) -> Q {
    if b.is_zero() { a } else { divisor(b, a % b) }
}

/// The scales of a model's components; none for those without ballots. `marks` are all marks of a component by its id,
/// from which the step of a range follows if it is not declared.
pub(crate) fn scales(model: &toml::Value, marks: &BTreeMap<String, Vec<Q>>) -> Vec<Option<Scale>> {
    let components = model["component"].as_array().unwrap();
    components.iter().map(|own| (own["kind"].as_str() == Some("ballots")).then(|| scale(own, marks))).collect()
}

fn scale(component: &toml::Value, marks: &BTreeMap<String, Vec<Q>>) -> Scale {
    let id = component["id"].as_str().unwrap();
    let possible = match component.get("levels") {
        Some(levels) => levels.as_table().unwrap().values().map(of_toml).collect(),
        None => {
            let range: Vec<Q> = component["range"].as_array().unwrap().iter().map(of_toml).collect();
            let declared = component.get("step").map(of_toml);
            let step = declared.unwrap_or_else(|| step(range[0], marks.get(id).map_or(&[], Vec::as_slice)));
            let steps = ((range[1] - range[0]) / step).floor().to_integer();
            (0..=steps).map(|steps| range[0] + step * Q::from_integer(steps)).collect()
        }
    };
    let from = component.get("positive_from").map(of_toml);
    let words: Vec<Q> = component.get("positive").map_or_else(Vec::new, |words| {
        let levels = component["levels"].as_table().unwrap();
        words.as_array().unwrap().iter().map(|word| of_toml(&levels[word.as_str().unwrap()])).collect()
    });
    let holds = |mark: &Q| from.map_or_else(|| words.contains(mark), |from| *mark >= from);
    let declared = from.is_some() || !words.is_empty();
    let mut own = Scale::new(possible, declared.then_some(&holds as &dyn Fn(&Q) -> bool));
    let trims = |end: &str| {
        let count = component.get("trim").and_then(|trim| trim.get(end)).and_then(toml::Value::as_integer);
        count.unwrap_or(0) > 0
    };
    own.trims = (trims("low"), trims("high"));
    let classes: Vec<&str> = component["class"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    let keys = ["rates", "trim", "levels", "range", "step"].map(|key| component.get(key).map(ToString::to_string));
    own.measured = format!("{classes:?} {keys:?}");
    own
}

/// The greatest step of 1, 0.5, 0.1, 0.05 … on which all marks lie.
fn step(low: Q, marks: &[Q]) -> Q {
    let steps = ["1", "0.5", "0.1", "0.05", "0.01", "0.005", "0.001"].map(parse);
    steps.into_iter().find(|step| marks.iter().all(|mark| ((mark - low) / step).is_integer())).unwrap()
}

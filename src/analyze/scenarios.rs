//! Other weights on purpose: a scenario, leaving one out, and the map over two weights. Calculated by the engine, exactly.

use rayon::prelude::*;
use serde::Serialize;

use super::record::{Factors, Record, Standing};
use crate::engine::assessment::UnitIx;
use crate::model::{Model, RankScope};
use crate::shared::number::{Exact, Percent};

/// A weight of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Of a component.
    Component(usize),
    /// Of a class of a component.
    Class(usize, usize),
}

/// Why a scenario cannot be calculated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Nothing has this name; the names that there are.
    Unknown(Vec<String>),
    /// It is not `key=number`.
    Malformed,
    /// The weight is not between 0 and 100.
    OutOfRange,
    /// The only one of its level cannot have another weight.
    Alone,
    /// A weight is set twice.
    Twice,
    /// A unit would be left without anything that counts.
    Nothing,
}

/// All weights that can be set, by key: `component.meeting.weight`, `class.meeting.K1.weight`.
pub fn keys(model: &Model) -> Vec<(String, Weight)> {
    let mut keys = Vec::new();
    for (index, component) in model.components.iter().enumerate() {
        keys.push((format!("component.{}.weight", component.id), Weight::Component(index)));
        let classes = component.classes().iter().enumerate();
        keys.extend(
            classes
                .map(|(class, own)| (format!("class.{}.{}.weight", component.id, own.id), Weight::Class(index, class))),
        );
    }
    keys
}

/// One weight that is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its key.
    pub key: String,
    /// Which one it is.
    pub weight: Weight,
    /// In percent.
    pub value: Percent,
}

/// Reads `component.meeting.weight=45`.
///
/// # Errors
/// If nothing has that name, or the weight is not between 0 and 100.
pub fn parse(model: &Model, text: &str) -> Result<Setting, Refused> {
    let (key, value) = text.split_once('=').ok_or(Refused::Malformed)?;
    let keys = keys(model);
    let Some((key, weight)) = keys.iter().find(|(own, _)| own == key.trim()).cloned() else {
        return Err(Refused::Unknown(keys.into_iter().map(|(own, _)| own).collect()));
    };
    let value = Exact::parse(value.trim()).ok_or(Refused::Malformed)?;
    if value.is_negative() || value > Exact::from(100) {
        return Err(Refused::OutOfRange);
    }
    Ok(Setting { key, weight, value: Percent(value) })
}

/// The factors that give some weights their values while the others of their level keep their proportions.
///
/// Example: of 50, 30 and 20 with the second set to 45, the others become 55 together: 39.29 and 15.71.
///
/// # Errors
/// If a level would have nothing left, or its weights are set to more than 100 together.
pub fn factors(model: &Model, settings: &[Setting]) -> Result<Factors, Refused> {
    let mut factors = Factors::ones(model);
    let own = |of: fn(Weight) -> Option<(Option<usize>, usize)>, level: Option<usize>| {
        let chosen = settings.iter().filter_map(move |own| of(own.weight).map(|(at, index)| (at, index, &own.value)));
        chosen.filter(|(at, ..)| *at == level).map(|(_, index, value)| (index, value)).collect::<Vec<_>>()
    };
    let component = |weight: Weight| match weight {
        Weight::Component(index) => Some((None, index)),
        Weight::Class(..) => None,
    };
    let class = |weight: Weight| match weight {
        Weight::Class(component, index) => Some((Some(component), index)),
        Weight::Component(_) => None,
    };
    let weights: Vec<&Percent> = model.components.iter().map(|own| &own.weight).collect();
    set(&mut factors.components, &weights, &own(component, None))?;
    for (index, own_component) in model.components.iter().enumerate() {
        let weights: Vec<&Percent> = own_component.classes().iter().map(|own| &own.weight).collect();
        set(&mut factors.classes[index], &weights, &own(class, Some(index)))?;
    }
    Ok(factors)
}

/// The factors of one level.
fn set(factors: &mut [Exact], weights: &[&Percent], chosen: &[(usize, &Percent)]) -> Result<(), Refused> {
    if chosen.is_empty() {
        return Ok(());
    }
    let is_chosen = |index: usize| chosen.iter().any(|(own, _)| *own == index);
    if (1..chosen.len()).any(|at| chosen[..at].iter().any(|(own, _)| *own == chosen[at].0)) {
        return Err(Refused::Twice);
    }
    let taken: Exact = chosen.iter().map(|(_, value)| &value.0).sum();
    let left = Exact::from(100) - &taken;
    let others: Exact = weights.iter().enumerate().filter(|(index, _)| !is_chosen(*index)).map(|(_, own)| &own.0).sum();
    if left.is_negative() || (left.is_positive() && others.is_zero()) {
        return Err(if weights.len() == 1 { Refused::Alone } else { Refused::OutOfRange });
    }
    for (index, factor) in factors.iter_mut().enumerate() {
        match chosen.iter().find(|(own, _)| *own == index) {
            // A weight of 0 cannot be multiplied into another one.
            Some((_, value)) if weights[index].0.is_zero() && value.0.is_positive() => return Err(Refused::OutOfRange),
            Some((_, value)) if weights[index].0.is_zero() => *factor = value.0.clone(),
            Some((_, value)) => *factor = &value.0 / &weights[index].0,
            None if others.is_zero() => {}
            None => *factor = &left / &others,
        }
    }
    Ok(())
}

/// A unit officially and in a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The unit.
    pub unit: UnitIx,
    /// Totals, official and in the scenario.
    pub totals: [Exact; 2],
    /// Ranks in the scope.
    pub ranks: [Option<usize>; 2],
    /// Grades.
    pub grades: [Option<usize>; 2],
}

impl Change {
    /// How many places it moved, either way.
    pub fn shift(&self) -> usize {
        let [official, other] = self.ranks;
        official.zip(other).map_or(0, |(official, other)| official.abs_diff(other))
    }

    /// Whether the grade differs.
    pub fn changes_grade(&self) -> bool {
        self.grades[0] != self.grades[1]
    }
}

/// What a scenario changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// By unit that is assessed.
    pub changes: Vec<Change>,
}

/// A scenario in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Mean of the places that ranked units move.
    pub mean_shift: f64,
    /// Most places that one moves.
    pub greatest_shift: usize,
    /// Units with another grade.
    pub grades_changed: usize,
}

impl Scenario {
    /// A scenario in numbers.
    pub fn summary(&self) -> Summary {
        let shifts: Vec<usize> = self.changes.iter().filter(|own| own.ranks[0].is_some()).map(Change::shift).collect();
        let sum: usize = shifts.iter().sum();
        Summary {
            mean_shift: if shifts.is_empty() { 0.0 } else { sum as f64 / shifts.len() as f64 },
            greatest_shift: shifts.into_iter().max().unwrap_or(0),
            grades_changed: self.changes.iter().filter(|own| own.changes_grade()).count(),
        }
    }

    /// The units that come first, in the order of the roster.
    pub fn first(&self) -> impl Iterator<Item = UnitIx> + '_ {
        self.changes.iter().filter(|own| own.ranks[1] == Some(1)).map(|own| own.unit)
    }
}

/// Calculates a scenario.
///
/// # Errors
/// If a unit would be left without anything that counts.
pub fn scenario(record: &Record, official: &Standing, factors: &Factors) -> Result<Scenario, Refused> {
    let counts = |score: &crate::engine::score::UnitScore| {
        let held = record.model.of(record.assessment.unit(score.unit).scheme);
        held.components().any(|part| {
            score.lack(part.index).is_none()
                && part.weight.0.is_positive()
                && factors.components[part.index].is_positive()
        })
    };
    let classes = |index: usize| {
        let weights = record.model.components[index].classes();
        let own = weights.iter().zip(&factors.classes[index]);
        weights.is_empty() || own.into_iter().any(|(own, factor)| own.weight.0.is_positive() && factor.is_positive())
    };
    if !official.scores.iter().all(counts) || !(0..record.model.components.len()).all(classes) {
        return Err(Refused::Nothing);
    }
    let other = record.judged_with(factors);
    let rank = |standing: &Standing, index: usize| {
        let unit = &standing.grading.units[index];
        match record.model.rank.scope {
            RankScope::Group => unit.rank_group,
            RankScope::Scheme => unit.rank_scheme,
            RankScope::All => unit.rank_overall,
        }
    };
    let change = |index: usize| Change {
        unit: official.scores[index].unit,
        totals: [official, &other].map(|own| own.scores[index].total.0.clone()),
        ranks: [official, &other].map(|own| rank(own, index)),
        grades: [official, &other].map(|own| own.grading.units[index].grade),
    };
    Ok(Scenario { changes: (0..official.scores.len()).map(change).collect() })
}

/// Every component and class left out in turn, as far as something is left then.
pub fn leave_one_out(record: &Record, official: &Standing) -> Vec<(String, Weight, Scenario)> {
    let model = &record.model;
    let one = |(key, weight): (String, Weight)| {
        let value = Percent(Exact::zero());
        let factors = factors(model, &[Setting { key: String::new(), weight, value }]).ok()?;
        Some((key, weight, scenario(record, official, &factors).ok()?))
    };
    let is_counted = |(_, weight): &(String, Weight)| match *weight {
        Weight::Component(index) => model.components[index].weight.0.is_positive(),
        Weight::Class(index, class) => model.components[index].classes()[class].weight.0.is_positive(),
    };
    keys(model).into_par_iter().filter(is_counted).filter_map(one).collect()
}

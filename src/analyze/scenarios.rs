//! Other weights or means on purpose: scenarios, leaving one out, and the map over two weights.
//!
//! Weights of components and classes are calculated by the engine itself; those of the tree, other means and raters left out by
//! the plan, which gives what the engine gives. Only a geometric or harmonic mean is not exact.

use rayon::prelude::*;
use serde::Serialize;

use super::plan::{Draw, Drawn, Mean, Means, Plan};
use super::record::{Factors, Graded, Record};
use super::resample::Sampler;
use crate::engine::assessment::UnitIx;
use crate::model::{Model, Node, RankScope};
use crate::shared::number::{Exact, Percent};

/// A weight of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Of a component.
    Component(usize),
    /// Of a class of a component.
    Class(usize, usize),
    /// Of an aspect of the tree.
    Aspect(usize),
    /// Of a line, where the tree has no aspects.
    Line(usize),
    /// Of an indicator within its cell.
    Leaf(usize),
}

/// What is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// What has this weight.
    Weight(Weight),
    /// A rater: component, class and number of the ballot.
    Rater([usize; 3]),
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
    /// The rate of a component is more than a mean of what the tree is made of, so that weights and means there do not act.
    Steady,
    /// A mean that has no value of parts that are 0 or less would be taken over one: the unit, the component, and the node of it.
    NotPositive(UnitIx, usize, Node),
}

/// What a scenario changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its name; empty for the one of the command line.
    pub name: String,
    /// The weights that are set.
    pub settings: Vec<Setting>,
    /// How levels are put together.
    pub means: Means,
}

/// A version from which scenarios are calculated.
#[derive(Clone, Copy)]
pub struct Start<'s> {
    /// Its record.
    pub record: &'s Record,
    /// What the engine makes of it.
    pub official: &'s Graded,
    /// It, prepared.
    pub plan: &'s Plan,
    /// The marks of its raters.
    pub sampler: &'s Sampler,
}

/// All weights that can be set, by key: `component.meeting.weight`, `class.meeting.K1.weight`, `aspect.A1.weight`,
/// `indicator.1.2.4.weight`.
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
    let tree = &model.tree;
    let aspects = tree.aspects.iter().enumerate();
    keys.extend(aspects.map(|(index, own)| (format!("aspect.{}.weight", own.code), Weight::Aspect(index))));
    let lines = tree.lines.iter().enumerate().filter(|_| tree.aspects.is_empty());
    keys.extend(lines.map(|(index, own)| (format!("line.{}.weight", own.code), Weight::Line(index))));
    let leaves = tree.leaves.iter().enumerate();
    keys.extend(leaves.map(|(index, own)| (format!("indicator.{}.weight", own.code), Weight::Leaf(index))));
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
    setting(model, key, value)
}

/// One weight by its key, and its value as text.
///
/// # Errors
/// As [`parse`].
pub fn setting(model: &Model, key: &str, value: &str) -> Result<Setting, Refused> {
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

/// The weight that is set, where it belongs to a level: its place there and its value.
type Chosen<'c> = Vec<(usize, &'c Percent)>;

/// The factors that give some weights of components and classes their values while the others of their level keep their
/// proportions.
///
/// Example: of 50, 30 and 20 with the second set to 45, the others become 55 together: 39.29 and 15.71.
///
/// # Errors
/// If a level would have nothing left, or its weights are set to more than 100 together.
pub fn factors(model: &Model, settings: &[Setting]) -> Result<Factors, Refused> {
    let mut factors = Factors::ones(model);
    let chosen = |of: &dyn Fn(Weight) -> Option<usize>| -> Chosen<'_> {
        settings.iter().filter_map(|own| Some((of(own.weight)?, &own.value))).collect()
    };
    let weights: Vec<&Percent> = model.components.iter().map(|own| &own.weight).collect();
    let component = |weight: Weight| if let Weight::Component(index) = weight { Some(index) } else { None };
    set(&mut factors.components, &weights, &chosen(&component))?;
    for (index, own) in model.components.iter().enumerate() {
        let weights: Vec<&Percent> = own.classes().iter().map(|own| &own.weight).collect();
        let class = |weight: Weight| match weight {
            Weight::Class(component, class) if component == index => Some(class),
            _ => None,
        };
        set(&mut factors.classes[index], &weights, &chosen(&class))?;
    }
    Ok(factors)
}

/// The factors of the weights of the tree, as those of [`factors`]; an indicator has its part of its cell.
fn tree_factors(model: &Model, settings: &[Setting], draw: &mut Draw) -> Result<(), Refused> {
    let tree = &model.tree;
    let shares = |points: &mut dyn Iterator<Item = &Exact>| -> Vec<Percent> {
        let points: Vec<&Exact> = points.collect();
        let sum: Exact = points.iter().copied().sum();
        let share = |own: &Exact| if sum.is_zero() { Exact::zero() } else { own * &Exact::from(100) / &sum };
        points.into_iter().map(|own| Percent(share(own))).collect()
    };
    let level = |shares: &[Percent], of: &dyn Fn(Weight) -> Option<usize>, to: &mut dyn FnMut(usize, f64)| {
        let chosen: Chosen<'_> = settings.iter().filter_map(|own| Some((of(own.weight)?, &own.value))).collect();
        let mut factors = vec![Exact::from(1); shares.len()];
        set(&mut factors, &shares.iter().collect::<Vec<_>>(), &chosen)?;
        factors.iter().enumerate().for_each(|(index, factor)| to(index, factor.to_cell()));
        Ok(())
    };
    let aspects = shares(&mut tree.aspects.iter().map(|own| &own.points.0));
    let aspect = |weight: Weight| if let Weight::Aspect(index) = weight { Some(index) } else { None };
    level(&aspects, &aspect, &mut |index, factor| draw.aspects[index] = factor)?;
    let lines = shares(&mut tree.lines.iter().map(|own| &own.points.0));
    let line = |weight: Weight| if let Weight::Line(index) = weight { Some(index) } else { None };
    level(&lines, &line, &mut |index, factor| draw.lines[index] = factor)?;
    for cell in &tree.cells {
        let leaves = shares(&mut cell.leaves.iter().map(|leaf| &tree.leaves[*leaf].points.0));
        let leaf = |weight: Weight| match weight {
            Weight::Leaf(index) => cell.leaves.iter().position(|own| *own == index),
            _ => None,
        };
        level(&leaves, &leaf, &mut |index, factor| draw.leaves[cell.leaves[index]] = factor)?;
    }
    Ok(())
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

impl Start<'_> {
    /// The rank of a unit in the scope of ranks.
    fn rank(&self, standing: &Graded, index: usize) -> Option<usize> {
        let unit = &standing.grading.units[index];
        match self.record.model.rank.scope {
            RankScope::Group => unit.rank_group,
            RankScope::Scheme => unit.rank_scheme,
            RankScope::All => unit.rank_overall,
        }
    }

    /// Calculates a scenario.
    ///
    /// # Errors
    /// If a unit would be left without anything that counts, or a mean has no value.
    pub fn scenario(&self, wanted: &Wanted) -> Result<Scenario, Refused> {
        let is_of_tree = |own: &Setting| matches!(own.weight, Weight::Aspect(_) | Weight::Line(_) | Weight::Leaf(_));
        let model = &self.record.model;
        let factors = factors(model, &wanted.settings)?;
        if wanted.means == Means::ARITHMETIC && !wanted.settings.iter().any(is_of_tree) {
            return self.reweighed(&factors);
        }
        let has_other_tree = Means { components: Mean::Arithmetic, ..wanted.means } != Means::ARITHMETIC
            || wanted.settings.iter().any(is_of_tree);
        if has_other_tree && self.plan.has_steady_tree {
            return Err(Refused::Steady);
        }
        self.can_reweigh(&factors)?;
        let mut draw = Draw::nominal(model);
        draw.components = factors.components.iter().map(Exact::to_cell).collect();
        draw.classes = factors.classes.iter().map(|own| own.iter().map(Exact::to_cell).collect()).collect();
        tree_factors(model, &wanted.settings, &mut draw)?;
        draw.means = wanted.means;
        match self.plan.lacking(&draw) {
            Some((unit, component, node)) => Err(Refused::NotPositive(unit, component, node)),
            None => Ok(self.drawn(&draw)),
        }
    }

    /// Whether every unit keeps something that counts.
    fn can_reweigh(&self, factors: &Factors) -> Result<(), Refused> {
        let Self { record, official, .. } = *self;
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
            weights.is_empty()
                || own.into_iter().any(|(own, factor)| own.weight.0.is_positive() && factor.is_positive())
        };
        let is_sound = official.scores.iter().all(counts) && (0..record.model.components.len()).all(classes);
        if is_sound { Ok(()) } else { Err(Refused::Nothing) }
    }

    /// What the engine makes of other weights of components and classes.
    fn reweighed(&self, factors: &Factors) -> Result<Scenario, Refused> {
        self.can_reweigh(factors)?;
        let Self { record, official, .. } = *self;
        let other = record.judged_with(factors);
        let change = |index: usize| Change {
            unit: official.scores[index].unit,
            totals: [official, &other].map(|own| own.scores[index].total.0.clone()),
            ranks: [official, &other].map(|own| self.rank(own, index)),
            grades: [official, &other].map(|own| own.grading.units[index].grade),
        };
        Ok(Scenario { changes: (0..official.scores.len()).map(change).collect() })
    }

    /// What the plan makes of a drawing.
    pub fn drawn(&self, draw: &Draw) -> Scenario {
        let official = self.official;
        let mut other = Drawn::default();
        self.plan.draw(draw, &mut other);
        let digit = self.record.model.score.published().digit();
        let change = |index: usize| Change {
            unit: official.scores[index].unit,
            totals: [official.scores[index].total.0.clone(), &Exact::ratio(other.totals[index], 1) * &digit],
            ranks: [self.rank(official, index), Some(other.ranks[index]).filter(|rank| *rank > 0)],
            grades: [official.grading.units[index].grade, other.grades[index]],
        };
        Scenario { changes: (0..official.scores.len()).map(change).collect() }
    }

    /// Every component, class, indicator and rater left out in turn, as far as something is left then.
    pub fn leave_one_out(&self) -> Vec<(String, LeftOut, Scenario)> {
        let model = &self.record.model;
        let has_siblings = |leaf: usize| model.tree.leaves.len() > 1 && model.tree.leaves[leaf].points.0.is_positive();
        let one = |(key, weight): (String, Weight)| {
            let scenario = match weight {
                Weight::Component(_) | Weight::Class(..) => {
                    let value = Percent(Exact::zero());
                    let factors = factors(model, &[Setting { key: String::new(), weight, value }]).ok()?;
                    self.reweighed(&factors).ok()?
                }
                Weight::Leaf(leaf) if has_siblings(leaf) => {
                    let mut draw = Draw::nominal(model);
                    draw.leaves[leaf] = 0.0;
                    self.drawn(&draw)
                }
                Weight::Aspect(_) | Weight::Line(_) | Weight::Leaf(_) => return None,
            };
            Some((key, LeftOut::Weight(weight), scenario))
        };
        let is_counted = |(_, weight): &(String, Weight)| match *weight {
            Weight::Component(index) => model.components[index].weight.0.is_positive(),
            Weight::Class(index, class) => model.components[index].classes()[class].weight.0.is_positive(),
            Weight::Leaf(_) => !self.plan.has_steady_tree,
            Weight::Aspect(_) | Weight::Line(_) => false,
        };
        let mut list: Vec<_> = keys(model).into_par_iter().filter(is_counted).filter_map(one).collect();
        list.extend(self.without_raters());
        list
    }

    /// Every rater left out in turn: a ballot less in its class.
    fn without_raters(&self) -> Vec<(String, LeftOut, Scenario)> {
        let model = &self.record.model;
        let classes = self.sampler.classes().enumerate().filter(|(_, class)| class.serials.len() > 1);
        let ballots = classes.flat_map(|(at, class)| (0..class.serials.len()).map(move |ballot| (at, class, ballot)));
        let one = |(at, class, ballot): (usize, &super::resample::Class, usize)| {
            let mut copies = self.sampler.each_once();
            copies[at][ballot] = 0;
            let mut draw = Draw::nominal(model);
            self.sampler.tally(&copies, &mut draw.sample);
            let (component, serial) = (&model.components[class.component], class.serials[ballot]);
            let key = format!("rater.{}.{}.{serial}", component.id, component.classes()[class.class].id);
            (key, LeftOut::Rater([class.component, class.class, serial]), self.drawn(&draw))
        };
        ballots.collect::<Vec<_>>().into_par_iter().map(one).collect()
    }

    /// What becomes of the ranking where two weights have any values: every tenth of the whole, the others in proportion.
    ///
    /// # Errors
    /// If one of them cannot be set.
    pub fn grid(&self, keys: &[(String, Weight); 2]) -> Result<Vec<GridCell>, Refused> {
        let setting = |at: usize, percent: usize| Setting {
            key: keys[at].0.clone(),
            weight: keys[at].1,
            value: Percent(Exact::from(percent)),
        };
        let pairs: Vec<[usize; 2]> = (0..=10).flat_map(|a| (0..=10).map(move |b| [a * 10, b * 10])).collect();
        let cell = |percents: [usize; 2]| {
            let settings = vec![setting(0, percents[0]), setting(1, percents[1])];
            let wanted = Wanted { name: String::new(), settings, means: Means::ARITHMETIC };
            let scenario = self.scenario(&wanted).map(|own| (own.summary(), own.first().collect()));
            (percents, scenario)
        };
        let cells: Vec<_> = pairs.into_par_iter().map(cell).collect();
        let fault = cells.iter().find_map(|(_, own)| own.as_ref().err().cloned());
        let cells: Vec<GridCell> = cells
            .into_iter()
            .filter_map(|(percents, own)| own.ok().map(|(summary, first)| GridCell { percents, summary, first }))
            .collect();
        match fault {
            Some(fault) if cells.is_empty() => Err(fault),
            _ => Ok(cells),
        }
    }
}

/// A point of the map over two weights.
#[derive(Clone, Debug, PartialEq)]
pub struct GridCell {
    /// Both weights in percent.
    pub percents: [usize; 2],
    /// What changes.
    pub summary: Summary,
    /// The units that come first, one for each scope or more.
    pub first: Vec<UnitIx>,
}

//! A version as the engine can calculate it again: with its own weights or with others.

use std::borrow::Cow;

use crate::check::coefficients;
use crate::engine::assessment::{Assessment, UnitIx};
use crate::engine::grade::{self, Grading};
use crate::engine::score::{self, Answers, ComponentMeasure, Measured, UnitBallots, UnitScore};
use crate::model::{BallotRules, ComponentKind, Model, Node};
use crate::result::outcome::Outcome;
use crate::result::regrade::{Places, Rebuilt, rebuild, recorded, roster};
use crate::shared::number::{Exact, Percent};

/// What a version recorded.
pub struct Record {
    /// Its model.
    pub model: Model,
    /// Units and registers.
    pub assessment: Assessment,
    /// What was measured.
    pub measured: Measured,
}

/// Totals, ranks and grades, calculated exactly.
pub struct Graded {
    /// Totals of the units that are assessed.
    pub scores: Vec<UnitScore>,
    /// Their ranks and grades, in the same order.
    pub grading: Grading,
}

/// Exact factors by which weights are multiplied before they are scaled to 100 again.
#[derive(Clone, Debug)]
pub struct Factors {
    /// By component.
    pub components: Vec<Exact>,
    /// By component and class.
    pub classes: Vec<Vec<Exact>>,
}

impl Factors {
    /// All weights as they are.
    pub fn ones(model: &Model) -> Self {
        Self {
            components: vec![Exact::from(1); model.components.len()],
            classes: model.components.iter().map(|own| vec![Exact::from(1); own.classes().len()]).collect(),
        }
    }
}

/// Weights times factors, scaled to 100 again; unchanged where nothing would be left.
fn scaled<'w>(weights: impl Iterator<Item = Option<&'w mut Percent>>, factors: &[Exact]) {
    let weights: Vec<Option<&mut Percent>> = weights.collect();
    let changed: Vec<Option<Exact>> =
        weights.iter().zip(factors).map(|(weight, factor)| weight.as_ref().map(|own| &own.0 * factor)).collect();
    let sum: Exact = changed.iter().flatten().sum();
    if !sum.is_positive() {
        return;
    }
    for (weight, changed) in weights.into_iter().zip(changed) {
        if let (Some(weight), Some(changed)) = (weight, changed) {
            *weight = Percent(changed * &Exact::from(100) / &sum);
        }
    }
}

impl Record {
    /// The record of a version.
    pub fn of(outcome: &Outcome) -> Self {
        let places = Places::same(&outcome.files);
        let Rebuilt { mut assessment, measured } = rebuild(outcome, &places, roster(outcome, &places));
        assessment.registers = recorded(outcome, &outcome.model, &places);
        let previous = (0..).map(UnitIx).zip(&outcome.units).filter(|(_, unit)| !unit.previous.is_empty());
        assessment.previous = previous.map(|(index, unit)| (index, unit.previous.clone())).collect();
        coefficients::recall(&outcome.model, &mut assessment.units);
        Self { model: outcome.model.clone(), assessment, measured }
    }

    /// The nodes that a component measures.
    pub fn measured_nodes(&self, component: usize) -> Vec<Node> {
        match &self.measured.components[component] {
            ComponentMeasure::Given { units, .. } => {
                let mut nodes: Vec<Node> = units.iter().flatten().map(|own| own.node).collect();
                nodes.sort_unstable();
                nodes.dedup();
                nodes
            }
            ComponentMeasure::Indicators => (0..self.model.tree.leaves.len()).map(Node::Leaf).collect(),
            ComponentMeasure::Ballots(_) => self.model.measured(&self.model.components[component]),
        }
    }

    /// Totals, ranks and grades as the version has them.
    pub fn judged(&self) -> Graded {
        self.standing(&self.model, &self.measured)
    }

    /// Totals, ranks and grades with weights that are multiplied by factors.
    pub fn judged_with(&self, factors: &Factors) -> Graded {
        let model = self.reweighed(factors);
        let mut measured = self.measured.clone();
        for (index, component) in measured.components.iter_mut().enumerate() {
            let is_same = factors.classes[index].windows(2).all(|pair| pair[0] == pair[1]);
            let ComponentKind::Ballots(rules) = &model.components[index].kind else { continue };
            let ComponentMeasure::Ballots(own) = component else { continue };
            if is_same || rules.share.is_some() {
                continue;
            }
            for (unit, ballots) in self.assessment.units.iter().zip(&mut own.units) {
                let held = model.of(unit.scheme);
                let weight = |class: usize| held.class_weight(index, class).map(|weight| &weight.0);
                if let Some(ballots) = ballots {
                    reweigh(ballots, rules, weight);
                }
            }
        }
        self.standing(&model, &measured)
    }

    fn standing(&self, model: &Model, measured: &Measured) -> Graded {
        let (scores, _) = score::total(model, &self.assessment, measured, Cow::Borrowed(&measured.leaves));
        let (grading, _) = grade::grade(model, &self.assessment, measured, &scores);
        Graded { scores, grading }
    }

    /// The model with other weights, those of its schemes included.
    fn reweighed(&self, factors: &Factors) -> Model {
        let mut model = self.model.clone();
        scaled(model.components.iter_mut().map(|own| Some(&mut own.weight)), &factors.components);
        for (component, factors) in model.components.iter_mut().zip(&factors.classes) {
            if let ComponentKind::Ballots(rules) = &mut component.kind {
                scaled(rules.classes.iter_mut().map(|class| Some(&mut class.weight)), factors);
            }
        }
        for scheme in &mut model.schemes {
            scaled(scheme.weights.iter_mut().map(Option::as_mut), &factors.components);
            for (classes, factors) in scheme.classes.iter_mut().zip(&factors.classes) {
                scaled(classes.iter_mut().map(Option::as_mut), factors);
            }
        }
        model
    }
}

/// The rates of a unit with other weights of the classes; a unit that others stand in for keeps its rates.
fn reweigh<'w>(ballots: &mut UnitBallots, rules: &BallotRules, weight: impl Fn(usize) -> Option<&'w Exact>) {
    if !matches!(ballots.enough, Answers::Enough | Answers::Flagged) {
        return;
    }
    for node in 0..ballots.rates.len() {
        if ballots.rates[node].is_none() {
            continue;
        }
        let (mut sum, mut all) = (Exact::zero(), Exact::zero());
        for (index, class) in ballots.classes.iter().enumerate() {
            if let (Some(mean), Some(weight)) = (&class.means[node], weight(index)) {
                sum = sum + weight * &mean.mean.0;
                all = all + weight;
            }
        }
        if all.is_positive() {
            ballots.rates[node] = Some(Percent(Exact::from(100) * &(sum / all) / &rules.full.0));
        }
    }
}

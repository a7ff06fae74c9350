//! A unit on its way to the total: corrected leaves, rates of nodes and components, base, bonus and deduction.
//!
//! A [`Draft`] is a unit up to what does not depend on other units; when units are compared by their rates, it is finished.

use super::correct::Corrections;
use super::limit::Limits;
use super::tail::{Course, Lack, Lacking, TailStep};
use super::{
    Answers, ComponentMeasure, LeafScore, LeafState, Leaves, Measured, NodeRates, UnitScore, adjust, documents, given,
};
use crate::engine::assessment::{AdjustmentRow, Assessment, Target, UnitIx};
use crate::model::policy::NotApplicable;
use crate::model::{ComponentKind, Held, Inapplicable, Model, Node, Part, Tree};
use crate::shared::finding::{Arg, Code, Describe as _, Finding, Findings};
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::place::Place;

/// Reports the leaves that do not apply to a unit, with the cells that say so.
fn tell_left_out(tree: &Tree, leaves: &[LeafScore], findings: &mut Findings<'_>) {
    let off = tree.leaves.iter().zip(leaves).filter(|(_, own)| own.state == LeafState::NotApplicable);
    let (names, places): (Vec<String>, Vec<Place>) = off.map(|(leaf, own)| (leaf.full_name(), own.at)).unzip();
    if let [first, others @ ..] = places.as_slice() {
        let finding = findings.add(Code::N228).at(*first).with("n", names.len()).found(Arg::list(&names));
        finding.also_all(others.iter().copied());
    }
}

/// A unit on its way to the total: what it has before units are compared by their rates.
pub(super) struct Draft<'t> {
    own: Totaller<'t>,
    /// What is known so far; rates and totals are missing.
    score: UnitScore,
    /// The rate of the unit by component; none where it has none.
    pub(super) courses: Vec<Option<Course>>,
    findings: Vec<Finding>,
}

impl Draft<'_> {
    /// The unit.
    pub(super) const fn unit(&self) -> UnitIx {
        self.own.unit
    }

    /// The total.
    pub(super) fn finish(self) -> (UnitScore, Vec<Finding>) {
        let Self { own, mut score, courses, mut findings } = self;
        let code = &own.assessment.unit(own.unit).code;
        own.finish(&mut score, courses, &mut Findings::new(&mut findings).of_unit(code));
        (score, findings)
    }
}

/// The rates of a unit that count, by component: with their steps, and the 编号 of their corrections.
#[derive(Default)]
struct Counted {
    rates: Vec<Percent>,
    tails: Vec<Vec<TailStep>>,
    corrected: Vec<Option<String>>,
}

/// All that a unit's total is made from.
pub(super) struct Totaller<'t> {
    pub(super) model: &'t Model,
    /// What of the model holds for the unit.
    pub(super) held: Held<'t>,
    pub(super) assessment: &'t Assessment,
    pub(super) measured: &'t Measured,
    pub(super) corrections: &'t Corrections<'t>,
    /// None where no component has a limit.
    pub(super) limits: Option<&'t Limits<'t>>,
    /// The rows of bonus and deduction of the unit.
    pub(super) rows: &'t [(usize, &'t AdjustmentRow)],
    pub(super) unit: UnitIx,
}

impl<'t> Totaller<'t> {
    /// The unit up to what does not depend on others. Its leaves have been compared with those of others, but not corrected.
    pub(super) fn draft(self, mut leaves: Leaves) -> Draft<'t> {
        let unit = self.assessment.unit(self.unit);
        let mut list = Vec::new();
        let mut own = Findings::new(&mut list);
        let findings = &mut own.of_unit(&unit.code);
        self.correct_leaves(&mut leaves, findings);
        tell_left_out(self.held.tree(), &leaves, findings);
        let nodes: Vec<NodeRates> = (0..self.model.components.len()).map(|c| self.nodes(c, &leaves)).collect();
        let over_claim = self.model.over_claim.as_ref().and_then(|rule| adjust::over_claim(rule, &leaves));
        let adjusted = adjust::adjust(self.model, self.rows, over_claim);
        documents::check_twice(&self.model.adjustments, self.rows, &adjusted.rows, findings);
        let leaf_rates = self.merged(&nodes, self.model.tree.leaves.len(), Node::Leaf);
        if !leaves.iter().map(|leaf| &leaf.rate).eq(&leaf_rates) {
            let own = leaves.iter_mut().zip(&leaf_rates);
            own.for_each(|(leaf, rate)| leaf.rate.clone_from(rate));
        }
        let mut score = UnitScore {
            unit: self.unit,
            aspects: self.merged(&nodes, self.model.tree.aspects.len(), Node::Aspect),
            lines: self.merged(&nodes, self.model.tree.lines.len(), Node::Line),
            leaf_rates,
            satisfaction: self.satisfaction(),
            leaves,
            nodes,
            rates: Vec::new(),
            tails: Vec::new(),
            lacking: None,
            base: Points::zero(),
            adjusted,
            exact_total: Points::zero(),
            total: Points::zero(),
            corrected: Vec::new(),
            limited: Vec::new(),
        };
        if let Some(limits) = self.limits {
            score.limited = limits.of(&score, self.held, findings);
        }
        let courses = (0..score.nodes.len()).map(|index| self.course(index, &score, findings)).collect();
        Draft { own: self, score, courses, findings: list }
    }

    fn finish(&self, score: &mut UnitScore, courses: Vec<Option<Course>>, findings: &mut Findings<'_>) {
        let corrections = self.corrections;
        score.lacking = self.lacking(findings);
        let Counted { rates, tails, corrected } = self.rates(courses, corrections, findings);
        (score.rates, score.tails, score.corrected) = (rates, tails, corrected);
        score.base = self.base(&score.rates, score.lacking.as_ref());
        let scale = &self.model.score;
        let raw = Points(&score.base.0 + &score.adjusted.plus.0 - &score.adjusted.minus.0);
        score.exact_total = (&raw).max(&scale.min).min(&scale.max).clone();
        score.total = Points(scale.published().round(&score.exact_total.0));
        if let Some(row) = corrections.find(self.unit, Target::Total) {
            let new = corrections.apply(row, Some(&score.total.0), [&scale.min.0, &scale.max.0], findings);
            corrections.check_decimals(row, findings);
            findings.add(Code::W626).at(row.at).found(&row.id);
            score.exact_total = Points(new.clone());
            score.total = Points(new);
        }
    }

    fn correct_leaves(&self, leaves: &mut Leaves, findings: &mut Findings<'_>) {
        let corrections = self.corrections;
        for index in 0..leaves.len() {
            let Some(row) = corrections.find(self.unit, Target::Leaf(index)) else { continue };
            let score = &mut leaves[index];
            let present = score.verified.as_ref().map(|points| &points.0);
            let new = corrections.apply(row, present, [&Exact::zero(), &score.full.0], findings);
            score.correct(Points(new), &row.id, row.new.at);
        }
    }

    /// The rates that a component gives all nodes of the unit.
    fn nodes(&self, component: usize, leaves: &[LeafScore]) -> NodeRates {
        let tree = self.held.tree();
        if self.held.weight(component).is_none() {
            return NodeRates::none(tree);
        }
        match &self.measured.components[component] {
            ComponentMeasure::Indicators => {
                let measured: Vec<(Node, Option<Percent>)> =
                    leaves.iter().enumerate().map(|(i, leaf)| (Node::Leaf(i), self.leaf_rate(leaf))).collect();
                NodeRates::from_measured(tree, &measured)
            }
            ComponentMeasure::Ballots(ballots) => {
                let unit = ballots.units[self.unit.0].as_ref();
                let nodes = self.model.measured(&self.model.components[component]).into_iter().enumerate();
                let nodes = nodes.filter(|(_, node)| !tree.points(*node).0.is_zero());
                let measured: Vec<(Node, Option<Percent>)> =
                    nodes.map(|(i, node)| (node, unit.and_then(|u| u.rates.get(i)?.clone()))).collect();
                NodeRates::of_component(tree, &self.model.components[component], &measured)
            }
            ComponentMeasure::Given { units, .. } => {
                let measured: Vec<(Node, Option<Percent>)> =
                    units[self.unit.0].iter().map(|g| (g.node, g.rate.clone())).collect();
                NodeRates::of_component(tree, &self.model.components[component], &measured)
            }
        }
    }

    fn leaf_rate(&self, leaf: &LeafScore) -> Option<Percent> {
        match (&leaf.verified, self.model.self_report.not_applicable) {
            (Some(points), _) => Some(Percent::of(points, &leaf.full)),
            (None, _) if leaf.state == LeafState::NotInScheme => None,
            (None, NotApplicable::Rescale) => None,
            (None, NotApplicable::Full) => Some(Percent::whole(100)),
            (None, NotApplicable::Zero) => Some(Percent::zero()),
        }
    }

    /// The rate of the unit in a component, as far as it does not depend on other units; none for one that the unit does not
    /// have. One that could not be measured is 0 after its finding.
    fn course(&self, index: usize, score: &UnitScore, findings: &mut Findings<'_>) -> Option<Course> {
        self.held.weight(index)?;
        if self.lack(index).is_some() {
            return None;
        }
        let unit = self.assessment.unit(self.unit);
        let nodes = &score.nodes[index];
        if nodes.unit.is_none() && matches!(self.measured.components[index], ComponentMeasure::Indicators) {
            findings.add(Code::E319).at(unit.at);
        }
        let measured = nodes.unit.clone().unwrap_or_else(Percent::zero);
        let limited = score.limited.get(index).and_then(Option::as_ref);
        let measured = match limited {
            Some(limited) => limited.bound(measured),
            None => measured,
        };
        Some(Course::new(measured, &self.model.components[index], unit))
    }

    /// Why the unit lacks a component whose weight then goes to the others.
    fn lack(&self, index: usize) -> Option<Lack> {
        match (&self.model.components[index].kind, &self.measured.components[index]) {
            (ComponentKind::Ballots(rules), ComponentMeasure::Ballots(measure)) => {
                let is_off = measure.units[self.unit.0].as_ref()?.enough == Answers::Inapplicable;
                (is_off && rules.not_applicable == Inapplicable::Renormalise).then_some(Lack::Inapplicable)
            }
            (ComponentKind::Given(rules), ComponentMeasure::Given { units, .. }) => {
                given::lack(rules, &units[self.unit.0])
            }
            _ => None,
        }
    }

    /// The components that the unit lacks, and the weights of those that it has, scaled up to 100.
    ///
    /// Example: of 50, 30 and 20 without the last, 62.5 and 37.5.
    fn lacking(&self, findings: &mut Findings<'_>) -> Option<Lacking> {
        let is_lacking = |part: &Part<'_>| self.lack(part.index).is_some();
        if !self.held.components().any(|part| is_lacking(&part)) {
            return None;
        }
        let present: Exact = self.held.components().filter(|part| !is_lacking(part)).map(|part| &part.weight.0).sum();
        let (mut lacks, mut weights) =
            (vec![None; self.model.components.len()], vec![None; self.model.components.len()]);
        for part in self.held.components() {
            lacks[part.index] = self.lack(part.index);
            if lacks[part.index].is_none() {
                weights[part.index] = Some(Percent(Exact::from(100) * &part.weight.0 / &present));
            }
        }
        if present.is_zero() {
            findings.add(Code::E272).at(self.assessment.unit(self.unit).at);
        }
        Some(Lacking { lacks, weights })
    }

    /// The rates that count, after rounding and corrections; 0 where the unit does not have the component.
    fn rates(
        &self,
        courses: Vec<Option<Course>>,
        corrections: &Corrections<'_>,
        findings: &mut Findings<'_>,
    ) -> Counted {
        let mut counted = Counted::default();
        for (index, (course, component)) in courses.into_iter().zip(&self.model.components).enumerate() {
            let mut course = course.unwrap_or_else(|| Course { rate: Percent::zero(), steps: Vec::new() });
            if let Some(precision) = self.model.score.component(component) {
                let rate = Percent(precision.round(&course.rate.0));
                course.take(TailStep::Rounded { rate });
            }
            let mut corrected = None;
            if let Some(row) = corrections.find(self.unit, Target::Component(index)) {
                let range = [&Exact::zero(), &component.tail.highest().0];
                let new = corrections.apply(row, Some(&course.rate.0), range, findings);
                findings.add(Code::W626).at(row.at).found(&row.id);
                corrected = Some(row.id.clone());
                course.take(TailStep::Corrected { rate: Percent(new) });
            }
            counted.rates.push(course.rate);
            counted.tails.push(course.steps);
            counted.corrected.push(corrected);
        }
        counted
    }

    /// base = full/100 · Σ weight · rate / 100. Example: 0.50·80.51 + 0.35·71.0 + 0.15·87 = 78.155.
    fn base(&self, rates: &[Percent], lacking: Option<&Lacking>) -> Points {
        let sum: Exact = match lacking {
            None => self.held.components().map(|part| &part.weight.0 * &rates[part.index].0).sum(),
            Some(own) => {
                own.weights.iter().zip(rates).filter_map(|(weight, rate)| Some(&weight.as_ref()?.0 * &rate.0)).sum()
            }
        };
        Points(sum * &self.model.score.full.0 / Exact::from(10_000))
    }

    /// Rates of nodes over all components: Σ weight · rate / Σ weight over the components that have the node.
    fn merged(&self, nodes: &[NodeRates], count: usize, node: impl Fn(usize) -> Node) -> Vec<Option<Percent>> {
        let mean = |index| {
            let rate = |part: Part<'t>| Some((&part.weight.0, &nodes[part.index].of(node(index))?.0));
            Exact::weighted_mean(self.held.components().filter_map(rate)).map(Percent)
        };
        (0..count).map(mean).collect()
    }

    fn satisfaction(&self) -> Vec<Option<Percent>> {
        let of = |component: &ComponentMeasure| component.ballots(self.unit)?.satisfaction.clone();
        self.measured.components.iter().map(of).collect()
    }
}

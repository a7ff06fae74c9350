//! Scoring: from an assessment to measured nodes, base, adjustments and totals (SPEC §6-§8).
//!
//! Two steps. [`measure`] turns inputs into points of leaves and means of ballots; nothing else looks at single marks.
//! [`total`] applies corrections and adjustments to what was measured and gives each unit its published total; a re-grade
//! repeats only this step. Pure: equal values in, equal values out, exact arithmetic throughout.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::engine::assessment::{AdjustmentRow, Assessment, ComponentInput, Mode, Target, Unit, UnitIx};
use crate::model::policy::NotApplicable;
use crate::model::{ComponentKind, Held, Leaf, Model, Node, Tree};
use crate::shared::finding::{Code, Describe as _, Finding, Findings};
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::place::Place;

pub mod adjust;
pub mod ballots;
mod compared;
mod correct;
mod documents;
mod field;
pub mod formula;
pub mod given;
pub mod leaf;
pub mod nodes;
pub mod validity;

pub use adjust::{AdjustmentOutcome, End, RowEnd};
pub use ballots::{
    Answers, BallotMeasure, BallotTotals, ClassMeasure, ClassTotals, NoResult, NodeMean, TallyTotals, UnitBallots,
};
pub use formula::{Worked, WorkedInput};
pub use given::GivenMeasure;
pub use leaf::{Compared, LeafScore, LeafState, OriginalLeaf, ReplacedValue};
pub use nodes::NodeRates;
pub use validity::RatingState;

use correct::Corrections;

/// What one component measured.
#[derive(Clone, Debug)]
pub enum ComponentMeasure {
    /// Points of leaves; they are in [`Measured::leaves`].
    Indicators,
    /// Ballots and tallies.
    Ballots(BallotMeasure),
    /// Scores made elsewhere.
    Given {
        /// Their periods, in order; an unnamed one is empty.
        periods: Vec<String>,
        /// By unit and node.
        units: Vec<Vec<GivenMeasure>>,
    },
}

impl ComponentMeasure {
    /// The ballot results of a unit; none for other components and for a unit that is not assessed.
    pub fn ballots(&self, unit: UnitIx) -> Option<&UnitBallots> {
        match self {
            Self::Ballots(measure) => measure.units[unit.0].as_ref(),
            Self::Indicators | Self::Given { .. } => None,
        }
    }

    /// The scores made elsewhere of a unit, by node; nothing for other components.
    pub fn given(&self, unit: UnitIx) -> &[GivenMeasure] {
        match self {
            Self::Given { units, .. } => &units[unit.0],
            Self::Indicators | Self::Ballots(_) => &[],
        }
    }
}

/// Everything that was measured from the inputs, before corrections and adjustments.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Leaf scores by unit; empty for units that are not assessed.
    pub leaves: Vec<Vec<LeafScore>>,
    /// By component.
    pub components: Vec<ComponentMeasure>,
}

/// The result of one unit before ranking.
#[derive(Clone, Debug)]
pub struct UnitScore {
    /// The unit.
    pub unit: UnitIx,
    /// Leaves after corrections.
    pub leaves: Vec<LeafScore>,
    /// Rates of all nodes, by component.
    pub nodes: Vec<NodeRates>,
    /// Rate of the unit by component, after `component_decimals` and corrections.
    pub rates: Vec<Percent>,
    /// Rate of each aspect over all components.
    pub aspects: Vec<Option<Percent>>,
    /// Rate of each line over all components.
    pub lines: Vec<Option<Percent>>,
    /// Rate of each leaf over all components.
    pub leaf_rates: Vec<Option<Percent>>,
    /// Base score.
    pub base: Points,
    /// Bonus and deduction.
    pub adjusted: adjust::Adjusted,
    /// Total before rounding, within min and max.
    pub exact_total: Points,
    /// Published total.
    pub total: Points,
    /// Satisfaction rate by component, where known.
    pub satisfaction: Vec<Option<Percent>>,
    /// 编号 of the correction of each component, if there is one.
    pub corrected: Vec<Option<String>>,
}

impl UnitScore {
    /// The rate of a node over all components, or within one.
    pub fn rate(&self, node: Node, component: Option<usize>) -> Option<&Percent> {
        match (component, node) {
            (Some(component), Node::Unit) => Some(&self.rates[component]),
            (Some(component), node) => self.nodes[component].of(node),
            (None, Node::Aspect(i)) => self.aspects[i].as_ref(),
            (None, Node::Line(i)) => self.lines[i].as_ref(),
            (None, Node::Leaf(i)) => self.leaf_rates[i].as_ref(),
            (None, Node::Unit) => None,
        }
    }
}

/// Measures all units and components.
pub fn measure(model: &Model, assessment: &Assessment) -> (Measured, Vec<Finding>) {
    let (leaves, mut list) = measure_leaves(model, assessment);
    let mut findings = Findings::new(&mut list);
    let mut components = Vec::with_capacity(model.components.len());
    for (index, (component, input)) in model.components.iter().zip(&assessment.components).enumerate() {
        let name = component.name.as_str();
        components.push(match (&component.kind, input) {
            (ComponentKind::Ballots(rules), ComponentInput::Ballots(counted)) => {
                let rounded = component.mean_precision();
                let panel = ballots::Panel { model, assessment, index, rules, name, counted, rounded };
                ComponentMeasure::Ballots(ballots::measure(&panel, &mut findings))
            }
            (ComponentKind::Given(rules), ComponentInput::Given(given)) => {
                let source = given::Source { rules, name, given, nodes: given::nodes(given) };
                let units = (0..).map(UnitIx).zip(&assessment.units).map(|(own, unit)| match unit.mode {
                    Mode::Excluded => Vec::new(),
                    _ if model.of(unit.scheme).weight(index).is_none() => Vec::new(),
                    _ => source.unit(own, unit.at, &mut findings.of_unit(&unit.code)),
                });
                ComponentMeasure::Given { periods: given.periods.clone(), units: units.collect() }
            }
            _ => ComponentMeasure::Indicators,
        });
    }
    let measured = Measured { leaves, components };
    tell_unmeasured(model, &measured, &mut findings);
    (measured, list)
}

/// Reports components in which nothing was measured for any unit: their zeros come only from rules about gaps.
fn tell_unmeasured(model: &Model, measured: &Measured, findings: &mut Findings<'_>) {
    // A report in which nothing was verified was handed in all the same.
    let is_measured = |(leaf, own): (&Leaf, &LeafScore)| match own.state {
        LeafState::NoReport | LeafState::NotInScheme => false,
        LeafState::Unverified => leaf.asked_of_unit,
        _ => true,
    };
    let any = |component: &ComponentMeasure| match component {
        ComponentMeasure::Indicators => {
            measured.leaves.iter().any(|unit| model.tree.leaves.iter().zip(unit).any(is_measured))
        }
        ComponentMeasure::Ballots(own) => own.units.iter().flatten().any(|unit| unit.rates.iter().any(Option::is_some)),
        ComponentMeasure::Given { units, .. } => units.iter().flatten().any(|node| !node.parts.is_empty()),
    };
    for (component, _) in model.components.iter().zip(&measured.components).filter(|(_, own)| !any(own)) {
        findings.add(Code::E242).with("component", &component.name);
    }
}

fn measure_leaves(model: &Model, assessment: &Assessment) -> (Vec<Vec<LeafScore>>, Vec<Finding>) {
    if model.indicators_component().is_none() {
        return (vec![Vec::new(); assessment.units.len()], Vec::new());
    }
    let scored: Vec<(Vec<LeafScore>, Vec<Finding>)> = assessment
        .units
        .par_iter()
        .zip(&assessment.reports)
        .map(|(unit, report)| match unit.mode {
            Mode::Excluded => (Vec::new(), Vec::new()),
            Mode::Ranked | Mode::Separate => {
                Findings::gather(|findings| leaf::score_unit(model, unit, report, findings))
            }
        })
        .collect();
    let (leaves, findings): (Vec<_>, Vec<_>) = scored.into_iter().unzip();
    (leaves, findings.into_iter().flatten().collect())
}

/// Gives every assessed unit its total, in the order of the roster.
pub fn total(model: &Model, assessment: &Assessment, measured: &Measured) -> (Vec<UnitScore>, Vec<Finding>) {
    let mut rows: BTreeMap<UnitIx, Vec<(usize, &AdjustmentRow)>> = BTreeMap::new();
    for (index, row) in assessment.registers.adjustments.iter().enumerate() {
        rows.entry(row.unit).or_default().push((index, row));
    }
    let corrections = Corrections::new(model, &assessment.registers);
    let mut leaves = Cow::Borrowed(measured.leaves.as_slice());
    let mut list = Vec::new();
    corrections.enter(assessment, &mut leaves, &mut Findings::new(&mut list));
    if model.tree.leaves.iter().any(|leaf| leaf.rule.is_of_field()) {
        compared::settle(model, assessment, leaves.to_mut(), &mut Findings::new(&mut list));
    }
    let units: Vec<(UnitIx, &Unit)> = assessment.assessed().collect();
    let scored: Vec<(UnitScore, Vec<Finding>)> = units
        .par_iter()
        .map(|(index, unit)| {
            let own = rows.get(index).map_or(&[] as &[_], Vec::as_slice);
            let held = model.of(unit.scheme);
            let totaller = Totaller {
                model,
                held,
                assessment,
                measured,
                leaves: &leaves[index.0],
                corrections: &corrections,
                unit: *index,
            };
            Findings::gather(|findings| totaller.score(own, &mut findings.of_unit(&unit.code)))
        })
        .collect();
    let (scores, findings): (Vec<_>, Vec<_>) = scored.into_iter().unzip();
    let mut findings: Vec<Finding> = list.into_iter().chain(findings.into_iter().flatten()).collect();
    findings.extend(note_averages(model, assessment, &scores));
    (scores, findings)
}

/// Reports for how many units the points-weighted mean of the aspects is not the base, and names the first; nothing
/// without aspects.
fn note_averages(model: &Model, assessment: &Assessment, scores: &[UnitScore]) -> Option<Finding> {
    if model.tree.aspects.is_empty() {
        return None;
    }
    let averages = |score: &UnitScore| {
        let tree = model.of(assessment.unit(score.unit).scheme).tree();
        let full: Points = tree.aspects.iter().map(|a| &a.points).sum();
        let parts = tree.aspects.iter().zip(&score.aspects).filter(|(aspect, _)| !aspect.points.0.is_zero());
        let sum: Option<Vec<Exact>> = parts.map(|(a, rate)| rate.as_ref().map(|r| &a.points.0 * &r.0)).collect();
        let mean: Option<Exact> = sum.map(|parts| parts.iter().sum::<Exact>() / &full.0);
        mean.is_some_and(|mean| mean * &model.score.full.0 / Exact::from(100) == score.base.0)
    };
    let mut apart = scores.iter().filter(|score| !averages(score));
    let first = assessment.unit(apart.next()?.unit);
    Some(Finding::new(Code::N632).at(first.at).unit(&first.code).found(apart.count() + 1))
}

/// Reports the leaves that do not apply to a unit, with the cells that say so.
fn tell_left_out(tree: &Tree, leaves: &[LeafScore], findings: &mut Findings<'_>) {
    let off = tree.leaves.iter().zip(leaves).filter(|(_, own)| own.state == LeafState::NotApplicable);
    let (names, places): (Vec<String>, Vec<Place>) = off.map(|(leaf, own)| (leaf.full_name(), own.at)).unzip();
    if let [first, others @ ..] = places.as_slice() {
        let finding = findings.add(Code::N228).at(*first).with("n", names.len()).found(names.join("、"));
        finding.also_all(others.iter().copied());
    }
}

struct Totaller<'t> {
    model: &'t Model,
    /// What of the model holds for the unit.
    held: Held<'t>,
    assessment: &'t Assessment,
    measured: &'t Measured,
    /// Leaves of the unit, compared with those of others but not corrected.
    leaves: &'t [LeafScore],
    corrections: &'t Corrections<'t>,
    unit: UnitIx,
}

impl Totaller<'_> {
    fn score(&self, rows: &[(usize, &AdjustmentRow)], findings: &mut Findings<'_>) -> UnitScore {
        let corrections = self.corrections;
        let mut leaves = self.corrected_leaves(corrections, findings);
        tell_left_out(self.held.tree(), &leaves, findings);
        let nodes: Vec<NodeRates> = (0..self.model.components.len()).map(|c| self.nodes(c, &leaves)).collect();
        let (rates, corrected) = self.rates(&nodes, corrections, findings);
        let base = self.base(&rates);
        let over_claim = self.model.over_claim.as_ref().and_then(|rule| adjust::over_claim(rule, &leaves));
        let adjusted = adjust::adjust(self.model, rows, over_claim);
        documents::check_twice(&self.model.adjustments, rows, &adjusted.rows, findings);
        let scale = &self.model.score;
        let raw = Points(&base.0 + &adjusted.plus.0 - &adjusted.minus.0);
        let mut exact_total = (&raw).max(&scale.min).min(&scale.max).clone();
        let mut total = Points(scale.published().round(&exact_total.0));
        if let Some(row) = corrections.find(self.unit, Target::Total) {
            let new = corrections.apply(row, Some(&total.0), [&scale.min.0, &scale.max.0], findings);
            corrections.check_decimals(row, findings);
            findings.add(Code::W626).at(row.at).found(&row.id);
            exact_total = Points(new.clone());
            total = Points(new);
        }
        let leaf_rates = self.merged(&nodes, self.model.tree.leaves.len(), Node::Leaf);
        for (leaf, rate) in leaves.iter_mut().zip(&leaf_rates) {
            leaf.rate.clone_from(rate);
        }
        UnitScore {
            unit: self.unit,
            aspects: self.merged(&nodes, self.model.tree.aspects.len(), Node::Aspect),
            lines: self.merged(&nodes, self.model.tree.lines.len(), Node::Line),
            leaf_rates,
            satisfaction: self.satisfaction(),
            leaves,
            nodes,
            rates,
            base,
            adjusted,
            exact_total,
            total,
            corrected,
        }
    }

    fn corrected_leaves(&self, corrections: &Corrections<'_>, findings: &mut Findings<'_>) -> Vec<LeafScore> {
        let mut leaves = self.leaves.to_vec();
        for (index, score) in leaves.iter_mut().enumerate() {
            let Some(row) = corrections.find(self.unit, Target::Leaf(index)) else { continue };
            let present = score.verified.as_ref().map(|points| &points.0);
            let new = corrections.apply(row, present, [&Exact::zero(), &score.full.0], findings);
            score.correct(Points(new), &row.id, row.new.at);
        }
        leaves
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
                NodeRates::from_measured(tree, &measured)
            }
            ComponentMeasure::Given { units, .. } => {
                let measured: Vec<(Node, Option<Percent>)> =
                    units[self.unit.0].iter().map(|g| (g.node, g.rate.clone())).collect();
                NodeRates::from_measured(tree, &measured)
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

    /// The rate of the unit by component, and the correction it has; one that could not be measured is 0 after its finding.
    fn rates(
        &self,
        nodes: &[NodeRates],
        corrections: &Corrections<'_>,
        findings: &mut Findings<'_>,
    ) -> (Vec<Percent>, Vec<Option<String>>) {
        let mut rates = Vec::with_capacity(nodes.len());
        let mut corrected = vec![None; nodes.len()];
        for (index, node) in nodes.iter().enumerate() {
            let is_part = self.held.weight(index).is_some();
            if is_part && node.unit.is_none() && matches!(self.measured.components[index], ComponentMeasure::Indicators)
            {
                findings.add(Code::E319).at(self.assessment.unit(self.unit).at);
            }
            let mut rate = node.unit.clone().unwrap_or_else(Percent::zero);
            if let Some(precision) = self.model.score.component(&self.model.components[index]) {
                rate = Percent(precision.round(&rate.0));
            }
            if let Some(row) = corrections.find(self.unit, Target::Component(index)) {
                let new = corrections.apply(row, Some(&rate.0), [&Exact::zero(), &Exact::from(100)], findings);
                findings.add(Code::W626).at(row.at).found(&row.id);
                corrected[index] = Some(row.id.clone());
                rate = Percent(new);
            }
            rates.push(rate);
        }
        (rates, corrected)
    }

    /// base = full/100 · Σ weight · rate / 100. Example: 0.50·80.51 + 0.35·71.0 + 0.15·87 = 78.155.
    fn base(&self, rates: &[Percent]) -> Points {
        let sum: Exact = self.held.components().map(|part| &part.weight.0 * &rates[part.index].0).sum();
        Points(sum * &self.model.score.full.0 / Exact::from(10_000))
    }

    /// Rates of nodes over all components: Σ weight · rate / Σ weight over the components that have the node.
    fn merged(&self, nodes: &[NodeRates], count: usize, node: impl Fn(usize) -> Node) -> Vec<Option<Percent>> {
        (0..count)
            .map(|index| {
                let (mut weight, mut sum) = (Exact::zero(), Exact::zero());
                for part in self.held.components() {
                    if let Some(rate) = nodes[part.index].of(node(index)) {
                        weight = weight + &part.weight.0;
                        sum = sum + &part.weight.0 * &rate.0;
                    }
                }
                weight.is_positive().then(|| Percent(sum / weight))
            })
            .collect()
    }

    fn satisfaction(&self) -> Vec<Option<Percent>> {
        let of = |component: &ComponentMeasure| component.ballots(self.unit)?.satisfaction.clone();
        self.measured.components.iter().map(of).collect()
    }
}

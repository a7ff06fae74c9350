//! Scoring: from an assessment to measured nodes, base, adjustments and totals (SPEC §6-§8).
//!
//! Two steps. [`measure`] turns inputs into points of leaves and means of ballots; nothing else looks at single marks.
//! [`total`] applies corrections and adjustments to what was measured and gives each unit its published total; a re-grade
//! repeats only this step. Pure: equal values in, equal values out, exact arithmetic throughout.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::engine::assessment::{AdjustmentRow, Assessment, ComponentInput, Mode, Unit, UnitIx, UnitReport};
use crate::model::{ComponentKind, Held, Leaf, Model, Node};
use crate::shared::finding::{Code, Describe as _, Finding, Findings};
use crate::shared::held::Shared;
use crate::shared::number::{Exact, Percent, Points};

pub mod adjust;
pub mod ballots;
mod compared;
mod correct;
mod documents;
mod draft;
mod field;
pub mod formula;
pub mod given;
pub mod leaf;
mod leaf_score;
mod leaves;
mod limit;
pub mod nodes;
pub mod periods;
mod tail;
pub mod validity;

pub use adjust::{AdjustmentOutcome, End, RowEnd};
pub use ballots::{
    Answers, BallotMeasure, BallotTotals, ClassMeasure, ClassTotals, IssuedBallots, NoResult, NodeMean, TallyTotals,
    UnitBallots,
};
pub use formula::{Worked, WorkedInput};
pub use given::{GivenMeasure, GivenTotals};
pub use leaf_score::{Compared, LeafScore, LeafState, OriginalLeaf, ReplacedValue};
pub use leaves::Leaves;
pub use limit::Limited;
pub use nodes::NodeRates;
pub use periods::PeriodScore;
pub use tail::{Lack, Lacking, TailStep};
pub use validity::{JudgedBallot, RatingState};

use correct::Corrections;
use draft::{Draft, Totaller};
use limit::Limits;

/// What one component measured.
#[derive(Clone, Debug)]
pub enum ComponentMeasure {
    /// Points of leaves; they are in [`Measured::leaves`].
    Indicators,
    /// Ballots and tallies.
    Ballots(BallotMeasure),
    /// Scores made elsewhere.
    Given {
        /// As a whole.
        totals: GivenTotals,
        /// By unit and node.
        units: Vec<Vec<GivenMeasure>>,
    },
}

impl ComponentMeasure {
    /// The ballot results of a unit; none for other components and for a unit that is not assessed.
    pub fn ballots(&self, unit: UnitIx) -> Option<&Shared<UnitBallots>> {
        match self {
            Self::Ballots(measure) => measure.units[unit.0].as_ref(),
            Self::Indicators | Self::Given { .. } => None,
        }
    }

    /// Whether its inputs measured anything for any unit; of indicators that is seen at the leaves.
    fn has_input(&self) -> bool {
        match self {
            Self::Indicators => true,
            Self::Ballots(own) => own.units.iter().flatten().any(|unit| unit.rates.iter().any(Option::is_some)),
            Self::Given { units, .. } => units.iter().flatten().any(|node| !node.parts.is_empty()),
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
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Leaf scores by unit; empty for units that are not assessed, and once they have moved into the totals.
    pub leaves: Vec<Leaves>,
    /// By component.
    pub components: Vec<ComponentMeasure>,
}

/// The result of one unit before ranking.
#[derive(Clone, Debug)]
pub struct UnitScore {
    /// The unit.
    pub unit: UnitIx,
    /// Leaves after corrections.
    pub leaves: Leaves,
    /// Rates of all nodes, by component.
    pub nodes: Vec<NodeRates>,
    /// Rate of the unit by component, after its tail: `component_decimals` and corrections are the last of it.
    pub rates: Vec<Percent>,
    /// The steps to each of these rates; none where the model has only the last two.
    pub tails: Vec<Vec<TailStep>>,
    /// The components that the unit lacks, and the weights of the others; none where it has all of its scheme.
    pub lacking: Option<Lacking>,
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
    /// The limit that bounds each component; empty where none has any.
    pub limited: Vec<Option<Limited>>,
}

impl UnitScore {
    /// The weight in percent of a component for the unit; none for one that it does not have.
    pub fn weight<'s>(&'s self, held: Held<'s>, component: usize) -> Option<&'s Percent> {
        match &self.lacking {
            Some(lacking) => lacking.weights[component].as_ref(),
            None => held.weight(component),
        }
    }

    /// Drops the rates of leaves and cells: once grades are known, nothing asks for them.
    pub fn drop_parts(&mut self) {
        self.leaf_rates = Vec::new();
        for rates in &mut self.nodes {
            (rates.leaves, rates.cells) = (Vec::new(), Vec::new());
        }
    }

    /// Why the unit lacks a component, if it does.
    pub fn lack(&self, component: usize) -> Option<Lack> {
        self.lacking.as_ref()?.lacks[component]
    }

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

/// Measures all units and components. What reports say of leaves goes with it: it takes more room than what follows from it.
pub fn measure(model: &Model, assessment: &mut Assessment) -> (Measured, Vec<Finding>) {
    let (leaves, list) = measure_leaves(model, assessment);
    measure_components(model, assessment, leaves, list)
}

/// Measures the components again, beside leaves as they were measured before.
pub fn measure_again(model: &Model, assessment: &Assessment, leaves: Vec<Leaves>) -> Measured {
    measure_components(model, assessment, leaves, Vec::new()).0
}

fn measure_components(
    model: &Model,
    assessment: &Assessment,
    leaves: Vec<Leaves>,
    mut list: Vec<Finding>,
) -> (Measured, Vec<Finding>) {
    let mut findings = Findings::new(&mut list);
    let mut components = Vec::with_capacity(model.components.len());
    for (index, (component, input)) in model.components.iter().zip(&assessment.components).enumerate() {
        let name = component.name.as_str();
        components.push(match (&component.kind, input) {
            (ComponentKind::Ballots(rules), ComponentInput::Ballots(counted)) => {
                let rounded = component.mean_precision();
                let counts_votes = model.counts_votes(index);
                let panel = ballots::Panel { model, assessment, index, rules, name, counted, rounded, counts_votes };
                ComponentMeasure::Ballots(ballots::measure(&panel, &mut findings))
            }
            (ComponentKind::Given(rules), ComponentInput::Given(given)) => {
                let source = given::Source { rules, name, given, nodes: given::nodes(given) };
                let units = (0..).map(UnitIx).zip(&assessment.units).map(|(own, unit)| match unit.mode {
                    Mode::Excluded => Vec::new(),
                    _ if model.of(unit.scheme).weight(index).is_none() => Vec::new(),
                    _ => source.unit(own, unit.at, &mut findings.of_unit(&unit.code)),
                });
                let units: Vec<Vec<GivenMeasure>> = units.collect();
                ComponentMeasure::Given { totals: GivenTotals::of(given, &units), units }
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
    let is_measured = |(leaf, own): (&Leaf, &LeafScore)| {
        let mut all = std::iter::once(own).chain(own.periods.iter().map(|own| &own.score));
        all.any(|own| match own.state {
            LeafState::NoReport | LeafState::NotInScheme => false,
            LeafState::Unverified => leaf.asked_of_unit,
            _ => true,
        })
    };
    let any = |component: &ComponentMeasure| match component {
        ComponentMeasure::Indicators => {
            measured.leaves.iter().any(|unit| model.tree.leaves.iter().zip(unit).any(is_measured))
        }
        ComponentMeasure::Ballots(_) | ComponentMeasure::Given { .. } => component.has_input(),
    };
    for (component, _) in model.components.iter().zip(&measured.components).filter(|(_, own)| !any(own)) {
        findings.add(Code::E242).with("component", &component.name);
    }
}

/// The leaves of every unit. Its inputs are dropped with the unit, not all of them at the end.
fn measure_leaves(model: &Model, assessment: &mut Assessment) -> (Vec<Leaves>, Vec<Finding>) {
    if model.indicators_component().is_none() {
        return (vec![Leaves::default(); assessment.units.len()], Vec::new());
    }
    let one = |(unit, report): (&Unit, &mut UnitReport)| {
        let (leaves, findings) = match unit.mode {
            Mode::Excluded => (Leaves::default(), Vec::new()),
            Mode::Ranked | Mode::Separate => {
                Findings::gather(|findings| leaf::score_unit(model, unit, report, findings))
            }
        };
        report.leaves = Vec::new();
        (leaves, findings)
    };
    let Assessment { units, reports, .. } = assessment;
    let scored: Vec<(Leaves, Vec<Finding>)> = units.par_iter().zip(reports).map(one).collect();
    let (leaves, findings): (Vec<_>, Vec<_>) = scored.into_iter().unzip();
    (leaves, findings.into_iter().flatten().collect())
}

/// Gives every assessed unit its total, in the order of the roster. The leaves that were measured, by unit, become those of
/// the totals; where they are needed again they are borrowed.
pub fn total(
    model: &Model,
    assessment: &Assessment,
    measured: &Measured,
    mut leaves: Cow<'_, [Leaves]>,
) -> (Vec<UnitScore>, Vec<Finding>) {
    let mut rows: BTreeMap<UnitIx, Vec<(usize, &AdjustmentRow)>> = BTreeMap::new();
    for (index, row) in assessment.registers.adjustments.iter().enumerate() {
        rows.entry(row.unit).or_default().push((index, row));
    }
    let corrections = Corrections::new(model, &assessment.registers);
    let limits = Limits::new(model, assessment, measured);
    let mut list = Vec::new();
    corrections.enter(assessment, &mut leaves, &mut Findings::new(&mut list));
    let has_periods = model.plans().any(|held| held.tree().leaves.iter().any(|leaf| leaf.periods.is_some()));
    if has_periods {
        periods::add_up(model, assessment, leaves.to_mut());
        corrections.check_sums(assessment, &leaves, &mut Findings::new(&mut list));
    }
    if model.tree.leaves.iter().any(|leaf| leaf.rule.is_of_field()) {
        compared::settle(model, assessment, leaves.to_mut(), &mut Findings::new(&mut list));
    }
    if has_periods {
        periods::settle(model, assessment, leaves.to_mut());
    }
    if let Cow::Owned(own) = &mut leaves {
        // What came out as it was is held once.
        own.iter_mut().zip(&measured.leaves).for_each(|(own, measured)| own.join(measured));
    }
    let draft = |(unit, leaves): (UnitIx, Leaves)| {
        let held = model.of(assessment.unit(unit).scheme);
        let (corrections, limits) = (&corrections, limits.as_ref());
        let rows = rows.get(&unit).map_or(&[] as &[_], Vec::as_slice);
        Totaller { model, held, assessment, measured, corrections, limits, rows, unit }.draft(leaves)
    };
    let mut leaf_of = |(unit, _): (UnitIx, &Unit)| match &mut leaves {
        Cow::Owned(own) => (unit, std::mem::take(&mut own[unit.0])),
        Cow::Borrowed(own) => (unit, own[unit.0].clone()),
    };
    let units: Vec<(UnitIx, Leaves)> = assessment.assessed().map(&mut leaf_of).collect();
    let mut drafts: Vec<Draft<'_>> = units.into_par_iter().map(draft).collect();
    if model.components.iter().any(|component| component.tail.convert.is_some()) {
        let measured = measured.components.iter().map(ComponentMeasure::has_input).collect::<Vec<bool>>();
        let pass = tail::Conversion { model, units: &assessment.units, measured: &measured };
        pass.run(&mut drafts, &mut Findings::new(&mut list));
    }
    let scored: Vec<(UnitScore, Vec<Finding>)> = drafts.into_par_iter().map(Draft::finish).collect();
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

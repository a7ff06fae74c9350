//! What indicators tell about units: spread, ceiling, correlations, and what each of them weighs in effect.
//!
//! Rates are in percent of the full points, over the units that are assessed. A weight as reported is the part of the points;
//! the effective weight is the part of the variance of the component's rate that goes together with the indicator: the covariance
//! of its contribution with the rate, divided by the variance of the rate (Becker et al. 2017 discuss why the two differ). The
//! effective weights of a component add up to 1.

use serde::Serialize;

use super::marks::{correlation, deviation, mean};
use super::panels::Figure;
use super::record::{Graded, Record};
use super::undefined::Undefined;
use crate::engine::score::UnitScore;
use crate::model::{Node, Tree};

/// From which correlation on two indicators say the same.
pub const ALIKE: f64 = 0.95;

/// Everything about the indicators of one component.
#[derive(Clone, Debug)]
pub struct Battery {
    /// Index of the component.
    pub component: usize,
    /// Its indicators, or the aspects that it measures.
    pub items: Vec<Item>,
    /// Correlations between them, row by row; none where one does not vary.
    pub correlations: Vec<Vec<Option<f64>>>,
    /// Cronbach's alpha by aspect; the whole where there are no aspects, or they are what is measured.
    pub reliability: Vec<Reliability>,
}

/// One indicator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item {
    /// Its node.
    pub node: Node,
    /// In numbers.
    pub figures: Figures,
}

/// One indicator, or one component, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Units with a rate.
    pub units: usize,
    /// Mean rate.
    pub mean: Option<f64>,
    /// Standard deviation of the rates.
    pub deviation: Option<f64>,
    /// Lowest rate.
    pub least: Option<f64>,
    /// Highest rate.
    pub most: Option<f64>,
    /// Part of the units at 100 % or more.
    pub ceiling: Option<f64>,
    /// Whether it tells no two units apart.
    pub flat: bool,
    /// Weight as reported, as a part of 1.
    pub weight: f64,
    /// Effective weight, as a part of 1; none where the whole does not vary.
    pub effective: Option<f64>,
    /// Correlation with the weighted mean of the others of its aspect.
    pub rest: Option<f64>,
}

/// Cronbach's alpha of an aspect.
#[derive(Clone, Copy, Debug)]
pub struct Reliability {
    /// The aspect; none for all indicators together.
    pub aspect: Option<usize>,
    /// How many indicators.
    pub items: usize,
    /// Units with a rate for all of them.
    pub units: usize,
    /// k/(k − 1) · (1 − Σ variances / variance of the sum), of the points scored.
    pub alpha: Figure<f64>,
}

/// Rates of one thing by unit.
type Rates = Vec<Option<f64>>;

/// The statistics of every component that measures several nodes.
pub fn batteries(record: &Record, official: &Graded) -> Vec<Battery> {
    let own = |component: usize| {
        let nodes: Vec<Node> = record.measured_nodes(component);
        let nodes: Vec<Node> =
            nodes.into_iter().filter(|node| record.model.tree.points(*node).0.is_positive()).collect();
        (nodes.len() > 1).then(|| Table::of(record, official, component, nodes).battery())
    };
    (0..record.model.components.len()).filter_map(own).collect()
}

/// The components in the same way: how much each moves the base in effect.
pub fn components(record: &Record, official: &Graded) -> Vec<Figures> {
    let model = &record.model;
    let count = model.components.len();
    let weights = |score: &UnitScore| {
        let held = model.of(record.assessment.unit(score.unit).scheme);
        let weight = |index: usize| score.weight(held, index).map_or(0.0, |own| own.0.to_cell() / 100.0);
        (0..count).map(weight).collect::<Vec<f64>>()
    };
    let shares: Vec<Vec<f64>> = official.scores.iter().map(weights).collect();
    let rate = |index: usize| -> Rates {
        let own = official.scores.iter().zip(&shares);
        own.map(|(score, share)| (share[index] > 0.0).then(|| score.rates[index].0.to_cell())).collect()
    };
    let rates: Vec<Rates> = (0..count).map(rate).collect();
    let effective = effective(&rates, &shares);
    let all: f64 = model.components.iter().map(|own| own.weight.0.to_cell()).sum();
    let figures = |index: usize| {
        let weight = model.components[index].weight.0.to_cell() / all;
        let beside = |item: usize| Beside { item, weight: model.components[item].weight.0.to_cell() };
        let others: Vec<Beside> = (0..count).filter(|other| *other != index).map(beside).collect();
        Figures::of(&rates[index], weight, effective[index], item_rest(&rates, index, &others))
    };
    (0..count).map(figures).collect()
}

impl Figures {
    fn of(rates: &Rates, weight: f64, effective: Option<f64>, rest: Option<f64>) -> Self {
        let known: Vec<f64> = rates.iter().flatten().copied().collect();
        let share = |count: usize| (!known.is_empty()).then(|| count as f64 / known.len() as f64);
        let (least, most) = (known.iter().copied().reduce(f64::min), known.iter().copied().reduce(f64::max));
        Self {
            units: known.len(),
            mean: mean(&known),
            deviation: deviation(&known),
            least,
            most,
            ceiling: share(known.iter().filter(|own| **own >= 100.0).count()),
            flat: known.len() > 1 && least.zip(most).is_some_and(|(least, most)| least.total_cmp(&most).is_eq()),
            weight,
            effective,
            rest,
        }
    }
}

/// The part of the variance of Σ share · rate that goes together with each part.
fn effective(rates: &[Rates], shares: &[Vec<f64>]) -> Vec<Option<f64>> {
    let part = |item: usize, unit: usize| rates[item][unit].map_or(0.0, |rate| shares[unit][item] * rate);
    let whole: Vec<f64> = (0..shares.len()).map(|unit| (0..rates.len()).map(|item| part(item, unit)).sum()).collect();
    let centre = mean(&whole).unwrap_or(0.0);
    let variance: f64 = whole.iter().map(|own| (own - centre).powi(2)).sum();
    let varies = variance > whole.len() as f64 * (centre.abs() * 1e-12).powi(2).max(1e-24);
    let effective = |item: usize| {
        let own: f64 = whole.iter().enumerate().map(|(unit, own)| part(item, unit) * (own - centre)).sum();
        varies.then_some(own / variance)
    };
    (0..rates.len()).map(effective).collect()
}

/// The correlation of an item with the weighted mean of others, over the units that have both.
fn item_rest(rates: &[Rates], item: usize, others: &[Beside]) -> Option<f64> {
    let rest = |unit: usize| {
        let known = others.iter().filter_map(|own| Some((rates[own.item][unit]?, own.weight)));
        let (sum, all) = known.fold((0.0, 0.0), |(sum, all), (rate, weight)| (sum + weight * rate, all + weight));
        (all > 0.0).then(|| sum / all)
    };
    let pairs = (0..rates[item].len()).filter_map(|unit| Some((rates[item][unit]?, rest(unit)?)));
    correlation(&pairs.collect::<Vec<_>>())
}

/// Rates of an item and the points that 100 % of it are worth.
#[derive(Clone, Copy, Debug)]
pub struct Scored<'s> {
    /// In percent, by unit.
    pub rates: &'s [Option<f64>],
    /// Full points.
    pub full: f64,
}

/// An item beside another one, and its weight.
#[derive(Clone, Copy)]
struct Beside {
    item: usize,
    weight: f64,
}

/// Cronbach's alpha of the points scored: k/(k − 1) · (1 − Σ variances / variance of the sum).
///
/// # Errors
/// If there is one item only, fewer than two units have all of them, or no unit differs from the others.
pub fn cronbach(items: &[Scored<'_>]) -> Result<(f64, usize), Undefined> {
    let units = items.first().map_or(0, |own| own.rates.len());
    let complete: Vec<usize> = (0..units).filter(|unit| items.iter().all(|own| own.rates[*unit].is_some())).collect();
    if items.len() < 2 {
        return Err(Undefined::TooFew);
    }
    if complete.len() < 2 {
        return Err(Undefined::OneUnit);
    }
    let points = |own: &Scored<'_>, unit: usize| own.rates[unit].unwrap_or(0.0) * own.full / 100.0;
    let variance = |values: Vec<f64>| deviation(&values).map_or(0.0, |own| own * own);
    let own = items.iter().map(|item| variance(complete.iter().map(|unit| points(item, *unit)).collect()));
    let parts: f64 = own.sum();
    let sum = |unit: &usize| items.iter().map(|item| points(item, *unit)).sum();
    let whole = variance(complete.iter().map(sum).collect());
    if whole <= 1e-24 {
        return Err(Undefined::AllEqual);
    }
    let count = items.len() as f64;
    Ok((count / (count - 1.0) * (1.0 - parts / whole), complete.len()))
}

/// The rates of the nodes of a component.
struct Table<'t> {
    record: &'t Record,
    component: usize,
    nodes: Vec<Node>,
    /// By node, then by unit.
    rates: Vec<Rates>,
    /// By unit, then by node: its part of the rate of the unit.
    shares: Vec<Vec<f64>>,
}

impl<'t> Table<'t> {
    fn of(record: &'t Record, official: &Graded, component: usize, nodes: Vec<Node>) -> Self {
        let rate = |node: &Node| {
            let own = official.scores.iter().map(|score| score.nodes[component].of(*node));
            own.map(|rate| rate.map(|own| own.0.to_cell())).collect::<Rates>()
        };
        let rates: Vec<Rates> = nodes.iter().map(rate).collect();
        let share = |(unit, score): (usize, &UnitScore)| {
            let tree = record.model.of(record.assessment.unit(score.unit).scheme).tree();
            shares(tree, &nodes, |item| rates[item][unit].is_some())
        };
        let shares = official.scores.iter().enumerate().map(share).collect();
        Self { record, component, nodes, rates, shares }
    }

    fn battery(&self) -> Battery {
        let tree = &self.record.model.tree;
        let nominal = shares(tree, &self.nodes, |_| true);
        let effective = effective(&self.rates, &self.shares);
        let aspect = |node: Node| if let Node::Leaf(leaf) = node { tree.leaves[leaf].aspect } else { None };
        let points = |item: usize| tree.points(self.nodes[item]).0.to_cell();
        let count = self.nodes.len();
        let item = |index: usize| {
            let own = aspect(self.nodes[index]);
            let others = (0..count).filter(|other| *other != index && aspect(self.nodes[*other]) == own);
            let others: Vec<Beside> = others.map(|item| Beside { item, weight: points(item) }).collect();
            let rest = item_rest(&self.rates, index, &others);
            Item {
                node: self.nodes[index],
                figures: Figures::of(&self.rates[index], nominal[index], effective[index], rest),
            }
        };
        let between = |a: usize, b: usize| {
            let pairs = self.rates[a].iter().zip(&self.rates[b]).filter_map(|(a, b)| (*a).zip(*b));
            correlation(&pairs.collect::<Vec<_>>())
        };
        let mut aspects: Vec<Option<usize>> = self.nodes.iter().map(|node| aspect(*node)).collect();
        aspects.sort_unstable();
        aspects.dedup();
        let reliability = |own: Option<usize>| {
            let items = (0..count).filter(|item| aspect(self.nodes[*item]) == own);
            let items: Vec<Scored<'_>> =
                items.map(|item| Scored { rates: &self.rates[item], full: points(item) }).collect();
            let alpha = cronbach(&items);
            let units = alpha.as_ref().map_or(0, |own| own.1);
            Reliability { aspect: own, items: items.len(), units, alpha: alpha.map(|own| own.0).into() }
        };
        Battery {
            component: self.component,
            items: (0..count).map(item).collect(),
            correlations: (0..count).map(|a| (0..count).map(|b| between(a, b)).collect()).collect(),
            reliability: aspects.into_iter().map(reliability).collect(),
        }
    }
}

/// The part of each node in the rate of a unit: its points within its cell, its aspect and the whole, as far as anything is
/// measured there.
fn shares(tree: &Tree, nodes: &[Node], is_there: impl Fn(usize) -> bool) -> Vec<f64> {
    let points = |node: Node| tree.points(node).0.to_cell();
    let there = |item: &usize| is_there(*item) && points(nodes[*item]) > 0.0;
    let present: Vec<usize> = (0..nodes.len()).filter(there).collect();
    let (mut cells, mut aspects) = (vec![0.0; tree.cells.len()], vec![0.0; tree.aspects.len()]);
    let mut top = 0.0;
    for item in &present {
        match nodes[*item] {
            Node::Leaf(leaf) => cells[tree.leaves[leaf].cell] += points(nodes[*item]),
            Node::Aspect(aspect) => aspects[aspect] = points(nodes[*item]),
            Node::Unit | Node::Line(_) => {}
        }
    }
    let cell_points = |cell: usize| tree.cells[cell].points.0.to_cell();
    for (cell, own) in cells.iter().enumerate().filter(|(_, own)| **own > 0.0) {
        debug_assert!(*own > 0.0, "only cells with something measured");
        match tree.cells[cell].aspect {
            Some(aspect) => aspects[aspect] += cell_points(cell),
            None => top += cell_points(cell),
        }
    }
    let aspect_points = |aspect: usize| tree.aspects[aspect].points.0.to_cell();
    top += aspects.iter().enumerate().filter(|(_, own)| **own > 0.0).map(|(at, _)| aspect_points(at)).sum::<f64>();
    let mut shares = vec![0.0; nodes.len()];
    for item in present {
        shares[item] = match nodes[item] {
            Node::Leaf(leaf) => {
                let cell = tree.leaves[leaf].cell;
                let within = points(nodes[item]) / cells[cell] * cell_points(cell);
                match tree.cells[cell].aspect {
                    Some(aspect) => within / aspects[aspect] * aspect_points(aspect) / top,
                    None => within / top,
                }
            }
            Node::Aspect(aspect) => aspect_points(aspect) / top,
            Node::Unit | Node::Line(_) => 0.0,
        };
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(values: &[f64]) -> Rates {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn alpha_of_three_items_is_solved_by_hand() {
        // Points 2 4 6, 1 3 5 and 3 3 6: variances 4, 4 and 3; sums 6, 10, 17 with variance 31: 3/2 · (1 − 11/31) = 30/31.
        let items = [rates(&[2.0, 4.0, 6.0]), rates(&[1.0, 3.0, 5.0]), rates(&[3.0, 3.0, 6.0])];
        let items: Vec<Scored<'_>> = items.iter().map(|rates| Scored { rates, full: 100.0 }).collect();
        let (alpha, units) = cronbach(&items).expect("alpha");
        assert!((alpha - 30.0 / 31.0).abs() < 1e-12, "{alpha}");
        assert_eq!(units, 3);
        assert_eq!(cronbach(&items[..1]), Err(Undefined::TooFew));
        let equal = rates(&[3.0; 3]);
        let equal = Scored { rates: &equal, full: 1.0 };
        assert_eq!(cronbach(&[equal, equal]), Err(Undefined::AllEqual));
    }

    #[test]
    fn effective_weights_are_covariance_shares() {
        // Contributions 10 20 30 and 5 5 8: sums 15 25 38, centre 26; covariances with the sum 230 and 36 of 266.
        let own = [rates(&[20.0, 40.0, 60.0]), rates(&[10.0, 10.0, 16.0])];
        let effective = effective(&own, &[vec![0.5, 0.5], vec![0.5, 0.5], vec![0.5, 0.5]]);
        assert!((effective[0].expect("a share") - 230.0 / 266.0).abs() < 1e-12);
        assert!((effective[1].expect("a share") - 36.0 / 266.0).abs() < 1e-12);
    }

    #[test]
    fn the_rest_of_an_item_is_the_mean_of_the_others_by_weight() {
        // The rest of the first: (3·a + b)/4 of 10 20 60 and 10 60 20: 10, 30, 50, in step with 1 2 3.
        let own = [rates(&[1.0, 2.0, 3.0]), rates(&[10.0, 20.0, 60.0]), rates(&[10.0, 60.0, 20.0])];
        let rest = item_rest(&own, 0, &[Beside { item: 1, weight: 3.0 }, Beside { item: 2, weight: 1.0 }])
            .expect("a correlation");
        assert!((rest - 1.0).abs() < 1e-12, "{rest}");
        assert_eq!(item_rest(&own, 0, &[]), None);
    }
}

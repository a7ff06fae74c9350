//! How the rates of measured nodes make up those of aspects, lines and the unit (SPEC §8), as weights.

use std::collections::BTreeMap;

use crate::result::outcome::{Component, Node, Outcome, UnitOutcome};
use crate::shared::number::Exact;

/// Weights by measured node; none where the node has no rate.
pub(super) type Shares = Option<Vec<(usize, Exact)>>;

/// The points of a cell, and those of each measured node among its leaves.
type CellPoints = (Exact, BTreeMap<usize, Exact>);

/// The weights of a component whose nodes are measured or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Passing {
    pub(super) unit: Shares,
    pub(super) aspects: Vec<Shares>,
    pub(super) lines: Vec<Shares>,
    pub(super) leaves: Vec<Shares>,
}

impl Passing {
    /// The weights where some nodes of the component are measured.
    ///
    /// A measured node passes its rate down; a parent is the mean of what is measured below it, weighted by points.
    /// Example: aspects of 30 and 50 points, both measured, make the unit 3/8 of the first and 5/8 of the second.
    pub(super) fn of(outcome: &Outcome, unit: &UnitOutcome, component: &Component, is_measured: &[bool]) -> Self {
        let (nodes, tree) = (outcome.model.measured(component), outcome.held(unit).tree());
        let place = |node: Node| nodes.iter().position(|own| *own == node);
        let measured = |at: Option<usize>| at.filter(|at| is_measured[*at]);
        let mut cells: BTreeMap<(Option<usize>, Option<usize>), CellPoints> = BTreeMap::new();
        let mut leaves: Vec<Shares> = Vec::with_capacity(tree.leaves.len());
        for (index, leaf) in tree.leaves.iter().enumerate() {
            let cell = cells.entry((leaf.aspect, leaf.line)).or_insert_with(|| (Exact::zero(), BTreeMap::new()));
            cell.0 = &cell.0 + &leaf.points.0;
            let aspect = leaf.aspect.map(Node::Aspect);
            // A rate of the unit that stays apart is not one of the nodes below it.
            let unit = (!component.apart).then_some(Node::Unit);
            let above = [Some(Node::Leaf(index)), aspect, unit];
            let own = measured(above.into_iter().flatten().find_map(place));
            leaves.push(own.map(|at| vec![(at, Exact::from(1))]));
            if let Some(own) = own {
                let known = cell.1.entry(own).or_insert_with(Exact::zero);
                *known = &*known + &leaf.points.0;
            }
        }
        let cell_shares = |nodes: &BTreeMap<usize, Exact>| {
            mean(nodes.iter().map(|(at, points)| (points, Some(vec![(*at, Exact::from(1))]))))
        };
        let over = |keep: &dyn Fn(Option<usize>, Option<usize>) -> bool| {
            let chosen = cells.iter().filter(|((aspect, line), _)| keep(*aspect, *line));
            mean(chosen.map(|(_, (points, nodes))| (points, cell_shares(nodes))))
        };
        let direct = |node: Node| place(node).map(|at| measured(Some(at)).map(|at| vec![(at, Exact::from(1))]));
        let below = |aspect: usize| match direct(Node::Unit).filter(|_| tree.leaves.is_empty()) {
            Some(whole) => whole,
            None => over(&|own, _| own == Some(aspect)),
        };
        let aspect = |aspect: usize| direct(Node::Aspect(aspect)).unwrap_or_else(|| below(aspect));
        let aspects: Vec<Shares> = (0..tree.aspects.len()).map(aspect).collect();
        let lines = (0..tree.lines.len()).map(|line| over(&|_, own| own == Some(line))).collect();
        let parts = || match tree.aspects.as_slice() {
            [] => over(&|_, _| true),
            own => mean(own.iter().zip(&aspects).map(|(aspect, own)| (&aspect.points.0, own.clone()))),
        };
        let unit = direct(Node::Unit).unwrap_or_else(parts);
        Self { unit, aspects, lines, leaves }
    }
}

/// The points-weighted mean of what is there.
fn mean<'p>(parts: impl Iterator<Item = (&'p Exact, Shares)>) -> Shares {
    let mut whole = Exact::zero();
    let mut sum: BTreeMap<usize, Exact> = BTreeMap::new();
    for (points, shares) in parts {
        let Some(shares) = shares else { continue };
        whole = whole + points;
        for (at, share) in shares {
            let known = sum.entry(at).or_insert_with(Exact::zero);
            *known = &*known + &(share * points);
        }
    }
    whole.is_positive().then(|| sum.into_iter().map(|(at, points)| (at, points / &whole)).collect())
}

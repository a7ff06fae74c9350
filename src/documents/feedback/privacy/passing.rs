//! How the rates of measured nodes make up those of aspects, lines and the unit (SPEC §8), as weights.

use std::collections::BTreeMap;

use crate::result::outcome::{ComponentModel, ModelOutcome};
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
    pub(super) fn of(model: &ModelOutcome, component: &ComponentModel, is_measured: &[bool]) -> Self {
        let node = |code: &str| component.nodes.iter().position(|own| own == code);
        let measured = |at: Option<usize>| at.filter(|at| is_measured[*at]);
        let aspect_of = |code: &str| model.aspects.iter().find(|own| own.code == code).and_then(|own| node(&own.code));
        let mut cells: BTreeMap<(&str, &str), CellPoints> = BTreeMap::new();
        let mut leaves: Vec<Shares> = Vec::with_capacity(model.leaves.len());
        for leaf in &model.leaves {
            let cell = cells.entry((&leaf.aspect, &leaf.line)).or_insert_with(|| (Exact::zero(), BTreeMap::new()));
            cell.0 = &cell.0 + &leaf.full.0;
            let own = measured(node(&leaf.code).or_else(|| aspect_of(&leaf.aspect)).or_else(|| node("")));
            leaves.push(own.map(|at| vec![(at, Exact::from(1))]));
            if let Some(own) = own {
                let known = cell.1.entry(own).or_insert_with(Exact::zero);
                *known = &*known + &leaf.full.0;
            }
        }
        let cell_shares = |nodes: &BTreeMap<usize, Exact>| {
            mean(nodes.iter().map(|(at, points)| (points, Some(vec![(*at, Exact::from(1))]))))
        };
        let over = |keep: &dyn Fn(&str, &str) -> bool| {
            let chosen = cells.iter().filter(|((aspect, line), _)| keep(aspect, line));
            mean(chosen.map(|(_, (points, nodes))| (points, cell_shares(nodes))))
        };
        let below: Vec<Shares> = model.aspects.iter().map(|aspect| over(&|own, _| own == aspect.code)).collect();
        let lines = model.lines.iter().map(|line| over(&|_, own| own == line.code)).collect();
        let direct = |code: &str| node(code).map(|at| measured(Some(at)).map(|at| vec![(at, Exact::from(1))]));
        let unit = direct("").unwrap_or_else(|| {
            mean(model.aspects.iter().zip(&below).map(|(aspect, own)| (&aspect.points.0, own.clone())))
        });
        let aspects = model.aspects.iter().zip(below).map(|(aspect, own)| direct(&aspect.code).unwrap_or(own));
        Self { unit, aspects: aspects.collect(), lines, leaves }
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

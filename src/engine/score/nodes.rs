//! From measured nodes to a rate for every node (SPEC §8).
//!
//! A measured node passes its rate down to all its descendants; a parent above measured children is their points-weighted
//! mean. A node that is not measured (not applicable, without ratings) leaves its parent, which keeps its points over the
//! rest: leaf → cell → aspect → unit, and cell → line. Without aspects the cells are the parts of the unit; without leaves
//! the measured aspects are.

use crate::model::{Component, Node, Tree};
use crate::shared::number::{Exact, Percent, Points};

/// The rate of every node of the tree; `None` where nothing is measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRates {
    /// By leaf.
    pub leaves: Vec<Option<Percent>>,
    /// By cell (line × aspect).
    pub cells: Vec<Option<Percent>>,
    /// By aspect.
    pub aspects: Vec<Option<Percent>>,
    /// By line.
    pub lines: Vec<Option<Percent>>,
    /// Of the unit.
    pub unit: Option<Percent>,
}

impl NodeRates {
    /// The rate of a node.
    pub fn of(&self, node: Node) -> Option<&Percent> {
        match node {
            Node::Unit => self.unit.as_ref(),
            Node::Line(i) => self.lines[i].as_ref(),
            Node::Aspect(i) => self.aspects[i].as_ref(),
            Node::Leaf(i) => self.leaves[i].as_ref(),
        }
    }

    /// Nothing is measured, since the component is not part of the unit's scheme.
    pub(super) fn none(tree: &Tree) -> Self {
        Self::from_measured(tree, &[])
    }

    /// Rates of all nodes from those that a component measured; with `into_aspects = false` a rate of the unit is only its own.
    pub(super) fn of_component(tree: &Tree, component: &Component, measured: &[(Node, Option<Percent>)]) -> Self {
        match measured {
            [(Node::Unit, rate)] if component.apart => Self { unit: rate.clone(), ..Self::none(tree) },
            _ => Self::from_measured(tree, measured),
        }
    }

    /// Rates of all nodes from the measured ones. A node without points is not in the scheme of the unit: nothing passes
    /// down to it.
    ///
    /// Example: leaves of 4 and 1 points at 100 % and 50 % make a cell of 90 %.
    pub fn from_measured(tree: &Tree, measured: &[(Node, Option<Percent>)]) -> Self {
        let own = |node: Node| measured.iter().find(|(n, _)| *n == node).map(|(_, rate)| rate.as_ref());
        let unit = own(Node::Unit);
        let aspects: Vec<Option<Option<&Percent>>> = (0..tree.aspects.len()).map(|i| own(Node::Aspect(i))).collect();
        let mut by_leaf: Vec<Option<Option<&Percent>>> = vec![None; tree.leaves.len()];
        for (node, rate) in measured {
            if let Node::Leaf(leaf) = node {
                by_leaf[*leaf] = Some(rate.as_ref());
            }
        }
        let leaves = tree.leaves.iter().zip(by_leaf).map(|(leaf, own)| {
            let above = || leaf.aspect.and_then(|aspect| aspects[aspect]);
            own.or_else(above).or(unit).flatten().filter(|_| !leaf.points.0.is_zero()).cloned()
        });
        Self::from_leaves(tree, leaves.collect()).with_measured(tree, aspects, unit)
    }

    /// Rates of all nodes from those of the leaves.
    fn from_leaves(tree: &Tree, leaves: Vec<Option<Percent>>) -> Self {
        let cells: Vec<Option<Percent>> = tree
            .cells
            .iter()
            .map(|cell| mean(cell.leaves.iter().map(|i| (&tree.leaves[*i].points, leaves[*i].as_ref()))))
            .collect();
        let over = |keep: &dyn Fn(usize) -> bool| {
            let chosen = tree.cells.iter().enumerate().filter(|(i, _)| keep(*i));
            mean(chosen.map(|(i, cell)| (&cell.points, cells[i].as_ref())))
        };
        let aspects: Vec<Option<Percent>> =
            (0..tree.aspects.len()).map(|a| over(&|i| tree.cells[i].aspect == Some(a))).collect();
        let lines = (0..tree.lines.len()).map(|l| over(&|i| tree.cells[i].line == Some(l))).collect();
        Self { leaves, cells, aspects, lines, unit: None }
    }

    /// Puts the rates of directly measured aspects, and of a directly measured unit, in place of their means. A rate of the
    /// unit passes down to aspects that have no leaves to pass it on.
    fn with_measured(
        mut self,
        tree: &Tree,
        aspects: Vec<Option<Option<&Percent>>>,
        unit: Option<Option<&Percent>>,
    ) -> Self {
        let passed = unit.filter(|_| tree.leaves.is_empty());
        for ((slot, own), aspect) in self.aspects.iter_mut().zip(aspects).zip(&tree.aspects) {
            if let Some(rate) = own.or(passed) {
                *slot = rate.filter(|_| !aspect.points.0.is_zero()).cloned();
            }
        }
        self.unit = unit.map_or_else(|| self.whole(tree), |unit| unit.cloned());
        self
    }

    /// The mean of the parts of the unit: its aspects, or without aspects its cells.
    fn whole(&self, tree: &Tree) -> Option<Percent> {
        if tree.aspects.is_empty() {
            return mean(tree.cells.iter().zip(&self.cells).map(|(cell, rate)| (&cell.points, rate.as_ref())));
        }
        mean(tree.aspects.iter().zip(&self.aspects).map(|(aspect, rate)| (&aspect.points, rate.as_ref())))
    }
}

/// The points-weighted mean of the rates that are there.
fn mean<'a>(parts: impl Iterator<Item = (&'a Points, Option<&'a Percent>)>) -> Option<Percent> {
    let there = parts.filter_map(|(points, rate)| Some((&points.0, &rate?.0)));
    Exact::weighted_mean(there).map(Percent)
}

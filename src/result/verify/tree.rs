//! Rates of all nodes from the measured ones, calculated anew (SPEC §8).

use std::collections::BTreeMap;

use crate::result::outcome::Held;
use crate::shared::number::Exact;

/// The nodes of a model.
pub(super) struct Tree<'m> {
    /// The nodes with their points in the scheme.
    own: &'m crate::model::Tree,
    /// Leaves by line and aspect.
    cells: BTreeMap<Above, Vec<usize>>,
}

/// The line and the aspect of leaves, as far as the model has them.
type Above = (Option<usize>, Option<usize>);

/// Measured rates by code of the node; the empty code is the unit.
pub(super) type MeasuredRates<'m> = BTreeMap<&'m str, Option<Exact>>;

/// Rates of the nodes that are printed.
pub(super) struct Rates<'m> {
    pub(super) leaves: Vec<Option<Exact>>,
    pub(super) aspects: BTreeMap<&'m str, Option<Exact>>,
    pub(super) lines: BTreeMap<&'m str, Option<Exact>>,
    pub(super) unit: Option<Exact>,
}

impl<'m> Tree<'m> {
    /// The nodes as one scheme has them.
    pub(super) fn new(held: Held<'m>) -> Self {
        let own = held.tree();
        let mut cells: BTreeMap<Above, Vec<usize>> = BTreeMap::new();
        for (index, leaf) in own.leaves.iter().enumerate() {
            cells.entry((leaf.line, leaf.aspect)).or_default().push(index);
        }
        Self { own, cells }
    }

    /// A measured node passes its rate down; a parent above is the points-weighted mean of the children that have a rate.
    /// A rate of the unit that is `apart` from the nodes is only its own. Nodes outside the scheme have no points and no rate.
    pub(super) fn rates(&self, measured: &MeasuredRates<'_>, apart: bool) -> Rates<'m> {
        let of = |code: &str| measured.get(code).cloned();
        let of_unit = || if apart { None } else { of("") };
        let leaf = |leaf: &crate::result::outcome::Leaf| {
            let aspect = || of(&self.own.aspects[leaf.aspect?].code);
            let is_in_scheme = !leaf.points.0.is_zero();
            is_in_scheme.then(|| of(&leaf.code).or_else(aspect).or_else(of_unit).flatten()).flatten()
        };
        let leaves: Vec<Option<Exact>> = self.own.leaves.iter().map(leaf).collect();
        let points = |index: &usize| &self.own.leaves[*index].points.0;
        let cells: Vec<(Above, Exact, Option<Exact>)> = self
            .cells
            .iter()
            .map(|(key, own)| {
                let parts = own.iter().map(|i| (points(i), leaves[*i].as_ref()));
                (*key, own.iter().map(points).sum(), weighted(parts))
            })
            .collect();
        let over = |keep: &dyn Fn(Above) -> bool| {
            let chosen = cells.iter().filter(|(key, _, _)| keep(*key));
            weighted(chosen.map(|(_, points, rate)| (points, rate.as_ref())))
        };
        let is_bare = self.own.leaves.is_empty();
        let below = |at: usize| if is_bare { of_unit().flatten() } else { over(&|(_, aspect)| aspect == Some(at)) };
        let aspects: BTreeMap<&str, Option<Exact>> = self
            .own
            .aspects
            .iter()
            .enumerate()
            .map(|(at, a)| {
                (a.code.as_str(), of(&a.code).unwrap_or_else(|| below(at)).filter(|_| !a.points.0.is_zero()))
            })
            .collect();
        let lines = self.own.lines.iter().enumerate();
        let lines = lines.map(|(at, l)| (l.code.as_str(), over(&|(line, _)| line == Some(at)))).collect();
        let whole = self.own.aspects.iter().map(|a| (&a.points.0, aspects[a.code.as_str()].as_ref()));
        let parts = || if aspects.is_empty() { over(&|_| true) } else { weighted(whole) };
        let unit = of("").unwrap_or_else(parts);
        Rates { leaves, aspects, lines, unit }
    }
}

/// The weighted mean of the values that are there.
pub(super) fn weighted<'e>(parts: impl Iterator<Item = (&'e Exact, Option<&'e Exact>)>) -> Option<Exact> {
    let mut weight = Exact::zero();
    let mut sum = Exact::zero();
    for (own, value) in parts {
        if let Some(value) = value {
            sum = sum + own * value;
            weight = weight + own;
        }
    }
    weight.is_positive().then(|| sum / weight)
}

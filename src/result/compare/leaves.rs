//! Indicators that both models have, over the units compared: mean points before and after, how many rose and fell.

use std::collections::BTreeMap;

use serde::Serialize;

use super::units::{UnitRow, rates, signed};
use crate::result::outcome::{Leaf, Outcome};
use crate::shared::number::Exact;

/// One indicator over the units compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeafSummary {
    /// Code.
    pub code: String,
    /// Present name.
    pub name: String,
    /// Former name, if it has changed.
    pub was: Option<String>,
    /// Full points as they were.
    pub old_full: String,
    /// Full points as they are.
    pub new_full: String,
    /// Units to which it applied both times.
    pub units: usize,
    /// Mean rate before, in percent; none without units.
    pub old: Option<String>,
    /// Mean rate after, in percent.
    pub new: Option<String>,
    /// The difference of the means, with its sign.
    pub difference: Option<String>,
    /// Units with a higher rate.
    pub rose: usize,
    /// Units with a lower rate.
    pub fell: usize,
}

/// Adds up the leaves of the units compared; leaves are matched by code.
pub(super) fn summaries(old: &Outcome, new: &Outcome, units: &[UnitRow]) -> Vec<LeafSummary> {
    if units.iter().all(|unit| unit.leaves.is_empty()) {
        return Vec::new();
    }
    let before: BTreeMap<&str, &Leaf> = old.model.tree.leaves.iter().map(|leaf| (leaf.code.as_str(), leaf)).collect();
    let mut sums: BTreeMap<&str, (usize, Exact, Exact, usize, usize)> = BTreeMap::new();
    for (was, leaf) in units.iter().flat_map(|unit| unit.leaves.pairs()) {
        let Some((was, now)) = rates(was, leaf) else { continue };
        let sum = sums.entry(&leaf.code).or_insert((0, Exact::zero(), Exact::zero(), 0, 0));
        sum.0 += 1;
        sum.1 = &sum.1 + &was;
        sum.2 = &sum.2 + &now;
        sum.3 += usize::from(now > was);
        sum.4 += usize::from(now < was);
    }
    let published = new.model.score.published();
    let summary = |leaf: &Leaf| {
        let was = before.get(leaf.code.as_str())?;
        let none = (0, Exact::zero(), Exact::zero(), 0, 0);
        let (units, first, second, rose, fell) = sums.get(leaf.code.as_str()).cloned().unwrap_or(none);
        let means = (units > 0).then(|| (first / Exact::from(units), second / Exact::from(units)));
        Some(LeafSummary {
            code: leaf.code.clone(),
            name: leaf.name.clone(),
            was: (was.name != leaf.name).then(|| was.name.clone()),
            old_full: was.points.to_string(),
            new_full: leaf.points.to_string(),
            units,
            old: means.as_ref().map(|(mean, _)| published.print(mean)),
            new: means.as_ref().map(|(_, mean)| published.print(mean)),
            difference: means.as_ref().map(|(first, second)| signed(&(second - first), published)),
            rose,
            fell,
        })
    };
    new.model.tree.leaves.iter().filter_map(summary).collect()
}

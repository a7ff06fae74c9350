//! What a leaf would add to the total at full points, exactly, through cell, aspect and component.
//!
//! A leaf that leaves its cell (`rescale`) gives its weight to the rest, so the same points can be worth more there. The
//! effect ends at the greatest total. Where a correction replaced the component or the total, points of leaves no longer
//! reach it, and nothing is said.

use crate::number::Exact;
use crate::outcome::{ComponentModel, ModelOutcome, UnitOutcome};

/// What a leaf would add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gain {
    /// Index of the leaf.
    pub leaf: usize,
    /// Points it lost.
    pub lost: Exact,
    /// What they are worth in the total.
    pub gain: Exact,
}

/// The gains of a unit, the greatest first, then in the order of the model.
pub(super) fn gains(model: &ModelOutcome, unit: &UnitOutcome) -> Vec<Gain> {
    let component = model.components.iter().find(|component| component.kind == "indicators");
    let (Some(component), Some(exact)) = (component, &unit.exact) else { return Vec::new() };
    if unit.components.get(&component.id).is_none_or(|own| own.corrected.is_some()) || is_corrected(model, unit) {
        return Vec::new();
    }
    let before = &exact.base + &exact.plus - &exact.minus;
    let clamp = |total: Exact| total.clamp(model.min.0.clone(), model.max.0.clone());
    let mut gains: Vec<Gain> = (0..unit.leaves.len().min(model.leaves.len()))
        .filter_map(|leaf| {
            let (lost, base) = effect(model, component, unit, leaf)?;
            let gain = clamp(&before + &base) - clamp(before.clone());
            gain.is_positive().then_some(Gain { leaf, lost, gain })
        })
        .collect();
    gains.sort_by(|a, b| (&b.gain, &a.leaf).cmp(&(&a.gain, &b.leaf)));
    gains
}

/// Whether the published total is no longer the one that follows from its parts.
pub fn is_corrected(model: &ModelOutcome, unit: &UnitOutcome) -> bool {
    let published = unit.total.as_deref().and_then(Exact::parse);
    unit.exact.as_ref().is_some_and(|exact| published != Some(exact.total.round(model.decimals)))
}

/// The points a leaf lost and what they are worth in the base.
fn effect(model: &ModelOutcome, component: &ComponentModel, unit: &UnitOutcome, leaf: usize) -> Option<(Exact, Exact)> {
    let own = &unit.leaves[leaf];
    let lost = &own.full.0 - &own.verified.as_ref()?.0;
    if !lost.is_positive() {
        return None;
    }
    let rescales = model.not_applicable == "rescale";
    let applies = |index: usize| !rescales || unit.leaves.get(index).is_some_and(|l| l.verified.is_some());
    let node = &model.leaves[leaf];
    let sum = |keep: &dyn Fn(usize) -> bool| -> Exact {
        (0..model.leaves.len()).filter(|index| keep(*index)).map(|index| &model.leaves[index].full.0).sum()
    };
    let in_cell = |index: usize| model.leaves[index].line == node.line && model.leaves[index].aspect == node.aspect;
    let in_aspect = |index: usize| model.leaves[index].aspect == node.aspect;
    let cell_measured = |index: usize| {
        let other = &model.leaves[index];
        let mut same = (0..model.leaves.len())
            .filter(|i| model.leaves[*i].line == other.line && model.leaves[*i].aspect == other.aspect);
        same.any(applies)
    };
    let aspect_measured =
        |code: &str| (0..model.leaves.len()).any(|index| model.leaves[index].aspect == code && applies(index));
    let cell_rate = &lost / &sum(&|index| in_cell(index) && applies(index));
    let aspect_rate = cell_rate * sum(&in_cell) / sum(&|index| in_aspect(index) && cell_measured(index));
    let aspect = &model.aspects.iter().find(|aspect| aspect.code == node.aspect)?.points.0;
    let measured: Exact = model.aspects.iter().filter(|a| aspect_measured(&a.code)).map(|a| &a.points.0).sum();
    let unit_rate = aspect_rate * aspect / measured;
    let base = unit_rate * &model.full.0 * &component.weight.0 / Exact::from(100);
    Some((lost, base))
}

//! What a leaf would add to the total at full points, exactly, through cell, aspect and component.
//!
//! A leaf that leaves its cell (`rescale`) gives its weight to the rest, so the same points can be worth more there. The
//! effect ends at the greatest total. Where a correction replaced the component or the total, points of leaves no longer
//! affect it, and no gains are given.

use std::collections::BTreeMap;

use crate::model::ConvertBy;
use crate::model::field::Standing;
use crate::result::outcome::{
    Component, ComponentType, ExactTotals, LeafState, Mode, Model, NotApplicable, TailStep, UnitOutcome,
};
use crate::shared::number::{Exact, Percent};

/// What a leaf would add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gain {
    /// Index of the leaf.
    pub leaf: usize,
    /// Points it lost.
    pub lost: Exact,
    /// What they are worth in the total.
    pub gain: Exact,
    /// The gain, rounded to the decimals of totals. (The change of the rounded total could reveal how it was rounded.)
    pub published: Exact,
}

/// The gains of a unit, the greatest first, then in the order of the model.
pub(super) fn gains(model: &Model, unit: &UnitOutcome) -> Vec<Gain> {
    let component = model.components.iter().find(|component| component.scored() == ComponentType::Indicators);
    let (Some(component), Some(exact)) = (component, &unit.exact) else { return Vec::new() };
    let own = unit.components.get(&component.id).filter(|own| own.corrected.is_none());
    let Some(indicators) = own.filter(|_| !is_corrected(model, unit)) else { return Vec::new() };
    // At the limit what remains is computed from the printed base: from the exact one it could reveal how that was
    // rounded.
    let before = as_printed(model, exact);
    let now = within_limits(model, &before);
    let scale = model.points_of_percent(&indicators.weight);
    let Some(own) = rate(model, unit, None) else { return Vec::new() };
    let tail = |rate: Exact| after_tail(model, component, unit, rate);
    let Some(own) = tail(own) else { return Vec::new() };
    let gain_of = |leaf: usize| {
        let lost = &unit.leaves[leaf].full.0 - &unit.leaves[leaf].verified.as_ref()?.0;
        if !lost.is_positive() {
            return None;
        }
        let total = (tail(rate(model, unit, Some(leaf))?)? - &own) * &scale + &before;
        let gain = within_limits(model, &total) - now;
        let published = model.score.published().round(&gain);
        gain.is_positive().then_some(Gain { leaf, lost, gain, published })
    };
    let mut gains: Vec<Gain> = (0..unit.leaves.len().min(model.tree.leaves.len())).filter_map(gain_of).collect();
    gains.sort_by(|a, b| (&b.gain, &a.leaf).cmp(&(&a.gain, &b.leaf)));
    gains
}

/// Whether the published total is no longer the one that follows from its parts.
pub fn is_corrected(model: &Model, unit: &UnitOutcome) -> bool {
    let published = unit.total.as_deref().and_then(Exact::parse);
    unit.exact.as_ref().is_some_and(|exact| {
        let sum = &exact.base + &exact.plus - &exact.minus;
        published != Some(model.score.published().round(within_limits(model, &sum)))
    })
}

/// The sum of base, bonus and deduction, kept within the limits of the total; a corrected total does not follow from
/// it.
pub fn within_limits<'t>(model: &'t Model, sum: &'t Exact) -> &'t Exact {
    sum.clamp(&model.score.min.0, &model.score.max.0)
}

/// The sum of the parts of a total, with the base as printed: what a limit or a correction changed is computed from it,
/// or its row would reveal digits of the base that are not printed.
pub fn as_printed(model: &Model, exact: &ExactTotals) -> Exact {
    model.score.published().round(&exact.base) + &exact.plus - &exact.minus
}

/// The measured rate of the indicators, with one leaf at full points if one is named.
fn rate(model: &Model, unit: &UnitOutcome, full: Option<usize>) -> Option<Exact> {
    // By aspect and line: points reached, full points of the leaves that count, full points of all its leaves.
    let mut cells: BTreeMap<(Option<usize>, Option<usize>), [Exact; 3]> = BTreeMap::new();
    let zero = Exact::zero();
    for (index, (node, own)) in model.tree.leaves.iter().zip(&unit.leaves).enumerate() {
        if own.state == LeafState::NotInScheme {
            continue;
        }
        let reached = match (&own.verified, model.self_report.not_applicable) {
            _ if full == Some(index) => Some(&own.full.0),
            (Some(points), _) => Some(&points.0),
            (None, NotApplicable::Full) => Some(&own.full.0),
            (None, NotApplicable::Zero) => Some(&zero),
            (None, _) => None,
        };
        let cell =
            cells.entry((node.aspect, node.line)).or_insert_with(|| [Exact::zero(), Exact::zero(), Exact::zero()]);
        cell[2] = &cell[2] + &own.full.0;
        if let Some(points) = reached {
            cell[0] = &cell[0] + points;
            cell[1] = &cell[1] + &own.full.0;
        }
    }
    // A cell keeps its points over the leaves that are left; an emptied one leaves its aspect, an emptied aspect the unit.
    let under = |aspect: Option<usize>| {
        let own = cells.iter().filter(|((own, _), cell)| *own == aspect && cell[1].is_positive());
        own.fold((Exact::zero(), Exact::zero()), |(sum, whole), (_, [points, counted, all])| {
            (sum + all * points / counted, whole + all)
        })
    };
    let aspects = &model.of(unit.roster.scheme).tree().aspects;
    let (mut points, mut measured) = if aspects.is_empty() { under(None) } else { (Exact::zero(), Exact::zero()) };
    for (index, aspect) in aspects.iter().enumerate() {
        let (sum, whole) = under(Some(index));
        if whole.is_positive() {
            points = points + &aspect.points.0 * &sum / whole;
            measured = measured + &aspect.points.0;
        }
    }
    if !measured.is_positive() {
        return None;
    }
    Some(Exact::from(100) * points / measured)
}

/// What another measured rate of the unit would count, through the tail of its component and rounding; none where that
/// depends on the rates of single others, or would tell what a small field is measured by.
fn after_tail(model: &Model, component: &Component, unit: &UnitOutcome, measured: Exact) -> Option<Exact> {
    let (own, rules) = (unit.components.get(&component.id)?, &component.tail);
    // A limit that holds stays in force, whatever a leaf would add.
    let mut rate = Percent(match &own.limited {
        Some(limited) => measured.at_most(&limited.at_most.0),
        None => measured,
    });
    let mut before = None;
    for step in &own.tail {
        match step {
            TailStep::Multiplied { coefficient, .. } => rate = rules.coefficient.as_ref()?.apply(&rate, coefficient),
            TailStep::Converted { standing, .. } => {
                let rule = rules.convert.as_ref()?;
                let basis = standing.basis.as_ref().filter(|_| standing.members >= model.feedback.min_group)?;
                let is_member = unit.roster.mode == Mode::Ranked || rule.field.separate;
                // The mean of the field moves with a unit that belongs to it.
                let moved = match rule.by {
                    ConvertBy::Mean(_) if is_member => (&rate.0 - before?) / Exact::from(standing.members),
                    _ => Exact::zero(),
                };
                let standing = Standing { basis: Some(basis + &moved), ..standing.clone() };
                rate = rule.apply(&rate, &standing)?;
            }
            TailStep::Measured { .. } | TailStep::Rounded { .. } | TailStep::Corrected { .. } => {}
        }
        before = Some(&step.rate().0);
    }
    Some(match model.score.component(component) {
        Some(precision) => precision.round(&rate.0),
        None => rate.0,
    })
}

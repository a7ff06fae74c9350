//! What a leaf would add to the total at full points, exactly, through cell, aspect and component.
//!
//! A leaf that leaves its cell (`rescale`) gives its weight to the rest, so the same points can be worth more there. The
//! effect ends at the greatest total. Where a correction replaced the component or the total, points of leaves no longer
//! affect it, and no gains are given.

use std::collections::BTreeMap;

use crate::model::ConvertBy;
use crate::model::field::FieldStanding;
use crate::result::outcome::{
    Component, ComponentType, ExactTotals, LeafScore, LeafState, Mode, Model, NotApplicable, TailStep, UnitOutcome,
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
    let Some(measured) = Measured::of(model, unit) else { return Vec::new() };
    let tail = |rate: Exact| after_tail(model, component, unit, rate);
    let Some(held) = tail(measured.rate.clone()) else { return Vec::new() };
    let gain_of = |leaf: usize| {
        let own = Some(&unit.leaves[leaf]).filter(|own| is_held(own))?;
        let lost = &own.full.0 - &own.verified.as_ref()?.0;
        if !lost.is_positive() {
            return None;
        }
        let node = &model.tree.leaves[leaf];
        let cell = (node.aspect, node.line);
        let total = (tail(measured.with(cell, &lost))? - &held) * &scale + &before;
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

/// A cell: where an aspect and a line meet.
type Cell = (Option<usize>, Option<usize>);

/// The points of a cell.
struct Sums {
    /// Points reached.
    reached: Exact,
    /// Full points of the leaves that count.
    counted: Exact,
    /// Full points of all its leaves.
    all: Exact,
}

/// The measured rate of the indicators, and what points that are added to a cell do to it.
struct Measured {
    rate: Exact,
    cells: BTreeMap<Cell, Sums>,
    /// By aspect, what a point of its cells adds to the rate; the unit as a whole where there are no aspects.
    worths: BTreeMap<Option<usize>, Exact>,
}

impl Measured {
    /// The rate of a unit; none if nothing is measured.
    fn of(model: &Model, unit: &UnitOutcome) -> Option<Self> {
        let cells = cells(model, unit);
        // A cell keeps its points over the leaves that are left; an emptied one leaves its aspect, an emptied aspect the
        // unit.
        let under = |aspect: Option<usize>| {
            let own = cells.iter().filter(|((own, _), cell)| *own == aspect && cell.counted.is_positive());
            own.fold((Exact::zero(), Exact::zero()), |(sum, whole), (_, cell)| {
                (sum + &cell.all * &cell.reached / &cell.counted, whole + &cell.all)
            })
        };
        let aspects = &model.of(unit.roster.scheme).tree().aspects;
        let parts = if aspects.is_empty() { vec![None] } else { (0..aspects.len()).map(Some).collect() };
        let (mut points, mut measured, mut worths) = (Exact::zero(), Exact::zero(), BTreeMap::new());
        for part in parts {
            let (sum, whole) = under(part);
            if whole.is_positive() {
                let weight = part.map_or(&whole, |index| &aspects[index].points.0);
                let worth = weight / &whole;
                points = points + &worth * &sum;
                measured = measured + weight;
                worths.insert(part, worth);
            }
        }
        if !measured.is_positive() {
            return None;
        }
        let percent = Exact::from(100) / measured;
        worths.values_mut().for_each(|worth| *worth = &*worth * &percent);
        Some(Self { rate: points * percent, cells, worths })
    }

    /// The rate with more points in a cell.
    fn with(&self, cell: Cell, more: &Exact) -> Exact {
        let sums = self.cells.get(&cell).filter(|own| own.counted.is_positive());
        let added = sums.zip(self.worths.get(&cell.0)).map(|(own, worth)| worth * &own.all * more / &own.counted);
        added.map_or_else(|| self.rate.clone(), |added| &self.rate + &added)
    }
}

/// The points of the cells of a unit.
fn cells(model: &Model, unit: &UnitOutcome) -> BTreeMap<Cell, Sums> {
    let mut cells: BTreeMap<Cell, Sums> = BTreeMap::new();
    let zero = Exact::zero();
    for (node, own) in model.tree.leaves.iter().zip(&unit.leaves).filter(|(_, own)| is_held(own)) {
        let reached = match (&own.verified, model.self_report.not_applicable) {
            (Some(points), _) => Some(&points.0),
            (None, NotApplicable::Full) => Some(&own.full.0),
            (None, NotApplicable::Zero) => Some(&zero),
            (None, _) => None,
        };
        let empty = || Sums { reached: Exact::zero(), counted: Exact::zero(), all: Exact::zero() };
        let cell = cells.entry((node.aspect, node.line)).or_insert_with(empty);
        cell.all = &cell.all + &own.full.0;
        if let Some(points) = reached {
            cell.reached = &cell.reached + points;
            cell.counted = &cell.counted + &own.full.0;
        }
    }
    cells
}

/// Whether the scheme of the unit has a leaf.
fn is_held(own: &LeafScore) -> bool {
    own.state != LeafState::NotInScheme
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
                let standing = FieldStanding { basis: Some(basis + &moved), ..standing.clone() };
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

//! What units are measured against: the values of a leaf, the field they stand in, bases and places (SPEC §19.2, §19.3,
//! §19.13).

use num_traits::{Signed, Zero};

use crate::formula;
use crate::number::{Q, count, int, percent, q, sum};
use crate::project::{Entry, Field, Ladder, Leaf, Method, Mode, Project, Unverified, Value, Within};
use crate::score::Log;

/// The scheme of a unit: the first whose groups name its group, else the base.
pub(crate) fn scheme_of(p: &Project, unit: usize) -> Option<usize> {
    p.schemes.iter().position(|scheme| scheme.groups.contains(&p.units[unit].group))
}

/// Whether a leaf belongs to the scheme of a unit (SPEC §19.1).
pub(crate) fn in_scheme(p: &Project, leaf: &Leaf, unit: usize) -> bool {
    leaf.more.schemes.is_empty() || scheme_of(p, unit).is_some_and(|own| leaf.more.schemes.contains(&own))
}

/// The weight of a component for a unit: that of its scheme, else its own.
pub(crate) fn weight_of(p: &Project, unit: usize, component: usize) -> Q {
    let own = scheme_of(p, unit).and_then(|scheme| p.schemes[scheme].weights.as_ref());
    percent(own.map_or(&p.components[component].weight, |weights| &weights[component]))
}

/// Units that another unit is compared with, in the order of the roster; itself among them if it is ranked.
pub(crate) fn members(p: &Project, unit: usize, field: Field) -> Vec<usize> {
    (0..p.units.len())
        .filter(|at| match p.units[*at].mode {
            Mode::Ranked => true,
            Mode::Separate => field.separate,
            Mode::Excluded => false,
        })
        .filter(|at| match field.within {
            Within::Group => p.units[*at].group == p.units[unit].group,
            Within::Scheme => scheme_of(p, *at) == scheme_of(p, unit),
            Within::All => true,
        })
        .collect()
}

/// SPEC §19.3: the product of the numbers of a unit in some columns.
pub(crate) fn coefficient(p: &Project, unit: usize, columns: &[usize]) -> Q {
    columns.iter().fold(int(1), |product, column| product * q(&p.units[unit].numbers[*column]))
}

/// The value that counts of a unit at a leaf, before the rule: 核定值, or 完成值 under `unverified = "self"`.
fn counted<'a>(p: &Project, leaf: &Leaf, entry: &'a Entry, has_report: bool) -> Option<&'a Value> {
    let seen = has_report || entry.in_table;
    if let Some(value) = entry.value.as_ref().filter(|_| seen) {
        return Some(value);
    }
    let own = p.self_policy.unverified == Unverified::Own && has_report && !leaf.department;
    (own && entry.points.is_none() && entry.self_points.is_none()).then_some(entry.done.as_ref()).flatten()
}

/// The number of a value, before the coefficient; 不涉及 and words have none.
pub(crate) fn number_of(value: &Value) -> Option<Q> {
    match value {
        Value::Number(text) => Some(q(text)),
        // SPEC §18: 18/20 is 90.
        Value::Part(_, 0) => None,
        Value::Part(part, whole) => Some(int(i64::from(*part)) * int(100) / int(i64::from(*whole))),
        _ => None,
    }
}

/// SPEC §19.13: what the expression of a leaf gives for a unit; `None` while an input is missing.
pub(crate) fn evaluated(p: &Project, unit: usize, at: usize, log: &mut Log) -> Option<Q> {
    let formula = p.leaves[at].more.formula.as_ref()?;
    let texts = &p.entries[unit][at].inputs;
    let mut inputs = Vec::new();
    for (place, (name, _)) in formula.inputs.iter().enumerate() {
        inputs.push((name.clone(), q(texts.get(place)?.as_ref()?)));
    }
    match formula::value(&formula.expr, &inputs) {
        Ok(value) => Some(value),
        Err(reason) => {
            log.error(format!("{} {}: {reason}", p.units[unit].code, p.leaves[at].code));
            None
        }
    }
}

/// The number that a unit brings into the field of a leaf, with its coefficient.
pub(crate) fn number_at(p: &Project, unit: usize, at: usize, period: Option<usize>, log: &mut Log) -> Option<Q> {
    let leaf = &p.leaves[at];
    let entry = &p.entries[unit][at];
    if !in_scheme(p, leaf, unit) {
        return None;
    }
    let number = match period {
        Some(period) => entry.by_period.get(period)?.as_ref().and_then(number_of),
        // SPEC §19.10: `sum` adds values first, in the field too.
        None if leaf.more.periods.as_ref().is_some_and(|own| own.sum) => {
            let parts: Vec<Q> = entry.by_period.iter().flatten().filter_map(number_of).collect();
            (!parts.is_empty()).then(|| sum(&parts))
        }
        None if leaf.more.formula.is_some() => evaluated(p, unit, at, log),
        None => counted(p, leaf, entry, p.units[unit].has_report).and_then(number_of),
    };
    number.map(|number| number * coefficient(p, unit, &leaf.more.coefficient))
}

/// SPEC §9.1, §19.2: the place of a value among those of its field.
pub(crate) fn place(field: &[Q], own: &Q, low: bool, method: Method) -> usize {
    let better = |other: &Q| if low { other < own } else { other > own };
    match method {
        Method::Competition => 1 + field.iter().filter(|other| better(other)).count(),
        Method::Modified => field.iter().filter(|other| better(other) || *other == own).count(),
        Method::Dense => {
            let mut ahead: Vec<&Q> = field.iter().filter(|other| better(other)).collect();
            ahead.sort();
            ahead.dedup();
            1 + ahead.len()
        }
    }
}

/// Points of a place; `full` is what a step in percent is of, `n` the size of the field.
pub(crate) fn ladder(ladder: &Ladder, place: usize, n: usize, full: &Q) -> Q {
    let steps = count(place - 1);
    match ladder {
        Ladder::Table(listed, other) => q(listed.get(place - 1).unwrap_or(other)),
        Ladder::Steps { first, step, least } => {
            let step = match step.strip_suffix('%') {
                Some(percent) => q(percent) * full / int(100),
                None => q(step),
            };
            let least = least.as_ref().map_or_else(Q::zero, |least| q(least));
            (q(first) - step * steps).max(least)
        }
        Ladder::Evenly { first, .. } if n <= 1 => q(first),
        Ladder::Evenly { first, last } => q(first) - (q(first) - q(last)) * steps / count(n - 1),
    }
}

/// Clamped to what a leaf or a rate can be.
pub(crate) fn clamp(value: Q, most: &Q) -> Q {
    value.max(Q::zero()).min(most.clone())
}

/// The best or the mean of a field; `None` for an empty one.
pub(crate) fn basis(field: &[Q], low: bool, mean: bool) -> Option<Q> {
    if field.is_empty() {
        return None;
    }
    if mean {
        return Some(sum(field) / count(field.len()));
    }
    if low { field.iter().min().cloned() } else { field.iter().max().cloned() }
}

/// SPEC §19.2: the place of a unit's number; a 单列 unit outside the field is one behind those that are better.
pub(crate) fn place_of(
    p: &Project,
    unit: usize,
    field: &[Q],
    own: &Q,
    (low, inside): (bool, bool),
    log: &mut Log,
) -> usize {
    if !inside {
        log.hit("field: measured from outside");
        if p.rank.method != Method::Competition {
            log.unclear("place of a 单列 unit outside the field by another method");
        }
        debug_assert!(p.units[unit].mode == Mode::Separate, "only 单列 units stand outside");
        return place(field, own, low, Method::Competition);
    }
    place(field, own, low, p.rank.method)
}

/// Whether a number may be a basis or a factor at all.
pub(crate) fn positive(value: &Q) -> bool {
    value.is_positive()
}

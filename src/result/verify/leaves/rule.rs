//! The points that a written value gives by the rule of its leaf.

use super::of_place;
use crate::model::Rule;
use crate::model::rule::{Bands, Checklist, Count, Deduct, Direct, Levels, Rank, Ratio};
use crate::shared::number::{Exact, Points};

/// Whether a value is 0 of 0, which is not applicable.
pub(super) fn is_empty_part(value: &str) -> bool {
    part(value).is_some_and(|(_, whole)| whole.is_zero())
}

/// Whether typed points lie in a range of the rule, where it has any.
pub(super) fn is_in_range(rule: &Rule, points: &Exact) -> bool {
    match rule {
        Rule::Direct(Direct(ranges)) => {
            ranges.is_empty() || ranges.iter().any(|(low, high)| (low..=high).contains(&points))
        }
        _ => true,
    }
}

/// The points of a value as result.json writes it, times the number by which the leaf multiplies; none where the rule does not
/// know it.
pub(super) fn points(rule: &Rule, value: &str, factor: &Exact, full: &Exact) -> Option<Exact> {
    match rule {
        Rule::Deduct(Deduct(kinds)) => Some((full - &counted(kinds, value)?).max(Exact::zero())),
        Rule::Count(Count(kinds)) => Some(counted(kinds, value)?.at_most(full)),
        Rule::Ratio(_) => {
            let reached = match part(value) {
                Some((own, whole)) if whole.is_positive() => Exact::from(100) * &own / whole,
                Some(_) => return None,
                None => Exact::parse(value)?,
            };
            of_number(rule, &(reached * factor), full)
        }
        Rule::Levels(Levels(levels)) => levels.iter().find(|(level, _)| level == value).map(|(_, share)| share * full),
        Rule::Bands(_) => of_number(rule, &(Exact::parse(value)? * factor), full),
        Rule::Checklist(Checklist(items)) => ticked(items, value),
        Rule::Rank(Rank::Within { ladder, .. } | Rank::Alone(ladder)) => {
            let place: usize = value.parse().ok()?;
            of_place(ladder, place, place, full)
        }
        Rule::Direct(_) | Rule::Relative(_) | Rule::Place(_) | Rule::Calculated(_) => None,
    }
}

/// The points of a number; none where the rule does not take one, or compares it with those of other units.
pub(super) fn of_number(rule: &Rule, number: &Exact, full: &Exact) -> Option<Exact> {
    match rule {
        Rule::Calculated(_) if number.is_negative() => Some(Exact::zero()),
        Rule::Calculated(_) => Some(number.min(full).clone()),
        Rule::Ratio(Ratio { target, floor }) => {
            let is_below = floor.as_ref().is_some_and(|floor| number < floor);
            let share = if is_below { Exact::zero() } else { (number / target).min(Exact::from(1)) };
            Some(share * full)
        }
        Rule::Bands(bands) => banded(bands, number),
        _ => None,
    }
}

/// The points of the band in which a number lies; none below the first.
pub(in super::super) fn banded(bands: &Bands, number: &Exact) -> Option<Exact> {
    match bands {
        Bands::Linear { linear } => between(linear, number),
        Bands::Steps(bands) => {
            let reached = bands.iter().filter(|(bound, _)| bound <= number);
            reached.max_by(|a, b| a.0.cmp(&b.0)).map(|(_, points)| points.0.clone())
        }
    }
}

/// The points between the two bounds around a number; from the last bound on those of the last.
fn between(bounds: &[(Exact, Points)], number: &Exact) -> Option<Exact> {
    let below = bounds.iter().filter(|(bound, _)| bound <= number).max_by(|a, b| a.0.cmp(&b.0))?;
    let Some(above) = bounds.iter().filter(|(bound, _)| bound > number).min_by(|a, b| a.0.cmp(&b.0)) else {
        return Some(below.1.0.clone());
    };
    let (near, far) = (&above.0 - number, number - &below.0);
    Some((near * &below.1.0 + far * &above.1.0) / (&above.0 - &below.0))
}

pub(super) fn part(value: &str) -> Option<(Exact, Exact)> {
    let (own, whole) = value.split_once('/')?;
    Some((Exact::parse(own)?, Exact::parse(whole)?))
}

/// The numbers that are added up where values of periods are: a number, part and whole, or the count of each kind.
pub(super) fn amounts(rule: &Rule, value: &str) -> Option<Vec<Exact>> {
    let (Rule::Deduct(Deduct(kinds)) | Rule::Count(Count(kinds))) = rule else {
        return part(value).map(|(own, whole)| vec![own, whole]).or_else(|| Some(vec![Exact::parse(value)?]));
    };
    let one = |wanted: &str| -> Vec<(String, Points)> {
        let size = |name: &String| Points(Exact::from(i64::from(name == wanted)));
        kinds.iter().map(|(name, _)| (name.clone(), size(name))).collect()
    };
    kinds.iter().map(|(name, _)| counted(&one(name), value)).collect()
}

/// Σ count · size: a bare count where there is one kind, else each count behind the name of its kind.
fn counted(kinds: &[(String, Points)], value: &str) -> Option<Exact> {
    let bare = Exact::parse(value);
    match (bare, kinds) {
        (Some(count), _) if count.is_zero() => Some(count),
        (Some(count), [(_, size)]) => Some(count * &size.0),
        _ => value.split('\u{ff1b}').map(|item| of_kind(kinds, item)).sum::<Option<Exact>>(),
    }
}

fn of_kind(kinds: &[(String, Points)], item: &str) -> Option<Exact> {
    let named = kinds
        .iter()
        .filter_map(|(name, size)| Some((name.len(), Exact::parse(item.strip_prefix(name.as_str())?)?, size)));
    named.max_by_key(|(length, _, _)| *length).map(|(_, count, size)| count * &size.0)
}

/// The sum of the ticked parts, each of them once.
fn ticked(items: &[(String, Points)], value: &str) -> Option<Exact> {
    let mut left: Vec<&(String, Points)> = items.iter().collect();
    let mut sum = Exact::zero();
    for name in value.split('\u{3001}').filter(|name| !name.is_empty()) {
        let own = left.iter().position(|(item, _)| item == name)?;
        sum = sum + &left.remove(own).1.0;
    }
    Some(sum)
}

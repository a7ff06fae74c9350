//! Naive scoring of indicators: SPEC §6 (rules, verification, evidence, not applicable), §18 "Reading and
//! leaves" and what §19.2, §19.3, §19.10 and §19.13 add to leaves.

use num_traits::{One, Signed, Zero};

use crate::measured::{
    basis, clamp, coefficient, in_scheme, ladder, members, number_at, number_of, place_of, positive,
};
use crate::nodes::{Rates, spread_leaves};
use crate::number::{Q, Way, int, places, q, round_by, sum};
use crate::periods;
use crate::project::{
    Evidence, Field, Ladder, Leaf, LeafPeriods, NotApplicable, Project, Rule, Unverified, Value, ZeroValue,
};
use crate::score::Log;

/// How one leaf of one unit ended.
#[derive(Clone, Debug)]
pub(crate) struct LeafResult {
    /// Points as verified; `None` when the leaf is not applicable.
    pub(crate) points: Option<Q>,
    /// 自评得分 as typed.
    pub(crate) own: Option<Q>,
}

/// What a value means under a rule.
enum Worth {
    NotApplicable,
    Points(Q),
}

/// Where a value stands: whose it is, at which leaf, in which period.
#[derive(Clone, Copy)]
struct At {
    unit: usize,
    leaf: usize,
    period: Option<usize>,
}

/// SPEC §6, §19: the points of a value of a unit at a leaf.
fn worth(p: &Project, at: At, value: &Value, log: &mut Log) -> Worth {
    let leaf = &p.leaves[at.leaf];
    let rule = &leaf.rule;
    if !matches!(value, Value::NotApplicable)
        && let Some(number) = number_of(value)
        && is_numeric(rule)
    {
        // SPEC §19.3: the value times the unit's numbers.
        if !leaf.more.coefficient.is_empty() {
            log.hit("leaf: coefficient");
        }
        let number = number * coefficient(p, at.unit, &leaf.more.coefficient);
        return Worth::Points(of_number(p, at, &number, log));
    }
    own_worth(leaf, rule, value)
}

/// Rules whose value is one number.
fn is_numeric(rule: &Rule) -> bool {
    matches!(rule, Rule::Ratio { .. } | Rule::Bands(_) | Rule::Curve(_) | Rule::Relative { .. } | Rule::Placed { .. })
}

/// SPEC §19.2 and the rules of §6 that look at one number only.
fn of_number(p: &Project, at: At, number: &Q, log: &mut Log) -> Q {
    let leaf = &p.leaves[at.leaf];
    let full = q(&leaf.points);
    match &leaf.rule {
        Rule::Relative { low, mean, zero, field } => {
            log.hit("leaf: relative");
            let numbers = numbers(p, at, *field, log);
            relative(p, at, number, (&numbers.0, *low, *mean, *zero), log)
        }
        Rule::Placed { low, ladder: points, field } => {
            let (numbers, inside) = numbers(p, at, *field, log);
            if numbers.is_empty() {
                log.error(format!("{} {}: an empty field", p.units[at.unit].code, leaf.code));
                return Q::zero();
            }
            log.hit("leaf: place");
            let place = place_of(p, at.unit, &numbers, number, (*low, inside), log);
            if place > numbers.len() && matches!(points, Ladder::Evenly { .. }) {
                log.unclear("a place beyond the last of evenly spread points");
            }
            clamp(ladder(points, place, numbers.len(), &full), &full)
        }
        Rule::Curve(points) => curve(points, number).expect("no value lies below the first bound"),
        Rule::Ratio { .. } if number.is_negative() => {
            // "0 if v < floor", but points below 0 are an error.
            log.unclear("a ratio of a value below 0");
            Q::zero()
        }
        rule => match own_number(&full, rule, number) {
            Some(points) => points,
            None => {
                log.error(format!("{} {}: below the first bound", p.units[at.unit].code, leaf.code));
                Q::zero()
            }
        },
    }
}

/// Numbers of the field of a unit, and whether the unit stands in it.
fn numbers(p: &Project, at: At, field: Field, log: &mut Log) -> (Vec<Q>, bool) {
    let units = members(p, at.unit, field);
    let inside = units.contains(&at.unit);
    (units.iter().filter_map(|unit| number_at(p, *unit, at.leaf, at.period, log)).collect(), inside)
}

/// SPEC §19.2 相对.
fn relative(
    p: &Project,
    at: At,
    number: &Q,
    (field, low, mean, zero): (&[Q], bool, bool, Option<ZeroValue>),
    log: &mut Log,
) -> Q {
    let leaf = &p.leaves[at.leaf];
    let full = q(&leaf.points);
    let place = format!("{} {}", p.units[at.unit].code, leaf.code);
    if field.is_empty() {
        log.error(format!("{place}: an empty field"));
        return Q::zero();
    }
    if !low {
        // a basis ≤ 0 = error, v ≤ 0 gives 0
        let basis = basis(field, false, mean).expect("not empty");
        if !positive(&basis) {
            log.error(format!("{place}: a basis that is not positive"));
            return Q::zero();
        }
        return clamp(&full * number / basis, &full);
    }
    // low: v < 0 = error; v = 0 = error, or by `zero` p or 0, the basis then taken over values > 0
    if *number < Q::zero() || field.iter().any(|value| *value < Q::zero()) {
        log.error(format!("{place}: a value below 0"));
        return Q::zero();
    }
    if zero.is_none() && (number.is_zero() || field.iter().any(Zero::is_zero)) {
        log.error(format!("{place}: a value of 0"));
        return Q::zero();
    }
    if number.is_zero() {
        log.hit("leaf: relative, zero by `zero`");
        return if zero == Some(ZeroValue::Full) { full } else { Q::zero() };
    }
    let above: Vec<Q> = field.iter().filter(|value| positive(value)).cloned().collect();
    let Some(basis) = basis(&above, true, mean) else {
        log.unclear("a field of zeros only");
        return Q::zero();
    };
    clamp(&full * basis / number, &full)
}

/// SPEC §19.2 `interpolate=yes`: linear between bounds; the last one holds above.
pub(crate) fn curve(points: &[(String, String)], number: &Q) -> Option<Q> {
    let at = points.iter().rposition(|(bound, _)| q(bound) <= *number)?;
    let (x, y) = (q(&points[at].0), q(&points[at].1));
    let Some((next_x, next_y)) = points.get(at + 1).map(|(x, y)| (q(x), q(y))) else {
        return Some(y);
    };
    Some(&y + (next_y - &y) * (number - &x) / (next_x - &x))
}

/// Step table on a number, half-open; `None` below the first bound.
pub(crate) fn step(points: &[(String, String)], number: &Q) -> Option<Q> {
    points.iter().rev().find(|(bound, _)| q(bound) <= *number).map(|(_, worth)| q(worth))
}

/// SPEC §6: ratio and bands.
fn own_number(full: &Q, rule: &Rule, number: &Q) -> Option<Q> {
    match rule {
        // ratio: p·min(1, v/target), 0 if v < floor
        Rule::Ratio { target, floor, .. } => {
            let low = floor.as_ref().is_some_and(|floor| *number < q(floor));
            Some(if low { Q::zero() } else { (full * (number / q(target)).min(Q::one())).max(Q::zero()) })
        }
        Rule::Bands(bands) => step(bands, number),
        Rule::Curve(points) => curve(points, number),
        rule => panic!("{rule:?} has no number"),
    }
}

/// SPEC §6, table of rules: value → points in [0, p], for rules that look at one unit only.
fn own_worth(leaf: &Leaf, rule: &Rule, value: &Value) -> Worth {
    let full = q(&leaf.points);
    let points = match (rule, value) {
        (_, Value::NotApplicable) => return Worth::NotApplicable,
        // deduct: p − Σ nᵢ·eachᵢ, floor 0
        (Rule::Deduct(kinds), Value::Counts(counts)) => (full - times(kinds, counts)).max(Q::zero()),
        // count: min(p, Σ nᵢ·eachᵢ)
        (Rule::Count(kinds), Value::Counts(counts)) => times(kinds, counts).min(full),
        // 0/0 = not applicable
        (Rule::Ratio { .. }, Value::Part(0, 0)) => return Worth::NotApplicable,
        (Rule::Ratio { .. } | Rule::Bands(_) | Rule::Curve(_), value) => {
            let number = number_of(value).unwrap_or_else(|| panic!("{value:?} is no number"));
            own_number(&full, rule, &number).expect("no value lies below the first bound")
        }
        // levels: p·share of the level
        (Rule::Levels(levels), Value::Level(at)) => full * q(&levels[*at].1),
        // checklist: sum of the ticked parts
        (Rule::Checklist(parts), Value::Ticks(ticks)) => {
            ticks.iter().fold(Q::zero(), |total, at| total + q(&parts[*at].1))
        }
        // rank: place → points
        (Rule::Place(listed, other), Value::Place(place)) => q(listed.get(*place as usize - 1).unwrap_or(other)),
        (Rule::PlaceSteps(steps), Value::Place(place)) => {
            clamp(ladder(steps, *place as usize, usize::MAX, &full), &full)
        }
        (rule, value) => panic!("{rule:?} cannot read {value:?}"),
    };
    Worth::Points(points)
}

fn times(kinds: &[(String, String)], counts: &[u32]) -> Q {
    let mut total = Q::zero();
    for ((_, each), n) in kinds.iter().zip(counts) {
        total += q(each) * int(i64::from(*n));
    }
    total
}

/// The points a value is worth, for the generator; `None` when it makes the leaf not applicable.
pub(crate) fn points_of(leaf: &Leaf, value: &Value) -> Option<Q> {
    match own_worth(leaf, &leaf.rule, value) {
        Worth::NotApplicable => None,
        Worth::Points(points) => Some(points),
    }
}

/// SPEC §6 "both given and unequal": the rule's value is rounded to the decimals typed, but to no fewer than `decimals`.
fn agrees(p: &Project, points: &Q, text: &str, log: &mut Log) -> bool {
    let decimals = places(text).max(p.score.decimals);
    let by = |way| round_by(points, decimals, way) == q(text);
    let both = (by(Way::HalfUp), by(Way::Down));
    if p.score.rounding == Way::Down && both.0 != both.1 {
        log.unclear("whether typed points are compared with a value rounded down");
    }
    both.0
}

/// SPEC §6 "Verified points", in its order.
fn verified(p: &Project, at: At, log: &mut Log) -> Option<Q> {
    let leaf = &p.leaves[at.leaf];
    let entry = &p.entries[at.unit][at.leaf];
    let has_report = p.units[at.unit].has_report;
    let name = format!("{} {}", p.units[at.unit].code, leaf.code);
    let seen = has_report || entry.in_table;
    let value = entry.value.as_ref().filter(|_| seen);
    let typed = entry.points.as_ref().filter(|_| seen);
    // "Above p or below 0: error", for 自评得分 as for 核定得分.
    for text in [typed, entry.self_points.as_ref().filter(|_| has_report)].into_iter().flatten() {
        if q(text) > q(&leaf.points) || q(text) < Q::zero() {
            log.error(format!("{name}: {text} is outside 0..{}", leaf.points));
        }
    }
    // 核定得分 if given (both given and unequal = error)
    if let Some(text) = typed {
        if let Some(value) = value
            && let Worth::Points(points) = worth(p, at, value, log)
        {
            log.hit("leaf: 核定值 and 核定得分 both given");
            if !agrees(p, &points, text, log) {
                log.error(format!("{name}: 核定得分 {text} and 核定值 disagree"));
            }
        }
        if let Rule::Direct(ranges) = &leaf.rule
            && !ranges.is_empty()
            && !ranges.iter().any(|(low, high)| q(low) <= q(text) && q(text) <= q(high))
        {
            log.error(format!("{name}: {text} lies in no range"));
        }
        return Some(q(text));
    }
    if leaf.more.formula.is_some() {
        return Some(by_formula(p, at, &name, log));
    }
    // SPEC §6: "Required evidence blank and no explicit 核定得分"; §18: not for a unit without self-report.
    let no_evidence =
        p.self_policy.missing_evidence_zero && has_report && leaf.evidence == Evidence::Required && !entry.evidence;
    let points = if let Some(value) = value {
        match worth(p, at, value, log) {
            // Reading: 不涉及 from the verifier stands even where required evidence is blank.
            Worth::NotApplicable => return None,
            Worth::Points(points) => points,
        }
    } else if !has_report {
        // "verified cells of a 核定表 count, the rest by `missing`"
        if !p.self_policy.missing_zero {
            log.error(format!("{name}: no self-report"));
        }
        log.hit("leaf: zero for a missing self-report");
        return Some(Q::zero());
    } else {
        match p.self_policy.unverified {
            Unverified::Error => {
                log.error(format!("{name}: not verified"));
                Q::zero()
            }
            Unverified::Zero => {
                log.hit("leaf: unverified = zero");
                Q::zero()
            }
            // 自评得分, with blank 自评得分 rule(完成值), both blank = error
            Unverified::Own => {
                log.hit("leaf: unverified = self");
                if entry.done == Some(Value::NotApplicable) {
                    return None;
                }
                match (&entry.self_points, &entry.done) {
                    (Some(text), _) => q(text),
                    (None, Some(done)) => match worth(p, at, done, log) {
                        Worth::NotApplicable => return None,
                        Worth::Points(points) => points,
                    },
                    (None, None) => {
                        log.error(format!("{name}: nothing to count"));
                        Q::zero()
                    }
                }
            }
        }
    };
    if no_evidence {
        log.hit("leaf: zero without required evidence");
        return Some(Q::zero());
    }
    Some(points)
}

/// SPEC §19.13: points of the expression clamped to [0, p], or the rule over the value that it gives.
fn by_formula(p: &Project, at: At, name: &str, log: &mut Log) -> Q {
    let full = q(&p.leaves[at.leaf].points);
    let Some(number) = number_at(p, at.unit, at.leaf, None, log) else {
        log.error(format!("{name}: an input of the formula is missing"));
        return Q::zero();
    };
    log.hit("leaf: formula");
    match &p.leaves[at.leaf].rule {
        Rule::Formula => clamp(number, &full),
        _ => of_number(p, at, &number, log),
    }
}

/// SPEC §19.10: the rule acts per period, then points are combined; `sum` adds values first.
fn over_periods(p: &Project, unit: usize, leaf: usize, periods: &LeafPeriods, log: &mut Log) -> Option<Q> {
    let values = &p.entries[unit][leaf].by_period;
    let name = format!("{} {}", p.units[unit].code, p.leaves[leaf].code);
    if values.len() < periods.names.len() || values.iter().any(Option::is_none) {
        log.error(format!("{name}: a period is missing"));
        return Some(Q::zero());
    }
    if periods.sum {
        log.hit("leaf: periods added");
        let numbers: Vec<Q> = values.iter().flatten().filter_map(number_of).collect();
        if numbers.is_empty() {
            return None;
        }
        let number = sum(&numbers) * coefficient(p, unit, &p.leaves[leaf].more.coefficient);
        return Some(of_number(p, At { unit, leaf, period: None }, &number, log));
    }
    log.hit("leaf: periods combined");
    let mut points = Vec::new();
    for (period, value) in values.iter().flatten().enumerate() {
        points.push(match worth(p, At { unit, leaf, period: Some(period) }, value, log) {
            Worth::NotApplicable => None,
            Worth::Points(points) => Some(points),
        });
    }
    periods::combine(&periods.plan, &points, &name, log)
}

/// Verified points of every leaf of a unit, before corrections of points.
pub(crate) fn leaves_of(p: &Project, unit: usize, log: &mut Log) -> Vec<LeafResult> {
    let has_report = p.units[unit].has_report;
    let mut results = Vec::new();
    for (at, leaf) in p.leaves.iter().enumerate() {
        if !in_scheme(p, leaf, unit) {
            log.hit("leaf: not in the scheme");
            results.push(LeafResult { points: None, own: None });
            continue;
        }
        let entry = &p.entries[unit][at];
        let points = match &leaf.more.periods {
            Some(periods) => over_periods(p, unit, at, periods, log),
            None => verified(p, At { unit, leaf: at, period: None }, log),
        };
        if let Rule::Relative { field, .. } | Rule::Placed { field, .. } = &leaf.rule
            && leaf.more.periods.is_none()
            && numbers(p, At { unit, leaf: at, period: None }, *field, log).0.is_empty()
        {
            log.unclear("an empty field in which nobody is measured");
        }
        if points.is_none() {
            log.hit("leaf: not applicable");
        }
        // Reading: what a unit claims for a department's leaf is never written, so it has no self score.
        let own = entry.self_points.as_ref().filter(|_| has_report && !leaf.department);
        results.push(LeafResult { points, own: own.map(|text| q(text)) });
    }
    results
}

/// Rates of the component "indicators" from its leaves (SPEC §6 `not_applicable`, §8 rate(x) = 100 · points / full).
pub(crate) fn rates_of(p: &Project, unit: usize, leaves: &[LeafResult], log: &mut Log) -> Rates {
    let mut rates = Vec::new();
    for (leaf, result) in p.leaves.iter().zip(leaves) {
        let rate = match (&result.points, p.self_policy.not_applicable) {
            _ if !in_scheme(p, leaf, unit) => None,
            (Some(points), _) => Some(points * int(100) / q(&leaf.points)),
            (None, NotApplicable::Full) => Some(int(100)),
            (None, NotApplicable::Zero) => Some(Q::zero()),
            (None, NotApplicable::Rescale) => {
                log.hit("leaf: rescaled out of its cell");
                None
            }
        };
        rates.push(rate);
    }
    spread_leaves(p, unit, &rates, log)
}

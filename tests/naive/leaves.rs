//! Naive scoring of indicators: SPEC §6 (rules, verification, evidence, not applicable) and §18 "Reading and leaves".

use num_traits::{One, Zero};

use crate::nodes::{Rates, spread_leaves};
use crate::number::{Q, int, places, q, round};
use crate::project::{Entry, Evidence, Leaf, NotApplicable, Project, Rule, Unverified, Value};
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

/// SPEC §6, table of rules: value → points in [0, p].
fn worth(leaf: &Leaf, value: &Value) -> Worth {
    let full = q(&leaf.points);
    let points = match (&leaf.rule, value) {
        (_, Value::NotApplicable) => return Worth::NotApplicable,
        // deduct: p − Σ nᵢ·eachᵢ, floor 0
        (Rule::Deduct(kinds), Value::Counts(counts)) => (full - times(kinds, counts)).max(Q::zero()),
        // count: min(p, Σ nᵢ·eachᵢ)
        (Rule::Count(kinds), Value::Counts(counts)) => times(kinds, counts).min(full),
        // ratio: p·min(1, v/target), 0 if v < floor; 0/0 = not applicable; §18: 18/20 is 90
        (Rule::Ratio { target, floor, .. }, value) => {
            let v = match value {
                Value::Part(0, 0) => return Worth::NotApplicable,
                Value::Part(part, whole) => int(i64::from(*part)) * int(100) / int(i64::from(*whole)),
                Value::Number(text) => q(text),
                other => panic!("a ratio leaf holds {other:?}"),
            };
            if floor.as_ref().is_some_and(|floor| v < q(floor)) {
                Q::zero()
            } else {
                full * (v / q(target)).min(Q::one())
            }
        }
        // levels: p·share of the level
        (Rule::Levels(levels), Value::Level(at)) => full * q(&levels[*at].1),
        // bands: step table on v, half-open
        (Rule::Bands(bands), Value::Number(text)) => {
            let v = q(text);
            let mut points = None;
            for (bound, worth) in bands {
                if q(bound) <= v {
                    points = Some(q(worth));
                }
            }
            points.expect("no value lies below the first bound")
        }
        // checklist: sum of the ticked parts
        (Rule::Checklist(parts), Value::Ticks(ticks)) => {
            ticks.iter().fold(Q::zero(), |total, at| total + q(&parts[*at].1))
        }
        // rank: place → points
        (Rule::Place(listed, other), Value::Place(place)) => q(listed.get(*place as usize - 1).unwrap_or(other)),
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
    match worth(leaf, value) {
        Worth::NotApplicable => None,
        Worth::Points(points) => Some(points),
    }
}

/// SPEC §6 "Verified points", in its order.
fn verified(p: &Project, leaf: &Leaf, entry: &Entry, has_report: bool, at: &str, log: &mut Log) -> Option<Q> {
    let seen = has_report || entry.in_table;
    let value = entry.value.as_ref().filter(|_| seen);
    let typed = entry.points.as_ref().filter(|_| seen);
    // "Above p or below 0: error", for 自评得分 as for 核定得分.
    for text in [typed, entry.self_points.as_ref().filter(|_| has_report)].into_iter().flatten() {
        if q(text) > q(&leaf.points) || q(text) < Q::zero() {
            log.error(format!("{at}: {text} is outside 0..{}", leaf.points));
        }
    }
    // 核定得分 if given (both given and unequal, rounded to the decimals typed but no fewer than `decimals` = error)
    if let Some(text) = typed {
        if let Some(value) = value
            && let Worth::Points(points) = worth(leaf, value)
        {
            log.hit("leaf: 核定值 and 核定得分 both given");
            if round(&points, places(text).max(p.score.decimals)) != q(text) {
                log.error(format!("{at}: 核定得分 {text} and 核定值 disagree"));
            }
        }
        if let Rule::Direct(ranges) = &leaf.rule
            && !ranges.is_empty()
            && !ranges.iter().any(|(low, high)| q(low) <= q(text) && q(text) <= q(high))
        {
            log.error(format!("{at}: {text} lies in no range"));
        }
        return Some(q(text));
    }
    // SPEC §6: "Required evidence blank and no explicit 核定得分"; §18: not for a unit without self-report.
    let no_evidence =
        p.self_policy.missing_evidence_zero && has_report && leaf.evidence == Evidence::Required && !entry.evidence;
    let points = if let Some(value) = value {
        match worth(leaf, value) {
            // Reading: 不涉及 from the verifier stands even where required evidence is blank.
            Worth::NotApplicable => return None,
            Worth::Points(points) => points,
        }
    } else if !has_report {
        // "verified cells of a 核定表 count, the rest by `missing`"
        if !p.self_policy.missing_zero {
            log.error(format!("{at}: no self-report"));
        }
        log.hit("leaf: zero for a missing self-report");
        return Some(Q::zero());
    } else {
        match p.self_policy.unverified {
            Unverified::Error => {
                log.error(format!("{at}: not verified"));
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
                    (None, Some(done)) => match worth(leaf, done) {
                        Worth::NotApplicable => return None,
                        Worth::Points(points) => points,
                    },
                    (None, None) => {
                        log.error(format!("{at}: nothing to count"));
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

/// Verified points of every leaf of a unit, before corrections.
pub(crate) fn leaves_of(p: &Project, unit: usize, log: &mut Log) -> Vec<LeafResult> {
    let has_report = p.units[unit].has_report;
    let mut results = Vec::new();
    for (at, leaf) in p.leaves.iter().enumerate() {
        let entry = &p.entries[unit][at];
        let place = format!("{} {}", p.units[unit].code, leaf.code);
        let points = verified(p, leaf, entry, has_report, &place, log);
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
pub(crate) fn rates_of(p: &Project, leaves: &[LeafResult], log: &mut Log) -> Rates {
    let mut rates = Vec::new();
    for (leaf, result) in p.leaves.iter().zip(leaves) {
        let rate = match (&result.points, p.self_policy.not_applicable) {
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
    spread_leaves(p, &rates, log)
}

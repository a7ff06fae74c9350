//! Naive ranks and grades: SPEC §9 steps 1 to 6 and §18 "Grades".

use std::cmp::Reverse;

use num_traits::Zero;

use crate::adjust::approved;
use crate::measured::scheme_of;
use crate::number::{Q, count, int, percent, q, round, round_by};
use crate::project::{
    Allocation, Condition, Decision, Method, Mode, Project, Rounding, Scope, Sense, Size, Target, TieAtQuota, TieBreak,
};
use crate::score::{Log, UnitResult};

/// SPEC §9.1: rank by published total; equal totals share the rank; `[rank] method` numbers the places.
fn rank(totals: &[Q], own: &Q, method: Method) -> usize {
    match method {
        Method::Competition => 1 + totals.iter().filter(|total| *total > own).count(),
        Method::Modified => totals.iter().filter(|total| *total >= own).count(),
        Method::Dense => {
            let mut better: Vec<&Q> = totals.iter().filter(|total| *total > own).collect();
            better.sort();
            better.dedup();
            1 + better.len()
        }
    }
}

/// Ranked units of the scope of `unit`.
pub(crate) fn ranked(p: &Project, unit: usize, scope: Scope) -> Vec<usize> {
    (0..p.units.len())
        .filter(|at| p.units[*at].mode == Mode::Ranked)
        .filter(|at| match scope {
            Scope::Group => p.units[*at].group == p.units[unit].group,
            Scope::Scheme => scheme_of(p, *at) == scheme_of(p, unit),
            Scope::All => true,
        })
        .collect()
}

/// Sets the ranks of every ranked unit.
pub(crate) fn set_ranks(p: &Project, results: &mut [UnitResult]) {
    for unit in 0..p.units.len() {
        if p.units[unit].mode != Mode::Ranked {
            continue;
        }
        for scope in [Scope::Group, Scope::Scheme, Scope::All] {
            let totals: Vec<Q> = ranked(p, unit, scope).iter().map(|at| results[*at].total.clone()).collect();
            let place = rank(&totals, &results[unit].total, p.rank.method);
            match scope {
                Scope::Group => results[unit].rank_group = Some(place),
                Scope::Scheme => results[unit].rank_scheme = Some(place).filter(|_| p.rank.scope == Scope::Scheme),
                Scope::All => results[unit].rank_overall = Some(place),
            }
        }
    }
}

/// SPEC §9.2: the best grade whose at_least ≤ published total; the last is min.
fn threshold(p: &Project, total: &Q) -> usize {
    (0..p.grades.len()).position(|at| bar(p, at) <= *total).unwrap_or(p.grades.len() - 1)
}

/// SPEC §19.6: a grade with a quota may have no bar; its bar is that of the next lower grade that has one.
pub(crate) fn bar(p: &Project, grade: usize) -> Q {
    let own = p.grades[grade..].iter().map(|grade| &grade.at_least).find(|bar| !bar.is_empty());
    q(own.expect("the last grade has a bar"))
}

/// The rates a condition looks at; a node that is not applicable gives none.
fn targets(p: &Project, result: &UnitResult, target: &Target, component: Option<usize>) -> Vec<Q> {
    let rates = match component {
        Some(at) => &result.rates[at],
        None => &result.combined,
    };
    let pick = |list: &[Option<Q>], at: usize| list.get(at).cloned().flatten().into_iter().collect::<Vec<Q>>();
    match target {
        Target::EveryAspect => rates.aspect.iter().flatten().cloned().collect(),
        Target::EveryLine => rates.line.iter().flatten().cloned().collect(),
        Target::Aspect(at) => pick(&rates.aspect, *at),
        Target::Line(at) => pick(&rates.line, *at),
        // Reading: a leaf that is not applicable is a "not-applicable node" whatever the policy and the component.
        Target::Leaf(at) if result.leaves[*at].points.is_none() => {
            debug_assert!(*at < p.leaves.len(), "leaf of the model");
            Vec::new()
        }
        Target::Leaf(at) => pick(&rates.leaf, *at),
    }
}

/// SPEC §9.3 and §9.4: whether a condition holds for an assessed unit.
pub(crate) fn holds(p: &Project, results: &[UnitResult], unit: usize, when: &Condition) -> bool {
    let result = &results[unit];
    let printed = |rate: &Q| round_by(rate, p.score.decimals, p.score.rounding);
    match when {
        Condition::Below { target, component, below } => {
            targets(p, result, target, *component).iter().any(|rate| printed(rate) < percent(below))
        }
        // §18: a promotion's at_least on aspect.*: all measured
        Condition::AtLeast { target, component, at_least } => {
            let rates = targets(p, result, target, *component);
            !rates.is_empty() && rates.iter().all(|rate| printed(rate) >= percent(at_least))
        }
        Condition::Satisfaction { component, below } => {
            result.satisfaction[*component].as_ref().is_some_and(|rate| printed(rate) < percent(below))
        }
        Condition::Event(code) => {
            p.adjust_rows.iter().any(|row| row.unit == unit && row.code == *code && approved(row))
        }
        // every ranked unit sharing the last rank, groups of 2 or more, not when all are equal; §18: with scope "all"
        // the last of all
        Condition::LastInGroup => {
            if p.units[unit].mode != Mode::Ranked {
                return false;
            }
            let totals: Vec<&Q> = ranked(p, unit, p.rank.scope).into_iter().map(|at| &results[at].total).collect();
            let last = totals.iter().min().expect("the unit itself");
            totals.len() >= 2 && result.total == **last && totals.iter().any(|total| *total != *last)
        }
        // §19.12: `equals` takes a list.
        Condition::Attribute(values) => values.contains(&p.units[unit].attribute),
        // §19.8: the weighted share, compared exactly. Reading: unknown where the unit's rate is
        // not made of its own votes, so it does not hold.
        Condition::Votes { component, of, sense, bar } => result.shares[*component].as_ref().is_some_and(|shares| {
            let share = of.iter().fold(Q::zero(), |total, at| total + &shares[*at]);
            let bar = percent(bar);
            match sense {
                Sense::Above => share > bar,
                Sense::AtLeast => share >= bar,
                Sense::Below => share < bar,
                Sense::AtMost => share <= bar,
            }
        }),
        Condition::Deductions(bar) => result.minus >= q(bar),
        Condition::Bonus(bar) => result.plus >= q(bar),
        Condition::MissingReport => !p.units[unit].has_report,
        Condition::All(parts) => parts.iter().all(|part| holds(p, results, unit, part)),
        Condition::Any(parts) => parts.iter().any(|part| holds(p, results, unit, part)),
    }
}

/// SPEC §3, §9.5: a decision counts with 工委审定, 文号 and 日期.
fn counts(decision: &Decision) -> bool {
    decision.status == "工委审定" && !decision.number.is_empty() && !decision.date.is_empty()
}

/// Places of a size among N: a fixed number, or round(share·N).
pub(crate) fn sized(size: &Size, rounding: Rounding, n: usize) -> usize {
    let share = match size {
        Size::Places(places) => return *places as usize,
        Size::Share(share) => percent(share) * count(n) / int(100),
    };
    let whole = match rounding {
        Rounding::Floor => share.floor(),
        Rounding::HalfUp => round(&share, 0),
        Rounding::Ceil => share.ceil(),
    };
    whole.to_integer().to_string().parse().expect("few places")
}

/// Places of a quota in a scope: approved rows of 名额分配 replace it (SPEC §19.6), else the size of the scope or the
/// common one, at least `minimum` when N ≥ minimum_from (default 1).
/// Without `approved` what the model alone says.
fn places(p: &Project, grade: usize, scope: &[usize], approved: bool, log: &mut Log) -> Option<usize> {
    let quota = p.grades[grade].quota.as_ref()?;
    let own_scope = match p.rank.scope {
        Scope::Group => Some(p.units[scope[0]].group),
        Scope::Scheme => scheme_of(p, scope[0]),
        Scope::All => None,
    };
    let allocated = |row: &&Allocation| {
        row.grade == grade
            && Some(row.scope) == own_scope
            && row.status == "工委审定"
            && !row.number.is_empty()
            && !row.date.is_empty()
    };
    if let Some(row) = p.allocations.iter().find(allocated).filter(|_| approved) {
        log.hit("grade: places by 名额分配");
        if row.places as usize > scope.len() {
            log.error(format!("{}: more places allocated than units ranked", row.id));
        }
        return Some(row.places as usize);
    }
    let size = quota.by.iter().find(|(own, _)| Some(*own) == own_scope).map_or(&quota.size, |(_, size)| {
        log.hit("grade: places by `by`");
        size
    });
    let n = scope.len();
    let places = sized(size, quota.rounding, n);
    if matches!(size, Size::Places(_)) {
        log.hit("grade: fixed places");
        return Some(places);
    }
    Some(if n >= quota.minimum_from.unwrap_or(1) as usize { places.max(quota.minimum as usize) } else { places })
}

/// Standing of one unit while grades are found.
#[derive(Clone, Debug, Default)]
struct Standing {
    /// Grade after threshold, caps and promotion.
    grade: usize,
    /// Grade after threshold and caps.
    after_caps: usize,
    /// Floor set by a promotion.
    floor: Option<usize>,
    decision: Option<Decision>,
    worst_cap: Option<usize>,
    unconfirmed: bool,
}

/// Steps 2 to 5 for one assessed unit.
fn stand(p: &Project, results: &[UnitResult], unit: usize, log: &mut Log) -> Standing {
    let code = &p.units[unit].code;
    let own: Vec<&Decision> = p.decisions.iter().filter(|row| row.unit == unit && counts(row)).collect();
    if own.len() > 1 {
        log.error(format!("{code}: two decisions"));
    }
    let decision = own.first().map(|row| (*row).clone());
    let mut grade = threshold(p, &results[unit].total);
    let mut worst_cap: Option<usize> = None;
    let mut unconfirmed = false;
    for cap in &p.caps {
        if holds(p, results, unit, &cap.when) {
            log.hit("grade: cap holds");
            if cap.at_most > grade {
                log.hit("grade: cap lowers");
            }
            worst_cap = Some(worst_cap.map_or(cap.at_most, |worst| worst.max(cap.at_most)));
            if cap.committee {
                log.hit("grade: committee cap holds");
                if decision.is_none() {
                    unconfirmed = true;
                    log.error(format!("{code}: cap {} needs the committee", cap.code));
                }
            }
        }
    }
    grade = grade.max(worst_cap.unwrap_or(0));
    let after_caps = grade;
    let mut floor: Option<usize> = None;
    for promotion in &p.promotions {
        let barred = promotion.unless_capped && worst_cap.is_some_and(|worst| worst > promotion.to);
        if holds(p, results, unit, &promotion.when) && !barred {
            log.hit("grade: promotion holds");
            floor = Some(floor.map_or(promotion.to, |best| best.min(promotion.to)));
        }
    }
    if let Some(to) = floor
        && to < grade
    {
        log.hit("grade: promotion lifts");
        grade = to;
    }
    if let Some(Decision { grade: Some(pin), above_cap, clause, .. }) = &decision
        && worst_cap.is_some_and(|worst| *pin < worst)
    {
        // Reading: also where a promotion would have lifted the unit above its cap.
        log.hit("grade: pin above a cap");
        if !above_cap || clause.is_empty() {
            log.error(format!("{code}: pin above a cap"));
        }
    }
    Standing { grade, after_caps, floor, decision, worst_cap, unconfirmed }
}

/// Places of one scope and how many are taken, both cumulative per grade; no places for a grade without quota.
struct Room {
    places: Vec<Option<usize>>,
    taken: Vec<usize>,
}

impl Room {
    /// Free places at a grade: in its own quota and in every lower cumulative one; `None` is no limit.
    fn free(&self, grade: usize) -> Option<usize> {
        (grade..self.places.len())
            .filter_map(|at| self.places[at].map(|places| places.saturating_sub(self.taken[at])))
            .min()
    }

    fn take(&mut self, grade: usize) {
        for taken in &mut self.taken[grade..] {
            *taken += 1;
        }
    }
}

/// Candidates' order: total, then tie_break on exact values; the unknown sorts last.
fn key(p: &Project, result: &UnitResult) -> Vec<(bool, Q)> {
    let mut key = vec![(true, result.total.clone())];
    for by in &p.rank.tie_break {
        let value = match by {
            TieBreak::Aspect(at) => result.combined.aspect[*at].clone(),
            TieBreak::Line(at) => result.combined.line[*at].clone(),
            TieBreak::Leaf(at) => result.combined.leaf[*at].clone(),
            TieBreak::Component(at) => result.components[*at].clone(),
            TieBreak::Satisfaction(at) => result.satisfaction[*at].clone(),
            TieBreak::FewerDeductions => Some(-result.minus.clone()),
        };
        key.push(match value {
            Some(value) => (true, value),
            None => (false, Q::zero()),
        });
    }
    key
}

/// SPEC §9.2-§9.6: sets the grade of every assessed unit.
pub(crate) fn set_grades(p: &Project, results: &mut [UnitResult], log: &mut Log) {
    let mut standings = vec![Standing::default(); p.units.len()];
    for (unit, standing) in standings.iter_mut().enumerate() {
        if p.units[unit].mode == Mode::Excluded {
            if p.decisions.iter().any(|row| row.unit == unit && counts(row)) {
                log.error(format!("{}: decision for an excluded unit", p.units[unit].code));
            }
            continue;
        }
        *standing = stand(p, results, unit, log);
        results[unit].capped = standing.worst_cap;
        results[unit].unconfirmed = standing.unconfirmed;
        // 单列: graded, no place.
        results[unit].grade = match &standing.decision {
            Some(decision) => decision.grade,
            None => Some(standing.grade),
        };
    }
    let mut scopes: Vec<Vec<usize>> = Vec::new();
    for unit in 0..p.units.len() {
        let scope = ranked(p, unit, p.rank.scope);
        if !scope.is_empty() && !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    for row in p.allocations.iter().filter(|row| row.status == "工委审定" && !row.number.is_empty()) {
        let own = |unit: &usize| match p.rank.scope {
            Scope::Scheme => scheme_of(p, *unit) == Some(row.scope),
            Scope::Group | Scope::All => p.units[*unit].group == row.scope,
        };
        if row.places > 0 && !(0..p.units.len()).any(|unit| own(&unit) && p.units[unit].mode == Mode::Ranked) {
            log.error(format!("{}: places where nobody is ranked", row.id));
        }
    }
    for scope in scopes {
        if p.rank.scope == Scope::Scheme {
            log.hit("grade: scope of a scheme");
        }
        fill(p, results, &standings, &scope, log);
    }
}

/// SPEC §9.5 and §9.6 within one scope.
fn fill(p: &Project, results: &mut [UnitResult], standings: &[Standing], scope: &[usize], log: &mut Log) {
    let mut room = Room {
        places: (0..p.grades.len()).map(|grade| places(p, grade, scope, true, log)).collect(),
        taken: vec![0; p.grades.len()],
    };
    // A model error where the quotas of the model fall, an error of the register where approved places make them fall.
    let falls = |places: &[usize]| places.windows(2).any(|pair| pair[0] > pair[1]);
    let written: Vec<usize> =
        (0..p.grades.len()).filter_map(|grade| places(p, grade, scope, false, &mut Log::default())).collect();
    if falls(&written) {
        log.model_error("cumulative places fall".to_owned());
    } else if falls(&room.places.iter().flatten().copied().collect::<Vec<_>>()) {
        log.error("approved places are not cumulative".to_owned());
    }
    // Pinned units take their places first; more pins than places = error unless 不占名额.
    for unit in scope {
        if let Some(Decision { grade: Some(pin), no_place: false, .. }) = &standings[*unit].decision {
            log.hit("grade: pin takes a place");
            room.take(*pin);
        }
    }
    for (places, taken) in room.places.iter().zip(&room.taken) {
        if places.is_some_and(|places| places < *taken) {
            log.error("more pins than places".to_owned());
        }
    }
    // 暂缓 keeps a place free at its grade after caps, else at the next lower one, with 不占名额 none.
    // Reading: promotions do not act on it; better grades and better totals choose first.
    let mut deferred: Vec<usize> = scope
        .iter()
        .copied()
        .filter(|unit| matches!(&standings[*unit].decision, Some(row) if row.grade.is_none() && !row.no_place))
        .collect();
    deferred.sort_by_key(|unit| (standings[*unit].after_caps, Reverse(key(p, &results[*unit]))));
    for unit in deferred {
        log.hit("grade: 暂缓 keeps a place");
        let mut grade = standings[unit].after_caps;
        while room.free(grade) == Some(0) {
            log.hit("grade: 暂缓 keeps a lower place");
            grade += 1;
        }
        room.take(grade);
    }
    // From the best grade down.
    let mut current: Vec<(usize, usize)> = scope
        .iter()
        .filter(|unit| standings[**unit].decision.is_none())
        .map(|unit| (*unit, standings[*unit].grade))
        .collect();
    for grade in 0..p.grades.len() {
        let mut candidates = Vec::new();
        for (unit, at) in &current {
            if *at == grade {
                results[*unit].grade = Some(grade);
                if standings[*unit].floor == Some(grade) {
                    // A promoted unit at `to` is outside the quota.
                    log.hit("grade: promoted outside the quota");
                } else {
                    candidates.push(*unit);
                }
            }
        }
        for unit in compete(p, results, candidates, grade, &mut room, log) {
            for entry in &mut current {
                if entry.0 == unit {
                    log.hit("grade: dropped by quota");
                    entry.1 = grade + 1;
                }
            }
        }
    }
    lower_bottom(p, results, standings, scope, log);
}

/// SPEC §19.6 `bottom`: of the last ceil(share·N) by published total each below `safe_from` is lowered to that grade.
fn lower_bottom(p: &Project, results: &mut [UnitResult], standings: &[Standing], scope: &[usize], log: &mut Log) {
    for (grade, bottom) in p.grades.iter().enumerate().filter_map(|(at, own)| Some((at, own.bottom.as_ref()?))) {
        let mut room = sized(&Size::Share(bottom.share.clone()), Rounding::Ceil, scope.len());
        let mut order = scope.to_vec();
        order.sort_by_key(|unit| results[*unit].total.clone());
        while let Some(first) = order.first().map(|unit| results[*unit].total.clone()) {
            let tied: Vec<usize> = order.iter().copied().filter(|unit| results[*unit].total == first).collect();
            // A tie that does not fit: nobody of it.
            if tied.len() > room {
                if room > 0 {
                    log.hit("grade: tie at the bottom");
                }
                break;
            }
            room -= tied.len();
            for unit in &tied {
                // Pins, promotion floors and 暂缓 count among them but stay.
                let stays = standings[*unit].decision.is_some() || standings[*unit].floor.is_some();
                let safe = bottom.safe_from.as_ref().is_some_and(|bar| first >= q(bar));
                let low = results[*unit].grade.is_some_and(|own| own >= grade);
                if stays && !low && !safe {
                    log.hit("grade: stays at the bottom");
                }
                if standings[*unit].floor.is_some_and(|floor| results[*unit].grade.is_some_and(|own| own < floor)) {
                    log.unclear("a unit above its promotion floor at the bottom");
                }
                if !stays && !safe && !low {
                    log.hit("grade: lowered to the bottom");
                    results[*unit].grade = Some(grade);
                }
            }
            order.retain(|unit| !tied.contains(unit));
        }
    }
}

/// Gives the places of one grade; returns who drops.
fn compete(
    p: &Project,
    results: &[UnitResult],
    mut candidates: Vec<usize>,
    grade: usize,
    room: &mut Room,
    log: &mut Log,
) -> Vec<usize> {
    candidates.sort_by_key(|unit| Reverse(key(p, &results[*unit])));
    let mut dropped = Vec::new();
    let mut closed = false;
    while !candidates.is_empty() {
        let first = key(p, &results[candidates[0]]);
        let tied = candidates.iter().take_while(|unit| key(p, &results[**unit]) == first).count();
        let rest = candidates.split_off(tied);
        if candidates
            .iter()
            .chain(rest.first())
            .any(|unit| results[*unit].total == results[candidates[0]].total && key(p, &results[*unit]) != first)
        {
            log.hit("grade: tie-break decides an order");
        }
        let free = if closed { Some(0) } else { room.free(grade) };
        let fits = match free {
            None => true,
            Some(free) if free >= candidates.len() => true,
            Some(0) => false,
            Some(_) => {
                log.hit("grade: tie at the line");
                match p.rank.tie_at_quota {
                    TieAtQuota::Include => {
                        log.hit("grade: tie at the line included");
                        true
                    }
                    TieAtQuota::Exclude => {
                        // nobody later in (total, tie_break) order is placed at that grade
                        log.hit("grade: tie at the line excluded");
                        closed = true;
                        false
                    }
                    TieAtQuota::Committee => {
                        log.error("tie at the line for the committee".to_owned());
                        false
                    }
                }
            }
        };
        if fits {
            for _ in &candidates {
                room.take(grade);
            }
        } else {
            dropped.extend(candidates);
        }
        candidates = rest;
    }
    dropped
}

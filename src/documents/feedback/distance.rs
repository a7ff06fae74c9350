//! How far a unit is from the next grade and from the line of a quota.
//!
//! The next grade is the one above its own. Besides points to the threshold, caps that allow less than it, places that
//! were taken, and a decision of the committee can stand in the way; each is named with its clause.
//!
//! About places, a unit learns the least total with which it would get one ([`super::reach`]); a unit that does not
//! compete for them learns its distance to the line, the lowest published total that holds a place at the grade or
//! better. It never learns whose total that is; in a scope of fewer than `min_group` ranked units both are suppressed.

use super::reach::{Least, at_bar};
use super::stats::{GroupStats, scope};
use crate::result::outcome::{Mode, Outcome, QuotaUse, Step, StepKind, UnitOutcome};
use crate::shared::number::{Exact, Points};

/// How far it is to the next grade.
#[derive(Clone, Debug, PartialEq)]
pub enum Distance<'f> {
    /// The grade is deferred.
    Deferred,
    /// There is no better grade.
    Best,
    /// There is one.
    Next(NextGrade<'f>),
}

/// The grade above a unit's own.
#[derive(Clone, Debug, PartialEq)]
pub struct NextGrade<'f> {
    /// Its name.
    pub grade: &'f str,
    /// Its threshold.
    pub at_least: &'f Points,
    /// Points that are missing; 0 when the threshold is reached.
    pub short: Exact,
    /// What else stands in the way.
    pub obstacles: Vec<Obstacle<'f>>,
}

/// What stands in the way of a grade besides points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle<'f> {
    /// A cap in force.
    Cap {
        /// Code.
        code: &'f str,
        /// Name.
        name: &'f str,
        /// Clause.
        clause: Option<&'f str>,
        /// The best grade it allows; none where a decision or a promotion gave a better one.
        at_most: Option<&'f str>,
    },
    /// No place was free, by room or by the rule for equal totals.
    NoPlace {
        /// The kind of step in the grade path.
        kind: StepKind,
        /// Clause.
        clause: Option<&'f str>,
    },
    /// It is among the last units of its scope.
    Bottom {
        /// A unit with this total or more is safe.
        safe_from: Option<&'f Points>,
        /// Clause.
        clause: Option<&'f str>,
    },
    /// The committee decided.
    Decision {
        /// Document.
        document: &'f str,
        /// Clause.
        clause: Option<&'f str>,
    },
}

/// The line of a quota as a unit sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaLine<'f> {
    /// This grade or better.
    pub grade: &'f str,
    /// Places.
    pub places: usize,
    /// Places taken.
    pub taken: usize,
    /// Ranked units of the scope.
    pub ranked: usize,
    /// Own rank in the scope.
    pub rank: Option<usize>,
    /// The unit's position relative to the line.
    pub side: Side,
}

/// A unit's position relative to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// It holds a place.
    Inside,
    /// Its grade at or above the line takes no place.
    Outside,
    /// With this total it would be placed; so many points are missing.
    Needs {
        /// The total.
        total: Exact,
        /// What is missing.
        short: Exact,
    },
    /// No total of its own would give it a place.
    Never,
    /// Points behind the last unit that holds a place.
    Behind(Exact),
    /// Its total would suffice, or equals the line: something else decided.
    Level,
    /// Places are free.
    Free(usize),
    /// Nobody holds a place, so there is no line.
    Nobody,
    /// Too few units for a distance.
    Suppressed,
}

fn grade_of(outcome: &Outcome, name: Option<&str>) -> Option<usize> {
    outcome.model.grades.iter().position(|grade| Some(grade.name.as_str()) == name)
}

/// The distance to the next grade.
pub(super) fn distance<'f>(outcome: &'f Outcome, unit: &'f UnitOutcome) -> Distance<'f> {
    let Some(own) = grade_of(outcome, unit.grade.as_deref()) else { return Distance::Deferred };
    let Some(next) = own.checked_sub(1) else { return Distance::Best };
    let grade = &outcome.model.grades[next];
    let total = unit.total.as_deref().and_then(Exact::parse).unwrap_or_else(Exact::zero);
    let bar = outcome.held(unit).bar(next);
    let short = &bar.0 - &total;
    let short = if short.is_positive() { short } else { Exact::zero() };
    let obstacles = unit.path.iter().filter_map(|step| obstacle(outcome, step, next)).collect();
    Distance::Next(NextGrade { grade: &grade.name, at_least: bar, short, obstacles })
}

fn obstacle<'f>(outcome: &'f Outcome, step: &Step, next: usize) -> Option<Obstacle<'f>> {
    let clause = outcome.clause(step);
    match step {
        Step::Cap { rule, .. } => {
            let cap = &outcome.model.caps[*rule];
            (cap.at_most > next).then(|| Obstacle::Cap {
                code: &cap.code,
                name: &cap.name,
                clause,
                // The grade above is the next one, so anything worse than the grade below that was lifted.
                at_most: (cap.at_most == next + 1).then(|| outcome.model.grade_name(cap.at_most)),
            })
        }
        Step::NoRoom { from, .. }
        | Step::TieExcluded { from, .. }
        | Step::TiePending { from, .. }
        | Step::BehindTie { from, .. } => (*from == next).then_some(Obstacle::NoPlace { kind: step.kind(), clause }),
        Step::Bottom { from, to, .. } => {
            let bottom = outcome.model.grades[*to].bottom.as_ref();
            let safe_from = bottom.and_then(|bottom| bottom.safe_from.as_ref());
            (*from <= next).then_some(Obstacle::Bottom { safe_from, clause })
        }
        Step::Decision { row, .. } => {
            let document = outcome.registers.decisions[*row].document_number.as_str();
            Some(Obstacle::Decision { document, clause })
        }
        _ => None,
    }
}

/// The line of the nearest better grade with a quota; of its own one where there is no better.
pub fn quota_line<'f>(outcome: &'f Outcome, stats: &GroupStats<'_>, unit: &UnitOutcome) -> Option<QuotaLine<'f>> {
    let own = grade_of(outcome, unit.grade.as_deref())?;
    if unit.roster.mode != Mode::Ranked {
        return None;
    }
    let grades = &outcome.model.grades;
    let with_quota = |index: &usize| grades[*index].quota.is_some();
    let target = (0..own).rev().find(with_quota).or_else(|| Some(own).filter(with_quota))?;
    let scope = scope(outcome, unit);
    let mut quotas = outcome.quotas.iter();
    let quota = quotas.find(|quota| outcome.group_of(quota) == scope && quota.grade == target)?;
    let rank = outcome.rank_of(unit);
    let side = if own <= target {
        if unit.takes_place { Side::Inside } else { Side::Outside }
    } else {
        match stats.reach().least(unit, target) {
            Some(least) => out_of(outcome, unit, quota, &outcome.held(unit).bar(target).0, least),
            None => beside(outcome, unit, quota, stats.line(scope, target)),
        }
    };
    let grade = grades[target].name.as_str();
    Some(QuotaLine {
        grade,
        places: quota.seats.places,
        taken: quota.seats.taken,
        ranked: quota.seats.ranked,
        rank,
        side,
    })
}

/// The position of a unit that competes for the places: the total it needs, if the scope is large enough to disclose
/// it.
fn out_of(outcome: &Outcome, unit: &UnitOutcome, quota: &QuotaUse, bar: &Exact, least: Least) -> Side {
    let free = quota.seats.places.saturating_sub(quota.seats.taken);
    let own = unit.total.as_deref().and_then(Exact::parse).unwrap_or_else(Exact::zero);
    // A place is free for whoever reaches the bar, which discloses nothing about other units.
    if free > 0 && least == Least::Total(at_bar(bar, outcome.model.score.decimals)) {
        return Side::Free(free);
    }
    if quota.seats.ranked < outcome.model.feedback.min_group {
        return Side::Suppressed;
    }
    match least {
        Least::Total(total) => Side::Needs { short: &total - &own, total },
        Least::Never => Side::Never,
    }
}

/// The position of a unit that caps or a decision keep from competing for the places.
fn beside(outcome: &Outcome, unit: &UnitOutcome, quota: &QuotaUse, line: Option<&Exact>) -> Side {
    let free = quota.seats.places.saturating_sub(quota.seats.taken);
    if free > 0 {
        return Side::Free(free);
    }
    if quota.seats.ranked < outcome.model.feedback.min_group {
        return Side::Suppressed;
    }
    let total = unit.total.as_deref().and_then(Exact::parse);
    match (line, total) {
        (Some(line), Some(total)) if *line > total => Side::Behind(line - &total),
        (None, _) => Side::Nobody,
        _ => Side::Level,
    }
}

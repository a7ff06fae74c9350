//! Ranks, thresholds, grade paths and quotas (SPEC §9): ranks and places counted anew, every path followed step by step.

use std::collections::BTreeMap;

use super::{Checked, Subject};
use crate::result::outcome::{QuotaOutcome, StepOutcome, UnitOutcome};
use crate::shared::number::{Exact, Rounding};

/// Checks ranks, grades and quotas of all units.
pub(super) fn check(subject: &Subject<'_>, checked: &mut Checked) {
    let outcome = subject.outcome;
    let ranked: Vec<&UnitOutcome> = outcome.units.iter().filter(|unit| unit.mode == "ranked").collect();
    ranks(subject, &ranked, "rank_overall", &|unit| unit.rank_overall, checked);
    for group in &outcome.groups {
        let own: Vec<&UnitOutcome> = ranked.iter().copied().filter(|unit| unit.group == *group).collect();
        ranks(subject, &own, "rank_group", &|unit| unit.rank_group, checked);
    }
    for unit in &outcome.units {
        let walk = Walk { subject, unit };
        if unit.mode == "excluded" {
            walk.is_bare(checked);
        } else {
            walk.check(checked);
        }
    }
    quotas(subject, &ranked, checked);
}

fn total(unit: &UnitOutcome) -> Exact {
    unit.total.as_deref().and_then(Exact::parse).unwrap_or_else(Exact::zero)
}

/// Ranks by published total: one more than the units above (competition), the number of distinct totals down to one's own
/// (dense), or the units above and level (modified).
fn ranks(
    subject: &Subject<'_>,
    units: &[&UnitOutcome],
    what: &str,
    recorded: &dyn Fn(&UnitOutcome) -> Option<usize>,
    checked: &mut Checked,
) {
    let mut totals: BTreeMap<Exact, usize> = BTreeMap::new();
    for unit in units {
        *totals.entry(total(unit)).or_default() += 1;
    }
    // By total: how many units lie above, how many distinct totals, how many units are level.
    let mut places: BTreeMap<&Exact, (usize, usize, usize)> = BTreeMap::new();
    let (mut above, mut distinct) = (0, 0);
    for (total, level) in totals.iter().rev() {
        distinct += 1;
        places.insert(total, (above, distinct, *level));
        above += level;
    }
    let rank = |method: &str, unit: &UnitOutcome| {
        let (above, distinct, level) = places[&total(unit)];
        match method {
            "dense" => distinct,
            "modified" => above + level,
            _ => above + 1,
        }
    };
    let fits = |method: &&str| units.iter().all(|unit| recorded(unit) == Some(rank(method, unit)));
    let method = if subject.outcome.model.has_rules() {
        subject.outcome.model.rank_method.as_str()
    } else {
        // An earlier program did not record the method: the one that all ranks follow.
        ["competition", "dense", "modified"].into_iter().find(fits).unwrap_or("competition")
    };
    for unit in units {
        let place = || format!("units[{}].{what}", unit.code);
        checked.both(place, recorded(unit).as_ref(), Some(&rank(method, unit)));
    }
}

/// A unit whose grade is followed.
struct Walk<'w, 's> {
    subject: &'w Subject<'s>,
    unit: &'s UnitOutcome,
}

/// How far a path has come.
#[derive(Default)]
struct Standing {
    /// The grade now.
    grade: Option<usize>,
    /// The grade after caps alone.
    capped: Option<usize>,
    takes_place: bool,
    decided: bool,
    closed: bool,
}

impl Walk<'_, '_> {
    fn place(&self, what: &str) -> String {
        format!("units[{}].{what}", self.unit.code)
    }

    fn name(&self, grade: Option<usize>) -> Option<String> {
        grade.and_then(|index| Some(self.subject.outcome.model.grades.get(index)?.name.clone()))
    }

    /// A unit that is not assessed has no result.
    fn is_bare(&self, checked: &mut Checked) {
        let unit = self.unit;
        checked.both(|| self.place("total"), unit.total.as_ref(), None);
        checked.both(|| self.place("grade"), unit.grade.as_ref(), None);
        checked.both(|| self.place("rank_group"), unit.rank_group.as_ref(), None);
    }

    fn check(&self, checked: &mut Checked) {
        let (unit, model) = (self.unit, &self.subject.outcome.model);
        let own = total(unit);
        let reached = model.grades.iter().position(|grade| grade.at_least.0 <= own);
        let threshold = reached.or_else(|| model.grades.len().checked_sub(1));
        checked.both(|| self.place("threshold"), unit.threshold.as_ref(), self.name(threshold).as_ref());
        let mut standing = Standing { grade: threshold, capped: threshold, ..Standing::default() };
        for (index, step) in unit.path.iter().enumerate() {
            self.step(index, step, &mut standing, checked);
        }
        checked.same(|| self.place("path.final"), &standing.closed, &true);
        checked.both(|| self.place("grade"), unit.grade.as_ref(), self.name(standing.grade).as_ref());
        checked.same(|| self.place("takes_place"), &unit.takes_place, &standing.takes_place);
        checked.same(|| self.place("deferred"), &unit.deferred, &unit.grade.is_none());
        let parallel = standing.grade.and_then(|index| model.grades[index].parallel.as_ref());
        checked.both(|| self.place("parallel"), unit.parallel.as_ref(), parallel);
        let decided = self.subject.decisions.contains_key(unit.code.as_str());
        checked.same(|| self.place("path.decision"), &standing.decided, &decided);
    }

    /// Follows one step: it starts where the last one ended and goes where its kind may go.
    fn step(&self, index: usize, step: &StepOutcome, standing: &mut Standing, checked: &mut Checked) {
        let grade = |name: &Option<String>| name.as_deref().and_then(|name| self.subject.grade(name));
        let (from, to) = (grade(&step.from), grade(&step.to));
        let mut lands = |what: &str, found: Option<usize>, wanted: Option<usize>| {
            let place = || self.place(&format!("path[{index}].{what}"));
            checked.both(place, self.name(found).as_ref(), self.name(wanted).as_ref());
        };
        match step.kind.as_str() {
            "threshold" => lands("to", to, standing.grade),
            "cap" => {
                lands("from", from, standing.capped);
                lands("to", to, to.max(from));
                (standing.capped, standing.grade) = (to, to);
            }
            "promotion" => {
                lands("from", from, standing.capped);
                lands("to", to, to.min(from));
                standing.grade = standing.grade.min(to);
            }
            "decision" | "deferred" => {
                lands("from", from, standing.capped);
                let row = self.subject.decisions.get(self.unit.code.as_str());
                let ruled = row.and_then(|row| grade(&row.grade));
                lands("to", to, ruled);
                standing.decided = true;
                standing.grade = if step.kind == "decision" { to } else { standing.capped };
                let outside = row.is_some_and(|row| row.outside_quota);
                standing.takes_place = step.kind == "decision" && !outside && self.unit.mode == "ranked";
            }
            "placed" | "tie-included" => {
                lands("to", to, standing.grade);
                standing.takes_place = true;
            }
            "outside-quota" => lands("to", to, standing.grade),
            "no-room" | "tie-excluded" | "tie-pending" | "behind-tie" => {
                lands("from", from, standing.grade);
                lands("to", to, standing.grade.map(|grade| grade + 1));
                standing.grade = to;
            }
            "place-kept" => {
                lands("to", to, to.max(standing.grade));
                standing.takes_place = true;
            }
            "ungraded" => (standing.grade, standing.closed) = (None, true),
            "final" => {
                lands("to", to, standing.grade);
                standing.closed = true;
            }
            _ => {}
        }
    }
}

/// Places of each quota and who takes them.
fn quotas(subject: &Subject<'_>, ranked: &[&UnitOutcome], checked: &mut Checked) {
    let outcome = subject.outcome;
    let scopes: Vec<Option<&String>> = if outcome.model.rank_scope == "all" {
        if ranked.is_empty() { Vec::new() } else { vec![None] }
    } else {
        let has_units = |group: &&String| ranked.iter().any(|unit| unit.group == **group);
        outcome.groups.iter().filter(has_units).map(Some).collect()
    };
    let with_quota = outcome.model.grades.iter().filter(|grade| grade.quota.is_some()).count();
    checked.same(|| "quotas".to_owned(), &outcome.quotas.len(), &(scopes.len() * with_quota));
    for scope in scopes {
        let members: Vec<&UnitOutcome> =
            ranked.iter().copied().filter(|unit| scope.is_none_or(|group| unit.group == *group)).collect();
        for quota in outcome.quotas.iter().filter(|quota| quota.group.as_ref() == scope) {
            one_quota(subject, quota, &members, checked);
        }
    }
}

fn one_quota(subject: &Subject<'_>, quota: &QuotaOutcome, members: &[&UnitOutcome], checked: &mut Checked) {
    let place = |what: &str| {
        format!("quotas[{}{}].{what}", quota.group.as_ref().map_or_else(String::new, |g| format!("{g}/")), quota.grade)
    };
    let Some(limit) = subject.grade(&quota.grade) else {
        checked.same(|| place("grade"), &quota.grade, &"—".to_owned());
        return;
    };
    checked.same(|| place("ranked"), &quota.ranked, &members.len());
    let grade = &subject.outcome.model.grades[limit];
    let share = grade.quota.as_ref().filter(|_| subject.outcome.model.has_rules());
    if let Some(share) = share {
        let rounding = match grade.rounding.as_str() {
            "half_up" => Rounding::HalfUp,
            "ceil" => Rounding::Ceil,
            _ => Rounding::Floor,
        };
        let exact = &share.0 * &Exact::from(members.len()) / Exact::from(100);
        let least = if members.len() >= grade.minimum_from { grade.minimum } else { 0 };
        let places = exact.whole(rounding).max(Exact::from(least));
        checked.same(|| place("places"), &Exact::from(quota.places), &places);
    }
    let kept = |unit: &UnitOutcome| {
        let step = unit.path.iter().rev().find(|step| step.kind == "place-kept");
        let name = if unit.deferred { step.and_then(|step| step.to.as_deref()) } else { unit.grade.as_deref() };
        name.and_then(|name| subject.grade(name))
    };
    let takers = members.iter().filter(|unit| unit.takes_place && kept(unit).is_some_and(|grade| grade <= limit));
    let taken = takers.count();
    checked.same(|| place("taken"), &quota.taken, &taken);
    let admitted = members.iter().any(|unit| unit.path.iter().any(|step| step.kind == "tie-included"));
    if !admitted {
        checked.same(|| place("taken"), &quota.taken.min(quota.places), &quota.taken);
    }
}

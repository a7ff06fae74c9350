//! Who gets a place, counted by blocks of equal units from the best grade down (SPEC §9.5, §9.6).
//!
//! Seats are counted by the grade at which they are taken; what is free at a grade is the least of capacity less seats up to
//! there, over its own quota and every lower one.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Case, Ruling};
use crate::model::Size;
use crate::result::outcome::{Circle, Grade, Model, Outcome, QuotaUse, Seats, Standing, Step, TieAtQuota};
use crate::result::verify::{Checked, Subject};
use crate::shared::number::{Exact, Precision, Rounding};
use crate::shared::text;

/// Gives the units of a scope their places, and says how its quotas were used.
pub(super) fn fill<'s>(
    subject: &Subject<'s>,
    circle: Circle,
    members: &[usize],
    cases: &mut BTreeMap<usize, Case<'s>>,
    checked: &mut Checked,
) -> Vec<QuotaUse> {
    let model = &subject.outcome.model;
    let scope = circle.name(model, &subject.outcome.groups);
    let mut queue: Vec<usize> = members.iter().copied().filter(|index| cases.contains_key(index)).collect();
    let rank = |index: &usize| Reverse((&cases[index].total, &cases[index].chain));
    queue.sort_by(|a, b| rank(a).cmp(&rank(b)));
    number_blocks(&queue, cases);
    let mut hall = Hall {
        model,
        capacity: capacities(subject.outcome, scope, members.len()),
        taken: vec![0; model.grades.len()],
        decided: decided(model, &queue, cases),
    };
    hall.seat_decisions(&queue, cases);
    for (grade, capacity) in hall.capacity.iter().enumerate() {
        if let Some(capacity) = capacity {
            let pinned = hall.seated(grade);
            let place = || format!("{}.pinned", name(subject.outcome, circle, grade));
            checked.same(place, &pinned.min(*capacity), &pinned);
        }
    }
    hall.keep_places(&queue, members, cases);
    for grade in 0..model.grades.len() {
        hall.compete(grade, &queue, cases);
    }
    for grade in 0..model.grades.len() {
        hall.lower(grade, &queue, cases);
    }
    if !subject.outcome.draft {
        for index in &queue {
            let pending = cases[index].steps.iter().filter(|step| matches!(step, Step::TiePending { .. })).count();
            checked.same(|| format!("units[{}].path.tie-pending", cases[index].unit.roster.code), &pending, &0);
        }
    }
    hall.uses(circle, members.len())
}

/// The name of a quota in a place.
pub(super) fn name(outcome: &Outcome, circle: Circle, grade: usize) -> String {
    let grade = outcome.model.grade_name(grade);
    match circle.name(&outcome.model, &outcome.groups) {
        Some(group) => format!("quotas[{group}/{grade}]"),
        None => format!("quotas[{grade}]"),
    }
}

/// Places of each grade in a scope: as the committee approved them, else as the model says. They never fall.
fn capacities(outcome: &Outcome, scope: Option<&str>, ranked: usize) -> Vec<Option<usize>> {
    let rows = || outcome.registers.places.iter().filter(|row| row.standing == Standing::Approved);
    let of = |index: usize, grade: &Grade| {
        let row = rows().find(|row| row.grade == index && row.scope == scope.unwrap_or(""));
        grade.quota.as_ref()?;
        row.map(|row| row.places.value).or_else(|| capacity(grade, scope, ranked))
    };
    outcome.model.grades.iter().enumerate().map(|(index, grade)| of(index, grade)).collect()
}

/// Places of a quota in a scope of so many ranked units.
fn capacity(grade: &Grade, scope: Option<&str>, ranked: usize) -> Option<usize> {
    let quota = grade.quota.as_ref()?;
    let mut own = quota.by.iter().filter(|own| {
        scope.is_some_and(|scope| text::key(scope) == text::key(own.scheme.as_ref().unwrap_or(&own.scope)))
    });
    let share = match own.next().map_or(&quota.size, |own| &own.size) {
        Size::Places(number) => return Some(*number),
        Size::Share(share) => (&share.0 * &Exact::from(ranked) / Exact::from(100)).whole(quota.rounding),
    };
    let places = share.to_count().and_then(|places| usize::try_from(places).ok()).unwrap_or(0);
    Some(if ranked < quota.minimum_from { places } else { places.max(quota.minimum) })
}

/// The places of a scope while they are given out.
struct Hall<'m> {
    model: &'m Model,
    /// Places of each grade or better; none without a quota.
    capacity: Vec<Option<usize>>,
    /// Seats taken at each grade.
    taken: Vec<usize>,
    /// What distinguishes units of equal total, as printed; units alone with their total have none.
    decided: BTreeMap<usize, String>,
}

/// Units of the same total and tie-break share a block.
fn number_blocks(queue: &[usize], cases: &mut BTreeMap<usize, Case<'_>>) {
    let mut block = 0;
    for (position, index) in queue.iter().enumerate() {
        let same =
            |other: &usize| (&cases[other].total, &cases[other].chain) == (&cases[index].total, &cases[index].chain);
        block += usize::from(position > 0 && !same(&queue[position - 1]));
        if let Some(case) = cases.get_mut(index) {
            case.block = block;
        }
    }
}

impl Hall<'_> {
    /// Seats taken at a grade or better.
    fn seated(&self, grade: usize) -> usize {
        self.taken[..=grade].iter().sum()
    }

    /// What is free at a grade; none where neither it nor a lower grade has a quota.
    fn free(&self, grade: usize) -> Option<usize> {
        let quotas = (grade..self.capacity.len()).filter_map(|lower| Some((lower, self.capacity[lower]?)));
        quotas.map(|(lower, capacity)| capacity.saturating_sub(self.seated(lower))).min()
    }

    fn seat_decisions(&mut self, queue: &[usize], cases: &mut BTreeMap<usize, Case<'_>>) {
        for index in queue {
            let Some(case) = cases.get_mut(index) else { continue };
            if let Ruling::Pinned { grade, seated } = case.ruling {
                (case.grade, case.takes_place) = (grade, seated);
                self.taken[grade] += usize::from(seated);
            }
        }
    }

    /// One place for each deferred unit, at its grade after caps or the next lower one that has room.
    fn keep_places(&mut self, queue: &[usize], members: &[usize], cases: &mut BTreeMap<usize, Case<'_>>) {
        let roster: BTreeMap<usize, usize> = members.iter().enumerate().map(|(at, index)| (*index, at)).collect();
        let is_deferred = |index: &&usize| matches!(cases[*index].ruling, Ruling::Deferred { .. });
        let mut deferred: Vec<usize> = queue.iter().filter(is_deferred).copied().collect();
        deferred.sort_by_key(|index| (cases[index].grade, cases[index].block, roster[index]));
        for index in deferred {
            let Some(case) = cases.get_mut(&index) else { continue };
            if case.ruling == (Ruling::Deferred { seated: false }) {
                case.steps.push(Step::NoPlaceKept);
                continue;
            }
            let last = self.taken.len() - 1;
            let grade = (case.grade..last).find(|grade| self.free(*grade) != Some(0)).unwrap_or(last);
            self.taken[grade] += 1;
            (case.grade, case.takes_place) = (grade, true);
            case.steps.push(Step::PlaceKept { to: grade });
        }
    }

    /// The units that compete for one grade, the best first. A unit for which there is no room goes on to the next
    /// grade.
    fn compete(&mut self, grade: usize, queue: &[usize], cases: &mut BTreeMap<usize, Case<'_>>) {
        let mut here: Vec<(usize, usize)> = Vec::new();
        for index in queue {
            let Some(case) = cases.get_mut(index).filter(|c| c.ruling == Ruling::Free && c.grade == grade) else {
                continue;
            };
            if case.floor == Some(grade) {
                case.steps.push(Step::OutsideQuota { to: grade });
            } else {
                here.push((case.block, *index));
            }
        }
        let mut barred = false;
        for block in here.chunk_by(|a, b| a.0 == b.0) {
            let step = match barred {
                true => Step::BehindTie { from: grade, to: grade + 1 },
                false => self.step(grade, block.len()),
            };
            let is_seated = matches!(step, Step::Placed { .. } | Step::TieIncluded { .. });
            for (_, index) in block {
                self.taken[grade] += usize::from(is_seated);
                let Some(case) = cases.get_mut(index) else { continue };
                (case.grade, case.takes_place) = (grade + usize::from(!is_seated), is_seated);
                case.steps.push(telling(&step, self.decided.get(index)));
            }
            barred |= matches!(step, Step::TieExcluded { .. } | Step::TiePending { .. });
        }
    }

    /// What happens to a block of equal units at a grade.
    fn step(&self, from: usize, size: usize) -> Step {
        let (to, values) = (from + 1, None);
        let Some(room) = self.free(from) else { return Step::Placed { to: from, places: None, values: None } };
        if size <= room {
            return Step::Placed { to: from, places: self.capacity[from], values };
        }
        if room == 0 {
            let places = self.capacity[from..].iter().flatten().next().copied().unwrap_or(0);
            return Step::NoRoom { from, to, places, values };
        }
        match self.model.rank.tie_at_quota {
            TieAtQuota::Include => Step::TieIncluded { to: from, room, tied: size, values },
            TieAtQuota::Committee => Step::TiePending { from, to, room, tied: size, values },
            TieAtQuota::Exclude => Step::TieExcluded { from, to, room, tied: size, values },
        }
    }

    /// The last of the queue, as many as a share of it rounded up, get this grade at best: all whose total is below that of
    /// the first unit that is not one of them.
    fn lower(&mut self, grade: usize, queue: &[usize], cases: &mut BTreeMap<usize, Case<'_>>) {
        let Some(bottom) = self.model.grades[grade].bottom.as_ref() else { return };
        let share = (&bottom.share.0 * &Exact::from(queue.len()) / Exact::from(100)).whole(Rounding::Ceil);
        let last = share.to_count().and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
        let others = queue.len().saturating_sub(last);
        let line = others.checked_sub(1).map(|index| cases[&queue[index]].total.clone());
        for index in queue {
            let Some(case) = cases.get_mut(index).filter(|case| case.ruling == Ruling::Free) else { continue };
            let (from, total) = (case.grade, &case.total);
            let is_last = line.as_ref().is_none_or(|line| total < line);
            let is_safe = bottom.safe_from.as_ref().is_some_and(|bar| *total >= bar.0);
            if is_last && !is_safe && from < grade && case.floor.is_none_or(|floor| floor >= grade) {
                case.steps.push(Step::Bottom { from, to: grade, last });
                case.grade = grade;
                if case.takes_place {
                    self.taken[from] -= 1;
                    self.taken[grade] += 1;
                }
            }
        }
    }

    fn uses(&self, circle: Circle, ranked: usize) -> Vec<QuotaUse> {
        let quotas = self.capacity.iter().enumerate().filter_map(|(grade, places)| Some((grade, (*places)?)));
        quotas
            .map(|(grade, places)| QuotaUse {
                circle,
                grade,
                seats: Seats { ranked, places, taken: self.seated(grade) },
            })
            .collect()
    }
}

/// A step with what distinguishes a unit from those of equal total; only steps about places or a tie show it.
fn telling(step: &Step, decided: Option<&String>) -> Step {
    let mut step = step.clone();
    match &mut step {
        Step::Placed { places: Some(_), values, .. }
        | Step::NoRoom { values, .. }
        | Step::TieExcluded { values, .. }
        | Step::TieIncluded { values, .. }
        | Step::TiePending { values, .. } => *values = decided.cloned(),
        _ => {}
    }
    step
}

/// The values of the tie-break chain of units that share their total, with the decimals at which all that differ in the
/// scope look different.
fn decided(model: &Model, queue: &[usize], cases: &BTreeMap<usize, Case<'_>>) -> BTreeMap<usize, String> {
    let precisions: Vec<Precision> =
        (0..model.rank.tie_break.len()).map(|link| apart(model, link, queue, cases)).collect();
    let mut shares: BTreeMap<&Exact, usize> = BTreeMap::new();
    for index in queue {
        *shares.entry(&cases[index].total).or_default() += 1;
    }
    let shown = |index: usize| {
        let links = model.rank.tie_break.iter().zip(&cases[&index].chain).zip(&precisions);
        let texts = links.map(|((link, value), precision)| {
            let value = value.as_ref().map_or_else(|| "—".to_owned(), |value| precision.print(value));
            format!("{} {value}", link.name)
        });
        texts.collect::<Vec<_>>().join("; ")
    };
    let tied = queue.iter().filter(|index| shares[&cases[*index].total] > 1);
    tied.map(|index| (*index, shown(*index))).collect()
}

/// The least decimals, from the published ones on, at which the values of a link differ wherever they differ exactly.
fn apart(model: &Model, link: usize, queue: &[usize], cases: &BTreeMap<usize, Case<'_>>) -> Precision {
    const MOST: u32 = 60;
    let values: std::collections::BTreeSet<&Exact> =
        queue.iter().filter_map(|index| cases[index].chain.get(link)?.as_ref()).collect();
    let published = model.score.published();
    let are_apart = |own: &Precision| {
        let printed: std::collections::BTreeSet<Exact> = values.iter().map(|value| own.round(value)).collect();
        printed.len() == values.len()
    };
    (published.decimals..MOST).map(|own| published.at(own)).find(are_apart).unwrap_or_else(|| published.at(MOST))
}

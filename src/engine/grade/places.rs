//! Quotas: who takes a place at which grade (SPEC §9.5, §9.6).
//!
//! Quotas are cumulative ("this grade or better ≤ places") and act from the best grade down. Decisions and deferrals take
//! their places first. A unit takes a place at a grade only if one is free there and in every lower quota. A quota
//! limits grades, but never raises one. Works on one scope (a group, or all units); units are indices into the given
//! candidates.

use std::cmp::Ordering;

use crate::engine::assessment::Registers;
use crate::model::{Model, TieAtQuota};
use crate::shared::number::{Exact, Points};

/// A unit as the steps before the quota leave it.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// Published total.
    pub(crate) total: Points,
    /// Exact values of the tie-break chain, higher first; `None` (unknown) sorts last.
    pub(crate) tie_break: Vec<Option<Exact>>,
    /// Grade after threshold and caps.
    pub(crate) grade: usize,
    /// Grade below which a promotion does not let it fall.
    pub(crate) floor: Option<usize>,
    /// The effect of a decision.
    pub(crate) ruling: PlaceClaim,
}

/// Whether a decision settles the place of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlaceClaim {
    /// No decision: the unit competes.
    Compete,
    /// Pinned at a grade; takes a place there unless outside the quota.
    Pin { grade: usize, takes_place: bool },
    /// Deferred; a place is kept at its grade unless outside the quota.
    Defer { takes_place: bool },
}

/// One thing that happened to a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Took a place, or has a grade without quota.
    Placed { grade: usize, places: Option<usize> },
    /// At its promotion's floor: no place taken.
    OutsideQuota { grade: usize },
    /// No room left at this grade.
    NoRoom { grade: usize, places: usize },
    /// A tied group did not fit; none of it is placed.
    TieExcluded { grade: usize, room: usize, tied: usize },
    /// A tied group did not fit; all of it is placed.
    TieIncluded { grade: usize, room: usize, tied: usize },
    /// A tied group did not fit; the committee decides.
    TiePending { grade: usize, room: usize, tied: usize },
    /// A lower total than a tied group that was excluded.
    BehindTie { grade: usize },
    /// A place is kept at this grade for a deferred unit.
    Kept { grade: Option<usize> },
    /// Among so many last units of the scope, and lowered to this grade.
    Bottom { grade: usize, last: usize },
}

/// The outcome for one candidate.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    /// Its grade; for a deferred unit the grade at which a place is kept.
    pub(crate) grade: usize,
    /// Whether it takes a place of the quotas.
    pub(crate) takes_place: bool,
    /// What happened, in order.
    pub(crate) events: Vec<Event>,
}

/// Places of each quota and how many pinned units exceed them.
pub(crate) struct Placement {
    pub(crate) placed: Vec<Placed>,
    /// Places by grade, where the grade has a quota.
    pub(crate) places: Vec<Option<usize>>,
    /// Grades at which decisions take more places than there are.
    pub(crate) overfull: Vec<usize>,
}

/// Orders candidates by total, then tie-break; where neither differs they are equal.
pub(crate) fn order(a: &Candidate, b: &Candidate) -> Ordering {
    b.total.cmp(&a.total).then_with(|| b.tie_break.cmp(&a.tie_break))
}

/// The places to give out in a scope.
#[derive(Clone, Debug)]
pub(crate) struct Quotas {
    /// Places of each grade or better; none where the grade has no quota.
    pub(crate) places: Vec<Option<usize>>,
    /// What happens to a tied group that does not fit.
    pub(crate) policy: TieAtQuota,
    /// The last units who are lowered to a grade, by grade.
    pub(crate) bottoms: Vec<Last>,
}

/// The last units of a scope, who get a grade at best.
#[derive(Clone, Debug)]
pub(crate) struct Last {
    /// The grade.
    pub(crate) grade: usize,
    /// How many units are the last ones.
    pub(crate) count: usize,
    /// A unit with this total or more keeps its grade.
    pub(crate) safe_from: Option<Points>,
}

impl Quotas {
    /// The quotas of a model in a scope with a number of ranked units; the scope of all units has no name.
    /// Approved rows of 名额分配 stand in place of the model's shares.
    pub(crate) fn of(model: &Model, registers: &Registers, scope: Option<&str>, ranked: usize) -> Self {
        let places = model.grades.iter().enumerate().map(|(grade, own)| {
            let quota = own.quota.as_ref()?;
            let row = registers.approved_places(scope, grade);
            Some(row.map_or_else(|| quota.places(scope, ranked), |row| row.places.value))
        });
        Self { places: places.collect(), policy: model.rank.tie_at_quota, bottoms: Last::of(model, ranked) }
    }
}

impl Last {
    /// The last units among a number of ranked ones, for each grade that the model gives them.
    pub(crate) fn of(model: &Model, ranked: usize) -> Vec<Self> {
        let bottoms = model.grades.iter().enumerate().filter_map(|(grade, own)| Some((grade, own.bottom.as_ref()?)));
        bottoms
            .map(|(grade, bottom)| Self { grade, count: bottom.last(ranked), safe_from: bottom.safe_from.clone() })
            .collect()
    }

    /// Lowers the last units by published total. Those who are pinned, deferred or held by a promotion count among them
    /// and stay; of a tied group that does not fit nobody is one of them.
    fn lower(&self, candidates: &[Candidate], placed: &mut [Placed]) {
        let total = |index: &usize| &candidates[*index].total;
        let mut ascending: Vec<usize> = (0..candidates.len()).collect();
        ascending.sort_by(|a, b| total(a).cmp(total(b)));
        let mut left = self.count;
        for tied in ascending.chunk_by(|a, b| total(a) == total(b)) {
            let Some(rest) = left.checked_sub(tied.len()) else { return };
            left = rest;
            for index in tied {
                let candidate = &candidates[*index];
                let is_safe = self.safe_from.as_ref().is_some_and(|bar| *bar <= candidate.total);
                let is_held = candidate.floor.is_some_and(|floor| floor < self.grade);
                let competes = candidate.ruling == PlaceClaim::Compete;
                if competes && !is_safe && !is_held && placed[*index].grade < self.grade {
                    placed[*index].grade = self.grade;
                    placed[*index].events.push(Event::Bottom { grade: self.grade, last: self.count });
                }
            }
        }
    }
}

/// Gives every candidate of a scope its grade.
pub(crate) fn place(quotas: &Quotas, candidates: &[Candidate]) -> Placement {
    let places = &quotas.places;
    let room = places.iter().map(|p| p.map(|n| n as i64)).collect();
    let mut floor = Floor { policy: quotas.policy, places, room };
    let mut placed: Vec<Placed> =
        candidates.iter().map(|c| Placed { grade: c.grade, takes_place: false, events: Vec::new() }).collect();
    floor.pins(candidates, &mut placed);
    let overfull = (0..places.len()).filter(|g| floor.room[*g].is_some_and(|room| room < 0)).collect();
    floor.deferrals(candidates, &mut placed);
    for grade in 0..places.len() {
        floor.compete(grade, candidates, &mut placed);
    }
    for last in &quotas.bottoms {
        last.lower(candidates, &mut placed);
    }
    Placement { placed, places: places.clone(), overfull }
}

/// What is left of each quota while places are given out.
struct Floor<'p> {
    policy: TieAtQuota,
    places: &'p [Option<usize>],
    room: Vec<Option<i64>>,
}

impl Floor<'_> {
    /// Room at a grade: the least left in its quota and every lower one; `None` without any quota.
    fn room(&self, grade: usize) -> Option<usize> {
        let least = self.room[grade..].iter().flatten().min()?;
        Some(usize::try_from(*least).unwrap_or(0))
    }

    fn take(&mut self, grade: usize) {
        for room in self.room[grade..].iter_mut().flatten() {
            *room -= 1;
        }
    }

    fn pins(&mut self, candidates: &[Candidate], placed: &mut [Placed]) {
        for (candidate, placed) in candidates.iter().zip(placed) {
            if let PlaceClaim::Pin { grade, takes_place } = candidate.ruling {
                placed.grade = grade;
                placed.takes_place = takes_place;
                if takes_place {
                    self.take(grade);
                }
            }
        }
    }

    /// Keeps one place for each deferred unit at its grade after caps, else at the next lower one.
    fn deferrals(&mut self, candidates: &[Candidate], placed: &mut [Placed]) {
        let mut deferred: Vec<usize> =
            (0..candidates.len()).filter(|i| matches!(candidates[*i].ruling, PlaceClaim::Defer { .. })).collect();
        deferred.sort_by(|a, b| {
            candidates[*a].grade.cmp(&candidates[*b].grade).then_with(|| order(&candidates[*a], &candidates[*b]))
        });
        for index in deferred {
            if candidates[index].ruling == (PlaceClaim::Defer { takes_place: false }) {
                placed[index].events.push(Event::Kept { grade: None });
                continue;
            }
            let from = candidates[index].grade;
            let free = (from..self.places.len()).find(|grade| self.room(*grade).is_none_or(|room| room > 0));
            let grade = free.unwrap_or(self.places.len() - 1);
            self.take(grade);
            placed[index].grade = grade;
            placed[index].takes_place = true;
            placed[index].events.push(Event::Kept { grade: Some(grade) });
        }
    }

    /// Gives out the places of one grade; units that do not fit drop one grade.
    fn compete(&mut self, grade: usize, candidates: &[Candidate], placed: &mut [Placed]) {
        let mut here: Vec<usize> = (0..candidates.len())
            .filter(|i| candidates[*i].ruling == PlaceClaim::Compete && placed[*i].grade == grade)
            .collect();
        let floored = |index: &usize| candidates[*index].floor == Some(grade);
        for index in here.iter().filter(|i| floored(i)) {
            placed[*index].events.push(Event::OutsideQuota { grade });
        }
        here.retain(|index| !floored(index));
        here.sort_by(|a, b| order(&candidates[*a], &candidates[*b]));
        let mut closed = false;
        for tied in here.chunk_by(|a, b| order(&candidates[*a], &candidates[*b]) == Ordering::Equal) {
            let fate = if closed { Fate::Drop(Event::BehindTie { grade }) } else { self.fate(grade, tied.len()) };
            match fate {
                Fate::Place(event) => {
                    for index in tied {
                        self.take(grade);
                        placed[*index].takes_place = true;
                        placed[*index].events.push(event);
                    }
                }
                Fate::Drop(event) => {
                    closed |= matches!(event, Event::TieExcluded { .. } | Event::TiePending { .. });
                    for index in tied {
                        placed[*index].grade = grade + 1;
                        placed[*index].events.push(event);
                    }
                }
            }
        }
    }

    fn fate(&self, grade: usize, tied: usize) -> Fate {
        let Some(room) = self.room(grade) else { return Fate::Place(Event::Placed { grade, places: None }) };
        let places = self.places[grade..].iter().flatten().next().copied();
        if tied <= room {
            return Fate::Place(Event::Placed { grade, places: self.places[grade] });
        }
        if room == 0 {
            return Fate::Drop(Event::NoRoom { grade, places: places.unwrap_or(0) });
        }
        match self.policy {
            TieAtQuota::Exclude => Fate::Drop(Event::TieExcluded { grade, room, tied }),
            TieAtQuota::Include => Fate::Place(Event::TieIncluded { grade, room, tied }),
            TieAtQuota::Committee => Fate::Drop(Event::TiePending { grade, room, tied }),
        }
    }
}

enum Fate {
    Place(Event),
    Drop(Event),
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Candidates for the best of three grades, by total.
    fn candidates(totals: &[i64]) -> Vec<Candidate> {
        let own = |total: &i64| Candidate {
            total: Points::whole(*total),
            tie_break: Vec::new(),
            grade: 0,
            floor: None,
            ruling: PlaceClaim::Compete,
        };
        totals.iter().map(own).collect()
    }

    fn quotas(places: [Option<usize>; 3], policy: TieAtQuota) -> Quotas {
        Quotas { places: places.to_vec(), policy, bottoms: Vec::new() }
    }

    fn grades(quotas: &Quotas, candidates: &[Candidate]) -> Vec<usize> {
        place(quotas, candidates).placed.iter().map(|placed| placed.grade).collect()
    }

    #[test]
    fn places_go_by_total_and_quotas_are_cumulative() {
        // One place for the best grade, three for the best two together: the fourth falls to the last.
        let quotas = quotas([Some(1), Some(3), None], TieAtQuota::Exclude);
        assert_eq!(grades(&quotas, &candidates(&[90, 95, 93, 91])), [2, 0, 1, 1]);
    }

    #[test]
    fn a_tied_group_that_does_not_fit_is_treated_as_the_model_says() {
        let tied = candidates(&[95, 93, 93, 90]);
        let by = |policy| grades(&quotas([Some(2), None, None], policy), &tied);
        // One place is left for two: nobody gets it, and nobody behind them passes.
        assert_eq!(by(TieAtQuota::Exclude), [0, 1, 1, 1]);
        assert_eq!(by(TieAtQuota::Include), [0, 0, 0, 1]);
        // An exact value that differs parts them.
        let mut parted = tied.clone();
        parted[1].tie_break = vec![Some(Exact::from(1))];
        parted[2].tie_break = vec![Some(Exact::from(2))];
        assert_eq!(grades(&quotas([Some(2), None, None], TieAtQuota::Exclude), &parted), [0, 1, 0, 1]);
    }

    #[test]
    fn the_last_are_lowered_and_a_tie_that_does_not_fit_is_not() {
        let lowered = |totals: &[i64], count: usize, safe_from: Option<i64>| {
            let mut quotas = quotas([None, None, None], TieAtQuota::Exclude);
            quotas.bottoms = vec![Last { grade: 2, count, safe_from: safe_from.map(Points::whole) }];
            grades(&quotas, &candidates(totals))
        };
        assert_eq!(lowered(&[90, 80, 70, 60], 2, None), [0, 0, 2, 2]);
        // With 70 or more a unit is safe.
        assert_eq!(lowered(&[90, 80, 70, 60], 2, Some(70)), [0, 0, 0, 2]);
        // 60 and the two at 70 are three, of whom two fit: only 60 is lowered.
        assert_eq!(lowered(&[90, 70, 70, 60], 2, None), [0, 0, 0, 2]);
    }

    #[test]
    fn decisions_take_their_places_first() {
        let mut units = candidates(&[95, 93, 80]);
        units[2].ruling = PlaceClaim::Pin { grade: 0, takes_place: true };
        let one = quotas([Some(1), None, None], TieAtQuota::Exclude);
        assert_eq!(grades(&one, &units), [1, 1, 0]);
        units[2].ruling = PlaceClaim::Pin { grade: 0, takes_place: false };
        assert_eq!(grades(&one, &units), [0, 1, 0]);
        units[1].ruling = PlaceClaim::Pin { grade: 0, takes_place: true };
        units[2].ruling = PlaceClaim::Pin { grade: 0, takes_place: true };
        assert_eq!(place(&one, &units).overfull, [0]);
    }
}

//! The effects of the quotas: written into the grade paths, and reported for a scope as a whole (SPEC §9.5, §9.6).

use super::UnitGrade;
use super::decide::Grader;
use super::path::Step;
use super::places::{Candidate, Event, PlaceClaim, Placed, Placement};
use crate::shared::finding::{Code, Describe as _, Findings};
use crate::shared::number::Precision;

/// A scope after its places were given out.
pub(super) struct Scope<'s> {
    /// Its name; none if all units are one scope.
    pub(super) name: Option<&'s str>,
    /// The candidates as indices into the scores.
    pub(super) members: &'s [usize],
    /// The results of the steps before the quotas, in the order of members.
    pub(super) candidates: &'s [Candidate],
    /// The effects of the quotas.
    pub(super) outcome: &'s Placement,
}

/// A candidate among those of its scope.
pub(super) struct Rival<'s> {
    pub(super) candidate: &'s Candidate,
    /// Decimals at which the values of each tie-break link differ.
    pub(super) precisions: &'s [Precision],
    /// Whether another candidate has the same total, so that the tie-break matters.
    pub(super) shares_total: bool,
}

impl Grader<'_> {
    /// Writes the effects of the quotas into the path of a unit.
    pub(super) fn record(&self, unit: &mut UnitGrade, rival: &Rival<'_>, placed: &Placed, findings: &mut Findings<'_>) {
        let candidate = rival.candidate;
        let mut before = candidate.grade;
        for event in &placed.events {
            unit.path.push(self.place_step(event, before, rival));
            if let Event::TiePending { grade, room, tied } = event {
                let own = self.assessment.unit(unit.unit);
                let finding = findings.add(Code::E619).at(own.at).unit(&own.code).found(*tied).with("room", *room);
                finding.with("grade", &self.model.grades[*grade].name);
            }
            if matches!(
                event,
                Event::NoRoom { .. } | Event::TieExcluded { .. } | Event::TiePending { .. } | Event::BehindTie { .. }
            ) {
                before += 1;
            }
            if let Event::Bottom { grade, .. } = event {
                before = *grade;
            }
        }
        unit.takes_place = placed.takes_place;
        unit.grade = match candidate.ruling {
            PlaceClaim::Defer { .. } => None,
            PlaceClaim::Pin { .. } | PlaceClaim::Compete => Some(placed.grade),
        };
    }

    fn place_step(&self, event: &Event, from: usize, rival: &Rival<'_>) -> Step {
        let to = from + 1;
        let close = || rival.shares_total.then(|| self.deciding_values(rival));
        match *event {
            Event::Placed { grade: to, places: None } => Step::Placed { to, places: None, values: None },
            Event::Placed { grade: to, places } => Step::Placed { to, places, values: close() },
            Event::OutsideQuota { grade: to } => Step::OutsideQuota { to },
            Event::NoRoom { places, .. } => Step::NoRoom { from, to, places, values: close() },
            Event::TieExcluded { room, tied, .. } => {
                Step::TieExcluded { from, to, room, tied, values: Some(self.deciding_values(rival)) }
            }
            Event::TiePending { room, tied, .. } => {
                Step::TiePending { from, to, room, tied, values: Some(self.deciding_values(rival)) }
            }
            Event::TieIncluded { grade: to, room, tied } => {
                Step::TieIncluded { to, room, tied, values: Some(self.deciding_values(rival)) }
            }
            Event::BehindTie { .. } => Step::BehindTie { from, to },
            Event::Kept { grade: Some(to) } => Step::PlaceKept { to },
            Event::Kept { grade: None } => Step::NoPlaceKept,
            Event::Bottom { grade: to, last } => Step::Bottom { from, to, last },
        }
    }

    /// The tie-break values of a unit, with enough decimals to differ from those of the others.
    fn deciding_values(&self, rival: &Rival<'_>) -> String {
        let links = self.model.rank.tie_break.iter().zip(&rival.candidate.tie_break).zip(rival.precisions);
        let shown = links.map(|((link, value), precision)| match value {
            Some(value) => format!("{} {}", link.name, precision.print(value)),
            None => format!("{} —", link.name),
        });
        shown.collect::<Vec<_>>().join("; ")
    }

    /// Reports what concerns a scope as a whole: too many pins, pins that displace units, ties admitted beyond the
    /// places.
    pub(super) fn report_scope(&self, own: &Scope<'_>, findings: &mut Findings<'_>) {
        let outcome = own.outcome;
        let scope = own.name.unwrap_or_default();
        for grade in &outcome.overfull {
            let places = outcome.places[*grade].unwrap_or(0);
            let pins =
                own.candidates.iter().zip(&outcome.placed).filter(|(c, p)| {
                    matches!(c.ruling, PlaceClaim::Pin { takes_place: true, .. }) && p.grade <= *grade
                });
            let finding = findings.add(Code::E612).found(pins.count()).expected(format!("<= {places}"));
            let finding = finding.with("scope", scope).with("grade", &self.model.grades[*grade].name);
            let rows =
                own.members.iter().filter_map(|i| self.decisions.get(&self.scores[*i].unit)).map(|(_, row)| row.at);
            finding.also_all(rows);
        }
        self.report_displacing(own, findings);
        let included = |p: &&Placed| p.events.iter().any(|e| matches!(e, Event::TieIncluded { .. }));
        if let Some(first) = outcome.placed.iter().find(included) {
            let finding = findings.add(Code::W633).with("scope", scope);
            let finding = finding.found(outcome.placed.iter().filter(included).count());
            finding.with("grade", &self.model.grades[first.grade].name);
        }
    }

    /// A pin at a grade with a quota displaces whoever dropped from that grade with a higher total.
    fn report_displacing(&self, scope: &Scope<'_>, findings: &mut Findings<'_>) {
        let own = scope.candidates;
        let dropped_from = |index: usize, grade: usize| {
            scope.outcome.placed[index].events.iter().any(|e| match e {
                Event::NoRoom { grade: g, .. }
                | Event::TieExcluded { grade: g, .. }
                | Event::TiePending { grade: g, .. }
                | Event::BehindTie { grade: g } => *g >= grade,
                _ => false,
            })
        };
        for (index, candidate) in own.iter().enumerate() {
            let PlaceClaim::Pin { grade, takes_place: true } = candidate.ruling else { continue };
            let loser = (0..own.len()).find(|other| own[*other].total > candidate.total && dropped_from(*other, grade));
            if let Some(loser) = loser {
                let unit = |i: usize| self.assessment.unit(self.scores[scope.members[i]].unit);
                let row = self.decisions.get(&self.scores[scope.members[index]].unit);
                let place = row.map_or(unit(index).at, |(_, row)| row.at);
                let finding = findings.add(Code::W617).at(place).unit(&unit(index).code);
                finding.with("other", &unit(loser).code).with("grade", &self.model.grades[grade].name);
            }
        }
    }

    /// Separate units are graded without ranks, quotas and places.
    pub(super) fn grade_separate(&self, unit: &mut UnitGrade, candidate: &Candidate) {
        unit.path.push(Step::Separate);
        unit.grade = match candidate.ruling {
            PlaceClaim::Defer { .. } => None,
            PlaceClaim::Pin { grade, .. } => Some(grade),
            PlaceClaim::Compete => Some(candidate.grade),
        };
    }

    pub(super) fn finish(&self, unit: &mut UnitGrade) {
        let opinions = &self.assessment.opinions;
        let start = opinions.partition_point(|opinion| opinion.unit < unit.unit);
        let own = opinions[start..].iter().take_while(|opinion| opinion.unit == unit.unit).count();
        unit.path.extend((start..start + own).map(|row| Step::Opinion { row }));
        unit.path.push(unit.grade.map_or(Step::Ungraded, |to| Step::Final { to }));
    }
}

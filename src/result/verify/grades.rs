//! Thresholds, caps, promotions, decisions and places (SPEC §9): every grade path is made anew, from the values and rules of
//! the document alone, and then compared with the recorded one step by step.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::Rates;
use super::{Checked, Subject};
use crate::result::outcome::{DecisionRow, Mode, Standing, Step, UnitOutcome};
use crate::shared::number::Exact;

mod awards;
mod compare;
mod conditions;
mod judge;
mod limits;
mod places;
mod quotas;
mod ranks;
mod scope;

/// Rates of the nodes of a unit by component, as they were calculated; empty for units that are not assessed.
pub(super) type NodeRates<'s> = Vec<Option<Rates<'s>>>;

/// The effect of a decision on a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ruling {
    /// No decision: it competes.
    Free,
    /// It has this grade, with a place or outside the quotas.
    Pinned { grade: usize, seated: bool },
    /// It has no grade yet; a place is kept for it or not.
    Deferred { seated: bool },
}

/// A unit on its way to a grade.
struct Case<'s> {
    unit: &'s UnitOutcome,
    total: Exact,
    /// Values of the tie-break chain, higher first.
    chain: Vec<Option<Exact>>,
    threshold: usize,
    /// After caps; for a unit that competes also after promotions.
    grade: usize,
    /// Below it a promotion does not let the unit fall.
    floor: Option<usize>,
    ruling: Ruling,
    takes_place: bool,
    /// Number of the block of units with the same total and tie-break, the best first.
    block: usize,
    /// The path so far.
    steps: Vec<Step>,
}

/// What the judgement of conditions needs besides the unit.
struct Court<'c, 's> {
    subject: &'c Subject<'s>,
    /// Units and codes of approved register rows.
    events: BTreeSet<(&'s str, &'s str)>,
    /// Units that share the last rank of their scope.
    last: BTreeSet<&'s str>,
}

/// Checks ranks, grades and quotas of all units.
pub(super) fn check<'s>(subject: &Subject<'s>, nodes: &[NodeRates<'s>], checked: &mut Checked) {
    let outcome = subject.outcome;
    ranks::check(outcome, checked);
    let scopes = scope::scopes(outcome.model.rank.scope, outcome);
    let court = Court { subject, events: events(subject), last: scope::last(outcome, &scopes) };
    let mut cases: BTreeMap<usize, Case<'s>> = BTreeMap::new();
    for (index, (unit, nodes)) in outcome.units.iter().zip(nodes).enumerate() {
        court.limits(unit, nodes, checked);
        if unit.roster.mode == Mode::Excluded {
            compare::is_bare(unit, checked);
        } else if outcome.model.grades.is_empty() {
            compare::is_ungraded(unit, checked);
        } else if unit.total.is_some() {
            cases.insert(index, court.case(unit, nodes, checked));
        } else {
            checked.same(|| format!("units[{}].total", unit.roster.code), "—", "0.00");
        }
    }
    let mut quotas = Vec::new();
    for (circle, members) in &scopes {
        quotas.extend(places::fill(subject, *circle, members, &mut cases, checked));
    }
    let said = opinions(subject);
    for case in cases.values_mut() {
        court.finish(case, said.get(case.unit.roster.code.as_str()).map_or(&[], Vec::as_slice));
        compare::check(subject, case, checked);
    }
    quotas::check(outcome, &quotas, checked);
    court.awards(nodes, checked);
}

fn events<'s>(subject: &Subject<'s>) -> BTreeSet<(&'s str, &'s str)> {
    let rows = subject.outcome.registers.adjustments.iter().filter(|row| row.standing == Standing::Approved);
    rows.filter_map(|row| Some((subject.outcome.code(row.unit), subject.outcome.kind(row)?.code.as_str()))).collect()
}

fn opinions<'s>(subject: &Subject<'s>) -> BTreeMap<&'s str, Vec<usize>> {
    let mut said: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (row, opinion) in subject.outcome.opinions.iter().enumerate() {
        said.entry(subject.outcome.code(opinion.unit)).or_default().push(row);
    }
    said
}

impl<'s> Subject<'s> {
    fn decision(&self, unit: &UnitOutcome) -> Option<(usize, &'s DecisionRow)> {
        self.decisions.get(unit.roster.code.as_str()).copied()
    }
}

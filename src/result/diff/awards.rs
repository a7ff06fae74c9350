//! Awards won or lost between two results, and why.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::causes::{By, Cause, Rule};
use super::pairs::Pair;
use super::rows::RowRef;
use super::units::UnitChange;
use crate::result::outcome::{Contender, Fate, Outcome, UnitOutcome};

/// A unit that won an award in one of the results only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AwardChange {
    /// Code of the award.
    pub award: String,
    /// Its name.
    pub award_name: String,
    /// Group; none when the scope is all units.
    pub group: Option<String>,
    /// Code of the unit.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether it wins now; it did not before.
    pub wins: bool,
    /// Why.
    pub causes: Vec<Cause>,
}

/// An award in a scope: code and group.
type Key<'k> = (&'k str, Option<&'k str>);

/// By award and scope: the candidates by unit code.
type Contests<'k> = BTreeMap<Key<'k>, BTreeMap<&'k str, &'k Contender>>;

fn contests(outcome: &Outcome) -> Contests<'_> {
    let all = outcome.awards.iter().filter_map(|contest| {
        let award = outcome.model.awards.get(contest.award)?;
        let own = contest.contenders.iter().map(|own| (outcome.code(own.unit), own));
        Some(((award.code.as_str(), outcome.group_of_award(contest)), own.collect()))
    });
    all.collect()
}

/// A unit as a candidate for an award.
fn own<'k>(contests: &Contests<'k>, key: Key<'_>, unit: Option<&UnitOutcome>) -> Option<&'k Contender> {
    contests.get(&key)?.get(unit?.roster.code.as_str()).copied()
}

/// The units that won or lost an award, by award and scope.
pub(super) fn changes(old: &Outcome, new: &Outcome, pairs: &[Pair<'_>], units: &[UnitChange]) -> Vec<AwardChange> {
    let (before, after) = (contests(old), contests(new));
    let keys: BTreeSet<Key<'_>> = before.keys().chain(after.keys()).copied().collect();
    let mut found = Vec::new();
    for key in keys {
        let won = |state: Option<&Contender>| state.is_some_and(|own| own.fate == Fate::Won);
        let moves: Vec<(&Pair<'_>, bool, bool)> = pairs
            .iter()
            .filter_map(|pair| {
                let (was, is) = (own(&before, key, pair.old), own(&after, key, pair.new));
                let stays = was.zip(is).is_some_and(|(was, is)| {
                    was.value == is.value && (was.fate == Fate::Barred) == (is.fate == Fate::Barred)
                });
                (won(was) != won(is)).then_some((pair, won(is), stays))
            })
            .collect();
        for (pair, wins, stays) in &moves {
            let others = moves.iter().filter(|(_, other, _)| other != wins).map(|(other, _, _)| by(other, units));
            let causes = match stays {
                true => vec![knock(others.collect())],
                false => own_causes(pair, units),
            };
            let award = new.model.awards.iter().chain(&old.model.awards).find(|award| award.code == key.0);
            found.push(AwardChange {
                award: key.0.to_owned(),
                award_name: award.map(|award| award.name.clone()).unwrap_or_default(),
                group: key.1.map(str::to_owned),
                code: pair.any().roster.code.clone(),
                name: pair.any().roster.name.clone(),
                wins: *wins,
                causes,
            });
        }
    }
    found
}

/// Others won or lost the award: who, and by which rows.
fn knock(by: Vec<By>) -> Cause {
    Cause::Knock { rule: Rule::Award, code: None, clause: None, grade: None, places: None, by }
}

fn of<'u>(pair: &Pair<'_>, units: &'u [UnitChange]) -> &'u [Cause] {
    let unit = units.iter().find(|unit| unit.code == pair.any().roster.code);
    unit.map_or(&[], |unit| &unit.causes)
}

/// The causes that lie in the unit itself, else all that it has.
fn own_causes(pair: &Pair<'_>, units: &[UnitChange]) -> Vec<Cause> {
    let all = of(pair, units);
    let own: Vec<Cause> = all.iter().filter(|cause| cause.is_own()).cloned().collect();
    match (own.is_empty(), all.is_empty()) {
        (false, _) => own,
        (true, false) => all.to_vec(),
        (true, true) => vec![Cause::Other],
    }
}

fn by(pair: &Pair<'_>, units: &[UnitChange]) -> By {
    let rows = of(pair, units).iter().filter_map(|cause| match cause {
        Cause::Row { row } => Some(row),
        _ => None,
    });
    let rows: Vec<RowRef> = rows.cloned().collect();
    By { code: pair.any().roster.code.clone(), name: pair.any().roster.name.clone(), rows }
}

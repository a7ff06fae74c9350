//! The scopes in which ranks and places are counted: groups with ranked units, or all ranked units together.

use std::collections::BTreeSet;

use super::ranks::total;
use crate::result::outcome::{Mode, Outcome, RankScope};

/// A scope: its group, if it is one, and the indices of its ranked units.
pub(super) type Scope<'s> = (Option<&'s String>, Vec<usize>);

/// The scopes, groups in their order.
pub(super) fn scopes(outcome: &Outcome) -> Vec<Scope<'_>> {
    let ranked = || outcome.units.iter().enumerate().filter(|(_, unit)| unit.mode == Mode::Ranked);
    let all = vec![(None, ranked().map(|(index, _)| index).collect())];
    let groups = outcome.groups.iter().enumerate();
    let position: std::collections::BTreeMap<&str, usize> = groups.map(|(i, group)| (group.as_str(), i)).collect();
    let by_group = || {
        let mut members: Vec<Scope<'_>> = outcome.groups.iter().map(|group| (Some(group), Vec::new())).collect();
        for (index, unit) in ranked() {
            if let Some(own) = position.get(unit.group.as_str()) {
                members[*own].1.push(index);
            }
        }
        members
    };
    let scopes: Vec<Scope<'_>> = if outcome.model.rank_scope == RankScope::All { all } else { by_group() };
    scopes.into_iter().filter(|(_, members)| !members.is_empty()).collect()
}

/// Units with the least total of their scope, where it has two units or more and not all totals are equal.
pub(super) fn last<'s>(outcome: &'s Outcome, scopes: &[Scope<'_>]) -> BTreeSet<&'s str> {
    let mut last = BTreeSet::new();
    for (_, members) in scopes {
        let totals: Vec<_> = members.iter().map(|index| total(&outcome.units[*index])).collect();
        let (Some(least), Some(most)) = (totals.iter().min(), totals.iter().max()) else { continue };
        if least < most {
            let own = members.iter().zip(&totals).filter(|(_, total)| *total == least);
            last.extend(own.map(|(index, _)| outcome.units[*index].code.as_str()));
        }
    }
    last
}

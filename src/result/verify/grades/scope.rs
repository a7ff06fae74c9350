//! The scopes in which ranks and places are counted: groups with ranked units, or all ranked units together.

use std::collections::BTreeSet;

use super::ranks::total;
use crate::result::outcome::{Mode, Outcome, RankScope};

/// A scope: the index of its group, if it is one, and the indices of its ranked units.
pub(super) type Scope = (Option<usize>, Vec<usize>);

/// The scopes, groups in their order.
pub(super) fn scopes(scope: RankScope, outcome: &Outcome) -> Vec<Scope> {
    let ranked = |group: Option<&String>| -> Vec<usize> {
        let units = outcome.units.iter().enumerate().filter(|(_, unit)| unit.roster.mode == Mode::Ranked);
        units
            .filter(|(_, unit)| group.is_none_or(|group| unit.roster.group == *group))
            .map(|(index, _)| index)
            .collect()
    };
    let scopes: Vec<Scope> = match scope {
        RankScope::All => vec![(None, ranked(None))],
        RankScope::Group => {
            outcome.groups.iter().enumerate().map(|(index, group)| (Some(index), ranked(Some(group)))).collect()
        }
    };
    scopes.into_iter().filter(|(_, members)| !members.is_empty()).collect()
}

/// Units with the least total of their scope, where it has two units or more and not all totals are equal.
pub(super) fn last<'s>(outcome: &'s Outcome, scopes: &[Scope]) -> BTreeSet<&'s str> {
    let mut last = BTreeSet::new();
    for (_, members) in scopes {
        let totals: Vec<_> = members.iter().map(|index| total(&outcome.units[*index])).collect();
        let (Some(least), Some(most)) = (totals.iter().min(), totals.iter().max()) else { continue };
        if least < most {
            let own = members.iter().zip(&totals).filter(|(_, total)| *total == least);
            last.extend(own.map(|(index, _)| outcome.units[*index].roster.code.as_str()));
        }
    }
    last
}

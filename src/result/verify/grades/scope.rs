//! The scopes in which ranks and places are counted: groups with ranked units, or all ranked units together.

use std::collections::BTreeSet;

use super::ranks::total;
use crate::model::SchemeIx;
use crate::result::outcome::{Circle, Mode, Outcome, RankScope, UnitOutcome};

/// A scope, and the indices of its ranked units.
pub(super) type Scope = (Circle, Vec<usize>);

/// The scopes, groups and schemes in their order.
pub(super) fn scopes(scope: RankScope, outcome: &Outcome) -> Vec<Scope> {
    let ranked = |is_in: &dyn Fn(&UnitOutcome) -> bool| -> Vec<usize> {
        let units = outcome.units.iter().enumerate().filter(|(_, unit)| unit.roster.mode == Mode::Ranked);
        units.filter(|(_, unit)| is_in(unit)).map(|(index, _)| index).collect()
    };
    let scopes: Vec<Scope> = match scope {
        RankScope::All => vec![(Circle::All, ranked(&|_| true))],
        RankScope::Group => {
            let own = |group: &String| ranked(&|unit| unit.roster.group == *group);
            outcome.groups.iter().enumerate().map(|(index, group)| (Circle::Group(index), own(group))).collect()
        }
        RankScope::Scheme => {
            let own = |scheme: SchemeIx| ranked(&|unit| unit.roster.scheme == Some(scheme));
            let schemes = (0..outcome.model.schemes.len()).map(SchemeIx);
            schemes.map(|scheme| (Circle::Scheme(scheme), own(scheme))).collect()
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

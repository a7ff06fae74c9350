//! Which unit of the earlier result is which of the later one: by code, then by former codes and names of the roster.

use std::collections::{BTreeMap, BTreeSet};

use crate::result::outcome::{Outcome, UnitOutcome};
use crate::shared::text;

/// A unit in both results, or in one of them.
#[derive(Clone, Debug)]
pub(crate) struct Pair<'p> {
    pub(crate) old: Option<&'p UnitOutcome>,
    pub(crate) new: Option<&'p UnitOutcome>,
    /// Units of the earlier result that the later one merged into this one.
    pub(crate) merged: Vec<&'p UnitOutcome>,
}

impl<'p> Pair<'p> {
    /// The unit as it is now, else as it was.
    pub(super) fn any(&self) -> &'p UnitOutcome {
        self.new.or(self.old).expect("a pair has at least one side")
    }
}

/// Pairs in the order of the new ranking, then units that are gone, in the order of the old one.
///
/// A unit without its own code in the earlier result is the one that its former codes or names mean; a further unit that
/// they mean was merged into it.
pub(crate) fn pairs<'p>(old: &'p Outcome, new: &'p Outcome) -> Vec<Pair<'p>> {
    let by_code: BTreeMap<&str, &UnitOutcome> =
        old.units.iter().map(|unit| (unit.roster.code.as_str(), unit)).collect();
    let mut free: BTreeMap<String, &UnitOutcome> = BTreeMap::new();
    let present: BTreeSet<&str> = new.units.iter().map(|unit| unit.roster.code.as_str()).collect();
    for unit in old.units.iter().filter(|unit| !present.contains(unit.roster.code.as_str())) {
        for name in [&unit.roster.code, &unit.roster.name] {
            free.entry(text::key(name)).or_insert(unit);
        }
    }
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    let mut pairs = Vec::with_capacity(new.units.len());
    for unit in new.ranking() {
        let mut meant: Vec<&UnitOutcome> =
            unit.roster.names().filter_map(|name| free.get(&text::key(name)).copied()).collect();
        meant.retain(|old| taken.insert(&old.roster.code));
        let own = by_code.get(unit.roster.code.as_str()).copied();
        let renamed = if own.is_none() && !meant.is_empty() { Some(meant.remove(0)) } else { None };
        pairs.push(Pair { old: own.or(renamed), new: Some(unit), merged: meant });
    }
    let gone = old
        .ranking()
        .into_iter()
        .filter(|u| !present.contains(u.roster.code.as_str()) && !taken.contains(u.roster.code.as_str()));
    pairs.extend(gone.map(|unit| Pair { old: Some(unit), new: None, merged: Vec::new() }));
    pairs
}

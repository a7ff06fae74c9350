//! Ranks by published total, in the group and over all.

use std::collections::BTreeMap;

use crate::model::SchemeIx;
use crate::result::outcome::{Mode, Outcome, RankScope, UnitOutcome};
use crate::result::verify::Checked;
use crate::shared::number::Exact;

/// The published total of a unit; 0 where there is none.
pub(super) fn total(unit: &UnitOutcome) -> Exact {
    unit.total.as_deref().and_then(Exact::parse).unwrap_or_else(Exact::zero)
}

/// Checks the ranks of all units.
pub(super) fn check(outcome: &Outcome, checked: &mut Checked) {
    let mut all = Field::default();
    let mut groups: BTreeMap<&str, Field<'_>> = BTreeMap::new();
    let mut schemes: BTreeMap<Option<SchemeIx>, Field<'_>> = BTreeMap::new();
    let has_schemes = outcome.model.rank.scope == RankScope::Scheme;
    for unit in &outcome.units {
        if unit.roster.mode == Mode::Ranked {
            all.units.push(unit);
            groups.entry(&unit.roster.group).or_default().units.push(unit);
        }
        if unit.roster.mode == Mode::Ranked && has_schemes {
            schemes.entry(unit.roster.scheme).or_default().units.push(unit);
        } else {
            checked.both(|| format!("units[{}].rank_scheme", unit.roster.code), unit.rank_scheme.as_ref(), None);
        }
        if unit.roster.mode != Mode::Ranked {
            let place = |what: &str| format!("units[{}].{what}", unit.roster.code);
            checked.both(|| place("rank_group"), unit.rank_group.as_ref(), None);
            checked.both(|| place("rank_overall"), unit.rank_overall.as_ref(), None);
        }
    }
    let method = outcome.model.rank.method.json();
    all.check(method, "rank_overall", |unit| unit.rank_overall, checked);
    for field in groups.values() {
        field.check(method, "rank_group", |unit| unit.rank_group, checked);
    }
    for field in schemes.values() {
        field.check(method, "rank_scheme", |unit| unit.rank_scheme, checked);
    }
}

/// Units that are ranked together.
#[derive(Default)]
struct Field<'f> {
    units: Vec<&'f UnitOutcome>,
}

impl Field<'_> {
    /// One more than the units above (competition), the number of distinct totals down to one's own (dense), or the units
    /// above and level (modified).
    fn check(&self, method: &str, what: &str, recorded: impl Fn(&UnitOutcome) -> Option<usize>, checked: &mut Checked) {
        let mut totals: BTreeMap<Exact, usize> = BTreeMap::new();
        for unit in &self.units {
            *totals.entry(total(unit)).or_default() += 1;
        }
        let mut ranks: BTreeMap<&Exact, usize> = BTreeMap::new();
        let mut above = 0;
        for (distinct, (total, level)) in totals.iter().rev().enumerate() {
            let rank = match method {
                "dense" => distinct + 1,
                "modified" => above + level,
                _ => above + 1,
            };
            ranks.insert(total, rank);
            above += level;
        }
        for unit in &self.units {
            let place = || format!("units[{}].{what}", unit.roster.code);
            checked.both(place, recorded(unit).as_ref(), ranks.get(&total(unit)));
        }
    }
}

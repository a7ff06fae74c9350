//! Whose feedback changed.
//!
//! A feedback workbook shows the unit's own values (totals, rates, leaves, class means, register rows, grade path) and, for
//! comparison, mean, median and best of its group, common problems and the quota line. The comparison here is conservative:
//! in doubt it reports a change, since it does not know what the model's `[feedback]` leaves out.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::met::Met;
use super::pairs::Pair;
use crate::result::outcome::{Fate, Mode, Outcome, Seats, UnitOutcome};
use crate::shared::groups::grouped;
use crate::shared::number::{Exact, Precision};
use crate::shared::place::{FileId, Place};

/// Units whose feedback changed, by code, in the order of the new ranking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FeedbackChange {
    /// Units whose own values changed; new units are among them.
    pub own: Vec<String>,
    /// Units for which only the comparison changed: mean, median or best of the group at the published decimals, a leaf
    /// of another unit (common problems), the total at which a place is still taken.
    pub comparison: Vec<String>,
}

impl FeedbackChange {
    /// How many workbooks must be sent again.
    pub fn count(&self) -> usize {
        self.own.len() + self.comparison.len()
    }
}

pub(super) fn changes(old: &Outcome, new: &Outcome, pairs: &[Pair<'_>]) -> FeedbackChange {
    let (before, after) = (Comparison::new(old), Comparison::new(new));
    let same_groups: BTreeSet<&str> = before.members.keys().copied().filter(|name| before.same(&after, name)).collect();
    let (rows_before, rows_after) = (rows(old), rows(new));
    let (awards_before, awards_after) = (Awards::of_all(old), Awards::of_all(new));
    let mut change = FeedbackChange::default();
    for pair in pairs {
        let Some(unit) = pair.new.filter(|unit| unit.roster.mode != Mode::Excluded) else { continue };
        let same_rows =
            |old: &UnitOutcome| rows_before.get(old.roster.code.as_str()) == rows_after.get(unit.roster.code.as_str());
        let tells = |outcome, unit| Met::path(outcome, unit).map(Met::tells);
        let same_path = |was| tells(old, was).eq(tells(new, unit));
        // Most units have another rank, or are the same in all, places included.
        fn place(unit: &UnitOutcome) -> impl PartialEq + '_ {
            (unit.rank_group, unit.rank_overall, &unit.total, &unit.grade)
        }
        let same_values = |was: &UnitOutcome| place(was) == place(unit) && (was == unit || shown(was) == shown(unit));
        let same_own = pair.old.is_some_and(|was| same_values(was) && same_path(was) && same_rows(was));
        let moved = |old: &UnitOutcome| {
            old.roster.group != unit.roster.group
                || !same_groups.contains(unit.roster.group.as_str())
                || before.line(old) != after.line(unit)
        };
        let same_awards = pair.old.is_some_and(|was| awards_before.of(was) == awards_after.of(unit));
        if !same_own || !same_awards {
            change.own.push(unit.roster.code.clone());
        } else if pair.old.is_some_and(moved) {
            change.comparison.push(unit.roster.code.clone());
        }
    }
    change
}

/// What a unit's letter and points show of a register row: its matter and its document.
type Said<'r> = [&'r str; 5];

/// What a letter may say of an award: code, value, what became of it, and the least value that won.
type Won<'o> = ([&'o str; 2], Fate, Option<Exact>);

/// What letters may say of awards, by the code of the unit.
struct Awards<'o>(BTreeMap<&'o str, Vec<Won<'o>>>);

impl<'o> Awards<'o> {
    fn of_all(outcome: &'o Outcome) -> Self {
        let mut awards: BTreeMap<&str, Vec<Won<'o>>> = BTreeMap::new();
        for contest in &outcome.awards {
            let Some(award) = outcome.model.awards.get(contest.award) else { continue };
            let won = contest.contenders.iter().filter(|other| other.fate == Fate::Won);
            let least = won.filter_map(|other| Exact::parse(&other.value)).min();
            for own in &contest.contenders {
                let said = ([award.code.as_str(), own.value.as_str()], own.fate, least.clone());
                awards.entry(outcome.code(own.unit)).or_default().push(said);
            }
        }
        Self(awards)
    }

    fn of(&self, unit: &UnitOutcome) -> &[Won<'o>] {
        self.0.get(unit.roster.code.as_str()).map_or(&[], Vec::as_slice)
    }
}

/// What is shown of the register rows of each unit.
fn rows(outcome: &Outcome) -> BTreeMap<&str, Vec<Said<'_>>> {
    let mut rows = grouped(outcome.registers.adjustments.iter().map(|row| {
        let code = outcome.kind(row).map_or("", |kind| kind.code.as_str());
        let said: Said<'_> = [row.id.as_str(), code, &row.matter, &row.document, &row.document_number];
        (outcome.code(row.unit), said)
    }));
    rows.values_mut().for_each(|rows| rows.sort_unstable());
    rows
}

/// A unit without places, since a moved cell with the same value reads the same, and without its path, whose indices
/// are those of its result.
fn shown(unit: &UnitOutcome) -> UnitOutcome {
    let nowhere = || Place::file(FileId(0));
    let mut unit = unit.clone();
    unit.roster.at = nowhere();
    unit.report = unit.report.map(|_| nowhere());
    for leaf in unit.leaves.iter_mut() {
        if let Some(original) = &mut leaf.original {
            original.at = nowhere();
        }
        let whole = (&mut leaf.at, &mut leaf.replaced, &mut leaf.formula);
        let periods = leaf.periods.iter_mut().map(|own| &mut own.score);
        let periods = periods.map(|own| (&mut own.at, &mut own.replaced, &mut own.formula));
        for (at, replaced, formula) in periods.chain([whole]) {
            *at = nowhere();
            replaced.iter_mut().for_each(|own| own.leaf.at = nowhere());
            let before = replaced.iter_mut().filter_map(|replaced| replaced.formula.as_mut());
            let inputs = formula.iter_mut().chain(before).flat_map(|worked| &mut worked.inputs);
            inputs.for_each(|input| input.at = nowhere());
        }
        leaf.ledger.iter_mut().flatten().for_each(|problem| problem.at = nowhere());
    }
    unit.path.clear();
    unit.adjustments.iter_mut().for_each(|own| own.row = own.row.map(|_| 0));
    for component in unit.components.values_mut() {
        for given in &mut component.given {
            given.parts.iter_mut().for_each(|(_, _, at)| *at = nowhere());
            given.off.iter_mut().for_each(|(_, at)| *at = nowhere());
        }
        if let Some(ballots) = component.ballots.as_deref_mut() {
            let tallies = ballots.classes.iter_mut().flat_map(|class| &mut class.tallies);
            tallies.for_each(|tally| tally.at = nowhere());
            ballots.off.iter_mut().for_each(|off| off.at = nowhere());
        }
    }
    unit
}

/// What a [`Middle`] is taken over: its kind, its code, and for class means the class and the measured node.
type Key<'c> = (&'static str, &'c str, usize, usize);

/// Mean, median and best as printed.
type Middle = (String, String, String);

/// The grade of a quota, and its places.
type Used<'c> = (&'c str, Seats);

/// What units of one result are compared with.
struct Comparison<'c> {
    /// Per group: its ranked units.
    members: BTreeMap<&'c str, Vec<&'c UnitOutcome>>,
    /// Per scope: the least total that takes a place, by grade.
    lines: BTreeMap<&'c str, BTreeMap<&'c str, (Exact, &'c str)>>,
    /// Per scope: how its quotas are used.
    quotas: BTreeMap<&'c str, Vec<Used<'c>>>,
    outcome: &'c Outcome,
}

/// Which values of the units of a group differ between two results, unit by unit.
struct Kinds {
    totals: bool,
    components: bool,
    /// Aspects and lines.
    nodes: bool,
    leaves: bool,
}

/// Middles of totals, components, aspects and lines of a group, and the points of each leaf in order of size.
#[derive(Default, PartialEq, Eq)]
struct Group<'c> {
    middles: BTreeMap<Key<'c>, Middle>,
    leaves: BTreeMap<&'c str, Vec<&'c Exact>>,
}

impl<'c> Comparison<'c> {
    fn new(outcome: &'c Outcome) -> Self {
        // As feedback counts them: units are compared with those that are ranked.
        let mut members: BTreeMap<&str, Vec<&UnitOutcome>> =
            outcome.groups.iter().map(|group| (group.as_str(), Vec::new())).collect();
        for unit in outcome.units.iter().filter(|unit| unit.roster.mode == Mode::Ranked && unit.total.is_some()) {
            members.entry(&unit.roster.group).or_default().push(unit);
        }
        let quotas = grouped(outcome.quotas.iter().map(|quota| {
            let seats = (outcome.model.grade_name(quota.grade), quota.seats);
            (outcome.group_of(quota).unwrap_or_default(), seats)
        }));
        let mut comparison = Self { members, lines: BTreeMap::new(), quotas, outcome };
        for unit in outcome.units.iter().filter(|unit| unit.takes_place) {
            let (Some(grade), Some(text)) = (&unit.grade, &unit.total) else { continue };
            let Some(total) = Exact::parse(text) else { continue };
            let lines = comparison.lines.entry(comparison.scope(unit)).or_default();
            if lines.get(grade.as_str()).is_none_or(|(least, _)| total < *least) {
                lines.insert(grade, (total, text));
            }
        }
        comparison
    }

    fn scope(&self, unit: &'c UnitOutcome) -> &'c str {
        self.outcome.scope_of(unit).unwrap_or_default()
    }

    /// Whether units of a group are compared with the same in both results.
    fn same(&self, other: &Self, name: &str) -> bool {
        let (Some(own), Some(others)) = (self.members.get(name), other.members.get(name)) else { return false };
        let [published, theirs] = [self, other].map(|side| side.outcome.model.score.published());
        if own.len() != others.len() {
            return false;
        }
        // Of most groups only totals have changed, if anything has: the rest needs no middles.
        let differs = |is_same: fn(&UnitOutcome, &UnitOutcome) -> bool| {
            published != theirs || !own.iter().zip(others).all(|(a, b)| is_same(a, b))
        };
        let kinds = Kinds {
            totals: differs(|a, b| a.total == b.total),
            components: differs(|a, b| a.components == b.components),
            nodes: differs(|a, b| a.aspects == b.aspects && a.lines == b.lines),
            leaves: differs(|a, b| a.leaves == b.leaves),
        };
        group(own, published, &kinds) == group(others, theirs, &kinds)
    }

    /// The quota lines of a unit's scope, by grade, and how its quotas are used.
    fn line(&self, unit: &'c UnitOutcome) -> Line<'_, 'c> {
        let scope = self.scope(unit);
        (self.lines.get(scope), self.quotas.get(scope))
    }
}

/// The lines of a scope and the use of its quotas.
type Line<'a, 'c> = (Option<&'a BTreeMap<&'c str, (Exact, &'c str)>>, Option<&'a Vec<Used<'c>>>);

/// The middles of some kinds of values.
fn group<'c>(units: &[&'c UnitOutcome], published: Precision, kinds: &Kinds) -> Group<'c> {
    let mut values: BTreeMap<Key<'c>, Vec<Cow<'c, Exact>>> = BTreeMap::new();
    let mut leaves: BTreeMap<&str, Vec<&Exact>> = BTreeMap::new();
    for unit in units {
        let total = unit.total.as_ref().filter(|_| kinds.totals).and_then(|total| Exact::parse(total));
        values.entry(("total", "", 0, 0)).or_default().extend(total.map(Cow::Owned));
        for (id, component) in unit.components.iter().filter(|_| kinds.components) {
            values.entry(("component", id, 0, 0)).or_default().push(Cow::Borrowed(&component.exact));
            let Some(ballots) = &component.ballots else { continue };
            let satisfaction = ballots.satisfaction.as_ref().map(|rate| Cow::Borrowed(&rate.0));
            values.entry(("satisfaction", id, 0, 0)).or_default().extend(satisfaction);
            for (index, class) in ballots.classes.iter().enumerate() {
                for (node, mean) in class.means.iter().enumerate() {
                    let mean = mean.as_ref().map(|mean| Cow::Borrowed(&mean.mean.0));
                    values.entry(("class", id, index, node)).or_default().extend(mean);
                }
            }
        }
        for (kind, rates) in [("aspect", &unit.aspects), ("line", &unit.lines)] {
            for (code, rate) in rates.iter().filter(|_| kinds.nodes) {
                let exact = rate.as_ref().map(|rate| Cow::Borrowed(&rate.exact));
                values.entry((kind, code, 0, 0)).or_default().extend(exact);
            }
        }
        for leaf in unit.leaves.iter().filter(|_| kinds.leaves) {
            leaves.entry(&leaf.code).or_default().extend(leaf.verified.as_ref().map(|points| &points.0));
        }
    }
    leaves.values_mut().for_each(|points| points.sort());
    let middles = values.into_iter().filter_map(|(key, values)| Some((key, middle(values, published)?)));
    Group { middles: middles.collect(), leaves }
}

/// Mean, median and best at the published decimals; `None` without values.
fn middle(mut values: Vec<Cow<'_, Exact>>, published: Precision) -> Option<Middle> {
    values.sort();
    let best = values.last()?;
    let count = values.len();
    let halves = [&values[(count - 1) / 2], &values[count / 2]].map(AsRef::<Exact>::as_ref);
    let median = halves.into_iter().sum::<Exact>() / Exact::from(2);
    let mean = values.iter().map(AsRef::<Exact>::as_ref).sum::<Exact>() / Exact::from(count);
    Some((published.print(&mean), published.print(&median), published.print(best)))
}

impl FeedbackChange {
    /// Codes of both kinds, sorted.
    pub fn codes(&self) -> BTreeSet<&str> {
        self.own.iter().chain(&self.comparison).map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::number::Points;

    #[test]
    fn a_group_is_the_same_only_if_no_middle_and_no_leaf_of_it_differs() {
        let old = Outcome::sample();
        let is_same = |new: &Outcome| {
            let (before, after) = (Comparison::new(&old), Comparison::new(new));
            old.groups.iter().all(|group| before.same(&after, group))
        };
        let is_ranked = |unit: &UnitOutcome| unit.roster.mode == Mode::Ranked && unit.total.is_some();
        let one = old.units.iter().position(is_ranked).expect("a ranked unit");
        let same_after = |change: fn(&mut UnitOutcome)| {
            let mut new = old.clone();
            change(&mut new.units[one]);
            is_same(&new)
        };
        assert!(is_same(&old.clone()));
        assert!(!same_after(|unit| unit.total = Some("1.00".into())));
        assert!(!same_after(|unit| unit.leaves[0].verified = Some(Points::zero())));
        assert!(!same_after(|unit| unit.components.values_mut().for_each(|own| own.exact = Exact::from(1))));
        let first = |unit: &mut UnitOutcome| unit.roster.mode = Mode::Separate;
        assert!(!same_after(first), "a ranked unit less");
        // What is not compared with others may differ.
        assert!(same_after(|unit| unit.plus = Some("9.99".into())));
        assert!(same_after(|unit| unit.leaves[0].note = "note".into()));
    }
}

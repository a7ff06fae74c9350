//! Statistics of groups, made once for all units: mean, median and best over the ranked units that have a value.
//!
//! Fewer units than `min_group` give no statistic: with few units a mean reveals single values. Lines of quotas are
//! statistics too: the lowest total that holds a place.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::privacy::Pattern;
use super::reach::Reach;
use crate::result::outcome::{LeafState, Mode, Outcome, Rate, UnitOutcome};
use crate::shared::coded::ByCode;
use crate::shared::number::Exact;

/// Mean, median and best of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Units that have a value.
    pub units: usize,
    /// Mean.
    pub mean: Exact,
    /// Median; of an even count the mean of the two in the middle.
    pub median: Exact,
    /// Greatest value.
    pub best: Exact,
}

impl Stat {
    /// The statistic of some values; none for fewer than `least` of them.
    pub fn of<V: Borrow<Exact> + Ord>(mut values: Vec<V>, least: usize) -> Option<Self> {
        if values.is_empty() || values.len() < least {
            return None;
        }
        values.sort_unstable();
        let units = values.len();
        let half = units / 2;
        let at = |index: usize| values[index].borrow();
        let median = if units % 2 == 1 { at(half).clone() } else { (at(half - 1) + at(half)) / Exact::from(2) };
        let sum: Exact = values.iter().map(Borrow::borrow).sum();
        Some(Self { units, mean: sum / Exact::from(units), median, best: at(units - 1).clone() })
    }

    /// Converts mean, median and best value to another measure.
    #[must_use]
    pub fn map(&self, change: impl Fn(&Exact) -> Exact) -> Self {
        Self { units: self.units, mean: change(&self.mean), median: change(&self.median), best: change(&self.best) }
    }
}

/// A group of units. Letters begin with its totals; the rest is worked out when one goes further.
#[derive(Debug)]
pub struct Group<'o> {
    /// Ranked units.
    pub ranked: usize,
    /// Totals.
    pub total: Option<Stat>,
    outcome: &'o Outcome,
    pattern: Arc<Pattern>,
    units: Vec<&'o UnitOutcome>,
    parts: OnceLock<Parts>,
}

impl Deref for Group<'_> {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        self.parts.get_or_init(|| parts(self.outcome, &self.pattern, &self.units))
    }
}

/// What the totals of a group are made of.
#[derive(Debug)]
pub struct Parts {
    /// Points of leaves, in the order of the model.
    pub leaves: Vec<Option<Stat>>,
    /// Rates of aspects over all components, in the order of the model.
    pub aspects: Vec<Option<Stat>>,
    /// Rates of lines over all components, in the order of the model.
    pub lines: Vec<Option<Stat>>,
    /// Rates of components, in the order of the model.
    pub components: Vec<Option<Stat>>,
    /// Satisfaction rates of components, in the order of the model.
    pub satisfaction: Vec<Option<Stat>>,
    /// Class means by component, class and measured node, in the order of the model.
    pub classes: BTreeMap<(usize, usize, usize), Stat>,
    /// Whether each leaf is a common problem; never in a group of fewer than `min_group` units.
    pub common: Vec<bool>,
}

/// Statistics of all groups, and the lines of quotas.
#[derive(Debug)]
pub struct GroupStats<'o> {
    groups: BTreeMap<&'o str, Group<'o>>,
    /// The lowest total that holds a place, by scope and grade.
    lines: BTreeMap<(Option<&'o str>, usize), Exact>,
    reach: Reach<'o>,
}

impl<'o> GroupStats<'o> {
    /// The statistics of a result; those of classes are made of units to which the classes are shown.
    pub fn of(outcome: &'o Outcome, pattern: &Pattern) -> Self {
        let mut members: BTreeMap<&str, Vec<&UnitOutcome>> =
            outcome.groups.iter().map(|group| (group.as_str(), Vec::new())).collect();
        for unit in outcome.units.iter().filter(|unit| unit.roster.mode == Mode::Ranked && unit.total.is_some()) {
            members.entry(&unit.roster.group).or_default().push(unit);
        }
        let lines = lines(outcome);
        let pattern = Arc::new(pattern.clone());
        let groups = members.into_iter().map(|(name, units)| (name, group(outcome, Arc::clone(&pattern), units)));
        Self { groups: groups.collect(), lines, reach: Reach::of(outcome) }
    }

    /// A group by name.
    pub fn group(&self, name: &str) -> Option<&Group<'o>> {
        self.groups.get(name)
    }

    /// The totals with which units would get places.
    pub const fn reach(&self) -> &Reach<'o> {
        &self.reach
    }

    /// The lowest total that holds a place at a grade or better; `scope` is the group, none when quotas hold for all.
    pub fn line<'s>(&'s self, scope: Option<&'s str>, grade: usize) -> Option<&'s Exact> {
        self.lines.range((scope, 0)..=(scope, grade)).map(|(_, total)| total).min()
    }
}

/// The scope of a unit's quotas: its group or scheme, or none when they hold for all units.
pub fn scope<'u>(outcome: &'u Outcome, unit: &'u UnitOutcome) -> Option<&'u str> {
    outcome.scope_of(unit)
}

fn lines(outcome: &Outcome) -> BTreeMap<(Option<&str>, usize), Exact> {
    let mut lines: BTreeMap<(Option<&str>, usize), Exact> = BTreeMap::new();
    let grades = &outcome.model.grades;
    for unit in outcome.units.iter().filter(|unit| unit.takes_place) {
        let grade = unit.grade.as_ref().and_then(|own| grades.iter().position(|g| g.name == *own));
        let total = unit.total.as_deref().and_then(Exact::parse);
        let (Some(grade), Some(total)) = (grade, total) else { continue };
        match lines.entry((scope(outcome, unit), grade)) {
            Entry::Vacant(new) => _ = new.insert(total),
            Entry::Occupied(mut least) if total < *least.get() => _ = least.insert(total),
            Entry::Occupied(_) => {}
        }
    }
    lines
}

fn group<'o>(outcome: &'o Outcome, pattern: Arc<Pattern>, units: Vec<&'o UnitOutcome>) -> Group<'o> {
    let totals = units.iter().filter_map(|unit| Exact::parse(unit.total.as_deref()?));
    Group {
        ranked: units.len(),
        total: Stat::of(totals.collect(), outcome.model.feedback.min_group),
        outcome,
        pattern,
        units,
        parts: OnceLock::new(),
    }
}

fn parts<'u>(outcome: &Outcome, pattern: &Pattern, units: &[&'u UnitOutcome]) -> Parts {
    let model = &outcome.model;
    let least = model.feedback.min_group;
    let stat = |value: &dyn Fn(&'u UnitOutcome) -> Option<&'u Exact>| {
        Stat::of(units.iter().filter_map(|unit| value(unit)).collect(), least)
    };
    let rate = |rates: &'u ByCode<Option<Rate>>, code: &str| rates.get(code)?.as_ref().map(|rate| &rate.exact);
    let ballots = |unit: &'u UnitOutcome, id: &str| {
        if pattern.hides(&unit.roster.code, id) {
            return None;
        }
        unit.components.get(id).and_then(|own| own.ballots.as_ref()).and_then(|own| own.satisfaction.as_ref())
    };
    Parts {
        leaves: (0..model.tree.leaves.len())
            .map(|index| stat(&|unit| points(unit, index)).filter(|_| is_alike(units, index)))
            .collect(),
        aspects: model.tree.aspects.iter().map(|node| stat(&|unit| rate(&unit.aspects, &node.code))).collect(),
        lines: model.tree.lines.iter().map(|node| stat(&|unit| rate(&unit.lines, &node.code))).collect(),
        components: model
            .components
            .iter()
            .map(|c| stat(&|unit| unit.components.get(&c.id).filter(|own| own.lacks.is_none()).map(|own| &own.exact)))
            .collect(),
        satisfaction: model.components.iter().map(|c| stat(&|unit| ballots(unit, &c.id).map(|rate| &rate.0))).collect(),
        classes: classes(outcome, pattern, units),
        common: (0..model.tree.leaves.len()).map(|index| is_common(outcome, units, index)).collect(),
    }
}

fn points(unit: &UnitOutcome, leaf: usize) -> Option<&Exact> {
    unit.leaves.get(leaf)?.verified.as_ref().map(|points| &points.0)
}

fn classes(outcome: &Outcome, pattern: &Pattern, units: &[&UnitOutcome]) -> BTreeMap<(usize, usize, usize), Stat> {
    let mut values: BTreeMap<(usize, usize, usize), Vec<&Exact>> = BTreeMap::new();
    for unit in units {
        for (component, model) in outcome.model.components.iter().enumerate() {
            let Some(ballots) = unit.components.get(&model.id).and_then(|own| own.ballots.as_ref()) else { continue };
            if pattern.hides(&unit.roster.code, &model.id) {
                continue;
            }
            for (class, own) in ballots.classes.iter().enumerate() {
                for (node, mean) in own.means.iter().enumerate() {
                    let Some(mean) = mean else { continue };
                    values.entry((component, class, node)).or_default().push(&mean.mean.0);
                }
            }
        }
    }
    let least = outcome.model.feedback.min_group;
    values.into_iter().filter_map(|(key, values)| Some((key, Stat::of(values, least)?))).collect()
}

/// Whether all units that have a leaf have it with the same points; else their points cannot be compared.
fn is_alike(units: &[&UnitOutcome], leaf: usize) -> bool {
    let own = units.iter().filter_map(|unit| unit.leaves.get(leaf)).filter(|own| own.state != LeafState::NotInScheme);
    let mut full = own.map(|own| &own.full);
    let first = full.next();
    full.all(|own| Some(own) == first)
}

/// Whether more than the model's share of the group are below the model's rate at a leaf.
fn is_common(outcome: &Outcome, units: &[&UnitOutcome], leaf: usize) -> bool {
    let Some(rule) = &outcome.model.common_problem else { return false };
    let own = units.iter().filter_map(|unit| Some((points(unit, leaf)?, &unit.leaves[leaf].full.0)));
    let values: Vec<Exact> = own.map(|(points, full)| super::percent(points, full)).collect();
    if values.len() < outcome.model.feedback.min_group {
        return false;
    }
    let below = values.iter().filter(|percent| **percent < rule.rate.0).count();
    Exact::from(100) * Exact::from(below) > &rule.share.0 * &Exact::from(values.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(values: &[&str]) -> Vec<Exact> {
        values.iter().map(|value| Exact::parse(value).unwrap()).collect()
    }

    #[test]
    fn a_statistic_is_exact_and_needs_enough_units() {
        // (1 + 2 + 2.5 + 4 + 5) / 5 = 14.5 / 5 = 2.9
        let stat = Stat::of(exact(&["4", "1", "5", "2.5", "2"]), 5).unwrap();
        assert_eq!(
            (stat.mean.to_string(), stat.median.to_string(), stat.best.to_string()),
            ("2.9".into(), "2.5".into(), "5".into())
        );
        assert_eq!(Stat::of(exact(&["4", "1", "5", "2.5"]), 5), None);
        // The two in the middle are 2.5 and 4: 3.25.
        assert_eq!(Stat::of(exact(&["4", "1", "5", "2.5"]), 4).unwrap().median.to_string(), "3.25");
        assert_eq!(Stat::of(Vec::<Exact>::new(), 0), None);
    }
}

//! To which units the classes of a component are shown: decided by numbers of answers alone, now and in earlier
//! letters.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{Earlier, Extent};
use crate::result::outcome::{ComponentType, Node, NodeMean, Outcome, UnitOutcome};
use crate::shared::number::Exact;

/// To which units the classes of which components are not shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    /// Component ids by unit code.
    hidden: BTreeMap<String, BTreeSet<String>>,
}

/// The number of answers behind a mean, and the mean, by class id and node code.
type Answers<'o> = BTreeMap<(&'o str, &'o str), (usize, &'o Exact)>;

/// How many answers are behind a mean: counted marks, trimmed ones, and abstentions that count as 0.
pub fn answers(mean: &NodeMean) -> usize {
    mean.counted + mean.zeros + mean.trimmed.len()
}

impl Pattern {
    /// The pattern of a result, given the letters that were handed out before, oldest first.
    pub fn of(outcome: &Outcome, earlier: &[Earlier]) -> Self {
        let patterns = Self::each(earlier);
        Self::after(outcome, earlier, &patterns)
    }

    /// The patterns of letters, each after those before it.
    pub(super) fn each(earlier: &[Earlier]) -> Vec<Self> {
        let mut patterns: Vec<Self> = Vec::with_capacity(earlier.len());
        for (at, own) in earlier.iter().enumerate() {
            patterns.push(Self::after(&own.outcome, &earlier[..at], &patterns));
        }
        patterns
    }

    pub(super) fn after(outcome: &Outcome, earlier: &[Earlier], patterns: &[Self]) -> Self {
        let k = outcome.model.feedback.k_anonymity;
        let mut hidden: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for unit in &outcome.units {
            for component in
                outcome.model.components.iter().filter(|component| component.scored() == ComponentType::Ballots)
            {
                let Some(means) = means(outcome, unit, &component.id) else { continue };
                let is_few = has_few(means.map(|(.., mean)| answers(mean)), k);
                let now = LazyCell::new(|| given(outcome, unit, &component.id).unwrap_or_default());
                let letters = earlier.iter().zip(patterns).filter(|(own, _)| own.extent == Extent::Letters);
                let told_before = letters.filter_map(|(own, pattern)| {
                    let before =
                        own.unit(&unit.roster.code).filter(|_| !pattern.hides(&unit.roster.code, &component.id))?;
                    given(&own.outcome, before, &component.id)
                });
                if is_few || told_before.into_iter().any(|before| tells_few(&before, &now, k)) {
                    hidden.entry(unit.roster.code.clone()).or_default().insert(component.id.clone());
                }
            }
        }
        Self { hidden }
    }

    /// Whether no class of a component is shown to a unit.
    pub fn hides(&self, unit: &str, component: &str) -> bool {
        self.hidden.get(unit).is_some_and(|own| own.contains(component))
    }
}

/// The means of a unit by class and measured node; none where nobody was asked about it.
fn means<'o>(
    outcome: &'o Outcome,
    unit: &'o UnitOutcome,
    component: &str,
) -> Option<impl Iterator<Item = (&'o str, Node, &'o NodeMean)>> {
    let model = outcome.model.components.iter().find(|own| own.id == component)?;
    let ballots = unit.components.get(component)?.ballots.as_ref()?;
    let nodes = outcome.model.measured(model);
    let classes = model.classes().iter().zip(&ballots.classes);
    Some(classes.flat_map(move |(class, own)| {
        let means: Vec<_> =
            nodes.iter().zip(&own.means).filter_map(|(node, mean)| Some((*node, mean.as_ref()?))).collect();
        means.into_iter().map(|(node, mean)| (class.id.as_str(), node, mean))
    }))
}

fn given<'o>(outcome: &'o Outcome, unit: &'o UnitOutcome, component: &str) -> Option<Answers<'o>> {
    let means = means(outcome, unit, component)?;
    let answered = |(class, node, mean): (&'o str, Node, &'o NodeMean)| {
        ((class, outcome.model.tree.code(node)), (answers(mean), &mean.mean.0))
    };
    Some(means.map(answered).collect())
}

fn has_few(mut answers: impl Iterator<Item = usize>, k: usize) -> bool {
    answers.any(|answers| (1..k).contains(&answers))
}

/// Whether an earlier shown mean and a present one would together reveal fewer than k marks.
fn tells_few(before: &Answers<'_>, now: &Answers<'_>, k: usize) -> bool {
    let keys: BTreeSet<_> = before.keys().chain(now.keys()).collect();
    keys.into_iter().any(|key| {
        let (old, new) = (before.get(key), now.get(key));
        let count = |own: Option<&(usize, &Exact)>| own.map_or(0, |(answers, _)| *answers);
        match count(old).abs_diff(count(new)) {
            0 => old.map(|(_, mean)| *mean) != new.map(|(_, mean)| *mean),
            between => between < k,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given_as<'o>(rows: &[(&'o str, usize, &'o Exact)]) -> Answers<'o> {
        rows.iter().map(|(class, answers, mean)| ((*class, ""), (*answers, *mean))).collect()
    }

    #[test]
    fn one_class_with_too_few_answers_hides_all() {
        assert!(has_few([4, 30].into_iter(), 5));
        assert!(!has_few([5, 30].into_iter(), 5));
        assert!(!has_few([].into_iter(), 5) && !has_few([1].into_iter(), 1));
    }

    #[test]
    fn two_means_that_differ_by_few_marks_are_not_both_shown() {
        let (mean, other) = (Exact::from(80), Exact::from(81));
        let before = given_as(&[("a", 10, &mean), ("b", 20, &mean)]);
        let tells = |rows: &[(&'static str, usize, Exact)]| {
            let rows: Vec<(&str, usize, &Exact)> = rows.iter().map(|(class, own, mean)| (*class, *own, mean)).collect();
            tells_few(&before, &given_as(&rows), 5)
        };
        assert!(!tells(&[("a", 10, mean.clone()), ("b", 20, mean.clone())]), "the same marks");
        assert!(tells(&[("a", 11, other.clone()), ("b", 20, mean.clone())]), "one came late");
        assert!(tells(&[("a", 10, mean.clone()), ("b", 16, other.clone())]), "four were withdrawn");
        assert!(!tells(&[("a", 15, other.clone()), ("b", 25, other.clone())]), "five came late");
        assert!(tells(&[("a", 10, other), ("b", 20, mean.clone())]), "one was exchanged");
        assert!(!tells(&[("a", 10, mean.clone())]), "twenty were withdrawn");
    }
}

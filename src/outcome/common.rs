//! Common problems: on which indicators more than a share of the units stay below a rate, by group and over all groups.
//!
//! Exact throughout: a unit at the rate is not below it, and a share that equals the limit is not common.

use std::collections::BTreeMap;

use super::{CommonProblemModel, LeafModel, Outcome, UnitOutcome};
use crate::number::{Percent, Points};

/// How one leaf came out in one group, or over all groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommonProblem {
    /// Group; none over all groups.
    pub group: Option<String>,
    /// Code of the leaf.
    pub leaf: String,
    /// Assessed units to which the leaf applies.
    pub applicable: usize,
    /// Codes of those below the rate of the model, in the order of the roster.
    pub below: Vec<String>,
    /// Share of those below among the ones to which it applies; none if it applies to nobody.
    pub share: Option<Percent>,
    /// Mean rate of the ones to which it applies.
    pub mean: Option<Percent>,
    /// Whether it is a common problem.
    pub common: bool,
}

/// Every leaf, over all groups where there are several, then by group; within each common problems first, then the
/// greater share, then the order of the model. Nothing where the model does not say what a common problem is.
pub fn common_problems(outcome: &Outcome) -> Vec<CommonProblem> {
    let Some(rule) = &outcome.model.common_problem else { return Vec::new() };
    let assessed: Vec<&UnitOutcome> = outcome.units.iter().filter(|unit| !unit.leaves.is_empty()).collect();
    let mut by_group: BTreeMap<&str, Vec<&UnitOutcome>> = BTreeMap::new();
    for unit in &assessed {
        by_group.entry(&unit.group).or_default().push(unit);
    }
    let mut problems = Vec::new();
    if outcome.groups.len() > 1 {
        problems.extend(scope(outcome, rule, None, &assessed));
    }
    for group in &outcome.groups {
        let units = by_group.get(group.as_str()).map_or(&[] as &[&UnitOutcome], Vec::as_slice);
        problems.extend(scope(outcome, rule, Some(group), units));
    }
    problems
}

/// The leaves of one scope, in their order.
fn scope(
    outcome: &Outcome,
    rule: &CommonProblemModel,
    group: Option<&String>,
    units: &[&UnitOutcome],
) -> Vec<CommonProblem> {
    let mut points: BTreeMap<&str, Vec<(&UnitOutcome, &Points)>> = BTreeMap::new();
    for unit in units {
        for leaf in &unit.leaves {
            if let Some(verified) = &leaf.verified {
                points.entry(&leaf.code).or_default().push((unit, verified));
            }
        }
    }
    let own = |leaf: &LeafModel| points.get(leaf.code.as_str()).map_or(&[] as &[_], Vec::as_slice);
    let leaves = outcome.model.leaves.iter();
    let mut problems: Vec<CommonProblem> = leaves.map(|leaf| problem(rule, group.cloned(), leaf, own(leaf))).collect();
    problems.sort_by(|a, b| (b.common, &b.share).cmp(&(a.common, &a.share)));
    problems
}

fn problem(
    rule: &CommonProblemModel,
    group: Option<String>,
    leaf: &LeafModel,
    units: &[(&UnitOutcome, &Points)],
) -> CommonProblem {
    let limit = rule.rate.share_of(&leaf.full);
    let below: Vec<String> =
        units.iter().filter(|(_, points)| **points < limit).map(|(unit, _)| unit.code.clone()).collect();
    let whole = Points(units.len().into());
    let share = (!units.is_empty()).then(|| Percent::of(&Points(below.len().into()), &whole));
    let sum: Points = units.iter().map(|(_, points)| *points).sum();
    let mean = (!units.is_empty()).then(|| Percent::of(&sum, &Points(&leaf.full.0 * &whole.0)));
    let common = share.as_ref().is_some_and(|share| *share > rule.share);
    CommonProblem { group, leaf: leaf.code.clone(), applicable: units.len(), below, share, mean, common }
}

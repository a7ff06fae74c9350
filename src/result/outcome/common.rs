//! Common problems: on which indicators more than a share of the units stay below a rate, by group and over all groups.
//!
//! Exact throughout: a unit at the rate is not below it, and a share that equals the limit is not common.

use super::{CommonRule, Leaf, LeafScore, Outcome, UnitOutcome};
use crate::shared::groups::grouped;
use crate::shared::number::{Percent, Points};

/// The figures of one leaf in one group, or over all groups.
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
    let by_group = grouped(assessed.iter().map(|unit| (unit.roster.group.as_str(), *unit)));
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
fn scope(outcome: &Outcome, rule: &CommonRule, group: Option<&String>, units: &[&UnitOutcome]) -> Vec<CommonProblem> {
    let all = units.iter().flat_map(|unit| unit.leaves.iter().map(move |leaf| (leaf.code.as_str(), (*unit, leaf))));
    let points = grouped(all.filter(|(_, (_, leaf))| leaf.verified.is_some()));
    let own = |leaf: &Leaf| points.get(leaf.code.as_str()).map_or(&[] as &[_], Vec::as_slice);
    let leaves = outcome.model.tree.leaves.iter();
    let mut problems: Vec<CommonProblem> = leaves.map(|leaf| problem(rule, group.cloned(), leaf, own(leaf))).collect();
    problems.sort_by(|a, b| (b.common, &b.share).cmp(&(a.common, &a.share)));
    problems
}

fn problem(
    rule: &CommonRule,
    group: Option<String>,
    leaf: &Leaf,
    units: &[(&UnitOutcome, &LeafScore)],
) -> CommonProblem {
    let is_below =
        |own: &LeafScore| own.verified.as_ref().is_some_and(|points| *points < rule.rate.share_of(&own.full));
    let below: Vec<String> =
        units.iter().filter(|(_, own)| is_below(own)).map(|(unit, _)| unit.roster.code.clone()).collect();
    let whole = Points(units.len().into());
    let share = (!units.is_empty()).then(|| Percent::of(&Points(below.len().into()), &whole));
    let sum: Points = units.iter().filter_map(|(_, own)| own.verified.as_ref()).sum();
    let full: Points = units.iter().map(|(_, own)| &own.full).sum();
    let mean = (!units.is_empty()).then(|| Percent::of(&sum, &full));
    let common = share.as_ref().is_some_and(|share| *share > rule.share);
    CommonProblem { group, leaf: leaf.code.clone(), applicable: units.len(), below, share, mean, common }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::number::Exact;

    /// Three units on three leaves, of points: 26/30, 48/50, 16/20; not applicable, 0/50, 20/20; 20/30, 40/50, 12/20.
    fn sample(rate: i64, share: i64) -> Outcome {
        let mut outcome = Outcome::sample();
        outcome.model.common_problem = Some(CommonRule { rate: Percent::whole(rate), share: Percent::whole(share) });
        outcome
    }

    fn leaf(problems: &[CommonProblem], group: Option<&str>, code: &str) -> CommonProblem {
        problems.iter().find(|own| own.leaf == code && own.group.as_deref() == group).unwrap().clone()
    }

    #[test]
    fn units_below_the_rate_are_counted_among_those_it_applies_to() {
        let problems = common_problems(&sample(60, 30));
        let task = leaf(&problems, Some("文化场馆"), "2.1");
        // Rates 96, 0 and 80: one of three is below 60; the mean is 88 of 150 points.
        assert_eq!((task.applicable, task.below), (3, vec!["U02".to_owned()]));
        assert_eq!(task.share, Some(Percent(Exact::ratio(100, 3))));
        assert_eq!(task.mean, Some(Percent(Exact::ratio(176, 3))));
        assert!(task.common, "33.3 is more than 30");
        // 12 of 20 is 60 exactly, which is not below 60.
        let brand = leaf(&problems, Some("文化场馆"), "3.1");
        assert_eq!((brand.applicable, brand.below.len(), brand.common), (3, 0, false));
        assert_eq!(leaf(&problems, Some("文化场馆"), "1.1").applicable, 2, "not applicable is not counted");
    }

    #[test]
    fn a_share_that_equals_the_limit_is_not_common() {
        // On 1.1 the rates are 86.7 and 66.7: below 70 is one of two.
        let problem = |share: i64| leaf(&common_problems(&sample(70, share)), Some("文化场馆"), "1.1");
        assert_eq!((problem(50).below.len(), problem(50).common), (1, false));
        assert!(problem(49).common);
    }

    #[test]
    fn common_ones_come_first_then_the_greater_share() {
        // Below 70: 1.1 one of two, 2.1 and 3.1 one of three each; over 40 only the first is common.
        let codes: Vec<String> = common_problems(&sample(70, 40)).into_iter().map(|own| own.leaf).collect();
        assert_eq!(codes, ["1.1", "2.1", "3.1"]);
        // Over 30 all three are; below 60 only 2.1 is.
        let codes: Vec<String> = common_problems(&sample(60, 30)).into_iter().map(|own| own.leaf).collect();
        assert_eq!(codes, ["2.1", "1.1", "3.1"]);
    }

    #[test]
    fn several_groups_are_also_seen_together_and_no_rule_means_no_problems() {
        let mut outcome = sample(60, 30);
        outcome.groups.push("机关".to_owned());
        outcome.units[1].roster.group = "机关".to_owned();
        let problems = common_problems(&outcome);
        assert_eq!(problems.len(), 9, "three leaves: all together, then two groups");
        assert_eq!(leaf(&problems, None, "2.1").applicable, 3);
        assert_eq!(leaf(&problems, Some("机关"), "2.1").share, Some(Percent::whole(100)));
        assert_eq!(leaf(&problems, Some("文化场馆"), "2.1").share, Some(Percent::zero()));
        assert_eq!(leaf(&problems, Some("机关"), "1.1").share, None, "it applies to nobody of the group");
        outcome.model.common_problem = None;
        assert_eq!(common_problems(&outcome), []);
    }
}

//! Problems of a unit with stable numbers, for the rectification ledger.
//!
//! A problem is a leaf below the model's rate (`[common_problem]`), else one of the `weaknesses` leaves with the lowest
//! rates among those that lost points; a deduction that counts; a cap that holds the grade down. A leaf is a common
//! problem where more than the model's share of the group is below the rate; any other problem is specific to the unit.
//!
//! Numbers do not depend on which other problems there are: period, unit and the place of the leaf in the model, or the
//! number of the register row, or the code of the cap. So a problem keeps its number when points are regraded.

use super::stats::GroupStats;
use crate::result::outcome::{Outcome, Sign, Step, UnitOutcome};
use crate::shared::number::Exact;

/// A problem.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Its number.
    pub number: String,
    /// Whether it is common to the group.
    pub common: bool,
    /// What it is.
    pub what: What,
}

/// What a problem is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    /// A leaf, by its index.
    Leaf(usize),
    /// A deduction, by its index among the unit's adjustments.
    Deduction(usize),
    /// A cap, by its index in the grade path.
    Cap(usize),
}

/// The problems of a unit: leaves, deductions, caps.
pub(super) fn problems(outcome: &Outcome, stats: &GroupStats<'_>, unit: &UnitOutcome) -> Vec<Problem> {
    let prefix = format!("{}-{}", outcome.model.period, unit.roster.code);
    let mut problems = Vec::new();
    for leaf in leaves(outcome, unit) {
        let common = stats.group(&unit.roster.group).is_some_and(|group| group.common[leaf]);
        problems.push(Problem { number: format!("{prefix}-{:02}", leaf + 1), common, what: What::Leaf(leaf) });
    }
    let deductions = unit.adjustments.iter().enumerate();
    for (index, own) in deductions.filter(|(_, own)| own.sign == Sign::Deduction && own.counted.0.is_positive()) {
        // A number made of digits alone could be that of a leaf.
        let id = outcome.row(own).map_or("", |row| row.id.as_str());
        let letter = if id.bytes().all(|b| b.is_ascii_digit()) { "J" } else { "" };
        let number = format!("{prefix}-{letter}{id}");
        problems.push(Problem { number, common: false, what: What::Deduction(index) });
    }
    for (index, step) in holding_caps(outcome, unit) {
        let [code, _] = outcome.model.rule(step).unwrap_or_default();
        problems.push(Problem { number: format!("{prefix}-{code}"), common: false, what: What::Cap(index) });
    }
    problems
}

/// The caps that hold the grade down, with their places in the path: each lowered it, and no promotion or decision gave a
/// better one after all.
pub fn holding_caps<'u>(
    outcome: &'u Outcome,
    unit: &'u UnitOutcome,
) -> impl Iterator<Item = (usize, &'u Step)> + use<'u> {
    let own = outcome.model.graded(unit.grade.as_deref());
    let lowers = move |step: &Step| match step {
        Step::Cap { from, to, .. } => from != to && own.is_none_or(|own| *to <= own),
        _ => false,
    };
    unit.path.iter().enumerate().filter(move |(_, step)| lowers(step))
}

/// Indices of the leaves that are problems, in the order of the model.
fn leaves(outcome: &Outcome, unit: &UnitOutcome) -> Vec<usize> {
    let model = &outcome.model;
    let rates = unit.leaves.iter().enumerate().filter_map(|(index, leaf)| {
        let points = leaf.verified.as_ref()?;
        Some((super::percent(&points.0, &leaf.full.0), index))
    });
    if let Some(rule) = &model.common_problem {
        return rates.filter(|(rate, _)| *rate < rule.rate.0).map(|(_, index)| index).collect();
    }
    let mut lowest: Vec<(Exact, usize)> = rates.filter(|(rate, _)| *rate < Exact::from(100)).collect();
    lowest.sort();
    let mut chosen: Vec<usize> = lowest.into_iter().take(model.feedback.weaknesses).map(|(_, index)| index).collect();
    chosen.sort_unstable();
    chosen
}

//! The feedback to a unit about its result, as values: strengths and weaknesses, distance to the next grade and to the
//! quota line, what would recover most, numbered problems. Made from the result document alone; pure.
//!
//! All values are exact, and ties are broken by the order of the model, so that the same result gives the same
//! feedback. Statistics of a group come from [`stats::GroupStats`], which is made once for all units.

pub mod distance;
pub mod gains;
pub mod highlights;
pub mod names;
pub mod privacy;
pub mod prizes;
pub mod problems;
pub mod reach;
pub mod stats;

use std::borrow::Cow;

use crate::result::outcome::{Outcome, UnitOutcome};
use crate::shared::number::Exact;
use highlights::{Highlights, Troubled};
use stats::{GroupStats, Stat};

/// The whole feedback to one unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Feedback<'f> {
    /// The items among which strengths and weaknesses are sought: leaves, or aspects where the model scores no leaves.
    pub items: Vec<Item<'f>>,
    /// Indices of the strengths, the greatest first.
    pub strengths: Vec<usize>,
    /// Indices of the weaknesses, the greatest first.
    pub weaknesses: Vec<usize>,
    /// How many numbered problems of items are not among the weaknesses.
    pub further: usize,
    /// How far it is to the next grade.
    pub distance: distance::Distance<'f>,
    /// How far it is to the line of a quota, for ranked units.
    pub quota: Option<distance::QuotaLine<'f>>,
    /// Awards for which it is a candidate.
    pub prizes: Vec<prizes::Prize<'f>>,
    /// What each leaf would add to the total at full points, the greatest first; only those that add something.
    pub gains: Vec<gains::Gain>,
    /// Problems with their numbers.
    pub problems: Vec<problems::Problem>,
}

/// A leaf or an aspect of a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Item<'f> {
    /// Code.
    pub code: &'f str,
    /// Name.
    pub name: &'f str,
    /// Full points.
    pub full: &'f Exact,
    /// Points; none when it is not applicable. Those of an aspect are rounded as they are printed: feedback may
    /// disclose nothing that the printed number does not.
    pub points: Option<Cow<'f, Exact>>,
    /// The rate in percent, that of an aspect rounded as it is printed; none when it is not applicable.
    pub rate: Option<Exact>,
    /// Points over the group, unless suppressed.
    pub stat: Option<Cow<'f, Stat>>,
    /// What the verifier wrote.
    pub note: &'f str,
}

impl Item<'_> {
    /// The rate of the group's mean, unless suppressed.
    pub fn mean_rate(&self) -> Option<Exact> {
        self.stat.as_ref().map(|stat| percent(&stat.mean, self.full))
    }

    /// The points that were not reached; none when it is not applicable.
    pub fn lost(&self) -> Option<Exact> {
        self.points.as_ref().map(|points| self.full - points.as_ref())
    }
}

fn percent(points: &Exact, full: &Exact) -> Exact {
    if full.is_zero() { Exact::zero() } else { Exact::from(100) * points / full }
}

/// The feedback of one unit.
pub fn feedback<'f>(outcome: &'f Outcome, stats: &'f GroupStats<'_>, unit: &'f UnitOutcome) -> Feedback<'f> {
    let items = items(outcome, stats, unit);
    let problems = problems::problems(outcome, stats, unit);
    let Highlights { strengths, weaknesses, further } =
        highlights::highlights(&outcome.model, &items, &troubled(outcome, unit, &problems));
    let distance = distance::distance(outcome, unit);
    let quota = distance::quota_line(outcome, stats, unit);
    let gains = gains::gains(&outcome.model, unit);
    let prizes = prizes::prizes(outcome, unit);
    Feedback { items, strengths, weaknesses, further, distance, quota, prizes, gains, problems }
}

/// Which items are numbered problems, and which are named by caps that hold the grade down.
fn troubled<'f>(outcome: &'f Outcome, unit: &'f UnitOutcome, problems: &[problems::Problem]) -> Troubled<'f> {
    let numbered = problems.iter().filter_map(|problem| match problem.what {
        problems::What::Leaf(index) => Some(index),
        problems::What::Deduction(..) | problems::What::Cap(_) => None,
    });
    let because = problems::holding_caps(outcome, unit).filter_map(|(_, step)| step.because());
    let words = because.flat_map(|said| said.split([' ', ';']));
    Troubled { numbered: numbered.collect(), capped: words.collect() }
}

fn items<'f>(outcome: &'f Outcome, stats: &'f GroupStats<'_>, unit: &'f UnitOutcome) -> Vec<Item<'f>> {
    let model = &outcome.model;
    let group = stats.group(&unit.roster.group);
    if !unit.leaves.is_empty() {
        let leaves = model.tree.leaves.iter().zip(&unit.leaves).enumerate();
        return leaves
            .map(|(index, (leaf, own))| Item {
                code: &leaf.code,
                name: &leaf.name,
                full: &own.full.0,
                points: own.verified.as_ref().map(|points| Cow::Borrowed(&points.0)),
                rate: own.verified.as_ref().map(|points| percent(&points.0, &own.full.0)),
                stat: group.and_then(|g| g.leaves[index].as_ref()).map(Cow::Borrowed),
                note: &own.note,
            })
            .collect();
    }
    let aspects = model.tree.aspects.iter().enumerate();
    aspects
        .map(|(index, aspect)| {
            let full = &aspect.points.0;
            let points = |rate: &Exact| rate * full / Exact::from(100);
            let rate = unit.aspects.get(&aspect.code).and_then(Option::as_ref);
            Item {
                code: &aspect.code,
                name: &aspect.name,
                full,
                points: rate.map(|rate| Cow::Owned(outcome.item_precision(unit).round(&points(&rate.exact)))),
                rate: rate.map(|rate| model.rate_precision().round(&rate.exact)),
                stat: group.and_then(|g| g.aspects[index].as_ref()).map(|stat| Cow::Owned(stat.map(points))),
                note: "",
            }
        })
        .collect()
}

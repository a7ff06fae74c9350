//! What the marks of each class may be, as far as they can be searched: by their scale, or as votes that belong to a share or not.

use super::marks::Grid;
use super::{Earlier, shares};
use crate::model::{BallotRules, Positive, Range, Scale};
use crate::result::outcome::{Component, Model, Outcome};
use crate::shared::number::Points;

/// What a mark of a class may be, and which marks are positive.
#[derive(PartialEq)]
pub(super) struct Marks<'r> {
    pub(super) scale: Scale,
    pub(super) positive: &'r Positive,
}

/// The marks of every class of every ballots component; none where they cannot be searched. The finest step of all times
/// counts.
pub(super) fn grids(outcome: &Outcome, earlier: &[Earlier]) -> Vec<Vec<Option<Grid>>> {
    let all = || std::iter::once(outcome).chain(earlier.iter().map(|own| &own.outcome));
    let grid = |component: &Component, class: usize| {
        let rules = component.ballots()?;
        if let Some(share) = component.share() {
            let positive = told_by_share(rules, class, &share.of)?;
            let votes = [("1".to_owned(), Points::whole(100)), ("0".to_owned(), Points::zero())];
            let most = most_votes(all(), component);
            return Grid::of(&Scale::Levels(votes.to_vec()), &positive, component.mean_precision(), most);
        }
        let totals = |own: &'_ Outcome| {
            let index = own.model.components.iter().position(|own| own.id == component.id)?;
            let totals = own.ballots(index)?;
            Some(totals.classes.get(class).and_then(|own| own.scale.as_ref()).unwrap_or(&totals.scale).clone())
        };
        let mut scale = totals(outcome)?;
        for other in all().filter_map(totals) {
            scale.refine(&other);
        }
        let most = most_votes(all(), component);
        Grid::of(&in_points(scale, rules, class), rules.positive_of(class), component.mean_precision(), most)
    };
    let of = |component: &Component| (0..component.classes().len()).map(|class| grid(component, class)).collect();
    outcome.model.components.iter().map(of).collect()
}

/// The greatest number of marks that a class gave a unit.
fn most_votes<'o>(outcomes: impl Iterator<Item = &'o Outcome>, component: &Component) -> i64 {
    let own = outcomes.flat_map(|own| &own.units).filter_map(|unit| unit.components.get(&component.id));
    let classes = own.flat_map(|own| &own.ballots).flat_map(|ballots| &ballots.classes);
    classes.flat_map(|class| class.means.iter().flatten()).map(|mean| mean.counted).max().unwrap_or(0) as i64
}

/// A range that a class has of its own, in points of the component.
fn in_points(scale: Scale, rules: &BallotRules, class: usize) -> Scale {
    let worth = |points: &Points| rules.worth(class, points.0.clone());
    match scale {
        Scale::Range(range) => Scale::Range(Range {
            low: worth(&range.low),
            high: worth(&range.high),
            step: range.step.as_ref().map(worth),
        }),
        levels @ Scale::Levels(_) => levels,
    }
}

/// Which votes of a share are positive: those that belong to it, or none; `None` if satisfaction tells them apart otherwise.
fn told_by_share(rules: &BallotRules, class: usize, of: &[String]) -> Option<Positive> {
    let positive = rules.positive_of(class);
    if *positive == Positive::Undeclared {
        return Some(Positive::Undeclared);
    }
    let Scale::Levels(levels) = rules.scale_of(class) else { return None };
    let counted = rules.levels_named(class, of);
    let same = levels.iter().enumerate().all(|(level, (_, points))| counted.contains(&level) == positive.holds(points));
    same.then(|| Positive::Levels(vec![Points::whole(100)]))
}

/// Whether letters tell more of the votes of a component than a sum of marks says: a rule that they name looks at the votes for
/// single levels, or the points of a share follow it in another way than by steps that rise.
pub(super) fn is_opaque(model: &Model, component: usize) -> bool {
    let bands = model.components[component].share().and_then(|share| share.bands.as_ref());
    model.looks_at_votes(component) || bands.is_some_and(|bands| !shares::is_rising(bands))
}

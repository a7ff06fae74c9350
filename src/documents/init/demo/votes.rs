//! Invented ballots and counted votes: each rater ranks the units independently.

use super::{Cast, assessed};
use crate::documents::forms::Office;
use crate::documents::forms::ballot::Filled;
use crate::documents::forms::tally::Votes;
use crate::model::{BallotRules, RaterClass, Scale};
use crate::shared::number::Random;

/// Raters of a class whose number of ballots is unknown.
const RATERS: usize = 6;

/// The ballots of a component: for every class nearly as many as were issued.
pub(super) fn ballots(office: &Office<'_>, rules: &BallotRules, strengths: &[i64], random: &mut Random) -> Vec<Cast> {
    let mut cast = Vec::new();
    for (index, class) in rules.classes.iter().enumerate() {
        let issued = class.issued.whole().unwrap_or(RATERS);
        // Some ballots of a large class are not returned.
        let returned = if issued > 10 { issued - 2 } else { issued };
        for rater in 0..returned {
            // The last rater of a large class does not distinguish between units: the ballot is void.
            let careless = issued > 10 && rater + 1 == returned;
            let filled = Filled {
                rater: format!("{}-{:02}", class.id, rater + 1),
                home: home(office, class, rater),
                marks: marks(office, rules, strengths, careless, random),
            };
            cast.push(Cast::Ballot(index, filled));
        }
    }
    cast
}

/// The unit that a delegate comes from.
fn home(office: &Office<'_>, class: &RaterClass, rater: usize) -> String {
    let delegates = class.recuse && class.issued.whole().is_some_and(|issued| issued > 10);
    let units: Vec<&str> = assessed(office).map(|(_, unit)| unit.name.as_str()).collect();
    if delegates && !units.is_empty() { units[(rater * 2 + 1) % units.len()].to_owned() } else { String::new() }
}

/// The marks of a rater for every unit: about the best third gets the best level.
fn marks(
    office: &Office<'_>,
    rules: &BallotRules,
    strengths: &[i64],
    careless: bool,
    random: &mut Random,
) -> Vec<Vec<String>> {
    let nodes = office.model.tree.measured(rules.rates).len();
    let mut order: Vec<(i64, usize)> = assessed(office)
        .enumerate()
        .map(|(place, (index, _))| (-(strengths[index] + random.between(-8, 8)), place))
        .collect();
    let count = order.len();
    order.sort_unstable();
    let mut marks = vec![Vec::new(); count];
    for (rank, (_, place)) in order.into_iter().enumerate() {
        let share = if careless { 0 } else { (rank + 1) * 100 / count.max(1) };
        let abstains = !careless && random.once_in(40);
        marks[place] = vec![mark(rules, share, abstains); nodes];
    }
    marks
}

/// The mark for a unit within the given top percentage.
fn mark(rules: &BallotRules, share: usize, abstains: bool) -> String {
    if let (true, Some(word)) = (abstains, rules.abstain.first()) {
        return word.clone();
    }
    let step = match share {
        0..=34 => 0,
        35..=74 => 1,
        75..=94 => 2,
        _ => 3,
    };
    match &rules.scale {
        Scale::Levels(levels) => levels[step.min(levels.len() - 1)].0.clone(),
        Scale::Range(range) => {
            let value = &range.high.0 * &crate::shared::number::Exact::from(95 - 10 * step)
                / crate::shared::number::Exact::from(100);
            value.round(1).plain()
        }
    }
}

/// Counted votes of a component, one table per class.
pub(super) fn tallies(office: &Office<'_>, rules: &BallotRules, strengths: &[i64], random: &mut Random) -> Vec<Cast> {
    let Scale::Levels(levels) = &rules.scale else { return Vec::new() };
    let nodes = office.model.tree.measured(rules.rates).len();
    let mut cast = Vec::new();
    for class in 0..rules.classes.len() {
        let mut votes = Vec::new();
        for (index, _) in assessed(office) {
            let drawn = votes_of(strengths[index], levels.len(), random);
            votes.extend(std::iter::repeat_n(drawn, nodes));
        }
        cast.push(Cast::Tally(class, votes));
    }
    cast
}

/// The votes for a unit: the stronger it is, the more for the best levels.
fn votes_of(strength: i64, levels: usize, random: &mut Random) -> Votes {
    let total = random.between(60, 110);
    let mut rest = total;
    let mut counts: Vec<usize> = Vec::new();
    for level in 0..levels {
        let last = level + 1 == levels;
        let share = (strength - 26 + random.between(-4, 4)).clamp(10, 95);
        let own = if last { rest } else { rest * share / 100 };
        counts.push(own.unsigned_abs() as usize);
        rest -= own;
    }
    let (abstained, invalid) =
        (random.between(0, 6).unsigned_abs() as usize, random.between(0, 2).unsigned_abs() as usize);
    let returned = counts.iter().sum::<usize>() + abstained + invalid;
    Votes { levels: counts, abstained, issued: returned + random.between(5, 20).unsigned_abs() as usize, invalid }
}

//! The step of a range: as the model declares it, else derived from the marks themselves.

use crate::engine::assessment::{BallotBox, Mark};
use crate::model::{BallotRules, Scale};
use crate::shared::number::{Exact, Points};

/// Most decimals of a step that is considered; marks are read with no more.
const MOST_DECIMALS: u32 = 20;

/// The scale of a component, its range with a step.
pub(super) fn stepped(rules: &BallotRules, counted: &BallotBox) -> Scale {
    let shares = |class: usize| rules.classes[class].own.is_none();
    with_step(&rules.scale, || points(counted, shares).cloned())
}

/// The scale that a class has of its own, a range with a step in its own numbers.
pub(super) fn stepped_own(rules: &BallotRules, class: usize, counted: &BallotBox) -> Option<Scale> {
    let own = rules.classes[class].own.as_ref()?;
    let high = match &own.scale {
        Scale::Range(range) => &range.high.0,
        Scale::Levels(_) => &rules.full.0,
    };
    Some(with_step(&own.scale, || points(counted, |other| other == class).map(|worth| worth * high / &rules.full.0)))
}

fn with_step<M: Iterator<Item = Exact>>(scale: &Scale, marks: impl Fn() -> M) -> Scale {
    let mut scale = scale.clone();
    if let Scale::Range(range) = &mut scale
        && range.step.is_none()
    {
        range.step = Some(Points(common_step(&range.low.0, marks())));
    }
    scale
}

/// The points of the marks of some classes.
fn points(counted: &BallotBox, is_of: impl Fn(usize) -> bool + Copy) -> impl Iterator<Item = &Exact> {
    let ballots = counted.ballots.iter().filter(move |ballot| is_of(ballot.class));
    let single = ballots.flat_map(|ballot| &ballot.ratings).filter_map(|rating| match counted.mark(rating) {
        Mark::Points(points) => Some(&points.0),
        _ => None,
    });
    let tallies = counted.tallies.iter().filter(move |tally| is_of(tally.class));
    let tallied = tallies.flat_map(|tally| &tally.row.votes);
    single.chain(tallied.filter(|(_, votes)| *votes > 0).map(|(points, _)| &points.0))
}

/// The greatest of 1, 0.5, 0.1, 0.05 … on which all marks lie, counted from the least mark.
///
/// Example: from 0, the marks 7 and 8.5 lie on 0.5, the marks 7 and 8.2 on 0.1.
fn common_step(low: &Exact, marks: impl Iterator<Item = Exact>) -> Exact {
    let mut decimals = 0;
    let mut is_half = false;
    let unit = |decimals: u32| (0..decimals).fold(Exact::from(1), |unit, _| unit / Exact::from(10));
    let mut step = unit(0);
    for mark in marks {
        let above = mark - low;
        while !(&above / &step).is_whole() && decimals < MOST_DECIMALS {
            if is_half {
                decimals += 1;
            }
            is_half = !is_half;
            step = if is_half { unit(decimals) / Exact::from(2) } else { unit(decimals) };
        }
    }
    step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_is_the_greatest_on_which_all_marks_lie() {
        let step = |low: &str, marks: &[&str]| {
            let marks: Vec<Exact> = marks.iter().map(|mark| Exact::parse(mark).expect("a number")).collect();
            common_step(&Exact::parse(low).expect("a number"), marks.into_iter()).to_string()
        };
        assert_eq!(step("0", &[]), "1");
        assert_eq!(step("60", &["100", "85"]), "1");
        assert_eq!(step("0", &["7", "8.5"]), "0.5");
        assert_eq!(step("0", &["8.5", "8.2"]), "0.1");
        assert_eq!(step("0", &["7.25"]), "0.05");
        assert_eq!(step("0", &["7.125"]), "0.005");
        assert_eq!(step("0.5", &["1.5", "3"]), "0.5");
        assert_eq!(step("0.5", &["1.5", "9.5"]), "1");
    }
}

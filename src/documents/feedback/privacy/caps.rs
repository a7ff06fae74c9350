//! What caps reveal about rates and satisfaction: a letter names the caps that hold the grade down, and a grade that a
//! cap would not allow reveals that the cap does not hold.
//!
//! Both give one bound: a rate that is printed below a bar is at most half a digit below the printed bar, any other is
//! at least that. Of a condition with parts only what follows for each part alone is used.

use super::margin::Margin;
use super::scene::Letter;
use crate::documents::feedback::problems::holding_caps;
use crate::model::condition::{Bar, Threshold};
use crate::model::{Condition, Node};
use crate::result::outcome::{Cap, Held, Model, Step, UnitOutcome};
use crate::shared::number::{Exact, Precision, Rounding, Shortening};

/// What a cap looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Looked {
    /// The satisfaction rate of a component.
    Satisfaction(usize),
    /// The rate of a node: within a component, or over all.
    Rate(Option<usize>, Node),
}

/// On which side of a bar a rate lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Below,
    NotBelow,
}

/// What is known of a rate.
pub(super) struct Known {
    pub(super) looked: Looked,
    pub(super) side: Side,
    /// Where the two sides meet: the least rate that is printed as one that is not below the bar.
    pub(super) meets: Exact,
}

/// What a letter reveals by its caps and its grade.
pub(super) fn known(letter: &Letter<'_>) -> Vec<Known> {
    let (model, held) = (&letter.outcome.model, letter.outcome.held(letter.unit));
    let holding = holding_caps(letter.outcome, letter.unit).filter_map(|(_, step)| model.rule(step));
    let hold: Vec<&str> = holding.map(|[code, _]| code).collect();
    let mut found = Vec::new();
    for cap in &model.caps {
        if hold.contains(&cap.code.as_str()) {
            follow(held, &cap.when, Side::Below, &mut found);
        } else if is_passed(model, letter.unit, cap) {
            follow(held, &cap.when, Side::NotBelow, &mut found);
        }
    }
    found
}

/// Whether the grade is better than a cap allows, and only the cap's condition can be the reason.
fn is_passed(model: &Model, unit: &UnitOutcome, cap: &Cap) -> bool {
    let own = model.graded(unit.grade.as_deref());
    let otherwise = unit.path.iter().any(|step| match step {
        Step::CapUnknown { .. } | Step::CapPending { .. } => model.rule(step).is_some_and(|[code, _]| code == cap.code),
        Step::Promotion { .. } | Step::Decision { .. } | Step::Deferred { .. } => true,
        _ => false,
    });
    own.is_some_and(|own| own < cap.at_most) && !otherwise
}

/// Adds what follows from a condition that holds (its rates are below) or does not.
fn follow(held: Held<'_>, condition: &Condition, side: Side, found: &mut Vec<Known>) {
    let model = held.model();
    let mut add = |looked, threshold: &Threshold| {
        if let Threshold::Below(bar) = threshold {
            found.push(Known { looked, side, meets: meets(&bar.0, model.score.published(), side) });
        }
    };
    match (condition, side) {
        (Condition::Satisfaction { component, threshold }, _) => add(Looked::Satisfaction(*component), threshold),
        // One of several nodes is below, but it is unknown which.
        (Condition::Rate { nodes, .. }, Side::Below) if nodes.len() != 1 => {}
        (Condition::Rate { nodes, component, threshold, .. }, _) => {
            nodes.iter().for_each(|node| add(Looked::Rate(*component, *node), threshold));
        }
        // Points below a bar are a rate below that bar's share of the full points.
        (Condition::Points { node, component, bar: Bar::Below(bar), .. }, _) => {
            let full = held.tree().points(*node).0;
            let meets = meets(bar, model.point_precision(), side) * Exact::from(100);
            if full.is_positive() {
                found.push(Known { looked: Looked::Rate(*component, *node), side, meets: meets / full });
            }
        }
        (Condition::All(parts), Side::Below) | (Condition::Any(parts), Side::NotBelow) => {
            parts.iter().for_each(|part| follow(held, part, side, found));
        }
        (Condition::All(parts) | Condition::Any(parts), _) => {
            if let [only] = parts.as_slice() {
                follow(held, only, side, found);
            }
        }
        (
            Condition::Event(_)
            | Condition::LastInGroup
            | Condition::Attribute { .. }
            | Condition::Points { bar: Bar::AtLeast(_) | Bar::Above(_) | Bar::AtMost(_), .. }
            | Condition::Votes { .. }
            | Condition::Sum { .. }
            | Condition::Group { .. }
            | Condition::MissingSelfReport,
            _,
        ) => {}
    }
}

/// The least rate that is printed as one that is not below a bar: half a digit below that print, or the print itself
/// where decimals are cut, which no rate below the bar reaches.
///
/// Example: under 70 at two decimals the greatest print is 69.99, which stands for at most 69.995.
fn meets(bar: &Exact, published: Precision, side: Side) -> Exact {
    let digit = published.digit();
    let least = (bar / &digit).whole(Rounding::Ceil) * &digit;
    match published.shortening {
        Shortening::HalfUp => least - digit / Exact::from(2),
        Shortening::Down if side == Side::Below => least - Margin::end(&digit),
        Shortening::Down => least,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sides_of_a_bar_meet_half_a_digit_below_the_least_print_that_reaches_it() {
        let number = |bar: &str| Exact::parse(bar).expect("a number");
        let half_up = |decimals| Precision { decimals, shortening: Shortening::HalfUp };
        let meets = |bar: &str, decimals| meets(&number(bar), half_up(decimals), Side::Below).to_string();
        assert_eq!((meets("70", 2), meets("70", 0)), ("69.995".to_owned(), "69.5".to_owned()));
        // 69.91 is below 69.915 as printed, 69.92 is not.
        assert_eq!(meets("69.915", 2), "69.915");
        // Cut, 69.999 is printed as 69.99: the sides meet at 70 itself.
        let cut = Precision { decimals: 2, shortening: Shortening::Down };
        assert_eq!(super::meets(&number("70"), cut, Side::NotBelow).to_string(), "70");
        assert_eq!(super::meets(&number("70"), cut, Side::Below).to_string(), "69.99999");
    }
}

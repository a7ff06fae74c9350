//! What a printed number leaves open: how far below and above it the number itself may lie.

use crate::shared::number::{Exact, Precision, Shortening};

/// Numbers that are cut lie within a digit above the print, without its end; this part of a digit stands for the end.
const SHORT_OF_A_DIGIT: i64 = 1000;

/// How far a number may lie below and above another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Margin {
    pub(super) below: Exact,
    pub(super) above: Exact,
}

impl Margin {
    /// No margin.
    pub(super) fn none() -> Self {
        Self { below: Exact::zero(), above: Exact::zero() }
    }

    /// Of the numbers that are printed as `shown`.
    ///
    /// Example: 80.0 at one decimal stands for 79.95 to 80.05; where decimals are cut, for 80.0 to less than 80.1.
    pub(super) fn of(shown: &Exact, precision: Precision) -> Self {
        let digit = precision.digit();
        match precision.shortening {
            Shortening::HalfUp => {
                let half = digit / Exact::from(2);
                Self { below: half.clone(), above: half }
            }
            Shortening::Down => {
                let most = &digit - &Self::end(&digit);
                let below = if shown.is_positive() { Exact::zero() } else { most.clone() };
                let above = if shown.is_negative() { Exact::zero() } else { most };
                Self { below, above }
            }
        }
    }

    /// The end of a digit that a number that is cut does not reach.
    pub(super) fn end(digit: &Exact) -> Exact {
        digit / &Exact::from(SHORT_OF_A_DIGIT)
    }

    /// Both margins together.
    pub(super) fn and(&self, other: &Self) -> Self {
        Self { below: &self.below + &other.below, above: &self.above + &other.above }
    }

    /// The margin of so many times the number; the factor is not negative.
    pub(super) fn times(&self, factor: &Exact) -> Self {
        Self { below: &self.below * factor, above: &self.above * factor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_print_stands_for_half_a_digit_around_it_or_for_nearly_a_digit_above() {
        let margin = |shown: i64, shortening| {
            let margin = Margin::of(&Exact::from(shown), Precision { decimals: 1, shortening });
            (margin.below.to_string(), margin.above.to_string())
        };
        assert_eq!(margin(80, Shortening::HalfUp), ("0.05".to_owned(), "0.05".to_owned()));
        assert_eq!(margin(80, Shortening::Down), ("0".to_owned(), "0.0999".to_owned()));
        assert_eq!(margin(-80, Shortening::Down), ("0.0999".to_owned(), "0".to_owned()));
        assert_eq!(margin(0, Shortening::Down), ("0.0999".to_owned(), "0.0999".to_owned()));
    }
}

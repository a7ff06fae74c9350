//! Whole-number variables under linear bounds: what agrees with everything that is printed.
//!
//! A variable is the sum of some marks, or the number of positive ones among them. A quantity is a mean: of the sum of one or
//! more variables, as a whole number of steps or, where the method rounds means, of their last digit. A constraint bounds a
//! weighted sum of quantities.

use std::collections::BTreeMap;

use num_integer::{div_ceil, div_floor, gcd};

use super::marks::Grid;
use crate::shared::number::{Exact, Shortening};

/// What a variable may be.
pub(super) enum VariableKind {
    /// The sum of some marks; with the variable that holds how many of them are positive, and how many more of those may be
    /// trimmed ones.
    Sum(Option<(usize, i64)>),
    /// How many of some marks are positive.
    Positive,
}

/// A variable.
pub(super) struct Variable<'g> {
    pub(super) grid: &'g Grid,
    /// How many marks.
    pub(super) marks: i64,
    pub(super) kind: VariableKind,
    /// The least and greatest value.
    pub(super) bounds: (i64, i64),
    /// Its true value, as far as that is known.
    pub(super) hint: i64,
}

/// How a quantity follows from the sum of its variables: (offset + factor · sum) / divisor, rounded half up or toward zero.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Rounded {
    pub(super) offset: i128,
    pub(super) factor: i128,
    pub(super) divisor: i128,
    pub(super) shortening: Shortening,
}

impl Rounded {
    fn value(&self, sum: i64) -> i128 {
        let above = self.offset + self.factor * i128::from(sum);
        match self.shortening {
            Shortening::HalfUp => div_floor(2 * above + self.divisor, 2 * self.divisor),
            Shortening::Down => above / self.divisor,
        }
    }

    /// The least sum whose value is at least so much.
    fn least(&self, value: i128) -> i128 {
        match self.shortening {
            Shortening::HalfUp => div_ceil(2 * self.divisor * value - self.divisor - 2 * self.offset, 2 * self.factor),
            // Below zero a value holds the numbers down to the next lower whole one, which it excludes.
            Shortening::Down if value <= 0 => div_floor(self.divisor * (value - 1) - self.offset, self.factor) + 1,
            Shortening::Down => div_ceil(self.divisor * value - self.offset, self.factor),
        }
    }
}

/// A sum of variables, rounded if the method rounds means.
pub(super) struct Quantity {
    pub(super) parts: Vec<usize>,
    pub(super) rounded: Option<Rounded>,
}

impl Quantity {
    pub(super) fn value(&self, sum: i64) -> i128 {
        self.rounded.map_or(i128::from(sum), |rounded| rounded.value(sum))
    }

    /// The least and greatest sum whose value lies within bounds.
    pub(super) fn sums(&self, low: i128, high: i128) -> (i128, i128) {
        match &self.rounded {
            None => (low, high),
            Some(rounded) => (rounded.least(low), rounded.least(high.saturating_add(1)) - 1),
        }
    }
}

/// A weighted sum of quantities with its bounds.
pub(super) struct Constraint {
    pub(super) terms: Vec<(usize, i128)>,
    pub(super) bounds: (i128, i128),
}

/// Variables, quantities and constraints.
#[derive(Default)]
pub(super) struct System<'g> {
    pub(super) variables: Vec<Variable<'g>>,
    pub(super) quantities: Vec<Quantity>,
    pub(super) constraints: Vec<Constraint>,
}

/// A weighted sum of quantities, exactly.
pub(super) type Weights = BTreeMap<usize, Exact>;

/// The numbers of a constraint do not fit machine integers.
#[derive(Debug)]
pub(super) struct TooWide;

/// Largest size of a number in a constraint, so that sums of them do not overflow.
const WIDEST: i128 = 1 << 100;

impl System<'_> {
    /// The quantity of some variables; an existing one of the same variables and rounding is reused.
    pub(super) fn quantity(&mut self, parts: Vec<usize>, rounded: Option<Rounded>) -> usize {
        let known = self.quantities.iter().position(|own| own.parts == parts && own.rounded == rounded);
        known.unwrap_or_else(|| {
            self.quantities.push(Quantity { parts, rounded });
            self.quantities.len() - 1
        })
    }

    /// Bounds a weighted sum of quantities; an existing constraint with the same weights, or multiples of them, is
    /// narrowed.
    ///
    /// # Errors
    /// If the numbers do not fit.
    pub(super) fn bound(&mut self, weights: &Weights, low: &Exact, high: &Exact) -> Result<(), TooWide> {
        let weights: Vec<(usize, &Exact)> =
            weights.iter().filter(|(_, own)| !own.is_zero()).map(|(at, own)| (*at, own)).collect();
        let Some((_, first)) = weights.first() else { return Ok(()) };
        let parts = |own: Exact| own.parts().ok_or(TooWide);
        // Divided by its first weight, a constraint of the same direction has the same weights.
        let scaled: Vec<(usize, (i128, i128))> =
            weights.iter().map(|(at, own)| Ok((*at, parts(*own / *first)?))).collect::<Result<_, TooWide>>()?;
        let mut common: i128 = 1;
        for (_, (_, denominator)) in &scaled {
            common = common.checked_mul(denominator / gcd(common, *denominator)).ok_or(TooWide)?;
        }
        let mut terms: Vec<(usize, i128)> = Vec::with_capacity(scaled.len());
        for (at, (numerator, denominator)) in scaled {
            terms.push((at, numerator.checked_mul(common / denominator).ok_or(TooWide)?));
        }
        let divisor = terms.iter().fold(0, |divisor, (_, own)| gcd(*own, divisor)).max(1);
        terms.iter_mut().for_each(|(_, own)| *own /= divisor);
        let whole = |own: &Exact| parts(&(own / *first) * &fraction(common, divisor)?);
        let ((low, under), (high, over)) = match first.is_negative() {
            false => (whole(low)?, whole(high)?),
            true => (whole(high)?, whole(low)?),
        };
        let bounds = (div_ceil(low, under), div_floor(high, over));
        if terms.iter().any(|(_, own)| own.abs() > WIDEST) || bounds.0.abs() > WIDEST || bounds.1.abs() > WIDEST {
            return Err(TooWide);
        }
        match self.constraints.iter_mut().find(|known| known.terms == terms) {
            Some(known) => known.bounds = (known.bounds.0.max(bounds.0), known.bounds.1.min(bounds.1)),
            None => self.constraints.push(Constraint { terms, bounds }),
        }
        Ok(())
    }

    /// How many constraints contain a variable together with any of some others.
    pub(super) fn shared(&self, at: usize, others: &[usize]) -> usize {
        let holds = |own: &Constraint, at: usize| {
            own.terms.iter().any(|(quantity, _)| self.quantities[*quantity].parts.contains(&at))
        };
        let both = self.constraints.iter().filter(|own| others.iter().any(|other| holds(own, *other)));
        both.filter(|own| holds(own, at)).count()
    }

    /// Whether the widest sums of all constraints fit machine integers.
    pub(super) fn fits(&self) -> bool {
        let widest = |at: usize| {
            let quantity = &self.quantities[at];
            let sum: i64 = quantity.parts.iter().map(|part| self.variables[*part].bounds.1).sum();
            quantity.value(sum).abs().max(quantity.value(0).abs())
        };
        self.constraints.iter().all(|own| {
            let mut sizes = own.terms.iter().map(|(at, weight)| weight.abs().checked_mul(widest(*at)));
            sizes.try_fold(0_i128, |sum, size| sum.checked_add(size?)).is_some_and(|sum| sum < WIDEST)
        })
    }
}

fn fraction(numerator: i128, denominator: i128) -> Result<Exact, TooWide> {
    let whole = |own: i128| i64::try_from(own).map_err(|_| TooWide);
    let common = gcd(numerator, denominator).max(1);
    Ok(Exact::ratio(whole(numerator / common)?, whole(denominator / common)?))
}

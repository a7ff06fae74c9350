//! Sums that are brought to lowest terms once, when they are complete: for each number that would cost more than to add it.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_rational::{BigRational, Ratio};

use super::{Exact, View};

/// A sum on its way.
pub(super) struct Running {
    /// A fraction that need not be in lowest terms, with a denominator above 0.
    numer: i128,
    denom: i64,
    /// The sum of what did not fit into it.
    rest: Exact,
}

impl Running {
    /// The sum of nothing.
    pub(super) const fn new() -> Self {
        Self { numer: 0, denom: 1, rest: Exact::zero() }
    }

    /// Adds a number.
    pub(super) fn add(&mut self, number: &Exact) {
        let added = match number.view() {
            View::Small(own) => self.add_words((*own.numer()).into(), *own.denom()),
            View::Big(_) => None,
        };
        if added.is_none() {
            self.rest = &self.rest + number;
        }
    }

    /// Adds a product.
    fn add_product(&mut self, one: &Exact, other: &Exact) {
        let added = match (one.view(), other.view()) {
            (View::Small(a), View::Small(b)) => a.denom().checked_mul(*b.denom()).and_then(|denom| {
                // Two words of 63 bits each fit 128 bits.
                self.add_words(i128::from(*a.numer()) * i128::from(*b.numer()), denom)
            }),
            _ => None,
        };
        if added.is_none() {
            self.rest = &self.rest + &(one * other);
        }
    }

    /// Adds a fraction; none, and it is not added, where words do not suffice.
    fn add_words(&mut self, numer: i128, denom: i64) -> Option<()> {
        if denom == self.denom {
            self.numer = self.numer.checked_add(numer)?;
            return Some(());
        }
        let shared = if self.denom % denom == 0 { denom } else { self.denom.gcd(&denom) };
        let (own, other) = (self.denom / shared, denom / shared);
        let common = self.denom.checked_mul(other)?;
        let sum = self.numer.checked_mul(other.into())?.checked_add(numer.checked_mul(own.into())?)?;
        (self.numer, self.denom) = (sum, common);
        Some(())
    }

    /// The sum.
    pub(super) fn total(self) -> Exact {
        let denom = i128::from(self.denom);
        // What is left over by a denominator of 63 bits fits as many.
        let over = (self.numer % denom) as i64;
        let shared = over.gcd(&self.denom);
        let (numer, denom) = (self.numer / i128::from(shared), self.denom / shared);
        let own = match i64::try_from(numer) {
            Ok(numer) => Exact::small(Ratio::new_raw(numer, denom)),
            Err(_) => Exact::of(BigRational::new_raw(BigInt::from(numer), BigInt::from(denom))),
        };
        if self.rest.is_zero() { own } else { &self.rest + &own }
    }
}

impl Exact {
    /// Σ weight · value / Σ weight; none where the weights are not positive together.
    ///
    /// Example: 2 · 90 + 1 · 60 = 240, over 3 is 80.
    pub fn weighted_mean<'n>(parts: impl Iterator<Item = (&'n Self, &'n Self)>) -> Option<Self> {
        let (mut weight, mut sum) = (Running::new(), Running::new());
        for (own, value) in parts {
            weight.add(own);
            sum.add_product(own, value);
        }
        let weight = weight.total();
        weight.is_positive().then(|| sum.total() / weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(fractions: &[&str]) -> Vec<Exact> {
        fractions.iter().map(|text| Exact::parse_fraction(text).expect("a fraction")).collect()
    }

    #[test]
    fn a_sum_is_that_of_its_numbers_one_by_one_whatever_their_size() {
        let most = format!("{}/1", i64::MAX);
        let least = format!("-{}/1", i64::MAX);
        let long = format!("1/{}", (1_i64 << 55) - 1);
        let huge = format!("{}{}/7", i64::MAX, i64::MAX);
        let lists: [&[&str]; 8] = [
            &[],
            &["1/2", "1/3", "1/6"],
            &["-1/2", "1/2"],
            &["5/12", "7/12", "1/8", "-3/1"],
            &[&most, &most, &most, "1/3"],
            &[&least, &least, "-1/1", "-1/1"],
            &[&long, "1/36028797018963966", "1/3", &long],
            &[&huge, "1/7", &most, &huge],
        ];
        for list in lists {
            let list = numbers(list);
            let one_by_one = list.iter().fold(Exact::zero(), |sum, own| &sum + own);
            assert_eq!(list.iter().sum::<Exact>(), one_by_one, "{list:?}");
            assert_eq!(list.iter().cloned().sum::<Exact>(), one_by_one, "{list:?}");
            for factors in [["2/1", "3/7"], [&most, "1/3"], [&long, &huge]].map(|own| numbers(&own)) {
                let parts = || factors.iter().cycle().zip(&list);
                let (weight, sum) = parts().fold((Exact::zero(), Exact::zero()), |(weight, sum), (own, value)| {
                    (&weight + own, &sum + &(own * value))
                });
                let expected = weight.is_positive().then(|| &sum / &weight);
                assert_eq!(Exact::weighted_mean(parts()), expected, "{list:?}");
            }
        }
    }

    #[test]
    fn weights_that_are_nothing_together_give_no_mean() {
        // 2 · 90 + 1 · 60 = 240, over 3 is 80.
        let [two, one, high, low] = [2, 1, 90, 60].map(|own: usize| Exact::from(own));
        assert_eq!(Exact::weighted_mean([(&two, &high), (&one, &low)].into_iter()), Some(Exact::from(80)));
        assert_eq!(Exact::weighted_mean([(&one, &high), (&-&one, &low)].into_iter()), None);
        assert_eq!(Exact::weighted_mean([(&Exact::zero(), &high)].into_iter()), None);
    }
}

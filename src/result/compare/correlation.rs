//! How similar two rankings are: Spearman's rho and Kendall's tau-b, with ties, exact up to the printed decimals.
//!
//! Both are a whole number over the root of another one; the root is taken in whole numbers, so no binary floating point
//! decides a printed digit. Where every unit is tied in one of the rankings, they are undefined, which is not the same
//! as 0.

use num_bigint::{BigInt, BigUint};
use serde::Serialize;

use crate::shared::number::Exact;

/// Decimals of a printed coefficient.
const DECIMALS: u32 = 4;

/// The coefficients of one scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Correlation {
    /// The group; none for all units.
    pub group: Option<String>,
    /// Units ranked in both results.
    pub units: usize,
    /// Spearman's rho with average ranks for ties; none where it is not defined.
    pub spearman: Option<String>,
    /// Kendall's tau-b; none where it is not defined.
    pub kendall: Option<String>,
}

impl Correlation {
    /// The coefficients of pairs of totals.
    pub fn of(group: Option<&str>, totals: &[(Exact, Exact)]) -> Self {
        let old = double_ranks(totals, |pair| &pair.0);
        let new = double_ranks(totals, |pair| &pair.1);
        Self {
            group: group.map(str::to_owned),
            units: totals.len(),
            spearman: spearman(&old, &new),
            kendall: kendall(&old, &new),
        }
    }
}

/// Twice the average rank of each value, the highest first: whole numbers also where units are tied.
fn double_ranks(totals: &[(Exact, Exact)], value: impl Fn(&(Exact, Exact)) -> &Exact) -> Vec<i64> {
    let mut order: Vec<usize> = (0..totals.len()).collect();
    order.sort_by(|a, b| value(&totals[*b]).cmp(value(&totals[*a])));
    let mut ranks = vec![0; totals.len()];
    let mut before = 0;
    for tied in order.chunk_by(|a, b| value(&totals[*a]) == value(&totals[*b])) {
        let (first, last) = (before + 1, before + tied.len());
        for index in tied {
            ranks[*index] = (first + last) as i64;
        }
        before = last;
    }
    ranks
}

/// The correlation of the ranks: Σ dx·dy over the root of Σ dx² · Σ dy², as twice the distance from the mean rank.
fn spearman(old: &[i64], new: &[i64]) -> Option<String> {
    let mean = old.len() as i64 + 1;
    let sum = |a: &[i64], b: &[i64]| -> i128 {
        a.iter().zip(b).map(|(x, y)| i128::from(x - mean) * i128::from(y - mean)).sum()
    };
    over_root(sum(old, new), sum(old, old), sum(new, new))
}

/// Concordant less discordant pairs over the root of the pairs that are not tied in each ranking.
fn kendall(old: &[i64], new: &[i64]) -> Option<String> {
    let mut both: Vec<(i64, i64)> = old.iter().copied().zip(new.iter().copied()).collect();
    both.sort_unstable();
    let mut seconds: Vec<i64> = both.iter().map(|pair| pair.1).collect();
    let tied_first: i128 = both.chunk_by(|a, b| a.0 == b.0).map(|tied| pairs(tied.len())).sum();
    let tied_both: i128 = both.chunk_by(|a, b| a == b).map(|tied| pairs(tied.len())).sum();
    let discordant = inversions(&mut seconds);
    let tied_second: i128 = seconds.chunk_by(|a, b| a == b).map(|tied| pairs(tied.len())).sum();
    let all = pairs(both.len());
    let difference = all - tied_first - tied_second + tied_both - 2 * discordant;
    over_root(difference, all - tied_first, all - tied_second)
}

/// How many pairs some units make.
const fn pairs(units: usize) -> i128 {
    let units = units as i128;
    units * (units - 1) / 2
}

/// Sorts numbers and counts the pairs that were in the wrong order.
fn inversions(numbers: &mut [i64]) -> i128 {
    if numbers.len() < 2 {
        return 0;
    }
    let middle = numbers.len() / 2;
    let mut count = inversions(&mut numbers[..middle]) + inversions(&mut numbers[middle..]);
    let mut merged = Vec::with_capacity(numbers.len());
    let (mut left, mut right) = (0, middle);
    while left < middle && right < numbers.len() {
        if numbers[left] <= numbers[right] {
            merged.push(numbers[left]);
            left += 1;
        } else {
            count += (middle - left) as i128;
            merged.push(numbers[right]);
            right += 1;
        }
    }
    merged.extend_from_slice(&numbers[left..middle]);
    merged.extend_from_slice(&numbers[right..]);
    numbers.copy_from_slice(&merged);
    count
}

/// `number / √(a·b)` at the printed decimals, rounded half away from zero; none where a or b is 0.
fn over_root(number: i128, a: i128, b: i128) -> Option<String> {
    if a == 0 || b == 0 {
        return None;
    }
    // Rounding x to the nearest whole is the floor of (2x + 1) / 2; the floor of 2x is a root of whole numbers.
    let twice = BigInt::from(number).magnitude() * 2_u32 * BigUint::from(10_u32).pow(DECIMALS);
    let radicand = &twice * &twice / (BigInt::from(a).magnitude() * BigInt::from(b).magnitude());
    let rounded: BigUint = (radicand.sqrt() + 1_u32) / 2_u32;
    let digits = format!("{rounded:0>width$}", width = DECIMALS as usize + 1, rounded = rounded.to_string());
    let (whole, part) = digits.split_at(digits.len() - DECIMALS as usize);
    let sign = if number < 0 && digits.bytes().any(|digit| digit != b'0') { "-" } else { "" };
    Some(format!("{sign}{whole}.{part}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(old: &[i64], new: &[i64]) -> (Option<String>, Option<String>) {
        let totals: Vec<(Exact, Exact)> = old.iter().zip(new).map(|(a, b)| ((*a).into(), (*b).into())).collect();
        let correlation = Correlation::of(None, &totals);
        (correlation.spearman, correlation.kendall)
    }

    fn said(rho: &str, tau: &str) -> (Option<String>, Option<String>) {
        (Some(rho.to_owned()), Some(tau.to_owned()))
    }

    #[test]
    fn the_same_and_the_reverse_order() {
        assert_eq!(of(&[5, 4, 3, 2, 1], &[50, 40, 30, 20, 10]), said("1.0000", "1.0000"));
        assert_eq!(of(&[5, 4, 3, 2, 1], &[1, 2, 3, 4, 5]), said("-1.0000", "-1.0000"));
    }

    #[test]
    fn one_swap_of_five() {
        // Σd² = 1 + 1 = 2: rho = 1 − 6·2/(5·24) = 0.9. One of ten pairs is discordant: tau = (9 − 1)/10 = 0.8.
        assert_eq!(of(&[5, 4, 3, 2, 1], &[5, 3, 4, 2, 1]), said("0.9000", "0.8000"));
    }

    #[test]
    fn ties_take_average_ranks() {
        // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: Σdx² = 4.5, Σdy² = 5, Σdxdy = 4.5, rho = 4.5/√22.5 = 0.94868.
        // Six pairs, one tied in the first: 5 concordant, tau-b = 5/√(5·6) = 0.91287.
        assert_eq!(of(&[9, 7, 7, 1], &[9, 8, 7, 1]), said("0.9487", "0.9129"));
        // Ranks 1.5, 1.5, 3.5, 3.5 and 1.5, 3.5, 1.5, 3.5: Σdxdy = 0. Ties in both: 6 − 2 − 2 + 0 − 2·1 = 0.
        assert_eq!(of(&[2, 2, 1, 1], &[2, 1, 2, 1]), said("0.0000", "0.0000"));
    }

    #[test]
    fn nothing_is_defined_without_differences() {
        assert_eq!(of(&[], &[]), (None, None));
        assert_eq!(of(&[3], &[3]), (None, None));
        assert_eq!(of(&[3, 3], &[1, 2]), (None, None));
    }

    #[test]
    fn discordant_pairs_are_those_of_the_definition() {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 60) as i64
        };
        for size in [2, 7, 40] {
            let pairs: Vec<(i64, i64)> = (0..size).map(|_| (next(), next())).collect();
            let (mut difference, mut first, mut second) = (0_i128, 0_i128, 0_i128);
            for (i, a) in pairs.iter().enumerate() {
                for b in &pairs[..i] {
                    difference += i128::from((a.0 - b.0).signum() * (a.1 - b.1).signum());
                    first += i128::from(a.0 != b.0);
                    second += i128::from(a.1 != b.1);
                }
            }
            let (old, new): (Vec<i64>, Vec<i64>) = pairs.into_iter().unzip();
            assert_eq!(of(&old, &new).1, over_root(difference, first, second), "{size} units");
        }
    }
}

//! Exact numbers: decimal texts to fractions and back, and the declared roundings (SPEC §8 "Numbers").

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};

/// An exact fraction.
pub(crate) type Q = BigRational;

/// The fraction of a whole number.
pub(crate) fn int(value: i64) -> Q {
    Q::from_integer(BigInt::from(value))
}

/// The fraction of a count.
pub(crate) fn count(value: usize) -> Q {
    Q::from_integer(BigInt::from(value))
}

/// Which way a declared rounding goes (SPEC §8; §19.15).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Way {
    #[default]
    HalfUp,
    Down,
}

/// Reads a decimal text, or a fraction of the model file (SPEC §19.5), exactly.
pub(crate) fn q(text: &str) -> Q {
    fraction(text).unwrap_or_else(|| panic!("not a number: {text:?}"))
}

/// Reads a key in percent: a decimal, `2/3` (that part of the whole) or `66 2/3%` (SPEC §19.5).
pub(crate) fn percent(text: &str) -> Q {
    match text.strip_suffix('%') {
        Some(mixed) => mixed.split(' ').fold(Q::zero(), |total, part| total + q(part)),
        None if text.contains('/') => q(text) * int(100),
        None => q(text),
    }
}

/// Reads a plain decimal text exactly, or says that it is none.
pub(crate) fn decimal(text: &str) -> Option<Q> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{part}");
    if whole.is_empty() || !all.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let mantissa: BigInt = all.parse().ok()?;
    let scale = u32::try_from(part.len()).ok()?;
    Some(Q::new(mantissa * sign, BigInt::from(10).pow(scale)))
}

/// Reads `p/q` or a decimal.
pub(crate) fn fraction(text: &str) -> Option<Q> {
    match text.split_once('/') {
        Some((p, d)) => {
            let d: BigInt = d.parse().ok()?;
            if d.is_zero() {
                return None;
            }
            Some(Q::new(p.parse().ok()?, d))
        }
        None => decimal(text),
    }
}

/// Digits after the point of a decimal text.
pub(crate) fn places(text: &str) -> u32 {
    text.split_once('.').map_or(0, |(_, part)| u32::try_from(part.len()).unwrap_or(0))
}

fn power(decimals: u32) -> Q {
    Q::from_integer(BigInt::from(10).pow(decimals))
}

/// SPEC §8: rounding is half away from zero.
pub(crate) fn round(value: &Q, decimals: u32) -> Q {
    let scaled = value.abs() * power(decimals) + Q::new(BigInt::from(1), BigInt::from(2));
    let size = scaled.floor() / power(decimals);
    if value.is_negative() { -size } else { size }
}

/// The declared rounding of a model: half away from zero, or toward zero (SPEC §19.15).
pub(crate) fn round_by(value: &Q, decimals: u32, way: Way) -> Q {
    match way {
        Way::HalfUp => round(value, decimals),
        Way::Down => (value * power(decimals)).trunc() / power(decimals),
    }
}

/// A value rounded and printed with a fixed number of decimals.
pub(crate) fn print(value: &Q, decimals: u32) -> String {
    print_by(value, decimals, Way::HalfUp)
}

/// A value rounded in the model's way and printed with a fixed number of decimals.
pub(crate) fn print_by(value: &Q, decimals: u32, way: Way) -> String {
    let scaled = (round_by(value, decimals, way) * power(decimals)).to_integer();
    let sign = if scaled.is_negative() { "-" } else { "" };
    let digits = scaled.abs().to_string();
    if decimals == 0 {
        return format!("{sign}{digits}");
    }
    let wide = format!("{digits:0>width$}", width = decimals as usize + 1);
    let (whole, part) = wide.split_at(wide.len() - decimals as usize);
    format!("{sign}{whole}.{part}")
}

/// `p/q` in lowest terms with the denominator written.
pub(crate) fn exact(value: &Q) -> String {
    format!("{}/{}", value.numer(), value.denom())
}

/// The sum of some fractions.
pub(crate) fn sum<'a>(values: impl IntoIterator<Item = &'a Q>) -> Q {
    values.into_iter().fold(Q::zero(), |total, value| total + value)
}

/// A weighted mean of (weight, value); `None` without any value.
pub(crate) fn weighted(values: &[(Q, Q)]) -> Option<Q> {
    if values.is_empty() {
        return None;
    }
    let weights = sum(values.iter().map(|(w, _)| w));
    let total = values.iter().fold(Q::zero(), |t, (w, v)| t + w * v);
    Some(total / weights)
}

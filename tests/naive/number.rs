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

/// Reads a plain decimal text exactly.
pub(crate) fn q(text: &str) -> Q {
    decimal(text).unwrap_or_else(|| panic!("not a decimal: {text:?}"))
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

/// A value rounded and printed with a fixed number of decimals.
pub(crate) fn print(value: &Q, decimals: u32) -> String {
    let scaled = (round(value, decimals) * power(decimals)).to_integer();
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

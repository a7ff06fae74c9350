//! Exact numbers: fractions between rounding points, decimals at the edges.
//!
//! Takes decimal text and gives fractions; the only rounding of the crate is [`Exact::round`]. No binary floating point
//! enters here except through [`Exact::from_cell`], which turns a worksheet double into the decimal a user sees.
//! Quantities differ by type: [`Points`] are points of the model, [`Percent`] are shares and rates in percent.

use crate::shared::words::words;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Div, Mul, Neg, Sub};

use num_bigint::BigInt;
use num_rational::{BigRational, Ratio};
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, One, Signed, ToPrimitive, Zero};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod digits;
mod fraction;
mod precision;
mod quantities;
mod random;
mod running;
mod written;

pub(crate) use digits::{decimal, short_decimal, whole_digits};
pub use precision::{Precision, Shortening};
pub use quantities::{Percent, Points};
pub(crate) use random::Random;
use running::Running;
pub use written::{Written, half_width, is_split};

/// An exact number: a fraction of unbounded integers in lowest terms.
///
/// Fractions that fit two machine words less a byte, nearly all of them, are stored as such; an operation that would overflow
/// continues with unbounded integers. The form of a number depends on its value only, so equality is equality of forms.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Exact(Form);

/// How a number is kept. Denominators are short, so that both forms, and a number that may be missing, take the room of two
/// words: a result holds millions of them.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Form {
    Small { numer: i64, denom: Denominator },
    Big(Box<BigRational>),
}

/// A denominator below 2⁵⁶, least byte first.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Denominator([u8; 7]);

/// The denominator of whole numbers.
const ONE: Denominator = Denominator([1, 0, 0, 0, 0, 0, 0]);

impl Denominator {
    /// The denominator of a fraction in lowest terms, if it is short enough.
    const fn new(denom: i64) -> Option<Self> {
        match denom.to_le_bytes() {
            [a, b, c, d, e, f, g, 0] => Some(Self([a, b, c, d, e, f, g])),
            _ => None,
        }
    }

    const fn get(self) -> i64 {
        let [a, b, c, d, e, f, g] = self.0;
        i64::from_le_bytes([a, b, c, d, e, f, g, 0])
    }
}

/// A number as it is calculated with.
enum View<'n> {
    Small(Ratio<i64>),
    Big(&'n BigRational),
}

impl Form {
    /// The form of a fraction in lowest terms; machine words do if its numerator can be negated and its denominator is short.
    fn narrow(value: &Ratio<i64>) -> Option<Self> {
        let denom = Denominator::new(*value.denom())?;
        (*value.numer() != i64::MIN).then_some(Self::Small { numer: *value.numer(), denom })
    }
}

words! {
    /// How a number is rounded to fewer decimals or to a whole count.
    pub enum Rounding {
        /// Towards minus infinity: 3.9 becomes 3.
        Floor = "floor",
        /// Half away from zero: 2.5 becomes 3, −2.5 becomes −3.
        HalfUp = "half_up",
        /// Towards plus infinity: 3.1 becomes 4.
        Ceil = "ceil",
    }
}

/// Whether the text of a number, as a worksheet stores it, is within the range of a double.
pub fn is_finite_literal(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

impl Exact {
    /// The number 0.
    pub const fn zero() -> Self {
        Self(Form::Small { numer: 0, denom: ONE })
    }

    fn view(&self) -> View<'_> {
        match &self.0 {
            Form::Small { numer, denom } => View::Small(Ratio::new_raw(*numer, denom.get())),
            Form::Big(big) => View::Big(big),
        }
    }

    /// 10 to an exponent.
    fn power_of_ten(exponent: u32) -> Self {
        match power_of_ten(exponent) {
            Some(power) => Self(Form::Small { numer: power, denom: ONE }),
            None => Self::of(BigRational::from_integer(pow10(exponent))),
        }
    }

    /// The form of a fraction of machine words.
    fn small(value: Ratio<i64>) -> Self {
        Self(Form::narrow(&value).unwrap_or_else(|| Form::Big(Box::new(widen(&value)))))
    }

    /// The form of a fraction of unbounded integers: machine words if they suffice.
    fn of(value: BigRational) -> Self {
        let words = value.numer().to_i64().zip(value.denom().to_i64());
        // The fraction is already in lowest terms.
        let narrow = words.and_then(|(numer, denom)| Form::narrow(&Ratio::new_raw(numer, denom)));
        Self(narrow.unwrap_or_else(|| Form::Big(Box::new(value))))
    }

    /// The number as a fraction of unbounded integers.
    fn wide(&self) -> BigRational {
        match self.view() {
            View::Small(small) => widen(&small),
            View::Big(big) => big.clone(),
        }
    }

    /// A sum, difference or product: in machine words if they suffice, otherwise with unbounded integers.
    fn operate(
        &self,
        other: &Self,
        narrow: impl FnOnce(&Ratio<i64>, &Ratio<i64>) -> Option<Ratio<i64>>,
        wide: impl FnOnce(BigRational, BigRational) -> BigRational,
    ) -> Self {
        if let (View::Small(a), View::Small(b)) = (self.view(), other.view())
            && let Some(result) = narrow(&a, &b)
        {
            return Self::small(result);
        }
        Self::of(wide(self.wide(), other.wide()))
    }

    /// The fraction `numerator / denominator`.
    ///
    /// # Panics
    /// If the denominator is zero, which callers exclude.
    pub fn ratio(numerator: i64, denominator: i64) -> Self {
        if numerator != i64::MIN && denominator != i64::MIN {
            return Self::small(Ratio::new(numerator, denominator));
        }
        Self::of(BigRational::new(numerator.into(), denominator.into()))
    }

    /// Parses a plain decimal: digits, at most one point, an optional sign; nothing else.
    ///
    /// ```
    /// use assess::shared::number::Exact;
    /// assert_eq!(Exact::parse("2.675").unwrap().round(2).to_string(), "2.68");
    /// assert_eq!(Exact::parse("1e3"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        let dangling = digits.contains('.') && part.is_empty();
        if whole.is_empty() || dangling || !all_digits(whole) || !all_digits(part) || digits.len() > 60 {
            return None;
        }
        if let (Some(number), Some(scale)) = (short(whole, part), power_of_ten(part.len() as u32)) {
            return Some(Self::small(Ratio::new(if negative { -number } else { number }, scale)));
        }
        let number: BigInt = format!("{whole}{part}").parse().ok()?;
        let value = BigRational::new(number, pow10(part.len() as u32));
        Some(Self::of(if negative { -value } else { value }))
    }

    /// Turns a worksheet double into the decimal it represents: 15 significant digits, as a spreadsheet shows it.
    ///
    /// Returns `None` for a double that is not finite. Example: 0.30000000000000004 is 0.3.
    pub fn from_cell(double: f64) -> Option<Self> {
        if !double.is_finite() {
            return None;
        }
        if let Some((units, decimals)) = short_decimal(double) {
            return Some(Self::small(Ratio::new(units, 10_i64.pow(decimals))));
        }
        let text = format!("{double:.14e}");
        let (mantissa, exponent) = text.split_once('e')?;
        let exponent: i32 = exponent.parse().ok()?;
        if exponent.abs() > 40 && double.abs() > 0.0 {
            return None;
        }
        Self::from_scientific(mantissa, exponent)
    }

    /// The number `mantissa · 10^exponent`, where the mantissa has one digit before the point and 14 after it.
    fn from_scientific(mantissa: &str, exponent: i32) -> Option<Self> {
        // Nearly every score fits machine words without its trailing zeros.
        let (sign, digits) = mantissa.strip_prefix('-').map_or((1, mantissa), |digits| (-1, digits));
        let plain = digits.trim_end_matches('0').replace('.', "");
        let places = exponent - (i32::try_from(plain.len()).ok()? - 1);
        let power = (places.abs() <= 17).then(|| 10_i64.pow(places.unsigned_abs()));
        if let (Ok(number), Some(power)) = (plain.parse::<i64>(), power) {
            let number = number * sign;
            match (places >= 0, number.checked_mul(power)) {
                (true, Some(whole)) => return Some(Self::small(Ratio::from_integer(whole))),
                (false, _) => return Some(Self::small(Ratio::new(number, power))),
                (true, None) => {}
            }
        }
        let base = Self::parse(mantissa)?.wide();
        let scale = BigRational::from_integer(pow10(exponent.unsigned_abs()));
        Some(Self::of(if exponent < 0 { base / scale } else { base * scale }))
    }

    /// Parses the form written by [`Exact::fraction`], "p/q".
    pub fn parse_fraction(text: &str) -> Option<Self> {
        let slash = text.bytes().position(|byte| byte == b'/')?;
        let (p, q) = (&text[..slash], &text[slash + 1..]);
        if let (Ok(p), Ok(q)) = (p.parse::<i64>(), q.parse::<i64>())
            && p != i64::MIN
            && q > 0
        {
            // Whole numbers, a great part of all, have nothing to be divided by.
            return Some(Self::small(if q == 1 { Ratio::new_raw(p, q) } else { Ratio::new(p, q) }));
        }
        let (p, q): (BigInt, BigInt) = (p.parse().ok()?, q.parse().ok()?);
        (!q.is_zero()).then(|| Self::of(BigRational::new(p, q)))
    }

    /// The fraction in lowest terms, always with its denominator: 90 is "90/1".
    pub fn fraction(&self) -> String {
        match self.view() {
            View::Small(small) => format!("{}/{}", small.numer(), small.denom()),
            View::Big(big) => format!("{}/{}", big.numer(), big.denom()),
        }
    }

    /// Rounds half away from zero to a number of decimals: 2.675 to 2 is 2.68, −2.5 to 0 is −3.
    pub fn round(&self, decimals: u32) -> Self {
        let scale = Self::power_of_ten(decimals);
        (self * &scale).whole(Rounding::HalfUp) / scale
    }

    /// Rounds to a whole number; `floor(0.29·100)` is 29.
    pub fn whole(&self, rounding: Rounding) -> Self {
        // Rounding adds numerator and denominator; words of half the size leave room for that.
        let roomy = |small: &Ratio<i64>| {
            let room = i64::MAX.unsigned_abs() / 4;
            small.numer().unsigned_abs() < room && small.denom().unsigned_abs() < room
        };
        match (self.view(), rounding) {
            (View::Small(small), Rounding::Floor) if roomy(&small) => Self::small(small.floor()),
            (View::Small(small), Rounding::HalfUp) if roomy(&small) => Self::small(small.round()),
            (_, Rounding::Floor) => Self::of(self.wide().floor()),
            (_, Rounding::Ceil) => Self::of(self.wide().ceil()),
            (_, Rounding::HalfUp) => Self::of(self.wide().round()),
        }
    }

    /// The whole number as an index or count, if it fits.
    pub fn to_count(&self) -> Option<u64> {
        match self.view() {
            View::Small(small) => small.is_integer().then(|| u64::try_from(*small.numer()).ok())?,
            View::Big(big) => big.is_integer().then(|| big.to_integer().to_u64())?,
        }
    }

    /// The double of its first 15 digits, for a worksheet cell only; never for a decision.
    ///
    /// Spreadsheets keep 15 digits: a cell with more would change when another program saves it.
    pub fn to_cell(&self) -> f64 {
        let nearest = match self.view() {
            // Both are exact as doubles, so that their quotient is the nearest double.
            View::Small(small) if self.bits() <= f64::MANTISSA_DIGITS.into() => {
                *small.numer() as f64 / *small.denom() as f64
            }
            _ => self.wide().to_f64().unwrap_or(0.0),
        };
        format!("{nearest:.14e}").parse().unwrap_or(nearest)
    }

    /// Prints with exactly `decimals` decimals, after rounding half away from zero.
    pub fn fixed(&self, decimals: u32) -> String {
        if let Some(units) = self.units(decimals) {
            let mut text = String::with_capacity(24);
            decimal(self.is_negative() && units > 0, units, decimals, &mut text);
            return text;
        }
        let scaled = (self * &Self::power_of_ten(decimals)).whole(Rounding::HalfUp).wide().to_integer();
        let sign = if scaled.is_negative() { "-" } else { "" };
        let digits = format!("{:0>width$}", scaled.abs().to_string(), width = decimals as usize + 1);
        let (whole, part) = digits.split_at(digits.len() - decimals as usize);
        if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
    }

    /// The double nearest to what [`Exact::fixed`] prints, if machine words suffice to find it.
    pub(crate) fn fixed_double(&self, decimals: u32) -> Option<f64> {
        const WHOLE: u128 = 1 << f64::MANTISSA_DIGITS;
        let units = self.units(decimals).filter(|units| *units <= WHOLE)?;
        // Both are exact as doubles, so that their quotient is the nearest double.
        let double = units as f64 / power_of_ten(decimals)? as f64;
        Some(if self.is_negative() && units > 0 { -double } else { double })
    }

    /// How many units of the last of some decimals the absolute value is, rounded half up; none for numbers that need
    /// unbounded integers.
    fn units(&self, decimals: u32) -> Option<u128> {
        let View::Small(small) = self.view() else { return None };
        let scale = power_of_ten(decimals)?.unsigned_abs();
        let (numer, denom) = (small.numer().unsigned_abs(), small.denom().unsigned_abs());
        let rounded = numer.checked_mul(scale).and_then(|n| n.checked_mul(2)).and_then(|n| n.checked_add(denom));
        Some(match rounded {
            Some(rounded) => (rounded / (denom * 2)).into(),
            // At most 2^63 · 10^18 · 2 + 2^63, which fits 128 bits.
            None => {
                let [numer, denom, scale] = [numer, denom, scale].map(u128::from);
                (numer * scale * 2 + denom) / (denom * 2)
            }
        })
    }

    /// Prints with as many decimals as it has, at most six.
    pub fn plain(&self) -> String {
        self.fixed(self.decimals().map_or(6, |decimals| decimals.min(6)))
    }

    /// How many decimals are needed to write the number exactly, or `None` if no decimal is exact (1/3).
    pub fn decimals(&self) -> Option<u32> {
        let (mut twos, mut fives) = (0, 0);
        if let View::Small(small) = self.view() {
            let mut rest = *small.denom();
            for (factor, count) in [(2, &mut twos), (5, &mut fives)] {
                while rest % factor == 0 {
                    rest /= factor;
                    *count += 1;
                }
            }
            return (rest == 1).then_some(twos.max(fives));
        }
        let mut rest = self.wide().denom().clone();
        for (factor, count) in [(2_u8, &mut twos), (5_u8, &mut fives)] {
            while (&rest % BigInt::from(factor)).is_zero() {
                rest /= BigInt::from(factor);
                *count += 1;
            }
        }
        rest.is_one().then_some(twos.max(fives))
    }

    /// Whether the number is 0.
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Form::Small { numer: 0, .. })
    }

    /// Numerator and denominator in lowest terms, the denominator positive; `None` if either exceeds 128 bits.
    pub fn parts(&self) -> Option<(i128, i128)> {
        match self.view() {
            View::Small(small) => Some(((*small.numer()).into(), (*small.denom()).into())),
            View::Big(big) => Some((i128::try_from(big.numer()).ok()?, i128::try_from(big.denom()).ok()?)),
        }
    }

    /// How many binary digits the longer of numerator and denominator has: 255 has 8.
    pub fn bits(&self) -> u64 {
        match self.view() {
            View::Small(small) => {
                let longer = small.numer().unsigned_abs().max(small.denom().unsigned_abs());
                u64::from(u64::BITS - longer.leading_zeros())
            }
            View::Big(big) => big.numer().bits().max(big.denom().bits()),
        }
    }

    /// Whether it is a whole number.
    pub fn is_whole(&self) -> bool {
        match self.view() {
            View::Small(small) => small.is_integer(),
            View::Big(big) => big.is_integer(),
        }
    }

    /// Whether the number is below 0.
    pub fn is_negative(&self) -> bool {
        match self.view() {
            View::Small(small) => small.is_negative(),
            View::Big(big) => big.is_negative(),
        }
    }

    /// Whether the number is above 0.
    pub fn is_positive(&self) -> bool {
        !self.is_zero() && !self.is_negative()
    }

    /// The number, or the limit where that is less.
    #[must_use]
    pub fn at_most(self, limit: &Self) -> Self {
        if self > *limit { limit.clone() } else { self }
    }

    /// The number, or the limit where that is more.
    #[must_use]
    pub fn at_least(self, limit: &Self) -> Self {
        if self < *limit { limit.clone() } else { self }
    }

    /// The absolute value.
    pub fn abs(&self) -> Self {
        if self.is_negative() { -self } else { self.clone() }
    }
}

/// A power of ten, if it fits a machine word.
const fn power_of_ten(exponent: u32) -> Option<i64> {
    10_i64.checked_pow(exponent)
}

/// The number of some digits before and after a point, if it surely fits a machine word.
fn short(whole: &str, part: &str) -> Option<i64> {
    const DIGITS: usize = 18;
    let digits = whole.bytes().chain(part.bytes());
    (whole.len() + part.len() <= DIGITS).then(|| digits.fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
}

fn pow10(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

fn widen(small: &Ratio<i64>) -> BigRational {
    BigRational::new_raw((*small.numer()).into(), (*small.denom()).into())
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.view(), other.view()) {
            (View::Small(a), View::Small(b)) => {
                let cross = |x: &Ratio<i64>, y: &Ratio<i64>| i128::from(*x.numer()) * i128::from(*y.denom());
                cross(&a, &b).cmp(&cross(&b, &a))
            }
            _ => self.wide().cmp(&other.wide()),
        }
    }
}

/// Prints the shortest exact decimal, or six decimals if none is exact.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fixed(self.decimals().unwrap_or(6)))
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fraction())
    }
}

impl From<i64> for Exact {
    fn from(value: i64) -> Self {
        if value != i64::MIN {
            return Self(Form::Small { numer: value, denom: ONE });
        }
        Self::of(BigRational::from_integer(value.into()))
    }
}

impl From<i32> for Exact {
    fn from(value: i32) -> Self {
        Self::from(i64::from(value))
    }
}

impl From<usize> for Exact {
    fn from(value: usize) -> Self {
        if let Ok(value) = i64::try_from(value) {
            return Self::from(value);
        }
        Self::of(BigRational::from_integer(value.into()))
    }
}

impl Exact {
    /// Both numbers, if they are whole and small.
    const fn wholes(&self, other: &Self) -> Option<[i64; 2]> {
        match (&self.0, &other.0) {
            (Form::Small { numer: a, denom: ONE }, Form::Small { numer: b, denom: ONE }) => Some([*a, *b]),
            _ => None,
        }
    }
}

macro_rules! exact_operator {
    ($($trait:ident $method:ident $checked:ident $op:tt $whole:expr),*) => {$(
        impl $trait<&Exact> for &Exact {
            type Output = Exact;
            fn $method(self, other: &Exact) -> Exact {
                // Most numbers are whole, and need no common denominator.
                let whole: fn(i64, i64) -> Option<i64> = $whole;
                if let Some(numer) = self.wholes(other).and_then(|[a, b]| whole(a, b)).filter(|n| *n != i64::MIN) {
                    return Exact(Form::Small { numer, denom: ONE });
                }
                self.operate(other, |a, b| a.$checked(b), |a, b| a $op b)
            }
        }
        impl $trait<Exact> for Exact {
            type Output = Exact;
            fn $method(self, other: Exact) -> Exact { &self $op &other }
        }
        impl $trait<&Exact> for Exact {
            type Output = Exact;
            fn $method(self, other: &Exact) -> Exact { &self $op other }
        }
    )*};
}
exact_operator!(
    Add add checked_add + i64::checked_add,
    Sub sub checked_sub - i64::checked_sub,
    Mul mul checked_mul * i64::checked_mul,
    Div div checked_div / |_, _| None
);

impl Neg for &Exact {
    type Output = Exact;
    fn neg(self) -> Exact {
        &Exact::zero() - self
    }
}

impl Neg for Exact {
    type Output = Self;
    fn neg(self) -> Self {
        match self.0 {
            Form::Small { numer, denom } => Self(Form::Small { numer: -numer, denom }),
            Form::Big(big) => Self::of(-*big),
        }
    }
}

impl Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        let mut sum = Running::new();
        iter.for_each(|own| sum.add(&own));
        sum.total()
    }
}

impl<'a> Sum<&'a Self> for Exact {
    fn sum<I: Iterator<Item = &'a Self>>(iter: I) -> Self {
        let mut sum = Running::new();
        iter.for_each(|own| sum.add(own));
        sum.total()
    }
}

/// A number in a format that nobody reads.
#[derive(Serialize, Deserialize)]
enum Compact<'n> {
    Words(i64, i64),
    Fraction(Cow<'n, str>),
}

/// A text `p/q`, or in a format that nobody reads the words that the number is kept in.
impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            _ if serializer.is_human_readable() => serializer.serialize_str(&self.fraction()),
            Form::Small { numer, denom } => Compact::Words(*numer, denom.get()).serialize(serializer),
            Form::Big(_) => Compact::Fraction(Cow::Owned(self.fraction())).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fraction;

        impl Visitor<'_> for Fraction {
            type Value = Exact;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a fraction p/q")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Exact, E> {
                Exact::parse_fraction(text).ok_or_else(|| E::custom("expected a fraction p/q"))
            }
        }
        if deserializer.is_human_readable() {
            return deserializer.deserialize_str(Fraction);
        }
        let odd = || serde::de::Error::custom("expected a fraction p/q");
        match Compact::deserialize(deserializer)? {
            // They were kept in lowest terms.
            Compact::Words(numer, denom) => {
                let denom = Denominator::new(denom).filter(|denom| denom.get() != 0).ok_or_else(odd)?;
                Ok(Self(Form::Small { numer, denom }))
            }
            Compact::Fraction(text) => Self::parse_fraction(&text).ok_or_else(odd),
        }
    }
}

#[cfg(test)]
mod tests;

//! Exact numbers of the attacker: fractions of whole numbers, read from decimals and from "p/q".

use num_rational::Ratio;
use serde_json::Value;

/// A fraction.
pub(crate) type Q = Ratio<i128>;

/// A whole number.
pub(crate) fn whole(number: usize) -> Q {
    Q::from_integer(i128::try_from(number).unwrap())
}

/// 10 to the power of −`digits`.
pub(crate) fn digit(digits: u32) -> Q {
    Q::new(1, 10_i128.pow(digits))
}

/// Half a unit of the last of so many digits.
pub(crate) fn half(digits: u32) -> Q {
    digit(digits) / whole(2)
}

/// A decimal or a fraction.
#[track_caller]
pub(crate) fn parse(text: &str) -> Q {
    if let Some((over, under)) = text.split_once('/') {
        return Q::new(over.parse().unwrap(), under.parse().unwrap());
    }
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
    let number: i128 = format!("{before}{after}").parse().unwrap_or_else(|_| panic!("no number: {text:?}"));
    Q::new(sign * number, 10_i128.pow(u32::try_from(after.len()).unwrap()))
}

/// A number of a JSON document: a text or a number.
#[track_caller]
pub(crate) fn of(value: &Value) -> Q {
    value.as_str().map_or_else(|| parse(&value.to_string()), parse)
}

/// A number of a model file.
#[track_caller]
pub(crate) fn of_toml(value: &toml::Value) -> Q {
    match value {
        toml::Value::String(text) => parse(text),
        toml::Value::Integer(number) => Q::from_integer((*number).into()),
        toml::Value::Float(number) => parse(&number.to_string()),
        other => panic!("no number: {other}"),
    }
}

/// Rounded half away from zero.
pub(crate) fn round(value: Q, digits: u32) -> Q {
    let unit = digit(digits);
    let scaled = value / unit;
    let half = Q::new(1, 2);
    let rounded = if scaled < Q::from_integer(0) { (scaled - half).ceil() } else { (scaled + half).floor() };
    rounded * unit
}

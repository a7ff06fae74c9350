//! The numbers of a section, taken from their literal text.

use toml::de::DeValue;

use super::{Section, Value};
use crate::shared::finding::{Code, Describe as _, Finding};
use crate::shared::number::Exact;
use crate::shared::place::Place;

impl<'s, 'a> Section<'s, 'a> {
    /// An optional number of points or money, exactly as written; a text may be a fraction, `"1/3"`.
    pub fn opt_number(&self, key: &'static str) -> Option<Exact> {
        self.typed(key, "model.expected.number", points_of)
    }

    /// An optional number in percent; a text may be a fraction, `"2/3"` of the whole or `"66 2/3%"`.
    pub fn opt_rate(&self, key: &'static str) -> Option<Exact> {
        self.typed(key, "model.expected.percent", share_of)
    }

    /// Warns about a share that was probably intended as a fraction.
    pub(super) fn warn_cut(&self, key: &str, at: Place, share: &Exact) {
        if let Some(fraction) = share.cut_share() {
            let finding = Finding::new(Code::W530).at(at).with("key", key).found(share);
            self.report(finding.expected(format!("{key} = \"{fraction}\"")));
        }
    }

    /// Warns about a percentage below 1: a share such as 0.4 was probably intended as 40.
    fn warn_fraction(&self, key: &str, value: Value<'s, 'a>, number: &Exact) {
        if number_of(value).is_some() && number.is_positive() && *number < Exact::from(1) {
            let finding = Finding::new(Code::W515).at(self.source.place(value.span()));
            self.report(finding.with("key", key).found(number));
        }
    }

    /// A required share in percent above 0; `None` after a finding.
    pub fn positive_share(&self, key: &'static str) -> Option<Exact> {
        let number = self.opt_rate(key);
        if let Some(number) = &number {
            self.warn_cut(key, self.place_of(key), number);
        }
        self.above_zero(key, number)
    }

    /// A required number; 0 replaces it after the finding.
    pub fn number(&self, key: &'static str) -> Exact {
        let number = self.opt_number(key);
        self.require(key, number).unwrap_or_else(Exact::zero)
    }

    /// A required number above 0; `None` after a finding.
    pub fn positive(&self, key: &'static str) -> Option<Exact> {
        let number = self.opt_number(key);
        self.above_zero(key, number)
    }

    fn above_zero(&self, key: &'static str, number: Option<Exact>) -> Option<Exact> {
        let number = self.require(key, number)?;
        self.reject_unless(number.is_positive(), key, &number, "> 0");
        number.is_positive().then_some(number)
    }

    /// An optional number above 0.
    pub fn positive_or_absent(&self, key: &'static str) -> Option<Exact> {
        let number = self.opt_number(key)?;
        self.reject_unless(number.is_positive(), key, &number, "> 0");
        Some(number)
    }

    /// An optional number that may not be negative.
    pub fn opt_size(&self, key: &'static str) -> Option<Exact> {
        let number = self.opt_number(key)?;
        self.reject_unless(!number.is_negative(), key, &number, ">= 0");
        Some(number)
    }

    fn reject_unless(&self, is_allowed: bool, key: &str, number: &Exact, expected: &str) {
        if !is_allowed {
            self.reject(key, number, expected);
        }
    }

    /// An optional number that is a percentage but may exceed 100 or fall below 0 by design.
    pub fn opt_threshold(&self, key: &'static str) -> Option<Exact> {
        let number = self.opt_rate(key)?;
        self.warn_fraction(key, self.get(key)?, &number);
        Some(number)
    }

    /// An optional share in percent, 0 to 100.
    pub fn opt_percent(&self, key: &'static str) -> Option<Exact> {
        self.percent_of(key, self.get(key)?)
    }

    /// A value as a share in percent, 0 to 100.
    pub(super) fn percent_of(&self, key: &str, value: Value<'s, 'a>) -> Option<Exact> {
        let number = self.read(key, value, "model.expected.percent", share_of)?;
        let at = self.source.place(value.span());
        self.warn_cut(key, at, &number);
        if number.is_negative() || number > Exact::from(100) {
            let finding = Finding::new(Code::E504).at(at).with("key", key);
            self.report(finding.found(&number).expected("0 – 100"));
        }
        self.warn_fraction(key, value, &number);
        Some(number)
    }

    /// An optional whole number from 0 to `max`.
    pub fn opt_count(&self, key: &'static str, max: u32) -> Option<u32> {
        let number = self.typed(key, "model.expected.number", number_of)?;
        let count = number.to_count().and_then(|n| u32::try_from(n).ok()).filter(|n| *n <= max);
        if count.is_none() {
            self.reject(key, &number, format!("0 – {max}"));
        }
        count
    }

    /// The two numbers of a list such as `range = [0, 10]`.
    pub fn opt_pair(&self, key: &'static str) -> Option<(Exact, Exact)> {
        self.typed(key, "model.expected.pair", |value| {
            let numbers: Vec<Exact> = value.get_ref().as_array()?.iter().filter_map(points_of).collect();
            <[Exact; 2]>::try_from(numbers).ok().filter(|[low, high]| low < high).map(Into::into)
        })
    }
}

/// The exact number of a literal in percent, or of a text that is a fraction of the whole.
pub(super) fn share_of(value: Value<'_, '_>) -> Option<Exact> {
    number_of(value).or_else(|| value.get_ref().as_str().and_then(Exact::parse_share))
}

/// The exact number of a literal, or of a text that is a fraction.
pub(super) fn points_of(value: Value<'_, '_>) -> Option<Exact> {
    number_of(value).or_else(|| value.get_ref().as_str().and_then(Exact::parse_mixed))
}

/// The exact number of a TOML integer or float literal.
fn number_of(value: Value<'_, '_>) -> Option<Exact> {
    match value.get_ref() {
        DeValue::Integer(integer) if integer.radix() == 10 => Exact::parse(integer.as_str()),
        DeValue::Float(float) => Exact::parse(float.as_str()),
        _ => None,
    }
}

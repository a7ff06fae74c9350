//! Reads the model file section by section, keeping line and column, and collects every fault.
//!
//! A [`Section`] is a table whose keys are requested by name; a key that was never requested is reported at the end
//! with the nearest requested one. Numbers are taken from their literal text, so no decimal passes through binary
//! floating point.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::number::Exact;
use crate::shared::place::Place;

mod entry;
mod source;

pub use entry::Entry;
pub use source::Source;

/// A table of the model file.
pub struct Section<'s, 'a> {
    source: &'s Source<'a>,
    table: Option<&'s DeTable<'a>>,
    span: Range<usize>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'s, 'a> Section<'s, 'a> {
    /// The whole file as a section.
    pub fn root(source: &'s Source<'a>, table: &'s Spanned<DeTable<'a>>) -> Self {
        Self::over(source, Some(table.get_ref()), 0..0)
    }

    const fn over(source: &'s Source<'a>, table: Option<&'s DeTable<'a>>, span: Range<usize>) -> Self {
        Self { source, table, span, asked: RefCell::new(Vec::new()) }
    }

    /// Where the section starts.
    pub fn place(&self) -> Place {
        self.source.place(self.span.clone())
    }

    /// The place of the value of a key, or of the section if the key is absent.
    pub fn place_of(&self, key: &str) -> Place {
        let value = self.table.and_then(|t| t.iter().find(|(k, _)| k.get_ref() == key));
        self.source.place(value.map_or_else(|| self.span.clone(), |(_, v)| v.span()))
    }

    /// Adds a finding.
    pub fn report(&self, finding: Finding) {
        self.source.report(finding);
    }

    /// Reports that a value is not allowed, with the expected one, at the key.
    pub fn reject(&self, key: &str, found: impl Into<Arg>, expected: impl Into<Arg>) {
        let finding = Finding::new(Code::E504).at(self.place_of(key)).with("key", key);
        self.report(finding.found(found).expected(expected));
    }

    /// Reports a key that contradicts others of its section.
    pub fn contradicts(&self, key: &'static str, expected: &'static str) {
        self.report(Finding::new(Code::E514).at(self.place_of(key)).with("expected", Arg::Word(expected)));
    }

    /// Whether the value of a key is this word.
    pub fn is_word(&self, key: &'static str, word: &str) -> bool {
        self.get(key).is_some_and(|value| value.get_ref().as_str().is_some_and(|own| own.trim() == word))
    }

    /// How many keys the section has.
    pub fn key_count(&self) -> usize {
        self.table.map_or(0, |table| table.len())
    }

    fn get(&self, key: &'static str) -> Option<&'s Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().push(key);
        self.table.and_then(|t| t.iter().find(|(k, _)| k.get_ref() == key)).map(|(_, v)| v)
    }

    /// Whether a key is present.
    pub fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    /// Whether the value of a key is a table.
    pub fn is_table(&self, key: &'static str) -> bool {
        self.get(key).is_some_and(|value| value.get_ref().is_table())
    }

    /// Whether a key is present and not an empty table.
    pub fn is_filled(&self, key: &'static str) -> bool {
        self.get(key).is_some_and(|value| value.get_ref().as_table().is_none_or(|table| !table.is_empty()))
    }

    fn require<T>(&self, key: &'static str, value: Option<T>) -> Option<T> {
        let absent = self.table.is_none_or(|t| !t.iter().any(|(k, _)| k.get_ref() == key));
        if absent {
            self.report(Finding::new(Code::E502).at(self.place()).with("key", key));
        }
        value
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'a>>, expected: &'static str) {
        let place = self.source.place(value.span());
        let finding = Finding::new(Code::E504).at(place).with("key", key).found(literal(value.get_ref()));
        self.source.refuse(place, finding.with("expected", Arg::Word(expected)));
    }

    /// An optional text.
    pub fn opt_text(&self, key: &'static str) -> Option<String> {
        let value = self.get(key)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong_type(key, value, "model.expected.text");
        }
        text.map(|t| t.trim().to_owned())
    }

    /// A required text that is not blank.
    pub fn text(&self, key: &'static str) -> String {
        let text = self.opt_text(key);
        let text = self.require(key, text).unwrap_or_default();
        if crate::shared::text::is_blank(&text) && self.has(key) && self.table.is_some() {
            self.reject(key, "", Arg::Word("model.expected.text"));
        }
        text
    }

    /// An optional number of points or money, exactly as written; a text may be a fraction, `"1/3"`.
    pub fn opt_number(&self, key: &'static str) -> Option<Exact> {
        let value = self.get(key)?;
        let number = points_of(value.get_ref());
        if number.is_none() {
            self.wrong_type(key, value, "model.expected.number");
        }
        number
    }

    /// An optional number in percent; a text may be a fraction, `"2/3"` of the whole or `"66 2/3%"`.
    pub fn opt_rate(&self, key: &'static str) -> Option<Exact> {
        let value = self.get(key)?;
        let number = share_of(value.get_ref());
        if number.is_none() {
            self.wrong_type(key, value, "model.expected.percent");
        }
        number
    }

    /// A share in percent as it was read; warns about one that was probably intended as a fraction.
    fn opt_share(&self, key: &'static str) -> Option<Exact> {
        let number = self.opt_rate(key)?;
        self.warn_cut(key, self.place_of(key), &number);
        Some(number)
    }

    /// Warns about a share that was probably intended as a fraction.
    fn warn_cut(&self, key: &str, at: Place, share: &Exact) {
        if let Some(fraction) = share.cut_share() {
            let finding = Finding::new(Code::W530).at(at).with("key", key).found(share);
            self.report(finding.expected(format!("{key} = \"{fraction}\"")));
        }
    }

    /// A required share in percent above 0; `None` after a finding.
    pub fn positive_share(&self, key: &'static str) -> Option<Exact> {
        let number = self.opt_share(key);
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
        if !number.is_positive() {
            self.reject(key, &number, "> 0");
            return None;
        }
        Some(number)
    }

    /// An optional number above 0.
    pub fn positive_or_absent(&self, key: &'static str) -> Option<Exact> {
        let number = self.opt_number(key)?;
        if !number.is_positive() {
            self.reject(key, &number, "> 0");
        }
        Some(number)
    }

    /// One text or a list of texts; empty when absent.
    pub fn text_or_texts(&self, key: &'static str) -> Vec<String> {
        match self.get(key).map(|value| value.get_ref().is_str()) {
            Some(true) => self.opt_text(key).into_iter().collect(),
            _ => self.texts(key),
        }
    }

    /// All keys with their shares in percent, for tables with arbitrary keys.
    pub fn all_shares(&self) -> Vec<(String, Exact)> {
        let mut pairs = Vec::new();
        for (name, item) in self.table.into_iter().flat_map(|t| t.iter()) {
            let key = name.get_ref().trim();
            match share_of(item.get_ref()) {
                Some(share) => {
                    self.warn_cut(key, self.source.place(item.span()), &share);
                    pairs.push((key.to_owned(), share));
                }
                None => self.wrong_type(key, item, "model.expected.percent"),
            }
        }
        pairs
    }

    /// Warns about a percentage below 1: a share such as 0.4 was probably intended as 40.
    fn warn_fraction(&self, key: &'static str, number: &Exact) {
        let is_typed = self.get(key).is_some_and(|value| number_of(value.get_ref()).is_some());
        if is_typed && number.is_positive() && *number < Exact::from(1) {
            self.report(Finding::new(Code::W515).at(self.place_of(key)).with("key", key).found(number));
        }
    }

    /// An optional number that is a percentage but may exceed 100 or fall below 0 by design.
    pub fn opt_threshold(&self, key: &'static str) -> Option<Exact> {
        let number = self.opt_rate(key)?;
        self.warn_fraction(key, &number);
        Some(number)
    }

    /// An optional number that may not be negative.
    pub fn opt_size(&self, key: &'static str) -> Option<Exact> {
        let number = self.opt_number(key)?;
        if number.is_negative() {
            self.reject(key, &number, ">= 0");
        }
        Some(number)
    }

    /// An optional share in percent, 0 to 100.
    pub fn opt_percent(&self, key: &'static str) -> Option<Exact> {
        let number = self.opt_share(key)?;
        if number.is_negative() || number > Exact::from(100) {
            self.reject(key, &number, "0 – 100");
        }
        self.warn_fraction(key, &number);
        Some(number)
    }

    /// An optional whole number from 0 to `max`.
    pub fn opt_count(&self, key: &'static str, max: u32) -> Option<u32> {
        let value = self.get(key)?;
        let Some(number) = number_of(value.get_ref()) else {
            self.wrong_type(key, value, "model.expected.number");
            return None;
        };
        let count = number.to_count().and_then(|n| u32::try_from(n).ok()).filter(|n| *n <= max);
        if count.is_none() {
            self.reject(key, &number, format!("0 – {max}"));
        }
        count
    }

    /// A truth value with a default.
    pub fn flag(&self, key: &'static str, default: bool) -> bool {
        let Some(value) = self.get(key) else { return default };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type(key, value, "model.expected.flag");
            default
        })
    }

    /// One of several words, with a default.
    pub fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)], default: T) -> T {
        let Some(word) = self.opt_text(key) else { return default };
        self.pick(key, &word, choices).unwrap_or(default)
    }

    /// One of several words, required.
    pub fn required_choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let word = self.opt_text(key);
        let word = self.require(key, word)?;
        self.pick(key, &word, choices)
    }

    fn pick<T: Copy>(&self, key: &str, word: &str, choices: &[(&str, T)]) -> Option<T> {
        let found = choices.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let place = self.place_of(key);
            let finding = Finding::new(Code::E504).at(place).with("key", key);
            self.source.refuse(place, finding.found(word).expected(names.join(" | ")));
        }
        found
    }

    /// A list of texts; empty when absent.
    pub fn texts(&self, key: &'static str) -> Vec<String> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "model.expected.texts");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_str() {
                Some(text) => texts.push(text.trim().to_owned()),
                None => self.wrong_type(key, item, "model.expected.text"),
            }
        }
        texts
    }

    /// A required text, or a list of texts of which there is at least one.
    pub fn one_or_texts(&self, key: &'static str) -> Vec<String> {
        let is_list = self.get(key).is_some_and(|value| value.get_ref().is_array());
        if !is_list {
            return Some(self.text(key)).filter(|text| !text.is_empty()).into_iter().collect();
        }
        let texts = self.texts(key);
        if texts.is_empty() || texts.iter().any(|text| crate::shared::text::is_blank(text)) {
            self.reject(key, "", Arg::Word("model.expected.texts"));
        }
        texts
    }

    /// The two numbers of a list such as `range = [0, 10]`.
    pub fn opt_pair(&self, key: &'static str) -> Option<(Exact, Exact)> {
        let value = self.get(key)?;
        let numbers: Option<Vec<Exact>> =
            value.get_ref().as_array().map(|a| a.iter().filter_map(|v| points_of(v.get_ref())).collect());
        match numbers.as_deref() {
            Some([low, high]) if low < high => Some((low.clone(), high.clone())),
            _ => {
                self.wrong_type(key, value, "model.expected.pair");
                None
            }
        }
    }

    /// A table of names to numbers such as `levels = {"好" = 100}`, in the order of the file.
    pub fn opt_numbers(&self, key: &'static str) -> Option<Vec<(String, Exact)>> {
        let value = self.get(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, value, "model.expected.table");
            return None;
        };
        let mut pairs = Vec::new();
        for (name, item) in table.iter() {
            match points_of(item.get_ref()) {
                Some(number) => pairs.push((name.get_ref().trim().to_owned(), number)),
                None => self.wrong_type(key, item, "model.expected.number"),
            }
        }
        Some(pairs)
    }

    /// A table of names to shares in percent such as `{"H1" = 40, "H2" = 60}`, in the order of the file.
    pub fn opt_shares(&self, key: &'static str) -> Option<Vec<(String, Exact)>> {
        let value = self.get(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, value, "model.expected.table");
            return None;
        };
        let mut pairs = Vec::new();
        for (name, item) in table.iter() {
            match share_of(item.get_ref()) {
                Some(share) => {
                    let name = name.get_ref().trim().to_owned();
                    self.warn_cut(&name, self.source.place(item.span()), &share);
                    pairs.push((name, share));
                }
                None => self.wrong_type(key, item, "model.expected.percent"),
            }
        }
        Some(pairs)
    }

    /// A table of names to texts, in the order of the file.
    pub fn text_pairs(&self, key: &'static str) -> Vec<(String, String)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, value, "model.expected.table");
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for (name, item) in table.iter() {
            match item.get_ref() {
                DeValue::String(text) => pairs.push((name.get_ref().to_string(), text.to_string())),
                DeValue::Datetime(date) => pairs.push((name.get_ref().to_string(), date.to_string())),
                _ => self.wrong_type(key, item, "model.expected.text"),
            }
        }
        pairs
    }

    /// A sub-table, if present.
    pub fn opt_section(&self, key: &'static str) -> Option<Section<'s, 'a>> {
        let value = self.get(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(key, value, "model.expected.table");
        }
        table.map(|t| Section::over(self.source, Some(t), value.span()))
    }

    /// A sub-table; replaced by an empty one after the finding if it is absent.
    pub fn section(&self, key: &'static str) -> Section<'s, 'a> {
        let section = self.opt_section(key);
        self.require(key, section).unwrap_or_else(|| self.empty(key))
    }

    /// An optional sub-table, read with defaults.
    pub fn section_or_empty(&self, key: &'static str) -> Section<'s, 'a> {
        let section = self.opt_section(key);
        section.unwrap_or_else(|| self.empty(key))
    }

    /// An empty section in place of an absent one, or of a value that is not a table.
    fn empty(&self, key: &'static str) -> Section<'s, 'a> {
        let span = self.get(key).map_or_else(|| self.span.clone(), Spanned::span);
        Section::over(self.source, None, span)
    }

    /// The tables of a `[[key]]` list or of a list of inline tables; empty when absent.
    pub fn sections(&self, key: &'static str) -> Vec<Section<'s, 'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "model.expected.tables");
            return Vec::new();
        };
        let mut sections = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_table() {
                Some(table) => sections.push(Section::over(self.source, Some(table), item.span())),
                None => self.wrong_type(key, item, "model.expected.table"),
            }
        }
        sections
    }

    /// All sub-tables by name, for tables with arbitrary keys (`[consequences."优秀"]`).
    pub fn named_sections(&self) -> Vec<(String, Section<'s, 'a>)> {
        let mut sections = Vec::new();
        for (name, value) in self.table.into_iter().flat_map(|t| t.iter()) {
            match value.get_ref().as_table() {
                Some(table) => {
                    sections.push((name.get_ref().to_string(), Section::over(self.source, Some(table), value.span())));
                }
                None => self.wrong_type(name.get_ref(), value, "model.expected.table"),
            }
        }
        sections
    }

    /// All keys with their texts, for tables with arbitrary keys (`[checks]`).
    pub fn named_texts(&self) -> Vec<(String, String, Place)> {
        let mut texts = Vec::new();
        for (name, value) in self.table.into_iter().flat_map(|t| t.iter()) {
            match value.get_ref().as_str() {
                Some(text) => texts.push((name.get_ref().to_string(), text.to_owned(), self.source.place(name.span()))),
                None => self.wrong_type(name.get_ref(), value, "model.expected.text"),
            }
        }
        texts
    }

    /// Reports a key that is not among the known ones.
    pub fn report_unknown<'k>(&self, at: Place, key: &str, known: impl IntoIterator<Item = &'k str>) {
        self.source.report_unknown(at, key, known);
    }

    /// Reports every key that was never requested, with the nearest requested one.
    pub fn finish(self) {
        let asked = self.asked.borrow();
        for (name, _) in self.table.into_iter().flat_map(|t| t.iter()) {
            let key = name.get_ref().as_ref();
            if !asked.contains(&key) {
                self.source.report_unknown(self.source.place(name.span()), key, asked.iter().copied());
            }
        }
    }
}

/// The exact number of a literal in percent, or of a text that is a fraction of the whole.
fn share_of(value: &DeValue<'_>) -> Option<Exact> {
    number_of(value).or_else(|| value.as_str().and_then(Exact::parse_share))
}

/// The exact number of a literal, or of a text that is a fraction.
fn points_of(value: &DeValue<'_>) -> Option<Exact> {
    number_of(value).or_else(|| value.as_str().and_then(Exact::parse_mixed))
}

/// The exact number of a TOML integer or float literal.
fn number_of(value: &DeValue<'_>) -> Option<Exact> {
    match value {
        DeValue::Integer(integer) if integer.radix() == 10 => Exact::parse(integer.as_str()),
        DeValue::Float(float) => Exact::parse(float.as_str()),
        _ => None,
    }
}

fn literal(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(integer) => integer.as_str().to_owned(),
        DeValue::Float(float) => float.as_str().to_owned(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(date) => date.to_string(),
        DeValue::Array(_) => "[…]".to_owned(),
        DeValue::Table(_) => "{…}".to_owned(),
    }
}

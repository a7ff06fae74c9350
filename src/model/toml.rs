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
use crate::shared::place::Place;
use crate::shared::text::is_blank;
use crate::shared::words::Worded;

mod entry;
mod number;
mod source;
mod table;

pub use entry::Entry;
pub use source::Source;

/// A value with its place in the text.
type Value<'s, 'a> = &'s Spanned<DeValue<'a>>;

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

    /// Reports a key that is needed and is not there.
    pub fn lacks(&self, key: &str) {
        self.report(Finding::new(Code::E502).at(self.place()).with("key", key));
    }

    /// Reports a name that is not known, with the nearest known one.
    pub fn unknown<'k>(&self, key: &str, name: &str, known: impl IntoIterator<Item = &'k str>) {
        self.report(Finding::new(Code::E508).at(self.place_of(key)).found(name).nearest(name, known));
    }

    /// Reports a name that stands for something else already, if it does.
    pub fn refuse_if(&self, is_taken: bool, key: &str, name: &str) {
        if is_taken {
            self.report(Finding::new(Code::E507).at(self.place_of(key)).found(name));
        }
    }

    /// Whether the value of a key is this word.
    pub fn is_word(&self, key: &'static str, word: &str) -> bool {
        self.get(key).is_some_and(|value| value.get_ref().as_str().is_some_and(|own| own.trim() == word))
    }

    /// How many keys the section has.
    pub fn key_count(&self) -> usize {
        self.table.map_or(0, |table| table.len())
    }

    fn get(&self, key: &'static str) -> Option<Value<'s, 'a>> {
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
            self.lacks(key);
        }
        value
    }

    fn wrong_type(&self, key: &str, value: Value<'_, 'a>, expected: &'static str) {
        let place = self.source.place(value.span());
        let finding = Finding::new(Code::E504).at(place).with("key", key).found(literal(value.get_ref()));
        self.source.refuse(place, finding.with("expected", Arg::Word(expected)));
    }

    /// The value of a key, as far as `read` understands it; a value of another type is reported.
    fn typed<T>(
        &self,
        key: &'static str,
        expected: &'static str,
        read: impl FnOnce(Value<'s, 'a>) -> Option<T>,
    ) -> Option<T> {
        self.read(key, self.get(key)?, expected, read)
    }

    fn read<T>(
        &self,
        key: &str,
        value: Value<'s, 'a>,
        expected: &'static str,
        read: impl FnOnce(Value<'s, 'a>) -> Option<T>,
    ) -> Option<T> {
        let own = read(value);
        if own.is_none() {
            self.wrong_type(key, value, expected);
        }
        own
    }

    /// An optional text.
    pub fn opt_text(&self, key: &'static str) -> Option<String> {
        self.typed(key, "model.expected.text", |value| value.get_ref().as_str()).map(|text| text.trim().to_owned())
    }

    /// A required text that is not blank.
    pub fn text(&self, key: &'static str) -> String {
        let text = self.opt_text(key);
        let text = self.require(key, text).unwrap_or_default();
        if is_blank(&text) && self.has(key) && self.table.is_some() {
            self.reject(key, "", Arg::Word("model.expected.text"));
        }
        text
    }

    /// A truth value with a default.
    pub fn flag(&self, key: &'static str, default: bool) -> bool {
        self.typed(key, "model.expected.flag", |value| value.get_ref().as_bool()).unwrap_or(default)
    }

    /// One of several words, with a default.
    pub fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)], default: T) -> T {
        let Some(word) = self.opt_text(key) else { return default };
        self.pick(key, &word, choices).unwrap_or(default)
    }

    /// A value of a closed set by its word, with a default.
    pub fn word<T: Worded>(&self, key: &'static str, default: T) -> T {
        let words: Vec<(&str, T)> = T::VALUES.iter().map(|own| (own.written(), *own)).collect();
        self.choice(key, &words, default)
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

/// A value as it is written, for a message.
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

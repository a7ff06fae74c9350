//! The lists and the tables within a section.

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::number::{points_of, share_of};
use super::{Section, Value};
use crate::shared::finding::Arg;
use crate::shared::number::Exact;
use crate::shared::place::Place;
use crate::shared::text::is_blank;

impl<'s, 'a> Section<'s, 'a> {
    /// The values of a list, without those that `read` does not understand, which are reported.
    fn items<T>(
        &self,
        key: &'static str,
        [list, item]: [&'static str; 2],
        read: impl Fn(Value<'s, 'a>) -> Option<T>,
    ) -> Vec<T> {
        let array = self.typed(key, list, |value| value.get_ref().as_array());
        let items = array.into_iter().flat_map(|array| array.iter());
        items.filter_map(|own| self.read(key, own, item, &read)).collect()
    }

    /// A list of texts; empty when absent.
    pub fn texts(&self, key: &'static str) -> Vec<String> {
        let expected = ["model.expected.texts", "model.expected.text"];
        self.items(key, expected, |item| Some(item.get_ref().as_str()?.trim().to_owned()))
    }

    /// A required text, or a list of texts of which there is at least one.
    pub fn one_or_texts(&self, key: &'static str) -> Vec<String> {
        let is_list = self.get(key).is_some_and(|value| value.get_ref().is_array());
        if !is_list {
            return Some(self.text(key)).filter(|text| !text.is_empty()).into_iter().collect();
        }
        let texts = self.texts(key);
        if texts.is_empty() || texts.iter().any(|text| is_blank(text)) {
            self.reject(key, "", Arg::Word("model.expected.texts"));
        }
        texts
    }

    /// The tables of a `[[key]]` list or of a list of inline tables; empty when absent.
    pub fn sections(&self, key: &'static str) -> Vec<Self> {
        self.items(key, ["model.expected.tables", "model.expected.table"], |item| self.below(item))
    }

    /// A value as a section, if it is a table.
    pub(super) fn below(&self, value: Value<'s, 'a>) -> Option<Self> {
        Some(Self::over(self.source, Some(value.get_ref().as_table()?), value.span()))
    }

    /// A sub-table, if present.
    pub fn opt_section(&self, key: &'static str) -> Option<Self> {
        self.typed(key, "model.expected.table", |value| self.below(value))
    }

    /// A sub-table; replaced by an empty one after the finding if it is absent.
    pub fn section(&self, key: &'static str) -> Self {
        let section = self.opt_section(key);
        self.require(key, section).unwrap_or_else(|| self.empty(key))
    }

    /// An optional sub-table, read with defaults.
    pub fn section_or_empty(&self, key: &'static str) -> Self {
        self.opt_section(key).unwrap_or_else(|| self.empty(key))
    }

    /// An empty section in place of an absent one, or of a value that is not a table.
    fn empty(&self, key: &'static str) -> Self {
        let span = self.get(key).map_or_else(|| self.span.clone(), Spanned::span);
        Self::over(self.source, None, span)
    }

    /// The entries of a table by name, without those that `read` does not understand, which are reported: under `key`, or
    /// each under its own name.
    fn named<T>(
        &self,
        table: Option<&'s DeTable<'a>>,
        key: Option<&str>,
        expected: &'static str,
        read: impl Fn(&'s Spanned<DeString<'a>>, Value<'s, 'a>) -> Option<T>,
    ) -> Vec<(String, T)> {
        let entries = table.into_iter().flat_map(|table| table.iter());
        let read = |(name, item): (&'s Spanned<DeString<'a>>, Value<'s, 'a>)| {
            let key = key.unwrap_or_else(|| name.get_ref());
            Some((name.get_ref().to_string(), self.read(key, item, expected, |item| read(name, item))?))
        };
        entries.filter_map(read).collect()
    }

    fn opt_table(&self, key: &'static str) -> Option<&'s DeTable<'a>> {
        self.typed(key, "model.expected.table", |value| value.get_ref().as_table())
    }

    /// A table of names to numbers such as `levels = {"好" = 100}`, in the order of the file.
    pub fn opt_numbers(&self, key: &'static str) -> Option<Vec<(String, Exact)>> {
        let table = self.opt_table(key)?;
        Some(trimmed(self.named(Some(table), Some(key), "model.expected.number", |_, item| points_of(item))))
    }

    /// A table of names to shares in percent such as `{"H1" = 40, "H2" = 60}`, in the order of the file.
    pub fn opt_shares(&self, key: &'static str) -> Option<Vec<(String, Exact)>> {
        let table = self.opt_table(key)?;
        Some(self.shares(Some(table), Some(key)))
    }

    /// All keys with their shares in percent, for tables with arbitrary keys.
    pub fn all_shares(&self) -> Vec<(String, Exact)> {
        self.shares(self.table, None)
    }

    fn shares(&self, table: Option<&'s DeTable<'a>>, key: Option<&str>) -> Vec<(String, Exact)> {
        trimmed(self.named(table, key, "model.expected.percent", |name, item| {
            let share = share_of(item)?;
            self.warn_cut(name.get_ref().trim(), self.source.place(item.span()), &share);
            Some(share)
        }))
    }

    /// A table of names to texts, in the order of the file.
    pub fn text_pairs(&self, key: &'static str) -> Vec<(String, String)> {
        self.named(self.opt_table(key), Some(key), "model.expected.text", |_, item| match item.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Datetime(date) => Some(date.to_string()),
            _ => None,
        })
    }

    /// All sub-tables by name, for tables with arbitrary keys (`[consequences."优秀"]`).
    pub fn named_sections(&self) -> Vec<(String, Self)> {
        self.named(self.table, None, "model.expected.table", |_, item| self.below(item))
    }

    /// All keys with their texts and the places of the keys, for tables with arbitrary keys (`[checks]`).
    pub fn named_texts(&self) -> Vec<(String, (String, Place))> {
        self.named(self.table, None, "model.expected.text", |name, item| {
            Some((item.get_ref().as_str()?.to_owned(), self.source.place(name.span())))
        })
    }
}

/// Pairs without blanks around their names.
fn trimmed(pairs: Vec<(String, Exact)>) -> Vec<(String, Exact)> {
    pairs.into_iter().map(|(name, number)| (name.trim().to_owned(), number)).collect()
}

//! Leaf rules in words.

use std::fmt::Display;

use super::RuleInput;
use crate::model::field::{Field, Within};
use crate::shared::i18n::{Lang, say};
use crate::shared::number::{Exact, Points};

/// What the words of a rule need to know of its leaf.
pub(super) struct Wording<'l> {
    pub(super) lang: Lang,
    pub(super) full: &'l Points,
    pub(super) input: RuleInput,
}

impl Wording<'_> {
    /// A text with a list and the full points.
    pub(super) fn fill(&self, key: &str, list: &str) -> String {
        say!(self.lang, key, list, full = self.full.0.plain())
    }

    /// A part of such a list: a name and its points.
    pub(super) fn part(&self, key: &str, name: impl Display, points: &Exact) -> String {
        say!(self.lang, key, name, points = points.plain())
    }

    /// Parts as one list.
    pub(super) fn list(&self, parts: impl IntoIterator<Item = String>) -> String {
        self.lang.join("form.rule.and", parts)
    }

    /// A list of named sizes.
    pub(super) fn sizes(&self, key: &str, sizes: &[(String, Points)]) -> String {
        self.list(sizes.iter().map(|(name, points)| self.part(key, name, &points.0)))
    }

    /// The units of a field.
    pub(super) fn field(&self, field: Field) -> &'static str {
        match field.within {
            Within::Group => self.lang.text("form.rule.within.group"),
            Within::Scheme => self.lang.text("form.rule.within.scheme"),
            Within::All => self.lang.text("form.rule.within.all"),
        }
    }

    /// A value of the leaf, with the sign that it is typed with.
    pub(super) fn value(&self, value: &Exact) -> String {
        let unit = if self.input == RuleInput::Number { "" } else { "%" };
        format!("{}{unit}", value.plain())
    }
}

//! Control characters in the texts and keys of the model file: never typed on purpose, but obeyed by terminals.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::toml::Source;
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::text::visible;

/// Reports every text and key that contains a control character other than a line end or a tab.
pub(super) fn refuse(source: &Source<'_>, table: &DeTable<'_>) {
    for (key, value) in table.iter() {
        check(source, key.get_ref(), key.get_ref(), key.span());
        check_value(source, key.get_ref(), value);
    }
}

fn check_value(source: &Source<'_>, key: &str, value: &Spanned<DeValue<'_>>) {
    match value.get_ref() {
        DeValue::String(text) => check(source, key, text, value.span()),
        DeValue::Array(items) => items.iter().for_each(|item| check_value(source, key, item)),
        DeValue::Table(table) => refuse(source, table),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {}
    }
}

fn check(source: &Source<'_>, key: &str, text: &str, span: Range<usize>) {
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        let finding = Finding::new(Code::E504).at(source.place(span)).with("key", visible(key)).found(visible(text));
        source.report(finding.with("expected", Arg::Word("model.expected.no_control")));
    }
}

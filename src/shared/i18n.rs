//! Every word a user sees, in Chinese and English.
//!
//! The catalogue consists of text files of `key = text with {names}`, several for each language by topic, compiled in.
//! A missing key is a bug and panics; a test compares keys and names of both languages and finds unused keys.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::sync::OnceLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

mod path;

pub use path::model_path;

/// A language of messages or of workbooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// The catalogue files: words of commands, of forms, of leaf rules, of reports, of feedback, the findings, of suggesting and
/// comparing, of faults of files and folders, and of formulas.
const SOURCES: [(Lang, &[&str]); 2] = [
    (
        Lang::Zh,
        &[
            include_str!("i18n/words.zh.txt"),
            include_str!("i18n/forms.zh.txt"),
            include_str!("i18n/rules.zh.txt"),
            include_str!("i18n/report.zh.txt"),
            include_str!("i18n/feedback.zh.txt"),
            include_str!("i18n/findings.zh.txt"),
            include_str!("i18n/suggest.zh.txt"),
            include_str!("i18n/files.zh.txt"),
            include_str!("i18n/privacy.zh.txt"),
            include_str!("i18n/formula.zh.txt"),
            include_str!("i18n/analyze.zh.txt"),
        ],
    ),
    (
        Lang::En,
        &[
            include_str!("i18n/words.en.txt"),
            include_str!("i18n/forms.en.txt"),
            include_str!("i18n/rules.en.txt"),
            include_str!("i18n/report.en.txt"),
            include_str!("i18n/feedback.en.txt"),
            include_str!("i18n/findings.en.txt"),
            include_str!("i18n/suggest.en.txt"),
            include_str!("i18n/files.en.txt"),
            include_str!("i18n/privacy.en.txt"),
            include_str!("i18n/formula.en.txt"),
            include_str!("i18n/analyze.en.txt"),
        ],
    ),
];

type Catalogue = BTreeMap<&'static str, String>;

/// The text of a key in a language with its `{names}` filled in: `say!(lang, "score.written", folder = path)`. A name alone
/// stands for the variable of that name, as in a struct.
///
/// The first argument may be anything that has a language and fills in texts. A test reads the calls and compares keys
/// and names with both catalogues.
macro_rules! say {
    (@value $name:ident) => { &$name as &dyn ::std::fmt::Display };
    (@value $name:ident $value:expr) => { &$value as &dyn ::std::fmt::Display };
    ($lang:expr, $key:expr $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $lang.fill($key, &[$((stringify!($name), $crate::shared::i18n::say!(@value $name $($value)?))),*])
    };
}

pub(crate) use say;

/// A `{name}` of a text and its value: anything that can be displayed.
pub type Named<'a> = (&'a str, &'a dyn Display);

impl Lang {
    /// Parses a language name such as `zh`, `zh_CN.UTF-8` or `en`.
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        if lower.starts_with("zh") {
            Some(Self::Zh)
        } else if lower.starts_with("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// The text of a key.
    ///
    /// # Panics
    /// If the key is not in the catalogue: a bug that the catalogue test finds.
    pub fn text(self, key: &str) -> &'static str {
        self.find(key).unwrap_or_else(|| panic!("catalogue has no text for {key:?}"))
    }

    /// The text of a key, if the catalogue has one.
    pub fn find(self, key: &str) -> Option<&'static str> {
        catalogue(self).get(key).map(String::as_str)
    }

    /// The text of a key with its `{names}` filled in.
    pub fn fill(self, key: &str, values: &[Named]) -> String {
        fill(self.text(key), values)
    }

    /// A date as letters and notices write it.
    pub fn date(self, date: Date) -> String {
        let two = |number: i8| match self {
            Self::Zh => number.to_string(),
            Self::En => format!("{number:02}"),
        };
        say!(self, "date.written", year = date.year(), month = two(date.month()), day = two(date.day()))
    }

    /// Names, one after another.
    pub fn list<'n>(self, names: impl IntoIterator<Item = &'n str>) -> String {
        self.join("report.list", names)
    }

    /// Words joined by a text with the names `first` and `next`; empty if there are none.
    pub fn join<W: Into<String>>(self, key: &str, words: impl IntoIterator<Item = W>) -> String {
        let joined = words
            .into_iter()
            .map(Into::into)
            .reduce(|first: String, next: String| self.fill(key, &[("first", &first), ("next", &next)]));
        joined.unwrap_or_default()
    }
}

/// Replaces each `{name}` of a template by its value, and each `{name|one|many}` by the word that agrees with its value;
/// unknown names are kept.
pub fn fill(template: &str, values: &[Named]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        let tail = &rest[start + 1..];
        let known = tail.find('}').and_then(|end| {
            let (name, forms) = tail[..end].split_once('|').map_or((&tail[..end], None), |(n, f)| (n, Some(f)));
            values.iter().find(|(own, _)| *own == name).map(|(_, value)| (value, forms, end))
        });
        if let Some((value, forms, end)) = known {
            match forms.map(|forms| forms.split_once('|').unwrap_or((forms, forms))) {
                Some((one, many)) => out.push_str(if value.to_string() == "1" { one } else { many }),
                None => write!(out, "{value}").expect("a String takes every text"),
            }
            rest = &tail[end + 1..];
        } else {
            out.push('{');
            rest = tail;
        }
    }
    out.push_str(rest);
    out
}

/// A text with `…` in place of its `{names}`, whose values only a finding has; words that agree with one are plural.
pub fn without_names(text: &str) -> String {
    let mut parts = text.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (name, rest) = part.split_once('}').unwrap_or(("", part));
        text + name.rsplit_once('|').map_or("…", |(_, many)| many) + rest
    })
}

/// All keys and texts of a language, for the catalogue test and the manual.
pub fn catalogue(lang: Lang) -> &'static Catalogue {
    static ZH: OnceLock<Catalogue> = OnceLock::new();
    static EN: OnceLock<Catalogue> = OnceLock::new();
    let cell = match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    };
    cell.get_or_init(|| {
        let sources = SOURCES.iter().find(|(l, _)| *l == lang).map_or(&[] as &[&str], |(_, files)| files);
        sources.iter().flat_map(|source| parse(source)).collect()
    })
}

fn parse(source: &'static str) -> impl Iterator<Item = (&'static str, String)> {
    source.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).map(|line| {
        let (key, text) = line.split_once(" = ").unwrap_or_else(|| panic!("catalogue line without ` = `: {line}"));
        (key.trim(), text.replace("\\n", "\n"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_names_and_leaves_unknown_ones() {
        assert_eq!(fill("{a} of {b}, {c}", &[("a", &1), ("b", &"{a}")]), "1 of {a}, {c}");
    }

    #[test]
    fn a_word_agrees_with_its_number() {
        let said = |n: usize| fill("{n} {n|unit|units}, {n|it|they}", &[("n", &n)]);
        assert_eq!([said(0), said(1), said(2)], ["0 units, they", "1 unit, it", "2 units, they"]);
        assert_eq!(fill("{m|unit|units}", &[("n", &1)]), "{m|unit|units}");
        assert_eq!(without_names("Ballot {serial}: {n} {n|unit|units}"), "Ballot …: … units");
    }

    #[test]
    fn every_key_stands_once() {
        for (lang, files) in SOURCES {
            let mut seen = std::collections::BTreeSet::new();
            let keys = files.iter().flat_map(|file| file.lines()).filter_map(|line| line.split_once(" = "));
            for (key, _) in keys.filter(|(key, _)| !key.starts_with('#')) {
                assert!(seen.insert(key.trim()), "{key} stands twice in {lang:?}: one of its texts is never shown");
            }
        }
    }

    #[test]
    fn both_languages_have_the_same_keys_and_names() {
        let names = |text: &str| {
            let mut found: Vec<String> =
                text.split('{').skip(1).filter_map(|s| s.split_once(['}', '|'])).map(|(n, _)| n.to_owned()).collect();
            found.sort();
            found.dedup();
            found
        };
        let (zh, en) = (catalogue(Lang::Zh), catalogue(Lang::En));
        for (key, text) in zh {
            let other = en.get(key).unwrap_or_else(|| panic!("{key} has no English text"));
            assert_eq!(names(text), names(other), "{key} names different values");
        }
        for key in en.keys() {
            assert!(zh.contains_key(key), "{key} has no Chinese text");
        }
    }
}

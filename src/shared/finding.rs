//! A finding: a fault or a noteworthy fact about an input, as data.
//!
//! Findings are collected, never thrown: every stage returns its findings and continues. A finding gives its code, its
//! place (and related places), what was found and what was expected; the wording is among the texts of the code.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::shared::i18n::{Lang, Named, fill, model_path, say};
use crate::shared::place::{Files, Place};
use crate::shared::text;

pub mod code;
pub mod rest;
pub mod sink;
pub mod who;

pub use code::{Code, Trait};
pub use rest::{Bound, Rest, Weights, cap};
pub use sink::{Describe, Findings};
pub use who::Who;

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is scored until it is resolved.
    Error,
    /// Something is missing that needs a decision; a draft may be written, a version may not.
    Pending,
    /// Scored, but should be reviewed.
    Warning,
    /// For the record.
    Note,
}

impl Severity {
    /// All severities, highest first.
    pub const ALL: [Self; 4] = [Self::Error, Self::Pending, Self::Warning, Self::Note];

    /// The catalogue key of its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "severity.error",
            Self::Pending => "severity.pending",
            Self::Warning => "severity.warning",
            Self::Note => "severity.note",
        }
    }
}

/// A value quoted in a message: literal text, or a word to be looked up in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Arg {
    /// Text that does not depend on the language.
    Text(String),
    /// A catalogue key.
    Word(&'static str),
    /// The path of a value of the model, `indicator[1.1].points`.
    Value(String),
    /// Text that each language has in words of its own.
    Spoken {
        /// In Chinese.
        zh: String,
        /// In English.
        en: String,
    },
    /// A text of the catalogue with values of its own.
    Filled {
        /// Its key.
        key: &'static str,
        /// Its values by name.
        values: Vec<(&'static str, String)>,
    },
}

impl Arg {
    /// Text that is put together for each language.
    pub fn spoken(say: impl Fn(Lang) -> String) -> Self {
        Self::Spoken { zh: say(Lang::Zh), en: say(Lang::En) }
    }

    /// Names, one after another as a language lists them.
    pub fn list<N: AsRef<str>>(names: &[N]) -> Self {
        match names {
            [only] => Self::Text(only.as_ref().to_owned()),
            _ => Self::spoken(|lang| lang.list(names.iter().map(AsRef::as_ref))),
        }
    }

    /// The value in a language.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::Text(value) => text::printable(value),
            Self::Word(key) => lang.text(key).to_owned(),
            Self::Value(path) => text::printable(&model_path(lang, path)),
            Self::Spoken { zh, .. } if lang == Lang::Zh => text::printable(zh),
            Self::Spoken { en, .. } => text::printable(en),
            Self::Filled { key, values } => {
                let values: Vec<(&str, String)> = values.iter().map(|(n, v)| (*n, text::printable(v))).collect();
                lang.fill(key, &values.iter().map(|(n, v)| (*n, v as _)).collect::<Vec<Named>>())
            }
        }
    }
}

impl From<String> for Arg {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: fmt::Display + ?Sized> From<&T> for Arg {
    fn from(value: &T) -> Self {
        Self::Text(value.to_string())
    }
}

impl From<usize> for Arg {
    fn from(value: usize) -> Self {
        Self::from(&value)
    }
}

/// The source of a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The inputs, which a re-grade does not read again: the finding is carried over.
    #[default]
    Inputs,
    /// The model, the registers, totals and grades, which every run examines: the finding is made anew.
    Result,
}

impl Stage {
    /// Whether the source is the inputs.
    pub const fn is_inputs(&self) -> bool {
        matches!(self, Self::Inputs)
    }
}

/// One fact found about an input.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its permanent code.
    pub code: Code,
    /// Its severity in this run.
    pub severity: Severity,
    /// Where it is; none if it concerns no single place (a unit without ratings).
    pub at: Option<Place>,
    /// Other relevant places: the other duplicate, the header.
    pub related: Vec<Place>,
    /// The unit it concerns, by code.
    pub unit: Option<String>,
    /// Values quoted in the message.
    pub args: Vec<(&'static str, Arg)>,
    /// Findings that it represents in addition to, or instead of, itself.
    pub rest: Rest,
    /// Its source.
    pub stage: Stage,
}

impl Finding {
    /// A finding of a code, with its default severity.
    pub const fn new(code: Code) -> Self {
        Self {
            code,
            severity: code.severity(),
            at: None,
            related: Vec::new(),
            unit: None,
            args: Vec::new(),
            rest: Rest::new(),
            stage: Stage::Inputs,
        }
    }

    /// How many findings of each severity it represents: itself, or those that it counts.
    pub fn weights(&self) -> Weights {
        if self.code == Code::E134 {
            return self.rest.weights();
        }
        let mut weights = Weights::default();
        weights.add(self.severity, 1);
        weights
    }

    /// The finding worded in a language, with its places resolved.
    pub fn say(&self, lang: Lang, files: &Files) -> Message {
        let values: Vec<(&str, String)> = self.args.iter().map(|(name, arg)| (*name, arg.text(lang))).collect();
        let lookup: Vec<Named> = values.iter().map(|(n, v)| (*n, v as _)).collect();
        let get = |name: &str| values.iter().find(|(n, v)| *n == name && !v.is_empty()).map(|(_, v)| v);
        let texts = self.code.texts(lang);
        let expected = texts.expected.map(|t| fill(t, &lookup)).or_else(|| get("expected").cloned());
        let counts = (self.code == Code::E134).then(|| self.rest.weights());
        let mut related: Vec<String> = self.related.iter().map(|p| files.describe(*p)).collect();
        if counts.is_none() && !self.rest.is_empty() {
            related.push(say!(lang, "finding.more_places", n = self.rest.count()));
        }
        let nearest = get("nearest").map(|n| say!(lang, "finding.nearest", names = n));
        Message {
            code: self.code,
            severity: self.severity,
            title: fill(texts.title, &lookup).trim_end().to_owned(),
            unit: self.unit.clone(),
            file: self.at.map(|p| files.get(p.file).path.clone()),
            sheet: self.at.map(|p| files.sheet(p).to_owned()).filter(|s| !s.is_empty()),
            cell: self.at.map(Place::cell_name).filter(|s| !s.is_empty()),
            at: self.at,
            found: match (get("found"), get("stored")) {
                _ if counts.is_some() => Some(self.rest.words(lang)),
                (Some(shown), Some(held)) => Some(say!(lang, "finding.stored", shown = shown, held = held)),
                (found, _) => found.cloned(),
            },
            expected: match (expected, nearest) {
                (Some(e), Some(n)) => Some(format!("{e} {n}")),
                (e, n) => e.or(n),
            },
            fix: fill(texts.fix, &lookup),
            who: self.code.who(),
            related,
            counts,
            stage: self.stage,
        }
    }
}

/// A finding worded in one language, as printed, listed in workbooks and written to JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Permanent code, such as `E203`.
    pub code: Code,
    /// Its severity.
    pub severity: Severity,
    /// The fault, in one line.
    pub title: String,
    /// Unit code, if it concerns one unit.
    pub unit: Option<String>,
    /// File, below the project folder.
    pub file: Option<String>,
    /// Sheet name.
    pub sheet: Option<String>,
    /// Cell or line.
    pub cell: Option<String>,
    /// The place by indices of file and sheet.
    pub at: Option<Place>,
    /// What was found.
    pub found: Option<String>,
    /// What was expected.
    pub expected: Option<String>,
    /// How to correct it, and who does.
    pub fix: String,
    /// Who must act on it.
    pub who: Who,
    /// Further places.
    pub related: Vec<String>,
    /// How many findings it counts, if it represents findings that are not listed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub counts: Option<Weights>,
    /// Its source: a re-grade carries findings about inputs over and makes all others anew.
    #[serde(skip_serializing_if = "Stage::is_inputs", default)]
    pub stage: Stage,
}

impl Message {
    /// How many findings of each severity it represents: itself, or those that it counts.
    pub fn weights(&self) -> Weights {
        self.counts.unwrap_or_else(|| {
            let mut weights = Weights::default();
            weights.add(self.severity, 1);
            weights
        })
    }
}

/// Marks findings, from `start` on, as made by every run; for lists that were made without a sink.
pub fn made_anew(findings: &mut [Finding], start: usize) {
    findings.iter_mut().skip(start).for_each(|finding| finding.stage = Stage::Result);
}

/// Sorts findings by severity, code and place, and drops exact duplicates; every list of findings has this order.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| {
        (a.severity, a.code, a.at, &a.unit, &a.args, &a.related)
            .cmp(&(b.severity, b.code, b.at, &b.unit, &b.args, &b.related))
    });
    // Two that count equal numbers concern different tables.
    findings.dedup_by(|a, b| a == b && a.code != Code::E134);
}

/// Whether there is a finding of at least this severity.
pub fn any(findings: &[Finding], severity: Severity) -> bool {
    findings.iter().any(|f| f.severity <= severity)
}

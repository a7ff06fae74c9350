//! The finding codes, made of the blocks in `codes/*.txt`: a block has every fact and every text of one code. A code is
//! permanent: it is never reused and never changes its meaning. Blocks are in numerical order: a new one takes the next
//! free number of its hundred, which a test prints.
//!
//! 1xx files, 2xx cells, 3xx roster and coverage, 4xx ballots, 5xx model, 6xx registers, 7xx output. The letter is the
//! default severity: E error (some are *pending*: they need a decision, see [`Severity::Pending`]), W warning, N note.
//! A block is
//!
//! ```text
//! E203 Error Unit                  code, severity, who acts first, then its traits, if any
//! doc = A score outside 0 …        what it is, for whoever reads the code
//! title.zh = …                     then title.en, expected.zh, expected.en (both or neither), fix.zh, fix.en, why.zh, why.en
//! ```
//!
//! The build refuses a block that lacks one of these or has an unknown line, with file and line.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Severity, Who};
use crate::shared::i18n::Lang;

/// Properties of a code besides its severity and who corrects it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types, reason = "written in the blocks as they are said")]
pub enum Trait {
    /// An error that a model may turn into a warning, since the score remains defined. All warnings and notes are
    /// adjustable.
    adjustable,
    /// May follow from an error in a file of its component, or from the absence of files: then it is not listed.
    of_component,
    /// The cell has no value, so other faults of its value are not listed.
    voids_cell,
    /// The name in the cell cannot be read, so it is not listed as unknown.
    voids_name,
    /// A name is unknown.
    of_name,
    /// Concerns a file that is not read. Each concerns a different file, so they are counted by code.
    of_unread_file,
    /// Names files between which somebody has to decide.
    names_undecided_files,
    /// Concerns a file that is undecided, so it is not listed where a finding names that file.
    of_undecided_file,
    /// A component has no file at all, so gaps in it are not listed.
    says_no_files,
    /// Says no more than that a component cannot be calculated, so it is not listed where anything else has to be
    /// mended in the component.
    of_last_resort,
    /// Not listed where the component has no file at all, although it does not follow from an error in one.
    of_absence,
    /// About totals, but follows from what was typed alone, whatever else of the unit has errors.
    of_what_is_typed,
    /// Found in the finished document: told when a version is written, not when it is found unchanged.
    told_when_written,
    /// Listed once a file and kind, with the further places.
    once_a_file,
}

/// The texts of a code in one language, with `{names}` that a finding fills in.
///
/// A placeholder is used only if every place that raises the code gives it; one that may be empty stands at the end.
#[derive(Debug)]
pub struct Texts {
    /// What is wrong, in one line.
    pub title: &'static str,
    /// What should stand there, if it is the same wherever the code is raised.
    pub expected: Option<&'static str>,
    /// Who does what about it.
    pub fix: &'static str,
    /// Why it is checked, without placeholders: for `assess explain`.
    pub why: &'static str,
}

/// Everything the program knows of a code.
struct Facts {
    name: &'static str,
    severity: Severity,
    who: Who,
    traits: &'static [Trait],
    zh: Texts,
    en: Texts,
}

macro_rules! codes {
    ($($code:ident $severity:ident $who:ident [$($own:ident)*] $doc:literal $zh:expr, $en:expr;)*) => {
        /// A permanent finding code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $doc] $code,)* }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];
        }

        /// The facts of each code, in the order of `Code::ALL`.
        static FACTS: [Facts; Code::ALL.len()] = [$(Facts {
            name: stringify!($code),
            severity: Severity::$severity,
            who: Who::$who,
            traits: &[$(Trait::$own,)*],
            zh: $zh,
            en: $en,
        },)*];
    };
}

// The blocks as a call of `codes!`, written by build.rs.
include!(concat!(env!("OUT_DIR"), "/codes.rs"));

impl Code {
    const fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }

    /// The printed form of the code.
    pub const fn as_str(self) -> &'static str {
        self.facts().name
    }

    /// Its severity unless the model sets another one.
    pub const fn severity(self) -> Severity {
        self.facts().severity
    }

    /// Who must act on it first.
    pub const fn who(self) -> Who {
        self.facts().who
    }

    /// Its texts in a language.
    pub const fn texts(self, lang: Lang) -> &'static Texts {
        match lang {
            Lang::Zh => &self.facts().zh,
            Lang::En => &self.facts().en,
        }
    }

    /// Whether it has a property.
    pub fn has(self, own: Trait) -> bool {
        self.facts().traits.contains(&own)
    }

    /// Whether a model may set another severity.
    pub fn is_adjustable(self) -> bool {
        self.severity() > Severity::Pending || self.has(Trait::adjustable)
    }

    /// Whether it is not listed if it follows from faults in the files of its component.
    pub fn is_of_component(self) -> bool {
        self.has(Trait::of_component)
    }

    /// Whether the cell has no value, so that nothing else needs to be reported about it.
    pub fn voids_cell(self) -> bool {
        self.has(Trait::voids_cell)
    }

    /// Whether the name in the cell cannot be read, so that it need not be reported as unknown.
    pub fn voids_name(self) -> bool {
        self.has(Trait::voids_name)
    }

    /// Whether it reports an unknown name.
    pub fn is_of_name(self) -> bool {
        self.has(Trait::of_name)
    }

    /// Whether it concerns a file that is not read.
    pub fn is_of_unread_file(self) -> bool {
        self.has(Trait::of_unread_file)
    }

    /// Finds a code by its printed form, in any letter case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(text))
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("no finding code"))
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(code: Code) -> u32 {
        code.as_str()[1..].parse().expect("a letter and three digits")
    }

    #[test]
    fn codes_stand_in_order_and_their_letter_is_their_weight() {
        for pair in Code::ALL.windows(2) {
            let hundred = number(pair[0]) / 100;
            let last = Code::ALL.iter().map(|code| number(*code)).filter(|own| own / 100 == hundred).max();
            let free = last.map(|last| last + 1);
            assert!(number(pair[0]) < number(pair[1]), "{} before {}: the next free is {free:?}", pair[0], pair[1]);
        }
        for code in Code::ALL {
            let letter = match code.severity() {
                Severity::Error | Severity::Pending => 'E',
                Severity::Warning => 'W',
                Severity::Note => 'N',
            };
            assert!(code.as_str().starts_with(letter), "{code}");
        }
    }
}

//! Names of other units in texts that people wrote: a verifier's explanation, the title of a document.
//!
//! A feedback workbook names no other unit. Names, short and former names are replaced wherever they stand; a name that is
//! part of a longer one (the unit's own, say) is left alone. Codes are replaced only as whole words, and only those of
//! three characters or more with both letters and digits: others are numbers or abbreviations of ordinary text.

use aho_corasick::{AhoCorasick, MatchKind};

use crate::outcome::{Outcome, UnitOutcome};

/// Shortest name and code that is looked for, in characters.
const SHORTEST_NAME: usize = 2;
const SHORTEST_CODE: usize = 3;

/// All names of all units.
pub struct Names {
    finder: Option<AhoCorasick>,
    /// By pattern: the index of its unit, and whether it is a code.
    owners: Vec<(usize, bool)>,
    /// Units by code, to know a unit's own index.
    order: std::collections::BTreeMap<String, usize>,
}

impl Names {
    /// The names of a result.
    pub fn of(outcome: &Outcome) -> Self {
        let (mut patterns, mut owners) = (Vec::new(), Vec::new());
        for (index, unit) in outcome.units.iter().enumerate() {
            for name in std::iter::once(&unit.name).chain(&unit.other_names) {
                if name.chars().count() >= SHORTEST_NAME {
                    patterns.push(name.as_str());
                    owners.push((index, false));
                }
            }
            if is_telling(&unit.code) {
                patterns.push(unit.code.as_str());
                owners.push((index, true));
            }
        }
        // A set of names too large for the automaton cannot come from a roster within the reading limits.
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(patterns).ok();
        let order = outcome.units.iter().enumerate().map(|(index, unit)| (unit.code.clone(), index)).collect();
        Self { finder, owners, order }
    }

    /// A text as a unit may read it: `other` stands for every other unit.
    pub fn without_others(&self, text: &str, unit: &UnitOutcome, other: &str) -> String {
        let Some(finder) = &self.finder else { return text.to_owned() };
        let own = self.order.get(&unit.code).copied();
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for found in finder.find_iter(text) {
            let (owner, is_code) = self.owners[found.pattern().as_usize()];
            let shared = || unit.names().any(|name| name == &text[found.range()]);
            if Some(owner) == own || shared() || (is_code && !is_word(text, found.start(), found.end())) {
                continue;
            }
            out.push_str(&text[done..found.start()]);
            out.push_str(other);
            done = found.end();
        }
        out.push_str(&text[done..]);
        out
    }
}

fn is_telling(code: &str) -> bool {
    code.len() >= SHORTEST_CODE
        && code.bytes().any(|b| b.is_ascii_digit())
        && code.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Whether a piece of a text stands alone.
fn is_word(text: &str, start: usize, end: usize) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !text[..start].chars().next_back().is_some_and(part) && !text[end..].chars().next().is_some_and(part)
}

//! Names of other units in texts that people wrote: a verifier's explanation, the title of a document.
//!
//! A feedback workbook names no other unit. Names, short and former names are replaced wherever they stand, also where they
//! were typed with spaces, full-width or in another letter case; a name that is part of a longer one (the unit's own, say)
//! is left alone. Codes are replaced only as whole words, and only those of three characters or more with both letters and
//! digits: others are numbers or abbreviations of ordinary text. Names in Latin letters are whole words too.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use unicode_normalization::UnicodeNormalization as _;

use crate::text::is_invisible;

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
                let name = Flat::of(name).text;
                if name.chars().count() >= SHORTEST_NAME {
                    patterns.push(name);
                    owners.push((index, false));
                }
            }
            if is_telling(&unit.code) {
                patterns.push(Flat::of(&unit.code).text);
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
        let flat = Flat::of(text);
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for found in finder.find_iter(&flat.text) {
            let (owner, is_code) = self.owners[found.pattern().as_usize()];
            let shared = || unit.names().any(|name| Flat::of(name).text == flat.text[found.range()]);
            let place = flat.place(found.range());
            if Some(owner) == own || shared() || !stands_alone(text, &place, is_code) {
                continue;
            }
            out.push_str(&text[done..place.start]);
            out.push_str(other);
            done = place.end;
        }
        out.push_str(&text[done..]);
        out
    }
}

/// A text as names are compared, and where each byte of it came from.
struct Flat {
    text: String,
    places: Vec<Range<usize>>,
}

impl Flat {
    fn of(text: &str) -> Self {
        let mut flat = Self { text: String::with_capacity(text.len()), places: Vec::with_capacity(text.len()) };
        for (at, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace() && !is_invisible(*c)) {
            flat.text.extend(std::iter::once(c).nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()));
            flat.places.resize(flat.text.len(), at..at + c.len_utf8());
        }
        flat
    }

    fn place(&self, found: Range<usize>) -> Range<usize> {
        self.places[found.start].start..self.places[found.end - 1].end
    }
}

fn is_telling(code: &str) -> bool {
    code.len() >= SHORTEST_CODE
        && code.bytes().any(|b| b.is_ascii_digit())
        && code.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Whether a piece of a text is no part of a longer word; only Latin letters and digits make such words.
fn stands_alone(text: &str, place: &Range<usize>, is_code: bool) -> bool {
    let letter = |c: char| std::iter::once(c).nfkc().all(|c| c.is_ascii_alphanumeric());
    let part = |c: char| letter(c) || c == '_' || c == '-';
    let piece = &text[place.clone()];
    let begins = is_code || piece.chars().next().is_some_and(letter);
    let ends = is_code || piece.chars().next_back().is_some_and(letter);
    !(begins && text[..place.start].chars().next_back().is_some_and(part)
        || ends && text[place.end..].chars().next().is_some_and(part))
}

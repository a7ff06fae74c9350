//! What free text may not disclose to a unit: other units, raters, contacts, and where the office keeps its files.
//!
//! A feedback workbook may be pinned to a wall. In the texts of verifiers, registers and rules, each of these is
//! replaced by a neutral word:
//!
//! - **Other units**: names, short and former names, wherever they occur and however they were typed: with blanks,
//!   dots, brackets, quotation marks or dashes inside, full-width, in traditional characters, in another letter case. A
//!   name that is part of a longer one (the unit's own, say) is left alone, and so is the unit's own name in any such
//!   form. In ordinary text two characters of a name may happen to meet at a mark (理财（政府债券）), and so may letters: so in
//!   a name of two characters only dots are ignored, in one of Latin letters no marks are.
//! - **Codes** of other units and **rater ids**: only as whole words, and only those of three characters or more with both
//!   letters and digits; others are numbers or abbreviations of ordinary text. Ids that are names of people are treated
//!   as names, numbers of seven digits or more as numbers (see `people`).
//! - **Contacts and secretaries** of all units, including the unit itself: names, numbers, addresses (`people`).
//! - **Paths** of files (`paths`).
//!
//! Names in Latin letters are matched as whole words only.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::result::outcome::{Outcome, UnitOutcome};
use crate::shared::i18n::Lang;
use crate::shared::text::{DigitGroup, digit_runs};
use flat::{Flat, tight};
use people::People;

mod flat;
mod paths;
mod people;

/// Shortest name and code that are looked for, in characters.
const SHORTEST_NAME: usize = 2;
const SHORTEST_CODE: usize = 3;
/// Shortest number that is looked for, in digits.
const SHORTEST_NUMBER: usize = 7;

/// Whose a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// A unit, by its index.
    Unit(usize),
    Rater,
    Contact,
}

impl Owner {
    /// The catalogue key of the word that replaces the name.
    const fn word(self) -> &'static str {
        match self {
            Self::Unit(_) => "feedback.other-unit",
            Self::Rater => "feedback.some-rater",
            Self::Contact => "feedback.some-contact",
        }
    }
}

/// How a name is recognised in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// As a name: marks inside it are ignored if it is long enough.
    Name,
    /// As a whole word without marks inside: codes and ids.
    Code,
}

/// A name that is looked for.
struct Pattern {
    owner: Owner,
    told: Told,
    /// The name with its marks, normalised in blanks, width and letter case.
    tight: String,
    /// Whether marks inside it are ignored.
    is_loose: bool,
}

/// All that is looked for in texts.
pub struct Names {
    finder: Option<AhoCorasick>,
    patterns: Vec<Pattern>,
    numbers: BTreeMap<String, Owner>,
    /// Units by code, to know a unit's own index.
    order: BTreeMap<String, usize>,
    lang: Lang,
}

impl Names {
    /// What is looked for in texts of a result.
    pub fn of(outcome: &Outcome) -> Self {
        let mut list = List::default();
        for (index, unit) in outcome.units.iter().enumerate() {
            for name in std::iter::once(&unit.roster.name).chain(&unit.roster.other_names) {
                list.add(name, Owner::Unit(index), Told::Name);
            }
            if is_telling(&unit.roster.code) {
                list.add(&unit.roster.code, Owner::Unit(index), Told::Code);
            }
        }
        let people = People::of(outcome);
        for (name, owner, told) in people.names {
            list.add(&name, owner, told);
        }
        // A set of names too large for the automaton cannot come from inputs within the reading limits.
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(list.flat).ok();
        let order = outcome.units.iter().enumerate().map(|(index, unit)| (unit.roster.code.clone(), index)).collect();
        Self { finder, patterns: list.patterns, numbers: people.numbers, order, lang: outcome.model.language }
    }

    /// Whether the same is looked for in texts of another result: both have the same model, units and raters.
    pub fn are_same(one: &Outcome, other: &Outcome) -> bool {
        one.model.hash == other.model.hash
            && one.groups == other.groups
            && one.raters == other.raters
            && one.units.iter().map(|unit| &unit.roster).eq(other.units.iter().map(|unit| &unit.roster))
    }

    /// A text with everything replaced that a unit may not read.
    pub fn clean(&self, text: &str, unit: &UnitOutcome) -> String {
        let mut found: Vec<(Range<usize>, &'static str)> =
            paths::paths(text).into_iter().map(|place| (place, "feedback.some-path")).collect();
        self.numbers_in(text, &mut found);
        self.names_in(text, unit, &mut found);
        // Of overlapping hits the first one found counts: names within a path are replaced with it.
        let mut kept: Vec<(Range<usize>, &'static str)> = Vec::with_capacity(found.len());
        for (place, word) in found {
            if kept.iter().all(|(own, _)| own.end <= place.start || place.end <= own.start) {
                kept.push((place, word));
            }
        }
        kept.sort_by_key(|(place, _)| place.start);
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for (place, word) in kept {
            out.push_str(&text[done..place.start]);
            out.push_str(self.lang.text(word));
            done = place.end;
        }
        out.push_str(&text[done..]);
        out
    }

    /// Numbers of people: whole groups of digits, with whatever precedes them in the same group.
    fn numbers_in(&self, text: &str, found: &mut Vec<(Range<usize>, &'static str)>) {
        if self.numbers.is_empty() {
            return;
        }
        for run in digit_runs(text) {
            let mut end = run.groups.len();
            while end > 0 {
                let known = (0..end).find_map(|start| self.number(&run.groups[start..end]));
                if let Some((place, owner)) = known {
                    end = run.groups.iter().take_while(|group| group.place.end <= place.start).count();
                    found.push((place, owner.word()));
                } else {
                    end -= 1;
                }
            }
        }
    }

    /// The known number that groups of digits end with.
    fn number(&self, groups: &[DigitGroup]) -> Option<(Range<usize>, Owner)> {
        let digits: String = groups.iter().map(|group| group.digits.as_str()).collect();
        let first = groups.first()?;
        // A number begins with a group, or follows a country code in the same group.
        let starts = (0..first.digits.len()).filter(|start| digits.len() - start >= SHORTEST_NUMBER);
        let owner = starts.filter_map(|start| self.numbers.get(&digits[start..])).next()?;
        Some((first.place.start..groups.last()?.place.end, *owner))
    }

    fn names_in(&self, text: &str, unit: &UnitOutcome, found: &mut Vec<(Range<usize>, &'static str)>) {
        let Some(finder) = &self.finder else { return };
        let own = self.order.get(&unit.roster.code).copied();
        let flat = Flat::of(text);
        for hit in finder.find_iter(&flat.text) {
            let pattern = &self.patterns[hit.pattern().as_usize()];
            let is_own = || unit.roster.names().any(|name| Flat::of(name).text == flat.text[hit.range()]);
            let place = flat.place(hit.range());
            let of_other = matches!(pattern.owner, Owner::Unit(index) if Some(index) == own) || is_own();
            if !of_other && pattern.stands(text, &place) {
                found.push((place, pattern.owner.word()));
            }
        }
    }
}

/// The patterns while they are collected.
#[derive(Default)]
struct List {
    flat: Vec<String>,
    patterns: Vec<Pattern>,
}

impl List {
    fn add(&mut self, name: &str, owner: Owner, told: Told) {
        let flat = Flat::of(name).text;
        let count = flat.chars().count();
        if count < SHORTEST_NAME {
            return;
        }
        let is_latin = flat.is_ascii();
        let is_loose = told == Told::Name && !is_latin && count > SHORTEST_NAME;
        self.flat.push(flat);
        self.patterns.push(Pattern { owner, told, tight: tight(name), is_loose });
    }
}

impl Pattern {
    /// Whether a piece of a text is this name.
    fn stands(&self, text: &str, place: &Range<usize>) -> bool {
        let piece = &text[place.start..place.end];
        let is_written = self.is_loose || tight(piece) == self.tight || self.is_dotted(piece);
        is_written
            && stands_alone(text, place, self.told == Told::Code)
            && !(self.owner == Owner::Rater && people::is_counting(&self.tight, &text[place.end..]))
    }

    /// Whether a short name has nothing but middle dots inside.
    fn is_dotted(&self, piece: &str) -> bool {
        self.told == Told::Name
            && !self.tight.is_ascii()
            && tight(&piece.replace(flat::is_middle_dot, "")) == self.tight
    }
}

/// Whether a code or an id cannot be a number or an abbreviation of ordinary text.
fn is_telling(code: &str) -> bool {
    code.len() >= SHORTEST_CODE
        && code.bytes().any(|b| b.is_ascii_digit())
        && code.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Whether a piece of a text is not part of a longer word; only Latin letters and digits make such words.
fn stands_alone(text: &str, place: &Range<usize>, is_code: bool) -> bool {
    let part = |c: char| flat::is_letter(c) || c == '_' || c == '-';
    let piece = &text[place.start..place.end];
    let begins = is_code || piece.chars().next().is_some_and(flat::is_letter);
    let ends = is_code || piece.chars().next_back().is_some_and(flat::is_letter);
    !(begins && text[..place.start].chars().next_back().is_some_and(part)
        || ends && text[place.end..].chars().next().is_some_and(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_looked_for_only_with_the_same_model_units_and_raters() {
        let one = Outcome::sample();
        let same_after = |change: fn(&mut Outcome)| {
            let mut other = one.clone();
            change(&mut other);
            Names::are_same(&one, &other)
        };
        assert!(same_after(|_| {}));
        assert!(same_after(|own| own.units[0].total = None));
        assert!(!same_after(|own| own.units[0].roster.other_names.push("旧名".into())));
        assert!(!same_after(|own| own.units[1].roster.contact = "张三".into()));
        assert!(!same_after(|own| drop(own.units.pop())));
        assert!(!same_after(|own| own.raters.push("R99".into())));
        assert!(!same_after(|own| own.groups.push("街道".into())));
        assert!(!same_after(|own| own.model.hash.push('0')));
    }
}

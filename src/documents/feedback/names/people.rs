//! People that a result knows: contacts, secretaries and their numbers from the roster, and raters by their ids.
//!
//! Cells of a roster contain more than names: 办公室张三（主任）13800001234. What is looked for is
//!
//! - a name in Chinese characters, of two to four of them or with a middle dot, that is not an office, a post or a word
//!   of the model: a secretary 文明 would otherwise remove 文明 from every text about 文明单位;
//! - a name in Latin letters, of two words or of six letters, that is not a word of the model either;
//! - a number of seven digits or more, with or without what precedes or follows it in other groups; an address with
//!   `@`.
//!
//! Ids of raters are recognised as codes are. Those in Chinese characters with a number (评委07) have at least two digits
//! and no counter behind them; those that could be names of people begin with a common surname, since other words are
//! ordinary.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::flat::Flat;
use super::{Owner, SHORTEST_NUMBER, Told, is_telling};
use crate::result::outcome::{Outcome, UnitOutcome};
use crate::shared::text::digit_runs;

/// Longest name in Chinese characters, without and with a middle dot.
const LONGEST: (usize, usize) = (4, 16);
/// Letters of a single word in Latin letters that is taken for a name.
const LATIN: usize = 6;

/// The words of people.txt, by meaning.
static VOCABULARY: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let lines = include_str!("people.txt").lines().filter_map(|line| line.split_once(" = "));
    lines.map(|(meaning, words)| (meaning, words.split(' ').collect())).collect()
});

/// The words of a meaning.
fn words(meaning: &str) -> &'static [&'static str] {
    VOCABULARY.get(meaning).expect("people.txt has every meaning that is asked for")
}

/// Whether a character is one of those of a meaning.
fn is_one(meaning: &str, c: char) -> bool {
    words(meaning).iter().any(|all| all.contains(c))
}

/// Everybody that is looked for in texts.
#[derive(Default)]
pub(super) struct People {
    /// Names, whose they are and how they are recognised in a text.
    pub(super) names: Vec<(String, Owner, Told)>,
    /// Numbers in digits.
    pub(super) numbers: BTreeMap<String, Owner>,
}

impl People {
    /// The people of a result.
    pub(super) fn of(outcome: &Outcome) -> Self {
        let ordinary = Ordinary::of(outcome);
        let is_known = |name: &str| ordinary.has(name);
        let mut people = Self::default();
        let mut seen = BTreeSet::new();
        for cell in outcome.units.iter().flat_map(cells) {
            let names = names(cell).into_iter().filter(|name| !is_known(name) && seen.insert(name.clone()));
            people.names.extend(names.map(|name| (name, Owner::Contact, Told::Name)));
            people.numbers.extend(numbers(cell).into_iter().map(|number| (number, Owner::Contact)));
        }
        for id in &outcome.raters {
            if is_number(id) {
                people.numbers.entry(id.clone()).or_insert(Owner::Rater);
                continue;
            }
            let told = match is_telling(id) || is_counted(id) {
                true => Told::Code,
                false if is_name_of_rater(id) && !is_known(id) => Told::Name,
                false => continue,
            };
            people.names.push((id.clone(), Owner::Rater, told));
        }
        people
    }
}

/// The words of the model, flat: words that occur there are ordinary in texts about it.
struct Ordinary {
    names: String,
    /// Whole sentences, which could name somebody: only words of two characters in them are taken as ordinary.
    standards: String,
}

impl Ordinary {
    fn of(outcome: &Outcome) -> Self {
        let model = &outcome.model;
        let mut words: Vec<&str> = vec![&model.title, &model.issuer, &model.period];
        words.extend(outcome.groups.iter().map(String::as_str));
        words.extend(model.tree.aspects.iter().chain(&model.tree.lines).map(|node| node.name.as_str()));
        words.extend(model.tree.leaves.iter().map(|leaf| leaf.name.as_str()));
        words.extend(model.components.iter().map(|component| component.name.as_str()));
        words.extend(model.components.iter().flat_map(|c| c.classes().iter().map(|class| class.name.as_str())));
        words.extend(model.adjustments.kinds.iter().map(|kind| kind.name.as_str()));
        words.extend(model.grades.iter().map(|grade| grade.name.as_str()));
        let flat = |words: &[&str]| words.iter().map(|word| Flat::of(word).text).collect::<Vec<_>>().join("\n");
        let standards: Vec<&str> = model.tree.leaves.iter().map(|leaf| leaf.standard.as_str()).collect();
        Self { names: flat(&words), standards: flat(&standards) }
    }

    fn has(&self, name: &str) -> bool {
        let flat = Flat::of(name).text;
        self.names.contains(&flat) || flat.chars().count() <= 2 && self.standards.contains(&flat)
    }
}

/// The cells of a unit's row that hold people.
fn cells(unit: &UnitOutcome) -> impl Iterator<Item = &str> {
    let of_people = |header: &str| words("headers").iter().any(|word| header.to_lowercase().contains(word));
    let others =
        unit.roster.attributes.iter().filter(move |(header, _)| of_people(header)).map(|(_, cell)| cell.value.as_str());
    [unit.roster.contact.as_str(), &unit.roster.secretary].into_iter().chain(others)
}

/// The numbers of a cell: every row of groups that is long enough.
fn numbers(cell: &str) -> Vec<String> {
    let mut numbers = Vec::new();
    for run in digit_runs(cell) {
        let groups: Vec<&str> = run.groups.iter().map(|group| group.digits.as_str()).collect();
        for start in 0..groups.len() {
            let rows = (start + 1..=groups.len()).map(|end| groups[start..end].concat());
            numbers.extend(rows.filter(|row| row.len() >= SHORTEST_NUMBER));
        }
    }
    numbers
}

/// The names of people in a cell, and addresses.
fn names(cell: &str) -> Vec<String> {
    let mut names = Vec::new();
    let parts = |c: char| "、，,；;/／|｜（）()[]【】〔〕：:\n\r\t".contains(c);
    for part in cell.split(parts).map(str::trim) {
        let (addresses, words): (Vec<&str>, Vec<&str>) =
            part.split_whitespace().partition(|word| word.contains(['@', '＠']));
        names.extend(addresses.into_iter().map(str::to_owned));
        let words = words.join(" ");
        for piece in words.split(|c: char| c.is_numeric() || c == '+').map(|piece| piece.trim_matches(['-', ' ', '.']))
        {
            let latin = piece.split(|c: char| !is_latin(c)).map(str::trim);
            names.extend(latin.filter(|piece| is_latin_name(piece)).map(str::to_owned));
            names.extend(chinese(&piece.replace(|c: char| c.is_ascii_alphabetic(), " ")));
        }
    }
    names
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || " -'.".contains(c)
}

fn is_latin_name(piece: &str) -> bool {
    let word = |word: &str| word.chars().filter(char::is_ascii_alphabetic).count();
    let is_word = |own: &str| words("words").contains(&own.to_lowercase().as_str());
    let own: Vec<&str> = piece.split(' ').filter(|own| word(own) > 1 && !is_word(own)).collect();
    own.len() > 1 || own.first().is_some_and(|only| word(only) >= LATIN)
}

/// Names in Chinese characters: words between blanks; a single character is joined to its neighbour (张 三).
fn chinese(piece: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for word in piece.split(' ').filter(|word| !word.is_empty()) {
        let is_single = |word: &str| word.chars().count() == 1;
        match parts.last_mut().filter(|last| is_single(word) && last.chars().count() <= 2 || is_single(last)) {
            Some(last) => last.push_str(word),
            None => parts.push(word.to_owned()),
        }
    }
    parts.iter().flat_map(|word| of_word(word)).collect()
}

/// The names in a word: the word itself, without the post after it, or what follows an office or a post (办公室张三).
fn of_word(word: &str) -> Vec<String> {
    let bare = words("posts").iter().find_map(|post| word.strip_suffix(post));
    let is_office = |own: &str| own.ends_with(|c| is_one("offices", c) || is_one("deputies", c));
    if bare.is_some_and(|bare| bare.is_empty() || is_office(bare)) {
        return Vec::new();
    }
    let named = bare.unwrap_or(word);
    let behind_office = named.rfind(|c| is_one("offices", c)).map(|at| &named[at..]);
    let behind_office = behind_office.and_then(|rest| rest.chars().next().map(|c| &rest[c.len_utf8()..]));
    let behind_post = words("posts").iter().filter_map(|post| named.rsplit_once(post)).map(|(_, rest)| rest);
    let behind = behind_office.into_iter().chain(behind_post).min_by_key(|rest| rest.len());
    let behind = behind.filter(|rest| rest.starts_with(|c| is_one("surnames", c)));
    let found = [Some(word), bare, behind].into_iter().flatten().filter(|name| is_chinese_name(name));
    found.map(str::to_owned).collect()
}

fn is_chinese_name(word: &str) -> bool {
    let dotted = |c: char| matches!(c, '·' | '•' | '・');
    let count = word.chars().count();
    let longest = if word.contains(dotted) { LONGEST.1 } else { LONGEST.0 };
    let is_post = word.ends_with(|c| is_one("offices", c));
    (2..=longest).contains(&count)
        && word.chars().all(|c| is_chinese(c) || dotted(c))
        && !is_post
        && !words("words").contains(&word)
}

const fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// An id of digits that is long enough to be somebody's number.
fn is_number(id: &str) -> bool {
    id.len() >= SHORTEST_NUMBER && id.bytes().all(|b| b.is_ascii_digit())
}

/// An id such as 评委07.
fn is_counted(id: &str) -> bool {
    let digits = id.bytes().rev().take_while(u8::is_ascii_digit).count();
    digits > 1 && id[..id.len() - digits].chars().next_back().is_some_and(is_chinese)
}

/// Whether what follows an id makes it the number of something: 评委07 in 评委07名.
pub(super) fn is_counting(id: &str, after: &str) -> bool {
    is_counted(id) && after.trim_start().starts_with(|c| is_one("counters", c))
}

/// An id that is the name of a person.
fn is_name_of_rater(id: &str) -> bool {
    is_chinese_name(id) && id.starts_with(|c| is_one("surnames", c)) || id.chars().all(is_latin) && is_latin_name(id)
}

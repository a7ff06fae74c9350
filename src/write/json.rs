//! JSON artefacts: keys in a fixed order, one newline at the end; no characters that a terminal would obey.
//!
//! Printed documents are indented. A result document has no blanks, and a line for every member and for every element
//! of its lists: a unit is one line, so that it can be found, compared and read by itself, and all can be read one
//! after the other.

use std::borrow::Cow;
use std::fmt::Write as _;

use rayon::prelude::*;
use serde::Serialize;

use crate::result::outcome::index::{self, Entry, Index};
use crate::result::outcome::{Head, Outcome};
use crate::shared::pieces::{Put, in_memory};
use crate::shared::text::is_unseen;

/// The nesting depth up to which members of objects, and elements of lists, have their own lines.
const DEEPEST: [usize; 2] = [2, 3];
/// How many units are made into text at once, on all threads.
const UNITS_AT_ONCE: usize = 256;

/// A document as indented JSON, for reading in a terminal.
///
/// # Errors
/// If the document cannot be serialised, which its types exclude.
pub fn text<T: Serialize>(document: &T) -> anyhow::Result<String> {
    let text = serde_json::to_string_pretty(document)?;
    Ok(safe(Cow::Owned(text)).into_owned() + "\n")
}

/// The bytes of a result document: no blanks, and a line for every member and for every element of its lists.
///
/// # Errors
/// If the document cannot be serialised, which its types exclude.
pub fn bytes(outcome: &Outcome) -> anyhow::Result<Vec<u8>> {
    in_memory(|put| pieces(outcome, put))
}

/// Gives the bytes of a result document piece by piece: what all units share, each unit, and where each of them stands.
///
/// # Errors
/// Of the receiver, or if the document cannot be serialised, which its types exclude.
pub fn pieces(outcome: &Outcome, put: &mut Put<'_>) -> anyhow::Result<()> {
    let mut piece = in_lines(&serde_json::to_string(&Head(outcome))?);
    let is_open = piece.pop() == Some('}');
    anyhow::ensure!(is_open, "a result document is an object");
    piece.push_str(index::UNITS);
    let (mut index, mut size) = (Index::default(), 0);
    let mut between = "\n";
    for units in outcome.units.chunks(UNITS_AT_ONCE) {
        let texts: Vec<serde_json::Result<String>> = units.par_iter().map(safe_text).collect();
        for (unit, text) in units.iter().zip(texts) {
            piece.push_str(std::mem::replace(&mut between, index::BETWEEN));
            let start = piece.len();
            piece.push_str(&text?);
            index.0.push(Entry::new(unit, size + start as u64, (piece.len() - start) as u64));
            put(piece.as_bytes())?;
            size += piece.len() as u64;
            piece.clear();
        }
    }
    piece.push_str(index::INDEX);
    size += piece.len() as u64;
    put(piece.as_bytes())?;
    let entries =
        in_lines_from(Structure { lists: vec![false], ..Structure::default() }, &serde_json::to_string(&index)?);
    put(entries.as_bytes())?;
    put(format!("{}{size}{}", index::INDEX_AT, index::END).as_bytes())
}

/// A value as a JSON text that a terminal can show.
fn safe_text(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(safe(Cow::Owned(serde_json::to_string(value)?)).into_owned())
}

/// A JSON text without characters that a terminal would obey; most have none.
pub(crate) fn safe(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return text;
    }
    let mut safe = String::with_capacity(text.len() + text.len() / 16);
    text.chars().for_each(|c| push(&mut safe, c));
    Cow::Owned(safe)
}

/// A JSON text with a line for every member of the outermost value and for every element of its lists.
fn in_lines(text: &str) -> String {
    in_lines_from(Structure::default(), text)
}

/// Its counterpart for a part of a JSON text that stands in others.
fn in_lines_from(mut structure: Structure, text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + text.len() / 16);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        push(&mut safe, c);
        if structure.breaks_after(c, chars.peek().copied()) {
            safe.push('\n');
        }
    }
    safe
}

/// Appends a character of a JSON text. Those that a terminal would obey occur only inside strings, where an escape is
/// equivalent.
fn push(safe: &mut String, c: char) {
    if is_plain(c) {
        safe.push(c);
    } else {
        let _ = write!(safe, "\\u{:04x}", u32::from(c));
    }
}

/// Whether a character is written as it is. Most of a document needs no lookup for that.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\n') || !is_unseen(c)
}

/// The position of a reader in the structure of a JSON text.
#[derive(Default)]
struct Structure {
    /// Whether each open value is a list, outermost first.
    lists: Vec<bool>,
    is_text: bool,
    is_escaped: bool,
}

impl Structure {
    /// Whether a line ends after a character, given the next one.
    fn breaks_after(&mut self, c: char, next: Option<char>) -> bool {
        if self.is_text {
            self.is_text = self.is_escaped || c != '"';
            self.is_escaped = !self.is_escaped && c == '\\';
            return false;
        }
        match c {
            '"' => self.is_text = true,
            '{' | '[' => self.lists.push(c == '['),
            '}' | ']' => drop(self.lists.pop()),
            _ => {}
        }
        let is_own = self.lists.last().is_some_and(|list| self.lists.len() <= DEEPEST[usize::from(*list)]);
        is_own && (c == ',' || (matches!(c, '{' | '[') && !matches!(next, Some('}' | ']'))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::outcome::index::Wanted;
    use crate::result::outcome::{UnitIx, UnitOutcome};

    #[test]
    fn members_and_elements_of_lists_stand_on_lines_of_their_own() {
        let document = serde_json::json!({ "files": [], "rows": [{ "code": "U1", "leaves": [{ "at": [1, 0, "A1"] }] }, { "code": "U\u{202e}2", "name": "a\\\"[b,{c" }] });
        let text = in_lines(&document.to_string());
        let lines = [
            "{",
            r#""files":[],"#,
            r#""rows":["#,
            r#"{"code":"U1","leaves":[{"at":[1,0,"A1"]}]},"#,
            r#"{"code":"U\u202e2","name":"a\\\"[b,{c"}]}"#,
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), lines);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), document);
    }

    /// The parts of a document by what its last line says: the head, and the record of each unit with its entry.
    fn parts(bytes: &[u8]) -> (&[u8], Vec<(Entry, &[u8])>) {
        let last = &bytes[bytes.len() - index::LAST as usize..];
        let place = index::place(last, bytes.len() as u64).unwrap();
        let index: Index = serde_json::from_slice(&bytes[place.start as usize..place.end as usize]).unwrap();
        let records = index.0.into_iter().map(|own| {
            let record = &bytes[own.offset as usize..(own.offset + own.length) as usize];
            (own, record)
        });
        let records: Vec<_> = records.collect();
        (&bytes[..records[0].0.offset as usize], records)
    }

    #[test]
    fn each_unit_is_one_line_and_stands_where_the_index_says() {
        let mut outcome = Outcome::sample();
        outcome.units[0].roster.name = "第一\u{202e}\n{\"code\":".into();
        let bytes = bytes(&outcome).unwrap();
        let (head, records) = parts(&bytes);
        assert!(head.ends_with(b",\n\"units\":[\n"));
        assert_eq!(records.len(), outcome.units.len());
        for ((entry, record), unit) in records.into_iter().zip(&outcome.units) {
            assert_eq!(serde_json::from_slice::<UnitOutcome>(record).unwrap(), *unit);
            assert!(entry.names.iter().map(String::as_str).eq(unit.roster.names()));
            assert!(!record.contains(&b'\n'));
        }
        let whole: Outcome = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(serde_json::to_value(&whole).unwrap(), serde_json::to_value(&outcome).unwrap());
    }

    #[test]
    fn one_unit_is_read_with_the_names_of_the_others() {
        let outcome = Outcome::sample();
        let bytes = bytes(&outcome).unwrap();
        let (_, records) = parts(&bytes);
        let index = serde_json::to_vec(&Index(records.iter().map(|(entry, _)| entry.clone()).collect())).unwrap();
        let cut = |range: std::ops::Range<u64>| &bytes[range.start as usize..range.end as usize];
        for (position, unit) in outcome.units.iter().enumerate() {
            let wanted = Wanted::new(&index, &unit.roster.name).unwrap();
            let read = wanted.read(cut(wanted.head.clone()), cut(wanted.record.clone())).unwrap();
            assert_eq!(read.units[position], *unit);
            let codes = |own: &Outcome| own.units.iter().map(|unit| unit.roster.code.clone()).collect::<Vec<_>>();
            assert_eq!(codes(&read), codes(&outcome));
            assert!(read.units.iter().enumerate().all(|(other, own)| other == position || own.total.is_none()));
            let part = |range: &std::ops::Range<u64>| Ok(bytes[range.start as usize..range.end as usize].to_vec());
            let outline = index::outline(bytes.len() as u64, part, |_| vec![UnitIx(position)]).unwrap();
            assert_eq!(serde_json::to_value(outline).unwrap(), serde_json::to_value(&read).unwrap());
            // The record of another unit is refused.
            let other = records[(position + 1) % records.len()].1;
            assert!(wanted.read(cut(wanted.head.clone()), other).is_err());
        }
        let nobody = Wanted::new(&index, "nobody").unwrap();
        assert!(nobody.read(cut(nobody.head.clone()), b"").unwrap().unit_named("nobody").is_none());
    }
}

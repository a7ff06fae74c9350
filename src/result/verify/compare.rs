//! Where two documents or two workbooks differ: the first place and how many more.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::read::book::{Book, Cell};
use crate::read::value::RawValue;
use crate::shared::place::Position;

/// A place with the values of both documents: place, found, expected.
pub type Differing = (String, String, String);

/// The places where two JSON documents differ. Elements of a list are named by their `code`, `id` or place in it. Without
/// `strict`, keys that only one of them has are not a difference: another version of the program may write more. Values
/// under the `skipped` keys are ignored.
pub fn documents(found: &Value, expected: &Value, strict: bool, skipped: &[&str]) -> Vec<Differing> {
    let mut differing = Vec::new();
    Walk { strict, skipped }.walk("", found, expected, &mut differing);
    differing
}

struct Walk<'w> {
    strict: bool,
    skipped: &'w [&'w str],
}

impl Walk<'_> {
    fn walk(&self, path: &str, found: &Value, expected: &Value, out: &mut Vec<Differing>) {
        match (found, expected) {
            (Value::Object(a), Value::Object(b)) => {
                let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
                for key in keys.into_iter().filter(|key| !self.skipped.contains(&key.as_str())) {
                    let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    match (a.get(key), b.get(key)) {
                        (Some(a), Some(b)) => self.walk(&below, a, b, out),
                        (a, b) if self.strict => out.push((below, shown(a), shown(b))),
                        _ => {}
                    }
                }
            }
            (Value::Array(a), Value::Array(b)) => {
                for index in 0..a.len().max(b.len()) {
                    let name = a.get(index).or_else(|| b.get(index)).map_or_else(String::new, |v| named(v, index));
                    let below = format!("{path}[{name}]");
                    match (a.get(index), b.get(index)) {
                        (Some(a), Some(b)) => self.walk(&below, a, b, out),
                        (a, b) => out.push((below, shown(a), shown(b))),
                    }
                }
            }
            (a, b) if a != b => out.push((path.to_owned(), shown(Some(a)), shown(Some(b)))),
            _ => {}
        }
    }
}

/// The name of an element: its code or id where it has one.
fn named(value: &Value, index: usize) -> String {
    let own = ["code", "id"].iter().find_map(|key| value.get(key)?.as_str().filter(|name| !name.is_empty()));
    own.map_or_else(|| index.to_string(), str::to_owned)
}

fn shown(value: Option<&Value>) -> String {
    const MOST: usize = 120;
    let text = match value {
        None => return "—".to_owned(),
        Some(Value::String(text)) => Cow::Borrowed(text.as_str()),
        Some(value) => Cow::Owned(value.to_string()),
    };
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

/// The cells where two workbooks differ, as `sheet!cell`; a missing or added sheet is named alone.
pub fn workbooks(found: &Book, expected: &Book) -> Vec<Differing> {
    let mut differing = Vec::new();
    let sheet = |book: &'_ Book, name: &str| book.sheets.iter().position(|sheet| sheet.name == name);
    let missing = || "—".to_owned();
    for own in &expected.sheets {
        let Some(index) = sheet(found, &own.name) else {
            differing.push((own.name.clone(), missing(), own.name.clone()));
            continue;
        };
        let cells = |sheet: &crate::read::book::Sheet| -> BTreeMap<Position, String> {
            let filled = sheet.cells.iter().filter(|cell| !cell.value.is_blank());
            filled.map(|cell| (cell.at(), cell.value.held())).collect()
        };
        let (a, b) = (cells(&found.sheets[index]), cells(own));
        let places: BTreeSet<&Position> = a.keys().chain(b.keys()).collect();
        for place in places.into_iter().filter(|place| a.get(*place) != b.get(*place)) {
            let text = |cells: &BTreeMap<Position, String>| cells.get(place).cloned().unwrap_or_else(missing);
            differing.push((format!("{}!{place}", own.name), text(&a), text(&b)));
        }
    }
    let added = found.sheets.iter().filter(|own| sheet(expected, &own.name).is_none());
    differing.extend(added.map(|own| (own.name.clone(), own.name.clone(), missing())));
    differing
}

/// The numbers, and the texts among `words`, that differ between two workbooks under the same label: the sheet, the
/// first two texts of the row, and the nearest text above in the column. What only one of them has is not a difference:
/// another program may lay out its sheets differently. Sentences in the same place that are equal except for numbers
/// and such words differ as well.
pub fn numbers(found: &Book, expected: &Book, words: &BTreeSet<&str>) -> Vec<Differing> {
    let mut differing = sentences(found, expected, words);
    let (mut found, expected) = (labelled(found, words), labelled(expected, words));
    let values = expected.into_iter().filter(|(_, wanted)| wanted.is_value);
    let both = values.filter_map(|(label, wanted)| Some((found.remove(&label)?, wanted)));
    let both = both.filter(|(own, wanted)| own.held != wanted.held);
    differing.extend(both.map(|(own, wanted)| (own.place, own.held, wanted.held)));
    differing
}

/// From this many letters on a text is a sentence, not a code or name that a different order of rows would move.
const SENTENCE: usize = 8;

fn sentences(found: &Book, expected: &Book, words: &BTreeSet<&str>) -> Vec<Differing> {
    let mut differing = Vec::new();
    for wanted in &expected.sheets {
        let Some(own) = found.sheets.iter().find(|sheet| sheet.name == wanted.name) else { continue };
        let texts: BTreeMap<Position, String> = own.cells.iter().map(|cell| (cell.at(), cell.value.held())).collect();
        for cell in &wanted.cells {
            let (held, Some(text)) = (cell.value.held(), texts.get(&cell.at())) else { continue };
            if *text == held || !matches!(cell.value, RawValue::Text { .. }) {
                continue;
            }
            let bare = bare(&held, words);
            if bare.chars().filter(|letter| letter.is_alphabetic()).count() >= SENTENCE
                && bare == self::bare(text, words)
            {
                let place = format!("{}!{}", own.name, cell.at());
                differing.push((place, text.clone(), held));
            }
        }
    }
    differing
}

/// A text without its numbers and without the words that count.
fn bare(text: &str, words: &BTreeSet<&str>) -> String {
    // Longer words first: one may be a part of another.
    let mut words: Vec<&str> = words.iter().copied().filter(|word| !word.is_empty()).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let text = words.into_iter().fold(text.to_owned(), |text, word| text.replace(word, "\u{0}"));
    let mut bare = String::with_capacity(text.len());
    for letter in text.chars().filter(|letter| !matches!(letter, '.' | ',' | '-')) {
        let letter = if letter.is_ascii_digit() { '0' } else { letter };
        if letter != '0' || !bare.ends_with('0') {
            bare.push(letter);
        }
    }
    bare
}

/// The label of a cell: sheet, texts of its row, text above it, and its number among the cells with the same texts.
type Label<'b> = (&'b str, String, String, usize);

/// A cell that has a [`Label`].
struct Labelled {
    /// Sheet and cell.
    place: String,
    held: String,
    /// Whether it holds a number or one of the words that count.
    is_value: bool,
}

/// The cells of a workbook by their labels.
fn labelled<'b>(book: &'b Book, words: &BTreeSet<&str>) -> BTreeMap<Label<'b>, Labelled> {
    let mut values = BTreeMap::new();
    for sheet in &book.sheets {
        let mut above: BTreeMap<u32, String> = BTreeMap::new();
        let mut times: BTreeMap<(String, String), usize> = BTreeMap::new();
        for row in sheet.cells.chunk_by(|a, b| a.row == b.row) {
            let text = |cell: &&Cell| matches!(&cell.value, RawValue::Text { text, .. } if !words.contains(&**text));
            let beside: Vec<String> = row.iter().filter(text).take(2).map(|cell| cell.value.held()).collect();
            let beside = beside.join(" ");
            for cell in row {
                let held = cell.value.held();
                let is_value = matches!(cell.value, RawValue::Number { .. }) || words.contains(&*held);
                let header = above.get(&cell.col).cloned().unwrap_or_default();
                let time = times.entry((beside.clone(), header.clone())).or_default();
                let place = format!("{}!{}", sheet.name, cell.at());
                let label = (sheet.name.as_str(), beside.clone(), header, *time);
                *time += 1;
                if !is_value {
                    above.insert(cell.col, held.clone());
                }
                values.insert(label, Labelled { place, held, is_value });
            }
        }
    }
    values
}

/// The first place where two texts of lines differ, as `line N`.
pub fn lines(found: &str, expected: &str) -> Vec<Differing> {
    let (mut a, mut b) = (found.lines(), expected.lines());
    let mut differing = Vec::new();
    let mut number = 0_usize;
    loop {
        number += 1;
        match (a.next(), b.next()) {
            (None, None) => return differing,
            (a, b) if a != b => {
                let text = |line: Option<&str>| line.map_or_else(|| "—".to_owned(), str::to_owned);
                differing.push((number.to_string(), text(a), text(b)));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Value {
        serde_json::from_str(text).expect("literal document")
    }

    #[test]
    fn differing_values_are_named_by_code_and_key() {
        let old = json(r#"{"units":[{"code":"U01","total":"90.00"},{"code":"U02","total":"80.00"}],"n":1}"#);
        let new = json(r#"{"units":[{"code":"U01","total":"90.00"},{"code":"U02","total":"80.10"}],"n":1,"more":2}"#);
        let place = "units[U02].total".to_owned();
        let value = (place, "80.00".to_owned(), "80.10".to_owned());
        assert_eq!(documents(&old, &new, false, &[]), std::slice::from_ref(&value));
        let more = ("more".to_owned(), "—".to_owned(), "2".to_owned());
        assert_eq!(documents(&old, &new, true, &[]), [more, value]);
        assert!(documents(&old, &old, true, &[]).is_empty());
        assert!(documents(&old, &new, true, &["total", "more"]).is_empty());
        let shorter = json(r#"{"units":[{"code":"U01","total":"90.00"}],"n":1}"#);
        assert_eq!(documents(&shorter, &old, false, &[])[0].0, "units[U02]");
    }

    #[test]
    fn differing_lines_are_numbered() {
        let differing = lines("a\nb\nc", "a\nx\nc\nd");
        assert_eq!(differing, [("2".into(), "b".into(), "x".into()), ("4".into(), "—".into(), "d".into())]);
    }
}

//! JSON artefacts: keys in a fixed order, one newline at the end; no characters that a terminal would obey.
//!
//! Printed documents are indented. A result document has no blanks, and a line for every member and for every element
//! of its lists: a unit is one line, so that it can be found, compared and read by itself, and all can be read one
//! after the other.

use std::fmt::Write as _;

use serde::Serialize;

use crate::shared::text::is_unseen;

/// The nesting depth up to which members of objects, and elements of lists, have their own lines.
const DEEPEST: [usize; 2] = [2, 3];

/// A document as indented JSON, for reading in a terminal.
///
/// # Errors
/// If the document cannot be serialised, which its types exclude.
pub fn text<T: Serialize>(document: &T) -> anyhow::Result<String> {
    let text = serde_json::to_string_pretty(document)?;
    let mut safe = String::with_capacity(text.len() + 1);
    text.chars().for_each(|c| push(&mut safe, c));
    safe.push('\n');
    Ok(safe)
}

/// The bytes of a result document: no blanks, and a line for every member and for every element of its lists.
///
/// # Errors
/// If the document cannot be serialised, which its types exclude.
pub fn bytes<T: Serialize>(document: &T) -> anyhow::Result<Vec<u8>> {
    let text = serde_json::to_string(document)?;
    let mut safe = String::with_capacity(text.len() + text.len() / 16);
    let mut structure = Structure::default();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        push(&mut safe, c);
        if structure.breaks_after(c, chars.peek().copied()) {
            safe.push('\n');
        }
    }
    safe.push('\n');
    Ok(safe.into_bytes())
}

/// Appends a character of a JSON text. Those that a terminal would obey occur only inside strings, where an escape is
/// equivalent.
fn push(safe: &mut String, c: char) {
    // Most of a document is plain, which needs no lookup.
    let is_plain = matches!(c, ' '..='~' | '\n');
    if !is_plain && is_unseen(c) {
        let _ = write!(safe, "\\u{:04x}", u32::from(c));
    } else {
        safe.push(c);
    }
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

    #[test]
    fn a_unit_stands_on_one_line() {
        let document = serde_json::json!({ "files": [], "units": [{ "code": "U1", "leaves": [{ "at": [1, 0, "A1"] }] }, { "code": "U\u{202e}2", "name": "a\\\"[b,{c" }] });
        let text = String::from_utf8(bytes(&document).unwrap()).unwrap();
        let lines = [
            "{",
            r#""files":[],"#,
            r#""units":["#,
            r#"{"code":"U1","leaves":[{"at":[1,0,"A1"]}]},"#,
            r#"{"code":"U\u202e2","name":"a\\\"[b,{c"}]}"#,
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), lines);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), document);
    }
}

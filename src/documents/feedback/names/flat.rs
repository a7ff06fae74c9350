//! A text as names are compared: without blanks and marks, half-width, in lower case, in simplified characters.

use std::cell::OnceCell;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::shared::text::{is_invisible, simplified};

/// Marks that people put into names, or that come from a form: dots, brackets, quotation marks, dashes and the like,
/// but not those that end a sentence or separate the items of a list.
const MARKS: &str = "()[]{}<>〈〉《》「」『』【】〔〕〖〗〘〙'\"‘’“”`´″′.·•・‧∙⋅●-‐‑‒–—―−~_*/\\|+^#";

/// A text as names are compared, and where each byte of it came from.
pub(super) struct Flat<'t> {
    pub(super) text: String,
    original: &'t str,
    /// Only made where something is found, which is rare.
    places: OnceCell<Vec<Range<usize>>>,
}

impl<'t> Flat<'t> {
    pub(super) fn of(original: &'t str) -> Self {
        let mut text = String::with_capacity(original.len());
        original.chars().for_each(|c| flatten(c, &mut text));
        Self { text, original, places: OnceCell::new() }
    }

    /// The place in the original text of a piece of the flat one.
    pub(super) fn place(&self, found: Range<usize>) -> Range<usize> {
        let places = self.places.get_or_init(|| places(self.original));
        places[found.start].start..places[found.end - 1].end
    }
}

/// Appends what is compared of a character.
fn flatten(c: char, to: &mut String) {
    match plain(c) {
        Some(c) => to.push(c),
        None => to.extend(compared(c).filter(|c| !MARKS.contains(*c))),
    }
}

/// Where each byte of the flat form of a text came from.
fn places(original: &str) -> Vec<Range<usize>> {
    let (mut flat, mut places) = (String::with_capacity(original.len()), Vec::with_capacity(original.len()));
    for (at, c) in original.char_indices() {
        if is_combining_mark(c) {
            lengthen(&mut places, at + c.len_utf8());
        }
        flatten(c, &mut flat);
        places.resize(flat.len(), at..at + c.len_utf8());
    }
    places
}

/// Lets the last character end later, so that it includes a line through it.
fn lengthen(places: &mut [Range<usize>], end: usize) {
    let last = places.last().map(|place| place.start);
    for place in places.iter_mut().rev().take_while(|place| Some(place.start) == last) {
        place.end = end;
    }
}

/// A name with its marks, otherwise (blanks, width, letter case, characters) as in [`Flat`].
pub(super) fn tight(name: &str) -> String {
    name.chars().flat_map(compared).collect()
}

/// What represents a common Chinese character, a Latin letter or a digit, of which nearly all texts consist: those are in
/// normal form.
fn plain(c: char) -> Option<char> {
    match c {
        '\u{4e00}'..='\u{9fff}' => Some(simplified(c)),
        _ if c.is_ascii_alphanumeric() => Some(c.to_ascii_lowercase()),
        _ => None,
    }
}

/// The characters that represent a character when texts are compared.
fn compared(c: char) -> impl Iterator<Item = char> {
    let is_seen = !c.is_whitespace() && !is_invisible(c) && !is_combining_mark(c);
    let shown = is_seen.then_some(c).into_iter();
    shown
        .flat_map(|c| std::iter::once(c).nfkc())
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace())
        .map(simplified)
}

/// Whether a character is a dot such as is written between the parts of a name.
pub(super) fn is_middle_dot(c: char) -> bool {
    matches!(c, '·' | '•' | '・' | '･' | '‧' | '∙' | '⋅' | '●' | '.' | '．' | '﹒')
}

/// Whether a character is a Latin letter or a digit, of any width.
pub(super) fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii() && std::iter::once(c).nfkc().all(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_characters_are_compared_as_all_others() {
        for c in ('\0'..='\u{ffff}').filter(|c| plain(*c).is_some()) {
            assert!(compared(c).eq(plain(c)), "{c}");
        }
    }
}

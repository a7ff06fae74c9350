//! A text as names are compared: without blanks and marks, half-width, in lower case, in simplified characters.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::shared::text::{is_invisible, simplified};

/// Marks that people put into names, or that come from a form: dots, brackets, quotation marks, dashes and the like,
/// but not those that end a sentence or separate the items of a list.
const MARKS: &str = "()[]{}<>〈〉《》「」『』【】〔〕〖〗〘〙'\"‘’“”`´″′.·•・‧∙⋅●-‐‑‒–—―−~_*/\\|+^#";

/// A text as names are compared, and where each byte of it came from.
pub(super) struct Flat {
    pub(super) text: String,
    places: Vec<Range<usize>>,
}

impl Flat {
    pub(super) fn of(text: &str) -> Self {
        let mut flat = Self { text: String::with_capacity(text.len()), places: Vec::with_capacity(text.len()) };
        for (at, c) in text.char_indices() {
            if is_combining_mark(c) {
                flat.lengthen(at + c.len_utf8());
            }
            flat.text.extend(compared(c).filter(|c| !MARKS.contains(*c)));
            flat.places.resize(flat.text.len(), at..at + c.len_utf8());
        }
        flat
    }

    /// Lets the last character end later, so that it includes a line through it.
    fn lengthen(&mut self, end: usize) {
        let last = self.places.last().map(|place| place.start);
        for place in self.places.iter_mut().rev().take_while(|place| Some(place.start) == last) {
            place.end = end;
        }
    }

    /// The place in the original text of a piece of the flat one.
    pub(super) fn place(&self, found: Range<usize>) -> Range<usize> {
        self.places[found.start].start..self.places[found.end - 1].end
    }
}

/// A name with its marks, otherwise (blanks, width, letter case, characters) as in [`Flat`].
pub(super) fn tight(name: &str) -> String {
    name.chars().flat_map(compared).collect()
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

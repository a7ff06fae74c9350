//! The texts of the cells of a workbook, each once, in the order of their first use.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;

use hashbrown::HashTable;

use super::xml;

/// Characters at the ends of a text that are kept only if the text says so.
const BLANKS: [char; 3] = ['\t', '\n', ' '];

/// The shared texts of a workbook, held as the elements they become and nowhere else.
#[derive(Default)]
pub(super) struct Strings {
    /// In the order of their numbers.
    texts: Vec<Held>,
    /// The numbers by their texts; only looked up, never gone through.
    numbers: HashTable<Numbered>,
    /// How many cells hold a text.
    uses: usize,
    /// The texts as elements.
    elements: String,
}

/// The number of a text, with the hash by which it is found.
struct Numbered {
    hash: u64,
    number: usize,
}

/// A text among the elements.
struct Held {
    /// Where it stands, escaped.
    at: Range<usize>,
    /// Whether it stands there as it is.
    is_plain: bool,
}

impl Strings {
    /// The number of a text that is about to be used in a cell.
    pub(super) fn number(&mut self, text: &str) -> usize {
        self.uses += 1;
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(known) = self.numbers.find(hash, |known| self.is(&self.texts[known.number], text)) {
            return known.number;
        }
        let number = self.texts.len();
        let is_kept = text.starts_with(BLANKS) || text.ends_with(BLANKS);
        self.elements.push_str(if is_kept { "<si><t xml:space=\"preserve\">" } else { "<si><t>" });
        let start = self.elements.len();
        xml::text(text, &mut self.elements);
        let at = start..self.elements.len();
        self.texts.push(Held { is_plain: at.len() == text.len(), at });
        self.elements.push_str("</t></si>");
        self.numbers.insert_unique(hash, Numbered { hash, number }, |known| known.hash);
        number
    }

    /// Whether a text is the one that is held.
    fn is(&self, held: &Held, text: &str) -> bool {
        let element = &self.elements[held.at.clone()];
        if held.is_plain {
            return element == text;
        }
        // Different texts are different when escaped.
        let mut escaped = String::new();
        xml::text(text, &mut escaped);
        element == escaped
    }

    /// What the part that holds the texts begins with, their elements, and what it ends with.
    pub(super) fn pieces(&self) -> (String, &str, &'static str) {
        let (head, uses, unique) = (xml::HEAD, self.uses, self.texts.len());
        let main = xml::MAIN;
        let start = format!("{head}<sst xmlns=\"{main}\" count=\"{uses}\" uniqueCount=\"{unique}\">");
        (start, &self.elements, "</sst>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_number_and_texts_that_look_alike_when_escaped_have_two() {
        let mut strings = Strings::default();
        let texts = ["&", "&amp;", "&", "_x000D_", "\r", "&amp;", "_x000D_", "甲 ", "甲"];
        assert_eq!(texts.map(|text| strings.number(text)), [0, 1, 0, 2, 3, 1, 2, 4, 5]);
        let (start, elements, end) = strings.pieces();
        let part = format!("{start}{elements}{end}");
        assert!(part.contains("count=\"9\" uniqueCount=\"6\"><si><t>&amp;</t></si><si><t>&amp;amp;</t></si>"));
        assert!(part.contains("<si><t xml:space=\"preserve\">甲 </t></si><si><t>甲</t></si></sst>"));
    }
}

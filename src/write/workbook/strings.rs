//! The texts of the cells of a workbook, each once, in the order of their first use.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::xml;

/// Characters at the ends of a text that are kept only if the text says so.
const BLANKS: [char; 3] = ['\t', '\n', ' '];

/// The shared texts of a workbook.
#[derive(Default)]
pub(super) struct Strings<'d> {
    /// In the order of their numbers.
    texts: Vec<Cow<'d, str>>,
    /// The numbers by the hashes of the texts, and how many texts of the same hash came before.
    numbers: BTreeMap<(u64, usize), usize>,
    /// How many cells hold a text.
    uses: usize,
    /// The texts as elements.
    elements: String,
}

impl<'d> Strings<'d> {
    /// The number of a text that is about to be used in a cell.
    pub(super) fn number(&mut self, text: Cow<'d, str>) -> usize {
        self.uses += 1;
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let mut key = (hasher.finish(), 0);
        while let Some(number) = self.numbers.get(&key) {
            if self.texts[*number] == text {
                return *number;
            }
            key.1 += 1;
        }
        let number = self.texts.len();
        let is_kept = text.starts_with(BLANKS) || text.ends_with(BLANKS);
        self.elements.push_str(if is_kept { "<si><t xml:space=\"preserve\">" } else { "<si><t>" });
        xml::text(&text, &mut self.elements);
        self.elements.push_str("</t></si>");
        self.numbers.insert(key, number);
        self.texts.push(text);
        number
    }

    /// The part that holds the texts.
    pub(super) fn part(&self) -> String {
        let (head, uses, unique) = (xml::HEAD, self.uses, self.texts.len());
        let main = xml::MAIN;
        format!("{head}<sst xmlns=\"{main}\" count=\"{uses}\" uniqueCount=\"{unique}\">{}</sst>", self.elements)
    }
}

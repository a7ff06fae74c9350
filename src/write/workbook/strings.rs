//! The texts of the cells of a workbook, each once, in the order of their first use.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::xml;

/// Characters at the ends of a text that are kept only if the text says so.
const BLANKS: [char; 3] = ['\t', '\n', ' '];

/// The shared texts of a workbook.
#[derive(Default)]
pub(super) struct Strings<'d> {
    numbers: BTreeMap<Cow<'d, str>, usize>,
    /// How many cells hold a text.
    uses: usize,
    /// The texts as elements.
    elements: String,
}

impl<'d> Strings<'d> {
    /// The number of a text that is about to be used in a cell.
    pub(super) fn number(&mut self, text: Cow<'d, str>) -> usize {
        self.uses += 1;
        if let Some(number) = self.numbers.get(&text) {
            return *number;
        }
        let number = self.numbers.len();
        let is_kept = text.starts_with(BLANKS) || text.ends_with(BLANKS);
        self.elements.push_str(if is_kept { "<si><t xml:space=\"preserve\">" } else { "<si><t>" });
        xml::text(&text, &mut self.elements);
        self.elements.push_str("</t></si>");
        self.numbers.insert(text, number);
        number
    }

    /// The part that holds the texts.
    pub(super) fn part(&self) -> String {
        let (head, uses, unique) = (xml::HEAD, self.uses, self.numbers.len());
        let main = xml::MAIN;
        format!("{head}<sst xmlns=\"{main}\" count=\"{uses}\" uniqueCount=\"{unique}\">{}</sst>", self.elements)
    }
}

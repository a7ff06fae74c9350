//! The text of a model file: parsed once, its findings collected, the places of its values given as lines.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use crate::shared::finding::{Bound, Code, Describe as _, Finding, Findings};
use crate::shared::place::{FileId, Located, Place, Spot};

/// The number of bytes between two positions for which the number of characters is stored.
const STRIDE: usize = 1024;

/// The text of the model file, its line starts, and the findings collected so far.
pub struct Source<'a> {
    text: &'a str,
    file: FileId,
    /// Start offsets of lines.
    lines: Vec<usize>,
    /// How many characters begin before each multiple of [`STRIDE`] bytes.
    chars: Vec<usize>,
    findings: RefCell<(Vec<Finding>, Bound)>,
    /// The findings of unusable values, by place.
    refused: RefCell<BTreeMap<Place, Finding>>,
}

impl<'a> Source<'a> {
    /// Indexes the text of a model file.
    pub fn new(text: &'a str, file: FileId) -> Self {
        let lines = [0].into_iter().chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut chars = vec![0];
        for stride in text.as_bytes().chunks(STRIDE) {
            chars.push(chars[chars.len() - 1] + characters(stride));
        }
        Self {
            text,
            file,
            lines,
            chars,
            findings: RefCell::new((Vec::new(), Bound::default())),
            refused: RefCell::default(),
        }
    }

    /// Parses the text; syntax faults become findings, and what could be parsed is still checked.
    pub fn parse(&self) -> Spanned<DeTable<'a>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let place = self.place(error.span().unwrap_or(0..0));
            self.report(Finding::new(Code::E501).at(place).found(self.line_at(place)).expected(error.message()));
        }
        table
    }

    /// Adds a finding.
    pub fn report(&self, finding: Finding) {
        let (findings, bound) = &mut *self.findings.borrow_mut();
        findings.push(finding);
        bound.keep(&mut Findings::new(findings));
    }

    /// Adds the finding of an unknown key, with the nearest known ones.
    pub fn report_unknown<'k>(&self, at: Place, key: &str, known: impl IntoIterator<Item = &'k str>) {
        let (findings, bound) = &mut *self.findings.borrow_mut();
        let mut findings = Findings::new(findings);
        findings.unknown(Code::E503, &Located::new(key, at), known);
        bound.keep(&mut findings);
    }

    /// Adds the finding of an unusable value: it has the wrong type, or is an unknown word.
    pub(super) fn refuse(&self, at: Place, finding: Finding) {
        self.refused.borrow_mut().entry(at).or_insert(finding);
    }

    /// Returns all findings. For an unusable value only that is reported: consequences of its absence are not separate
    /// faults.
    pub fn into_findings(self) -> Vec<Finding> {
        let (mut findings, _) = self.findings.into_inner();
        let refused = self.refused.into_inner();
        findings.retain(|finding| finding.at.is_none_or(|at| !refused.contains_key(&at)));
        findings.extend(refused.into_values());
        findings
    }

    /// Line and column of a span.
    pub(in crate::model) fn place(&self, span: Range<usize>) -> Place {
        let start = span.start.min(self.text.len());
        let line = self.lines.partition_point(|from| *from <= start);
        let column = self.characters_before(start) - self.characters_before(self.lines[line - 1]) + 1;
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place::new(self.file, Spot::Line { line: small(line), column: small(column) })
    }

    fn line_at(&self, place: Place) -> String {
        let Spot::Line { line, .. } = place.spot() else { return String::new() };
        let from = self.lines.get(line as usize - 1).copied().unwrap_or(self.text.len());
        self.text[from..].lines().next().unwrap_or("").trim().to_owned()
    }

    /// How many characters begin before a byte, without counting them from the start of the text.
    fn characters_before(&self, at: usize) -> usize {
        let stride = at / STRIDE;
        self.chars[stride] + characters(&self.text.as_bytes()[stride * STRIDE..at])
    }
}

/// How many characters begin in some bytes of a text.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_lines_and_characters_however_long_the_text() {
        let text = format!("甲 = 1\n{} = 2\n\n乙 = 3", "好".repeat(3000));
        let source = Source::new(&text, FileId(0));
        let at = |byte: usize| match source.place(byte..byte).spot() {
            Spot::Line { line, column } => (line, column),
            _ => (0, 0),
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at("甲 = ".len()), (1, 5));
        let second = "甲 = 1\n".len();
        assert_eq!(at(second), (2, 1));
        assert_eq!(at(second + 3 * 3000), (2, 3001));
        assert_eq!(at(text.len()), (4, 6));
        assert_eq!(source.line_at(source.place(text.len()..text.len())), "乙 = 3");
    }
}

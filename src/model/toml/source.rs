//! The text of a model file: parsed once, its findings collected, places of its values as lines.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use crate::finding::{Code, Finding};
use crate::place::{FileId, Place, Spot};

/// The text of the model file, its line starts, and the findings collected so far.
pub struct Source<'a> {
    text: &'a str,
    file: FileId,
    findings: RefCell<Vec<Finding>>,
}

impl<'a> Source<'a> {
    /// A model file's text.
    pub const fn new(text: &'a str, file: FileId) -> Self {
        Self { text, file, findings: RefCell::new(Vec::new()) }
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
        self.findings.borrow_mut().push(finding);
    }

    /// Gives back all findings.
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings.into_inner()
    }

    /// Line and column of a span.
    pub(in crate::model) fn place(&self, span: Range<usize>) -> Place {
        let before = &self.text[..span.start.min(self.text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place { file: self.file, spot: Spot::Line { line: small(line), column: small(column) } }
    }

    fn line_at(&self, place: Place) -> String {
        let Spot::Line { line, .. } = place.spot else { return String::new() };
        self.text.lines().nth(line as usize - 1).unwrap_or("").trim().to_owned()
    }
}

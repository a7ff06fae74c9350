//! Sinks for findings: the list of a stage, and the facts common to all findings of one part of the work.
//!
//! A stage owns a list and writes to it through [`Findings`]. Code that knows more derives a narrower sink: for a unit,
//! at a cell, for a stage that every run repeats. The sink fills in whatever a finding does not set itself, so that a
//! check gives only the code, what was found and what was expected, and needs no file, row or unit merely to name them.
//!
//! Findings are in the order in which they were added, whichever sink was used.

use std::borrow::BorrowMut;

use super::{Arg, Code, Finding, Stage, rest};
use crate::shared::place::{Located, Place};
use crate::shared::text;

/// The subject of findings, as far as a check need not give it.
#[derive(Clone, Copy)]
struct Scope<'f> {
    at: Option<Place>,
    unit: Option<&'f str>,
    stage: Stage,
}

/// A list of findings being written, and the subject of the next ones.
pub struct Findings<'f> {
    list: &'f mut Vec<Finding>,
    scope: Scope<'f>,
}

impl<'f> Findings<'f> {
    /// Writes to a list, after its present content.
    pub const fn new(list: &'f mut Vec<Finding>) -> Self {
        Self { list, scope: Scope { at: None, unit: None, stage: Stage::Inputs } }
    }

    /// The result of a function, and the findings that it made.
    pub fn gather<T>(made: impl FnOnce(&mut Findings<'_>) -> T) -> (T, Vec<Finding>) {
        let mut list = Vec::new();
        let value = made(&mut Findings::new(&mut list));
        (value, list)
    }

    /// A sink of the same list for findings at a place.
    pub fn at(&mut self, place: Place) -> Findings<'_> {
        Findings { scope: Scope { at: Some(place), ..self.scope }, list: self.list }
    }

    /// A sink of the same list for findings about a unit, by code.
    pub fn of_unit<'s>(&'s mut self, code: &'s str) -> Findings<'s> {
        self.of(Some(code))
    }

    /// A sink of the same list for findings about a unit, if one is known.
    pub fn of<'s>(&'s mut self, unit: Option<&'s str>) -> Findings<'s> {
        Findings { scope: Scope { unit: unit.or(self.scope.unit), ..self.scope }, list: self.list }
    }

    /// A sink of the same list with the same subject.
    pub fn again(&mut self) -> Findings<'_> {
        self.of(None)
    }

    /// A sink of the same list for findings that every run makes anew.
    pub fn made_anew(&mut self) -> Findings<'_> {
        Findings { scope: Scope { stage: Stage::Result, ..self.scope }, list: self.list }
    }

    /// Adds a finding, which may be given further details.
    pub fn add(&mut self, code: Code) -> &mut Finding {
        self.push(Finding::new(code))
    }

    /// Adds a finding about an unknown name, with the nearest known ones, unless the list already only counts the
    /// findings of the file.
    pub fn unknown<'n>(
        &mut self,
        code: Code,
        name: &Located<impl AsRef<str>>,
        known: impl IntoIterator<Item = &'n str>,
    ) -> &mut Finding {
        let is_full = rest::is_full(self.list, name.at.file);
        let (written, finding) = (name.value.as_ref(), self.add(code).at(name.at));
        if is_full { finding.found(written) } else { finding.found(written).nearest(written, known) }
    }

    /// Adds a finding that was made elsewhere.
    pub fn push(&mut self, mut finding: Finding) -> &mut Finding {
        let Scope { at, unit, stage } = self.scope;
        finding.at = finding.at.or(at);
        if let Some(unit) = unit {
            finding.unit.get_or_insert_with(|| unit.to_owned());
        }
        if stage == Stage::Result {
            finding.stage = stage;
        }
        self.list.push(finding);
        self.list.last_mut().expect("a finding was added")
    }

    /// The number of findings in the list.
    pub const fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether the list is empty.
    pub const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The findings added since the list had the given length.
    pub fn since(&self, start: usize) -> &[Finding] {
        &self.list[start..]
    }

    /// Sets the unit of findings that were made before it was known, from `start` on.
    pub fn name_unit(&mut self, start: usize, code: &str) {
        for finding in &mut self.list[start..] {
            finding.unit.get_or_insert_with(|| code.to_owned());
        }
    }

    /// The list itself, for shortening it.
    pub(super) const fn list(&mut self) -> &mut Vec<Finding> {
        self.list
    }
}

impl Extend<Finding> for Findings<'_> {
    fn extend<I: IntoIterator<Item = Finding>>(&mut self, findings: I) {
        for finding in findings {
            self.push(finding);
        }
    }
}

/// The details of a finding, whether or not it has been added to a list.
pub trait Describe: BorrowMut<Finding> + Sized {
    /// Sets the place.
    fn at(mut self, place: Place) -> Self {
        self.borrow_mut().at = Some(place);
        self
    }

    /// Adds a related place.
    fn also(self, place: Place) -> Self {
        self.also_all([place])
    }

    /// Adds related places.
    fn also_all(mut self, places: impl IntoIterator<Item = Place>) -> Self {
        self.borrow_mut().related.extend(places);
        self
    }

    /// Sets the unit.
    fn unit(mut self, code: &str) -> Self {
        self.borrow_mut().unit = Some(code.to_owned());
        self
    }

    /// Sets a value of the message.
    fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.borrow_mut().args.push((name, value.into()));
        self
    }

    /// Sets what was found, quoted in the message.
    fn found(self, value: impl Into<Arg>) -> Self {
        self.with("found", value)
    }

    /// Sets what was expected.
    fn expected(self, value: impl Into<Arg>) -> Self {
        self.with("expected", value)
    }

    /// Sets what was expected to the nearest known names; does nothing if none is near.
    fn nearest<'n>(self, unknown: &str, known: impl IntoIterator<Item = &'n str>) -> Self {
        match text::nearest(unknown, known) {
            names if names.is_empty() => self,
            names => self.with("nearest", names.join(" / ")),
        }
    }
}

impl<F: BorrowMut<Finding>> Describe for F {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::place::FileId;

    const CELL: Place = Place::cell(FileId(1), 0, 2, 3);
    const OTHER: Place = Place::cell(FileId(1), 0, 4, 5);

    #[test]
    fn a_sink_fills_in_what_a_finding_does_not_say() {
        let mut list = Vec::new();
        let mut findings = Findings::new(&mut list);
        findings.add(Code::E114).with("component", "c");
        findings.of_unit("U1").at(CELL).add(Code::E201).found("x");
        findings.of_unit("U1").at(CELL).add(Code::E203).unit("U2").at(OTHER);
        findings.made_anew().add(Code::N624);
        let own = Finding::new(Code::E201).at(CELL).unit("U1").found("x");
        let explicit = Finding::new(Code::E203).at(OTHER).unit("U2");
        let anew = Finding { stage: Stage::Result, ..Finding::new(Code::N624) };
        assert_eq!(list, [Finding::new(Code::E114).with("component", "c"), own, explicit, anew]);
    }

    #[test]
    fn names_near_an_unknown_one_are_told_until_the_findings_of_its_file_are_only_counted() {
        let mut list = Vec::new();
        let name = Located::new("abcd", CELL);
        Findings::new(&mut list).unknown(Code::E307, &name, ["abce"]);
        list.push(Finding::new(Code::E134).at(Place::file(FileId(1))));
        Findings::new(&mut list).unknown(Code::E307, &name, ["abce"]);
        let plain = Finding::new(Code::E307).at(CELL).found("abcd");
        assert_eq!((&list[0], &list[2]), (&plain.clone().with("nearest", "abce"), &plain));
    }
}

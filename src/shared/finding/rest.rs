//! Limits the findings listed for one file: the most severe and first ones, then one finding that counts the rest.
//!
//! A file of a million bad rows must neither fill the memory nor bury other faults. Its first [`LISTED`] findings are
//! kept; E134 represents the others, with the number of each code and the highest severity among them. Stages that go
//! through rows apply the limit while they collect ([`Bound`]), so that at most a small multiple of it is ever in
//! memory.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Arg, Code, Describe as _, Finding, Findings, Severity, Stage, Trait, sort};
use crate::shared::i18n::{Lang, say};
use crate::shared::place::{FileId, Place};

/// How many findings of one file are listed.
pub const LISTED: usize = 200;

/// The number of findings of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights {
    /// Errors.
    pub errors: usize,
    /// Findings that need a decision.
    pub pending: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

impl Weights {
    /// The number of one severity.
    pub const fn of(&self, severity: Severity) -> usize {
        match severity {
            Severity::Error => self.errors,
            Severity::Pending => self.pending,
            Severity::Warning => self.warnings,
            Severity::Note => self.notes,
        }
    }

    /// The number of all findings.
    pub const fn total(&self) -> usize {
        self.errors + self.pending + self.warnings + self.notes
    }

    /// Adds to the number of one severity.
    pub const fn add(&mut self, severity: Severity, count: usize) {
        match severity {
            Severity::Error => self.errors += count,
            Severity::Pending => self.pending += count,
            Severity::Warning => self.warnings += count,
            Severity::Note => self.notes += count,
        }
    }
}

impl std::iter::Sum for Weights {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |mut sum, one| {
            for severity in Severity::ALL {
                sum.add(severity, one.of(severity));
            }
            sum
        })
    }
}

/// Findings that are counted and not listed, by severity and code.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rest(BTreeMap<(Severity, Code), usize>);

impl Rest {
    /// No findings.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of findings.
    pub fn count(&self) -> usize {
        self.0.values().sum()
    }

    /// The number of findings of each severity.
    pub fn weights(&self) -> Weights {
        let mut weights = Weights::default();
        for ((severity, _), count) in &self.0 {
            weights.add(*severity, *count);
        }
        weights
    }

    /// Sets the severity of every code as the model requires.
    pub(crate) fn weigh(&mut self, checks: &BTreeMap<Code, Severity>) {
        for ((severity, code), count) in std::mem::take(&mut self.0) {
            *self.0.entry((checks.get(&code).copied().unwrap_or(severity), code)).or_default() += count;
        }
    }

    /// The highest severity.
    pub(crate) fn heaviest(&self) -> Option<Severity> {
        self.0.keys().map(|(severity, _)| *severity).next()
    }

    /// Adds to the count of a code.
    pub(crate) fn add(&mut self, severity: Severity, code: Code, count: usize) {
        if count > 0 {
            *self.0.entry((severity, code)).or_default() += count;
        }
    }

    fn merge(&mut self, other: &Self) {
        for ((severity, code), count) in &other.0 {
            self.add(*severity, *code, *count);
        }
    }

    /// The numbers in words: for each severity, then by code.
    pub(super) fn words(&self, lang: Lang) -> String {
        let weights = self.weights();
        let of_weight = |severity: Severity| {
            let own = self.0.iter().filter(|((weight, _), _)| *weight == severity);
            let codes = own.map(|((_, code), count)| format!("{code} × {count}")).collect::<Vec<_>>().join(", ");
            let count = weights.of(severity);
            let weight = lang.text(severity.word());
            (!codes.is_empty()).then(|| say!(lang, "finding.rest", weight = weight, n = count, codes = codes))
        };
        Severity::ALL.into_iter().filter_map(of_weight).collect::<Vec<_>>().join("; ")
    }
}

/// The group in which findings are counted together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Share {
    /// Those of a file.
    File(FileId),
    /// Those of one row of the roster, where each row represents a unit.
    Unit(Place),
    /// Those of one code about files that are not read.
    Unread(Code),
}

impl Share {
    /// The group of a finding; a finding without place is always listed.
    fn of(finding: &Finding, roster: Option<FileId>) -> Option<Self> {
        let Some(at) = finding.at else {
            let codes = finding.rest.0.keys().map(|(_, code)| Self::Unread(*code));
            return codes.take(usize::from(finding.code == Code::E134)).next();
        };
        Some(match finding.code {
            code if code.is_of_unread_file() => Self::Unread(code),
            _ if roster == Some(at.file) => Self::Unit(at),
            _ => Self::File(at.file),
        })
    }

    /// The finding that counts the rest of a group.
    fn counting(self) -> Finding {
        let finding = Finding::new(Code::E134);
        match self {
            Self::File(file) => finding.at(Place::file(file)).with("what", Arg::Word("finding.rest.file")),
            Self::Unit(place) => finding.at(place).with("what", Arg::Word("finding.rest.unit")),
            Self::Unread(_) => finding.with("what", Arg::Word("finding.rest.kind")),
        }
    }
}

/// The findings of a group that are not listed, and the units they concern.
#[derive(Default)]
struct Counted {
    rest: Rest,
    units: BTreeSet<Option<String>>,
}

impl Counted {
    fn take(&mut self, finding: &Finding) {
        if finding.code == Code::E134 {
            self.rest.merge(&finding.rest);
        } else {
            self.rest.add(finding.severity, finding.code, 1);
        }
        // A single unit is named; more than two make no difference.
        if self.units.len() < 2 {
            self.units.insert(finding.unit.clone());
        }
    }

    fn finding(self, share: Share) -> Finding {
        let mut finding = share.counting();
        finding.severity = self.rest.heaviest().unwrap_or(finding.severity);
        finding.unit = if self.units.len() == 1 { self.units.into_iter().next().flatten() } else { None };
        finding.rest = self.rest;
        finding
    }
}

/// Sorts findings and keeps the first [`LISTED`] of each file; one more for each file counts the others.
///
/// May be repeated when further findings are added. In the file `roster` every row is a unit and forms a group of its
/// own.
pub fn cap(findings: &mut Vec<Finding>, roster: Option<FileId>) {
    sort(findings);
    // Findings that a re-grade carries over and those that it makes anew are counted separately.
    let mut listed: BTreeMap<(Share, Stage), usize> = BTreeMap::new();
    let mut counted: BTreeMap<(Share, Stage), Counted> = BTreeMap::new();
    let mut kept = Vec::with_capacity(findings.len().min(4 * LISTED));
    for mut finding in merge_text_numbers(std::mem::take(findings)) {
        finding.shorten();
        let Some(share) = Share::of(&finding, roster) else {
            kept.push(finding);
            continue;
        };
        let share = (share, finding.stage);
        let known = listed.entry(share).or_default();
        if finding.code == Code::E134 || *known >= LISTED {
            counted.entry(share).or_default().take(&finding);
        } else {
            *known += 1;
            kept.push(finding);
        }
    }
    kept.extend(counted.into_iter().map(|((share, stage), counted)| Finding { stage, ..counted.finding(share) }));
    sort(&mut kept);
    *findings = kept;
}

/// Makes one warning per file and kind of odd number; it lists the further places, as far as they fit.
fn merge_text_numbers(findings: Vec<Finding>) -> Vec<Finding> {
    let kind = |finding: &Finding| finding.args.iter().find(|(name, _)| *name == "kind").cloned();
    type FileAndKind = (Option<FileId>, Option<(&'static str, Arg)>);
    let mut first: BTreeMap<FileAndKind, usize> = BTreeMap::new();
    let mut merged: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        if !finding.code.has(Trait::once_a_file) {
            merged.push(finding);
            continue;
        }
        let key = (finding.at.map(|p| p.file), kind(&finding));
        let Some(index) = first.get(&key).copied() else {
            first.insert(key, merged.len());
            merged.push(finding);
            continue;
        };
        let own = &mut merged[index];
        own.related.extend(finding.at.into_iter().chain(finding.related));
        own.rest.merge(&finding.rest);
        own.shorten();
    }
    merged
}

impl Finding {
    /// Lists a limited number of places; the others are counted.
    fn shorten(&mut self) {
        let unlisted = self.related.len().saturating_sub(LISTED);
        self.related.truncate(LISTED);
        self.rest.add(self.severity, self.code, unlisted);
    }
}

/// Keeps a list of findings short while rows are processed: findings beyond the share of a file are counted at once.
pub struct Bound {
    roster: Option<FileId>,
    start: usize,
    next: usize,
}

impl Default for Bound {
    /// Bounds a whole list.
    fn default() -> Self {
        Self { roster: None, start: 0, next: 4 * LISTED }
    }
}

impl Bound {
    /// Bounds what is added to a list from this call on.
    pub const fn new(findings: &Findings<'_>) -> Self {
        Self { roster: None, start: findings.len(), next: findings.len() + 4 * LISTED }
    }

    /// Sets the roster's file, if findings may lie in it: each of its rows then has its own share of the list.
    #[must_use]
    pub const fn with_roster(self, roster: Option<FileId>) -> Self {
        Self { roster, ..self }
    }

    /// To be called after every row. Sorts only when the list has doubled, so that the total cost remains linear.
    pub fn keep(&mut self, findings: &mut Findings<'_>) {
        if findings.len() < self.next {
            return;
        }
        let findings = findings.list();
        let mut own = findings.split_off(self.start);
        cap(&mut own, self.roster);
        findings.append(&mut own);
        self.next = self.start + 2 * (findings.len() - self.start).max(2 * LISTED);
    }
}

/// Whether a list already counts findings of a file instead of listing them, so that hints for a further one are
/// useless.
pub(super) fn is_full(findings: &[Finding], file: FileId) -> bool {
    findings.iter().any(|f| f.code == Code::E134 && f.at.is_some_and(|at| at.file == file))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: FileId = FileId(3);

    fn finding(code: Code, row: u32) -> Finding {
        Finding::new(code).at(Place::cell(FILE, 0, row, 0)).found(row as usize)
    }

    /// A finding that counts others: its severity, place and unit, and the numbers by code.
    type Counting<'f> = (Severity, Option<Place>, Option<&'f str>, Vec<(Code, usize)>);

    fn counting(findings: &[Finding]) -> Vec<Counting<'_>> {
        let own = findings.iter().filter(|f| f.code == Code::E134);
        let rest = |f: &Finding| f.rest.0.iter().map(|((_, code), count)| (*code, *count)).collect();
        own.map(|f| (f.severity, f.at, f.unit.as_deref(), rest(f))).collect()
    }

    #[test]
    fn the_first_two_hundred_of_a_file_are_listed_the_others_counted() {
        let mut findings: Vec<Finding> = (0..150).map(|row| finding(Code::W405, row)).collect();
        findings.extend((0..180).map(|row| finding(Code::E307, row)));
        findings.push(Finding::new(Code::E114));
        cap(&mut findings, None);
        let listed = |code: Code| findings.iter().filter(|f| f.code == code).count();
        assert_eq!((listed(Code::E307), listed(Code::W405), listed(Code::E114)), (180, 20, 1));
        let whole = Some(Place::file(FILE));
        assert_eq!(counting(&findings), [(Severity::Warning, whole, None, vec![(Code::W405, 130)])]);
        findings.extend((180..230).map(|row| finding(Code::E307, row).unit("U1")));
        cap(&mut findings, None);
        let rest = vec![(Code::E307, 30), (Code::W405, 150)];
        assert_eq!(counting(&findings), [(Severity::Error, whole, None, rest)], "an error is never lost");
        let weights: Weights = findings.iter().map(Finding::weights).sum();
        assert_eq!(weights, Weights { errors: 231, pending: 0, warnings: 150, notes: 0 });
    }

    #[test]
    fn exactly_two_hundred_are_not_counted() {
        let mut findings: Vec<Finding> = (0..200).map(|row| finding(Code::E307, row)).collect();
        cap(&mut findings, None);
        assert_eq!((findings.len(), counting(&findings).len()), (200, 0));
    }

    #[test]
    fn a_unit_of_all_that_is_counted_is_named() {
        let mut findings: Vec<Finding> = (0..201).map(|row| finding(Code::E201, row).unit("U1")).collect();
        cap(&mut findings, None);
        let rest = vec![(Code::E201, 1)];
        assert_eq!(counting(&findings), [(Severity::Error, Some(Place::file(FILE)), Some("U1"), rest)]);
    }

    #[test]
    fn rows_of_the_roster_and_kinds_of_unread_files_have_shares_of_their_own() {
        let missing = |row: u32| finding(Code::E310, row);
        let mut findings: Vec<Finding> = (0..500).map(missing).collect();
        findings.extend((0..450).map(|file| Finding::new(Code::W116).at(Place::file(FileId(10 + file)))));
        findings.extend((0..201).map(|n: usize| finding(Code::E316, 7).found(n)));
        cap(&mut findings, Some(FILE));
        let listed = |code: Code| findings.iter().filter(|f| f.code == code).count();
        assert_eq!((listed(Code::E310), listed(Code::W116)), (500, 200), "every unit is told");
        let row = Some(Place::cell(FILE, 0, 7, 0));
        let own = (Severity::Pending, row, None, vec![(Code::E316, 2)]);
        assert_eq!(counting(&findings), [own, (Severity::Warning, None, None, vec![(Code::W116, 250)])]);
        cap(&mut findings, Some(FILE));
        assert_eq!(counting(&findings).len(), 2, "again changes nothing");
    }

    #[test]
    fn odd_numbers_are_one_warning_that_names_two_hundred_places() {
        let mut findings: Vec<Finding> = (0..500).map(|row| finding(Code::W207, row)).collect();
        findings.iter_mut().for_each(|f| f.args.clear());
        cap(&mut findings, None);
        let [one] = findings.as_slice() else { panic!("{findings:?}") };
        assert_eq!((one.related.len(), one.rest.count(), one.weights().total()), (200, 299, 1));
    }

    /// The most findings in memory at once, and the final list, for `rows` rows with an error and a warning each.
    fn collected(rows: u32) -> (usize, Vec<Finding>) {
        let mut list = vec![Finding::new(Code::E114)];
        let mut findings = Findings::new(&mut list);
        let (mut bound, mut most) = (Bound::new(&findings), 0);
        for row in 0..rows {
            findings.push(finding(Code::W405, row));
            findings.push(finding(Code::E307, row));
            bound.keep(&mut findings);
            most = most.max(findings.len());
        }
        cap(&mut list, None);
        (most, list)
    }

    #[test]
    fn ten_times_the_rows_hold_no_more_findings_at_once() {
        let ((small, few), (large, many)) = (collected(10_000), collected(100_000));
        assert!(small == large && large <= 5 * LISTED, "{small} {large}");
        let whole = Some(Place::file(FILE));
        assert_eq!(counting(&few), [(Severity::Error, whole, None, vec![(Code::E307, 9_800), (Code::W405, 10_000)])]);
        assert_eq!(
            counting(&many),
            [(Severity::Error, whole, None, vec![(Code::E307, 99_800), (Code::W405, 100_000)])]
        );
        let rows: Vec<Option<Place>> = many.iter().filter(|f| f.code == Code::E307).map(|f| f.at).collect();
        let first: Vec<Option<Place>> = (0..200).map(|row| finding(Code::E307, row).at).collect();
        assert_eq!(rows, first, "the first rows are listed");
    }
}

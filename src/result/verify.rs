//! Verifying a written version: its recorded numbers are calculated again, straight from the rules of SPEC §6-§9.
//!
//! This is deliberately a second, independent program: it shares no arithmetic with `score` and `grade`, only exact
//! numbers and the result document. A mistake in one of them, or a forgery, shows as a difference from the other, even
//! if every fingerprint was renewed. What people wrote is accepted as it is (values and typed points of leaves, marks,
//! votes, given scores, register rows, the rules of the model); everything that follows from it by a rule is judged
//! anew. The rules themselves are in the document twice, typed and as the values of the model file, and must agree.
//! Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use serde::Serialize;

use crate::result::outcome::{
    AdjustmentRow, Answers, CorrectionRow, DecisionRow, Mode, Outcome, RatingRecord, Standing, Step, Target,
};
use crate::shared::finding::Message;
use crate::shared::number::{Exact, Points, Precision};
use crate::shared::place::Role;
use crate::shared::words::words;

mod adjustments;
mod ballots;
pub mod compare;
mod components;
pub mod formula;
mod grades;
mod leaves;
mod registers;
mod sums;
mod tail;
mod totals;
mod tree;
mod values;

words! {
    /// What kind of thing differs.
    pub enum DifferenceKind in "verify." {
        /// A manifest that cannot be read or belongs to another version.
        Manifest = "manifest",
        /// A file of a version that is gone.
        Missing = "missing",
        /// A file that does not belong to a version.
        Added = "added",
        /// A file of a version that was changed.
        Changed = "changed",
        /// A workbook that was saved again: every cell still says what it should.
        Resaved = "resaved",
        /// A cell of a workbook that is not what the result says.
        Cell = "cell",
        /// A value of a document that has changed.
        Value = "value",
        /// A version that does not follow its parent.
        Chain = "chain",
        /// A line of the log.
        State = "state",
        /// A folder that was never entered in the log.
        Unentered = "unentered",
        /// A register that has changed since a version was written that is now gone.
        Register = "register",
        /// Letters that cannot be made again.
        Unmade = "unmade",
        /// A recorded number that does not follow from the recorded parts.
        Number = "number",
        /// A recorded number that does not follow from the input files.
        Recomputed = "recomputed",
        /// An input file that was changed.
        InputChanged = "input-changed",
        /// An input file that is gone.
        InputGone = "input-gone",
        /// An input file that did not exist then.
        InputNew = "input-new",
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What kind of thing differs.
    pub kind: DifferenceKind,
    /// The file, below the project folder.
    pub file: String,
    /// Where in the file: a cell, a path of a document, a line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// What is there.
    pub found: String,
    /// What should be there.
    pub expected: String,
}

/// A value as a difference shows it: different values never look alike.
trait Shown {
    fn shown(&self) -> String;
}

impl Shown for Exact {
    fn shown(&self) -> String {
        const MOST: u32 = 6;
        if self.decimals().is_some_and(|used| used <= MOST) { self.to_string() } else { self.fraction() }
    }
}

impl Shown for Step {
    fn shown(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Shown for Points {
    fn shown(&self) -> String {
        self.0.shown()
    }
}

impl Shown for String {
    fn shown(&self) -> String {
        self.clone()
    }
}

impl Shown for str {
    fn shown(&self) -> String {
        self.to_owned()
    }
}

impl Shown for usize {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for bool {
    fn shown(&self) -> String {
        self.to_string()
    }
}

/// Recorded numbers that were calculated again.
#[derive(Debug, Default)]
pub struct Checked {
    /// How many were compared.
    pub numbers: usize,
    /// Those that differ: place, recorded, calculated.
    pub differing: Vec<(String, String, String)>,
}

impl Checked {
    /// Compares two values as they are printed.
    fn same<T: PartialEq + Shown + ?Sized>(&mut self, place: impl FnOnce() -> String, recorded: &T, calculated: &T) {
        self.numbers += 1;
        if recorded != calculated {
            self.differing.push((place(), recorded.shown(), calculated.shown()));
        }
    }

    /// Compares two values of which either may be missing.
    fn both<T: PartialEq + Shown + ?Sized>(
        &mut self,
        place: impl FnOnce() -> String,
        recorded: Option<&T>,
        calculated: Option<&T>,
    ) {
        self.numbers += 1;
        if recorded != calculated {
            let shown = |value: Option<&T>| value.map_or_else(|| "—".to_owned(), T::shown);
            self.differing.push((place(), shown(recorded), shown(calculated)));
        }
    }

    /// Compares a number with its printed form.
    fn printed(&mut self, place: impl FnOnce() -> String, recorded: &str, exact: &Exact, published: Precision) {
        self.same(place, recorded, published.print(exact).as_str());
    }
}

/// The result with what the check looks up in it.
struct Subject<'s> {
    outcome: &'s Outcome,
    /// Approved corrections by unit and place.
    corrections: BTreeMap<(&'s str, Target), &'s CorrectionRow>,
    /// Approved decisions by unit.
    decisions: BTreeMap<&'s str, (usize, &'s DecisionRow)>,
    /// Rows of bonus, deduction and event by unit, in their order.
    rows: BTreeMap<&'s str, Vec<(usize, &'s AdjustmentRow)>>,
    /// Rates of ranked units with enough answers, by component, group and node, in order.
    donors: BTreeMap<(&'s str, &'s str, usize), Vec<&'s Exact>>,
    /// Rates that are compared.
    fields: tail::Fields<'s>,
    /// Codes of the units of which a ledger came in.
    ledgers: BTreeSet<&'s str>,
}

impl<'s> Subject<'s> {
    fn new(outcome: &'s Outcome) -> Self {
        let registers = &outcome.registers;
        let corrections = registers.corrections.iter().filter(|row| row.standing == Standing::Approved);
        let decisions = registers.decisions.iter().enumerate().filter(|(_, row)| row.standing == Standing::Approved);
        Self {
            outcome,
            corrections: corrections.map(|row| ((outcome.code(row.unit), row.target), row)).collect(),
            decisions: decisions.map(|(index, row)| (outcome.code(row.unit), (index, row))).collect(),
            rows: rows(outcome),
            donors: donors(outcome),
            fields: tail::Fields::of(outcome),
            ledgers: ledgers(outcome),
        }
    }

    /// The approved correction of a place of a unit.
    fn correction(&self, unit: &str, target: Target) -> Option<&'s CorrectionRow> {
        self.corrections.get(&(unit, target)).copied()
    }

    /// Whether the model does not treat a finding as an error and it is listed for a unit; where there are too many,
    /// findings are only counted.
    fn is_accepted(&self, code: &str, unit: &str) -> bool {
        let severity = self.outcome.model.values.get(&format!("checks.{code}"));
        let is_lowered = severity.is_some_and(|word| word != "error");
        let is_told = |own: &Message| (own.code == code && own.unit.as_deref() == Some(unit)) || own.counts.is_some();
        is_lowered && self.outcome.findings.iter().any(is_told)
    }
}

fn rows(outcome: &Outcome) -> BTreeMap<&str, Vec<(usize, &AdjustmentRow)>> {
    let mut by_unit: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (index, row) in outcome.registers.adjustments.iter().enumerate() {
        by_unit.entry(outcome.code(row.unit)).or_default().push((index, row));
    }
    by_unit
}

fn ledgers(outcome: &Outcome) -> BTreeSet<&str> {
    let files = outcome.files.iter().filter(|file| file.role == Role::Ledger);
    files.flat_map(|file| &file.units).map(String::as_str).collect()
}

fn donors(outcome: &Outcome) -> BTreeMap<(&str, &str, usize), Vec<&Exact>> {
    let mut donors: BTreeMap<(&str, &str, usize), Vec<&Exact>> = BTreeMap::new();
    for unit in outcome.units.iter().filter(|unit| unit.roster.mode == Mode::Ranked) {
        for (id, component) in &unit.components {
            let Some(ballots) = component.ballots.as_ref().filter(|ballots| ballots.enough == Answers::Enough) else {
                continue;
            };
            for (index, rate) in ballots.rates.iter().enumerate() {
                let own = donors.entry((id, &unit.roster.group, index)).or_default();
                own.extend(rate.as_ref().map(|rate| &rate.0));
            }
        }
    }
    donors.values_mut().for_each(|rates| rates.sort());
    donors
}

/// Calculates the recorded numbers of a result again.
pub fn recalculate<'r>(outcome: &Outcome, records: impl IntoIterator<Item = &'r RatingRecord>) -> Checked {
    let mut again = Recalculation::new(outcome);
    records.into_iter().for_each(|record| again.take(record));
    again.finish()
}

/// A result that is calculated again, while its single ratings are read: there may be millions.
pub struct Recalculation<'o> {
    outcome: &'o Outcome,
    panels: ballots::Panels<'o>,
    /// The raters that ratings name.
    raters: BTreeSet<Box<str>>,
    /// What was seen of ratings while they came.
    checked: Checked,
}

impl<'o> Recalculation<'o> {
    /// The calculation of a result, before its ratings.
    pub fn new(outcome: &'o Outcome) -> Self {
        let panels = ballots::Panels::new(outcome);
        Self { outcome, panels, raters: BTreeSet::new(), checked: Checked::default() }
    }

    /// Takes the next rating of ratings.csv.
    pub fn take<T: Deref<Target = str>>(&mut self, record: &RatingRecord<T>) {
        if !self.raters.contains(&*record.rater) {
            self.raters.insert(Box::from(&*record.rater));
        }
        self.panels.take(record, &mut self.checked);
    }

    /// What differs, once all ratings were taken.
    pub fn finish(self) -> Checked {
        let Self { outcome, panels, raters, checked: of_ratings } = self;
        let subject = Subject::new(outcome);
        let mut checked = Checked::default();
        let nodes = units(&subject, &mut checked);
        checked.numbers += of_ratings.numbers;
        checked.differing.extend(of_ratings.differing);
        panels.check(outcome, &mut checked);
        grades::check(&subject, &nodes, &mut checked);
        registers::check(outcome, &mut checked);
        sums::check(outcome, &raters, &mut checked);
        values::check(outcome, &mut checked);
        checked
    }
}

/// Checks every unit by itself; returns the rates of its nodes.
fn units<'s>(subject: &Subject<'s>, checked: &mut Checked) -> Vec<grades::NodeRates<'s>> {
    let outcome = subject.outcome;
    let whole = tree::Tree::new(outcome.model.of(None));
    let schemes = (0..outcome.model.schemes.len())
        .map(|index| tree::Tree::new(outcome.model.of(Some(crate::model::SchemeIx(index)))));
    let schemes: Vec<tree::Tree<'_>> = schemes.collect();
    let mut nodes = Vec::with_capacity(outcome.units.len());
    for unit in &outcome.units {
        if unit.roster.mode == Mode::Excluded {
            nodes.push(Vec::new());
        } else {
            let own = unit.roster.scheme.and_then(|scheme| schemes.get(scheme.0)).unwrap_or(&whole);
            tail::roster(unit, checked);
            leaves::check(subject, unit, checked);
            nodes.push(components::check(subject, own, unit, checked));
            totals::check(subject, unit, &nodes[nodes.len() - 1], checked);
        }
        adjustments::check(subject, unit, checked);
    }
    nodes
}

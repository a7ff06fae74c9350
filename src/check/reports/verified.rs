//! Verifications from a 核定表: long (one leaf of one unit per row), of one unit, or a matrix of units and indicators.
//!
//! In a matrix a column is that of a leaf, by code or name, and contains 核定得分, unless the title says 核定值; or a leaf is
//! the heading over separate columns for 核定值, 核定得分 and 核定说明. The column of an input is headed by leaf and input.

use std::collections::BTreeMap;

use super::super::cells;
use super::{Verified, VerifierCells, inputs, leaf_of_row, periods, read_verification};
use crate::check::{Context, identity};
use crate::engine::assessment::{LeafInput, Mode, State, UnitIx, UnitReport, Verification};
use crate::read::table::{Column, Row, unread_column};
use crate::read::{RawTable, Word};
use crate::shared::finding::{Bound, Code, Describe as _, Finding, Findings};
use crate::shared::place::{Located, Place};
use crate::shared::text;

/// Reads all tables; two verifications of a leaf must agree.
pub(super) fn check(
    context: &Context<'_>,
    verified: &Verified<'_>,
    reports: &mut [UnitReport],
    findings: &mut Findings<'_>,
) {
    let mut book = Book { context, reports, seen: BTreeMap::new(), inputs: BTreeMap::new() };
    for table in &verified.rows {
        book.read_rows(table, findings);
    }
    for table in &verified.matrices {
        book.read_matrix(table, findings);
    }
}

/// The verifications so far.
struct Book<'b> {
    context: &'b Context<'b>,
    reports: &'b mut [UnitReport],
    /// Where a leaf of a unit was verified in a 核定表.
    seen: BTreeMap<(usize, usize, String), Place>,
    /// Where an input of a leaf of a unit was verified in a 核定表.
    inputs: BTreeMap<(usize, usize, usize), Place>,
}

impl Book<'_> {
    /// The assessed unit of a row; rows of other units are skipped.
    fn unit(&self, table: &RawTable, row: &Row, findings: &mut Findings<'_>) -> Option<UnitIx> {
        let (unit, _) = identity::unit_of_row(self.context, table, row, findings)?;
        (self.context.roster.units[unit.0].mode != Mode::Excluded).then_some(unit)
    }

    fn read_rows(&mut self, table: &RawTable, findings: &mut Findings<'_>) {
        let mut bound = Bound::new(findings);
        for row in &table.rows {
            bound.keep(findings);
            let Some(unit) = self.unit(table, row, findings) else { continue };
            let mut findings = findings.of_unit(self.context.code(unit));
            if let Some(leaf) = leaf_of_row(self.context, table, row, &mut findings) {
                let cells = VerifierCells::of_row(table, row);
                match inputs::named(table, row) {
                    Some(item) => self.enter_input(unit, leaf, &Named { item, cells }, &mut findings),
                    None => self.enter(unit, leaf, &cells, &mut findings),
                }
            }
        }
    }

    fn read_matrix(&mut self, table: &RawTable, findings: &mut Findings<'_>) {
        let columns = leaf_columns(self.context, table, findings);
        let mut bound = Bound::new(findings);
        for row in &table.rows {
            bound.keep(findings);
            let Some(unit) = self.unit(table, row, findings) else { continue };
            let mut findings = findings.of_unit(self.context.code(unit));
            for ((heading, _), own) in &columns {
                let (leaf, cells) = (heading.leaf, own.cells(table, row));
                let filled = [&cells.value, &cells.points, &cells.note].iter().any(|cell| cell.value.is_some());
                match heading.input {
                    // The table has the inputs of all schemes.
                    Some(_) if !filled && !self.has_input(unit, heading) => {}
                    Some(name) => {
                        let item = Located::new(name.to_owned(), cells.value.at);
                        self.enter_input(unit, leaf, &Named { item, cells }, &mut findings);
                    }
                    None if filled => self.enter(unit, leaf, &cells, &mut findings),
                    None => self.keep_blank(unit, leaf, &cells, &mut findings),
                }
            }
        }
    }

    /// Keeps the place of an empty cell, where nothing was verified elsewhere.
    fn keep_blank(&mut self, unit: UnitIx, leaf: usize, cells: &VerifierCells<'_>, findings: &mut Findings<'_>) {
        let held = self.context.held(unit);
        let own = &held.tree().leaves[leaf];
        let of_department = held.has_leaf(leaf) && !own.asked_of_unit;
        if !of_department || !periods::is_known(own, &cells.period.value) {
            return;
        }
        let input = &mut self.reports[unit.0].leaves[leaf];
        let Some(slot) = periods::slot(own, input, &cells.period, findings) else { return };
        if !slot.verification.as_ref().is_some_and(Verification::is_filled) {
            let (value, points) = (cells.value.at, cells.points.at);
            slot.verification = Some(Verification {
                value: Located::new(State::Missing, value),
                points: Located::new(State::Missing, points),
                note: String::new(),
            });
        }
    }

    /// Whether the formula that a unit has for a leaf uses an input.
    fn has_input(&self, unit: UnitIx, heading: &Heading<'_>) -> bool {
        let held = self.context.held(unit);
        held.tree().leaves[heading.leaf].inputs().iter().any(|input| Some(input.name.as_str()) == heading.input)
    }

    /// Takes the verified value of one input.
    fn enter_input(&mut self, unit: UnitIx, leaf: usize, named: &Named<'_>, findings: &mut Findings<'_>) {
        let (held, Named { item, cells }) = (self.context.held(unit), named);
        let own = &held.tree().leaves[leaf];
        let is_typed = cells.value.value.is_some_and(|raw| !cells::is_missing(&raw.text()));
        if !held.has_leaf(leaf) {
            if is_typed {
                self.context.warn_outside(unit, &own.full_name(), &[cells.value.at], findings);
            }
            return;
        }
        let slot: &mut LeafInput = &mut self.reports[unit.0].leaves[leaf];
        let Some(index) = inputs::find(own, item, findings) else {
            slot.broken = true;
            return;
        };
        let value = inputs::value(&own.inputs()[index], &cells.value, findings);
        let has_points = inputs::has_points(own, &cells.points, findings);
        inputs::remark(slot, &cells.note, findings);
        let Some(value) = value.filter(|_| !has_points) else {
            slot.broken = true;
            return;
        };
        let name = || own.input_name(&own.inputs()[index]);
        if let Some(first) = self.inputs.insert((unit.0, leaf, index), cells.value.at) {
            findings.add(Code::E218).at(cells.value.at).also(first).found(name());
            return;
        }
        match slot.verified.get(index).and_then(Option::as_ref).filter(|known| known.value != State::Missing) {
            Some(known) if value.value != State::Missing && known.value != value.value => {
                findings.add(Code::E218).at(value.at).also(known.at).found(name());
            }
            Some(_) => {}
            None => inputs::put(&mut slot.verified, own, index, value),
        }
    }

    /// Takes one verification.
    fn enter(&mut self, unit: UnitIx, leaf: usize, cells: &VerifierCells<'_>, findings: &mut Findings<'_>) {
        let held = self.context.held(unit);
        let own = &held.tree().leaves[leaf];
        if !held.has_leaf(leaf) {
            let is_typed = [&cells.value, &cells.points, &cells.note]
                .iter()
                .any(|cell| cell.value.is_some_and(|raw| !cells::is_missing(&raw.text())));
            if is_typed {
                self.context.warn_outside(unit, &own.full_name(), &[cells.at], findings);
            }
            return;
        }
        let first = self.seen.insert((unit.0, leaf, text::key(&cells.period.value)), cells.at);
        let input: &mut LeafInput = &mut self.reports[unit.0].leaves[leaf];
        let Some(slot) = periods::slot(own, input, &cells.period, findings) else { return };
        let Some(verification) = read_verification(cells, own, findings) else {
            slot.broken = true;
            return;
        };
        if let Some(first) = first {
            findings.add(Code::E218).at(cells.at).also(first).found(&own.code);
            return;
        }
        match slot.verification.as_ref().filter(|v| v.is_filled()) {
            Some(own_cells) if !agrees(own_cells, &verification) => {
                findings.add(Code::E218).at(cells.at).also(own_cells.points.at).found(&own.code);
            }
            Some(_) => {}
            None => slot.verification = Some(verification),
        }
    }
}

/// The cells of a verifier for an input, and the cell that names it.
struct Named<'t> {
    item: Located<String>,
    cells: VerifierCells<'t>,
}

/// What a column of a matrix is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Heading<'i> {
    leaf: usize,
    /// An input of its formula.
    input: Option<&'i str>,
}

impl<'i> Heading<'i> {
    /// What a text means: an input with its leaf, or a leaf.
    fn of(context: &Context<'i>, written: &str) -> Option<Self> {
        let input = context.leaves.input(written).map(|(leaf, input)| Self { leaf, input: Some(input) });
        input.or_else(|| context.leaves.named(written).map(|leaf| Self { leaf, input: None }))
    }
}

/// The columns of a matrix that belong to one leaf, or to one of its inputs.
#[derive(Default)]
struct LeafColumns<'t> {
    value: Option<&'t Column>,
    points: Option<&'t Column>,
    note: Option<&'t Column>,
    /// The period that they are about, and its heading.
    period: Option<Located<String>>,
}

impl<'t> LeafColumns<'t> {
    fn slot(&mut self, word: Word) -> &mut Option<&'t Column> {
        match word {
            Word::VerifiedValue => &mut self.value,
            Word::VerifiedNote => &mut self.note,
            _ => &mut self.points,
        }
    }

    /// The cells of a row; a missing column gets the place of the existing one.
    fn cells<'r>(&self, table: &RawTable, row: &'r Row) -> VerifierCells<'r> {
        let any = self.points.or(self.value).or(self.note);
        let cell = |column: Option<&Column>| match (column, any) {
            (Some(column), _) => table.cell(row, column),
            (None, Some(other)) => Located::new(None, table.place(row.row, other.col)),
            (None, None) => Located::new(None, table.row_place(row)),
        };
        let (value, points, note) = (cell(self.value), cell(self.points), cell(self.note));
        let period = self.period.clone().unwrap_or_else(|| Located::new(String::new(), points.at));
        VerifierCells { at: points.at, period, value, points, note }
    }
}

/// Which columns of a matrix belong to which leaf; a column that belongs to none is a finding.
fn leaf_columns<'t>(
    context: &Context<'t>,
    table: &'t RawTable,
    findings: &mut Findings<'_>,
) -> BTreeMap<(Heading<'t>, String), LeafColumns<'t>> {
    let plain = if speaks_of_values(context, table) { Word::VerifiedValue } else { Word::VerifiedPoints };
    let mut leaves: BTreeMap<(Heading<'t>, String), LeafColumns<'t>> = BTreeMap::new();
    for column in &table.columns {
        let word = match column.word {
            None => plain,
            Some(word @ (Word::VerifiedValue | Word::VerifiedPoints | Word::VerifiedNote)) => word,
            Some(_) => continue,
        };
        let Some((heading, period)) = heading_of(context, column) else {
            findings.push(not_a_leaf(context, table, column));
            continue;
        };
        let period = Located::new(period, table.column_place(column));
        let plans = || context.model.plans().map(|held| &held.tree().leaves[heading.leaf]);
        if heading.input.is_none() && !plans().any(|own| periods::is_known(own, &period.value)) {
            let whole = &context.model.tree.leaves[heading.leaf];
            periods::tell(plans().find(|own| own.periods.is_some()).unwrap_or(whole), &period, findings);
            continue;
        }
        // The plain column of an input holds its value, whatever the others hold.
        let is_plain_input = heading.input.is_some() && column.word.is_none();
        let word = if is_plain_input { Word::VerifiedValue } else { word };
        let own = leaves.entry((heading, text::key(&period.value))).or_default();
        own.period = Some(period);
        let slot = own.slot(word);
        match slot {
            Some(first) => {
                let finding = findings.add(Code::E103).at(table.column_place(column)).also(table.column_place(first));
                finding.found(column.path());
            }
            None => *slot = Some(column),
        }
    }
    leaves
}

/// The leaf or input of a column, and its period, blank where it names none: in one heading (`X 1月`), or in headings one
/// above the other.
fn heading_of<'t>(context: &Context<'t>, column: &Column) -> Option<(Heading<'t>, String)> {
    let own = column.word.is_none().then_some(column.text.as_str());
    let headings: Vec<&str> = column.above.iter().map(|heading| heading.text.as_str()).chain(own).collect();
    let with_period = |leaf: usize| context.model.plans().any(|held| held.tree().leaves[leaf].periods.is_some());
    for (at, heading) in headings.iter().enumerate().rev() {
        let below = headings[at + 1..].concat();
        let found = Heading::of(context, heading);
        if let Some(found) = found.filter(|own| below.is_empty() || with_period(own.leaf)) {
            return Some((found, below));
        }
        let parts = heading.trim().rsplit_once(char::is_whitespace);
        let named = parts.and_then(|(name, period)| Some((Heading::of(context, name)?, period)));
        if let Some((found, period)) = named.filter(|(own, _)| with_period(own.leaf) && below.is_empty()) {
            return Some((found, period.to_owned()));
        }
    }
    None
}

fn not_a_leaf(context: &Context<'_>, table: &RawTable, column: &Column) -> Finding {
    if column.word == Some(Word::VerifiedNote) {
        return unread_column(table, column);
    }
    let finding = Finding::new(Code::E313).at(table.column_place(column)).found(column.path());
    finding.nearest(&column.text, context.leaves.known())
}

/// Whether the title or the sheet's name says that the matrix holds 核定值.
fn speaks_of_values(context: &Context<'_>, table: &RawTable) -> bool {
    let word = text::key(Word::VerifiedValue.label());
    let titles = table.titles.iter().map(|title| title.value.as_str());
    titles.chain([context.files.sheet(table.header_place())]).any(|title| text::key(title).contains(&word))
}

fn agrees(a: &Verification, b: &Verification) -> bool {
    !b.is_filled() || (a.value.value == b.value.value && a.points.value == b.points.value)
}

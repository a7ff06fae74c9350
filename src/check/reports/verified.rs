//! Verifications from a 核定表: long (one leaf of one unit per row), of one unit, or a matrix of units and indicators.
//!
//! In a matrix a column is that of a leaf, by code or name, and contains 核定得分, unless the title says 核定值; or a leaf is
//! the heading over separate columns for 核定值, 核定得分 and 核定说明. The column of an input is headed by leaf and input.

use std::collections::{BTreeMap, BTreeSet};

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
    /// Where an input of a leaf of a unit was verified in a 核定表, by unit, leaf, period and input.
    inputs: BTreeMap<(usize, usize, String, usize), Place>,
}

impl Book<'_> {
    /// The assessed unit of a row; rows of other units are skipped.
    fn unit(&self, table: &RawTable, row: &Row, findings: &mut Findings<'_>) -> Option<UnitIx> {
        let (unit, _) = identity::unit_of_row(self.context, table, row, findings)?;
        (self.context.roster.units[unit.0].mode != Mode::Excluded).then_some(unit)
    }

    fn read_rows(&mut self, table: &RawTable, findings: &mut Findings<'_>) {
        let mut bound = Bound::new(findings);
        for row in table.rows.iter() {
            bound.keep(findings);
            let Some(unit) = self.unit(table, &row, findings) else { continue };
            let mut findings = findings.of_unit(self.context.code(unit));
            if let Some(leaf) = leaf_of_row(self.context, table, &row, &mut findings) {
                let cells = VerifierCells::of_row(table, &row);
                match inputs::named(table, &row) {
                    Some(item) => self.enter_input(unit, leaf, &Named { item, cells }, &mut findings),
                    None => self.enter(unit, leaf, &cells, &mut findings),
                }
            }
        }
    }

    fn read_matrix(&mut self, table: &RawTable, findings: &mut Findings<'_>) {
        let (columns, meant) = leaf_columns(self.context, table, findings);
        let mut bound = Bound::new(findings);
        for row in table.rows.iter() {
            bound.keep(findings);
            let Some(unit) = self.unit(table, &row, findings) else { continue };
            let mut findings = findings.of_unit(self.context.code(unit));
            for leaf in &meant {
                // Its column may be the one that has a finding already.
                self.reports[unit.0].leaves[*leaf].broken = true;
            }
            for ((heading, _), own) in &columns {
                let (leaf, cells) = (heading.leaf, own.cells(table, &row));
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
                note: Box::default(),
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
        let Some(slot) = periods::slot(own, slot, &cells.period, findings) else { return };
        let value = inputs::value(&own.inputs()[index], &cells.value, findings);
        let has_points = inputs::has_points(own, &cells.points, findings);
        inputs::remark(slot, &cells.note, findings);
        let Some(value) = value.filter(|_| !has_points) else {
            slot.broken = true;
            return;
        };
        let name = || own.input_name(&own.inputs()[index]);
        if let Some(first) = self.inputs.insert((unit.0, leaf, text::key(&cells.period.value), index), cells.value.at) {
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

    /// What it means with the words behind it: an input of the leaf first or last, and a period; none where they are
    /// neither.
    fn with(self, context: &Context<'i>, behind: &[&str]) -> Option<(Self, String)> {
        let plans = || context.model.plans().map(|held| &held.tree().leaves[self.leaf]);
        let is_period = |words: &[&str]| words.is_empty() || plans().any(|own| own.periods.is_some());
        let inputs = if self.input.is_none() { context.model.input_names(self.leaf) } else { Vec::new() };
        let known = |word: &str| inputs.iter().copied().find(|name| *name == text::key(word));
        let cut = match behind {
            [others @ .., last] if known(last).is_some() => Some((known(last), others)),
            [first, others @ ..] => known(first).map(|input| (Some(input), others)),
            [] => None,
        };
        let (input, period) = cut.unwrap_or((self.input, behind));
        let named = period.concat();
        // Of a leaf with inputs a word that is no period is an input written wrongly.
        let is_input = input.is_none() && !inputs.is_empty() && !named.is_empty();
        let is_known = !is_input || (period.len() == 1 && plans().any(|own| periods::is_known(own, &named)));
        (is_period(period) && is_known).then_some((Self { input, ..self }, named))
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

/// The columns of a matrix by what they are about, and its period.
type Columns<'t> = BTreeMap<(Heading<'t>, String), LeafColumns<'t>>;

/// Which columns of a matrix belong to which leaf; a column that belongs to none is a finding. With them the leaves that
/// such columns may be about.
fn leaf_columns<'t>(
    context: &Context<'t>,
    table: &'t RawTable,
    findings: &mut Findings<'_>,
) -> (Columns<'t>, BTreeSet<usize>) {
    let (mut meant, mut near, mut has_unknown) = (BTreeSet::new(), BTreeSet::new(), false);
    let plain = if speaks_of_values(context, table) { Word::VerifiedValue } else { Word::VerifiedPoints };
    let mut leaves = Columns::new();
    for column in &table.columns {
        let word = match column.word {
            None => said_above(column).unwrap_or(plain),
            Some(word @ (Word::VerifiedValue | Word::VerifiedPoints | Word::VerifiedNote)) => word,
            Some(_) => continue,
        };
        let (heading, period) = match heading_of(context, column) {
            Ok(found) => found,
            Err(leaf) => {
                let (finding, leaves) = not_a_leaf(context, table, column, leaf);
                findings.push(finding);
                near.extend(leaves);
                meant.extend(leaf);
                has_unknown |= leaf.is_none();
                continue;
            }
        };
        let period = Located::new(period, table.column_place(column));
        let plans = || context.model.plans().map(|held| &held.tree().leaves[heading.leaf]);
        if !plans().any(|own| periods::is_known(own, &period.value)) {
            let whole = &context.model.tree.leaves[heading.leaf];
            periods::tell(plans().find(|own| own.periods.is_some()).unwrap_or(whole), &period, findings);
            meant.insert(heading.leaf);
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
    if has_unknown {
        // It may be a leaf that has no column, or an input that the others of its leaf leave out.
        let known: BTreeSet<usize> = leaves.keys().map(|(own, _)| own.leaf).collect();
        meant.extend(near.difference(&known));
        meant.extend(known.iter().filter(|leaf| is_partial(context, &leaves, **leaf)));
    }
    (leaves, meant)
}

/// What a heading above a column says that it holds.
fn said_above(column: &Column) -> Option<Word> {
    let words = [Word::VerifiedValue, Word::VerifiedPoints, Word::VerifiedNote];
    column.above.iter().rev().find_map(|heading| words.into_iter().find(|word| word.is(&heading.text)))
}

/// Whether a leaf lacks the column of an input, in one of the periods that it has.
fn is_partial(context: &Context<'_>, columns: &Columns<'_>, leaf: usize) -> bool {
    let periods: BTreeSet<&String> = columns.keys().filter(|(own, _)| own.leaf == leaf).map(|own| &own.1).collect();
    let inputs = context.model.input_names(leaf);
    let mut wanted = periods.iter().flat_map(|period| inputs.iter().map(move |input| (*input, *period)));
    wanted.any(|(input, period)| !columns.contains_key(&(Heading { leaf, input: Some(input) }, period.clone())))
}

/// The leaf or input of a column, and its period, blank where it names none: in one heading (`X 1月`, `X 1月 gdp`), or in
/// headings one above the other. If it means none, the leaf that it names with an input that is not its own.
fn heading_of<'t>(context: &Context<'t>, column: &Column) -> Result<(Heading<'t>, String), Option<usize>> {
    let own = column.word.is_none().then_some(column.text.as_str());
    let headings: Vec<&str> = column.above.iter().map(|heading| heading.text.as_str()).chain(own).collect();
    let mut odd = None;
    for (at, heading) in headings.iter().enumerate().rev() {
        let spaces = heading.trim().rmatch_indices(char::is_whitespace).map(|(at, _)| heading.trim().split_at(at));
        for (name, behind) in std::iter::once((*heading, "")).chain(spaces) {
            let Some(found) = Heading::of(context, name) else { continue };
            let below = headings[at + 1..].iter().copied();
            let rest: Vec<&str> = behind.split_whitespace().chain(below).collect();
            if let Some(meant) = found.with(context, &rest) {
                return Ok(meant);
            }
            let has_inputs = !context.model.input_names(found.leaf).is_empty();
            odd = odd.or(Some(found.leaf).filter(|_| has_inputs));
        }
    }
    Err(odd)
}

/// A column that belongs to no leaf, with the leaves that it may have been meant for.
fn not_a_leaf(context: &Context<'_>, table: &RawTable, column: &Column, leaf: Option<usize>) -> (Finding, Vec<usize>) {
    if column.word == Some(Word::VerifiedNote) {
        return (unread_column(table, column), Vec::new());
    }
    let model = context.model;
    let names = |leaf: usize| {
        let code = &model.tree.leaves[leaf].code;
        model.input_names(leaf).into_iter().map(move |name| format!("{code} {name}"))
    };
    if let Some(leaf) = leaf {
        let known: Vec<String> = names(leaf).collect();
        let finding = Finding::new(Code::E251).at(table.column_place(column)).found(column.path());
        let finding = finding.with("indicator", model.tree.leaves[leaf].full_name());
        return (finding.nearest(&column.text, known.iter().map(String::as_str)), vec![leaf]);
    }
    let inputs: Vec<String> = (0..model.tree.leaves.len()).flat_map(names).collect();
    let known = || context.leaves.known().chain(inputs.iter().map(String::as_str));
    let meant = text::nearest(&column.text, known()).into_iter().filter_map(|name| Heading::of(context, name));
    let finding = Finding::new(Code::E313).at(table.column_place(column)).found(column.path());
    (finding.nearest(&column.text, known()), meant.map(|own| own.leaf).collect())
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

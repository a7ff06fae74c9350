//! Registers: 加减分登记, 事项登记, 等次审定, 更正登记, 复核申请 (SPEC §3, §18).
//!
//! A row counts only with 工委审定 and complete documents; every other row is kept and listed.

use std::collections::BTreeMap;

mod cells;
mod corrections;
mod decisions;
pub(super) mod dispositions;
mod places;

pub(super) use corrections::target_named;

use jiff::civil::Date;

use super::cells::{Ask, CellRef, is_missing, words};
use super::earlier::RowName;
use super::proposals::{self, Proposals};
use super::{Before, Context, appeals, declarations, identity, personal};
use crate::engine::assessment::{
    AdjustmentCells, AdjustmentRow, PastDocument, Register, Registers, Standing, Target, UnitIx,
};
use crate::model::{Leaf, Sign};
use crate::read::schema::{Column, Need, Schema};
use crate::read::table::Row;
use crate::read::words::headers;
use crate::read::{RawTable, TableKind, Word};
use crate::shared::finding::{Arg, Bound, Code, Describe as _, Findings};
use crate::shared::number::Points;
use crate::shared::place::{Located, Place};
use crate::shared::text;

/// The place of each number of each register, including those of rows with faults.
pub(super) type Numbers = BTreeMap<RowName, Place>;

/// What is considered besides the tables, and how.
pub(super) struct Taken {
    /// Declared items that are already known, from tables that are not read again.
    pub(super) declared: Vec<AdjustmentRow>,
    /// How proposals are treated.
    pub(super) proposals: Proposals,
    /// The periods of leaves, which corrections name.
    pub(super) periods: PeriodNames,
}

/// The names of periods in their order, by unit and leaf; nothing for leaves without.
#[derive(Clone, Debug, Default)]
pub struct PeriodNames(pub BTreeMap<(UnitIx, usize), Vec<String>>);

impl PeriodNames {
    /// Those of a leaf of a unit.
    fn of(&self, unit: UnitIx, leaf: usize) -> &[String] {
        self.0.get(&(unit, leaf)).map_or(&[], Vec::as_slice)
    }
}

/// Checks all register tables.
pub(super) fn check(
    context: &Context<'_>,
    tables: &[RawTable],
    before: &Before<'_>,
    taken: Taken,
    findings: &mut Findings<'_>,
) -> Registers {
    let mut registers = Registers { adjustments: taken.declared, ..Registers::default() };
    let mut numbers = Numbers::new();
    let mut bound = Bound::new(findings);
    for table in tables {
        if table.kind == TableKind::Declarations {
            registers.adjustments.extend(declarations::check(context, table, findings));
            continue;
        }
        if Schema::of(table.kind).is_none() {
            continue;
        }
        for row in table.rows.iter() {
            bound.keep(findings);
            let unit = known_unit(context, table, &row).map(|unit| context.code(unit));
            let (sign, corrects, ask) = (Sign::Deduction, None, Ask::Score);
            let (periods, findings) = (&taken.periods, findings.of(unit));
            let mut entry = Entry { context, table, row: &row, sign, corrects, ask, periods, findings };
            match table.kind {
                TableKind::Adjustments | TableKind::Events => {
                    registers.adjustments.extend(entry.adjustment(&mut numbers));
                }
                TableKind::Decisions => registers.decisions.extend(entry.decision(&mut numbers)),
                TableKind::Places => registers.places.extend(entry.places(&mut numbers)),
                TableKind::Corrections => registers.corrections.extend(entry.correction(&mut numbers)),
                TableKind::Appeals => registers.appeals.extend(entry.appeal(&mut numbers)),
                _ => {}
            }
        }
    }
    registers.adjustments.sort_by(|a, b| text::natural(&a.id, &b.id).then((a.register, a.at).cmp(&(b.register, b.at))));
    registers.decisions.sort_by(|a, b| text::natural(&a.id, &b.id));
    registers.places.sort_by(|a, b| text::natural(&a.id, &b.id));
    registers.corrections.sort_by(|a, b| text::natural(&a.id, &b.id));
    registers.appeals.sort_by(|a, b| text::natural(&a.id, &b.id));
    if taken.proposals == Proposals::AsApproved {
        proposals::approve(context.model, &context.roster.units, &mut registers);
    }
    personal::check_registers(context, tables, findings);
    note_unapproved(context, &registers, findings);
    note_unapproved_places(&registers, findings);
    check_single(context, &registers, findings);
    places::check(context, &registers, findings);
    appeals::check_followed(context, &mut registers, &numbers, before.earlier, findings);
    check_past(context, &registers, before.past, findings);
    let dispositions = dispositions::numbers(tables);
    before.earlier.check_vanished(context, &numbers.into_keys().chain(dispositions).collect(), findings);
    registers
}

/// Lists one by one the rows that do not count because nobody approved them.
fn note_unapproved(context: &Context<'_>, registers: &Registers, findings: &mut Findings<'_>) {
    let adjustments = registers.adjustments.iter().map(|r| (r.standing, r.at, r.unit, &r.id));
    let decisions = registers.decisions.iter().map(|r| (r.standing, r.at, r.unit, &r.id));
    let corrections = registers.corrections.iter().map(|r| (r.standing, r.at, r.unit, &r.id));
    let mut bound = Bound::new(findings);
    for (standing, at, unit, id) in adjustments.chain(decisions).chain(corrections) {
        bound.keep(findings);
        let open =
            [Standing::Proposed, Standing::Reviewed, Standing::Rejected, Standing::Withdrawn].contains(&standing);
        if open {
            let unit = context.code(unit);
            findings.add(Code::N624).at(at).unit(unit).with("id", id).with("found", Arg::Word(standing.word()));
        }
    }
}

/// Lists the rows of 名额分配 that nobody approved; they name no unit.
fn note_unapproved_places(registers: &Registers, findings: &mut Findings<'_>) {
    let open = [Standing::Proposed, Standing::Reviewed, Standing::Rejected, Standing::Withdrawn];
    for row in registers.places.iter().filter(|row| open.contains(&row.standing)) {
        findings.add(Code::N624).at(row.at).with("id", &row.id).with("found", Arg::Word(row.standing.word()));
    }
}

/// Checks that no more than one decision per unit and one correction per place count.
fn check_single(context: &Context<'_>, registers: &Registers, findings: &mut Findings<'_>) {
    let mut decided: BTreeMap<UnitIx, Place> = BTreeMap::new();
    for row in registers.decisions.iter().filter(|r| r.standing == Standing::Approved) {
        if let Some(first) = decided.insert(row.unit, row.at) {
            let unit = context.code(row.unit);
            findings.add(Code::E615).at(row.at).also(first).unit(unit).found(&row.id);
        }
    }
    let mut corrected: BTreeMap<(UnitIx, Target), Place> = BTreeMap::new();
    for row in registers.corrections.iter().filter(|r| r.standing == Standing::Approved) {
        if let Some(first) = corrected.insert((row.unit, row.target), row.at) {
            let unit = context.code(row.unit);
            findings.add(Code::E622).at(row.at).also(first).unit(unit).found(&row.id);
        }
    }
}

/// A document that already counted for the unit in an earlier period may not count again.
fn check_past(context: &Context<'_>, registers: &Registers, past: &[PastDocument], findings: &mut Findings<'_>) {
    let mut counted: BTreeMap<(UnitIx, &str), Vec<&PastDocument>> = BTreeMap::new();
    for old in past {
        counted.entry((old.unit, old.document.number())).or_default().push(old);
    }
    for row in registers.adjustments.iter().filter(|r| r.standing == Standing::Approved) {
        let Some(document) = row.document_key() else { continue };
        let of_number = counted.get(&(row.unit, document.number())).map_or(&[] as &[_], Vec::as_slice);
        if let Some(old) = of_number.iter().find(|old| old.document.is(&document)) {
            let unit = context.code(row.unit);
            let finding = findings.add(Code::E611).at(row.at).unit(unit).with("id", &row.id);
            finding.found(&row.document_number).with("period", &old.period);
        }
    }
}

/// The statuses, as written.
const STATUSES: &[(&str, Standing)] = &[
    ("工委审定", Standing::Approved),
    ("approved", Standing::Approved),
    ("拟提", Standing::Proposed),
    ("proposed", Standing::Proposed),
    ("部门已核", Standing::Reviewed),
    ("reviewed", Standing::Reviewed),
    ("不予采纳", Standing::Rejected),
    ("rejected", Standing::Rejected),
    ("撤销", Standing::Withdrawn),
    ("withdrawn", Standing::Withdrawn),
];

/// A row of a register, being read.
struct Entry<'e, 'f> {
    context: &'e Context<'e>,
    table: &'e RawTable,
    row: &'e Row,
    /// How points count: a deduction may be written with a minus.
    sign: Sign,
    /// The leaf whose value the row corrects: old and new value are read as its rule asks.
    corrects: Option<&'e Leaf>,
    /// What kind of number old and new value are.
    ask: Ask,
    periods: &'e PeriodNames,
    findings: Findings<'f>,
}

/// The unit that a row names, without a finding when it names none.
fn known_unit(context: &Context<'_>, table: &RawTable, row: &Row) -> Option<UnitIx> {
    [Word::UnitCode, Word::Unit].iter().find_map(|word| context.index.find(&table.text(row, *word).value))
}

impl Entry<'_, '_> {
    /// The columns of its register.
    fn columns(&self) -> impl Iterator<Item = &'static Column> + use<> {
        Schema::of(self.table.kind).into_iter().flat_map(Schema::columns)
    }

    fn text(&mut self, word: Word) -> Located<String> {
        let cell = self.table.get(self.row, word);
        self.text_of(&cell)
    }

    fn text_of(&mut self, cell: &CellRef<'_>) -> Located<String> {
        let written = words(cell, &mut self.findings).unwrap_or_default();
        Located::new(if is_missing(&written) { String::new() } else { written }, cell.at)
    }

    /// The row's number, required and unique per kind of register. The outer `None` is an empty line, the inner one follows
    /// a finding: the rest of the row is checked all the same.
    fn number(&mut self, numbers: &mut Numbers) -> Option<Option<String>> {
        let number = self.text(Word::Number);
        let filled = self.row.cells.iter().any(|cell| {
            let is = |word: Word| self.table.column(word).is_some_and(|c| c.col == cell.col);
            !is(Word::Ordinal) && !is(Word::Number) && !cell.value.is_blank()
        });
        if !filled {
            return None;
        }
        if number.value.is_empty() {
            self.findings.add(Code::E628).at(number.at);
            return Some(None);
        }
        let key = (self.table.kind, text::key(&number.value));
        if let Some(first) = numbers.insert(key, number.at) {
            self.findings.add(Code::E601).at(number.at).also(first).found(&number.value);
            return Some(None);
        }
        Some(Some(number.value))
    }

    fn unit(&mut self) -> Option<UnitIx> {
        identity::unit_of_row(self.context, self.table, self.row, &mut self.findings).map(|(unit, _)| unit)
    }

    /// The status of a row, lowered to incomplete when a cell that approval needs is blank.
    fn standing(&mut self) -> Option<Standing> {
        let status = self.text(Word::Status);
        let wanted = text::key(&status.value).to_lowercase();
        let Some((_, standing)) = STATUSES.iter().find(|(word, _)| *word == wanted) else {
            let expected = "拟提 | 部门已核 | 工委审定 | 不予采纳 | 撤销";
            self.findings.add(Code::E605).at(status.at).found(&status.value).expected(expected);
            return None;
        };
        if *standing != Standing::Approved {
            return Some(*standing);
        }
        let needed = self.columns().filter(|column| column.need == Need::Approval).map(|column| column.word);
        let blank: Vec<Word> = needed.filter(|word| is_missing(&self.table.text(self.row, *word).value)).collect();
        let Some(first) = blank.first() else { return Some(Standing::Approved) };
        let names = headers(&blank);
        let place = self.table.get(self.row, *first).at;
        self.findings.add(Code::W608).at(place).with("columns", names);
        Some(Standing::Incomplete)
    }

    /// Rows of units that are not assessed end as such, with a note.
    fn assessed(&mut self, unit: UnitIx, standing: Standing, id: &str) -> Standing {
        if self.context.is_assessed(unit) {
            return standing;
        }
        let place = self.table.row_place(self.row);
        self.findings.add(Code::N627).at(place).unit(self.context.code(unit)).found(id);
        Standing::NotAssessed
    }

    fn adjustment(&mut self, numbers: &mut Numbers) -> Option<AdjustmentRow> {
        let id = self.number(numbers)?;
        let unit = self.unit();
        let code = self.text(Word::Code);
        let rules = &self.context.model.adjustments;
        let kind = rules.kind(&code.value);
        if kind.is_none() {
            let known = rules.kinds.iter().map(|k| k.code.as_str());
            self.findings.unknown(Code::E602, &code, known);
        }
        let standing = self.standing();
        self.sign = kind.map_or(Sign::Deduction, |kind| rules.kinds[kind].sign);
        let cells = AdjustmentCells::read(self);
        let (id, unit, kind, standing, mut cells) = (id?, unit?, kind?, standing?, cells?);
        let standing = self.assessed(unit, standing, &id);
        cells.approved = self.check_size(unit, kind, &cells, standing)?;
        if standing == Standing::Approved {
            self.check_window(unit, cells.date);
        }
        let events = self.table.kind == TableKind::Events;
        let register = if events { Register::Events } else { Register::Adjustments };
        Some(AdjustmentRow { register, id, unit, kind, cells, standing, at: self.table.row_place(self.row) })
    }

    /// The approved points of a row that counts: they must be there and equal the model's, or a part of them where the
    /// model allows it and 备注 says why.
    fn check_size(
        &mut self,
        unit: UnitIx,
        kind: usize,
        cells: &AdjustmentCells,
        standing: Standing,
    ) -> Option<Option<Points>> {
        let approved = cells.approved.clone();
        let rule = &self.context.model.adjustments.kinds[kind];
        if rule.sign == Sign::Event {
            return Some(None);
        }
        if standing != Standing::Approved {
            return Some(approved);
        }
        let code = self.context.code(unit);
        let place = self.table.get(self.row, Word::Approved).at;
        let Some(size) = rule.size(&cells.level) else {
            let names: Vec<&str> = rule.levels.iter().map(|(name, _)| name.as_str()).collect();
            let expected = names.join(" / ");
            let level = self.table.get(self.row, Word::Level).map(|_| &*cells.level);
            self.findings.unknown(Code::E606, &level, names).unit(code).expected(expected);
            return None;
        };
        match approved {
            None => {
                self.findings.add(Code::E607).at(place).unit(code).expected(size);
                None
            }
            Some(points) if points != *size => {
                let is_part = rule.partial && points.0.is_positive() && points < *size;
                if is_part && !cells.remark.is_empty() {
                    return Some(Some(points));
                }
                let part = |lang| format!("{size} / 0 < … < {size} + {}", Word::Remark.header(lang));
                let expected = if rule.partial { Arg::spoken(part) } else { Arg::from(size) };
                let finding = self.findings.add(Code::E603).at(place).unit(code).with("kind", &rule.code);
                finding.found(&points.0).expected(expected);
                None
            }
            Some(points) => Some(Some(points)),
        }
    }

    fn check_window(&mut self, unit: UnitIx, date: Option<Date>) {
        let (Some((from, to)), Some(date)) = (self.context.model.adjustments.window, date) else { return };
        if date < from || date > to {
            let place = self.table.get(self.row, Word::DocumentDate).at;
            let finding = self.findings.add(Code::W609).at(place).unit(self.context.code(unit)).found(&date);
            finding.expected(format!("{from} – {to}"));
        }
    }
}

//! Self-reports (自评表) with their verified columns, and verification tables (核定表).

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::cells::{self, Ask, CellRef};
use super::{Context, identity, leaf_value};
use crate::engine::assessment::{Claim, LeafInput, Mode, State, UnitIx, UnitReport, Verification};
use crate::model::{EvidenceNeed, Leaf, Missing, Rule, RuleInput};
use crate::read::table::{Row, is_near, mistaken_column};
use crate::read::{RawTable, RawValue, Word};
use crate::shared::few::Few;
use crate::shared::finding::{Arg, Bound, Code, Describe as _, Finding, Findings, Severity};
use crate::shared::number::Points;
use crate::shared::place::{FileId, Located, Place, Position, Role};
use crate::shared::text;
use inputs::{InputRow, InputRows};

mod inputs;
mod periods;
mod verified;

pub(super) use periods::names as period_names;

/// The tables of what verifiers say.
pub(super) struct Verified<'t> {
    /// 核定表, one leaf of one unit a row.
    pub(super) rows: Vec<&'t RawTable>,
    /// 核定表 as matrices.
    pub(super) matrices: Vec<&'t RawTable>,
}

/// Checks all reports; returns one per unit of the roster, and the files that only repeat another.
pub(super) fn check(
    context: &Context<'_>,
    self_reports: &[&RawTable],
    verified: &Verified<'_>,
    findings: &mut Findings<'_>,
) -> (Vec<UnitReport>, Vec<FileId>) {
    let leaves = context.model.tree.leaves.len();
    let empty = || UnitReport { at: None, leaves: vec![LeafInput::default(); leaves] };
    let mut reports: Vec<UnitReport> = vec![UnitReport::default(); context.roster.units.len()];
    let (by_unit, duplicates, nameless) = assign(context, self_reports, findings);
    for table in &nameless {
        // It belongs to no known unit, but its cells are checked all the same, so that the file has to be corrected
        // only once.
        read_report(context, table, None, &mut empty(), findings);
    }
    let units: Vec<usize> = by_unit.keys().copied().collect();
    let one = |(unit, table): (usize, &RawTable)| {
        Findings::gather(|findings| read_own(context, table, UnitIx(unit), empty(), findings))
    };
    let read: Vec<(Returned, Vec<Finding>)> = by_unit.into_par_iter().map(one).collect();
    let mut empty_forms: BTreeMap<usize, Place> = BTreeMap::new();
    for (unit, (returned, own)) in units.into_iter().zip(read) {
        findings.extend(own);
        match returned {
            Returned::Unasked => {}
            Returned::Empty(at) => drop(empty_forms.insert(unit, at)),
            Returned::Filled(report) => reports[unit] = report,
        }
    }
    reports.iter_mut().filter(|own| own.at.is_none()).for_each(|own| *own = empty());
    verified::check(context, verified, &mut reports, findings);
    periods::complete(context, &mut reports, findings);
    let mut unclear: Vec<Place> = nameless.iter().map(|t| t.header_place()).collect();
    unclear.extend(context.unread(Role::SelfReport, self_reports));
    check_coverage(context, &reports, &unclear, &empty_forms, findings);
    (reports, duplicates)
}

/// What a unit returned.
enum Returned {
    /// A report, although the unit is not assessed.
    Unasked,
    /// A form without entries.
    Empty(Place),
    Filled(UnitReport),
}

/// Reads the report of a unit into one without entries.
fn read_own(
    context: &Context<'_>,
    table: &RawTable,
    unit: UnitIx,
    mut report: UnitReport,
    findings: &mut Findings<'_>,
) -> Returned {
    let own = context.unit(unit);
    let mut findings = findings.of_unit(&own.code);
    if own.mode == Mode::Excluded {
        findings.add(Code::N318).at(table.header_place());
        return Returned::Unasked;
    }
    if is_empty_form(table) {
        findings.add(Code::W229).at(table.header_place());
        return Returned::Empty(table.header_place());
    }
    report.at = Some(table.header_place());
    read_report(context, table, Some(unit), &mut report, &mut findings);
    Returned::Filled(report)
}

/// Whether a form was returned empty: nothing is typed into any cell that the unit or a verifier fills in.
fn is_empty_form(table: &RawTable) -> bool {
    !table.rows.is_empty() && !table.rows.iter().any(|row| is_filled(table, &row))
}

/// Whether anything is typed into the cells of a row that the unit or a verifier fills in.
fn is_filled(table: &RawTable, row: &Row) -> bool {
    const FILLED: [Word; 6] =
        [Word::Value, Word::SelfScore, Word::Evidence, Word::VerifiedValue, Word::VerifiedPoints, Word::VerifiedNote];
    FILLED.iter().any(|word| !cells::is_missing(&table.text(row, *word).value))
}

/// Reports by unit, files that only repeat another, and reports that name no known unit.
type Assigned<'t> = (BTreeMap<usize, &'t RawTable>, Vec<FileId>, Vec<&'t RawTable>);

/// Which self-report table belongs to which unit; two different ones for a unit are an error.
fn assign<'t>(context: &Context<'_>, tables: &[&'t RawTable], findings: &mut Findings<'_>) -> Assigned<'t> {
    let mut by_unit: BTreeMap<usize, &RawTable> = BTreeMap::new();
    let (mut duplicates, mut nameless) = (Vec::new(), Vec::new());
    let mut by_file: BTreeMap<FileId, (usize, Place)> = BTreeMap::new();
    for &table in tables {
        let Some(unit) = unit_of_report(context, table, tables, findings) else {
            nameless.push(table);
            continue;
        };
        let (first, place) = *by_file.entry(table.file).or_insert((unit, table.header_place()));
        if first != unit {
            let mut findings = findings.at(table.header_place());
            let units = [UnitIx(first), UnitIx(unit)];
            identity::two_units(context, context.code(units[1]), units, &mut findings).also(place);
            nameless.push(table);
            continue;
        }
        note_file_name(context, table, unit, findings);
        match by_unit.get(&unit) {
            None => drop(by_unit.insert(unit, table)),
            Some(first) => {
                let code = context.code(UnitIx(unit));
                let differing = differing_cells(first, table);
                let places = (first.header_place(), table.header_place());
                if differing.is_empty() {
                    if first.file != table.file {
                        duplicates.push(table.file);
                    }
                    findings.add(Code::W303).at(places.1).also(places.0).unit(code);
                } else {
                    findings.add(Code::E302).at(places.1).also(places.0).unit(code).also_all(differing);
                }
            }
        }
    }
    (by_unit, duplicates, nameless)
}

/// Reports a file name that mentions another unit than its content: the content counts, but somebody should check it.
pub(super) fn note_file_name(context: &Context<'_>, table: &RawTable, unit: usize, findings: &mut Findings<'_>) {
    let path = &context.files.get(table.file).path;
    let name = path.rsplit('/').next().unwrap_or(path);
    let mentioned = context.index.mentioned(name);
    if let Some(other) = mentioned.first().filter(|_| mentioned.iter().all(|m| m.0 != unit)) {
        let (own, other) = (context.unit(UnitIx(unit)), context.unit(*other));
        let finding = findings.add(Code::W320).at(table.header_place()).unit(&own.code).found(name);
        finding.expected(format!("{} {} / {} {}", own.code, own.name, other.code, other.name));
    }
}

/// The unit of a self-report: its own names, or where it has none those of the other reports of its workbook.
fn unit_of_report(
    context: &Context<'_>,
    table: &RawTable,
    tables: &[&RawTable],
    findings: &mut Findings<'_>,
) -> Option<usize> {
    let mut names = names_in(context, table);
    if names.is_empty() {
        let others = tables.iter().filter(|other| other.file == table.file);
        names = others.flat_map(|other| names_in(context, other)).collect();
    }
    if names.is_empty() {
        names = identity::names_elsewhere(context, table);
    }
    if names.is_empty() {
        findings.add(Code::E309).at(table.header_place());
        return None;
    }
    identity::same_unit(context, &names, findings).map(|(unit, _)| unit.0)
}

/// The names of units above a self-report and in its columns of units.
fn names_in(context: &Context<'_>, table: &RawTable) -> Vec<Located<String>> {
    let mut names = identity::names_above(context, table);
    let words = table.having([Word::UnitCode, Word::Unit]);
    for row in table.rows.iter().take_while(|_| !words.is_empty()) {
        names.extend(words.iter().map(|word| table.text(&row, *word)));
    }
    names.retain(|n| !n.value.is_empty());
    names
}

/// Whether two reports have the same content in every cell.
pub(crate) fn is_same_content(first: &RawTable, second: &RawTable) -> bool {
    differing_cells(first, second).is_empty()
}

/// Cells of the second table whose value differs from the first, by indicator row and column meaning.
fn differing_cells(first: &RawTable, second: &RawTable) -> Vec<Place> {
    let contents = |table: &RawTable| {
        let mut cells: BTreeMap<(String, String), BTreeMap<Word, Located<String>>> = BTreeMap::new();
        for row in table.rows.iter() {
            let period = text::key(&table.text(&row, Word::Period).value);
            let own = cells.entry((text::key(&leaf_cell(table, &row).value), period)).or_default();
            own.extend(table.columns.iter().filter_map(|c| c.word).map(|word| (word, table.text(&row, word))));
        }
        cells
    };
    let (a, b) = (contents(first), contents(second));
    let keys = a.iter().chain(&b).flat_map(|(code, cells)| cells.keys().map(move |word| (code, word)));
    let keys: BTreeSet<(&(String, String), &Word)> = keys.collect();
    let differing = |(code, word): (&(String, String), &Word)| {
        let [one, two] = [&a, &b].map(|cells| cells.get(code).and_then(|own| own.get(word)));
        let differ = one.map_or("", |cell| &cell.value) != two.map_or("", |cell| &cell.value);
        two.or(one).filter(|_| differ).map(|cell| cell.at)
    };
    keys.into_iter().filter_map(differing).collect()
}

/// The cell of a row that says which leaf it is about: the code, or without such a column the name.
fn leaf_cell(table: &RawTable, row: &Row) -> Located<String> {
    let word = if table.column(Word::Indicator).is_some() { Word::Indicator } else { Word::Name };
    table.text(row, word)
}

/// The leaf of a row; rows without code and values are not data.
fn leaf_of_row(context: &Context<'_>, table: &RawTable, row: &Row, findings: &mut Findings<'_>) -> Option<usize> {
    let cell = leaf_cell(table, row);
    if cell.value.is_empty() {
        let data = [Word::Value, Word::SelfScore, Word::VerifiedValue, Word::VerifiedPoints];
        if data.iter().any(|word| !cells::is_missing(&table.text(row, *word).value)) {
            findings.add(Code::E314).at(cell.at);
        }
        return None;
    }
    let coded = table.column(Word::Indicator).is_some();
    let leaf = if coded { context.leaves.coded(&cell.value) } else { context.leaves.named(&cell.value) };
    let Some(leaf) = leaf else {
        findings.unknown(Code::E313, &cell, context.leaves.known());
        return None;
    };
    let name = table.text(row, Word::Name);
    match context.leaves.named(&name.value) {
        Some(other) if coded && other != leaf => {
            let expected = &context.model.tree.leaves[leaf];
            findings.add(Code::E223).at(name.at).also(cell.at).found(&name.value).expected(expected.full_name());
            None
        }
        _ => Some(leaf),
    }
}

/// Reads a report; one whose unit is not known is only checked.
fn read_report(
    context: &Context<'_>,
    table: &RawTable,
    unit: Option<UnitIx>,
    report: &mut UnitReport,
    findings: &mut Findings<'_>,
) {
    let held = unit.map_or_else(|| context.model.of(None), |unit| context.held(unit));
    let leaves = &held.tree().leaves;
    let mut outside: Vec<Place> = Vec::new();
    let mut seen: BTreeMap<(usize, String), Place> = BTreeMap::new();
    let mut input_rows = InputRows::default();
    let is_verified = has_verified_columns(table);
    let start = findings.len();
    let mut bound = Bound::new(findings);
    for row in table.rows.iter() {
        bound.keep(findings);
        let Some(index) = leaf_of_row(context, table, &row, findings) else { continue };
        let place = leaf_cell(table, &row).at;
        let period = table.text(&row, Word::Period);
        if leaves[index].periods.is_some() && text::is_blank(&period.value) && !is_filled(table, &row) {
            // A row of a form that was not needed.
            continue;
        }
        if let Some(item) = inputs::named(table, &row) {
            if held.has_leaf(index) {
                let own = InputRow { table, row: &row, item: &item, period: &period, is_verified };
                input_rows.take(&own, index, &leaves[index], &mut report.leaves[index], findings);
            } else {
                outside.extend(is_filled(table, &row).then_some(place));
            }
            continue;
        }
        if let Some(first) = seen.insert((index, text::key(&period.value)), place) {
            findings.add(Code::E218).at(place).also(first).found(&leaves[index].code);
            continue;
        }
        let leaf = &leaves[index];
        if !held.has_leaf(index) {
            outside.extend(is_filled(table, &row).then_some(place));
            continue;
        }
        let mut claim = read_claim(table, &row, leaf, findings);
        if !leaf.asked_of_unit {
            claim = claim.map(|own| without_claim(own, leaf, findings));
        }
        let verification = read_verification(&VerifierCells::of_row(table, &row), leaf, findings);
        let broken = claim.is_none() || verification.is_none();
        // Without columns for it there is no empty cell that a department could fill in.
        let verification = verification.filter(|_| leaf.asked_of_unit || is_verified);
        if let Some(slot) = periods::slot(leaf, &mut report.leaves[index], &period, findings) {
            (slot.claim, slot.verification) = (claim, verification);
            slot.broken |= broken;
        }
    }
    let seen: BTreeSet<usize> = seen.into_keys().map(|(index, _)| index).collect();
    input_rows.settle(&mut report.leaves);
    if let Some(unit) = unit {
        context.warn_outside(unit, "", &outside, findings);
    }
    if seen.iter().any(|index| held.has_leaf(*index) && needs_evidence(&leaves[*index])) {
        tell_no_evidence(table, findings);
    }
    let misnames = |f: &Finding| matches!(f.code, Code::E223 | Code::E251 | Code::E313 | Code::E314 | Code::E134);
    let misnamed = findings.since(start).iter().any(misnames);
    for (index, leaf) in leaves.iter().enumerate().filter(|(index, _)| held.has_leaf(*index)) {
        let lacking = input_rows.lacking(index, leaf);
        if misnamed && (!seen.contains(&index) || !lacking.is_empty()) {
            // The row may stand under a wrong code: that finding is enough.
            report.leaves[index].broken = true;
        } else if leaf.asked_of_unit && seen.contains(&index) && !lacking.is_empty() && !report.leaves[index].broken {
            findings.add(Code::W221).at(table.header_place()).found(Arg::list(&lacking));
        } else if leaf.asked_of_unit && leaf.input != RuleInput::Ledger && !seen.contains(&index) {
            findings.add(Code::W221).at(table.header_place()).found(&leaf.code);
        }
    }
}

fn has_verified_columns(table: &RawTable) -> bool {
    [Word::VerifiedPoints, Word::VerifiedValue].iter().any(|word| table.column(*word).is_some())
}

/// Whether a unit has to show evidence for a leaf.
fn needs_evidence(leaf: &Leaf) -> bool {
    leaf.asked_of_unit && leaf.evidence == EvidenceNeed::Required
}

/// Reports a table without a column for evidence, which is not the same as blank cells: at the unread column that may
/// be it, or at the header.
fn tell_no_evidence(table: &RawTable, findings: &mut Findings<'_>) {
    if table.column(Word::Evidence).is_some() {
        return;
    }
    match table.unread_columns().find(|column| is_near(&column.text, Word::Evidence)) {
        Some(column) => findings.extend([mistaken_column(table, column, Word::Evidence)]),
        None => {
            findings.add(Code::E107).at(table.header_place()).expected(Arg::from(Word::Evidence));
        }
    }
}

/// For a leaf that a department answers for, the unit is not asked: what it typed there is reported and left out.
fn without_claim(mut claim: Claim, leaf: &Leaf, findings: &mut Findings<'_>) -> Claim {
    if claim.value.value != State::Missing || claim.points.value != State::Missing {
        let typed = if claim.value.value == State::Missing { claim.points.at } else { claim.value.at };
        findings.add(Code::W222).at(typed).found(&leaf.code);
    }
    claim.value.value = State::Missing;
    claim.points.value = State::Missing;
    claim
}

fn read_claim(table: &RawTable, row: &Row, leaf: &Leaf, findings: &mut Findings<'_>) -> Option<Claim> {
    let value_cell = table.get(row, Word::Value);
    let value = leaf_value::value(leaf, &value_cell, findings);
    let points = points(&table.get(row, Word::SelfScore), leaf, findings);
    let (evidence, covers) = evidence(table, row, findings)?;
    Some(Claim { value: Located::new(value?, value_cell.at), points: points?, evidence, covers })
}

/// What names the evidence: the text of the cell, or a picture inside it, which somebody has to look at; and what merely
/// lies over a cell without either, which may just as well be the stamp on the whole form.
fn evidence(table: &RawTable, row: &Row, findings: &mut Findings<'_>) -> Option<(Located<Box<str>>, Few<String>)> {
    const MOST: usize = 3;
    let cell = table.get(row, Word::Evidence);
    let written = cells::words(&cell, findings)?;
    if !cells::is_missing(&written) && !Word::Nothing.is(&written) {
        return Some((Located::new(written.into(), cell.at), Few::default()));
    }
    let blank = Located::new(Box::default(), cell.at);
    let Some(column) = table.column(Word::Evidence) else { return Some((blank, Few::default())) };
    let at = Position::new(row.row, column.col);
    if let Some(picture) = table.pictures.iter().find(|p| p.inside.is_some_and(|inside| inside.holds(at))) {
        let name = if picture.name.is_empty() { Arg::Word("evidence.picture") } else { (&picture.name).into() };
        findings.add(Code::W235).at(cell.at).found(name);
        return Some((Located::new(format!("[{}]", picture.name).into(), cell.at), Few::default()));
    }
    let over = table.pictures.iter().filter(|picture| picture.over.holds(at));
    Some((blank, over.take(MOST).map(|picture| picture.name.clone()).collect()))
}

/// The cells in which a verifier writes about one leaf.
struct VerifierCells<'t> {
    /// The cell that names the leaf.
    at: Place,
    /// The period, blank where none is named.
    period: Located<String>,
    value: CellRef<'t>,
    points: CellRef<'t>,
    note: CellRef<'t>,
}

impl<'t> VerifierCells<'t> {
    /// The cells of a row; a missing column gets the place of the other one.
    fn of_row(table: &RawTable, row: &'t Row) -> Self {
        let [points, value] = [Word::VerifiedPoints, Word::VerifiedValue].map(|word| table.column(word));
        let cell = |word: Word| match (table.column(word), points.or(value)) {
            (None, Some(other)) => Located::new(None, table.place(row.row, other.col)),
            _ => table.get(row, word),
        };
        Self {
            at: leaf_cell(table, row).at,
            period: table.text(row, Word::Period),
            value: cell(Word::VerifiedValue),
            points: cell(Word::VerifiedPoints),
            note: cell(Word::VerifiedNote),
        }
    }
}

fn read_verification(cells: &VerifierCells<'_>, leaf: &Leaf, findings: &mut Findings<'_>) -> Option<Verification> {
    let value = leaf_value::value(leaf, &cells.value, findings);
    let points = points(&cells.points, leaf, findings);
    let note = cells::words(&cells.note, findings)?;
    let typed = cells.value.value.map(RawValue::text).filter(|text| !cells::is_missing(text));
    if let (Rule::Direct(_), Some(State::Missing), Some(typed)) = (&leaf.rule, &value, typed)
        && points.as_ref().is_some_and(|p| p.value == State::Missing)
    {
        // The points of such a leaf belong in 核定得分; a value elsewhere must not be lost.
        findings.add(Code::E211).at(cells.value.at).found(typed).with("indicator", leaf.full_name());
        return None;
    }
    Some(Verification { value: Located::new(value?, cells.value.at), points: points?, note: note.into() })
}

/// A score cell: within 0 and the full points of the leaf.
fn points(cell: &CellRef<'_>, leaf: &Leaf, findings: &mut Findings<'_>) -> Option<Located<State<Points>>> {
    let state = match cells::number(cell, Ask::Score, findings)? {
        State::Known(number) => {
            if number.is_negative() || number > leaf.points.0 {
                let finding = findings.add(Code::E203).at(cell.at).found(&number);
                finding.expected(format!("0 – {}", leaf.points)).with("indicator", leaf.full_name());
                return None;
            }
            State::Known(Points(number))
        }
        State::Missing => State::Missing,
        State::NotApplicable => State::NotApplicable,
    };
    Some(Located::new(state, cell.at))
}

/// Units without self-report: a finding at the roster row, which also names the unit's empty form or else the files whose
/// unit is not known.
fn check_coverage(
    context: &Context<'_>,
    reports: &[UnitReport],
    unclear: &[Place],
    empty_forms: &BTreeMap<usize, Place>,
    findings: &mut Findings<'_>,
) {
    for (index, (report, unit)) in reports.iter().zip(&context.roster.units).enumerate() {
        if !context.model.of(unit.scheme).asks_unit() {
            continue;
        }
        if unit.mode != Mode::Excluded && report.at.is_none() {
            let finding = findings.add(Code::E310).at(unit.at).unit(&unit.code);
            if context.model.self_report.missing == Missing::Zero {
                finding.severity = Severity::Warning;
            }
            match empty_forms.get(&index) {
                Some(place) => finding.also(*place),
                None => finding.also_all(unclear.iter().take(5).copied()),
            };
        }
    }
}

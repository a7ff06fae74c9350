//! Annexes: sheets of a unit's or a rater's workbook that have the columns of its table but are about something else.
//!
//! Only the model and the roster decide this: a list of tasks under 名称 and 完成情况 names no indicator, a list of contacts
//! under 单位 and 联系人 contains no mark. Such a sheet is left unread with a warning, and only if the workbook also has its
//! complete table; a sheet that may contain a value that counts remains a table, and its faults remain errors.
//!
//! A fault in a cell outside the tables changes no result and is a warning.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, LeafIndex, Roster, UnitIndex, ballots, identity};
use crate::engine::assessment::UnitIx;
use crate::model::{ComponentKind, Model};
use crate::read::table::{Column, Row};
use crate::read::{Intake, RawTable, TableKind, Word, row_sums};
use crate::shared::finding::{Arg, Code, Describe as _, Finding, Findings, Severity};
use crate::shared::place::{FileId, Files, SheetId, Spot};
use crate::shared::text;

/// Faults that were found before the kind of the sheet was known: in how cells are stored, and in their order.
const FAULTS: [Code; 2] = [Code::E121, Code::E122];

/// The fault of a text that should be a number.
const BAD_NUMBER: &str = "gate.cell.number";

/// Sets annexes aside and makes warnings of faults outside tables.
pub fn settle(
    model: &Model,
    roster: &Roster,
    components: &BTreeMap<FileId, usize>,
    intake: &mut Intake,
    files: &mut Files,
) {
    let annexes = find(model, roster, components, intake, files);
    intake.tables.retain(|table| !annexes.contains(&table.sheet_id()));
    for file in annexes.iter().map(|id| id.file).collect::<BTreeSet<FileId>>() {
        let sums = row_sums(intake.tables.iter().filter(|table| table.file == file));
        let record = files.get_mut(file);
        (record.rows, record.row_sums) = (sums.read, Some(sums));
    }
    // Findings from reading it as a table do not apply to an annex.
    intake.findings.retain(|f| FAULTS.contains(&f.code) || sheet_of(f).is_none_or(|sheet| !annexes.contains(&sheet)));
    let mut findings = Findings::new(&mut intake.findings);
    for place in annexes.iter().map(|id| id.place()) {
        findings.add(Code::W115).at(place).found(files.sheet(place));
    }
    weigh_faults(intake, &annexes);
}

fn sheet_of(finding: &Finding) -> Option<SheetId> {
    let at = finding.at?;
    match at.spot() {
        Spot::Cell { sheet, .. } | Spot::Sheet(sheet) => Some(SheetId { file: at.file, sheet }),
        Spot::Whole | Spot::Line { .. } => None,
    }
}

/// The sheets that are annexes to the other tables of their workbooks.
fn find(
    model: &Model,
    roster: &Roster,
    components: &BTreeMap<FileId, usize>,
    intake: &Intake,
    files: &Files,
) -> BTreeSet<SheetId> {
    let (index, leaves) = (UnitIndex::new(&roster.units), LeafIndex::new(&model.tree));
    let context = Context { model, roster, index: &index, leaves: &leaves, files };
    let mut annexes = BTreeSet::new();
    for of_file in intake.tables.chunk_by(|a, b| a.file == b.file).filter(|tables| tables.len() > 1) {
        let reports: Vec<&RawTable> = of_file.iter().filter(|t| t.kind == TableKind::SelfReport).collect();
        annexes.extend(beside_a_report(&context, &reports));
        let of_ballots = components.get(&of_file[0].file).map(|at| (*at, &model.components[*at].kind));
        if let Some((component, ComponentKind::Ballots(rules))) = of_ballots {
            let sheets: Vec<&RawTable> = of_file.iter().filter(|t| t.kind == TableKind::Ballots).collect();
            let is_markless = |table: &RawTable| ballots::is_markless(&context, component, rules, table);
            annexes.extend(beside_a_ballot(&context, &sheets, is_markless));
        }
    }
    annexes
}

/// Sheets whose rows name no indicator, nor anything like one, beside a report on all indicators.
fn beside_a_report(context: &Context<'_>, tables: &[&RawTable]) -> Vec<SheetId> {
    let named = |table: &RawTable| -> BTreeSet<usize> {
        table.rows.iter().flat_map(|row| names(table, &row)).filter_map(|name| context.leaves.named(&name)).collect()
    };
    let (reports, others): (Vec<&RawTable>, Vec<&RawTable>) = tables.iter().partition(|t| !named(t).is_empty());
    let reported: BTreeSet<usize> = reports.into_iter().flat_map(named).collect();
    if !context.model.plans().any(|held| held.asked().all(|leaf| reported.contains(&leaf))) {
        return Vec::new();
    }
    let is_near = |name: &String| {
        let key = text::header_key(name);
        context.leaves.known().any(|known| text::is_alike(&key, &text::header_key(known)))
    };
    let strange = |table: &&RawTable| !table.rows.iter().flat_map(|row| names(table, &row)).any(|name| is_near(&name));
    others.into_iter().filter(strange).map(|table| table.sheet_id()).collect()
}

/// What a row of a report is about.
fn names(table: &RawTable, row: &Row) -> impl Iterator<Item = String> + use<> {
    let names = [Word::Indicator, Word::Name].map(|word| table.text(row, word).value);
    names.into_iter().filter(|name| !name.is_empty())
}

/// Sheets without marks about units that the marks of the same workbook are about as well.
fn beside_a_ballot(
    context: &Context<'_>,
    tables: &[&RawTable],
    is_markless: impl Fn(&RawTable) -> bool,
) -> Vec<SheetId> {
    let (others, marked): (Vec<&RawTable>, Vec<&RawTable>) = tables.iter().partition(|table| is_markless(table));
    let units = |table: &RawTable| -> BTreeSet<UnitIx> {
        let cells = table.rows.iter().flat_map(|row| identity::UNIT.map(|word| table.text(&row, word).value));
        cells.filter_map(|name| context.index.find(&name)).collect()
    };
    let rated: BTreeSet<UnitIx> = marked.iter().flat_map(|table| units(table)).collect();
    let known = |table: &&RawTable| !marked.is_empty() && units(table).is_subset(&rated);
    others.into_iter().filter(known).map(|table| table.sheet_id()).collect()
}

/// Damaged cells that no table uses are warnings, where their workbook has a table.
///
/// On a sheet without a table a damaged text may be the reason why none was found, and its marks would be lost; only a
/// number cannot be a header.
fn weigh_faults(intake: &mut Intake, annexes: &BTreeSet<SheetId>) {
    let mut by_file: BTreeMap<FileId, Vec<&RawTable>> = BTreeMap::new();
    for table in &intake.tables {
        by_file.entry(table.file).or_default().push(table);
    }
    let is_unused = |finding: &Finding| {
        let Some((file, Spot::Cell { sheet, row, col })) = finding.at.map(|at| (at.file, at.spot())) else {
            return false;
        };
        let Some(tables) = by_file.get(&file) else { return false };
        let mut own = tables.iter().filter(|table| table.sheet == sheet).peekable();
        if own.peek().is_none() {
            return annexes.contains(&SheetId { file, sheet })
                || finding.args.contains(&("what", Arg::Word(BAD_NUMBER)));
        }
        own.all(|table| row > table.header_end && table.column_at(col).is_none_or(|column| !is_read(table, column)))
    };
    for finding in intake.findings.iter_mut().filter(|f| f.code == Code::E121) {
        if is_unused(finding) {
            finding.severity = Severity::Warning;
        }
    }
}

/// Whether the cells of a column may count.
fn is_read(table: &RawTable, column: &Column) -> bool {
    column.word.is_some() || table.kind.has_free_columns()
}

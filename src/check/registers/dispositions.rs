//! Rows of 评议票处置: the committee's decisions on marks that cannot be read.

use super::{Entry, Numbers};
use crate::check::PeriodNames;
use crate::check::earlier::RowName;
use crate::check::{Context, cells};
use crate::engine::assessment::{DispositionCells, DispositionRow, Standing, Verdict};
use crate::model::Sign;
use crate::read::table::Row;
use crate::read::{RawTable, TableKind, Word};
use crate::shared::finding::{Arg, Code, Describe as _, Findings};
use crate::shared::text;

/// Reads all rows of 评议票处置, in natural order of 编号.
pub(in crate::check) fn read(
    context: &Context<'_>,
    tables: &[RawTable],
    findings: &mut Findings<'_>,
) -> Vec<DispositionRow> {
    let (mut numbers, none) = (Numbers::new(), PeriodNames::default());
    let mut rows = Vec::new();
    for table in tables.iter().filter(|table| table.kind == TableKind::Dispositions) {
        for row in table.rows.iter() {
            let (sign, corrects, ask, periods) = (Sign::Deduction, None, cells::Ask::Score, &none);
            let mut entry =
                Entry { context, table, row: &row, sign, corrects, ask, periods, findings: findings.again() };
            rows.extend(entry.disposition(&mut numbers));
        }
    }
    rows.sort_by(|a, b| text::natural(&a.id, &b.id));
    rows
}

/// The numbers of all rows, including those with faults.
pub(super) fn numbers(tables: &[RawTable]) -> impl Iterator<Item = RowName> {
    let tables = tables.iter().filter(|table| table.kind == TableKind::Dispositions);
    let number =
        |table: &RawTable, row: &Row| (TableKind::Dispositions, text::key(&table.text(row, Word::Number).value));
    tables.flat_map(move |table| table.rows.iter().map(move |row| number(table, &row)))
}

/// Reports approved rows that settled nothing; the others are listed like those of every register.
pub(in crate::check) fn report(context: &Context<'_>, rows: &[DispositionRow], findings: &mut Findings<'_>) {
    for row in rows {
        let (code, word) = match row.standing {
            Standing::Approved if row.settles == 0 => (Code::E434, "disposition.none"),
            Standing::Approved | Standing::Incomplete | Standing::NotAssessed => continue,
            standing => (Code::N624, standing.word()),
        };
        let mut findings = findings.of(row.unit.map(|unit| context.code(unit)));
        let finding = findings.add(code).at(row.at);
        let finding = match code {
            Code::E434 => finding.found(&row.file).expected(Arg::Word(word)),
            _ => finding.found(Arg::Word(word)),
        };
        finding.with("id", &row.id);
    }
}

/// A re-grade does not count ballots again, so rows of 评议票处置 that changed since would have no effect: an error.
pub(in crate::check) fn unchanged(
    context: &Context<'_>,
    tables: &[RawTable],
    recorded: &[DispositionRow],
    findings: &mut Findings<'_>,
) {
    let now = read(context, tables, findings);
    let counts = |row: &&DispositionRow| row.standing == Standing::Approved;
    let texts =
        |row: &DispositionRow| [&row.id, &row.file, &row.sheet, &row.rater, &row.node].map(|text| text::key(text));
    let is_same =
        |a: &DispositionRow, b: &DispositionRow| a.unit == b.unit && a.verdict == b.verdict && texts(a) == texts(b);
    let lacks =
        |rows: &[DispositionRow], row: &DispositionRow| !rows.iter().filter(counts).any(|own| is_same(own, row));
    let added = now.iter().filter(counts).filter(|row| lacks(recorded, row));
    let gone = recorded.iter().filter(counts).filter(|row| lacks(&now, row));
    for row in added.chain(gone) {
        let finding = findings.add(Code::E434).at(row.at).with("id", &row.id).found(&row.file);
        finding.with("expected", Arg::Word("disposition.score"));
    }
}

impl Entry<'_, '_> {
    fn disposition(&mut self, numbers: &mut Numbers) -> Option<DispositionRow> {
        let id = self.number(numbers)?;
        let (file, sheet) = (self.text(Word::FilePath), self.text(Word::SheetName));
        let (rater, node) = (self.text(Word::Rater).value, self.text(Word::Node).value);
        let mark = self.text(Word::Mark);
        let standing = self.standing();
        let cells = DispositionCells::read(self);
        for blank in [&file, &mark].into_iter().filter(|cell| cell.value.is_empty()) {
            self.findings.add(Code::E314).at(blank.at);
        }
        let void = Word::Scrapped.is(&mark.value);
        let names_unit = [Word::UnitCode, Word::Unit, Word::ShortName]
            .iter()
            .any(|word| !cells::is_missing(&self.table.text(self.row, *word).value));
        // Only a whole sheet of marks that stay void needs no unit.
        let unit = if void && !names_unit { Some(None) } else { self.unit().map(Some) };
        let (id, unit, standing, cells) = (id?, unit?, standing?, cells?);
        (!file.value.is_empty() && !mark.value.is_empty()).then(|| DispositionRow {
            id,
            file: file.value.replace('\\', "/"),
            sheet: sheet.value,
            unit,
            rater,
            node,
            verdict: if void { Verdict::Void } else { Verdict::Mark(mark.value) },
            cells,
            standing,
            at: self.table.row_place(self.row),
            settles: 0,
        })
    }
}

//! Personal numbers in free text: 核定说明, opinions, and what registers say about rows, reasons and documents. A
//! telephone, identity card or account number that somebody noted there might end up pinned to a wall.
//!
//! Values of leaves are not such texts: letters print them as the rule of the leaf parsed them.

use super::Context;
use crate::read::table::{Column, Row};
use crate::read::{RawTable, RawValue, TableKind, Word};
use crate::shared::finding::{Bound, Code, Describe as _, Findings};
use crate::shared::text::{long_number, long_number_of_document};

/// Columns of document numbers.
const DOCUMENT_NUMBERS: [Word; 2] = [Word::DocumentNumber, Word::ApprovalNumber];

/// Looks at what verifiers wrote.
pub(super) fn check_notes(context: &Context<'_>, tables: &[RawTable], findings: &mut Findings<'_>) {
    let verified = |kind| matches!(kind, TableKind::SelfReport | TableKind::Verified | TableKind::VerifiedMatrix);
    for table in tables.iter().filter(|table| verified(table.kind)) {
        check_table(context, table, &[Word::VerifiedNote], findings);
    }
}

/// Looks at what registers and opinions say.
pub(super) fn check_registers(context: &Context<'_>, tables: &[RawTable], findings: &mut Findings<'_>) {
    for table in tables {
        let words: &[Word] = match table.kind {
            TableKind::Adjustments | TableKind::Events | TableKind::Declarations => {
                &[Word::Matter, Word::Document, Word::DocumentNumber, Word::ApprovalNumber, Word::Remark]
            }
            TableKind::Decisions => &[Word::Clause, Word::DocumentNumber, Word::Remark],
            TableKind::Corrections | TableKind::Dispositions => &[Word::DocumentNumber, Word::Reason, Word::Remark],
            TableKind::Places => &[Word::Basis, Word::DocumentNumber, Word::Remark],
            TableKind::Appeals => &[Word::DocumentNumber, Word::Request, Word::Remark],
            TableKind::Opinions => &[Word::OpinionText],
            _ => continue,
        };
        check_table(context, table, words, findings);
    }
}

fn check_table(context: &Context<'_>, table: &RawTable, words: &[Word], findings: &mut Findings<'_>) {
    let columns: Vec<(&Column, Word)> = table
        .columns
        .iter()
        .filter_map(|column| Some((column, column.word.filter(|word| words.contains(word))?)))
        .collect();
    if columns.is_empty() {
        return;
    }
    let mut bound = Bound::new(findings);
    for row in table.rows.iter() {
        bound.keep(findings);
        for (column, word) in &columns {
            let cell = table.cell(&row, column);
            let written = cell.value.map(RawValue::text).unwrap_or_default();
            let read = if DOCUMENT_NUMBERS.contains(word) { long_number_of_document } else { long_number };
            let Some(number) = read(&written) else { continue };
            let mut findings = findings.of(unit(context, table, &row));
            findings.add(Code::W248).at(cell.at).found(number).with("column", column.path());
        }
    }
}

/// The unit of a row, or of its table, if a name says so.
fn unit<'c>(context: &'c Context<'_>, table: &RawTable, row: &Row) -> Option<&'c str> {
    let words = [Word::UnitCode, Word::Unit];
    let own = words.iter().find_map(|word| context.index.find(&table.text(row, *word).value));
    let above = || words.iter().find_map(|word| context.index.find(&table.label(*word)?.value.text()));
    own.or_else(above).map(|unit| context.code(unit))
}

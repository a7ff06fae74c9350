//! The rows of the indicator table, as written.

use super::table::Row;
use super::{RawTable, Word};
use crate::model::IndicatorRow;

/// Rows of the indicator table as written, without blank lines.
pub fn rows(tables: &[RawTable]) -> Vec<IndicatorRow> {
    let row_of = |table: &RawTable, row: &Row| IndicatorRow {
        code: table.text(row, Word::Indicator),
        line: table.text(row, Word::Line),
        aspect: table.text(row, Word::Aspect),
        item: table.text(row, Word::Item),
        name: table.text(row, Word::Name),
        points: table.text(row, Word::Points),
        rule: table.text(row, Word::Rule),
        params: table.text(row, Word::Params),
        evidence: table.text(row, Word::EvidenceNeed),
        department: table.text(row, Word::Department),
        standard: table.text(row, Word::Standard),
        method: table.text(row, Word::Method),
        source: table.text(row, Word::Source),
    };
    let filled = |table: &RawTable, row: &&Row| {
        [Word::Indicator, Word::Name, Word::Points, Word::Rule].iter().any(|w| table.get(row, *w).value.is_some())
    };
    let of_table =
        |table| RawTable::rows_where(table, move |row| filled(table, row)).map(move |row| row_of(table, row));
    tables.iter().flat_map(of_table).collect()
}

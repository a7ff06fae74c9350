//! The rows of the indicator table, as written.

use super::table::{Column, Row};
use super::{RawTable, RawValue, Word};
use crate::model::IndicatorRow;
use crate::model::tree::SchemeCells;
use crate::shared::place::Located;

/// The column of a scheme: `分值·S2` is that meaning, and the code of the scheme.
fn scheme_column(text: &str) -> Option<ForScheme<'_>> {
    let (header, scheme) = text.split_once(['·', '・', '•', '‧'])?;
    let words = [Word::Points, Word::Rule, Word::Params, Word::Formula, Word::InputItem, Word::Coefficient];
    let word = words.into_iter().find(|word| word.is(header.trim()))?;
    Some(ForScheme { word, scheme: scheme.trim() })
}

struct ForScheme<'c> {
    word: Word,
    scheme: &'c str,
}

/// Whether a column of the indicator table is one of a scheme.
pub(super) fn is_of_scheme(column: &Column) -> bool {
    scheme_column(&column.text).is_some_and(|own| !own.scheme.is_empty())
}

fn by_scheme(table: &RawTable, row: &Row) -> Vec<SchemeCells> {
    let mut schemes: Vec<SchemeCells> = Vec::new();
    for column in table.other_columns() {
        let Some(own) = scheme_column(&column.text).filter(|own| !own.scheme.is_empty()) else { continue };
        let cell = table.cell(row, column).map(|raw| raw.map(RawValue::text).unwrap_or_default());
        let at = schemes.iter().position(|known| known.scheme.value == own.scheme).unwrap_or_else(|| {
            let none = || Located::new(String::new(), cell.at);
            let scheme = Located::new(own.scheme.to_owned(), table.column_place(column));
            let (points, rule, params, expr, inputs, coefficient) = (none(), none(), none(), none(), none(), none());
            schemes.push(SchemeCells { scheme, points, rule, params, expr, inputs, coefficient });
            schemes.len() - 1
        });
        match own.word {
            Word::Points => schemes[at].points = cell,
            Word::Rule => schemes[at].rule = cell,
            Word::Formula => schemes[at].expr = cell,
            Word::InputItem => schemes[at].inputs = cell,
            Word::Coefficient => schemes[at].coefficient = cell,
            _ => schemes[at].params = cell,
        }
    }
    schemes
}

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
        expr: table.text(row, Word::Formula),
        inputs: table.text(row, Word::InputItem),
        coefficient: table.text(row, Word::Coefficient),
        evidence: table.text(row, Word::EvidenceNeed),
        department: table.text(row, Word::Department),
        standard: table.text(row, Word::Standard),
        method: table.text(row, Word::Method),
        source: table.text(row, Word::Source),
        schemes: table.text(row, Word::Schemes),
        by_scheme: by_scheme(table, row),
    };
    let filled = |table: &RawTable, row: &Row| {
        [Word::Indicator, Word::Name, Word::Points, Word::Rule].iter().any(|w| table.get(row, *w).value.is_some())
    };
    let of_table =
        |table| RawTable::rows_where(table, move |row| filled(table, row)).map(move |row| row_of(table, &row));
    tables.iter().flat_map(of_table).collect()
}

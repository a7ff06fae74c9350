//! Tables declared in the workbook itself (插入 > 表格), which identify their row of totals.

use std::collections::BTreeSet;

use super::literal;
use super::package::{folder_of, links_of};
use crate::read::gate::container::Archive;
use crate::read::gate::xml::{Token, Tokens};

/// The rows of totals of the tables of a sheet, from 0.
///
/// Missing parts or invalid XML give no rows: they are then recognised by their words, as everywhere.
pub(super) fn totals_rows(archive: &Archive<'_>, sheet: &str) -> BTreeSet<u32> {
    let links = links_of(archive, sheet);
    let parts = links.targets("table", folder_of(sheet)).filter_map(|part| archive.part(&part).ok().flatten());
    parts.flat_map(|bytes| totals(&bytes)).collect()
}

/// `ref="A3:D20" totalsRowCount="1"`: the last row of the table, or the last few (ECMA-376 18.5.1.2).
fn totals(bytes: &[u8]) -> Vec<u32> {
    let Ok(mut tokens) = Tokens::new(bytes) else { return Vec::new() };
    let Ok(Token::Open(tag)) = tokens.next() else { return Vec::new() };
    let count: u32 = tag.get("totalsRowCount").and_then(|count| count.parse().ok()).unwrap_or(0);
    let area = tag.get("ref").and_then(literal::block);
    area.map_or_else(Vec::new, |area| (0..count.min(area.bottom - area.top)).map(|up| area.bottom - up).collect())
}

#[cfg(test)]
mod tests {
    use super::totals;

    #[test]
    fn a_table_names_its_row_of_totals() {
        let table = |more: &str| {
            let xml = format!("<table xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" {more}/>");
            totals(xml.as_bytes())
        };
        assert_eq!(table("ref=\"A3:D20\" totalsRowCount=\"1\""), [19]);
        assert_eq!(table("ref=\"A3:D20\""), [0_u32; 0]);
        assert_eq!(table("totalsRowCount=\"1\""), [0_u32; 0]);
        assert_eq!(totals(b"no table"), [0_u32; 0]);
    }
}

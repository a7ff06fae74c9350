//! Layouts that are read, and what must not change when cells of their first data row are blank.

use super::*;
use crate::model::Limits;
use crate::read::book::Merge;
use crate::read::budget::Budget;
use crate::read::csv;

const FILE: FileId = FileId(0);

/// A layout of `fixtures/layouts.txt`: DOMAIN §7 and SPEC §3, headers of one to three rows, merged or with blanks as in
/// csv. Its line gives the name, the role of its file, the expected kind, the first row of data and the merged blocks.
struct Layout {
    name: &'static str,
    role: Role,
    kind: TableKind,
    first: u32,
    merges: &'static str,
    text: String,
}

fn layouts() -> Vec<Layout> {
    let all = include_str!("../../../fixtures/layouts.txt").split("# ").filter(|part| !part.trim().is_empty());
    let layouts: Vec<Layout> = all.map(layout_of).collect();
    assert!(layouts.len() > 30);
    layouts
}

fn layout_of(part: &'static str) -> Layout {
    let (head, text) = part.split_once('\n').unwrap();
    let (name, facts) = head.split_once(": ").unwrap();
    let facts: Vec<&str> = facts.split(", ").collect();
    let [role, kind, first, merges] = facts[..] else { panic!("{head}") };
    let role = ROLES.into_iter().find(|known| format!("{known:?}") == role).unwrap();
    let kind = KINDS.into_iter().find(|known| format!("{known:?}") == kind).unwrap();
    let text = text.trim_end().to_owned() + "\n";
    Layout { name, role, kind, first: first.parse().unwrap(), merges: merges.trim_matches('-'), text }
}

const ROLES: [Role; 11] = [
    Role::Roster,
    Role::Indicators,
    Role::Raters,
    Role::SelfReport,
    Role::Verified,
    Role::Ballots,
    Role::Tallies,
    Role::Given,
    Role::Register,
    Role::Ledger,
    Role::Opinions,
];

const KINDS: [TableKind; 16] = [
    TableKind::Roster,
    TableKind::Indicators,
    TableKind::Raters,
    TableKind::SelfReport,
    TableKind::Verified,
    TableKind::VerifiedMatrix,
    TableKind::Ballots,
    TableKind::Tallies,
    TableKind::Given,
    TableKind::Adjustments,
    TableKind::Decisions,
    TableKind::Corrections,
    TableKind::Appeals,
    TableKind::Declarations,
    TableKind::Ledger,
    TableKind::Opinions,
];

/// `B3` as row and column from 0.
fn position(cell: &str) -> (u32, u32) {
    let col = u32::from(cell.as_bytes()[0] - b'A');
    (cell[1..].parse::<u32>().unwrap() - 1, col)
}

fn sheet_of(layout: &Layout) -> Book {
    let mut book = book_of(&layout.text);
    let block = |block: &str| {
        let (from, to) = block.split_once(':').unwrap();
        let ((top, left), (bottom, right)) = (position(from), position(to));
        Merge { top, left, bottom, right }
    };
    book.sheets[0].merges = layout.merges.split_whitespace().map(block).collect();
    book.sheets[0].merges.sort_unstable();
    book.sheets[0].widths.clear();
    book
}

fn table_of(layout: &Layout, book: &Book) -> RawTable {
    let (mut tables, findings) = find_tables(book, FILE, layout.role);
    assert_eq!(tables.len(), 1, "{}: {findings:#?}", layout.name);
    tables.remove(0)
}

/// The texts of the rows of a table, by row and column.
fn texts(table: &RawTable) -> BTreeMap<u32, Vec<(u32, String)>> {
    let cells = |row: &Row| row.cells.iter().map(|cell| (cell.col, cell.value.text())).collect();
    table.rows.iter().map(|row| (row.row, cells(&row))).collect()
}

#[test]
fn every_layout_is_read_as_what_it_is() {
    for layout in &layouts() {
        let table = table_of(layout, &sheet_of(layout));
        assert_eq!((table.kind, table.header_end + 2), (layout.kind, layout.first), "{}", layout.name);
        assert_eq!(table.rows.numbers().next().unwrap() + 1, layout.first, "{}", layout.name);
        assert_eq!(table.rows_below().count(), table.found as usize, "{}", layout.name);
    }
}

#[test]
fn blank_cells_of_the_first_data_row_change_only_what_they_say() {
    for layout in &layouts() {
        let whole = sheet_of(layout);
        let table = table_of(layout, &whole);
        let first = layout.first - 1;
        let own: Vec<u32> = whole.sheets[0].cells.iter().filter(|c| c.row == first).map(|c| c.col).collect();
        for mask in 1_u32..1 << own.len() {
            let blank = |col: u32| own.iter().position(|c| *c == col).is_some_and(|at| mask & (1 << at) != 0);
            let mut book = whole.clone();
            book.sheets[0].cells.retain(|cell| cell.row != first || !blank(cell.col));
            let is_left = book.sheets[0].cells.iter().any(|cell| cell.row == first);
            let blanked = table_of(layout, &book);
            let name = format!("{}, without {:?}", layout.name, own.iter().filter(|c| blank(**c)).collect::<Vec<_>>());
            let columns = |table: &RawTable| -> Vec<(u32, String, Option<Word>)> {
                table.columns.iter().map(|c| (c.col, c.path(), c.word)).collect()
            };
            assert_eq!((blanked.kind, blanked.header_end), (table.kind, table.header_end), "{name}");
            assert_eq!(columns(&blanked), columns(&table), "{name}");
            let mut expected = texts(&table);
            if let Some(row) = expected.get_mut(&first) {
                row.retain(|(col, _)| !blank(*col));
            }
            let skipped = blanked.skipped.iter().find(|skipped| skipped.row == first);
            if !is_left || skipped.is_some_and(|skipped| skipped.why == Skip::Empty) {
                expected.remove(&first);
            }
            assert_eq!(texts(&blanked), expected, "{name}");
            let below = book.sheets[0].cells.chunk_by(|a, b| a.row == b.row).filter(|c| c[0].row >= first).count();
            assert_eq!((blanked.found as usize, blanked.rows_below().count()), (below, below), "{name}");
        }
    }
}

/// The sheet of a csv text of any size, bypassing the limits.
fn book_of(text: &str) -> Book {
    let limits = Limits { columns: u32::MAX, cells: u32::MAX, rows: u32::MAX, steps: u64::MAX, ..Limits::default() };
    csv::read_csv(text.as_bytes(), Budget::new(FILE, &limits), &limits).unwrap().0
}

#[test]
fn wide_headers_long_tables_and_many_blocks_are_read_in_one_pass() {
    // 200,000 columns without a meaning, each with a value: compared pairwise these would be 4·10^10 steps.
    let names: Vec<String> = (0..200_000).map(|n| format!("name {n}")).collect();
    let marks = vec!["x"; names.len()].join(",");
    let text = format!("unit,score,{}\nU1,80,{marks}\nU2,90,{marks}\n", names.join(","));
    let book = book_of(&text);
    let (tables, findings) = find_tables(&book, FILE, Role::Given);
    assert_eq!((tables[0].columns.len(), tables[0].rows.len(), findings.len()), (200_002, 2, CAP));
    // 2,000 blocks as wide as a sheet beside a table of three columns, and 20,000 rows that all are cut.
    let rows = "R,R1,U1\n".repeat(20_000);
    let mut book = book_of(&format!("rater class,rater,unit,rating\n{rows}"));
    book.sheets[0].merges =
        (0..2000).map(|n| Merge { top: 1, left: 4 + n, bottom: 1_048_575, right: 16_383 }).collect();
    let (tables, findings) = find_tables(&book, FILE, Role::Ballots);
    assert_eq!((tables[0].rejected.len(), tables[0].found, findings.len()), (20_000, 20_000, CAP));
}

#[test]
fn values_that_merged_blocks_give_to_too_many_cells_are_refused() {
    // One block over 3,000 non-empty columns and 1,000 rows: 3 million cells would take its value.
    let names: Vec<String> = (0..3000).map(|n| format!("name {n}")).collect();
    let rows = "U1,80\n".repeat(1000);
    let text = format!("unit,score,{}\nU1,80,x\n{rows}", names.join(","));
    let mut book = book_of(&text);
    book.sheets[0].merges = vec![Merge { top: 1, left: 2, bottom: 1_048_575, right: 16_383 }];
    let (tables, findings) = find_tables(&book, FILE, Role::Given);
    assert!(findings.iter().any(|finding| finding.code == Code::E108));
    assert_eq!(tables[0].rows_below().count(), 1001);
    assert!(tables[0].rejected.len() > 300);
}

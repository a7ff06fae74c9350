//! Finding tables in sheets: the header row by its words, the lines above it, the data rows below it.
//!
//! Each kind of table says which columns it must have; the first row of the first 30 that has them is the header. Columns
//! are known by meaning, never by letter; columns without a known meaning are kept by their text (levels, nodes, roster
//! attributes). Foot rows (小计, 注, signatures) and example rows are left out.

use super::book::{Book, Cell, Sheet};
use super::value::RawValue;
use super::words::Word;
use crate::finding::{Code, Finding};
use crate::place::{FileId, Located, Place, Role, Spot};
use crate::text;

mod specs;

use specs::{Spec, specs};

/// How far down a header is looked for.
const HEADER_ROWS: u32 = 30;

/// What a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableKind {
    /// 单位名册.
    Roster,
    /// 指标体系.
    Indicators,
    /// 评委名册.
    Raters,
    /// 自评表, with verified columns.
    SelfReport,
    /// 核定表, long.
    Verified,
    /// 评议票: matrix or long.
    Ballots,
    /// 票数汇总.
    Tallies,
    /// Scores made elsewhere.
    Given,
    /// 加减分登记.
    Adjustments,
    /// 事项登记.
    Events,
    /// 等次审定.
    Decisions,
    /// 更正登记.
    Corrections,
    /// 复核申请.
    Appeals,
    /// 收件清单.
    Receipts,
    /// 核对.
    Assertions,
}

impl TableKind {
    /// The catalogue key of its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Roster => "kind.roster",
            Self::Indicators => "kind.indicators",
            Self::Raters => "kind.raters",
            Self::SelfReport => "kind.self-report",
            Self::Verified => "kind.verified",
            Self::Ballots => "kind.ballots",
            Self::Tallies => "kind.tallies",
            Self::Given => "kind.given",
            Self::Adjustments => "kind.adjustments",
            Self::Events => "kind.events",
            Self::Decisions => "kind.decisions",
            Self::Corrections => "kind.corrections",
            Self::Appeals => "kind.appeals",
            Self::Receipts => "kind.receipts",
            Self::Assertions => "kind.assertions",
        }
    }
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Column of the sheet, from 0.
    pub col: u32,
    /// What it means, if it is known.
    pub word: Option<Word>,
    /// Its header as written.
    pub text: String,
}

/// A data row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Row of the sheet, from 0.
    pub row: u32,
    /// Cells that hold something, by column.
    pub cells: Vec<(u32, RawValue)>,
}

/// A table as found: located raw values under columns of known meaning.
#[derive(Clone, Debug)]
pub struct RawTable {
    /// Its file.
    pub file: FileId,
    /// The number of its sheet.
    pub sheet: u16,
    /// What it is.
    pub kind: TableKind,
    /// Row of the header.
    pub header_row: u32,
    /// Labels and values above the header: 单位代码, 评议主体, 评委编号 …
    pub block: Vec<(Word, Located<RawValue>)>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its data rows.
    pub rows: Vec<Row>,
    /// Rows below the header that are no data.
    pub skipped: u32,
}

impl RawTable {
    /// The rows of a table that satisfy a condition.
    pub fn rows_where<'t>(table: &'t Self, keep: impl Fn(&&'t Row) -> bool + 't) -> impl Iterator<Item = &'t Row> {
        table.rows.iter().filter(keep)
    }

    /// The column of a meaning.
    pub fn column(&self, word: Word) -> Option<&Column> {
        self.columns.iter().find(|c| c.word == Some(word))
    }

    /// Columns without a known meaning.
    pub fn other_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|c| c.word.is_none())
    }

    /// The place of a cell of this table.
    pub const fn place(&self, row: u32, col: u32) -> Place {
        Place::cell(self.file, self.sheet, row, col)
    }

    /// The place of the header row or of the sheet.
    pub const fn header_place(&self) -> Place {
        Place::cell(self.file, self.sheet, self.header_row, 0)
    }

    /// The cell of a row in a column: its value, if there is one, and its place in any case.
    pub fn cell<'t>(&self, row: &'t Row, column: &Column) -> Located<Option<&'t RawValue>> {
        let value = row.cells.iter().find(|(col, _)| *col == column.col).map(|(_, value)| value);
        Located::new(value, self.place(row.row, column.col))
    }

    /// The cell of a row under a meaning; without such a column, the row's first cell stands for its place.
    pub fn get<'t>(&self, row: &'t Row, word: Word) -> Located<Option<&'t RawValue>> {
        match self.column(word) {
            Some(column) => self.cell(row, column),
            None => Located::new(None, self.row_place(row)),
        }
    }

    /// The text of a cell under a meaning; empty when there is none.
    pub fn text(&self, row: &Row, word: Word) -> Located<String> {
        self.get(row, word).map(|value| value.map(RawValue::text).unwrap_or_default())
    }

    /// The place of a row.
    pub fn row_place(&self, row: &Row) -> Place {
        let col = self.columns.iter().map(|c| c.col).min().unwrap_or(0);
        self.place(row.row, col)
    }

    /// The value beside a label above the header.
    pub fn label(&self, word: Word) -> Option<&Located<RawValue>> {
        self.block.iter().find(|(w, _)| *w == word).map(|(_, value)| value)
    }
}

/// Finds the tables of a workbook that holds a role; what is missing or ambiguous becomes findings.
pub(super) fn find_tables(book: &Book, file: FileId, role: Role) -> (Vec<RawTable>, Vec<Finding>) {
    let (mut tables, mut findings) = (Vec::new(), Vec::new());
    let (mut near_misses, mut unread) = (Vec::new(), Vec::new());
    for (index, sheet) in book.sheets.iter().enumerate().filter(|(_, s)| !s.cells.is_empty()) {
        match find_table(sheet, index as u16, file, role) {
            Ok(table) => {
                findings.extend(unread_values(&table));
                tables.push(table);
            }
            Err(Some(finding)) if finding.code == Code::E103 => findings.push(*finding),
            Err(Some(finding)) => near_misses.push(*finding),
            Err(None) => unread.push(Finding::new(Code::W115).at(sheet_place(file, index as u16)).found(&sheet.name)),
        }
    }
    if tables.is_empty() && near_misses.is_empty() && findings.is_empty() {
        findings.push(Finding::new(Code::E102).at(Place::file(file)).expected(expected_columns(role)));
    } else {
        findings.extend(unread);
    }
    findings.extend(near_misses);
    (tables, findings)
}

/// Values of data rows that nothing reads: outside the header's columns, or under a header without a known meaning.
fn unread_values(table: &RawTable) -> Vec<Finding> {
    let mut findings = Vec::new();
    let cells = || table.rows.iter().flat_map(|row| row.cells.iter().map(move |(col, value)| (row.row, *col, value)));
    let outside = cells().find(|(_, col, _)| !table.columns.iter().any(|c| c.col == *col));
    if let Some((row, col, value)) = outside {
        findings.push(Finding::new(Code::W118).at(table.place(row, col)).found(value.text()));
    }
    // Other columns of these tables have a meaning of their own: attributes, nodes, levels.
    if matches!(table.kind, TableKind::Roster | TableKind::Ballots | TableKind::Tallies | TableKind::Receipts) {
        return findings;
    }
    for column in table.other_columns().filter(|c| cells().any(|(_, col, _)| col == c.col)) {
        let place = table.place(table.header_row, column.col);
        let known = specs::known_words(table.kind).map(Word::label);
        findings.push(Finding::new(Code::W119).at(place).found(&column.text).nearest(&column.text, known));
    }
    findings
}

fn expected_columns(role: Role) -> String {
    let kinds: Vec<String> = specs(role).iter().map(|spec| labels(spec.required.iter().map(|g| g[0]))).collect();
    kinds.join(" / ")
}

fn labels(words: impl Iterator<Item = Word>) -> String {
    words.map(Word::label).collect::<Vec<_>>().join("、")
}

/// The rows of a sheet, as runs of its cells.
fn rows(sheet: &Sheet) -> impl Iterator<Item = &[Cell]> {
    sheet.cells.chunk_by(|a, b| a.row == b.row)
}

/// Why a sheet has no table: the finding of a near miss, or nothing that looks like one.
type Miss = Option<Box<Finding>>;

/// Finds the table of a sheet; a near miss gives the finding that says what is missing.
fn find_table(sheet: &Sheet, index: u16, file: FileId, role: Role) -> Result<RawTable, Miss> {
    let mut near: Option<(usize, Box<Finding>)> = None;
    for header in rows(sheet).take_while(|cells| cells[0].row < HEADER_ROWS) {
        for spec in specs(role) {
            let (columns, missing) = match_header(header, spec, index, file)?;
            if missing.is_empty() {
                return Ok(build(sheet, index, file, spec.kind, header[0].row, columns));
            }
            let known = columns.iter().filter(|c| c.word.is_some()).count();
            if known >= 2 && near.as_ref().is_none_or(|(best, _)| known > *best) {
                let place = Place::cell(file, index, header[0].row, header[0].col);
                let finding = Finding::new(Code::E107).at(place).expected(labels(missing.into_iter()));
                near = Some((known, Box::new(finding)));
            }
        }
    }
    Err(near.map(|(_, finding)| finding))
}

/// Reads a row as the header of a kind: its columns, and the required meanings it lacks.
fn match_header(header: &[Cell], spec: &Spec, index: u16, file: FileId) -> Result<(Vec<Column>, Vec<Word>), Miss> {
    let required = spec.required.iter().flat_map(|group| group.iter());
    let words: Vec<Word> = required.chain(spec.optional).copied().collect();
    let mut columns: Vec<Column> = Vec::new();
    for cell in header {
        let written = cell.value.text();
        let key = text::header_key(&written);
        let word = words.iter().copied().find(|w| w.matches(&key));
        columns.push(Column { col: cell.col, word, text: written });
    }
    let has = |word: &Word| columns.iter().any(|c| c.word == Some(*word));
    let missing: Vec<Word> =
        spec.required.iter().filter(|group| !group.iter().any(has)).map(|group| group[0]).collect();
    if missing.is_empty() {
        for (i, column) in columns.iter().enumerate() {
            let same = |first: &&Column| match column.word {
                Some(_) => first.word == column.word,
                None => first.word.is_none() && text::header_key(&first.text) == text::header_key(&column.text),
            };
            if let Some(first) = columns[..i].iter().find(same) {
                let row = header[0].row;
                let finding = Finding::new(Code::E103).at(Place::cell(file, index, row, column.col));
                let finding = finding.also(Place::cell(file, index, row, first.col)).found(&column.text);
                return Err(Some(Box::new(finding)));
            }
        }
    }
    Ok((columns, missing))
}

fn build(sheet: &Sheet, index: u16, file: FileId, kind: TableKind, header_row: u32, columns: Vec<Column>) -> RawTable {
    let mut table =
        RawTable { file, sheet: index, kind, header_row, block: Vec::new(), columns, rows: Vec::new(), skipped: 0 };
    for cells in rows(sheet) {
        if cells[0].row < header_row {
            read_block(cells, file, index, &mut table.block);
        } else if cells[0].row > header_row {
            if is_foot(cells, &table.columns) || repeats_header(cells, &table.columns) {
                table.skipped += 1;
            } else {
                let values = cells.iter().map(|c| (c.col, c.value.clone())).collect();
                table.rows.push(Row { row: cells[0].row, cells: values });
            }
        }
    }
    table
}

/// Whether a row is no data: its first word is a sum, a note, a signature line or an example.
///
/// A row that says whose data it holds is data, whatever stands in a remark before it.
fn is_foot(cells: &[Cell], columns: &[Column]) -> bool {
    let Some(first) = cells.iter().find(|c| !c.value.is_blank()) else { return true };
    let text = first.value.text();
    if Word::Example.begins(&text) {
        return true;
    }
    if !Word::Foot.begins(&text) {
        return false;
    }
    let word = |col: u32| columns.iter().find(|c| c.col == col).and_then(|c| c.word);
    let owner = |w: Option<Word>| matches!(w, Some(Word::UnitCode | Word::Unit | Word::Indicator | Word::Number));
    let owned = cells.iter().any(|c| c.col != first.col && owner(word(c.col)) && !c.value.is_blank());
    owner(word(first.col)) || !owned
}

/// Whether a row repeats the header, as on page breaks.
fn repeats_header(cells: &[Cell], columns: &[Column]) -> bool {
    cells.len() == columns.len()
        && cells.iter().zip(columns).all(|(cell, c)| cell.col == c.col && cell.value.text() == c.text)
}

/// The labels that lines above a header may carry.
const LABELS: [Word; 5] = [Word::UnitCode, Word::Unit, Word::Class, Word::Rater, Word::Home];

/// Reads `label: value` in one cell or `label | value` in two.
fn read_block(cells: &[Cell], file: FileId, sheet: u16, block: &mut Vec<(Word, Located<RawValue>)>) {
    let label_of = |text: &str| {
        let key = text::header_key(text);
        LABELS.into_iter().find(|w| w.matches(&key))
    };
    for (i, cell) in cells.iter().enumerate() {
        let written = cell.value.text();
        let flat = written.replace('：', ":");
        let place = Place::cell(file, sheet, cell.row, cell.col);
        if let Some((label, value)) = flat.split_once(':').filter(|(_, v)| !v.trim().is_empty()) {
            if let Some(word) = label_of(label) {
                let value = RawValue::Text { text: value.trim().to_owned(), csv: false };
                block.push((word, Located::new(value, place)));
            }
        } else if let Some(word) = label_of(&written) {
            let next = cells.get(i + 1).filter(|next| {
                let text = next.value.text();
                label_of(&text).is_none() && !text.trim_end().ends_with([':', '：']) && !Word::Foot.begins(&text)
            });
            if let Some(next) = next {
                block.push((word, Located::new(next.value.clone(), Place::cell(file, sheet, next.row, next.col))));
            }
        }
    }
}

/// The place of a sheet as a whole.
pub fn sheet_place(file: FileId, sheet: u16) -> Place {
    Place { file, spot: Spot::Sheet(sheet) }
}

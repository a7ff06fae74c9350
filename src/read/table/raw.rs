//! A table as found in a sheet: located raw values under columns of known meaning, and how its other rows were treated.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::packed::Rows;
use crate::read::book::Picture;
use crate::read::form::FormMark;
use crate::read::value::RawValue;
use crate::read::words::Word;
use crate::shared::finding::Finding;
use crate::shared::place::{FileId, Located, Place, Position, SheetId};
use crate::shared::words::words;

words! {
    /// The kinds of tables.
    pub enum TableKind in "kind." {
        /// 单位名册.
        Roster = "roster",
        /// 指标体系.
        Indicators = "indicators",
        /// 评委名册.
        Raters = "raters",
        /// 自评表, with verified columns.
        SelfReport = "self-report",
        /// 核定表, long, or of one unit.
        Verified = "verified",
        /// 核定表 as a matrix: units × indicators.
        VerifiedMatrix = "verified-matrix",
        /// 评议票: matrix, long, or of one unit.
        Ballots = "ballots",
        /// 票数汇总.
        Tallies = "tallies",
        /// Scores made elsewhere.
        Given = "given",
        /// 加减分登记.
        Adjustments = "adjustments",
        /// 事项登记.
        Events = "events",
        /// 等次审定.
        Decisions = "decisions",
        /// 更正登记.
        Corrections = "corrections",
        /// 复核申请.
        Appeals = "appeals",
        /// 评议票处置.
        Dispositions = "dispositions",
        /// 名额分配.
        Places = "places",
        /// 加减分申报表: a unit's own declaration; without effect until it is entered in the register.
        Declarations = "declarations",
        /// 收件清单.
        Receipts = "receipts",
        /// 核对.
        Assertions = "assertions",
        /// 整改台账.
        Ledger = "ledger",
        /// 征求意见表 as returned by departments.
        Opinions = "opinions",
    }
}

impl TableKind {
    /// Whether columns without a known meaning are significant: attributes, nodes, levels, indicators.
    pub const fn has_free_columns(self) -> bool {
        matches!(self, Self::Roster | Self::Ballots | Self::Tallies | Self::VerifiedMatrix | Self::Receipts)
    }
}

/// A text of a header above a column's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// As written.
    pub text: String,
    /// Its meaning, if known.
    pub word: Option<Word>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Column of the sheet, from 0.
    pub col: u32,
    /// Row of the sheet that contains its own header text.
    pub row: u32,
    /// Its meaning, if known.
    pub word: Option<Word>,
    /// Its own header text as written, the lowest in a header of several rows.
    pub text: String,
    /// The header texts above it, from the top.
    pub above: Vec<Heading>,
}

impl Column {
    /// Its header texts from the top, as `评价意见 > 好`.
    pub fn path(&self) -> String {
        let above = self.above.iter().map(|heading| heading.text.as_str());
        above.chain([self.text.as_str()]).collect::<Vec<_>>().join(" > ")
    }

    /// Whether it, or a header above it, has a given meaning.
    pub fn means(&self, word: Word) -> bool {
        self.word == Some(word) || self.stands_under(word)
    }

    /// Whether a header above it has a given meaning.
    pub fn stands_under(&self, word: Word) -> bool {
        self.above.iter().any(|heading| heading.word == Some(word))
    }
}

/// A cell of a data row.
#[derive(Clone, Debug)]
pub struct RowCell {
    /// Column of the sheet, from 0.
    pub col: u32,
    /// The value; cells of a merged block have the value of its top-left cell.
    pub value: RawValue,
    /// The cell that stores the value.
    pub at: Position,
}

/// A data row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Row of the sheet, from 0.
    pub row: u32,
    /// Cells that are not empty, by column.
    pub cells: Vec<RowCell>,
}

words! {
    /// Why a row below a header is not data.
    pub enum Skip in "skip." {
        /// A sum, a note, an opinion.
        Foot = "foot",
        /// A line for signatures.
        Signature = "signature",
        /// A template's example.
        Example = "example",
        /// A line that contains only a printed number.
        Empty = "empty",
        /// A repetition of the header on a further page.
        Header = "header",
        /// A row whose values are all covered by merged blocks.
        Covered = "covered",
    }
}

/// A row below a header that is not data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Row of the sheet, from 0.
    pub row: u32,
    /// The reason.
    pub why: Skip,
}

/// A table as found: located raw values under columns of known meaning.
#[derive(Clone, Debug)]
pub struct RawTable {
    /// The file it was found in.
    pub file: FileId,
    /// The number of the sheet it was found in.
    pub sheet: u16,
    /// The kind of table.
    pub kind: TableKind,
    /// First row of the header.
    pub header_row: u32,
    /// Last row of the header.
    pub header_end: u32,
    /// Labels and values above the header, and those of a form's hidden sheet: 单位代码, 评议主体, 评委编号 …
    pub block: Vec<(Word, Located<RawValue>)>,
    /// Lines above the header without labels: titles; and the texts in their brackets, which may name a unit.
    pub titles: Vec<Located<String>>,
    /// Texts that may name a unit on the other sheets of its workbook, if all belong to one unit.
    pub elsewhere: Vec<Located<String>>,
    /// Every text above the header, as written.
    pub lines: Vec<Located<String>>,
    /// Its columns, from the left.
    pub columns: Vec<Column>,
    /// The first column of each meaning.
    pub(super) by_word: BTreeMap<Word, usize>,
    /// Header cells that contain numbers, or texts of a csv file: codes that may have lost a zero.
    pub number_heads: Vec<Located<RawValue>>,
    /// Its data rows.
    pub rows: Rows,
    /// Pictures and shapes over the table, or in its cells.
    pub pictures: Vec<Picture>,
    /// The number of non-empty rows below the header.
    pub found: u32,
    /// Those of its data rows that contain only one text, in the place of the unit: only the roster decides whether
    /// that is a unit, a misspelt one or a note.
    pub lonely: Vec<u32>,
    /// Those of them that are records of one field, with the finding that the record is cut off, in case it is not a
    /// note.
    pub cut: BTreeMap<u32, Finding>,
    /// Rows below the header that are not data, from the top.
    pub skipped: Vec<Skipped>,
    /// Rows that are not used, each with a finding.
    pub rejected: Vec<u32>,
    /// The mark on the hidden sheet, if it is a form that assess handed out.
    pub form: Option<FormMark>,
    /// How many check boxes lie over the cells of its sheet, and where the first one is, if their states are unknown.
    pub check_boxes: Option<Located<usize>>,
}

impl RawTable {
    /// The sheet it was found in.
    pub const fn sheet_id(&self) -> SheetId {
        SheetId { file: self.file, sheet: self.sheet }
    }

    /// The rows of a table that satisfy a condition.
    pub fn rows_where<'t>(table: &'t Self, keep: impl Fn(&Row) -> bool + 't) -> impl Iterator<Item = Cow<'t, Row>> {
        table.rows.iter().filter(move |row| keep(row))
    }

    /// The column of a meaning.
    pub fn column(&self, word: Word) -> Option<&Column> {
        self.by_word.get(&word).map(|at| &self.columns[*at])
    }

    /// Those of some meanings that have a column. Where none has, no row needs to be looked at.
    pub fn having<const N: usize>(&self, words: [Word; N]) -> Vec<Word> {
        words.into_iter().filter(|word| self.column(*word).is_some()).collect()
    }

    /// The column at a column of the sheet.
    pub fn column_at(&self, col: u32) -> Option<&Column> {
        self.columns.binary_search_by_key(&col, |column| column.col).ok().map(|at| &self.columns[at])
    }

    /// Marks data rows as not being data.
    pub fn skip(&mut self, rows: &BTreeSet<u32>, why: Skip) {
        self.retain_rows(|row| !rows.contains(&row));
        self.skipped.extend(rows.iter().map(|row| Skipped { row: *row, why }));
        self.skipped.sort_unstable_by_key(|skipped| skipped.row);
    }

    /// Marks data rows as not used.
    pub fn reject(&mut self, rows: &BTreeSet<u32>) {
        self.retain_rows(|row| !rows.contains(&row));
        self.rejected.extend(rows);
        self.rejected.sort_unstable();
    }

    /// Keeps the data rows whose numbers satisfy a condition; where all do, nothing is unpacked.
    fn retain_rows(&mut self, keep: impl Fn(u32) -> bool) {
        if !self.rows.numbers().all(&keep) {
            self.rows.open().retain(|row| keep(row.row));
            self.rows.pack();
        }
    }

    /// The rows of the sheet below the header: those read, skipped and rejected.
    pub fn rows_below(&self) -> impl Iterator<Item = u32> {
        let read = self.rows.numbers();
        read.chain(self.skipped.iter().map(|skipped| skipped.row)).chain(self.rejected.iter().copied())
    }

    /// Columns without a known meaning that contain values.
    pub fn unread_columns(&self) -> impl Iterator<Item = &Column> {
        let mut filled: BTreeSet<u32> = BTreeSet::new();
        for row in self.rows.iter() {
            let own = row.cells.iter().filter(|cell| cell.at == Position::new(row.row, cell.col));
            filled.extend(own.filter(|cell| !cell.value.is_blank()).map(|cell| cell.col));
        }
        self.other_columns().filter(move |column| filled.contains(&column.col))
    }

    /// Columns without a known meaning.
    pub fn other_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|c| c.word.is_none())
    }

    /// The value of a cell of the data rows, if it is stored in that very cell.
    pub fn value_at(&self, row: u32, col: u32) -> Option<RawValue> {
        let cells = self.rows.find(row)?.into_owned().cells;
        let cell = cells.into_iter().find(|cell| cell.col == col)?;
        (cell.at == Position::new(row, col)).then_some(cell.value)
    }

    /// The place of a cell of this table.
    pub const fn place(&self, row: u32, col: u32) -> Place {
        Place::cell(self.file, self.sheet, row, col)
    }

    /// The place of the header row.
    pub const fn header_place(&self) -> Place {
        Place::cell(self.file, self.sheet, self.header_row, 0)
    }

    /// The place of a column's header.
    pub const fn column_place(&self, column: &Column) -> Place {
        self.place(column.row, column.col)
    }

    /// The cell of a row in a column: its value, if any, and its place in any case.
    pub fn cell<'t>(&self, row: &'t Row, column: &Column) -> Located<Option<&'t RawValue>> {
        match row.cells.binary_search_by_key(&column.col, |cell| cell.col) {
            Ok(at) => Located::new(Some(&row.cells[at].value), self.place(row.cells[at].at.row, row.cells[at].at.col)),
            Err(_) => Located::new(None, self.place(row.row, column.col)),
        }
    }

    /// The cell of a row under a meaning; without such a column, the place is that of the row's first cell.
    pub fn get<'t>(&self, row: &'t Row, word: Word) -> Located<Option<&'t RawValue>> {
        match self.column(word) {
            Some(column) => self.cell(row, column),
            None => Located::new(None, self.row_place(row)),
        }
    }

    /// The text of a cell under a meaning; empty if there is none.
    pub fn text(&self, row: &Row, word: Word) -> Located<String> {
        self.get(row, word).map(|value| value.map(RawValue::text).unwrap_or_default())
    }

    /// The place of a row.
    pub fn row_place(&self, row: &Row) -> Place {
        let col = self.columns.first().map_or(0, |column| column.col);
        self.place(row.row, col)
    }

    /// The value beside a label above the header.
    pub fn label(&self, word: Word) -> Option<&Located<RawValue>> {
        self.labels(word).next()
    }

    /// All values beside labels of a meaning above the header.
    pub fn labels(&self, word: Word) -> impl Iterator<Item = &Located<RawValue>> {
        self.block.iter().filter(move |(w, _)| *w == word).map(|(_, value)| value)
    }
}

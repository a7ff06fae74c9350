//! One worksheet, read in one pass: its cells with their contents and display, merged blocks, hidden rows and columns.
//!
//! A damaged cell is a finding at the cell, and the sheet remains readable. Rows or cells that occur twice or out of
//! order make the positions of all cells doubtful: the sheet is then not read. Elements outside the namespaces of
//! spreadsheets are not cells; the first such element is reported.

use std::collections::{BTreeMap, BTreeSet};

use super::formula::Formulas;
use super::pictures::{self, Grid, InCells};
use super::strings;
use super::styles::Style;
use crate::model::Limits;
use crate::read::book::{Cell, Merge, Noted, Picture};
use crate::read::budget::{Budget, Work};
use crate::read::gate::fault::Fault;
use crate::read::gate::xml::{Space, Tag, Token, Tokens, misplaced};
use crate::read::xlsx::literal;
use crate::shared::finding::{Bound, Code, Describe as _, Finding};
use crate::shared::place::{Place, Position, SheetId};

mod rows;

/// The data of the workbook needed for reading a worksheet.
pub(super) struct Context<'c> {
    /// The sheet.
    pub(super) id: SheetId,
    /// The string table.
    pub(super) strings: &'c [strings::Entry],
    /// The styles of cells.
    pub(super) styles: &'c [Style],
    /// The cells that show a picture.
    pub(super) pictures: &'c InCells,
    /// Whether dates count from 1904.
    pub(super) from_1904: bool,
    /// The limits on inputs.
    pub(super) limits: &'c Limits,
    /// The remaining work that the workbook may cost.
    pub(super) budget: &'c mut Budget,
}

/// A worksheet as read.
#[derive(Default)]
pub(super) struct SheetRead {
    /// Cells that are not empty, in order.
    pub(super) cells: Vec<Cell>,
    /// Peculiarities of the cells.
    pub(super) notes: Vec<Noted>,
    /// Pictures placed in cells.
    pub(super) pictures: Vec<Picture>,
    /// Widths of columns and heights of rows.
    pub(super) grid: Grid,
    /// Merged blocks, in the order of their top-left cells.
    pub(super) merges: Vec<Merge>,
    /// Hidden rows.
    pub(super) hidden_rows: BTreeSet<u32>,
    /// Hidden columns, as far as cells reach.
    pub(super) hidden_cols: BTreeSet<u32>,
    /// First formula that refers to another file.
    pub(super) outside: Option<Position>,
    /// Findings about the sheet.
    pub(super) findings: Vec<Finding>,
    /// Whether positions cannot be trusted.
    pub(super) broken: bool,
}

/// Reads a worksheet.
///
/// # Errors
/// If the part is not a worksheet, not allowed XML, or larger than allowed.
pub(super) fn read(bytes: &[u8], context: Context<'_>) -> Result<SheetRead, Fault> {
    let tokens = Tokens::new(bytes)?;
    let mut reading = Reading {
        tokens,
        context,
        sheet: SheetRead::default(),
        formulas: Formulas::default(),
        next_row: 0,
        rows_hidden: false,
        hidden: Vec::new(),
        causes: BTreeMap::new(),
        foreign: false,
        bound: Bound::default(),
    };
    reading.worksheet()?;
    let Reading { mut sheet, formulas, hidden, causes, .. } = reading;
    sheet.findings.extend(causes.into_values());
    let last = sheet.cells.iter().map(|cell| cell.col).max().unwrap_or(0);
    sheet.hidden_cols = columns_within(hidden, last);
    sheet.merges.sort_unstable();
    for picture in &mut sheet.pictures {
        picture.inside = pictures::one_cell(picture.over, &sheet.merges);
    }
    sheet.notes.extend(formulas.judge(&sheet.cells));
    sheet.notes.sort_by_key(|noted| noted.at);
    Ok(sheet)
}

/// The columns of some spans, which may overlap, up to a last one.
fn columns_within(mut spans: Vec<(u32, u32)>, last: u32) -> BTreeSet<u32> {
    spans.sort_unstable();
    let mut columns = BTreeSet::new();
    let mut next = 0;
    for (first, end) in spans {
        let end = end.min(last);
        columns.extend(first.max(next)..=end);
        next = next.max(end + 1);
    }
    columns
}

struct Reading<'x, 'c> {
    tokens: Tokens<'x>,
    context: Context<'c>,
    sheet: SheetRead,
    formulas: Formulas,
    /// The index of a row element without number; all smaller ones are taken.
    next_row: u32,
    /// Whether rows without a declaration are hidden.
    rows_hidden: bool,
    /// Hidden columns as first and last.
    hidden: Vec<(u32, u32)>,
    /// The reasons why the sheet is not read: the first place of each cause, which counts the others.
    causes: BTreeMap<&'static str, Finding>,
    /// Whether an element of another namespace was found among the cells.
    foreign: bool,
    /// Limits the number of findings.
    bound: Bound,
}

impl<'x> Reading<'x, '_> {
    fn worksheet(&mut self) -> Result<(), Fault> {
        let mut seen = false;
        loop {
            match self.tokens.next()? {
                Token::Open(tag) if self.tokens.depth() == 1 => match tag.sheet_name() {
                    Some("worksheet") => {}
                    Some(other) => return Err(misplaced(other)),
                    None => return Err(Fault::Xml("gate.sheet.space", tag.full_name().chars().take(40).collect())),
                },
                Token::Open(tag) => match tag.sheet_name() {
                    Some("sheetData") if !seen => {
                        seen = true;
                        self.rows()?;
                    }
                    Some("sheetData") => return Err(misplaced("sheetData")),
                    Some("sheetFormatPr") => {
                        self.rows_hidden = tag.is_true("zeroHeight");
                        self.sheet.grid.column = Grid::width(tag.get("defaultColWidth"));
                        self.sheet.grid.row = Grid::height(tag.get("defaultRowHeight"));
                        self.tokens.skip()?;
                    }
                    Some("cols") => self.columns()?,
                    Some("mergeCells") => self.merges()?,
                    _ => self.skip_part()?,
                },
                Token::End if !seen => return Err(misplaced("")),
                Token::End => return Ok(()),
                Token::CData(text) => return Err(misplaced(text)),
                Token::Text(text) if !text.trim_ascii().is_empty() => return Err(misplaced(text)),
                Token::Text(_) | Token::Reference(_) | Token::Aside | Token::Close => {}
            }
        }
    }

    /// Skips an element; a table of cells inside it, which a reader might take for the data of the sheet, is refused.
    fn skip_part(&mut self) -> Result<(), Fault> {
        let outside = self.tokens.depth() - 1;
        while self.tokens.depth() > outside {
            if let Token::Open(tag) = self.tokens.next()?
                && tag.sheet_name() == Some("sheetData")
            {
                return Err(misplaced(tag.name()));
            }
        }
        Ok(())
    }

    /// Records hidden columns; a column without width is hidden as well.
    fn columns(&mut self) -> Result<(), Fault> {
        let outside = self.tokens.depth() - 1;
        let mut spans = 0;
        while self.tokens.depth() > outside {
            let Token::Open(tag) = self.tokens.next()? else { continue };
            let number =
                |key| tag.get(key).and_then(|n| n.parse::<u32>().ok()).filter(|n| (1..=literal::GRID_COLS).contains(n));
            if let (Some(first), Some(last)) = (number("min"), number("max")) {
                if tag.is_true("hidden") || is_nothing(tag.get("width")) {
                    self.hidden.push((first - 1, last - 1));
                }
                if let Some(width) = Grid::width(tag.get("width")) {
                    self.sheet.grid.columns.insert(first - 1, (last - 1, width));
                }
            }
            spans += 1;
            // A sheet written by a program has no more spans than columns.
            if spans > literal::GRID_COLS {
                self.context.budget.spend(Work::Columns, u64::from(spans))?;
            }
        }
        Ok(())
    }

    fn merges(&mut self) -> Result<(), Fault> {
        let outside = self.tokens.depth() - 1;
        while self.tokens.depth() > outside {
            let Token::Open(tag) = self.tokens.next()? else { continue };
            let text = tag.get("ref").unwrap_or("");
            let merge = literal::block(text).ok_or_else(|| Fault::Xml("gate.sheet.merge", text.to_owned()))?;
            self.context.budget.spend(Work::Merges, 1)?;
            self.sheet.merges.push(merge);
        }
        Ok(())
    }

    /// Skips an element outside the namespaces of spreadsheets; the first one of the sheet is reported.
    fn pass_over(&mut self, tag: &Tag<'x>, at: Position) -> Result<(), Fault> {
        debug_assert_ne!(tag.space(), Space::Sheet, "what is of spreadsheets is read");
        if !std::mem::replace(&mut self.foreign, true) {
            let found: String = tag.full_name().chars().take(40).collect();
            self.sheet.findings.push(Finding::new(Code::W137).at(self.place(at)).found(found));
        }
        self.tokens.skip()
    }

    const fn place(&self, at: Position) -> Place {
        self.context.id.at(at)
    }
}

/// Whether a width or height is 0.
fn is_nothing(size: Option<&str>) -> bool {
    size.is_some_and(|size| !size.is_empty() && size.bytes().all(|b| matches!(b, b'0' | b'.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_columns_are_joined_and_cut() {
        assert_eq!(
            columns_within(vec![(5, 9), (0, 2), (1, 6)], 7).into_iter().collect::<Vec<_>>(),
            (0..=7).collect::<Vec<_>>()
        );
        assert_eq!(columns_within(vec![(8, 9)], 7), BTreeSet::new());
        // As many spans over the whole sheet as there may be take no more steps than there are columns.
        assert_eq!(columns_within(vec![(0, 16_383); 16_384], 3).len(), 4);
    }
}

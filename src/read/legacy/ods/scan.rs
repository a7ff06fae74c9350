//! The scan of an ods content part: for every cell what it is, by its own attributes; merged blocks; hidden rows and columns.
//!
//! Repeated cells and rows are spread out only where they hold something, and count against the limit on cells.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Limits;
use crate::read::book::Merge;
use crate::read::gate::Fault;
use crate::read::gate::xml::{Tag, Token, Tokens};
use crate::read::xlsx::literal::{GRID_COLS, GRID_ROWS};

/// What a cell is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A number, a percentage or an amount of money.
    Number {
        /// As written.
        literal: String,
        /// Whether it is formatted as a percentage.
        percent: bool,
        /// Whether the cell shows no digit at all.
        odd: bool,
    },
    /// TRUE or FALSE, as written.
    Flag(String),
    /// A date, as written.
    Date(String),
    /// A time or duration, as written.
    Time(String),
    /// Text.
    Text,
    /// An error value.
    Error,
    /// A formula without a value.
    Uncalculated,
    /// A type that is not known.
    Unknown(String),
}

/// A sheet as scanned.
#[derive(Default)]
pub(super) struct Table {
    /// Name.
    pub(super) name: String,
    /// Cells that hold something.
    pub(super) cells: BTreeMap<(u32, u32), Shape>,
    /// Merged blocks.
    pub(super) merges: Vec<Merge>,
    /// Hidden rows that hold something.
    pub(super) hidden_rows: BTreeSet<u32>,
    /// Hidden columns, as far as cells reach.
    pub(super) hidden_cols: BTreeSet<u32>,
}

/// Scans every sheet.
pub(super) fn tables(content: &[u8], limits: &Limits) -> Result<Vec<Table>, Fault> {
    let mut scan = Scan { tokens: Tokens::new(content)?, limits, budget: limits.cells };
    let mut tables = Vec::new();
    loop {
        match scan.tokens.next()? {
            Token::Open(tag) if tag.full_name() == "table:table" => {
                // The copy of a linked table has no name and is no sheet.
                let Some(name) = tag.text("table:name") else {
                    scan.tokens.skip()?;
                    continue;
                };
                tables.push(scan.table(name)?);
                if tables.len() > limits.sheets as usize {
                    let allowed = format!("{} sheets", limits.sheets);
                    return Err(Fault::TooLarge(format!("> {allowed}"), allowed));
                }
            }
            Token::End => return Ok(tables),
            _ => {}
        }
    }
}

/// A count such as a repetition; 1 where there is none.
fn count(tag: &Tag<'_>, key: &str, most: u32) -> Result<u32, Fault> {
    let Some(text) = tag.get(key) else { return Ok(1) };
    let count = text.parse::<u32>().ok().filter(|count| *count > 0);
    count.map(|count| count.min(most)).ok_or_else(|| Fault::Xml("gate.sheet.structure", format!("{key}={text}")))
}

struct Scan<'x, 'l> {
    tokens: Tokens<'x>,
    limits: &'l Limits,
    budget: u32,
}

/// A cell of a row before it is repeated.
struct Found {
    col: u32,
    repeat: u32,
    shape: Shape,
}

impl Scan<'_, '_> {
    fn table(&mut self, name: String) -> Result<Table, Fault> {
        let outside = self.tokens.depth() - 1;
        let mut table = Table { name, ..Table::default() };
        let (mut row, mut col) = (0, 0);
        let mut hidden = Vec::new();
        while self.tokens.depth() > outside {
            let Token::Open(tag) = self.tokens.next()? else { continue };
            match tag.full_name() {
                "table:table-column" => {
                    let repeat = count(&tag, "table:number-columns-repeated", GRID_COLS)?;
                    if is_hidden(&tag) {
                        hidden.push((col, col + repeat - 1));
                    }
                    col = (col + repeat).min(GRID_COLS);
                }
                "table:table-row" => {
                    let repeat = count(&tag, "table:number-rows-repeated", GRID_ROWS)?;
                    self.row(&mut table, row, repeat, is_hidden(&tag))?;
                    row = row.saturating_add(repeat);
                }
                // A table inside a cell would be read as rows of this one.
                "table:table" => return Err(Fault::Xml("gate.sheet.structure", "table:table".to_owned())),
                _ => {}
            }
        }
        let last = table.cells.keys().map(|(_, col)| *col).max().unwrap_or(0);
        table.hidden_cols = hidden.into_iter().flat_map(|(first, end)| first..=end.min(last)).collect();
        table.merges.sort_unstable();
        Ok(table)
    }

    fn row(&mut self, table: &mut Table, row: u32, repeat: u32, hidden: bool) -> Result<(), Fault> {
        let outside = self.tokens.depth() - 1;
        let mut found = Vec::new();
        let mut col = 0;
        while self.tokens.depth() > outside {
            let Token::Open(tag) = self.tokens.next()? else { continue };
            if !matches!(tag.full_name(), "table:table-cell" | "table:covered-table-cell") {
                continue;
            }
            let columns = count(&tag, "table:number-columns-repeated", GRID_COLS)?;
            let shown = self.shown()?;
            found.extend(shape(&tag, shown.as_deref()).map(|shape| Found { col, repeat: columns, shape }));
            table.merges.extend(merge(&tag, row, col)?);
            col = col.saturating_add(columns);
        }
        for line in row..row.saturating_add(if found.is_empty() { 0 } else { repeat }) {
            if hidden {
                table.hidden_rows.insert(line);
            }
            for cell in &found {
                for col in cell.col..cell.col.saturating_add(cell.repeat) {
                    self.check(line, col)?;
                    table.cells.insert((line, col), cell.shape.clone());
                }
            }
        }
        Ok(())
    }

    /// Counts a cell against the limits.
    fn check(&mut self, row: u32, col: u32) -> Result<(), Fault> {
        let limits = self.limits;
        let too_large = |allowed: String| Fault::TooLarge(format!("> {allowed}"), allowed);
        if row >= limits.rows {
            return Err(too_large(format!("{} rows", limits.rows)));
        }
        if col >= limits.columns {
            return Err(too_large(format!("{} columns", limits.columns)));
        }
        self.budget = self.budget.checked_sub(1).ok_or_else(|| too_large(format!("{} cells", limits.cells)))?;
        Ok(())
    }

    /// Reads to the end of a cell and gives the beginning of what it shows, if it has a paragraph; notes are not shown.
    fn shown(&mut self) -> Result<Option<String>, Fault> {
        const ENOUGH: usize = 100;
        let outside = self.tokens.depth() - 1;
        let mut shown: Option<String> = None;
        while self.tokens.depth() > outside {
            match self.tokens.next()? {
                Token::Open(tag) if tag.full_name() == "office:annotation" => {
                    self.tokens.skip()?;
                }
                Token::Open(tag)
                    if matches!(tag.full_name(), "table:table" | "table:table-row" | "table:table-cell") =>
                {
                    return Err(Fault::Xml("gate.sheet.structure", tag.full_name().to_owned()));
                }
                Token::Open(tag) if tag.full_name() == "text:p" => drop(shown.get_or_insert_default()),
                Token::Open(_) => {}
                Token::Text(text) => {
                    let shown = shown.get_or_insert_default();
                    shown.extend(text.chars().take(ENOUGH.saturating_sub(shown.len())));
                }
                Token::Reference(c) => shown.get_or_insert_default().push(c),
                // The parser passes over such sections: text would be lost.
                Token::CData(text) => return Err(Fault::Xml("gate.sheet.structure", text.chars().take(40).collect())),
                _ => {}
            }
        }
        Ok(shown)
    }
}

fn is_hidden(tag: &Tag<'_>) -> bool {
    matches!(tag.get("table:visibility"), Some("collapse" | "filter"))
}

/// What a cell is, by its attributes and what it shows; `None` if it is empty.
fn shape(tag: &Tag<'_>, shown: Option<&str>) -> Option<Shape> {
    let value = |key: &str| tag.text(key).unwrap_or_default();
    let formula = tag.get("table:formula").is_some();
    if tag.get("calcext:value-type") == Some("error") {
        return Some(Shape::Error);
    }
    Some(match tag.get("office:value-type") {
        Some("float" | "currency" | "percentage") if formula && tag.get("office:value").is_none() => {
            Shape::Uncalculated
        }
        Some(kind @ ("float" | "currency" | "percentage")) => number(value("office:value"), kind, shown),
        Some("boolean") => Shape::Flag(value("office:boolean-value")),
        Some("date") => Shape::Date(value("office:date-value")),
        Some("time") => Shape::Time(value("office:time-value")),
        Some("string") if formula && shown.is_none() && tag.get("office:string-value").is_none() => Shape::Uncalculated,
        Some("string") => Shape::Text,
        Some(other) => Shape::Unknown(other.to_owned()),
        // LibreOffice writes an empty paragraph for a formula that gives an empty text; without one it was not calculated.
        None if formula && shown.is_none() => Shape::Uncalculated,
        // Text without a type is shown by programs and passed over by the parser.
        None if shown.is_some_and(|shown| !shown.is_empty()) => Shape::Unknown(String::new()),
        None if formula => Shape::Text,
        None => return None,
    })
}

/// A number; LibreOffice stores a truth value as 0 or 1 that shows a word.
fn number(literal: String, kind: &str, shown: Option<&str>) -> Shape {
    let word = shown.is_some_and(|shown| !shown.is_empty() && shown.chars().all(char::is_alphabetic));
    match (literal.as_str(), word) {
        ("1", true) => Shape::Flag("true".to_owned()),
        ("0", true) => Shape::Flag("false".to_owned()),
        _ => {
            let odd = shown.is_some_and(|shown| !shown.chars().any(char::is_numeric));
            Shape::Number { literal, percent: kind == "percentage", odd }
        }
    }
}

/// The block that a cell spans.
fn merge(tag: &Tag<'_>, row: u32, col: u32) -> Result<Option<Merge>, Fault> {
    let columns = count(tag, "table:number-columns-spanned", GRID_COLS)?;
    let rows = count(tag, "table:number-rows-spanned", GRID_ROWS)?;
    let spans = columns > 1 || rows > 1;
    let (bottom, right) = (row.saturating_add(rows - 1), col.saturating_add(columns - 1));
    Ok(spans.then_some(Merge { top: row, left: col, bottom, right }))
}

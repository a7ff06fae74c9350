//! The scan of an ods content part: the type of every cell by its own attributes, and how it is shown; merged blocks;
//! hidden rows and columns.
//!
//! Repeated cells and rows are expanded only if they are not empty, and count against the limit on cells.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::styles::{Look, Styles};
use super::text::{Paragraphs, Shown};
use crate::model::Limits;
use crate::read::book::{Controls, Merge};
use crate::read::gate::Fault;
use crate::read::gate::xml::{Tag, Token, Tokens};
use crate::read::xlsx::literal::{GRID_COLS, GRID_ROWS};
use crate::shared::place::Position;

/// The type of a cell.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// A number, a percentage or an amount of money.
    Number {
        /// As written.
        literal: String,
        /// Whether it is formatted as a percentage.
        percent: bool,
    },
    /// TRUE or FALSE, as written.
    Flag(String),
    /// A date, as written.
    Date(String),
    /// A time or duration, as written.
    Time(String),
    /// Text; if an attribute gives it, this one.
    Text(Option<String>),
    /// An error value.
    Error(String),
    /// A formula without a value.
    Uncalculated,
    /// An unknown type.
    Unknown(String),
}

/// A cell that is not empty.
#[derive(Clone, Debug)]
pub(super) struct Scanned {
    /// Its type and value.
    pub(super) shape: Shape,
    /// What it shows; for a text cell, its text.
    pub(super) shown: Shown,
    /// The properties of its style.
    pub(super) look: Look,
}

/// A sheet as scanned.
#[derive(Default)]
pub(super) struct Table {
    /// Name as shown to the user.
    pub(super) name: String,
    /// Whether it is not displayed.
    pub(super) hidden: bool,
    /// Cells that are not empty; repeated ones share one value.
    pub(super) cells: BTreeMap<Position, Arc<Scanned>>,
    /// Check boxes that are not linked to a cell.
    pub(super) controls: Option<Controls>,
    /// Merged blocks.
    pub(super) merges: Vec<Merge>,
    /// Hidden rows that are not empty.
    pub(super) hidden_rows: BTreeSet<u32>,
    /// Hidden columns, as far as cells reach.
    pub(super) hidden_cols: BTreeSet<u32>,
}

/// Scans every sheet.
pub(super) fn tables(content: &[u8], styles: &Styles, limits: &Limits) -> Result<Vec<Table>, Fault> {
    let mut scan = Scan { tokens: Tokens::new(content)?, styles, limits, budget: limits.cells };
    let mut tables = Vec::new();
    loop {
        match scan.tokens.next()? {
            Token::Open(tag) if tag.full_name() == "table:table" => {
                // The copy of a linked table has no name and is not a sheet.
                let Some(name) = tag.text("table:name") else {
                    scan.tokens.skip()?;
                    continue;
                };
                let hidden = tag.text("table:style-name").is_some_and(|style| styles.hides(&style));
                tables.push(scan.table(Table { name, hidden, ..Table::default() })?);
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

/// A count such as a repetition; 1 if absent.
fn count(tag: &Tag<'_>, key: &str, most: u32) -> Result<u32, Fault> {
    let Some(text) = tag.get(key) else { return Ok(1) };
    let count = text.parse::<u32>().ok().filter(|count| *count > 0);
    count.map(|count| count.min(most)).ok_or_else(|| Fault::Xml("gate.sheet.structure", format!("{key}={text}")))
}

struct Scan<'x, 'l> {
    tokens: Tokens<'x>,
    styles: &'l Styles,
    limits: &'l Limits,
    budget: u32,
}

/// A cell of a row before it is repeated.
struct Found {
    col: u32,
    repeat: u32,
    cell: Arc<Scanned>,
}

/// The style of cells that name none: first and last column, name.
type Defaults = Vec<(u32, u32, String)>;

fn structure(found: &str) -> Fault {
    Fault::Xml("gate.sheet.structure", found.chars().take(40).collect())
}

impl Scan<'_, '_> {
    fn table(&mut self, mut table: Table) -> Result<Table, Fault> {
        let outside = self.tokens.depth() - 1;
        let (mut row, mut col) = (0_u32, 0);
        let (mut hidden, mut defaults) = (Vec::new(), Defaults::new());
        while self.tokens.depth() > outside {
            let Token::Open(tag) = self.tokens.next()? else { continue };
            match tag.full_name() {
                "table:table-column" => {
                    let repeat = count(&tag, "table:number-columns-repeated", GRID_COLS)?;
                    let last = col + repeat - 1;
                    if is_hidden(&tag) {
                        hidden.push((col, last));
                    }
                    let default = tag.text("table:default-cell-style-name");
                    defaults.extend(default.map(|name| (col, last, name)));
                    col = (col + repeat).min(GRID_COLS);
                }
                "table:table-row" => {
                    let repeat = count(&tag, "table:number-rows-repeated", GRID_ROWS)?;
                    let next = row.saturating_add(repeat);
                    self.row(&mut table, row..next, &tag, &defaults)?;
                    row = next;
                }
                // Linked ones show their state in a cell.
                "form:checkbox" | "form:radio" if tag.get("form:linked-cell").is_none() => {
                    let controls = table.controls.get_or_insert(Controls::default());
                    controls.count += 1;
                }
                // A table inside a cell would be read as rows of this one.
                "table:table" => return Err(structure("table:table")),
                _ => {}
            }
        }
        let last = table.cells.keys().map(|at| at.col).max().unwrap_or(0);
        table.hidden_cols = hidden.into_iter().flat_map(|(first, end)| first..=end.min(last)).collect();
        table.merges.sort_unstable();
        Ok(table)
    }

    /// Reads one row element, which fills several rows of the sheet if it is repeated.
    fn row(&mut self, table: &mut Table, rows: Range<u32>, own: &Tag<'_>, defaults: &Defaults) -> Result<(), Fault> {
        let outside = self.tokens.depth() - 1;
        let default = own.text("table:default-cell-style-name");
        let mut found = Vec::new();
        let mut col = 0;
        while self.tokens.depth() > outside {
            let tag = match self.tokens.next()? {
                Token::Open(tag) if is_cell(&tag) => tag,
                Token::Open(tag) => return Err(structure(tag.full_name())),
                Token::Text(text) if !text.trim_ascii().is_empty() => return Err(structure(text)),
                _ => continue,
            };
            let columns = count(&tag, "table:number-columns-repeated", GRID_COLS)?;
            let shown = self.shown()?;
            if let Some(shape) = shape(&tag, &shown)? {
                let of_column = || defaults.iter().find(|(first, last, _)| (*first..=*last).contains(&col));
                let named = tag.text("table:style-name");
                let style = named.as_ref().or(default.as_ref()).or_else(|| of_column().map(|(.., name)| name));
                let look = self.styles.cell(style.map(String::as_str));
                found.push(Found { col, repeat: columns, cell: Arc::new(Scanned { shape, shown, look }) });
            }
            table.merges.extend(merge(&tag, rows.start, col)?);
            col = col.saturating_add(columns);
        }
        if found.is_empty() {
            return Ok(());
        }
        for line in rows {
            if is_hidden(own) {
                table.hidden_rows.insert(line);
            }
            for found in &found {
                for col in found.col..found.col.saturating_add(found.repeat) {
                    let at = Position::new(line, col);
                    self.check(at)?;
                    table.cells.insert(at, Arc::clone(&found.cell));
                }
            }
        }
        Ok(())
    }

    /// Counts a cell against the limits.
    fn check(&mut self, at: Position) -> Result<(), Fault> {
        let limits = self.limits;
        let too_large = |allowed: String| Fault::TooLarge(format!("> {allowed}"), allowed);
        if at.row >= limits.rows {
            return Err(too_large(format!("{} rows", limits.rows)));
        }
        if at.col >= limits.columns {
            return Err(too_large(format!("{} columns", limits.columns)));
        }
        self.budget = self.budget.checked_sub(1).ok_or_else(|| too_large(format!("{} cells", limits.cells)))?;
        Ok(())
    }

    /// Reads to the end of a cell and returns what it shows; notes are not shown.
    fn shown(&mut self) -> Result<Shown, Fault> {
        let outside = self.tokens.depth() - 1;
        let mut paragraphs = Paragraphs::new(self.styles, self.limits);
        while self.tokens.depth() > outside {
            match self.tokens.next()? {
                Token::Open(tag) if tag.full_name() == "office:annotation" => self.tokens.skip()?,
                Token::Open(tag) if is_cell(&tag) || matches!(tag.full_name(), "table:table" | "table:table-row") => {
                    return Err(structure(tag.full_name()));
                }
                Token::Open(tag) => paragraphs.open(&tag, self.tokens.depth()),
                Token::Close => paragraphs.close(self.tokens.depth()),
                Token::Text(text) => paragraphs.text(text),
                Token::Reference(c) => paragraphs.character(c),
                // Programs differ in whether they read such sections.
                Token::CData(text) => return Err(structure(text)),
                Token::Aside | Token::End => {}
            }
        }
        Ok(paragraphs.finish())
    }
}

fn is_cell(tag: &Tag<'_>) -> bool {
    matches!(tag.full_name(), "table:table-cell" | "table:covered-table-cell")
}

fn is_hidden(tag: &Tag<'_>) -> bool {
    matches!(tag.get("table:visibility"), Some("collapse" | "filter"))
}

/// The type of a cell, by its attributes and what it shows; `None` if it is empty.
fn shape(tag: &Tag<'_>, shown: &Shown) -> Result<Option<Shape>, Fault> {
    let value = |key: &str| tag.text(key).unwrap_or_default();
    let formula = tag.get("table:formula").is_some();
    let own = tag.text("office:string-value");
    if tag.get("calcext:value-type") == Some("error") {
        let text = own.filter(|text| !text.is_empty()).unwrap_or_else(|| shown.text.clone());
        return Ok(Some(Shape::Error(text)));
    }
    Ok(Some(match tag.get("office:value-type") {
        Some("float" | "currency" | "percentage") if formula && tag.get("office:value").is_none() => {
            Shape::Uncalculated
        }
        Some(kind @ ("float" | "currency" | "percentage")) => {
            // No program writes a digit as a reference, and readers interpret it differently.
            if tag.get("office:value").is_some_and(|literal| literal.contains('&')) {
                return Err(Fault::Damaged("gate.cell.split", value("office:value")));
            }
            number(value("office:value"), kind, shown)
        }
        Some("boolean") => Shape::Flag(value("office:boolean-value")),
        Some("date") => Shape::Date(value("office:date-value")),
        Some("time") => Shape::Time(value("office:time-value")),
        Some("string") if formula && !shown.any && own.is_none() => Shape::Uncalculated,
        Some("string") => Shape::Text(own),
        Some(other) => Shape::Unknown(other.to_owned()),
        // LibreOffice writes an empty paragraph for a formula with an empty result; without one it was not calculated.
        None if formula && !shown.any => Shape::Uncalculated,
        // Text without a type is shown by some programs and skipped by others.
        None if !shown.text.is_empty() => Shape::Unknown(String::new()),
        None if formula => Shape::Text(None),
        None => return Ok(None),
    }))
}

/// A number; LibreOffice stores a truth value as 0 or 1 and shows it as a word.
fn number(literal: String, kind: &str, shown: &Shown) -> Shape {
    let word = !shown.text.is_empty() && shown.text.chars().all(char::is_alphabetic);
    match (literal.as_str(), word) {
        ("1", true) => Shape::Flag("true".to_owned()),
        ("0", true) => Shape::Flag("false".to_owned()),
        _ => Shape::Number { literal, percent: kind == "percentage" },
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

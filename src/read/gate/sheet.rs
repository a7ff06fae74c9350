//! The scan of one worksheet: every cell is judged before the parser sees it, and facts that the parser does not know are
//! collected on the way (merged blocks, hidden rows and columns, styles, formulas that reach outside).
//!
//! A damaged cell is a finding at the cell, and the sheet stays readable. Rows or cells that stand twice or out of order
//! make the positions of all cells doubtful: the sheet is then not read.

use std::collections::{BTreeMap, BTreeSet};

use super::cell;
use super::fault::Fault;
use super::xml::{Tag, Token, Tokens};
use crate::finding::Finding;
use crate::model::Limits;
use crate::place::FileId;
use crate::read::book::Merge;

mod rows;

/// What a scan needs to know.
#[derive(Clone, Copy)]
pub(in crate::read) struct Context<'c> {
    /// The file.
    pub(in crate::read) file: FileId,
    /// Number of the sheet.
    pub(in crate::read) sheet: u16,
    /// How many strings the string table holds.
    pub(in crate::read) strings: usize,
    /// Limits.
    pub(in crate::read) limits: &'c Limits,
}

/// A cell that holds a value or a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) struct Fact {
    /// Row, from 0.
    pub(in crate::read) row: u32,
    /// Column, from 0.
    pub(in crate::read) col: u32,
    /// Index of its style.
    pub(in crate::read) style: u32,
}

/// What the scan of a sheet found.
#[derive(Default)]
pub(in crate::read) struct SheetFacts {
    /// Cells that hold a value or a formula, in order.
    pub(in crate::read) cells: Vec<Fact>,
    /// Cells whose value cannot be used, with the text they hold.
    pub(in crate::read) faults: BTreeMap<(u32, u32), String>,
    /// Merged blocks.
    pub(in crate::read) merges: Vec<Merge>,
    /// Hidden rows.
    pub(in crate::read) hidden_rows: BTreeSet<u32>,
    /// Hidden columns, as far as cells reach.
    pub(in crate::read) hidden_cols: BTreeSet<u32>,
    /// First formula that reaches into another file.
    pub(in crate::read) outside: Option<(u32, u32)>,
    /// What was found.
    pub(in crate::read) findings: Vec<Finding>,
    /// Whether positions cannot be trusted.
    pub(in crate::read) broken: bool,
}

/// Scans a worksheet.
///
/// # Errors
/// If the part is no worksheet or not allowed XML.
pub(in crate::read) fn scan(bytes: &[u8], context: Context<'_>) -> Result<SheetFacts, Fault> {
    let tokens = Tokens::new(bytes)?;
    let mut scan = Scan { tokens, context, facts: SheetFacts::default(), next_row: 0, hidden: Vec::new() };
    scan.worksheet()?;
    let last = scan.facts.cells.iter().map(|fact| fact.col).max().unwrap_or(0);
    let within = scan.hidden.iter().flat_map(|(first, end)| *first..=(*end).min(last));
    scan.facts.hidden_cols = within.collect();
    scan.facts.merges.sort_unstable();
    Ok(scan.facts)
}

struct Scan<'x, 'c> {
    tokens: Tokens<'x>,
    context: Context<'c>,
    facts: SheetFacts,
    /// The row that an element without number would be; all smaller ones are taken.
    next_row: u32,
    /// Hidden columns as first and last.
    hidden: Vec<(u32, u32)>,
}

fn structure(found: &str) -> Fault {
    Fault::Xml("gate.sheet.structure", found.chars().take(40).collect())
}

impl<'x> Scan<'x, '_> {
    fn worksheet(&mut self) -> Result<(), Fault> {
        let mut seen = 0;
        loop {
            match self.tokens.next()? {
                Token::Open(tag) if self.tokens.depth() == 1 => match tag.name() {
                    "worksheet" => drop(tag.attributes()?),
                    other => return Err(structure(other)),
                },
                Token::Open(tag) => match tag.name() {
                    "sheetData" if seen == 0 => {
                        tag.attributes()?;
                        seen += 1;
                        self.rows()?;
                    }
                    "sheetData" => return Err(structure("sheetData")),
                    "dimension" => self.dimension(&tag)?,
                    "cols" => self.columns()?,
                    "mergeCells" => self.merges()?,
                    _ => self.skip_part()?,
                },
                Token::End if seen == 0 => return Err(structure("")),
                Token::End => return Ok(()),
                Token::CData(text) => return Err(structure(&text)),
                Token::Text(_) | Token::Reference(_) | Token::Aside | Token::Close => {}
            }
        }
    }

    /// Skips an element; one inside it that the parser would take for the data of the sheet is refused. Rows and columns of
    /// drawings and controls are honest: the parser looks for cells only inside the data.
    fn skip_part(&mut self) -> Result<(), Fault> {
        let outside = self.tokens.depth() - 1;
        while self.tokens.depth() > outside {
            if let Token::Open(tag) = self.tokens.next()? {
                tag.attributes()?;
                if matches!(tag.name(), "sheetData" | "dimension") {
                    return Err(structure(tag.name()));
                }
            }
        }
        Ok(())
    }

    /// The declared extent decides nothing, but the parser wants it well-formed.
    fn dimension(&mut self, tag: &Tag<'_>) -> Result<(), Fault> {
        let attributes = tag.attributes()?;
        let extent = attributes.iter().find(|(key, _)| *key == "ref").map_or("", |(_, value)| value);
        if cell::block(extent).is_none() {
            return Err(structure(extent));
        }
        self.tokens.skip()
    }

    fn columns(&mut self) -> Result<(), Fault> {
        let outside = self.tokens.depth() - 1;
        while self.tokens.depth() > outside {
            let Token::Open(tag) = self.tokens.next()? else { continue };
            let attributes = tag.attributes()?;
            let get = |key: &str| attributes.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_ref());
            let number =
                |key| get(key).and_then(|n| n.parse::<u32>().ok()).filter(|n| (1..=cell::GRID_COLS).contains(n));
            if is_true(get("hidden"))
                && let (Some(first), Some(last)) = (number("min"), number("max"))
            {
                self.hidden.push((first - 1, last - 1));
            }
        }
        Ok(())
    }

    fn merges(&mut self) -> Result<(), Fault> {
        let outside = self.tokens.depth() - 1;
        while self.tokens.depth() > outside {
            let Token::Open(tag) = self.tokens.next()? else { continue };
            let attributes = tag.attributes()?;
            let text = attributes.iter().find(|(key, _)| *key == "ref").map_or("", |(_, value)| value);
            let merge = cell::block(text).ok_or_else(|| Fault::Xml("gate.sheet.merge", text.to_owned()))?;
            self.facts.merges.push(merge);
            if self.facts.merges.len() > self.context.limits.cells as usize {
                let allowed = format!("{} merges", self.context.limits.cells);
                return Err(Fault::TooLarge(format!("> {allowed}"), allowed));
            }
        }
        Ok(())
    }
}

fn is_true(value: Option<&str>) -> bool {
    matches!(value, Some("1" | "true"))
}

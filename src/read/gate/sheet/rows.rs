//! The rows of a worksheet and their cells: where they stand, what they hold, and whether every reader agrees on it.

use std::borrow::Cow;

use super::super::cell::{self, Kind, Literal};
use super::super::fault::{CAP, Fault};
use super::super::xml::{Tag, Token};
use super::{Fact, Scan, is_true, structure};
use crate::finding::{Arg, Code, Finding};
use crate::place::Place;

/// What stands inside a cell element.
#[derive(Default)]
struct Content<'x> {
    value: Option<Cow<'x, str>>,
    /// How many elements of each kind: value, inline text, formula.
    counts: [usize; 3],
    /// Whether the value is split by something that readers treat differently.
    split: bool,
    /// Whether the formula reaches into another file.
    outside: bool,
    /// A formula element that the parser would stumble over.
    odd_formula: bool,
}

const VALUE: usize = 0;
const INLINE: usize = 1;
const FORMULA: usize = 2;

impl<'x> Scan<'x, '_> {
    /// Scans the rows, up to the end of the data.
    pub(super) fn rows(&mut self) -> Result<(), Fault> {
        loop {
            match self.tokens.next()? {
                Token::Open(tag) if tag.name() == "row" => self.row(&tag)?,
                Token::Close => return Ok(()),
                Token::Text(text) if text.trim().is_empty() => {}
                Token::Aside => {}
                Token::Open(tag) => return Err(structure(tag.name())),
                Token::Text(text) | Token::CData(text) => return Err(structure(&text)),
                Token::Reference(_) | Token::End => return Err(structure("")),
            }
        }
    }

    fn row(&mut self, tag: &Tag<'x>) -> Result<(), Fault> {
        let attributes = tag.attributes()?;
        let get = |key: &str| attributes.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_ref());
        let row = match get("r") {
            None => self.next_row,
            Some(text) => match cell::row_number(text) {
                Some(row) if row >= self.next_row => row,
                Some(row) => {
                    self.order("gate.order.row", (row, 0), text);
                    row
                }
                None => {
                    self.order("gate.order.reference", (self.next_row, 0), text);
                    self.next_row
                }
            },
        };
        self.too_far(row, 0);
        if is_true(get("hidden")) {
            self.facts.hidden_rows.insert(row);
        }
        self.next_row = self.next_row.max(row + 1);
        self.cells(row)
    }

    fn cells(&mut self, row: u32) -> Result<(), Fault> {
        let mut next_col = 0;
        loop {
            match self.tokens.next()? {
                Token::Open(tag) if tag.name() == "c" => self.cell(&tag, row, &mut next_col)?,
                Token::Close => return Ok(()),
                Token::Text(text) if text.trim().is_empty() => {}
                Token::Aside => {}
                Token::Open(tag) => return Err(structure(tag.name())),
                Token::Text(text) | Token::CData(text) => return Err(structure(&text)),
                Token::Reference(_) | Token::End => return Err(structure("")),
            }
        }
    }

    fn cell(&mut self, tag: &Tag<'x>, row: u32, next_col: &mut u32) -> Result<(), Fault> {
        let attributes = tag.attributes()?;
        let get = |key: &str| attributes.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_ref());
        let col = self.position(get("r"), row, *next_col);
        *next_col = (*next_col).max(col + 1);
        self.too_far(row, col);
        let style = get("s").map_or(Some(0), |style| style.parse::<u32>().ok());
        let kind = Kind::of(get("t"));
        let content = self.content(kind)?;
        self.judge(kind, style, &content, (row, col));
        Ok(())
    }

    /// The column of a cell, which must stand in its row and after the cells before it.
    fn position(&mut self, text: Option<&str>, row: u32, next_col: u32) -> u32 {
        let Some(text) = text else { return next_col };
        match cell::reference(text) {
            None => {
                self.order("gate.order.reference", (row, next_col), text);
                next_col
            }
            Some((own, col)) => {
                if own != row {
                    self.order("gate.order.moved", (row, col), text);
                } else if col < next_col {
                    self.order("gate.order.cell", (row, col), text);
                }
                col
            }
        }
    }

    /// What stands inside a cell, up to its end.
    fn content(&mut self, kind: Option<Kind>) -> Result<Content<'x>, Fault> {
        let mut content = Content::default();
        loop {
            match self.tokens.next()? {
                Token::Open(tag) => match tag.name() {
                    "v" => {
                        tag.attributes()?;
                        content.counts[VALUE] += 1;
                        self.value(kind, &mut content)?;
                    }
                    "is" => {
                        tag.attributes()?;
                        content.counts[INLINE] += 1;
                        self.tokens.skip()?;
                    }
                    "f" => {
                        content.counts[FORMULA] += 1;
                        content.odd_formula |= !is_plain_formula(&tag)?;
                        self.formula(&mut content)?;
                    }
                    other => return Err(structure(other)),
                },
                Token::Close => return Ok(content),
                Token::Text(text) if text.trim().is_empty() => {}
                Token::Aside => {}
                Token::Text(text) | Token::CData(text) => return Err(structure(&text)),
                Token::Reference(_) | Token::End => return Err(structure("")),
            }
        }
    }

    fn value(&mut self, kind: Option<Kind>, content: &mut Content<'x>) -> Result<(), Fault> {
        let mut text: Option<Cow<'x, str>> = None;
        let is_text = matches!(kind, Some(Kind::Text | Kind::Date | Kind::Inline));
        loop {
            match self.tokens.next()? {
                Token::Close => break,
                Token::Text(piece) => match &mut text {
                    None => text = Some(piece),
                    Some(text) => text.to_mut().push_str(&piece),
                },
                Token::Reference(c) => {
                    content.split |= !is_text;
                    text.get_or_insert_default().to_mut().push(c);
                }
                Token::CData(piece) => {
                    content.split = true;
                    text.get_or_insert_default().to_mut().push_str(&piece);
                }
                Token::Aside => content.split = true,
                Token::Open(tag) => return Err(structure(tag.name())),
                Token::End => return Err(structure("")),
            }
        }
        content.value = Some(text.unwrap_or_default());
        Ok(())
    }

    fn formula(&mut self, content: &mut Content<'x>) -> Result<(), Fault> {
        loop {
            match self.tokens.next()? {
                Token::Close => return Ok(()),
                // `[1]Sheet!A1` reaches into another workbook, `program|topic!item` into another program.
                Token::Text(text) => content.outside |= reaches_outside(&text),
                Token::CData(_) | Token::Reference(_) | Token::Aside => {}
                Token::Open(tag) => return Err(structure(tag.name())),
                Token::End => return Err(structure("")),
            }
        }
    }

    /// Judges a cell and notes it.
    fn judge(&mut self, kind: Option<Kind>, style: Option<u32>, content: &Content<'_>, at: (u32, u32)) {
        let text = content.value.as_deref().unwrap_or("");
        let [values, inlines, formulas] = content.counts;
        let holds = match kind {
            Some(Kind::Text | Kind::Date | Kind::Error) => values > 0,
            _ => !text.trim().is_empty() || inlines > 0,
        };
        if !holds && formulas == 0 && !content.split {
            return;
        }
        self.facts.cells.push(Fact { row: at.0, col: at.1, style: style.unwrap_or(0) });
        if content.outside && self.facts.outside.is_none() {
            self.facts.outside = Some(at);
        }
        let what = if content.split {
            Some("gate.cell.split")
        } else if values > 1 || formulas > 1 || values + inlines > 1 {
            Some("gate.cell.twice")
        } else if style.is_none() || content.odd_formula || (inlines > 0 && kind != Some(Kind::Inline)) {
            Some("gate.cell.type")
        } else {
            match kind.map(|kind| cell::judge(kind, text, self.context.strings)) {
                None => Some("gate.cell.type"),
                Some(Literal::Bad(what)) if values > 0 => Some(what),
                Some(Literal::NewError) => {
                    self.facts.faults.insert(at, text.to_owned());
                    None
                }
                Some(Literal::Sound | Literal::Bad(_)) => None,
            }
        };
        if let Some(what) = what {
            self.facts.faults.insert(at, text.to_owned());
            self.report(Code::E121, what, at, text);
        }
    }

    /// A row or cell out of order: what follows cannot be trusted.
    fn order(&mut self, what: &'static str, at: (u32, u32), found: &str) {
        self.facts.broken = true;
        self.report(Code::E122, what, at, found);
    }

    fn report(&mut self, code: Code, what: &'static str, (row, col): (u32, u32), found: &str) {
        if self.facts.findings.len() < CAP {
            let place = Place::cell(self.context.file, self.context.sheet, row, col);
            self.facts.findings.push(Finding::new(code).at(place).with("what", Arg::Word(what)).found(found));
        }
    }

    /// A cell beyond the limits of a sheet.
    fn too_far(&mut self, row: u32, col: u32) {
        let limits = self.context.limits;
        let allowed = if row >= limits.rows {
            format!("<= {} rows", limits.rows)
        } else if col >= limits.columns {
            format!("<= {} columns", limits.columns)
        } else {
            return;
        };
        self.facts.broken = true;
        if self.facts.findings.len() < CAP {
            let place = Place::cell(self.context.file, self.context.sheet, row, col);
            self.facts.findings.push(Finding::new(Code::E108).at(place).expected(allowed));
        }
    }
}

/// Whether the parser gets past a formula element: a shared one names its group, and extents are well-formed.
fn is_plain_formula(tag: &Tag<'_>) -> Result<bool, Fault> {
    let attributes = tag.attributes()?;
    let get = |key: &str| attributes.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_ref());
    let digits = |text: &str| (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let grouped = get("t") != Some("shared") || get("si").is_some_and(digits);
    Ok(grouped && get("ref").is_none_or(|extent| cell::block(extent).is_some()))
}

fn reaches_outside(formula: &str) -> bool {
    let book = formula.match_indices('[').any(|(at, _)| {
        let inner = formula[at + 1..].split(']').next().unwrap_or("");
        !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_digit())
    });
    book || (formula.contains('|') && formula.contains('!'))
}

//! The rows of a worksheet and their cells: their positions, their contents, and whether every reader agrees on them.

use std::borrow::Cow;

use super::{Reading, is_nothing};
use crate::read::book::{Cell, Merge, Note, Noted, Picture};
use crate::read::budget::Work;
use crate::read::convert;
use crate::read::format::{self, FormatKind};
use crate::read::gate::fault::Fault;
use crate::read::gate::xml::{Tag, Token, Tokens, append, is_true, misplaced};
use crate::read::value::RawValue;
use crate::read::xlsx::literal::{self, CellKind, Literal};
use crate::read::xlsx::pictures::{Grid, Shows};
use crate::read::xlsx::strings;
use crate::read::xlsx::styles::Style;
use crate::shared::finding::{Arg, Code, Describe as _, Finding, Findings};
use crate::shared::number::Exact;
use crate::shared::place::Position;

/// The content of a cell element.
#[derive(Default)]
struct Content<'x> {
    value: Option<Cow<'x, str>>,
    inline: Option<strings::Entry>,
    formula: Option<Formula<'x>>,
    /// The number by which the cell refers to a rich value.
    rich: Option<&'x str>,
    /// How many elements there are of each kind: value, inline text, formula.
    counts: [usize; 3],
    /// Whether the value is split by something that readers treat differently.
    split: bool,
}

/// A formula element.
struct Formula<'x> {
    text: Cow<'x, str>,
    /// The group of cells that share it.
    shared: Option<u32>,
    /// Whether it gives a block of values, or belongs to a table of them.
    block: bool,
    /// Whether it refers to another file.
    outside: bool,
    /// Whether it is shared without naming its group.
    odd: bool,
}

const VALUE: usize = 0;
const INLINE: usize = 1;
const FORMULA: usize = 2;

impl<'x, 'c> Reading<'x, 'c> {
    /// Reads the rows, up to the end of the data.
    pub(super) fn rows(&mut self) -> Result<(), Fault> {
        loop {
            match self.tokens.next()? {
                Token::Open(tag) => match tag.sheet_name() {
                    Some("row") => self.row(&tag)?,
                    Some(other) => return Err(misplaced(other)),
                    None => self.pass_over(&tag, Position::new(self.next_row, 0))?,
                },
                Token::Close => return Ok(()),
                other => Tokens::blank(&other)?,
            }
        }
    }

    fn row(&mut self, tag: &Tag<'x>) -> Result<(), Fault> {
        let (mut number, mut hidden, mut height) = (None, None, None);
        for (key, value) in tag.attributes() {
            match key.as_bytes() {
                b"r" => number = Some(value),
                b"hidden" => hidden = Some(value),
                b"ht" => height = Some(value),
                _ => {}
            }
        }
        let row = match number {
            None => self.next_row,
            Some(text) => match literal::row_number(text) {
                Some(row) if row >= self.next_row => row,
                Some(row) => {
                    self.order("gate.order.row", Position::new(row, 0), text);
                    row
                }
                None => {
                    self.order("gate.order.reference", Position::new(self.next_row, 0), text);
                    self.next_row
                }
            },
        };
        self.next_row = self.next_row.max(row + 1);
        let before = self.sheet.cells.len();
        if let Some(height) = Grid::height(height).filter(|_| row < self.context.limits.rows) {
            self.sheet.grid.rows.insert(row, height);
        }
        self.cells(row)?;
        self.bound.keep(&mut Findings::new(&mut self.sheet.findings));
        self.context.budget.spend(Work::Rows, u64::from(self.sheet.cells.len() > before))?;
        let unseen = is_true(hidden) || is_nothing(height) || (self.rows_hidden && hidden.or(height).is_none());
        if unseen && self.sheet.cells.len() > before {
            self.sheet.hidden_rows.insert(row);
        }
        Ok(())
    }

    fn cells(&mut self, row: u32) -> Result<(), Fault> {
        let mut next_col = 0;
        loop {
            match self.tokens.next()? {
                Token::Open(tag) => match tag.sheet_name() {
                    Some("c") => next_col = self.cell(&tag, Position::new(row, next_col))?,
                    Some("extLst") => self.tokens.skip()?,
                    Some(other) => return Err(misplaced(other)),
                    None => self.pass_over(&tag, Position::new(row, next_col))?,
                },
                Token::Close => return Ok(()),
                other => Tokens::blank(&other)?,
            }
        }
    }

    /// Reads a cell, which is at `next` if it has no reference; gives the column after it and all previous ones.
    fn cell(&mut self, tag: &Tag<'x>, next: Position) -> Result<u32, Fault> {
        let (mut reference, mut style, mut kind, mut rich) = (None, None, None, None);
        for (key, value) in tag.attributes() {
            match key.as_bytes() {
                b"r" => reference = Some(value),
                b"s" => style = Some(value),
                b"t" => kind = Some(value),
                b"vm" => rich = Some(value),
                _ => {}
            }
        }
        let at = self.position(reference, next);
        let style = match style {
            None | Some("") => Some(0),
            Some(style) => style.parse::<u32>().ok(),
        };
        let kind = CellKind::of(kind);
        let content = Content { rich, ..self.content(kind, at)? };
        self.take(kind, style, content, at)?;
        Ok(next.col.max(at.col + 1))
    }

    /// The position of a cell, which must lie in its row and after the previous cells.
    fn position(&mut self, text: Option<&str>, next: Position) -> Position {
        let Some(text) = text else { return next };
        let Some(own) = literal::reference(text) else {
            self.order("gate.order.reference", next, text);
            return next;
        };
        let at = Position { row: next.row, ..own };
        if own.row != next.row {
            self.order("gate.order.moved", at, text);
        } else if own < next {
            self.order("gate.order.cell", at, text);
        }
        at
    }

    /// The content of a cell, up to its end.
    fn content(&mut self, kind: Option<CellKind>, at: Position) -> Result<Content<'x>, Fault> {
        let mut content = Content::default();
        loop {
            match self.tokens.next()? {
                Token::Open(tag) => match tag.sheet_name() {
                    Some("v") => {
                        content.counts[VALUE] += 1;
                        self.value(kind, &mut content)?;
                    }
                    Some("is") => {
                        content.counts[INLINE] += 1;
                        content.inline = Some(strings::entry(&mut self.tokens, self.context.limits)?);
                    }
                    // A formula comes before its value; some readers lose a value that comes first.
                    Some("f") if content.counts[VALUE] > 0 => return Err(misplaced("f")),
                    Some("f") => {
                        content.counts[FORMULA] += 1;
                        content.formula = Some(self.formula(&tag)?);
                    }
                    Some("extLst") => self.tokens.skip()?,
                    Some(other) => return Err(misplaced(other)),
                    None => self.pass_over(&tag, at)?,
                },
                Token::Close => return Ok(content),
                other => Tokens::blank(&other)?,
            }
        }
    }

    fn value(&mut self, kind: Option<CellKind>, content: &mut Content<'x>) -> Result<(), Fault> {
        let mut text = Cow::Borrowed("");
        let is_text = matches!(kind, Some(CellKind::Text | CellKind::Date | CellKind::Inline));
        loop {
            match self.tokens.next()? {
                Token::Close => break,
                Token::Text(piece) => append(&mut text, piece),
                Token::Reference(c) => {
                    content.split |= !is_text;
                    text.to_mut().push(c);
                }
                Token::CData(piece) => {
                    content.split = true;
                    text.to_mut().push_str(piece);
                }
                Token::Aside => content.split = true,
                Token::Open(tag) => return Err(misplaced(tag.full_name())),
                Token::End => return Err(misplaced("")),
            }
        }
        content.value = Some(text);
        Ok(())
    }

    fn formula(&mut self, tag: &Tag<'x>) -> Result<Formula<'x>, Fault> {
        let kind = tag.get("t");
        let shared = tag.get("si").filter(|_| kind == Some("shared")).and_then(|group| group.parse().ok());
        let odd = kind == Some("shared") && shared.is_none();
        let block = matches!(kind, Some("array" | "dataTable"));
        let mut text = Cow::Borrowed("");
        loop {
            match self.tokens.next()? {
                Token::Close => break,
                Token::Text(piece) | Token::CData(piece) => append(&mut text, piece),
                Token::Reference(c) => text.to_mut().push(c),
                Token::Aside => {}
                Token::Open(tag) => return Err(misplaced(tag.full_name())),
                Token::End => return Err(misplaced("")),
            }
        }
        let outside = reaches_outside(&text);
        Ok(Formula { text, shared, block, outside, odd })
    }

    /// Judges a cell and takes its value.
    fn take(
        &mut self,
        kind: Option<CellKind>,
        style: Option<u32>,
        content: Content<'x>,
        at: Position,
    ) -> Result<(), Fault> {
        let text = content.value.as_deref().unwrap_or("");
        let [values, inlines, formulas] = content.counts;
        let holds = match kind {
            Some(CellKind::Text | CellKind::Date | CellKind::Error) => values > 0,
            _ => !text.trim().is_empty() || inlines > 0,
        };
        if !holds && formulas == 0 && !content.split {
            return Ok(());
        }
        if !self.is_within(at)? {
            return Ok(());
        }
        if content.formula.as_ref().is_some_and(|formula| formula.outside) {
            self.sheet.outside.get_or_insert(at);
        }
        let what = if content.split {
            Some("gate.cell.split")
        } else if values > 1 || inlines > 1 || formulas > 1 || differs(&content) {
            Some("gate.cell.twice")
        } else if style.is_none()
            || is_misplaced(kind, values, inlines, text)
            || content.formula.as_ref().is_some_and(|f| f.odd)
        {
            Some("gate.cell.type")
        } else {
            match kind.map(|kind| literal::judge(kind, text, self.context.strings.len())) {
                None => Some("gate.cell.type"),
                Some(Literal::Bad(what)) if values > 0 => Some(what),
                Some(Literal::Sound | Literal::Bad(_)) => None,
            }
        };
        let value = match what {
            Some(what) => {
                self.report(Code::E121, what, at, text);
                Some(RawValue::Refused(text.to_owned()))
            }
            None => match self.shows(kind, &content) {
                Shows::Value => self.sound(kind.unwrap_or(CellKind::Number), style.unwrap_or(0), &content, at),
                Shows::Lost => Some(RawValue::Fault(text.to_owned())),
                Shows::Picture(name) => {
                    let over = Merge::of_one(at);
                    self.sheet.pictures.push(Picture { name, over, inside: None });
                    return Ok(());
                }
            },
        };
        if let Some(formula) = content.formula {
            let Formula { text, shared, block, .. } = formula;
            self.formulas.add(at, &text, shared, block);
        }
        if let Some(value) = value {
            self.sheet.cells.push(Cell::new(at, value));
        }
        Ok(())
    }

    /// Whether a sound cell shows a picture instead of its value.
    fn shows(&self, kind: Option<CellKind>, content: &Content<'_>) -> Shows {
        let error = content.value.as_deref().filter(|_| kind == Some(CellKind::Error));
        let formula = content.formula.as_ref().map(|formula| &*formula.text);
        self.context.pictures.of(error, content.rich, formula)
    }

    /// The value of a sound cell; `None` if it looks empty.
    fn sound(&mut self, kind: CellKind, style: u32, content: &Content<'x>, at: Position) -> Option<RawValue> {
        let styles: &'c [Style] = self.context.styles;
        let own = styles.get(style as usize);
        if own.is_some_and(|style| style.struck) {
            self.remark(at, Note::Struck);
        }
        if own.is_some_and(|style| style.white) {
            self.remark(at, Note::White);
        }
        let value = self.value_of(kind, own, content, at)?;
        // Letters of a symbol font are read as the signs they show.
        match (own.and_then(|style| style.symbols), &value) {
            (Some(symbols), RawValue::Text { text, .. }) => Some(RawValue::text_of(&symbols.seen(text))),
            _ => Some(value),
        }
    }

    /// The content of a sound cell; `None` if it looks empty.
    fn value_of(
        &mut self,
        kind: CellKind,
        own: Option<&'c Style>,
        content: &Content<'x>,
        at: Position,
    ) -> Option<RawValue> {
        let text = content.value.as_deref().unwrap_or("");
        let empty = content.value.as_deref().is_none_or(str::is_empty);
        match kind {
            CellKind::Inline => self.entry(content.inline.as_ref()?, at),
            CellKind::Text if content.value.is_none() => Some(RawValue::Uncalculated),
            CellKind::Text => {
                let text = strings::unescaped(Cow::Borrowed(text));
                let value = convert::text_value(&text, false)?;
                Some(self.checked(value, at))
            }
            // A formula without a result was never calculated; without a formula the cell is empty.
            _ if empty => content.formula.is_some().then_some(RawValue::Uncalculated),
            CellKind::Number => Some(self.number(text, own, at)),
            CellKind::Shared => {
                let entry =
                    text.trim().parse::<usize>().ok().and_then(|index| self.context.strings.get(index))?.clone();
                self.entry(&entry, at)
            }
            CellKind::Flag => Some(RawValue::Flag(matches!(text, "1" | "true"))),
            CellKind::Error => Some(RawValue::Fault(text.to_owned())),
            CellKind::Date => Some(convert::iso_date(text)),
        }
    }

    /// The value of a text of the string table or of a cell.
    fn entry(&mut self, entry: &strings::Entry, at: Position) -> Option<RawValue> {
        if let Some(what) = entry.bad {
            let found = entry.value.as_ref().map(RawValue::text).unwrap_or_default();
            self.report(strings::BAD_TEXT, what, at, &found);
        }
        if entry.struck {
            self.remark(at, Note::Struck);
        }
        entry.value.clone()
    }

    fn checked(&mut self, value: RawValue, at: Position) -> RawValue {
        let (value, finding) = convert::checked(value, self.place(at), self.context.limits);
        if let Some(finding) = finding {
            self.sheet.findings.push(finding);
        }
        value
    }

    fn number(&mut self, text: &str, style: Option<&Style>, at: Position) -> RawValue {
        let Some(double) = convert::double(text) else { return RawValue::Fault(text.to_owned()) };
        let Some(style) = style else { return convert::number(double, false, None) };
        match style.format.kind {
            FormatKind::Date => convert::date(double, self.context.from_1904),
            FormatKind::Elapsed => RawValue::Serial(double.to_string()),
            FormatKind::Number | FormatKind::Percent => {
                let Some(value) = Exact::from_cell(double) else { return RawValue::Fault(text.to_owned()) };
                let (shown, same) = format::look(&style.format, &value);
                if let Some(shown) = shown.clone().filter(|_| !same) {
                    self.remark(at, Note::ShownAs { held: value.clone(), shown });
                }
                RawValue::Number { value, percent: style.format.is_percent(), shown }
            }
        }
    }

    fn remark(&mut self, at: Position, note: Note) {
        self.sheet.notes.push(Noted { at, note });
    }

    /// A row or cell out of order: what follows cannot be trusted.
    fn order(&mut self, what: &'static str, at: Position, found: &str) {
        let finding = Finding::new(Code::E122).at(self.place(at)).with("what", Arg::Word(what)).found(found);
        self.breaks(what, finding);
    }

    fn report(&mut self, code: Code, what: &'static str, at: Position, found: &str) {
        self.sheet.findings.push(Finding::new(code).at(self.place(at)).with("what", Arg::Word(what)).found(found));
    }

    /// Whether a non-empty cell lies within the limits of a sheet; the first that does not is reported, and the sheet
    /// is not read. Cells with formatting only may lie anywhere.
    fn is_within(&mut self, at: Position) -> Result<bool, Fault> {
        self.context.budget.spend(Work::Cells, 1)?;
        let limits = self.context.limits;
        let allowed = if at.row >= limits.rows {
            format!("<= {} rows", limits.rows)
        } else if at.col >= limits.columns {
            format!("<= {} columns", limits.columns)
        } else {
            return Ok(true);
        };
        self.breaks("far", Finding::new(Code::E108).at(self.place(at)).expected(allowed));
        Ok(false)
    }

    /// Records that the sheet cannot be read: each cause once, however many cells it has.
    fn breaks(&mut self, cause: &'static str, finding: Finding) {
        self.sheet.broken = true;
        match self.causes.get_mut(cause) {
            Some(first) => first.rest.add(finding.severity, finding.code, 1),
            None => drop(self.causes.insert(cause, finding)),
        }
    }
}

/// Whether the text of a cell is in an element that does not suit its type.
fn is_misplaced(kind: Option<CellKind>, values: usize, inlines: usize, text: &str) -> bool {
    match kind {
        Some(CellKind::Inline) => inlines == 0 && !text.is_empty(),
        _ => inlines > 0 && values == 0,
    }
}

/// Whether a cell contains a text of its own beside another value.
fn differs(content: &Content<'_>) -> bool {
    let Some((inline, value)) = content.inline.as_ref().zip(content.value.as_ref()) else { return false };
    let own = inline.value.as_ref().map(RawValue::text).unwrap_or_default();
    !value.is_empty() && own != value.trim()
}

fn reaches_outside(formula: &str) -> bool {
    // `[1]Sheet!A1` refers to another workbook, `program|topic!item` to another program.
    let book = formula.match_indices('[').any(|(at, _)| {
        let inner = formula[at + 1..].split(']').next().unwrap_or("");
        !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_digit())
    });
    book || (formula.contains('|') && formula.contains('!'))
}

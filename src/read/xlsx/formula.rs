//! Formulas of a worksheet, as far as they reveal something about the value stored with them: whether it changes at
//! each calculation, and whether it is what `+ − × ÷`, SUM and ROUND over the cells of the sheet give.
//!
//! Other formulas are trusted: nothing here replaces a spreadsheet program. Operands are taken as stored, so each
//! formula is judged by itself. The work is bounded: formulas beyond [`STEPS`] are trusted too.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::literal;
use crate::read::book::{Cell, Merge, Note, Noted};
use crate::read::value::RawValue;
use crate::shared::number::Exact;
use crate::shared::place::Position;

/// The most steps for all formulas of a sheet: operators, and cells of sums.
const STEPS: usize = 2_000_000;
/// The maximum nesting depth of brackets.
const DEPTH: usize = 64;
/// Functions whose result changes at each calculation, or which refer to cells that the formula does not show.
const VOLATILE: [&str; 9] = ["RAND", "RANDBETWEEN", "RANDARRAY", "NOW", "TODAY", "OFFSET", "INDIRECT", "CELL", "INFO"];

/// The formulas of a sheet.
#[derive(Default)]
pub(super) struct Formulas {
    cells: Vec<Formula>,
    /// The first cell and the text of each formula shared by several cells.
    shared: BTreeMap<u32, (Position, Arc<str>)>,
}

struct Formula {
    at: Position,
    text: Arc<str>,
    /// The cell for which the text was written; addresses shift with the cell.
    home: Position,
    /// Whether it gives a block of values.
    block: bool,
}

impl Formulas {
    /// Adds the formula of a cell; in a group of cells that share one only the first has its text.
    pub(super) fn add(&mut self, at: Position, text: &str, group: Option<u32>, block: bool) {
        let (home, text) = match group {
            Some(group) if text.is_empty() => match self.shared.get(&group) {
                Some((home, text)) => (*home, Arc::clone(text)),
                None => return,
            },
            _ => (at, Arc::from(text)),
        };
        if let Some(group) = group.filter(|_| home == at) {
            self.shared.insert(group, (at, Arc::clone(&text)));
        }
        self.cells.push(Formula { at, text, home, block });
    }

    /// The peculiarities of cells with formulas.
    pub(super) fn judge(self, cells: &[Cell]) -> Vec<Noted> {
        let mut notes = Vec::new();
        let mut steps = STEPS;
        for formula in self.cells {
            let mut add = |note| notes.push(Noted { at: formula.at, note });
            if let Some(name) = volatile(&formula.text) {
                add(Note::Volatile(Arc::from(name)));
                continue;
            }
            let Some(RawValue::Number { value: stored, .. }) = at(cells, formula.at) else { continue };
            if formula.block {
                continue;
            }
            let mut parser =
                Parser { rest: &formula.text, from: formula.home, to: formula.at, cells, steps: &mut steps, depth: 0 };
            if let Some(value) = parser.whole().filter(|value| !is_near(value, stored)) {
                add(Note::Stale(value));
            }
        }
        notes
    }
}

/// The value of a cell.
fn at(cells: &[Cell], at: Position) -> Option<&RawValue> {
    let index = cells.binary_search_by_key(&at, Cell::at).ok()?;
    cells.get(index).map(|cell| &cell.value)
}

/// Whether two numbers are equal up to the precision lost by doubles in a calculation.
fn is_near(a: &Exact, b: &Exact) -> bool {
    let size = a.abs().max(b.abs()).max(Exact::from(1));
    (a - b).abs() * Exact::from(1_000_000_000) <= size
}

/// The first volatile function of a formula.
fn volatile(formula: &str) -> Option<&'static str> {
    let mut outside = formula.split('"').step_by(2);
    outside.find_map(|part| {
        part.match_indices('(').find_map(|(at, _)| {
            let before = &part[..at];
            let start = before
                .rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
                .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
            let name = before[start..].rsplit('.').next().unwrap_or("");
            VOLATILE.into_iter().find(|own| own.eq_ignore_ascii_case(name))
        })
    })
}

/// Parses and calculates a formula in one pass; `None` if it contains anything unknown.
struct Parser<'f, 's> {
    rest: &'f str,
    from: Position,
    to: Position,
    cells: &'f [Cell],
    steps: &'s mut usize,
    depth: usize,
}

impl<'f> Parser<'f, '_> {
    fn whole(&mut self) -> Option<Exact> {
        let value = self.sum()?;
        self.rest.trim_start().is_empty().then_some(value)
    }

    fn step(&mut self) -> Option<()> {
        *self.steps = self.steps.checked_sub(1)?;
        Some(())
    }

    /// Takes a character if it comes next.
    fn take(&mut self, wanted: char) -> bool {
        let rest = self.rest.trim_start();
        match rest.strip_prefix(wanted) {
            Some(after) => {
                self.rest = after;
                true
            }
            None => false,
        }
    }

    fn sum(&mut self) -> Option<Exact> {
        let mut value = self.product()?;
        loop {
            self.step()?;
            if self.take('+') {
                value = value + self.product()?;
            } else if self.take('-') {
                value = value - self.product()?;
            } else {
                return Some(value);
            }
        }
    }

    fn product(&mut self) -> Option<Exact> {
        let mut value = self.signed()?;
        loop {
            self.step()?;
            if self.take('*') {
                value = value * self.signed()?;
            } else if self.take('/') {
                let divisor = self.signed()?;
                value = (!divisor.is_zero()).then(|| value / divisor)?;
            } else {
                return Some(value);
            }
        }
    }

    fn signed(&mut self) -> Option<Exact> {
        let mut negative = false;
        loop {
            if self.take('-') {
                negative = !negative;
            } else if !self.take('+') {
                break;
            }
        }
        let mut value = self.single()?;
        while self.take('%') {
            value = value / Exact::from(100);
        }
        Some(if negative { -value } else { value })
    }

    fn single(&mut self) -> Option<Exact> {
        self.step()?;
        if self.take('(') {
            return self.within(Self::sum);
        }
        let word = self.word();
        if word.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return Exact::parse(word);
        }
        if self.take('(') {
            return match word {
                word if word.eq_ignore_ascii_case("SUM") => self.within(Self::total),
                word if word.eq_ignore_ascii_case("ROUND") => self.within(Self::rounded),
                _ => None,
            };
        }
        match at(self.cells, self.address(word)?) {
            None => Some(Exact::zero()),
            Some(RawValue::Number { value, .. }) => Some(value.clone()),
            Some(_) => None,
        }
    }

    /// Parses the content of brackets.
    fn within(&mut self, inner: impl FnOnce(&mut Self) -> Option<Exact>) -> Option<Exact> {
        self.depth += 1;
        let value = (self.depth < DEPTH).then(|| inner(self)).flatten()?;
        self.depth -= 1;
        self.take(')').then_some(value)
    }

    /// The letters, digits and signs of a number, an address or the name of a function.
    fn word(&mut self) -> &'f str {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '$' | '.'))).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        self.rest = after;
        word
    }

    /// The address that a word denotes relative to the cell of the formula.
    fn address(&self, word: &str) -> Option<Position> {
        let fixed_column = word.starts_with('$');
        let bare = word.strip_prefix('$').unwrap_or(word);
        let (letters, digits) = bare.split_at(bare.find(|c: char| !c.is_ascii_alphabetic())?);
        let fixed_row = digits.starts_with('$');
        let digits = digits.strip_prefix('$').unwrap_or(digits);
        let Position { row, col } = literal::reference(&format!("{}{digits}", letters.to_ascii_uppercase()))?;
        let moved = |own: u32, from: u32, to: u32| u32::try_from(i64::from(own) - i64::from(from) + i64::from(to)).ok();
        let row = if fixed_row { row } else { moved(row, self.from.row, self.to.row)? };
        let col = if fixed_column { col } else { moved(col, self.from.col, self.to.col)? };
        (row < literal::GRID_ROWS && col < literal::GRID_COLS).then_some(Position { row, col })
    }

    /// The arguments of SUM: blocks of cells, of which only numbers count, and any other expressions that give one
    /// number.
    fn total(&mut self) -> Option<Exact> {
        let mut total = Exact::zero();
        loop {
            let before = self.rest;
            let first = self.word();
            total = match self.take(':') {
                true => {
                    let last = self.word();
                    let (first, last) = (self.address(first)?, self.address(last)?);
                    total + self.block(first, last)?
                }
                false => {
                    self.rest = before;
                    total + self.argument()?
                }
            };
            if !self.take(',') {
                return Some(total);
            }
        }
    }

    /// One argument that is not a block: a cell without a number counts as nothing.
    fn argument(&mut self) -> Option<Exact> {
        let before = self.rest;
        let word = self.word();
        let ends = self.rest.trim_start().starts_with([',', ')']);
        if let Some(cell) = self.address(word).filter(|_| ends) {
            return match at(self.cells, cell) {
                Some(RawValue::Number { value, .. }) => Some(value.clone()),
                Some(RawValue::Text { .. } | RawValue::Marked(_)) | None => Some(Exact::zero()),
                Some(_) => None,
            };
        }
        self.rest = before;
        self.sum()
    }

    /// The sum of the numbers of a block; `None` if it contains dates, truth values or errors.
    fn block(&mut self, first: Position, last: Position) -> Option<Exact> {
        let block = Merge {
            top: first.row.min(last.row),
            left: first.col.min(last.col),
            bottom: first.row.max(last.row),
            right: first.col.max(last.col),
        };
        let mut total = Exact::zero();
        let start = self.cells.partition_point(|cell| cell.at() < block.head());
        for cell in self.cells[start..].iter().take_while(|cell| cell.row <= block.bottom) {
            self.step()?;
            match &cell.value {
                _ if !block.holds(cell.at()) => {}
                RawValue::Number { value, .. } => total = total + value,
                RawValue::Text { .. } | RawValue::Marked(_) => {}
                _ => return None,
            }
        }
        Some(total)
    }

    fn rounded(&mut self) -> Option<Exact> {
        let value = self.sum()?;
        if !self.take(',') {
            return None;
        }
        let decimals = self.sum()?.to_count().filter(|decimals| *decimals <= 15)?;
        Some(value.round(u32::try_from(decimals).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sheet with 10, 20, a text and 2.5 in A1 to A4, and a formula in C1 beside a stored value.
    fn note(formula: &str, stored: &str) -> Option<Note> {
        let number = |text: &str| RawValue::number_of(Exact::parse(text).expect("literal"));
        let values = [(0, 0, number("10")), (0, 2, number(stored)), (1, 0, number("20"))];
        let more = [(2, 0, RawValue::text_of("无")), (3, 0, number("2.5"))];
        let cells: Vec<Cell> =
            values.into_iter().chain(more).map(|(row, col, value)| Cell { row, col, value }).collect();
        let mut formulas = Formulas::default();
        formulas.add(Position::new(0, 2), formula, None, false);
        formulas.judge(&cells).pop().map(|noted| noted.note)
    }

    fn stale(value: &str) -> Option<Note> {
        Exact::parse(value).map(Note::Stale)
    }

    #[test]
    fn a_stored_value_is_held_against_its_formula() {
        for (formula, value) in [
            ("A1+A2*2", "50"),
            ("(A1+A2)/3", "10"),
            ("SUM(A1:A4)", "32.5"),
            ("sum($A$1:A$4, 1, A3)+1", "34.5"),
            ("ROUND(A4*A1/7,2)", "3.57"),
            ("-A1--A2", "10"),
            ("A2%", "0.2"),
            ("A1+B7", "10"),
        ] {
            assert_eq!(note(formula, value), None, "{formula}");
            assert_eq!(note(formula, "99"), stale(value), "{formula}");
        }
        assert_eq!(note("A1/3", "3.3333333333333335"), None);
    }

    #[test]
    fn what_is_not_known_is_believed() {
        for formula in
            ["IF(A1>1,1,2)", "A1+A3", "Sheet2!A1", "[1]表!A1", "A1/0", "VLOOKUP(A1,A1:A4,1)", "A1^2", "", "A1+"]
        {
            assert_eq!(note(formula, "99"), None, "{formula}");
        }
    }

    #[test]
    fn functions_that_change_are_named() {
        for (formula, name) in [
            ("RAND()*10", "RAND"),
            ("80+RANDBETWEEN(0,5)", "RANDBETWEEN"),
            ("YEAR(now())", "NOW"),
            ("SUM(OFFSET(A1,0,0,2))", "OFFSET"),
            ("_xlfn.RANDARRAY(1)", "RANDARRAY"),
        ] {
            assert_eq!(note(formula, "99"), Some(Note::Volatile(Arc::from(name))), "{formula}");
        }
        for formula in ["BRAND(1)", "\"NOW()\"", "IF(TRUE,\"RAND(\",1)"] {
            assert_eq!(note(formula, "99"), None, "{formula}");
        }
    }

    #[test]
    fn a_shared_formula_moves_with_its_cell() {
        let number = |int: i64| RawValue::number_of(Exact::from(int));
        let cells = [(0, 0, 1), (0, 1, 2), (1, 0, 3), (1, 1, 5)];
        let cells: Vec<Cell> = cells.map(|(row, col, int)| Cell { row, col, value: number(int) }).into();
        let mut formulas = Formulas::default();
        formulas.add(Position::new(0, 1), "A1*2", Some(0), false);
        formulas.add(Position::new(1, 1), "", Some(0), false);
        let notes = formulas.judge(&cells);
        assert_eq!(notes, [Noted { at: Position::new(1, 1), note: Note::Stale(Exact::from(6)) }]);
    }

    #[test]
    fn the_work_has_an_end() {
        // 2,000 sums over 2,000 cells exceed the limit by a factor of two; the rest is trusted and not reported.
        let cells: Vec<Cell> =
            (0..2000).map(|row| Cell { row, col: 0, value: RawValue::number_of(Exact::from(1)) }).collect();
        let mut formulas = Formulas::default();
        for row in 0..2000 {
            formulas.add(Position::new(row, 0), "SUM(A1:A2000)", None, false);
        }
        let told = formulas.judge(&cells).len();
        assert!((900..1100).contains(&told), "{told}");
    }
}

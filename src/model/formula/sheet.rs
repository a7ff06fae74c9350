//! The same calculation as a formula of a worksheet, in functions that every spreadsheet has.
//!
//! A worksheet calculates with doubles, so what decides by a hair's breadth (comparisons, rounding) looks at ten
//! decimals, as the other formulas of 核算 do. Spreadsheets take -2^2 for 4 and have no value for 0^0; both are written so
//! that they give what the formula means. A bare cell as an argument has 0 added: MIN would skip a cell with a text.

use std::fmt::Write as _;

use super::node::{Choice, Factor, Kind, Level, Node, Term};
use crate::shared::number::Exact;

/// Longest formula; worksheets take 8,192 characters.
const LONGEST: usize = 8000;
/// Deepest brackets; worksheets take 64 levels of functions.
const DEEPEST: usize = 60;
/// Most arguments of a function; worksheets take 255.
const ARGUMENTS: usize = 250;
/// Digits of a number that a worksheet keeps.
const DIGITS: usize = 15;

/// The formula, without `=`, given the cells of the inputs.
pub(super) fn sheet(root: &Node, cells: &[&str]) -> Option<String> {
    let mut sheet = Sheet { cells, out: String::new() };
    sheet.argument(root)?;
    (sheet.out.len() <= LONGEST && depth(&sheet.out) <= DEEPEST).then_some(sheet.out)
}

/// The deepest level of brackets outside of quoted names.
fn depth(text: &str) -> usize {
    let (mut open, mut deepest, mut is_quoted) = (0_usize, 0, false);
    for c in text.chars() {
        match c {
            '\'' => is_quoted = !is_quoted,
            '(' if !is_quoted => open += 1,
            ')' if !is_quoted => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

struct Sheet<'s> {
    cells: &'s [&'s str],
    out: String,
}

impl Sheet<'_> {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// An argument of a function, or the whole formula: a bare cell becomes a number.
    fn argument(&mut self, node: &Node) -> Option<()> {
        self.node(node)?;
        if matches!(node.kind, Kind::Input(_)) {
            self.push("+0");
        }
        Some(())
    }

    fn operand(&mut self, node: &Node, least: Level) -> Option<()> {
        if node.level() >= least { self.node(node) } else { self.bracketed(node) }
    }

    fn bracketed(&mut self, node: &Node) -> Option<()> {
        self.push("(");
        self.node(node)?;
        self.push(")");
        Some(())
    }

    /// `OPEN x CLOSE`.
    fn within(&mut self, open: &str, node: &Node, close: &str) -> Option<()> {
        self.push(open);
        self.argument(node)?;
        self.push(close);
        Some(())
    }

    fn node(&mut self, node: &Node) -> Option<()> {
        // Parts may be repeated, so a long formula is given up while it is written.
        if self.out.len() > LONGEST {
            return None;
        }
        match &node.kind {
            Kind::Number(value) => self.number(value),
            Kind::Percent(value) => self.number(&(value / &Exact::from(100))),
            Kind::Input(index) => {
                let cell: &str = self.cells.get(*index)?;
                self.push(cell);
                Some(())
            }
            Kind::Negative(own) => {
                self.push("-");
                self.operand(own, Level::Atom)
            }
            Kind::Sum(terms) => self.sum(terms),
            Kind::Product(factors) => self.product(factors),
            Kind::Power(base, 0) => {
                self.push("(");
                self.operand(base, Level::Atom)?;
                self.push("*0+1)");
                Some(())
            }
            Kind::Power(base, exponent) => {
                self.operand(base, Level::Atom)?;
                write!(self.out, "^{exponent}").ok()
            }
            Kind::If(choice) => self.choice(choice),
            Kind::Min(list) => self.list("MIN(", list),
            Kind::Max(list) => self.list("MAX(", list),
            Kind::Clamp(own, limit) => self.clamp(own, limit),
            Kind::Abs(own) => self.within("ABS(", own, ")"),
            Kind::Round(own, decimals) => self.within("ROUND(ROUND(", own, &format!(",10),{decimals})")),
            Kind::Floor(own) => self.within("INT(ROUND(", own, ",10))"),
            Kind::Ceil(own) => self.within("(-INT(-ROUND(", own, ",10)))"),
        }
    }

    fn number(&mut self, value: &Exact) -> Option<()> {
        let text = value.to_string();
        let digits = text.chars().filter(char::is_ascii_digit).collect::<String>();
        let significant = if text.contains('.') { digits.as_str() } else { digits.trim_end_matches('0') };
        self.push(&text);
        (significant.trim_start_matches('0').len() <= DIGITS).then_some(())
    }

    fn sum(&mut self, terms: &[Term]) -> Option<()> {
        for (index, term) in terms.iter().enumerate() {
            if index > 0 {
                self.push(if term.minus { "-" } else { "+" });
            }
            self.part(index, &term.node, Level::Product)?;
        }
        Some(())
    }

    fn product(&mut self, factors: &[Factor]) -> Option<()> {
        for (index, factor) in factors.iter().enumerate() {
            if index > 0 {
                self.push(if factor.divides { "/" } else { "*" });
            }
            self.part(index, &factor.node, Level::Power)?;
        }
        Some(())
    }

    /// A term or factor; a sign stands without brackets at the beginning only.
    fn part(&mut self, index: usize, node: &Node, least: Level) -> Option<()> {
        match (index, &node.kind) {
            (0, Kind::Negative(_)) => self.node(node),
            (_, Kind::Negative(_)) => self.bracketed(node),
            (1.., Kind::Product(factors)) if factors.iter().take(1).any(|own| own.node.level() == Level::Negative) => {
                self.bracketed(node)
            }
            _ => self.operand(node, least),
        }
    }

    fn choice(&mut self, choice: &Choice) -> Option<()> {
        let Choice { left, comparison, right, then, otherwise } = choice;
        self.push("IF(ROUND(");
        self.node(left)?;
        self.push("-");
        self.part(1, right, Level::Product)?;
        write!(self.out, ",10){comparison}0,").ok()?;
        self.argument(then)?;
        self.within(",", otherwise, ")")
    }

    fn list(&mut self, open: &str, list: &[Node]) -> Option<()> {
        self.push(open);
        for (index, own) in list.iter().enumerate() {
            self.within(if index == 0 { "" } else { "," }, own, "")?;
        }
        self.push(")");
        (list.len() <= ARGUMENTS).then_some(())
    }

    /// `MAX(-limit,MIN(limit,x))`; a limit that is calculated may turn out negative, which has no value.
    fn clamp(&mut self, own: &Node, limit: &Node) -> Option<()> {
        let is_literal = matches!(limit.kind, Kind::Number(_) | Kind::Percent(_));
        if !is_literal {
            self.within("IF(ROUND(", limit, ",10)<0,NA(),")?;
        }
        self.push("MAX(-");
        self.operand(limit, Level::Atom)?;
        self.within(",MIN(", limit, ",")?;
        self.within("", own, "))")?;
        self.push(if is_literal { "" } else { ")" });
        Some(())
    }
}

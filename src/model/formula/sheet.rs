//! A formula as a worksheet has it, in functions that every spreadsheet has.
//!
//! A worksheet calculates with doubles, so what decides by a hair's breadth (comparisons, rounding) looks at ten
//! decimals, as the other formulas of 核算 do. Spreadsheets take -2^2 for 4 and have no value for 0^0; both are written so
//! that they give what the formula means. A bare cell as an argument has 0 added: MIN would skip a cell with a text.

use std::fmt::Write as _;

use super::node::{Choice, Factor, Level, Node, NodeKind, Term};
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
        if matches!(node.kind, NodeKind::Input(_)) {
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
            NodeKind::Number(value) => self.number(value),
            NodeKind::Percent(value) => self.number(&(value / &Exact::from(100))),
            NodeKind::Input(index) => {
                let cell: &str = self.cells.get(*index)?;
                self.push(cell);
                Some(())
            }
            NodeKind::Negative(own) => {
                self.push("-");
                self.operand(own, Level::Atom)
            }
            NodeKind::Sum(terms) => self.sum(terms),
            NodeKind::Product(factors) => self.product(factors),
            NodeKind::Power(base, 0) => {
                self.push("(");
                self.operand(base, Level::Atom)?;
                self.push("*0+1)");
                Some(())
            }
            NodeKind::Power(base, exponent) => {
                self.operand(base, Level::Atom)?;
                write!(self.out, "^{exponent}").ok()
            }
            NodeKind::If(choice) => self.choice(choice),
            NodeKind::Min(list) => self.list("MIN(", list),
            NodeKind::Max(list) => self.list("MAX(", list),
            NodeKind::Clamp(own, limit) => self.clamp(own, limit),
            NodeKind::Abs(own) => self.within("ABS(", own, ")"),
            NodeKind::Round(own, decimals) => self.within("ROUND(ROUND(", own, &format!(",10),{decimals})")),
            NodeKind::Floor(own) => self.within("INT(ROUND(", own, ",10))"),
            NodeKind::Ceil(own) => self.within("(-INT(-ROUND(", own, ",10)))"),
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
            (0, NodeKind::Negative(_)) => self.node(node),
            (_, NodeKind::Negative(_)) => self.bracketed(node),
            (1.., NodeKind::Product(factors))
                if factors.iter().take(1).any(|own| own.node.level() == Level::Negative) =>
            {
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
        let is_literal = matches!(limit.kind, NodeKind::Number(_) | NodeKind::Percent(_));
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

#[cfg(test)]
mod tests {
    use super::super::made::Made;
    use super::super::{Formula, Inputs, TroubleKind};
    use super::*;
    use crate::shared::number::Rounding;

    /// A spreadsheet in small: its precedence, in which a sign binds closer than ^, and exact numbers. An error is `None`;
    /// rounding to ten decimals, which only clears the dust of doubles, does nothing.
    struct Grid<'g> {
        rest: &'g str,
        cells: &'g [Option<Exact>],
    }

    impl Grid<'_> {
        fn eats(&mut self, sign: &str) -> bool {
            let rest = self.rest.strip_prefix(sign);
            self.rest = rest.unwrap_or(self.rest);
            rest.is_some()
        }

        fn expression(&mut self, least: u32) -> Option<Exact> {
            let mut left = self.operand();
            let signs = [("+", 1), ("-", 1), ("*", 2), ("/", 2), ("^", 3)];
            while let Some((sign, own)) = signs.iter().find(|(sign, own)| *own >= least && self.rest.starts_with(sign))
            {
                self.eats(sign);
                let right = self.expression(own + 1);
                left = left.zip(right).and_then(|(left, right)| match *sign {
                    "+" => Some(left + right),
                    "-" => Some(left - right),
                    "*" => Some(left * right),
                    "/" => (!right.is_zero()).then(|| left / right),
                    _ => {
                        assert!(right.is_positive(), "0^0 has no value");
                        Some((0..right.to_count()?).fold(Exact::from(1), |power, _| power * &left))
                    }
                });
            }
            left
        }

        fn operand(&mut self) -> Option<Exact> {
            if self.eats("-") {
                return self.operand().map(|own| -own);
            }
            if self.eats("(") {
                let own = self.expression(1);
                assert!(self.eats(")"), "{}", self.rest);
                return own;
            }
            let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(self.rest.len());
            let (word, rest) = self.rest.split_at(end);
            self.rest = rest;
            if self.eats("(") {
                return self.function(word);
            }
            match word {
                "A1" => self.cells[0].clone(),
                "B1" => self.cells[1].clone(),
                "C1" => self.cells[2].clone(),
                number => Some(Exact::parse(number).unwrap()),
            }
        }

        fn condition(&mut self) -> Option<Exact> {
            let left = self.expression(1);
            let Some(sign) = ["<>", "<=", ">=", "<", ">", "="].into_iter().find(|sign| self.eats(sign)) else {
                return left;
            };
            let right = self.expression(1);
            let order = left?.cmp(&right?);
            let holds = match sign {
                "<>" => order.is_ne(),
                "<=" => order.is_le(),
                ">=" => order.is_ge(),
                "<" => order.is_lt(),
                ">" => order.is_gt(),
                _ => order.is_eq(),
            };
            Some(Exact::from(i32::from(holds)))
        }

        fn function(&mut self, name: &str) -> Option<Exact> {
            let mut list = Vec::new();
            while !self.eats(")") {
                list.push(if self.eats("NA()") { None } else { self.condition() });
                self.eats(",");
            }
            if name == "IF" {
                let [condition, then, otherwise] = list.try_into().unwrap();
                return if condition?.is_zero() { otherwise } else { then };
            }
            let list = list.into_iter().collect::<Option<Vec<Exact>>>()?;
            match (name, list.as_slice()) {
                ("MIN", list) => list.iter().min().cloned(),
                ("MAX", list) => list.iter().max().cloned(),
                ("ABS", [own]) => Some(own.abs()),
                ("INT", [own]) => Some(own.whole(Rounding::Floor)),
                ("ROUND", [own, decimals]) if *decimals == Exact::from(10) => Some(own.clone()),
                ("ROUND", [own, decimals]) => Some(own.round(u32::try_from(decimals.to_count()?).ok()?)),
                _ => panic!("{name} of {}", list.len()),
            }
        }
    }

    #[test]
    fn a_worksheet_has_the_same_value_for_random_formulas() {
        let (mut made, mut compared) = (Made::new(2025), 0);
        for _ in 0..3000 {
            let (typed, values) = (made.formula(3), made.values());
            let Ok(formula) = Formula::parse(&typed, Made::inputs()) else { continue };
            let Some(sheet) = formula.sheet(&["A1", "B1", "C1"]) else { continue };
            let value = formula.value(&values);
            if value.as_ref().is_err_and(|trouble| trouble.kind == TroubleKind::TooLarge) {
                continue;
            }
            let mut grid = Grid { rest: &sheet, cells: &values };
            let own = grid.expression(1);
            assert_eq!((own, grid.rest), (value.ok(), ""), "{} is {sheet} of {values:?}", formula.text());
            compared += 1;
        }
        assert!(compared > 2500, "{compared}");
    }

    #[test]
    fn what_spreadsheets_take_differently_is_written_so_that_they_agree() {
        let inputs = || Inputs::parse("a;b").unwrap();
        for (text, expected) in [
            ("a", "A1+0"),
            ("-2^2", "-(2^2)"),
            ("(-a)^2", "(-A1)^2"),
            ("a^0", "(A1*0+1)"),
            ("a - -b", "A1-(-B1)"),
            ("a*5%", "A1*0.05"),
            ("min(a, 5)", "MIN(A1+0,5)"),
            ("clamp((a - b)*1.5, 5)", "MAX(-5,MIN(5,(A1-B1)*1.5))"),
            ("clamp(1, a)", "IF(ROUND(A1+0,10)<0,NA(),MAX(-A1,MIN(A1+0,1)))"),
            ("if(a >= b + 1, a, 0)", "IF(ROUND(A1-(B1+1),10)>=0,A1+0,0)"),
            ("round(a/3, 1)", "ROUND(ROUND(A1/3,10),1)"),
            ("floor(a)", "INT(ROUND(A1+0,10))"),
            ("2*ceil(a)", "2*(-INT(-ROUND(A1+0,10)))"),
            ("abs(a - b)", "ABS(A1-B1)"),
        ] {
            let formula = Formula::parse(text, inputs()).unwrap();
            assert_eq!(formula.sheet(&["A1", "B1"]).as_deref(), Some(expected), "{text}");
        }
        let named = Formula::parse("a + b", inputs()).unwrap();
        assert_eq!(named.sheet(&["'表 ('!$B$2", "C3"]).as_deref(), Some("'表 ('!$B$2+C3"));
    }

    #[test]
    fn what_a_worksheet_cannot_do_is_not_live() {
        let deep = format!("{}a{}", "floor(".repeat(40), ")".repeat(40));
        let doubled = format!("{}a{}", "clamp(1, ".repeat(20), ")".repeat(20));
        let many = format!("min({}1)", "1,".repeat(300));
        for text in ["1.234567890123456", "1234567890123456", &deep, &doubled, &many] {
            let formula = Formula::parse(text, Inputs::parse("a").unwrap()).unwrap();
            assert_eq!(formula.sheet(&["A1"]), None, "{text}");
        }
        let long = Formula::parse("123456789012345000", Inputs::default()).unwrap();
        assert_eq!(long.sheet(&[]).as_deref(), Some("123456789012345000"));
    }
}

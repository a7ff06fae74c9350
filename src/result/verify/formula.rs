//! The value of a formula, calculated a second time from its canonical text.
//!
//! It reads and calculates in one pass, without a tree: a branch that is not chosen is read, but not calculated. Nothing
//! is shared with the formulas of the model but exact numbers. Pure.

use std::collections::BTreeMap;

use crate::shared::number::{Exact, Rounding};
use crate::shared::text::key;

/// Most binary digits of a step, and most readings within each other.
const BITS: u64 = 2048;
const DEEPEST: usize = 200;

/// How strongly signs bind.
const ADDED: u8 = 1;
const MULTIPLIED: u8 = 2;
const NEGATED: u8 = 3;
const RAISED: u8 = 4;

/// The value of a canonical text with its inputs by name; none if it has none, or is no such text.
pub fn value(text: &str, inputs: &BTreeMap<&str, Exact>) -> Option<Exact> {
    let mut reading = Reading { rest: text, inputs, depth: 0 };
    let value = reading.expression(ADDED, true)?;
    reading.rest.is_empty().then_some(value)
}

/// Whether a formula as people write it is that of a canonical text: the same signs but for brackets, and the same value for
/// several values of the names in it.
pub fn reads_alike(written: &str, canonical: &str) -> bool {
    let (typed, plain) = (signs(written), signs(canonical));
    let bare =
        |list: &[String]| list.iter().filter(|sign| !matches!(sign.as_str(), "(" | ")")).cloned().collect::<Vec<_>>();
    let is_name = |sign: &&String| sign.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let names: Vec<&str> = plain.iter().filter(is_name).map(String::as_str).collect();
    let again = typed.concat();
    let alike = |turn: i64| {
        let value = |at: usize| Exact::from(turn * 7 - 9) + Exact::ratio(at as i64 * (5 - turn), 3);
        let inputs = names.iter().enumerate().map(|(at, name)| (*name, value(at))).collect();
        self::value(&again, &inputs) == self::value(canonical, &inputs)
    };
    bare(&typed) == bare(&plain) && (0..SAMPLES).all(alike)
}

/// How many values are tried.
const SAMPLES: i64 = 8;

/// The signs of a formula, in one way of writing: half width, functions in small letters, numbers without needless digits, no
/// sign of plus that adds nothing.
fn signs(text: &str) -> Vec<String> {
    let flat: Vec<char> = key(text).chars().map(plain).collect();
    let mut list: Vec<String> = Vec::new();
    let mut at = 0;
    while at < flat.len() {
        let run = |is: fn(char) -> bool| flat[at..].iter().take_while(|c| is(**c)).collect::<String>();
        let own = match flat[at] {
            c if c.is_ascii_digit() => run(|c| c.is_ascii_digit() || c == '.'),
            c if c.is_alphabetic() || c == '_' => run(|c| c.is_alphanumeric() || c == '_'),
            c if "<>=!".contains(c) => run(|c| "<>=!".contains(c)),
            c => c.to_string(),
        };
        at += own.chars().count();
        let is_function = flat.get(at) == Some(&'(');
        let is_operand =
            list.last().is_some_and(|last| last.ends_with(|c: char| c.is_alphanumeric() || ")%_".contains(c)));
        list.push(match own.as_str() {
            "+" if !is_operand => continue,
            "==" => "=".to_owned(),
            "!=" => "<>".to_owned(),
            number if number.starts_with(|c: char| c.is_ascii_digit()) => {
                Exact::parse(number).map_or_else(|| number.to_owned(), |number| number.to_string())
            }
            name if is_function => name.to_lowercase(),
            other => other.to_owned(),
        });
    }
    list.into_iter().map(apart).collect()
}

/// The sign that a keyboard has in place of another.
fn plain(c: char) -> char {
    match c {
        '\u{2212}' | '\u{2013}' => '-',
        '\u{d7}' => '*',
        '\u{f7}' => '/',
        c => c,
    }
}

/// Signs of comparison that are one character are written as two.
fn apart(sign: String) -> String {
    match sign.as_str() {
        "\u{2264}" => "<=".to_owned(),
        "\u{2265}" => ">=".to_owned(),
        "\u{2260}" => "<>".to_owned(),
        _ => sign,
    }
}

struct Reading<'r> {
    rest: &'r str,
    inputs: &'r BTreeMap<&'r str, Exact>,
    depth: usize,
}

impl<'r> Reading<'r> {
    /// Passes a sign and the blanks about it, if it comes next.
    fn eats(&mut self, sign: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(sign);
        self.rest = rest.map_or(self.rest, str::trim_start);
        rest.is_some()
    }

    fn must(&mut self, sign: &str) -> Option<()> {
        self.eats(sign).then_some(())
    }

    /// Passes the characters of a kind that come next.
    fn run(&mut self, is: impl Fn(char) -> bool) -> &'r str {
        let end = self.rest.find(|c| !is(c)).unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at(end);
        self.rest = rest;
        run
    }

    /// Reads as long as signs bind at least so strongly. What is not `live` counts as 0.
    fn expression(&mut self, least: u8, live: bool) -> Option<Exact> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut left = if self.eats("-") { -self.expression(NEGATED, live)? } else { self.operand(live)? };
        while let Some((sign, strength)) = self.sign().filter(|(_, strength)| *strength >= least) {
            self.must(sign)?;
            left = if strength == RAISED {
                let exponent: u32 = self.run(|c| c.is_ascii_digit()).parse().ok()?;
                if exponent > 20 {
                    return None;
                }
                (0..exponent).fold(Exact::from(1), |power, _| power * &left)
            } else {
                let right = self.expression(strength + 1, live)?;
                match sign {
                    _ if !live => Exact::zero(),
                    "+" => left + right,
                    "-" => left - right,
                    "*" => left * right,
                    _ if right.is_zero() => return None,
                    _ => left / right,
                }
            };
            if live && left.bits() > BITS {
                return None;
            }
        }
        self.depth -= 1;
        Some(left)
    }

    /// The operator that comes next.
    fn sign(&self) -> Option<(&'static str, u8)> {
        let signs = [("+", ADDED), ("-", ADDED), ("*", MULTIPLIED), ("/", MULTIPLIED), ("^", RAISED)];
        signs.into_iter().find(|(sign, _)| self.rest.trim_start().starts_with(sign))
    }

    fn operand(&mut self, live: bool) -> Option<Exact> {
        if self.eats("(") {
            let value = self.expression(ADDED, live)?;
            self.must(")")?;
            return Some(value);
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            let number = Exact::parse(self.run(|c| c.is_ascii_digit() || c == '.'))?;
            return Some(if self.eats("%") { number / Exact::from(100) } else { number });
        }
        let name = self.run(|c| c.is_alphanumeric() || c == '_');
        match (name, self.eats("(")) {
            ("if", true) => self.branches(live),
            (function, true) => {
                let arguments = self.arguments(live)?;
                if live { applied(function, &arguments) } else { Some(Exact::zero()) }
            }
            (_, false) if live => self.inputs.get(name).cloned(),
            (_, false) => Some(Exact::zero()),
        }
    }

    fn arguments(&mut self, live: bool) -> Option<Vec<Exact>> {
        let mut list = vec![self.expression(ADDED, live)?];
        while self.eats(",") {
            list.push(self.expression(ADDED, live)?);
        }
        self.must(")")?;
        Some(list)
    }

    fn branches(&mut self, live: bool) -> Option<Exact> {
        let left = self.expression(ADDED, live)?;
        let sign = ["<>", "<=", ">=", "<", ">", "="].into_iter().find(|sign| self.eats(sign))?;
        let right = self.expression(ADDED, live)?;
        let holds = match sign {
            "<>" => left != right,
            "<=" => left <= right,
            ">=" => left >= right,
            "<" => left < right,
            ">" => left > right,
            _ => left == right,
        };
        self.must(",")?;
        let then = self.expression(ADDED, live && holds)?;
        self.must(",")?;
        let otherwise = self.expression(ADDED, live && !holds)?;
        self.must(")")?;
        Some(if holds { then } else { otherwise })
    }
}

/// A function of its arguments.
fn applied(function: &str, arguments: &[Exact]) -> Option<Exact> {
    match (function, arguments) {
        ("min", list) => list.iter().min().cloned(),
        ("max", list) => list.iter().max().cloned(),
        ("clamp", [_, limit]) if limit.is_negative() => None,
        ("clamp", [own, limit]) if own.is_negative() => Some(Exact::zero() - limit.min(&(Exact::zero() - own))),
        ("clamp", [own, limit]) => Some(own.min(limit).clone()),
        ("abs", [own]) if own.is_negative() => Some(Exact::zero() - own),
        ("abs", [own]) => Some(own.clone()),
        ("floor", [own]) => Some(own.whole(Rounding::Floor)),
        ("ceil", [own]) => Some(-(Exact::zero() - own).whole(Rounding::Floor)),
        ("round", [own, decimals]) => {
            let places = decimals.to_count().filter(|places| *places <= 10)?;
            let scale = (0..places).fold(Exact::from(1), |scale, _| scale * Exact::from(10));
            // Half away from zero: the size rounded half up, with its sign.
            let size = (own.abs() * &scale + Exact::ratio(1, 2)).whole(Rounding::Floor) / scale;
            Some(if own.is_negative() { -size } else { size })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::formula::made::{Made, NAMES};
    use crate::model::formula::{Formula, Inputs};

    #[test]
    fn both_calculations_agree_on_random_formulas() {
        let mut made = Made::new(1913);
        let (mut valued, mut faulty) = (0, 0);
        for _ in 0..3000 {
            let (typed, values, inputs) = (made.formula(4), made.values(), Made::inputs());
            // Some are longer than a formula may be.
            let Ok(formula) = Formula::parse(&typed, inputs.clone()) else {
                assert!(typed.len() > 500, "{typed}");
                continue;
            };
            let again = Formula::parse(formula.text(), inputs).unwrap();
            assert_eq!(again, formula, "{typed}");
            let by_name = NAMES.into_iter().zip(values.iter().flatten().cloned()).collect();
            let first = formula.value(&values).ok();
            assert_eq!(value(formula.text(), &by_name), first, "{} {by_name:?}", formula.text());
            // The text with values in place of names has the same value: its signs are those that people type.
            let shown = Formula::parse(&formula.with_values(&values), Inputs::default());
            assert!(shown.is_err() || shown.unwrap().value(&[]).ok() == first, "{}", formula.with_values(&values));
            *(if first.is_some() { &mut valued } else { &mut faulty }) += 1;
        }
        assert!(valued > 1500 && faulty > 150, "{valued} {faulty}");
    }

    #[test]
    fn a_written_formula_is_that_of_its_canonical_text_and_of_no_other() {
        let mut made = Made::new(77);
        for _ in 0..500 {
            let typed = made.formula(3);
            let Ok(formula) = Formula::parse(&typed, Made::inputs()) else { continue };
            assert!(reads_alike(&typed, formula.text()), "{typed} {}", formula.text());
        }
        for (written, other) in [
            ("a*(b + 1)", "a*b + 1"),
            ("clamp(a, 5)", "clamp(a, 6)"),
            ("a - b", "b - a"),
            ("if(a < 1, 2, 3)", "if(a <= 1, 2, 3)"),
            ("a - (b - 1)", "a - b - 1"),
        ] {
            assert!(!reads_alike(written, other), "{written} {other}");
        }
    }

    #[test]
    fn the_second_calculation_knows_the_language() {
        let inputs: BTreeMap<&str, Exact> = [("a", Exact::from(4)), ("完成率", Exact::ratio(-5, 2))].into();
        for (text, expected) in [
            ("-2^2", "-4"),
            ("(-2)^2", "4"),
            ("2*a^2", "32"),
            ("a - 1 - 1", "2"),
            ("a/2/2", "1"),
            ("5% + 1", "1.05"),
            ("完成率^0", "1"),
            ("round(完成率, 0)", "-3"),
            ("floor(完成率)", "-3"),
            ("ceil(完成率)", "-2"),
            ("clamp(完成率, 1)", "-1"),
            ("if(a >= 4, 1, 1/0)", "1"),
            ("if(a <> 4, nobody, 2)", "2"),
            ("min(a, 3, 9)", "3"),
            ("max(a)", "4"),
        ] {
            assert_eq!(value(text, &inputs).map(|own| own.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "1/0", "1/(a - 4)", "nobody", "clamp(1, -1)", "2 2", "(1", "sum(1, 2)", "2^21", "round(1, 11)"]
        {
            assert_eq!(value(text, &inputs), None, "{text}");
        }
        assert_eq!(value(&"(".repeat(10_000), &inputs), None);
        assert_eq!(value("((9999999999^20)^20)^20", &inputs), None);
    }
}

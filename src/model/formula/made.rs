//! Random formulas for tests, in the signs that people type, and values for their inputs.

use super::Inputs;
use crate::shared::number::{Exact, Random};

/// The inputs that random formulas have.
pub(crate) const NAMES: [&str; 3] = ["a", "rate", "\u{5b8c}\u{6210}\u{7387}"];

/// Makes random formulas.
pub(crate) struct Made(Random);

impl Made {
    /// The formulas of a seed.
    pub(crate) const fn new(seed: u64) -> Self {
        Self(Random::new(seed))
    }

    /// The inputs of every formula.
    pub(crate) fn inputs() -> Inputs {
        Inputs::parse(&NAMES.join(";")).unwrap()
    }

    /// A value for each input, with one decimal.
    pub(crate) fn values(&mut self) -> Vec<Option<Exact>> {
        NAMES.iter().map(|_| Some(Exact::from(self.0.between(-300, 300)) / Exact::from(10))).collect()
    }

    fn one_of<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[usize::try_from(self.0.between(0, list.len() as i64 - 1)).unwrap()]
    }

    fn number(&mut self) -> String {
        match self.0.between(0, 3) {
            0 => self.0.between(0, 3).to_string(),
            1 => format!("{}.{}", self.0.between(0, 20), self.0.between(0, 99)),
            2 => format!("{}%", self.0.between(0, 300)),
            _ => self.0.between(0, 1000).to_string(),
        }
    }

    /// A formula that is no deeper.
    pub(crate) fn formula(&mut self, depth: u32) -> String {
        if depth == 0 || self.0.once_in(5) {
            return if self.0.once_in(2) { self.number() } else { self.one_of(&NAMES).to_owned() };
        }
        let (x, y) = (self.formula(depth - 1), self.formula(depth - 1));
        match self.0.between(0, 15) {
            0..=5 => {
                let sign = self.one_of(&["+", "-", "*", "/", " ＋ ", "−", "×", "÷", "－", "*-", " - -"]);
                format!("{x}{sign}{y}")
            }
            6 => format!("({x})*({y})"),
            7 => format!("-({x})"),
            8 => format!("（{x}）^{}", self.0.between(0, 4)),
            9 => {
                let sign = self.one_of(&["<", "<=", ">", ">=", "=", "<>", "≤", "≥", "≠", "==", "!="]);
                let (then, otherwise) = (self.formula(depth - 1), self.formula(depth - 1));
                format!("if({x} {sign} {y}, {then}, {otherwise})")
            }
            10 => format!("min({x}, {y})"),
            11 => format!("MAX（{x}，{y}，1）"),
            12 => format!("clamp({x}, {y})"),
            13 => format!("abs({x}) - round({y}, {})", self.0.between(0, 3)),
            14 => format!("floor({x}) + {y}"),
            _ => format!("ceil({x})*{y}"),
        }
    }
}

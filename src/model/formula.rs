//! The formula language (公式) of leaves: an expression over named inputs, read from text and calculated exactly.
//!
//! `rate + clamp((gdp - target)*1.5, 5)` over the inputs `rate:%;gdp;target`. A [`Formula`] is made by parsing and keeps
//! its canonical text; it gives its value, the same text with values put in, and a formula for a worksheet. The second
//! calculation of `verify` reads the canonical text by itself. What the language has is in docs/measures.md. Pure.

use serde::{Deserialize, Serialize};

use crate::shared::number::Exact;

mod fault;
mod inputs;
mod lexer;
mod node;
mod parser;
mod sheet;
mod value;
mod written;

pub use fault::{Fault, Found, Wanted};
pub use inputs::{Input, Inputs};
pub use node::{Comparison, Function};
pub use value::{Trouble, TroubleKind};

use node::Node;
use written::Writer;

/// Most characters of a formula, as typed and in its canonical form.
pub const LONGEST: usize = 1000;
/// Most levels of brackets, functions and signs within each other.
pub const DEEPEST: usize = 50;
/// Most digits of a number that is written in a formula.
pub const DIGITS: usize = 30;
/// The largest exponent, which is a literal whole number.
pub const EXPONENT: u32 = 20;
/// The most decimals to which `round` rounds; spreadsheets keep no more.
pub const DECIMALS: u32 = 10;
/// Most binary digits of numerator and denominator of a result and of every step towards it: about 600 decimal digits.
pub const BITS: u64 = 2048;

/// A checked formula with its inputs.
///
/// It is stored as its canonical text and the list of its inputs. Positions in troubles are those of the canonical text.
///
/// ```
/// use assess::model::formula::{Formula, Inputs};
/// use assess::shared::number::Exact;
/// let inputs = Inputs::parse("rate:%;gdp;target").unwrap();
/// let formula = Formula::parse("rate＋clamp（（gdp－target）×1.5，5）", inputs).unwrap();
/// assert_eq!(formula.text(), "rate + clamp((gdp - target)*1.5, 5)");
/// let values: Vec<_> = ["55.4", "10.3", "10"].map(Exact::parse).into();
/// assert_eq!(formula.with_values(&values), "55.4 + clamp((10.3 − 10)×1.5, 5)");
/// assert_eq!(formula.value(&values).unwrap().to_string(), "55.85");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Formula {
    #[serde(rename = "expr")]
    text: String,
    inputs: Inputs,
    #[serde(skip_serializing)]
    root: Node,
}

/// A formula as it is stored.
#[derive(Deserialize)]
struct Stored {
    expr: String,
    inputs: Inputs,
}

impl TryFrom<Stored> for Formula {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        Self::parse(&stored.expr, stored.inputs).map_err(|_| format!("no formula: {}", stored.expr))
    }
}

impl Formula {
    /// Reads a formula: all names that are no inputs, and the first fault of its syntax, in the order of their columns.
    pub fn parse(text: &str, inputs: Inputs) -> Result<Self, Vec<Fault>> {
        let typed = parser::parse(text, &inputs)?;
        let canonical = Writer::canonical(&inputs).text(&typed);
        // Brackets that the canonical form adds count as well.
        let root = parser::parse(&canonical, &inputs)?;
        Ok(Self { text: canonical, inputs, root })
    }

    /// The canonical text: signs of a keyboard, one way of spacing, brackets where they are needed or were typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The inputs, by whose index values are given.
    pub const fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// The inputs that the formula does not use.
    pub fn unused(&self) -> Vec<&Input> {
        let used = self.root.inputs();
        self.inputs.iter().enumerate().filter(|(index, _)| !used.contains(index)).map(|(_, input)| input).collect()
    }

    /// The exact value; only what is needed is calculated, so a branch that is not chosen may have any fault.
    pub fn value(&self, values: &[Option<Exact>]) -> Result<Exact, Trouble> {
        value::value(&self.root, &self.inputs, values)
    }

    /// The text with values in place of names, and printed signs: `55.4 + clamp((10.3 − 10)×1.5, 5)`.
    pub fn with_values(&self, values: &[Option<Exact>]) -> String {
        Writer::with_values(&self.inputs, values).text(&self.root)
    }

    /// The text with values and its result: `4 − 1.5 = 2.5`; a result that no decimal can write is a quotient.
    pub fn worked(&self, values: &[Option<Exact>]) -> Result<String, Trouble> {
        let (writer, value) = (Writer::with_values(&self.inputs, values), self.value(values)?);
        Ok(format!("{} = {}", writer.text(&self.root), writer.number(&value)))
    }

    /// The same calculation for a worksheet, without `=`, given the cell of each input; `None` where a worksheet cannot
    /// do it: a number of more than 15 digits, or too long or deep.
    pub fn sheet(&self, cells: &[&str]) -> Option<String> {
        sheet::sheet(&self.root, cells)
    }
}

//! The inputs of a formula (输入项): `rate:%;gdp;target`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fault::{Fault, Wanted};
use super::lexer::{Lexeme, Token, tokens};
use super::node::Function;
use crate::model::rule::Shape;

/// An input: a row below its leaf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its name, as the formula has it.
    pub name: String,
    /// Whether its value is entered as a percentage: 95 and `95%` are both 95.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub percent: bool,
}

impl Input {
    /// How its value is typed.
    pub const fn shape<'r>(&self) -> Shape<'r> {
        if self.percent { Shape::Percent } else { Shape::Number }
    }
}

/// The inputs of a formula in the order of their list, each name once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Input>")]
pub struct Inputs(Vec<Input>);

impl TryFrom<Vec<Input>> for Inputs {
    type Error = String;

    fn try_from(list: Vec<Input>) -> Result<Self, String> {
        let own = Self(list);
        match Self::parse(&own.to_string()) {
            Ok(read) if read == own => Ok(own),
            _ if own.0.is_empty() => Ok(own),
            _ => Err(format!("no list of inputs: {own}")),
        }
    }
}

impl Inputs {
    /// Reads a list of names, separated by `;`, `；` or `、`, each with `:%` where its value is a percentage. All faults.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let tokens = tokens(text).map_err(|fault| vec![fault])?;
        let mut list: Vec<Input> = Vec::new();
        let mut faults = Vec::new();
        for item in tokens.split_inclusive(|token| matches!(token.lexeme, Lexeme::Separator | Lexeme::End)) {
            match item_of(item, &list) {
                Ok(input) => list.push(input),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(Self(list)) } else { Err(faults) }
    }

    /// The inputs in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Input> {
        self.0.iter()
    }

    /// The inputs as a list.
    pub fn list(&self) -> &[Input] {
        &self.0
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The index of a name.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|input| input.name == name)
    }

    /// The name of an index.
    pub(super) fn name(&self, index: usize) -> &str {
        &self.0[index].name
    }
}

/// One item with the sign that ends it.
fn item_of(item: &[Token], before: &[Input]) -> Result<Input, Fault> {
    let unexpected = |token: &Token, wanted: Wanted| match &token.lexeme {
        Lexeme::Bad(own) if *own != Wanted::Decimal => token.fault(own.clone()),
        _ => token.fault(wanted),
    };
    let (head, rest) = item.split_first().expect("an item has at least the sign that ends it");
    let Lexeme::Name(name) = &head.lexeme else { return Err(unexpected(head, Wanted::Name)) };
    if Function::named(name).is_some() {
        return Err(head.fault(Wanted::FreeName));
    }
    if before.iter().any(|input| input.name == *name) {
        return Err(head.fault(Wanted::NewName));
    }
    let percent = match rest {
        [_] => false,
        [colon, sign, _] if (&colon.lexeme, &sign.lexeme) == (&Lexeme::Colon, &Lexeme::PercentSign) => true,
        [colon, sign, more, ..] if colon.lexeme == Lexeme::Colon => {
            let is_sign = sign.lexeme == Lexeme::PercentSign;
            let (token, wanted) = if is_sign { (more, Wanted::NextInput) } else { (sign, Wanted::PercentMark) };
            return Err(unexpected(token, wanted));
        }
        [colon, end] if colon.lexeme == Lexeme::Colon => return Err(end.fault(Wanted::PercentMark)),
        [other, ..] => return Err(unexpected(other, Wanted::Separator)),
        [] => return Err(head.fault(Wanted::Name)),
    };
    Ok(Input { name: name.clone(), percent })
}

/// The canonical list: `rate:%;gdp;target`.
impl fmt::Display for Inputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, input) in self.0.iter().enumerate() {
            let (separator, mark) = (if index == 0 { "" } else { ";" }, if input.percent { ":%" } else { "" });
            write!(f, "{separator}{}{mark}", input.name)?;
        }
        Ok(())
    }
}

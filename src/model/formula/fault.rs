//! What is wrong with the text of a formula or of its inputs: where, what was found, what belongs there.

use crate::shared::finding::Arg;
use crate::shared::i18n::{Lang, say};

/// A fault of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The character at which it is, from 1; after the last one if the text ends too early.
    pub column: usize,
    /// What is there.
    pub found: Found,
    /// What belongs there.
    pub wanted: Wanted,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A word or sign, as typed.
    Text(String),
    /// The end of the text.
    End,
    /// So many arguments of a function.
    Arguments(usize),
    /// A text of so many characters.
    Length(usize),
}

/// What was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A number, an input, a function or an opening bracket.
    Value,
    /// An operator or the end of the formula.
    Operator,
    /// An operator or a closing bracket.
    Close,
    /// An operator or a comma.
    Comma,
    /// An operator, a comma or a closing bracket.
    CommaOrClose,
    /// An operator or a comparison.
    Comparison,
    /// No comparison: it stands only as the condition of if().
    Condition,
    /// An opening bracket after the name of a function.
    Open,
    /// A closing bracket after decimals.
    OnlyClose,
    /// Digits with at most one point.
    Decimal,
    /// A percent sign only after a number.
    Percent,
    /// A sign of the language.
    Sign,
    /// A whole exponent within its range.
    Exponent,
    /// Brackets about the first of two powers.
    OneExponent,
    /// Whole decimals within their range.
    Decimals,
    /// One of the inputs; those nearest to the unknown name, or all if none is near.
    Input(Vec<String>),
    /// One of the functions; those nearest to the unknown name, or all if none is near.
    Function(Vec<String>),
    /// Exactly so many arguments.
    Arguments(usize),
    /// A shorter text.
    Shorter(usize),
    /// Fewer levels within each other.
    Shallower(usize),
    /// The name of an input.
    Name,
    /// A name that no function has.
    FreeName,
    /// A name that is not in the list before.
    NewName,
    /// A percent sign after the colon.
    PercentMark,
    /// A separator, a colon with a percent sign, or the end of the list.
    Separator,
    /// A separator or the end of the list.
    NextInput,
}

impl Fault {
    /// The fault in words: `column 5: found "+"; expected a number, …`.
    pub fn text(&self, lang: Lang) -> String {
        let (found, wanted) = (self.found.arg().text(lang), self.wanted.arg().text(lang));
        say!(lang, "formula.fault", column = self.column, found, wanted)
    }
}

impl Found {
    /// What was found, for a message.
    pub fn arg(&self) -> Arg {
        match self {
            Self::Text(text) => filled("formula.found.text", "text", text),
            Self::End => Arg::Word("formula.found.end"),
            Self::Arguments(count) => filled("formula.found.arguments", "count", count),
            Self::Length(count) => filled("formula.found.length", "count", count),
        }
    }
}

impl Wanted {
    /// What was expected, for a message.
    pub fn arg(&self) -> Arg {
        Arg::Word(match self {
            Self::Exponent => return filled("formula.wanted.exponent", "most", &super::EXPONENT),
            Self::Decimals => return filled("formula.wanted.decimals", "most", &super::DECIMALS),
            Self::Decimal => return filled("formula.wanted.decimal", "most", &super::DIGITS),
            Self::Input(names) if names.is_empty() => "formula.wanted.no-input",
            Self::Input(names) => return filled("formula.wanted.input", "names", &names.join(" / ")),
            Self::Function(names) => return filled("formula.wanted.function", "names", &names.join(" / ")),
            Self::Arguments(count) => return filled("formula.wanted.arguments", "count", count),
            Self::Shorter(most) => return filled("formula.wanted.shorter", "most", most),
            Self::Shallower(most) => return filled("formula.wanted.shallower", "most", most),
            Self::Value => "formula.wanted.value",
            Self::Operator => "formula.wanted.operator",
            Self::Close => "formula.wanted.close",
            Self::Comma => "formula.wanted.comma",
            Self::CommaOrClose => "formula.wanted.comma-or-close",
            Self::Comparison => "formula.wanted.comparison",
            Self::Condition => "formula.wanted.condition",
            Self::Open => "formula.wanted.open",
            Self::OnlyClose => "formula.wanted.only-close",
            Self::Percent => "formula.wanted.percent",
            Self::Sign => "formula.wanted.sign",
            Self::OneExponent => "formula.wanted.one-exponent",
            Self::Name => "formula.wanted.name",
            Self::FreeName => "formula.wanted.free-name",
            Self::NewName => "formula.wanted.new-name",
            Self::PercentMark => "formula.wanted.percent-mark",
            Self::Separator => "formula.wanted.separator",
            Self::NextInput => "formula.wanted.next-input",
        })
    }
}

/// A text of the catalogue with one value.
fn filled(key: &'static str, name: &'static str, value: &dyn ToString) -> Arg {
    Arg::Filled { key, values: vec![(name, value.to_string())] }
}

//! The words and signs of a formula, with the signs an office types: full-width ones, − × ÷ ≤ ≥ ≠.
//!
//! A full-width or compatibility form is taken for its plain character, as NFKC has it, one for one; other characters
//! that NFKC would turn into letters or digits (², ①, ½) are not guessed.

use unicode_normalization::UnicodeNormalization as _;

use super::fault::{Fault, Found, Wanted};
use super::node::Comparison;
use super::{DIGITS, LONGEST};
use crate::shared::number::Exact;
use crate::shared::text::is_invisible;

/// A word or sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lexeme {
    Number(Exact),
    Percent(Exact),
    Name(String),
    Plus,
    Minus,
    Times,
    Divide,
    Power,
    Open,
    Close,
    Comma,
    Colon,
    Separator,
    PercentSign,
    Compare(Comparison),
    /// What is none of the others, and what it should have been.
    Bad(Wanted),
    End,
}

/// A word or sign with its place.
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// The column of its first character, from 1.
    pub(super) column: usize,
    /// As typed.
    pub(super) typed: String,
    pub(super) lexeme: Lexeme,
}

impl Token {
    /// The fault that something else belongs here.
    pub(super) fn fault(&self, wanted: Wanted) -> Fault {
        let found = if self.lexeme == Lexeme::End { Found::End } else { Found::Text(self.typed.clone()) };
        Fault { column: self.column, found, wanted }
    }
}

/// A character of a name: ASCII letters, underscore, Chinese characters.
pub(super) const fn is_letter(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '_' | '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
        || matches!(c, '\u{20000}'..='\u{323AF}')
}

const fn is_name(c: char) -> bool {
    is_letter(c) || c.is_ascii_digit()
}

/// The tokens of a text, ended by [`Lexeme::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let typed: Vec<char> = text.chars().collect();
    if typed.len() > LONGEST {
        let found = Found::Length(typed.len());
        return Err(Fault { column: LONGEST + 1, found, wanted: Wanted::Shorter(LONGEST) });
    }
    let chars: Vec<char> = typed.iter().map(|c| plain(*c)).collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if chars[at].is_whitespace() || is_invisible(chars[at]) {
            at += 1;
            continue;
        }
        let (length, lexeme) = next(&chars[at..]);
        tokens.push(Token { column: at + 1, typed: typed[at..at + length].iter().collect(), lexeme });
        at += length;
    }
    tokens.push(Token { column: typed.len() + 1, typed: String::new(), lexeme: Lexeme::End });
    Ok(tokens)
}

/// The plain form of a full-width, small or compatibility character.
fn plain(c: char) -> char {
    let is_form = matches!(c, '\u{3000}' | '\u{F900}'..='\u{FAFF}' | '\u{FE50}'..='\u{FE6F}' | '\u{FF01}'..='\u{FFEE}')
        || matches!(c, '\u{2F800}'..='\u{2FA1F}');
    let mut forms = std::iter::once(c).nfkc();
    match (is_form, forms.next(), forms.next()) {
        (true, Some(plain), None) => plain,
        _ => c,
    }
}

/// The first word or sign of a text that does not begin with a blank, and its length.
fn next(chars: &[char]) -> (usize, Lexeme) {
    let run = |is: fn(char) -> bool| chars.iter().take_while(|c| is(**c)).count();
    match chars[0] {
        c if is_letter(c) => {
            let length = run(is_name);
            (length, Lexeme::Name(chars[..length].iter().collect()))
        }
        '0'..='9' | '.' => number(chars, run(|c| c.is_ascii_digit() || c == '.')),
        _ => sign(chars),
    }
}

/// A number of so many characters, with the percent sign that may follow it.
fn number(chars: &[char], length: usize) -> (usize, Lexeme) {
    let digits: String = chars[..length].iter().collect();
    let zeros = digits.starts_with('0') && digits[1..].starts_with(|c: char| c.is_ascii_digit());
    let value = Exact::parse(&digits).filter(|_| !zeros && digits.len() <= DIGITS);
    let blanks = chars[length..].iter().take_while(|c| c.is_whitespace()).count();
    let is_percent = chars.get(length + blanks) == Some(&'%');
    match (value, is_percent) {
        (Some(value), true) => (length + blanks + 1, Lexeme::Percent(value)),
        (Some(value), false) => (length, Lexeme::Number(value)),
        (None, _) => (length, Lexeme::Bad(Wanted::Decimal)),
    }
}

fn sign(chars: &[char]) -> (usize, Lexeme) {
    let two = match (chars[0], chars.get(1)) {
        ('<', Some('=')) => Some(Comparison::AtMost),
        ('>', Some('=')) => Some(Comparison::AtLeast),
        ('<', Some('>')) | ('!', Some('=')) => Some(Comparison::Unequal),
        ('=', Some('=')) => Some(Comparison::Equal),
        _ => None,
    };
    if let Some(comparison) = two {
        return (2, Lexeme::Compare(comparison));
    }
    let one = match chars[0] {
        '+' => Lexeme::Plus,
        '-' | '\u{2212}' | '\u{2013}' => Lexeme::Minus,
        '*' | '\u{D7}' => Lexeme::Times,
        '/' | '\u{F7}' => Lexeme::Divide,
        '^' => Lexeme::Power,
        '(' => Lexeme::Open,
        ')' => Lexeme::Close,
        ',' => Lexeme::Comma,
        ':' => Lexeme::Colon,
        ';' | '\u{3001}' => Lexeme::Separator,
        '%' => Lexeme::PercentSign,
        '<' => Lexeme::Compare(Comparison::Less),
        '>' => Lexeme::Compare(Comparison::More),
        '=' => Lexeme::Compare(Comparison::Equal),
        '\u{2264}' | '\u{2266}' => Lexeme::Compare(Comparison::AtMost),
        '\u{2265}' | '\u{2267}' => Lexeme::Compare(Comparison::AtLeast),
        '\u{2260}' => Lexeme::Compare(Comparison::Unequal),
        _ => Lexeme::Bad(Wanted::Sign),
    };
    (1, one)
}

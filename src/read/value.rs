//! A raw cell value, before anybody decides what it means.

use jiff::civil::Date;

use crate::number::Exact;

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawValue {
    /// A number cell: its double as the decimal a user sees.
    Number {
        /// The value; a percent-formatted 95 % is 0.95.
        value: Exact,
        /// Whether the cell is formatted as a percentage.
        percent: bool,
    },
    /// Text, exactly as typed.
    Text {
        /// The text.
        text: String,
        /// Whether it comes from csv, where numbers are text by nature.
        csv: bool,
    },
    /// TRUE or FALSE.
    Flag(bool),
    /// A date.
    Date(Date),
    /// A number formatted as a date or duration that is no calendar date.
    Serial(String),
    /// An error value such as `#REF!`, or a cell that cannot be read.
    Fault(String),
    /// A formula that was never calculated.
    Uncalculated,
}

impl RawValue {
    /// The value as the text a user sees, for names, codes and messages.
    pub fn text(&self) -> String {
        match self {
            Self::Number { value, percent: true } => format!("{}%", value.clone() * Exact::from(100)),
            Self::Number { value, percent: false } => value.to_string(),
            Self::Text { text, .. } => text.trim().to_owned(),
            Self::Flag(flag) => flag.to_string().to_uppercase(),
            Self::Date(date) => date.to_string(),
            Self::Serial(text) | Self::Fault(text) => text.clone(),
            Self::Uncalculated => String::new(),
        }
    }

    /// Whether the cell looks empty.
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Text { text, .. } if text.trim().is_empty())
    }
}

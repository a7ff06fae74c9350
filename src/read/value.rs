//! A raw cell value, before its meaning is decided.

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize};

use crate::shared::number::Exact;

/// The content of a cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RawValue {
    /// A number cell: its double as the decimal a user sees.
    Number {
        /// The value; a percent-formatted 95 % is 0.95.
        value: Exact,
        /// Whether the cell is formatted as a percentage.
        percent: bool,
        /// What the cell shows if its number format determines that: 1.1 under `0.00` is 1.10. Under General it cannot
        /// be known whether a zero was typed at either end.
        shown: Option<Arc<str>>,
    },
    /// Text, exactly as typed.
    Text {
        /// The text; cells that share a string of the workbook share it here as well.
        #[serde(deserialize_with = "shared_text")]
        text: Arc<str>,
        /// Whether it comes from csv, where numbers are text by nature.
        csv: bool,
    },
    /// Text that is partly raised, lowered or struck out.
    Marked(Arc<Marked>),
    /// TRUE or FALSE.
    Flag(bool),
    /// A date.
    Date(Date),
    /// A number formatted as a date or duration that is not a calendar date.
    Serial(String),
    /// An error value such as `#REF!`, or a cell that cannot be read.
    Fault(String),
    /// An unusable cell that a finding already names: its content.
    Refused(String),
    /// A formula that was never calculated.
    Uncalculated,
}

/// A text that is shared from the start, without a copy of its own before.
fn shared_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
    struct Text;

    impl Visitor<'_> for Text {
        type Value = Arc<str>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Arc<str>, E> {
            Ok(Arc::from(text))
        }
    }
    deserializer.deserialize_str(Text)
}

/// Text with parts off the baseline: a footnote sign, an old value struck out beside the new one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Marked {
    /// The entire text.
    pub whole: String,
    /// Without the parts that are raised, lowered or struck out.
    pub plain: String,
}

impl RawValue {
    /// A text.
    pub fn text_of(text: &str) -> Self {
        Self::Text { text: Arc::from(text), csv: false }
    }

    /// A number that is shown as it is stored.
    pub const fn number_of(value: Exact) -> Self {
        Self::Number { value, percent: false, shown: None }
    }

    /// The value as the text a user sees, for names, codes and messages.
    pub fn text(&self) -> String {
        match self {
            Self::Number { shown: Some(shown), .. } => shown.to_string(),
            Self::Number { .. } => self.held(),
            Self::Text { text, .. } => text.trim().to_owned(),
            Self::Marked(marked) => marked.plain.trim().to_owned(),
            Self::Flag(flag) => flag.to_string().to_uppercase(),
            Self::Date(date) => date.to_string(),
            Self::Serial(text) | Self::Fault(text) | Self::Refused(text) => text.clone(),
            Self::Uncalculated => String::new(),
        }
    }

    /// The value as it is stored, whatever a number format shows.
    pub fn held(&self) -> String {
        match self {
            Self::Number { value, percent: true, .. } => format!("{}%", value * &Exact::from(100)),
            Self::Number { value, .. } => value.to_string(),
            other => other.text(),
        }
    }

    /// Whether two cells show one text.
    pub fn looks_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text { text: one, .. }, Self::Text { text: other, .. }) => one.trim() == other.trim(),
            _ => self.text() == other.text(),
        }
    }

    /// Whether the cell looks empty.
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Text { text, .. } if text.trim().is_empty())
    }
}

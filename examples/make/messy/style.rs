//! How a hand writes numbers: as numbers, as text, in full-width digits, with 分 or % behind them.

use crate::paper::{Cell, decimal_text};

/// The habits of one hand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Number cells.
    Numbers,
    /// Numbers stored as text.
    Texts,
    /// `３．５`.
    FullWidth,
    /// `3.5分`.
    Suffix,
}

impl Style {
    /// Points given in hundredths.
    pub(super) fn points(self, hundredths: i64) -> Cell {
        let text = decimal_text(hundredths, 100);
        match self {
            Self::Numbers => Cell::Hundredths(hundredths),
            Self::Texts => Cell::from(text),
            Self::FullWidth => Cell::from(full_width(&text)),
            Self::Suffix => Cell::from(format!("{text}分")),
        }
    }

    /// A 完成值 or 核定值 as the tables hold it; `percent` where the indicator is a percentage.
    pub(super) fn value(self, text: &str, percent: bool) -> Cell {
        let Some(Cell::Hundredths(number)) = Cell::decimal(text) else { return Cell::from(text) };
        match self {
            Self::Numbers if percent && number % 10 == 0 => Cell::Percent(number / 10),
            Self::Numbers => Cell::Hundredths(number),
            Self::Texts | Self::Suffix if percent => Cell::from(format!("{text}%")),
            Self::Texts => Cell::from(text),
            Self::FullWidth => Cell::from(full_width(text)),
            Self::Suffix => Cell::from(format!("{text}次")),
        }
    }
}

/// Digits, point and percent sign at full width.
pub(super) fn full_width(text: &str) -> String {
    let wide = |c: char| match c {
        '0'..='9' | '.' | '%' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
        other => other,
    };
    text.chars().map(wide).collect()
}

//! To how many decimals a number is brought, and which way the further ones are lost (SPEC §19.15).

use super::{Exact, Rounding};
use crate::shared::words::words;

words! {
    /// Which way a number loses decimals.
    pub enum Shortening {
        /// Half away from zero: 2.675 becomes 2.68.
        HalfUp = "half_up",
        /// Toward zero: 2.679 becomes 2.67, −2.679 becomes −2.67.
        Down = "down",
    }
}

impl Shortening {
    /// The words of the model.
    pub(crate) const WORDS: [(&str, Self); 2] = [("half_up", Self::HalfUp), ("down", Self::Down)];

    /// Whether it is what a model has that does not say so.
    pub(crate) fn is_half_up(&self) -> bool {
        *self == Self::HalfUp
    }

    /// What a model has that does not say so.
    pub(crate) const fn half_up() -> Self {
        Self::HalfUp
    }
}

/// A number of decimals, and which way further ones are lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Precision {
    /// How many decimals are kept.
    pub decimals: u32,
    /// Which way the others are lost.
    pub shortening: Shortening,
}

impl Precision {
    /// The number with no more than these decimals: 2.679 to two is 2.68, or 2.67 toward zero.
    pub fn round(self, number: &Exact) -> Exact {
        match self.shortening {
            Shortening::HalfUp => number.round(self.decimals),
            Shortening::Down => number.cut(self.decimals),
        }
    }

    /// The number with exactly these decimals.
    pub fn print(self, number: &Exact) -> String {
        match self.shortening {
            // Printing rounds this way by itself.
            Shortening::HalfUp => number.fixed(self.decimals),
            Shortening::Down => number.cut(self.decimals).fixed(self.decimals),
        }
    }

    /// The number as printed beside a bar: with more decimals than these where it would look like the bar without being it.
    ///
    /// Example: beside 20, 19.999 is printed as 19.999 and not as 20.00.
    pub fn beside(self, number: &Exact, bar: &Exact) -> String {
        const MOST: u32 = 12;
        let differs = |own: &Self| number == bar || own.round(number) != *bar;
        let fitting = (self.decimals..=MOST).map(|decimals| self.at(decimals)).find(differs);
        fitting.map_or_else(|| number.in_full(), |own| own.print(number))
    }

    /// This way, at another number of decimals.
    pub const fn at(self, decimals: u32) -> Self {
        Self { decimals, ..self }
    }

    /// One unit of the last decimal: 0.01 for two.
    pub fn digit(self) -> Exact {
        (0..self.decimals).fold(Exact::from(1), |digit, _| digit / Exact::from(10))
    }
}

impl Exact {
    /// Drops further decimals, toward zero: 2.679 to 2 is 2.67, −2.679 is −2.67.
    fn cut(&self, decimals: u32) -> Self {
        let scale = (0..decimals).fold(Self::from(1), |scale, _| scale * Self::from(10));
        let whole = (self.abs() * &scale).whole(Rounding::Floor) / scale;
        if self.is_negative() { -whole } else { whole }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_lost_half_up_or_toward_zero() {
        let shown = |number: &str, shortening, decimals| {
            Precision { decimals, shortening }.print(&Exact::parse(number).expect("a number"))
        };
        assert_eq!(shown("2.679", Shortening::Down, 2), "2.67");
        assert_eq!(shown("2.675", Shortening::HalfUp, 2), "2.68");
        assert_eq!(shown("-2.679", Shortening::Down, 2), "-2.67");
        assert_eq!(shown("-0.004", Shortening::Down, 2), "0.00");
        assert_eq!(shown("89.99", Shortening::Down, 0), "89");
        assert_eq!(shown("0.29", Shortening::Down, 2), "0.29");
        assert_eq!(shown("7", Shortening::Down, 2), "7.00");
        let beside = |number: &Exact, bar: i64| {
            Precision { decimals: 2, shortening: Shortening::HalfUp }.beside(number, &Exact::from(bar))
        };
        assert_eq!(beside(&Exact::parse("19.999").expect("a number"), 20), "19.999");
        assert_eq!(beside(&Exact::from(20), 20), "20.00");
        assert_eq!(beside(&Exact::ratio(200, 3), 60), "66.67");
        assert_eq!(Precision { decimals: 2, shortening: Shortening::Down }.digit().to_string(), "0.01");
    }
}

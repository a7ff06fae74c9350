//! Why a figure has no value: undefined is never 0 and never 1.

use crate::shared::words::words;

words! {
    /// Why a figure cannot be told.
    pub enum Undefined in "analyze.undefined." {
        /// There is only one rater.
        OneRater = "one-rater",
        /// There is only one unit.
        OneUnit = "one-unit",
        /// No unit has marks of two raters.
        NoPairs = "no-pairs",
        /// All marks are equal.
        AllEqual = "all-equal",
        /// Marks are missing in a table that must be complete.
        Incomplete = "incomplete",
        /// A mark is below zero.
        Negative = "negative",
        /// Raters and units fall into parts that nothing compares.
        Unconnected = "unconnected",
        /// There are too few marks for what is to be told.
        TooFew = "too-few",
    }
}

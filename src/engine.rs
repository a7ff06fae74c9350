//! From checked inputs to totals, ranks and grades: the rules, and nothing else. Pure, with exact arithmetic
//! throughout.

pub mod assertions;
pub mod assessment;
pub(crate) mod condition;
pub mod grade;
pub mod score;

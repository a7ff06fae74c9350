//! From checked inputs to totals, ranks and grades: the rules, and nothing else. Pure, exact throughout.

pub mod assertions;
pub mod assessment;
pub mod grade;
pub mod score;

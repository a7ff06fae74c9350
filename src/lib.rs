//! tmp
pub mod assessment;
pub mod check;
pub mod finding;
pub mod grade;
pub mod i18n;
pub mod model;
pub mod number;
pub mod outcome;
pub mod place;
pub mod read;
pub mod report;
pub mod score;
pub mod text;
pub mod write;

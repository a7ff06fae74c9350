//! Reports: workbooks as values, made from a result document. Knows no workbook library and touches no file.
//!
//! [`document`] holds the values (sheets, rows, cells with a style role), [`result()`] makes the result workbook from an
//! [`crate::outcome::Outcome`], one module per sheet or two. Writing them as bytes is for [`crate::write::workbook`].

pub mod document;
pub mod entry;
mod layout;
mod result;
pub mod steps;
mod view;

mod adjustments;
mod classes;
mod findings;
mod overview;
mod points;
mod ranking;
mod sources;

pub use document::{CellDoc, Content, Document, Fonts, RowDoc, SheetDoc, Style};
pub use result::result;

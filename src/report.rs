//! Reports: workbooks as values, made from a result document. Knows no workbook library and touches no file.
//!
//! [`document`] holds the values (sheets, rows, cells with a style role), [`result()`] makes the result workbook from an
//! [`crate::outcome::Outcome`], one module per sheet or two. Writing them as bytes is for [`crate::write::workbook`].

pub mod chart;
pub mod document;
pub mod entry;
mod layout;
mod result;
pub mod steps;
mod view;

mod adjustments;
mod check_book;
mod classes;
pub mod compare;
mod findings;
mod overview;
mod points;
mod ranking;
mod receipts;
mod sources;

pub use check_book::{CheckBook, check_book};
pub use compare::compare_book;
pub use document::{CellDoc, Choice, Content, Document, Fonts, Page, Purpose, RowDoc, SheetDoc, Style};
pub use receipts::receipts;
pub use result::result;

/// A date as the document properties hold it: year, month, day.
fn created(date: jiff::civil::Date) -> Option<(u16, u8, u8)> {
    Some((u16::try_from(date.year()).ok()?, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?))
}

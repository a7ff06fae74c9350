//! Reports: workbooks as values, made from a result document. Uses no workbook library and touches no file.
//!
//! [`document`] contains the values (sheets, rows, cells with a style role), [`result()`] makes the result workbook
//! from an [`crate::result::outcome::Outcome`], one module per one or two sheets. [`crate::write::workbook`] writes
//! them as bytes.

pub mod analyze;
pub mod causes;
pub mod chart;
pub mod compare;
pub mod document;
pub mod entry;
pub mod feedback;
mod layout;
mod method;
pub mod page;
mod result;
pub mod steps;
pub mod tails;
mod view;

mod adjustments;
mod calc;
mod cells;
mod check_book;
mod classes;
mod columns;
mod common;
mod distribution;
mod findings;
mod overview;
mod paging;
mod points;
mod public;
mod ranking;
mod ranking_charts;
mod receipts;
mod sources;
mod title;
mod uses;

pub use adjustments::{appeal_ending, settled_by};
pub use analyze::analyze_book;
pub use check_book::{CheckBook, check_book};
pub use compare::compare_book;
pub use document::{CellDoc, Content, Document, Fonts, Page, Printed, Purpose, RowDoc, SheetDoc, Style};
pub use public::public;
pub use receipts::receipts;
pub use result::{result, result_cover, result_sheets};

use crate::result::seal::Seal;
use crate::shared::i18n::{Lang, say};

/// A workbook with the content seal of its version in the footer of every sheet, so that it is on every printed page.
#[must_use]
pub fn sealed<'o>(mut document: Document<'o>, seal: &Seal, lang: Lang) -> Document<'o> {
    document.sheets = document.sheets.into_iter().map(|sheet| sealed_sheet(sheet, seal, lang)).collect();
    document
}

/// A sheet with the content seal of its version in its footer.
#[must_use]
pub fn sealed_sheet<'o>(mut sheet: SheetDoc<'o>, seal: &Seal, lang: Lang) -> SheetDoc<'o> {
    let line = say!(lang, "report.seal", seal = seal.to_string());
    sheet.footer = Some(match sheet.footer {
        Some(footer) => format!("{footer}\n{line}"),
        None => line,
    });
    sheet
}

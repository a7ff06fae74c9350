//! Reports: workbooks as values, made from a result document. Knows no workbook library and touches no file.
//!
//! [`document`] holds the values (sheets, rows, cells with a style role), [`result()`] makes the result workbook from an
//! [`crate::result::outcome::Outcome`], one module per sheet or two. Writing them as bytes is for [`crate::write::workbook`].

pub mod causes;
pub mod chart;
pub mod compare;
pub mod document;
pub mod entry;
pub mod feedback;
mod layout;
mod result;
pub mod steps;
mod view;

mod adjustments;
mod calc;
mod cells;
mod check_book;
mod classes;
mod common;
mod distribution;
mod findings;
mod overview;
mod points;
mod public;
mod ranking;
mod ranking_charts;
mod receipts;
mod sources;
mod uses;

pub use adjustments::{appeal_ending, settled_by};
pub use check_book::{CheckBook, check_book};
pub use compare::compare_book;
pub use document::{CellDoc, Content, Document, Fonts, Page, Purpose, RowDoc, SheetDoc, Style};
pub use public::public;
pub use receipts::receipts;
pub use result::result;

use crate::result::seal::Seal;
use crate::shared::i18n::Lang;

/// A workbook with the content seal of its version in the footer of every sheet, so that it stands on every printed page.
#[must_use]
pub fn sealed(mut document: Document, seal: &Seal, lang: Lang) -> Document {
    let line = lang.fill("report.seal", &[("seal", &seal)]);
    for sheet in &mut document.sheets {
        sheet.footer = Some(match sheet.footer.take() {
            Some(footer) => format!("{footer}\n{line}"),
            None => line.clone(),
        });
    }
    document
}

/// A date as the document properties hold it: year, month, day.
fn created(date: jiff::civil::Date) -> Option<(u16, u8, u8)> {
    Some((u16::try_from(date.year()).ok()?, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?))
}

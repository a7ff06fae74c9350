//! The gate before any parser: containers, XML and cells that readers would take differently are refused here.
//!
//! RELIABILITY.md §2 A-B and §3.4 list what is looked for. The zip container is checked and unpacked once ([`container`]);
//! the parts a parser will read are scanned ([`xml`], [`workbook`], [`sheet`], [`cell`]). Every problem is a finding, at
//! its cell where it has one, and all problems of a file are collected up to a cap. Nothing is ever sized by a number that
//! the file declares.

pub(super) mod cell;
pub(super) mod container;
pub(super) mod fault;
pub(super) mod sheet;
pub(super) mod workbook;
pub(super) mod xml;

pub(super) use fault::Fault;

use crate::model::Limits;
use crate::place::FileId;

use super::book::Opened;

/// Checks and unpacks a container, or says why not.
///
/// # Errors
/// The file as refused, with everything that is wrong with the container.
pub(super) fn unpack(bytes: &[u8], file: FileId, limits: &Limits) -> Result<container::Archive, Opened> {
    container::unpack(bytes, limits).map_err(|faults| {
        let findings = faults.into_iter().take(fault::CAP).map(|fault| fault.finding(file)).collect();
        Opened::refused(super::book::Book::default(), findings)
    })
}

/// Whether a number literal is within what a double holds.
fn finite(text: &str) -> bool {
    // A parse that overflows gives an infinity, which no spreadsheet shows.
    crate::number::is_finite_literal(text)
}

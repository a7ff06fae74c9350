//! The gate before any parser: containers and XML that readers would interpret differently are refused here.
//!
//! RELIABILITY.md §2 A-B and §3.4 list the checks. The directory of a zip is checked before any part of it is unpacked
//! ([`container`]); XML goes through one strict tokeniser ([`xml`]). No allocation is sized by a number that the file
//! declares.

pub(super) mod attached;
pub(super) mod container;
pub(super) mod fault;
pub(super) mod xml;

pub(super) use fault::Fault;

use crate::model::Limits;
use crate::shared::place::FileId;

use super::book::Opened;
use container::Archive;

/// Opens a container whose directory can be trusted.
///
/// # Errors
/// The refused file, with all faults of the directory.
pub(super) fn open<'b>(bytes: &'b [u8], file: FileId, limits: &Limits) -> Result<Archive<'b>, Opened> {
    Archive::open(bytes, limits).map_err(|faults| refused(faults, file))
}

/// A file that is refused because of several faults.
pub(super) fn refused(faults: Vec<Fault>, file: FileId) -> Opened {
    let findings = faults.into_iter().take(fault::CAP).map(|fault| fault.finding(file)).collect();
    Opened::refused(super::book::Book::default(), findings)
}

//! The gate before any parser: containers and XML that readers would take differently are refused here.
//!
//! RELIABILITY.md §2 A-B and §3.4 list what is looked for. The directory of a zip is checked before a part of it is unpacked
//! ([`container`]); XML goes through one strict tokeniser ([`xml`]). Nothing is ever sized by a number that the file declares.

pub(super) mod attached;
pub(super) mod container;
pub(super) mod fault;
pub(super) mod xml;

pub(super) use fault::Fault;

use crate::model::Limits;
use crate::shared::place::FileId;

use super::book::Opened;
use container::Archive;

/// Opens a container whose directory can be trusted, or says why it cannot.
///
/// # Errors
/// The file as refused, with everything that is wrong with the directory.
pub(super) fn open<'b>(bytes: &'b [u8], file: FileId, limits: &Limits) -> Result<Archive<'b>, Opened> {
    Archive::open(bytes, limits).map_err(|faults| refused(faults, file))
}

/// A file that is refused for several faults.
pub(super) fn refused(faults: Vec<Fault>, file: FileId) -> Opened {
    let findings = faults.into_iter().take(fault::CAP).map(|fault| fault.finding(file)).collect();
    Opened::refused(super::book::Book::default(), findings)
}

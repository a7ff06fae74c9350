//! The faults that the gate finds, before they become findings: why a container or a part of it is refused.

use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::place::{FileId, Place};

/// The most findings that the gate reports for one file; more would add no information.
pub(in crate::read) const CAP: usize = 200;

/// Why a container or one of its parts is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::read) enum Fault {
    /// Incomplete or changed in transit: the fault (a catalogue key), and where.
    Damaged(&'static str, String),
    /// Constructed in a way that no spreadsheet program uses.
    Odd(&'static str, String),
    /// XML that is not allowed in a workbook.
    Xml(&'static str, String),
    /// More than the limits allow: what was found, what is allowed.
    TooLarge(String, String),
    /// Encrypted.
    Encrypted,
}

impl Fault {
    /// The fault as a finding about a file.
    pub(in crate::read) fn finding(self, file: FileId) -> Finding {
        let of = |code: Code, what: &'static str, found: String| {
            Finding::new(code).at(Place::file(file)).with("what", Arg::Word(what)).found(found)
        };
        match self {
            Self::Damaged(what, found) => damaged(file, what, &found),
            Self::Odd(what, found) => of(Code::E124, what, found),
            Self::Xml(what, found) => of(Code::E123, what, found),
            Self::TooLarge(found, allowed) => {
                Finding::new(Code::E108).at(Place::file(file)).found(found).expected(format!("<= {allowed}"))
            }
            Self::Encrypted => Finding::new(Code::E105).at(Place::file(file)),
        }
    }

    /// Adds the part in which it was found, unless the fault names one itself.
    #[must_use]
    pub(in crate::read) fn within(self, part: &str) -> Self {
        let joined = |found: String| if found.is_empty() { part.to_owned() } else { format!("{part}: {found}") };
        match self {
            Self::Damaged(what, found) => Self::Damaged(what, joined(found)),
            Self::Odd(what, found) => Self::Odd(what, joined(found)),
            Self::Xml(what, found) => Self::Xml(what, joined(found)),
            other @ (Self::TooLarge(..) | Self::Encrypted) => other,
        }
    }
}

/// A damaged file: the fault as a catalogue key, and the part or text in which it was seen.
pub(in crate::read) fn damaged(file: FileId, what: &'static str, found: &str) -> Finding {
    let finding = Finding::new(Code::E104).at(Place::file(file)).with("what", Arg::Word(what));
    if found.is_empty() { finding } else { finding.found(found) }
}

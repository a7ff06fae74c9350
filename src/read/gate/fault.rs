//! What the gate finds, before it becomes a finding: why a container or a part of it is refused.

use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::place::{FileId, Place};

/// How many findings the gate gives for one file; what follows would say nothing new.
pub(in crate::read) const CAP: usize = 200;

/// Why a container or one of its parts is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::read) enum Fault {
    /// Incomplete or changed on the way: what is wrong (a catalogue key), and where.
    Damaged(&'static str, String),
    /// Built in a way that no spreadsheet program builds it.
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

    /// Adds where it was found, unless the fault says so itself.
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

/// A damaged file: what is wrong with it as a catalogue key, and the part or text it was seen in.
pub(in crate::read) fn damaged(file: FileId, what: &'static str, found: &str) -> Finding {
    let finding = Finding::new(Code::E104).at(Place::file(file)).with("what", Arg::Word(what));
    if found.is_empty() { finding } else { finding.found(found) }
}

//! Which state may follow which, and when a version may be followed by another.

use jiff::civil::Date;

use super::{Log, VersionState};

/// Why a step is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The document must be named.
    NoDocument,
    /// A reason must be given: the version is already in this state or beyond it.
    NoReason {
        /// The state it is in.
        from: VersionState,
    },
    /// A reason must be given: the date lies before that of the state it is in.
    Earlier {
        /// That date.
        than: Date,
    },
    /// A version that others have followed cannot become final.
    Superseded {
        /// The newest version.
        current: String,
    },
}

/// A step that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Step<'s> {
    /// The version.
    pub version: &'s str,
    /// The newest version.
    pub current: &'s str,
    /// The new state.
    pub state: VersionState,
    /// The date of it.
    pub date: Date,
    /// The document, if named.
    pub document: Option<&'s str>,
    /// The reason, if given.
    pub reason: Option<&'s str>,
}

/// Whether a version may go to a state.
///
/// # Errors
/// What stands in the way.
pub fn may_follow(log: &Log, step: &Step<'_>) -> Result<(), Refusal> {
    let before = log.of(step.version);
    if step.version != step.current && step.state == VersionState::Final {
        return Err(Refusal::Superseded { current: step.current.to_owned() });
    }
    let from_final = before.is_some_and(|mark| mark.state == VersionState::Final);
    if step.document.is_none() && (step.state.needs_document() || from_final) {
        return Err(Refusal::NoDocument);
    }
    if step.reason.is_some() {
        return Ok(());
    }
    match before {
        Some(mark) if mark.state >= step.state => Err(Refusal::NoReason { from: mark.state }),
        Some(mark) if mark.date > step.date => Err(Refusal::Earlier { than: mark.date }),
        _ => Ok(()),
    }
}

/// Whether a version may be followed by another one: a final one only with a reason and a document.
///
/// # Errors
/// What is missing.
pub fn may_supersede(log: &Log, version: &str, reason: Option<&str>, document: Option<&str>) -> Result<(), Refusal> {
    if log.of(version).is_none_or(|mark| mark.state != VersionState::Final) {
        return Ok(());
    }
    match (reason, document) {
        (None, _) => Err(Refusal::NoReason { from: VersionState::Final }),
        (Some(_), None) => Err(Refusal::NoDocument),
        (Some(_), Some(_)) => Ok(()),
    }
}

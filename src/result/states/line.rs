//! What a line of the log records: that a version was written, that letters or forms were, or that a version reached a
//! state.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::VersionState;
use crate::result::manifest::Manifest;
use crate::shared::place::Role;

/// The schema of a line.
pub const SCHEMA: &str = "assess.log/1";

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// [`SCHEMA`].
    pub schema: String,
    /// What was done.
    #[serde(flatten)]
    pub entry: Entry,
    /// SHA-256 of the line before; none for the first.
    pub previous: Option<String>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case")]
pub enum Entry {
    /// A version was written.
    Version(Written),
    /// Letters were written.
    Feedback(HandedOut),
    /// Forms were written.
    Forms(HandedOut),
    /// A version has reached a state.
    State(Mark),
}

/// A version that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The version.
    pub version: String,
    /// SHA-256 of its manifest.
    pub manifest: String,
    /// The registers that it is based on, as they were then.
    pub registers: Vec<Register>,
}

/// A register as it was when a version was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Its path below the project.
    pub path: String,
    /// SHA-256 of the file.
    pub sha256: String,
}

impl Register {
    /// The registers that a version is based on.
    pub fn all_of(manifest: &Manifest) -> Vec<Self> {
        let registers = manifest.inputs.iter().filter(|input| input.role == Some(Role::Register));
        registers.map(|input| Self { path: input.path.clone(), sha256: input.sha256.clone() }).collect()
    }
}

/// A folder of letters or forms that was written to be handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOut {
    /// The folder: its path below the project, or the whole path of one outside.
    pub folder: String,
    /// SHA-256 of its manifest.
    pub manifest: String,
    /// Letters or forms in it.
    pub files: usize,
    /// The version of the result, for letters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<String>,
}

/// A version has reached a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The version.
    pub version: String,
    /// SHA-256 of its manifest.
    pub manifest: String,
    /// Its state from here on.
    pub state: VersionState,
    /// The document that puts the state into force.
    pub document: Option<String>,
    /// The date of the state.
    pub date: Date,
    /// A remark.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    /// Why a state is repeated, or the version goes back to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

impl Entry {
    /// The version whose manifest it names, with the SHA-256 of that manifest.
    pub fn version(&self) -> Option<(&str, &str)> {
        match self {
            Self::Version(own) => Some((&own.version, &own.manifest)),
            Self::State(own) => Some((&own.version, &own.manifest)),
            Self::Feedback(_) | Self::Forms(_) => None,
        }
    }
}

//! What was typed, understood: the task, and how it is carried out.

use std::path::PathBuf;

use super::{MarkTask, Regrade, Verify};
use crate::shared::i18n::Lang;

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table for people.
    Table,
    /// JSON with a schema.
    Json,
    /// CSV.
    Csv,
}

/// When colour is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much is said besides the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Talk {
    /// Errors only.
    Quiet,
    /// The usual.
    Normal,
    /// Also what was understood of each file.
    Verbose,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// `assess` alone.
    Status,
    /// `assess check`
    Check {
        /// The workbook of findings to write.
        report: Option<PathBuf>,
        /// Whether 收件清单 is written or brought up to date.
        receipts: bool,
        /// Whether other methods are tried for what they leave to be worked out about marks.
        privacy: bool,
    },
    /// `assess score`
    Score {
        /// Write a draft also while questions are open.
        draft: bool,
        /// Why a further version is made.
        reason: Option<String>,
        /// The document that it rests on.
        document: Option<String>,
        /// Whether proposals are taken as approved; nothing is written then.
        what_if: bool,
        /// The public workbook to write.
        public: Option<PathBuf>,
    },
    /// `assess regrade`
    Regrade(Box<Regrade>),
    /// `assess verify`
    Verify(Verify),
    /// `assess mark`
    Mark(MarkTask),
    /// `assess explain`
    Explain {
        /// A finding code, or a unit, or a unit and an indicator or component.
        what: Vec<String>,
    },
    /// `assess init`
    Init {
        /// The folder of the new project.
        folder: PathBuf,
        /// Units of an invented project, if one is wanted.
        units: Option<usize>,
        /// The project of the last period, if it goes on from one.
        from: Option<PathBuf>,
    },
    /// `assess template`
    Template {
        /// The kind of forms; all if none.
        kind: Option<crate::documents::forms::Kind>,
        /// Names of the units whose forms are wanted; all if none.
        units: Vec<String>,
        /// The folder that they are written to.
        out: Option<PathBuf>,
    },
    /// `assess suggest`
    Suggest {
        /// The version: its name, `draft`, or `current` for the newest.
        version: String,
        /// The folder that the forms are written to.
        out: Option<PathBuf>,
    },
    /// `assess compare`
    Compare {
        /// The earlier result: a version, or a path.
        old: String,
        /// The later result.
        new: String,
        /// The workbook to write.
        report: Option<PathBuf>,
        /// Whether a difference shows in the exit code.
        exit_code: bool,
    },
    /// `assess feedback`
    Feedback {
        /// The version; the newest if none.
        version: Option<String>,
        /// Whether only feedback that differs from the version before is wanted.
        changed: bool,
        /// Names of the units whose workbooks are wanted; all if none.
        units: Vec<String>,
        /// The folder that they are written to.
        out: Option<PathBuf>,
        /// The name of an interim period.
        period: Option<String>,
    },
    /// `assess man`
    Man {
        /// The folder that the pages are written to.
        folder: PathBuf,
    },
    /// `assess completions`
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// What is asked for.
    pub task: Task,
    /// The project folder, or where to start looking for it.
    pub project: PathBuf,
    /// Language of messages, if given.
    pub lang: Option<Lang>,
    /// How results are printed.
    pub format: Format,
    /// When colour is used.
    pub colour: Colour,
    /// How much is said.
    pub talk: Talk,
    /// Whether warnings reject the data.
    pub strict: bool,
    /// Threads, if given.
    pub jobs: Option<usize>,
}

//! What was typed, understood: the task, and how it is carried out.

use std::path::PathBuf;

use super::{Compare, Feedback, Format, Init, MarkTask, Regrade, Suggest, Template, Verify};

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
    Check(Check),
    /// `assess score`
    Score(Score),
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
    Init(Init),
    /// `assess template`
    Template(Template),
    /// `assess suggest`
    Suggest(Suggest),
    /// `assess compare`
    Compare(Compare),
    /// `assess feedback`
    Feedback(Feedback),
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

/// What `assess check` is to write besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The workbook of findings to write.
    pub report: Option<PathBuf>,
    /// Whether 收件清单 is written or brought up to date.
    pub receipts: bool,
    /// Whether other methods are tried for what they leave to be worked out about marks.
    pub privacy: bool,
}

/// What `assess score` is to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// Write a draft also while questions are open.
    pub draft: bool,
    /// Why a further version is made.
    pub grounds: Grounds,
    /// Whether proposals are taken as approved; nothing is written then.
    pub what_if: bool,
    /// The public workbook to write.
    pub public: Option<PathBuf>,
}

/// Why a further version is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grounds {
    /// The reason, in words.
    pub reason: Option<String>,
    /// The document that it rests on.
    pub document: Option<String>,
}

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// What is asked for.
    pub task: Task,
    /// The project folder, or where to start looking for it.
    pub project: PathBuf,
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

//! The parsed command line: the task, and how it is carried out.

use std::path::PathBuf;

use super::{Analyze, Compare, Feedback, Format, Init, MarkTask, Page, Regrade, Suggest, Template, Verify};

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

/// How much is printed besides the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Talk {
    /// Only errors and open questions.
    Quiet,
    /// Warnings, but not notes.
    Normal,
    /// Also notes, and how each file was understood.
    Verbose,
}

/// What the program is asked to do.
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
    /// `assess page`
    Page(Page),
    /// `assess analyze`
    Analyze(Analyze),
    /// `assess feedback`
    Feedback(Feedback),
    /// `assess --version`
    Version,
    /// `assess help`
    Help {
        /// The command to explain; the whole program if none.
        command: Option<String>,
    },
    /// `assess man`
    Man {
        /// The folder to write the pages to.
        folder: PathBuf,
    },
    /// `assess completions`
    Completions {
        /// The shell to write for.
        shell: clap_complete::Shell,
    },
}

/// The additional outputs of `assess check`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The workbook of findings to write.
    pub report: Option<PathBuf>,
    /// Whether 收件清单 is written or brought up to date.
    pub receipts: bool,
    /// Whether variations of the method are tried for the marks that could still be deduced.
    pub privacy: bool,
}

/// The arguments of `assess score`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// Whether a draft is written although questions are open.
    pub draft: bool,
    /// Why a further version is made.
    pub grounds: Grounds,
    /// Whether proposals are treated as approved; nothing is written then.
    pub what_if: bool,
    /// The public workbook to write.
    pub public: Option<PathBuf>,
}

impl Score {
    /// Whether it asks for no more than the next version, if there is one to write.
    pub const fn is_plain(&self) -> bool {
        !self.draft && !self.what_if && self.public.is_none()
    }
}

/// Why a further version is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grounds {
    /// The reason, in words.
    pub reason: Option<String>,
    /// The document that the reason is based on.
    pub document: Option<String>,
}

/// The parsed command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// What the program is asked to do.
    pub task: Task,
    /// The project folder, or where to start looking for it.
    pub project: PathBuf,
    /// How results are printed.
    pub format: Format,
    /// When colour is used.
    pub colour: Colour,
    /// How much is printed besides the result.
    pub talk: Talk,
    /// Whether warnings reject the data.
    pub strict: bool,
    /// Threads, if given.
    pub jobs: Option<usize>,
}

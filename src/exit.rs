//! Exit codes, and nothing else: 0 done, 1 data rejected, 2 could not run as asked; 101 is a bug (a panic).

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done; warnings are allowed.
    Done,
    /// The data were rejected, or differences were found; nothing is half-written.
    Rejected,
    /// It could not run as asked: usage, model or roster error, file system.
    Unable,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Rejected => 1,
            Exit::Unable => 2,
        })
    }
}

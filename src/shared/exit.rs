//! Exit codes, and nothing else: 0 done, 1 data rejected, 2 could not run as asked, 130 and 143 ended by a signal; 101 is a
//! bug (a panic).

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
    /// Somebody pressed Ctrl-C.
    Interrupted,
    /// The system or somebody asked it to end (SIGTERM).
    Terminated,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Rejected => 1,
            Self::Unable => 2,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

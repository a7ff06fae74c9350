//! The only exit codes: 0 done, 1 data rejected, 2 could not run as requested, 130 and 143 ended by a signal; 101 is a
//! bug (a panic).

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done; warnings are allowed.
    Done,
    /// The data were rejected, or differences were found; nothing is half-written.
    Rejected,
    /// It could not run as requested: usage, model or roster error, file system.
    Unable,
    /// Interrupted with Ctrl-C.
    Interrupted,
    /// Asked to end by the system or a user (SIGTERM).
    Terminated,
}

impl Exit {
    /// The numeric exit code.
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

//! The binary: what was typed goes to the library, how it ended becomes the exit code.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    assess::commands::run(&args).into()
}

//! The binary: what was typed goes to the library, how it ended becomes the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args_os().map(|arg| arg.to_string_lossy().into_owned()).collect();
    assess::app::run(&args).into()
}

//! Outside programs that some tests need: LibreOffice and what reads its pages. CI must have them. Elsewhere a test without
//! them is skipped, which the run shows on a line of its own although libtest counts the test as passed.

use std::io::Write as _;
use std::process::Command;

/// Whether programs are there. If not, the line goes past libtest, which shows only what failing tests print.
pub(crate) fn has(programs: &[&str]) -> bool {
    let is_absent = |program: &&&str| Command::new(program).arg("--version").output().is_err();
    let Some(absent) = programs.iter().find(is_absent) else { return true };
    assert!(std::env::var_os("CI").is_none(), "CI must have {absent}");
    let test = std::thread::current();
    let name = test.name().unwrap_or("a test");
    let mut shown = std::io::stderr();
    writeln!(shown, "test {name} ... skipped: {absent} is absent").unwrap();
    false
}

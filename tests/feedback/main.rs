//! Feedback workbooks as units and the office meet them: what stands on the sheets, what must never stand there, how a set
//! of them is published and comes back.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    dead_code,
    reason = "test code: a panic is the report"
)]

#[path = "../cli/cells.rs"]
mod cells;
#[path = "../cli/dump.rs"]
mod dump;
#[path = "../cli/runner.rs"]
mod runner;
#[path = "../cli/small.rs"]
mod small;

mod golden;
mod leaks;
mod letter;
mod numbers;
mod publishing;
mod returned;
mod sheets;
mod suppression;

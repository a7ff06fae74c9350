//! Forms as they are handed out and returned: written by `assess template`, filled in by another program, scored by
//! hand.
//!
//! Cells are filled in by `umya-spreadsheet`, which shares no code with the writer of the forms; tests that need
//! LibreOffice say so and are skipped if it is missing, except in CI.
#![allow(
    clippy::unwrap_used,
    dead_code,
    missing_docs,
    reason = "test code: a panic is the report; the runner is shared"
)]

#[path = "../recalc/office.rs"]
mod programs;
#[path = "../cli/runner.rs"]
mod runner;

mod carried_over;
mod demo;
mod fill;
mod inputs;
mod ledgers;
mod office;
mod places;
mod refusals;
mod story;
mod suggest;

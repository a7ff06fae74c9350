//! Re-grading: differences between two results and their causes, and versions made from their parent.
#![allow(clippy::unwrap_used, missing_docs, reason = "test code: a panic is the report, names say the rule")]

mod causes;
mod diffs;
#[path = "../naive/rng.rs"]
#[allow(dead_code, reason = "shared with the differential test")]
mod rng;
#[path = "../rules/support.rs"]
#[allow(dead_code, reason = "shared with the tests of the rules")]
mod support;

//! A result as one document, and everything that is done with existing results: proving, comparing, grading again.

pub mod appeals;
pub mod compare;
pub mod diff;
pub mod manifest;
pub mod outcome;
pub mod regrade;
pub mod seal;
pub mod states;
pub mod verify;

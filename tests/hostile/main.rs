//! Hostile and damaged input: one test per row of the list of faults that concerns reading, and mutants of good files.
//!
//! Fixtures are built by code, part by part, so that their faults are visible; `fixtures/foreign` contains a few
//! genuine files of other programs. Every run goes through the whole pipeline in this process and must write nothing.
#![allow(clippy::unwrap_used, missing_docs, reason = "test code: a panic is the report")]

mod archive;
mod binary;
mod cells;
mod container;
mod files;
mod foreign;
mod formats;
mod legacy;
mod mutants;
#[path = "../recalc/office.rs"]
mod office;
mod oracle;
mod packages;
mod project;
mod rng;
mod workbook;

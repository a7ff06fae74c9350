//! Reading: the meaning of cells, one module per kind of fault, each with faulty cases and with cases that must stay
//! accepted.
//!
//! The cases are based on the minimal example, whose README does the whole calculation by hand. A cell of one of its
//! files is replaced, and either the run is rejected at that cell or the totals are those calculated next to the case.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs, reason = "test code: a panic is the report")]

mod annexes;
mod bench;
mod dates;
mod dispositions;
mod docs;
mod formulas;
mod mutation;
mod names;
mod namespaces;
mod pictures;
mod runs;
mod shown;
mod ticks;
mod votes;
mod wide;
mod zeros;

//! `examples/city-2025`: twenty-four invented units under the whole default model, with special cases planted.
//!
//! `units` and `leaves` are the tables everything else is drawn from; each other module writes one kind of file.

pub(crate) mod ballots;
pub(crate) mod leaves;
pub(crate) mod registers;
pub(crate) mod self_reports;
pub(crate) mod tables;
pub(crate) mod tallies;
pub(crate) mod units;

use std::path::Path;

use anyhow::Result;

/// Writes all workbooks of the project into `dir`.
pub(crate) fn write(dir: &Path) -> Result<()> {
    tables::write(dir)?;
    self_reports::write(dir)?;
    ballots::write(dir)?;
    tallies::write(dir)?;
    registers::write(dir)
}

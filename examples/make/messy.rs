//! `examples/city-2025-messy`: the city of `city-2025` as it really arrives; it must score to exactly the same result.
//!
//! Nothing is drawn here: every figure comes from the tables of `city`. Only file names, layouts, spellings, encodings and
//! the places of the verified values differ.
//!
//! - `style`: how a hand writes numbers and percentages
//! - `reports`: self-reports in six layouts; `verified`: verified values outside them
//! - `ballots`, `tallies`, `registers`: the rest

mod ballots;
mod registers;
mod reports;
mod style;
mod tallies;
mod verified;

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::city::tables;

/// The model is the very file of the tidy project.
const MODEL: &str = include_str!("../city-2025/assess.toml");

/// Writes all files of the project into `dir`; into `twins` the workbooks whose kept files were converted by hand.
pub(crate) fn write(dir: &Path, twins: Option<&Path>) -> Result<()> {
    std::fs::create_dir_all(dir)?;
    std::fs::write(dir.join("assess.toml"), MODEL).context("writing the model")?;
    tables::write(dir)?;
    reports::write(dir, twins)?;
    verified::write(dir)?;
    ballots::write(dir)?;
    tallies::write(dir)?;
    registers::write(dir)?;
    // What a file manager leaves behind, and a workbook that was open when somebody copied the folder.
    crate::grid::write_bytes(&dir.join("self-reports/.DS_Store"), b"\0\0\0\x01Bud1")?;
    crate::grid::write_bytes(&dir.join("self-reports/政府组/~$评表初稿.xlsx"), &[0; 165])
}

//! Writes the files of the bundled example projects.
//!
//! `cargo run --example make-examples -- [OUT_DIR] [TWINS_DIR]` (default `examples`) writes the tables of `minimal/`,
//! `city-2025/`, `city-2025-messy/`, `broken/`, `works/` and `county/`. The same source gives the same bytes on every run: the figures
//! come from tables and from one seeded integer generator, and every workbook carries a fixed date. The files people edit by
//! hand (`README.md`, `broken/expected.csv` and the models) are not written here, nor the files of `city-2025-messy/` in
//! other formats, which were converted once: with `TWINS_DIR`, the workbooks they were converted from are written there.
//!
//! - `paper`: one office form as a workbook
//! - `grid`: a sheet as it really arrives
//! - `random`: the seeded generator
//! - `minimal`: three units, a calculation that fits on one page
//! - `city`: twenty-four units under the whole default model
//! - `messy`: the same city in the files that units really send
//! - `broken`: a small project with a fault in every corner
//! - `works`: a published measure with relative values, places and shares of votes
//! - `county`: another one with two schemes, a formula, coefficients, months and an award

mod broken;
mod city;
mod county;
mod grid;
mod messy;
mod minimal;
mod paper;
mod random;
mod works;

use std::path::PathBuf;

use anyhow::Result;

fn main() -> Result<()> {
    let mut folders = std::env::args_os().skip(1).map(PathBuf::from);
    let out = folders.next().unwrap_or_else(|| PathBuf::from("examples"));
    minimal::write(&out.join("minimal"))?;
    city::write(&out.join("city-2025"))?;
    messy::write(&out.join("city-2025-messy"), folders.next().as_deref())?;
    broken::write(&out.join("broken"))?;
    works::write(&out.join("works"))?;
    county::write(&out.join("county"))
}

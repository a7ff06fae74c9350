//! Writes the workbooks of the bundled example projects.
//!
//! `cargo run --example make-examples -- [OUT_DIR]` (default `examples`) writes the `.xlsx` files of
//! `minimal/` and `city-2025/`. The same source gives the same bytes on every run: the figures come
//! from tables and from one seeded integer generator, and every workbook carries a fixed date.
//! The files people edit by hand (`assess.toml`, `README.md`) are not written here.
//!
//! - `paper`: one office form as a workbook
//! - `random`: the seeded generator
//! - `minimal`: three units, a calculation that fits on one page
//! - `city`: twenty-four units under the whole default model

mod city;
mod minimal;
mod paper;
mod random;

use std::path::PathBuf;

use anyhow::Result;

fn main() -> Result<()> {
    let out = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("examples"), PathBuf::from);
    minimal::write(&out.join("minimal"))?;
    city::write(&out.join("city-2025"))
}

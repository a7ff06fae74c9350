//! Limits on input files: what the model lets one file take of memory and time.

use serde::{Deserialize, Serialize};

/// Limits on input files; larger files are refused before they are parsed. Keys of `[limits]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Size of one file in MiB.
    pub file_mib: u64,
    /// Size of all its unpacked parts in MiB.
    pub unpacked_mib: u64,
    /// Size of one unpacked part in MiB.
    pub part_mib: u64,
    /// The maximum ratio of unpacked to packed size of a part larger than 100 KiB.
    pub ratio: u32,
    /// Parts of a zip-based workbook.
    pub entries: u32,
    /// Sheets of one workbook.
    pub sheets: u32,
    /// Non-empty cells of one file.
    pub cells: u32,
    /// Rows of one sheet, blank ones included.
    pub rows: u32,
    /// Columns of one sheet, blank ones included.
    pub columns: u32,
    /// Distinct texts of one workbook.
    pub strings: u32,
    /// Merged blocks of one workbook.
    pub merges: u32,
    /// All items taken from one file: rows, cells, columns, merged blocks, texts. See [`crate::read::budget`].
    pub steps: u64,
    /// Size of one csv file of ballots, tallies or given scores in MiB.
    pub csv_mib: u64,
    /// Rows of one csv file of ballots, tallies or given scores.
    pub csv_rows: u32,
    /// Characters of one text.
    pub text: u32,
    /// Memory of the process that reads one .xls, .et, .ods or .xlsb, in MiB.
    pub worker_mib: u32,
    /// Seconds this process may take.
    pub worker_seconds: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_mib: 20,
            unpacked_mib: 128,
            part_mib: 64,
            ratio: 100,
            entries: 1000,
            sheets: 256,
            cells: 5_000_000,
            rows: 1_000_000,
            columns: 4096,
            strings: 2_000_000,
            merges: 100_000,
            steps: 1_000_000,
            csv_mib: 256,
            csv_rows: 2_000_000,
            text: 32_767,
            worker_mib: 512,
            worker_seconds: 10,
        }
    }
}

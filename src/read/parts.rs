//! The parts of a container that this program has just made; inputs pass `gate` instead.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

/// The parts of a workbook as text, by their paths.
///
/// # Errors
/// If it is not a container of texts, which a workbook just made is.
pub fn parts(bytes: &[u8]) -> anyhow::Result<BTreeMap<String, String>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut parts = BTreeMap::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index)?;
        let mut text = String::new();
        part.read_to_string(&mut text)?;
        parts.insert(part.name()?.into_owned(), text);
    }
    Ok(parts)
}

//! JSON artefacts: indented, keys in a fixed order, one newline at the end.

use serde::Serialize;

/// The bytes of a document as JSON.
///
/// # Errors
/// If the document cannot be serialised, which its types exclude.
pub fn bytes<T: Serialize>(document: &T) -> anyhow::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(document)?;
    bytes.push(b'\n');
    Ok(bytes)
}

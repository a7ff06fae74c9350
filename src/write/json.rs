//! JSON artefacts: indented, keys in a fixed order, one newline at the end; nothing in them that a terminal would obey.

use std::fmt::Write as _;

use serde::Serialize;

use crate::shared::text::is_unseen;

/// The bytes of a document as JSON.
///
/// # Errors
/// If the document cannot be serialised, which its types exclude.
pub fn bytes<T: Serialize>(document: &T) -> anyhow::Result<Vec<u8>> {
    Ok(text(document)?.into_bytes())
}

/// A document as JSON.
///
/// # Errors
/// If the document cannot be serialised, which its types exclude.
pub fn text<T: Serialize>(document: &T) -> anyhow::Result<String> {
    let text = serde_json::to_string_pretty(document)?;
    // Such characters stand only inside strings, where an escape means the same.
    let risky = |c: char| c != '\n' && is_unseen(c);
    let mut safe = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if risky(c) {
            let _ = write!(safe, "\\u{:04x}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    safe.push('\n');
    Ok(safe)
}

//! Documents for programs, printed as they are made: those of many units are long, and are not held as a whole.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};

use serde::Serialize;

use crate::write::json::safe;

/// Writes a document as indented JSON, for reading in a terminal.
///
/// # Errors
/// If it cannot be written, or cannot be serialised, which its types exclude.
pub(super) fn json<T: Serialize>(document: &T, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(Safe(&mut *out), document)?;
    out.write_all(b"\n")
}

/// Writes JSON, whose pieces are whole characters, without those that a terminal would obey.
struct Safe<W>(W);

impl<W: Write> Write for Safe<W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(piece).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
        self.0.write_all(safe(Cow::Borrowed(text)).as_bytes())?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::json::text;

    #[test]
    fn a_document_is_printed_as_it_would_be_kept() {
        let document =
            serde_json::json!({ "code": "U\u{202e}1", "rows": [{ "name": "第一\n\u{1b}[31m", "points": "80.51" }] });
        let mut out = Vec::new();
        json(&document, &mut out).expect("memory");
        assert_eq!(String::from_utf8(out).expect("text"), text(&document).expect("text"));
    }
}

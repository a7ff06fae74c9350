//! Bytes made again, held piece by piece against a file that stands there: neither is in memory as a whole.

use std::path::Path;

use crate::read::Stream;

/// A file, as far as it was compared.
pub(super) struct Against {
    /// None if there is no file that can be read, which is reported elsewhere.
    stream: Option<Stream>,
    is_alike: bool,
}

impl Against {
    /// The file at a path, of which nothing was compared yet.
    pub(super) fn open(path: &Path) -> Self {
        Self { stream: Stream::open(path).ok(), is_alike: true }
    }

    /// Compares the next bytes.
    pub(super) fn hold(&mut self, piece: &[u8]) {
        if let Some(stream) = self.stream.as_mut().filter(|_| self.is_alike) {
            self.is_alike = stream.next(piece.len() as u64).is_ok_and(|found| found == piece);
        }
    }

    /// Whether the file has the bytes that were compared, and no others.
    pub(super) fn ends_alike(mut self) -> bool {
        let is_at_end = |stream: &mut Stream| stream.next(1).is_ok_and(|rest| rest.is_empty());
        self.is_alike && self.stream.as_mut().is_none_or(is_at_end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_alike_only_byte_by_byte_and_to_its_end() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("file");
        std::fs::write(&path, b"abcdef").expect("file");
        let alike = |path: &Path, pieces: &[&str]| {
            let mut against = Against::open(path);
            pieces.iter().for_each(|piece| against.hold(piece.as_bytes()));
            against.ends_alike()
        };
        assert!(alike(&path, &["abcdef"]) && alike(&path, &["a", "", "bcd", "ef"]));
        for pieces in [&["abcde"] as &[&str], &["abcdef", "g"], &["abXdef"], &["abX", "def"], &["bcdef"], &[]] {
            assert!(!alike(&path, pieces), "{pieces:?}");
        }
        // That there is no file is another difference.
        assert!(alike(&folder.path().join("none"), &["abc"]));
    }
}

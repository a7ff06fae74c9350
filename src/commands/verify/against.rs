//! Bytes made again, held piece by piece against a file that stands there: neither is in memory as a whole.

use std::path::Path;

use crate::read::Stream;

/// A file, as far as it was compared.
pub(super) struct Against {
    stream: Stream,
    is_alike: bool,
}

impl Against {
    /// The file at a path, of which nothing was compared yet; none if there is no file that can be read, which is reported
    /// elsewhere.
    pub(super) fn open(path: &Path) -> Option<Self> {
        Some(Self { stream: Stream::open(path).ok()?, is_alike: true })
    }

    /// Compares the next bytes.
    pub(super) fn hold(&mut self, piece: &[u8]) {
        self.is_alike = self.is_alike && self.stream.next(piece.len() as u64).is_ok_and(|found| found == piece);
    }

    /// Whether the file has the bytes that were compared, and no others.
    pub(super) fn ends_alike(mut self) -> bool {
        self.is_alike && self.stream.next(1).is_ok_and(|rest| rest.is_empty())
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
            let mut against = Against::open(path).expect("the file");
            pieces.iter().for_each(|piece| against.hold(piece.as_bytes()));
            against.ends_alike()
        };
        assert!(alike(&path, &["abcdef"]) && alike(&path, &["a", "", "bcd", "ef"]));
        for pieces in [&["abcde"] as &[&str], &["abcdef", "g"], &["abXdef"], &["abX", "def"], &["bcdef"], &[]] {
            assert!(!alike(&path, pieces), "{pieces:?}");
        }
        assert!(Against::open(&folder.path().join("none")).is_none());
    }
}

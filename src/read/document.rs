//! Files that assess itself wrote and reads back in full: results, manifests, the log of states. They must pass the
//! gate for inputs: a regular file, not a link, no larger than a limit.

use std::fmt;
use std::fs::{File, symlink_metadata};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::Path;

use anyhow::Context as _;

use super::Hasher;
use crate::shared::i18n::Lang;

/// The largest accepted size in bytes: about five times the result of 20,000 units.
const MOST: u64 = 2048 << 20;
/// Bytes that are read at once.
const BLOCK: usize = 1 << 16;
/// Bytes of records that are given at once.
const GROUP: usize = 1 << 12;

/// Why a file is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is a link.
    Link,
    /// It is a folder.
    Folder,
    /// It is a pipe, a device or similar.
    Special,
    /// It is larger than any file written by assess.
    Large,
}

impl Unfit {
    /// The catalogue key of the reason.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Link => "unfit.link",
            Self::Folder => "unfit.folder",
            Self::Special => "unfit.special",
            Self::Large => "unfit.large",
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Lang::En.text(self.word()))
    }
}

impl std::error::Error for Unfit {}

/// Whether there is a regular file at a path; `false` if there is nothing.
///
/// # Errors
/// [`Unfit`] if there is something else, any other error if that cannot be determined.
pub fn is_there(path: &Path) -> anyhow::Result<bool> {
    let shown = || path.display().to_string();
    let kind = match symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error).with_context(shown),
    };
    let unfit = match (kind.is_symlink(), kind.is_dir(), kind.is_file()) {
        (true, _, _) => Unfit::Link,
        (_, true, _) => Unfit::Folder,
        (_, _, false) => Unfit::Special,
        (_, _, true) => return Ok(true),
    };
    Err(unfit).with_context(shown)
}

/// Whether there is a folder at a path, following links; `false` if there is nothing.
///
/// # Errors
/// If that cannot be determined.
pub fn is_folder(path: &Path) -> anyhow::Result<bool> {
    match std::fs::metadata(path) {
        Ok(metadata) => Ok(metadata.is_dir()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}

/// Opens a file, with its size; none if there is nothing.
fn opened(path: &Path) -> anyhow::Result<Option<(File, u64)>> {
    // Opening a pipe would wait forever, so the file type is checked first.
    if !is_there(path)? {
        return Ok(None);
    }
    let shown = || path.display().to_string();
    let file = File::open(path).with_context(shown)?;
    let size = file.metadata().with_context(shown)?.len();
    if size > MOST { Err(Unfit::Large).with_context(shown) } else { Ok(Some((file, size))) }
}

/// The bytes of a file; `None` if it does not exist.
///
/// # Errors
/// [`Unfit`] if it must not be opened, any other error if it cannot be read.
pub fn document(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    let Some((file, _)) = opened(path)? else { return Ok(None) };
    let shown = || path.display().to_string();
    let mut bytes = Vec::new();
    file.take(MOST + 1).read_to_end(&mut bytes).with_context(shown)?;
    if bytes.len() as u64 > MOST {
        return Err(Unfit::Large).with_context(shown);
    }
    Ok(Some(bytes))
}

/// The bytes of a file that must exist.
///
/// # Errors
/// If it does not exist, is [`Unfit`], or cannot be read.
pub fn present(path: &Path) -> anyhow::Result<Vec<u8>> {
    document(path)?.ok_or_else(|| std::io::Error::from(ErrorKind::NotFound)).with_context(|| path.display().to_string())
}

/// A file that is read once from beginning to end while its SHA-256 is taken, and of which little is kept.
pub struct Stream {
    file: File,
    size: u64,
    hasher: Hasher,
    shown: String,
}

impl Stream {
    /// Opens a file that must exist.
    ///
    /// # Errors
    /// If it does not exist, is [`Unfit`], or cannot be read.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display().to_string();
        let gone = || std::io::Error::from(ErrorKind::NotFound);
        let (file, size) = opened(path)?.ok_or_else(gone).with_context(|| shown.clone())?;
        Ok(Self { file, size, hasher: Hasher::default(), shown })
    }

    /// Its size when it was opened.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Some of its bytes, before it is read from the beginning; those beyond its end are left out.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn peek(&mut self, range: &Range<u64>) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let until = range.end.min(self.size);
        let seek = self.file.seek(SeekFrom::Start(range.start));
        let read = seek.and_then(|_| {
            let taken = (&mut self.file).take(until.saturating_sub(range.start)).read_to_end(&mut bytes);
            taken.and_then(|_| self.file.rewind())
        });
        read.with_context(|| self.shown.clone())?;
        Ok(bytes)
    }

    /// Reads it to its end and keeps the bytes of some ranges, in their order; those beyond its end are left out.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn keep<const N: usize>(&mut self, ranges: [&Range<u64>; N]) -> anyhow::Result<[Vec<u8>; N]> {
        let mut kept = [const { Vec::new() }; N];
        let (mut block, mut at) = (vec![0; BLOCK], 0_u64);
        loop {
            let read = self.read(&mut block).with_context(|| self.shown.clone())?;
            if read == 0 {
                return Ok(kept);
            }
            let until = at + read as u64;
            for (range, kept) in ranges.iter().zip(&mut kept) {
                let (from, to) = (range.start.clamp(at, until), range.end.clamp(at, until));
                if from < to {
                    kept.extend_from_slice(&block[(from - at) as usize..(to - at) as usize]);
                }
            }
            at = until;
        }
    }

    /// Its next bytes, as many as are asked for, or as there are.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn next(&mut self, length: u64) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(usize::try_from(length.min(self.size))?);
        let read = std::io::Read::take(&mut *self, length).read_to_end(&mut bytes);
        read.with_context(|| self.shown.clone())?;
        Ok(bytes)
    }

    /// Reads a csv file to its end and gives its records, some at a time and each of them whole.
    ///
    /// # Errors
    /// Of the receiver, or if it cannot be read.
    pub fn records(&mut self, mut take: impl FnMut(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let (mut block, mut held) = (vec![0; BLOCK], Vec::new());
        loop {
            let read = self.read(&mut block).with_context(|| self.shown.clone())?;
            held.extend_from_slice(&block[..read]);
            let mut start = 0;
            while let Some(length) = whole_records(&held[start..], read == 0) {
                take(&held[start..start + length])?;
                start += length;
            }
            held.drain(..start);
            if read == 0 {
                return Ok(());
            }
        }
    }

    /// Reads the rest of it: the SHA-256 and the size of what was read.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn fingerprint(mut self) -> anyhow::Result<(String, u64)> {
        self.keep([])?;
        let size = self.hasher.size();
        Ok((self.hasher.sha256(), size))
    }

    /// The SHA-256 of what was read.
    pub fn sha256(self) -> String {
        self.hasher.sha256()
    }
}

/// How many of these bytes are whole records of a csv file, at least [`GROUP`] unless it is the rest of the file: they end
/// with a line, before which every quotation has ended.
fn whole_records(bytes: &[u8], is_rest: bool) -> Option<usize> {
    let quotes = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'"').count();
    let (mut from, mut is_open, mut search) = (0, false, GROUP);
    while let Some(more) = bytes.get(search..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n')) {
        let end = search + more + 1;
        is_open ^= quotes(&bytes[from..end]) % 2 == 1;
        if !is_open {
            return Some(end);
        }
        (from, search) = (end, end);
    }
    (is_rest && !bytes.is_empty()).then_some(bytes.len())
}

impl std::io::Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(into)?;
        self.hasher.add(&into[..read]);
        Ok(read)
    }
}

/// The text of a file that must exist, in UTF-8.
///
/// # Errors
/// If it does not exist, is [`Unfit`], cannot be read, or is not UTF-8.
pub fn text_of(path: &Path) -> anyhow::Result<String> {
    String::from_utf8(present(path)?).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_keeps_what_is_wanted_and_takes_the_hash_of_all() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("file");
        let bytes: Vec<u8> = (0..200_000_u32).map(|i| (i % 251) as u8).collect();
        std::fs::write(&path, &bytes).expect("file");
        let mut stream = Stream::open(&path).expect("open");
        assert_eq!((stream.size(), stream.peek(&(199_999..300_000)).expect("peek").len()), (200_000, 1));
        let [a, b, c, d] = stream.keep([&(0..3), &(60_000..140_000), &(199_998..900_000), &(7..7)]).expect("read");
        assert!(a == bytes[..3] && b == bytes[60_000..140_000] && c == bytes[199_998..] && d.is_empty());
        assert_eq!(stream.sha256(), super::super::sha256(&bytes));
        assert!(Stream::open(&folder.path().join("none")).is_err());
        let mut stream = Stream::open(&path).expect("open");
        let parts = [100_000, 100_001].map(|length| stream.next(length).expect("read"));
        assert!(parts.concat() == bytes && stream.sha256() == super::super::sha256(&bytes));
    }

    #[test]
    fn records_of_a_csv_file_are_never_torn() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("file");
        let row = |i: u32| format!("{i},\"一行\n\"\"两\"\"行 {i}\",{}\r\n", "x".repeat(i as usize % 7));
        let text: String = (0..20_000).map(row).collect();
        std::fs::write(&path, &text).expect("file");
        let (mut stream, mut all, mut rows) = (Stream::open(&path).expect("open"), Vec::new(), 0);
        let read = stream.records(|records| {
            let own: Vec<u32> = std::str::from_utf8(records)?
                .split("\r\n")
                .filter_map(|row| row.split(',').next()?.parse().ok())
                .collect();
            assert!(records.ends_with(b"\r\n"));
            assert!(own.iter().copied().eq(rows..rows + own.len() as u32), "{own:?}");
            rows += own.len() as u32;
            all.extend_from_slice(records);
            Ok(())
        });
        read.expect("read");
        assert!(all == text.as_bytes() && rows == 20_000);
        assert_eq!(stream.sha256(), super::super::sha256(text.as_bytes()));
        assert_eq!(whole_records(b"1,\"a\n", false), None);
        assert_eq!(whole_records(b"1,\"a\n", true), Some(5));
    }

    #[test]
    fn only_regular_files_within_the_limit_are_opened() {
        let folder = tempfile::tempdir().expect("folder");
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("file"), "1").expect("file");
        std::fs::create_dir(path("folder")).expect("folder");
        // A sparse file occupies no disk space but would take 3 GiB of memory.
        File::create(path("large")).and_then(|file| file.set_len(3 << 30)).expect("file");
        let unfit = |name: &str| document(&path(name)).expect_err(name).downcast::<Unfit>().expect("unfit");
        assert_eq!(document(&path("file")).expect("read"), Some(b"1".to_vec()));
        assert_eq!(document(&path("nothing")).expect("read"), None);
        assert!(present(&path("nothing")).is_err());
        assert_eq!((unfit("folder"), unfit("large")), (Unfit::Folder, Unfit::Large));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("file", path("link")).expect("link");
            std::os::unix::fs::symlink("nowhere", path("dangling")).expect("link");
            let _socket = std::os::unix::net::UnixListener::bind(path("socket")).expect("socket");
            assert_eq!((unfit("link"), unfit("dangling"), unfit("socket")), (Unfit::Link, Unfit::Link, Unfit::Special));
        }
    }
}

//! The container of a workbook: a zip file of deflated parts, made in memory. Parts that stand in many workbooks are
//! deflated once and copied as they are.
//!
//! Layout: APPNOTE.TXT 6.3.3, sections 4.3 and 4.4. No clock, no names of systems or users: equal parts give equal bytes.

use std::cell::RefCell;
use std::sync::Arc;

use anyhow::Context as _;
use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress, Status};

/// The compression level, 1 to 9: several times as fast as the usual 6, with files a sixth larger.
const PACKED: u32 = 2;
/// How much more room the output of the compressor gets at a time, in bytes.
const ROOM: usize = 32 * 1024;
/// Signatures of the records of a zip file (APPNOTE 4.3.7, 4.3.12, 4.3.16).
const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Version needed to extract: deflate.
const VERSION: u16 = 20;
/// Compression method: deflate.
const DEFLATED: u16 = 8;
/// 1980-01-01, the first date of the format.
const FIRST_DAY: u16 = 0x0021;
/// Where checksum and sizes stand in a local header.
const SUMS: usize = 14;

thread_local! {
    /// The compressor of this thread; making one costs more than deflating a small part.
    static COMPRESSOR: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(PACKED), false));
}

/// A part, deflated.
#[derive(Debug)]
pub(super) struct Part {
    /// Its path within the workbook.
    pub(super) name: String,
    deflated: Vec<u8>,
    sums: Sums,
}

impl Part {
    /// Deflates a part.
    ///
    /// # Errors
    /// If it is too large for the format.
    pub(super) fn new(name: String, bytes: &[u8]) -> anyhow::Result<Arc<Self>> {
        Self::of_pieces(name, &[bytes])
    }

    /// Deflates a part of several pieces.
    ///
    /// # Errors
    /// If it is too large for the format.
    pub(super) fn of_pieces(name: String, pieces: &[&[u8]]) -> anyhow::Result<Arc<Self>> {
        let mut deflated = Vec::new();
        let sums = deflate(pieces, &mut deflated)?;
        deflated.shrink_to_fit();
        Ok(Arc::new(Self { name, deflated, sums }))
    }
}

/// What both headers of a part say of its content.
#[derive(Clone, Copy, Debug)]
struct Sums {
    crc: u32,
    packed: u32,
    size: u32,
}

impl Sums {
    fn write(self, to: &mut Vec<u8>) {
        for sum in [self.crc, self.packed, self.size] {
            to.extend_from_slice(&sum.to_le_bytes());
        }
    }
}

/// A workbook being put together.
pub(in crate::write) struct Package {
    bytes: Vec<u8>,
    /// The central directory, which follows the parts.
    directory: Vec<u8>,
    parts: u16,
}

impl Package {
    /// An empty container.
    pub(in crate::write) const fn new() -> Self {
        Self { bytes: Vec::new(), directory: Vec::new(), parts: 0 }
    }

    /// Adds a part of several pieces.
    ///
    /// # Errors
    /// If it is too large for the format.
    pub(in crate::write) fn add(&mut self, name: &str, pieces: &[&[u8]]) -> anyhow::Result<()> {
        let start = self.begin(name);
        let sums = deflate(pieces, &mut self.bytes)?;
        self.end(name, start, sums)
    }

    /// Adds a part that was deflated before.
    ///
    /// # Errors
    /// If the container is too large for the format.
    pub(super) fn copy(&mut self, part: &Part) -> anyhow::Result<()> {
        let start = self.begin(&part.name);
        self.bytes.extend_from_slice(&part.deflated);
        self.end(&part.name, start, part.sums)
    }

    /// Writes the local header, without the sums; returns where it stands.
    fn begin(&mut self, name: &str) -> usize {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&LOCAL.to_le_bytes());
        common(&mut self.bytes);
        self.bytes.extend_from_slice(&[0; 12]);
        lengths(name, &mut self.bytes);
        self.bytes.extend_from_slice(name.as_bytes());
        start
    }

    /// Completes the local header, and lists the part in the directory.
    fn end(&mut self, name: &str, start: usize, sums: Sums) -> anyhow::Result<()> {
        let mut written = Vec::with_capacity(12);
        sums.write(&mut written);
        self.bytes[start + SUMS..start + SUMS + 12].copy_from_slice(&written);
        let start = fitting(start)?;
        let directory = &mut self.directory;
        directory.extend_from_slice(&CENTRAL.to_le_bytes());
        directory.extend_from_slice(&VERSION.to_le_bytes());
        common(directory);
        sums.write(directory);
        lengths(name, directory);
        // No comment, first disk, no attributes.
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&start.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
        self.parts = self.parts.checked_add(1).context("too many parts for a workbook")?;
        Ok(())
    }

    /// The bytes of the container.
    ///
    /// # Errors
    /// If it is too large for the format.
    pub(in crate::write) fn finish(mut self) -> anyhow::Result<Vec<u8>> {
        let (start, length) = (fitting(self.bytes.len())?, fitting(self.directory.len())?);
        self.bytes.append(&mut self.directory);
        self.bytes.extend_from_slice(&END.to_le_bytes());
        self.bytes.extend_from_slice(&[0; 4]);
        for _ in 0..2 {
            self.bytes.extend_from_slice(&self.parts.to_le_bytes());
        }
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(&start.to_le_bytes());
        self.bytes.extend_from_slice(&[0; 2]);
        Ok(self.bytes)
    }
}

/// The fields that both headers begin with, from the version needed to the date.
fn common(to: &mut Vec<u8>) {
    for field in [VERSION, 0, DEFLATED, 0, FIRST_DAY] {
        to.extend_from_slice(&field.to_le_bytes());
    }
}

/// The lengths of the name and of extra fields, of which there are none.
fn lengths(name: &str, to: &mut Vec<u8>) {
    // Names of parts are made by this program and short.
    to.extend_from_slice(&(name.len() as u16).to_le_bytes());
    to.extend_from_slice(&[0; 2]);
}

/// A length or position that the format can state.
fn fitting(length: usize) -> anyhow::Result<u32> {
    u32::try_from(length).context("too large for a workbook")
}

/// Deflates pieces, one after the other, to the end of a buffer.
fn deflate(pieces: &[&[u8]], to: &mut Vec<u8>) -> anyhow::Result<Sums> {
    let start = to.len();
    let mut crc = Hasher::new();
    let mut size = 0;
    COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.reset();
        for piece in pieces {
            crc.update(piece);
            size += piece.len();
            let mut rest = *piece;
            while !rest.is_empty() {
                to.reserve(ROOM);
                let before = compressor.total_in();
                compressor.compress_vec(rest, to, FlushCompress::None)?;
                rest = &rest[(compressor.total_in() - before) as usize..];
            }
        }
        loop {
            to.reserve(ROOM);
            if compressor.compress_vec(&[], to, FlushCompress::Finish)? == Status::StreamEnd {
                return anyhow::Ok(());
            }
        }
    })?;
    Ok(Sums { crc: crc.finalize(), packed: fitting(to.len() - start)?, size: fitting(size)? })
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use super::*;

    #[test]
    fn parts_come_back_as_they_were_added_or_copied() {
        let long: Vec<u8> = (0..400_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let parts: [(&str, &[u8]); 4] =
            [("a.xml", b"<a/>"), ("b/empty.xml", b""), ("b/long.bin", &long), ("c", b"<c/>")];
        let mut package = Package::new();
        for (number, (name, bytes)) in parts.into_iter().enumerate() {
            match number % 2 {
                0 => package.add(name, &[&bytes[..bytes.len() / 3], &bytes[bytes.len() / 3..]]).unwrap(),
                _ => package.copy(&Part::new(name.to_owned(), bytes).unwrap()).unwrap(),
            }
        }
        let bytes = package.finish().unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(archive.len(), parts.len());
        for (number, (name, wanted)) in parts.into_iter().enumerate() {
            let mut part = archive.by_index(number).unwrap();
            assert_eq!(part.name().unwrap(), name);
            let mut found = Vec::new();
            // The reader compares the checksum.
            part.read_to_end(&mut found).unwrap();
            assert!(found == wanted, "{name}");
        }
    }

    #[test]
    fn equal_parts_give_equal_bytes_whatever_was_deflated_before() {
        let made = |before: &[u8]| {
            Part::new("before".to_owned(), before).unwrap();
            let mut package = Package::new();
            package.add("a", &[&b"abcabcabd".repeat(50)]).unwrap();
            package.finish().unwrap()
        };
        assert_eq!(made(b""), made(&[b'x'; 70_000]));
    }
}

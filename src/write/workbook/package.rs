//! The container of a workbook: a zip file of deflated parts, given on part by part. Parts that stand in many workbooks
//! are deflated once and copied as they are.
//!
//! Layout: APPNOTE.TXT 6.3.3, sections 4.3 and 4.4. No clock, no names of systems or users: equal parts give equal bytes.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

use anyhow::Context as _;
use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress, Status};
use libdeflater::{CompressionLvl, Compressor};

use crate::shared::pieces::Put;

/// The compression level of long parts, 1 to 9: several times as fast as the usual 6, with files a sixth larger.
const PACKED: u32 = 2;
/// The compression level of parts that are deflated at once, 1 to 12. Files are no larger than with the level of long parts, in
/// less than half the time; but that compressor needs a part as a whole.
const PACKED_AT_ONCE: CompressionLvl = match CompressionLvl::new(1) {
    Ok(level) => level,
    Err(_) => panic!("no such level"),
};
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
/// Length of a local header without the name.
const HEADER: usize = 30;

/// How much text of a part is deflated at a time, in bytes; a part that is no longer is deflated at once.
const LONG: usize = 64 * 1024;

thread_local! {
    /// A compressor of this thread that is not in use; making one costs more than deflating a small part.
    static SPARE: Cell<Option<Compress>> = const { Cell::new(None) };
    /// Likewise for parts that are deflated at once.
    static AT_ONCE: Cell<Option<Compressor>> = const { Cell::new(None) };
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
        let size: usize = pieces.iter().map(|piece| piece.len()).sum();
        if size <= LONG {
            let whole = if let [piece] = pieces { Cow::Borrowed(*piece) } else { Cow::Owned(pieces.concat()) };
            return Self::at_once(name, &whole);
        }
        let mut deflating = Deflating::begin();
        pieces.iter().try_for_each(|piece| deflating.add(piece))?;
        deflating.part(name)
    }

    /// Deflates a part that is not long.
    fn at_once(name: String, bytes: &[u8]) -> anyhow::Result<Arc<Self>> {
        let mut compressor = AT_ONCE.take().unwrap_or_else(|| Compressor::new(PACKED_AT_ONCE));
        let mut deflated = vec![0; compressor.deflate_compress_bound(bytes.len())];
        let packed = compressor.deflate_compress(bytes, &mut deflated)?;
        AT_ONCE.set(Some(compressor));
        deflated.truncate(packed);
        deflated.shrink_to_fit();
        let sums = Sums { crc: crc32fast::hash(bytes), packed: fitting(packed)?, size: fitting(bytes.len())? };
        Ok(Arc::new(Self { name, deflated, sums }))
    }
}

/// A part whose text is being written: what grows long is deflated as it comes, and not held.
#[derive(Default)]
pub(super) struct Draft {
    /// What is not yet deflated.
    pub(super) text: String,
    deflating: Option<Deflating>,
}

impl Draft {
    /// Deflates what has come so far if it is long.
    ///
    /// # Errors
    /// If the compressor fails, which it does not.
    pub(super) fn settle(&mut self) -> anyhow::Result<()> {
        if self.text.len() < LONG {
            return Ok(());
        }
        self.deflating.get_or_insert_with(Deflating::begin).add(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }

    /// The whole text, unless some of it is already deflated.
    pub(super) fn whole(&self) -> Option<&str> {
        self.deflating.is_none().then_some(&*self.text)
    }

    /// The part.
    ///
    /// # Errors
    /// If it is too large for the format.
    pub(super) fn part(self, name: String) -> anyhow::Result<Arc<Part>> {
        let Some(mut deflating) = self.deflating else { return Part::new(name, self.text.as_bytes()) };
        deflating.add(self.text.as_bytes())?;
        deflating.part(name)
    }
}

/// A part being deflated.
struct Deflating {
    compressor: Compress,
    crc: Hasher,
    size: usize,
    deflated: Vec<u8>,
}

impl Deflating {
    fn begin() -> Self {
        let compressor = match SPARE.take() {
            Some(mut spare) => {
                spare.reset();
                spare
            }
            None => Compress::new(Compression::new(PACKED), false),
        };
        Self { compressor, crc: Hasher::new(), size: 0, deflated: Vec::new() }
    }

    /// Deflates the next bytes.
    fn add(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.crc.update(bytes);
        self.size += bytes.len();
        let mut rest = bytes;
        while !rest.is_empty() {
            self.deflated.reserve(ROOM);
            let before = self.compressor.total_in();
            self.compressor.compress_vec(rest, &mut self.deflated, FlushCompress::None)?;
            rest = &rest[(self.compressor.total_in() - before) as usize..];
        }
        Ok(())
    }

    /// Completes the part.
    fn part(mut self, name: String) -> anyhow::Result<Arc<Part>> {
        loop {
            self.deflated.reserve(ROOM);
            if self.compressor.compress_vec(&[], &mut self.deflated, FlushCompress::Finish)? == Status::StreamEnd {
                break;
            }
        }
        SPARE.set(Some(self.compressor));
        let mut deflated = self.deflated;
        deflated.shrink_to_fit();
        let sums = Sums { crc: self.crc.finalize(), packed: fitting(deflated.len())?, size: fitting(self.size)? };
        Ok(Arc::new(Part { name, deflated, sums }))
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

/// A workbook being put together, whose bytes are given on part by part.
pub(in crate::write) struct Package<'p> {
    put: &'p mut Put<'p>,
    /// How many bytes were given on.
    size: usize,
    /// The central directory, which follows the parts.
    directory: Vec<u8>,
    parts: u16,
}

impl<'p> Package<'p> {
    /// An empty container.
    pub(in crate::write) fn new(put: &'p mut Put<'p>) -> Self {
        Self { put, size: 0, directory: Vec::new(), parts: 0 }
    }

    /// Adds a part.
    ///
    /// # Errors
    /// If it is too large for the format, or of the receiver.
    pub(in crate::write) fn add(&mut self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        self.copy(&*Part::new(name.to_owned(), bytes)?)
    }

    /// Adds a part that was deflated before.
    ///
    /// # Errors
    /// If the container is too large for the format, or of the receiver.
    pub(super) fn copy(&mut self, part: &Part) -> anyhow::Result<()> {
        let start = fitting(self.size)?;
        let mut header = Vec::with_capacity(HEADER + part.name.len());
        header.extend_from_slice(&LOCAL.to_le_bytes());
        common(&mut header);
        part.sums.write(&mut header);
        lengths(&part.name, &mut header);
        header.extend_from_slice(part.name.as_bytes());
        self.put(&header)?;
        self.put(&part.deflated)?;
        let directory = &mut self.directory;
        directory.extend_from_slice(&CENTRAL.to_le_bytes());
        directory.extend_from_slice(&VERSION.to_le_bytes());
        common(directory);
        part.sums.write(directory);
        lengths(&part.name, directory);
        // No comment, first disk, no attributes.
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&start.to_le_bytes());
        directory.extend_from_slice(part.name.as_bytes());
        self.parts = self.parts.checked_add(1).context("too many parts for a workbook")?;
        Ok(())
    }

    /// Completes the container.
    ///
    /// # Errors
    /// If it is too large for the format, or of the receiver.
    pub(in crate::write) fn finish(mut self) -> anyhow::Result<()> {
        let (start, length) = (fitting(self.size)?, fitting(self.directory.len())?);
        let mut end = std::mem::take(&mut self.directory);
        end.extend_from_slice(&END.to_le_bytes());
        end.extend_from_slice(&[0; 4]);
        for _ in 0..2 {
            end.extend_from_slice(&self.parts.to_le_bytes());
        }
        end.extend_from_slice(&length.to_le_bytes());
        end.extend_from_slice(&start.to_le_bytes());
        end.extend_from_slice(&[0; 2]);
        self.put(&end)
    }

    fn put(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.size += bytes.len();
        (self.put)(bytes)
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

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use super::*;
    use crate::shared::pieces::in_memory;

    #[test]
    fn parts_come_back_as_they_were_added_or_copied() {
        let long: Vec<u8> = (0..400_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let parts: [(&str, &[u8]); 4] =
            [("a.xml", b"<a/>"), ("b/empty.xml", b""), ("b/long.bin", &long), ("c", b"<c/>")];
        let bytes = in_memory(|put| {
            let mut package = Package::new(put);
            for (number, (name, bytes)) in parts.into_iter().enumerate() {
                match number % 2 {
                    0 => package.add(name, bytes)?,
                    _ => package.copy(&*Part::new(name.to_owned(), bytes)?)?,
                }
            }
            package.finish()
        });
        let bytes = bytes.unwrap();
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
    fn equal_parts_give_equal_bytes_whatever_was_deflated_before_and_in_whatever_pieces() {
        let short = b"abcabcabd".repeat(50);
        let long = b"abcabcabd".repeat(50_000);
        assert!(short.len() <= LONG && long.len() > LONG);
        for text in [short, long] {
            let made = |before: &[u8]| {
                Part::new("before".to_owned(), before).unwrap();
                Part::new("a".to_owned(), &text).unwrap().deflated.clone()
            };
            let once = made(b"");
            assert!(once == made(&[b'x'; 70_000]) && once == made(&[b'y'; 700]));
            let (start, rest) = text.split_at(text.len() / 3);
            assert!(once == Part::of_pieces("a".to_owned(), &[start, b"", rest]).unwrap().deflated);
        }
    }

    #[test]
    fn a_long_text_is_deflated_as_it_comes_and_comes_back_whole() {
        let line = "<row r=\"1\"><c r=\"A1\"/></row>".repeat(100);
        let mut draft = Draft::default();
        for _ in 0..100 {
            draft.text.push_str(&line);
            draft.settle().unwrap();
        }
        assert!(draft.whole().is_none() && draft.text.len() < LONG);
        let part = draft.part("long.xml".to_owned()).unwrap();
        let bytes = in_memory(|put| {
            let mut package = Package::new(put);
            package.copy(&part)?;
            package.finish()
        });
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes.unwrap())).unwrap();
        let mut found = String::new();
        archive.by_index(0).unwrap().read_to_string(&mut found).unwrap();
        assert!(found == line.repeat(100));
    }
}

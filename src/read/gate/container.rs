//! The zip container of a workbook: every claim it makes is checked before anything is unpacked, and every part is
//! unpacked once, counted, and compared with its checksum.
//!
//! Gives an [`Archive`]: the parts a reader needs, and the same parts as a plain zip without compression. The parser is
//! given that copy, so it can never see other bytes than the gate did, whatever two zip readers make of the original.

use std::collections::BTreeSet;

use flate2::{Decompress, FlushDecompress, Status};

use super::fault::Fault;
use crate::model::Limits;

mod directory;

pub(in crate::read) use directory::{Entry, entries};

/// Parts below this size may be packed as tightly as they like.
const SMALL: u64 = 100 * 1024;

/// An unpacked container.
pub(in crate::read) struct Archive {
    /// The plain zip of the parts that were kept.
    plain: Vec<u8>,
    parts: Vec<Part>,
    /// Names of all parts, kept or not, in the order of the directory.
    pub(in crate::read) names: Vec<String>,
}

struct Part {
    name: String,
    checksum: u32,
    header: usize,
    start: usize,
    end: usize,
}

impl Archive {
    /// The bytes of a part; letter case does not matter, as for every reader.
    pub(in crate::read) fn part(&self, name: &str) -> Option<&[u8]> {
        let part = self.parts.iter().find(|part| part.name.eq_ignore_ascii_case(name))?;
        self.plain.get(part.start..part.end)
    }

    /// Names of the parts that were kept.
    pub(in crate::read) fn kept(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|part| part.name.as_str())
    }

    /// The kept parts as a zip without compression.
    pub(in crate::read) fn plain(&self) -> &[u8] {
        &self.plain
    }
}

/// Checks and unpacks a container.
///
/// # Errors
/// Everything that is wrong with it; a directory that cannot be trusted is one fault.
pub(in crate::read) fn unpack(bytes: &[u8], limits: &Limits) -> Result<Archive, Vec<Fault>> {
    let entries = entries(bytes, limits).map_err(|fault| vec![fault])?;
    let mut faults = claims(&entries, limits);
    faults.extend(overlaps(&entries));
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut archive = Archive { plain: Vec::new(), parts: Vec::new(), names: Vec::new() };
    let mut scratch = vec![0; 32 * 1024];
    for entry in &entries {
        archive.names.push(entry.name.clone());
        let packed = &bytes[entry.start..entry.end];
        if let Err(fault) = archive.add(entry, packed, &mut scratch) {
            faults.push(fault.within(&entry.name));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    archive.finish();
    Ok(archive)
}

/// What the directory claims, against the limits and against what a workbook may hold.
fn claims(entries: &[Entry], limits: &Limits) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    let mut total = 0_u64;
    let mebibyte = 1024 * 1024;
    for entry in entries {
        let odd = |what| Fault::Odd(what, entry.name.clone());
        if !seen.insert(entry.name.to_lowercase()) {
            faults.push(odd("gate.zip.twice"));
        }
        if !is_plain_path(&entry.name) {
            faults.push(odd("gate.zip.path"));
        }
        if entry.is_link {
            faults.push(odd("gate.zip.link"));
        }
        if entry.is_encrypted {
            faults.push(Fault::Encrypted);
        }
        if !matches!(entry.method, directory::STORED | directory::DEFLATED) {
            faults.push(odd("gate.zip.method"));
        }
        if entry.size > limits.part_mib.saturating_mul(mebibyte) {
            let found = format!("{} ({} MiB)", entry.name, entry.size / mebibyte);
            faults.push(Fault::TooLarge(found, format!("{} MiB", limits.part_mib)));
        }
        if entry.size > SMALL && entry.size > entry.packed.saturating_mul(u64::from(limits.ratio)) {
            let found = format!("{} ({} : {})", entry.name, entry.size, entry.packed);
            faults.push(Fault::TooLarge(found, format!("{} : 1", limits.ratio)));
        }
        total = total.saturating_add(entry.size);
    }
    if total > limits.unpacked_mib.saturating_mul(mebibyte) {
        faults.push(Fault::TooLarge(format!("{} MiB", total / mebibyte), format!("{} MiB", limits.unpacked_mib)));
    }
    faults
}

/// A relative path without tricks; `\` was turned into `/` already.
fn is_plain_path(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    !name.is_empty()
        && !drive
        && !name.starts_with('/')
        && !name.contains('\0')
        && !name.split('/').any(|step| step == ".." || step == ".")
}

/// Bodies that share bytes: the trick by which a small file unpacks to a huge one.
fn overlaps(entries: &[Entry]) -> Option<Fault> {
    let mut spans: Vec<(usize, usize, &str)> = entries.iter().map(|e| (e.header, e.end, e.name.as_str())).collect();
    spans.sort_unstable();
    let clash = spans.windows(2).find(|pair| pair[1].0 < pair[0].1)?;
    Some(Fault::Odd("gate.zip.overlap", clash[1].2.to_owned()))
}

/// Whether a reader needs the part; pictures, colours, charts and properties are checked but not kept.
fn is_needed(name: &str) -> bool {
    const UNUSED: [&str; 8] = [
        "docprops/",
        "xl/theme/",
        "xl/drawings/",
        "xl/charts/",
        "xl/media/",
        "xl/printersettings/",
        "thumbnails/",
        "pictures/",
    ];
    let lower = name.to_ascii_lowercase();
    let kind = [".xml", ".rels", ".bin"].iter().any(|end| lower.ends_with(end)) || lower == "mimetype";
    kind && !lower.ends_with("vbaproject.bin") && !UNUSED.iter().any(|folder| lower.starts_with(folder))
}

impl Archive {
    /// Unpacks a part, checks length and checksum, and keeps it if a reader needs it.
    fn add(&mut self, entry: &Entry, packed: &[u8], scratch: &mut [u8]) -> Result<(), Fault> {
        let header = self.plain.len();
        let needed = is_needed(&entry.name);
        if needed {
            local_header(&mut self.plain, &entry.name, entry.checksum, entry.size);
        }
        let start = self.plain.len();
        let mut checksum = crc32fast::Hasher::new();
        let mut count = 0_u64;
        let kept = &mut self.plain;
        let take = |chunk: &[u8]| {
            count += chunk.len() as u64;
            // Counted, not believed: a part that goes on after its declared end is stopped here.
            if count > entry.size {
                return Err(Fault::Odd("gate.zip.lying", String::new()));
            }
            checksum.update(chunk);
            if needed {
                kept.extend_from_slice(chunk);
            }
            Ok(())
        };
        if entry.method == directory::STORED {
            stored(packed, take)?;
        } else {
            inflate(packed, scratch, take)?;
        }
        if count != entry.size {
            return Err(Fault::Odd("gate.zip.lying", String::new()));
        }
        if checksum.finalize() != entry.checksum {
            return Err(Fault::Damaged("gate.zip.checksum", String::new()));
        }
        if needed {
            let end = self.plain.len();
            self.parts.push(Part { name: entry.name.clone(), checksum: entry.checksum, header, start, end });
        }
        Ok(())
    }

    /// Writes the directory of the plain zip.
    fn finish(&mut self) {
        let start = self.plain.len();
        for part in &self.parts {
            let out = &mut self.plain;
            out.extend_from_slice(b"PK\x01\x02\x14\x00");
            common_header(out, &part.name, part.checksum, (part.end - part.start) as u64);
            out.extend_from_slice(&[0; 10]);
            out.extend_from_slice(&(part.header as u32).to_le_bytes());
            out.extend_from_slice(part.name.as_bytes());
        }
        let size = (self.plain.len() - start) as u32;
        let count = (self.parts.len() as u16).to_le_bytes();
        let out = &mut self.plain;
        out.extend_from_slice(b"PK\x05\x06\x00\x00\x00\x00");
        out.extend_from_slice(&count);
        out.extend_from_slice(&count);
        out.extend_from_slice(&size.to_le_bytes());
        out.extend_from_slice(&(start as u32).to_le_bytes());
        out.extend_from_slice(&[0, 0]);
    }
}

fn local_header(out: &mut Vec<u8>, name: &str, checksum: u32, size: u64) {
    out.extend_from_slice(b"PK\x03\x04");
    common_header(out, name, checksum, size);
    out.extend_from_slice(name.as_bytes());
}

/// The fields that local and central headers share: stored, UTF-8 name, 1 January 1980.
fn common_header(out: &mut Vec<u8>, name: &str, checksum: u32, size: u64) {
    out.extend_from_slice(&[20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0]);
    out.extend_from_slice(&checksum.to_le_bytes());
    out.extend_from_slice(&(size as u32).to_le_bytes());
    out.extend_from_slice(&(size as u32).to_le_bytes());
    out.extend_from_slice(&(name.len() as u16).to_le_bytes());
    out.extend_from_slice(&[0, 0]);
}

fn stored(packed: &[u8], mut take: impl FnMut(&[u8]) -> Result<(), Fault>) -> Result<(), Fault> {
    packed.chunks(32 * 1024).try_for_each(&mut take)
}

/// Inflates a raw deflate stream that must end exactly where its packed bytes end.
fn inflate(packed: &[u8], scratch: &mut [u8], mut take: impl FnMut(&[u8]) -> Result<(), Fault>) -> Result<(), Fault> {
    let broken = || Fault::Damaged("gate.zip.deflate", String::new());
    let mut inflater = Decompress::new(false);
    loop {
        let consumed = usize::try_from(inflater.total_in()).map_err(|_| broken())?;
        let before = inflater.total_out();
        let input = packed.get(consumed..).ok_or_else(broken)?;
        let status = inflater.decompress(input, scratch, FlushDecompress::None).map_err(|_| broken())?;
        let made = usize::try_from(inflater.total_out() - before).map_err(|_| broken())?;
        take(scratch.get(..made).ok_or_else(broken)?)?;
        let read = inflater.total_in() as usize;
        match status {
            Status::StreamEnd if read == packed.len() => return Ok(()),
            Status::StreamEnd => return Err(broken()),
            Status::Ok | Status::BufError if made == 0 && read == consumed => return Err(broken()),
            Status::Ok | Status::BufError => {}
        }
    }
}

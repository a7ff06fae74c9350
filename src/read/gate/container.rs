//! The zip container of a workbook: all its claims are checked before anything is unpacked, and each requested part is
//! unpacked, counted, and compared with its checksum. Parts that are not requested are checked too, except pictures
//! packed more tightly than anything else may be: no reader examines them.
//!
//! Returns an [`Archive`]. A parser that needs a zip receives a [`Plain`] copy of the parts it needs, so it can never
//! see bytes other than those seen by the gate, whatever two zip readers make of the original.

use std::cell::Cell;
use std::collections::BTreeSet;

use flate2::{Decompress, FlushDecompress, Status};

use super::fault::Fault;
use super::xml;
use crate::model::Limits;

mod directory;

pub(in crate::read) use directory::{Entry, entries};

/// Parts below this size may be packed as tightly as they like.
const SMALL: u64 = 100 * 1024;

thread_local! {
    /// What inflates, when this thread does not use it: making one costs more than inflating a small part.
    static SPARE: Cell<Option<Decompress>> = const { Cell::new(None) };
}

/// A container whose directory was checked; its parts are unpacked on request.
pub(in crate::read) struct Archive<'b> {
    bytes: &'b [u8],
    entries: Vec<Entry>,
    /// Which entries were unpacked and thereby checked.
    checked: Vec<Cell<bool>>,
}

impl<'b> Archive<'b> {
    /// Checks the directory of a container.
    ///
    /// # Errors
    /// All its faults; a directory that cannot be trusted is one fault.
    pub(in crate::read) fn open(bytes: &'b [u8], limits: &Limits) -> Result<Self, Vec<Fault>> {
        let entries = entries(bytes, limits).map_err(|fault| vec![fault])?;
        let mut faults = claims(&entries, limits);
        faults.extend(overlaps(&entries));
        let checked = vec![Cell::new(false); entries.len()];
        if faults.is_empty() { Ok(Self { bytes, entries, checked }) } else { Err(faults) }
    }

    /// Names of all parts, in the order of the directory.
    pub(in crate::read) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// Whether there is a part; letter case does not matter, as for every reader.
    pub(in crate::read) fn holds(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    fn entry(&self, name: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The bytes of a part, if it exists; XML in UTF-16 is converted to UTF-8.
    ///
    /// # Errors
    /// If the part is damaged, or differs from what the directory states.
    pub(in crate::read) fn part(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let Some(index) = self.entry(name) else { return Ok(None) };
        let mut part = Vec::new();
        self.unpack(index, &mut part)?;
        let own = &self.entries[index].name;
        let is_xml = [".xml", ".rels"].iter().any(|end| own.to_ascii_lowercase().ends_with(end));
        if is_xml { xml::utf8(part).map(Some).map_err(|fault| fault.within(own)) } else { Ok(Some(part)) }
    }

    /// The bytes of a part that must exist.
    ///
    /// # Errors
    /// As [`Self::part`]; or if it is missing.
    pub(in crate::read) fn needed(&self, name: &str) -> Result<Vec<u8>, Fault> {
        self.part(name)?.ok_or_else(|| Fault::Damaged("gate.book.missing", name.to_owned()))
    }

    /// Unpacks a part, appending to a buffer, and checks length and checksum.
    fn unpack(&self, index: usize, into: &mut Vec<u8>) -> Result<(), Fault> {
        let entry = &self.entries[index];
        self.checked[index].set(true);
        let lying = || Fault::Odd("gate.zip.lying", entry.name.clone());
        let packed = self.bytes.get(entry.start..entry.end).ok_or_else(lying)?;
        let size = usize::try_from(entry.size).map_err(|_| lying())?;
        let start = into.len();
        if entry.method == directory::STORED {
            into.extend_from_slice(packed.get(..size).filter(|all| all.len() == packed.len()).ok_or_else(lying)?);
        } else {
            inflate(packed, size, into).map_err(|fault| fault.within(&entry.name))?;
        }
        if crc32fast::hash(&into[start..]) != entry.checksum {
            return Err(Fault::Damaged("gate.zip.checksum", entry.name.clone()));
        }
        Ok(())
    }

    /// Checks every part that was not requested, so that damage is found wherever it is; pictures that are packed very
    /// tightly are skipped.
    ///
    /// # Errors
    /// The faults of the parts.
    pub(in crate::read) fn check_rest(&self, limits: &Limits) -> Result<(), Vec<Fault>> {
        let mut scratch = Vec::new();
        let mut faults = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            if !self.checked[index].get() && !is_tight(entry, limits) {
                scratch.clear();
                faults.extend(self.unpack(index, &mut scratch).err());
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Unpacks every part that a reader of binary or .ods workbooks needs.
    ///
    /// # Errors
    /// The faults of the parts.
    pub(in crate::read) fn plain(&self, limits: &Limits) -> Result<Plain, Vec<Fault>> {
        let mut plain = Plain { zip: Vec::new(), parts: Vec::new() };
        let mut faults = Vec::new();
        for (index, entry) in self.entries.iter().enumerate().filter(|(_, entry)| is_needed(&entry.name)) {
            let header = plain.zip.len();
            local_header(&mut plain.zip, &entry.name, entry.checksum, entry.size);
            let start = plain.zip.len();
            match self.unpack(index, &mut plain.zip) {
                Ok(()) => {
                    let (name, end) = (entry.name.clone(), plain.zip.len());
                    plain.parts.push(Part { name, checksum: entry.checksum, header, start, end });
                }
                Err(fault) => {
                    plain.zip.truncate(header);
                    faults.push(fault);
                }
            }
        }
        faults.extend(self.check_rest(limits).err().into_iter().flatten());
        if !faults.is_empty() {
            return Err(faults);
        }
        plain.finish();
        Ok(plain)
    }
}

/// The unpacked parts of a container, as a zip without compression.
pub(in crate::read) struct Plain {
    zip: Vec<u8>,
    parts: Vec<Part>,
}

struct Part {
    name: String,
    checksum: u32,
    header: usize,
    start: usize,
    end: usize,
}

impl Plain {
    /// The bytes of a part; letter case does not matter, as for every reader.
    pub(in crate::read) fn part(&self, name: &str) -> Option<&[u8]> {
        let part = self.parts.iter().find(|part| part.name.eq_ignore_ascii_case(name))?;
        self.zip.get(part.start..part.end)
    }

    /// All parts as a zip.
    pub(in crate::read) fn zip(&self) -> &[u8] {
        &self.zip
    }

    /// Writes the directory of the plain zip.
    fn finish(&mut self) {
        let start = self.zip.len();
        for part in &self.parts {
            let out = &mut self.zip;
            out.extend_from_slice(b"PK\x01\x02\x14\x00");
            common_header(out, &part.name, part.checksum, (part.end - part.start) as u64);
            out.extend_from_slice(&[0; 10]);
            out.extend_from_slice(&(part.header as u32).to_le_bytes());
            out.extend_from_slice(part.name.as_bytes());
        }
        let size = (self.zip.len() - start) as u32;
        let count = (self.parts.len() as u16).to_le_bytes();
        let out = &mut self.zip;
        out.extend_from_slice(b"PK\x05\x06\x00\x00\x00\x00");
        out.extend_from_slice(&count);
        out.extend_from_slice(&count);
        out.extend_from_slice(&size.to_le_bytes());
        out.extend_from_slice(&(start as u32).to_le_bytes());
        out.extend_from_slice(&[0, 0]);
    }
}

/// Checks the claims of the directory against the limits and against what a workbook may contain.
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
        // Such a picture remains packed and is harmless.
        if is_tight(entry, limits) && !is_media(&entry.name) {
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

/// Whether a part unpacks to more than its packed size allows.
fn is_tight(entry: &Entry, limits: &Limits) -> bool {
    entry.size > SMALL && entry.size > entry.packed.saturating_mul(u64::from(limits.ratio))
}

/// Whether a part is a picture, a film or similar, which no reader here examines.
fn is_media(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let within = |folder: &str| lower.starts_with(folder) || lower.contains(&format!("/{folder}"));
    !lower.ends_with(".xml")
        && !lower.ends_with(".rels")
        && ["media/", "thumbnails/", "pictures/"].into_iter().any(within)
        || lower.starts_with("docprops/thumbnail.")
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

/// Inflates a raw deflate stream that must end exactly where its packed bytes end, and yield as many bytes as declared.
///
/// The declared size was checked against the limits; a stream that exceeds it is stopped, and no more memory is taken
/// than the declared size and the available bytes permit.
fn inflate(packed: &[u8], size: usize, into: &mut Vec<u8>) -> Result<(), Fault> {
    const STEP: usize = 256 * 1024;
    let broken = || Fault::Damaged("gate.zip.deflate", String::new());
    let lying = || Fault::Odd("gate.zip.lying", String::new());
    let mut inflater = SPARE.take().unwrap_or_else(|| Decompress::new(false));
    inflater.reset(false);
    let start = into.len();
    loop {
        let made = into.len() - start;
        // One byte more than declared is enough to notice that there are more.
        into.reserve((size + 1 - made).min(STEP));
        let consumed = usize::try_from(inflater.total_in()).map_err(|_| broken())?;
        let input = packed.get(consumed..).ok_or_else(broken)?;
        let status = inflater.decompress_vec(input, into, FlushDecompress::None).map_err(|_| broken())?;
        let (now, read) = (into.len() - start, inflater.total_in() as usize);
        if now > size {
            return Err(lying());
        }
        match status {
            Status::StreamEnd if read != packed.len() => return Err(broken()),
            Status::StreamEnd if now != size => return Err(lying()),
            Status::StreamEnd => break,
            Status::Ok | Status::BufError if now == made && read == consumed => return Err(broken()),
            Status::Ok | Status::BufError => {}
        }
    }
    SPARE.set(Some(inflater));
    Ok(())
}

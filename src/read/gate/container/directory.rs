//! The directory of a zip: its end record, its entries, and the local header of each entry, which must agree.

use std::io::Cursor;
use std::io::Read as _;

use super::super::fault::Fault;
use crate::model::Limits;

/// Method of a part that is not packed.
pub(super) const STORED: u16 = 0;
/// Method of a part packed by deflate.
pub(super) const DEFLATED: u16 = 8;

const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const CENTRAL: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";
/// Value of a 32-bit field whose number is in the 64-bit extra field.
const WIDE: u64 = 0xFFFF_FFFF;

/// An entry of the directory, whose local header agrees with it.
#[derive(Clone, Debug)]
pub(in crate::read) struct Entry {
    /// Name with `/`.
    pub(in crate::read) name: String,
    /// Unpacked size as declared.
    pub(in crate::read) size: u64,
    pub(super) packed: u64,
    pub(super) checksum: u32,
    pub(super) method: u16,
    pub(super) is_encrypted: bool,
    pub(super) is_link: bool,
    /// Where its local header starts.
    pub(super) header: usize,
    /// Where its packed bytes start and end.
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Entry {
    /// Its bytes, if they are not packed.
    pub(in crate::read) fn stored<'b>(&self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        if self.method == STORED { bytes.get(self.start..self.end) } else { None }
    }
}

/// A cursor over little-endian fields; running out of bytes is damage.
struct Fields<'b>(Cursor<&'b [u8]>);

impl<'b> Fields<'b> {
    fn at(bytes: &'b [u8], position: u64) -> Self {
        let mut cursor = Cursor::new(bytes);
        cursor.set_position(position);
        Self(cursor)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let mut array = [0; N];
        self.0.read_exact(&mut array).map_err(|_| cut())?;
        Ok(array)
    }

    fn u16(&mut self) -> Result<u16, Fault> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, Fault> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, Fault> {
        self.array().map(u64::from_le_bytes)
    }

    fn skip(&mut self, count: u64) {
        self.0.set_position(self.0.position().saturating_add(count));
    }

    fn bytes(&mut self, count: u16) -> Result<&'b [u8], Fault> {
        let start = usize::try_from(self.0.position()).map_err(|_| cut())?;
        let end = start + usize::from(count);
        self.0.set_position(end as u64);
        self.0.get_ref().get(start..end).ok_or_else(cut)
    }

    /// Reads a signature and returns whether it is the expected one.
    fn is(&mut self, signature: &[u8]) -> Result<bool, Fault> {
        Ok(self.array::<4>()? == signature)
    }
}

fn cut() -> Fault {
    Fault::Damaged("gate.zip.cut", String::new())
}

fn lying(name: &str) -> Fault {
    Fault::Odd("gate.zip.lying", name.to_owned())
}

/// The entries of a zip in the order of its directory.
///
/// # Errors
/// If it is cut off, has more entries than allowed, or contradicts itself.
pub(in crate::read) fn entries(bytes: &[u8], limits: &Limits) -> Result<Vec<Entry>, Fault> {
    let End { count, size, offset, at: end } = end_record(bytes)?;
    if count > u64::from(limits.entries) {
        return Err(Fault::TooLarge(format!("{count} parts"), format!("{} parts", limits.entries)));
    }
    // Bytes that a mail gateway or a download put before the zip shift all its offsets by their number.
    let start = end.checked_sub(size).ok_or_else(|| lying(""))?;
    let before = start.checked_sub(offset).ok_or_else(|| lying(""))?;
    if holds_zip(&bytes[..usize::try_from(before).map_err(|_| cut())?]) {
        return Err(lying(""));
    }
    let mut fields = Fields::at(bytes, start);
    let mut entries = Vec::new();
    for _ in 0..count {
        entries.push(entry(bytes, &mut fields, before, start)?);
    }
    if fields.0.position() != end {
        return Err(lying(""));
    }
    Ok(entries)
}

/// Whether bytes around a zip contain parts of another one: two readers might then open different ones.
fn holds_zip(bytes: &[u8]) -> bool {
    bytes.windows(LOCAL.len()).any(|four| [LOCAL, CENTRAL, END].contains(&four))
}

/// The contents of the end record, and where the directory ends.
struct End {
    count: u64,
    size: u64,
    offset: u64,
    at: u64,
}

/// The end record, which must be the last thing in the file except for stray bytes.
fn end_record(bytes: &[u8]) -> Result<End, Fault> {
    // The record is 22 bytes and a comment, and ends at the end of the file or before stray bytes.
    let first = bytes.len().saturating_sub(22 + usize::from(u16::MAX));
    let candidates = || (first..bytes.len().saturating_sub(21)).rev().filter(|at| bytes[*at..].starts_with(END));
    let end_of = |at: usize| at + 22 + usize::from(bytes[at + 20]) + usize::from(bytes[at + 21]) * 256;
    let at = candidates()
        .find(|at| end_of(*at) == bytes.len())
        .or_else(|| candidates().next().filter(|at| end_of(*at) < bytes.len()))
        .ok_or_else(cut)?;
    if holds_zip(&bytes[end_of(at)..]) {
        return Err(lying(""));
    }
    let mut fields = Fields::at(bytes, at as u64 + 4);
    let (disk, first_disk, here, count) = (fields.u16()?, fields.u16()?, fields.u16()?, fields.u16()?);
    let (size, offset) = (fields.u32()?, fields.u32()?);
    if (disk, first_disk) != (0, 0) || here != count {
        return Err(lying(""));
    }
    if count == u16::MAX || u64::from(size) == WIDE || u64::from(offset) == WIDE {
        return end_record_64(bytes, at as u64);
    }
    Ok(End { count: count.into(), size: size.into(), offset: offset.into(), at: at as u64 })
}

/// Reads the 64-bit end record, which a locator before the end record points to.
fn end_record_64(bytes: &[u8], end: u64) -> Result<End, Fault> {
    let mut locator = Fields::at(bytes, end.checked_sub(20).ok_or_else(cut)?);
    if !locator.is(LOCATOR_64)? {
        return Err(lying(""));
    }
    locator.skip(4);
    // Stray bytes before the zip shift the record that precedes the locator.
    let (stated, usual) = (locator.u64()?, end.saturating_sub(20 + 56));
    let is_there = Fields::at(bytes, stated).is(END_64).unwrap_or(false);
    let at = if is_there { stated } else { usual };
    let mut fields = Fields::at(bytes, at);
    if !fields.is(END_64)? {
        return Err(lying(""));
    }
    fields.skip(8 + 2 + 2 + 4 + 4);
    let (here, count, size, offset) = (fields.u64()?, fields.u64()?, fields.u64()?, fields.u64()?);
    if here != count { Err(lying("")) } else { Ok(End { count, size, offset, at }) }
}

/// One entry of the directory with its local header, of a zip preceded by some bytes.
fn entry(bytes: &[u8], fields: &mut Fields<'_>, before: u64, directory: u64) -> Result<Entry, Fault> {
    if !fields.is(CENTRAL)? {
        return Err(lying(""));
    }
    let made_by = fields.u16()?;
    fields.skip(2);
    let (flags, method) = (fields.u16()?, fields.u16()?);
    fields.skip(4);
    let checksum = fields.u32()?;
    let (packed, size) = (fields.u32()?, fields.u32()?);
    let (name_length, extra_length, comment_length) = (fields.u16()?, fields.u16()?, fields.u16()?);
    fields.skip(2 + 2);
    let attributes = fields.u32()?;
    let header = fields.u32()?;
    let raw_name = fields.bytes(name_length)?;
    let extra = fields.bytes(extra_length)?;
    fields.bytes(comment_length)?;
    let [size, packed, header] = widen(extra, [size.into(), packed.into(), header.into()])?;
    let header = header.checked_add(before).ok_or_else(cut)?;
    let name = String::from_utf8_lossy(raw_name).replace('\\', "/");
    let start = local(bytes, header, &DirectoryEntry { raw_name, name: &name, flags, method, checksum, packed, size })?;
    let end = start.checked_add(packed).filter(|end| *end <= directory).ok_or_else(|| lying(&name))?;
    let whole = |n: u64| usize::try_from(n).map_err(|_| cut());
    Ok(Entry {
        size,
        packed,
        checksum,
        method,
        is_encrypted: flags & 1 != 0,
        // Made on Unix (3) or macOS (19): the upper half of the attributes is the file mode, 0o12 a symbolic link.
        is_link: matches!(made_by >> 8, 3 | 19) && attributes >> 28 == 0o12,
        header: whole(header)?,
        start: whole(start)?,
        end: whole(end)?,
        name,
    })
}

/// Replaces fields that mean "see the extra field" by the numbers given there.
fn widen<const N: usize>(extra: &[u8], mut values: [u64; N]) -> Result<[u64; N], Fault> {
    if !values.contains(&WIDE) {
        return Ok(values);
    }
    let mut fields = Fields::at(extra, 0);
    while let (Ok(id), Ok(length)) = (fields.u16(), fields.u16()) {
        if id == 1 {
            for value in values.iter_mut().filter(|value| **value == WIDE) {
                *value = fields.u64()?;
            }
            return Ok(values);
        }
        fields.skip(length.into());
    }
    Ok(values)
}

/// The directory's statements about an entry.
struct DirectoryEntry<'c> {
    raw_name: &'c [u8],
    name: &'c str,
    flags: u16,
    method: u16,
    checksum: u32,
    packed: u64,
    size: u64,
}

/// Where the packed bytes of an entry start, if its local header agrees with the directory.
fn local(bytes: &[u8], header: u64, claim: &DirectoryEntry<'_>) -> Result<u64, Fault> {
    let mut fields = Fields::at(bytes, header);
    if !fields.is(LOCAL)? {
        return Err(lying(claim.name));
    }
    fields.skip(2);
    let (flags, method) = (fields.u16()?, fields.u16()?);
    fields.skip(4);
    let checksum = fields.u32()?;
    let (packed, size) = (fields.u32()?, fields.u32()?);
    let (name_length, extra_length) = (fields.u16()?, fields.u16()?);
    let name = fields.bytes(name_length)?;
    let extra = fields.bytes(extra_length)?;
    let [size, packed] = widen(extra, [size.into(), packed.into()])?;
    // Bit 3: sizes and checksum follow the bytes, and the local header may leave them open.
    let open = flags & 8 != 0;
    let agrees = |here: u64, there: u64| here == there || (open && here == 0);
    let same = name == claim.raw_name
        // Only the encryption bit matters; writers are inconsistent about the others.
        && flags & 1 == claim.flags & 1
        && method == claim.method
        && agrees(checksum.into(), claim.checksum.into())
        && agrees(packed, claim.packed)
        && agrees(size, claim.size);
    if same { Ok(fields.0.position()) } else { Err(lying(claim.name)) }
}

//! Little-endian fields of binary records, and how .xls and .xlsb divide their streams into records.
//!
//! A field beyond the end of its record is `None`, never a panic.

/// The 16-bit number at an offset.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let field = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(field.try_into().ok()?))
}

/// The 32-bit number at an offset.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(field.try_into().ok()?))
}

/// The records of a BIFF stream from an offset: type and content.
pub(super) struct Biff<'b> {
    stream: &'b [u8],
    at: usize,
}

impl<'b> Biff<'b> {
    /// Starts at an offset; an offset beyond the end yields no records.
    pub(super) const fn from(stream: &'b [u8], offset: usize) -> Self {
        Self { stream, at: offset }
    }

    /// Where the next record starts.
    pub(super) const fn offset(&self) -> usize {
        self.at
    }
}

impl<'b> Iterator for Biff<'b> {
    type Item = (u16, &'b [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (u16_at(self.stream, self.at)?, u16_at(self.stream, self.at.checked_add(2)?)?);
        let (start, end) = (self.at + 4, self.at + 4 + usize::from(length));
        let content = self.stream.get(start..end)?;
        self.at = end;
        Some((kind, content))
    }
}

/// The records of a part of an .xlsb: type and content.
pub(super) struct Binary<'b> {
    bytes: &'b [u8],
}

impl<'b> Binary<'b> {
    /// Starts at the beginning of a part.
    pub(super) const fn of(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// A number with seven bits per byte, lowest first, continued while the highest bit is set.
    fn number(&mut self, longest: usize) -> Option<u32> {
        let mut value = 0_u32;
        for index in 0..longest {
            let (byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            value |= u32::from(byte & 0x7F) << (7 * index);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some(value)
    }

    /// A record type: its bytes are combined as they are on disk.
    fn kind(&mut self) -> Option<u16> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        if first & 0x80 == 0 {
            return Some((*first).into());
        }
        let (second, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(u16::from(first & 0x7F) | u16::from(second & 0x7F) << 7)
    }
}

impl<'b> Iterator for Binary<'b> {
    type Item = (u16, &'b [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let kind = self.kind()?;
        let length = self.number(4)? as usize;
        let content = self.bytes.get(..length)?;
        self.bytes = &self.bytes[length..];
        Some((kind, content))
    }
}

/// Text of 16-bit characters, as far as the bytes reach.
pub(super) fn utf16(bytes: &[u8], count: usize) -> String {
    let pairs = bytes.as_chunks::<2>().0;
    let units: Vec<u16> = pairs.iter().take(count).map(|pair| u16::from_le_bytes(*pair)).collect();
    String::from_utf16_lossy(&units)
}

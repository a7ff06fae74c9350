//! Texts of an .xls with their runs: the string table, which extends over several records, and texts stored in cells.
//!
//! From Excel 97 on a text is UTF-16, or Latin-1 if all its characters fit, whatever code page the workbook declares.
//! Earlier versions use the code page.

use std::borrow::Cow;

use encoding_rs::Encoding;

use super::super::records::{u16_at, utf16};
use crate::model::Limits;
use crate::read::xlsx::strings::{Entry, RunStyle, Text};

/// A text with parts in other fonts.
pub(super) struct Rich {
    units: Vec<u16>,
    /// Where a part starts, and the number of its font.
    runs: Vec<(u16, u16)>,
}

impl Rich {
    /// The text as its cell shows it; the part before the first run is in the font of the cell.
    pub(super) fn entry(&self, first: RunStyle, style: impl Fn(u16) -> RunStyle, limits: &Limits) -> Entry {
        let mut text = Text::default();
        // A byte order mark at the beginning is not a character.
        let mut from = usize::from(self.units.first() == Some(&0xFEFF));
        let mut present = first;
        for (start, font) in self.runs.iter().copied() {
            let start = usize::from(start).clamp(from, self.units.len());
            text.add(Cow::Owned(String::from_utf16_lossy(&self.units[from..start])), present);
            (from, present) = (start, style(font));
        }
        text.add(Cow::Owned(String::from_utf16_lossy(&self.units[from..])), present);
        text.finish(limits)
    }

    /// Whether the entire text is in the font of the cell.
    pub(super) const fn is_plain(&self) -> bool {
        self.runs.is_empty()
    }

    /// Reads a text stored in one record, followed by its runs if it is of that kind.
    pub(super) fn of_cell(record: &[u8], with_runs: bool) -> Option<Self> {
        let mut pieces = Pieces { rest: &[], bytes: record };
        let (count, flags) = (pieces.u16()?, pieces.take(1)?[0]);
        let units = pieces.units(count.into(), flags & WIDE != 0)?;
        let count = if with_runs { pieces.u16()? } else { 0 };
        Some(Self { units, runs: pieces.runs(count)? })
    }
}

/// Reads a text in a code page, as in cells of Excel 5 and 95; runs are counted in bytes.
pub(super) fn old_entry(
    record: &[u8],
    encoding: &'static Encoding,
    first: RunStyle,
    style: impl Fn(u16) -> RunStyle,
    limits: &Limits,
) -> Option<Entry> {
    let count = usize::from(u16_at(record, 0)?);
    let bytes = record.get(2..2 + count)?;
    let rest = record.get(2 + count..)?;
    let runs = rest.get(1..)?.as_chunks::<2>().0.iter().take(usize::from(*rest.first()?));
    let mut text = Text::default();
    let (mut from, mut present) = (0, first);
    for [start, font] in runs.copied() {
        let start = usize::from(start).clamp(from, bytes.len());
        text.add(encoding.decode_without_bom_handling(&bytes[from..start]).0, present);
        (from, present) = (start, style(font.into()));
    }
    text.add(encoding.decode_without_bom_handling(&bytes[from..]).0, present);
    Some(text.finish(limits))
}

/// The texts of a string table, as far as its records reach.
pub(super) fn table(records: &[&[u8]], limits: &Limits) -> Vec<Rich> {
    let Some((first, rest)) = records.split_first() else { return Vec::new() };
    let mut pieces = Pieces { rest, bytes: first.get(8..).unwrap_or_default() };
    let mut texts = Vec::new();
    while pieces.more() && texts.len() < limits.strings as usize {
        let Some(text) = pieces.text() else { break };
        texts.push(text);
    }
    texts
}

/// Flags of a text: its characters have 16 bits; something else follows it; it has runs.
const WIDE: u8 = 1;
const EXTENDED: u8 = 4;
const RUNS: u8 = 8;

/// The bytes of a record and of those that continue it.
struct Pieces<'b> {
    rest: &'b [&'b [u8]],
    bytes: &'b [u8],
}

impl Pieces<'_> {
    /// Moves on to the next record when one is exhausted; returns whether anything is left.
    fn more(&mut self) -> bool {
        while self.bytes.is_empty() {
            let Some((first, rest)) = self.rest.split_first() else { return false };
            (self.bytes, self.rest) = (first, rest);
        }
        true
    }

    fn take(&mut self, count: usize) -> Option<Vec<u8>> {
        let mut taken = Vec::new();
        while taken.len() < count {
            if !self.more() {
                return None;
            }
            let (head, tail) = self.bytes.split_at(self.bytes.len().min(count - taken.len()));
            taken.extend_from_slice(head);
            self.bytes = tail;
        }
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        u16_at(&self.take(2)?, 0)
    }

    /// The characters of a text; each continuing record states their width again.
    fn units(&mut self, count: usize, mut wide: bool) -> Option<Vec<u16>> {
        let mut units = Vec::new();
        loop {
            let width = if wide { 2 } else { 1 };
            let here = (count - units.len()).min(self.bytes.len() / width);
            let (head, tail) = self.bytes.split_at(here * width);
            match wide {
                true => units.extend(head.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair))),
                false => units.extend(head.iter().map(|byte| u16::from(*byte))),
            }
            self.bytes = tail;
            if units.len() == count {
                return Some(units);
            }
            self.bytes = &[];
            if !self.more() {
                return None;
            }
            wide = self.take(1)?[0] & WIDE != 0;
        }
    }

    fn runs(&mut self, count: u16) -> Option<Vec<(u16, u16)>> {
        (0..count).map(|_| Some((self.u16()?, self.u16()?))).collect()
    }

    /// A text of the table.
    fn text(&mut self) -> Option<Rich> {
        let (count, flags) = (self.u16()?, self.take(1)?[0]);
        let runs = if flags & RUNS != 0 { self.u16()? } else { 0 };
        let extended = if flags & EXTENDED != 0 { u32::from(self.u16()?) | u32::from(self.u16()?) << 16 } else { 0 };
        let units = self.units(count.into(), flags & WIDE != 0)?;
        let runs = self.runs(runs)?;
        self.take(extended as usize)?;
        Some(Rich { units, runs })
    }
}

/// A short text such as the name of a sheet: its length in one byte.
pub(super) fn short(record: &[u8], encoding: Option<&'static Encoding>) -> String {
    let length = record.first().map_or(0, |length| usize::from(*length));
    let text = |from: usize| record.get(from..).unwrap_or_default();
    match (encoding, record.get(1)) {
        (Some(encoding), _) => {
            let bytes = text(1);
            encoding.decode_without_bom_handling(&bytes[..length.min(bytes.len())]).0.into_owned()
        }
        (None, Some(flags)) if flags & WIDE != 0 => utf16(text(2), length),
        (None, _) => text(2).iter().take(length).map(|byte| char::from(*byte)).collect(),
    }
}

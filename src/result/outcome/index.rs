//! The index at the end of a result document: where the record of each unit stands, so that one can be read alone.
//!
//! After everything else come the units, one a line, then the index, then its own place in the file:
//!
//! ```text
//! "units":[
//! {"code":"U01","name":"市委办公室",…},
//! {"code":"U02",…}],
//! "index":[
//! {"names":["U01","市委办公室"],"offset":92103,"length":6911},
//! {"names":["U02",…],"offset":99016,"length":7002}],
//! "index_at":106028}
//! ```
//!
//! Offsets and lengths are in bytes. Whoever reads the whole document has no need of it.

use std::ops::Range;

use anyhow::Context as _;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Mode, Outcome, UnitIx, UnitOutcome};
use crate::engine::assessment::Unit;
use crate::shared::place::{FileId, Place};
use crate::shared::text;

pub mod beside;

/// Before the first unit.
pub const UNITS: &str = ",\n\"units\":[";
/// Between two units.
pub const BETWEEN: &str = ",\n";
/// After the last unit, before the index.
pub const INDEX: &str = "],\n\"index\":";
/// After the index, before its place.
pub const INDEX_AT: &str = ",\n\"index_at\":";
/// After the place of the index.
pub const END: &str = "}\n";
/// How many bytes at the end of a document hold the place of its index.
pub const LAST: u64 = 40;

/// Where the record of a unit stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its code, its name, its other names.
    pub names: Vec<String>,
    /// Bytes of the file before its record.
    pub offset: u64,
    /// Bytes of its record.
    pub length: u64,
}

/// The entries of all units, in the order of the units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Index(pub Vec<Entry>);

impl Entry {
    /// The entry of a unit whose record stands there.
    pub fn new(unit: &UnitOutcome, offset: u64, length: u64) -> Self {
        Self { names: unit.roster.names().map(str::to_owned).collect(), offset, length }
    }

    /// The bytes of its record; none if there are no such bytes.
    fn range(&self) -> Option<Range<u64>> {
        Some(self.offset..self.offset.checked_add(self.length)?)
    }

    /// The unit as far as the index knows it.
    fn unread(&self) -> UnitOutcome {
        let mut names = self.names.iter().cloned();
        let (code, name) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
        UnitOutcome::unread(Unit {
            code,
            name,
            other_names: names.collect(),
            group: String::new(),
            scheme: None,
            mode: Mode::Excluded,
            contact: String::new(),
            secretary: String::new(),
            attributes: Default::default(),
            coefficients: Default::default(),
            at: Place::file(FileId(0)),
        })
    }
}

/// The bytes of the index of a document of a size, by its last bytes, at most [`LAST`]; none if they do not say it.
pub fn place(last: &[u8], size: u64) -> Option<Range<u64>> {
    let last = std::str::from_utf8(last.get(last.iter().position(u8::is_ascii)?..)?).ok()?;
    let (_, said) = last.rsplit_once(INDEX_AT)?;
    let from = said.strip_suffix(END)?.parse().ok()?;
    let until = size.checked_sub((INDEX_AT.len() + said.len()) as u64)?;
    (from < until).then_some(from..until)
}

/// What is to be read of a document for the sake of one unit.
pub struct Wanted {
    index: Index,
    /// The position of the unit; none if no unit has the name.
    unit: Option<usize>,
    /// The bytes of the head.
    pub head: Range<u64>,
    /// The bytes of the record; empty if no unit has the name.
    pub record: Range<u64>,
}

impl Wanted {
    /// What is to be read for the unit of a name, by the bytes of an index.
    ///
    /// # Errors
    /// If they are no index.
    pub fn new(index: &[u8], name: &str) -> anyhow::Result<Self> {
        let index: Index = serde_json::from_slice(index)?;
        let wanted = text::key(name);
        let unit = index.0.iter().position(|entry| entry.names.iter().any(|own| text::key(own) == wanted));
        let record = unit.map_or(Some(0..0), |unit| index.0[unit].range()).context("offset")?;
        let head = 0..index.0.first().context("units")?.offset;
        Ok(Self { index, unit, head, record })
    }

    /// The document in which only that unit stands with its record, and of the others no more than their names: places,
    /// texts and results of others must not be asked of it.
    ///
    /// # Errors
    /// If the bytes are not those of a document, or the record is not that of the unit.
    pub fn read(&self, head: &[u8], record: &[u8]) -> anyhow::Result<Outcome> {
        let mut outcome = opened(head, record)?;
        let units = std::mem::take(&mut outcome.units);
        outcome.units = self.index.0.iter().map(Entry::unread).collect();
        match (self.unit, <[UnitOutcome; 1]>::try_from(units)) {
            (Some(unit), Ok([own])) if own.roster.names().eq(&self.index.0[unit].names) => outcome.units[unit] = own,
            (None, Err(units)) if units.is_empty() => {}
            _ => anyhow::bail!("units"),
        }
        outcome.checked().map_err(anyhow::Error::msg)
    }
}

/// A document of a head and the records that follow it, not yet checked.
fn opened(head: &[u8], records: &[u8]) -> anyhow::Result<Outcome> {
    let bytes = [head, records, b"]}"].concat();
    let mut json = serde_json::Deserializer::from_str(std::str::from_utf8(&bytes)?);
    let outcome = Outcome::deserialize(&mut json)?;
    json.end()?;
    Ok(outcome)
}

/// What a record says. That its bytes are text is seen at once for all of it, not string by string.
fn said<'r, T: Deserialize<'r>>(record: &'r [u8]) -> anyhow::Result<T> {
    Ok(serde_json::from_str(std::str::from_utf8(record)?)?)
}

/// The document of a size in which only some units stand with their records, chosen by what the head says, and of the
/// others no more than their names.
///
/// # Errors
/// If the bytes are not those of a document with an index, or a record is not that of its unit.
pub fn outline(
    size: u64,
    mut part: impl FnMut(&Range<u64>) -> anyhow::Result<Vec<u8>>,
    needed: impl Fn(&Outcome) -> Vec<UnitIx>,
) -> anyhow::Result<Outcome> {
    let last = part(&(size.saturating_sub(LAST)..size))?;
    let Index(entries) = serde_json::from_slice(&part(&place(&last, size).context("index_at")?)?)?;
    let mut outcome = opened(&part(&(0..entries.first().context("units")?.offset))?, b"")?;
    outcome.units = entries.iter().map(Entry::unread).collect();
    for UnitIx(unit) in needed(&outcome) {
        let entry = entries.get(unit).context("units")?;
        let own: UnitOutcome = serde_json::from_slice(&part(&entry.range().context("offset")?)?)?;
        anyhow::ensure!(own.roster.names().eq(&entry.names), "units");
        outcome.units[unit] = own;
    }
    outcome.checked().map_err(anyhow::Error::msg)
}

/// What the parts of a document are, in the order in which they stand: the head, groups of records, the rest.
#[derive(Debug)]
pub struct Layout {
    /// Bytes of the head.
    head: u64,
    /// Records of each group, by their lengths.
    groups: Vec<Vec<u64>>,
    /// Bytes of the rest, as the index says them.
    rest: Vec<u8>,
}

/// How much of a document is read.
#[derive(Clone, Copy)]
pub enum Extent {
    /// All of it.
    Whole,
    /// All but the leaves and components of units.
    Outline,
}

/// How many records are read at once.
const RECORDS: usize = 256;

impl Layout {
    /// The parts of a document of a size, by its last bytes and the bytes of its index; none if these do not say where
    /// everything stands.
    pub fn new(last: &[u8], index: &[u8], size: u64) -> Option<Self> {
        let place = place(last, size)?;
        let Index(entries) = serde_json::from_slice(index).ok()?;
        let head = entries.first()?.offset;
        let mut at = head;
        for entry in &entries {
            let end = entry.offset.checked_add(entry.length)?;
            if entry.offset != at || end >= size {
                return None;
            }
            at = end + BETWEEN.len() as u64;
        }
        let records = at - BETWEEN.len() as u64;
        let rest = [INDEX.as_bytes(), index, format!("{INDEX_AT}{}{END}", place.start).as_bytes()].concat();
        let groups = entries.chunks(RECORDS).map(|group| group.iter().map(|entry| entry.length).collect()).collect();
        (records + rest.len() as u64 == size).then_some(Self { head, groups, rest })
    }

    /// The document, of bytes that are given in their order, each as many as are asked for.
    ///
    /// # Errors
    /// If they cannot be read, are not the parts that the index says, or are not those of a document.
    pub fn read(&self, extent: Extent, next: impl Next) -> anyhow::Result<Outcome> {
        let mut reading = Reading::begin(self, next)?;
        for at in 0..self.groups.len() {
            let bytes = reading.group(at)?;
            let unit = |record: &[u8]| match extent {
                Extent::Whole => said(record),
                Extent::Outline => said(record).map(UnitOutcome::outlined),
            };
            let units: Vec<anyhow::Result<UnitOutcome>> = self.records(at, &bytes)?.into_par_iter().map(unit).collect();
            for unit in units {
                reading.outcome.units.push(unit?);
            }
        }
        reading.end()
    }

    /// The records of a group in its bytes; none where there is no such group.
    fn records<'b>(&self, group: usize, bytes: &'b [u8]) -> anyhow::Result<Vec<&'b [u8]>> {
        split(bytes, self.groups.get(group).map_or(&[], Vec::as_slice)).context("units")
    }
}

/// What gives the next bytes of a document, as many as are asked for or as there are.
pub trait Next: FnMut(u64) -> anyhow::Result<Vec<u8>> {}

impl<F: FnMut(u64) -> anyhow::Result<Vec<u8>>> Next for F {}

/// A document whose parts are read one after the other.
struct Reading<'l, N> {
    layout: &'l Layout,
    next: N,
    /// What was read of it.
    outcome: Outcome,
}

impl<'l, N: Next> Reading<'l, N> {
    /// Reads the head.
    fn begin(layout: &'l Layout, mut next: N) -> anyhow::Result<Self> {
        let head = next(layout.head)?;
        anyhow::ensure!(head.ends_with([UNITS, "\n"].concat().as_bytes()), "units");
        let mut outcome = opened(&head, b"")?;
        outcome.units.reserve_exact(layout.groups.iter().map(Vec::len).sum());
        Ok(Self { layout, next, outcome })
    }

    /// Reads the bytes of a group of records; none where there is no such group.
    fn group(&mut self, at: usize) -> anyhow::Result<Vec<u8>> {
        let groups = &self.layout.groups;
        let Some(lengths) = groups.get(at) else { return Ok(Vec::new()) };
        let between = if at + 1 < groups.len() { lengths.len() } else { lengths.len() - 1 };
        (self.next)(lengths.iter().sum::<u64>() + (between * BETWEEN.len()) as u64)
    }

    /// Reads the rest, which says nothing new.
    fn end(mut self) -> anyhow::Result<Outcome> {
        let rest = &self.layout.rest;
        anyhow::ensure!((self.next)(rest.len() as u64)? == *rest && (self.next)(1)?.is_empty(), "index");
        self.outcome.checked().map_err(anyhow::Error::msg)
    }
}

/// Records of these lengths, between which there is nothing but what separates them.
fn split<'b>(mut bytes: &'b [u8], lengths: &[u64]) -> Option<Vec<&'b [u8]>> {
    let mut records = Vec::with_capacity(lengths.len());
    for length in lengths {
        let (record, rest) = bytes.split_at_checked(usize::try_from(*length).ok()?)?;
        records.push(record);
        bytes = if rest.is_empty() { rest } else { rest.strip_prefix(BETWEEN.as_bytes())? };
    }
    Some(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_an_index_is_said_by_the_last_bytes() {
        let text = "政策\"}],\n\"index\":[1],\n\"index_at\":19}\n";
        let size = text.len() as u64;
        let found = place(text.as_bytes(), size).unwrap();
        assert_eq!(&text[found.start as usize..found.end as usize], "[1]");
        // Bytes may begin within a character.
        assert_eq!(place(&text.as_bytes()[1..], size), Some(found));
        for odd in
            ["", "}", "\"index_at\":21}\n", ",\n\"index_at\":x}\n", ",\n\"index_at\":21}", ",\n\"index_at\":99}\n"]
        {
            assert_eq!(place(odd.as_bytes(), odd.len() as u64), None, "{odd}");
        }
    }
}

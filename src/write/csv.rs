//! CSV artefacts: UTF-8 with BOM (so that Excel and WPS show Chinese), RFC 4180, and no field that a spreadsheet would
//! execute.

use std::borrow::Cow;
use std::collections::BTreeMap;

use anyhow::Context as _;
use rayon::prelude::*;
use serde::Serialize;

use crate::read::{RATINGS_HEADER, Stream};
use crate::result::outcome::ratings::BallotRecords;
use crate::result::outcome::ratings::Texts;
use crate::result::outcome::{Outcome, RatingRecord, RatingState};
use crate::shared::pieces::{Put, in_memory};
use crate::shared::place::{FileId, Place, Spot};

/// How many rows are made at once, on all threads.
const ROWS: usize = 32_768;

/// The bytes of ratings.csv: every single rating with its place.
///
/// # Errors
/// If a record cannot be written to memory, which does not happen.
pub fn ratings<'m>(outcome: &Outcome, ballots: impl IntoIterator<Item = BallotRecords<'m>>) -> anyhow::Result<Vec<u8>> {
    in_memory(|put| rating_pieces(outcome, ballots, put))
}

/// Gives the bytes of ratings.csv piece by piece.
///
/// # Errors
/// Of the receiver, or if a record cannot be written to memory, which does not happen.
pub fn rating_pieces<'m>(
    outcome: &Outcome,
    ballots: impl IntoIterator<Item = BallotRecords<'m>>,
    put: &mut Put<'_>,
) -> anyhow::Result<()> {
    let mut header = rows(b"\xEF\xBB\xBF");
    header.write_record(RATINGS_HEADER)?;
    put(&header.into_inner()?)?;
    let mut ballots = ballots.into_iter().peekable();
    while ballots.peek().is_some() {
        let mut count = 0;
        let batch = std::iter::from_fn(|| {
            let next = ballots.next_if(|next| count == 0 || count + next.len() <= ROWS)?;
            count += next.len().max(1);
            Some(next)
        });
        let batch: Vec<BallotRecords<'_>> = batch.collect();
        let pieces: Vec<anyhow::Result<Vec<u8>>> = batch.into_par_iter().map(|own| of_ballot(outcome, own)).collect();
        pieces.into_iter().try_for_each(|piece| put(&piece?))?;
    }
    Ok(())
}

/// Rows that are being written to memory.
type Rows = csv::Writer<Vec<u8>>;

fn rows(start: &[u8]) -> Rows {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(start.to_vec())
}

/// The rows of a ballot.
fn of_ballot(outcome: &Outcome, ballot: BallotRecords<'_>) -> anyhow::Result<Vec<u8>> {
    let mut writer = rows(b"");
    let (serial, mut cell) = (ballot.serial().to_string(), String::new());
    for own in ballot.records() {
        cell.clear();
        own.at.add_cell_name(&mut cell);
        rating(&mut writer, outcome, &own, [&serial, &cell])?;
    }
    Ok(writer.into_inner()?)
}

/// Writes a rating as a row, with the number of its ballot and its cell as texts.
fn rating(
    writer: &mut Rows,
    outcome: &Outcome,
    own: &RatingRecord<Cow<'_, str>>,
    [serial, cell]: [&str; 2],
) -> csv::Result<()> {
    let row: [&str; RATINGS_HEADER.len()] = [
        &own.component,
        &own.class,
        serial,
        &own.rater,
        &own.unit,
        &own.node,
        &own.value,
        own.points.as_deref().unwrap_or_default(),
        own.state.json(),
        outcome.files.path(own.at),
        outcome.files.sheet(own.at),
        cell,
    ];
    record(writer, row)
}

/// The fields of a row as they are written: its texts and numbers in order, an empty field for a missing value.
///
/// # Errors
/// If it is not a list of texts and numbers, which its type excludes.
pub fn fields(row: impl Serialize) -> anyhow::Result<csv::StringRecord> {
    Ok(all_fields([row])?.pop().unwrap_or_default())
}

/// The fields of rows, as [`fields`] gives those of one.
///
/// # Errors
/// If a row is not a list of texts and numbers, which its type excludes.
pub fn all_fields<R: Serialize>(rows: impl IntoIterator<Item = R>) -> anyhow::Result<Vec<csv::StringRecord>> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).flexible(true).from_writer(Vec::new());
    // After a field of its own, since a reader would remove a byte order mark at the very start.
    rows.into_iter().try_for_each(|row| writer.serialize(("", row)))?;
    let bytes = writer.into_inner()?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes.as_slice());
    reader.records().map(|record| Ok(record?.iter().skip(1).collect())).collect()
}

/// Writes a record without any field that a spreadsheet would execute.
pub(super) fn record<'r>(writer: &mut Rows, record: impl IntoIterator<Item = &'r str>) -> csv::Result<()> {
    for field in record {
        writer.write_field(harmless(field).as_bytes())?;
    }
    writer.write_record(None::<&[u8]>)
}

/// Reads ratings.csv back; its places refer to the result it belongs to.
///
/// # Errors
/// If a record has the wrong shape or names a file that is not in the result.
pub fn read_ratings(outcome: &Outcome, bytes: &[u8]) -> anyhow::Result<Vec<RatingRecord>> {
    let (files, mut texts) = (Paths::of(outcome), Texts::default());
    csv::Reader::from_reader(bytes).records().map(|record| Ok(files.rating(&record?)?.kept(&mut texts))).collect()
}

/// Reads ratings.csv to its end and gives its ratings one by one; none of them is kept.
///
/// # Errors
/// If the file cannot be read, or a record has the wrong shape or names a file that is not in the result.
pub fn each_rating(
    outcome: &Outcome,
    stream: &mut Stream,
    mut take: impl FnMut(&RatingRecord<&str>),
) -> anyhow::Result<()> {
    let (files, mut record) = (Paths::of(outcome), csv::StringRecord::new());
    let mut is_first = true;
    stream.records(|records| {
        let has_header = std::mem::take(&mut is_first);
        let mut reader = csv::ReaderBuilder::new().has_headers(has_header).from_reader(records);
        while reader.read_record(&mut record)? {
            take(&files.rating(&record)?);
        }
        Ok(())
    })
}

/// Reads the ratings of one unit from ratings.csv, to its end.
///
/// # Errors
/// If the file cannot be read, or a record of the unit has the wrong shape or names a file that is not in the result.
pub fn read_ratings_of(outcome: &Outcome, unit: &str, stream: &mut Stream) -> anyhow::Result<Vec<RatingRecord>> {
    let (files, mut texts) = (Paths::of(outcome), Texts::default());
    // A quotation mark is written twice.
    let sought = unit.split('"').next().unwrap_or_default();
    let (mut own, mut is_first) = (Vec::new(), true);
    stream.records(|records| {
        let has_header = std::mem::take(&mut is_first);
        // Most records are of other units, and need not be taken apart.
        if !std::str::from_utf8(records)?.contains(sought) {
            return Ok(());
        }
        for record in csv::ReaderBuilder::new().has_headers(has_header).from_reader(records).records() {
            let record = record?;
            if record.get(4).is_some_and(|code| restored(code) == unit) {
                own.push(files.rating(&record)?.kept(&mut texts));
            }
        }
        Ok(())
    })?;
    Ok(own)
}

/// The files of a result by their paths.
struct Paths<'o> {
    outcome: &'o Outcome,
    by_path: BTreeMap<&'o str, u32>,
}

impl<'o> Paths<'o> {
    fn of(outcome: &'o Outcome) -> Self {
        let by_path = outcome.files.iter().zip(0..).map(|(file, i)| (file.path.as_str(), i)).collect();
        Self { outcome, by_path }
    }

    /// The rating of a record.
    fn rating<'r>(&self, record: &'r csv::StringRecord) -> anyhow::Result<RatingRecord<&'r str>> {
        let field = |index: usize| record.get(index).map(restored).with_context(|| format!("{record:?}"));
        let file = FileId(*self.by_path.get(field(9)?).with_context(|| format!("{record:?}"))?);
        let place = || {
            let sheets = &self.outcome.files.get(file).sheets;
            let sheet = sheets.iter().position(|sheet| field(10).is_ok_and(|name| name == sheet))?;
            Some(Place::new(file, Spot::parse(u16::try_from(sheet).ok()?, field(11).ok()?)?))
        };
        Ok(RatingRecord {
            component: field(0)?,
            class: field(1)?,
            serial: field(2)?.parse()?,
            rater: field(3)?,
            unit: field(4)?,
            node: field(5)?,
            value: field(6)?,
            points: Some(field(7)?).filter(|points| !points.is_empty()),
            state: RatingState::from_json(field(8)?).context("state")?,
            at: place().with_context(|| format!("{record:?}"))?,
        })
    }
}

/// A text that a spreadsheet treats as text: an apostrophe is put before a leading formula character.
pub fn harmless(text: &str) -> Cow<'_, str> {
    const RISKY: [char; 14] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '|', '\'', '＝', '＋', '－', '＠'];
    // Nearly every field begins with a letter, a digit or a Chinese character.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ('\u{4E00}'..='\u{9FFF}').contains(&c);
    if text.starts_with(is_plain) {
        return Cow::Borrowed(text);
    }
    let bare = text.trim_start_matches(|c: char| c.is_whitespace() || crate::shared::text::is_invisible(c));
    let is_risky = text.starts_with(RISKY) || bare.starts_with(RISKY);
    if is_risky && crate::shared::number::Exact::parse(text).is_none() {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The original text that was passed to [`harmless`].
pub fn restored(text: &str) -> &str {
    text.strip_prefix('\'').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_read_one_by_one_are_those_read_together() {
        let outcome = Outcome::sample();
        let (path, sheet) = (&outcome.files.0[1].path, &outcome.files.0[1].sheets[0]);
        let row = |i: usize| {
            let value = if i.is_multiple_of(3) { "\"两行\n一\"\"票\"\"\"" } else { "'=好" };
            format!("c,k,{i},R{i},U{i:04},,{value},,blank,{path},{sheet},B{}\r\n", i + 2)
        };
        let header = RATINGS_HEADER.join(",");
        let text = format!("\u{FEFF}{header}\r\n{}", (0..5_000).map(row).collect::<String>());
        let together = read_ratings(&outcome, text.as_bytes()).unwrap();
        assert_eq!((together.len(), &*together[1].value, &*together[3].value), (5_000, "=好", "两行\n一\"票\""));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ratings.csv");
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            let (mut one_by_one, mut texts) = (Vec::new(), Texts::default());
            let take = |own: &RatingRecord<&str>| one_by_one.push(own.clone().kept(&mut texts));
            each_rating(&outcome, &mut Stream::open(&file).unwrap(), take).map(|()| one_by_one)
        };
        assert_eq!(read(&text).unwrap(), together);
        assert!(read(&text.replacen(",blank,", ",odd,", 1)).is_err(), "an unknown state");
        assert!(read(&text.replacen(path.as_str(), "elsewhere.xlsx", 1)).is_err(), "a file of another result");
    }

    #[test]
    fn text_from_inputs_is_never_a_formula() {
        for text in ["=1+1", "+1+1", "-A1", "@SUM(A1)", "\t=1", "＝1", "'x"] {
            let safe = harmless(text);
            assert!(safe.starts_with('\''), "{text}");
            assert_eq!(restored(&safe), text);
        }
        assert_eq!(harmless("-0.5"), "-0.5");
        assert_eq!(harmless("好"), "好");
    }
}

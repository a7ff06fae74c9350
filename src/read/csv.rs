//! Text tables: csv in UTF-8 (with or without BOM), UTF-16 or GB18030, as one sheet without a name.

use std::sync::Arc;

use super::book::{Book, Cell, Sheet};
use super::convert;
use super::gate::fault;
use super::value::RawValue;
use crate::finding::{Code, Finding};
use crate::model::Limits;
use crate::place::{FileId, Place, Spot};

/// Reads csv bytes; each record is a row, each field that is not blank a text cell.
///
/// # Errors
/// One finding for the whole file: not valid text, or too large. Findings at single cells come with the book.
pub fn read_csv(bytes: &[u8], file: FileId, limits: &Limits) -> Result<(Book, Vec<Finding>), Box<Finding>> {
    let whole = Place::file(file);
    let text = decode(bytes).ok_or_else(|| Box::new(Finding::new(Code::E109).at(whole)))?;
    let delimiter = delimiter(&text);
    if let Some(line) = broken_quote(&text, delimiter) {
        let place = Place { file, spot: Spot::Line { line, column: 1 } };
        let found = text.lines().nth(line as usize - 1).unwrap_or("").trim();
        return Err(Box::new(Finding::new(Code::E109).at(place).found(found)));
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter as u8)
        .from_reader(text.as_bytes());
    let mut cells = Vec::new();
    let mut findings = Vec::new();
    let mut budget = limits.cells;
    let mut record = csv::StringRecord::new();
    let mut row = 0;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Err(Box::new(Finding::new(Code::E109).at(whole).found(error.to_string()))),
        }
        // Records count as a spreadsheet counts rows: blank lines, which the csv reader skips, are rows too.
        row += record.position().map_or(0, |position| blank_lines(&text, position));
        for (col, field) in record.iter().enumerate().filter(|(_, f)| !f.trim().is_empty()) {
            let too_large =
                || Box::new(Finding::new(Code::E108).at(whole).expected(format!("<= {} cells", limits.cells)));
            budget = budget.checked_sub(1).ok_or_else(too_large)?;
            let value = RawValue::Text { text: Arc::from(field), csv: true };
            let (value, finding) = convert::checked(value, Place::cell(file, 0, row, col as u32), limits);
            findings.extend(finding.filter(|_| findings.len() < fault::CAP));
            cells.push(Cell { row, col: col as u32, value });
        }
        row += 1;
    }
    Ok((Book { sheets: vec![Sheet { cells, ..Sheet::default() }] }, findings))
}

/// What separates fields: of the signs that programs use, the one that stands in most of the first lines; a comma if in doubt.
fn delimiter(text: &str) -> char {
    let lines = |sign: char| text.lines().take(30).filter(|line| line.contains(sign)).count();
    [',', '\t', ';', '|'].into_iter().rev().max_by_key(|sign| lines(*sign)).unwrap_or(',')
}

/// The line, from 1, of a quote that opens a field and is not closed before a comma or a line end.
///
/// Such a quote swallows what follows it: the rest of the line, and perhaps whole rows.
fn broken_quote(text: &str, delimiter: char) -> Option<u32> {
    let mut line = 1;
    let mut opened: Option<u32> = None;
    let mut at_start = true;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, opened) {
            ('"', None) if at_start => opened = Some(line),
            ('"', Some(from)) => match chars.peek() {
                Some('"') => drop(chars.next()),
                None | Some('\r' | '\n') => opened = None,
                Some(next) if *next == delimiter => opened = None,
                Some(_) => return Some(from),
            },
            _ => {}
        }
        at_start = opened.is_none() && (c == delimiter || matches!(c, '\r' | '\n'));
        line += u32::from(c == '\n');
    }
    opened
}

/// Blank lines that the reader skipped before the record that starts at a position.
fn blank_lines(text: &str, position: &csv::Position) -> u32 {
    let start = usize::try_from(position.byte()).unwrap_or(0);
    let (before, rest) = (text.get(..start).unwrap_or(""), text.get(start..).unwrap_or(""));
    // The second half of a \r\n may be left over from the record before.
    let rest = if before.ends_with('\r') { rest.strip_prefix('\n').unwrap_or(rest) } else { rest };
    let blank = &rest[..rest.len() - rest.trim_start_matches(['\r', '\n']).len()];
    blank.replace("\r\n", "\n").matches(['\r', '\n']).count() as u32
}

/// Decodes text by its byte order mark, else as UTF-8, else strictly as GB18030.
fn decode(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, skip)) = encoding_rs::Encoding::for_bom(bytes) {
        let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes[skip..])?;
        return Some(text.into_owned());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let text = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<(u32, u32, String)> {
        let (book, _) = read_csv(bytes, FileId(0), &Limits::default()).unwrap_or_else(|f| panic!("{f:?}"));
        book.sheets[0].cells.iter().map(|c| (c.row, c.col, c.value.text())).collect()
    }

    #[test]
    fn rows_count_as_in_a_spreadsheet() {
        let read = cells("单位,得分\n\nU1,\"a\nb\"\r\n\r\n\r\nU2,5\n".as_bytes());
        let at = |row, col, text: &str| (row, col, text.to_owned());
        let expected =
            [at(0, 0, "单位"), at(0, 1, "得分"), at(2, 0, "U1"), at(2, 1, "a\nb"), at(5, 0, "U2"), at(5, 1, "5")];
        assert_eq!(read, expected);
    }

    #[test]
    fn reads_the_encodings_that_offices_use() {
        let gbk = encoding_rs::GB18030.encode("单位").0.into_owned();
        assert_eq!(cells(&gbk)[0].2, "单位");
        let utf16: Vec<u8> = "\u{FEFF}单位".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(cells(&utf16)[0].2, "单位");
        assert_eq!(cells("\u{FEFF}单位".as_bytes())[0].2, "单位");
        assert!(read_csv(b"\xFF\xFF\xFF", FileId(0), &Limits::default()).is_err());
    }
}

//! Text tables: csv in UTF-8 (with or without BOM), UTF-16 or GB18030, as one sheet without a name.

use std::borrow::Cow;
use std::sync::Arc;

use super::book::{Book, Cell, Sheet};
use super::budget::{Budget, Work};
use super::convert;
use super::value::RawValue;
use crate::model::Limits;
use crate::shared::finding::{Bound, Code, Describe as _, Finding, Findings};
use crate::shared::place::{Place, Spot};

/// Reads csv bytes; each record is a row, each non-blank field a text cell.
///
/// # Errors
/// One finding for the whole file: not valid text, or too large. Findings at single cells come with the book.
pub fn read_csv(bytes: &[u8], mut budget: Budget, limits: &Limits) -> Result<(Book, Vec<Finding>), Box<Finding>> {
    let file = budget.file();
    let whole = Place::file(file);
    let text = decode(bytes).ok_or_else(|| Box::new(Finding::new(Code::E109).at(whole)))?;
    let delimiter = delimiter(&text);
    if let Some(line) = broken_quote(&text, delimiter) {
        let place = Place::new(file, Spot::Line { line, column: 1 });
        let found = text.lines().nth(line as usize - 1).unwrap_or("").trim();
        return Err(Box::new(Finding::new(Code::E109).at(place).found(found)));
    }
    let (sheet, findings) = read_records(&text, delimiter, limits, &mut budget)?;
    Ok((Book { sheets: vec![sheet] }, findings))
}

/// The records as a sheet, each cell spent from the budget before it is kept, and the faults of single cells.
fn read_records(
    text: &str,
    delimiter: char,
    limits: &Limits,
    budget: &mut Budget,
) -> Result<(Sheet, Vec<Finding>), Box<Finding>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter as u8)
        .from_reader(text.as_bytes());
    let file = budget.file();
    let (mut cells, mut widths, mut findings) = (Vec::new(), Vec::new(), Vec::new());
    let mut bound = Bound::default();
    let mut record = csv::StringRecord::new();
    let (mut row, mut columns) = (0, 0);
    let broken = |error: csv::Error| Box::new(Finding::new(Code::E109).at(Place::file(file)).found(&error));
    while reader.read_record(&mut record).map_err(broken)? {
        // Records count as a spreadsheet counts rows: blank lines, which the csv reader skips, are rows too.
        let blank = record.position().map_or(0, |position| blank_lines(text, position));
        budget.spend(Work::Rows, u64::from(blank) + 1)?;
        budget.spend(Work::Columns, record.len().saturating_sub(columns) as u64)?;
        columns = columns.max(record.len());
        row += blank;
        widths.resize(row as usize, 0);
        widths.push(record.len() as u32);
        for (col, field) in record.iter().enumerate().filter(|(_, f)| !f.trim().is_empty()) {
            budget.spend(Work::Cells, 1)?;
            let value = RawValue::Text { text: Arc::from(field), csv: true };
            let (value, finding) = convert::checked(value, Place::cell(file, 0, row, col as u32), limits);
            findings.extend(finding);
            cells.push(Cell { row, col: col as u32, value });
        }
        bound.keep(&mut Findings::new(&mut findings));
        row += 1;
    }
    Ok((Sheet { cells, widths, ..Sheet::default() }, findings))
}

/// The field separator: of the characters in use by programs, the one found in most of the first lines; a comma if in
/// doubt.
fn delimiter(text: &str) -> char {
    let lines = |sign: char| text.lines().take(30).filter(|line| line.contains(sign)).count();
    [',', '\t', ';', '|'].into_iter().rev().max_by_key(|sign| lines(*sign)).unwrap_or(',')
}

/// The line, from 1, of a quote that opens a field and is not closed before a comma or a line end.
///
/// Such a quote swallows what follows it: the rest of the line, and possibly entire rows.
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

/// Blank lines that the reader skipped before the record at a position.
fn blank_lines(text: &str, position: &csv::Position) -> u32 {
    let start = usize::try_from(position.byte()).unwrap_or(0);
    let (before, rest) = (text.get(..start).unwrap_or(""), text.get(start..).unwrap_or(""));
    // The second half of a \r\n may be left over from the previous record.
    let rest = if before.ends_with('\r') { rest.strip_prefix('\n').unwrap_or(rest) } else { rest };
    let blank = &rest[..rest.len() - rest.trim_start_matches(['\r', '\n']).len()];
    blank.replace("\r\n", "\n").matches(['\r', '\n']).count() as u32
}

/// Decodes text by its byte order mark, otherwise as UTF-8, otherwise strictly as GB18030; UTF-8 is not copied.
fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if let Some((encoding, skip)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling_and_without_replacement(&bytes[skip..]);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Cow::Borrowed(text));
    }
    encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::place::FileId;

    fn budget() -> Budget {
        Budget::new(FileId(0), &Limits::default())
    }

    fn cells(bytes: &[u8]) -> Vec<(u32, u32, String)> {
        let (book, _) = read_csv(bytes, budget(), &Limits::default()).unwrap_or_else(|f| panic!("{f:?}"));
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
    fn the_fields_of_each_record_are_counted() {
        let widths = |text: &str| {
            read_csv(text.as_bytes(), Budget::new(FileId(0), &Limits::default()), &Limits::default()).unwrap().0.sheets
                [0]
            .widths
            .clone()
        };
        assert_eq!(widths("单位,得分,备注\n\nU1,\"a\nb\"\nU2,,\nU3"), [3, 0, 2, 3, 1]);
    }

    #[test]
    fn reads_the_encodings_that_offices_use() {
        let gbk = encoding_rs::GB18030.encode("单位").0.into_owned();
        assert_eq!(cells(&gbk)[0].2, "单位");
        let utf16: Vec<u8> = "\u{FEFF}单位".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(cells(&utf16)[0].2, "单位");
        assert_eq!(cells("\u{FEFF}单位".as_bytes())[0].2, "单位");
        assert!(read_csv(b"\xFF\xFF\xFF", budget(), &Limits::default()).is_err());
    }

    /// The steps that a text costs, or the reason for its refusal.
    fn cost(text: &str, limits: &Limits) -> Result<u64, (String, String)> {
        cost_of(text, limits, Budget::new(FileId(0), limits))
    }

    fn cost_of(text: &str, limits: &Limits, mut budget: Budget) -> Result<u64, (String, String)> {
        let read = read_records(text, ',', limits, &mut budget);
        let arg = |finding: &Finding, wanted: &str| {
            let message = finding.say(crate::shared::i18n::Lang::En, &files());
            if wanted == "found" { message.found } else { message.expected }.unwrap_or_default()
        };
        read.map(|_| budget.steps()).map_err(|f| (arg(&f, "found"), arg(&f, "expected")))
    }

    fn files() -> crate::shared::place::Files {
        let candidate = crate::read::Candidate { path: "a.csv".to_owned(), role: crate::shared::place::Role::Ballots };
        crate::shared::place::Files(vec![crate::read::unread(&candidate)])
    }

    #[test]
    fn the_cost_of_a_text_grows_with_its_rows_and_cells() {
        let limits = Limits::default();
        let rows = |n: usize| "甲,乙,\n".repeat(n);
        // A row, its two filled cells; three columns once.
        assert_eq!(cost(&rows(1000), &limits), Ok(3 * 1000 + 3));
        assert_eq!(cost(&rows(10_000), &limits), Ok(3 * 10_000 + 3));
        // Blank lines are rows without cells.
        assert_eq!(cost(&format!("a\n{}b\n", "\n".repeat(5000)), &limits), Ok(5002 + 2 + 1));
        let header = |n: usize| vec!["h"; n].join(",");
        assert_eq!(cost(&header(400), &limits), Ok(1 + 400 + 400));
        assert_eq!(cost(&header(4000), &limits), Ok(1 + 4000 + 4000));
    }

    #[test]
    fn a_text_that_asks_for_too_much_is_refused_with_what_there_is_too_much_of() {
        let limits = Limits { rows: 50, cells: 120, columns: 40, steps: 160, ..Limits::default() };
        let refused = |found: &str, expected: &str| Err((found.to_owned(), expected.to_owned()));
        assert_eq!(cost(&"a\n".repeat(51), &limits), refused("rows: 51", "<= 50 ([limits] rows)"));
        assert_eq!(cost(&format!("a{}b", "\n".repeat(60)), &limits), refused("rows: 61", "<= 50 ([limits] rows)"));
        assert_eq!(cost(&"h,".repeat(41), &limits), refused("columns: 42", "<= 40 ([limits] columns)"));
        assert_eq!(cost(&"a,b,c\n".repeat(41), &limits), refused("cells: 118", "<= 160 ([limits] steps)"));
        assert_eq!(cost(&"a,b,c\n".repeat(39), &limits), Ok(39 * 4 + 3));
    }

    #[test]
    fn ballots_in_csv_have_a_row_limit_of_their_own() {
        let limits = Limits { rows: 10, cells: 20, csv_rows: 100, steps: 50, ..Limits::default() };
        assert!(cost(&"a,b\n".repeat(11), &limits).is_err());
        let votes = |text: &str| cost_of(text, &limits, Budget::of_export(FileId(0), &limits));
        assert_eq!(votes(&"a,b\n".repeat(100)), Ok(302));
        let refused = |found: &str, expected: &str| Err((found.to_owned(), expected.to_owned()));
        assert_eq!(votes(&"a,b\n".repeat(101)), refused("rows: 101", "<= 100 ([limits] csv_rows)"));
        assert_eq!(votes(&"a,b,c,d,e,f,g,h,i\n".repeat(100)), refused("cells: 801", "<= 800 ([limits] csv_rows)"));
    }
}

//! What the isolated reader says: a workbook and its findings as JSON, with nothing that only one process knows.

use serde::{Deserialize, Serialize};

use crate::finding::{Arg, Code, Finding};
use crate::i18n::{Lang, catalogue};
use crate::number::Exact;
use crate::place::{FileId, Place, Spot};
use crate::read::book::{Book, Cell, Merge, Opened, Sheet};
use crate::read::value::RawValue;

#[derive(Serialize, Deserialize)]
struct Answer {
    refused: bool,
    sheets: Vec<WireSheet>,
    findings: Vec<WireFinding>,
}

#[derive(Serialize, Deserialize)]
struct WireSheet {
    name: String,
    hidden: bool,
    /// Row, column, kind and text.
    cells: Vec<(u32, u32, char, String)>,
    /// Top, left, bottom, right.
    merges: Vec<(u32, u32, u32, u32)>,
    hidden_rows: Vec<u32>,
    hidden_cols: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
struct WireFinding {
    code: String,
    /// Sheet, row and column, as far as there are any.
    at: (Option<u16>, Option<(u32, u32)>),
    /// Name, whether it is a word of the catalogue, text.
    args: Vec<(String, bool, String)>,
}

/// Names of values that findings of the isolated reader have.
const NAMES: [&str; 3] = ["found", "expected", "what"];

/// Puts a workbook into words.
pub(super) fn encode(opened: &Opened) -> Vec<u8> {
    let answer = Answer {
        refused: opened.refused,
        sheets: opened.book.sheets.iter().map(encode_sheet).collect(),
        findings: opened.findings.iter().map(encode_finding).collect(),
    };
    // Plain strings and numbers are always valid JSON; an empty answer would be taken as a crash.
    serde_json::to_vec(&answer).unwrap_or_default()
}

fn encode_sheet(sheet: &Sheet) -> WireSheet {
    WireSheet {
        name: sheet.name.clone(),
        hidden: sheet.hidden,
        cells: sheet.cells.iter().map(encode_cell).collect(),
        merges: sheet.merges.iter().map(|m| (m.top, m.left, m.bottom, m.right)).collect(),
        hidden_rows: sheet.hidden_rows.iter().copied().collect(),
        hidden_cols: sheet.hidden_cols.iter().copied().collect(),
    }
}

fn encode_cell(cell: &Cell) -> (u32, u32, char, String) {
    let (kind, text) = match &cell.value {
        RawValue::Number { value, percent: false } => ('n', value.fraction()),
        RawValue::Number { value, percent: true } => ('p', value.fraction()),
        RawValue::Text { text, .. } => ('t', text.clone()),
        RawValue::Flag(flag) => ('b', flag.to_string()),
        RawValue::Date(date) => ('d', date.to_string()),
        RawValue::Serial(text) => ('s', text.clone()),
        RawValue::Fault(text) => ('f', text.clone()),
        RawValue::Uncalculated => ('u', String::new()),
    };
    (cell.row, cell.col, kind, text)
}

fn encode_finding(finding: &Finding) -> WireFinding {
    let at = match finding.at.map(|place| place.spot) {
        Some(Spot::Sheet(sheet)) => (Some(sheet), None),
        Some(Spot::Cell { sheet, row, col }) => (Some(sheet), Some((row, col))),
        Some(Spot::Whole | Spot::Line { .. }) | None => (None, None),
    };
    let arg = |(name, arg): &(&'static str, Arg)| match arg {
        Arg::Text(text) => ((*name).to_owned(), false, text.clone()),
        Arg::Word(word) => ((*name).to_owned(), true, (*word).to_owned()),
    };
    WireFinding { code: finding.code.to_string(), at, args: finding.args.iter().map(arg).collect() }
}

/// Reads what a child said; `None` if it is not such an answer.
pub(super) fn decode(bytes: &[u8], file: FileId) -> Option<Opened> {
    let answer: Answer = serde_json::from_slice(bytes).ok()?;
    let sheets = answer.sheets.into_iter().map(decode_sheet).collect::<Option<Vec<_>>>()?;
    let findings = answer.findings.into_iter().map(|f| decode_finding(f, file)).collect::<Option<Vec<_>>>()?;
    Some(Opened { book: Book { sheets }, findings, refused: answer.refused })
}

fn decode_sheet(sheet: WireSheet) -> Option<Sheet> {
    let merge = |(top, left, bottom, right)| Merge { top, left, bottom, right };
    Some(Sheet {
        name: sheet.name,
        hidden: sheet.hidden,
        cells: sheet.cells.into_iter().map(decode_cell).collect::<Option<Vec<_>>>()?,
        merges: sheet.merges.into_iter().map(merge).collect(),
        hidden_rows: sheet.hidden_rows.into_iter().collect(),
        hidden_cols: sheet.hidden_cols.into_iter().collect(),
        widths: Vec::new(),
    })
}

fn decode_cell((row, col, kind, text): (u32, u32, char, String)) -> Option<Cell> {
    let number = |text: &str| Exact::parse_fraction(text);
    let value = match kind {
        'n' => RawValue::Number { value: number(&text)?, percent: false },
        'p' => RawValue::Number { value: number(&text)?, percent: true },
        't' => RawValue::Text { text, csv: false },
        'b' => RawValue::Flag(text.parse().ok()?),
        'd' => RawValue::Date(text.parse().ok()?),
        's' => RawValue::Serial(text),
        'f' => RawValue::Fault(text),
        'u' => RawValue::Uncalculated,
        _ => return None,
    };
    Some(Cell { row, col, value })
}

fn decode_finding(finding: WireFinding, file: FileId) -> Option<Finding> {
    let spot = match finding.at {
        (Some(sheet), Some((row, col))) => Spot::Cell { sheet, row, col },
        (Some(sheet), None) => Spot::Sheet(sheet),
        (None, _) => Spot::Whole,
    };
    let mut decoded = Finding::new(Code::parse(&finding.code)?).at(Place { file, spot });
    for (name, is_word, text) in finding.args {
        let name = NAMES.into_iter().find(|known| *known == name)?;
        let arg = match is_word {
            true => Arg::Word(catalogue(Lang::Zh).get_key_value(text.as_str())?.0),
            false => Arg::Text(text),
        };
        decoded = decoded.with(name, arg);
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_what_is_understood() {
        let values = [
            RawValue::Number { value: Exact::ratio(1, 3), percent: false },
            RawValue::Number { value: Exact::ratio(19, 20), percent: true },
            RawValue::Text { text: "单位\u{1F600}".to_owned(), csv: false },
            RawValue::Flag(true),
            RawValue::Date(jiff::civil::date(2025, 7, 1)),
            RawValue::Serial("PT1H".to_owned()),
            RawValue::Fault("#REF!".to_owned()),
            RawValue::Uncalculated,
        ];
        let cells = values.into_iter().zip(0..).map(|(value, row)| Cell { row, col: 2, value }).collect();
        let merges = vec![Merge { top: 1, left: 2, bottom: 3, right: 4 }];
        let (hidden_rows, hidden_cols) = ([3].into(), [4, 5].into());
        let sheet =
            Sheet { name: "表".to_owned(), hidden: true, cells, merges, hidden_rows, hidden_cols, widths: Vec::new() };
        let file = FileId(7);
        let place = Place::cell(file, 0, 3, 2);
        let damage = Finding::new(Code::E121).at(place).with("what", Arg::Word("gate.cell.index")).found("-1");
        let hidden = Finding::new(Code::W112).at(Place { file, spot: Spot::Sheet(0) }).found("表");
        let whole = Finding::new(Code::E105).at(Place::file(file));
        let opened =
            Opened { book: Book { sheets: vec![sheet] }, findings: vec![damage, hidden, whole], refused: false };
        assert_eq!(decode(&encode(&opened), file), Some(opened));
    }

    #[test]
    fn anything_else_is_no_answer() {
        for said in
            ["", "{}", "running 0 tests", "{\"refused\":false,\"sheets\":[],\"findings\":[{\"code\":\"E000\"}]}"]
        {
            assert_eq!(decode(said.as_bytes(), FileId(0)), None, "{said}");
        }
    }
}

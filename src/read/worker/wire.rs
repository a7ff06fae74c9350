//! The answer of the isolated reader: a workbook and its findings as JSON, without anything that only one process
//! knows.

use serde::{Deserialize, Serialize};

use crate::read::book::{Book, Opened};
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::i18n::{Lang, catalogue};
use crate::shared::place::{FileId, Place, Position, Spot};

#[derive(Serialize, Deserialize)]
struct Answer {
    refused: bool,
    book: Book,
    findings: Vec<WireFinding>,
}

#[derive(Serialize, Deserialize)]
struct WireFinding {
    code: String,
    /// Sheet, row and column, as far as present.
    at: (Option<u16>, Option<Position>),
    /// Name, whether the text is a word of the catalogue, text.
    args: Vec<(String, bool, String)>,
}

/// Names of values used by findings of the isolated reader.
const NAMES: [&str; 3] = ["found", "expected", "what"];

/// Encodes a workbook.
pub(super) fn encode(opened: Opened) -> Vec<u8> {
    let findings = opened.findings.iter().map(encode_finding).collect();
    let answer = Answer { refused: opened.refused, book: opened.book, findings };
    // Plain strings and numbers are always valid JSON; an empty answer would be taken as a crash.
    serde_json::to_vec(&answer).unwrap_or_default()
}

fn encode_finding(finding: &Finding) -> WireFinding {
    let at = match finding.at.map(Place::spot) {
        Some(Spot::Sheet(sheet)) => (Some(sheet), None),
        Some(Spot::Cell { sheet, row, col }) => (Some(sheet), Some(Position { row, col })),
        Some(Spot::Whole | Spot::Line { .. }) | None => (None, None),
    };
    let arg = |(name, arg): &(&'static str, Arg)| match arg {
        // The child has no model, so it never names a value of one, nor the faults of a formula, nor columns of tables.
        Arg::Filled { key, .. } => ((*name).to_owned(), true, (*key).to_owned()),
        Arg::Text(text) | Arg::Value(text) | Arg::Spoken { zh: text, .. } => ((*name).to_owned(), false, text.clone()),
        Arg::Word(word) => ((*name).to_owned(), true, (*word).to_owned()),
    };
    WireFinding { code: finding.code.to_string(), at, args: finding.args.iter().map(arg).collect() }
}

/// Decodes the answer of a child; `None` if it is not one.
pub(super) fn decode(bytes: &[u8], file: FileId) -> Option<Opened> {
    let answer: Answer = serde_json::from_slice(bytes).ok()?;
    let findings = answer.findings.into_iter().map(|f| decode_finding(f, file)).collect::<Option<Vec<_>>>()?;
    Some(Opened { book: answer.book, findings, refused: answer.refused })
}

fn decode_finding(finding: WireFinding, file: FileId) -> Option<Finding> {
    let spot = match finding.at {
        (Some(sheet), Some(Position { row, col })) => Spot::Cell { sheet, row, col },
        (Some(sheet), None) => Spot::Sheet(sheet),
        (None, _) => Spot::Whole,
    };
    let mut decoded = Finding::new(Code::parse(&finding.code)?).at(Place::new(file, spot));
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
    use std::sync::Arc;

    use super::*;
    use crate::read::book::{Cell, Merge, Note, Noted, Sheet};
    use crate::read::value::{Marked, RawValue};
    use crate::shared::number::Exact;

    #[test]
    fn what_is_said_is_what_is_understood() {
        let marked = Marked { whole: "961".to_owned(), plain: "96".to_owned() };
        let values = [
            RawValue::number_of(Exact::ratio(1, 3)),
            RawValue::Number { value: Exact::ratio(19, 20), percent: true, shown: Some("95%".into()) },
            RawValue::text_of("单位\u{1F600}"),
            RawValue::Marked(Arc::new(marked)),
            RawValue::Flag(true),
            RawValue::Date(jiff::civil::date(2025, 7, 1)),
            RawValue::Serial("PT1H".to_owned()),
            RawValue::Fault("#REF!".to_owned()),
            RawValue::Uncalculated,
        ];
        let cells = values.into_iter().zip(0..).map(|(value, row)| Cell { row, col: 2, value }).collect();
        let merges = vec![Merge { top: 1, left: 2, bottom: 3, right: 4 }];
        let notes = vec![Noted { at: Position::new(3, 2), note: Note::Stale(Exact::ratio(1, 7)) }];
        let (hidden_rows, hidden_cols) = ([3].into(), [4, 5].into());
        let (widths, controls) =
            (vec![3, 0, 2], Some(crate::read::book::Controls { count: 2, first: Position::new(3, 1), boxes: None }));
        let sheet = Sheet {
            name: "表".to_owned(),
            hidden: true,
            cells,
            notes,
            pictures: Vec::new(),
            merges,
            hidden_rows,
            hidden_cols,
            totals_rows: [9].into(),
            widths,
            controls,
        };
        let file = FileId(7);
        let place = Place::cell(file, 0, 3, 2);
        let damage = Finding::new(Code::E121).at(place).with("what", Arg::Word("gate.cell.index")).found("-1");
        let hidden = Finding::new(Code::W112).at(Place::new(file, Spot::Sheet(0))).found("表");
        let whole = Finding::new(Code::E105).at(Place::file(file));
        let opened =
            Opened { book: Book { sheets: vec![sheet] }, findings: vec![damage, hidden, whole], refused: false };
        assert_eq!(decode(&encode(opened.clone()), file), Some(opened));
    }

    #[test]
    fn anything_else_is_no_answer() {
        for said in [
            "",
            "{}",
            "running 0 tests",
            "{\"refused\":false,\"book\":{\"sheets\":[]},\"findings\":[{\"code\":\"E000\"}]}",
        ] {
            assert_eq!(decode(said.as_bytes(), FileId(0)), None, "{said}");
        }
    }
}

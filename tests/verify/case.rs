//! Small result documents, written by hand in few words.

use assess::model::{ModelDraft, load};
use assess::result::outcome::{Outcome, RatingRecord, RatingState};
use assess::result::verify::{Checked, recalculate};
use assess::shared::place::{FileId, Place};
use serde_json::{Map, Value, json};

/// A document with its ratings.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) document: Value,
    pub(super) ratings: Vec<RatingRecord>,
}

/// The place of a cell of the first file; a name without digits is that of the cell in its first row.
pub(super) fn cell(name: &str) -> Value {
    let row = if name.ends_with(|c: char| c.is_ascii_digit()) { "" } else { "1" };
    json!([0, 0, format!("{}{row}", name.to_uppercase())])
}

/// What a check found: place, recorded, calculated.
pub(super) type Found = Vec<(String, String, String)>;

impl Case {
    pub(super) fn check(&self) -> Checked {
        let outcome: Outcome = serde_json::from_value(self.document.clone()).expect("a result document");
        recalculate(&outcome, &self.ratings)
    }

    pub(super) fn differing(&self) -> Found {
        self.check().differing
    }

    /// The same with other values at some places.
    pub(super) fn with(&self, changes: &[(&str, Value)]) -> Self {
        let mut other = self.clone();
        for (pointer, value) in changes {
            *other.document.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value.clone();
        }
        other
    }

    /// Where a value is forged, the place, the forged value and the one from the sheet of paper are named.
    #[track_caller]
    pub(super) fn finds(&self, pointer: &str, value: impl Into<Value>, place: &str, recorded: &str, due: &str) {
        let differing = self.with(&[(pointer, value.into())]).differing();
        let wanted = (place.to_owned(), recorded.to_owned(), due.to_owned());
        assert!(differing.contains(&wanted), "{pointer}: {differing:?}");
    }
}

/// One row of ratings.csv: `P1/3 U1 .node 80 counted`, written as its points.
pub(super) fn rating(component: &str, line: &str) -> RatingRecord {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [owner, place, value, state] = words[..] else { panic!("{line}") };
    let (class, serial) = owner.split_once('/').expect("class/serial");
    let (unit, node) = place.split_once('.').unwrap_or((place, ""));
    let points = value.parse::<u32>().is_ok().then(|| value.into());
    RatingRecord {
        component: component.into(),
        class: class.into(),
        serial: serial.parse().expect("a serial"),
        rater: "".into(),
        unit: unit.into(),
        node: node.into(),
        value: value.trim_matches('_').into(),
        points,
        state: RatingState::from_json(state).expect("a state"),
        at: Place::cell(FileId(0), 0, 0, 0),
    }
}

/// A step of a grade path: `kind from>to key=value key=value`; `_` is a blank within a value. Grades, rules and rows are
/// written by name and stand there by index: `A`, `C1`, row `1`.
pub(super) fn step(line: &str) -> Value {
    let mut words = line.split_whitespace();
    let kind = words.next().expect("a kind");
    let mut fields = Map::new();
    for word in words {
        if let Some((key, value)) = word.split_once('=') {
            let value = match key {
                "because" | "values" => value.replace('_', " ").into(),
                "rule" | "row" => {
                    value.trim_start_matches(char::is_alphabetic).parse().map_or(0, |at: usize| at - 1).into()
                }
                _ => value.parse::<usize>().expect("a count").into(),
            };
            fields.insert(key.to_owned(), value);
        } else if let Some((from, to)) = word.split_once('>') {
            let named = [("from", from), ("to", to)].into_iter().filter(|(_, name)| !name.is_empty());
            fields.extend(named.map(|(key, name)| (key.to_owned(), grade(name).into())));
        }
    }
    if fields.is_empty() { kind.into() } else { json!({ kind: fields }) }
}

/// The index of a grade in one of the samples.
pub(super) fn grade(name: &str) -> usize {
    ["A G G1", "B H G2", "C", "D"].iter().position(|names| names.split(' ').any(|own| own == name)).expect("a grade")
}

/// A path of steps, one a line.
pub(super) fn path(lines: &str) -> Value {
    lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(step).collect()
}

/// A rate at two decimals and exactly.
pub(super) fn rate(printed: &str, exact: &str) -> Value {
    json!({ "rate": printed, "exact": exact })
}

/// What every small model says of itself.
pub(super) const ABOUT: &str = "[assessment]
title = 'T'
period = '2025'
issuer = 'I'
language = 'en'
secrecy = false
";

/// One line, aspect and leaf of 100 points.
pub(super) const TREE: &str = "[[line]]
code = 'L1'
name = 'L1'
[[aspect]]
code = 'A1'
name = 'A1'
points = 100
[[indicator]]
code = 'X'
line = 'L1'
aspect = 'A1'
name = 'X'
points = 100
rule = 'direct'
";

/// The model of a file.
pub(super) fn model(text: &str) -> Value {
    let (model, findings) = load(ModelDraft { text, file: FileId(0), table: None, hash: "h".to_owned() });
    serde_json::to_value(model.unwrap_or_else(|| panic!("{findings:?}"))).expect("a model")
}

/// What the components of a model are as a whole where nobody marked anything.
fn totals(model: &Value) -> Value {
    let components = model["components"].as_array().into_iter().flatten();
    components
        .map(|own| {
            if own["kind"].is_object() {
                json!({ "given": { "periods": [""], "scored": 0 } })
            } else {
                own["kind"].clone()
            }
        })
        .collect()
}

/// A document around a model, units and registers.
pub(super) fn document(model: &Value, units: &[Value]) -> Value {
    json!({ "schema": "assess.result/2", "version": "v001", "parent": null, "draft": false, "model": model,
        "files": [{ "path": "a.csv", "sha256": "", "size": 0, "role": "roster", "status": "used", "sheets": [""],
            "rows": 1 }],
        "groups": ["G"], "components": totals(model), "handed_in": {}, "units": units, "quotas": [],
        "registers": { "adjustments": [], "decisions": [], "corrections": [], "appeals": [], "dispositions": [] }, "findings": [],
        "reconciliation": { "units": { "roster": units.len(), "received": units.len(), "missing": 0, "excluded": 0 },
            "ballots": [], "files": { "found": 1, "used": 1, "duplicate": 0, "ignored": 0, "rejected": 0 },
            "registers": {} } })
}

/// A unit whose one component has a whole rate, which is also its total.
pub(super) fn unit(code: &str, total: u32, mode: &str, component: &str) -> Value {
    let (printed, exact) = (format!("{total}.00"), format!("{total}/1"));
    let rate = rate(&printed, &exact);
    json!({ "code": code, "name": code, "group": "G", "mode": mode, "secretary": "", "contact": "",
        "total": printed, "base": printed, "plus": "0.00", "minus": "0.00",
        "exact": { "base": exact, "plus": "0/1", "minus": "0/1", "total": exact },
        "rank_group": null, "rank_overall": null, "grade": null, "threshold": null, "parallel": null,
        "deferred": false, "takes_place": false, "aspects": { "A1": rate }, "lines": { "L1": rate },
        "components": { component: { "rate": printed, "exact": exact, "weight": "100/1", "contribution": exact, "aspects": { "A1": rate },
            "lines": { "L1": rate } } },
        "leaves": [], "adjustments": [], "path": [], "report": null, "at": cell(code) })
}

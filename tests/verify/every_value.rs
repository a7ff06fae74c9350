//! Every value of units, quotas, classes, groups and sums of the sample documents is changed once: something must differ,
//! but for what people wrote.

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde_json::Value;

use super::case::Case;
use assess::result::outcome::{
    Answers, Closing, Ending, Fate, LeafState, Mode, NoResult, Outcome, RowEnd, Sign, Stance, Standing, StepKind,
};
use assess::result::verify::recalculate;

/// What people wrote or where it stands: the document holds no second record of it. `*` stands for an index or a key.
const GIVEN: &[&str] = &[
    "/opinions/*/stance",
    "/registers/adjustments/*/approval_number",
    "/registers/adjustments/*/at",
    "/registers/adjustments/*/at/*",
    "/registers/adjustments/*/date",
    "/registers/adjustments/*/document",
    "/registers/adjustments/*/document_number",
    "/registers/adjustments/*/id",
    "/registers/adjustments/*/issued_by",
    "/registers/adjustments/*/level",
    "/registers/adjustments/*/links/*",
    "/registers/adjustments/*/links/*/*",
    "/registers/adjustments/*/matter",
    "/registers/adjustments/*/remark",
    "/registers/corrections/*/at",
    "/registers/corrections/*/at/*",
    "/registers/corrections/*/document_number",
    "/registers/corrections/*/links/*",
    "/registers/corrections/*/links/*/*",
    "/registers/corrections/*/new/*",
    "/registers/corrections/*/new/*/*",
    "/registers/corrections/*/old/*",
    "/registers/corrections/*/old/*/*",
    "/registers/corrections/*/reason",
    "/registers/decisions/*/above_cap",
    "/registers/decisions/*/links/*",
    "/registers/decisions/*/links/*/*",
    "/opinions/*/at",
    "/opinions/*/at/*",
    "/opinions/*/department",
    "/opinions/*/suggested",
    "/opinions/*/text",
    "/opinions/*/written",
    "/registers/decisions/*/at",
    "/registers/decisions/*/at/*",
    "/registers/decisions/*/clause",
    "/registers/decisions/*/document_number",
    "/registers/decisions/*/id",
    "/registers/places/*/at",
    "/registers/places/*/at/*",
    "/registers/places/*/date",
    "/registers/places/*/document_number",
    "/registers/places/*/grounds",
    "/registers/places/*/id",
    "/registers/places/*/places/*",
    "/registers/places/*/places/*/*",
    "/units/*/at",
    "/units/*/at/*",
    "/units/*/attributes/*/*",
    "/units/*/attributes/*/*/*",
    "/units/*/code",
    // Whether nobody of a class rated the unit or nobody of it may: no mark says so where no ballot lists the unit.
    "/units/*/components/*/ballots/classes/*/missing",
    "/units/*/components/*/ballots/classes/*/tallies/*/at",
    "/units/*/components/*/ballots/classes/*/tallies/*/at/*",
    "/units/*/components/*/given/*/off/*/*",
    "/units/*/components/*/given/*/off/*/*/*",
    "/units/*/components/*/given/*/parts/*/*",
    "/units/*/components/*/given/*/parts/*/*/*",
    "/units/*/contact",
    "/units/*/leaves/*/at",
    "/units/*/leaves/*/at/*",
    "/units/*/leaves/*/claimed",
    "/units/*/leaves/*/formula/inputs/*/at",
    "/units/*/leaves/*/formula/inputs/*/at/*",
    "/units/*/leaves/*/ledger/*/at",
    "/units/*/leaves/*/ledger/*/at/*",
    "/units/*/leaves/*/ledger/*/number",
    "/units/*/leaves/*/ledger/*/problem",
    "/units/*/leaves/*/ledger/*/written",
    "/units/*/leaves/*/note",
    "/units/*/leaves/*/original/at",
    "/units/*/leaves/*/original/at/*",
    "/units/*/leaves/*/periods/*/at",
    "/units/*/leaves/*/periods/*/at/*",
    "/units/*/leaves/*/periods/*/state",
    "/units/*/leaves/*/replaced/at",
    "/units/*/leaves/*/replaced/at/*",
    "/units/*/leaves/*/replaced/formula/inputs/*/at",
    "/units/*/leaves/*/replaced/formula/inputs/*/at/*",
    "/units/*/leaves/*/self",
    "/units/*/leaves/*/state",
    "/units/*/leaves/*/value",
    "/units/*/name",
    "/units/*/report",
    "/units/*/report/*",
    "/units/*/secretary",
];

/// The parts that are walked.
const PARTS: [&str; 10] = [
    "units",
    "quotas",
    "awards",
    "components",
    "handed_in",
    "groups",
    "reconciliation",
    "opinions",
    "registers",
    "draft",
];

/// Changes of one value.
fn changed(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec!["1".into(), 1.into(), true.into()],
        Value::Bool(flag) => vec![(!flag).into()],
        Value::Number(number) => vec![(number.as_u64().unwrap_or(0) + 1).into()],
        Value::String(text) => others(text).into_iter().map(Value::from).chain([text_changed(text)]).collect(),
        Value::Array(items) if !items.is_empty() => {
            let (mut fewer, mut more) = (items.clone(), items.clone());
            fewer.pop();
            more.push(items[0].clone());
            vec![fewer.into(), more.into()]
        }
        Value::Array(_) | Value::Object(_) => Vec::new(),
    }
}

/// The other words of every closed set that a word belongs to.
fn others(word: &str) -> Vec<&'static str> {
    fn words<T: Copy>(all: &[T], json: fn(T) -> &'static str) -> Vec<&'static str> {
        all.iter().map(|own| json(*own)).collect()
    }
    let sets = [
        words(Mode::ALL, Mode::json),
        words(Standing::ALL, Standing::json),
        words(Ending::ALL, Ending::json),
        words(Stance::ALL, Stance::json),
        words(Closing::ALL, Closing::json),
        words(LeafState::ALL, LeafState::json),
        words(NoResult::ALL, NoResult::json),
        words(Answers::ALL, Answers::json),
        words(StepKind::ALL, StepKind::json),
        words(Fate::ALL, Fate::json),
        words(Sign::ALL, Sign::json),
        words(RowEnd::ALL, RowEnd::json),
    ];
    let own = sets.into_iter().filter(|set| set.contains(&word));
    own.flatten().filter(|other| *other != word).collect()
}

/// A fraction with another numerator, a number with another last digit, another word.
fn text_changed(text: &str) -> Value {
    match text.split_once('/') {
        Some((over, under)) if over.parse::<i64>().is_ok() && under.parse::<i64>().is_ok() => {
            format!("{}/{under}", over.parse::<i64>().unwrap_or(0) + 1).into()
        }
        _ => match text.char_indices().last() {
            Some((at, last)) if last.is_ascii_digit() => {
                format!("{}{}", &text[..at], if last == '9' { '8' } else { '9' }).into()
            }
            _ => format!("{text}x").into(),
        },
    }
}

/// Paths of all values below one, deepest last.
fn walk(path: &str, value: &Value, out: &mut Vec<String>) {
    out.push(path.to_owned());
    match value {
        Value::Object(map) => map.iter().for_each(|(key, own)| walk(&format!("{path}/{}", escaped(key)), own, out)),
        Value::Array(items) => items.iter().enumerate().for_each(|(i, own)| walk(&format!("{path}/{i}"), own, out)),
        _ => {}
    }
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// A path with `*` for indices and for keys that name nodes, components and register endings.
fn pattern(path: &str) -> String {
    const MAPS: [&str; 7] = ["aspects", "lines", "components", "values", "attributes", "registers", "classes"];
    let mut before = "";
    let words = path.split('/').map(|word| {
        let names = MAPS.contains(&before) && !(before == "registers" && path.starts_with("/registers"));
        let any = word.parse::<usize>().is_ok() || names;
        before = word;
        if any { "*" } else { word }
    });
    words.collect::<Vec<_>>().join("/")
}

/// Whether any change of a value that still is a document stays unseen.
fn stays_unseen(case: &Case, path: &str) -> bool {
    let Some(value) = case.document.pointer(path) else { return false };
    changed(value).into_iter().any(|other| {
        let mut forged = case.document.clone();
        *forged.pointer_mut(path).expect("a path of the document") = other;
        let read = serde_json::from_value::<Outcome>(forged);
        read.is_ok_and(|outcome| recalculate(&outcome, &case.ratings).differing.is_empty())
    })
}

#[test]
fn every_changed_value_is_found_or_was_written_by_people() {
    let sample = Case { document: super::document(), ratings: super::ratings() };
    let mut unseen: BTreeSet<String> = BTreeSet::new();
    for case in [
        sample,
        super::contest::contest(),
        super::contest::approved(),
        super::panel::panel(),
        super::leaves::assessed(),
        super::measures::scored(),
    ] {
        assert_eq!(case.differing(), []);
        let mut paths = Vec::new();
        for part in PARTS {
            if let Some(value) = case.document.get(part) {
                walk(&format!("/{part}"), value, &mut paths);
            }
        }
        let own: Vec<String> =
            paths.par_iter().filter(|path| stays_unseen(&case, path)).map(|path| pattern(path)).collect();
        unseen.extend(own);
    }
    let given: BTreeSet<String> = GIVEN.iter().map(|path| (*path).to_owned()).collect();
    let (new, idle): (Vec<_>, Vec<_>) = unseen.symmetric_difference(&given).partition(|path| unseen.contains(*path));
    assert!(new.is_empty() && idle.is_empty(), "unseen: {new:?}; no longer unseen: {idle:?}");
}

//! The attacks: every letter of random projects and of the examples, and the public notice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use assess::outcome::{Outcome, RatingRecord};
use assess::pipeline;
use assess::read::Project as Folder;
use assess::report::feedback::{Desk, document};
use serde_json::Value;

use crate::exposed::{Pair, exposed};
use crate::letter::Letter;
use crate::letters::{self, Told};
use crate::method::{Scale, scales};
use crate::number::{Q, parse};
use crate::projects::{Project, project, write};

/// A result that was computed, with all that its letters are read against.
struct Result {
    outcome: Outcome,
    json: Value,
    scales: Vec<Option<Scale>>,
    units: BTreeSet<String>,
}

impl Result {
    fn of(folder: &Path, units: BTreeSet<String>) -> Self {
        let prepared = pipeline::prepare(Folder::find(folder).unwrap()).unwrap();
        let prepared = prepared.unwrap_or_else(|stopped| panic!("{:#?}", stopped.findings));
        let computed = pipeline::compute(prepared).unwrap();
        assert!(!computed.is_rejected(false), "{:#?}", computed.findings);
        let (outcome, ratings, _) = computed.outcome("v001", None, false);
        let model = std::fs::read_to_string(folder.join("assess.toml")).unwrap().parse().unwrap();
        let scales = scales(&toml::Value::Table(model), &marks(&ratings));
        let json = serde_json::to_value(&outcome).unwrap();
        Self { outcome, json, scales, units }
    }

    fn unit(&self, code: &str) -> &Value {
        self.json["units"].as_array().unwrap().iter().find(|unit| unit["code"] == code).unwrap()
    }
}

/// All marks by component.
fn marks(ratings: &[RatingRecord]) -> BTreeMap<String, Vec<Q>> {
    let mut marks: BTreeMap<String, Vec<Q>> = BTreeMap::new();
    for rating in ratings {
        marks.entry(rating.component.clone()).or_default().extend(rating.points.as_deref().map(parse));
    }
    marks
}

fn told(result: &Result, _earlier: &[Result], code: &str) -> Told {
    let desk = Desk::new(&result.outcome, None);
    letters::read(&document(&desk, result.outcome.unit(code).unwrap()), &result.json["model"])
}

/// The letter of a unit, after those that were handed out before.
fn letter<'r>(result: &'r Result, earlier: &[Result], code: &str) -> Letter<'r> {
    let letter = Letter {
        result: &result.json,
        unit: result.unit(code),
        scales: &result.scales,
        told: told(result, earlier, code),
    };
    letter.check();
    letter
}

#[test]
fn trial() {
    let count: u64 = std::env::var("COUNT").map_or(20, |n| n.parse().unwrap());
    let first: u64 = std::env::var("FIRST").map_or(0, |n| n.parse().unwrap());
    for seed in first..first + count {
        let start = std::time::Instant::now();
        let root = tempfile::TempDir::new().unwrap();
        let Project { versions } = project(seed);
        let results: Vec<Result> = versions
            .into_iter()
            .enumerate()
            .map(|(index, version)| {
                let folder = root.path().join(index.to_string());
                write(&version, &folder);
                Result::of(&folder, version.units)
            })
            .collect();
        let ran = start.elapsed();
        let (last, earlier) = results.split_last().unwrap();
        let mut said: Vec<(String, BTreeSet<Pair>, bool)> = Vec::new();
        let mut slow = std::time::Duration::ZERO;
        for unit in &last.outcome.units {
            let before = |own: &Result| own.units.contains(&unit.code);
            let earlier: Vec<Letter<'_>> =
                earlier.iter().filter(|own| before(own)).map(|own| letter(own, &[], &unit.code)).collect();
            let now = letter(last, &[], &unit.code);
            let at = std::time::Instant::now();
            let found = exposed(&now, &earlier);
            slow = slow.max(at.elapsed());
            said.push((unit.code.clone(), found, (0..9).any(|c| now.shows(c))));
        }
        eprintln!("{seed}: {said:?} {ran:?} slowest {slow:?}");
    }
}

#[test]
fn look() {
    let Ok(seed) = std::env::var("LOOK") else { return };
    for version in project(seed.parse().unwrap()).versions {
        for (path, text) in version.files {
            if path.starts_with("ballots") {
                let mut counts: BTreeMap<(String, String, String, String), Vec<String>> = BTreeMap::new();
                for line in text.lines().skip(1) {
                    let c: Vec<&str> = line.split(',').collect();
                    counts.entry((path.clone(), c[2].into(), c[0].into(), c[3].into())).or_default().push(c[4].into());
                }
                eprintln!("{counts:?}");
            } else {
                eprintln!("== {path}\n{text}");
            }
        }
    }
}

//! The attacks: every letter of random projects and of the examples, and the public notice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use assess::feedback::privacy::{self, Earlier, Exposed, Reason};
use assess::outcome::{Outcome, RatingRecord};
use assess::pipeline;
use assess::read::Project as Folder;
use assess::report::feedback::{Desk, document};
use serde_json::Value;

use crate::exposed::{Pair, exposed};
use crate::letter::Letter;
use crate::letters;
use crate::method::{Scale, scales};
use crate::number::{Q, parse};
use crate::projects::{corrected, project, write};

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

/// Letters that were handed out, as the program takes them.
fn handed(earlier: &[Result]) -> Vec<Earlier> {
    earlier.iter().map(|own| Earlier { outcome: own.outcome.clone(), units: own.units.clone() }).collect()
}

/// The letter of a unit, after those that were handed out before.
fn letter<'r>(result: &'r Result, earlier: &[Earlier], code: &str) -> Letter<'r> {
    let desk = Desk::after(&result.outcome, None, earlier);
    let document = document(&desk, result.outcome.unit(code).unwrap());
    let told = letters::read(&document, &result.json["model"]);
    let letter = Letter { result: &result.json, unit: result.unit(code), scales: &result.scales, told };
    letter.check();
    letter
}

/// What is wrong with the pattern of a letter: figures of classes that have to be hidden, or hidden ones that need not.
fn pattern(now: &Letter<'_>, earlier: &[Letter<'_>]) -> Vec<String> {
    let mut wrong = Vec::new();
    let components: BTreeSet<usize> = now.cells().into_iter().map(|cell| cell.0).collect();
    for component in components {
        let figures = now.told.figures.get(&component).map_or(&[] as &[String], Vec::as_slice);
        let is_marked = now.cells().into_iter().any(|cell| cell.0 == component && now.mean(cell).is_some());
        match now.is_forbidden(earlier, component) {
            true if !figures.is_empty() => wrong.push(format!("component {component} shows {figures:?}")),
            false if is_marked && !now.shows(component) => wrong.push(format!("component {component} shows nothing")),
            _ => {}
        }
    }
    wrong
}

/// What a project's letters say that they should not, and where the program finds other exposed classes.
fn attack(results: &[Result]) -> Vec<String> {
    let (last, earlier) = results.split_last().unwrap();
    let before = handed(earlier);
    let mut said: BTreeMap<&str, BTreeMap<Pair, &Exposed>> = BTreeMap::new();
    let product = privacy::exposed(&last.outcome, &before);
    let mut wrong = Vec::new();
    for own in &product {
        if own.reason == Reason::Budget {
            wrong.push(format!("{}: out of budget: {own:?}", own.unit));
        }
        said.entry(&own.unit).or_default().insert((own.component, own.class), own);
    }
    for unit in last.outcome.units.iter().filter(|unit| unit.mode != "excluded") {
        let letters: Vec<(usize, Letter<'_>)> = earlier
            .iter()
            .enumerate()
            .filter(|(_, own)| own.units.contains(&unit.code))
            .map(|(index, own)| (index, letter(own, &before[..index], &unit.code)))
            .collect();
        let letters: Vec<Letter<'_>> = letters.into_iter().map(|(_, letter)| letter).collect();
        let now = letter(last, &before, &unit.code);
        for (index, own) in letters.iter().enumerate() {
            wrong.extend(pattern(own, &letters[..index]).into_iter().map(|said| format!("{} before: {said}", unit.code)));
        }
        wrong.extend(pattern(&now, &letters).into_iter().map(|said| format!("{}: {said}", unit.code)));
        let found = exposed(&now, &letters);
        let named = said.remove(unit.code.as_str()).unwrap_or_default();
        let only: Vec<&Pair> = found.iter().filter(|pair| !named.contains_key(pair)).collect();
        let unlisted: Vec<&&Exposed> = named.iter().filter(|(pair, _)| !found.contains(pair)).map(|(_, own)| own).collect();
        if !only.is_empty() || !unlisted.is_empty() {
            wrong.push(format!("{}: only the attacker: {only:?}, only the program: {unlisted:?}\n{:?}", unit.code, now.told));
        }
    }
    wrong.extend(said.keys().map(|unit| format!("{unit}: exposed, but has no letter")));
    wrong
}

/// The results of a project's versions; in some the last one has a correction.
fn results(seed: u64, root: &Path) -> Vec<Result> {
    let versions = project(seed).versions;
    let made = versions.iter().enumerate().map(|(index, version)| {
        let folder = root.join(index.to_string());
        write(version, &folder);
        Result::of(&folder, version.units.clone())
    });
    let mut results: Vec<Result> = made.collect();
    let last = results.last().unwrap();
    let unit = last.unit("U1");
    let (place, old) = match seed % 12 {
        5 => ("b0", &unit["components"]["b0"]["rate"]),
        8 => ("总分", &unit["total"]),
        _ => return results,
    };
    let folder = root.join("corrected");
    let version = corrected(versions.last().unwrap(), place, (old.as_str().unwrap(), "77"));
    write(&version, &folder);
    results.pop();
    results.push(Result::of(&folder, version.units));
    results
}

#[test]
fn trial() {
    let count: u64 = std::env::var("COUNT").map_or(20, |n| n.parse().unwrap());
    let first: u64 = std::env::var("FIRST").map_or(0, |n| n.parse().unwrap());
    for seed in first..first + count {
        let root = tempfile::TempDir::new().unwrap();
        let results = results(seed, root.path());
        let start = std::time::Instant::now();
        let wrong = attack(&results);
        eprintln!("{seed}: {} {:?}\n{}", wrong.len(), start.elapsed(), wrong.join("\n"));
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

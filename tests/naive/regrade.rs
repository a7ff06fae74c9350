//! A re-grade from a recorded result is what a fresh score of the same state is, number by number and word by word.
//!
//! Random projects are scored with and without their registers; each of the two results is then re-graded into the other
//! state from its result.json alone, with self-reports, ballots and scores taken away.

use std::path::Path;

use assess::check::Proposals;
use assess::pipeline::{self, regrade};
use assess::read::Project;
use assess::result::outcome::Outcome;
use serde_json::Value;

use crate::cases::case;
use crate::write;

/// How many projects are tried.
const SEEDS: u64 = 50;

/// A fresh score: the result as it is written, if it may be written.
fn fresh(folder: &Path) -> Option<Outcome> {
    let prepared = pipeline::prepare(Project::find(folder).unwrap()).unwrap().ok()?;
    let computed = pipeline::compute(prepared).unwrap();
    (!computed.is_rejected(false)).then(|| reread(&computed.outcome("v002", Some("v001"), false).0))
}

/// The result as it comes back from result.json.
fn reread(outcome: &Outcome) -> Outcome {
    serde_json::from_slice(&serde_json::to_vec(outcome).unwrap()).unwrap()
}

fn regraded(folder: &Path, parent: &Outcome) -> Option<Outcome> {
    let project = Project::find(folder).unwrap();
    let ended = regrade::regrade(&project, parent, Proposals::AsTheyStand, regrade::Method::Fixed).unwrap();
    let regrade::Ended::Done(mut regraded) = ended else { panic!("the model is the same") };
    (!regraded.is_rejected()).then(|| reread(&regraded.outcome("v002", ("v001", parent)).0))
}

/// The first differences of two documents, with their paths.
fn differences(path: &str, a: &Value, b: &Value, found: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                let null = &Value::Null;
                differences(&format!("{path}.{key}"), a.get(key).unwrap_or(null), b.get(key).unwrap_or(null), found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{path}[{index}]"), a, b, found);
            }
        }
        _ if a == b => {}
        _ => found.push(format!("{path}: {a} | {b}")),
    }
}

#[track_caller]
fn assert_same(seed: u64, regraded: Option<&Outcome>, fresh: Option<&Outcome>) {
    let (Some(regraded), Some(fresh)) = (regraded, fresh) else {
        assert_eq!(regraded.is_some(), fresh.is_some(), "seed {seed}: both are accepted, or neither");
        return;
    };
    let mut found = Vec::new();
    let json = |outcome: &Outcome| serde_json::to_value(outcome).unwrap();
    differences("", &json(regraded), &json(fresh), &mut found);
    found.truncate(10);
    assert!(found.is_empty(), "seed {seed}: regraded | fresh\n{}", found.join("\n"));
}

#[test]
fn a_regrade_equals_a_fresh_score_of_the_same_state() {
    let root = tempfile::tempdir().unwrap();
    let mut compared = 0;
    for seed in 0..SEEDS {
        let case = case(seed);
        if case.outcome.log.rejected() {
            continue;
        }
        let folder = root.path().join(seed.to_string());
        write::write(&case.project, &folder);
        let (registers, aside) = (folder.join("registers"), folder.join(".registers"));
        if !registers.is_dir() {
            continue;
        }
        let with = fresh(&folder);
        std::fs::rename(&registers, &aside).unwrap();
        let without = fresh(&folder);
        // From here on only the model, the registers and the results are there.
        for inputs in ["self-reports", "verified", "ballots", "tallies", "given"] {
            let _ = std::fs::remove_dir_all(folder.join(inputs));
        }
        for parent in [&with, &without].into_iter().flatten() {
            assert_same(seed, regraded(&folder, parent).as_ref(), without.as_ref());
        }
        std::fs::rename(&aside, &registers).unwrap();
        for parent in [&with, &without].into_iter().flatten() {
            assert_same(seed, regraded(&folder, parent).as_ref(), with.as_ref());
            compared += 1;
        }
    }
    assert!(compared > 50, "{compared}");
}

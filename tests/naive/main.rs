//! Differential test: an independent, naive scorer against the program on random small projects.
#![allow(clippy::unwrap_used, missing_docs)] // test code: a panic is the report
#![allow(clippy::print_stdout, clippy::print_stderr)] // the disagreements are printed

mod adjust;
mod awards;
mod ballots;
mod compare;
mod enrich;
mod features;
mod fill;
mod formula;
mod generate;
mod grade;
mod hand;
mod hand_rules;
mod leaves;
mod measured;
mod measures;
mod mirror;
#[path = "../cli/named.rs"]
mod named;
mod nodes;
mod number;
mod office;
mod periods;
mod project;
mod regrade;
mod rng;
mod score;
mod shape;
mod write;
mod write_model;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use crate::compare::{Difference, compare};
use crate::generate::{Case, generate};

const SEEDS: u64 = 300;
const THREADS: u64 = 2;

/// How many projects are compared with the program; `NAIVE=60` for the first sixty.
fn seeds() -> u64 {
    std::env::var("NAIVE").ok().and_then(|count| count.parse().ok()).unwrap_or(SEEDS)
}

/// One seed's verdict.
struct Verdict {
    seed: u64,
    folder: PathBuf,
    differences: Vec<Difference>,
}

/// Runs the program on one written project and compares.
fn run(seed: u64, case: &Case, folder: &Path) -> Vec<Difference> {
    write::write(&case.project, folder);
    let output = Command::new(env!("CARGO_BIN_EXE_assess"))
        .args(["score", &folder.to_string_lossy(), "--lang", "en"])
        .output()
        .unwrap();
    let code = output.status.code();
    let log = &case.outcome.log;
    let said = || {
        let text = format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
        text.chars().take(1500).collect::<String>()
    };
    if log.rejected() {
        let mut found = Vec::new();
        // A model error is 2, rejected data 1 (SPEC §10); either when both are there.
        let fits = match (log.errors.is_empty(), log.model_errors.is_empty()) {
            (false, true) => code == Some(1),
            (true, false) => code == Some(2),
            _ => matches!(code, Some(1 | 2)),
        };
        if !fits {
            let reasons = [log.errors.clone(), log.model_errors.clone()].concat().join("; ");
            found.push(Difference::new(
                "exit of a project to be rejected",
                reasons,
                format!("exit {code:?} {}", said()),
            ));
        }
        if folder.join("results/v001").exists() {
            found.push(Difference::new("results of a rejected project", "none".into(), "a version".into()));
        }
        return found;
    }
    if code != Some(0) {
        return vec![Difference::new("exit of an accepted project", "0".into(), format!("{code:?} {}", said()))];
    }
    let mut found = match std::fs::read_to_string(folder.join("results/v001/result.json")) {
        Ok(text) => {
            let document = named::named(serde_json::from_str(&text).expect("a result document"));
            compare(&case.project, &case.outcome, &document.to_string())
        }
        Err(error) => vec![Difference::new("result.json", format!("seed {seed}"), error.to_string())],
    };
    found.extend(verified(folder));
    found
}

/// A version that was just written verifies without a difference: nothing of it was touched, and every recorded number
/// follows from the recorded parts by the rules as `verify` has them.
fn verified(folder: &Path) -> Option<Difference> {
    let args = ["-C", &folder.to_string_lossy(), "verify", "-v", "--lang", "en"];
    let output = Command::new(env!("CARGO_BIN_EXE_assess")).args(args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).chars().take(1500).collect::<String>();
    (output.status.code() != Some(0)).then(|| Difference::new("verify", "no difference".into(), said))
}

#[test]
fn agrees_with_assess_on_300_random_projects() {
    let root = std::env::temp_dir().join(format!("assess-naive-{}", std::process::id()));
    let mut verdicts: Vec<Verdict> = thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS)
            .map(|worker| {
                let root = &root;
                scope.spawn(move || {
                    let mut verdicts = Vec::new();
                    for seed in (0..seeds()).filter(|seed| seed % THREADS == worker) {
                        let case = generate(seed);
                        let folder = root.join(format!("seed-{seed:03}"));
                        let differences = run(seed, &case, &folder);
                        if differences.is_empty() {
                            std::fs::remove_dir_all(&folder).unwrap();
                        }
                        verdicts.push(Verdict { seed, folder, differences });
                    }
                    verdicts
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    verdicts.sort_by_key(|verdict| verdict.seed);
    let bad: Vec<&Verdict> = verdicts.iter().filter(|verdict| !verdict.differences.is_empty()).collect();
    if bad.is_empty() {
        // Gone already when every project agreed.
        let _ = std::fs::remove_dir(&root);
        return;
    }
    let mut kinds: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    for verdict in &bad {
        for difference in &verdict.differences {
            kinds.entry(&difference.kind).or_insert((0, verdict.seed)).0 += 1;
        }
    }
    for verdict in bad.iter().take(10) {
        println!("seed {} in {}", verdict.seed, verdict.folder.display());
        for difference in &verdict.differences {
            println!("    {difference}");
        }
    }
    println!("disagreements by kind (how many, first seed):");
    for (kind, (times, first)) in &kinds {
        println!("    {kind}: {times}, seed {first}");
    }
    println!("seeds: {:?}", bad.iter().map(|verdict| verdict.seed).collect::<Vec<_>>());
    panic!("{} of {} projects disagree", bad.len(), seeds());
}

/// Rules of SPEC §19 are met often enough when projects may use all of them, also before the program has them.
#[test]
fn projects_meet_the_rules_of_any_measure() {
    let mut accepted = 0;
    let mut hits: BTreeMap<&str, u64> = BTreeMap::new();
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    for seed in 0..SEEDS {
        let log = generate::generate_with(seed, features::KNOWN).outcome.log;
        if log.rejected() {
            for reason in log.errors.iter().chain(&log.model_errors).take(1) {
                let kind = reason.split_once(": ").map_or(reason.as_str(), |(_, kind)| kind);
                *reasons.entry(kind.to_owned()).or_default() += 1;
            }
            continue;
        }
        accepted += 1;
        for what in log.hits.keys() {
            *hits.entry(what).or_default() += 1;
        }
    }
    println!("accepted {accepted} of {SEEDS}; rejected for (first reason): {reasons:?}");
    for (what, projects) in &hits {
        println!("{what}: {projects} projects");
    }
    assert!(accepted >= 250, "{accepted}");
    for what in [
        "total: rounded down",
        "period: weighted",
        "period: dropped",
        "period: of equals the later is dropped",
        "period: 不涉及 leaves",
        "leaf: periods combined",
        "leaf: coefficient",
        "component: coefficient",
        "component: coefficient bounded",
        "component: 不涉及, renormalised",
        "component: 不涉及, zero",
        "component: missing, renormalised",
        "given: node 不涉及",
        "grade: fixed places",
        "grade: places by `by`",
        "grade: places by 名额分配",
        "grade: lowered to the bottom",
        "grade: tie at the bottom",
        "grade: stays at the bottom",
        "award: won",
        "award: passed over",
        "award: tie excluded",
        "award: tie included",
        "leaf: relative",
        "leaf: relative, zero by `zero`",
        "leaf: place",
        "field: measured from outside",
        "component: converted",
        "component: limited",
        "ballot: share",
        "leaf: formula",
        "correction: value",
        "correction: input",
        "leaf: not in the scheme",
        "base: weights of a scheme",
    ] {
        assert!(hits.get(what).is_some_and(|projects| *projects >= 3), "{what} is hardly met");
    }
}

/// The projects must be worth testing: mostly accepted, and every feature met often enough.
#[test]
fn projects_are_a_healthy_mix() {
    let mut accepted = 0;
    let mut hits: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    for seed in 0..SEEDS {
        let case = generate(seed);
        let bars: Vec<_> = (0..case.project.grades.len()).map(|at| grade::bar(&case.project, at)).collect();
        let falls =
            |at: usize| bars[at] > bars[at + 1] || case.project.grades[at].quota.is_some() && bars[at] == bars[at + 1];
        assert!((0..bars.len() - 1).all(falls), "seed {seed}: bars must fall");
        let log = case.outcome.log;
        if log.rejected() {
            for reason in log.errors.iter().chain(&log.model_errors).take(1) {
                let kind = reason.split_once(": ").map_or(reason.as_str(), |(_, kind)| kind);
                *reasons.entry(kind.to_owned()).or_default() += 1;
            }
            continue;
        }
        accepted += 1;
        for (what, times) in log.hits {
            let entry = hits.entry(what).or_default();
            entry.0 += 1;
            entry.1 += times;
        }
    }
    println!("accepted {accepted} of {SEEDS}");
    println!("rejected for (first reason): {reasons:?}");
    for (what, (projects, times)) in &hits {
        println!("{what}: {times} times in {projects} projects");
    }
    assert!(accepted >= 250, "{accepted}");
    for what in [
        "grade: dropped by quota",
        "grade: tie at the line included",
        "grade: tie at the line excluded",
        "grade: tie-break decides an order",
        "grade: cap lowers",
        "grade: committee cap holds",
        "grade: promotion lifts",
        "grade: promoted outside the quota",
        "grade: pin takes a place",
        "grade: pin above a cap",
        "grade: 暂缓 keeps a place",
        "ballot: trimmed on rating",
        "ballot: trimmed on ballot",
        "ballot: trimmed on ballot beside abstentions that count",
        "ballot: class of abstentions only has the mean 0",
        "ballot: void ballot",
        "ballot: void by max_top_share",
        "ballot: own unit recused",
        "ballot: class renormalised",
        "ballot: class without quorum",
        "ballot: group median taken",
        "ballot: class missing through recusal",
        "adjust: superseded",
        "adjust: counted in part",
        "adjust: cut to nothing",
        "adjust: over-claim",
        "leaf: not applicable",
        "leaf: rescaled out of its cell",
        "node: emptied cell",
        "correction: leaf",
        "correction: component",
        "correction: total",
    ] {
        assert!(hits.get(what).is_some_and(|(projects, _)| *projects >= 3), "{what} is hardly met");
    }
}

//! Differential test: an independent, naive scorer against the program on random small projects.
#![allow(clippy::unwrap_used, missing_docs)] // test code: a panic is the report
#![allow(clippy::print_stdout, clippy::print_stderr)] // the disagreements are printed

mod adjust;
mod awards;
mod ballots;
mod bare;
mod cases;
mod compare;
mod enrich;
mod enrich_grades;
mod enrich_leaves;
mod features;
mod fill;
mod formula;
mod generate;
mod grade;
mod hand;
mod hand_more;
mod hand_rules;
mod leaves;
mod measured;
mod measures;
mod mirror;
mod mix;
#[path = "../cli/named.rs"]
mod named;
mod nodes;
mod number;
mod office;
mod periods;
mod program;
mod project;
mod properties;
mod regrade;
mod rng;
mod score;
mod shape;
mod write;
mod write_model;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::cases::{SEEDS, case};
use crate::compare::{Difference, compare};
use crate::generate::Case;
use crate::program::{Ended, command};

const THREADS: u64 = 2;

/// One project in so many is also scored and verified by the commands.
const BY_COMMAND: u64 = 20;

/// How many projects are compared with the program; `NAIVE=60` for the first sixty.
fn seeds() -> u64 {
    std::env::var("NAIVE").ok().and_then(|count| count.parse().ok()).unwrap_or(SEEDS).min(SEEDS)
}

/// One seed's verdict.
struct Verdict {
    seed: u64,
    folder: PathBuf,
    differences: Vec<Difference>,
}

/// What the naive scorer has against a project.
fn reasons(case: &Case) -> String {
    let log = &case.outcome.log;
    [log.errors.clone(), log.model_errors.clone()].concat().join("; ")
}

/// Whether an exit code is right: a model error is 2, rejected data 1 (SPEC §10); either when both are there.
fn fits(case: &Case, code: Option<i32>) -> bool {
    let log = &case.outcome.log;
    match (log.errors.is_empty(), log.model_errors.is_empty()) {
        (true, true) => code == Some(0),
        (false, true) => code == Some(1),
        (true, false) => code == Some(2),
        _ => matches!(code, Some(1 | 2)),
    }
}

/// Scores one written project within this process and compares: the numbers, and that they prove themselves.
fn run(case: &Case, folder: &Path) -> Vec<Difference> {
    let (code, said) = match program::score(folder) {
        Ended::Stopped(said) => (2, said),
        Ended::Rejected(said) => (1, said),
        Ended::Scored(scored) if case.outcome.log.rejected() => (0, format!("{} units", scored.outcome.units.len())),
        Ended::Scored(scored) => {
            let mut found = compare(&case.project, &case.outcome, &scored.document());
            found.extend(scored.unproved().map(|said| Difference::new("verify", "no difference".into(), said)));
            let unbalanced = scored.unbalanced().map(|sum| Difference::new("核算", "0".into(), sum.to_string()));
            found.extend(unbalanced);
            return found;
        }
    };
    let said = || said.chars().take(1500).collect::<String>();
    let told = |kind: &str| Difference::new(kind, reasons(case), format!("exit {code} {}", said()));
    match fits(case, Some(code)) {
        true => Vec::new(),
        false if case.outcome.log.rejected() => vec![told("exit of a project to be rejected")],
        false => vec![told("exit of an accepted project")],
    }
}

/// The commands say the same: exit codes, a version if there is a result, and one that was just written verifies without
/// a difference.
fn run_by_command(case: &Case, folder: &Path) -> Vec<Difference> {
    let (code, said) = command(&["score"], folder);
    if !fits(case, code) {
        return vec![Difference::new("exit of the command", reasons(case), format!("{code:?} {said}"))];
    }
    if code != Some(0) {
        let written = folder.join("results/v001").exists();
        return written
            .then(|| Difference::new("results of a rejected project", "none".into(), "a version".into()))
            .into_iter()
            .collect();
    }
    let text = std::fs::read_to_string(folder.join("results/v001/result.json")).unwrap();
    let document = named::named(serde_json::from_str(&text).expect("a result document"));
    let mut found = compare(&case.project, &case.outcome, &document.to_string());
    let (code, said) = command(&["verify", "-v"], folder);
    if code != Some(0) {
        found.push(Difference::new("verify", "no difference".into(), said));
    }
    found
}

#[test]
fn agrees_with_assess_on_500_random_projects() {
    let root = std::env::temp_dir().join(format!("assess-naive-{}", std::process::id()));
    let next = AtomicU64::new(0);
    let bad: Mutex<Vec<Verdict>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds() {
                        return;
                    }
                    let case = case(seed);
                    let folder = root.join(format!("seed-{seed:03}"));
                    write::write(&case.project, &folder);
                    let mut differences = run(case, &folder);
                    if seed % BY_COMMAND == BY_COMMAND / 2 || seed % (10 * BY_COMMAND) == 9 {
                        differences.extend(run_by_command(case, &folder));
                    }
                    if differences.is_empty() {
                        std::fs::remove_dir_all(&folder).unwrap();
                    } else {
                        bad.lock().unwrap().push(Verdict { seed, folder, differences });
                    }
                }
            });
        }
    });
    let mut bad = bad.into_inner().unwrap();
    bad.sort_by_key(|verdict| verdict.seed);
    if bad.is_empty() {
        std::fs::remove_dir_all(&root).unwrap();
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

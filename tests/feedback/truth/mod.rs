//! Every sentence of every letter of 300 random projects is true.
//!
//! The letters are read with a grammar of their own (a sentence that it does not know is a failure) and held against
//! numbers that are calculated here from result.json; no report or feedback code of the product is asked.

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;

use assess::documents::report;
use assess::pipeline;
use assess::read::Project;

use crate::features::Feature;
use crate::generate::generate_with;
use crate::write;

mod cases;
mod check;
mod facts;
mod grammar;
mod letter;
mod outlook;
mod race;

use check::{Reader, Wrong};
use facts::Facts;
use grammar::Tongue;
use letter::Letter;

/// The rules beyond those of every model that the letters of these projects have. Letters with places of the last, points in
/// thirds or relative scores need a reader that knows them; they have tests of their own.
const RULES: &[Feature] = &[Feature::Schemes];

const PROJECTS: usize = 300;
const THREADS: u64 = 2;

/// Settings of letters that the random model leaves alone, by seed.
fn settings(seed: u64) -> String {
    let pick = |of: &[&str], by: u64| of[usize::try_from(seed / by).unwrap() % of.len()].to_owned();
    let mut out = format!(
        "[feedback]\nmin_group = {}\nstrengths = {}\nweaknesses = {}\nshow_rank = {}\n",
        pick(&["2", "3", "5"], 1),
        pick(&["3", "1", "6"], 2),
        pick(&["3", "1", "2", "6"], 3),
        pick(&["true", "false"], 5),
    );
    if !seed.is_multiple_of(3) {
        let (rate, share) = (pick(&["60", "80", "95"], 4), pick(&["30", "60"], 7));
        out.push_str(&format!("[common_problem]\nrate = {rate}\nshare = {share}\n"));
    }
    if !seed.is_multiple_of(4) {
        out.push_str("[appeal]\ndays = 10\n");
    }
    if !seed.is_multiple_of(5) {
        out.push_str("[consequences.\"优秀\"]\nactions = [\"通报表扬\", \"优先推荐\"]\n");
    }
    out
}

/// A unit's code, what is wrong with its letter, and the letter.
type Read = (String, Wrong, String);

/// What is wrong with the letters of a random project; none where it is refused.
fn project(seed: u64, folder: &Path) -> Option<Vec<Read>> {
    let tongue = if seed.is_multiple_of(2) { Tongue::Chinese } else { Tongue::English };
    write::write(&generate_with(seed, RULES).project, folder);
    let path = folder.join("assess.toml");
    let mut model = std::fs::read_to_string(&path).unwrap();
    if tongue == Tongue::English {
        model = model.replace("language = \"zh\"", "language = \"en\"");
    }
    if seed % 5 < 2 {
        model = model.replace("confirm = ", "clause = \"第十五条\"\nconfirm = ");
    }
    std::fs::write(&path, model + &settings(seed)).unwrap();
    let prepared = pipeline::prepare(Project::find(folder).unwrap()).unwrap().ok()?;
    let computed = pipeline::compute(prepared).unwrap();
    if computed.is_rejected(false) {
        return None;
    }
    let (outcome, _) = computed.outcome("v001", None, computed.is_pending());
    let result = crate::runner::named::named(serde_json::to_value(&outcome).unwrap());
    let desk = report::feedback::Desk::new(&outcome, None);
    let letters = desk.units().map(|unit| {
        let own =
            result["units"].as_array().unwrap().iter().find(|own| own["code"] == unit.roster.code.as_str()).unwrap();
        let document = report::feedback::document(&desk, unit);
        let wrong = match Letter::of(&document, tongue, &unit.roster.name) {
            Ok(letter) => Reader::new(Facts { result: &result, unit: own }, tongue).check(&letter),
            Err(said) => vec![said],
        };
        let said = document.sheets[0].rows.iter().filter_map(|row| match &row.cells.first()?.content {
            report::document::Content::Text(line) => Some(&**line),
            _ => None,
        });
        (unit.roster.code.clone(), wrong, said.collect::<Vec<_>>().join("\n"))
    });
    Some(letters.collect())
}

#[test]
fn no_letter_of_300_random_projects_contradicts_its_numbers() {
    let root = tempfile::TempDir::new().unwrap();
    let share = |worker: u64| {
        let mut found = Vec::new();
        for seed in (0..).filter(|seed| seed % THREADS == worker) {
            let folder = root.path().join(format!("{seed}"));
            if let Some(letters) = project(seed, &folder) {
                found.push((seed, letters));
            }
            std::fs::remove_dir_all(&folder).unwrap();
            if found.len() * THREADS as usize >= PROJECTS {
                break;
            }
        }
        found
    };
    let found: Vec<(u64, Vec<Read>)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS).map(|worker| scope.spawn(move || share(worker))).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let letters: usize = found.iter().map(|(_, letters)| letters.len()).sum();
    assert!(found.len() >= PROJECTS && letters > 3 * PROJECTS, "{} projects, {letters} letters", found.len());
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut shown = String::new();
    for (seed, letters) in &found {
        for (code, wrong, said) in letters.iter().filter(|(_, wrong, _)| !wrong.is_empty()) {
            for one in wrong {
                *kinds.entry(one.chars().take(24).collect()).or_default() += 1;
            }
            if shown.len() < 6000 {
                shown.push_str(&format!("seed {seed}, {code}: {wrong:#?}\n{said}\n\n"));
            }
        }
    }
    assert!(kinds.is_empty(), "{shown}\n{kinds:#?}");
}

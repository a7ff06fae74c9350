//! The attacks: every letter of random projects and of the examples, and the public notice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::thread;

use assess::documents::feedback::privacy::{self, Earlier, Exposed, Extent, Reason};
use assess::documents::report::feedback::{Desk, document};
use assess::documents::report::public;
use assess::pipeline;
use assess::read::Project as Folder;
use assess::result::outcome::{Mode, Outcome, RatingRecord};
use serde_json::Value;

use crate::exposed::{Pair, exposed};
use crate::letter::Letter;
use crate::letters;
use crate::method::{Scale, scales};
use crate::number::{Q, parse};
use crate::projects::{corrected, project, write};

const PROJECTS: u64 = 300;
const THREADS: u64 = 2;

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
        let (outcome, _) = computed.outcome("v001", None, false);
        let ratings: Vec<RatingRecord> = computed.ratings().collect();
        let model = std::fs::read_to_string(folder.join("assess.toml")).unwrap().parse().unwrap();
        let scales = scales(&toml::Value::Table(model), &marks(&ratings));
        let json = crate::named::named(serde_json::to_value(&outcome).unwrap());
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
        marks.entry(rating.component.to_string()).or_default().extend(rating.points.as_deref().map(parse));
    }
    marks
}

/// Letters that were handed out, as the program takes them.
fn handed(earlier: &[Result]) -> Vec<Earlier> {
    earlier.iter().map(|own| Earlier::new(own.outcome.clone(), &own.units, Extent::Letters)).collect()
}

/// The letter of a unit, after those that were handed out before.
fn letter<'r>(result: &'r Result, earlier: &[Earlier], code: &str) -> Letter<'r> {
    written(result, &result.outcome, earlier, code)
}

/// A letter that is written from an outcome and read against a result.
fn written<'r>(result: &'r Result, outcome: &Outcome, earlier: &[Earlier], code: &str) -> Letter<'r> {
    let desk = Desk::after(outcome, None, earlier);
    let document = document(&desk, outcome.unit(code).unwrap());
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

/// What came of an attack.
#[derive(Default)]
struct Attack {
    /// What letters say that they should not, and where the program finds other exposed classes.
    wrong: Vec<String>,
    /// Classes for which the program did not end.
    given_up: Vec<String>,
    /// Exposed classes that are shown, and such that are not.
    shown: usize,
    hidden: usize,
    /// Letters in which only an earlier one hides classes.
    by_time: usize,
    letters: usize,
}

/// Attacks the letters of the last result, and the pattern of those before.
fn attack(results: &[Result]) -> Attack {
    let (last, earlier) = results.split_last().unwrap();
    let before = handed(earlier);
    let product = privacy::exposed(&last.outcome, &before);
    let mut attack = Attack { wrong: notice(last), ..Attack::default() };
    let assessed: Vec<&str> =
        last.outcome.units.iter().filter(|unit| unit.roster.mode != Mode::Excluded).map(|u| &*u.roster.code).collect();
    for code in &assessed {
        let handed = earlier.iter().enumerate().filter(|(_, own)| own.units.contains(*code));
        let letters: Vec<Letter<'_>> = handed.map(|(index, own)| letter(own, &before[..index], code)).collect();
        for (index, own) in letters.iter().enumerate() {
            attack
                .wrong
                .extend(pattern(own, &letters[..index]).into_iter().map(|said| format!("{code} before: {said}")));
        }
        let now = letter(last, &before, code);
        attack.wrong.extend(pattern(&now, &letters).into_iter().map(|said| format!("{code}: {said}")));
        let said: Vec<&Exposed> = product.iter().filter(|own| own.unit == *code).collect();
        attack.compare(&now, &exposed(&now, &letters), &said);
        let components: BTreeSet<usize> = now.cells().into_iter().map(|cell| cell.0).collect();
        let by_time = |own: &usize| now.is_forbidden(&letters, *own) && !now.is_hidden_now(*own);
        attack.by_time += components.iter().filter(|own| by_time(own)).count();
        attack.letters += 1;
    }
    let strangers = product.iter().filter(|own| !assessed.contains(&&*own.unit));
    attack.wrong.extend(strangers.map(|own| format!("{own:?} has no letter")));
    attack
}

impl Attack {
    /// Holds what was worked out against what the program says; where it gave up, a class counts as exposed.
    fn compare(&mut self, now: &Letter<'_>, found: &BTreeSet<Pair>, said: &[&Exposed]) {
        let code = &now.unit["code"];
        let pair = |own: &Exposed| (own.component, own.class);
        let named: BTreeSet<Pair> = said.iter().map(|own| pair(own)).collect();
        let only: Vec<&Pair> = found.difference(&named).collect();
        let is_given_up = |own: &&&Exposed| own.reason == Reason::Budget;
        self.given_up.extend(said.iter().filter(is_given_up).map(|own| format!("{own:?}")));
        let unlisted: Vec<&&Exposed> =
            said.iter().filter(|own| !found.contains(&pair(own)) && !is_given_up(own)).collect();
        if !only.is_empty() || !unlisted.is_empty() {
            let told = &now.told;
            self.wrong.push(format!("{code}: only the attacker {only:?}, only the program {unlisted:?}\n{told:#?}"));
        }
        let is_right = |own: &&Pair| now.shows(own.0);
        self.shown += found.iter().filter(is_right).count();
        self.hidden += found.iter().filter(|own| !is_right(own)).count();
        let shows = said.iter().filter(|own| own.shown != now.shows(own.component));
        self.wrong.extend(shows.map(|own| format!("{own:?} is not what the letter shows")));
    }

    fn add(&mut self, seed: u64, other: Self) {
        self.wrong.extend(other.wrong.into_iter().map(|said| format!("seed {seed}, {said}")));
        self.given_up.extend(other.given_up.into_iter().map(|said| format!("seed {seed}, {said}")));
        self.shown += other.shown;
        self.hidden += other.hidden;
        self.by_time += other.by_time;
        self.letters += other.letters;
    }
}

/// What the public notice says of ballots: it has to say nothing.
fn notice(result: &Result) -> Vec<String> {
    let texts = letters::texts(&public(&result.outcome));
    let is_told = |text: &&String| text.contains("主体") || text.contains("评议") || text.contains("满意");
    texts.iter().filter(is_told).map(|text| format!("the notice says {text}")).collect()
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

/// A seed's attack.
fn of_seed(seed: u64) -> Attack {
    let root = tempfile::TempDir::new().unwrap();
    attack(&results(seed, root.path()))
}

/// Pairs for which the program gives up, each over time: two letters differ in a few marks of a class among many open ones.
const GIVEN_UP: usize = 4;

#[test]
fn the_program_says_of_300_random_projects_what_can_be_worked_out_and_nothing_else() {
    let share = |worker: u64| {
        let mut all = Attack::default();
        (0..PROJECTS).filter(|seed| seed % THREADS == worker).for_each(|seed| all.add(seed, of_seed(seed)));
        all
    };
    let mut all = Attack::default();
    let parts: Vec<Attack> = thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS).map(|worker| scope.spawn(move || share(worker))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    for own in parts {
        all.letters += own.letters;
        all.shown += own.shown;
        all.hidden += own.hidden;
        all.by_time += own.by_time;
        all.wrong.extend(own.wrong);
        all.given_up.extend(own.given_up);
    }
    assert!(all.wrong.is_empty(), "{}", all.wrong.join("\n\n"));
    assert!(all.given_up.len() <= GIVEN_UP, "{}", all.given_up.join("\n"));
    let seen = (all.letters > 600, all.shown > 200, all.hidden > 400, all.by_time > 50);
    assert_eq!(seen, (true, true, true, true), "{} {} {} {}", all.letters, all.shown, all.hidden, all.by_time);
}

#[test]
fn nothing_else_can_be_worked_out_of_the_examples() {
    for name in ["minimal", "city-2025", "panel"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
        let result = Result::of(&folder, BTreeSet::new());
        let Attack { wrong, given_up, letters, .. } = attack(&[result]);
        assert!(wrong.is_empty() && given_up.is_empty(), "{name}: {wrong:#?} {given_up:#?}");
        assert!(letters > 2, "{name}");
    }
}

#[test]
fn hiding_one_answer_too_few_is_seen() {
    let mut seen = 0;
    for seed in (0..60).step_by(2) {
        let root = tempfile::TempDir::new().unwrap();
        let results = results(seed, root.path());
        let last = results.last().unwrap();
        let mut outcome = last.outcome.clone();
        outcome.model.feedback.k_anonymity -= 1;
        for unit in &outcome.units {
            let now = written(last, &outcome, &[], &unit.roster.code);
            let k = now.k();
            let counts = |component: usize| {
                let cells = now.cells().into_iter().filter(move |cell| cell.0 == component);
                cells.map(|cell| now.sizes(cell).answers()).filter(|answers| *answers > 0).min()
            };
            // Exactly where the smallest class has k − 1 answers the mutant shows what has to be hidden.
            let components: BTreeSet<usize> = now.cells().into_iter().map(|cell| cell.0).collect();
            let wanted = components.into_iter().filter(|own| counts(*own) == Some(k - 1)).count();
            assert_eq!(pattern(&now, &[]).len(), wanted, "seed {seed}, {}", unit.roster.code);
            seen += wanted;
        }
    }
    assert!(seen > 5, "{seen} letters of the mutant");
}

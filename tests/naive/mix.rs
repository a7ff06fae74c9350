//! Random projects are worth testing: most are accepted, and every rule is met often enough.

use std::collections::BTreeMap;

use crate::cases::case;
use crate::score::Log;
use crate::{features, generate, grade};

/// How many projects the rules are counted over.
const COUNTED: u64 = 300;

/// What was met, in how many projects.
#[derive(Default)]
struct Met {
    accepted: usize,
    hits: BTreeMap<&'static str, u64>,
    /// First reasons of those that are rejected.
    reasons: BTreeMap<String, u64>,
}

impl Met {
    fn add(&mut self, log: &Log) {
        if log.rejected() {
            for reason in log.errors.iter().chain(&log.model_errors).take(1) {
                let kind = reason.split_once(": ").map_or(reason.as_str(), |(_, kind)| kind);
                *self.reasons.entry(kind.to_owned()).or_default() += 1;
            }
            return;
        }
        self.accepted += 1;
        for what in log.hits.keys() {
            *self.hits.entry(what).or_default() += 1;
        }
    }

    /// Most projects are accepted, and each of some rules is met in three or more.
    fn assert_often(&self, rules: &[&str]) {
        println!("accepted {} of {COUNTED}; rejected for (first reason): {:?}", self.accepted, self.reasons);
        for (what, projects) in &self.hits {
            println!("{what}: {projects} projects");
        }
        assert!(self.accepted >= 250, "{}", self.accepted);
        for what in rules {
            assert!(self.hits.get(what).is_some_and(|projects| *projects >= 3), "{what} is hardly met");
        }
    }
}

/// Rules of SPEC §19 are met often enough when projects may use all of them, also before the program has them.
#[test]
fn projects_meet_the_rules_of_any_measure() {
    let mut met = Met::default();
    for seed in 0..COUNTED {
        met.add(&generate::generate_with(seed, features::KNOWN).outcome.log);
    }
    met.assert_often(&[
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
        "correction: value of a period",
        "correction: input",
        "leaf: periods added",
        "leaf: not in the scheme",
        "grade: scope of a scheme",
        "ballot: divided by what was issued",
        "ballot: trimmed by share",
        "ballot: class with its own scale",
        "model: without lines",
        "model: without aspects",
        "model: without indicators",
        "model: without grades",
        "component: outside the aspects",
        "base: weights of a scheme",
    ]);
}

/// The projects must be worth testing: mostly accepted, and every feature met often enough.
#[test]
fn projects_are_a_healthy_mix() {
    let mut met = Met::default();
    for seed in 0..COUNTED {
        let case = case(seed);
        let bars: Vec<_> = (0..case.project.grades.len()).map(|at| grade::bar(&case.project, at)).collect();
        let falls =
            |at: usize| bars[at] > bars[at + 1] || case.project.grades[at].quota.is_some() && bars[at] == bars[at + 1];
        assert!((1..bars.len()).map(|at| at - 1).all(falls), "seed {seed}: bars must fall");
        met.add(&case.outcome.log);
    }
    met.assert_often(&[
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
    ]);
}

//! Whatever changes, every unit that moved has a cause, and every unit that only others moved leads back to a row.

use std::fmt::Write as _;

use assess::result::diff::{By, Cause, Diff, Rule};
use assess::shared::number::Exact;

use crate::rng::Rng;
use crate::support::{Project, Run};

const MODEL: &str = "[[adjustment]]\ncode = \"J\"\nname = \"加\"\nkind = \"bonus\"\nlevels = { \"大\" = 3, \"中\" = 1, \"小\" = 0.5 }\n\
                     [[adjustment]]\ncode = \"N\"\nname = \"减\"\nkind = \"deduction\"\nlevels = { \"大\" = 3, \"中\" = 1, \"小\" = 0.5 }\n\
                     [[adjustment]]\ncode = \"V\"\nname = \"事\"\nkind = \"event\"\n\
                     [[adjustment]]\ncode = \"P\"\nname = \"奖\"\nkind = \"event\"\n\
                     [adjustments]\nmax_bonus = 4\n\
                     [[grade]]\nname = \"甲\"\nat_least = 90\nquota = { share = 30, minimum = 1 }\n\
                     [[grade]]\nname = \"乙\"\nat_least = 80\nquota = { share = 60, minimum = 1 }\n\
                     [[grade]]\nname = \"丙\"\nat_least = 60\n[[grade]]\nname = \"丁\"\nat_least = 0\n\
                     [[cap]]\ncode = \"C1\"\nname = \"事\"\nat_most = \"丙\"\nwhen = { event = \"V\" }\n\
                     [[cap]]\ncode = \"C2\"\nname = \"末位\"\nat_most = \"丙\"\nwhen = { last_in_group = true }\n\
                     [[promotion]]\ncode = \"U1\"\nname = \"奖\"\nto = \"乙\"\nwhen = { event = \"P\" }\n";

/// One project in a random state of its registers.
struct State {
    adjustments: String,
    events: String,
    decisions: String,
}

fn state(rng: &mut Rng, units: usize) -> State {
    let (mut adjustments, mut events, mut decisions) = (String::new(), String::new(), String::new());
    for id in 1..=6 {
        let unit = 1 + rng.below(units);
        let (level, points) = [("大", "3"), ("中", "1"), ("小", "0.5")][rng.below(3)];
        let code = ["J", "N"][rng.below(2)];
        let status = ["工委审定", "工委审定", "拟提", "撤销"][rng.below(4)];
        writeln!(adjustments, "{id},U{unit},{code},事{id},{level},{points},通报,文{id},2025-05-01,{status},审{id}")
            .unwrap();
    }
    for id in 1..=rng.below(3) {
        writeln!(events, "{id},U{},{}", 1 + rng.below(units), ["V", "P"][rng.below(2)]).unwrap();
    }
    if rng.below(3) == 0 {
        let grade = ["丙", "丁", "暂缓"][rng.below(3)];
        writeln!(decisions, "1,U{},{grade},{},,", 1 + rng.below(units), ["", "是"][rng.below(2)]).unwrap();
    }
    State { adjustments, events, decisions }
}

fn run(totals: &str, roster: &str, model: &str, state: &State) -> Run {
    Project::totals(totals, model)
        .roster("单位代码,单位全称,分组,参评方式", roster)
        .adjustments(&state.adjustments)
        .events(&state.events)
        .decisions(&state.decisions)
        .score()
}

/// Whether one unit came up to or past another, or fell to or past it.
fn crosses((before, after): (&Run, &Run), by: &str, unit: &str) -> bool {
    let order = |run: &Run| Exact::parse(run.total(by)).unwrap().cmp(&Exact::parse(run.total(unit)).unwrap());
    order(before) != order(after)
}

#[test]
fn every_unit_that_moved_has_a_cause_and_every_knock_on_leads_back_to_a_row() {
    let mut moved = 0;
    let mut knocked_on = 0;
    for seed in 0..150 {
        let mut rng = Rng::new(seed);
        let units = 5 + rng.below(8);
        let groups = 1 + rng.below(2);
        let (mut totals, mut roster) = (String::new(), String::new());
        for unit in 1..=units {
            // Many ties: totals from 76 to 96 in steps of a half.
            let half = 152 + rng.below(40);
            write!(totals, "U{unit}={}{} ", half / 2, [".0", ".5"][half % 2]).unwrap();
            let mode = if rng.below(8) == 0 { "单列" } else { "排名" };
            writeln!(roster, "U{unit},单位{unit},组{},{mode}", rng.below(groups)).unwrap();
        }
        let tie = ["exclude", "include"][rng.below(2)];
        let method = ["competition", "dense", "modified"][rng.below(3)];
        let scope = ["group", "all"][rng.below(2)];
        let model = format!("{MODEL}[rank]\nscope = \"{scope}\"\nmethod = \"{method}\"\ntie_at_quota = \"{tie}\"\n");
        let (old, new) = (state(&mut rng, units), state(&mut rng, units));
        let (before, after) = (run(&totals, &roster, &model, &old), run(&totals, &roster, &model, &new));
        let diff = Diff::between(before.outcome(), after.outcome());
        for unit in diff.units.iter().filter(|unit| unit.moved()) {
            moved += 1;
            assert!(!unit.causes.is_empty(), "seed {seed}: {unit:#?}");
            for cause in &unit.causes {
                match cause {
                    Cause::Row { .. } => {}
                    Cause::Knock { by, rule, .. } => {
                        if *rule == Rule::Rank && method == "competition" {
                            let crossed = |by: &By| crosses((&before, &after), &by.code, &unit.code);
                            assert!(by.iter().all(crossed), "seed {seed}: {unit:#?}");
                        }
                        assert!(!by.is_empty(), "seed {seed}: {unit:#?}");
                        assert!(by.iter().all(|by| by.code != unit.code), "seed {seed}: moved by itself: {unit:#?}");
                        assert!(by.iter().any(|by| !by.rows.is_empty()), "seed {seed}: {unit:#?}");
                    }
                    // Only registers differ here.
                    other => panic!("seed {seed}: {other:?} of {}", unit.code),
                }
            }
            knocked_on += usize::from(unit.is_knock_on());
        }
    }
    assert!(moved > 500 && knocked_on > 100, "the seeds move something: {moved}, {knocked_on}");
}

//! Properties of the program on random projects: what must not matter does not, and more never makes a rank worse.
//!
//! Each test changes a project in one way and compares the program's result of the changed project with what follows from
//! the unchanged one.

use std::path::Path;

use num_traits::Zero;

use crate::cases::case;
use crate::generate::Case;
use crate::measured::{in_scheme, members, number_of, scheme_of};
use crate::number::{Q, int, print};
use crate::project::{
    Ballots, Condition, Denominator, Kind, Method, Mode, Place, Project, Rule, Scale, Scheme, Scope, Score,
    StraightLine, TieBreak, Value, Within,
};
use crate::rng::Rng;
use crate::score::{Outcome, UnitResult, score};
use crate::{run, write};

/// The program's result of a project is an outcome, number by number.
#[track_caller]
fn assert_is(root: &Path, seed: u64, project: Project, outcome: Outcome) {
    let folder = root.join(format!("seed-{seed:03}"));
    write::write(&project, &folder);
    let found: Vec<String> = run(&Case { project, outcome }, &folder).iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "seed {seed}: {found:#?}");
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Accepted projects among those of some seeds.
fn accepted(seeds: std::ops::Range<u64>) -> impl Iterator<Item = (u64, &'static Case)> {
    seeds.map(|seed| (seed, case(seed))).filter(|(_, case)| !case.outcome.log.rejected())
}

/// The place of every index after a shuffle: `new[at]` is what stood at `order[at]`.
fn shuffled<T>(rng: &mut Rng, list: &mut [T]) {
    for at in (1..list.len()).rev() {
        list.swap(at, rng.below(at + 1));
    }
}

/// Other order of the roster: unit `order[at]` comes at `at`.
fn reorder_units(p: &mut Project, order: &[usize]) {
    let new = |old: usize| order.iter().position(|own| *own == old).unwrap();
    p.units = order.iter().map(|old| p.units[*old].clone()).collect();
    p.entries = order.iter().map(|old| p.entries[*old].clone()).collect();
    p.twins = vec![None; order.len()];
    for row in &mut p.adjust_rows {
        row.unit = new(row.unit);
    }
    for row in &mut p.decisions {
        row.unit = new(row.unit);
    }
    for row in &mut p.corrections {
        row.unit = new(row.unit);
    }
    for component in &mut p.components {
        match &mut component.kind {
            Kind::Indicators => {}
            Kind::Given(g) => {
                let rows = std::mem::take(&mut g.rows);
                g.rows = rows.into_iter().map(|((unit, a, b), row)| ((new(unit), a, b), row)).collect();
            }
            Kind::Ballots(b) => {
                for ballot in &mut b.ballots {
                    ballot.own = ballot.own.map(new);
                    ballot.marks.iter_mut().for_each(|(unit, _)| *unit = new(*unit));
                }
                b.tallies.iter_mut().for_each(|tally| tally.unit = new(tally.unit));
                b.not_applicable.iter_mut().for_each(|unit| *unit = new(*unit));
            }
        }
    }
}

/// Other order of the schemes: first becomes last.
fn reverse_schemes(p: &mut Project) {
    let last = p.schemes.len().saturating_sub(1);
    p.schemes.reverse();
    let turn = |own: &mut usize| *own = last - *own;
    p.leaves.iter_mut().flat_map(|leaf| &mut leaf.more.schemes).for_each(turn);
    if p.rank.scope == Scope::Scheme {
        p.allocations.iter_mut().for_each(|row| turn(&mut row.scope));
        let quotas = p.grades.iter_mut().flat_map(|grade| &mut grade.quota);
        quotas.flat_map(|quota| &mut quota.by).for_each(|(own, _)| turn(own));
    }
}

#[test]
fn the_order_of_units_files_and_schemes_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    for (seed, case) in accepted(300..340) {
        let mut rng = Rng::new(seed);
        let mut p = case.project.clone();
        let mut order: Vec<usize> = (0..p.units.len()).collect();
        shuffled(&mut rng, &mut order);
        reorder_units(&mut p, &order);
        reverse_schemes(&mut p);
        shuffled(&mut rng, &mut p.adjust_rows);
        shuffled(&mut rng, &mut p.decisions);
        shuffled(&mut rng, &mut p.corrections);
        for component in &mut p.components {
            if let Kind::Ballots(b) = &mut component.kind {
                // Single ballots are named by their order: other files, in another order.
                shuffled(&mut rng, &mut b.ballots);
                shuffled(&mut rng, &mut b.tallies);
            }
        }
        let mut outcome = case.outcome.clone();
        outcome.units = order.iter().map(|old| case.outcome.units[*old].clone()).collect();
        for winners in &mut outcome.awards {
            *winners = winners.iter().map(|old| order.iter().position(|own| own == old).unwrap()).collect();
            winners.sort_unstable();
        }
        assert_is(root.path(), seed, p, outcome);
    }
}

#[test]
fn a_scheme_identical_to_the_base_changes_no_number() {
    let root = tempfile::tempdir().unwrap();
    let mut compared = 0;
    for (seed, case) in accepted(340..400).filter(|(_, case)| case.project.schemes.is_empty()).take(25) {
        let mut p = case.project.clone();
        let mut groups: Vec<usize> = p.units.iter().map(|unit| unit.group).collect();
        groups.sort_unstable();
        groups.dedup();
        // Now and then it says again what the base says.
        let weights = p.components.iter().map(|component| component.weight.clone()).collect();
        let weights = (seed % 2 == 0).then_some(weights);
        p.schemes = vec![Scheme { code: "S".to_owned(), name: "方案".to_owned(), groups, weights }];
        if seed % 3 == 0 {
            p.leaves.iter_mut().for_each(|leaf| leaf.more.schemes = vec![0]);
        }
        assert_is(root.path(), seed, p, case.outcome.clone());
        compared += 1;
    }
    assert!(compared >= 15, "{compared}");
}

/// A project without what looks at units of several schemes at once: fields, ranks and grades, and what a whole ballot or
/// class is judged by.
fn within_schemes(p: &Project) -> Option<Project> {
    let mut p = p.clone();
    for leaf in &mut p.leaves {
        if let Rule::Relative { field, .. } | Rule::Placed { field, .. } = &mut leaf.rule
            && field.within == Within::All
        {
            return None;
        }
    }
    for component in &mut p.components {
        if component.more.convert.as_ref().is_some_and(|(_, within)| *within == Within::All) {
            return None;
        }
        if let Kind::Ballots(b) = &mut component.kind {
            within_ballots(b);
        }
    }
    p.caps.clear();
    p.promotions.clear();
    p.awards.clear();
    p.decisions.clear();
    p.allocations.clear();
    p.rank.tie_break.clear();
    for grade in &mut p.grades {
        grade.quota = None;
        grade.bottom = None;
    }
    p.corrections.retain(|row| matches!(row.place, Place::Total));
    for at in (0..p.grades.len()).rev() {
        // A grade without a bar or with that of the next needs a quota.
        if at + 1 < p.grades.len() {
            p.grades[at].at_least = (100 - 10 * at).to_string();
        }
    }
    Some(p)
}

fn within_ballots(b: &mut Ballots) {
    // A word that nobody knows waits for people where nothing else of a ballot is known.
    for ballot in &mut b.ballots {
        let void = match b.classes[ballot.class].scale.as_ref().unwrap_or(&b.scale) {
            Scale::Levels(levels) => format!("{}、{}", levels[0].0, levels[1].0),
            Scale::Range { .. } => "101".to_owned(),
        };
        for text in ballot.marks.iter_mut().flat_map(|(_, texts)| texts).filter(|text| *text == "很棒") {
            text.clone_from(&void);
        }
    }
    b.quorum = None;
    b.straight_line = StraightLine::Allow;
    b.max_top_share = None;
    b.missing_class_error = false;
    if b.denominator == Denominator::All {
        b.denominator = Denominator::Valid;
    }
}

/// The project of one scheme alone: its units, indicators and weights, and no scheme.
fn alone(p: &Project, scheme: usize) -> (Project, Vec<usize>) {
    let mut own = p.clone();
    let units: Vec<usize> = (0..p.units.len()).filter(|unit| scheme_of(p, *unit) == Some(scheme)).collect();
    let others = (0..p.units.len()).filter(|unit| !units.contains(unit));
    let order: Vec<usize> = units.iter().copied().chain(others).collect();
    reorder_units(&mut own, &order);
    let n = units.len();
    let leaves: Vec<usize> = (0..p.leaves.len()).filter(|at| in_scheme(p, &p.leaves[*at], units[0])).collect();
    own.leaves = leaves.iter().map(|at| p.leaves[*at].clone()).collect();
    own.leaves.iter_mut().for_each(|leaf| leaf.more.schemes.clear());
    own.units.truncate(n);
    own.entries = (0..n).map(|unit| leaves.iter().map(|at| own.entries[unit][*at].clone()).collect()).collect();
    own.twins.truncate(n);
    own.adjust_rows.retain(|row| row.unit < n);
    own.corrections.retain(|row| row.unit < n);
    for (at, component) in own.components.iter_mut().enumerate() {
        if let Some(weights) = &p.schemes[scheme].weights {
            component.weight.clone_from(&weights[at]);
        }
        match &mut component.kind {
            Kind::Indicators => {}
            Kind::Given(g) => g.rows.retain(|(unit, ..), _| *unit < n),
            Kind::Ballots(b) => {
                for ballot in &mut b.ballots {
                    ballot.marks.retain(|(unit, _)| *unit < n);
                    ballot.own = ballot.own.filter(|unit| *unit < n);
                }
                b.ballots.retain(|ballot| !ballot.marks.is_empty());
                b.tallies.retain(|tally| tally.unit < n);
                b.not_applicable.retain(|unit| *unit < n);
            }
        }
    }
    own.schemes.clear();
    own.rank.scope = Scope::Group;
    (own, units)
}

/// Whether every period and node of the given scores is seen among the units of a project.
fn sees_all_periods(p: &Project) -> bool {
    p.components.iter().all(|component| match &component.kind {
        Kind::Given(g) => (0..g.names.len()).all(|period| {
            (0..g.nodes.len()).all(|node| {
                g.rows.iter().any(|((_, a, b), row)| (*a, *b) == (period, node) && matches!(row, Score::Points(_)))
            })
        }),
        Kind::Indicators | Kind::Ballots(_) => true,
    })
}

/// What the totals of a unit are made of.
fn numbers(unit: &UnitResult) -> Vec<Option<Q>> {
    let mut all: Vec<Option<Q>> = unit.components.clone();
    all.extend(unit.combined.aspect.iter().chain(&unit.combined.line).cloned());
    all.extend([&unit.base, &unit.plus, &unit.minus, &unit.exact_total, &unit.total].map(|own| Some(own.clone())));
    all.extend(unit.leaves.iter().filter_map(|leaf| leaf.points.clone()).map(Some));
    all
}

#[test]
fn a_unit_scores_as_in_a_project_of_its_scheme_alone() {
    let root = tempfile::tempdir().unwrap();
    let mut compared = 0;
    for (seed, case) in accepted(0..500).filter(|(_, case)| case.project.schemes.len() > 1) {
        if compared >= 30 {
            break;
        }
        let Some(p) = within_schemes(&case.project) else { continue };
        let whole = score(&p);
        if whole.log.rejected() || !whole.log.unclear.is_empty() {
            continue;
        }
        let mut used = false;
        for scheme in 0..p.schemes.len() {
            let (own, units) = alone(&p, scheme);
            let outcome = score(&own);
            if outcome.log.rejected() || !outcome.log.unclear.is_empty() || !sees_all_periods(&own) {
                continue;
            }
            for (at, unit) in units.iter().enumerate().filter(|(_, unit)| p.units[**unit].mode != Mode::Excluded) {
                assert_eq!(numbers(&whole.units[*unit]), numbers(&outcome.units[at]), "seed {seed}, unit {unit}");
            }
            assert_is(root.path(), seed, own, outcome);
            used = true;
            compared += 1;
        }
        if used {
            assert_is(root.path(), seed, p, whole);
        }
    }
    assert!(compared >= 15, "{compared}");
}

/// How many units of a list have a higher published total.
fn ahead(units: &[UnitResult], list: &[usize], own: usize) -> usize {
    list.iter().filter(|at| units[**at].total > units[own].total).count()
}

#[test]
fn a_better_value_never_lowers_the_own_rank_in_its_field() {
    let root = tempfile::tempdir().unwrap();
    let (mut compared, mut moved) = (0, 0);
    for (seed, case) in accepted(0..500) {
        if compared >= 30 {
            break;
        }
        let mut rng = Rng::new(seed);
        let mut p = case.project.clone();
        // A cap that needs the committee may begin to hold; what is decided stands beside the ranks.
        p.caps.retain(|cap| !cap.committee && !matches!(cap.when, Condition::LastInGroup));
        p.rank.tie_break.retain(|by| !matches!(by, TieBreak::Satisfaction(_)));
        let before = score(&p);
        let mut places = Vec::new();
        for (at, leaf) in p.leaves.iter().enumerate() {
            let (Rule::Relative { field, low, .. } | Rule::Placed { field, low, .. }) = &leaf.rule else { continue };
            // Under "dense" a value that joins another lifts those behind it by a place.
            if matches!(leaf.rule, Rule::Placed { .. }) && p.rank.method == Method::Dense {
                continue;
            }
            for unit in 0..p.units.len() {
                let entry = &p.entries[unit][at];
                let seen = p.units[unit].has_report || entry.in_table;
                let number = entry.value.as_ref().filter(|_| seen && entry.points.is_none()).and_then(number_of);
                let corrected = p.corrections.iter().any(|row| row.place == Place::Value(at) && row.unit == unit);
                let list = members(&p, unit, *field);
                if let Some(number) = number.filter(|_| !corrected && list.contains(&unit) && in_scheme(&p, leaf, unit))
                {
                    places.push((at, unit, number, *low, list));
                }
            }
        }
        if before.log.rejected() || places.is_empty() {
            continue;
        }
        let (at, unit, number, low, list) = rng.pick(&places).clone();
        let step = int(*rng.pick(&[1, 10, 70]));
        let better = match low {
            true if number > Q::zero() => number / int(2),
            true => number - step,
            false => number + step,
        };
        p.entries[unit][at].value = Some(Value::Number(print(&better, 6)));
        let after = score(&p);
        if after.log.rejected() || !after.log.unclear.is_empty() {
            continue;
        }
        let (old, new) = (ahead(&before.units, &list, unit), ahead(&after.units, &list, unit));
        assert!(new <= old, "seed {seed}: unit {unit} had {old} ahead and has {new}");
        moved += usize::from(after.units[unit].total != before.units[unit].total);
        assert_is(root.path(), seed, p, after);
        compared += 1;
    }
    assert!(compared >= 20 && moved >= 5, "{compared} {moved}");
}

//! Seeded random small projects: the order in which model and data are made, and what is made with scores at hand.
//!
//! Ties are made frequent: few distinct marks, units that copy one another, thresholds taken from real totals.

use crate::enrich::Enrich;
use crate::features::{Feature, LANDED};
use crate::fill::{entries, given_rows, registers, unit_table, votes};
use crate::number::{Q, Way, count, int, print, print_by, q, round};
use crate::project::{
    Cap, Condition, Correction, Decision, Grade, Kind, Mode, Place, Project, Promotion, Quota, Rounding, Size, Target,
    TieBreak, TooFew,
};
use crate::rng::Rng;
use crate::score::{Outcome, score};
use crate::shape::model;

/// A project and what the naive scorer says about it.
pub(crate) struct Case {
    pub(crate) project: Project,
    pub(crate) outcome: Outcome,
}

/// The project of a seed. One seed in ten may be a project that must be rejected.
pub(crate) fn generate(seed: u64) -> Case {
    generate_with(seed, LANDED)
}

/// The same with some rules of SPEC §19.
pub(crate) fn generate_with(seed: u64, features: &[Feature]) -> Case {
    for attempt in 0..1000 {
        let mut rng = Rng::new(seed * 1000 + attempt);
        let may_reject = seed % 10 == 9;
        let enrich = Enrich::new(seed * 1000 + attempt, features);
        let project = attempt_project(&mut rng, enrich, may_reject);
        let outcome = score(&project);
        let rejected = outcome.log.rejected();
        if outcome.log.unclear.is_empty() && (may_reject || !rejected) {
            return Case { project, outcome };
        }
    }
    panic!("seed {seed} gives no project");
}

fn attempt_project(rng: &mut Rng, mut enrich: Enrich, may_reject: bool) -> Project {
    let mut p = model(rng);
    enrich.model(&mut p);
    unit_table(&mut p, rng);
    entries(&mut p, rng);
    for at in 0..p.components.len() {
        match p.components[at].kind.clone() {
            Kind::Indicators => {}
            Kind::Ballots(b) => p.components[at].kind = Kind::Ballots(votes(&p, b, rng)),
            Kind::Given(g) => p.components[at].kind = Kind::Given(given_rows(&p, g, rng)),
        }
    }
    enrich.data(&mut p);
    registers(&mut p, rng);
    corrections(&mut p, rng);
    enrich.corrections(&mut p);
    if !enrich.without_grades() {
        grade_model(&mut p, rng);
    }
    let found = score(&p);
    enrich.grades(&mut p, &found);
    if !p.grades.is_empty() {
        decisions(&mut p, rng);
    }
    if may_reject {
        spoil(&mut p, rng);
    }
    p
}

/// A finite decimal without trailing zeros.
pub(crate) fn short(value: &Q) -> String {
    for decimals in 0..8 {
        if round(value, decimals) == *value {
            return print(value, decimals);
        }
    }
    print_by(value, 8, Way::Down)
}

/// Corrections with the old values of the project as it stands.
fn corrections(p: &mut Project, rng: &mut Rng) {
    if !rng.chance(50) {
        return;
    }
    let before = score(p);
    let mut rows: Vec<Correction> = Vec::new();
    for serial in 1..=rng.between(1, 4) {
        let unit = rng.below(p.units.len());
        if p.units[unit].mode == Mode::Excluded || rows.iter().any(|row| row.unit == unit) {
            continue;
        }
        let result = &before.units[unit];
        let written = |value: &Q| {
            if q(&short(value)) == *value { short(value) } else { print_by(value, p.score.decimals, p.score.rounding) }
        };
        let (place, old, new) = match rng.below(4) {
            0 => {
                if p.leaves.is_empty() {
                    continue;
                }
                let at = rng.below(p.leaves.len());
                let Some(points) = &result.leaves[at].points else {
                    continue;
                };
                let new = short(&(q(&p.leaves[at].points) * int(*rng.pick(&[0, 5, 8, 10])) / int(10)));
                (Place::Leaf(at), written(points), new)
            }
            1 => {
                let at = rng.below(p.components.len());
                let Some(rate) = &result.components[at] else {
                    continue;
                };
                (Place::Component(at), written(rate), rng.text(&["80", "85", "92"]))
            }
            _ => {
                let other = rng.below(p.units.len());
                // Published totals are rounded already.
                let new = print(&before.units[other].total, p.score.decimals);
                (Place::Total, print(&result.total, p.score.decimals), new)
            }
        };
        rows.push(Correction {
            id: format!("GZ{serial}"),
            unit,
            place,
            old,
            new,
            number: if rng.chance(90) { format!("更〔2025〕{serial:03}号") } else { String::new() },
            status: if rng.chance(80) { "工委审定" } else { "部门已核" },
        });
    }
    p.corrections = rows;
}

/// Grades, quotas, caps, promotions and tie-breaks, with thresholds that real scores meet exactly.
fn grade_model(p: &mut Project, rng: &mut Rng) {
    let n = rng.between(3, 5);
    p.grades = (0..n)
        .map(|at| Grade {
            name: ["优秀", "先进", "达标", "合格", "不合格"][at].to_owned(),
            parallel: ["好", "较好", "一般", "较差", "差"][at].to_owned(),
            at_least: if at + 1 == n { "0".to_owned() } else { format!("{}", 90 - 10 * at) },
            quota: None,
            bottom: None,
        })
        .collect();
    let found = score(p);
    let mut totals: Vec<Q> = (0..p.units.len())
        .filter(|at| p.units[*at].mode != Mode::Excluded)
        .map(|at| found.units[at].total.clone())
        .collect();
    totals.sort();
    totals.reverse();
    let mut bar: Option<Q> = None;
    for at in 0..n - 1 {
        // The first bar lies low among the totals, so that quotas have work to do.
        let reach = if at == 0 { totals.len() / 2 } else { totals.len() - 1 };
        let reach = if rng.chance(30) { 0 } else { reach };
        let wanted = totals[rng.between(reach.min(totals.len() - 1), totals.len() - 1)].clone();
        let mut own = if rng.chance(60) { wanted } else { (wanted / int(5)).floor() * int(5) };
        if let Some(last) = &bar
            && own >= *last
        {
            own = (last * int(9) / int(10)).floor();
        }
        let lowest = count(n - 1 - at);
        own = own.max(lowest);
        p.grades[at].at_least = short(&own);
        bar = Some(own);
    }
    quotas(p, rng);
    let rates: Vec<Q> = found.units.iter().flat_map(|unit| unit.combined.aspect.iter().flatten().cloned()).collect();
    for at in 0..rng.between(0, 3) {
        let when = condition(p, rng, &rates, 0, false);
        p.caps.push(Cap {
            code: format!("C{}", at + 1),
            at_most: rng.between(1, n - 1),
            when,
            committee: rng.chance(20),
        });
    }
    for at in 0..rng.between(0, 2) {
        let when = condition(p, rng, &rates, 0, true);
        p.promotions.push(Promotion {
            code: format!("U{}", at + 1),
            to: rng.between(0, n - 2),
            when,
            unless_capped: rng.chance(50),
        });
    }
    for _ in 0..rng.between(0, 2) {
        let by = match rng.below(6) {
            0 if !p.absent.aspects => TieBreak::Aspect(rng.below(p.aspects.len())),
            1 if !p.absent.lines => TieBreak::Line(rng.below(p.lines.len())),
            2 if !p.leaves.is_empty() => TieBreak::Leaf(rng.below(p.leaves.len())),
            3 => TieBreak::Component(rng.below(p.components.len())),
            4 => TieBreak::FewerDeductions,
            _ => match with_satisfaction(p).first() {
                Some(at) => TieBreak::Satisfaction(*at),
                None => TieBreak::FewerDeductions,
            },
        };
        if !p.rank.tie_break.contains(&by) {
            p.rank.tie_break.push(by);
        }
    }
}

fn quotas(p: &mut Project, rng: &mut Rng) {
    let shares: [&[&str]; 3] =
        [&["10", "20", "25", "30", "33.3", "40", "50"], &["50", "60", "70", "75"], &["80", "85"]];
    let rounding = *rng.pick(&[Rounding::Floor, Rounding::HalfUp, Rounding::Ceil]);
    let last = p.grades.len() - 1;
    for (at, grade) in p.grades.iter_mut().enumerate() {
        if at >= last.min(3) || !rng.chance([85, 60, 40][at]) {
            continue;
        }
        let minimum = u32::try_from(*rng.pick(&[0, 0, 1, 1, 2])).expect("small");
        grade.quota = Some(Quota {
            size: Size::Share(rng.text(shares[at])),
            rounding: if rng.chance(80) { rounding } else { Rounding::Ceil },
            minimum,
            minimum_from: (minimum > 0 && rng.chance(50)).then_some(3),
            by: Vec::new(),
        });
    }
}

fn with_satisfaction(p: &Project) -> Vec<usize> {
    (0..p.components.len())
        .filter(|at| match &p.components[*at].kind {
            Kind::Ballots(b) => !b.positive.is_empty() || b.positive_from.is_some(),
            _ => false,
        })
        .collect()
}

/// A condition of any kind that a cap, or a promotion, may use.
fn condition(p: &Project, rng: &mut Rng, rates: &[Q], depth: usize, promotion: bool) -> Condition {
    let kinds: &[usize] = if promotion { &[0, 0, 2, 3, 6, 7] } else { &[0, 0, 1, 2, 3, 4, 5, 6, 7] };
    match *rng.pick(kinds) {
        0 => {
            let leaf = rng.below(p.leaves.len());
            let (mut target, mut component) = match rng.below(6) {
                0 => (Target::EveryAspect, None),
                1 => (Target::EveryLine, None),
                2 => (Target::Aspect(rng.below(p.aspects.len())), None),
                3 => (Target::Line(rng.below(p.lines.len())), None),
                4 => (Target::Leaf(leaf), None),
                _ => (Target::EveryAspect, Some(rng.below(p.components.len()))),
            };
            if rng.chance(30) {
                component = Some(0);
            }
            // Rates that stay out of the aspects are not those of nodes.
            component = component.filter(|at| !p.components[*at].more.outside_aspects);
            if promotion && rng.chance(20) {
                target = Target::EveryAspect;
            }
            let Some(target) = named(p, target) else { return Condition::Event(4) };
            let bar = if rates.is_empty() || rng.chance(50) {
                rng.text(&["60", "70", "80"])
            } else {
                print_by(rng.pick(rates), p.score.decimals, p.score.rounding)
            };
            if promotion {
                Condition::AtLeast { target, component, at_least: bar }
            } else {
                Condition::Below { target, component, below: bar }
            }
        }
        1 => match with_satisfaction(p).as_slice() {
            [] => Condition::LastInGroup,
            some => Condition::Satisfaction { component: *rng.pick(some), below: rng.text(&["60", "75", "85", "100"]) },
        },
        2 => Condition::Event(rng.below(p.adjust_rules.len())),
        3 => Condition::Attribute(vec![rng.text(&["一般", "好"])]),
        4 => Condition::LastInGroup,
        5 if !p.leaves.is_empty() => Condition::MissingReport,
        _ if depth > 1 => Condition::Event(4),
        6 => Condition::All((0..2).map(|_| condition(p, rng, rates, depth + 1, promotion)).collect()),
        _ => Condition::Any((0..2).map(|_| condition(p, rng, rates, depth + 1, promotion)).collect()),
    }
}

/// What a condition may name in a model; the next best where it has no lines, aspects or indicators.
fn named(p: &Project, target: Target) -> Option<Target> {
    let leaf = || (!p.leaves.is_empty()).then_some(Target::Leaf(0));
    match target {
        Target::EveryAspect | Target::Aspect(_) if p.absent.aspects => leaf(),
        Target::EveryLine | Target::Line(_) if p.absent.lines => leaf(),
        Target::Leaf(_) => leaf().map(|_| target),
        target => Some(target),
    }
}

/// Decisions: what committee caps need, and some more.
fn decisions(p: &mut Project, rng: &mut Rng) {
    let found = score(p);
    let last = p.grades.len() - 1;
    let extra = if rng.chance(35) { rng.between(1, 2) } else { 0 };
    let mut chosen: Vec<usize> = (0..p.units.len()).filter(|at| found.units[*at].unconfirmed).collect();
    for _ in 0..extra {
        let unit = rng.below(p.units.len());
        if p.units[unit].mode != Mode::Excluded && !chosen.contains(&unit) {
            chosen.push(unit);
        }
    }
    for (at, unit) in chosen.into_iter().enumerate() {
        let serial = at + 1;
        let needed = found.units[unit].unconfirmed;
        let lowest = found.units[unit].capped.unwrap_or(0);
        let (grade, above_cap) = match rng.below(10) {
            0..=2 => (None, false),
            3..=7 => (Some(rng.between(lowest, last)), rng.chance(10)),
            _ => {
                let grade = rng.below(p.grades.len());
                (Some(grade), grade < lowest)
            }
        };
        let counts = needed || rng.chance(85);
        let clause = if above_cap { "第十二条" } else { "" };
        p.decisions.push(Decision {
            id: format!("SD{serial}"),
            unit,
            grade,
            no_place: rng.chance(25),
            above_cap,
            clause: clause.to_owned(),
            number: if counts || rng.chance(50) { format!("定〔2025〕{serial:03}号") } else { String::new() },
            date: "2025-12-28".to_owned(),
            status: if counts { "工委审定" } else { "拟提" },
        });
    }
}

/// Breaks a project in one way that SPEC names as an error.
fn spoil(p: &mut Project, rng: &mut Rng) {
    let way = rng.below(6);
    match way {
        0 => {
            for row in &mut p.adjust_rows {
                row.points.clear();
            }
        }
        1 => {
            for row in p.adjust_rows.iter_mut().filter(|row| !row.points.is_empty()) {
                row.points = "2.75".to_owned();
            }
        }
        2 => {
            for row in &mut p.corrections {
                row.old = "1.17".to_owned();
            }
        }
        3 => {
            for row in &mut p.decisions {
                row.grade = Some(0);
                row.no_place = false;
                row.above_cap = false;
            }
        }
        4 => {
            for component in &mut p.components {
                if let Kind::Ballots(b) = &mut component.kind {
                    b.missing_class_error = true;
                    b.too_few = TooFew::Error;
                    b.min_valid = 5;
                }
            }
        }
        _ => p.self_policy.missing_zero = false,
    }
}

//! Hand-calculated checks of what the naive scorer knows of §19.6, §19.8, §19.10, §19.14 and §20, one per rule.

use crate::hand::{ballots, cast, component, leaf, lone, typed};
use crate::hand_rules::{bases, given, grades, quota, rejected, said, texts, two};
use crate::number::q;
use crate::project::{
    Denominator, Entry, Field, Kind, LeafPeriods, Node, PeriodPlan, Project, Rule, Scale, Scheme, Scope, Size, Trim,
    Value,
};
use crate::score::score;

#[test]
fn a_mean_over_what_was_issued() {
    // §19.8: 80 + 90 + 100 over five ballots that were issued.
    let mut b = ballots(&["100"]);
    b.denominator = Denominator::Issued;
    b.classes[0].issued = Some(5);
    cast(&mut b, 0, &[&["80", "70"], &["90", "70"], &["100", "70"]]);
    assert_eq!(lone(b.clone(), 2), Some(texts(&["54.0000", "42.0000"])));
    // The rater of unit 0 may not rate it: 170 over four; unit 1 keeps 210 over five.
    b.ballots[2].own = Some(0);
    assert_eq!(lone(b.clone(), 2), Some(texts(&["42.5000", "42.0000"])));
    b.ballots[2].own = None;
    // One is cut at each end: 90 over three, 70 over three.
    b.trim = Some(Trim { low: 1, high: 1, from: 3, on_ballot: false, share: None });
    assert_eq!(lone(b, 2), Some(texts(&["30.0000", "23.3333"])));
}

#[test]
fn a_share_of_the_marks_is_trimmed() {
    // floor(20 % of 5) = 1 at each end, floor(20 % of 4) = 0.
    let mut b = ballots(&["100"]);
    b.trim = Some(Trim { low: 0, high: 0, from: 0, on_ballot: false, share: Some("20".to_owned()) });
    cast(&mut b, 0, &[&["50"], &["80"], &["90"], &["100"]]);
    assert_eq!(lone(b.clone(), 1), Some(texts(&["80.0000"])));
    cast(&mut b, 0, &[&["85"]]);
    assert_eq!(lone(b.clone(), 1), Some(texts(&["85.0000"])));
    b.trim.as_mut().unwrap().on_ballot = true;
    assert_eq!(lone(b, 1), Some(texts(&["85.0000"])));
}

#[test]
fn a_class_with_a_scale_of_its_own() {
    // 60 % of 80, 40 % of 9 of 10.
    let mut b = ballots(&["60", "40"]);
    b.classes[1].scale = Some(Scale::Range { min: "0".to_owned(), max: "10".to_owned(), top_from: None });
    cast(&mut b, 0, &[&["80"]]);
    cast(&mut b, 1, &[&["9"]]);
    assert_eq!(lone(b.clone(), 1), Some(texts(&["84.0000"])));
    b.classes[1].scale = Some(Scale::Levels(vec![("满意".to_owned(), "100".to_owned())]));
    b.ballots[1].marks[0].1 = vec!["满意".to_owned()];
    assert_eq!(lone(b, 1), Some(texts(&["88.0000"])));
}

/// One relative leaf of 100 points with two periods.
fn periods(rule: Rule, units: &[[&str; 2]], sum: bool, plan: PeriodPlan) -> Project {
    let mut p = typed(&vec!["0"; units.len()]);
    p.leaves = vec![leaf("1", "100", rule)];
    p.leaves[0].more.periods = Some(LeafPeriods { names: texts(&["1", "2"]), sum, plan });
    for (at, values) in units.iter().enumerate() {
        let by_period = values.iter().map(|own| Some(Value::Number((*own).to_owned()))).collect();
        p.entries[at] = vec![Entry { by_period, in_table: true, ..Entry::default() }];
    }
    p
}

#[test]
fn a_rule_acts_in_every_period_and_its_field_too() {
    // §19.10
    let relative = Rule::Relative { low: false, mean: false, zero: None, field: Field::default() };
    let units = [["50", "20"], ["100", "10"]];
    // (50/100 + 20/20) / 2 and (1 + 10/20) / 2
    assert_eq!(bases(&periods(relative.clone(), &units, false, PeriodPlan::default())), ["75", "75"]);
    let plan = PeriodPlan { weights: Some(texts(&["40", "60"])), low: 0, high: 0 };
    assert_eq!(bases(&periods(relative.clone(), &units, false, plan)), ["80", "70"]);
    // 70 of 110
    assert_eq!(bases(&periods(relative.clone(), &units, true, PeriodPlan::default())), ["700/11", "100"]);
    let plan = PeriodPlan { weights: None, low: 1, high: 0 };
    assert_eq!(bases(&periods(relative, &units, false, plan)), ["100", "100"]);
}

#[test]
fn what_a_model_does_without() {
    // §19.14: without lines a cell is its aspect. The leaf that does not apply leaves it: 20/40 of 60 points, 40/40 of 40.
    let mut p = typed(&["0"]);
    p.absent.lines = true;
    let node =
        |code: &str, points: &str| Node { code: code.to_owned(), name: code.to_owned(), points: points.to_owned() };
    p.aspects = vec![node("A1", "60"), node("A2", "40")];
    p.leaves = [("1", "40", 0), ("2", "20", 0), ("3", "40", 1)]
        .map(|(code, points, aspect)| {
            let mut own = leaf(code, points, Rule::Direct(Vec::new()));
            own.aspect = aspect;
            own
        })
        .to_vec();
    let points = |own: &str| Entry { points: Some(own.to_owned()), ..Entry::default() };
    let gone = Entry { value: Some(Value::NotApplicable), ..Entry::default() };
    p.entries[0] = vec![points("20"), gone, points("40")];
    assert_eq!(bases(&p), ["70"]);
    // Without grades there are ranks.
    p.grades.clear();
    let outcome = score(&p);
    assert_eq!((outcome.units[0].rank_group, outcome.units[0].grade), (Some(1), None));
}

#[test]
fn a_rate_that_stays_out_of_the_aspects() {
    let mut p = two(&["80"], &[&["50"]]);
    assert_eq!(score(&p).units[0].combined.aspect, [Some(q("68"))]);
    p.components[1].more.outside_aspects = true;
    assert_eq!(bases(&p), ["68"]);
    let unit = &score(&p).units[0];
    assert_eq!((&unit.combined.aspect, &unit.combined.line), (&vec![Some(q("80"))], &vec![Some(q("80"))]));
}

#[test]
fn places_of_a_scheme() {
    // §19.6: groups 0 and 1 are one scheme with one place.
    let mut p = typed(&["95", "94", "93"]);
    for unit in 1..3 {
        p.units[unit].group = unit;
    }
    p.schemes = [("S1", vec![0, 1]), ("S2", vec![2])]
        .map(|(code, groups)| Scheme { code: code.to_owned(), name: code.to_owned(), groups, weights: None })
        .to_vec();
    p.grades[0].quota = Some(quota(Size::Places(1)));
    assert_eq!(grades(&p), [0, 0, 0]);
    p.rank.scope = Scope::Scheme;
    assert_eq!(grades(&p), [0, 1, 0]);
    p.grades[0].quota.as_mut().unwrap().by = vec![(1, Size::Places(0))];
    assert_eq!(grades(&p), [0, 1, 1]);
}

#[test]
fn a_component_in_which_nothing_was_measured() {
    // §20
    let mut p = typed(&["80", "70"]);
    assert!(!rejected(&p));
    for unit in 0..2 {
        p.units[unit].has_report = false;
    }
    assert!(rejected(&p));
    p.entries[0][0].in_table = true;
    assert!(!rejected(&p));
    let mut g = given(&["2025"], PeriodPlan::default());
    g.missing = crate::project::Missing::Zero;
    said(&mut g, &[&["-"], &["-"]]);
    p.components = vec![component("daily", "100", Kind::Given(g))];
    assert!(rejected(&p));
}

#[test]
fn places_that_fall() {
    // §9, §19.6: a model whose quotas fall, and approved places that do.
    let mut p = typed(&["95", "94", "93"]);
    p.grades[0].quota = Some(quota(Size::Places(2)));
    p.grades[1].quota = Some(quota(Size::Places(1)));
    assert!(!score(&p).log.model_errors.is_empty());
    p.grades[1].quota = Some(quota(Size::Places(2)));
    assert!(!rejected(&p));
    p.allocations = vec![crate::project::Allocation {
        id: "1".to_owned(),
        scope: 0,
        grade: 1,
        places: 1,
        number: "编1".to_owned(),
        date: "2025-12-01".to_owned(),
        status: "工委审定",
    }];
    let log = score(&p).log;
    assert!(log.model_errors.is_empty() && !log.errors.is_empty());
}

//! Hand-calculated checks of the naive scorer itself, with the literal numbers of SPEC §17 and DOMAIN §10.11.

use std::collections::BTreeMap;

use crate::number::{Way, decimal, int, print, q, round};
use crate::project::{
    Absent, AdjustKind, AdjustLimits, AdjustRow, AdjustRule, Ballot, Ballots, Cap, Class, Component, ComponentMore,
    Condition, Denominator, Entry, Evidence, Given, Grade, Kind, Leaf, LeafMore, Method, Missing, Mode, Node,
    NotApplicable, OverClaim, PeriodPlan, Periods, Project, Promotion, Quota, RankKeys, Rates, Rounding, Rule, Scale,
    Scope, Score, ScoreKeys, SelfPolicy, Size, StraightLine, Tally, TieAtQuota, TooFew, Trim, Unit, Unverified, Value,
};
use crate::score::score;

/// One leaf of 100 points, typed by the verifier; one component; as many units as points.
pub(crate) fn typed(points: &[&str]) -> Project {
    let node = |code: &str, points: &str| Node {
        code: code.to_owned(),
        name: format!("{code} name"),
        points: points.to_owned(),
    };
    let unit = |at: usize| Unit {
        code: format!("U{at:02}"),
        name: format!("unit {at}"),
        short: format!("u{at}"),
        group: 0,
        mode: Mode::Ranked,
        attribute: "好".to_owned(),
        numbers: Vec::new(),
        has_report: true,
    };
    let entry = |points: &&str| vec![Entry { points: Some((*points).to_owned()), ..Entry::default() }];
    Project {
        score: ScoreKeys {
            full: "100".to_owned(),
            min: "0".to_owned(),
            max: "105".to_owned(),
            decimals: 2,
            component_decimals: None,
            rounding: Way::HalfUp,
        },
        lines: vec![node("L1", "")],
        aspects: vec![node("A1", "100")],
        absent: Absent::default(),
        leaves: vec![leaf("1", "100", Rule::Direct(Vec::new()))],
        components: vec![component("indicators", "100", Kind::Indicators)],
        self_policy: SelfPolicy {
            missing_zero: true,
            unverified: Unverified::Zero,
            missing_evidence_zero: true,
            not_applicable: NotApplicable::Rescale,
        },
        over_claim: None,
        adjust_rules: Vec::new(),
        adjust_limits: AdjustLimits::default(),
        grades: [("优秀", "90"), ("先进", "80"), ("达标", "0")]
            .map(|(name, at_least)| Grade {
                name: name.to_owned(),
                parallel: name.to_owned(),
                at_least: at_least.to_owned(),
                quota: None,
                bottom: None,
            })
            .to_vec(),
        caps: Vec::new(),
        promotions: Vec::new(),
        rank: RankKeys {
            scope: Scope::Group,
            method: Method::Competition,
            tie_break: Vec::new(),
            tie_at_quota: TieAtQuota::Exclude,
        },
        units: (0..points.len()).map(unit).collect(),
        entries: points.iter().map(entry).collect(),
        adjust_rows: Vec::new(),
        decisions: Vec::new(),
        corrections: Vec::new(),
        twins: Vec::new(),
        indicator_table: false,
        numbers: Vec::new(),
        schemes: Vec::new(),
        awards: Vec::new(),
        allocations: Vec::new(),
    }
}

pub(crate) fn leaf(code: &str, points: &str, rule: Rule) -> Leaf {
    Leaf {
        code: code.to_owned(),
        name: format!("leaf {code}"),
        line: 0,
        aspect: 0,
        points: points.to_owned(),
        rule,
        evidence: Evidence::None,
        department: false,
        more: LeafMore::default(),
    }
}

pub(crate) fn component(id: &str, weight: &str, kind: Kind) -> Component {
    Component {
        id: id.to_owned(),
        name: id.to_owned(),
        weight: weight.to_owned(),
        kind,
        more: ComponentMore::default(),
    }
}

/// A ballot component over marks 0..100 with the classes' weights.
pub(crate) fn ballots(weights: &[&str]) -> Ballots {
    Ballots {
        rates: Rates::Unit,
        scale: Scale::Range { min: "0".to_owned(), max: "100".to_owned(), top_from: None },
        full: None,
        positive: Vec::new(),
        positive_from: None,
        denominator: Denominator::Valid,
        max_top_share: None,
        straight_line: StraightLine::Allow,
        pattern_from: 3,
        trim: None,
        mean_decimals: None,
        quorum: None,
        min_valid: 0,
        too_few: TooFew::Error,
        missing_class_error: false,
        classes: weights
            .iter()
            .enumerate()
            .map(|(at, weight)| Class {
                id: format!("K{at}"),
                name: format!("class {at}"),
                weight: (*weight).to_owned(),
                issued: None,
                recuse: true,
                scale: None,
            })
            .collect(),
        ballots: Vec::new(),
        tallies: Vec::new(),
        share: None,
        two_abstentions: false,
        not_applicable: Vec::new(),
    }
}

/// Ballots of one class, each with marks for units 0, 1, …; `~` leaves a unit off the list.
pub(crate) fn cast(b: &mut Ballots, class: usize, sheets: &[&[&str]]) {
    for (serial, marks) in sheets.iter().enumerate() {
        b.ballots.push(Ballot {
            class,
            rater: format!("P{class}-{serial}"),
            own: None,
            marks: marks
                .iter()
                .enumerate()
                .filter(|(_, mark)| **mark != "~")
                .map(|(unit, mark)| (unit, vec![(*mark).to_owned()]))
                .collect(),
            matrix: false,
        });
    }
}

/// Rate of a lone ballot component for every unit; `None` when the project is rejected.
pub(crate) fn lone(b: Ballots, units: usize) -> Option<Vec<String>> {
    let mut p = typed(&vec!["0"; units]);
    p.components = vec![component("meeting", "100", Kind::Ballots(b))];
    let outcome = score(&p);
    (!outcome.log.rejected()).then(|| outcome.units.iter().map(|unit| print(&unit.base, 4)).collect())
}

#[test]
fn rounding_is_half_away_from_zero() {
    assert_eq!(print(&q("2.675"), 2), "2.68");
    assert_eq!(print(&q("-2.5"), 0), "-3");
    assert_eq!((q("0.29") * int(100)).floor(), int(29));
    assert_eq!(round(&q("78.155"), 2), q("78.16"));
    assert_eq!(print(&q("0.05"), 1), "0.1");
    assert_eq!(decimal("1e3"), None);
}

#[test]
fn the_base_is_exactly_78_155() {
    let mut p = typed(&["80.51"]);
    let mut b = ballots(&["30", "20", "25", "15", "10"]);
    for (class, marks) in [[60, 60, 60], [66, 67, 67], [93, 93, 94], [60, 60, 60], [73, 73, 74]].iter().enumerate() {
        let texts: Vec<String> = marks.iter().map(ToString::to_string).collect();
        for text in &texts {
            cast(&mut b, class, &[&[text]]);
        }
    }
    let mut g = Given {
        scale: "100".to_owned(),
        periods: Periods::Mean,
        names: vec!["2025".to_owned()],
        write_order: false,
        missing: Missing::Error,
        rates: Rates::Unit,
        nodes: vec![0],
        rows: BTreeMap::new(),
        plan: PeriodPlan::default(),
    };
    g.rows.insert((0, 0, 0), Score::Points("87".to_owned()));
    p.components = vec![
        component("indicators", "50", Kind::Indicators),
        component("meeting", "35", Kind::Ballots(b)),
        component("online", "15", Kind::Given(g)),
    ];
    let outcome = score(&p);
    assert!(!outcome.log.rejected(), "{:?}", outcome.log.errors);
    assert_eq!(outcome.units[0].base, q("78.155"));
    assert_eq!(print(&outcome.units[0].total, 2), "78.16");
}

#[test]
fn class_votes_of_the_worked_example() {
    let mut b = ballots(&["30", "20", "25", "15", "10"]);
    b.scale = Scale::Levels(
        [("好", "100"), ("较好", "80"), ("一般", "60"), ("差", "40")].map(|(a, b)| (a.into(), b.into())).to_vec(),
    );
    for (class, votes) in
        [[6, 3, 1, 0, 1], [5, 4, 1, 0, 0], [20, 14, 4, 1, 3], [12, 6, 2, 0, 0], [9, 5, 3, 1, 2]].iter().enumerate()
    {
        b.tallies.push(Tally {
            class,
            unit: 0,
            nodes: vec![(votes[..4].to_vec(), votes[4])],
            issued: None,
            valid: votes.iter().sum(),
            void: 0,
        });
    }
    assert_eq!(lone(b.clone(), 1), Some(vec!["88.3393".to_owned()]));
    b.denominator = Denominator::All;
    assert_eq!(lone(b, 1), Some(vec!["83.4835".to_owned()]));
}

#[test]
fn trim_needs_its_number_of_raters() {
    let mut b = ballots(&["100"]);
    b.trim = Some(Trim { low: 1, high: 1, from: 6, on_ballot: false, share: None });
    cast(&mut b, 0, &[&["50"], &["80"], &["80"], &["90"], &["100"]]);
    assert_eq!(lone(b.clone(), 1), Some(vec!["80.0000".to_owned()]));
    cast(&mut b, 0, &[&["80"]]);
    // 50 and 100 are dropped: (80 + 80 + 90 + 80) / 4
    assert_eq!(lone(b, 1), Some(vec!["82.5000".to_owned()]));
}

#[test]
fn abstaining_keeps_a_ballot_valid_and_quorum_needs_valid_ones() {
    let mut b = ballots(&["60", "40"]);
    b.quorum = Some("50".to_owned());
    b.classes[0].issued = Some(12);
    cast(&mut b, 0, &[&["70", "70"], &["70", "70"], &["70", "弃权"], &["70", "70"], &["70", "70"], &["弃权", "弃权"]]);
    cast(&mut b, 1, &[&["90", "90"]]);
    // Six valid ballots of twelve hold the quorum; the abstainer's are among them.
    assert_eq!(lone(b.clone(), 2), Some(vec!["78.0000".to_owned(), "78.0000".to_owned()]));
    b.ballots.retain(|ballot| ballot.rater != "P0-5");
    // Five do not: the class has no result.
    assert_eq!(lone(b.clone(), 2), Some(vec!["90.0000".to_owned(), "90.0000".to_owned()]));
    b.missing_class_error = true;
    assert_eq!(lone(b, 2), None);
}

#[test]
fn a_unit_nobody_of_a_class_may_rate_lacks_that_class() {
    let mut b = ballots(&["50", "50"]);
    b.missing_class_error = true;
    cast(&mut b, 0, &[&["70", "60"], &["~", "80"]]);
    b.ballots[0].own = Some(0);
    cast(&mut b, 1, &[&["90", "90"]]);
    // Unit 0 lacks class 0 through recusal alone; unit 1 has (60 + 80) / 2 there.
    assert_eq!(lone(b.clone(), 2), Some(vec!["90.0000".to_owned(), "80.0000".to_owned()]));
    // Another rater lists unit 0 but leaves it blank: now it is missing for another reason.
    b.ballots[1].marks.push((0, vec![String::new()]));
    assert_eq!(lone(b, 2), None);
}

#[test]
fn pattern_rules_void_ballots() {
    let mut b = ballots(&["100"]);
    b.max_top_share = Some("34".to_owned());
    cast(&mut b, 0, &[&["100", "100", "80"], &["100", "60", "80"]]);
    // floor(0.34 · 3) = 1: the first ballot is void.
    assert_eq!(lone(b.clone(), 3), Some(vec!["100.0000".into(), "60.0000".into(), "80.0000".into()]));
    b.pattern_from = 4;
    assert_eq!(lone(b, 3), Some(vec!["100.0000".into(), "80.0000".into(), "80.0000".into()]));
}

#[test]
fn totals_equal_only_by_rounding_share_rank_and_grade() {
    let outcome = score(&typed(&["89.995", "90", "80"]));
    let ranks: Vec<_> = outcome.units.iter().map(|unit| unit.rank_group).collect();
    assert_eq!(ranks, [Some(1), Some(1), Some(3)]);
    assert_eq!(outcome.units[0].grade, Some(0));
    assert_eq!(print(&outcome.units[0].total, 2), "90.00");
}

/// Thirteen units in one group, 优秀 ≤ 30 %.
fn thirteen(policy: TieAtQuota, best: &[&str]) -> Vec<Option<usize>> {
    let mut points = best.to_vec();
    points.resize(13, "85");
    let mut p = typed(&points);
    p.rank.tie_at_quota = policy;
    p.grades[0].quota = Some(Quota {
        size: Size::Share("30".to_owned()),
        rounding: Rounding::Floor,
        minimum: 0,
        minimum_from: None,
        by: Vec::new(),
    });
    p.adjust_rules.push(rule("V1", AdjustKind::Event, None));
    p.caps.push(Cap { code: "C1".to_owned(), at_most: 2, when: Condition::Event(0), committee: false });
    if best[0] == "96" {
        p.adjust_rows.push(row("SX1", 0, "", "", "2025-01-01"));
    }
    let outcome = score(&p);
    assert!(!outcome.log.rejected(), "{:?}", outcome.log.errors);
    outcome.units.iter().map(|unit| unit.grade).collect()
}

pub(crate) fn rule(code: &str, kind: AdjustKind, points: Option<&str>) -> AdjustRule {
    AdjustRule {
        code: code.to_owned(),
        name: code.to_owned(),
        kind,
        points: points.map(str::to_owned),
        levels: Vec::new(),
        max_per_unit: None,
    }
}

/// An approved row for unit 0.
pub(crate) fn row(id: &str, code: usize, matter: &str, points: &str, date: &str) -> AdjustRow {
    AdjustRow {
        id: id.to_owned(),
        unit: 0,
        code,
        matter: matter.to_owned(),
        level: String::new(),
        points: points.to_owned(),
        document: "通报".to_owned(),
        number: format!("no {id}"),
        date: date.to_owned(),
        status: "工委审定",
        approval: "审定1号".to_owned(),
    }
}

#[test]
fn a_quota_and_a_tie_at_its_line() {
    let totals = ["95", "93", "91", "91", "90"];
    let best = |grades: &[Option<usize>]| grades.iter().filter(|grade| **grade == Some(0)).count();
    let exclude = thirteen(TieAtQuota::Exclude, &totals);
    assert_eq!(best(&exclude), 2);
    assert_eq!(exclude[2..5], [Some(1), Some(1), Some(1)]);
    assert_eq!(best(&thirteen(TieAtQuota::Include, &totals)), 4);
    // A vetoed unit at 96 stays in N = 13: still three places, and none is its own.
    let vetoed = thirteen(TieAtQuota::Exclude, &["96", "95", "93", "92", "91"]);
    assert_eq!(vetoed[..5], [Some(2), Some(0), Some(0), Some(0), Some(1)]);
}

#[test]
fn one_matter_counts_once_and_limits_act_by_date() {
    let mut p = typed(&["80"]);
    p.adjust_rules = vec![
        rule("B1", AdjustKind::Bonus, Some("2")),
        rule("B2", AdjustKind::Bonus, Some("1")),
        rule("B3", AdjustKind::Bonus, Some("3")),
    ];
    p.adjust_limits.max_bonus = Some("5".to_owned());
    p.adjust_rows = vec![row("1", 0, "m", "2", "2025-02-01"), row("2", 1, "m", "1", "2025-01-01")];
    let outcome = score(&p);
    assert_eq!(outcome.units[0].plus, int(2));
    let ends: Vec<_> = outcome.units[0].rows.iter().map(|row| (row.id.as_str(), row.outcome)).collect();
    assert_eq!(ends, [("2", "superseded"), ("1", "in full")]);
    // +3 +2 +2 under 5, in order of date, then 编号 (2 before 10).
    p.adjust_rows = vec![
        row("10", 0, "b", "2", "2025-03-01"),
        row("2", 0, "a", "2", "2025-03-01"),
        row("3", 2, "c", "3", "2025-01-01"),
    ];
    p.adjust_rows.push(AdjustRow { status: "拟提", ..row("4", 2, "d", "3", "2025-01-01") });
    let outcome = score(&p);
    assert_eq!(outcome.units[0].plus, int(5));
    let ends: Vec<_> = outcome.units[0].rows.iter().map(|row| (row.id.as_str(), row.outcome)).collect();
    assert_eq!(ends, [("3", "in full"), ("4", "not approved"), ("2", "in full"), ("10", "cut to nothing")]);
}

#[test]
fn over_claim_and_not_applicable_leaves() {
    let mut p = typed(&["0"]);
    p.leaves = vec![
        leaf("1", "40", Rule::Direct(Vec::new())),
        leaf("2", "60", Rule::Levels(vec![("A".into(), "1".into()), ("B".into(), "0.5".into())])),
    ];
    let entry = |own: &str, points: Option<&str>, value: Option<Value>| Entry {
        self_points: Some(own.to_owned()),
        points: points.map(str::to_owned),
        value,
        ..Entry::default()
    };
    p.entries = vec![vec![entry("40", Some("30"), None), entry("60", None, Some(Value::Level(1)))]];
    p.over_claim =
        Some(OverClaim { free: "2".to_owned(), per: "10".to_owned(), points: "0.5".to_owned(), max: "2".to_owned() });
    let outcome = score(&p);
    // verified 30 + 30; excess 100 − 60 − 2 = 38, three times 10
    assert_eq!((outcome.units[0].base.clone(), outcome.units[0].minus.clone()), (int(60), q("1.5")));
    p.entries[0][1].value = Some(Value::NotApplicable);
    let outcome = score(&p);
    // the cell keeps its points over leaf 1: 30/40; excess 40 − 30 − 2 = 8
    assert_eq!((outcome.units[0].base.clone(), outcome.units[0].minus.clone()), (int(75), int(0)));
}

#[test]
fn a_promotion_is_a_floor_outside_the_quota() {
    let mut p = typed(&["95", "94", "70"]);
    p.grades[0].quota = Some(Quota {
        size: Size::Share("34".to_owned()),
        rounding: Rounding::Floor,
        minimum: 0,
        minimum_from: None,
        by: Vec::new(),
    });
    p.promotions.push(Promotion { code: "U1".to_owned(), to: 0, when: Condition::Event(0), unless_capped: false });
    p.adjust_rules.push(rule("V1", AdjustKind::Event, None));
    p.adjust_rows.push(AdjustRow { unit: 2, ..row("SX1", 0, "", "", "2025-01-01") });
    let grades: Vec<_> = score(&p).units.iter().map(|unit| unit.grade).collect();
    assert_eq!(grades, [Some(0), Some(1), Some(0)]);
}

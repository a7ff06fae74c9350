//! Hand-calculated checks of what the naive scorer knows of SPEC §19, one per rule.

use std::collections::BTreeMap;

use crate::formula;
use crate::hand::{ballots, cast, component, leaf, lone, row, rule, typed};
use crate::number::{Q, Way, int, percent, print, print_by, q, round_by};
use crate::periods::combine;
use crate::project::{
    AdjustKind, Allocation, Award, AwardBy, Bottom, Cap, Condition, ConvertBy, Correction, Decision, Entry, Field,
    Given, Kind, Lacking, Ladder, Leaf, Missing, Mode, PeriodPlan, Periods, Place, Project, Promotion, Quota, Rates,
    Rounding, Rule, Scale, Scope, Score, Sense, Share, Size, Tally, TieAtQuota, Value, Within, ZeroValue,
};
use crate::score::{Log, score};

pub(crate) fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

/// Units with one value each at one leaf of 100 points; their published totals.
fn valued(rule: Rule, values: &[&str]) -> Project {
    let mut p = typed(&vec!["0"; values.len()]);
    p.leaves = vec![leaf("1", "100", rule)];
    for (at, value) in values.iter().enumerate() {
        p.entries[at] = vec![Entry { value: Some(Value::Number((*value).to_owned())), ..Entry::default() }];
    }
    p
}

/// Exact bases; the project must be accepted.
pub(crate) fn bases(p: &Project) -> Vec<String> {
    let outcome = score(p);
    assert!(!outcome.log.rejected(), "{:?} {:?}", outcome.log.errors, outcome.log.model_errors);
    outcome.units.iter().map(|unit| unit.base.to_string()).collect()
}

pub(crate) fn rejected(p: &Project) -> bool {
    score(p).log.rejected()
}

pub(crate) fn given(names: &[&str], plan: PeriodPlan) -> Given {
    Given {
        scale: "100".to_owned(),
        periods: if plan.weights.is_some() { Periods::Weighted } else { Periods::Mean },
        names: texts(names),
        write_order: false,
        missing: Missing::Error,
        rates: Rates::Unit,
        nodes: vec![0],
        rows: BTreeMap::new(),
        plan,
    }
}

/// Scores of the first unit, and so on; one list per unit, one text per period. `n` is 不涉及, `-` blank.
pub(crate) fn said(g: &mut Given, units: &[&[&str]]) {
    for (unit, list) in units.iter().enumerate() {
        for (period, text) in list.iter().enumerate() {
            let own = match *text {
                "n" => Score::NotApplicable,
                "-" => Score::Blank,
                points => Score::Points(points.to_owned()),
            };
            g.rows.insert((unit, period, 0), own);
        }
    }
}

#[test]
fn rounding_down_goes_toward_zero() {
    // §19.15
    assert_eq!(print_by(&q("2.679"), 2, Way::Down), "2.67");
    assert_eq!(print_by(&q("-2.679"), 2, Way::Down), "-2.67");
    assert_eq!(round_by(&q("-0.5"), 0, Way::Down), int(0));
    let mut p = typed(&["89.999"]);
    assert_eq!(print(&score(&p).units[0].total, 2), "90.00");
    p.score.rounding = Way::Down;
    let outcome = score(&p);
    // 89.99 is below the bar at 90.
    assert_eq!((print(&outcome.units[0].total, 2).as_str(), outcome.units[0].grade), ("89.99", Some(1)));
    // component_decimals goes by the component: 89.999 → 89.9, then the total.
    p.score.component_decimals = Some(1);
    p.components[0].more.rounding = Way::Down;
    assert_eq!(bases(&p), ["899/10"]);
    p.components[0].more.rounding = Way::HalfUp;
    assert_eq!(bases(&p), ["90"]);
}

#[test]
fn a_class_mean_is_rounded_in_the_way_of_its_component() {
    let mut b = ballots(&["100"]);
    b.mean_decimals = Some(0);
    cast(&mut b, 0, &[&["80"], &["81"], &["81"]]);
    // 242/3 = 80.67
    let mut p = typed(&["0"]);
    p.components = vec![component("meeting", "100", Kind::Ballots(b))];
    assert_eq!(bases(&p), ["81"]);
    p.score.rounding = Way::Down;
    assert_eq!(bases(&p), ["81"]);
    p.components[0].more.rounding = Way::Down;
    assert_eq!(bases(&p), ["80"]);
}

#[test]
fn fractions_are_parts_of_the_whole_in_percent_and_numbers_in_points() {
    // §19.5
    assert_eq!(percent("2/3"), q("200/3"));
    assert_eq!(percent("66 2/3%"), q("200/3"));
    assert_eq!(percent("30"), int(30));
    assert_eq!(q("1/3") * int(3), int(1));
    // Thirds of three units are one place, exactly.
    let mut p = typed(&["95", "94", "93"]);
    p.grades[0].quota = Some(quota(Size::Share("1/3".to_owned())));
    assert_eq!(grades(&p), [0, 1, 1]);
    p.grades[0].quota = Some(quota(Size::Share("33.33".to_owned())));
    assert_eq!(grades(&p), [1, 1, 1]);
    p.grades[0].quota = Some(quota(Size::Share("66 2/3%".to_owned())));
    assert_eq!(grades(&p), [0, 0, 1]);
    // Weights of thirds: 90/3 + 60·2/3 = 70.
    let mut p = typed(&["90"]);
    let mut g = given(&["2025"], PeriodPlan::default());
    said(&mut g, &[&["60"]]);
    p.components =
        vec![component("indicators", "1/3", Kind::Indicators), component("daily", "66 2/3%", Kind::Given(g))];
    assert_eq!(bases(&p), ["70"]);
}

fn plan(weights: Option<&[&str]>, low: usize, high: usize) -> PeriodPlan {
    PeriodPlan { weights: weights.map(texts), low, high }
}

#[test]
fn periods_are_dropped_before_they_are_weighted() {
    // §19.10
    let some = |list: &[i64]| list.iter().map(|n| Some(int(*n))).collect::<Vec<_>>();
    let mut log = Log::default();
    let mut of = |plan: PeriodPlan, values: &[Option<Q>]| combine(&plan, values, "U", &mut log).map(|v| v.to_string());
    // 0.1·60 + 0.2·70 + 0.3·80 + 0.4·90
    let weights: &[&str] = &["10", "20", "30", "40"];
    assert_eq!(of(plan(Some(weights), 0, 0), &some(&[60, 70, 80, 90])), Some("80".to_owned()));
    // The 60 is dropped: (20·70 + 30·80 + 40·90) / 90
    assert_eq!(of(plan(Some(weights), 1, 0), &some(&[60, 70, 80, 90])), Some("740/9".to_owned()));
    // Of two 60s the later: (10·60 + 30·80 + 40·90) / 80
    assert_eq!(of(plan(Some(weights), 1, 0), &some(&[60, 60, 80, 90])), Some("165/2".to_owned()));
    // Highest and lowest go: (10·70 + 30·80) / 40
    assert_eq!(of(plan(Some(weights), 1, 1), &some(&[70, 90, 80, 60])), Some("155/2".to_owned()));
    // A 不涉及 period leaves: (60 + 90) / 2
    assert_eq!(of(plan(None, 0, 0), &[Some(int(60)), None, Some(int(90))]), Some("75".to_owned()));
    // It needs more than low + high.
    assert_eq!(of(plan(None, 1, 1), &some(&[60, 70])), None);
}

#[test]
fn given_scores_with_weights_and_drops() {
    let mut g = given(&["1", "2", "3"], plan(Some(&["20", "30", "50"]), 0, 1));
    said(&mut g, &[&["90", "60", "80"], &["70", "70", "70"]]);
    let mut p = typed(&["0", "0"]);
    p.components = vec![component("daily", "100", Kind::Given(g))];
    // 90 goes: (30·60 + 50·80) / 80 = 72.5; equals stay what they are.
    assert_eq!(bases(&p), ["145/2", "70"]);
}

#[test]
fn a_coefficient_multiplies_a_rate_up_to_its_bound() {
    // §19.3
    let mut p = typed(&["80", "90"]);
    p.numbers = texts(&["k", "m"]);
    p.units[0].numbers = texts(&["1.1", "0.5"]);
    p.units[1].numbers = texts(&["1.2", "1"]);
    p.components[0].more.coefficient = vec![0];
    // 88; 108, at most 100
    assert_eq!(bases(&p), ["88", "100"]);
    p.components[0].more.coefficient = vec![0, 1];
    assert_eq!(bases(&p), ["44", "100"]);
    p.components[0].more.coefficient_max = Some("90".to_owned());
    assert_eq!(bases(&p), ["44", "90"]);
    // Aspects keep the measured rate.
    assert_eq!(score(&p).units[0].combined.aspect, [Some(int(80))]);
}

#[test]
fn a_coefficient_multiplies_the_value_of_a_leaf() {
    let ratio = Rule::Ratio { target: "100".to_owned(), floor: None, written: crate::project::RatioIn::Number };
    let mut p = valued(ratio, &["50", "90"]);
    p.numbers = texts(&["k"]);
    p.units[0].numbers = texts(&["1.5"]);
    p.units[1].numbers = texts(&["1.5"]);
    p.leaves[0].more.coefficient = vec![0];
    // 75 of 100; 135 of 100 is all
    assert_eq!(bases(&p), ["75", "100"]);
}

/// Indicators 60 % and a given component 40 %.
pub(crate) fn two(points: &[&str], scores: &[&[&str]]) -> Project {
    let mut p = typed(points);
    let mut g = given(&["2025"], PeriodPlan::default());
    said(&mut g, scores);
    p.components = vec![component("indicators", "60", Kind::Indicators), component("daily", "40", Kind::Given(g))];
    p
}

#[test]
fn a_component_that_does_not_apply() {
    // §19.4
    let mut p = two(&["80", "80"], &[&["n"], &["50"]]);
    assert!(rejected(&p));
    p.components[1].more.not_applicable = Lacking::Renormalise;
    // 80 alone; 48 + 20
    assert_eq!(bases(&p), ["80", "68"]);
    assert_eq!(score(&p).units[0].components[1], None);
    p.components[1].more.not_applicable = Lacking::Zero;
    assert_eq!(bases(&p), ["48", "68"]);
    // Missing is another state.
    let mut p = two(&["80", "80"], &[&["-"], &["50"]]);
    p.components[1].more.not_applicable = Lacking::Renormalise;
    assert!(rejected(&p));
    let Kind::Given(g) = &mut p.components[1].kind else { panic!() };
    g.missing = Missing::Renormalise;
    assert_eq!(bases(&p), ["80", "68"]);
    // A unit that lacks every component.
    p.components.remove(0);
    assert!(rejected(&p));
}

#[test]
fn a_node_that_does_not_apply_leaves_its_parent() {
    let mut p = typed(&["0"]);
    p.leaves = vec![leaf("1", "30", Rule::Direct(Vec::new())), leaf("2", "70", Rule::Direct(Vec::new()))];
    p.entries[0] = vec![Entry { points: Some("0".to_owned()), ..Entry::default() }; 2];
    let mut g = given(&["2025"], PeriodPlan::default());
    g.rates = Rates::Indicators;
    g.nodes = vec![0, 1];
    g.rows.insert((0, 0, 0), Score::Points("60".to_owned()));
    g.rows.insert((0, 0, 1), Score::NotApplicable);
    p.components = vec![component("daily", "100", Kind::Given(g))];
    assert_eq!(bases(&p), ["60"]);
}

pub(crate) fn quota(size: Size) -> Quota {
    Quota { size, rounding: Rounding::Floor, minimum: 0, minimum_from: None, by: Vec::new() }
}

/// Grades of all units; the project must be accepted and every unit graded.
pub(crate) fn grades(p: &Project) -> Vec<usize> {
    let outcome = score(p);
    assert!(!outcome.log.rejected(), "{:?} {:?}", outcome.log.errors, outcome.log.model_errors);
    outcome.units.iter().map(|unit| unit.grade.unwrap()).collect()
}

#[test]
fn fixed_places_by_scope_and_by_allocation() {
    // §19.6
    let mut p = typed(&["95", "94", "93", "92", "91"]);
    p.grades[0].quota = Some(quota(Size::Places(2)));
    assert_eq!(grades(&p), [0, 0, 1, 1, 1]);
    for unit in 3..5 {
        p.units[unit].group = 1;
    }
    p.grades[0].quota.as_mut().unwrap().by = vec![(1, Size::Places(1))];
    assert_eq!(grades(&p), [0, 0, 1, 0, 1]);
    let row = Allocation {
        id: "1".to_owned(),
        scope: 0,
        grade: 0,
        places: 1,
        number: "编1".to_owned(),
        date: "2025-12-01".to_owned(),
        status: "工委审定",
    };
    p.allocations = vec![row];
    assert_eq!(grades(&p), [0, 1, 1, 0, 1]);
    p.allocations[0].status = "拟提";
    assert_eq!(grades(&p), [0, 0, 1, 0, 1]);
}

#[test]
fn equal_bars_and_grades_without_a_bar() {
    let mut p = typed(&["95", "94", "93", "50"]);
    p.grades[0].quota = Some(quota(Size::Places(1)));
    // 优秀 has no bar of its own: that of 先进, 80.
    p.grades[0].at_least = String::new();
    p.grades[1].quota = Some(quota(Size::Places(2)));
    assert_eq!(grades(&p), [0, 1, 2, 2]);
    p.grades[0].at_least = "80".to_owned();
    assert_eq!(grades(&p), [0, 1, 2, 2]);
}

#[test]
fn the_last_are_lowered_never_lifted() {
    // ceil(0.3 · 5) = 2
    let mut p = typed(&["95", "94", "93", "92", "91"]);
    p.grades[2].bottom = Some(Bottom { share: "30".to_owned(), safe_from: None });
    assert_eq!(grades(&p), [0, 0, 0, 2, 2]);
    p.grades[2].bottom = Some(Bottom { share: "30".to_owned(), safe_from: Some("92".to_owned()) });
    assert_eq!(grades(&p), [0, 0, 0, 0, 2]);
    // A tie that does not fit: nobody of it.
    let mut tied = typed(&["95", "94", "92", "92", "91"]);
    tied.grades[2].bottom = Some(Bottom { share: "30".to_owned(), safe_from: None });
    assert_eq!(grades(&tied), [0, 0, 0, 0, 2]);
    // Never lifted: 先进 as the bottom leaves the worse grade alone.
    let mut low = typed(&["95", "94", "93", "92", "20"]);
    low.grades[1].bottom = Some(Bottom { share: "30".to_owned(), safe_from: None });
    assert_eq!(grades(&low), [0, 0, 0, 1, 2]);
    // A pin counts among the last, and stays.
    let mut pinned = typed(&["95", "94", "93", "92", "91"]);
    pinned.grades[2].bottom = Some(Bottom { share: "30".to_owned(), safe_from: None });
    pinned.decisions.push(Decision {
        id: "1".to_owned(),
        unit: 4,
        grade: Some(1),
        no_place: false,
        above_cap: false,
        clause: String::new(),
        number: "定1".to_owned(),
        date: "2025-12-28".to_owned(),
        status: "工委审定",
    });
    assert_eq!(grades(&pinned), [0, 0, 0, 2, 1]);
    // So does a promoted unit.
    let mut promoted = typed(&["95", "94", "93", "92", "91"]);
    promoted.grades[2].bottom = Some(Bottom { share: "30".to_owned(), safe_from: None });
    promoted.adjust_rules.push(rule("V1", AdjustKind::Event, None));
    promoted.adjust_rows.push(crate::project::AdjustRow { unit: 3, ..row("S1", 0, "", "", "2025-01-01") });
    let when = Condition::Event(0);
    promoted.promotions.push(Promotion { code: "U1".to_owned(), to: 0, when, unless_capped: false });
    assert_eq!(grades(&promoted), [0, 0, 0, 0, 2]);
}

fn award(by: AwardBy, places: u32) -> Award {
    Award {
        code: "J1".to_owned(),
        name: "单项奖".to_owned(),
        by,
        size: Size::Places(places),
        rounding: Rounding::Floor,
        scope: Scope::All,
        at_least: None,
        unless: None,
        tie: TieAtQuota::Exclude,
    }
}

#[test]
fn awards_pass_over_and_stop_at_ties() {
    // §19.7
    let winners = |p: &Project| score(p).awards[0].clone();
    let mut p = typed(&["95", "94", "93.004", "92.996", "80"]);
    p.awards = vec![award(AwardBy::Component(0), 3)];
    // 93.00 twice as printed: they do not fit into the one place left.
    assert_eq!(winners(&p), [0, 1]);
    p.awards[0].tie = TieAtQuota::Include;
    assert_eq!(winners(&p), [0, 1, 2, 3]);
    p.awards[0].size = Size::Share("50".to_owned());
    p.awards[0].unless = Some(Condition::Attribute(texts(&["一般", "差"])));
    p.units[1].attribute = "一般".to_owned();
    // floor(2.5) = 2; the second is passed over, and the next two are tied for one place.
    assert_eq!(winners(&p), [0, 2, 3]);
    p.awards[0].tie = TieAtQuota::Exclude;
    assert_eq!(winners(&p), [0]);
    p.awards[0].at_least = Some("94".to_owned());
    p.awards[0].size = Size::Places(4);
    assert_eq!(winners(&p), [0]);
    // An award changes no grade.
    assert_eq!(grades(&p), [0, 0, 0, 0, 1]);
}

#[test]
fn an_award_by_the_points_that_counted() {
    let mut p = typed(&["80", "80"]);
    p.adjust_rules = vec![rule("B1", AdjustKind::Bonus, Some("2"))];
    p.adjust_rows = vec![
        row("1", 0, "a", "2", "2025-01-01"),
        row("2", 0, "b", "2", "2025-01-02"),
        crate::project::AdjustRow { unit: 1, ..row("3", 0, "c", "2", "2025-01-01") },
    ];
    p.awards = vec![award(AwardBy::Adjustment(0), 1)];
    assert_eq!(score(&p).awards, [vec![0]]);
    // Under a limit of 2 both count the same.
    p.adjust_limits.max_bonus = Some("2".to_owned());
    assert_eq!(score(&p).awards, [Vec::<usize>::new()]);
}

/// Four levels, votes of each class for unit 0, 1, …
fn votes(weights: &[&str], units: &[&[[u32; 4]]]) -> crate::project::Ballots {
    let mut b = ballots(weights);
    b.scale = Scale::Levels(
        [("优秀", "100"), ("称职", "80"), ("基本称职", "60"), ("不称职", "0")]
            .map(|(a, b)| (a.into(), b.into()))
            .to_vec(),
    );
    for (unit, classes) in units.iter().enumerate() {
        for (class, votes) in classes.iter().enumerate() {
            b.tallies.push(Tally {
                class,
                unit,
                nodes: vec![(votes.to_vec(), 0)],
                issued: None,
                valid: votes.iter().sum(),
                void: 0,
            });
        }
    }
    b
}

fn bands(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn conditions_on_votes_compare_the_weighted_share_exactly() {
    // §19.8: 优秀 60 % of 6/10 and 40 % of 1/3: 36 + 40/3 = 148/3.
    let mut p = typed(&["95"]);
    let b = votes(&["60", "40"], &[&[[6, 2, 1, 1], [1, 1, 1, 0]]]);
    p.components = vec![component("indicators", "100", Kind::Indicators), component("vote", "0", Kind::Ballots(b))];
    let mut capped = |sense, bar: &str| {
        let when = Condition::Votes { component: 1, of: vec![0], sense, bar: bar.to_owned() };
        p.caps = vec![Cap { code: "C1".to_owned(), at_most: 2, when, committee: false }];
        score(&p).units[0].capped.is_some()
    };
    assert!(capped(Sense::AtLeast, "49 1/3%") && !capped(Sense::Above, "49 1/3%"));
    assert!(capped(Sense::Below, "49.34") && !capped(Sense::Below, "49.33"));
    assert!(capped(Sense::AtMost, "49 1/3%"));
}

#[test]
fn conditions_on_sums_and_lists() {
    let mut p = typed(&["95"]);
    p.adjust_rules = vec![rule("D1", AdjustKind::Deduction, Some("2")), rule("B1", AdjustKind::Bonus, Some("1"))];
    p.adjust_rows = vec![row("1", 0, "", "2", "2025-01-01"), row("2", 1, "", "1", "2025-01-01")];
    p.adjust_limits.max_deduction = Some("1.5".to_owned());
    let mut capped = |when| {
        p.caps = vec![Cap { code: "C1".to_owned(), at_most: 2, when, committee: false }];
        score(&p).units[0].capped.is_some()
    };
    assert!(capped(Condition::Deductions("1.5".to_owned())) && !capped(Condition::Deductions("1.6".to_owned())));
    assert!(capped(Condition::Bonus("1".to_owned())) && !capped(Condition::Bonus("1.1".to_owned())));
    assert!(capped(Condition::Attribute(texts(&["差", "好"]))) && !capped(Condition::Attribute(texts(&["差", "中"]))));
}

#[test]
fn shares_of_votes_are_banded_and_limited() {
    // §19.8, and measure C: 优秀 55 %, 不称职 22 %.
    let mut b = votes(&["100"], &[&[[55, 15, 8, 22]], &[[81, 15, 3, 1]]]);
    b.share = Some(Share { of: vec![0], bands: Vec::new(), interpolate: false });
    assert_eq!(lone(b.clone(), 2), Some(texts(&["55.0000", "81.0000"])));
    b.share =
        Some(Share { of: vec![0], bands: bands(&[("0", "40"), ("60", "80"), ("90", "100")]), interpolate: false });
    assert_eq!(lone(b.clone(), 2), Some(texts(&["40.0000", "80.0000"])));
    // 40 + 40·55/60; 80 + 20·21/30
    b.share.as_mut().unwrap().interpolate = true;
    assert_eq!(lone(b.clone(), 2), Some(texts(&["76.6667", "94.0000"])));
    let mut p = typed(&["0", "0"]);
    p.components = vec![component("vote", "100", Kind::Ballots(b))];
    let bad = Condition::Votes { component: 0, of: vec![3], sense: Sense::AtLeast, bar: "20".to_owned() };
    p.components[0].more.limit = vec![(bad, "65".to_owned())];
    assert_eq!(bases(&p), ["65", "94"]);
}

fn field(within: Within) -> Field {
    Field { within, separate: false }
}

fn relative(low: bool, mean: bool, zero: Option<ZeroValue>) -> Rule {
    Rule::Relative { low, mean, zero, field: field(Within::Group) }
}

#[test]
fn points_relative_to_the_best_or_the_mean() {
    // §19.2
    assert_eq!(bases(&valued(relative(false, false, None), &["540", "500", "-5"])), ["100", "2500/27", "0"]);
    // mean 300: 200/300 is 2/3; 400/300 is clamped
    assert_eq!(bases(&valued(relative(false, true, None), &["200", "400"])), ["200/3", "100"]);
    // less is better: best 12
    assert_eq!(bases(&valued(relative(true, false, None), &["12", "16"])), ["100", "75"]);
    assert!(rejected(&valued(relative(true, false, None), &["12", "0"])));
    assert!(rejected(&valued(relative(true, false, None), &["12", "-1"])));
    assert_eq!(bases(&valued(relative(true, false, Some(ZeroValue::Full)), &["12", "0", "16"])), ["100", "100", "75"]);
    assert_eq!(bases(&valued(relative(true, false, Some(ZeroValue::None)), &["12", "0", "16"])), ["100", "0", "75"]);
    // mean of 12 and 16 is 14
    assert_eq!(bases(&valued(relative(true, true, Some(ZeroValue::None)), &["12", "0", "16"])), ["100", "0", "175/2"]);
    // A basis that is not positive.
    assert!(rejected(&valued(relative(false, false, None), &["0", "-1"])));
}

#[test]
fn fields_are_groups_or_all_and_hold_ranked_units() {
    let mut p = valued(relative(false, false, None), &["100", "50", "80", "160"]);
    p.units[2].group = 1;
    p.units[3].group = 1;
    p.units[3].mode = Mode::Separate;
    // 单列 is measured against its field, 80; 不参评 units are nowhere.
    assert_eq!(bases(&p), ["100", "50", "100", "100"]);
    p.leaves[0].rule =
        Rule::Relative { low: false, mean: false, zero: None, field: Field { within: Within::Group, separate: true } };
    assert_eq!(bases(&p), ["100", "50", "50", "100"]);
    p.leaves[0].rule = Rule::Relative { low: false, mean: false, zero: None, field: field(Within::All) };
    assert_eq!(bases(&p)[..3], ["100", "50", "80"]);
    // An empty field.
    p.leaves[0].rule = relative(false, false, None);
    p.units[2].mode = Mode::Excluded;
    assert!(rejected(&p));
}

fn placed(ladder: Ladder) -> Rule {
    Rule::Placed { low: false, ladder, field: field(Within::Group) }
}

#[test]
fn places_in_a_field_are_worth_points() {
    let values = ["9", "7", "7", "5"];
    let table = Ladder::Table(texts(&["100", "95"]), "10".to_owned());
    assert_eq!(bases(&valued(placed(table), &values)), ["100", "95", "95", "10"]);
    // 90, two places behind less 5 % of 100 each, at least 80
    let steps = Ladder::Steps { first: "90".to_owned(), step: "5%".to_owned(), least: Some("80".to_owned()) };
    assert_eq!(bases(&valued(placed(steps), &values)), ["90", "85", "85", "80"]);
    // 100 − 30·(place − 1)/3
    let evenly = Ladder::Evenly { first: "100".to_owned(), last: "70".to_owned() };
    assert_eq!(bases(&valued(placed(evenly.clone()), &values)), ["100", "90", "90", "70"]);
    assert_eq!(bases(&valued(placed(evenly), &["3"])), ["100"]);
    // A 单列 unit stands one behind those that are better.
    let table = Ladder::Table(texts(&["100", "95"]), "10".to_owned());
    let mut p = valued(placed(table), &["9", "7", "8"]);
    p.units[2].mode = Mode::Separate;
    assert_eq!(bases(&p), ["100", "95", "95"]);
}

#[test]
fn typed_places_take_steps_and_bands_are_interpolated() {
    let steps = Ladder::Steps { first: "100".to_owned(), step: "5%".to_owned(), least: None };
    let mut p = valued(Rule::PlaceSteps(steps), &["0"]);
    p.entries[0][0].value = Some(Value::Place(3));
    assert_eq!(bases(&p), ["90"]);
    // 50 + 50·(70 − 60)/(80 − 60); above the last bound the last points
    let curve = Rule::Curve(bands(&[("0", "0"), ("60", "50"), ("80", "100")]));
    assert_eq!(bases(&valued(curve, &["70", "30", "95"])), ["75", "25", "100"]);
}

#[test]
fn a_coefficient_comes_before_the_field() {
    // 80·1.5 = 120 is best; 100·1 is 100/120 of it.
    let mut p = valued(relative(false, false, None), &["80", "100"]);
    p.numbers = texts(&["k"]);
    p.units[0].numbers = texts(&["1.5"]);
    p.units[1].numbers = texts(&["1"]);
    p.leaves[0].more.coefficient = vec![0];
    assert_eq!(bases(&p), ["100", "250/3"]);
}

#[test]
fn components_are_converted() {
    let mut p = typed(&["80", "60", "40"]);
    let mut convert = |by: ConvertBy| {
        p.components[0].more.convert = Some((by, Within::Group));
        bases(&p)
    };
    assert_eq!(convert(ConvertBy::Best), ["100", "75", "50"]);
    // mean 60 is worth 85
    assert_eq!(convert(ConvertBy::Mean("85".to_owned())), ["100", "85", "170/3"]);
    let steps = Ladder::Steps { first: "98".to_owned(), step: "3".to_owned(), least: Some("94".to_owned()) };
    assert_eq!(convert(ConvertBy::Place(steps)), ["98", "95", "94"]);
    let evenly = Ladder::Evenly { first: "100".to_owned(), last: "70".to_owned() };
    assert_eq!(convert(ConvertBy::Place(evenly)), ["100", "85", "70"]);
    // Order: coefficient (none bounds it), then convert, then component_decimals, then the correction.
    p.numbers = texts(&["k"]);
    for (unit, number) in p.units.iter_mut().zip(["1", "2", "1"]) {
        unit.numbers = texts(&[number]);
    }
    p.components[0].more.coefficient = vec![0];
    p.components[0].more.coefficient_max = Some("none".to_owned());
    p.components[0].more.convert = Some((ConvertBy::Best, Within::Group));
    p.score.component_decimals = Some(1);
    assert_eq!(bases(&p), ["667/10", "100", "333/10"]);
    p.corrections.push(correction(2, Place::Component(0), "33.3", "50"));
    assert_eq!(bases(&p), ["667/10", "100", "50"]);
}

fn correction(unit: usize, place: Place, old: &str, new: &str) -> Correction {
    Correction {
        id: "GZ1".to_owned(),
        unit,
        place,
        old: old.to_owned(),
        new: new.to_owned(),
        number: "更1".to_owned(),
        status: "工委审定",
    }
}

#[test]
fn a_corrected_value_moves_the_basis_and_corrected_points_do_not() {
    let mut p = valued(relative(false, false, None), &["80", "40"]);
    p.corrections = vec![correction(0, Place::Value(0), "80", "50")];
    assert_eq!(bases(&p), ["100", "80"]);
    p.corrections = vec![correction(0, Place::Leaf(0), "100", "50")];
    assert_eq!(bases(&p), ["50", "50"]);
    p.corrections = vec![correction(0, Place::Value(0), "81", "50")];
    assert!(rejected(&p));
}

fn formulas(expr: &str, inputs: &[(&str, &str)]) -> Result<String, String> {
    let inputs: Vec<(String, Q)> = inputs.iter().map(|(name, value)| ((*name).to_owned(), q(value))).collect();
    formula::value(expr, &inputs).map(|value| value.to_string())
}

#[test]
fn formulas_are_exact() {
    // §19.13
    let of = |expr: &str| formulas(expr, &[("gdp", "9.6"), ("目标", "9"), ("a", "7")]).unwrap();
    assert_eq!(of("1 + 2 * 3 - 4 / 8"), "13/2");
    assert_eq!(of("(1 + 2) × 3 ÷ 4 − 1"), "5/4");
    assert_eq!(of("clamp((gdp - 目标) * 1.5, 5)"), "9/10");
    assert_eq!(of("clamp(a * -9, 5) + clamp(a, 5)"), "0");
    assert_eq!(of("a ^ 2"), "49");
    assert_eq!(of("a ^ 0 + 2 ^ 10"), "1025");
    assert_eq!(of("if(a > 6, 1, 2) + if(a = 6, 10, 20) + if(a <= 7, 100, 200)"), "121");
    // Only the chosen branch is evaluated.
    assert_eq!(of("if(a > 0, a, a / 0)"), "7");
    assert_eq!(of("min(3, a, 5) + max(3, a, 5) + abs(3 - a)"), "14");
    assert_eq!(of("round(2.675, 2) + floor(-0.5) + ceil(0.2)"), "67/25");
    assert!(formulas("a / (a - 7)", &[("a", "7")]).is_err());
    assert!(formulas("a +", &[("a", "7")]).is_err());
    assert!(formulas("b", &[("a", "7")]).is_err());
    assert!(formulas("a a", &[("a", "7")]).is_err());
    assert!(formulas("a ^ 21", &[("a", "7")]).is_err());
}

/// Inputs `a` and `b` of every unit.
fn formula_leaf(rule: Rule, expr: &str, units: &[[&str; 2]]) -> Project {
    let mut p = valued(rule, &vec!["0"; units.len()]);
    let leaf: &mut Leaf = &mut p.leaves[0];
    leaf.more.formula = Some(crate::project::Formula {
        expr: expr.to_owned(),
        inputs: vec![("a".to_owned(), false), ("b".to_owned(), false)],
    });
    for (entries, inputs) in p.entries.iter_mut().zip(units) {
        entries[0] = Entry { inputs: inputs.iter().map(|own| Some((*own).to_owned())).collect(), ..Entry::default() };
    }
    p
}

#[test]
fn a_formula_gives_points_or_the_value_of_a_rule() {
    // 60 + 1.5·10; clamped to [0, 100]
    let p = formula_leaf(Rule::Formula, "a + b * 1.5", &[["60", "10"], ["90", "10"], ["-20", "1"]]);
    assert_eq!(bases(&p), ["75", "100", "0"]);
    // 10/4 is best; 1/2 of it
    let p = formula_leaf(relative(false, false, None), "a / b", &[["10", "4"], ["5", "4"]]);
    assert_eq!(bases(&p), ["100", "50"]);
    assert!(rejected(&formula_leaf(Rule::Formula, "a / b", &[["10", "0"]])));
    let mut missing = formula_leaf(Rule::Formula, "a / b", &[["10", "2"]]);
    missing.entries[0][0].inputs[1] = None;
    assert!(rejected(&missing));
}

//! The random model of a generated project: leaves, components, policies, adjustments.

use std::collections::BTreeMap;

use crate::generate::short;
use crate::number::{Q, Way, count, int, q, sum};
use crate::project::{
    Absent, AdjustKind, AdjustLimits, AdjustRule, Ballots, Class, Component, ComponentMore, Denominator, Evidence,
    Given, Kind, Leaf, LeafMore, Method, Missing, Node, NotApplicable, OverClaim, PeriodPlan, Periods, Project,
    RankKeys, Rates, RatioIn, Rule, Scale, Scope, ScoreKeys, SelfPolicy, StraightLine, TieAtQuota, TooFew, Trim,
    Unverified,
};
use crate::rng::Rng;

fn owned(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

/// A model without grades, units and data.
pub(crate) fn model(rng: &mut Rng) -> Project {
    let hundred = rng.chance(85);
    let full = if rng.chance(90) { "100" } else { *rng.pick(&["50", "120"]) };
    let max = match full {
        "100" => rng.text(&["100", "105", "103.5"]),
        "50" => "52".to_owned(),
        _ => "125".to_owned(),
    };
    let score = ScoreKeys {
        full: full.to_owned(),
        min: "0".to_owned(),
        max,
        decimals: *rng.pick(&[2, 2, 1, 0, 0]),
        component_decimals: rng.chance(30).then_some(*rng.pick(&[0, 1, 2, 3])),
        rounding: Way::HalfUp,
    };
    let lines: Vec<Node> = (1..=2).map(|at| node(&format!("L{at}"), &format!("第{at}线"))).collect();
    let mut aspects: Vec<Node> =
        (1..=rng.between(2, 3)).map(|at| node(&format!("A{at}"), &format!("方面{at}"))).collect();
    let leaves = leaves(rng, hundred, aspects.len());
    for (at, aspect) in aspects.iter_mut().enumerate() {
        let points: Vec<Q> = leaves.iter().filter(|leaf| leaf.aspect == at).map(|leaf| q(&leaf.points)).collect();
        aspect.points = short(&sum(&points));
    }
    Project {
        score,
        components: components(rng, aspects.len()),
        lines,
        aspects,
        absent: Absent::default(),
        leaves,
        self_policy: SelfPolicy {
            missing_zero: rng.chance(70),
            unverified: *rng.pick(&[Unverified::Error, Unverified::Own, Unverified::Own, Unverified::Zero]),
            missing_evidence_zero: rng.chance(60),
            not_applicable: *rng.pick(&[
                NotApplicable::Full,
                NotApplicable::Zero,
                NotApplicable::Rescale,
                NotApplicable::Rescale,
            ]),
        },
        over_claim: rng.chance(40).then(|| OverClaim {
            free: rng.text(&["0", "1", "2.5"]),
            per: rng.text(&["0.5", "1", "2"]),
            points: rng.text(&["0.2", "0.5", "1"]),
            max: rng.text(&["1", "2", "3"]),
        }),
        adjust_rules: adjust_rules(rng),
        adjust_limits: AdjustLimits {
            per_item_max: rng.maybe(35, &["1.8", "2.5", "1"]),
            max_bonus: rng.maybe(60, &["2.5", "3", "4", "5"]),
            max_deduction: rng.maybe(50, &["1", "1.5", "2.5"]),
        },
        grades: Vec::new(),
        caps: Vec::new(),
        promotions: Vec::new(),
        rank: RankKeys {
            scope: if rng.chance(40) { Scope::All } else { Scope::Group },
            method: *rng.pick(&[Method::Competition, Method::Dense, Method::Modified]),
            tie_break: Vec::new(),
            tie_at_quota: *rng.pick(&[
                TieAtQuota::Exclude,
                TieAtQuota::Include,
                TieAtQuota::Exclude,
                TieAtQuota::Include,
                TieAtQuota::Exclude,
                TieAtQuota::Include,
                TieAtQuota::Committee,
            ]),
        },
        units: Vec::new(),
        entries: Vec::new(),
        adjust_rows: Vec::new(),
        decisions: Vec::new(),
        corrections: Vec::new(),
        twins: Vec::new(),
        indicator_table: rng.chance(40),
        numbers: Vec::new(),
        schemes: Vec::new(),
        awards: Vec::new(),
        allocations: Vec::new(),
    }
}

fn node(code: &str, name: &str) -> Node {
    Node { code: code.to_owned(), name: name.to_owned(), points: String::new() }
}

/// Leaves over the cells; every line and aspect has one; points add up to 100 or to anything.
fn leaves(rng: &mut Rng, hundred: bool, aspects: usize) -> Vec<Leaf> {
    let n = rng.between(4, 10);
    let weights: Vec<usize> = (0..n).map(|_| rng.between(1, 6)).collect();
    let total: usize = weights.iter().sum();
    let first = rng.below(8);
    let mut spent = 0;
    let mut leaves = Vec::new();
    for (at, weight) in weights.iter().enumerate() {
        let halves = if !hundred {
            weight * 5
        } else if at + 1 == n {
            200 - spent
        } else {
            200 * weight / total
        };
        spent += halves;
        let points = count(halves) / int(2);
        let aspect = if at < aspects { at } else { rng.below(aspects) };
        let line = if at < 2 { at } else { rng.below(2) };
        leaves.push(Leaf {
            code: format!("{}.{}.{}", line + 1, aspect + 1, at + 1),
            name: format!("指标之{}", at + 1),
            line,
            aspect,
            points: short(&points),
            rule: rule(rng, (first + at) % 8, &points),
            evidence: *rng.pick(&[Evidence::None, Evidence::Optional, Evidence::Required]),
            department: rng.chance(12),
            more: LeafMore::default(),
        });
    }
    for leaf in &mut leaves {
        if leaf.department {
            leaf.evidence = Evidence::None;
        }
    }
    leaves
}

/// One of the eight rules for a leaf with `p` points.
fn rule(rng: &mut Rng, which: usize, p: &Q) -> Rule {
    let part = |tenths: i64| short(&(p * int(tenths) / int(10)));
    match which {
        0 if rng.chance(50) => Rule::Deduct(owned(&[("每次", *rng.pick(&["0.5", "1", "0.3"]))])),
        0 => Rule::Deduct(owned(&[("缺项", "0.5"), ("程序", "1.25")])),
        1 if rng.chance(50) => Rule::Count(owned(&[("每次", *rng.pick(&["0.5", "1", "1.5"]))])),
        1 => Rule::Count(owned(&[("市级", "1"), ("省级", "2")])),
        2 => {
            let written = *rng.pick(&[RatioIn::Number, RatioIn::Percent, RatioIn::Part]);
            let (targets, floors): (&[&str], &[&str]) = match written {
                RatioIn::Number => (&["7", "9", "12.5"], &["3", "5"]),
                _ => (&["100", "90", "95.5"], &["50", "60"]),
            };
            Rule::Ratio { target: rng.text(targets), floor: rng.maybe(60, floors), written }
        }
        3 => Rule::Levels(owned(&[("A", "1"), ("B", "0.8"), ("C", "0.65"), ("D", "0")])),
        4 => Rule::Bands(vec![
            ("0".to_owned(), "0".to_owned()),
            ("60".to_owned(), part(5)),
            ("80".to_owned(), part(8)),
            ("95.5".to_owned(), short(p)),
        ]),
        5 => Rule::Checklist(vec![
            ("清单".to_owned(), part(5)),
            ("报告".to_owned(), part(3)),
            ("台账".to_owned(), part(2)),
        ]),
        6 => Rule::Place(vec![short(p), part(9), part(6)], part(2)),
        _ if rng.chance(50) => Rule::Direct(Vec::new()),
        _ => Rule::Direct(vec![(short(p), short(p)), (part(5), part(8)), ("0".to_owned(), "0".to_owned())]),
    }
}

fn components(rng: &mut Rng, aspects: usize) -> Vec<Component> {
    let choices: [&[&str]; 6] = [
        &["60", "40"],
        &["72.5", "27.5"],
        &["50", "35", "15"],
        &["33.5", "33.5", "33"],
        &["40", "30", "20", "10"],
        &["55", "22.5", "12.5", "10"],
    ];
    let weights = choices[rng.below(choices.len())];
    let mut list = vec![("indicators", Kind::Indicators)];
    let mut others = vec![
        ("meeting", Kind::Ballots(ballots(rng))),
        ("online", Kind::Ballots(ballots(rng))),
        ("daily", Kind::Given(given(rng, aspects))),
    ];
    while list.len() < weights.len() {
        let at = rng.below(others.len());
        list.push(others.remove(at));
    }
    let named = list.into_iter().zip(weights);
    named
        .map(|((id, kind), weight)| Component {
            id: id.to_owned(),
            name: format!("组成-{id}"),
            weight: (*weight).to_owned(),
            kind,
            more: ComponentMore::default(),
        })
        .collect()
}

fn ballots(rng: &mut Rng) -> Ballots {
    let (scale, full) = match rng.below(6) {
        0 | 1 => (Scale::Levels(owned(&[("好", "100"), ("较好", "80"), ("一般", "60"), ("差", "0")])), None),
        2 => (Scale::Levels(owned(&[("满意", "100"), ("基本满意", "75.5"), ("不满意", "30")])), None),
        3 => (Scale::Levels(owned(&[("优", "10"), ("良", "8"), ("中", "6"), ("差", "2")])), Some("10".to_owned())),
        4 => {
            let top_from = rng.maybe(50, &["8", "9.5"]);
            (range("0", "10", top_from), None)
        }
        _ => (range("60", "100", rng.maybe(50, &["90"])), rng.maybe(20, &["120"])),
    };
    let (positive, positive_from) = match &scale {
        Scale::Levels(_) => (if rng.chance(80) { vec![0, 1] } else { Vec::new() }, None),
        Scale::Range { max, .. } if max == "10" => (Vec::new(), rng.maybe(80, &["6", "8"])),
        Scale::Range { .. } => (Vec::new(), rng.maybe(80, &["70", "85"])),
    };
    let rates = *rng.pick(&[Rates::Unit, Rates::Unit, Rates::Unit, Rates::Aspects, Rates::Aspects, Rates::Indicators]);
    let (low, high) = *rng.pick(&[(1, 1), (1, 0), (0, 1), (2, 1)]);
    let trim = rng.chance(55).then(|| Trim {
        low,
        high,
        from: low + high + rng.between(1, 3),
        on_ballot: rng.chance(45),
        share: None,
    });
    let choices: [&[&str]; 3] = [&["100"], &["70", "30"], &["45", "30", "25"]];
    let class_weights = choices[rng.below(choices.len())];
    let classes = class_weights
        .iter()
        .enumerate()
        .map(|(at, weight)| Class {
            id: format!("K{}", at + 1),
            name: ["领导", "干部", "群众代表"][at].to_owned(),
            weight: (*weight).to_owned(),
            issued: None,
            recuse: rng.chance(70),
            scale: None,
        })
        .collect();
    Ballots {
        rates,
        scale,
        full,
        positive,
        positive_from,
        denominator: if rng.chance(35) { Denominator::All } else { Denominator::Valid },
        max_top_share: rng.maybe(30, &["34", "50", "67.5"]),
        straight_line: *rng.pick(&[StraightLine::Void, StraightLine::Warn, StraightLine::Allow]),
        pattern_from: rng.between(2, 4),
        trim,
        mean_decimals: rng.chance(30).then_some(*rng.pick(&[0, 1, 2])),
        quorum: rng.maybe(60, &["50", "60", "66.7"]),
        min_valid: *rng.pick(&[0, 0, 2, 3, 4]),
        too_few: *rng.pick(&[TooFew::Error, TooFew::Flag, TooFew::GroupMedian, TooFew::GroupMedian]),
        missing_class_error: rng.chance(15),
        classes,
        ballots: Vec::new(),
        tallies: Vec::new(),
        share: None,
        two_abstentions: false,
        not_applicable: Vec::new(),
    }
}

fn range(min: &str, max: &str, top_from: Option<String>) -> Scale {
    Scale::Range { min: min.to_owned(), max: max.to_owned(), top_from }
}

fn given(rng: &mut Rng, aspects: usize) -> Given {
    let periods = *rng.pick(&[Periods::Mean, Periods::Last, Periods::Sum]);
    let (names, write_order) = match rng.below(3) {
        0 => (vec!["2025-01", "2025-02", "2025-03", "2025-04"], false),
        1 => (vec!["上半年", "下半年"], true),
        _ => (vec!["2025"], false),
    };
    let rates = *rng.pick(&[Rates::Unit, Rates::Unit, Rates::Aspects, Rates::Indicators]);
    let nodes = match rates {
        Rates::Unit => vec![0],
        Rates::Aspects if rng.chance(30) => vec![rng.below(aspects)],
        Rates::Aspects => (0..aspects).collect(),
        Rates::Indicators => Vec::new(),
    };
    Given {
        scale: rng.text(&["100", "10", "50"]),
        periods,
        names: names.into_iter().map(str::to_owned).collect(),
        write_order,
        missing: if rng.chance(60) { Missing::Zero } else { Missing::Error },
        rates,
        nodes,
        rows: BTreeMap::new(),
        plan: PeriodPlan::default(),
    }
}

fn adjust_rules(rng: &mut Rng) -> Vec<AdjustRule> {
    let levels = owned(&[("国家级", "3"), ("省级", "2"), ("市级", "1")]);
    let mut one = |code: &str, kind, points: Option<&str>, levels: Vec<(String, String)>, limits: &[&str]| AdjustRule {
        code: code.to_owned(),
        name: format!("事项{code}"),
        kind,
        points: points.map(str::to_owned),
        levels,
        max_per_unit: rng.maybe(50, limits).filter(|_| kind != AdjustKind::Event),
    };
    vec![
        one("B1", AdjustKind::Bonus, None, levels, &["3", "4.5"]),
        one("B2", AdjustKind::Bonus, Some("2"), Vec::new(), &["2", "3"]),
        one("D1", AdjustKind::Deduction, Some("0.5"), Vec::new(), &["0.5", "1"]),
        one("D2", AdjustKind::Deduction, None, owned(&[("一般", "1"), ("严重", "2")]), &["2"]),
        one("V1", AdjustKind::Event, None, Vec::new(), &["1"]),
        one("V2", AdjustKind::Event, None, Vec::new(), &["1"]),
    ]
}

//! Random data of a generated project: units, self-reports, votes, given scores and registers.

use crate::generate::short;
use crate::leaves::points_of;
use crate::number::{Q, count, int, print, q, round};
use crate::project::{
    AdjustKind, AdjustRow, Ballot, Ballots, Denominator, Entry, Evidence, Given, Leaf, Missing, Mode, Periods, Project,
    Rates, RatioIn, Rule, Scale, Score, Tally, Unit, Unverified, Value,
};
use crate::rng::Rng;

/// The roster: 3 to 9 units in 1 to 3 groups, at least two of them ranked.
pub(crate) fn unit_table(p: &mut Project, rng: &mut Rng) {
    let n = rng.between(3, 9);
    let groups = if n < 5 { 1 } else { rng.between(1, 3) };
    for at in 0..n {
        let mode = match rng.below(100) {
            _ if at < 2 => Mode::Ranked,
            0..=9 => Mode::Separate,
            10..=18 => Mode::Excluded,
            _ => Mode::Ranked,
        };
        p.units.push(Unit {
            code: format!("U{:02}", at + 1),
            name: format!("市属单位{}", ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬"][at]),
            short: ["甲局", "乙局", "丙局", "丁局", "戊局", "己局", "庚局", "辛局", "壬局"][at].to_owned(),
            group: rng.below(groups),
            mode,
            attribute: rng.text(&["好", "好", "较好", "一般"]),
            numbers: p.numbers.iter().map(|_| rng.text(&["1", "0.9", "1.05", "1.2"])).collect(),
            has_report: !p.leaves.is_empty() && !(p.self_policy.missing_zero && rng.chance(8)),
        });
    }
    if rng.chance(2) {
        p.units[0].has_report = false;
    }
    // Units that copy another one, so that ties arise.
    let often = *rng.pick(&[0, 35, 60, 75]);
    for unit in 0..n {
        let twin = (unit > 0 && rng.chance(often)).then(|| rng.below(unit));
        if let Some(twin) = twin {
            p.units[unit].has_report = p.units[twin].has_report;
            if rng.chance(80) {
                p.units[unit].group = p.units[twin].group;
            }
        }
        p.twins.push(twin);
    }
}

/// The unit that a unit copies; now and then it does not after all.
fn copied(p: &Project, unit: usize, rng: &mut Rng) -> Option<usize> {
    p.twins[unit].filter(|_| rng.chance(97))
}

/// Few values per leaf, among which units differ.
fn pool(leaf: &Leaf, rng: &mut Rng) -> Vec<Value> {
    let number = |texts: &[&str]| texts.iter().map(|text| Value::Number((*text).to_owned())).collect::<Vec<_>>();
    match &leaf.rule {
        Rule::Deduct(kinds) | Rule::Count(kinds) => {
            let one = |rng: &mut Rng| kinds.iter().map(|_| u32::try_from(rng.below(5)).expect("small")).collect();
            (0..3).map(|_| Value::Counts(one(rng))).collect()
        }
        Rule::Ratio { written: RatioIn::Number, .. } => number(&["4", "6.5", "7", "8", "2"]),
        Rule::Ratio { written: RatioIn::Percent, .. } => number(&["95", "88.5", "100", "55", "60"]),
        Rule::Ratio { written: RatioIn::Part, .. } => {
            vec![Value::Part(18, 20), Value::Part(5, 7), Value::Part(9, 9), Value::Part(1, 3)]
        }
        Rule::Levels(_) => vec![Value::Level(0), Value::Level(1), Value::Level(rng.between(2, 3))],
        Rule::Bands(_) | Rule::Curve(_) => number(&["79.9", "80", "95.5", "60", "12"]),
        Rule::Checklist(_) => {
            vec![Value::Ticks(vec![0, 1, 2]), Value::Ticks(vec![0, 2]), Value::Ticks(vec![1])]
        }
        Rule::Place(..) | Rule::PlaceSteps(_) => {
            vec![Value::Place(1), Value::Place(2), Value::Place(3), Value::Place(5)]
        }
        Rule::Relative { .. } | Rule::Placed { .. } | Rule::Direct(_) | Rule::Formula => Vec::new(),
    }
}

/// Points somebody may type for a leaf.
fn typed(leaf: &Leaf, rng: &mut Rng) -> String {
    short(&(q(&leaf.points) * int(*rng.pick(&[0, 5, 8, 10, 10])) / int(10)))
}

/// All self-reports and verified cells.
pub(crate) fn entries(p: &mut Project, rng: &mut Rng) {
    let pools: Vec<Vec<Value>> = p.leaves.iter().map(|leaf| pool(leaf, rng)).collect();
    let mut all: Vec<Vec<Entry>> = Vec::new();
    for unit in 0..p.units.len() {
        if let Some(from) = copied(p, unit, rng) {
            all.push(all[from].clone());
            continue;
        }
        let mut row = Vec::new();
        for (at, pool) in pools.iter().enumerate() {
            let first_of_aspect = p.leaves.iter().position(|leaf| leaf.aspect == p.leaves[at].aspect) == Some(at);
            row.push(entry(p, &p.leaves[at], pool, !first_of_aspect, rng));
        }
        all.push(row);
    }
    p.entries = all;
}

fn entry(p: &Project, leaf: &Leaf, pool: &[Value], may_leave: bool, rng: &mut Rng) -> Entry {
    let mut entry = Entry {
        evidence: leaf.evidence != Evidence::None && rng.chance(80),
        in_table: leaf.department || rng.chance(25),
        ..Entry::default()
    };
    let decimals = p.score.decimals.max(1);
    let direct = matches!(leaf.rule, Rule::Direct(_));
    // What the unit says.
    if direct {
        entry.self_points = Some(typed(leaf, rng));
    } else {
        let Some(done) = (!pool.is_empty()).then(|| rng.pick(pool).clone()) else {
            // Rules of SPEC §19: the cells are written later.
            return entry;
        };
        let worth = points_of(leaf, &done).expect("pools hold applicable values");
        entry.self_points = match rng.below(10) {
            0 | 1 => None,
            2 | 3 => Some(short(&q(&leaf.points))),
            _ => Some(print(&worth, decimals)),
        };
        entry.done = Some(done);
    }
    // What the verifier says.
    let own = p.self_policy.unverified == Unverified::Own;
    if may_leave && !leaf.department && own && rng.chance(5) {
        entry.done = Some(Value::NotApplicable);
        entry.self_points = None;
        entry.in_table = false;
        return entry;
    }
    if may_leave && rng.chance(9) {
        let part = matches!(leaf.rule, Rule::Ratio { written: RatioIn::Part, .. });
        entry.value = Some(if part && rng.chance(50) { Value::Part(0, 0) } else { Value::NotApplicable });
        return entry;
    }
    let unverified = p.self_policy.unverified != Unverified::Error && !leaf.department && rng.chance(20);
    if unverified {
        entry.in_table = false;
        return entry;
    }
    if direct {
        entry.points = Some(typed(leaf, rng));
        return entry;
    }
    match rng.below(10) {
        0 | 1 => entry.points = Some(typed(leaf, rng)),
        other => {
            let value = match &entry.done {
                Some(done) if rng.chance(70) => done.clone(),
                _ => rng.pick(pool).clone(),
            };
            if other < 4 {
                let worth = points_of(leaf, &value).expect("pools hold applicable values");
                let shortened = short(&worth);
                let exact = q(&shortened) == worth && rng.chance(50);
                entry.points = Some(if exact { shortened } else { print(&worth, decimals) });
            }
            entry.value = Some(value);
        }
    }
    entry
}

/// Marks to choose from.
fn marks(scale: &Scale) -> Vec<String> {
    match scale {
        Scale::Levels(levels) => levels.iter().map(|(name, _)| name.clone()).collect(),
        Scale::Range { max, .. } if max == "10" => ["10", "9", "8", "7.5", "6"].map(str::to_owned).to_vec(),
        Scale::Range { .. } => ["100", "95", "90", "80.5", "60"].map(str::to_owned).to_vec(),
    }
}

/// A cell that is no rating: void, abstained or blank.
fn no_rating(scale: &Scale, rng: &mut Rng) -> String {
    match rng.below(10) {
        0..=2 => match scale {
            Scale::Levels(_) => "很棒".to_owned(),
            Scale::Range { .. } => rng.text(&["101", "很棒"]),
        },
        3..=6 => "弃权".to_owned(),
        _ => String::new(),
    }
}

/// Ballots and tallies of a component.
pub(crate) fn votes(p: &Project, mut b: Ballots, rng: &mut Rng) -> Ballots {
    let copies: Vec<Option<usize>> = (0..p.units.len()).map(|unit| copied(p, unit, rng)).collect();
    let liking: Vec<usize> = (0..p.units.len()).map(|_| rng.below(3)).collect();
    let matrix = rng.chance(25);
    // Some ballots are made of whole units only, where SPEC has no word on partly marked ones.
    let whole = b.missing_class_error || b.trim.as_ref().is_some_and(|trim| trim.on_ballot);
    for class in 0..b.classes.len() {
        let levels = matches!(b.scale_of(class), Scale::Levels(_));
        if levels && rng.chance(25) && (b.rates == Rates::Unit || b.min_valid == 0) {
            let tallies = tally(p, &b, class, rng);
            b.tallies.extend(tallies);
            continue;
        }
        let raters = if rng.chance(20) { rng.between(1, 2) } else { rng.between(3, 8) };
        let nodes = p.node_count(b.rates);
        for serial in 1..=raters {
            let own = rng.chance(45).then(|| rng.below(p.units.len()));
            let all = rng.chance(75);
            let habit = rng.below(12);
            let mut ballot =
                Ballot { class, rater: format!("P{}-{serial:02}", class + 1), own, marks: Vec::new(), matrix };
            for unit in 0..p.units.len() {
                let copied = copies[unit].and_then(|from| ballot.marks.iter().find(|(listed, _)| *listed == from));
                let skipped = if copies[unit].is_some() { copied.is_none() } else { !all && rng.chance(45) };
                if skipped {
                    continue;
                }
                let texts = match copied {
                    Some((_, texts)) => texts.clone(),
                    None => sheet_row(b.scale_of(class), nodes, liking[unit], habit, whole, rng),
                };
                ballot.marks.push((unit, texts));
            }
            if !ballot.marks.is_empty() {
                say_plainly(p, b.scale_of(class), &mut ballot);
                b.ballots.push(ballot);
            }
        }
        if rng.chance(60) || b.denominator == Denominator::Issued {
            let returned = b.ballots.iter().filter(|ballot| ballot.class == class).count();
            b.classes[class].issued = Some(u32::try_from(returned + rng.below(4)).expect("small"));
        }
    }
    b
}

/// Words that nobody knows wait for people where they leave a ballot without any valid mark (a lost vote is a wrong
/// result); a project that is to be scored has marks there that are plainly void.
fn say_plainly(p: &Project, scale: &Scale, ballot: &mut Ballot) {
    let known = marks(scale);
    let own = ballot.own;
    let counts = |unit: usize| Some(unit) != own && p.units[unit].mode != Mode::Excluded;
    let mut counting = ballot.marks.iter().filter(|(unit, _)| counts(*unit)).flat_map(|(_, texts)| texts);
    if counting.any(|text| known.contains(text)) {
        return;
    }
    let void = match scale {
        Scale::Levels(_) => format!("{}、{}", known[0], known[1]),
        Scale::Range { .. } => "101".to_owned(),
    };
    for text in ballot.marks.iter_mut().flat_map(|(_, texts)| texts).filter(|text| *text == "很棒") {
        text.clone_from(&void);
    }
}

/// The marks of one rater for one unit.
fn sheet_row(scale: &Scale, nodes: usize, liking: usize, habit: usize, whole: bool, rng: &mut Rng) -> Vec<String> {
    let marks = marks(scale);
    if whole && rng.chance(9) {
        return vec![no_rating(scale, rng); nodes];
    }
    (0..nodes)
        .map(|_| {
            if habit == 2 && rng.chance(70) || !whole && habit != 0 && rng.chance(9) {
                return if whole { marks[0].clone() } else { no_rating(scale, rng) };
            }
            match habit {
                0 => marks[1].clone(),
                1 => marks[0].clone(),
                _ => marks[(liking + rng.below(2)).min(marks.len() - 1)].clone(),
            }
        })
        .collect()
}

fn tally(p: &Project, b: &Ballots, class: usize, rng: &mut Rng) -> Vec<Tally> {
    let Scale::Levels(levels) = b.scale_of(class) else {
        return Vec::new();
    };
    let small = |n: usize| u32::try_from(n).expect("small");
    let mut tallies: Vec<Tally> = Vec::new();
    for unit in 0..p.units.len() {
        let twin = copied(p, unit, rng).and_then(|from| tallies.iter().find(|tally| tally.unit == from)).cloned();
        if let (Some(twin), false) = (twin, p.units[unit].mode == Mode::Excluded) {
            tallies.push(Tally { unit, ..twin });
            continue;
        }
        if p.units[unit].mode == Mode::Excluded || rng.chance(4) {
            continue;
        }
        let valid = rng.between(2, 12);
        let mut nodes = Vec::new();
        for _ in 0..p.node_count(b.rates) {
            let mut left = valid;
            let mut votes = Vec::new();
            for _ in levels {
                let n = rng.between(0, left);
                votes.push(small(n));
                left -= n;
            }
            if left == valid {
                votes[0] = 1;
                left -= 1;
            }
            nodes.push((votes, small(left)));
        }
        let void = rng.below(3);
        tallies.push(Tally {
            class,
            unit,
            nodes,
            issued: (rng.chance(70) || b.denominator == Denominator::Issued)
                .then(|| small(valid + void + rng.below(10))),
            valid: small(valid),
            void: small(void),
        });
    }
    tallies
}

/// The table of a component of kind "given".
pub(crate) fn given_rows(p: &Project, mut g: Given, rng: &mut Rng) -> Given {
    if g.rates == Rates::Indicators {
        g.nodes = (0..p.leaves.len()).collect();
    }
    let parts = if g.periods == Periods::Sum { count(g.names.len()) } else { int(1) };
    for unit in 0..p.units.len() {
        if p.units[unit].mode == Mode::Excluded {
            continue;
        }
        let copy = copied(p, unit, rng);
        for period in 0..g.names.len() {
            for place in 0..g.nodes.len() {
                if let Some(from) = copy {
                    if let Some(points) = g.rows.get(&(from, period, place)).cloned() {
                        g.rows.insert((unit, period, place), points);
                        continue;
                    } else if g.missing == Missing::Zero {
                        continue;
                    }
                }
                if g.missing == Missing::Zero && rng.chance(6) {
                    if rng.chance(50) {
                        g.rows.insert((unit, period, place), Score::Blank);
                    }
                    continue;
                }
                let share = Q::new((*rng.pick(&[60, 75, 80, 90, 100])).into(), 100.into());
                let points = round(&(q(&g.scale) * share / &parts), 4);
                g.rows.insert((unit, period, place), Score::Points(short(&points)));
            }
        }
    }
    // Every period must be seen, in every project.
    for period in 0..g.names.len() {
        for place in 0..g.nodes.len() {
            let first = g.rows.entry((0, period, place)).or_insert(Score::Blank);
            if *first == Score::Blank {
                *first = Score::Points("5".to_owned());
            }
        }
    }
    g
}

/// 加减分登记 and 事项登记.
pub(crate) fn registers(p: &mut Project, rng: &mut Rng) {
    // In quiet projects units that are alike stay so.
    let quiet = rng.chance(60);
    let alike = |unit: usize| p.twins[unit].is_some() || p.twins.contains(&Some(unit));
    for serial in 1..=rng.between(0, 16) {
        let code = rng.below(p.adjust_rules.len());
        let rule = &p.adjust_rules[code];
        let level = if rule.levels.is_empty() { String::new() } else { rng.pick(&rule.levels).0.clone() };
        let model = match &rule.points {
            Some(points) => points.clone(),
            None => rule.levels.iter().find(|(name, _)| *name == level).map(|(_, n)| n.clone()).unwrap_or_default(),
        };
        let points = if rule.kind == AdjustKind::Deduction && rng.chance(20) { format!("-{model}") } else { model };
        let prefix = if rule.kind == AdjustKind::Event { "SX" } else { "JF" };
        let unit = if rng.chance(60) { rng.below(2) } else { rng.below(p.units.len()) };
        if quiet && alike(unit) {
            continue;
        }
        let status = *rng.pick(&[
            "工委审定",
            "工委审定",
            "工委审定",
            "工委审定",
            "工委审定",
            "工委审定",
            "拟提",
            "部门已核",
            "不予采纳",
            "撤销",
        ]);
        let full = |percent: usize, text: String, rng: &mut Rng| {
            if rng.chance(percent) { text } else { String::new() }
        };
        p.adjust_rows.push(AdjustRow {
            id: format!("{prefix}{serial}"),
            unit,
            code,
            matter: rng.text(&["", "文明创建", "文明创建", "党建品牌", "信访"]),
            level,
            points,
            document: full(97, format!("关于第{serial}件事的通报"), rng),
            number: full(97, format!("通〔2025〕{:03}号", 17 * serial % 101), rng),
            date: rng.text(&["2025-03-05", "2025-06-30", "2025-11-01", "2025-11-01"]),
            status,
            approval: full(97, format!("工委〔2026〕{serial:03}号"), rng),
        });
    }
    // The order of rows says nothing.
    for at in (1..p.adjust_rows.len()).rev() {
        let other = rng.below(at + 1);
        p.adjust_rows.swap(at, other);
    }
}

//! Two published measures as projects: the naive scorer alone gives every fraction of their tables.

use assess::result::outcome::Fate;

use crate::features::{Feature, LANDED};
use crate::generate::Case;
use crate::hand::{ballots, component, leaf, typed};
use crate::number::{exact, print, q};
use crate::program::{self, Ended};
use crate::project::{
    Award, AwardBy, Condition, Correction, Entry, Field, Formula, Kind, Ladder, Leaf, LeafPeriods, Node, PeriodPlan,
    Place, Project, Rounding, Rule, Scale, Scheme, Scope, Sense, Share, Size, Tally, Target, TieAtQuota, Value, Within,
};
use crate::score::{Outcome, score};

fn node(code: &str, points: &str) -> Node {
    Node { code: code.to_owned(), name: format!("方面{code}"), points: points.to_owned() }
}

fn number(text: &str) -> Entry {
    Entry { value: Some(Value::Number(text.to_owned())), in_table: true, ..Entry::default() }
}

/// A leaf that one scheme has.
fn of_scheme(scheme: usize, leaf: Leaf) -> Leaf {
    let mut leaf = leaf;
    leaf.more.schemes = vec![scheme];
    leaf.department = true;
    leaf
}

fn relative() -> Rule {
    Rule::Relative { low: false, mean: false, zero: None, field: Field { within: Within::Scheme, separate: false } }
}

const COUNTY: &str = "rate + clamp((gdp - target) * 1.5, 5) + clamp(gap1 * 0.15, 3) + clamp(gap2 * 0.15, 3)";

/// Name, invest %, GDP, target, gap 1, gap 2, coefficient, information, places of twelve months; zones lack the middle.
type Row = (&'static str, [&'static str; 5], &'static str, &'static str, [u32; 12]);

const ROWS: [Row; 7] = [
    ("LC", ["48.2", "9.6", "9", "1.2", "-5"], "1.35", "92.5", [1, 2, 5, 3, 1, 5, 2, 1, 2, 5, 3, 7]),
    ("LW", ["52.1", "9.1", "10", "2.0", "1"], "1.2", "81", [4, 6, 3, 2, 2, 6, 4, 4, 6, 3, 2, 6]),
    ("RA", ["55.4", "10.3", "10", "-1.5", "0.5"], "1.25", "88.4", [7, 3, 1, 1, 3, 7, 6, 7, 3, 1, 1, 5]),
    ("WC", ["88.9", "12.8", "12", "4", "3"], "1.0", "70.2", [3, 7, 6, 7, 4, 1, 1, 3, 7, 6, 7, 4]),
    ("OJ", ["102.3", "", "", "", ""], "1", "80", [6, 4, 4, 6, 5, 2, 3, 6, 4, 4, 6, 3]),
    ("JK", ["96.5", "", "", "", ""], "1", "100", [2, 1, 2, 5, 6, 3, 5, 2, 1, 2, 5, 2]),
    ("ST", ["110.0", "", "", "", ""], "1", "64", [5, 5, 7, 4, 7, 4, 7, 5, 5, 7, 4, 1]),
];

/// Measure A: counties (group 0) and zones (group 1) of a city.
pub(crate) fn measure_a() -> Project {
    let mut p = typed(&["0"; 7]);
    p.score.full = "450".to_owned();
    p.score.max = "450".to_owned();
    p.grades.clear();
    p.numbers = vec!["难度系数".to_owned()];
    p.schemes = vec![
        Scheme { code: "X".to_owned(), name: "县".to_owned(), groups: vec![0], weights: None },
        Scheme { code: "Q".to_owned(), name: "区".to_owned(), groups: vec![1], weights: None },
    ];
    p.aspects = vec![node("A1", "400"), node("A2", "20"), node("A3", "30")];
    let inputs = ["rate", "gdp", "target", "gap1", "gap2"];
    let mut county = of_scheme(0, leaf("1.1", "400", relative()));
    county.more.coefficient = vec![0];
    county.more.formula = Some(Formula {
        expr: COUNTY.to_owned(),
        inputs: inputs.iter().map(|name| ((*name).to_owned(), *name == "rate")).collect(),
    });
    let zone = of_scheme(1, leaf("1.2", "400", relative()));
    let steps = Ladder::Steps { first: "20".to_owned(), step: "0.5".to_owned(), least: None };
    let field = Field { within: Within::Scheme, separate: false };
    let mut info = of_scheme(0, leaf("2.1", "20", Rule::Placed { low: false, ladder: steps, field }));
    info.aspect = 1;
    let ratio = Rule::Ratio { target: "100".to_owned(), floor: None, written: crate::project::RatioIn::Number };
    let mut checked = of_scheme(1, leaf("2.2", "20", ratio));
    checked.aspect = 1;
    let steps = Ladder::Steps { first: "30".to_owned(), step: "5%".to_owned(), least: None };
    let mut funeral = leaf("3.1", "30", Rule::PlaceSteps(steps));
    funeral.aspect = 2;
    funeral.department = true;
    funeral.more.periods = Some(LeafPeriods {
        names: (1..=12).map(|month| format!("2025-{month:02}")).collect(),
        sum: false,
        plan: PeriodPlan::default(),
    });
    p.leaves = vec![county, zone, info, checked, funeral];
    for (at, (name, values, coefficient, information, months)) in ROWS.iter().enumerate() {
        let unit = &mut p.units[at];
        unit.code = (*name).to_owned();
        unit.name = format!("{name}地");
        unit.short = format!("{name}简称");
        unit.group = usize::from(at > 3);
        unit.has_report = false;
        unit.numbers = vec![(*coefficient).to_owned()];
        let county = Entry {
            inputs: values.iter().map(|value| (!value.is_empty()).then(|| (*value).to_owned())).collect(),
            in_table: true,
            ..Entry::default()
        };
        let places = months.iter().map(|place| Some(Value::Place(*place))).collect();
        let funeral = Entry { by_period: places, in_table: true, ..Entry::default() };
        p.entries[at] = vec![county, number(values[0]), number(information), number(information), funeral];
    }
    p.awards = vec![Award {
        code: "TZ".to_owned(),
        name: "投资奖".to_owned(),
        by: AwardBy::Aspect(0),
        size: Size::Places(1),
        rounding: Rounding::Floor,
        scope: Scope::Group,
        at_least: None,
        // Fewer than 24 of 30 points.
        unless: Some(Condition::Below { target: Target::Leaf(4), component: None, below: "80".to_owned() }),
        tie: TieAtQuota::Exclude,
    }];
    p
}

/// Points of every leaf of the measures as fractions, then the total.
fn told(p: &Project, outcome: &Outcome, unit: usize) -> Vec<String> {
    let own = &outcome.units[unit];
    let mut all: Vec<String> = own.leaves.iter().flat_map(|leaf| &leaf.points).map(ToString::to_string).collect();
    all.push(own.exact_total.to_string());
    all.push(print(&own.total, p.score.decimals));
    all
}

#[test]
fn measure_a_gives_every_fraction() {
    let p = measure_a();
    let outcome = score(&p);
    assert!(!outcome.log.rejected(), "{:?}", outcome.log.errors);
    assert_eq!(outcome.log.unclear.len(), 0, "{:?}", outcome.log.unclear);
    let expected = [
        ["524124/1823", "20", "215/8", "4876617/14584", "334.38"],
        ["491520/1823", "19", "51/2", "1145287/3646", "314.12"],
        ["557000/1823", "39/2", "207/8", "5117749/14584", "350.92"],
        ["400", "37/2", "49/2", "443", "443.00"],
        ["372", "16", "199/8", "3303/8", "412.88"],
        ["3860/11", "20", "27", "4377/11", "397.91"],
        ["400", "64/5", "191/8", "17467/40", "436.68"],
    ];
    for (unit, expected) in expected.iter().enumerate() {
        assert_eq!(told(&p, &outcome, unit), *expected, "{}", p.units[unit].code);
    }
    // WC of the counties; of the zones ST is first, has 191/8 < 24 points for funeral reform, and OJ moves up.
    assert_eq!(outcome.awards, [vec![3, 4]]);
    let ranks: Vec<_> = outcome.units.iter().map(|unit| unit.rank_group.unwrap()).collect();
    assert_eq!(ranks, [3, 4, 2, 1, 2, 3, 1]);
}

/// WC invested 80.9, not 88.9.
fn corrected_input() -> Correction {
    Correction {
        id: "GZ1".to_owned(),
        unit: 3,
        place: Place::Input(0, 0),
        old: "88.9".to_owned(),
        new: "80.9".to_owned(),
        number: "更1".to_owned(),
        status: "工委审定",
    }
}

#[test]
fn a_corrected_input_of_measure_a_moves_the_basis() {
    let mut p = measure_a();
    p.corrections.push(corrected_input());
    let outcome = score(&p);
    assert!(!outcome.log.rejected(), "{:?}", outcome.log.errors);
    let points: Vec<String> =
        outcome.units.iter().filter_map(|unit| unit.leaves[0].points.as_ref()).map(ToString::to_string).collect();
    assert_eq!(points, ["524124/1663", "491520/1663", "557000/1663", "400"]);
}

/// Measure C: projects relative to the first, leaders who place, a vote by the share of its best level.
pub(crate) fn measure_c() -> Project {
    let mut p = typed(&["0"; 4]);
    p.score.full = "1000".to_owned();
    p.score.max = "1000".to_owned();
    p.grades.clear();
    p.aspects = vec![node("A1", "600")];
    let mut projects = leaf("1.1", "600", relative());
    projects.department = true;
    p.leaves = vec![projects];
    let levels =
        |list: &[(&str, &str)]| list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
    let mut leaders = ballots(&["100"]);
    leaders.scale = Scale::Levels(levels(&[("1", "200"), ("2", "196"), ("3", "192"), ("4", "188")]));
    leaders.full = Some("200".to_owned());
    // One row per leader, the places of A, B, C and D.
    let places = [["1", "2", "3", "4"], ["2", "1", "3", "4"], ["1", "3", "2", "4"], ["1", "2", "4", "3"]];
    for (leader, places) in places.iter().enumerate() {
        leaders.ballots.push(crate::project::Ballot {
            class: 0,
            rater: format!("L{leader}"),
            own: None,
            marks: places.iter().enumerate().map(|(unit, place)| (unit, vec![(*place).to_owned()])).collect(),
            matrix: false,
        });
    }
    let mut vote = ballots(&["100"]);
    vote.scale = Scale::Levels(levels(&[("优秀", "200"), ("称职", "160"), ("基本称职", "120"), ("不称职", "0")]));
    vote.full = Some("200".to_owned());
    vote.share = Some(Share {
        of: vec![0],
        bands: levels(&[("0", "145"), ("60", "160"), ("70", "175"), ("80", "190"), ("90", "200")]),
        interpolate: false,
    });
    for (unit, votes) in [[92, 6, 2, 0], [81, 15, 3, 1], [63, 27, 6, 4], [55, 15, 8, 22]].iter().enumerate() {
        vote.tallies.push(Tally {
            class: 0,
            unit,
            nodes: vec![(votes.to_vec(), 0)],
            issued: None,
            valid: votes.iter().sum(),
            void: 0,
        });
    }
    let mut vote = component("vote", "20", Kind::Ballots(vote));
    let bad = Condition::Votes { component: 2, of: vec![3], sense: Sense::AtLeast, bar: "20".to_owned() };
    // 130 of 200 points
    vote.more.limit = vec![(bad, "65".to_owned())];
    p.components =
        vec![component("indicators", "60", Kind::Indicators), component("leaders", "20", Kind::Ballots(leaders)), vote];
    for (at, (code, value)) in [("A", "540"), ("B", "500"), ("C", "432.5"), ("D", "410")].iter().enumerate() {
        let unit = &mut p.units[at];
        unit.code = (*code).to_owned();
        unit.name = format!("{code}镇");
        unit.short = format!("{code}简称");
        p.entries[at] = vec![number(value)];
    }
    p
}

#[test]
fn measure_c_gives_every_fraction() {
    let p = measure_c();
    let outcome = score(&p);
    assert!(!outcome.log.rejected(), "{:?}", outcome.log.errors);
    let expected = [
        ["600", "199", "200", "999", "999.00"],
        ["5000/9", "196", "190", "8474/9", "941.56"],
        ["4325/9", "192", "160", "7493/9", "832.56"],
        ["4100/9", "189", "130", "6971/9", "774.56"],
    ];
    for (unit, [projects, leaders, vote, total, printed]) in expected.iter().enumerate() {
        let own = &outcome.units[unit];
        // A component of 20 % is worth 200 points: two for each percent of its rate.
        let points = |at: usize| (own.components[at].clone().unwrap() * q("2")).to_string();
        assert_eq!(own.leaves[0].points.as_ref().unwrap().to_string(), *projects);
        assert_eq!([points(1), points(2)], [*leaders, *vote]);
        assert_eq!([own.exact_total.to_string(), print(&own.total, 2)], [*total, *printed]);
        assert_eq!(exact(&own.exact_total), exact(&own.base));
    }
}

/// Once the program has the last rule that it needs: what it says of a measure, as the naive scorer writes it, against the same.
fn program_agrees(needs: Feature, p: Project) {
    if !LANDED.contains(&needs) {
        return;
    }
    let outcome = score(&p);
    let folder = tempfile::tempdir().unwrap();
    crate::write::write(&p, folder.path());
    let found = crate::run(&Case { project: p, outcome }, folder.path());
    assert!(found.is_empty(), "{:#?}", found.iter().map(ToString::to_string).collect::<Vec<_>>());
}

#[test]
fn the_program_gives_measure_a() {
    program_agrees(Feature::LeafPeriods, measure_a());
    let mut p = measure_a();
    p.corrections.push(corrected_input());
    program_agrees(Feature::LeafPeriods, p);
}

/// Base, total, printed total and ranks of every unit, then the winners of all awards: what the naive scorer says.
fn naive_says(p: &Project) -> Vec<String> {
    let outcome = score(p);
    assert!(!outcome.log.rejected(), "{:?}", outcome.log.errors);
    let place = |rank: Option<usize>| rank.map_or_else(String::new, |rank| rank.to_string());
    let mut said: Vec<String> = p
        .units
        .iter()
        .zip(&outcome.units)
        .map(|(unit, own)| {
            let (group, overall) = (place(own.rank_group), place(own.rank_overall));
            let (base, total) = (exact(&own.base), exact(&own.exact_total));
            format!("{} {base} {total} {} {group} {overall}", unit.code, print(&own.total, p.score.decimals))
        })
        .collect();
    said.sort();
    let mut winners: Vec<&str> = outcome.awards.iter().flatten().map(|unit| p.units[*unit].code.as_str()).collect();
    winners.sort_unstable();
    said.push(winners.join(" "));
    said
}

/// The same of an example, as the program says it; `more` is a file of its registers.
fn program_says(example: &str, more: Option<&str>) -> Vec<String> {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example);
    let folder = tempfile::tempdir().unwrap();
    copy(&source, folder.path());
    if let Some(rows) = more {
        std::fs::create_dir_all(folder.path().join("registers")).unwrap();
        std::fs::write(folder.path().join("registers/更正登记.csv"), rows).unwrap();
    }
    let Ended::Scored(scored) = program::score(folder.path()) else { panic!("{example} is not scored") };
    assert_eq!((scored.unproved(), scored.unbalanced()), (None, None));
    let outcome = &scored.outcome;
    let place = |rank: Option<usize>| rank.map_or_else(String::new, |rank| rank.to_string());
    let mut said: Vec<String> = outcome
        .units
        .iter()
        .map(|own| {
            let (code, printed) = (&own.roster.code, own.total.as_deref().unwrap());
            let numbers = own.exact.as_ref().unwrap();
            let (base, total) = (numbers.base.fraction(), numbers.total.fraction());
            format!("{code} {base} {total} {printed} {} {}", place(own.rank_group), place(own.rank_overall))
        })
        .collect();
    said.sort();
    let won = outcome.awards.iter().flat_map(|contest| &contest.contenders).filter(|own| own.fate == Fate::Won);
    let mut winners: Vec<&str> = won.map(|own| outcome.code(own.unit)).collect();
    winners.sort_unstable();
    said.push(winners.join(" "));
    said
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn the_examples_are_the_two_measures() {
    assert_eq!(program_says("county", None), naive_says(&measure_a()));
    assert_eq!(program_says("works", None), naive_says(&measure_c()));
    let mut corrected = measure_a();
    corrected.corrections.push(corrected_input());
    let row = "编号,单位,位置,旧值,新值,理由,文号,状态\nGZ1,WC,T1/rate,88.9,80.9,录入有误,更1,工委审定\n";
    assert_eq!(program_says("county", Some(row)), naive_says(&corrected));
}

#[test]
fn the_program_gives_measure_c() {
    program_agrees(Feature::ShareVotes, measure_c());
}

//! Rules of leaves that SPEC §19 adds, and the cells that they ask for, at random.

use crate::enrich::{owned, texts};
use crate::generate::short;
use crate::measured::number_of;
use crate::number::{Q, int};
use crate::project::{
    Entry, Field, Formula, Given, Ladder, Leaf, LeafPeriods, Missing, Mode, PeriodPlan, Periods, RatioIn, Rule, Score,
    Value, Within, ZeroValue,
};
use crate::rng::Rng;

fn steps(rng: &mut Rng, full: &Q) -> Ladder {
    Ladder::Steps {
        first: short(full),
        step: rng.text(&["0.5", "5%", "12.5%"]),
        least: if rng.chance(50) { Some(short(&(full / int(4)))) } else { None },
    }
}

pub(crate) fn relative_rule(rng: &mut Rng, full: &Q, by_scheme: bool) -> Rule {
    let part = |tenths: i64| short(&(full * int(tenths) / int(10)));
    let within = *rng.pick(&[Within::Group, Within::All, Within::All, Within::Scheme]);
    let within = if by_scheme { within } else { *rng.pick(&[Within::Group, Within::All]) };
    let field = Field { within, separate: rng.chance(30) };
    match rng.below(8) {
        0..=2 => {
            let low = rng.chance(40);
            let zero = if low && rng.chance(60) { Some(*rng.pick(&[ZeroValue::Full, ZeroValue::None])) } else { None };
            Rule::Relative { low, mean: rng.chance(35), zero, field }
        }
        3..=5 => {
            let ladder = match rng.below(3) {
                0 => Ladder::Table(vec![short(full), part(9), part(7)], part(3)),
                1 => steps(rng, full),
                _ => Ladder::Evenly { first: short(full), last: part(5) },
            };
            Rule::Placed { low: rng.chance(40), ladder, field }
        }
        6 => Rule::Curve(vec![("0".to_owned(), part(1)), ("60".to_owned(), part(5)), ("95.5".to_owned(), short(full))]),
        _ => Rule::PlaceSteps(steps(rng, full)),
    }
}

pub(crate) fn formula(rng: &mut Rng) -> Formula {
    let (expr, inputs): (&str, &[&str]) = match rng.below(6) {
        0 => ("rate + clamp((gdp - target) * 1.5, 5)", &["rate", "gdp", "target"]),
        1 => ("if(a >= b, a * 2 - b, b / a)", &["a", "b"]),
        2 => ("round(增速 / 3, 1) + min(基数, 4, 增速)", &["增速", "基数"]),
        3 => ("max(a - b, abs(b - a) / 7) ^ 2", &["a", "b"]),
        4 => ("floor(a / 3) + ceil(b / 7) - (a − b) × 0.25", &["a", "b"]),
        _ => ("a ÷ b + 2", &["a", "b"]),
    };
    Formula { expr: expr.to_owned(), inputs: inputs.iter().map(|name| ((*name).to_owned(), *name == "rate")).collect() }
}

/// A rule over the value that a formula gives, or none: its value is the points.
pub(crate) fn formula_rule(rng: &mut Rng, full: &Q) -> Rule {
    match rng.below(8) {
        0..=3 => Rule::Formula,
        4 | 5 => Rule::Relative { low: false, mean: rng.chance(30), zero: None, field: Field::default() },
        6 => Rule::Ratio { target: "7".to_owned(), floor: rng.maybe(50, &["2"]), written: RatioIn::Number },
        _ => Rule::Bands(vec![("-100".to_owned(), "0".to_owned()), ("5".to_owned(), short(full))]),
    }
}

/// Periods of a leaf, under a rule that acts in each of them.
pub(crate) fn periods_of_leaf(rng: &mut Rng, leaf: &mut Leaf, full: &Q) {
    let many = rng.chance(60);
    let names = if many { texts(&["2025-01", "2025-02", "2025-03"]) } else { texts(&["2025-01", "2025-02"]) };
    let weights: &[&str] = if many { &["20", "30", "50"] } else { &["40", "60"] };
    let mut periods = LeafPeriods { names, sum: false, plan: PeriodPlan::default() };
    if rng.chance(50) {
        periods.plan.weights = Some(texts(weights));
    }
    if !matches!(leaf.rule, Rule::Levels(_)) {
        leaf.rule = match rng.below(4) {
            0 => Rule::PlaceSteps(steps(rng, full)),
            1 => Rule::Bands(owned(&[("0", "0")]).into_iter().chain([("60".to_owned(), short(full))]).collect()),
            2 => Rule::Relative { low: false, mean: false, zero: None, field: Field::default() },
            _ => Rule::Placed { low: false, ladder: steps(rng, full), field: Field::default() },
        };
    }
    let numbers = !matches!(leaf.rule, Rule::Levels(_) | Rule::PlaceSteps(_));
    if periods.plan.weights.is_none() && numbers && rng.chance(40) {
        periods.sum = true;
    } else if many && rng.chance(40) {
        (periods.plan.low, periods.plan.high) = *rng.pick(&[(1, 0), (0, 1), (1, 1)]);
    }
    leaf.more.periods = Some(periods);
}

/// The cells of a leaf with a rule of §19; `None` for the other leaves.
pub(crate) fn entry(rng: &mut Rng, leaf: &Leaf) -> Option<Entry> {
    let mut own = Entry { in_table: true, ..Entry::default() };
    if let Some(periods) = &leaf.more.periods {
        let levels = matches!(leaf.rule, Rule::Levels(_));
        let steps = matches!(leaf.rule, Rule::PlaceSteps(_));
        own.by_period = periods
            .names
            .iter()
            .map(|_| {
                Some(if rng.chance(5) {
                    Value::NotApplicable
                } else if levels {
                    Value::Level(rng.below(3))
                } else if steps {
                    Value::Place(u32::try_from(rng.between(1, 5)).expect("small"))
                } else {
                    Value::Number(rng.text(&["79.9", "80", "80", "60", "12"]))
                })
            })
            .collect();
        return Some(own);
    }
    if let Some(formula) = &leaf.more.formula {
        own.inputs = formula.inputs.iter().map(|_| Some(rng.text(&["3", "4.5", "2", "6.25", "9"]))).collect();
        return Some(own);
    }
    let pool: &[&str] = match &leaf.rule {
        Rule::Relative { low: true, zero: Some(_), .. } => &["0", "12", "15.5", "20"],
        Rule::Relative { low: true, .. } => &["9", "12", "15.5", "20"],
        Rule::Relative { .. } => &["-2", "0", "35", "40", "52.5", "48"],
        Rule::Placed { .. } => &["-1", "3", "3", "4.5", "8"],
        _ => return None,
    };
    own.value =
        Some(if rng.chance(6) && !leaf.department { Value::NotApplicable } else { Value::Number(rng.text(pool)) });
    own.in_table = leaf.department || rng.chance(50);
    own.done = own.value.clone().filter(|value| *value != Value::NotApplicable && !leaf.department);
    if rng.chance(6) {
        own.value = None;
        own.points = Some(leaf.points.clone());
    }
    debug_assert!(own.value.as_ref().is_none_or(|v| *v == Value::NotApplicable || number_of(v).is_some()), "a number");
    Some(own)
}

/// Weights and dropped periods.
pub(crate) fn periods(rng: &mut Rng, g: &mut Given) {
    if g.names.len() < 2 {
        return;
    }
    let weights: &[&str] = if g.names.len() == 4 { &["10", "20", "30", "40"] } else { &["40", "60"] };
    g.periods = if rng.chance(70) { Periods::Weighted } else { Periods::Mean };
    if g.periods == Periods::Weighted {
        g.plan.weights = Some(texts(weights));
    }
    if g.names.len() == 4 && rng.chance(60) {
        (g.plan.low, g.plan.high) = *rng.pick(&[(1, 0), (0, 1), (1, 1), (2, 1)]);
    }
}

/// 不涉及 in a given table: a node, a period or a unit as a whole.
pub(crate) fn not_applicable(rng: &mut Rng, g: &mut Given, modes: &[Mode]) {
    let last = g.periods == Periods::Last;
    for _ in 0..rng.between(0, 3) {
        // The first unit keeps its scores, so that every period and node is seen.
        let unit = rng.below(modes.len());
        if unit == 0 || modes[unit] == Mode::Excluded {
            continue;
        }
        let period = (rng.chance(40) && !last).then(|| rng.below(g.names.len()));
        let place = (rng.chance(50) && g.nodes.len() > 1).then(|| rng.below(g.nodes.len()));
        for at in 0..g.names.len() {
            for node in 0..g.nodes.len() {
                if period.is_none_or(|own| own == at) && place.is_none_or(|own| own == node) {
                    g.rows.insert((unit, at, node), Score::NotApplicable);
                }
            }
        }
    }
    if g.missing == Missing::Renormalise && rng.chance(90) {
        let unit = rng.below(modes.len());
        if unit > 0 && modes[unit] != Mode::Excluded {
            let blank = rng.chance(50);
            for at in 0..g.names.len() {
                if blank {
                    g.rows.insert((unit, at, 0), Score::Blank);
                } else {
                    g.rows.remove(&(unit, at, 0));
                }
            }
        }
    }
}

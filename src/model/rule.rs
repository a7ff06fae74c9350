//! The eight leaf rules (计分方式): the points for a value.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::shared::number::{Exact, Points};

mod params;

pub(super) use params::parse_rule;

/// How the value of a leaf is entered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleInput {
    /// A plain number.
    #[default]
    Number,
    /// A percentage: `95%`, 95 and a percent-formatted 0.95 are all 95.
    Percent,
    /// A part such as `18/20`, converted to percent: 90.
    Part,
    /// Such a part, closed problems over all problems, counted from the returned ledgers (整改台账) instead of entered.
    Ledger,
}

impl RuleInput {
    /// Whether a value is entered as a part.
    pub const fn is_part(self) -> bool {
        matches!(self, Self::Part | Self::Ledger)
    }
}

/// How a value becomes points in [0, p].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// 扣分: p − Σ nᵢ·eachᵢ, not below 0.
    Deduct(Vec<(String, Points)>),
    /// 计数: min(p, Σ nᵢ·eachᵢ).
    Count(Vec<(String, Points)>),
    /// 比率: p·min(1, v/target); 0 if v < floor.
    Ratio {
        /// The value that gives full points.
        target: Exact,
        /// Below it no points are given.
        floor: Option<Exact>,
    },
    /// 等级: p·share of the level.
    Levels(Vec<(String, Exact)>),
    /// 分档: the points of the highest bound not above v; bounds ascend.
    Bands(Vec<(Exact, Points)>),
    /// 清单: the sum of the parts that are present.
    Checklist(Vec<(String, Points)>),
    /// 按位次: points by place; `None` is the rest (`*`).
    Place {
        /// Points of the named places.
        places: BTreeMap<u64, Points>,
        /// Points of every other place.
        other: Option<Points>,
    },
    /// 核定: points entered by the verifier, within one of the ranges if there are any.
    Direct(Vec<(Exact, Exact)>),
}

/// A value of a leaf, parsed according to its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleValue {
    /// A number: a ratio, a value in bands, a percentage.
    Number(Exact),
    /// A part such as 18/20.
    Part(Exact, Exact),
    /// Counts by the index of their kind.
    Counts(Vec<(usize, Exact)>),
    /// The index of a level.
    Level(usize),
    /// The indices of the parts that are present.
    Ticks(Vec<usize>),
    /// A place, from 1.
    Place(u64),
}

impl Rule {
    /// The rule for points that are entered without restriction.
    pub const fn free() -> Self {
        Self::Direct(Vec::new())
    }

    /// Its name in the model file; its catalogue key is `rule.` and the name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Deduct(_) => "deduct",
            Self::Count(_) => "count",
            Self::Ratio { .. } => "ratio",
            Self::Levels(_) => "levels",
            Self::Bands(_) => "bands",
            Self::Checklist(_) => "checklist",
            Self::Place { .. } => "rank",
            Self::Direct(_) => "direct",
        }
    }

    /// Whether a written name, in any language of the model file, is that of this rule.
    pub fn is_named(&self, written: &str) -> bool {
        params::is_name(written, self)
    }

    /// Whether points are entered without restriction.
    pub const fn is_free(&self) -> bool {
        matches!(self, Self::Direct(ranges) if ranges.is_empty())
    }

    /// The points for a value out of `full`; `None` if the rule does not cover the value (SPEC §6).
    ///
    /// A part over 0 never gets here: 0/0 is not applicable, n/0 is refused when read.
    /// Examples: 扣分 `每次=0.5` with 3 of 4 points is 4 − 1.5 = 2.5; 比率 `target=100` with 98 of 20 points is 19.6.
    pub fn points(&self, value: &RuleValue, full: &Points) -> Option<Points> {
        let counted = |kinds: &[(String, Points)], counts: &[(usize, Exact)]| -> Exact {
            counts.iter().map(|(kind, n)| n * &kinds[*kind].1.0).sum()
        };
        let points = match (self, value) {
            (Self::Deduct(kinds), RuleValue::Counts(counts)) => (&full.0 - &counted(kinds, counts)).max(Exact::zero()),
            (Self::Count(kinds), RuleValue::Counts(counts)) => counted(kinds, counts).min(full.0.clone()),
            (Self::Ratio { target, floor }, RuleValue::Number(value)) => {
                ratio_points(target, floor.as_ref(), value, full)
            }
            (Self::Ratio { target, floor }, RuleValue::Part(part, whole)) => {
                let percent = Exact::from(100) * part / whole;
                ratio_points(target, floor.as_ref(), &percent, full)
            }
            (Self::Levels(levels), RuleValue::Level(level)) => &full.0 * &levels[*level].1,
            (Self::Bands(bands), RuleValue::Number(value)) => {
                bands.iter().rev().find(|(bound, _)| bound <= value).map(|(_, points)| points.0.clone())?
            }
            (Self::Checklist(items), RuleValue::Ticks(ticks)) => ticks.iter().map(|tick| &items[*tick].1.0).sum(),
            (Self::Place { places, other }, RuleValue::Place(place)) => {
                places.get(place).or(other.as_ref()).map(|points| points.0.clone())?
            }
            _ => return None,
        };
        Some(Points(points))
    }

    /// A value as text, as it would be entered in a form.
    pub fn describe(&self, value: &RuleValue) -> String {
        let named = |list: &[(String, Points)], index: usize| list[index].0.clone();
        match (value, self) {
            (RuleValue::Number(number), _) => number.to_string(),
            (RuleValue::Part(part, whole), _) => format!("{part}/{whole}"),
            (RuleValue::Place(place), _) => place.to_string(),
            (RuleValue::Counts(counts), Self::Deduct(kinds) | Self::Count(kinds)) => match counts.as_slice() {
                [] => "0".to_owned(),
                [(_, n)] if kinds.len() == 1 => n.to_string(),
                many => many.iter().map(|(k, n)| format!("{}{n}", named(kinds, *k))).collect::<Vec<_>>().join("；"),
            },
            (RuleValue::Level(level), Self::Levels(levels)) => levels[*level].0.clone(),
            (RuleValue::Ticks(ticks), Self::Checklist(items)) => {
                ticks.iter().map(|t| named(items, *t)).collect::<Vec<_>>().join("、")
            }
            _ => String::new(),
        }
    }
}

/// p·min(1, v/target), 0 below the floor.
fn ratio_points(target: &Exact, floor: Option<&Exact>, value: &Exact, full: &Points) -> Exact {
    if floor.is_some_and(|floor| value < floor) {
        return Exact::zero();
    }
    &full.0 * &(value / target).min(Exact::from(1))
}

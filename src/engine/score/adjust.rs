//! Bonus and deduction of a unit: what each register row counts for, and why (SPEC §8, §18).
//!
//! Of rows with the same unit, kind and matter only the largest counts; then the limits act in order of document date and
//! number. Every row gets an outcome: counted in full, in part, cut to nothing, superseded, not approved.

use crate::shared::words::words;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::leaf_score::LeafScore;
use crate::engine::assessment::{AdjustmentRow, Standing};
use crate::model::{AdjustmentRules, Model, OverClaim, Sign};
use crate::shared::number::{Points, Rounding};
use crate::shared::text;

/// How a register row ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// All its points count.
    Full,
    /// Some of its points count.
    Part(Limit),
    /// None of its points count.
    Cut(Limit),
    /// A larger row of the same matter counts instead: its 编号.
    Superseded(String),
    /// It does not count; see the standing.
    NotApproved(Standing),
    /// A fact without points; caps and promotions look at it.
    Event,
}

words! {
    /// The limit that cut a row.
    pub enum Limit {
        /// The most of one bonus row.
        PerItem = "per-item",
        /// The most of one kind for one unit.
        PerUnit = "per-unit",
        /// The most bonus of a unit.
        MaxBonus = "max-bonus",
        /// The most deduction of a unit.
        MaxDeduction = "max-deduction",
    }
}

words! {
    /// How a register row ended, without what cut it or counts instead.
    pub enum RowEnd {
        /// All its points count.
        Full = "full",
        /// Some of its points count.
        Part = "part",
        /// None of its points count.
        Cut = "cut",
        /// A larger row of the same matter counts instead.
        Superseded = "superseded",
        /// A fact without points.
        Event = "event",
        /// Approved, but a document is missing.
        Incomplete = "incomplete",
        /// Proposed.
        Proposed = "proposed",
        /// Reviewed.
        Reviewed = "reviewed",
        /// Rejected.
        Rejected = "rejected",
        /// Withdrawn.
        Withdrawn = "withdrawn",
        /// Of a unit that is not assessed.
        NotAssessed = "not-assessed",
    }
}

impl End {
    /// How the row ended.
    pub const fn row(&self) -> RowEnd {
        match self {
            Self::Full => RowEnd::Full,
            Self::Part(_) => RowEnd::Part,
            Self::Cut(_) => RowEnd::Cut,
            Self::Superseded(_) => RowEnd::Superseded,
            Self::Event => RowEnd::Event,
            Self::NotApproved(standing) => RowEnd::of(*standing),
        }
    }

    /// The word of the limit that cut the row, or the 编号 of the row that counts instead.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Part(limit) | Self::Cut(limit) => Some(limit.json()),
            Self::Superseded(winner) => Some(winner),
            Self::Full | Self::NotApproved(_) | Self::Event => None,
        }
    }
}

impl RowEnd {
    /// The outcome of a row that does not count, by its standing.
    pub const fn of(standing: Standing) -> Self {
        match standing {
            // One that is approved counts; it is never asked.
            Standing::Approved => Self::Full,
            Standing::Incomplete => Self::Incomplete,
            Standing::Proposed => Self::Proposed,
            Standing::Reviewed => Self::Reviewed,
            Standing::Rejected => Self::Rejected,
            Standing::Withdrawn => Self::Withdrawn,
            Standing::NotAssessed => Self::NotAssessed,
        }
    }
}

/// One row and what it counts for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustmentOutcome {
    /// Index of the row in the registers; `None` for the automatic over-claim deduction.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub row: Option<usize>,
    /// What it does.
    pub sign: Sign,
    /// Its points, without sign.
    pub points: Points,
    /// The points that count, without sign.
    pub counted: Points,
    /// How it ended.
    pub end: End,
}

/// All adjustments of a unit.
#[derive(Clone, Debug)]
pub struct Adjusted {
    /// Every row of the unit, in the order of the register, then the over-claim.
    pub rows: Vec<AdjustmentOutcome>,
    /// Counted bonus.
    pub plus: Points,
    /// Counted deduction.
    pub minus: Points,
}

/// Settles the rows of one unit, given with their indices in the register.
pub(super) fn adjust(model: &Model, rows: &[(usize, &AdjustmentRow)], over_claim: Option<Points>) -> Adjusted {
    let rules = &model.adjustments;
    let superseded = superseded(rules, rows);
    let mut outcomes: Vec<AdjustmentOutcome> = rows
        .iter()
        .map(|(index, row)| {
            let sign = rules.kinds[row.kind].sign;
            let end = if row.standing != Standing::Approved {
                End::NotApproved(row.standing)
            } else if sign == Sign::Event {
                End::Event
            } else if let Some(winner) = superseded.get(index) {
                End::Superseded((*winner).to_owned())
            } else {
                End::Full
            };
            let counted = if end == End::Full { row.points() } else { Points::zero() };
            AdjustmentOutcome { row: Some(*index), sign, points: row.points(), counted, end }
        })
        .collect();
    let mut limits = Limits::new(rules);
    let mut order: Vec<usize> = (0..outcomes.len()).filter(|i| outcomes[*i].end == End::Full).collect();
    order.sort_by(|a, b| {
        let (a, b) = (rows[*a].1, rows[*b].1);
        a.date.cmp(&b.date).then_with(|| text::natural(&a.id, &b.id)).then_with(|| a.at.cmp(&b.at))
    });
    for index in order {
        limits.cut(rows[index].1.kind, &mut outcomes[index]);
    }
    if let Some(points) = over_claim {
        let mut outcome = AdjustmentOutcome {
            row: None,
            sign: Sign::Deduction,
            points: points.clone(),
            counted: points,
            end: End::Full,
        };
        limits.cut_total(&mut outcome);
        outcomes.push(outcome);
    }
    let sum = |sign: Sign| outcomes.iter().filter(|o| o.sign == sign).map(|o| &o.counted).sum();
    Adjusted { plus: sum(Sign::Bonus), minus: sum(Sign::Deduction), rows: outcomes }
}

/// Rows that give way to a larger one of the same sign and matter, with the number of the one that counts.
///
/// Equal sizes: by the model's order of kinds, then 文号, then 编号. A blank matter is its own.
fn superseded<'r>(rules: &AdjustmentRules, rows: &[(usize, &'r AdjustmentRow)]) -> BTreeMap<usize, &'r str> {
    let mut matters: BTreeMap<(bool, String), Vec<&(usize, &'r AdjustmentRow)>> = BTreeMap::new();
    let sign = |row: &AdjustmentRow| rules.kinds[row.kind].sign;
    for entry in rows.iter().filter(|(_, r)| r.standing == Standing::Approved && sign(r) != Sign::Event) {
        let matter = text::key(&entry.1.matter);
        if !matter.is_empty() {
            matters.entry((sign(entry.1) == Sign::Bonus, matter)).or_default().push(entry);
        }
    }
    let mut losers = BTreeMap::new();
    for group in matters.values_mut() {
        group.sort_by(|(_, a), (_, b)| {
            (Reverse(&a.approved), a.kind, &a.document_number)
                .cmp(&(Reverse(&b.approved), b.kind, &b.document_number))
                .then_with(|| text::natural(&a.id, &b.id))
        });
        for (index, _) in group.iter().skip(1) {
            losers.insert(*index, group[0].1.id.as_str());
        }
    }
    losers
}

/// What is left under each limit.
struct Limits<'l> {
    rules: &'l AdjustmentRules,
    per_kind: BTreeMap<usize, Points>,
    bonus: Option<Points>,
    deduction: Option<Points>,
}

impl<'l> Limits<'l> {
    fn new(rules: &'l AdjustmentRules) -> Self {
        let per_kind = rules.kinds.iter().enumerate().filter_map(|(i, k)| Some((i, k.max_per_unit.clone()?))).collect();
        Self { rules, per_kind, bonus: rules.max_bonus.clone(), deduction: rules.max_deduction.clone() }
    }

    /// Cuts a row by the item, kind and total limits, and takes what it counts from what is left.
    fn cut(&mut self, kind: usize, outcome: &mut AdjustmentOutcome) {
        if outcome.sign == Sign::Bonus {
            shorten(outcome, self.rules.per_item_max.as_ref(), Limit::PerItem);
        }
        shorten(outcome, self.per_kind.get(&kind), Limit::PerUnit);
        self.cut_total(outcome);
        if let Some(left) = self.per_kind.get_mut(&kind) {
            *left = Points(&left.0 - &outcome.counted.0);
        }
    }

    fn cut_total(&mut self, outcome: &mut AdjustmentOutcome) {
        let (left, limit) = match outcome.sign {
            Sign::Bonus => (&mut self.bonus, Limit::MaxBonus),
            Sign::Deduction => (&mut self.deduction, Limit::MaxDeduction),
            Sign::Event => return,
        };
        shorten(outcome, left.as_ref(), limit);
        if let Some(left) = left {
            *left = Points(&left.0 - &outcome.counted.0);
        }
    }
}

/// Reduces what a row counts to what is left, and records the limit.
fn shorten(outcome: &mut AdjustmentOutcome, left: Option<&Points>, limit: Limit) {
    if let Some(left) = left.filter(|left| **left < outcome.counted) {
        outcome.counted = left.clone();
        outcome.end = if left.0.is_zero() { End::Cut(limit) } else { End::Part(limit) };
    }
}

/// The automatic deduction for over-claiming: floor((Σself − Σverified − free) / per) · points, up to max.
///
/// Over applicable leaves that have a typed self score. Example: self 95, verified 90.5, free 2, per 1: floor(2.5) = 2 steps.
pub(super) fn over_claim(rule: &OverClaim, leaves: &[LeafScore]) -> Option<Points> {
    let claimed = leaves.iter().filter_map(|leaf| leaf.self_points.as_ref().zip(leaf.verified.as_ref()));
    let excess: crate::shared::number::Exact = claimed.map(|(claimed, verified)| &claimed.0 - &verified.0).sum();
    let excess = excess - &rule.free.0;
    if !excess.is_positive() {
        return None;
    }
    let steps = (excess / &rule.per.0).whole(Rounding::Floor);
    let points = (steps * &rule.points.0).at_most(&rule.max.0);
    points.is_positive().then_some(Points(points))
}

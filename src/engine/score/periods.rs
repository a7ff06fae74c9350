//! Several periods become one: scores made elsewhere, and the points or values of a leaf (SPEC §6, §19.10).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::leaf_score::{LeafScore, LeafState};
use super::leaves::Leaves;
use crate::engine::assessment::Assessment;
use crate::model::rule::RuleValue;
use crate::model::{Leaf, Model, PeriodDrop, PeriodRules, Periods};
use crate::shared::number::{Exact, Points};
use crate::shared::text::Label;

/// A leaf of one unit in one period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodScore {
    /// The name of the period.
    pub period: Label,
    /// Whether it was left out as one of the lowest or highest.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub dropped: bool,
    /// What was scored in it; where values are added up, only its value counts.
    #[serde(flatten)]
    pub score: LeafScore,
}

impl PeriodScore {
    /// The period with a score that was given for it.
    fn part<'p>(&'p self, score: Option<&'p Points>) -> Part<'p> {
        Part { period: &self.period, score: score.map(|own| Cow::Borrowed(&own.0)) }
    }
    /// Its name and its points.
    pub(super) fn said(&self) -> String {
        let points = self.score.verified.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{} {points}", self.period).trim().to_owned()
    }
}

/// A period of which a score is known.
pub(super) struct Part<'p> {
    pub(super) period: &'p str,
    /// Its score, 0 where it is missing; none where it does not apply.
    pub(super) score: Option<Cow<'p, Exact>>,
}

/// What several periods make together.
pub(super) struct Combined {
    /// None where no period applies.
    pub(super) score: Option<Exact>,
    /// The periods that were left out, in their order.
    pub(super) dropped: Vec<usize>,
}

/// Combines periods, given in their order; one that does not apply leaves the others.
///
/// Example: 30, 27 and 24 with `drop = {low = 1}` make 28.5.
pub(super) fn combine(rules: &PeriodRules, parts: &[Part<'_>]) -> Combined {
    let applying = || parts.iter().enumerate().filter_map(|(index, part)| Some((index, part.score.as_deref()?)));
    let whole = |score| Combined { score, dropped: Vec::new() };
    if !parts.is_empty() && applying().next().is_none() {
        return whole(None);
    }
    match rules.periods {
        Periods::Sum => whole(Some(applying().map(|(_, score)| score).sum())),
        Periods::Last => whole(parts.last().map_or_else(|| Some(Exact::zero()), |last| last.score.as_deref().cloned())),
        Periods::Mean | Periods::Weighted => {
            let own: Vec<(usize, &Exact)> = applying().collect();
            let dropped = rules.drop.map(|drop| extremes(drop, &own)).unwrap_or_default();
            let kept = own.into_iter().filter(|(index, _)| !dropped.contains(index));
            let (one, none) = (Exact::from(1), Exact::zero());
            let weight = |index: usize| match rules.periods {
                Periods::Weighted => {
                    let own = parts.get(index).and_then(|part| rules.period_weight(part.period));
                    own.map_or(&none, |own| &own.0)
                }
                _ => &one,
            };
            let (mut weights, mut sum) = (Exact::zero(), Exact::zero());
            for (index, score) in kept {
                sum = sum + weight(index) * score;
                weights = weights + weight(index);
            }
            Combined { score: Some(if weights.is_zero() { Exact::zero() } else { sum / weights }), dropped }
        }
    }
}

/// The lowest and the highest periods, of equals the later, in order; with too few periods none.
fn extremes(drop: PeriodDrop, own: &[(usize, &Exact)]) -> Vec<usize> {
    if own.len() <= drop.low + drop.high {
        return Vec::new();
    }
    let mut order: Vec<&(usize, &Exact)> = own.iter().collect();
    order.sort_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(&a.0)));
    let (low, rest) = order.split_at(drop.low);
    let mut rest = rest.to_vec();
    rest.sort_by(|a, b| b.1.cmp(a.1).then(b.0.cmp(&a.0)));
    let mut dropped: Vec<usize> = low.iter().chain(&rest[..drop.high]).map(|own| own.0).collect();
    dropped.sort_unstable();
    dropped
}

/// Adds up the values of leaves that have them added, from what is known of their periods.
pub(super) fn add_up(model: &Model, assessment: &Assessment, leaves: &mut [Leaves]) {
    each(model, assessment, leaves, |leaf, own| {
        if leaf.adds_values() {
            own.add_up(leaf);
        }
    });
}

/// Combines the points of the periods of all leaves, once those that compare units have them.
pub(super) fn settle(model: &Model, assessment: &Assessment, leaves: &mut [Leaves]) {
    each(model, assessment, leaves, |leaf, own| match &leaf.periods {
        Some(rules) if rules.periods != Periods::Sum => own.combine(rules),
        _ => {}
    });
}

fn each(model: &Model, assessment: &Assessment, leaves: &mut [Leaves], act: impl Fn(&Leaf, &mut LeafScore)) {
    for (unit, own) in assessment.units.iter().zip(leaves) {
        let rules = &model.of(unit.scheme).tree().leaves;
        if own.iter().any(|own| !own.periods.is_empty()) {
            let own = rules.iter().zip(own.iter_mut());
            own.filter(|(_, own)| !own.periods.is_empty()).for_each(|(leaf, own)| act(leaf, own));
        }
    }
}

impl LeafScore {
    /// The periods that apply; with `last` only the last.
    fn counted(&self, rules: &PeriodRules) -> impl Iterator<Item = &PeriodScore> {
        let first = if rules.periods == Periods::Last { self.periods.len().saturating_sub(1) } else { 0 };
        self.periods.iter().skip(first).filter(|own| own.score.state != LeafState::NotApplicable)
    }

    /// State and cell from its periods: those of the first that does not rest on a verified value, else of the first.
    fn take_state(&mut self, rules: &PeriodRules) {
        let odd = self.counted(rules).find(|own| own.score.state != LeafState::Verified);
        let deciding = odd.or_else(|| self.counted(rules).next()).or_else(|| self.periods.last());
        if let Some(own) = deciding {
            (self.state, self.at) = (own.score.state, own.score.at);
        }
    }

    /// Points, state and self score from those of its periods.
    pub(super) fn combine(&mut self, rules: &PeriodRules) {
        let points: Vec<Part<'_>> = self.periods.iter().map(|own| own.part(own.score.verified.as_ref())).collect();
        let Combined { score, dropped } = combine(rules, &points);
        for (index, own) in self.periods.iter_mut().enumerate() {
            own.dropped = dropped.contains(&index);
        }
        self.take_state(rules);
        if score.is_none() {
            self.state = LeafState::NotApplicable;
        }
        self.verified = score.map(Points);
        self.self_points = self.claimed_points(rules);
    }

    /// What the unit claims for all periods together, by those that count for its points; none unless each has a claim.
    fn claimed_points(&self, rules: &PeriodRules) -> Option<Points> {
        let kept = self.counted(rules).filter(|own| !own.dropped);
        let claims = kept.map(|own| Some(own.part(Some(own.score.self_points.as_ref()?))));
        let claims: Vec<Part<'_>> = claims.collect::<Option<_>>()?;
        let kept = PeriodRules { drop: None, ..rules.clone() };
        combine(&kept, &claims).score.filter(|_| !claims.is_empty()).map(Points)
    }

    /// The sum of the values that count in its periods.
    fn sum(&self, leaf: &Leaf) -> Option<RuleValue> {
        let shape = leaf.shape();
        let value = |own: &LeafScore| match &own.formula {
            Some(worked) => Some(RuleValue::Number(worked.value.clone())),
            None => shape.read(own.counting()?),
        };
        self.counted(leaf.periods.as_ref()?).filter_map(|own| value(&own.score)).reduce(RuleValue::plus)
    }

    /// What the rule cannot score: the sum of the values of its periods, with what the rule asks for in its place.
    pub(super) fn refused_sum(&self, leaf: &Leaf) -> Option<(String, String)> {
        let sum = self.entering(&self.sum(leaf)?);
        let expected = leaf.rule.refusal(&sum)?;
        Some((leaf.shape().describe(&sum), expected))
    }

    /// Value, points and state from the values of its periods, which are added up; their sum is multiplied by the
    /// coefficient of the unit, where the leaf has one.
    pub(super) fn add_up(&mut self, leaf: &Leaf) {
        let Some(rules) = &leaf.periods else { return };
        let sum = self.sum(leaf);
        self.take_state(rules);
        self.self_points = self.claimed_points(rules);
        if self.counted(rules).next().is_none() {
            (self.state, self.verified, self.compared) = (LeafState::NotApplicable, None, None);
            (self.value, self.claimed) = (None, None);
            return;
        }
        let text = sum.as_ref().map(|sum| Label::from(&leaf.shape().describe(sum)));
        (self.value, self.claimed) = if self.state == LeafState::SelfScored { (None, text) } else { (text, None) };
        let counts = matches!(self.state, LeafState::Verified | LeafState::SelfScored);
        let sum = sum.map(|sum| self.entering(&sum));
        let points = sum.as_ref().filter(|_| counts).and_then(|sum| leaf.rule.points(sum, &leaf.points));
        self.verified = Some(points.unwrap_or_else(Points::zero));
        let number = sum.filter(|_| counts && leaf.rule.relation().is_some());
        let number = number.and_then(|sum| sum.number().map(Cow::into_owned));
        self.compared = number.map(|value| Box::new(super::Compared { value, typed: None, standing: None }));
    }
}

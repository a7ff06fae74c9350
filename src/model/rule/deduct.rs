//! 扣分: points off for each.

use serde::{Deserialize, Serialize};

use super::params::Parts;
use super::wording::Wording;
use super::{Invented, LeafRule, RuleInput, RuleValue, Shape};
use crate::shared::number::{Exact, Points};

/// Kinds of faults with the points that each costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deduct(pub Vec<(String, Points)>);

impl LeafRule for Deduct {
    const NAMES: [&'static str; 2] = ["扣分", "deduct"];

    fn parse(parts: &mut Parts<'_>, _full: &Points) -> (Self, RuleInput) {
        (Self(parts.points()), RuleInput::Number)
    }

    fn parameters(&self) -> Vec<(String, String)> {
        super::sizes(&self.0)
    }

    fn shape(&self, _input: RuleInput) -> Shape<'_> {
        Shape::Counts(Shape::names(&self.0))
    }

    fn refusal(&self, value: &RuleValue) -> Option<String> {
        super::negative_counts(value)
    }

    /// Example: `每次=0.5` with 3 of 4 points is 4 − 1.5 = 2.5.
    fn points(&self, value: &RuleValue, full: &Exact) -> Option<Exact> {
        Some((full - &super::counted(&self.0, value)?).max(Exact::zero()))
    }

    fn scoring(&self, wording: &Wording<'_>) -> String {
        wording.fill("form.rule.deduct", &wording.sizes("form.rule.minus", &self.0))
    }

    fn demo(&self, _input: RuleInput, invented: Invented) -> Option<RuleValue> {
        Some(RuleValue::counted(&[(96 - invented.quality) / 8]))
    }
}

//! 计数: points for each.

use serde::{Deserialize, Serialize};

use super::params::Parts;
use super::wording::Wording;
use super::{Invented, LeafRule, RuleInput, RuleValue, Shape};
use crate::shared::number::{Exact, Points};

/// Kinds with the points that each is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count(pub Vec<(String, Points)>);

impl LeafRule for Count {
    const NAMES: [&'static str; 2] = ["计数", "count"];

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

    fn points(&self, value: &RuleValue, full: &Exact) -> Option<Exact> {
        Some(super::counted(&self.0, value)?.at_most(full))
    }

    fn scoring(&self, wording: &Wording<'_>) -> String {
        wording.fill("form.rule.count", &wording.sizes("form.rule.plus", &self.0))
    }

    fn demo(&self, _input: RuleInput, invented: Invented) -> Option<RuleValue> {
        let counts = [(invented.quality - 60) / 12, (invented.quality - 76) / 10];
        Some(RuleValue::counted(&counts[..self.0.len().min(2)]))
    }
}

//! 清单: the points of each part that is present.

use serde::{Deserialize, Serialize};

use super::params::Parts;
use super::wording::Wording;
use super::{Invented, LeafRule, RuleInput, RuleValue, Shape};
use crate::shared::number::{Exact, Points};

/// Parts with their points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checklist(pub Vec<(String, Points)>);

impl LeafRule for Checklist {
    const NAMES: [&'static str; 2] = ["清单", "checklist"];

    fn parse(parts: &mut Parts<'_>, full: &Points) -> (Self, RuleInput) {
        let items = parts.points();
        let sum: Points = items.iter().map(|(_, p)| p).sum();
        if sum > *full {
            parts.fault(sum.to_string(), "model.expected.within_full");
        }
        (Self(items), RuleInput::Number)
    }

    fn parameters(&self) -> Vec<(String, String)> {
        super::sizes(&self.0)
    }

    fn shape(&self, _input: RuleInput) -> Shape<'_> {
        Shape::Words(Shape::names(&self.0))
    }

    fn points(&self, value: &RuleValue, _full: &Exact) -> Option<Exact> {
        let RuleValue::Ticks(ticks) = value else { return None };
        Some(ticks.iter().map(|tick| &self.0[*tick].1.0).sum())
    }

    fn scoring(&self, wording: &Wording<'_>) -> String {
        wording.fill("form.rule.checklist", &wording.sizes("form.rule.gives", &self.0))
    }

    fn demo(&self, _input: RuleInput, invented: Invented) -> Option<RuleValue> {
        Some(RuleValue::Ticks((0..self.0.len()).filter(|n| *n == 0 || invented.quality >= 80).collect()))
    }
}

//! 公式: the value of a formula as points.

use serde::{Deserialize, Serialize};

use super::params::Parts;
use super::wording::Wording;
use super::{LeafRule, RuleInput, RuleValue};
use crate::shared::number::{Exact, Points};

/// The value itself, which a formula of the leaf gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calculated {}

impl LeafRule for Calculated {
    const NAMES: [&'static str; 2] = ["公式", "formula"];

    fn parse(_parts: &mut Parts<'_>, _full: &Points) -> (Self, RuleInput) {
        (Self {}, RuleInput::Number)
    }

    /// Example: of 10 points 12.5 gives 10, −3 gives 0.
    fn points(&self, value: &RuleValue, full: &Exact) -> Option<Exact> {
        Some(value.number()?.into_owned().max(Exact::zero()).at_most(full))
    }

    fn scoring(&self, wording: &Wording<'_>) -> String {
        wording.fill("form.rule.formula", "")
    }
}

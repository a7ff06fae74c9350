//! 等级: a share of the points for each level.

use serde::{Deserialize, Serialize};

use super::params::Parts;
use super::wording::Wording;
use super::{Invented, LeafRule, RuleInput, RuleValue, Shape};
use crate::shared::number::{Exact, Points};

/// Levels with their shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Levels(pub Vec<(String, Exact)>);

impl LeafRule for Levels {
    const NAMES: [&'static str; 2] = ["等级", "levels"];

    fn parse(parts: &mut Parts<'_>, _full: &Points) -> (Self, RuleInput) {
        let levels = parts.sizes();
        if let Some((name, _)) = levels.iter().find(|(_, share)| *share > Exact::from(1)) {
            parts.fault(name.clone(), "model.expected.share");
        }
        (Self(levels), RuleInput::Number)
    }

    fn parameters(&self) -> Vec<(String, String)> {
        self.0.iter().map(|(name, share)| (name.clone(), share.in_full())).collect()
    }

    fn shape(&self, _input: RuleInput) -> Shape<'_> {
        Shape::Word(Shape::names(&self.0))
    }

    fn points(&self, value: &RuleValue, full: &Exact) -> Option<Exact> {
        let RuleValue::Level(level) = value else { return None };
        Some(full * &self.0[*level].1)
    }

    fn scoring(&self, wording: &Wording<'_>) -> String {
        let levels = self.0.iter();
        let parts = levels.map(|(name, share)| wording.part("form.rule.gives", name, &(&wording.full.0 * share)));
        wording.fill("form.rule.levels", &wording.list(parts))
    }

    fn demo(&self, _input: RuleInput, invented: Invented) -> Option<RuleValue> {
        Some(RuleValue::Level(invented.step().min(self.0.len() - 1)))
    }
}

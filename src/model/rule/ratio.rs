//! 比率: points in proportion to a target.

use serde::{Deserialize, Serialize};

use super::params::Parts;
use super::wording::Wording;
use super::{Invented, LeafRule, RuleInput, RuleValue};
use crate::shared::i18n::say;
use crate::shared::number::{Exact, Points, Rounding};
use crate::shared::text;

/// The target that gives full points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratio {
    /// The value that gives full points.
    pub target: Exact,
    /// Below it no points are given.
    pub floor: Option<Exact>,
}

impl LeafRule for Ratio {
    const NAMES: [&'static str; 2] = ["比率", "ratio"];

    fn parse(parts: &mut Parts<'_>, _full: &Points) -> (Self, RuleInput) {
        let input = parts.input(&[RuleInput::Percent, RuleInput::Number, RuleInput::Part]);
        let input = source(parts, input);
        let target = parts.like("target", input);
        let floor = parts.like("floor", input);
        let target = match (target, input) {
            (Some(target), _) if target.is_positive() => target,
            (None, RuleInput::Percent | RuleInput::Part | RuleInput::Ledger) if parts.is_good() => Exact::from(100),
            _ => {
                parts.fault("target", "model.expected.positive");
                Exact::from(1)
            }
        };
        if floor.as_ref().is_some_and(Exact::is_negative) {
            parts.fault("floor", "model.expected.size");
        }
        (Self { target, floor }, input)
    }

    fn parameters(&self) -> Vec<(String, String)> {
        let named = [("target", Some(&self.target)), ("floor", self.floor.as_ref())];
        named.into_iter().filter_map(|(name, number)| Some((name.to_owned(), number?.in_full()))).collect()
    }

    fn refusal(&self, value: &RuleValue) -> Option<String> {
        value.is_negative().then(|| ">= 0".to_owned())
    }

    /// Example: `target=100` with 98 of 20 points is 19.6.
    fn points(&self, value: &RuleValue, full: &Exact) -> Option<Exact> {
        let value = value.number()?;
        if self.floor.as_ref().is_some_and(|floor| *value < *floor) {
            return Some(Exact::zero());
        }
        Some(full * &(&*value / &self.target).min(Exact::from(1)))
    }

    fn scoring(&self, wording: &Wording<'_>) -> String {
        let text = say!(wording.lang, "form.rule.ratio", target = wording.value(&self.target));
        let Some(floor) = self.floor.as_ref().filter(|floor| floor.is_positive()) else { return text };
        text + &say!(wording.lang, "form.rule.floor", floor = wording.value(floor))
    }

    fn demo(&self, input: RuleInput, invented: Invented) -> Option<RuleValue> {
        let quality = invented.quality;
        Some(match input {
            RuleInput::Part | RuleInput::Ledger => RuleValue::part(Exact::from(quality / 5), Exact::from(20)),
            RuleInput::Percent => RuleValue::Number(Exact::from(quality)),
            RuleInput::Number => {
                let share = &self.target * &Exact::from(quality.min(97) + 3) / Exact::from(100);
                RuleValue::Number(share.whole(Rounding::HalfUp))
            }
        })
    }
}

/// `from=ledger`: the part is counted from ledgers. Only parts can be counted there.
fn source(parts: &mut Parts<'_>, input: RuleInput) -> RuleInput {
    let Some(from) = parts.take("from") else { return input };
    if text::key(&from) != "ledger" || input != RuleInput::Part {
        parts.fault(format!("from={from}"), "model.expected.from");
        return input;
    }
    RuleInput::Ledger
}

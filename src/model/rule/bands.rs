//! 分档: points by the band in which a value lies.

use serde::{Deserialize, Serialize};

use super::params::Parts;
use super::wording::Wording;
use super::{Invented, LeafRule, RuleInput, RuleValue, Shape};
use crate::shared::number::{Exact, Points};

/// Lower bounds, ascending, with their points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bands(pub Vec<(Exact, Points)>);

impl LeafRule for Bands {
    const NAMES: [&'static str; 2] = ["分档", "bands"];
    const SEPARATOR: char = ':';

    fn parse(parts: &mut Parts<'_>, full: &Points) -> (Self, RuleInput) {
        let input = parts.input(&[RuleInput::Percent, RuleInput::Number]);
        let mut bands: Vec<(Exact, Points)> = Vec::new();
        for (bound, points) in parts.rest() {
            let shown = format!("{bound}:{points}");
            match (Exact::parse(&bound), Exact::parse(&points)) {
                (Some(bound), Some(points)) => {
                    if bands.last().is_some_and(|(last, _)| *last >= bound) {
                        parts.fault(shown.clone(), "model.expected.ascending");
                    }
                    if points.is_negative() || points > full.0 {
                        parts.fault(shown, "model.expected.within_full");
                    }
                    bands.push((bound, Points(points)));
                }
                _ => parts.fault(shown, "model.expected.number"),
            }
        }
        if bands.is_empty() {
            parts.fault("", "model.expected.key_value");
        }
        (Self(bands), input)
    }

    fn parameters(&self) -> Vec<(String, String)> {
        self.0.iter().map(|(bound, points)| (bound.to_string(), points.0.to_string())).collect()
    }

    fn shape(&self, input: RuleInput) -> Shape<'_> {
        input.shape()
    }

    fn refusal(&self, value: &RuleValue) -> Option<String> {
        let (low, _) = self.0.first()?;
        (*value.number()? < *low).then(|| format!(">= {low}"))
    }

    fn points(&self, value: &RuleValue, _full: &Exact) -> Option<Exact> {
        let value = value.number()?;
        self.0.iter().rev().find(|(bound, _)| *bound <= *value).map(|(_, points)| points.0.clone())
    }

    fn scoring(&self, wording: &Wording<'_>) -> String {
        let bands = self.0.iter();
        let parts = bands.map(|(bound, points)| wording.part("form.rule.from", wording.value(bound), &points.0));
        wording.fill("form.rule.bands", &wording.list(parts))
    }

    fn demo(&self, input: RuleInput, invented: Invented) -> Option<RuleValue> {
        let highest = self.0.last().map_or_else(Exact::zero, |(bound, _)| bound.clone());
        let typed = if input == RuleInput::Percent { Exact::from(invented.quality) } else { highest };
        Some(RuleValue::Number(typed))
    }
}

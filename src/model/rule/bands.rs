//! 分档: points by the band in which a value lies.

use serde::{Deserialize, Serialize};

use super::params::{Parts, number_of, value_of};
use super::wording::Wording;
use super::{Invented, LeafRule, RuleInput, RuleValue};
use crate::shared::number::{Exact, Points};

/// Lower bounds, ascending, with their points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Bands {
    /// The points hold from one bound to the next.
    Steps(Vec<(Exact, Points)>),
    /// Between two bounds the points change evenly (`interpolate=yes`).
    Linear {
        /// The bounds.
        linear: Vec<(Exact, Points)>,
    },
}

impl Bands {
    /// Bands with ascending bounds.
    pub fn new(bounds: Vec<(Exact, Points)>, is_linear: bool) -> Self {
        if is_linear { Self::Linear { linear: bounds } } else { Self::Steps(bounds) }
    }

    /// The points of a value; none below the first bound.
    ///
    /// Example: from 60 to 80 and from 3 to 5 points, 70 is worth 3, or 4 if the points change evenly.
    pub fn at(&self, value: &Exact) -> Option<Exact> {
        let reached = self.bounds().iter().rposition(|(bound, _)| bound <= value)?;
        let (low, points) = &self.bounds()[reached];
        match (self, self.bounds().get(reached + 1)) {
            (Self::Linear { .. }, Some((high, more))) => {
                Some(&points.0 + &((&more.0 - &points.0) * (value - low) / (high - low)))
            }
            _ => Some(points.0.clone()),
        }
    }

    /// Its bounds, ascending, with their points.
    pub fn bounds(&self) -> &[(Exact, Points)] {
        match self {
            Self::Steps(bounds) | Self::Linear { linear: bounds } => bounds,
        }
    }
}

impl LeafRule for Bands {
    const NAMES: [&'static str; 2] = ["分档", "bands"];
    const SEPARATOR: char = ':';

    fn parse(parts: &mut Parts<'_>, full: &Points) -> (Self, RuleInput) {
        let input = parts.input(&[RuleInput::Percent, RuleInput::Number]);
        let is_linear = parts.word("interpolate", &[true, false], |yes| if yes { "yes" } else { "no" });
        let mut bands: Vec<(Exact, Points)> = Vec::new();
        for (bound, points) in parts.rest() {
            let shown = format!("{bound}:{points}");
            match (value_of(&bound, input), number_of(&points)) {
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
        (Self::new(bands, is_linear == Some(true)), input)
    }

    fn parameters(&self) -> Vec<(String, String)> {
        let bounds = self.bounds().iter().map(|(bound, points)| (bound.in_full(), points.0.in_full()));
        let word = if matches!(self, Self::Linear { .. }) { "yes" } else { "no" };
        bounds.chain([("interpolate".to_owned(), word.to_owned())]).collect()
    }

    fn refusal(&self, value: &RuleValue) -> Option<String> {
        let (low, _) = self.bounds().first()?;
        (*value.number()? < *low).then(|| format!(">= {low}"))
    }

    fn points(&self, value: &RuleValue, _full: &Exact) -> Option<Exact> {
        self.at(&*value.number()?)
    }

    fn scoring(&self, wording: &Wording<'_>) -> String {
        let bands = self.bounds().iter();
        let parts = bands.map(|(bound, points)| wording.part("form.rule.from", wording.value(bound), &points.0));
        let text = wording.fill("form.rule.bands", &wording.list(parts));
        let linear = wording.lang.text("form.rule.linear");
        if matches!(self, Self::Linear { .. }) { text + linear } else { text }
    }

    fn demo(&self, input: RuleInput, invented: Invented) -> Option<RuleValue> {
        let highest = self.bounds().last().map_or_else(Exact::zero, |(bound, _)| bound.clone());
        let typed = if input == RuleInput::Percent { Exact::from(invented.quality) } else { highest };
        Some(RuleValue::Number(typed))
    }
}

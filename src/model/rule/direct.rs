//! 核定: points typed by the verifier.

use serde::{Deserialize, Serialize};

use super::params::{Parts, number_of};
use super::wording::Wording;
use super::{Invented, LeafRule, RuleInput, RuleValue, Shape};
use crate::shared::number::{Exact, Points};

/// The ranges in which points must lie, if there are any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direct(pub Vec<(Exact, Exact)>);

impl Direct {
    /// Points as a verifier would give them in a demonstration: the upper end of the range for the quality.
    pub fn demo_points(&self, full: &Points, invented: Invented) -> Exact {
        let best = self.0.get(invented.step().min(self.0.len().saturating_sub(1)));
        best.map_or(&full.0, |(_, high)| high).clone()
    }
}

impl LeafRule for Direct {
    const NAMES: [&'static str; 2] = ["核定", "direct"];

    /// `ranges=5|3-4|1-2|0`: single points or spans.
    fn parse(parts: &mut Parts<'_>, full: &Points) -> (Self, RuleInput) {
        let mut ranges = Vec::new();
        let text = parts.take("ranges").unwrap_or_default();
        for range in text.split('|').map(str::trim).filter(|r| !r.is_empty()) {
            let (low, high) = range.split_once(['-', '–', '~']).unwrap_or((range, range));
            match (number_of(low.trim()), number_of(high.trim())) {
                (Some(low), Some(high)) if low <= high && high <= full.0 => ranges.push((low, high)),
                _ => parts.fault(range, "model.expected.range"),
            }
        }
        (Self(ranges), RuleInput::Number)
    }

    fn parameters(&self) -> Vec<(String, String)> {
        let span = |(low, high): &(Exact, Exact)| match low == high {
            true => low.in_full(),
            false => format!("{}|{}", low.in_full(), high.in_full()),
        };
        let ranges = self.0.iter().map(span).collect::<Vec<_>>().join("|");
        if ranges.is_empty() { Vec::new() } else { vec![("ranges".to_owned(), ranges)] }
    }

    fn shape(&self, _input: RuleInput) -> Shape<'_> {
        Shape::Points
    }

    fn points(&self, _value: &RuleValue, _full: &Exact) -> Option<Exact> {
        None
    }

    /// With the ranges as `5、3–4、0`.
    fn scoring(&self, wording: &Wording<'_>) -> String {
        if self.0.is_empty() {
            return wording.fill("form.rule.direct", "");
        }
        let span = |(low, high): &(Exact, Exact)| {
            if low == high { low.plain() } else { format!("{}–{}", low.plain(), high.plain()) }
        };
        wording.fill("form.rule.ranges", &wording.lang.join("form.rule.or", self.0.iter().map(span)))
    }
}

//! 按位次: points by a place that is typed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::params::Parts;
use super::wording::Wording;
use super::{Invented, LeafRule, RuleInput, RuleValue, Shape};
use crate::shared::i18n::say;
use crate::shared::number::{Exact, Points};

/// Points by place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rank {
    /// Points of the named places.
    pub places: BTreeMap<u64, Points>,
    /// Points of every other place (`*`).
    pub other: Option<Points>,
}

impl LeafRule for Rank {
    const NAMES: [&'static str; 2] = ["按位次", "rank"];

    fn parse(parts: &mut Parts<'_>, full: &Points) -> (Self, RuleInput) {
        let (mut places, mut other) = (BTreeMap::new(), None);
        for (name, points) in parts.points() {
            if points > *full {
                parts.fault(name.clone(), "model.expected.within_full");
            }
            match name.parse::<u64>() {
                Ok(place) if place > 0 => drop(places.insert(place, points)),
                _ if name == "*" => other = Some(points),
                _ => parts.fault(name, "model.expected.place"),
            }
        }
        (Self { places, other }, RuleInput::Number)
    }

    fn parameters(&self) -> Vec<(String, String)> {
        let places = self.places.iter().map(|(place, points)| (place.to_string(), points.0.to_string()));
        places.chain(self.other.iter().map(|points| ("*".to_owned(), points.0.to_string()))).collect()
    }

    fn shape(&self, _input: RuleInput) -> Shape<'_> {
        Shape::Place
    }

    fn refusal(&self, value: &RuleValue) -> Option<String> {
        let RuleValue::Place(place) = value else { return None };
        let is_covered = self.other.is_some() || self.places.contains_key(place);
        (!is_covered).then(|| self.places.keys().map(u64::to_string).collect::<Vec<_>>().join(", "))
    }

    fn points(&self, value: &RuleValue, _full: &Exact) -> Option<Exact> {
        let RuleValue::Place(place) = value else { return None };
        self.places.get(place).or(self.other.as_ref()).map(|points| points.0.clone())
    }

    fn scoring(&self, wording: &Wording<'_>) -> String {
        let part = |name: String, points: &Points| wording.part("form.rule.gives", name, &points.0);
        let named = |place: &u64| say!(wording.lang, "form.rule.place", place = place);
        let places = self.places.iter().map(|(place, points)| part(named(place), points));
        let rest = self.other.iter().map(|points| part(wording.lang.text("form.rule.other").to_owned(), points));
        wording.fill("form.rule.rank", &wording.list(places.chain(rest)))
    }

    fn demo(&self, _input: RuleInput, invented: Invented) -> Option<RuleValue> {
        Some(RuleValue::Place(invented.place))
    }
}

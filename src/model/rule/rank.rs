//! 按位次: points by a place that is typed.

use serde::{Deserialize, Serialize};

use super::params::Parts;
use super::wording::Wording;
use super::{Invented, Ladder, LeafRule, RuleInput, RuleValue, Shape};
use crate::model::field::Field;
use crate::shared::number::{Exact, Points};
/// What places are worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Rank {
    /// Places of a field, which must be possible together.
    Within {
        /// Points by place.
        ladder: Ladder,
        /// The units that are compared.
        field: Field,
    },
    /// Places that nobody compares.
    Alone(Ladder),
}

impl Rank {
    /// Points by place.
    pub const fn ladder(&self) -> &Ladder {
        match self {
            Self::Within { ladder, .. } | Self::Alone(ladder) => ladder,
        }
    }

    /// The field to which the places belong, if it is known.
    pub const fn field(&self) -> Option<Field> {
        match self {
            Self::Within { field, .. } => Some(*field),
            Self::Alone(_) => None,
        }
    }
}

impl LeafRule for Rank {
    const NAMES: [&'static str; 2] = ["按位次", "rank"];

    fn parse(parts: &mut Parts<'_>, full: &Points) -> (Self, RuleInput) {
        let field = parts.has("within").then(|| parts.field());
        let ladder = Ladder::parse(parts, full, false);
        let own = match field {
            Some(field) => Self::Within { ladder, field },
            None => Self::Alone(ladder),
        };
        (own, RuleInput::Number)
    }

    fn parameters(&self) -> Vec<(String, String)> {
        let field = self.field().map(super::of_field).unwrap_or_default();
        self.ladder().parameters().into_iter().chain(field).collect()
    }

    fn shape(&self, _input: RuleInput) -> Shape<'_> {
        Shape::Place
    }

    fn refusal(&self, value: &RuleValue) -> Option<String> {
        let RuleValue::Place(place) = value else { return None };
        let places: Vec<usize> = self.ladder().named()?.collect();
        (!places.contains(place)).then(|| places.iter().map(usize::to_string).collect::<Vec<_>>().join(", "))
    }

    fn points(&self, value: &RuleValue, full: &Exact) -> Option<Exact> {
        let RuleValue::Place(place) = value else { return None };
        self.ladder().points(*place, *place, full)
    }

    fn scoring(&self, wording: &Wording<'_>) -> String {
        wording.fill("form.rule.rank", &self.ladder().wording(wording))
    }

    fn demo(&self, _input: RuleInput, invented: Invented) -> Option<RuleValue> {
        Some(RuleValue::Place(invented.place))
    }
}

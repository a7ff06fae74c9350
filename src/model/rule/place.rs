//! 名次: points by the place of a value in a field.

use serde::{Deserialize, Serialize};

use super::params::Parts;
use super::wording::Wording;
use super::{Invented, Ladder, LeafRule, RuleInput, RuleValue};
use crate::model::field::{Better, Field, FieldStanding, Relation};
use crate::shared::i18n::say;
use crate::shared::number::{Exact, Points};
/// How values are placed, and what places are worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Points by place.
    pub ladder: Ladder,
    /// Which values are better.
    pub better: Better,
    /// The units that are compared.
    pub field: Field,
}

impl LeafRule for Place {
    const NAMES: [&'static str; 2] = ["名次", "place"];

    fn parse(parts: &mut Parts<'_>, full: &Points) -> (Self, RuleInput) {
        let input = parts.input(&[RuleInput::Percent, RuleInput::Number, RuleInput::Part]);
        let (better, field) = (parts.better(), parts.field());
        let ladder = Ladder::parse(parts, full, true);
        if matches!(&ladder, Ladder::Table { other: None, .. }) && parts.is_good() {
            // How many places there will be is not known beforehand.
            parts.fault("*", "model.expected.rest");
        }
        (Self { ladder, better, field }, input)
    }

    fn parameters(&self) -> Vec<(String, String)> {
        let mut own = self.ladder.parameters();
        own.push(("better".to_owned(), self.better.json().to_owned()));
        own.into_iter().chain(super::of_field(self.field)).collect()
    }

    fn relation(&self) -> Option<Relation> {
        Some(Relation { field: self.field, better: self.better, basis: None })
    }

    fn points(&self, _value: &RuleValue, _full: &Exact) -> Option<Exact> {
        None
    }

    fn compared(&self, _value: &Exact, standing: &FieldStanding, full: &Exact) -> Option<Exact> {
        self.ladder.points(standing.place, standing.members, full)
    }

    fn scoring(&self, wording: &Wording<'_>) -> String {
        let field = wording.field(self.field);
        let key = match self.better {
            Better::High => "form.rule.order.high",
            Better::Low => "form.rule.order.low",
        };
        let order = say!(wording.lang, key, field);
        say!(wording.lang, "form.rule.place", order, list = self.ladder.wording(wording))
    }

    fn demo(&self, input: RuleInput, invented: Invented) -> Option<RuleValue> {
        let quality = Exact::from(invented.quality);
        Some(if input.is_part() { RuleValue::part(quality, Exact::from(100)) } else { RuleValue::Number(quality) })
    }
}

//! 相对: points in proportion to the best value or the mean of a field.

use serde::{Deserialize, Serialize};

use super::params::Parts;
use super::wording::Wording;
use super::{Invented, LeafRule, RuleInput, RuleValue};
use crate::model::field::{Basis, Better, Field, FieldStanding, Relation};
use crate::shared::i18n::say;
use crate::shared::number::{Exact, Points};
use crate::shared::words::words;
words! {
    /// What the value 0 is worth where lower values are better.
    pub enum AtZero {
        /// Full points.
        Full = "full",
        /// Nothing.
        None = "none",
    }
}

/// What a value is measured by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relative {
    /// The best value of the field, or its mean.
    pub to: Basis,
    /// Which values are better.
    pub better: Better,
    /// What 0 is worth where lower values are better; none where it is an error.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub zero: Option<AtZero>,
    /// The units that are compared.
    pub field: Field,
}

impl LeafRule for Relative {
    const NAMES: [&'static str; 2] = ["相对", "relative"];

    fn parse(parts: &mut Parts<'_>, _full: &Points) -> (Self, RuleInput) {
        let input = parts.input(&[RuleInput::Percent, RuleInput::Number, RuleInput::Part]);
        let to = parts.word("to", Basis::ALL, Basis::json).unwrap_or(Basis::Best);
        let better = parts.better();
        let zero = parts.word("zero", AtZero::ALL, AtZero::json);
        if zero.is_some() && better == Better::High {
            parts.fault("zero", "model.expected.zero");
        }
        (Self { to, better, zero, field: parts.field() }, input)
    }

    fn parameters(&self) -> Vec<(String, String)> {
        let own = [("to", self.to.json()), ("better", self.better.json())].into_iter();
        let own = own.chain(self.zero.map(|zero| ("zero", zero.json())));
        own.map(|(name, word)| (name.to_owned(), word.to_owned())).chain(super::of_field(self.field)).collect()
    }

    fn refusal(&self, value: &RuleValue) -> Option<String> {
        let value = value.number()?;
        let needs_more = self.better == Better::Low && self.zero.is_none() && value.is_zero();
        let is_below = self.better == Better::Low && value.is_negative();
        (needs_more || is_below).then(|| if self.zero.is_none() { "> 0" } else { ">= 0" }.to_owned())
    }

    fn relation(&self) -> Option<Relation> {
        Some(Relation { field: self.field, better: self.better, basis: Some(self.to) })
    }

    fn points(&self, _value: &RuleValue, _full: &Exact) -> Option<Exact> {
        None
    }

    /// Example: of 400 points 69.625 against the best, 91.15, is 557000/1823.
    fn compared(&self, value: &Exact, standing: &FieldStanding, full: &Exact) -> Option<Exact> {
        let share = match self.better {
            Better::High if value.is_positive() => value / standing.basis.as_ref()?,
            Better::High => Exact::zero(),
            Better::Low if value.is_zero() => Exact::from(i64::from(self.zero? == AtZero::Full)),
            Better::Low => standing.basis.as_ref()? / value,
        };
        Some(full * &share.min(Exact::from(1)))
    }

    fn scoring(&self, wording: &Wording<'_>) -> String {
        let lang = wording.lang;
        let field = wording.field(self.field);
        let basis = match (self.to, self.better) {
            (Basis::Mean, _) => "form.rule.to.mean",
            (Basis::Best, Better::High) => "form.rule.to.highest",
            (Basis::Best, Better::Low) => "form.rule.to.lowest",
        };
        let key = if self.better == Better::High { "form.rule.relative" } else { "form.rule.relative.low" };
        let text = say!(lang, key, basis = say!(lang, basis, field), full = wording.full.0.plain());
        let zero = self.zero.map(|zero| match zero {
            AtZero::Full => lang.text("form.rule.zero.full"),
            AtZero::None => lang.text("form.rule.zero.none"),
        });
        text + zero.unwrap_or_default()
    }

    fn demo(&self, input: RuleInput, invented: Invented) -> Option<RuleValue> {
        let quality = match self.better {
            Better::High => invented.quality,
            Better::Low => 101 - invented.quality,
        };
        Some(match input {
            RuleInput::Part | RuleInput::Ledger => RuleValue::part(Exact::from(quality), Exact::from(101)),
            RuleInput::Percent | RuleInput::Number => RuleValue::Number(Exact::from(quality)),
        })
    }
}

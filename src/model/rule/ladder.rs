//! What places are worth: by a table, by steps, or evenly from first to last.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::params::{Parts, number_of};
use super::wording::Wording;
use crate::shared::i18n::say;
use crate::shared::number::{Exact, Points};

/// Points by place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Ladder {
    /// Those of a table.
    Table {
        /// Points of the named places.
        places: BTreeMap<Ordinal, Points>,
        /// Points of every other place (`*`).
        other: Option<Points>,
    },
    /// So much less with every place.
    Steps {
        /// Points of the first place.
        first: Points,
        /// What each further place costs.
        step: Step,
        /// Points below which no place falls.
        least: Points,
    },
    /// Evenly, from the first to the last place of the field.
    Even {
        /// Points of the first place.
        first: Points,
        /// Points of the last place.
        last: Points,
    },
}

/// A place, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ordinal(pub usize);

impl TryFrom<String> for Ordinal {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

impl From<Ordinal> for String {
    fn from(place: Ordinal) -> Self {
        place.0.to_string()
    }
}

/// What a place costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Points.
    Points(Points),
    /// A part of the full points, in percent.
    Percent(Exact),
}

impl Ladder {
    pub(super) fn parse(parts: &mut Parts<'_>, full: &Points, may_be_even: bool) -> Self {
        let (step, last) = (parts.take("step"), if may_be_even { parts.take("last") } else { None });
        if step.is_none() && last.is_none() {
            return Self::table(parts, full);
        }
        let first = parts.within_full("first", full);
        if first.is_none() && parts.is_good() {
            parts.fault("first", "model.expected.within_full");
        }
        let first = first.unwrap_or_else(|| full.clone());
        match (step, last) {
            (Some(_), Some(_)) => {
                parts.fault("last", "model.expected.step_or_last");
                Self::Even { last: first.clone(), first }
            }
            (Some(written), None) => {
                let step = Step::parse(&written).unwrap_or_else(|| {
                    parts.fault(format!("step={written}"), "model.expected.place_step");
                    Step::Points(Points::zero())
                });
                let least = parts.within_full("least", &first).unwrap_or_else(Points::zero);
                Self::Steps { first, step, least }
            }
            (None, last) => {
                let number = last.as_deref().and_then(number_of).map(Points);
                let last = number.filter(|last| !last.0.is_negative() && *last <= first).unwrap_or_else(|| {
                    parts.fault(format!("last={}", last.unwrap_or_default()), "model.expected.last");
                    Points::zero()
                });
                Self::Even { first, last }
            }
        }
    }

    fn table(parts: &mut Parts<'_>, full: &Points) -> Self {
        let (mut places, mut other) = (BTreeMap::new(), None);
        for (name, points) in parts.points() {
            if points > *full {
                parts.fault(name.clone(), "model.expected.within_full");
            }
            match name.parse::<usize>() {
                Ok(place) if place > 0 => drop(places.insert(Ordinal(place), points)),
                _ if name == "*" => other = Some(points),
                _ => parts.fault(name, "model.expected.place"),
            }
        }
        Self::Table { places, other }
    }

    pub(super) fn parameters(&self) -> Vec<(String, String)> {
        let named = |name: &str, points: &Points| (name.to_owned(), points.0.in_full());
        match self {
            Self::Table { places, other } => {
                let places = places.iter().map(|(place, points)| named(&place.0.to_string(), points));
                places.chain(other.iter().map(|points| named("*", points))).collect()
            }
            Self::Steps { first, step, least } => {
                let step = match step {
                    Step::Points(points) => points.0.in_full(),
                    Step::Percent(percent) => format!("{}%", percent.in_full()),
                };
                vec![named("first", first), ("step".to_owned(), step), named("least", least)]
            }
            Self::Even { first, last } => vec![named("first", first), named("last", last)],
        }
    }

    /// The places that have points, if not all have.
    pub(super) fn named(&self) -> Option<impl Iterator<Item = usize>> {
        match self {
            Self::Table { places, other: None } => Some(places.keys().map(|place| place.0)),
            _ => None,
        }
    }

    /// The points of a place among so many; a unit beside the field gets no less than its last place.
    pub(in crate::model) fn points(&self, place: usize, members: usize, full: &Exact) -> Option<Exact> {
        let below = Exact::from(place.saturating_sub(1));
        Some(match self {
            Self::Table { places, other } => places.get(&Ordinal(place)).or(other.as_ref())?.0.clone(),
            Self::Steps { first, step, least } => {
                let step = match step {
                    Step::Points(points) => below * &points.0,
                    Step::Percent(percent) => below * (full * percent / Exact::from(100)),
                };
                (&first.0 - &step).at_least(&least.0)
            }
            Self::Even { first, .. } if members < 2 => first.0.clone(),
            Self::Even { first, last } => {
                let each = (&first.0 - &last.0) / Exact::from(members - 1);
                (&first.0 - &(below * each)).at_least(&last.0)
            }
        })
    }

    pub(super) fn wording(&self, wording: &Wording<'_>) -> String {
        let lang = wording.lang;
        match self {
            Self::Table { places, other } => {
                let part = |name: String, points: &Points| wording.part("form.rule.gives", name, &points.0);
                let named = |place: &Ordinal| say!(lang, "form.rule.nth", place = place.0);
                let places = places.iter().map(|(place, points)| part(named(place), points));
                wording.list(places.chain(other.iter().map(|own| part(lang.text("form.rule.other").to_owned(), own))))
            }
            Self::Steps { first, step, least } => {
                let step = match step {
                    Step::Points(points) => points.0.plain(),
                    Step::Percent(percent) => (&wording.full.0 * percent / Exact::from(100)).plain(),
                };
                let (first, least) = (first.0.plain(), least.0.plain());
                say!(lang, "form.rule.steps", first, step, least)
            }
            Self::Even { first, last } => {
                say!(lang, "form.rule.even", first = first.0.plain(), last = last.0.plain())
            }
        }
    }
}

impl Step {
    fn parse(written: &str) -> Option<Self> {
        let positive = |text: &str| number_of(text.trim()).filter(Exact::is_positive);
        match written.strip_suffix('%') {
            Some(percent) => positive(percent).map(Self::Percent),
            None => positive(written).map(Points).map(Self::Points),
        }
    }
}

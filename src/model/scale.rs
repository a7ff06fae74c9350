//! The admissible marks: words with points, or numbers by steps.

use serde::{Deserialize, Serialize};

use super::toml::Section;
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::number::{Exact, Points};
use crate::shared::text;

/// The admissible marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Words with points, best first.
    Levels(Vec<(String, Points)>),
    /// Numbers.
    Range(Range),
}

impl Scale {
    /// The points of a level word.
    pub fn level(&self, word: &str) -> Option<&Points> {
        let Self::Levels(levels) = self else { return None };
        let joined = text::joins_digits(word);
        let is = |name: &str| text::same(name, word) && (!joined || text::joins_digits(name));
        levels.iter().find(|(name, _)| is(name)).map(|(_, points)| points)
    }

    /// The best mark.
    pub fn best(&self) -> Points {
        match self {
            Self::Levels(levels) => levels.first().map_or_else(Points::zero, |(_, points)| points.clone()),
            Self::Range(range) => range.high.clone(),
        }
    }

    /// The admissible marks, as a finding names them.
    pub fn written(&self) -> String {
        match self {
            Self::Levels(levels) => levels.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" / "),
            Self::Range(range) => range.written(),
        }
    }

    /// Returns this scale without its step.
    #[must_use]
    pub fn without_step(&self) -> Self {
        match self {
            Self::Range(range) => Self::Range(Range { step: None, ..range.clone() }),
            Self::Levels(_) => self.clone(),
        }
    }

    /// Adopts the step of another range if that is finer.
    pub fn refine(&mut self, other: &Self) {
        if let (Self::Range(own), Self::Range(other)) = (self, other) {
            own.step = own.step.take().into_iter().chain(other.step.clone()).min();
        }
    }
}

/// Numbers from the lowest to the highest, by steps if there are any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// The lowest mark.
    pub low: Points,
    /// The highest mark.
    pub high: Points,
    /// The distance between neighbouring marks, counted from the lowest; without it any number within the bounds is a
    /// mark.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub step: Option<Points>,
}

impl Range {
    /// Whether a number is a mark: within the bounds, and on a step.
    ///
    /// Example: from 0 to 10 by 0.25, 7.5 is a mark; 7.6 and 10.25 are not.
    pub fn holds(&self, number: &Exact) -> bool {
        let is_on_step = |step: &Points| ((number - &self.low.0) / &step.0).is_whole();
        *number >= self.low.0 && *number <= self.high.0 && self.step.as_ref().is_none_or(is_on_step)
    }

    /// Its marks in language-independent notation: `0 – 100`, `0, 0.25 … 10`.
    pub fn written(&self) -> String {
        match &self.step {
            Some(step) => format!("{}, {} … {}", self.low, Points(&self.low.0 + &step.0), self.high),
            None => format!("{} – {}", self.low, self.high),
        }
    }
}

/// Reads `levels`, or `range` with its `step`.
pub(super) fn load(section: &Section<'_, '_>) -> Scale {
    let levels = section.opt_numbers("levels");
    let range = section.opt_pair("range");
    if section.has("levels") == section.has("range") {
        let finding = Finding::new(Code::E514).at(section.place());
        section.report(finding.with("expected", Arg::Word("model.expected.levels_or_range")));
    }
    match (levels, range) {
        (Some(levels), _) => {
            let mut levels: Vec<(String, Points)> = levels.into_iter().map(|(n, p)| (n, Points(p))).collect();
            levels.sort_by(|a, b| b.1.cmp(&a.1));
            if levels.is_empty() || levels.iter().any(|(_, p)| p.0.is_negative()) {
                section.reject("levels", levels.len(), ">= 0");
            }
            Scale::Levels(levels)
        }
        (None, Some((low, high))) => {
            if low.is_negative() {
                section.reject("range", &low, ">= 0");
            }
            Scale::Range(load_step(section, low, high))
        }
        (None, None) => Scale::Range(Range { low: Points::zero(), high: Points::whole(100), step: None }),
    }
}

/// `step = 0.5`, which must lead from one end of the range to the other.
fn load_step(section: &Section<'_, '_>, low: Exact, high: Exact) -> Range {
    let step = section.opt_number("step");
    let is_fitting = |step: &Exact| step.is_positive() && ((&high - &low) / step).is_whole();
    if let Some(step) = step.as_ref().filter(|step| !is_fitting(step)) {
        let finding = Finding::new(Code::E504).at(section.place_of("step")).with("key", "step").found(step);
        section.report(finding.with("expected", Arg::Word("model.expected.step")));
    }
    let step = step.filter(is_fitting).map(Points);
    Range { low: Points(low), high: Points(high), step }
}

//! Components (考核组成): the independently scored parts of a result, and how each is scored (SPEC §4).

use serde::{Deserialize, Serialize};

use super::{BallotRules, Positive, RaterClass, TailRules};
use crate::shared::number::{Percent, Points, Precision, Shortening};
use crate::shared::text;
use crate::shared::words::words;

/// An independently scored part of the result, 考核组成.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Component {
    /// Unique id, also the name of its folders.
    pub id: String,
    /// Its name as printed.
    pub name: String,
    /// Its weight in percent.
    pub weight: Percent,
    /// Patterns of its input files, if the model sets them.
    pub inputs: Option<Vec<String>>,
    /// How it is scored.
    pub kind: ComponentKind,
    /// Which way class means and its rate lose decimals, where the model rounds them.
    #[serde(skip_serializing_if = "Shortening::is_half_up", default = "Shortening::half_up")]
    pub rounding: Shortening,
    /// What becomes of its rate before it counts.
    #[serde(skip_serializing_if = "TailRules::is_empty", default)]
    pub tail: TailRules,
    /// Whether a rate of the unit as a whole stays apart from its lines and aspects (`into_aspects = false`).
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub apart: bool,
    /// The clause on which it is based.
    pub clause: Option<String>,
}

/// How a component is scored.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentKind {
    /// From the verified points of leaves.
    Indicators,
    /// From ballots and tallies.
    Ballots(Box<BallotRules>),
    /// From scores made outside this program.
    Given(GivenRules),
}

words! {
    /// How a component is scored, as one word.
    pub enum ComponentType {
        /// From the verified points of leaves.
        Indicators = "indicators",
        /// From ballots and tallies.
        Ballots = "ballots",
        /// From scores made outside this program.
        Given = "given",
    }
}

impl Component {
    /// How it is scored, as one word.
    pub const fn scored(&self) -> ComponentType {
        match self.kind {
            ComponentKind::Indicators => ComponentType::Indicators,
            ComponentKind::Ballots(_) => ComponentType::Ballots,
            ComponentKind::Given(_) => ComponentType::Given,
        }
    }

    /// The rules of its ballots, if it is scored from ballots.
    pub fn ballots(&self) -> Option<&BallotRules> {
        match &self.kind {
            ComponentKind::Ballots(rules) => Some(rules),
            ComponentKind::Indicators | ComponentKind::Given(_) => None,
        }
    }

    /// The rules of its scores, if they are given.
    pub const fn given(&self) -> Option<&GivenRules> {
        match &self.kind {
            ComponentKind::Given(rules) => Some(rules),
            ComponentKind::Indicators | ComponentKind::Ballots(_) => None,
        }
    }

    /// Its classes of raters, in the order of the model; empty unless scored by ballots.
    pub fn classes(&self) -> &[RaterClass] {
        self.ballots().map_or(&[], |rules| &rules.classes)
    }

    /// The score that corresponds to 100 %; none for indicators.
    pub fn full(&self) -> Option<&Points> {
        self.ballots().map(|rules| &rules.full).or_else(|| self.given().map(|rules| &rules.scale))
    }

    /// What it counts for a unit to which it does not apply; none for indicators.
    pub fn not_applicable(&self) -> Option<Inapplicable> {
        self.ballots().map(|rules| rules.not_applicable).or_else(|| self.given().map(|rules| rules.not_applicable))
    }

    /// How the means of its classes are rounded, if they are.
    pub fn mean_precision(&self) -> Option<Precision> {
        let decimals = self.ballots()?.mean_decimals?;
        Some(Precision { decimals, shortening: self.rounding })
    }

    /// Whether the model declares which of its marks are positive.
    pub fn has_satisfaction(&self) -> bool {
        self.ballots().is_some_and(|rules| rules.positive != Positive::Undeclared)
    }
}

/// How given scores are combined.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GivenRules {
    /// The score that corresponds to 100 %.
    pub scale: Points,
    /// How several periods are combined.
    pub periods: Periods,
    /// The order of periods, if their names do not sort.
    pub period_order: Vec<String>,
    /// The weights of periods in percent, where they are weighted; in the order of the model.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub period_weights: Vec<(String, Percent)>,
    /// How many of the lowest and highest periods are left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub drop: Option<PeriodDrop>,
    /// How a missing score is treated; one that leaves is as one that does not apply.
    pub missing: Inapplicable,
    /// What the component counts for a unit to which it does not apply.
    pub not_applicable: Inapplicable,
}

impl GivenRules {
    /// The weight of a period in percent; none where it has none.
    pub fn period_weight(&self, period: &str) -> Option<&Percent> {
        let wanted = text::key(period);
        self.period_weights.iter().find(|(name, _)| text::key(name) == wanted).map(|(_, weight)| weight)
    }

    /// The periods that the model names, in their order.
    pub fn named_periods(&self) -> Vec<&String> {
        if self.period_order.is_empty() {
            self.period_weights.iter().map(|(name, _)| name).collect()
        } else {
            self.period_order.iter().collect()
        }
    }
}

/// How many periods of a unit and node are left out at each end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodDrop {
    /// The lowest.
    pub low: usize,
    /// The highest.
    pub high: usize,
}

words! {
    /// What a component counts for a unit to which it does not apply as a whole, or what a missing score of it counts.
    pub enum Inapplicable {
        /// An error: the model has no rule for it.
        Error = "error",
        /// Zero.
        Zero = "zero",
        /// Nothing: the unit lacks the component, and the weights of its others are scaled up.
        Renormalise = "renormalise",
    }
}

impl Inapplicable {
    /// The words of the model.
    pub(crate) const WORDS: [(&str, Self); 3] =
        [("error", Self::Error), ("zero", Self::Zero), ("renormalise", Self::Renormalise)];
}

words! {
    /// How several periods of given scores are combined.
    pub enum Periods {
        /// Their mean.
        Mean = "mean",
        /// The last one only.
        Last = "last",
        /// Their sum.
        Sum = "sum",
        /// Their weighted mean.
        Weighted = "weighted",
    }
}

/// How something missing is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// An error.
    Error,
    /// Zero.
    Zero,
}

//! Components (考核组成): the independently scored parts of a result, and how each is scored (SPEC §4).

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::{BallotRules, PeriodRules, RateLimit, RaterClass, Share, TailRules};
use crate::shared::number::{Percent, Points, Precision, Shortening};
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
    /// What bounds its rate, each while a condition holds.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub limits: Vec<RateLimit>,
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

    /// What it measures of its votes, if it counts them in shares.
    pub fn share(&self) -> Option<&Share> {
        self.ballots()?.share.as_deref()
    }

    /// What the means of its classes are measured by: shares are percent, marks points; none for indicators.
    pub fn mean_full(&self) -> Option<Points> {
        if self.share().is_some() { Some(Points::whole(100)) } else { self.full().cloned() }
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
        self.ballots().is_some_and(BallotRules::has_positive)
    }
}

/// How given scores are combined.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GivenRules {
    /// The score that corresponds to 100 %.
    pub scale: Points,
    /// How several periods are combined.
    #[serde(flatten)]
    pub combined: PeriodRules,
    /// How a missing score is treated; one that leaves is as one that does not apply.
    pub missing: Inapplicable,
    /// What the component counts for a unit to which it does not apply.
    pub not_applicable: Inapplicable,
}

impl Deref for GivenRules {
    type Target = PeriodRules;

    fn deref(&self) -> &PeriodRules {
        &self.combined
    }
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

words! {
    /// How something missing is treated.
    pub enum Missing {
        /// An error.
        Error = "error",
        /// Zero.
        Zero = "zero",
    }
}

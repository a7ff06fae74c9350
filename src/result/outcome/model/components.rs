//! Components of the model: weights, and the rules of ballots and given scores.

use crate::shared::words::words;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::ballot::Positive;
use crate::model::{Denominator, Inapplicable, MissingClass, Periods, Scale, StraightLine, TooFew, Trim};
use crate::shared::number::{Percent, Points};

words! {
    /// What a component is.
    pub enum ComponentType {
        /// Points of leaves.
        Indicators = "indicators",
        /// Ballots and tallies.
        Ballots = "ballots",
        /// Scores made elsewhere.
        Given = "given",
    }
}

/// A component of the model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ComponentModel {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Weight in percent.
    pub weight: Percent,
    /// What it is.
    pub kind: ComponentType,
    /// Points that make 100 %, for ballots and given scores.
    pub full: Option<Points>,
    /// Classes with their weights, for ballots.
    pub classes: Vec<ClassModel>,
    /// Codes of the measured nodes; an empty code is the unit.
    pub nodes: Vec<String>,
    /// Whether a satisfaction rate is declared.
    pub satisfaction: bool,
    /// Clause it rests on.
    pub clause: Option<String>,
    /// How several periods of given scores are combined; none for other kinds.
    pub combined: Option<Periods>,
    /// The periods of given scores, in order; an unnamed one is empty.
    #[serde(default)]
    pub periods: Vec<String>,
    /// What it counts for a unit to which it does not apply; none for indicators.
    pub not_applicable: Option<Inapplicable>,
    /// Decimals to which means of ballots are rounded, if they are.
    #[serde(default)]
    pub mean_decimals: Option<u32>,
    /// What marks of ballots may be, and which are trimmed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub marks: Option<MarksModel>,
    /// Which ballots and classes count, and what happens where they are too few.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub counting: Option<CountingModel>,
}

/// Which ballots and classes count, and what happens where they are too few.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountingModel {
    /// Words that abstain.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub abstain: Vec<String>,
    /// What a mean is divided by.
    pub denominator: Denominator,
    /// Greatest share of rated units that a ballot may put in the top level, in percent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_top_share: Option<Percent>,
    /// Points from which a mark is in the top level.
    pub top_from: Points,
    /// What happens to a ballot with equal marks.
    pub straight_line: StraightLine,
    /// Rated units from which the rules about patterns apply.
    pub pattern_from: usize,
    /// Valid ballots needed, in percent of those issued.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quorum: Option<Percent>,
    /// Answers needed per unit.
    pub min_valid: usize,
    /// What fewer mean.
    pub too_few: TooFew,
    /// What a missing class means.
    pub missing_class: MissingClass,
}

/// What marks of ballots may be, and which are trimmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarksModel {
    /// Levels, or a range; one without a declared step has the greatest of 1, 0.5, 0.1, 0.05 … on which all marks lie.
    pub scale: Scale,
    /// Which marks are positive.
    pub positive: Positive,
    /// How extremes are dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trim: Option<Trim>,
}

/// A class of raters.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClassModel {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Weight in percent of the component.
    pub weight: Percent,
    /// Whether marks for the rater's unit are dropped.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub recuse: bool,
    /// Ballots issued by unit, under the key of one of its names, where each unit has a number.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub issued_of: BTreeMap<String, usize>,
}

//! The rules that the recorded numbers follow, as far as they are not told elsewhere: what `verify` calculates again with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::number::Points;

/// Rules of rounding, limits, ranks and places.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesOutcome {
    /// Decimals of component rates, if they are rounded.
    pub component_decimals: Option<u32>,
    /// How shared ranks are numbered: `competition`, `dense` or `modified`.
    pub rank_method: String,
    /// Most points of one bonus row.
    pub per_item_max: Option<Points>,
    /// Most points of one kind for one unit, by code.
    pub max_per_unit: BTreeMap<String, Points>,
    /// The over-claim deduction.
    pub over_claim: Option<OverClaimOutcome>,
    /// How places are counted, by grade with a quota.
    pub places: BTreeMap<String, PlacesOutcome>,
    /// By id of components of ballots and given scores.
    pub components: BTreeMap<String, ComponentRules>,
}

/// The over-claim deduction: floor((claimed − verified − free) / per) · points, up to max.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverClaimOutcome {
    /// Points that are free.
    pub free: Points,
    /// Points of a step.
    pub per: Points,
    /// What a step deducts.
    pub points: Points,
    /// The most.
    pub max: Points,
}

/// How the places of a quota are counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacesOutcome {
    /// `floor`, `half_up` or `ceil`.
    pub rounding: String,
    /// Least number …
    pub minimum: usize,
    /// … where at least this many units are ranked.
    pub minimum_from: usize,
}

/// Rounding and periods of one component.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentRules {
    /// Decimals of class means, if they are rounded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mean_decimals: Option<u32>,
    /// How periods of given scores are combined: `mean`, `last` or `sum`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub combine: Option<String>,
    /// Periods of given scores, in order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub periods: Vec<String>,
}

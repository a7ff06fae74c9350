//! Fields (比较范围): the units among which a value is measured.

use serde::{Deserialize, Serialize};

use crate::shared::number::Exact;
use crate::shared::words::words;

words! {
    /// Which units make one field.
    pub enum Within {
        /// Those of one group.
        Group = "group",
        /// Those of one scheme; all where the model has none.
        Scheme = "scheme",
        /// All.
        All = "all",
    }
}

words! {
    /// Which values are the better ones.
    pub enum Better {
        /// The higher ones.
        High = "high",
        /// The lower ones.
        Low = "low",
    }
}

words! {
    /// What a value is measured by.
    pub enum Basis {
        /// The best value of the field.
        Best = "best",
        /// The mean of the field.
        Mean = "mean",
    }
}

/// A field: the ranked units within it that have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Which units make one.
    pub within: Within,
    /// Whether units of their own (单列) belong to it; if not, they are measured against it all the same.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub separate: bool,
}

/// Where a value stands in its field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldStanding {
    /// What it is measured by; none where places decide.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub basis: Option<Exact>,
    /// Its place, from 1; equal values share it.
    pub place: usize,
    /// How many units the field has.
    pub members: usize,
}

/// What a rule wants to know of a field.
#[derive(Clone, Copy, Debug)]
pub struct Relation {
    /// The field.
    pub field: Field,
    /// Which values are better; where lower ones are, only values above 0 make the basis.
    pub better: Better,
    /// What values are measured by; none where places decide.
    pub basis: Option<Basis>,
}

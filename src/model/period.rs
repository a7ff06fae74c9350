//! Periods (期次): how the scores or the points of several become one (SPEC §6, §19.10).

use serde::{Deserialize, Serialize};

use crate::shared::number::Percent;
use crate::shared::text;
use crate::shared::words::words;

/// How several periods become one: those of given scores, or of a leaf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodRules {
    /// How they are combined.
    pub periods: Periods,
    /// The order of periods, if their names do not sort.
    pub period_order: Vec<String>,
    /// The weights of periods in percent, where they are weighted; in the order of the model.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub period_weights: Vec<(String, Percent)>,
    /// How many of the lowest and highest periods are left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub drop: Option<PeriodDrop>,
}

impl PeriodRules {
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
    /// How several periods are combined.
    pub enum Periods {
        /// Their mean.
        Mean = "mean",
        /// The last one only.
        Last = "last",
        /// Their sum; of a leaf, the sum of its values, which the rule then scores.
        Sum = "sum",
        /// Their weighted mean.
        Weighted = "weighted",
    }
}

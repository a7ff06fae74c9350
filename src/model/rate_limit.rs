//! Limits on the rate of a component: `limit = [{ when = …, at_most = 65 }]` (SPEC §19.8).

use serde::{Deserialize, Serialize};

use super::condition::{self, Condition, Names, Use};
use super::toml::Section;
use crate::shared::number::Percent;

/// The most that a component may count for a unit while a condition holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RateLimit {
    /// When it holds.
    pub when: Condition,
    /// The highest rate, in percent.
    pub at_most: Percent,
    /// The clause on which it is based.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clause: Option<String>,
}

/// Reads the limits of one component.
pub(super) fn load(sections: Vec<Section<'_, '_>>, names: &Names<'_>) -> Vec<RateLimit> {
    let read = |section: Section<'_, '_>| {
        let when = condition::load(section.section("when"), names, Use::Limit);
        let at_most = section.opt_percent("at_most");
        if !section.has("at_most") {
            section.lacks("at_most");
        }
        let clause = section.opt_text("clause");
        section.finish();
        Some(RateLimit { when: when?, at_most: Percent(at_most?), clause })
    };
    sections.into_iter().filter_map(read).collect()
}

//! What marks are worth beside their points: which are positive, where the top level begins, and the marks that a class has of
//! its own (SPEC §7, §19.8).

use serde::{Deserialize, Serialize};

use super::scale::{self, Scale};
use super::toml::Section;
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::number::Points;
use crate::shared::text;

/// Which marks count as positive for the satisfaction rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Positive {
    /// Not declared: there is no satisfaction rate.
    Undeclared,
    /// Points of the positive levels.
    Levels(Vec<Points>),
    /// Marks of at least this many points.
    From(Points),
}

impl Positive {
    /// Whether a mark of these points is positive.
    pub fn holds(&self, points: &Points) -> bool {
        match self {
            Self::Undeclared => false,
            Self::Levels(levels) => levels.contains(points),
            Self::From(least) => points >= least,
        }
    }
}

/// The marks of a class that has levels or a range of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnMarks {
    /// What a mark may be: levels with points of the component, or numbers of a range whose end makes 100 %.
    pub scale: Scale,
    /// The marks that count as positive, in points of the component.
    pub positive: Positive,
    /// The lowest mark in the top level, in points of the component.
    pub top_from: Points,
}

/// What the marks of a class share with those of its component.
pub(super) struct Shared<'s> {
    /// Points that make 100 %.
    pub(super) full: &'s Points,
    /// The positive marks of the component.
    pub(super) positive: &'s Positive,
}

/// Reads `levels` or `range` of a class, with its own `step`, `positive`, `positive_from` and `top_from`; none if it has the
/// marks of the component.
pub(super) fn load_own(table: &Section<'_, '_>, shared: &Shared<'_>) -> Option<OwnMarks> {
    if !table.has("levels") && !table.has("range") {
        return None;
    }
    let scale = scale::load(table);
    let best = scale.best();
    if matches!(scale, Scale::Levels(_)) && best > *shared.full {
        table.reject("levels", &best.0, format!("<= {}", shared.full));
    }
    if matches!(scale, Scale::Range(_)) && !best.0.is_positive() {
        table.reject("range", &best.0, "> 0");
    }
    // A range counts in numbers of its own; whatever is compared with marks is kept in points of the component.
    let worth = |own: Points| match &scale {
        Scale::Range(range) if range.high.0.is_positive() => Points(&own.0 * &shared.full.0 / &range.high.0),
        _ => own,
    };
    let top_from = worth(load_top(table, &scale));
    let positive = if table.has("positive") || table.has("positive_from") {
        match load_positive(table, &scale) {
            Positive::From(least) => Positive::From(worth(least)),
            own => own,
        }
    } else if matches!(shared.positive, Positive::Levels(_)) {
        let finding = Finding::new(Code::E514).at(table.place());
        table.report(finding.with("expected", Arg::Word("model.expected.positive_of_class")));
        Positive::Undeclared
    } else {
        shared.positive.clone()
    };
    Some(OwnMarks { scale, positive, top_from })
}

/// Reads `positive` or `positive_from`.
pub(super) fn load_positive(section: &Section<'_, '_>, scale: &Scale) -> Positive {
    let words = section.texts("positive");
    let unread = section.has("levels") && !matches!(scale, Scale::Levels(_));
    if unread {
        return Positive::Undeclared;
    }
    let from = section.opt_number("positive_from");
    if !words.is_empty() && from.is_some() {
        let finding = Finding::new(Code::E514).at(section.place_of("positive_from"));
        section.report(finding.with("expected", Arg::Word("model.expected.positive_once")));
    }
    if let Some(from) = from {
        return Positive::From(Points(from));
    }
    if words.is_empty() {
        return Positive::Undeclared;
    }
    let Scale::Levels(levels) = scale else {
        section.reject("positive", words.join(", "), "positive_from");
        return Positive::Undeclared;
    };
    let mut points = Vec::new();
    for word in &words {
        match levels.iter().find(|(name, _)| text::key(name) == text::key(word)) {
            Some((_, p)) => points.push(p.clone()),
            None => section.unknown("positive", word, levels.iter().map(|(n, _)| n.as_str())),
        }
    }
    Positive::Levels(points)
}

/// The lowest mark in the top level: as declared, otherwise the best level or the end of the range.
pub(super) fn load_top(section: &Section<'_, '_>, scale: &Scale) -> Points {
    section.opt_number("top_from").map_or_else(|| scale.best(), Points)
}

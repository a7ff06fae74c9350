//! How two models differ, key by key, and what each difference can change.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::result::outcome::Model;

/// What a value of the model can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// Texts, forms, reading limits: no score, rank or grade.
    Presentation,
    /// Totals, ranks and grades; they follow from the recorded values of a result.
    Grading,
    /// What is measured; it follows only from the inputs themselves.
    Measuring,
}

/// A value of the model that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModelChange {
    /// Its path, `grade[A].at_least`.
    pub key: String,
    /// As it was; none if it is new.
    pub old: Option<String>,
    /// As it is; none if it is gone.
    pub new: Option<String>,
    /// What it can change.
    pub reach: Reach,
}

/// The differences of two models.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ModelDiff {
    /// The values that differ, by path.
    pub changes: Vec<ModelChange>,
}

impl ModelDiff {
    /// The differences of two models.
    pub fn between(old: &Model, new: &Model) -> Self {
        if old.hash == new.hash {
            return Self::default();
        }
        let more_votes = counts_more_votes(old, new);
        let (old, new) = (&old.values, &new.values);
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let changes = keys.into_iter().filter(|key| old.get(*key) != new.get(*key)).map(|key| ModelChange {
            key: key.clone(),
            old: old.get(key).cloned(),
            new: new.get(key).cloned(),
            reach: match (old.get(key), new.get(key)) {
                // A component that enters or leaves a scheme was not measured there, or is no longer asked for.
                (None, _) | (_, None) if key.starts_with("scheme[") => Reach::Measuring,
                // Votes that nobody asked for were not counted by level.
                (_, Some(value)) if more_votes && value.contains("votes = ") => Reach::Measuring,
                _ => reach(key),
            },
        });
        Self { changes: changes.collect() }
    }

    /// Whether a score, rank or grade may follow from the differences.
    pub fn is_method(&self) -> bool {
        self.changes.iter().any(|change| change.reach > Reach::Presentation)
    }

    /// Whether the inputs are needed to see what follows.
    pub fn needs_inputs(&self) -> bool {
        self.changes.iter().any(|change| change.reach == Reach::Measuring)
    }

    /// The differences that change the method.
    pub fn method(&self) -> impl Iterator<Item = &ModelChange> {
        self.changes.iter().filter(|change| change.reach > Reach::Presentation)
    }

    /// The differences that change texts only.
    pub fn presentation(&self) -> impl Iterator<Item = &ModelChange> {
        self.changes.iter().filter(|change| change.reach == Reach::Presentation)
    }
}

/// Whether votes are now counted by level in a component in which they were not.
fn counts_more_votes(old: &Model, new: &Model) -> bool {
    let counted = |model: &Model, id: &str| {
        let at = model.components.iter().position(|own| own.id == id);
        at.is_some_and(|at| model.counts_votes(at))
    };
    new.components.iter().any(|own| counted(new, &own.id) && !counted(old, &own.id))
}

/// Sections in which nothing decides a score, rank or grade.
const PRESENTATION: [&str; 12] = [
    "fonts",
    "feedback",
    "calendar",
    "appeal",
    "common_problem",
    "progress",
    "consequences",
    "carry_over",
    "history",
    "limits",
    "checks",
    "output",
];

/// Keys that are only printed, in whatever section.
const PRINTED: [&str; 6] = ["clause", "item", "department", "standard", "method", "title"];

/// Sections whose names are only printed: their items are identified by code or id.
const NAMED_BY_CODE: [&str; 9] =
    ["line", "aspect", "indicator", "component", "scheme", "adjustment", "cap", "promotion", "award"];

/// Sections that act after everything is measured.
const GRADING: [&str; 9] =
    ["score", "adjustment", "adjustments", "over_claim", "grade", "cap", "promotion", "rank", "award"];

/// Keys of a component that act on its measured rate.
const TAIL: [&str; 4] = ["weight", "coefficient", "coefficient_max", "into_aspects"];

/// Whether a key of a component acts after everything is measured: `[m].weight`, `[m].convert.by`.
fn is_of_tail(within: &str) -> bool {
    let Some((_, key)) = within.split_once("].") else { return false };
    TAIL.contains(&key) || key.starts_with("convert.")
}

/// What a value can change, by its path. A key that is not known here is taken to change what is measured.
pub fn reach(path: &str) -> Reach {
    let section = path.split(['.', '[']).next().unwrap_or(path);
    let key = path.rsplit('.').next().unwrap_or(path);
    let within = path.strip_prefix(section).unwrap_or_default();
    // `component[m].class[P1].name` is a word on ballots; the name of the component itself is only printed.
    let of_item = !within.trim_start_matches('[').contains('[');
    let names = key == "name" && of_item && NAMED_BY_CODE.contains(&section);
    // `grade[A].quota.by.method` is about a group of that name.
    let acts = (section == "rank" && key == "method") || path.contains("].quota.by.");
    let printed = PRINTED.contains(&key) && !acts;
    // The model's period names the year, not a score; another year is another assessment and is refused elsewhere.
    let about = section == "assessment" && key != "period";
    if PRESENTATION.contains(&section) || printed || names || about {
        return Reach::Presentation;
    }
    let after = GRADING.contains(&section)
        || (section == "component" && (within.contains("].limit[") || within.ends_with("].limit.order")))
        || (section == "component" && is_of_tail(within))
        || (section == "scheme" && (within.contains("].weights.") || within.contains("].grades.")))
        || path == "self_report.not_applicable";
    if after { Reach::Grading } else { Reach::Measuring }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_reaches_as_far_as_it_can_act() {
        for path in [
            "feedback.k_anonymity",
            "consequences.A.amount",
            "grade[A].clause",
            "grade[A].quota.clause",
            "component[m].name",
            "assessment.title",
            "assessment.language",
            "indicator[1.1].department",
            "checks.W215",
        ] {
            assert_eq!(reach(path), Reach::Presentation, "{path}");
        }
        for path in [
            "grade[A].at_least",
            "grade[A].name",
            "grade.order",
            "grade[A].quota.share",
            "score.decimals",
            "component[m].weight",
            "component[m].limit[1].at_most",
            "component[m].limit[1].when",
            "component[m].limit.order",
            "component[m].coefficient",
            "component[m].coefficient_max",
            "component[m].convert.by",
            "component[m].into_aspects",
            "scheme[S2].weights.m",
            "scheme[S2].grades.A.at_least",
            "cap[C1].when",
            "award[W1].unless",
            "rank.method",
            "rank.tie_break",
            "adjustment[J1].levels.x",
            "self_report.not_applicable",
        ] {
            assert_eq!(reach(path), Reach::Grading, "{path}");
        }
        for path in [
            "indicator[1.1].points",
            "indicator[1.1].coefficient",
            "component[m].not_applicable",
            "aspect[A1].points",
            "component[m].class[P1].weight",
            "scheme[S2].classes.m.P1",
            "scheme[S2].points.A1",
            "scheme[S2].for",
            "indicator[1.1].by_scheme.S2.points",
            "component[m].class[P1].name",
            "component[m].trim.low",
            "component[m].share_of",
            "component[m].bands.60",
            "self_report.missing",
            "assessment.period",
            "something.new",
        ] {
            assert_eq!(reach(path), Reach::Measuring, "{path}");
        }
    }
}

//! Shares of votes, limits and marks of single classes against the values of the model file (SPEC §19.8).

use super::ballots::positive_levels;
use super::{Declared, grades};
use crate::model::Positive;
use crate::model::marks::OwnMarks;
use crate::model::rule::Bands;
use crate::result::outcome::{BallotRules, Component, Model, Scale, Share};
use crate::shared::number::{Exact, Points};

/// What a component measures of its votes.
pub(super) fn share(rule: Option<&Share>, path: &dyn Fn(&str) -> String, declared: &mut Declared<'_>) {
    declared.word(&path("measure"), Some(if rule.is_some() { "share" } else { "mean" }), Some("mean"));
    let Some(rule) = rule else { return };
    declared.list(&path("share_of"), &rule.of);
    let (bounds, is_linear) = match &rule.bands {
        Some(Bands::Steps(bounds)) => (bounds.as_slice(), false),
        Some(Bands::Linear { linear }) => (linear.as_slice(), true),
        None => (&[] as &[_], false),
    };
    declared.flag(&path("interpolate"), is_linear, false);
    let written = written_bands(&path("bands"), declared);
    let shown = |bands: &[(Exact, Points)]| {
        bands.iter().map(|(bound, points)| format!("{}:{}", bound.in_full(), points.0.in_full())).collect::<Vec<_>>()
    };
    declared.differ(&path("bands"), Some(&shown(&written).join(",")), Some(&shown(bounds).join(",")));
}

/// The bands as the model file has them: a table, or one text; ascending.
fn written_bands(path: &str, declared: &Declared<'_>) -> Vec<(Exact, Points)> {
    let number = |text: &str| {
        let text = text.trim();
        Exact::parse(text).or_else(|| Exact::parse_fraction(text)).or_else(|| Exact::parse_mixed(text))
    };
    let bound = |text: &str| Exact::parse(text.trim()).or_else(|| Exact::parse_share(text));
    let mut bands: Vec<(Exact, Points)> = match declared.get(path) {
        Some(text) => {
            let parts = text.split([',', '，', ';', '；']).filter_map(|part| part.split_once([':', '：']));
            parts.filter_map(|(low, points)| Some((bound(low)?, Points(number(points)?)))).collect()
        }
        None => {
            let keys: Vec<&str> = declared.keys(path).into_iter().collect();
            let value = |key: &str| declared.get(&format!("{path}.{key}")).and_then(number);
            keys.iter().filter_map(|key| Some((bound(key)?, Points(value(key)?)))).collect()
        }
    };
    bands.sort();
    bands
}

/// The limits of a component, in their order.
pub(super) fn limits(model: &Model, component: &Component, path: &str, declared: &mut Declared<'_>) {
    let names: Vec<String> = (1..=component.limits.len()).map(|number| number.to_string()).collect();
    declared.order(path, names.iter());
    for (number, limit) in names.iter().zip(&component.limits) {
        let key = |key: &str| format!("{path}[{number}].{key}");
        declared.number(&key("at_most"), Some(&limit.at_most.0), None);
        declared.word(&key("clause"), limit.clause.as_deref(), None);
        grades::condition(model, &limit.when, &key("when"), declared);
    }
}

/// The marks that a class has of its own; a range counts in its own numbers, of which the end makes 100 %.
pub(super) fn own_marks(
    own: &OwnMarks,
    rules: &BallotRules,
    path: &dyn Fn(&str) -> String,
    declared: &mut Declared<'_>,
) {
    let high = match &own.scale {
        Scale::Levels(levels) => {
            declared.table(&path("levels"), levels);
            &rules.full.0
        }
        Scale::Range(range) => {
            let bounds = format!("{}, {}", range.low.0.in_full(), range.high.0.in_full());
            declared.word(&path("range"), Some(&bounds), None);
            declared.points(&path("step"), range.step.as_ref(), None);
            &range.high.0
        }
    };
    let in_own = |points: &Points| &points.0 * high / &rules.full.0;
    let none = Exact::zero();
    let best = match &own.scale {
        Scale::Levels(levels) => levels.iter().map(|(_, points)| &points.0).max().unwrap_or(&none),
        Scale::Range(range) => &range.high.0,
    };
    declared.number(&path("top_from"), Some(&in_own(&own.top_from)), Some(best));
    let from = |positive: &Positive| match positive {
        Positive::From(points) => Some(in_own(points)),
        Positive::Levels(_) | Positive::Undeclared => None,
    };
    let inherited = from(&rules.positive).filter(|_| declared.get(&path("positive")).is_none());
    declared.number(&path("positive_from"), from(&own.positive).as_ref(), inherited.as_ref());
    positive_levels(&own.positive, &own.scale, &path("positive"), declared);
}

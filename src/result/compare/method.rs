//! Values that differ between two models, as far as results hold them: why scores of two years are not comparable.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::rule::{Ladder, Step};
use crate::model::{Bottom, Convert, ConvertBy, PeriodRules, Quota, Size};
use crate::result::outcome::{Component, Model, Scheme};
use crate::shared::words::words;

words! {
    /// What kind of model value it is.
    pub enum Topic {
        /// Points, decimals, limits of the total.
        Score = "score",
        /// Points of a line or aspect.
        Node = "node",
        /// An indicator: its points, rule or name.
        Leaf = "leaf",
        /// Weight or kind of a component.
        Component = "component",
        /// What a scheme has in place of the values of the model.
        Scheme = "scheme",
        /// Threshold or quota of a grade.
        Grade = "grade",
        /// A kind of adjustment.
        Adjustment = "adjustment",
        /// Scope and ties of ranks.
        Rank = "rank",
        /// An award.
        Award = "award",
    }
}

/// A value of the model that differs; none where only one of the models has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MethodChange {
    /// What kind of value it is.
    pub topic: Topic,
    /// Code or id of what it belongs to; empty for the model as a whole.
    pub code: String,
    /// Name of that.
    pub name: String,
    /// Which value: `points`, `weight`, `rule`, `name`, `at_least`, `quota` … or `exists`.
    pub field: &'static str,
    /// As it was.
    pub old: Option<String>,
    /// As it is.
    pub new: Option<String>,
}

/// The values of one thing of a model by name.
struct Item<'m> {
    name: &'m str,
    values: Vec<(&'static str, String)>,
}

type Items<'m> = BTreeMap<(Topic, usize, &'m str), Item<'m>>;

/// Everything that differs between two models, by topic, in the order of the new model.
pub(super) fn changes(old: &Model, new: &Model) -> Vec<MethodChange> {
    let (before, after) = (items(old), items(new));
    let (old_at, new_at) = (places(&before), places(&after));
    let mut changes = Vec::new();
    for ((topic, _, code), item) in &after {
        match old_at.get(&(*topic, *code)).and_then(|at| before.get(&(*topic, *at, *code))) {
            Some(was) => changes.extend(differing(*topic, code, was, item)),
            None => changes.push(alone(*topic, code, item, false)),
        }
    }
    for ((topic, _, code), item) in &before {
        if !new_at.contains_key(&(*topic, *code)) {
            changes.push(alone(*topic, code, item, true));
        }
    }
    changes.sort_by_key(|change| change.topic);
    changes
}

/// Every value of a model that may decide a score, a rank or a grade, as if it were new, by topic.
pub fn values(model: &Model) -> Vec<MethodChange> {
    let items = items(model);
    let named = items.iter().flat_map(|((topic, _, code), item)| {
        let said = item.values.iter().filter(|(_, value)| !value.is_empty() && value != "—");
        said.map(|(field, value)| MethodChange {
            topic: *topic,
            code: (*code).to_owned(),
            name: item.name.to_owned(),
            field,
            old: None,
            new: Some(value.clone()),
        })
    });
    named.collect()
}

/// Where each thing stands in its list.
fn places<'m>(items: &Items<'m>) -> BTreeMap<(Topic, &'m str), usize> {
    items.keys().map(|(topic, at, code)| ((*topic, *code), *at)).collect()
}

/// Something that only one of the models has.
fn alone(topic: Topic, code: &str, item: &Item<'_>, was: bool) -> MethodChange {
    let shown = Some(item.values.first().map(|(_, value)| value.clone()).unwrap_or_default());
    let (old, new) = if was { (shown, None) } else { (None, shown) };
    MethodChange { topic, code: code.to_owned(), name: item.name.to_owned(), field: "exists", old, new }
}

fn differing(topic: Topic, code: &str, was: &Item<'_>, now: &Item<'_>) -> Vec<MethodChange> {
    let values = was.values.iter().zip(&now.values).filter(|((_, old), (_, new))| old != new);
    values
        .map(|((field, old), (_, new))| MethodChange {
            topic,
            code: code.to_owned(),
            name: now.name.to_owned(),
            field,
            old: Some(old.clone()),
            new: Some(new.clone()),
        })
        .collect()
}

/// What a scheme has in place of the values of the model.
fn scheme_values(model: &Model, scheme: &Scheme) -> Vec<(&'static str, String)> {
    fn list(parts: impl Iterator<Item = String>) -> String {
        parts.collect::<Vec<_>>().join(", ")
    }
    let components = || model.components.iter().zip(&scheme.weights);
    let of_weights = components().filter_map(|(own, weight)| Some(format!("{} {}", own.name, weight.as_ref()?)));
    let of_aspects =
        model.tree.aspects.iter().zip(&scheme.aspects).map(|(own, points)| format!("{} {points}", own.code));
    let of_classes = model.components.iter().zip(&scheme.classes).flat_map(|(own, weights)| {
        let listed = own.classes().iter().zip(weights);
        listed.filter_map(|(class, weight)| Some(format!("{} {}", class.name, weight.as_ref()?)))
    });
    let of_grades = model.grades.iter().zip(&scheme.bars).map(|(grade, bar)| format!("{} {bar}", grade.name));
    let of_leaves = model.tree.leaves.iter().zip(&scheme.leaves);
    let of_leaves = of_leaves.filter_map(|(leaf, own)| Some(format!("{} {}", leaf.code, own.as_ref()?.points)));
    vec![
        ("weight", list(of_weights)),
        ("points", list(of_aspects)),
        ("classes", list(of_classes)),
        ("at_least", list(of_grades)),
        ("indicators", list(of_leaves)),
    ]
}

/// How periods are combined, in the words of the model.
fn periods(rules: &PeriodRules) -> String {
    let weights = rules.period_weights.iter().map(|(name, weight)| format!("{name} {weight}"));
    let drop = rules.drop.map(|drop| format!("drop {}/{}", drop.low, drop.high));
    std::iter::once(rules.periods.to_string()).chain(weights).chain(drop).collect::<Vec<_>>().join(", ")
}

/// The columns of the roster by which something is multiplied.
fn columns(columns: &[String]) -> String {
    if columns.is_empty() { "—".to_owned() } else { columns.join(", ") }
}

/// The coefficient of a component, with its highest rate.
fn coefficient(component: &Component) -> String {
    let Some(own) = &component.tail.coefficient else { return columns(&[]) };
    let most = own.most.as_ref().map(|most| format!("max {most}"));
    std::iter::once(columns(&own.columns)).chain(most).collect::<Vec<_>>().join("; ")
}

/// How a rate is converted, in the words of the model.
fn convert(rule: &Convert) -> String {
    let by = match &rule.by {
        ConvertBy::Best => "best".to_owned(),
        ConvertBy::Mean(mean) => format!("mean {mean}"),
        ConvertBy::Place(Ladder::Steps { first, step: Step::Points(step), least }) => {
            format!("place {first} - {step}, least {least}")
        }
        ConvertBy::Place(Ladder::Even { first, last }) => format!("place {first} - {last}"),
        ConvertBy::Place(_) => "place".to_owned(),
    };
    let separate = rule.field.separate.then_some("separate");
    std::iter::once(by.as_str()).chain([rule.field.within.json()]).chain(separate).collect::<Vec<_>>().join("; ")
}

/// The values of a model that may decide a score, a rank or a grade.
fn items<'m>(model: &'m Model) -> Items<'m> {
    let mut items = Items::new();
    let optional = |value: Option<String>| value.unwrap_or_else(|| "—".to_owned());
    let mut add = |topic: Topic, at: usize, code: &'m str, name: &'m str, values: Vec<(&'static str, String)>| {
        items.insert((topic, at, code), Item { name, values });
    };
    let points = |value: &Option<crate::shared::number::Points>| optional(value.as_ref().map(ToString::to_string));
    let score = vec![
        ("full", model.score.full.to_string()),
        ("min", model.score.min.to_string()),
        ("max", model.score.max.to_string()),
        ("decimals", model.score.decimals.to_string()),
        ("rounding", model.score.rounding.to_string()),
        ("not_applicable", model.self_report.not_applicable.to_string()),
        ("max_bonus", points(&model.adjustments.max_bonus)),
        ("max_deduction", points(&model.adjustments.max_deduction)),
    ];
    add(Topic::Score, 0, "", "", score);
    let links: Vec<&str> = model.rank.tie_break.iter().map(|link| link.name.as_str()).collect();
    let rank = vec![
        ("scope", model.rank.scope.to_string()),
        ("tie_break", links.join(", ")),
        ("tie_at_quota", model.rank.tie_at_quota.to_string()),
    ];
    add(Topic::Rank, 0, "", "", rank);
    for (at, node) in model.tree.lines.iter().chain(&model.tree.aspects).enumerate() {
        add(Topic::Node, at, &node.code, &node.name, vec![("points", node.points.to_string())]);
    }
    for (at, leaf) in model.tree.leaves.iter().enumerate() {
        let above = model.tree.above(leaf).map(|node| node.code.as_str());
        let values = vec![
            ("points", leaf.points.to_string()),
            ("name", leaf.name.clone()),
            ("rule", leaf.rule.name().to_owned()),
            ("periods", optional(leaf.periods.as_ref().map(periods))),
            ("formula", optional(leaf.formula.as_ref().map(|own| own.text().to_owned()))),
            ("coefficient", columns(&leaf.coefficient)),
            ("aspect", above.collect::<Vec<_>>().join(" ")),
        ];
        add(Topic::Leaf, at, &leaf.code, &leaf.name, values);
    }
    for (at, component) in model.components.iter().enumerate() {
        let classes = component.classes().iter().map(|class| format!("{} {}", class.name, class.weight));
        let values = vec![
            ("weight", component.weight.to_string()),
            ("kind", component.scored().to_string()),
            ("rounding", component.rounding.to_string()),
            ("periods", optional(component.given().map(|rules| periods(rules)))),
            ("classes", classes.collect::<Vec<_>>().join(", ")),
            ("not_applicable", optional(component.not_applicable().map(|own| own.to_string()))),
            ("missing", optional(component.given().map(|own| own.missing.to_string()))),
            ("coefficient", coefficient(component)),
            ("convert", optional(component.tail.convert.as_ref().map(convert))),
            ("into_aspects", (!component.apart).to_string()),
        ];
        add(Topic::Component, at, &component.id, &component.name, values);
    }
    for (at, scheme) in model.schemes.iter().enumerate() {
        add(Topic::Scheme, at, &scheme.code, &scheme.name, scheme_values(model, scheme));
    }
    for (at, grade) in model.grades.iter().enumerate() {
        let quota = optional(grade.quota.as_ref().map(quota));
        let bottom = optional(grade.bottom.as_ref().map(bottom));
        let values = vec![("at_least", grade.at_least.to_string()), ("quota", quota), ("bottom", bottom)];
        add(Topic::Grade, at, &grade.name, "", values);
    }
    for (at, award) in model.awards.iter().enumerate() {
        let unless = model.values.get(&format!("award[{}].unless", award.code)).cloned();
        let values = vec![
            ("by", award.written.clone()),
            ("quota", size(&award.size)),
            ("scope", award.scope.to_string()),
            ("at_least", optional(award.at_least.as_ref().map(ToString::to_string))),
            ("unless", optional(unless)),
            ("tie_at_quota", award.tie.to_string()),
        ];
        add(Topic::Award, at, &award.code, &award.name, values);
    }
    for (at, kind) in model.adjustments.kinds.iter().enumerate() {
        add(Topic::Adjustment, at, &kind.code, &kind.name, vec![("kind", kind.sign.to_string())]);
    }
    items
}

/// A quota as the model file writes it: the share alone, or a number of places; then the scopes that have their own.
fn quota(quota: &Quota) -> String {
    let by = quota.by.iter().map(|own| format!("{}: {}", own.scope, size(&own.size)));
    std::iter::once(size(&quota.size)).chain(by).collect::<Vec<_>>().join("; ")
}

/// A share in percent, or a number of places.
fn size(size: &Size) -> String {
    match size {
        Size::Share(share) => share.to_string(),
        Size::Places(places) => format!("places = {places}"),
    }
}

/// The last units as the model file writes them.
fn bottom(bottom: &Bottom) -> String {
    let safe = bottom.safe_from.iter().map(|bar| format!("safe_from = {bar}"));
    std::iter::once(bottom.share.to_string()).chain(safe).collect::<Vec<_>>().join("; ")
}

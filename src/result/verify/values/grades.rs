//! Grades with their quotas, caps, promotions and the rules of ranks and ties.

use super::Declared;
use crate::model::condition::{Bar, Threshold};
use crate::model::{AwardBy, Condition, Node, Size, TieBreak};
use crate::result::outcome::{Grade, Model};
use crate::shared::number::Points;
use crate::shared::text;

pub(super) fn check(model: &Model, declared: &mut Declared<'_>) {
    declared.order("grade", model.grades.iter().map(|own| &own.name));
    for (index, own) in model.grades.iter().enumerate() {
        // A grade that has no threshold has that of the next lower one.
        let lower = model.grades.get(index + 1).map_or(&model.score.min, |lower| &lower.at_least);
        grade(own, lower, declared);
    }
    declared.order("cap", model.caps.iter().map(|own| &own.code));
    for cap in &model.caps {
        let path = |key: &str| format!("cap[{}].{key}", cap.code);
        declared.word(&path("name"), Some(&cap.name), None);
        grade_named(model, &path("at_most"), cap.at_most, declared);
        condition(model, &cap.when, &path("when"), declared);
        declared.choice(&path("confirm"), &cap.confirm, "automatic");
        declared.word(&path("clause"), cap.clause.as_deref(), None);
    }
    declared.order("promotion", model.promotions.iter().map(|own| &own.code));
    for promotion in &model.promotions {
        let path = |key: &str| format!("promotion[{}].{key}", promotion.code);
        declared.word(&path("name"), Some(&promotion.name), Some(&promotion.code));
        grade_named(model, &path("to"), promotion.to, declared);
        declared.word(&path("when"), Some(&written(model, &promotion.when)), None);
        let is_named = names_its_nodes(model, &promotion.when);
        declared.checked.same(|| format!("model.{}.nodes", path("when")), &is_named, &true);
        declared.flag(&path("unless_capped"), promotion.unless_capped, false);
        declared.word(&path("clause"), promotion.clause.as_deref(), None);
    }
    awards(model, declared);
    declared.word("rank.scope", Some(model.rank.scope.json()), Some("group"));
    declared.word("rank.method", Some(model.rank.method.json()), Some("competition"));
    let names: Vec<&str> = model.rank.tie_break.iter().map(|link| link.name.as_str()).collect();
    declared.list("rank.tie_break", &names);
    declared.word("rank.tie_at_quota", Some(model.rank.tie_at_quota.json()), Some("exclude"));
    declared.word("rank.clause", model.rank.clause.as_deref(), None);
    links(model, declared);
}

fn awards(model: &Model, declared: &mut Declared<'_>) {
    declared.order("award", model.awards.iter().map(|own| &own.code));
    for award in &model.awards {
        let path = |key: &str| format!("award[{}].{key}", award.code);
        declared.word(&path("name"), Some(&award.name), None);
        declared.word(&path("by"), Some(&award.written), None);
        let is_named = looked_up(model, &award.written) == Some(award.by);
        declared.checked.same(|| format!("model.{}", path("by")), &is_named, &true);
        size(&format!("award[{}]", award.code), "share", &award.size, declared);
        declared.word(&path("rounding"), Some(award.rounding.json()), Some("floor"));
        declared.word(&path("scope"), Some(award.scope.json()), Some(model.rank.scope.json()));
        declared.number(&path("at_least"), award.at_least.as_ref(), None);
        let unless = award.unless.as_ref().map(|unless| written(model, unless));
        declared.word(&path("unless"), unless.as_deref(), None);
        let is_named = award.unless.as_ref().is_none_or(|unless| names_its_nodes(model, unless));
        declared.checked.same(|| format!("model.{}.nodes", path("unless")), &is_named, &true);
        declared.word(&path("tie"), Some(award.tie.json()), Some(model.rank.tie_at_quota.json()));
        declared.word(&path("clause"), award.clause.as_deref(), None);
    }
}

/// What an award looks at, by its name.
fn looked_up(model: &Model, name: &str) -> Option<AwardBy> {
    let is = |own: &str| text::key(own) == text::key(name);
    let component = || model.components.iter().position(|own| is(&own.id)).map(AwardBy::Component);
    let kind = || model.adjustments.kinds.iter().position(|own| is(&own.code)).map(AwardBy::Adjustment);
    match name {
        "total" => Some(AwardBy::Total),
        _ => component().or_else(|| node(model, name).map(AwardBy::Node)).or_else(kind),
    }
}

fn grade(grade: &Grade, lower: &Points, declared: &mut Declared<'_>) {
    let path = |key: &str| format!("grade[{}].{key}", grade.name);
    declared.points(&path("at_least"), Some(&grade.at_least), Some(lower));
    declared.word(&path("parallel"), grade.parallel.as_deref(), None);
    declared.word(&path("clause"), grade.clause.as_deref(), None);
    let bottom = grade.bottom.as_ref();
    declared.number(&path("bottom.share"), bottom.map(|own| &own.share.0), None);
    declared.points(&path("bottom.safe_from"), bottom.and_then(|own| own.safe_from.as_ref()), None);
    declared.word(&path("bottom.clause"), bottom.and_then(|own| own.clause.as_deref()), None);
    let has_quota = declared.has(&path("quota"));
    declared.checked.same(|| format!("model.values.{}", path("quota")), &has_quota, &grade.quota.is_some());
    let Some(quota) = &grade.quota else { return };
    size(&path("quota"), "share", &quota.size, declared);
    let by = path("quota.by");
    let named = declared.keys(&by);
    declared.checked.same(|| format!("model.values.{by}"), &named.len(), &quota.by.len());
    for own in &quota.by {
        size(&format!("{by}.{}", own.scope), "", &own.size, declared);
    }
    declared.word(&path("quota.rounding"), Some(quota.rounding.json()), Some("floor"));
    declared.count(&path("quota.minimum"), Some(quota.minimum), Some(0));
    declared.count(&path("quota.minimum_from"), Some(quota.minimum_from), Some(1));
    declared.word(&path("quota.clause"), quota.clause.as_deref(), None);
}

/// A share under its key, or at the path itself, or a number of places.
fn size(path: &str, share: &str, size: &Size, declared: &mut Declared<'_>) {
    let share_at = if share.is_empty() { path.to_owned() } else { format!("{path}.{share}") };
    let (part, places) = match size {
        Size::Share(part) => (Some(&part.0), None),
        Size::Places(places) => (None, Some(*places)),
    };
    declared.number(&share_at, part, None);
    declared.count(&format!("{path}.places"), places, None);
}

/// A grade by its name or another name that the model file gives it.
fn grade_named(model: &Model, path: &str, typed: usize, declared: &mut Declared<'_>) {
    let wanted = text::key(declared.get(path).unwrap_or_default());
    let answers = |grade: &&Grade| {
        let aliases = declared.get(&format!("grade[{}].aliases", grade.name)).unwrap_or_default();
        text::key(&grade.name) == wanted || aliases.split(", ").any(|alias| text::key(alias) == wanted)
    };
    let named = model.grades.iter().find(answers).map(|grade| grade.name.as_str());
    let own = model.grades.get(typed).map(|grade| grade.name.as_str());
    declared.differ(path, named, own);
}

/// Checks a condition under its key, and the nodes that it names.
pub(super) fn condition(model: &Model, typed: &Condition, path: &str, declared: &mut Declared<'_>) {
    declared.word(path, Some(&written(model, typed)), None);
    declared.checked.same(|| format!("model.{path}.nodes"), &names_its_nodes(model, typed), &true);
}

/// A condition as the model file writes it, its keys in order.
fn written(model: &Model, condition: &Condition) -> String {
    let id = |index: usize| model.components.get(index).map_or("", |component| component.id.as_str());
    let parts = |parts: &[Condition]| parts.iter().map(|part| written(model, part)).collect::<Vec<_>>().join(", ");
    let keys = match condition {
        Condition::Rate { pattern, component, threshold, .. } => {
            let own = component.map(|index| ("component", id(index).to_owned()));
            own.into_iter().chain([("rate", pattern.clone()), bar(threshold)]).collect()
        }
        Condition::Satisfaction { component, threshold } => {
            vec![("satisfaction", id(*component).to_owned()), bar(threshold)]
        }
        Condition::Event(code) => vec![("event", code.clone())],
        Condition::LastInGroup => vec![("last_in_group", "true".to_owned())],
        Condition::Attribute { name, equals } => vec![("attribute", name.clone()), ("equals", equals.join(", "))],
        Condition::Points { pattern, component, bar, .. } => {
            let own = component.map(|index| ("component", id(index).to_owned()));
            own.into_iter().chain([("points", pattern.clone()), side(bar)]).collect()
        }
        Condition::Sum { sum, at_least } => {
            vec![(sum.json(), "true".to_owned()), ("at_least", at_least.0.to_string())]
        }
        Condition::Group { names, .. } => vec![("group", names.join(", "))],
        Condition::Votes { component, of, bar } => {
            vec![("votes", id(*component).to_owned()), ("of", of.join(", ")), side(bar)]
        }
        Condition::MissingSelfReport => vec![("missing", "self-report".to_owned())],
        Condition::All(all) => vec![("all", parts(all))],
        Condition::Any(any) => vec![("any", parts(any))],
    };
    let mut keys: Vec<String> =
        keys.into_iter().map(|(key, value): (&str, String)| format!("{key} = {value}")).collect();
    keys.sort();
    format!("{{ {} }}", keys.join(", "))
}

fn bar(threshold: &Threshold) -> (&'static str, String) {
    match threshold {
        Threshold::Below(bar) => ("below", bar.0.in_full()),
        Threshold::AtLeast(bar) => ("at_least", bar.0.in_full()),
    }
}

fn side(bar: &Bar) -> (&'static str, String) {
    let (key, number) = bar.written();
    (key, number.in_full())
}

/// The nodes that a pattern names, as far as the document knows them.
fn nodes(model: &Model, pattern: &str) -> Vec<Node> {
    match pattern {
        "aspect.*" => (0..model.tree.aspects.len()).map(Node::Aspect).collect(),
        "line.*" => (0..model.tree.lines.len()).map(Node::Line).collect(),
        name => node(model, name).into_iter().collect(),
    }
}

/// The aspect, line or leaf of a code or name.
fn node(model: &Model, name: &str) -> Option<Node> {
    let is = |code: &str, own: &str| [code, own].iter().any(|known| text::key(known) == text::key(name));
    let aspect = model.tree.aspects.iter().position(|own| is(&own.code, &own.name)).map(Node::Aspect);
    let line = || model.tree.lines.iter().position(|own| is(&own.code, &own.name)).map(Node::Line);
    let leaf = || model.tree.leaves.iter().position(|own| is(&own.code, &own.name)).map(Node::Leaf);
    aspect.or_else(line).or_else(leaf)
}

/// Whether the nodes of a condition are those that its patterns name.
fn names_its_nodes(model: &Model, condition: &Condition) -> bool {
    condition.atoms().into_iter().all(|atom| match atom {
        Condition::Rate { pattern, nodes: typed, .. } => *typed == nodes(model, pattern),
        Condition::Points { pattern, node: typed, .. } => Some(*typed) == node(model, pattern),
        _ => true,
    })
}

/// What the links of the tie-break chain look at, by their names.
fn links(model: &Model, declared: &mut Declared<'_>) {
    let component = |id: &str| model.components.iter().position(|own| text::key(&own.id) == text::key(id));
    let link = |name: &str| match name.strip_prefix("satisfaction:") {
        _ if name == "fewer_deductions" => Some(TieBreak::FewerDeductions),
        Some(id) => component(id).map(TieBreak::Satisfaction),
        None => component(name).map(TieBreak::Component).or_else(|| node(model, name).map(TieBreak::Node)),
    };
    let is_named = model.rank.tie_break.iter().all(|own| link(&own.name).as_ref() == Some(&own.by));
    declared.checked.same(|| "model.rank.tie_break".to_owned(), &is_named, &true);
}

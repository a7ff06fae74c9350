//! Schemes against the values of the model file, and every unit against the scheme that is for it (SPEC §19.1).

use super::{Checked, Declared};
use crate::model::scheme::{BASE, Scheme};
use crate::result::outcome::{Mode, Model, Outcome};
use crate::shared::number::Exact;
use crate::shared::text;

/// Checks the numbers of all schemes and that every unit has the first that is for it.
pub(super) fn check(model: &Model, declared: &mut Declared<'_>) {
    let named: Vec<&String> = model.schemes.iter().map(|own| &own.code).filter(|code| *code != BASE).collect();
    declared.order("scheme", named.into_iter());
    for scheme in model.schemes.iter().filter(|scheme| scheme.code != BASE) {
        numbers(model, scheme, declared);
    }
    for scheme in &model.schemes {
        indicators(model, scheme, declared);
    }
}

/// Which indicators belong to a scheme, with what points and rule.
fn indicators(model: &Model, scheme: &Scheme, declared: &mut Declared<'_>) {
    for (index, (leaf, own)) in model.tree.leaves.iter().zip(&scheme.leaves).enumerate() {
        let path = |key: &str| format!("indicator[{}].{key}", leaf.code);
        let listed = declared.get(&path("schemes")).unwrap_or_default().split(['、', ';', '；', ',', '，']);
        let listed: Vec<String> = listed.map(text::key).filter(|code| !code.is_empty()).collect();
        let is_listed = listed.is_empty() || listed.contains(&text::key(&scheme.code));
        let place = || format!("model.schemes[{}].leaves[{}]", scheme.code, leaf.code);
        declared.checked.same(place, &own.is_some(), &is_listed);
        let Some(own) = own else { continue };
        let key = |key: &str| {
            let special = path(&format!("by_scheme.{}.{key}", scheme.code));
            if declared.get(&special).is_some() { special } else { path(key) }
        };
        let [points, rule, params, coefficient] = ["points", "rule", "params", "coefficient"].map(key);
        let [expr, inputs] = ["expr", "inputs"].map(key);
        declared.points(&points, Some(&own.points), None);
        let written = declared.get(&rule).unwrap_or_default();
        let typed = if own.rule.is_named(written) { written } else { own.rule.name() };
        declared.differ(&rule, Some(written), Some(typed));
        super::leaves::formula(&scheme.tree.leaves[index], [&expr, &inputs], declared);
        super::leaves::parameters(&scheme.tree.leaves[index], &params, declared);
        super::leaves::coefficient(&own.coefficient, &coefficient, declared);
    }
}

/// Every unit has the first scheme that is for it.
pub(super) fn units(outcome: &Outcome, checked: &mut Checked) {
    let model = &outcome.model;
    for unit in outcome.units.iter().filter(|unit| unit.roster.mode != Mode::Excluded) {
        let own = &unit.roster;
        let is_for = |own_scheme: &Scheme| own_scheme.applies.as_ref().is_none_or(|applies| applies.judge(own).holds);
        let expected = model.schemes.iter().position(is_for);
        let place = || format!("units[{}].scheme", own.code);
        checked.both(place, own.scheme.map(|scheme| scheme.0).as_ref(), expected.as_ref());
    }
}

/// The numbers of a scheme: what its table says, else what the model says without schemes.
fn numbers(model: &Model, scheme: &Scheme, declared: &mut Declared<'_>) {
    let path = |rest: &str| format!("scheme[{}].{rest}", scheme.code);
    let (own_weights, own_points) = (declared.has(&path("weights")), declared.has(&path("points")));
    for (component, weight) in model.components.iter().zip(&scheme.weights) {
        let default = (!own_weights).then_some(&component.weight.0);
        let key = either(declared, &path("weights"), [&component.id, &component.name]);
        declared.number(&key, weight.as_ref().map(|weight| &weight.0), default);
    }
    for (aspect, points) in model.tree.aspects.iter().zip(&scheme.aspects) {
        let zero = Exact::zero();
        let default = if own_points { &zero } else { &aspect.points.0 };
        let key = either(declared, &path("points"), [&aspect.code, &aspect.name]);
        declared.number(&key, Some(&points.0), Some(default));
    }
    for (component, weights) in model.components.iter().zip(&scheme.classes) {
        let own = [&component.id, &component.name].map(|name| path(&format!("classes.{name}")));
        let table = own.iter().find(|table| declared.has(table)).unwrap_or(&own[0]).clone();
        for (class, weight) in component.classes().iter().zip(weights) {
            let key = either(declared, &table, [&class.id, &class.name]);
            let default = (!declared.has(&table)).then_some(&class.weight.0);
            declared.number(&key, weight.as_ref().map(|weight| &weight.0), default);
        }
    }
    for (index, (grade, bar)) in model.grades.iter().zip(&scheme.bars).enumerate() {
        let names = std::iter::once(&grade.name).chain(&grade.aliases);
        let keys: Vec<String> = names.map(|name| path(&format!("grades.{name}.at_least"))).collect();
        let key = keys.iter().find(|key| declared.get(key).is_some()).unwrap_or(&keys[0]).clone();
        // A grade for which no threshold is stated has that of the next lower one.
        let is_stated = declared.get(&format!("grade[{}].at_least", grade.name)).is_some();
        let lower = scheme.bars.get(index + 1).filter(|_| !is_stated);
        declared.points(&key, Some(bar), Some(lower.unwrap_or(&grade.at_least)));
    }
}

/// The key by which a table names something: its code or its name.
fn either(declared: &Declared<'_>, table: &str, names: [&String; 2]) -> String {
    let keys = names.map(|name| format!("{table}.{name}"));
    keys.iter().find(|key| declared.get(key).is_some()).unwrap_or(&keys[0]).clone()
}

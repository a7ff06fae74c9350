//! Which scheme each unit belongs to (SPEC §19.1): the first of the model file that is for it.

use std::collections::BTreeSet;

use crate::engine::assessment::{Mode, Unit};
use crate::model::{Condition, Model};
use crate::shared::finding::{Code, Describe as _, Findings};
use crate::shared::place::Place;
use crate::shared::text::Label;

/// Gives every unit its scheme. A unit for which there is none and a scheme that is for no unit are findings; nothing
/// happens if the model has no schemes.
pub fn assign(model: &Model, units: &mut [Unit], groups: &[String], findings: &mut Findings<'_>) {
    let is_unknown = unknown_columns(model, units, findings);
    let mut is_used = is_unknown.clone();
    for unit in units {
        unit.scheme = model.scheme_for(unit);
        match unit.scheme {
            Some(scheme) => is_used[scheme.0] |= unit.mode != Mode::Excluded,
            None if model.schemes.is_empty() || unit.mode == Mode::Excluded => {}
            // It may be one of those that nobody can tell.
            None if is_unknown.contains(&true) => {}
            None => {
                let names: Vec<&str> = model.schemes.iter().map(|scheme| scheme.name.as_str()).collect();
                let mut findings = findings.of_unit(&unit.code);
                findings.add(Code::E337).at(unit.at).found(described(model, unit)).expected(names.join(" / "));
            }
        }
    }
    let unused = model.schemes.iter().zip(is_used).filter(|(scheme, is_used)| !is_used && scheme.applies.is_some());
    for (scheme, _) in unused {
        let named: Vec<_> = scheme.applies.iter().flat_map(Condition::groups).collect();
        let groups = || groups.iter().map(String::as_str);
        let strange = named.iter().map(|(name, _)| *name).find(|name| groups().all(|group| group != *name));
        let finding = findings.add(Code::W338).with("scheme", &scheme.name);
        if let Some(name) = strange {
            finding.found(name).nearest(name, groups());
        }
    }
}

/// What the schemes look at: the group of a unit, and its columns of the roster that they ask for.
fn described(model: &Model, unit: &Unit) -> String {
    let applies = model.schemes.iter().flat_map(|scheme| &scheme.applies);
    let mut columns: Vec<&str> = applies.flat_map(Condition::attributes).collect();
    columns.sort_unstable();
    columns.dedup();
    let own = columns.into_iter().map(|column| format!("{column}={}", unit.attribute(column).unwrap_or_default()));
    std::iter::once(unit.group.clone()).chain(own).collect::<Vec<_>>().join("；")
}

/// Reports the schemes that are for units by a column that the roster does not have; whether each is one of them.
fn unknown_columns(model: &Model, units: &[Unit], findings: &mut Findings<'_>) -> Vec<bool> {
    let known: BTreeSet<&str> = units.iter().flat_map(|unit| unit.attributes.keys()).map(Label::as_str).collect();
    let roster = units.first().map(|unit| Place::file(unit.at.file));
    let unknown = model.schemes.iter().map(|scheme| {
        let lacking = scheme.applies.iter().flat_map(Condition::attributes).find(|column| !known.contains(column));
        if let (Some(column), Some(roster)) = (lacking, roster) {
            let finding = findings.add(Code::E340).at(roster).with("scheme", &scheme.name).with("attribute", column);
            finding.found(column).nearest(column, known.iter().copied());
        }
        lacking.is_some()
    });
    unknown.collect()
}

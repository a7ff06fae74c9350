//! Which scheme each unit belongs to (SPEC §19.1): the first of the model file that is for it.

use std::collections::BTreeSet;

use crate::engine::assessment::{Mode, Unit};
use crate::model::Model;
use crate::shared::finding::{Code, Describe as _, Findings};
use crate::shared::place::Place;

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
                findings.add(Code::E337).at(unit.at).found(&unit.group).expected(names.join(" / "));
            }
        }
    }
    let unused = model.schemes.iter().zip(is_used).filter(|(scheme, is_used)| !is_used && scheme.applies.is_some());
    for (scheme, _) in unused {
        let mut named = Vec::new();
        scheme.applies.iter().for_each(|applies| applies.groups(&mut named));
        let groups = || groups.iter().map(String::as_str);
        let strange = named.iter().map(|(name, _)| *name).find(|name| groups().all(|group| group != *name));
        let finding = findings.add(Code::W338).with("scheme", &scheme.name);
        if let Some(name) = strange {
            finding.found(name).nearest(name, groups());
        }
    }
}

/// Reports the schemes that are for units by a column that the roster does not have; whether each is one of them.
fn unknown_columns(model: &Model, units: &[Unit], findings: &mut Findings<'_>) -> Vec<bool> {
    let known: BTreeSet<&str> = units.iter().flat_map(|unit| unit.attributes.keys()).map(String::as_str).collect();
    let roster = units.first().map(|unit| Place::file(unit.at.file));
    let unknown = model.schemes.iter().map(|scheme| {
        let mut columns = Vec::new();
        scheme.applies.iter().for_each(|applies| applies.attributes(&mut columns));
        let lacking = columns.into_iter().find(|column| !known.contains(column));
        if let (Some(column), Some(roster)) = (lacking, roster) {
            let finding = findings.add(Code::E340).at(roster).with("scheme", &scheme.name).with("attribute", column);
            finding.found(column).nearest(column, known.iter().copied());
        }
        lacking.is_some()
    });
    unknown.collect()
}

//! Which scheme each unit belongs to (SPEC §19.1): the first of the model file that is for it.

use crate::engine::assessment::{Mode, Unit};
use crate::model::Model;
use crate::shared::finding::{Code, Describe as _, Findings};

/// Gives every unit its scheme. A unit for which there is none and a scheme that is for no unit are findings; nothing
/// happens if the model has no schemes.
pub fn assign(model: &Model, units: &mut [Unit], groups: &[String], findings: &mut Findings<'_>) {
    let mut is_used = vec![false; model.schemes.len()];
    for unit in units {
        unit.scheme = model.scheme_for(unit);
        match unit.scheme {
            Some(scheme) => is_used[scheme.0] |= unit.mode != Mode::Excluded,
            None if model.schemes.is_empty() || unit.mode == Mode::Excluded => {}
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

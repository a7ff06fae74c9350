//! One cause gives one finding: those that merely follow from another one are dropped. Which code follows from which is
//! said by the properties of the codes ([`Trait`]); no code is named here but the one that counts what is not listed.
//!
//! | cause | drops | where they meet |
//! |---|---|---|
//! | `voids_name` | `of_name` | a cell |
//! | `voids_cell` | everything else | a cell |
//! | `names_undecided_files` | `of_undecided_file` | a file |
//! | anything to be mended | `of_last_resort` | a component |
//! | `says_no_files` | `of_component`, `of_absence` | a component |
//! | an error in a file, a rejected file | `of_component` | the component of the file |
//! | an error in the inputs of a unit | everything about its totals but `of_what_is_typed` | a unit |
//!
//! The first three rows hold for every list ([`drop_of_cells`]), the next three where inputs were read
//! ([`drop_of_components`]), the last when totals and grades have been judged ([`trustworthy`]). Afterwards
//! [`settle`](super::settle) weighs what is left, joins `once_a_file` and shortens the list.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Model;
use crate::shared::finding::{Arg, Code, Finding, Severity, Trait};
use crate::shared::place::{FileId, FileStatus, Files, Place, Role};

/// Which component each ballot, tally or given file belongs to.
pub type ComponentsOfFiles = BTreeMap<FileId, usize>;

/// Drops findings that follow from others about cells, names and files.
pub fn drop_of_cells(findings: &mut Vec<Finding>) {
    let places = |findings: &[Finding], is_cause: fn(Code) -> bool| -> BTreeSet<Place> {
        findings.iter().filter(|f| is_cause(f.code)).filter_map(|f| f.at).collect()
    };
    let nameless = places(findings, Code::voids_name);
    let follows = |at: Place| nameless.contains(&at);
    findings.retain(|f| !f.code.is_of_name() || !f.at.into_iter().chain(f.related.iter().copied()).any(follows));
    let void = places(findings, Code::voids_cell);
    findings.retain(|f| f.code.voids_cell() || f.at.is_none_or(|at| !void.contains(&at)));
    let pairs = findings.iter().filter(|f| f.code.has(Trait::names_undecided_files));
    let named: BTreeSet<FileId> = pairs.flat_map(|f| f.at.iter().chain(&f.related)).map(|place| place.file).collect();
    findings.retain(|f| {
        !f.code.has(Trait::of_undecided_file) || !f.related.iter().any(|place| named.contains(&place.file))
    });
}

/// Drops findings about gaps in components whose files have errors, or that have no file at all.
pub fn drop_of_components(model: &Model, files: &Files, components: &ComponentsOfFiles, findings: &mut Vec<Finding>) {
    let broken = broken(model, files, components, findings);
    let named = |is: &dyn Fn(&Finding) -> bool| -> BTreeSet<&str> {
        findings.iter().filter(|f| is(f)).filter_map(component_of).collect()
    };
    let without_files = named(&|f| f.code.has(Trait::says_no_files));
    let said = named(&|f| f.severity <= Severity::Pending && !f.code.has(Trait::of_last_resort));
    let stays = |finding: &Finding| {
        let Some(component) = component_of(finding) else { return true };
        let of_component = finding.code.is_of_component();
        if finding.code.has(Trait::of_last_resort) && said.contains(component) {
            return false;
        }
        let is_empty = without_files.contains(component) && !finding.code.has(Trait::says_no_files);
        let follows = broken.contains(component) && of_component;
        !(follows || is_empty && (of_component || finding.code.has(Trait::of_absence)))
    };
    let stay: Vec<bool> = findings.iter().map(stays).collect();
    let mut stay = stay.into_iter();
    findings.retain(|_| stay.next() == Some(true));
}

/// Names of the components whose files have errors or were rejected.
fn broken<'m>(
    model: &'m Model,
    files: &Files,
    components: &ComponentsOfFiles,
    findings: &[Finding],
) -> BTreeSet<&'m str> {
    let of_file = |file: FileId| match files.get(file).role {
        Role::SelfReport | Role::Verified | Role::Ledger => model.indicators_component(),
        _ => components.get(&file).copied(),
    };
    let errors = findings.iter().filter(|f| f.severity == Severity::Error && !f.code.is_of_component());
    let with_errors = errors.filter_map(|f| f.at).map(|place| place.file);
    let all = (0u32..).map(FileId).zip(&files.0);
    let rejected = all.filter(|(_, file)| file.status == FileStatus::Rejected).map(|(id, _)| id);
    let broken: BTreeSet<usize> = with_errors.chain(rejected).filter_map(of_file).collect();
    broken.into_iter().map(|index| model.components[index].name.as_str()).collect()
}

/// The name of the component that a finding is about.
fn component_of(finding: &Finding) -> Option<&str> {
    match finding.args.iter().find(|(name, _)| *name == "component") {
        Some((_, Arg::Text(name))) => Some(name),
        _ => None,
    }
}

/// Findings about totals and grades, as far as errors in the inputs did not cause them.
pub fn trustworthy(earlier: &[Finding], later: Vec<Finding>) -> Vec<Finding> {
    let errors = || earlier.iter().filter(|f| f.severity == Severity::Error);
    if errors().next().is_none() {
        return later;
    }
    let broken: BTreeSet<&String> = errors().filter_map(|f| f.unit.as_ref()).collect();
    // It is unknown which units are concerned by errors that are only counted.
    let uncounted = !errors().any(|f| f.code == Code::E134);
    let sound = |finding: &Finding| {
        // Which values a correction may set does not depend on the present value.
        let of_sound_unit = |unit: &String| uncounted && !broken.contains(unit);
        let own = finding.code.has(Trait::of_what_is_typed) || finding.unit.as_ref().is_none_or(of_sound_unit);
        finding.severity == Severity::Error && own
    };
    later.into_iter().filter(sound).collect()
}

//! Coefficients (系数): whether the roster has the numbers by which the model multiplies (SPEC §19.3).

use std::collections::BTreeSet;

use super::cells;
use crate::engine::assessment::{Mode, Unit};
use crate::model::{Held, Model};
use crate::shared::finding::{Code, Describe as _, Findings};
use crate::shared::number::{Exact, Written};
use crate::shared::place::Place;

/// Checks that every assessed unit has a number above 0 in each column by which something of its scheme is multiplied.
pub fn check(model: &Model, units: &[Unit], findings: &mut Findings<'_>) {
    let plans: Vec<(Option<_>, Vec<&str>)> = model.plans().map(|held| (held.scheme(), columns(held))).collect();
    let Some(first) = units.first().map(|unit| unit.at.file) else { return };
    let known: BTreeSet<String> =
        units.iter().flat_map(|unit| unit.attributes.keys().map(ToString::to_string)).collect();
    let wanted: BTreeSet<&str> = plans.iter().flat_map(|(_, columns)| columns.iter().copied()).collect();
    for column in wanted.iter().filter(|column| !known.contains(**column)) {
        let finding = findings.add(Code::E269).at(Place::file(first)).with("attribute", *column);
        finding.found(*column).nearest(column, known.iter().map(String::as_str));
    }
    for unit in units.iter().filter(|unit| unit.mode != Mode::Excluded) {
        // A unit without a scheme has an error of its own.
        let Some((_, columns)) = plans.iter().find(|(scheme, _)| *scheme == unit.scheme) else { continue };
        for column in columns.iter().filter(|column| known.contains(**column)) {
            check_cell(unit, column, findings);
        }
    }
}

fn check_cell(unit: &Unit, column: &str, findings: &mut Findings<'_>) {
    if unit.coefficients.contains_key(column) {
        return;
    }
    let Some(cell) = unit.attributes.get(column) else { return };
    let is_blank = cells::is_missing(&cell.value);
    let mut findings = findings.of_unit(&unit.code);
    let finding = findings.add(if is_blank { Code::E267 } else { Code::E268 }).at(cell.at);
    let finding = finding.with("attribute", column);
    if !is_blank {
        finding.found(&cell.value);
    }
}

/// Reads the numbers of columns that the model of a recorded roster did not multiply by: of these it has only the texts.
/// Units that are not assessed have none, as in a roster that is read.
pub fn recall(model: &Model, units: &mut [Unit]) {
    for column in all_columns(model) {
        let lacks = |unit: &&mut Unit| unit.mode != Mode::Excluded && !unit.coefficients.contains_key(column);
        for unit in units.iter_mut().filter(lacks) {
            let written = unit.attribute(column).and_then(|text| Written::read_csv(text, &[]));
            if let Some(number) = written.map(|own| own.value).filter(Exact::is_positive) {
                unit.coefficients.insert(column.to_owned(), number);
            }
        }
    }
}

/// The columns by whose numbers something of a scheme is multiplied, each once.
fn columns(held: Held<'_>) -> Vec<&str> {
    let tails = held.components().filter_map(|part| part.component.tail.coefficient.as_ref());
    let leaves = held.tree().leaves.iter().enumerate().filter(|(index, _)| held.has_leaf(*index));
    let of_leaves = leaves.flat_map(|(_, leaf)| &leaf.coefficient);
    let mut columns: Vec<&str> = tails.flat_map(|own| &own.columns).chain(of_leaves).map(String::as_str).collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

/// All columns in which a model looks for coefficients.
pub fn all_columns(model: &Model) -> Vec<&str> {
    let mut all: Vec<&str> = model.plans().flat_map(columns).collect();
    all.sort_unstable();
    all.dedup();
    all
}

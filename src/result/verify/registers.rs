//! What the registers of a valid result cannot contain: two decisions on one unit, rows of units that do not exist,
//! expected values that were not met.

use std::collections::BTreeMap;

use super::Checked;
use crate::result::outcome::{Mode, Outcome, Standing};

/// Checks the registers as a whole.
pub(super) fn check(outcome: &Outcome, checked: &mut Checked) {
    let registers = &outcome.registers;
    for row in &registers.adjustments {
        let is_off = row.standing == Standing::NotAssessed;
        let is_excluded = outcome.units[row.unit.0].roster.mode == Mode::Excluded;
        checked.same(|| format!("registers.adjustments[{}].standing", row.id), &is_off, &is_excluded);
    }
    let decisions = registers.decisions.iter().filter(|row| row.standing == Standing::Approved);
    let decided = decisions.map(|row| (outcome.code(row.unit), ""));
    once("decisions", decided, checked);
    let corrected = registers.corrections.iter().filter(|row| row.standing == Standing::Approved);
    once("corrections", corrected.map(|row| (outcome.code(row.unit), outcome.target(row))), checked);
    let given = registers.places.iter().filter(|row| row.standing == Standing::Approved);
    let given = given.map(|row| (row.scope.as_str(), outcome.model.grade_name(row.grade)));
    once("places", given, checked);
    for row in &outcome.assertions {
        checked.same(|| format!("assertions[{}].agrees", outcome.code(row.unit)), &row.agrees, &true);
    }
}

/// Checks that no more than one row counts for each unit and place.
fn once<'r, K: AsRef<str> + Ord>(register: &str, rows: impl Iterator<Item = (&'r str, K)>, checked: &mut Checked) {
    let mut seen: BTreeMap<(&str, K), usize> = BTreeMap::new();
    for key in rows {
        *seen.entry(key).or_default() += 1;
    }
    for ((unit, target), count) in seen {
        checked.same(|| format!("registers.{register}[{unit} {}]", target.as_ref()), &count, &1);
    }
}

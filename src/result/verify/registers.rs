//! What the registers of a valid result cannot say: two decisions on one unit, rows of units that are not there, expected
//! values that were not met.

use std::collections::BTreeMap;

use super::Checked;
use crate::result::outcome::{Mode, Outcome, Standing};

/// Checks the registers as a whole.
pub(super) fn check(outcome: &Outcome, checked: &mut Checked) {
    let registers = &outcome.registers;
    let modes: BTreeMap<&str, Mode> = outcome.units.iter().map(|u| (u.code.as_str(), u.mode)).collect();
    for row in &registers.adjustments {
        let mode = modes.get(row.unit.as_str()).copied();
        let place = |what: &str| format!("registers.adjustments[{}].{what}", row.id);
        checked.same(|| place("unit"), &mode.is_some(), &true);
        let is_off = row.standing == Standing::NotAssessed;
        checked.same(|| place("standing"), &is_off, &(mode == Some(Mode::Excluded)));
        let is_known = outcome.model.adjustments.iter().any(|kind| kind.code == row.code);
        checked.same(|| place("code"), &is_known, &true);
    }
    let decided =
        registers.decisions.iter().filter(|row| row.standing == Standing::Approved).map(|row| (&row.unit, ""));
    once("decisions", decided, checked);
    let corrected = registers.corrections.iter().filter(|row| row.standing == Standing::Approved);
    once("corrections", corrected.map(|row| (&row.unit, row.target.as_str())), checked);
    for row in &registers.assertions {
        checked.same(|| format!("registers.assertions[{}].standing", row.unit), row.standing.as_str(), "agreed");
    }
}

/// One row that counts for each unit and place.
fn once<'r>(register: &str, rows: impl Iterator<Item = (&'r String, &'r str)>, checked: &mut Checked) {
    let mut seen: BTreeMap<(&String, &str), usize> = BTreeMap::new();
    for key in rows {
        *seen.entry(key).or_default() += 1;
    }
    for ((unit, target), count) in seen {
        checked.same(|| format!("registers.{register}[{unit} {target}]"), &count, &1);
    }
}

//! What must add up in a result (SPEC §12), and that nothing was left open in it.

use super::Checked;
use crate::result::outcome::Outcome;
use crate::shared::finding::Severity;

/// Checks the reconciliation against itself and against what the document holds.
pub(super) fn check(outcome: &Outcome, checked: &mut Checked) {
    let sums = &outcome.reconciliation;
    let units = &sums.units;
    let mut same = |what: &str, whole: usize, parts: usize| {
        checked.same(|| format!("reconciliation.{what}"), &whole, &parts);
    };
    same("units.roster", units.roster, units.received + units.missing + units.excluded);
    same("units.roster", units.roster, outcome.units.len());
    let files = &sums.files;
    same("files.found", files.found, files.used + files.duplicate + files.ignored + files.rejected);
    same("files.found", files.found, outcome.files.len());
    for (index, file) in outcome.files.iter().enumerate() {
        if let Some(rows) = file.row_sums {
            same(
                &format!("files[{index}].found"),
                rows.found as usize,
                (rows.read + rows.skipped + rows.rejected) as usize,
            );
        }
    }
    for class in &sums.ballots {
        if let Some(issued) = class.issued {
            let parts = class.counted + class.void + class.emptied + class.without_quorum + class.not_returned;
            same(&format!("ballots[{}/{}].issued", class.component, class.class), issued, parts);
        }
    }
    let open = outcome.findings.iter().filter(|f| matches!(f.severity, Severity::Error | Severity::Pending)).count();
    if !outcome.draft {
        same("findings", open, 0);
    }
}

//! Quotas before and after.

use serde::Serialize;

use crate::result::outcome::{Outcome, QuotaOutcome};

/// One quota of one scope in both results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QuotaChange {
    /// Group; none when the scope is all units.
    pub group: Option<String>,
    /// Grade: this one or better.
    pub grade: String,
    /// As it was; none if there was no such quota.
    pub old: Option<QuotaOutcome>,
    /// As it is; none if there is no such quota any more.
    pub new: Option<QuotaOutcome>,
}

impl QuotaChange {
    /// Whether places, ranked units or places taken differ.
    pub fn changed(&self) -> bool {
        self.old != self.new
    }
}

/// All quotas: those of the new result in their order, then those that are gone.
pub(super) fn changes(old: &Outcome, new: &Outcome) -> Vec<QuotaChange> {
    let same = |a: &QuotaOutcome, b: &QuotaOutcome| a.group == b.group && a.grade == b.grade;
    let change = |old: Option<&QuotaOutcome>, new: Option<&QuotaOutcome>| {
        let any = new.or(old)?;
        Some(QuotaChange { group: any.group.clone(), grade: any.grade.clone(), old: old.cloned(), new: new.cloned() })
    };
    let kept = new.quotas.iter().map(|now| change(old.quotas.iter().find(|was| same(was, now)), Some(now)));
    let gone = old.quotas.iter().filter(|was| !new.quotas.iter().any(|now| same(was, now)));
    kept.chain(gone.map(|was| change(Some(was), None))).flatten().collect()
}

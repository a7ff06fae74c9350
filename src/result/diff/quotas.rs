//! Quotas before and after.

use serde::Serialize;

use crate::result::outcome::{Outcome, QuotaUse, Seats};

/// One quota of one scope in both results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QuotaChange {
    /// Group; none when the scope is all units.
    pub group: Option<String>,
    /// Grade: this one or better.
    pub grade: String,
    /// As it was; none if there was no such quota.
    pub old: Option<Seats>,
    /// As it is; none if there is no such quota any more.
    pub new: Option<Seats>,
}

impl QuotaChange {
    /// Whether places, ranked units or places taken differ.
    pub fn changed(&self) -> bool {
        self.old != self.new
    }
}

/// All quotas: those of the new result in their order, then those that are gone.
pub(super) fn changes(old: &Outcome, new: &Outcome) -> Vec<QuotaChange> {
    fn key<'o>(outcome: &'o Outcome, quota: &QuotaUse) -> (Option<&'o str>, &'o str) {
        (outcome.group_of(quota), outcome.model.grade_name(quota.grade))
    }
    let change = |(group, grade): (Option<&str>, &str), old: Option<&QuotaUse>, new: Option<&QuotaUse>| QuotaChange {
        group: group.map(str::to_owned),
        grade: grade.to_owned(),
        old: old.map(|quota| quota.seats),
        new: new.map(|quota| quota.seats),
    };
    let kept = new.quotas.iter().map(|now| {
        let was = old.quotas.iter().find(|was| key(old, was) == key(new, now));
        change(key(new, now), was, Some(now))
    });
    let gone = old.quotas.iter().filter(|was| !new.quotas.iter().any(|now| key(old, was) == key(new, now)));
    kept.chain(gone.map(|was| change(key(old, was), Some(was), None))).collect()
}

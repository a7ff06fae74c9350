//! Compares how the quotas of all scopes were used with the document.

use super::places::name;
use crate::result::outcome::{Outcome, QuotaUse};
use crate::result::verify::Checked;

/// Compares the quotas, in their order.
pub(super) fn check(outcome: &Outcome, expected: &[QuotaUse], checked: &mut Checked) {
    checked.same(|| "quotas".to_owned(), &outcome.quotas.len(), &expected.len());
    for (recorded, expected) in outcome.quotas.iter().zip(expected) {
        let place = |what: &str| format!("{}.{what}", name(outcome, expected.circle, expected.grade));
        checked.both(|| place("group"), outcome.group_of(recorded), outcome.group_of(expected));
        let grade = |quota: &QuotaUse| outcome.model.grade_name(quota.grade);
        checked.same(|| place("grade"), grade(recorded), grade(expected));
        checked.same(|| place("ranked"), &recorded.seats.ranked, &expected.seats.ranked);
        checked.same(|| place("places"), &recorded.seats.places, &expected.seats.places);
        checked.same(|| place("taken"), &recorded.seats.taken, &expected.seats.taken);
    }
}

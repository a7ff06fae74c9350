//! How the quotas of all scopes were used, against what the document says.

use super::places::name;
use crate::result::outcome::{Outcome, QuotaOutcome};
use crate::result::verify::Checked;

/// Compares the quotas, in their order.
pub(super) fn check(outcome: &Outcome, expected: &[QuotaOutcome], checked: &mut Checked) {
    checked.same(|| "quotas".to_owned(), &outcome.quotas.len(), &expected.len());
    for (recorded, expected) in outcome.quotas.iter().zip(expected) {
        let place = |what: &str| format!("{}.{what}", name(expected.group.as_ref(), &expected.grade));
        checked.both(|| place("group"), recorded.group.as_ref(), expected.group.as_ref());
        checked.same(|| place("grade"), &recorded.grade, &expected.grade);
        checked.same(|| place("ranked"), &recorded.ranked, &expected.ranked);
        checked.same(|| place("places"), &recorded.places, &expected.places);
        checked.same(|| place("taken"), &recorded.taken, &expected.taken);
    }
}

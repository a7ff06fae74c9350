//! Progress: units that, compared with the period before, rose by as many places as the model asks for.

use super::{Outcome, PreviousOutcome, UnitOutcome};
use crate::result::outcome::RankScope;

/// A unit that rose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rise {
    /// Its code.
    pub unit: String,
    /// The period before.
    pub period: String,
    /// Whether both ranks are those within the group; else they are those over all.
    pub within_group: bool,
    /// Its rank then.
    pub before: usize,
    /// Its rank now.
    pub after: usize,
}

impl Rise {
    /// How many places it rose.
    pub const fn places(&self) -> usize {
        self.before.saturating_sub(self.after)
    }
}

/// The units on the list of progress, the greatest rise first, then in the order of the ranking. Nothing where the model
/// does not say how many places count.
pub fn rises(outcome: &Outcome) -> Vec<Rise> {
    let Some(least) = outcome.model.progress_places else { return Vec::new() };
    let mut rises: Vec<Rise> = outcome.ranking().into_iter().filter_map(|unit| rise(outcome, unit)).collect();
    rises.retain(|rise| rise.places() >= (least as usize).max(1));
    rises.sort_by_key(|rise| std::cmp::Reverse(rise.places()));
    rises
}

/// Ranks then and now. A unit that several were merged into has risen only as far as it is above each of them.
fn rise(outcome: &Outcome, unit: &UnitOutcome) -> Option<Rise> {
    let rises = unit.previous.iter().filter_map(|previous| rise_from(outcome, unit, previous));
    rises.min_by_key(Rise::places)
}

/// Ranks then and now, in the scope of the model's ranks. Ranks within two different groups cannot be compared, so a
/// unit that has changed its group is compared over all.
fn rise_from(outcome: &Outcome, unit: &UnitOutcome, previous: &PreviousOutcome) -> Option<Rise> {
    let within_group = outcome.model.rank.scope == RankScope::Group && previous.group == unit.roster.group;
    let (before, after) = if within_group {
        (previous.rank_group?, unit.rank_group?)
    } else {
        (previous.rank_overall?, unit.rank_overall?)
    };
    Some(Rise { unit: unit.roster.code.clone(), period: previous.period.clone(), within_group, before, after })
}

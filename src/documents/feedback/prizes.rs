//! Awards as a unit learns of them: won, ruled out, or how far it is. Whose value that distance is stays untold; with fewer
//! than `min_group` units in the scope nothing is said of others.

use crate::result::outcome::{Award, Contender, Contest, Fate, Outcome, UnitOutcome};
use crate::shared::number::Exact;

/// An award for which a unit is a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prize<'f> {
    /// Name of the award.
    pub name: &'f str,
    /// The clause on which it is based.
    pub clause: Option<&'f str>,
    /// Whether its values are points, not rates.
    pub in_points: bool,
    /// Value of the unit, as printed.
    pub value: &'f str,
    /// What became of it.
    pub side: PrizeSide<'f>,
}

/// What became of a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrizeSide<'f> {
    /// It has won.
    Won,
    /// The rules of the award pass it over.
    Barred,
    /// At least this much is needed.
    Below(&'f Exact),
    /// So much is missing to the last one who won.
    Short(Exact),
    /// It is tied with others beyond the places.
    Tied,
    /// The committee decides about a tie.
    Pending,
}

/// The awards for which a unit is a candidate, in the order of the model.
pub(super) fn prizes<'f>(outcome: &'f Outcome, unit: &UnitOutcome) -> Vec<Prize<'f>> {
    // Who is meant is only found among all units.
    if outcome.awards.is_empty() {
        return Vec::new();
    }
    let prize = |(contest, own): (&'f Contest, &'f Contender)| {
        let award = outcome.model.awards.get(contest.award)?;
        let (clause, in_points) = (award.clause.as_deref(), award.is_in_points());
        let side = side(outcome, award, contest, own)?;
        Some(Prize { name: &award.name, clause, in_points, value: &own.value, side })
    };
    outcome.awards_of(unit).filter_map(prize).collect()
}

fn side<'f>(outcome: &Outcome, award: &'f Award, contest: &'f Contest, own: &'f Contender) -> Option<PrizeSide<'f>> {
    let is_large = contest.ranked >= outcome.model.feedback.min_group;
    match own.fate {
        Fate::Won => Some(PrizeSide::Won),
        Fate::Barred => Some(PrizeSide::Barred),
        Fate::Below => award.at_least.as_ref().map(PrizeSide::Below),
        Fate::Tied => is_large.then_some(PrizeSide::Tied),
        Fate::Pending => Some(PrizeSide::Pending),
        Fate::Behind => {
            let won = contest.contenders.iter().filter(|other| other.fate == Fate::Won);
            let least = won.filter_map(|other| Exact::parse(&other.value)).min()?;
            let short = least - &Exact::parse(&own.value)?;
            (is_large && short.is_positive()).then_some(PrizeSide::Short(short))
        }
    }
}

//! Quorum: a class has a result only if enough of the issued ballots are valid (SPEC §7).

use super::pots::UnitPot;
use super::{ClassTotals, Panel};
use crate::engine::assessment::{Assessment, BallotBox, Tally};
use crate::engine::score::validity::{JudgedBallot, RatingState};
use crate::model::BallotRules;
use crate::shared::finding::{Arg, Code, Describe as _, Finding, Findings};
use crate::shared::number::{Exact, Percent};

/// Whether valid ballots are at least the quorum of those issued; without either there is none.
fn reaches(quorum: Option<&Percent>, valid: usize, issued: Option<usize>) -> bool {
    match (quorum, issued) {
        (Some(quorum), Some(issued)) => Exact::from(100) * &Exact::from(valid) >= &quorum.0 * &Exact::from(issued),
        _ => true,
    }
}

/// A class has a result only if valid ballots ≥ quorum % of issued, as a whole or, where ballots were issued for each unit,
/// for each unit; a tally's own count of issued ballots takes precedence over the class's.
pub(super) fn apply(
    rules: &BallotRules,
    assessment: &Assessment,
    classes: &mut [ClassTotals],
    pots: &mut [Vec<UnitPot>],
) {
    let quorum = rules.quorum.as_ref();
    for class in classes.iter_mut() {
        let by_ballots = class.returned > 0 || class.tallied.rows == 0;
        let issued = class.issued.filter(|_| by_ballots);
        class.quorum = quorum.zip(issued).map(|(quorum, issued)| reaches(Some(quorum), class.valid, Some(issued)));
    }
    for (unit, pots) in assessment.units.iter().zip(pots) {
        for ((pot, class), own) in pots.iter_mut().zip(classes.iter_mut()).zip(&rules.classes) {
            let of_unit = own.issued.of_unit(unit.names());
            pot.quorum = match (pot.tally, of_unit) {
                (Some((issued, valid)), _) => reaches(quorum, valid, issued.or(class.issued).or(of_unit)),
                (None, Some(_)) => reaches(quorum, pot.ballots.1, of_unit),
                (None, None) => class.quorum != Some(false),
            };
            if let Some((_, valid)) = pot.tally.filter(|_| !pot.quorum) {
                class.tallied.without_quorum += valid;
            }
        }
    }
}

/// What came in: ballots and tallies, by class and by unit and class.
pub(super) struct CameIn<'b> {
    pub(super) counted: &'b BallotBox,
    pub(super) classes: &'b [ClassTotals],
    pub(super) pots: &'b [Vec<UnitPot>],
}

/// Reports which classes have no quorum: as a whole by their ballots, or for single units by their tallies.
pub(super) fn report(panel: &Panel<'_>, came_in: &CameIn<'_>, findings: &mut Findings<'_>) {
    let (Panel { rules, assessment, name, .. }, CameIn { counted, classes, pots }) = (panel, came_in);
    let Some(quorum) = &rules.quorum else { return };
    let finding = |class: usize, valid: usize, issued: Option<usize>| {
        let finding = Finding::new(Code::W412).with("class", &*rules.classes[class].label()).found(valid);
        let issued = issued.map_or(Arg::from(""), Arg::from);
        finding.with("issued", issued).with("quorum", &quorum.0).with("component", *name)
    };
    for (index, total) in classes.iter().enumerate().filter(|(_, total)| total.quorum == Some(false)) {
        findings.push(finding(index, total.valid, total.issued));
    }
    for own in counted.tallies.chunk_by(|a, b| (a.class, a.unit) == (b.class, b.unit)) {
        let Tally { class, unit, row } = &own[0];
        if !pots[unit.0][*class].quorum {
            let unit = assessment.unit(*unit);
            let of_class = &rules.classes[*class].issued;
            let issued = row.issued.or(of_class.whole()).or_else(|| of_class.of_unit(unit.names()));
            findings.push(finding(*class, row.valid, issued).at(row.at).unit(&unit.code));
        }
    }
    for (unit, pots) in assessment.units.iter().zip(*pots) {
        for (index, pot) in pots.iter().enumerate().filter(|(_, pot)| pot.tally.is_none() && !pot.quorum) {
            if let Some(issued) = rules.classes[index].issued.of_unit(unit.names()) {
                findings.push(finding(index, pot.ballots.1, Some(issued)).unit(&unit.code));
            }
        }
    }
}

/// Reports more ballots that list a unit than were issued for it.
pub(super) fn report_returned(panel: &Panel<'_>, came_in: &CameIn<'_>, findings: &mut Findings<'_>) {
    let (Panel { rules, assessment, .. }, CameIn { counted, pots, .. }) = (panel, came_in);
    for (at, (unit, pots)) in assessment.units.iter().zip(*pots).enumerate() {
        for ((index, class), pot) in rules.classes.iter().enumerate().zip(pots) {
            let Some(issued) = class.issued.of_unit(unit.names()).filter(|issued| pot.ballots.0 > *issued) else {
                continue;
            };
            let own = counted.ballots.iter().filter(|ballot| ballot.class == index);
            let place =
                own.flat_map(|ballot| &ballot.ratings).find(|rating| rating.unit().0 == at).map(|rating| rating.at);
            let finding = findings.add(Code::E409).unit(&unit.code).with("class", &*class.label());
            finding.found(pot.ballots.0).expected(format!("<= {issued}")).at = place;
        }
    }
}

/// Keeps ratings of a class without quorum in ratings.csv, marked as not counted.
pub(super) fn mark_ratings(came_in: &CameIn<'_>, judged: &mut [JudgedBallot]) {
    let CameIn { counted, classes, pots } = came_in;
    for (ballot, judged) in counted.ballots.iter().zip(judged) {
        for (rating, state) in ballot.ratings.iter().zip(&mut judged.ratings) {
            let pot = &pots[rating.unit().0][ballot.class];
            let reached = classes[ballot.class].quorum != Some(false) && (pot.quorum || pot.tally.is_some());
            if !reached && matches!(state, RatingState::Counted | RatingState::Trimmed) {
                *state = RatingState::NoQuorum;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quorum_is_reached_exactly_at_its_share() {
        let half = Percent(Exact::from(50));
        assert!(reaches(Some(&half), 2, Some(4)));
        assert!(!reaches(Some(&half), 2, Some(5)));
        // Two thirds of three are 66.67 %.
        let two_thirds = Percent(Exact::ratio(200, 3));
        assert!(reaches(Some(&two_thirds), 2, Some(3)));
        assert!(!reaches(Some(&Percent(Exact::from(67))), 2, Some(3)));
        // Without a quorum, or where nobody knows how many were issued, there is none to reach.
        assert!(reaches(None, 0, Some(5)) && reaches(Some(&half), 0, None));
    }
}

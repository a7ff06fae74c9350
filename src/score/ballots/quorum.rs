//! Quorum: a class has a result only if enough of the issued ballots are valid (SPEC §7).

use super::ClassTotals;
use super::pots::UnitPot;
use crate::assessment::{Assessment, BallotBox};
use crate::finding::{Code, Finding};
use crate::model::BallotRules;
use crate::number::{Exact, Percent};
use crate::score::validity::{JudgedBallot, RatingState};

/// Whether valid ballots are at least the quorum of those issued; without either there is none.
fn reaches(quorum: Option<&Percent>, valid: usize, issued: Option<usize>) -> bool {
    match (quorum, issued) {
        (Some(quorum), Some(issued)) => Exact::from(100) * &Exact::from(valid) >= &quorum.0 * &Exact::from(issued),
        _ => true,
    }
}

/// A class has a result only if valid ballots ≥ quorum % of issued; a tally's own count of issued goes before the class's.
pub(super) fn apply(rules: &BallotRules, classes: &mut [ClassTotals], pots: &mut [Vec<UnitPot>]) {
    let quorum = rules.quorum.as_ref();
    for class in classes.iter_mut() {
        let by_ballots = class.returned > 0 || class.tallied.rows == 0;
        class.quorum = !by_ballots || reaches(quorum, class.valid, class.issued);
    }
    for unit in pots {
        for (pot, class) in unit.iter_mut().zip(classes.iter_mut()) {
            pot.quorum = match pot.tally {
                Some((issued, valid)) => reaches(quorum, valid, issued.or(class.issued)),
                None => class.quorum,
            };
            if let Some((_, valid)) = pot.tally.filter(|_| !pot.quorum) {
                class.tallied.without_quorum += valid;
            }
        }
    }
}

/// Says which classes have no quorum: as a whole by their ballots, or for single units by their tallies.
pub(super) fn report(
    rules: &BallotRules,
    assessment: &Assessment,
    component: &str,
    (classes, pots, counted): (&[ClassTotals], &[Vec<UnitPot>], &BallotBox),
    findings: &mut Vec<Finding>,
) {
    let Some(quorum) = &rules.quorum else { return };
    let finding = |class: usize, valid: usize, issued: Option<usize>| {
        let finding = Finding::new(Code::W412).with("class", &rules.classes[class].name).found(valid);
        let issued = issued.map_or_else(String::new, |n| n.to_string());
        finding.with("issued", issued).with("quorum", quorum.0.to_string()).with("component", component)
    };
    for (index, total) in classes.iter().enumerate().filter(|(_, total)| !total.quorum) {
        findings.push(finding(index, total.valid, total.issued));
    }
    for own in counted.tallies.chunk_by(|a, b| (a.class, a.unit) == (b.class, b.unit)) {
        let tally = &own[0];
        if !pots[tally.unit.0][tally.class].quorum {
            let issued = tally.issued.or(rules.classes[tally.class].issued);
            let unit = &assessment.unit(tally.unit).code;
            findings.push(finding(tally.class, tally.valid, issued).at(tally.at).unit(unit));
        }
    }
}

/// Ratings of a class without quorum keep their place in ratings.csv, as not counted.
pub(super) fn mark_ratings(classes: &[ClassTotals], counted: &BallotBox, judged: &mut [JudgedBallot]) {
    for (ballot, judged) in counted.ballots.iter().zip(judged) {
        if !classes[ballot.class].quorum {
            for state in judged.ratings.iter_mut().filter(|s| matches!(s, RatingState::Counted | RatingState::Trimmed))
            {
                *state = RatingState::NoQuorum;
            }
        }
    }
}

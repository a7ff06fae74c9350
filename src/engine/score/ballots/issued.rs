//! Means over the ballots issued (SPEC §19.8): of how many a class was given for a unit, what is not returned or void counts as 0.

use super::pots::UnitPot;
use super::{IssuedBallots, Panel};
use crate::engine::assessment::{Assessment, BallotBox, Unit};
use crate::model::{Denominator, Issued, RaterClass};
use crate::shared::finding::{Code, Describe as _, Findings};

/// How many ballots of a class were issued for a unit: as its tally says, else as the model does.
pub(super) fn of_unit(class: &RaterClass, unit: &Unit, pot: &UnitPot) -> Option<usize> {
    let tallied = pot.tally.and_then(|(issued, _)| issued);
    tallied.or_else(|| class.issued.whole()).or_else(|| class.issued.of_unit(unit.names()))
}

/// The ballots that a mean of a class for a unit is taken over; none if nobody knows how many were issued.
pub(super) fn ballots(class: &RaterClass, unit: &Unit, pot: &UnitPot) -> Option<IssuedBallots> {
    let recused = if class.recuse { pot.own_raters } else { 0 };
    Some(IssuedBallots { issued: of_unit(class, unit, pot)?, recused })
}

/// Reports the classes for which nobody knows how many ballots were issued: once for the class where the model is to say it, at
/// the row of the tally where that is.
pub(super) fn report(panel: &Panel<'_>, pots: &[Vec<UnitPot>], findings: &mut Findings<'_>) {
    let Panel { rules, assessment, counted, .. } = *panel;
    if rules.denominator != Denominator::Issued {
        return;
    }
    for (index, class) in rules.classes.iter().enumerate() {
        let mut is_told = false;
        for (unit, pots) in assessment.units.iter().zip(pots) {
            let pot = &pots[index];
            if !panel.model.of(unit.scheme).has_class(panel.index, index) {
                continue;
            }
            let came_in = pot.tally.is_some() || pot.ballots.0 > 0;
            if !came_in || of_unit(class, unit, pot).is_some() {
                continue;
            }
            let of_class = pot.tally.is_none() && class.issued == Issued::Unknown;
            if of_class && std::mem::replace(&mut is_told, true) {
                continue;
            }
            let finding = findings.add(Code::E439).with("class", &*class.label()).with("component", panel.name);
            let finding = if of_class { finding } else { finding.unit(&unit.code) };
            finding.at = place(counted, assessment, index, unit);
        }
    }
}

/// The row of the tally of a class for a unit, else its first ballot.
fn place(
    counted: &BallotBox,
    assessment: &Assessment,
    class: usize,
    unit: &Unit,
) -> Option<crate::shared::place::Place> {
    let is_own = |own: crate::engine::assessment::UnitIx| assessment.unit(own).code == unit.code;
    let tally = counted.tallies.iter().find(|tally| tally.class == class && is_own(tally.unit));
    let ballot = || counted.ballots.iter().find(|ballot| ballot.class == class).map(|ballot| ballot.at);
    tally.map(|tally| tally.row.at).or_else(ballot)
}

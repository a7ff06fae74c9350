//! Votes sorted by unit, class and node, before anything is trimmed or averaged.

use super::MarkCounts;
use crate::engine::assessment::{Assessment, BallotBox, Mark, MarkIx, Tally, UnitIx};
use crate::engine::score::validity::{BallotState, JudgedBallot, RatingState};
use crate::model::BallotRules;
use crate::shared::number::Points;

/// A valid rating on its way into a mean: its mark, and where it stands.
pub(super) struct Vote {
    pub(super) mark: MarkIx,
    pub(super) ballot: u32,
    pub(super) rating: u32,
}

impl Vote {
    /// Index of its ballot.
    pub(super) const fn ballot(&self) -> usize {
        self.ballot as usize
    }

    /// Index of its rating on the ballot.
    pub(super) const fn rating(&self) -> usize {
        self.rating as usize
    }
}

/// A cell in which a valid ballot gives no rating.
pub(super) struct Silence {
    pub(super) ballot: usize,
    pub(super) rating: usize,
}

/// The votes of one class for one unit and node.
#[derive(Default)]
pub(super) struct Pot {
    pub(super) votes: Vec<Vote>,
    /// Abstentions and blanks on valid ballots.
    pub(super) silent: Vec<Silence>,
    pub(super) tally: Vec<(Points, usize)>,
    /// Abstentions and blanks that a tally counts.
    pub(super) tally_silent: usize,
}

impl Pot {
    /// Whether there is anything that a mean may be made of where abstentions and blanks count as 0.
    pub(super) fn is_silent(&self) -> bool {
        !self.silent.is_empty() || self.tally_silent > 0
    }
}

/// The votes of one class for one unit.
#[derive(Default)]
pub(super) struct UnitPot {
    pub(super) nodes: Vec<Pot>,
    pub(super) counts: MarkCounts,
    /// Another rater of the class lists the unit.
    pub(super) listed_by_others: bool,
    /// Raters of the class that belong to the unit.
    pub(super) own_raters: usize,
    /// Ballots that list the unit, and those of them that are valid after recusal.
    pub(super) ballots: (usize, usize),
    /// Issued and valid ballots, where a tally gives them for the unit.
    pub(super) tally: Option<(Option<usize>, usize)>,
    pub(super) quorum: bool,
}

/// Puts every counted rating and every tally into the pot of its class, unit and node.
pub(super) fn collect(
    rules: &BallotRules,
    assessment: &Assessment,
    counted: &BallotBox,
    judged: &[JudgedBallot],
) -> Vec<Vec<UnitPot>> {
    let nodes = counted.nodes.len();
    let new_pot = || UnitPot { nodes: (0..nodes).map(|_| Pot::default()).collect(), ..UnitPot::default() };
    let mut pots: Vec<Vec<UnitPot>> =
        assessment.units.iter().map(|_| rules.classes.iter().map(|_| new_pot()).collect()).collect();
    for (index, (ballot, judged)) in counted.ballots.iter().zip(judged).enumerate() {
        if let Some(home) = ballot.home {
            pots[home.0][ballot.class].own_raters += 1;
        }
        let (mut rated, mut listed): (Option<UnitIx>, Option<UnitIx>) = (None, None);
        for (number, (rating, state)) in ballot.ratings.iter().zip(&judged.ratings).enumerate() {
            let pot = &mut pots[rating.unit().0][ballot.class];
            pot.listed_by_others |= ballot.home != Some(rating.unit());
            let valid_ballot = judged.state == BallotState::Valid;
            if listed != Some(rating.unit()) {
                listed = Some(rating.unit());
                pot.ballots.0 += 1;
                pot.ballots.1 += usize::from(valid_ballot && *state != RatingState::Recused);
            }
            match state {
                RatingState::Counted => {
                    pot.counts.valid += 1;
                    pot.counts.raters += usize::from(rated != Some(rating.unit()));
                    rated = Some(rating.unit());
                    let (mark, ballot, rating_at) = (rating.mark, index as u32, number as u32);
                    pot.nodes[rating.node()].votes.push(Vote { mark, ballot, rating: rating_at });
                }
                RatingState::Abstained | RatingState::Blank if valid_ballot => {
                    pot.counts.abstained += 1;
                    pot.nodes[rating.node()].silent.push(Silence { ballot: index, rating: number });
                }
                RatingState::Recused => pot.counts.recused += usize::from(*counted.mark(rating) != Mark::Blank),
                RatingState::Void | RatingState::BallotVoid => pot.counts.void += 1,
                _ => {}
            }
        }
    }
    add_tallies(counted, &mut pots);
    pots
}

pub(super) fn add_tallies(counted: &BallotBox, pots: &mut [Vec<UnitPot>]) {
    for Tally { class, unit, row: tally } in &counted.tallies {
        let pot = &mut pots[unit.0][*class];
        let votes: usize = tally.votes.iter().map(|(_, n)| n).sum();
        pot.listed_by_others = true;
        pot.counts.valid += votes;
        pot.counts.raters = pot.counts.raters.max(votes);
        pot.counts.abstained += tally.abstained;
        pot.counts.void += tally.invalid;
        let before = pot.tally.unwrap_or((None, 0));
        pot.tally = Some((tally.issued.max(before.0), tally.valid.max(before.1)));
        pot.nodes[tally.node].tally_silent += tally.abstained;
        pot.nodes[tally.node].tally.clone_from(&tally.votes);
    }
}

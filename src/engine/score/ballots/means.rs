//! Class means of a unit: trimming, denominators, answers, satisfaction (SPEC §7).

use std::cmp::Ordering;

use super::pots::{Pot, Silence, UnitPot, Vote};
use super::{Answers, ClassMeasure, NoResult, NodeMean, UnitBallots};
use crate::engine::assessment::{BallotBox, Mark, UnitIx};
use crate::engine::score::validity::{JudgedBallot, RatingState, Trees, unit_mark};
use crate::model::ballot::Positive;
use crate::model::{BallotRules, Denominator, Node, Trim, TrimOn};
use crate::shared::number::{Exact, Percent, Points, Precision};

pub(super) struct Counter<'c> {
    pub(super) trees: Trees<'c>,
    pub(super) rules: &'c BallotRules,
    pub(super) counted: &'c BallotBox,
    pub(super) nodes: &'c [Node],
    /// How means are rounded, if they are.
    pub(super) rounded: Option<Precision>,
}

impl Counter<'_> {
    /// The class means of a unit; policies about missing classes come later.
    pub(super) fn unit(&self, unit: UnitIx, pots: &[UnitPot], judged: &mut [JudgedBallot]) -> UnitBallots {
        let mut classes = Vec::with_capacity(pots.len());
        let (mut answers, mut positive, mut valid) = (0, 0, 0);
        for (index, (pot, class)) in pots.iter().zip(&self.rules.classes).enumerate() {
            // Where abstentions and blanks count as 0, a class that only abstained has a mean: 0.
            let rated = pot.counts.valid > 0 || (self.counts_silence() && pot.nodes.iter().any(Pot::is_silent));
            let missing = if !pot.quorum {
                Some(NoResult::NoQuorum)
            } else if rated {
                None
            } else if class.recuse && pot.own_rater && !pot.listed_by_others {
                Some(NoResult::Recused)
            } else {
                Some(NoResult::NoRating)
            };
            if missing.is_none() {
                answers += pot.counts.raters;
                valid += pot.counts.valid;
                positive += pot.nodes.iter().map(|node| self.positive(node)).sum::<usize>();
            }
            let means = if missing.is_some() {
                vec![None; self.nodes.len()]
            } else {
                let dropped = self.dropped_raters(pot, judged);
                pot.nodes.iter().map(|node| self.mean(node, &dropped, judged)).collect()
            };
            let tallies = self.counted.tallies_of(index, unit).cloned().collect();
            let effective_weight = Percent::zero();
            classes.push(ClassMeasure { means, missing, effective_weight, counts: pot.counts, tallies });
        }
        let known = valid > 0 && !matches!(self.rules.positive, Positive::Undeclared);
        let satisfaction = known.then(|| Percent(Exact::from(100) * &Exact::from(positive) / Exact::from(valid)));
        let rates = vec![None; self.nodes.len()];
        let off = self.counted.off(unit).collect();
        UnitBallots { classes, rates, answers, enough: Answers::Enough, satisfaction, positive, valid, off }
    }

    fn counts_silence(&self) -> bool {
        self.rules.denominator == Denominator::All
    }

    fn positive(&self, pot: &Pot) -> usize {
        let votes = pot.votes.iter().filter(|v| self.rules.positive.holds(&v.points)).count();
        let tally: usize = pot.tally.iter().filter(|(p, _)| self.rules.positive.holds(p)).map(|(_, n)| n).sum();
        votes + tally
    }

    /// Trimming on "ballot": the ballots whose points-weighted mark for the unit is extreme.
    fn dropped_raters(&self, pot: &UnitPot, judged: &[JudgedBallot]) -> Vec<usize> {
        let Some(trim) = self.rules.trim.as_ref().filter(|t| t.on == TrimOn::Ballot) else { return Vec::new() };
        let mut ballots: Vec<usize> = pot.nodes.iter().flat_map(|n| n.votes.iter().map(|v| v.ballot)).collect();
        ballots.sort_unstable();
        ballots.dedup();
        if ballots.len() < trim.from {
            return Vec::new();
        }
        let Some(rated) = pot.nodes.iter().flat_map(|n| &n.votes).next() else { return Vec::new() };
        let unit = self.counted.ballots[rated.ballot].ratings[rated.rating].unit;
        let mut ranked: Vec<(Points, MarkVector, usize)> = ballots
            .into_iter()
            .filter_map(|ballot| {
                let own = &self.counted.ballots[ballot];
                let mark = unit_mark(self.trees.of(unit), self.nodes, own, &judged[ballot].ratings, unit)?;
                Some((mark, self.vector(ballot, unit), ballot))
            })
            .collect();
        ranked.sort();
        let kept = trim.low..ranked.len() - trim.high;
        ranked.into_iter().enumerate().filter(|(i, _)| !kept.contains(i)).map(|(_, (_, _, ballot))| ballot).collect()
    }

    /// The marks of a ballot for a unit, by node; breaks ties between equal extremes.
    fn vector(&self, ballot: usize, unit: UnitIx) -> MarkVector {
        let mut marks: MarkVector = vec![None; self.nodes.len()];
        let ratings = &self.counted.ballots[ballot].ratings;
        let start = ratings.partition_point(|r| r.unit < unit);
        for rating in ratings[start..].iter().take_while(|r| r.unit == unit) {
            if let Mark::Points(points) = &rating.mark {
                marks[rating.node] = Some(points.clone());
            }
        }
        marks
    }

    /// The mean of one node after trimming; `None` where nothing enters it.
    fn mean(&self, pot: &Pot, dropped: &[usize], judged: &mut [JudgedBallot]) -> Option<NodeMean> {
        let trimmed = match &self.rules.trim {
            Some(trim) if trim.on == TrimOn::Rating => self.trim_ratings(pot, trim),
            Some(_) => {
                pot.votes.iter().enumerate().filter(|(_, v)| dropped.contains(&v.ballot)).map(|(i, _)| i).collect()
            }
            None => Vec::new(),
        };
        let (tally, tally_trimmed) = self.trim_tally(pot);
        let mut sum = Exact::zero();
        let mut counted = 0;
        let mut dropped_points: Vec<Points> = tally_trimmed;
        for (index, vote) in pot.votes.iter().enumerate() {
            if trimmed.contains(&index) {
                judged[vote.ballot].ratings[vote.rating] = RatingState::Trimmed;
                dropped_points.push(vote.points.clone());
            } else {
                sum = sum + &vote.points.0;
                counted += 1;
            }
        }
        for (points, votes) in &tally {
            sum = sum + &points.0 * &Exact::from(*votes);
            counted += votes;
        }
        let zeros = if self.counts_silence() { self.zeros(pot, dropped, judged) } else { 0 };
        if counted + zeros == 0 {
            return None;
        }
        let mean = sum / Exact::from(counted + zeros);
        let mean = self.rounded.map_or(mean.clone(), |precision| precision.round(&mean));
        dropped_points.sort();
        Some(NodeMean { mean: Points(mean), counted, zeros, trimmed: dropped_points })
    }

    /// Abstentions and blanks that enter the mean as 0, without those on ballots that are trimmed for the unit.
    fn zeros(&self, pot: &Pot, dropped: &[usize], judged: &mut [JudgedBallot]) -> usize {
        let (cut, kept): (Vec<&Silence>, Vec<_>) = pot.silent.iter().partition(|own| dropped.contains(&own.ballot));
        for own in cut {
            judged[own.ballot].ratings[own.rating] = RatingState::Trimmed;
        }
        kept.len() + pot.tally_silent
    }

    /// Indices of the votes to drop: lowest and highest, equal ones by mark vector, then rater id, then serial.
    fn trim_ratings(&self, pot: &Pot, trim: &Trim) -> Vec<usize> {
        if pot.votes.len() < trim.from {
            return Vec::new();
        }
        let unit = |vote: &Vote| self.counted.ballots[vote.ballot].ratings[vote.rating].unit;
        let mut order: Vec<usize> = (0..pot.votes.len()).collect();
        // Ballots are numbered by rater id, then serial, so their index is the last key.
        order.sort_by(|a, b| {
            let (a, b) = (&pot.votes[*a], &pot.votes[*b]);
            a.points
                .cmp(&b.points)
                .then_with(|| match self.nodes.len() {
                    1 => Ordering::Equal,
                    _ => self.vector(a.ballot, unit(a)).cmp(&self.vector(b.ballot, unit(b))),
                })
                .then_with(|| a.ballot.cmp(&b.ballot))
        });
        let kept = trim.low..order.len() - trim.high;
        order.into_iter().enumerate().filter(|(i, _)| !kept.contains(i)).map(|(_, vote)| vote).collect()
    }

    /// Trims the counted votes of a tally in the same way; trimming on "ballot" does not apply to tallies.
    fn trim_tally(&self, pot: &Pot) -> (Vec<(Points, usize)>, Vec<Points>) {
        let mut votes = pot.tally.clone();
        votes.sort();
        let total: usize = votes.iter().map(|(_, n)| n).sum();
        let mut dropped = Vec::new();
        if let Some(trim) = self.rules.trim.as_ref().filter(|t| t.on == TrimOn::Rating && total >= t.from && total > 0)
        {
            take(votes.iter_mut(), trim.low, &mut dropped);
            take(votes.iter_mut().rev(), trim.high, &mut dropped);
        }
        (votes, dropped)
    }
}

type MarkVector = Vec<Option<Points>>;

fn take<'v>(votes: impl Iterator<Item = &'v mut (Points, usize)>, mut wanted: usize, dropped: &mut Vec<Points>) {
    for (points, count) in votes {
        let now = wanted.min(*count);
        *count -= now;
        wanted -= now;
        dropped.extend(std::iter::repeat_n(points.clone(), now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_votes_are_trimmed_from_one_end_across_levels() {
        let mut votes = [(Points::whole(40), 1), (Points::whole(60), 3), (Points::whole(100), 2)];
        let mut dropped = Vec::new();
        take(votes.iter_mut(), 2, &mut dropped);
        assert_eq!(votes.iter().map(|(_, count)| *count).collect::<Vec<usize>>(), [0, 2, 2]);
        assert_eq!(dropped, [Points::whole(40), Points::whole(60)]);
        take(votes.iter_mut().rev(), 1, &mut dropped);
        assert_eq!(votes.iter().map(|(_, count)| *count).collect::<Vec<usize>>(), [0, 2, 1]);
    }
}

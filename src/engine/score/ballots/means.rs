//! Class means of a unit: trimming, denominators, answers, satisfaction (SPEC §7).

use std::cmp::Ordering;
use std::ops::Range;

use super::pots::{Pot, Silence, UnitPot, Vote};
use super::{Answers, ClassMeasure, IssuedBallots, NoResult, NodeMean, Panel, UnitBallots, issued};
use crate::engine::assessment::{BallotBox, Mark, UnitIx};
use crate::engine::score::validity::{JudgedBallot, Trees, unit_mark};
use crate::model::{BallotRules, Denominator, Node, RaterClass, Scale, Trim, TrimOn};
use crate::shared::number::{Exact, Percent, Points, Precision, Rounding};

pub(super) struct Counter<'c> {
    trees: Trees<'c>,
    /// Index of the component.
    component: usize,
    rules: &'c BallotRules,
    counted: &'c BallotBox,
    nodes: &'c [Node],
    /// How means are rounded, if they are.
    rounded: Option<Precision>,
    /// Whether votes are counted by level.
    counts_votes: bool,
    /// By class the points of the levels whose votes make the share that is measured.
    shares: Vec<Vec<&'c Points>>,
}

/// A rating that is trimmed.
pub(super) struct Cut {
    /// Its ballot.
    pub(super) ballot: usize,
    /// Its place on the ballot.
    pub(super) rating: usize,
}

/// One class as one unit has it.
struct Own {
    index: usize,
    /// The ballots that the mean is taken over, where that is those issued.
    issued: Option<IssuedBallots>,
}

impl<'c> Counter<'c> {
    pub(super) fn new(panel: &Panel<'c>, trees: Trees<'c>) -> Self {
        let Panel { index: component, rules, counted, rounded, counts_votes, .. } = *panel;
        let shares = rules.share.iter().flat_map(|share| {
            (0..rules.classes.len()).map(|class| {
                let levels = levels(rules.scale_of(class));
                rules.levels_named(class, &share.of).into_iter().map(|level| &levels[level].1).collect()
            })
        });
        Self {
            trees,
            component,
            rules,
            counted,
            nodes: &counted.nodes,
            rounded,
            counts_votes,
            shares: shares.collect(),
        }
    }
}

/// The levels of a scale; a range has none.
fn levels(scale: &Scale) -> &[(String, Points)] {
    match scale {
        Scale::Levels(levels) => levels,
        Scale::Range(_) => &[],
    }
}

impl Counter<'_> {
    /// The points of a vote.
    fn points(&self, vote: &Vote) -> &Points {
        match self.counted.marks.mark(vote.mark) {
            Mark::Points(points) => points,
            Mark::Abstained | Mark::Blank | Mark::Void(_) => unreachable!("only ratings that are points are votes"),
        }
    }

    /// The unit of a vote.
    fn unit_of(&self, vote: &Vote) -> UnitIx {
        self.counted.ballots[vote.ballot()].ratings[vote.rating()].unit()
    }

    /// The class means of a unit, and what is trimmed for it; policies about missing classes come later.
    pub(super) fn unit(&self, unit: UnitIx, pots: &[UnitPot], judged: &[JudgedBallot]) -> (UnitBallots, Vec<Cut>) {
        let mut classes = Vec::with_capacity(pots.len());
        let mut cuts = Vec::new();
        let (mut answers, mut positive, mut valid) = (0, 0, 0);
        for (index, (pot, class)) in pots.iter().zip(&self.rules.classes).enumerate() {
            let rated = pot.counts.valid > 0 || self.counts_as_zero(pot, class);
            let held = self.trees.model.of(self.trees.units[unit.0].scheme);
            let missing = if !held.has_class(self.component, index) {
                Some(NoResult::NotInScheme)
            } else if !pot.quorum {
                Some(NoResult::NoQuorum)
            } else if rated {
                None
            } else if class.recuse && pot.own_raters > 0 && !pot.listed_by_others {
                Some(NoResult::Recused)
            } else {
                Some(NoResult::NoRating)
            };
            if missing.is_none() {
                answers += pot.counts.raters;
                valid += pot.counts.valid;
                positive += pot.nodes.iter().map(|node| self.positive(index, node)).sum::<usize>();
            }
            let is_of_issued = self.rules.denominator == Denominator::Issued && missing.is_none();
            let issued = if is_of_issued { issued::ballots(class, &self.trees.units[unit.0], pot) } else { None };
            let own = Own { index, issued };
            let mut votes = if self.counts_votes && missing.is_none() {
                vec![0; levels(self.rules.scale_of(index)).len()]
            } else {
                Vec::new()
            };
            let means = if missing.is_some() {
                vec![None; self.nodes.len()].into()
            } else {
                let dropped = self.dropped_raters(pot, judged);
                pot.nodes.iter().map(|node| self.mean(&own, node, &dropped, &mut cuts, &mut votes)).collect()
            };
            let tallies = self.counted.tallies_of(index, unit).cloned().collect();
            let effective_weight = Percent::zero();
            classes.push(ClassMeasure { means, missing, effective_weight, counts: pot.counts, tallies, votes, issued });
        }
        let known = valid > 0 && self.rules.has_positive();
        let satisfaction = known.then(|| Percent(Exact::from(100) * &Exact::from(positive) / Exact::from(valid)));
        let rates = vec![None; self.nodes.len()].into();
        let off = self.counted.off(unit).collect();
        let share = None;
        let classes = classes.into();
        let enough = Answers::Enough;
        (UnitBallots { classes, rates, share, answers, enough, satisfaction, positive, valid, off }, cuts)
    }

    /// Whether a class without any rating has a mean all the same: where abstentions and blanks count as 0, a class that only
    /// abstained; over the ballots issued, one whose ballots all are void.
    fn counts_as_zero(&self, pot: &UnitPot, class: &RaterClass) -> bool {
        let came_in = pot.tally.is_some() || pot.listed_by_others || (!class.recuse && pot.ballots.0 > 0);
        match self.rules.denominator {
            Denominator::Valid => false,
            Denominator::All => pot.nodes.iter().any(Pot::is_silent),
            Denominator::Issued => came_in,
        }
    }

    fn positive(&self, class: usize, pot: &Pot) -> usize {
        let positive = self.rules.positive_of(class);
        let votes = pot.votes.iter().filter(|v| positive.holds(self.points(v))).count();
        let tally: usize = pot.tally.iter().filter(|(p, _)| positive.holds(p)).map(|(_, n)| n).sum();
        votes + tally
    }

    /// Trimming on "ballot": the ballots whose points-weighted mark for the unit is extreme.
    fn dropped_raters(&self, pot: &UnitPot, judged: &[JudgedBallot]) -> Vec<usize> {
        let Some(trim) = self.rules.trim.as_ref().filter(|t| t.on == TrimOn::Ballot) else { return Vec::new() };
        let mut ballots: Vec<usize> = pot.nodes.iter().flat_map(|n| n.votes.iter().map(Vote::ballot)).collect();
        ballots.sort_unstable();
        ballots.dedup();
        if ballots.len() < trim.from {
            return Vec::new();
        }
        let Some(rated) = pot.nodes.iter().flat_map(|n| &n.votes).next() else { return Vec::new() };
        let unit = self.unit_of(rated);
        let mut ranked: Vec<(Points, MarkVector, usize)> = ballots
            .into_iter()
            .filter_map(|ballot| {
                let own = &self.counted.ballots[ballot];
                let mark = unit_mark(self.trees.of(unit), self.counted, own, &judged[ballot].ratings, unit)?;
                Some((mark, self.vector(ballot, unit), ballot))
            })
            .collect();
        ranked.sort();
        let kept = kept(trim, ranked.len());
        ranked.into_iter().enumerate().filter(|(i, _)| !kept.contains(i)).map(|(_, (_, _, ballot))| ballot).collect()
    }

    /// The marks of a ballot for a unit, by node; breaks ties between equal extremes.
    fn vector(&self, ballot: usize, unit: UnitIx) -> MarkVector {
        let mut marks: MarkVector = vec![None; self.nodes.len()];
        let ratings = &self.counted.ballots[ballot].ratings;
        let start = ratings.partition_point(|r| r.unit() < unit);
        for rating in ratings[start..].iter().take_while(|r| r.unit() == unit) {
            if let Mark::Points(points) = self.counted.mark(rating) {
                marks[rating.node()] = Some(points.clone());
            }
        }
        marks
    }

    /// The mean of one node after trimming, or the share of votes; `None` where nothing enters it. Adds what entered it to the
    /// votes by level.
    fn mean(
        &self,
        own: &Own,
        pot: &Pot,
        dropped: &[usize],
        cuts: &mut Vec<Cut>,
        votes: &mut [usize],
    ) -> Option<NodeMean> {
        let trimmed = match &self.rules.trim {
            Some(trim) if trim.on == TrimOn::Rating => self.trim_ratings(pot, trim),
            Some(_) => {
                pot.votes.iter().enumerate().filter(|(_, v)| dropped.contains(&v.ballot())).map(|(i, _)| i).collect()
            }
            None => Vec::new(),
        };
        let (tally, tally_trimmed) = self.trim_tally(pot);
        let mut sum = Exact::zero();
        let mut counted = 0;
        let mut dropped_points: Vec<Points> = tally_trimmed;
        for (index, vote) in pot.votes.iter().enumerate() {
            if trimmed.contains(&index) {
                cuts.push(Cut { ballot: vote.ballot(), rating: vote.rating() });
                dropped_points.push(self.points(vote).clone());
            } else {
                sum = self.adding(sum, own.index, self.points(vote), 1);
                self.tell_level(own.index, self.points(vote), 1, votes);
                counted += 1;
            }
        }
        for (points, number) in &tally {
            sum = self.adding(sum, own.index, points, *number);
            self.tell_level(own.index, points, *number, votes);
            counted += number;
        }
        let silent = if self.rules.denominator.counts_silence() { self.zeros(pot, dropped, cuts) } else { 0 };
        let zeros = match (self.rules.denominator, own.issued) {
            (Denominator::Issued, Some(IssuedBallots { issued, recused })) => {
                let is_on_ballot = self.rules.trim.as_ref().is_some_and(|trim| trim.on == TrimOn::Ballot);
                let gone = if is_on_ballot { dropped.len() } else { dropped_points.len() };
                issued.saturating_sub(recused + gone + counted)
            }
            _ => silent,
        };
        if counted + zeros == 0 {
            return None;
        }
        let mean = sum / Exact::from(counted + zeros);
        let mean = match self.rounded {
            Some(precision) => precision.round(&mean),
            None => mean,
        };
        dropped_points.sort();
        Some(NodeMean { mean: Points(mean), counted, zeros, trimmed: dropped_points })
    }

    /// A sum with what votes of these points add to it: their points, or 100 % each where they belong to the share.
    fn adding(&self, sum: Exact, class: usize, points: &Points, votes: usize) -> Exact {
        match self.shares.get(class) {
            Some(levels) if levels.contains(&points) => sum + Exact::from(100 * votes),
            Some(_) => sum,
            None if votes == 1 => sum + &points.0,
            None => sum + &points.0 * &Exact::from(votes),
        }
    }

    /// Adds votes to those of their level, where they are counted by level.
    fn tell_level(&self, class: usize, points: &Points, number: usize, votes: &mut [usize]) {
        if votes.is_empty() {
            return;
        }
        let level = levels(self.rules.scale_of(class)).iter().position(|(_, own)| own == points);
        if let Some(slot) = level.and_then(|level| votes.get_mut(level)) {
            *slot += number;
        }
    }

    /// Abstentions and blanks that enter the mean as 0, without those on ballots that are trimmed for the unit.
    fn zeros(&self, pot: &Pot, dropped: &[usize], cuts: &mut Vec<Cut>) -> usize {
        let (cut, kept): (Vec<&Silence>, Vec<_>) = pot.silent.iter().partition(|own| dropped.contains(&own.ballot));
        cuts.extend(cut.into_iter().map(|own| Cut { ballot: own.ballot, rating: own.rating }));
        kept.len() + pot.tally_silent
    }

    /// Indices of the votes to drop: lowest and highest, equal ones by mark vector, then rater id, then serial.
    fn trim_ratings(&self, pot: &Pot, trim: &Trim) -> Vec<usize> {
        if pot.votes.len() < trim.from {
            return Vec::new();
        }
        let mut order: Vec<usize> = (0..pot.votes.len()).collect();
        // Ballots are numbered by rater id, then serial, so their index is the last key.
        order.sort_by(|a, b| {
            let (a, b) = (&pot.votes[*a], &pot.votes[*b]);
            self.points(a)
                .cmp(self.points(b))
                .then_with(|| match self.nodes.len() {
                    1 => Ordering::Equal,
                    _ => self.vector(a.ballot(), self.unit_of(a)).cmp(&self.vector(b.ballot(), self.unit_of(b))),
                })
                .then_with(|| a.ballot.cmp(&b.ballot))
        });
        let kept = kept(trim, order.len());
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
            let kept = kept(trim, total);
            take(votes.iter_mut(), kept.start, &mut dropped);
            take(votes.iter_mut().rev(), total - kept.end, &mut dropped);
        }
        (votes, dropped)
    }
}

/// What is left of so many ordered items: without the lowest and highest, by number or by the share of them, rounded down.
///
/// Example: 10 % of 25 is 2.5, so 2 at each end are cut.
fn kept(trim: &Trim, items: usize) -> Range<usize> {
    let (low, high) = match &trim.share {
        Some(share) => {
            let cut = (&share.0 * &Exact::from(items) / Exact::from(100)).whole(Rounding::Floor);
            let cut = cut.to_count().and_then(|cut| usize::try_from(cut).ok()).unwrap_or(0);
            (cut, cut)
        }
        None => (trim.low, trim.high),
    };
    low..items.saturating_sub(high).max(low)
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

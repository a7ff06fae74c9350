//! Class means: extremes are trimmed, abstentions may count as 0, and the rest is averaged.

use std::collections::BTreeSet;

use super::pots::Pot;
use super::{Mark, MarkState, Panel};
use crate::model::{Denominator, Trim, TrimOn};
use crate::result::outcome::{IssuedBallots, NodeMean, Scale};
use crate::shared::number::{Exact, Points, Rounding};
use crate::shared::text;

/// What orders the ballots of a unit: mark, marks of all nodes, position.
type Order = (Exact, Vec<Option<Exact>>, u32);

/// One class as one unit has it.
pub(super) struct Own<'p, 'm> {
    pub(super) class: usize,
    pub(super) pot: &'p Pot<'m>,
    /// The ballots that means are taken over, where that is those issued.
    pub(super) issued: Option<IssuedBallots>,
}

/// How many items are cut at each end: the two numbers, or the whole part of a share of all.
fn ends(trim: &Trim, items: usize) -> [usize; 2] {
    let Some(share) = &trim.share else { return [trim.low, trim.high] };
    let part = &share.0 * &Exact::from(items) / Exact::from(100);
    let cut = part.whole(Rounding::Floor).to_count().map_or(0, |cut| cut as usize);
    [cut, cut]
}

impl Panel<'_> {
    /// Whether abstentions and blanks enter means as 0.
    pub(super) fn counts_silence(&self) -> bool {
        matches!(self.counting.denominator, Denominator::All | Denominator::Issued)
    }

    /// The means of a class for a unit, by node, or its share of votes; trimmed marks are noted as such. Adds the votes by level.
    pub(super) fn means(&self, own: &Own<'_, '_>, marks: &mut [Mark], votes: &mut [usize]) -> Vec<Option<NodeMean>> {
        let dropped = self.dropped_ballots(own.pot, marks);
        (0..self.nodes.len()).map(|node| self.mean(own, node, &dropped, marks, votes)).collect()
    }

    fn trim(&self, on: TrimOn) -> Option<&Trim> {
        self.counting.trim.as_ref().filter(|trim| trim.on == on)
    }

    fn mean(
        &self,
        own: &Own<'_, '_>,
        node: usize,
        dropped: &BTreeSet<u32>,
        marks: &mut [Mark],
        by_level: &mut [usize],
    ) -> Option<NodeMean> {
        let pot = own.pot;
        let mut cut: BTreeSet<u32> = match self.trim(TrimOn::Rating) {
            Some(trim) => {
                self.extremes(trim, pot.counted[node].iter().map(|index| self.order(marks, *index)).collect())
            }
            None => pot.counted[node]
                .iter()
                .copied()
                .filter(|index| dropped.contains(&marks[*index as usize].serial))
                .collect(),
        };
        if self.counts_silence() {
            cut.extend(pot.silent[node].iter().filter(|index| dropped.contains(&marks[**index as usize].serial)));
        }
        let mut trimmed: Vec<Points> = Vec::new();
        let mut votes: Vec<(Exact, usize)> = Vec::new();
        for index in &pot.counted[node] {
            let points = self.points_of(&marks[*index as usize]).cloned().unwrap_or_else(Exact::zero);
            if cut.contains(index) {
                trimmed.push(Points(points));
            } else {
                votes.push((points, 1));
            }
        }
        for index in &cut {
            marks[*index as usize].state = MarkState::Trimmed;
        }
        let (tallied, more) = self.tallied_votes(pot, node);
        votes.extend(tallied);
        trimmed.extend(more.into_iter().map(Points));
        trimmed.sort();
        let counted: usize = votes.iter().map(|(_, votes)| votes).sum();
        let sum = self.sum(own.class, &votes, by_level);
        let gone = if self.trim(TrimOn::Ballot).is_some() { dropped.len() } else { trimmed.len() };
        let zeros = match own.issued {
            Some(IssuedBallots { issued, recused }) => issued.saturating_sub(recused + gone + counted),
            None if self.counts_silence() => self.zeros(pot, node, &cut),
            None => 0,
        };
        (counted + zeros > 0).then(|| {
            let mean = sum / Exact::from(counted + zeros);
            let mean = match self.rules.mean_precision() {
                Some(precision) => precision.round(&mean),
                None => mean,
            };
            NodeMean { mean: Points(mean), counted, zeros, trimmed }
        })
    }

    /// The sum of marks, or 100 for each vote that belongs to the share; votes are added by level, where they are counted so.
    fn sum(&self, class: usize, votes: &[(Exact, usize)], by_level: &mut [usize]) -> Exact {
        let levels = match self.scale(class) {
            Scale::Levels(levels) => levels.as_slice(),
            Scale::Range(_) => &[],
        };
        let share = self.counting.share.as_deref();
        let mut sum = Exact::zero();
        for (points, votes) in votes {
            let level = levels.iter().position(|(_, own)| own.0 == *points);
            if let Some(slot) = level.and_then(|level| by_level.get_mut(level)) {
                *slot += votes;
            }
            let name = level.map(|level| text::key(&levels[level].0));
            let worth = match share {
                None => points * &Exact::from(*votes),
                Some(rule) if rule.of.iter().any(|own| Some(text::key(own)) == name) => Exact::from(100 * votes),
                Some(_) => Exact::zero(),
            };
            sum = sum + worth;
        }
        sum
    }

    fn zeros(&self, pot: &Pot<'_>, node: usize, cut: &BTreeSet<u32>) -> usize {
        let rows = pot.tallies.iter().filter(|row| row.node == node);
        let tallied: usize = rows.map(|row| row.abstained).sum();
        tallied + pot.silent[node].iter().filter(|index| !cut.contains(index)).count()
    }

    /// The ends of an order, where there are enough; what is dropped is named by its last key.
    fn extremes(&self, trim: &Trim, mut order: Vec<Order>) -> BTreeSet<u32> {
        if order.len() < trim.from {
            return BTreeSet::new();
        }
        order.sort();
        let [low, high] = ends(trim, order.len());
        let above = order.len().saturating_sub(high);
        let ends = order.into_iter().enumerate().filter(|(rank, _)| *rank < low || *rank >= above);
        ends.map(|(_, (_, _, key))| key).collect()
    }

    /// Orders a mark: equal ones by the marks of their ballot for the unit, then by ballot.
    fn order(&self, marks: &[Mark], index: u32) -> Order {
        let points = self.points_of(&marks[index as usize]).cloned().unwrap_or_else(Exact::zero);
        let vector = if self.nodes.len() == 1 { Vec::new() } else { self.vector(self.own(marks, index)) };
        (points, vector, index)
    }

    /// The marks of the ballot of a mark for its unit.
    fn own<'m>(&self, marks: &'m [Mark], index: u32) -> &'m [Mark] {
        let index = index as usize;
        let key = |mark: &Mark| (mark.class, mark.serial, mark.unit);
        let same = |mark: &&Mark| key(mark) == key(&marks[index]);
        let before = marks[..index].iter().rev().take_while(same).count();
        let after = marks[index..].iter().take_while(same).count();
        &marks[index - before..index + after]
    }

    fn vector(&self, own: &[Mark]) -> Vec<Option<Exact>> {
        let mut vector = vec![None; self.nodes.len()];
        for mark in own {
            let points = self.points_of(mark).cloned();
            vector[mark.node()] = points.or_else(|| vector[mark.node()].take());
        }
        vector
    }

    /// Trimming on ballots: the serials of those whose points-weighted mark for the unit is extreme.
    fn dropped_ballots(&self, pot: &Pot<'_>, marks: &[Mark]) -> BTreeSet<u32> {
        let Some(trim) = self.trim(TrimOn::Ballot) else { return BTreeSet::new() };
        let mut first: Vec<u32> = Vec::new();
        let mut seen = BTreeSet::new();
        for index in pot.counted.iter().flatten() {
            if seen.insert(marks[*index as usize].serial) {
                first.push(*index);
            }
        }
        let order = first.into_iter().filter_map(|index| {
            let own = self.own(marks, index);
            Some((self.unit_mark(own)?, self.vector(own), marks[index as usize].serial))
        });
        self.extremes(trim, order.collect())
    }

    /// The votes of tallies that count, and those that trimming drops from both ends.
    fn tallied_votes(&self, pot: &Pot<'_>, node: usize) -> (Vec<(Exact, usize)>, Vec<Exact>) {
        let rows = pot.tallies.iter().filter(|row| row.node == node);
        let mut votes: Vec<(Exact, usize)> =
            rows.flat_map(|row| &row.votes).map(|(points, votes)| (points.0.clone(), *votes)).collect();
        votes.sort();
        let total: usize = votes.iter().map(|(_, votes)| votes).sum();
        let Some(trim) = self.trim(TrimOn::Rating).filter(|trim| total > 0 && total >= trim.from) else {
            return (votes, Vec::new());
        };
        // Positions of the votes in one row, the lowest first: those from `low` to `high` stay.
        let [low, cut] = ends(trim, total);
        let high = total.saturating_sub(cut);
        let (mut position, mut dropped) = (0, Vec::new());
        for (points, votes) in &mut votes {
            let end = position + *votes;
            let kept = end.min(high).saturating_sub(position.max(low));
            dropped.extend(std::iter::repeat_n(points.clone(), *votes - kept));
            (*votes, position) = (kept, end);
        }
        (votes, dropped)
    }
}

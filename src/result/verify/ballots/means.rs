//! Class means: extremes are trimmed, abstentions may count as 0, and the rest is averaged.

use std::collections::BTreeSet;

use super::pots::Pot;
use super::{Mark, MarkState, Panel};
use crate::model::{Denominator, Trim, TrimOn};
use crate::result::outcome::NodeMean;
use crate::shared::number::{Exact, Points};

/// What orders the ballots of a unit: mark, marks of all nodes, position.
type Order = (Exact, Vec<Option<Exact>>, usize);

impl Panel<'_> {
    /// Whether abstentions and blanks enter means as 0.
    pub(super) fn counts_silence(&self) -> bool {
        self.counting.denominator == Denominator::All
    }

    /// The means of a class for a unit, by node; trimmed marks are noted as such.
    pub(super) fn means(&self, pot: &Pot<'_>, marks: &mut [Mark<'_>]) -> Vec<Option<NodeMean>> {
        let dropped = self.dropped_ballots(pot, marks);
        (0..self.nodes.len()).map(|node| self.mean(pot, node, &dropped, marks)).collect()
    }

    fn trim(&self, on: TrimOn) -> Option<&Trim> {
        self.counting.trim.as_ref().filter(|trim| trim.on == on)
    }

    fn mean(&self, pot: &Pot<'_>, node: usize, dropped: &BTreeSet<usize>, marks: &mut [Mark<'_>]) -> Option<NodeMean> {
        let mut cut: BTreeSet<usize> = match self.trim(TrimOn::Rating) {
            Some(trim) => {
                self.extremes(trim, pot.counted[node].iter().map(|index| self.order(marks, *index)).collect())
            }
            None => pot.counted[node]
                .iter()
                .copied()
                .filter(|index| dropped.contains(&marks[*index].record.serial))
                .collect(),
        };
        if self.counts_silence() {
            cut.extend(pot.silent[node].iter().filter(|index| dropped.contains(&marks[**index].record.serial)));
        }
        let mut trimmed: Vec<Points> = Vec::new();
        let (mut sum, mut counted) = (Exact::zero(), 0);
        for index in &pot.counted[node] {
            let points = marks[*index].points.clone().unwrap_or_else(Exact::zero);
            if cut.contains(index) {
                trimmed.push(Points(points));
            } else {
                sum = sum + points;
                counted += 1;
            }
        }
        for index in &cut {
            marks[*index].state = MarkState::Trimmed;
        }
        let (votes, more) = self.tallied_votes(pot, node);
        sum = sum + votes.iter().map(|(points, votes)| points * &Exact::from(*votes)).sum::<Exact>();
        counted += votes.iter().map(|(_, votes)| votes).sum::<usize>();
        trimmed.extend(more.into_iter().map(Points));
        trimmed.sort();
        let zeros = if self.counts_silence() { self.zeros(pot, node, &cut) } else { 0 };
        (counted + zeros > 0).then(|| {
            let mean = sum / Exact::from(counted + zeros);
            let mean = self.rules.mean_precision().map_or(mean.clone(), |precision| precision.round(&mean));
            NodeMean { mean: Points(mean), counted, zeros, trimmed }
        })
    }

    fn zeros(&self, pot: &Pot<'_>, node: usize, cut: &BTreeSet<usize>) -> usize {
        let rows = pot.tallies.iter().filter(|row| row.node == node);
        let tallied: usize = rows.map(|row| row.abstained).sum();
        tallied + pot.silent[node].iter().filter(|index| !cut.contains(index)).count()
    }

    /// The ends of an order, where there are enough; what is dropped is named by its last key.
    fn extremes(&self, trim: &Trim, mut order: Vec<Order>) -> BTreeSet<usize> {
        if order.len() < trim.from {
            return BTreeSet::new();
        }
        order.sort();
        let above = order.len().saturating_sub(trim.high);
        let ends = order.into_iter().enumerate().filter(|(rank, _)| *rank < trim.low || *rank >= above);
        ends.map(|(_, (_, _, key))| key).collect()
    }

    /// Orders a mark: equal ones by the marks of their ballot for the unit, then by ballot.
    fn order(&self, marks: &[Mark<'_>], index: usize) -> Order {
        let points = marks[index].points.clone().unwrap_or_else(Exact::zero);
        let vector = if self.nodes.len() == 1 { Vec::new() } else { self.vector(self.own(marks, index)) };
        (points, vector, index)
    }

    /// The marks of the ballot of a mark for its unit.
    fn own<'m, 'r>(&self, marks: &'m [Mark<'r>], index: usize) -> &'m [Mark<'r>] {
        let key = |mark: &Mark<'_>| (mark.class, mark.record.serial, mark.unit);
        let same = |mark: &&Mark<'_>| key(mark) == key(&marks[index]);
        let before = marks[..index].iter().rev().take_while(same).count();
        let after = marks[index..].iter().take_while(same).count();
        &marks[index - before..index + after]
    }

    fn vector(&self, own: &[Mark<'_>]) -> Vec<Option<Exact>> {
        let mut vector = vec![None; self.nodes.len()];
        for mark in own {
            vector[mark.node] = mark.points.clone().or_else(|| vector[mark.node].take());
        }
        vector
    }

    /// Trimming on ballots: the serials of those whose points-weighted mark for the unit is extreme.
    fn dropped_ballots(&self, pot: &Pot<'_>, marks: &[Mark<'_>]) -> BTreeSet<usize> {
        let Some(trim) = self.trim(TrimOn::Ballot) else { return BTreeSet::new() };
        let mut first: Vec<usize> = Vec::new();
        let mut seen = BTreeSet::new();
        for index in pot.counted.iter().flatten() {
            if seen.insert(marks[*index].record.serial) {
                first.push(*index);
            }
        }
        let order = first.into_iter().filter_map(|index| {
            let own = self.own(marks, index);
            Some((self.unit_mark(own)?, self.vector(own), marks[index].record.serial))
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
        let (low, high) = (trim.low, total.saturating_sub(trim.high));
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

//! The means of a class from its ballots, each as often as it was drawn.

use std::ops::Range;

use super::{Class, NodeMarks, Unit, is_vote, rounded, ten};
use crate::analyze::plan::Tally;
use crate::model::{Denominator, TrimOn};
use crate::result::outcome::{RatingRecord, RatingState};
use crate::shared::number::Exact;

impl Unit {
    pub(super) fn enter(&mut self, ballot: u32, valid: bool, rating: &RatingRecord, node: usize, decimals: u32) {
        let add = |list: &mut Vec<u32>| {
            if list.last() != Some(&ballot) {
                list.push(ballot);
            }
        };
        if rating.state != RatingState::Recused {
            add(&mut self.listed);
        }
        let mark = rating.points.as_deref().and_then(Exact::parse).and_then(|own| own.parts());
        match (is_vote(rating), mark) {
            (true, Some((above, below))) => {
                let steps = above * i128::from(ten(decimals)) / below;
                self.nodes[node].votes.push((ballot, i64::try_from(steps).unwrap_or(0)));
                add(&mut self.raters);
            }
            _ if valid && matches!(rating.state, RatingState::Abstained | RatingState::Blank) => {
                self.nodes[node].silent.push(ballot);
            }
            _ => {}
        }
    }

    /// Its ballots from the lowest to the highest: by points-weighted mark, then by the marks of the nodes in turn.
    pub(super) fn ordered(&self, weights: &[Exact]) -> Vec<u32> {
        let mut keyed: Vec<(Exact, Vec<Option<i64>>, u32)> = Vec::with_capacity(self.raters.len());
        for ballot in &self.raters {
            let mark = |node: &NodeMarks| node.votes.iter().find(|(own, _)| own == ballot).map(|(_, mark)| *mark);
            let marks: Vec<Option<i64>> = self.nodes.iter().map(mark).collect();
            let (mut sum, mut all) = (Exact::zero(), Exact::zero());
            for (mark, weight) in marks.iter().zip(weights) {
                if let Some(mark) = mark {
                    sum = sum + weight * &Exact::ratio(*mark, 1);
                    all = all + weight;
                }
            }
            if all.is_positive() {
                keyed.push((sum / all, marks, *ballot));
            }
        }
        keyed.sort();
        keyed.into_iter().map(|(.., ballot)| ballot).collect()
    }
}

impl Class {
    /// What one step of its means is in points.
    pub(super) fn step(&self) -> Exact {
        Exact::ratio(1, ten(self.precision.map_or(self.decimals, |own| own.decimals)))
    }

    pub(super) fn tally(&self, copies: &[u32], kept: &mut Vec<u32>, tallies: &mut [Tally], answers: &mut [u32]) {
        let valid: u32 = self.valid.iter().zip(copies).filter(|(valid, _)| **valid).map(|(_, own)| own).sum();
        if valid < self.quorum {
            return;
        }
        let on_ballot = self.trim.as_ref().filter(|trim| trim.on == TrimOn::Ballot);
        for unit in &self.units {
            let drawn = |ballots: &[u32]| ballots.iter().map(|ballot| copies[*ballot as usize]).sum::<u32>();
            let is_valid = |ballot: &&u32| self.valid[**ballot as usize];
            let listing = || unit.listed.iter().filter(is_valid).map(|ballot| copies[*ballot as usize]).sum::<u32>();
            if unit.quorum > 0 && listing() < unit.quorum {
                continue;
            }
            if self.denominator == Denominator::Issued && drawn(&unit.listed) == 0 {
                continue;
            }
            answers[unit.unit] += drawn(&unit.raters);
            let mut gone = 0;
            let left = match on_ballot {
                None => copies,
                Some(trim) => {
                    kept.clear();
                    kept.extend_from_slice(copies);
                    let range = trim.kept(drawn(&unit.order));
                    let mut at = 0;
                    for ballot in &unit.order {
                        let own = &mut kept[*ballot as usize];
                        let stay = overlap(at, *own, &range);
                        at += *own;
                        gone += *own - stay;
                        *own = stay;
                    }
                    kept.as_slice()
                }
            };
            for node in &unit.nodes {
                tallies[node.slot] = self.node(unit, node, left, gone);
            }
        }
    }

    /// The marks at one node after trimming.
    fn node(&self, unit: &Unit, node: &NodeMarks, copies: &[u32], trimmed: u32) -> Tally {
        let (mut sum, mut counted, mut gone) = (0, 0, trimmed);
        match self.trim.as_ref().filter(|trim| trim.on == TrimOn::Rating) {
            None => {
                for (ballot, mark) in &node.votes {
                    let own = copies[*ballot as usize];
                    sum += mark * i64::from(own);
                    counted += own;
                }
            }
            Some(trim) => {
                let total = node.votes.iter().map(|(ballot, _)| copies[*ballot as usize]).sum();
                let (range, mut at) = (trim.kept(total), 0);
                for (ballot, mark) in &node.votes {
                    let own = copies[*ballot as usize];
                    let stay = overlap(at, own, &range);
                    at += own;
                    sum += mark * i64::from(stay);
                    counted += stay;
                }
                gone = total - counted;
            }
        }
        let silent = || node.silent.iter().map(|ballot| copies[*ballot as usize]).sum();
        let zeros: u32 = match self.denominator {
            Denominator::Valid => 0,
            Denominator::All => silent(),
            Denominator::Issued => unit.issued.saturating_sub(gone + counted),
        };
        let own = Tally { sum, count: i64::from(counted + zeros) };
        match self.precision {
            Some(precision) if own.count > 0 => rounded(own, self.decimals, precision),
            _ => own,
        }
    }
}

/// How much of a stretch of items from `at` on lies within a range.
fn overlap(at: u32, length: u32, range: &Range<u32>) -> u32 {
    (at + length).min(range.end).saturating_sub(at.max(range.start))
}

//! Whole ballots: recusal, void ballots and the rules about patterns (SPEC §7, in that order).

use std::ops::Range;

use super::{Mark, MarkState, Panel};
use crate::model::StraightLine;
use crate::shared::number::{Exact, Rounding};

/// What became of a ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Valid,
    Void,
    /// Nothing is left after recusal.
    Emptied,
}

/// A ballot: its class and its marks.
pub(super) struct Sheet {
    pub(super) class: usize,
    pub(super) marks: Range<usize>,
    pub(super) fate: Fate,
}

impl Panel<'_> {
    /// The ballots, each judged with its marks.
    pub(super) fn sheets(&self, marks: &mut [Mark]) -> Vec<Sheet> {
        let mut sheets = Vec::new();
        let mut start = 0;
        while let Some(first) = marks.get(start) {
            let key = (first.class, first.serial);
            let length = marks[start..].iter().take_while(|mark| (mark.class, mark.serial) == key).count();
            let range = start..start + length;
            let fate = self.judge(&mut marks[range.clone()]);
            sheets.push(Sheet { class: key.0 as usize, marks: range, fate });
            start += length;
        }
        sheets
    }

    fn judge(&self, sheet: &mut [Mark]) -> Fate {
        self.recuse(sheet);
        let fate = self.fate(sheet);
        if fate == Fate::Void {
            sheet
                .iter_mut()
                .filter(|mark| mark.state == MarkState::Counted)
                .for_each(|mark| mark.state = MarkState::BallotVoid);
        }
        fate
    }

    /// In a class that recuses, all marks of a ballot for one unit, that of the rater, are dropped; no other mark is
    /// recused.
    fn recuse(&self, sheet: &mut [Mark]) {
        let own = sheet.iter().find(|mark| mark.state == MarkState::Recused).map(|mark| mark.unit);
        let own = own.filter(|_| sheet.first().is_some_and(|mark| self.rules.classes()[mark.class()].recuse));
        for mark in sheet.iter_mut().filter(|mark| mark.state != MarkState::NotAssessed) {
            if own == Some(mark.unit) {
                mark.state = MarkState::Recused;
            } else if mark.state == MarkState::Recused {
                mark.state = if mark.points.is_some() { MarkState::Counted } else { MarkState::Blank };
            }
        }
    }

    fn fate(&self, sheet: &[Mark]) -> Fate {
        let has = |state: MarkState| sheet.iter().any(|mark| mark.state == state);
        if has(MarkState::Counted) {
            return if self.has_pattern(sheet) { Fate::Void } else { Fate::Valid };
        }
        // A recused cell that is not blank is a mark that was dropped.
        let dropped = sheet.iter().any(|mark| mark.state == MarkState::Recused && mark.is_written);
        match (has(MarkState::Void), has(MarkState::Abstained), dropped) {
            (true, ..) => Fate::Void,
            (false, true, _) => Fate::Valid,
            (false, false, true) => Fate::Emptied,
            (false, false, false) => Fate::Void,
        }
    }

    /// Whether too many units are in the top level, or all have the same mark; checked only from a number of rated
    /// units on.
    fn has_pattern(&self, sheet: &[Mark]) -> bool {
        let rules = self.counting;
        if rules.max_top_share.is_none() && rules.straight_line != StraightLine::Void {
            return false;
        }
        let units = sheet.chunk_by(|a, b| a.unit == b.unit);
        let marks: Vec<Exact> = units.filter_map(|own| self.unit_mark(own)).collect();
        if marks.len() < rules.pattern_from {
            return false;
        }
        let Some(class) = sheet.first().map(Mark::class) else { return false };
        let top = rules.top_of(class);
        let top = marks.iter().filter(|mark| **mark >= top.0).count();
        let too_many = rules.max_top_share.as_ref().is_some_and(|share| {
            let allowed = (&share.0 * &Exact::from(marks.len()) / Exact::from(100)).whole(Rounding::Floor);
            Exact::from(top) > allowed.max(Exact::from(1))
        });
        let straight = marks.len() > 1 && marks.windows(2).all(|pair| pair[0] == pair[1]);
        too_many || (straight && rules.straight_line == StraightLine::Void)
    }

    /// The points-weighted mark of one unit over its counted marks.
    pub(super) fn unit_mark(&self, own: &[Mark]) -> Option<Exact> {
        let counted = own.iter().filter(|mark| mark.state == MarkState::Counted);
        let weights = self.weights(own.first()?.unit())?;
        let parts = counted.filter_map(|mark| Some((&weights[mark.node()], self.points_of(mark)?)));
        let (mut weight, mut sum) = (Exact::zero(), Exact::zero());
        for (own, points) in parts {
            sum = sum + own * points;
            weight = weight + own;
        }
        weight.is_positive().then(|| sum / weight)
    }
}

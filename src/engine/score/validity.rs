//! Which marks and ballots count: recusal, void ballots, pattern rules (SPEC §7, in that order).

use crate::shared::words::words;
use rayon::prelude::*;

use crate::engine::assessment::{Ballot, BallotBox, Mark, Rating, Unit, UnitIx};
use crate::model::{BallotRules, Model, StraightLine, Tree};
use crate::shared::finding::{Arg, Bound, Code, Describe as _, Finding, Findings};
use crate::shared::number::{Exact, Percent, Points, Rounding};
use crate::shared::place::Place;

/// Why a ballot is void.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoidBallot {
    /// No mark at all.
    Blank,
    /// Every mark is void, or void and abstained.
    AllVoid,
    /// Too many units in the top level.
    TopShare,
    /// Every unit has the same mark.
    StraightLine,
}

impl VoidBallot {
    /// The catalogue key of the reason.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Blank => "ballot.void.blank",
            Self::AllVoid => "ballot.void.all",
            Self::TopShare => "ballot.void.top",
            Self::StraightLine => "ballot.void.line",
        }
    }
}

/// What became of a ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BallotState {
    /// It counts, even if it only abstains.
    Valid,
    /// It is void.
    Void(VoidBallot),
    /// Nothing is left after recusal: neither valid nor void.
    Emptied,
}

words! {
    /// What became of a single rating.
    pub enum RatingState {
        /// It enters the mean.
        Counted = "counted",
        /// It was trimmed as an extreme.
        Trimmed = "trimmed",
        /// An abstention.
        Abstained = "abstained",
        /// Nothing was written.
        Blank = "blank",
        /// Void by itself.
        Void = "void",
        /// Dropped: the rater's own unit.
        Recused = "recused",
        /// The whole ballot is void.
        BallotVoid = "ballot-void",
        /// The class has no result: too few valid ballots.
        NoQuorum = "no-quorum",
        /// For a unit that is not assessed.
        NotAssessed = "not-assessed",
    }
}

/// What became of a ballot and of its ratings.
#[derive(Clone, Debug)]
pub struct JudgedBallot {
    /// What became of it.
    pub state: BallotState,
    /// By rating.
    pub ratings: Vec<RatingState>,
}

/// The tree of each unit: that of its scheme.
#[derive(Clone, Copy)]
pub(super) struct Trees<'t> {
    pub(super) model: &'t Model,
    pub(super) units: &'t [Unit],
}

impl<'t> Trees<'t> {
    /// The tree of a unit.
    pub(super) fn of(self, unit: UnitIx) -> &'t Tree {
        self.model.of(self.units[unit.0].scheme).tree()
    }
}

/// Judges all ballots of a component, in their order.
pub(super) fn judge(
    trees: Trees<'_>,
    rules: &BallotRules,
    counted: &BallotBox,
    findings: &mut Findings<'_>,
) -> Vec<JudgedBallot> {
    let judge = |ballot| Judge { trees, rules, counted, ballot };
    let judged: Vec<(JudgedBallot, Vec<Finding>)> =
        counted.ballots.par_iter().map(|ballot| Findings::gather(|findings| judge(ballot).judge(findings))).collect();
    let mut ballots = Vec::with_capacity(judged.len());
    let mut bound = Bound::new(findings);
    for (ballot, found) in judged {
        ballots.push(ballot);
        findings.extend(found);
        bound.keep(findings);
    }
    ballots
}

struct Judge<'j> {
    trees: Trees<'j>,
    rules: &'j BallotRules,
    counted: &'j BallotBox,
    ballot: &'j Ballot,
}

impl Judge<'_> {
    fn judge(&self, findings: &mut Findings<'_>) -> JudgedBallot {
        let ballot = self.ballot;
        let own = ballot.home.filter(|_| self.rules.classes[ballot.class].recuse);
        let mut ratings: Vec<RatingState> = ballot
            .ratings
            .iter()
            .map(|rating| match self.counted.mark(rating) {
                _ if own == Some(rating.unit()) => RatingState::Recused,
                Mark::Points(_) => RatingState::Counted,
                Mark::Abstained => RatingState::Abstained,
                Mark::Blank => RatingState::Blank,
                Mark::Void(_) => RatingState::Void,
            })
            .collect();
        self.note_recusal(&ratings, findings);
        let state = self.state(&ratings, findings);
        if let BallotState::Void(reason) = state {
            let class = &*self.rules.classes[ballot.class].label();
            let finding = findings.add(Code::W407).at(ballot.at).with("class", class).with("serial", ballot.serial);
            finding.found(Arg::Word(reason.word()));
            for rating in ratings.iter_mut().filter(|r| **r == RatingState::Counted) {
                *rating = RatingState::BallotVoid;
            }
        }
        JudgedBallot { state, ratings }
    }

    fn note_recusal(&self, ratings: &[RatingState], findings: &mut Findings<'_>) {
        let marked = |(state, rating): (&RatingState, &Rating)| {
            (*state == RatingState::Recused && *self.counted.mark(rating) != Mark::Blank).then_some(rating.at)
        };
        let places: Vec<Place> = ratings.iter().zip(&self.ballot.ratings).filter_map(marked).collect();
        if let Some(first) = places.first() {
            let class = &*self.rules.classes[self.ballot.class].label();
            let finding = findings.add(Code::N408).at(*first).with("class", class);
            finding.with("serial", self.ballot.serial).found(places.len());
        }
    }

    fn state(&self, ratings: &[RatingState], findings: &mut Findings<'_>) -> BallotState {
        let has = |state: RatingState| ratings.contains(&state);
        if !has(RatingState::Counted) {
            return if has(RatingState::Void) {
                BallotState::Void(VoidBallot::AllVoid)
            } else if has(RatingState::Abstained) {
                BallotState::Valid
            } else if self.recused_a_mark(ratings) {
                BallotState::Emptied
            } else {
                BallotState::Void(VoidBallot::Blank)
            };
        }
        self.pattern(ratings, findings)
    }

    fn recused_a_mark(&self, ratings: &[RatingState]) -> bool {
        let is_marked = |rating: &Rating| *self.counted.mark(rating) != Mark::Blank;
        ratings.iter().zip(&self.ballot.ratings).any(|(s, r)| *s == RatingState::Recused && is_marked(r))
    }

    /// The pattern rules use each unit's points-weighted mark and apply from `pattern_from` rated units on.
    fn pattern(&self, ratings: &[RatingState], findings: &mut Findings<'_>) -> BallotState {
        let marks = unit_marks(self.trees, self.counted, self.ballot, ratings);
        if marks.len() < self.rules.pattern_from {
            return BallotState::Valid;
        }
        if let Some(share) = &self.rules.max_top_share {
            let top = marks.iter().filter(|(_, mark)| *mark >= *self.rules.top_of(self.ballot.class)).count();
            if top > allowed_top(share, marks.len()) {
                return BallotState::Void(VoidBallot::TopShare);
            }
        }
        let straight = marks.len() > 1 && marks.iter().all(|(_, mark)| *mark == marks[0].1);
        match self.rules.straight_line {
            StraightLine::Void if straight => BallotState::Void(VoidBallot::StraightLine),
            StraightLine::Warn if straight => {
                let class = &*self.rules.classes[self.ballot.class].label();
                let finding = findings.add(Code::W421).at(self.ballot.at).with("class", class);
                finding.with("serial", self.ballot.serial).found(&marks[0].1.0);
                BallotState::Valid
            }
            StraightLine::Void | StraightLine::Warn | StraightLine::Allow => BallotState::Valid,
        }
    }
}

/// How many of `rated` units may be in the top level: at least 1, else the share rounded down.
///
/// Example: 40 % of 24 units is 9.6, so 9.
fn allowed_top(share: &Percent, rated: usize) -> usize {
    let exact = &share.0 * &Exact::from(rated) / Exact::from(100);
    let count = exact.whole(Rounding::Floor).to_count().and_then(|n| usize::try_from(n).ok());
    count.unwrap_or(0).max(1)
}

/// The points-weighted mark of each unit that a ballot rates, over its counted ratings.
fn unit_marks(trees: Trees<'_>, counted: &BallotBox, ballot: &Ballot, states: &[RatingState]) -> Vec<(UnitIx, Points)> {
    let mut units: Vec<UnitIx> = ballot.ratings.iter().map(|r| r.unit()).collect();
    units.dedup();
    units
        .into_iter()
        .filter_map(|unit| Some((unit, unit_mark(trees.of(unit), counted, ballot, states, unit)?)))
        .collect()
}

/// The points-weighted mark of one unit on a ballot, over its counted ratings; ratings are in the order of units.
pub(super) fn unit_mark(
    tree: &Tree,
    counted: &BallotBox,
    ballot: &Ballot,
    states: &[RatingState],
    unit: UnitIx,
) -> Option<Points> {
    let start = ballot.ratings.partition_point(|r| r.unit() < unit);
    let (mut sum, mut total) = (Exact::zero(), Exact::zero());
    let own = ballot.ratings[start..].iter().zip(&states[start..]).take_while(|(r, _)| r.unit() == unit);
    for (rating, _) in own.filter(|(_, state)| **state == RatingState::Counted) {
        let Mark::Points(points) = counted.mark(rating) else { continue };
        let weight = tree.points(counted.nodes[rating.node()]).0;
        sum = sum + &weight * &points.0;
        total = total + weight;
    }
    total.is_positive().then(|| Points(sum / total))
}

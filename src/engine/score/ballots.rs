//! From ballots and tallies to the rates of a component for every unit (SPEC §7, §18).
//!
//! Order: void ratings → recusal → ballot rules → quorum → trim → mean → classes. Linear in the number of ratings.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::validity::{BallotState, JudgedBallot, RatingState, Trees, judge};
use crate::engine::assessment::{Assessment, BallotBox, Mode, NodeOff, TallyRow, Unit, UnitIx};
use crate::model::{BallotRules, Model, Scale};
use crate::shared::few::Few;
use crate::shared::finding::{Code, Describe as _, Findings};
use crate::shared::held::Shared;
use crate::shared::number::{Exact, Percent, Points, Precision};
use crate::shared::words::words;

mod issued;
mod means;
mod policy;
mod pots;
mod quorum;
mod step;

pub use policy::reason_word;

/// Whether a count is 0, which documents may leave out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_none(count: &usize) -> bool {
    *count == 0
}

/// The mean of one class for one unit and node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeMean {
    /// The mean, in points, after `mean_decimals`.
    pub mean: Points,
    /// Ratings that entered it.
    pub counted: usize,
    /// Abstentions and blanks that entered it as 0.
    #[serde(skip_serializing_if = "is_none", default)]
    pub zeros: usize,
    /// Marks that were trimmed.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub trimmed: Vec<Points>,
}

words! {
    /// Why a class has no result for a unit.
    pub enum NoResult {
        /// Nobody of the class rated the unit.
        NoRating = "no-rating",
        /// Too few valid ballots.
        NoQuorum = "no-quorum",
        /// Nobody of the class may rate the unit.
        Recused = "recused",
        /// The class is not part of the unit's scheme.
        NotInScheme = "not-in-scheme",
    }
}

/// One class for one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassMeasure {
    /// By measured node.
    pub means: Box<[Option<NodeMean>]>,
    /// Why there is no result, if there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub missing: Option<NoResult>,
    /// Weight in percent among the classes that have a result for the unit.
    pub effective_weight: Percent,
    /// Valid ratings, abstentions, voided and recused marks.
    pub counts: MarkCounts,
    /// The rows of tallies behind it.
    #[serde(skip_serializing_if = "<[_]>::is_empty", default)]
    pub tallies: Few<TallyRow>,
    /// Votes for each level of its scale that entered the mean, where votes are counted by level.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub votes: Vec<usize>,
    /// What a mean over the ballots issued is taken over.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub issued: Option<IssuedBallots>,
}

/// The ballots of a class that were issued for a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedBallots {
    /// All of them.
    pub issued: usize,
    /// Those of them that may not rate the unit.
    #[serde(skip_serializing_if = "is_none", default)]
    pub recused: usize,
}

/// How many marks of each kind a class gave a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkCounts {
    /// Raters with a valid rating.
    pub raters: usize,
    /// Valid ratings.
    pub valid: usize,
    /// Abstentions and blanks on valid ballots.
    #[serde(skip_serializing_if = "is_none", default)]
    pub abstained: usize,
    /// Void ratings and ratings of void ballots.
    #[serde(skip_serializing_if = "is_none", default)]
    pub void: usize,
    /// Marks dropped by recusal.
    #[serde(skip_serializing_if = "is_none", default)]
    pub recused: usize,
}

words! {
    /// Whether a unit has enough answers.
    pub enum Answers {
        /// It has.
        Enough = "enough",
        /// Too few; flagged.
        Flagged = "flagged",
        /// Too few; the median of the group stands in.
        GroupMedian = "group-median",
        /// The component does not apply to the unit.
        Inapplicable = "inapplicable",
    }
}

impl NoResult {
    /// Whether nothing was expected: no fault of the class, whose weight the others take.
    pub const fn is_expected(self) -> bool {
        matches!(self, Self::Recused | Self::NotInScheme)
    }
}

impl Answers {
    const fn enough() -> Self {
        Self::Enough
    }

    /// Whether they are what documents leave out.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
    const fn are_enough(&self) -> bool {
        matches!(self, Self::Enough)
    }
}

/// The results of a ballots component for one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitBallots {
    /// By class.
    pub classes: Box<[ClassMeasure]>,
    /// Rate of each measured node.
    pub rates: Box<[Option<Percent>]>,
    /// The share of votes in percent, weighted over the classes, where the component measures one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub share: Option<Percent>,
    /// Raters with a valid rating, over the classes with a result.
    pub answers: usize,
    /// Whether they are enough.
    #[serde(skip_serializing_if = "Answers::are_enough", default = "Answers::enough")]
    pub enough: Answers,
    /// Positive ratings in percent of valid ones; `None` when unknown.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub satisfaction: Option<Percent>,
    /// Positive ratings behind it.
    #[serde(skip_serializing_if = "is_none", default)]
    pub positive: usize,
    /// Valid ratings behind it.
    pub valid: usize,
    /// Nodes that do not apply to the unit.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub off: Vec<NodeOff>,
}

impl UnitBallots {
    /// The share of votes for some levels in percent: Σ weight · votes / divisor over the classes that have a result. None where
    /// the unit has none of its own.
    ///
    /// Example: 12 of 60 votes of a class of weight 40 and 3 of 30 of one of 60 are 0.4·20 + 0.6·10 = 14 %.
    pub fn votes(&self, rules: &BallotRules, of: &[String]) -> Option<Percent> {
        if matches!(self.enough, Answers::GroupMedian | Answers::Inapplicable) {
            return None;
        }
        let (mut weight, mut sum) = (Exact::zero(), Exact::zero());
        for (index, class) in self.classes.iter().enumerate() {
            let Some(Some(mean)) = class.means.first() else { continue };
            let levels = rules.levels_named(index, of);
            let votes: usize = levels.iter().filter_map(|level| class.votes.get(*level)).sum();
            let own = &class.effective_weight.0;
            sum = sum + own * &Exact::from(votes) / Exact::from(mean.counted + mean.zeros);
            weight = weight + own;
        }
        weight.is_positive().then(|| Percent(Exact::from(100) * &sum / weight))
    }
}

/// The totals of one class of a ballots component.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassTotals {
    /// Ballots issued, if known.
    pub issued: Option<usize>,
    /// Ballots returned.
    pub returned: usize,
    /// Valid ballots.
    pub valid: usize,
    /// Void ballots.
    pub void: usize,
    /// Ballots emptied by recusal.
    pub emptied: usize,
    /// Assessed units with the class in their scheme that nobody of it marked: no ballot does, and no tally counts a vote.
    #[serde(skip_serializing_if = "is_none", default)]
    pub unrated: usize,
    /// Whether the quorum was reached; none where there is no quorum or the number issued is unknown.
    pub quorum: Option<bool>,
    /// Ballots counted by tallies, over units.
    pub tallied: TallyTotals,
    /// What a mark may be where the class has marks of its own, a range with its step; see [`BallotTotals::scale`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scale: Option<Scale>,
}

impl ClassTotals {
    /// Whether ballots came in, or nothing: then nothing is known of tallies.
    fn has_ballots(&self) -> bool {
        self.returned > 0 || self.tallied.rows == 0
    }

    /// Ballots issued, those that tallies counted included; known when it is known for all of them.
    pub fn all_issued(&self) -> Option<usize> {
        match (self.has_ballots(), self.tallied.rows > 0) {
            (true, true) => self.issued.zip(self.tallied.issued).map(|(a, b)| a + b),
            (true, false) => self.issued,
            (false, _) => self.tallied.issued,
        }
    }

    /// Ballots returned, those that tallies counted included.
    pub const fn all_returned(&self) -> usize {
        self.returned + self.tallied.valid + self.tallied.invalid
    }

    /// Valid ballots, those that tallies counted included.
    pub const fn all_valid(&self) -> usize {
        self.valid + self.tallied.valid
    }
}

/// Ballots counted by the tallies of one class, over units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TallyTotals {
    /// Rows of tallies.
    pub rows: usize,
    /// Issued, if every row says so.
    pub issued: Option<usize>,
    /// Valid.
    pub valid: usize,
    /// Invalid.
    pub invalid: usize,
    /// Valid, but of a unit for which the class has no quorum.
    pub without_quorum: usize,
}

/// Totals over the ballots of a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BallotTotals {
    /// What a mark may be; a range has the step that the model declares, else the one on which all marks lie: the greatest of
    /// 1, 0.5, 0.1, 0.05 …
    pub scale: Scale,
    /// By class.
    pub classes: Vec<ClassTotals>,
}

/// Everything that a ballots component measures.
#[derive(Clone, Debug)]
pub struct BallotMeasure {
    /// As a whole.
    pub totals: BallotTotals,
    /// By unit; `None` for units that are not assessed. What is recorded of a unit goes into its results as it is.
    pub units: Vec<Option<Shared<UnitBallots>>>,
    /// What became of each ballot and rating, as in the ballot box.
    pub judged: Vec<JudgedBallot>,
}
/// A component of ballots, and all that is known of those who are rated.
pub(super) struct Panel<'p> {
    pub(super) model: &'p Model,
    pub(super) assessment: &'p Assessment,
    /// Index of the component.
    pub(super) index: usize,
    pub(super) rules: &'p BallotRules,
    /// The name of the component.
    pub(super) name: &'p str,
    pub(super) counted: &'p BallotBox,
    /// How class means are rounded, if they are.
    pub(super) rounded: Option<Precision>,
    /// Whether votes are counted by level.
    pub(super) counts_votes: bool,
}

impl Panel<'_> {
    /// How many assessed units nobody of a class marked.
    fn unrated(&self, class: usize) -> usize {
        let raters = self.counted.raters(class, self.assessment.units.len());
        let is_part = |own: &Unit| self.model.of(own.scheme).has_class(self.index, class);
        self.assessment.assessed().filter(|(unit, own)| raters[unit.0] == 0 && is_part(own)).count()
    }
}

/// Measures one component.
pub(super) fn measure(panel: &Panel<'_>, findings: &mut Findings<'_>) -> BallotMeasure {
    let Panel { model, assessment, rules, counted, .. } = *panel;
    let trees = Trees { model, units: &assessment.units };
    let mut judged = judge(trees, rules, counted, findings);
    let mut classes = class_totals(rules, counted, &judged, findings);
    let mut pots = pots::collect(rules, assessment, counted, &judged);
    quorum::apply(rules, assessment, &mut classes, &mut pots);
    let came_in = quorum::CameIn { counted, classes: &classes, pots: &pots };
    quorum::report(panel, &came_in, findings);
    quorum::report_returned(panel, &came_in, findings);
    issued::report(panel, &pots, findings);
    let counter = means::Counter::new(panel, trees);
    let one = |(index, unit): (usize, &Unit)| {
        let assessed = unit.mode != Mode::Excluded && model.of(unit.scheme).weight(panel.index).is_some();
        assessed.then(|| counter.unit(UnitIx(index), &pots[index], &judged)).unzip()
    };
    let (mut units, cuts): (Vec<Option<UnitBallots>>, Vec<Option<Vec<means::Cut>>>) =
        assessment.units.par_iter().enumerate().map(one).unzip();
    for cut in cuts.into_iter().flatten().flatten() {
        judged[cut.ballot].ratings[cut.rating] = RatingState::Trimmed;
    }
    quorum::mark_ratings(&came_in, &mut judged);
    panel.settle(&mut units, findings);
    let scale = step::stepped(rules, counted);
    for (index, class) in classes.iter_mut().enumerate() {
        class.scale = step::stepped_own(rules, index, counted);
        class.unrated = panel.unrated(index);
    }
    let units = units.into_iter().map(|own| own.map(Shared::new)).collect();
    BallotMeasure { totals: BallotTotals { scale, classes }, units, judged }
}

fn class_totals(
    rules: &BallotRules,
    counted: &BallotBox,
    judged: &[JudgedBallot],
    findings: &mut Findings<'_>,
) -> Vec<ClassTotals> {
    let mut totals: Vec<ClassTotals> = rules
        .classes
        .iter()
        .map(|class| ClassTotals { issued: class.issued.whole(), ..ClassTotals::default() })
        .collect();
    for (ballot, judged) in counted.ballots.iter().zip(judged) {
        let class = &mut totals[ballot.class];
        class.returned += 1;
        match judged.state {
            BallotState::Valid => class.valid += 1,
            BallotState::Void(_) => class.void += 1,
            BallotState::Emptied => class.emptied += 1,
        }
    }
    // The rows of one class and unit stand for the same ballots, one row per node.
    for own in counted.tallies.chunk_by(|a, b| (a.class, a.unit) == (b.class, b.unit)) {
        let tallied = &mut totals[own[0].class].tallied;
        let before = if tallied.rows == 0 { Some(0) } else { tallied.issued };
        let issued = own.iter().filter_map(|t| t.row.issued).max();
        tallied.issued = before.zip(issued).map(|(sum, own)| sum + own);
        tallied.rows += 1;
        tallied.valid += own.iter().map(|t| t.row.valid).max().unwrap_or(0);
        tallied.invalid += own.iter().map(|t| t.row.invalid).max().unwrap_or(0);
    }
    for (class, total) in rules.classes.iter().zip(&totals) {
        if let Some(issued) = total.issued.filter(|issued| total.returned > *issued) {
            let place = counted.ballots.iter().find(|b| rules.classes[b.class].id == class.id).map(|b| b.at);
            let finding = findings.add(Code::E409).with("class", &*class.label());
            finding.found(total.returned).expected(format!("<= {issued}")).at = place;
        }
    }
    totals
}

//! From ballots and tallies to the rates of a component for every unit (SPEC §7, §18).
//!
//! Order: void ratings → recusal → ballot rules → quorum → trim → mean → classes. Linear in the number of ratings.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::validity::{BallotState, JudgedBallot, RatingState, judge, unit_mark};
use crate::assessment::{Assessment, BallotBox, Mark, Mode, UnitIx};
use crate::finding::{Arg, Code, Finding};
use crate::model::ballot::Positive;
use crate::model::{BallotRules, Denominator, MissingClass, Model, Node, TooFew, Trim, TrimOn};
use crate::number::{Exact, Percent, Points};

/// The mean of one class for one unit and node.
#[derive(Clone, Debug)]
pub struct NodeMean {
    /// The mean, in points, after `mean_decimals`.
    pub mean: Points,
    /// Ratings that entered it.
    pub counted: usize,
    /// Abstentions and blanks that entered it as 0.
    pub zeros: usize,
    /// Marks that were trimmed.
    pub trimmed: Vec<Points>,
}

/// Why a class has no result for a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoResult {
    /// Nobody of the class rated the unit.
    NoRating,
    /// Too few valid ballots.
    NoQuorum,
    /// Nobody of the class may rate the unit.
    Recused,
}

impl NoResult {
    /// The word of result.json, also the end of its catalogue key.
    pub const fn json(self) -> &'static str {
        match self {
            Self::NoRating => "no-rating",
            Self::NoQuorum => "no-quorum",
            Self::Recused => "recused",
        }
    }
}

/// One class for one unit.
#[derive(Clone, Debug)]
pub struct ClassMeasure {
    /// By measured node.
    pub means: Vec<Option<NodeMean>>,
    /// Why there is no result, if there is none.
    pub missing: Option<NoResult>,
    /// Weight in percent among the classes that have a result for the unit.
    pub effective_weight: Percent,
    /// Valid ratings, abstentions, voided and recused marks.
    pub counts: MarkCounts,
}

/// How many marks of each kind a class gave a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MarkCounts {
    /// Raters with a valid rating.
    pub raters: usize,
    /// Valid ratings.
    pub valid: usize,
    /// Abstentions and blanks on valid ballots.
    pub abstained: usize,
    /// Void ratings and ratings of void ballots.
    pub void: usize,
    /// Marks dropped by recusal.
    pub recused: usize,
}

/// Whether a unit has answers enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// It has.
    Enough,
    /// Too few; flagged.
    Flagged,
    /// Too few; the median of the group stands in.
    GroupMedian,
}

/// What a ballots component says of one unit.
#[derive(Clone, Debug)]
pub struct UnitBallots {
    /// By class.
    pub classes: Vec<ClassMeasure>,
    /// Rate of each measured node.
    pub rates: Vec<Option<Percent>>,
    /// Raters with a valid rating, over the classes with a result.
    pub answers: usize,
    /// Whether they are enough.
    pub enough: Answers,
    /// Positive ratings in percent of valid ones; `None` when unknown.
    pub satisfaction: Option<Percent>,
    /// Positive and valid ratings behind it.
    pub positive: (usize, usize),
}

/// What a ballots component says of one class as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Whether the quorum was reached; true when there is none.
    pub quorum: bool,
    /// Ballots counted by tallies, over units.
    pub tallied: TallyTotals,
}

/// Ballots counted by the tallies of one class, over units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

/// Everything that a ballots component measures.
#[derive(Clone, Debug)]
pub struct BallotMeasure {
    /// The nodes that are measured.
    pub nodes: Vec<Node>,
    /// By class.
    pub classes: Vec<ClassTotals>,
    /// By unit; `None` for units that are not assessed.
    pub units: Vec<Option<UnitBallots>>,
    /// What became of each ballot and rating, as in the ballot box.
    pub judged: Vec<JudgedBallot>,
}

/// A valid rating on its way into a mean.
struct Vote {
    points: Points,
    ballot: usize,
    rating: usize,
}

/// The votes of one class for one unit and node.
#[derive(Default)]
struct Pot {
    votes: Vec<Vote>,
    zeros: usize,
    tally: Vec<(Points, usize)>,
}

/// The votes of one class for one unit.
#[derive(Default)]
struct UnitPot {
    nodes: Vec<Pot>,
    counts: MarkCounts,
    /// Another rater of the class lists the unit.
    listed_by_others: bool,
    /// A rater of the class belongs to the unit.
    own_rater: bool,
    /// Issued and valid ballots, where a tally gives them for the unit.
    tally: Option<(Option<usize>, usize)>,
    quorum: bool,
}

/// Measures one component.
pub(super) fn measure(
    model: &Model,
    assessment: &Assessment,
    component: usize,
    rules: &BallotRules,
    counted: &BallotBox,
    findings: &mut Vec<Finding>,
) -> BallotMeasure {
    let mut judged = judge(&model.tree, rules, counted, findings);
    let mut classes = class_totals(rules, counted, &judged, findings);
    let mut pots = collect(rules, assessment, counted, &judged);
    apply_quorum(rules, &mut classes, &mut pots);
    let name = &model.components[component].name;
    report_quorum(rules, assessment, name, (&classes, &pots, counted), findings);
    let counter = Counter { model, rules, counted, nodes: &counted.nodes };
    let mut units: Vec<Option<UnitBallots>> = Vec::with_capacity(assessment.units.len());
    for (index, unit) in assessment.units.iter().enumerate() {
        let assessed = unit.mode != Mode::Excluded;
        units.push(assessed.then(|| counter.unit(&pots[index], &mut judged)));
    }
    mark_without_quorum(&classes, counted, &mut judged);
    Policies { rules, assessment, name, nodes: &counted.nodes, tree: &model.tree }.apply(&mut units, findings);
    BallotMeasure { nodes: counted.nodes.clone(), classes, units, judged }
}

fn class_totals(
    rules: &BallotRules,
    counted: &BallotBox,
    judged: &[JudgedBallot],
    findings: &mut Vec<Finding>,
) -> Vec<ClassTotals> {
    let mut totals: Vec<ClassTotals> = rules
        .classes
        .iter()
        .map(|class| ClassTotals { issued: class.issued, quorum: true, ..ClassTotals::default() })
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
    for tally in counted.tallies.iter().filter(|t| t.node == 0) {
        let tallied = &mut totals[tally.class].tallied;
        let before = if tallied.rows == 0 { Some(0) } else { tallied.issued };
        tallied.issued = before.zip(tally.issued).map(|(sum, own)| sum + own);
        tallied.rows += 1;
        tallied.valid += tally.valid;
        tallied.invalid += tally.invalid;
    }
    for (class, total) in rules.classes.iter().zip(&totals) {
        if let Some(issued) = total.issued.filter(|issued| total.returned > *issued) {
            let place = counted.ballots.iter().find(|b| rules.classes[b.class].id == class.id).map(|b| b.at);
            let finding = Finding::new(Code::E409).with("class", &class.name).found(total.returned);
            let finding = finding.expected(format!("<= {issued}"));
            findings.push(match place {
                Some(place) => finding.at(place),
                None => finding,
            });
        }
    }
    totals
}

/// Puts every counted rating and every tally into the pot of its class, unit and node.
fn collect(
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
            pots[home.0][ballot.class].own_rater = true;
        }
        let mut rated: Option<UnitIx> = None;
        for (number, (rating, state)) in ballot.ratings.iter().zip(&judged.ratings).enumerate() {
            let pot = &mut pots[rating.unit.0][ballot.class];
            pot.listed_by_others |= ballot.home != Some(rating.unit);
            let valid_ballot = judged.state == BallotState::Valid;
            match state {
                RatingState::Counted => {
                    pot.counts.valid += 1;
                    pot.counts.raters += usize::from(rated != Some(rating.unit));
                    rated = Some(rating.unit);
                    let Mark::Points(points) = &rating.mark else { continue };
                    pot.nodes[rating.node].votes.push(Vote { points: points.clone(), ballot: index, rating: number });
                }
                RatingState::Abstained | RatingState::Blank if valid_ballot => {
                    pot.counts.abstained += 1;
                    pot.nodes[rating.node].zeros += 1;
                }
                RatingState::Recused => pot.counts.recused += usize::from(rating.mark != Mark::Blank),
                RatingState::Void | RatingState::BallotVoid => pot.counts.void += 1,
                _ => {}
            }
        }
    }
    add_tallies(counted, &mut pots);
    pots
}

fn add_tallies(counted: &BallotBox, pots: &mut [Vec<UnitPot>]) {
    for tally in &counted.tallies {
        let pot = &mut pots[tally.unit.0][tally.class];
        let votes: usize = tally.votes.iter().map(|(_, n)| n).sum();
        pot.listed_by_others = true;
        pot.counts.valid += votes;
        pot.counts.raters = pot.counts.raters.max(votes);
        pot.counts.abstained += tally.abstained;
        pot.counts.void += tally.invalid;
        let before = pot.tally.unwrap_or((None, 0));
        pot.tally = Some((tally.issued.max(before.0), tally.valid.max(before.1)));
        pot.nodes[tally.node].zeros += tally.abstained;
        pot.nodes[tally.node].tally.clone_from(&tally.votes);
    }
}

/// Whether valid ballots are at least the quorum of those issued; without either there is none.
fn reaches(quorum: Option<&Percent>, valid: usize, issued: Option<usize>) -> bool {
    match (quorum, issued) {
        (Some(quorum), Some(issued)) => Exact::from(100) * &Exact::from(valid) >= &quorum.0 * &Exact::from(issued),
        _ => true,
    }
}

/// A class has a result only if valid ballots ≥ quorum % of issued; a tally's own count of issued goes before the class's.
fn apply_quorum(rules: &BallotRules, classes: &mut [ClassTotals], pots: &mut [Vec<UnitPot>]) {
    let quorum = rules.quorum.as_ref();
    for class in classes.iter_mut() {
        let by_ballots = class.returned > 0 || class.tallied.rows == 0;
        class.quorum = !by_ballots || reaches(quorum, class.valid, class.issued);
    }
    for unit in pots {
        for (pot, class) in unit.iter_mut().zip(classes.iter_mut()) {
            pot.quorum = match pot.tally {
                Some((issued, valid)) => reaches(quorum, valid, issued.or(class.issued)),
                None => class.quorum,
            };
            if let Some((_, valid)) = pot.tally.filter(|_| !pot.quorum) {
                class.tallied.without_quorum += valid;
            }
        }
    }
}

/// Says which classes have no quorum: as a whole by their ballots, or for single units by their tallies.
fn report_quorum(
    rules: &BallotRules,
    assessment: &Assessment,
    component: &str,
    (classes, pots, counted): (&[ClassTotals], &[Vec<UnitPot>], &BallotBox),
    findings: &mut Vec<Finding>,
) {
    let Some(quorum) = &rules.quorum else { return };
    let finding = |class: usize, valid: usize, issued: Option<usize>| {
        let finding = Finding::new(Code::W412).with("class", &rules.classes[class].name).found(valid);
        let issued = issued.map_or_else(String::new, |n| n.to_string());
        finding.with("issued", issued).with("quorum", quorum.0.to_string()).with("component", component)
    };
    for (index, total) in classes.iter().enumerate().filter(|(_, total)| !total.quorum) {
        findings.push(finding(index, total.valid, total.issued));
    }
    for tally in counted.tallies.iter().filter(|t| t.node == 0 && !pots[t.unit.0][t.class].quorum) {
        let issued = tally.issued.or(rules.classes[tally.class].issued);
        let unit = &assessment.unit(tally.unit).code;
        findings.push(finding(tally.class, tally.valid, issued).at(tally.at).unit(unit));
    }
}

/// Ratings of a class without quorum keep their place in ratings.csv, as not counted.
fn mark_without_quorum(classes: &[ClassTotals], counted: &BallotBox, judged: &mut [JudgedBallot]) {
    for (ballot, judged) in counted.ballots.iter().zip(judged) {
        if !classes[ballot.class].quorum {
            for state in judged.ratings.iter_mut().filter(|s| matches!(s, RatingState::Counted | RatingState::Trimmed))
            {
                *state = RatingState::NoQuorum;
            }
        }
    }
}

struct Counter<'c> {
    model: &'c Model,
    rules: &'c BallotRules,
    counted: &'c BallotBox,
    nodes: &'c [Node],
}

impl Counter<'_> {
    /// The class means of a unit; policies about missing classes come later.
    fn unit(&self, pots: &[UnitPot], judged: &mut [JudgedBallot]) -> UnitBallots {
        let mut classes = Vec::with_capacity(pots.len());
        let (mut answers, mut positive, mut valid) = (0, 0, 0);
        for (pot, class) in pots.iter().zip(&self.rules.classes) {
            let rated = pot.counts.valid > 0;
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
            classes.push(ClassMeasure { means, missing, effective_weight: Percent::zero(), counts: pot.counts });
        }
        let known = valid > 0 && !matches!(self.rules.positive, Positive::Undeclared);
        let satisfaction = known.then(|| Percent(Exact::from(100) * &Exact::from(positive) / Exact::from(valid)));
        let rates = vec![None; self.nodes.len()];
        UnitBallots { classes, rates, answers, enough: Answers::Enough, satisfaction, positive: (positive, valid) }
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
                let mark = unit_mark(&self.model.tree, self.nodes, own, &judged[ballot].ratings, unit)?;
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

    /// The mean of one node after trimming; `None` without a valid rating.
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
        if counted == 0 {
            return None;
        }
        let zeros = if self.rules.denominator == Denominator::All { pot.zeros } else { 0 };
        let mean = sum / Exact::from(counted + zeros);
        let mean = self.rules.mean_decimals.map_or(mean.clone(), |decimals| mean.round(decimals));
        dropped_points.sort();
        Some(NodeMean { mean: Points(mean), counted, zeros, trimmed: dropped_points })
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

    /// Trims counted votes of a tally the same way; trimming on "ballot" does not apply to tallies.
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

/// What happens where answers or classes are missing.
struct Policies<'p> {
    rules: &'p BallotRules,
    assessment: &'p Assessment,
    name: &'p str,
    nodes: &'p [Node],
    tree: &'p crate::model::Tree,
}

impl Policies<'_> {
    fn apply(&self, units: &mut [Option<UnitBallots>], findings: &mut Vec<Finding>) {
        for (index, unit) in units.iter_mut().enumerate() {
            if let Some(unit) = unit {
                self.decide(index, unit, findings);
            }
        }
        self.fill_medians(units, findings);
    }

    fn finding(&self, code: Code, unit: usize) -> Finding {
        let unit = &self.assessment.units[unit];
        Finding::new(code).at(unit.at).unit(&unit.code).with("component", self.name)
    }

    /// Too few answers first, then missing classes, then the rates.
    fn decide(&self, index: usize, unit: &mut UnitBallots, findings: &mut Vec<Finding>) {
        let too_few = unit.answers == 0 || unit.answers < self.rules.min_valid;
        if too_few {
            unit.satisfaction = None;
            let expected = format!(">= {}", self.rules.min_valid.max(1));
            let code = match self.rules.too_few {
                TooFew::GroupMedian => {
                    unit.enough = Answers::GroupMedian;
                    Code::W415
                }
                TooFew::Error | TooFew::Flag if unit.answers == 0 => Code::E411,
                TooFew::Error => Code::E414,
                TooFew::Flag => {
                    unit.enough = Answers::Flagged;
                    Code::W415
                }
            };
            findings.push(self.finding(code, index).found(unit.answers).expected(expected));
            if unit.answers == 0 || unit.enough == Answers::GroupMedian {
                return;
            }
        }
        self.check_classes(index, unit, findings);
        self.set_rates(index, unit, findings);
    }

    fn check_classes(&self, index: usize, unit: &mut UnitBallots, findings: &mut Vec<Finding>) {
        let present: Exact = self.present_weight(unit, |c| c.missing.is_none());
        for (class, measure) in self.rules.classes.iter().zip(&mut unit.classes) {
            match measure.missing {
                None => measure.effective_weight = Percent(Exact::from(100) * &class.weight.0 / &present),
                Some(reason) => {
                    let error = self.rules.missing_class == MissingClass::Error && reason != NoResult::Recused;
                    let code = if error { Code::E410 } else { Code::W413 };
                    let finding = self.finding(code, index).with("class", &class.name).with("node", "");
                    findings.push(finding.with("found", Arg::Word(reason_word(reason))));
                }
            }
        }
    }

    fn present_weight(&self, unit: &UnitBallots, keep: impl Fn(&ClassMeasure) -> bool) -> Exact {
        self.rules.classes.iter().zip(&unit.classes).filter(|(_, m)| keep(m)).map(|(c, _)| &c.weight.0).sum()
    }

    /// Score of a node = Σ weight·mean / Σ weight, in percent of the full points.
    fn set_rates(&self, index: usize, unit: &mut UnitBallots, findings: &mut Vec<Finding>) {
        let mut rates = Vec::with_capacity(self.nodes.len());
        for (number, node) in self.nodes.iter().enumerate() {
            let (mut weight, mut sum) = (Exact::zero(), Exact::zero());
            let mut lacking = Vec::new();
            for (class, measure) in self.rules.classes.iter().zip(&unit.classes) {
                match &measure.means[number] {
                    Some(mean) => {
                        weight = weight + &class.weight.0;
                        sum = sum + &class.weight.0 * &mean.mean.0;
                    }
                    None if measure.missing.is_none() => lacking.push(&class.name),
                    None => {}
                }
            }
            let code = self.tree.code(*node);
            if weight.is_zero() {
                findings.push(self.finding(Code::W417, index).with("node", code));
                rates.push(None);
                continue;
            }
            for class in lacking {
                let error = self.rules.missing_class == MissingClass::Error;
                let finding = self.finding(if error { Code::E410 } else { Code::W413 }, index);
                let finding = finding.with("class", class);
                findings.push(finding.with("found", Arg::Word("class.missing.no-rating")).with("node", code));
            }
            rates.push(Some(Percent(Exact::from(100) * &(sum / weight) / &self.rules.full.0)));
        }
        unit.rates = rates;
    }

    /// The median of the group's ranked units with enough answers stands in for units with too few.
    fn fill_medians(&self, units: &mut [Option<UnitBallots>], findings: &mut Vec<Finding>) {
        let mut donors: BTreeMap<usize, Vec<Vec<Percent>>> = BTreeMap::new();
        for (unit, ballots) in self.assessment.units.iter().zip(units.iter()) {
            let Some(ballots) = ballots.as_ref().filter(|b| b.enough == Answers::Enough && unit.mode == Mode::Ranked)
            else {
                continue;
            };
            let group = donors.entry(unit.group).or_insert_with(|| vec![Vec::new(); self.nodes.len()]);
            for (slot, rate) in group.iter_mut().zip(&ballots.rates) {
                slot.extend(rate.clone());
            }
        }
        for (index, unit) in units.iter_mut().enumerate() {
            let Some(unit) = unit.as_mut().filter(|u| u.enough == Answers::GroupMedian) else { continue };
            let group = donors.get(&self.assessment.units[index].group);
            let medians: Vec<Option<Percent>> =
                (0..self.nodes.len()).map(|node| group.and_then(|g| median(&g[node]))).collect();
            if medians.iter().all(Option::is_none) {
                findings.push(self.finding(Code::E416, index).found(unit.answers));
            }
            unit.rates = medians;
        }
    }
}

/// The catalogue key of the reason why a class has no result.
pub const fn reason_word(reason: NoResult) -> &'static str {
    match reason {
        NoResult::NoRating => "class.missing.no-rating",
        NoResult::NoQuorum => "class.missing.no-quorum",
        NoResult::Recused => "class.missing.recused",
    }
}

/// The median; of an even count the mean of the two in the middle. Example: 80, 90, 100 and 60 give 85.
fn median(rates: &[Percent]) -> Option<Percent> {
    let mut sorted = rates.to_vec();
    sorted.sort();
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle].clone()),
        _ => Some(Percent((&sorted[middle - 1].0 + &sorted[middle].0) / Exact::from(2))),
    }
}

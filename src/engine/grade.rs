//! Ranking and grading, in the order of SPEC §9, with every step recorded in the grade path.
//!
//! Rank → threshold → caps and vetoes → promotion → decision → quotas and ties → parallel scale. Pure. A step names its
//! rule, its clause, the values that decided and, for register rows, their place.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::engine::assessment::{Assessment, DecisionRow, Mode, Standing, UnitIx};
use crate::engine::condition::events;
use crate::engine::score::{Measured, UnitScore};
use crate::model::{Model, RankScope, SchemeIx};
use crate::shared::finding::{Code, Describe as _, Finding, Findings};
use crate::shared::number::{Exact, Points, Precision};

pub mod awards;
mod decide;
pub mod path;
pub(crate) mod places;
pub mod rank;
mod settle;

pub use awards::{Contender, Contest, Fate};
pub use path::{Step, StepKind};

use decide::Grader;
use places::{Candidate, Quotas};
use settle::{Rival, Scope};

/// The grade of a unit and how it came about.
#[derive(Clone, Debug)]
pub struct UnitGrade {
    /// The unit.
    pub unit: UnitIx,
    /// Rank within its group; `None` when it is not ranked.
    pub rank_group: Option<usize>,
    /// Rank over all ranked units.
    pub rank_overall: Option<usize>,
    /// Rank within its scheme, where places are counted there.
    pub rank_scheme: Option<usize>,
    /// Index of its grade; `None` while it is deferred.
    pub grade: Option<usize>,
    /// Grade by threshold alone; `None` without grades.
    pub threshold: Option<usize>,
    /// Whether it takes a place of the quotas.
    pub takes_place: bool,
    /// The steps, in order.
    pub path: Vec<Step>,
}

/// The units among which places are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "CircleCells", into = "CircleCells")]
pub enum Circle {
    /// All units.
    All,
    /// Those of a group, by its index.
    Group(usize),
    /// Those of a scheme.
    Scheme(SchemeIx),
}

/// How a [`Circle`] is written.
#[derive(Serialize, Deserialize)]
struct CircleCells {
    group: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    scheme: Option<SchemeIx>,
}

impl From<Circle> for CircleCells {
    fn from(circle: Circle) -> Self {
        match circle {
            Circle::All => Self { group: None, scheme: None },
            Circle::Group(group) => Self { group: Some(group), scheme: None },
            Circle::Scheme(scheme) => Self { group: None, scheme: Some(scheme) },
        }
    }
}

impl From<CircleCells> for Circle {
    fn from(cells: CircleCells) -> Self {
        let scheme = cells.scheme.map(Self::Scheme);
        cells.group.map(Self::Group).or(scheme).unwrap_or(Self::All)
    }
}

impl Circle {
    /// Its name: that of the group or scheme; none for all units.
    pub fn name<'n>(self, model: &'n Model, groups: &'n [String]) -> Option<&'n str> {
        match self {
            Self::All => None,
            Self::Group(group) => groups.get(group).map(String::as_str),
            Self::Scheme(scheme) => model.schemes.get(scheme.0).map(|scheme| scheme.name.as_str()),
        }
    }
}

/// How a quota was used in one scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaUse {
    /// The scope.
    #[serde(flatten)]
    pub circle: Circle,
    /// Index of the grade.
    pub grade: usize,
    /// Its places.
    pub seats: Seats,
}

/// The places of a quota in one scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seats {
    /// Ranked units of the scope.
    pub ranked: usize,
    /// Places for this grade or better.
    pub places: usize,
    /// Units that take one.
    pub taken: usize,
}

/// The result of grading.
#[derive(Clone, Debug, Default)]
pub struct Grading {
    /// By unit, in the order of the scores.
    pub units: Vec<UnitGrade>,
    /// By scope and grade.
    pub quotas: Vec<QuotaUse>,
    /// By award and scope.
    pub awards: Vec<Contest>,
}

/// Ranks and grades all scored units. A model without grades has ranks and awards only: no unit has a path.
pub fn grade(
    model: &Model,
    assessment: &Assessment,
    measured: &Measured,
    scores: &[UnitScore],
) -> (Grading, Vec<Finding>) {
    let mut list = Vec::new();
    let mut findings = Findings::new(&mut list);
    let mut units = rank_units(model, assessment, scores);
    let scopes = scopes(model.rank.scope, assessment, scores);
    let (events, decisions) = (events(&assessment.registers), decisions(assessment));
    let last = last_units(&units, model, &scopes);
    let grader = Grader { model, assessment, measured, scores, events, decisions, last };
    let quotas = if model.grades.is_empty() { Vec::new() } else { grader.grade(&mut units, &scopes, &mut findings) };
    let awards = grader.awards(&mut findings);
    note_equal_totals(assessment, scores, &mut findings);
    (Grading { units, quotas, awards }, list)
}

impl Grader<'_> {
    /// Gives every unit its grade, scope by scope; returns how the quotas were used.
    fn grade(
        &self,
        units: &mut [UnitGrade],
        scopes: &[(Circle, Vec<usize>)],
        findings: &mut Findings<'_>,
    ) -> Vec<QuotaUse> {
        let mut candidates: Vec<Candidate> = Vec::with_capacity(units.len());
        for (index, unit) in units.iter_mut().enumerate() {
            candidates.push(self.candidate(index, unit, findings));
        }
        let mut quotas = Vec::new();
        for (circle, members) in scopes {
            let own: Vec<Candidate> = members.iter().map(|i| candidates[*i].clone()).collect();
            let name = circle.name(self.model, &self.assessment.groups);
            let outcome = places::place(&Quotas::of(self.model, &self.assessment.registers, name, own.len()), &own);
            let precisions = distinct_precisions(self.model.score.published(), &own);
            let mut totals: BTreeMap<&Points, usize> = BTreeMap::new();
            for candidate in &own {
                *totals.entry(&candidate.total).or_default() += 1;
            }
            for ((slot, placed), candidate) in members.iter().zip(&outcome.placed).zip(&own) {
                let rival = Rival { candidate, precisions: &precisions, shares_total: totals[&candidate.total] > 1 };
                self.record(&mut units[*slot], &rival, placed, findings);
            }
            let scope = Scope { name, members, candidates: &own, outcome: &outcome };
            self.report_scope(&scope, findings);
            quotas.extend(quota_uses(*circle, members.len(), &outcome));
        }
        for (index, unit) in units.iter_mut().enumerate() {
            if self.assessment.unit(unit.unit).mode == Mode::Separate {
                self.grade_separate(unit, &candidates[index]);
            }
            self.finish(unit);
        }
        quotas
    }
}

fn decisions(assessment: &Assessment) -> BTreeMap<UnitIx, (usize, &DecisionRow)> {
    let rows = assessment.registers.decisions.iter().enumerate();
    rows.filter(|(_, row)| row.standing == Standing::Approved).map(|(index, row)| (row.unit, (index, row))).collect()
}

fn is_ranked(assessment: &Assessment, score: &UnitScore) -> bool {
    assessment.unit(score.unit).mode == Mode::Ranked
}

/// Ranks within groups and over all; separate units have none.
fn rank_units(model: &Model, assessment: &Assessment, scores: &[UnitScore]) -> Vec<UnitGrade> {
    let mut units: Vec<UnitGrade> = scores
        .iter()
        .map(|score| UnitGrade {
            unit: score.unit,
            rank_group: None,
            rank_overall: None,
            rank_scheme: None,
            grade: None,
            threshold: None,
            takes_place: false,
            path: Vec::new(),
        })
        .collect();
    let ranked: Vec<usize> = (0..scores.len()).filter(|i| is_ranked(assessment, &scores[*i])).collect();
    let ranks_of = |members: &[usize]| {
        let totals: Vec<_> = members.iter().map(|i| &scores[*i].total).collect();
        rank::ranks(&totals, model.rank.method)
    };
    for (index, rank) in ranked.iter().zip(ranks_of(&ranked)) {
        units[*index].rank_overall = Some(rank);
    }
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for index in &ranked {
        groups.entry(&assessment.unit(scores[*index].unit).group).or_default().push(*index);
    }
    for members in groups.values() {
        for (index, rank) in members.iter().zip(ranks_of(members)) {
            units[*index].rank_group = Some(rank);
        }
    }
    if model.rank.scope == RankScope::Scheme {
        for (_, members) in scopes(RankScope::Scheme, assessment, scores) {
            for (index, rank) in members.iter().zip(ranks_of(&members)) {
                units[*index].rank_scheme = Some(rank);
            }
        }
    }
    units
}

/// The scopes of quotas and awards: each group or scheme with ranked units, or all.
fn scopes(scope: RankScope, assessment: &Assessment, scores: &[UnitScore]) -> Vec<(Circle, Vec<usize>)> {
    let groups: BTreeMap<&str, usize> = assessment.groups.iter().enumerate().map(|(i, g)| (g.as_str(), i)).collect();
    let mut scopes: BTreeMap<Circle, Vec<usize>> = BTreeMap::new();
    for (index, score) in scores.iter().enumerate().filter(|(_, s)| is_ranked(assessment, s)) {
        let unit = assessment.unit(score.unit);
        let circle = match scope {
            RankScope::Group => groups.get(unit.group.as_str()).copied().map(Circle::Group),
            RankScope::Scheme => unit.scheme.map(Circle::Scheme),
            RankScope::All => None,
        };
        scopes.entry(circle.unwrap_or(Circle::All)).or_default().push(index);
    }
    scopes.into_iter().collect()
}

/// Every ranked unit that shares the last rank of its scope, in scopes of two or more whose totals are not all equal.
fn last_units(units: &[UnitGrade], model: &Model, scopes: &[(Circle, Vec<usize>)]) -> BTreeSet<usize> {
    let rank = |index: usize| match model.rank.scope {
        RankScope::Group => units[index].rank_group,
        RankScope::Scheme => units[index].rank_scheme,
        RankScope::All => units[index].rank_overall,
    };
    let mut last = BTreeSet::new();
    for (_, members) in scopes.iter().filter(|(_, m)| m.len() >= 2) {
        let worst = members.iter().map(|i| rank(*i)).max();
        let best = members.iter().map(|i| rank(*i)).min();
        if worst != best {
            last.extend(members.iter().copied().filter(|i| Some(rank(*i)) == worst));
        }
    }
    last
}

/// Decimals at which the values of each link of the tie-break chain differ wherever they differ exactly.
fn distinct_precisions(least: Precision, candidates: &[Candidate]) -> Vec<Precision> {
    const MOST: u32 = 60;
    let links = candidates.first().map_or(0, |c| c.tie_break.len());
    (0..links)
        .map(|link| {
            let mut values: Vec<&Exact> = candidates.iter().filter_map(|c| c.tie_break[link].as_ref()).collect();
            values.sort_unstable();
            values.dedup();
            let differ = |own: &Precision| values.windows(2).all(|pair| own.round(pair[0]) != own.round(pair[1]));
            (least.decimals..MOST).map(|decimals| least.at(decimals)).find(differ).unwrap_or_else(|| least.at(MOST))
        })
        .collect()
}

fn quota_uses(circle: Circle, ranked: usize, outcome: &places::Placement) -> Vec<QuotaUse> {
    let taken = |grade: usize| outcome.placed.iter().filter(|p| p.takes_place && p.grade <= grade).count();
    let with_quota = outcome.places.iter().enumerate().filter_map(|(grade, places)| Some((grade, (*places)?)));
    let seats = |grade: usize, places: usize| Seats { ranked, places, taken: taken(grade) };
    with_quota.map(|(grade, places)| QuotaUse { circle, grade, seats: seats(grade, places) }).collect()
}

/// Pairs of ranked units whose totals are equal only by rounding.
fn note_equal_totals(assessment: &Assessment, scores: &[UnitScore], findings: &mut Findings<'_>) {
    let mut ranked: Vec<&UnitScore> = scores.iter().filter(|s| is_ranked(assessment, s)).collect();
    ranked.sort_by(|a, b| (&b.total, &b.exact_total).cmp(&(&a.total, &a.exact_total)).then(a.unit.cmp(&b.unit)));
    for pair in ranked.windows(2) {
        if pair[0].total == pair[1].total && pair[0].exact_total != pair[1].exact_total {
            let (a, b) = (assessment.unit(pair[0].unit), assessment.unit(pair[1].unit));
            let finding = findings.add(Code::N631).at(b.at).unit(&b.code).with("other", &a.code);
            finding.found(&pair[0].total.0).with("exact", pair[1].exact_total.0.fixed(6));
        }
    }
}

//! Ranking and grading, in the order of SPEC §9, with every step recorded in the grade path.
//!
//! Rank → threshold → caps and vetoes → promotion → decision → quotas and ties → parallel scale. Pure. A step names its
//! rule, its clause, the values that decided and, for register rows, their place.

use std::collections::{BTreeMap, BTreeSet};

use crate::assessment::{Assessment, DecisionRow, Mode, Ruling, Standing, UnitIx};
use crate::finding::{Code, Finding};
use crate::model::{Confirm, Model, RankScope, TieBreak};
use crate::number::{Exact, Percent, Points};
use crate::score::UnitScore;

mod condition;
pub mod path;
mod places;
pub mod rank;

pub use path::{Step, StepKind};

use condition::{Facts, events, has_report};
use places::{Candidate, Claim, Event};

/// The grade of a unit and how it came about.
#[derive(Clone, Debug)]
pub struct UnitGrade {
    /// The unit.
    pub unit: UnitIx,
    /// Rank within its group; `None` when it is not ranked.
    pub rank_group: Option<usize>,
    /// Rank over all ranked units.
    pub rank_overall: Option<usize>,
    /// Index of its grade; `None` while it is deferred.
    pub grade: Option<usize>,
    /// Grade by threshold alone.
    pub threshold: usize,
    /// Whether it takes a place of the quotas.
    pub takes_place: bool,
    /// The steps, in order.
    pub path: Vec<Step>,
}

/// How a quota was used in one scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaUse {
    /// Index of the group; `None` when the scope is all units.
    pub group: Option<usize>,
    /// Index of the grade.
    pub grade: usize,
    /// Ranked units of the scope.
    pub ranked: usize,
    /// Places for this grade or better.
    pub places: usize,
    /// Units that take one.
    pub taken: usize,
}

/// The result of grading.
#[derive(Clone, Debug)]
pub struct Grading {
    /// By unit, in the order of the scores.
    pub units: Vec<UnitGrade>,
    /// By scope and grade.
    pub quotas: Vec<QuotaUse>,
}

/// Ranks and grades all scored units.
pub fn grade(model: &Model, assessment: &Assessment, scores: &[UnitScore]) -> (Grading, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut units = rank_units(model, assessment, scores);
    let scopes = scopes(model, assessment, scores);
    let last = last_units(&units, model, &scopes);
    let grader =
        Grader { model, assessment, scores, events: events(&assessment.registers), decisions: decisions(assessment) };
    let mut candidates: Vec<Candidate> = Vec::with_capacity(scores.len());
    for (index, unit) in units.iter_mut().enumerate() {
        candidates.push(grader.candidate(index, unit, last.contains(&index), &mut findings));
    }
    let mut quotas = Vec::new();
    for (group, members) in &scopes {
        let own: Vec<Candidate> = members.iter().map(|i| candidates[*i].clone()).collect();
        let outcome = places::place(model, &own);
        let decimals = distinct_decimals(model.score.decimals, &own);
        let mut totals: BTreeMap<&Points, usize> = BTreeMap::new();
        for candidate in &own {
            *totals.entry(&candidate.total).or_default() += 1;
        }
        for ((slot, placed), candidate) in members.iter().zip(&outcome.placed).zip(&own) {
            let scope = Scope { candidate, decimals: &decimals, shares_total: totals[&candidate.total] > 1 };
            grader.record(&mut units[*slot], &scope, placed, &mut findings);
        }
        grader.report_scope(*group, members, &own, &outcome, &mut findings);
        quotas.extend(quota_uses(*group, members.len(), &outcome));
    }
    for (index, unit) in units.iter_mut().enumerate() {
        if assessment.unit(unit.unit).mode == Mode::Separate {
            grader.grade_separate(unit, &candidates[index]);
        }
        grader.finish(unit);
    }
    note_equal_totals(assessment, scores, &mut findings);
    (Grading { units, quotas }, findings)
}

fn decisions(assessment: &Assessment) -> BTreeMap<UnitIx, &DecisionRow> {
    let counted = assessment.registers.decisions.iter().filter(|row| row.standing == Standing::Approved);
    counted.map(|row| (row.unit, row)).collect()
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
            grade: None,
            threshold: 0,
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
    for group in 0..assessment.groups.len() {
        let members: Vec<usize> =
            ranked.iter().copied().filter(|i| assessment.unit(scores[*i].unit).group == group).collect();
        for (index, rank) in members.iter().zip(ranks_of(&members)) {
            units[*index].rank_group = Some(rank);
        }
    }
    units
}

/// The scopes of quotas: each group with ranked units, or all.
fn scopes(model: &Model, assessment: &Assessment, scores: &[UnitScore]) -> Vec<(Option<usize>, Vec<usize>)> {
    let mut scopes: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for (index, score) in scores.iter().enumerate().filter(|(_, s)| is_ranked(assessment, s)) {
        let group = match model.rank.scope {
            RankScope::Group => Some(assessment.unit(score.unit).group),
            RankScope::All => None,
        };
        scopes.entry(group).or_default().push(index);
    }
    scopes.into_iter().collect()
}

/// Every ranked unit that shares the last rank of its scope, in scopes of two or more whose totals are not all equal.
fn last_units(units: &[UnitGrade], model: &Model, scopes: &[(Option<usize>, Vec<usize>)]) -> BTreeSet<usize> {
    let rank = |index: usize| match model.rank.scope {
        RankScope::Group => units[index].rank_group,
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
fn distinct_decimals(least: u32, candidates: &[Candidate]) -> Vec<u32> {
    const MOST: u32 = 60;
    let links = candidates.first().map_or(0, |c| c.tie_break.len());
    (0..links)
        .map(|link| {
            let mut values: Vec<&Exact> = candidates.iter().filter_map(|c| c.tie_break[link].as_ref()).collect();
            values.sort_unstable();
            values.dedup();
            let differ = |d: u32| values.windows(2).all(|pair| pair[0].round(d) != pair[1].round(d));
            (least..MOST).find(|d| differ(*d)).unwrap_or(MOST)
        })
        .collect()
}

fn quota_uses(group: Option<usize>, ranked: usize, outcome: &places::Outcome) -> Vec<QuotaUse> {
    let taken = |grade: usize| outcome.placed.iter().filter(|p| p.takes_place && p.grade <= grade).count();
    let with_quota = outcome.places.iter().enumerate().filter_map(|(grade, places)| Some((grade, (*places)?)));
    with_quota.map(|(grade, places)| QuotaUse { group, grade, ranked, places, taken: taken(grade) }).collect()
}

/// Pairs of ranked units whose totals are equal only by rounding.
fn note_equal_totals(assessment: &Assessment, scores: &[UnitScore], findings: &mut Vec<Finding>) {
    let mut ranked: Vec<&UnitScore> = scores.iter().filter(|s| is_ranked(assessment, s)).collect();
    ranked.sort_by(|a, b| (&b.total, &b.exact_total).cmp(&(&a.total, &a.exact_total)).then(a.unit.cmp(&b.unit)));
    for pair in ranked.windows(2) {
        if pair[0].total == pair[1].total && pair[0].exact_total != pair[1].exact_total {
            let (a, b) = (assessment.unit(pair[0].unit), assessment.unit(pair[1].unit));
            let finding = Finding::new(Code::N631).at(b.at).unit(&b.code).with("other", &a.code);
            findings.push(finding.found(&pair[0].total.0).with("exact", pair[1].exact_total.0.fixed(6)));
        }
    }
}

struct Grader<'g> {
    model: &'g Model,
    assessment: &'g Assessment,
    scores: &'g [UnitScore],
    events: BTreeSet<(UnitIx, usize)>,
    decisions: BTreeMap<UnitIx, &'g DecisionRow>,
}

/// A candidate among those of its scope.
struct Scope<'s> {
    candidate: &'s Candidate,
    /// Decimals that tell the values of each tie-break link apart.
    decimals: &'s [u32],
    /// Whether another candidate has the same total, so that the tie-break matters.
    shares_total: bool,
}

/// What the caps say of a unit.
struct Capped {
    /// Best grade allowed.
    grade: usize,
    /// A cap of the committee that nobody has settled.
    pending: Vec<usize>,
}

impl Grader<'_> {
    /// Threshold, caps, promotion and decision of one unit, recorded in its path.
    fn candidate(&self, index: usize, unit: &mut UnitGrade, is_last: bool, findings: &mut Vec<Finding>) -> Candidate {
        let score = &self.scores[index];
        let facts = Facts {
            model: self.model,
            unit: self.assessment.unit(score.unit),
            score,
            events: &self.events,
            is_last,
            has_report: has_report(self.assessment, score.unit),
        };
        if let (Some(group), Some(overall)) = (unit.rank_group, unit.rank_overall) {
            let step = Step::new(StepKind::Rank).with("group", group.to_string()).with("overall", overall.to_string());
            unit.path.push(step);
        }
        unit.threshold = self.threshold(score, unit);
        let decision = self.decisions.get(&score.unit).copied();
        let capped = self.caps(&facts, unit, decision, findings);
        let floor = self.promotions(&facts, unit, capped.grade);
        let ruling = self.decide(unit, decision, &capped, findings);
        let grade = floor.map_or(capped.grade, |floor| capped.grade.min(floor));
        let competes = ruling == Claim::Compete;
        Candidate {
            total: score.total.clone(),
            tie_break: self.tie_break(score),
            grade: if competes { grade } else { capped.grade },
            floor: floor.filter(|_| competes),
            ruling,
        }
    }

    fn threshold(&self, score: &UnitScore, unit: &mut UnitGrade) -> usize {
        let found = self.model.grades.iter().position(|grade| grade.at_least <= score.total);
        let grade = found.unwrap_or(self.model.grades.len() - 1);
        let decimals = self.model.score.decimals;
        let rule = &self.model.grades[grade];
        let step = Step::new(StepKind::Threshold).to(grade).clause(rule.clause.as_deref());
        let step = step.with("total", score.total.0.fixed(decimals));
        unit.path.push(step.with("at_least", rule.at_least.to_string()));
        grade
    }

    /// Every cap whose condition holds lowers the grade to at most its own.
    fn caps(
        &self,
        facts: &Facts<'_>,
        unit: &mut UnitGrade,
        decision: Option<&DecisionRow>,
        findings: &mut Vec<Finding>,
    ) -> Capped {
        let mut capped = Capped { grade: unit.threshold, pending: Vec::new() };
        for (index, cap) in self.model.caps.iter().enumerate() {
            let verdict = facts.judge(&cap.when);
            let step = |kind| Step::new(kind).code(&cap.code, &cap.name).clause(cap.clause.as_deref());
            if verdict.unknown {
                unit.path.push(step(StepKind::CapUnknown));
                let finding = Finding::new(Code::W630).at(facts.unit.at).unit(&facts.unit.code);
                findings.push(finding.with("cap", format!("{} {}", cap.code, cap.name)));
            }
            if !verdict.holds {
                continue;
            }
            let before = capped.grade;
            capped.grade = capped.grade.max(cap.at_most);
            let because = verdict.because.join("; ");
            unit.path.push(step(StepKind::Cap).from(before).to(capped.grade).with("because", because));
            if cap.confirm == Confirm::Committee && decision.is_none() {
                capped.pending.push(index);
                let finding = Finding::new(Code::E618).at(facts.unit.at).unit(&facts.unit.code);
                findings.push(finding.with("cap", format!("{} {}", cap.code, cap.name)));
                unit.path.push(step(StepKind::CapPending));
            }
        }
        capped
    }

    /// The best floor of the promotions that hold.
    fn promotions(&self, facts: &Facts<'_>, unit: &mut UnitGrade, capped: usize) -> Option<usize> {
        let mut floor: Option<usize> = None;
        let worst_cap = unit.path.iter().filter(|s| s.kind == StepKind::Cap).filter_map(|s| {
            self.model.caps.iter().find(|cap| Some(&cap.code) == s.code.as_ref()).map(|cap| cap.at_most)
        });
        let worst_cap = worst_cap.max();
        for promotion in &self.model.promotions {
            let verdict = facts.judge(&promotion.when);
            if !verdict.holds {
                continue;
            }
            let step =
                |kind| Step::new(kind).code(&promotion.code, &promotion.name).clause(promotion.clause.as_deref());
            if promotion.unless_capped && worst_cap.is_some_and(|cap| cap > promotion.to) {
                unit.path.push(step(StepKind::PromotionStopped).with("because", verdict.because.join("; ")));
                continue;
            }
            let step = step(StepKind::Promotion).from(capped).to(capped.min(promotion.to));
            unit.path.push(step.with("because", verdict.because.join("; ")).with("floor", promotion.to.to_string()));
            floor = Some(floor.map_or(promotion.to, |best| best.min(promotion.to)));
        }
        floor
    }

    /// A decision pins or defers; a pin above a cap needs 突破上限 with a clause.
    fn decide(
        &self,
        unit: &mut UnitGrade,
        decision: Option<&DecisionRow>,
        capped: &Capped,
        findings: &mut Vec<Finding>,
    ) -> Claim {
        let Some(row) = decision else { return Claim::Compete };
        let kind = match row.ruling {
            Ruling::Pin(_) => StepKind::Decision,
            Ruling::Defer => StepKind::Deferred,
        };
        let mut step = Step::new(kind).from(capped.grade).at(row.at).with("id", row.id.clone());
        step = step.with("document", row.document_number.clone());
        step = step.clause(Some(row.clause.as_str()).filter(|c| !c.is_empty()));
        match row.ruling {
            Ruling::Defer => {
                unit.path.push(step);
                Claim::Defer { takes_place: !row.outside_quota }
            }
            Ruling::Pin(grade) => {
                let cap = self.worst_cap(unit);
                let waived = row.above_cap && !row.clause.is_empty();
                if !waived && cap.is_some_and(|cap| grade < cap) {
                    let code = &self.assessment.unit(unit.unit).code;
                    let finding = Finding::new(Code::E613).at(row.at).unit(code).found(&self.model.grades[grade].name);
                    let best = cap.map_or("", |cap| self.model.grades[cap].name.as_str());
                    findings.push(finding.with("id", &row.id).with("cap", best));
                }
                unit.path.push(step.to(grade));
                Claim::Pin { grade, takes_place: !row.outside_quota }
            }
        }
    }

    /// The worst at_most among the caps that hold.
    fn worst_cap(&self, unit: &UnitGrade) -> Option<usize> {
        let held = unit.path.iter().filter(|s| s.kind == StepKind::Cap);
        held.filter_map(|s| self.model.caps.iter().find(|c| Some(&c.code) == s.code.as_ref())).map(|c| c.at_most).max()
    }

    /// The exact values of the tie-break chain, higher first.
    fn tie_break(&self, score: &UnitScore) -> Vec<Option<Exact>> {
        let value = |tie: &TieBreak| match tie {
            TieBreak::Component(index) => Some(score.rates[*index].0.clone()),
            TieBreak::Node(node) => score.rate(*node, None).map(|Percent(rate)| rate.clone()),
            TieBreak::Satisfaction(index) => score.satisfaction[*index].as_ref().map(|rate| rate.0.clone()),
            TieBreak::FewerDeductions => Some(-score.adjusted.minus.0.clone()),
        };
        self.model.rank.tie_break.iter().map(|(tie, _)| value(tie)).collect()
    }

    /// Writes what the quotas did into the path of a unit.
    fn record(&self, unit: &mut UnitGrade, scope: &Scope<'_>, placed: &places::Placed, findings: &mut Vec<Finding>) {
        let candidate = scope.candidate;
        let mut before = candidate.grade;
        for event in &placed.events {
            unit.path.push(self.place_step(event, before, scope));
            if let Event::TiePending { grade, room, tied } = event {
                let own = self.assessment.unit(unit.unit);
                let finding = Finding::new(Code::E619).at(own.at).unit(&own.code).found(*tied);
                findings.push(finding.with("room", *room).with("grade", &self.model.grades[*grade].name));
            }
            if matches!(
                event,
                Event::NoRoom { .. } | Event::TieExcluded { .. } | Event::TiePending { .. } | Event::BehindTie { .. }
            ) {
                before += 1;
            }
        }
        unit.takes_place = placed.takes_place;
        unit.grade = match candidate.ruling {
            Claim::Defer { .. } => None,
            Claim::Pin { .. } | Claim::Compete => Some(placed.grade),
        };
    }

    fn place_step(&self, event: &Event, before: usize, scope: &Scope<'_>) -> Step {
        let quota = |step: Step, grade: usize| {
            let own = self.model.grades[grade..].iter().find_map(|g| g.quota.as_ref());
            step.clause(own.and_then(|q| q.clause.as_deref()))
        };
        let tie = |step: Step, room: &usize, tied: &usize| {
            let step = step.clause(self.model.rank.clause.as_deref()).with("room", room.to_string());
            step.with("tied", tied.to_string()).with("values", self.deciding_values(scope))
        };
        let drop = |kind| Step::new(kind).from(before).to(before + 1);
        match event {
            Event::Placed { grade, places: None } => Step::new(StepKind::Placed).to(*grade),
            Event::Placed { grade, places: Some(places) } => {
                let step = quota(Step::new(StepKind::Placed).to(*grade), *grade).with("places", places.to_string());
                if scope.shares_total { step.with("values", self.deciding_values(scope)) } else { step }
            }
            Event::OutsideQuota { grade } => Step::new(StepKind::OutsideQuota).to(*grade),
            Event::NoRoom { grade, places } => {
                let step = quota(drop(StepKind::NoRoom), *grade).with("places", places.to_string());
                if scope.shares_total { step.with("values", self.deciding_values(scope)) } else { step }
            }
            Event::TieExcluded { room, tied, .. } => tie(drop(StepKind::TieExcluded), room, tied),
            Event::TiePending { room, tied, .. } => tie(drop(StepKind::TiePending), room, tied),
            Event::TieIncluded { grade, room, tied } => tie(Step::new(StepKind::TieIncluded).to(*grade), room, tied),
            Event::BehindTie { .. } => drop(StepKind::BehindTie).clause(self.model.rank.clause.as_deref()),
            Event::Kept { grade: Some(grade) } => Step::new(StepKind::PlaceKept).to(*grade),
            Event::Kept { grade: None } => Step::new(StepKind::NoPlaceKept),
        }
    }

    /// The tie-break values of a unit, with enough decimals to differ from those of the others.
    fn deciding_values(&self, scope: &Scope<'_>) -> String {
        let links = self.model.rank.tie_break.iter().zip(&scope.candidate.tie_break).zip(scope.decimals);
        let shown = links.map(|(((_, name), value), decimals)| match value {
            Some(value) => format!("{name} {}", value.fixed(*decimals)),
            None => format!("{name} —"),
        });
        shown.collect::<Vec<_>>().join("; ")
    }

    /// What concerns a scope as a whole: too many pins, pins that displace, ties admitted beyond the places.
    fn report_scope(
        &self,
        group: Option<usize>,
        members: &[usize],
        own: &[Candidate],
        outcome: &places::Outcome,
        findings: &mut Vec<Finding>,
    ) {
        let scope = group.map_or("", |g| self.assessment.groups[g].as_str());
        for grade in &outcome.overfull {
            let places = outcome.places[*grade].unwrap_or(0);
            let pins = own
                .iter()
                .zip(&outcome.placed)
                .filter(|(c, p)| matches!(c.ruling, Claim::Pin { takes_place: true, .. }) && p.grade <= *grade);
            let finding = Finding::new(Code::E612).found(pins.count()).expected(format!("<= {places}"));
            let finding = finding.with("scope", scope).with("grade", &self.model.grades[*grade].name);
            let rows = members.iter().filter_map(|i| self.decisions.get(&self.scores[*i].unit)).map(|row| row.at);
            findings.push(rows.fold(finding, Finding::also));
        }
        self.report_displacing(members, own, outcome, findings);
        let included = |p: &&places::Placed| p.events.iter().any(|e| matches!(e, Event::TieIncluded { .. }));
        if let Some(first) = outcome.placed.iter().find(included) {
            let finding =
                Finding::new(Code::W633).with("scope", scope).found(outcome.placed.iter().filter(included).count());
            findings.push(finding.with("grade", &self.model.grades[first.grade].name));
        }
    }

    /// A pin at a grade with a quota displaces whoever dropped from that grade with a higher total.
    fn report_displacing(
        &self,
        members: &[usize],
        own: &[Candidate],
        outcome: &places::Outcome,
        findings: &mut Vec<Finding>,
    ) {
        let dropped_from = |index: usize, grade: usize| {
            outcome.placed[index].events.iter().any(|e| match e {
                Event::NoRoom { grade: g, .. }
                | Event::TieExcluded { grade: g, .. }
                | Event::TiePending { grade: g, .. } => *g == grade,
                _ => false,
            })
        };
        for (index, candidate) in own.iter().enumerate() {
            let Claim::Pin { grade, takes_place: true } = candidate.ruling else { continue };
            let loser = (0..own.len()).find(|other| own[*other].total > candidate.total && dropped_from(*other, grade));
            if let Some(loser) = loser {
                let unit = |i: usize| self.assessment.unit(self.scores[members[i]].unit);
                let row = self.decisions.get(&self.scores[members[index]].unit);
                let place = row.map_or(unit(index).at, |row| row.at);
                let finding = Finding::new(Code::W617).at(place).unit(&unit(index).code);
                findings.push(finding.with("other", &unit(loser).code).with("grade", &self.model.grades[grade].name));
            }
        }
    }

    /// Separate units are graded without ranks, quotas and places.
    fn grade_separate(&self, unit: &mut UnitGrade, candidate: &Candidate) {
        unit.path.push(Step::new(StepKind::Separate));
        unit.grade = match candidate.ruling {
            Claim::Defer { .. } => None,
            Claim::Pin { grade, .. } => Some(grade),
            Claim::Compete => Some(candidate.grade),
        };
    }

    fn finish(&self, unit: &mut UnitGrade) {
        let Some(grade) = unit.grade else {
            unit.path.push(Step::new(StepKind::Ungraded));
            return;
        };
        let mut step = Step::new(StepKind::Final).to(grade);
        if let Some(parallel) = &self.model.grades[grade].parallel {
            step = step.with("parallel", parallel.clone());
        }
        unit.path.push(step);
    }
}

//! Threshold, caps, promotion and decision of one unit, before any quota (SPEC §9.2-§9.5).

use std::collections::{BTreeMap, BTreeSet};

use super::UnitGrade;
use super::path::Step;
use super::places::{Candidate, PlaceClaim};
use crate::engine::assessment::{Assessment, DecisionRow, Ruling, UnitIx};
use crate::engine::condition::{Facts, has_report};
use crate::engine::score::{Measured, UnitScore};
use crate::model::{Confirm, Held, Model, TieBreak};
use crate::shared::finding::{Code, Describe as _, Finding, Findings};
use crate::shared::number::{Exact, Percent};

/// What grading looks at.
pub(super) struct Grader<'g> {
    pub(super) model: &'g Model,
    pub(super) assessment: &'g Assessment,
    pub(super) measured: &'g Measured,
    pub(super) scores: &'g [UnitScore],
    pub(super) events: BTreeSet<(UnitIx, usize)>,
    pub(super) decisions: BTreeMap<UnitIx, (usize, &'g DecisionRow)>,
    /// Units that share the last rank of their scope.
    pub(super) last: BTreeSet<usize>,
}

/// The effect of the caps on a unit.
struct Capped {
    /// Best grade allowed.
    grade: usize,
    /// A cap of the committee that nobody has settled.
    pending: Vec<usize>,
}

impl Grader<'_> {
    /// What conditions look at for a unit.
    pub(super) fn facts(&self, index: usize) -> Facts<'_> {
        let score = &self.scores[index];
        Facts {
            model: self.model,
            unit: self.assessment.unit(score.unit),
            score,
            measured: self.measured,
            events: &self.events,
            is_last: self.last.contains(&index),
            has_report: has_report(self.assessment, score.unit),
        }
    }

    /// Threshold, caps, promotion and decision of one unit, recorded in its path.
    pub(super) fn candidate(&self, index: usize, unit: &mut UnitGrade, findings: &mut Findings<'_>) -> Candidate {
        let score = &self.scores[index];
        let facts = self.facts(index);
        if let (Some(group), Some(overall)) = (unit.rank_group, unit.rank_overall) {
            unit.path.push(Step::Rank { group, overall, scheme: unit.rank_scheme });
        }
        let threshold = self.threshold(score, unit);
        unit.threshold = Some(threshold);
        let decision = self.decisions.get(&score.unit).copied();
        let capped = self.caps(&facts, unit, decision, findings);
        let floor = self.promotions(&facts, unit, capped.grade);
        let ruling = self.decide(unit, decision, &capped, findings);
        let grade = floor.map_or(capped.grade, |floor| capped.grade.min(floor));
        let competes = ruling == PlaceClaim::Compete;
        Candidate {
            total: score.total.clone(),
            tie_break: self.tie_break(score),
            grade: if competes { grade } else { capped.grade },
            floor: floor.filter(|_| competes),
            ruling,
        }
    }

    /// What of the model holds for a unit.
    fn held(&self, score: &UnitScore) -> Held<'_> {
        self.model.of(self.assessment.unit(score.unit).scheme)
    }

    fn threshold(&self, score: &UnitScore, unit: &mut UnitGrade) -> usize {
        let found = self.held(score).reached(&score.total);
        let grade = found.unwrap_or(self.model.grades.len() - 1);
        unit.path.push(Step::Threshold { to: grade });
        grade
    }

    /// Every cap whose condition holds lowers the grade to at most its own.
    fn caps(
        &self,
        facts: &Facts<'_>,
        unit: &mut UnitGrade,
        decision: Option<(usize, &DecisionRow)>,
        findings: &mut Findings<'_>,
    ) -> Capped {
        let start = unit.threshold.unwrap_or(self.held(facts.score).last_grade());
        let mut capped = Capped { grade: start, pending: Vec::new() };
        for (index, cap) in self.model.caps.iter().enumerate() {
            let verdict = cap.when.judge(facts);
            if verdict.unknown {
                unit.path.push(Step::CapUnknown { rule: index });
                let finding = findings.add(Code::W630).at(facts.unit.at).unit(&facts.unit.code);
                finding.with("cap", format!("{} {}", cap.code, cap.name));
            }
            if !verdict.holds {
                continue;
            }
            let before = capped.grade;
            capped.grade = capped.grade.max(cap.at_most);
            let because = verdict.because.join("; ");
            // A cap that lowers nothing now may still block a better grade.
            unit.path.push(Step::Cap { rule: index, from: before, to: capped.grade, because });
            if cap.confirm == Confirm::Committee && decision.is_none() {
                capped.pending.push(index);
                let finding = findings.add(Code::E618).at(facts.unit.at).unit(&facts.unit.code);
                finding.with("cap", format!("{} {}", cap.code, cap.name));
                unit.path.push(Step::CapPending { rule: index });
            }
        }
        capped
    }

    /// The best floor of the promotions that hold.
    fn promotions(&self, facts: &Facts<'_>, unit: &mut UnitGrade, capped: usize) -> Option<usize> {
        let mut floor: Option<usize> = None;
        let worst_cap = self.worst_cap(unit);
        for (rule, promotion) in self.model.promotions.iter().enumerate() {
            let verdict = promotion.when.judge(facts);
            if !verdict.holds {
                continue;
            }
            let because = verdict.because.join("; ");
            if promotion.unless_capped && worst_cap.is_some_and(|cap| cap > promotion.to) {
                unit.path.push(Step::PromotionStopped { rule, because });
                continue;
            }
            unit.path.push(Step::Promotion { rule, from: capped, to: capped.min(promotion.to), because });
            floor = Some(floor.map_or(promotion.to, |best| best.min(promotion.to)));
        }
        floor
    }

    /// A decision pins or defers; a pin above a cap needs 突破上限 with a clause.
    fn decide(
        &self,
        unit: &mut UnitGrade,
        decision: Option<(usize, &DecisionRow)>,
        capped: &Capped,
        findings: &mut Findings<'_>,
    ) -> PlaceClaim {
        let Some((index, row)) = decision else { return PlaceClaim::Compete };
        match row.ruling {
            Ruling::Defer => {
                unit.path.push(Step::Deferred { row: index, from: capped.grade });
                PlaceClaim::Defer { takes_place: !row.outside_quota }
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
                unit.path.push(Step::Decision { row: index, from: capped.grade, to: grade });
                PlaceClaim::Pin { grade, takes_place: !row.outside_quota }
            }
        }
    }

    /// The worst at_most among the caps that hold.
    fn worst_cap(&self, unit: &UnitGrade) -> Option<usize> {
        let held = unit.path.iter().filter_map(|step| match step {
            Step::Cap { rule, .. } => Some(self.model.caps[*rule].at_most),
            _ => None,
        });
        held.max()
    }

    /// The exact values of the tie-break chain, higher first.
    fn tie_break(&self, score: &UnitScore) -> Vec<Option<Exact>> {
        let value = |tie: &TieBreak| match tie {
            TieBreak::Component(index) => score.lack(*index).is_none().then(|| score.rates[*index].0.clone()),
            TieBreak::Node(node) => score.rate(*node, None).map(|Percent(rate)| rate.clone()),
            TieBreak::Satisfaction(index) => score.satisfaction[*index].as_ref().map(|rate| rate.0.clone()),
            TieBreak::FewerDeductions => Some(-&score.adjusted.minus.0),
        };
        self.model.rank.tie_break.iter().map(|link| value(&link.by)).collect()
    }
}

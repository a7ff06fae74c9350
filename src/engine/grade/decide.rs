//! Threshold, caps, promotion and decision of one unit, before any quota (SPEC §9.2-§9.5).

use std::collections::{BTreeMap, BTreeSet};

use super::UnitGrade;
use super::condition::{Facts, has_report};
use super::path::{Step, StepKind};
use super::places::{Candidate, Claim};
use crate::engine::assessment::{Assessment, DecisionRow, Ruling, UnitIx};
use crate::engine::score::UnitScore;
use crate::model::{Confirm, Model, TieBreak};
use crate::shared::finding::{Code, Finding};
use crate::shared::number::{Exact, Percent};

/// What grading looks at.
pub(super) struct Grader<'g> {
    pub(super) model: &'g Model,
    pub(super) assessment: &'g Assessment,
    pub(super) scores: &'g [UnitScore],
    pub(super) events: BTreeSet<(UnitIx, usize)>,
    pub(super) decisions: BTreeMap<UnitIx, &'g DecisionRow>,
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
    pub(super) fn candidate(
        &self,
        index: usize,
        unit: &mut UnitGrade,
        is_last: bool,
        findings: &mut Vec<Finding>,
    ) -> Candidate {
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
            let step_taken = step(StepKind::Cap).from(before).to(capped.grade).with("because", because);
            // A cap that lowers nothing now may still stand in the way of a better grade.
            unit.path.push(step_taken.with("at_most", self.model.grades[cap.at_most].name.clone()));
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
}

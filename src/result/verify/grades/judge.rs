//! Threshold, caps, promotions and decision of one unit, before any place is given (SPEC §9.2-§9.5).

use super::conditions::{Facts, Truth};
use super::ranks::total;
use super::step::Step;
use super::{Case, Court, NodeRates, Ruling};
use crate::model::{Confirm, TieBreak};
use crate::result::outcome::{Mode, Opinion, UnitOutcome};
use crate::result::verify::Checked;
use crate::shared::number::Exact;

impl<'s> Court<'_, 's> {
    /// A unit as it comes to the places, with its path up to there.
    pub(super) fn case(&self, unit: &'s UnitOutcome, nodes: &NodeRates<'s>, checked: &mut Checked) -> Case<'s> {
        let facts = Facts { court: self, unit, nodes };
        let mut steps = Vec::new();
        if let (Some(group), Some(overall)) = (unit.rank_group, unit.rank_overall) {
            steps.push(Step::new("rank").with("group", &group).with("overall", &overall));
        }
        let total = total(unit);
        let threshold = self.threshold(&total, &mut steps);
        let capped = self.caps(&facts, threshold, &mut steps, checked);
        let floor = self.promotions(&facts, &capped, &mut steps);
        let ruling = self.decide(unit, &capped, &mut steps, checked);
        let floor = floor.filter(|_| ruling == Ruling::Free);
        let grade = floor.map_or(capped.grade, |floor| floor.min(capped.grade));
        let chain = self.chain(&facts);
        Case { unit, total, chain, threshold, grade, floor, ruling, takes_place: false, block: 0, steps }
    }

    /// The best grade whose threshold the total reaches; the last one has none.
    fn threshold(&self, total: &Exact, steps: &mut Vec<Step>) -> usize {
        let model = &self.subject.outcome.model;
        let above = model.grades.iter().take_while(|grade| grade.at_least.0 > *total).count();
        let grade = above.min(model.grades.len() - 1);
        let rule = &model.grades[grade];
        let step = Step::new("threshold").to(grade).clause(rule.clause.as_ref());
        steps.push(step.with("total", &total.fixed(model.decimals)).with("at_least", &rule.at_least));
        grade
    }

    /// Every cap that holds, in the order of the model; one that lowers nothing may still stand in the way.
    fn caps(&self, facts: &Facts<'_, '_, 's>, start: usize, steps: &mut Vec<Step>, checked: &mut Checked) -> Capped {
        let model = &self.subject.outcome.model;
        let mut capped = Capped { grade: start, worst: None };
        for cap in &model.caps {
            let step = |kind| Step::of_rule(kind, &cap.code, &cap.name, cap.clause.as_ref());
            let because = match facts.judge(&cap.when) {
                Truth::Fails => continue,
                Truth::Unknown => {
                    steps.push(step("cap-unknown"));
                    continue;
                }
                Truth::Holds(because) => because,
            };
            let lowered = capped.grade.max(cap.at_most);
            let step_taken = step("cap").moves(capped.grade, lowered).with("because", &because.join("; "));
            steps.push(step_taken.with("at_most", self.grade_name(cap.at_most)));
            capped = Capped { grade: lowered, worst: capped.worst.max(Some(cap.at_most)) };
            if cap.confirm == Confirm::Committee && self.subject.decision(facts.unit).is_none() {
                steps.push(step("cap-pending"));
                self.only_in_drafts(facts.unit, "cap-pending", checked);
            }
        }
        capped
    }

    /// What people have to settle stands in drafts only.
    pub(super) fn only_in_drafts(&self, unit: &UnitOutcome, kind: &str, checked: &mut Checked) {
        if !self.subject.outcome.draft {
            checked.same(|| format!("units[{}].path.{kind}", unit.code), "v", "draft");
        }
    }

    /// The best floor among the promotions that hold and that no worse cap stops.
    fn promotions(&self, facts: &Facts<'_, '_, 's>, capped: &Capped, steps: &mut Vec<Step>) -> Option<usize> {
        let mut floors = Vec::new();
        for rule in &self.subject.outcome.model.promotions {
            let Truth::Holds(because) = facts.judge(&rule.when) else { continue };
            let step = |kind| Step::of_rule(kind, &rule.code, &rule.name, rule.clause.as_ref());
            let because = because.join("; ");
            if rule.unless_capped && capped.worst > Some(rule.to) {
                steps.push(step("promotion-stopped").with("because", &because));
                continue;
            }
            let lifted = step("promotion").moves(capped.grade, rule.to.min(capped.grade)).with("because", &because);
            steps.push(lifted.with("floor", self.grade_name(rule.to)));
            floors.push(rule.to);
        }
        floors.into_iter().min()
    }

    /// A decision pins or defers; a pin above a cap needs 突破上限 with a clause.
    fn decide(&self, unit: &'s UnitOutcome, capped: &Capped, steps: &mut Vec<Step>, checked: &mut Checked) -> Ruling {
        let Some(row) = self.subject.decision(unit) else { return Ruling::Free };
        let pinned = self.subject.outcome.model.pinned(row);
        let kind = if pinned.is_some() { "decision" } else { "deferred" };
        let clause = Some(&row.clause).filter(|clause| !clause.is_empty());
        let step = Step { from: Some(capped.grade), ..Step::new(kind) }.clause(clause).at(row.at);
        let step = step.with("id", &row.id).with("document", &row.document_number);
        let seated = !row.outside_quota;
        let Some(name) = pinned else {
            steps.push(step);
            return Ruling::Deferred { seated };
        };
        let place = || format!("units[{}].path.decision", unit.code);
        let Some(grade) = self.subject.grade(name) else {
            checked.same(place, name, "—");
            return Ruling::Free;
        };
        let waived = row.above_cap && !row.clause.is_empty();
        if let Some(worst) = capped.worst.filter(|worst| grade < *worst && !waived) {
            checked.same(place, name, self.grade_name(worst));
        }
        steps.push(step.to(grade));
        Ruling::Pinned { grade, seated }
    }

    /// The exact values of the tie-break chain; of deductions fewer are better.
    fn chain(&self, facts: &Facts<'_, '_, 's>) -> Vec<Option<Exact>> {
        let model = &self.subject.outcome.model;
        let value = |link: &TieBreak| match link {
            TieBreak::Node(node) => facts.over_all(*node),
            TieBreak::Component(index) => {
                let id = &model.components.get(*index)?.id;
                facts.unit.components.get(id).map(|own| own.exact.clone())
            }
            TieBreak::Satisfaction(index) => facts.satisfaction_rate(*index).cloned(),
            TieBreak::FewerDeductions => facts.unit.exact.as_ref().map(|exact| -exact.minus.clone()),
        };
        model.tie_links.iter().map(value).collect()
    }

    /// What departments say, and the grade at the end. A unit of its own kind gets its grade without places.
    pub(super) fn finish(&self, case: &mut Case<'s>, said: &[&Opinion]) {
        if case.unit.mode == Mode::Separate {
            case.steps.push(Step::new("separate"));
            if let Ruling::Pinned { grade, .. } = case.ruling {
                case.grade = grade;
            }
        }
        case.steps.extend(said.iter().map(|row| {
            let step = Step::new("opinion").at(row.at).with("department", &row.department);
            step.with("opinion", &row.written).with("suggested", &row.suggested).with("said", &row.text)
        }));
        if matches!(case.ruling, Ruling::Deferred { .. }) {
            case.steps.push(Step::new("ungraded"));
            return;
        }
        let step = Step::new("final").to(case.grade);
        case.steps.push(match &self.subject.outcome.model.grades[case.grade].parallel {
            Some(parallel) => step.with("parallel", parallel),
            None => step,
        });
    }

    fn grade_name(&self, index: usize) -> &'s str {
        self.subject.outcome.model.grades.get(index).map_or("—", |grade| grade.name.as_str())
    }
}

/// What the caps leave of a grade.
struct Capped {
    grade: usize,
    /// The worst grade to which a cap that holds limits the unit.
    worst: Option<usize>,
}

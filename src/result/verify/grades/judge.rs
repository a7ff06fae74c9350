//! Threshold, caps, promotions and decision of one unit, before any place is given (SPEC §9.2-§9.5).

use std::borrow::Cow;

use super::conditions::{Facts, Truth};
use super::ranks::total;
use super::{Case, Court, NodeRates, Ruling};
use crate::model::{Confirm, TieBreak};
use crate::result::outcome::{self as register, Mode, Step, UnitOutcome};
use crate::result::verify::Checked;
use crate::shared::number::Exact;

impl<'s> Court<'_, 's> {
    /// A unit before places are given, with its path so far.
    pub(super) fn case(&self, unit: &'s UnitOutcome, nodes: &NodeRates<'s>, checked: &mut Checked) -> Case<'s> {
        let facts = Facts { court: self, unit, nodes };
        let mut steps = Vec::new();
        if let (Some(group), Some(overall)) = (unit.rank_group, unit.rank_overall) {
            steps.push(Step::Rank { group, overall, scheme: unit.rank_scheme });
        }
        let total = total(unit);
        let threshold = self.threshold(unit, &total, &mut steps);
        let capped = self.caps(&facts, threshold, &mut steps, checked);
        let floor = self.promotions(&facts, &capped, &mut steps);
        let ruling = self.decide(unit, &capped, &mut steps, checked);
        let floor = floor.filter(|_| ruling == Ruling::Free);
        let grade = floor.map_or(capped.grade, |floor| floor.min(capped.grade));
        let chain = self.chain(&facts);
        Case { unit, total, chain, threshold, grade, floor, ruling, takes_place: false, block: 0, steps }
    }

    /// The best grade whose threshold the total reaches; the last one has none.
    fn threshold(&self, unit: &UnitOutcome, total: &Exact, steps: &mut Vec<Step>) -> usize {
        let (held, model) = (self.subject.outcome.held(unit), &self.subject.outcome.model);
        let above = (0..model.grades.len()).take_while(|grade| held.bar(*grade).0 > *total).count();
        let grade = above.min(model.grades.len() - 1);
        steps.push(Step::Threshold { to: grade });
        grade
    }

    /// Every cap that holds, in the order of the model; one that lowers nothing may still block a better grade.
    fn caps(&self, facts: &Facts<'_, '_, 's>, start: usize, steps: &mut Vec<Step>, checked: &mut Checked) -> Capped {
        let model = &self.subject.outcome.model;
        let mut capped = Capped { grade: start, worst: None };
        for (rule, cap) in model.caps.iter().enumerate() {
            let because = match facts.judge(&cap.when) {
                Truth::Fails => continue,
                Truth::Unknown => {
                    steps.push(Step::CapUnknown { rule });
                    continue;
                }
                Truth::Holds(because) => because,
            };
            let lowered = capped.grade.max(cap.at_most);
            steps.push(Step::Cap { rule, from: capped.grade, to: lowered, because: because.join("; ") });
            capped = Capped { grade: lowered, worst: capped.worst.max(Some(cap.at_most)) };
            if cap.confirm == Confirm::Committee && self.subject.decision(facts.unit).is_none() {
                steps.push(Step::CapPending { rule });
                self.only_in_drafts(facts.unit, "cap-pending", checked);
            }
        }
        capped
    }

    /// Checks that what people still have to settle occurs in drafts only.
    pub(super) fn only_in_drafts(&self, unit: &UnitOutcome, kind: &str, checked: &mut Checked) {
        if !self.subject.outcome.draft {
            checked.same(|| format!("units[{}].path.{kind}", unit.roster.code), "v", "draft");
        }
    }

    /// The best floor among the promotions that hold and that no worse cap stops.
    fn promotions(&self, facts: &Facts<'_, '_, 's>, capped: &Capped, steps: &mut Vec<Step>) -> Option<usize> {
        let mut floors = Vec::new();
        for (rule, promotion) in self.subject.outcome.model.promotions.iter().enumerate() {
            let Truth::Holds(because) = facts.judge(&promotion.when) else { continue };
            let (from, because) = (capped.grade, because.join("; "));
            if promotion.unless_capped && capped.worst > Some(promotion.to) {
                steps.push(Step::PromotionStopped { rule, because });
                continue;
            }
            steps.push(Step::Promotion { rule, from, to: promotion.to.min(from), because });
            floors.push(promotion.to);
        }
        floors.into_iter().min()
    }

    /// A decision pins or defers; a pin above a cap needs 突破上限 with a clause.
    fn decide(&self, unit: &'s UnitOutcome, capped: &Capped, steps: &mut Vec<Step>, checked: &mut Checked) -> Ruling {
        let Some((index, row)) = self.subject.decision(unit) else { return Ruling::Free };
        let (from, seated) = (capped.grade, !row.outside_quota);
        let register::Ruling::Pin(grade) = row.ruling else {
            steps.push(Step::Deferred { row: index, from });
            return Ruling::Deferred { seated };
        };
        let waived = row.above_cap && !row.clause.is_empty();
        if let Some(worst) = capped.worst.filter(|worst| grade < *worst && !waived) {
            let name = |grade| self.subject.outcome.model.grade_name(grade);
            checked.same(|| format!("units[{}].path.decision", unit.roster.code), name(grade), name(worst));
        }
        steps.push(Step::Decision { row: index, from, to: grade });
        Ruling::Pinned { grade, seated }
    }

    /// The exact values of the tie-break chain; of deductions fewer are better.
    fn chain(&self, facts: &Facts<'_, '_, 's>) -> Vec<Option<Exact>> {
        let model = &self.subject.outcome.model;
        let value = |link: &TieBreak| match link {
            TieBreak::Node(node) => facts.over_all(*node).map(Cow::into_owned),
            TieBreak::Component(index) => {
                let id = &model.components.get(*index)?.id;
                facts.unit.components.get(id).map(|own| own.exact.clone())
            }
            TieBreak::Satisfaction(index) => facts.satisfaction_rate(*index).cloned(),
            TieBreak::FewerDeductions => facts.unit.exact.as_ref().map(|exact| -&exact.minus),
        };
        model.rank.tie_break.iter().map(|link| value(&link.by)).collect()
    }

    /// Adds what departments say, and the final grade. A separate unit gets its grade without places.
    pub(super) fn finish(&self, case: &mut Case<'s>, said: &[usize]) {
        if case.unit.roster.mode == Mode::Separate {
            case.steps.push(Step::Separate);
            if let Ruling::Pinned { grade, .. } = case.ruling {
                case.grade = grade;
            }
        }
        case.steps.extend(said.iter().map(|row| Step::Opinion { row: *row }));
        let is_open = matches!(case.ruling, Ruling::Deferred { .. });
        case.steps.push(if is_open { Step::Ungraded } else { Step::Final { to: case.grade } });
    }
}

/// What the caps leave of a grade.
struct Capped {
    grade: usize,
    /// The worst grade to which a cap that holds limits the unit.
    worst: Option<usize>,
}

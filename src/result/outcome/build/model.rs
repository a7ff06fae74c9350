//! The model as far as readers of the result need it.

use std::collections::BTreeMap;

use super::Builder;
use crate::engine::assessment::ComponentInput;
use crate::engine::score::ComponentMeasure;
use crate::model::ballot::Positive;
use crate::model::{ComponentKind, Feedback, Issued, Node, Periods};
use crate::result::outcome::{
    AdjustmentModel, CapModel, ClassModel, CommonProblemModel, ComponentModel, ComponentType, CountingModel,
    FeedbackModel, GradeModel, LeafModel, MarksModel, ModelOutcome, NodeOutcome, OverClaimModel, PromotionModel,
    SelfReportModel,
};

impl Builder<'_> {
    pub(super) fn model(&self) -> ModelOutcome {
        let (model, tree) = (self.model, &self.model.tree);
        let node = |code: &String, name: &String, points: &crate::shared::number::Points| NodeOutcome {
            code: code.clone(),
            name: name.clone(),
            points: points.clone(),
        };
        ModelOutcome {
            title: model.title.clone(),
            period: model.period.clone(),
            issuer: model.issuer.clone(),
            language: model.language,
            as_of: model.as_of.map(|d| d.to_string()),
            hash: model.hash.clone(),
            secrecy: model.secrecy,
            full: model.score.full.clone(),
            min: model.score.min.clone(),
            max: model.score.max.clone(),
            decimals: self.decimals,
            rank_scope: model.rank.scope,
            not_applicable: model.self_report.not_applicable,
            tie_break: model.rank.tie_break.iter().map(|(_, name)| name.clone()).collect(),
            tie_links: model.rank.tie_break.iter().map(|(link, _)| link.clone()).collect(),
            rank_clause: model.rank.clause.clone(),
            self_report: model.indicators_component().map(|_| SelfReportModel {
                missing: model.self_report.missing,
                unverified: model.self_report.unverified,
                missing_evidence: model.self_report.missing_evidence,
            }),
            tie_at_quota: model.rank.tie_at_quota,
            lines: tree.lines.iter().map(|l| node(&l.code, &l.name, &l.points)).collect(),
            aspects: tree.aspects.iter().map(|a| node(&a.code, &a.name, &a.points)).collect(),
            leaves: tree.leaves.iter().map(|leaf| self.leaf_model(leaf)).collect(),
            components: (0..model.components.len()).map(|i| self.component_model(i)).collect(),
            grades: (0..model.grades.len()).map(|i| self.grade_model(i)).collect(),
            caps: model.caps.iter().map(cap).collect(),
            promotions: model.promotions.iter().map(promotion).collect(),
            adjustments: model.adjustments.kinds.iter().map(adjustment).collect(),
            max_bonus: model.adjustments.max_bonus.clone(),
            max_deduction: model.adjustments.max_deduction.clone(),
            over_claim_clause: model.over_claim.as_ref().and_then(|rule| rule.clause.clone()),
            common_problem: model.common_problem.clone().map(|(rate, share)| CommonProblemModel { rate, share }),
            progress_places: model.progress_places,
            appeal_days: model.appeal_days,
            calendar: model.calendar.clone(),
            carry_over: model.carry_over.clone(),
            feedback: feedback(&model.feedback),
            fonts: model.fonts,
            per_item_max: model.adjustments.per_item_max.clone(),
            component_decimals: model.score.component_decimals,
            rank_method: model.rank.method,
            over_claim: model.over_claim.as_ref().map(|rule| OverClaimModel {
                free: rule.free.clone(),
                per: rule.per.clone(),
                points: rule.points.clone(),
                max: rule.max.clone(),
            }),
            values: model.values.clone(),
        }
    }

    fn leaf_model(&self, leaf: &crate::model::Leaf) -> LeafModel {
        LeafModel {
            code: leaf.code.clone(),
            line: self.model.tree.lines[leaf.line].code.clone(),
            aspect: self.model.tree.aspects[leaf.aspect].code.clone(),
            item: leaf.item.clone(),
            name: leaf.name.clone(),
            full: leaf.points.clone(),
            rule: leaf.rule.clone(),
            input: leaf.input,
            evidence: leaf.evidence,
            by_department: !leaf.asked_of_unit,
            department: leaf.department.clone(),
            standard: leaf.standard.clone(),
        }
    }

    fn component_model(&self, index: usize) -> ComponentModel {
        let component = &self.model.components[index];
        let code = |node: &Node| self.model.tree.code(*node).to_owned();
        let (kind, full, classes, nodes, satisfaction) = match (&component.kind, &self.run.measured.components[index]) {
            (ComponentKind::Ballots(rules), ComponentMeasure::Ballots(measure)) => {
                let class = |c: &crate::model::RaterClass| ClassModel {
                    id: c.id.clone(),
                    name: c.name.clone(),
                    weight: c.weight.clone(),
                    recuse: c.recuse,
                    issued_of: match &c.issued {
                        Issued::Units(units, _) => units.clone(),
                        Issued::Class(_) | Issued::Unknown => BTreeMap::new(),
                    },
                };
                let nodes = measure.nodes.iter().map(code).collect();
                let satisfaction = !matches!(rules.positive, Positive::Undeclared);
                (
                    ComponentType::Ballots,
                    Some(rules.full.clone()),
                    rules.classes.iter().map(class).collect(),
                    nodes,
                    satisfaction,
                )
            }
            (ComponentKind::Given(rules), _) => {
                (ComponentType::Given, Some(rules.scale.clone()), Vec::new(), Vec::new(), false)
            }
            _ => (ComponentType::Indicators, None, Vec::new(), Vec::new(), false),
        };
        let (combined, periods) = self.periods(index);
        ComponentModel {
            id: component.id.clone(),
            name: component.name.clone(),
            weight: component.weight.clone(),
            kind,
            full,
            classes,
            nodes,
            satisfaction,
            clause: component.clause.clone(),
            combined,
            periods,
            not_applicable: match &component.kind {
                ComponentKind::Ballots(rules) => Some(rules.not_applicable),
                ComponentKind::Given(rules) => Some(rules.not_applicable),
                ComponentKind::Indicators => None,
            },
            mean_decimals: match &component.kind {
                ComponentKind::Ballots(rules) => rules.mean_decimals,
                _ => None,
            },
            marks: match (&component.kind, &self.run.measured.components[index]) {
                (ComponentKind::Ballots(rules), ComponentMeasure::Ballots(measure)) => Some(MarksModel {
                    scale: measure.scale.clone(),
                    positive: rules.positive.clone(),
                    trim: rules.trim.clone(),
                }),
                _ => None,
            },
            counting: match &component.kind {
                ComponentKind::Ballots(rules) => Some(counting(rules)),
                _ => None,
            },
        }
    }

    /// How the periods of given scores are combined, and the periods in order.
    fn periods(&self, component: usize) -> (Option<Periods>, Vec<String>) {
        let (ComponentKind::Given(rules), ComponentInput::Given(given)) =
            (&self.model.components[component].kind, &self.run.assessment.components[component])
        else {
            return (None, Vec::new());
        };
        (Some(rules.periods), given.periods.clone())
    }

    fn grade_model(&self, index: usize) -> GradeModel {
        let grade = &self.model.grades[index];
        let consequence = self.model.consequences.get(&index).cloned().unwrap_or_default();
        GradeModel {
            name: grade.name.clone(),
            parallel: grade.parallel.clone(),
            at_least: grade.at_least.clone(),
            quota: grade.quota.as_ref().map(|q| q.share.clone()),
            actions: consequence.actions,
            award_quota: consequence.award_quota,
            amount: consequence.amount,
            talk: consequence.talk,
            bars_honours: consequence.bars_honours,
            clause: grade.clause.clone(),
            rounding: grade.quota.as_ref().map(|quota| quota.rounding),
            minimum: grade.quota.as_ref().map_or(0, |quota| quota.minimum),
            minimum_from: grade.quota.as_ref().map_or(0, |quota| quota.minimum_from),
            quota_clause: grade.quota.as_ref().and_then(|quota| quota.clause.clone()),
        }
    }
}

fn cap(cap: &crate::model::Cap) -> CapModel {
    CapModel {
        code: cap.code.clone(),
        name: cap.name.clone(),
        at_most: cap.at_most,
        when: cap.when.clone(),
        confirm: cap.confirm,
        clause: cap.clause.clone(),
    }
}

fn promotion(promotion: &crate::model::Promotion) -> PromotionModel {
    PromotionModel {
        code: promotion.code.clone(),
        name: promotion.name.clone(),
        to: promotion.to,
        when: promotion.when.clone(),
        unless_capped: promotion.unless_capped,
        clause: promotion.clause.clone(),
    }
}

fn adjustment(kind: &crate::model::AdjustmentKind) -> AdjustmentModel {
    AdjustmentModel {
        code: kind.code.clone(),
        name: kind.name.clone(),
        kind: kind.sign,
        clause: kind.clause.clone(),
        max_per_unit: kind.max_per_unit.clone(),
        points: kind.points.clone(),
        levels: kind.levels.clone(),
        partial: kind.partial,
    }
}

fn counting(rules: &crate::model::BallotRules) -> CountingModel {
    CountingModel {
        abstain: rules.abstain.clone(),
        denominator: rules.denominator,
        max_top_share: rules.max_top_share.clone(),
        top_from: rules.top_from.clone(),
        straight_line: rules.straight_line,
        pattern_from: rules.pattern_from,
        quorum: rules.quorum.clone(),
        min_valid: rules.min_valid,
        too_few: rules.too_few,
        missing_class: rules.missing_class,
    }
}

fn feedback(settings: &Feedback) -> FeedbackModel {
    FeedbackModel {
        k_anonymity: settings.k_anonymity,
        min_group: settings.min_group,
        show_rank: settings.show_rank,
        strengths: settings.strengths,
        weaknesses: settings.weaknesses,
        opening: settings.opening.clone(),
        closing: settings.closing.clone(),
        accept_exposed: settings.accept_exposed.clone(),
    }
}

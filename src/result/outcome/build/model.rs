//! The model as far as readers of the result need it.

use std::collections::BTreeMap;

use super::Builder;
use crate::engine::assessment::ComponentInput;
use crate::engine::score::{BallotMeasure, ComponentMeasure};
use crate::model::ballot::Positive;
use crate::model::{
    Aspect, BallotRules, Component, ComponentKind, Consequence, Grade, Issued, Leaf, Line, OverClaim, RaterClass, Tree,
};
use crate::result::outcome::{
    ClassModel, CommonProblemModel, ComponentModel, ComponentType, CountingModel, GradeModel, LeafModel, MarksModel,
    ModelOutcome, NodeOutcome, OverClaimModel, SelfReportModel,
};

impl Builder<'_> {
    /// Of one copy of the model the values go to where readers look for them.
    pub(super) fn model(&self) -> ModelOutcome {
        let model = self.model.clone();
        let is_reported = model.indicators_component().is_some();
        let Tree { lines, aspects, leaves, .. } = model.tree;
        let leaves = leaves.into_iter().map(|leaf| leaf_model(leaf, &lines, &aspects)).collect();
        let (tie_links, tie_break) = model.rank.tie_break.into_iter().unzip();
        let mut consequences = model.consequences;
        let grades = model.grades.into_iter().enumerate();
        let grades = grades.map(|(at, grade)| grade_model(grade, consequences.remove(&at).unwrap_or_default()));
        let (over_claim, over_claim_clause) = model.over_claim.map(over_claim).unzip();
        let components = model.components.into_iter().enumerate();
        ModelOutcome {
            title: model.title,
            period: model.period,
            issuer: model.issuer,
            language: model.language,
            as_of: model.as_of.map(|date| date.to_string()),
            hash: model.hash,
            secrecy: model.secrecy,
            full: model.score.full,
            min: model.score.min,
            max: model.score.max,
            decimals: model.score.decimals,
            rank_scope: model.rank.scope,
            not_applicable: model.self_report.not_applicable,
            tie_break,
            tie_links,
            rank_clause: model.rank.clause,
            self_report: is_reported.then_some(SelfReportModel {
                missing: model.self_report.missing,
                unverified: model.self_report.unverified,
                missing_evidence: model.self_report.missing_evidence,
            }),
            tie_at_quota: model.rank.tie_at_quota,
            lines: lines.into_iter().map(|Line { code, name, points }| NodeOutcome { code, name, points }).collect(),
            aspects: aspects
                .into_iter()
                .map(|Aspect { code, name, points }| NodeOutcome { code, name, points })
                .collect(),
            leaves,
            components: components.map(|(at, component)| self.component_model(at, component)).collect(),
            grades: grades.collect(),
            caps: model.caps,
            promotions: model.promotions,
            adjustments: model.adjustments.kinds,
            max_bonus: model.adjustments.max_bonus,
            max_deduction: model.adjustments.max_deduction,
            over_claim_clause: over_claim_clause.flatten(),
            common_problem: model.common_problem.map(|(rate, share)| CommonProblemModel { rate, share }),
            progress_places: model.progress_places,
            appeal_days: model.appeal_days,
            calendar: model.calendar,
            carry_over: model.carry_over,
            feedback: model.feedback,
            fonts: model.fonts,
            per_item_max: model.adjustments.per_item_max,
            component_decimals: model.score.component_decimals,
            rank_method: model.rank.method,
            over_claim,
            values: model.values,
        }
    }

    /// A component; what its marks lie on and which nodes are measured is known of its inputs.
    fn component_model(&self, index: usize, component: Component) -> ComponentModel {
        let bare = ComponentModel {
            id: component.id,
            name: component.name,
            weight: component.weight,
            clause: component.clause,
            kind: ComponentType::Indicators,
            full: None,
            classes: Vec::new(),
            nodes: Vec::new(),
            satisfaction: false,
            combined: None,
            periods: Vec::new(),
            not_applicable: None,
            mean_decimals: None,
            marks: None,
            counting: None,
        };
        match (component.kind, &self.run.measured.components[index], &self.run.assessment.components[index]) {
            (ComponentKind::Ballots(rules), ComponentMeasure::Ballots(measure), _) => ComponentModel {
                kind: ComponentType::Ballots,
                nodes: measure.nodes.iter().map(|node| self.model.tree.code(*node).to_owned()).collect(),
                satisfaction: !matches!(rules.positive, Positive::Undeclared),
                not_applicable: Some(rules.not_applicable),
                mean_decimals: rules.mean_decimals,
                ..ballots(bare, *rules, measure)
            },
            (ComponentKind::Given(rules), _, ComponentInput::Given(given)) => ComponentModel {
                kind: ComponentType::Given,
                full: Some(rules.scale),
                combined: Some(rules.periods),
                periods: given.periods.clone(),
                not_applicable: Some(rules.not_applicable),
                ..bare
            },
            _ => bare,
        }
    }
}

/// Scale, classes and counting of ballots.
fn ballots(bare: ComponentModel, rules: BallotRules, measure: &BallotMeasure) -> ComponentModel {
    let class = |class: RaterClass| ClassModel {
        id: class.id,
        name: class.name,
        weight: class.weight,
        recuse: class.recuse,
        issued_of: match class.issued {
            Issued::Units(units, _) => units,
            Issued::Class(_) | Issued::Unknown => BTreeMap::new(),
        },
    };
    ComponentModel {
        full: Some(rules.full),
        classes: rules.classes.into_iter().map(class).collect(),
        marks: Some(MarksModel { scale: measure.scale.clone(), positive: rules.positive, trim: rules.trim }),
        counting: Some(CountingModel {
            abstain: rules.abstain,
            denominator: rules.denominator,
            max_top_share: rules.max_top_share,
            top_from: rules.top_from,
            straight_line: rules.straight_line,
            pattern_from: rules.pattern_from,
            quorum: rules.quorum,
            min_valid: rules.min_valid,
            too_few: rules.too_few,
            missing_class: rules.missing_class,
        }),
        ..bare
    }
}

fn leaf_model(leaf: Leaf, lines: &[Line], aspects: &[Aspect]) -> LeafModel {
    LeafModel {
        code: leaf.code,
        line: lines[leaf.line].code.clone(),
        aspect: aspects[leaf.aspect].code.clone(),
        item: leaf.item,
        name: leaf.name,
        full: leaf.points,
        rule: leaf.rule,
        input: leaf.input,
        evidence: leaf.evidence,
        by_department: !leaf.asked_of_unit,
        department: leaf.department,
        standard: leaf.standard,
    }
}

fn grade_model(grade: Grade, consequence: Consequence) -> GradeModel {
    let bare = GradeModel {
        name: grade.name,
        parallel: grade.parallel,
        at_least: grade.at_least,
        actions: consequence.actions,
        award_quota: consequence.award_quota,
        amount: consequence.amount,
        talk: consequence.talk,
        bars_honours: consequence.bars_honours,
        clause: grade.clause,
        quota: None,
        rounding: None,
        minimum: 0,
        minimum_from: 0,
        quota_clause: None,
    };
    let Some(quota) = grade.quota else { return bare };
    GradeModel {
        quota: Some(quota.share),
        rounding: Some(quota.rounding),
        minimum: quota.minimum,
        minimum_from: quota.minimum_from,
        quota_clause: quota.clause,
        ..bare
    }
}

/// The over-claim deduction, and the clause that it rests on.
fn over_claim(rule: OverClaim) -> (OverClaimModel, Option<String>) {
    (OverClaimModel { free: rule.free, per: rule.per, points: rule.points, max: rule.max }, rule.clause)
}

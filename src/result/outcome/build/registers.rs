//! Classes of raters, quotas and register rows of the result document.

use std::collections::BTreeMap;

use super::{Builder, Run};
use crate::engine::assessment::{Register, UnitIx, Verdict};
use crate::engine::score::{ComponentMeasure, RowEnd};
use crate::model::ComponentKind;
use crate::result::outcome::{
    AdjustmentRowOutcome, AppealOutcome, AssertionOutcome, ClassOutcome, CorrectionOutcome, DecisionOutcome,
    DispositionOutcome, OpinionOutcome, QuotaOutcome, RegistersOutcome, TalliedOutcome,
};

impl Builder<'_> {
    pub(super) fn classes(&self) -> BTreeMap<String, Vec<ClassOutcome>> {
        let mut components = BTreeMap::new();
        for (component, measure) in self.model.components.iter().zip(&self.run.measured.components) {
            let (ComponentKind::Ballots(rules), ComponentMeasure::Ballots(measure)) = (&component.kind, measure) else {
                continue;
            };
            let classes = rules.classes.iter().zip(&measure.classes).map(|(class, totals)| ClassOutcome {
                id: class.id.clone(),
                issued: totals.issued,
                returned: totals.returned,
                valid: totals.valid,
                void: totals.void,
                emptied: totals.emptied,
                quorum: rules.quorum.as_ref().and(totals.issued.filter(|_| totals.returned > 0)).map(|_| totals.quorum),
                tallied: TalliedOutcome {
                    rows: totals.tallied.rows,
                    issued: totals.tallied.issued,
                    valid: totals.tallied.valid,
                    invalid: totals.tallied.invalid,
                    without_quorum: totals.tallied.without_quorum,
                },
            });
            components.insert(component.id.clone(), classes.collect());
        }
        components
    }

    pub(super) fn quotas(&self) -> Vec<QuotaOutcome> {
        let quotas = self.run.grading.quotas.iter();
        quotas
            .map(|quota| QuotaOutcome {
                group: quota.group.map(|g| self.run.assessment.groups[g].clone()),
                grade: self.model.grades[quota.grade].name.clone(),
                ranked: quota.ranked,
                places: quota.places,
                taken: quota.taken,
            })
            .collect()
    }

    pub(super) fn registers(&self) -> RegistersOutcome {
        let registers = &self.run.assessment.registers;
        let code = |unit: UnitIx| self.run.assessment.unit(unit).code.clone();
        let endings = self.endings();
        RegistersOutcome {
            adjustments: registers
                .adjustments
                .iter()
                .enumerate()
                .map(|(index, row)| AdjustmentRowOutcome {
                    id: row.id.clone(),
                    unit: code(row.unit),
                    code: self.model.adjustments.kinds[row.kind].code.clone(),
                    event: row.register == Register::Events,
                    declared: row.register == Register::Declarations,
                    matter: row.matter.clone(),
                    level: row.level.clone(),
                    claimed: row.claimed.clone(),
                    approved: row.approved.clone(),
                    document: row.document.clone(),
                    document_number: row.document_number.clone(),
                    issued_by: row.issued_by.clone(),
                    date: row.date.map(|d| d.to_string()),
                    approval_number: row.approval_number.clone(),
                    remark: row.remark.clone(),
                    links: row.links.value.clone(),
                    standing: row.standing,
                    outcome: endings.get(&index).copied().unwrap_or(RowEnd::NotAssessed),
                    at: row.at,
                })
                .collect(),
            decisions: registers.decisions.iter().map(|row| self.decision(row)).collect(),
            corrections: registers.corrections.iter().map(|row| self.correction(row)).collect(),
            appeals: registers
                .appeals
                .iter()
                .map(|row| AppealOutcome {
                    id: row.id.clone(),
                    unit: code(row.unit),
                    target: row.target.clone(),
                    request: row.request.clone(),
                    received: row.received.map(|d| d.to_string()),
                    conclusion: row.conclusion.clone(),
                    outcome: row.ending,
                    handled_by: row.handled_by.value.clone(),
                    settled_by: row.settled_by.iter().map(|(name, id)| ((*name).to_owned(), id.clone())).collect(),
                    document_number: row.document_number.clone(),
                    at: row.at,
                })
                .collect(),
            dispositions: registers.dispositions.iter().map(|row| self.disposition(row)).collect(),
            assertions: registers.assertions.iter().map(|row| self.assertion(row)).collect(),
        }
    }

    pub(super) fn opinions(&self) -> Vec<OpinionOutcome> {
        let opinions = self.run.assessment.opinions.iter();
        opinions
            .map(|opinion| OpinionOutcome {
                unit: self.run.assessment.unit(opinion.unit).code.clone(),
                department: opinion.department.clone(),
                suggested: opinion.suggested.clone(),
                stance: opinion.stance,
                written: opinion.written.clone(),
                text: opinion.text.clone(),
                at: opinion.at,
            })
            .collect()
    }

    fn assertion(&self, row: &crate::engine::assessment::AssertionRow) -> AssertionOutcome {
        let Run { assessment, scores, grading, .. } = self.run;
        let compared = crate::engine::assertions::compare(self.model, assessment, (scores, grading), row);
        AssertionOutcome {
            unit: assessment.unit(row.unit).code.clone(),
            place: row.written.clone(),
            expected: compared.expected,
            found: compared.found,
            standing: if compared.agrees { "agreed" } else { "differs" }.to_owned(),
            at: row.expected.at,
        }
    }

    /// How each adjustment row ended, by its index in the register.
    fn endings(&self) -> BTreeMap<usize, RowEnd> {
        let rows = self.run.scores.iter().flat_map(|score| &score.adjusted.rows);
        rows.filter_map(|outcome| Some((outcome.row?, outcome.end.row()))).collect()
    }

    fn decision(&self, row: &crate::engine::assessment::DecisionRow) -> DecisionOutcome {
        DecisionOutcome {
            id: row.id.clone(),
            unit: self.run.assessment.unit(row.unit).code.clone(),
            grade: row.grade_in(self.model).map(str::to_owned),
            outside_quota: row.outside_quota,
            above_cap: row.above_cap,
            clause: row.clause.clone(),
            document_number: row.document_number.clone(),
            date: row.date.map(|d| d.to_string()),
            links: row.links.value.clone(),
            standing: row.standing,
            at: row.at,
        }
    }

    fn disposition(&self, row: &crate::engine::assessment::DispositionRow) -> DispositionOutcome {
        DispositionOutcome {
            id: row.id.clone(),
            file: row.file.clone(),
            sheet: row.sheet.clone(),
            unit: row.unit.map(|unit| self.run.assessment.unit(unit).code.clone()),
            rater: row.rater.clone(),
            node: row.node.clone(),
            mark: match &row.verdict {
                Verdict::Void => None,
                Verdict::Mark(word) => Some(word.clone()),
            },
            grounds: row.grounds.clone(),
            document_number: row.document_number.clone(),
            standing: row.standing,
            settles: row.settles,
            at: row.at,
        }
    }

    fn correction(&self, row: &crate::engine::assessment::CorrectionRow) -> CorrectionOutcome {
        CorrectionOutcome {
            id: row.id.clone(),
            unit: self.run.assessment.unit(row.unit).code.clone(),
            target: row.target.name_in(self.model).to_owned(),
            old: row.old.value.clone(),
            new: row.new.value.clone(),
            reason: row.reason.clone(),
            document_number: row.document_number.clone(),
            links: row.links.value.clone(),
            standing: row.standing,
            at: row.at,
        }
    }
}

//! Classes of raters, quotas and rows of 核对 of the result document.

use std::collections::BTreeMap;

use super::{Builder, Run};
use crate::engine::assertions::{self, Compared};
use crate::engine::score::ComponentMeasure;
use crate::model::ComponentKind;
use crate::result::outcome::{AssertionOutcome, ClassOutcome, QuotaOutcome, TalliedOutcome};

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

    /// What the rows of 核对 came to.
    pub(super) fn assertions(&self) -> Vec<AssertionOutcome> {
        let Run { assessment, scores, grading, .. } = self.run;
        let run = assertions::Run { model: self.model, assessment, scores, grading };
        let rows = assessment.registers.assertions.iter();
        rows.map(|row| {
            let Compared { found, expected, agrees } = run.compare(row);
            let place = row.written.clone();
            AssertionOutcome { unit: row.unit, place, expected, found, agrees, at: row.expected.at }
        })
        .collect()
    }
}

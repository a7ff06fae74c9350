//! Components as a whole and rows of 核对 of the result document.

use super::{Builder, Run};
use crate::engine::assertions::{self, Compared};
use crate::result::outcome::{AssertionOutcome, ComponentTotals};

impl Builder<'_> {
    /// Totals over the inputs of each component.
    pub(super) fn totals(&self) -> Vec<ComponentTotals> {
        self.run.measured.components.iter().map(ComponentTotals::of).collect()
    }

    /// The results of the rows of 核对.
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

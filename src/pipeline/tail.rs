//! The end of every run: from what was measured to totals and grades, with the findings that only they show.
//!
//! Scoring, re-grading and a change of the method differ in where measured values come from; from here on they are one.

use crate::check::{self, echoes};
use crate::engine::assertions;
use crate::engine::assessment::Assessment;
use crate::engine::grade::{self, Grading};
use crate::engine::score::{self, Measured, UnitScore};
use crate::model::Model;
use crate::result::outcome::{self, Outcome, Run};
use crate::shared::finding::{Finding, Findings, Severity, any, made_anew};
use crate::shared::place::Files;

/// What a run has measured.
pub(super) struct Tail<'t> {
    /// The model.
    pub(super) model: &'t Model,
    /// The checked inputs.
    pub(super) assessment: &'t Assessment,
    /// What they measured.
    pub(super) measured: &'t Measured,
}

impl Tail<'_> {
    /// Totals and grades. Findings that follow from errors before them are left out, and rows of 核对 are compared only where
    /// there is no error: values that depend on errors prove nothing. `findings` come out sorted.
    pub(super) fn judge(&self, files: &Files, findings: &mut Vec<Finding>) -> (Vec<UnitScore>, Grading) {
        let Self { model, assessment, measured } = *self;
        let (scores, in_totals) = score::total(model, assessment, measured);
        let (grading, in_grades) = grade::grade(model, assessment, measured, &scores);
        let later = in_totals.into_iter().chain(in_grades).collect();
        let start = findings.len();
        let trustworthy = echoes::trustworthy(findings, later);
        findings.extend(trustworthy);
        if !any(findings, Severity::Error) {
            let run = assertions::Run { model, assessment, scores: &scores, grading: &grading };
            assertions::check(run, &mut Findings::new(findings));
        }
        made_anew(findings, start);
        check::settle(model, files, findings);
        (scores, grading)
    }

    /// The document of values that were checked before, without findings and without the name of a version.
    pub(super) fn document(&self, files: &Files, found: usize) -> Outcome {
        let Self { model, assessment, measured } = *self;
        let (scores, _) = score::total(model, assessment, measured);
        let (grading, _) = grade::grade(model, assessment, measured, &scores);
        let run = Run {
            model,
            assessment,
            measured,
            scores: &scores,
            grading: &grading,
            findings: &[],
            files,
            found,
            version: String::new(),
            parent: None,
            draft: false,
        };
        outcome::build(&run).0
    }
}

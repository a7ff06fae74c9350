//! The end of every run: from what was measured to totals and grades, with the findings that only they show.
//!
//! Scoring, re-grading and a change of the method differ in where measured values come from; from here on they are one.

use std::borrow::Cow;

use super::exposure;
use crate::check::{self, echoes};
use crate::engine::assertions;
use crate::engine::assessment::Assessment;
use crate::engine::grade::{self, Grading};
use crate::engine::score::{self, Leaves, Measured, UnitScore};
use crate::model::Model;
use crate::result::outcome::{self, Name, Outcome, Run};
use crate::shared::finding::{Finding, Findings, Message, Severity, Stage, any, made_anew};
use crate::shared::place::Files;

/// What a run has measured.
pub(super) struct Tail<'t> {
    /// The model.
    pub(super) model: &'t Model,
    /// The checked inputs.
    pub(super) assessment: &'t Assessment,
    /// What they measured.
    pub(super) measured: &'t Measured,
    /// The result that is calculated again, if one is.
    pub(super) before: Option<&'t Outcome>,
}

impl Tail<'_> {
    /// Totals and grades, from the leaves that were measured. Findings that follow from errors before them are left out, and
    /// rows of 核对 are compared only where there is no error: values that depend on errors prove nothing. `findings` come out
    /// sorted.
    pub(super) fn judge(
        &self,
        leaves: Cow<'_, [Leaves]>,
        files: &Files,
        findings: &mut Vec<Finding>,
    ) -> (Vec<UnitScore>, Grading) {
        let Self { model, assessment, measured, .. } = *self;
        let (mut scores, in_totals) = score::total(model, assessment, measured, leaves);
        let (grading, in_grades) = grade::grade(model, assessment, measured, &scores);
        let later = in_totals.into_iter().chain(in_grades).collect();
        let start = findings.len();
        let trustworthy = echoes::trustworthy(findings, later);
        findings.extend(trustworthy);
        if !any(findings, Severity::Error) {
            let run = assertions::Run { model, assessment, scores: &scores, grading: &grading };
            assertions::check(run, &mut Findings::new(findings));
        }
        scores.iter_mut().for_each(UnitScore::drop_parts);
        made_anew(findings, start);
        check::settle(model, files, findings);
        (scores, grading)
    }

    /// The document of values that were checked before, without findings.
    pub(super) fn unchecked(&self, files: &Files, found: usize, name: Name<'_>) -> Outcome {
        let Self { model, assessment, measured, .. } = *self;
        let (scores, _) = score::total(model, assessment, measured, Cow::Borrowed(&measured.leaves));
        let (grading, _) = grade::grade(model, assessment, measured, &scores);
        self.document(Judged { scores: Cow::Owned(scores), grading: &grading, findings: &[], files, found }, name).0
    }

    /// The result document under a name, and sums of it that do not add up.
    fn document(&self, judged: Judged<'_>, name: Name<'_>) -> (Outcome, Vec<Finding>) {
        let Self { model, assessment, measured, before } = *self;
        let Judged { scores, grading, findings, files, found } = judged;
        outcome::build(Run { model, assessment, measured, scores, grading, findings, files, found, name, before })
    }

    /// Like [`Tail::document`], with a finding, in the document as well, if marks can be worked out from its letters.
    pub(super) fn examined(&self, judged: Judged<'_>, name: Name<'_>) -> (Outcome, Vec<Finding>) {
        let (findings, files) = (judged.findings, judged.files);
        let (mut outcome, mut later) = self.document(judged, name);
        // A result that depends on errors proves nothing about letters.
        if !any(findings, Severity::Error)
            && let Some(mut exposed) = exposure::finding(&outcome)
        {
            exposed.stage = Stage::Result;
            let message = exposed.say(self.model.language, files);
            let is_before = |own: &Message| (own.severity, own.code) < (message.severity, message.code);
            let place = outcome.findings.partition_point(is_before);
            outcome.findings.insert(place, message);
            later.push(exposed);
        }
        (outcome, later)
    }
}

/// Totals and grades of a run, and what was found on the way to them.
pub(super) struct Judged<'t> {
    /// Totals; those that are not needed any more move into the document.
    pub(super) scores: Cow<'t, [UnitScore]>,
    /// Ranks and grades.
    pub(super) grading: &'t Grading,
    /// All findings, sorted.
    pub(super) findings: &'t [Finding],
    /// All files.
    pub(super) files: &'t Files,
    /// How many files were found.
    pub(super) found: usize,
}

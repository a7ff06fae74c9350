//! Builds the result document from the values of a run.

use std::borrow::Cow;

use super::{HandedIn, Outcome, Rate, Reconciliation, SCHEMA, reconcile};
use crate::engine::assessment::{Assessment, UnitIx};
use crate::engine::grade::Grading;
use crate::engine::score::{Measured, UnitScore};
use crate::model::Model;
use crate::shared::coded::ByCode;
use crate::shared::finding::Finding;
use crate::shared::number::{Percent, Precision};
use crate::shared::place::Files;
use crate::shared::text::Label;

mod registers;
mod unit;

/// The values of a run, from which a result document is made.
pub struct Run<'r> {
    /// The model.
    pub model: &'r Model,
    /// The checked inputs.
    pub assessment: &'r Assessment,
    /// What they measured.
    pub measured: &'r Measured,
    /// Totals, in the order of the roster; those that are not needed any more move into the document.
    pub scores: Cow<'r, [UnitScore]>,
    /// Ranks and grades, in the same order.
    pub grading: &'r Grading,
    /// All findings, sorted.
    pub findings: &'r [Finding],
    /// All files.
    pub files: &'r Files,
    /// How many files were found.
    pub found: usize,
    /// Under which name.
    pub name: Name<'r>,
    /// A result of the same units, if there is one: what comes out as it is there is held by both.
    pub before: Option<&'r Outcome>,
}

/// What a result document is named.
#[derive(Clone, Copy, Debug)]
pub struct Name<'n> {
    /// `v001` or `draft`.
    pub version: &'n str,
    /// The version it follows.
    pub parent: Option<&'n str>,
    /// Whether it is a draft.
    pub draft: bool,
}

/// Makes the result document; sums that do not add up are findings.
pub fn build(mut run: Run<'_>) -> (Outcome, Vec<Finding>) {
    // They ask for the totals, which then move into the units.
    let assertions = Builder::of(&run).assertions();
    let scores = std::mem::take(&mut run.scores).into_owned();
    let (run, builder) = (&run, Builder::of(&run));
    let mut scored = scores.into_iter().zip(&run.grading.units).peekable();
    let mut units = Vec::with_capacity(run.assessment.units.len());
    for (index, unit) in run.assessment.units.iter().enumerate() {
        let own = scored.next_if(|(score, _)| score.unit == UnitIx(index));
        let mut own = match own {
            Some((score, grade)) => builder.unit(unit, score, grade),
            None => builder.bare_unit(unit, index),
        };
        if let Some(before) = run.before.and_then(|before| before.units.get(index)) {
            own.join(before);
        }
        units.push(own);
    }
    let leaves = |unit: UnitIx| &units[unit.0].leaves;
    let handed_in = HandedIn::of(run.model, run.assessment, leaves);
    let mut outcome = Outcome {
        schema: SCHEMA.to_owned(),
        version: run.name.version.to_owned(),
        parent: run.name.parent.map(str::to_owned),
        chain: Vec::new(),
        draft: run.name.draft,
        model: run.model.clone(),
        files: run.files.clone(),
        groups: run.assessment.groups.clone(),
        units,
        components: builder.totals(),
        handed_in,
        raters: run.assessment.raters.iter().cloned().collect(),
        quotas: run.grading.quotas.clone(),
        awards: run.grading.awards.clone(),
        registers: run.assessment.registers.clone(),
        assertions,
        opinions: run.assessment.opinions.clone(),
        findings: run.findings.iter().map(|f| f.say(run.model.language, run.files)).collect(),
        reconciliation: Reconciliation::default(),
    };
    let (sums, findings) = reconcile::reconcile(&outcome, run.found);
    outcome.reconciliation = sums;
    (outcome, findings)
}

struct Builder<'b> {
    run: &'b Run<'b>,
    model: &'b Model,
    published: Precision,
}

impl<'b> Builder<'b> {
    const fn of(run: &'b Run<'b>) -> Self {
        Self { run, model: run.model, published: run.model.score.published() }
    }

    fn rate(&self, rate: Option<&Percent>) -> Option<Rate> {
        rate.map(|rate| Rate::new(rate, self.published))
    }

    /// Rates by node code.
    fn rates<'c>(&self, codes: impl Iterator<Item = &'c String>, rates: &[Option<Percent>]) -> ByCode<Option<Rate>> {
        codes.map(Label::from).zip(rates.iter().map(|rate| self.rate(rate.as_ref()))).collect()
    }
}

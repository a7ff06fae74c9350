//! What a status is made from: what a computed project and the result of a version both say.

use std::borrow::Cow;

use crate::engine::assessment::{Opinion, Registers, Unit, UnitIx};
use crate::engine::score::Leaves;
use crate::model::Model;
use crate::pipeline::Computed;
use crate::result::outcome::{ComponentTotals, HandedIn, Outcome};
use crate::shared::finding::{Message, Trait};
use crate::shared::i18n::Lang;
use crate::shared::place::Files;

/// What is known of a project.
pub struct Facts<'f> {
    pub(super) model: &'f Model,
    pub(super) files: &'f Files,
    /// In the order of the roster.
    pub(super) units: Vec<&'f Unit>,
    /// How many of the units take part.
    pub(super) assessed: usize,
    pub(super) handed_in: Cow<'f, HandedIn>,
    /// By component.
    pub(super) totals: Cow<'f, [ComponentTotals]>,
    pub(super) registers: &'f Registers,
    pub(super) opinions: &'f [Opinion],
    pub(super) findings: Vec<Message>,
    /// The language of the findings.
    pub(super) lang: Lang,
}

impl<'f> Facts<'f> {
    /// What a computed project says, whatever its errors.
    pub fn computed(computed: &'f Computed, lang: Lang) -> Self {
        let Computed { model, files, assessment, measured, scores, findings, .. } = computed;
        let none = Leaves::default();
        let leaves = |unit: UnitIx| {
            let own = scores.binary_search_by_key(&unit, |score| score.unit);
            own.map_or(&none, |at| &scores[at].leaves)
        };
        Self {
            model,
            files,
            units: assessment.units.iter().collect(),
            assessed: assessment.assessed().count(),
            handed_in: Cow::Owned(HandedIn::of(model, assessment, leaves)),
            totals: measured.components.iter().map(ComponentTotals::of).collect(),
            registers: &assessment.registers,
            opinions: &assessment.opinions,
            findings: findings.iter().map(|finding| finding.say(lang, files)).collect(),
            lang,
        }
    }

    /// What the result of a version says, in the language of its model. Findings about the finished document are left out:
    /// a computed project has none. Of the records of units no more is needed than [`units_of`](Self::units_of) says.
    pub fn recorded(outcome: &'f Outcome) -> Self {
        let sums = &outcome.reconciliation.units;
        let findings = outcome.findings.iter().filter(|own| !own.code.has(Trait::told_when_written));
        Self {
            model: &outcome.model,
            files: &outcome.files,
            units: outcome.units.iter().map(|unit| &unit.roster).collect(),
            assessed: sums.roster.saturating_sub(sums.excluded),
            handed_in: Cow::Borrowed(&outcome.handed_in),
            totals: Cow::Borrowed(&outcome.components),
            registers: &outcome.registers,
            opinions: &outcome.opinions,
            findings: findings.cloned().collect(),
            lang: outcome.model.language,
        }
    }

    /// The units of which more must be read than their names: the contacts of those that did not hand something in.
    pub fn units_of(outcome: &Outcome) -> Vec<UnitIx> {
        outcome.handed_in.missing().collect()
    }

    /// The row of a unit in the roster.
    pub(super) fn unit(&self, unit: UnitIx) -> &'f Unit {
        self.units[unit.0]
    }
}

//! Limits on the rates of components (SPEC §19.8): right after the rate, before anything else acts on it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Measured, UnitScore};
use crate::engine::assessment::{Assessment, UnitIx};
use crate::engine::condition::{Facts, events, has_report};
use crate::model::{Held, Model};
use crate::shared::finding::{Code, Describe as _, Findings};
use crate::shared::number::Percent;

/// The limit that holds for a component of a unit; of several the lowest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limited {
    /// Its index among the limits of the component.
    pub limit: usize,
    /// The highest rate that it allows, in percent.
    pub at_most: Percent,
    /// The rate as it was measured.
    pub measured: Percent,
    /// What was looked at, as `name value`.
    pub because: String,
}

impl Limited {
    /// The rate within the limit.
    pub(super) fn bound(&self, rate: Percent) -> Percent {
        Percent(rate.0.at_most(&self.at_most.0))
    }

    /// Whether it lowers the rate.
    pub fn lowers(&self) -> bool {
        self.measured > self.at_most
    }
}

/// What the limits of all components look at.
pub(super) struct Limits<'l> {
    model: &'l Model,
    assessment: &'l Assessment,
    measured: &'l Measured,
    events: BTreeSet<(UnitIx, usize)>,
}

impl<'l> Limits<'l> {
    /// None if no component has any.
    pub(super) fn new(model: &'l Model, assessment: &'l Assessment, measured: &'l Measured) -> Option<Self> {
        let has_any = model.components.iter().any(|own| !own.limits.is_empty());
        has_any.then(|| Self { model, assessment, measured, events: events(&assessment.registers) })
    }

    /// The limit that holds for each component of a unit, whose nodes, leaves and adjustments are known.
    pub(super) fn of(&self, score: &UnitScore, held: Held<'_>, findings: &mut Findings<'_>) -> Vec<Option<Limited>> {
        let unit = self.assessment.unit(score.unit);
        let facts = Facts {
            model: self.model,
            unit,
            score,
            measured: self.measured,
            events: &self.events,
            // Nobody has a rank yet, and no limit asks for one.
            is_last: false,
            has_report: has_report(self.assessment, score.unit),
        };
        let mut limited = Vec::with_capacity(self.model.components.len());
        for (component, (own, nodes)) in self.model.components.iter().zip(&score.nodes).enumerate() {
            let Some(measured) = nodes.unit.as_ref().filter(|_| held.weight(component).is_some()) else {
                limited.push(None);
                continue;
            };
            let mut lowest: Option<Limited> = None;
            for (limit, rule) in own.limits.iter().enumerate() {
                let verdict = rule.when.judge(&facts);
                if verdict.unknown {
                    let finding = findings.add(Code::W441).at(unit.at).with("component", &own.name);
                    finding.with("limit", &rule.at_most.0);
                }
                let is_lowest = lowest.as_ref().is_none_or(|lowest| rule.at_most < lowest.at_most);
                if verdict.holds && is_lowest {
                    let because = verdict.because.join("; ");
                    lowest =
                        Some(Limited { limit, at_most: rule.at_most.clone(), measured: measured.clone(), because });
                }
            }
            limited.push(lowest);
        }
        limited
    }
}

//! The tail of a component: from the measured rate of a unit to the one that counts (SPEC §19.2, §19.3, §19.15).
//!
//! One order: rate → coefficient → convert → `component_decimals` → correction. Converting compares units, so it is a pass
//! over all of them between measuring and totals; like totals it starts from what was measured, so that a re-grade repeats it.

use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::field::{self, Values};
use crate::engine::assessment::Unit;
use crate::model::field::FieldStanding;
use crate::model::{Component, Convert, Model};
use crate::shared::finding::{Code, Describe as _, Findings};
use crate::shared::number::{Exact, Percent};
use crate::shared::words::words;

/// A step of the tail of a component, with the rate after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum TailStep {
    /// The rate of the unit as it was measured.
    Measured {
        /// In percent.
        rate: Percent,
    },
    /// Times the coefficients of the unit, at most the highest rate.
    Multiplied {
        /// The product of the coefficients.
        coefficient: Exact,
        /// The rate after it.
        rate: Percent,
    },
    /// Measured by the rates of other units.
    Converted {
        /// Where the rate before stands in its field.
        standing: FieldStanding,
        /// The rate after it.
        rate: Percent,
    },
    /// Rounded to `component_decimals`.
    Rounded {
        /// The rate after it.
        rate: Percent,
    },
    /// Replaced by a correction.
    Corrected {
        /// The rate after it.
        rate: Percent,
    },
}

impl TailStep {
    /// The rate after the step.
    pub const fn rate(&self) -> &Percent {
        match self {
            Self::Measured { rate }
            | Self::Multiplied { rate, .. }
            | Self::Converted { rate, .. }
            | Self::Rounded { rate }
            | Self::Corrected { rate } => rate,
        }
    }
}

words! {
    /// Why a unit lacks a component.
    pub enum Lack {
        /// It does not apply to the unit.
        Inapplicable = "inapplicable",
        /// It has no score at all.
        Missing = "missing",
    }
}

/// What a unit has instead of the weights of its scheme, where it lacks components.
#[derive(Clone, Debug)]
pub struct Lacking {
    /// Why, by component.
    pub lacks: Vec<Option<Lack>>,
    /// The weights in percent of the components that it has: those of the scheme, scaled up to 100.
    pub weights: Vec<Option<Percent>>,
}

/// The rate of a unit in one component on its way; steps are kept only where the model has any.
#[derive(Clone, Debug)]
pub(super) struct Course {
    /// The rate after the last step.
    pub(super) rate: Percent,
    /// The steps so far.
    pub(super) steps: Vec<TailStep>,
}

impl Course {
    /// The course of a measured rate, up to what does not depend on other units.
    pub(super) fn new(measured: Percent, component: &Component, unit: &Unit) -> Self {
        if component.tail.is_empty() {
            return Self { rate: measured, steps: Vec::new() };
        }
        let mut course = Self { steps: vec![TailStep::Measured { rate: measured.clone() }], rate: measured };
        if let Some(rule) = &component.tail.coefficient {
            let coefficient = unit.coefficient(&rule.columns);
            let rate = rule.apply(&course.rate, &coefficient);
            course.take(TailStep::Multiplied { coefficient, rate });
        }
        course
    }

    /// Takes a step.
    pub(super) fn take(&mut self, step: TailStep) {
        self.rate.clone_from(step.rate());
        if !self.steps.is_empty() {
            self.steps.push(step);
        }
    }
}

/// The components that compare units by their rates.
pub(super) struct Conversion<'c> {
    pub(super) model: &'c Model,
    pub(super) units: &'c [Unit],
    /// By component: whether anything was measured at all; if not, that has a finding of its own.
    pub(super) measured: &'c [bool],
}

impl Conversion<'_> {
    /// Converts the rates of all units.
    pub(super) fn run(&self, drafts: &mut [Draft<'_>], findings: &mut Findings<'_>) {
        let Self { model, units, measured } = *self;
        let mut of_unit = vec![None; units.len()];
        drafts.iter().enumerate().for_each(|(at, draft)| of_unit[draft.unit().0] = Some(at));
        for (index, component) in model.components.iter().enumerate().filter(|(index, _)| measured[*index]) {
            let Some(rule) = &component.tail.convert else { continue };
            for members in field::fields(units, rule.field.within) {
                let own: Vec<usize> = members.iter().filter_map(|unit| of_unit[*unit]).collect();
                let mut pass = Pass { index, component, rule, own: &own, units, drafts: &mut *drafts };
                pass.run(model, findings);
            }
        }
    }
}

/// One component in one field.
struct Pass<'p, 'd> {
    index: usize,
    component: &'p Component,
    rule: &'p Convert,
    /// The drafts of the units that are measured in the field.
    own: &'p [usize],
    units: &'p [Unit],
    drafts: &'p mut [Draft<'d>],
}

impl Pass<'_, '_> {
    fn rate(&self, draft: usize) -> Option<&Percent> {
        Some(&self.drafts[draft].courses[self.index].as_ref()?.rate)
    }

    fn unit(&self, draft: usize) -> &Unit {
        &self.units[self.drafts[draft].unit().0]
    }

    fn run(&mut self, model: &Model, findings: &mut Findings<'_>) {
        let relation = self.rule.relation();
        let measured: Vec<usize> = self.own.iter().copied().filter(|draft| self.rate(*draft).is_some()).collect();
        let Some(first) = measured.first() else { return };
        let is_member = |draft: &usize| field::is_member(self.unit(*draft), relation.field);
        let rates = measured.iter().filter(|draft| is_member(draft)).filter_map(|draft| Some(&self.rate(*draft)?.0));
        let values = Values::new(rates, relation);
        let fault = match values.basis() {
            _ if values.is_empty() => Some(Code::E270),
            Some(basis) if !basis.is_positive() => Some(Code::E271),
            _ => None,
        };
        if let Some(code) = fault {
            let places = measured.iter().skip(1).map(|draft| self.unit(*draft).at);
            let finding = findings.add(code).at(self.unit(*first).at).also_all(places);
            finding.with("component", &self.component.name).found(&self.unit(*first).group);
            return;
        }
        let converted: Vec<Option<TailStep>> = measured
            .iter()
            .map(|draft| {
                let rate = self.rate(*draft)?;
                let method = is_member(draft).then_some(model.rank.method);
                let standing = values.standing(&rate.0, method);
                Some(TailStep::Converted { rate: self.rule.apply(rate, &standing)?, standing })
            })
            .collect();
        for (draft, step) in measured.into_iter().zip(converted) {
            if let (Some(course), Some(step)) = (&mut self.drafts[draft].courses[self.index], step) {
                course.take(step);
            }
        }
    }
}
